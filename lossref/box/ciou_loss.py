"""CIoU loss: the DIoU loss plus a penalty for a different ratio of width to height."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples
from lossref._spec import Edge, FunctionSpec, Name, Option
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


def ciou_loss(
    boxes_true: ArrayLike,
    boxes_pred: ArrayLike,
    *,
    alpha: str = "differentiated",
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The DIoU loss plus a penalty for a different ratio of width to height.

    Use it to train detectors from any start, where the shape of the boxes matters. Not to
    compare shapes alone: boxes of the same ratio and different sizes have no penalty;
    `eiou_loss` has one.

    Formula:
        l = 1 - I / U + d^2 / c^2 + a v, as `diou_loss` and with
        v = 4 / pi^2 (atan(W / H) - atan(w / h))^2 and a = v / (1 - I / U + v), both 0 where the
        ratios agree

    Parameters:
        boxes_true: Array (..., 4) of true boxes (x1, y1, x2, y2) with x1 <= x2 and y1 <= y2.
        boxes_pred: Array of the same shape: predicted boxes. NaN is passed on.
        alpha: "differentiated" for the gradient of the value, or "detached" to hold a constant
            in the gradient, as published code does. The value is the same.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the boxes without the
        last axis.

    Raises:
        ValueError: If the shapes do not fit, a box has x2 < x1 or y2 < y1, a number is not
            finite, alpha is unknown, a weight is negative, or there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `eiou_loss`, which compares widths and heights themselves.

    Source:
        Zheng et al. (2020), equations 8 to 11; the angle is one arctan2 of (W - w) h - w (H -
        h), which does not cancel.

    Examples:
        >>> ciou_loss([[0, 0, 2, 2]], [[0, 0, 2, 2]])
        0.0
    """
    return value(SPEC, _kernel, (boxes_true, boxes_pred), reduction, sample_weight, alpha=alpha)


def ciou_loss_grad(
    boxes_true: ArrayLike,
    boxes_pred: ArrayLike,
    *,
    alpha: str = "differentiated",
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `ciou_loss` with respect to boxes_pred.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/db = that of `diou_loss` + 2 a dv/db - a^2 (d(1 - I/U)/db + dv/db), or + a dv/db if a
        is detached
        dv/db = 8 / pi^2 (atan(W / H) - atan(w / h)) (h, -w, -h, w) / (w^2 + h^2)
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `ciou_loss`.

    Returns:
        An array of the shape of boxes_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `ciou_loss` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `ciou_loss`.

    Examples:
        >>> ciou_loss_grad([[0, 0, 2, 2]], [[1, 0, 3, 2]])
        array([[ 0.41025641,  0.01183432,  0.15253123, -0.01183432]])
    """
    return gradient(SPEC, _kernel, (boxes_true, boxes_pred), reduction, sample_weight, alpha=alpha)


def ciou_loss_value_and_grad(
    boxes_true: ArrayLike,
    boxes_pred: ArrayLike,
    *,
    alpha: str = "differentiated",
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `ciou_loss` and `ciou_loss_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (ciou_loss(...), ciou_loss_grad(...))

    Parameters:
        As for `ciou_loss`.

    Returns:
        A pair of what `ciou_loss` and `ciou_loss_grad` return.

    Raises:
        ValueError, TypeError: As `ciou_loss` does.

    Not to be confused with:
        `ciou_loss_grad`, which returns the gradient alone.

    Source:
        As for `ciou_loss`.

    Examples:
        >>> ciou_loss_value_and_grad([[0, 0, 2, 2]], [[0, 0, 2, 2]])[0]
        0.0
    """
    return value_and_gradient(
        SPEC, _kernel, (boxes_true, boxes_pred), reduction, sample_weight, alpha=alpha
    )


def _kernel(part, alpha):
    pair = Pair(part)
    x, y = pair.x, pair.y
    q, d_q = pair.distance()
    w, h = x.size, y.size
    # W - w and H - h from the edges: of the sizes, only the difference is known to all digits.
    turn = (x.low - x.high) * h - w * (y.low - y.high)
    angle = np.arctan2(turn, y.true_size * h + x.true_size * w)
    v = 4 / np.pi**2 * angle * angle
    a = np.where(v == 0, 0, v / (pair.iou_loss + v))
    values = pair.iou_loss + q + a * v
    if not part.wants_slope:
        return Samples(values, None)
    square = w * w + h * h
    gain = np.where(square == 0, 0, 8 / np.pi**2 * angle / square)
    d_v = gain * np.stack((h, -w, -h, w))
    d_iou_loss = pair.d_iou_loss()
    d_av = a * d_v if alpha == "detached" else 2 * a * d_v - a * a * (d_iou_loss + d_v)
    return Samples(values, pair.slopes(d_iou_loss + d_q + d_av))


SPEC = FunctionSpec(
    slug="ciou_loss",
    title="CIoU loss",
    family="box",
    loss=ciou_loss,
    grad=ciou_loss_grad,
    value_and_grad=ciou_loss_value_and_grad,
    page="detection/diou-ciou",
    formula="1 - iou(boxes_true, boxes_pred) + distance(centre(boxes_true), centre(boxes_pred)) ** 2 / diagonal(hull(boxes_true, boxes_pred)) ** 2 + (lambda v: v and v * v / (1 - iou(boxes_true, boxes_pred) + v))(4 / pi ** 2 * (angle(boxes_true) - angle(boxes_pred)) ** 2)",
    draw=pairs_of_boxes,
    arguments=ARGUMENTS,
    kinks=KINKS,
    convex=False,
    refused=REFUSED,
    sources=("zheng2020",),
    options=(Option("alpha", "differentiated", ("differentiated", "detached")),),
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
            0.5 + 0.05 + 0.0032481292985570067,
        ),
    ),
    names_elsewhere=(
        Name(
            "torchvision",
            "torchvision.ops.complete_box_iou_loss",
            "takes the prediction first; adds 1e-7 to areas and diagonal; holds alpha constant",
        ),
    ),
)
