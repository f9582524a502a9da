"""Absolute error, whose mean is the MAE: the loss that the median minimises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._blocks import Piece, gradient, value, value_and_gradient
from lossref._spec import Identity, LossSpec, Name, kink_at_zero

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
    return value(SPEC, _kernel, y_true, y_pred, reduction, sample_weight)


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
    return gradient(SPEC, _kernel, y_true, y_pred, reduction, sample_weight)


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
    return value_and_gradient(SPEC, _kernel, y_true, y_pred, reduction, sample_weight)


def _kernel(block):
    e = block.error
    return Piece(
        np.abs(e, out=block.new()) if block.wants_value else None,
        None,
        np.sign(e, out=block.new()) if block.wants_slope else None,
    )


SPEC = LossSpec(
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
