"""Elastic net: a mixture of the L1 penalty and half the squared L2 norm."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, Argument, Edge, FunctionSpec, Identity, Param
from lossref.penalty.l1_penalty import l1_penalty
from lossref.penalty.l2_penalty import l2_penalty

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


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
    return value(SPEC, _kernel, (w,), reduction, sample_weight, alpha=alpha, l1_ratio=l1_ratio)


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
    return gradient(SPEC, _kernel, (w,), reduction, sample_weight, alpha=alpha, l1_ratio=l1_ratio)


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
        SPEC, _kernel, (w,), reduction, sample_weight, alpha=alpha, l1_ratio=l1_ratio
    )


def _kernel(part, alpha, l1_ratio):
    w = part["w"]
    size = np.abs(w)
    corner, bowl = alpha * l1_ratio, alpha * (1 - l1_ratio)
    values, slopes = corner * size, corner * np.sign(w)
    if bowl:  # 0 times an infinite coefficient is not a number
        values, slopes = size * (corner + bowl * size / 2), slopes + bowl * w
    return Samples(values, (slopes,))


SPEC = FunctionSpec(
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
