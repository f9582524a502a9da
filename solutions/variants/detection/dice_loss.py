"""The Dice loss, in other words."""

import math

import numpy as np


def _sums(y, p):
    flat = y.ravel().tolist(), p.ravel().tolist()
    return math.sumprod(*flat) if hasattr(math, "sumprod") else math.fsum(
        a * b for a, b in zip(*flat, strict=True)
    ), math.fsum(flat[0]) + math.fsum(flat[1])  # fmt: skip


def dice_loss__loop(y_true, y_pred):
    costs = []
    for y, p in zip(y_true, y_pred, strict=True):
        hits, sizes = _sums(y, p)
        costs.append(1 - 2 * hits / sizes if sizes else 0.0)
    return sum(costs) / len(costs)


def dice_loss_grad__loop(y_true, y_pred):
    out = np.zeros(y_pred.shape)
    for k, (y, p) in enumerate(zip(y_true, y_pred, strict=True)):
        hits, sizes = _sums(y, p)
        if sizes:
            out[k] = (2 * hits - 2 * y * sizes) / sizes**2 / len(y_pred)
    return out


def _flat(y_true, y_pred):
    y, p = (a.reshape(len(a), -1).astype(float) for a in (y_true, y_pred))
    return y, p, y.sum(1) + p.sum(1)


def dice_loss__mismatch(y_true, y_pred):
    y, p, sizes = _flat(y_true, y_pred)
    missed = (p * (1 - y) + (1 - p) * y).sum(1)
    return np.mean(np.divide(missed, sizes, out=np.zeros(len(y)), where=sizes > 0))


def dice_loss_grad__mismatch(y_true, y_pred):
    y, p, sizes = _flat(y_true, y_pred)
    with np.errstate(all="ignore"):
        dice = 2 * (y * p).sum(1) / sizes
        slope = (dice[:, None] - 2 * y) / sizes[:, None]
    slope[sizes == 0] = 0
    return slope.reshape(y_pred.shape) / len(y)


def dice_loss__nan_to_zero(y_true, y_pred):
    with np.errstate(all="ignore"):
        top = np.sum(np.asarray(y_true) * y_pred, axis=(-1, -2))
        each = 1 - 2 * top / (np.sum(y_true, axis=(-1, -2)) + np.sum(y_pred, axis=(-1, -2)))
    return float(np.mean(np.nan_to_num(each)))


def dice_loss_grad__nan_to_zero(y_true, y_pred):
    y, p, sizes = _flat(y_true, y_pred)
    with np.errstate(all="ignore"):
        slope = 2 * ((y * p).sum(1) / sizes**2)[:, None] - 2 * y / sizes[:, None]
    return np.nan_to_num(slope / len(y)).reshape(y_pred.shape)
