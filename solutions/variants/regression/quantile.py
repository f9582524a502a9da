"""The quantile loss, in other words."""

import numpy as np


def quantile__where(y_true, y_pred, tau=0.5):
    if tau <= 0 or tau >= 1:
        raise ValueError("tau")
    u = y_true - y_pred
    return np.mean(np.where(u > 0, tau * u, -(1 - tau) * u))


def quantile_grad__where(y_true, y_pred, tau=0.5):
    if tau <= 0 or tau >= 1:
        raise ValueError("tau")
    return np.where(y_pred > y_true, 1 - tau, np.where(y_pred < y_true, -tau, 0)) / y_pred.size


def quantile__loop(y_true, y_pred, tau=0.5):
    if not 0 < tau < 1:
        raise ValueError("tau")
    total = 0.0
    for y, p in zip(y_true.ravel().tolist(), y_pred.ravel().tolist()):
        if y > p:
            total += tau * (y - p)
        else:
            total += (1 - tau) * (p - y)
    return total / y_pred.size


def quantile_grad__loop(y_true, y_pred, tau=0.5):
    if not 0 < tau < 1:
        raise ValueError("tau")
    slopes = [
        1 - tau if p > y else -tau if p < y else 0.0
        for y, p in zip(y_true.ravel().tolist(), y_pred.ravel().tolist())
    ]
    return np.reshape(slopes, y_pred.shape) / len(slopes)


def quantile__tilted(y_true, y_pred, tau=0.5):
    if not 0 < tau < 1:
        raise ValueError("tau")
    u = y_true - y_pred
    return np.mean(0.5 * np.abs(u) + (tau - 0.5) * u)


def quantile_grad__tilted(y_true, y_pred, tau=0.5):
    if not 0 < tau < 1:
        raise ValueError("tau")
    e = y_pred - y_true
    return (0.5 * np.sign(e) + (0.5 - tau) * (e != 0)) / e.size


def quantile__two_sums(y_true, y_pred, tau=0.5):
    if not 0 < tau < 1:
        raise ValueError("tau")
    e = (y_pred - y_true).astype(float)
    return ((1 - tau) * e[e > 0].sum() - tau * e[e < 0].sum()) / e.size


def quantile_grad__two_sums(y_true, y_pred, tau=0.5):
    if not 0 < tau < 1:
        raise ValueError("tau")
    return np.choose(np.sign(y_pred - y_true).astype(int) + 1, [-tau, 0.0, 1 - tau]) / y_pred.size
