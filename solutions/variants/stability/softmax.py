"""Softmax, in other words."""

import math

import numpy as np


def softmax__by_logarithm(z):
    return np.exp(z - np.logaddexp.reduce(z, axis=-1, keepdims=True))


def softmax__loop(z):
    flat = np.array(z, dtype=np.float64).reshape(-1, z.shape[-1])
    for row in flat:
        peak = row.max()
        total = sum(math.exp(v - peak) for v in row)
        for j, v in enumerate(row):
            row[j] = math.exp(v - peak) / total
    return flat.reshape(z.shape)


def softmax__odds(z):
    # p_j = 1 / sum_k exp(z_k - z_j): an odds ratio may overflow, and its inverse is then 0
    z = np.asarray(z, dtype=np.float64)
    with np.errstate(over="ignore", invalid="ignore"):
        gaps = z[..., None, :] - z[..., :, None]
        gaps = np.where(np.isneginf(z)[..., :, None], np.inf, gaps)
        return 1.0 / np.sum(np.exp(gaps), axis=-1)


def softmax__transposed(z):
    t = np.moveaxis(np.asarray(z), -1, 0)
    e = np.exp(t - t.max(axis=0))
    return np.moveaxis(e / e.sum(axis=0), 0, -1)
