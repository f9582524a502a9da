"""Squared epsilon-insensitive loss: a free tube with parabolas as its walls."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._blocks import Piece, gradient, value, value_and_gradient
from lossref._spec import Identity, LossSpec, Name, Param, no_kinks
from lossref.regression.mse import mse

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def squared_epsilon_insensitive(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    epsilon: float = 0.1,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The square of the part of the error that exceeds epsilon.

    Use it where a tolerance is free and a solver wants a continuous gradient.
    Not with gross errors: outside the tube it is as sensitive to them as the squared error.

    Formula:
        l = max(0, |e| - epsilon)^2, with e = y_pred - y_true

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
        The part of the square above epsilon^2; the excess is taken first and squared then.
        At epsilon = 0 it is `mse`.

    Source:
        The square of the loss of Drucker et al. (1996).

    Examples:
        >>> squared_epsilon_insensitive([0.0, 0.0], [0.5, 3.0], epsilon=1.0)  # (0 + 4) / 2
        2.0
    """
    return value(SPEC, _kernel, y_true, y_pred, reduction, sample_weight, epsilon=epsilon)


def squared_epsilon_insensitive_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    epsilon: float = 0.1,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Derivative of the reduced `squared_epsilon_insensitive` with respect to y_pred: twice what sticks out of the tube.

    Use it to train; it is continuous, so there is no kink to choose at.

    Formula:
        dl/dy_pred = 2 sign(e) max(0, |e| - epsilon)
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `squared_epsilon_insensitive`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `squared_epsilon_insensitive` does.

    Not to be confused with:
        Twice the error: at the wall of the tube it is 0.

    Source:
        By differentiating `squared_epsilon_insensitive`.

    Examples:
        >>> squared_epsilon_insensitive_grad([0.0, 0.0], [0.5, -3.0], epsilon=1.0)  # (0, -4) / 2
        array([ 0., -2.])
    """
    return gradient(SPEC, _kernel, y_true, y_pred, reduction, sample_weight, epsilon=epsilon)


def squared_epsilon_insensitive_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    epsilon: float = 0.1,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `squared_epsilon_insensitive` and `squared_epsilon_insensitive_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (squared_epsilon_insensitive(...), squared_epsilon_insensitive_grad(...))

    Parameters:
        As for `squared_epsilon_insensitive`.

    Returns:
        A pair of what `squared_epsilon_insensitive` and `squared_epsilon_insensitive_grad` return.

    Raises:
        ValueError, TypeError: As `squared_epsilon_insensitive` does.

    Not to be confused with:
        `squared_epsilon_insensitive_grad`, which returns the gradient alone.

    Source:
        As for `squared_epsilon_insensitive`.

    Examples:
        >>> value, gradient = squared_epsilon_insensitive_value_and_grad([0.0], [3.0], epsilon=1.0)
        >>> value
        4.0
    """
    return value_and_gradient(
        SPEC, _kernel, y_true, y_pred, reduction, sample_weight, epsilon=epsilon
    )


def _kernel(block, epsilon):
    """d^2 with d = e - clip(e, -epsilon, epsilon), what sticks out."""
    outside = block.error.clip(-epsilon, epsilon, out=block.new())
    np.subtract(block.error, outside, out=outside)
    return Piece(outside, outside, outside, 2.0)


SPEC = LossSpec(
    slug="squared_epsilon_insensitive",
    title="Squared epsilon-insensitive loss",
    family="regression",
    loss=squared_epsilon_insensitive,
    grad=squared_epsilon_insensitive_grad,
    value_and_grad=squared_epsilon_insensitive_value_and_grad,
    kind="elementwise",
    formula="max(0, abs(e) - epsilon)**2",
    kinks=no_kinks,
    convex=True,
    sources=("drucker1996",),
    page="regression/epsilon-insensitive",
    params=(Param("epsilon", 0.1, 0.0, inf, True, False, "linear", r"\varepsilon"),),
    identities=(
        Identity(
            "at epsilon = 0 it is the squared error",
            lambda y, p: (squared_epsilon_insensitive(y, p, epsilon=0), mse(y, p)),
        ),
    ),
    names_elsewhere=(
        Name(
            "sklearn",
            "sklearn.svm.LinearSVR",
            'loss="squared_epsilon_insensitive"; minimises the sum, with a penalty',
        ),
    ),
)
