"""CRPS of an ensemble, in other words."""

import math

import numpy as np


def crps_ensemble__sorted(y_true, ensemble):
    x = np.sort(ensemble, axis=1)
    m = x.shape[1]
    weights = 2 * np.arange(1, m + 1) - m - 1
    spread = (x * weights).sum(axis=1) / m**2
    return np.mean(np.abs(x - y_true[:, None]).mean(axis=1) - spread)


def crps_ensemble_grad__sorted(y_true, ensemble):
    n, m = ensemble.shape
    below = np.array([np.searchsorted(np.sort(row), row, "left") for row in ensemble])
    above = m - np.array([np.searchsorted(np.sort(row), row, "right") for row in ensemble])
    return (np.sign(ensemble - y_true[:, None]) - (below - above) / m) / (n * m)


def crps_ensemble__loop(y_true, ensemble):
    scores = []
    for y, row in zip(y_true.tolist(), ensemble.tolist(), strict=True):
        near = math.fsum(abs(x - y) for x in row) / len(row)
        apart = math.fsum(abs(a - b) for a in row for b in row) / len(row) ** 2
        scores.append(near - apart / 2)
    return math.fsum(scores) / len(scores)


def crps_ensemble_grad__loop(y_true, ensemble):
    def sign(v):
        return (v > 0) - (v < 0)

    rows = []
    for y, row in zip(y_true.tolist(), ensemble.tolist(), strict=True):
        m = len(row)
        rows.append([sign(x - y) / m - sum(sign(x - v) for v in row) / m**2 for x in row])
    return np.array(rows) / len(rows)


def crps_ensemble__area(y_true, ensemble):
    points = np.sort(np.column_stack([ensemble, y_true]), axis=1)
    left, width = points[:, :-1], np.diff(points, axis=1)
    share = (ensemble[:, None, :] <= left[:, :, None]).mean(axis=2)
    seen = y_true[:, None] <= left
    return (width * (share - seen) ** 2).sum() / len(y_true)


def crps_ensemble_grad__area(y_true, ensemble):
    n, m = ensemble.shape
    others = (ensemble[:, :, None] > ensemble[:, None, :]).sum(2)
    others = others - (ensemble[:, :, None] < ensemble[:, None, :]).sum(2)
    side = (ensemble > y_true[:, None]) * 1.0 - (ensemble < y_true[:, None])
    return side / (n * m) - others / (n * m * m)
