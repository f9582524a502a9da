"""Root mean squared error: the mean squared error in the unit of y."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lossref import _check, reduce
from lossref._spec import Identity, LossSpec
from lossref.regression.mse import mse

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


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
    y, p, dtype = _check.inputs(SPEC, y_true, y_pred)
    _check.domain(SPEC, y.ravel(), p.ravel(), 0, y.shape)
    plan = reduce.plan(SPEC.slug, "mean", sample_weight, y.shape)
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


SPEC = LossSpec(
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
