"""Clipped policy ratio: minus the advantage times the policy ratio, clipped where more of it would be bought too cheaply."""

from __future__ import annotations

from math import inf, log
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, REAL, Argument, Edge, FunctionSpec, Param

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def ppo_clip(
    advantages: ArrayLike,
    old_log_probs: ArrayLike,
    log_probs: ArrayLike,
    *,
    epsilon: float = 0.2,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Minus the advantage times the policy ratio, clipped where more of it would be bought too cheaply.

    Use it for several steps of gradient on the same batch of actions. Not as a bound on how far the
    policy moves: a negative advantage times a large ratio is not clipped at all, and a clipped
    sample only stops pulling.

    Formula:
        l = -min(r A, clip(r, 1 - epsilon, 1 + epsilon) A), with r = exp(log_probs - old_log_probs)

    Parameters:
        advantages: Array of any shape: finite and held constant.
        old_log_probs: Array of the same shape: log-probabilities of the actions when they were
            drawn.
        log_probs: Array of the same shape: their log-probabilities now. NaN is passed on.
        epsilon: Number in (0, 1): how far the ratio may gain.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of log_probs.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        The objective of the paper, which is maximised and has the opposite sign;
        `clipped_value_loss`.

    Source:
        Schulman et al. (2017), equation 7, with the sign of a loss.

    Examples:
        >>> ppo_clip([1.0], [0.0], [0.0])
        -1.0
    """
    return value(
        SPEC,
        _kernel,
        (advantages, old_log_probs, log_probs),
        reduction,
        sample_weight,
        epsilon=epsilon,
    )


def ppo_clip_grad(
    advantages: ArrayLike,
    old_log_probs: ArrayLike,
    log_probs: ArrayLike,
    *,
    epsilon: float = 0.2,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `ppo_clip` with respect to log_probs.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dlog_probs = -r A; 0 where A > 0 and r >= 1 + epsilon, or A < 0 and r <= 1 - epsilon; at
        the two corners 0 is the subgradient of least norm
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `ppo_clip`.

    Returns:
        An array of the shape of log_probs, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `ppo_clip` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `ppo_clip`.

    Examples:
        >>> ppo_clip_grad([1.0], [0.0], [0.0])
        array([-1.])
    """
    return gradient(
        SPEC,
        _kernel,
        (advantages, old_log_probs, log_probs),
        reduction,
        sample_weight,
        epsilon=epsilon,
    )


def ppo_clip_value_and_grad(
    advantages: ArrayLike,
    old_log_probs: ArrayLike,
    log_probs: ArrayLike,
    *,
    epsilon: float = 0.2,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `ppo_clip` and `ppo_clip_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (ppo_clip(...), ppo_clip_grad(...))

    Parameters:
        As for `ppo_clip`.

    Returns:
        A pair of what `ppo_clip` and `ppo_clip_grad` return.

    Raises:
        ValueError, TypeError: As `ppo_clip` does.

    Not to be confused with:
        `ppo_clip_grad`, which returns the gradient alone.

    Source:
        As for `ppo_clip`.

    Examples:
        >>> ppo_clip_value_and_grad([1.0], [0.0], [0.0])[0]
        -1.0
    """
    return value_and_gradient(
        SPEC,
        _kernel,
        (advantages, old_log_probs, log_probs),
        reduction,
        sample_weight,
        epsilon=epsilon,
    )


def _kernel(part, epsilon):
    return Samples(*clipped_ratio(part, epsilon))


def clipped_ratio(part, epsilon):
    """The value of each sample, and a tuple of its slope by log_probs."""
    gain, r = part["advantages"], np.exp(part["log_probs"] - part["old_log_probs"])
    idle = (gain == 0) & ~np.isnan(r)
    free, held = r * gain, np.clip(r, 1 - epsilon, 1 + epsilon) * gain
    values = np.where(idle, 0, -np.minimum(free, held))
    dead = (gain > 0) & (r >= 1 + epsilon) | (gain < 0) & (r <= 1 - epsilon) | idle
    return values, (np.where(dead, 0, -free),)


SPEC = FunctionSpec(
    slug="ppo_clip",
    title="Clipped policy ratio",
    family="rl",
    loss=ppo_clip,
    grad=ppo_clip_grad,
    value_and_grad=ppo_clip_value_and_grad,
    page="rl/ppo",
    arguments=(
        Argument("advantages", REAL),
        Argument("old_log_probs", REAL),
        Argument("log_probs", EXTENDED, wrt=True),
    ),
    formula=(
        "-min(exp(log_probs - old_log_probs) * advantages,"
        " min(max(exp(log_probs - old_log_probs), 1 - epsilon), 1 + epsilon) * advantages)"
    ),
    draw=lambda rng: (
        rng.normal(size=80),
        -rng.exponential(size=80),
        -rng.exponential(size=80),
    ),
    convex=False,
    sources=("schulman2017",),
    kinks=(
        "(exp(log_probs - old_log_probs) - 1 - epsilon, exp(log_probs - old_log_probs) - 1 + epsilon)"
    ),
    params=(Param("epsilon", 0.2, 0.0, 1.0, False, False, "linear", r"\epsilon"),),
    edges=(
        Edge("good, and already much likelier: clipped", (1.0, 0.0, log(1.5)), -1.2, (0.0,)),
        Edge("bad, and much likelier: not clipped", (-1.0, 0.0, log(1.5)), 1.5, (1.5,)),
        Edge("good, and less likely: not clipped", (1.0, 0.0, log(0.5)), -0.5, (-0.5,)),
        Edge("bad, and already less likely: clipped", (-1.0, 0.0, log(0.5)), 0.8, (0.0,)),
        Edge("bad and certain now: unbounded", (-1.0, 0.0, inf), inf, (inf,)),
        Edge("no advantage, no cost", (0.0, 0.0, inf), 0.0, (0.0,)),
    ),
    ulp=8.0,  # the exponential of a difference
)
