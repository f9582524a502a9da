"""JupyterLite beside the book, with the notebook of every chapter: Jupyter without a server.

It is a site of its own in ``lite/``, which no page of the book loads anything from.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from sphinx.errors import ExtensionError

NEEDED = ("jupyterlite_core", "jupyterlite_pyodide_kernel")


def write_lite(site: Path) -> Path:
    """Build JupyterLite into ``lite/`` of the site; the folder.

    It loads the version of Pyodide that its kernel was made for, which is not the book's.
    """
    from autograde.exercises import ORDER
    from autograde.stubs import release_notebook
    from autograde.wheel import build_wheel
    from lossbook.launch import as_file, with_install

    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise ExtensionError(
            f"lossbook_jupyterlite is on, and {' and '.join(missing)} is not installed: "
            "pip install jupyterlite-core jupyterlite-pyodide-kernel, or set it to false"
        )
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
        wheel = build_wheel(work / "wheels")
        done = subprocess.run(
            [sys.executable, "-c", "from jupyterlite_core.app import main; main()", "build",
             "--lite-dir", work, "--contents", contents, "--piplite-wheels", wheel,
             "--output-dir", out.resolve(), "--no-sourcemaps", "--no-unused-shared-packages"],
            cwd=work, capture_output=True, text=True, timeout=600,
        )  # fmt: skip
    if done.returncode or not (out / "lab" / "index.html").is_file():
        raise ExtensionError(f"JupyterLite was not built:\n{(done.stdout + done.stderr)[-2000:]}")
    return out
