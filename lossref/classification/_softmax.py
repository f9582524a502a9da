"""What all softmax losses share: the cost of the label, the probabilities, what is missing."""

from __future__ import annotations

import numpy as np


def softmax_parts(
    z: np.ndarray, y: np.ndarray, wants_p: bool = True
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For rows z and labels y: -log p_y, all probabilities P, and 1 - p_y.

    The last is the sum of the other probabilities, and the first is log1p of their ratio to
    p_y where the label leads: neither is a difference, so both keep their digits where the
    model is right, which is where the usual forms have none left. Without ``wants_p`` the
    second is scratch.
    """
    at = np.arange(len(y)), y
    own = z[at]
    d = z - own[:, None]
    d[at] = -np.inf
    cost, d, rest = margin_parts(d, at, wants_p)
    odd = ~np.isfinite(cost)
    if odd.any():
        cost[odd], d[odd], rest[odd] = _limits(z[odd], y[odd])
    return cost, d, rest


def margin_parts(
    d: np.ndarray, at: tuple[np.ndarray, np.ndarray], wants_p: bool = True
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The same for finite rows d = z - z_y with -inf at the label itself. Overwrites d."""
    top = np.maximum(d.max(axis=1, initial=-np.inf), 0)
    d -= top[:, None]
    np.exp(d, out=d)
    others = d.sum(axis=1)
    label = np.exp(-top)
    total = others + label
    cost = np.where(top == 0, np.log1p(others), top + np.log(total))
    if wants_p:
        d /= total[:, None]
        d[at] = label / total
    rest = others / total
    return cost, d, rest


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
