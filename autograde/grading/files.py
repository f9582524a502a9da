"""Files that are written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

#: How a file is called until it is whole. What a killed run leaves behind begins like this.
HALF = ".new-"


def replace_text(path: Path, text: str, mode: int = 0o644) -> None:
    """Write ``path`` whole or not at all; nobody else can read it earlier than ``mode`` says."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=HALF)  # for its owner only
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(name, mode)
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
