"""What the exercises ask, and how near to a reference another way must come.

For the tests of the references, which know everything else: other people's programs, fractions,
fifty digits, loops.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograde.exam import Exam, Question
from autograde.exercises import get

#: A tolerance in float64, and one where an argument is float32.
Tolerance = tuple[float, float]


def questions(
    slug: str,
    function: str | None = None,
    seeds: Sequence[str | None] = ("independent",),
    least: int = 9,
) -> list[Question]:
    """The questions of an exercise, of ``function`` alone if it is named, with an answer in numbers.

    Visible and hidden ones, as each of ``seeds`` draws them; ``least`` of them at least.
    """
    found = [
        question
        for seed in seeds
        for question in Exam(get(slug), seed).questions
        if question.wanted.kind == "array" and function in (None, question.probe.function)
    ]
    assert len(found) >= least
    return found


def cases(slug: str, function: str) -> list[tuple[tuple[Any, ...], dict[str, Any], Any]]:
    """The same as ``(args, kwargs, wanted numbers)``."""
    return [(q.probe.args, dict(q.probe.kwargs), q.wanted.value) for q in questions(slug, function)]


def single(args: Sequence[Any]) -> bool:
    """Whether an argument is float32."""
    return any(getattr(a, "dtype", None) == np.float32 for a in args)


def tolerance(question: Question, rtol: Tolerance, atol: Tolerance) -> dict[str, float]:
    """``rtol`` and ``atol`` of one question."""
    which = single(question.probe.args)
    return {"rtol": rtol[which], "atol": atol[which]}


def close(got: Any, want: Any, rtol: float, atol: float, note: str = "") -> None:
    """The same shape, and near enough; compared in float64."""
    got, want = np.asarray(got, np.float64), np.asarray(want, np.float64)
    np.testing.assert_allclose(got, want, rtol=rtol, atol=atol, strict=True, err_msg=note)


def agree(question: Question, want: Any, rtol: Tolerance, atol: Tolerance) -> None:
    """``want`` is what the question wants."""
    near = tolerance(question, rtol, atol)
    close(question.wanted.value, want, **near, note=question.probe.regime)


def agree_by_size(question: Question, want: Any, rtol: Tolerance, atol: Tolerance) -> None:
    """The same, with ``atol`` times the largest number of ``want``, and 1e-14."""
    near = tolerance(question, rtol, atol)
    want = np.asarray(want, np.float64)
    near["atol"] = near["atol"] * float(np.abs(want[np.isfinite(want)]).max(initial=0.0)) + 1e-14
    close(question.wanted.value, want, **near, note=question.probe.regime)


def wide(array: Any, grad: bool = False) -> Any:
    """A tensor of torch in float64."""
    import torch

    return torch.tensor(np.asarray(array, dtype=np.float64), requires_grad=grad)
