"""Policy gradient loss: minus the advantage of an action times the log of its softmax probability."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, REAL, Argument, Edge, FunctionSpec
from lossref.classification._softmax import softmax_parts

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def policy_gradient_loss(
    actions: ArrayLike,
    advantages: ArrayLike,
    logits: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Minus the advantage of an action times the log of its softmax probability.

    Use it to train a policy on actions that it drew itself. Not for several steps on the same data:
    that is `ppo_clip`. Its value says nothing about how good the policy is; only its gradient is
    meant.

    Formula:
        l = -A log pi(a), with pi = softmax(logits)

    Parameters:
        actions: Array of the leading axes of logits: integer actions from 0.
        advantages: Array of the same shape: how much better than expected the action was; finite
            and held constant. Returns do too, at more variance.
        logits: Array (..., C): one row of logits per action, -inf allowed. NaN is passed on.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the leading axes.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `softmax_cross_entropy`, its case of A = 1 everywhere.

    Source:
        Williams (1992), theorem 1; with a baseline in the advantages.

    Examples:
        >>> policy_gradient_loss([0], [2.0], [[0.0, 0.0]])
        1.3862943611198906
    """
    return value(SPEC, _kernel, (actions, advantages, logits), reduction, sample_weight)


def policy_gradient_loss_grad(
    actions: ArrayLike,
    advantages: ArrayLike,
    logits: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `policy_gradient_loss` with respect to logits.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dz = A (P - onehot), whose component at the action is -A times the sum of the other P
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `policy_gradient_loss`.

    Returns:
        An array of the shape of logits, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `policy_gradient_loss` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `policy_gradient_loss`.

    Examples:
        >>> policy_gradient_loss_grad([0], [2.0], [[0.0, 0.0]])
        array([[-1.,  1.]])
    """
    return gradient(SPEC, _kernel, (actions, advantages, logits), reduction, sample_weight)


def policy_gradient_loss_value_and_grad(
    actions: ArrayLike,
    advantages: ArrayLike,
    logits: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `policy_gradient_loss` and `policy_gradient_loss_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (policy_gradient_loss(...), policy_gradient_loss_grad(...))

    Parameters:
        As for `policy_gradient_loss`.

    Returns:
        A pair of what `policy_gradient_loss` and `policy_gradient_loss_grad` return.

    Raises:
        ValueError, TypeError: As `policy_gradient_loss` does.

    Not to be confused with:
        `policy_gradient_loss_grad`, which returns the gradient alone.

    Source:
        As for `policy_gradient_loss`.

    Examples:
        >>> policy_gradient_loss_value_and_grad([0], [2.0], [[0.0, 0.0]])[0]
        1.3862943611198906
    """
    return value_and_gradient(
        SPEC, _kernel, (actions, advantages, logits), reduction, sample_weight
    )


def _kernel(part):
    a, z = part["actions"], part["logits"]
    weight = part["advantages"]
    cost, p, rest = softmax_parts(z, a)
    p[np.arange(len(a)), a] = -rest
    values = np.where((weight == 0) & ~np.isnan(cost), 0, weight * cost)
    return Samples(values, (p * weight[:, None],))


SPEC = FunctionSpec(
    slug="policy_gradient_loss",
    title="Policy gradient loss",
    family="rl",
    loss=policy_gradient_loss,
    grad=policy_gradient_loss_grad,
    value_and_grad=policy_gradient_loss_value_and_grad,
    page="rl/policy-gradient",
    arguments=(
        Argument("actions", None),
        Argument("advantages", REAL),
        Argument("logits", EXTENDED, core=1, wrt=True),
    ),
    formula="advantages * (log(sum(exp(z) for z in logits)) - logits[actions])",
    draw=lambda rng: (
        rng.integers(0, 5, 30),
        rng.normal(size=30),
        rng.normal(size=(30, 5)) * 10.0 ** rng.uniform(-2, 1, (30, 1)),
    ),
    convex=False,
    sources=("williams1992",),
    edges=(
        Edge("no advantage, no cost", (0, 0.0, (-inf, 0.0)), 0.0, ((0.0, 0.0),)),
        Edge("an action at -inf is out", (0, 1.0, (0.0, -inf)), 0.0, ((0.0, 0.0),)),
        Edge(
            "the tail keeps its digits",
            (0, -2.0, (50.0, 0.0)),
            -3.8574996959278356e-22,
            ((3.8574996959278356e-22, -3.8574996959278356e-22),),
        ),
    ),
    refused=(("actions", (np.array([0, 5]), np.ones(2), np.zeros((2, 5)))),),
    ulp=6.0,  # one product more than softmax cross-entropy
)
