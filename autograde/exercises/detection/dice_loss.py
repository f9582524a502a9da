"""Exercise: the Dice loss and its gradient."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.box_regimes import counts, of_masks, quotient
from autograde.exercise import Exercise, Misconception, Probe

SPACE = (-2, -1)


def dice_loss(y_true, y_pred):
    return lossref.dice_loss(y_true, y_pred, axis=SPACE)


def dice_loss_grad(y_true, y_pred):
    return lossref.dice_loss_grad(y_true * 1.0, y_pred * 1.0, axis=SPACE)


def probes(rng: np.random.Generator) -> list[Probe]:
    return of_masks(rng, "dice_loss", "value") + of_masks(rng, "dice_loss_grad", "gradient")


# -- wrong answers -------------------------------------------------------------


def whole_batch(y_true, y_pred):
    hits, p, g = (c.sum() for c in counts(y_true, y_pred))
    return 1 - 2 * hits / (p + g) if p + g else 0.0


def coefficient(y_true, y_pred):
    hits, p, g = counts(y_true, y_pred)
    return np.mean(np.where(p + g == 0, 1.0, quotient(2 * hits, p + g)))


def without_the_two(y_true, y_pred):
    hits, p, g = counts(y_true, y_pred)
    return np.mean(np.where(p + g == 0, 0.0, 1 - quotient(hits, p + g)))


def nothing_over_nothing(y_true, y_pred):
    hits, p, g = counts(y_true, y_pred)
    return np.mean(1 - 2 * hits / (p + g))


def empty_costs_one(y_true, y_pred):
    hits, p, g = counts(y_true, y_pred)
    return np.mean(1 - quotient(2 * hits, p + g))


def smooth_below_only(y_true, y_pred):
    hits, p, g = counts(y_true, y_pred)
    return np.mean(1 - 2 * hits / (p + g + 1e-6))


def smooth_both(y_true, y_pred):
    hits, p, g = counts(y_true, y_pred)
    return np.mean(1 - (2 * hits + 1e-6) / (p + g + 1e-6))


def smooth_one(y_true, y_pred):
    hits, p, g = counts(y_true, y_pred)
    return np.mean(1 - (2 * hits + 1) / (p + g + 1))


def thresholded(y_true, y_pred):
    hits, p, g = counts(y_true, (y_pred > 0.5) * 1.0)
    return np.mean(np.where(p + g == 0, 0.0, 1 - quotient(2 * hits, p + g)))


def squares_below(y_true, y_pred):
    y, p = (a.reshape(len(a), -1) * 1.0 for a in (y_true, y_pred))
    hits, total = (y * p).sum(1), (y * y + p * p).sum(1)
    return np.mean(np.where(total == 0, 0.0, 1 - quotient(2 * hits, total)))


def jaccard(y_true, y_pred):
    hits, p, g = counts(y_true, y_pred)
    return np.mean(np.where(p + g == 0, 0.0, 1 - quotient(hits, p + g - hits)))


def summed(y_true, y_pred):
    hits, p, g = counts(y_true, y_pred)
    return np.sum(np.where(p + g == 0, 0.0, 1 - quotient(2 * hits, p + g)))


def row_by_row(y_true, y_pred):
    shape = (-1, y_true.shape[-1])
    hits, p, g = counts(y_true.reshape(shape), y_pred.reshape(shape))
    return np.mean(np.where(p + g == 0, 0.0, 1 - quotient(2 * hits, p + g)))


def _slopes(y_true, y_pred, first=1.0, second=1.0):
    """first * 2 I / D^2 - second * 2 g / D, per pixel of each image."""
    hits, p, g = (c[:, None, None] for c in counts(y_true, y_pred))
    total = p + g
    return first * quotient(2 * hits, total**2) - second * 2 * y_true * quotient(
        np.ones_like(total), total
    )


def grad_no_n(y_true, y_pred):
    return _slopes(y_true, y_pred)


def grad_over_pixels(y_true, y_pred):
    return _slopes(y_true, y_pred) / y_pred.size


def grad_turned(y_true, y_pred):
    return -_slopes(y_true, y_pred) / len(y_pred)


def grad_of_the_top(y_true, y_pred):
    return _slopes(y_true, y_pred, first=0.0) / len(y_pred)


def grad_of_the_bottom(y_true, y_pred):
    return _slopes(y_true, y_pred, second=0.0) / len(y_pred)


def grad_whole_batch(y_true, y_pred):
    hits, p, g = (c.sum() for c in counts(y_true, y_pred))
    total = p + g
    return 2 * hits / total**2 - 2 * y_true / total


def grad_nothing_over_nothing(y_true, y_pred):
    hits, p, g = (c[:, None, None] for c in counts(y_true, y_pred))
    total = p + g
    return (2 * hits / total - 2 * y_true) / total / len(y_pred)


def grad_squared_below(y_true, y_pred):
    hits, p, g = (c[:, None, None] for c in counts(y_true, y_pred))
    slope = quotient(2 * hits - 2 * y_true * (p + g) / 2, (p + g) ** 2)
    return slope / len(y_pred)


ONE = ([[[1.0, 1.0, 0.0, 0.0]]], [[[0.75, 0.5, 0.25, 0.0]]])
UNEVEN = (
    [[[1.0, 1.0, 1.0, 1.0]], [[1.0, 0.0, 0.0, 0.0]]],
    [[[1.0, 1.0, 1.0, 1.0]], [[0.0, 0.0, 0.0, 0.0]]],
)
EMPTY = ([[[0.0, 0.0, 0.0, 0.0]]], [[[0.0, 0.0, 0.0, 0.0]]])

EXERCISE = Exercise(
    slug="dice_loss",
    title="Dice loss",
    chapter="detection",
    page="detection/dice",
    functions={"dice_loss": dice_loss, "dice_loss_grad": dice_loss_grad},
    points={"value": 3, "gradient": 3, "edges": 1, "empty": 2},
    probes=probes,
    hints=(
        "Three sums per image are enough: the product of both masks, the prediction, the truth. "
        "Every image has its own.",
        "The loss is one minus a quotient. For the slope at one pixel, let that pixel grow a "
        "little: the top changes where the truth is 1, the bottom changes everywhere.",
        "With nothing in either mask the quotient is 0 / 0, and no formula helps: the statement "
        "says what the value and the gradient are. With something in one of them, the formula "
        "stands as it is, without any small number.",
    ),
    misconceptions=(
        Misconception(
            "dice_loss/pooled",
            "All images share one quotient",
            "dice_loss",
            whole_batch,
            "For an image whose 4 pixels are all found and one whose single pixel is missed you "
            "return {got}. One of two images failed entirely: what is the mean of 0 and 1?",
            "Sums over the batch: small objects vanish beside large ones.",
            "what-goes-wrong",
            UNEVEN,
        ),
        Misconception(
            "dice_loss/coefficient",
            "It is the coefficient, which should grow",
            "dice_loss",
            coefficient,
            "For two masks of four pixels you return {got}. What does a perfect prediction return, "
            "and where does a step downhill lead?",
            "Dice in place of 1 - Dice.",
            "definition",
            ONE,
        ),
        Misconception(
            "dice_loss/no-two",
            "The overlap is counted once above",
            "dice_loss",
            without_the_two,
            "For two masks of four pixels you return {got}. What do you return where prediction "
            "and truth are equal?",
            "1 - I / (P + G): never below one half.",
            "definition",
            ONE,
        ),
        Misconception(
            "dice_loss/nothing",
            "Two empty masks give 0 / 0",
            "dice_loss",
            nothing_over_nothing,
            "For an image with nothing in either mask you return {got}. One such image in a batch: "
            "what is the mean?",
            "No rule for empty masks.",
            "what-goes-wrong",
            EMPTY,
        ),
        Misconception(
            "dice_loss/empty-one",
            "Two empty masks cost 1",
            "dice_loss",
            empty_costs_one,
            "For an image with nothing in it and nothing predicted you return {got}. Was there a "
            "mistake?",
            "0 / 0 filled with 0 before the subtraction, as keras does.",
            "what-goes-wrong",
            EMPTY,
        ),
        Misconception(
            "dice_loss/smooth-below",
            "A small number is added below",
            "dice_loss",
            smooth_below_only,
            "For two empty masks you return {got}, and for a perfect prediction of one pixel a "
            "little more than 0. What was the small number to decide, and what did it?",
            "An epsilon below only.",
            "what-goes-wrong",
            EMPTY,
        ),
        Misconception(
            "dice_loss/smooth-both",
            "A small number is added above and below",
            "dice_loss",
            smooth_both,
            "For nothing in the image and one pixel predicted with 1e-8 you return {got}. The "
            "statement adds nothing: what is the quotient of 0 and 1e-8?",
            "smooth = 1e-6: false alarms below it are free.",
            "what-goes-wrong",
            ([[[0.0, 0.0]]], [[[1e-8, 0.0]]]),
        ),
        Misconception(
            "dice_loss/smooth-one",
            "One is added above and below",
            "dice_loss",
            smooth_one,
            "For two masks of four pixels you return {got}. How much does an imaginary pixel weigh "
            "beside an object of one pixel?",
            "smooth = 1, as in many notebooks.",
            "what-goes-wrong",
            ONE,
        ),
        Misconception(
            "dice_loss/threshold",
            "Probabilities are cut to 0 and 1 first",
            "dice_loss",
            thresholded,
            "For probabilities of 0.75, 0.5 and 0.25 you return {got}. Raise the 0.25 to 0.3: does "
            "anything change, and what would a gradient be?",
            "The metric in place of the loss.",
            "definition",
            ONE,
        ),
        Misconception(
            "dice_loss/squares",
            "Squares are summed below",
            "dice_loss",
            squares_below,
            "For two masks of four pixels you return {got}. Which sums stand below in the "
            "statement?",
            "The form of Milletari et al.; equal for masks of 0 and 1.",
            "definition",
            ONE,
        ),
        Misconception(
            "dice_loss/jaccard",
            "It is the soft IoU",
            "dice_loss",
            jaccard,
            "For two masks of four pixels you return {got}. How often is a common pixel counted "
            "above and below?",
            "1 - I / (P + G - I).",
            "definition",
            ONE,
        ),
        Misconception(
            "dice_loss/sum",
            "The images are added up",
            "dice_loss",
            summed,
            "For one image that is found and one that is missed you return {got}. What becomes of "
            "your loss with every image handed in twice?",
            "Missing 1/n.",
            "definition",
            UNEVEN,
        ),
        Misconception(
            "dice_loss/rows",
            "Every row of pixels has a quotient of its own",
            "dice_loss",
            row_by_row,
            "For one image of two rows you return {got}. Does an image with a shifted object cost "
            "the same as before?",
            "A sum over the last axis only.",
            "what-goes-wrong",
            ([[[1.0, 1.0], [0.0, 1.0]]], [[[1.0, 0.0], [0.5, 0.5]]]),
        ),
        Misconception(
            "dice_loss_grad/no-n",
            "The gradient belongs to the sum over images",
            "dice_loss_grad",
            grad_no_n,
            "For two images your gradient is {got}. The loss is their mean: how much of it is the "
            "second one?",
            "Missing 1/n.",
            "derivation",
            UNEVEN,
        ),
        Misconception(
            "dice_loss_grad/pixels",
            "It is divided by the number of pixels",
            "dice_loss_grad",
            grad_over_pixels,
            "For one image of four pixels your gradient is {got}. Over what is the mean in the "
            "statement taken?",
            "1 / (N H W) in place of 1 / N.",
            "derivation",
            ONE,
        ),
        Misconception(
            "dice_loss_grad/sign",
            "The gradient points downhill",
            "dice_loss_grad",
            grad_turned,
            "For one image your gradient is {got}. The first pixel belongs to the object: if its "
            "probability rises, does the loss?",
            "Derivative of the coefficient.",
            "derivation",
            ONE,
        ),
        Misconception(
            "dice_loss_grad/top-only",
            "Only the top of the quotient changes",
            "dice_loss_grad",
            grad_of_the_top,
            "For one image your gradient is {got}. A background pixel rises from 0.25 to 0.5: which "
            "sum grows?",
            "The second half of the quotient rule is missing: false alarms are free.",
            "derivation",
            ONE,
        ),
        Misconception(
            "dice_loss_grad/bottom-only",
            "Only the bottom of the quotient changes",
            "dice_loss_grad",
            grad_of_the_bottom,
            "For one image your gradient is {got}. Every pixel is pushed down, those of the object "
            "too: what does raising one of these do to the overlap?",
            "The first half of the quotient rule is missing.",
            "derivation",
            ONE,
        ),
        Misconception(
            "dice_loss_grad/pooled",
            "All images share one quotient",
            "dice_loss_grad",
            grad_whole_batch,
            "For an image that is found and one whose single pixel is missed your gradient is "
            "{got}. How strongly is that one pixel pulled, and how strongly would it be on its own?",
            "Sums over the batch.",
            "what-goes-wrong",
            UNEVEN,
        ),
        Misconception(
            "dice_loss_grad/nothing",
            "Two empty masks give 0 / 0",
            "dice_loss_grad",
            grad_nothing_over_nothing,
            "For two empty masks your gradient is {got}. What becomes of every weight after one "
            "step along it?",
            "No rule for empty masks.",
            "what-goes-wrong",
            EMPTY,
        ),
        Misconception(
            "dice_loss_grad/two",
            "The factor of two is lost on one term",
            "dice_loss_grad",
            grad_squared_below,
            "For one image your gradient is {got}. Twice the overlap stands above: by how much does "
            "it grow when an object's pixel grows by one?",
            "g / D in place of 2 g / D.",
            "derivation",
            ONE,
        ),
    ),
    success=(
        "Value and gradient for every image by itself, and a rule for empty ones that you chose "
        "and no epsilon chose for you."
    ),
)
