"""The soft IoU loss, in other words."""

import numpy as np


def _checked(empty):
    if empty < 0 or empty > 1:
        raise ValueError(f"an empty image cannot cost {empty}")


def soft_iou__loop(y_true, y_pred, empty=0.0):
    _checked(empty)
    costs = []
    for y, p in zip(y_true.tolist(), y_pred.tolist(), strict=True):
        pairs = [pair for a, b in zip(y, p, strict=True) for pair in zip(a, b, strict=True)]
        hits = sum(a * b for a, b in pairs)
        either = sum(a + b - a * b for a, b in pairs)
        costs.append(1 - hits / either if either else empty)
    return sum(costs) / len(costs)


def soft_iou__from_dice(y_true, y_pred, empty=0.0):
    _checked(empty)
    y, p = (a.reshape(len(a), -1) * 1.0 for a in (y_true, y_pred))
    sizes = y.sum(1) + p.sum(1)
    with np.errstate(all="ignore"):
        dice = 2 * (y * p).sum(1) / sizes
    return np.where(sizes == 0, empty, 1 - dice / (2 - dice)).mean()


def soft_iou__one_pixel_at_a_time(y_true, y_pred, empty=0.0):
    _checked(empty)
    y, p = np.asarray(y_true, float), np.asarray(y_pred, float)
    either = (y + p * (1 - y)).sum(axis=(1, 2))
    missed = (y * (1 - p) + p * (1 - y)).sum(axis=(1, 2))
    rule = np.full(len(y), float(empty))
    return np.mean(np.divide(missed, either, out=rule, where=either > 0))
