"""Framed messages between the grader and the sandbox; both sides use this file.

A message is two big-endian lengths, a JSON header, and bytes. Never pickle: the reader
must be able to take anything that a hostile writer sends. Standard library only.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Iterator
from typing import Any

LENGTHS = struct.Struct(">II")
#: A header or block longer than this is not read.
MAX_MESSAGE = 64 * 2**20
#: Where there is one stream for all answers, this parts the visible from the hidden.
HALF = {"half": True}


def frame(header: Any, data: bytes = b"") -> bytes:
    """One message as bytes; a header that is a string is JSON already."""
    text = (header if isinstance(header, str) else json.dumps(header)).encode()
    return LENGTHS.pack(len(text), len(data)) + text + data


def frames(data: bytes) -> Iterator[tuple[Any, bytes]]:
    """The messages in ``data``, up to one that is cut off; ValueError for a bad header."""
    position, end = 0, len(data)
    while position + LENGTHS.size <= end:
        header_size, data_size = LENGTHS.unpack_from(data, position)
        start = position + LENGTHS.size
        middle = start + header_size
        position = middle + data_size
        if position > end:
            return
        yield _header(data[start:middle]), data[middle:position]


def _header(text: bytes) -> Any:
    try:
        return json.loads(str(text, "utf-8"))
    except RecursionError:
        raise ValueError("a header nested too deeply") from None


def receive(read: Callable[[int], bytes]) -> tuple[Any, bytes] | None:
    """One message from ``read(n)``, which returns at most n bytes; None at the end.

    Raises ValueError for a message that is too long or whose header is not JSON.
    """

    def exactly(size: int) -> bytes | None:
        parts = []
        while size:
            part = read(min(size, 1 << 20))
            if not part:
                return None
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    head = exactly(LENGTHS.size)
    if head is None:
        return None
    header_size, data_size = LENGTHS.unpack(head)
    if header_size > MAX_MESSAGE or data_size > MAX_MESSAGE:
        raise ValueError(f"a message of {header_size} + {data_size} bytes")
    text, data = exactly(header_size), exactly(data_size)
    if text is None or data is None:
        return None
    return _header(text), data
