"""What the pages of the book call: figures, fits, explorers, quizzes and tables.

``import lossbook`` is light; each part is imported when it is first used, so that a page
without an explorer does not pay for one.
"""

from __future__ import annotations

import importlib
from types import ModuleType

_PARTS = ("data", "explore", "fit", "quiz", "style", "tables")

__all__ = list(_PARTS)


def __getattr__(name: str) -> ModuleType:
    if name in _PARTS:
        return importlib.import_module(f"lossbook.{name}")
    raise AttributeError(f"lossbook has no part {name!r}; it has {', '.join(_PARTS)}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_PARTS])
