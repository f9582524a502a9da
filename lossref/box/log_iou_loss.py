"""Log-IoU loss: minus the logarithm of the intersection over union of two boxes."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples
from lossref._spec import Edge, FunctionSpec
from lossref.box._box import (
    ARGUMENTS,
    KINKS,
    REFUSED,
    Pair,
    gradient,
    pairs_of_boxes,
    value,
    value_and_gradient,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def log_iou_loss(
    boxes_true: ArrayLike,
    boxes_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Minus the logarithm of the intersection over union of two boxes.

    Use it where every predicted box overlaps its truth, as when boxes are predicted from a
    point inside. Not from arbitrary starts: it is infinite where the boxes are disjoint, and
    its slope is 0 there.

    Formula:
        l = -log(I / U) = log1p((U - I) / I), with I the area in both boxes and U the area in
        either

    Parameters:
        boxes_true: Array (..., 4) of true boxes (x1, y1, x2, y2) with x1 <= x2 and y1 <= y2.
        boxes_pred: Array of the same shape: predicted boxes. NaN is passed on.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the boxes without the
        last axis.

    Raises:
        ValueError: If the shapes do not fit, a box has x2 < x1 or y2 < y1, a number is not
            finite, a weight is negative, or there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `iou_loss`, which is 1 - exp(-l) and bounded.

    Source:
        Yu et al. (2016), algorithm 1.

    Examples:
        >>> log_iou_loss([[0, 0, 2, 2]], [[1, 0, 3, 2]])
        1.0986122886681098
    """
    return value(SPEC, _kernel, (boxes_true, boxes_pred), reduction, sample_weight)


def log_iou_loss_grad(
    boxes_true: ArrayLike,
    boxes_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `log_iou_loss` with respect to boxes_pred.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/db = dU/db / U - dI/db / I, and 0 where the boxes are disjoint
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `log_iou_loss`.

    Returns:
        An array of the shape of boxes_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `log_iou_loss` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `log_iou_loss`.

    Examples:
        >>> log_iou_loss_grad([[0, 0, 2, 2]], [[1, 0, 3, 2]])
        array([[1.        , 0.        , 0.33333333, 0.        ]])
    """
    return gradient(SPEC, _kernel, (boxes_true, boxes_pred), reduction, sample_weight)


def log_iou_loss_value_and_grad(
    boxes_true: ArrayLike,
    boxes_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `log_iou_loss` and `log_iou_loss_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (log_iou_loss(...), log_iou_loss_grad(...))

    Parameters:
        As for `log_iou_loss`.

    Returns:
        A pair of what `log_iou_loss` and `log_iou_loss_grad` return.

    Raises:
        ValueError, TypeError: As `log_iou_loss` does.

    Not to be confused with:
        `log_iou_loss_grad`, which returns the gradient alone.

    Source:
        As for `log_iou_loss`.

    Examples:
        >>> log_iou_loss_value_and_grad([[0, 0, 2, 2]], [[1, 0, 3, 2]])[0]
        1.0986122886681098
    """
    return value_and_gradient(SPEC, _kernel, (boxes_true, boxes_pred), reduction, sample_weight)


def _kernel(part):
    pair = Pair(part)
    values = np.where(pair.flat, np.where(pair.equal, 0, np.inf), np.log1p(pair.apart / pair.meet))
    if not part.wants_slope:
        return Samples(values, None)
    d_meet = pair.d_meet()
    raw = (pair.d_area() - d_meet) / pair.union - d_meet / pair.meet
    # A NaN keeps its box in: nothing that is compared with it is true.
    away = pair.flat | (pair.meet == 0)
    return Samples(values, pair.slopes(np.where(away, 0, raw)))


SPEC = FunctionSpec(
    slug="log_iou_loss",
    title="Log-IoU loss",
    family="box",
    loss=log_iou_loss,
    grad=log_iou_loss_grad,
    value_and_grad=log_iou_loss_value_and_grad,
    page="detection/iou",
    formula="-log(iou(boxes_true, boxes_pred))",
    draw=lambda rng: pairs_of_boxes(rng, disjoint=False),
    arguments=ARGUMENTS,
    kinks=KINKS,
    convex=False,
    refused=REFUSED,
    sources=("yu2016",),
    edges=(
        Edge("identical boxes", ((0.0, 0.0, 1.0, 1.0), (0.0, 0.0, 1.0, 1.0)), 0.0, ((0.0,) * 4,)),
        Edge("disjoint boxes", ((2.0, 3.0, 4.0, 5.0), (0.0, 0.0, 1.0, 1.0)), inf, ((0.0,) * 4,)),
        Edge(
            "one inside the other", ((0.0, 0.0, 4.0, 4.0), (1.0, 1.0, 2.0, 2.0)), 2.772588722239781
        ),
        Edge(
            "the same point twice", ((1.0, 1.0, 1.0, 1.0), (1.0, 1.0, 1.0, 1.0)), 0.0, ((0.0,) * 4,)
        ),
        Edge("two points", ((1.0, 1.0, 1.0, 1.0), (4.0, 5.0, 4.0, 5.0)), inf),
        Edge(
            "tiny boxes are boxes",
            ((0.0, 0.0, 2e-160, 2e-160), (0.0, 0.0, 4e-160, 2e-160)),
            0.6931471805599453,
        ),
    ),
)
