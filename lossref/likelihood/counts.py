"""Negative log-likelihoods of counts and of positive amounts, and their deviances."""

from __future__ import annotations

from math import inf, log
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, Argument, Edge, FunctionSpec, Identity, Interval, Name, Param
from lossref.stable import _series, expit, g, h, softplus

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
    return value(POISSON_NLL, _poisson_nll_kernel, (y_true, log_rate), reduction, sample_weight)


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
    return gradient(POISSON_NLL, _poisson_nll_kernel, (y_true, log_rate), reduction, sample_weight)


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
    return value_and_gradient(
        POISSON_NLL, _poisson_nll_kernel, (y_true, log_rate), reduction, sample_weight
    )


def _poisson_nll_kernel(part):
    eta, y = part["log_rate"], part["y_true"]
    rate = np.exp(eta)
    return Samples(rate - np.where(y == 0, 0 * y, y * eta), (rate - y,))


POISSON_NLL = FunctionSpec(
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
    return value(
        NEGATIVE_BINOMIAL_NLL,
        _negative_binomial_nll_kernel,
        (y_true, log_mean),
        reduction,
        sample_weight,
        alpha=alpha,
    )


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
    return gradient(
        NEGATIVE_BINOMIAL_NLL,
        _negative_binomial_nll_kernel,
        (y_true, log_mean),
        reduction,
        sample_weight,
        alpha=alpha,
    )


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
        NEGATIVE_BINOMIAL_NLL,
        _negative_binomial_nll_kernel,
        (y_true, log_mean),
        reduction,
        sample_weight,
        alpha=alpha,
    )


def _negative_binomial_nll_kernel(part, alpha):
    y, eta = part["y_true"], part["log_mean"]
    v = eta + log(alpha)
    values = (y + 1 / alpha) * softplus(v) - np.where(y == 0, 0, y * eta)
    return Samples(values, (expit(v) / alpha - y * expit(-v),))


NEGATIVE_BINOMIAL_NLL = FunctionSpec(
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


def poisson_deviance(
    y_true: ArrayLike,
    rate: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Twice what a perfect prediction would gain in log-likelihood.

    Use it to score predicted means of such data. Not with a mean of 0, which rules out what may
    be seen.

    Formula:
        l = 2 (y log(y / rate) - y + rate)

    Parameters:
        y_true: Array of any shape: counts y >= 0.
        rate: Array of the same shape: predicted means > 0. NaN is passed on.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of rate.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `poisson_nll`, which takes the logarithm of the mean and has a constant more.

    Source:
        McCullagh and Nelder (1989), section 2.3.

    Examples:
        >>> poisson_deviance([2.0], [1.0])
        0.7725887222397811
    """
    return value(
        POISSON_DEVIANCE, _poisson_deviance_kernel, (y_true, rate), reduction, sample_weight
    )


def poisson_deviance_grad(
    y_true: ArrayLike,
    rate: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `poisson_deviance` with respect to rate.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/drate = 2 (1 - y / rate)
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `poisson_deviance`.

    Returns:
        An array of the shape of rate, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `poisson_deviance` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `poisson_deviance`.

    Examples:
        >>> poisson_deviance_grad([2.0], [1.0])
        array([-2.])
    """
    return gradient(
        POISSON_DEVIANCE, _poisson_deviance_kernel, (y_true, rate), reduction, sample_weight
    )


def poisson_deviance_value_and_grad(
    y_true: ArrayLike,
    rate: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `poisson_deviance` and `poisson_deviance_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (poisson_deviance(...), poisson_deviance_grad(...))

    Parameters:
        As for `poisson_deviance`.

    Returns:
        A pair of what `poisson_deviance` and `poisson_deviance_grad` return.

    Raises:
        ValueError, TypeError: As `poisson_deviance` does.

    Not to be confused with:
        `poisson_deviance_grad`, which returns the gradient alone.

    Source:
        As for `poisson_deviance`.

    Examples:
        >>> poisson_deviance_value_and_grad([2.0], [1.0])[0]
        0.7725887222397811
    """
    return value_and_gradient(
        POISSON_DEVIANCE, _poisson_deviance_kernel, (y_true, rate), reduction, sample_weight
    )


def _poisson_deviance_kernel(part):
    y, rate = part["y_true"], part["rate"]
    return Samples(2 * rate * h((y - rate) / rate), (-2 * (y - rate) / rate,))


POISSON_DEVIANCE = FunctionSpec(
    slug="poisson_deviance",
    title="Poisson deviance",
    family="likelihood",
    loss=poisson_deviance,
    grad=poisson_deviance_grad,
    value_and_grad=poisson_deviance_value_and_grad,
    page="mle/discrete",
    arguments=(
        Argument("y_true", Interval(0.0, inf, True, False)),
        Argument("rate", Interval(0.0, inf, False, False), wrt=True),
    ),
    formula="2 * (xlogy(y_true, y_true / rate) - y_true + rate)",
    draw=lambda rng: (
        lambda y: (y, y * (1 + rng.choice([-1, 1], 60) * 10.0 ** -rng.uniform(0.1, 9, 60)))
    )(rng.uniform(0.1, 9, 60)),
    convex=True,
    sources=("mccullagh1989",),
    refused=(("rate", (np.ones(2), np.array([1.0, 0.0]))),),
    names_elsewhere=(
        Name(
            "sklearn",
            "sklearn.metrics.mean_poisson_deviance(y_true, y_pred)",
            "cancels near a perfect prediction",
        ),
    ),
    ulp=12.0,  # its kernel is a series near equality
)


def gamma_deviance(
    y_true: ArrayLike,
    rate: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Twice what a perfect prediction would gain in log-likelihood.

    Use it to score predicted means of such data. Not with a mean of 0, which rules out what may
    be seen.

    Formula:
        l = 2 (y / rate - 1 - log(y / rate))

    Parameters:
        y_true: Array of any shape: numbers y > 0.
        rate: Array of the same shape: predicted means > 0. NaN is passed on.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of rate.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `poisson_nll`, which takes the logarithm of the mean and has a constant more.

    Source:
        McCullagh and Nelder (1989), section 2.3.

    Examples:
        >>> gamma_deviance([2.0], [1.0])
        0.6137056388801094
    """
    return value(GAMMA_DEVIANCE, _gamma_deviance_kernel, (y_true, rate), reduction, sample_weight)


def gamma_deviance_grad(
    y_true: ArrayLike,
    rate: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `gamma_deviance` with respect to rate.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/drate = 2 (rate - y) / rate^2
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `gamma_deviance`.

    Returns:
        An array of the shape of rate, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `gamma_deviance` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `gamma_deviance`.

    Examples:
        >>> gamma_deviance_grad([2.0], [1.0])
        array([-2.])
    """
    return gradient(
        GAMMA_DEVIANCE, _gamma_deviance_kernel, (y_true, rate), reduction, sample_weight
    )


def gamma_deviance_value_and_grad(
    y_true: ArrayLike,
    rate: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `gamma_deviance` and `gamma_deviance_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (gamma_deviance(...), gamma_deviance_grad(...))

    Parameters:
        As for `gamma_deviance`.

    Returns:
        A pair of what `gamma_deviance` and `gamma_deviance_grad` return.

    Raises:
        ValueError, TypeError: As `gamma_deviance` does.

    Not to be confused with:
        `gamma_deviance_grad`, which returns the gradient alone.

    Source:
        As for `gamma_deviance`.

    Examples:
        >>> gamma_deviance_value_and_grad([2.0], [1.0])[0]
        0.6137056388801094
    """
    return value_and_gradient(
        GAMMA_DEVIANCE, _gamma_deviance_kernel, (y_true, rate), reduction, sample_weight
    )


def _gamma_deviance_kernel(part):
    y, rate = part["y_true"], part["rate"]
    return Samples(2 * g((y - rate) / rate), (-2 * ((y - rate) / rate) / rate,))


GAMMA_DEVIANCE = FunctionSpec(
    slug="gamma_deviance",
    title="Gamma deviance",
    family="likelihood",
    loss=gamma_deviance,
    grad=gamma_deviance_grad,
    value_and_grad=gamma_deviance_value_and_grad,
    page="mle/discrete",
    arguments=(
        Argument("y_true", Interval(0.0, inf, False, False)),
        Argument("rate", Interval(0.0, inf, False, False), wrt=True),
    ),
    formula="2 * (y_true / rate - 1 - log(y_true / rate))",
    draw=lambda rng: (
        lambda y: (y, y * (1 + rng.choice([-1, 1], 60) * 10.0 ** -rng.uniform(0.1, 9, 60)))
    )(rng.uniform(0.1, 9, 60)),
    convex=False,
    sources=("mccullagh1989",),
    refused=(("rate", (np.ones(2), np.array([1.0, 0.0]))),),
    names_elsewhere=(
        Name(
            "sklearn",
            "sklearn.metrics.mean_gamma_deviance(y_true, y_pred)",
            "cancels near a perfect prediction",
        ),
    ),
    ulp=8.0,  # its kernel is a series near equality
)


def tweedie_deviance(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    power: float = 1.5,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The deviance of amounts that are often exactly 0 and otherwise positive.

    Use it for claims, rain or sales, with a variance that grows like mean^power. Not for counts
    (power 1, `poisson_deviance`), nor for amounts that are never 0 (power 2, `gamma_deviance`).

    Formula:
        l = 2 (y^(2 - p) / ((1 - p) (2 - p)) - y mu^(1 - p) / (1 - p) + mu^(2 - p) / (2 - p)), with
        mu = y_pred and p = power

    Parameters:
        y_true: Array of any shape: amounts y >= 0.
        y_pred: Array of the same shape: predicted means > 0, finite. NaN is passed on.
        power: Number in (1, 2): how the variance grows with the mean.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of y_pred.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        Half of it, which some libraries minimise.

    Source:
        Jørgensen (1987).

    Examples:
        >>> tweedie_deviance([0.0], [4.0])
        8.0
    """
    return value(
        TWEEDIE_DEVIANCE,
        _tweedie_deviance_kernel,
        (y_true, y_pred),
        reduction,
        sample_weight,
        power=power,
    )


def tweedie_deviance_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    power: float = 1.5,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `tweedie_deviance` with respect to y_pred.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dmu = 2 (mu - y) mu^(-p)
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `tweedie_deviance`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `tweedie_deviance` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `tweedie_deviance`.

    Examples:
        >>> tweedie_deviance_grad([0.0], [4.0])
        array([1.])
    """
    return gradient(
        TWEEDIE_DEVIANCE,
        _tweedie_deviance_kernel,
        (y_true, y_pred),
        reduction,
        sample_weight,
        power=power,
    )


def tweedie_deviance_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    power: float = 1.5,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `tweedie_deviance` and `tweedie_deviance_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (tweedie_deviance(...), tweedie_deviance_grad(...))

    Parameters:
        As for `tweedie_deviance`.

    Returns:
        A pair of what `tweedie_deviance` and `tweedie_deviance_grad` return.

    Raises:
        ValueError, TypeError: As `tweedie_deviance` does.

    Not to be confused with:
        `tweedie_deviance_grad`, which returns the gradient alone.

    Source:
        As for `tweedie_deviance`.

    Examples:
        >>> tweedie_deviance_value_and_grad([0.0], [4.0])[0]
        8.0
    """
    return value_and_gradient(
        TWEEDIE_DEVIANCE,
        _tweedie_deviance_kernel,
        (y_true, y_pred),
        reduction,
        sample_weight,
        power=power,
    )


#: Below this distance of y from mu, in units of mu, a series replaces what cancels.
_NEAR = 0.25


def _tweedie_deviance_kernel(part, power):
    """2 mu^(2 - p) K(d), with d = (y - mu) / mu and K the integral of (d - s) (1 + s)^(-p)."""
    y, mu = part["y_true"], part["y_pred"]
    d = (y - mu) / mu
    grown = np.log1p(d)
    first, second = (np.expm1(a * grown) / a for a in (1 - power, 2 - power))
    # d is -1 for y = 0, and where y is too small to be seen beside mu.
    far = np.where(d == -1, 1 / (2 - power), (1 + d) * first - second)
    far = np.where(np.isposinf(d), np.inf, far)
    terms, binomial = [], 1.0
    for j in range(28):
        terms.append(binomial / ((j + 1) * (j + 2)))
        binomial *= -(power + j) / (j + 1)
    distance = _series(d, np.abs(d) < _NEAR, far, terms)
    values = 2 * mu ** (2 - power) * distance
    return Samples(values, (2 * (mu - y) * mu**-power,))


TWEEDIE_DEVIANCE = FunctionSpec(
    slug="tweedie_deviance",
    title="Tweedie deviance",
    family="likelihood",
    loss=tweedie_deviance,
    grad=tweedie_deviance_grad,
    value_and_grad=tweedie_deviance_value_and_grad,
    page="mle/discrete",
    arguments=(
        Argument("y_true", Interval(0.0, inf, True, False)),
        Argument("y_pred", Interval(0.0, inf, False, False), wrt=True),
    ),
    formula=(
        "2 * ((y_true ** (2 - power) if y_true else 0) / ((1 - power) * (2 - power))"
        " - y_true * y_pred ** (1 - power) / (1 - power) + y_pred ** (2 - power) / (2 - power))"
    ),
    draw=lambda rng: (lambda mu, off: (np.where(rng.random(80) < 0.2, 0, mu * np.exp(off)), mu))(
        10.0 ** rng.uniform(-1, 2, 80), rng.choice([-1, 1], 80) * 10.0 ** rng.uniform(-9, 0.5, 80)
    ),
    convex=False,
    sources=("jorgensen1987",),
    params=(Param("power", 1.5, 1.0, 2.0, False, False, "linear", "p"),),
    edges=(
        Edge("nothing, where 4 were expected", (0.0, 4.0), 8.0, (1.0,)),
        Edge("next to nothing, where much was expected", (1e-300, 1e100), 4e50, (2e-50,)),
        Edge("much, where nothing was expected", (1e300, 1e-300), inf, (-inf,)),
        Edge("a perfect prediction", (3.0, 3.0), 0.0, (0.0,)),
    ),
    refused=(("y_pred", (np.ones(1), np.zeros(1))), ("y_true", (-np.ones(1), np.ones(1)))),
    names_elsewhere=(
        Name("sklearn", "sklearn.metrics.mean_tweedie_deviance(y_true, y_pred, power=power)"),
    ),
    ulp=32.0,  # beyond the series, two terms of which one is subtracted
)
