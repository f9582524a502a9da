"""Exercise: the L2 penalty and its gradient."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import errors


def l2_penalty(w, lam=1.0):
    return lossref.l2_penalty(w, lam=lam)


def l2_penalty_grad(w, lam=1.0):
    return lossref.l2_penalty_grad(w, lam=lam)


def probes(rng: np.random.Generator) -> list[Probe]:
    drawn = []
    for name, aspect in (("l2_penalty", "value"), ("l2_penalty_grad", "gradient")):

        def draw(*shape: int) -> np.ndarray:
            return errors(rng, shape, 0.375, 4.0)

        def probe(what: str, regime: str, w: np.ndarray, lam: float | None, name=name, **kw):
            return Probe(name, what, regime, (w,), {} if lam is None else {"lam": lam}, **kw)

        whole = rng.integers(2, 9, size=4) * np.array([1, -1, 1, -1])
        drawn += [
            probe(aspect, "five coefficients of both signs, lam = 0.75", draw(5), 0.75),
            probe(aspect, "four coefficients, lam = 3", draw(4), 3.0),
            probe(aspect, "lam left at its default", draw(4), None),
            probe(aspect, "a matrix of 3 by 4 coefficients", draw(3, 4), 0.5),
            probe("edges", "coefficients of zero among others", np.append(draw(2), 0.0), 2.0),
            probe("edges", "lam = 0: no penalty at all", draw(3), 0.0),
            probe("edges", "a single coefficient", draw(1), 0.75),
            probe("edges", "whole numbers (dtype int64)", whole, 0.75),
            probe("edges", "single precision (dtype float32)", draw(5).astype(np.float32), 0.75),
            probe("edges", "an array that is not contiguous", strided(draw(4)), 0.75),
            probe("edges", "lam = -1, which is not allowed", draw(3), -1.0, raises=ValueError),
        ]
    return drawn


# -- wrong answers -------------------------------------------------------------


def _checked(lam):
    if lam < 0:
        raise ValueError("lam")


def full_square(w, lam=1.0):
    _checked(lam)
    return lam * np.sum(np.square(w * 1.0))


def averaged(w, lam=1.0):
    _checked(lam)
    return lam * np.mean(np.square(w * 1.0)) / 2


def length(w, lam=1.0):
    _checked(lam)
    return lam * np.sqrt(np.sum(np.square(w * 1.0)))


def not_added_up(w, lam=1.0):
    _checked(lam)
    return lam * np.square(w * 1.0) / 2


def lam_squared(w, lam=1.0):
    _checked(lam)
    return np.sum(np.square(lam * w)) / 2


def square_of_the_sum(w, lam=1.0):
    _checked(lam)
    return lam * np.sum(w) ** 2 / 2


def any_lam(w, lam=1.0):
    return lam * np.sum(np.square(w * 1.0)) / 2


def doubled_pull(w, lam=1.0):
    _checked(lam)
    return 2 * lam * w


def halved_pull(w, lam=1.0):
    _checked(lam)
    return lam * w / 2


def no_strength(w, lam=1.0):
    _checked(lam)
    return w * 1.0


def averaged_pull(w, lam=1.0):
    _checked(lam)
    return lam * w / np.size(w)


def outward(w, lam=1.0):
    _checked(lam)
    return -lam * w


def unit_pull(w, lam=1.0):
    _checked(lam)
    return lam * w / np.sqrt(np.sum(np.square(w * 1.0)))


def constant_pull(w, lam=1.0):
    _checked(lam)
    return lam * np.sign(w)


PAIR = ([3.0, -4.0], 0.5)

EXERCISE = Exercise(
    slug="l2_penalty",
    title="The L2 penalty",
    chapter="regularization",
    page="regularization/ridge",
    functions={"l2_penalty": l2_penalty, "l2_penalty_grad": l2_penalty_grad},
    points={"value": 1, "gradient": 1, "edges": 1},
    probes=probes,
    hints=(
        "Every coefficient pays for itself and by itself. What does a coefficient of 3 pay, and "
        "what does one of -3?",
        "There is a half in the price so that there is no 2 in the pull.",
        "It is a sum and not a mean: a model with twice as many coefficients pays twice.",
    ),
    misconceptions=(
        Misconception(
            "l2_penalty/full-square",
            "The half is missing",
            "l2_penalty",
            full_square,
            "For (3, -4) with lam = 0.5 you return {got}. What is its slope at w = 3, and is that "
            "lam times w?",
            "lam * sum of squares, the other convention.",
            "definition",
            PAIR,
        ),
        Misconception(
            "l2_penalty/mean",
            "It is a mean over the coefficients",
            "l2_penalty",
            averaged,
            "For (3, -4) with lam = 0.5 you return {got}. What do you return for (3, -4, 0), which "
            "is the same model with an idle feature?",
            "np.mean for np.sum.",
            "definition",
            PAIR,
        ),
        Misconception(
            "l2_penalty/length",
            "The length is not squared",
            "l2_penalty",
            length,
            "For (3, -4) with lam = 0.5 you return {got}. By what factor should the price grow "
            "when every coefficient doubles?",
            "The norm itself: a group lasso with one group, and a corner at 0.",
            "definition",
            PAIR,
        ),
        Misconception(
            "l2_penalty/per-coefficient",
            "The coefficients' prices are not added up",
            "l2_penalty",
            not_added_up,
            "For (3, -4) with lam = 0.5 you return {got}. Can that be added to a loss, which is one "
            "number?",
            "The sum is missing.",
            "definition",
            PAIR,
        ),
        Misconception(
            "l2_penalty/lam-squared",
            "The strength is squared as well",
            "l2_penalty",
            lam_squared,
            "For (3, -4) with lam = 0.5 you return {got}. What should happen to the price when lam "
            "doubles?",
            "np.square(lam * w).",
            "definition",
            PAIR,
        ),
        Misconception(
            "l2_penalty/square-of-the-sum",
            "It is the sum that is squared",
            "l2_penalty",
            square_of_the_sum,
            "For (3, -3) with lam = 0.5 you return {got}. Is that a model without coefficients?",
            "Signs cancel before the square.",
            "definition",
            ([3.0, -3.0], 0.5),
        ),
        Misconception(
            "l2_penalty/any-lam",
            "A negative strength is accepted",
            "l2_penalty",
            any_lam,
            "With lam = -1 and (3, -4) you return {got}. Which coefficients would minimise that?",
            "The check is missing.",
            "definition",
            ([3.0, -4.0], -1.0),
        ),
        Misconception(
            "l2_penalty_grad/doubled",
            "The pull is twice too strong",
            "l2_penalty_grad",
            doubled_pull,
            "For (3, -4) with lam = 0.5 you return {got}. Differentiate your penalty with its half: "
            "where does the 2 go?",
            "The gradient of the full square.",
            "derivation",
            PAIR,
        ),
        Misconception(
            "l2_penalty_grad/halved",
            "The half has survived the derivative",
            "l2_penalty_grad",
            halved_pull,
            "For (3, -4) with lam = 0.5 you return {got}. What is the derivative of a square?",
            "The 2 of the derivative is missing.",
            "derivation",
            PAIR,
        ),
        Misconception(
            "l2_penalty_grad/no-lam",
            "The strength is missing in the gradient",
            "l2_penalty_grad",
            no_strength,
            "For (3, -4) with lam = 0.5 you return {got}. And what with lam = 0, when nothing pulls?",
            "lam is left out.",
            "derivation",
            PAIR,
        ),
        Misconception(
            "l2_penalty_grad/mean",
            "The pull is divided by the number of coefficients",
            "l2_penalty_grad",
            averaged_pull,
            "For (3, -4) with lam = 0.5 you return {got}. Is your penalty a mean or a sum?",
            "A 1/d that the penalty does not have.",
            "derivation",
            PAIR,
        ),
        Misconception(
            "l2_penalty_grad/outward",
            "The pull points away from zero",
            "l2_penalty_grad",
            outward,
            "For (3, -4) with lam = 0.5 you return {got}. A step goes against the gradient: where "
            "does it take the coefficient 3?",
            "The sign of the step is already in the gradient.",
            "derivation",
            PAIR,
        ),
        Misconception(
            "l2_penalty_grad/unit",
            "The pull has the same length everywhere",
            "l2_penalty_grad",
            unit_pull,
            "For (3, -4) with lam = 0.5 you return {got}. Is a coefficient of 3000 pulled harder?",
            "The gradient of the norm, not of half its square.",
            "derivation",
            PAIR,
        ),
        Misconception(
            "l2_penalty_grad/sign",
            "Every coefficient is pulled alike",
            "l2_penalty_grad",
            constant_pull,
            "For (3, -4) with lam = 0.5 you return {got}. Which penalty has that slope?",
            "The gradient of the L1 penalty.",
            "derivation",
            PAIR,
        ),
    ),
    success=(
        "Value and gradient agree for coefficients of any shape and sign, and without strength "
        "nothing is paid. Next: the one place where a penalty and a loss meet in closed form."
    ),
)
