"""Weston-Watkins hinge: the sum over all other classes of how far each is above the label, with a margin."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, Argument, FunctionSpec, Name, Param

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def weston_watkins_hinge(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    margin: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The sum over all other classes of how far each is above the label, with a margin.

    Use it where all confusions count. Not where only the worst rival does.

    Formula:
        l = sum over j != y of max(0, margin + z_j - z_y)

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
        `crammer_singer_hinge`, which takes the largest only.

    Source:
        Weston and Watkins (1999).

    Examples:
        >>> weston_watkins_hinge([0], [[0.0, 0.5]])
        1.5
    """
    return value(SPEC, _kernel, (labels, logits), reduction, sample_weight, margin=margin)


def weston_watkins_hinge_grad(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    margin: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `weston_watkins_hinge` with respect to logits.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dz_j = 1 where margin + z_j - z_y > 0, and dl/dz_y = minus their number
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `weston_watkins_hinge`.

    Returns:
        An array of the shape of logits, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `weston_watkins_hinge` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `weston_watkins_hinge`.

    Examples:
        >>> weston_watkins_hinge_grad([0], [[0.0, 0.5]])
        array([[-1.,  1.]])
    """
    return gradient(SPEC, _kernel, (labels, logits), reduction, sample_weight, margin=margin)


def weston_watkins_hinge_value_and_grad(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    margin: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `weston_watkins_hinge` and `weston_watkins_hinge_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (weston_watkins_hinge(...), weston_watkins_hinge_grad(...))

    Parameters:
        As for `weston_watkins_hinge`.

    Returns:
        A pair of what `weston_watkins_hinge` and `weston_watkins_hinge_grad` return.

    Raises:
        ValueError, TypeError: As `weston_watkins_hinge` does.

    Not to be confused with:
        `weston_watkins_hinge_grad`, which returns the gradient alone.

    Source:
        As for `weston_watkins_hinge`.

    Examples:
        >>> weston_watkins_hinge_value_and_grad([0], [[0.0, 0.5]])[0]
        1.5
    """
    return value_and_gradient(
        SPEC, _kernel, (labels, logits), reduction, sample_weight, margin=margin
    )


def _kernel(part, margin):
    z, y = part["logits"], part["labels"]
    at = np.arange(len(y)), y
    d = z - z[at][:, None]
    d += margin
    d[at] = 0
    slopes = None
    if part.wants_slope:
        slopes = (d > 0).astype(z.dtype)
        slopes[at] = -slopes.sum(axis=1)
    return Samples(np.maximum(d, 0).sum(axis=1), (slopes,))


SPEC = FunctionSpec(
    slug="weston_watkins_hinge",
    title="Weston-Watkins hinge",
    family="classification",
    loss=weston_watkins_hinge,
    grad=weston_watkins_hinge_grad,
    value_and_grad=weston_watkins_hinge_value_and_grad,
    page="classification/multiclass-margins",
    arguments=(Argument("labels", None), Argument("logits", EXTENDED, core=1, wrt=True)),
    formula="sum(max(0, margin + z - logits[labels]) for i, z in enumerate(logits) if i != labels)",
    draw=lambda rng: (
        rng.integers(0, 5, 30),
        rng.normal(size=(30, 5)) * 10.0 ** rng.uniform(-2, 1, (30, 1)),
    ),
    convex=True,
    sources=("weston1999",),
    kinks="tuple(margin + z - logits[labels] for z in logits)",
    params=(Param("margin", 1.0, 0.0, inf, False, False, "linear", "m"),),
    names_elsewhere=(
        Name(
            "torch",
            "torch.nn.functional.multi_margin_loss(y_pred, y_true)",
            "ours divided by the number of classes",
        ),
    ),
    refused=(("labels", (np.array([0, 5]), np.zeros((2, 5)))),),
)
