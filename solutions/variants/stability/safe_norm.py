"""A norm for every scale, in other words."""

import math

import numpy as np


def safe_norm__hypot(x):
    return math.hypot(*np.ravel(x).tolist())


def safe_norm_grad__hypot(x):
    n = math.hypot(*np.ravel(x).tolist())
    return x / n if n else np.zeros_like(x, dtype=float)


def safe_norm__loop(x):
    scale, total = 0.0, 1.0
    for v in map(abs, np.ravel(x).tolist()):
        if v > scale:
            total = 1.0 + total * (scale / v) ** 2
            scale = v
        elif v:
            total += (v / scale) ** 2
    return scale * math.sqrt(total)


def safe_norm_grad__loop(x):
    n = safe_norm__loop(x)
    flat = [v / n if n > 0 else 0.0 for v in np.ravel(x).tolist()]
    return np.array(flat).reshape(np.shape(x))


def safe_norm__power_of_two(x):
    x = np.asarray(x, dtype=np.float64)
    _, e = np.frexp(np.max(np.abs(x)))
    return np.ldexp(np.linalg.norm(np.ldexp(x, -e)), e)


def safe_norm_grad__power_of_two(x):
    x = np.asarray(x, dtype=np.float64)
    _, e = np.frexp(np.max(np.abs(x)))
    y = np.ldexp(x, -e)
    length = np.linalg.norm(y)
    return np.divide(y, length, out=np.zeros(x.shape), where=length > 0)
