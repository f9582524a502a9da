"""ArcFace loss: softmax cross-entropy of scaled cosines, after the angle to the label's class has been widened by a margin."""

from __future__ import annotations

from math import exp, inf, log1p, pi, sin
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import COSINE, Argument, Edge, FunctionSpec, Name, Param
from lossref.classification._softmax import softmax_parts

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def arcface(
    labels: ArrayLike,
    cosines: ArrayLike,
    *,
    margin: float = 0.5,
    scale: float = 64.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Softmax cross-entropy of scaled cosines, after the angle to the label's class has been widened by a margin.

    Use it to train embeddings by classification where classes must be told apart by angle, as
    faces. Not on logits: it takes cosines of normalised embeddings and normalised class
    vectors.

    Formula:
        l = softmax cross-entropy of s c, with c_y replaced by cos(t + m) where t = arccos(c_y),
        and by c_y - m sin(m) where t + m > pi, so that it still falls

    Parameters:
        labels: Integer classes from 0, one per row of cosines.
        cosines: Array (..., C) of numbers in [-1, 1]. NaN is passed on.
        margin: The angle m in [0, pi / 2] in radians.
        scale: The factor s > 0.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the labels.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative,
            or there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        pytorch-metric-learning's ArcFaceLoss, whose margin is in degrees.

    Source:
        Deng et al. (2019), equation 3; beyond pi, the continuation of their published code. The
        root is of (1 - c) (1 + c), which does not cancel.

    Examples:
        >>> arcface([0], [[0.0, 0.0]], margin=0.0, scale=1.0)
        0.6931471805599453
    """
    return value(
        ARCFACE, _kernel, (labels, cosines), reduction, sample_weight, margin=margin, scale=scale
    )


def arcface_grad(
    labels: ArrayLike,
    cosines: ArrayLike,
    *,
    margin: float = 0.5,
    scale: float = 64.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `arcface` with respect to cosines.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dc_j = s P_j for j != y; dl/dc_y = -s (1 - P_y) (cos m + c_y sin m / sqrt((1 - c_y)
        (1 + c_y))), or -s (1 - P_y) where t + m > pi
        At c_y = 1, where that is infinite, the root is taken at the nearest smaller float64.
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `arcface`.

    Returns:
        An array of the shape of cosines, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `arcface` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `arcface`.

    Examples:
        >>> arcface_grad([0], [[0.0, 0.0]], margin=0.0, scale=2.0)
        array([[-1.,  1.]])
    """
    return gradient(
        ARCFACE, _kernel, (labels, cosines), reduction, sample_weight, margin=margin, scale=scale
    )


def arcface_value_and_grad(
    labels: ArrayLike,
    cosines: ArrayLike,
    *,
    margin: float = 0.5,
    scale: float = 64.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `arcface` and `arcface_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (arcface(...), arcface_grad(...))

    Parameters:
        As for `arcface`.

    Returns:
        A pair of what `arcface` and `arcface_grad` return.

    Raises:
        ValueError, TypeError: As `arcface` does.

    Not to be confused with:
        `arcface_grad`, which returns the gradient alone.

    Source:
        As for `arcface`.

    Examples:
        >>> arcface_value_and_grad([0], [[0.0, 0.0]], margin=0.0, scale=1.0)[0]
        0.6931471805599453
    """
    return value_and_gradient(
        ARCFACE, _kernel, (labels, cosines), reduction, sample_weight, margin=margin, scale=scale
    )


def _kernel(part, margin, scale):
    c, y = part["cosines"].astype(np.float64), part["labels"]
    at = np.arange(len(y)), y
    own = c[at]
    root = np.sqrt((1 - own) * (1 + own))
    far = own < -np.cos(margin)
    widened = own * np.cos(margin) - root * np.sin(margin)
    c[at] = np.where(far, own - margin * np.sin(margin), widened)
    # The label's logit goes first: the differences keep the digits that the scale would take.
    cost, p, rest = softmax_parts(scale * (c - c[at][:, None]), y, part.wants_slope)
    if not part.wants_slope:
        return Samples(cost, None)
    bend = np.cos(margin) + own * np.sin(margin) / np.maximum(root, _SMALLEST_ROOT)
    p[at] = -rest * np.where(far, 1, bend)
    return Samples(cost, (scale * p,))


#: sqrt((1 - c) (1 + c)) at the largest float64 c below 1.
_SMALLEST_ROOT = np.sqrt(2.0**-53 * (2 - 2.0**-53))


ARCFACE = FunctionSpec(
    slug="arcface",
    title="ArcFace loss",
    family="metric",
    loss=arcface,
    grad=arcface_grad,
    value_and_grad=arcface_value_and_grad,
    page="metric/margins",
    arguments=(
        Argument("labels", None),
        Argument("cosines", COSINE, core=1, wrt=True),
    ),
    formula="(lambda own: log(1 + sum(exp(scale * (c - own)) for j, c in enumerate(cosines) if j != labels)))(cos(acos(cosines[labels]) + margin) if cosines[labels] >= -cos(margin) else cosines[labels] - margin * sin(margin))",
    kinks="(cosines[labels] + cos(margin),)",
    draw=lambda rng: (rng.integers(0, 5, 40), rng.uniform(-0.99, 0.99, (40, 5))),
    convex=False,
    sources=("deng2019",),
    params=(
        Param("margin", 0.5, 0.0, pi / 2, True, True, "linear", "m"),
        Param("scale", 64.0, 0.0, inf, False, False, "log", "s"),
    ),
    edges=(
        Edge("one class alone costs nothing", (0, (0.3,)), 0.0, ((0.0,),)),
        Edge(
            "no margin and scale 1 is the cross-entropy",
            (0, (0.5, 0.5)),
            0.6931471805599453,
            ((-0.5, 0.5),),
            (("margin", 0.0), ("scale", 1.0)),
        ),
        Edge(
            "opposite to its class, beyond pi",
            (0, (-1.0, -1.0)),
            log1p(exp(0.5 * sin(0.5))),
            None,
            (("scale", 1.0),),
        ),
    ),
    refused=(
        ("labels", (np.array([0, 5]), np.zeros((2, 5)))),
        ("cosines", (np.array([0]), np.full((1, 5), 1.5))),
    ),
    names_elsewhere=(
        Name(
            "pytorch_metric_learning",
            "pytorch_metric_learning.losses.ArcFaceLoss",
            "takes embeddings; the margin is in degrees",
        ),
    ),
    ulp=256.0,  # exponents of a few hundred keep fewer digits after the point
)
