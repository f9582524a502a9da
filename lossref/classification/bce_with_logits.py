"""Binary cross-entropy with logits: binary cross-entropy of the logistic function of a logit."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, UNIT, Argument, Edge, FunctionSpec, Name, Param

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def bce_with_logits(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    pos_weight: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Binary cross-entropy of the logistic function of a logit.

    Use it to train classifiers with two classes, or with many labels. Not on probabilities: that
    is `bce`.

    Formula:
        l = w y log(1 + exp(-z)) + (1 - y) log(1 + exp(z)), with w = pos_weight

    Parameters:
        y_true: Array of any shape: labels 0 and 1, or probabilities in [0, 1].
        y_pred: Array of the same shape: logits z, infinities included. NaN is passed on.
        pos_weight: Number in (0, inf): what a positive counts beside a negative.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of y_pred.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `bce`, which takes probabilities; `margin_logistic`, with labels -1 and 1.

    Source:
        Cox (1958); the form without cancellation on either side is that of softplus.

    Examples:
        >>> bce_with_logits([1, 0], [0.0, 0.0])
        0.6931471805599453
    """
    return value(SPEC, _kernel, (y_true, y_pred), reduction, sample_weight, pos_weight=pos_weight)


def bce_with_logits_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    pos_weight: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `bce_with_logits` with respect to y_pred.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dz = (1 - y) s(z) - w y s(-z), with s the logistic function
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `bce_with_logits`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `bce_with_logits` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `bce_with_logits`.

    Examples:
        >>> bce_with_logits_grad([1, 0], [0.0, 0.0])
        array([-0.25,  0.25])
    """
    return gradient(
        SPEC, _kernel, (y_true, y_pred), reduction, sample_weight, pos_weight=pos_weight
    )


def bce_with_logits_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    pos_weight: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `bce_with_logits` and `bce_with_logits_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (bce_with_logits(...), bce_with_logits_grad(...))

    Parameters:
        As for `bce_with_logits`.

    Returns:
        A pair of what `bce_with_logits` and `bce_with_logits_grad` return.

    Raises:
        ValueError, TypeError: As `bce_with_logits` does.

    Not to be confused with:
        `bce_with_logits_grad`, which returns the gradient alone.

    Source:
        As for `bce_with_logits`.

    Examples:
        >>> bce_with_logits_value_and_grad([1, 0], [0.0, 0.0])[0]
        0.6931471805599453
    """
    return value_and_gradient(
        SPEC, _kernel, (y_true, y_pred), reduction, sample_weight, pos_weight=pos_weight
    )


def _kernel(part, pos_weight):
    """One exponential, shared; neither side is a difference of large numbers."""
    y, z = part["y_true"], part["y_pred"]
    small = part.new()
    np.abs(z, out=small)
    np.negative(small, out=small)
    np.exp(small, out=small)  # exp(-|z|)
    zeros = np.subtract(1, y, out=part.new())
    ones = y if pos_weight == 1 else np.multiply(y, pos_weight, out=part.new())
    values = slopes = None
    if part.wants_value:
        values = np.log1p(small, out=part.new())
        if pos_weight != 1:
            values *= zeros + ones
        # The larger of z (1 - y) and -z y is the one whose side z is on.
        up = np.multiply(z, zeros, out=part.new())
        down = np.multiply(z, ones, out=part.new())
        np.negative(down, out=down)
        values += np.maximum(up, down, out=up)
        if np.isnan(np.dot(values, values)):  # 0 * inf, the side that does not count
            lost = np.isinf(z)
            values[lost] = np.where(y[lost] == (z[lost] > 0), 0, np.inf)
    if part.wants_slope:
        # exp(min(z, 0)) and exp(min(-z, 0)): each is 1 on one side of 0
        slopes, other = part.new(), part.new()
        np.copyto(slopes, np.greater_equal(z, 0))
        np.subtract(1, slopes, out=other)
        np.maximum(slopes, small, out=slopes)
        np.maximum(other, small, out=other)
        slopes *= zeros
        other *= ones
        slopes -= other
        small += 1
        slopes /= small
    return Samples(values, (slopes,))


SPEC = FunctionSpec(
    slug="bce_with_logits",
    title="Binary cross-entropy with logits",
    family="classification",
    loss=bce_with_logits,
    grad=bce_with_logits_grad,
    value_and_grad=bce_with_logits_value_and_grad,
    page="classification/bce",
    arguments=(Argument("y_true", UNIT), Argument("y_pred", EXTENDED, wrt=True)),
    formula="pos_weight * y_true * log(1 + exp(-y_pred)) + (1 - y_true) * log(1 + exp(y_pred))",
    draw=lambda rng: (
        np.r_[rng.integers(0, 2, 60), rng.random(20)],
        np.r_[rng.uniform(-60, 60, 60), rng.normal(size=20)],
    ),
    convex=True,
    sources=("cox1958",),
    params=(Param("pos_weight", 1.0, 0.0, inf, False, False, "log", "w"),),
    edges=(
        Edge("infinitely sure and right", (1.0, inf), 0.0, (0.0,)),
        Edge("infinitely sure and right", (0.0, -inf), 0.0, (0.0,)),
        Edge("infinitely sure and wrong", (1.0, -inf), inf, (-1.0,)),
        Edge("infinitely sure and wrong", (0.0, inf), inf, (1.0,)),
        Edge(
            "the tail keeps its digits",
            (0.0, -50.0),
            1.9287498479639178e-22,
            (1.9287498479639178e-22,),
        ),
    ),
    refused=(("y_true", (np.array([0.5, 2.0]), np.ones(2))),),
    names_elsewhere=(
        Name(
            "torch",
            "torch.nn.functional.binary_cross_entropy_with_logits(y_pred, y_true)",
            "cancels for small losses of negatives",
        ),
        Name("optax", "optax.losses.sigmoid_binary_cross_entropy(y_pred, y_true)", "per element"),
    ),
)
