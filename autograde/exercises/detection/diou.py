"""Exercise: distance intersection over union."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.box_regimes import area, around, per_pair, plain_iou, quotient, ratio, shared
from autograde.exercise import Exercise, Misconception, Probe


def diou(boxes_true, boxes_pred):
    return 1.0 - lossref.diou_loss(boxes_true, boxes_pred, reduction="none").astype(float)


def probes(rng: np.random.Generator) -> list[Probe]:
    return per_pair(rng, "diou")


# -- wrong answers -------------------------------------------------------------


def _squares(a, b):
    """Squared distance of the centres, and squared diagonal of the box around both."""
    step = (a[:, :2] + a[:, 2:] - b[:, :2] - b[:, 2:]) / 2
    return (step**2).sum(axis=1), (around(a, b) ** 2).sum(axis=1)


def no_penalty(boxes_true, boxes_pred):
    return plain_iou(boxes_true, boxes_pred)


def not_squared(boxes_true, boxes_pred):
    near, far = _squares(boxes_true, boxes_pred)
    return plain_iou(boxes_true, boxes_pred) - quotient(np.sqrt(near), np.sqrt(far))


def sums_of_corners(boxes_true, boxes_pred):
    near, far = _squares(boxes_true, boxes_pred)
    return plain_iou(boxes_true, boxes_pred) - quotient(4 * near, far)


def corner_to_corner(boxes_true, boxes_pred):
    _, far = _squares(boxes_true, boxes_pred)
    near = ((boxes_true[:, :2] - boxes_pred[:, :2]) ** 2).sum(axis=1)
    return plain_iou(boxes_true, boxes_pred) - quotient(near, far)


def diagonal_of_the_truth(boxes_true, boxes_pred):
    near, _ = _squares(boxes_true, boxes_pred)
    own = ((boxes_true[:, 2:] - boxes_true[:, :2]) ** 2).sum(axis=1)
    return plain_iou(boxes_true, boxes_pred) - quotient(near, own * 1.0)


def area_of_the_hull(boxes_true, boxes_pred):
    near, far = _squares(boxes_true, boxes_pred)
    hull = around(boxes_true, boxes_pred).prod(axis=1)
    return plain_iou(boxes_true, boxes_pred) - quotient(near, np.where(hull == 0, far, hull))


def no_unit(boxes_true, boxes_pred):
    near, _ = _squares(boxes_true, boxes_pred)
    return plain_iou(boxes_true, boxes_pred) - near


def added(boxes_true, boxes_pred):
    near, far = _squares(boxes_true, boxes_pred)
    return plain_iou(boxes_true, boxes_pred) + quotient(near, far)


def the_loss(boxes_true, boxes_pred):
    return 1 - diou(boxes_true, boxes_pred)


def gaps_multiplied(boxes_true, boxes_pred):
    meet = shared(boxes_true, boxes_pred).prod(axis=1)
    union = area(boxes_true) + area(boxes_pred) - meet
    near, far = _squares(boxes_true, boxes_pred)
    return ratio(meet, union, boxes_true, boxes_pred) - quotient(near, far)


def no_rule(boxes_true, boxes_pred):
    near, far = _squares(boxes_true, boxes_pred)
    return plain_iou(boxes_true, boxes_pred) - near / far


def epsilon_below(boxes_true, boxes_pred):
    near, far = _squares(boxes_true, boxes_pred)
    return plain_iou(boxes_true, boxes_pred) - near / (far + 1e-7)


def along_x_only(boxes_true, boxes_pred):
    _, far = _squares(boxes_true, boxes_pred)
    step = (boxes_true[:, 0] + boxes_true[:, 2] - boxes_pred[:, 0] - boxes_pred[:, 2]) / 2
    return plain_iou(boxes_true, boxes_pred) - quotient(step**2, far)


INSIDE = ([[0.0, 0.0, 4.0, 4.0]], [[0.0, 0.0, 2.0, 2.0]])
APART = ([[0.0, 0.0, 1.0, 1.0]], [[3.0, 4.0, 4.0, 5.0]])

EXERCISE = Exercise(
    slug="diou",
    title="DIoU",
    chapter="detection",
    page="detection/diou-ciou",
    functions={"diou": diou},
    points={"value": 3, "edges": 2, "small": 1},
    probes=probes,
    hints=(
        "GIoU says the same wherever a small box sits inside a large one. Which single length says "
        "where it sits?",
        "The distance of the centres, in units of the diagonal of the box around both. Both enter "
        "squared.",
        "A centre is the mean of two corners, not their sum. And a box around both that is a "
        "point has no diagonal to divide by.",
    ),
    misconceptions=(
        Misconception(
            "diou/plain",
            "There is no penalty",
            "diou",
            no_penalty,
            "For a 2 x 2 box in the corner of a 4 x 4 one you return {got}. And for the same box "
            "in its middle?",
            "Plain IoU.",
            "derivation",
            INSIDE,
        ),
        Misconception(
            "diou/not-squared",
            "The lengths are not squared",
            "diou",
            not_squared,
            "For a 2 x 2 box in the corner of a 4 x 4 one you return {got}. What is the slope of "
            "your penalty when the centres meet?",
            "d / c: a kink at the optimum.",
            "definition",
            INSIDE,
        ),
        Misconception(
            "diou/sums",
            "A centre is taken for the sum of two corners",
            "diou",
            sums_of_corners,
            "For two unit squares apart you return {got}. The centres cannot be further apart than "
            "the box around both is long. How large is your share?",
            "The half is forgotten: four times the penalty.",
            "definition",
            APART,
        ),
        Misconception(
            "diou/corners",
            "The distance of two corners is measured",
            "diou",
            corner_to_corner,
            "For a 2 x 2 box in the corner of a 4 x 4 one you return {got}. Which distance do you "
            "find there, and which is asked for?",
            "Top left corners in place of centres; equal for boxes of one size.",
            "definition",
            INSIDE,
        ),
        Misconception(
            "diou/own-diagonal",
            "The unit is the diagonal of the true box",
            "diou",
            diagonal_of_the_truth,
            "For two unit squares apart you return {got}. What is the largest value of your "
            "penalty as they drift away?",
            "Not the hull: no bound.",
            "definition",
            APART,
        ),
        Misconception(
            "diou/area",
            "The unit is the area of the box around both",
            "diou",
            area_of_the_hull,
            "For two unit squares apart you return {got}. Is the area of a box the square of its "
            "diagonal?",
            "c^2 read as the area of C.",
            "definition",
            APART,
        ),
        Misconception(
            "diou/no-unit",
            "The distance has no unit to be measured in",
            "diou",
            no_unit,
            "For a 2 x 2 box in the corner of a 4 x 4 one you return {got}. What do you return for "
            "the same picture with ten times as many pixels?",
            "The division by c^2 is missing.",
            "definition",
            INSIDE,
        ),
        Misconception(
            "diou/added",
            "The distance is a reward",
            "diou",
            added,
            "For two unit squares apart you return {got}. Which is better for your number, near or "
            "far?",
            "Plus in place of minus.",
            "derivation",
            APART,
        ),
        Misconception(
            "diou/loss",
            "It is the loss, one minus DIoU",
            "diou",
            the_loss,
            "For two unit squares apart you return {got}. What has a box with itself?",
            "1 - DIoU.",
            "definition",
            APART,
        ),
        Misconception(
            "diou/gaps",
            "Gaps are multiplied into an overlap",
            "diou",
            gaps_multiplied,
            "For two unit squares apart you return {got}. How much area do they share?",
            "No clip at zero.",
            "what-goes-wrong",
            APART,
        ),
        Misconception(
            "diou/no-rule",
            "A point around both gives 0 / 0",
            "diou",
            no_rule,
            "For a point with itself you return {got}. How far are the centres apart?",
            "No rule for a hull that is a point.",
            "what-goes-wrong",
            ([[1.0, 1.0, 1.0, 1.0]], [[1.0, 1.0, 1.0, 1.0]]),
        ),
        Misconception(
            "diou/epsilon",
            "A small number is added below",
            "diou",
            epsilon_below,
            "For a square of 2e-4 in the corner of one of 4e-4 you return {got}. Would you get the "
            "same with every coordinate multiplied by 10000?",
            "d^2 / (c^2 + 1e-7).",
            "what-goes-wrong",
            ([[0.0, 0.0, 4e-4, 4e-4]], [[0.0, 0.0, 2e-4, 2e-4]]),
        ),
        Misconception(
            "diou/one-axis",
            "Only the distance along x counts",
            "diou",
            along_x_only,
            "For a 2 x 2 box in the corner of a 4 x 4 one you return {got}. What pulls it up or "
            "down?",
            "One axis of the distance is lost.",
            "definition",
            INSIDE,
        ),
    ),
    success=(
        "It tells the corner from the middle and has a bound. A box of the right centre and the "
        "other shape still costs only its overlap; that is the next one."
    ),
)
