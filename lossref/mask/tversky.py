"""Losses of the overlap of two masks with a price for each kind of mistake."""

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


def tversky_loss(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    alpha: float = 0.5,
    beta: float = 0.5,
    axis: int = -1,
    smooth_nr: float = 0.0,
    smooth_dr: float = 0.0,
    empty: str = "zero",
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Dice with a price of its own for false positives and for false negatives.

    Use it where a missed pixel and a false one do not cost the same: beta > alpha finds more
    and is wrong more often. Not to fix rare classes as such: the ratio already leaves out true
    negatives.

    Formula:
        l = 1 - (TP + s1) / (TP + alpha FP + beta FN + s2), with TP = sum(p g), FP = sum(p (1 -
        g)), FN = sum((1 - p) g) over space
        alpha = beta = 1/2 is `dice_loss` and alpha = beta = 1 is `soft_iou_loss`

    Parameters:
        y_true: Array of true masks: 0 outside, 1 inside, or in between where the truth is soft.
        y_pred: Array of the same shape: predicted probabilities in [0, 1]. NaN is passed on.
        alpha: The price of a false positive, >= 0.
        beta: The price of a false negative, >= 0.
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
        The Tversky loss of keras 3.15, which swaps alpha and beta; `focal_tversky_loss`, which
        is a power of it.

    Source:
        Tversky (1977) for the index; Salehi, Erdogmus and Gholipour (2017) for the loss.

    Examples:
        >>> tversky_loss([1, 1, 0, 0], [1, 0, 0, 0], alpha=0.0, beta=1.0)
        0.5
    """
    return value(
        TVERSKY_LOSS,
        _tversky_loss_kernel,
        (y_true, y_pred),
        axis,
        reduction,
        sample_weight,
        alpha=alpha,
        beta=beta,
        smooth_nr=smooth_nr,
        smooth_dr=smooth_dr,
        empty=empty,
    )


def tversky_loss_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    alpha: float = 0.5,
    beta: float = 0.5,
    axis: int = -1,
    smooth_nr: float = 0.0,
    smooth_dr: float = 0.0,
    empty: str = "zero",
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `tversky_loss` with respect to y_pred.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dp = ((alpha (1 - g) - beta g) N / D - g l) / D, with N = TP + s1 and D the
        denominator
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `tversky_loss`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `tversky_loss` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `tversky_loss`.

    Examples:
        >>> tversky_loss_grad([1, 0], [1, 1], alpha=1.0, beta=1.0)
        array([-0.5 ,  0.25])
    """
    return gradient(
        TVERSKY_LOSS,
        _tversky_loss_kernel,
        (y_true, y_pred),
        axis,
        reduction,
        sample_weight,
        alpha=alpha,
        beta=beta,
        smooth_nr=smooth_nr,
        smooth_dr=smooth_dr,
        empty=empty,
    )


def tversky_loss_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    alpha: float = 0.5,
    beta: float = 0.5,
    axis: int = -1,
    smooth_nr: float = 0.0,
    smooth_dr: float = 0.0,
    empty: str = "zero",
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `tversky_loss` and `tversky_loss_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (tversky_loss(...), tversky_loss_grad(...))

    Parameters:
        As for `tversky_loss`.

    Returns:
        A pair of what `tversky_loss` and `tversky_loss_grad` return.

    Raises:
        ValueError, TypeError: As `tversky_loss` does.

    Not to be confused with:
        `tversky_loss_grad`, which returns the gradient alone.

    Source:
        As for `tversky_loss`.

    Examples:
        >>> tversky_loss_value_and_grad([1, 1, 0, 0], [1, 0, 0, 0], alpha=0.0, beta=1.0)[0]
        0.5
    """
    return value_and_gradient(
        TVERSKY_LOSS,
        _tversky_loss_kernel,
        (y_true, y_pred),
        axis,
        reduction,
        sample_weight,
        alpha=alpha,
        beta=beta,
        smooth_nr=smooth_nr,
        smooth_dr=smooth_dr,
        empty=empty,
    )


def _tversky_loss_kernel(part, alpha, beta, smooth_nr, smooth_dr, empty):
    return Samples(*_tversky(part, alpha, beta, smooth_nr, smooth_dr, empty))


def _tversky(part, alpha, beta, smooth_nr, smooth_dr, empty):
    """The values of a block, and its slopes in a tuple if they are wanted."""
    g, p = part["y_true"], part["y_pred"]
    hits, wrong, missed = sums(g, p)
    r = Ratio(alpha * wrong + beta * missed, hits, smooth_nr, smooth_dr, empty)
    if not part.wants_slope:
        return r.loss, None
    return r.loss, r.slopes(g, alpha * r.score, -(beta * r.score + r.loss))


TVERSKY_LOSS = FunctionSpec(
    slug="tversky_loss",
    title="Tversky loss",
    family="mask",
    loss=tversky_loss,
    grad=tversky_loss_grad,
    value_and_grad=tversky_loss_value_and_grad,
    page="detection/tversky",
    arguments=(Argument("y_true", UNIT, core=1), Argument("y_pred", UNIT, core=1, wrt=True)),
    formula="1 - (sum(g * p for g, p in zip(y_true, y_pred)) + smooth_nr) / (sum(g * p + alpha * p * (1 - g) + beta * (1 - p) * g for g, p in zip(y_true, y_pred)) + smooth_dr)",
    draw=pairs_of_masks,
    convex=False,
    sources=("tversky1977", "salehi2017"),
    params=(
        Param("alpha", 0.5, 0.0, inf, True, False, "linear", r"\alpha"),
        Param("beta", 0.5, 0.0, inf, True, False, "linear", r"\beta"),
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
            "four misses at a low price",
            ((1.0,) * 5, (1.0, 0.0, 0.0, 0.0, 0.0)),
            2 / 7,
            None,
            (("alpha", 0.9), ("beta", 0.1)),
        ),
        Edge(
            "four false alarms at a high price",
            ((1.0, 0.0, 0.0, 0.0, 0.0), (1.0,) * 5),
            18 / 23,
            None,
            (("alpha", 0.9), ("beta", 0.1)),
        ),
    ),
    names_elsewhere=(
        Name("monai", "monai.losses.TverskyLoss", "takes the prediction first; adds 1e-5 to both"),
        Name(
            "keras",
            "keras.losses.tversky",
            "swaps alpha and beta up to 3.15.1; pools the whole batch",
        ),
    ),
    ulp=8.0,  # three sums over space
)


def focal_tversky_loss(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    alpha: float = 0.5,
    beta: float = 0.5,
    gamma: float = 4 / 3,
    axis: int = -1,
    smooth: float = 0.0,
    empty: str = "zero",
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The Tversky loss to a power that changes how much nearly solved masks count.

    Use it where small objects stay badly segmented while large ones are solved. Not where masks
    can be predicted exactly with gamma > 1: the slope is infinite at l = 0.

    Formula:
        l = t^(1 / gamma), with t the `tversky_loss` for s1 = s2 = smooth

    Parameters:
        y_true: Array of true masks: 0 outside, 1 inside, or in between where the truth is soft.
        y_pred: Array of the same shape: predicted probabilities in [0, 1]. NaN is passed on.
        alpha: The price of a false positive, >= 0.
        beta: The price of a false negative, >= 0.
        gamma: The root, > 0; above 1 it gives nearly solved masks more slope.
        axis: The axis of space, or a tuple of them: (-2, -1) for images (N, C, H, W). All other
            axes are kept, so every sample and every class has a value of its own.
        smooth: What is added to numerator and denominator, >= 0.
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
        `binary_focal`, whose gamma is a power and no root; `tversky_loss`, which is gamma = 1.

    Source:
        Abraham and Khan (2019).

    Examples:
        >>> focal_tversky_loss([1, 1, 0, 0], [1, 0, 0, 0], alpha=1.0, beta=3.0, gamma=2.0)
        0.8660254037844386
    """
    return value(
        FOCAL_TVERSKY_LOSS,
        _focal_tversky_loss_kernel,
        (y_true, y_pred),
        axis,
        reduction,
        sample_weight,
        alpha=alpha,
        beta=beta,
        gamma=gamma,
        smooth=smooth,
        empty=empty,
    )


def focal_tversky_loss_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    alpha: float = 0.5,
    beta: float = 0.5,
    gamma: float = 4 / 3,
    axis: int = -1,
    smooth: float = 0.0,
    empty: str = "zero",
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `focal_tversky_loss` with respect to y_pred.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dp = t^(1 / gamma - 1) / gamma dt/dp; infinite at t = 0 if gamma > 1, where dt/dp is
        not 0
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `focal_tversky_loss`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `focal_tversky_loss` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `focal_tversky_loss`.

    Examples:
        >>> focal_tversky_loss_grad([1, 0], [1, 1], gamma=1.0)
        array([-0.44444444,  0.22222222])
    """
    return gradient(
        FOCAL_TVERSKY_LOSS,
        _focal_tversky_loss_kernel,
        (y_true, y_pred),
        axis,
        reduction,
        sample_weight,
        alpha=alpha,
        beta=beta,
        gamma=gamma,
        smooth=smooth,
        empty=empty,
    )


def focal_tversky_loss_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    alpha: float = 0.5,
    beta: float = 0.5,
    gamma: float = 4 / 3,
    axis: int = -1,
    smooth: float = 0.0,
    empty: str = "zero",
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `focal_tversky_loss` and `focal_tversky_loss_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (focal_tversky_loss(...), focal_tversky_loss_grad(...))

    Parameters:
        As for `focal_tversky_loss`.

    Returns:
        A pair of what `focal_tversky_loss` and `focal_tversky_loss_grad` return.

    Raises:
        ValueError, TypeError: As `focal_tversky_loss` does.

    Not to be confused with:
        `focal_tversky_loss_grad`, which returns the gradient alone.

    Source:
        As for `focal_tversky_loss`.

    Examples:
        >>> focal_tversky_loss_value_and_grad([1, 1, 0, 0], [1, 0, 0, 0], alpha=1.0, beta=3.0, gamma=2.0)[0]
        0.8660254037844386
    """
    return value_and_gradient(
        FOCAL_TVERSKY_LOSS,
        _focal_tversky_loss_kernel,
        (y_true, y_pred),
        axis,
        reduction,
        sample_weight,
        alpha=alpha,
        beta=beta,
        gamma=gamma,
        smooth=smooth,
        empty=empty,
    )


def _focal_tversky_loss_kernel(part, alpha, beta, gamma, smooth, empty):
    loss, slopes = _tversky(part, alpha, beta, smooth, smooth, empty)
    if slopes is not None:
        gain = (loss ** (1 / gamma - 1) / gamma).astype(slopes[0].dtype)
        # Where the slope below is 0, an infinite gain leaves it 0.
        slopes = (np.where(slopes[0] == 0, 0, gain[:, None] * slopes[0]),)
    return Samples(loss ** (1 / gamma), slopes)


FOCAL_TVERSKY_LOSS = FunctionSpec(
    slug="focal_tversky_loss",
    title="Focal Tversky loss",
    family="mask",
    loss=focal_tversky_loss,
    grad=focal_tversky_loss_grad,
    value_and_grad=focal_tversky_loss_value_and_grad,
    page="detection/tversky",
    arguments=(Argument("y_true", UNIT, core=1), Argument("y_pred", UNIT, core=1, wrt=True)),
    formula="(1 - (sum(g * p for g, p in zip(y_true, y_pred)) + smooth) / (sum(g * p + alpha * p * (1 - g) + beta * (1 - p) * g for g, p in zip(y_true, y_pred)) + smooth)) ** (1 / gamma)",
    draw=pairs_of_masks,
    convex=False,
    sources=("abraham2019",),
    params=(
        Param("alpha", 0.5, 0.0, inf, True, False, "linear", r"\alpha"),
        Param("beta", 0.5, 0.0, inf, True, False, "linear", r"\beta"),
        Param("gamma", 4 / 3, 0.0, inf, False, False, "linear", r"\gamma"),
        Param("smooth", 0.0, 0.0, inf, True, False, "linear", "s"),
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
            "an exact prediction has an infinite slope",
            ((1.0, 0.0), (1.0, 0.0)),
            0.0,
            ((-inf, inf),),
        ),
        Edge(
            "gamma = 1 is the Tversky loss",
            ((1.0, 0.0), (1.0, 1.0)),
            1 / 3,
            None,
            (("gamma", 1.0),),
        ),
    ),
    ulp=12.0,  # three sums over space and a power
)
