"""The zero-one loss, and losses of the margin that never come to rest."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref import _check, _plain, reduce
from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, SIGNS, Argument, Edge, FunctionSpec, Name
from lossref.stable import expit, softplus

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def exponential(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The exponential of minus the margin.

    Use it to understand AdaBoost. Not with wrong labels: one of them can outweigh all others.

    Formula:
        l = exp(-y f)

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
        `margin_logistic`, which grows like a line.

    Source:
        Freund and Schapire (1997), section 4; as a loss, Friedman, Hastie and Tibshirani (2000).

    Examples:
        >>> exponential([1, -1], [0.5, 0.5])
        1.1276259652063807
    """
    return value(EXPONENTIAL, _exponential_kernel, (y_true, y_pred), reduction, sample_weight)


def exponential_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `exponential` with respect to y_pred.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/df = -y exp(-y f)
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `exponential`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `exponential` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `exponential`.

    Examples:
        >>> exponential_grad([1, -1], [0.5, 0.5])
        array([-0.30326533,  0.82436064])
    """
    return gradient(EXPONENTIAL, _exponential_kernel, (y_true, y_pred), reduction, sample_weight)


def exponential_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `exponential` and `exponential_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (exponential(...), exponential_grad(...))

    Parameters:
        As for `exponential`.

    Returns:
        A pair of what `exponential` and `exponential_grad` return.

    Raises:
        ValueError, TypeError: As `exponential` does.

    Not to be confused with:
        `exponential_grad`, which returns the gradient alone.

    Source:
        As for `exponential`.

    Examples:
        >>> exponential_value_and_grad([1, -1], [0.5, 0.5])[0]
        1.1276259652063807
    """
    return value_and_gradient(
        EXPONENTIAL, _exponential_kernel, (y_true, y_pred), reduction, sample_weight
    )


def _exponential_kernel(part):
    """With the margin y f, which is exact."""
    y = part["y_true"]
    margin = y * part["y_pred"]
    values = np.exp(-margin)
    slopes = -y * values
    return Samples(values, (slopes,))


EXPONENTIAL = FunctionSpec(
    slug="exponential",
    title="Exponential loss",
    family="classification",
    loss=exponential,
    grad=exponential_grad,
    value_and_grad=exponential_value_and_grad,
    page="classification/margins",
    arguments=(Argument("y_true", SIGNS), Argument("y_pred", EXTENDED, wrt=True)),
    formula="exp(-y_true * y_pred)",
    draw=lambda rng: (
        rng.choice([-1.0, 1.0], 60),
        rng.choice([-1, 1], 60) * 10.0 ** rng.uniform(-6, 1.5, 60),
    ),
    convex=True,
    sources=("freund1997",),
    kinks="()",
    edges=(Edge("the value overflows only where it is no float", (-1.0, 1000.0), inf, (inf,)),),
)


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
    return value(
        MARGIN_LOGISTIC, _margin_logistic_kernel, (y_true, y_pred), reduction, sample_weight
    )


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
    return gradient(
        MARGIN_LOGISTIC, _margin_logistic_kernel, (y_true, y_pred), reduction, sample_weight
    )


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
    return value_and_gradient(
        MARGIN_LOGISTIC, _margin_logistic_kernel, (y_true, y_pred), reduction, sample_weight
    )


def _margin_logistic_kernel(part):
    """With the margin y f, which is exact."""
    y = part["y_true"]
    margin = y * part["y_pred"]
    values = softplus(-margin) if part.wants_value else None
    slopes = -y * expit(-margin)
    return Samples(values, (slopes,))


MARGIN_LOGISTIC = FunctionSpec(
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


def zero_one(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """1 where the predicted label is not the true one, 0 where it is.

    Use it to report: its mean is one minus the accuracy. Not to train by gradient: it has none,
    being flat wherever it does not jump.

    Formula:
        l = 1 if y_pred != y_true, else 0

    Parameters:
        y_true: Array of any shape: labels, any finite numbers.
        y_pred: Array of the same shape: predicted labels. Make them of logits first, for
            instance by z > 0, which gives a tie to class 0.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per element.
        sample_weight: Weights w >= 0 that broadcast to the shape of y_true; 1 if not given.

    Returns:
        A float; for "none" an array of the shape of y_true.

    Raises:
        ValueError: If the shapes differ, a label is not finite, a weight is negative, or there is
            nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `hinge` and `bce_with_logits`, which stand in for it where a gradient is needed.

    Source:
        Elkan (2001), section 1, with all mistakes of one price.

    Examples:
        >>> zero_one([0, 1, 2, 1], [0, 1, 1, 1])
        0.25
    """
    y = _plain.array("zero_one", "y_true", y_true)
    p = _plain.array("zero_one", "y_pred", y_pred)
    _plain.same_shape("zero_one", y_true=y, y_pred=p)
    plan = reduce.plan("zero_one", reduction, sample_weight, y.shape)
    missed = (y != p).astype(np.float64)
    if plan.collects:
        return (missed if plan.weights is None else missed * plan.weights)[()]
    return plan.total(missed)


def balanced_weights(labels: ArrayLike, *, classes: int | None = None) -> Any:
    """Class weights under which every class counts as much as every other.

    Use it as ``class_weight`` where rare classes matter as much as common ones. Not if the
    probabilities are to be believed afterwards: they are then those of a balanced world.

    Formula:
        w_c = n / (C n_c), for n_c of n labels in class c; a weighted mean over the labels of 1 is 1

    Parameters:
        labels: Array of any shape: integer classes from 0.
        classes: Whole number of classes C, or None: the largest label plus 1.

    Returns:
        An array (C,).

    Raises:
        ValueError: If a label is out of range or a class has no label.
        TypeError: If labels does not hold integers.

    Not to be confused with:
        n_0 / n_1, the ``pos_weight`` of two classes: the ratio of these two weights.

    Source:
        King and Zeng (2001), where such weights make up for how the data were chosen.

    Examples:
        >>> balanced_weights([0, 0, 0, 1])
        array([0.66666667, 2.        ])
    """
    who = "balanced_weights"
    y = _check._real_array(who, "labels", labels)
    if not y.size:
        raise ValueError(
            f"{who}: labels must have at least one label; got shape {y.shape}. "
            "Compute the weights from the whole training set, not from a batch."
        )
    largest = int(y.max()) + 1 if y.dtype.kind != "f" else 1
    count = max(largest, 1) if classes is None else _plain.count(who, "classes", classes, 1)
    y = _check.labels(who, "labels", y, count, None)
    found = np.bincount(y.ravel(), minlength=count)
    if (found == 0).any():
        raise ValueError(
            f"{who}: labels must hold every class at least once; got none of class "
            f"{int(np.argmin(found))}. Compute the weights from the whole training set, not from a "
            "batch."
        )
    return y.size / (count * found)
