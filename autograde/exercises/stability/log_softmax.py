"""Exercise: the logarithm of softmax, without taking the logarithm of softmax."""

from __future__ import annotations

import numpy as np

from autograde.exercise import Exercise, Misconception, Probe
from autograde.row_regimes import apart, elementary, extreme


def log_softmax(z):
    z = np.asarray(z)
    behind = z - z.max(axis=-1)[..., np.newaxis]
    return behind - np.log(np.exp(behind).sum(axis=-1))[..., np.newaxis]


def probes(rng: np.random.Generator) -> list[Probe]:
    far = rng.permutation(np.array([0.0, -50.0, -800.0]) + rng.integers(-16, 17) * 0.125)
    return [
        *elementary(rng, "log_softmax"),
        *extreme(rng, "log_softmax"),
        Probe("log_softmax", "stability", "classes that are hopelessly behind", (far,)),
        apart(rng, "log_softmax"),
    ]


# -- wrong answers -------------------------------------------------------------


def logarithm_of_softmax(z):
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return np.log(e / np.sum(e, axis=-1, keepdims=True))


def logarithm_with_epsilon(z):
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return np.log(e / np.sum(e, axis=-1, keepdims=True) + 1e-15)


def as_it_is_spelled(z):
    e = np.exp(z)
    return np.log(e / np.sum(e, axis=-1, keepdims=True))


def without_shift(z):
    return z - np.log(np.sum(np.exp(z), axis=-1, keepdims=True))


def one_shift_for_all(z):
    s = z - np.max(z)
    return s - np.log(np.sum(np.exp(s), axis=-1, keepdims=True))


def down_the_columns(z):
    s = z - np.max(z, axis=0)
    return s - np.log(np.sum(np.exp(s), axis=0))


def shifted_only(z):
    return z - np.max(z, axis=-1, keepdims=True)


def shift_counted_twice(z):
    m = np.max(z, axis=-1, keepdims=True)
    return z - m - (m + np.log(np.sum(np.exp(z - m), axis=-1, keepdims=True)))


def negative(z):
    s = z - np.max(z, axis=-1, keepdims=True)
    return np.log(np.sum(np.exp(s), axis=-1, keepdims=True)) - s


def sum_of_everything(z):
    s = z - np.max(z, axis=-1, keepdims=True)
    return s - np.log(np.sum(np.exp(s)))


THREE = ([0.0, 1.0, 2.0],)
FAR = ([0.0, -800.0],)
LARGE = ([1000.0, 999.0],)
TWO_ROWS = ([[0.0, 1.0], [2.0, 2.0]],)

EXERCISE = Exercise(
    slug="log_softmax",
    title="Log-softmax",
    chapter="stability",
    page="stability/logsumexp",
    functions={"log_softmax": log_softmax},
    points={"value": 2, "edges": 1, "stability": 2},
    probes=probes,
    hints=(
        "A class that is 800 behind has a probability that no float can hold. Its logarithm is "
        "about -800, which every float can hold. Never go through the probability.",
        "The logarithm of a quotient is a difference. One of its two parts needs no exponential.",
        "Shift first, then subtract the log-sum-exp of what you have shifted; the shift itself "
        "then cancels.",
    ),
    misconceptions=(
        Misconception(
            "log_softmax/log-of-softmax",
            "The logarithm of a probability that is already 0",
            "log_softmax",
            logarithm_of_softmax,
            "For logits of 0 and -800 you return {got}. The second class is 800 behind: what "
            "should its log-probability be, and what was its probability in float64?",
            "A stable softmax followed by log: underflow gives -inf.",
            "what-goes-wrong",
            FAR,
        ),
        Misconception(
            "log_softmax/epsilon",
            "A small number keeps the logarithm alive, and lies",
            "log_softmax",
            logarithm_with_epsilon,
            "For logits of 0 and -800 you return {got}. Make the second logit -900: does your "
            "result notice?",
            "log(p + 1e-15): every class more than 34.5 behind gets the same value and no "
            "gradient.",
            "what-goes-wrong",
            FAR,
        ),
        Misconception(
            "log_softmax/overflow",
            "Infinity is divided by infinity",
            "log_softmax",
            as_it_is_spelled,
            "For logits of 1000 and 999 you return {got}. Which two numbers do you divide?",
            "No shift and a detour through the probability.",
            "what-goes-wrong",
            LARGE,
        ),
        Misconception(
            "log_softmax/no-shift",
            "The sum of exponentials overflows",
            "log_softmax",
            without_shift,
            "For logits of 1000 and 999 you return {got}. The difference of the two results "
            "should be 1. Where did the 1000 go?",
            "The right difference, with a naive log-sum-exp in it.",
            "what-goes-wrong",
            LARGE,
        ),
        Misconception(
            "log_softmax/one-shift",
            "One shift for all rows",
            "log_softmax",
            one_shift_for_all,
            "For the rows (0, 1) and (1000, 999) you return {got}. What is the sum of the "
            "exponentials of the first row after your shift?",
            "np.max without an axis.",
            "what-goes-wrong",
            ([[0.0, 1.0], [1000.0, 999.0]],),
        ),
        Misconception(
            "log_softmax/columns",
            "It normalises down the columns",
            "log_softmax",
            down_the_columns,
            "For the rows (0, 1) and (2, 2) you return {got}. Exponentiate it: which lines of "
            "numbers add up to 1?",
            "axis=0.",
            "definition",
            TWO_ROWS,
        ),
        Misconception(
            "log_softmax/not-normalised",
            "Shifted, but not normalised",
            "log_softmax",
            shifted_only,
            "For (0, 1, 2) you return {got}. Exponentiate it and add up: is that 1?",
            "Subtracts the maximum instead of the log-sum-exp.",
            "derivation",
            THREE,
        ),
        Misconception(
            "log_softmax/shifted-twice",
            "The shift is subtracted twice",
            "log_softmax",
            shift_counted_twice,
            "For (0, 1, 2) you return {got}. Add 5 to every logit: should a log-probability "
            "change?",
            "Uses the shifted logits with the log-sum-exp of the unshifted ones.",
            "derivation",
            THREE,
        ),
        Misconception(
            "log_softmax/sign",
            "It is the negative of it",
            "log_softmax",
            negative,
            "For (0, 1, 2) you return {got}. Can the logarithm of a probability be positive?",
            "Returns the cross-entropy of every class, not the log-probability.",
            "definition",
            THREE,
        ),
        Misconception(
            "log_softmax/everything",
            "All rows share one sum",
            "log_softmax",
            sum_of_everything,
            "For two rows you return {got}. What do the probabilities of one row add up to?",
            "np.sum without an axis.",
            "definition",
            TWO_ROWS,
        ),
    ),
    success=(
        "Exact where the probability itself is 0 in float64. A cross-entropy that starts from "
        "here never sees log 0, and needs no epsilon."
    ),
)
