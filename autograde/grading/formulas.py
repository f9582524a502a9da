"""Formulas in nbgrader's form grader, typeset on this machine.

nbgrader's template asks a server of others for MathJax. Where that is blocked, its page script
stops half-way and takes the keyboard shortcuts with it. The template here comes before nbgrader's.
It brings the KaTeX that the requirements hold, and as much of MathJax as the page script calls.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from traitlets.config import Config

TEMPLATES = Path(__file__).with_name("templates")

#: nbgrader goes to the first score when MathJax says that it has come to its end. Here it is told
#: when the scores are in their boxes: what has the focus before loses it then.
_MATHJAX = """
window.MathJax = {Hub: {Startup: {signal: {Interest: tell => {
  const timer = setInterval(() => {
    if (!(formgrader.loaded && formgrader.grades.loaded && formgrader.comments.loaded)) return;
    clearInterval(timer);
    tell("End");
  }, 20);
}}}}};
"""
#: MathML alone: browsers draw it themselves, so it needs no fonts and no style.
_TYPESET = r"""
document.addEventListener("DOMContentLoaded", () => renderMathInElement(document.body, {
  output: "mathml", throwOnError: false, delimiters: [
    {left: "$$", right: "$$", display: true}, {left: "\\[", right: "\\]", display: true},
    {left: "$", right: "$", display: false}, {left: "\\(", right: "\\)", display: false},
    ...["align", "align*", "equation", "equation*", "gather", "gather*"].map(name =>
      ({left: `\\begin{${name}}`, right: `\\end{${name}}`, display: true}))]}));
"""


def configure(config: Config) -> None:
    """Let nbgrader's form grader typeset with what is here. For the ``nbgrader_config.py`` of a
    course; what that file says before of templates and filters stays.
    """
    theirs = Path(_folder("nbgrader"), "server_extensions", "formgrader", "templates")
    exporter = config.HTMLExporter
    before = list(exporter.get("extra_template_basedirs") or [str(theirs)])
    exporter.extra_template_basedirs = [str(TEMPLATES), *before]
    exporter.filters = {
        **(exporter.get("filters") or {}),
        "typeset_here": "autograde.grading.formulas.script",
    }


def script(_: str = "") -> str:
    """What the template puts into the page. Without KaTeX formulas stay as they were typed."""
    parts = [_MATHJAX]
    files = [Path(_folder("sphinxcontrib"), f"{n}.min.js") for n in ("katex", "auto-render")]
    if all(path.is_file() for path in files):
        parts += [*(path.read_text(encoding="utf-8") for path in files), _TYPESET]
    return "".join(f"<script>{part}</script>\n" for part in parts)


def _folder(package: str) -> str:
    """Where a package is, without importing it; "" if it is nowhere."""
    found = find_spec(package)
    return next(iter(found.submodule_search_locations or ()), "") if found else ""
