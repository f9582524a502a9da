"""Exercise: the log-cosh loss and its gradient, without overflow."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

import lossref
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import elementwise, errors, targets, with_errors

#: The statement accepts these absolute mistakes: a formula such as logaddexp(e, -e) - log 2
#: cancels near 0, and that is not what the exercise is about.
SLACK, SLACK_FLOAT32 = 1e-12, 1e-5


def log_cosh(y_true, y_pred):
    return lossref.log_cosh(y_true, y_pred)


def log_cosh_grad(y_true, y_pred):
    return lossref.log_cosh_grad(y_true, y_pred)


def probes(rng: np.random.Generator) -> list[Probe]:
    names = ("log_cosh", "log_cosh_grad")
    drawn = elementwise(rng, *names)
    for name, aspect in zip(names, ("value", "gradient")):
        perfect = targets(rng, 3)
        zeros = np.zeros(4, dtype=np.float32)
        single = rng.permutation(np.array([95.0, -100.0, 800.0, -0.5], dtype=np.float32))
        drawn += [
            Probe(
                name,
                aspect,
                "every prediction too high",
                with_errors(rng, np.abs(errors(rng, 4, 0.5, 4.0))),
            ),
            Probe(
                name,
                aspect,
                "every prediction too low",
                with_errors(rng, -np.abs(errors(rng, 4, 0.5, 4.0))),
            ),
            Probe(name, "edges", "a perfect prediction", (perfect, perfect.copy())),
            Probe(
                name,
                "edges",
                "errors of exactly zero among others",
                with_errors(rng, [0.0, *errors(rng, 2, 0.5, 3.0)]),
            ),
            Probe(name, "stability", "an error of 800", with_errors(rng, [800.0, 0.5])),
            Probe(name, "stability", "an error of -800", with_errors(rng, [-800.0, 0.5, -0.25])),
            Probe(name, "stability", "errors of 1e200", with_errors(rng, [1e200, -1e200, 0.5])),
            Probe(name, "stability", "errors between 90 and 800 in float32", (zeros, single)),
        ]
    return [_with_slack(probe) for probe in drawn]


def _with_slack(probe: Probe) -> Probe:
    single = any(a.dtype == np.float32 for a in probe.args)
    return replace(probe, atol=SLACK_FLOAT32 if single else SLACK, scaled=False)


# -- wrong answers -------------------------------------------------------------


def as_it_is_spelled(y_true, y_pred):
    return np.mean(np.log(np.cosh(y_pred - y_true)))


def error_clipped(y_true, y_pred):
    return np.mean(np.log(np.cosh(np.clip((y_pred - y_true) * 1.0, -80.0, 80.0))))


def straight_line_everywhere(y_true, y_pred):
    return np.mean(np.abs(y_pred - y_true) - np.log(2.0))


def line_without_log_two(y_true, y_pred):
    size = np.abs(y_pred - y_true)
    return np.mean(size + np.log1p(np.exp(-2.0 * size)))


def exponent_without_two(y_true, y_pred):
    size = np.abs(y_pred - y_true)
    return np.mean(size + np.log1p(np.exp(-size)) - np.log(2.0))


def size_forgotten(y_true, y_pred):
    e = y_pred - y_true
    return np.mean(e + np.log1p(np.exp(-2.0 * e)) - np.log(2.0))


def half_square(y_true, y_pred):
    return np.mean((y_pred - y_true) ** 2) / 2


def summed(y_true, y_pred):
    size = np.abs(y_pred - y_true)
    return np.sum(size + np.log1p(np.exp(-2.0 * size)) - np.log(2.0))


def per_sample(y_true, y_pred):
    size = np.abs(y_pred - y_true)
    return size + np.log1p(np.exp(-2.0 * size)) - np.log(2.0)


def of_the_mean_error(y_true, y_pred):
    size = np.abs(np.mean(y_pred - y_true))
    return size + np.log1p(np.exp(-2.0 * size)) - np.log(2.0)


def grad_of_the_sum(y_true, y_pred):
    return np.tanh(y_pred - y_true)


def grad_with_the_sign_turned(y_true, y_pred):
    return np.tanh(y_true - y_pred) / y_pred.size


def grad_sinh_over_cosh(y_true, y_pred):
    e = y_pred - y_true
    return np.sinh(e) / np.cosh(e) / e.size


def grad_second_derivative(y_true, y_pred):
    return (1.0 - np.tanh(y_pred - y_true) ** 2) / y_pred.size


def grad_sign_only(y_true, y_pred):
    return np.sign(y_pred - y_true) / y_pred.size


def grad_clipped_error(y_true, y_pred):
    return np.clip(y_pred - y_true, -1.0, 1.0) / y_pred.size


def grad_of_sizes(y_true, y_pred):
    return np.tanh(np.abs(y_pred - y_true)) / y_pred.size


def grad_by_rows(y_true, y_pred):
    return np.tanh(y_pred - y_true) / len(y_pred)


def grad_averaged(y_true, y_pred):
    return np.mean(np.tanh(y_pred - y_true))


TWO_ERRORS = ([0.0, 0.0], [3.0, -1.0])
LARGE = ([0.0], [800.0])

EXERCISE = Exercise(
    slug="log_cosh",
    title="Log-cosh, stable",
    chapter="regression",
    page="regression/log-cosh",
    functions={"log_cosh": log_cosh, "log_cosh_grad": log_cosh_grad},
    points={"value": 2, "gradient": 2, "edges": 1, "stability": 1},
    probes=probes,
    hints=(
        "The answer is a modest number; only the way there is not. Look for a way on which "
        "nothing grows faster than the error itself.",
        "cosh is half of a sum of two exponentials, one of them never larger than 1 and one "
        "never smaller. Take the larger one out of the sum, and the logarithm undoes it.",
        "The line that people get wrong is the one that decides which exponential is the larger: "
        "it depends on the sign of the error. For the gradient, NumPy has one function that never "
        "overflows, and several quotients that do.",
    ),
    misconceptions=(
        Misconception(
            "log_cosh/overflow",
            "cosh overflows before the logarithm can help",
            "log_cosh",
            as_it_is_spelled,
            "For an error of 800 you return {got}. The right number has three digits before its "
            "point. Which intermediate number has more than 300?",
            "The formula as it is spelled; cosh is inf from 711 on (float32: from 90).",
            "what-goes-wrong",
            LARGE,
        ),
        Misconception(
            "log_cosh/clipped",
            "Large errors are cut off",
            "log_cosh",
            error_clipped,
            "For an error of 800 you return {got}. What do you return for 900, and which of the "
            "two predictions would training prefer?",
            "Clips the error so that cosh survives; the loss is flat beyond the clip and its "
            "gradient is gone.",
            "what-goes-wrong",
            LARGE,
        ),
        Misconception(
            "log_cosh/asymptote",
            "The straight line of the tails is used everywhere",
            "log_cosh",
            straight_line_everywhere,
            "For an error of 0 you return {got}. What is cosh 0, and can this loss be negative?",
            "Takes the approximation for large errors as the definition.",
            "derivation",
            ([0.0], [0.0]),
        ),
        Misconception(
            "log_cosh/no-log-two",
            "A constant is missing",
            "log_cosh",
            line_without_log_two,
            "For an error of 0 you return {got}. Half of what sum is the hyperbolic cosine, and "
            "what becomes of that half under a logarithm?",
            "Drops the division by 2 of the definition of cosh.",
            "derivation",
            ([0.0], [0.0]),
        ),
        Misconception(
            "log_cosh/exponent",
            "The exponent that is left over is too small",
            "log_cosh",
            exponent_without_two,
            "For an error of 1 you return {got}; log(cosh(1)) can be typed as it stands. Take the "
            "factor exp(e) out of exp(e) + exp(-e): what is left of the second term?",
            "exp(-e) where the factored sum has another power.",
            "derivation",
            ([0.0], [1.0]),
        ),
        Misconception(
            "log_cosh/one-sided",
            "It is stable on one side only",
            "log_cosh",
            size_forgotten,
            "For an error of 800 your formula is fine; for -800 you return {got}. Which of the "
            "two exponentials is the larger one now?",
            "Factors out exp(e) whatever the sign of e.",
            "what-goes-wrong",
            ([0.0], [-800.0]),
        ),
        Misconception(
            "log_cosh/half-square",
            "It is the half squared error",
            "log_cosh",
            half_square,
            "On errors of 3 and -1 you return {got}. How does your loss grow between an error of "
            "10 and one of 100, and how does log(cosh)?",
            "Takes the approximation near 0 as the definition.",
            "derivation",
            TWO_ERRORS,
        ),
        Misconception(
            "log_cosh/sum",
            "The terms are added up, not averaged",
            "log_cosh",
            summed,
            "On errors of 3 and -1 you return {got}. What happens to your loss if every sample "
            "is handed in twice?",
            "Missing 1/n.",
            "definition",
            TWO_ERRORS,
        ),
        Misconception(
            "log_cosh/per-sample",
            "One number per sample comes back",
            "log_cosh",
            per_sample,
            "On errors of 3 and -1 you return {got}. Training needs one number to make smaller; "
            "how do you get from several to one?",
            "Leaves out the reduction.",
            "definition",
            TWO_ERRORS,
        ),
        Misconception(
            "log_cosh/of-mean",
            "The mean is taken first, log-cosh second",
            "log_cosh",
            of_the_mean_error,
            "On errors of 3 and -3 you return {got}. Is that prediction perfect?",
            "Averages the errors, so opposite signs cancel.",
            "definition",
            ([0.0, 0.0], [3.0, -3.0]),
        ),
        Misconception(
            "log_cosh_grad/no-n",
            "The gradient belongs to the sum, not to the mean",
            "log_cosh_grad",
            grad_of_the_sum,
            "On errors of 3 and -1 your gradient is {got}. The loss is a mean of two terms: how "
            "much of it is the first one?",
            "Missing 1/n.",
            "derivation",
            TWO_ERRORS,
        ),
        Misconception(
            "log_cosh_grad/sign",
            "The gradient points downhill",
            "log_cosh_grad",
            grad_with_the_sign_turned,
            "On errors of 3 and -1 your gradient is {got}. The first prediction is too high: if "
            "it rises a little, does the loss rise or fall?",
            "Derivative with respect to y_true, or a lost inner derivative.",
            "derivation",
            TWO_ERRORS,
        ),
        Misconception(
            "log_cosh_grad/overflow",
            "One infinity is divided by another",
            "log_cosh_grad",
            grad_sinh_over_cosh,
            "For an error of 800 your gradient is {got}. How large are the two numbers that you "
            "divide, and how large is their quotient on paper?",
            "sinh over cosh overflows in both places and gives nan.",
            "what-goes-wrong",
            LARGE,
        ),
        Misconception(
            "log_cosh_grad/second-derivative",
            "It was differentiated twice",
            "log_cosh_grad",
            grad_second_derivative,
            "For a perfect prediction your gradient is {got}. Which way should an exact "
            "prediction be pulled?",
            "Returns the curvature.",
            "derivation",
            ([0.0, 0.0], [0.0, 0.0]),
        ),
        Misconception(
            "log_cosh_grad/sign-only",
            "Small errors pull as hard as large ones",
            "log_cosh_grad",
            grad_sign_only,
            "On errors of 0.01 and -3 your gradient is {got}. Near 0 this loss looks like a "
            "parabola: how steep is a parabola at 0.01?",
            "The gradient of the absolute error, which is right in the tails only.",
            "derivation",
            ([0.0, 0.0], [0.01, -3.0]),
        ),
        Misconception(
            "log_cosh_grad/huber",
            "The gradient has corners",
            "log_cosh_grad",
            grad_clipped_error,
            "On errors of 3 and -1 your gradient is {got}. Measure the slope of log(cosh(e)) "
            "between 0.99 and 1.01: is it 1?",
            "The gradient of the Huber loss with delta = 1.",
            "derivation",
            TWO_ERRORS,
        ),
        Misconception(
            "log_cosh_grad/of-size",
            "Predictions that are too low are pulled down",
            "log_cosh_grad",
            grad_of_sizes,
            "On errors of 3 and -1 your gradient is {got}. The second prediction is too low: "
            "which way should a step against your gradient move it?",
            "Carries the absolute value of the stable loss over into the gradient.",
            "what-goes-wrong",
            TWO_ERRORS,
        ),
        Misconception(
            "log_cosh_grad/rows",
            "A matrix is divided by its number of rows",
            "log_cosh_grad",
            grad_by_rows,
            "For a matrix of 2 rows and 3 columns with every error 1 your gradient is {got}. "
            "Over how many entries does the mean run?",
            "len() of a 2-D array is its number of rows.",
            "what-goes-wrong",
            ([[0.0, 0.0, 0.0], [0.0, 0.0, 0.0]], [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]),
        ),
        Misconception(
            "log_cosh_grad/averaged",
            "The gradient is averaged to one number",
            "log_cosh_grad",
            grad_averaged,
            "On errors of 3 and -1 you return {got}. There are two predictions to move, one down "
            "and one up: which of them does this number speak of?",
            "Confuses the mean of the loss with a mean over the gradient's entries.",
            "derivation",
            TWO_ERRORS,
        ),
    ),
    success=(
        "Value and gradient are finite and right up to errors of 1e200 on both sides, and in "
        "float32 where cosh gives up near 90. Next door: a loss that is no longer the same on "
        "both sides, on purpose."
    ),
)
