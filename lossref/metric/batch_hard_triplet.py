"""Batch-hard triplet loss: the triplet loss of every row with the farthest row of its label and the closest row of another."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._spec import REAL, Argument, FunctionSpec, Option, Param
from lossref.metric._batch import Found, gradient, value, value_and_gradient
from lossref.metric.distances import BLOCK, pairwise_distances
from lossref.stable import expit, softplus

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def batch_hard_triplet(
    labels: ArrayLike,
    embeddings: ArrayLike,
    *,
    margin: float = 1.0,
    squared: bool = False,
    soft: bool = False,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The triplet loss of every row with the farthest row of its label and the closest row of another.

    Use it on batches of a few rows from each of many labels. Not on noisy labels: the hardest
    pairs are the mislabelled ones.

    Formula:
        l_i = max(0, max over p of d(i, p) - min over n of d(i, n) + m), over rows p of the
        label of i and rows n of others, with d the distance, or its square if `squared`
        l_i = log(1 + exp(...)) of the same if `soft`

    Parameters:
        labels: Integers, equal for rows that belong together.
        embeddings: Array (N, D). NaN is passed on.
        margin: By how much m >= 0 the closest negative must be farther.
        squared: Whether distances are squared; a margin then means another thing.
        soft: Whether to replace the hinge by the softplus.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array with one entry per row, 0 for rows
        without a partner or without a negative; a mean leaves those out.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, an option is unknown,
            a weight is negative, or there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `triplet`, whose triplets are given; the mean over all triplets of the batch.

    Source:
        Hermans, Beyer and Leibe (2017), equation 5.

    Examples:
        >>> batch_hard_triplet([0, 0, 1, 1], [[0.0], [2.0], [3.0], [9.0]])
        2.0
    """
    return value(
        BATCH_HARD_TRIPLET,
        _kernel,
        (labels, embeddings),
        reduction,
        sample_weight,
        _mineable,
        margin=margin,
        squared=squared,
        soft=soft,
    )


def batch_hard_triplet_grad(
    labels: ArrayLike,
    embeddings: ArrayLike,
    *,
    margin: float = 1.0,
    squared: bool = False,
    soft: bool = False,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `batch_hard_triplet` with respect to embeddings.

    Use it to train; every sample counts as it does in the value.

    Formula:
        that of `triplet` for the hardest rows, shared equally among rows that are equally hard
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `batch_hard_triplet`.

    Returns:
        An array of the shape of embeddings, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `batch_hard_triplet` does.

    Not to be confused with:
        The gradient for "none" is that of the sum, because every value depends on all rows.

    Source:
        By differentiating `batch_hard_triplet`.

    Examples:
        >>> batch_hard_triplet_grad([0, 0, 1, 1], [[0.0], [2.0], [3.0], [9.0]])
        array([[-0.25],
               [ 0.75],
               [-0.75],
               [ 0.25]])
    """
    return gradient(
        BATCH_HARD_TRIPLET,
        _kernel,
        (labels, embeddings),
        reduction,
        sample_weight,
        _mineable,
        margin=margin,
        squared=squared,
        soft=soft,
    )


def batch_hard_triplet_value_and_grad(
    labels: ArrayLike,
    embeddings: ArrayLike,
    *,
    margin: float = 1.0,
    squared: bool = False,
    soft: bool = False,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `batch_hard_triplet` and `batch_hard_triplet_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (batch_hard_triplet(...), batch_hard_triplet_grad(...))

    Parameters:
        As for `batch_hard_triplet`.

    Returns:
        A pair of what `batch_hard_triplet` and `batch_hard_triplet_grad` return.

    Raises:
        ValueError, TypeError: As `batch_hard_triplet` does.

    Not to be confused with:
        `batch_hard_triplet_grad`, which returns the gradient alone.

    Source:
        As for `batch_hard_triplet`.

    Examples:
        >>> batch_hard_triplet_value_and_grad([0, 0, 1, 1], [[0.0], [2.0], [3.0], [9.0]])[0]
        2.0
    """
    return value_and_gradient(
        BATCH_HARD_TRIPLET,
        _kernel,
        (labels, embeddings),
        reduction,
        sample_weight,
        _mineable,
        margin=margin,
        squared=squared,
        soft=soft,
    )


def _kernel(arrays, factors, margin, squared, soft):
    labels, x = arrays["labels"], arrays["embeddings"]
    n = len(labels)
    values, pull = np.zeros(n, x.dtype), np.zeros_like(x)
    step = max(1, BLOCK // max(1, x.size))
    for start in range(0, n, step):
        rows = np.arange(start, min(start + step, n))
        d = pairwise_distances(x[rows], x, squared=squared)
        same = labels[rows, None] == labels
        other = ~same
        same[rows - start, rows] = False
        far = np.where(same, d, -np.inf).max(axis=1)
        near = np.where(other, d, np.inf).min(axis=1)
        gap = (far - near + margin).astype(x.dtype)  # -inf where there is no such row
        values[rows] = softplus(gap) if soft else np.maximum(gap, 0)
        if factors is None:
            continue
        gain = expit(gap) if soft else np.where(np.isnan(gap), gap, gap > 0)
        gain = gain * factors[rows]
        weights = _hardest(same, d, far) - _hardest(other, d, near)
        if not squared:
            weights = np.where(d == 0, 0, weights / d)
        weights = (weights * ((2 if squared else 1) * gain)[:, None]).astype(x.dtype)
        # Few pairs take part; each pulls both of its ends along its difference.
        one, two = np.nonzero(weights)
        force = weights[one, two][:, None] * (x[rows[one]] - x[two])
        np.add.at(pull, rows[one], force)
        np.subtract.at(pull, two, force)
    return Found(values, None if factors is None else (pull,))


def _hardest(allowed, d, extreme):
    """Shares of the rows at the extreme distance, equal and summing to 1."""
    chosen = allowed & (d == extreme[:, None])
    return chosen / np.maximum(chosen.sum(axis=1), 1)[:, None]


def _mineable(arrays):
    """Rows with a partner of the same label and a row of another."""
    labels = arrays["labels"]
    _, which, counts = np.unique(labels, return_inverse=True, return_counts=True)
    return (counts[which] > 1) & (counts[which] < len(labels))


BATCH_HARD_TRIPLET = FunctionSpec(
    slug="batch_hard_triplet",
    title="Batch-hard triplet loss",
    family="metric",
    loss=batch_hard_triplet,
    grad=batch_hard_triplet_grad,
    value_and_grad=batch_hard_triplet_value_and_grad,
    page="metric/triplet",
    kind="batch",
    arguments=(Argument("labels", None), Argument("embeddings", REAL, core=1, wrt=True)),
    formula="max(0, max(distance(embeddings[i], e) for j, e in enumerate(embeddings) if j != i and labels[j] == labels[i]) - min(distance(embeddings[i], e) for j, e in enumerate(embeddings) if labels[j] != labels[i]) + margin)",
    corners="where the cost of a row begins, where two rows tie for the hardest, and at distance 0",
    draw=lambda rng: (np.array([3, -1, 3, 3, -1, 7, 7, 7]), rng.normal(size=(8, 3))),
    convex=False,
    sources=("hermans2017",),
    params=(Param("margin", 1.0, 0.0, inf, True, False, "linear", "m"),),
    options=(Option("squared", False, (False, True)), Option("soft", False, (False, True))),
    ulp=16.0,  # a difference of distances
)
