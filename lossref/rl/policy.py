"""Losses of a policy: the gradient theorem, its entropy, and ratios that are kept small."""

from __future__ import annotations

from math import inf, log
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, REAL, Argument, Edge, FunctionSpec, Identity, Param
from lossref.classification._softmax import softmax_parts
from lossref.stable import log_softmax, m, softmax

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
    return value(
        POLICY_GRADIENT_LOSS,
        _policy_gradient_loss_kernel,
        (actions, advantages, logits),
        reduction,
        sample_weight,
    )


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
    return gradient(
        POLICY_GRADIENT_LOSS,
        _policy_gradient_loss_kernel,
        (actions, advantages, logits),
        reduction,
        sample_weight,
    )


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
        POLICY_GRADIENT_LOSS,
        _policy_gradient_loss_kernel,
        (actions, advantages, logits),
        reduction,
        sample_weight,
    )


def _policy_gradient_loss_kernel(part):
    a, z = part["actions"], part["logits"]
    weight = part["advantages"]
    cost, p, rest = softmax_parts(z, a)
    p[np.arange(len(a)), a] = -rest
    values = np.where((weight == 0) & ~np.isnan(cost), 0, weight * cost)
    return Samples(values, (p * weight[:, None],))


POLICY_GRADIENT_LOSS = FunctionSpec(
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
    return value(
        ENTROPY_BONUS, _entropy_bonus_kernel, (logits,), reduction, sample_weight, beta=beta
    )


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
    return gradient(
        ENTROPY_BONUS, _entropy_bonus_kernel, (logits,), reduction, sample_weight, beta=beta
    )


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
    return value_and_gradient(
        ENTROPY_BONUS, _entropy_bonus_kernel, (logits,), reduction, sample_weight, beta=beta
    )


def _entropy_bonus_kernel(part, beta):
    z = part["logits"]
    top = z.max(axis=1, keepdims=True)
    p = softmax(z)
    out = p == 0
    values = np.where(out, 0, p * log_softmax(z)).sum(axis=1) * beta
    # log P + H is the logit less its mean: the normaliser of the softmax is in neither.
    d = np.where(out, 0, z - top)
    d -= (p * d).sum(axis=1, keepdims=True)
    return Samples(values, (beta * np.where(out, 0, p * d),))


ENTROPY_BONUS = FunctionSpec(
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
        PPO_CLIP,
        _ppo_clip_kernel,
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
        PPO_CLIP,
        _ppo_clip_kernel,
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
        PPO_CLIP,
        _ppo_clip_kernel,
        (advantages, old_log_probs, log_probs),
        reduction,
        sample_weight,
        epsilon=epsilon,
    )


def _ppo_clip_kernel(part, epsilon):
    return Samples(*_clipped_ratio(part, epsilon))


def _clipped_ratio(part, epsilon):
    """The value of each sample, and a tuple of its slope by log_probs."""
    gain, r = part["advantages"], np.exp(part["log_probs"] - part["old_log_probs"])
    idle = (gain == 0) & ~np.isnan(r)
    free, held = r * gain, np.clip(r, 1 - epsilon, 1 + epsilon) * gain
    values = np.where(idle, 0, -np.minimum(free, held))
    dead = (gain > 0) & (r >= 1 + epsilon) | (gain < 0) & (r <= 1 - epsilon) | idle
    return values, (np.where(dead, 0, -free),)


PPO_CLIP = FunctionSpec(
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
        GRPO_LOSS,
        _grpo_loss_kernel,
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
        GRPO_LOSS,
        _grpo_loss_kernel,
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
        GRPO_LOSS,
        _grpo_loss_kernel,
        (advantages, old_log_probs, ref_log_probs, log_probs),
        reduction,
        sample_weight,
        epsilon=epsilon,
        beta=beta,
    )


def _grpo_loss_kernel(part, epsilon, beta):
    values, (slope,) = _clipped_ratio(part, epsilon)
    x = part["ref_log_probs"] - part["log_probs"]
    if beta:
        values = values + beta * m(x)
        slope = slope - beta * np.expm1(x)
    return Samples(values, (slope,))


GRPO_LOSS = FunctionSpec(
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
