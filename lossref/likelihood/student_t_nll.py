"""Student-t negative log-likelihood: the log of one plus a squared error in units of a predicted scale."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, REAL, Argument, FunctionSpec, Param

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def student_t_nll(
    y_true: ArrayLike,
    loc: ArrayLike,
    log_scale: ArrayLike,
    *,
    nu: float = 4.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The log of one plus a squared error in units of a predicted scale.

    Use it for an error bar with outliers in the data. Not with too few data to tell the tails.

    Formula:
        l = (nu + 1) / 2 log(1 + e^2 / (nu sigma^2)) + s, with e = loc - y and s = log_scale = log
        sigma;
        the constant that depends on nu alone is left out

    Parameters:
        y_true: Array of any shape: what was observed, finite.
        loc: Array of the same shape. NaN is passed on.
        log_scale: Array of the same shape: the logarithm of the scale.
        nu: Number in (0, inf): degrees of freedom; the tails are lighter the more there are.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the arguments.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `cauchy`, its case nu = 1 for a fixed scale.

    Source:
        Lange, Little and Taylor (1989).

    Examples:
        >>> student_t_nll([0.0], [1.0], [0.0])
        0.5578588782855244
    """
    return value(SPEC, _kernel, (y_true, loc, log_scale), reduction, sample_weight, nu=nu)


def student_t_nll_grad(
    y_true: ArrayLike,
    loc: ArrayLike,
    log_scale: ArrayLike,
    *,
    nu: float = 4.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `student_t_nll` with respect to loc and log_scale.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dloc = (nu + 1) e / (nu sigma^2 + e^2); dl/ds = 1 - (nu + 1) e^2 / (nu sigma^2 + e^2)
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `student_t_nll`.

    Returns:
        A tuple of arrays, one of the shape of each of loc and log_scale, in their order.

    Raises:
        ValueError, TypeError: As `student_t_nll` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `student_t_nll`.

    Examples:
        >>> student_t_nll_grad([0.0], [1.0], [0.0])
        (array([1.]), array([0.]))
    """
    return gradient(SPEC, _kernel, (y_true, loc, log_scale), reduction, sample_weight, nu=nu)


def student_t_nll_value_and_grad(
    y_true: ArrayLike,
    loc: ArrayLike,
    log_scale: ArrayLike,
    *,
    nu: float = 4.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `student_t_nll` and `student_t_nll_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (student_t_nll(...), student_t_nll_grad(...))

    Parameters:
        As for `student_t_nll`.

    Returns:
        A pair of what `student_t_nll` and `student_t_nll_grad` return.

    Raises:
        ValueError, TypeError: As `student_t_nll` does.

    Not to be confused with:
        `student_t_nll_grad`, which returns the gradient alone.

    Source:
        As for `student_t_nll`.

    Examples:
        >>> student_t_nll_value_and_grad([0.0], [1.0], [0.0])[0]
        0.5578588782855244
    """
    return value_and_gradient(
        SPEC, _kernel, (y_true, loc, log_scale), reduction, sample_weight, nu=nu
    )


def _kernel(part, nu):
    s = part["log_scale"]
    error = part["loc"] - part["y_true"]
    rate = np.exp(-s)
    r = error * rate
    square = r * r
    values = (nu + 1) / 2 * np.log1p(square / nu) + s
    share = (nu + 1) / (nu + square)
    return Samples(values, (share * r * rate, 1 - share * square))


SPEC = FunctionSpec(
    slug="student_t_nll",
    title="Student-t negative log-likelihood",
    family="likelihood",
    loss=student_t_nll,
    grad=student_t_nll_grad,
    value_and_grad=student_t_nll_value_and_grad,
    page="mle/heavy-tails",
    arguments=(
        Argument("y_true", REAL),
        Argument("loc", EXTENDED, wrt=True),
        Argument("log_scale", REAL, wrt=True),
    ),
    formula="(nu + 1) / 2 * log(1 + (loc - y_true) ** 2 / (nu * exp(2 * log_scale))) + log_scale",
    draw=lambda rng: (rng.normal(size=60), rng.normal(size=60) * 3, rng.uniform(-4, 4, 60)),
    convex=False,
    sources=("lange1989",),
    params=(Param("nu", 4.0, 0.0, inf, False, False, "log", r"\nu"),),
    ulp=32.0,  # the value crosses zero
)
