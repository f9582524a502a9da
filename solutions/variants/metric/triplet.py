"""The triplet loss, in other words."""

import math

import numpy as np


def _checked(margin):
    if margin < 0:
        raise ValueError("margin")


def triplet__loop(anchor, positive, negative, margin=1.0):
    _checked(margin)
    rows = zip(anchor.tolist(), positive.tolist(), negative.tolist(), strict=True)
    return sum(max(0.0, math.dist(a, p) - math.dist(a, n) + margin) for a, p, n in rows) / len(
        anchor
    )


def triplet_grad__loop(anchor, positive, negative, margin=1.0):
    _checked(margin)
    out = np.zeros((3, *anchor.shape))
    for i, (a, p, n) in enumerate(zip(anchor, positive, negative, strict=True)):
        near, far = math.dist(a, p), math.dist(a, n)
        if near - far + margin > 0:
            u = (a - p) / near if near else 0.0 * (a - p)
            v = (a - n) / far if far else 0.0 * (a - n)
            out[:, i] = u - v, -u, v
    return out / len(anchor)


def triplet__sort(anchor, positive, negative, margin=1.0):
    _checked(margin)
    gap = np.sqrt(((anchor - positive) ** 2).sum(1)) - np.sqrt(((anchor - negative) ** 2).sum(1))
    live = gap > -margin
    return (gap[live] + margin).sum() / len(gap)


def triplet_grad__sort(anchor, positive, negative, margin=1.0):
    _checked(margin)
    u, v = anchor - positive, anchor - negative
    near, far = (np.sqrt((w**2).sum(1, keepdims=True)) for w in (u, v))
    with np.errstate(all="ignore"):
        u, v = np.nan_to_num(u / near), np.nan_to_num(v / far)
    live = (near - far + margin > 0) / len(anchor)
    return live * np.stack([u - v, -u, v])


def triplet__stacked(anchor, positive, negative, margin=1.0):
    _checked(margin)
    near, far = np.linalg.norm(np.stack([positive, negative]) - anchor, axis=-1)
    return np.mean(np.fmax(0.0, margin + near - far))


def triplet_grad__stacked(anchor, positive, negative, margin=1.0):
    _checked(margin)
    d = anchor - np.stack([positive, negative])
    length = np.linalg.norm(d, axis=-1)
    unit = d / np.where(length > 0, length, np.inf)[..., None]
    unit[:, length[0] + margin <= length[1]] = 0
    u, v = unit / len(anchor)
    return [(u - v).tolist(), (-u).tolist(), v.tolist()]
