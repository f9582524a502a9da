"""Newsvendor loss: what it costs to have ordered too little, or too much."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, REAL, Argument, Edge, FunctionSpec, Identity, Param
from lossref.regression.quantile import quantile

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def newsvendor(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    underage: float = 1.0,
    overage: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """What it costs to have ordered too little, or too much.

    Use it where a unit short and a unit too many have a price. Not with prices that change with the
    amount; nor to predict a mean, which it does not.

    Formula:
        l = underage max(y - p, 0) + overage max(p - y, 0), with p = y_pred

    Parameters:
        y_true: Array of any shape: the demand, finite.
        y_pred: Array of the same shape: what is ordered. NaN is passed on.
        underage: Number in (0, inf): the price of a unit short, such as the profit lost.
        overage: Number in (0, inf): the price of a unit too many.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of y_pred.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `quantile`, which is this divided by the sum of the prices: both are least at the quantile
        underage / (underage + overage).

    Source:
        Arrow, Harris and Marschak (1951).

    Examples:
        >>> newsvendor([10.0, 10.0], [8.0, 12.0], underage=3.0)
        4.0
    """
    return value(
        SPEC,
        _kernel,
        (y_true, y_pred),
        reduction,
        sample_weight,
        underage=underage,
        overage=overage,
    )


def newsvendor_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    underage: float = 1.0,
    overage: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `newsvendor` with respect to y_pred.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dp = -underage where p < y, overage where p > y, 0 at p = y: the subgradient of least
        norm
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `newsvendor`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `newsvendor` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `newsvendor`.

    Examples:
        >>> newsvendor_grad([10.0, 10.0], [8.0, 12.0], underage=3.0)
        array([-1.5,  0.5])
    """
    return gradient(
        SPEC,
        _kernel,
        (y_true, y_pred),
        reduction,
        sample_weight,
        underage=underage,
        overage=overage,
    )


def newsvendor_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    underage: float = 1.0,
    overage: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `newsvendor` and `newsvendor_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (newsvendor(...), newsvendor_grad(...))

    Parameters:
        As for `newsvendor`.

    Returns:
        A pair of what `newsvendor` and `newsvendor_grad` return.

    Raises:
        ValueError, TypeError: As `newsvendor` does.

    Not to be confused with:
        `newsvendor_grad`, which returns the gradient alone.

    Source:
        As for `newsvendor`.

    Examples:
        >>> newsvendor_value_and_grad([10.0, 10.0], [8.0, 12.0], underage=3.0)[0]
        4.0
    """
    return value_and_gradient(
        SPEC,
        _kernel,
        (y_true, y_pred),
        reduction,
        sample_weight,
        underage=underage,
        overage=overage,
    )


def _kernel(part, underage, overage):
    error = part["y_pred"] - part["y_true"]
    values = np.where(error > 0, overage * error, -underage * error)
    even = np.where(np.isnan(error), error, 0)
    slopes = np.where(error > 0, overage, np.where(error < 0, -underage, even))
    return Samples(values.astype(error.dtype), (slopes.astype(error.dtype),))


SPEC = FunctionSpec(
    slug="newsvendor",
    title="Newsvendor loss",
    family="cost",
    loss=newsvendor,
    grad=newsvendor_grad,
    value_and_grad=newsvendor_value_and_grad,
    page="choosing/newsvendor",
    arguments=(Argument("y_true", REAL), Argument("y_pred", EXTENDED, wrt=True)),
    formula="underage * max(y_true - y_pred, 0) + overage * max(y_pred - y_true, 0)",
    draw=lambda rng: (rng.normal(size=60) * 10, rng.normal(size=60) * 10),
    convex=True,
    sources=("arrow1951",),
    kinks="(y_pred - y_true,)",
    params=(
        Param("underage", 1.0, 0.0, inf, False, False, "log", "c_u"),
        Param("overage", 1.0, 0.0, inf, False, False, "log", "c_o"),
    ),
    edges=(
        Edge("just enough", (3.0, 3.0), 0.0, (0.0,)),
        Edge("infinitely much", (3.0, inf), inf, (1.0,)),
    ),
    identities=(
        Identity(
            "it is a quantile loss in the unit of the prices",
            lambda y, p: (newsvendor(y, p, underage=3.0), 4 * quantile(y, p, tau=0.75)),
        ),
    ),
)
