"""The book's Sphinx extension: directives, math, scripts only where they are needed."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from html import escape
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import Directive, directives
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from lossbook import katex, panel

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
WEB = ROOT / "_build" / "web"
PREFIX = "_static/lossbook"
LOG = logging.getLogger(__name__)

#: Files of ours in the site, and the text in a page that asks for them.
SCRIPTS = {
    "explorer.js": "<loss-explorer",
    "quiz.js": "<loss-quiz",
    "exercise.js": "<loss-exercise",
}


def raw(text: str) -> nodes.raw:
    return nodes.raw("", text, format="html")


class ExerciseDirective(SphinxDirective):
    """``{exercise} huber``: the statement, the stub and the panel of one exercise."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        from autograde.stubs import page_data, source_path

        data = page_data(self.arguments[0])
        self.env.note_dependency(str(source_path(data["chapter"])))
        statement = nodes.container(classes=["lx-statement"])
        self.state.nested_parse(data["statement"].split("\n"), self.content_offset, statement)
        return [raw(panel.opening(data)), statement, raw(panel.closing(data))]


class InterviewDirective(SphinxDirective):
    """``{interview} question``: a question that opens to a spoken answer."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        body = nodes.container(classes=["interview-answer"])
        self.state.nested_parse(self.content, self.content_offset, body)
        question, _ = self.state.inline_text(self.arguments[0], self.lineno)
        summary = nodes.inline("", "", *question)
        return [raw('<details class="interview"><summary>'), summary, raw("</summary>"), body,
                raw("</details>")]  # fmt: skip


class NotesSayDirective(SphinxDirective):
    """``{notes-say} claim``: a claim of the source notes, and what is right."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {"row": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        box = nodes.admonition(classes=["notes-say"])
        title, _ = self.state.inline_text(
            f"The notes say: {self.arguments[0]}" if self.arguments else "The notes say", self.lineno
        )
        box += nodes.title("", "", *title)
        self.state.nested_parse(self.content, self.content_offset, box)
        return [box]


class ProgressDirective(Directive):
    """``{progress} regression``: how far the reader has come, kept in this browser."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        return [raw(f'<loss-progress data-chapter="{escape(self.arguments[0])}"></loss-progress>')]


# -- files ------------------------------------------------------------------------


def copy_files(app: Sphinx, error: Exception | None) -> None:
    """Our scripts and styles, KaTeX's styles and fonts, the wheel and the notebooks."""
    if error or app.builder.format != "html":
        return
    from autograde.exercises import ORDER
    from autograde.stubs import release_notebook
    from autograde.wheel import build_wheel

    import nbformat

    target = Path(app.outdir) / PREFIX
    shutil.rmtree(target, ignore_errors=True)
    (target / "fonts").mkdir(parents=True)
    for name in ("explorer.js", "quiz.js", "lossbook.css"):
        shutil.copy(HERE / name, target / name)
    for path in sorted(WEB.glob("*.*")) if WEB.is_dir() else []:
        shutil.copy(path, target / path.name)
    css = (katex.KATEX / "katex.min.css").read_text(encoding="utf-8")
    # woff2 is read by every browser that runs the rest; the older formats are left out.
    css = re.sub(r",url\([^)]*\.(?:woff|ttf)\) format\(\"[a-z]*\"\)", "", css)
    (target / "katex.css").write_text(css, encoding="utf-8")
    for font in (katex.KATEX / "fonts").glob("*.woff2"):
        shutil.copy(font, target / "fonts" / font.name)
    build_wheel(target)
    for chapter in ORDER:
        nbformat.write(release_notebook(chapter), target / f"{chapter}.ipynb")


# -- pages ------------------------------------------------------------------------


def dress_page(app: Sphinx, pagename: str, templatename: str, context: dict, doctree) -> None:
    """Only the scripts that this page uses, and what search engines and browsers ask for."""
    body = context.get("body", "")
    root = context["pathto"]("", 1) or "./"
    root = root if root.endswith("/") else root + "/"
    base = f"{root}{PREFIX}/"
    tags = [f'<link rel="stylesheet" href="{base}lossbook.css?v={_mark(HERE / "lossbook.css")}">']
    if 'class="katex' in body:
        tags.append(f'<link rel="stylesheet" href="{base}katex.css">')
    for name, sign in SCRIPTS.items():
        source = WEB / name if name == "exercise.js" else HERE / name
        if sign in body or (name == "exercise.js" and "<loss-progress" in body):
            tags.append(f'<script type="module" src="{base}{name}?v={_mark(source)}"></script>')
    if "<loss-exercise" in body or "<loss-progress" in body:
        panel_css = WEB / "panel.css"
        tags.append(f'<link rel="stylesheet" href="{base}panel.css?v={_mark(panel_css)}">')
        tags.append(_settings(app, base))
    meta = (app.env.metadata.get(pagename) or {}).get("description")
    if meta and doctree is not None:
        tags.append(f'<meta name="description" content="{escape(str(meta), quote=True)}">')
    context["metatags"] = context.get("metatags", "") + "\n".join(tags)
    context["body"] = _readable(body)


def _settings(app: Sphinx, base: str) -> str:
    from autograde.exercises import ORDER

    import lossref

    settings = {
        "pyodideURL": app.config.lossbook_pyodide_url,
        "wheel": f"{base}lossbook-{lossref.__version__}-py3-none-any.whl",
        "notebooks": {chapter: f"{base}{chapter}.ipynb" for chapter in ORDER},
    }
    text = json.dumps(settings).replace("</", "<\\/")
    return f'<script type="application/json" id="lossbook-config">{text}</script>'


def _readable(body: str) -> str:
    """Tables, code and outputs that may scroll get a place in the tab order."""
    body = re.sub(r'<div class="highlight"><pre>', '<div class="highlight"><pre tabindex="0">', body)
    body = re.sub(r"<img (?![^>]*\bloading=)", '<img loading="lazy" decoding="async" ', body)
    return body


def _mark(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:8] if path.is_file() else "0"


def check_pictures(app: Sphinx, doctree: nodes.document) -> None:
    """A picture without a text for those who do not see it is an error."""
    for image in doctree.findall(nodes.image):
        if not image.get("alt"):
            LOG.warning("a figure has no alt text", location=image, type="lossbook")


def check_built(app: Sphinx) -> None:
    if app.builder.format == "html" and not (WEB / "exercise.js").is_file():
        raise ExtensionError("lossbook: the exercise panel is not built; run: make web")
    os.environ.setdefault("LOSSBOOK_STATIC", "1")


def setup(app: Sphinx) -> dict[str, Any]:
    # Jupyter Book passes this value; its own extension cannot be loaded beside sphinx_external_toc.
    app.add_config_value("use_jupyterbook_latex", False, "env")
    app.add_config_value("lossbook_pyodide_url", "https://cdn.jsdelivr.net/pyodide/v0.29.5/full/", "html")
    katex.setup(app)
    app.add_directive("exercise", ExerciseDirective)
    app.add_directive("interview", InterviewDirective)
    app.add_directive("notes-say", NotesSayDirective)
    app.add_directive("progress", ProgressDirective)
    app.connect("builder-inited", check_built)
    app.connect("doctree-read", check_pictures)
    app.connect("html-page-context", dress_page)
    app.connect("build-finished", copy_files)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}
