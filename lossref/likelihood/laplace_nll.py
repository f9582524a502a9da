"""Laplace negative log-likelihood: the absolute error in units of a predicted scale, and what the scale costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, REAL, Argument, Edge, FunctionSpec

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def laplace_nll(
    y_true: ArrayLike,
    loc: ArrayLike,
    log_scale: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The absolute error in units of a predicted scale, and what the scale costs.

    Use it for an error bar with heavy tails. Not where the tails are Gaussian.

    Formula:
        l = s + |e| exp(-s), with e = loc - y and s = log_scale; the constant log(2) is left out

    Parameters:
        y_true: Array of any shape: what was observed, finite.
        loc: Array of the same shape. NaN is passed on.
        log_scale: Array of the same shape: the logarithm of the scale.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the arguments.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `mae`, which it is up to constants for a fixed scale.

    Source:
        Laplace (1774), in today's notation.

    Examples:
        >>> laplace_nll([0.0], [1.0], [0.0])
        1.0
    """
    return value(SPEC, _kernel, (y_true, loc, log_scale), reduction, sample_weight)


def laplace_nll_grad(
    y_true: ArrayLike,
    loc: ArrayLike,
    log_scale: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `laplace_nll` with respect to loc and log_scale.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dloc = sign(e) exp(-s); dl/ds = 1 - |e| exp(-s)
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `laplace_nll`.

    Returns:
        A tuple of arrays, one of the shape of each of loc and log_scale, in their order.

    Raises:
        ValueError, TypeError: As `laplace_nll` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `laplace_nll`.

    Examples:
        >>> laplace_nll_grad([0.0], [1.0], [0.0])
        (array([1.]), array([0.]))
    """
    return gradient(SPEC, _kernel, (y_true, loc, log_scale), reduction, sample_weight)


def laplace_nll_value_and_grad(
    y_true: ArrayLike,
    loc: ArrayLike,
    log_scale: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `laplace_nll` and `laplace_nll_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (laplace_nll(...), laplace_nll_grad(...))

    Parameters:
        As for `laplace_nll`.

    Returns:
        A pair of what `laplace_nll` and `laplace_nll_grad` return.

    Raises:
        ValueError, TypeError: As `laplace_nll` does.

    Not to be confused with:
        `laplace_nll_grad`, which returns the gradient alone.

    Source:
        As for `laplace_nll`.

    Examples:
        >>> laplace_nll_value_and_grad([0.0], [1.0], [0.0])[0]
        1.0
    """
    return value_and_gradient(SPEC, _kernel, (y_true, loc, log_scale), reduction, sample_weight)


def _kernel(part):
    s = part["log_scale"]
    error = part["loc"] - part["y_true"]
    rate = np.exp(-s)
    size = np.abs(error) * rate
    return Samples(s + size, (np.sign(error) * rate, 1 - size))


SPEC = FunctionSpec(
    slug="laplace_nll",
    title="Laplace negative log-likelihood",
    family="likelihood",
    loss=laplace_nll,
    grad=laplace_nll_grad,
    value_and_grad=laplace_nll_value_and_grad,
    page="mle/heavy-tails",
    arguments=(
        Argument("y_true", REAL),
        Argument("loc", EXTENDED, wrt=True),
        Argument("log_scale", REAL, wrt=True),
    ),
    formula="log_scale + abs(loc - y_true) * exp(-log_scale)",
    draw=lambda rng: (rng.normal(size=60), rng.normal(size=60) * 3, rng.uniform(-4, 4, 60)),
    convex=False,
    sources=("laplace1774",),
    kinks="(loc - y_true,)",
    edges=(
        Edge("at the median the subgradient of least norm is 0", (1.0, 1.0, 0.0), 0.0, (0.0, 1.0)),
    ),
)
