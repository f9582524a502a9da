"""Welsch loss, also called Leclerc or correntropy loss: an upside-down Gaussian."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._blocks import Piece, gradient, value, value_and_gradient
from lossref._spec import Identity, LossSpec, Param, no_kinks
from lossref._stable import omega
from lossref.regression.half_squared_error import half_squared_error

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def welsch(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    c: float = 2.985,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Half the square of small errors, levelling off at c^2 / 2.

    Use it when gross errors should lose all influence smoothly, with a good start from a convex loss.
    Not from an arbitrary start: far from the data its gradient is 0, and nothing moves.

    Formula:
        l = (c^2 / 2) (1 - exp(-(e / c)^2)), with e = y_pred - y_true

    Parameters:
        y_true: Array of any shape. What was observed; finite numbers.
        y_pred: Array of the same shape; nothing is broadcast. NaN is passed on.
        c: Number in (0, inf), in the unit of y: the scale beyond which errors stop mattering;
            2.985 standard deviations keep 95 % efficiency on Gaussian errors.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per element.
        sample_weight: Weights w >= 0 that broadcast to the shape of y_true; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape and dtype of the input.

    Raises:
        ValueError: If the shapes differ, y_true is not finite, c is outside its interval, a
            weight is negative, or there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        A Gaussian likelihood, whose logarithm is the squared error.
        At c = sqrt(2) it is `barron` at alpha = -inf.

    Source:
        Dennis and Welsch (1978); the constant is that of Holland and Welsch (1977).

    Examples:
        >>> welsch(0.0, 1e300, c=2.0)  # c^2 / 2
        2.0
    """
    return value(SPEC, _kernel, y_true, y_pred, reduction, sample_weight, c=c)


def welsch_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    c: float = 2.985,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Derivative of the reduced `welsch` with respect to y_pred: the error, fading like a Gaussian.

    Use it to train: the pull is largest at |e| = c / sqrt(2) and is gone at a few c.

    Formula:
        dl/dy_pred = e exp(-(e / c)^2)
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `welsch`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `welsch` does.

    Not to be confused with:
        `cauchy_grad`, which fades slowly enough to bring a far start back.

    Source:
        By differentiating `welsch`.

    Examples:
        >>> welsch_grad([0.0, 0.0], [0.0, 1e3])  # the second observation no longer pulls
        array([0., 0.])
    """
    return gradient(SPEC, _kernel, y_true, y_pred, reduction, sample_weight, c=c)


def welsch_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    c: float = 2.985,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `welsch` and `welsch_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (welsch(...), welsch_grad(...))

    Parameters:
        As for `welsch`.

    Returns:
        A pair of what `welsch` and `welsch_grad` return.

    Raises:
        ValueError, TypeError: As `welsch` does.

    Not to be confused with:
        `welsch_grad`, which returns the gradient alone.

    Source:
        As for `welsch`.

    Examples:
        >>> value, gradient = welsch_value_and_grad([0.0], [1e3], c=2.0)
        >>> value
        2.0
    """
    return value_and_gradient(SPEC, _kernel, y_true, y_pred, reduction, sample_weight, c=c)


def _kernel(block, c):
    """min(|e|, c)^2 / 2 times omega, which is 1 near zero and 1 - exp(-r^2) far from it."""
    e = block.error
    squared = np.divide(e, c, out=block.new())
    squared *= squared
    slope = left = right = None
    if block.wants_slope:
        slope = np.negative(squared, out=block.new())
        np.exp(slope, out=slope)
        # exp(-1600) is 0, so errors beyond 40 c may be cut to it: infinity times 0 is not 0
        far = min(40.0 * c, float(np.finfo(e.dtype).max))
        slope *= e.clip(-far, far, out=block.new())
    if block.wants_value:
        small = np.minimum(np.abs(e, out=e), c, out=e)
        left = np.multiply(small, 0.5, out=block.new())
        right = omega(block, squared)
        right *= small
    return Piece(left, right, slope)


SPEC = LossSpec(
    slug="welsch",
    title="Welsch loss",
    family="regression",
    loss=welsch,
    grad=welsch_grad,
    value_and_grad=welsch_value_and_grad,
    kind="elementwise",
    formula="c**2 / 2 * (1 - exp(-(e / c)**2))",
    kinks=no_kinks,
    convex=False,
    sources=(
        "dennis1978",
        "holland1977",
    ),
    page="regression/redescending",
    params=(Param("c", 2.985, 0.0, inf, False, False, "log", "c"),),
    identities=(
        Identity(
            "as c grows it tends to half the squared error",
            lambda y, p: (welsch(y, p, c=1e8), half_squared_error(y, p)),
        ),
    ),
)
