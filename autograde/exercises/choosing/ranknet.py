"""Exercise: RankNet over all pairs of one list, and its gradient."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import EIGHTH, targets


def ranknet(relevance, scores):
    pairs = [(i, j) for i, a in enumerate(relevance) for j, b in enumerate(relevance) if a > b]
    if not pairs:
        return 0.0
    first, second = np.transpose(pairs)
    return lossref.ranknet(np.ones(len(pairs)), scores[first] * 1.0, scores[second] * 1.0)


def ranknet_grad(relevance, scores):
    out = np.zeros(len(scores))
    pairs = [(i, j) for i, a in enumerate(relevance) for j, b in enumerate(relevance) if a > b]
    for i, j in pairs:
        up, down = lossref.ranknet_grad([1.0], scores[[i]] * 1.0, scores[[j]] * 1.0)
        out[i] += up[0] / len(pairs)
        out[j] += down[0] / len(pairs)
    return out


def a_list(rng, grades):
    """Relevances in random order, and scores that are neither right nor all apart."""
    relevance = rng.permutation(np.asarray(grades, dtype=np.float64))
    return relevance, targets(rng, len(relevance)) + EIGHTH / 2


def probes(rng: np.random.Generator) -> list[Probe]:
    drawn = []
    for name, aspect in (("ranknet", "value"), ("ranknet_grad", "gradient")):
        relevance, scores = a_list(rng, [0, 1, 1, 3])
        small = a_list(rng, [0, 1, 2, 2])
        spread = rng.permutation([-2000.0, 0.0, 1500.0, 2500.0])
        drawn += [
            Probe(name, aspect, "three items, all different", a_list(rng, [0, 1, 2])),
            Probe(name, aspect, "five items, all different", a_list(rng, [0, 1, 2, 3, 5])),
            Probe(name, aspect, "grades of unequal distance", a_list(rng, [0, 0.5, 4, 9])),
            Probe(name, "ties", "some items of equal relevance", a_list(rng, [0, 1, 1, 2, 2])),
            Probe(name, "ties", "one relevant item among four", a_list(rng, [0, 0, 0, 1])),
            Probe(name, "ties", "all items equally relevant", a_list(rng, [1, 1, 1])),
            Probe(name, "edges", "a single item", a_list(rng, [2])),
            Probe(
                name,
                "edges",
                "whole numbers (dtype int64)",
                (rng.permutation(4), rng.integers(-4, 5, 4)),
            ),
            Probe(
                name,
                "edges",
                "single precision (dtype float32)",
                tuple(x.astype(np.float32) for x in small),
                atol=1e-6,
            ),
            Probe(
                name,
                "edges",
                "arrays that are not contiguous",
                (strided(relevance), strided(scores)),
            ),
            Probe(
                name,
                "stability",
                "scores thousands apart",
                (rng.permutation([0.0, 1.0, 2.0, 3.0]), spread),
            ),
        ]
    return drawn


# -- wrong answers -------------------------------------------------------------


def ties_counted(relevance, scores):
    d = scores[:, None] - scores
    return np.mean(np.logaddexp(0, -d)[relevance[:, None] >= relevance])


def over_all_ordered_pairs(relevance, scores):
    d = scores[:, None] - scores
    m = relevance[:, None] > relevance
    n = len(scores)
    return np.sum(np.where(m, np.logaddexp(0, -d), 0)) / max(n * (n - 1), 1)


def over_the_items(relevance, scores):
    d = scores[:, None] - scores
    m = relevance[:, None] > relevance
    return np.sum(np.where(m, np.logaddexp(0, -d), 0)) / len(scores)


def pairs_summed(relevance, scores):
    d = scores[:, None] - scores
    return np.sum(np.where(relevance[:, None] > relevance, np.logaddexp(0, -d), 0))


def upside_down(relevance, scores):
    d = scores[:, None] - scores
    m = relevance[:, None] > relevance
    return np.sum(np.where(m, np.logaddexp(0, d), 0)) / max(np.sum(m), 1)


def as_written(relevance, scores):
    d = scores[:, None] - scores
    m = relevance[:, None] > relevance
    return np.sum(np.where(m, np.log(1 + np.exp(-d)), 0)) / max(np.sum(m), 1)


def hinge_of_pairs(relevance, scores):
    d = scores[:, None] - scores
    m = relevance[:, None] > relevance
    return np.sum(np.where(m, np.maximum(0, 1 - d), 0)) / max(np.sum(m), 1)


def weighted_by_grades(relevance, scores):
    d = scores[:, None] - scores
    gap = np.maximum(relevance[:, None] - relevance, 0)
    n = np.sum(gap > 0)
    return np.sum(gap * np.logaddexp(0, -d)) / max(n, 1)


def neighbours_only(relevance, scores):
    order = np.argsort(-relevance, kind="stable")
    r, s = relevance[order], scores[order]
    m = r[:-1] > r[1:]
    return np.sum(np.where(m, np.logaddexp(0, s[1:] - s[:-1]), 0)) / max(np.sum(m), 1)


def nothing_to_average(relevance, scores):
    d = scores[:, None] - scores
    return np.mean(np.logaddexp(0, -d)[relevance[:, None] > relevance])


def grad_summed(relevance, scores):
    d = scores[:, None] - scores
    g = np.where(relevance[:, None] > relevance, -np.exp(-np.logaddexp(0, d)), 0)
    return g.sum(axis=1) - g.sum(axis=0)


def grad_over_items(relevance, scores):
    d = scores[:, None] - scores
    g = np.where(relevance[:, None] > relevance, -np.exp(-np.logaddexp(0, d)), 0)
    return (g.sum(axis=1) - g.sum(axis=0)) / len(scores)


def grad_downhill(relevance, scores):
    d = scores[:, None] - scores
    m = relevance[:, None] > relevance
    g = np.where(m, np.exp(-np.logaddexp(0, d)), 0)
    return (g.sum(axis=1) - g.sum(axis=0)) / max(m.sum(), 1)


def grad_of_the_better(relevance, scores):
    d = scores[:, None] - scores
    m = relevance[:, None] > relevance
    g = np.where(m, -np.exp(-np.logaddexp(0, d)), 0)
    return g.sum(axis=1) / max(m.sum(), 1)


def grad_as_written(relevance, scores):
    d = scores[:, None] - scores
    m = relevance[:, None] > relevance
    g = np.where(m, -np.exp(-d) / (1 + np.exp(-d)), 0)
    return (g.sum(axis=1) - g.sum(axis=0)) / max(m.sum(), 1)


def grad_overwritten(relevance, scores):
    i, j = np.nonzero(relevance[:, None] > relevance)
    out = np.zeros(len(scores))
    g = np.exp(-np.logaddexp(0, scores[i] - scores[j]))
    out[i] -= g
    out[j] += g
    return out / max(len(i), 1)


def grad_of_nothing(relevance, scores):
    d = scores[:, None] - scores
    m = relevance[:, None] > relevance
    g = np.where(m, -np.exp(-np.logaddexp(0, d)), 0)
    return (g.sum(axis=1) - g.sum(axis=0)) / m.sum()


def grad_certain(relevance, scores):
    d = scores[:, None] - scores
    m = relevance[:, None] > relevance
    g = np.where(m, -np.exp(-np.logaddexp(0, -d)), 0)
    return (g.sum(axis=1) - g.sum(axis=0)) / max(m.sum(), 1)


THREE = ([0.0, 1.0, 2.0], [0.0, 1.0, 0.0])
TIED = ([0.0, 1.0, 1.0], [0.0, 0.0, 1.0])
SAME = ([1.0, 1.0], [0.0, 1.0])
FAR = ([1.0, 0.0], [-1000.0, 1000.0])

EXERCISE = Exercise(
    slug="ranknet",
    title="RankNet",
    chapter="choosing",
    page="choosing/ranking",
    functions={"ranknet": ranknet, "ranknet_grad": ranknet_grad},
    points={"value": 2, "gradient": 3, "ties": 1, "edges": 1, "stability": 1},
    probes=probes,
    hints=(
        "List the pairs first: who should stand before whom? Nothing else of the relevances is "
        "used.",
        "For each pair, the logistic loss of the difference of its two scores. Its slope by that "
        "difference pulls on both items, with opposite signs; an item collects from all its pairs.",
        "The lines that people get wrong: equal relevances make no pair, adding into an array at "
        "repeated indices keeps the last only, and the exponential of a large difference is "
        "infinite.",
    ),
    misconceptions=(
        Misconception(
            "ranknet/ties",
            "Equal items make pairs",
            "ranknet",
            ties_counted,
            "For relevances 0, 1 and 1 you return {got}. How many pairs have one item that should "
            "stand before the other?",
            ">= for >: every item is also paired with itself and costs log 2.",
            "definition",
            TIED,
        ),
        Misconception(
            "ranknet/all-pairs",
            "It is divided by all ordered pairs",
            "ranknet",
            over_all_ordered_pairs,
            "For three different items you return {got}. How many pairs are in your sum, and by how "
            "many do you divide?",
            "n (n - 1), which counts every pair twice.",
            "definition",
            THREE,
        ),
        Misconception(
            "ranknet/items",
            "It is divided by the items",
            "ranknet",
            over_the_items,
            "For two items, so one pair, at scores 1 and 0, you return {got}. How many terms does your "
            "sum have?",
            "1 / n: grows with the length of the list.",
            "definition",
            ([1.0, 0.0], [1.0, 0.0]),
        ),
        Misconception(
            "ranknet/sum",
            "The pairs are summed",
            "ranknet",
            pairs_summed,
            "For three pairs you return {got}. What does one of them cost on average?",
            "No division.",
            "definition",
            THREE,
        ),
        Misconception(
            "ranknet/upside-down",
            "The relevant item should have the lower score",
            "ranknet",
            upside_down,
            "For a relevant item at 2 and another at 0 you return {got}; with the scores exchanged you "
            "return less. Which of the two should cost more?",
            "Sign of the difference.",
            "definition",
            ([1.0, 0.0], [2.0, 0.0]),
        ),
        Misconception(
            "ranknet/overflow",
            "The exponential overflows",
            "ranknet",
            as_written,
            "For a relevant item at -1000 and another at 1000 you return {got}. What does log(1 + "
            "exp(x)) come close to when x is large?",
            "log(1 + exp(-d)) as it is spelled.",
            "what-goes-wrong",
            FAR,
        ),
        Misconception(
            "ranknet/hinge",
            "It is a hinge",
            "ranknet",
            hinge_of_pairs,
            "For a relevant item at 3 and another at 0 you return {got}. Is RankNet ever content with "
            "a pair?",
            "The margin ranking loss.",
            "definition",
            ([1.0, 0.0], [3.0, 0.0]),
        ),
        Misconception(
            "ranknet/grades",
            "The size of the grades counts",
            "ranknet",
            weighted_by_grades,
            "For relevances 4 and 0, both at score 0, you return {got}, and for 1 and 0 less. Which "
            "of the two relevances does the formula in the statement contain?",
            "Pairs weighted by the difference of relevance.",
            "definition",
            ([4.0, 0.0], [0.0, 0.0]),
        ),
        Misconception(
            "ranknet/neighbours",
            "Neighbours alone are compared",
            "ranknet",
            neighbours_only,
            "For relevances 0, 1 and 2 you return {got}. Does your loss change if the first and the "
            "last item are compared as well?",
            "Sorted, then differences of neighbours.",
            "definition",
            THREE,
        ),
        Misconception(
            "ranknet/no-pairs",
            "A list without pairs has no value",
            "ranknet",
            nothing_to_average,
            "For two items of equal relevance you return {got}. What does the statement ask for "
            "there?",
            "Mean of an empty array.",
            "what-goes-wrong",
            SAME,
        ),
        Misconception(
            "ranknet_grad/sum",
            "It is the gradient of the sum",
            "ranknet_grad",
            grad_summed,
            "For three pairs your gradient is {got}. By which number is the loss divided?",
            "No division.",
            "derivation",
            THREE,
        ),
        Misconception(
            "ranknet_grad/items",
            "It is divided by the items",
            "ranknet_grad",
            grad_over_items,
            "For two items, so one pair, your gradient is {got}. How many terms is the loss a mean "
            "of?",
            "1 / n for one over the number of pairs.",
            "derivation",
            ([1.0, 0.0], [1.0, 0.0]),
        ),
        Misconception(
            "ranknet_grad/downhill",
            "It points downhill",
            "ranknet_grad",
            grad_downhill,
            "For relevances 0, 1 and 2 your gradient is {got}. A step is taken against it: does the "
            "most relevant item rise?",
            "The minus is lost.",
            "derivation",
            THREE,
        ),
        Misconception(
            "ranknet_grad/one-side",
            "The worse item of a pair feels nothing",
            "ranknet_grad",
            grad_of_the_better,
            "For relevances 0, 1 and 2 your gradient is {got}. If all scores rise together, does the "
            "loss change, and what does that say of the sum of the entries?",
            "The second half of every pair is missing.",
            "derivation",
            THREE,
        ),
        Misconception(
            "ranknet_grad/overflow",
            "The exponential overflows",
            "ranknet_grad",
            grad_as_written,
            "For a relevant item at -1000 and another at 1000 your gradient is {got}. What is infinity "
            "over infinity?",
            "exp(-d) / (1 + exp(-d)).",
            "what-goes-wrong",
            FAR,
        ),
        Misconception(
            "ranknet_grad/overwritten",
            "An item keeps the pull of one pair",
            "ranknet_grad",
            grad_overwritten,
            "For relevances 0, 1 and 2 your gradient is {got}. In how many pairs is the first item, "
            "and how often does an indexed += add to it?",
            "Fancy indexing with repeated indices adds once.",
            "what-goes-wrong",
            THREE,
        ),
        Misconception(
            "ranknet_grad/no-pairs",
            "A list without pairs has no gradient",
            "ranknet_grad",
            grad_of_nothing,
            "For two items of equal relevance your gradient is {got}. What happens to the parameters "
            "after a step with it?",
            "0 / 0.",
            "what-goes-wrong",
            SAME,
        ),
        Misconception(
            "ranknet_grad/certain",
            "Pairs in order pull hardest",
            "ranknet_grad",
            grad_certain,
            "For a relevant item at 5 and another at 0 your gradient is {got}. How much is there left "
            "to repair?",
            "s(d) for s(-d).",
            "derivation",
            ([1.0, 0.0], [5.0, 0.0]),
        ),
    ),
    success=(
        "Value and gradient over all pairs that have an order, ties left alone, and scores thousands "
        "apart do no harm. The entries of your gradient sum to 0: only differences count."
    ),
)
