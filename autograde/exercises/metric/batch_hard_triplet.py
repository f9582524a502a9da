"""Exercise: the triplet loss with the hardest positive and the hardest negative of a batch."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.vector_regimes import rows


def batch_hard_triplet(labels, embeddings, margin=1.0):
    return lossref.batch_hard_triplet(labels, embeddings, margin=margin)


def probes(rng: np.random.Generator) -> list[Probe]:
    def ask(aspect, regime, labels, x, **kwargs):
        return Probe("batch_hard_triplet", aspect, regime, (np.array(labels), x), kwargs)

    clusters = rows(rng, 9, 2, 0.5) + 3.0 * np.repeat(np.array([[0, 0], [1, 0], [0, 1]]), 3, axis=0)
    mixed = rng.permutation(9)
    names = np.repeat([4, -2, 7], 3)
    twice = rows(rng, 4, 2)
    return [
        ask("value", "three labels of three rows each", names, rows(rng, 9, 3)),
        ask("value", "two labels in any order", [5, 2, 2, 5, 2, 5], rows(rng, 6, 2)),
        ask("value", "margin 0.25", [0, 1, 1, 0, 2, 2], rows(rng, 6, 4), margin=0.25),
        ask("value", "margin 3", [0, 1, 1, 0, 0], rows(rng, 5, 2), margin=3.0),
        ask("value", "three groups, some rows settled", names[mixed], clusters[mixed], margin=0.5),
        ask("value", "margin 0", [1, 1, 1, 0, 0, 0], rows(rng, 6, 2), margin=0.0),
        ask(
            "edges",
            "a row that has no partner, and a margin of 12",
            [0, 0, 1, 2, 2],
            rows(rng, 5, 2, 4.0),
            margin=12.0,
        ),
        ask("edges", "one pair among strangers", [3, 8, 3, 1, 6], rows(rng, 5, 3, 4.0)),
        ask(
            "edges",
            "whole numbers (dtype int64)",
            [0, 1, 0, 1, 1],
            rng.permutation(25)[:10].reshape(5, 2) - 12,
        ),
        ask(
            "edges",
            "single precision (dtype float32)",
            [0, 1, 0, 1],
            rows(rng, 4, 3).astype(np.float32),
        ),
        ask("edges", "an array that is not contiguous", [0, 1, 1, 0], strided(rows(rng, 4, 2))),
        ask(
            "edges",
            "equal rows with equal labels, and with different ones",
            [0, 0, 1, 0, 1],
            np.concatenate([twice, twice[:1]])[[0, 1, 2, 4, 3]],
        ),
        Probe(
            "batch_hard_triplet",
            "edges",
            "margin = -1, which is not allowed",
            (np.array([0, 0, 1, 1]), rows(rng, 4, 2)),
            {"margin": -1.0},
            raises=ValueError,
        ),
        Probe(
            "batch_hard_triplet",
            "edges",
            "a batch in which all labels differ",
            (np.array([0, 1, 2]), rows(rng, 3, 2)),
            raises=ValueError,
        ),
        Probe(
            "batch_hard_triplet",
            "edges",
            "a batch with only one label",
            (np.array([2, 2, 2]), rows(rng, 3, 2)),
            raises=ValueError,
        ),
    ]


# -- wrong answers -------------------------------------------------------------


def easiest(labels, embeddings, margin=1.0):
    d = np.sqrt(np.sum((embeddings[:, None] - embeddings) ** 2, axis=-1))
    same = labels[:, None] == labels
    partner = same & ~np.eye(len(labels), dtype=bool)
    ok = partner.any(axis=1) & (~same).any(axis=1)
    if margin < 0 or not ok.any():
        raise ValueError("margin")
    near = np.where(partner, d, np.inf).min(axis=1)
    far = np.where(~same, d, -np.inf).max(axis=1)
    return np.mean(np.maximum(near[ok] - far[ok] + margin, 0))


def nearest_positive(labels, embeddings, margin=1.0):
    d = np.sqrt(np.sum((embeddings[:, None] - embeddings) ** 2, axis=-1))
    same = labels[:, None] == labels
    partner = same & ~np.eye(len(labels), dtype=bool)
    ok = partner.any(axis=1) & (~same).any(axis=1)
    if margin < 0 or not ok.any():
        raise ValueError("margin")
    near = np.where(partner, d, np.inf).min(axis=1)
    far = np.where(~same, d, np.inf).min(axis=1)
    return np.mean(np.maximum(near[ok] - far[ok] + margin, 0))


def negative_of_any_label(labels, embeddings, margin=1.0):
    d = np.sqrt(np.sum((embeddings[:, None] - embeddings) ** 2, axis=-1))
    same = labels[:, None] == labels
    other = ~np.eye(len(labels), dtype=bool)
    ok = (same & other).any(axis=1) & (~same).any(axis=1)
    if margin < 0 or not ok.any():
        raise ValueError("margin")
    near = np.where(same, d, -np.inf).max(axis=1)
    far = np.where(other, d, np.inf).min(axis=1)
    return np.mean(np.maximum(near[ok] - far[ok] + margin, 0))


def the_row_itself_as_negative(labels, embeddings, margin=1.0):
    d = np.sqrt(np.sum((embeddings[:, None] - embeddings) ** 2, axis=-1))
    same = labels[:, None] == labels
    partner = same & ~np.eye(len(labels), dtype=bool)
    ok = partner.any(axis=1) & (~same).any(axis=1)
    if margin < 0 or not ok.any():
        raise ValueError("margin")
    near = np.max(d * same, axis=1)
    far = np.min(d * ~same, axis=1)
    return np.mean(np.maximum(near[ok] - far[ok] + margin, 0))


def all_triplets(labels, embeddings, margin=1.0):
    d = np.sqrt(np.sum((embeddings[:, None] - embeddings) ** 2, axis=-1))
    same = labels[:, None] == labels
    partner = same & ~np.eye(len(labels), dtype=bool)
    allowed = partner[:, :, None] & ~same[:, None, :]
    if margin < 0 or not allowed.any():
        raise ValueError("margin")
    cost = np.maximum(d[:, :, None] - d[:, None, :] + margin, 0)
    return np.mean(cost[allowed])


def lone_rows_count_as_settled(labels, embeddings, margin=1.0):
    d = np.sqrt(np.sum((embeddings[:, None] - embeddings) ** 2, axis=-1))
    same = labels[:, None] == labels
    partner = same & ~np.eye(len(labels), dtype=bool)
    ok = partner.any(axis=1) & (~same).any(axis=1)
    if margin < 0 or not ok.any():
        raise ValueError("margin")
    near = np.where(partner, d, -np.inf).max(axis=1)
    far = np.where(~same, d, np.inf).min(axis=1)
    return np.sum(np.maximum(near[ok] - far[ok] + margin, 0)) / len(labels)


def lone_rows_are_their_own_positive(labels, embeddings, margin=1.0):
    d = np.sqrt(np.sum((embeddings[:, None] - embeddings) ** 2, axis=-1))
    same = labels[:, None] == labels
    if margin < 0 or same.all() or same.sum() == len(labels):
        raise ValueError("margin")
    near = np.where(same, d, -np.inf).max(axis=1)
    far = np.where(~same, d, np.inf).min(axis=1)
    return np.mean(np.maximum(near - far + margin, 0))


def squared_distances(labels, embeddings, margin=1.0):
    d = np.sum((embeddings[:, None] - embeddings) ** 2, axis=-1) * 1.0
    same = labels[:, None] == labels
    partner = same & ~np.eye(len(labels), dtype=bool)
    ok = partner.any(axis=1) & (~same).any(axis=1)
    if margin < 0 or not ok.any():
        raise ValueError("margin")
    near = np.where(partner, d, -np.inf).max(axis=1)
    far = np.where(~same, d, np.inf).min(axis=1)
    return np.mean(np.maximum(near[ok] - far[ok] + margin, 0))


def no_hinge(labels, embeddings, margin=1.0):
    d = np.sqrt(np.sum((embeddings[:, None] - embeddings) ** 2, axis=-1))
    same = labels[:, None] == labels
    partner = same & ~np.eye(len(labels), dtype=bool)
    ok = partner.any(axis=1) & (~same).any(axis=1)
    if margin < 0 or not ok.any():
        raise ValueError("margin")
    near = np.where(partner, d, -np.inf).max(axis=1)
    far = np.where(~same, d, np.inf).min(axis=1)
    return np.mean(near[ok] - far[ok] + margin)


def extremes_of_the_batch(labels, embeddings, margin=1.0):
    d = np.sqrt(np.sum((embeddings[:, None] - embeddings) ** 2, axis=-1))
    same = labels[:, None] == labels
    partner = same & ~np.eye(len(labels), dtype=bool)
    if margin < 0 or not (partner.any(axis=1) & (~same).any(axis=1)).any():
        raise ValueError("margin")
    return max(np.max(d[partner]) - np.min(d[~same]) + margin, 0.0)


def summed(labels, embeddings, margin=1.0):
    d = np.sqrt(np.sum((embeddings[:, None] - embeddings) ** 2, axis=-1))
    same = labels[:, None] == labels
    partner = same & ~np.eye(len(labels), dtype=bool)
    ok = partner.any(axis=1) & (~same).any(axis=1)
    if margin < 0 or not ok.any():
        raise ValueError("margin")
    near = np.where(partner, d, -np.inf).max(axis=1)
    far = np.where(~same, d, np.inf).min(axis=1)
    return np.sum(np.maximum(near[ok] - far[ok] + margin, 0))


LINE = ([0, 0, 0, 1, 1], [[0.0], [1.0], [3.0], [4.0], [9.0]])
WITH_STRANGER = ([0, 0, 1], [[0.0], [2.0], [2.5]])
SPREAD = ([0, 0, 1, 1], [[0.0], [1.0], [9.0], [12.0]])

EXERCISE = Exercise(
    slug="batch_hard_triplet",
    title="Batch-hard triplet loss",
    chapter="metric",
    page="metric/triplet",
    functions={"batch_hard_triplet": batch_hard_triplet},
    points={"value": 3, "edges": 3},
    probes=probes,
    hints=(
        "Every row is an anchor once. Of all rows with its label, which one is hardest? And of all "
        "the others?",
        "A matrix of all distances and a matrix that says whose labels agree hold everything. Rows "
        "that are not allowed must not win a maximum or a minimum.",
        "A row alone with its label has no positive: find those rows first, leave them out of the "
        "mean, and think of what remains if none is left.",
    ),
    misconceptions=(
        Misconception(
            "batch_hard_triplet/easiest",
            "It mines the easiest",
            "batch_hard_triplet",
            easiest,
            "For 0, 1, 3 of one label and 4, 9 of another you return {got}. Is a positive hard that "
            "is close by, or a negative that is far away?",
            "Minimum and maximum exchanged.",
            "definition",
            LINE,
        ),
        Misconception(
            "batch_hard_triplet/nearest-positive",
            "The positive is the nearest one",
            "batch_hard_triplet",
            nearest_positive,
            "For 0, 1, 3 of one label and 4, 9 of another you return {got}. Which of 1 and 3 is the "
            "harder positive for the row at 0?",
            "A minimum for the positives as well.",
            "definition",
            LINE,
        ),
        Misconception(
            "batch_hard_triplet/any-label",
            "Rows of the same label are taken as negatives",
            "batch_hard_triplet",
            negative_of_any_label,
            "For 0, 1, 3 of one label and 4, 9 of another you return {got}. Which row is the nearest "
            "negative of the row at 0?",
            "The minimum excludes the row itself and not its label.",
            "what-goes-wrong",
            LINE,
        ),
        Misconception(
            "batch_hard_triplet/masked-by-zero",
            "Masked distances win the minimum",
            "batch_hard_triplet",
            the_row_itself_as_negative,
            "For 0, 1, 3 of one label and 4, 9 of another you return {got}. You multiply what is not "
            "allowed by 0; what is the smallest number of such a row?",
            "A mask by multiplication is right for a maximum and never for a minimum.",
            "what-goes-wrong",
            LINE,
        ),
        Misconception(
            "batch_hard_triplet/all",
            "It is the mean over all triplets",
            "batch_hard_triplet",
            all_triplets,
            "For 0, 1, 3 of one label and 4, 9 of another you return {got}. How many triplets per "
            "row does the statement ask for?",
            "Batch-all in place of batch-hard.",
            "definition",
            LINE,
        ),
        Misconception(
            "batch_hard_triplet/lone-settled",
            "A row without a partner counts as settled",
            "batch_hard_triplet",
            lone_rows_count_as_settled,
            "For 0 and 2 of one label and 2.5 of another you return {got}. How many rows have a "
            "triplet at all?",
            "Division by N, not by the rows that count.",
            "what-goes-wrong",
            WITH_STRANGER,
        ),
        Misconception(
            "batch_hard_triplet/own-positive",
            "A row without a partner is its own positive",
            "batch_hard_triplet",
            lone_rows_are_their_own_positive,
            "For 0 and 2 of one label and 2.5 of another you return {got}. With whom does the row at "
            "2.5 belong?",
            "The diagonal is not taken out of the positives.",
            "what-goes-wrong",
            WITH_STRANGER,
        ),
        Misconception(
            "batch_hard_triplet/squared",
            "The distances are squared",
            "batch_hard_triplet",
            squared_distances,
            "For 0, 1, 3 of one label and 4, 9 of another you return {got}. In which unit is the "
            "margin?",
            "The root is missing.",
            "definition",
            LINE,
        ),
        Misconception(
            "batch_hard_triplet/no-hinge",
            "Settled rows earn money",
            "batch_hard_triplet",
            no_hinge,
            "For 0 and 1 of one label and 9 and 12 of another you return {got}. What should a row "
            "pay whose triplet is settled?",
            "The maximum with 0 is missing.",
            "definition",
            SPREAD,
        ),
        Misconception(
            "batch_hard_triplet/one-for-all",
            "One triplet stands for the whole batch",
            "batch_hard_triplet",
            extremes_of_the_batch,
            "For 0, 1, 3 of one label and 4, 9 of another you return {got}. Do the two distances in "
            "it have the same anchor?",
            "Maximum and minimum over the whole matrix.",
            "definition",
            LINE,
        ),
        Misconception(
            "batch_hard_triplet/sum",
            "The rows are summed",
            "batch_hard_triplet",
            summed,
            "For 0, 1, 3 of one label and 4, 9 of another you return {got}. How many rows share it?",
            "The mean is missing.",
            "definition",
            LINE,
        ),
    ),
    success=(
        "The hardest of both kinds for every row, with lone rows left out and empty batches refused. "
        "Late in training this is nearly all that still teaches."
    ),
)
