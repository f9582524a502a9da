"""Tweedie deviance: the deviance of amounts that are often exactly 0 and otherwise positive."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import Argument, Edge, FunctionSpec, Interval, Name, Param
from lossref.stable import _series

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def tweedie_deviance(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    power: float = 1.5,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The deviance of amounts that are often exactly 0 and otherwise positive.

    Use it for claims, rain or sales, with a variance that grows like mean^power. Not for counts
    (power 1, `poisson_deviance`), nor for amounts that are never 0 (power 2, `gamma_deviance`).

    Formula:
        l = 2 (y^(2 - p) / ((1 - p) (2 - p)) - y mu^(1 - p) / (1 - p) + mu^(2 - p) / (2 - p)), with
        mu = y_pred and p = power

    Parameters:
        y_true: Array of any shape: amounts y >= 0.
        y_pred: Array of the same shape: predicted means > 0, finite. NaN is passed on.
        power: Number in (1, 2): how the variance grows with the mean.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of y_pred.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        Half of it, which some libraries minimise.

    Source:
        Jørgensen (1987).

    Examples:
        >>> tweedie_deviance([0.0], [4.0])
        8.0
    """
    return value(SPEC, _kernel, (y_true, y_pred), reduction, sample_weight, power=power)


def tweedie_deviance_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    power: float = 1.5,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `tweedie_deviance` with respect to y_pred.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dmu = 2 (mu - y) mu^(-p)
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `tweedie_deviance`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `tweedie_deviance` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `tweedie_deviance`.

    Examples:
        >>> tweedie_deviance_grad([0.0], [4.0])
        array([1.])
    """
    return gradient(SPEC, _kernel, (y_true, y_pred), reduction, sample_weight, power=power)


def tweedie_deviance_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    power: float = 1.5,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `tweedie_deviance` and `tweedie_deviance_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (tweedie_deviance(...), tweedie_deviance_grad(...))

    Parameters:
        As for `tweedie_deviance`.

    Returns:
        A pair of what `tweedie_deviance` and `tweedie_deviance_grad` return.

    Raises:
        ValueError, TypeError: As `tweedie_deviance` does.

    Not to be confused with:
        `tweedie_deviance_grad`, which returns the gradient alone.

    Source:
        As for `tweedie_deviance`.

    Examples:
        >>> tweedie_deviance_value_and_grad([0.0], [4.0])[0]
        8.0
    """
    return value_and_gradient(
        SPEC, _kernel, (y_true, y_pred), reduction, sample_weight, power=power
    )


#: Below this distance of y from mu, in units of mu, a series replaces what cancels.
_NEAR = 0.25


def _kernel(part, power):
    """2 mu^(2 - p) K(d), with d = (y - mu) / mu and K the integral of (d - s) (1 + s)^(-p)."""
    y, mu = part["y_true"], part["y_pred"]
    d = (y - mu) / mu
    grown = np.log1p(d)
    first, second = (np.expm1(a * grown) / a for a in (1 - power, 2 - power))
    # d is -1 for y = 0, and where y is too small to be seen beside mu.
    far = np.where(d == -1, 1 / (2 - power), (1 + d) * first - second)
    far = np.where(np.isposinf(d), np.inf, far)
    terms, binomial = [], 1.0
    for j in range(28):
        terms.append(binomial / ((j + 1) * (j + 2)))
        binomial *= -(power + j) / (j + 1)
    distance = _series(d, np.abs(d) < _NEAR, far, terms)
    values = 2 * mu ** (2 - power) * distance
    return Samples(values, (2 * (mu - y) * mu**-power,))


SPEC = FunctionSpec(
    slug="tweedie_deviance",
    title="Tweedie deviance",
    family="likelihood",
    loss=tweedie_deviance,
    grad=tweedie_deviance_grad,
    value_and_grad=tweedie_deviance_value_and_grad,
    page="mle/discrete",
    arguments=(
        Argument("y_true", Interval(0.0, inf, True, False)),
        Argument("y_pred", Interval(0.0, inf, False, False), wrt=True),
    ),
    formula=(
        "2 * ((y_true ** (2 - power) if y_true else 0) / ((1 - power) * (2 - power))"
        " - y_true * y_pred ** (1 - power) / (1 - power) + y_pred ** (2 - power) / (2 - power))"
    ),
    draw=lambda rng: (lambda mu, off: (np.where(rng.random(80) < 0.2, 0, mu * np.exp(off)), mu))(
        10.0 ** rng.uniform(-1, 2, 80), rng.choice([-1, 1], 80) * 10.0 ** rng.uniform(-9, 0.5, 80)
    ),
    convex=False,
    sources=("jorgensen1987",),
    params=(Param("power", 1.5, 1.0, 2.0, False, False, "linear", "p"),),
    edges=(
        Edge("nothing, where 4 were expected", (0.0, 4.0), 8.0, (1.0,)),
        Edge("next to nothing, where much was expected", (1e-300, 1e100), 4e50, (2e-50,)),
        Edge("much, where nothing was expected", (1e300, 1e-300), inf, (-inf,)),
        Edge("a perfect prediction", (3.0, 3.0), 0.0, (0.0,)),
    ),
    refused=(("y_pred", (np.ones(1), np.zeros(1))), ("y_true", (-np.ones(1), np.ones(1)))),
    names_elsewhere=(
        Name("sklearn", "sklearn.metrics.mean_tweedie_deviance(y_true, y_pred, power=power)"),
    ),
    ulp=32.0,  # beyond the series, two terms of which one is subtracted
)
