"""Mean squared error, in other words."""

import math

import numpy as np


def mse__loop(y_true, y_pred):
    if y_true.shape != y_pred.shape or y_true.size == 0:
        raise ValueError("the shapes differ or there is nothing to average")
    total = 0.0
    for y, p in zip(y_true.ravel().tolist(), y_pred.ravel().tolist()):
        total += (p - y) ** 2
    return total / y_true.size


def mse_grad__loop(y_true, y_pred):
    if y_true.shape != y_pred.shape or y_true.size == 0:
        raise ValueError("the shapes differ or there is nothing to average")
    grad = np.empty(y_pred.shape)
    for index in np.ndindex(*y_pred.shape):
        grad[index] = 2 * (float(y_pred[index]) - float(y_true[index])) / y_pred.size
    return grad


def mse__einsum(y_true, y_pred):
    if np.shape(y_true) != np.shape(y_pred):
        raise ValueError("shapes")
    if not np.size(y_pred):
        raise ValueError("empty")
    e = np.subtract(y_true, y_pred, dtype=np.float64).reshape(-1)
    return np.einsum("i,i->", e, e) / len(e)


def mse_grad__einsum(y_true, y_pred):
    if np.shape(y_true) != np.shape(y_pred):
        raise ValueError("shapes")
    if not np.size(y_pred):
        raise ValueError("empty")
    return np.subtract(y_true, y_pred, dtype=np.float64) * (-2.0 / np.prod(y_pred.shape))


def mse__spread_and_bias(y_true, y_pred):
    if y_true.shape != y_pred.shape or min(y_true.shape, default=1) == 0:
        raise ValueError("shapes")
    e = y_pred - y_true
    return np.var(e) + np.mean(e) ** 2


def mse_grad__spread_and_bias(y_true, y_pred):
    if y_true.shape != y_pred.shape or min(y_true.shape, default=1) == 0:
        raise ValueError("shapes")
    e = y_pred - y_true
    return (2 * (e - e.mean()) + 2 * e.mean()) / e.size


def mse__norm(y_true, y_pred):
    if y_true.shape != y_pred.shape or y_true.size == 0:
        raise ValueError("shapes")
    return np.linalg.norm((y_true - y_pred).ravel()) ** 2 / y_true.size


def mse_grad__norm(y_true, y_pred):
    if y_true.shape != y_pred.shape or y_true.size == 0:
        raise ValueError("shapes")
    n = math.prod(y_true.shape)
    return (y_pred - y_true) / (n / 2)
