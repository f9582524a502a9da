"""RankNet: binary cross-entropy of the difference of two scores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import REAL, UNIT, Argument, Edge, FunctionSpec, Identity
from lossref.classification.bce_with_logits import bce_with_logits
from lossref.stable import expit, softplus

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def ranknet(
    y_true: ArrayLike,
    first: ArrayLike,
    second: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Binary cross-entropy of the difference of two scores.

    Use it to order pairs and to know how sure the order is. Not where only the top of a long list
    counts: it cares for all pairs alike.

    Formula:
        l = P log(1 + exp(-d)) + (1 - P) log(1 + exp(d)), with d = first - second and P = y_true

    Parameters:
        y_true: Array of any shape: the probability in [0, 1] that the first item is above the
            second; 1/2 for a tie.
        first: Array of the same shape: scores of the first items. NaN is passed on.
        second: Array of the same shape: scores of the second items. NaN is passed on.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the arguments.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `margin_ranking`, which is satisfied at a margin.

    Source:
        Burges et al. (2005), section 3.

    Examples:
        >>> ranknet([0.5], [1.0], [1.0])
        0.6931471805599453
    """
    return value(SPEC, _kernel, (y_true, first, second), reduction, sample_weight)


def ranknet_grad(
    y_true: ArrayLike,
    first: ArrayLike,
    second: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `ranknet` with respect to first and second.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dfirst = (1 - P) s(d) - P s(-d), with s the logistic function; dl/dsecond is minus that
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `ranknet`.

    Returns:
        A tuple of arrays, one of the shape of each of first and second, in their order.

    Raises:
        ValueError, TypeError: As `ranknet` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `ranknet`.

    Examples:
        >>> ranknet_grad([0.5], [1.0], [1.0])
        (array([0.]), array([0.]))
    """
    return gradient(SPEC, _kernel, (y_true, first, second), reduction, sample_weight)


def ranknet_value_and_grad(
    y_true: ArrayLike,
    first: ArrayLike,
    second: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `ranknet` and `ranknet_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (ranknet(...), ranknet_grad(...))

    Parameters:
        As for `ranknet`.

    Returns:
        A pair of what `ranknet` and `ranknet_grad` return.

    Raises:
        ValueError, TypeError: As `ranknet` does.

    Not to be confused with:
        `ranknet_grad`, which returns the gradient alone.

    Source:
        As for `ranknet`.

    Examples:
        >>> ranknet_value_and_grad([0.5], [1.0], [1.0])[0]
        0.6931471805599453
    """
    return value_and_gradient(SPEC, _kernel, (y_true, first, second), reduction, sample_weight)


def _kernel(part):
    p, d = part["y_true"], part["first"] - part["second"]
    values = p * softplus(-d) + (1 - p) * softplus(d)
    slope = (1 - p) * expit(d) - p * expit(-d)
    return Samples(values, (slope, 0 - slope))


SPEC = FunctionSpec(
    slug="ranknet",
    title="RankNet",
    family="ranking",
    loss=ranknet,
    grad=ranknet_grad,
    value_and_grad=ranknet_value_and_grad,
    page="choosing/ranking",
    arguments=(
        Argument("y_true", UNIT),
        Argument("first", REAL, wrt=True),
        Argument("second", REAL, wrt=True),
    ),
    formula="y_true * log(1 + exp(second - first)) + (1 - y_true) * log(1 + exp(first - second))",
    draw=lambda rng: (
        np.r_[rng.integers(0, 2, 40), rng.random(20)],
        rng.normal(size=60) * 5,
        rng.normal(size=60) * 5,
    ),
    convex=True,
    sources=("burges2005",),
    edges=(Edge("a tie that is known to be one", (0.5, 3.0, 3.0), 0.6931471805599453, (0.0, 0.0)),),
    refused=(("y_true", (np.array([-1.0]), np.ones(1), np.ones(1))),),
    identities=(
        Identity(
            "it is binary cross-entropy of the difference of scores",
            lambda y, p: (
                ranknet(y / 2, p, y, reduction="none"),
                bce_with_logits(y / 2, p - y, reduction="none"),
            ),
        ),
    ),
    ulp=32.0,  # the exponential of a difference
)
