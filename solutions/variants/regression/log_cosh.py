"""Other right answers to the exercise log_cosh; the part after __ names the variant."""

import math

import numpy as np


def log_cosh__logaddexp(y_true, y_pred):
    e = y_pred - y_true
    return np.mean(np.logaddexp(e, -e) - math.log(2))


def log_cosh_grad__logaddexp(y_true, y_pred):
    return np.tanh((y_pred - y_true) * 1.0) / np.size(y_pred)


def log_cosh__loop(y_true, y_pred):
    total = 0.0
    for t, p in zip(y_true.flat, y_pred.flat, strict=True):
        e = abs(float(p) - float(t))
        total += e + math.log1p(math.exp(-2 * e)) - math.log(2) if e < 300 else e - math.log(2)
    return total / y_true.size


def log_cosh_grad__loop(y_true, y_pred):
    flat = [math.tanh(float(p) - float(t)) / y_true.size for t, p in zip(y_true.flat, y_pred.flat)]
    return np.array(flat).reshape(y_pred.shape)


def log_cosh__where(y_true, y_pred):
    e = np.abs(y_pred - y_true).astype(np.float64)
    small = np.log(np.cosh(np.minimum(e, 20.0)))
    return np.where(e < 20.0, small, e - np.log(2.0)).mean()


def log_cosh_grad__where(y_true, y_pred):
    e = y_pred - y_true
    decay = np.exp(-2.0 * np.abs(e))
    return np.sign(e) * (1 - decay) / (1 + decay) / e.size
