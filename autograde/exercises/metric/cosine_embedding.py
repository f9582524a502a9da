"""Exercise: the cosine embedding loss."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.vector_regimes import rows


def cosine_embedding(y_true, a, b, margin=0.0):
    return lossref.cosine_embedding(y_true, a, b, margin=margin)


def towards(rng, cosines, d):
    """Pairs of rows with these cosines between them, at lengths of their own."""
    a = rows(rng, len(cosines), d)
    u = a / np.sqrt((a * a).sum(axis=1, keepdims=True))
    r = rows(rng, len(cosines), d)
    r = r - (r * u).sum(axis=1, keepdims=True) * u
    r /= np.sqrt((r * r).sum(axis=1, keepdims=True))
    c = np.array(cosines)[:, None]
    b = (c * u + np.sqrt(1 - c * c) * r) * rng.integers(4, 33, size=(len(cosines), 1)) * 0.125
    return a, b


def probes(rng: np.random.Generator) -> list[Probe]:
    def ask(aspect, regime, signs, pair, **kwargs):
        y = np.array(signs, dtype=pair[0].dtype)
        return Probe("cosine_embedding", aspect, regime, (y, *pair), kwargs)

    def draw(n):
        return (
            rng.permutation(np.linspace(-0.875, 0.875, n)) + rng.integers(-1, 2, n) / 16
        ).tolist()

    a, b = towards(rng, [0.75, -0.5, 0.25], 3)
    c, d = rows(rng, 4, 2), rows(rng, 4, 2)
    c[::2] = 0
    d[1] = 0
    whole = rng.permutation(np.array([-5, -4, -3, -2, 2, 3, 4, 5]))[:6].reshape(3, 2)
    turned = whole[:, ::-1] * np.array([1, 2])
    return [
        ask("value", "pairs of both kinds", [1, -1, 1, -1, -1], towards(rng, draw(5), 3)),
        ask("value", "pairs that belong together", [1, 1, 1, 1], towards(rng, draw(4), 4)),
        ask("value", "pairs apart, at every angle", [-1, -1, -1, -1], towards(rng, draw(4), 3)),
        ask(
            "value",
            "margin 0.5",
            [-1, 1, -1, -1],
            towards(rng, [0.75, 0.25, 0.25, 0.625], 3),
            margin=0.5,
        ),
        ask(
            "value",
            "margin -0.5",
            [-1, -1, 1, -1],
            towards(rng, [-0.25, -0.75, -0.5, 0.5], 2),
            margin=-0.5,
        ),
        ask("value", "as many pairs as entries", [1, -1, -1], towards(rng, [0.25, 0.5, -0.25], 3)),
        ask("edges", "a single pair", [-1], towards(rng, [0.375], 2)),
        ask("edges", "zero vectors on either side", [1, -1, 1, -1], (c, d)),
        ask("edges", "whole numbers (dtype int64)", [1, -1, 1], (whole, turned)),
        ask(
            "edges",
            "single precision (dtype float32)",
            [1, -1, -1],
            (a.astype(np.float32), b.astype(np.float32)),
        ),
        ask(
            "edges",
            "arrays that are not contiguous",
            [1, -1, 1],
            tuple(map(strided, towards(rng, [0.5, 0.25, -0.5], 2))),
        ),
        ask(
            "stability", "vectors a million times as long", [1, -1, -1], (a * 2.0**20, b * 2.0**20)
        ),
        ask("stability", "vectors of length 1e-12", [1, -1, -1], (a * 2.0**-40, b * 2.0**-40)),
        *(
            Probe(
                "cosine_embedding",
                "edges",
                f"margin = {margin:g}, which is not allowed",
                (np.array([1.0, -1.0]), *towards(rng, [0.5, 0.25], 2)),
                {"margin": margin},
                raises=ValueError,
            )
            for margin in (1.5, -2.0)
        ),
    ]


# -- wrong answers -------------------------------------------------------------


def inner_product(y_true, a, b, margin=0.0):
    if not -1 <= margin <= 1:
        raise ValueError("margin")
    s = np.sum(a * b, axis=1)
    return np.mean(np.where(y_true == 1, 1 - s, np.maximum(s - margin, 0)))


def no_hinge(y_true, a, b, margin=0.0):
    if not -1 <= margin <= 1:
        raise ValueError("margin")
    n = np.sqrt(np.sum(a * a, axis=1) * np.sum(b * b, axis=1))
    c = np.sum(a * b, axis=1) / np.where(n > 0, n, 1.0)
    return np.mean(np.where(y_true == 1, 1 - c, c - margin))


def nan_for_zero_vectors(y_true, a, b, margin=0.0):
    if not -1 <= margin <= 1:
        raise ValueError("margin")
    c = np.sum(a * b, axis=1) / np.sqrt(np.sum(a * a, axis=1) * np.sum(b * b, axis=1))
    return np.mean(np.where(y_true == 1, 1 - c, np.maximum(c - margin, 0)))


def small_number_below(y_true, a, b, margin=0.0):
    if not -1 <= margin <= 1:
        raise ValueError("margin")
    n = np.sqrt(np.sum(a * a, axis=1) * np.sum(b * b, axis=1))
    c = np.sum(a * b, axis=1) / (n + 1e-8)
    return np.mean(np.where(y_true == 1, 1 - c, np.maximum(c - margin, 0)))


def margin_added(y_true, a, b, margin=0.0):
    if not -1 <= margin <= 1:
        raise ValueError("margin")
    n = np.sqrt(np.sum(a * a, axis=1) * np.sum(b * b, axis=1))
    c = np.sum(a * b, axis=1) / np.where(n > 0, n, 1.0)
    return np.mean(np.where(y_true == 1, 1 - c, np.maximum(c + margin, 0)))


def margin_for_both(y_true, a, b, margin=0.0):
    if not -1 <= margin <= 1:
        raise ValueError("margin")
    n = np.sqrt(np.sum(a * a, axis=1) * np.sum(b * b, axis=1))
    c = np.sum(a * b, axis=1) / np.where(n > 0, n, 1.0)
    return np.mean(np.where(y_true == 1, np.maximum(1 - c - margin, 0), np.maximum(c - margin, 0)))


def kinds_exchanged(y_true, a, b, margin=0.0):
    if not -1 <= margin <= 1:
        raise ValueError("margin")
    n = np.sqrt(np.sum(a * a, axis=1) * np.sum(b * b, axis=1))
    c = np.sum(a * b, axis=1) / np.where(n > 0, n, 1.0)
    return np.mean(np.where(y_true == -1, 1 - c, np.maximum(c - margin, 0)))


def labels_of_zero_and_one(y_true, a, b, margin=0.0):
    if not -1 <= margin <= 1:
        raise ValueError("margin")
    n = np.sqrt(np.sum(a * a, axis=1) * np.sum(b * b, axis=1))
    c = np.sum(a * b, axis=1) / np.where(n > 0, n, 1.0)
    return np.mean(y_true * (1 - c) + (1 - y_true) * np.maximum(c - margin, 0))


def one_plus_cosine(y_true, a, b, margin=0.0):
    if not -1 <= margin <= 1:
        raise ValueError("margin")
    n = np.sqrt(np.sum(a * a, axis=1) * np.sum(b * b, axis=1))
    c = np.sum(a * b, axis=1) / np.where(n > 0, n, 1.0)
    return np.mean(np.where(y_true == 1, 1 - c, 1 + c - margin))


def summed(y_true, a, b, margin=0.0):
    if not -1 <= margin <= 1:
        raise ValueError("margin")
    n = np.sqrt(np.sum(a * a, axis=1) * np.sum(b * b, axis=1))
    c = np.sum(a * b, axis=1) / np.where(n > 0, n, 1.0)
    return np.sum(np.where(y_true == 1, 1 - c, np.maximum(c - margin, 0)))


def any_margin(y_true, a, b, margin=0.0):
    n = np.sqrt(np.sum(a * a, axis=1) * np.sum(b * b, axis=1))
    c = np.sum(a * b, axis=1) / np.where(n > 0, n, 1.0)
    return np.mean(np.where(y_true == 1, 1 - c, np.maximum(c - margin, 0)))


BOTH = ([1.0, -1.0], [[1.0, 0.0], [1.0, 0.0]], [[3.0, 4.0], [6.0, 8.0]])
ZERO = ([1.0, -1.0], [[0.0, 0.0], [1.0, 0.0]], [[3.0, 4.0], [6.0, 8.0]])

EXERCISE = Exercise(
    slug="cosine_embedding",
    title="Cosine embedding loss",
    chapter="metric",
    page="metric/cosine",
    functions={"cosine_embedding": cosine_embedding},
    points={"value": 2, "edges": 2, "stability": 1},
    probes=probes,
    hints=(
        "Only directions count: make a vector ten times as long and nothing may change.",
        "A pair together pays for what is missing to a cosine of 1; a pair apart pays for what its "
        "cosine is above the margin, if it is.",
        "A zero vector has no direction. The statement gives its cosine, so the division must not "
        "reach it.",
    ),
    misconceptions=(
        Misconception(
            "cosine_embedding/inner-product",
            "Lengths count",
            "cosine_embedding",
            inner_product,
            "For (1, 0) with (3, 4), together, and with (6, 8), apart, you return {got}. Which of the "
            "two vectors points more to the right?",
            "The inner product is not divided by the lengths.",
            "definition",
            BOTH,
        ),
        Misconception(
            "cosine_embedding/no-hinge",
            "Pairs apart earn money",
            "cosine_embedding",
            no_hinge,
            "For two opposite vectors that should be apart you return {got}. May a loss be paid out?",
            "The maximum with 0 is missing.",
            "definition",
            ([-1.0], [[1.0, 0.0]], [[-2.0, 0.0]]),
        ),
        Misconception(
            "cosine_embedding/nan",
            "A zero vector is divided by its length",
            "cosine_embedding",
            nan_for_zero_vectors,
            "For a zero vector and (3, 4) among other pairs you return {got}. Which cosine does the "
            "statement give it?",
            "0 / 0.",
            "what-goes-wrong",
            ZERO,
        ),
        Misconception(
            "cosine_embedding/epsilon",
            "A small number in the denominator",
            "cosine_embedding",
            small_number_below,
            "For (1e-6, 0) with (3e-6, 4e-6), together, you return {got}. And for the same vectors a "
            "million times as long?",
            "+ 1e-8 keeps nan away and takes short vectors for orthogonal ones.",
            "what-goes-wrong",
            ([1.0], [[1e-6, 0.0]], [[3e-6, 4e-6]]),
        ),
        Misconception(
            "cosine_embedding/margin-added",
            "The margin has the other sign",
            "cosine_embedding",
            margin_added,
            "For a pair apart with cosine 0.6 and a margin of 0.5 you return {got}. How much is 0.6 "
            "above what is allowed?",
            "cos + m.",
            "definition",
            ([-1.0], [[1.0, 0.0]], [[3.0, 4.0]], 0.5),
        ),
        Misconception(
            "cosine_embedding/margin-for-both",
            "Pairs together have a margin too",
            "cosine_embedding",
            margin_for_both,
            "For a pair together with cosine 0.6 and a margin of 0.3 you return {got}. For which kind "
            "of pair is the margin?",
            "The margin is subtracted on both sides.",
            "definition",
            ([1.0], [[1.0, 0.0]], [[3.0, 4.0]], 0.3),
        ),
        Misconception(
            "cosine_embedding/exchanged",
            "The two kinds are exchanged",
            "cosine_embedding",
            kinds_exchanged,
            "For equal directions that belong together you return {got}. Can it be better than equal?",
            "y = 1 and y = -1 reversed.",
            "definition",
            ([1.0], [[1.0, 0.0]], [[2.0, 0.0]]),
        ),
        Misconception(
            "cosine_embedding/zero-and-one",
            "The labels are read as 0 and 1",
            "cosine_embedding",
            labels_of_zero_and_one,
            "For a pair apart, y = -1, with cosine 0.6 you return {got}. What is 1 - y there?",
            "y and 1 - y as weights, which are -1 and 2 for y = -1.",
            "what-goes-wrong",
            ([-1.0], [[1.0, 0.0]], [[3.0, 4.0]]),
        ),
        Misconception(
            "cosine_embedding/one-plus",
            "Pairs apart should be opposite",
            "cosine_embedding",
            one_plus_cosine,
            "For orthogonal vectors that should be apart, with margin 0, you return {got}. Is a cosine "
            "of 0 above the margin?",
            "1 + cos for the pairs apart.",
            "definition",
            ([-1.0], [[1.0, 0.0]], [[0.0, 2.0]]),
        ),
        Misconception(
            "cosine_embedding/sum",
            "The pairs are summed",
            "cosine_embedding",
            summed,
            "For two pairs you return {got}. Give the same pairs twice: should the loss double?",
            "The 1/n is missing.",
            "definition",
            BOTH,
        ),
        Misconception(
            "cosine_embedding/any-margin",
            "Any margin is accepted",
            "cosine_embedding",
            any_margin,
            "With margin = 1.5 you return a number. Which cosine could ever exceed it?",
            "No check of the parameter.",
            "definition",
        ),
    ),
    success=(
        "Right for both kinds of pairs, at every length, and for vectors without a direction. A "
        "softmax over such cosines is the next loss."
    ),
)
