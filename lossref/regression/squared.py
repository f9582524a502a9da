"""Losses of the squared error: its mean, half of it, and its roots."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lossref import _check, reduce
from lossref._blocks import Piece, gradient, value, value_and_gradient
from lossref._spec import Identity, LossSpec, Name, no_kinks

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def mse(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The square of the error.

    Use it when errors are roughly Gaussian and large ones should cost much more than small ones.
    Not when single observations may be wrong: an error of 100 pulls as hard as a hundred errors of 1.

    Formula:
        l = e^2, with e = y_pred - y_true

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
        `half_squared_error`, which is half of it; `rmse`, its root, in the unit of y.

    Source:
        Legendre (1805), appendix; Gauss (1809), book 2, section 3.

    Examples:
        >>> mse([1.0, 2.0, 3.0], [1.0, 3.0, 5.0])  # (0 + 1 + 4) / 3
        1.6666666666666667
    """
    return value(MSE, _mse_kernel, y_true, y_pred, reduction, sample_weight)


def mse_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Derivative of the reduced `mse` with respect to y_pred: twice the error.

    Use it to train. It grows without bound, so one wrong observation can steer a whole step.

    Formula:
        dl/dy_pred = 2 e
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `mse`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `mse` does.

    Not to be confused with:
        The gradient of `half_squared_error`, which is the error itself.

    Source:
        By differentiating `mse`.

    Examples:
        >>> mse_grad([1.0, 2.0], [1.0, 5.0])  # (2 * 0, 2 * 3) / 2
        array([0., 3.])
    """
    return gradient(MSE, _mse_kernel, y_true, y_pred, reduction, sample_weight)


def mse_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `mse` and `mse_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (mse(...), mse_grad(...))

    Parameters:
        As for `mse`.

    Returns:
        A pair of what `mse` and `mse_grad` return.

    Raises:
        ValueError, TypeError: As `mse` does.

    Not to be confused with:
        `mse_grad`, which returns the gradient alone.

    Source:
        As for `mse`.

    Examples:
        >>> value, gradient = mse_value_and_grad([1.0, 2.0], [1.0, 5.0])
        >>> value  # (0 + 9) / 2
        4.5
    """
    return value_and_gradient(MSE, _mse_kernel, y_true, y_pred, reduction, sample_weight)


def _mse_kernel(block):
    """Left and right factor are both the error, so the sum of squares is one dot product."""
    e = block.error
    return Piece(e, e, e, 2.0)


MSE = LossSpec(
    slug="mse",
    title="Squared error",
    family="regression",
    loss=mse,
    grad=mse_grad,
    value_and_grad=mse_value_and_grad,
    kind="elementwise",
    formula="e**2",
    kinks=no_kinks,
    convex=True,
    sources=(
        "legendre1805",
        "gauss1809",
    ),
    page="regression/squared-error",
    identities=(
        Identity(
            "at a constant prediction c it is (c - mean of y)^2 plus the variance of y",
            lambda y, p: (mse(y, 0 * y + 1), (1 - y.mean()) ** 2 + y.var()),
        ),
    ),
    names_elsewhere=(
        Name("torch", "torch.nn.functional.mse_loss(y_pred, y_true)"),
        Name("sklearn", "sklearn.metrics.mean_squared_error(y_true, y_pred)"),
        Name("optax", "optax.losses.squared_error(y_pred, y_true)", "per element, no reduction"),
        Name("keras", "keras.losses.mean_squared_error(y_true, y_pred)", "mean over the last axis"),
    ),
)


def half_squared_error(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Half the square of the error.

    Use it in derivations, and where losses are compared: Huber, log-cosh and the other robust losses
    all behave like it near zero. Not to report a number to people who expect the MSE.

    Formula:
        l = e^2 / 2, with e = y_pred - y_true

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
        `mse`, which is twice as large and has twice the gradient.

    Source:
        Bishop (2006), equation (1.2).

    Examples:
        >>> half_squared_error([1.0, 2.0], [1.0, 5.0])  # (0 + 9 / 2) / 2
        2.25
    """
    return value(
        HALF_SQUARED_ERROR, _half_squared_error_kernel, y_true, y_pred, reduction, sample_weight
    )


def half_squared_error_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Derivative of the reduced `half_squared_error` with respect to y_pred: the error.

    Use it to train; it is the gradient of `mse` without the factor 2, which a learning rate absorbs.

    Formula:
        dl/dy_pred = e
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `half_squared_error`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `half_squared_error` does.

    Not to be confused with:
        The gradient of `mse`, which is 2 e.

    Source:
        By differentiating `half_squared_error`.

    Examples:
        >>> half_squared_error_grad([1.0, 2.0], [1.0, 5.0])  # (0, 3) / 2
        array([0. , 1.5])
    """
    return gradient(
        HALF_SQUARED_ERROR, _half_squared_error_kernel, y_true, y_pred, reduction, sample_weight
    )


def half_squared_error_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `half_squared_error` and `half_squared_error_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (half_squared_error(...), half_squared_error_grad(...))

    Parameters:
        As for `half_squared_error`.

    Returns:
        A pair of what `half_squared_error` and `half_squared_error_grad` return.

    Raises:
        ValueError, TypeError: As `half_squared_error` does.

    Not to be confused with:
        `half_squared_error_grad`, which returns the gradient alone.

    Source:
        As for `half_squared_error`.

    Examples:
        >>> value, gradient = half_squared_error_value_and_grad([1.0, 2.0], [1.0, 5.0])
        >>> value
        2.25
    """
    return value_and_gradient(
        HALF_SQUARED_ERROR, _half_squared_error_kernel, y_true, y_pred, reduction, sample_weight
    )


def _half_squared_error_kernel(block):
    """(e / 2) e: half of e^2 can be a float where e^2 is not."""
    e = block.error
    half = np.multiply(e, 0.5, out=block.new()) if block.wants_value else None
    return Piece(half, e, e)


HALF_SQUARED_ERROR = LossSpec(
    slug="half_squared_error",
    title="Half squared error",
    family="regression",
    loss=half_squared_error,
    grad=half_squared_error_grad,
    value_and_grad=half_squared_error_value_and_grad,
    kind="elementwise",
    formula="e**2 / 2",
    kinks=no_kinks,
    convex=True,
    sources=("bishop2006",),
    page="regression/squared-error",
    identities=(
        Identity(
            "twice this is the squared error",
            lambda y, p: (2 * half_squared_error(y, p), mse(y, p)),
        ),
    ),
    names_elsewhere=(
        Name("torch", "torch.nn.functional.mse_loss(y_pred, y_true)", "twice ours", 2.0),
        Name("optax", "optax.losses.l2_loss(y_pred, y_true)", "per element, no reduction"),
        Name("sklearn", "sklearn._loss.HalfSquaredError", 'private; behind loss="squared_error"'),
    ),
)


def rmse(y_true: ArrayLike, y_pred: ArrayLike, *, sample_weight: ArrayLike | None = None) -> Any:
    """Root of the mean squared error of the whole array, in the unit of y.

    Use it to report an error that people can compare with y. Not for averaging over batches:
    the root of a mean is not the mean of roots.

    Formula:
        L = sqrt(sum(w e^2) / sum(w)), with e = y_pred - y_true

    Parameters:
        y_true: Array of any shape with at least one element. What was observed; finite numbers.
        y_pred: Array of the same shape; nothing is broadcast. NaN is passed on.
        sample_weight: Weights w >= 0 that broadcast to the shape of y_true; 1 if not given.

    Returns:
        A float. It is one value for the whole array, so there is no reduction to choose.

    Raises:
        ValueError: If the shapes differ, y_true is not finite, a weight is negative, or there is
            nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `mse`, its square; `l2_norm`, which divides by nothing.

    Source:
        The standard deviation of the errors about zero; its square is what Gauss (1809) minimises.

    Examples:
        >>> rmse([0.0, 0.0], [1.0, 7.0])  # sqrt((1 + 49) / 2)
        5.0
    """
    return rmse_value_and_grad(y_true, y_pred, sample_weight=sample_weight)[0]


def rmse_grad(
    y_true: ArrayLike, y_pred: ArrayLike, *, sample_weight: ArrayLike | None = None
) -> Any:
    """Derivative of `rmse` with respect to y_pred; zero where every error is zero.

    Use it to train on the RMSE itself. Its direction is that of `mse_grad`, its length does not
    shrink near the minimum.

    Formula:
        dL/dy_pred = w e / (sum(w) L)

    Parameters:
        As for `rmse`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `rmse` does.

    Not to be confused with:
        `mse_grad`, which is 2 L times this.

    Source:
        By differentiating `rmse`; at L = 0 the subgradient of least norm.

    Examples:
        >>> rmse_grad([0.0, 0.0], [1.0, 7.0])  # (1, 7) / (2 * 5)
        array([0.1, 0.7])
    """
    return rmse_value_and_grad(y_true, y_pred, sample_weight=sample_weight)[1]


def rmse_value_and_grad(
    y_true: ArrayLike, y_pred: ArrayLike, *, sample_weight: ArrayLike | None = None
) -> Any:
    """Both `rmse` and `rmse_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (rmse(...), rmse_grad(...))

    Parameters:
        As for `rmse`.

    Returns:
        A pair of what `rmse` and `rmse_grad` return.

    Raises:
        ValueError, TypeError: As `rmse` does.

    Not to be confused with:
        `rmse_grad`, which returns the gradient alone.

    Source:
        As for `rmse`.

    Examples:
        >>> rmse_value_and_grad([0.0, 0.0], [1.0, 7.0])[0]
        5.0
    """
    y, p, dtype = _check.inputs(RMSE, y_true, y_pred)
    _check.domain(RMSE, y.ravel(), p.ravel(), 0, y.shape)
    plan = reduce.plan(RMSE.slug, "mean", sample_weight, y.shape)
    share = (1.0 if plan.weights is None else plan.weights) / plan.denominator
    with np.errstate(over="ignore", invalid="ignore"):
        error = p.astype(np.float64) - y
        # Divided by the largest error before squaring, so that no square over- or underflows.
        largest = float(np.max(np.abs(error), initial=0.0))
        if largest == 0.0:
            return 0.0, np.zeros(y.shape, dtype)
        if np.isinf(largest):
            return largest, np.asarray(
                share * np.where(np.isinf(error), np.sign(error), 0.0), dtype
            )
        scaled = error / largest
        root = float(np.sqrt(np.sum(share * scaled * scaled)))
        if root == 0.0:  # every error has weight zero
            return 0.0, np.zeros(y.shape, dtype)
        return largest * root, np.asarray(share * (scaled / root), dtype)


RMSE = LossSpec(
    slug="rmse",
    title="Root mean squared error",
    family="regression",
    loss=rmse,
    grad=rmse_grad,
    value_and_grad=rmse_value_and_grad,
    kind="set",
    formula="sqrt(sum(x**2 for x in e) / len(e))",
    kinks=lambda: (0.0,),
    convex=True,
    sources=("gauss1809",),
    page="regression/squared-error",
    identities=(
        Identity(
            "its square is the mean squared error",
            lambda y, p: (rmse(y, p) ** 2, mse(y, p)),
        ),
    ),
)


def l2_norm(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Length of the error vector of each row, the distance between target and prediction.

    Use it when a row is one point in space, such as a landmark, and its distance is what counts.
    Not as another name for the squared error, which is its square.

    Formula:
        l = sqrt(sum_k e_k^2) along the last axis, with e = y_pred - y_true

    Parameters:
        y_true: Array with at least one axis. What was observed; finite numbers.
        y_pred: Array of the same shape; nothing is broadcast. NaN is passed on.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per row.
        sample_weight: Weights w >= 0 that broadcast to the rows, y_true.shape[:-1].

    Returns:
        A float, summed in float64; for "none" an array of shape y_true.shape[:-1].

    Raises:
        ValueError: If the shapes differ or have no axis, y_true is not finite, a weight is
            negative, or there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `mse`, the mean of squares; `rmse`, which divides by the root of their number.

    Source:
        The Euclidean distance.

    Examples:
        >>> l2_norm([[0.0, 0.0]], [[3.0, 4.0]])
        5.0
    """
    return l2_norm_value_and_grad(y_true, y_pred, reduction=reduction, sample_weight=sample_weight)[
        0
    ]


def l2_norm_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Derivative of the reduced `l2_norm` with respect to y_pred: the direction of the error.

    Use it to train; every row pulls with the same strength, however far away it is.

    Formula:
        dl/dy_pred = e / |e|, zero where the whole row is zero
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `l2_norm`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `l2_norm` does.

    Not to be confused with:
        `mae_grad`, which takes the sign of every component on its own.

    Source:
        By differentiating `l2_norm`; at e = 0 the subgradient of least norm.

    Examples:
        >>> l2_norm_grad([[0.0, 0.0]], [[3.0, 4.0]])
        array([[0.6, 0.8]])
    """
    return l2_norm_value_and_grad(y_true, y_pred, reduction=reduction, sample_weight=sample_weight)[
        1
    ]


def l2_norm_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `l2_norm` and `l2_norm_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (l2_norm(...), l2_norm_grad(...))

    Parameters:
        As for `l2_norm`.

    Returns:
        A pair of what `l2_norm` and `l2_norm_grad` return.

    Raises:
        ValueError, TypeError: As `l2_norm` does.

    Not to be confused with:
        `l2_norm_grad`, which returns the gradient alone.

    Source:
        As for `l2_norm`.

    Examples:
        >>> l2_norm_value_and_grad([[0.0, 0.0]], [[3.0, 4.0]])[0]
        5.0
    """
    y, p, dtype = _check.inputs(L2_NORM, y_true, y_pred)
    _check.rows(L2_NORM, y.shape)
    _check.domain(L2_NORM, y.ravel(), p.ravel(), 0, y.shape)
    plan = reduce.plan(L2_NORM.slug, reduction, sample_weight, y.shape[:-1])
    with np.errstate(over="ignore", invalid="ignore"):
        error = p.astype(np.float64) - y
        # Divided by the largest component before squaring, so that no square leaves the range.
        largest = np.max(np.abs(error), axis=-1, keepdims=True, initial=0.0)
        unit = np.where((largest > 0) & np.isfinite(largest), largest, 1.0)
        scaled = error / unit
        length = np.sqrt(np.sum(scaled * scaled, axis=-1, keepdims=True))
        values = (length * unit)[..., 0]
        direction = scaled / np.where(length > 0, length, 1.0)
        factors = np.ones(y.shape[:-1]) if plan.weights is None else plan.weights
        slope = np.asarray(direction * (factors / plan.denominator)[..., None], dtype)
        if plan.collects:
            return np.asarray(values * factors, dtype), slope
        return plan.total(values), slope


L2_NORM = LossSpec(
    slug="l2_norm",
    title="L2 norm of the error",
    family="regression",
    loss=l2_norm,
    grad=l2_norm_grad,
    value_and_grad=l2_norm_value_and_grad,
    kind="row",
    formula="sqrt(sum(x**2 for x in e))",
    kinks=lambda: (0.0,),
    convex=True,
    sources=("boyd2004",),
    page="regression/squared-error",
    identities=(
        Identity(
            "for one row it is the RMSE times the root of the number of components",
            lambda y, p: (
                l2_norm(np.ravel(y), np.ravel(p)),
                rmse(np.ravel(y), np.ravel(p)) * np.sqrt(np.size(y)),
            ),
        ),
    ),
)
