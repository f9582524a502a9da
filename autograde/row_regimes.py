"""Probes that every function along the last axis is asked."""

from __future__ import annotations

import numpy as np

from autograde.answers import strided
from autograde.exercise import Probe
from autograde.regimes import EIGHTH, targets


def elementary(rng: np.random.Generator, function: str) -> list[Probe]:
    """Rows of modest numbers, of every shape and type."""

    def draw(*shape: int) -> np.ndarray:
        return targets(rng, shape)

    return [
        Probe(function, "value", "one row of five numbers", (draw(5),)),
        Probe(function, "value", "three rows of four numbers", (draw(3, 4),)),
        Probe(function, "value", "three axes, (2, 3, 2)", (draw(2, 3, 2),)),
        Probe(function, "edges", "rows with a single entry", (draw(3, 1),)),
        Probe(
            function, "edges", "whole numbers (dtype int64)", (rng.integers(-5, 6, size=(2, 3)),)
        ),
        Probe(
            function, "edges", "single precision (dtype float32)", (draw(2, 4).astype(np.float32),)
        ),
        Probe(function, "edges", "an array that is not contiguous", (strided(draw(2, 3)),)),
    ]


def extreme(rng: np.random.Generator, function: str) -> list[Probe]:
    """Rows at which exp overflows, or underflows to nothing."""
    steps = rng.integers(0, 17, size=4) * EIGHTH
    return [
        Probe(function, "stability", "entries near 1000", (1000.0 + steps,)),
        Probe(function, "stability", "entries near -1000", (-1000.0 - steps,)),
        Probe(
            function,
            "stability",
            "entries near 100 in float32",
            ((100.0 + steps).astype(np.float32),),
        ),
    ]


def apart(rng: np.random.Generator, function: str) -> Probe:
    """Two rows that no single shift can serve."""
    rows = targets(rng, (2, 3)) + np.array([[1000.0], [-1000.0]])
    return Probe(function, "stability", "a row near 1000 above a row near -1000", (rows,))
