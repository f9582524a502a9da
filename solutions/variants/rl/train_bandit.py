"""A bandit trained by the policy gradient, in other words."""

import math

import numpy as np


def train_bandit__plain_python(rewards, draws, lr=0.1):
    arms = rewards.shape[1]
    z, mean = [0.0] * arms, 0.0
    for t, (row, u) in enumerate(zip(rewards.tolist(), draws.tolist())):
        weights = [math.exp(v - max(z)) for v in z]
        p = [w / sum(weights) for w in weights]
        arm, below = 0, p[0]
        while below <= u and arm < arms - 1:
            arm += 1
            below += p[arm]
        step = lr * (row[arm] - mean)
        z = [v + step * ((k == arm) - p[k]) for k, v in enumerate(z)]
        mean += (row[arm] - mean) / (t + 1)
    return np.array(z)


def train_bandit__searchsorted(rewards, draws, lr=0.1):
    z = np.zeros(rewards.shape[1])
    paid = np.zeros(0)
    for t in range(draws.size):
        p = np.exp(z) / np.exp(z).sum()
        arm = np.searchsorted(np.cumsum(p)[:-1], draws[t], side="right")
        base = paid.mean() if paid.size else 0.0
        gradient = p * (rewards[t, arm] - base)
        gradient[arm] -= rewards[t, arm] - base
        z -= lr * gradient
        paid = np.append(paid, rewards[t, arm])
    return z


def train_bandit__rows(rewards, draws, lr=0.1):
    """Log-probabilities carried along; the shift of the logits is taken off at the end."""
    arms = rewards.shape[1]
    log_p = np.full(arms, -math.log(arms))
    earned = 0.0
    for t, u in enumerate(draws):
        edges = np.cumsum(np.exp(log_p))
        edges[-1] = 1.0
        arm = int(np.argmax(edges > u))
        gain = float(rewards[t, arm]) - (earned / t if t else 0.0)
        earned += float(rewards[t, arm])
        log_p = log_p + lr * gain * ((np.arange(arms) == arm) - np.exp(log_p))
        log_p = log_p - np.logaddexp.reduce(log_p)
    return log_p - log_p.mean()
