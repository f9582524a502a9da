"""The midpoint test, in other words."""

import itertools

import numpy as np


def midpoint_convex__combinations(f, points):
    worst = -float("inf")
    for a, b in itertools.combinations(points, 2):
        worst = max(worst, f(0.5 * (a + b)) - 0.5 * (f(a) + f(b)))
    return worst


def midpoint_convex__matrix(f, points):
    k = len(points)
    heights = np.array([f(p) for p in points])
    middle = np.array([[f((a + b) / 2) for b in points] for a in points])
    gaps = middle - (heights[:, None] + heights) / 2
    return gaps[~np.eye(k, dtype=bool)].max()


def midpoint_convex__halfway_from_a(f, points):
    return max(
        f(a + (b - a) / 2) - f(a) + (f(a) - f(b)) / 2
        for i, a in enumerate(points)
        for b in points[i + 1 :]
    )


def midpoint_convex__indices(f, points):
    rows, columns = np.triu_indices(len(points), k=1)
    centres = (points[rows] + points[columns]) / 2.0
    height = lambda at: np.array([float(f(p)) for p in at])
    return np.max(height(centres) - (height(points[rows]) + height(points[columns])) / 2)
