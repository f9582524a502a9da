"""The lasso by proximal gradient steps, in other words."""

import numpy as np


def lasso_ista__clip(x, y, lam, lr, steps):
    if lam < 0:
        raise ValueError("lam")
    w = np.zeros(x.shape[1])
    while steps > 0:
        residual = y - x @ w
        w = w + lr * (residual @ x) / y.size
        w -= np.clip(w, -lr * lam, lr * lam)
        steps -= 1
    return w


def lasso_ista__gram(x, y, lam, lr, steps):
    if not lam >= 0:
        raise ValueError("the strength must not be negative")
    n, d = x.shape
    keep = np.eye(d) - lr / n * (x.T @ x)
    push = lr / n * (x.T @ y)
    w = np.zeros(d)
    for _ in range(steps):
        v = keep @ w + push
        w = np.where(np.abs(v) > lr * lam, v - lr * lam * np.sign(v), 0.0)
    return w


def lasso_ista__recursive_loops(x, y, lam, lr, steps):
    if lam < 0:
        raise ValueError(lam)
    n, d = x.shape
    w = [0.0] * d
    rows = x.tolist()
    for _ in range(steps):
        errors = [sum(a * b for a, b in zip(row, w)) - t for row, t in zip(rows, y.tolist())]
        new = []
        for j in range(d):
            v = w[j] - lr * sum(e * row[j] for e, row in zip(errors, rows)) / n
            new.append(max(v - lr * lam, 0.0) + min(v + lr * lam, 0.0))
        w = new
    return np.array(w)
