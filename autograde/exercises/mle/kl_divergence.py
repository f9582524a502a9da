"""Exercise: the Kullback-Leibler divergence of two distributions."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.exercise import Exercise, Misconception, Probe
from autograde.simplex_regimes import simplex, two_distributions

#: The statement accepts this absolute mistake: p log(p/q) cancels when p is near q.
SLACK = 1e-12


def kl_divergence(p, q):
    p, q = np.asarray(p, np.float64), np.asarray(q, np.float64)
    rows = lossref.kl_divergence(np.atleast_2d(p), np.atleast_2d(q), reduction="none")
    return rows.reshape(p.shape[:-1])


def probes(rng: np.random.Generator) -> list[Probe]:
    a = simplex(rng, 4)
    halves = rng.permutation(np.array([0.5, 0.5, 0.0, 0.0]))
    rows = np.stack([simplex(rng, 3), np.array([0.25, 0.75, 0.0])])
    under = np.stack([simplex(rng, 3), np.array([0.5, 0.0, 0.5])])
    near = a * 1.0
    near[:2] += np.array([1e-7, -1e-7])
    return [
        *two_distributions(rng, "kl_divergence", SLACK),
        Probe("kl_divergence", "edges", "two outcomes that only the second allows", (halves, a), atol=SLACK, scaled=False),
        Probe("kl_divergence", "edges", "two outcomes that only the first allows", (a, halves), atol=SLACK, scaled=False),
        Probe("kl_divergence", "edges", "one of two rows has an outcome that only the first allows", (rows, under), atol=SLACK, scaled=False),
        Probe("kl_divergence", "edges", "nearly equal distributions", (a, near), atol=SLACK, scaled=False),
    ]  # fmt: skip


# -- wrong answers -------------------------------------------------------------


def exchanged(p, q):
    a, b = np.where(q > 0, q, 1.0), np.where(q > 0, p, 1.0)
    return np.sum(q * (np.log(a) - np.log(b)), axis=-1)


def cross_entropy(p, q):
    return -np.sum(p * np.log(np.where(p > 0, q, 1.0)), axis=-1)


def nan_at_zero(p, q):
    return np.sum(p * np.log(p / q), axis=-1)


def padded(p, q):
    return np.sum(p * np.log((p + 1e-8) / (q + 1e-8)), axis=-1)


def impossible_left_out(p, q):
    seen = (p > 0) & (q > 0)
    a, b = np.where(seen, p, 1.0), np.where(seen, q, 1.0)
    return np.sum(p * np.log(a / b), axis=-1)


def both_ways(p, q):
    a, b = np.where(p > 0, p, 1.0), np.where(q > 0, q, 1.0)
    there = np.sum(p * (np.log(a) - np.log(np.where(p > 0, q, 1.0))), axis=-1)
    back = np.sum(q * (np.log(b) - np.log(np.where(q > 0, p, 1.0))), axis=-1)
    return (there + back) / 2


def averaged(p, q):
    a, b = np.where(p > 0, p, 1.0), np.where(p > 0, q, 1.0)
    return np.mean(p * (np.log(a) - np.log(b)), axis=-1)


def one_number(p, q):
    a, b = np.where(p > 0, p, 1.0), np.where(p > 0, q, 1.0)
    return np.sum(p * (np.log(a) - np.log(b)))


def down_the_columns(p, q):
    a, b = np.where(p > 0, p, 1.0), np.where(p > 0, q, 1.0)
    return np.sum(p * (np.log(a) - np.log(b)), axis=0)


def in_bits(p, q):
    a, b = np.where(p > 0, p, 1.0), np.where(p > 0, q, 1.0)
    return np.sum(p * (np.log2(a) - np.log2(b)), axis=-1)


def sizes_of_logarithms(p, q):
    a, b = np.where(p > 0, p, 1.0), np.where(p > 0, q, 1.0)
    return np.sum(p * np.abs(np.log(a) - np.log(b)), axis=-1)


def turned(p, q):
    a, b = np.where(p > 0, p, 1.0), np.where(p > 0, q, 1.0)
    return -np.sum(p * (np.log(a) - np.log(b)), axis=-1)


PAIR = ([0.5, 0.25, 0.25], [0.25, 0.25, 0.5])
TILTED = ([0.25, 0.75], [0.5, 0.5])
ROWS = ([[0.5, 0.5], [0.25, 0.75]], [[0.25, 0.75], [0.5, 0.5]])

EXERCISE = Exercise(
    slug="kl_divergence",
    title="Kullback-Leibler divergence",
    chapter="mle",
    page="mle/divergences",
    functions={"kl_divergence": kl_divergence},
    points={"value": 3, "edges": 2},
    probes=probes,
    hints=(
        "It is an average of a log-ratio. Which of the two distributions supplies what happens, and therefore the weights?",
        "There are four kinds of outcomes: possible in both, in one, in the other, in neither. One kind makes the result infinite, two contribute nothing.",
        "The mask that decides what is looked at belongs to the first distribution alone. If it looks at the second as well, an infinity disappears.",
    ),
    misconceptions=(
        Misconception(
            "kl_divergence/exchanged",
            "The two distributions are exchanged",
            "kl_divergence",
            exchanged,
            "For p = (1, 0) and q = (0.5, 0.5) you return {got}. The first outcome always happens and q gives it one half: which log-ratio is averaged?",
            "D(q || p).",
            "definition",
            ([1.0, 0.0], [0.5, 0.5]),
        ),
        Misconception(
            "kl_divergence/cross-entropy",
            "It is the cross-entropy",
            "kl_divergence",
            cross_entropy,
            "For a fair coin with itself you return {got}. How far is a distribution from itself?",
            "The entropy of p is not subtracted.",
            "derivation",
            ([0.5, 0.5], [0.5, 0.5]),
        ),
        Misconception(
            "kl_divergence/nan",
            "Zero times infinity",
            "kl_divergence",
            nan_at_zero,
            "For p = (1, 0) and q = (0.5, 0.5) you return {got}. How often does the second outcome happen under p?",
            "p log(p/q) as it is spelled.",
            "what-goes-wrong",
            ([1.0, 0.0], [0.5, 0.5]),
        ),
        Misconception(
            "kl_divergence/padded",
            "A small number on both sides of the fraction",
            "kl_divergence",
            padded,
            "For p = (0.5, 0.5) and q = (1, 0) you return {got}. Half of what happens was called impossible. Is any finite number large enough?",
            "Adds 1e-8 to p and q.",
            "what-goes-wrong",
            ([0.5, 0.5], [1.0, 0.0]),
        ),
        Misconception(
            "kl_divergence/left-out",
            "What q calls impossible is left out",
            "kl_divergence",
            impossible_left_out,
            "For p = (0.5, 0.5) and q = (1, 0) you return {got}. A divergence below 0 should not exist: which outcome did you skip?",
            "Masks by q as well as by p.",
            "what-goes-wrong",
            ([0.5, 0.5], [1.0, 0.0]),
        ),
        Misconception(
            "kl_divergence/both-ways",
            "It is made symmetric",
            "kl_divergence",
            both_ways,
            "For p = (1, 0) and q = (0.5, 0.5) you return {got}, and the same the other way round. Is the price of believing q when p is true the same as the reverse?",
            "Half of the Jeffreys divergence.",
            "derivation",
            ([1.0, 0.0], [0.5, 0.5]),
        ),
        Misconception(
            "kl_divergence/averaged",
            "Averaged twice",
            "kl_divergence",
            averaged,
            "For two distributions over three outcomes you return {got}. The weights of the average are p already; what does the second division do?",
            "np.mean in place of np.sum, as a reduction of 'mean' over elements does.",
            "what-goes-wrong",
            PAIR,
        ),
        Misconception(
            "kl_divergence/one-number",
            "All rows are thrown together",
            "kl_divergence",
            one_number,
            "For two pairs of rows you return {got}. How many comparisons were asked for?",
            "np.sum without an axis.",
            "definition",
            ROWS,
        ),
        Misconception(
            "kl_divergence/columns",
            "It runs down the columns",
            "kl_divergence",
            down_the_columns,
            "For two pairs of rows you return {got}. Which of rows and columns add up to 1?",
            "axis=0.",
            "definition",
            ROWS,
        ),
        Misconception(
            "kl_divergence/bits",
            "The base of the logarithm is 2",
            "kl_divergence",
            in_bits,
            "For p = (1, 0) and q = (0.5, 0.5) you return {got}. Which logarithm does the statement ask for?",
            "log2.",
            "definition",
            ([1.0, 0.0], [0.5, 0.5]),
        ),
        Misconception(
            "kl_divergence/sizes",
            "Every term is made positive",
            "kl_divergence",
            sizes_of_logarithms,
            "For p = (0.25, 0.75) and q = (0.5, 0.5) you return {got}. Only the sum is never negative. What happens to it if single terms must not be?",
            "Absolute values of the log-ratios.",
            "derivation",
            TILTED,
        ),
        Misconception(
            "kl_divergence/sign",
            "It is negative",
            "kl_divergence",
            turned,
            "For p = (0.25, 0.75) and q = (0.5, 0.5) you return {got}. Which of p and q stands above the line?",
            "log(q/p).",
            "definition",
            TILTED,
        ),
    ),
    success=(
        "Infinite exactly where it has to be, zero for a distribution and itself, one number per row. Next: a relative that is always finite."
    ),
)
