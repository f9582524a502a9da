"""Gradient descent, in other words."""

import numpy as np


def gradient_descent__loop(grad, w, lr=0.1, steps=100):
    now, path = np.ravel(w).astype(float).tolist(), []
    path.append(now)
    for _ in range(steps):
        slope = np.ravel(grad(np.array(now).reshape(np.shape(w)))).tolist()
        now = [a - lr * g for a, g in zip(now, slope)]
        path.append(now)
    return np.array(path).reshape(steps + 1, *np.shape(w))


def gradient_descent__copies(grad, w, lr=0.1, steps=100):
    w = w.astype(float)
    path = [w.copy()]
    while len(path) <= steps:
        w -= lr * grad(w)
        path.append(w.copy())
    return path


def gradient_descent__moves(grad, w, lr=0.1, steps=100):
    moves = np.zeros((steps + 1, *w.shape))
    moves[0] = w
    here = moves[0].copy()
    for k in range(1, steps + 1):
        moves[k] = -lr * grad(here)
        here = here + moves[k]
    return np.cumsum(moves, axis=0)


def gradient_descent__recursion(grad, w, lr=0.1, steps=100):
    start = np.asarray(w, dtype=np.float64)[None]
    if steps == 0:
        return start
    return np.concatenate(
        [start, gradient_descent__recursion(grad, w - lr * grad(w), lr, steps - 1)]
    )
