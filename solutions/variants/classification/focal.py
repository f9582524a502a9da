"""The focal loss, in other words."""

import math

import numpy as np


def focal__signed(y_true, logits, gamma=2.0, alpha=None):
    if gamma < 0:
        raise ValueError("gamma")
    s = (2 * y_true - 1) * logits
    miss = 1 / (1 + np.exp(s))
    ce = np.maximum(-s, 0) + np.log1p(np.exp(-np.abs(s)))
    weight = 1 if alpha is None else alpha * y_true + (1 - alpha) * (1 - y_true)
    return (weight * miss**gamma * ce).mean()


def focal_grad__signed(y_true, logits, gamma=2.0, alpha=None):
    if gamma < 0:
        raise ValueError("gamma")
    sign = 2 * y_true - 1
    s = sign * logits
    miss, hit = 1 / (1 + np.exp(s)), 1 / (1 + np.exp(-s))
    ce = np.maximum(-s, 0) + np.log1p(np.exp(-np.abs(s)))
    weight = 1 if alpha is None else alpha * y_true + (1 - alpha) * (1 - y_true)
    return -sign * weight * (miss ** (gamma + 1) + gamma * miss**gamma * hit * ce) / s.size


def focal__branches(y_true, logits, gamma=2.0, alpha=None):
    if gamma < 0:
        raise ValueError("gamma")
    up, down = (1.0, 1.0) if alpha is None else (alpha, 1 - alpha)
    low, high = np.logaddexp(0, -logits), np.logaddexp(0, logits)
    positive = up * np.exp(-gamma * high) * low
    negative = down * np.exp(-gamma * low) * high
    return np.mean(np.where(y_true == 1, positive, negative))


def focal_grad__branches(y_true, logits, gamma=2.0, alpha=None):
    if gamma < 0:
        raise ValueError("gamma")
    up, down = (1.0, 1.0) if alpha is None else (alpha, 1 - alpha)
    low, high = np.logaddexp(0, -logits), np.logaddexp(0, logits)
    p, q = np.exp(-low), np.exp(-high)
    positive = -up * q**gamma * (q + gamma * p * low)
    negative = down * p**gamma * (p + gamma * q * high)
    return np.where(y_true == 1, positive, negative) / logits.size


def focal__loop(y_true, logits, gamma=2.0, alpha=None):
    if gamma < 0:
        raise ValueError("gamma")
    total = 0.0
    for y, z in zip(y_true.ravel().tolist(), logits.ravel().tolist()):
        s = z if y == 1 else -z
        ce = max(-s, 0) + math.log1p(math.exp(-abs(s)))
        a = 1 if alpha is None else (alpha if y == 1 else 1 - alpha)
        total += a * (0.5 * (1 - math.tanh(s / 2))) ** gamma * ce
    return total / logits.size


def focal_grad__loop(y_true, logits, gamma=2.0, alpha=None):
    if gamma < 0:
        raise ValueError("gamma")
    g = []
    for y, z in zip(y_true.ravel().tolist(), logits.ravel().tolist()):
        sign = 1 if y == 1 else -1
        s = sign * z
        ce = max(-s, 0) + math.log1p(math.exp(-abs(s)))
        a = 1 if alpha is None else (alpha if y == 1 else 1 - alpha)
        miss = math.exp(-(max(s, 0) + math.log1p(math.exp(-abs(s)))))
        g.append(-sign * a * miss**gamma * (miss + gamma * math.exp(-ce) * ce))
    return np.array(g).reshape(logits.shape) / logits.size
