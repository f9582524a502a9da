"""Multi-class Brier score: the squared distance of the softmax probabilities from the label."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, Argument, FunctionSpec
from lossref.classification._softmax import softmax_parts

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def multiclass_brier(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The squared distance of the softmax probabilities from the label.

    Use it where a bounded, proper score is wanted. Not with a bad start: its gradient vanishes
    where it is surely wrong.

    Formula:
        l = sum over c of (P_c - onehot_c)^2

    Parameters:
        labels: Array of the leading axes of logits: integer classes from 0.
        logits: Array (..., C): one row of logits per sample, -inf allowed. NaN is passed on.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the leading axes.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `brier`, which for two classes is half of this.

    Source:
        Brier (1950).

    Examples:
        >>> multiclass_brier([0], [[0.0, 0.0]])
        0.5
    """
    return value(SPEC, _kernel, (labels, logits), reduction, sample_weight)


def multiclass_brier_grad(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `multiclass_brier` with respect to logits.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dz = 2 P ((P - onehot) - sum(P (P - onehot)))
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `multiclass_brier`.

    Returns:
        An array of the shape of logits, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `multiclass_brier` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `multiclass_brier`.

    Examples:
        >>> multiclass_brier_grad([0], [[0.0, 0.0]])
        array([[-0.5,  0.5]])
    """
    return gradient(SPEC, _kernel, (labels, logits), reduction, sample_weight)


def multiclass_brier_value_and_grad(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `multiclass_brier` and `multiclass_brier_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (multiclass_brier(...), multiclass_brier_grad(...))

    Parameters:
        As for `multiclass_brier`.

    Returns:
        A pair of what `multiclass_brier` and `multiclass_brier_grad` return.

    Raises:
        ValueError, TypeError: As `multiclass_brier` does.

    Not to be confused with:
        `multiclass_brier_grad`, which returns the gradient alone.

    Source:
        As for `multiclass_brier`.

    Examples:
        >>> multiclass_brier_value_and_grad([0], [[0.0, 0.0]])[0]
        0.5
    """
    return value_and_gradient(SPEC, _kernel, (labels, logits), reduction, sample_weight)


def _kernel(part):
    z, y = part["logits"], part["labels"]
    _, p, rest = softmax_parts(z, y)
    error = p.copy()
    error[np.arange(len(y)), y] = -rest
    slopes = None
    if part.wants_slope:
        inner = error - (p * error).sum(axis=1, keepdims=True)
        # The largest class is 1 minus little: what is left of it comes from the others.
        top = np.arange(len(y)), p.argmax(axis=1)
        others = p.copy()
        others[top] = 0
        inner[top] = error[top] * others.sum(axis=1) - (others * error).sum(axis=1)
        slopes = 2 * p * inner
    return Samples((error * error).sum(axis=1), (slopes,))


SPEC = FunctionSpec(
    slug="multiclass_brier",
    title="Multi-class Brier score",
    family="classification",
    loss=multiclass_brier,
    grad=multiclass_brier_grad,
    value_and_grad=multiclass_brier_value_and_grad,
    page="classification/softmax-cross-entropy",
    arguments=(Argument("labels", None), Argument("logits", EXTENDED, core=1, wrt=True)),
    formula="sum((exp(z) / sum(exp(v) for v in logits) - (i == labels)) ** 2 for i, z in enumerate(logits))",
    draw=lambda rng: (
        rng.integers(0, 5, 30),
        rng.normal(size=(30, 5)) * 10.0 ** rng.uniform(-2, 1, (30, 1)),
    ),
    convex=False,
    sources=("brier1950",),
    refused=(("labels", (np.array([0, 5]), np.zeros((2, 5)))),),
)
