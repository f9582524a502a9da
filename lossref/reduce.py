"""How per-sample values become the number that is returned.

With values l and weights w (all 1 if none are given):

    "mean"   sum(w * l) / sum(w)
    "sum"    sum(w * l)
    "none"   w * l

Sums are accumulated in float64 whatever the dtype of the input. A mean of nothing does not
exist and raises; a sum of nothing is 0.0; the values of nothing are an empty array.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from lossref import _check


class Plan(NamedTuple):
    """What to multiply each value by and what to divide the sum by.

    ``weights`` is None or float64 of the shape of the values. The gradient of the reduced
    value with respect to the i-th value is ``weights[i] / denominator``.
    """

    reduction: str
    weights: np.ndarray | None
    denominator: float

    @property
    def collects(self) -> bool:
        """Whether there is a value per sample to return, and no sum."""
        return self.reduction == "none"

    def total(self, values: np.ndarray) -> float:
        """The reduced value of float64 ``values`` held in one piece."""
        factors = 1.0 if self.weights is None else self.weights
        with np.errstate(over="ignore"):
            total = float(np.sum(values * factors))
        if math.isfinite(total):
            return total / self.denominator
        return float(np.sum(values * (factors / self.denominator)))


def plan(
    loss: str,
    reduction: str,
    sample_weight: Any,
    shape: tuple[int, ...],
    mass: np.ndarray | None = None,
) -> Plan:
    """The plan for values of ``shape``; checks ``reduction`` and ``sample_weight``.

    ``mass`` is what each sample counts in the denominator of a mean where its value already
    carries a weight of its own, as class weights do; 0 where a sample is ignored.
    """
    _check.reduction(loss, reduction)
    weights = None if sample_weight is None else _check.weights(loss, sample_weight, shape)
    if reduction != "mean":
        return Plan(reduction, weights, 1.0)
    if mass is not None:
        weights = None if weights is None else _tame(weights)
        denominator = float(np.sum(mass if weights is None else mass * weights))
    elif weights is None:
        denominator = float(math.prod(shape))
    else:
        weights = _tame(weights)
        denominator = float(np.sum(weights))
    _check.something_to_average(loss, denominator, shape)
    return Plan(reduction, weights, denominator)


def _tame(weights: np.ndarray) -> np.ndarray:
    """Weights whose sum neither overflows nor is subnormal; a mean only sees their ratios."""
    largest = weights.max(initial=0.0)
    if largest == 0 or 1e-150 < largest < 1e150:
        return weights
    return np.ldexp(weights, -int(np.frexp(largest)[1]))  # a power of two: no rounding
