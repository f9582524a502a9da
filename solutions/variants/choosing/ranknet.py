"""RankNet over a list, in other words."""

import itertools
import math

import numpy as np


def _pairs(relevance):
    places = range(len(relevance))
    return [(i, j) for i, j in itertools.permutations(places, 2) if relevance[i] > relevance[j]]


def _softplus(x):
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


def ranknet__loop(relevance, scores):
    costs = [_softplus(float(scores[j]) - float(scores[i])) for i, j in _pairs(relevance)]
    return math.fsum(costs) / len(costs) if costs else 0.0


def ranknet_grad__loop(relevance, scores):
    out, pairs = np.zeros(len(scores)), _pairs(relevance)
    for i, j in pairs:
        d = float(scores[i]) - float(scores[j])
        share = 1 / (1 + math.exp(d)) if d < 0 else math.exp(-d) / (1 + math.exp(-d))
        out[i] -= share / len(pairs)
        out[j] += share / len(pairs)
    return out


def ranknet__matrix(relevance, scores):
    s = np.asarray(scores, dtype=float)
    gap = s[None, :] - s[:, None]
    ordered = relevance[:, None] > relevance[None, :]
    each = np.maximum(gap, 0) + np.log1p(np.exp(-np.abs(gap)))
    return float(np.sum(each[ordered]) / max(np.count_nonzero(ordered), 1))


def ranknet_grad__matrix(relevance, scores):
    s = np.asarray(scores, dtype=float)
    gap = s[:, None] - s[None, :]
    ordered = relevance[:, None] > relevance[None, :]
    small = np.exp(-np.abs(gap))
    share = np.where(gap > 0, small, 1) / (1 + small) * ordered
    return (share.sum(axis=0) - share.sum(axis=1)) / max(np.count_nonzero(ordered), 1)


def ranknet__sorted(relevance, scores):
    order = np.argsort(relevance)[::-1]
    r, s = relevance[order], scores[order].astype(np.longdouble)
    total, count = np.longdouble(0), 0
    for at in range(len(r)):
        below = s[r < r[at]]
        total += np.logaddexp(0, below - s[at]).sum()
        count += len(below)
    return float(total / count) if count else 0.0


def ranknet_grad__sorted(relevance, scores):
    s = scores.astype(np.longdouble)
    out = np.zeros(len(s), np.longdouble)
    count = 0
    for at in range(len(s)):
        below, above = relevance < relevance[at], relevance > relevance[at]
        out[at] -= np.exp(-np.logaddexp(0, s[at] - s[below])).sum()
        out[at] += np.exp(-np.logaddexp(0, s[above] - s[at])).sum()
        count += int(below.sum())
    return (out / max(count, 1)).astype(float)
