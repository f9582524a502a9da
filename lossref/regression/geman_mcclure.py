"""Geman-McClure loss: a rational function that levels off."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._blocks import Piece, gradient, value, value_and_gradient
from lossref._spec import Identity, LossSpec, Param, no_kinks
from lossref._stable import root, split
from lossref.regression.half_squared_error import half_squared_error

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def geman_mcclure(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    c: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Half the square of small errors, levelling off at c^2 / 2.

    Use it when gross errors should lose their influence and an exponential is too abrupt.
    Not from an arbitrary start: it is not convex, and far from the data its gradient is nearly 0.

    Formula:
        l = (e^2 / 2) / (1 + (e / c)^2), with e = y_pred - y_true

    Parameters:
        y_true: Array of any shape. What was observed; finite numbers.
        y_pred: Array of the same shape; nothing is broadcast. NaN is passed on.
        c: Number in (0, inf), in the unit of y: the error at which half of the ceiling is
            reached.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per element.
        sample_weight: Weights w >= 0 that broadcast to the shape of y_true; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape and dtype of the input.

    Raises:
        ValueError: If the shapes differ, y_true is not finite, c is outside its interval, a
            weight is negative, or there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        The form e^2 / (c^2 + e^2) of many papers, which is 2 / c^2 times this and levels off at 1.
        At c = 2 it is `barron` at alpha = -2.

    Source:
        Geman and McClure (1987); scaled as in Black and Rangarajan (1996).

    Examples:
        >>> round(geman_mcclure(0.0, 3.0), 12)  # 4.5 / 10
        0.45
    """
    return value(SPEC, _kernel, y_true, y_pred, reduction, sample_weight, c=c)


def geman_mcclure_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    c: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Derivative of the reduced `geman_mcclure` with respect to y_pred: the error, fading like its third power.

    Use it to train: the pull is largest at |e| = c / sqrt(3) and fades like c^4 / |e|^3.

    Formula:
        dl/dy_pred = e / (1 + (e / c)^2)^2
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `geman_mcclure`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `geman_mcclure` does.

    Not to be confused with:
        `cauchy_grad`, which has the first power of the denominator.

    Source:
        By differentiating `geman_mcclure`.

    Examples:
        >>> geman_mcclure_grad([0.0], [3.0])  # 3 / 100
        array([0.03])
    """
    return gradient(SPEC, _kernel, y_true, y_pred, reduction, sample_weight, c=c)


def geman_mcclure_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    c: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `geman_mcclure` and `geman_mcclure_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (geman_mcclure(...), geman_mcclure_grad(...))

    Parameters:
        As for `geman_mcclure`.

    Returns:
        A pair of what `geman_mcclure` and `geman_mcclure_grad` return.

    Raises:
        ValueError, TypeError: As `geman_mcclure` does.

    Not to be confused with:
        `geman_mcclure_grad`, which returns the gradient alone.

    Source:
        As for `geman_mcclure`.

    Examples:
        >>> value, gradient = geman_mcclure_value_and_grad([0.0], [3.0])
        >>> round(value, 12)
        0.45
    """
    return value_and_gradient(SPEC, _kernel, y_true, y_pred, reduction, sample_weight, c=c)


def _kernel(block, c):
    """t^2 / 2 with t = e / sqrt(1 + (e / c)^2), which never exceeds c."""
    s = split(block, np.abs(block.error, out=block.new()), c)
    slope = left = t = None
    if block.wants_slope:
        below = np.multiply(s.m, s.m, out=block.new())
        below += 1.0
        below *= below
        slope = np.divide(s.small, below, out=below)
        for _ in range(3):  # g^3 alone could underflow
            slope *= s.g
        np.copysign(slope, block.error, out=slope)
    if block.wants_value:
        t = np.divide(s.small, root(block, s), out=block.new())
        left = np.multiply(t, 0.5, out=block.new())
    return Piece(left, t, slope)


SPEC = LossSpec(
    slug="geman_mcclure",
    title="Geman-McClure loss",
    family="regression",
    loss=geman_mcclure,
    grad=geman_mcclure_grad,
    value_and_grad=geman_mcclure_value_and_grad,
    kind="elementwise",
    formula="(e**2 / 2) / (1 + (e / c)**2)",
    kinks=no_kinks,
    convex=False,
    sources=(
        "geman1987",
        "black1996",
    ),
    page="regression/redescending",
    params=(Param("c", 1.0, 0.0, inf, False, False, "log", "c"),),
    identities=(
        Identity(
            "as c grows it tends to half the squared error",
            lambda y, p: (geman_mcclure(y, p, c=1e8), half_squared_error(y, p)),
        ),
    ),
)
