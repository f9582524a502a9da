"""Huber loss: half the square of small errors, a line through the tails."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

from lossref._blocks import Piece, gradient, value, value_and_gradient
from lossref._spec import Identity, LossSpec, Name, Param, no_kinks
from lossref.regression.half_squared_error import half_squared_error
from lossref.regression.mae import mae

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def huber(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    delta: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Half the square of an error up to delta, linear beyond it.

    Use it when most errors are Gaussian and a few are gross; delta = 1.345 standard deviations keeps
    95 % efficiency on Gaussian errors. Not without scaling delta: it has the unit of y.

    Formula:
        l = c (e - c / 2), with e = y_pred - y_true and c = clip(e, -delta, delta)
          = e^2 / 2 where |e| <= delta, and delta (|e| - delta / 2) elsewhere

    Parameters:
        y_true: Array of any shape. What was observed; finite numbers.
        y_pred: Array of the same shape; nothing is broadcast. NaN is passed on.
        delta: Number in (0, inf), in the unit of y: up to it errors are squared, beyond it they
            count linearly.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per element.
        sample_weight: Weights w >= 0 that broadcast to the shape of y_true; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape and dtype of the input.

    Raises:
        ValueError: If the shapes differ, y_true is not finite, delta is outside its interval, a
            weight is negative, or there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `smooth_l1`, which is this divided by its beta; `pseudo_huber`, which is smooth.
        As delta grows it becomes `half_squared_error`, and divided by a small delta it becomes `mae`.

    Source:
        Huber (1964): the loss of least asymptotic variance under contamination.

    Examples:
        >>> huber([0.0, 0.0], [0.5, 3.0])  # (0.5 * 0.25 + 1 * (3 - 0.5)) / 2
        1.3125
    """
    return value(SPEC, _kernel, y_true, y_pred, reduction, sample_weight, delta=delta)


def huber_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    delta: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Derivative of the reduced `huber` with respect to y_pred: the clipped error.

    Use it to train: no observation pulls harder than delta.

    Formula:
        dl/dy_pred = clip(e, -delta, delta)
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `huber`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `huber` does.

    Not to be confused with:
        Gradient clipping, which limits the norm of a whole step and not each observation's share.

    Source:
        By differentiating `huber`.

    Examples:
        >>> huber_grad([0.0, 0.0], [0.5, -3.0])  # (0.5, -1) / 2
        array([ 0.25, -0.5 ])
    """
    return gradient(SPEC, _kernel, y_true, y_pred, reduction, sample_weight, delta=delta)


def huber_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    delta: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `huber` and `huber_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (huber(...), huber_grad(...))

    Parameters:
        As for `huber`.

    Returns:
        A pair of what `huber` and `huber_grad` return.

    Raises:
        ValueError, TypeError: As `huber` does.

    Not to be confused with:
        `huber_grad`, which returns the gradient alone.

    Source:
        As for `huber`.

    Examples:
        >>> value, gradient = huber_value_and_grad([0.0, 0.0], [0.5, 3.0])
        >>> value
        1.3125
    """
    return value_and_gradient(SPEC, _kernel, y_true, y_pred, reduction, sample_weight, delta=delta)


def _kernel(block, delta):
    """c (e - c / 2): one expression for both pieces, which squares nothing large."""
    c = block.error.clip(-delta, delta, out=block.new())
    return Piece(c, block.error, c, bent=True)


SPEC = LossSpec(
    slug="huber",
    title="Huber loss",
    family="regression",
    loss=huber,
    grad=huber_grad,
    value_and_grad=huber_value_and_grad,
    kind="elementwise",
    formula="e**2 / 2 if abs(e) <= delta else delta * (abs(e) - delta / 2)",
    kinks=no_kinks,
    convex=True,
    sources=(
        "huber1964",
        "holland1977",
    ),
    page="regression/huber",
    params=(Param("delta", 1.0, 0.0, inf, False, False, "log", r"\delta"),),
    identities=(
        Identity(
            "where no error exceeds delta it is half the squared error",
            lambda y, p: (huber(y, p, delta=1e6), half_squared_error(y, p)),
        ),
        Identity(
            "divided by a small delta it tends to the absolute error",
            lambda y, p: (huber(y, p, delta=1e-9) / 1e-9, mae(y, p)),
            rtol=1e-6,
        ),
    ),
    names_elsewhere=(
        Name("torch", "torch.nn.functional.huber_loss(y_pred, y_true, delta=delta)"),
        Name("scipy", "scipy.special.huber(delta, y_pred - y_true)", "per element"),
        Name(
            "optax", "optax.losses.huber_loss(y_pred, y_true, delta)", "per element, no shape check"
        ),
        Name("keras", "keras.losses.huber(y_true, y_pred, delta)", "mean over the last axis"),
        Name(
            "sklearn",
            "sklearn.linear_model.HuberRegressor",
            "minimises twice ours, of scaled errors",
            2.0,
        ),
    ),
)
