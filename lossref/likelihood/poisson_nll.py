"""Poisson negative log-likelihood: minus the log-likelihood of counts under a predicted log-rate."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, Argument, FunctionSpec, Interval, Name

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def poisson_nll(
    y_true: ArrayLike,
    log_rate: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Minus the log-likelihood of counts under a predicted log-rate.

    Use it to predict counts. Not for counts that vary more than their mean.

    Formula:
        l = exp(eta) - y eta, with eta = log_rate; the constant log(y!) is left out

    Parameters:
        y_true: Array of any shape: counts y >= 0.
        log_rate: Array of the same shape. NaN is passed on.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of log_rate.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `poisson_deviance`, which is 0 at a perfect prediction.

    Source:
        Nelder and Wedderburn (1972).

    Examples:
        >>> poisson_nll([2.0], [0.0])
        1.0
    """
    return value(SPEC, _kernel, (y_true, log_rate), reduction, sample_weight)


def poisson_nll_grad(
    y_true: ArrayLike,
    log_rate: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `poisson_nll` with respect to log_rate.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/deta = exp(eta) - y
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `poisson_nll`.

    Returns:
        An array of the shape of log_rate, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `poisson_nll` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `poisson_nll`.

    Examples:
        >>> poisson_nll_grad([2.0], [0.0])
        array([-1.])
    """
    return gradient(SPEC, _kernel, (y_true, log_rate), reduction, sample_weight)


def poisson_nll_value_and_grad(
    y_true: ArrayLike,
    log_rate: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `poisson_nll` and `poisson_nll_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (poisson_nll(...), poisson_nll_grad(...))

    Parameters:
        As for `poisson_nll`.

    Returns:
        A pair of what `poisson_nll` and `poisson_nll_grad` return.

    Raises:
        ValueError, TypeError: As `poisson_nll` does.

    Not to be confused with:
        `poisson_nll_grad`, which returns the gradient alone.

    Source:
        As for `poisson_nll`.

    Examples:
        >>> poisson_nll_value_and_grad([2.0], [0.0])[0]
        1.0
    """
    return value_and_gradient(SPEC, _kernel, (y_true, log_rate), reduction, sample_weight)


def _kernel(part):
    eta, y = part["log_rate"], part["y_true"]
    rate = np.exp(eta)
    return Samples(rate - np.where(y == 0, 0 * y, y * eta), (rate - y,))


SPEC = FunctionSpec(
    slug="poisson_nll",
    title="Poisson negative log-likelihood",
    family="likelihood",
    loss=poisson_nll,
    grad=poisson_nll_grad,
    value_and_grad=poisson_nll_value_and_grad,
    page="mle/discrete",
    arguments=(
        Argument("y_true", Interval(0.0, inf, True, False)),
        Argument("log_rate", EXTENDED, wrt=True),
    ),
    formula="exp(log_rate) - y_true * log_rate",
    draw=lambda rng: (rng.integers(0, 6, 60).astype(float), rng.uniform(-4, 3, 60)),
    convex=True,
    sources=("nelder1972",),
    refused=(("y_true", (np.array([1.0, -1.0]), np.zeros(2))),),
    names_elsewhere=(
        Name(
            "torch",
            "torch.nn.functional.poisson_nll_loss(y_pred, y_true)",
            "with full=True an approximation of log(y!)",
        ),
    ),
    ulp=256.0,  # the value crosses zero, where two large terms cancel
)
