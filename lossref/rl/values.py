"""Losses of what a state or an action is worth."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, REAL, Argument, Edge, FunctionSpec, Name, Param

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def value_loss(
    returns: ArrayLike,
    values: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Half the squared error of a predicted value against a return.

    Use it to train the critic. Not to train the policy too: the returns are constants here, and so
    must they be in the program.

    Formula:
        l = (V - R)^2 / 2

    Parameters:
        returns: Array of any shape: what was collected, or a target made of it; finite and held
            constant.
        values: Array of the same shape: predicted values V. NaN is passed on.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of values.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `mse`, twice as large; `clipped_value_loss`, which also remembers the old value.

    Source:
        Sutton and Barto (2018), section 9.3.

    Examples:
        >>> value_loss([3.0], [0.0])
        4.5
    """
    return value(VALUE_LOSS, _value_loss_kernel, (returns, values), reduction, sample_weight)


def value_loss_grad(
    returns: ArrayLike,
    values: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `value_loss` with respect to values.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dV = V - R
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `value_loss`.

    Returns:
        An array of the shape of values, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `value_loss` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `value_loss`.

    Examples:
        >>> value_loss_grad([3.0], [0.0])
        array([-3.])
    """
    return gradient(VALUE_LOSS, _value_loss_kernel, (returns, values), reduction, sample_weight)


def value_loss_value_and_grad(
    returns: ArrayLike,
    values: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `value_loss` and `value_loss_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (value_loss(...), value_loss_grad(...))

    Parameters:
        As for `value_loss`.

    Returns:
        A pair of what `value_loss` and `value_loss_grad` return.

    Raises:
        ValueError, TypeError: As `value_loss` does.

    Not to be confused with:
        `value_loss_grad`, which returns the gradient alone.

    Source:
        As for `value_loss`.

    Examples:
        >>> value_loss_value_and_grad([3.0], [0.0])[0]
        4.5
    """
    return value_and_gradient(
        VALUE_LOSS, _value_loss_kernel, (returns, values), reduction, sample_weight
    )


def _value_loss_kernel(part):
    error = part["values"] - part["returns"]
    return Samples(error * error / 2, (error,))


VALUE_LOSS = FunctionSpec(
    slug="value_loss",
    title="Value loss",
    family="rl",
    loss=value_loss,
    grad=value_loss_grad,
    value_and_grad=value_loss_value_and_grad,
    page="rl/value-loss",
    arguments=(Argument("returns", REAL), Argument("values", EXTENDED, wrt=True)),
    formula="(values - returns) ** 2 / 2",
    draw=lambda rng: (rng.normal(size=60) * 10, rng.normal(size=60) * 10),
    convex=True,
    sources=("sutton2018",),
    names_elsewhere=(
        Name("torch", "torch.nn.functional.mse_loss(y_pred, y_true)", factor=2.0),
        Name("optax", "optax.losses.l2_loss(y_pred, y_true)", "per element"),
    ),
)


def clipped_value_loss(
    returns: ArrayLike,
    old_values: ArrayLike,
    values: ArrayLike,
    *,
    epsilon: float = 0.2,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The value loss, or that of a value kept near the old one, whichever is larger.

    Use it to repeat what many implementations of PPO do. Not as a repair: where the clipped value
    is worse, it has no gradient.

    Formula:
        l = max((V - R)^2, (V_old + clip(V - V_old, -epsilon, epsilon) - R)^2) / 2

    Parameters:
        returns: Array of any shape: what was collected, finite and held constant.
        old_values: Array of the same shape: what was predicted when the data were collected.
        values: Array of the same shape: predicted values V. NaN is passed on.
        epsilon: Number in (0, inf): how far a value may move, in the unit of the returns.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of values.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `ppo_clip`, which clips a ratio and takes the smaller gain.

    Source:
        The implementation released with Schulman et al. (2017); the paper does not have it.

    Examples:
        >>> clipped_value_loss([1.0], [0.0], [0.5], epsilon=0.25)
        0.28125
    """
    return value(
        CLIPPED_VALUE_LOSS,
        _clipped_value_loss_kernel,
        (returns, old_values, values),
        reduction,
        sample_weight,
        epsilon=epsilon,
    )


def clipped_value_loss_grad(
    returns: ArrayLike,
    old_values: ArrayLike,
    values: ArrayLike,
    *,
    epsilon: float = 0.2,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `clipped_value_loss` with respect to values.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dV = V - R, and 0 where the clipped value is the worse one; at a tie the slope of least
        norm
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `clipped_value_loss`.

    Returns:
        An array of the shape of values, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `clipped_value_loss` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `clipped_value_loss`.

    Examples:
        >>> clipped_value_loss_grad([1.0], [0.0], [0.5], epsilon=0.25)
        array([0.])
    """
    return gradient(
        CLIPPED_VALUE_LOSS,
        _clipped_value_loss_kernel,
        (returns, old_values, values),
        reduction,
        sample_weight,
        epsilon=epsilon,
    )


def clipped_value_loss_value_and_grad(
    returns: ArrayLike,
    old_values: ArrayLike,
    values: ArrayLike,
    *,
    epsilon: float = 0.2,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `clipped_value_loss` and `clipped_value_loss_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (clipped_value_loss(...), clipped_value_loss_grad(...))

    Parameters:
        As for `clipped_value_loss`.

    Returns:
        A pair of what `clipped_value_loss` and `clipped_value_loss_grad` return.

    Raises:
        ValueError, TypeError: As `clipped_value_loss` does.

    Not to be confused with:
        `clipped_value_loss_grad`, which returns the gradient alone.

    Source:
        As for `clipped_value_loss`.

    Examples:
        >>> clipped_value_loss_value_and_grad([1.0], [0.0], [0.5], epsilon=0.25)[0]
        0.28125
    """
    return value_and_gradient(
        CLIPPED_VALUE_LOSS,
        _clipped_value_loss_kernel,
        (returns, old_values, values),
        reduction,
        sample_weight,
        epsilon=epsilon,
    )


def _clipped_value_loss_kernel(part, epsilon):
    values, old, returns = part["values"], part["old_values"], part["returns"]
    step, error = values - old, values - returns
    kept = old + np.clip(step, -epsilon, epsilon) - returns
    free, clipped = error * error, kept * kept
    inside = np.abs(step) < epsilon
    # On the edge the clipped branch takes over where moving on would lower the error.
    edge = (np.abs(step) == epsilon) & (step * error < 0)
    dead = edge | ((np.abs(step) > epsilon) & (free <= clipped))
    larger = np.where(inside, free, np.maximum(free, clipped))
    return Samples(larger / 2, (np.where(dead, 0, error),))


CLIPPED_VALUE_LOSS = FunctionSpec(
    slug="clipped_value_loss",
    title="Clipped value loss",
    family="rl",
    loss=clipped_value_loss,
    grad=clipped_value_loss_grad,
    value_and_grad=clipped_value_loss_value_and_grad,
    page="rl/value-loss",
    arguments=(
        Argument("returns", REAL),
        Argument("old_values", REAL),
        Argument("values", EXTENDED, wrt=True),
    ),
    formula=(
        "max((values - returns) ** 2, (old_values"
        " + min(max(values - old_values, -epsilon), epsilon) - returns) ** 2) / 2"
    ),
    draw=lambda rng: (rng.normal(size=80), rng.normal(size=80), rng.normal(size=80)),
    convex=True,
    sources=("schulman2017",),
    kinks="(abs(values - old_values) - epsilon,)",
    corners="where the value leaves the clip, and where it is as far beyond the target as the clipped value is short of it",
    params=(Param("epsilon", 0.2, 0.0, inf, False, False, "log", r"\epsilon"),),
    edges=(
        Edge("away from the return the clipped value is no worse", (0.0, 1.0, 2.0), 2.0, (2.0,)),
        Edge("towards the return beyond the clip: no pull", (0.0, 1.0, 0.5), 0.32, (0.0,)),
        Edge(
            "at the clip, towards the return: the slope of least norm",
            (-1.0, 1.0, 0.5),
            1.125,
            (0.0,),
            (("epsilon", 0.5),),
        ),
        Edge(
            "at the clip, away from the return",
            (-1.0, 1.0, 1.5),
            3.125,
            (2.5,),
            (("epsilon", 0.5),),
        ),
    ),
    ulp=8.0,  # two differences, squared
)


def dqn_td_loss(
    actions: ArrayLike,
    targets: ArrayLike,
    q_values: ArrayLike,
    *,
    delta: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The Huber loss of the value of the action that was taken against a target.

    Use it with targets from `dqn_targets`. Not with targets that are differentiated too, nor for
    actions that were not taken: their gradient is 0.

    Formula:
        l = c (d - c / 2), with d = Q_a - target and c = clip(d, -delta, delta)

    Parameters:
        actions: Array of the leading axes of q_values: the integer actions taken, from 0.
        targets: Array of the same shape: finite and held constant.
        q_values: Array (..., C): one row of action values per state. NaN is passed on.
        delta: Number in (0, inf): the error from which on the slope is held; the published clipping
            is 1.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the leading axes.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `value_loss`, which has no actions; `huber`, the same on single numbers.

    Source:
        Mnih et al. (2015), algorithm 1, with the clipped error of its methods section.

    Examples:
        >>> dqn_td_loss([1], [3.0], [[0.0, 1.0]])
        1.5
    """
    return value(
        DQN_TD_LOSS,
        _dqn_td_loss_kernel,
        (actions, targets, q_values),
        reduction,
        sample_weight,
        delta=delta,
    )


def dqn_td_loss_grad(
    actions: ArrayLike,
    targets: ArrayLike,
    q_values: ArrayLike,
    *,
    delta: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `dqn_td_loss` with respect to q_values.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dQ_a = c, and 0 for the other actions
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `dqn_td_loss`.

    Returns:
        An array of the shape of q_values, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `dqn_td_loss` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `dqn_td_loss`.

    Examples:
        >>> dqn_td_loss_grad([1], [3.0], [[0.0, 1.0]])
        array([[ 0., -1.]])
    """
    return gradient(
        DQN_TD_LOSS,
        _dqn_td_loss_kernel,
        (actions, targets, q_values),
        reduction,
        sample_weight,
        delta=delta,
    )


def dqn_td_loss_value_and_grad(
    actions: ArrayLike,
    targets: ArrayLike,
    q_values: ArrayLike,
    *,
    delta: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `dqn_td_loss` and `dqn_td_loss_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (dqn_td_loss(...), dqn_td_loss_grad(...))

    Parameters:
        As for `dqn_td_loss`.

    Returns:
        A pair of what `dqn_td_loss` and `dqn_td_loss_grad` return.

    Raises:
        ValueError, TypeError: As `dqn_td_loss` does.

    Not to be confused with:
        `dqn_td_loss_grad`, which returns the gradient alone.

    Source:
        As for `dqn_td_loss`.

    Examples:
        >>> dqn_td_loss_value_and_grad([1], [3.0], [[0.0, 1.0]])[0]
        1.5
    """
    return value_and_gradient(
        DQN_TD_LOSS,
        _dqn_td_loss_kernel,
        (actions, targets, q_values),
        reduction,
        sample_weight,
        delta=delta,
    )


def _dqn_td_loss_kernel(part, delta):
    q, a = part["q_values"], part["actions"]
    at = np.arange(len(a)), a
    error = q[at] - part["targets"]
    pull = np.clip(error, -delta, delta)
    slopes = np.zeros_like(q)
    slopes[at] = pull
    return Samples(pull * (error - pull / 2), (slopes,))


DQN_TD_LOSS = FunctionSpec(
    slug="dqn_td_loss",
    title="DQN loss",
    family="rl",
    loss=dqn_td_loss,
    grad=dqn_td_loss_grad,
    value_and_grad=dqn_td_loss_value_and_grad,
    page="rl/value-loss",
    arguments=(
        Argument("actions", None),
        Argument("targets", REAL),
        Argument("q_values", EXTENDED, core=1, wrt=True),
    ),
    formula=(
        "(q_values[actions] - targets) ** 2 / 2 if abs(q_values[actions] - targets) <= delta"
        " else delta * (abs(q_values[actions] - targets) - delta / 2)"
    ),
    draw=lambda rng: (
        rng.integers(0, 4, 40),
        rng.normal(size=40),
        rng.normal(size=(40, 4)),
    ),
    convex=True,
    sources=("mnih2015",),
    params=(Param("delta", 1.0, 0.0, inf, False, False, "log", r"\delta"),),
    refused=(("actions", (np.array([0, 4]), np.ones(2), np.zeros((2, 4)))),),
)
