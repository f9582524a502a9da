"""EIoU loss: the DIoU loss plus the squared differences of width and of height, relative to the enclosing box."""

from __future__ import annotations

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


def eiou_loss(
    boxes_true: ArrayLike,
    boxes_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The DIoU loss plus the squared differences of width and of height, relative to the enclosing box.

    Use it where widths and heights are wrong each for themselves. Not by habit: it is one more
    term than `diou_loss`, and where the overlap is good that one has the slope already.

    Formula:
        l = 1 - I / U + d^2 / c^2 + (w - W)^2 / cw^2 + (h - H)^2 / ch^2, with cw and ch the
        sides of the smallest box around both

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
        `ciou_loss`, which compares the ratio of the sides; the focal form of the paper, which
        weighs this by a power of the IoU.

    Source:
        Zhang et al. (2022), the definition of the EIoU loss. Where cw or ch is 0 its term is 0.

    Examples:
        >>> eiou_loss([[0, 0, 2, 2]], [[0, 0, 1, 2]])
        0.78125
    """
    return value(SPEC, _kernel, (boxes_true, boxes_pred), reduction, sample_weight)


def eiou_loss_grad(
    boxes_true: ArrayLike,
    boxes_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `eiou_loss` with respect to boxes_pred.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/db = that of `diou_loss` + 2 ((w - W) dw/db - r_w cw dcw/db) / cw^2 and the same for
        the height, with r_w = (w - W)^2 / cw^2
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `eiou_loss`.

    Returns:
        An array of the shape of boxes_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `eiou_loss` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `eiou_loss`.

    Examples:
        >>> eiou_loss_grad([[0, 0, 1, 1]], [[0, 0, 1, 1]])
        array([[0., 0., 0., 0.]])
    """
    return gradient(SPEC, _kernel, (boxes_true, boxes_pred), reduction, sample_weight)


def eiou_loss_value_and_grad(
    boxes_true: ArrayLike,
    boxes_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `eiou_loss` and `eiou_loss_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (eiou_loss(...), eiou_loss_grad(...))

    Parameters:
        As for `eiou_loss`.

    Returns:
        A pair of what `eiou_loss` and `eiou_loss_grad` return.

    Raises:
        ValueError, TypeError: As `eiou_loss` does.

    Not to be confused with:
        `eiou_loss_grad`, which returns the gradient alone.

    Source:
        As for `eiou_loss`.

    Examples:
        >>> eiou_loss_value_and_grad([[0, 0, 2, 2]], [[0, 0, 1, 2]])[0]
        0.78125
    """
    return value_and_gradient(SPEC, _kernel, (boxes_true, boxes_pred), reduction, sample_weight)


def _kernel(part):
    pair = Pair(part)
    q, d_q = pair.distance()
    wide, d_wide = _difference(pair.x)
    tall, d_tall = _difference(pair.y)
    values = pair.iou_loss + q + wide + tall
    if not part.wants_slope:
        return Samples(values, None)
    d_sizes = np.stack((d_wide[0], d_tall[0], d_wide[1], d_tall[1]))
    return Samples(values, pair.slopes(pair.d_iou_loss() + d_q + d_sizes))


def _difference(side):
    """(w - W)^2 / cw^2 along one axis, and its derivatives by the lower and the upper edge."""
    point = side.hull == 0
    ratio = np.where(point, 0, (side.high - side.low) / side.hull)
    square = ratio * ratio
    lower, upper = (
        np.where(point, 0, 2 * (sign * ratio - square * d) / side.hull)
        for sign, d in zip((-1, 1), side.d_hull, strict=True)
    )
    return square, (lower, upper)


SPEC = FunctionSpec(
    slug="eiou_loss",
    title="EIoU loss",
    family="box",
    loss=eiou_loss,
    grad=eiou_loss_grad,
    value_and_grad=eiou_loss_value_and_grad,
    page="detection/diou-ciou",
    formula="1 - iou(boxes_true, boxes_pred) + distance(centre(boxes_true), centre(boxes_pred)) ** 2 / diagonal(hull(boxes_true, boxes_pred)) ** 2 + sum((boxes_pred[i + 2] - boxes_pred[i] - boxes_true[i + 2] + boxes_true[i]) ** 2 / (hull(boxes_true, boxes_pred)[i + 2] - hull(boxes_true, boxes_pred)[i]) ** 2 for i in (0, 1))",
    draw=pairs_of_boxes,
    arguments=ARGUMENTS,
    kinks=KINKS,
    convex=False,
    refused=REFUSED,
    sources=("zhang2022",),
    edges=(
        Edge("identical boxes", ((0.0, 0.0, 1.0, 1.0), (0.0, 0.0, 1.0, 1.0)), 0.0, ((0.0,) * 4,)),
        Edge(
            "disjoint boxes",
            ((2.0, 3.0, 4.0, 5.0), (0.0, 0.0, 1.0, 1.0)),
            1 + 18.5 / 41 + 1 / 16 + 1 / 25,
            None,
        ),
        Edge(
            "one inside the other",
            ((0.0, 0.0, 4.0, 4.0), (1.0, 1.0, 2.0, 2.0)),
            0.953125 + 2 * 9 / 16,
        ),
        Edge(
            "the same point twice", ((1.0, 1.0, 1.0, 1.0), (1.0, 1.0, 1.0, 1.0)), 0.0, ((0.0,) * 4,)
        ),
        Edge("two points", ((1.0, 1.0, 1.0, 1.0), (4.0, 5.0, 4.0, 5.0)), 2.0),
        Edge(
            "tiny boxes are boxes",
            ((0.0, 0.0, 2e-160, 2e-160), (0.0, 0.0, 4e-160, 2e-160)),
            0.5 + 0.05 + 0.25,
        ),
    ),
)
