"""Expectile loss: the squared error with two weights, minimised by an expectile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._blocks import Piece, gradient, value, value_and_gradient
from lossref._spec import Identity, LossSpec, Param, no_kinks
from lossref.regression.half_squared_error import half_squared_error

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def expectile(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    tau: float = 0.5,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The squared error, weighted tau below the truth and 1 - tau above it.

    Use it where too low and too high cost differently and the size of the miss matters.
    Not to promise a coverage: a 0.9 expectile is not exceeded by 10 % of the observations.

    Formula:
        l = (1 - tau) e^2 where e > 0, and tau e^2 elsewhere, with e = y_pred - y_true

    Parameters:
        y_true: Array of any shape. What was observed; finite numbers.
        y_pred: Array of the same shape; nothing is broadcast. NaN is passed on.
        tau: Number in (0, 1): the weight of predictions below the truth; those above it weigh 1
            - tau.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per element.
        sample_weight: Weights w >= 0 that broadcast to the shape of y_true; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape and dtype of the input.

    Raises:
        ValueError: If the shapes differ, y_true is not finite, tau is outside its interval, a
            weight is negative, or there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `quantile`, which weights absolute errors. At tau = 1/2 it is `half_squared_error`.

    Source:
        Newey and Powell (1987).

    Examples:
        >>> expectile([10.0, 10.0], [8.0, 12.0], tau=0.75)  # (0.75 * 4 + 0.25 * 4) / 2
        2.0
    """
    return value(SPEC, _kernel, y_true, y_pred, reduction, sample_weight, tau=tau)


def expectile_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    tau: float = 0.5,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Derivative of the reduced `expectile` with respect to y_pred: twice the weighted error.

    Use it to train. It is continuous; its own slope jumps at e = 0 unless tau = 1/2.

    Formula:
        dl/dy_pred = 2 (1 - tau) e where e > 0, and 2 tau e elsewhere
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `expectile`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `expectile` does.

    Not to be confused with:
        The gradient of `quantile`, which does not depend on the size of the error.

    Source:
        By differentiating `expectile`.

    Examples:
        >>> expectile_grad([10.0, 10.0], [8.0, 12.0], tau=0.75)  # (-2 * 0.75 * 2, 2 * 0.25 * 2) / 2
        array([-1.5,  0.5])
    """
    return gradient(SPEC, _kernel, y_true, y_pred, reduction, sample_weight, tau=tau)


def expectile_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    tau: float = 0.5,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `expectile` and `expectile_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (expectile(...), expectile_grad(...))

    Parameters:
        As for `expectile`.

    Returns:
        A pair of what `expectile` and `expectile_grad` return.

    Raises:
        ValueError, TypeError: As `expectile` does.

    Not to be confused with:
        `expectile_grad`, which returns the gradient alone.

    Source:
        As for `expectile`.

    Examples:
        >>> value, gradient = expectile_value_and_grad([10.0, 10.0], [8.0, 12.0], tau=0.75)
        >>> value
        2.0
    """
    return value_and_gradient(SPEC, _kernel, y_true, y_pred, reduction, sample_weight, tau=tau)


def _kernel(block, tau):
    """The tilted error max(-tau e, (1 - tau) e), times |e|; half the slope is it with e's sign."""
    e = block.error
    tilted = np.multiply(e, -tau, out=block.new())
    np.maximum(tilted, np.multiply(e, 1 - tau, out=block.new()), out=tilted)
    slope = np.copysign(tilted, e, out=block.new()) if block.wants_slope else None
    return Piece(tilted, np.abs(e, out=e) if block.wants_value else None, slope, 2.0)


SPEC = LossSpec(
    slug="expectile",
    title="Expectile loss",
    family="regression",
    loss=expectile,
    grad=expectile_grad,
    value_and_grad=expectile_value_and_grad,
    kind="elementwise",
    formula="tau * e**2 if e < 0 else (1 - tau) * e**2",
    kinks=no_kinks,
    convex=True,
    sources=(
        "newey1987",
        "gneiting2011",
    ),
    page="regression/quantile",
    params=(Param("tau", 0.5, 0.0, 1.0, False, False, "linear", r"\tau"),),
    identities=(
        Identity(
            "at tau = 1/2 it is half the squared error",
            lambda y, p: (expectile(y, p), half_squared_error(y, p)),
        ),
        Identity(
            "exchanging truth and prediction exchanges tau and 1 - tau",
            lambda y, p: (expectile(y, p, tau=0.25), expectile(p, y, tau=0.75)),
        ),
    ),
)
