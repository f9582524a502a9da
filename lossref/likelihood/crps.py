"""The continuous ranked probability score, of a Gaussian and of an ensemble."""

from __future__ import annotations

from math import inf, log, pi, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import REAL, Argument, Edge, FunctionSpec, Interval, Option
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
    return value(
        CRPS_GAUSSIAN, _crps_gaussian_kernel, (y_true, mean, std), reduction, sample_weight
    )


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
    return gradient(
        CRPS_GAUSSIAN, _crps_gaussian_kernel, (y_true, mean, std), reduction, sample_weight
    )


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
    return value_and_gradient(
        CRPS_GAUSSIAN, _crps_gaussian_kernel, (y_true, mean, std), reduction, sample_weight
    )


def _crps_gaussian_kernel(part):
    std, error = part["std"], part["y_true"] - part["mean"]
    z = np.where((std == 0) & (error == 0), 0, error / std)
    inside = erf(z / sqrt(2))
    peak = sqrt(2 / pi) * np.exp(-z * z / 2) - 1 / sqrt(pi)
    # The slope by std as expm1, which keeps its digits where it changes sign.
    spread = np.expm1(log(2) / 2 - z * z / 2) / sqrt(pi)
    return Samples(error * inside + std * peak, (0 - inside, spread))


CRPS_GAUSSIAN = FunctionSpec(
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


def crps_ensemble(
    y_true: ArrayLike,
    ensemble: ArrayLike,
    *,
    fair: bool = False,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The continuous ranked probability score of the distribution that the members of an ensemble make.

    Use it to judge forecasts that are lists of possible outcomes, or to train what draws them. Not
    to compare ensembles of different sizes, unless fair: small ones are punished for being small.

    Formula:
        l = mean over i of |x_i - y| - half the mean over all pairs i, j of |x_i - x_j|, with x =
        ensemble; computed as the integral over x of (F(x) - [x >= y])^2, in which nothing cancels
        with fair=True the pairs of a member with itself are left out of the second mean

    Parameters:
        y_true: Array of the leading axes of ensemble: what was observed, finite.
        ensemble: Array (..., m): the members of one forecast per row, finite. NaN is passed on.
        fair: Whether to estimate the score of the distribution that the members are drawn from;
            that can be negative, and needs two members.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of y_true.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `crps_gaussian`, for a distribution in closed form; the mean distance of the members from y,
        which does not take off what they are apart.

    Source:
        Gneiting and Raftery (2007), equation 21; fair: Ferro (2014).

    Examples:
        >>> crps_ensemble([0.0], [[-1.0, 1.0]])
        0.5
    """
    return value(
        CRPS_ENSEMBLE,
        _crps_ensemble_kernel,
        (y_true, ensemble),
        reduction,
        sample_weight,
        fair=fair,
    )


def crps_ensemble_grad(
    y_true: ArrayLike,
    ensemble: ArrayLike,
    *,
    fair: bool = False,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `crps_ensemble` with respect to ensemble.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dx_i = sign(x_i - y) / m - (number of members below x_i - number above) / m^2; m (m - 1)
        for m^2 if fair
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `crps_ensemble`.

    Returns:
        An array of the shape of ensemble, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `crps_ensemble` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `crps_ensemble`.

    Examples:
        >>> crps_ensemble_grad([0.0], [[-1.0, 1.0]])
        array([[-0.25,  0.25]])
    """
    return gradient(
        CRPS_ENSEMBLE,
        _crps_ensemble_kernel,
        (y_true, ensemble),
        reduction,
        sample_weight,
        fair=fair,
    )


def crps_ensemble_value_and_grad(
    y_true: ArrayLike,
    ensemble: ArrayLike,
    *,
    fair: bool = False,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `crps_ensemble` and `crps_ensemble_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (crps_ensemble(...), crps_ensemble_grad(...))

    Parameters:
        As for `crps_ensemble`.

    Returns:
        A pair of what `crps_ensemble` and `crps_ensemble_grad` return.

    Raises:
        ValueError, TypeError: As `crps_ensemble` does.

    Not to be confused with:
        `crps_ensemble_grad`, which returns the gradient alone.

    Source:
        As for `crps_ensemble`.

    Examples:
        >>> crps_ensemble_value_and_grad([0.0], [[-1.0, 1.0]])[0]
        0.5
    """
    return value_and_gradient(
        CRPS_ENSEMBLE,
        _crps_ensemble_kernel,
        (y_true, ensemble),
        reduction,
        sample_weight,
        fair=fair,
    )


def _crps_ensemble_kernel(part, fair):
    size, least = part["ensemble"].shape[1], 2 if fair else 1
    if size < least:
        raise ValueError(
            f"crps_ensemble: ensemble must have at least {least} members; got {size}. "
            "Draw more of them."
        )
    return _fair(part) if fair else _plain(part)


def _plain(part):
    """Between two neighbours of the sorted members and y, F is constant."""
    x, y = part["ensemble"], part["y_true"][:, None]
    size = x.shape[1]
    points = np.sort(np.concatenate([x, y], axis=1), axis=1)
    below = (x < y).sum(axis=1, keepdims=True)
    place = np.arange(size)
    share = np.where(place < below, place + 1, size - place) / size
    values = ((points[:, 1:] - points[:, :-1]) * share * share).sum(axis=1).astype(x.dtype)
    slopes = np.sign(x - y) / size - _pairs(x)[0] / size**2 if part.wants_slope else None
    return Samples(values, None if slopes is None else (slopes.astype(x.dtype),))


def _fair(part):
    found, x = _plain(part), part["ensemble"]
    size = x.shape[1]
    rest = 1 / (size * size * (size - 1))  # 1 / (m (m - 1)) less 1 / m^2
    signs, total = _pairs(x)
    slopes = None if found.slopes is None else (found.slopes[0] - (signs * rest).astype(x.dtype),)
    return Samples(found.values - (total * rest / 2).astype(x.dtype), slopes)


def _pairs(x):
    """For every member the number below less the number above, and the sum of all |x_i - x_j|."""
    rows, size = x.shape
    order = np.argsort(x, axis=1)
    ranked = np.take_along_axis(x, order, axis=1)
    new = np.ones((rows, size), bool)
    new[:, 1:] = ranked[:, 1:] != ranked[:, :-1]
    place = np.broadcast_to(np.arange(size), x.shape)
    first = np.maximum.accumulate(np.where(new, place, 0), axis=1)
    ends = np.where(np.roll(new, -1, axis=1), place, size - 1)
    ends[:, -1] = size - 1
    last = np.minimum.accumulate(ends[:, ::-1], axis=1)[:, ::-1]
    signs = np.empty(x.shape)
    np.put_along_axis(signs, order, first - (size - 1 - last) + 0.0, axis=1)
    gaps = ranked[:, 1:] - ranked[:, :-1]
    return signs, 2 * (gaps * (place[:, 1:] * (size - place[:, 1:]))).sum(axis=1)


CRPS_ENSEMBLE = FunctionSpec(
    slug="crps_ensemble",
    title="CRPS of an ensemble",
    family="likelihood",
    loss=crps_ensemble,
    grad=crps_ensemble_grad,
    value_and_grad=crps_ensemble_value_and_grad,
    page="choosing/crps",
    arguments=(Argument("y_true", REAL), Argument("ensemble", REAL, core=1, wrt=True)),
    formula=(
        "sum(abs(x - y_true) for x in ensemble) / len(ensemble)"
        " - sum(abs(a - b) for a in ensemble for b in ensemble) / (2 * len(ensemble) ** 2)"
    ),
    draw=lambda rng: (rng.normal(size=40), rng.normal(size=(40, 5)) + rng.normal(size=(40, 1))),
    convex=False,
    sources=("gneiting2007", "ferro2014"),
    kinks="tuple(x - y_true for x in ensemble)",
    edges=(
        Edge("one member: the absolute error", (2.0, (5.0,)), 3.0, ((1.0,),)),
        Edge("all members right", (2.0, (2.0, 2.0)), 0.0, ((0.0, 0.0),)),
        Edge("members that agree pull together", (0.0, (1.0, 1.0)), 1.0, ((0.5, 0.5),)),
        Edge(
            "fair: half as far apart as from y",
            (0.0, (-1.0, 1.0)),
            0.0,
            ((0.0, 0.0),),
            (("fair", True),),
        ),
    ),
    options=(Option("fair", False, (False, True)),),
    ulp=8.0,  # a sum of gaps
)
