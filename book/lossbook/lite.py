"""JupyterLite beside the book, with the notebook of every chapter: Jupyter without a server.

It is a site of its own in ``lite/``, which no page of the book loads anything from.
"""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from importlib.metadata import distribution
from pathlib import Path

from sphinx.errors import ExtensionError

from lossbook._assets import LITE_ENTRY

NEEDED = ("jupyterlite_core", "jupyterlite_pyodide_kernel")
#: The versions that were made for the series of Pyodide that the book's own panel runs.
INSTALL = 'pip install "jupyterlite-core==0.7.*" "jupyterlite-pyodide-kernel==0.7.*"'
KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"
#: What the kernel imports and no distribution of Pyodide has; else it asks PyPI for it.
EXTRA = ("comm",)


def check_installed() -> None:
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise ExtensionError(
            f"lossbook_jupyterlite is on, and {' and '.join(missing)} is not installed: "
            f"{INSTALL}, or set it to false"
        )
    for name in NEEDED:
        version = distribution(name).version
        if not version.startswith("0.7."):
            raise ExtensionError(
                f"lossbook_jupyterlite is on, and {name} is {version}, which is made for "
                f"another Python than the book's: {INSTALL}"
            )


def settings(pyodide: str) -> dict[str, object]:
    """The kernel's settings for an address of Pyodide, as the pages of the book have it."""
    if not pyodide:
        return {}
    folder = pyodide if pyodide.endswith("/") else f"{pyodide}/"
    # Relative to lite/, and only what begins with "./" is taken so.
    entry = (folder if "://" in folder else f"./../{folder}") + LITE_ENTRY
    return {"pyodideUrl": entry, "disablePyPIFallback": True}


def wheel_of(name: str, folder: Path) -> Path:
    """The wheel of a pure Python package that is installed here, put together again."""
    found = distribution(name)
    path = folder / f"{name}-{found.version}-py3-none-any.whl"
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in found.files or ():
            if not {"..", "__pycache__"} & set(file.parts):
                archive.write(file.locate(), file.as_posix())
    return path


def write_lite(site: Path, pyodide: str = "") -> Path:
    """Build JupyterLite into ``lite/`` of the site; the folder.

    ``pyodide`` is where the pages of the book have their Python from, an address or a folder of
    the site: then the kernel takes all from there, and asks nobody else. Without it the kernel
    loads the version of Pyodide that it was made for from its public address.
    """
    from autograde.exercises import ORDER
    from autograde.stubs import release_notebook
    from autograde.wheel import build_learner_wheel
    from lossbook.launch import as_file, with_install

    check_installed()
    out = site / "lite"
    if out.is_dir():
        shutil.rmtree(out)
    with tempfile.TemporaryDirectory() as made:
        work = Path(made).resolve()
        contents = work / "contents"
        contents.mkdir()
        for chapter in ORDER:
            notebook = with_install(release_notebook(chapter), "lossbook")
            (contents / f"{chapter}.ipynb").write_text(as_file(notebook), encoding="utf-8")
        config = {"jupyter-config-data": {"litePluginSettings": {KERNEL: settings(pyodide)}}}
        (work / "jupyter-lite.json").write_text(json.dumps(config), encoding="utf-8")
        wheels = work / "wheels"
        build_learner_wheel(wheels)
        for name in EXTRA:
            wheel_of(name, wheels)
        done = subprocess.run(
            [sys.executable, "-c", "from jupyterlite_core.app import main; main()", "build",
             "--lite-dir", work, "--contents", contents, "--piplite-wheels", wheels,
             "--output-dir", out.resolve(), "--no-sourcemaps", "--no-unused-shared-packages"],
            cwd=work, capture_output=True, text=True, timeout=600,
        )  # fmt: skip
    if done.returncode or not (out / "lab" / "index.html").is_file():
        raise ExtensionError(f"JupyterLite was not built:\n{(done.stdout + done.stderr)[-2000:]}")
    return out
