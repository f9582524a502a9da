"""Proximal operators: the step that a penalty allows to be taken exactly.

The prox of a penalty h with step t sends v to the w that minimises h(w) + |w - v|^2 / (2 t).
Where a gradient step hops over a corner for ever, this one lands on it.
"""

from __future__ import annotations

from math import inf, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref import _plain
from lossref._spec import UNIT, Interval
from lossref.penalty.group_lasso import length
from lossref.penalty.l2_penalty import strength

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


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
    return x / x.dtype.type(1 + step * strength("l2_prox", lam, form))


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
    size, unit = length(x)
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
