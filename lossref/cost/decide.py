"""Decisions from probabilities, once mistakes have prices."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref import _check, _plain
from lossref._spec import UNIT, Interval

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


_PRICE = Interval(0.0, inf, False, False)


def cheapest_class(cost_matrix: ArrayLike, probabilities: ArrayLike) -> Any:
    """The decision that costs least on average, given the probabilities of the classes.

    Use it instead of the most probable class where mistakes differ in price. Not with
    probabilities that are not calibrated: their errors turn into money.

    Formula:
        argmin over d of sum over c of probabilities_c cost_matrix_cd; of equal ones the first

    Parameters:
        cost_matrix: Array (C, D): what decision d costs where c is true, finite.
        probabilities: Array (..., C), rows that sum to 1.

    Returns:
        An array of the leading axes: the numbers of the decisions.

    Raises:
        ValueError: If the shapes do not fit, or rows of probabilities do not sum to 1.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        The same with the matrix turned over, predicted classes in its rows.

    Source:
        Elkan (2001), equation 1.

    Examples:
        >>> cheapest_class([[0.0, 1.0], [9.0, 0.0]], [[0.8, 0.2]])  # 1.8 against 0.8
        array([1])
    """
    who = "cheapest_class"
    costs = _plain.array(who, "cost_matrix", cost_matrix)
    p = _plain.array(who, "probabilities", probabilities, UNIT)
    _plain.axes(who, "probabilities", p, 1, "the classes")
    if costs.ndim != 2 or costs.shape[0] != p.shape[-1] or not costs.shape[1]:
        raise ValueError(
            f"{who}: cost_matrix must have a row for each of the {p.shape[-1]} classes and a "
            f"column for each decision; got shape {costs.shape}. Put the true classes in the rows."
        )
    _check.distributions(who, "probabilities", p)
    return np.argmin(p @ costs, axis=-1)


def cost_threshold(false_positive: float, false_negative: float) -> Any:
    """The probability from which on it is cheaper to say yes.

    Use it to decide on calibrated probabilities of two classes. Not to weight the training as
    well: one of the two is enough.

    Formula:
        false_positive / (false_positive + false_negative), where being right costs nothing

    Parameters:
        false_positive: Number in (0, inf): the price of a yes that should be a no.
        false_negative: Number in (0, inf): the price of a no that should be a yes.

    Returns:
        A float in [0, 1].

    Raises:
        ValueError: If a price is outside its set.
        TypeError: If a price is not a real number.

    Not to be confused with:
        `newsvendor`, whose quantile underage / (underage + overage) is the same idea for amounts.

    Source:
        Elkan (2001), equation 2.

    Examples:
        >>> cost_threshold(1.0, 9.0)
        0.1
    """
    yes = _plain.number("cost_threshold", "false_positive", false_positive, _PRICE)
    no = _plain.number("cost_threshold", "false_negative", false_negative, _PRICE)
    return 1 / (1 + no / yes)
