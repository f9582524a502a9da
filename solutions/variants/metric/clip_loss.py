"""CLIP's loss, in other words."""

import math

import numpy as np


def _one_way(z):
    top = z.max(axis=1, keepdims=True)
    log_p = z - top - np.log(np.exp(z - top).sum(axis=1, keepdims=True))
    return -np.mean(np.diag(log_p))


def clip_loss__two_ways(images, texts, log_scale=2.6592600369327783):
    a = images / np.linalg.norm(images, axis=1)[:, None]
    b = texts / np.linalg.norm(texts, axis=1)[:, None]
    z = a @ b.T * np.exp(log_scale)
    return (_one_way(z) + _one_way(z.T)) / 2


def clip_loss__loop(images, texts, log_scale=2.6592600369327783):
    k = math.exp(log_scale)
    a = [x / math.hypot(*x) for x in images.astype(float)]
    b = [x / math.hypot(*x) for x in texts.astype(float)]
    total = 0.0
    for i in range(len(a)):
        own = float(a[i] @ b[i])
        for row in ([a[i] @ t for t in b], [v @ b[i] for v in a]):
            top = max(row)
            total += k * (top - own) + math.log(sum(math.exp(k * (s - top)) for s in row))
    return total / (2 * len(a))


def clip_loss__stacked(images, texts, log_scale=2.6592600369327783):
    a, b = (x / np.sqrt((x * x).sum(1, keepdims=True)) for x in (images, texts))
    s = a @ b.T
    both = np.concatenate([s - np.diag(s)[:, None], s.T - np.diag(s)[:, None]])
    return np.logaddexp.reduce(np.exp(log_scale) * both, axis=1).mean()
