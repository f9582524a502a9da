"""Losses of a probability, or of the logit that stands for one, against a label of 0 or 1."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, UNIT, Argument, Edge, FunctionSpec, Identity, Name, Param
from lossref.stable import expit, softplus

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
    return value(BCE, _bce_kernel, (y_true, y_pred), reduction, sample_weight)


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
    return gradient(BCE, _bce_kernel, (y_true, y_pred), reduction, sample_weight)


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
    return value_and_gradient(BCE, _bce_kernel, (y_true, y_pred), reduction, sample_weight)


def _bce_kernel(part):
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


BCE = FunctionSpec(
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
    return value(
        BCE_WITH_LOGITS,
        _bce_with_logits_kernel,
        (y_true, y_pred),
        reduction,
        sample_weight,
        pos_weight=pos_weight,
    )


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
        BCE_WITH_LOGITS,
        _bce_with_logits_kernel,
        (y_true, y_pred),
        reduction,
        sample_weight,
        pos_weight=pos_weight,
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
        BCE_WITH_LOGITS,
        _bce_with_logits_kernel,
        (y_true, y_pred),
        reduction,
        sample_weight,
        pos_weight=pos_weight,
    )


def _bce_with_logits_kernel(part, pos_weight):
    """One exponential, shared; neither side is a difference of large numbers."""
    y, z = part["y_true"], part["y_pred"]
    small = part.new()
    np.abs(z, out=small)
    np.negative(small, out=small)
    np.exp(small, out=small)  # exp(-|z|)
    zeros = np.subtract(y, 1, out=part.new())  # -(1 - y)
    ones = y if pos_weight == 1 else np.multiply(y, pos_weight, out=part.new())
    values = slopes = None
    if part.wants_value:
        values = np.log1p(small, out=part.new())
        if pos_weight != 1:
            values *= ones - zeros
        # The larger of z (1 - y) and -z y is the one whose side z is on.
        up = np.multiply(z, zeros, out=part.new())
        down = np.multiply(z, ones, out=part.new())
        values -= np.minimum(up, down, out=up)
        if np.isnan(np.dot(values, values)):  # 0 * inf, the side that does not count
            lost = np.isinf(z)
            values[lost] = np.where(y[lost] == (z[lost] > 0), 0, np.inf)
    if part.wants_slope:
        slopes = part.new()
        np.copyto(slopes, np.greater_equal(z, 0))
        if pos_weight == 1:  # [z >= 0] - y, and the same of the other side times exp(-|z|)
            zeros += slopes
            zeros *= small
            slopes -= y
            slopes -= zeros
        else:  # exp(min(z, 0)) and exp(min(-z, 0)): each is 1 on one side of 0
            other = np.subtract(1, slopes, out=part.new())
            np.maximum(slopes, small, out=slopes)
            np.maximum(other, small, out=other)
            slopes *= zeros
            other *= ones
            slopes += other
            np.negative(slopes, out=slopes)
        small += 1
        slopes /= small
    return Samples(values, (slopes,))


BCE_WITH_LOGITS = FunctionSpec(
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
        BINARY_FOCAL,
        _binary_focal_kernel,
        (y_true, y_pred),
        reduction,
        sample_weight,
        gamma=gamma,
        alpha=alpha,
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
        BINARY_FOCAL,
        _binary_focal_kernel,
        (y_true, y_pred),
        reduction,
        sample_weight,
        gamma=gamma,
        alpha=alpha,
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
        BINARY_FOCAL,
        _binary_focal_kernel,
        (y_true, y_pred),
        reduction,
        sample_weight,
        gamma=gamma,
        alpha=alpha,
    )


def _binary_focal_kernel(part, gamma, alpha):
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


BINARY_FOCAL = FunctionSpec(
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


def brier(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The squared distance of a probability from its label.

    Use it to judge calibration and sharpness at once. Not where a certain mistake must cost more
    than 1.

    Formula:
        l = (p - y)^2

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
        `multiclass_brier`, which adds over all classes and is twice this for two.

    Source:
        Brier (1950), halved for two classes.

    Examples:
        >>> brier([1, 0], [0.5, 0.5])
        0.25
    """
    return value(BRIER, _brier_kernel, (y_true, y_pred), reduction, sample_weight)


def brier_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `brier` with respect to y_pred.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dp = 2 (p - y)
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `brier`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `brier` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `brier`.

    Examples:
        >>> brier_grad([1, 0], [0.5, 0.5])
        array([-0.5,  0.5])
    """
    return gradient(BRIER, _brier_kernel, (y_true, y_pred), reduction, sample_weight)


def brier_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `brier` and `brier_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (brier(...), brier_grad(...))

    Parameters:
        As for `brier`.

    Returns:
        A pair of what `brier` and `brier_grad` return.

    Raises:
        ValueError, TypeError: As `brier` does.

    Not to be confused with:
        `brier_grad`, which returns the gradient alone.

    Source:
        As for `brier`.

    Examples:
        >>> brier_value_and_grad([1, 0], [0.5, 0.5])[0]
        0.25
    """
    return value_and_gradient(BRIER, _brier_kernel, (y_true, y_pred), reduction, sample_weight)


def _brier_kernel(part):
    error = part["y_pred"] - part["y_true"]
    return Samples(error * error, (2 * error,))


BRIER = FunctionSpec(
    slug="brier",
    title="Brier score",
    family="classification",
    loss=brier,
    grad=brier_grad,
    value_and_grad=brier_value_and_grad,
    page="classification/bce",
    arguments=(Argument("y_true", UNIT), Argument("y_pred", UNIT, wrt=True)),
    formula="(y_pred - y_true) ** 2",
    draw=lambda rng: (np.r_[rng.integers(0, 2, 40), rng.random(20)], rng.random(60)),
    convex=True,
    sources=("brier1950",),
    refused=(("y_pred", (np.ones(2), np.array([0.5, 1.5]))),),
    names_elsewhere=(Name("sklearn", "sklearn.metrics.brier_score_loss(y_true, y_pred)"),),
)
