"""Margin ranking loss: how much a pair of scores lacks of being apart by a margin in the right order."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import REAL, SIGNS, Argument, Edge, FunctionSpec, Name, Param

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def margin_ranking(
    y_true: ArrayLike,
    first: ArrayLike,
    second: ArrayLike,
    *,
    margin: float = 0.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """How much a pair of scores lacks of being apart by a margin in the right order.

    Use it to order pairs. Not for probabilities of an order, which it does not give; nor with a
    margin of 0 and scores that may all become equal.

    Formula:
        l = max(0, margin - y (first - second))

    Parameters:
        y_true: Array of any shape: 1 where the first item is to be above the second, -1 where
            below.
        first: Array of the same shape: scores of the first items. NaN is passed on.
        second: Array of the same shape: scores of the second items. NaN is passed on.
        margin: Number in [0, inf): how far apart is enough.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the arguments.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `hinge`, its case of one score and a margin of 1.

    Source:
        Herbrich, Graepel and Obermayer (2000).

    Examples:
        >>> margin_ranking([1], [0.5], [0.25], margin=1.0)
        0.75
    """
    return value(SPEC, _kernel, (y_true, first, second), reduction, sample_weight, margin=margin)


def margin_ranking_grad(
    y_true: ArrayLike,
    first: ArrayLike,
    second: ArrayLike,
    *,
    margin: float = 0.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `margin_ranking` with respect to first and second.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dfirst = -y where the loss is positive, 0 elsewhere and at the corner; dl/dsecond is
        minus that
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `margin_ranking`.

    Returns:
        A tuple of arrays, one of the shape of each of first and second, in their order.

    Raises:
        ValueError, TypeError: As `margin_ranking` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `margin_ranking`.

    Examples:
        >>> margin_ranking_grad([1], [0.5], [0.25], margin=1.0)
        (array([-1.]), array([1.]))
    """
    return gradient(SPEC, _kernel, (y_true, first, second), reduction, sample_weight, margin=margin)


def margin_ranking_value_and_grad(
    y_true: ArrayLike,
    first: ArrayLike,
    second: ArrayLike,
    *,
    margin: float = 0.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `margin_ranking` and `margin_ranking_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (margin_ranking(...), margin_ranking_grad(...))

    Parameters:
        As for `margin_ranking`.

    Returns:
        A pair of what `margin_ranking` and `margin_ranking_grad` return.

    Raises:
        ValueError, TypeError: As `margin_ranking` does.

    Not to be confused with:
        `margin_ranking_grad`, which returns the gradient alone.

    Source:
        As for `margin_ranking`.

    Examples:
        >>> margin_ranking_value_and_grad([1], [0.5], [0.25], margin=1.0)[0]
        0.75
    """
    return value_and_gradient(
        SPEC, _kernel, (y_true, first, second), reduction, sample_weight, margin=margin
    )


def _kernel(part, margin):
    y = part["y_true"]
    short = margin - y * (part["first"] - part["second"])
    slope = np.where(short <= 0, 0, -y + 0 * short)
    return Samples(np.maximum(short, 0), (slope, 0 - slope))


SPEC = FunctionSpec(
    slug="margin_ranking",
    title="Margin ranking loss",
    family="ranking",
    loss=margin_ranking,
    grad=margin_ranking_grad,
    value_and_grad=margin_ranking_value_and_grad,
    page="choosing/ranking",
    arguments=(
        Argument("y_true", SIGNS),
        Argument("first", REAL, wrt=True),
        Argument("second", REAL, wrt=True),
    ),
    formula="max(0, margin - y_true * (first - second))",
    draw=lambda rng: (rng.choice([-1.0, 1.0], 60), rng.normal(size=60), rng.normal(size=60)),
    convex=True,
    sources=("herbrich2000",),
    kinks="(margin - y_true * (first - second),)",
    params=(Param("margin", 0.0, 0.0, inf, True, False, "linear", "m"),),
    edges=(
        Edge("equal scores without a margin", (1.0, 2.0, 2.0), 0.0, (0.0, 0.0)),
        Edge("at the margin", (1.0, 3.0, 2.0), 0.0, (0.0, 0.0), (("margin", 1.0),)),
    ),
    refused=(("y_true", (np.array([0.0]), np.ones(1), np.ones(1))),),
    names_elsewhere=(
        Name(
            "torch",
            "torch.nn.functional.margin_ranking_loss",
            "takes the scores first, then 1 and -1",
        ),
    ),
    ulp=64.0,  # the margin is subtracted
)
