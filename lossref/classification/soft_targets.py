"""Cross-entropy against targets that are not one class: smoothed labels, a teacher."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, REAL, Argument, Edge, FunctionSpec, Name, Param
from lossref.classification._softmax import softmax_parts
from lossref.stable import log_softmax, m, softmax

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def label_smoothing(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    epsilon: float = 0.1,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Softmax cross-entropy to labels mixed with the uniform distribution.

    Use it to keep a network from being too sure. Not where the probabilities are distilled later.

    Formula:
        l = (1 - epsilon) CE_y + epsilon mean over c of CE_c, with CE_c = -log softmax(z)_c

    Parameters:
        labels: Array of the leading axes of logits: integer classes from 0.
        logits: Array (..., C): one row of logits per sample, -inf allowed. NaN is passed on.
        epsilon: Number in [0, 1): how much goes to the uniform distribution.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the leading axes.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `label_smoothing_off`, which gives epsilon to the other classes only.

    Source:
        Szegedy et al. (2016), section 7.

    Examples:
        >>> label_smoothing([0], [[0.0, 0.0]])
        0.6931471805599453
    """
    return value(
        LABEL_SMOOTHING,
        _label_smoothing_kernel,
        (labels, logits),
        reduction,
        sample_weight,
        epsilon=epsilon,
    )


def label_smoothing_grad(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    epsilon: float = 0.1,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `label_smoothing` with respect to logits.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dz = P - (1 - epsilon) onehot - epsilon / C
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `label_smoothing`.

    Returns:
        An array of the shape of logits, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `label_smoothing` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `label_smoothing`.

    Examples:
        >>> label_smoothing_grad([0], [[0.0, 0.0]])
        array([[-0.45,  0.45]])
    """
    return gradient(
        LABEL_SMOOTHING,
        _label_smoothing_kernel,
        (labels, logits),
        reduction,
        sample_weight,
        epsilon=epsilon,
    )


def label_smoothing_value_and_grad(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    epsilon: float = 0.1,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `label_smoothing` and `label_smoothing_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (label_smoothing(...), label_smoothing_grad(...))

    Parameters:
        As for `label_smoothing`.

    Returns:
        A pair of what `label_smoothing` and `label_smoothing_grad` return.

    Raises:
        ValueError, TypeError: As `label_smoothing` does.

    Not to be confused with:
        `label_smoothing_grad`, which returns the gradient alone.

    Source:
        As for `label_smoothing`.

    Examples:
        >>> label_smoothing_value_and_grad([0], [[0.0, 0.0]])[0]
        0.6931471805599453
    """
    return value_and_gradient(
        LABEL_SMOOTHING,
        _label_smoothing_kernel,
        (labels, logits),
        reduction,
        sample_weight,
        epsilon=epsilon,
    )


def _label_smoothing_kernel(part, epsilon):
    z, y = part["logits"], part["labels"]
    cost, p, rest = softmax_parts(z, y)
    at = np.arange(len(y)), y
    values = cost + epsilon * (z[at][:, None] - z).mean(axis=1) if part.wants_value else None
    slopes = None
    if part.wants_slope:
        share = epsilon / z.shape[1]
        p[at] = epsilon - rest
        slopes = p - share
    return Samples(values, (slopes,))


LABEL_SMOOTHING = FunctionSpec(
    slug="label_smoothing",
    title="Label smoothing",
    family="classification",
    loss=label_smoothing,
    grad=label_smoothing_grad,
    value_and_grad=label_smoothing_value_and_grad,
    page="classification/label-smoothing",
    arguments=(Argument("labels", None), Argument("logits", EXTENDED, core=1, wrt=True)),
    formula="log(sum(exp(z) for z in logits)) - (1 - epsilon) * logits[labels] - epsilon * sum(logits) / len(logits)",
    draw=lambda rng: (
        rng.integers(0, 5, 30),
        rng.normal(size=(30, 5)) * 10.0 ** rng.uniform(-2, 1, (30, 1)),
    ),
    convex=True,
    sources=("szegedy2016",),
    params=(Param("epsilon", 0.1, 0.0, 1.0, True, False, "linear", r"\epsilon"),),
    names_elsewhere=(
        Name("torch", "torch.nn.functional.cross_entropy(y_pred, y_true, label_smoothing=epsilon)"),
    ),
    refused=(("labels", (np.array([0, 5]), np.zeros((2, 5)))),),
)


def label_smoothing_off(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    epsilon: float = 0.1,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Softmax cross-entropy to labels that give epsilon to the other classes.

    Use it where a paper keeps exactly 1 - epsilon for the label. Not as torch's label_smoothing,
    which is the other one.

    Formula:
        l = (1 - epsilon) CE_y + epsilon / (C - 1) sum over c != y of CE_c, with CE_c = -log
        softmax(z)_c

    Parameters:
        labels: Array of the leading axes of logits: integer classes from 0.
        logits: Array (..., C): one row of logits per sample, -inf allowed. NaN is passed on.
        epsilon: Number in [0, 1): how much goes to the other classes.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the leading axes.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `label_smoothing`, in which the label gets a share of epsilon too.

    Source:
        The form of the translation toolkits Tensor2Tensor and fairseq; Müller, Kornblith and
        Hinton (2019) study the other one.

    Examples:
        >>> label_smoothing_off([0], [[0.0, 0.0]])
        0.6931471805599453
    """
    return value(
        LABEL_SMOOTHING_OFF,
        _label_smoothing_off_kernel,
        (labels, logits),
        reduction,
        sample_weight,
        epsilon=epsilon,
    )


def label_smoothing_off_grad(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    epsilon: float = 0.1,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `label_smoothing_off` with respect to logits.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dz = P - q, with q_y = 1 - epsilon and q_c = epsilon / (C - 1) elsewhere
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `label_smoothing_off`.

    Returns:
        An array of the shape of logits, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `label_smoothing_off` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `label_smoothing_off`.

    Examples:
        >>> label_smoothing_off_grad([0], [[0.0, 0.0]])
        array([[-0.4,  0.4]])
    """
    return gradient(
        LABEL_SMOOTHING_OFF,
        _label_smoothing_off_kernel,
        (labels, logits),
        reduction,
        sample_weight,
        epsilon=epsilon,
    )


def label_smoothing_off_value_and_grad(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    epsilon: float = 0.1,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `label_smoothing_off` and `label_smoothing_off_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (label_smoothing_off(...), label_smoothing_off_grad(...))

    Parameters:
        As for `label_smoothing_off`.

    Returns:
        A pair of what `label_smoothing_off` and `label_smoothing_off_grad` return.

    Raises:
        ValueError, TypeError: As `label_smoothing_off` does.

    Not to be confused with:
        `label_smoothing_off_grad`, which returns the gradient alone.

    Source:
        As for `label_smoothing_off`.

    Examples:
        >>> label_smoothing_off_value_and_grad([0], [[0.0, 0.0]])[0]
        0.6931471805599453
    """
    return value_and_gradient(
        LABEL_SMOOTHING_OFF,
        _label_smoothing_off_kernel,
        (labels, logits),
        reduction,
        sample_weight,
        epsilon=epsilon,
    )


def _label_smoothing_off_kernel(part, epsilon):
    z, y = part["logits"], part["labels"]
    cost, p, rest = softmax_parts(z, y)
    at = np.arange(len(y)), y
    share = epsilon / max(z.shape[1] - 1, 1)
    values = cost + share * (z[at][:, None] - z).sum(axis=1) if part.wants_value else None
    slopes = None
    if part.wants_slope:
        p[at] = epsilon - rest
        p -= share
        p[at] += share
        slopes = p
    return Samples(values, (slopes,))


LABEL_SMOOTHING_OFF = FunctionSpec(
    slug="label_smoothing_off",
    title="Label smoothing, off the label",
    family="classification",
    loss=label_smoothing_off,
    grad=label_smoothing_off_grad,
    value_and_grad=label_smoothing_off_value_and_grad,
    page="classification/label-smoothing",
    arguments=(Argument("labels", None), Argument("logits", EXTENDED, core=1, wrt=True)),
    formula="log(sum(exp(z) for z in logits)) - (1 - epsilon) * logits[labels] - epsilon * sum(z for i, z in enumerate(logits) if i != labels) / (len(logits) - 1)",
    draw=lambda rng: (
        rng.integers(0, 5, 30),
        rng.normal(size=(30, 5)) * 10.0 ** rng.uniform(-2, 1, (30, 1)),
    ),
    convex=True,
    sources=("muller2019",),
    params=(Param("epsilon", 0.1, 0.0, 1.0, True, False, "linear", r"\epsilon"),),
    refused=(("labels", (np.array([0, 5]), np.zeros((2, 5)))),),
)


def distillation(
    teacher_logits: ArrayLike,
    logits: ArrayLike,
    *,
    temperature: float = 2.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The divergence of a student's softened probabilities from a teacher's, times the squared temperature.

    Use it to train a small model on what a large one says of all classes, usually with the
    cross-entropy to the labels added. Not from a teacher trained with label smoothing, which says
    little about the wrong classes.

    Formula:
        l = T^2 KL(softmax(teacher_logits / T) || softmax(logits / T)), with T = temperature

    Parameters:
        teacher_logits: Array (..., C): one row of logits per sample, finite and held constant.
        logits: Array (..., C): those of the student, -inf allowed. NaN is passed on.
        temperature: Number in (0, inf): the larger, the more the small probabilities count. The
            square keeps the size of the gradient.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the leading axes.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `kl_divergence`, which takes probabilities; `cross_entropy` to the teacher, larger by the
        teacher's entropy.

    Source:
        Hinton, Vinyals and Dean (2015), section 2.

    Examples:
        >>> distillation([[0.0, 0.0]], [[3.0, 3.0]])
        0.0
    """
    return value(
        DISTILLATION,
        _distillation_kernel,
        (teacher_logits, logits),
        reduction,
        sample_weight,
        temperature=temperature,
    )


def distillation_grad(
    teacher_logits: ArrayLike,
    logits: ArrayLike,
    *,
    temperature: float = 2.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `distillation` with respect to logits.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dz = T (softmax(logits / T) - softmax(teacher_logits / T))
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `distillation`.

    Returns:
        An array of the shape of logits, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `distillation` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `distillation`.

    Examples:
        >>> distillation_grad([[0.0, 0.0]], [[3.0, 3.0]])
        array([[0., 0.]])
    """
    return gradient(
        DISTILLATION,
        _distillation_kernel,
        (teacher_logits, logits),
        reduction,
        sample_weight,
        temperature=temperature,
    )


def distillation_value_and_grad(
    teacher_logits: ArrayLike,
    logits: ArrayLike,
    *,
    temperature: float = 2.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `distillation` and `distillation_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (distillation(...), distillation_grad(...))

    Parameters:
        As for `distillation`.

    Returns:
        A pair of what `distillation` and `distillation_grad` return.

    Raises:
        ValueError, TypeError: As `distillation` does.

    Not to be confused with:
        `distillation_grad`, which returns the gradient alone.

    Source:
        As for `distillation`.

    Examples:
        >>> distillation_value_and_grad([[0.0, 0.0]], [[3.0, 3.0]])[0]
        0.0
    """
    return value_and_gradient(
        DISTILLATION,
        _distillation_kernel,
        (teacher_logits, logits),
        reduction,
        sample_weight,
        temperature=temperature,
    )


def _distillation_kernel(part, temperature):
    """KL = log1p(sum p m(u)) with u = (z - t) / T less its mean under the teacher's p.

    All terms are >= 0, so a student that is nearly the teacher keeps its digits.
    """
    t, z = part["teacher_logits"], part["logits"]
    log_p = log_softmax(t / temperature)
    p = np.exp(log_p)
    u = (z - t) / temperature
    u -= np.take_along_axis(u, p.argmax(axis=1)[:, None], axis=1)
    u -= (p * u).sum(axis=1, keepdims=True)
    excess = (p * m(u)).sum(axis=1)
    values = np.log1p(excess)
    pull = p * (np.expm1(u) - excess[:, None]) / (1 + excess[:, None])
    far = ~(np.abs(u).max(axis=1, initial=0) < 30)
    if far.any():
        values[far], pull[far] = _far(p[far], log_p[far], z[far] / temperature)
    return Samples(temperature**2 * values, (temperature * pull,))


def _far(p, log_p, z):
    """The same by definition, for rows that differ so much that nothing cancels."""
    apart = np.where(p == 0, 0, p * (log_p - log_softmax(z)))
    return apart.sum(axis=1), softmax(z) - p


DISTILLATION = FunctionSpec(
    slug="distillation",
    title="Distillation",
    family="classification",
    loss=distillation,
    grad=distillation_grad,
    value_and_grad=distillation_value_and_grad,
    page="choosing/distillation",
    arguments=(
        Argument("teacher_logits", REAL, core=1),
        Argument("logits", EXTENDED, core=1, wrt=True),
    ),
    formula=(
        "temperature ** 2 * sum("
        "exp(t / temperature) / sum(exp(k / temperature) for k in teacher_logits)"
        " * (t / temperature - log(sum(exp(k / temperature) for k in teacher_logits))"
        " - z / temperature + log(sum(exp(k / temperature) for k in logits)))"
        " for t, z in zip(teacher_logits, logits))"
    ),
    draw=lambda rng: (
        lambda t: (t, t + rng.normal(size=t.shape) * 10.0 ** rng.uniform(-9, 1, (40, 1)))
    )(rng.normal(size=(40, 5)) * 3),
    convex=True,
    sources=("hinton2015",),
    params=(Param("temperature", 2.0, 0.0, inf, False, False, "log", "T"),),
    edges=(
        Edge("a student that is the teacher", ((1.0, 2.0), (3.0, 4.0)), 0.0, ((0.0, 0.0),)),
        Edge("a class that the student rules out", ((0.0, 0.0), (0.0, -inf)), inf, ((1.0, -1.0),)),
    ),
    names_elsewhere=(
        Name(
            "torch",
            "torch.nn.functional.kl_div",
            "takes the student's log-probabilities first and no temperature; needs batchmean",
        ),
    ),
    ulp=32.0,  # the common part of the differences is subtracted
)
