"""Log-cosh: a smooth loss between the square and the absolute error, with no parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._blocks import Piece, gradient, value, value_and_gradient
from lossref._spec import Identity, LossSpec, Name, no_kinks
from lossref._stable import logcosh

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def log_cosh(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The logarithm of the hyperbolic cosine of the error.

    Use it as a smooth stand-in for the absolute error when y is already scaled to a spread of about 1.
    Not on raw units: it has no parameter, so in metres it is a square and in millimetres an L1 loss.

    Formula:
        l = log(cosh(e)), with e = y_pred - y_true
          about e^2 / 2 near zero and |e| - log 2 in the tails

    Parameters:
        y_true: Array of any shape. What was observed; finite numbers.
        y_pred: Array of the same shape; nothing is broadcast. NaN is passed on.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per element.
        sample_weight: Weights w >= 0 that broadcast to the shape of y_true; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape and dtype of the input.

    Raises:
        ValueError: If the shapes differ, y_true is not finite, a weight is negative, or there is
            nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `pseudo_huber` at delta = 1: the same curvature at zero, tails at |e| - 1, and algebraic.

    Source:
        Green (1990), as the potential of an image prior; properties in Saleh and Saleh (2022).

    Examples:
        >>> round(log_cosh(0.0, 2000.0), 9)  # 2000 - log 2; cosh(2000) itself is not a float
        1999.306852819
    """
    return value(SPEC, _kernel, y_true, y_pred, reduction, sample_weight)


def log_cosh_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Derivative of the reduced `log_cosh` with respect to y_pred: the hyperbolic tangent of the error.

    Use it to train: no observation pulls harder than 1.

    Formula:
        dl/dy_pred = tanh(e)
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `log_cosh`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `log_cosh` does.

    Not to be confused with:
        The gradient of the absolute error, which jumps where this one passes smoothly.

    Source:
        By differentiating `log_cosh`.

    Examples:
        >>> log_cosh_grad([0.0, 0.0], [0.0, 100.0])  # (0, 1) / 2
        array([0. , 0.5])
    """
    return gradient(SPEC, _kernel, y_true, y_pred, reduction, sample_weight)


def log_cosh_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `log_cosh` and `log_cosh_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (log_cosh(...), log_cosh_grad(...))

    Parameters:
        As for `log_cosh`.

    Returns:
        A pair of what `log_cosh` and `log_cosh_grad` return.

    Raises:
        ValueError, TypeError: As `log_cosh` does.

    Not to be confused with:
        `log_cosh_grad`, which returns the gradient alone.

    Source:
        As for `log_cosh`.

    Examples:
        >>> value, gradient = log_cosh_value_and_grad([0.0], [2000.0])
        >>> gradient
        array([1.])
    """
    return value_and_gradient(SPEC, _kernel, y_true, y_pred, reduction, sample_weight)


def _kernel(block):
    e = block.error
    left = None
    if block.wants_value:
        left = logcosh(block, np.abs(e, out=block.new()))
    return Piece(left, None, np.tanh(e, out=e) if block.wants_slope else None)


SPEC = LossSpec(
    slug="log_cosh",
    title="Log-cosh loss",
    family="regression",
    loss=log_cosh,
    grad=log_cosh_grad,
    value_and_grad=log_cosh_value_and_grad,
    kind="elementwise",
    formula="log(cosh(e))",
    kinks=no_kinks,
    convex=True,
    sources=(
        "green1990",
        "saleh2022",
    ),
    page="regression/log-cosh",
    identities=(
        Identity(
            "beyond |e| = 20 it is |e| - log 2 to every digit",
            lambda y, p: (log_cosh(0 * p, 20 + p**2), np.mean(20 + p**2) - np.log(2)),
        ),
    ),
    names_elsewhere=(
        Name(
            "optax", "optax.losses.log_cosh(y_pred, y_true)", "per element; loses its digits near 0"
        ),
        Name(
            "keras",
            "keras.losses.log_cosh(y_true, y_pred)",
            "mean over the last axis; loses its digits near 0",
        ),
    ),
)
