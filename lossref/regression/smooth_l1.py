"""Smooth L1: the Huber loss divided by its threshold, so that the tails have slope 1."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._blocks import Piece, gradient, value, value_and_gradient
from lossref._spec import Identity, LossSpec, Name, Param
from lossref.regression.huber import huber
from lossref.regression.mae import mae

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def smooth_l1(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    beta: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The absolute error with its corner rounded off over a width of beta.

    Use it for box regression, where its tails keep the weight of an L1 loss whatever beta is.
    Not as another name for `huber`: the two agree only at beta = delta = 1.

    Formula:
        l = e^2 / (2 beta) where |e| < beta, and |e| - beta / 2 elsewhere, with e = y_pred - y_true

    Parameters:
        y_true: Array of any shape. What was observed; finite numbers.
        y_pred: Array of the same shape; nothing is broadcast. NaN is passed on.
        beta: Number in [0, inf), in the unit of y: up to it errors are squared; at 0 this is
            `mae`.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per element.
        sample_weight: Weights w >= 0 that broadcast to the shape of y_true; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape and dtype of the input.

    Raises:
        ValueError: If the shapes differ, y_true is not finite, beta is outside its interval, a
            weight is negative, or there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `huber`, which is beta times this. At beta = 0 it is `mae`.
        Faster R-CNN's sigma is beta = 1 / sigma^2: its region proposals use sigma = 3, so beta = 1/9.

    Source:
        Girshick (2015), equations (2) and (3), with beta = 1; sigma as in the code of Ren et al. (2015).

    Examples:
        >>> smooth_l1([0.0, 0.0], [1.0, 3.0], beta=2.0)  # (1 / 4 + (3 - 1)) / 2
        1.125
    """
    return value(SPEC, _kernel, y_true, y_pred, reduction, sample_weight, beta=beta)


def smooth_l1_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    beta: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Derivative of the reduced `smooth_l1` with respect to y_pred: the error in units of beta, clipped to [-1, 1].

    Use it to train: every gross error pulls with strength 1, however small beta is.

    Formula:
        dl/dy_pred = clip(e / beta, -1, 1); at beta = 0 it is sign(e), with 0 at e = 0
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `smooth_l1`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `smooth_l1` does.

    Not to be confused with:
        The gradient of `huber`, which is clipped to delta instead of 1.

    Source:
        By differentiating `smooth_l1`.

    Examples:
        >>> smooth_l1_grad([0.0, 0.0], [1.0, -3.0], beta=2.0)  # (0.5, -1) / 2
        array([ 0.25, -0.5 ])
    """
    return gradient(SPEC, _kernel, y_true, y_pred, reduction, sample_weight, beta=beta)


def smooth_l1_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    beta: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `smooth_l1` and `smooth_l1_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (smooth_l1(...), smooth_l1_grad(...))

    Parameters:
        As for `smooth_l1`.

    Returns:
        A pair of what `smooth_l1` and `smooth_l1_grad` return.

    Raises:
        ValueError, TypeError: As `smooth_l1` does.

    Not to be confused with:
        `smooth_l1_grad`, which returns the gradient alone.

    Source:
        As for `smooth_l1`.

    Examples:
        >>> value, gradient = smooth_l1_value_and_grad([0.0, 0.0], [1.0, 3.0], beta=2.0)
        >>> value
        1.125
    """
    return value_and_gradient(SPEC, _kernel, y_true, y_pred, reduction, sample_weight, beta=beta)


def _kernel(block, beta):
    """s (e - c / 2), with s = clip(e / beta, -1, 1) and c = clip(e, -beta, beta)."""
    e = block.error
    if beta == 0:
        slope = np.sign(e, out=block.new())
        return Piece(slope, e, slope)
    slope = np.divide(e, beta, out=block.new())
    slope.clip(-1.0, 1.0, out=slope)
    rest = None
    if block.wants_value:
        rest = e.clip(-beta, beta, out=block.new())
        rest *= 0.5
        np.subtract(e, rest, out=rest)
    return Piece(slope, rest, slope)


def _kinks(beta):
    return (0.0,) if beta == 0 else ()


SPEC = LossSpec(
    slug="smooth_l1",
    title="Smooth L1 loss",
    family="regression",
    loss=smooth_l1,
    grad=smooth_l1_grad,
    value_and_grad=smooth_l1_value_and_grad,
    kind="elementwise",
    formula="e**2 / (2 * beta) if abs(e) < beta else abs(e) - beta / 2",
    kinks=_kinks,
    convex=True,
    sources=(
        "girshick2015",
        "ren2015",
    ),
    page="regression/huber",
    params=(Param("beta", 1.0, 0.0, inf, True, False, "log", r"\beta"),),
    identities=(
        Identity(
            "beta times this is the Huber loss with delta = beta",
            lambda y, p: (0.3 * smooth_l1(y, p, beta=0.3), huber(y, p, delta=0.3)),
        ),
        Identity(
            "at beta = 0 it is the absolute error",
            lambda y, p: (smooth_l1(y, p, beta=0), mae(y, p)),
        ),
    ),
    names_elsewhere=(
        Name("torch", "torch.nn.functional.smooth_l1_loss(y_pred, y_true, beta=beta)"),
    ),
)
