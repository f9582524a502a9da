"""Exercise: the intersection over union of pairs of boxes."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.box_regimes import area, around, meet_and_union, per_pair, plain_iou, ratio, shared
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import EIGHTH


def iou(boxes_true, boxes_pred):
    return 1.0 - lossref.iou_loss(boxes_true, boxes_pred, reduction="none").astype(float)


def probes(rng: np.random.Generator) -> list[Probe]:
    low = rng.integers(-8, 9, size=(1, 2)) * EIGHTH
    box = np.hstack([low, low + np.array([2.0, 1.0])])
    touching = np.vstack([box, box]) + np.array([[2.0, 0.0, 2.0, 0.0], [2.0, 1.0, 2.0, 1.0]])
    return [
        *per_pair(rng, "iou"),
        Probe("iou", "edges", "boxes that only touch", (np.vstack([box, box]), touching)),
    ]


# -- wrong answers -------------------------------------------------------------


def gaps_multiplied(boxes_true, boxes_pred):
    meet = shared(boxes_true, boxes_pred).prod(axis=1)
    union = area(boxes_true) + area(boxes_pred) - meet
    return ratio(meet, union, boxes_true, boxes_pred)


def product_clipped(boxes_true, boxes_pred):
    meet = np.maximum(shared(boxes_true, boxes_pred).prod(axis=1), 0)
    union = area(boxes_true) + area(boxes_pred) - meet
    return ratio(meet, union, boxes_true, boxes_pred)


def counted_twice(boxes_true, boxes_pred):
    meet, _ = meet_and_union(boxes_true, boxes_pred)
    return ratio(meet, area(boxes_true) + area(boxes_pred), boxes_true, boxes_pred)


def dice_of_boxes(boxes_true, boxes_pred):
    meet, _ = meet_and_union(boxes_true, boxes_pred)
    return ratio(2 * meet, area(boxes_true) + area(boxes_pred), boxes_true, boxes_pred)


def over_the_hull(boxes_true, boxes_pred):
    meet, _ = meet_and_union(boxes_true, boxes_pred)
    hull = around(boxes_true, boxes_pred).prod(axis=1)
    return ratio(meet, hull, boxes_true, boxes_pred)


def over_the_smaller(boxes_true, boxes_pred):
    meet, _ = meet_and_union(boxes_true, boxes_pred)
    return ratio(meet, np.minimum(area(boxes_true), area(boxes_pred)), boxes_true, boxes_pred)


def over_the_truth(boxes_true, boxes_pred):
    meet, _ = meet_and_union(boxes_true, boxes_pred)
    return ratio(meet, area(boxes_true), boxes_true, boxes_pred)


def one_pixel_more(boxes_true, boxes_pred):
    pixel = np.array([0, 0, 1, 1])
    return plain_iou(boxes_true + pixel, boxes_pred + pixel)


def corner_and_size(boxes_true, boxes_pred):
    a, b = (np.hstack([x[:, :2], x[:, :2] + x[:, 2:]]) for x in (boxes_true, boxes_pred))
    return plain_iou(a, b)


def epsilon_below(boxes_true, boxes_pred):
    meet, union = meet_and_union(boxes_true, boxes_pred)
    same = np.all(boxes_true == boxes_pred, axis=1)
    return np.where(union == 0, same * 1.0, meet / (union + 1e-7))


def zero_over_zero(boxes_true, boxes_pred):
    meet, union = meet_and_union(boxes_true, boxes_pred)
    return meet / union


def averaged(boxes_true, boxes_pred):
    return plain_iou(boxes_true, boxes_pred).sum() / max(len(boxes_true), 1)


def the_loss(boxes_true, boxes_pred):
    return 1 - plain_iou(boxes_true, boxes_pred)


SHIFTED = ([[0.0, 0.0, 4.0, 2.0]], [[1.0, 0.0, 5.0, 2.0]])
APART = ([[0.0, 0.0, 1.0, 1.0]], [[3.0, 4.0, 4.0, 5.0]])

EXERCISE = Exercise(
    slug="iou",
    title="Intersection over union",
    chapter="detection",
    functions={"iou": iou},
    points={"value": 3, "edges": 2, "small": 1},
    probes=probes,
    hints=(
        "Two boxes overlap along x and along y. Work out one axis at a time: where does the "
        "common stretch begin, and where does it end?",
        "It begins at the later beginning and ends at the earlier end. The union is both areas, "
        "less what was counted twice.",
        "Along an axis on which the boxes are apart, the common stretch has length 0. Two negative "
        "lengths have a positive product.",
    ),
    misconceptions=(
        Misconception(
            "iou/gaps",
            "Gaps are multiplied into an overlap",
            "iou",
            gaps_multiplied,
            "For unit squares at (0, 0) and (3, 4) you return {got}. They are apart on both axes. "
            "What is the sign of each stretch, and of their product?",
            "No clip at zero at all.",
            "definition",
            APART,
        ),
        Misconception(
            "iou/product-clipped",
            "The product is clipped, not the two stretches",
            "iou",
            product_clipped,
            "For unit squares at (0, 0) and (3, 4) you return {got}. What has become of the two "
            "minus signs by the time you look for them?",
            "max(0, w h) in place of max(0, w) max(0, h).",
            "what-goes-wrong",
            APART,
        ),
        Misconception(
            "iou/counted-twice",
            "What both share is counted twice below",
            "iou",
            counted_twice,
            "For two boxes of which three quarters are common you return {got}. And for a box with "
            "itself? In how many of your two areas does the common part lie?",
            "A + B in place of A + B - I: at most one half.",
            "definition",
            SHIFTED,
        ),
        Misconception(
            "iou/dice",
            "It is the Dice coefficient",
            "iou",
            dice_of_boxes,
            "For two 4 x 2 boxes that share 6 you return {got}. How much area do they cover "
            "together, each point counted once?",
            "2 I / (A + B).",
            "definition",
            SHIFTED,
        ),
        Misconception(
            "iou/hull",
            "It is divided by the smallest box around both",
            "iou",
            over_the_hull,
            "For two 2 x 2 boxes shifted by one along both axes you return {got}. Which corners of "
            "the box around them belong to neither?",
            "The hull in place of the union; equal when the shift is along one axis.",
            "definition",
            ([[0.0, 0.0, 2.0, 2.0]], [[1.0, 1.0, 3.0, 3.0]]),
        ),
        Misconception(
            "iou/smaller",
            "It is divided by the smaller box",
            "iou",
            over_the_smaller,
            "For a unit square inside a 4 x 4 one you return {got}. Is that a perfect detection?",
            "Intersection over minimum.",
            "definition",
            ([[0.0, 0.0, 4.0, 4.0]], [[1.0, 1.0, 2.0, 2.0]]),
        ),
        Misconception(
            "iou/truth",
            "It is divided by the true box alone",
            "iou",
            over_the_truth,
            "For a unit square predicted as a 4 x 4 box around it you return {got}. What would "
            "keep a detector from predicting the whole picture?",
            "Recall of area.",
            "definition",
            ([[1.0, 1.0, 2.0, 2.0]], [[0.0, 0.0, 4.0, 4.0]]),
        ),
        Misconception(
            "iou/pixels",
            "A side is one longer than its ends are apart",
            "iou",
            one_pixel_more,
            "For two 4 x 2 boxes shifted by 1 you return {got}. Multiply every coordinate by 100: "
            "should the number change?",
            "Inclusive pixel indices, as in old detection code.",
            "what-goes-wrong",
            SHIFTED,
        ),
        Misconception(
            "iou/sizes",
            "The last two numbers are taken for sizes",
            "iou",
            corner_and_size,
            "For two 4 x 2 boxes shifted by 1 you return {got}. What are the four numbers of a box "
            "in the statement?",
            "COCO's (x, y, w, h) read into (x1, y1, x2, y2).",
            "definition",
            SHIFTED,
        ),
        Misconception(
            "iou/epsilon",
            "A small number is added to the union",
            "iou",
            epsilon_below,
            "For a box with sides of 1e-4, with itself, you return {got}. How large is its area "
            "beside what you add?",
            "union + 1e-7.",
            "what-goes-wrong",
            ([[0.0, 0.0, 1e-4, 1e-4]], [[0.0, 0.0, 1e-4, 1e-4]]),
        ),
        Misconception(
            "iou/zero-over-zero",
            "Boxes without area give 0 / 0",
            "iou",
            zero_over_zero,
            "For a point with itself you return {got}. What does the statement say about boxes "
            "without area?",
            "No rule for an empty union.",
            "what-goes-wrong",
            ([[1.0, 1.0, 1.0, 1.0]], [[1.0, 1.0, 1.0, 1.0]]),
        ),
        Misconception(
            "iou/mean",
            "The pairs are averaged",
            "iou",
            averaged,
            "For one pair you return {got}, without brackets. How many numbers does the statement "
            "ask for?",
            "A mean over pairs.",
            "definition",
            SHIFTED,
        ),
        Misconception(
            "iou/loss",
            "It is the loss, one minus the overlap",
            "iou",
            the_loss,
            "For two boxes that share three fifths of what they cover you return {got}. What does a "
            "box have with itself?",
            "1 - IoU.",
            "definition",
            SHIFTED,
        ),
    ),
    success=(
        "Right for boxes that cross, contain, touch and miss each other, at sides of 1e-9 and "
        "for points. Next: all pairs at once."
    ),
)
