"""CRPS of a Gaussian: the continuous ranked probability score of a predicted Gaussian, in the unit of what was observed."""

from __future__ import annotations

from math import inf, log, pi, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import REAL, Argument, Edge, FunctionSpec, Interval
from lossref.stable import erf

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def crps_gaussian(
    y_true: ArrayLike,
    mean: ArrayLike,
    std: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The continuous ranked probability score of a predicted Gaussian, in the unit of what was observed.

    Use it to train or judge error bars where outliers must not decide: far out it grows like the
    absolute error. Not to tell how unlikely an observation was.

    Formula:
        l = integral over x of (F(x) - [x >= y])^2 = e erf(z / sqrt(2)) + std (sqrt(2 / pi) exp(-z^2
        / 2) - 1 / sqrt(pi)), with e = y - mean and z = e / std

    Parameters:
        y_true: Array of any shape: what was observed, finite.
        mean: Array of the same shape. NaN is passed on.
        std: Array of the same shape: standard deviations >= 0, finite; 0 gives the absolute error.
            NaN is passed on.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the arguments.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `gaussian_nll`, which grows like the square and takes the log-variance.

    Source:
        Gneiting et al. (2005).

    Examples:
        >>> crps_gaussian([2.0], [5.0], [0.0])
        3.0
    """
    return value(SPEC, _kernel, (y_true, mean, std), reduction, sample_weight)


def crps_gaussian_grad(
    y_true: ArrayLike,
    mean: ArrayLike,
    std: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `crps_gaussian` with respect to mean and std.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dmean = -erf(z / sqrt(2)); dl/dstd = (sqrt(2) exp(-z^2 / 2) - 1) / sqrt(pi)
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `crps_gaussian`.

    Returns:
        A tuple of arrays, one of the shape of each of mean and std, in their order.

    Raises:
        ValueError, TypeError: As `crps_gaussian` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `crps_gaussian`.

    Examples:
        >>> crps_gaussian_grad([2.0], [5.0], [0.0])
        (array([1.]), array([-0.56418958]))
    """
    return gradient(SPEC, _kernel, (y_true, mean, std), reduction, sample_weight)


def crps_gaussian_value_and_grad(
    y_true: ArrayLike,
    mean: ArrayLike,
    std: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `crps_gaussian` and `crps_gaussian_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (crps_gaussian(...), crps_gaussian_grad(...))

    Parameters:
        As for `crps_gaussian`.

    Returns:
        A pair of what `crps_gaussian` and `crps_gaussian_grad` return.

    Raises:
        ValueError, TypeError: As `crps_gaussian` does.

    Not to be confused with:
        `crps_gaussian_grad`, which returns the gradient alone.

    Source:
        As for `crps_gaussian`.

    Examples:
        >>> crps_gaussian_value_and_grad([2.0], [5.0], [0.0])[0]
        3.0
    """
    return value_and_gradient(SPEC, _kernel, (y_true, mean, std), reduction, sample_weight)


def _kernel(part):
    std, error = part["std"], part["y_true"] - part["mean"]
    z = np.where((std == 0) & (error == 0), 0, error / std)
    inside = erf(z / sqrt(2))
    peak = sqrt(2 / pi) * np.exp(-z * z / 2) - 1 / sqrt(pi)
    # The slope by std as expm1, which keeps its digits where it changes sign.
    spread = np.expm1(log(2) / 2 - z * z / 2) / sqrt(pi)
    return Samples(error * inside + std * peak, (0 - inside, spread))


SPEC = FunctionSpec(
    slug="crps_gaussian",
    title="CRPS of a Gaussian",
    family="likelihood",
    loss=crps_gaussian,
    grad=crps_gaussian_grad,
    value_and_grad=crps_gaussian_value_and_grad,
    page="choosing/crps",
    arguments=(
        Argument("y_true", REAL),
        Argument("mean", REAL, wrt=True),
        Argument("std", Interval(0.0, inf, True, False), wrt=True),
    ),
    formula=(
        "(y_true - mean) * erf((y_true - mean) / std / sqrt(2)) + std * (sqrt(2 / pi)"
        " * exp(-((y_true - mean) / std) ** 2 / 2) - 1 / sqrt(pi))"
    ),
    draw=lambda rng: (
        rng.normal(size=60) * 3,
        rng.normal(size=60) * 3,
        10.0 ** rng.uniform(-2, 1.5, 60),
    ),
    convex=True,
    sources=("gneiting2005", "gneiting2007"),
    edges=(
        Edge("no spread: the absolute error", (2.0, 5.0, 0.0), 3.0, (1.0, -0.5641895835477563)),
        Edge("no spread and no error", (2.0, 2.0, 0.0), 0.0, None),
        Edge("at the mean", (0.0, 0.0, 1.0), 0.23369497725510914, (0.0, 0.23369497725510914)),
    ),
    refused=(("std", (np.zeros(1), np.zeros(1), -np.ones(1))),),
    ulp=64.0,  # the slope by std crosses zero, and squares what was rounded
)
