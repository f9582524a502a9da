"""Exercise: the smooth L1 loss and its gradient."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import elementwise, errors, far_off, rejects, with_errors


def smooth_l1(y_true, y_pred, beta=1.0):
    return lossref.smooth_l1(y_true, y_pred, beta=beta)


def smooth_l1_grad(y_true, y_pred, beta=1.0):
    return lossref.smooth_l1_grad(y_true, y_pred, beta=beta)


def probes(rng: np.random.Generator) -> list[Probe]:
    names = ("smooth_l1", "smooth_l1_grad")
    drawn = elementwise(rng, *names, settings=({"beta": 2.0}, {"beta": 0.5}, {"beta": 0.75}))
    for name, aspect in zip(names, ("value", "gradient")):
        mixed = [*errors(rng, 2, 0.125, 1.25), *errors(rng, 2, 1.75, 5.0)]
        inside = errors(rng, 4, 0.125, 1.375)
        high = np.abs(errors(rng, 4, 1.75, 6.0))
        drawn += [
            Probe(
                name, aspect, "errors on both sides of beta", with_errors(rng, mixed), {"beta": 1.5}
            ),
            Probe(name, aspect, "every error below beta", with_errors(rng, inside), {"beta": 1.5}),
            Probe(
                name,
                aspect,
                "every error above beta, predictions too high",
                with_errors(rng, high),
                {"beta": 1.5},
            ),
            Probe(
                name,
                aspect,
                "every error above beta, predictions too low",
                with_errors(rng, -high),
                {"beta": 1.5},
            ),
            Probe(
                name, aspect, "beta left at its default", with_errors(rng, [0.5, -0.25, 3.0, -2.0])
            ),
            Probe(
                name,
                "edges",
                "errors of exactly beta, minus beta and zero",
                with_errors(rng, [0.75, -0.75, 0.0, 0.0]),
                {"beta": 0.75},
            ),
            Probe(
                name,
                "stability",
                "beta = 0",
                with_errors(rng, errors(rng, 4, 0.25, 3.0)),
                {"beta": 0.0},
            ),
            Probe(
                name,
                "stability",
                "beta = 0 and errors of zero",
                with_errors(rng, [0.0, 0.0, *errors(rng, 3, 0.5, 3.0)]),
                {"beta": 0.0},
            ),
        ]
    drawn += far_off(rng, names, "edges", {"beta": 2.0})
    return drawn + rejects(rng, names, "beta", (-0.5, -2.0))


# -- wrong answers -------------------------------------------------------------


def huber_instead(y_true, y_pred, beta=1.0):
    if beta < 0:
        raise ValueError("beta")
    e = np.abs(y_pred - y_true)
    return np.mean(np.where(e < beta, e**2 / 2, beta * e - beta**2 / 2))


def middle_not_divided(y_true, y_pred, beta=1.0):
    if beta < 0:
        raise ValueError("beta")
    e = np.abs(y_pred - y_true)
    return np.mean(np.where(e < beta, e**2 / 2, e - beta / 2))


def middle_without_half(y_true, y_pred, beta=1.0):
    if beta < 0:
        raise ValueError("beta")
    if beta == 0:
        return np.mean(np.abs(y_pred - y_true))
    e = np.abs(y_pred - y_true)
    return np.mean(np.where(e < beta, e**2 / beta, e - beta / 2))


def line_without_offset(y_true, y_pred, beta=1.0):
    if beta < 0:
        raise ValueError("beta")
    if beta == 0:
        return np.mean(np.abs(y_pred - y_true))
    e = np.abs(y_pred - y_true)
    return np.mean(np.where(e < beta, e**2 / (2 * beta), e))


def beta_not_used(y_true, y_pred, beta=1.0):
    if beta < 0:
        raise ValueError("beta")
    e = np.abs(y_pred - y_true)
    return np.mean(np.where(e < 1, e**2 / 2, e - 1 / 2))


def summed(y_true, y_pred, beta=1.0):
    if beta < 0:
        raise ValueError("beta")
    e = np.abs(y_pred - y_true)
    if beta == 0:
        return np.sum(e)
    return np.sum(np.where(e < beta, e**2 / (2 * beta), e - beta / 2))


def one_tail_only(y_true, y_pred, beta=1.0):
    if beta < 0:
        raise ValueError("beta")
    e = y_pred - y_true
    if beta == 0:
        return np.mean(np.abs(e))
    return np.mean(np.where(e < beta, e**2 / (2 * beta), e - beta / 2))


def zero_over_zero(y_true, y_pred, beta=1.0):
    if beta < 0:
        raise ValueError("beta")
    e = np.abs(y_pred - y_true)
    inner = np.minimum(e, beta)
    return np.mean(inner * (e - inner / 2)) / np.float64(beta)


def zero_refused(y_true, y_pred, beta=1.0):
    if beta <= 0:
        raise ValueError("beta")
    e = np.abs(y_pred - y_true)
    return np.mean(np.where(e < beta, e**2 / (2 * beta), e - beta / 2))


def any_beta(y_true, y_pred, beta=1.0):
    e = np.abs(y_pred - y_true)
    if beta == 0:
        return np.mean(e)
    return np.mean(np.where(e < beta, e**2 / (2 * beta), e - beta / 2))


def grad_of_the_sum(y_true, y_pred, beta=1.0):
    if beta < 0:
        raise ValueError("beta")
    e = y_pred - y_true
    if beta == 0:
        return np.sign(e) * 1.0
    return np.where(np.abs(e) < beta, e / beta, np.sign(e))


def grad_with_the_sign_turned(y_true, y_pred, beta=1.0):
    if beta < 0:
        raise ValueError("beta")
    e = y_true - y_pred
    if beta == 0:
        return np.sign(e) / e.size
    return np.where(np.abs(e) < beta, e / beta, np.sign(e)) / e.size


def grad_of_huber(y_true, y_pred, beta=1.0):
    if beta < 0:
        raise ValueError("beta")
    return np.clip(y_pred - y_true, -beta, beta) / y_pred.size


def grad_middle_not_divided(y_true, y_pred, beta=1.0):
    if beta < 0:
        raise ValueError("beta")
    e = y_pred - y_true
    return np.where(np.abs(e) < beta, e, np.sign(e)) / e.size


def grad_middle_doubled(y_true, y_pred, beta=1.0):
    if beta < 0:
        raise ValueError("beta")
    e = y_pred - y_true
    if beta == 0:
        return np.sign(e) / e.size
    return np.where(np.abs(e) < beta, 2 * e / beta, np.sign(e)) / e.size


def grad_zero_over_zero(y_true, y_pred, beta=1.0):
    if beta < 0:
        raise ValueError("beta")
    return np.clip((y_pred - y_true) / np.float64(beta), -1.0, 1.0) / y_pred.size


def grad_two_cases_outside(y_true, y_pred, beta=1.0):
    if beta < 0:
        raise ValueError("beta")
    e = y_pred - y_true
    outside = np.where(e > 0, 1.0, -1.0)
    if beta == 0:
        return outside / e.size
    return np.where(np.abs(e) < beta, e / beta, outside) / e.size


def grad_same_sign_tails(y_true, y_pred, beta=1.0):
    if beta < 0:
        raise ValueError("beta")
    e = y_pred - y_true
    if beta == 0:
        return np.sign(e) / e.size
    return np.where(np.abs(e) < beta, e / beta, 1.0) / e.size


def grad_any_beta(y_true, y_pred, beta=1.0):
    e = y_pred - y_true
    if beta == 0:
        return np.sign(e) / e.size
    return np.where(np.abs(e) < beta, e / beta, np.sign(e)) / e.size


ONE_AND_SIX = ([0.0, 0.0], [1.0, -6.0], 2.0)
BETA_ZERO = ([0.0, 0.0, 0.0], [2.0, 0.0, -1.0], 0.0)

EXERCISE = Exercise(
    slug="smooth_l1",
    title="Smooth L1 loss",
    chapter="regression",
    page="regression/huber",
    functions={"smooth_l1": smooth_l1, "smooth_l1_grad": smooth_l1_grad},
    points={"value": 2, "gradient": 2, "edges": 1, "stability": 1},
    probes=probes,
    hints=(
        "It is the Huber loss measured on another scale. Decide which of the two losses has tails "
        "of slope 1, whatever its parameter is.",
        "Divide the size of the error by beta and see where it stops mattering: below beta the "
        "gradient grows in proportion, above it the gradient is as strong as it gets.",
        "The line that people get wrong is beta = 0. Dividing 0 by 0 gives nan, and a nan that "
        "was multiplied by 0 afterwards is still nan: treat that case before you divide.",
    ),
    misconceptions=(
        Misconception(
            "smooth_l1/huber",
            "It is the Huber loss",
            "smooth_l1",
            huber_instead,
            "On errors of 1 and -6 with beta 2 you return {got}. How steep are your tails, and "
            "would a larger beta make them steeper?",
            "Huber is beta times smooth L1; the two agree only at beta = 1.",
            "definition",
            ONE_AND_SIX,
        ),
        Misconception(
            "smooth_l1/middle-not-divided",
            "The middle does not know beta",
            "smooth_l1",
            middle_not_divided,
            "On errors of 1 and -6 with beta 2 you return {got}. Put e just below and just above "
            "beta: how high is the step between your two pieces?",
            "The middle of the Huber loss with the tails of smooth L1.",
            "derivation",
            ONE_AND_SIX,
        ),
        Misconception(
            "smooth_l1/no-half",
            "The middle is twice as high as it should be",
            "smooth_l1",
            middle_without_half,
            "On errors of 1 and -6 with beta 2 you return {got}. What is the slope of your middle "
            "piece at e = beta, and the slope of your outer piece?",
            "e² over beta; the half is lost.",
            "definition",
            ONE_AND_SIX,
        ),
        Misconception(
            "smooth_l1/no-offset",
            "The outer line starts at the origin",
            "smooth_l1",
            line_without_offset,
            "On errors of 1 and -6 with beta 2 you return {got}. Put e just below and just above "
            "beta: how high is the step between your two pieces?",
            "|e| in the tails, not shifted down to meet the middle.",
            "derivation",
            ONE_AND_SIX,
        ),
        Misconception(
            "smooth_l1/beta-ignored",
            "beta is not used",
            "smooth_l1",
            beta_not_used,
            "On errors of 1 and -6 you return {got}, with beta 2 and with every other beta. If y "
            "is in millimetres instead of metres, which number has to grow with it?",
            "1 is hard-wired, as in the first printed form of this loss.",
            "definition",
            ONE_AND_SIX,
        ),
        Misconception(
            "smooth_l1/sum",
            "The terms are added up, not averaged",
            "smooth_l1",
            summed,
            "On errors of 1 and -6 with beta 2 you return {got}. What happens to your loss if "
            "every sample is handed in twice?",
            "Missing 1/n.",
            "definition",
            ONE_AND_SIX,
        ),
        Misconception(
            "smooth_l1/one-tail",
            "Errors far below zero are still squared",
            "smooth_l1",
            one_tail_only,
            "On errors of 3 and -3 with beta 1 your two terms differ; their mean is {got}. "
            "Which of the two errors is smaller than beta, and which has the smaller size?",
            "Compares the error instead of its size.",
            "what-goes-wrong",
            ([0.0, 0.0], [3.0, -3.0]),
        ),
        Misconception(
            "smooth_l1/zero-beta",
            "With beta = 0 the result is nan",
            "smooth_l1",
            zero_over_zero,
            "On errors of 2, 0 and -1 with beta 0 you return {got}. Which two numbers are divided "
            "there, and which piece does an error of 2 belong to?",
            "Computes the Huber loss and divides by beta: 0/0.",
            "what-goes-wrong",
            BETA_ZERO,
        ),
        Misconception(
            "smooth_l1/zero-refused",
            "beta = 0 is refused",
            "smooth_l1",
            zero_refused,
            "With beta = 0 you raise an error. Shrink beta towards 0 on paper: is there a loss "
            "left, and what does it look like?",
            "Copies the check of the Huber loss, where delta = 0 would be the zero function.",
            "definition",
        ),
        Misconception(
            "smooth_l1/any-beta",
            "A negative beta is accepted",
            "smooth_l1",
            any_beta,
            "On errors of 1 and -6 with beta -2 you return {got}. What would a person who "
            "mistyped beta like to see instead?",
            "No check of the parameter.",
            "definition",
            ([0.0, 0.0], [1.0, -6.0], -2.0),
        ),
        Misconception(
            "smooth_l1_grad/no-n",
            "The gradient belongs to the sum, not to the mean",
            "smooth_l1_grad",
            grad_of_the_sum,
            "On errors of 1 and -6 with beta 2 your gradient is {got}. The loss is a mean of two "
            "terms: how much of it is the first one?",
            "Missing 1/n.",
            "derivation",
            ONE_AND_SIX,
        ),
        Misconception(
            "smooth_l1_grad/sign",
            "The gradient points downhill",
            "smooth_l1_grad",
            grad_with_the_sign_turned,
            "On errors of 1 and -6 with beta 2 your gradient is {got}. The first prediction is "
            "too high: if it rises a little, does the loss rise or fall?",
            "Derivative with respect to y_true, or a lost inner derivative.",
            "derivation",
            ONE_AND_SIX,
        ),
        Misconception(
            "smooth_l1_grad/huber",
            "It is the gradient of the Huber loss",
            "smooth_l1_grad",
            grad_of_huber,
            "On errors of 1 and -6 with beta 2 your gradient is {got}. With which strength should "
            "a gross error pull when beta is made ten times smaller?",
            "Clips to beta, not to 1.",
            "derivation",
            ONE_AND_SIX,
        ),
        Misconception(
            "smooth_l1_grad/middle-not-divided",
            "The middle does not know beta",
            "smooth_l1_grad",
            grad_middle_not_divided,
            "On errors of 1 and -6 with beta 2 your gradient is {got}. Just below beta your first "
            "piece pulls with what strength, and just above?",
            "The Huber middle with tails of slope 1: the gradient jumps at beta.",
            "derivation",
            ONE_AND_SIX,
        ),
        Misconception(
            "smooth_l1_grad/doubled",
            "The middle is twice as steep as it should be",
            "smooth_l1_grad",
            grad_middle_doubled,
            "On errors of 1 and -6 with beta 2 your gradient is {got}. What is the slope of "
            "e squared over 2 beta at e = 1?",
            "Loses the half when differentiating the square.",
            "derivation",
            ONE_AND_SIX,
        ),
        Misconception(
            "smooth_l1_grad/zero-beta",
            "With beta = 0 an exact prediction gets nan",
            "smooth_l1_grad",
            grad_zero_over_zero,
            "On errors of 2, 0 and -1 with beta 0 your gradient is {got}. What is divided by what "
            "in the middle entry?",
            "clip(e / beta) is 0/0 at an exact prediction; elsewhere infinity is clipped to 1 and "
            "hides the division.",
            "what-goes-wrong",
            BETA_ZERO,
        ),
        Misconception(
            "smooth_l1_grad/two-cases",
            "With beta = 0 an exact prediction is pushed",
            "smooth_l1_grad",
            grad_two_cases_outside,
            "On errors of 2, 0 and -1 with beta 0 your gradient is {got}. What does a step "
            "against it do to the prediction in the middle, which is already exact?",
            "np.where(e > 0, 1, -1) has no case for a tie.",
            "what-goes-wrong",
            BETA_ZERO,
        ),
        Misconception(
            "smooth_l1_grad/same-sign",
            "Both tails pull the same way",
            "smooth_l1_grad",
            grad_same_sign_tails,
            "On errors of 1 and -6 with beta 2 your gradient is {got}. The second prediction is "
            "too low: which way should a step against your gradient move it?",
            "The sign of the error is lost in the outer piece.",
            "what-goes-wrong",
            ONE_AND_SIX,
        ),
        Misconception(
            "smooth_l1_grad/any-beta",
            "A negative beta is accepted",
            "smooth_l1_grad",
            grad_any_beta,
            "On errors of 1 and -6 with beta -2 you return {got}. What would a person who "
            "mistyped beta like to see instead?",
            "No check of the parameter in the gradient.",
            "definition",
            ([0.0, 0.0], [1.0, -6.0], -2.0),
        ),
    ),
    success=(
        "Value, gradient and both tails are right on each side of beta, and at beta = 0 no "
        "division by zero gets through. Next door: a loss of the same shape that needs no if, "
        "and overflows when it is written as it is spelled."
    ),
    kinks=lambda beta=1.0: (-beta, beta),
)
