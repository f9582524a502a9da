"""The Tversky loss, in other words."""

import numpy as np


def _checked(alpha, beta):
    if min(alpha, beta) < 0:
        raise ValueError(f"prices are not negative; got {alpha}, {beta}")


def tversky__loop(y_true, y_pred, alpha=0.5, beta=0.5):
    _checked(alpha, beta)
    total = 0.0
    for y, p in zip(y_true.reshape(len(y_true), -1), y_pred.reshape(len(y_pred), -1), strict=True):
        hits = sum(a * b for a, b in zip(y.tolist(), p.tolist(), strict=True))
        below = hits + alpha * (p.sum() - hits) + beta * (y.sum() - hits)
        total += 1 - hits / below if below else 0.0
    return total / len(y_true)


def tversky__mistakes_above(y_true, y_pred, alpha=0.5, beta=0.5):
    _checked(alpha, beta)
    y, p = (a.reshape(len(a), -1).astype(float) for a in (y_true, y_pred))
    price = alpha * (p * (1 - y)).sum(1) + beta * ((1 - p) * y).sum(1)
    below = price + (p * y).sum(1)
    return np.mean(np.divide(price, below, out=np.zeros(len(y)), where=below > 0))


def tversky__nan_to_zero(y_true, y_pred, alpha=0.5, beta=0.5):
    _checked(alpha, beta)
    axes = (1, 2)
    hits = np.sum(y_true * y_pred, axis=axes)
    p, y = np.sum(y_pred, axis=axes), np.sum(y_true, axis=axes)
    with np.errstate(all="ignore"):
        below = hits + alpha * (p - hits) + beta * (y - hits)
        return np.mean(np.nan_to_num(1 - hits / below))
