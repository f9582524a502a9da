"""Uncertainty weighting, in other words."""

import math

import numpy as np


def uncertainty_weighting__loop(factors, losses, log_vars):
    total = 0.0
    for c, loss, s in zip(factors.tolist(), losses.tolist(), log_vars.tolist()):
        sigma = math.exp(s / 2)
        total += c * loss / sigma**2 + math.log(sigma)
    return total


def uncertainty_weighting_grad__loop(factors, losses, log_vars):
    first, second = [], []
    for c, loss, s in zip(factors.tolist(), losses.tolist(), log_vars.tolist()):
        first.append(c / math.exp(s))
        second.append(0.5 - c * loss / math.exp(s))
    return [first, second]


def best_log_vars__loop(factors, losses):
    if min(losses.tolist()) <= 0:
        raise ValueError("losses")
    return [math.log(2.0) + math.log(c) + math.log(v) for c, v in zip(factors, losses)]


def uncertainty_weighting__dot(factors, losses, log_vars):
    precision = 1.0 / np.exp(log_vars)
    return float(np.dot(factors * precision, losses)) + float(np.sum(log_vars)) / 2


def uncertainty_weighting_grad__dot(factors, losses, log_vars):
    weights = factors / np.exp(log_vars)
    return np.stack((weights, -(weights * losses - 0.5)))


def best_log_vars__dot(factors, losses):
    if not np.all(losses):
        raise ValueError("a loss is 0")
    return np.log(losses / (0.5 / factors))


def uncertainty_weighting__by_kind(factors, losses, log_vars):
    half = factors == 0.5
    weights = np.exp(np.negative(log_vars))
    halves = np.where(half, losses / 2, losses) * weights
    return (halves + 0.5 * log_vars).sum()


def uncertainty_weighting_grad__by_kind(factors, losses, log_vars):
    out = np.empty((2, len(losses)))
    out[0] = np.where(factors == 0.5, 0.5, 1.0) * np.exp(-1.0 * log_vars)
    out[1] = 0.5 - out[0] * losses
    return out


def best_log_vars__by_kind(factors, losses):
    if (losses <= 0).any():
        raise ValueError(losses)
    return np.where(factors == 0.5, np.log(losses), np.log(losses) + np.log(2))
