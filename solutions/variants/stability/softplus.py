"""Softplus and its derivative, in other words."""

import math

import numpy as np


def softplus__maximum(x):
    return np.fmax(x, 0) + np.log1p(np.exp(-abs(x)))


def softplus_grad__maximum(x):
    return 1 / (1 + np.exp(-x))


def softplus__loop(x):
    out = [max(v, 0.0) + math.log1p(math.exp(-abs(v))) for v in np.ravel(x).tolist()]
    return np.reshape(out, x.shape)


def softplus_grad__loop(x):
    out = []
    for v in np.ravel(x).tolist():
        if v >= 0:
            out.append(1 / (1 + math.exp(-v)))
        else:
            out.append(math.exp(v) / (1 + math.exp(v)))
    return np.reshape(out, x.shape)


def softplus__where(x):
    x = np.asarray(x, dtype=np.float64)
    small = np.log1p(np.exp(np.minimum(x, 0.0)))
    large = x + np.log1p(np.exp(-np.maximum(x, 0.0)))
    return np.where(x > 0, large, small)


def softplus_grad__where(x):
    x = np.asarray(x, dtype=np.float64)
    odds = np.exp(np.minimum(x, 0.0))
    return np.where(x > 0, 1 / (1 + np.exp(-np.maximum(x, 0.0))), odds / (1 + odds))
