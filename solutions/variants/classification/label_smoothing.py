"""Label smoothing, in other words."""

import math

import numpy as np


def label_smoothing__target(labels, logits, epsilon=0.1):
    if epsilon < 0 or epsilon >= 1:
        raise ValueError("epsilon")
    C = logits.shape[1]
    q = np.eye(C)[labels] * (1 - epsilon) + epsilon / C
    z = logits - logits.max(axis=1, keepdims=True)
    return -np.mean((q * (z - np.log(np.exp(z).sum(axis=1, keepdims=True)))).sum(axis=1))


def label_smoothing_grad__target(labels, logits, epsilon=0.1):
    if epsilon < 0 or epsilon >= 1:
        raise ValueError("epsilon")
    C = logits.shape[1]
    q = np.eye(C)[labels] * (1 - epsilon) + epsilon / C
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return (e / e.sum(axis=1, keepdims=True) - q) / len(q)


def label_smoothing__two_parts(labels, logits, epsilon=0.1):
    if not 0 <= epsilon < 1:
        raise ValueError(epsilon)
    top = logits.max(axis=1)
    lse = top + np.log(np.exp(logits - top[:, None]).sum(axis=1))
    own = logits[np.arange(len(labels)), labels]
    return np.mean(lse - (1 - epsilon) * own - epsilon * logits.mean(axis=1))


def label_smoothing_grad__two_parts(labels, logits, epsilon=0.1):
    if not 0 <= epsilon < 1:
        raise ValueError(epsilon)
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = p / p.sum(axis=1, keepdims=True) - epsilon / p.shape[1]
    p[np.arange(len(labels)), labels] -= 1 - epsilon
    return p / len(labels)


def label_smoothing__loop(labels, logits, epsilon=0.1):
    if not 0 <= epsilon < 1:
        raise ValueError(epsilon)
    total = 0.0
    for y, row in zip(labels.tolist(), logits.tolist()):
        lse = max(row) + math.log(sum(math.exp(v - max(row)) for v in row))
        for j, v in enumerate(row):
            total += (epsilon / len(row) + (1 - epsilon) * (j == y)) * (lse - v)
    return total / len(labels)


def label_smoothing_grad__loop(labels, logits, epsilon=0.1):
    if not 0 <= epsilon < 1:
        raise ValueError(epsilon)
    g = np.zeros(logits.shape)
    n, C = logits.shape
    for i in range(n):
        e = [math.exp(float(v) - float(logits[i].max())) for v in logits[i]]
        for j in range(C):
            g[i, j] = (e[j] / sum(e) - epsilon / C - (1 - epsilon) * (j == labels[i])) / n
    return g
