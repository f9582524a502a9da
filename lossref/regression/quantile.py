"""Quantile loss, also called pinball or check loss: the loss that a quantile minimises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._blocks import Piece, gradient, value, value_and_gradient
from lossref._spec import Identity, LossSpec, Name, Param, kink_at_zero
from lossref.regression.mae import mae

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def quantile(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    tau: float = 0.5,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The absolute error, weighted tau below the truth and 1 - tau above it.

    Use it to predict a quantile of y instead of its centre, for instance stock that suffices on 9 days
    of 10. Not for a mean, nor for tail quantiles that only a handful of observations lie beyond.

    Formula:
        l = max(-tau e, (1 - tau) e), with e = y_pred - y_true

    Parameters:
        y_true: Array of any shape. What was observed; finite numbers.
        y_pred: Array of the same shape; nothing is broadcast. NaN is passed on.
        tau: Number in (0, 1): the quantile that is wanted; 0.9 makes predicting too low cost 9
            times as much.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per element.
        sample_weight: Weights w >= 0 that broadcast to the shape of y_true; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape and dtype of the input.

    Raises:
        ValueError: If the shapes differ, y_true is not finite, tau is outside its interval, a
            weight is negative, or there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `expectile`, which weights squares. At tau = 1/2 it is half of `mae`, not `mae`.

    Source:
        Koenker and Bassett (1978), definition of the regression quantile.

    Examples:
        >>> quantile([10.0, 10.0], [8.0, 12.0], tau=0.75)  # (0.75 * 2 + 0.25 * 2) / 2
        1.0
    """
    return value(SPEC, _kernel, y_true, y_pred, reduction, sample_weight, tau=tau)


def quantile_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    tau: float = 0.5,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Derivative of the reduced `quantile` with respect to y_pred: minus tau below the truth, 1 - tau above it.

    Use it to train; at the minimum the share of observations above the prediction is 1 - tau.

    Formula:
        dl/dy_pred = -tau where e < 0, 1 - tau where e > 0; 0 at e = 0, the subgradient of least norm
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `quantile`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `quantile` does.

    Not to be confused with:
        The derivative with respect to y_true, which has the opposite sign.

    Source:
        By differentiating `quantile`.

    Examples:
        >>> quantile_grad([10.0, 10.0], [8.0, 12.0], tau=0.75)  # (-0.75, 0.25) / 2
        array([-0.375,  0.125])
    """
    return gradient(SPEC, _kernel, y_true, y_pred, reduction, sample_weight, tau=tau)


def quantile_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    tau: float = 0.5,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `quantile` and `quantile_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (quantile(...), quantile_grad(...))

    Parameters:
        As for `quantile`.

    Returns:
        A pair of what `quantile` and `quantile_grad` return.

    Raises:
        ValueError, TypeError: As `quantile` does.

    Not to be confused with:
        `quantile_grad`, which returns the gradient alone.

    Source:
        As for `quantile`.

    Examples:
        >>> value, gradient = quantile_value_and_grad([10.0, 10.0], [8.0, 12.0], tau=0.75)
        >>> value
        1.0
    """
    return value_and_gradient(SPEC, _kernel, y_true, y_pred, reduction, sample_weight, tau=tau)


def _kernel(block, tau):
    """max(-tau e, (1 - tau) e); its slope is the same of sign(e), times sign(e)."""
    e = block.error
    slope = None
    if block.wants_slope:
        sign = np.sign(e, out=block.new())
        slope = _tilted(block, sign, tau)
        slope *= sign
    return Piece(_tilted(block, e, tau) if block.wants_value else None, None, slope)


def _tilted(block, x, tau):
    below = np.multiply(x, -tau, out=block.new())
    above = np.multiply(x, 1 - tau, out=block.new())
    return np.maximum(below, above, out=above)


SPEC = LossSpec(
    slug="quantile",
    title="Quantile loss",
    family="regression",
    loss=quantile,
    grad=quantile_grad,
    value_and_grad=quantile_value_and_grad,
    kind="elementwise",
    formula="-tau * e if e < 0 else (1 - tau) * e",
    kinks=kink_at_zero,
    convex=True,
    sources=(
        "koenker1978",
        "gneiting2011",
    ),
    page="regression/quantile",
    params=(Param("tau", 0.5, 0.0, 1.0, False, False, "linear", r"\tau"),),
    identities=(
        Identity(
            "at tau = 1/2 it is half the absolute error",
            lambda y, p: (2 * quantile(y, p), mae(y, p)),
        ),
        Identity(
            "exchanging truth and prediction exchanges tau and 1 - tau",
            lambda y, p: (quantile(y, p, tau=0.25), quantile(p, y, tau=0.75)),
        ),
    ),
    names_elsewhere=(
        Name("sklearn", "sklearn.metrics.mean_pinball_loss(y_true, y_pred, alpha=tau)"),
    ),
)
