"""Lovász hinge: the convex extension of the Jaccard error from sets of mistakes to hinge errors."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples
from lossref._spec import EXTENDED, Argument, Choice, Edge, FunctionSpec
from lossref.mask._space import gradient, value, value_and_gradient

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def lovasz_hinge(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    axis: int = -1,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The convex extension of the Jaccard error from sets of mistakes to hinge errors.

    Use it to tune the intersection over union of binary masks, image by image, after a
    pixel-wise loss has done the rough work. Not on probabilities: it takes scores of any sign.

    Formula:
        l = sum over k of max(0, e_k) (J_k - J_{k-1}), with e = 1 - s z and s = 2 g - 1, sorted
        so that e_1 >= e_2 >= ...
        J_k = k / |{g = 1} united with the first k pixels|, the Jaccard error if those were the
        mistakes, and J_0 = 0

    Parameters:
        y_true: Array of true masks: labels 0 and 1.
        y_pred: Array of the same shape: scores, positive inside. NaN is passed on.
        axis: The axis of space, or a tuple of them: (-2, -1) for images (N, C, H, W). All other
            axes are kept, so every sample and every class has a value of its own.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the masks without the
        axes of space.

    Raises:
        ValueError: If the shapes do not fit, an axis does not exist, a number is outside its
            set, a weight is negative, or there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `hinge`, which counts every pixel alike; `soft_iou_loss`, which takes probabilities.
        With an empty truth it is the largest hinge error.

    Source:
        Berman, Rannen Triki and Blaschko (2018), the section on the Lovász hinge.

    Examples:
        >>> lovasz_hinge([1, 0], [0.0, -3.0])
        1.0
    """
    return value(
        LOVASZ_HINGE,
        _kernel,
        (y_true, y_pred),
        axis,
        reduction,
        sample_weight,
    )


def lovasz_hinge_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    axis: int = -1,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `lovasz_hinge` with respect to y_pred.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dz = -s (J_k - J_{k-1}) where e_k > 0, else 0; k is the place of the pixel in that
        order
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `lovasz_hinge`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `lovasz_hinge` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `lovasz_hinge`.

    Examples:
        >>> lovasz_hinge_grad([1, 0], [0.0, 0.0])
        array([-1.,  0.])
    """
    return gradient(
        LOVASZ_HINGE,
        _kernel,
        (y_true, y_pred),
        axis,
        reduction,
        sample_weight,
    )


def lovasz_hinge_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    axis: int = -1,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `lovasz_hinge` and `lovasz_hinge_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (lovasz_hinge(...), lovasz_hinge_grad(...))

    Parameters:
        As for `lovasz_hinge`.

    Returns:
        A pair of what `lovasz_hinge` and `lovasz_hinge_grad` return.

    Raises:
        ValueError, TypeError: As `lovasz_hinge` does.

    Not to be confused with:
        `lovasz_hinge_grad`, which returns the gradient alone.

    Source:
        As for `lovasz_hinge`.

    Examples:
        >>> lovasz_hinge_value_and_grad([1, 0], [0.0, -3.0])[0]
        1.0
    """
    return value_and_gradient(
        LOVASZ_HINGE,
        _kernel,
        (y_true, y_pred),
        axis,
        reduction,
        sample_weight,
    )


def _kernel(part):
    g, z = (part[name].astype(np.float64) for name in ("y_true", "y_pred"))
    signs = 2 * g - 1
    errors = 1 - signs * z
    # Descending, a NaN last; pixels with equal errors stay in their order.
    order = np.argsort(-errors, axis=-1, kind="stable")
    inside = np.take_along_axis(g, order, axis=-1)
    seen = np.cumsum(inside, axis=-1)
    k = np.arange(1, g.shape[-1] + 1)
    union = inside.sum(axis=-1)[:, None] + k - seen
    # J_k - J_{k-1}, in integers: 1 / union for a pixel of the mask, and otherwise what of the
    # mask is not yet among the mistakes, over union (union - 1).
    left = inside.sum(axis=-1)[:, None] - seen
    outside = left / np.maximum(union * (union - 1), 1)
    steps = np.where(inside == 1, 1 / union, np.where(union == 1, 1.0, outside))
    ranked = np.take_along_axis(errors, order, axis=-1)
    costs = np.where((steps == 0) & ~np.isnan(ranked), 0, np.maximum(ranked, 0) * steps)
    if not part.wants_slope:
        return Samples(costs.sum(axis=-1), None)
    slopes = np.empty_like(steps)
    np.put_along_axis(slopes, order, steps, axis=-1)
    resting = np.where(np.isnan(errors), errors, 0)
    slopes = np.where(errors > 0, -signs * slopes, resting)
    return Samples(costs.sum(axis=-1), (slopes,))


LOVASZ_HINGE = FunctionSpec(
    slug="lovasz_hinge",
    title="Lovász hinge",
    family="mask",
    loss=lovasz_hinge,
    grad=lovasz_hinge_grad,
    value_and_grad=lovasz_hinge_value_and_grad,
    page="detection/tversky",
    arguments=(
        Argument("y_true", Choice((0.0, 1.0)), core=1),
        Argument("y_pred", EXTENDED, core=1, wrt=True),
    ),
    formula="(lambda e: sum(max(0, e[k][0]) * ((k + 1) / (sum(y_true) + sum(1 - g for _, g in e[:k + 1])) - (k and k / (sum(y_true) + sum(1 - g for _, g in e[:k])))) for k in range(len(e))))(sorted(((1 - (2 * g - 1) * z, g) for g, z in zip(y_true, y_pred)), reverse=True))",
    kinks="tuple(1 - (2 * g - 1) * z for g, z in zip(y_true, y_pred))",
    draw=lambda rng: (
        (rng.random((40, 12)) < rng.uniform(0, 1, (40, 1))).astype(float),
        rng.normal(size=(40, 12)) * 10.0 ** rng.uniform(-2, 2, (40, 1)),
    ),
    convex=True,
    sources=("berman2018",),
    edges=(
        Edge(
            "an empty truth: the largest hinge error", ((0.0, 0.0), (2.0, 0.5)), 3.0, ((1.0, 0.0),)
        ),
        Edge("right by the margin everywhere", ((1.0, 0.0), (1.0, -1.0)), 0.0, ((0.0, 0.0),)),
        Edge("certain and right", ((1.0, 0.0), (inf, -inf)), 0.0, ((0.0, 0.0),)),
        Edge("certain and wrong", ((1.0, 0.0), (-inf, -1.0)), inf, ((-1.0, 0.0),)),
    ),
    refused=(("y_true", (np.array([[0.5, 1.0]]), np.zeros((1, 2)))),),
    ulp=8.0,  # a sum of products
)
