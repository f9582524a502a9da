"""Poisson regression by gradient descent, in other words."""

import math

import numpy as np


def fit_by_mle__with_a_flat_prior(x, y, lr=0.1, steps=100):
    return fit_by_map__with_a_flat_prior(x, y, math.inf, lr, steps)


def fit_by_map__with_a_flat_prior(x, y, prior_variance, lr=0.1, steps=100):
    w, n = np.zeros(x.shape[1]), x.shape[0]
    for _ in range(steps):
        w -= lr / n * ((np.exp(x.dot(w)) - y).dot(x) + w / prior_variance)
    return w


def fit_by_mle__loop(x, y, lr=0.1, steps=100):
    return fit_by_map__loop(x, y, None, lr, steps)


def fit_by_map__loop(x, y, prior_variance, lr=0.1, steps=100):
    n, d = x.shape
    w = [0.0] * d
    for _ in range(steps):
        slope = [0.0] * d
        for row, count in zip(x.tolist(), y.tolist()):
            rate = math.exp(sum(a * b for a, b in zip(row, w)))
            for j in range(d):
                slope[j] += (rate - count) * row[j]
        if prior_variance is not None:
            slope = [s + v / prior_variance for s, v in zip(slope, w)]
        w = [v - lr * s / n for v, s in zip(w, slope)]
    return w


def fit_by_mle__two_sums(x, y, lr=0.1, steps=100):
    x = np.asarray(x, dtype=float)
    seen = x.T @ y / len(y)
    w = np.zeros(x.shape[1])
    for _ in range(steps):
        w = w + lr * (seen - x.T @ np.exp(x @ w) / len(y))
    return w


def fit_by_map__two_sums(x, y, prior_variance, lr=0.1, steps=100):
    x = np.asarray(x, dtype=float)
    seen, shrink = x.T @ y / len(y), 1 - lr / (prior_variance * len(y))
    w = np.zeros(x.shape[1])
    for _ in range(steps):
        w = shrink * w + lr * (seen - x.T @ np.exp(x @ w) / len(y))
    return w
