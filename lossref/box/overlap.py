"""Losses of the overlap of two boxes, and what is added where overlap alone says nothing."""

from __future__ import annotations

from math import inf
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
    return value(IOU_LOSS, _iou_loss_kernel, (boxes_true, boxes_pred), reduction, sample_weight)


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
    return gradient(IOU_LOSS, _iou_loss_kernel, (boxes_true, boxes_pred), reduction, sample_weight)


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
    return value_and_gradient(
        IOU_LOSS, _iou_loss_kernel, (boxes_true, boxes_pred), reduction, sample_weight
    )


def _iou_loss_kernel(part):
    pair = Pair(part)
    slopes = pair.slopes(pair.d_iou_loss()) if part.wants_slope else None
    return Samples(pair.iou_loss, slopes)


IOU_LOSS = FunctionSpec(
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
    return value(
        LOG_IOU_LOSS, _log_iou_loss_kernel, (boxes_true, boxes_pred), reduction, sample_weight
    )


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
    return gradient(
        LOG_IOU_LOSS, _log_iou_loss_kernel, (boxes_true, boxes_pred), reduction, sample_weight
    )


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
    return value_and_gradient(
        LOG_IOU_LOSS, _log_iou_loss_kernel, (boxes_true, boxes_pred), reduction, sample_weight
    )


def _log_iou_loss_kernel(part):
    pair = Pair(part)
    values = np.where(pair.flat, np.where(pair.equal, 0, np.inf), np.log1p(pair.apart / pair.meet))
    if not part.wants_slope:
        return Samples(values, None)
    d_meet = pair.d_meet()
    raw = (pair.d_area() - d_meet) / pair.union - d_meet / pair.meet
    # A NaN keeps its box in: nothing that is compared with it is true.
    away = pair.flat | (pair.meet == 0)
    return Samples(values, pair.slopes(np.where(away, 0, raw)))


LOG_IOU_LOSS = FunctionSpec(
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
    return value(GIOU_LOSS, _giou_loss_kernel, (boxes_true, boxes_pred), reduction, sample_weight)


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
    return gradient(
        GIOU_LOSS, _giou_loss_kernel, (boxes_true, boxes_pred), reduction, sample_weight
    )


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
    return value_and_gradient(
        GIOU_LOSS, _giou_loss_kernel, (boxes_true, boxes_pred), reduction, sample_weight
    )


def _giou_loss_kernel(part):
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


GIOU_LOSS = FunctionSpec(
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
    return value(DIOU_LOSS, _diou_loss_kernel, (boxes_true, boxes_pred), reduction, sample_weight)


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
    return gradient(
        DIOU_LOSS, _diou_loss_kernel, (boxes_true, boxes_pred), reduction, sample_weight
    )


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
    return value_and_gradient(
        DIOU_LOSS, _diou_loss_kernel, (boxes_true, boxes_pred), reduction, sample_weight
    )


def _diou_loss_kernel(part):
    pair = Pair(part)
    q, d_q = pair.distance()
    slopes = pair.slopes(pair.d_iou_loss() + d_q) if part.wants_slope else None
    return Samples(pair.iou_loss + q, slopes)


DIOU_LOSS = FunctionSpec(
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
    return value(
        CIOU_LOSS,
        _ciou_loss_kernel,
        (boxes_true, boxes_pred),
        reduction,
        sample_weight,
        alpha=alpha,
    )


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
    return gradient(
        CIOU_LOSS,
        _ciou_loss_kernel,
        (boxes_true, boxes_pred),
        reduction,
        sample_weight,
        alpha=alpha,
    )


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
        CIOU_LOSS,
        _ciou_loss_kernel,
        (boxes_true, boxes_pred),
        reduction,
        sample_weight,
        alpha=alpha,
    )


def _ciou_loss_kernel(part, alpha):
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


CIOU_LOSS = FunctionSpec(
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
    return value(EIOU_LOSS, _eiou_loss_kernel, (boxes_true, boxes_pred), reduction, sample_weight)


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
    return gradient(
        EIOU_LOSS, _eiou_loss_kernel, (boxes_true, boxes_pred), reduction, sample_weight
    )


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
    return value_and_gradient(
        EIOU_LOSS, _eiou_loss_kernel, (boxes_true, boxes_pred), reduction, sample_weight
    )


def _eiou_loss_kernel(part):
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


EIOU_LOSS = FunctionSpec(
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
