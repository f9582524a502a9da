"""Gaussian negative log-likelihood: half the squared error in units of a predicted variance, and what the variance costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, REAL, Argument, FunctionSpec, Name

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def gaussian_nll(
    y_true: ArrayLike,
    mean: ArrayLike,
    log_var: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Half the squared error in units of a predicted variance, and what the variance costs.

    Use it to predict an error bar beside a value. Not with a variance of its own floor: the
    logarithm of the variance needs none.

    Formula:
        l = (s + e^2 exp(-s)) / 2, with e = mean - y and s = log_var; the constant log(2 pi) / 2
        is left out

    Parameters:
        y_true: Array of any shape: what was observed, finite.
        mean: Array of the same shape. NaN is passed on.
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
        `mse`, which it is up to constants for a fixed variance.

    Source:
        Nix and Weigend (1994).

    Examples:
        >>> gaussian_nll([0.0], [1.0], [0.0])
        0.5
    """
    return value(SPEC, _kernel, (y_true, mean, log_var), reduction, sample_weight)


def gaussian_nll_grad(
    y_true: ArrayLike,
    mean: ArrayLike,
    log_var: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `gaussian_nll` with respect to mean and log_var.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dmean = e exp(-s); dl/ds = (1 - e^2 exp(-s)) / 2
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `gaussian_nll`.

    Returns:
        A tuple of arrays, one of the shape of each of mean and log_var, in their order.

    Raises:
        ValueError, TypeError: As `gaussian_nll` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `gaussian_nll`.

    Examples:
        >>> gaussian_nll_grad([0.0], [1.0], [0.0])
        (array([1.]), array([0.]))
    """
    return gradient(SPEC, _kernel, (y_true, mean, log_var), reduction, sample_weight)


def gaussian_nll_value_and_grad(
    y_true: ArrayLike,
    mean: ArrayLike,
    log_var: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `gaussian_nll` and `gaussian_nll_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (gaussian_nll(...), gaussian_nll_grad(...))

    Parameters:
        As for `gaussian_nll`.

    Returns:
        A pair of what `gaussian_nll` and `gaussian_nll_grad` return.

    Raises:
        ValueError, TypeError: As `gaussian_nll` does.

    Not to be confused with:
        `gaussian_nll_grad`, which returns the gradient alone.

    Source:
        As for `gaussian_nll`.

    Examples:
        >>> gaussian_nll_value_and_grad([0.0], [1.0], [0.0])[0]
        0.5
    """
    return value_and_gradient(SPEC, _kernel, (y_true, mean, log_var), reduction, sample_weight)


def _kernel(part):
    s = part["log_var"]
    error = part["mean"] - part["y_true"]
    pull = error * np.exp(-s)
    energy = error * pull
    return Samples((s + energy) / 2, (pull, (1 - energy) / 2))


SPEC = FunctionSpec(
    slug="gaussian_nll",
    title="Gaussian negative log-likelihood",
    family="likelihood",
    loss=gaussian_nll,
    grad=gaussian_nll_grad,
    value_and_grad=gaussian_nll_value_and_grad,
    page="mle/gaussian",
    arguments=(
        Argument("y_true", REAL),
        Argument("mean", EXTENDED, wrt=True),
        Argument("log_var", REAL, wrt=True),
    ),
    formula="(log_var + (mean - y_true) ** 2 * exp(-log_var)) / 2",
    draw=lambda rng: (rng.normal(size=60), rng.normal(size=60) * 3, rng.uniform(-4, 4, 60)),
    convex=False,
    sources=("nix1994",),
    names_elsewhere=(
        Name(
            "torch",
            "torch.nn.functional.gaussian_nll_loss",
            "takes the variance and clamps it at 1e-6",
        ),
    ),
    ulp=8.0,  # the value crosses zero
)
