"""The sigmoid and its slope, in other words."""

import math

import numpy as np


def sigmoid_and_derivative__sides(z):
    """Both at once: the two sides of zero are handled apart."""
    z = np.asarray(z)
    out = np.empty(z.shape, dtype=float)
    right = z >= 0
    out[right] = 1 / (1 + np.exp(-z[right]))
    small = np.exp(z[~right])
    out[~right] = small / (1 + small)
    small = np.exp(-np.abs(z))
    return out, small / (1 + small) ** 2


def sigmoid__sides(z):
    return sigmoid_and_derivative__sides(z)[0]


def sigmoid_grad__sides(z):
    return sigmoid_and_derivative__sides(z)[1]


def sigmoid__logaddexp(z):
    return 1 / np.exp(np.logaddexp(0, -np.asarray(z, dtype=float)))


def sigmoid_grad__logaddexp(z):
    z = np.asarray(z, dtype=float)
    return 1 / np.exp(np.logaddexp(0, -z)) * (1 / np.exp(np.logaddexp(0, z)))


def sigmoid__loop(z):
    flat = [1 / (1 + math.exp(-v)) if v > -700 else math.exp(v) for v in np.ravel(z).tolist()]
    return np.reshape(flat, np.shape(z))


def sigmoid_grad__loop(z):
    flat = []
    for v in np.ravel(z).tolist():
        u = math.exp(-abs(v))
        flat.append(u / (1 + u) / (1 + u))
    return np.reshape(flat, np.shape(z))


def sigmoid__plain(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_grad__plain(z):
    return (
        (0.5 / np.cosh(np.asarray(z) / 2)) ** 2
        if np.max(np.abs(z)) < 700
        else sigmoid_grad__loop(z)
    )
