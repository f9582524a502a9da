"""Label smoothing, off the label: softmax cross-entropy to labels that give epsilon to the other classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, Argument, FunctionSpec, Param
from lossref.classification._softmax import softmax_parts

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


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
    return value(SPEC, _kernel, (labels, logits), reduction, sample_weight, epsilon=epsilon)


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
    return gradient(SPEC, _kernel, (labels, logits), reduction, sample_weight, epsilon=epsilon)


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
        SPEC, _kernel, (labels, logits), reduction, sample_weight, epsilon=epsilon
    )


def _kernel(part, epsilon):
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


SPEC = FunctionSpec(
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
