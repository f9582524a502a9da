"""Cross-entropy of distributions: the expected code length of a reference distribution under a predicted one."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import UNIT, Argument, Edge, FunctionSpec

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def cross_entropy(
    p: ArrayLike, q: ArrayLike, *, reduction: str = "mean", sample_weight: ArrayLike | None = None
) -> Any:
    """The expected code length of a reference distribution under a predicted one.

    Use it where both sides are probabilities. Not on logits: that is `softmax_cross_entropy`.

    Formula:
        l = -sum over c of p_c log(q_c), with 0 log 0 = 0

    Parameters:
        p: Array (..., C): reference distributions, rows that sum to 1.
        q: Array of the same shape: predicted distributions. NaN is passed on.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the leading axes.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        torch's cross_entropy, which takes logits: here `softmax_cross_entropy`.

    Source:
        Good (1952).

    Examples:
        >>> cross_entropy([[0.5, 0.5]], [[0.25, 0.75]])
        0.8369882167858358
    """
    return value(SPEC, _kernel, (p, q), reduction, sample_weight)


def cross_entropy_grad(
    p: ArrayLike, q: ArrayLike, *, reduction: str = "mean", sample_weight: ArrayLike | None = None
) -> Any:
    """Gradient of the reduced `cross_entropy` with respect to q.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dq = -p / q
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `cross_entropy`.

    Returns:
        An array of the shape of q, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `cross_entropy` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `cross_entropy`.

    Examples:
        >>> cross_entropy_grad([[0.5, 0.5]], [[0.25, 0.75]])
        array([[-2.        , -0.66666667]])
    """
    return gradient(SPEC, _kernel, (p, q), reduction, sample_weight)


def cross_entropy_value_and_grad(
    p: ArrayLike, q: ArrayLike, *, reduction: str = "mean", sample_weight: ArrayLike | None = None
) -> Any:
    """Both `cross_entropy` and `cross_entropy_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (cross_entropy(...), cross_entropy_grad(...))

    Parameters:
        As for `cross_entropy`.

    Returns:
        A pair of what `cross_entropy` and `cross_entropy_grad` return.

    Raises:
        ValueError, TypeError: As `cross_entropy` does.

    Not to be confused with:
        `cross_entropy_grad`, which returns the gradient alone.

    Source:
        As for `cross_entropy`.

    Examples:
        >>> cross_entropy_value_and_grad([[0.5, 0.5]], [[0.25, 0.75]])[0]
        0.8369882167858358
    """
    return value_and_gradient(SPEC, _kernel, (p, q), reduction, sample_weight)


def _kernel(part):
    p, q = part["p"], part["q"]
    used = p > 0
    safe = np.where(used, q, 1)
    values = -(p * np.log(safe)).sum(axis=-1)
    return Samples(values, (-p / safe,))


SPEC = FunctionSpec(
    slug="cross_entropy",
    title="Cross-entropy of distributions",
    family="divergence",
    loss=cross_entropy,
    grad=cross_entropy_grad,
    value_and_grad=cross_entropy_value_and_grad,
    page="mle/entropy",
    arguments=(
        Argument("p", UNIT, core=1, simplex=True),
        Argument("q", UNIT, core=1, wrt=True, simplex=True),
    ),
    formula="-sum(xlogy(a, b) if a else 0 for a, b in zip(p, q))",
    draw=lambda rng: (rng.dirichlet(np.ones(5), 40), rng.dirichlet(np.ones(5), 40)),
    convex=True,
    sources=("good1952",),
    edges=(Edge("an impossible event that happens", ((0.5, 0.5), (1.0, 0.0)), inf, None),),
    refused=(("q", (np.full((2, 2), 0.5), np.full((2, 2), 0.4))),),
)
