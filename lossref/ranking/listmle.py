"""ListMLE: minus the log-probability of drawing the items in the order of their relevances."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, REAL, Argument, Edge, FunctionSpec
from lossref.classification._softmax import softmax_parts

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def listmle(
    relevance: ArrayLike,
    scores: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Minus the log-probability of drawing the items in the order of their relevances.

    Use it to order whole lists by the order of their relevances alone. Not with many equal
    relevances: the order among them is taken as it is given.

    Formula:
        l = sum over k of (log(sum over j >= k of exp(s_j)) - s_k), with the scores s sorted by
        falling relevance

    Parameters:
        relevance: Array (..., C): one row of relevances per list, finite; of equal ones the earlier
            counts as the higher.
        scores: Array (..., C): one row of scores per list. NaN is passed on.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the leading axes.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `listnet`, to which the size of the relevances matters.

    Source:
        Xia et al. (2008).

    Examples:
        >>> listmle([[2.0, 1.0]], [[0.0, 0.0]])
        0.6931471805599453
    """
    return value(SPEC, _kernel, (relevance, scores), reduction, sample_weight)


def listmle_grad(
    relevance: ArrayLike,
    scores: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `listmle` with respect to scores.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/ds_k = sum over i <= k of exp(s_k) / (sum over j >= i of exp(s_j)) - 1, in that order
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `listmle`.

    Returns:
        An array of the shape of scores, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `listmle` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `listmle`.

    Examples:
        >>> listmle_grad([[2.0, 1.0]], [[0.0, 0.0]])
        array([[-0.5,  0.5]])
    """
    return gradient(SPEC, _kernel, (relevance, scores), reduction, sample_weight)


def listmle_value_and_grad(
    relevance: ArrayLike,
    scores: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `listmle` and `listmle_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (listmle(...), listmle_grad(...))

    Parameters:
        As for `listmle`.

    Returns:
        A pair of what `listmle` and `listmle_grad` return.

    Raises:
        ValueError, TypeError: As `listmle` does.

    Not to be confused with:
        `listmle_grad`, which returns the gradient alone.

    Source:
        As for `listmle`.

    Examples:
        >>> listmle_value_and_grad([[2.0, 1.0]], [[0.0, 0.0]])[0]
        0.6931471805599453
    """
    return value_and_gradient(SPEC, _kernel, (relevance, scores), reduction, sample_weight)


def _kernel(part):
    """Every place in turn is a softmax cross-entropy among the items that are left."""
    order = np.argsort(-part["relevance"], axis=1, kind="stable")
    z = np.take_along_axis(part["scores"], order, axis=1)
    first = np.zeros(len(z), np.intp)
    values, sorted_slopes = np.zeros(len(z), z.dtype), np.zeros_like(z)
    for k in range(z.shape[1]):
        cost, p, rest = softmax_parts(z[:, k:], first)
        p[:, 0] = -rest
        values += cost
        sorted_slopes[:, k:] += p
    slopes = np.empty_like(z)
    np.put_along_axis(slopes, order, sorted_slopes, axis=1)
    return Samples(values, (slopes,))


SPEC = FunctionSpec(
    slug="listmle",
    title="ListMLE",
    family="ranking",
    loss=listmle,
    grad=listmle_grad,
    value_and_grad=listmle_value_and_grad,
    page="choosing/ranking",
    arguments=(Argument("relevance", REAL, core=1), Argument("scores", EXTENDED, core=1, wrt=True)),
    formula=(
        "sum(log(sum(exp(z) for y, z in zip(relevance, scores) if y <= top)) - s"
        " for top, s in zip(relevance, scores))"
    ),
    draw=lambda rng: (
        np.argsort(rng.random((30, 5)), axis=1).astype(float),
        rng.normal(size=(30, 5)) * 10.0 ** rng.uniform(-2, 1, (30, 1)),
    ),
    convex=True,
    sources=("xia2008",),
    edges=(
        Edge("a list of one", ((2.0,), (5.0,)), 0.0, ((0.0,),)),
        Edge(
            "of equal relevances the earlier is first",
            ((1.0, 1.0), (50.0, 0.0)),
            1.9287498479639178e-22,
            ((-1.9287498479639178e-22, 1.9287498479639178e-22),),
        ),
    ),
    ulp=8.0,  # a sum of as many cross-entropies as there are items
)
