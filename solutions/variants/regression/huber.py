"""Other right answers to the exercise huber; the part after __ names the variant."""

import numpy as np


def _look(delta):
    if delta <= 0:
        raise ValueError("delta must be positive")


def huber__where(y_true, y_pred, delta=1.0):
    _look(delta)
    e = np.abs(y_true - y_pred)
    return np.where(e <= delta, 0.5 * e**2, delta * e - 0.5 * delta**2).mean()


def huber_grad__where(y_true, y_pred, delta=1.0):
    _look(delta)
    e = y_pred - y_true
    return np.where(np.abs(e) <= delta, e, delta * np.sign(e)) / e.size


def huber__loop(y_true, y_pred, delta=1.0):
    _look(delta)
    total = 0.0
    for t, p in zip(y_true.flat, y_pred.flat, strict=True):
        e = abs(float(p) - float(t))
        total += e * e / 2 if e < delta else delta * (e - delta / 2)
    return total / y_true.size


def huber_grad__loop(y_true, y_pred, delta=1.0):
    _look(delta)
    flat = [max(-delta, min(delta, float(p) - float(t))) for t, p in zip(y_true.flat, y_pred.flat)]
    return np.reshape(flat, y_pred.shape) / y_pred.size


def huber__two_parts(y_true, y_pred, delta=1.0):
    _look(delta)
    e = np.abs(y_pred - y_true)
    near = np.minimum(e, delta)
    return np.mean(0.5 * near**2 + delta * (e - near))


def huber_grad__two_parts(y_true, y_pred, delta=1.0):
    _look(delta)
    return np.maximum(np.minimum(y_pred - y_true, delta), -delta) * (1 / y_pred.size)
