"""Softmax focal loss: softmax cross-entropy with easy samples weighted down."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, Argument, FunctionSpec, Param
from lossref.classification._softmax import softmax_parts

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def softmax_focal(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    gamma: float = 2.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Softmax cross-entropy with easy samples weighted down.

    Use it for many classes of which a few are rare. Not where calibrated probabilities are
    wanted.

    Formula:
        l = (1 - p)^gamma (-log p), with p the softmax probability of the label

    Parameters:
        labels: Array of the leading axes of logits: integer classes from 0.
        logits: Array (..., C): one row of logits per sample, -inf allowed. NaN is passed on.
        gamma: Number in [0, inf): how much easy samples are weighted down.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the leading axes.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `binary_focal`, which treats every class as a question of its own.

    Source:
        Lin, Goyal, Girshick, He and Dollár (2017), equation 4.

    Examples:
        >>> softmax_focal([0], [[0.0, 0.0]])
        0.17328679513998632
    """
    return value(SPEC, _kernel, (labels, logits), reduction, sample_weight, gamma=gamma)


def softmax_focal_grad(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    gamma: float = 2.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `softmax_focal` with respect to logits.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dz = (1 - p)^gamma (gamma p (-log p) / (1 - p) + 1) (P - onehot)
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `softmax_focal`.

    Returns:
        An array of the shape of logits, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `softmax_focal` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `softmax_focal`.

    Examples:
        >>> softmax_focal_grad([0], [[0.0, 0.0]])
        array([[-0.2982868,  0.2982868]])
    """
    return gradient(SPEC, _kernel, (labels, logits), reduction, sample_weight, gamma=gamma)


def softmax_focal_value_and_grad(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    gamma: float = 2.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `softmax_focal` and `softmax_focal_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (softmax_focal(...), softmax_focal_grad(...))

    Parameters:
        As for `softmax_focal`.

    Returns:
        A pair of what `softmax_focal` and `softmax_focal_grad` return.

    Raises:
        ValueError, TypeError: As `softmax_focal` does.

    Not to be confused with:
        `softmax_focal_grad`, which returns the gradient alone.

    Source:
        As for `softmax_focal`.

    Examples:
        >>> softmax_focal_value_and_grad([0], [[0.0, 0.0]])[0]
        0.17328679513998632
    """
    return value_and_gradient(
        SPEC, _kernel, (labels, logits), reduction, sample_weight, gamma=gamma
    )


def _kernel(part, gamma):
    z, y = part["logits"], part["labels"]
    cost, p, rest = softmax_parts(z, y)
    values = rest**gamma * cost
    slopes = None
    if part.wants_slope:
        hit = p[np.arange(len(y)), y].copy()
        ratio = np.divide(cost, rest, out=np.ones_like(rest), where=rest > 0)  # 1 where p = 1
        p[np.arange(len(y)), y] = -rest
        slopes = p * (rest**gamma * (gamma * np.where(hit == 0, 0, hit * ratio) + 1))[:, None]
    return Samples(values, (slopes,))


SPEC = FunctionSpec(
    slug="softmax_focal",
    title="Softmax focal loss",
    family="classification",
    loss=softmax_focal,
    grad=softmax_focal_grad,
    value_and_grad=softmax_focal_value_and_grad,
    page="classification/focal",
    arguments=(Argument("labels", None), Argument("logits", EXTENDED, core=1, wrt=True)),
    formula="(sum(exp(z) for i, z in enumerate(logits) if i != labels) / sum(exp(z) for z in logits)) ** gamma * log(1 + sum(exp(z - logits[labels]) for i, z in enumerate(logits) if i != labels))",
    draw=lambda rng: (
        rng.integers(0, 5, 30),
        rng.normal(size=(30, 5)) * 10.0 ** rng.uniform(-2, 1, (30, 1)),
    ),
    convex=False,
    sources=("lin2017",),
    params=(Param("gamma", 2.0, 0.0, inf, True, False, "linear", r"\gamma"),),
    refused=(("labels", (np.array([0, 5]), np.zeros((2, 5)))),),
    ulp=8.0,  # the power of 1 - p multiplies the errors of both factors
)
