"""The cosine embedding loss, in other words."""

import math

import numpy as np


def cosine_embedding__loop(y_true, a, b, margin=0.0):
    if not -1 <= margin <= 1:
        raise ValueError("margin")
    total = 0.0
    for y, u, v in zip(y_true, a.tolist(), b.tolist(), strict=True):
        length = math.hypot(*u) * math.hypot(*v)
        c = sum(p * q for p, q in zip(u, v, strict=True)) / length if length else 0.0
        total += 1 - c if y == 1 else max(0.0, c - margin)
    return total / len(a)


def cosine_embedding__units(y_true, a, b, margin=0.0):
    if not -1 <= margin <= 1:
        raise ValueError("margin")
    with np.errstate(all="ignore"):
        u = np.nan_to_num(a / np.linalg.norm(a, axis=1, keepdims=True))
        v = np.nan_to_num(b / np.linalg.norm(b, axis=1, keepdims=True))
    c = (u * v).sum(axis=1)
    return np.where(y_true == 1, 1 - c, np.maximum(0, c - margin)).mean()


def cosine_embedding__masks(y_true, a, b, margin=0.0):
    if margin < -1 or margin > 1:
        raise ValueError("margin")
    n = np.sqrt((a * a).sum(1)) * np.sqrt((b * b).sum(1))
    n[n == 0] = np.inf
    c = (a * b).sum(1) / n
    together = y_true == 1
    cost = (1 - c[together]).sum() + (c[~together] - margin)[c[~together] > margin].sum()
    return cost / len(c)
