"""Exercise: the elastic net in scikit-learn's parametrisation, and its gradient."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import errors


def elastic_net(w, alpha=1.0, l1_ratio=0.5):
    return lossref.elastic_net(w, alpha=alpha, l1_ratio=l1_ratio)


def elastic_net_grad(w, alpha=1.0, l1_ratio=0.5):
    return lossref.elastic_net_grad(w, alpha=alpha, l1_ratio=l1_ratio)


def probes(rng: np.random.Generator) -> list[Probe]:
    drawn = []
    for name, aspect in (("elastic_net", "value"), ("elastic_net_grad", "gradient")):

        def draw(*shape: int) -> np.ndarray:
            return errors(rng, shape, 0.375, 4.0)

        def probe(what: str, regime: str, w: np.ndarray, name=name, raises=None, **kwargs):
            return Probe(name, what, regime, (w,), kwargs, raises=raises)

        whole = rng.integers(2, 9, size=4) * np.array([1, -1, 1, -1])
        single = draw(5).astype(np.float32)
        drawn += [
            probe(aspect, "alpha = 0.75, l1_ratio = 0.25", draw(5), alpha=0.75, l1_ratio=0.25),
            probe(aspect, "alpha = 3, l1_ratio = 0.875", draw(4), alpha=3.0, l1_ratio=0.875),
            probe(aspect, "both left at their defaults", draw(4)),
            probe(aspect, "a matrix of 3 by 4", draw(3, 4), alpha=0.5, l1_ratio=0.75),
            probe("edges", "l1_ratio = 1: the L1 penalty", draw(4), alpha=2.0, l1_ratio=1.0),
            probe("edges", "l1_ratio = 0: the L2 penalty", draw(4), alpha=2.0, l1_ratio=0.0),
            probe("edges", "coefficients of exactly zero", np.append(draw(2), [0.0, 0.0]), alpha=2.0),
            probe("edges", "alpha = 0: no penalty", draw(3), alpha=0.0, l1_ratio=0.5),
            probe("edges", "a single coefficient", draw(1), alpha=0.75, l1_ratio=0.25),
            probe("edges", "whole numbers (dtype int64)", whole, alpha=0.75, l1_ratio=0.25),
            probe("edges", "single precision (dtype float32)", single, alpha=0.75, l1_ratio=0.25),
            probe("edges", "an array that is not contiguous", strided(draw(4)), l1_ratio=0.25),
            probe("edges", "alpha = -1, which is not allowed", draw(3), raises=ValueError, alpha=-1.0),
            probe(
                "edges", "l1_ratio = 1.5, which is not allowed", draw(3), raises=ValueError,
                alpha=1.0, l1_ratio=1.5,
            ),
        ]  # fmt: skip
    return drawn


# -- wrong answers -------------------------------------------------------------


def _checked(alpha, l1_ratio):
    if alpha < 0 or not 0 <= l1_ratio <= 1:
        raise ValueError("alpha, l1_ratio")


def full_square(w, alpha=1.0, l1_ratio=0.5):
    _checked(alpha, l1_ratio)
    return alpha * np.sum(l1_ratio * np.abs(w) + (1 - l1_ratio) * np.square(w * 1.0))


def everything_halved(w, alpha=1.0, l1_ratio=0.5):
    _checked(alpha, l1_ratio)
    return alpha / 2 * np.sum(l1_ratio * np.abs(w) + (1 - l1_ratio) * np.square(w * 1.0))


def shares_exchanged(w, alpha=1.0, l1_ratio=0.5):
    _checked(alpha, l1_ratio)
    return alpha * np.sum((1 - l1_ratio) * np.abs(w) + l1_ratio * np.square(w * 1.0) / 2)


def two_strengths(w, alpha=1.0, l1_ratio=0.5):
    _checked(alpha, l1_ratio)
    return np.sum(alpha * np.abs(w) + l1_ratio * np.square(w * 1.0))


def strength_on_one_part(w, alpha=1.0, l1_ratio=0.5):
    _checked(alpha, l1_ratio)
    return np.sum(alpha * l1_ratio * np.abs(w) + (1 - l1_ratio) * np.square(w * 1.0) / 2)


def averaged(w, alpha=1.0, l1_ratio=0.5):
    _checked(alpha, l1_ratio)
    return alpha * np.mean(l1_ratio * np.abs(w) + (1 - l1_ratio) * np.square(w * 1.0) / 2)


def signs_cancel(w, alpha=1.0, l1_ratio=0.5):
    _checked(alpha, l1_ratio)
    return alpha * np.sum(l1_ratio * w + (1 - l1_ratio) * np.square(w * 1.0) / 2)


def length_for_square(w, alpha=1.0, l1_ratio=0.5):
    _checked(alpha, l1_ratio)
    size = np.sqrt(np.sum(np.square(w * 1.0)))
    return alpha * (l1_ratio * np.sum(np.abs(w)) + (1 - l1_ratio) * size / 2)


def any_share(w, alpha=1.0, l1_ratio=0.5):
    return alpha * np.sum(l1_ratio * np.abs(w) + (1 - l1_ratio) * np.square(w * 1.0) / 2)


def doubled_pull(w, alpha=1.0, l1_ratio=0.5):
    _checked(alpha, l1_ratio)
    return alpha * (l1_ratio * np.sign(w) + 2 * (1 - l1_ratio) * w)


def halved_pull(w, alpha=1.0, l1_ratio=0.5):
    _checked(alpha, l1_ratio)
    return alpha * (l1_ratio * np.sign(w) + (1 - l1_ratio) * w / 2)


def zero_over_zero(w, alpha=1.0, l1_ratio=0.5):
    _checked(alpha, l1_ratio)
    return alpha * (l1_ratio * w / np.abs(w) + (1 - l1_ratio) * w)


def exchanged_pulls(w, alpha=1.0, l1_ratio=0.5):
    _checked(alpha, l1_ratio)
    return alpha * ((1 - l1_ratio) * np.sign(w) + l1_ratio * w)


def no_strength(w, alpha=1.0, l1_ratio=0.5):
    _checked(alpha, l1_ratio)
    return l1_ratio * np.sign(w) + (1 - l1_ratio) * w


def size_for_sign(w, alpha=1.0, l1_ratio=0.5):
    _checked(alpha, l1_ratio)
    return alpha * (l1_ratio * np.abs(w) + (1 - l1_ratio) * w)


PAIR = ([1.0, -2.0], 1.0, 0.5)
UNEVEN = ([1.0, -2.0], 2.0, 0.25)
WITH_ZERO = ([1.0, -2.0, 0.0], 1.0, 0.5)

EXERCISE = Exercise(
    slug="elastic_net",
    title="The elastic net",
    chapter="regularization",
    page="regularization/elastic-net",
    functions={"elastic_net": elastic_net, "elastic_net_grad": elastic_net_grad},
    points={"value": 2, "gradient": 1, "edges": 1},
    probes=probes,
    hints=(
        "It is your L1 penalty and your L2 penalty, each with a strength of its own.",
        "One number says how much is paid in all, the other how that is divided: a share for the "
        "sizes, the rest for the squares.",
        "The squares are halved, the sizes are not. That half is where three sources disagree.",
    ),
    misconceptions=(
        Misconception(
            "elastic_net/full-square",
            "The squares are not halved",
            "elastic_net",
            full_square,
            "For (1, -2) with alpha = 1 and l1_ratio = 0.5 you return {got}. With l1_ratio = 0 it "
            "should be the L2 penalty of this book: is it?",
            "The notes' form: alpha ||w||_1 + (1 - alpha) ||w||^2.",
            "definition",
            PAIR,
        ),
        Misconception(
            "elastic_net/all-halved",
            "The sizes are halved too",
            "elastic_net",
            everything_halved,
            "For (1, -2) with alpha = 1 and l1_ratio = 0.5 you return {got}. With l1_ratio = 1 it "
            "should be the L1 penalty: is it?",
            "One half in front of both.",
            "definition",
            PAIR,
        ),
        Misconception(
            "elastic_net/shares",
            "The shares are exchanged",
            "elastic_net",
            shares_exchanged,
            "For (1, -2) with alpha = 2 and l1_ratio = 0.25 you return {got}. Whose share is "
            "l1_ratio?",
            "l1_ratio on the squares.",
            "definition",
            UNEVEN,
        ),
        Misconception(
            "elastic_net/two-strengths",
            "The two numbers are two strengths",
            "elastic_net",
            two_strengths,
            "For (1, -2) with alpha = 1 and l1_ratio = 0.5 you return {got}. What should happen to "
            "the price when alpha is 0?",
            "lambda_1 and lambda_2 of the other parametrisation.",
            "definition",
            PAIR,
        ),
        Misconception(
            "elastic_net/one-part",
            "The strength acts on the sizes alone",
            "elastic_net",
            strength_on_one_part,
            "For (1, -2) with alpha = 2 and l1_ratio = 0.25 you return {got}. And with alpha = 0, "
            "when nothing should be paid?",
            "Brackets: alpha times the first term only.",
            "definition",
            UNEVEN,
        ),
        Misconception(
            "elastic_net/mean",
            "It is a mean over the coefficients",
            "elastic_net",
            averaged,
            "For (1, -2) with alpha = 1 and l1_ratio = 0.5 you return {got}. And for (1, -2, 0), "
            "with an idle feature?",
            "np.mean for np.sum.",
            "definition",
            PAIR,
        ),
        Misconception(
            "elastic_net/signed",
            "Negative coefficients earn something",
            "elastic_net",
            signs_cancel,
            "For (1, -2) with alpha = 1 and l1_ratio = 0.5 you return {got}. And for (1, 2), which "
            "is as far from zero?",
            "No absolute value.",
            "definition",
            PAIR,
        ),
        Misconception(
            "elastic_net/length",
            "The length is not squared",
            "elastic_net",
            length_for_square,
            "For (1, -2) with alpha = 1 and l1_ratio = 0.5 you return {got}. With l1_ratio = 0, by "
            "what factor does your price grow when all coefficients double?",
            "Norm for squared norm.",
            "definition",
            PAIR,
        ),
        Misconception(
            "elastic_net/any-share",
            "Any share is accepted",
            "elastic_net",
            any_share,
            "With l1_ratio = 1.5 and alpha = 1 you return {got} for (1, -2). What do the squares "
            "cost then?",
            "The checks are missing.",
            "definition",
            ([1.0, -2.0], 1.0, 1.5),
        ),
        Misconception(
            "elastic_net_grad/doubled",
            "The pull of the squares is twice too strong",
            "elastic_net_grad",
            doubled_pull,
            "For (1, -2) with alpha = 1 and l1_ratio = 0.5 you return {got}. Where does the 2 of "
            "the derivative go?",
            "The gradient of the full square.",
            "derivation",
            PAIR,
        ),
        Misconception(
            "elastic_net_grad/halved",
            "The half has survived the derivative",
            "elastic_net_grad",
            halved_pull,
            "For (1, -2) with alpha = 1 and l1_ratio = 0.5 you return {got}. What is the derivative "
            "of half a square?",
            "The 2 is missing.",
            "derivation",
            PAIR,
        ),
        Misconception(
            "elastic_net_grad/zeros",
            "Zero is divided by zero",
            "elastic_net_grad",
            zero_over_zero,
            "For (1, -2, 0) with alpha = 1 and l1_ratio = 0.5 you return {got}. What did you "
            "divide by?",
            "w / |w| for the sign.",
            "derivation",
            WITH_ZERO,
        ),
        Misconception(
            "elastic_net_grad/shares",
            "The shares are exchanged in the gradient",
            "elastic_net_grad",
            exchanged_pulls,
            "For (1, -2) with alpha = 2 and l1_ratio = 0.25 you return {got}. Whose share is "
            "l1_ratio?",
            "l1_ratio on the linear pull.",
            "derivation",
            UNEVEN,
        ),
        Misconception(
            "elastic_net_grad/no-alpha",
            "The strength is missing in the gradient",
            "elastic_net_grad",
            no_strength,
            "For (1, -2) with alpha = 2 and l1_ratio = 0.25 you return {got}. And with alpha = 0, "
            "when nothing pulls?",
            "alpha is left out.",
            "derivation",
            UNEVEN,
        ),
        Misconception(
            "elastic_net_grad/size",
            "The size stands where its slope should",
            "elastic_net_grad",
            size_for_sign,
            "For (1, -2) with alpha = 1 and l1_ratio = 0.5 you return {got}. How steep is |w| at "
            "w = -2?",
            "abs for sign.",
            "derivation",
            PAIR,
        ),
    ),
    success=(
        "Both ends are the penalties that you know, and everything between has the right price "
        "and the right pull. You can now read three papers that write it in three ways."
    ),
    kinks=lambda alpha=1.0, l1_ratio=0.5: (0.0,),
)
