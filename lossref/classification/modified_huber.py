"""Modified Huber loss: squared hinge near the margin, a line where the score is badly wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, SIGNS, Argument, Edge, FunctionSpec, Name

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def modified_huber(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Squared hinge near the margin, a line where the score is badly wrong.

    Use it to classify with a few wrong labels. Not as the regression Huber: its argument is a
    margin.

    Formula:
        l = max(0, 1 - y f)^2 where y f >= -1, and -4 y f elsewhere

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
        `huber`, a regression loss.

    Source:
        Zhang (2004).

    Examples:
        >>> modified_huber([1, -1], [0.5, 0.5])
        1.25
    """
    return value(SPEC, _kernel, (y_true, y_pred), reduction, sample_weight)


def modified_huber_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `modified_huber` with respect to y_pred.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/df = -2 y max(0, 1 - y f) where y f >= -1, and -4 y elsewhere
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `modified_huber`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `modified_huber` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `modified_huber`.

    Examples:
        >>> modified_huber_grad([1, -1], [0.5, 0.5])
        array([-0.5,  1.5])
    """
    return gradient(SPEC, _kernel, (y_true, y_pred), reduction, sample_weight)


def modified_huber_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `modified_huber` and `modified_huber_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (modified_huber(...), modified_huber_grad(...))

    Parameters:
        As for `modified_huber`.

    Returns:
        A pair of what `modified_huber` and `modified_huber_grad` return.

    Raises:
        ValueError, TypeError: As `modified_huber` does.

    Not to be confused with:
        `modified_huber_grad`, which returns the gradient alone.

    Source:
        As for `modified_huber`.

    Examples:
        >>> modified_huber_value_and_grad([1, -1], [0.5, 0.5])[0]
        1.25
    """
    return value_and_gradient(SPEC, _kernel, (y_true, y_pred), reduction, sample_weight)


def _kernel(part):
    """With the margin y f, which is exact."""
    y = part["y_true"]
    margin = y * part["y_pred"]
    rest = np.clip(1 - margin, 0, 2)
    values = np.where(margin >= -1, rest * rest, -4 * margin)
    slopes = -2 * y * rest
    return Samples(values, (slopes,))


SPEC = FunctionSpec(
    slug="modified_huber",
    title="Modified Huber loss",
    family="classification",
    loss=modified_huber,
    grad=modified_huber_grad,
    value_and_grad=modified_huber_value_and_grad,
    page="classification/margins",
    arguments=(Argument("y_true", SIGNS), Argument("y_pred", EXTENDED, wrt=True)),
    formula="max(0, 1 - y_true * y_pred) ** 2 if y_true * y_pred >= -1 else -4 * y_true * y_pred",
    draw=lambda rng: (
        rng.choice([-1.0, 1.0], 60),
        rng.choice([-1, 1], 60) * 10.0 ** rng.uniform(-6, 1.5, 60),
    ),
    convex=True,
    sources=("zhang2004",),
    kinks="()",
    edges=(Edge("where the pieces meet they agree", (1.0, -1.0), 4.0, (-4.0,)),),
    names_elsewhere=(Name("sklearn", "sklearn.linear_model.SGDClassifier(loss='modified_huber')"),),
)
