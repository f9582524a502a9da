"""L2 penalty: half the sum of the squares of all coefficients, times a strength."""

from __future__ import annotations

import numbers
from math import inf
from typing import TYPE_CHECKING, Any

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, Argument, FunctionSpec, Param

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def l2_penalty(
    w: ArrayLike,
    *,
    lam: float = 1.0,
    form: str = "half",
    reduction: str = "sum",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Half the sum of the squares of all coefficients, times a strength.

    Use it to shrink all coefficients towards 0. Not to select some of them: none becomes exactly 0;
    nor as weight decay under Adam, which is another step.

    Formula:
        l = lam w^2 / 2, summed over all coefficients; lam w^2 with form="full"

    Parameters:
        w: Array of any shape: coefficients. NaN is passed on.
        lam: Number in [0, inf): the strength; the weight decay of plain gradient descent.
        form: "half" for lam w^2 / 2, or "full" for lam w^2.
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
        scikit-learn's Ridge, whose alpha multiplies the full square and is added to a sum over the
        data, not to a mean.

    Source:
        Hoerl and Kennard (1970), in its Lagrangian form.

    Examples:
        >>> l2_penalty([1.0, -2.0])
        2.5
    """
    return value(
        SPEC, _kernel, (w,), reduction, sample_weight, lam=strength("l2_penalty", lam, form)
    )


def l2_penalty_grad(
    w: ArrayLike,
    *,
    lam: float = 1.0,
    form: str = "half",
    reduction: str = "sum",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `l2_penalty` with respect to w.

    Use it to train by gradient; add it to the gradient of the loss.

    Formula:
        dl/dw = lam w; 2 lam w with form="full"
        times f / sum(f) for "mean", and times f for "sum" and "none"

    Parameters:
        As for `l2_penalty`.

    Returns:
        An array of the shape of w, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `l2_penalty` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `l2_penalty`.

    Examples:
        >>> l2_penalty_grad([1.0, -2.0])
        array([ 1., -2.])
    """
    return gradient(
        SPEC, _kernel, (w,), reduction, sample_weight, lam=strength("l2_penalty", lam, form)
    )


def l2_penalty_value_and_grad(
    w: ArrayLike,
    *,
    lam: float = 1.0,
    form: str = "half",
    reduction: str = "sum",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `l2_penalty` and `l2_penalty_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (l2_penalty(...), l2_penalty_grad(...))

    Parameters:
        As for `l2_penalty`.

    Returns:
        A pair of what `l2_penalty` and `l2_penalty_grad` return.

    Raises:
        ValueError, TypeError: As `l2_penalty` does.

    Not to be confused with:
        `l2_penalty_grad`, which returns the gradient alone.

    Source:
        As for `l2_penalty`.

    Examples:
        >>> l2_penalty_value_and_grad([1.0, -2.0])[0]
        2.5
    """
    return value_and_gradient(
        SPEC, _kernel, (w,), reduction, sample_weight, lam=strength("l2_penalty", lam, form)
    )


def _kernel(part, lam):
    w = part["w"]
    pull = lam * w
    return Samples(w * pull / 2, (pull,))


def strength(loss, lam, form):
    """What the half square is multiplied by."""
    if form not in ("half", "full"):
        raise ValueError(
            f'{loss}: form must be "half" or "full"; got {form!r}. '
            'Use "full" for lam w^2, whose gradient is 2 lam w.'
        )
    return lam * 2.0 if form == "full" and isinstance(lam, numbers.Real) else lam


SPEC = FunctionSpec(
    slug="l2_penalty",
    title="L2 penalty",
    family="penalty",
    loss=l2_penalty,
    grad=l2_penalty_grad,
    value_and_grad=l2_penalty_value_and_grad,
    page="regularization/ridge",
    arguments=(Argument("w", EXTENDED, wrt=True),),
    formula="lam * w ** 2 / 2",
    draw=lambda rng: (rng.normal(size=60) * 10.0 ** rng.uniform(-6, 3, 60),),
    convex=True,
    sources=("hoerl1970",),
    params=(Param("lam", 1.0, 0.0, inf, True, False, "log", r"\lambda"),),
    reduction="sum",
)
