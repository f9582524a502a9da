"""Mean absolute error, in other words."""

import math

import numpy as np


def mae__loop(y_true, y_pred):
    sizes = [abs(float(p) - float(y)) for y, p in zip(y_true.flat, y_pred.flat)]
    return math.fsum(sizes) / len(sizes)


def mae_grad__loop(y_true, y_pred):
    grad = np.zeros(y_pred.shape)
    for index in np.ndindex(*y_pred.shape):
        if y_pred[index] > y_true[index]:
            grad[index] = 1 / y_pred.size
        elif y_pred[index] < y_true[index]:
            grad[index] = -1 / y_pred.size
    return grad


def mae__where(y_true, y_pred):
    e = y_pred - y_true
    return np.where(e > 0, e, -e).sum() / e.size


def mae_grad__where(y_true, y_pred):
    e = y_pred - y_true
    return np.where(e == 0, 0.0, np.where(e > 0, 1.0, -1.0)) / e.size


def mae__hypot(y_true, y_pred):
    return np.average(np.hypot(y_pred - y_true, 0.0))


def mae_grad__hypot(y_true, y_pred):
    above = np.greater(y_pred, y_true).astype(float)
    below = np.less(y_pred, y_true).astype(float)
    return (above - below) / above.size


def mae__maximum(y_true, y_pred):
    return np.mean(np.maximum(y_true, y_pred) - np.minimum(y_true, y_pred))


def mae_grad__maximum(y_true, y_pred):
    e = y_pred - y_true
    grad = np.array(e, dtype=float)
    grad[e > 0] = 1
    grad[e < 0] = -1
    grad /= e.size
    return grad
