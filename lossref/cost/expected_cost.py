"""Expected cost: the price of a decision that is drawn from the softmax of the logits."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, REAL, Argument, Edge, FunctionSpec
from lossref.stable import softmax

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


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
    return value(SPEC, _kernel, (costs, logits), reduction, sample_weight)


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
    return gradient(SPEC, _kernel, (costs, logits), reduction, sample_weight)


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
    return value_and_gradient(SPEC, _kernel, (costs, logits), reduction, sample_weight)


def _kernel(part):
    p, costs = softmax(part["logits"]), part["costs"]
    values = (p * costs).sum(axis=1)
    return Samples(values, (p * (costs - values[:, None]),))


SPEC = FunctionSpec(
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
