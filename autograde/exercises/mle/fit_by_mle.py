"""Exercise: Poisson regression fitted by maximum likelihood, and with a prior."""

from __future__ import annotations

import numpy as np

from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe


def _descend(x, y, precision, lr, steps):
    x, y = np.asarray(x, np.float64), np.asarray(y, np.float64)
    weights = np.zeros(x.shape[1])
    for _ in range(steps):
        surplus = np.exp(np.einsum("ij,j->i", x, weights)) - y
        slope = np.einsum("ij,i->j", x, surplus) + precision * weights
        weights -= lr * slope / len(y)
    return weights


def fit_by_mle(x, y, lr=0.1, steps=100):
    return _descend(x, y, 0.0, lr, steps)


def fit_by_map(x, y, prior_variance, lr=0.1, steps=100):
    return _descend(x, y, 1.0 / prior_variance, lr, steps)


def probes(rng: np.random.Generator) -> list[Probe]:
    def draw(n: int, d: int) -> tuple[np.ndarray, np.ndarray]:
        x = rng.integers(-8, 9, size=(n, d)) / 8
        x[:, -1] = 1.0
        counts = rng.integers(0, 5, size=n)
        counts[0] = 6
        return x, counts

    def probe(function: str, aspect: str, regime: str, data, *rest, **kwargs) -> Probe:
        return Probe(function, aspect, regime, (*data, *rest), kwargs)

    whole = rng.integers(-1, 2, size=(5, 2))
    whole[:, 1] = 1
    x, y = draw(5, 2)
    drawn = [
        probe("fit_by_mle", "likelihood", "one step", draw(5, 2), lr=0.5, steps=1),
        probe("fit_by_mle", "likelihood", "two steps", draw(5, 2), lr=0.25, steps=2),
        probe("fit_by_mle", "likelihood", "three steps, three features", draw(6, 3), lr=0.25, steps=3),
        probe("fit_by_mle", "likelihood", "lr and steps left at their defaults", draw(7, 2)),
        probe("fit_by_mle", "likelihood", "three hundred steps", draw(8, 2), lr=0.2, steps=300),
        probe("fit_by_mle", "edges", "no step at all", draw(4, 2), steps=0),
        probe("fit_by_mle", "edges", "one sample, one feature", (np.array([[0.5]]), np.array([3])), lr=0.25, steps=4),
        probe("fit_by_mle", "edges", "whole numbers (dtype int64)", (whole, rng.integers(1, 5, 5)), lr=0.25, steps=5),
        probe("fit_by_mle", "edges", "arrays that are not contiguous", (strided(x), strided(y)), lr=0.25, steps=5),
        probe("fit_by_map", "prior", "one step: the prior is not felt at 0", draw(5, 2), 0.5, lr=0.5, steps=1),
        probe("fit_by_map", "prior", "two steps, prior variance 0.5", draw(5, 2), 0.5, lr=0.25, steps=2),
        probe("fit_by_map", "prior", "two steps, prior variance 4", draw(6, 3), 4.0, lr=0.25, steps=2),
        probe("fit_by_map", "prior", "lr and steps left at their defaults, prior variance 0.25", draw(7, 2), 0.25),
        probe("fit_by_map", "prior", "four hundred steps, prior variance 2", draw(8, 2), 2.0, lr=0.2, steps=400),
        probe("fit_by_map", "edges", "a prior that says nothing (variance 1e12)", draw(5, 2), 1e12, lr=0.25, steps=20),
        probe("fit_by_map", "edges", "one sample, one feature", (np.array([[0.5]]), np.array([3])), 0.5, lr=0.25, steps=4),
    ]  # fmt: skip
    return drawn


# -- wrong answers -------------------------------------------------------------


def uphill(x, y, lr=0.1, steps=100):
    w = np.zeros(x.shape[1])
    for _ in range(steps):
        w = w + lr * x.T @ (np.exp(np.minimum(x @ w, 50)) - y) / len(y)
    return w


def squared_error(x, y, lr=0.1, steps=100):
    w = np.zeros(x.shape[1])
    for _ in range(steps):
        w = w - lr * x.T @ (x @ w - y) / len(y)
    return w


def summed(x, y, lr=0.1, steps=100):
    w = np.zeros(x.shape[1])
    for _ in range(steps):
        w = w - lr * x.T @ (np.exp(np.minimum(x @ w, 50)) - y)
    return w


def square_of_the_rate(x, y, lr=0.1, steps=100):
    w = np.zeros(x.shape[1])
    for _ in range(steps):
        rate = np.exp(np.minimum(x @ w, 50))
        w = w - lr * x.T @ ((rate - y) * rate) / len(y)
    return w


def divided_by_entries(x, y, lr=0.1, steps=100):
    w = np.zeros(x.shape[1])
    for _ in range(steps):
        w = w - lr * x.T @ (np.exp(x @ w) - y) / x.size
    return w


def one_step_more(x, y, lr=0.1, steps=100):
    w = np.zeros(x.shape[1])
    for _ in range(steps + 1):
        w = w - lr * x.T @ (np.exp(x @ w) - y) / len(y)
    return w


def gradient_of_the_start(x, y, lr=0.1, steps=100):
    w = np.zeros(x.shape[1])
    slope = x.T @ (np.exp(x @ w) - y) / len(y)
    for _ in range(steps):
        w = w - lr * slope
    return w


def starts_at_one(x, y, lr=0.1, steps=100):
    w = np.ones(x.shape[1])
    for _ in range(steps):
        w = w - lr * x.T @ (np.exp(x @ w) - y) / len(y)
    return w


def through_the_sigmoid(x, y, lr=0.1, steps=100):
    w = np.zeros(x.shape[1])
    for _ in range(steps):
        w = w - lr * x.T @ (1 / (1 + np.exp(-(x @ w))) - y) / len(y)
    return w


def map_without_prior(x, y, prior_variance, lr=0.1, steps=100):
    w = np.zeros(x.shape[1])
    for _ in range(steps):
        w = w - lr * x.T @ (np.exp(x @ w) - y) / len(y)
    return w


def map_prior_not_shared(x, y, prior_variance, lr=0.1, steps=100):
    w = np.zeros(x.shape[1])
    for _ in range(steps):
        w = w - lr * (x.T @ (np.exp(x @ w) - y) / len(y) + w / prior_variance)
    return w


def map_prior_twice(x, y, prior_variance, lr=0.1, steps=100):
    w = np.zeros(x.shape[1])
    for _ in range(steps):
        w = w - lr * (x.T @ (np.exp(x @ w) - y) + 2 * w / prior_variance) / len(y)
    return w


def map_variance_for_precision(x, y, prior_variance, lr=0.1, steps=100):
    w = np.zeros(x.shape[1])
    for _ in range(steps):
        w = w - lr * (x.T @ (np.exp(np.minimum(x @ w, 50)) - y) + w * prior_variance) / len(y)
    return w


def map_prior_pushes_away(x, y, prior_variance, lr=0.1, steps=100):
    w = np.zeros(x.shape[1])
    for _ in range(steps):
        w = w - lr * (x.T @ (np.exp(np.minimum(x @ w, 50)) - y) - w / prior_variance) / len(y)
    return w


def map_prior_halved(x, y, prior_variance, lr=0.1, steps=100):
    w = np.zeros(x.shape[1])
    for _ in range(steps):
        w = w - lr * (x.T @ (np.exp(x @ w) - y) + w / (2 * prior_variance)) / len(y)
    return w


def map_deviation_for_variance(x, y, prior_variance, lr=0.1, steps=100):
    w = np.zeros(x.shape[1])
    for _ in range(steps):
        w = w - lr * (x.T @ (np.exp(x @ w) - y) + w / np.sqrt(prior_variance)) / len(y)
    return w


def map_laplace_prior(x, y, prior_variance, lr=0.1, steps=100):
    w = np.zeros(x.shape[1])
    for _ in range(steps):
        w = w - lr * (x.T @ (np.exp(x @ w) - y) + np.sign(w) / prior_variance) / len(y)
    return w


TWO_STEPS = ([[0.0, 1.0], [1.0, 1.0]], [1, 3], 0.5, 2)
ONE_STEP = ([[0.0, 1.0], [1.0, 1.0]], [1, 3], 0.5, 1)
WITH_PRIOR = ([[0.0, 1.0], [1.0, 1.0]], [1, 3], 0.5, 0.5, 2)

EXERCISE = Exercise(
    slug="fit_by_mle",
    title="Poisson regression by maximum likelihood",
    chapter="mle",
    page="mle/map",
    functions={"fit_by_mle": fit_by_mle, "fit_by_map": fit_by_map},
    points={"likelihood": 3, "prior": 2, "edges": 1},
    probes=probes,
    hints=(
        "The gradient with respect to the log-rates you have already: the exercise on the Poisson distribution asked for it. From the log-rates to the weights is one application of the chain rule.",
        "Log-rates are linear in the weights, so every sample's surplus, rate minus count, is handed back along its own row of features. The prior adds one term that knows no data.",
        "There is one division by n, and it is for everything: the prior belongs to all samples together, so its share of a mean over samples is small.",
    ),
    misconceptions=(
        Misconception(
            "fit_by_mle/uphill",
            "The steps go uphill",
            "fit_by_mle",
            uphill,
            "For counts 1 and 3 after one step you return {got}. The second count is 3 and its rate is 1: should the weights make that rate larger or smaller?",
            "Adds the gradient of the loss.",
            "derivation",
            ONE_STEP,
        ),
        Misconception(
            "fit_by_mle/squares",
            "It fits a straight line",
            "fit_by_mle",
            squared_error,
            "For counts 1 and 3 after two steps you return {got}. At weights of zero, which rate does the model predict, 0 or 1?",
            "Gradient of the squared error, without the exponential.",
            "definition",
            TWO_STEPS,
        ),
        Misconception(
            "fit_by_mle/sum",
            "The gradient of the sum",
            "fit_by_mle",
            summed,
            "For counts 1 and 3 after one step you return {got}. If every sample is handed in twice, does your step become longer?",
            "Missing 1/n.",
            "derivation",
            ONE_STEP,
        ),
        Misconception(
            "fit_by_mle/square-of-rate",
            "Squared errors of the rate",
            "fit_by_mle",
            square_of_the_rate,
            "For counts 1 and 3 after two steps you return {got}. Differentiate exp(eta) - y eta: does a product of two rates occur?",
            "The gradient of a half squared error through the exponential.",
            "derivation",
            TWO_STEPS,
        ),
        Misconception(
            "fit_by_mle/entries",
            "Divided by the size of the design matrix",
            "fit_by_mle",
            divided_by_entries,
            "For counts 1 and 3 after one step you return {got}. Over how many samples is the loss a mean?",
            "x.size counts features too.",
            "derivation",
            ONE_STEP,
        ),
        Misconception(
            "fit_by_mle/one-more",
            "One step too many",
            "fit_by_mle",
            one_step_more,
            "Asked for one step you return {got}. Where are the weights after no step at all?",
            "Off by one.",
            "definition",
            ONE_STEP,
        ),
        Misconception(
            "fit_by_mle/stale",
            "The gradient of the first step is used for all",
            "fit_by_mle",
            gradient_of_the_start,
            "For counts 1 and 3 after two steps you return {got}. After the first step the rates have moved: whose gradient did the second step use?",
            "Computes the gradient before the loop.",
            "what-goes-wrong",
            TWO_STEPS,
        ),
        Misconception(
            "fit_by_mle/start",
            "It starts elsewhere",
            "fit_by_mle",
            starts_at_one,
            "For counts 1 and 3 after one step you return {got}. Where does the statement let the weights begin?",
            "Starts from ones.",
            "definition",
            ONE_STEP,
        ),
        Misconception(
            "fit_by_mle/sigmoid",
            "The rate is squeezed below 1",
            "fit_by_mle",
            through_the_sigmoid,
            "For counts 1 and 3 after two steps you return {got}. Can your model ever expect three events?",
            "Logistic regression.",
            "definition",
            TWO_STEPS,
        ),
        Misconception(
            "fit_by_map/no-prior",
            "The prior is not used",
            "fit_by_map",
            map_without_prior,
            "With a prior variance of 0.5 and two steps you return {got}, whatever the variance is. What should a variance near 0 do to the weights?",
            "Plain maximum likelihood.",
            "derivation",
            WITH_PRIOR,
        ),
        Misconception(
            "fit_by_map/per-sample",
            "The prior counts once per sample",
            "fit_by_map",
            map_prior_not_shared,
            "With a prior variance of 0.5 and two steps you return {got}. A thousand samples share one prior. What part of the mean over samples is it?",
            "w / tau^2 beside a mean, without 1/n.",
            "derivation",
            WITH_PRIOR,
        ),
        Misconception(
            "fit_by_map/twice",
            "The penalty of a prior twice as narrow",
            "fit_by_map",
            map_prior_twice,
            "With a prior variance of 0.5 and two steps you return {got}. What stands in front of the square in the exponent of a Gaussian density?",
            "Penalty |w|^2 / tau^2: the slip of errata 94.",
            "derivation",
            WITH_PRIOR,
        ),
        Misconception(
            "fit_by_map/precision",
            "A wide prior holds the weights tighter",
            "fit_by_map",
            map_variance_for_precision,
            "With a prior variance of 0.5 and two steps you return {got}. Which prior pulls harder, one of variance 0.01 or one of variance 100?",
            "Multiplies by the variance.",
            "derivation",
            WITH_PRIOR,
        ),
        Misconception(
            "fit_by_map/sign",
            "The prior pushes the weights away from 0",
            "fit_by_map",
            map_prior_pushes_away,
            "With a prior variance of 0.5 and two steps you return {got}. Are these weights nearer to 0 than without a prior?",
            "Subtracts the gradient of the penalty.",
            "derivation",
            WITH_PRIOR,
        ),
        Misconception(
            "fit_by_map/half",
            "The penalty of a prior twice as wide",
            "fit_by_map",
            map_prior_halved,
            "With a prior variance of 0.5 and two steps you return {got}. The derivative of a square brings down a 2: what does it meet?",
            "Keeps the half of the density after differentiating.",
            "derivation",
            WITH_PRIOR,
        ),
        Misconception(
            "fit_by_map/deviation",
            "The variance is taken for something else",
            "fit_by_map",
            map_deviation_for_variance,
            "With a prior variance of 0.5 and two steps you return {got}. By which power of the standard deviation is a squared weight divided?",
            "Divides by the standard deviation.",
            "derivation",
            WITH_PRIOR,
        ),
        Misconception(
            "fit_by_map/laplace",
            "Every weight is pulled with the same force",
            "fit_by_map",
            map_laplace_prior,
            "With a prior variance of 0.5 and two steps you return {got}. How does the pull of a Gaussian prior change when a weight doubles?",
            "Gradient of an absolute value: a Laplace prior.",
            "derivation",
            WITH_PRIOR,
        ),
    ),
    success=(
        "One step, three steps and hundreds agree, with and without a prior, and a prior that says nothing changes nothing. You have fitted a model from its noise: loss, link, gradient and penalty all came out of one sentence."
    ),
)
