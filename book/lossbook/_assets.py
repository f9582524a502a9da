"""The files that the site loads: one stylesheet, a module per kind of element, the wheel.

They are written into ``_static/lossbook`` of the site. Addresses carry a digest of the
content, so that a browser may keep a file for ever and still never shows an old one.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util import logging

from lossbook import katex

logger = logging.getLogger(__name__)

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
WEB = ROOT / "_build" / "web"
STYLES = ("lossbook.css", "explorer.css", "quiz.css", "tools.css")
#: The custom elements, and the module and the stylesheet that bring each to life.
ELEMENTS = {
    "loss-explorer": ("explorer.js", None),
    "loss-quiz": ("quiz.js", None),
    "loss-exercise": ("exercise.js", "panel.css"),
    "loss-progress": ("exercise.js", "panel.css"),
    "loss-tree": ("tree.js", "tree.css"),
    "loss-cards": ("cards.js", None),
}
#: What Sphinx and its extensions put into _static and no page of ours asks for.
UNUSED = (
    "basic.css", "debug.css", "skeleton.css", "pygments.css", "file.png", "minus.png", "plus.png",
    "styles", "scripts/furo-extensions.js", "scripts/furo.js.map", "mystnb.*.css", "design-*",
    "sphinx-design*", "*.map",
)  # fmt: skip


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:10]


def minified(css: str) -> str:
    """CSS without comments and without the white space that nobody needs."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    css = re.sub(r"\s+", " ", css)
    css = re.sub(r" ?([{};,>]) ?", r"\1", css)
    return css.replace(";}", "}").strip()


def stylesheet(highlighting: str = "") -> tuple[str, list[Path]]:
    """All CSS of the site in the order in which it overrides, and the font files it names.

    ``highlighting`` is the CSS of code, which Furo knows only during a build.
    """
    import furo

    math, fonts = katex.stylesheet(katex.package())
    theme = Path(furo.__file__).parent / "theme/furo/static/styles"
    parts = [
        re.sub(r"/\*# sourceMappingURL=.*?\*/", "", (theme / "furo.css").read_text("utf-8")),
        minified(highlighting),
        math,
        *(minified((HERE / name).read_text("utf-8")) for name in STYLES),
    ]
    return "\n".join(parts), fonts


#: The two fonts that decide how wide a formula is, and what in a page asks for each.
FONTS = {"KaTeX_Main-Regular": 'class="katex"', "KaTeX_Math-Italic": "mathnormal"}


class Assets:
    """What was written, by plain name, with its address relative to ``_static/lossbook``."""

    def __init__(self, site: Path) -> None:
        self.site = site
        self.folder = site / "_static" / "lossbook"
        self.addresses: dict[str, str] = {}
        self.notebooks: dict[str, str] = {}
        self.chapters: dict[str, str] = {}  # of each exercise

    def put(self, name: str, data: bytes) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        self.addresses[name] = f"{name}?v={digest(data)}"

    def write_common(self) -> None:
        import furo

        css, fonts = stylesheet(furo.get_pygments_stylesheet())
        for font in fonts:
            name = f"fonts/{font.name}"
            self.put(name, font.read_bytes())
            css = css.replace(f"url({name})", f"url({self.addresses[name]})")
        self.put("site.css", css.encode())
        for name in ("explorer.js", "quiz.js", "tree.js", "cards.js", "search.js", "tools.js",
                     "icon.svg"):  # fmt: skip
            self.put(name, (HERE / name).read_bytes())
        self.put("tree.css", minified((HERE / "tree.css").read_text("utf-8")).encode())

    def write_panel(self) -> None:
        """The exercise panel, its Python and the notebooks."""
        from autograde.exercises import all_exercises
        from autograde.stubs import release_notebook
        from autograde.wheel import build_chapter, build_learner_wheel, build_wheel

        for path in sorted(WEB.iterdir()):
            if path.is_file() and not path.name.startswith("."):
                self.put(path.name, path.read_bytes())
        # A service worker rules over its folder and below.
        shutil.copy(WEB / "sw.js", self.site / "sw.js")
        wheel = build_wheel(self.folder)
        self.put(wheel.name, wheel.read_bytes())
        self.addresses["wheel"] = self.addresses[wheel.name]
        for exercise in all_exercises():
            self.chapters[exercise.slug] = exercise.chapter
        for chapter in sorted(set(self.chapters.values())):
            archive = build_chapter(self.folder, chapter)
            self.put(archive.name, archive.read_bytes())
            try:
                notebook = release_notebook(chapter)
            except (ValueError, FileNotFoundError) as error:
                logger.warning("no notebook to download: %s", error)
                continue
            folder = self.site / "notebooks"
            folder.mkdir(exist_ok=True)
            text = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
            (folder / f"{chapter}.ipynb").write_text(text, encoding="utf-8")
            self.notebooks[chapter] = f"notebooks/{chapter}.ipynb?v={digest(text.encode())}"
        # What a downloaded notebook imports; pip wants the plain name at the end of an address.
        kept = build_learner_wheel(self.site / "notebooks")
        self.addresses["notebook wheel"] = f"notebooks/{kept.name}"

    def met(self, body: str) -> list[str]:
        """The chapters whose exercises are on a page."""
        slugs = re.findall(r'<loss-exercise data-slug="(\w+)"', body)
        return list(dict.fromkeys(self.chapters[s] for s in slugs if s in self.chapters))

    def page(self, body: str, up: str, pyodide: str = "") -> dict[str, Any]:
        """What the head of one page loads; ``up`` leads from the page to the site's root."""
        met = [tag for tag in ELEMENTS if f"<{tag}" in body]
        modules = list(dict.fromkeys(ELEMENTS[tag][0] for tag in met))
        styles = ["site.css", *dict.fromkeys(ELEMENTS[t][1] for t in met if ELEMENTS[t][1])]
        config = None
        if "exercise.js" in modules:
            if "wheel" not in self.addresses:
                raise ExtensionError(f"The exercise panel is not in {WEB}. Build it: make web")
            settings: dict[str, Any] = {
                "wheel": f"{up}_static/lossbook/{self.addresses['wheel']}",
                "exercises": [
                    f"{up}_static/lossbook/{self.addresses[f'exercises-{chapter}.zip']}"
                    for chapter in self.met(body)
                ],
                "notebooks": {c: up + path for c, path in self.notebooks.items()},
                "serviceWorker": f"{up}sw.js",
            }
            if pyodide:
                settings["pyodideURL"] = pyodide if "://" in pyodide else up + pyodide
            config = json.dumps(settings, separators=(",", ":")).replace("<", "\\u003c")
        return {
            "base": f"{up}_static/lossbook/",
            "styles": [self.addresses[name] for name in styles],
            "fonts": [self.addresses[name] for name in early_fonts(body)],
            "modules": [self.addresses[name] for name in modules],
            "config": config,
            "tools": self.addresses["tools.js"],
        }


def early_fonts(body: str) -> list[str]:
    """The fonts of the formulas that stand before the second heading of the second level.

    A font that comes after the first picture of a page makes lines break elsewhere, and what is
    below them jumps. The fonts of other formulas are fetched when those come near the screen.
    """
    start = "<h2".join(body.split("<h2")[:2])
    return [f"fonts/{name}.woff2" for name, mark in FONTS.items() if mark in start]


#: The files of a Pyodide distribution that the exercises load, beside the wheel of NumPy.
PYODIDE = ("pyodide.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")
#: What JupyterLite loads on top: its entry point, and the packages that its kernel starts with.
LITE_ENTRY = "pyodide.js"
LITE_PACKAGES = ("micropip", "ipython", "jedi", "sqlite3")


def with_needs(names: Iterable[str], packages: dict[str, Any]) -> list[str]:
    """The wheels of ``names`` and of all that they need, as a distribution's lock file has it."""
    found: dict[str, str] = {}
    todo = list(names)
    while todo:
        name = re.sub(r"[-_.]+", "-", todo.pop()).lower()
        if name not in found and name in packages:
            found[name] = packages[name]["file_name"]
            todo += packages[name].get("depends", [])
    return sorted(found.values())


def host_pyodide(setting: str, site: Path, lite: bool = False) -> str:
    """The address of Pyodide for a setting; a folder of this machine is copied into the site.

    With ``lite``, what JupyterLite starts with is copied too. Matplotlib comes along where the
    folder has it.
    """
    source = ROOT / setting if setting else None
    if source is None or "://" in setting or not source.is_dir():
        return setting
    lock = source / "pyodide-lock.json"
    needed = [*PYODIDE, *([LITE_ENTRY] if lite else [])]
    missing = [name for name in needed if not (source / name).is_file()]
    plots: list[str] = []
    if not missing:
        about = json.loads(lock.read_text(encoding="utf-8"))
        packages = about["packages"]
        needed += with_needs(["numpy", *(LITE_PACKAGES if lite else ())], packages)
        missing = [name for name in needed if not (source / name).is_file()]
        plots = with_needs(["matplotlib"], packages)
        if not all((source / name).is_file() for name in plots):
            plots = []
    if missing:
        raise ExtensionError(
            f"lossbook_pyodide_url names {source}, where {', '.join(missing)} is missing. "
            "The full distribution of Pyodide has it."
        )
    # The service worker keeps for ever what has a version in its address.
    address = f"pyodide/{about['info']['python']}-{digest(lock.read_bytes())}/"
    folder = site / address
    folder.mkdir(parents=True, exist_ok=True)
    scripts = [path.name for path in source.glob("*.asm.*js")]
    for name in dict.fromkeys([*needed, *plots, *scripts]):
        shutil.copy(source / name, folder / name)
    return address


def start(app: Sphinx) -> None:
    """Write what every page loads, before the first page is written."""
    if app.builder.name != "html":
        return
    assets = Assets(Path(app.outdir))
    if assets.folder.exists():
        shutil.rmtree(assets.folder)
    assets.write_common()
    if (WEB / "exercise.js").is_file():
        assets.write_panel()
    app.lossbook_assets = assets  # type: ignore[attr-defined]
    app.lossbook_pyodide = host_pyodide(  # type: ignore[attr-defined]
        app.config.lossbook_pyodide_url, Path(app.outdir), app.config.lossbook_jupyterlite
    )


def sweep(app: Sphinx, exception: Exception | None) -> None:
    """Remove what no page asks for, so that a copy of the site is no larger than it must be."""
    if exception is not None or app.builder.name != "html":
        return
    static = Path(app.outdir) / "_static"
    for pattern in UNUSED:
        for path in static.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
