"""A line by gradient descent, in other words."""

import math

import numpy as np


def fit_line__loop(x, y, loss_grad, lr=0.1, steps=100):
    a = b = 0.0
    for _ in range(steps):
        g = loss_grad(y, np.array([a * xi + b for xi in x]))
        da = math.fsum(gi * xi for gi, xi in zip(g, x))
        db = math.fsum(g)
        a -= lr * da
        b -= lr * db
    return a, b


def fit_line__matrix(x, y, loss_grad, lr=0.1, steps=100):
    design = np.vander(x, 2)
    line = np.zeros(2)
    for _ in range(steps):
        line -= lr * loss_grad(y, design @ line) @ design
    return tuple(line)


def fit_line__predictions(x, y, loss_grad, lr=0.1, steps=100):
    slope = intercept = 0.0
    predictions = np.zeros_like(y)
    while steps:
        g = loss_grad(y, predictions)
        move_slope, move_intercept = -lr * (g * x).sum(), -lr * g.sum()
        slope += move_slope
        intercept += move_intercept
        predictions = predictions + move_slope * x + move_intercept
        steps -= 1
    return slope, intercept


def fit_line__recursive(x, y, loss_grad, lr=0.1, steps=100):
    def walk(a, b, left):
        if left == 0:
            return a, b
        g = np.asarray(loss_grad(y, np.polyval([a, b], x)))
        return walk(a - lr * np.einsum("i,i", g, x), b - lr * np.einsum("i->", g), left - 1)

    return walk(0.0, 0.0, steps)
