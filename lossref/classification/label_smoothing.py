"""Label smoothing: softmax cross-entropy to labels mixed with the uniform distribution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, Argument, FunctionSpec, Name, Param
from lossref.classification._softmax import softmax_parts

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
    return value(SPEC, _kernel, (labels, logits), reduction, sample_weight, epsilon=epsilon)


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
    return gradient(SPEC, _kernel, (labels, logits), reduction, sample_weight, epsilon=epsilon)


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
        SPEC, _kernel, (labels, logits), reduction, sample_weight, epsilon=epsilon
    )


def _kernel(part, epsilon):
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


SPEC = FunctionSpec(
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
