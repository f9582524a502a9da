"""Negative log-likelihoods of a centre and a width that are both predicted."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, REAL, Argument, Edge, FunctionSpec, Name, Param

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def gaussian_nll(
    y_true: ArrayLike,
    mean: ArrayLike,
    log_var: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Half the squared error in units of a predicted variance, and what the variance costs.

    Use it to predict an error bar beside a value. Not with a variance of its own floor: the
    logarithm of the variance needs none.

    Formula:
        l = (s + e^2 exp(-s)) / 2, with e = mean - y and s = log_var; the constant log(2 pi) / 2
        is left out

    Parameters:
        y_true: Array of any shape: what was observed, finite.
        mean: Array of the same shape. NaN is passed on.
        log_var: Array of the same shape: the logarithm of the variance.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the arguments.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `mse`, which it is up to constants for a fixed variance.

    Source:
        Nix and Weigend (1994).

    Examples:
        >>> gaussian_nll([0.0], [1.0], [0.0])
        0.5
    """
    return value(
        GAUSSIAN_NLL, _gaussian_nll_kernel, (y_true, mean, log_var), reduction, sample_weight
    )


def gaussian_nll_grad(
    y_true: ArrayLike,
    mean: ArrayLike,
    log_var: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `gaussian_nll` with respect to mean and log_var.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dmean = e exp(-s); dl/ds = (1 - e^2 exp(-s)) / 2
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `gaussian_nll`.

    Returns:
        A tuple of arrays, one of the shape of each of mean and log_var, in their order.

    Raises:
        ValueError, TypeError: As `gaussian_nll` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `gaussian_nll`.

    Examples:
        >>> gaussian_nll_grad([0.0], [1.0], [0.0])
        (array([1.]), array([0.]))
    """
    return gradient(
        GAUSSIAN_NLL, _gaussian_nll_kernel, (y_true, mean, log_var), reduction, sample_weight
    )


def gaussian_nll_value_and_grad(
    y_true: ArrayLike,
    mean: ArrayLike,
    log_var: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `gaussian_nll` and `gaussian_nll_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (gaussian_nll(...), gaussian_nll_grad(...))

    Parameters:
        As for `gaussian_nll`.

    Returns:
        A pair of what `gaussian_nll` and `gaussian_nll_grad` return.

    Raises:
        ValueError, TypeError: As `gaussian_nll` does.

    Not to be confused with:
        `gaussian_nll_grad`, which returns the gradient alone.

    Source:
        As for `gaussian_nll`.

    Examples:
        >>> gaussian_nll_value_and_grad([0.0], [1.0], [0.0])[0]
        0.5
    """
    return value_and_gradient(
        GAUSSIAN_NLL, _gaussian_nll_kernel, (y_true, mean, log_var), reduction, sample_weight
    )


def _gaussian_nll_kernel(part):
    s = part["log_var"]
    error = part["mean"] - part["y_true"]
    pull = error * np.exp(-s)
    energy = error * pull
    return Samples((s + energy) / 2, (pull, (1 - energy) / 2))


GAUSSIAN_NLL = FunctionSpec(
    slug="gaussian_nll",
    title="Gaussian negative log-likelihood",
    family="likelihood",
    loss=gaussian_nll,
    grad=gaussian_nll_grad,
    value_and_grad=gaussian_nll_value_and_grad,
    page="mle/gaussian",
    arguments=(
        Argument("y_true", REAL),
        Argument("mean", EXTENDED, wrt=True),
        Argument("log_var", REAL, wrt=True),
    ),
    formula="(log_var + (mean - y_true) ** 2 * exp(-log_var)) / 2",
    draw=lambda rng: (rng.normal(size=60), rng.normal(size=60) * 3, rng.uniform(-4, 4, 60)),
    convex=False,
    sources=("nix1994",),
    names_elsewhere=(
        Name(
            "torch",
            "torch.nn.functional.gaussian_nll_loss",
            "takes the variance and clamps it at 1e-6",
        ),
    ),
    ulp=8.0,  # the value crosses zero
)


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
    return value(
        LAPLACE_NLL, _laplace_nll_kernel, (y_true, loc, log_scale), reduction, sample_weight
    )


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
    return gradient(
        LAPLACE_NLL, _laplace_nll_kernel, (y_true, loc, log_scale), reduction, sample_weight
    )


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
    return value_and_gradient(
        LAPLACE_NLL, _laplace_nll_kernel, (y_true, loc, log_scale), reduction, sample_weight
    )


def _laplace_nll_kernel(part):
    s = part["log_scale"]
    error = part["loc"] - part["y_true"]
    rate = np.exp(-s)
    size = np.abs(error) * rate
    return Samples(s + size, (np.sign(error) * rate, 1 - size))


LAPLACE_NLL = FunctionSpec(
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
    return value(
        STUDENT_T_NLL,
        _student_t_nll_kernel,
        (y_true, loc, log_scale),
        reduction,
        sample_weight,
        nu=nu,
    )


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
    return gradient(
        STUDENT_T_NLL,
        _student_t_nll_kernel,
        (y_true, loc, log_scale),
        reduction,
        sample_weight,
        nu=nu,
    )


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
        STUDENT_T_NLL,
        _student_t_nll_kernel,
        (y_true, loc, log_scale),
        reduction,
        sample_weight,
        nu=nu,
    )


def _student_t_nll_kernel(part, nu):
    s = part["log_scale"]
    error = part["loc"] - part["y_true"]
    rate = np.exp(-s)
    r = error * rate
    square = r * r
    values = (nu + 1) / 2 * np.log1p(square / nu) + s
    share = (nu + 1) / (nu + square)
    return Samples(values, (share * r * rate, 1 - share * square))


STUDENT_T_NLL = FunctionSpec(
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
