"""What the exercise panel of a page loads: one light wheel, and one archive per chapter.

The wheel holds lossref and the light part of autograde, an archive the exercises of one
chapter, both without docstrings. Written by hand rather than by a build tool: they must hold only the light part
of the tree, be the same for the same sources, and need no tool to unpack in the browser.
"""

from __future__ import annotations

import ast
import hashlib
import zipfile
from base64 import urlsafe_b64encode
from pathlib import Path

import lossref
from autograde.exercises import ORDER
from autograde.rooms import ROOT

LIGHT = (
    "__init__", "answers", "box_regimes", "check", "diagnosis", "exam", "exercise", "feedback",
    "label_regimes", "page", "personal", "regimes", "row_regimes", "show", "simplex_regimes",
    "vector_regimes",
)  # fmt: skip
EPOCH = (2020, 1, 1, 0, 0, 0)


def members(root: Path = ROOT) -> list[Path]:
    """The files of the wheel: no exercise, no grader, no solutions, no tests."""
    light = [root / "autograde" / f"{name}.py" for name in LIGHT]
    table = root / "autograde" / "exercises" / "__init__.py"
    truth = sorted(p for p in (root / "lossref").rglob("*.py") if p.name != "accuracy.py")
    return [*light, table, *truth]


def chapter_members(chapter: str, root: Path = ROOT) -> list[Path]:
    """The files of a chapter's archive: its exercises, and nothing of another chapter."""
    found = sorted((root / "autograde" / "exercises" / chapter).rglob("*.py"))
    if not found:
        raise ValueError(f"wheel: there are no exercises of a chapter {chapter!r}")
    return found


def build_wheel(folder: Path, root: Path = ROOT) -> Path:
    """Write ``lossbook-<version>-py3-none-any.whl`` into ``folder`` and return its path."""
    return _wheel(folder, members(root), root)


def _wheel(folder: Path, paths: list[Path], root: Path) -> Path:
    version = lossref.__version__
    info = f"lossbook-{version}.dist-info"
    files = _read(paths, root)
    files[f"{info}/METADATA"] = (
        f"Metadata-Version: 2.1\nName: lossbook\nVersion: {version}\nRequires-Dist: numpy\n"
    ).encode()
    files[f"{info}/WHEEL"] = (
        b"Wheel-Version: 1.0\nGenerator: lossbook\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    )
    record = "".join(f"{name},sha256={_digest(data)},{len(data)}\n" for name, data in files.items())
    files[f"{info}/RECORD"] = (record + f"{info}/RECORD,,\n").encode()
    return _write(folder / f"lossbook-{version}-py3-none-any.whl", files)


def build_chapter(folder: Path, chapter: str, root: Path = ROOT) -> Path:
    """Write ``exercises-<chapter>.zip``, which goes on top of the wheel, and return its path."""
    files = _read(chapter_members(chapter, root), root)
    return _write(folder / f"exercises-{chapter}.zip", files)


#: What ``python -m autograde validate`` needs on top.
VALIDATE = (
    "__init__", "cells", "judge", "lockdown", "repair", "replies", "sandbox", "validate",
    "verdict_notebook", "walls", "wire", "zygote",
)  # fmt: skip


def build_learner_wheel(folder: Path, root: Path = ROOT) -> Path:
    """Write the wheel for learners who work in Jupyter: all exercises, check and validate."""
    commands = [root / "autograde" / "__main__.py"]
    commands += [root / "autograde" / "grading" / f"{name}.py" for name in VALIDATE]
    exercises = [path for chapter in ORDER for path in chapter_members(chapter, root)]
    return _wheel(folder, [*members(root), *commands, *exercises], root)


def _read(paths: list[Path], root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): without_docstrings(path.read_text(encoding="utf-8")).encode()
        for path in paths
    }


def without_docstrings(source: str) -> str:
    """``source`` with an empty docstring for each, every line still at its number.

    Half of what a page would load is prose, and the reference pages have it already.
    """
    lines = source.encode().split(b"\n")  # columns count bytes
    for node in ast.walk(ast.parse(source)):
        documented = isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
        if not documented or ast.get_docstring(node, clean=False) is None:
            continue
        text = node.body[0]
        start, end = text.lineno - 1, text.end_lineno - 1
        before, after = lines[start][: text.col_offset], lines[end][text.end_col_offset :]
        lines[start:end] = [b""] * (end - start)
        lines[end] = before + b'""' + after
    return b"\n".join(lines).decode()


def _write(path: Path, files: dict[str, bytes]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, EPOCH), data, zipfile.ZIP_DEFLATED, 9)
    return path


def _digest(data: bytes) -> str:
    return urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
