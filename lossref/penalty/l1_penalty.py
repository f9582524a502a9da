"""L1 penalty: the sum of the sizes of all coefficients, times a strength."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, Argument, Edge, FunctionSpec, Param

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def l1_penalty(
    w: ArrayLike,
    *,
    lam: float = 1.0,
    reduction: str = "sum",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The sum of the sizes of all coefficients, times a strength.

    Use it where most coefficients are to be exactly 0. Not with coefficients in different units,
    nor by gradient steps if the zeros matter: that is what `l1_prox` is for.

    Formula:
        l = lam |w|, summed over all coefficients

    Parameters:
        w: Array of any shape: coefficients. NaN is passed on.
        lam: Number in [0, inf): the strength.
        reduction: "sum" is sum(f l), "mean" is sum(f l) / sum(f), "none" is f l per coefficient.
        sample_weight: Penalty factors f >= 0 that broadcast to the shape of the values; 0 leaves one
            out, such as an intercept.

    Returns:
        A float, summed in float64; for "none" an array of the shape of w.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        scikit-learn's Lasso, whose data term is divided by 2n: its alpha goes with half the mean
        squared error.

    Source:
        Tibshirani (1996), equation 1 in its Lagrangian form.

    Examples:
        >>> l1_penalty([3.0, -4.0, 0.0], lam=0.5)
        3.5
    """
    return value(SPEC, _kernel, (w,), reduction, sample_weight, lam=lam)


def l1_penalty_grad(
    w: ArrayLike,
    *,
    lam: float = 1.0,
    reduction: str = "sum",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `l1_penalty` with respect to w.

    Use it to train by gradient; add it to the gradient of the loss. Steps along it hop over 0: the
    prox lands there.

    Formula:
        dl/dw = lam sign(w), and 0 at w = 0: the subgradient of least norm
        times f / sum(f) for "mean", and times f for "sum" and "none"

    Parameters:
        As for `l1_penalty`.

    Returns:
        An array of the shape of w, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `l1_penalty` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `l1_penalty`.

    Examples:
        >>> l1_penalty_grad([3.0, -4.0, 0.0], lam=0.5)
        array([ 0.5, -0.5,  0. ])
    """
    return gradient(SPEC, _kernel, (w,), reduction, sample_weight, lam=lam)


def l1_penalty_value_and_grad(
    w: ArrayLike,
    *,
    lam: float = 1.0,
    reduction: str = "sum",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `l1_penalty` and `l1_penalty_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (l1_penalty(...), l1_penalty_grad(...))

    Parameters:
        As for `l1_penalty`.

    Returns:
        A pair of what `l1_penalty` and `l1_penalty_grad` return.

    Raises:
        ValueError, TypeError: As `l1_penalty` does.

    Not to be confused with:
        `l1_penalty_grad`, which returns the gradient alone.

    Source:
        As for `l1_penalty`.

    Examples:
        >>> l1_penalty_value_and_grad([3.0, -4.0, 0.0], lam=0.5)[0]
        3.5
    """
    return value_and_gradient(SPEC, _kernel, (w,), reduction, sample_weight, lam=lam)


def _kernel(part, lam):
    w = part["w"]
    return Samples(lam * np.abs(w), (lam * np.sign(w),))


SPEC = FunctionSpec(
    slug="l1_penalty",
    title="L1 penalty",
    family="penalty",
    loss=l1_penalty,
    grad=l1_penalty_grad,
    value_and_grad=l1_penalty_value_and_grad,
    page="regularization/lasso",
    arguments=(Argument("w", EXTENDED, wrt=True),),
    formula="lam * abs(w)",
    draw=lambda rng: (rng.normal(size=60) * 10.0 ** rng.uniform(-6, 3, 60),),
    convex=True,
    sources=("tibshirani1996",),
    kinks="(w,)",
    params=(Param("lam", 1.0, 0.0, inf, True, False, "log", r"\lambda"),),
    edges=(Edge("at 0: the subgradient of least norm", (0.0,), 0.0, (0.0,)),),
    reduction="sum",
)
