"""The policy gradient loss, in other words."""

import math

import numpy as np


def policy_gradient_loss__onehot(actions, advantages, logits):
    z = np.asarray(logits, float)
    hot = np.equal.outer(actions, np.arange(z.shape[1]))
    top = z.max(axis=1)
    lse = top + np.log(np.exp(z - top[:, None]).sum(axis=1))
    return (advantages * (lse - (z * hot).sum(axis=1))).mean()


def policy_gradient_loss_grad__onehot(actions, advantages, logits):
    z = np.asarray(logits, float)
    hot = np.equal.outer(actions, np.arange(z.shape[1]))
    e = np.exp(z - z.max(axis=1)[:, None])
    return np.einsum("i,ij->ij", advantages / len(z), e / e.sum(axis=1)[:, None] - hot)


def policy_gradient_loss__loop(actions, advantages, logits):
    total = 0.0
    for a, gain, row in zip(actions.tolist(), advantages.tolist(), logits.tolist()):
        top = max(row)
        total += gain * (top + math.log(math.fsum(math.exp(v - top) for v in row)) - row[a])
    return total / len(actions)


def policy_gradient_loss_grad__loop(actions, advantages, logits):
    out = []
    for a, gain, row in zip(actions.tolist(), advantages.tolist(), logits.tolist()):
        top = max(row)
        weights = [math.exp(v - top) for v in row]
        share = [w / sum(weights) for w in weights]
        out.append([gain * (p - (k == a)) / len(actions) for k, p in enumerate(share)])
    return np.array(out)


def policy_gradient_loss__logaddexp(actions, advantages, logits):
    z = logits.astype(np.float64)
    cost = np.logaddexp.reduce(z, axis=1) - np.take_along_axis(z, actions[:, None], 1)[:, 0]
    return float(np.average(advantages * cost))


def policy_gradient_loss_grad__logaddexp(actions, advantages, logits):
    z = logits.astype(np.float64)
    out = np.exp(z - np.logaddexp.reduce(z, axis=1, keepdims=True))
    np.subtract.at(out, (np.arange(len(z)), actions), 1.0)
    return out * (np.asarray(advantages, float) / len(z))[:, None]
