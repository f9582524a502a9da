"""Formulas set at build time by KaTeX: the page needs no script for them.

One Node process serves the whole build. It is told to stop, and dies with the build in any
case, because it ends when its standard input does.
"""

from __future__ import annotations

import atexit
import json
import shutil
import subprocess
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.math import get_node_equation_number

WEB = Path(__file__).resolve().parents[2] / "web"
KATEX = WEB / "node_modules" / "katex" / "dist"

SERVER = """
const katex = require(process.argv[1]);
const lines = require("readline").createInterface({ input: process.stdin });
lines.on("line", (line) => {
  const { tex, display } = JSON.parse(line);
  try {
    const html = katex.renderToString(tex, {
      displayMode: display, output: "htmlAndMathml", throwOnError: true, strict: "ignore",
    });
    console.log(JSON.stringify({ html }));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error.message) }));
  }
});
"""


class Typesetter:
    """Asks KaTeX once for each formula."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, bool], str] = {}
        self._process: subprocess.Popen[str] | None = None

    def html(self, tex: str, display: bool) -> str:
        """The HTML and MathML of ``tex``; ValueError with KaTeX's words if it is wrong."""
        key = (tex, display)
        if key not in self._known:
            self._known[key] = self._ask(tex, display)
        return self._known[key]

    def _ask(self, tex: str, display: bool) -> str:
        if self._process is None:
            self._process = self._start()
        pipe = self._process
        pipe.stdin.write(json.dumps({"tex": tex, "display": display}) + "\n")
        pipe.stdin.flush()
        line = pipe.stdout.readline()
        if not line:
            raise RuntimeError("katex: the typesetter died; try `make clean` and `make book`")
        answer = json.loads(line)
        if "error" in answer:
            raise ValueError(answer["error"])
        return answer["html"]

    def _start(self) -> subprocess.Popen[str]:
        if not (KATEX / "katex.min.js").is_file():
            raise RuntimeError(f"katex: {KATEX} is missing; install it with: make web")
        node = shutil.which("node")
        if node is None:
            raise RuntimeError("katex: no `node` on PATH; install the pinned requirements")
        process = subprocess.Popen(
            [node, "-e", SERVER, str(KATEX / "katex.min.js")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        atexit.register(self.close)
        return process

    def close(self, *_: object) -> None:
        """End the process; safe to call twice."""
        if self._process is not None:
            self._process.stdin.close()
            self._process.stdout.close()
            self._process.wait(timeout=10)
            self._process = None


TYPESETTER = Typesetter()


def _set(writer: nodes.NodeVisitor, node: nodes.Element, display: bool) -> str:
    tex = node.astext()
    try:
        return TYPESETTER.html(tex, display)
    except ValueError as error:
        page = writer.builder.current_docname
        raise ValueError(f"{page}: KaTeX refuses a formula. {error}\n{tex}") from None


def visit_math(writer, node: nodes.math) -> None:
    writer.body.append(f'<span class="math">{_set(writer, node, False)}</span>')
    raise nodes.SkipNode


def visit_math_block(writer, node: nodes.math_block) -> None:
    writer.body.append(
        writer.starttag(node, "div", CLASS="math-block", tabindex="0", role="group")
    )
    if node["number"]:
        number = get_node_equation_number(writer, node)
        writer.body.append(f'<span class="eqno">({number})')
        writer.add_permalink_ref(node, "Link to this equation")
        writer.body.append("</span>")
    writer.body.append(_set(writer, node, True))
    writer.body.append("</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    app.add_html_math_renderer("katex", (visit_math, None), (visit_math_block, None))
    app.connect("build-finished", lambda *_: TYPESETTER.close())
