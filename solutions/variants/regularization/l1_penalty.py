"""The L1 penalty, in other words."""

import math

import numpy as np


def l1_penalty__loop(w, lam=1.0):
    if lam < 0:
        raise ValueError("lam")
    return lam * math.fsum(abs(v) for v in w.ravel().tolist())


def l1_penalty_grad__loop(w, lam=1.0):
    if lam < 0:
        raise ValueError("lam")
    pulls = [0.0 if v == 0 else math.copysign(lam, v) for v in w.ravel().tolist()]
    return np.reshape(pulls, w.shape)


def l1_penalty__norm(w, lam=1.0):
    if not lam >= 0:
        raise ValueError("need lam >= 0")
    return np.linalg.norm(np.ravel(w).astype(float), 1) * lam


def l1_penalty_grad__norm(w, lam=1.0):
    if not lam >= 0:
        raise ValueError("need lam >= 0")
    return lam * ((w > 0).astype(float) - (w < 0))


def l1_penalty__two_sides(w, lam=1.0):
    if lam < 0:
        raise ValueError(lam)
    return float(lam * (w[w > 0].sum(dtype=float) - w[w < 0].sum(dtype=float)))


def l1_penalty_grad__two_sides(w, lam=1.0):
    if lam < 0:
        raise ValueError(lam)
    pull = np.zeros(w.shape)
    pull[w > 0] = lam
    pull[w < 0] = -lam
    return pull
