"""Losses and decisions where mistakes differ in price."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref import _check, _plain
from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import (
    EXTENDED,
    REAL,
    UNIT,
    Argument,
    Edge,
    FunctionSpec,
    Identity,
    Interval,
    Param,
)
from lossref.regression.absolute import quantile
from lossref.stable import softmax

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


def expected_cost(
    costs: ArrayLike,
    logits: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The price of a decision that is drawn from the softmax of the logits.

    Use it to train a classifier whose mistakes have prices. Not if the prices may still change:
    then train probabilities, and decide with `cheapest_class`.

    Formula:
        l = sum over c of costs_c P_c, with P = softmax(logits)

    Parameters:
        costs: Array (..., C): what each decision costs for this sample, finite: the row of the cost
            matrix of its class.
        logits: Array (..., C): one row of logits per sample, -inf allowed. NaN is passed on.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the leading axes.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `softmax_cross_entropy` with class weights, which knows no prices of single mistakes.

    Source:
        Elkan (2001), equation 1, with the probabilities of a decision.

    Examples:
        >>> expected_cost([[0.0, 4.0]], [[1.0, 1.0]])
        2.0
    """
    return value(EXPECTED_COST, _expected_cost_kernel, (costs, logits), reduction, sample_weight)


def expected_cost_grad(
    costs: ArrayLike,
    logits: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `expected_cost` with respect to logits.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dz_c = P_c (costs_c - l)
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `expected_cost`.

    Returns:
        An array of the shape of logits, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `expected_cost` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `expected_cost`.

    Examples:
        >>> expected_cost_grad([[0.0, 4.0]], [[1.0, 1.0]])
        array([[-1.,  1.]])
    """
    return gradient(EXPECTED_COST, _expected_cost_kernel, (costs, logits), reduction, sample_weight)


def expected_cost_value_and_grad(
    costs: ArrayLike,
    logits: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `expected_cost` and `expected_cost_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (expected_cost(...), expected_cost_grad(...))

    Parameters:
        As for `expected_cost`.

    Returns:
        A pair of what `expected_cost` and `expected_cost_grad` return.

    Raises:
        ValueError, TypeError: As `expected_cost` does.

    Not to be confused with:
        `expected_cost_grad`, which returns the gradient alone.

    Source:
        As for `expected_cost`.

    Examples:
        >>> expected_cost_value_and_grad([[0.0, 4.0]], [[1.0, 1.0]])[0]
        2.0
    """
    return value_and_gradient(
        EXPECTED_COST, _expected_cost_kernel, (costs, logits), reduction, sample_weight
    )


def _expected_cost_kernel(part):
    p, costs = softmax(part["logits"]), part["costs"]
    values = (p * costs).sum(axis=1)
    return Samples(values, (p * (costs - values[:, None]),))


EXPECTED_COST = FunctionSpec(
    slug="expected_cost",
    title="Expected cost",
    family="cost",
    loss=expected_cost,
    grad=expected_cost_grad,
    value_and_grad=expected_cost_value_and_grad,
    page="choosing/newsvendor",
    arguments=(Argument("costs", REAL, core=1), Argument("logits", EXTENDED, core=1, wrt=True)),
    formula="sum(k * exp(z) / sum(exp(s) for s in logits) for k, z in zip(costs, logits))",
    draw=lambda rng: (
        rng.uniform(0, 5, (30, 4)),
        rng.normal(size=(30, 4)) * 10.0 ** rng.uniform(-2, 1, (30, 1)),
    ),
    convex=False,
    sources=("elkan2001",),
    edges=(
        Edge("a decision at -inf is not taken", ((1.0, 9.0), (0.0, -inf)), 1.0, ((0.0, 0.0),)),
        Edge("with one decision there is no choice", ((2.0,), (5.0,)), 2.0, ((0.0,),)),
    ),
    ulp=64.0,  # what is drawn is subtracted from what it costs
)


def newsvendor(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    underage: float = 1.0,
    overage: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """What it costs to have ordered too little, or too much.

    Use it where a unit short and a unit too many have a price. Not with prices that change with the
    amount; nor to predict a mean, which it does not.

    Formula:
        l = underage max(y - p, 0) + overage max(p - y, 0), with p = y_pred

    Parameters:
        y_true: Array of any shape: the demand, finite.
        y_pred: Array of the same shape: what is ordered. NaN is passed on.
        underage: Number in (0, inf): the price of a unit short, such as the profit lost.
        overage: Number in (0, inf): the price of a unit too many.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of y_pred.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `quantile`, which is this divided by the sum of the prices: both are least at the quantile
        underage / (underage + overage).

    Source:
        Arrow, Harris and Marschak (1951).

    Examples:
        >>> newsvendor([10.0, 10.0], [8.0, 12.0], underage=3.0)
        4.0
    """
    return value(
        NEWSVENDOR,
        _newsvendor_kernel,
        (y_true, y_pred),
        reduction,
        sample_weight,
        underage=underage,
        overage=overage,
    )


def newsvendor_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    underage: float = 1.0,
    overage: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `newsvendor` with respect to y_pred.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dp = -underage where p < y, overage where p > y, 0 at p = y: the subgradient of least
        norm
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `newsvendor`.

    Returns:
        An array of the shape of y_pred, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `newsvendor` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `newsvendor`.

    Examples:
        >>> newsvendor_grad([10.0, 10.0], [8.0, 12.0], underage=3.0)
        array([-1.5,  0.5])
    """
    return gradient(
        NEWSVENDOR,
        _newsvendor_kernel,
        (y_true, y_pred),
        reduction,
        sample_weight,
        underage=underage,
        overage=overage,
    )


def newsvendor_value_and_grad(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    underage: float = 1.0,
    overage: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `newsvendor` and `newsvendor_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (newsvendor(...), newsvendor_grad(...))

    Parameters:
        As for `newsvendor`.

    Returns:
        A pair of what `newsvendor` and `newsvendor_grad` return.

    Raises:
        ValueError, TypeError: As `newsvendor` does.

    Not to be confused with:
        `newsvendor_grad`, which returns the gradient alone.

    Source:
        As for `newsvendor`.

    Examples:
        >>> newsvendor_value_and_grad([10.0, 10.0], [8.0, 12.0], underage=3.0)[0]
        4.0
    """
    return value_and_gradient(
        NEWSVENDOR,
        _newsvendor_kernel,
        (y_true, y_pred),
        reduction,
        sample_weight,
        underage=underage,
        overage=overage,
    )


def _newsvendor_kernel(part, underage, overage):
    error = part["y_pred"] - part["y_true"]
    values = np.where(error > 0, overage * error, -underage * error)
    even = np.where(np.isnan(error), error, 0)
    slopes = np.where(error > 0, overage, np.where(error < 0, -underage, even))
    return Samples(values.astype(error.dtype), (slopes.astype(error.dtype),))


NEWSVENDOR = FunctionSpec(
    slug="newsvendor",
    title="Newsvendor loss",
    family="cost",
    loss=newsvendor,
    grad=newsvendor_grad,
    value_and_grad=newsvendor_value_and_grad,
    page="choosing/newsvendor",
    arguments=(Argument("y_true", REAL), Argument("y_pred", EXTENDED, wrt=True)),
    formula="underage * max(y_true - y_pred, 0) + overage * max(y_pred - y_true, 0)",
    draw=lambda rng: (rng.normal(size=60) * 10, rng.normal(size=60) * 10),
    convex=True,
    sources=("arrow1951",),
    kinks="(y_pred - y_true,)",
    params=(
        Param("underage", 1.0, 0.0, inf, False, False, "log", "c_u"),
        Param("overage", 1.0, 0.0, inf, False, False, "log", "c_o"),
    ),
    edges=(
        Edge("just enough", (3.0, 3.0), 0.0, (0.0,)),
        Edge("infinitely much", (3.0, inf), inf, (1.0,)),
    ),
    identities=(
        Identity(
            "it is a quantile loss in the unit of the prices",
            lambda y, p: (newsvendor(y, p, underage=3.0), 4 * quantile(y, p, tau=0.75)),
        ),
    ),
)
