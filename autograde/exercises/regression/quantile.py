"""Exercise: the quantile (pinball) loss and its gradient."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import elementwise, errors, rejects, with_errors


def quantile(y_true, y_pred, tau=0.5):
    return lossref.quantile(y_true, y_pred, tau=tau)


def quantile_grad(y_true, y_pred, tau=0.5):
    return lossref.quantile_grad(y_true, y_pred, tau=tau)


def probes(rng: np.random.Generator) -> list[Probe]:
    drawn = elementwise(
        rng, "quantile", "quantile_grad", settings=({"tau": 0.9}, {"tau": 0.25}, {"tau": 0.1})
    )
    for name, aspect in (("quantile", "value"), ("quantile_grad", "gradient")):
        high = np.abs(errors(rng, 4, 0.125, 4.0))
        drawn += [
            Probe(name, aspect, "every prediction too high", with_errors(rng, high), {"tau": 0.75}),
            Probe(name, aspect, "every prediction too low", with_errors(rng, -high), {"tau": 0.75}),
            Probe(
                name, aspect, "tau left at its default", with_errors(rng, [0.5, -0.25, 3.0, -2.0])
            ),
            Probe(
                name,
                "edges",
                "some exact predictions",
                with_errors(rng, [0.0, 1.0, -1.5, 0.0]),
                {"tau": 0.75},
            ),
            Probe(
                name,
                "stability",
                "tau of one thousandth",
                with_errors(rng, [-4.0, -2.0, -0.5]),
                {"tau": 0.001},
            ),
            Probe(
                name,
                "stability",
                "errors of 1e300",
                (np.zeros(3), rng.permutation([1e300, -1e300, 0.5])),
                {"tau": 0.75},
            ),
        ]
    return drawn + rejects(rng, ("quantile", "quantile_grad"), "tau", (0.0, 1.0, -0.5, 1.5))


# -- wrong answers -------------------------------------------------------------


def swapped(y_true, y_pred, tau=0.5):
    if not 0 < tau < 1:
        raise ValueError("tau")
    u = y_true - y_pred
    return np.mean(np.where(u >= 0, (1 - tau) * u, -tau * u))


def tau_on_both_sides(y_true, y_pred, tau=0.5):
    if not 0 < tau < 1:
        raise ValueError("tau")
    return np.mean(tau * np.abs(y_true - y_pred))


def doubled(y_true, y_pred, tau=0.5):
    if not 0 < tau < 1:
        raise ValueError("tau")
    u = y_true - y_pred
    return 2 * np.mean(np.where(u >= 0, tau * u, (tau - 1) * u))


def summed(y_true, y_pred, tau=0.5):
    if not 0 < tau < 1:
        raise ValueError("tau")
    u = y_true - y_pred
    return np.sum(np.where(u >= 0, tau * u, (tau - 1) * u))


def negative_side(y_true, y_pred, tau=0.5):
    if not 0 < tau < 1:
        raise ValueError("tau")
    u = y_true - y_pred
    return np.mean(np.where(u >= 0, tau * u, (1 - tau) * u))


def one_side_free(y_true, y_pred, tau=0.5):
    if not 0 < tau < 1:
        raise ValueError("tau")
    return np.mean(tau * np.maximum(y_true - y_pred, 0))


def squared(y_true, y_pred, tau=0.5):
    if not 0 < tau < 1:
        raise ValueError("tau")
    u = y_true - y_pred
    return np.mean(np.where(u >= 0, tau, 1 - tau) * u**2)


def any_tau(y_true, y_pred, tau=0.5):
    u = y_true - y_pred
    return np.mean(np.where(u >= 0, tau * u, (tau - 1) * u))


def ends_allowed(y_true, y_pred, tau=0.5):
    if not 0 <= tau <= 1:
        raise ValueError("tau")
    u = y_true - y_pred
    return np.mean(np.where(u >= 0, tau * u, (tau - 1) * u))


def grad_of_the_sum(y_true, y_pred, tau=0.5):
    if not 0 < tau < 1:
        raise ValueError("tau")
    e = y_pred - y_true
    return np.where(e > 0, 1 - tau, np.where(e < 0, -tau, 0.0))


def grad_with_the_sign_turned(y_true, y_pred, tau=0.5):
    if not 0 < tau < 1:
        raise ValueError("tau")
    e = y_pred - y_true
    return np.where(e > 0, tau - 1, np.where(e < 0, tau, 0.0)) / e.size


def grad_swapped(y_true, y_pred, tau=0.5):
    if not 0 < tau < 1:
        raise ValueError("tau")
    e = y_pred - y_true
    return np.where(e > 0, tau, np.where(e < 0, tau - 1, 0.0)) / e.size


def grad_low_at_zero(y_true, y_pred, tau=0.5):
    if not 0 < tau < 1:
        raise ValueError("tau")
    e = y_pred - y_true
    return np.where(e > 0, 1 - tau, -tau) / e.size


def grad_high_at_zero(y_true, y_pred, tau=0.5):
    if not 0 < tau < 1:
        raise ValueError("tau")
    e = y_pred - y_true
    return np.where(e >= 0, 1 - tau, -tau) / e.size


def grad_proportional(y_true, y_pred, tau=0.5):
    if not 0 < tau < 1:
        raise ValueError("tau")
    e = y_pred - y_true
    return np.where(e > 0, (1 - tau) * e, tau * e) / e.size


def grad_positive_only(y_true, y_pred, tau=0.5):
    if not 0 < tau < 1:
        raise ValueError("tau")
    e = y_pred - y_true
    return np.where(e > 0, 1 - tau, np.where(e < 0, tau, 0.0)) / e.size


def grad_any_tau(y_true, y_pred, tau=0.5):
    e = y_pred - y_true
    return np.where(e > 0, 1 - tau, np.where(e < 0, -tau, 0.0)) / e.size


EXERCISE = Exercise(
    slug="quantile",
    title="Quantile loss",
    chapter="regression",
    page="regression/quantile",
    functions={"quantile": quantile, "quantile_grad": quantile_grad},
    points={"value": 2, "gradient": 2, "edges": 1, "stability": 1},
    probes=probes,
    hints=(
        "Name the two mistakes in words first: too low, too high. Each has its own price per unit.",
        "On each side the loss is a straight line through zero; the gradient is the slope of that line, shared among n samples, and there is a third case.",
        "The line that people get wrong is which price belongs to which side: with tau = 0.9, predicting too low is the expensive mistake.",
    ),
    misconceptions=(
        Misconception(
            "quantile/swapped",
            "tau and 1 - tau have changed places",
            "quantile",
            swapped,
            "With tau 0.9, for one prediction too low by 1 and one too high by 1, you return a mean of {got} only by luck; take the low one alone. What should it cost, and what does it cost with you?",
            "Defines u as prediction minus truth and keeps the textbook's cases.",
            "definition",
            ([3.0, 1.0], [2.0, 2.0], 0.9),
        ),
        Misconception(
            "quantile/both-sides",
            "Both sides cost the same",
            "quantile",
            tau_on_both_sides,
            "With tau 0.9, a prediction too low by 1 and one too high by 1 cost {got} on average. If tau is 0.9, which of the two mistakes should be the cheap one?",
            "tau |u|.",
            "definition",
            ([3.0, 1.0], [2.0, 2.0], 0.9),
        ),
        Misconception(
            "quantile/doubled",
            "Everything is twice too large",
            "quantile",
            doubled,
            "With tau 0.9, a prediction too low by 1 and one too high by 1 cost {got} on average. At tau = 0.5, is this loss the absolute error or half of it?",
            "Scales so that tau = 0.5 gives the MAE.",
            "derivation",
            ([3.0, 1.0], [2.0, 2.0], 0.9),
        ),
        Misconception(
            "quantile/sum",
            "The terms are added up, not averaged",
            "quantile",
            summed,
            "With tau 0.9, on those two predictions you return {got}. What happens to it if every sample is handed in twice?",
            "Missing 1/n; the source notes write a sum here.",
            "definition",
            ([3.0, 1.0], [2.0, 2.0], 0.9),
        ),
        Misconception(
            "quantile/negative",
            "One side earns instead of costing",
            "quantile",
            negative_side,
            "With tau 0.9, a prediction too low by 1 and one too high by 1 cost {got} on average. Take the second alone: can a loss be negative?",
            "(1 - tau) times a negative difference.",
            "definition",
            ([3.0, 1.0], [2.0, 2.0], 0.9),
        ),
        Misconception(
            "quantile/one-side",
            "Too high costs nothing",
            "quantile",
            one_side_free,
            "With tau 0.9 you return {got} for one prediction too low by 1 and one too high by 1. What keeps your prediction from running off to infinity?",
            "Only the tau side.",
            "definition",
            ([3.0, 1.0], [2.0, 2.0], 0.9),
        ),
        Misconception(
            "quantile/expectile",
            "The differences are squared",
            "quantile",
            squared,
            "With tau 0.9 and differences of 3 and -3 you return {got}. How many times more should a difference of 3 cost than a difference of 1?",
            "That is the expectile loss.",
            "derivation",
            ([3.0, 0.0], [0.0, 3.0], 0.9),
        ),
        Misconception(
            "quantile/any-tau",
            "A tau outside (0, 1) is accepted",
            "quantile",
            any_tau,
            "With tau = 1.5 you return a number. What does the 150 % quantile of a sample look like?",
            "No check.",
            "definition",
        ),
        Misconception(
            "quantile/ends",
            "tau = 0 and tau = 1 are accepted",
            "quantile",
            ends_allowed,
            "With tau = 1 you return a number. Which prediction would then be the cheapest of all?",
            "Checks with <= where the statement says strictly.",
            "definition",
        ),
        Misconception(
            "quantile_grad/no-n",
            "The gradient belongs to the sum, not to the mean",
            "quantile_grad",
            grad_of_the_sum,
            "With tau 0.9, for one prediction too low and one too high, your gradient is {got}. The loss is a mean of two terms: how much of it is the first one?",
            "Missing 1/n.",
            "derivation",
            ([3.0, 1.0], [2.0, 2.0], 0.9),
        ),
        Misconception(
            "quantile_grad/sign",
            "The gradient points downhill",
            "quantile_grad",
            grad_with_the_sign_turned,
            "With tau 0.9, for one prediction too low and one too high, your gradient is {got}. The first is too low: if it rises, does the loss rise or fall?",
            "Derivative with respect to y_true.",
            "derivation",
            ([3.0, 1.0], [2.0, 2.0], 0.9),
        ),
        Misconception(
            "quantile_grad/swapped",
            "tau and 1 - tau have changed places",
            "quantile_grad",
            grad_swapped,
            "With tau 0.9, for one prediction too low and one too high, your gradient is {got}. Which of the two should be pulled harder?",
            "Right signs, weights exchanged.",
            "derivation",
            ([3.0, 1.0], [2.0, 2.0], 0.9),
        ),
        Misconception(
            "quantile_grad/low-at-zero",
            "An exact prediction is pulled up",
            "quantile_grad",
            grad_low_at_zero,
            "With tau 0.9, for an exact prediction and one too high, your gradient is {got}. Which way should the exact one move?",
            "Two cases instead of three.",
            "what-goes-wrong",
            ([2.0, 1.0], [2.0, 2.0], 0.9),
        ),
        Misconception(
            "quantile_grad/high-at-zero",
            "An exact prediction is pulled down",
            "quantile_grad",
            grad_high_at_zero,
            "With tau 0.9, for an exact prediction and one too low, your gradient is {got}. Which way should the exact one move?",
            "Two cases instead of three, the other way.",
            "what-goes-wrong",
            ([2.0, 3.0], [2.0, 2.0], 0.9),
        ),
        Misconception(
            "quantile_grad/proportional",
            "Large errors pull harder",
            "quantile_grad",
            grad_proportional,
            "With tau 0.9, on errors of 3 and -3, your gradient is {got}. Each side of the loss is a straight line; how does its slope depend on how far out you are?",
            "The gradient of an expectile.",
            "derivation",
            ([0.0, 3.0], [3.0, 0.0], 0.9),
        ),
        Misconception(
            "quantile_grad/no-sign",
            "Both sides pull the same way",
            "quantile_grad",
            grad_positive_only,
            "With tau 0.9, for one prediction too low and one too high, your gradient is {got}. A step against it moves the low one which way?",
            "The sign of the low side is lost.",
            "derivation",
            ([3.0, 1.0], [2.0, 2.0], 0.9),
        ),
        Misconception(
            "quantile_grad/any-tau",
            "A tau outside (0, 1) is accepted",
            "quantile_grad",
            grad_any_tau,
            "With tau = 1.5 you return an array. What does the 150 % quantile of a sample look like?",
            "No check.",
            "definition",
        ),
    ),
    success="Value and gradient are right on both sides and at the corner, for every tau. Next door: a loss that forgives small errors altogether.",
    kinks=lambda tau=0.5: (0.0,),
)
