"""Weighted sum of losses: the losses of several tasks, each times its weight."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, Argument, Edge, FunctionSpec, Interval

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def weighted_sum(
    weights: ArrayLike,
    losses: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The losses of several tasks, each times its weight.

    Use it to train one network on several tasks. Not with weights that make up for units only:
    divide each loss by its scale first, and say so.

    Formula:
        l = sum over k of w_k L_k; a task of weight 0 counts 0 whatever its loss

    Parameters:
        weights: Array (..., K): weights w >= 0, finite and held constant.
        losses: Array (..., K): one reduced loss per task. NaN is passed on.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per row of tasks.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the leading axes.

    Raises:
        ValueError: If the shapes do not fit, a weight is negative or not finite, or there is
            nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        A weighted mean: nothing is divided by the sum of the weights.

    Source:
        Caruana (1997).

    Examples:
        >>> weighted_sum([0.5, 2.0], [4.0, 1.0])
        4.0
    """
    return value(SPEC, _kernel, (weights, losses), reduction, sample_weight)


def weighted_sum_grad(
    weights: ArrayLike,
    losses: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `weighted_sum` with respect to losses.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dL_k = w_k
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `weighted_sum`.

    Returns:
        An array of the shape of losses, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `weighted_sum` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `weighted_sum`.

    Examples:
        >>> weighted_sum_grad([0.5, 2.0], [4.0, 1.0])
        array([0.5, 2. ])
    """
    return gradient(SPEC, _kernel, (weights, losses), reduction, sample_weight)


def weighted_sum_value_and_grad(
    weights: ArrayLike,
    losses: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `weighted_sum` and `weighted_sum_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (weighted_sum(...), weighted_sum_grad(...))

    Parameters:
        As for `weighted_sum`.

    Returns:
        A pair of what `weighted_sum` and `weighted_sum_grad` return.

    Raises:
        ValueError, TypeError: As `weighted_sum` does.

    Not to be confused with:
        `weighted_sum_grad`, which returns the gradient alone.

    Source:
        As for `weighted_sum`.

    Examples:
        >>> weighted_sum_value_and_grad([0.5, 2.0], [4.0, 1.0])[0]
        4.0
    """
    return value_and_gradient(SPEC, _kernel, (weights, losses), reduction, sample_weight)


def _kernel(part):
    w, losses = part["weights"], part["losses"]
    counted = np.where((w == 0) & np.isinf(losses), 0, losses)
    return Samples((w * counted).sum(axis=1), (w,))


SPEC = FunctionSpec(
    slug="weighted_sum",
    title="Weighted sum of losses",
    family="multitask",
    loss=weighted_sum,
    grad=weighted_sum_grad,
    value_and_grad=weighted_sum_value_and_grad,
    page="multitask/weighted-sum",
    arguments=(
        Argument("weights", Interval(0.0, inf, True, False), core=1),
        Argument("losses", EXTENDED, core=1, wrt=True),
    ),
    formula="sum(w * x for w, x in zip(weights, losses))",
    draw=lambda rng: (rng.uniform(0, 2, (40, 3)), rng.exponential(size=(40, 3))),
    convex=True,
    sources=("caruana1997",),
    edges=(Edge("a task left out", ((1.0, 0.0), (2.0, inf)), 2.0, ((1.0, 0.0),)),),
    refused=(("weights", (np.array([[1.0, -1.0]]), np.ones((1, 2)))),),
)
