"""Functions that every probabilistic loss is made of, in forms that keep their digits.

All work elementwise or along one axis, return the dtype of the input (float64 for integers),
and give limits at infinity. Derivatives end in ``_grad``; those of softmax and log_softmax
take the gradient that arrives from above, because their Jacobian is a matrix per row.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from lossref import _check

__all__ = [
    "erf",
    "expit",
    "expit_grad",
    "g",
    "h",
    "jsu",
    "log_expit",
    "log_expit_grad",
    "log_softmax",
    "log_softmax_grad",
    "logsumexp",
    "logsumexp_grad",
    "m",
    "softmax",
    "softmax_grad",
    "softplus",
    "softplus_grad",
    "xlogy",
]


def _floats(who: str, x: Any, name: str = "x") -> np.ndarray:
    array = _check._real_array(who, name, x)
    return array if array.dtype.kind == "f" else array.astype(np.float64)


def _along(who: str, x: Any, axis: Any) -> np.ndarray:
    """The same, for what is summed along an axis."""
    x = _floats(who, x)
    if not x.shape[_check.axis(who, "x", axis, x)]:
        raise ValueError(
            f"{who}: x must have at least one element along axis {axis}; got shape {x.shape}. "
            "Leave empty rows out first."
        )
    return x


def _upstream(who: str, u: Any, x: np.ndarray) -> np.ndarray:
    """What arrives from above, one number per element of ``x``."""
    u = _floats(who, u, "upstream")
    if u.shape != x.shape:
        raise ValueError(
            f"{who}: upstream and x must have the same shape; got {u.shape} and {x.shape}. "
            "Pass the gradient of what is computed from the result."
        )
    return u


def softplus(x: Any) -> Any:
    """log(1 + exp(x)), as max(x, 0) + log1p(exp(-|x|)): no overflow, no threshold.

    Use it for the logarithm of a probability that is made of one logit. Not on a probability:
    what the logit knew beyond 1 - 1e-16 is lost there.

    Formula:
        log(1 + exp(x))

    Parameters:
        x: Array of any shape; any number, infinities too. NaN is passed on.

    Returns:
        An array of the shape of x, in its dtype; float64 for integers.

    Raises:
        TypeError: If x does not hold real numbers.

    Not to be confused with:
        PyTorch's softplus, which returns x itself above a threshold of 20.
        `logsumexp`, of which it is the case of the two numbers 0 and x.

    Source:
        Mächler (2012), for log1p(exp(x)).

    Examples:
        >>> float(softplus(0.0))
        0.6931471805599453
    """
    x = _floats("softplus", x)
    with np.errstate(under="ignore"):
        return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def softplus_grad(x: Any) -> Any:
    """Derivative of `softplus`: the logistic function.

    Use it to train. Not for its own derivative: that is `expit_grad`.

    Formula:
        1 / (1 + exp(-x))

    Parameters:
        x: Array of any shape; any number, infinities too. NaN is passed on.

    Returns:
        An array of the shape of x, in its dtype; float64 for integers.

    Raises:
        TypeError: If x does not hold real numbers.

    Not to be confused with:
        `log_expit_grad`, which is the same function of -x.

    Source:
        By differentiating `softplus`.

    Examples:
        >>> float(softplus_grad(0.0))
        0.5
    """
    return expit(_floats("softplus_grad", x))


def expit(x: Any) -> Any:
    """The logistic function 1 / (1 + exp(-x)), from exp(-|x|) on both sides.

    Use it to show a probability. Not on the way to a loss: take `softplus` of the logit.

    Formula:
        1 / (1 + exp(-x))

    Parameters:
        x: Array of any shape; any number, infinities too. NaN is passed on.

    Returns:
        An array of the shape of x, in its dtype; float64 for integers.

    Raises:
        TypeError: If x does not hold real numbers.

    Not to be confused with:
        `softmax`, of which it is the case of the two logits 0 and x.

    Source:
        By multiplying numerator and denominator with exp(x) where x < 0.

    Examples:
        >>> float(expit(-1000.0))
        0.0
    """
    x = _floats("expit", x)
    with np.errstate(under="ignore"):
        small = np.exp(-np.abs(x))
    # The numerator is exp(x) on the left and 1 on the right, chosen without a branch.
    return np.maximum(small, x >= 0) / (1 + small)


def expit_grad(x: Any) -> Any:
    """Derivative of `expit`, expit(x) expit(-x), which 1 - expit(x) would cancel.

    Use it to train through a probability. Not for a loss of logits, whose derivative is shorter.

    Formula:
        expit(x) expit(-x)

    Parameters:
        x: Array of any shape; any number, infinities too. NaN is passed on.

    Returns:
        An array of the shape of x, in its dtype; float64 for integers.

    Raises:
        TypeError: If x does not hold real numbers.

    Not to be confused with:
        `expit` (1 - `expit`), which is 0 from x = 37 on.

    Source:
        By differentiating `expit`.

    Examples:
        >>> float(expit_grad(0.0))
        0.25
    """
    x = _floats("expit_grad", x)
    return expit(x) * expit(-x)


def log_expit(x: Any) -> Any:
    """log(expit(x)) = -softplus(-x).

    Use it for the logarithm of a probability. Not for that of the other class: pass -x.

    Formula:
        -log(1 + exp(-x))

    Parameters:
        x: Array of any shape; any number, infinities too. NaN is passed on.

    Returns:
        An array of the shape of x, in its dtype; float64 for integers.

    Raises:
        TypeError: If x does not hold real numbers.

    Not to be confused with:
        The logarithm of `expit`, which is -inf where the probability is no float any more.

    Source:
        By definition.

    Examples:
        >>> float(log_expit(-1000.0))
        -1000.0
    """
    return -softplus(-_floats("log_expit", x))


def log_expit_grad(x: Any) -> Any:
    """Derivative of `log_expit`: expit(-x).

    Use it to train. Not 1 - `expit`, which has no digits left for large x.

    Formula:
        1 / (1 + exp(x))

    Parameters:
        x: Array of any shape; any number, infinities too. NaN is passed on.

    Returns:
        An array of the shape of x, in its dtype; float64 for integers.

    Raises:
        TypeError: If x does not hold real numbers.

    Not to be confused with:
        `softplus_grad`, which is the same function of -x.

    Source:
        By differentiating `log_expit`.

    Examples:
        >>> float(log_expit_grad(0.0))
        0.5
    """
    return expit(-_floats("log_expit_grad", x))


def xlogy(x: Any, y: Any) -> Any:
    """x log(y), and 0 where x is 0 whatever y is.

    Use it for a term of an entropy, where 0 log 0 is 0. Not for logits: log(y) is known there.

    Formula:
        0 where x = 0, and x log(y) elsewhere

    Parameters:
        x: Array of any shape; any number. NaN is passed on.
        y: Array that broadcasts with it; log(y) is -inf at 0 and NaN below. NaN is passed on.

    Returns:
        An array of the shape that x and y broadcast to; float64 for integers.

    Raises:
        TypeError: If x or y does not hold real numbers.
        ValueError: If x and y do not broadcast to one shape.

    Not to be confused with:
        x * np.log(y), which is NaN at 0 and 0.

    Source:
        By continuity: x log(x) tends to 0 with x.

    Examples:
        >>> float(xlogy(0.0, 0.0))
        0.0
    """
    x, y = _floats("xlogy", x), _floats("xlogy", y, "y")
    try:
        np.broadcast_shapes(x.shape, y.shape)
    except ValueError:
        raise ValueError(
            f"xlogy: x and y must broadcast to one shape; got {x.shape} and {y.shape}. "
            "Add the axes that are missing with [:, None]."
        ) from None
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where((x == 0) & ~np.isnan(y), x * 0, x * np.log(y))[()]


def logsumexp(x: Any, *, axis: int = -1) -> Any:
    """log of the sum of exp(x) along an axis, shifted by the largest element.

    Use it to normalise logits. Not for two classes with one logit: that is `softplus`.

    Formula:
        log(sum_j exp(x_j))

    Parameters:
        x: Array of at least one axis; any number, infinities too. NaN is passed on.
        axis: The axis along which the classes stand; the last one if not given.

    Returns:
        An array without that axis, in the dtype of x; float64 for integers. A number for a row.

    Raises:
        TypeError: If x does not hold real numbers.
        ValueError: If there is no such axis, or nothing along it.

    Not to be confused with:
        The largest element, which it exceeds by at most log(n) for n elements.

    Source:
        Blanchard et al. (2021), the shifted form with log1p.

    Examples:
        >>> float(logsumexp([1000.0, 1000.0]))
        1000.6931471805599
    """
    x = _along("logsumexp", x, axis)
    top, others = _without_top(x, axis)
    return (top + np.log1p(others))[()]


def _without_top(x: np.ndarray, axis: int) -> tuple[np.ndarray, np.ndarray]:
    """The largest element, and the sum of exp(x - top) over all but that one."""
    at = np.expand_dims(np.argmax(x, axis=axis), axis)
    top = np.take_along_axis(x, at, axis)
    safe = np.where(np.isinf(top), 0, top)
    with np.errstate(over="ignore", under="ignore"):
        powers = np.exp(x - safe)
    np.put_along_axis(powers, at, 0, axis)
    others = np.where(np.isinf(top), 0, powers.sum(axis=axis, keepdims=True))
    return np.squeeze(top, axis), np.squeeze(others, axis)


def logsumexp_grad(x: Any, *, axis: int = -1) -> Any:
    """Gradient of `logsumexp`: `softmax`.

    Use it to train. Not for the second derivative: that is a matrix per row.

    Formula:
        exp(x_i) / sum_j exp(x_j)

    Parameters:
        x: Array of at least one axis; finite, or -inf for what has no share.
            NaN is passed on, and where a row has no largest finite element the result is NaN.
        axis: The axis along which the classes stand; the last one if not given.

    Returns:
        An array of the shape of x, in its dtype; float64 for integers.

    Raises:
        TypeError: If x does not hold real numbers.
        ValueError: If there is no such axis, or nothing along it.

    Not to be confused with:
        `softmax_grad`, which is the derivative of this.

    Source:
        By differentiating `logsumexp`.

    Examples:
        >>> logsumexp_grad([0.0, 0.0])
        array([0.5, 0.5])
    """
    return softmax(_along("logsumexp_grad", x, axis), axis=axis)


def softmax(x: Any, *, axis: int = -1) -> Any:
    """exp(x) / sum(exp(x)) along an axis, shifted by the largest element.

    Use it to show probabilities. Not on the way to a loss: take `log_softmax` of the logits.

    Formula:
        exp(x_i) / sum_j exp(x_j)

    Parameters:
        x: Array of at least one axis; finite, or -inf for what has no share.
            NaN is passed on, and where a row has no largest finite element the result is NaN.
        axis: The axis along which the classes stand; the last one if not given.

    Returns:
        An array of the shape of x, in its dtype; float64 for integers.

    Raises:
        TypeError: If x does not hold real numbers.
        ValueError: If there is no such axis, or nothing along it.

    Not to be confused with:
        `expit` of each element, whose values need not sum to 1.

    Source:
        Bridle (1990); shifted as in Blanchard et al. (2021).

    Examples:
        >>> softmax([1000.0, 1000.0])
        array([0.5, 0.5])
    """
    x = _along("softmax", x, axis)
    with np.errstate(under="ignore", invalid="ignore"):
        out = np.exp(x - x.max(axis=axis, keepdims=True))
        out /= out.sum(axis=axis, keepdims=True)
    return out


def softmax_grad(x: Any, upstream: Any, *, axis: int = -1) -> Any:
    """What arrives at x when ``upstream`` arrives at `softmax`: P * (u - sum(P * u)).

    Use it to train through probabilities. Not for cross-entropy, whose gradient is P - Y.

    Formula:
        P_i (u_i - sum_j P_j u_j), with P = softmax(x)

    Parameters:
        x: Array of at least one axis; finite, or -inf for what has no share.
        upstream: Array of the shape of x: the gradient with respect to the result.
        axis: The axis along which the classes stand; the last one if not given.

    Returns:
        An array of the shape of x, in its dtype; float64 for integers.

    Raises:
        TypeError: If x or upstream does not hold real numbers.
        ValueError: If there is no such axis, or nothing along it, or the shapes differ.

    Not to be confused with:
        `softmax`, which is the gradient of `logsumexp`.

    Source:
        By differentiating `softmax`; Bridle (1990).

    Examples:
        >>> softmax_grad([0.0, 0.0], [1.0, 0.0])
        array([ 0.25, -0.25])
    """
    x = _along("softmax_grad", x, axis)
    p, u = softmax(x, axis=axis), _upstream("softmax_grad", upstream, x)
    return p * (u - (p * u).sum(axis=axis, keepdims=True))


def log_softmax(x: Any, *, axis: int = -1) -> Any:
    """log of `softmax`; the largest element keeps its digits too, through log1p.

    Use it for the logarithms of all probabilities of a row. Not where one label is all you need:
    `softmax_cross_entropy` keeps more digits of that one.

    Formula:
        x_i - log(sum_j exp(x_j))

    Parameters:
        x: Array of at least one axis; finite, or -inf for what has no share.
            NaN is passed on, and where a row has no largest finite element the result is NaN.
        axis: The axis along which the classes stand; the last one if not given.

    Returns:
        An array of the shape of x, in its dtype; float64 for integers.

    Raises:
        TypeError: If x does not hold real numbers.
        ValueError: If there is no such axis, or nothing along it.

    Not to be confused with:
        The logarithm of `softmax`, which is -inf where a probability is no float any more.

    Source:
        Blanchard et al. (2021), with log1p for the sum without its largest term.

    Examples:
        >>> log_softmax([40.0, 0.0])
        array([-4.24835426e-18, -4.00000000e+01])
    """
    x = _along("log_softmax", x, axis)
    top, others = (np.expand_dims(a, axis) for a in _without_top(x, axis))
    with np.errstate(invalid="ignore"):
        return (x - top) - np.log1p(others)


def log_softmax_grad(x: Any, upstream: Any, *, axis: int = -1) -> Any:
    """What arrives at x when ``upstream`` arrives at `log_softmax`: u - P * sum(u).

    Use it to train through logarithms of probabilities. Not where upstream sums to 0: it is that.

    Formula:
        u_i - P_i sum_j u_j, with P = softmax(x)

    Parameters:
        x: Array of at least one axis; finite, or -inf for what has no share.
        upstream: Array of the shape of x: the gradient with respect to the result.
        axis: The axis along which the classes stand; the last one if not given.

    Returns:
        An array of the shape of x, in its dtype; float64 for integers.

    Raises:
        TypeError: If x or upstream does not hold real numbers.
        ValueError: If there is no such axis, or nothing along it, or the shapes differ.

    Not to be confused with:
        `softmax_grad`, for what arrives at the probabilities.

    Source:
        By differentiating `log_softmax`.

    Examples:
        >>> log_softmax_grad([0.0, 0.0], [1.0, 0.0])
        array([ 0.5, -0.5])
    """
    x = _along("log_softmax_grad", x, axis)
    u = _upstream("log_softmax_grad", upstream, x)
    return u - softmax(x, axis=axis) * u.sum(axis=axis, keepdims=True)


def erf(x: Any) -> Any:
    """The error function, from the C library one number at a time: NumPy has none.

    Use it for the normal distribution function. Not on millions of numbers: SciPy's is faster.

    Formula:
        2 / sqrt(pi) times the integral of exp(-t^2) for t from 0 to x

    Parameters:
        x: Array of any shape; any number, infinities too. NaN is passed on.

    Returns:
        An array of the shape of x, in its dtype; float64 for integers.

    Raises:
        TypeError: If x does not hold real numbers.

    Not to be confused with:
        The normal distribution function, (1 + erf(x / sqrt(2))) / 2.

    Source:
        By definition, through `math.erf`.

    Examples:
        >>> float(erf(0.0))
        0.0
    """
    x = _floats("erf", x)
    return np.array([math.erf(v) for v in x.ravel().tolist()], x.dtype).reshape(x.shape)[()]


def _series(x: np.ndarray, small: np.ndarray, far: np.ndarray, coefficients: Any) -> np.ndarray:
    """``far``, but a power series in x (from x^2 on) where ``small``."""
    near = np.where(small, x, 0)
    out = np.zeros_like(near)
    for c in reversed(coefficients):
        out = out * near + c
    return np.where(small, out * near * near, far)


def _finite(x: np.ndarray) -> np.ndarray:
    """``x`` without infinity, so that infinity less this is infinity and no NaN."""
    return np.minimum(x, np.finfo(x.dtype).max)


def h(d: Any) -> Any:
    """(1 + d) log(1 + d) - d for d >= -1, without the cancellation near 0.

    Use it for the deviance of counts, with d = (y - mu) / mu. Not below -1, where it is NaN.

    Formula:
        (1 + d) log(1 + d) - d

    Parameters:
        d: Array of any shape, d >= -1, infinity too. NaN is passed on.

    Returns:
        An array of the shape of d, in its dtype; float64 for integers.

    Raises:
        TypeError: If d does not hold real numbers.

    Not to be confused with:
        `g`, whose factor before the logarithm is 1.

    Source:
        Its power series where |d| < 0.1, log1p elsewhere.

    Examples:
        >>> float(h(-1.0))
        1.0
    """
    d = _floats("h", d, "d")
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        far = np.where(d == -1, 1, (1 + d) * np.log1p(d) - _finite(d))
    return _series(d, np.abs(d) < 0.1, far, [(-1) ** k / (k * (k - 1)) for k in range(2, 19)])[()]


def g(d: Any) -> Any:
    """d - log(1 + d) for d > -1, without the cancellation near 0.

    Use it for the deviance of durations, with d = (y - mu) / mu. Not below -1, where it is NaN.

    Formula:
        d - log(1 + d)

    Parameters:
        d: Array of any shape, d > -1, infinity too; g(-1) is inf. NaN is passed on.

    Returns:
        An array of the shape of d, in its dtype; float64 for integers.

    Raises:
        TypeError: If d does not hold real numbers.

    Not to be confused with:
        `h`, and `m`, which is this of exp(s) - 1.

    Source:
        Its power series where |d| < 0.1, log1p elsewhere.

    Examples:
        >>> float(g(0.0))
        0.0
    """
    d = _floats("g", d, "d")
    with np.errstate(divide="ignore", invalid="ignore"):
        far = d - _finite(np.log1p(d))
    return _series(d, np.abs(d) < 0.1, far, [(-1) ** k / k for k in range(2, 19)])[()]


def m(s: Any) -> Any:
    """exp(s) - 1 - s, without the cancellation near 0.

    Use it for divergences of log-ratios, which are small when they matter. Not for exp(s) - 1.

    Formula:
        exp(s) - 1 - s

    Parameters:
        s: Array of any shape; any number, infinities too. NaN is passed on.

    Returns:
        An array of the shape of s, in its dtype; float64 for integers.

    Raises:
        TypeError: If s does not hold real numbers.

    Not to be confused with:
        `np.expm1`, which is one term less: exp(s) - 1.

    Source:
        Its power series where |s| < 0.1, expm1 elsewhere.

    Examples:
        >>> float(m(0.0))
        0.0
    """
    s = _floats("m", s, "s")
    with np.errstate(over="ignore"):
        far = np.expm1(s) - _finite(s)
    factorials = np.cumprod(np.arange(1.0, 16.0))  # 1!, 2!, ..., 15!
    return _series(s, np.abs(s) < 0.1, far, (1 / factorials[1:]).tolist())[()]


def jsu(u: Any) -> Any:
    """(1 + u) log(1 + u) + (1 - u) log(1 - u) for |u| <= 1, without cancellation near 0.

    Use it for the Jensen-Shannon divergence, with u = (p - q) / (p + q). Not beyond 1: NaN.

    Formula:
        (1 + u) log(1 + u) + (1 - u) log(1 - u)

    Parameters:
        u: Array of any shape, -1 <= u <= 1. NaN is passed on.

    Returns:
        An array of the shape of u, in its dtype; float64 for integers.

    Raises:
        TypeError: If u does not hold real numbers.

    Not to be confused with:
        The entropy of a coin, which is log(2) - jsu(u) / 2 where heads have (1 + u) / 2.

    Source:
        Its power series in u^2 where |u| < 0.1, log1p elsewhere.

    Examples:
        >>> float(jsu(1.0)) == 2 * float(np.log(2.0))
        True
    """
    u = _floats("jsu", u, "u")
    with np.errstate(divide="ignore", invalid="ignore"):
        far = np.where(u == -1, 0, (1 + u) * np.log1p(u))
        far = far + np.where(u == 1, 0, (1 - u) * np.log1p(-u))
    square = np.where(np.abs(u) < 0.1, u * u, 0)
    near = np.zeros_like(square)
    for k in range(10, 0, -1):
        near = near * square + 2 / (2 * k * (2 * k - 1))
    return np.where(np.abs(u) < 0.1, near * square, far)[()]
