"""Squared error, whose mean is the MSE: the loss that the mean minimises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lossref._blocks import Piece, gradient, value, value_and_gradient
from lossref._spec import Identity, LossSpec, Name, no_kinks

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def mse(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The square of the error.

    Use it when errors are roughly Gaussian and large ones should cost much more than small ones.
    Not when single observations may be wrong: an error of 100 pulls as hard as a hundred errors of 1.

    Formula:
        l = e^2, with e = y_pred - y_true

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
        `half_squared_error`, which is half of it; `rmse`, its root, in the unit of y.

    Source:
        Legendre (1805), appendix; Gauss (1809), book 2, section 3.

    Examples:
        >>> mse([1.0, 2.0, 3.0], [1.0, 3.0, 5.0])  # (0 + 1 + 4) / 3
        1.6666666666666667
    """
    return value(SPEC, _kernel, y_true, y_pred, reduction, sample_weight)


def mse_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Derivative of the reduced `mse` with respect to y_pred: twice the error.

    Use it to train. It grows without bound, so one wrong observation can steer a whole step.

    Formula:
        dl/dy_pred = 2 e
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `mse`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `mse` does.

    Not to be confused with:
        The gradient of `half_squared_error`, which is the error itself.

    Source:
        By differentiating `mse`.

    Examples:
        >>> mse_grad([1.0, 2.0], [1.0, 5.0])  # (2 * 0, 2 * 3) / 2
        array([0., 3.])
    """
    return gradient(SPEC, _kernel, y_true, y_pred, reduction, sample_weight)


def mse_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `mse` and `mse_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (mse(...), mse_grad(...))

    Parameters:
        As for `mse`.

    Returns:
        A pair of what `mse` and `mse_grad` return.

    Raises:
        ValueError, TypeError: As `mse` does.

    Not to be confused with:
        `mse_grad`, which returns the gradient alone.

    Source:
        As for `mse`.

    Examples:
        >>> value, gradient = mse_value_and_grad([1.0, 2.0], [1.0, 5.0])
        >>> value  # (0 + 9) / 2
        4.5
    """
    return value_and_gradient(SPEC, _kernel, y_true, y_pred, reduction, sample_weight)


def _kernel(block):
    """Left and right factor are both the error, so the sum of squares is one dot product."""
    e = block.error
    return Piece(e, e, e, 2.0)


SPEC = LossSpec(
    slug="mse",
    title="Squared error",
    family="regression",
    loss=mse,
    grad=mse_grad,
    value_and_grad=mse_value_and_grad,
    kind="elementwise",
    formula="e**2",
    kinks=no_kinks,
    convex=True,
    sources=(
        "legendre1805",
        "gauss1809",
    ),
    page="regression/squared-error",
    identities=(
        Identity(
            "at a constant prediction c it is (c - mean of y)^2 plus the variance of y",
            lambda y, p: (mse(y, 0 * y + 1), (1 - y.mean()) ** 2 + y.var()),
        ),
    ),
    names_elsewhere=(
        Name("torch", "torch.nn.functional.mse_loss(y_pred, y_true)"),
        Name("sklearn", "sklearn.metrics.mean_squared_error(y_true, y_pred)"),
        Name("optax", "optax.losses.squared_error(y_pred, y_true)", "per element, no reduction"),
        Name("keras", "keras.losses.mean_squared_error(y_true, y_pred)", "mean over the last axis"),
    ),
)
