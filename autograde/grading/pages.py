"""One style for the pages that people get: light, dark and on paper; no request anywhere."""

from __future__ import annotations

import html

STYLE = """
:root { color-scheme: light dark; --ink: #1c1e21; --paper: #fff; --soft: #f3f4f6;
  --line: #d5d8dd; --dim: #5b616b; --good: #00694b; --bad: #a33d00; --link: #0057a3; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8eb; --paper: #16181c;
  --soft: #22252b; --line: #3a3f47; --dim: #a4abb6; --good: #4cc9a0; --bad: #ff9a5c;
  --link: #7db8ff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 60rem; background: var(--paper);
  color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; } h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; }
a { color: var(--link); } p { margin: .4rem 0; } .dim { color: var(--dim); }
.good { color: var(--good); } .bad { color: var(--bad); }
table { border-collapse: collapse; width: 100%; } .wide { overflow-x: auto; }
th, td { text-align: left; padding: .3rem .7rem .3rem 0; border-bottom: 1px solid var(--line);
  vertical-align: top; overflow-wrap: break-word; } td.n, th.n { text-align: right;
  font-variant-numeric: tabular-nums; white-space: nowrap; }
th button { font: inherit; color: inherit; background: none; border: 0; padding: 0; cursor: pointer;
  text-decoration: underline dotted; } input[type=search] { font: inherit; padding: .3rem .5rem;
  width: 100%; max-width: 24rem; }
code, h1, p, li { overflow-wrap: anywhere; } td code { overflow-wrap: break-word; }
pre { background: var(--soft); padding: .6rem .8rem; overflow-x: auto; white-space: pre-wrap;
  font: 14px/1.45 ui-monospace, monospace; } code { font-family: ui-monospace, monospace; }
section.card { border: 1px solid var(--line); border-radius: 6px; padding: .8rem 1rem; margin: 1rem 0; }
.lossbook-feedback ul { padding-left: 1.2rem; } .fb-named { border-left: 3px solid var(--bad);
  padding-left: .8rem; margin: .6rem 0; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); gap: 0 1rem; }
.pair > div { min-width: 0; }
svg text { fill: var(--ink); font: 12px system-ui, sans-serif; } svg .bar { fill: #0072b2; }
.meter { display: inline-block; width: 8rem; height: .7rem; background: var(--soft);
  border: 1px solid var(--line); vertical-align: middle; }
.meter span { display: block; height: 100%; background: #0072b2; }
@media print { body { max-width: none; padding: 0; font-size: 11pt; background: #fff; color: #000; }
  section.card, tr, pre { break-inside: avoid; } input[type=search] { display: none; }
  .bar, .meter, .meter span { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
"""


def esc(value: object) -> str:
    """Text for HTML; every name, comment and line of code goes through here."""
    return html.escape(str(value))


def page(title: str, body: str, script: str = "") -> str:
    """A whole page. The policy forbids every request, and scripts but ours."""
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    policy += "; script-src 'unsafe-inline'" if script else ""
    tail = f"<script>{script}</script>\n" if script else ""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f"<title>{esc(title)}</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n{tail}</body>\n</html>\n"
    )
