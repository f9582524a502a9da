"""The exponential loss and the weights of AdaBoost, in other words."""

import math

import numpy as np


def exponential__plain(y_true, scores):
    if np.any(np.abs(y_true) != 1):
        raise ValueError("labels")
    return np.exp(-y_true * scores).mean()


def exponential_grad__plain(y_true, scores):
    if np.any(np.abs(y_true) != 1):
        raise ValueError("labels")
    return -y_true * np.exp(-y_true * scores) / y_true.size


def boosting_weights__plain(y_true, scores):
    if np.any(np.abs(y_true) != 1):
        raise ValueError("labels")
    m = -y_true * scores
    w = np.exp(m - m.max())
    return w / w.sum()


def exponential__loop(y_true, scores):
    if any(y not in (1, -1) for y in y_true.ravel()):
        raise ValueError("labels")
    return sum(math.exp(-y * f) for y, f in zip(y_true.flat, scores.flat)) / y_true.size


def exponential_grad__loop(y_true, scores):
    if any(y not in (1, -1) for y in y_true.ravel()):
        raise ValueError("labels")
    g = [-float(y) * math.exp(-y * f) / y_true.size for y, f in zip(y_true.flat, scores.flat)]
    return np.reshape(g, scores.shape)


def boosting_weights__loop(y_true, scores):
    if any(y not in (1, -1) for y in y_true.ravel()):
        raise ValueError("labels")
    margins = [float(y * f) for y, f in zip(y_true.flat, scores.flat)]
    shares = [math.exp(min(margins) - m) for m in margins]
    return np.array(shares).reshape(scores.shape) / math.fsum(shares)


def exponential__two_sides(y_true, scores):
    if not np.all(y_true * y_true == 1):
        raise ValueError("labels")
    return np.mean(np.where(y_true > 0, np.exp(-scores), np.exp(scores)))


def exponential_grad__two_sides(y_true, scores):
    if not np.all(y_true * y_true == 1):
        raise ValueError("labels")
    return np.where(y_true > 0, -np.exp(-scores), np.exp(scores)) / scores.size


def boosting_weights__two_sides(y_true, scores):
    if not np.all(y_true * y_true == 1):
        raise ValueError("labels")
    log_weight = np.where(y_true > 0, -scores, scores) + 0.0
    return np.exp(log_weight - np.logaddexp.reduce(log_weight, axis=None))
