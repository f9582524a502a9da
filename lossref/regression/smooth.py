"""Losses that are squares near zero and lines far from it."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._blocks import Piece, gradient, value, value_and_gradient
from lossref._spec import Identity, LossSpec, Name, Param, no_kinks
from lossref._stable import logcosh, root, split
from lossref.regression.absolute import mae
from lossref.regression.squared import half_squared_error

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def huber(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    delta: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Half the square of an error up to delta, linear beyond it.

    Use it when most errors are Gaussian and a few are gross; delta = 1.345 standard deviations keeps
    95 % efficiency on Gaussian errors. Not without scaling delta: it has the unit of y.

    Formula:
        l = c (e - c / 2), with e = y_pred - y_true and c = clip(e, -delta, delta)
          = e^2 / 2 where |e| <= delta, and delta (|e| - delta / 2) elsewhere

    Parameters:
        y_true: Array of any shape. What was observed; finite numbers.
        y_pred: Array of the same shape; nothing is broadcast. NaN is passed on.
        delta: Number in (0, inf), in the unit of y: up to it errors are squared, beyond it they
            count linearly.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per element.
        sample_weight: Weights w >= 0 that broadcast to the shape of y_true; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape and dtype of the input.

    Raises:
        ValueError: If the shapes differ, y_true is not finite, delta is outside its interval, a
            weight is negative, or there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `smooth_l1`, which is this divided by its beta; `pseudo_huber`, which is smooth.
        As delta grows it becomes `half_squared_error`, and divided by a small delta it becomes `mae`.

    Source:
        Huber (1964): the loss of least asymptotic variance under contamination.

    Examples:
        >>> huber([0.0, 0.0], [0.5, 3.0])  # (0.5 * 0.25 + 1 * (3 - 0.5)) / 2
        1.3125
    """
    return value(HUBER, _huber_kernel, y_true, y_pred, reduction, sample_weight, delta=delta)


def huber_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    delta: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Derivative of the reduced `huber` with respect to y_pred: the clipped error.

    Use it to train: no observation pulls harder than delta.

    Formula:
        dl/dy_pred = clip(e, -delta, delta)
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `huber`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `huber` does.

    Not to be confused with:
        Gradient clipping, which limits the norm of a whole step and not each observation's share.

    Source:
        By differentiating `huber`.

    Examples:
        >>> huber_grad([0.0, 0.0], [0.5, -3.0])  # (0.5, -1) / 2
        array([ 0.25, -0.5 ])
    """
    return gradient(HUBER, _huber_kernel, y_true, y_pred, reduction, sample_weight, delta=delta)


def huber_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    delta: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `huber` and `huber_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (huber(...), huber_grad(...))

    Parameters:
        As for `huber`.

    Returns:
        A pair of what `huber` and `huber_grad` return.

    Raises:
        ValueError, TypeError: As `huber` does.

    Not to be confused with:
        `huber_grad`, which returns the gradient alone.

    Source:
        As for `huber`.

    Examples:
        >>> value, gradient = huber_value_and_grad([0.0, 0.0], [0.5, 3.0])
        >>> value
        1.3125
    """
    return value_and_gradient(
        HUBER, _huber_kernel, y_true, y_pred, reduction, sample_weight, delta=delta
    )


def _huber_kernel(block, delta):
    """c (e - c / 2): one expression for both pieces, which squares nothing large."""
    c = block.error.clip(-delta, delta, out=block.new())
    return Piece(c, block.error, c, bent=True)


HUBER = LossSpec(
    slug="huber",
    title="Huber loss",
    family="regression",
    loss=huber,
    grad=huber_grad,
    value_and_grad=huber_value_and_grad,
    kind="elementwise",
    formula="e**2 / 2 if abs(e) <= delta else delta * (abs(e) - delta / 2)",
    kinks=no_kinks,
    convex=True,
    sources=(
        "huber1964",
        "holland1977",
    ),
    page="regression/huber",
    params=(Param("delta", 1.0, 0.0, inf, False, False, "log", r"\delta"),),
    identities=(
        Identity(
            "where no error exceeds delta it is half the squared error",
            lambda y, p: (huber(y, p, delta=1e6), half_squared_error(y, p)),
        ),
        Identity(
            "divided by a small delta it tends to the absolute error",
            lambda y, p: (huber(y, p, delta=1e-9) / 1e-9, mae(y, p)),
            rtol=1e-6,
        ),
    ),
    names_elsewhere=(
        Name("torch", "torch.nn.functional.huber_loss(y_pred, y_true, delta=delta)"),
        Name("scipy", "scipy.special.huber(delta, y_pred - y_true)", "per element"),
        Name(
            "optax", "optax.losses.huber_loss(y_pred, y_true, delta)", "per element, no shape check"
        ),
        Name("keras", "keras.losses.huber(y_true, y_pred, delta)", "mean over the last axis"),
        Name(
            "sklearn",
            "sklearn.linear_model.HuberRegressor",
            "minimises twice ours, of scaled errors",
            2.0,
        ),
    ),
)


def smooth_l1(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    beta: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The absolute error with its corner rounded off over a width of beta.

    Use it for box regression, where its tails keep the weight of an L1 loss whatever beta is.
    Not as another name for `huber`: the two agree only at beta = delta = 1.

    Formula:
        l = e^2 / (2 beta) where |e| < beta, and |e| - beta / 2 elsewhere, with e = y_pred - y_true

    Parameters:
        y_true: Array of any shape. What was observed; finite numbers.
        y_pred: Array of the same shape; nothing is broadcast. NaN is passed on.
        beta: Number in [0, inf), in the unit of y: up to it errors are squared; at 0 this is
            `mae`.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per element.
        sample_weight: Weights w >= 0 that broadcast to the shape of y_true; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape and dtype of the input.

    Raises:
        ValueError: If the shapes differ, y_true is not finite, beta is outside its interval, a
            weight is negative, or there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `huber`, which is beta times this. At beta = 0 it is `mae`.
        Faster R-CNN's sigma is beta = 1 / sigma^2: its region proposals use sigma = 3, so beta = 1/9.

    Source:
        Girshick (2015), equations (2) and (3), with beta = 1; sigma as in the code of Ren et al. (2015).

    Examples:
        >>> smooth_l1([0.0, 0.0], [1.0, 3.0], beta=2.0)  # (1 / 4 + (3 - 1)) / 2
        1.125
    """
    return value(SMOOTH_L1, _smooth_l1_kernel, y_true, y_pred, reduction, sample_weight, beta=beta)


def smooth_l1_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    beta: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Derivative of the reduced `smooth_l1` with respect to y_pred: the error in units of beta, clipped to [-1, 1].

    Use it to train: every gross error pulls with strength 1, however small beta is.

    Formula:
        dl/dy_pred = clip(e / beta, -1, 1); at beta = 0 it is sign(e), with 0 at e = 0
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `smooth_l1`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `smooth_l1` does.

    Not to be confused with:
        The gradient of `huber`, which is clipped to delta instead of 1.

    Source:
        By differentiating `smooth_l1`.

    Examples:
        >>> smooth_l1_grad([0.0, 0.0], [1.0, -3.0], beta=2.0)  # (0.5, -1) / 2
        array([ 0.25, -0.5 ])
    """
    return gradient(
        SMOOTH_L1, _smooth_l1_kernel, y_true, y_pred, reduction, sample_weight, beta=beta
    )


def smooth_l1_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    beta: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `smooth_l1` and `smooth_l1_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (smooth_l1(...), smooth_l1_grad(...))

    Parameters:
        As for `smooth_l1`.

    Returns:
        A pair of what `smooth_l1` and `smooth_l1_grad` return.

    Raises:
        ValueError, TypeError: As `smooth_l1` does.

    Not to be confused with:
        `smooth_l1_grad`, which returns the gradient alone.

    Source:
        As for `smooth_l1`.

    Examples:
        >>> value, gradient = smooth_l1_value_and_grad([0.0, 0.0], [1.0, 3.0], beta=2.0)
        >>> value
        1.125
    """
    return value_and_gradient(
        SMOOTH_L1, _smooth_l1_kernel, y_true, y_pred, reduction, sample_weight, beta=beta
    )


def _smooth_l1_kernel(block, beta):
    """s (e - c / 2), with s = clip(e / beta, -1, 1) and c = clip(e, -beta, beta)."""
    e = block.error
    if beta == 0:
        slope = np.sign(e, out=block.new())
        return Piece(slope, e, slope)
    slope = np.divide(e, beta, out=block.new())
    slope.clip(-1.0, 1.0, out=slope)
    rest = None
    if block.wants_value:
        rest = e.clip(-beta, beta, out=block.new())
        rest *= 0.5
        np.subtract(e, rest, out=rest)
    return Piece(slope, rest, slope)


def _kinks(beta):
    return (0.0,) if beta == 0 else ()


SMOOTH_L1 = LossSpec(
    slug="smooth_l1",
    title="Smooth L1 loss",
    family="regression",
    loss=smooth_l1,
    grad=smooth_l1_grad,
    value_and_grad=smooth_l1_value_and_grad,
    kind="elementwise",
    formula="e**2 / (2 * beta) if abs(e) < beta else abs(e) - beta / 2",
    kinks=_kinks,
    convex=True,
    sources=(
        "girshick2015",
        "ren2015",
    ),
    page="regression/huber",
    params=(Param("beta", 1.0, 0.0, inf, True, False, "log", r"\beta"),),
    identities=(
        Identity(
            "beta times this is the Huber loss with delta = beta",
            lambda y, p: (0.3 * smooth_l1(y, p, beta=0.3), huber(y, p, delta=0.3)),
        ),
        Identity(
            "at beta = 0 it is the absolute error",
            lambda y, p: (smooth_l1(y, p, beta=0), mae(y, p)),
        ),
    ),
    names_elsewhere=(
        Name("torch", "torch.nn.functional.smooth_l1_loss(y_pred, y_true, beta=beta)"),
    ),
)


def pseudo_huber(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    delta: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The smooth relative of the Huber loss: a parabola that bends into a line.

    Use it where second derivatives are needed, as in Newton's method: it has derivatives of every
    order. Not when errors below delta must count exactly like squares: at e = delta it is 17 % less.

    Formula:
        l = delta^2 (sqrt(1 + (e / delta)^2) - 1), with e = y_pred - y_true

    Parameters:
        y_true: Array of any shape. What was observed; finite numbers.
        y_pred: Array of the same shape; nothing is broadcast. NaN is passed on.
        delta: Number in (0, inf), in the unit of y: the slope of the tails, and the scale of
            the bend.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per element.
        sample_weight: Weights w >= 0 that broadcast to the shape of y_true; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape and dtype of the input.

    Raises:
        ValueError: If the shapes differ, y_true is not finite, delta is outside its interval, a
            weight is negative, or there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `huber`, which is exactly a parabola and exactly two lines.
        Its tails lie delta^2 / 2 below Huber's. At delta = 1 it is `barron` at alpha = 1.

    Source:
        Charbonnier et al. (1997), potential function phi_HS; the name is in Hartley and Zisserman (2003), A6.8.

    Examples:
        >>> pseudo_huber(0.0, 0.75)  # sqrt(1 + 0.5625) - 1
        0.25
    """
    return value(
        PSEUDO_HUBER, _pseudo_huber_kernel, y_true, y_pred, reduction, sample_weight, delta=delta
    )


def pseudo_huber_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    delta: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Derivative of the reduced `pseudo_huber` with respect to y_pred: the error, squashed to (-delta, delta).

    Use it to train: no observation pulls harder than delta, and the pull changes smoothly.

    Formula:
        dl/dy_pred = e / sqrt(1 + (e / delta)^2)
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `pseudo_huber`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `pseudo_huber` does.

    Not to be confused with:
        The gradient of `log_cosh`, which reaches its ceiling exponentially fast.

    Source:
        By differentiating `pseudo_huber`.

    Examples:
        >>> pseudo_huber_grad([0.0], [0.75])  # 0.75 / 1.25
        array([0.6])
    """
    return gradient(
        PSEUDO_HUBER, _pseudo_huber_kernel, y_true, y_pred, reduction, sample_weight, delta=delta
    )


def pseudo_huber_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    delta: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `pseudo_huber` and `pseudo_huber_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (pseudo_huber(...), pseudo_huber_grad(...))

    Parameters:
        As for `pseudo_huber`.

    Returns:
        A pair of what `pseudo_huber` and `pseudo_huber_grad` return.

    Raises:
        ValueError, TypeError: As `pseudo_huber` does.

    Not to be confused with:
        `pseudo_huber_grad`, which returns the gradient alone.

    Source:
        As for `pseudo_huber`.

    Examples:
        >>> value, gradient = pseudo_huber_value_and_grad([0.0], [0.75])
        >>> value
        0.25
    """
    return value_and_gradient(
        PSEUDO_HUBER, _pseudo_huber_kernel, y_true, y_pred, reduction, sample_weight, delta=delta
    )


def _pseudo_huber_kernel(block, delta):
    """e^2 / (1 + sqrt(1 + (e / delta)^2)), which subtracts nothing, in terms that fit."""
    size = np.abs(block.error, out=block.new())
    s = split(block, size, delta)
    hyperbola = root(block, s)
    slope = right = None
    if block.wants_slope:
        slope = np.divide(s.small, hyperbola, out=block.new())
        np.copysign(slope, block.error, out=slope)
    if block.wants_value:
        right = np.add(s.g, hyperbola, out=block.new())
        np.divide(size, right, out=right)
    return Piece(s.small, right, slope)


PSEUDO_HUBER = LossSpec(
    slug="pseudo_huber",
    title="Pseudo-Huber loss",
    family="regression",
    loss=pseudo_huber,
    grad=pseudo_huber_grad,
    value_and_grad=pseudo_huber_value_and_grad,
    kind="elementwise",
    formula="delta**2 * (sqrt(1 + (e / delta)**2) - 1)",
    kinks=no_kinks,
    convex=True,
    sources=(
        "charbonnier1997",
        "hartley2003",
    ),
    page="regression/huber",
    params=(Param("delta", 1.0, 0.0, inf, False, False, "log", r"\delta"),),
    identities=(
        Identity(
            "as delta grows it tends to half the squared error",
            lambda y, p: (pseudo_huber(y, p, delta=1e8), half_squared_error(y, p)),
        ),
        Identity(
            "divided by a small delta it tends to the absolute error",
            lambda y, p: (pseudo_huber(y, p, delta=1e-9) / 1e-9, mae(y, p)),
            rtol=1e-6,
        ),
    ),
    names_elsewhere=(
        Name("scipy", "scipy.special.pseudo_huber(delta, y_pred - y_true)", "per element"),
    ),
)


def log_cosh(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The logarithm of the hyperbolic cosine of the error.

    Use it as a smooth stand-in for the absolute error when y is already scaled to a spread of about 1.
    Not on raw units: it has no parameter, so in metres it is a square and in millimetres an L1 loss.

    Formula:
        l = log(cosh(e)), with e = y_pred - y_true
          about e^2 / 2 near zero and |e| - log 2 in the tails

    Parameters:
        y_true: Array of any shape. What was observed; finite numbers.
        y_pred: Array of the same shape; nothing is broadcast. NaN is passed on.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per element.
        sample_weight: Weights w >= 0 that broadcast to the shape of y_true; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape and dtype of the input.

    Raises:
        ValueError: If the shapes differ, y_true is not finite, a weight is negative, or there is
            nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `pseudo_huber` at delta = 1: the same curvature at zero, tails at |e| - 1, and algebraic.

    Source:
        Green (1990), as the potential of an image prior; properties in Saleh and Saleh (2022).

    Examples:
        >>> round(log_cosh(0.0, 2000.0), 9)  # 2000 - log 2; cosh(2000) itself is not a float
        1999.306852819
    """
    return value(LOG_COSH, _log_cosh_kernel, y_true, y_pred, reduction, sample_weight)


def log_cosh_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Derivative of the reduced `log_cosh` with respect to y_pred: the hyperbolic tangent of the error.

    Use it to train: no observation pulls harder than 1.

    Formula:
        dl/dy_pred = tanh(e)
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `log_cosh`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `log_cosh` does.

    Not to be confused with:
        The gradient of the absolute error, which jumps where this one passes smoothly.

    Source:
        By differentiating `log_cosh`.

    Examples:
        >>> log_cosh_grad([0.0, 0.0], [0.0, 100.0])  # (0, 1) / 2
        array([0. , 0.5])
    """
    return gradient(LOG_COSH, _log_cosh_kernel, y_true, y_pred, reduction, sample_weight)


def log_cosh_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `log_cosh` and `log_cosh_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (log_cosh(...), log_cosh_grad(...))

    Parameters:
        As for `log_cosh`.

    Returns:
        A pair of what `log_cosh` and `log_cosh_grad` return.

    Raises:
        ValueError, TypeError: As `log_cosh` does.

    Not to be confused with:
        `log_cosh_grad`, which returns the gradient alone.

    Source:
        As for `log_cosh`.

    Examples:
        >>> value, gradient = log_cosh_value_and_grad([0.0], [2000.0])
        >>> gradient
        array([1.])
    """
    return value_and_gradient(LOG_COSH, _log_cosh_kernel, y_true, y_pred, reduction, sample_weight)


def _log_cosh_kernel(block):
    e = block.error
    left = None
    if block.wants_value:
        left = logcosh(block, np.abs(e, out=block.new()))
    return Piece(left, None, np.tanh(e, out=e) if block.wants_slope else None)


LOG_COSH = LossSpec(
    slug="log_cosh",
    title="Log-cosh loss",
    family="regression",
    loss=log_cosh,
    grad=log_cosh_grad,
    value_and_grad=log_cosh_value_and_grad,
    kind="elementwise",
    formula="log(cosh(e))",
    kinks=no_kinks,
    convex=True,
    sources=(
        "green1990",
        "saleh2022",
    ),
    page="regression/log-cosh",
    identities=(
        Identity(
            "beyond |e| = 20 it is |e| - log 2 to every digit",
            lambda y, p: (log_cosh(0 * p, 20 + p**2), np.mean(20 + p**2) - np.log(2)),
        ),
    ),
    names_elsewhere=(
        Name(
            "optax", "optax.losses.log_cosh(y_pred, y_true)", "per element; loses its digits near 0"
        ),
        Name(
            "keras",
            "keras.losses.log_cosh(y_true, y_pred)",
            "mean over the last axis; loses its digits near 0",
        ),
    ),
)
