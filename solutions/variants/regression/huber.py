"""The Huber loss, in other words."""

import numpy as np


def huber__where(y_true, y_pred, delta=1.0):
    if delta <= 0:
        raise ValueError("delta must be positive")
    e = np.abs(y_true - y_pred)
    return np.mean(np.where(e <= delta, 0.5 * e**2, delta * (e - 0.5 * delta)))


def huber_grad__where(y_true, y_pred, delta=1.0):
    if delta <= 0:
        raise ValueError("delta must be positive")
    e = y_pred - y_true
    return np.where(np.abs(e) < delta, e, delta * np.sign(e)) / e.size


def huber__loop(y_true, y_pred, delta=1.0):
    if delta <= 0:
        raise ValueError("delta must be positive")
    total = 0.0
    for y, p in zip(y_true.ravel().tolist(), y_pred.ravel().tolist()):
        size = abs(p - y)
        total += size * size / 2 if size < delta else delta * size - delta * delta / 2
    return total / y_pred.size


def huber_grad__loop(y_true, y_pred, delta=1.0):
    if delta <= 0:
        raise ValueError("delta must be positive")
    pulls = [
        max(-delta, min(delta, p - y))
        for y, p in zip(y_true.ravel().tolist(), y_pred.ravel().tolist())
    ]
    return np.array(pulls).reshape(y_pred.shape) / len(pulls)


def huber__piecewise(y_true, y_pred, delta=1.0):
    if not delta > 0:
        raise ValueError("delta")
    e = (y_pred - y_true).astype(float)
    pieces = [lambda t: -delta * t - delta**2 / 2, lambda t: delta * t - delta**2 / 2]
    return np.piecewise(e, [e < -delta, e > delta], [*pieces, lambda t: t * t / 2]).mean()


def huber_grad__piecewise(y_true, y_pred, delta=1.0):
    if not delta > 0:
        raise ValueError("delta")
    e = (y_pred - y_true).astype(float)
    e[e > delta] = delta
    e[e < -delta] = -delta
    return e / e.size


def huber__two_parts(y_true, y_pred, delta=1.0):
    if not delta > 0:
        raise ValueError("delta")
    size = np.abs(y_pred - y_true)
    inner = np.minimum(size, delta)
    return np.mean(0.5 * inner**2 + delta * (size - inner))


def huber_grad__two_parts(y_true, y_pred, delta=1.0):
    if not delta > 0:
        raise ValueError("delta")
    e = y_pred - y_true
    conditions = [e > delta, e < -delta]
    return np.select(conditions, [delta, -delta], default=e) / np.size(e)
