"""PPO's clipped loss, in other words."""

import math

import numpy as np


def _small(epsilon):
    if epsilon <= 0 or epsilon >= 1:
        raise ValueError("epsilon")


def ppo_clip__textbook(advantages, old_log_probs, log_probs, epsilon=0.2):
    _small(epsilon)
    r = np.exp(np.asarray(log_probs, float) - old_log_probs)
    free = np.where(advantages == 0, 0.0, r) * advantages
    return -np.minimum(free, np.clip(r, 1 - epsilon, 1 + epsilon) * advantages).mean()


def ppo_clip_grad__textbook(advantages, old_log_probs, log_probs, epsilon=0.2):
    _small(epsilon)
    r = np.exp(np.asarray(log_probs, float) - old_log_probs)
    pulls = np.where(advantages > 0, r <= 1 + epsilon, r >= 1 - epsilon) & (advantages != 0)
    return np.where(pulls, -r * advantages / r.size, 0.0)


def ppo_clip__loop(advantages, old_log_probs, log_probs, epsilon=0.2):
    _small(epsilon)
    total, n = 0.0, advantages.size
    for a, o, x in zip(advantages.ravel(), old_log_probs.ravel(), log_probs.ravel()):
        r = math.exp(min(float(x) - float(o), 700.0))
        total -= min(r * float(a), min(max(r, 1 - epsilon), 1 + epsilon) * float(a))
    return total / n


def ppo_clip_grad__loop(advantages, old_log_probs, log_probs, epsilon=0.2):
    _small(epsilon)
    out = []
    for a, o, x in zip(advantages.ravel(), old_log_probs.ravel(), log_probs.ravel()):
        r = math.exp(min(float(x) - float(o), 700.0))
        done = r > 1 + epsilon if a > 0 else r < 1 - epsilon
        out.append(0.0 if done else -r * float(a) / advantages.size)
    return np.array(out).reshape(advantages.shape)


def ppo_clip__in_logs(advantages, old_log_probs, log_probs, epsilon=0.2):
    """Compared and clipped as log-ratios, so that nothing overflows on the flat side."""
    _small(epsilon)
    x = log_probs - old_log_probs * 1.0
    x = np.where(
        advantages > 0, np.minimum(x, np.log1p(epsilon)), np.maximum(x, np.log1p(-epsilon))
    )
    return np.mean(-np.exp(x) * advantages)


def ppo_clip_grad__in_logs(advantages, old_log_probs, log_probs, epsilon=0.2):
    _small(epsilon)
    x = log_probs - old_log_probs * 1.0
    side = np.sign(advantages)
    done = side * x > np.where(side > 0, np.log1p(epsilon), -np.log1p(-epsilon))
    return -np.exp(np.where(done, -np.inf, x)) * advantages / x.size
