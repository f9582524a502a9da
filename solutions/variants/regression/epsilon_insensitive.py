"""Other right answers to the exercise epsilon_insensitive; the part after __ names the variant."""

import numpy as np


def _look(epsilon):
    if epsilon < 0:
        raise ValueError("epsilon must not be negative")


def epsilon_insensitive__where(y_true, y_pred, epsilon=0.1):
    _look(epsilon)
    e = np.abs(y_true - y_pred)
    return np.where(e > epsilon, e - epsilon, 0).mean()


def epsilon_insensitive_grad__where(y_true, y_pred, epsilon=0.1):
    _look(epsilon)
    e = y_pred - y_true
    return np.where(e > epsilon, 1.0, np.where(e < -epsilon, -1.0, 0.0)) / e.size


def epsilon_insensitive__loop(y_true, y_pred, epsilon=0.1):
    _look(epsilon)
    total = 0.0
    for t, p in zip(y_true.flat, y_pred.flat, strict=True):
        total += max(0.0, abs(float(p) - float(t)) - epsilon)
    return total / y_true.size


def epsilon_insensitive_grad__loop(y_true, y_pred, epsilon=0.1):
    _look(epsilon)
    out = np.zeros(y_pred.shape)
    for place in np.ndindex(*y_pred.shape):
        e = float(y_pred[place]) - float(y_true[place])
        if abs(e) > epsilon:
            out[place] = np.copysign(1 / y_pred.size, e)
    return out


def epsilon_insensitive__two_hinges(y_true, y_pred, epsilon=0.1):
    _look(epsilon)
    e = y_pred - y_true
    return np.mean(np.maximum(0, e - epsilon) + np.maximum(0, -e - epsilon))


def epsilon_insensitive_grad__two_hinges(y_true, y_pred, epsilon=0.1):
    _look(epsilon)
    e = y_pred - y_true
    return ((e > epsilon) * 1.0 - (e < -epsilon) * 1.0) / e.size
