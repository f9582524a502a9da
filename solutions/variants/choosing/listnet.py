"""ListNet, in other words."""

import math

import numpy as np


def _lse(x):
    top = x.max(axis=1)
    return top + np.log(np.exp(x - top[:, None]).sum(axis=1))


def listnet__difference(relevance, scores):
    q = np.exp(relevance - _lse(relevance)[:, None])
    return np.mean(_lse(scores) - (q * scores).sum(axis=1))


def listnet_grad__difference(relevance, scores):
    return (
        np.exp(scores - _lse(scores)[:, None]) - np.exp(relevance - _lse(relevance)[:, None])
    ) / (len(scores))


def _softmax(row):
    top = max(row)
    parts = [math.exp(v - top) for v in row]
    whole = math.fsum(parts)
    return [p / whole for p in parts]


def listnet__loop(relevance, scores):
    total = 0.0
    for r, s in zip(relevance.tolist(), scores.tolist(), strict=True):
        top = max(s)
        log_sum = top + math.log(math.fsum(math.exp(v - top) for v in s))
        total += math.fsum(q * (log_sum - v) for q, v in zip(_softmax(r), s, strict=True))
    return total / len(scores)


def listnet_grad__loop(relevance, scores):
    return [
        [(p - q) / len(scores) for p, q in zip(_softmax(s), _softmax(r), strict=True)]
        for r, s in zip(relevance.tolist(), scores.tolist(), strict=True)
    ]


def listnet__pairs(relevance, scores):
    """1 / Q_c is the sum over the items of exp(r_j - r_c), and 1 / P_c that of the scores."""
    r, s = relevance.astype(np.longdouble), scores.astype(np.longdouble)
    over_q = np.exp(r[:, None, :] - r[:, :, None]).sum(axis=2)
    minus_log_p = np.logaddexp.reduce(s[:, None, :] - s[:, :, None], axis=2)
    return float((minus_log_p / over_q).sum(axis=1).mean())


def listnet_grad__pairs(relevance, scores):
    r, s = relevance.astype(np.longdouble), scores.astype(np.longdouble)
    p, q = (1 / np.exp(x[:, None, :] - x[:, :, None]).sum(axis=2) for x in (s, r))
    return np.asarray((p - q) / len(s), dtype=float)
