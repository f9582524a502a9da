"""Euclidean norm of the error, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lossref import _check, reduce
from lossref._spec import Identity, LossSpec
from lossref.regression.rmse import rmse

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


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
    y, p, dtype = _check.inputs(SPEC, y_true, y_pred)
    _check.rows(SPEC, y.shape)
    _check.domain(SPEC, y.ravel(), p.ravel(), 0, y.shape)
    plan = reduce.plan(SPEC.slug, reduction, sample_weight, y.shape[:-1])
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


SPEC = LossSpec(
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
