"""The hinge loss, in other words."""

import numpy as np


def hinge__maximum(y_true, scores):
    if np.any((y_true != 1) & (y_true != -1)):
        raise ValueError("labels")
    return np.mean(np.maximum(0, 1 - y_true * scores))


def hinge_grad__maximum(y_true, scores):
    if np.any((y_true != 1) & (y_true != -1)):
        raise ValueError("labels")
    return -(y_true * (y_true * scores < 1)) / scores.size


def hinge__loop(y_true, scores):
    total = 0.0
    for y, f in zip(y_true.ravel().tolist(), scores.ravel().tolist()):
        if y not in (1, -1):
            raise ValueError(y)
        total += max(0.0, 1.0 - y * f) / scores.size
    return total


def hinge_grad__loop(y_true, scores):
    g = np.zeros(scores.shape)
    for i in np.ndindex(scores.shape):
        if y_true[i] not in (1, -1):
            raise ValueError(y_true[i])
        if y_true[i] * scores[i] < 1:
            g[i] = -float(y_true[i]) / scores.size
    return g


def hinge__two_sides(y_true, scores):
    if not set(np.unique(y_true)) <= {-1, 1}:
        raise ValueError("labels")
    up, down = np.maximum(1 - scores, 0), np.maximum(1 + scores, 0)
    return np.where(y_true > 0, up, down).mean()


def hinge_grad__two_sides(y_true, scores):
    if not set(np.unique(y_true)) <= {-1, 1}:
        raise ValueError("labels")
    up, down = -1.0 * (scores < 1), 1.0 * (scores > -1)
    return np.where(y_true > 0, up, down) / scores.size
