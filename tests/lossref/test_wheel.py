"""lossref without the book: a small typed wheel that needs nothing but NumPy."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from email import message_from_string
from pathlib import Path

import numpy as np
import pytest

import lossref

SOURCE = Path(lossref.__file__).parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    pytest.importorskip("setuptools", minversion="77")
    folder = tmp_path_factory.mktemp("wheel")
    leave = shutil.ignore_patterns("__pycache__", "*.egg-info", "build")
    shutil.copytree(SOURCE, folder / "lossref", ignore=leave)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index"]
    command += ["--no-build-isolation", "--wheel-dir", str(folder), str(folder / "lossref")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    (found,) = folder.glob("*.whl")
    return found


def test_the_wheel_is_small_and_holds_all_of_lossref_and_nothing_else(wheel):
    assert wheel.name == f"lossref-{lossref.__version__}-py3-none-any.whl"
    # Each file is compressed alone: relatives that share a file share most of their text.
    assert wheel.stat().st_size < 200_000
    names = {n for n in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in n}
    wanted = {str(p.relative_to(SOURCE.parent)) for p in SOURCE.rglob("*.py")}
    assert names == wanted | {"lossref/py.typed"}


def test_the_wheel_asks_for_numpy_only(wheel):
    archive = zipfile.ZipFile(wheel)
    (name,) = (n for n in archive.namelist() if n.endswith("/METADATA"))
    asked = message_from_string(archive.read(name).decode())
    assert asked.get_all("Requires-Dist") == ["numpy>=2"]


def test_the_wheel_works_where_nothing_but_numpy_is(wheel, tmp_path):
    numpy = Path(np.__file__).parent
    (tmp_path / "numpy").symlink_to(numpy)
    if (numpy.parent / "numpy.libs").exists():
        (tmp_path / "numpy.libs").symlink_to(numpy.parent / "numpy.libs")
    zipfile.ZipFile(wheel).extractall(tmp_path)
    code = (
        "import sys, lossref; assert len(lossref.specs()) > 80; dir(lossref);"
        "print(lossref.__file__, lossref.huber([0.0, 0.0], [0.5, 3.0]))"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", code],
        capture_output=True, text=True, timeout=60, cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    where, value = done.stdout.split()
    assert Path(where).parent == tmp_path / "lossref"
    assert value == "1.3125"
