"""Laplace negative log-likelihood and its fit, in other words."""

import math
from statistics import median

import numpy as np


def laplace_nll__loop(y_true, loc, scale):
    terms = [
        math.log(2) + math.log(scale) + abs(float(y) - float(m)) / scale
        for y, m in zip(y_true.ravel(), loc.ravel())
    ]
    return math.fsum(terms) / len(terms)


def laplace_fit__loop(y):
    m = median(float(v) for v in y)
    return [m, math.fsum(abs(float(v) - m) for v in y) / len(y)]


def laplace_nll__sorted(y_true, loc, scale):
    density = np.exp(-np.abs(np.subtract(y_true, loc, dtype=float)) / scale) / (2 * scale)
    return -np.mean(np.log(density))


def laplace_fit__sorted(y):
    s = np.sort(np.asarray(y, dtype=float))
    n = s.size
    m = (s[(n - 1) // 2] + s[n // 2]) / 2
    above, below = s[s > m], s[s < m]
    return np.array([m, (above.sum() - m * above.size + m * below.size - below.sum()) / n])


def laplace_nll__trying(y_true, loc, scale):
    e = loc - y_true
    size = np.maximum(e, 0) + np.maximum(-e, 0)
    return np.average(size / scale - np.log(0.5 / scale))


def laplace_fit__trying(y):
    y = np.asarray(y, dtype=float)
    cost = np.abs(y[:, None] - y[None, :]).mean(axis=0)
    best = y[cost <= cost.min() + 1e-12 * (1 + cost.min())]
    m = (best.min() + best.max()) / 2
    return m, cost.min()
