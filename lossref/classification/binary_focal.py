"""Binary focal loss: binary cross-entropy with easy samples weighted down."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, UNIT, Argument, Edge, FunctionSpec, Identity, Name, Param
from lossref.classification.bce_with_logits import bce_with_logits
from lossref.stable import expit, softplus

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def binary_focal(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    gamma: float = 2.0,
    alpha: float | None = None,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Binary cross-entropy with easy samples weighted down.

    Use it where easy negatives outnumber all else. Not where calibrated probabilities are wanted:
    it flattens them.

    Formula:
        l = y a F(z) + (1 - y) (1 - a) F(-z), with F(s) = s(-s)^gamma log(1 + exp(-s)), s() the
        logistic function
        and a = alpha; without alpha both factors are 1

    Parameters:
        y_true: Array of any shape: labels 0 and 1, or probabilities in [0, 1].
        y_pred: Array of the same shape: logits z, infinities included. NaN is passed on.
        gamma: Number in [0, inf): how much easy samples are weighted down.
        alpha: Number in [0, 1], the weight of positives, or None for no weights.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of y_pred.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `softmax_focal`, for more than two classes. With gamma = 0 it is `bce_with_logits`.

    Source:
        Lin, Goyal, Girshick, He and Dollár (2017), equation 5.

    Examples:
        >>> binary_focal([1, 0], [0.0, 0.0])  # log(2) / 4
        0.17328679513998632
    """
    return value(
        SPEC, _kernel, (y_true, y_pred), reduction, sample_weight, gamma=gamma, alpha=alpha
    )


def binary_focal_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    gamma: float = 2.0,
    alpha: float | None = None,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `binary_focal` with respect to y_pred.

    Use it to train; every sample counts as it does in the value.

    Formula:
        F'(s) = -s(-s)^gamma (gamma s(s) log(1 + exp(-s)) + s(-s))
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `binary_focal`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `binary_focal` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `binary_focal`.

    Examples:
        >>> binary_focal_grad([1, 0], [0.0, 0.0]).round(6)
        array([-0.149143,  0.149143])
    """
    return gradient(
        SPEC, _kernel, (y_true, y_pred), reduction, sample_weight, gamma=gamma, alpha=alpha
    )


def binary_focal_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    gamma: float = 2.0,
    alpha: float | None = None,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `binary_focal` and `binary_focal_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (binary_focal(...), binary_focal_grad(...))

    Parameters:
        As for `binary_focal`.

    Returns:
        A pair of what `binary_focal` and `binary_focal_grad` return.

    Raises:
        ValueError, TypeError: As `binary_focal` does.

    Not to be confused with:
        `binary_focal_grad`, which returns the gradient alone.

    Source:
        As for `binary_focal`.

    Examples:
        >>> binary_focal_value_and_grad([1, 0], [0.0, 0.0])[0]
        0.17328679513998632
    """
    return value_and_gradient(
        SPEC, _kernel, (y_true, y_pred), reduction, sample_weight, gamma=gamma, alpha=alpha
    )


def _kernel(part, gamma, alpha):
    y, z = part["y_true"], part["y_pred"]
    ones, zeros = (1.0, 1.0) if alpha is None else (alpha, 1.0 - alpha)
    positive, negative = _side(part, z, gamma), _side(part, -z, gamma)
    values = slopes = None
    if part.wants_value:
        values = _used(y * ones, positive[0]) + _used((1 - y) * zeros, negative[0])
    if part.wants_slope:
        slopes = _used(y * ones, positive[1]) - _used((1 - y) * zeros, negative[1])
    return Samples(values, (slopes,))


def _side(part, s, gamma):
    """F and F' of the signed logit; 1 - p is the logistic function of -s, never a difference."""
    miss, cost = expit(-s), softplus(-s)
    power = miss**gamma
    slope = None
    if part.wants_slope:
        hit = expit(s)
        slope = -power * (gamma * np.where(hit == 0, 0 * miss, hit * cost) + miss)
    return power * cost, slope


def _used(weight, number):
    """weight * number, and 0 where the weight is 0 whatever the number."""
    return np.where(weight == 0, 0 * weight, weight * number)


SPEC = FunctionSpec(
    slug="binary_focal",
    title="Binary focal loss",
    family="classification",
    loss=binary_focal,
    grad=binary_focal_grad,
    value_and_grad=binary_focal_value_and_grad,
    page="classification/focal",
    arguments=(Argument("y_true", UNIT), Argument("y_pred", EXTENDED, wrt=True)),
    formula=(
        "y_true * (1 if alpha is None else alpha) * log(1 + exp(-y_pred)) / (1 + exp(y_pred)) ** gamma"
        " + (1 - y_true) * (1 if alpha is None else 1 - alpha) * log(1 + exp(y_pred)) / (1 + exp(-y_pred)) ** gamma"
    ),
    draw=lambda rng: (
        np.r_[rng.integers(0, 2, 60), rng.random(20)],
        np.r_[rng.uniform(-60, 60, 60), rng.normal(size=20)],
    ),
    convex=False,
    sources=("lin2017",),
    params=(
        Param("gamma", 2.0, 0.0, inf, True, False, "linear", r"\gamma"),
        Param("alpha", None, 0.0, 1.0, True, True, "linear", r"\alpha"),
    ),
    edges=(
        Edge("infinitely sure and right", (1.0, inf), 0.0, (0.0,)),
        Edge("infinitely sure and wrong", (1.0, -inf), inf, (-1.0,)),
    ),
    identities=(
        Identity(
            "with gamma = 0 it is the binary cross-entropy",
            lambda y, p: (binary_focal(y > 1, p, gamma=0), bce_with_logits(y > 1, p)),
        ),
    ),
    names_elsewhere=(
        Name(
            "torchvision",
            "torchvision.ops.sigmoid_focal_loss(y_pred, y_true, alpha=-1, gamma=gamma)",
            "1 - p is a difference",
        ),
    ),
    ulp=16.0,  # a soft label's slope is a difference of its two sides
)
