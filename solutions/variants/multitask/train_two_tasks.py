"""Two heads on one trunk, in other words."""

import math

import numpy as np


def train_two_tasks__named_parts(x, y, labels, start, lr, steps):
    w, a, b, s1, s2 = start[:-4], *start[-4:]
    n = y.size
    for _ in range(steps):
        z = x @ w
        gap = a * z - y
        logit = b * z
        miss = 0.5 * (1 + np.tanh(logit / 2)) - labels
        mse = np.mean(gap**2)
        bce = np.mean(np.logaddexp(0, logit) - labels * logit)
        u, v = math.exp(-s1), math.exp(-s2)
        new_w = w - lr / n * (u * a * gap + v * b * miss) @ x
        new_a = a - lr / n * u * gap @ z
        new_b = b - lr / n * v * miss @ z
        s1 = s1 - lr / 2 * (1 - u * mse)
        s2 = s2 - lr * (0.5 - v * bce)
        w, a, b = new_w, new_a, new_b
    return np.array([*w, a, b, s1, s2])


def train_two_tasks__loops(x, y, labels, start, lr, steps):
    theta = [float(v) for v in start]
    d = len(theta) - 4
    n = len(y)
    rows = x.tolist()
    for _ in range(steps):
        w, (a, b, s, t) = theta[:d], theta[d:]
        slope = [0.0] * d + [0.0, 0.0, 0.5, 0.5]
        for row, target, label in zip(rows, y.tolist(), labels.tolist()):
            z = sum(p * q for p, q in zip(row, w))
            p1 = 1 / (1 + math.exp(-b * z))
            back1 = math.exp(-s) * (a * z - target) / n
            back2 = math.exp(-t) * (p1 - label) / n
            for j in range(d):
                slope[j] += row[j] * (a * back1 + b * back2)
            slope[d] += back1 * z
            slope[d + 1] += back2 * z
            slope[d + 2] -= math.exp(-s) * (a * z - target) ** 2 / (2 * n)
            cost = -math.log(p1) if label else -math.log(1 - p1)
            slope[d + 3] -= math.exp(-t) * cost / n
        theta = [v - lr * g for v, g in zip(theta, slope)]
    return theta


def train_two_tasks__backward_pass(x, y, labels, start, lr, steps):
    theta = np.array(start, dtype=float)
    while steps > 0:
        heads, logs = theta[-4:-2], theta[-2:]
        z = x @ theta[:-4]
        outputs = np.multiply.outer(z, heads)
        probability = 1 / (1 + np.exp(-outputs[:, 1]))
        send = np.stack([outputs[:, 0] - y, probability - labels], axis=1) / len(y)
        send = send * np.exp(-logs)
        costs = np.array(
            [
                np.mean(np.square(outputs[:, 0] - y)) / 2,
                -np.mean(np.where(labels == 1, np.log(probability), np.log1p(-probability))),
            ]
        )
        moves = np.hstack([x.T @ (send @ heads), z @ send, 0.5 - np.exp(-logs) * costs])
        theta = theta - lr * moves
        steps -= 1
    return theta
