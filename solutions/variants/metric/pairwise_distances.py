"""Distances of all pairs, in other words."""

import math

import numpy as np


def pairwise_distances__loops(x, y):
    return [[math.dist(a, b) for b in y.tolist()] for a in x.tolist()]


def pairwise_distances__row_by_row(x, y):
    return np.stack([np.sqrt(((x - b) ** 2).sum(axis=1)) for b in y], axis=1)


def pairwise_distances__einsum(x, y):
    d = x[:, None] - y[None]
    return np.sqrt(np.einsum("ijk,ijk->ij", d, d))


def pairwise_distances__centred_hypot(x, y):
    out = np.zeros((len(x), len(y)))
    for k in range(x.shape[1]):
        out = np.hypot(out, np.subtract.outer(x[:, k], y[:, k]))
    return out
