"""Crammer-Singer hinge: how far the best other class is above the label, with a margin."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, Argument, Edge, FunctionSpec, Name, Param

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def crammer_singer_hinge(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    margin: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """How far the best other class is above the label, with a margin.

    Use it for multi-class support vector machines. Not where probabilities are wanted.

    Formula:
        l = max(0, margin + max over j != y of z_j - z_y)

    Parameters:
        labels: Array of the leading axes of logits: integer classes from 0.
        logits: Array (..., C): one row of logits per sample, -inf allowed. NaN is passed on.
        margin: Number in (0, inf): how far the label should lead.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the leading axes.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `weston_watkins_hinge`, which adds over all other classes.

    Source:
        Crammer and Singer (2001).

    Examples:
        >>> crammer_singer_hinge([0], [[0.0, 0.5]])
        1.5
    """
    return value(SPEC, _kernel, (labels, logits), reduction, sample_weight, margin=margin)


def crammer_singer_hinge_grad(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    margin: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `crammer_singer_hinge` with respect to logits.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dz = onehot(best other) - onehot(y) where l > 0, shared equally between equals
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `crammer_singer_hinge`.

    Returns:
        An array of the shape of logits, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `crammer_singer_hinge` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `crammer_singer_hinge`.

    Examples:
        >>> crammer_singer_hinge_grad([0], [[0.0, 0.5]])
        array([[-1.,  1.]])
    """
    return gradient(SPEC, _kernel, (labels, logits), reduction, sample_weight, margin=margin)


def crammer_singer_hinge_value_and_grad(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    margin: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `crammer_singer_hinge` and `crammer_singer_hinge_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (crammer_singer_hinge(...), crammer_singer_hinge_grad(...))

    Parameters:
        As for `crammer_singer_hinge`.

    Returns:
        A pair of what `crammer_singer_hinge` and `crammer_singer_hinge_grad` return.

    Raises:
        ValueError, TypeError: As `crammer_singer_hinge` does.

    Not to be confused with:
        `crammer_singer_hinge_grad`, which returns the gradient alone.

    Source:
        As for `crammer_singer_hinge`.

    Examples:
        >>> crammer_singer_hinge_value_and_grad([0], [[0.0, 0.5]])[0]
        1.5
    """
    return value_and_gradient(
        SPEC, _kernel, (labels, logits), reduction, sample_weight, margin=margin
    )


def _kernel(part, margin):
    z, y = part["logits"], part["labels"]
    at = np.arange(len(y)), y
    d = z - z[at][:, None]
    d[at] = -np.inf
    best = d.max(axis=1)
    values = np.where(np.isnan(z).any(axis=1), np.nan, np.maximum(0, best + margin)).astype(z.dtype)
    slopes = None
    if part.wants_slope:
        slopes = (d == best[:, None]).astype(z.dtype)
        slopes /= np.maximum(slopes.sum(axis=1, keepdims=True), 1)
        slopes[at] = -1
        slopes *= (values > 0)[:, None]
    return Samples(values, (slopes,))


SPEC = FunctionSpec(
    slug="crammer_singer_hinge",
    title="Crammer-Singer hinge",
    family="classification",
    loss=crammer_singer_hinge,
    grad=crammer_singer_hinge_grad,
    value_and_grad=crammer_singer_hinge_value_and_grad,
    page="classification/multiclass-margins",
    arguments=(Argument("labels", None), Argument("logits", EXTENDED, core=1, wrt=True)),
    formula="max(0, margin + max(z for i, z in enumerate(logits) if i != labels) - logits[labels])",
    draw=lambda rng: (
        rng.integers(0, 5, 30),
        rng.normal(size=(30, 5)) * 10.0 ** rng.uniform(-2, 1, (30, 1)),
    ),
    convex=True,
    sources=("crammer2001",),
    kinks="(margin + max(z for i, z in enumerate(logits) if i != labels) - logits[labels],)",
    params=(Param("margin", 1.0, 0.0, inf, False, False, "linear", "m"),),
    edges=(
        Edge("equal rivals share the slope", (0, (0.0, 2.0, 2.0)), 3.0, ((-1.0, 0.5, 0.5),)),
        Edge(
            "on the margin the subgradient of least norm is 0",
            (0, (1.0, 0.0, 0.0)),
            0.0,
            ((0.0, 0.0, 0.0),),
        ),
    ),
    names_elsewhere=(
        Name(
            "keras",
            "keras.losses.categorical_hinge(y_true, y_pred)",
            "wrong where every other score is negative",
        ),
    ),
    refused=(("labels", (np.array([0, 5]), np.zeros((2, 5)))),),
)
