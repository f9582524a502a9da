"""Gamma deviance: twice what a perfect prediction would gain in log-likelihood."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import Argument, FunctionSpec, Interval, Name
from lossref.stable import g

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def gamma_deviance(
    y_true: ArrayLike,
    rate: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Twice what a perfect prediction would gain in log-likelihood.

    Use it to score predicted means of such data. Not with a mean of 0, which rules out what may
    be seen.

    Formula:
        l = 2 (y / rate - 1 - log(y / rate))

    Parameters:
        y_true: Array of any shape: numbers y > 0.
        rate: Array of the same shape: predicted means > 0. NaN is passed on.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of rate.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `poisson_nll`, which takes the logarithm of the mean and has a constant more.

    Source:
        McCullagh and Nelder (1989), section 2.3.

    Examples:
        >>> gamma_deviance([2.0], [1.0])
        0.6137056388801094
    """
    return value(SPEC, _kernel, (y_true, rate), reduction, sample_weight)


def gamma_deviance_grad(
    y_true: ArrayLike,
    rate: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `gamma_deviance` with respect to rate.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/drate = 2 (rate - y) / rate^2
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `gamma_deviance`.

    Returns:
        An array of the shape of rate, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `gamma_deviance` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `gamma_deviance`.

    Examples:
        >>> gamma_deviance_grad([2.0], [1.0])
        array([-2.])
    """
    return gradient(SPEC, _kernel, (y_true, rate), reduction, sample_weight)


def gamma_deviance_value_and_grad(
    y_true: ArrayLike,
    rate: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `gamma_deviance` and `gamma_deviance_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (gamma_deviance(...), gamma_deviance_grad(...))

    Parameters:
        As for `gamma_deviance`.

    Returns:
        A pair of what `gamma_deviance` and `gamma_deviance_grad` return.

    Raises:
        ValueError, TypeError: As `gamma_deviance` does.

    Not to be confused with:
        `gamma_deviance_grad`, which returns the gradient alone.

    Source:
        As for `gamma_deviance`.

    Examples:
        >>> gamma_deviance_value_and_grad([2.0], [1.0])[0]
        0.6137056388801094
    """
    return value_and_gradient(SPEC, _kernel, (y_true, rate), reduction, sample_weight)


def _kernel(part):
    y, rate = part["y_true"], part["rate"]
    return Samples(2 * g((y - rate) / rate), (-2 * ((y - rate) / rate) / rate,))


SPEC = FunctionSpec(
    slug="gamma_deviance",
    title="Gamma deviance",
    family="likelihood",
    loss=gamma_deviance,
    grad=gamma_deviance_grad,
    value_and_grad=gamma_deviance_value_and_grad,
    page="mle/discrete",
    arguments=(
        Argument("y_true", Interval(0.0, inf, False, False)),
        Argument("rate", Interval(0.0, inf, False, False), wrt=True),
    ),
    formula="2 * (y_true / rate - 1 - log(y_true / rate))",
    draw=lambda rng: (
        lambda y: (y, y * (1 + rng.choice([-1, 1], 60) * 10.0 ** -rng.uniform(0.1, 9, 60)))
    )(rng.uniform(0.1, 9, 60)),
    convex=False,
    sources=("mccullagh1989",),
    refused=(("rate", (np.ones(2), np.array([1.0, 0.0]))),),
    names_elsewhere=(
        Name(
            "sklearn",
            "sklearn.metrics.mean_gamma_deviance(y_true, y_pred)",
            "cancels near a perfect prediction",
        ),
    ),
    ulp=8.0,  # its kernel is a series near equality
)
