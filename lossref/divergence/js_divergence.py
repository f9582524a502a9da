"""Jensen-Shannon divergence: the mean divergence of two distributions from their mixture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import UNIT, Argument, Edge, FunctionSpec, Name
from lossref.stable import jsu

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def js_divergence(
    p: ArrayLike, q: ArrayLike, *, reduction: str = "mean", sample_weight: ArrayLike | None = None
) -> Any:
    """The mean divergence of two distributions from their mixture.

    Use it to compare distributions that may have zeros. Not as a distance: that is its square
    root.

    Formula:
        l = D(p || m) / 2 + D(q || m) / 2, with m = (p + q) / 2

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
        scipy's jensenshannon, which returns the square root; `kl_divergence`, which is not
        symmetric.

    Source:
        Lin (1991), with equal weights.

    Examples:
        >>> js_divergence([[1.0, 0.0]], [[0.0, 1.0]])
        0.6931471805599453
    """
    return value(SPEC, _kernel, (p, q), reduction, sample_weight)


def js_divergence_grad(
    p: ArrayLike, q: ArrayLike, *, reduction: str = "mean", sample_weight: ArrayLike | None = None
) -> Any:
    """Gradient of the reduced `js_divergence` with respect to q.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dq = log(2 q / (p + q)) / 2
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `js_divergence`.

    Returns:
        An array of the shape of q, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `js_divergence` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `js_divergence`.

    Examples:
        >>> js_divergence_grad([[1.0, 0.0]], [[0.0, 1.0]])
        array([[      -inf, 0.34657359]])
    """
    return gradient(SPEC, _kernel, (p, q), reduction, sample_weight)


def js_divergence_value_and_grad(
    p: ArrayLike, q: ArrayLike, *, reduction: str = "mean", sample_weight: ArrayLike | None = None
) -> Any:
    """Both `js_divergence` and `js_divergence_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (js_divergence(...), js_divergence_grad(...))

    Parameters:
        As for `js_divergence`.

    Returns:
        A pair of what `js_divergence` and `js_divergence_grad` return.

    Raises:
        ValueError, TypeError: As `js_divergence` does.

    Not to be confused with:
        `js_divergence_grad`, which returns the gradient alone.

    Source:
        As for `js_divergence`.

    Examples:
        >>> js_divergence_value_and_grad([[1.0, 0.0]], [[0.0, 1.0]])[0]
        0.6931471805599453
    """
    return value_and_gradient(SPEC, _kernel, (p, q), reduction, sample_weight)


def _kernel(part):
    p, q = part["p"], part["q"]
    both = p + q
    safe = np.where(both == 0, 1, both)
    values = (both * jsu((p - q) / safe)).sum(axis=-1) / 4
    return Samples(values, (np.where(both == 0, 0, np.log1p((q - p) / safe)) / 2,))


SPEC = FunctionSpec(
    slug="js_divergence",
    title="Jensen-Shannon divergence",
    family="divergence",
    loss=js_divergence,
    grad=js_divergence_grad,
    value_and_grad=js_divergence_value_and_grad,
    page="mle/divergences",
    arguments=(
        Argument("p", UNIT, core=1, simplex=True),
        Argument("q", UNIT, core=1, wrt=True, simplex=True),
    ),
    formula="sum(xlogy(a, 2 * a / (a + b)) + xlogy(b, 2 * b / (a + b)) for a, b in zip(p, q)) / 2",
    draw=lambda rng: (
        lambda p: (
            p,
            (lambda q: q / q.sum(1, keepdims=True))(
                p * (1 + 10.0 ** -rng.uniform(0, 9, (40, 1)) * rng.uniform(-1, 1, p.shape))
            ),
        )
    )(rng.dirichlet(np.ones(5), 40)),
    convex=True,
    sources=("lin1991",),
    edges=(Edge("equal distributions", ((0.5, 0.5), (0.5, 0.5)), 0.0, ((0.0, 0.0),)),),
    refused=(("q", (np.full((2, 2), 0.5), np.full((2, 2), 0.4))),),
    names_elsewhere=(
        Name("scipy", "scipy.spatial.distance.jensenshannon", "its square root; nan near equality"),
    ),
    ulp=8.0,  # a sum of kernels, each a series near equality
)
