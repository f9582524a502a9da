"""Other right answers to the exercise mae; the part after __ names the variant."""

import numpy as np


def mae__loop(y_true, y_pred):
    total = 0.0
    for t, p in zip(y_true.ravel(), y_pred.ravel(), strict=True):
        total += abs(float(p) - float(t)) / y_true.size
    return total


def mae_grad__loop(y_true, y_pred):
    out = np.zeros(y_pred.shape)
    for place in np.ndindex(*y_pred.shape):
        if y_pred[place] > y_true[place]:
            out[place] = 1 / y_pred.size
        elif y_pred[place] < y_true[place]:
            out[place] = -1 / y_pred.size
    return out


def mae__larger_minus_smaller(y_true, y_pred):
    return np.mean(np.maximum(y_true, y_pred) - np.minimum(y_true, y_pred))


def mae_grad__larger_minus_smaller(y_true, y_pred):
    return ((y_pred > y_true).astype(float) - (y_pred < y_true)) / y_pred.size


def mae__where(y_true, y_pred):
    e = y_true - y_pred
    return np.average(np.where(e < 0, -e, e))


def mae_grad__where(y_true, y_pred):
    return -np.sign(y_true - y_pred) / np.size(y_true)
