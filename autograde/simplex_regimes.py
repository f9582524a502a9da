"""Probability rows to probe with: in 32nds, so that they add up to exactly 1."""

from __future__ import annotations

import numpy as np

from autograde.answers import strided
from autograde.exercise import Probe

PARTS = 32


def simplex(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Rows of positive probabilities along the last axis, no two entries of a row forced equal."""
    classes = shape[-1]
    counts = 1 + rng.multinomial(PARTS - classes, np.full(classes, 1 / classes), size=shape[:-1])
    return counts / PARTS


def pair(rng: np.random.Generator, *shape: int) -> tuple[np.ndarray, np.ndarray]:
    """Two arrays of such rows that differ in every row."""
    p, q = simplex(rng, *shape), simplex(rng, *shape)
    while shape[-1] > 1 and (p == q).all(axis=-1).any():
        q = simplex(rng, *shape)
    return p, q


def two_distributions(rng: np.random.Generator, function: str, atol: float) -> list[Probe]:
    """What every function of two distributions is asked; ``atol`` is the slack it may have."""

    def probe(aspect: str, regime: str, args: tuple) -> Probe:
        return Probe(function, aspect, regime, args, atol=atol, scaled=False)

    p, q = pair(rng, 5)
    single = tuple(a.astype(np.float32) for a in pair(rng, 3, 4))
    views = tuple(strided(a) for a in pair(rng, 2, 3))
    same = simplex(rng, 4)
    none = simplex(rng, 3)
    return [
        probe("value", "two distributions over five outcomes", (p, q)),
        probe("value", "the same two, exchanged", (q, p)),
        probe("value", "three rows of four outcomes", pair(rng, 3, 4)),
        probe("value", "three axes, (2, 3, 4)", pair(rng, 2, 3, 4)),
        probe("edges", "a distribution and itself", (same, same.copy())),
        probe(
            "edges",
            "an outcome that neither allows",
            (np.append(none, 0.0), np.append(none[::-1], 0.0)),
        ),
        probe(
            "edges",
            "certain outcomes in the first argument",
            (np.eye(3)[rng.permutation(3)], simplex(rng, 3, 3)),
        ),
        Probe(
            function, "edges", "single precision (dtype float32)", single, atol=1e-6, scaled=False
        ),
        probe("edges", "arrays that are not contiguous", views),
    ]
