"""Exercise: softmax along the last axis, for logits of any size."""

from __future__ import annotations

import numpy as np

from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import targets
from autograde.row_regimes import apart, elementary, extreme


def softmax(z):
    z = np.asarray(z)
    odds = np.exp(z - z.max(axis=-1)[..., np.newaxis])
    return odds / odds.sum(axis=-1)[..., np.newaxis]


def probes(rng: np.random.Generator) -> list[Probe]:
    row = rng.integers(-16, 17, size=5) * 0.125
    row[rng.integers(5)] = -np.inf
    lead = np.append(3000.0, targets(rng, 2))
    return [
        *elementary(rng, "softmax"),
        Probe("softmax", "edges", "a class that is impossible (minus infinity)", (row,)),
        *extreme(rng, "softmax"),
        Probe("softmax", "stability", "the first logit leads by 3000", (lead,)),
        Probe("softmax", "stability", "the last logit leads by 3000", (lead[::-1].copy(),)),
        apart(rng, "softmax"),
    ]


# -- wrong answers -------------------------------------------------------------


def as_it_is_spelled(z):
    e = np.exp(z)
    return e / np.sum(e, axis=-1, keepdims=True)


def one_shift_for_all(z):
    e = np.exp(z - np.max(z))
    return e / np.sum(e, axis=-1, keepdims=True)


def shared_by_everyone(z):
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / np.sum(e)


def down_the_columns(z):
    e = np.exp(z - np.max(z, axis=0))
    return e / np.sum(e, axis=0)


def scaled_not_shifted(z):
    e = np.exp(z / np.max(np.abs(z), axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def clipped(z):
    e = np.exp(np.clip(z * 1.0, -80.0, 80.0))
    return e / np.sum(e, axis=-1, keepdims=True)


def padded(z):
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / (np.sum(e, axis=-1, keepdims=True) + 1e-8)


def without_exponential(z):
    return z / np.sum(z, axis=-1, keepdims=True)


def shifted_by_the_mean(z):
    e = np.exp(z - np.mean(z, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def of_minus_z(z):
    e = np.exp(np.min(z, axis=-1, keepdims=True) - z)
    return e / np.sum(e, axis=-1, keepdims=True)


THREE = ([0.0, 1.0, 2.0],)
LARGE = ([1000.0, 999.0],)
TWO_ROWS = ([[0.0, 1.0], [2.0, 2.0]],)

EXERCISE = Exercise(
    slug="softmax",
    title="Softmax, stable",
    chapter="stability",
    page="stability/logsumexp",
    functions={"softmax": softmax},
    points={"value": 2, "edges": 1, "stability": 2},
    probes=probes,
    hints=(
        "Probabilities depend on differences of logits only. That leaves you one number per row "
        "to choose freely.",
        "Choose it so that the largest exponent of each row is 0. Nothing can overflow then, and "
        "the sum is at least 1.",
        "Two reductions, both along the last axis, both with keepdims, and one division.",
    ),
    misconceptions=(
        Misconception(
            "softmax/overflow",
            "The exponentials overflow",
            "softmax",
            as_it_is_spelled,
            "For logits of 1000 and 999 you return {got}. The odds are e to 1. What are the two "
            "numbers that you divide?",
            "inf / inf; with very negative logits 0 / 0.",
            "what-goes-wrong",
            LARGE,
        ),
        Misconception(
            "softmax/one-shift",
            "One shift for all rows",
            "softmax",
            one_shift_for_all,
            "For the rows (0, 1) and (1000, 999) you return {got}. What is left of the first row "
            "after 1000 is subtracted from it?",
            "np.max without an axis: 0 / 0 in rows far below the global maximum.",
            "what-goes-wrong",
            ([[0.0, 1.0], [1000.0, 999.0]],),
        ),
        Misconception(
            "softmax/shared",
            "All rows share one sum",
            "softmax",
            shared_by_everyone,
            "For two rows you return {got}. What does each row add up to?",
            "np.sum without an axis.",
            "definition",
            TWO_ROWS,
        ),
        Misconception(
            "softmax/columns",
            "It normalises down the columns",
            "softmax",
            down_the_columns,
            "For the rows (0, 1) and (2, 2) you return {got}. Do the rows add up to 1, or the "
            "columns?",
            "axis=0: classes compete with samples.",
            "definition",
            TWO_ROWS,
        ),
        Misconception(
            "softmax/scaled",
            "Logits are divided where they should be shifted",
            "softmax",
            scaled_not_shifted,
            "For (0, 1, 2) you return {got}. Which operation on the logits leaves every ratio of "
            "two exponentials as it was?",
            "Dividing by the maximum changes the temperature, and the probabilities with it.",
            "derivation",
            THREE,
        ),
        Misconception(
            "softmax/clipped",
            "Large logits are cut off",
            "softmax",
            clipped,
            "For logits of 1000 and 999 you return {got}. Which of the two classes is more "
            "likely, and by how much?",
            "Clips the logits; above the clip all classes look alike.",
            "what-goes-wrong",
            LARGE,
        ),
        Misconception(
            "softmax/padded",
            "A small number is added to the sum",
            "softmax",
            padded,
            "For (0, 1, 2) you return {got}, which adds up to a little less than 1. After the "
            "shift, how small can the sum be? Does it need protection?",
            "An epsilon against a division by zero that the shift has made impossible.",
            "what-goes-wrong",
            THREE,
        ),
        Misconception(
            "softmax/no-exponential",
            "The logits themselves are normalised",
            "softmax",
            without_exponential,
            "For (-1, 1, 2) you return {got}. Can a probability be negative?",
            "Divides by the sum and leaves out the exponential.",
            "definition",
            ([-1.0, 1.0, 2.0],),
        ),
        Misconception(
            "softmax/mean-shift",
            "The shift is the mean",
            "softmax",
            shifted_by_the_mean,
            "For (0, 0, 3000) you return {got}. After your shift, how large is the largest "
            "exponent?",
            "Shifting by the mean is right on paper and leaves exponents above 709.",
            "what-goes-wrong",
            ([0.0, 0.0, 3000.0],),
        ),
        Misconception(
            "softmax/upside-down",
            "The smallest logit wins",
            "softmax",
            of_minus_z,
            "For (0, 1, 2) you return {got}. Which class has the largest logit, and which the "
            "largest probability?",
            "exp(-z), or a shift with the sign turned.",
            "definition",
            THREE,
        ),
    ),
    success=(
        "Every row adds up to 1, at logits of thousands and in float32, and rows do not disturb "
        "each other. Now take its logarithm, and notice what that must not do."
    ),
)
