"""Targets, value loss and its gradient, in other words."""

import numpy as np


def _inside(gamma):
    if gamma < 0 or gamma > 1:
        raise ValueError("gamma")


def td_targets__assignment(rewards, next_values, terminated, gamma=0.99):
    _inside(gamma)
    out = np.array(rewards, dtype=np.float64)
    out[~terminated] += gamma * next_values[~terminated]
    return out


def value_loss__assignment(returns, values):
    return np.square(np.asarray(values, float) - returns).sum() / (2 * np.size(values))


def value_loss_grad__assignment(returns, values):
    return -(np.asarray(returns, float) - values) / np.size(returns)


def td_targets__loop(rewards, next_values, terminated, gamma=0.99):
    _inside(gamma)
    steps = zip(rewards.ravel(), next_values.ravel(), terminated.ravel())
    return np.array([r if d else r + gamma * v for r, v, d in steps]).reshape(rewards.shape)


def value_loss__loop(returns, values):
    pairs = list(zip(np.ravel(returns).tolist(), np.ravel(values).tolist()))
    return sum((v - r) ** 2 / 2 for r, v in pairs) / len(pairs)


def value_loss_grad__loop(returns, values):
    pairs = list(zip(np.ravel(returns).tolist(), np.ravel(values).tolist()))
    return np.array([(v - r) / len(pairs) for r, v in pairs]).reshape(np.shape(values))


def td_targets__select(rewards, next_values, terminated, gamma=0.99):
    _inside(gamma)
    return np.select([terminated], [rewards], rewards + gamma * np.nan_to_num(next_values))


def value_loss__select(returns, values):
    e = np.ravel(values) - np.ravel(returns)
    return float(np.dot(e, e)) / e.size / 2


def value_loss_grad__select(returns, values):
    return (values - returns) * (1 / values.size)
