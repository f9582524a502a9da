"""The kinds of input that every exercise is probed with.

A mistake shows only where it bites: a missing 1/n needs more than one sample, a wrong
axis needs a matrix that is not square, a truncated gradient needs whole numbers. Each
function here draws one such kind. Errors and targets are multiples of 1/8, so that
sums, kinks and ties are exact in binary and short to read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from autograde.answers import strided
from autograde.exercise import Probe

EIGHTH = 0.125


def targets(rng: np.random.Generator, shape: int | tuple[int, ...]) -> np.ndarray:
    """True values between -4 and 4, in eighths."""
    return rng.integers(-32, 33, size=shape) * EIGHTH


def errors(
    rng: np.random.Generator, shape: int | tuple[int, ...], low: float, high: float
) -> np.ndarray:
    """Errors with sizes in [low, high], in eighths, of both signs (never all of one)."""
    steps = rng.integers(max(1, round(low / EIGHTH)), round(high / EIGHTH) + 1, size=shape)
    signs = np.where(np.arange(steps.size) % 2 == 0, 1, -1)
    rng.shuffle(signs)
    return steps * signs.reshape(steps.shape) * EIGHTH


def pair(y_true: np.ndarray, error: Sequence[float] | np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """``(y_true, y_pred)`` with the given errors."""
    error = np.asarray(error, dtype=np.float64)
    return y_true, y_true + error


def with_errors(
    rng: np.random.Generator, error: Sequence[float] | np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """``(y_true, y_pred)`` whose errors are exactly ``error``, in random order."""
    shuffled = rng.permutation(np.asarray(error, dtype=np.float64))
    return pair(targets(rng, shuffled.shape), shuffled)


def elementwise(
    rng: np.random.Generator,
    value: str,
    gradient: str,
    settings: Iterable[Mapping[str, Any]] = ({},),
    reach: float = 4.0,
    smallest: float = EIGHTH,
) -> list[Probe]:
    """What every elementwise regression loss and its gradient are asked.

    ``settings`` are the parameter values to go through; ``reach`` and ``smallest`` bound
    the sizes of the errors.
    """
    settings = list(settings)
    probes = []
    for kwargs in settings:
        said = _said(kwargs)
        y, p = pair(targets(rng, 5), errors(rng, 5, smallest, reach))
        probes.append(Probe(value, "value", f"five errors of both signs{said}", (y, p), kwargs))
        y, p = pair(targets(rng, 4), errors(rng, 4, smallest, reach))
        probes.append(
            Probe(gradient, "gradient", f"four errors of both signs{said}", (y, p), kwargs)
        )
    kwargs = settings[0]
    for function, aspect in ((value, "value"), (gradient, "gradient")):
        y, p = pair(targets(rng, (3, 4)), errors(rng, (3, 4), smallest, reach))
        regime = "arrays with 3 rows and 4 columns"
        probes.append(Probe(function, aspect, regime, (y, p), kwargs))
    for function in (value, gradient):
        probes += _edges(rng, function, settings[-1], smallest, reach)
    return probes


def _edges(
    rng: np.random.Generator,
    function: str,
    kwargs: Mapping[str, Any],
    smallest: float,
    reach: float,
) -> list[Probe]:
    """One sample, whole numbers, float32, a view that is not contiguous."""

    def draw(n: int) -> tuple[np.ndarray, np.ndarray]:
        return pair(targets(rng, n), errors(rng, n, smallest, reach))

    whole = np.round(errors(rng, 4, 1, max(2.0, reach))).astype(np.int64)
    whole[whole == 0] = 1
    y_int = rng.integers(-9, 10, size=4)
    single = tuple(a.astype(np.float32) for a in draw(6))
    views = tuple(strided(a) for a in draw(5))
    return [
        Probe(function, "edges", "a single sample", draw(1), kwargs),
        Probe(function, "edges", "whole numbers (dtype int64)", (y_int, y_int + whole), kwargs),
        Probe(function, "edges", "single precision (dtype float32)", single, kwargs),
        Probe(function, "edges", "arrays that are not contiguous in memory", views, kwargs),
    ]


def far_off(
    rng: np.random.Generator,
    functions: Sequence[str],
    aspect: str,
    kwargs: Mapping[str, Any] | None = None,
) -> list[Probe]:
    """Errors of several thousand: far from zero, far from any overflow."""
    regime = "errors of several thousand"
    return [
        Probe(
            function,
            aspect,
            regime,
            pair(targets(rng, 5), errors(rng, 5, 2000.0, 9000.0)),
            kwargs or {},
        )
        for function in functions
    ]


def rejects(
    rng: np.random.Generator, functions: Sequence[str], parameter: str, values: Sequence[float]
) -> list[Probe]:
    """Parameter values for which the statement asks for a ValueError."""
    return [
        Probe(
            function,
            "edges",
            f"{parameter} = {value:g}, which is not allowed",
            pair(targets(rng, 3), errors(rng, 3, EIGHTH, 2.0)),
            {parameter: value},
            raises=ValueError,
        )
        for function in functions
        for value in values
    ]


def _said(kwargs: Mapping[str, Any]) -> str:
    return "".join(f", {name} = {value:g}" for name, value in kwargs.items())
