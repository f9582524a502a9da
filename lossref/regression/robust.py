"""Losses whose pull fades as an error grows, and the family of Barron that holds most of them."""

from __future__ import annotations

from math import inf, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._blocks import Piece, gradient, value, value_and_gradient
from lossref._spec import Identity, LossSpec, Name, Param, no_kinks
from lossref._stable import expm1_ratio, omega, psi, root, split
from lossref.regression.smooth import pseudo_huber
from lossref.regression.squared import half_squared_error

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def cauchy(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    c: float = 2.385,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Half the square of small errors, logarithmic growth beyond c.

    Use it when some observations are wrong altogether, with a good start from a convex loss.
    Not from an arbitrary start: it is not convex, and may stop in a minimum that is only local.

    Formula:
        l = (c^2 / 2) log(1 + (e / c)^2), with e = y_pred - y_true

    Parameters:
        y_true: Array of any shape. What was observed; finite numbers.
        y_pred: Array of the same shape; nothing is broadcast. NaN is passed on.
        c: Number in (0, inf), in the unit of y: the error that pulls hardest; 2.385 standard
            deviations keep 95 % efficiency on Gaussian errors.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per element.
        sample_weight: Weights w >= 0 that broadcast to the shape of y_true; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape and dtype of the input.

    Raises:
        ValueError: If the shapes differ, y_true is not finite, c is outside its interval, a
            weight is negative, or there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        The Cauchy negative log-likelihood, which also has log c when the scale is estimated.
        At c = sqrt(2) it is `barron` at alpha = 0.

    Source:
        Black and Anandan (1996), the Lorentzian; the constant is that of Holland and Welsch (1977).

    Examples:
        >>> cauchy(0.0, 0.0)
        0.0
        >>> round(cauchy(0.0, 1.0, c=1.0), 6)  # log(2) / 2
        0.346574
    """
    return value(CAUCHY, _cauchy_kernel, y_true, y_pred, reduction, sample_weight, c=c)


def cauchy_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    c: float = 2.385,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Derivative of the reduced `cauchy` with respect to y_pred: the error, fading beyond c.

    Use it to train: the pull is largest at |e| = c and fades like c^2 / |e|.

    Formula:
        dl/dy_pred = e / (1 + (e / c)^2)
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `cauchy`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `cauchy` does.

    Not to be confused with:
        A bounded influence that stays: here an observation far away hardly pulls at all.

    Source:
        By differentiating `cauchy`.

    Examples:
        >>> cauchy_grad([0.0, 0.0], [1.0, 3.0], c=1.0)  # (1 / 2, 3 / 10) / 2
        array([0.25, 0.15])
    """
    return gradient(CAUCHY, _cauchy_kernel, y_true, y_pred, reduction, sample_weight, c=c)


def cauchy_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    c: float = 2.385,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `cauchy` and `cauchy_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (cauchy(...), cauchy_grad(...))

    Parameters:
        As for `cauchy`.

    Returns:
        A pair of what `cauchy` and `cauchy_grad` return.

    Raises:
        ValueError, TypeError: As `cauchy` does.

    Not to be confused with:
        `cauchy_grad`, which returns the gradient alone.

    Source:
        As for `cauchy`.

    Examples:
        >>> value, gradient = cauchy_value_and_grad([0.0], [3.0], c=1.0)
        >>> gradient
        array([0.3])
    """
    return value_and_gradient(CAUCHY, _cauchy_kernel, y_true, y_pred, reduction, sample_weight, c=c)


def _cauchy_kernel(block, c):
    """min(|e|, c)^2 / 2 times psi, which is 1 near zero and log(1 + r^2) far from it."""
    s = split(block, np.abs(block.error, out=block.new()), c)
    slope = left = right = None
    if block.wants_slope:
        slope = np.multiply(s.small, s.g, out=block.new())
        below = np.multiply(s.m, s.m, out=block.new())
        below += 1.0
        slope /= below
        np.copysign(slope, block.error, out=slope)
    if block.wants_value:
        left = np.multiply(s.small, 0.5, out=block.new())
        right = psi(block, s, c)
        right *= s.small
    return Piece(left, right, slope)


CAUCHY = LossSpec(
    slug="cauchy",
    title="Cauchy loss",
    family="regression",
    loss=cauchy,
    grad=cauchy_grad,
    value_and_grad=cauchy_value_and_grad,
    kind="elementwise",
    formula="c**2 / 2 * log(1 + (e / c)**2)",
    kinks=no_kinks,
    convex=False,
    sources=(
        "blackanandan1996",
        "holland1977",
    ),
    page="regression/redescending",
    params=(Param("c", 2.385, 0.0, inf, False, False, "log", "c"),),
    identities=(
        Identity(
            "as c grows it tends to half the squared error",
            lambda y, p: (cauchy(y, p, c=1e8), half_squared_error(y, p)),
        ),
    ),
    names_elsewhere=(Name("scipy", "scipy.optimize.least_squares", 'loss="cauchy", f_scale=c'),),
)


def welsch(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    c: float = 2.985,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Half the square of small errors, levelling off at c^2 / 2.

    Use it when gross errors should lose all influence smoothly, with a good start from a convex loss.
    Not from an arbitrary start: far from the data its gradient is 0, and nothing moves.

    Formula:
        l = (c^2 / 2) (1 - exp(-(e / c)^2)), with e = y_pred - y_true

    Parameters:
        y_true: Array of any shape. What was observed; finite numbers.
        y_pred: Array of the same shape; nothing is broadcast. NaN is passed on.
        c: Number in (0, inf), in the unit of y: the scale beyond which errors stop mattering;
            2.985 standard deviations keep 95 % efficiency on Gaussian errors.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per element.
        sample_weight: Weights w >= 0 that broadcast to the shape of y_true; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape and dtype of the input.

    Raises:
        ValueError: If the shapes differ, y_true is not finite, c is outside its interval, a
            weight is negative, or there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        A Gaussian likelihood, whose logarithm is the squared error.
        At c = sqrt(2) it is `barron` at alpha = -inf.

    Source:
        Dennis and Welsch (1978); the constant is that of Holland and Welsch (1977).

    Examples:
        >>> welsch(0.0, 1e300, c=2.0)  # c^2 / 2
        2.0
    """
    return value(WELSCH, _welsch_kernel, y_true, y_pred, reduction, sample_weight, c=c)


def welsch_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    c: float = 2.985,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Derivative of the reduced `welsch` with respect to y_pred: the error, fading like a Gaussian.

    Use it to train: the pull is largest at |e| = c / sqrt(2) and is gone at a few c.

    Formula:
        dl/dy_pred = e exp(-(e / c)^2)
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `welsch`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `welsch` does.

    Not to be confused with:
        `cauchy_grad`, which fades slowly enough to bring a far start back.

    Source:
        By differentiating `welsch`.

    Examples:
        >>> welsch_grad([0.0, 0.0], [0.0, 1e3])  # the second observation no longer pulls
        array([0., 0.])
    """
    return gradient(WELSCH, _welsch_kernel, y_true, y_pred, reduction, sample_weight, c=c)


def welsch_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    c: float = 2.985,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `welsch` and `welsch_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (welsch(...), welsch_grad(...))

    Parameters:
        As for `welsch`.

    Returns:
        A pair of what `welsch` and `welsch_grad` return.

    Raises:
        ValueError, TypeError: As `welsch` does.

    Not to be confused with:
        `welsch_grad`, which returns the gradient alone.

    Source:
        As for `welsch`.

    Examples:
        >>> value, gradient = welsch_value_and_grad([0.0], [1e3], c=2.0)
        >>> value
        2.0
    """
    return value_and_gradient(WELSCH, _welsch_kernel, y_true, y_pred, reduction, sample_weight, c=c)


def _welsch_kernel(block, c):
    """min(|e|, c)^2 / 2 times omega, which is 1 near zero and 1 - exp(-r^2) far from it."""
    e = block.error
    squared = np.divide(e, c, out=block.new())
    squared *= squared
    slope = left = right = None
    if block.wants_slope:
        slope = np.negative(squared, out=block.new())
        np.exp(slope, out=slope)
        # exp(-1600) is 0, so errors beyond 40 c may be cut to it: infinity times 0 is not 0
        far = min(40.0 * c, float(np.finfo(e.dtype).max))
        slope *= e.clip(-far, far, out=block.new())
    if block.wants_value:
        small = np.minimum(np.abs(e, out=e), c, out=e)
        left = np.multiply(small, 0.5, out=block.new())
        right = omega(block, squared)
        right *= small
    return Piece(left, right, slope)


WELSCH = LossSpec(
    slug="welsch",
    title="Welsch loss",
    family="regression",
    loss=welsch,
    grad=welsch_grad,
    value_and_grad=welsch_value_and_grad,
    kind="elementwise",
    formula="c**2 / 2 * (1 - exp(-(e / c)**2))",
    kinks=no_kinks,
    convex=False,
    sources=(
        "dennis1978",
        "holland1977",
    ),
    page="regression/redescending",
    params=(Param("c", 2.985, 0.0, inf, False, False, "log", "c"),),
    identities=(
        Identity(
            "as c grows it tends to half the squared error",
            lambda y, p: (welsch(y, p, c=1e8), half_squared_error(y, p)),
        ),
    ),
)


def geman_mcclure(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    c: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Half the square of small errors, levelling off at c^2 / 2.

    Use it when gross errors should lose their influence and an exponential is too abrupt.
    Not from an arbitrary start: it is not convex, and far from the data its gradient is nearly 0.

    Formula:
        l = (e^2 / 2) / (1 + (e / c)^2), with e = y_pred - y_true

    Parameters:
        y_true: Array of any shape. What was observed; finite numbers.
        y_pred: Array of the same shape; nothing is broadcast. NaN is passed on.
        c: Number in (0, inf), in the unit of y: the error at which half of the ceiling is
            reached.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per element.
        sample_weight: Weights w >= 0 that broadcast to the shape of y_true; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape and dtype of the input.

    Raises:
        ValueError: If the shapes differ, y_true is not finite, c is outside its interval, a
            weight is negative, or there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        The form e^2 / (c^2 + e^2) of many papers, which is 2 / c^2 times this and levels off at 1.
        At c = 2 it is `barron` at alpha = -2.

    Source:
        Geman and McClure (1987); scaled as in Black and Rangarajan (1996).

    Examples:
        >>> round(geman_mcclure(0.0, 3.0), 12)  # 4.5 / 10
        0.45
    """
    return value(
        GEMAN_MCCLURE, _geman_mcclure_kernel, y_true, y_pred, reduction, sample_weight, c=c
    )


def geman_mcclure_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    c: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Derivative of the reduced `geman_mcclure` with respect to y_pred: the error, fading like its third power.

    Use it to train: the pull is largest at |e| = c / sqrt(3) and fades like c^4 / |e|^3.

    Formula:
        dl/dy_pred = e / (1 + (e / c)^2)^2
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `geman_mcclure`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `geman_mcclure` does.

    Not to be confused with:
        `cauchy_grad`, which has the first power of the denominator.

    Source:
        By differentiating `geman_mcclure`.

    Examples:
        >>> geman_mcclure_grad([0.0], [3.0])  # 3 / 100
        array([0.03])
    """
    return gradient(
        GEMAN_MCCLURE, _geman_mcclure_kernel, y_true, y_pred, reduction, sample_weight, c=c
    )


def geman_mcclure_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    c: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `geman_mcclure` and `geman_mcclure_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (geman_mcclure(...), geman_mcclure_grad(...))

    Parameters:
        As for `geman_mcclure`.

    Returns:
        A pair of what `geman_mcclure` and `geman_mcclure_grad` return.

    Raises:
        ValueError, TypeError: As `geman_mcclure` does.

    Not to be confused with:
        `geman_mcclure_grad`, which returns the gradient alone.

    Source:
        As for `geman_mcclure`.

    Examples:
        >>> value, gradient = geman_mcclure_value_and_grad([0.0], [3.0])
        >>> round(value, 12)
        0.45
    """
    return value_and_gradient(
        GEMAN_MCCLURE, _geman_mcclure_kernel, y_true, y_pred, reduction, sample_weight, c=c
    )


def _geman_mcclure_kernel(block, c):
    """t^2 / 2 with t = e / sqrt(1 + (e / c)^2), which never exceeds c."""
    s = split(block, np.abs(block.error, out=block.new()), c)
    slope = left = t = None
    if block.wants_slope:
        below = np.multiply(s.m, s.m, out=block.new())
        below += 1.0
        below *= below
        slope = np.divide(s.small, below, out=below)
        for _ in range(3):  # g^3 alone could underflow
            slope *= s.g
        np.copysign(slope, block.error, out=slope)
    if block.wants_value:
        t = np.divide(s.small, root(block, s), out=block.new())
        left = np.multiply(t, 0.5, out=block.new())
    return Piece(left, t, slope)


GEMAN_MCCLURE = LossSpec(
    slug="geman_mcclure",
    title="Geman-McClure loss",
    family="regression",
    loss=geman_mcclure,
    grad=geman_mcclure_grad,
    value_and_grad=geman_mcclure_value_and_grad,
    kind="elementwise",
    formula="(e**2 / 2) / (1 + (e / c)**2)",
    kinks=no_kinks,
    convex=False,
    sources=(
        "geman1987",
        "black1996",
    ),
    page="regression/redescending",
    params=(Param("c", 1.0, 0.0, inf, False, False, "log", "c"),),
    identities=(
        Identity(
            "as c grows it tends to half the squared error",
            lambda y, p: (geman_mcclure(y, p, c=1e8), half_squared_error(y, p)),
        ),
    ),
)


def tukey(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    c: float = 4.685,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Half the square of small errors, exactly constant beyond c.

    Use it to finish a robust fit, with a good start and a robust estimate of the scale.
    Not to begin one: where every error exceeds c the gradient is exactly 0.

    Formula:
        l = (c^2 / 6) (1 - (1 - (e / c)^2)^3) where |e| <= c, and c^2 / 6 elsewhere,
        with e = y_pred - y_true

    Parameters:
        y_true: Array of any shape. What was observed; finite numbers.
        y_pred: Array of the same shape; nothing is broadcast. NaN is passed on.
        c: Number in (0, inf), in the unit of y: beyond it an error has no influence at all;
            4.685 standard deviations keep 95 % efficiency on Gaussian errors.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per element.
        sample_weight: Weights w >= 0 that broadcast to the shape of y_true; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape and dtype of the input.

    Raises:
        ValueError: If the shapes differ, y_true is not finite, c is outside its interval, a
            weight is negative, or there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        The truncated squared error, which has a corner at c; this one meets its ceiling with slope
        and curvature 0. The weight (1 - (e / c)^2)^2 is its gradient divided by e.

    Source:
        Beaton and Tukey (1974); the constant is that of Holland and Welsch (1977).

    Examples:
        >>> tukey([0.0, 0.0], [6.0, 7.0], c=6.0)  # c^2 / 6, twice, over 2
        6.0
    """
    return value(TUKEY, _tukey_kernel, y_true, y_pred, reduction, sample_weight, c=c)


def tukey_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    c: float = 4.685,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Derivative of the reduced `tukey` with respect to y_pred: the error, faded to exactly 0 at c.

    Use it to train: the pull is largest at |e| = c / sqrt(5) and ends at c.

    Formula:
        dl/dy_pred = e (1 - (e / c)^2)^2 where |e| <= c, and 0 elsewhere
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `tukey`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `tukey` does.

    Not to be confused with:
        `welsch_grad`, which is never exactly 0 before it underflows.

    Source:
        By differentiating `tukey`.

    Examples:
        >>> tukey_grad([0.0, 0.0], [1.0, 9.0], c=2.0)  # (1 * (3 / 4)^2, 0) / 2
        array([0.28125, 0.     ])
    """
    return gradient(TUKEY, _tukey_kernel, y_true, y_pred, reduction, sample_weight, c=c)


def tukey_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    c: float = 4.685,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `tukey` and `tukey_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (tukey(...), tukey_grad(...))

    Parameters:
        As for `tukey`.

    Returns:
        A pair of what `tukey` and `tukey_grad` return.

    Raises:
        ValueError, TypeError: As `tukey` does.

    Not to be confused with:
        `tukey_grad`, which returns the gradient alone.

    Source:
        As for `tukey`.

    Examples:
        >>> value, gradient = tukey_value_and_grad([0.0], [7.0], c=6.0)
        >>> value
        6.0
    """
    return value_and_gradient(TUKEY, _tukey_kernel, y_true, y_pred, reduction, sample_weight, c=c)


def _tukey_kernel(block, c):
    """(q^2 / 6) (3 - 3v + v^2) with q = min(|e|, c), v = (q / c)^2, so there is one piece."""
    size = np.abs(block.error, out=block.new())
    q = np.minimum(size, c, out=size)
    m = np.divide(q, c, out=block.new())
    slope = left = None
    if block.wants_slope:
        slope = np.subtract(c, q, out=block.new())  # exact where 1 - v would cancel
        slope /= c
        plus = np.add(m, 1.0, out=block.new())
        slope *= plus
        slope *= slope
        slope *= q
        np.copysign(slope, block.error, out=slope)
    if block.wants_value:
        v = np.multiply(m, m, out=m)
        left = np.subtract(v, 3.0, out=block.new())
        left *= v
        left += 3.0
        left /= 6.0
        left *= q
    return Piece(left, q, slope)


TUKEY = LossSpec(
    slug="tukey",
    title="Tukey's biweight loss",
    family="regression",
    loss=tukey,
    grad=tukey_grad,
    value_and_grad=tukey_value_and_grad,
    kind="elementwise",
    formula="c**2 / 6 * (1 - (1 - (e / c)**2)**3) if abs(e) <= c else c**2 / 6",
    kinks=no_kinks,
    convex=False,
    sources=(
        "beaton1974",
        "holland1977",
    ),
    page="regression/redescending",
    params=(Param("c", 4.685, 0.0, inf, False, False, "log", "c"),),
    identities=(
        Identity(
            "as c grows it tends to half the squared error",
            lambda y, p: (tukey(y, p, c=1e8), half_squared_error(y, p)),
        ),
        Identity(
            "beyond c it is constant",
            lambda y, p: (tukey(y, y + 2 + p**2, c=2.0), 4 / 6),
        ),
    ),
)


def barron(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    alpha: float = 1.0,
    c: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """A family of losses with a parameter for the shape of the tails.

    Use it to choose the robustness by a number, or to anneal from convex (alpha >= 1) to robust.
    Not to learn alpha from the loss alone: its minimum over alpha is trivial without a normaliser.

    Formula:
        l = (b / alpha) (((e / c)^2 / b + 1)^(alpha / 2) - 1), with b = |alpha - 2|, e = y_pred - y_true,
        and its limits (e / c)^2 / 2 at 2, log((e / c)^2 / 2 + 1) at 0, 1 - exp(-(e / c)^2 / 2) at -inf

    Parameters:
        y_true: Array of any shape. What was observed; finite numbers.
        y_pred: Array of the same shape; nothing is broadcast. NaN is passed on.
        alpha: Number in [-inf, inf): the shape; 2 is a parabola, 1 has linear tails, 0
            logarithmic ones, and below 0 the loss levels off.
        c: Number in (0, inf), in the unit of y: the size of error at which the tails begin.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per element.
        sample_weight: Weights w >= 0 that broadcast to the shape of y_true; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape and dtype of the input.

    Raises:
        ValueError: If the shapes differ, y_true is not finite, alpha or c is outside its
            interval, a weight is negative, or there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        A loss in the unit of y^2: here e is divided by c, and not multiplied back.
        With c = 1: alpha = 2 half squared, 1 `pseudo_huber`, 0 `cauchy`, -2 `geman_mcclure`, -inf `welsch`.

    Source:
        Barron (2019), equations (1) and (8).

    Examples:
        >>> barron(0.0, 0.75)  # sqrt(0.5625 + 1) - 1
        0.25
        >>> barron(0.0, 4.0, alpha=2.0, c=2.0)  # (4 / 2)^2 / 2
        2.0
    """
    return value(BARRON, _barron_kernel, y_true, y_pred, reduction, sample_weight, alpha=alpha, c=c)


def barron_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    alpha: float = 1.0,
    c: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Derivative of the reduced `barron` with respect to y_pred: the error over c^2, faded or amplified by the shape.

    Use it to train; for alpha <= 1 no observation pulls harder than 1 / c.

    Formula:
        dl/dy_pred = (e / c^2) ((e / c)^2 / b + 1)^(alpha / 2 - 1), with b = |alpha - 2|,
        and its limits e / c^2 at 2 and (e / c^2) exp(-(e / c)^2 / 2) at -inf
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `barron`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `barron` does.

    Not to be confused with:
        The derivative with respect to alpha, which training alpha would need as well.

    Source:
        By differentiating `barron`.

    Examples:
        >>> barron_grad([0.0], [0.75])  # 0.75 / 1.25
        array([0.6])
    """
    return gradient(
        BARRON, _barron_kernel, y_true, y_pred, reduction, sample_weight, alpha=alpha, c=c
    )


def barron_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    alpha: float = 1.0,
    c: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `barron` and `barron_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (barron(...), barron_grad(...))

    Parameters:
        As for `barron`.

    Returns:
        A pair of what `barron` and `barron_grad` return.

    Raises:
        ValueError, TypeError: As `barron` does.

    Not to be confused with:
        `barron_grad`, which returns the gradient alone.

    Source:
        As for `barron`.

    Examples:
        >>> value, gradient = barron_value_and_grad([0.0], [0.75])
        >>> value
        0.25
    """
    return value_and_gradient(
        BARRON, _barron_kernel, y_true, y_pred, reduction, sample_weight, alpha=alpha, c=c
    )


def _barron_kernel(block, alpha, c):
    if alpha == 2:
        x = np.divide(block.error, c, out=block.new())
        return Piece(np.multiply(x, 0.5, out=block.new()), x, x, 1 / c)
    if alpha == -inf:
        return _levelled(block, c)
    b = abs(alpha - 2)
    s = split(block, np.abs(block.error, out=block.new()), c * sqrt(b))
    q = np.divide(s.small, c, out=block.new())
    bend = np.multiply(s.m, s.m, out=block.new())
    np.log1p(bend, out=bend)  # (e / c)^2 / b + 1 = exp(bend) / g^2
    slope = left = right = None
    if block.wants_slope:
        slope = np.multiply(bend, alpha / 2 - 1, out=block.new())
        np.exp(slope, out=slope)
        slope *= q
        slope *= np.power(s.g, 1 - alpha, out=block.new())
        np.copysign(slope, block.error, out=slope)
    if block.wants_value:
        left = psi(block, s, c * sqrt(b))
        t = np.divide(q, sqrt(b), out=block.new())
        t *= t
        t *= left
        t *= alpha / 2  # log of the power: (alpha / 2) log((e / c)^2 / b + 1)
        steep = t > 1.0
        left *= expm1_ratio(block, t)
        left *= q
        left *= 0.5
        right = q
        if steep.any():  # there exp(t) has lost digits that the power itself still has
            power = np.exp(alpha / 4 * bend[steep]) * s.g[steep] ** (-alpha / 2)
            left[steep] = (b / alpha * power) * power - b / alpha
            right[steep] = 1.0
    return Piece(left, right, slope, 1 / c)


def _levelled(block, c):
    """The limit at alpha = -inf, 1 - exp(-x^2 / 2): Welsch's curve."""
    x = np.divide(block.error, c, out=block.new())
    half = np.multiply(x, 0.5, out=block.new())
    half *= x
    slope = np.negative(half, out=block.new())
    np.exp(slope, out=slope)
    slope *= x.clip(-60.0, 60.0, out=block.new())  # exp(-1800) is 0; infinity times 0 is not
    small = np.minimum(np.abs(x, out=x), sqrt(2), out=x)
    left = omega(block, half)
    left *= small
    left *= 0.5
    return Piece(left, small, slope, 1 / c)


BARRON = LossSpec(
    slug="barron",
    title="Barron's general loss",
    family="regression",
    loss=barron,
    grad=barron_grad,
    value_and_grad=barron_value_and_grad,
    kind="elementwise",
    formula=(
        "(e / c)**2 / 2 if alpha == 2 "
        "else log((e / c)**2 / 2 + 1) if alpha == 0 "
        "else 1 - exp(-((e / c)**2) / 2) if alpha == -inf "
        "else abs(alpha - 2) / alpha * (((e / c)**2 / abs(alpha - 2) + 1)**(alpha / 2) - 1)"
    ),
    kinks=no_kinks,
    convex=lambda alpha, c: alpha >= 1,
    sources=("barron2019",),
    page="regression/redescending",
    params=(
        Param("alpha", 1.0, -inf, inf, True, False, "linear", r"\alpha"),
        Param("c", 1.0, 0.0, inf, False, False, "log", "c"),
    ),
    identities=(
        Identity(
            "at alpha = 2 it is half the squared error",
            lambda y, p: (barron(y, p, alpha=2), half_squared_error(y, p)),
        ),
        Identity(
            "at alpha = 1 it is pseudo-Huber",
            lambda y, p: (barron(y, p, alpha=1), pseudo_huber(y, p)),
        ),
        Identity(
            "at alpha = 0 it is Cauchy with c = sqrt(2)",
            lambda y, p: (barron(y, p, alpha=0), cauchy(y, p, c=sqrt(2))),
        ),
        Identity(
            "at alpha = -2 it is Geman-McClure with c = 2",
            lambda y, p: (barron(y, p, alpha=-2), geman_mcclure(y, p, c=2)),
        ),
        Identity(
            "at alpha = -inf it is Welsch with c = sqrt(2)",
            lambda y, p: (barron(y, p, alpha=-inf), welsch(y, p, c=sqrt(2))),
        ),
    ),
)
