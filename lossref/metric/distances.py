"""The distances of all pairs of two sets of vectors, from differences and not from products."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref import _check, _plain

#: Differences that are held at once.
BLOCK = 262_144


def pairwise_distances(x: Any, y: Any = None, *, squared: bool = False) -> np.ndarray:
    """The Euclidean distance of every row of one array to every row of another.

    Use it to find neighbours, near duplicates among them. Not for millions of pairs in many
    dimensions where two digits are enough: |x|^2 + |y|^2 - 2 x.y is faster there.

    Formula:
        d_ij = sqrt(sum over k of (x_ik - y_jk)^2)

    Parameters:
        x: Array (N, D). A NaN shows up in its row.
        y: Array (M, D), or None for x itself.
        squared: Whether to leave out the root.

    Returns:
        An array (N, M) in the dtype of the input; float64 for integers.

    Raises:
        ValueError: If the arrays do not have two axes and the same number of columns.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        torch.cdist, which uses the products from 26 rows on, and sklearn's
        euclidean_distances, which always does: both lose the distance of near duplicates.

    Source:
        By definition.

    Examples:
        >>> pairwise_distances([[0, 0]], [[3, 4], [0, 0]])
        array([[5., 0.]])
    """
    squared = _plain.flag("pairwise_distances", "squared", squared, False)
    a = _rows("x", x)
    b = a if y is None else _rows("y", y)
    if a.shape[1] != b.shape[1]:
        raise ValueError(
            f"pairwise_distances: x and y must have the same number of columns; "
            f"got {a.shape} and {b.shape}. Compare vectors of the same space."
        )
    dtype = np.result_type(a, b)
    dtype = dtype if dtype.kind == "f" else np.dtype(np.float64)
    compute = np.result_type(dtype, np.float32)
    a, b = a.astype(compute, copy=False), b.astype(compute, copy=False)
    out = np.empty((len(a), len(b)), dtype)
    step = max(1, BLOCK // max(1, b.size))
    with np.errstate(all="ignore"):
        for start in range(0, len(a), step):
            rows = slice(start, start + step)
            out[rows] = _block(a[rows, None, :] - b, squared)
    return out


def _block(d: np.ndarray, squared: bool) -> np.ndarray:
    found = (d * d).sum(axis=-1)
    if squared:
        return found
    # Where a square left the range of floats the root did not: take those again, scaled.
    info = np.finfo(d.dtype)
    lost = (found < info.tiny / info.eps) | np.isinf(found)
    np.sqrt(found, out=found)
    if lost.any():
        rows = d[lost]
        top = np.abs(rows).max(axis=-1, initial=0.0)
        e = np.frexp(np.where(np.isfinite(top), top, 1.0))[1]
        rows = np.ldexp(rows, -e[:, None])
        found[lost] = np.ldexp(np.sqrt((rows * rows).sum(axis=-1)), e)
    return found


def _rows(name: str, given: Any) -> np.ndarray:
    x = _check._real_array("pairwise_distances", name, given)
    if x.ndim != 2:
        raise ValueError(
            f"pairwise_distances: {name} must have two axes, one row per vector; "
            f"got shape {x.shape}. Use {name}[None] for one vector."
        )
    return x
