"""What a policy is trained towards: returns, temporal differences, advantages, targets.

Steps of time are along the last axis; every axis before it is a run of its own. A step is
``terminated`` if nothing can be earned after it, and ``truncated`` if only the recording
stopped there: the first has no value to follow, the second has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lossref import _plain
from lossref._spec import Interval

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


_DISCOUNT = Interval(0.0, 1.0, True, True)


def discounted_returns(
    rewards: ArrayLike,
    *,
    gamma: float = 0.99,
    terminated: ArrayLike | None = None,
    bootstrap: ArrayLike = 0.0,
) -> Any:
    """What is earned from each step on, a reward k steps ahead counting gamma^k.

    Use it to judge actions by all that followed. Not where runs were cut short and nothing
    says what would have followed: pass ``bootstrap`` there.

    Formula:
        G_t = r_t + gamma (1 - terminated_t) G_(t+1), and G after the last step is bootstrap

    Parameters:
        rewards: Array (..., T), finite.
        gamma: Number in [0, 1]: what a step of delay leaves of a reward.
        terminated: Flags (..., T): the run ended with this step, the next is of another run.
        bootstrap: Number, or array of the leading axes: the value of the state after the last step.

    Returns:
        An array of the shape of rewards.

    Raises:
        ValueError: If shapes do not fit, a reward is not finite, or gamma is outside [0, 1].
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `td_targets`, which look one step ahead and trust a value for the rest.

    Source:
        Sutton and Barto (2018), equations 3.8 and 3.9.

    Examples:
        >>> discounted_returns([1.0, 1.0, 1.0], gamma=0.5)
        array([1.75, 1.5 , 1.  ])
    """
    who = "discounted_returns"
    rewards = _plain.array(who, "rewards", rewards)
    _plain.axes(who, "rewards", rewards, 1, "the steps of time")
    gamma = _plain.number(who, "gamma", gamma, _DISCOUNT, 0.99)
    ended = _plain.flags(who, "terminated", terminated, rewards.shape)
    after = _plain.array(who, "bootstrap", bootstrap)
    if after.shape not in ((), rewards.shape[:-1]):
        raise ValueError(
            f"{who}: bootstrap must be one number or have shape {rewards.shape[:-1]}, one per "
            f"run; got {after.shape}. Give the value of the state after each run's last step."
        )
    return _backwards(rewards, np.where(ended, 0.0, gamma), after).astype(rewards.dtype)


def td_targets(
    rewards: ArrayLike, next_values: ArrayLike, terminated: ArrayLike, *, gamma: float = 0.99
) -> Any:
    """One reward, and the discounted value of what comes next unless nothing does.

    Use it as the target of `value_loss`. Not with ``terminated`` set where a run was only cut
    short: the state that it was cut at still has a value.

    Formula:
        y_t = r_t + gamma (1 - terminated_t) V(s_(t+1))

    Parameters:
        rewards: Array of any shape, finite.
        next_values: Array of the same shape: values of the next states; finite, but not looked
            at where terminated.
        terminated: Flags of the same shape.
        gamma: Number in [0, 1].

    Returns:
        An array of the shape of rewards.

    Raises:
        ValueError: If shapes differ, a number is not finite, or gamma is outside [0, 1].
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `discounted_returns`, which wait for the end.

    Source:
        Sutton (1988); Sutton and Barto (2018), equation 6.2.

    Examples:
        >>> td_targets([1.0, 1.0], [10.0, 10.0], [False, True], gamma=0.5)
        array([6., 1.])
    """
    r, following, gamma = _one_step("td_targets", rewards, next_values, terminated, gamma)
    return r + r.dtype.type(gamma) * following


def td_errors(
    rewards: ArrayLike,
    values: ArrayLike,
    next_values: ArrayLike,
    terminated: ArrayLike,
    *,
    gamma: float = 0.99,
) -> Any:
    """How much better a step went than its value said: `td_targets` less the value.

    Use it as an advantage of one step. Not on its own where values are still poor: it believes
    them.

    Formula:
        d_t = r_t + gamma (1 - terminated_t) V(s_(t+1)) - V(s_t)

    Parameters:
        rewards: Array of any shape, finite.
        values: Array of the same shape: values of the states that were left.
        next_values: Array of the same shape: values of the states that were reached.
        terminated: Flags of the same shape.
        gamma: Number in [0, 1].

    Returns:
        An array of the shape of rewards.

    Raises:
        ValueError: If shapes differ, a number is not finite, or gamma is outside [0, 1].
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        The gradient of `value_loss`, which is minus this for a target of one step.

    Source:
        Sutton and Barto (2018), equation 6.5.

    Examples:
        >>> td_errors([1.0, 1.0], [2.0, 2.0], [10.0, 10.0], [False, True], gamma=0.5)
        array([ 4., -1.])
    """
    who = "td_errors"
    r, following, gamma = _one_step(who, rewards, next_values, terminated, gamma)
    v = _plain.array(who, "values", values)
    _plain.same_shape(who, values=v, rewards=r)
    return r + r.dtype.type(gamma) * following - v


def gae(
    rewards: ArrayLike,
    values: ArrayLike,
    next_values: ArrayLike,
    terminated: ArrayLike,
    *,
    truncated: ArrayLike | None = None,
    gamma: float = 0.99,
    lam: float = 0.95,
) -> Any:
    """Advantages between one step of trust in the values (lam = 0) and none (lam = 1).

    Use it with `ppo_clip`; `values` + this is a target for the critic. Not with lam = 1 on cut
    runs in the belief that no value enters: that of the last state does.

    Formula:
        A_t = d_t + gamma lam (1 - terminated_t)(1 - truncated_t) A_(t+1), with d as `td_errors`

    Parameters:
        rewards: Array (..., T), finite.
        values: Array (..., T): values of the states that were left.
        next_values: Array (..., T): values of the states that were reached; at a truncated
            step of the state where recording stopped, not of the next run's first.
        terminated: Flags (..., T): nothing follows; next_values is not looked at.
        truncated: Flags (..., T): the recording stops; next_values counts, later steps do not.
        gamma: Number in [0, 1]: what a step of delay leaves of a reward.
        lam: Number in [0, 1]: what a step leaves of later temporal differences.

    Returns:
        An array of the shape of rewards.

    Raises:
        ValueError: If shapes differ, a number is not finite, or gamma or lam is outside [0, 1].
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        The returns that values are trained on: those are this plus the values.

    Source:
        Schulman et al. (2016), equation 16.

    Examples:
        >>> gae([1.0, 1.0], [0.0, 0.0], [0.0, 0.0], [False, True], gamma=1.0, lam=0.5)
        array([1.5, 1. ])
    """
    who = "gae"
    lam = _plain.number(who, "lam", lam, _DISCOUNT, 0.95)
    gamma = _plain.number(who, "gamma", gamma, _DISCOUNT, 0.99)
    r = _plain.array(who, "rewards", rewards)
    _plain.axes(who, "rewards", r, 1, "the steps of time")
    v = _plain.array(who, "values", values)
    _plain.same_shape(who, values=v, rewards=r)
    ended = _plain.flags(who, "terminated", terminated, r.shape)
    following = _following(who, next_values, ended)
    stopped = _plain.flags(who, "truncated", truncated, r.shape)
    dtype = np.result_type(r, v, following)
    wide = [x.astype(np.float64) for x in (r, v, following)]
    errors = wide[0] + gamma * wide[2] - wide[1]
    return _backwards(errors, np.where(ended | stopped, 0.0, gamma * lam), 0.0).astype(dtype)


def dqn_targets(
    rewards: ArrayLike,
    next_q_values: ArrayLike,
    terminated: ArrayLike,
    *,
    gamma: float = 0.99,
    online_q_values: ArrayLike | None = None,
) -> Any:
    """One reward, and the discounted value of the best next action unless nothing follows.

    Use it for `dqn_td_loss`, with values from the target network. Not without
    ``online_q_values`` where values come out too large: the same numbers then choose the action
    and praise it.

    Formula:
        y = r + gamma (1 - terminated) max over a of Q'(s', a)
        y = r + gamma (1 - terminated) Q'(s', argmax over a of Q(s', a)) with online_q_values Q

    Parameters:
        rewards: Array of any shape, finite.
        next_q_values: Array (..., C): values Q' of the actions in the next state.
        terminated: Flags of the shape of rewards.
        gamma: Number in [0, 1].
        online_q_values: Array of the shape of next_q_values, or None: values that choose the
            action; of equal ones the first.

    Returns:
        An array of the shape of rewards.

    Raises:
        ValueError: If shapes do not fit, a number is not finite, or gamma is outside [0, 1].
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `td_targets`, which follow the policy and take no maximum.

    Source:
        Mnih et al. (2015), algorithm 1; van Hasselt, Guez and Silver (2016), equation 4.

    Examples:
        >>> dqn_targets([1.0], [[4.0, 6.0]], [False], gamma=0.5)
        array([4.])
        >>> dqn_targets([1.0], [[4.0, 6.0]], [False], gamma=0.5, online_q_values=[[9.0, 0.0]])
        array([3.])
    """
    who = "dqn_targets"
    q = _plain.array(who, "next_q_values", next_q_values)
    _plain.axes(who, "next_q_values", q, 1, "the actions")
    if q.shape[-1] == 0:
        raise ValueError(
            f"{who}: next_q_values must have at least one action; got shape {q.shape}. "
            "Give one value per action along the last axis."
        )
    if online_q_values is None:
        best = q.max(axis=-1)
    else:
        chooser = _plain.array(who, "online_q_values", online_q_values)
        _plain.same_shape(who, online_q_values=chooser, next_q_values=q)
        best = np.take_along_axis(q, chooser.argmax(axis=-1)[..., None], axis=-1)[..., 0]
    r = _plain.array(who, "rewards", rewards)
    if r.shape != best.shape:
        raise ValueError(
            f"{who}: rewards must have shape {best.shape}, one per row of next_q_values; "
            f"got {r.shape}. Nothing is broadcast here: make the leading axes agree first."
        )
    r, following, gamma = _one_step(who, r, best, terminated, gamma)
    return r + r.dtype.type(gamma) * following


def grpo_advantages(rewards: ArrayLike, *, scale: bool = True, ddof: int = 0) -> Any:
    """Rewards of several answers to one question, less their mean, in units of their spread.

    Use it instead of a critic. Not with one answer per question, which teaches nothing; and
    not with ``scale`` where questions that are nearly always solved must not count for more.

    Formula:
        A_i = (r_i - mean(r)) / std(r); 0 where all rewards of a group are equal

    Parameters:
        rewards: Array (..., G): one group of answers per row, finite.
        scale: Whether to divide by the standard deviation.
        ddof: Whole number: the standard deviation divides by G - ddof.

    Returns:
        An array of the shape of rewards.

    Raises:
        ValueError: If a reward is not finite, or a group has no more than ddof answers.
        TypeError: If rewards does not hold real numbers.

    Not to be confused with:
        Advantages normalised over the batch: every question would then be compared with the
        others.

    Source:
        Shao et al. (2024), section 4.1.2.

    Examples:
        >>> grpo_advantages([[0.0, 1.0, 1.0, 0.0]])
        array([[-1.,  1.,  1., -1.]])
    """
    who = "grpo_advantages"
    rewards = _plain.array(who, "rewards", rewards)
    _plain.axes(who, "rewards", rewards, 1, "the answers of a group")
    ddof = _plain.count(who, "ddof", ddof, 0)
    scale = _plain.flag(who, "scale", scale, True)
    size = rewards.shape[-1]
    if size <= ddof:
        raise ValueError(
            f"{who}: rewards must have more than {ddof} answers per group; got {size}. "
            "Draw more answers to each question."
        )
    wide = rewards.astype(np.float64)
    same = (wide == wide[..., :1]).all(axis=-1, keepdims=True)
    # Twice, so that what rounding leaves in the mean of large rewards is taken off too.
    apart = wide - wide.mean(axis=-1, keepdims=True)
    apart -= apart.mean(axis=-1, keepdims=True)
    if scale:
        spread = np.sqrt((apart * apart).sum(axis=-1, keepdims=True) / (size - ddof))
        apart /= np.where(spread > 0, spread, 1.0)
    return np.where(same, 0.0, apart).astype(rewards.dtype)


def _one_step(who, rewards, next_values, terminated, gamma):
    """Rewards, what counts of the next values, and gamma, all checked and of one dtype."""
    gamma = _plain.number(who, "gamma", gamma, _DISCOUNT, 0.99)
    rewards = _plain.array(who, "rewards", rewards)
    following = _following(
        who, next_values, _plain.flags(who, "terminated", terminated, rewards.shape)
    )
    dtype = np.result_type(rewards, following)
    return rewards.astype(dtype), following.astype(dtype), gamma


def _following(who, next_values, ended):
    """The next values, 0 where the run ended: what stands there may be anything."""
    x = _plain.array(who, "next_values", next_values, None)
    _plain.same_shape(who, next_values=x, terminated=ended)
    return _plain.array(who, "next_values", np.where(ended, 0, x))


def _backwards(terms, factors, after):
    """x_t = terms_t + factors_t x_(t+1) from the end, in float64."""
    out = np.empty(terms.shape, np.float64)
    following = np.broadcast_to(np.asarray(after, np.float64), terms.shape[:-1])
    for t in range(terms.shape[-1] - 1, -1, -1):
        following = terms[..., t] + factors[..., t] * following
        out[..., t] = following
    return out
