"""Half the squared error, whose derivative is the error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._blocks import Piece, gradient, value, value_and_gradient
from lossref._spec import Identity, LossSpec, Name, no_kinks
from lossref.regression.mse import mse

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def half_squared_error(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Half the square of the error.

    Use it in derivations, and where losses are compared: Huber, log-cosh and the other robust losses
    all behave like it near zero. Not to report a number to people who expect the MSE.

    Formula:
        l = e^2 / 2, with e = y_pred - y_true

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
        `mse`, which is twice as large and has twice the gradient.

    Source:
        Bishop (2006), equation (1.2).

    Examples:
        >>> half_squared_error([1.0, 2.0], [1.0, 5.0])  # (0 + 9 / 2) / 2
        2.25
    """
    return value(SPEC, _kernel, y_true, y_pred, reduction, sample_weight)


def half_squared_error_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Derivative of the reduced `half_squared_error` with respect to y_pred: the error.

    Use it to train; it is the gradient of `mse` without the factor 2, which a learning rate absorbs.

    Formula:
        dl/dy_pred = e
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `half_squared_error`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `half_squared_error` does.

    Not to be confused with:
        The gradient of `mse`, which is 2 e.

    Source:
        By differentiating `half_squared_error`.

    Examples:
        >>> half_squared_error_grad([1.0, 2.0], [1.0, 5.0])  # (0, 3) / 2
        array([0. , 1.5])
    """
    return gradient(SPEC, _kernel, y_true, y_pred, reduction, sample_weight)


def half_squared_error_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `half_squared_error` and `half_squared_error_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (half_squared_error(...), half_squared_error_grad(...))

    Parameters:
        As for `half_squared_error`.

    Returns:
        A pair of what `half_squared_error` and `half_squared_error_grad` return.

    Raises:
        ValueError, TypeError: As `half_squared_error` does.

    Not to be confused with:
        `half_squared_error_grad`, which returns the gradient alone.

    Source:
        As for `half_squared_error`.

    Examples:
        >>> value, gradient = half_squared_error_value_and_grad([1.0, 2.0], [1.0, 5.0])
        >>> value
        2.25
    """
    return value_and_gradient(SPEC, _kernel, y_true, y_pred, reduction, sample_weight)


def _kernel(block):
    """(e / 2) e: half of e^2 can be a float where e^2 is not."""
    e = block.error
    half = np.multiply(e, 0.5, out=block.new()) if block.wants_value else None
    return Piece(half, e, e)


SPEC = LossSpec(
    slug="half_squared_error",
    title="Half squared error",
    family="regression",
    loss=half_squared_error,
    grad=half_squared_error_grad,
    value_and_grad=half_squared_error_value_and_grad,
    kind="elementwise",
    formula="e**2 / 2",
    kinks=no_kinks,
    convex=True,
    sources=("bishop2006",),
    page="regression/squared-error",
    identities=(
        Identity(
            "twice this is the squared error",
            lambda y, p: (2 * half_squared_error(y, p), mse(y, p)),
        ),
    ),
    names_elsewhere=(
        Name("torch", "torch.nn.functional.mse_loss(y_pred, y_true)", "twice ours", 2.0),
        Name("optax", "optax.losses.l2_loss(y_pred, y_true)", "per element, no reduction"),
        Name("sklearn", "sklearn._loss.HalfSquaredError", 'private; behind loss="squared_error"'),
    ),
)
