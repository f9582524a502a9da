"""The epsilon-insensitive loss, in other words."""

import numpy as np


def epsilon_insensitive__where(y_true, y_pred, epsilon=0.1):
    if epsilon < 0:
        raise ValueError("epsilon")
    size = np.abs(y_pred - y_true)
    return np.where(size <= epsilon, 0.0, size - epsilon).mean()


def epsilon_insensitive_grad__where(y_true, y_pred, epsilon=0.1):
    if epsilon < 0:
        raise ValueError("epsilon")
    e = y_pred - y_true
    return np.where(e > epsilon, 1.0, np.where(e < -epsilon, -1.0, 0.0)) / e.size


def epsilon_insensitive__loop(y_true, y_pred, epsilon=0.1):
    if epsilon < 0:
        raise ValueError("epsilon")
    total = 0.0
    for y, p in zip(y_true.ravel().tolist(), y_pred.ravel().tolist()):
        total += max(0.0, abs(p - y) - epsilon)
    return total / y_pred.size


def epsilon_insensitive_grad__loop(y_true, y_pred, epsilon=0.1):
    if epsilon < 0:
        raise ValueError("epsilon")
    grad = np.zeros(y_pred.shape)
    for index in np.ndindex(*y_pred.shape):
        e = float(y_pred[index]) - float(y_true[index])
        if e > epsilon:
            grad[index] = 1.0 / y_pred.size
        if e < -epsilon:
            grad[index] = -1.0 / y_pred.size
    return grad


def epsilon_insensitive__two_hinges(y_true, y_pred, epsilon=0.1):
    if epsilon < 0:
        raise ValueError("epsilon")
    e = y_pred - y_true
    above = np.clip(e - epsilon, 0, None)
    below = np.clip(-e - epsilon, 0, None)
    return np.sum(above + below) / e.size


def epsilon_insensitive_grad__two_hinges(y_true, y_pred, epsilon=0.1):
    if epsilon < 0:
        raise ValueError("epsilon")
    e = y_pred - y_true
    return ((e > epsilon) * 1.0 - (e < -epsilon) * 1.0) / e.size


def epsilon_insensitive__shrink(y_true, y_pred, epsilon=0.1):
    if epsilon < 0:
        raise ValueError("epsilon")
    e = y_pred - y_true
    return np.abs(e - np.clip(e, -epsilon, epsilon)).mean()


def epsilon_insensitive_grad__shrink(y_true, y_pred, epsilon=0.1):
    if epsilon < 0:
        raise ValueError("epsilon")
    e = y_pred - y_true
    return np.sign(e - np.clip(e, -epsilon, epsilon)) / e.size
