"""Negative binomial negative log-likelihood: minus the log-likelihood of counts that vary more than their mean, under a predicted log-mean."""

from __future__ import annotations

from math import inf, log
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, Argument, Edge, FunctionSpec, Identity, Interval, Param
from lossref.likelihood.poisson_nll import poisson_nll
from lossref.stable import expit, softplus

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def negative_binomial_nll(
    y_true: ArrayLike,
    log_mean: ArrayLike,
    *,
    alpha: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Minus the log-likelihood of counts that vary more than their mean, under a predicted log-mean.

    Use it for counts whose variance is mean + alpha mean^2. Not to fit alpha: the terms in which
    alpha meets the gamma function are left out.

    Formula:
        l = (y + 1 / alpha) log(1 + alpha mu) - y log(mu), with mu = exp(log_mean); terms without mu
        are left out, so that alpha to 0 gives `poisson_nll`

    Parameters:
        y_true: Array of any shape: counts y >= 0.
        log_mean: Array of the same shape. NaN is passed on.
        alpha: Number in (0, inf): how much more than a Poisson variable the counts vary.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of log_mean.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `poisson_nll`, whose variance is the mean.

    Source:
        Lawless (1987).

    Examples:
        >>> negative_binomial_nll([2.0], [0.0])
        2.0794415416798357
    """
    return value(SPEC, _kernel, (y_true, log_mean), reduction, sample_weight, alpha=alpha)


def negative_binomial_nll_grad(
    y_true: ArrayLike,
    log_mean: ArrayLike,
    *,
    alpha: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `negative_binomial_nll` with respect to log_mean.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dlog_mean = (mu - y) / (1 + alpha mu)
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `negative_binomial_nll`.

    Returns:
        An array of the shape of log_mean, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `negative_binomial_nll` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `negative_binomial_nll`.

    Examples:
        >>> negative_binomial_nll_grad([2.0], [0.0])
        array([-0.5])
    """
    return gradient(SPEC, _kernel, (y_true, log_mean), reduction, sample_weight, alpha=alpha)


def negative_binomial_nll_value_and_grad(
    y_true: ArrayLike,
    log_mean: ArrayLike,
    *,
    alpha: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `negative_binomial_nll` and `negative_binomial_nll_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (negative_binomial_nll(...), negative_binomial_nll_grad(...))

    Parameters:
        As for `negative_binomial_nll`.

    Returns:
        A pair of what `negative_binomial_nll` and `negative_binomial_nll_grad` return.

    Raises:
        ValueError, TypeError: As `negative_binomial_nll` does.

    Not to be confused with:
        `negative_binomial_nll_grad`, which returns the gradient alone.

    Source:
        As for `negative_binomial_nll`.

    Examples:
        >>> negative_binomial_nll_value_and_grad([2.0], [0.0])[0]
        2.0794415416798357
    """
    return value_and_gradient(
        SPEC, _kernel, (y_true, log_mean), reduction, sample_weight, alpha=alpha
    )


def _kernel(part, alpha):
    y, eta = part["y_true"], part["log_mean"]
    v = eta + log(alpha)
    values = (y + 1 / alpha) * softplus(v) - np.where(y == 0, 0, y * eta)
    return Samples(values, (expit(v) / alpha - y * expit(-v),))


SPEC = FunctionSpec(
    slug="negative_binomial_nll",
    title="Negative binomial negative log-likelihood",
    family="likelihood",
    loss=negative_binomial_nll,
    grad=negative_binomial_nll_grad,
    value_and_grad=negative_binomial_nll_value_and_grad,
    page="mle/discrete",
    arguments=(
        Argument("y_true", Interval(0.0, inf, True, False)),
        Argument("log_mean", EXTENDED, wrt=True),
    ),
    formula="(y_true + 1 / alpha) * log(1 + alpha * exp(log_mean)) - y_true * log_mean",
    draw=lambda rng: (rng.integers(0, 6, 60).astype(float), rng.uniform(-4, 3, 60)),
    convex=True,
    sources=("lawless1987",),
    params=(Param("alpha", 1.0, 0.0, inf, False, False, "log", r"\alpha"),),
    edges=(
        Edge("no counts and none expected", (0.0, -inf), 0.0, (0.0,)),
        Edge("at the mean", (1.0, 0.0), 1.3862943611198906, (0.0,)),
    ),
    refused=(("y_true", (np.array([1.0, -1.0]), np.zeros(2))),),
    identities=(
        Identity(
            "with little extra variance it is the Poisson loss",
            lambda y, p: (negative_binomial_nll(y, p, alpha=1e-9), poisson_nll(y, p)),
            1e-7,
        ),
    ),
    ulp=256.0,  # the value crosses zero, where two large terms cancel
)
