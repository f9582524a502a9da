"""Losses that ask for a margin, of two classes or several, and for nothing beyond it."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, SIGNS, Argument, Edge, FunctionSpec, Name, Param

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def hinge(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Zero beyond a margin of 1, a line before it.

    Use it for support vector machines. Not where probabilities are wanted: it estimates the sign
    only.

    Formula:
        l = max(0, 1 - y f)

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
        `squared_hinge`, which has no corner; `perceptron`, which has no margin.

    Source:
        Cortes and Vapnik (1995), section 3.

    Examples:
        >>> hinge([1, -1], [0.5, 0.5])
        1.0
    """
    return value(HINGE, _hinge_kernel, (y_true, y_pred), reduction, sample_weight)


def hinge_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `hinge` with respect to y_pred.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/df = -y where y f < 1, and 0 elsewhere
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `hinge`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `hinge` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `hinge`.

    Examples:
        >>> hinge_grad([1, -1], [0.5, 0.5])
        array([-0.5,  0.5])
    """
    return gradient(HINGE, _hinge_kernel, (y_true, y_pred), reduction, sample_weight)


def hinge_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `hinge` and `hinge_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (hinge(...), hinge_grad(...))

    Parameters:
        As for `hinge`.

    Returns:
        A pair of what `hinge` and `hinge_grad` return.

    Raises:
        ValueError, TypeError: As `hinge` does.

    Not to be confused with:
        `hinge_grad`, which returns the gradient alone.

    Source:
        As for `hinge`.

    Examples:
        >>> hinge_value_and_grad([1, -1], [0.5, 0.5])[0]
        1.0
    """
    return value_and_gradient(HINGE, _hinge_kernel, (y_true, y_pred), reduction, sample_weight)


def _hinge_kernel(part):
    """With the margin y f, which is exact."""
    y = part["y_true"]
    margin = y * part["y_pred"]
    values = np.maximum(0, 1 - margin)
    slopes = np.where(np.isnan(values), values, 0 - y * (margin < 1))
    return Samples(values, (slopes,))


HINGE = FunctionSpec(
    slug="hinge",
    title="Hinge loss",
    family="classification",
    loss=hinge,
    grad=hinge_grad,
    value_and_grad=hinge_value_and_grad,
    page="classification/margins",
    arguments=(Argument("y_true", SIGNS), Argument("y_pred", EXTENDED, wrt=True)),
    formula="max(0, 1 - y_true * y_pred)",
    draw=lambda rng: (
        rng.choice([-1.0, 1.0], 60),
        rng.choice([-1, 1], 60) * 10.0 ** rng.uniform(-6, 1.5, 60),
    ),
    convex=True,
    sources=("cortes1995",),
    kinks="(1 - y_true * y_pred,)",
    edges=(Edge("on the margin the subgradient of least norm is 0", (1.0, 1.0), 0.0, (0.0,)),),
    names_elsewhere=(Name("sklearn", "sklearn.metrics.hinge_loss(y_true, y_pred)"),),
)


def squared_hinge(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Zero beyond a margin of 1, a parabola before it.

    Use it where a smooth hinge is wanted. Not with mislabelled points: they pull with the square.

    Formula:
        l = max(0, 1 - y f)^2

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
        `modified_huber`, which goes on as a line where the score is badly wrong.

    Source:
        Lee and Mangasarian (2001).

    Examples:
        >>> squared_hinge([1, -1], [0.5, 0.5])
        1.25
    """
    return value(SQUARED_HINGE, _squared_hinge_kernel, (y_true, y_pred), reduction, sample_weight)


def squared_hinge_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `squared_hinge` with respect to y_pred.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/df = -2 y max(0, 1 - y f)
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `squared_hinge`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `squared_hinge` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `squared_hinge`.

    Examples:
        >>> squared_hinge_grad([1, -1], [0.5, 0.5])
        array([-0.5,  1.5])
    """
    return gradient(
        SQUARED_HINGE, _squared_hinge_kernel, (y_true, y_pred), reduction, sample_weight
    )


def squared_hinge_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `squared_hinge` and `squared_hinge_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (squared_hinge(...), squared_hinge_grad(...))

    Parameters:
        As for `squared_hinge`.

    Returns:
        A pair of what `squared_hinge` and `squared_hinge_grad` return.

    Raises:
        ValueError, TypeError: As `squared_hinge` does.

    Not to be confused with:
        `squared_hinge_grad`, which returns the gradient alone.

    Source:
        As for `squared_hinge`.

    Examples:
        >>> squared_hinge_value_and_grad([1, -1], [0.5, 0.5])[0]
        1.25
    """
    return value_and_gradient(
        SQUARED_HINGE, _squared_hinge_kernel, (y_true, y_pred), reduction, sample_weight
    )


def _squared_hinge_kernel(part):
    """With the margin y f, which is exact."""
    y = part["y_true"]
    margin = y * part["y_pred"]
    rest = np.maximum(0, 1 - margin)
    values = rest * rest
    slopes = -2 * y * rest
    return Samples(values, (slopes,))


SQUARED_HINGE = FunctionSpec(
    slug="squared_hinge",
    title="Squared hinge loss",
    family="classification",
    loss=squared_hinge,
    grad=squared_hinge_grad,
    value_and_grad=squared_hinge_value_and_grad,
    page="classification/margins",
    arguments=(Argument("y_true", SIGNS), Argument("y_pred", EXTENDED, wrt=True)),
    formula="max(0, 1 - y_true * y_pred) ** 2",
    draw=lambda rng: (
        rng.choice([-1.0, 1.0], 60),
        rng.choice([-1, 1], 60) * 10.0 ** rng.uniform(-6, 1.5, 60),
    ),
    convex=True,
    sources=("lee2001",),
    kinks="()",
    edges=(),
)


def modified_huber(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Squared hinge near the margin, a line where the score is badly wrong.

    Use it to classify with a few wrong labels. Not as the regression Huber: its argument is a
    margin.

    Formula:
        l = max(0, 1 - y f)^2 where y f >= -1, and -4 y f elsewhere

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
        `huber`, a regression loss.

    Source:
        Zhang (2004).

    Examples:
        >>> modified_huber([1, -1], [0.5, 0.5])
        1.25
    """
    return value(MODIFIED_HUBER, _modified_huber_kernel, (y_true, y_pred), reduction, sample_weight)


def modified_huber_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `modified_huber` with respect to y_pred.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/df = -2 y max(0, 1 - y f) where y f >= -1, and -4 y elsewhere
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `modified_huber`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `modified_huber` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `modified_huber`.

    Examples:
        >>> modified_huber_grad([1, -1], [0.5, 0.5])
        array([-0.5,  1.5])
    """
    return gradient(
        MODIFIED_HUBER, _modified_huber_kernel, (y_true, y_pred), reduction, sample_weight
    )


def modified_huber_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `modified_huber` and `modified_huber_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (modified_huber(...), modified_huber_grad(...))

    Parameters:
        As for `modified_huber`.

    Returns:
        A pair of what `modified_huber` and `modified_huber_grad` return.

    Raises:
        ValueError, TypeError: As `modified_huber` does.

    Not to be confused with:
        `modified_huber_grad`, which returns the gradient alone.

    Source:
        As for `modified_huber`.

    Examples:
        >>> modified_huber_value_and_grad([1, -1], [0.5, 0.5])[0]
        1.25
    """
    return value_and_gradient(
        MODIFIED_HUBER, _modified_huber_kernel, (y_true, y_pred), reduction, sample_weight
    )


def _modified_huber_kernel(part):
    """With the margin y f, which is exact."""
    y = part["y_true"]
    margin = y * part["y_pred"]
    rest = np.clip(1 - margin, 0, 2)
    values = np.where(margin >= -1, rest * rest, -4 * margin)
    slopes = -2 * y * rest
    return Samples(values, (slopes,))


MODIFIED_HUBER = FunctionSpec(
    slug="modified_huber",
    title="Modified Huber loss",
    family="classification",
    loss=modified_huber,
    grad=modified_huber_grad,
    value_and_grad=modified_huber_value_and_grad,
    page="classification/margins",
    arguments=(Argument("y_true", SIGNS), Argument("y_pred", EXTENDED, wrt=True)),
    formula="max(0, 1 - y_true * y_pred) ** 2 if y_true * y_pred >= -1 else -4 * y_true * y_pred",
    draw=lambda rng: (
        rng.choice([-1.0, 1.0], 60),
        rng.choice([-1, 1], 60) * 10.0 ** rng.uniform(-6, 1.5, 60),
    ),
    convex=True,
    sources=("zhang2004",),
    kinks="()",
    edges=(Edge("where the pieces meet they agree", (1.0, -1.0), 4.0, (-4.0,)),),
    names_elsewhere=(Name("sklearn", "sklearn.linear_model.SGDClassifier(loss='modified_huber')"),),
)


def perceptron(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Zero for the right sign, the size of the score for the wrong one.

    Use it to see what a margin adds. Not to train a network: the zero score is a minimum.

    Formula:
        l = max(0, -y f)

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
        `hinge`, which asks for a margin of 1.

    Source:
        Rosenblatt (1958).

    Examples:
        >>> perceptron([1, -1], [0.5, 0.5])
        0.25
    """
    return value(PERCEPTRON, _perceptron_kernel, (y_true, y_pred), reduction, sample_weight)


def perceptron_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `perceptron` with respect to y_pred.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/df = -y where y f < 0, and 0 elsewhere
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `perceptron`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `perceptron` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `perceptron`.

    Examples:
        >>> perceptron_grad([1, -1], [0.5, 0.5])
        array([0. , 0.5])
    """
    return gradient(PERCEPTRON, _perceptron_kernel, (y_true, y_pred), reduction, sample_weight)


def perceptron_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `perceptron` and `perceptron_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (perceptron(...), perceptron_grad(...))

    Parameters:
        As for `perceptron`.

    Returns:
        A pair of what `perceptron` and `perceptron_grad` return.

    Raises:
        ValueError, TypeError: As `perceptron` does.

    Not to be confused with:
        `perceptron_grad`, which returns the gradient alone.

    Source:
        As for `perceptron`.

    Examples:
        >>> perceptron_value_and_grad([1, -1], [0.5, 0.5])[0]
        0.25
    """
    return value_and_gradient(
        PERCEPTRON, _perceptron_kernel, (y_true, y_pred), reduction, sample_weight
    )


def _perceptron_kernel(part):
    """With the margin y f, which is exact."""
    y = part["y_true"]
    margin = y * part["y_pred"]
    values = np.maximum(0, -margin)
    slopes = np.where(np.isnan(values), values, 0 - y * (margin < 0))
    return Samples(values, (slopes,))


PERCEPTRON = FunctionSpec(
    slug="perceptron",
    title="Perceptron loss",
    family="classification",
    loss=perceptron,
    grad=perceptron_grad,
    value_and_grad=perceptron_value_and_grad,
    page="classification/margins",
    arguments=(Argument("y_true", SIGNS), Argument("y_pred", EXTENDED, wrt=True)),
    formula="max(0, -y_true * y_pred)",
    draw=lambda rng: (
        rng.choice([-1.0, 1.0], 60),
        rng.choice([-1, 1], 60) * 10.0 ** rng.uniform(-6, 1.5, 60),
    ),
    convex=True,
    sources=("rosenblatt1958",),
    kinks="(y_pred,)",
    edges=(Edge("at 0 the subgradient of least norm is 0", (1.0, 0.0), 0.0, (0.0,)),),
    names_elsewhere=(Name("optax", "optax.losses.perceptron_loss(y_pred, y_true)", "per element"),),
)


def crammer_singer_hinge(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    margin: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """How far the best other class is above the label, with a margin.

    Use it for multi-class support vector machines. Not where probabilities are wanted.

    Formula:
        l = max(0, margin + max over j != y of z_j - z_y)

    Parameters:
        labels: Array of the leading axes of logits: integer classes from 0.
        logits: Array (..., C): one row of logits per sample, -inf allowed. NaN is passed on.
        margin: Number in (0, inf): how far the label should lead.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the leading axes.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `weston_watkins_hinge`, which adds over all other classes.

    Source:
        Crammer and Singer (2001).

    Examples:
        >>> crammer_singer_hinge([0], [[0.0, 0.5]])
        1.5
    """
    return value(
        CRAMMER_SINGER_HINGE,
        _crammer_singer_hinge_kernel,
        (labels, logits),
        reduction,
        sample_weight,
        margin=margin,
    )


def crammer_singer_hinge_grad(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    margin: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `crammer_singer_hinge` with respect to logits.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dz = onehot(best other) - onehot(y) where l > 0, shared equally between equals
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `crammer_singer_hinge`.

    Returns:
        An array of the shape of logits, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `crammer_singer_hinge` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `crammer_singer_hinge`.

    Examples:
        >>> crammer_singer_hinge_grad([0], [[0.0, 0.5]])
        array([[-1.,  1.]])
    """
    return gradient(
        CRAMMER_SINGER_HINGE,
        _crammer_singer_hinge_kernel,
        (labels, logits),
        reduction,
        sample_weight,
        margin=margin,
    )


def crammer_singer_hinge_value_and_grad(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    margin: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `crammer_singer_hinge` and `crammer_singer_hinge_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (crammer_singer_hinge(...), crammer_singer_hinge_grad(...))

    Parameters:
        As for `crammer_singer_hinge`.

    Returns:
        A pair of what `crammer_singer_hinge` and `crammer_singer_hinge_grad` return.

    Raises:
        ValueError, TypeError: As `crammer_singer_hinge` does.

    Not to be confused with:
        `crammer_singer_hinge_grad`, which returns the gradient alone.

    Source:
        As for `crammer_singer_hinge`.

    Examples:
        >>> crammer_singer_hinge_value_and_grad([0], [[0.0, 0.5]])[0]
        1.5
    """
    return value_and_gradient(
        CRAMMER_SINGER_HINGE,
        _crammer_singer_hinge_kernel,
        (labels, logits),
        reduction,
        sample_weight,
        margin=margin,
    )


def _crammer_singer_hinge_kernel(part, margin):
    z, y = part["logits"], part["labels"]
    at = np.arange(len(y)), y
    d = z - z[at][:, None]
    d[at] = -np.inf
    best = d.max(axis=1)
    values = np.where(np.isnan(z).any(axis=1), np.nan, np.maximum(0, best + margin)).astype(z.dtype)
    slopes = None
    if part.wants_slope:
        slopes = (d == best[:, None]).astype(z.dtype)
        slopes /= np.maximum(slopes.sum(axis=1, keepdims=True), 1)
        slopes[at] = -1
        slopes *= (values > 0)[:, None]
        slopes[np.isnan(values)] = np.nan
    return Samples(values, (slopes,))


CRAMMER_SINGER_HINGE = FunctionSpec(
    slug="crammer_singer_hinge",
    title="Crammer-Singer hinge",
    family="classification",
    loss=crammer_singer_hinge,
    grad=crammer_singer_hinge_grad,
    value_and_grad=crammer_singer_hinge_value_and_grad,
    page="classification/multiclass-margins",
    arguments=(Argument("labels", None), Argument("logits", EXTENDED, core=1, wrt=True)),
    formula="max(0, margin + max(z for i, z in enumerate(logits) if i != labels) - logits[labels])",
    draw=lambda rng: (
        rng.integers(0, 5, 30),
        rng.normal(size=(30, 5)) * 10.0 ** rng.uniform(-2, 1, (30, 1)),
    ),
    convex=True,
    sources=("crammer2001",),
    kinks="(margin + max(z for i, z in enumerate(logits) if i != labels) - logits[labels],)",
    params=(Param("margin", 1.0, 0.0, inf, False, False, "linear", "m"),),
    edges=(
        Edge("equal rivals share the slope", (0, (0.0, 2.0, 2.0)), 3.0, ((-1.0, 0.5, 0.5),)),
        Edge(
            "on the margin the subgradient of least norm is 0",
            (0, (1.0, 0.0, 0.0)),
            0.0,
            ((0.0, 0.0, 0.0),),
        ),
    ),
    names_elsewhere=(
        Name(
            "keras",
            "keras.losses.categorical_hinge(y_true, y_pred)",
            "wrong where every other score is negative",
        ),
    ),
    refused=(("labels", (np.array([0, 5]), np.zeros((2, 5)))),),
)


def weston_watkins_hinge(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    margin: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The sum over all other classes of how far each is above the label, with a margin.

    Use it where all confusions count. Not where only the worst rival does.

    Formula:
        l = sum over j != y of max(0, margin + z_j - z_y)

    Parameters:
        labels: Array of the leading axes of logits: integer classes from 0.
        logits: Array (..., C): one row of logits per sample, -inf allowed. NaN is passed on.
        margin: Number in (0, inf): how far the label should lead.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the leading axes.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `crammer_singer_hinge`, which takes the largest only.

    Source:
        Weston and Watkins (1999).

    Examples:
        >>> weston_watkins_hinge([0], [[0.0, 0.5]])
        1.5
    """
    return value(
        WESTON_WATKINS_HINGE,
        _weston_watkins_hinge_kernel,
        (labels, logits),
        reduction,
        sample_weight,
        margin=margin,
    )


def weston_watkins_hinge_grad(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    margin: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `weston_watkins_hinge` with respect to logits.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dz_j = 1 where margin + z_j - z_y > 0, and dl/dz_y = minus their number
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `weston_watkins_hinge`.

    Returns:
        An array of the shape of logits, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `weston_watkins_hinge` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `weston_watkins_hinge`.

    Examples:
        >>> weston_watkins_hinge_grad([0], [[0.0, 0.5]])
        array([[-1.,  1.]])
    """
    return gradient(
        WESTON_WATKINS_HINGE,
        _weston_watkins_hinge_kernel,
        (labels, logits),
        reduction,
        sample_weight,
        margin=margin,
    )


def weston_watkins_hinge_value_and_grad(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    margin: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `weston_watkins_hinge` and `weston_watkins_hinge_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (weston_watkins_hinge(...), weston_watkins_hinge_grad(...))

    Parameters:
        As for `weston_watkins_hinge`.

    Returns:
        A pair of what `weston_watkins_hinge` and `weston_watkins_hinge_grad` return.

    Raises:
        ValueError, TypeError: As `weston_watkins_hinge` does.

    Not to be confused with:
        `weston_watkins_hinge_grad`, which returns the gradient alone.

    Source:
        As for `weston_watkins_hinge`.

    Examples:
        >>> weston_watkins_hinge_value_and_grad([0], [[0.0, 0.5]])[0]
        1.5
    """
    return value_and_gradient(
        WESTON_WATKINS_HINGE,
        _weston_watkins_hinge_kernel,
        (labels, logits),
        reduction,
        sample_weight,
        margin=margin,
    )


def _weston_watkins_hinge_kernel(part, margin):
    z, y = part["logits"], part["labels"]
    at = np.arange(len(y)), y
    d = z - z[at][:, None]
    d += margin
    d[at] = 0
    values, slopes = np.maximum(d, 0).sum(axis=1), None
    if part.wants_slope:
        slopes = (d > 0).astype(z.dtype)
        slopes[at] = -slopes.sum(axis=1)
        slopes[np.isnan(values)] = np.nan
    return Samples(values, (slopes,))


WESTON_WATKINS_HINGE = FunctionSpec(
    slug="weston_watkins_hinge",
    title="Weston-Watkins hinge",
    family="classification",
    loss=weston_watkins_hinge,
    grad=weston_watkins_hinge_grad,
    value_and_grad=weston_watkins_hinge_value_and_grad,
    page="classification/multiclass-margins",
    arguments=(Argument("labels", None), Argument("logits", EXTENDED, core=1, wrt=True)),
    formula="sum(max(0, margin + z - logits[labels]) for i, z in enumerate(logits) if i != labels)",
    draw=lambda rng: (
        rng.integers(0, 5, 30),
        rng.normal(size=(30, 5)) * 10.0 ** rng.uniform(-2, 1, (30, 1)),
    ),
    convex=True,
    sources=("weston1999",),
    kinks="tuple(margin + z - logits[labels] for z in logits)",
    params=(Param("margin", 1.0, 0.0, inf, False, False, "linear", "m"),),
    names_elsewhere=(
        Name(
            "torch",
            "torch.nn.functional.multi_margin_loss(y_pred, y_true)",
            "ours divided by the number of classes",
        ),
    ),
    refused=(("labels", (np.array([0, 5]), np.zeros((2, 5)))),),
)
