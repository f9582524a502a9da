"""Right answers that are written differently from the solution.

A grader that takes the solution only as its author wrote it is wrong. Each module
here holds right answers to one exercise: ``huber__loop`` and ``huber_grad__loop``
together are the variant ``loop``. They must all earn full points.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from autograde.exercises import get


def variants(slug: str) -> dict[str, dict[str, Callable[..., Any]]]:
    """The variants of one exercise: name -> {function of the exercise: callable}.

    ValueError if a variant lacks one of the functions that the exercise asks for.
    """
    exercise = get(slug)
    module = importlib.import_module(f"solutions.variants.{exercise.chapter}.{slug}")
    found: dict[str, dict[str, Callable[..., Any]]] = {}
    for attribute, value in vars(module).items():
        function, mark, name = attribute.rpartition("__")
        if mark and function in exercise.functions and callable(value):
            found.setdefault(name, {})[function] = value
    for name, functions in found.items():
        missing = set(exercise.functions) - set(functions)
        if missing:
            raise ValueError(f"variants: {slug}, variant {name} lacks {', '.join(sorted(missing))}")
    return found
