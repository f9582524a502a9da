"""Losses of the overlap of two masks: Dice, its form with squares, and the soft IoU."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples
from lossref._spec import UNIT, Argument, Edge, FunctionSpec, Name, Param
from lossref.mask._space import (
    EMPTY,
    Ratio,
    gradient,
    pairs_of_masks,
    sums,
    value,
    value_and_gradient,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def dice_loss(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    axis: int = -1,
    smooth_nr: float = 0.0,
    smooth_dr: float = 0.0,
    empty: str = "zero",
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Two masks' mismatch relative to the sum of their sizes.

    Use it where the object is small against the image: pixels that are background in both masks
    do not count. Not with soft labels if a perfect prediction must cost 0: that is
    `squared_dice_loss`; not as the only loss where many masks are empty.

    Formula:
        l = 1 - (2 TP + s1) / (P + G + s2), with TP = sum(p g), P = sum(p), G = sum(g) over
        space

    Parameters:
        y_true: Array of true masks: 0 outside, 1 inside, or in between where the truth is soft.
        y_pred: Array of the same shape: predicted probabilities in [0, 1]. NaN is passed on.
        axis: The axis of space, or a tuple of them: (-2, -1) for images (N, C, H, W). All other
            axes are kept, so every sample and every class has a value of its own.
        smooth_nr: What is added to the numerator, >= 0.
        smooth_dr: What is added to the denominator, >= 0.
        empty: The value where the ratio is 0 / 0, as with two empty masks: "zero", "one" or
            "nan".
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the masks without the
        axes of space.

    Raises:
        ValueError: If the shapes do not fit, an axis does not exist, a number is outside its
            set, an option is unknown, a weight is negative, or there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        The Dice coefficient, which is 1 - l without smoothing; `soft_iou_loss`, which is larger
        in between.

    Source:
        Dice (1945) for the coefficient; Sudre et al. (2017) for the loss.

    Examples:
        >>> dice_loss([1, 1, 0, 0], [1, 0, 0, 0])
        0.3333333333333333
    """
    return value(
        DICE_LOSS,
        _dice_loss_kernel,
        (y_true, y_pred),
        axis,
        reduction,
        sample_weight,
        smooth_nr=smooth_nr,
        smooth_dr=smooth_dr,
        empty=empty,
    )


def dice_loss_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    axis: int = -1,
    smooth_nr: float = 0.0,
    smooth_dr: float = 0.0,
    empty: str = "zero",
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `dice_loss` with respect to y_pred.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dp = (N / D - 2 g) / D, with N = 2 TP + s1 and D = P + G + s2
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `dice_loss`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `dice_loss` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `dice_loss`.

    Examples:
        >>> dice_loss_grad([1, 0], [1, 1])
        array([-0.44444444,  0.22222222])
    """
    return gradient(
        DICE_LOSS,
        _dice_loss_kernel,
        (y_true, y_pred),
        axis,
        reduction,
        sample_weight,
        smooth_nr=smooth_nr,
        smooth_dr=smooth_dr,
        empty=empty,
    )


def dice_loss_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    axis: int = -1,
    smooth_nr: float = 0.0,
    smooth_dr: float = 0.0,
    empty: str = "zero",
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `dice_loss` and `dice_loss_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (dice_loss(...), dice_loss_grad(...))

    Parameters:
        As for `dice_loss`.

    Returns:
        A pair of what `dice_loss` and `dice_loss_grad` return.

    Raises:
        ValueError, TypeError: As `dice_loss` does.

    Not to be confused with:
        `dice_loss_grad`, which returns the gradient alone.

    Source:
        As for `dice_loss`.

    Examples:
        >>> dice_loss_value_and_grad([1, 1, 0, 0], [1, 0, 0, 0])[0]
        0.3333333333333333
    """
    return value_and_gradient(
        DICE_LOSS,
        _dice_loss_kernel,
        (y_true, y_pred),
        axis,
        reduction,
        sample_weight,
        smooth_nr=smooth_nr,
        smooth_dr=smooth_dr,
        empty=empty,
    )


def _dice_loss_kernel(part, smooth_nr, smooth_dr, empty):
    g, p = part["y_true"], part["y_pred"]
    hits, wrong, missed = sums(g, p)
    r = Ratio(wrong + missed, 2 * hits, smooth_nr, smooth_dr, empty)
    slopes = r.slopes(g, r.score, r.score - 2) if part.wants_slope else None
    return Samples(r.loss, slopes)


DICE_LOSS = FunctionSpec(
    slug="dice_loss",
    title="Dice loss",
    family="mask",
    loss=dice_loss,
    grad=dice_loss_grad,
    value_and_grad=dice_loss_value_and_grad,
    page="detection/dice",
    arguments=(Argument("y_true", UNIT, core=1), Argument("y_pred", UNIT, core=1, wrt=True)),
    formula="1 - (2 * sum(g * p for g, p in zip(y_true, y_pred)) + smooth_nr) / (sum(y_true) + sum(y_pred) + smooth_dr)",
    draw=pairs_of_masks,
    convex=False,
    sources=("dice1945", "sudre2017"),
    params=(
        Param("smooth_nr", 0.0, 0.0, inf, True, False, "linear", "s_1"),
        Param("smooth_dr", 0.0, 0.0, inf, True, False, "linear", "s_2"),
    ),
    options=(EMPTY,),
    edges=(
        Edge("both masks empty", ((0.0, 0.0), (0.0, 0.0)), 0.0, ((0.0, 0.0),)),
        Edge(
            "both masks empty, counted as wrong",
            ((0.0, 0.0), (0.0, 0.0)),
            1.0,
            ((0.0, 0.0),),
            (("empty", "one"),),
        ),
        Edge(
            "both masks empty, smoothed",
            ((0.0, 0.0), (0.0, 0.0)),
            0.0,
            ((1.0, 1.0),),
            (("smooth_nr", 1.0), ("smooth_dr", 1.0)),
        ),
        Edge("an empty truth and the least of a prediction", ((0.0, 0.0), (5e-324, 0.0)), 1.0),
        Edge("a perfect match", ((1.0, 0.0), (1.0, 0.0)), 0.0, ((-0.5, 0.5),)),
        Edge("disjoint masks", ((1.0, 0.0), (0.0, 1.0)), 1.0, ((-1.0, 0.0),)),
        Edge("a soft truth, met exactly", ((0.5, 0.5), (0.5, 0.5)), 0.5),
    ),
    names_elsewhere=(
        Name("monai", "monai.losses.DiceLoss", "takes the prediction first; adds 1e-5 to both"),
        Name(
            "keras",
            "keras.losses.dice",
            "pools the whole batch, adds 1e-7 to the denominator, and counts two empty masks as 1",
        ),
        Name("optax", "optax.losses.dice_loss", "takes logits first; adds 1 to both"),
    ),
    ulp=20.0,  # a numerator smoothed alone may cancel what does not match
)


def squared_dice_loss(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    axis: int = -1,
    smooth_nr: float = 0.0,
    smooth_dr: float = 0.0,
    empty: str = "zero",
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The squared distance of two masks relative to the sum of their squares.

    Use it for masks with soft truths: it is 0 where the prediction equals the truth, whatever
    the truth is. Not to compare with a Dice coefficient of thresholded masks at intermediate
    probabilities: `dice_loss` is the one that does not square.

    Formula:
        l = 1 - (2 TP + s1) / (sum(p^2) + sum(g^2) + s2), with TP = sum(p g) over space

    Parameters:
        y_true: Array of true masks: 0 outside, 1 inside, or in between where the truth is soft.
        y_pred: Array of the same shape: predicted probabilities in [0, 1]. NaN is passed on.
        axis: The axis of space, or a tuple of them: (-2, -1) for images (N, C, H, W). All other
            axes are kept, so every sample and every class has a value of its own.
        smooth_nr: What is added to the numerator, >= 0.
        smooth_dr: What is added to the denominator, >= 0.
        empty: The value where the ratio is 0 / 0, as with two empty masks: "zero", "one" or
            "nan".
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the masks without the
        axes of space.

    Raises:
        ValueError: If the shapes do not fit, an axis does not exist, a number is outside its
            set, an option is unknown, a weight is negative, or there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `dice_loss`, whose denominator does not square and which is the same for masks of 0 and
        1.

    Source:
        Milletari, Navab and Ahmadi (2016), section 3.

    Examples:
        >>> squared_dice_loss([1, 0], [0.5, 0.5])
        0.3333333333333333
    """
    return value(
        SQUARED_DICE_LOSS,
        _squared_dice_loss_kernel,
        (y_true, y_pred),
        axis,
        reduction,
        sample_weight,
        smooth_nr=smooth_nr,
        smooth_dr=smooth_dr,
        empty=empty,
    )


def squared_dice_loss_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    axis: int = -1,
    smooth_nr: float = 0.0,
    smooth_dr: float = 0.0,
    empty: str = "zero",
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `squared_dice_loss` with respect to y_pred.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dp = 2 (p - g - p l) / D, with D = sum(p^2) + sum(g^2) + s2
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `squared_dice_loss`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `squared_dice_loss` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `squared_dice_loss`.

    Examples:
        >>> squared_dice_loss_grad([1, 0], [0.5, 0.5])
        array([-0.88888889,  0.44444444])
    """
    return gradient(
        SQUARED_DICE_LOSS,
        _squared_dice_loss_kernel,
        (y_true, y_pred),
        axis,
        reduction,
        sample_weight,
        smooth_nr=smooth_nr,
        smooth_dr=smooth_dr,
        empty=empty,
    )


def squared_dice_loss_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    axis: int = -1,
    smooth_nr: float = 0.0,
    smooth_dr: float = 0.0,
    empty: str = "zero",
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `squared_dice_loss` and `squared_dice_loss_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (squared_dice_loss(...), squared_dice_loss_grad(...))

    Parameters:
        As for `squared_dice_loss`.

    Returns:
        A pair of what `squared_dice_loss` and `squared_dice_loss_grad` return.

    Raises:
        ValueError, TypeError: As `squared_dice_loss` does.

    Not to be confused with:
        `squared_dice_loss_grad`, which returns the gradient alone.

    Source:
        As for `squared_dice_loss`.

    Examples:
        >>> squared_dice_loss_value_and_grad([1, 0], [0.5, 0.5])[0]
        0.3333333333333333
    """
    return value_and_gradient(
        SQUARED_DICE_LOSS,
        _squared_dice_loss_kernel,
        (y_true, y_pred),
        axis,
        reduction,
        sample_weight,
        smooth_nr=smooth_nr,
        smooth_dr=smooth_dr,
        empty=empty,
    )


def _squared_dice_loss_kernel(part, smooth_nr, smooth_dr, empty):
    g, p = part["y_true"], part["y_pred"]
    scale = None
    d, distance, hits = _squares(g, p)
    small = distance + hits < np.finfo(g.dtype).tiny / np.finfo(g.dtype).eps ** 2
    if smooth_nr == smooth_dr == 0 and small.any():
        # Squares that underflow are no empty masks: rows like that are scaled up first.
        top = np.maximum(g, p).max(axis=-1, initial=0.0)
        scale = np.where(small & (top > 0), top, 1.0)[:, None]
        g, p = g / scale, p / scale
        d, distance, hits = _squares(g, p)
    r = Ratio(distance, 2 * hits, smooth_nr, smooth_dr, empty)
    if not part.wants_slope:
        return Samples(r.loss, None)
    d -= p * r.loss.astype(p.dtype)[:, None]
    d *= 2
    return Samples(r.loss, r.divided(d if scale is None else d / scale))


def _squares(g, p):
    """p - g, the sum of its squares, and the sum of p g, the sums in float64."""
    d = p - g
    scratch = d * d
    distance = scratch.sum(axis=-1, dtype=np.float64)
    np.multiply(p, g, out=scratch)
    return d, distance, scratch.sum(axis=-1, dtype=np.float64)


SQUARED_DICE_LOSS = FunctionSpec(
    slug="squared_dice_loss",
    title="Squared Dice loss",
    family="mask",
    loss=squared_dice_loss,
    grad=squared_dice_loss_grad,
    value_and_grad=squared_dice_loss_value_and_grad,
    page="detection/dice",
    arguments=(Argument("y_true", UNIT, core=1), Argument("y_pred", UNIT, core=1, wrt=True)),
    formula="1 - (2 * sum(g * p for g, p in zip(y_true, y_pred)) + smooth_nr) / (sum(g * g for g in y_true) + sum(p * p for p in y_pred) + smooth_dr)",
    draw=pairs_of_masks,
    convex=False,
    sources=("milletari2016",),
    params=(
        Param("smooth_nr", 0.0, 0.0, inf, True, False, "linear", "s_1"),
        Param("smooth_dr", 0.0, 0.0, inf, True, False, "linear", "s_2"),
    ),
    options=(EMPTY,),
    edges=(
        Edge("both masks empty", ((0.0, 0.0), (0.0, 0.0)), 0.0, ((0.0, 0.0),)),
        Edge(
            "both masks empty, counted as wrong",
            ((0.0, 0.0), (0.0, 0.0)),
            1.0,
            ((0.0, 0.0),),
            (("empty", "one"),),
        ),
        Edge(
            "an empty truth and a prediction whose square underflows",
            ((0.0, 0.0), (1e-200, 0.0)),
            1.0,
        ),
        Edge("a soft truth, met exactly", ((0.5, 0.25), (0.5, 0.25)), 0.0, ((0.0, 0.0),)),
        Edge("disjoint masks", ((1.0, 0.0), (0.0, 1.0)), 1.0, ((-1.0, 0.0),)),
    ),
    names_elsewhere=(
        Name(
            "monai",
            "monai.losses.DiceLoss(squared_pred=True)",
            "takes the prediction first; adds 1e-5 to both",
        ),
    ),
    ulp=8.0,  # three sums over space
)


def soft_iou_loss(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    axis: int = -1,
    smooth_nr: float = 0.0,
    smooth_dr: float = 0.0,
    empty: str = "zero",
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Two masks' mismatch relative to the size of their union, also called the soft Jaccard loss.

    Use it where results are scored by intersection over union, one class and one image at a
    time. Not on boxes: that is `iou_loss`; not where many masks are empty, unless `empty` is
    what you mean.

    Formula:
        l = 1 - (TP + s1) / (P + G - TP + s2), with TP = sum(p g), P = sum(p), G = sum(g) over
        space

    Parameters:
        y_true: Array of true masks: 0 outside, 1 inside, or in between where the truth is soft.
        y_pred: Array of the same shape: predicted probabilities in [0, 1]. NaN is passed on.
        axis: The axis of space, or a tuple of them: (-2, -1) for images (N, C, H, W). All other
            axes are kept, so every sample and every class has a value of its own.
        smooth_nr: What is added to the numerator, >= 0.
        smooth_dr: What is added to the denominator, >= 0.
        empty: The value where the ratio is 0 / 0, as with two empty masks: "zero", "one" or
            "nan".
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the masks without the
        axes of space.

    Raises:
        ValueError: If the shapes do not fit, an axis does not exist, a number is outside its
            set, an option is unknown, a weight is negative, or there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `iou_loss`, which is for boxes; `dice_loss`, which is 2 - 2 / (1 + l) smaller: d = l /
        (2 - l).

    Source:
        Jaccard (1912) for the coefficient; Rahman and Wang (2016) for the loss.

    Examples:
        >>> soft_iou_loss([1, 1, 0, 0], [1, 0, 0, 0])
        0.5
    """
    return value(
        SOFT_IOU_LOSS,
        _soft_iou_loss_kernel,
        (y_true, y_pred),
        axis,
        reduction,
        sample_weight,
        smooth_nr=smooth_nr,
        smooth_dr=smooth_dr,
        empty=empty,
    )


def soft_iou_loss_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    axis: int = -1,
    smooth_nr: float = 0.0,
    smooth_dr: float = 0.0,
    empty: str = "zero",
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `soft_iou_loss` with respect to y_pred.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dp = ((1 - g) N / U - g) / U, with N = TP + s1 and U = P + G - TP + s2
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `soft_iou_loss`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `soft_iou_loss` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `soft_iou_loss`.

    Examples:
        >>> soft_iou_loss_grad([1, 0], [1, 1])
        array([-0.5 ,  0.25])
    """
    return gradient(
        SOFT_IOU_LOSS,
        _soft_iou_loss_kernel,
        (y_true, y_pred),
        axis,
        reduction,
        sample_weight,
        smooth_nr=smooth_nr,
        smooth_dr=smooth_dr,
        empty=empty,
    )


def soft_iou_loss_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    axis: int = -1,
    smooth_nr: float = 0.0,
    smooth_dr: float = 0.0,
    empty: str = "zero",
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `soft_iou_loss` and `soft_iou_loss_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (soft_iou_loss(...), soft_iou_loss_grad(...))

    Parameters:
        As for `soft_iou_loss`.

    Returns:
        A pair of what `soft_iou_loss` and `soft_iou_loss_grad` return.

    Raises:
        ValueError, TypeError: As `soft_iou_loss` does.

    Not to be confused with:
        `soft_iou_loss_grad`, which returns the gradient alone.

    Source:
        As for `soft_iou_loss`.

    Examples:
        >>> soft_iou_loss_value_and_grad([1, 1, 0, 0], [1, 0, 0, 0])[0]
        0.5
    """
    return value_and_gradient(
        SOFT_IOU_LOSS,
        _soft_iou_loss_kernel,
        (y_true, y_pred),
        axis,
        reduction,
        sample_weight,
        smooth_nr=smooth_nr,
        smooth_dr=smooth_dr,
        empty=empty,
    )


def _soft_iou_loss_kernel(part, smooth_nr, smooth_dr, empty):
    g, p = part["y_true"], part["y_pred"]
    hits, wrong, missed = sums(g, p)
    r = Ratio(wrong + missed, hits, smooth_nr, smooth_dr, empty)
    slopes = r.slopes(g, r.score, -1.0) if part.wants_slope else None
    return Samples(r.loss, slopes)


SOFT_IOU_LOSS = FunctionSpec(
    slug="soft_iou_loss",
    title="Soft IoU loss",
    family="mask",
    loss=soft_iou_loss,
    grad=soft_iou_loss_grad,
    value_and_grad=soft_iou_loss_value_and_grad,
    page="detection/dice",
    arguments=(Argument("y_true", UNIT, core=1), Argument("y_pred", UNIT, core=1, wrt=True)),
    formula="1 - (sum(g * p for g, p in zip(y_true, y_pred)) + smooth_nr) / (sum(g + p - g * p for g, p in zip(y_true, y_pred)) + smooth_dr)",
    draw=pairs_of_masks,
    convex=False,
    sources=("jaccard1912", "rahman2016"),
    params=(
        Param("smooth_nr", 0.0, 0.0, inf, True, False, "linear", "s_1"),
        Param("smooth_dr", 0.0, 0.0, inf, True, False, "linear", "s_2"),
    ),
    options=(EMPTY,),
    edges=(
        Edge("both masks empty", ((0.0, 0.0), (0.0, 0.0)), 0.0, ((0.0, 0.0),)),
        Edge(
            "both masks empty, counted as wrong",
            ((0.0, 0.0), (0.0, 0.0)),
            1.0,
            ((0.0, 0.0),),
            (("empty", "one"),),
        ),
        Edge("a perfect match", ((1.0, 0.0), (1.0, 0.0)), 0.0, ((-1.0, 1.0),)),
        Edge("disjoint masks", ((1.0, 0.0), (0.0, 1.0)), 1.0, ((-0.5, 0.0),)),
        Edge("a soft truth, met exactly", ((0.5, 0.5), (0.5, 0.5)), 2 / 3),
    ),
    names_elsewhere=(
        Name(
            "monai",
            "monai.losses.DiceLoss(jaccard=True)",
            "takes the prediction first; adds 1e-5 to both",
        ),
    ),
    ulp=20.0,  # a numerator smoothed alone may cancel what does not match
)
