"""Identity preference optimisation: the squared distance of a preference's margin from the margin that is wanted."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, REAL, Argument, Edge, FunctionSpec, Param

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


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
        SPEC,
        _kernel,
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
        SPEC,
        _kernel,
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
        SPEC,
        _kernel,
        (ref_chosen, ref_rejected, chosen, rejected),
        reduction,
        sample_weight,
        beta=beta,
    )


def _kernel(part, beta):
    won = part["chosen"] - part["ref_chosen"]
    short = won - (part["rejected"] - part["ref_rejected"]) - 1 / (2 * beta)
    return Samples(short * short, (2 * short, -2 * short))


SPEC = FunctionSpec(
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
