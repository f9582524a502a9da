"""Pseudo-Huber loss: a hyperbola, smooth everywhere, with Huber's two ends."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._blocks import Piece, gradient, value, value_and_gradient
from lossref._spec import Identity, LossSpec, Name, Param, no_kinks
from lossref._stable import root, split
from lossref.regression.half_squared_error import half_squared_error
from lossref.regression.mae import mae

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def pseudo_huber(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    delta: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The smooth relative of the Huber loss: a parabola that bends into a line.

    Use it where second derivatives are needed, as in Newton's method: it has derivatives of every
    order. Not when errors below delta must count exactly like squares: at e = delta it is 17 % less.

    Formula:
        l = delta^2 (sqrt(1 + (e / delta)^2) - 1), with e = y_pred - y_true

    Parameters:
        y_true: Array of any shape. What was observed; finite numbers.
        y_pred: Array of the same shape; nothing is broadcast. NaN is passed on.
        delta: Number in (0, inf), in the unit of y: the slope of the tails, and the scale of
            the bend.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per element.
        sample_weight: Weights w >= 0 that broadcast to the shape of y_true; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape and dtype of the input.

    Raises:
        ValueError: If the shapes differ, y_true is not finite, delta is outside its interval, a
            weight is negative, or there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `huber`, which is exactly a parabola and exactly two lines.
        Its tails lie delta^2 / 2 below Huber's. At delta = 1 it is `barron` at alpha = 1.

    Source:
        Charbonnier et al. (1997), potential function phi_HS; the name is in Hartley and Zisserman (2003), A6.8.

    Examples:
        >>> pseudo_huber(0.0, 0.75)  # sqrt(1 + 0.5625) - 1
        0.25
    """
    return value(SPEC, _kernel, y_true, y_pred, reduction, sample_weight, delta=delta)


def pseudo_huber_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    delta: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Derivative of the reduced `pseudo_huber` with respect to y_pred: the error, squashed to (-delta, delta).

    Use it to train: no observation pulls harder than delta, and the pull changes smoothly.

    Formula:
        dl/dy_pred = e / sqrt(1 + (e / delta)^2)
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `pseudo_huber`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `pseudo_huber` does.

    Not to be confused with:
        The gradient of `log_cosh`, which reaches its ceiling exponentially fast.

    Source:
        By differentiating `pseudo_huber`.

    Examples:
        >>> pseudo_huber_grad([0.0], [0.75])  # 0.75 / 1.25
        array([0.6])
    """
    return gradient(SPEC, _kernel, y_true, y_pred, reduction, sample_weight, delta=delta)


def pseudo_huber_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    delta: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `pseudo_huber` and `pseudo_huber_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (pseudo_huber(...), pseudo_huber_grad(...))

    Parameters:
        As for `pseudo_huber`.

    Returns:
        A pair of what `pseudo_huber` and `pseudo_huber_grad` return.

    Raises:
        ValueError, TypeError: As `pseudo_huber` does.

    Not to be confused with:
        `pseudo_huber_grad`, which returns the gradient alone.

    Source:
        As for `pseudo_huber`.

    Examples:
        >>> value, gradient = pseudo_huber_value_and_grad([0.0], [0.75])
        >>> value
        0.25
    """
    return value_and_gradient(SPEC, _kernel, y_true, y_pred, reduction, sample_weight, delta=delta)


def _kernel(block, delta):
    """e^2 / (1 + sqrt(1 + (e / delta)^2)), which subtracts nothing, in terms that fit."""
    size = np.abs(block.error, out=block.new())
    s = split(block, size, delta)
    hyperbola = root(block, s)
    slope = right = None
    if block.wants_slope:
        slope = np.divide(s.small, hyperbola, out=block.new())
        np.copysign(slope, block.error, out=slope)
    if block.wants_value:
        right = np.add(s.g, hyperbola, out=block.new())
        np.divide(size, right, out=right)
    return Piece(s.small, right, slope)


SPEC = LossSpec(
    slug="pseudo_huber",
    title="Pseudo-Huber loss",
    family="regression",
    loss=pseudo_huber,
    grad=pseudo_huber_grad,
    value_and_grad=pseudo_huber_value_and_grad,
    kind="elementwise",
    formula="delta**2 * (sqrt(1 + (e / delta)**2) - 1)",
    kinks=no_kinks,
    convex=True,
    sources=(
        "charbonnier1997",
        "hartley2003",
    ),
    page="regression/huber",
    params=(Param("delta", 1.0, 0.0, inf, False, False, "log", r"\delta"),),
    identities=(
        Identity(
            "as delta grows it tends to half the squared error",
            lambda y, p: (pseudo_huber(y, p, delta=1e8), half_squared_error(y, p)),
        ),
        Identity(
            "divided by a small delta it tends to the absolute error",
            lambda y, p: (pseudo_huber(y, p, delta=1e-9) / 1e-9, mae(y, p)),
            rtol=1e-6,
        ),
    ),
    names_elsewhere=(
        Name("scipy", "scipy.special.pseudo_huber(delta, y_pred - y_true)", "per element"),
    ),
)
