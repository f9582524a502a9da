"""Other right answers to the exercise mse; the part after __ names the variant."""

import math

import numpy as np


def _look(y_true, y_pred):
    if np.shape(y_true) != np.shape(y_pred):
        raise ValueError("shapes differ")
    if np.size(y_true) == 0:
        raise ValueError("nothing to average")


def mse__loop(y_true, y_pred):
    _look(y_true, y_pred)
    squares = [(float(p) - float(t)) ** 2 for t, p in zip(y_true.flat, y_pred.flat, strict=True)]
    return math.fsum(squares) / len(squares)


def mse_grad__loop(y_true, y_pred):
    _look(y_true, y_pred)
    out = np.empty(y_pred.shape)
    for place in np.ndindex(*y_pred.shape):
        out[place] = 2 * (float(y_pred[place]) - float(y_true[place])) / y_pred.size
    return out


def mse__vdot(y_true, y_pred):
    _look(y_true, y_pred)
    e = (y_true - y_pred).ravel()
    return np.vdot(e, e) / e.size


def mse_grad__vdot(y_true, y_pred):
    _look(y_true, y_pred)
    return np.divide(np.subtract(y_pred, y_true), y_pred.size / 2)


def mse__norm(y_true, y_pred):
    _look(y_true, y_pred)
    return np.linalg.norm((y_true - y_pred).ravel()) ** 2 / np.prod(y_true.shape)


def mse_grad__norm(y_true, y_pred):
    _look(y_true, y_pred)
    return -2 * (y_true - y_pred) / np.prod(y_true.shape)
