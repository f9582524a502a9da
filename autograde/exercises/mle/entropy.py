"""Exercise: entropy and cross-entropy, in any base."""

from __future__ import annotations

import numpy as np

from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.simplex_regimes import pair, simplex


def cross_entropy(p, q, base=np.e):
    p, q = np.asarray(p), np.asarray(q)
    with np.errstate(divide="ignore"):
        surprise = -np.log(np.where(p > 0, q, 1.0)) + 0.0
    return (p * surprise).sum(axis=-1) / np.log(base)


def entropy(p, base=np.e):
    return cross_entropy(p, p, base)


def probes(rng: np.random.Generator) -> list[Probe]:
    p = simplex(rng, 4)
    a, b = pair(rng, 3)
    sure = np.eye(4, dtype=np.int64)[rng.permutation(4)]
    single = pair(rng, 2, 4)
    views = pair(rng, 2, 3)
    gone = rng.permutation(np.array([0.5, 0.375, 0.125, 0.0]))
    return [
        Probe("entropy", "value", "one distribution over five outcomes", (simplex(rng, 5),)),
        Probe("entropy", "value", "four equally likely outcomes", (np.full(4, 0.25),)),
        Probe("entropy", "value", "three rows of four outcomes", (simplex(rng, 3, 4),)),
        Probe("entropy", "value", "three axes, (2, 3, 4)", (simplex(rng, 2, 3, 4),)),
        Probe("entropy", "value", "five outcomes, in bits (base 2)", (simplex(rng, 5),), {"base": 2.0}),
        Probe("entropy", "value", "five outcomes, base 10", (simplex(rng, 5),), {"base": 10.0}),
        Probe("entropy", "edges", "an outcome of probability 0", (gone,)),
        Probe("entropy", "edges", "certain outcomes, whole numbers (dtype int64)", (sure,)),
        Probe("entropy", "edges", "a single outcome of probability 1", (np.array([1.0]),)),
        Probe("entropy", "edges", "single precision (dtype float32)", (single[0].astype(np.float32),)),
        Probe("entropy", "edges", "an array that is not contiguous", (strided(views[0]),)),
        Probe("cross_entropy", "cross", "two distributions over five outcomes", pair(rng, 5)),
        Probe("cross_entropy", "cross", "three rows of four outcomes", pair(rng, 3, 4)),
        Probe("cross_entropy", "cross", "three axes, (2, 3, 4)", pair(rng, 2, 3, 4)),
        Probe("cross_entropy", "cross", "in bits (base 2)", pair(rng, 4), {"base": 2.0}),
        Probe("cross_entropy", "cross", "a distribution with itself", (p, p.copy())),
        Probe("cross_entropy", "edges", "an outcome that neither allows", (np.append(a, 0.0), np.append(b, 0.0))),
        Probe("cross_entropy", "edges", "an outcome that only the second allows", (np.append(a, 0.0), simplex(rng, 4))),
        Probe("cross_entropy", "edges", "an outcome that only the first allows", (simplex(rng, 4), np.append(b, 0.0))),
        Probe("cross_entropy", "edges", "single precision (dtype float32)", tuple(x.astype(np.float32) for x in single)),
        Probe("cross_entropy", "edges", "arrays that are not contiguous", tuple(strided(x) for x in views)),
    ]  # fmt: skip


# -- wrong answers -------------------------------------------------------------


def nan_at_zero(p, base=np.e):
    return -np.sum(p * np.log(p), axis=-1) / np.log(base)


def padded(p, base=np.e):
    return -np.sum(p * np.log(p + 1e-8), axis=-1) / np.log(base)


def always_bits(p, base=2.0):
    q = np.where(p > 0, p, 1.0)
    return -np.sum(p * np.log2(q), axis=-1)


def always_nats(p, base=np.e):
    q = np.where(p > 0, p, 1.0)
    return -np.sum(p * np.log(q), axis=-1)


def times_the_base(p, base=np.e):
    q = np.where(p > 0, p, 1.0)
    return -np.sum(p * np.log(q), axis=-1) * np.log(base)


def one_number(p, base=np.e):
    q = np.where(p > 0, p, 1.0)
    return -np.sum(p * np.log(q)) / np.log(base)


def down_the_columns(p, base=np.e):
    q = np.where(p > 0, p, 1.0)
    return -np.sum(p * np.log(q), axis=0) / np.log(base)


def averaged_over_outcomes(p, base=np.e):
    q = np.where(p > 0, p, 1.0)
    return -np.mean(p * np.log(q), axis=-1) / np.log(base)


def turned(p, base=np.e):
    q = np.where(p > 0, p, 1.0)
    return np.sum(p * np.log(q), axis=-1) / np.log(base)


def not_weighted(p, base=np.e):
    q = np.where(p > 0, p, 1.0)
    return -np.sum(np.log(q), axis=-1) / np.log(base)


def cross_exchanged(p, q, base=np.e):
    r = np.where(q > 0, p, 1.0)
    return -np.sum(q * np.log(r), axis=-1) / np.log(base)


def cross_divergence(p, q, base=np.e):
    a, b = np.where(p > 0, p, 1.0), np.where(p > 0, q, 1.0)
    return np.sum(p * (np.log(a) - np.log(b)), axis=-1) / np.log(base)


def cross_nan(p, q, base=np.e):
    return -np.sum(p * np.log(q), axis=-1) / np.log(base)


def cross_padded(p, q, base=np.e):
    return -np.sum(p * np.log(q + 1e-8), axis=-1) / np.log(base)


def cross_impossible_left_out(p, q, base=np.e):
    r = np.where(q > 0, q, 1.0)
    return -np.sum(p * np.log(r), axis=-1) / np.log(base)


def cross_binary(p, q, base=np.e):
    a, b = np.where(p > 0, q, 1.0), np.where(p < 1, 1 - q, 1.0)
    return -np.sum(p * np.log(a) + (1 - p) * np.log(b), axis=-1) / np.log(base)


def cross_always_nats(p, q, base=np.e):
    r = np.where(p > 0, q, 1.0)
    return -np.sum(p * np.log(r), axis=-1)


THREE = ([0.5, 0.25, 0.25],)
ROWS = ([[0.5, 0.25, 0.25], [0.125, 0.75, 0.125]],)
PAIR = ([0.5, 0.25, 0.25], [0.25, 0.25, 0.5])

EXERCISE = Exercise(
    slug="entropy",
    title="Entropy and cross-entropy",
    chapter="mle",
    page="mle/entropy",
    functions={"entropy": entropy, "cross_entropy": cross_entropy},
    points={"value": 2, "cross": 2, "edges": 2},
    probes=probes,
    hints=(
        "Both are averages of surprise. Whose surprise is averaged, and with whose probabilities?",
        "A logarithm in another base is the natural one divided by a constant. One of the two functions is a special case of the other.",
        "An outcome that cannot happen is never met, so its surprise must not be computed. An outcome that does happen and was called impossible must be.",
    ),
    misconceptions=(
        Misconception(
            "entropy/nan",
            "Zero times infinity",
            "entropy",
            nan_at_zero,
            "For (1, 0) you return {got}. How often is the second outcome met, and what does it add to an average?",
            "0 log 0.",
            "what-goes-wrong",
            ([1.0, 0.0],),
        ),
        Misconception(
            "entropy/padded",
            "A small number inside the logarithm",
            "entropy",
            padded,
            "For (1, 0) you return {got}. Can an average of surprises that are all at least 0 be below 0?",
            "log(p + 1e-8).",
            "what-goes-wrong",
            ([1.0, 0.0],),
        ),
        Misconception(
            "entropy/bits",
            "It is always in bits",
            "entropy",
            always_bits,
            "For four equally likely outcomes you return {got} when no base is given. Which base does the statement use then?",
            "log2 whatever was asked.",
            "definition",
            ([0.25, 0.25, 0.25, 0.25],),
        ),
        Misconception(
            "entropy/nats",
            "The base is not used",
            "entropy",
            always_nats,
            "For four equally likely outcomes in base 2 you return {got}. How many yes-or-no questions find one of four?",
            "Natural logarithm whatever was asked.",
            "definition",
            ([0.25, 0.25, 0.25, 0.25], 2.0),
        ),
        Misconception(
            "entropy/times",
            "Multiplied by the logarithm of the base",
            "entropy",
            times_the_base,
            "For four equally likely outcomes in base 2 you return {got}. How many yes-or-no questions find one of four?",
            "log_b x = log x * log b.",
            "definition",
            ([0.25, 0.25, 0.25, 0.25], 2.0),
        ),
        Misconception(
            "entropy/one-number",
            "All rows are thrown together",
            "entropy",
            one_number,
            "For two rows you return {got}. How many distributions were there?",
            "np.sum without an axis.",
            "definition",
            ROWS,
        ),
        Misconception(
            "entropy/columns",
            "It runs down the columns",
            "entropy",
            down_the_columns,
            "For the rows (0.5, 0.25, 0.25) and (0.125, 0.75, 0.125) you return {got}. Which of rows and columns add up to 1?",
            "axis=0.",
            "definition",
            ROWS,
        ),
        Misconception(
            "entropy/averaged",
            "Averaged twice",
            "entropy",
            averaged_over_outcomes,
            "For (0.5, 0.25, 0.25) you return {got}. The probabilities are the weights of the average already; what does the second division do?",
            "np.mean in place of np.sum.",
            "definition",
            THREE,
        ),
        Misconception(
            "entropy/sign",
            "It is negative",
            "entropy",
            turned,
            "For (0.5, 0.25, 0.25) you return {got}. Which sign has the logarithm of a probability, and which has a surprise?",
            "The minus sign is missing.",
            "definition",
            THREE,
        ),
        Misconception(
            "entropy/unweighted",
            "Every outcome counts the same",
            "entropy",
            not_weighted,
            "For (0.5, 0.25, 0.25) you return {got}. How often is each of the three surprises felt?",
            "Sum of surprises without probabilities.",
            "definition",
            THREE,
        ),
        Misconception(
            "cross_entropy/exchanged",
            "The two distributions are exchanged",
            "cross_entropy",
            cross_exchanged,
            "For p = (1, 0) and q = (0.5, 0.5) you return {got}. The first outcome always happens, and q gives it one half: what is the average surprise?",
            "-sum q log p.",
            "definition",
            ([1.0, 0.0], [0.5, 0.5]),
        ),
        Misconception(
            "cross_entropy/divergence",
            "The entropy is subtracted",
            "cross_entropy",
            cross_divergence,
            "For a fair coin with itself you return {got}. Does a good model of a coin foresee the toss?",
            "KL divergence.",
            "derivation",
            ([0.5, 0.5], [0.5, 0.5]),
        ),
        Misconception(
            "cross_entropy/nan",
            "Zero times infinity for two",
            "cross_entropy",
            cross_nan,
            "For p = (1, 0) and q = (1, 0) you return {got}. How often does the second outcome happen?",
            "p log q at p = q = 0.",
            "what-goes-wrong",
            ([1.0, 0.0], [1.0, 0.0]),
        ),
        Misconception(
            "cross_entropy/padded",
            "A small number inside the logarithm of q",
            "cross_entropy",
            cross_padded,
            "For p = (0.5, 0.5) and q = (1, 0) you return {got}. Half of what happens was called impossible. How many bits does its code word have?",
            "log(q + 1e-8).",
            "what-goes-wrong",
            ([0.5, 0.5], [1.0, 0.0]),
        ),
        Misconception(
            "cross_entropy/left-out",
            "What q calls impossible is left out",
            "cross_entropy",
            cross_impossible_left_out,
            "For p = (0.5, 0.5) and q = (1, 0) you return {got}. Half of the time something happens that q had ruled out. Is that a perfect model?",
            "Masks by q where p decides.",
            "what-goes-wrong",
            ([0.5, 0.5], [1.0, 0.0]),
        ),
        Misconception(
            "cross_entropy/binary",
            "Every outcome is treated as a coin of its own",
            "cross_entropy",
            cross_binary,
            "For p = q = (0.5, 0.5) you return {got}. How much is the entropy of one coin?",
            "Adds (1-p) log(1-q) per class.",
            "definition",
            ([0.5, 0.5], [0.5, 0.5]),
        ),
        Misconception(
            "cross_entropy/nats",
            "The base is not used for two",
            "cross_entropy",
            cross_always_nats,
            "For a fair coin with itself in base 2 you return {got}. How many bits does one toss take?",
            "Ignores the base.",
            "definition",
            ([0.5, 0.5], [0.5, 0.5], 2.0),
        ),
    ),
    success=(
        "In any base, with impossible outcomes in every position. Next door: what is left of the cross-entropy when the entropy is taken away."
    ),
)
