"""Vectors for exercises on embeddings: rows without zeros, pairs at chosen distances."""

from __future__ import annotations

import numpy as np

from autograde.regimes import errors


def rows(rng: np.random.Generator, n: int, d: int, high: float = 2.0) -> np.ndarray:
    """``n`` vectors with ``d`` entries in eighths, of both signs, none of them 0."""
    return errors(rng, (n, d), 0.125, high)


def apart(rng: np.random.Generator, lengths: list[float], d: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows a and b with |a_i - b_i| = lengths[i], to the rounding of a float.

    Their directions have no small entries, so that other distances (sums of sizes, largest
    sizes) differ from the Euclidean one.
    """
    a = rows(rng, len(lengths), d)
    way = rows(rng, len(lengths), d, 1.0)
    way = way / np.sqrt((way * way).sum(axis=1, keepdims=True))
    return a, a - way * np.array(lengths)[:, None]
