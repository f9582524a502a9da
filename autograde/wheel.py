"""The wheel that a page loads: lossref and the light part of autograde.

Written by hand and not by a build backend, because it must hold a chosen part of the
tree, be the same for the same sources, and need no tool to unpack in the browser.
"""

from __future__ import annotations

import hashlib
import zipfile
from base64 import urlsafe_b64encode
from pathlib import Path

import lossref
from autograde.rooms import ROOT

LIGHT = (
    "__init__", "answers", "box_regimes", "check", "diagnosis", "exam", "exercise", "feedback",
    "label_regimes", "page", "regimes", "row_regimes", "show", "simplex_regimes",
    "vector_regimes",
)  # fmt: skip
EPOCH = (2020, 1, 1, 0, 0, 0)


def members(root: Path = ROOT) -> list[Path]:
    """The files of the wheel: no grader, no solutions, no tests."""
    light = [root / "autograde" / f"{name}.py" for name in LIGHT]
    exercises = sorted((root / "autograde" / "exercises").rglob("*.py"))
    truth = sorted(p for p in (root / "lossref").rglob("*.py") if p.name != "accuracy.py")
    return [*light, *exercises, *truth]


def build_wheel(folder: Path, root: Path = ROOT) -> Path:
    """Write ``lossbook-<version>-py3-none-any.whl`` into ``folder`` and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    version = lossref.__version__
    info = f"lossbook-{version}.dist-info"
    files = {str(p.relative_to(root)): p.read_bytes() for p in members(root)}
    files[f"{info}/METADATA"] = (
        f"Metadata-Version: 2.1\nName: lossbook\nVersion: {version}\nRequires-Dist: numpy\n"
    ).encode()
    files[f"{info}/WHEEL"] = (
        b"Wheel-Version: 1.0\nGenerator: lossbook\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    )
    record = "".join(f"{name},sha256={_digest(data)},{len(data)}\n" for name, data in files.items())
    files[f"{info}/RECORD"] = (record + f"{info}/RECORD,,\n").encode()
    path = folder / f"lossbook-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        for name, data in files.items():
            wheel.writestr(zipfile.ZipInfo(name, EPOCH), data, zipfile.ZIP_DEFLATED)
    return path


def _digest(data: bytes) -> str:
    return urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
