"""Softmax cross-entropy, in other words."""

import math

import numpy as np


def softmax_cross_entropy__one_hot(labels, logits):
    z = logits - logits.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -(np.eye(logits.shape[1])[labels] * log_p).sum() / len(labels)


def softmax_cross_entropy_grad__one_hot(labels, logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return (p - np.eye(logits.shape[1])[labels]) / len(labels)


def softmax_cross_entropy__loop(labels, logits):
    total = 0.0
    for y, row in zip(labels.tolist(), logits.tolist()):
        top = max(row)
        total += top + math.log(math.fsum(math.exp(v - top) for v in row)) - row[y]
    return total / len(labels)


def softmax_cross_entropy_grad__loop(labels, logits):
    g = []
    for y, row in zip(labels.tolist(), logits.tolist()):
        top = max(row)
        e = [math.exp(v - top) for v in row]
        g.append([(v / sum(e) - (j == y)) / len(labels) for j, v in enumerate(e)])
    return np.array(g)


def softmax_cross_entropy__fancy(labels, logits):
    own = logits[np.arange(len(labels)), labels]
    return np.mean(np.logaddexp.reduce(logits.astype(float), axis=1) - own)


def softmax_cross_entropy_grad__fancy(labels, logits):
    e = np.exp(logits - logits.max(axis=1)[:, np.newaxis])
    e /= e.sum(axis=1)[:, np.newaxis]
    np.subtract.at(e, (np.arange(len(labels)), labels), 1.0)
    return e / e.shape[0]


def softmax_cross_entropy__transposed(labels, logits):
    z = logits.T
    top = z.max(axis=0)
    return np.mean(np.log(np.exp(z - top).sum(axis=0)) + top - z[labels, range(len(labels))])


def softmax_cross_entropy_grad__transposed(labels, logits):
    e = np.exp(logits.T - logits.T.max(axis=0))
    p = e / e.sum(axis=0)
    p[labels, range(len(labels))] -= 1
    return p.T / len(labels)
