"""Many labels with unknown ones, in other words."""

import math

import numpy as np


def bce_with_logits__textbook(y_true, logits, known=None):
    known = np.full(logits.shape, True) if known is None else known
    z = np.where(known, logits, 0)
    y = np.where(known, y_true, 0)
    each = np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))
    return np.where(known, each, 0).sum() / max(int(known.sum()), 1)


def bce_with_logits_grad__textbook(y_true, logits, known=None):
    known = np.full(logits.shape, True) if known is None else known
    z = np.where(known, logits, 0)
    p = 1 / (1 + np.exp(-z))
    return np.where(known, p - np.where(known, y_true, 0), 0) / max(int(known.sum()), 1)


def bce_with_logits__loop(y_true, logits, known=None):
    total, count = 0.0, 0
    for i in np.ndindex(logits.shape):
        if known is None or known[i]:
            y, z = float(y_true[i]), float(logits[i])
            tail = math.log1p(math.exp(-abs(z)))
            total += y * (max(-z, 0) + tail) + (1 - y) * (max(z, 0) + tail)
            count += 1
    return total / count if count else 0.0


def bce_with_logits_grad__loop(y_true, logits, known=None):
    g = np.zeros(logits.shape)
    asked = [i for i in np.ndindex(logits.shape) if known is None or known[i]]
    for i in asked:
        g[i] = (0.5 * (1 + math.tanh(float(logits[i]) / 2)) - float(y_true[i])) / len(asked)
    return g


def bce_with_logits__compressed(y_true, logits, known=None):
    keep = slice(None) if known is None else known.ravel()
    y, z = y_true.ravel()[keep], logits.ravel()[keep]
    if len(z) == 0:
        return 0
    return float(np.average(np.logaddexp(0, z) * (1 - y) + np.logaddexp(0, -z) * y))


def bce_with_logits_grad__compressed(y_true, logits, known=None):
    keep = np.flatnonzero(np.ones(logits.size) if known is None else known)
    g = np.zeros(logits.size)
    y, z = y_true.ravel()[keep], logits.ravel()[keep]
    small = np.exp(-np.abs(z))
    g[keep] = (np.where(z < 0, small, 1) / (1 + small) - y) / max(len(keep), 1)
    return g.reshape(logits.shape)
