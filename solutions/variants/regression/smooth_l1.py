"""Other right answers to the exercise smooth_l1; the part after __ names the variant."""

import numpy as np


def _look(beta):
    if beta < 0:
        raise ValueError("beta must not be negative")


def smooth_l1__mask(y_true, y_pred, beta=1.0):
    _look(beta)
    e = np.abs((y_pred - y_true).astype(float))
    near = e < beta
    out = e - beta / 2
    out[near] = e[near] ** 2 / (2 * beta)
    return out.mean()


def smooth_l1_grad__mask(y_true, y_pred, beta=1.0):
    _look(beta)
    e = (y_pred - y_true).astype(float)
    out = np.sign(e)
    near = np.abs(e) < beta
    out[near] = e[near] / beta
    return out / e.size


def smooth_l1__loop(y_true, y_pred, beta=1.0):
    _look(beta)
    terms = []
    for t, p in zip(y_true.flat, y_pred.flat, strict=True):
        e = abs(float(p) - float(t))
        terms.append(e**2 / (2 * beta) if e < beta else e - beta / 2)
    return sum(terms) / len(terms)


def smooth_l1_grad__loop(y_true, y_pred, beta=1.0):
    _look(beta)
    out = np.zeros(y_pred.shape)
    for place in np.ndindex(*y_pred.shape):
        e = float(y_pred[place]) - float(y_true[place])
        out[place] = e / beta if abs(e) < beta else (e > 0) - (e < 0)
    return out / y_pred.size


def smooth_l1__huber_over_beta(y_true, y_pred, beta=1.0):
    _look(beta)
    e = np.abs(y_pred - y_true)
    if beta == 0:
        return np.mean(e)
    return np.mean(np.where(e < beta, e**2 / 2, beta * e - beta**2 / 2)) / beta


def smooth_l1_grad__huber_over_beta(y_true, y_pred, beta=1.0):
    _look(beta)
    e = y_pred - y_true
    if beta == 0:
        return np.sign(e) / e.size
    return np.clip(e, -beta, beta) / (beta * e.size)
