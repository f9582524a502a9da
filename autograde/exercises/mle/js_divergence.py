"""Exercise: the Jensen-Shannon divergence, and the distance that is its root."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.exercise import Exercise, Misconception, Probe
from autograde.simplex_regimes import simplex, two_distributions

#: What the statement accepts: rounding near equality, and its root.
SLACK, SLACK_OF_THE_ROOT = 1e-12, 1e-6


def js_divergence(p, q):
    p, q = np.asarray(p, np.float64), np.asarray(q, np.float64)
    rows = lossref.js_divergence(np.atleast_2d(p), np.atleast_2d(q), reduction="none")
    return rows.reshape(p.shape[:-1])


def js_distance(p, q):
    return np.sqrt(js_divergence(p, q))


def probes(rng: np.random.Generator) -> list[Probe]:
    drawn = []
    for name, slack in (("js_divergence", SLACK), ("js_distance", SLACK_OF_THE_ROOT)):
        a = simplex(rng, 4)
        near = a[:, None] * np.ones(6)
        near[0] += 1e-9 * rng.integers(1, 99, 6)
        near[1] = 1.0 - near[0] - near[2] - near[3]
        halves = rng.permutation(np.array([0.5, 0.5, 0.0, 0.0]))
        left = np.array([0.25, 0.75, 0.0, 0.0])
        common = [
            *two_distributions(rng, name, slack),
            Probe(name, "edges", "nothing in common", (left, rng.permutation(left[:2])[[0, 1, 0, 1]] * [0, 0, 1, 1]), atol=slack, scaled=False),
            Probe(name, "edges", "two outcomes that only the first allows", (a, halves), atol=slack, scaled=False),
            Probe(name, "edges", "six rows, nearly equal", (np.tile(a, (6, 1)), near.T.copy()), atol=slack, scaled=False),
        ]  # fmt: skip
        if name == "js_distance":
            common = [
                Probe(p.function, "distance" if p.aspect == "value" else p.aspect, p.regime, p.args, atol=max(p.atol, slack), scaled=False)
                for p in common
                if "float32" not in p.regime
            ]  # fmt: skip
        drawn += common
    return drawn


# -- wrong answers -------------------------------------------------------------


def _kl(p, q):
    a, b = np.where(p > 0, p, 1.0), np.where(p > 0, q, 1.0)
    return np.sum(p * (np.log(a) - np.log(b)), axis=-1)


def without_the_mixture(p, q):
    return (_kl(p, q) + _kl(q, p)) / 2


def half_forgotten(p, q):
    m = (p + q) / 2
    return _kl(p, m) + _kl(q, m)


def mixture_is_the_sum(p, q):
    m = p + q
    return (_kl(p, m) + _kl(q, m)) / 2


def one_side_only(p, q):
    return _kl(p, (p + q) / 2)


def away_from_the_mixture(p, q):
    m = (p + q) / 2
    return (_kl(m, p) + _kl(m, q)) / 2


def nan_at_zero(p, q):
    m = (p + q) / 2
    return np.sum(p * np.log(p / m) + q * np.log(q / m), axis=-1) / 2


def padded(p, q):
    p, q = p + 1e-6, q + 1e-6
    m = (p + q) / 2
    return np.sum(p * np.log(p / m) + q * np.log(q / m), axis=-1) / 2


def the_root_already(p, q):
    m = (p + q) / 2
    return np.sqrt(np.maximum(_kl(p, m) + _kl(q, m), 0.0) / 2)


def in_bits(p, q):
    m = (p + q) / 2
    return (_kl(p, m) + _kl(q, m)) / 2 / np.log(2)


def one_number(p, q):
    m = (p + q) / 2
    return np.sum(_kl(p, m) + _kl(q, m)) / 2


def geometric_mixture(p, q):
    m = np.sqrt(p * q)
    return (_kl(p, m) + _kl(q, m)) / 2


def distance_without_root(p, q):
    m = (p + q) / 2
    return (_kl(p, m) + _kl(q, m)) / 2


def distance_root_of_the_sum(p, q):
    m = (p + q) / 2
    return np.sqrt(np.maximum(_kl(p, m) + _kl(q, m), 0.0))


def distance_in_bits(p, q):
    m = (p + q) / 2
    return np.sqrt(np.maximum(_kl(p, m) + _kl(q, m), 0.0) / 2 / np.log(2))


def distance_sum_of_roots(p, q):
    m = (p + q) / 2
    return (np.sqrt(np.maximum(_kl(p, m), 0.0)) + np.sqrt(np.maximum(_kl(q, m), 0.0))) / 2


def distance_squared(p, q):
    m = (p + q) / 2
    return ((_kl(p, m) + _kl(q, m)) / 2) ** 2


def distance_between_vectors(p, q):
    return np.sqrt(np.sum((p - q) ** 2, axis=-1))


APART = ([1.0, 0.0], [0.0, 1.0])
PAIR = ([0.25, 0.75], [0.5, 0.5])

EXERCISE = Exercise(
    slug="js_divergence",
    title="Jensen-Shannon divergence and distance",
    chapter="mle",
    page="mle/divergences",
    functions={"js_divergence": js_divergence, "js_distance": js_distance},
    points={"value": 2, "distance": 1, "edges": 2},
    probes=probes,
    hints=(
        "Neither of the two is taken as the truth. Both are compared with something that lies between them.",
        "The mixture is at least half of each, so no ratio exceeds 2 and nothing is infinite. The two divergences from it are averaged.",
        "Rounding can leave the smallest negative number where 0 belongs, and a root of that is nan. Guard the root, not the logarithm.",
    ),
    misconceptions=(
        Misconception(
            "js_divergence/no-mixture",
            "There is no mixture",
            "js_divergence",
            without_the_mixture,
            "For (1, 0) and (0, 1) you return {got}. Symmetric it is; is it finite?",
            "The mean of both KL divergences.",
            "definition",
            APART,
        ),
        Misconception(
            "js_divergence/half",
            "The two divergences are added, not averaged",
            "js_divergence",
            half_forgotten,
            "For (1, 0) and (0, 1) you return {got}. With one yes-or-no answer you know which of the two an outcome came from: how many nats is that?",
            "Missing 1/2.",
            "definition",
            APART,
        ),
        Misconception(
            "js_divergence/sum",
            "The mixture does not add up to 1",
            "js_divergence",
            mixture_is_the_sum,
            "For (0.25, 0.75) and (0.5, 0.5) you return {got}. Can an average of divergences be negative? What is the sum of your mixture's entries?",
            "m = p + q.",
            "definition",
            PAIR,
        ),
        Misconception(
            "js_divergence/one-side",
            "Only one of the two is compared with the mixture",
            "js_divergence",
            one_side_only,
            "For (1, 0) and (0.5, 0.5) you return {got}. Exchange the two: is it the same number?",
            "D(p || m).",
            "definition",
            ([1.0, 0.0], [0.5, 0.5]),
        ),
        Misconception(
            "js_divergence/away",
            "The mixture is taken for the truth",
            "js_divergence",
            away_from_the_mixture,
            "For (1, 0) and (0, 1) you return {got}. The mixture allows what one of them forbids. In which order stays the ratio below 2?",
            "D(m || p) and D(m || q).",
            "derivation",
            APART,
        ),
        Misconception(
            "js_divergence/nan",
            "Zero times infinity",
            "js_divergence",
            nan_at_zero,
            "For (1, 0) and (0.5, 0.5) you return {got}. What does an outcome that p never produces add to an average over p?",
            "0 log 0.",
            "what-goes-wrong",
            ([1.0, 0.0], [0.5, 0.5]),
        ),
        Misconception(
            "js_divergence/padded",
            "A small number is added to every probability",
            "js_divergence",
            padded,
            "For (1, 0) and (0, 1) you return {got}, a little off log 2. Which division or logarithm needed the help?",
            "An epsilon where the mixture needs none.",
            "what-goes-wrong",
            APART,
        ),
        Misconception(
            "js_divergence/root",
            "The root is taken too early",
            "js_divergence",
            the_root_already,
            "For (1, 0) and (0, 1) you return {got}. Which of the two functions is the distance?",
            "The distance in place of the divergence, as scipy's jensenshannon returns it.",
            "definition",
            APART,
        ),
        Misconception(
            "js_divergence/bits",
            "The base of the logarithm is 2",
            "js_divergence",
            in_bits,
            "For (1, 0) and (0, 1) you return {got}. Which logarithm does the statement ask for?",
            "log2.",
            "definition",
            APART,
        ),
        Misconception(
            "js_divergence/one-number",
            "All rows are thrown together",
            "js_divergence",
            one_number,
            "For two pairs of rows you return {got}. How many comparisons were asked for?",
            "np.sum over the rows.",
            "definition",
            ([[1.0, 0.0], [0.5, 0.5]], [[0.0, 1.0], [0.25, 0.75]]),
        ),
        Misconception(
            "js_divergence/geometric",
            "The mixture is a geometric mean",
            "js_divergence",
            geometric_mixture,
            "For (1, 0) and (0, 1) you return {got}. If you toss a coin to decide which of the two supplies an outcome, how probable is each outcome?",
            "sqrt(pq) in place of (p + q)/2.",
            "definition",
            APART,
        ),
        Misconception(
            "js_distance/no-root",
            "The distance is the divergence",
            "js_distance",
            distance_without_root,
            "For (1, 0) and (0, 1) you return {got}. Which of the two obeys the triangle inequality?",
            "No root.",
            "definition",
            APART,
        ),
        Misconception(
            "js_distance/sum",
            "The root of the sum",
            "js_distance",
            distance_root_of_the_sum,
            "For (1, 0) and (0, 1) you return {got}. Square it: is that the divergence of these two?",
            "Missing 1/2 under the root.",
            "definition",
            APART,
        ),
        Misconception(
            "js_distance/bits",
            "The distance is in base 2",
            "js_distance",
            distance_in_bits,
            "For (1, 0) and (0, 1) you return {got}. Square it: in which base is that the divergence?",
            "log2, so that the largest distance is 1.",
            "definition",
            APART,
        ),
        Misconception(
            "js_distance/roots",
            "The roots are averaged",
            "js_distance",
            distance_sum_of_roots,
            "For (1, 0) and (0.5, 0.5) you return {got}. Is the mean of two roots the root of the mean?",
            "Root before the average.",
            "definition",
            ([1.0, 0.0], [0.5, 0.5]),
        ),
        Misconception(
            "js_distance/square",
            "Squared where a root is wanted",
            "js_distance",
            distance_squared,
            "For (1, 0) and (0, 1) you return {got}. Which power of the divergence is a distance?",
            "Square in place of root.",
            "definition",
            APART,
        ),
        Misconception(
            "js_distance/euclidean",
            "The distance between the vectors",
            "js_distance",
            distance_between_vectors,
            "For (1, 0) and (0, 1) you return {got}. What is the root of their Jensen-Shannon divergence?",
            "Euclidean distance.",
            "definition",
            APART,
        ),
    ),
    success=(
        "Symmetric, finite for distributions with nothing in common, and a root that never becomes nan. Now fit something with what you have."
    ),
)
