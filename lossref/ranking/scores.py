"""Losses of scores that shall bring items into an order: by pairs, by lists, by gain."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref import _plain
from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import (
    EXTENDED,
    REAL,
    SIGNS,
    UNIT,
    Argument,
    Edge,
    FunctionSpec,
    Identity,
    Interval,
    Name,
    Param,
)
from lossref.classification._softmax import softmax_parts
from lossref.classification.binary import bce_with_logits
from lossref.stable import expit, log_softmax, softmax, softplus

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def margin_ranking(
    y_true: ArrayLike,
    first: ArrayLike,
    second: ArrayLike,
    *,
    margin: float = 0.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """How much a pair of scores lacks of being apart by a margin in the right order.

    Use it to order pairs. Not for probabilities of an order, which it does not give; nor with a
    margin of 0 and scores that may all become equal.

    Formula:
        l = max(0, margin - y (first - second))

    Parameters:
        y_true: Array of any shape: 1 where the first item is to be above the second, -1 where
            below.
        first: Array of the same shape: scores of the first items. NaN is passed on.
        second: Array of the same shape: scores of the second items. NaN is passed on.
        margin: Number in [0, inf): how far apart is enough.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the arguments.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `hinge`, its case of one score and a margin of 1.

    Source:
        Herbrich, Graepel and Obermayer (2000).

    Examples:
        >>> margin_ranking([1], [0.5], [0.25], margin=1.0)
        0.75
    """
    return value(
        MARGIN_RANKING,
        _margin_ranking_kernel,
        (y_true, first, second),
        reduction,
        sample_weight,
        margin=margin,
    )


def margin_ranking_grad(
    y_true: ArrayLike,
    first: ArrayLike,
    second: ArrayLike,
    *,
    margin: float = 0.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `margin_ranking` with respect to first and second.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dfirst = -y where the loss is positive, 0 elsewhere and at the corner; dl/dsecond is
        minus that
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `margin_ranking`.

    Returns:
        A tuple of arrays, one of the shape of each of first and second, in their order.

    Raises:
        ValueError, TypeError: As `margin_ranking` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `margin_ranking`.

    Examples:
        >>> margin_ranking_grad([1], [0.5], [0.25], margin=1.0)
        (array([-1.]), array([1.]))
    """
    return gradient(
        MARGIN_RANKING,
        _margin_ranking_kernel,
        (y_true, first, second),
        reduction,
        sample_weight,
        margin=margin,
    )


def margin_ranking_value_and_grad(
    y_true: ArrayLike,
    first: ArrayLike,
    second: ArrayLike,
    *,
    margin: float = 0.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `margin_ranking` and `margin_ranking_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (margin_ranking(...), margin_ranking_grad(...))

    Parameters:
        As for `margin_ranking`.

    Returns:
        A pair of what `margin_ranking` and `margin_ranking_grad` return.

    Raises:
        ValueError, TypeError: As `margin_ranking` does.

    Not to be confused with:
        `margin_ranking_grad`, which returns the gradient alone.

    Source:
        As for `margin_ranking`.

    Examples:
        >>> margin_ranking_value_and_grad([1], [0.5], [0.25], margin=1.0)[0]
        0.75
    """
    return value_and_gradient(
        MARGIN_RANKING,
        _margin_ranking_kernel,
        (y_true, first, second),
        reduction,
        sample_weight,
        margin=margin,
    )


def _margin_ranking_kernel(part, margin):
    y = part["y_true"]
    short = margin - y * (part["first"] - part["second"])
    slope = np.where(short <= 0, 0, -y + 0 * short)
    return Samples(np.maximum(short, 0), (slope, 0 - slope))


MARGIN_RANKING = FunctionSpec(
    slug="margin_ranking",
    title="Margin ranking loss",
    family="ranking",
    loss=margin_ranking,
    grad=margin_ranking_grad,
    value_and_grad=margin_ranking_value_and_grad,
    page="choosing/ranking",
    arguments=(
        Argument("y_true", SIGNS),
        Argument("first", REAL, wrt=True),
        Argument("second", REAL, wrt=True),
    ),
    formula="max(0, margin - y_true * (first - second))",
    draw=lambda rng: (rng.choice([-1.0, 1.0], 60), rng.normal(size=60), rng.normal(size=60)),
    convex=True,
    sources=("herbrich2000",),
    kinks="(margin - y_true * (first - second),)",
    params=(Param("margin", 0.0, 0.0, inf, True, False, "linear", "m"),),
    edges=(
        Edge("equal scores without a margin", (1.0, 2.0, 2.0), 0.0, (0.0, 0.0)),
        Edge("at the margin", (1.0, 3.0, 2.0), 0.0, (0.0, 0.0), (("margin", 1.0),)),
    ),
    refused=(("y_true", (np.array([0.0]), np.ones(1), np.ones(1))),),
    names_elsewhere=(
        Name(
            "torch",
            "torch.nn.functional.margin_ranking_loss",
            "takes the scores first, then 1 and -1",
        ),
    ),
    ulp=64.0,  # the margin is subtracted
)


def ranknet(
    y_true: ArrayLike,
    first: ArrayLike,
    second: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Binary cross-entropy of the difference of two scores.

    Use it to order pairs and to know how sure the order is. Not where only the top of a long list
    counts: it cares for all pairs alike.

    Formula:
        l = P log(1 + exp(-d)) + (1 - P) log(1 + exp(d)), with d = first - second and P = y_true

    Parameters:
        y_true: Array of any shape: the probability in [0, 1] that the first item is above the
            second; 1/2 for a tie.
        first: Array of the same shape: scores of the first items. NaN is passed on.
        second: Array of the same shape: scores of the second items. NaN is passed on.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the arguments.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `margin_ranking`, which is satisfied at a margin.

    Source:
        Burges et al. (2005), section 3.

    Examples:
        >>> ranknet([0.5], [1.0], [1.0])
        0.6931471805599453
    """
    return value(RANKNET, _ranknet_kernel, (y_true, first, second), reduction, sample_weight)


def ranknet_grad(
    y_true: ArrayLike,
    first: ArrayLike,
    second: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `ranknet` with respect to first and second.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dfirst = (1 - P) s(d) - P s(-d), with s the logistic function; dl/dsecond is minus that
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `ranknet`.

    Returns:
        A tuple of arrays, one of the shape of each of first and second, in their order.

    Raises:
        ValueError, TypeError: As `ranknet` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `ranknet`.

    Examples:
        >>> ranknet_grad([0.5], [1.0], [1.0])
        (array([0.]), array([0.]))
    """
    return gradient(RANKNET, _ranknet_kernel, (y_true, first, second), reduction, sample_weight)


def ranknet_value_and_grad(
    y_true: ArrayLike,
    first: ArrayLike,
    second: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `ranknet` and `ranknet_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (ranknet(...), ranknet_grad(...))

    Parameters:
        As for `ranknet`.

    Returns:
        A pair of what `ranknet` and `ranknet_grad` return.

    Raises:
        ValueError, TypeError: As `ranknet` does.

    Not to be confused with:
        `ranknet_grad`, which returns the gradient alone.

    Source:
        As for `ranknet`.

    Examples:
        >>> ranknet_value_and_grad([0.5], [1.0], [1.0])[0]
        0.6931471805599453
    """
    return value_and_gradient(
        RANKNET, _ranknet_kernel, (y_true, first, second), reduction, sample_weight
    )


def _ranknet_kernel(part):
    p, d = part["y_true"], part["first"] - part["second"]
    values = p * softplus(-d) + (1 - p) * softplus(d)
    slope = (1 - p) * expit(d) - p * expit(-d)
    return Samples(values, (slope, 0 - slope))


RANKNET = FunctionSpec(
    slug="ranknet",
    title="RankNet",
    family="ranking",
    loss=ranknet,
    grad=ranknet_grad,
    value_and_grad=ranknet_value_and_grad,
    page="choosing/ranking",
    arguments=(
        Argument("y_true", UNIT),
        Argument("first", REAL, wrt=True),
        Argument("second", REAL, wrt=True),
    ),
    formula="y_true * log(1 + exp(second - first)) + (1 - y_true) * log(1 + exp(first - second))",
    draw=lambda rng: (
        np.r_[rng.integers(0, 2, 40), rng.random(20)],
        rng.normal(size=60) * 5,
        rng.normal(size=60) * 5,
    ),
    convex=True,
    sources=("burges2005",),
    edges=(Edge("a tie that is known to be one", (0.5, 3.0, 3.0), 0.6931471805599453, (0.0, 0.0)),),
    refused=(("y_true", (np.array([-1.0]), np.ones(1), np.ones(1))),),
    identities=(
        Identity(
            "it is binary cross-entropy of the difference of scores",
            lambda y, p: (
                ranknet(y / 2, p, y, reduction="none"),
                bce_with_logits(y / 2, p - y, reduction="none"),
            ),
        ),
    ),
    ulp=32.0,  # the exponential of a difference
)


#: Gains are 2^relevance - 1: beyond this they leave the range.
_GRADES = Interval(0.0, 1000.0, True, True)


def ndcg(relevance: ArrayLike, scores: ArrayLike, *, top: int | None = None) -> Any:
    """Normalised discounted cumulative gain of the order that the scores give.

    Use it to judge an order of which the beginning counts most. Not to train by gradient: it is
    flat wherever it does not jump.

    Formula:
        DCG = sum over ranks k of (2^relevance - 1) / log2(k + 1), divided by that of the best order

    Parameters:
        relevance: Array (..., C): grades in [0, 1000].
        scores: Array of the same shape, finite; the highest is ranked first, of equal ones the earlier.
        top: Whole number of ranks that count, or None: all.

    Returns:
        An array of the leading axes; 1 where no item is relevant, since no order is better.

    Raises:
        ValueError: If shapes differ, a number is outside its set, or top is below 1.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        The same with the grades themselves as gains.

    Source:
        Järvelin and Kekäläinen (2002), with the gains of Burges et al. (2005).

    Examples:
        >>> float(ndcg([1.0, 0.0], [2.0, 1.0]))
        1.0
        >>> float(ndcg([3.0, 0.0, 0.0], [1.0, 2.0, 3.0]))  # third instead of first: 1 / log2(4)
        0.5
    """
    y, s = _lists("ndcg", relevance, scores)
    discounts = 1 / np.log2(np.arange(2.0, y.shape[-1] + 2))
    if top is not None:
        discounts[_plain.count("ndcg", "top", top, 1) :] = 0
    found = np.argsort(-s, axis=-1, kind="stable")
    gained = np.take_along_axis(2.0**y - 1, found, axis=-1) @ discounts
    most = np.sort(2.0**y - 1, axis=-1)[..., ::-1] @ discounts
    return np.where(most > 0, gained / np.where(most > 0, most, 1), 1.0)[()]


def lambdarank_weights(relevance: ArrayLike, scores: ArrayLike) -> Any:
    """How much NDCG would change if two items changed places, for every pair.

    Use it to weight pairs, as `lambdarank_grad` does. Not as a gradient: it has no sign.

    Formula:
        w_ij = |2^relevance_i - 2^relevance_j| |1 / log2(k_i + 1) - 1 / log2(k_j + 1)| / DCG of the
        best order, with k the ranks by score

    Parameters:
        relevance: Array (..., C): grades in [0, 1000].
        scores: Array of the same shape.

    Returns:
        An array (..., C, C), symmetric, 0 on its diagonal; 0 where no item is relevant.

    Raises:
        ValueError, TypeError: As `ndcg` does.

    Not to be confused with:
        The weights of a later cut-off, which vanish for pairs beyond it.

    Source:
        Burges (2010), section 4.

    Examples:
        >>> lambdarank_weights([3.0, 0.0, 0.0], [3.0, 2.0, 1.0])[0].round(3)
        array([0.   , 0.369, 0.5  ])
    """
    y, s = _lists("lambdarank_weights", relevance, scores)
    classes = y.shape[-1]
    order = np.argsort(-s, axis=-1, kind="stable")
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.broadcast_to(np.arange(classes), order.shape), axis=-1)
    discounts = 1 / np.log2(ranks + 2.0)
    gains = 2.0**y
    most = np.sort(gains - 1, axis=-1)[..., ::-1] @ (1 / np.log2(np.arange(2.0, classes + 2)))
    swap = np.abs(gains[..., :, None] - gains[..., None, :])
    swap *= np.abs(discounts[..., :, None] - discounts[..., None, :])
    return swap / np.where(most > 0, most, 1)[..., None, None]


def lambdarank_grad(relevance: ArrayLike, scores: ArrayLike) -> Any:
    """The slopes of RankNet over all pairs of different relevance, each times its weight.

    Use it to train towards NDCG. Not to look for the loss whose gradient this is: the weights
    jump where scores change places, and no such loss is given.

    Formula:
        g_i = sum over j with relevance_i > relevance_j of -w_ij s(s_j - s_i)
            + sum over j with relevance_j > relevance_i of w_ij s(s_i - s_j), s(.) the logistic
        function, w of `lambdarank_weights`

    Parameters:
        relevance: Array (..., C): grades in [0, 1000].
        scores: Array of the same shape.

    Returns:
        An array of the shape of scores; every row sums to 0.

    Raises:
        ValueError, TypeError: As `ndcg` does.

    Not to be confused with:
        The gradient of `ranknet` over all pairs, in which every pair weighs the same.

    Source:
        Burges (2010), section 4.

    Examples:
        >>> lambdarank_grad([1.0, 0.0], [0.0, 0.0]).round(3)
        array([-0.185,  0.185])
    """
    y, s = _lists("lambdarank_grad", relevance, scores)
    above = y[..., :, None] > y[..., None, :]
    with np.errstate(invalid="ignore"):
        pull = expit(s[..., None, :] - s[..., :, None])
    pull = np.where(above, pull * lambdarank_weights(y, s), 0.0)
    return pull.sum(axis=-2) - pull.sum(axis=-1)


def _lists(who, relevance, scores):
    y = _plain.array(who, "relevance", relevance, _GRADES)
    s = _plain.array(who, "scores", scores)
    _plain.same_shape(who, relevance=y, scores=s)
    _plain.axes(who, "scores", s, 1, "the items of a list")
    return y.astype(np.float64), s.astype(np.float64)


def listnet(
    relevance: ArrayLike,
    scores: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The cross-entropy from the softmax of the relevances to the softmax of the scores.

    Use it to order whole lists at once. Not on lists padded to one length, unless the padding is at
    -inf in the relevances and far below in the scores; nor where only the order of the relevances
    is known: their size matters here.

    Formula:
        l = -sum over c of Q_c log P_c, with Q = softmax(relevance) and P = softmax(scores)

    Parameters:
        relevance: Array (..., C): one row of relevances per list, finite.
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
        `cross_entropy`, which takes distributions; libraries that take the relevances themselves
        for Q.

    Source:
        Cao et al. (2007), with the probability of being first.

    Examples:
        >>> listnet([[0.0, 0.0]], [[1.0, 1.0]])
        0.6931471805599453
    """
    return value(LISTNET, _listnet_kernel, (relevance, scores), reduction, sample_weight)


def listnet_grad(
    relevance: ArrayLike,
    scores: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `listnet` with respect to scores.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dscores = P - Q
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `listnet`.

    Returns:
        An array of the shape of scores, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `listnet` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `listnet`.

    Examples:
        >>> listnet_grad([[0.0, 0.0]], [[1.0, 1.0]])
        array([[0., 0.]])
    """
    return gradient(LISTNET, _listnet_kernel, (relevance, scores), reduction, sample_weight)


def listnet_value_and_grad(
    relevance: ArrayLike,
    scores: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `listnet` and `listnet_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (listnet(...), listnet_grad(...))

    Parameters:
        As for `listnet`.

    Returns:
        A pair of what `listnet` and `listnet_grad` return.

    Raises:
        ValueError, TypeError: As `listnet` does.

    Not to be confused with:
        `listnet_grad`, which returns the gradient alone.

    Source:
        As for `listnet`.

    Examples:
        >>> listnet_value_and_grad([[0.0, 0.0]], [[1.0, 1.0]])[0]
        0.6931471805599453
    """
    return value_and_gradient(
        LISTNET, _listnet_kernel, (relevance, scores), reduction, sample_weight
    )


def _listnet_kernel(part):
    z = part["scores"]
    q = softmax(part["relevance"])
    return Samples(-(q * log_softmax(z)).sum(axis=1), (softmax(z) - q,))


LISTNET = FunctionSpec(
    slug="listnet",
    title="ListNet",
    family="ranking",
    loss=listnet,
    grad=listnet_grad,
    value_and_grad=listnet_value_and_grad,
    page="choosing/ranking",
    arguments=(Argument("relevance", REAL, core=1), Argument("scores", EXTENDED, core=1, wrt=True)),
    formula=(
        "sum(exp(y) / sum(exp(k) for k in relevance) * (log(sum(exp(k) for k in scores)) - z)"
        " for y, z in zip(relevance, scores))"
    ),
    draw=lambda rng: (
        rng.integers(0, 4, (30, 5)).astype(float),
        rng.normal(size=(30, 5)) * 10.0 ** rng.uniform(-1, 1, (30, 1)),
    ),
    convex=True,
    sources=("cao2007",),
    edges=(
        Edge("a list of one", ((2.0,), (5.0,)), 0.0, ((0.0,),)),
        Edge(
            "an item that cannot be first and should be",
            ((0.0, 0.0), (-inf, 0.0)),
            inf,
            ((-0.5, 0.5),),
        ),
    ),
    names_elsewhere=(
        Name(
            "torch",
            "torch.nn.functional.cross_entropy",
            "with the softmax of the relevances as labels",
        ),
    ),
    ulp=32.0,  # two softmax functions, subtracted
)


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
    return value(LISTMLE, _listmle_kernel, (relevance, scores), reduction, sample_weight)


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
    return gradient(LISTMLE, _listmle_kernel, (relevance, scores), reduction, sample_weight)


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
    return value_and_gradient(
        LISTMLE, _listmle_kernel, (relevance, scores), reduction, sample_weight
    )


def _listmle_kernel(part):
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


LISTMLE = FunctionSpec(
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
