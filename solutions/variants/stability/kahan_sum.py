"""A sum that keeps its small parts, in other words."""

import math

import numpy as np


def kahan_sum__exact(x):
    return math.fsum(x)


def kahan_sum__neumaier(x):
    total = rest = 0.0
    for v in map(float, x):
        t = total + v
        rest += (total - t) + v if abs(total) >= abs(v) else (v - t) + total
        total = t
    return total + rest


def kahan_sum__two_sum(x):
    high = low = 0.0
    for v in x.tolist():
        s = high + v
        b = s - high
        low += (high - (s - b)) + (v - b)
        high = s
    return np.float64(high + low)


def kahan_sum__partials(x):
    partials = []  # numbers that do not overlap; their sum is exact
    for v in map(float, x):
        kept = []
        for p in partials:
            if abs(v) < abs(p):
                v, p = p, v
            s = v + p
            rest = p - (s - v)
            if rest:
                kept.append(rest)
            v = s
        partials = [*kept, v]
    return np.sum(partials[::-1]) if partials else 0.0
