"""Dynamic weight average, in other words."""

import math

import numpy as np


def dynamic_weight_average__loop(history, temperature=2.0):
    if temperature <= 0:
        raise ValueError("temperature")
    epochs, k = history.shape
    if epochs <= 1:
        return [1.0] * k
    speeds = [new / old for new, old in zip(history[-1].tolist(), history[-2].tolist())]
    top = max(speeds)
    powers = [math.exp((speed - top) / temperature) for speed in speeds]
    return [k * power / sum(powers) for power in powers]


def dynamic_weight_average__pairwise(history, temperature=2.0):
    if not temperature > 0:
        raise ValueError(temperature)
    if history.shape[0] < 2:
        return np.ones_like(history, shape=history.shape[1], dtype=float)
    rate = history[-1].astype(float) / history[-2]
    with np.errstate(over="ignore"):
        others = np.exp((rate[None, :] - rate[:, None]) / temperature)
    return 1.0 / others.mean(axis=1)


def dynamic_weight_average__logarithms(history, temperature=2.0):
    if temperature <= 0.0:
        raise ValueError("T must be positive")
    if len(history) in (0, 1):
        return np.full(history.shape[1], 1.0)
    scaled = np.divide(history[-1], history[-2]) / temperature
    return np.exp(scaled - np.logaddexp.reduce(scaled) + np.log(len(scaled)))
