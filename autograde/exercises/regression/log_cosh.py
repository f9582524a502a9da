"""Exercise: log-cosh, stable."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import elementwise, with_errors


#: A mistake of 1e-12 is accepted, whatever the size of the loss; the statement says so.
SLACK = {"atol": 1e-12, "scaled": False}


def log_cosh(y_true, y_pred):
    return lossref.log_cosh(y_true, y_pred)


def log_cosh_grad(y_true, y_pred):
    return lossref.log_cosh_grad(y_true, y_pred)


def probes(rng: np.random.Generator) -> list[Probe]:
    drawn = elementwise(rng, "log_cosh", "log_cosh_grad")
    for name, aspect in (("log_cosh", "value"), ("log_cosh_grad", "gradient")):
        drawn += [
            Probe(name, aspect, "errors of tens", with_errors(rng, [24.5, -31.25, 17.0]), **SLACK),
            Probe(
                name, "edges", "a perfect prediction", with_errors(rng, [0.0, 0.0, 0.0]), **SLACK
            ),
            Probe(
                name,
                "stability",
                "errors of 800, all too high",
                with_errors(rng, [800.0, 900.0, 0.5]),
            ),
            Probe(
                name, "stability", "errors of 800 and -800", with_errors(rng, [800.0, -800.0, 0.5])
            ),
            Probe(
                name,
                "stability",
                "errors of 1e200",
                (np.zeros(3), rng.permutation([1e200, -1e200, 2.0])),
            ),
            Probe(
                name,
                "stability",
                "errors of 100 and -100 in float32",
                tuple(a.astype(np.float32) for a in with_errors(rng, [100.0, -100.0, 0.5])),
            ),
            Probe(
                name,
                "stability",
                "errors of 3000 and -3000 in float32",
                tuple(a.astype(np.float32) for a in with_errors(rng, [3000.0, -3000.0])),
            ),
        ]
    return drawn


# -- wrong answers -------------------------------------------------------------


def naive(y_true, y_pred):
    return np.mean(np.log(np.cosh(y_pred - y_true)))


def positive_side_only(y_true, y_pred):
    e = y_pred - y_true
    return np.mean(e + np.log1p(np.exp(-2 * e)) - np.log(2))


def clipped(y_true, y_pred):
    return np.mean(np.log(np.cosh(np.clip(y_pred - y_true, -80, 80))))


def without_log_two(y_true, y_pred):
    e = np.abs(y_pred - y_true)
    return np.mean(e + np.log1p(np.exp(-2 * e)))


def asymptote_only(y_true, y_pred):
    return np.mean(np.abs(y_pred - y_true) - np.log(2))


def wrong_exponent(y_true, y_pred):
    e = np.abs(y_pred - y_true)
    return np.mean(e + np.log1p(np.exp(-e)) - np.log(2))


def summed(y_true, y_pred):
    e = np.abs(y_pred - y_true)
    return np.sum(e + np.log1p(np.exp(-2 * e)) - np.log(2))


def half_square(y_true, y_pred):
    return np.mean((y_pred - y_true) ** 2) / 2


def grad_of_the_sum(y_true, y_pred):
    return np.tanh(y_pred - y_true)


def grad_with_the_sign_turned(y_true, y_pred):
    return np.tanh(y_true - y_pred) / y_pred.size


def grad_quotient(y_true, y_pred):
    e = y_pred - y_true
    return np.sinh(e) / np.cosh(e) / e.size


def grad_exponentials(y_true, y_pred):
    e = y_pred - y_true
    return (1 - 2 / (np.exp(e) + 1)) / e.size


def grad_inverse(y_true, y_pred):
    return 1 / np.cosh(y_pred - y_true) / y_pred.size


def grad_sign(y_true, y_pred):
    return np.sign(y_pred - y_true) / y_pred.size


def grad_identity(y_true, y_pred):
    return (y_pred - y_true) / y_pred.size


def grad_averaged(y_true, y_pred):
    return np.mean(np.tanh(y_pred - y_true))


EXERCISE = Exercise(
    slug="log_cosh",
    title="Log-cosh, stable",
    chapter="regression",
    page="regression/log-cosh",
    functions={"log_cosh": log_cosh, "log_cosh_grad": log_cosh_grad},
    points={"value": 2, "gradient": 2, "edges": 1, "stability": 1},
    probes=probes,
    hints=(
        "cosh(e) is the mean of a huge number and a tiny one. The huge one is e to the |e|: take it out before you take the logarithm.",
        "After taking it out, what is left under the logarithm lies between 1/2 and 1, so nothing can overflow. The gradient is a function that NumPy has.",
        "The line that people get wrong is the sign: the number to take out is e to the size of the error, otherwise errors of -800 overflow as before.",
    ),
    misconceptions=(
        Misconception(
            "log_cosh/naive",
            "The cosine overflows before the logarithm sees it",
            "log_cosh",
            naive,
            "On errors of 800 and -1 you return {got}. The answer is about 400. Which of your two functions left the range of float64?",
            "log(cosh(e)) literally.",
            "what-goes-wrong",
            ([0.0, 0.0], [800.0, -1.0]),
        ),
        Misconception(
            "log_cosh/one-side",
            "It is stable for positive errors only",
            "log_cosh",
            positive_side_only,
            "On errors of -800 and 1 you return {got}. log cosh does not know the sign of e. Does your exponent?",
            "Forgets |e| in the stable form.",
            "what-goes-wrong",
            ([0.0, 0.0], [-800.0, 1.0]),
        ),
        Misconception(
            "log_cosh/clipped",
            "Large errors are cut off",
            "log_cosh",
            clipped,
            "On errors of 800 and -1 you return {got}. What does your loss say about an error of 800 compared with one of 8000?",
            "Clips e to avoid the overflow: the tail becomes flat.",
            "what-goes-wrong",
            ([0.0, 0.0], [800.0, -1.0]),
        ),
        Misconception(
            "log_cosh/no-log-two",
            "A perfect prediction still costs something",
            "log_cosh",
            without_log_two,
            "On errors of 0 and 0 you return {got}. What is cosh(0), and its logarithm?",
            "Forgets - log 2.",
            "derivation",
            ([1.0, 2.0], [1.0, 2.0]),
        ),
        Misconception(
            "log_cosh/asymptote",
            "Only the far tail is right",
            "log_cosh",
            asymptote_only,
            "On errors of 0 and 0 you return {got}. Can a mean of log cosh be negative?",
            "|e| - log 2 everywhere.",
            "derivation",
            ([1.0, 2.0], [1.0, 2.0]),
        ),
        Misconception(
            "log_cosh/exponent",
            "The exponent has lost its 2",
            "log_cosh",
            wrong_exponent,
            "On errors of 1 and -2 you return {got}. Take e^{|e|} out of e^{e} + e^{-e}: which power is left beside the 1?",
            "exp(-|e|) instead of exp(-2|e|).",
            "derivation",
            ([0.0, 0.0], [1.0, -2.0]),
        ),
        Misconception(
            "log_cosh/sum",
            "The terms are added up, not averaged",
            "log_cosh",
            summed,
            "On errors of 800 and -1 you return {got}. What happens to it if every sample is handed in twice?",
            "Missing 1/n.",
            "definition",
            ([0.0, 0.0], [800.0, -1.0]),
        ),
        Misconception(
            "log_cosh/half-square",
            "The tails grow like a square",
            "log_cosh",
            half_square,
            "On errors of 800 and -1 you return {got}. For a large error, is log cosh closer to e² or to |e|?",
            "The small-error approximation everywhere.",
            "derivation",
            ([0.0, 0.0], [800.0, -1.0]),
        ),
        Misconception(
            "log_cosh_grad/no-n",
            "The gradient belongs to the sum, not to the mean",
            "log_cosh_grad",
            grad_of_the_sum,
            "On errors of 800 and -1 your gradient is {got}. The loss is a mean of two terms: how much of it is the first one?",
            "Missing 1/n.",
            "derivation",
            ([0.0, 0.0], [800.0, -1.0]),
        ),
        Misconception(
            "log_cosh_grad/sign",
            "The gradient points downhill",
            "log_cosh_grad",
            grad_with_the_sign_turned,
            "On errors of 800 and -1 your gradient is {got}. The first prediction is too high: if it rises, does the loss rise or fall?",
            "Lost inner derivative.",
            "derivation",
            ([0.0, 0.0], [800.0, -1.0]),
        ),
        Misconception(
            "log_cosh_grad/quotient",
            "The slope is computed as a quotient of two overflows",
            "log_cosh_grad",
            grad_quotient,
            "On errors of 800 and -1 your gradient is {got}. Which numbers did you divide for the first one?",
            "sinh/cosh is inf/inf.",
            "what-goes-wrong",
            ([0.0, 0.0], [800.0, -1.0]),
        ),
        Misconception(
            "log_cosh_grad/half-argument",
            "The exponent is half of what it should be",
            "log_cosh_grad",
            grad_exponentials,
            "On errors of 1 and -2 your gradient is {got}. Your curve has the right ends. Is it steep enough in the middle?",
            "tanh(e/2).",
            "derivation",
            ([0.0, 0.0], [1.0, -2.0]),
        ),
        Misconception(
            "log_cosh_grad/inverse",
            "The derivative of cosh is missing",
            "log_cosh_grad",
            grad_inverse,
            "On errors of 1 and -2 your gradient is {got}. The chain rule for log(f) has two factors. Which of them do you have?",
            "1/cosh without sinh.",
            "derivation",
            ([0.0, 0.0], [1.0, -2.0]),
        ),
        Misconception(
            "log_cosh_grad/sign-only",
            "Small errors pull as hard as large ones",
            "log_cosh_grad",
            grad_sign,
            "On errors of 0.1 and -2 your gradient is {got}. How steep is log cosh near its minimum?",
            "Uses the asymptote.",
            "derivation",
            ([0.0, 0.0], [0.1, -2.0]),
        ),
        Misconception(
            "log_cosh_grad/identity",
            "Large errors pull in proportion",
            "log_cosh_grad",
            grad_identity,
            "On errors of 800 and -1 your gradient is {got}. For a large error the loss is almost a straight line of which slope?",
            "The small-error approximation.",
            "derivation",
            ([0.0, 0.0], [800.0, -1.0]),
        ),
        Misconception(
            "log_cosh_grad/averaged",
            "The gradient is averaged to one number",
            "log_cosh_grad",
            grad_averaged,
            "On errors of 800 and -1 you return {got}. There are two predictions to move; which of them does this number speak of?",
            "A mean over the gradient's entries.",
            "derivation",
            ([0.0, 0.0], [800.0, -1.0]),
        ),
    ),
    success="Value and gradient are right and finite from 0 to 1e200, and past 90 in float32. Next door: losses that care on which side you are wrong.",
    kinks=None,
)
