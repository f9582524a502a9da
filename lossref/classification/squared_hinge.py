"""Squared hinge loss: zero beyond a margin of 1, a parabola before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, SIGNS, Argument, FunctionSpec

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def squared_hinge(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Zero beyond a margin of 1, a parabola before it.

    Use it where a smooth hinge is wanted. Not with mislabelled points: they pull with the square.

    Formula:
        l = max(0, 1 - y f)^2

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
        `modified_huber`, which goes on as a line where the score is badly wrong.

    Source:
        Lee and Mangasarian (2001).

    Examples:
        >>> squared_hinge([1, -1], [0.5, 0.5])
        1.25
    """
    return value(SPEC, _kernel, (y_true, y_pred), reduction, sample_weight)


def squared_hinge_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `squared_hinge` with respect to y_pred.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/df = -2 y max(0, 1 - y f)
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `squared_hinge`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `squared_hinge` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `squared_hinge`.

    Examples:
        >>> squared_hinge_grad([1, -1], [0.5, 0.5])
        array([-0.5,  1.5])
    """
    return gradient(SPEC, _kernel, (y_true, y_pred), reduction, sample_weight)


def squared_hinge_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `squared_hinge` and `squared_hinge_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (squared_hinge(...), squared_hinge_grad(...))

    Parameters:
        As for `squared_hinge`.

    Returns:
        A pair of what `squared_hinge` and `squared_hinge_grad` return.

    Raises:
        ValueError, TypeError: As `squared_hinge` does.

    Not to be confused with:
        `squared_hinge_grad`, which returns the gradient alone.

    Source:
        As for `squared_hinge`.

    Examples:
        >>> squared_hinge_value_and_grad([1, -1], [0.5, 0.5])[0]
        1.25
    """
    return value_and_gradient(SPEC, _kernel, (y_true, y_pred), reduction, sample_weight)


def _kernel(part):
    """With the margin y f, which is exact."""
    y = part["y_true"]
    margin = y * part["y_pred"]
    rest = np.maximum(0, 1 - margin)
    values = rest * rest
    slopes = -2 * y * rest
    return Samples(values, (slopes,))


SPEC = FunctionSpec(
    slug="squared_hinge",
    title="Squared hinge loss",
    family="classification",
    loss=squared_hinge,
    grad=squared_hinge_grad,
    value_and_grad=squared_hinge_value_and_grad,
    page="classification/margins",
    arguments=(Argument("y_true", SIGNS), Argument("y_pred", EXTENDED, wrt=True)),
    formula="max(0, 1 - y_true * y_pred) ** 2",
    draw=lambda rng: (
        rng.choice([-1.0, 1.0], 60),
        rng.choice([-1, 1], 60) * 10.0 ** rng.uniform(-6, 1.5, 60),
    ),
    convex=True,
    sources=("lee2001",),
    kinks="()",
    edges=(),
)
