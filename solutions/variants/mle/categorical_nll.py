"""Likelihood of classes and of counts, in other words."""

import math

import numpy as np


def categorical_nll__loop(labels, p):
    total = 0.0
    for i in range(len(labels)):
        q = float(p[i][labels[i]])
        if q == 0:
            return math.inf
        total -= math.log(q)
    return total / len(labels)


def multinomial_nll__loop(counts, p):
    cost, so_far = 0.0, 0
    for c, q in zip(counts.tolist(), p.tolist()):
        for k in range(1, c + 1):
            so_far += 1
            if q == 0:
                return math.inf
            cost -= math.log(q) + math.log(so_far) - math.log(k)
    return cost


def categorical_nll__exact(labels, p):
    hot = np.eye(p.shape[1], dtype=bool)[labels]
    return -np.log(p[hot]).sum() / labels.size


def multinomial_nll__exact(counts, p):
    ways = math.factorial(int(counts.sum()))
    for c in counts.tolist():
        ways //= math.factorial(c)
    log_p = [math.log(q) * c if q > 0 else (-math.inf if c else 0.0) for c, q in zip(counts, p)]
    return -math.log(ways) - sum(log_p)


def categorical_nll__tables(labels, p):
    picked = np.sum(p * (np.arange(p.shape[1]) == labels[:, None]), axis=1)
    return np.average(-np.log(picked))


def multinomial_nll__tables(counts, p):
    table = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, counts.sum() + 1)))])
    with np.errstate(divide="ignore", invalid="ignore"):
        prices = np.where(counts == 0, 0.0, -counts * np.log(p))
    return prices.sum() + table[counts].sum() - table[counts.sum()]
