"""What all softmax losses share: the cost of the label, the probabilities, what is missing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lossref._blocks import sum_rows

#: Up to this size exponentials of logits are far from the ends of float32.
CALM = 30.0
#: Sums of exponentials whose ratio to a calm one is far from the ends of float32.
FEW, MANY = 1e-20, 1e20


def softmax_parts(
    z: np.ndarray, y: np.ndarray, wants_p: bool = True, out: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For rows z and labels y: -log p_y, all probabilities P, and 1 - p_y.

    The last is the sum of the other probabilities, and the first is log1p of their ratio to
    p_y where the label leads: neither is a difference, so both keep their digits where the
    model is right, which is where the usual forms have none left. Without ``wants_p`` the
    second is scratch. ``out`` is where the second goes.
    """
    out = np.empty_like(z) if out is None else out
    cost, d, rest = finite_parts(z, (np.arange(len(y)), y), out, wants_p)
    odd = ~np.isfinite(cost)
    if odd.any():
        cost[odd], d[odd], rest[odd] = _limits(z[odd], y[odd])
    return cost, d, rest


def finite_parts(
    z: np.ndarray,
    at: tuple[np.ndarray, np.ndarray],
    d: np.ndarray,
    wants_p: bool = True,
    again: Callable[[], object] | None = None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The same for rows with a finite label and no +inf, in ``d``, which may be ``z``.

    ``again`` writes ``z`` anew: with it the short way is tried where ``d`` is ``z`` as well.
    """
    own = z[at]
    calm = own.min(initial=0) >= -CALM and own.max(initial=0) <= CALM
    found = _calm_parts(z, at, d) if calm and (d is not z or again is not None) else None
    if found is not None:
        label, others = found
        total = others + label
        cost = np.log1p(others / label)
    else:
        if calm and d is z and again is not None:
            again()
        largest = z.max(axis=1)
        top = largest - own
        np.subtract(z, largest[:, None], out=d)
        np.exp(d, out=d)
        label = np.exp(-top)
        d[at] = 0
        others = sum_rows(d)
        total = others + label
        cost = np.where(top == 0, np.log1p(others / label), top + np.log(total))
    if wants_p:
        d /= total[:, None]
        d[at] = label / total
    rest = others / total
    return cost, d, rest


def _calm_parts(
    z: np.ndarray, at: tuple[np.ndarray, np.ndarray], d: np.ndarray
) -> tuple[np.ndarray, np.ndarray] | None:
    """exp of the labels' logits, and the sums of the others, without the largest taken off.

    Whether that was right is seen afterwards, which saves a search for the largest: None if
    something overflowed, or underflowed that would not have if the largest were taken off.
    """
    if d is not z:
        np.copyto(d, z)
    np.exp(d, out=d)  # from one array into another it takes up to twice as long as both
    label = d[at]
    d[at] = 0
    others = sum_rows(d)
    inside = others.min(initial=1) >= FEW and others.max(initial=1) <= MANY
    return (label, others) if inside and (others + label).min(initial=1) >= 1 else None


def _limits(z: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The same for rows with infinite logits, one by one; nan where there is no limit."""
    cost, rest, p = np.empty(len(y), z.dtype), np.empty(len(y), z.dtype), np.empty_like(z)
    for i, (row, label) in enumerate(zip(z, y, strict=True)):
        top = row.max()
        if np.isnan(top) or top == -np.inf or np.count_nonzero(row == np.inf) > 1:
            cost[i], rest[i], p[i] = np.nan, np.nan, np.nan
            continue
        powers = np.exp(row - top) if np.isfinite(top) else (row == top).astype(z.dtype)
        p[i] = powers / powers.sum()
        rest[i] = np.delete(p[i], label).sum()
        cost[i] = -np.log(p[i, label])
    return cost, p, rest
