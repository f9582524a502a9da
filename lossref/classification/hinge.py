"""Hinge loss: zero beyond a margin of 1, a line before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, SIGNS, Argument, Edge, FunctionSpec, Name

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def hinge(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Zero beyond a margin of 1, a line before it.

    Use it for support vector machines. Not where probabilities are wanted: it estimates the sign
    only.

    Formula:
        l = max(0, 1 - y f)

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
        `squared_hinge`, which has no corner; `perceptron`, which has no margin.

    Source:
        Cortes and Vapnik (1995), section 3.

    Examples:
        >>> hinge([1, -1], [0.5, 0.5])
        1.0
    """
    return value(SPEC, _kernel, (y_true, y_pred), reduction, sample_weight)


def hinge_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `hinge` with respect to y_pred.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/df = -y where y f < 1, and 0 elsewhere
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `hinge`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `hinge` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `hinge`.

    Examples:
        >>> hinge_grad([1, -1], [0.5, 0.5])
        array([-0.5,  0.5])
    """
    return gradient(SPEC, _kernel, (y_true, y_pred), reduction, sample_weight)


def hinge_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `hinge` and `hinge_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (hinge(...), hinge_grad(...))

    Parameters:
        As for `hinge`.

    Returns:
        A pair of what `hinge` and `hinge_grad` return.

    Raises:
        ValueError, TypeError: As `hinge` does.

    Not to be confused with:
        `hinge_grad`, which returns the gradient alone.

    Source:
        As for `hinge`.

    Examples:
        >>> hinge_value_and_grad([1, -1], [0.5, 0.5])[0]
        1.0
    """
    return value_and_gradient(SPEC, _kernel, (y_true, y_pred), reduction, sample_weight)


def _kernel(part):
    """With the margin y f, which is exact."""
    y = part["y_true"]
    margin = y * part["y_pred"]
    values = np.maximum(0, 1 - margin)
    slopes = 0 - y * (margin < 1)
    return Samples(values, (slopes,))


SPEC = FunctionSpec(
    slug="hinge",
    title="Hinge loss",
    family="classification",
    loss=hinge,
    grad=hinge_grad,
    value_and_grad=hinge_value_and_grad,
    page="classification/margins",
    arguments=(Argument("y_true", SIGNS), Argument("y_pred", EXTENDED, wrt=True)),
    formula="max(0, 1 - y_true * y_pred)",
    draw=lambda rng: (
        rng.choice([-1.0, 1.0], 60),
        rng.choice([-1, 1], 60) * 10.0 ** rng.uniform(-6, 1.5, 60),
    ),
    convex=True,
    sources=("cortes1995",),
    kinks="(1 - y_true * y_pred,)",
    edges=(Edge("on the margin the subgradient of least norm is 0", (1.0, 1.0), 0.0, (0.0,)),),
    names_elsewhere=(Name("sklearn", "sklearn.metrics.hinge_loss(y_true, y_pred)"),),
)
