"""Barron's general and adaptive loss: one parameter runs from the square to Welsch."""

from __future__ import annotations

from math import inf, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._blocks import Piece, gradient, value, value_and_gradient
from lossref._spec import Identity, LossSpec, Param, no_kinks
from lossref._stable import expm1_ratio, omega, psi, split
from lossref.regression.cauchy import cauchy
from lossref.regression.geman_mcclure import geman_mcclure
from lossref.regression.half_squared_error import half_squared_error
from lossref.regression.pseudo_huber import pseudo_huber
from lossref.regression.welsch import welsch

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def barron(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    alpha: float = 1.0,
    c: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """A family of losses with a parameter for the shape of the tails.

    Use it to choose the robustness by a number, or to anneal from convex (alpha >= 1) to robust.
    Not to learn alpha from the loss alone: its minimum over alpha is trivial without a normaliser.

    Formula:
        l = (b / alpha) (((e / c)^2 / b + 1)^(alpha / 2) - 1), with b = |alpha - 2|, e = y_pred - y_true,
        and its limits (e / c)^2 / 2 at 2, log((e / c)^2 / 2 + 1) at 0, 1 - exp(-(e / c)^2 / 2) at -inf

    Parameters:
        y_true: Array of any shape. What was observed; finite numbers.
        y_pred: Array of the same shape; nothing is broadcast. NaN is passed on.
        alpha: Number in [-inf, inf): the shape; 2 is a parabola, 1 has linear tails, 0
            logarithmic ones, and below 0 the loss levels off.
        c: Number in (0, inf), in the unit of y: the size of error at which the tails begin.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per element.
        sample_weight: Weights w >= 0 that broadcast to the shape of y_true; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape and dtype of the input.

    Raises:
        ValueError: If the shapes differ, y_true is not finite, alpha or c is outside its
            interval, a weight is negative, or there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        A loss in the unit of y^2: here e is divided by c, and not multiplied back.
        With c = 1: alpha = 2 half squared, 1 `pseudo_huber`, 0 `cauchy`, -2 `geman_mcclure`, -inf `welsch`.

    Source:
        Barron (2019), equations (1) and (8).

    Examples:
        >>> barron(0.0, 0.75)  # sqrt(0.5625 + 1) - 1
        0.25
        >>> barron(0.0, 4.0, alpha=2.0, c=2.0)  # (4 / 2)^2 / 2
        2.0
    """
    return value(SPEC, _kernel, y_true, y_pred, reduction, sample_weight, alpha=alpha, c=c)


def barron_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    alpha: float = 1.0,
    c: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Derivative of the reduced `barron` with respect to y_pred: the error over c^2, faded or amplified by the shape.

    Use it to train; for alpha <= 1 no observation pulls harder than 1 / c.

    Formula:
        dl/dy_pred = (e / c^2) ((e / c)^2 / b + 1)^(alpha / 2 - 1), with b = |alpha - 2|,
        and its limits e / c^2 at 2 and (e / c^2) exp(-(e / c)^2 / 2) at -inf
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `barron`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `barron` does.

    Not to be confused with:
        The derivative with respect to alpha, which training alpha would need as well.

    Source:
        By differentiating `barron`.

    Examples:
        >>> barron_grad([0.0], [0.75])  # 0.75 / 1.25
        array([0.6])
    """
    return gradient(SPEC, _kernel, y_true, y_pred, reduction, sample_weight, alpha=alpha, c=c)


def barron_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    alpha: float = 1.0,
    c: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `barron` and `barron_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (barron(...), barron_grad(...))

    Parameters:
        As for `barron`.

    Returns:
        A pair of what `barron` and `barron_grad` return.

    Raises:
        ValueError, TypeError: As `barron` does.

    Not to be confused with:
        `barron_grad`, which returns the gradient alone.

    Source:
        As for `barron`.

    Examples:
        >>> value, gradient = barron_value_and_grad([0.0], [0.75])
        >>> value
        0.25
    """
    return value_and_gradient(
        SPEC, _kernel, y_true, y_pred, reduction, sample_weight, alpha=alpha, c=c
    )


def _kernel(block, alpha, c):
    if alpha == 2:
        x = np.divide(block.error, c, out=block.new())
        return Piece(np.multiply(x, 0.5, out=block.new()), x, x, 1 / c)
    if alpha == -inf:
        return _levelled(block, c)
    b = abs(alpha - 2)
    s = split(block, np.abs(block.error, out=block.new()), c * sqrt(b))
    q = np.divide(s.small, c, out=block.new())
    bend = np.multiply(s.m, s.m, out=block.new())
    np.log1p(bend, out=bend)  # (e / c)^2 / b + 1 = exp(bend) / g^2
    slope = left = right = None
    if block.wants_slope:
        slope = np.multiply(bend, alpha / 2 - 1, out=block.new())
        np.exp(slope, out=slope)
        slope *= q
        slope *= np.power(s.g, 1 - alpha, out=block.new())
        np.copysign(slope, block.error, out=slope)
    if block.wants_value:
        left = psi(block, s, c * sqrt(b))
        t = np.divide(q, sqrt(b), out=block.new())
        t *= t
        t *= left
        t *= alpha / 2  # log of the power: (alpha / 2) log((e / c)^2 / b + 1)
        steep = t > 1.0
        left *= expm1_ratio(block, t)
        left *= q
        left *= 0.5
        right = q
        if steep.any():  # there exp(t) has lost digits that the power itself still has
            power = np.exp(alpha / 4 * bend[steep]) * s.g[steep] ** (-alpha / 2)
            left[steep] = (b / alpha * power) * power - b / alpha
            right[steep] = 1.0
    return Piece(left, right, slope, 1 / c)


def _levelled(block, c):
    """The limit at alpha = -inf, 1 - exp(-x^2 / 2): Welsch's curve."""
    x = np.divide(block.error, c, out=block.new())
    half = np.multiply(x, 0.5, out=block.new())
    half *= x
    slope = np.negative(half, out=block.new())
    np.exp(slope, out=slope)
    slope *= x.clip(-60.0, 60.0, out=block.new())  # exp(-1800) is 0; infinity times 0 is not
    small = np.minimum(np.abs(x, out=x), sqrt(2), out=x)
    left = omega(block, half)
    left *= small
    left *= 0.5
    return Piece(left, small, slope, 1 / c)


SPEC = LossSpec(
    slug="barron",
    title="Barron's general loss",
    family="regression",
    loss=barron,
    grad=barron_grad,
    value_and_grad=barron_value_and_grad,
    kind="elementwise",
    formula=(
        "(e / c)**2 / 2 if alpha == 2 "
        "else log((e / c)**2 / 2 + 1) if alpha == 0 "
        "else 1 - exp(-((e / c)**2) / 2) if alpha == -inf "
        "else abs(alpha - 2) / alpha * (((e / c)**2 / abs(alpha - 2) + 1)**(alpha / 2) - 1)"
    ),
    kinks=no_kinks,
    convex=lambda alpha, c: alpha >= 1,
    sources=("barron2019",),
    page="regression/redescending",
    params=(
        Param("alpha", 1.0, -inf, inf, True, False, "linear", r"\alpha"),
        Param("c", 1.0, 0.0, inf, False, False, "log", "c"),
    ),
    identities=(
        Identity(
            "at alpha = 2 it is half the squared error",
            lambda y, p: (barron(y, p, alpha=2), half_squared_error(y, p)),
        ),
        Identity(
            "at alpha = 1 it is pseudo-Huber",
            lambda y, p: (barron(y, p, alpha=1), pseudo_huber(y, p)),
        ),
        Identity(
            "at alpha = 0 it is Cauchy with c = sqrt(2)",
            lambda y, p: (barron(y, p, alpha=0), cauchy(y, p, c=sqrt(2))),
        ),
        Identity(
            "at alpha = -2 it is Geman-McClure with c = 2",
            lambda y, p: (barron(y, p, alpha=-2), geman_mcclure(y, p, c=2)),
        ),
        Identity(
            "at alpha = -inf it is Welsch with c = sqrt(2)",
            lambda y, p: (barron(y, p, alpha=-inf), welsch(y, p, c=sqrt(2))),
        ),
    ),
)
