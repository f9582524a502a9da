"""The newsvendor, in other words."""

import math

import numpy as np


def _checked(underage, overage):
    if underage <= 0 or overage <= 0:
        raise ValueError("prices")


def newsvendor_loss__parts(y_true, y_pred, underage=1.0, overage=1.0):
    _checked(underage, overage)
    short = np.clip(y_true - y_pred, 0, None)
    extra = np.clip(y_pred - y_true, 0, None)
    return underage * short.mean() + overage * extra.mean()


def newsvendor_loss_grad__parts(y_true, y_pred, underage=1.0, overage=1.0):
    _checked(underage, overage)
    cases = [y_pred > y_true, y_pred < y_true]
    return np.select(cases, [float(overage), -float(underage)], 0.0) / y_pred.size


def newsvendor_order__parts(demand, underage, overage=1.0):
    _checked(underage, overage)
    costs = [
        newsvendor_loss__parts(demand, np.full(len(demand), d), underage, overage) for d in demand
    ]
    least = min(costs)
    return min(d for d, c in zip(demand, costs, strict=True) if c <= least * (1 + 1e-12))


def newsvendor_loss__loop(y_true, y_pred, underage=1.0, overage=1.0):
    _checked(underage, overage)
    costs = []
    for y, p in zip(y_true.ravel().tolist(), y_pred.ravel().tolist(), strict=True):
        costs.append(underage * (y - p) if y > p else overage * (p - y))
    return math.fsum(costs) / len(costs)


def newsvendor_loss_grad__loop(y_true, y_pred, underage=1.0, overage=1.0):
    _checked(underage, overage)
    out = np.zeros(y_pred.shape)
    for at in np.ndindex(y_pred.shape):
        if y_pred[at] != y_true[at]:
            out[at] = (overage if y_pred[at] > y_true[at] else -underage) / y_pred.size
    return out


def newsvendor_order__loop(demand, underage, overage=1.0):
    _checked(underage, overage)
    waiting = sorted(demand.tolist())
    left = len(waiting)
    for sold_out, amount in enumerate(waiting, 1):
        left = len(waiting) - sold_out
        if underage * left <= overage * sold_out:
            return amount


def newsvendor_loss__abs(y_true, y_pred, underage=1.0, overage=1.0):
    _checked(underage, overage)
    e = y_pred - y_true
    return np.mean((overage + underage) * np.abs(e) + (overage - underage) * e) / 2


def newsvendor_loss_grad__abs(y_true, y_pred, underage=1.0, overage=1.0):
    _checked(underage, overage)
    s = np.sign(y_pred - y_true)
    return ((overage + underage) * s + (overage - underage) * s * s) / (2 * s.size)


def newsvendor_order__abs(demand, underage, overage=1.0):
    _checked(underage, overage)
    return np.quantile(demand, underage / (underage + overage), method="inverted_cdf")
