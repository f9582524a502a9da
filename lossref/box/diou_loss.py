"""DIoU loss: the IoU loss plus the squared distance of the centres, relative to the enclosing box."""

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


def diou_loss(
    boxes_true: ArrayLike,
    boxes_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The IoU loss plus the squared distance of the centres, relative to the enclosing box.

    Use it to train detectors from any start; it also moves a box that lies inside the other.
    Not where shapes matter beyond the overlap: `ciou_loss` and `eiou_loss` add that.

    Formula:
        l = 1 - I / U + d^2 / c^2, with d the distance of the centres and c the diagonal of the
        smallest box around both

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
        `giou_loss`, whose second term is about areas and no distance.

    Source:
        Zheng et al. (2020), equation 7.

    Examples:
        >>> diou_loss([[0, 0, 2, 2]], [[1, 0, 3, 2]])
        0.7435897435897436
    """
    return value(SPEC, _kernel, (boxes_true, boxes_pred), reduction, sample_weight)


def diou_loss_grad(
    boxes_true: ArrayLike,
    boxes_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `diou_loss` with respect to boxes_pred.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/db = d(1 - I/U)/db + (d(d^2)/db - d^2 / c^2 d(c^2)/db) / c^2
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `diou_loss`.

    Returns:
        An array of the shape of boxes_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `diou_loss` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `diou_loss`.

    Examples:
        >>> diou_loss_grad([[0, 0, 2, 2]], [[1, 0, 3, 2]])
        array([[ 0.41025641,  0.01183432,  0.15253123, -0.01183432]])
    """
    return gradient(SPEC, _kernel, (boxes_true, boxes_pred), reduction, sample_weight)


def diou_loss_value_and_grad(
    boxes_true: ArrayLike,
    boxes_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `diou_loss` and `diou_loss_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (diou_loss(...), diou_loss_grad(...))

    Parameters:
        As for `diou_loss`.

    Returns:
        A pair of what `diou_loss` and `diou_loss_grad` return.

    Raises:
        ValueError, TypeError: As `diou_loss` does.

    Not to be confused with:
        `diou_loss_grad`, which returns the gradient alone.

    Source:
        As for `diou_loss`.

    Examples:
        >>> diou_loss_value_and_grad([[0, 0, 2, 2]], [[1, 0, 3, 2]])[0]
        0.7435897435897436
    """
    return value_and_gradient(SPEC, _kernel, (boxes_true, boxes_pred), reduction, sample_weight)


def _kernel(part):
    pair = Pair(part)
    q, d_q = pair.distance()
    slopes = pair.slopes(pair.d_iou_loss() + d_q) if part.wants_slope else None
    return Samples(pair.iou_loss + q, slopes)


SPEC = FunctionSpec(
    slug="diou_loss",
    title="DIoU loss",
    family="box",
    loss=diou_loss,
    grad=diou_loss_grad,
    value_and_grad=diou_loss_value_and_grad,
    page="detection/diou-ciou",
    formula="1 - iou(boxes_true, boxes_pred) + distance(centre(boxes_true), centre(boxes_pred)) ** 2 / diagonal(hull(boxes_true, boxes_pred)) ** 2",
    draw=pairs_of_boxes,
    arguments=ARGUMENTS,
    kinks=KINKS,
    convex=False,
    refused=REFUSED,
    sources=("zheng2020",),
    edges=(
        Edge("identical boxes", ((0.0, 0.0, 1.0, 1.0), (0.0, 0.0, 1.0, 1.0)), 0.0, ((0.0,) * 4,)),
        Edge("disjoint boxes", ((2.0, 3.0, 4.0, 5.0), (0.0, 0.0, 1.0, 1.0)), 1 + 18.5 / 41, None),
        Edge("one inside the other", ((0.0, 0.0, 4.0, 4.0), (1.0, 1.0, 2.0, 2.0)), 0.953125),
        Edge(
            "the same point twice", ((1.0, 1.0, 1.0, 1.0), (1.0, 1.0, 1.0, 1.0)), 0.0, ((0.0,) * 4,)
        ),
        Edge("two points", ((1.0, 1.0, 1.0, 1.0), (4.0, 5.0, 4.0, 5.0)), 2.0),
        Edge(
            "tiny boxes are boxes",
            ((0.0, 0.0, 2e-160, 2e-160), (0.0, 0.0, 4e-160, 2e-160)),
            0.5 + 0.05,
        ),
    ),
    names_elsewhere=(
        Name(
            "torchvision",
            "torchvision.ops.distance_box_iou_loss",
            "takes the prediction first; adds 1e-7 to areas and diagonal",
        ),
    ),
)
