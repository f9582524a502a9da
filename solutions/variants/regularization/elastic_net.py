"""The elastic net, in other words."""

import numpy as np


def elastic_net__loop(w, alpha=1.0, l1_ratio=0.5):
    if alpha < 0 or l1_ratio < 0 or l1_ratio > 1:
        raise ValueError("parameters")
    total = 0.0
    for v in w.ravel().tolist():
        total += l1_ratio * abs(v) + (1 - l1_ratio) * v * v / 2
    return alpha * total


def elastic_net_grad__loop(w, alpha=1.0, l1_ratio=0.5):
    if alpha < 0 or l1_ratio < 0 or l1_ratio > 1:
        raise ValueError("parameters")
    pulls = []
    for v in w.ravel().tolist():
        side = (v > 0) - (v < 0)
        pulls.append(alpha * (l1_ratio * side + (1 - l1_ratio) * v))
    return np.array(pulls).reshape(w.shape)


def elastic_net__norms(w, alpha=1.0, l1_ratio=0.5):
    if not (alpha >= 0 and 0 <= l1_ratio <= 1):
        raise ValueError((alpha, l1_ratio))
    flat = np.ravel(w) * 1.0
    first, second = alpha * l1_ratio, alpha - alpha * l1_ratio
    return first * np.linalg.norm(flat, 1) + second * (flat @ flat) / 2


def elastic_net_grad__norms(w, alpha=1.0, l1_ratio=0.5):
    if not (alpha >= 0 and 0 <= l1_ratio <= 1):
        raise ValueError((alpha, l1_ratio))
    first, second = alpha * l1_ratio, alpha - alpha * l1_ratio
    return first * np.sign(w) + second * w


def elastic_net__completed_square(w, alpha=1.0, l1_ratio=0.5):
    if alpha < 0 or not 0 <= l1_ratio <= 1:
        raise ValueError("alpha or l1_ratio")
    size = np.abs(w.astype(float))
    return alpha * np.sum(size * (l1_ratio + (size - l1_ratio * size) / 2))


def elastic_net_grad__completed_square(w, alpha=1.0, l1_ratio=0.5):
    if alpha < 0 or not 0 <= l1_ratio <= 1:
        raise ValueError("alpha or l1_ratio")
    return alpha * np.sign(w) * (l1_ratio + (1 - l1_ratio) * np.abs(w))
