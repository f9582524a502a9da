"""Tukey's biweight, or bisquare: beyond c an observation counts for nothing."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._blocks import Piece, gradient, value, value_and_gradient
from lossref._spec import Identity, LossSpec, Param, no_kinks
from lossref.regression.half_squared_error import half_squared_error

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def tukey(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    c: float = 4.685,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Half the square of small errors, exactly constant beyond c.

    Use it to finish a robust fit, with a good start and a robust estimate of the scale.
    Not to begin one: where every error exceeds c the gradient is exactly 0.

    Formula:
        l = (c^2 / 6) (1 - (1 - (e / c)^2)^3) where |e| <= c, and c^2 / 6 elsewhere,
        with e = y_pred - y_true

    Parameters:
        y_true: Array of any shape. What was observed; finite numbers.
        y_pred: Array of the same shape; nothing is broadcast. NaN is passed on.
        c: Number in (0, inf), in the unit of y: beyond it an error has no influence at all;
            4.685 standard deviations keep 95 % efficiency on Gaussian errors.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per element.
        sample_weight: Weights w >= 0 that broadcast to the shape of y_true; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape and dtype of the input.

    Raises:
        ValueError: If the shapes differ, y_true is not finite, c is outside its interval, a
            weight is negative, or there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        The truncated squared error, which has a corner at c; this one meets its ceiling with slope
        and curvature 0. The weight (1 - (e / c)^2)^2 is its gradient divided by e.

    Source:
        Beaton and Tukey (1974); the constant is that of Holland and Welsch (1977).

    Examples:
        >>> tukey([0.0, 0.0], [6.0, 7.0], c=6.0)  # c^2 / 6, twice, over 2
        6.0
    """
    return value(SPEC, _kernel, y_true, y_pred, reduction, sample_weight, c=c)


def tukey_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    c: float = 4.685,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Derivative of the reduced `tukey` with respect to y_pred: the error, faded to exactly 0 at c.

    Use it to train: the pull is largest at |e| = c / sqrt(5) and ends at c.

    Formula:
        dl/dy_pred = e (1 - (e / c)^2)^2 where |e| <= c, and 0 elsewhere
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `tukey`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `tukey` does.

    Not to be confused with:
        `welsch_grad`, which is never exactly 0 before it underflows.

    Source:
        By differentiating `tukey`.

    Examples:
        >>> tukey_grad([0.0, 0.0], [1.0, 9.0], c=2.0)  # (1 * (3 / 4)^2, 0) / 2
        array([0.28125, 0.     ])
    """
    return gradient(SPEC, _kernel, y_true, y_pred, reduction, sample_weight, c=c)


def tukey_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    c: float = 4.685,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `tukey` and `tukey_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (tukey(...), tukey_grad(...))

    Parameters:
        As for `tukey`.

    Returns:
        A pair of what `tukey` and `tukey_grad` return.

    Raises:
        ValueError, TypeError: As `tukey` does.

    Not to be confused with:
        `tukey_grad`, which returns the gradient alone.

    Source:
        As for `tukey`.

    Examples:
        >>> value, gradient = tukey_value_and_grad([0.0], [7.0], c=6.0)
        >>> value
        6.0
    """
    return value_and_gradient(SPEC, _kernel, y_true, y_pred, reduction, sample_weight, c=c)


def _kernel(block, c):
    """(q^2 / 6) (3 - 3v + v^2) with q = min(|e|, c), v = (q / c)^2, so there is one piece."""
    size = np.abs(block.error, out=block.new())
    q = np.minimum(size, c, out=size)
    m = np.divide(q, c, out=block.new())
    slope = left = None
    if block.wants_slope:
        slope = np.subtract(c, q, out=block.new())  # exact where 1 - v would cancel
        slope /= c
        plus = np.add(m, 1.0, out=block.new())
        slope *= plus
        slope *= slope
        slope *= q
        np.copysign(slope, block.error, out=slope)
    if block.wants_value:
        v = np.multiply(m, m, out=m)
        left = np.subtract(v, 3.0, out=block.new())
        left *= v
        left += 3.0
        left /= 6.0
        left *= q
    return Piece(left, q, slope)


SPEC = LossSpec(
    slug="tukey",
    title="Tukey's biweight loss",
    family="regression",
    loss=tukey,
    grad=tukey_grad,
    value_and_grad=tukey_value_and_grad,
    kind="elementwise",
    formula="c**2 / 6 * (1 - (1 - (e / c)**2)**3) if abs(e) <= c else c**2 / 6",
    kinks=no_kinks,
    convex=False,
    sources=(
        "beaton1974",
        "holland1977",
    ),
    page="regression/redescending",
    params=(Param("c", 4.685, 0.0, inf, False, False, "log", "c"),),
    identities=(
        Identity(
            "as c grows it tends to half the squared error",
            lambda y, p: (tukey(y, p, c=1e8), half_squared_error(y, p)),
        ),
        Identity(
            "beyond c it is constant",
            lambda y, p: (tukey(y, y + 2 + p**2, c=2.0), 4 / 6),
        ),
    ),
)
