"""ListNet: the cross-entropy from the softmax of the relevances to the softmax of the scores."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, REAL, Argument, Edge, FunctionSpec, Name
from lossref.stable import log_softmax, softmax

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


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
    return value(SPEC, _kernel, (relevance, scores), reduction, sample_weight)


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
    return gradient(SPEC, _kernel, (relevance, scores), reduction, sample_weight)


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
    return value_and_gradient(SPEC, _kernel, (relevance, scores), reduction, sample_weight)


def _kernel(part):
    z = part["scores"]
    q = softmax(part["relevance"])
    return Samples(-(q * log_softmax(z)).sum(axis=1), (softmax(z) - q,))


SPEC = FunctionSpec(
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
