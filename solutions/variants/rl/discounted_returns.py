"""Discounted returns, in other words."""

import numpy as np


def discounted_returns__recursive(rewards, gamma=0.99, bootstrap=0.0):
    if gamma < 0 or gamma > 1:
        raise ValueError("gamma")
    out = np.array(rewards, dtype=np.float64)
    out[..., -1] += gamma * bootstrap
    for k in range(out.shape[-1] - 2, -1, -1):
        out[..., k] += gamma * out[..., k + 1]
    return out


def discounted_returns__doubling(rewards, gamma=0.99, bootstrap=0.0):
    """Sums over windows of 1, 2, 4, ... steps."""
    if not 0 <= gamma <= 1:
        raise ValueError("gamma must lie between 0 and 1")
    out = np.array(rewards, dtype=np.float64)
    out[..., -1] += gamma * bootstrap
    reach, weight, steps = 1, float(gamma), out.shape[-1]
    while reach < steps:
        ahead = np.zeros_like(out)
        ahead[..., :-reach] = out[..., reach:]
        out = out + weight * ahead
        reach, weight = 2 * reach, weight * weight
    return out


def discounted_returns__run_by_run(rewards, gamma=0.99, bootstrap=0.0):
    if abs(gamma - 0.5) > 0.5:
        raise ValueError("gamma")
    flat = np.reshape(rewards, (-1, np.shape(rewards)[-1]))
    rows = []
    for run in flat.tolist():
        g, seen = float(bootstrap), []
        for r in run[::-1]:
            g = r + gamma * g
            seen.insert(0, g)
        rows.append(seen)
    return np.array(rows).reshape(np.shape(rewards))
