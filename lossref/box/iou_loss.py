"""IoU loss: one minus the intersection over union of two boxes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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


def iou_loss(
    boxes_true: ArrayLike,
    boxes_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """One minus the intersection over union of two boxes.

    Use it to measure, or to refine boxes that already overlap. Not to train from the start:
    where the boxes are disjoint it is 1 and its slope is 0.

    Formula:
        l = 1 - I / U, with I the area in both boxes and U the area in either

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
        `pairwise_iou`, which is I / U itself, for all pairs; `soft_iou_loss`, which is for
        masks.

    Source:
        Jaccard (1912) for the coefficient; Yu et al. (2016) for regression by it. Two boxes
        without area are equal, with loss 0, or share nothing, with loss 1.

    Examples:
        >>> iou_loss([[0, 0, 2, 2]], [[1, 0, 3, 2]])
        0.6666666666666666
    """
    return value(SPEC, _kernel, (boxes_true, boxes_pred), reduction, sample_weight)


def iou_loss_grad(
    boxes_true: ArrayLike,
    boxes_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `iou_loss` with respect to boxes_pred.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/db = (I/U dA/db - (1 + I/U) dI/db) / U, with A the area of the predicted box; where
        edges coincide it is the mean of both sides
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `iou_loss`.

    Returns:
        An array of the shape of boxes_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `iou_loss` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `iou_loss`.

    Examples:
        >>> iou_loss_grad([[0, 0, 2, 2]], [[1, 0, 3, 2]])
        array([[0.33333333, 0.        , 0.11111111, 0.        ]])
    """
    return gradient(SPEC, _kernel, (boxes_true, boxes_pred), reduction, sample_weight)


def iou_loss_value_and_grad(
    boxes_true: ArrayLike,
    boxes_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `iou_loss` and `iou_loss_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (iou_loss(...), iou_loss_grad(...))

    Parameters:
        As for `iou_loss`.

    Returns:
        A pair of what `iou_loss` and `iou_loss_grad` return.

    Raises:
        ValueError, TypeError: As `iou_loss` does.

    Not to be confused with:
        `iou_loss_grad`, which returns the gradient alone.

    Source:
        As for `iou_loss`.

    Examples:
        >>> iou_loss_value_and_grad([[0, 0, 2, 2]], [[1, 0, 3, 2]])[0]
        0.6666666666666666
    """
    return value_and_gradient(SPEC, _kernel, (boxes_true, boxes_pred), reduction, sample_weight)


def _kernel(part):
    pair = Pair(part)
    slopes = pair.slopes(pair.d_iou_loss()) if part.wants_slope else None
    return Samples(pair.iou_loss, slopes)


SPEC = FunctionSpec(
    slug="iou_loss",
    title="IoU loss",
    family="box",
    loss=iou_loss,
    grad=iou_loss_grad,
    value_and_grad=iou_loss_value_and_grad,
    page="detection/iou",
    formula="1 - iou(boxes_true, boxes_pred)",
    draw=pairs_of_boxes,
    arguments=ARGUMENTS,
    kinks=KINKS,
    convex=False,
    refused=REFUSED,
    sources=("jaccard1912", "yu2016"),
    edges=(
        Edge("identical boxes", ((0.0, 0.0, 1.0, 1.0), (0.0, 0.0, 1.0, 1.0)), 0.0, ((0.0,) * 4,)),
        Edge("disjoint boxes", ((2.0, 3.0, 4.0, 5.0), (0.0, 0.0, 1.0, 1.0)), 1.0, ((0.0,) * 4,)),
        Edge("one inside the other", ((0.0, 0.0, 4.0, 4.0), (1.0, 1.0, 2.0, 2.0)), 0.9375),
        Edge(
            "the same point twice", ((1.0, 1.0, 1.0, 1.0), (1.0, 1.0, 1.0, 1.0)), 0.0, ((0.0,) * 4,)
        ),
        Edge("two points", ((1.0, 1.0, 1.0, 1.0), (4.0, 5.0, 4.0, 5.0)), 1.0),
        Edge("tiny boxes are boxes", ((0.0, 0.0, 2e-160, 2e-160), (0.0, 0.0, 4e-160, 2e-160)), 0.5),
    ),
    names_elsewhere=(
        Name(
            "torchvision",
            "torchvision.ops.box_iou",
            "the overlap of all pairs, not a number for two boxes without area",
        ),
    ),
)
