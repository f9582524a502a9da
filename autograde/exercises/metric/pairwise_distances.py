"""Exercise: the distances of all pairs of rows, near duplicates included."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.vector_regimes import rows


def pairwise_distances(x, y):
    return lossref.pairwise_distances(x, y)


def probes(rng: np.random.Generator) -> list[Probe]:
    def ask(aspect, regime, x, y):
        return Probe("pairwise_distances", aspect, regime, (x, y))

    far = 1e6 + rows(rng, 1, 3) + rng.integers(0, 3, size=(4, 3)) * 0.125
    same = np.concatenate([far[:2] + 0.125, far[:1]])
    single = (4096 + rng.integers(0, 5, size=(4, 3)) * 0.125).astype(np.float32)
    one = rng.normal(size=(12, 3))
    whole = rng.integers(-9, 10, size=(3, 2))
    return [
        ask("value", "three rows and four rows in the plane", rows(rng, 3, 2), rows(rng, 4, 2)),
        ask("value", "two rows and three rows with five entries", rows(rng, 2, 5), rows(rng, 3, 5)),
        ask("value", "rows with a single entry", rows(rng, 3, 1), rows(rng, 2, 1)),
        ask("value", "as many rows as entries", rows(rng, 3, 3), rows(rng, 3, 3)),
        ask("edges", "one row and one row", rows(rng, 1, 4), rows(rng, 1, 4)),
        ask("edges", "an array and itself", one, one.copy()),
        ask("edges", "whole numbers (dtype int64)", whole, rng.integers(-9, 10, size=(4, 2))),
        ask(
            "edges",
            "single precision (dtype float32)",
            rows(rng, 3, 2).astype(np.float32),
            rows(rng, 2, 2).astype(np.float32),
        ),
        ask(
            "edges",
            "arrays that are not contiguous",
            strided(rows(rng, 3, 2)),
            strided(rows(rng, 2, 2)),
        ),
        ask("stability", "close together and a million from the origin", far, same),
        ask("stability", "close together and far from the origin in float32", single, single[:2]),
        ask(
            "stability",
            "near duplicates",
            one,
            one + rng.integers(1, 9, size=(12, 3)) * 2.0**-40,
        ),
    ]


# -- wrong answers -------------------------------------------------------------


def by_products(x, y):
    squares = np.sum(x * x, axis=1)[:, None] + np.sum(y * y, axis=1)
    return np.sqrt(squares - 2 * x @ y.T)


def by_products_clipped(x, y):
    squares = np.sum(x * x, axis=1)[:, None] + np.sum(y * y, axis=1)
    return np.sqrt(np.maximum(squares - 2 * x @ y.T, 0))


def squared(x, y):
    return np.sum((x[:, None, :] - y[None, :, :]) ** 2, axis=-1) * 1.0


def along_the_axes(x, y):
    return np.sum(np.abs(x[:, None, :] - y[None, :, :]), axis=-1) * 1.0


def largest_entry(x, y):
    return np.max(np.abs(x[:, None, :] - y[None, :, :]), axis=-1) * 1.0


def rows_exchanged(x, y):
    d = x[None, :, :] - y[:, None, :]
    return np.sqrt(np.sum(d * d, axis=-1))


def over_the_rows(x, y):
    d = x[:, None, :] - y[None, :, :]
    return np.sqrt(np.sum(d * d, axis=1))


def root_mean(x, y):
    d = x[:, None, :] - y[None, :, :]
    return np.sqrt(np.mean(d * d, axis=-1))


def epsilon_under_the_root(x, y):
    d = x[:, None, :] - y[None, :, :]
    return np.sqrt(np.sum(d * d, axis=-1) + 1e-12)


def similarities(x, y):
    return x @ y.T * 1.0


TWO_AND_ONE = ([[0.0, 0.0], [3.0, 4.0]], [[3.0, 0.0]])
FAR = ([[1e8, 0.0]], [[1e8, 0.5]])

EXERCISE = Exercise(
    slug="pairwise_distances",
    title="Distances of all pairs",
    chapter="metric",
    page="metric/pairwise-distances",
    functions={"pairwise_distances": pairwise_distances},
    points={"value": 2, "edges": 1, "stability": 2},
    probes=probes,
    hints=(
        "Every row of x meets every row of y. With one axis for each of them and one for the "
        "entries, broadcasting makes all the meetings at once.",
        "Squared lengths and a product give the same number on paper. Which of the two ways "
        "subtracts large numbers that are nearly equal?",
        "Subtract first: an array of shape (N, M, D). What remains is a length along the last axis.",
    ),
    misconceptions=(
        Misconception(
            "pairwise_distances/products",
            "Large squares are subtracted from each other",
            "pairwise_distances",
            by_products,
            "For (1e8, 0) and (1e8, 0.5) you return {got}. How many digits of 0.25 are left "
            "beside a square of 1e16?",
            "|x|^2 + |y|^2 - 2 x.y: cancels for near duplicates, and the root of a negative is nan.",
            "what-goes-wrong",
            FAR,
        ),
        Misconception(
            "pairwise_distances/products-clipped",
            "What has cancelled is cut off at zero",
            "pairwise_distances",
            by_products_clipped,
            "For (0.1, 0.2, 0.3) and a vector that differs by 1e-9 in its first entry you return "
            "{got}. No nan any more; is the distance there?",
            "The products with a maximum against the nan; the digits are gone all the same.",
            "what-goes-wrong",
            ([[0.1, 0.2, 0.3]], [[0.1 + 1e-9, 0.2, 0.3]]),
        ),
        Misconception(
            "pairwise_distances/squared",
            "The distances are squared",
            "pairwise_distances",
            squared,
            "For the rows (0, 0) and (3, 4) against (3, 0) you return {got}. How far is it from "
            "(0, 0) to (3, 0)?",
            "The root is missing.",
            "definition",
            TWO_AND_ONE,
        ),
        Misconception(
            "pairwise_distances/l1",
            "It walks along the axes",
            "pairwise_distances",
            along_the_axes,
            "For (0, 0) and (3, 4) you return {got}. And as the crow flies?",
            "The L1 distance.",
            "definition",
            ([[0.0, 0.0]], [[3.0, 4.0]]),
        ),
        Misconception(
            "pairwise_distances/maximum",
            "Only the largest difference counts",
            "pairwise_distances",
            largest_entry,
            "For (0, 0) and (3, 4) you return {got}. Does the 3 add nothing?",
            "The maximum norm.",
            "definition",
            ([[0.0, 0.0]], [[3.0, 4.0]]),
        ),
        Misconception(
            "pairwise_distances/exchanged",
            "Rows and columns are exchanged",
            "pairwise_distances",
            rows_exchanged,
            "For two rows in x and one in y you return {got}. Which entry belongs to row 1 of x "
            "and row 0 of y?",
            "The axes of x and y are swapped: shape (M, N).",
            "definition",
            TWO_AND_ONE,
        ),
        Misconception(
            "pairwise_distances/over-rows",
            "The sum runs over the rows of y",
            "pairwise_distances",
            over_the_rows,
            "For two rows in x and one in y you return {got}. How many pairs are there, and how "
            "many numbers?",
            "axis=1 of an array (N, M, D).",
            "definition",
            TWO_AND_ONE,
        ),
        Misconception(
            "pairwise_distances/root-mean",
            "It is the root of a mean",
            "pairwise_distances",
            root_mean,
            "For (0, 0) and (3, 4) you return {got}. A right-angled triangle with sides 3 and 4: "
            "how long is the third?",
            "mean for sum over the entries.",
            "definition",
            ([[0.0, 0.0]], [[3.0, 4.0]]),
        ),
        Misconception(
            "pairwise_distances/epsilon",
            "A small number under the root",
            "pairwise_distances",
            epsilon_under_the_root,
            "For a row and itself you return {got}. How far is it from a point to itself?",
            "An epsilon for the sake of the gradient: every small distance is 1e-6.",
            "what-goes-wrong",
            ([[1.0, 2.0]], [[1.0, 2.0]]),
        ),
        Misconception(
            "pairwise_distances/similarities",
            "These are similarities",
            "pairwise_distances",
            similarities,
            "For a row (3, 4) and itself you return {got}. Should that number not be the smallest "
            "one possible?",
            "Inner products in place of distances.",
            "definition",
            ([[3.0, 4.0]], [[3.0, 4.0]]),
        ),
    ),
    success=(
        "Right for every pair, exactly 0 for equal rows, and with all digits for near duplicates "
        "a million from the origin. Every loss of this chapter that speaks of distances stands on it."
    ),
)
