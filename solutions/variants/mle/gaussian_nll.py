"""Gaussian negative log-likelihood, in other words."""

import math

import numpy as np


def gaussian_nll__by_deviation(y_true, mean, log_var):
    sigma = np.exp(0.5 * log_var)
    z = (y_true - mean) / sigma
    return np.average(0.5 * z * z + np.log(sigma) + 0.5 * math.log(2 * math.pi))


def gaussian_nll_grad_mean__by_deviation(y_true, mean, log_var):
    sigma = np.exp(0.5 * log_var)
    return -((y_true - mean) / sigma) / sigma / mean.size


def gaussian_nll_grad_log_var__by_deviation(y_true, mean, log_var):
    z = (y_true - mean) / np.exp(0.5 * log_var)
    return 0.5 * (1 - z) * (1 + z) / mean.size


def gaussian_nll__loop(y_true, mean, log_var):
    total = 0.0
    for y, m, s in zip(y_true.ravel().tolist(), mean.ravel().tolist(), log_var.ravel().tolist()):
        total += 0.5 * (math.log(2 * math.pi) + s + (m - y) ** 2 * math.exp(-s))
    return total / y_true.size


def gaussian_nll_grad_mean__loop(y_true, mean, log_var):
    out = np.zeros(mean.shape)
    for i in np.ndindex(mean.shape):
        out[i] = float(mean[i] - y_true[i]) * math.exp(-float(log_var[i])) / mean.size
    return out


def gaussian_nll_grad_log_var__loop(y_true, mean, log_var):
    out = np.zeros(mean.shape)
    for i in np.ndindex(mean.shape):
        e = float(mean[i] - y_true[i])
        out[i] = (1 - e * e * math.exp(-float(log_var[i]))) / 2 / mean.size
    return out


def gaussian_nll__by_precision(y_true, mean, log_var):
    precision = np.exp(-np.asarray(log_var, dtype=float))
    square = np.square(np.subtract(mean, y_true, dtype=float))
    return (precision * square - np.log(precision) + np.log(2 * np.pi)).sum() / 2 / square.size


def gaussian_nll_grad_mean__by_precision(y_true, mean, log_var):
    precision = np.exp(-np.asarray(log_var, dtype=float))
    return precision * mean / mean.size - precision * y_true / mean.size


def gaussian_nll_grad_log_var__by_precision(y_true, mean, log_var):
    precision = np.exp(-np.asarray(log_var, dtype=float))
    return np.full(mean.shape, 0.5 / mean.size) - precision * (y_true - mean) ** 2 / (2 * mean.size)
