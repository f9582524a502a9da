"""Losses of a policy that learns which of two answers was preferred."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, REAL, Argument, Edge, FunctionSpec, Param
from lossref.stable import expit, softplus

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def dpo_loss(
    ref_chosen: ArrayLike,
    ref_rejected: ArrayLike,
    chosen: ArrayLike,
    rejected: ArrayLike,
    *,
    beta: float = 0.1,
    epsilon: float = 0.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Minus the log of the probability that the policy's own reward gives to a stated preference.

    Use it to train a policy on pairs of answers of which one was preferred. Not on one answer
    alone: only differences count, so both log-probabilities may fall while it improves.

    Formula:
        l = (1 - epsilon) log(1 + exp(-beta u)) + epsilon log(1 + exp(beta u)), with u = (chosen -
        ref_chosen) - (rejected - ref_rejected)

    Parameters:
        ref_chosen: Array of any shape: log-probability of the preferred answer under the reference
            policy; finite.
        ref_rejected: Array of the same shape: the same for the answer that lost.
        chosen: Array of the same shape: log-probability of the preferred answer now. NaN is passed
            on.
        rejected: Array of the same shape: the same for the answer that lost.
        beta: Number in (0, inf): how dear it is to leave the reference policy.
        epsilon: Number in [0, 1/2): the share of preferences that are noted the wrong way round.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of chosen.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `ipo_loss`, which wants a margin and no more; `margin_logistic`, the same on one score.

    Source:
        Rafailov et al. (2023), equation 7; epsilon as in Mitchell (2023).

    Examples:
        >>> dpo_loss([0.0], [0.0], [0.0], [0.0])
        0.6931471805599453
    """
    return value(
        DPO_LOSS,
        _dpo_loss_kernel,
        (ref_chosen, ref_rejected, chosen, rejected),
        reduction,
        sample_weight,
        beta=beta,
        epsilon=epsilon,
    )


def dpo_loss_grad(
    ref_chosen: ArrayLike,
    ref_rejected: ArrayLike,
    chosen: ArrayLike,
    rejected: ArrayLike,
    *,
    beta: float = 0.1,
    epsilon: float = 0.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `dpo_loss` with respect to rejected.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dchosen = beta (epsilon s(beta u) - (1 - epsilon) s(-beta u)), with s the logistic
        function; dl/drejected is minus that
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `dpo_loss`.

    Returns:
        An array of the shape of rejected, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `dpo_loss` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `dpo_loss`.

    Examples:
        >>> dpo_loss_grad([0.0], [0.0], [0.0], [0.0])
        (array([-0.05]), array([0.05]))
    """
    return gradient(
        DPO_LOSS,
        _dpo_loss_kernel,
        (ref_chosen, ref_rejected, chosen, rejected),
        reduction,
        sample_weight,
        beta=beta,
        epsilon=epsilon,
    )


def dpo_loss_value_and_grad(
    ref_chosen: ArrayLike,
    ref_rejected: ArrayLike,
    chosen: ArrayLike,
    rejected: ArrayLike,
    *,
    beta: float = 0.1,
    epsilon: float = 0.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `dpo_loss` and `dpo_loss_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (dpo_loss(...), dpo_loss_grad(...))

    Parameters:
        As for `dpo_loss`.

    Returns:
        A pair of what `dpo_loss` and `dpo_loss_grad` return.

    Raises:
        ValueError, TypeError: As `dpo_loss` does.

    Not to be confused with:
        `dpo_loss_grad`, which returns the gradient alone.

    Source:
        As for `dpo_loss`.

    Examples:
        >>> dpo_loss_value_and_grad([0.0], [0.0], [0.0], [0.0])[0]
        0.6931471805599453
    """
    return value_and_gradient(
        DPO_LOSS,
        _dpo_loss_kernel,
        (ref_chosen, ref_rejected, chosen, rejected),
        reduction,
        sample_weight,
        beta=beta,
        epsilon=epsilon,
    )


def _dpo_loss_kernel(part, beta, epsilon):
    won = part["chosen"] - part["ref_chosen"]
    margin = beta * (won - (part["rejected"] - part["ref_rejected"]))
    values = (1 - epsilon) * softplus(-margin)
    slope = -(1 - epsilon) * expit(-margin)
    if epsilon:
        values = values + epsilon * softplus(margin)
        slope = slope + epsilon * expit(margin)
    slope = beta * slope
    return Samples(values, (slope, -slope))


DPO_LOSS = FunctionSpec(
    slug="dpo_loss",
    title="Direct preference optimisation",
    family="rl",
    loss=dpo_loss,
    grad=dpo_loss_grad,
    value_and_grad=dpo_loss_value_and_grad,
    page="rl/preference",
    arguments=(
        Argument("ref_chosen", REAL),
        Argument("ref_rejected", REAL),
        Argument("chosen", EXTENDED, wrt=True),
        Argument("rejected", EXTENDED, wrt=True),
    ),
    formula=(
        "(1 - epsilon) * log(1 + exp(-beta * ((chosen - ref_chosen) - (rejected - ref_rejected))))"
        " + epsilon * log(1 + exp(beta * ((chosen - ref_chosen) - (rejected - ref_rejected))))"
    ),
    draw=lambda rng: tuple(rng.normal(size=60) * 10 for _ in range(4)),
    convex=True,
    sources=("rafailov2023", "mitchell2023"),
    params=(
        Param("beta", 0.1, 0.0, inf, False, False, "log", r"\beta"),
        Param("epsilon", 0.0, 0.0, 0.5, True, False, "linear", r"\epsilon"),
    ),
    edges=(
        Edge("nothing learnt yet", (-1.0, -2.0, -1.0, -2.0), 0.6931471805599453, (-0.05, 0.05)),
        Edge("the winner cannot happen", (-1.0, -1.0, -inf, -1.0), inf, (-0.1, 0.1)),
    ),
    ulp=32.0,  # the exponential of differences of differences
)


def ipo_loss(
    ref_chosen: ArrayLike,
    ref_rejected: ArrayLike,
    chosen: ArrayLike,
    rejected: ArrayLike,
    *,
    beta: float = 0.1,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The squared distance of a preference's margin from the margin that is wanted.

    Use it where every pair has been judged the same way and `dpo_loss` would drive the margin to
    infinity. Not where preferences are noisy enough to bound it anyway.

    Formula:
        l = (u - 1 / (2 beta))^2, with u = (chosen - ref_chosen) - (rejected - ref_rejected)

    Parameters:
        ref_chosen: Array of any shape: log-probability of the preferred answer under the reference
            policy; finite.
        ref_rejected: Array of the same shape: the same for the answer that lost.
        chosen: Array of the same shape: log-probability of the preferred answer now. NaN is passed
            on.
        rejected: Array of the same shape: the same for the answer that lost.
        beta: Number in (0, inf): the margin that is wanted is 1 / (2 beta); the paper calls it tau.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of chosen.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `dpo_loss`, which never has enough.

    Source:
        Azar et al. (2024), the sampled loss of IPO.

    Examples:
        >>> ipo_loss([0.0], [0.0], [0.0], [0.0], beta=0.5)
        1.0
    """
    return value(
        IPO_LOSS,
        _ipo_loss_kernel,
        (ref_chosen, ref_rejected, chosen, rejected),
        reduction,
        sample_weight,
        beta=beta,
    )


def ipo_loss_grad(
    ref_chosen: ArrayLike,
    ref_rejected: ArrayLike,
    chosen: ArrayLike,
    rejected: ArrayLike,
    *,
    beta: float = 0.1,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `ipo_loss` with respect to rejected.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dchosen = 2 (u - 1 / (2 beta)); dl/drejected is minus that
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `ipo_loss`.

    Returns:
        An array of the shape of rejected, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `ipo_loss` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `ipo_loss`.

    Examples:
        >>> ipo_loss_grad([0.0], [0.0], [0.0], [0.0], beta=0.5)
        (array([-2.]), array([2.]))
    """
    return gradient(
        IPO_LOSS,
        _ipo_loss_kernel,
        (ref_chosen, ref_rejected, chosen, rejected),
        reduction,
        sample_weight,
        beta=beta,
    )


def ipo_loss_value_and_grad(
    ref_chosen: ArrayLike,
    ref_rejected: ArrayLike,
    chosen: ArrayLike,
    rejected: ArrayLike,
    *,
    beta: float = 0.1,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `ipo_loss` and `ipo_loss_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (ipo_loss(...), ipo_loss_grad(...))

    Parameters:
        As for `ipo_loss`.

    Returns:
        A pair of what `ipo_loss` and `ipo_loss_grad` return.

    Raises:
        ValueError, TypeError: As `ipo_loss` does.

    Not to be confused with:
        `ipo_loss_grad`, which returns the gradient alone.

    Source:
        As for `ipo_loss`.

    Examples:
        >>> ipo_loss_value_and_grad([0.0], [0.0], [0.0], [0.0], beta=0.5)[0]
        1.0
    """
    return value_and_gradient(
        IPO_LOSS,
        _ipo_loss_kernel,
        (ref_chosen, ref_rejected, chosen, rejected),
        reduction,
        sample_weight,
        beta=beta,
    )


def _ipo_loss_kernel(part, beta):
    won = part["chosen"] - part["ref_chosen"]
    short = won - (part["rejected"] - part["ref_rejected"]) - 1 / (2 * beta)
    return Samples(short * short, (2 * short, -2 * short))


IPO_LOSS = FunctionSpec(
    slug="ipo_loss",
    title="Identity preference optimisation",
    family="rl",
    loss=ipo_loss,
    grad=ipo_loss_grad,
    value_and_grad=ipo_loss_value_and_grad,
    page="rl/preference",
    arguments=(
        Argument("ref_chosen", REAL),
        Argument("ref_rejected", REAL),
        Argument("chosen", EXTENDED, wrt=True),
        Argument("rejected", EXTENDED, wrt=True),
    ),
    formula="((chosen - ref_chosen) - (rejected - ref_rejected) - 1 / (2 * beta)) ** 2",
    draw=lambda rng: tuple(rng.normal(size=60) * s for s in (1.0, 1.0, 10.0, 10.0)),
    convex=True,
    sources=("azar2024",),
    params=(Param("beta", 0.1, 0.0, inf, False, False, "log", r"\beta"),),
    edges=(Edge("at the margin that is wanted", (0.0, 0.0, 5.0, 0.0), 0.0, (0.0, 0.0)),),
    ulp=256.0,  # the margin that is wanted may be nearly there, and is then subtracted
)
