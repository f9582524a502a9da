"""Exercise: the soft IoU loss, with a rule for empty masks as a parameter."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.box_regimes import counts, masks, of_masks, quotient
from autograde.exercise import Exercise, Misconception, Probe


def soft_iou(y_true, y_pred, empty=0.0):
    if not 0 <= empty <= 1:
        raise ValueError(f"empty must lie between 0 and 1; got {empty}")
    each = lossref.soft_iou_loss(
        y_true, y_pred, axis=(-2, -1), empty="nan", reduction="none"
    ).astype(float)
    return float(np.where(np.isnan(each), empty, each).mean())


def probes(rng: np.random.Generator) -> list[Probe]:
    name = "soft_iou"
    true, pred = masks(rng, 4)
    true[2], pred[2] = 0.0, 0.0
    alarm, found = masks(rng, 3)
    alarm[1], alarm[2], found[2] = 0.0, 0.0, 0.0
    soft = rng.integers(1, 16, size=(2, 2, 3, 4)) / 16
    gone = np.zeros((2, 2, 3))
    return [
        *of_masks(rng, name, "value"),
        Probe(name, "value", "a soft truth, and another prediction", tuple(soft)),
        Probe(name, "empty", "an empty image, which costs 1", (true, pred), {"empty": 1.0}),
        Probe(name, "empty", "an empty image, which costs 0.25", (true, pred), {"empty": 0.25}),
        Probe(
            name,
            "empty",
            "one image with false alarms, one empty in both masks, empty = 0.5",
            (alarm, found),
            {"empty": 0.5},
        ),
        Probe(
            name, "empty", "nothing anywhere, empty = 0.75", (gone, gone.copy()), {"empty": 0.75}
        ),
        *(
            Probe(
                name,
                "empty",
                f"empty = {value:g}, which is not allowed",
                masks(rng, 2),
                {"empty": value},
                raises=ValueError,
            )
            for value in (-0.5, 1.5)
        ),
    ]


# -- wrong answers -------------------------------------------------------------


def _checked(empty):
    if not 0 <= empty <= 1:
        raise ValueError("empty")


def _mean(above, below, empty):
    return np.mean(np.where(below == 0, empty, 1 - quotient(above, below)))


def whole_batch(y_true, y_pred, empty=0.0):
    _checked(empty)
    hits, p, g = (c.sum() for c in counts(y_true, y_pred))
    return 1 - hits / (p + g - hits) if p + g else empty


def dice_instead(y_true, y_pred, empty=0.0):
    _checked(empty)
    hits, p, g = counts(y_true, y_pred)
    return _mean(2 * hits, p + g, empty)


def counted_twice(y_true, y_pred, empty=0.0):
    _checked(empty)
    hits, p, g = counts(y_true, y_pred)
    return _mean(hits, p + g, empty)


def coefficient(y_true, y_pred, empty=0.0):
    _checked(empty)
    hits, p, g = counts(y_true, y_pred)
    return np.mean(np.where(p + g == 0, empty, quotient(hits, p + g - hits)))


def minimum_over_maximum(y_true, y_pred, empty=0.0):
    _checked(empty)
    y, p = (a.reshape(len(a), -1) for a in (y_true, y_pred))
    return _mean(np.minimum(y, p).sum(1) * 1.0, np.maximum(y, p).sum(1) * 1.0, empty)


def empty_is_free(y_true, y_pred, empty=0.0):
    _checked(empty)
    hits, p, g = counts(y_true, y_pred)
    return _mean(hits, p + g - hits, 0.0)


def empty_by_the_truth(y_true, y_pred, empty=0.0):
    _checked(empty)
    hits, p, g = counts(y_true, y_pred)
    return np.mean(np.where(g == 0, empty, 1 - quotient(hits, p + g - hits)))


def empty_left_out(y_true, y_pred, empty=0.0):
    _checked(empty)
    hits, p, g = counts(y_true, y_pred)
    kept = p + g > 0
    if not kept.any():
        return empty
    return np.mean(1 - hits[kept] / (p + g - hits)[kept])


def nothing_over_nothing(y_true, y_pred, empty=0.0):
    _checked(empty)
    hits, p, g = counts(y_true, y_pred)
    return np.mean(1 - hits / (p + g - hits))


def any_rule(y_true, y_pred, empty=0.0):
    hits, p, g = counts(y_true, y_pred)
    return _mean(hits, p + g - hits, empty)


def smooth(y_true, y_pred, empty=0.0):
    _checked(empty)
    hits, p, g = counts(y_true, y_pred)
    below = p + g - hits
    return np.mean(np.where(below == 0, empty, 1 - (hits + 1e-6) / (below + 1e-6)))


def summed(y_true, y_pred, empty=0.0):
    _checked(empty)
    hits, p, g = counts(y_true, y_pred)
    return len(y_true) * _mean(hits, p + g - hits, empty)


ONE = ([[[1.0, 1.0, 0.0, 0.0]]], [[[0.75, 0.5, 0.25, 0.0]]])
UNEVEN = (
    [[[1.0, 1.0, 1.0, 1.0]], [[1.0, 0.0, 0.0, 0.0]]],
    [[[1.0, 1.0, 1.0, 1.0]], [[0.0, 0.0, 0.0, 0.0]]],
)
ALARM = ([[[0.0, 0.0]], [[1.0, 0.0]]], [[[0.5, 0.0]], [[1.0, 0.0]]])
EMPTY = ([[[0.0, 0.0]], [[1.0, 0.0]]], [[[0.0, 0.0]], [[1.0, 0.0]]])

EXERCISE = Exercise(
    slug="soft_iou",
    title="Soft IoU loss",
    chapter="detection",
    page="detection/dice",
    functions={"soft_iou": soft_iou},
    points={"value": 3, "edges": 1, "empty": 2},
    probes=probes,
    hints=(
        "The overlap of two soft masks is the sum of their product. What is then the sum of what "
        "either of them covers?",
        "Prediction and truth, less the overlap that both contain. One quotient per image, and the "
        "mean over images last.",
        "An image is empty if both masks are. A false alarm in an empty image is not that case: "
        "there the formula has an answer of its own.",
    ),
    misconceptions=(
        Misconception(
            "soft_iou/pooled",
            "All images share one quotient",
            "soft_iou",
            whole_batch,
            "For an image whose 4 pixels are found and one whose single pixel is missed you return "
            "{got}. What is the mean of 0 and 1?",
            "Sums over the whole batch, as in the notes.",
            "what-goes-wrong",
            UNEVEN,
        ),
        Misconception(
            "soft_iou/dice",
            "It is the Dice loss",
            "soft_iou",
            dice_instead,
            "For two masks of four pixels you return {got}. How often is a common pixel counted "
            "below?",
            "2 I / (P + G).",
            "definition",
            ONE,
        ),
        Misconception(
            "soft_iou/counted-twice",
            "The overlap is counted twice below",
            "soft_iou",
            counted_twice,
            "For two masks of four pixels you return {got}. And for a mask of ones with itself?",
            "I / (P + G).",
            "definition",
            ONE,
        ),
        Misconception(
            "soft_iou/coefficient",
            "It is the coefficient, which should grow",
            "soft_iou",
            coefficient,
            "For two masks of four pixels you return {got}. Where does a step downhill lead?",
            "IoU in place of 1 - IoU.",
            "definition",
            ONE,
        ),
        Misconception(
            "soft_iou/minimum",
            "The smaller of two probabilities is their overlap",
            "soft_iou",
            minimum_over_maximum,
            "For a truth of 0.5 and a prediction of 0.25 you return {got}. Which operation joins "
            "the two in the statement?",
            "min / max: the same for a truth of 0 and 1, another loss for soft truths.",
            "definition",
            ([[[0.5]]], [[[0.25]]]),
        ),
        Misconception(
            "soft_iou/free",
            "The rule for empty images is not used",
            "soft_iou",
            empty_is_free,
            "With empty = 1, for one empty image and one that is found, you return {got}. What "
            "should the first of them cost?",
            "0 whatever `empty` says.",
            "definition",
            (*EMPTY, 1.0),
        ),
        Misconception(
            "soft_iou/truth",
            "An image counts as empty when its truth is",
            "soft_iou",
            empty_by_the_truth,
            "For one image with a false alarm and one that is found you return {got}. Is an image "
            "empty in which something was predicted?",
            "The rule is applied where G = 0; false alarms are free.",
            "what-goes-wrong",
            ALARM,
        ),
        Misconception(
            "soft_iou/left-out",
            "Empty images are left out of the mean",
            "soft_iou",
            empty_left_out,
            "With empty = 1, for one empty image and one that is found, you return {got}. Over how "
            "many images does the statement average?",
            "A mean over the images that are not empty.",
            "definition",
            (*EMPTY, 1.0),
        ),
        Misconception(
            "soft_iou/nothing",
            "Two empty masks give 0 / 0",
            "soft_iou",
            nothing_over_nothing,
            "For one empty image and one that is found you return {got}. What did you divide by?",
            "No rule at all.",
            "what-goes-wrong",
            EMPTY,
        ),
        Misconception(
            "soft_iou/any-rule",
            "Any number is accepted as the cost of an empty image",
            "soft_iou",
            any_rule,
            "With empty = -0.5 you return a number. Which images would a model then rather be "
            "given?",
            "No check of the parameter.",
            "definition",
        ),
        Misconception(
            "soft_iou/smooth",
            "A small number is added above and below",
            "soft_iou",
            smooth,
            "For nothing in the image and one pixel predicted with 1e-8 you return {got}. What is "
            "the quotient of 0 and 1e-8?",
            "smooth = 1e-6, as in the notes.",
            "what-goes-wrong",
            ([[[0.0, 0.0]]], [[[1e-8, 0.0]]]),
        ),
        Misconception(
            "soft_iou/sum",
            "The images are added up",
            "soft_iou",
            summed,
            "For one image that is found and one that is missed you return {got}. What becomes of "
            "your loss with every image handed in twice?",
            "Missing 1/n.",
            "definition",
            UNEVEN,
        ),
    ),
    success=(
        "One quotient per image, no number added, and an explicit price for empty images. Your "
        "loss agrees with IoU exactly where the masks are 0 and 1."
    ),
)
