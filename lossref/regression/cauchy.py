"""Cauchy loss, also called Lorentzian: the tails grow like a logarithm."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._blocks import Piece, gradient, value, value_and_gradient
from lossref._spec import Identity, LossSpec, Name, Param, no_kinks
from lossref._stable import psi, split
from lossref.regression.half_squared_error import half_squared_error

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def cauchy(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    c: float = 2.385,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Half the square of small errors, logarithmic growth beyond c.

    Use it when some observations are wrong altogether, with a good start from a convex loss.
    Not from an arbitrary start: it is not convex, and may stop in a minimum that is only local.

    Formula:
        l = (c^2 / 2) log(1 + (e / c)^2), with e = y_pred - y_true

    Parameters:
        y_true: Array of any shape. What was observed; finite numbers.
        y_pred: Array of the same shape; nothing is broadcast. NaN is passed on.
        c: Number in (0, inf), in the unit of y: the error that pulls hardest; 2.385 standard
            deviations keep 95 % efficiency on Gaussian errors.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per element.
        sample_weight: Weights w >= 0 that broadcast to the shape of y_true; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape and dtype of the input.

    Raises:
        ValueError: If the shapes differ, y_true is not finite, c is outside its interval, a
            weight is negative, or there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        The Cauchy negative log-likelihood, which also has log c when the scale is estimated.
        At c = sqrt(2) it is `barron` at alpha = 0.

    Source:
        Black and Anandan (1996), the Lorentzian; the constant is that of Holland and Welsch (1977).

    Examples:
        >>> cauchy(0.0, 0.0)
        0.0
        >>> round(cauchy(0.0, 1.0, c=1.0), 6)  # log(2) / 2
        0.346574
    """
    return value(SPEC, _kernel, y_true, y_pred, reduction, sample_weight, c=c)


def cauchy_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    c: float = 2.385,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Derivative of the reduced `cauchy` with respect to y_pred: the error, fading beyond c.

    Use it to train: the pull is largest at |e| = c and fades like c^2 / |e|.

    Formula:
        dl/dy_pred = e / (1 + (e / c)^2)
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `cauchy`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `cauchy` does.

    Not to be confused with:
        A bounded influence that stays: here an observation far away hardly pulls at all.

    Source:
        By differentiating `cauchy`.

    Examples:
        >>> cauchy_grad([0.0, 0.0], [1.0, 3.0], c=1.0)  # (1 / 2, 3 / 10) / 2
        array([0.25, 0.15])
    """
    return gradient(SPEC, _kernel, y_true, y_pred, reduction, sample_weight, c=c)


def cauchy_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    c: float = 2.385,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `cauchy` and `cauchy_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (cauchy(...), cauchy_grad(...))

    Parameters:
        As for `cauchy`.

    Returns:
        A pair of what `cauchy` and `cauchy_grad` return.

    Raises:
        ValueError, TypeError: As `cauchy` does.

    Not to be confused with:
        `cauchy_grad`, which returns the gradient alone.

    Source:
        As for `cauchy`.

    Examples:
        >>> value, gradient = cauchy_value_and_grad([0.0], [3.0], c=1.0)
        >>> gradient
        array([0.3])
    """
    return value_and_gradient(SPEC, _kernel, y_true, y_pred, reduction, sample_weight, c=c)


def _kernel(block, c):
    """min(|e|, c)^2 / 2 times psi, which is 1 near zero and log(1 + r^2) far from it."""
    s = split(block, np.abs(block.error, out=block.new()), c)
    slope = left = right = None
    if block.wants_slope:
        slope = np.multiply(s.small, s.g, out=block.new())
        below = np.multiply(s.m, s.m, out=block.new())
        below += 1.0
        slope /= below
        np.copysign(slope, block.error, out=slope)
    if block.wants_value:
        left = np.multiply(s.small, 0.5, out=block.new())
        right = psi(block, s, c)
        right *= s.small
    return Piece(left, right, slope)


SPEC = LossSpec(
    slug="cauchy",
    title="Cauchy loss",
    family="regression",
    loss=cauchy,
    grad=cauchy_grad,
    value_and_grad=cauchy_value_and_grad,
    kind="elementwise",
    formula="c**2 / 2 * log(1 + (e / c)**2)",
    kinks=no_kinks,
    convex=False,
    sources=(
        "blackanandan1996",
        "holland1977",
    ),
    page="regression/redescending",
    params=(Param("c", 2.385, 0.0, inf, False, False, "log", "c"),),
    identities=(
        Identity(
            "as c grows it tends to half the squared error",
            lambda y, p: (cauchy(y, p, c=1e8), half_squared_error(y, p)),
        ),
    ),
    names_elsewhere=(Name("scipy", "scipy.optimize.least_squares", 'loss="cauchy", f_scale=c'),),
)
