"""Exercise: the Huber loss and its gradient."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import elementwise, errors, rejects, targets, with_errors


def huber(y_true, y_pred, delta=1.0):
    return lossref.huber(y_true, y_pred, delta=delta)


def huber_grad(y_true, y_pred, delta=1.0):
    return lossref.huber_grad(y_true, y_pred, delta=delta)


def probes(rng: np.random.Generator) -> list[Probe]:
    drawn = elementwise(
        rng, "huber", "huber_grad", settings=({"delta": 1.0}, {"delta": 2.0}, {"delta": 0.5})
    )
    for name, aspect in (("huber", "value"), ("huber_grad", "gradient")):
        inside = errors(rng, 4, 0.125, 1.375)
        high = np.abs(errors(rng, 4, 1.75, 6.0))
        drawn += [
            Probe(
                name, aspect, "every error within delta", with_errors(rng, inside), {"delta": 1.5}
            ),
            Probe(
                name,
                aspect,
                "every error beyond delta, predictions too high",
                with_errors(rng, high),
                {"delta": 1.5},
            ),
            Probe(
                name,
                aspect,
                "every error beyond delta, predictions too low",
                with_errors(rng, -high),
                {"delta": 1.5},
            ),
            Probe(
                name, aspect, "delta left at its default", with_errors(rng, [0.5, -0.25, 3.0, -2.0])
            ),
            Probe(
                name,
                "edges",
                "errors of exactly delta, minus delta and zero",
                with_errors(rng, [0.75, -0.75, 0.0]),
                {"delta": 0.75},
            ),
            Probe(
                name,
                "stability",
                "errors of 1e200",
                with_errors(rng, [1e200, -1e200, 0.5]),
                {"delta": 1.0},
            ),
            Probe(
                name,
                "stability",
                "a delta of one millionth",
                (y := targets(rng, 4), y + errors(rng, 4, 1.0, 4.0)),
                {"delta": 1e-6},
            ),
        ]
    return drawn + rejects(rng, ("huber", "huber_grad"), "delta", (0.0, -1.0))


# -- wrong answers -------------------------------------------------------------


def no_half(y_true, y_pred, delta=1.0):
    if delta <= 0:
        raise ValueError("delta")
    e = np.abs(y_pred - y_true)
    return np.mean(np.where(e <= delta, e**2, delta * e - delta**2 / 2))


def linear_without_offset(y_true, y_pred, delta=1.0):
    if delta <= 0:
        raise ValueError("delta")
    e = np.abs(y_pred - y_true)
    return np.mean(np.where(e <= delta, e**2 / 2, delta * e))


def mse_then_mae(y_true, y_pred, delta=1.0):
    if delta <= 0:
        raise ValueError("delta")
    e = np.abs(y_pred - y_true)
    return np.mean(np.where(e <= delta, e**2, e))


def fixed_delta(y_true, y_pred, delta=1.0):
    if delta <= 0:
        raise ValueError("delta")
    e = np.abs(y_pred - y_true)
    return np.mean(np.where(e <= 1, e**2 / 2, e - 1 / 2))


def divided_by_delta(y_true, y_pred, delta=1.0):
    if delta <= 0:
        raise ValueError("delta")
    e = np.abs(y_pred - y_true)
    return np.mean(np.where(e <= delta, e**2 / 2, delta * e - delta**2 / 2)) / delta


def summed(y_true, y_pred, delta=1.0):
    if delta <= 0:
        raise ValueError("delta")
    e = np.abs(y_pred - y_true)
    return np.sum(np.where(e <= delta, e**2 / 2, delta * e - delta**2 / 2))


def one_tail_only(y_true, y_pred, delta=1.0):
    if delta <= 0:
        raise ValueError("delta")
    e = y_pred - y_true
    return np.mean(np.where(e <= delta, e**2 / 2, delta * e - delta**2 / 2))


def one_branch_for_all(y_true, y_pred, delta=1.0):
    if delta <= 0:
        raise ValueError("delta")
    e = np.abs(y_pred - y_true)
    if np.all(e <= delta):
        return np.mean(e**2 / 2)
    return np.mean(delta * e - delta**2 / 2)


def any_delta(y_true, y_pred, delta=1.0):
    e = np.abs(y_pred - y_true)
    return np.mean(np.where(e <= delta, e**2 / 2, delta * e - delta**2 / 2))


def grad_of_the_sum(y_true, y_pred, delta=1.0):
    if delta <= 0:
        raise ValueError("delta")
    return np.clip(y_pred - y_true, -delta, delta)


def grad_with_the_sign_turned(y_true, y_pred, delta=1.0):
    if delta <= 0:
        raise ValueError("delta")
    return np.clip(y_true - y_pred, -delta, delta) / y_pred.size


def grad_with_unit_tails(y_true, y_pred, delta=1.0):
    if delta <= 0:
        raise ValueError("delta")
    e = y_pred - y_true
    return np.where(np.abs(e) <= delta, e, np.sign(e)) / e.size


def grad_zero_beyond(y_true, y_pred, delta=1.0):
    if delta <= 0:
        raise ValueError("delta")
    e = y_pred - y_true
    return np.where(np.abs(e) <= delta, e, 0.0) / e.size


def grad_not_clipped(y_true, y_pred, delta=1.0):
    if delta <= 0:
        raise ValueError("delta")
    return (y_pred - y_true) / y_pred.size


def grad_same_sign_tails(y_true, y_pred, delta=1.0):
    if delta <= 0:
        raise ValueError("delta")
    e = y_pred - y_true
    return np.where(np.abs(e) <= delta, e, delta) / e.size


def grad_doubled_inside(y_true, y_pred, delta=1.0):
    if delta <= 0:
        raise ValueError("delta")
    e = y_pred - y_true
    return np.where(np.abs(e) <= delta, 2 * e, delta * np.sign(e)) / e.size


def grad_any_delta(y_true, y_pred, delta=1.0):
    e = y_pred - y_true
    return np.where(np.abs(e) <= delta, e, delta * np.sign(e)) / e.size


SMALL_AND_LARGE = ([0.0, 0.0], [0.5, -3.0])

EXERCISE = Exercise(
    slug="huber",
    title="Huber loss",
    chapter="regression",
    functions={"huber": huber, "huber_grad": huber_grad},
    points={"value": 2, "gradient": 2, "edges": 1, "stability": 1},
    probes=probes,
    hints=(
        "Draw the gradient before the loss: a line through the origin that is cut off at delta "
        "on both sides. The loss is the area under it.",
        "Two pieces meet at |e| = delta. They must agree there in value and in slope; that fixes "
        "the constant of the outer piece.",
        "The line that people get wrong is the outer piece of the value: a straight line of slope "
        "delta that does not pass through the origin. And the choice of piece is made for each "
        "entry, by the size of its error.",
    ),
    misconceptions=(
        Misconception(
            "huber/no-half",
            "The middle is e², not half of it",
            "huber",
            no_half,
            "On errors of 0.5 and -3 with delta 1 you return {got}. What is the slope of your "
            "middle piece at e = delta, and the slope of your outer piece?",
            "The notes say 'use MSE inside'; MSE has no half, and the pieces then do not meet.",
            "definition",
            SMALL_AND_LARGE,
        ),
        Misconception(
            "huber/no-offset",
            "The outer line starts at the origin",
            "huber",
            linear_without_offset,
            "On errors of 0.5 and -3 with delta 1 you return {got}. Put e just below and just "
            "above delta: how high is the step between your two pieces?",
            "delta |e| without the half delta squared: the loss jumps at delta.",
            "derivation",
            SMALL_AND_LARGE,
        ),
        Misconception(
            "huber/mse-then-mae",
            "It is the squared error inside and the absolute error outside",
            "huber",
            mse_then_mae,
            "On errors of 0.5 and -3 with delta 1 you return {got}. Take delta = 2 and compare "
            "your two pieces at e = 2: what would a step of gradient descent do there?",
            "The wording of the notes taken literally.",
            "derivation",
            SMALL_AND_LARGE,
        ),
        Misconception(
            "huber/fixed-delta",
            "delta is not used",
            "huber",
            fixed_delta,
            "Your loss does not change when delta does. If y is in millimetres instead of metres, "
            "which number has to grow with it?",
            "1 is hard-wired.",
            "definition",
        ),
        Misconception(
            "huber/smooth-l1",
            "It is divided by delta",
            "huber",
            divided_by_delta,
            "On errors of 1 and -6 with delta 2 you return {got}. With which slope should the "
            "tails rise: 1 or delta?",
            "This is smooth L1, the Huber loss over its delta.",
            "definition",
            ([0.0, 0.0], [1.0, -6.0], 2.0),
        ),
        Misconception(
            "huber/sum",
            "The terms are added up, not averaged",
            "huber",
            summed,
            "On errors of 0.5 and -3 with delta 1 you return {got}. What happens to your loss if "
            "every sample is handed in twice?",
            "Missing 1/n.",
            "definition",
            SMALL_AND_LARGE,
        ),
        Misconception(
            "huber/one-tail",
            "Errors far below zero are still squared",
            "huber",
            one_tail_only,
            "On an error of 3 and an error of -3 with delta 1, your terms differ. "
            "Their mean is {got}. Which of the two passes your test e <= delta?",
            "Compares the error instead of its size.",
            "what-goes-wrong",
            ([0.0, 0.0], [3.0, -3.0]),
        ),
        Misconception(
            "huber/one-branch",
            "One piece is chosen for the whole batch",
            "huber",
            one_branch_for_all,
            "On errors of 0.5 and -3 with delta 1 you return {got}. Which piece does the error of "
            "0.5 deserve, and which did it get?",
            "An if on the whole array, not a choice per entry.",
            "what-goes-wrong",
            SMALL_AND_LARGE,
        ),
        Misconception(
            "huber/any-delta",
            "A delta of zero or less is accepted",
            "huber",
            any_delta,
            "With delta = -1 you return a number. What would a person who mistyped delta like to "
            "see instead?",
            "No check of the parameter.",
            "definition",
        ),
        Misconception(
            "huber_grad/no-n",
            "The gradient belongs to the sum, not to the mean",
            "huber_grad",
            grad_of_the_sum,
            "On errors of 0.5 and -3 with delta 1 your gradient is {got}. The loss is a mean of "
            "two terms: how much of it is the first one?",
            "Missing 1/n.",
            "derivation",
            SMALL_AND_LARGE,
        ),
        Misconception(
            "huber_grad/sign",
            "The gradient points downhill",
            "huber_grad",
            grad_with_the_sign_turned,
            "On errors of 0.5 and -3 your gradient is {got}. The first prediction is too high: "
            "if it rises a little, does the loss rise or fall?",
            "Derivative with respect to y_true, or a lost inner derivative.",
            "derivation",
            SMALL_AND_LARGE,
        ),
        Misconception(
            "huber_grad/unit-tails",
            "The tails pull with strength 1, whatever delta is",
            "huber_grad",
            grad_with_unit_tails,
            "On errors of 1 and -6 with delta 2 your gradient is {got}. Just inside delta the "
            "first piece pulls with what strength, and just outside?",
            "Takes the MAE's gradient for the tails; right only for delta = 1.",
            "derivation",
            ([0.0, 0.0], [1.0, -6.0], 2.0),
        ),
        Misconception(
            "huber_grad/zero-tails",
            "Beyond delta nothing pulls any more",
            "huber_grad",
            grad_zero_beyond,
            "On errors of 0.5 and -3 with delta 1 your gradient is {got}. If every prediction "
            "starts far from its target, where does gradient descent go?",
            "Confuses bounded influence with no influence (that would be a redescending loss).",
            "derivation",
            SMALL_AND_LARGE,
        ),
        Misconception(
            "huber_grad/not-clipped",
            "Large errors still pull in proportion",
            "huber_grad",
            grad_not_clipped,
            "On errors of 0.5 and -3 with delta 1 your gradient is {got}. How strong is the pull "
            "of a typing error of 10000?",
            "The gradient of the half squared error.",
            "derivation",
            SMALL_AND_LARGE,
        ),
        Misconception(
            "huber_grad/same-sign",
            "Both tails pull the same way",
            "huber_grad",
            grad_same_sign_tails,
            "On errors of 0.5 and -3 with delta 1 your gradient is {got}. The second prediction "
            "is too low: which way should a step against your gradient move it?",
            "The sign of the error is lost in the outer piece.",
            "what-goes-wrong",
            SMALL_AND_LARGE,
        ),
        Misconception(
            "huber_grad/doubled",
            "The middle has slope 2",
            "huber_grad",
            grad_doubled_inside,
            "On errors of 0.5 and -3 with delta 1 your gradient is {got}. What is the slope of "
            "half of e squared?",
            "Differentiates e² instead of half of it.",
            "derivation",
            SMALL_AND_LARGE,
        ),
        Misconception(
            "huber_grad/any-delta",
            "A delta of zero or less is accepted",
            "huber_grad",
            grad_any_delta,
            "With delta = -1 you return an array. What would a person who mistyped delta like to "
            "see instead?",
            "No check of the parameter in the gradient.",
            "definition",
        ),
    ),
    success=(
        "Value, gradient and both tails are right, at the joints and at errors of 1e200, in "
        "float32 too. Next door: smooth L1, which is this loss on another scale."
    ),
    kinks=lambda delta=1.0: (-delta, delta),
)
