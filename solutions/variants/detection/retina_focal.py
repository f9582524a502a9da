"""The focal loss of a detector, in other words."""

import math

import numpy as np


def _side(t, gamma):
    """Cost and slope of one anchor whose signed logit is t."""
    if t > 0:
        small = math.exp(-t)
        cost, miss, hit = math.log1p(small), small / (1 + small), 1 / (1 + small)
    else:
        small = math.exp(t)
        cost, miss, hit = -t + math.log1p(small), 1 / (1 + small), small / (1 + small)
    weight = miss**gamma
    return weight * cost, -weight * (gamma * hit * cost + miss)


def _loop(y_true, logits, alpha, gamma):
    found = max(1, sum(y == 1 for y in y_true.ravel().tolist()))
    value, slopes = 0.0, []
    for y, z in zip(y_true.ravel().tolist(), logits.ravel().tolist(), strict=True):
        cost, slope = _side(z if y == 1 else -z, gamma)
        weight = {1: alpha, 0: 1 - alpha, -1: 0.0}[y]
        value += weight * cost / found
        slopes.append(weight * slope * (1 if y == 1 else -1) / found)
    return value, np.array(slopes).reshape(logits.shape)


def retina_focal__loop(y_true, logits, alpha=0.25, gamma=2.0):
    return _loop(y_true, logits, alpha, gamma)[0]


def retina_focal_grad__loop(y_true, logits, alpha=0.25, gamma=2.0):
    return _loop(y_true, logits, alpha, gamma)[1]


def _sigmoid(z):
    z = np.asarray(z, float)
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))


def _softplus(z):
    z = np.asarray(z, float)
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


def retina_focal__masks(y_true, logits, alpha=0.25, gamma=2.0):
    up, down = y_true == 1, y_true == 0
    hit = (_sigmoid(-logits[up]) ** gamma * _softplus(-logits[up])).sum()
    miss = (_sigmoid(logits[down]) ** gamma * _softplus(logits[down])).sum()
    return (alpha * hit + (1 - alpha) * miss) / max(up.sum(), 1)


def retina_focal_grad__masks(y_true, logits, alpha=0.25, gamma=2.0):
    p, q = _sigmoid(logits), _sigmoid(-logits)
    hit = -alpha * q**gamma * (gamma * p * _softplus(-logits) + q)
    miss = (1 - alpha) * p**gamma * (gamma * q * _softplus(logits) + p)
    out = np.where(y_true == 1, hit, np.where(y_true == 0, miss, 0.0))
    return out / max((y_true == 1).sum(), 1)


def retina_focal__long_double(y_true, logits, alpha=0.25, gamma=2.0):
    z = np.where(y_true == 1, logits, -logits).astype(np.longdouble)
    weight = np.select([y_true == 1, y_true == 0], [alpha, 1 - alpha], 0.0)
    each = weight * np.exp(-gamma * np.logaddexp(0, z)) * np.logaddexp(0, -z)
    return float(each.sum() / max(np.sum(y_true == 1), 1))


def retina_focal_grad__long_double(y_true, logits, alpha=0.25, gamma=2.0):
    sign = np.where(y_true == 1, 1, -1)
    z = (sign * logits).astype(np.longdouble)
    weight = np.select([y_true == 1, y_true == 0], [alpha, 1 - alpha], 0.0)
    lost, cost = np.logaddexp(0, z), np.logaddexp(0, -z)
    slope = -np.exp(-gamma * lost) * (gamma * np.exp(-cost) * cost + np.exp(-lost))
    return (weight * sign * slope / max(np.sum(y_true == 1), 1)).astype(float)
