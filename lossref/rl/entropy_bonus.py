"""Entropy bonus: minus beta times the entropy of a softmax policy, to be added to its loss."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, Argument, Edge, FunctionSpec, Param
from lossref.stable import log_softmax, softmax

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def entropy_bonus(
    logits: ArrayLike,
    *,
    beta: float = 0.01,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Minus beta times the entropy of a softmax policy, to be added to its loss.

    Use it to keep a policy from settling on one action too early. Not where the best policy must be
    random anyway, nor with a beta that never falls: it moves the optimum.

    Formula:
        l = -beta H, with H = -sum over c of P_c log P_c and P = softmax(z)

    Parameters:
        logits: Array (..., C): one row of logits per state, -inf allowed. NaN is passed on.
        beta: Number in [0, inf): what a nat of entropy is worth.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the leading axes.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `cross_entropy`; the entropy itself, which is -1 / beta times this.

    Source:
        Williams and Peng (1991).

    Examples:
        >>> entropy_bonus([[0.0, 0.0]], beta=1.0)
        -0.6931471805599453
    """
    return value(SPEC, _kernel, (logits,), reduction, sample_weight, beta=beta)


def entropy_bonus_grad(
    logits: ArrayLike,
    *,
    beta: float = 0.01,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `entropy_bonus` with respect to logits.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dz = beta P (log P + H) = beta P (z - sum over c of P_c z_c)
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `entropy_bonus`.

    Returns:
        An array of the shape of logits, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `entropy_bonus` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `entropy_bonus`.

    Examples:
        >>> entropy_bonus_grad([[0.0, 0.0]], beta=1.0)
        array([[0., 0.]])
    """
    return gradient(SPEC, _kernel, (logits,), reduction, sample_weight, beta=beta)


def entropy_bonus_value_and_grad(
    logits: ArrayLike,
    *,
    beta: float = 0.01,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `entropy_bonus` and `entropy_bonus_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (entropy_bonus(...), entropy_bonus_grad(...))

    Parameters:
        As for `entropy_bonus`.

    Returns:
        A pair of what `entropy_bonus` and `entropy_bonus_grad` return.

    Raises:
        ValueError, TypeError: As `entropy_bonus` does.

    Not to be confused with:
        `entropy_bonus_grad`, which returns the gradient alone.

    Source:
        As for `entropy_bonus`.

    Examples:
        >>> entropy_bonus_value_and_grad([[0.0, 0.0]], beta=1.0)[0]
        -0.6931471805599453
    """
    return value_and_gradient(SPEC, _kernel, (logits,), reduction, sample_weight, beta=beta)


def _kernel(part, beta):
    z = part["logits"]
    top = z.max(axis=1, keepdims=True)
    p = softmax(z)
    out = p == 0
    values = np.where(out, 0, p * log_softmax(z)).sum(axis=1) * beta
    # log P + H is the logit less its mean: the normaliser of the softmax is in neither.
    d = np.where(out, 0, z - top)
    d -= (p * d).sum(axis=1, keepdims=True)
    return Samples(values, (beta * np.where(out, 0, p * d),))


SPEC = FunctionSpec(
    slug="entropy_bonus",
    title="Entropy bonus",
    family="rl",
    loss=entropy_bonus,
    grad=entropy_bonus_grad,
    value_and_grad=entropy_bonus_value_and_grad,
    page="rl/policy-gradient",
    arguments=(Argument("logits", EXTENDED, core=1, wrt=True),),
    formula=(
        "beta * sum(exp(z) / sum(exp(k) for k in logits) * log(exp(z) / sum(exp(k) for k in logits))"
        " for z in logits)"
    ),
    draw=lambda rng: (rng.normal(size=(30, 5)) * 10.0 ** rng.uniform(-2, 1, (30, 1)),),
    convex=False,
    sources=("williams1991",),
    params=(Param("beta", 0.01, 0.0, inf, True, False, "log", r"\beta"),),
    edges=(
        Edge("one action alone has no entropy", ((3.0,),), 0.0, ((0.0,),)),
        Edge("a class at -inf is out", ((0.0, -inf),), 0.0, ((0.0, 0.0),)),
        Edge(
            "two equal actions have one bit",
            ((1.0, 1.0),),
            -0.6931471805599453,
            ((0.0, 0.0),),
            (("beta", 1.0),),
        ),
    ),
    ulp=32.0,  # the largest logit is subtracted from the others before anything else
)
