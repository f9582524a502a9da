"""Exercise: smooth L1 and its gradient."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import elementwise, errors, rejects, targets, with_errors


def smooth_l1(y_true, y_pred, beta=1.0):
    return lossref.smooth_l1(y_true, y_pred, beta=beta)


def smooth_l1_grad(y_true, y_pred, beta=1.0):
    return lossref.smooth_l1_grad(y_true, y_pred, beta=beta)


def probes(rng: np.random.Generator) -> list[Probe]:
    drawn = elementwise(
        rng,
        "smooth_l1",
        "smooth_l1_grad",
        settings=({"beta": 2.0}, {"beta": 0.5}, {"beta": 1.0}),
    )
    for name, aspect in (("smooth_l1", "value"), ("smooth_l1_grad", "gradient")):
        inside = errors(rng, 4, 0.125, 1.375)
        far = np.abs(errors(rng, 4, 2.0, 6.0))
        drawn += [
            Probe(name, aspect, "every error within beta", with_errors(rng, inside), {"beta": 1.5}),
            Probe(
                name,
                aspect,
                "every error beyond beta, too high",
                with_errors(rng, far),
                {"beta": 1.5},
            ),
            Probe(
                name,
                aspect,
                "every error beyond beta, too low",
                with_errors(rng, -far),
                {"beta": 1.5},
            ),
            Probe(
                name, aspect, "beta left at its default", with_errors(rng, [0.5, -0.25, 3.0, -2.0])
            ),
            Probe(
                name,
                "edges",
                "errors of exactly beta, minus beta and zero",
                with_errors(rng, [0.75, -0.75, 0.0]),
                {"beta": 0.75},
            ),
            Probe(name, "edges", "beta = 0", with_errors(rng, [2.0, -1.5, 0.25]), {"beta": 0.0}),
            Probe(
                name,
                "stability",
                "beta = 0 and some errors of zero",
                with_errors(rng, [0.0, 2.0, -1.0, 0.0]),
                {"beta": 0.0},
            ),
            Probe(
                name,
                "stability",
                "a beta of one millionth",
                (y := targets(rng, 4), y + errors(rng, 4, 1.0, 4.0)),
                {"beta": 1e-6},
            ),
        ]
    return drawn + rejects(rng, ("smooth_l1", "smooth_l1_grad"), "beta", (-0.5, -2.0))


# -- wrong answers -------------------------------------------------------------


def huber_instead(y_true, y_pred, beta=1.0):
    if beta < 0:
        raise ValueError("beta")
    if beta == 0:
        return np.mean(np.abs(y_pred - y_true))
    e = np.abs(y_pred - y_true)
    return np.mean(np.where(e < beta, e**2 / 2, beta * (e - beta / 2)))


def fixed_beta(y_true, y_pred, beta=1.0):
    if beta < 0:
        raise ValueError("beta")
    if beta == 0:
        return np.mean(np.abs(y_pred - y_true))
    e = np.abs(y_pred - y_true)
    return np.mean(np.where(e < 1, e**2 / 2, e - 1 / 2))


def middle_not_divided(y_true, y_pred, beta=1.0):
    if beta < 0:
        raise ValueError("beta")
    if beta == 0:
        return np.mean(np.abs(y_pred - y_true))
    e = np.abs(y_pred - y_true)
    return np.mean(np.where(e < beta, e**2 / 2, e - beta / 2))


def no_half(y_true, y_pred, beta=1.0):
    if beta < 0:
        raise ValueError("beta")
    if beta == 0:
        return np.mean(np.abs(y_pred - y_true))
    e = np.abs(y_pred - y_true)
    return np.mean(np.where(e < beta, e**2 / beta, e - beta / 2))


def fixed_offset(y_true, y_pred, beta=1.0):
    if beta < 0:
        raise ValueError("beta")
    if beta == 0:
        return np.mean(np.abs(y_pred - y_true))
    e = np.abs(y_pred - y_true)
    return np.mean(np.where(e < beta, e**2 / (2 * beta), e - 0.5))


def no_offset(y_true, y_pred, beta=1.0):
    if beta < 0:
        raise ValueError("beta")
    if beta == 0:
        return np.mean(np.abs(y_pred - y_true))
    e = np.abs(y_pred - y_true)
    return np.mean(np.where(e < beta, e**2 / (2 * beta), e))


def summed(y_true, y_pred, beta=1.0):
    if beta < 0:
        raise ValueError("beta")
    if beta == 0:
        return np.sum(np.abs(y_pred - y_true))
    e = np.abs(y_pred - y_true)
    return np.sum(np.where(e < beta, e**2 / (2 * beta), e - beta / 2))


def one_tail(y_true, y_pred, beta=1.0):
    if beta < 0:
        raise ValueError("beta")
    if beta == 0:
        return np.mean(np.abs(y_pred - y_true))
    e = y_pred - y_true
    return np.mean(np.where(e < beta, e**2 / (2 * beta), e - beta / 2))


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
    if beta == 0:
        return np.sign(y_pred - y_true)
    return np.clip((y_pred - y_true) / beta, -1, 1)


def grad_with_the_sign_turned(y_true, y_pred, beta=1.0):
    if beta < 0:
        raise ValueError("beta")
    if beta == 0:
        return np.sign(y_true - y_pred) / y_pred.size
    return np.clip((y_true - y_pred) / beta, -1, 1) / y_pred.size


def grad_of_huber(y_true, y_pred, beta=1.0):
    if beta < 0:
        raise ValueError("beta")
    if beta == 0:
        return np.sign(y_pred - y_true) / y_pred.size
    return np.clip(y_pred - y_true, -beta, beta) / y_pred.size


def grad_middle_not_divided(y_true, y_pred, beta=1.0):
    if beta < 0:
        raise ValueError("beta")
    if beta == 0:
        return np.sign(y_pred - y_true) / y_pred.size
    e = y_pred - y_true
    return np.where(np.abs(e) < beta, e, np.sign(e)) / e.size


def grad_doubled(y_true, y_pred, beta=1.0):
    if beta < 0:
        raise ValueError("beta")
    if beta == 0:
        return np.sign(y_pred - y_true) / y_pred.size
    e = y_pred - y_true
    return np.where(np.abs(e) < beta, 2 * e / beta, np.sign(e)) / e.size


def grad_zero_beyond(y_true, y_pred, beta=1.0):
    if beta < 0:
        raise ValueError("beta")
    if beta == 0:
        return np.sign(y_pred - y_true) / y_pred.size
    e = y_pred - y_true
    return np.where(np.abs(e) < beta, e / beta, 0.0) / e.size


def grad_nan_at_zero(y_true, y_pred, beta=1.0):
    if beta < 0:
        raise ValueError("beta")
    return np.clip((y_pred - y_true) / np.float64(beta), -1, 1) / y_pred.size


def grad_any_beta(y_true, y_pred, beta=1.0):
    if beta == 0:
        return np.sign(y_pred - y_true) / y_pred.size
    e = y_pred - y_true
    return np.where(np.abs(e) < beta, e / beta, np.sign(e)) / e.size


EXERCISE = Exercise(
    slug="smooth_l1",
    title="Smooth L1",
    chapter="regression",
    page="regression/huber",
    functions={"smooth_l1": smooth_l1, "smooth_l1_grad": smooth_l1_grad},
    points={"value": 2, "gradient": 2, "edges": 1, "stability": 1},
    probes=probes,
    hints=(
        "Begin with the gradient: it goes from -1 to 1 and is straight in between. beta says how wide the straight part is.",
        "Both pieces are given in the statement; choose between them for each entry by the size of its error, and treat beta = 0 before you divide.",
        "The line that people get wrong is beta = 0: at an error of exactly zero there is a 0/0 waiting, in the gradient and in the value.",
    ),
    misconceptions=(
        Misconception(
            "smooth_l1/huber",
            "This is the Huber loss",
            "smooth_l1",
            huber_instead,
            "On errors of 1 and -6 with beta 2 you return {got}. With which slope should the tails rise: 1 or beta?",
            "The two agree only for beta = delta = 1, where everybody tests.",
            "definition",
            ([0.0, 0.0], [1.0, -6.0], 2.0),
        ),
        Misconception(
            "smooth_l1/fixed-beta",
            "beta is not used",
            "smooth_l1",
            fixed_beta,
            "On errors of 1 and -6 with beta 2 you return {got}. What does your loss do when beta changes?",
            "1 is hard-wired.",
            "definition",
            ([0.0, 0.0], [1.0, -6.0], 2.0),
        ),
        Misconception(
            "smooth_l1/middle",
            "The middle is not divided by beta",
            "smooth_l1",
            middle_not_divided,
            "On errors of 1 and -6 with beta 2 you return {got}. Put e just below and just above beta: do your two pieces meet?",
            "Half e² inside, |e| - beta/2 outside.",
            "definition",
            ([0.0, 0.0], [1.0, -6.0], 2.0),
        ),
        Misconception(
            "smooth_l1/no-half",
            "The middle has lost its half",
            "smooth_l1",
            no_half,
            "On errors of 1 and -6 with beta 2 you return {got}. What is the slope of your middle piece at e = beta, and what is it outside?",
            "e²/beta.",
            "definition",
            ([0.0, 0.0], [1.0, -6.0], 2.0),
        ),
        Misconception(
            "smooth_l1/fixed-offset",
            "The tails are shifted by one half, whatever beta is",
            "smooth_l1",
            fixed_offset,
            "On errors of 1 and -6 with beta 2 you return {got}. How high is the step between your two pieces at e = 2?",
            "|e| - 0.5, right only for beta = 1.",
            "definition",
            ([0.0, 0.0], [1.0, -6.0], 2.0),
        ),
        Misconception(
            "smooth_l1/no-offset",
            "The outer line starts at the origin",
            "smooth_l1",
            no_offset,
            "On errors of 1 and -6 with beta 2 you return {got}. Put e just below and just above beta: how high is the step?",
            "|e| without - beta/2.",
            "definition",
            ([0.0, 0.0], [1.0, -6.0], 2.0),
        ),
        Misconception(
            "smooth_l1/sum",
            "The terms are added up, not averaged",
            "smooth_l1",
            summed,
            "On errors of 1 and -6 with beta 2 you return {got}. What happens to it if every sample is handed in twice?",
            "Missing 1/n.",
            "definition",
            ([0.0, 0.0], [1.0, -6.0], 2.0),
        ),
        Misconception(
            "smooth_l1/one-tail",
            "Errors far below zero are still squared",
            "smooth_l1",
            one_tail,
            "On errors of 6 and -6 with beta 2 your terms differ; their mean is {got}. Which of the two passes your test?",
            "Compares the error instead of its size.",
            "what-goes-wrong",
            ([0.0, 0.0], [6.0, -6.0], 2.0),
        ),
        Misconception(
            "smooth_l1/zero-refused",
            "beta = 0 is refused",
            "smooth_l1",
            zero_refused,
            "With beta = 0 you raise an error. Which familiar loss is left when the round middle shrinks to a point?",
            "The statement allows 0.",
            "definition",
        ),
        Misconception(
            "smooth_l1/any-beta",
            "A negative beta is accepted",
            "smooth_l1",
            any_beta,
            "With beta = -0.5 you return a number. What would a person who mistyped beta like to see instead?",
            "No check.",
            "definition",
        ),
        Misconception(
            "smooth_l1_grad/no-n",
            "The gradient belongs to the sum, not to the mean",
            "smooth_l1_grad",
            grad_of_the_sum,
            "On errors of 1 and -6 with beta 2 your gradient is {got}. The loss is a mean of two terms: how much of it is the first one?",
            "Missing 1/n.",
            "definition",
            ([0.0, 0.0], [1.0, -6.0], 2.0),
        ),
        Misconception(
            "smooth_l1_grad/sign",
            "The gradient points downhill",
            "smooth_l1_grad",
            grad_with_the_sign_turned,
            "On errors of 1 and -6 with beta 2 your gradient is {got}. The first prediction is too high: if it rises, does the loss rise or fall?",
            "Lost inner derivative.",
            "definition",
            ([0.0, 0.0], [1.0, -6.0], 2.0),
        ),
        Misconception(
            "smooth_l1_grad/huber",
            "The tails pull with strength beta",
            "smooth_l1_grad",
            grad_of_huber,
            "On errors of 1 and -6 with beta 2 your gradient is {got}. What is the slope of |e| - beta/2?",
            "The gradient of the Huber loss.",
            "definition",
            ([0.0, 0.0], [1.0, -6.0], 2.0),
        ),
        Misconception(
            "smooth_l1_grad/middle",
            "The middle is not divided by beta",
            "smooth_l1_grad",
            grad_middle_not_divided,
            "On errors of 1 and -6 with beta 2 your gradient is {got}. Just inside beta your pull is how strong, and just outside?",
            "e inside, sign outside: jumps unless beta = 1.",
            "definition",
            ([0.0, 0.0], [1.0, -6.0], 2.0),
        ),
        Misconception(
            "smooth_l1_grad/doubled",
            "The middle is twice as steep as it should be",
            "smooth_l1_grad",
            grad_doubled,
            "On errors of 1 and -6 with beta 2 your gradient is {got}. Differentiate e² over 2 beta once more, slowly: what cancels?",
            "Forgets the half when differentiating.",
            "definition",
            ([0.0, 0.0], [1.0, -6.0], 2.0),
        ),
        Misconception(
            "smooth_l1_grad/zero-tails",
            "Beyond beta nothing pulls any more",
            "smooth_l1_grad",
            grad_zero_beyond,
            "On errors of 1 and -6 with beta 2 your gradient is {got}. If every prediction starts far away, where does gradient descent go?",
            "Takes a straight line for a flat one.",
            "definition",
            ([0.0, 0.0], [1.0, -6.0], 2.0),
        ),
        Misconception(
            "smooth_l1_grad/zero-over-zero",
            "With beta = 0 an exact prediction gives nan",
            "smooth_l1_grad",
            grad_nan_at_zero,
            "With beta = 0, on errors of 0 and 2, your gradient is {got}. What is 0 divided by 0, and what should an exact prediction feel?",
            "Divides by beta without looking.",
            "what-goes-wrong",
            ([0.0, 0.0], [0.0, 2.0], 0.0),
        ),
        Misconception(
            "smooth_l1_grad/any-beta",
            "A negative beta is accepted",
            "smooth_l1_grad",
            grad_any_beta,
            "With beta = -0.5 you return an array. What would a person who mistyped beta like to see instead?",
            "No check.",
            "definition",
        ),
    ),
    success="Value and gradient are right for every beta, zero included. Next door: a loss with no joints at all, and the overflow that hides in it.",
    kinks=lambda beta=1.0: (-beta, beta),
)
