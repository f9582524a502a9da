"""Contrastive loss: half the squared distance of a pair that belongs together, or half the squared shortfall from a margin."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import REAL, Argument, Choice, Edge, FunctionSpec, Name, Param
from lossref.metric._vectors import direction, norm

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def contrastive(
    similar: ArrayLike,
    a: ArrayLike,
    b: ArrayLike,
    *,
    margin: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Half the squared distance of a pair that belongs together, or half the squared shortfall from a margin.

    Use it on pairs with a yes or no. Not where only an order of distances is known: that is
    `triplet`; not with a batch full of negatives: `info_nce` uses them all.

    Formula:
        l = (y d^2 + (1 - y) max(0, m - d)^2) / 2, with d = |a - b| and y = 1 for pairs that
        belong together

    Parameters:
        similar: Array of 1 for pairs that belong together and 0 for the others, which is the
            reverse of the paper.
        a: Array (..., D): one vector of each pair. NaN is passed on.
        b: Array of the same shape: the other.
        margin: The distance m >= 0 beyond which pairs apart cost nothing.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the vectors without the
        last axis.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative,
            or there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        pytorch-metric-learning's ContrastiveLoss, which does not square and averages both kinds
        apart.

    Source:
        Hadsell, Chopra and LeCun (2006), equation 4, with Y = 1 - y.

    Examples:
        >>> contrastive([1, 0], [[0.0, 0.0], [0.0, 0.0]], [[3.0, 4.0], [0.6, 0.8]], margin=2.0)
        6.5
    """
    return value(SPEC, _kernel, (similar, a, b), reduction, sample_weight, margin=margin)


def contrastive_grad(
    similar: ArrayLike,
    a: ArrayLike,
    b: ArrayLike,
    *,
    margin: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `contrastive` with respect to a and b.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/da = (y - (1 - y) max(0, m - d) / d) (a - b) = -dl/db, and 0 for a pair apart with d
        = 0
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `contrastive`.

    Returns:
        A tuple of two arrays of the shape of a and of b.

    Raises:
        ValueError, TypeError: As `contrastive` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `contrastive`.

    Examples:
        >>> contrastive_grad([1], [[3.0, 4.0]], [[0.0, 0.0]])
        (array([[3., 4.]]), array([[-3., -4.]]))
    """
    return gradient(SPEC, _kernel, (similar, a, b), reduction, sample_weight, margin=margin)


def contrastive_value_and_grad(
    similar: ArrayLike,
    a: ArrayLike,
    b: ArrayLike,
    *,
    margin: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `contrastive` and `contrastive_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (contrastive(...), contrastive_grad(...))

    Parameters:
        As for `contrastive`.

    Returns:
        A pair of what `contrastive` and `contrastive_grad` return.

    Raises:
        ValueError, TypeError: As `contrastive` does.

    Not to be confused with:
        `contrastive_grad`, which returns the gradient alone.

    Source:
        As for `contrastive`.

    Examples:
        >>> contrastive_value_and_grad([1, 0], [[0.0, 0.0], [0.0, 0.0]], [[3.0, 4.0], [0.6, 0.8]], margin=2.0)[0]
        6.5
    """
    return value_and_gradient(
        SPEC, _kernel, (similar, a, b), reduction, sample_weight, margin=margin
    )


def _kernel(part, margin):
    together = part["similar"] == 1
    d = part["a"].astype(np.float64) - part["b"]
    length = norm(d)
    short = np.maximum(margin - length, 0)
    values = np.where(together, length * length, short * short) / 2
    if not part.wants_slope:
        return Samples(values, None)
    pull = np.where(together[:, None], d, -short[:, None] * direction(d, length))
    return Samples(values, (pull, -pull))


SPEC = FunctionSpec(
    slug="contrastive",
    title="Contrastive loss",
    family="metric",
    loss=contrastive,
    grad=contrastive_grad,
    value_and_grad=contrastive_value_and_grad,
    page="metric/contrastive",
    arguments=(
        Argument("similar", Choice((0.0, 1.0))),
        Argument("a", REAL, core=1, wrt=True),
        Argument("b", REAL, core=1, wrt=True),
    ),
    formula="(similar * distance(a, b) ** 2 + (1 - similar) * max(0, margin - distance(a, b)) ** 2) / 2",
    kinks="(margin - distance(a, b), distance(a, b))",
    draw=lambda rng: (
        lambda a: (
            (rng.random(40) < 0.5).astype(float),
            a,
            a + rng.normal(size=(40, 3)) * 10.0 ** rng.uniform(-6, 0, (40, 1)),
        )
    )(rng.normal(size=(40, 3))),
    convex=False,
    sources=("hadsell2006",),
    params=(Param("margin", 1.0, 0.0, inf, True, False, "linear", "m"),),
    edges=(
        Edge("apart and in one place", (0, (1.0, 2.0), (1.0, 2.0)), 0.5, ((0.0, 0.0), (0.0, 0.0))),
        Edge(
            "together and in one place", (1, (1.0, 2.0), (1.0, 2.0)), 0.0, ((0.0, 0.0), (0.0, 0.0))
        ),
        Edge("at the margin", (0, (0.0, 0.0), (1.0, 0.0)), 0.0, ((0.0, 0.0), (0.0, 0.0))),
        Edge(
            "beyond what can be squared, apart",
            (0, (0.0, 0.0), (1e200, 0.0)),
            0.0,
            ((0.0, 0.0), (0.0, 0.0)),
        ),
    ),
    names_elsewhere=(
        Name(
            "pytorch_metric_learning",
            "pytorch_metric_learning.losses.ContrastiveLoss",
            "normalises, does not square, averages both kinds apart",
        ),
    ),
    ulp=64.0,  # m - d loses digits near the margin
)
