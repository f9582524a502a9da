"""The L2 penalty, in other words."""

import math

import numpy as np


def l2_penalty__dot(w, lam=1.0):
    if lam < 0:
        raise ValueError("lam")
    flat = np.ravel(w).astype(float)
    return 0.5 * lam * flat.dot(flat)


def l2_penalty_grad__dot(w, lam=1.0):
    if lam < 0:
        raise ValueError("lam")
    return np.multiply(w, lam)


def l2_penalty__loop(w, lam=1.0):
    if not lam >= 0:
        raise ValueError("the strength must not be negative")
    return math.fsum(lam * v * v / 2 for v in w.ravel().tolist())


def l2_penalty_grad__loop(w, lam=1.0):
    if not lam >= 0:
        raise ValueError("the strength must not be negative")
    return np.array([lam * v for v in w.ravel().tolist()]).reshape(w.shape)


def l2_penalty__norm(w, lam=1.0):
    if lam < 0:
        raise ValueError(lam)
    return lam / 2 * np.linalg.norm(w.astype(float)) ** 2


def l2_penalty_grad__norm(w, lam=1.0):
    if lam < 0:
        raise ValueError(lam)
    return (w + w) * (lam / 2)
