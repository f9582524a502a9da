"""Group-relative policy loss: the clipped policy ratio with beta times the estimate k3 of the divergence from a reference."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, REAL, Argument, FunctionSpec, Identity, Param
from lossref.rl.ppo_clip import clipped_ratio, ppo_clip
from lossref.stable import m

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def grpo_loss(
    advantages: ArrayLike,
    old_log_probs: ArrayLike,
    ref_log_probs: ArrayLike,
    log_probs: ArrayLike,
    *,
    epsilon: float = 0.2,
    beta: float = 0.04,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The clipped policy ratio with beta times the estimate k3 of the divergence from a reference.

    Use it token by token, with advantages from `grpo_advantages`. Not without a thought about
    lengths: a mean over tokens and a mean over answers of means are different losses.

    Formula:
        l = -min(r A, clip(r, 1 - epsilon, 1 + epsilon) A) + beta (exp(x) - 1 - x), with r =
        exp(log_probs - old_log_probs) and x = ref_log_probs - log_probs

    Parameters:
        advantages: Array of any shape: finite and held constant; one per token, the same along an
            answer.
        old_log_probs: Array of the same shape: log-probabilities of the tokens when they were
            drawn.
        ref_log_probs: Array of the same shape: those under the reference policy.
        log_probs: Array of the same shape: those now. NaN is passed on.
        epsilon: Number in (0, 1): how far the ratio may gain.
        beta: Number in [0, inf): what the divergence costs.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of log_probs.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `ppo_clip`, which is this with beta = 0.

    Source:
        Shao et al. (2024), equations 3 and 4.

    Examples:
        >>> grpo_loss([1.0], [0.0], [0.0], [0.0])
        -1.0
    """
    return value(
        SPEC,
        _kernel,
        (advantages, old_log_probs, ref_log_probs, log_probs),
        reduction,
        sample_weight,
        epsilon=epsilon,
        beta=beta,
    )


def grpo_loss_grad(
    advantages: ArrayLike,
    old_log_probs: ArrayLike,
    ref_log_probs: ArrayLike,
    log_probs: ArrayLike,
    *,
    epsilon: float = 0.2,
    beta: float = 0.04,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `grpo_loss` with respect to log_probs.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dlog_probs = that of `ppo_clip` + beta (1 - exp(x))
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `grpo_loss`.

    Returns:
        An array of the shape of log_probs, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `grpo_loss` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `grpo_loss`.

    Examples:
        >>> grpo_loss_grad([1.0], [0.0], [0.0], [0.0])
        array([-1.])
    """
    return gradient(
        SPEC,
        _kernel,
        (advantages, old_log_probs, ref_log_probs, log_probs),
        reduction,
        sample_weight,
        epsilon=epsilon,
        beta=beta,
    )


def grpo_loss_value_and_grad(
    advantages: ArrayLike,
    old_log_probs: ArrayLike,
    ref_log_probs: ArrayLike,
    log_probs: ArrayLike,
    *,
    epsilon: float = 0.2,
    beta: float = 0.04,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `grpo_loss` and `grpo_loss_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (grpo_loss(...), grpo_loss_grad(...))

    Parameters:
        As for `grpo_loss`.

    Returns:
        A pair of what `grpo_loss` and `grpo_loss_grad` return.

    Raises:
        ValueError, TypeError: As `grpo_loss` does.

    Not to be confused with:
        `grpo_loss_grad`, which returns the gradient alone.

    Source:
        As for `grpo_loss`.

    Examples:
        >>> grpo_loss_value_and_grad([1.0], [0.0], [0.0], [0.0])[0]
        -1.0
    """
    return value_and_gradient(
        SPEC,
        _kernel,
        (advantages, old_log_probs, ref_log_probs, log_probs),
        reduction,
        sample_weight,
        epsilon=epsilon,
        beta=beta,
    )


def _kernel(part, epsilon, beta):
    values, (slope,) = clipped_ratio(part, epsilon)
    x = part["ref_log_probs"] - part["log_probs"]
    if beta:
        values = values + beta * m(x)
        slope = slope - beta * np.expm1(x)
    return Samples(values, (slope,))


SPEC = FunctionSpec(
    slug="grpo_loss",
    title="Group-relative policy loss",
    family="rl",
    loss=grpo_loss,
    grad=grpo_loss_grad,
    value_and_grad=grpo_loss_value_and_grad,
    page="rl/preference",
    arguments=(
        Argument("advantages", REAL),
        Argument("old_log_probs", REAL),
        Argument("ref_log_probs", REAL),
        Argument("log_probs", EXTENDED, wrt=True),
    ),
    formula=(
        "-min(exp(log_probs - old_log_probs) * advantages,"
        " min(max(exp(log_probs - old_log_probs), 1 - epsilon), 1 + epsilon) * advantages)"
        " + beta * (exp(ref_log_probs - log_probs) - 1 - (ref_log_probs - log_probs))"
    ),
    draw=lambda rng: (
        rng.normal(size=80),
        *(-rng.exponential(size=80) for _ in range(3)),
    ),
    convex=False,
    sources=("shao2024",),
    kinks=(
        "(exp(log_probs - old_log_probs) - 1 - epsilon, exp(log_probs - old_log_probs) - 1 + epsilon)"
    ),
    params=(
        Param("epsilon", 0.2, 0.0, 1.0, False, False, "linear", r"\epsilon"),
        Param("beta", 0.04, 0.0, inf, True, False, "log", r"\beta"),
    ),
    identities=(
        Identity(
            "without the penalty it is the clipped ratio",
            lambda y, p: (
                grpo_loss(y - 1, -y, -p, -p * y, beta=0.0),
                ppo_clip(y - 1, -y, -p * y),
            ),
        ),
    ),
    ulp=64.0,  # the two terms may have opposite signs
)
