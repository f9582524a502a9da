"""Exercise: the logarithm of a sum of exponentials, along the last axis."""

from __future__ import annotations

import numpy as np

from autograde.exercise import Exercise, Misconception, Probe
from autograde.row_regimes import apart, elementary, extreme


def logsumexp(z):
    z = np.asarray(z)
    largest = np.max(z, axis=-1, keepdims=True)
    total = np.exp(z - largest).sum(axis=-1)
    return np.squeeze(largest, axis=-1) + np.log(total)


def probes(rng: np.random.Generator) -> list[Probe]:
    row = rng.integers(-16, 17, size=5) * 0.125
    row[rng.integers(5)] = -np.inf
    return [
        *elementary(rng, "logsumexp"),
        Probe("logsumexp", "edges", "an entry of minus infinity among others", (row,)),
        *extreme(rng, "logsumexp"),
        apart(rng, "logsumexp"),
    ]


# -- wrong answers -------------------------------------------------------------


def as_it_is_spelled(z):
    return np.log(np.sum(np.exp(z), axis=-1))


def one_shift_for_all(z):
    m = np.max(z)
    return m + np.log(np.sum(np.exp(z - m), axis=-1))


def shift_not_undone(z):
    m = np.max(z, axis=-1, keepdims=True)
    return np.log(np.sum(np.exp(z - m), axis=-1))


def along_the_first_axis(z):
    m = np.max(z, axis=0)
    return m + np.log(np.sum(np.exp(z - m), axis=0))


def over_everything(z):
    m = np.max(z)
    return m + np.log(np.sum(np.exp(z - m)))


def of_the_mean(z):
    m = np.max(z, axis=-1)
    return m + np.log(np.mean(np.exp(z - m[..., None]), axis=-1))


def clipped(z):
    return np.log(np.sum(np.exp(np.clip(z * 1.0, -80.0, 80.0)), axis=-1))


def axis_kept(z):
    m = np.max(z, axis=-1, keepdims=True)
    return m + np.log(np.sum(np.exp(z - m), axis=-1, keepdims=True))


def the_largest_only(z):
    return np.max(z, axis=-1)


def shift_on_the_wrong_side(z):
    m = np.max(z, axis=-1)
    return np.log(np.sum(np.exp(z - m[..., None]), axis=-1)) - m


THREE = ([0.0, 1.0, 2.0],)
TWO_ROWS = ([[0.0, 1.0, 2.0], [3.0, 3.0, 3.0]],)

EXERCISE = Exercise(
    slug="logsumexp",
    title="Log-sum-exp",
    chapter="stability",
    page="stability/logsumexp",
    functions={"logsumexp": logsumexp},
    points={"value": 2, "edges": 1, "stability": 2},
    probes=probes,
    hints=(
        "The answer is never far from the largest entry of the row. So some number near that "
        "entry can be taken out before anything is exponentiated.",
        "A common factor of all terms of the sum becomes a summand under the logarithm. Which "
        "factor makes every remaining exponent zero or negative?",
        "Each row has its own largest entry. Keep the axis while you subtract it (keepdims), and "
        "drop it when you add it again.",
    ),
    misconceptions=(
        Misconception(
            "logsumexp/overflow",
            "The exponential overflows before the logarithm can help",
            "logsumexp",
            as_it_is_spelled,
            "For entries of 1000 and 999 you return {got}. The right number is a little above "
            "1000. Which intermediate number is not a float any more?",
            "The formula as it is spelled: exp is inf from 710 on and 0 below -745.",
            "what-goes-wrong",
            ([1000.0, 999.0],),
        ),
        Misconception(
            "logsumexp/one-shift",
            "One shift for all rows",
            "logsumexp",
            one_shift_for_all,
            "For the rows (0, 1) and (1000, 999) you return {got}. What is left of the first row "
            "after the largest entry of the whole array is subtracted from it?",
            "np.max without an axis: rows far below the global maximum underflow to log 0.",
            "what-goes-wrong",
            ([[0.0, 1.0], [1000.0, 999.0]],),
        ),
        Misconception(
            "logsumexp/not-undone",
            "The shift is not undone",
            "logsumexp",
            shift_not_undone,
            "For (0, 1, 2) you return {got}. Add 5 to every entry: by how much should the result "
            "grow, and by how much does yours?",
            "Subtracts the maximum and forgets to add it outside the logarithm.",
            "derivation",
            THREE,
        ),
        Misconception(
            "logsumexp/first-axis",
            "The sum runs down the columns",
            "logsumexp",
            along_the_first_axis,
            "For a matrix of 2 rows and 3 columns you return {got}. How many rows are there, and "
            "how many numbers should come back?",
            "axis=0 where the last axis is asked for.",
            "definition",
            TWO_ROWS,
        ),
        Misconception(
            "logsumexp/everything",
            "All rows end up in one number",
            "logsumexp",
            over_everything,
            "For a matrix of 2 rows and 3 columns you return {got}. Which row does it speak of?",
            "No axis at all.",
            "definition",
            TWO_ROWS,
        ),
        Misconception(
            "logsumexp/mean",
            "It is the logarithm of a mean",
            "logsumexp",
            of_the_mean,
            "For three entries of 0 you return {got}. How many terms of size exp(0) does the sum "
            "have?",
            "mean instead of sum: off by log C.",
            "definition",
            ([0.0, 0.0, 0.0],),
        ),
        Misconception(
            "logsumexp/clipped",
            "Large entries are cut off",
            "logsumexp",
            clipped,
            "For entries of 1000 and 999 you return {got}. What do you return for 2000 and 1999?",
            "Clips the input so that exp survives; beyond the clip the result does not move.",
            "what-goes-wrong",
            ([1000.0, 999.0],),
        ),
        Misconception(
            "logsumexp/axis-kept",
            "An axis of length one is left over",
            "logsumexp",
            axis_kept,
            "For a matrix of 2 rows and 3 columns you return {got}. What is its shape, and what "
            "happens when it meets an array of shape (2,)?",
            "keepdims=True in the result.",
            "definition",
            TWO_ROWS,
        ),
        Misconception(
            "logsumexp/hard-maximum",
            "Only the largest entry counts",
            "logsumexp",
            the_largest_only,
            "For (0, 0, 0) you return {got}. What is the logarithm of 1 + 1 + 1?",
            "Takes the limit for well separated entries as the definition.",
            "definition",
            ([0.0, 0.0, 0.0],),
        ),
        Misconception(
            "logsumexp/wrong-side",
            "The shift is undone with the wrong sign",
            "logsumexp",
            shift_on_the_wrong_side,
            "For (0, 1, 2) you return {got}. The sum is larger than exp(2): can its logarithm be "
            "below 2?",
            "Subtracts the maximum twice.",
            "derivation",
            THREE,
        ),
    ),
    success=(
        "Right along the last axis, for entries of both signs up to thousands, and for rows that "
        "have nothing in common. Every stable formula of this chapter stands on this one."
    ),
)
