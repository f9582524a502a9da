"""Binary cross-entropy of probabilities, in other words."""

import math

import numpy as np


def bce__masks(y_true, p):
    if np.any(p > 1) or np.any(p < 0):
        raise ValueError("no probability")
    total = np.zeros(np.shape(p))
    yes, no = y_true > 0, y_true < 1
    total[yes] -= y_true[yes] * np.log(p[yes])
    total[no] -= (1 - y_true[no]) * np.log1p(-p[no])
    return total.mean()


def bce_grad__masks(y_true, p):
    if np.any(p > 1) or np.any(p < 0):
        raise ValueError("no probability")
    g = np.zeros(np.shape(p))
    yes, no = y_true > 0, y_true < 1
    g[yes] -= y_true[yes] / p[yes]
    g[no] += (1 - y_true[no]) / (1 - p[no])
    return g / g.size


def bce__loop(y_true, p):
    total = 0.0
    for y, q in zip(y_true.ravel().tolist(), p.ravel().tolist()):
        if not 0 <= q <= 1:
            raise ValueError(q)
        total -= (y * math.log(q) if y else 0) + ((1 - y) * math.log1p(-q) if y < 1 else 0)
    return total / p.size


def bce_grad__loop(y_true, p):
    slopes = []
    for y, q in zip(y_true.ravel().tolist(), p.ravel().tolist()):
        if not 0 <= q <= 1:
            raise ValueError(q)
        slopes.append(((1 - y) / (1 - q) if y < 1 else 0) - (y / q if y else 0))
    return np.array(slopes).reshape(p.shape) / p.size


def bce__harmless(y_true, p):
    if not np.all((p >= 0) & (p <= 1)):
        raise ValueError("p")
    up = np.log(np.where(y_true == 0, 1.0, p))
    down = np.log1p(-np.where(y_true == 1, 0.0, p))
    return -(y_true * up + (1 - y_true) * down).mean()


def bce_grad__harmless(y_true, p):
    if not np.all((p >= 0) & (p <= 1)):
        raise ValueError("p")
    q = np.where(
        (p == y_true) & (y_true == 0), 0.5, np.where((p == y_true) & (y_true == 1), 0.5, p)
    )
    mixed = (q - y_true) / (q * (1 - q))
    return (
        np.where(
            y_true == 0,
            1 / (1 - p + 0.0),
            np.where(y_true == 1, -1 / np.where(p == 0, 1, p), mixed),
        )
        / p.size
    )
