"""``python -m lossbook.headers nginx``: the headers that a server should send with the site.

The build writes the same rules to ``_headers``, which Netlify and Cloudflare Pages read.
"""

from __future__ import annotations

import base64
import hashlib
import re
import sys
from pathlib import Path
from urllib.parse import urlsplit

SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>(?P<text>.*?)</script>", re.S)
CONFIG = re.compile(r'<script type="application/json" id="lossbook-config">(.*?)</script>', re.S)
PYODIDE = "https://cdn.jsdelivr.net"
#: What is named by its content, or asked for with a digest in its address.
FOR_EVER = ("_static/lossbook", "_images")
#: Folders with pages of their own making.
NOT_OURS = ("lite", "report", "reports")


def pages(site: Path) -> list[Path]:
    return [
        path
        for path in sorted(site.rglob("*.html"))
        if path.relative_to(site).parts[0] not in NOT_OURS
    ]


def inline_scripts(site: Path) -> set[str]:
    """The hashes of all scripts that stand in a page and are run."""
    found = set()
    for path in pages(site):
        for match in SCRIPT.finditer(path.read_text(encoding="utf-8")):
            attributes = match["attributes"]
            if "src=" not in attributes and "application/json" not in attributes:
                total = hashlib.sha256(match["text"].encode()).digest()
                found.add(f"'sha256-{base64.b64encode(total).decode()}'")
    return found


def runtime(site: Path) -> str:
    """The origin that Python is loaded from, if it is not the site's own."""
    for path in pages(site):
        if match := CONFIG.search(path.read_text(encoding="utf-8")):
            named = re.search(r'"pyodideURL":"([^"]*)"', match[1])
            if not named:
                return PYODIDE
            parts = urlsplit(named[1])
            return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
    return ""


def policy(site: Path) -> str:
    """The content security policy under which every page of the site works."""
    outside = runtime(site)
    rules = {
        "default-src": ["'none'"],
        "script-src": ["'self'", "'wasm-unsafe-eval'", *sorted(inline_scripts(site)), outside],
        "worker-src": ["'self'"],
        "connect-src": ["'self'", outside],
        # KaTeX places its symbols by style attributes.
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "form-action": ["'self'", "https://github.com"],
        "base-uri": ["'self'"],
    }
    return "; ".join(" ".join([name, *filter(None, words)]) for name, words in rules.items())


def always(site: Path) -> dict[str, str]:
    return {
        "Content-Security-Policy": policy(site),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }


def for_hosts(site: Path) -> str:
    """The rules in the form of ``_headers``; JupyterLite, if it is there, has its own scripts."""
    with_policy = ["/*"]
    if (site / "lite").is_dir():
        with_policy = ["/"] + [
            f"/{path.name}/*" if path.is_dir() else f"/{path.name}"
            for path in sorted(site.iterdir())
            if path.name not in NOT_OURS and path.name != "_headers"
        ]
    blocks = [
        "\n".join([place, *(f"  {name}: {value}" for name, value in always(site).items())])
        for place in with_policy
    ]
    blocks += [
        f"/{folder}/*\n  Cache-Control: public, max-age=31536000, immutable" for folder in FOR_EVER
    ]
    return "\n".join(blocks) + "\n"


def for_nginx(site: Path) -> str:
    """A ``location`` per kind of file; ``add_header`` is not inherited, so each has all."""
    common = "".join(f'    add_header {name} "{value}";\n' for name, value in always(site).items())
    for_ever = "|".join(FOR_EVER)
    return (
        "# Inside server { root /var/www/lossbook; }, which sends the types of .mjs and .wasm:\n"
        "# types { text/javascript mjs; application/wasm wasm; }\n"
        "error_page 404 /404.html;\n"
        f'location / {{\n    add_header Cache-Control "no-cache";\n{common}}}\n'
        f"location ~ ^/({for_ever})/ {{\n"
        f'    add_header Cache-Control "public, max-age=31536000, immutable";\n{common}}}\n'
    )


def main() -> int:
    forms = {"nginx": for_nginx, "hosts": for_hosts}
    given = dict(enumerate(sys.argv))
    name, site = given.get(1, ""), Path(given.get(2, "_build/html"))
    if name not in forms:
        print(f"headers: say one of {', '.join(forms)}", file=sys.stderr)
        return 2
    if not (site / "index.html").is_file():
        print(f"headers: no site in {site}; build it with: make book", file=sys.stderr)
        return 2
    print(forms[name](site), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
