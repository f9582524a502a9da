"""Kullback-Leibler divergence: the expected log-ratio of a reference distribution to a predicted one."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import UNIT, Argument, Edge, FunctionSpec, Name
from lossref.stable import h

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def kl_divergence(
    p: ArrayLike, q: ArrayLike, *, reduction: str = "mean", sample_weight: ArrayLike | None = None
) -> Any:
    """The expected log-ratio of a reference distribution to a predicted one.

    Use it to distil or to regularise distributions. Not where q may be 0 and p is not: it is
    infinite there.

    Formula:
        l = sum over c of p_c log(p_c / q_c) = D(p || q), with 0 log 0 = 0

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
        torch's kl_div, whose first argument is log q; `cross_entropy`, larger by the entropy of
        p.

    Source:
        Kullback and Leibler (1951).

    Examples:
        >>> kl_divergence([[0.5, 0.5]], [[0.25, 0.75]])
        0.14384103622589042
    """
    return value(SPEC, _kernel, (p, q), reduction, sample_weight)


def kl_divergence_grad(
    p: ArrayLike, q: ArrayLike, *, reduction: str = "mean", sample_weight: ArrayLike | None = None
) -> Any:
    """Gradient of the reduced `kl_divergence` with respect to q.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dq = -p / q
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `kl_divergence`.

    Returns:
        An array of the shape of q, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `kl_divergence` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `kl_divergence`.

    Examples:
        >>> kl_divergence_grad([[0.5, 0.5]], [[0.25, 0.75]])
        array([[-2.        , -0.66666667]])
    """
    return gradient(SPEC, _kernel, (p, q), reduction, sample_weight)


def kl_divergence_value_and_grad(
    p: ArrayLike, q: ArrayLike, *, reduction: str = "mean", sample_weight: ArrayLike | None = None
) -> Any:
    """Both `kl_divergence` and `kl_divergence_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (kl_divergence(...), kl_divergence_grad(...))

    Parameters:
        As for `kl_divergence`.

    Returns:
        A pair of what `kl_divergence` and `kl_divergence_grad` return.

    Raises:
        ValueError, TypeError: As `kl_divergence` does.

    Not to be confused with:
        `kl_divergence_grad`, which returns the gradient alone.

    Source:
        As for `kl_divergence`.

    Examples:
        >>> kl_divergence_value_and_grad([[0.5, 0.5]], [[0.25, 0.75]])[0]
        0.14384103622589042
    """
    return value_and_gradient(SPEC, _kernel, (p, q), reduction, sample_weight)


def _kernel(part):
    p, q = part["p"], part["q"]
    alone = (q == 0) & (p == 0)
    ratio = np.where(alone, 0, p / np.where(alone, 1, q))
    terms = q * h(np.where(alone, 0, (p - q) / np.where(alone, 1, q)))
    values = terms.sum(axis=-1) + _sum(p - q)
    values = np.where(((q == 0) & (p > 0)).any(axis=-1), np.inf, values).astype(p.dtype)
    return Samples(values, (-ratio,))


def _sum(d):
    """The sum of each row with the rounding errors of the additions added back (Neumaier)."""
    total, lost = np.zeros(len(d), d.dtype), np.zeros(len(d), d.dtype)
    for x in d.T:
        new = total + x
        lost += np.where(np.abs(total) >= np.abs(x), (total - new) + x, (x - new) + total)
        total = new
    return total + lost


SPEC = FunctionSpec(
    slug="kl_divergence",
    title="Kullback-Leibler divergence",
    family="divergence",
    loss=kl_divergence,
    grad=kl_divergence_grad,
    value_and_grad=kl_divergence_value_and_grad,
    page="mle/divergences",
    arguments=(
        Argument("p", UNIT, core=1, simplex=True),
        Argument("q", UNIT, core=1, wrt=True, simplex=True),
    ),
    formula="sum(xlogy(a, a / b) for a, b in zip(p, q))",
    draw=lambda rng: (
        lambda p: (
            p,
            (lambda q: q / q.sum(1, keepdims=True))(
                p * (1 + 10.0 ** -rng.uniform(0, 9, (40, 1)) * rng.uniform(-1, 1, p.shape))
            ),
        )
    )(rng.dirichlet(np.ones(5), 40)),
    convex=True,
    sources=("kullback1951",),
    edges=(
        Edge("equal distributions", ((0.5, 0.5), (0.5, 0.5)), 0.0, ((-1.0, -1.0),)),
        Edge("an impossible event that happens", ((0.5, 0.5), (1.0, 0.0)), inf, None),
        Edge("where p is 0 nothing is asked", ((1.0, 0.0), (1.0, 0.0)), 0.0, ((-1.0, 0.0),)),
    ),
    refused=(("q", (np.full((2, 2), 0.5), np.full((2, 2), 0.4))),),
    names_elsewhere=(
        Name(
            "torch", "torch.nn.functional.kl_div", "takes log q first; its mean divides by elements"
        ),
        Name("scipy", "scipy.stats.entropy(y_true, y_pred, axis=-1)"),
    ),
    ulp=12.0,  # a sum of kernels, each a series near equality
)
