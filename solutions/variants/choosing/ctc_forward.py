"""CTC of one sequence, in other words."""

import functools
import math

import numpy as np


def _lse(values):
    top = max(values)
    if top == -math.inf:
        return top
    return top + math.log(math.fsum(math.exp(v - top) for v in values))


def ctc_forward__recursion(labels, log_probs, blank=0):
    """How likely it is to have read k labels and to be in the last of them, or in a blank."""
    lp, y = log_probs.astype(float).tolist(), [int(v) for v in labels]

    @functools.lru_cache(None)
    def at(t, k, in_blank):
        if k < 0 or t < 0:
            return 0.0 if t < 0 and k == 0 and in_blank else -math.inf
        if in_blank:
            return lp[t][blank] + _lse([at(t - 1, k, True), at(t - 1, k, False)])
        if k == 0:
            return -math.inf
        ways = [at(t - 1, k, False), at(t - 1, k - 1, True)]
        if k > 1 and y[k - 1] != y[k - 2]:
            ways.append(at(t - 1, k - 1, False))
        return lp[t][y[k - 1]] + _lse(ways)

    last = len(lp) - 1
    return -_lse([at(last, len(y), True), at(last, len(y), False)])


def ctc_forward__backwards(labels, log_probs, blank=0):
    path = np.full(2 * len(labels) + 1, blank)
    path[1::2] = labels
    after = np.full(len(path) + 2, -np.inf)
    may = np.zeros(len(path), bool)
    may[1:-2:2] = path[1:-2:2] != path[3::2]
    ways = np.where(np.arange(len(path)) >= len(path) - 2, 0.0, -np.inf)
    for row in log_probs[::-1].astype(float):
        after[: len(path)] = ways + row[path]
        jump = np.where(may, after[2:], -np.inf)
        ways = np.logaddexp.reduce([after[:-2], after[1:-1], jump])
    return -np.logaddexp.reduce(after[: min(2, len(path))])


def ctc_forward__matrices(labels, log_probs, blank=0):
    """A product of matrices, rescaled after every frame."""
    path = np.full(2 * len(labels) + 1, blank)
    path[1::2] = labels
    step = np.eye(len(path)) + np.eye(len(path), k=1)
    for s in range(3, len(path), 2):
        step[s - 2, s] = path[s] != path[s - 2]
    now, log_scale = np.zeros(len(path)), 0.0
    now[:2] = 1.0
    for t, row in enumerate(log_probs.astype(float)):
        now = now if t == 0 else now @ step
        top = row[path].max()
        if top == -np.inf:
            return np.inf
        now = now * np.exp(row[path] - top)
        total = now.sum()
        if total == 0:
            return np.inf
        now, log_scale = now / total, log_scale + top + np.log(total)
    end = now[-2:].sum()
    return -(log_scale + np.log(end)) if end > 0 else np.inf
