"""Binary cross-entropy: minus the log-likelihood of labels under predicted probabilities."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import UNIT, Argument, Edge, FunctionSpec, Name

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def bce(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Minus the log-likelihood of labels under predicted probabilities.

    Use it to score probabilities. Not to train a network that has logits: `bce_with_logits` keeps
    the digits that the probability has lost.

    Formula:
        l = -y log(p) - (1 - y) log(1 - p), with 0 log 0 = 0

    Parameters:
        y_true: Array of any shape: labels 0 and 1, or probabilities in [0, 1].
        y_pred: Array of the same shape: probabilities p in [0, 1]. NaN is passed on.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of y_pred.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `bce_with_logits`, which takes logits; `binary_focal`, which lowers the weight of easy
        samples.

    Source:
        Good (1952), "Rational decisions".

    Examples:
        >>> bce([1, 0], [0.5, 0.5])
        0.6931471805599453
    """
    return value(SPEC, _kernel, (y_true, y_pred), reduction, sample_weight)


def bce_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `bce` with respect to y_pred.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dp = (p - y) / (p (1 - p)), and its limit -1 or 1 where p = y is 1 or 0
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `bce`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `bce` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `bce`.

    Examples:
        >>> bce_grad([1, 0], [0.5, 0.5])
        array([-1.,  1.])
    """
    return gradient(SPEC, _kernel, (y_true, y_pred), reduction, sample_weight)


def bce_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `bce` and `bce_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (bce(...), bce_grad(...))

    Parameters:
        As for `bce`.

    Returns:
        A pair of what `bce` and `bce_grad` return.

    Raises:
        ValueError, TypeError: As `bce` does.

    Not to be confused with:
        `bce_grad`, which returns the gradient alone.

    Source:
        As for `bce`.

    Examples:
        >>> bce_value_and_grad([1, 0], [0.5, 0.5])[0]
        0.6931471805599453
    """
    return value_and_gradient(SPEC, _kernel, (y_true, y_pred), reduction, sample_weight)


def _kernel(part):
    """No clipping: a certain mistake costs infinitely much."""
    y, p = part["y_true"], part["y_pred"]
    rest = 1 - p
    values = slopes = None
    if part.wants_value:
        ones = np.where(y == 0, p * 0, -y * np.log(p))
        values = ones + np.where(y == 1, p * 0, (y - 1) * np.log1p(-p))
    if part.wants_slope:
        slopes = (p - y) / (p * rest)
        slopes = np.where(y == 0, 1 / rest, np.where(y == 1, -1 / p, slopes))
    return Samples(values, (slopes,))


SPEC = FunctionSpec(
    slug="bce",
    title="Binary cross-entropy",
    family="classification",
    loss=bce,
    grad=bce_grad,
    value_and_grad=bce_value_and_grad,
    page="classification/bce",
    arguments=(Argument("y_true", UNIT), Argument("y_pred", UNIT, wrt=True)),
    formula="-xlogy(y_true, y_pred) - xlogy(1 - y_true, 1 - y_pred)",
    draw=lambda rng: (
        np.r_[rng.integers(0, 2, 40), rng.random(20)],
        np.r_[10.0 ** -rng.uniform(0, 20, 20), 1 - 10.0 ** -rng.uniform(1, 12, 10), rng.random(30)],
    ),
    convex=True,
    sources=("good1952",),
    edges=(
        Edge("certain and right", (1.0, 1.0), 0.0, (-1.0,)),
        Edge("certain and right", (0.0, 0.0), 0.0, (1.0,)),
        Edge("certain and wrong", (1.0, 0.0), inf, (-inf,)),
        Edge("nothing is clipped", (1.0, 1e-300), 690.7755278982137, (-1e300,)),
    ),
    refused=(
        ("y_pred", (np.ones(2), np.array([0.5, 1.5]))),
        ("y_true", (np.array([0.5, -0.1]), np.ones(2))),
    ),
    names_elsewhere=(
        Name(
            "torch",
            "torch.nn.functional.binary_cross_entropy(y_pred, y_true)",
            "log clamped at -100",
        ),
        Name("sklearn", "sklearn.metrics.log_loss(y_true, y_pred)", "probabilities clipped"),
    ),
)
