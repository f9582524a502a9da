"""Losses of the absolute error: level, tilted to one side, or with a tube in which nothing is paid."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._blocks import Piece, gradient, value, value_and_gradient
from lossref._spec import Identity, LossSpec, Name, Param, kink_at_zero, no_kinks
from lossref.regression.squared import half_squared_error, mse

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def mae(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The absolute value of the error.

    Use it when some observations may be wrong by any amount: each pulls with the same strength.
    Not when a smooth minimum matters: near zero the pull does not fade, so steps overshoot.

    Formula:
        l = |e|, with e = y_pred - y_true

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
        `l2_norm` of a row, which is not a sum of absolute values; `quantile` at tau = 1/2, half of it.

    Source:
        Laplace (1774), who derives the median from it.

    Examples:
        >>> mae([1.0, 2.0, 3.0], [1.0, 3.0, 5.0])  # (0 + 1 + 2) / 3
        1.0
    """
    return value(MAE, _mae_kernel, y_true, y_pred, reduction, sample_weight)


def mae_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Derivative of the reduced `mae` with respect to y_pred: the sign of the error.

    Use it to train with a falling learning rate: its size says nothing about how near the minimum is.

    Formula:
        dl/dy_pred = sign(e); 0 at e = 0, the subgradient of least norm
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `mae`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `mae` does.

    Not to be confused with:
        Scikit-learn's convention, which takes -1 at e = 0.

    Source:
        By differentiating `mae`.

    Examples:
        >>> mae_grad([1.0, 2.0], [1.0, 5.0])  # (0, 1) / 2
        array([0. , 0.5])
    """
    return gradient(MAE, _mae_kernel, y_true, y_pred, reduction, sample_weight)


def mae_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `mae` and `mae_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (mae(...), mae_grad(...))

    Parameters:
        As for `mae`.

    Returns:
        A pair of what `mae` and `mae_grad` return.

    Raises:
        ValueError, TypeError: As `mae` does.

    Not to be confused with:
        `mae_grad`, which returns the gradient alone.

    Source:
        As for `mae`.

    Examples:
        >>> value, gradient = mae_value_and_grad([1.0, 2.0], [1.0, 5.0])
        >>> value  # (0 + 3) / 2
        1.5
    """
    return value_and_gradient(MAE, _mae_kernel, y_true, y_pred, reduction, sample_weight)


def _mae_kernel(block):
    e = block.error
    return Piece(
        np.abs(e, out=block.new()) if block.wants_value else None,
        None,
        np.sign(e, out=block.new()) if block.wants_slope else None,
    )


MAE = LossSpec(
    slug="mae",
    title="Absolute error",
    family="regression",
    loss=mae,
    grad=mae_grad,
    value_and_grad=mae_value_and_grad,
    kind="elementwise",
    formula="abs(e)",
    kinks=kink_at_zero,
    convex=True,
    sources=(
        "laplace1774",
        "koenker1978",
    ),
    page="regression/absolute-error",
    identities=(
        Identity(
            "as far below the truth costs as much as above it",
            lambda y, p: (mae(y, p, reduction="none"), mae(p, y, reduction="none")),
        ),
    ),
    names_elsewhere=(
        Name("torch", "torch.nn.functional.l1_loss(y_pred, y_true)"),
        Name("sklearn", "sklearn.metrics.mean_absolute_error(y_true, y_pred)"),
        Name(
            "keras", "keras.losses.mean_absolute_error(y_true, y_pred)", "mean over the last axis"
        ),
    ),
)


def quantile(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    tau: float = 0.5,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The absolute error, weighted tau below the truth and 1 - tau above it.

    Use it to predict a quantile of y instead of its centre, for instance stock that suffices on 9 days
    of 10. Not for a mean, nor for tail quantiles that only a handful of observations lie beyond.

    Formula:
        l = max(-tau e, (1 - tau) e), with e = y_pred - y_true

    Parameters:
        y_true: Array of any shape. What was observed; finite numbers.
        y_pred: Array of the same shape; nothing is broadcast. NaN is passed on.
        tau: Number in (0, 1): the quantile that is wanted; 0.9 makes predicting too low cost 9
            times as much.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per element.
        sample_weight: Weights w >= 0 that broadcast to the shape of y_true; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape and dtype of the input.

    Raises:
        ValueError: If the shapes differ, y_true is not finite, tau is outside its interval, a
            weight is negative, or there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `expectile`, which weights squares. At tau = 1/2 it is half of `mae`, not `mae`.

    Source:
        Koenker and Bassett (1978), definition of the regression quantile.

    Examples:
        >>> quantile([10.0, 10.0], [8.0, 12.0], tau=0.75)  # (0.75 * 2 + 0.25 * 2) / 2
        1.0
    """
    return value(QUANTILE, _quantile_kernel, y_true, y_pred, reduction, sample_weight, tau=tau)


def quantile_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    tau: float = 0.5,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Derivative of the reduced `quantile` with respect to y_pred: minus tau below the truth, 1 - tau above it.

    Use it to train; at the minimum the share of observations above the prediction is 1 - tau.

    Formula:
        dl/dy_pred = -tau where e < 0, 1 - tau where e > 0; 0 at e = 0, the subgradient of least norm
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `quantile`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `quantile` does.

    Not to be confused with:
        The derivative with respect to y_true, which has the opposite sign.

    Source:
        By differentiating `quantile`.

    Examples:
        >>> quantile_grad([10.0, 10.0], [8.0, 12.0], tau=0.75)  # (-0.75, 0.25) / 2
        array([-0.375,  0.125])
    """
    return gradient(QUANTILE, _quantile_kernel, y_true, y_pred, reduction, sample_weight, tau=tau)


def quantile_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    tau: float = 0.5,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `quantile` and `quantile_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (quantile(...), quantile_grad(...))

    Parameters:
        As for `quantile`.

    Returns:
        A pair of what `quantile` and `quantile_grad` return.

    Raises:
        ValueError, TypeError: As `quantile` does.

    Not to be confused with:
        `quantile_grad`, which returns the gradient alone.

    Source:
        As for `quantile`.

    Examples:
        >>> value, gradient = quantile_value_and_grad([10.0, 10.0], [8.0, 12.0], tau=0.75)
        >>> value
        1.0
    """
    return value_and_gradient(
        QUANTILE, _quantile_kernel, y_true, y_pred, reduction, sample_weight, tau=tau
    )


def _quantile_kernel(block, tau):
    """max(-tau e, (1 - tau) e); its slope is the same of sign(e), times sign(e)."""
    e = block.error
    slope = None
    if block.wants_slope:
        sign = np.sign(e, out=block.new())
        slope = _tilted(block, sign, tau)
        slope *= sign
    return Piece(_tilted(block, e, tau) if block.wants_value else None, None, slope)


def _tilted(block, x, tau):
    below = np.multiply(x, -tau, out=block.new())
    above = np.multiply(x, 1 - tau, out=block.new())
    return np.maximum(below, above, out=above)


QUANTILE = LossSpec(
    slug="quantile",
    title="Quantile loss",
    family="regression",
    loss=quantile,
    grad=quantile_grad,
    value_and_grad=quantile_value_and_grad,
    kind="elementwise",
    formula="-tau * e if e < 0 else (1 - tau) * e",
    kinks=kink_at_zero,
    convex=True,
    sources=(
        "koenker1978",
        "gneiting2011",
    ),
    page="regression/quantile",
    params=(Param("tau", 0.5, 0.0, 1.0, False, False, "linear", r"\tau"),),
    identities=(
        Identity(
            "at tau = 1/2 it is half the absolute error",
            lambda y, p: (2 * quantile(y, p), mae(y, p)),
        ),
        Identity(
            "exchanging truth and prediction exchanges tau and 1 - tau",
            lambda y, p: (quantile(y, p, tau=0.25), quantile(p, y, tau=0.75)),
        ),
    ),
    names_elsewhere=(
        Name("sklearn", "sklearn.metrics.mean_pinball_loss(y_true, y_pred, alpha=tau)"),
    ),
)


def expectile(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    tau: float = 0.5,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The squared error, weighted tau below the truth and 1 - tau above it.

    Use it where too low and too high cost differently and the size of the miss matters.
    Not to promise a coverage: a 0.9 expectile is not exceeded by 10 % of the observations.

    Formula:
        l = (1 - tau) e^2 where e > 0, and tau e^2 elsewhere, with e = y_pred - y_true

    Parameters:
        y_true: Array of any shape. What was observed; finite numbers.
        y_pred: Array of the same shape; nothing is broadcast. NaN is passed on.
        tau: Number in (0, 1): the weight of predictions below the truth; those above it weigh 1
            - tau.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per element.
        sample_weight: Weights w >= 0 that broadcast to the shape of y_true; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape and dtype of the input.

    Raises:
        ValueError: If the shapes differ, y_true is not finite, tau is outside its interval, a
            weight is negative, or there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `quantile`, which weights absolute errors. At tau = 1/2 it is `half_squared_error`.

    Source:
        Newey and Powell (1987).

    Examples:
        >>> expectile([10.0, 10.0], [8.0, 12.0], tau=0.75)  # (0.75 * 4 + 0.25 * 4) / 2
        2.0
    """
    return value(EXPECTILE, _expectile_kernel, y_true, y_pred, reduction, sample_weight, tau=tau)


def expectile_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    tau: float = 0.5,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Derivative of the reduced `expectile` with respect to y_pred: twice the weighted error.

    Use it to train. It is continuous; its own slope jumps at e = 0 unless tau = 1/2.

    Formula:
        dl/dy_pred = 2 (1 - tau) e where e > 0, and 2 tau e elsewhere
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `expectile`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `expectile` does.

    Not to be confused with:
        The gradient of `quantile`, which does not depend on the size of the error.

    Source:
        By differentiating `expectile`.

    Examples:
        >>> expectile_grad([10.0, 10.0], [8.0, 12.0], tau=0.75)  # (-2 * 0.75 * 2, 2 * 0.25 * 2) / 2
        array([-1.5,  0.5])
    """
    return gradient(EXPECTILE, _expectile_kernel, y_true, y_pred, reduction, sample_weight, tau=tau)


def expectile_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    tau: float = 0.5,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `expectile` and `expectile_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (expectile(...), expectile_grad(...))

    Parameters:
        As for `expectile`.

    Returns:
        A pair of what `expectile` and `expectile_grad` return.

    Raises:
        ValueError, TypeError: As `expectile` does.

    Not to be confused with:
        `expectile_grad`, which returns the gradient alone.

    Source:
        As for `expectile`.

    Examples:
        >>> value, gradient = expectile_value_and_grad([10.0, 10.0], [8.0, 12.0], tau=0.75)
        >>> value
        2.0
    """
    return value_and_gradient(
        EXPECTILE, _expectile_kernel, y_true, y_pred, reduction, sample_weight, tau=tau
    )


def _expectile_kernel(block, tau):
    """The tilted error max(-tau e, (1 - tau) e), times |e|; half the slope is it with e's sign."""
    e = block.error
    tilted = np.multiply(e, -tau, out=block.new())
    np.maximum(tilted, np.multiply(e, 1 - tau, out=block.new()), out=tilted)
    slope = np.copysign(tilted, e, out=block.new()) if block.wants_slope else None
    return Piece(tilted, np.abs(e, out=e) if block.wants_value else None, slope, 2.0)


EXPECTILE = LossSpec(
    slug="expectile",
    title="Expectile loss",
    family="regression",
    loss=expectile,
    grad=expectile_grad,
    value_and_grad=expectile_value_and_grad,
    kind="elementwise",
    formula="tau * e**2 if e < 0 else (1 - tau) * e**2",
    kinks=no_kinks,
    convex=True,
    sources=(
        "newey1987",
        "gneiting2011",
    ),
    page="regression/quantile",
    params=(Param("tau", 0.5, 0.0, 1.0, False, False, "linear", r"\tau"),),
    identities=(
        Identity(
            "at tau = 1/2 it is half the squared error",
            lambda y, p: (expectile(y, p), half_squared_error(y, p)),
        ),
        Identity(
            "exchanging truth and prediction exchanges tau and 1 - tau",
            lambda y, p: (expectile(y, p, tau=0.25), expectile(p, y, tau=0.75)),
        ),
    ),
)


def epsilon_insensitive(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    epsilon: float = 0.1,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The part of the absolute error that exceeds epsilon.

    Use it where errors below a known tolerance do not matter; in a support vector machine it makes the
    solution depend on few observations. Not where small errors still have to be improved.

    Formula:
        l = max(0, |e| - epsilon), with e = y_pred - y_true

    Parameters:
        y_true: Array of any shape. What was observed; finite numbers.
        y_pred: Array of the same shape; nothing is broadcast. NaN is passed on.
        epsilon: Number in [0, inf), in the unit of y: errors up to it are free.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per element.
        sample_weight: Weights w >= 0 that broadcast to the shape of y_true; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape and dtype of the input.

    Raises:
        ValueError: If the shapes differ, y_true is not finite, epsilon is outside its interval, a
            weight is negative, or there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `huber`, which is gentle to small errors but never blind to them. At epsilon = 0 it is `mae`.

    Source:
        Vapnik (1995); Drucker et al. (1996).

    Examples:
        >>> epsilon_insensitive([0.0, 0.0], [0.5, 3.0], epsilon=1.0)  # (0 + 2) / 2
        1.0
    """
    return value(
        EPSILON_INSENSITIVE,
        _epsilon_insensitive_kernel,
        y_true,
        y_pred,
        reduction,
        sample_weight,
        epsilon=epsilon,
    )


def epsilon_insensitive_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    epsilon: float = 0.1,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Derivative of the reduced `epsilon_insensitive` with respect to y_pred: the sign of an error outside the tube, 0 inside.

    Use it to train; observations inside the tube do not contribute.

    Formula:
        dl/dy_pred = sign(e) where |e| > epsilon, and 0 elsewhere; 0 at |e| = epsilon,
        the subgradient of least norm
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `epsilon_insensitive`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `epsilon_insensitive` does.

    Not to be confused with:
        The gradient of `squared_epsilon_insensitive`, which starts from 0 at the wall of the tube.

    Source:
        By differentiating `epsilon_insensitive`.

    Examples:
        >>> epsilon_insensitive_grad([0.0, 0.0], [0.5, -3.0], epsilon=1.0)  # (0, -1) / 2
        array([ 0. , -0.5])
    """
    return gradient(
        EPSILON_INSENSITIVE,
        _epsilon_insensitive_kernel,
        y_true,
        y_pred,
        reduction,
        sample_weight,
        epsilon=epsilon,
    )


def epsilon_insensitive_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    epsilon: float = 0.1,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `epsilon_insensitive` and `epsilon_insensitive_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (epsilon_insensitive(...), epsilon_insensitive_grad(...))

    Parameters:
        As for `epsilon_insensitive`.

    Returns:
        A pair of what `epsilon_insensitive` and `epsilon_insensitive_grad` return.

    Raises:
        ValueError, TypeError: As `epsilon_insensitive` does.

    Not to be confused with:
        `epsilon_insensitive_grad`, which returns the gradient alone.

    Source:
        As for `epsilon_insensitive`.

    Examples:
        >>> value, gradient = epsilon_insensitive_value_and_grad([0.0], [3.0], epsilon=1.0)
        >>> value
        2.0
    """
    return value_and_gradient(
        EPSILON_INSENSITIVE,
        _epsilon_insensitive_kernel,
        y_true,
        y_pred,
        reduction,
        sample_weight,
        epsilon=epsilon,
    )


def _epsilon_insensitive_kernel(block, epsilon):
    """d = e - clip(e, -epsilon, epsilon) is what sticks out, with its sign."""
    e = block.error
    outside = e.clip(-epsilon, epsilon, out=block.new())
    np.subtract(e, outside, out=outside)
    return Piece(
        np.abs(outside, out=block.new()) if block.wants_value else None,
        None,
        np.sign(outside, out=block.new()) if block.wants_slope else None,
    )


def _kinks(epsilon):
    return (-epsilon, epsilon) if epsilon > 0 else (0.0,)


EPSILON_INSENSITIVE = LossSpec(
    slug="epsilon_insensitive",
    title="Epsilon-insensitive loss",
    family="regression",
    loss=epsilon_insensitive,
    grad=epsilon_insensitive_grad,
    value_and_grad=epsilon_insensitive_value_and_grad,
    kind="elementwise",
    formula="max(0, abs(e) - epsilon)",
    kinks=_kinks,
    convex=True,
    sources=(
        "vapnik1995",
        "drucker1996",
    ),
    page="regression/epsilon-insensitive",
    params=(Param("epsilon", 0.1, 0.0, inf, True, False, "linear", r"\varepsilon"),),
    identities=(
        Identity(
            "at epsilon = 0 it is the absolute error",
            lambda y, p: (epsilon_insensitive(y, p, epsilon=0), mae(y, p)),
        ),
    ),
    names_elsewhere=(
        Name(
            "sklearn",
            "sklearn.svm.SVR",
            "minimises the sum, plus half the squared norm divided by C",
        ),
    ),
)


def squared_epsilon_insensitive(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    epsilon: float = 0.1,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The square of the part of the error that exceeds epsilon.

    Use it where a tolerance is free and a solver wants a continuous gradient.
    Not with gross errors: outside the tube it is as sensitive to them as the squared error.

    Formula:
        l = max(0, |e| - epsilon)^2, with e = y_pred - y_true

    Parameters:
        y_true: Array of any shape. What was observed; finite numbers.
        y_pred: Array of the same shape; nothing is broadcast. NaN is passed on.
        epsilon: Number in [0, inf), in the unit of y: errors up to it are free.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per element.
        sample_weight: Weights w >= 0 that broadcast to the shape of y_true; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape and dtype of the input.

    Raises:
        ValueError: If the shapes differ, y_true is not finite, epsilon is outside its interval, a
            weight is negative, or there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        The part of the square above epsilon^2; the excess is taken first and squared then.
        At epsilon = 0 it is `mse`.

    Source:
        The square of the loss of Drucker et al. (1996).

    Examples:
        >>> squared_epsilon_insensitive([0.0, 0.0], [0.5, 3.0], epsilon=1.0)  # (0 + 4) / 2
        2.0
    """
    return value(
        SQUARED_EPSILON_INSENSITIVE,
        _squared_epsilon_insensitive_kernel,
        y_true,
        y_pred,
        reduction,
        sample_weight,
        epsilon=epsilon,
    )


def squared_epsilon_insensitive_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    epsilon: float = 0.1,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Derivative of the reduced `squared_epsilon_insensitive` with respect to y_pred: twice what sticks out of the tube.

    Use it to train; it is continuous, so there is no kink to choose at.

    Formula:
        dl/dy_pred = 2 sign(e) max(0, |e| - epsilon)
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `squared_epsilon_insensitive`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `squared_epsilon_insensitive` does.

    Not to be confused with:
        Twice the error: at the wall of the tube it is 0.

    Source:
        By differentiating `squared_epsilon_insensitive`.

    Examples:
        >>> squared_epsilon_insensitive_grad([0.0, 0.0], [0.5, -3.0], epsilon=1.0)  # (0, -4) / 2
        array([ 0., -2.])
    """
    return gradient(
        SQUARED_EPSILON_INSENSITIVE,
        _squared_epsilon_insensitive_kernel,
        y_true,
        y_pred,
        reduction,
        sample_weight,
        epsilon=epsilon,
    )


def squared_epsilon_insensitive_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    epsilon: float = 0.1,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `squared_epsilon_insensitive` and `squared_epsilon_insensitive_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (squared_epsilon_insensitive(...), squared_epsilon_insensitive_grad(...))

    Parameters:
        As for `squared_epsilon_insensitive`.

    Returns:
        A pair of what `squared_epsilon_insensitive` and `squared_epsilon_insensitive_grad` return.

    Raises:
        ValueError, TypeError: As `squared_epsilon_insensitive` does.

    Not to be confused with:
        `squared_epsilon_insensitive_grad`, which returns the gradient alone.

    Source:
        As for `squared_epsilon_insensitive`.

    Examples:
        >>> value, gradient = squared_epsilon_insensitive_value_and_grad([0.0], [3.0], epsilon=1.0)
        >>> value
        4.0
    """
    return value_and_gradient(
        SQUARED_EPSILON_INSENSITIVE,
        _squared_epsilon_insensitive_kernel,
        y_true,
        y_pred,
        reduction,
        sample_weight,
        epsilon=epsilon,
    )


def _squared_epsilon_insensitive_kernel(block, epsilon):
    """d^2 with d = e - clip(e, -epsilon, epsilon), what sticks out."""
    outside = block.error.clip(-epsilon, epsilon, out=block.new())
    np.subtract(block.error, outside, out=outside)
    return Piece(outside, outside, outside, 2.0)


SQUARED_EPSILON_INSENSITIVE = LossSpec(
    slug="squared_epsilon_insensitive",
    title="Squared epsilon-insensitive loss",
    family="regression",
    loss=squared_epsilon_insensitive,
    grad=squared_epsilon_insensitive_grad,
    value_and_grad=squared_epsilon_insensitive_value_and_grad,
    kind="elementwise",
    formula="max(0, abs(e) - epsilon)**2",
    kinks=no_kinks,
    convex=True,
    sources=("drucker1996",),
    page="regression/epsilon-insensitive",
    params=(Param("epsilon", 0.1, 0.0, inf, True, False, "linear", r"\varepsilon"),),
    identities=(
        Identity(
            "at epsilon = 0 it is the squared error",
            lambda y, p: (squared_epsilon_insensitive(y, p, epsilon=0), mse(y, p)),
        ),
    ),
    names_elsewhere=(
        Name(
            "sklearn",
            "sklearn.svm.LinearSVR",
            'loss="squared_epsilon_insensitive"; minimises the sum, with a penalty',
        ),
    ),
)
