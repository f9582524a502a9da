"""Exercise: the mean absolute error and its subgradient."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import elementwise, with_errors


def mae(y_true, y_pred):
    return lossref.mae(y_true, y_pred)


def mae_grad(y_true, y_pred):
    return lossref.mae_grad(y_true, y_pred)


def probes(rng: np.random.Generator) -> list[Probe]:
    drawn = elementwise(rng, "mae", "mae_grad")
    for name in ("mae", "mae_grad"):
        zero = np.zeros(3)
        drawn += [
            Probe(
                name,
                "edges",
                "some errors of exactly zero",
                with_errors(rng, [0.0, 2.0, 0.0, -1.5]),
            ),
            Probe(name, "edges", "a perfect prediction", with_errors(rng, [0.0, 0.0, 0.0])),
            Probe(
                name,
                "edges",
                "whole numbers with some errors of zero (dtype int64)",
                (np.array([1, 2, 3, 4]), np.array([1, 5, 3, 2])),
            ),
            Probe(
                name,
                "stability",
                "errors of 1e300",
                (zero, rng.permutation([1e300, -1e300, 0.5])),
            ),
            Probe(
                name,
                "stability",
                "errors of 1e-300",
                (zero, rng.permutation([1e-300, -1e-300, 3e-300])),
            ),
        ]
    return drawn


# -- wrong answers -------------------------------------------------------------


def summed(y_true, y_pred):
    return np.sum(np.abs(y_pred - y_true))


def without_sizes(y_true, y_pred):
    return np.mean(y_pred - y_true)


def size_of_the_mean(y_true, y_pred):
    return np.abs(np.mean(y_pred - y_true))


def squared(y_true, y_pred):
    return np.mean((y_pred - y_true) ** 2)


def median_size(y_true, y_pred):
    return np.median(np.abs(y_pred - y_true))


def divided_by_rows(y_true, y_pred):
    return np.sum(np.abs(y_pred - y_true)) / len(y_true)


def per_sample(y_true, y_pred):
    return np.abs(y_pred - y_true)


def smoothed_root(y_true, y_pred):
    return np.mean(np.sqrt((y_pred - y_true) ** 2 + 1e-12))


def grad_of_the_sum(y_true, y_pred):
    return np.sign(y_pred - y_true)


def grad_with_the_sign_turned(y_true, y_pred):
    return np.sign(y_true - y_pred) / y_pred.size


def grad_notes(y_true, y_pred):
    return np.sign(y_true - y_pred)


def grad_one_at_zero(y_true, y_pred):
    return np.where(y_pred >= y_true, 1.0, -1.0) / y_pred.size


def grad_minus_one_at_zero(y_true, y_pred):
    return np.where(y_pred > y_true, 1.0, -1.0) / y_pred.size


def grad_ratio(y_true, y_pred):
    e = y_pred - y_true
    return e / np.abs(e) / e.size


def grad_proportional(y_true, y_pred):
    return (y_pred - y_true) / y_pred.size


def grad_divided_by_rows(y_true, y_pred):
    return np.sign(y_pred - y_true) / len(y_pred)


def grad_averaged(y_true, y_pred):
    return np.mean(np.sign(y_pred - y_true))


def grad_with_epsilon(y_true, y_pred):
    e = y_pred - y_true
    return e / (np.abs(e) + 1e-8) / e.size


EXERCISE = Exercise(
    slug="mae",
    title="Mean absolute error",
    chapter="regression",
    page="regression/absolute-error",
    functions={"mae": mae, "mae_grad": mae_grad},
    points={"value": 2, "gradient": 2, "edges": 1, "stability": 1},
    probes=probes,
    hints=(
        "Stand on one error and ask only which side of zero you are on.",
        "The loss is a mean of sizes; the gradient knows a side, a corner, and how many samples share the mean.",
        "The line that people get wrong is the corner: an error of exactly zero has no side. And a mean of n terms moves by an n-th of what one term moves.",
    ),
    misconceptions=(
        Misconception(
            "mae/sum",
            "The errors are added up, not averaged",
            "mae",
            summed,
            "On errors of 3 and -1 you return {got}. What should a mean do when every sample is handed in twice?",
            "Missing 1/n.",
            "definition",
            ([0.0, 0.0], [3.0, -1.0]),
        ),
        Misconception(
            "mae/signed",
            "Errors of opposite sign cancel",
            "mae",
            without_sizes,
            "On errors of 3 and -1 you return {got}. Is a model that is 100 too high and 100 too low a perfect one?",
            "No absolute value at all: the mean error, a bias.",
            "definition",
            ([0.0, 0.0], [3.0, -1.0]),
        ),
        Misconception(
            "mae/size-of-mean",
            "The mean is taken first, the size second",
            "mae",
            size_of_the_mean,
            "On errors of 3 and -1 you return {got}. What would you return for 3 and -3?",
            "Absolute value outside the mean.",
            "definition",
            ([0.0, 0.0], [3.0, -1.0]),
        ),
        Misconception(
            "mae/squared",
            "The errors are squared",
            "mae",
            squared,
            "On errors of 3 and -1 you return {got}. How many times more should the error of 3 count than the error of 1 here?",
            "Returns the MSE.",
            "definition",
            ([0.0, 0.0], [3.0, -1.0]),
        ),
        Misconception(
            "mae/median",
            "The median of the sizes is taken, not their mean",
            "mae",
            median_size,
            "On errors of 3, -1 and 0.5 you return {got}. If the largest error doubles, what does your number do?",
            "Confuses the minimiser of the MAE (a median) with its value (a mean).",
            "derivation",
            ([0.0, 0.0, 0.0], [3.0, -1.0, 0.5]),
        ),
        Misconception(
            "mae/rows",
            "A matrix is divided by its number of rows",
            "mae",
            divided_by_rows,
            "For 2 rows and 3 columns with every error 1 you return {got}. How many errors went into that mean?",
            "len() of a 2-D array is its number of rows.",
            "what-goes-wrong",
            ([[0.0, 0.0, 0.0], [0.0, 0.0, 0.0]], [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]),
        ),
        Misconception(
            "mae/per-sample",
            "One number per sample comes back",
            "mae",
            per_sample,
            "On errors of 3 and -1 you return {got}. Training needs one number to make smaller; how do you get from several to one?",
            "Leaves out the reduction.",
            "definition",
            ([0.0, 0.0], [3.0, -1.0]),
        ),
        Misconception(
            "mae/smoothed",
            "The corner is rounded off",
            "mae",
            smoothed_root,
            "For errors of zero you return {got}. A perfect prediction should cost how much?",
            "sqrt(e² + eps): squares underflow and overflow, and the minimum is not 0.",
            "what-goes-wrong",
            ([1.0, 2.0], [1.0, 2.0]),
        ),
        Misconception(
            "mae_grad/no-n",
            "The gradient belongs to the sum, not to the mean",
            "mae_grad",
            grad_of_the_sum,
            "On errors of 3 and -1 your gradient is {got}. Move the first prediction by 0.01: by how much does the mean of the two sizes change, divided by 0.01?",
            "Missing 1/n, as in the source notes.",
            "derivation",
            ([0.0, 0.0], [3.0, -1.0]),
        ),
        Misconception(
            "mae_grad/sign",
            "The gradient points downhill",
            "mae_grad",
            grad_with_the_sign_turned,
            "On errors of 3 and -1 your gradient is {got}. The first prediction is too high. If it rises a little, does the loss rise or fall?",
            "sign(y - y_pred) instead of sign(y_pred - y).",
            "derivation",
            ([0.0, 0.0], [3.0, -1.0]),
        ),
        Misconception(
            "mae_grad/notes",
            "The gradient points downhill, and it belongs to the sum",
            "mae_grad",
            grad_notes,
            "On errors of 3 and -1 your gradient is {got}. Ask it two things: does it point to where the loss grows, and is its size right for a mean of two?",
            "The formula of the source notes: wrong sign and no 1/n.",
            "derivation",
            ([0.0, 0.0], [3.0, -1.0]),
        ),
        Misconception(
            "mae_grad/one-at-zero",
            "An exact prediction is still pulled",
            "mae_grad",
            grad_one_at_zero,
            "On errors of 0 and -1 your gradient is {got}. Which way should the exact prediction move?",
            "np.where with >= gives +1 at the kink.",
            "what-goes-wrong",
            ([0.0, 0.0], [0.0, -1.0]),
        ),
        Misconception(
            "mae_grad/minus-one-at-zero",
            "An exact prediction is still pulled, downwards",
            "mae_grad",
            grad_minus_one_at_zero,
            "On errors of 0 and 1 your gradient is {got}. Which way should the exact prediction move?",
            "np.where with > gives -1 at the kink, as one library does.",
            "what-goes-wrong",
            ([0.0, 0.0], [0.0, 1.0]),
        ),
        Misconception(
            "mae_grad/zero-over-zero",
            "At an error of zero you divide zero by zero",
            "mae_grad",
            grad_ratio,
            "On errors of 0 and 3 your gradient is {got}. What is |e| where the prediction is exact?",
            "e / |e|.",
            "what-goes-wrong",
            ([0.0, 0.0], [0.0, 3.0]),
        ),
        Misconception(
            "mae_grad/proportional",
            "Large errors pull harder",
            "mae_grad",
            grad_proportional,
            "On errors of 3 and -1 your gradient is {got}. |e| is a straight line on each side: how does its slope depend on how far out you are?",
            "The gradient of the half squared error.",
            "derivation",
            ([0.0, 0.0], [3.0, -1.0]),
        ),
        Misconception(
            "mae_grad/rows",
            "A matrix is divided by its number of rows",
            "mae_grad",
            grad_divided_by_rows,
            "For 2 rows and 3 columns with every error 1 your gradient is {got}. Over how many entries does the mean run?",
            "len() again.",
            "what-goes-wrong",
            ([[0.0, 0.0, 0.0], [0.0, 0.0, 0.0]], [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]),
        ),
        Misconception(
            "mae_grad/averaged",
            "The gradient is averaged to one number",
            "mae_grad",
            grad_averaged,
            "On errors of 3 and -1 you return {got}. There are two predictions to move; which of them does this number speak of?",
            "A mean over the gradient's entries.",
            "derivation",
            ([0.0, 0.0], [3.0, -1.0]),
        ),
        Misconception(
            "mae_grad/epsilon",
            "A small number is added below the line",
            "mae_grad",
            grad_with_epsilon,
            "On errors of 1e-300 and 3 your gradient is {got}. The first prediction is too high by a hair; how strong is the pull of a hair in this loss?",
            "e / (|e| + eps) fades out near zero.",
            "what-goes-wrong",
            ([0.0, 0.0], [1e-300, 3.0]),
        ),
    ),
    success="Value and subgradient are right, corner included, from errors of 1e-300 to 1e300. Next door: a loss that is round at the corner and straight in the tails.",
    kinks=lambda: (0.0,),
)
