"""Exercise: the negative log-likelihood of counts under a predicted log-rate."""

from __future__ import annotations

import math

import numpy as np

import lossref
from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import errors


def poisson_nll(y_true, log_rate):
    y, eta = np.asarray(y_true), np.asarray(log_rate)
    arranged = sum(math.lgamma(k + 1.0) for k in y.ravel().tolist()) / y.size
    return lossref.poisson_nll(y * 1.0, eta * 1.0) + arranged


def poisson_nll_grad(y_true, log_rate):
    return lossref.poisson_nll_grad(np.asarray(y_true) * 1.0, np.asarray(log_rate) * 1.0)


def probes(rng: np.random.Generator) -> list[Probe]:
    def draw(*shape: int) -> tuple[np.ndarray, np.ndarray]:
        counts = rng.integers(0, 7, size=shape)
        counts.flat[0] = rng.integers(3, 7)
        return counts, errors(rng, shape, 0.25, 2.0)

    drawn = []
    for name, aspect in (("poisson_nll", "value"), ("poisson_nll_grad", "gradient")):
        y, eta = draw(4)
        none = (np.zeros(4, dtype=np.int64), errors(rng, 4, 0.25, 2.0))
        single = draw(5)
        views = draw(5)
        drawn += [
            Probe(name, aspect, "five counts", draw(5)),
            Probe(name, aspect, "arrays with 3 rows and 4 columns", draw(3, 4)),
            Probe(name, aspect, "counts as floats (dtype float64)", (y.astype(np.float64), eta)),
            Probe(name, "edges", "every count 0", none),
            Probe(name, "edges", "a single count", draw(1)),
            Probe(name, "edges", "log-rates that are whole numbers (dtype int64)", (y, rng.permutation(np.array([-1, 1, 0, 2])))),
            Probe(name, "edges", "log-rates in single precision (dtype float32)", (single[0], single[1].astype(np.float32))),
            Probe(name, "edges", "arrays that are not contiguous", tuple(strided(a) for a in views)),
            Probe(name, "edges", "counts of several hundred", (rng.integers(200, 500, 4), 5.5 + errors(rng, 4, 0.125, 0.5))),
        ]  # fmt: skip
    y, eta = draw(3)
    drawn += [
        Probe("poisson_nll", "edges", "a rate of 0 (log-rate minus infinity), and nothing was counted", (np.append(y, 0), np.append(eta, -np.inf))),
        Probe("poisson_nll", "edges", "a rate of 0 (log-rate minus infinity), and something was counted", (np.append(y, 2), np.append(eta, -np.inf))),
    ]  # fmt: skip
    return drawn


# -- wrong answers -------------------------------------------------------------


def rate_for_logarithm(y_true, log_rate):
    logs = np.array([math.lgamma(k + 1) for k in y_true.ravel()]).reshape(y_true.shape)
    return np.mean(log_rate - y_true * np.log(log_rate * 1.0) + logs)


def factorial_lost(y_true, log_rate):
    linear = np.where(y_true == 0, 0.0, y_true * log_rate)
    return np.mean(np.exp(1.0 * log_rate) - linear)


def factorial_overflows(y_true, log_rate):
    products = [np.prod(np.arange(1.0, k + 1)) for k in y_true.ravel()]
    linear = np.where(y_true == 0, 0.0, y_true * log_rate)
    return np.mean(np.exp(1.0 * log_rate) - linear + np.log(products).reshape(y_true.shape))


def stirling(y_true, log_rate):
    y = np.maximum(y_true, 1.0)
    logs = np.where(y_true > 1, y * np.log(y) - y + 0.5 * np.log(2 * np.pi * y), 0.0)
    linear = np.where(y_true == 0, 0.0, y_true * log_rate)
    return np.mean(np.exp(1.0 * log_rate) - linear + logs)


def summed(y_true, log_rate):
    logs = np.array([math.lgamma(k + 1) for k in y_true.ravel()]).reshape(y_true.shape)
    linear = np.where(y_true == 0, 0.0, y_true * log_rate)
    return np.sum(np.exp(1.0 * log_rate) - linear + logs)


def nan_at_rate_zero(y_true, log_rate):
    logs = np.array([math.lgamma(k + 1) for k in y_true.ravel()]).reshape(y_true.shape)
    return np.mean(np.exp(1.0 * log_rate) - y_true * log_rate + logs)


def half_square(y_true, log_rate):
    return np.mean((np.exp(1.0 * log_rate) - y_true) ** 2) / 2


def linear_term_turned(y_true, log_rate):
    logs = np.array([math.lgamma(k + 1) for k in y_true.ravel()]).reshape(y_true.shape)
    linear = np.where(y_true == 0, 0.0, y_true * log_rate)
    return np.mean(np.exp(1.0 * log_rate) + linear + logs)


def gamma_off_by_one(y_true, log_rate):
    logs = np.array([math.lgamma(max(k, 1)) for k in y_true.ravel()]).reshape(y_true.shape)
    linear = np.where(y_true == 0, 0.0, y_true * log_rate)
    return np.mean(np.exp(1.0 * log_rate) - linear + logs)


def grad_not_shared(y_true, log_rate):
    return np.exp(1.0 * log_rate) - y_true


def grad_turned(y_true, log_rate):
    return (y_true - np.exp(1.0 * log_rate)) / y_true.size


def grad_of_the_rate(y_true, log_rate):
    return (1 - y_true * np.exp(-1.0 * log_rate)) / y_true.size


def grad_on_the_log_scale(y_true, log_rate):
    return (log_rate - y_true) / y_true.size


def grad_data_forgotten(y_true, log_rate):
    return np.exp(1.0 * log_rate) / y_true.size


def grad_with_slope(y_true, log_rate):
    rate = np.exp(1.0 * log_rate)
    return (rate - y_true) * rate / y_true.size


def grad_by_rows(y_true, log_rate):
    return (np.exp(1.0 * log_rate) - y_true) / len(y_true)


TWO = ([3, 1], [1.0, -1.0])

EXERCISE = Exercise(
    slug="poisson_nll",
    title="Poisson negative log-likelihood",
    chapter="mle",
    page="mle/discrete",
    functions={"poisson_nll": poisson_nll, "poisson_nll_grad": poisson_nll_grad},
    points={"value": 2, "gradient": 2, "edges": 2},
    probes=probes,
    hints=(
        "Take the logarithm of the Poisson probability of one count. Three terms: the rate, the count times the logarithm of the rate, and something that the model cannot change.",
        "You are given the logarithm of the rate, so one term needs an exponential and another needs nothing. `math.lgamma` knows the logarithms of factorials.",
        "A rate of 0 has the logarithm minus infinity. Where nothing was counted, that infinity must meet no multiplication. For the gradient, only two of the terms depend on the log-rate.",
    ),
    misconceptions=(
        Misconception(
            "poisson_nll/rate",
            "The logarithm is taken for the rate",
            "poisson_nll",
            rate_for_logarithm,
            "For counts 3 and 1 with log-rates 1 and -1 you return {got}. Which rate has the logarithm -1?",
            "Applies log to log_rate.",
            "definition",
            TWO,
        ),
        Misconception(
            "poisson_nll/factorial",
            "The factorial is left out",
            "poisson_nll",
            factorial_lost,
            "For counts 3 and 1 with log-rates 1 and -1 you return {got}. Exponentiate its negative: is that the probability of the counts?",
            "Drops log y!, harmless in training; the statement wants all of it.",
            "definition",
            TWO,
        ),
        Misconception(
            "poisson_nll/overflow",
            "The factorial overflows",
            "poisson_nll",
            factorial_overflows,
            "For a count of 200 with log-rate 5 you return {got}. How large is 200 factorial in float64?",
            "Factorial before the logarithm.",
            "what-goes-wrong",
            ([200], [5.0]),
        ),
        Misconception(
            "poisson_nll/stirling",
            "The factorial is approximated",
            "poisson_nll",
            stirling,
            "For a count of 2 with log-rate 0 you return {got}. Stirling's formula says 2! is 1.919; what is it?",
            "What torch does for full=True.",
            "what-goes-wrong",
            ([2], [0.0]),
        ),
        Misconception(
            "poisson_nll/sum",
            "The terms are added up, not averaged",
            "poisson_nll",
            summed,
            "On two counts you return {got}. What happens to your number when every sample is handed in twice?",
            "Missing 1/n.",
            "definition",
            TWO,
        ),
        Misconception(
            "poisson_nll/nan",
            "Zero times minus infinity",
            "poisson_nll",
            nan_at_rate_zero,
            "For a count of 0 at rate 0 (log-rate minus infinity) you return {got}. Nothing was expected and nothing came: what should that cost?",
            "y * eta at y = 0, eta = -inf.",
            "what-goes-wrong",
            ([0], [-np.inf]),
        ),
        Misconception(
            "poisson_nll/square",
            "It is a squared error",
            "poisson_nll",
            half_square,
            "For counts 3 and 1 with log-rates 1 and -1 you return {got}. An error of 3 at a rate of 1, and at a rate of 900: are they equally surprising?",
            "Half the squared error of the rate.",
            "derivation",
            TWO,
        ),
        Misconception(
            "poisson_nll/sign",
            "Counts push the rate down",
            "poisson_nll",
            linear_term_turned,
            "For a count of 3 with log-rate 1 you return {got}. Does your loss have a smallest value at a positive rate?",
            "+ y eta.",
            "derivation",
            ([3], [1.0]),
        ),
        Misconception(
            "poisson_nll/gamma",
            "The gamma function is off by one",
            "poisson_nll",
            gamma_off_by_one,
            "For a count of 3 with log-rate 1 you return {got}. Which factorial is gamma of 3?",
            "lgamma(y) for log y!.",
            "derivation",
            ([3], [1.0]),
        ),
        Misconception(
            "poisson_nll_grad/no-n",
            "The gradient belongs to the sum",
            "poisson_nll_grad",
            grad_not_shared,
            "On two counts your gradient is {got}. The loss is a mean of two terms: how much of it is the first?",
            "Missing 1/n.",
            "derivation",
            TWO,
        ),
        Misconception(
            "poisson_nll_grad/sign",
            "The gradient points downhill",
            "poisson_nll_grad",
            grad_turned,
            "For a count of 3 with log-rate 1 your gradient is {got}. The rate is too low: if it rises a little, does the loss rise or fall?",
            "y - rate.",
            "derivation",
            ([3], [1.0]),
        ),
        Misconception(
            "poisson_nll_grad/of-the-rate",
            "The derivative is with respect to the rate",
            "poisson_nll_grad",
            grad_of_the_rate,
            "For a count of 3 with log-rate 1 your gradient is {got}. That is the slope along the rate. If its logarithm moves by a little, by how much does the rate?",
            "Misses the factor of the chain rule.",
            "derivation",
            ([3], [1.0]),
        ),
        Misconception(
            "poisson_nll_grad/log-scale",
            "A count is compared with a logarithm",
            "poisson_nll_grad",
            grad_on_the_log_scale,
            "For a count of 3 with log-rate 3 your gradient is {got}. Is a rate of 20 right for a count of 3?",
            "eta - y.",
            "derivation",
            ([3], [3.0]),
        ),
        Misconception(
            "poisson_nll_grad/no-data",
            "The counts do not pull",
            "poisson_nll_grad",
            grad_data_forgotten,
            "For a count of 3 with log-rate 1 your gradient is {got}, and the same for a count of 300. What pulls the rate up?",
            "Differentiates the first term only.",
            "derivation",
            ([3], [1.0]),
        ),
        Misconception(
            "poisson_nll_grad/slope",
            "A slope of the exponential too many",
            "poisson_nll_grad",
            grad_with_slope,
            "For a count of 3 with log-rate 1 your gradient is {got}. Differentiate exp(eta) - y eta term by term: which term has the product of rate and count?",
            "The gradient of a squared error through the exponential.",
            "derivation",
            ([3], [1.0]),
        ),
        Misconception(
            "poisson_nll_grad/rows",
            "A matrix is divided by its number of rows",
            "poisson_nll_grad",
            grad_by_rows,
            "For a matrix of 1 row and 2 columns your gradient is {got}. Over how many entries does the mean run?",
            "len() of a 2-D array is its number of rows.",
            "what-goes-wrong",
            ([[3, 1]], [[1.0, -1.0]]),
        ),
    ),
    success=(
        "Counts of hundreds, a rate of 0, and a gradient that is rate minus count. You have seen this gradient before: prediction minus truth, whenever the input is the natural one."
    ),
)
