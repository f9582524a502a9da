"""Exercise: generalised intersection over union."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.box_regimes import (
    area,
    around,
    meet_and_union,
    per_pair,
    plain_iou,
    quotient,
    ratio,
    shared,
)
from autograde.exercise import Exercise, Misconception, Probe


def giou(boxes_true, boxes_pred):
    return 1.0 - lossref.giou_loss(boxes_true, boxes_pred, reduction="none").astype(float)


def probes(rng: np.random.Generator) -> list[Probe]:
    return per_pair(rng, "giou")


# -- wrong answers -------------------------------------------------------------


def _pieces(a, b):
    meet, union = meet_and_union(a, b)
    return meet, union, around(a, b).prod(axis=1)


def no_penalty(boxes_true, boxes_pred):
    return plain_iou(boxes_true, boxes_pred)


def over_the_union(boxes_true, boxes_pred):
    _, union, hull = _pieces(boxes_true, boxes_pred)
    return plain_iou(boxes_true, boxes_pred) - quotient(hull - union, union)


def added(boxes_true, boxes_pred):
    _, union, hull = _pieces(boxes_true, boxes_pred)
    return plain_iou(boxes_true, boxes_pred) + quotient(hull - union, hull)


def filled_part(boxes_true, boxes_pred):
    _, union, hull = _pieces(boxes_true, boxes_pred)
    return plain_iou(boxes_true, boxes_pred) - quotient(union, hull)


def hull_less_overlap(boxes_true, boxes_pred):
    meet, _, hull = _pieces(boxes_true, boxes_pred)
    return plain_iou(boxes_true, boxes_pred) - quotient(hull - meet, hull)


def hull_less_areas(boxes_true, boxes_pred):
    _, _, hull = _pieces(boxes_true, boxes_pred)
    rest = hull - area(boxes_true) - area(boxes_pred)
    return plain_iou(boxes_true, boxes_pred) - quotient(rest, hull)


def the_loss(boxes_true, boxes_pred):
    return 1 - giou(boxes_true, boxes_pred)


def floored(boxes_true, boxes_pred):
    return np.maximum(giou(boxes_true, boxes_pred), 0.0)


def gaps_multiplied(boxes_true, boxes_pred):
    meet = shared(boxes_true, boxes_pred).prod(axis=1)
    union = area(boxes_true) + area(boxes_pred) - meet
    hull = around(boxes_true, boxes_pred).prod(axis=1)
    return ratio(meet, union, boxes_true, boxes_pred) - quotient(hull - union, hull)


def larger_for_hull(boxes_true, boxes_pred):
    _, union, _ = _pieces(boxes_true, boxes_pred)
    hull = np.maximum(area(boxes_true), area(boxes_pred))
    return plain_iou(boxes_true, boxes_pred) - quotient(hull - union, hull)


def no_rule(boxes_true, boxes_pred):
    _, union, hull = _pieces(boxes_true, boxes_pred)
    return plain_iou(boxes_true, boxes_pred) - (hull - union) / hull


def epsilon_below(boxes_true, boxes_pred):
    _, union, hull = _pieces(boxes_true, boxes_pred)
    return plain_iou(boxes_true, boxes_pred) - (hull - union) / (hull + 1e-7)


DIAGONAL = ([[0.0, 0.0, 2.0, 2.0]], [[1.0, 1.0, 3.0, 3.0]])
APART = ([[0.0, 0.0, 1.0, 1.0]], [[3.0, 4.0, 4.0, 5.0]])

EXERCISE = Exercise(
    slug="giou",
    title="GIoU",
    chapter="detection",
    functions={"giou": giou},
    points={"value": 3, "edges": 2, "small": 1},
    probes=probes,
    hints=(
        "Boxes that are apart need something that still knows how far. Draw the smallest box "
        "around both and shade what belongs to neither.",
        "The shaded part, as a share of the box around both, is subtracted from the overlap. It "
        "begins at the earlier beginning and ends at the later end.",
        "The share is of the box around both, not of the union; and a box around both without "
        "area has nothing to shade.",
    ),
    misconceptions=(
        Misconception(
            "giou/plain",
            "There is no penalty",
            "giou",
            no_penalty,
            "For two unit squares that are far apart you return {got}. And for squares ten times "
            "as far apart?",
            "Plain IoU.",
            "derivation",
            APART,
        ),
        Misconception(
            "giou/over-union",
            "The empty part is measured against the union",
            "giou",
            over_the_union,
            "For two unit squares far apart you return {got}. How low can your number fall as they "
            "drift away, and how low should it?",
            "(C - U) / U, which is not bounded.",
            "definition",
            APART,
        ),
        Misconception(
            "giou/added",
            "The empty part is a reward",
            "giou",
            added,
            "For two unit squares far apart you return {got}. Which is better for your number, to "
            "be near or to be far?",
            "Plus in place of minus.",
            "derivation",
            APART,
        ),
        Misconception(
            "giou/filled",
            "The filled part is subtracted, not the empty one",
            "giou",
            filled_part,
            "For two 2 x 2 boxes shifted by 1 along the diagonal you return {got}. What would a "
            "box and itself get?",
            "U / C.",
            "definition",
            DIAGONAL,
        ),
        Misconception(
            "giou/hull-less-overlap",
            "All but the overlap counts as empty",
            "giou",
            hull_less_overlap,
            "For two 2 x 2 boxes shifted by 1 along the diagonal you return {got}. Is a point that "
            "lies in one of them empty?",
            "(C - I) / C.",
            "definition",
            DIAGONAL,
        ),
        Misconception(
            "giou/hull-less-areas",
            "The overlap is taken away twice",
            "giou",
            hull_less_areas,
            "For two 2 x 2 boxes shifted by 1 along the diagonal you return {got}. How much of the "
            "3 x 3 box around them is empty? Count the unit squares.",
            "C - A - B in place of C - U.",
            "definition",
            DIAGONAL,
        ),
        Misconception(
            "giou/loss",
            "It is the loss, one minus GIoU",
            "giou",
            the_loss,
            "For two unit squares far apart you return {got}. What has a box with itself?",
            "1 - GIoU.",
            "definition",
            APART,
        ),
        Misconception(
            "giou/floored",
            "Negative values are set to 0",
            "giou",
            floored,
            "For two unit squares far apart you return {got}. What is the slope there, and which "
            "defect was this number made to cure?",
            "max(0, GIoU): the dead gradient again.",
            "derivation",
            APART,
        ),
        Misconception(
            "giou/gaps",
            "Gaps are multiplied into an overlap",
            "giou",
            gaps_multiplied,
            "For two unit squares far apart you return {got}. What is the product of two negative "
            "lengths?",
            "No clip at zero.",
            "what-goes-wrong",
            APART,
        ),
        Misconception(
            "giou/larger",
            "The larger box is taken for the box around both",
            "giou",
            larger_for_hull,
            "For two 2 x 2 boxes shifted by 1 along the diagonal you return {got}. Does either of "
            "them hold the other?",
            "Hull taken for the maximum of the areas.",
            "definition",
            DIAGONAL,
        ),
        Misconception(
            "giou/no-rule",
            "A box around both without area gives 0 / 0",
            "giou",
            no_rule,
            "For a point with itself you return {got}. How much of the box around them is empty?",
            "No rule for a hull without area.",
            "what-goes-wrong",
            ([[1.0, 1.0, 1.0, 1.0]], [[1.0, 1.0, 1.0, 1.0]]),
        ),
        Misconception(
            "giou/epsilon",
            "A small number is added below",
            "giou",
            epsilon_below,
            "For two squares of 1e-4, shifted along the diagonal, you return {got}. Would you get "
            "the same with every coordinate multiplied by 10000?",
            "(C - U) / (C + 1e-7), as large libraries have it.",
            "what-goes-wrong",
            ([[0.0, 0.0, 2e-4, 2e-4]], [[1e-4, 1e-4, 3e-4, 3e-4]]),
        ),
    ),
    success=(
        "Between -1 and 1, alive where boxes are apart, and free of the unit of length. What is "
        "left to complain about stands on the next page: one box inside the other."
    ),
)
