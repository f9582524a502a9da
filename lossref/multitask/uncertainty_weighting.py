"""Uncertainty weighting: losses divided by learned noise variances, and what the variances cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, Argument, Choice, Edge, FunctionSpec

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def uncertainty_weighting(
    factors: ArrayLike,
    losses: ArrayLike,
    log_vars: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Losses divided by learned noise variances, and what the variances cost.

    Use it to learn the weights of tasks whose losses are log-likelihoods. Not with losses that can
    reach 0 and no floor under the log-variances: they fall for ever and the weight grows without
    bound.

    Formula:
        l = sum over k of (c_k exp(-s_k) L_k + s_k / 2), with s_k = log of the noise variance and
        c_k = 1/2 for a squared error, 1 for a cross-entropy

    Parameters:
        factors: Array (..., K): c, 0.5 for a regression and 1 for a classification.
        losses: Array (..., K): one reduced loss per task; for a regression the mean squared error,
            not half of it. NaN is passed on.
        log_vars: Array (..., K): the learned s. NaN is passed on.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per row of tasks.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the leading axes.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `gaussian_nll`, where the variance is predicted sample by sample.

    Source:
        Kendall, Gal and Cipolla (2018), equations 7 and 10.

    Examples:
        >>> uncertainty_weighting([0.5, 1.0], [4.0, 1.0], [0.0, 0.0])
        3.0
    """
    return value(SPEC, _kernel, (factors, losses, log_vars), reduction, sample_weight)


def uncertainty_weighting_grad(
    factors: ArrayLike,
    losses: ArrayLike,
    log_vars: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `uncertainty_weighting` with respect to losses and log_vars.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dL_k = c_k exp(-s_k); dl/ds_k = 1/2 - c_k exp(-s_k) L_k
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `uncertainty_weighting`.

    Returns:
        A tuple of arrays, one of the shape of each of losses and log_vars, in their order.

    Raises:
        ValueError, TypeError: As `uncertainty_weighting` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `uncertainty_weighting`.

    Examples:
        >>> uncertainty_weighting_grad([0.5, 1.0], [4.0, 1.0], [0.0, 0.0])
        (array([0.5, 1. ]), array([-1.5, -0.5]))
    """
    return gradient(SPEC, _kernel, (factors, losses, log_vars), reduction, sample_weight)


def uncertainty_weighting_value_and_grad(
    factors: ArrayLike,
    losses: ArrayLike,
    log_vars: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `uncertainty_weighting` and `uncertainty_weighting_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (uncertainty_weighting(...), uncertainty_weighting_grad(...))

    Parameters:
        As for `uncertainty_weighting`.

    Returns:
        A pair of what `uncertainty_weighting` and `uncertainty_weighting_grad` return.

    Raises:
        ValueError, TypeError: As `uncertainty_weighting` does.

    Not to be confused with:
        `uncertainty_weighting_grad`, which returns the gradient alone.

    Source:
        As for `uncertainty_weighting`.

    Examples:
        >>> uncertainty_weighting_value_and_grad([0.5, 1.0], [4.0, 1.0], [0.0, 0.0])[0]
        3.0
    """
    return value_and_gradient(SPEC, _kernel, (factors, losses, log_vars), reduction, sample_weight)


def _kernel(part):
    c, losses, s = part["factors"], part["losses"], part["log_vars"]
    weight = c * np.exp(-s)
    cost = weight * losses
    return Samples((cost + s / 2).sum(axis=1), (weight, 0.5 - cost))


SPEC = FunctionSpec(
    slug="uncertainty_weighting",
    title="Uncertainty weighting",
    family="multitask",
    loss=uncertainty_weighting,
    grad=uncertainty_weighting_grad,
    value_and_grad=uncertainty_weighting_value_and_grad,
    page="multitask/uncertainty-weighting",
    arguments=(
        Argument("factors", Choice((0.5, 1.0)), core=1),
        Argument("losses", EXTENDED, core=1, wrt=True),
        Argument("log_vars", EXTENDED, core=1, wrt=True),
    ),
    formula="sum(c * exp(-s) * x + s / 2 for c, x, s in zip(factors, losses, log_vars))",
    draw=lambda rng: (
        rng.choice([0.5, 1.0], (40, 3)),
        rng.exponential(size=(40, 3)),
        rng.uniform(-3, 3, (40, 3)),
    ),
    convex=False,
    sources=("kendall2018",),
    edges=(
        Edge(
            "the best variance of a regression is its loss",
            ((0.5,), (1.0,), (0.0,)),
            0.5,
            ((0.5,), (0.0,)),
        ),
        Edge(
            "that of a classification twice its loss",
            ((1.0,), (0.5,), (0.0,)),
            0.5,
            ((1.0,), (0.0,)),
        ),
    ),
    refused=(("factors", (np.array([[2.0]]), np.ones((1, 1)), np.ones((1, 1)))),),
    ulp=256.0,  # the value crosses zero
)
