"""Penalties on the size of parameters, and their proximal operators.

The prox of a penalty h with step t sends v to the w that minimises h(w) + |w - v|^2 / (2 t).
Where a gradient step hops over a corner for ever, this one lands on it.
"""

from __future__ import annotations

import numbers
from math import inf, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref import _plain
from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, UNIT, Argument, Edge, FunctionSpec, Identity, Interval, Param

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
    return value(L1_PENALTY, _l1_penalty_kernel, (w,), reduction, sample_weight, lam=lam)


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
    return gradient(L1_PENALTY, _l1_penalty_kernel, (w,), reduction, sample_weight, lam=lam)


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
    return value_and_gradient(
        L1_PENALTY, _l1_penalty_kernel, (w,), reduction, sample_weight, lam=lam
    )


def _l1_penalty_kernel(part, lam):
    w = part["w"]
    return Samples(lam * np.abs(w), (lam * np.sign(w),))


L1_PENALTY = FunctionSpec(
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
        L2_PENALTY,
        _l2_penalty_kernel,
        (w,),
        reduction,
        sample_weight,
        lam=_strength("l2_penalty", lam, form),
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
        L2_PENALTY,
        _l2_penalty_kernel,
        (w,),
        reduction,
        sample_weight,
        lam=_strength("l2_penalty", lam, form),
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
        L2_PENALTY,
        _l2_penalty_kernel,
        (w,),
        reduction,
        sample_weight,
        lam=_strength("l2_penalty", lam, form),
    )


def _l2_penalty_kernel(part, lam):
    w = part["w"]
    pull = lam * w
    return Samples(w * pull / 2, (pull,))


def _strength(loss, lam, form):
    """What the half square is multiplied by."""
    if form not in ("half", "full"):
        raise ValueError(
            f'{loss}: form must be "half" or "full"; got {form!r}. '
            'Use "full" for lam w^2, whose gradient is 2 lam w.'
        )
    return lam * 2.0 if form == "full" and isinstance(lam, numbers.Real) else lam


L2_PENALTY = FunctionSpec(
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


def elastic_net(
    w: ArrayLike,
    *,
    alpha: float = 1.0,
    l1_ratio: float = 0.5,
    reduction: str = "sum",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """A mixture of the L1 penalty and half the squared L2 norm.

    Use it where coefficients are to be 0 but come in groups that belong together. Not before its
    two numbers are known to mean what the paper at hand means: there are three ways to write them.

    Formula:
        l = alpha (l1_ratio |w| + (1 - l1_ratio) w^2 / 2), summed over all coefficients

    Parameters:
        w: Array of any shape: coefficients. NaN is passed on.
        alpha: Number in [0, inf): the strength of both.
        l1_ratio: Number in [0, 1]: the share of the L1 part.
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
        lambda_1 |w| + lambda_2 w^2, see `elastic_net_from_lambdas`; lam (mix |w| + (1 - mix) w^2),
        see `elastic_net_from_mixture`.

    Source:
        Zou and Hastie (2005), section 2, in the form of Friedman, Hastie and Tibshirani (2010),
        section 2.

    Examples:
        >>> elastic_net([1.0, -2.0])
        2.75
    """
    return value(
        ELASTIC_NET,
        _elastic_net_kernel,
        (w,),
        reduction,
        sample_weight,
        alpha=alpha,
        l1_ratio=l1_ratio,
    )


def elastic_net_grad(
    w: ArrayLike,
    *,
    alpha: float = 1.0,
    l1_ratio: float = 0.5,
    reduction: str = "sum",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `elastic_net` with respect to w.

    Use it to train by gradient; add it to the gradient of the loss. Steps along it hop over 0: the
    prox lands there.

    Formula:
        dl/dw = alpha (l1_ratio sign(w) + (1 - l1_ratio) w), and 0 at w = 0
        times f / sum(f) for "mean", and times f for "sum" and "none"

    Parameters:
        As for `elastic_net`.

    Returns:
        An array of the shape of w, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `elastic_net` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `elastic_net`.

    Examples:
        >>> elastic_net_grad([1.0, -2.0])
        array([ 1. , -1.5])
    """
    return gradient(
        ELASTIC_NET,
        _elastic_net_kernel,
        (w,),
        reduction,
        sample_weight,
        alpha=alpha,
        l1_ratio=l1_ratio,
    )


def elastic_net_value_and_grad(
    w: ArrayLike,
    *,
    alpha: float = 1.0,
    l1_ratio: float = 0.5,
    reduction: str = "sum",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `elastic_net` and `elastic_net_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (elastic_net(...), elastic_net_grad(...))

    Parameters:
        As for `elastic_net`.

    Returns:
        A pair of what `elastic_net` and `elastic_net_grad` return.

    Raises:
        ValueError, TypeError: As `elastic_net` does.

    Not to be confused with:
        `elastic_net_grad`, which returns the gradient alone.

    Source:
        As for `elastic_net`.

    Examples:
        >>> elastic_net_value_and_grad([1.0, -2.0])[0]
        2.75
    """
    return value_and_gradient(
        ELASTIC_NET,
        _elastic_net_kernel,
        (w,),
        reduction,
        sample_weight,
        alpha=alpha,
        l1_ratio=l1_ratio,
    )


def _elastic_net_kernel(part, alpha, l1_ratio):
    w = part["w"]
    size = np.abs(w)
    corner, bowl = alpha * l1_ratio, alpha * (1 - l1_ratio)
    values, slopes = corner * size, corner * np.sign(w)
    if bowl:  # 0 times an infinite coefficient is not a number
        values, slopes = size * (corner + bowl * size / 2), slopes + bowl * w
    return Samples(values, (slopes,))


ELASTIC_NET = FunctionSpec(
    slug="elastic_net",
    title="Elastic net",
    family="penalty",
    loss=elastic_net,
    grad=elastic_net_grad,
    value_and_grad=elastic_net_value_and_grad,
    page="regularization/elastic-net",
    arguments=(Argument("w", EXTENDED, wrt=True),),
    formula="alpha * (l1_ratio * abs(w) + (1 - l1_ratio) * w ** 2 / 2)",
    draw=lambda rng: (rng.normal(size=60) * 10.0 ** rng.uniform(-6, 3, 60),),
    convex=True,
    sources=("zou2005", "friedman2010"),
    kinks="(w,)",
    params=(
        Param("alpha", 1.0, 0.0, inf, True, False, "log", r"\alpha"),
        Param("l1_ratio", 0.5, 0.0, 1.0, True, True, "linear", r"\rho"),
    ),
    edges=(Edge("at 0: the subgradient of least norm", (0.0,), 0.0, (0.0,)),),
    identities=(
        Identity(
            "its ends are the two penalties",
            lambda y, p: (
                (elastic_net(y, alpha=0.3, l1_ratio=1.0), elastic_net(p, alpha=0.3, l1_ratio=0.0)),
                (l1_penalty(y, lam=0.3), l2_penalty(p, lam=0.3)),
            ),
        ),
    ),
    reduction="sum",
)


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
    return value(GROUP_LASSO, _group_lasso_kernel, (w,), reduction, sample_weight, lam=lam)


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
    return gradient(GROUP_LASSO, _group_lasso_kernel, (w,), reduction, sample_weight, lam=lam)


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
    return value_and_gradient(
        GROUP_LASSO, _group_lasso_kernel, (w,), reduction, sample_weight, lam=lam
    )


def _group_lasso_kernel(part, lam):
    w = part["w"]
    size, unit = _length(w)
    factor = lam * sqrt(w.shape[1])
    return Samples(factor * size, (factor * unit,))


def _length(w):
    """The lengths of the rows, and the rows divided by them; 0 where a row is 0.

    Divided by the largest entry before squaring, so that no square leaves the range.
    """
    largest = np.abs(w).max(axis=-1, keepdims=True, initial=0.0)
    usable = (largest > 0) & np.isfinite(largest)
    scaled = w / np.where(usable, largest, 1)
    size = np.sqrt((scaled * scaled).sum(axis=-1, keepdims=True))
    unit = scaled / np.where(size == 0, 1, size)
    return (size * np.where(usable, largest, 1))[..., 0], unit


GROUP_LASSO = FunctionSpec(
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


_NOT_NEGATIVE = Interval(0.0, inf, True, False)


def soft_threshold(v: ArrayLike, threshold: float = 1.0) -> Any:
    """Every number moved towards 0 by the threshold, and no further than 0.

    Use it as the prox of an absolute value. Not for whole groups: that is `group_lasso_prox`.

    Formula:
        w = sign(v) max(|v| - threshold, 0)

    Parameters:
        v: Array of any shape. NaN is passed on.
        threshold: Number in [0, inf).

    Returns:
        An array of the shape of v.

    Raises:
        ValueError: If threshold is negative or not finite.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        Hard thresholding, which leaves what it keeps where it was.

    Source:
        Donoho (1995); Parikh and Boyd (2014), section 6.5.

    Examples:
        >>> soft_threshold([3.0, 0.5, -2.0], 1.0)
        array([ 2.,  0., -1.])
    """
    threshold = _plain.number("soft_threshold", "threshold", threshold, _NOT_NEGATIVE, 1.0)
    return _soft(_plain.array("soft_threshold", "v", v, None), threshold)


def l1_prox(v: ArrayLike, *, lam: float = 1.0, step: float = 1.0) -> Any:
    """The prox of `l1_penalty`: `soft_threshold` by step times lam.

    Use it after a gradient step on the loss alone, with the same step: that is ISTA. Not
    together with the gradient of the penalty, which would count it twice.

    Formula:
        w = argmin over w of lam |w| + (w - v)^2 / (2 step) = sign(v) max(|v| - step lam, 0)

    Parameters:
        v: Array of any shape. NaN is passed on.
        lam: Number in [0, inf): the strength.
        step: Number in (0, inf): the size of the gradient step.

    Returns:
        An array of the shape of v.

    Raises:
        ValueError: If lam or step is outside its set.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        A gradient step, v - step lam sign(v), which crosses 0 and comes back.

    Source:
        Parikh and Boyd (2014), section 6.5.

    Examples:
        >>> l1_prox([0.05, -0.02], lam=1.0, step=0.03)
        array([0.02, 0.  ])
    """
    v, step, lam = _given("l1_prox", v, step, lam=lam)
    return _soft(v, step * lam)


def l2_prox(v: ArrayLike, *, lam: float = 1.0, step: float = 1.0, form: str = "half") -> Any:
    """The prox of `l2_penalty`: every number shrunk by the same factor.

    Use it after a gradient step on the loss alone. Not to make anything 0.

    Formula:
        w = argmin over w of lam w^2 / 2 + (w - v)^2 / (2 step) = v / (1 + step lam)
        v / (1 + 2 step lam) with form="full"

    Parameters:
        v: Array of any shape. NaN is passed on.
        lam: Number in [0, inf): the strength.
        step: Number in (0, inf): the size of the gradient step.
        form: "half" for lam w^2 / 2, or "full" for lam w^2.

    Returns:
        An array of the shape of v.

    Raises:
        ValueError: If lam or step is outside its set, or form is neither.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        Weight decay, v (1 - step lam), the gradient step that this replaces.

    Source:
        Parikh and Boyd (2014), section 6.1.

    Examples:
        >>> l2_prox([3.0, -6.0], lam=2.0, step=1.0)
        array([ 1., -2.])
    """
    x, step, lam = _given("l2_prox", v, step, lam=lam)
    return x / x.dtype.type(1 + step * _strength("l2_prox", lam, form))


def elastic_net_prox(
    v: ArrayLike, *, alpha: float = 1.0, l1_ratio: float = 0.5, step: float = 1.0
) -> Any:
    """The prox of `elastic_net`: `soft_threshold`, then a shrinking.

    Use it after a gradient step on the loss alone. Not in the other order, which takes off
    too much.

    Formula:
        w = soft_threshold(v, step alpha l1_ratio) / (1 + step alpha (1 - l1_ratio))

    Parameters:
        v: Array of any shape. NaN is passed on.
        alpha: Number in [0, inf): the strength of both parts.
        l1_ratio: Number in [0, 1]: the share of the L1 part.
        step: Number in (0, inf): the size of the gradient step.

    Returns:
        An array of the shape of v.

    Raises:
        ValueError: If a parameter is outside its set.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        The naive and the rescaled elastic net of Zou and Hastie, which differ after the fit.

    Source:
        Parikh and Boyd (2014), section 6.5.

    Examples:
        >>> elastic_net_prox([3.0, -0.5], alpha=2.0, l1_ratio=0.5, step=1.0)
        array([1., 0.])
    """
    who = "elastic_net_prox"
    share = _plain.number(who, "l1_ratio", l1_ratio, UNIT, 0.5)
    x, step, alpha = _given(who, v, step, alpha=alpha)
    return _soft(x, step * alpha * share) / x.dtype.type(1 + step * alpha * (1 - share))


def group_lasso_prox(v: ArrayLike, *, lam: float = 1.0, step: float = 1.0) -> Any:
    """The prox of `group_lasso`: every group shortened, and 0 where it was short.

    Use it after a gradient step on the loss alone. Not to find zeros inside a group.

    Formula:
        w = v max(1 - step lam sqrt(D) / |v|, 0) for a group of D coefficients

    Parameters:
        v: Array (..., D): one group of D coefficients per row. NaN is passed on.
        lam: Number in [0, inf): the strength.
        step: Number in (0, inf): the size of the gradient step.

    Returns:
        An array of the shape of v.

    Raises:
        ValueError: If v has no axis, or lam or step is outside its set.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `l1_prox`, which is this for groups of one.

    Source:
        Parikh and Boyd (2014), section 6.5.

    Examples:
        >>> group_lasso_prox([[6.0, 8.0, 0.0, 0.0], [1.0, 1.0, 1.0, 1.0]], lam=2.5)
        array([[3., 4., 0., 0.],
               [0., 0., 0., 0.]])
    """
    x, step, lam = _given("group_lasso_prox", v, step, lam=lam)
    _plain.axes("group_lasso_prox", "v", x, 1, "the coefficients of a group")
    size, unit = _length(x)
    left = np.maximum(size - x.dtype.type(step * lam * sqrt(x.shape[-1])), 0)
    return unit * left[..., None]


def elastic_net_from_lambdas(lambda_1: float, lambda_2: float) -> Any:
    """alpha and l1_ratio of `elastic_net` for lambda_1 |w| + lambda_2 w^2.

    Use it for formulas with two strengths. Not as it is where the square is halved: then
    pass half of that lambda_2.

    Formula:
        alpha = lambda_1 + 2 lambda_2; l1_ratio = lambda_1 / alpha, and 1/2 if both are 0

    Parameters:
        lambda_1: Number in [0, inf): the strength of the absolute values.
        lambda_2: Number in [0, inf): the strength of the full squares.

    Returns:
        A pair of floats, alpha and l1_ratio.

    Raises:
        ValueError: If a strength is negative or not finite.
        TypeError: If a strength is not a real number.

    Not to be confused with:
        `elastic_net_from_mixture`, where one strength is split.

    Source:
        By comparing coefficients; the form is that of Zou and Hastie (2005), equation 3.

    Examples:
        >>> elastic_net_from_lambdas(0.5, 0.25)
        (1.0, 0.5)
    """
    who = "elastic_net_from_lambdas"
    first = _plain.number(who, "lambda_1", lambda_1, _NOT_NEGATIVE)
    second = _plain.number(who, "lambda_2", lambda_2, _NOT_NEGATIVE)
    alpha = first + 2 * second
    return alpha, first / alpha if alpha > 0 else 0.5


def elastic_net_from_mixture(lam: float, mix: float) -> Any:
    """alpha and l1_ratio of `elastic_net` for lam (mix |w| + (1 - mix) w^2).

    Use it for formulas with one strength, split between absolute values and full squares. Not
    for scikit-learn's alpha and l1_ratio, which are already those of `elastic_net`.

    Formula:
        alpha = lam (2 - mix); l1_ratio = mix / (2 - mix)

    Parameters:
        lam: Number in [0, inf): the strength of both.
        mix: Number in [0, 1]: the share of the absolute values.

    Returns:
        A pair of floats, alpha and l1_ratio.

    Raises:
        ValueError: If a number is outside its set.
        TypeError: If an argument is not a real number.

    Not to be confused with:
        `elastic_net_from_lambdas`, with two strengths.

    Source:
        By comparing coefficients.

    Examples:
        >>> elastic_net_from_mixture(1.0, 0.5)
        (1.5, 0.3333333333333333)
    """
    who = "elastic_net_from_mixture"
    lam = _plain.number(who, "lam", lam, _NOT_NEGATIVE)
    mix = _plain.number(who, "mix", mix, UNIT)
    return lam * (2 - mix), mix / (2 - mix)


def elastic_net_to_lambdas(alpha: float, l1_ratio: float) -> Any:
    """lambda_1 and lambda_2 of lambda_1 |w| + lambda_2 w^2 for those of `elastic_net`.

    Use it to compare strengths with a formula that has two. Not to search over: the two strengths
    are rarely best changed one by one.

    Formula:
        lambda_1 = alpha l1_ratio; lambda_2 = alpha (1 - l1_ratio) / 2

    Parameters:
        alpha: Number in [0, inf): the strength of both parts.
        l1_ratio: Number in [0, 1]: the share of the L1 part.

    Returns:
        A pair of floats, lambda_1 and lambda_2.

    Raises:
        ValueError: If a number is outside its set.
        TypeError: If an argument is not a real number.

    Not to be confused with:
        Its inverse, `elastic_net_from_lambdas`.

    Source:
        By comparing coefficients.

    Examples:
        >>> elastic_net_to_lambdas(1.0, 0.5)
        (0.5, 0.25)
    """
    who = "elastic_net_to_lambdas"
    alpha = _plain.number(who, "alpha", alpha, _NOT_NEGATIVE)
    share = _plain.number(who, "l1_ratio", l1_ratio, UNIT)
    return alpha * share, alpha * (1 - share) / 2


def _given(who, v, step, **strengths):
    """v as an array, the step, and the one strength, all checked."""
    ((name, raw),) = strengths.items()
    step = _plain.number(who, "step", step, Interval(0.0, inf, False, False), 1.0)
    return _plain.array(who, "v", v, None), step, _plain.number(who, name, raw, _NOT_NEGATIVE, 1.0)


def _soft(v, threshold):
    return np.sign(v) * np.maximum(np.abs(v) - v.dtype.type(threshold), 0) + 0  # no -0
