"""Binary cross-entropy on logits, in other words."""

import math

import numpy as np


def stable_bce__textbook(y_true, logits):
    tail = np.log1p(np.exp(-np.abs(logits)))
    return (np.maximum(logits, 0) - logits * y_true + tail).mean()


def stable_bce_grad__textbook(y_true, logits):
    return (1 / (1 + np.exp(-logits)) - y_true) / y_true.size


def stable_bce__loop(y_true, logits):
    total = 0.0
    for y, z in zip(y_true.ravel().tolist(), logits.ravel().tolist()):
        tail = math.log1p(math.exp(-abs(z)))
        total += y * (max(-z, 0.0) + tail) + (1 - y) * (max(z, 0.0) + tail)
    return total / y_true.size


def stable_bce_grad__loop(y_true, logits):
    pulls = []
    for y, z in zip(y_true.ravel().tolist(), logits.ravel().tolist()):
        p = 0.5 * (1 + math.tanh(z / 2))
        pulls.append((p - y) / logits.size)
    return np.array(pulls).reshape(logits.shape)


def stable_bce__two_classes(y_true, logits):
    z = np.stack([np.zeros(logits.shape), logits], axis=-1)
    behind = -np.logaddexp.reduce(z[..., None, :] - z[..., :, None], axis=-1)
    return -np.average((1 - y_true) * behind[..., 0] + y_true * behind[..., 1])


def stable_bce_grad__two_classes(y_true, logits):
    low = np.exp(-np.abs(logits))
    p = np.where(logits >= 0, 1.0, low) / (1 + low)
    return (p * (1 - y_true) - (1 - p) * y_true) / np.size(logits)
