"""Gradients clipped by their global norm, in other words."""

import math

import numpy as np


def clip_by_global_norm__hypot(grads, max_norm):
    if max_norm <= 0:
        raise ValueError("max_norm")
    length = math.hypot(*np.ravel(grads).tolist())
    if length > max_norm:
        return grads / length * max_norm
    return grads.copy()


def clip_by_global_norm__factor(grads, max_norm):
    if max_norm <= 0:
        raise ValueError("the limit must be positive")
    wide = np.asarray(grads, dtype=np.float64)
    biggest = np.abs(wide).max()
    if biggest == 0.0:
        return wide * 0.0
    relative = wide / biggest
    share = max_norm / biggest / np.linalg.norm(relative)
    return wide * share if share < 1 else wide.copy()


def clip_by_global_norm__loop(grads, max_norm):
    if not max_norm > 0:
        raise ValueError("need a positive max_norm")
    flat = grads.ravel().tolist()
    scale = max(map(abs, flat))
    norm = scale * math.sqrt(sum((g / scale) ** 2 for g in flat)) if scale else 0.0
    flat = [g / norm * max_norm if norm > max_norm else g for g in flat]
    return np.array(flat).reshape(grads.shape)
