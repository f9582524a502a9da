"""Exercise: the likelihood of yes and no, and its negative logarithm with exact edges."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe


def bernoulli_likelihood(y_true, p):
    p = np.asarray(p, np.float64)
    return np.multiply.reduce(np.where(np.asarray(y_true) == 1, p, 1 - p), axis=None)


def bernoulli_nll(y_true, p):
    return lossref.bce(np.asarray(y_true), np.asarray(p))


def probes(rng: np.random.Generator) -> list[Probe]:
    def draw(*shape: int) -> tuple[np.ndarray, np.ndarray]:
        labels = rng.permutation(np.arange(int(np.prod(shape))) % 2).reshape(shape) * 1.0
        sixteenths = rng.integers(1, 16, size=shape)
        return labels, (sixteenths + (sixteenths == 8)) / 16

    drawn = []
    for name in ("bernoulli_likelihood", "bernoulli_nll"):
        aspect = "likelihood" if name == "bernoulli_likelihood" else "value"
        y, p = draw(5)
        whole = np.array([1, 0, 1, 0, 0])
        sure = rng.permutation(np.array([1.0, 1.0, 0.0]))
        drawn += [
            Probe(name, aspect, "six outcomes", draw(6)),
            Probe(name, aspect, "arrays with 3 rows and 4 columns", draw(3, 4)),
            Probe(name, aspect, "every outcome 1", (np.ones(5), p)),
            Probe(name, aspect, "every outcome 0", (np.zeros(5), p)),
            Probe(name, "edges", "certain and right: p is 0 or 1 and the outcome agrees", (sure, sure.copy())),
            Probe(name, "edges", "one certain and right prediction among others", (np.append(y, 1.0), np.append(p, 1.0))),
            Probe(name, "edges", "certain of 1, and the outcome is 0", (np.append(y, 0.0), np.append(p, 1.0))),
            Probe(name, "edges", "certain of 0, and the outcome is 1", (np.append(y, 1.0), np.append(p, 0.0))),
            Probe(name, "edges", "a single outcome", draw(1)),
            Probe(name, "edges", "whole outcomes (dtype int64)", (whole, draw(5)[1])),
            Probe(name, "edges", "single precision (dtype float32)", tuple(a.astype(np.float32) for a in draw(6))),
            Probe(name, "edges", "arrays that are not contiguous", tuple(strided(a) for a in draw(5))),
        ]  # fmt: skip
    tiny = 10.0 ** -rng.integers(100, 300, size=3).astype(float)
    drawn += [
        Probe("bernoulli_nll", "stability", "two thousand outcomes", draw(2000)),
        Probe("bernoulli_nll", "stability", "outcomes 1 at probabilities below 1e-99", (np.ones(3), tiny)),
    ]  # fmt: skip
    return drawn


# -- wrong answers -------------------------------------------------------------


def nan_at_the_edge(y_true, p):
    return -np.mean(y_true * np.log(p) + (1 - y_true) * np.log(1 - p))


def clipped(y_true, p):
    q = np.clip(p, 1e-15, 1 - 1e-15)
    return -np.mean(y_true * np.log(q) + (1 - y_true) * np.log(1 - q))


def padded(y_true, p):
    return -np.mean(y_true * np.log(p + 1e-12) + (1 - y_true) * np.log(1 - p + 1e-12))


def logarithm_of_the_product(y_true, p):
    return -np.log(np.prod(np.where(y_true == 1, p, 1 - p))) / y_true.size


def summed(y_true, p):
    return -np.sum(np.log(np.where(y_true == 1, p, 1 - p)))


def positives_only(y_true, p):
    return -np.mean(np.log(np.where(y_true == 1, p, 1.0)))


def swapped(y_true, p):
    return -np.mean(np.log(np.where(y_true == 1, 1 - p, p)))


def log_likelihood(y_true, p):
    return np.mean(np.log(np.where(y_true == 1, p, 1 - p)))


def in_bits(y_true, p):
    return -np.mean(np.log2(np.where(y_true == 1, p, 1 - p)))


def nan_made_a_number(y_true, p):
    terms = np.nan_to_num(y_true * np.log(p)) + np.nan_to_num((1 - y_true) * np.log(1 - p))
    return -np.mean(terms)


def one_minus_the_probability(y_true, p):
    return np.mean(1 - np.where(y_true == 1, p, 1 - p))


def product_of_positives(y_true, p):
    return np.prod(np.where(y_true == 1, p, 1.0))


def product_whatever_happened(y_true, p):
    return np.prod(p * 1.0)


def product_swapped(y_true, p):
    return np.prod(np.where(y_true == 1, 1 - p, p))


def mean_probability(y_true, p):
    return np.mean(np.where(y_true == 1, p, 1 - p))


def sum_of_logarithms(y_true, p):
    return np.sum(np.log(np.where(y_true == 1, p, 1 - p)))


TWO = ([1.0, 0.0], [0.75, 0.75])

EXERCISE = Exercise(
    slug="bernoulli_nll",
    title="Bernoulli negative log-likelihood",
    chapter="mle",
    page="mle/discrete",
    functions={"bernoulli_likelihood": bernoulli_likelihood, "bernoulli_nll": bernoulli_nll},
    points={"likelihood": 1, "value": 2, "edges": 2, "stability": 1},
    probes=probes,
    hints=(
        "Each outcome happened with some probability according to the model. First find that one number per sample; everything else follows from it.",
        "The likelihood multiplies these numbers. The other function never needs their product, and must not form it: two thousand factors below 1 are too many for a float.",
        "The line that people get wrong multiplies a logarithm by a label that is 0. Choose before you take the logarithm, and nothing has to be multiplied.",
    ),
    misconceptions=(
        Misconception(
            "bernoulli_nll/nan",
            "Zero times infinity",
            "bernoulli_nll",
            nan_at_the_edge,
            "For outcome 1 predicted with p = 1 you return {got}. What is the logarithm of 1 - p, and by what do you multiply it?",
            "y log p + (1-y) log(1-p) as it is spelled.",
            "what-goes-wrong",
            ([1.0], [1.0]),
        ),
        Misconception(
            "bernoulli_nll/clipped",
            "The probability is clipped",
            "bernoulli_nll",
            clipped,
            "For outcome 1 predicted with p = 0 you return {got}. The model called impossible what happened: is that any finite price?",
            "Clip at 1e-15.",
            "what-goes-wrong",
            ([1.0], [0.0]),
        ),
        Misconception(
            "bernoulli_nll/padded",
            "A small number inside the logarithm",
            "bernoulli_nll",
            padded,
            "For outcome 1 predicted with p = 0 you return {got}. And with p = 1e-200? Which of the two predictions was worse?",
            "log(p + 1e-12).",
            "what-goes-wrong",
            ([1.0], [0.0]),
        ),
        Misconception(
            "bernoulli_nll/product",
            "The logarithm comes after the product",
            "bernoulli_nll",
            logarithm_of_the_product,
            "For three outcomes 1 at p = 1e-150 you return {got}. What is the product of the three in float64?",
            "Underflow of the likelihood.",
            "what-goes-wrong",
            ([1.0, 1.0, 1.0], [1e-150, 1e-150, 1e-150]),
        ),
        Misconception(
            "bernoulli_nll/sum",
            "The terms are added up, not averaged",
            "bernoulli_nll",
            summed,
            "On two samples you return {got}. What happens to your number when every sample is handed in twice?",
            "Missing 1/n.",
            "definition",
            TWO,
        ),
        Misconception(
            "bernoulli_nll/positives",
            "Only the outcomes 1 are counted",
            "bernoulli_nll",
            positives_only,
            "For outcomes 1 and 0, both predicted with p = 0.75, you return {got}. A model that always says 1 would have a loss of 0 by your count. Would you buy it?",
            "Drops the term of the outcomes 0.",
            "derivation",
            TWO,
        ),
        Misconception(
            "bernoulli_nll/swapped",
            "Outcomes 1 and 0 are exchanged",
            "bernoulli_nll",
            swapped,
            "For one outcome 1 predicted with p = 0.9 you return {got}. Was that a good prediction?",
            "p is taken for the probability of 0.",
            "definition",
            ([1.0], [0.9]),
        ),
        Misconception(
            "bernoulli_nll/sign",
            "It is the log-likelihood",
            "bernoulli_nll",
            log_likelihood,
            "On outcomes 1 and 0 with p = 0.75 you return {got}. Can the logarithm of a probability be positive, and is this something to make small?",
            "The minus sign is missing.",
            "definition",
            TWO,
        ),
        Misconception(
            "bernoulli_nll/bits",
            "The base of the logarithm is 2",
            "bernoulli_nll",
            in_bits,
            "For one outcome at p = 0.5 you return {got}. Which logarithm does the statement ask for?",
            "log2.",
            "definition",
            ([1.0], [0.5]),
        ),
        Misconception(
            "bernoulli_nll/nan-to-num",
            "Every nan and every infinity is replaced",
            "bernoulli_nll",
            nan_made_a_number,
            "For outcome 1 predicted with p = 0 you return {got}. The call that removed the nan removed something else as well. Which of the two was right to be there?",
            "nan_to_num turns -inf into the largest float.",
            "what-goes-wrong",
            ([1.0], [0.0]),
        ),
        Misconception(
            "bernoulli_nll/no-logarithm",
            "There is no logarithm",
            "bernoulli_nll",
            one_minus_the_probability,
            "For outcome 1 predicted with p = 0 you return {got}, and for p = 0.5 half of that. How much worse is impossible than even?",
            "Mean absolute error on probabilities.",
            "derivation",
            ([1.0], [0.0]),
        ),
        Misconception(
            "bernoulli_likelihood/positives",
            "The outcomes 0 do not count",
            "bernoulli_likelihood",
            product_of_positives,
            "For outcomes 1 and 0, both with p = 0.75, you return {got}. How probable was the 0?",
            "prod p^y without its other half.",
            "definition",
            TWO,
        ),
        Misconception(
            "bernoulli_likelihood/ignores-outcomes",
            "What happened is not looked at",
            "bernoulli_likelihood",
            product_whatever_happened,
            "For outcomes 1 and 0, both with p = 0.75, you return {got}, and the same for outcomes 1 and 1. Which of the two was more likely?",
            "prod p.",
            "definition",
            TWO,
        ),
        Misconception(
            "bernoulli_likelihood/swapped",
            "Outcomes 1 and 0 are exchanged in the product",
            "bernoulli_likelihood",
            product_swapped,
            "For one outcome 1 with p = 0.9 you return {got}. How probable did the model call what happened?",
            "p is taken for the probability of 0.",
            "definition",
            ([1.0], [0.9]),
        ),
        Misconception(
            "bernoulli_likelihood/mean",
            "The probabilities are averaged",
            "bernoulli_likelihood",
            mean_probability,
            "For outcomes 1 and 0, both with p = 0.75, you return {got}. What is the probability that two independent things both happen?",
            "Mean instead of product.",
            "definition",
            TWO,
        ),
        Misconception(
            "bernoulli_likelihood/logarithm",
            "It is the log-likelihood already",
            "bernoulli_likelihood",
            sum_of_logarithms,
            "For outcomes 1 and 0, both with p = 0.75, you return {got}. Can a probability be negative?",
            "Sum of logarithms.",
            "definition",
            TWO,
        ),
    ),
    success=(
        "Certain and right costs 0, certain and mistaken costs infinity, and two thousand outcomes do not underflow. Next: more than two outcomes."
    ),
)
