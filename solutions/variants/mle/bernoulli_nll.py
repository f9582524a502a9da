"""Likelihood of zeros and ones, in other words."""

import math

import numpy as np


def bernoulli_likelihood__powers(y_true, p):
    y = np.asarray(y_true, dtype=float)
    q = np.asarray(p, dtype=float)
    return np.prod(q**y * (1 - q) ** (1 - y))


def bernoulli_nll__powers(y_true, p):
    y = np.asarray(y_true, dtype=float)
    q = np.asarray(p, dtype=float)
    return np.mean(-np.log(q**y * (1 - q) ** (1 - y)))


def bernoulli_likelihood__loop(y_true, p):
    return math.prod(
        float(q) if y == 1 else 1 - float(q) for y, q in zip(y_true.ravel(), p.ravel())
    )


def bernoulli_nll__loop(y_true, p):
    total = 0.0
    for y, q in zip(y_true.ravel(), p.ravel()):
        happened = float(q) if y == 1 else 1 - float(q)
        if happened == 0:
            return math.inf
        total -= math.log(happened)
    return total / y_true.size


def bernoulli_likelihood__two_groups(y_true, p):
    yes = y_true == 1
    return np.prod(p[yes]) * np.prod(1 - p[~yes])


def bernoulli_nll__two_groups(y_true, p):
    yes = y_true == 1
    return -(np.log(p[yes]).sum() + np.log1p(-p[~yes]).sum()) / y_true.size


def bernoulli_likelihood__linear(y_true, p):
    return (p * y_true + (1 - p) * (1 - y_true)).prod()


def bernoulli_nll__linear(y_true, p):
    return -np.log(p * y_true + (1 - p) * (1 - y_true)).mean()
