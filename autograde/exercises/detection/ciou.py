"""Exercise: complete intersection over union."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.box_regimes import apart, around, per_pair, plain_iou, quotient, turned
from autograde.exercise import Exercise, Misconception, Probe


def ciou(boxes_true, boxes_pred):
    return 1.0 - lossref.ciou_loss(boxes_true, boxes_pred, reduction="none").astype(float)


def probes(rng: np.random.Generator) -> list[Probe]:
    true, pred = turned(rng, 3)
    away, there = apart(rng, 2)
    return [
        *per_pair(rng, "ciou", degenerate=False),
        Probe("ciou", "value", "exchanged sizes, and not the same centre", (true, pred + 0.5)),
        Probe("ciou", "value", "apart, and of another shape", (away, there * [1.0, 2.0, 1.0, 2.0])),
        Probe("ciou", "edges", "one centre and shape, half the size", _halved(*turned(rng, 2))),
    ]


def _halved(true, _):
    centre = np.tile((true[:, :2] + true[:, 2:]) / 2, 2)
    return true, (true + centre) / 2


# -- wrong answers -------------------------------------------------------------


def _sizes(a):
    return a[:, 2] - a[:, 0], a[:, 3] - a[:, 1]


def _distance(a, b):
    step = (a[:, :2] + a[:, 2:] - b[:, :2] - b[:, 2:]) / 2
    return quotient((step**2).sum(axis=1), (around(a, b) ** 2).sum(axis=1) * 1.0)


def _shape(a, b):
    (w, h), (v, k) = _sizes(a), _sizes(b)
    return 4 / np.pi**2 * (np.arctan2(w, h) - np.arctan2(v, k)) ** 2


def _assemble(a, b, v, alpha):
    return plain_iou(a, b) - _distance(a, b) - alpha * v


def _weight(v, overlap):
    return quotient(v, 1 - overlap + v)


def no_shape(boxes_true, boxes_pred):
    return _assemble(boxes_true, boxes_pred, 0.0, 0.0)


def weight_one(boxes_true, boxes_pred):
    return _assemble(boxes_true, boxes_pred, _shape(boxes_true, boxes_pred), 1.0)


def weight_of_overlap(boxes_true, boxes_pred):
    v = _shape(boxes_true, boxes_pred)
    overlap = plain_iou(boxes_true, boxes_pred)
    return _assemble(boxes_true, boxes_pred, v, quotient(v, overlap + v))


def weight_of_diou(boxes_true, boxes_pred):
    v = _shape(boxes_true, boxes_pred)
    overlap = plain_iou(boxes_true, boxes_pred) - _distance(boxes_true, boxes_pred)
    return _assemble(boxes_true, boxes_pred, v, _weight(v, overlap))


def no_scale(boxes_true, boxes_pred):
    v = np.pi**2 / 4 * _shape(boxes_true, boxes_pred)
    return _assemble(boxes_true, boxes_pred, v, _weight(v, plain_iou(boxes_true, boxes_pred)))


def ratios_not_angles(boxes_true, boxes_pred):
    (w, h), (q, k) = _sizes(boxes_true), _sizes(boxes_pred)
    v = 4 / np.pi**2 * (w / h - q / k) ** 2
    return _assemble(boxes_true, boxes_pred, v, _weight(v, plain_iou(boxes_true, boxes_pred)))


def not_squared(boxes_true, boxes_pred):
    v = np.sqrt(_shape(boxes_true, boxes_pred))
    return _assemble(boxes_true, boxes_pred, v, _weight(v, plain_iou(boxes_true, boxes_pred)))


def no_rule(boxes_true, boxes_pred):
    v = _shape(boxes_true, boxes_pred)
    alpha = v / (1 - plain_iou(boxes_true, boxes_pred) + v)
    return _assemble(boxes_true, boxes_pred, v, alpha)


def no_distance(boxes_true, boxes_pred):
    v, overlap = _shape(boxes_true, boxes_pred), plain_iou(boxes_true, boxes_pred)
    return overlap - _weight(v, overlap) * v


def added(boxes_true, boxes_pred):
    v = _shape(boxes_true, boxes_pred)
    alpha = _weight(v, plain_iou(boxes_true, boxes_pred))
    return _assemble(boxes_true, boxes_pred, v, -alpha)


def the_loss(boxes_true, boxes_pred):
    return 1 - ciou(boxes_true, boxes_pred)


def epsilon_in_the_weight(boxes_true, boxes_pred):
    v = _shape(boxes_true, boxes_pred)
    alpha = v / (1 - plain_iou(boxes_true, boxes_pred) + v + 1e-3)
    return _assemble(boxes_true, boxes_pred, v, alpha)


def weight_squared(boxes_true, boxes_pred):
    v = _shape(boxes_true, boxes_pred)
    alpha = _weight(v, plain_iou(boxes_true, boxes_pred))
    return _assemble(boxes_true, boxes_pred, v, alpha * alpha)


TURNED = ([[0.0, 0.0, 4.0, 2.0]], [[1.0, -1.0, 3.0, 3.0]])
MOVED = ([[0.0, 0.0, 4.0, 2.0]], [[1.0, 0.0, 3.0, 4.0]])

EXERCISE = Exercise(
    slug="ciou",
    title="CIoU",
    chapter="detection",
    page="detection/diou-ciou",
    functions={"ciou": ciou},
    points={"value": 3, "edges": 2, "small": 1},
    probes=probes,
    hints=(
        "Start from DIoU. What is added must be 0 for boxes of one shape, whatever their size, "
        "and bounded for shapes as different as can be.",
        "The angle of a box is the arctangent of width over height, between 0 and a right angle. "
        "The difference of two angles, squared and scaled to at most 1, is v.",
        "The weight of v is itself a ratio made of v and of what plain IoU lacks to 1. For a box "
        "with itself, that is 0 / 0; the statement says which value it has.",
    ),
    misconceptions=(
        Misconception(
            "ciou/no-shape",
            "The shape is not looked at",
            "ciou",
            no_shape,
            "For a 4 x 2 box and a 2 x 4 box with one centre you return {got}. And what does DIoU "
            "say?",
            "DIoU.",
            "derivation",
            TURNED,
        ),
        Misconception(
            "ciou/weight-one",
            "The shape counts with its full weight, always",
            "ciou",
            weight_one,
            "For a 4 x 2 box and a 2 x 4 box with one centre you return {got}. How much should the "
            "shape matter while the boxes are still far apart?",
            "alpha = 1.",
            "definition",
            TURNED,
        ),
        Misconception(
            "ciou/weight-of-overlap",
            "The weight falls where the overlap grows",
            "ciou",
            weight_of_overlap,
            "For a 4 x 2 box and a 2 x 4 box you return {got}. Should the shape matter more, or "
            "less, once the boxes overlap well?",
            "IoU for 1 - IoU in the weight.",
            "definition",
            TURNED,
        ),
        Misconception(
            "ciou/weight-of-diou",
            "The distance has slipped into the weight",
            "ciou",
            weight_of_diou,
            "For a 4 x 2 box and a 2 x 4 box with different centres you return {got}. Which of the "
            "numbers so far stands in the weight of the statement?",
            "1 - DIoU in the weight.",
            "definition",
            MOVED,
        ),
        Misconception(
            "ciou/no-scale",
            "The difference of angles is not scaled",
            "ciou",
            no_scale,
            "For a 4 x 2 box and a 2 x 4 box you return {got}. How large can a difference of two "
            "angles get, and how large should v?",
            "4 / pi^2 is missing.",
            "definition",
            TURNED,
        ),
        Misconception(
            "ciou/ratios",
            "Ratios are compared, not angles",
            "ciou",
            ratios_not_angles,
            "For a 4 x 2 box and a 2 x 4 box you return {got}. Turn the picture by a right angle, "
            "so that widths become heights, and the boxes 8 x 1 and 2 x 2: is the difference the "
            "same both ways?",
            "No arctangent: unbounded, and not symmetric in width and height.",
            "derivation",
            TURNED,
        ),
        Misconception(
            "ciou/not-squared",
            "The difference of angles is not squared",
            "ciou",
            not_squared,
            "For a 4 x 2 box and a 2 x 4 box you return {got}. What is the slope of your v where "
            "the shapes agree?",
            "|difference| in place of its square.",
            "definition",
            TURNED,
        ),
        Misconception(
            "ciou/no-rule",
            "A box with itself gives 0 / 0",
            "ciou",
            no_rule,
            "For a box with itself you return {got}. What are v and 1 - IoU there?",
            "The weight without its rule.",
            "what-goes-wrong",
            ([[0.0, 0.0, 4.0, 2.0]], [[0.0, 0.0, 4.0, 2.0]]),
        ),
        Misconception(
            "ciou/no-distance",
            "The distance of the centres is gone",
            "ciou",
            no_distance,
            "For a 4 x 2 box and a 2 x 4 box with different centres you return {got}. Which loss "
            "should this one complete?",
            "IoU - alpha v.",
            "definition",
            MOVED,
        ),
        Misconception(
            "ciou/added",
            "Another shape is a reward",
            "ciou",
            added,
            "For a 4 x 2 box and a 2 x 4 box you return {got}. Is that more or less than their "
            "DIoU?",
            "Plus in place of minus.",
            "derivation",
            TURNED,
        ),
        Misconception(
            "ciou/loss",
            "It is the loss, one minus CIoU",
            "ciou",
            the_loss,
            "For a 4 x 2 box and a 2 x 4 box you return {got}. What has a box with itself?",
            "1 - CIoU.",
            "definition",
            TURNED,
        ),
        Misconception(
            "ciou/epsilon",
            "A small number is added to the weight",
            "ciou",
            epsilon_in_the_weight,
            "For a 4 x 2 box and a 2 x 4 box you return {got}. Which case was the small number "
            "for, and which cases does it change?",
            "A guard that moves every value.",
            "what-goes-wrong",
            TURNED,
        ),
        Misconception(
            "ciou/weight-squared",
            "The weight is counted twice",
            "ciou",
            weight_squared,
            "For a 4 x 2 box and a 2 x 4 box you return {got}. How often does alpha stand before "
            "v?",
            "alpha^2 v.",
            "definition",
            TURNED,
        ),
    ),
    success=(
        "Overlap, distance and shape in one number, and a box with itself has 1 and not nan. "
        "You have written what a modern detector minimises."
    ),
)
