"""Exercise: the L1 penalty and its subgradient."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import errors


def l1_penalty(w, lam=1.0):
    return lossref.l1_penalty(w, lam=lam)


def l1_penalty_grad(w, lam=1.0):
    return lossref.l1_penalty_grad(w, lam=lam)


def probes(rng: np.random.Generator) -> list[Probe]:
    drawn = []
    for name, aspect in (("l1_penalty", "value"), ("l1_penalty_grad", "gradient")):

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
            probe("edges", "coefficients of exactly zero", np.append(draw(2), [0.0, 0.0]), 2.0),
            probe("edges", "lam = 0: no penalty at all", draw(3), 0.0),
            probe("edges", "a single coefficient", draw(1), 0.75),
            probe("edges", "coefficients of 1e-9 and 1e9", draw(4) * [1e-9, 1e9, 1e-9, 1e9], 0.75),
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


def signs_cancel(w, lam=1.0):
    _checked(lam)
    return lam * np.sum(w * 1.0)


def averaged(w, lam=1.0):
    _checked(lam)
    return lam * np.mean(np.abs(w))


def squares(w, lam=1.0):
    _checked(lam)
    return lam * np.sum(np.square(w * 1.0))


def length(w, lam=1.0):
    _checked(lam)
    return lam * np.sqrt(np.sum(np.square(w * 1.0)))


def halved(w, lam=1.0):
    _checked(lam)
    return lam * np.sum(np.abs(w)) / 2


def largest(w, lam=1.0):
    _checked(lam)
    return lam * np.max(np.abs(w))


def not_added_up(w, lam=1.0):
    _checked(lam)
    return lam * np.abs(w)


def any_lam(w, lam=1.0):
    return lam * np.sum(np.abs(w))


def one_at_zero(w, lam=1.0):
    _checked(lam)
    return lam * np.where(w >= 0, 1.0, -1.0)


def divided_by_its_size(w, lam=1.0):
    _checked(lam)
    return lam * w / np.abs(w)


def no_strength(w, lam=1.0):
    _checked(lam)
    return np.sign(w) * 1.0


def proportional(w, lam=1.0):
    _checked(lam)
    return lam * w


def averaged_pull(w, lam=1.0):
    _checked(lam)
    return lam * np.sign(w) / np.size(w)


def all_down(w, lam=1.0):
    _checked(lam)
    return lam * np.ones(np.shape(w))


def softened(w, lam=1.0):
    _checked(lam)
    return lam * w / np.sqrt(np.square(w * 1.0) + 1e-6)


PAIR = ([3.0, -4.0], 0.5)
WITH_ZERO = ([3.0, -4.0, 0.0], 0.5)

EXERCISE = Exercise(
    slug="l1_penalty",
    title="The L1 penalty",
    chapter="regularization",
    page="regularization/lasso",
    functions={"l1_penalty": l1_penalty, "l1_penalty_grad": l1_penalty_grad},
    points={"value": 1, "gradient": 1, "edges": 1},
    probes=probes,
    hints=(
        "A coefficient pays for its distance from zero. Draw that price: it has a corner.",
        "To the right of the corner the slope is lam, to the left it is minus lam.",
        "On the corner itself every number between the two is a subgradient. The statement says "
        "which one to return.",
    ),
    misconceptions=(
        Misconception(
            "l1_penalty/signed",
            "Negative coefficients earn something",
            "l1_penalty",
            signs_cancel,
            "For (3, -4) with lam = 0.5 you return {got}. What price would a model with a "
            "coefficient of minus a million have?",
            "No absolute value.",
            "definition",
            PAIR,
        ),
        Misconception(
            "l1_penalty/mean",
            "It is a mean over the coefficients",
            "l1_penalty",
            averaged,
            "For (3, -4) with lam = 0.5 you return {got}. And for (3, -4, 0), which is the same "
            "model with an idle feature?",
            "np.mean for np.sum.",
            "definition",
            PAIR,
        ),
        Misconception(
            "l1_penalty/squares",
            "The coefficients are squared",
            "l1_penalty",
            squares,
            "For (3, -4) with lam = 0.5 you return {got}. By what factor should the price grow "
            "when every coefficient doubles?",
            "A full L2 penalty.",
            "definition",
            PAIR,
        ),
        Misconception(
            "l1_penalty/length",
            "It is the length of the arrow",
            "l1_penalty",
            length,
            "For (3, -4) with lam = 0.5 you return {got}. How long is the way to (3, -4) if one may "
            "only walk along the axes?",
            "The Euclidean norm.",
            "definition",
            PAIR,
        ),
        Misconception(
            "l1_penalty/half",
            "There is a half in it",
            "l1_penalty",
            halved,
            "For (3, -4) with lam = 0.5 you return {got}. What would the half cancel here, where no "
            "square is differentiated?",
            "The half of the L2 penalty.",
            "definition",
            PAIR,
        ),
        Misconception(
            "l1_penalty/maximum",
            "Only the largest coefficient pays",
            "l1_penalty",
            largest,
            "For (3, -4) with lam = 0.5 you return {got}. What does the coefficient 3 gain by "
            "shrinking?",
            "The maximum norm.",
            "definition",
            PAIR,
        ),
        Misconception(
            "l1_penalty/per-coefficient",
            "The coefficients' prices are not added up",
            "l1_penalty",
            not_added_up,
            "For (3, -4) with lam = 0.5 you return {got}. Can that be added to a loss, which is one "
            "number?",
            "The sum is missing.",
            "definition",
            PAIR,
        ),
        Misconception(
            "l1_penalty/any-lam",
            "A negative strength is accepted",
            "l1_penalty",
            any_lam,
            "With lam = -1 and (3, -4) you return {got}. Which coefficients would minimise that?",
            "The check is missing.",
            "definition",
            ([3.0, -4.0], -1.0),
        ),
        Misconception(
            "l1_penalty_grad/one-at-zero",
            "A coefficient of zero is pulled",
            "l1_penalty_grad",
            one_at_zero,
            "For (3, -4, 0) with lam = 0.5 you return {got}. Where does a step take a coefficient "
            "that already is where the penalty wants it?",
            "np.where(w >= 0, 1, -1).",
            "derivation",
            WITH_ZERO,
        ),
        Misconception(
            "l1_penalty_grad/zero-over-zero",
            "Zero is divided by zero",
            "l1_penalty_grad",
            divided_by_its_size,
            "For (3, -4, 0) with lam = 0.5 you return {got}. What did you divide by?",
            "w / |w|.",
            "derivation",
            WITH_ZERO,
        ),
        Misconception(
            "l1_penalty_grad/no-lam",
            "The strength is missing in the gradient",
            "l1_penalty_grad",
            no_strength,
            "For (3, -4) with lam = 0.5 you return {got}. And what with lam = 0, when nothing pulls?",
            "lam is left out.",
            "derivation",
            PAIR,
        ),
        Misconception(
            "l1_penalty_grad/proportional",
            "Large coefficients are pulled harder",
            "l1_penalty_grad",
            proportional,
            "For (3, -4) with lam = 0.5 you return {got}. How steep is the price of a coefficient "
            "at 3, and how steep at 30?",
            "The gradient of the L2 penalty.",
            "derivation",
            PAIR,
        ),
        Misconception(
            "l1_penalty_grad/mean",
            "The pull is divided by the number of coefficients",
            "l1_penalty_grad",
            averaged_pull,
            "For (3, -4) with lam = 0.5 you return {got}. Is your penalty a mean or a sum?",
            "A 1/d that the penalty does not have.",
            "derivation",
            PAIR,
        ),
        Misconception(
            "l1_penalty_grad/one-direction",
            "Every coefficient is pulled down",
            "l1_penalty_grad",
            all_down,
            "For (3, -4) with lam = 0.5 you return {got}. Does a step against that bring -4 nearer "
            "to zero?",
            "No sign.",
            "derivation",
            PAIR,
        ),
        Misconception(
            "l1_penalty_grad/softened",
            "The corner is rounded off",
            "l1_penalty_grad",
            softened,
            "For (1e-9, -1) with lam = 0.5 you return {got}. How steep is the price of the first "
            "coefficient, however small it is?",
            "w / sqrt(w^2 + eps).",
            "what-goes-wrong",
            ([1e-9, -1.0], 0.5),
        ),
    ),
    success=(
        "The price is right for any shape, and on its corner nothing pulls. Next: the step that "
        "lands on the corner, which no step along this gradient ever does."
    ),
    kinks=lambda lam=1.0: (0.0,),
)
