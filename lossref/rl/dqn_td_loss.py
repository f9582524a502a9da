"""DQN loss: the Huber loss of the value of the action that was taken against a target."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, REAL, Argument, FunctionSpec, Param

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


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
    return value(SPEC, _kernel, (actions, targets, q_values), reduction, sample_weight, delta=delta)


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
        SPEC, _kernel, (actions, targets, q_values), reduction, sample_weight, delta=delta
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
        SPEC, _kernel, (actions, targets, q_values), reduction, sample_weight, delta=delta
    )


def _kernel(part, delta):
    q, a = part["q_values"], part["actions"]
    at = np.arange(len(a)), a
    error = q[at] - part["targets"]
    pull = np.clip(error, -delta, delta)
    slopes = np.zeros_like(q)
    slopes[at] = pull
    return Samples(pull * (error - pull / 2), (slopes,))


SPEC = FunctionSpec(
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
