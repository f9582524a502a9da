"""Soft thresholding, in other words."""

import numpy as np


def soft_threshold__clip(v, threshold):
    if threshold < 0:
        raise ValueError("threshold")
    return v - np.clip(v, -threshold, threshold)


def soft_threshold__two_ramps(v, threshold):
    if not threshold >= 0:
        raise ValueError("a threshold is not negative")
    return np.maximum(v - threshold, 0) + np.minimum(v + threshold, 0)


def soft_threshold__loop(v, threshold):
    if threshold < 0:
        raise ValueError(threshold)
    out = []
    for number in v.ravel().tolist():
        if number > threshold:
            out.append(number - threshold)
        elif number < -threshold:
            out.append(number + threshold)
        else:
            out.append(0.0)
    return np.array(out).reshape(v.shape)


def soft_threshold__where(v, threshold):
    if threshold < 0:
        raise ValueError("threshold")
    size = np.abs(v)
    return np.where(size <= threshold, 0.0, np.copysign(size - threshold, v))
