"""Perceptron loss: zero for the right sign, the size of the score for the wrong one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, SIGNS, Argument, Edge, FunctionSpec, Name

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def perceptron(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Zero for the right sign, the size of the score for the wrong one.

    Use it to see what a margin adds. Not to train a network: the zero score is a minimum.

    Formula:
        l = max(0, -y f)

    Parameters:
        y_true: Array of any shape of labels -1 and 1.
        y_pred: Array of the same shape: scores f; NaN is passed on.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of y_pred.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `hinge`, which asks for a margin of 1.

    Source:
        Rosenblatt (1958).

    Examples:
        >>> perceptron([1, -1], [0.5, 0.5])
        0.25
    """
    return value(SPEC, _kernel, (y_true, y_pred), reduction, sample_weight)


def perceptron_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `perceptron` with respect to y_pred.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/df = -y where y f < 0, and 0 elsewhere
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `perceptron`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `perceptron` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `perceptron`.

    Examples:
        >>> perceptron_grad([1, -1], [0.5, 0.5])
        array([0. , 0.5])
    """
    return gradient(SPEC, _kernel, (y_true, y_pred), reduction, sample_weight)


def perceptron_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `perceptron` and `perceptron_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (perceptron(...), perceptron_grad(...))

    Parameters:
        As for `perceptron`.

    Returns:
        A pair of what `perceptron` and `perceptron_grad` return.

    Raises:
        ValueError, TypeError: As `perceptron` does.

    Not to be confused with:
        `perceptron_grad`, which returns the gradient alone.

    Source:
        As for `perceptron`.

    Examples:
        >>> perceptron_value_and_grad([1, -1], [0.5, 0.5])[0]
        0.25
    """
    return value_and_gradient(SPEC, _kernel, (y_true, y_pred), reduction, sample_weight)


def _kernel(part):
    """With the margin y f, which is exact."""
    y = part["y_true"]
    margin = y * part["y_pred"]
    values = np.maximum(0, -margin)
    slopes = 0 - y * (margin < 0)
    return Samples(values, (slopes,))


SPEC = FunctionSpec(
    slug="perceptron",
    title="Perceptron loss",
    family="classification",
    loss=perceptron,
    grad=perceptron_grad,
    value_and_grad=perceptron_value_and_grad,
    page="classification/margins",
    arguments=(Argument("y_true", SIGNS), Argument("y_pred", EXTENDED, wrt=True)),
    formula="max(0, -y_true * y_pred)",
    draw=lambda rng: (
        rng.choice([-1.0, 1.0], 60),
        rng.choice([-1, 1], 60) * 10.0 ** rng.uniform(-6, 1.5, 60),
    ),
    convex=True,
    sources=("rosenblatt1958",),
    kinks="(y_pred,)",
    edges=(Edge("at 0 the subgradient of least norm is 0", (1.0, 0.0), 0.0, (0.0,)),),
    names_elsewhere=(Name("optax", "optax.losses.perceptron_loss(y_pred, y_true)", "per element"),),
)
