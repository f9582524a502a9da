"""Epsilon-insensitive loss: errors within a tube are free, the rest cost linearly."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._blocks import Piece, gradient, value, value_and_gradient
from lossref._spec import Identity, LossSpec, Name, Param
from lossref.regression.mae import mae

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def epsilon_insensitive(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    epsilon: float = 0.1,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The part of the absolute error that exceeds epsilon.

    Use it where errors below a known tolerance do not matter; in a support vector machine it makes the
    solution depend on few observations. Not where small errors still have to be improved.

    Formula:
        l = max(0, |e| - epsilon), with e = y_pred - y_true

    Parameters:
        y_true: Array of any shape. What was observed; finite numbers.
        y_pred: Array of the same shape; nothing is broadcast. NaN is passed on.
        epsilon: Number in [0, inf), in the unit of y: errors up to it are free.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per element.
        sample_weight: Weights w >= 0 that broadcast to the shape of y_true; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape and dtype of the input.

    Raises:
        ValueError: If the shapes differ, y_true is not finite, epsilon is outside its interval, a
            weight is negative, or there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `huber`, which is gentle to small errors but never blind to them. At epsilon = 0 it is `mae`.

    Source:
        Vapnik (1995); Drucker et al. (1996).

    Examples:
        >>> epsilon_insensitive([0.0, 0.0], [0.5, 3.0], epsilon=1.0)  # (0 + 2) / 2
        1.0
    """
    return value(SPEC, _kernel, y_true, y_pred, reduction, sample_weight, epsilon=epsilon)


def epsilon_insensitive_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    epsilon: float = 0.1,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Derivative of the reduced `epsilon_insensitive` with respect to y_pred: the sign of an error outside the tube, 0 inside.

    Use it to train; observations inside the tube do not contribute.

    Formula:
        dl/dy_pred = sign(e) where |e| > epsilon, and 0 elsewhere; 0 at |e| = epsilon,
        the subgradient of least norm
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `epsilon_insensitive`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `epsilon_insensitive` does.

    Not to be confused with:
        The gradient of `squared_epsilon_insensitive`, which starts from 0 at the wall of the tube.

    Source:
        By differentiating `epsilon_insensitive`.

    Examples:
        >>> epsilon_insensitive_grad([0.0, 0.0], [0.5, -3.0], epsilon=1.0)  # (0, -1) / 2
        array([ 0. , -0.5])
    """
    return gradient(SPEC, _kernel, y_true, y_pred, reduction, sample_weight, epsilon=epsilon)


def epsilon_insensitive_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    epsilon: float = 0.1,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `epsilon_insensitive` and `epsilon_insensitive_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (epsilon_insensitive(...), epsilon_insensitive_grad(...))

    Parameters:
        As for `epsilon_insensitive`.

    Returns:
        A pair of what `epsilon_insensitive` and `epsilon_insensitive_grad` return.

    Raises:
        ValueError, TypeError: As `epsilon_insensitive` does.

    Not to be confused with:
        `epsilon_insensitive_grad`, which returns the gradient alone.

    Source:
        As for `epsilon_insensitive`.

    Examples:
        >>> value, gradient = epsilon_insensitive_value_and_grad([0.0], [3.0], epsilon=1.0)
        >>> value
        2.0
    """
    return value_and_gradient(
        SPEC, _kernel, y_true, y_pred, reduction, sample_weight, epsilon=epsilon
    )


def _kernel(block, epsilon):
    """d = e - clip(e, -epsilon, epsilon) is what sticks out, with its sign."""
    e = block.error
    outside = e.clip(-epsilon, epsilon, out=block.new())
    np.subtract(e, outside, out=outside)
    return Piece(
        np.abs(outside, out=block.new()) if block.wants_value else None,
        None,
        np.sign(outside, out=block.new()) if block.wants_slope else None,
    )


def _kinks(epsilon):
    return (-epsilon, epsilon) if epsilon > 0 else (0.0,)


SPEC = LossSpec(
    slug="epsilon_insensitive",
    title="Epsilon-insensitive loss",
    family="regression",
    loss=epsilon_insensitive,
    grad=epsilon_insensitive_grad,
    value_and_grad=epsilon_insensitive_value_and_grad,
    kind="elementwise",
    formula="max(0, abs(e) - epsilon)",
    kinks=_kinks,
    convex=True,
    sources=(
        "vapnik1995",
        "drucker1996",
    ),
    page="regression/epsilon-insensitive",
    params=(Param("epsilon", 0.1, 0.0, inf, True, False, "linear", r"\varepsilon"),),
    identities=(
        Identity(
            "at epsilon = 0 it is the absolute error",
            lambda y, p: (epsilon_insensitive(y, p, epsilon=0), mae(y, p)),
        ),
    ),
    names_elsewhere=(
        Name(
            "sklearn",
            "sklearn.svm.SVR",
            "minimises the sum, plus half the squared norm divided by C",
        ),
    ),
)
