"""Exercise: the quantile (pinball) loss and its gradient."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import elementwise, errors, far_off, rejects, targets, with_errors


def quantile(y_true, y_pred, tau=0.5):
    return lossref.quantile(y_true, y_pred, tau=tau)


def quantile_grad(y_true, y_pred, tau=0.5):
    return lossref.quantile_grad(y_true, y_pred, tau=tau)


def probes(rng: np.random.Generator) -> list[Probe]:
    names = ("quantile", "quantile_grad")
    drawn = elementwise(rng, *names, settings=({"tau": 0.9}, {"tau": 0.25}, {"tau": 0.7}))
    for name, aspect in zip(names, ("value", "gradient")):
        high = np.abs(errors(rng, 4, 0.25, 4.0))
        low = -np.abs(errors(rng, 4, 0.25, 4.0))
        perfect = targets(rng, 3)
        drawn += [
            Probe(name, aspect, "every prediction too high", with_errors(rng, high), {"tau": 0.8}),
            Probe(name, aspect, "every prediction too low", with_errors(rng, low), {"tau": 0.8}),
            Probe(
                name, aspect, "tau left at its default", with_errors(rng, [0.5, -0.25, 3.0, -2.0])
            ),
            Probe(
                name,
                aspect,
                "tau = 0.01",
                with_errors(rng, errors(rng, 4, 0.5, 4.0)),
                {"tau": 0.01},
            ),
            Probe(
                name,
                "edges",
                "errors of exactly zero among others",
                with_errors(rng, [0.0, 0.0, *errors(rng, 3, 0.5, 3.0)]),
                {"tau": 0.75},
            ),
            Probe(name, "edges", "a perfect prediction", (perfect, perfect.copy()), {"tau": 0.3}),
        ]
    drawn += far_off(rng, names, "edges", {"tau": 0.9})
    return drawn + rejects(rng, names, "tau", (0.0, 1.0, -0.25, 1.5))


# -- wrong answers -------------------------------------------------------------


def sides_swapped(y_true, y_pred, tau=0.5):
    if not 0 < tau < 1:
        raise ValueError("tau")
    u = y_pred - y_true
    return np.mean(np.where(u >= 0, tau * u, (tau - 1) * u))


def same_on_both_sides(y_true, y_pred, tau=0.5):
    if not 0 < tau < 1:
        raise ValueError("tau")
    return np.mean(tau * np.abs(y_true - y_pred))


def tau_not_used(y_true, y_pred, tau=0.5):
    if not 0 < tau < 1:
        raise ValueError("tau")
    return np.mean(np.abs(y_true - y_pred)) / 2


def gain_above(y_true, y_pred, tau=0.5):
    if not 0 < tau < 1:
        raise ValueError("tau")
    u = y_true - y_pred
    return np.mean(np.where(u >= 0, tau * u, (1 - tau) * u))


def free_above(y_true, y_pred, tau=0.5):
    if not 0 < tau < 1:
        raise ValueError("tau")
    return np.mean(tau * np.maximum(y_true - y_pred, 0))


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


def per_sample(y_true, y_pred, tau=0.5):
    if not 0 < tau < 1:
        raise ValueError("tau")
    u = y_true - y_pred
    return np.where(u >= 0, tau * u, (tau - 1) * u)


def ends_allowed(y_true, y_pred, tau=0.5):
    if tau < 0 or tau > 1:
        raise ValueError("tau")
    u = y_true - y_pred
    return np.mean(np.where(u >= 0, tau * u, (tau - 1) * u))


def any_tau(y_true, y_pred, tau=0.5):
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


def grad_sides_swapped(y_true, y_pred, tau=0.5):
    if not 0 < tau < 1:
        raise ValueError("tau")
    e = y_pred - y_true
    return np.where(e > 0, tau, np.where(e < 0, tau - 1, 0.0)) / e.size


def grad_minus_at_zero(y_true, y_pred, tau=0.5):
    if not 0 < tau < 1:
        raise ValueError("tau")
    e = y_pred - y_true
    return np.where(e > 0, 1 - tau, -tau) / e.size


def grad_plus_at_zero(y_true, y_pred, tau=0.5):
    if not 0 < tau < 1:
        raise ValueError("tau")
    e = y_pred - y_true
    return np.where(e >= 0, 1 - tau, -tau) / e.size


def grad_same_on_both_sides(y_true, y_pred, tau=0.5):
    if not 0 < tau < 1:
        raise ValueError("tau")
    return tau * np.sign(y_pred - y_true) / y_pred.size


def grad_tau_not_used(y_true, y_pred, tau=0.5):
    if not 0 < tau < 1:
        raise ValueError("tau")
    return np.sign(y_pred - y_true) / 2 / y_pred.size


def grad_cut_to_whole_numbers(y_true, y_pred, tau=0.5):
    if not 0 < tau < 1:
        raise ValueError("tau")
    e = y_pred - y_true
    grad = np.zeros_like(e)
    grad[e > 0] = (1 - tau) / e.size
    grad[e < 0] = -tau / e.size
    return grad


def grad_ends_allowed(y_true, y_pred, tau=0.5):
    if tau < 0 or tau > 1:
        raise ValueError("tau")
    e = y_pred - y_true
    return np.where(e > 0, 1 - tau, np.where(e < 0, -tau, 0.0)) / e.size


def grad_any_tau(y_true, y_pred, tau=0.5):
    e = y_pred - y_true
    return np.where(e > 0, 1 - tau, np.where(e < 0, -tau, 0.0)) / e.size


#: One prediction too high by 1, one too low by 1.
BOTH_SIDES = ([1.0, 3.0], [2.0, 2.0], 0.9)
WITH_ZERO = ([1.0, 2.0, 3.0], [2.0, 2.0, 2.0], 0.9)

EXERCISE = Exercise(
    slug="quantile",
    title="Quantile loss",
    chapter="regression",
    functions={"quantile": quantile, "quantile_grad": quantile_grad},
    points={"value": 2, "gradient": 2, "edges": 2},
    probes=probes,
    hints=(
        "Too low and too high have two different prices. Say in words which of them is the dear "
        "one when tau = 0.9, before you write a formula.",
        "For each entry two straight lines meet at the exact prediction, and the loss is the "
        "higher of the two. Its gradient is the slope of the line you stand on.",
        "The line that people get wrong is the sign of the difference: the statement prices a "
        "prediction that is too low, and prediction minus truth is negative there. An exact "
        "prediction stands on neither line.",
    ),
    misconceptions=(
        Misconception(
            "quantile/swapped",
            "The two prices are exchanged",
            "quantile",
            sides_swapped,
            "With tau = 0.9, for one prediction too high by 1 and two too low by 1, you return "
            "{got}. Which of the three is dear by the statement, and which by your function?",
            "Uses e = y_pred - y_true in a formula made for y_true - y_pred; the notes leave e "
            "undefined. Fits the 10 % quantile in place of the 90 % one.",
            "definition",
            ([1.0, 3.0, 3.0], [2.0, 2.0, 2.0], 0.9),
        ),
        Misconception(
            "quantile/one-price",
            "Both sides pay the same price",
            "quantile",
            same_on_both_sides,
            "With tau = 0.9, for one prediction too high by 1 and one too low by 1, you return "
            "{got}. What does each of the two cost, by the first sentence of the statement?",
            "tau |e|: a scaled absolute error, minimised by the median whatever tau is.",
            "definition",
            BOTH_SIDES,
        ),
        Misconception(
            "quantile/tau-ignored",
            "tau is not used",
            "quantile",
            tau_not_used,
            "With tau = 0.9, for errors of 1 and -3, you return {got}, and the same for tau = "
            "0.1. What does a person who changes tau hope to change?",
            "Half the absolute error: right for tau = 0.5 only.",
            "definition",
            ([0.0, 0.0], [1.0, -3.0], 0.9),
        ),
        Misconception(
            "quantile/negative",
            "Predictions that are too high earn money",
            "quantile",
            gain_above,
            "With tau = 0.25, for a prediction that is too high by 2, you return {got}. How far "
            "up would training move a prediction that is paid for being too high?",
            "Multiplies the signed difference on both sides.",
            "what-goes-wrong",
            ([0.0], [2.0], 0.25),
        ),
        Misconception(
            "quantile/free-above",
            "Predictions that are too high cost nothing",
            "quantile",
            free_above,
            "With tau = 0.9, for one prediction too high by 1 and one too low by 1, you return "
            "{got}. Which prediction would never cost anything, on any data?",
            "Only one of the two lines is written.",
            "definition",
            BOTH_SIDES,
        ),
        Misconception(
            "quantile/doubled",
            "There is a factor 2 in it",
            "quantile",
            doubled,
            "With tau = 0.9, for one prediction too high by 1 and one too low by 1, you return "
            "{got}. What do the two costs in the statement's example average to, by hand?",
            "Scaled so that tau = 0.5 is the mean absolute error; some texts do this.",
            "definition",
            BOTH_SIDES,
        ),
        Misconception(
            "quantile/sum",
            "The terms are added up, not averaged",
            "quantile",
            summed,
            "With tau = 0.9, for one prediction too high by 1 and one too low by 1, you return "
            "{got}. What happens to your loss if every sample is handed in twice?",
            "Missing 1/n; the source notes print the sum here.",
            "definition",
            BOTH_SIDES,
        ),
        Misconception(
            "quantile/per-sample",
            "One number per sample comes back",
            "quantile",
            per_sample,
            "With tau = 0.9, for one prediction too high by 1 and one too low by 1, you return "
            "{got}. Training needs one number to make smaller; how do you get from several to one?",
            "Leaves out the reduction.",
            "definition",
            BOTH_SIDES,
        ),
        Misconception(
            "quantile/ends-allowed",
            "tau = 0 and tau = 1 are accepted",
            "quantile",
            ends_allowed,
            "With tau = 1, for a prediction that is too high by 5, you return {got}. Which "
            "prediction minimises a loss that charges one side only?",
            "<= where the statement says strictly.",
            "definition",
            ([0.0], [5.0], 1.0),
        ),
        Misconception(
            "quantile/any-tau",
            "Every tau is accepted",
            "quantile",
            any_tau,
            "With tau = 1.5, for a prediction that is too high by 2, you return {got}. What would "
            "a person who mistyped tau like to see instead?",
            "No check of the parameter; the loss becomes negative.",
            "definition",
            ([0.0], [2.0], 1.5),
        ),
        Misconception(
            "quantile_grad/no-n",
            "The gradient belongs to the sum, not to the mean",
            "quantile_grad",
            grad_of_the_sum,
            "With tau = 0.9, for one prediction too high by 1 and one too low by 1, your gradient "
            "is {got}. The loss is a mean of two terms: how much of it is the first one?",
            "Missing 1/n.",
            "derivation",
            BOTH_SIDES,
        ),
        Misconception(
            "quantile_grad/sign",
            "The gradient points downhill",
            "quantile_grad",
            grad_with_the_sign_turned,
            "With tau = 0.9, for one prediction too high by 1 and one too low by 1, your gradient "
            "is {got}. If the first prediction rises a little more, does the loss rise or fall?",
            "Derivative with respect to the difference y_true - y_pred: the inner derivative -1 "
            "is lost.",
            "derivation",
            BOTH_SIDES,
        ),
        Misconception(
            "quantile_grad/swapped",
            "The two prices are exchanged",
            "quantile_grad",
            grad_sides_swapped,
            "With tau = 0.9, for one prediction too high by 1 and one too low by 1, your gradient "
            "is {got}. Which of the two should be pulled harder when being too low is the dear "
            "side?",
            "tau and 1 - tau exchanged; the slopes have the right signs.",
            "derivation",
            BOTH_SIDES,
        ),
        Misconception(
            "quantile_grad/minus-at-zero",
            "An exact prediction is pushed up",
            "quantile_grad",
            grad_minus_at_zero,
            "With tau = 0.9 and errors of 1, 0 and -1 your gradient is {got}. What does a step "
            "against it do to the prediction in the middle, which is already exact?",
            "Two cases where there are three; scikit-learn's choice at the kink.",
            "what-goes-wrong",
            WITH_ZERO,
        ),
        Misconception(
            "quantile_grad/plus-at-zero",
            "An exact prediction is pushed down",
            "quantile_grad",
            grad_plus_at_zero,
            "With tau = 0.9 and errors of 1, 0 and -1 your gradient is {got}. What does a step "
            "against it do to the prediction in the middle, which is already exact?",
            "Two cases where there are three, with >= in place of >.",
            "what-goes-wrong",
            WITH_ZERO,
        ),
        Misconception(
            "quantile_grad/one-price",
            "Both sides pull with the same strength",
            "quantile_grad",
            grad_same_on_both_sides,
            "With tau = 0.9, for one prediction too high by 1 and one too low by 1, your gradient "
            "is {got}. Where do nine points below you and one above you balance each other?",
            "tau sign(e).",
            "derivation",
            BOTH_SIDES,
        ),
        Misconception(
            "quantile_grad/tau-ignored",
            "tau is not used",
            "quantile_grad",
            grad_tau_not_used,
            "With tau = 0.9, for one prediction too high by 1 and one too low by 1, your gradient "
            "is {got}, and the same for tau = 0.1. What does a person who changes tau hope to "
            "change?",
            "Half the gradient of the absolute error.",
            "derivation",
            BOTH_SIDES,
        ),
        Misconception(
            "quantile_grad/whole-numbers",
            "The gradient is cut to whole numbers",
            "quantile_grad",
            grad_cut_to_whole_numbers,
            "For whole-number arrays with errors of 3 and -1 your gradient is {got}. Which dtype "
            "has the array that you fill, and what can it hold between 0 and 1?",
            "np.zeros_like of an int64 array is an int64 array; the slopes are cut to 0.",
            "what-goes-wrong",
            ([0, 0], [3, -1], 0.9),
        ),
        Misconception(
            "quantile_grad/ends-allowed",
            "tau = 0 and tau = 1 are accepted",
            "quantile_grad",
            grad_ends_allowed,
            "With tau = 1, for one prediction too high by 1 and one too low by 1, your gradient "
            "is {got}. What ever brings a prediction down again?",
            "<= where the statement says strictly.",
            "definition",
            ([1.0, 3.0], [2.0, 2.0], 1.0),
        ),
        Misconception(
            "quantile_grad/any-tau",
            "Every tau is accepted",
            "quantile_grad",
            grad_any_tau,
            "With tau = 1.5, for one prediction too high by 1 and one too low by 1, your gradient "
            "is {got}. What would a person who mistyped tau like to see instead?",
            "No check of the parameter in the gradient.",
            "definition",
            ([1.0, 3.0], [2.0, 2.0], 1.5),
        ),
    ),
    success=(
        "Value and gradient charge each side its own price for tau from 0.01 to 0.9, exact "
        "predictions pull nowhere, and a tau outside its interval is refused. Next door: a loss "
        "that forgives small errors altogether."
    ),
    kinks=lambda tau=0.5: (0.0,),
)
