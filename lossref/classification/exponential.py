"""Exponential loss: the exponential of minus the margin."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, SIGNS, Argument, Edge, FunctionSpec

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def exponential(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The exponential of minus the margin.

    Use it to understand AdaBoost. Not with wrong labels: one of them can outweigh all others.

    Formula:
        l = exp(-y f)

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
        `margin_logistic`, which grows like a line.

    Source:
        Freund and Schapire (1997), section 4; as a loss, Friedman, Hastie and Tibshirani (2000).

    Examples:
        >>> exponential([1, -1], [0.5, 0.5])
        1.1276259652063807
    """
    return value(SPEC, _kernel, (y_true, y_pred), reduction, sample_weight)


def exponential_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `exponential` with respect to y_pred.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/df = -y exp(-y f)
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `exponential`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `exponential` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `exponential`.

    Examples:
        >>> exponential_grad([1, -1], [0.5, 0.5])
        array([-0.30326533,  0.82436064])
    """
    return gradient(SPEC, _kernel, (y_true, y_pred), reduction, sample_weight)


def exponential_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `exponential` and `exponential_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (exponential(...), exponential_grad(...))

    Parameters:
        As for `exponential`.

    Returns:
        A pair of what `exponential` and `exponential_grad` return.

    Raises:
        ValueError, TypeError: As `exponential` does.

    Not to be confused with:
        `exponential_grad`, which returns the gradient alone.

    Source:
        As for `exponential`.

    Examples:
        >>> exponential_value_and_grad([1, -1], [0.5, 0.5])[0]
        1.1276259652063807
    """
    return value_and_gradient(SPEC, _kernel, (y_true, y_pred), reduction, sample_weight)


def _kernel(part):
    """With the margin y f, which is exact."""
    y = part["y_true"]
    margin = y * part["y_pred"]
    values = np.exp(-margin)
    slopes = -y * values
    return Samples(values, (slopes,))


SPEC = FunctionSpec(
    slug="exponential",
    title="Exponential loss",
    family="classification",
    loss=exponential,
    grad=exponential_grad,
    value_and_grad=exponential_value_and_grad,
    page="classification/margins",
    arguments=(Argument("y_true", SIGNS), Argument("y_pred", EXTENDED, wrt=True)),
    formula="exp(-y_true * y_pred)",
    draw=lambda rng: (
        rng.choice([-1.0, 1.0], 60),
        rng.choice([-1, 1], 60) * 10.0 ** rng.uniform(-6, 1.5, 60),
    ),
    convex=True,
    sources=("freund1997",),
    kinks="()",
    edges=(Edge("the value overflows only where it is no float", (-1.0, 1000.0), inf, (inf,)),),
)
