"""Exercise: the intersection over union of all pairs, without a loop."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.answers import strided
from autograde.box_regimes import apart, boxes, crossing, flat, plain_iou
from autograde.exercise import Exercise, Misconception, Probe


def pairwise_iou(boxes_a, boxes_b):
    return lossref.pairwise_iou(boxes_a, boxes_b)


def mixed(rng: np.random.Generator, n: int, m: int) -> tuple[np.ndarray, np.ndarray]:
    """Boxes of which some pairs cross and some are far apart."""
    a = boxes(rng, n)
    shift = rng.integers(-4, 5, size=(m, 1)) / 8
    b = a[rng.integers(0, n, size=m)] + shift * np.array([1.0, 0.5, 1.0, 0.5])
    b[0] = a[-1] + 0.25  # one pair surely overlaps, and is not the first
    return a, b


def probes(rng: np.random.Generator) -> list[Probe]:
    name = "pairwise_iou"
    near, far = crossing(rng, 3), apart(rng, 3)
    return [
        Probe(name, "value", "four boxes against three", mixed(rng, 4, 3)),
        Probe(name, "value", "two boxes against five", mixed(rng, 2, 5)),
        Probe(name, "value", "three boxes against as many, all apart", far),
        Probe(name, "value", "three boxes against as many, pairs that cross", near),
        Probe(name, "value", "two hundred boxes against ninety", mixed(rng, 200, 90)),
        Probe(name, "edges", "one box against four", mixed(rng, 1, 4)),
        Probe(name, "edges", "four boxes against one", mixed(rng, 4, 1)),
        Probe(name, "edges", "boxes against none: shape (0, 4)", (boxes(rng, 3), np.zeros((0, 4)))),
        Probe(
            name,
            "edges",
            "whole numbers (dtype int64)",
            tuple(np.round(16 * b).astype(np.int64) for b in mixed(rng, 3, 2)),
        ),
        Probe(
            name,
            "edges",
            "single precision (dtype float32)",
            tuple(b.astype(np.float32) for b in mixed(rng, 3, 2)),
        ),
        Probe(
            name,
            "edges",
            "arrays that are not contiguous in memory",
            tuple(strided(b) for b in mixed(rng, 3, 4)),
        ),
        Probe(name, "edges", "boxes without area", tuple(b[:4] for b in flat(rng))),
        Probe(name, "small", "sides of about 1e-4", tuple(1e-4 * b for b in mixed(rng, 3, 2))),
    ]


# -- wrong answers -------------------------------------------------------------


def _all(a, b):
    """All pairs, by way of the pairs in one long row."""
    rows, columns = np.repeat(a, len(b), axis=0), np.tile(b, (len(a), 1))
    return plain_iou(rows, columns).reshape(len(a), len(b))


def _parts(a, b):
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    gap = np.minimum(a[:, None, 2:], b[None, :, 2:]) - low
    sizes = [(x[:, 2] - x[:, 0]) * (x[:, 3] - x[:, 1]) for x in (a, b)]
    return gap, sizes[0][:, None] + sizes[1][None, :]


def _divide(part, whole, a, b):
    same = np.all(a[:, None] == b[None], axis=2).astype(float)
    return np.divide(part, whole, out=same, where=whole != 0)


def row_with_row(boxes_a, boxes_b):
    n = min(len(boxes_a), len(boxes_b))
    return plain_iou(boxes_a[:n], boxes_b[:n])


def turned_round(boxes_a, boxes_b):
    return _all(boxes_b, boxes_a)


def reshaped(boxes_a, boxes_b):
    return _all(boxes_b, boxes_a).reshape(len(boxes_a), len(boxes_b))


def one_long_row(boxes_a, boxes_b):
    return _all(boxes_a, boxes_b).ravel()


def gaps_multiplied(boxes_a, boxes_b):
    gap, both = _parts(boxes_a, boxes_b)
    meet = gap[..., 0] * gap[..., 1]
    return _divide(meet, both - meet, boxes_a, boxes_b)


def counted_twice(boxes_a, boxes_b):
    gap, both = _parts(boxes_a, boxes_b)
    return _divide(np.clip(gap, 0, None).prod(axis=2), both, boxes_a, boxes_b)


def dice_of_boxes(boxes_a, boxes_b):
    gap, both = _parts(boxes_a, boxes_b)
    return _divide(2 * np.clip(gap, 0, None).prod(axis=2), both, boxes_a, boxes_b)


def epsilon_below(boxes_a, boxes_b):
    gap, both = _parts(boxes_a, boxes_b)
    meet = np.clip(gap, 0, None).prod(axis=2)
    same = np.all(boxes_a[:, None] == boxes_b[None], axis=2) * 1.0
    return np.where(both == 0, same, meet / (both - meet + 1e-7))


def zero_over_zero(boxes_a, boxes_b):
    gap, both = _parts(boxes_a, boxes_b)
    meet = np.clip(gap, 0, None).prod(axis=2)
    return meet / (both - meet)


def areas_not_spread(boxes_a, boxes_b):
    gap, _ = _parts(boxes_a, boxes_b)
    meet = np.clip(gap, 0, None).prod(axis=2)
    first = (boxes_a[:, 2] - boxes_a[:, 0]) * (boxes_a[:, 3] - boxes_a[:, 1])
    return _divide(meet, 2 * first[:, None] - meet, boxes_a, boxes_b)


def best_of_each(boxes_a, boxes_b):
    found = _all(boxes_a, boxes_b)
    return found.max(axis=1, initial=0.0)


TWO_ONE = ([[0.0, 0.0, 2.0, 2.0], [5.0, 5.0, 6.0, 6.0]], [[1.0, 0.0, 3.0, 2.0]])
TWO_TWO = (
    [[0.0, 0.0, 2.0, 2.0], [5.0, 5.0, 6.0, 6.0]],
    [[1.0, 0.0, 3.0, 2.0], [0.0, 0.0, 2.0, 2.0]],
)

EXERCISE = Exercise(
    slug="pairwise_iou",
    title="All pairs of boxes",
    chapter="detection",
    page="detection/iou",
    functions={"pairwise_iou": pairwise_iou},
    points={"value": 3, "edges": 2, "small": 1},
    probes=probes,
    hints=(
        "A table with a row for each box of the first set and a column for each of the second. "
        "Which axis should each array of coordinates lie along?",
        "A column of shape (N, 1) and a row of shape (1, M) meet in a table of shape (N, M). Every "
        "step of the last exercise then works as it stands.",
        "The areas must be spread as well: those of the first set along rows, those of the second "
        "along columns.",
    ),
    misconceptions=(
        Misconception(
            "pairwise_iou/rows",
            "The first is paired with the first only",
            "pairwise_iou",
            row_with_row,
            "For two boxes against two you return {got}. How many pairs are there?",
            "Pairs row by row.",
            "definition",
            TWO_TWO,
        ),
        Misconception(
            "pairwise_iou/transposed",
            "Rows and columns are exchanged",
            "pairwise_iou",
            turned_round,
            "For two boxes against one you return {got}. Along which axis does the statement put "
            "the first set?",
            "Shape (M, N).",
            "definition",
            TWO_ONE,
        ),
        Misconception(
            "pairwise_iou/reshaped",
            "The numbers are right and in the places of others",
            "pairwise_iou",
            reshaped,
            "For two boxes against two you return {got}. Which entry belongs to the first box of "
            "the first set and the second of the second?",
            "Repeat and tile exchanged, or reshape where a transpose was needed.",
            "what-goes-wrong",
            TWO_TWO,
        ),
        Misconception(
            "pairwise_iou/flat",
            "All pairs stand in one long row",
            "pairwise_iou",
            one_long_row,
            "For two boxes against two you return {got}. Which shape does the statement ask for?",
            "Never reshaped.",
            "definition",
            TWO_TWO,
        ),
        Misconception(
            "pairwise_iou/gaps",
            "Gaps are multiplied into an overlap",
            "pairwise_iou",
            gaps_multiplied,
            "For two boxes against one you return {got}. The second is apart on both axes: what is "
            "the product of two negative lengths?",
            "No clip at zero.",
            "definition",
            TWO_ONE,
        ),
        Misconception(
            "pairwise_iou/counted-twice",
            "What both share is counted twice below",
            "pairwise_iou",
            counted_twice,
            "For two boxes against two you return {got}. One of these pairs is a box with itself: "
            "which overlap has it?",
            "A + B in place of the union.",
            "definition",
            TWO_TWO,
        ),
        Misconception(
            "pairwise_iou/dice",
            "It is the Dice coefficient",
            "pairwise_iou",
            dice_of_boxes,
            "For two 2 x 2 boxes shifted by 1 you return {got} in the first place. How much area "
            "do they cover together?",
            "2 I / (A + B).",
            "definition",
            TWO_ONE,
        ),
        Misconception(
            "pairwise_iou/epsilon",
            "A small number is added to the union",
            "pairwise_iou",
            epsilon_below,
            "For a box with sides of 1e-4, with itself, you return {got}. How large is its area?",
            "union + 1e-7.",
            "what-goes-wrong",
            ([[0.0, 0.0, 1e-4, 1e-4]], [[0.0, 0.0, 1e-4, 1e-4]]),
        ),
        Misconception(
            "pairwise_iou/zero-over-zero",
            "Boxes without area give 0 / 0",
            "pairwise_iou",
            zero_over_zero,
            "For a point with itself you return {got}. What does the statement say about boxes "
            "without area?",
            "No rule for an empty union.",
            "what-goes-wrong",
            ([[1.0, 1.0, 1.0, 1.0]], [[1.0, 1.0, 1.0, 1.0]]),
        ),
        Misconception(
            "pairwise_iou/one-area",
            "Only the areas of the first set are used",
            "pairwise_iou",
            areas_not_spread,
            "For a 2 x 2 box against a 4 x 4 one around it you return {got}. Whose areas make up "
            "the union?",
            "The second set's areas were never spread over the columns.",
            "what-goes-wrong",
            ([[0.0, 0.0, 2.0, 2.0]], [[0.0, 0.0, 4.0, 4.0]]),
        ),
        Misconception(
            "pairwise_iou/best",
            "Only the best partner is returned",
            "pairwise_iou",
            best_of_each,
            "For two boxes against two you return {got}. Matching comes later; how many numbers "
            "are in the table?",
            "A maximum over the columns.",
            "definition",
            TWO_TWO,
        ),
    ),
    success=(
        "A full table, right for empty sets, points and small sides. A detector asks for it once "
        "per picture, with a hundred thousand rows."
    ),
)
