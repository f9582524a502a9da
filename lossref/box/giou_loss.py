"""GIoU loss: the IoU loss plus the share of the smallest enclosing box that neither box fills."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples
from lossref._spec import Edge, FunctionSpec, Name
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


def giou_loss(
    boxes_true: ArrayLike,
    boxes_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The IoU loss plus the share of the smallest enclosing box that neither box fills.

    Use it to train detectors from any start: disjoint boxes have a slope. Not where one box
    often lies inside the other: there it is the IoU loss and does not see the centre.

    Formula:
        l = 1 - I / U + (C - U) / C, with C the area of the smallest box around both

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
        GIoU itself, which is 1 - l; `diou_loss`, which pulls the centres together.

    Source:
        Rezatofighi et al. (2019), algorithm 2. Without their limits on floats: where C is 0 the
        second term is 0.

    Examples:
        >>> giou_loss([[0, 0, 2, 2]], [[1, 0, 3, 2]])
        0.6666666666666666
    """
    return value(SPEC, _kernel, (boxes_true, boxes_pred), reduction, sample_weight)


def giou_loss_grad(
    boxes_true: ArrayLike,
    boxes_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `giou_loss` with respect to boxes_pred.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/db = d(1 - I/U)/db + (U/C dC/db - dU/db) / C
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `giou_loss`.

    Returns:
        An array of the shape of boxes_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `giou_loss` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `giou_loss`.

    Examples:
        >>> giou_loss_grad([[0, 0, 2, 2]], [[1, 0, 3, 2]])
        array([[0.33333333, 0.        , 0.11111111, 0.        ]])
    """
    return gradient(SPEC, _kernel, (boxes_true, boxes_pred), reduction, sample_weight)


def giou_loss_value_and_grad(
    boxes_true: ArrayLike,
    boxes_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `giou_loss` and `giou_loss_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (giou_loss(...), giou_loss_grad(...))

    Parameters:
        As for `giou_loss`.

    Returns:
        A pair of what `giou_loss` and `giou_loss_grad` return.

    Raises:
        ValueError, TypeError: As `giou_loss` does.

    Not to be confused with:
        `giou_loss_grad`, which returns the gradient alone.

    Source:
        As for `giou_loss`.

    Examples:
        >>> giou_loss_value_and_grad([[0, 0, 2, 2]], [[1, 0, 3, 2]])[0]
        0.6666666666666666
    """
    return value_and_gradient(SPEC, _kernel, (boxes_true, boxes_pred), reduction, sample_weight)


def _kernel(part):
    pair = Pair(part)
    x, y = pair.x, pair.y
    hull = x.hull * y.hull
    line = hull == 0
    values = pair.iou_loss + np.where(line, 0, _waste(x, y) / hull)
    if not part.wants_slope:
        return Samples(values, None)
    d_hull = np.stack(
        (x.d_hull[0] * y.hull, y.d_hull[0] * x.hull, x.d_hull[1] * y.hull, y.d_hull[1] * x.hull)
    )
    raw = (pair.union / hull * d_hull - (pair.d_area() - pair.d_meet())) / hull
    return Samples(values, pair.slopes(pair.d_iou_loss() + np.where(line, 0, raw)))


def _waste(x, y):
    """The area of the hull in neither box, as a sum of rectangles.

    Boxes that overlap leave out corners of the hull, where one of them reaches one edge and
    the other the next. Boxes apart leave out the gap, and what lies beside each of them.
    """
    corners = np.maximum(-x.low * y.low, 0) + np.maximum(x.high * y.low, 0)
    corners = corners + np.maximum(x.low * y.high, 0) + np.maximum(-x.high * y.high, 0)
    return np.where(x.gap > 0, _beside(x, y), np.where(y.gap > 0, _beside(y, x), corners))


def _beside(along, across):
    waste = along.gap * across.hull + along.size * across.beyond
    return waste + along.true_size * across.true_beyond


SPEC = FunctionSpec(
    slug="giou_loss",
    title="GIoU loss",
    family="box",
    loss=giou_loss,
    grad=giou_loss_grad,
    value_and_grad=giou_loss_value_and_grad,
    page="detection/giou",
    formula="2 - iou(boxes_true, boxes_pred) - union(boxes_true, boxes_pred) / area(hull(boxes_true, boxes_pred))",
    draw=pairs_of_boxes,
    arguments=ARGUMENTS,
    kinks=KINKS,
    convex=False,
    refused=REFUSED,
    sources=("rezatofighi2019",),
    edges=(
        Edge("identical boxes", ((0.0, 0.0, 1.0, 1.0), (0.0, 0.0, 1.0, 1.0)), 0.0, ((0.0,) * 4,)),
        Edge(
            "disjoint boxes",
            ((2.0, 3.0, 4.0, 5.0), (0.0, 0.0, 1.0, 1.0)),
            1.75,
            ((-0.0125, 0.0, -0.05, -0.05),),
        ),
        Edge("one inside the other", ((0.0, 0.0, 4.0, 4.0), (1.0, 1.0, 2.0, 2.0)), 0.9375),
        Edge(
            "the same point twice", ((1.0, 1.0, 1.0, 1.0), (1.0, 1.0, 1.0, 1.0)), 0.0, ((0.0,) * 4,)
        ),
        Edge("two points", ((1.0, 1.0, 1.0, 1.0), (4.0, 5.0, 4.0, 5.0)), 2.0),
        Edge("tiny boxes are boxes", ((0.0, 0.0, 2e-160, 2e-160), (0.0, 0.0, 4e-160, 2e-160)), 0.5),
    ),
    names_elsewhere=(
        Name(
            "torchvision",
            "torchvision.ops.generalized_box_iou_loss",
            "takes the prediction first; adds 1e-7 to the areas",
        ),
        Name(
            "monai", "monai.losses.BoxGIoULoss", "takes the prediction first; computes in float32"
        ),
    ),
)
