"""Entropy and cross-entropy, in other words."""

import math

import numpy as np


def entropy__by_the_other(p, base=np.e):
    return cross_entropy__by_the_other(p, p, base)


def cross_entropy__by_the_other(p, q, base=np.e):
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = p * -np.log(q)
    return np.sum(np.where(p == 0, 0.0, terms), axis=-1) / math.log(base)


def entropy__loop(p, base=np.e):
    out = np.zeros(p.shape[:-1])
    for i in np.ndindex(out.shape):
        out[i] = -math.fsum(float(v) * math.log(v, base) for v in p[i] if v > 0)
    return out


def cross_entropy__loop(p, q, base=np.e):
    out = np.zeros(p.shape[:-1])
    for i in np.ndindex(out.shape):
        for a, b in zip(p[i].tolist(), q[i].tolist()):
            if a > 0:
                out[i] += a * (-math.log(b) / math.log(base) if b > 0 else math.inf)
    return out


def entropy__powers(p, base=np.e):
    # the logarithm of a product of powers
    return np.log(np.prod(np.asarray(p, dtype=float) ** -np.asarray(p), axis=-1)) / np.log(base)


def cross_entropy__powers(p, q, base=np.e):
    with np.errstate(divide="ignore"):
        return np.log(np.prod(np.asarray(q, dtype=float) ** -p, axis=-1)) / np.log(base)
