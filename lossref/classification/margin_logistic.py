"""Margin logistic loss: logistic loss of a score, with labels -1 and 1."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, SIGNS, Argument, Edge, FunctionSpec, Name
from lossref.stable import expit, softplus

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def margin_logistic(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Logistic loss of a score, with labels -1 and 1.

    Use it for linear classifiers and boosting. Not with labels 0 and 1: that is
    `bce_with_logits`.

    Formula:
        l = log(1 + exp(-y f))

    Parameters:
        y_true: Array of any shape of labels -1 and 1.
        y_pred: Array of the same shape: scores f; NaN is passed on.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of y_pred.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `bce_with_logits`, the same loss with labels 0 and 1.

    Source:
        Friedman, Hastie and Tibshirani (2000), section 4.

    Examples:
        >>> margin_logistic([1, -1], [0.5, 0.5])
        0.7240769841801067
    """
    return value(SPEC, _kernel, (y_true, y_pred), reduction, sample_weight)


def margin_logistic_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `margin_logistic` with respect to y_pred.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/df = -y / (1 + exp(y f))
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `margin_logistic`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `margin_logistic` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `margin_logistic`.

    Examples:
        >>> margin_logistic_grad([1, -1], [0.5, 0.5])
        array([-0.18877033,  0.31122967])
    """
    return gradient(SPEC, _kernel, (y_true, y_pred), reduction, sample_weight)


def margin_logistic_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `margin_logistic` and `margin_logistic_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (margin_logistic(...), margin_logistic_grad(...))

    Parameters:
        As for `margin_logistic`.

    Returns:
        A pair of what `margin_logistic` and `margin_logistic_grad` return.

    Raises:
        ValueError, TypeError: As `margin_logistic` does.

    Not to be confused with:
        `margin_logistic_grad`, which returns the gradient alone.

    Source:
        As for `margin_logistic`.

    Examples:
        >>> margin_logistic_value_and_grad([1, -1], [0.5, 0.5])[0]
        0.7240769841801067
    """
    return value_and_gradient(SPEC, _kernel, (y_true, y_pred), reduction, sample_weight)


def _kernel(part):
    """With the margin y f, which is exact."""
    y = part["y_true"]
    margin = y * part["y_pred"]
    values = softplus(-margin) if part.wants_value else None
    slopes = -y * expit(-margin)
    return Samples(values, (slopes,))


SPEC = FunctionSpec(
    slug="margin_logistic",
    title="Margin logistic loss",
    family="classification",
    loss=margin_logistic,
    grad=margin_logistic_grad,
    value_and_grad=margin_logistic_value_and_grad,
    page="classification/margins",
    arguments=(Argument("y_true", SIGNS), Argument("y_pred", EXTENDED, wrt=True)),
    formula="log(1 + exp(-y_true * y_pred))",
    draw=lambda rng: (
        rng.choice([-1.0, 1.0], 60),
        rng.choice([-1, 1], 60) * 10.0 ** rng.uniform(-6, 1.5, 60),
    ),
    convex=True,
    sources=("friedman2000",),
    kinks="()",
    edges=(
        Edge("an infinite score of the right sign costs nothing", (1.0, inf), 0.0, (0.0,)),
        Edge("an infinite score of the wrong sign costs infinitely much", (-1.0, inf), inf, (1.0,)),
    ),
    names_elsewhere=(
        Name(
            "torch",
            "torch.nn.functional.soft_margin_loss(y_pred, y_true)",
            "overflows for large wrong scores",
        ),
    ),
)
