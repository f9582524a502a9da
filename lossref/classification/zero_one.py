"""The share of labels that were missed, and weights that make rare classes count as much."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lossref import _check, _plain, reduce

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def zero_one(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """1 where the predicted label is not the true one, 0 where it is.

    Use it to report: its mean is one minus the accuracy. Not to train by gradient: it has none,
    being flat wherever it does not jump.

    Formula:
        l = 1 if y_pred != y_true, else 0

    Parameters:
        y_true: Array of any shape: labels, any finite numbers.
        y_pred: Array of the same shape: predicted labels. Make them of logits first, for
            instance by z > 0, which gives a tie to class 0.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per element.
        sample_weight: Weights w >= 0 that broadcast to the shape of y_true; 1 if not given.

    Returns:
        A float; for "none" an array of the shape of y_true.

    Raises:
        ValueError: If the shapes differ, a label is not finite, a weight is negative, or there is
            nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `hinge` and `bce_with_logits`, which stand in for it where a gradient is needed.

    Source:
        Elkan (2001), section 1, with all mistakes of one price.

    Examples:
        >>> zero_one([0, 1, 2, 1], [0, 1, 1, 1])
        0.25
    """
    y = _plain.array("zero_one", "y_true", y_true)
    p = _plain.array("zero_one", "y_pred", y_pred)
    _plain.same_shape("zero_one", y_true=y, y_pred=p)
    plan = reduce.plan("zero_one", reduction, sample_weight, y.shape)
    missed = (y != p).astype(np.float64)
    if plan.collects:
        return (missed if plan.weights is None else missed * plan.weights)[()]
    return plan.total(missed)


def balanced_weights(labels: ArrayLike, *, classes: int | None = None) -> Any:
    """Class weights under which every class counts as much as every other.

    Use it as ``class_weight`` where rare classes matter as much as common ones. Not if the
    probabilities are to be believed afterwards: they are then those of a balanced world.

    Formula:
        w_c = n / (C n_c), for n_c of n labels in class c; a weighted mean over the labels of 1 is 1

    Parameters:
        labels: Array of any shape: integer classes from 0.
        classes: Whole number of classes C, or None: the largest label plus 1.

    Returns:
        An array (C,).

    Raises:
        ValueError: If a label is out of range or a class has no label.
        TypeError: If labels does not hold integers.

    Not to be confused with:
        n_0 / n_1, the ``pos_weight`` of two classes: the ratio of these two weights.

    Source:
        King and Zeng (2001), where such weights make up for how the data were chosen.

    Examples:
        >>> balanced_weights([0, 0, 0, 1])
        array([0.66666667, 2.        ])
    """
    who = "balanced_weights"
    y = _check._real_array(who, "labels", labels)
    if not y.size:
        raise ValueError(
            f"{who}: labels must have at least one label; got shape {y.shape}. "
            "Compute the weights from the whole training set, not from a batch."
        )
    largest = int(y.max()) + 1 if y.dtype.kind != "f" else 1
    count = max(largest, 1) if classes is None else _plain.count(who, "classes", classes, 1)
    y = _check.labels(who, "labels", y, count, None)
    found = np.bincount(y.ravel(), minlength=count)
    if (found == 0).any():
        raise ValueError(
            f"{who}: labels must hold every class at least once; got none of class "
            f"{int(np.argmin(found))}. Compute the weights from the whole training set, not from a "
            "batch."
        )
    return y.size / (count * found)
