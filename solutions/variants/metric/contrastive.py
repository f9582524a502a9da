"""The contrastive loss, in other words."""

import math

import numpy as np


def _checked(margin):
    if margin < 0:
        raise ValueError("margin")


def contrastive__loop(similar, a, b, margin=1.0):
    _checked(margin)
    total = 0.0
    for y, u, v in zip(similar.tolist(), a.tolist(), b.tolist(), strict=True):
        d = math.dist(u, v)
        total += d * d / 2 if y == 1 else max(0.0, margin - d) ** 2 / 2
    return total / len(a)


def contrastive_grad__loop(similar, a, b, margin=1.0):
    _checked(margin)
    out = np.zeros(a.shape)
    for i, (y, u, v) in enumerate(zip(similar, a, b, strict=True)):
        d = math.dist(u, v)
        if y == 1:
            out[i] = u - v
        elif 0 < d < margin:
            out[i] = -(margin - d) * (u - v) / d
    return out / len(a)


def contrastive__weights(similar, a, b, margin=1.0):
    _checked(margin)
    d = np.sqrt(((a - b) ** 2).sum(1))
    return (similar @ d**2 + (1 - similar) @ np.maximum(0, margin - d) ** 2) / (2 * len(a))


def contrastive_grad__weights(similar, a, b, margin=1.0):
    _checked(margin)
    e = a - b
    d = np.sqrt((e**2).sum(1, keepdims=True))
    y = similar[:, None]
    unit = e / np.maximum(d, 1e-300)
    return (y * e - (1 - y) * np.maximum(0, margin - d) * unit) / len(a)


def contrastive__indices(similar, a, b, margin=1.0):
    _checked(margin)
    d = np.linalg.norm(a - b, axis=-1)
    cost = d**2
    apart = np.flatnonzero(similar == 0)
    cost[apart] = np.square(np.fmax(margin - d[apart], 0.0))
    return cost.mean() / 2


def contrastive_grad__indices(similar, a, b, margin=1.0):
    _checked(margin)
    out = (a - b) * 1.0
    d = np.linalg.norm(out, axis=-1)
    apart = similar == 0
    live = apart & (d > 0) & (d < margin)
    out[apart & ~live] = 0
    out[live] *= (1 - margin / d[live])[:, None]
    return out / len(a)
