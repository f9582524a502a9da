"""Kullback-Leibler divergence, in other words."""

import math

import numpy as np


def kl_divergence__loop(p, q):
    out = np.zeros(p.shape[:-1])
    for i in np.ndindex(out.shape):
        for a, b in zip(p[i].tolist(), q[i].tolist()):
            if a > 0:
                out[i] += a * math.log(a / b) if b > 0 else math.inf
    return out


def kl_divergence__two_entropies(p, q):
    p, q = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        cross = np.where(p > 0, -p * np.log(q), 0).sum(axis=-1)
        own = np.where(p > 0, -p * np.log(p), 0).sum(axis=-1)
    return cross - own


def kl_divergence__where(p, q):
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = p * np.log(p / q)
    return np.where(p == 0, 0, terms).sum(-1)
