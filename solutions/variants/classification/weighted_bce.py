"""Weights for rare classes, in other words."""

import math

import numpy as np


def balanced_weights__counts(y_true):
    ones = np.count_nonzero(y_true)
    zeros = y_true.size - ones
    if not ones or not zeros:
        return np.ones_like(y_true, dtype=float)
    return np.where(y_true == 1, y_true.size / (2 * ones), y_true.size / (2 * zeros))


def weighted_bce__counts(y_true, logits, weights=None):
    w = np.ones(logits.shape) if weights is None else weights
    each = np.maximum(logits, 0) - y_true * logits + np.log1p(np.exp(-np.abs(logits)))
    return (w * each).sum() / w.sum()


def weighted_bce_grad__counts(y_true, logits, weights=None):
    w = np.ones(logits.shape) if weights is None else weights
    return w / w.sum() * (1 / (1 + np.exp(-logits)) - y_true)


def balanced_weights__bincount(y_true):
    flat = y_true.ravel().astype(int)
    count = np.bincount(flat, minlength=2)
    if 0 in count:
        return np.ones(y_true.shape)
    return (len(flat) / (2.0 * count))[flat].reshape(y_true.shape)


def weighted_bce__bincount(y_true, logits, weights=None):
    sign = 1 - 2 * y_true
    return float(np.average(np.logaddexp(0, sign * logits), weights=weights))


def weighted_bce_grad__bincount(y_true, logits, weights=None):
    sign = 1 - 2 * y_true
    pull = sign * np.exp(-np.logaddexp(0, -sign * logits))
    if weights is None:
        return pull / pull.size
    return weights * pull / np.sum(weights)


def balanced_weights__loop(y_true):
    values = y_true.ravel().tolist()
    if len(set(values)) == 1:
        return np.ones(y_true.shape)
    return np.array([len(values) / (2 * values.count(v)) for v in values]).reshape(y_true.shape)


def weighted_bce__loop(y_true, logits, weights=None):
    w = [1.0] * y_true.size if weights is None else weights.ravel().tolist()
    total = 0.0
    for y, z, k in zip(y_true.ravel().tolist(), logits.ravel().tolist(), w):
        total += k * (max(z, 0) - y * z + math.log1p(math.exp(-abs(z))))
    return total / math.fsum(w)


def weighted_bce_grad__loop(y_true, logits, weights=None):
    w = [1.0] * y_true.size if weights is None else weights.ravel().tolist()
    rows = zip(y_true.ravel().tolist(), logits.ravel().tolist(), w)
    g = [k * (0.5 * (1 + math.tanh(z / 2)) - y) / math.fsum(w) for y, z, k in rows]
    return np.array(g).reshape(logits.shape)
