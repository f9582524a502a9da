"""Exercise: the negative log-likelihood of labels, and of their counts."""

from __future__ import annotations

import math

import numpy as np

from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.simplex_regimes import simplex


def categorical_nll(labels, p):
    p = np.asarray(p)
    chosen = np.take_along_axis(p, np.asarray(labels)[:, np.newaxis], axis=1)
    return -np.log(chosen).mean()


def multinomial_nll(counts, p):
    pairs = [(c, q) for c, q in zip(np.asarray(counts).tolist(), np.asarray(p).tolist()) if c]
    arrangements = math.lgamma(1 + sum(c for c, _ in pairs)) - sum(
        math.lgamma(1 + c) for c, _ in pairs
    )
    if any(q == 0 for _, q in pairs):
        return math.inf
    return -arrangements - sum(c * math.log(q) for c, q in pairs)


def probes(rng: np.random.Generator) -> list[Probe]:
    def draw(n: int, classes: int) -> tuple[np.ndarray, np.ndarray]:
        return rng.permutation(np.arange(n) % classes), simplex(rng, n, classes)

    labels, p = draw(4, 3)
    none = p.copy()
    none[np.arange(4), (labels + 1) % 3] += none[np.arange(4), (labels + 2) % 3]
    none[np.arange(4), (labels + 2) % 3] = 0.0
    hit = none.copy()
    hit[2] = np.eye(3)[(labels[2] + 1) % 3]
    sure, _ = draw(5, 4)
    narrow, wide = draw(3, 5), draw(6, 3)
    single, short = draw(5, 3), draw(4, 3)
    counts = rng.integers(1, 9, size=4)
    big = rng.integers(100, 400, size=3)
    return [
        Probe("categorical_nll", "value", "six labels, three classes", wide),
        Probe("categorical_nll", "value", "three labels, five classes", narrow),
        Probe("categorical_nll", "value", "as many labels as classes", draw(4, 4)),
        Probe("categorical_nll", "edges", "classes of probability 0 that did not happen", (labels, none)),
        Probe("categorical_nll", "edges", "a class of probability 0 that did happen", (labels, hit)),
        Probe("categorical_nll", "edges", "certain and right", (sure, np.eye(4)[sure])),
        Probe("categorical_nll", "edges", "one sample", draw(1, 3)),
        Probe("categorical_nll", "edges", "labels of dtype int32, probabilities in float32", (single[0].astype(np.int32), single[1].astype(np.float32))),
        Probe("categorical_nll", "edges", "arrays that are not contiguous", (strided(short[0]), strided(short[1]))),
        Probe("multinomial_nll", "counts", "counts of four classes", (counts, simplex(rng, 4))),
        Probe("multinomial_nll", "counts", "every count 1", (np.ones(3, dtype=np.int64), simplex(rng, 3))),
        Probe("multinomial_nll", "counts", "all of one class", (np.array([0, int(rng.integers(2, 6)), 0]), simplex(rng, 3))),
        Probe("multinomial_nll", "edges", "a class of probability 0 that was never seen", (np.append(counts, 0), np.append(simplex(rng, 4), 0.0))),
        Probe("multinomial_nll", "edges", "a class of probability 0 that was seen", (np.append(counts, 1), np.append(simplex(rng, 4), 0.0))),
        Probe("multinomial_nll", "edges", "nothing was counted", (np.zeros(3, dtype=np.int64), simplex(rng, 3))),
        Probe("multinomial_nll", "edges", "counts of several hundred", (big, simplex(rng, 3))),
    ]  # fmt: skip


# -- wrong answers -------------------------------------------------------------


def every_row_with_every_label(labels, p):
    return -np.mean(np.log(p[:, labels]))


def summed(labels, p):
    return -np.sum(np.log(p[np.arange(len(labels)), labels]))


def every_class(labels, p):
    return -np.mean(np.log(p))


def one_hot_times_logarithm(labels, p):
    return -np.mean(np.sum(np.eye(p.shape[1])[labels] * np.log(p), axis=1))


def divided_by_all_entries(labels, p):
    return -np.sum(np.log(p[np.arange(len(labels)), labels])) / p.size


def softmax_again(labels, p):
    q = np.exp(p) / np.sum(np.exp(p), axis=1, keepdims=True)
    return -np.mean(np.log(q[np.arange(len(labels)), labels]))


def clipped(labels, p):
    return -np.mean(np.log(np.clip(p[np.arange(len(labels)), labels], 1e-12, 1.0)))


def log_likelihood(labels, p):
    return np.mean(np.log(p[np.arange(len(labels)), labels]))


def counted_from_one(labels, p):
    return -np.mean(np.log(p[np.arange(len(labels)), labels - 1]))


def likeliest_class(labels, p):
    return -np.mean(np.log(np.max(p, axis=1)))


def share_of_mistakes(labels, p):
    return np.mean(1 - p[np.arange(len(labels)), labels])


def without_arrangements(counts, p):
    seen = counts > 0
    return -np.sum(counts[seen] * np.log(p[seen]))


def arrangements_added(counts, p):
    seen = counts > 0
    ways = math.lgamma(counts.sum() + 1) - sum(math.lgamma(c + 1) for c in counts)
    return ways - np.sum(counts[seen] * np.log(p[seen]))


def counts_nan(counts, p):
    ways = math.lgamma(counts.sum() + 1) - sum(math.lgamma(c + 1) for c in counts)
    return -ways - np.sum(counts * np.log(p))


def counts_averaged(counts, p):
    seen = counts > 0
    ways = math.lgamma(counts.sum() + 1) - sum(math.lgamma(c + 1) for c in counts)
    return (-ways - np.sum(counts[seen] * np.log(p[seen]))) / max(counts.sum(), 1)


def factorials_overflow(counts, p):
    seen = counts > 0

    def factorial(k):
        return np.prod(np.arange(1.0, k + 1))

    ways = factorial(counts.sum()) / np.prod([factorial(c) for c in counts])
    return -np.log(ways) - np.sum(counts[seen] * np.log(p[seen]))


def gamma_off_by_one(counts, p):
    seen = counts > 0
    ways = math.lgamma(max(counts.sum(), 1)) - sum(math.lgamma(c) for c in counts[seen])
    return -ways - np.sum(counts[seen] * np.log(p[seen]))


TWO = ([0, 1], [[0.5, 0.25, 0.25], [0.125, 0.75, 0.125]])
COUNTS = ([2, 1, 0], [0.5, 0.25, 0.25])

EXERCISE = Exercise(
    slug="categorical_nll",
    title="Categorical and multinomial negative log-likelihood",
    chapter="mle",
    page="mle/discrete",
    functions={"categorical_nll": categorical_nll, "multinomial_nll": multinomial_nll},
    points={"value": 2, "counts": 1, "edges": 2},
    probes=probes,
    hints=(
        "Of each row only one number matters: the probability of what happened. For counts, ask in addition in how many orders the same counts can come about.",
        "Picking one entry per row takes two index arrays of the same length. The number of orders is a quotient of factorials, and the logarithm of a factorial is a gamma function that `math` has.",
        "Take the logarithm after the picking, so that classes which did not happen are never looked at; and for the counts, leave out what was counted zero times.",
    ),
    misconceptions=(
        Misconception(
            "categorical_nll/all-pairs",
            "Every row is asked for every label",
            "categorical_nll",
            every_row_with_every_label,
            "For labels 0 and 1 you return {got}. With n samples, how many entries does your indexing pick, n or n squared?",
            "p[:, labels].",
            "what-goes-wrong",
            TWO,
        ),
        Misconception(
            "categorical_nll/sum",
            "The terms are added up, not averaged",
            "categorical_nll",
            summed,
            "On two samples you return {got}. What happens to your number when every sample is handed in twice?",
            "Missing 1/n.",
            "definition",
            TWO,
        ),
        Misconception(
            "categorical_nll/every-class",
            "The labels are not looked at",
            "categorical_nll",
            every_class,
            "For labels 0 and 1 you return {got}, and the same for labels 2 and 2. Which of the two was better predicted?",
            "Averages over all classes.",
            "definition",
            TWO,
        ),
        Misconception(
            "categorical_nll/nan",
            "Zero times infinity",
            "categorical_nll",
            one_hot_times_logarithm,
            "For label 0 with probabilities (1, 0) you return {got}. What is the logarithm of the second, and who asked for it?",
            "One-hot times log of the whole row.",
            "what-goes-wrong",
            ([0], [[1.0, 0.0]]),
        ),
        Misconception(
            "categorical_nll/entries",
            "It is divided by classes as well",
            "categorical_nll",
            divided_by_all_entries,
            "For two samples with three classes you return {got}. Over how many terms is the mean?",
            "np.mean over the one-hot product.",
            "definition",
            TWO,
        ),
        Misconception(
            "categorical_nll/softmax",
            "Probabilities go through softmax again",
            "categorical_nll",
            softmax_again,
            "For label 0 with probabilities (1, 0) you return {got}. Certain and right: what should that cost?",
            "Takes probabilities for logits.",
            "what-goes-wrong",
            ([0], [[1.0, 0.0]]),
        ),
        Misconception(
            "categorical_nll/clipped",
            "The probability is clipped",
            "categorical_nll",
            clipped,
            "For label 1 with probabilities (1, 0) you return {got}. The model called impossible what happened: is that any finite price?",
            "Clip at 1e-12.",
            "what-goes-wrong",
            ([1], [[1.0, 0.0]]),
        ),
        Misconception(
            "categorical_nll/sign",
            "It is the log-likelihood",
            "categorical_nll",
            log_likelihood,
            "On two samples you return {got}. Is that something to make small?",
            "The minus sign is missing.",
            "definition",
            TWO,
        ),
        Misconception(
            "categorical_nll/from-one",
            "Classes are counted from 1",
            "categorical_nll",
            counted_from_one,
            "For label 0 with probabilities (0.5, 0.25, 0.25) you return {got}, the loss of the last class. Which column is class 0?",
            "labels - 1, which wraps around silently.",
            "definition",
            ([0], [[0.5, 0.25, 0.25]]),
        ),
        Misconception(
            "categorical_nll/likeliest",
            "The likeliest class is scored",
            "categorical_nll",
            likeliest_class,
            "For label 2 with probabilities (0.5, 0.25, 0.25) you return {got}. How probable did the model call what happened?",
            "max in place of the label.",
            "definition",
            ([2], [[0.5, 0.25, 0.25]]),
        ),
        Misconception(
            "categorical_nll/no-logarithm",
            "There is no logarithm",
            "categorical_nll",
            share_of_mistakes,
            "For label 1 with probabilities (1, 0) you return {got}. How much worse is impossible than even?",
            "One minus the probability.",
            "derivation",
            ([1], [[1.0, 0.0]]),
        ),
        Misconception(
            "multinomial_nll/one-order",
            "Only one order of the outcomes is counted",
            "multinomial_nll",
            without_arrangements,
            "For counts (2, 1, 0) you return {got}. That is the price of one sequence such as A, A, B. How many sequences have these counts?",
            "Drops the multinomial coefficient.",
            "derivation",
            COUNTS,
        ),
        Misconception(
            "multinomial_nll/coefficient-sign",
            "Many orders make the counts less likely",
            "multinomial_nll",
            arrangements_added,
            "For counts (2, 1, 0) you return {got}. If counts can come about in three ways, are they more likely than each of the ways, or less?",
            "Adds the logarithm of the coefficient to the loss.",
            "derivation",
            COUNTS,
        ),
        Misconception(
            "multinomial_nll/nan",
            "A class that was never seen spoils the sum",
            "multinomial_nll",
            counts_nan,
            "For counts (2, 0) with probabilities (1, 0) you return {got}. What does a factor to the power 0 contribute to a product?",
            "0 times log 0.",
            "what-goes-wrong",
            ([2, 0], [1.0, 0.0]),
        ),
        Misconception(
            "multinomial_nll/averaged",
            "The counts are averaged over",
            "multinomial_nll",
            counts_averaged,
            "For counts (2, 1, 0) you return {got}. Is the probability of the counts asked for, or a price per item?",
            "Divides by N.",
            "definition",
            COUNTS,
        ),
        Misconception(
            "multinomial_nll/factorials",
            "The factorials overflow",
            "multinomial_nll",
            factorials_overflow,
            "For counts (100, 100) you return {got}. How large is 200 factorial in float64?",
            "Factorials before the logarithm.",
            "what-goes-wrong",
            ([100, 100], [0.5, 0.5]),
        ),
        Misconception(
            "multinomial_nll/gamma",
            "The gamma function is off by one",
            "multinomial_nll",
            gamma_off_by_one,
            "For counts (2, 1, 0) you return {got}. Which factorial is gamma of 3?",
            "lgamma(n) for log n!.",
            "derivation",
            COUNTS,
        ),
    ),
    success=(
        "One number per row, classes of probability 0 in the right places, and counts of hundreds without an overflow. The two functions differ by a constant that no model can change."
    ),
)
