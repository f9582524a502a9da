"""The best constant and the cheapest answer, in other words."""

import numpy as np


def bayes_optimal_constant__loop(loss, y, candidates):
    best, lowest = None, None
    for c in candidates.tolist():
        risk = loss(y, c).sum()
        if lowest is None or risk < lowest or (risk == lowest and c < best):
            best, lowest = c, risk
    return best


def bayes_optimal_class__loop(probability, cost):
    answers = []
    for row in probability.tolist():
        prices = [sum(p * c for p, c in zip(row, column)) for column in cost.T.tolist()]
        answers.append(prices.index(min(prices)))
    return answers


def bayes_optimal_constant__key(loss, y, candidates):
    return min(candidates.tolist(), key=lambda c: (loss(y, np.full(len(y), c)).sum(), c))


def bayes_optimal_class__key(probability, cost):
    expected = np.tensordot(probability, cost, axes=(1, 0))
    return [min(range(len(row)), key=lambda a: (row[a], a)) for row in expected]


def bayes_optimal_constant__all_at_the_lowest(loss, y, candidates):
    risks = np.array([loss(y, c).mean() for c in candidates])
    return candidates[risks == risks.min()].min()


def bayes_optimal_class__all_at_the_lowest(probability, cost):
    expected = (probability[:, :, None] * cost[None]).sum(axis=1)
    return np.argmax(expected == expected.min(axis=1, keepdims=True), axis=1).astype(float)
