"""Generalised advantage estimation, in other words."""

import numpy as np


def _inside(*numbers):
    if min(numbers) < 0 or max(numbers) > 1:
        raise ValueError("between 0 and 1")


def gae__in_place(rewards, values, terminated, gamma=0.99, lam=0.95):
    _inside(gamma, lam)
    there = np.where(terminated, 0.0, values[..., 1:])
    out = np.asarray(rewards - values[..., :-1] + gamma * there, dtype=np.float64)
    for t in range(out.shape[-1] - 2, -1, -1):
        out[..., t] += np.where(terminated[..., t], 0.0, gamma * lam * out[..., t + 1])
    return out


def gae__double_sum(rewards, values, terminated, gamma=0.99, lam=0.95):
    """Every later difference of the same run, weighted by its distance."""
    _inside(gamma, lam)
    steps = rewards.shape[-1]
    delta = rewards + gamma * np.where(terminated, 0.0, values[..., 1:]) - values[..., :-1]
    out = np.zeros(rewards.shape)
    for t in range(steps):
        alive = np.ones(rewards.shape[:-1], bool)
        for k in range(t, steps):
            out[..., t] += np.where(alive, (gamma * lam) ** (k - t) * delta[..., k], 0.0)
            alive = alive & ~terminated[..., k]
    return out


def gae__lambda_return(rewards, values, terminated, gamma=0.99, lam=0.95):
    """The lambda-return from the back, less the value."""
    _inside(gamma, lam)
    target = np.array(values[..., -1], dtype=np.float64)
    out = np.zeros(rewards.shape)
    for t in range(rewards.shape[-1] - 1, -1, -1):
        mixed = (1 - lam) * values[..., t + 1] + lam * target
        target = rewards[..., t] + np.where(terminated[..., t], 0.0, gamma * mixed)
        out[..., t] = target - values[..., t]
    return out
