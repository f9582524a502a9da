"""Exercise: CLIP's loss, two cross-entropies over one matrix."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.vector_regimes import rows


def clip_loss(images, texts, log_scale=2.6592600369327783):
    return lossref.clip_loss(images, texts, log_scale=log_scale)


def probes(rng: np.random.Generator) -> list[Probe]:
    def ask(aspect, regime, n, d, change=lambda x: x, **kwargs):
        pair = tuple(change(rows(rng, n, d)) for _ in range(2))
        return Probe("clip_loss", aspect, regime, pair, kwargs)

    whole = [rng.permutation(np.array([-5, -4, -3, -2, -1, 1, 2, 3, 4, 5]))[:6] for _ in "it"]
    a, b = rows(rng, 4, 3), rows(rng, 4, 3)
    b[0], b[1] = b[0] / 8 - a[0], b[1] / 8 + a[0]
    return [
        ask("value", "four pairs, log-scale 1", 4, 3, log_scale=1.0),
        ask("value", "five pairs, log-scale 0", 5, 2, log_scale=0.0),
        ask("value", "the log-scale left at its default", 4, 3),
        ask("value", "a negative log-scale", 3, 2, log_scale=-0.5),
        ask("value", "as many pairs as entries, log-scale 2", 3, 3, log_scale=2.0),
        ask(
            "value",
            "long images and short texts, or the reverse",
            4,
            2,
            change=lambda x: x * rng.choice([2.0**-6, 2.0**6]),
            log_scale=1.0,
        ),
        ask("edges", "two pairs", 2, 3, log_scale=1.0),
        Probe(
            "clip_loss",
            "edges",
            "whole numbers (dtype int64)",
            tuple(w.reshape(3, 2) for w in whole),
            {"log_scale": 1.0},
        ),
        ask(
            "edges",
            "single precision (dtype float32)",
            4,
            3,
            change=lambda x: x.astype(np.float32),
            log_scale=1.0,
        ),
        ask("edges", "arrays that are not contiguous", 3, 2, change=strided, log_scale=1.0),
        Probe("clip_loss", "stability", "a scale of about 1100", (a, b), {"log_scale": 7.0}),
    ]


# -- wrong answers -------------------------------------------------------------


def rows_only(images, texts, log_scale=2.6592600369327783):
    a = images / np.sqrt(np.sum(images * images, axis=1, keepdims=True))
    b = texts / np.sqrt(np.sum(texts * texts, axis=1, keepdims=True))
    z = np.exp(log_scale) * a @ b.T
    z = z - np.max(z, axis=1, keepdims=True)
    return np.mean(np.log(np.sum(np.exp(z), axis=1)) - np.diag(z))


def columns_only(images, texts, log_scale=2.6592600369327783):
    a = images / np.sqrt(np.sum(images * images, axis=1, keepdims=True))
    b = texts / np.sqrt(np.sum(texts * texts, axis=1, keepdims=True))
    z = np.exp(log_scale) * b @ a.T
    z = z - np.max(z, axis=1, keepdims=True)
    return np.mean(np.log(np.sum(np.exp(z), axis=1)) - np.diag(z))


def both_added(images, texts, log_scale=2.6592600369327783):
    a = images / np.sqrt(np.sum(images * images, axis=1, keepdims=True))
    b = texts / np.sqrt(np.sum(texts * texts, axis=1, keepdims=True))
    z = np.exp(log_scale) * a @ b.T
    own = np.diag(z)
    one, two = np.max(z, axis=1), np.max(z, axis=0)
    by_rows = one + np.log(np.sum(np.exp(z - one[:, None]), axis=1)) - own
    by_columns = two + np.log(np.sum(np.exp(z - two), axis=0)) - own
    return np.mean(by_rows) + np.mean(by_columns)


def scale_not_exponentiated(images, texts, log_scale=2.6592600369327783):
    a = images / np.sqrt(np.sum(images * images, axis=1, keepdims=True))
    b = texts / np.sqrt(np.sum(texts * texts, axis=1, keepdims=True))
    z = log_scale * a @ b.T
    own = np.diag(z)
    one, two = np.max(z, axis=1), np.max(z, axis=0)
    by_rows = one + np.log(np.sum(np.exp(z - one[:, None]), axis=1)) - own
    by_columns = two + np.log(np.sum(np.exp(z - two), axis=0)) - own
    return np.mean(by_rows + by_columns) / 2


def divided_by_the_scale(images, texts, log_scale=2.6592600369327783):
    a = images / np.sqrt(np.sum(images * images, axis=1, keepdims=True))
    b = texts / np.sqrt(np.sum(texts * texts, axis=1, keepdims=True))
    z = a @ b.T / np.exp(log_scale)
    own = np.diag(z)
    one, two = np.max(z, axis=1), np.max(z, axis=0)
    by_rows = one + np.log(np.sum(np.exp(z - one[:, None]), axis=1)) - own
    by_columns = two + np.log(np.sum(np.exp(z - two), axis=0)) - own
    return np.mean(by_rows + by_columns) / 2


def inner_products(images, texts, log_scale=2.6592600369327783):
    z = np.exp(log_scale) * images @ texts.T
    own = np.diag(z)
    one, two = np.max(z, axis=1), np.max(z, axis=0)
    by_rows = one + np.log(np.sum(np.exp(z - one[:, None]), axis=1)) - own
    by_columns = two + np.log(np.sum(np.exp(z - two), axis=0)) - own
    return np.mean(by_rows + by_columns) / 2


def one_softmax_for_all(images, texts, log_scale=2.6592600369327783):
    a = images / np.sqrt(np.sum(images * images, axis=1, keepdims=True))
    b = texts / np.sqrt(np.sum(texts * texts, axis=1, keepdims=True))
    z = np.exp(log_scale) * a @ b.T
    m = np.max(z)
    return m + np.log(np.sum(np.exp(z - m))) - np.mean(np.diag(z))


def overflowing(images, texts, log_scale=2.6592600369327783):
    a = images / np.sqrt(np.sum(images * images, axis=1, keepdims=True))
    b = texts / np.sqrt(np.sum(texts * texts, axis=1, keepdims=True))
    e = np.exp(np.exp(log_scale) * a @ b.T)
    own = np.diag(e)
    return -np.mean(np.log(own / np.sum(e, axis=1)) + np.log(own / np.sum(e, axis=0))) / 2


def one_shift_from_the_rows(images, texts, log_scale=2.6592600369327783):
    a = images / np.sqrt(np.sum(images * images, axis=1, keepdims=True))
    b = texts / np.sqrt(np.sum(texts * texts, axis=1, keepdims=True))
    z = np.exp(log_scale) * a @ b.T
    z = z - np.max(z, axis=1, keepdims=True)
    own = np.diag(z)
    by_rows = np.log(np.sum(np.exp(z), axis=1)) - own
    by_columns = np.log(np.sum(np.exp(z), axis=0)) - own
    return np.mean(by_rows + by_columns) / 2


def without_the_positive(images, texts, log_scale=2.6592600369327783):
    a = images / np.sqrt(np.sum(images * images, axis=1, keepdims=True))
    b = texts / np.sqrt(np.sum(texts * texts, axis=1, keepdims=True))
    z = np.exp(log_scale) * a @ b.T
    own = np.diag(z)
    z = np.where(np.eye(len(z), dtype=bool), -np.inf, z)
    one, two = np.max(z, axis=1), np.max(z, axis=0)
    by_rows = one + np.log(np.sum(np.exp(z - one[:, None]), axis=1)) - own
    by_columns = two + np.log(np.sum(np.exp(z - two), axis=0)) - own
    return np.mean(by_rows + by_columns) / 2


def summed(images, texts, log_scale=2.6592600369327783):
    a = images / np.sqrt(np.sum(images * images, axis=1, keepdims=True))
    b = texts / np.sqrt(np.sum(texts * texts, axis=1, keepdims=True))
    z = np.exp(log_scale) * a @ b.T
    own = np.diag(z)
    one, two = np.max(z, axis=1), np.max(z, axis=0)
    by_rows = one + np.log(np.sum(np.exp(z - one[:, None]), axis=1)) - own
    by_columns = two + np.log(np.sum(np.exp(z - two), axis=0)) - own
    return np.sum(by_rows + by_columns) / 2


# The default log-scale of the examples is that of the statement.
TWO = ([[1.0, 0.0], [0.0, 2.0]], [[3.0, 0.0], [3.0, 4.0]])
TILTED = ([[1.0, 0.0], [4.0, 3.0]], [[3.0, 0.0], [3.0, 4.0]])

EXERCISE = Exercise(
    slug="clip_loss",
    title="CLIP's loss",
    chapter="metric",
    page="metric/clip",
    functions={"clip_loss": clip_loss},
    points={"value": 3, "edges": 1, "stability": 1},
    probes=probes,
    hints=(
        "An image looks for its text among the texts, and a text for its image among the images. "
        "Both look at one and the same matrix.",
        "One direction is the cross-entropy of the rows, the other that of the columns, and the "
        "diagonal is right in both.",
        "The scale arrives as its logarithm. And each direction needs a shift of its own: what keeps "
        "a row from overflowing may let a column vanish.",
    ),
    misconceptions=(
        Misconception(
            "clip_loss/rows-only",
            "Only images look for texts",
            "clip_loss",
            rows_only,
            "For two pairs you return {got}. What does it cost to find the image of the first text?",
            "InfoNCE in one direction, as the notes have it.",
            "what-goes-wrong",
            TILTED,
        ),
        Misconception(
            "clip_loss/columns-only",
            "Only texts look for images",
            "clip_loss",
            columns_only,
            "For two pairs you return {got}. What does it cost to find the text of the first image?",
            "The other direction alone.",
            "definition",
            TWO,
        ),
        Misconception(
            "clip_loss/added",
            "Both directions are added",
            "clip_loss",
            both_added,
            "For two pairs you return {got}. Is the statement a sum of the two directions, or their "
            "mean?",
            "The division by 2 is missing.",
            "definition",
            TWO,
        ),
        Misconception(
            "clip_loss/not-exponentiated",
            "The logarithm of the scale is taken for the scale",
            "clip_loss",
            scale_not_exponentiated,
            "For two pairs and the default of 2.659 you return {got}. Which number has this logarithm?",
            "exp is missing.",
            "definition",
            TWO,
        ),
        Misconception(
            "clip_loss/divided",
            "The similarities are divided by the scale",
            "clip_loss",
            divided_by_the_scale,
            "For two pairs and the default you return {got}. Is the scale a temperature, or one over "
            "it?",
            "s / k for k s.",
            "definition",
            TWO,
        ),
        Misconception(
            "clip_loss/inner-products",
            "Lengths count",
            "clip_loss",
            inner_products,
            "For texts of lengths 3 and 5 you return {got}. How large can a cosine be?",
            "No normalisation.",
            "definition",
            TWO,
        ),
        Misconception(
            "clip_loss/one-softmax",
            "One softmax over the whole matrix",
            "clip_loss",
            one_softmax_for_all,
            "For two pairs you return {got}. Among how many texts does one image choose?",
            "The normalising sum runs over all n^2 entries.",
            "definition",
            TWO,
        ),
        Misconception(
            "clip_loss/overflow",
            "The exponential overflows before the logarithm can help",
            "clip_loss",
            overflowing,
            "With a log-scale of 7 you return {got}. How large is exp of 1100?",
            "Softmax as it is spelled.",
            "what-goes-wrong",
            ([[1.0, 0.0], [0.0, 2.0]], [[0.0, 3.0], [3.0, 4.0]], 7.0),
        ),
        Misconception(
            "clip_loss/rows-shift",
            "The columns are shifted by the maxima of the rows",
            "clip_loss",
            one_shift_from_the_rows,
            "For two pairs you return {got}. After every row was shifted by a number of its own, which "
            "entry of a column is still comparable with the one below it?",
            "A shift per row changes the softmax of the columns.",
            "what-goes-wrong",
            TILTED,
        ),
        Misconception(
            "clip_loss/without-positive",
            "The positive is left out of the sums",
            "clip_loss",
            without_the_positive,
            "For two perfect pairs you return {got}. Can a probability be above 1?",
            "Sums over negatives only.",
            "what-goes-wrong",
            ([[1.0, 0.0], [0.0, 1.0]], [[2.0, 0.0], [0.0, 3.0]]),
        ),
        Misconception(
            "clip_loss/sum",
            "The pairs are summed",
            "clip_loss",
            summed,
            "For two pairs you return {got}. What does one of them cost on average?",
            "1 / n is missing.",
            "definition",
            TWO,
        ),
    ),
    success=(
        "Both directions, each with its own shift, at scales far beyond the 100 at which CLIP stops. "
        "The scale itself is learned, and now you see how."
    ),
)
