"""Softmax regression, in other words."""

import numpy as np


def train_softmax_regression__apart(X, labels, classes, lr=0.5, l2=0.0, steps=100):
    W, b = np.zeros((X.shape[1], classes)), np.zeros(classes)
    onehot = np.eye(classes)[labels]
    for _ in range(steps):
        z = X @ W + b
        p = np.exp(z - z.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        g = (p - onehot) / len(X)
        W, b = W - lr * (X.T @ g + l2 * W), b - lr * g.sum(axis=0)
    return np.vstack([W, b])


def train_softmax_regression__shrink(X, labels, classes, lr=0.5, l2=0.0, steps=100):
    theta = np.zeros((X.shape[1] + 1, classes))
    A = np.c_[X, np.ones(len(X))]
    decay = np.r_[np.full(X.shape[1], 1 - lr * l2), 1.0][:, None]
    for _ in range(steps):
        z = A @ theta
        p = np.exp(z - z.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        p[np.arange(len(X)), labels] -= 1
        theta = decay * theta - lr / len(X) * A.T @ p
    return theta


def train_softmax_regression__per_sample(X, labels, classes, lr=0.5, l2=0.0, steps=100):
    W, b = np.zeros((classes, X.shape[1])), np.zeros(classes)
    while steps > 0:
        gW, gb = l2 * W, np.zeros(classes)
        for x, y in zip(X, labels):
            z = W @ x + b
            p = np.exp(z - z.max())
            p = p / p.sum()
            p[y] -= 1
            gW = gW + np.outer(p, x) / len(X)
            gb = gb + p / len(X)
        W, b = W - lr * gW, b - lr * gb
        steps -= 1
    return np.column_stack([W, b]).T
