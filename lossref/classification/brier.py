"""Brier score: the squared distance of a probability from its label."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import UNIT, Argument, FunctionSpec, Name

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def brier(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The squared distance of a probability from its label.

    Use it to judge calibration and sharpness at once. Not where a certain mistake must cost more
    than 1.

    Formula:
        l = (p - y)^2

    Parameters:
        y_true: Array of any shape: labels 0 and 1, or probabilities in [0, 1].
        y_pred: Array of the same shape: probabilities p in [0, 1]. NaN is passed on.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of y_pred.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `multiclass_brier`, which adds over all classes and is twice this for two.

    Source:
        Brier (1950), halved for two classes.

    Examples:
        >>> brier([1, 0], [0.5, 0.5])
        0.25
    """
    return value(SPEC, _kernel, (y_true, y_pred), reduction, sample_weight)


def brier_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `brier` with respect to y_pred.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dp = 2 (p - y)
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `brier`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `brier` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `brier`.

    Examples:
        >>> brier_grad([1, 0], [0.5, 0.5])
        array([-0.5,  0.5])
    """
    return gradient(SPEC, _kernel, (y_true, y_pred), reduction, sample_weight)


def brier_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `brier` and `brier_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (brier(...), brier_grad(...))

    Parameters:
        As for `brier`.

    Returns:
        A pair of what `brier` and `brier_grad` return.

    Raises:
        ValueError, TypeError: As `brier` does.

    Not to be confused with:
        `brier_grad`, which returns the gradient alone.

    Source:
        As for `brier`.

    Examples:
        >>> brier_value_and_grad([1, 0], [0.5, 0.5])[0]
        0.25
    """
    return value_and_gradient(SPEC, _kernel, (y_true, y_pred), reduction, sample_weight)


def _kernel(part):
    error = part["y_pred"] - part["y_true"]
    return Samples(error * error, (2 * error,))


SPEC = FunctionSpec(
    slug="brier",
    title="Brier score",
    family="classification",
    loss=brier,
    grad=brier_grad,
    value_and_grad=brier_value_and_grad,
    page="classification/bce",
    arguments=(Argument("y_true", UNIT), Argument("y_pred", UNIT, wrt=True)),
    formula="(y_pred - y_true) ** 2",
    draw=lambda rng: (np.r_[rng.integers(0, 2, 40), rng.random(20)], rng.random(60)),
    convex=True,
    sources=("brier1950",),
    refused=(("y_pred", (np.ones(2), np.array([0.5, 1.5]))),),
    names_elsewhere=(Name("sklearn", "sklearn.metrics.brier_score_loss(y_true, y_pred)"),),
)
