"""Poly-1 cross-entropy: softmax cross-entropy plus a multiple of the missing probability."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, Argument, FunctionSpec, Name, Param
from lossref.classification._softmax import softmax_parts

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def poly1(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    epsilon: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Softmax cross-entropy plus a multiple of the missing probability.

    Use it to tune the first term of the series of the cross-entropy. Not with epsilon below -1:
    the loss would then reward mistakes.

    Formula:
        l = -log p + epsilon (1 - p), with p the softmax probability of the label

    Parameters:
        labels: Array of the leading axes of logits: integer classes from 0.
        logits: Array (..., C): one row of logits per sample, -inf allowed. NaN is passed on.
        epsilon: Number in [-1, inf): the coefficient added to that of 1 - p.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the leading axes.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `label_smoothing`, whose epsilon changes the labels.

    Source:
        Leng et al. (2022).

    Examples:
        >>> poly1([0], [[0.0, 0.0]])
        1.1931471805599454
    """
    return value(SPEC, _kernel, (labels, logits), reduction, sample_weight, epsilon=epsilon)


def poly1_grad(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    epsilon: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `poly1` with respect to logits.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dz = (1 + epsilon p) (P - onehot)
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `poly1`.

    Returns:
        An array of the shape of logits, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `poly1` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `poly1`.

    Examples:
        >>> poly1_grad([0], [[0.0, 0.0]])
        array([[-0.75,  0.75]])
    """
    return gradient(SPEC, _kernel, (labels, logits), reduction, sample_weight, epsilon=epsilon)


def poly1_value_and_grad(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    epsilon: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `poly1` and `poly1_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (poly1(...), poly1_grad(...))

    Parameters:
        As for `poly1`.

    Returns:
        A pair of what `poly1` and `poly1_grad` return.

    Raises:
        ValueError, TypeError: As `poly1` does.

    Not to be confused with:
        `poly1_grad`, which returns the gradient alone.

    Source:
        As for `poly1`.

    Examples:
        >>> poly1_value_and_grad([0], [[0.0, 0.0]])[0]
        1.1931471805599454
    """
    return value_and_gradient(
        SPEC, _kernel, (labels, logits), reduction, sample_weight, epsilon=epsilon
    )


def _kernel(part, epsilon):
    z, y = part["logits"], part["labels"]
    cost, p, rest = softmax_parts(z, y)
    slopes = None
    if part.wants_slope:
        at = np.arange(len(y)), y
        factor = 1 + epsilon * p[at]
        p[at] = -rest
        slopes = p * factor[:, None]
    return Samples(cost + epsilon * rest, (slopes,))


SPEC = FunctionSpec(
    slug="poly1",
    title="Poly-1 cross-entropy",
    family="classification",
    loss=poly1,
    grad=poly1_grad,
    value_and_grad=poly1_value_and_grad,
    page="classification/label-smoothing",
    arguments=(Argument("labels", None), Argument("logits", EXTENDED, core=1, wrt=True)),
    formula="log(1 + sum(exp(z - logits[labels]) for i, z in enumerate(logits) if i != labels)) + epsilon * sum(exp(z) for i, z in enumerate(logits) if i != labels) / sum(exp(z) for z in logits)",
    draw=lambda rng: (
        rng.integers(0, 5, 30),
        rng.normal(size=(30, 5)) * 10.0 ** rng.uniform(-2, 1, (30, 1)),
    ),
    convex=True,
    sources=("leng2022",),
    params=(Param("epsilon", 1.0, -1.0, inf, True, False, "linear", r"\epsilon"),),
    names_elsewhere=(
        Name("optax", "optax.losses.poly_loss_cross_entropy", "epsilon=2 by default"),
    ),
    refused=(("labels", (np.array([0, 5]), np.zeros((2, 5)))),),
)
