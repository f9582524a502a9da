"""The entropy bonus, in other words."""

import math

import numpy as np


def _weight(beta):
    if beta < 0:
        raise ValueError("beta")


def entropy_bonus__where(logits, beta=0.01):
    _weight(beta)
    z = np.asarray(logits, float)
    log_p = z - np.logaddexp.reduce(z, axis=1, keepdims=True)
    p = np.exp(log_p)
    log_p[p == 0] = 0.0
    return beta * (p * log_p).sum() / len(z)


def entropy_bonus_grad__where(logits, beta=0.01):
    _weight(beta)
    z = np.asarray(logits, float)
    log_p = z - np.logaddexp.reduce(z, axis=1, keepdims=True)
    p = np.exp(log_p)
    log_p[p == 0] = 0.0
    entropy = -(p * log_p).sum(axis=1, keepdims=True)
    return beta / len(z) * p * (log_p + entropy)


def entropy_bonus__loop(logits, beta=0.01):
    _weight(beta)
    total = 0.0
    for row in logits.tolist():
        top = max(row)
        weights = [math.exp(v - top) for v in row]
        shares = [w / sum(weights) for w in weights]
        total += sum(p * math.log(p) for p in shares if p > 0)
    return beta * total / len(logits)


def entropy_bonus_grad__loop(logits, beta=0.01):
    _weight(beta)
    out = np.zeros(logits.shape)
    for i, row in enumerate(logits.tolist()):
        top = max(row)
        weights = [math.exp(v - top) for v in row]
        shares = [w / sum(weights) for w in weights]
        mean = sum(p * math.log(p) for p in shares if p > 0)
        out[i] = [beta * p * (math.log(p) - mean) / len(logits) if p > 0 else 0.0 for p in shares]
    return out


def entropy_bonus__finite(logits, beta=0.01):
    """Impossible actions are put far away, where their weight is 0 and their logit finite."""
    _weight(beta)
    z = np.maximum(logits - np.max(logits, axis=1)[:, None], -1e4)
    norm = np.exp(z).sum(axis=1)
    return -beta * np.mean(np.log(norm) - (np.exp(z) * z).sum(axis=1) / norm)


def entropy_bonus_grad__finite(logits, beta=0.01):
    _weight(beta)
    z = np.maximum(logits - np.max(logits, axis=1)[:, None], -1e4)
    p = np.exp(z) / np.exp(z).sum(axis=1)[:, None]
    return (beta * p * z - beta * p * np.einsum("ij,ij->i", p, z)[:, None]) / z.shape[0]
