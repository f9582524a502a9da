"""Group lasso: the lengths of groups of coefficients, times the root of their size and a strength."""

from __future__ import annotations

from math import inf, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, Argument, Edge, FunctionSpec, Param

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def group_lasso(
    w: ArrayLike,
    *,
    lam: float = 1.0,
    reduction: str = "sum",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The lengths of groups of coefficients, times the root of their size and a strength.

    Use it where coefficients are to vanish group by group, such as all the columns of one category.
    Not for zeros inside a group: nothing here asks for them.

    Formula:
        l = lam sqrt(D) sqrt(sum of w_d^2) for a group of D coefficients, summed over the groups

    Parameters:
        w: Array (..., D): one group of D coefficients per row. NaN is passed on.
        lam: Number in [0, inf): the strength.
        reduction: "sum" is sum(f l), "mean" is sum(f l) / sum(f), "none" is f l per group.
        sample_weight: Penalty factors f >= 0 that broadcast to the groups; 0 leaves one out.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the leading axes.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `l2_penalty`, which squares the length and makes nothing exactly 0.

    Source:
        Yuan and Lin (2006), with K_j = p_j times the identity.

    Examples:
        >>> group_lasso([[3.0, 4.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]])
        10.0
    """
    return value(SPEC, _kernel, (w,), reduction, sample_weight, lam=lam)


def group_lasso_grad(
    w: ArrayLike,
    *,
    lam: float = 1.0,
    reduction: str = "sum",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `group_lasso` with respect to w.

    Use it to train by gradient; add it to the gradient of the loss. Steps along it hop over 0: the
    prox lands there.

    Formula:
        dl/dw = lam sqrt(D) w / |w|, and 0 where the whole group is 0: the subgradient of least norm
        times f / sum(f) for "mean", and times f for "sum" and "none"

    Parameters:
        As for `group_lasso`.

    Returns:
        An array of the shape of w, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `group_lasso` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `group_lasso`.

    Examples:
        >>> group_lasso_grad([[3.0, 4.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]])
        array([[1.2, 1.6, 0. , 0. ],
               [0. , 0. , 0. , 0. ]])
    """
    return gradient(SPEC, _kernel, (w,), reduction, sample_weight, lam=lam)


def group_lasso_value_and_grad(
    w: ArrayLike,
    *,
    lam: float = 1.0,
    reduction: str = "sum",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `group_lasso` and `group_lasso_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (group_lasso(...), group_lasso_grad(...))

    Parameters:
        As for `group_lasso`.

    Returns:
        A pair of what `group_lasso` and `group_lasso_grad` return.

    Raises:
        ValueError, TypeError: As `group_lasso` does.

    Not to be confused with:
        `group_lasso_grad`, which returns the gradient alone.

    Source:
        As for `group_lasso`.

    Examples:
        >>> group_lasso_value_and_grad([[3.0, 4.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]])[0]
        10.0
    """
    return value_and_gradient(SPEC, _kernel, (w,), reduction, sample_weight, lam=lam)


def _kernel(part, lam):
    w = part["w"]
    size, unit = length(w)
    factor = lam * sqrt(w.shape[1])
    return Samples(factor * size, (factor * unit,))


def length(w):
    """The lengths of the rows, and the rows divided by them; 0 where a row is 0.

    Divided by the largest entry before squaring, so that no square leaves the range.
    """
    largest = np.abs(w).max(axis=-1, keepdims=True, initial=0.0)
    usable = (largest > 0) & np.isfinite(largest)
    scaled = w / np.where(usable, largest, 1)
    size = np.sqrt((scaled * scaled).sum(axis=-1, keepdims=True))
    unit = scaled / np.where(size == 0, 1, size)
    return (size * np.where(usable, largest, 1))[..., 0], unit


SPEC = FunctionSpec(
    slug="group_lasso",
    title="Group lasso",
    family="penalty",
    loss=group_lasso,
    grad=group_lasso_grad,
    value_and_grad=group_lasso_value_and_grad,
    page="regularization/elastic-net",
    arguments=(Argument("w", EXTENDED, core=1, wrt=True),),
    formula="lam * sqrt(len(w)) * sqrt(sum(x ** 2 for x in w))",
    draw=lambda rng: (rng.normal(size=(30, 4)) * 10.0 ** rng.uniform(-6, 3, (30, 1)),),
    convex=True,
    sources=("yuan2006",),
    kinks="(sum(abs(x) for x in w),)",
    params=(Param("lam", 1.0, 0.0, inf, True, False, "log", r"\lambda"),),
    edges=(
        Edge("at 0: the subgradient of least norm", ((0.0, 0.0),), 0.0, ((0.0, 0.0),)),
        Edge("a group of one is the absolute value", ((-3.0,),), 3.0, ((-1.0,),)),
        Edge("no square overflows", ((3e200, 4e200, 0.0, 0.0),), 1e201, ((1.2, 1.6, 0.0, 0.0),)),
    ),
    reduction="sum",
    ulp=6.0,  # a root of a sum of squares, times a root
)
