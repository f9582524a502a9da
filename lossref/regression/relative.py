"""Losses of ratios instead of differences."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._blocks import Piece, gradient, value, value_and_gradient
from lossref._spec import Identity, Interval, LossSpec, Name, kink_at_zero, no_kinks
from lossref._stable import log1p_difference
from lossref.regression.squared import mse

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def msle(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The square of the difference of log(1 + y).

    Use it for counts and prices that span orders of magnitude, where being off by a factor is the error.
    Not where y may be below -1, or where too high must cost as much as too low: too low costs more.

    Formula:
        l = (log(1 + y_pred) - log(1 + y_true))^2

    Parameters:
        y_true: Array of any shape. Numbers in (-1, inf).
        y_pred: Numbers in (-1, inf], in the same shape; nothing is broadcast.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per element.
        sample_weight: Weights w >= 0 that broadcast to the shape of y_true; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape and dtype of the input.

    Raises:
        ValueError: If the shapes differ, y_true is not in (-1, inf), y_pred is not above -1, a
            weight is negative, or there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        The square of log(y_pred / y_true), which has no 1 and does not take zeros;
        its root RMSLE, which sklearn calls root_mean_squared_log_error.

    Source:
        Pedregosa et al. (2011), metric mean_squared_log_error; no earlier source is known to us.

    Examples:
        >>> round(msle(0.0, 1.0), 6)  # log(2)^2
        0.480453
    """
    return value(MSLE, _msle_kernel, y_true, y_pred, reduction, sample_weight)


def msle_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Derivative of the reduced `msle` with respect to y_pred: twice the log error over 1 + y_pred.

    Use it to train, with predictions that cannot reach -1; a prediction far too high hardly moves.

    Formula:
        dl/dy_pred = 2 (log(1 + y_pred) - log(1 + y_true)) / (1 + y_pred)
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `msle`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `msle` does.

    Not to be confused with:
        The derivative with respect to log(1 + y_pred), which has no denominator.

    Source:
        By differentiating `msle`.

    Examples:
        >>> msle_grad([3.0], [3.0])
        array([0.])
    """
    return gradient(MSLE, _msle_kernel, y_true, y_pred, reduction, sample_weight)


def msle_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `msle` and `msle_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (msle(...), msle_grad(...))

    Parameters:
        As for `msle`.

    Returns:
        A pair of what `msle` and `msle_grad` return.

    Raises:
        ValueError, TypeError: As `msle` does.

    Not to be confused with:
        `msle_grad`, which returns the gradient alone.

    Source:
        As for `msle`.

    Examples:
        >>> value, gradient = msle_value_and_grad([3.0], [3.0])
        >>> value
        0.0
    """
    return value_and_gradient(MSLE, _msle_kernel, y_true, y_pred, reduction, sample_weight)


def _msle_kernel(block):
    """The difference of two log1p as one, so that neighbours do not cancel."""
    log_error = log1p_difference(block, block.y_true, block.y_pred, block.error)
    slope = None
    if block.wants_slope:
        # no finite prediction reaches 1e4; the cut gives the limit 0 at infinity
        slope = log_error.clip(-1e4, 1e4, out=block.new())
        slope /= np.add(block.y_pred, 1.0, out=block.new())
    return Piece(log_error, log_error, slope, 2.0)


MSLE = LossSpec(
    slug="msle",
    title="Squared logarithmic error",
    family="regression",
    loss=msle,
    grad=msle_grad,
    value_and_grad=msle_value_and_grad,
    kind="elementwise",
    formula="(log(1 + p) - log(1 + y))**2",
    kinks=no_kinks,
    convex=False,
    sources=("pedregosa2011",),
    page="regression/relative-error",
    y_true_domain=Interval(-1.0, inf, False, False),
    y_pred_domain=Interval(-1.0, inf, False, True),
    identities=(
        Identity(
            "it is the squared error of log(1 + y)",
            lambda y, p: (msle(y**2, p**2), mse(np.log1p(y**2), np.log1p(p**2))),
            rtol=1e-10,
        ),
    ),
    names_elsewhere=(
        Name("sklearn", "sklearn.metrics.mean_squared_log_error(y_true, y_pred)"),
        Name(
            "keras",
            "keras.losses.mean_squared_logarithmic_error(y_true, y_pred)",
            "mean over the last axis; clips at 1e-7",
        ),
    ),
)


def mape(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The absolute error divided by the size of the truth.

    Use it to report forecasts of positive quantities far from 0, in a unit that everyone understands.
    Not to train where too low and too high matter alike: predicting 0 never costs more than 1.

    Formula:
        l = |e| / |y_true|, with e = y_pred - y_true

    Parameters:
        y_true: Array of any shape. What was observed; finite numbers other than 0.
        y_pred: Array of the same shape; nothing is broadcast. NaN is passed on.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per element.
        sample_weight: Weights w >= 0 that broadcast to the shape of y_true; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape and dtype of the input.

    Raises:
        ValueError: If the shapes differ, y_true is not finite or is 0, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        A number in percent: 0.5 here is 50 %; the symmetric sMAPE, which divides by both sizes.

    Source:
        Hyndman and Koehler (2006), section 2.2; Gneiting (2011), table 1.

    Examples:
        >>> mape([4.0, 10.0], [5.0, 5.0])  # (1 / 4 + 5 / 10) / 2
        0.375
    """
    return value(MAPE, _mape_kernel, y_true, y_pred, reduction, sample_weight)


def mape_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Derivative of the reduced `mape` with respect to y_pred: the sign of the error over the size of the truth.

    Use it to train only where every y_true is well away from 0: its size is 1 / |y_true|.

    Formula:
        dl/dy_pred = sign(e) / |y_true|; 0 at e = 0, the subgradient of least norm
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `mape`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `mape` does.

    Not to be confused with:
        The derivative relative to y_pred; the denominator does not depend on the prediction.

    Source:
        By differentiating `mape`.

    Examples:
        >>> mape_grad([4.0, 10.0], [5.0, 5.0])  # (1 / 4, -1 / 10) / 2
        array([ 0.125, -0.05 ])
    """
    return gradient(MAPE, _mape_kernel, y_true, y_pred, reduction, sample_weight)


def mape_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `mape` and `mape_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (mape(...), mape_grad(...))

    Parameters:
        As for `mape`.

    Returns:
        A pair of what `mape` and `mape_grad` return.

    Raises:
        ValueError, TypeError: As `mape` does.

    Not to be confused with:
        `mape_grad`, which returns the gradient alone.

    Source:
        As for `mape`.

    Examples:
        >>> value, gradient = mape_value_and_grad([4.0, 10.0], [5.0, 5.0])
        >>> value
        0.375
    """
    return value_and_gradient(MAPE, _mape_kernel, y_true, y_pred, reduction, sample_weight)


def _mape_kernel(block):
    size = np.abs(block.y_true, out=block.new())
    slope = left = None
    if block.wants_slope:
        slope = np.sign(block.error, out=block.new())
        slope /= size
    if block.wants_value:
        left = np.abs(block.error, out=block.new())
        left /= size
    return Piece(left, None, slope)


MAPE = LossSpec(
    slug="mape",
    title="Absolute percentage error",
    family="regression",
    loss=mape,
    grad=mape_grad,
    value_and_grad=mape_value_and_grad,
    kind="elementwise",
    formula="abs(e) / abs(y)",
    kinks=kink_at_zero,
    convex=True,
    sources=(
        "hyndman2006",
        "gneiting2011",
    ),
    page="regression/relative-error",
    y_true_domain=Interval(-inf, inf, False, False, hole=0.0),
    identities=(
        Identity(
            "it does not change with the unit of y",
            lambda y, p: (mape(7 + y**2, p), mape(1000 * (7 + y**2), 1000 * p)),
        ),
    ),
    names_elsewhere=(
        Name("sklearn", "sklearn.metrics.mean_absolute_percentage_error(y_true, y_pred)"),
        Name(
            "keras",
            "keras.losses.mean_absolute_percentage_error(y_true, y_pred)",
            "in percent",
            100.0,
        ),
    ),
)
