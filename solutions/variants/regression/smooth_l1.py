"""Smooth L1, in other words."""

import numpy as np


def smooth_l1__where(y_true, y_pred, beta=1.0):
    if beta < 0:
        raise ValueError("beta")
    e = np.abs(y_pred - y_true)
    if beta == 0:
        return np.mean(e)
    return np.mean(np.where(e < beta, 0.5 * e**2 / beta, e - 0.5 * beta))


def smooth_l1_grad__where(y_true, y_pred, beta=1.0):
    if beta < 0:
        raise ValueError("beta")
    e = y_pred - y_true
    if beta == 0:
        return np.sign(e) / e.size
    return np.where(np.abs(e) <= beta, e / beta, np.sign(e)) / e.size


def smooth_l1__loop(y_true, y_pred, beta=1.0):
    if beta < 0:
        raise ValueError("beta")
    costs = []
    for y, p in zip(y_true.ravel().tolist(), y_pred.ravel().tolist()):
        e = abs(p - y)
        costs.append(e * e / (2 * beta) if e < beta else e - beta / 2)
    return sum(costs) / len(costs)


def smooth_l1_grad__loop(y_true, y_pred, beta=1.0):
    if beta < 0:
        raise ValueError("beta")
    grad = np.zeros(y_pred.shape, dtype=float)
    for index, p in np.ndenumerate(y_pred):
        e = float(p) - float(y_true[index])
        if abs(e) < beta:
            grad[index] = e / beta
        elif e != 0:
            grad[index] = 1.0 if e > 0 else -1.0
    return grad / grad.size


def smooth_l1__divide_where(y_true, y_pred, beta=1.0):
    if beta < 0:
        raise ValueError("beta")
    size = np.abs(np.asarray(y_pred, float) - y_true)
    # The warning at beta = 0 costs nothing: where() never picks the nan.
    return np.where(size < beta, size**2 / np.float64(2 * beta), size - beta / 2).mean()


def smooth_l1_grad__divide_where(y_true, y_pred, beta=1.0):
    if beta < 0:
        raise ValueError("beta")
    e = np.asarray(y_pred, float) - y_true
    return np.nan_to_num(np.clip(e / np.float64(beta), -1, 1)) / e.size


def smooth_l1__from_huber(y_true, y_pred, beta=1.0):
    if beta < 0:
        raise ValueError("beta")
    size = abs(y_pred - y_true)
    if not beta:
        return np.add.reduce(size, axis=None) / size.size
    inner = np.minimum(size, beta)
    return np.mean(0.5 * inner**2 + beta * (size - inner)) / beta


def smooth_l1_grad__from_huber(y_true, y_pred, beta=1.0):
    if beta < 0:
        raise ValueError("beta")
    e = y_pred - y_true
    width = np.maximum(np.abs(e), beta)
    width = np.where(width == 0, 1, width)
    return e / width / e.size
