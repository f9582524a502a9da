"""One step of GradNorm, in other words."""

import math

import numpy as np


def gradnorm_step__loop(weights, norms, rates, alpha=1.5, learning_rate=0.025):
    k = len(weights)
    mean_norm = math.fsum(norms.tolist()) / k
    mean_rate = math.fsum(rates.tolist()) / k
    new = []
    for w, g, r in zip(weights.tolist(), norms.tolist(), rates.tolist()):
        goal = mean_norm * (r / mean_rate) ** alpha
        alone = g / w
        if g > goal:
            w = w - learning_rate * alone
        elif g < goal:
            w = w + learning_rate * alone
        if w <= 0:
            raise ValueError("the step is too long")
        new.append(w)
    return np.array([k * w / sum(new) for w in new])


def gradnorm_step__above_and_below(weights, norms, rates, alpha=1.5, learning_rate=0.025):
    w, g = np.array(weights, dtype=float), np.array(norms, dtype=float)
    goal = np.power(rates / np.average(rates), alpha) * np.average(g)
    above, below = (g > goal).astype(float), (g < goal).astype(float)
    w += learning_rate * (below - above) * g / w
    if not (w > 0).all():
        raise ValueError("a weight is not positive any more")
    return w / w.mean()


def gradnorm_step__logarithms(weights, norms, rates, alpha=1.5, learning_rate=0.025):
    relative = np.log(rates) - np.log(np.mean(rates))
    relative[rates == rates[0]] *= not np.all(rates == rates[0])
    gap = norms - np.mean(norms) * np.exp(alpha * relative)
    step = np.where(gap > 0, -1.0, np.where(gap < 0, 1.0, 0.0)) * (norms * (1.0 / weights))
    after = weights + learning_rate * step
    if min(after) <= 0:
        raise ValueError(after)
    return after / sum(after) * after.size
