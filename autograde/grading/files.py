"""Files that are written whole or not at all, and folders that one run at a time works on."""

from __future__ import annotations

import contextlib
import os
import platform
import tempfile
from collections.abc import Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

#: How a file is called until it is whole. What a killed run leaves behind begins like this.
HALF = ".new-"
#: Says which command is at work in a course.
LOCK = ".lock"


def replace_text(path: Path, text: str, mode: int = 0o644) -> None:
    """Write ``path`` whole or not at all; nobody else can read it earlier than ``mode`` says."""
    replace_bytes(path, text.encode("utf-8"), mode)


def replace_bytes(path: Path, data: bytes, mode: int = 0o644) -> None:
    """The same for bytes."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=HALF)  # for its owner only
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(name, mode)
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


@contextlib.contextmanager
def only_one(root: Path, what: str) -> Iterator[None]:
    """Hold the course in ``root`` for one run that writes; ValueError if another holds it.

    The lock goes with the process, however it ends. Without locks (Windows) nothing is held.
    """
    if fcntl is None:
        yield
        return
    handle = os.open(root / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(handle, "r+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ValueError(
                f"{what}: one command at a time may write in {root}; "
                f"{file.read().strip() or 'another one'} is at work. "
                "Nothing was changed. Run this again when it has ended."
            ) from None
        file.truncate()
        file.write(f"{what} (process {os.getpid()} on {platform.node()})")
        file.flush()
        try:
            yield
        finally:
            file.seek(0)
            file.truncate()
