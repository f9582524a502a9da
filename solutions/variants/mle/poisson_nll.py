"""Poisson negative log-likelihood, in other words."""

import math

import numpy as np


def poisson_nll__loop(y_true, log_rate):
    total = 0.0
    for y, eta in zip(y_true.ravel().tolist(), log_rate.ravel().tolist()):
        total += math.exp(eta) + math.lgamma(y + 1)
        if y:
            total -= y * eta
    return total / y_true.size


def poisson_nll_grad__loop(y_true, log_rate):
    out = np.zeros(log_rate.shape)
    for i in np.ndindex(out.shape):
        out[i] = (math.exp(float(log_rate[i])) - float(y_true[i])) / out.size
    return out


def poisson_nll__table(y_true, log_rate):
    y = y_true.astype(int)
    table = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, y.max() + 2)))])
    with np.errstate(invalid="ignore"):
        linear = np.where(y == 0, 0.0, y * np.asarray(log_rate, dtype=float))
    return np.mean(np.exp(log_rate) - linear + table[y])


def poisson_nll_grad__table(y_true, log_rate):
    return np.divide(np.exp(log_rate), y_true.size) - np.divide(y_true, y_true.size)


def poisson_nll__by_the_rate(y_true, log_rate):
    rate = np.exp(np.asarray(log_rate, dtype=float))
    logs = np.vectorize(math.lgamma, otypes=[float])(y_true + 1.0)
    powers = np.log(np.where(y_true == 0, 1.0, rate)) * y_true
    return float(np.average(rate - powers + logs))


def poisson_nll_grad__by_the_rate(y_true, log_rate):
    rate = np.exp(np.asarray(log_rate, dtype=float))
    return -(y_true - rate) * (1.0 / rate.size)
