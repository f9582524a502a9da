"""The Sphinx extension of the book: math, directives, and pages that load only what they use."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from pathlib import Path
from typing import Any

from docutils import nodes
from jupyter_cache import get_cache
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging

from lossbook import (
    _assets,
    _pages,
    cards,
    coverage,
    directives,
    doors,
    glossary,
    katex,
    names,
    panel,
    reference,
    selection,
    tree,
)

logger = logging.getLogger(__name__)

VIEWPORT = re.compile(r'<meta name="viewport"[^>]*>\s*')
PROGRESS = re.compile(r'<loss-progress data-chapter="([^"]*)"></loss-progress>')
#: Python files that decide what the cells of a page print and draw.
SOURCES = ("lossref", "autograde", "book/lossbook")
NOT_IN_CELLS = ("grading", "sphinx_ext.py", "katex.py", "_assets.py", "_pages.py", "directives.py",
                "reference.py", "panel.py", "selection.py", "serve.py", "stubs.py", "tree.py",
                "wheel.py", "page.py", "cards.py", "glossary.py", "coverage.py", "names.py", "doors.py",
                "headers.py", "launch.py", "lite.py", "offline.py", "pdf.py", "publish.py",
                "assemble.py", "__main__.py")  # fmt: skip


def sources_digest() -> str:
    """A digest of all code that a page's cells can call."""
    total = hashlib.sha256()
    for folder in SOURCES:
        for path in sorted((_assets.ROOT / folder).rglob("*.py")):
            if not set(NOT_IN_CELLS) & set(path.relative_to(_assets.ROOT).parts):
                total.update(path.read_bytes())
    total.update((_assets.HERE / "lossbook.mplstyle").read_bytes())
    return total.hexdigest()


def assets_digest() -> str:
    """A digest of everything else that a page is made of: styles, scripts, templates, the panel."""
    total = hashlib.sha256()
    for path in sorted(_assets.HERE.rglob("*")) + sorted(_assets.WEB.glob("*")):
        if path.is_file() and path.suffix != ".pyc":
            total.update(path.read_bytes())
    return total.hexdigest()


def configure(app: Sphinx, config: Config) -> None:
    config.templates_path.append(str(_assets.HERE / "templates"))
    config.html_use_index = False
    config.html_domain_indices = False
    # A change here makes Sphinx read every page again.
    config.lossbook_sources = sources_digest()
    # And a change here makes it write every page again: addresses of assets hold digests.
    config.lossbook_assets = sources_digest() + assets_digest()


def read_in_parallel(app: Sphinx, config: Config) -> None:
    """Some extensions of jupyter-book do not say whether they may. None of them keeps anything
    while pages are read; and without this Sphinx reads one page at a time."""
    for extension in app.extensions.values():
        if extension.parallel_read_safe is None:
            extension.parallel_read_safe = True


def write_in_turn(app: Sphinx, env: Any) -> None:
    """Pages are written by one process, which gathers what they use; that takes seconds."""
    app.parallel = 1


def choose_dark_code(app: Sphinx) -> None:
    """Furo registers this setting too late for the configuration file, and reads it next."""
    app.config.pygments_dark_style = "a11y-high-contrast-dark"


def forget_outputs(app: Sphinx) -> None:
    """Outputs are kept by the text of a page's cells; forget them when what cells call changes."""
    cache = Path(app.outdir).parent / ".jupyter_cache"
    mark = cache.parent / ".lossbook-sources"
    if cache.exists() and (not mark.exists() or mark.read_text() != app.config.lossbook_sources):
        shutil.rmtree(cache)
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.write_text(app.config.lossbook_sources)
    # Made here, before pages are read in parallel: two processes cannot both make it.
    get_cache(cache).list_cache_records()


def check_page(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """What is missing for a reader who cannot see, or who comes from a search, is a warning."""
    for image in doctree.findall(nodes.image):
        if not image.get("alt", "").strip():
            where = image if image.source else image.parent
            logger.warning(
                "a figure has no alternative text; say in the cell's metadata what a reader would "
                "miss without it: mystnb: {image: {alt: ...}}",
                location=where if where.source else docname,
            )
    if docname in app.env.found_docs and not app.env.metadata[docname].get("description"):
        logger.warning("the front matter has no `description: ...`", location=docname)


def finish_page(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    if app.builder.name != "html":
        return
    up = "../" * pagename.count("/")
    body = context.get("body", "")
    if body and doctree is not None:
        built = {name: Path(app.srcdir) / source for source, name in app.builder.images.items()}
        body = _pages.finish(body, Path(app.outdir), up, built)
        context["body"] = body = PROGRESS.sub(
            lambda tag: fill_progress(app, tag[1], up, pagename), body
        )
    page = app.lossbook_assets.page(body, up, app.lossbook_pyodide)
    page["description"] = (context.get("meta") or {}).get("description", "")
    if pagename == "search":
        page["modules"].append(app.lossbook_assets.addresses["search.js"])
        # Words have entries only where there is a glossary.
        if "glossary" in app.env.found_docs:
            page["names"] = names.script(app.env.found_docs, app.env.titles)
    context["lossbook"] = page
    context["css_files"] = []
    # Furo's template has this already.
    context["metatags"] = VIEWPORT.sub("", context.get("metatags", ""))
    if pagename != "search":
        context["script_files"] = [
            script for script in context["script_files"]
            if str(getattr(script, "filename", "")).endswith("scripts/furo.js")
        ]  # fmt: skip


def fill_progress(app: Sphinx, chapter: str, up: str, pagename: str) -> str:
    """<loss-progress> with the exercises of the chapter and links to them; on the chapter's own
    first page also the ways to its notebook."""
    where = {
        slug: f"{up}{docname}.html#exercise-{slug}"
        for docname, meta in app.env.metadata.items()
        for slug in meta.get("exercises", ())
    }
    data = panel.progress_json(chapter, where)
    return (
        f'<loss-progress data-chapter="{chapter}">'
        f'<script type="application/json">{data}</script></loss-progress>'
        + (doors.notebook_doors(app, chapter, up) if pagename == f"{chapter}/index" else "")
    )


def finish_site(app: Sphinx, exception: Exception | None) -> None:
    """The start page under its usual name, and a sitemap if the address is known."""
    if exception is not None or app.builder.name != "html":
        return
    site = Path(app.outdir)
    root = site / f"{app.config.root_doc}.html"
    if root.is_file() and root.name != "index.html":
        shutil.copy(root, site / "index.html")
    base = app.config.html_baseurl
    if base:
        urls = "".join(
            f"<url><loc>{base.rstrip('/')}/{name}.html</loc></url>"
            for name in sorted(app.env.found_docs)
        )
        (site / "sitemap.xml").write_text(
            '<?xml version="1.0" encoding="UTF-8"?>'
            f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>\n'
        )


def setup(app: Sphinx) -> dict[str, Any]:
    # Kernels inherit it: explorers and quizzes give HTML instead of a widget.
    os.environ["LOSSBOOK_STATIC"] = "1"
    # Registered by an extension that must not be loaded; jupyter-book asks for it.
    app.add_config_value("use_jupyterbook_latex", False, "env")
    app.add_config_value("lossbook_pyodide_url", "", "html")
    app.add_config_value("lossbook_sources", "", "env")
    app.add_config_value("lossbook_assets", "", "html")
    katex.setup(app)
    doors.setup(app)
    directives.setup(app)
    cards.setup(app)
    glossary.setup(app)
    coverage.setup(app)
    reference.setup(app)
    tree.setup(app)
    selection.setup(app)
    app.connect("config-inited", configure)
    app.connect("config-inited", read_in_parallel)
    app.connect("env-updated", write_in_turn)
    app.connect("builder-inited", choose_dark_code, priority=100)
    app.connect("builder-inited", forget_outputs)
    app.connect("builder-inited", _assets.start, priority=900)
    app.connect("doctree-resolved", check_page, priority=900)
    app.connect("html-page-context", finish_page, priority=900)
    app.connect("build-finished", finish_site)
    app.connect("build-finished", _assets.sweep, priority=900)
    # A new number when what is kept of each page changes: pages are then read again.
    return {
        "version": "1",
        "env_version": 2,
        "parallel_read_safe": True,
        "parallel_write_safe": False,
    }
