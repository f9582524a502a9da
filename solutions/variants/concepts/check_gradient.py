"""The relative difference of two gradients, in other words."""

import math

import numpy as np


def _measure(f, w, h):
    w = np.array(w, dtype=float)
    moves = h * np.eye(w.size).reshape(w.size, *w.shape)
    return np.array([f(w + m) - f(w - m) for m in moves]) / (2 * h)


def check_gradient__hypot(f, grad, w, h=1e-5):
    m = _measure(f, w, h).tolist()
    g = np.ravel(grad(w)).tolist()
    size = math.hypot(*g) + math.hypot(*m)
    return math.hypot(*[a - b for a, b in zip(g, m)]) / size if size else 0.0


def check_gradient__early(f, grad, w, h=1e-5):
    m, g = _measure(f, w, h), np.ravel(grad(w))
    if not m.any() and not g.any():
        return 0
    return np.sqrt(((g - m) ** 2).sum()) / (np.sqrt((g**2).sum()) + np.sqrt((m**2).sum()))


def check_gradient__floor(f, grad, w, h=1e-5):
    m, g = _measure(f, w, h), np.asarray(grad(w)).reshape(-1)
    length = lambda v: float(np.dot(v, v)) ** 0.5
    return length(g - m) / max(length(g) + length(m), 1e-30)
