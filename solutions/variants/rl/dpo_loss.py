"""Direct preference optimisation, in other words."""

import math

import numpy as np


def _dear(beta):
    if beta <= 0:
        raise ValueError("beta")


def dpo_loss__softplus(ref_chosen, ref_rejected, chosen, rejected, beta=0.1):
    _dear(beta)
    m = beta * (chosen - rejected - (ref_chosen - ref_rejected))
    return np.mean(np.maximum(-m, 0) + np.log1p(np.exp(-np.abs(m))))


def dpo_loss_grad__softplus(ref_chosen, ref_rejected, chosen, rejected, beta=0.1):
    _dear(beta)
    m = beta * (chosen - rejected - (ref_chosen - ref_rejected))
    small = np.exp(-np.abs(m))
    pull = beta * np.where(m > 0, small, 1.0) / (1.0 + small) / m.size
    return np.stack([-pull, pull])


def dpo_loss__loop(ref_chosen, ref_rejected, chosen, rejected, beta=0.1):
    _dear(beta)
    total = 0.0
    for a, b, c, d in zip(ref_chosen, ref_rejected, chosen, rejected):
        m = beta * float((c - a) - (d - b))
        total += math.log1p(math.exp(-m)) if m > 0 else -m + math.log1p(math.exp(m))
    return total / len(chosen)


def dpo_loss_grad__loop(ref_chosen, ref_rejected, chosen, rejected, beta=0.1):
    _dear(beta)
    pulls = []
    for a, b, c, d in zip(ref_chosen, ref_rejected, chosen, rejected):
        m = beta * float((c - a) - (d - b))
        s = math.exp(-m) / (1 + math.exp(-m)) if m > 0 else 1 / (1 + math.exp(m))
        pulls.append(beta * s / len(chosen))
    return [-p for p in pulls], pulls


def dpo_loss__rewards(ref_chosen, ref_rejected, chosen, rejected, beta=0.1):
    """As a two-way cross-entropy over implicit rewards."""
    _dear(beta)
    rewards = beta * np.array([chosen - ref_chosen, rejected - ref_rejected], dtype=np.float64)
    rewards = rewards - rewards[0]
    return np.average(np.logaddexp.reduce(rewards, axis=0))


def dpo_loss_grad__rewards(ref_chosen, ref_rejected, chosen, rejected, beta=0.1):
    _dear(beta)
    rewards = beta * np.array([chosen - ref_chosen, rejected - ref_rejected], dtype=np.float64)
    lost = np.exp(rewards[1] - np.logaddexp(rewards[0], rewards[1])) / rewards.shape[1]
    return np.array([-beta * lost, beta * lost])
