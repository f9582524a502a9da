"""A weighted sum of tasks with missing labels, in other words."""

import math

import numpy as np


def weighted_sum__loops(weights, losses):
    total = 0.0
    for k, w in enumerate(weights.tolist()):
        if w < 0:
            raise ValueError("weights")
        column = [v for v in losses[:, k].tolist() if not math.isnan(v)]
        if column:
            total += w * sum(column) / len(column)
    return total


def weighted_sum_grad__loops(weights, losses):
    out = np.zeros(losses.shape)
    for k, w in enumerate(weights.tolist()):
        if w < 0:
            raise ValueError("weights")
        rows = [i for i in range(len(losses)) if losses[i, k] == losses[i, k]]
        for i in rows:
            out[i, k] = w / len(rows)
    return out


def weighted_sum__inner_product(weights, losses):
    return float(np.nansum(weighted_sum_grad__inner_product(weights, losses) * losses))


def weighted_sum_grad__inner_product(weights, losses):
    if np.any(weights < 0):
        raise ValueError("a weight is negative")
    gaps = np.isnan(losses)
    share = np.divide(
        weights, len(losses) - gaps.sum(0), where=~gaps.all(0), out=np.zeros(len(weights))
    )
    return np.where(gaps, 0.0, share)


def weighted_sum__masked(weights, losses):
    if weights.min() < 0:
        raise ValueError(weights)
    means = np.ma.masked_invalid(losses).mean(axis=0)
    return float(np.dot(weights, np.ma.filled(means, 0.0)))


def weighted_sum_grad__masked(weights, losses):
    if weights.min() < 0:
        raise ValueError(weights)
    known = 1.0 - np.isnan(losses)
    counts = np.ones((1, len(losses))) @ known
    counts[counts == 0] = 1.0
    return known * weights / counts
