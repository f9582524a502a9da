"""Empirical risk and objective, in other words."""

import math

import numpy as np


def empirical_risk__loop(loss, y_true, y_pred, sample_weight=None):
    losses = loss(y_true, y_pred).tolist()
    weights = [1.0] * len(losses) if sample_weight is None else sample_weight.tolist()
    if any(w < 0 for w in weights) or not any(weights):
        raise ValueError("weights")
    return math.fsum(w * v for w, v in zip(weights, losses)) / math.fsum(weights)


def objective__loop(loss, y_true, y_pred, w, lam):
    losses = loss(y_true, y_pred).tolist()
    return sum(losses) / len(losses) + lam * math.fsum(v * v for v in w.ravel().tolist())


def empirical_risk__average(loss, y_true, y_pred, sample_weight=None):
    if sample_weight is not None and (np.any(sample_weight < 0) or np.all(sample_weight == 0)):
        raise ValueError("weights must not be negative, and not all 0")
    return np.average(loss(y_true, y_pred), weights=sample_weight)


def objective__average(loss, y_true, y_pred, w, lam):
    return empirical_risk__average(loss, y_true, y_pred) + lam * np.linalg.norm(w) ** 2


def empirical_risk__shares(loss, y_true, y_pred, sample_weight=None):
    share = np.ones(len(y_pred)) if sample_weight is None else sample_weight * 1.0
    if share.min() < 0 or share.sum() <= 0:
        raise ValueError("no risk without weights")
    share /= share.sum()
    return share @ loss(y_true, y_pred)


def objective__shares(loss, y_true, y_pred, w, lam):
    flat = np.ravel(w)
    return lam * (flat @ flat) + empirical_risk__shares(loss, y_true, y_pred)
