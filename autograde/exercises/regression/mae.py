"""Exercise: the mean absolute error and its gradient."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import elementwise, errors, targets, with_errors


def mae(y_true, y_pred):
    return lossref.mae(y_true, y_pred)


def mae_grad(y_true, y_pred):
    return lossref.mae_grad(y_true, y_pred)


def probes(rng: np.random.Generator) -> list[Probe]:
    drawn = elementwise(rng, "mae", "mae_grad")
    for name, aspect in (("mae", "value"), ("mae_grad", "gradient")):
        high = np.abs(errors(rng, 4, 0.25, 3.0))
        low = -np.abs(errors(rng, 4, 0.25, 3.0))
        tiny = 1e-300 * rng.integers(1, 9, size=4) * np.array([1, -1, 1, -1])
        huge = 1e300 * rng.integers(1, 9, size=4) * np.array([1, -1, 1, -1]) / 8
        both = np.array([1e-300, -1e-300, 1e300, -1e300])
        perfect = targets(rng, 3)
        drawn += [
            Probe(name, aspect, "every prediction too high", with_errors(rng, high)),
            Probe(name, aspect, "every prediction too low", with_errors(rng, low)),
            Probe(
                name,
                "edges",
                "errors of exactly zero among others",
                with_errors(rng, [0.0, 0.0, *errors(rng, 3, 0.5, 3.0)]),
            ),
            Probe(name, "edges", "a perfect prediction", (perfect, perfect.copy())),
            Probe(name, "stability", "errors near 1e-300", (np.zeros(4), rng.permutation(tiny))),
            Probe(name, "stability", "errors near 1e300", (np.zeros(4), rng.permutation(huge))),
            Probe(
                name,
                "stability",
                "errors of 1e-300 beside errors of 1e300",
                (np.zeros(4), rng.permutation(both)),
            ),
        ]
    return drawn


# -- wrong answers -------------------------------------------------------------


def sum_of_sizes(y_true, y_pred):
    return np.sum(np.abs(y_pred - y_true))


def divided_by_rows(y_true, y_pred):
    return np.sum(np.abs(y_pred - y_true)) / len(y_true)


def per_sample(y_true, y_pred):
    return np.abs(y_pred - y_true)


def signed_mean(y_true, y_pred):
    return np.mean(y_pred - y_true)


def size_of_the_mean(y_true, y_pred):
    return np.abs(np.mean(y_pred - y_true))


def mean_of_squares(y_true, y_pred):
    return np.mean((y_pred - y_true) ** 2)


def root_of_mean_square(y_true, y_pred):
    return np.sqrt(np.mean((y_pred - y_true) ** 2))


def root_of_each_square(y_true, y_pred):
    return np.mean(np.sqrt((y_pred - y_true) ** 2))


def grad_of_the_sum(y_true, y_pred):
    return np.sign(y_pred - y_true) * 1.0


def grad_with_the_sign_turned(y_true, y_pred):
    return np.sign(y_true - y_pred) / y_pred.size


def grad_sum_turned(y_true, y_pred):
    return np.sign(y_true - y_pred) * 1.0


def grad_minus_at_zero(y_true, y_pred):
    return np.where(y_pred - y_true > 0, 1.0, -1.0) / y_pred.size


def grad_plus_at_zero(y_true, y_pred):
    return np.where(y_pred - y_true >= 0, 1.0, -1.0) / y_pred.size


def grad_divided_by_size(y_true, y_pred):
    e = y_pred - y_true
    return e / np.abs(e) / e.size


def grad_in_proportion(y_true, y_pred):
    return (y_pred - y_true) / y_pred.size


def grad_by_rows(y_true, y_pred):
    return np.sign(y_pred - y_true) / len(y_pred)


def grad_cut_to_whole_numbers(y_true, y_pred):
    e = y_pred - y_true
    grad = np.zeros_like(y_pred)
    grad[e > 0] = 1.0 / e.size
    grad[e < 0] = -1.0 / e.size
    return grad


def grad_averaged(y_true, y_pred):
    return np.mean(np.sign(y_pred - y_true))


TWO_ERRORS = ([0.0, 0.0], [3.0, -1.0])
WITH_ZERO = ([0.0, 0.0, 0.0], [2.0, 0.0, -1.0])
MATRIX = ([[0.0, 0.0, 0.0], [0.0, 0.0, 0.0]], [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]])

EXERCISE = Exercise(
    slug="mae",
    title="Mean absolute error",
    chapter="regression",
    page="regression/absolute-error",
    functions={"mae": mae, "mae_grad": mae_grad},
    points={"value": 2, "gradient": 2, "edges": 1, "stability": 1},
    probes=probes,
    hints=(
        "How far a prediction is off decides what it costs. Which way it is off, and only that, "
        "decides the gradient.",
        "The gradient knows three cases: too high, too low, exact. The first two differ in sign "
        "alone, and each entry carries its share of the mean.",
        "The line that people get wrong is the sign: ask what happens to the loss when a "
        "prediction that is already too high rises a little more. Then ask the same of one that "
        "is exact.",
    ),
    misconceptions=(
        Misconception(
            "mae/sum",
            "The sizes are added up, not averaged",
            "mae",
            sum_of_sizes,
            "On errors of 3 and -1 you return {got}. What should happen to a mean absolute error "
            "when every sample is handed in twice?",
            "Forgets the 1/n.",
            "definition",
            TWO_ERRORS,
        ),
        Misconception(
            "mae/rows",
            "A matrix is divided by its number of rows",
            "mae",
            divided_by_rows,
            "For a matrix of 2 rows and 3 columns with every error 1 you return {got}. "
            "How many errors went into that mean?",
            "len() of a 2-D array is its number of rows.",
            "what-goes-wrong",
            MATRIX,
        ),
        Misconception(
            "mae/per-sample",
            "One number per sample comes back",
            "mae",
            per_sample,
            "On errors of 3 and -1 you return {got}. Training needs one number to make smaller; "
            "how do you get from several to one?",
            "Leaves out the reduction.",
            "definition",
            TWO_ERRORS,
        ),
        Misconception(
            "mae/signed",
            "Errors below zero count as a gain",
            "mae",
            signed_mean,
            "On errors of 3 and -1 you return {got}. What would you return for errors of 1 and "
            "-5, and can a distance be negative?",
            "The absolute value is missing; this is the bias, not the error.",
            "definition",
            TWO_ERRORS,
        ),
        Misconception(
            "mae/size-of-mean",
            "The mean is taken first, the size second",
            "mae",
            size_of_the_mean,
            "On errors of 3 and -1 you return {got}. What would you return for errors of 3 and "
            "-3, and is that prediction perfect?",
            "Averages before taking sizes, so errors of opposite signs cancel.",
            "definition",
            TWO_ERRORS,
        ),
        Misconception(
            "mae/squared",
            "The errors are squared",
            "mae",
            mean_of_squares,
            "On errors of 3 and -1 you return {got}. How many times more should the error of 3 "
            "count than the error of 1?",
            "Returns the mean squared error.",
            "definition",
            TWO_ERRORS,
        ),
        Misconception(
            "mae/root",
            "It is the root of the mean square",
            "mae",
            root_of_mean_square,
            "On errors of 3 and -1 you return {got}. It has the right unit. Add up the two sizes "
            "by hand and halve them: do you get the same?",
            "Returns the RMSE, which is never smaller than the MAE.",
            "by-hand",
            TWO_ERRORS,
        ),
        Misconception(
            "mae/root-of-square",
            "Each size takes a detour over a square",
            "mae",
            root_of_each_square,
            "For an error of 1e300 you return {got}. How large is the largest float64, and how "
            "large is the number that you take the root of?",
            "Right on paper; the square overflows beyond 1e154 and vanishes below 1e-162.",
            "what-goes-wrong",
            ([0.0], [1e300]),
        ),
        Misconception(
            "mae_grad/no-n",
            "The gradient belongs to the sum, not to the mean",
            "mae_grad",
            grad_of_the_sum,
            "On errors of 3 and -1 your gradient is {got}. Move the first prediction by 0.01: by "
            "how much does the mean of the two sizes change, divided by 0.01?",
            "1/n is lost in the derivative; the source notes lose it too.",
            "derivation",
            TWO_ERRORS,
        ),
        Misconception(
            "mae_grad/sign",
            "The gradient points downhill",
            "mae_grad",
            grad_with_the_sign_turned,
            "On errors of 3 and -1 your gradient is {got}. The first prediction is too high. "
            "If it rises a little, does the loss rise or fall?",
            "Differentiates |y_true - y_pred| and loses the inner derivative -1.",
            "derivation",
            TWO_ERRORS,
        ),
        Misconception(
            "mae_grad/sum-sign",
            "The gradient points downhill, and it belongs to the sum",
            "mae_grad",
            grad_sum_turned,
            "On errors of 3 and -1 your gradient is {got}. Ask it two questions: does it point to "
            "where the loss grows, and how much of the mean is one sample?",
            "The formula printed in the source notes.",
            "derivation",
            TWO_ERRORS,
        ),
        Misconception(
            "mae_grad/minus-at-zero",
            "An exact prediction is pushed up",
            "mae_grad",
            grad_minus_at_zero,
            "On errors of 2, 0 and -1 your gradient is {got}. What does a step against it do to "
            "the prediction in the middle, which is already exact?",
            "Two cases where there are three. It is a subgradient, and scikit-learn's choice, but "
            "not the one that the statement asks for.",
            "what-goes-wrong",
            WITH_ZERO,
        ),
        Misconception(
            "mae_grad/plus-at-zero",
            "An exact prediction is pushed down",
            "mae_grad",
            grad_plus_at_zero,
            "On errors of 2, 0 and -1 your gradient is {got}. What does a step against it do to "
            "the prediction in the middle, which is already exact?",
            "Two cases where there are three, with >= in place of >.",
            "what-goes-wrong",
            WITH_ZERO,
        ),
        Misconception(
            "mae_grad/zero-over-zero",
            "The error is divided by its own size",
            "mae_grad",
            grad_divided_by_size,
            "On errors of 2, 0 and -1 your gradient is {got}. What did you divide by in the "
            "middle, and what becomes of a model that takes one step with this?",
            "e / |e| is nan where the error is 0.",
            "what-goes-wrong",
            WITH_ZERO,
        ),
        Misconception(
            "mae_grad/proportional",
            "Large errors pull harder than small ones",
            "mae_grad",
            grad_in_proportion,
            "On errors of 3 and -1 your gradient is {got}. How steep is |e| at e = 3, and how "
            "steep is it at e = 1?",
            "The gradient of the half squared error.",
            "derivation",
            TWO_ERRORS,
        ),
        Misconception(
            "mae_grad/rows",
            "A matrix is divided by its number of rows",
            "mae_grad",
            grad_by_rows,
            "For a matrix of 2 rows and 3 columns with every error 1 your gradient is {got}. "
            "Over how many entries does the mean run?",
            "len() of a 2-D array is its number of rows.",
            "what-goes-wrong",
            MATRIX,
        ),
        Misconception(
            "mae_grad/whole-numbers",
            "The gradient is cut to whole numbers",
            "mae_grad",
            grad_cut_to_whole_numbers,
            "For whole-number arrays with errors of 3 and -1 your gradient is {got}. Which dtype "
            "has the array that you fill, and what can it hold between 0 and 1?",
            "np.zeros_like of an int64 array is an int64 array; 1/n is cut to 0 on the way in.",
            "what-goes-wrong",
            ([0, 0], [3, -1]),
        ),
        Misconception(
            "mae_grad/averaged",
            "The gradient is averaged to one number",
            "mae_grad",
            grad_averaged,
            "On errors of 3 and -1 you return {got}. There are two predictions to move, one down "
            "and one up: which of them does this number speak of?",
            "Confuses the mean of the loss with a mean over the gradient's entries.",
            "derivation",
            TWO_ERRORS,
        ),
    ),
    success=(
        "Value and gradient are right from errors of 1e-300 to errors of 1e300, an exact "
        "prediction pulls nowhere, and whole numbers stay whole. Next door: a loss that keeps "
        "this calm in the tails and has no corner at zero."
    ),
    kinks=lambda: (0.0,),
)
