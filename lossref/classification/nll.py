"""Negative log-likelihood of a class: minus the log-probability of the label."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import Argument, FunctionSpec, Interval, Name

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def nll(
    labels: ArrayLike,
    log_probs: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Minus the log-probability of the label.

    Use it behind a log_softmax. Not on logits: that is `softmax_cross_entropy`.

    Formula:
        l = -lp_y, with lp the row of log-probabilities

    Parameters:
        labels: Array of the leading axes of logits: integer classes from 0.
        log_probs: Array (..., C): one row of logits per sample, -inf allowed. NaN is passed on.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the leading axes.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `softmax_cross_entropy`, which takes logits and keeps more digits.

    Source:
        Good (1952).

    Examples:
        >>> nll([0], [[-0.5, -1.0]])
        0.5
    """
    return value(SPEC, _kernel, (labels, log_probs), reduction, sample_weight)


def nll_grad(
    labels: ArrayLike,
    log_probs: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `nll` with respect to log_probs.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dlp = -onehot
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `nll`.

    Returns:
        An array of the shape of log_probs, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `nll` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `nll`.

    Examples:
        >>> nll_grad([0], [[-0.5, -1.0]])
        array([[-1.,  0.]])
    """
    return gradient(SPEC, _kernel, (labels, log_probs), reduction, sample_weight)


def nll_value_and_grad(
    labels: ArrayLike,
    log_probs: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `nll` and `nll_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (nll(...), nll_grad(...))

    Parameters:
        As for `nll`.

    Returns:
        A pair of what `nll` and `nll_grad` return.

    Raises:
        ValueError, TypeError: As `nll` does.

    Not to be confused with:
        `nll_grad`, which returns the gradient alone.

    Source:
        As for `nll`.

    Examples:
        >>> nll_value_and_grad([0], [[-0.5, -1.0]])[0]
        0.5
    """
    return value_and_gradient(SPEC, _kernel, (labels, log_probs), reduction, sample_weight)


def _kernel(part):
    lp, y = part["log_probs"], part["labels"]
    at = np.arange(len(y)), y
    slopes = np.zeros_like(lp)
    slopes[at] = -1
    return Samples(-lp[at], (slopes,))


SPEC = FunctionSpec(
    slug="nll",
    title="Negative log-likelihood of a class",
    family="classification",
    loss=nll,
    grad=nll_grad,
    value_and_grad=nll_value_and_grad,
    page="classification/softmax-cross-entropy",
    arguments=(
        Argument("labels", None),
        Argument("log_probs", Interval(-inf, 0.0, True, True), core=1, wrt=True),
    ),
    formula="-log_probs[labels]",
    draw=lambda rng: (rng.integers(0, 5, 30), -(10.0 ** rng.uniform(-3, 2, (30, 5)))),
    convex=True,
    sources=("good1952",),
    names_elsewhere=(Name("torch", "torch.nn.functional.nll_loss(y_pred, y_true)"),),
    refused=(("labels", (np.array([0, 5]), np.zeros((2, 5)))),),
)
