"""Gaussian divergence from the standard normal: the Kullback-Leibler divergence of a Gaussian from the standard normal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, Argument, FunctionSpec
from lossref.stable import m

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def gaussian_kl(
    mean: ArrayLike,
    log_var: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The Kullback-Leibler divergence of a Gaussian from the standard normal.

    Use it as the regulariser of a variational autoencoder. Not between two Gaussians that both
    move.

    Formula:
        l = (mean^2 + exp(s) - 1 - s) / 2, with s = log_var

    Parameters:
        mean: Array of any shape. NaN is passed on.
        log_var: Array of the same shape: the logarithm of the variance.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the arguments.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `gaussian_nll`, which scores an observation.

    Source:
        Kingma and Welling (2014), appendix B.

    Examples:
        >>> gaussian_kl([0.0], [0.0])
        0.0
    """
    return value(SPEC, _kernel, (mean, log_var), reduction, sample_weight)


def gaussian_kl_grad(
    mean: ArrayLike,
    log_var: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `gaussian_kl` with respect to mean and log_var.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dmean = mean; dl/ds = (exp(s) - 1) / 2
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `gaussian_kl`.

    Returns:
        A tuple of arrays, one of the shape of each of mean and log_var, in their order.

    Raises:
        ValueError, TypeError: As `gaussian_kl` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `gaussian_kl`.

    Examples:
        >>> gaussian_kl_grad([0.0], [0.0])
        (array([0.]), array([0.]))
    """
    return gradient(SPEC, _kernel, (mean, log_var), reduction, sample_weight)


def gaussian_kl_value_and_grad(
    mean: ArrayLike,
    log_var: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `gaussian_kl` and `gaussian_kl_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (gaussian_kl(...), gaussian_kl_grad(...))

    Parameters:
        As for `gaussian_kl`.

    Returns:
        A pair of what `gaussian_kl` and `gaussian_kl_grad` return.

    Raises:
        ValueError, TypeError: As `gaussian_kl` does.

    Not to be confused with:
        `gaussian_kl_grad`, which returns the gradient alone.

    Source:
        As for `gaussian_kl`.

    Examples:
        >>> gaussian_kl_value_and_grad([0.0], [0.0])[0]
        0.0
    """
    return value_and_gradient(SPEC, _kernel, (mean, log_var), reduction, sample_weight)


def _kernel(part):
    mean, s = part["mean"], part["log_var"]
    return Samples((mean * mean + m(s)) / 2, (mean, np.expm1(s) / 2))


SPEC = FunctionSpec(
    slug="gaussian_kl",
    title="Gaussian divergence from the standard normal",
    family="divergence",
    loss=gaussian_kl,
    grad=gaussian_kl_grad,
    value_and_grad=gaussian_kl_value_and_grad,
    page="mle/divergences",
    arguments=(
        Argument("mean", EXTENDED, wrt=True),
        Argument("log_var", EXTENDED, wrt=True),
    ),
    formula="(mean ** 2 + exp(log_var) - 1 - log_var) / 2",
    draw=lambda rng: (
        rng.normal(size=60) * 10.0 ** -rng.uniform(0, 9, 60),
        rng.choice([-1, 1], 60) * 10.0 ** -rng.uniform(-0.5, 9, 60),
    ),
    convex=True,
    sources=("kingma2014",),
    ulp=8.0,  # its kernel is a series near equality
)
