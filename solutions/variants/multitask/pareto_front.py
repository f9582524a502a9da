"""The front and a choice on it, in other words."""

import numpy as np


def pareto_front__broadcast(losses):
    difference = losses[None, :, :] - losses[:, None, :]
    nowhere_worse = (difference <= 0).all(axis=2)
    somewhere_better = (difference < 0).any(axis=2)
    return np.where((nowhere_worse & somewhere_better).any(axis=1), 0.0, 1.0)


def choose__broadcast(losses, weights):
    if (weights <= 0).any():
        raise ValueError("weights")
    return np.max((losses - losses.min(0)) * weights, axis=1).argmin()


def pareto_front__python(losses):
    rows = [tuple(row) for row in losses.tolist()]

    def beats(one, two):
        return one != two and all(a <= b for a, b in zip(one, two))

    return [0 if any(beats(other, mine) for other in rows) else 1 for mine in rows]


def choose__python(losses, weights):
    if not all(w > 0 for w in weights.tolist()):
        raise ValueError(weights)
    best = [min(column) for column in zip(*losses.tolist())]

    def regret(row):
        return max(w * (v - b) for w, v, b in zip(weights.tolist(), row, best))

    rows = losses.tolist()
    return min(range(len(rows)), key=lambda i: regret(rows[i]))


def pareto_front__sorted(losses):
    kept = np.ones(losses.shape[0], dtype=int)
    for i in range(len(losses)):
        rest = losses[np.any(losses != losses[i], axis=1)]
        if len(rest) and np.any(np.max(rest - losses[i], axis=1) <= 0):
            kept[i] = 0
    return kept


def choose__sorted(losses, weights):
    if np.min(weights) <= 0:
        raise ValueError("a weight is not positive")
    ideal = np.amin(losses, axis=0)
    scores = np.linalg.norm(weights * (losses - ideal), ord=np.inf, axis=1)
    return int(np.argsort(scores, kind="stable")[0])
