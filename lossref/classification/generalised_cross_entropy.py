"""Generalised cross-entropy: between softmax cross-entropy and the missing probability."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, Argument, FunctionSpec, Param
from lossref.classification._softmax import softmax_parts

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def generalised_cross_entropy(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    q: float = 0.5,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Between softmax cross-entropy and the missing probability.

    Use it with wrong labels in the data. Not with clean ones: it learns more slowly.

    Formula:
        l = (1 - p^q) / q, with p the softmax probability of the label

    Parameters:
        labels: Array of the leading axes of logits: integer classes from 0.
        logits: Array (..., C): one row of logits per sample, -inf allowed. NaN is passed on.
        q: Number in (0, 1]: 1 is the missing probability itself.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the leading axes.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `softmax_cross_entropy`, its limit as q goes to 0.

    Source:
        Zhang and Sabuncu (2018).

    Examples:
        >>> generalised_cross_entropy([0], [[0.0, 0.0]])
        0.585786437626905
    """
    return value(SPEC, _kernel, (labels, logits), reduction, sample_weight, q=q)


def generalised_cross_entropy_grad(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    q: float = 0.5,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `generalised_cross_entropy` with respect to logits.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dz = p^q (P - onehot)
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `generalised_cross_entropy`.

    Returns:
        An array of the shape of logits, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `generalised_cross_entropy` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `generalised_cross_entropy`.

    Examples:
        >>> generalised_cross_entropy_grad([0], [[0.0, 0.0]])
        array([[-0.35355339,  0.35355339]])
    """
    return gradient(SPEC, _kernel, (labels, logits), reduction, sample_weight, q=q)


def generalised_cross_entropy_value_and_grad(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    q: float = 0.5,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `generalised_cross_entropy` and `generalised_cross_entropy_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (generalised_cross_entropy(...), generalised_cross_entropy_grad(...))

    Parameters:
        As for `generalised_cross_entropy`.

    Returns:
        A pair of what `generalised_cross_entropy` and `generalised_cross_entropy_grad` return.

    Raises:
        ValueError, TypeError: As `generalised_cross_entropy` does.

    Not to be confused with:
        `generalised_cross_entropy_grad`, which returns the gradient alone.

    Source:
        As for `generalised_cross_entropy`.

    Examples:
        >>> generalised_cross_entropy_value_and_grad([0], [[0.0, 0.0]])[0]
        0.585786437626905
    """
    return value_and_gradient(SPEC, _kernel, (labels, logits), reduction, sample_weight, q=q)


def _kernel(part, q):
    z, y = part["logits"], part["labels"]
    cost, p, rest = softmax_parts(z, y)
    slopes = None
    if part.wants_slope:
        p[np.arange(len(y)), y] = -rest
        slopes = p * np.exp(-q * cost)[:, None]
    return Samples(-np.expm1(-q * cost) / q, (slopes,))


SPEC = FunctionSpec(
    slug="generalised_cross_entropy",
    title="Generalised cross-entropy",
    family="classification",
    loss=generalised_cross_entropy,
    grad=generalised_cross_entropy_grad,
    value_and_grad=generalised_cross_entropy_value_and_grad,
    page="classification/label-smoothing",
    arguments=(Argument("labels", None), Argument("logits", EXTENDED, core=1, wrt=True)),
    formula="(1 - (exp(-(log(1 + sum(exp(z - logits[labels]) for i, z in enumerate(logits) if i != labels))))) ** q) / q",
    draw=lambda rng: (
        rng.integers(0, 5, 30),
        rng.normal(size=(30, 5)) * 10.0 ** rng.uniform(-2, 1, (30, 1)),
    ),
    convex=False,
    sources=("zhang2018",),
    params=(Param("q", 0.5, 0.0, 1.0, False, True, "linear", "q"),),
    refused=(("labels", (np.array([0, 5]), np.zeros((2, 5)))),),
)
