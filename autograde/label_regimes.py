"""The kinds of input that losses of labels are probed with.

Both labels always occur, both kinds of mistake too, and logits are multiples of 1/8.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograde.answers import strided
from autograde.exercise import Probe
from autograde.regimes import EIGHTH, targets


def binary(rng: np.random.Generator, *shape: int) -> tuple[np.ndarray, np.ndarray]:
    """``(labels, logits)`` with labels 0 and 1, about half of each, and no logit of 0."""
    size = int(np.prod(shape))
    labels = rng.permutation(np.arange(size) % 2).reshape(shape) * 1.0
    return labels, targets(rng, shape) + EIGHTH / 2


def signed(rng: np.random.Generator, *shape: int) -> tuple[np.ndarray, np.ndarray]:
    """``(labels, scores)`` with labels -1 and 1: margins on both sides of 0 and of 1."""
    size = int(np.prod(shape))
    labels = rng.permutation(np.where(np.arange(size) % 2 == 0, 1.0, -1.0))
    steps = rng.permutation(np.resize([1, 3, 5, 11, 13, 21], size))
    margins = (steps + 4 * rng.integers(-5, 2, size)) * EIGHTH + EIGHTH / 2
    return labels.reshape(shape), (labels * margins).reshape(shape)


def rows(rng: np.random.Generator, n: int, classes: int) -> tuple[np.ndarray, np.ndarray]:
    """``(labels, logits)``: integer labels that differ, and a row of logits for each."""
    labels = rng.permutation(np.arange(n) % classes)
    return labels, targets(rng, (n, classes))


def in_other_clothes(
    function: str, draw: Any, kwargs: Mapping[str, Any] | None = None, whole: Any = None
) -> list[Probe]:
    """A single sample, whole numbers, float32, views; ``draw(n)`` gives the two arguments."""
    kwargs = kwargs or {}
    single = tuple(a.astype(np.float32) if a.dtype == np.float64 else a for a in draw(6))
    views = tuple(strided(a) for a in draw(5))
    found = [
        Probe(function, "edges", "a single sample", draw(1), kwargs),
        # A gradient is a difference of numbers near 1, of which float32 keeps six digits.
        Probe(function, "edges", "single precision (dtype float32)", single, kwargs, atol=1e-6),
        Probe(function, "edges", "arrays that are not contiguous in memory", views, kwargs),
    ]
    if whole is not None:
        found.append(Probe(function, "edges", "whole numbers (dtype int64)", whole, kwargs))
    return found


def refuses(
    functions: Sequence[str], regime: str, args: tuple[Any, ...], kwargs: Any = None
) -> list[Probe]:
    """The same bad call to every function, for which the statement asks for a ValueError."""
    return [
        Probe(function, "edges", regime, args, kwargs or {}, raises=ValueError)
        for function in functions
    ]
