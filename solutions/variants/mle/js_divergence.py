"""Jensen-Shannon divergence and distance, in other words."""

import math

import numpy as np


def js_divergence__entropies(p, q):
    def entropy(r):
        return -np.sum(r * np.log(np.where(r > 0, r, 1.0)), axis=-1)

    p, q = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    return entropy((p + q) / 2) - (entropy(p) + entropy(q)) / 2


def js_distance__entropies(p, q):
    return np.sqrt(np.abs(js_divergence__entropies(p, q)))


def js_divergence__loop(p, q):
    out = np.zeros(p.shape[:-1])
    for i in np.ndindex(out.shape):
        for a, b in zip(p[i].tolist(), q[i].tolist()):
            for side in (a, b):
                if side > 0:
                    out[i] += side * math.log(2 * side / (a + b)) / 2
    return out


def js_distance__loop(p, q):
    out = js_divergence__loop(p, q)
    out[out < 0] = 0
    return out**0.5


def js_divergence__stacked(p, q):
    both = np.stack([p, q]).astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = both * (np.log(both) - np.log(both.mean(axis=0)))
    return np.nan_to_num(terms).sum(axis=-1).mean(axis=0)


def js_distance__stacked(p, q):
    return np.sqrt(np.maximum(js_divergence__stacked(p, q), 0))
