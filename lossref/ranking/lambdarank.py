"""NDCG, and the gradients that are weighted by what a pair would change in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lossref import _plain
from lossref._spec import Interval
from lossref.stable import expit

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


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
