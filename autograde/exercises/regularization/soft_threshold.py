"""Exercise: soft thresholding, the proximal step of the absolute value."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import errors


def soft_threshold(v, threshold):
    return lossref.soft_threshold(v, threshold)


def probes(rng: np.random.Generator) -> list[Probe]:
    def draw(*shape: int, low: float = 0.125, high: float = 4.0) -> np.ndarray:
        return errors(rng, shape, low, high)

    def probe(aspect: str, regime: str, v: np.ndarray, threshold: float, **kwargs) -> Probe:
        return Probe("soft_threshold", aspect, regime, (v, threshold), **kwargs)

    far, near = draw(5, low=1.25), draw(4, high=0.625)
    mixed = rng.permutation(np.concatenate([draw(3, low=1.125), draw(3, high=0.875)]))
    whole = rng.integers(3, 9, size=4) * np.array([1, -1, 1, -1])
    return [
        probe("value", "every number beyond the threshold", far, 1.0),
        probe("value", "numbers on both sides of the threshold", mixed, 1.0),
        probe("value", "a threshold of 0.375", draw(6), 0.375),
        probe("value", "a matrix of 3 by 4 numbers", draw(3, 4), 1.5),
        probe("zeros", "every number within the threshold", near, 0.75),
        probe("zeros", "numbers of exactly the threshold", np.append(draw(2), [0.5, -0.5]), 0.5),
        probe("zeros", "zeros among the numbers", np.append(draw(3), 0.0), 0.5),
        probe("edges", "a threshold of 0: nothing moves", draw(4), 0.0),
        probe("edges", "a single number", draw(1, low=1.0), 0.75),
        probe("edges", "numbers of 1e-9 and 1e9", draw(4) * [1e-9, 1e9, 1e-9, 1e9], 1e-9),
        probe("edges", "whole numbers (dtype int64)", whole, 1.5),
        probe("edges", "single precision (dtype float32)", draw(5).astype(np.float32), 0.75),
        probe("edges", "an array that is not contiguous", strided(draw(5)), 0.75),
        probe("edges", "threshold = -1, which is not allowed", draw(3), -1.0, raises=ValueError),
    ]


# -- wrong answers -------------------------------------------------------------


def _checked(threshold):
    if threshold < 0:
        raise ValueError("threshold")


def hard(v, threshold):
    _checked(threshold)
    return np.where(np.abs(v) > threshold, v, 0.0)


def no_sign(v, threshold):
    _checked(threshold)
    return np.maximum(np.abs(v) - threshold, 0.0)


def one_sided(v, threshold):
    _checked(threshold)
    return np.maximum(v - threshold, 0.0)


def hops_over(v, threshold):
    _checked(threshold)
    return v - threshold * np.sign(v)


def what_is_taken_off(v, threshold):
    _checked(threshold)
    return np.clip(v * 1.0, -threshold, threshold)


def shrunk(v, threshold):
    _checked(threshold)
    return v / (1.0 + threshold)


def shifted_all(v, threshold):
    _checked(threshold)
    return np.where(np.abs(v) > threshold, v - threshold, 0.0)


def outward(v, threshold):
    _checked(threshold)
    return np.sign(v) * (np.abs(v) + threshold)


def half_the_threshold(v, threshold):
    _checked(threshold)
    return np.sign(v) * np.maximum(np.abs(v) - threshold / 2, 0.0)


def zero_over_zero(v, threshold):
    _checked(threshold)
    return v / np.abs(v) * np.maximum(np.abs(v) - threshold, 0.0)


def keeps_the_small(v, threshold):
    _checked(threshold)
    return np.where(np.abs(v) > threshold, v - threshold * np.sign(v), v)


def any_threshold(v, threshold):
    left = np.abs(v) - threshold
    return np.sign(v) * np.maximum(left, 0.0)


THREE = ([3.0, 0.5, -2.0], 1.0)

EXERCISE = Exercise(
    slug="soft_threshold",
    title="Soft thresholding",
    chapter="regularization",
    page="regularization/lasso",
    functions={"soft_threshold": soft_threshold},
    points={"value": 2, "zeros": 1, "edges": 1},
    probes=probes,
    hints=(
        "Every number wants to go to zero and may walk as far as the threshold. Who arrives?",
        "Treat size and sign apart: the size becomes smaller by the threshold, the sign stays.",
        "A size cannot become negative. Those that would are the zeros that the lasso is loved for.",
    ),
    misconceptions=(
        Misconception(
            "soft_threshold/hard",
            "What is kept stays where it was",
            "soft_threshold",
            hard,
            "For (3, 0.5, -2) with a threshold of 1 you return {got}. Which w minimises "
            "|w| + (w - 3)^2 / 2?",
            "Hard thresholding.",
            "derivation",
            THREE,
        ),
        Misconception(
            "soft_threshold/no-sign",
            "The signs are lost",
            "soft_threshold",
            no_sign,
            "For (3, 0.5, -2) with a threshold of 1 you return {got}. On which side of zero did -2 "
            "stand?",
            "The size without the sign.",
            "derivation",
            THREE,
        ),
        Misconception(
            "soft_threshold/one-sided",
            "Negative numbers all become zero",
            "soft_threshold",
            one_sided,
            "For (3, 0.5, -2) with a threshold of 1 you return {got}. How far is -2 from zero?",
            "max(v - t, 0): a shifted ReLU.",
            "derivation",
            THREE,
        ),
        Misconception(
            "soft_threshold/hops",
            "Small numbers hop over zero",
            "soft_threshold",
            hops_over,
            "For (3, 0.5, -2) with a threshold of 1 you return {got}. Who walks further than zero "
            "pays again: is that a minimum?",
            "A subgradient step.",
            "what-goes-wrong",
            THREE,
        ),
        Misconception(
            "soft_threshold/clipped",
            "What is taken off is returned, not what is left",
            "soft_threshold",
            what_is_taken_off,
            "For (3, 0.5, -2) with a threshold of 1 you return {got}. Add what should be left: do "
            "the two make v?",
            "np.clip: the other part of the decomposition.",
            "derivation",
            THREE,
        ),
        Misconception(
            "soft_threshold/shrunk",
            "Every number shrinks by the same factor",
            "soft_threshold",
            shrunk,
            "For (3, 0.5, -2) with a threshold of 1 you return {got}. Is any of them exactly zero?",
            "The prox of the L2 penalty.",
            "derivation",
            THREE,
        ),
        Misconception(
            "soft_threshold/shifted",
            "All that is kept is moved to the left",
            "soft_threshold",
            shifted_all,
            "For (3, 0.5, -2) with a threshold of 1 you return {got}. Did -2 come nearer to zero?",
            "v - t on both sides.",
            "derivation",
            THREE,
        ),
        Misconception(
            "soft_threshold/outward",
            "Numbers move away from zero",
            "soft_threshold",
            outward,
            "For (3, 0.5, -2) with a threshold of 1 you return {got}. Which of these is cheaper "
            "than where it started?",
            "Plus for minus.",
            "derivation",
            THREE,
        ),
        Misconception(
            "soft_threshold/half",
            "The walk is half as long",
            "soft_threshold",
            half_the_threshold,
            "For (3, 0.5, -2) with a threshold of 1 you return {got}. What is the derivative of "
            "(w - 3)^2 / 2, with its half?",
            "Minimises |w| t + (w - v)^2.",
            "derivation",
            THREE,
        ),
        Misconception(
            "soft_threshold/zeros",
            "Zero is divided by zero",
            "soft_threshold",
            zero_over_zero,
            "For (2, 0) with a threshold of 1 you return {got}. What did you divide by?",
            "v / |v| for the sign: right wherever v is not 0.",
            "what-goes-wrong",
            ([2.0, 0.0], 1.0),
        ),
        Misconception(
            "soft_threshold/keeps-the-small",
            "Small numbers are left alone",
            "soft_threshold",
            keeps_the_small,
            "For (3, 0.5, -2) with a threshold of 1 you return {got}. Which of the three is now "
            "farthest from what it should cost?",
            "v instead of 0 within the threshold.",
            "derivation",
            THREE,
        ),
        Misconception(
            "soft_threshold/any-threshold",
            "A negative threshold is accepted",
            "soft_threshold",
            any_threshold,
            "With a threshold of -1 you make {got} out of (3, 0.5, -2). Of which penalty would that "
            "be the step?",
            "The check is missing.",
            "definition",
            ([3.0, 0.5, -2.0], -1.0),
        ),
    ),
    success=(
        "Sizes shrink by the threshold, signs stay, and what cannot shrink that far is exactly 0. "
        "Next: this one line, repeated, is the lasso."
    ),
)
