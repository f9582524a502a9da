"""Triplet loss: how far a positive is from being closer to its anchor than a negative, by a margin."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import REAL, Argument, Edge, FunctionSpec, Name, Option, Param
from lossref.metric._vectors import direction, norm
from lossref.stable import expit, softplus

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def triplet(
    anchor: ArrayLike,
    positive: ArrayLike,
    negative: ArrayLike,
    *,
    margin: float = 1.0,
    squared: bool = False,
    swap: bool = False,
    soft: bool = False,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """How far a positive is from being closer to its anchor than a negative, by a margin.

    Use it where it is known which of two is closer. Not with triplets drawn at random late in
    training: nearly all cost nothing then; see `batch_hard_triplet`.

    Formula:
        l = max(0, d(a, p) - d(a, n) + m), with d the distance, or its square if `squared`
        l = log(1 + exp(d(a, p) - d(a, n) + m)) if `soft`, and with min(d(a, n), d(p, n)) for
        d(a, n) if `swap`

    Parameters:
        anchor: Array (..., D). NaN is passed on.
        positive: Array of the same shape: belongs with the anchor.
        negative: Array of the same shape: does not.
        margin: By how much m >= 0 the negative must be farther.
        squared: Whether distances are squared, as in FaceNet; a margin then means another
            thing.
        swap: Whether to take the distance of the negative to the positive where that is
            smaller.
        soft: Whether to replace the hinge by the softplus, which never stops pulling.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the vectors without the
        last axis.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, an option is unknown,
            a weight is negative, or there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        torch's triplet_margin_loss, which adds 1e-6 to every difference.

    Source:
        Schroff, Kalenichenko and Philbin (2015), section 3.1, where distances are squared;
        Hermans, Beyer and Leibe (2017), section 2, for plain distances and the softplus.

    Examples:
        >>> triplet([[0.0, 0.0]], [[3.0, 4.0]], [[0.0, 5.5]], margin=1.0)
        0.5
    """
    return value(
        SPEC,
        _kernel,
        (anchor, positive, negative),
        reduction,
        sample_weight,
        margin=margin,
        squared=squared,
        swap=swap,
        soft=soft,
    )


def triplet_grad(
    anchor: ArrayLike,
    positive: ArrayLike,
    negative: ArrayLike,
    *,
    margin: float = 1.0,
    squared: bool = False,
    swap: bool = False,
    soft: bool = False,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `triplet` with respect to anchor, positive and negative.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/da = u - v, dl/dp = -u, dl/dn = v where l > 0, with u = (a - p) / d(a, p) and v = (a
        - n) / d(a, n), each 0 where the distance is 0; u = 2 (a - p) and v = 2 (a - n) if
        `squared`
        times 1 / (1 + exp(-(d(a, p) - d(a, n) + m))) if `soft`; with `swap` and d(p, n) < d(a,
        n), v is for p - n and pulls on p
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `triplet`.

    Returns:
        A tuple of three arrays of the shape of the vectors, in their order.

    Raises:
        ValueError, TypeError: As `triplet` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `triplet`.

    Examples:
        >>> triplet_grad([[0.0]], [[2.0]], [[-1.0]])
        (array([[-2.]]), array([[1.]]), array([[1.]]))
    """
    return gradient(
        SPEC,
        _kernel,
        (anchor, positive, negative),
        reduction,
        sample_weight,
        margin=margin,
        squared=squared,
        swap=swap,
        soft=soft,
    )


def triplet_value_and_grad(
    anchor: ArrayLike,
    positive: ArrayLike,
    negative: ArrayLike,
    *,
    margin: float = 1.0,
    squared: bool = False,
    swap: bool = False,
    soft: bool = False,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `triplet` and `triplet_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (triplet(...), triplet_grad(...))

    Parameters:
        As for `triplet`.

    Returns:
        A pair of what `triplet` and `triplet_grad` return.

    Raises:
        ValueError, TypeError: As `triplet` does.

    Not to be confused with:
        `triplet_grad`, which returns the gradient alone.

    Source:
        As for `triplet`.

    Examples:
        >>> triplet_value_and_grad([[0.0, 0.0]], [[3.0, 4.0]], [[0.0, 5.5]], margin=1.0)[0]
        0.5
    """
    return value_and_gradient(
        SPEC,
        _kernel,
        (anchor, positive, negative),
        reduction,
        sample_weight,
        margin=margin,
        squared=squared,
        swap=swap,
        soft=soft,
    )


def _kernel(part, margin, squared, swap, soft):
    a, p, n = (part[name].astype(np.float64) for name in ("anchor", "positive", "negative"))
    to_p, to_n = a - p, a - n
    near, far = norm(to_p), norm(to_n)
    if swap:
        other = p - n
        across = norm(other)
        share = (across < far) + 0.5 * (across == far)
        closest = np.minimum(far, across)
    else:
        closest = far
    gap = near * near - closest * closest if squared else near - closest
    gap += margin
    values = softplus(gap) if soft else np.maximum(gap, 0)
    if not part.wants_slope:
        return Samples(values, None)
    gain = expit(gap) if soft else np.where(np.isnan(gap), gap, gap > 0)
    u, v = (2 * to_p, 2 * to_n) if squared else (direction(to_p, near), direction(to_n, far))
    u, v = gain[:, None] * u, gain[:, None] * v
    if not swap:
        return Samples(values, (u - v, -u, v))
    w = gain[:, None] * (2 * other if squared else direction(other, across))
    v, w = (1 - share)[:, None] * v, share[:, None] * w
    return Samples(values, (u - v, -u - w, v + w))


SPEC = FunctionSpec(
    slug="triplet",
    title="Triplet loss",
    family="metric",
    loss=triplet,
    grad=triplet_grad,
    value_and_grad=triplet_value_and_grad,
    page="metric/triplet",
    arguments=(
        Argument("anchor", REAL, core=1, wrt=True),
        Argument("positive", REAL, core=1, wrt=True),
        Argument("negative", REAL, core=1, wrt=True),
    ),
    formula="max(0, distance(anchor, positive) - distance(anchor, negative) + margin)",
    kinks="(distance(anchor, positive) - distance(anchor, negative) + margin, distance(anchor, positive), distance(anchor, negative))",
    draw=lambda rng: (
        lambda a: (
            a,
            a + rng.normal(size=(40, 3)) * 10.0 ** rng.uniform(-6, 0.5, (40, 1)),
            a + rng.normal(size=(40, 3)) * 10.0 ** rng.uniform(-6, 0.5, (40, 1)),
        )
    )(rng.normal(size=(40, 3))),
    convex=False,
    sources=("schroff2015", "hermans2017"),
    params=(Param("margin", 1.0, 0.0, inf, True, False, "linear", "m"),),
    options=(
        Option("squared", False, (False, True)),
        Option("swap", False, (False, True)),
        Option("soft", False, (False, True)),
    ),
    edges=(
        Edge("all in one place", ((1.0, 2.0),) * 3, 1.0, ((0.0, 0.0),) * 3),
        Edge(
            "all in one place, soft",
            ((1.0, 2.0),) * 3,
            0.6931471805599453,
            ((0.0, 0.0),) * 3,
            (("soft", True), ("margin", 0.0)),
        ),
        Edge("just far enough", ((0.0,), (1.0,), (2.0,)), 0.0, ((0.0,), (0.0,), (0.0,))),
        Edge(
            "squared or not is another margin: not",
            ((0.0,), (1.0,), (1.15,)),
            0.05,
            None,
            (("margin", 0.2),),
        ),
        Edge(
            "squared or not is another margin: squared",
            ((0.0,), (1.0,), (1.15,)),
            0.0,
            None,
            (("margin", 0.2), ("squared", True)),
        ),
        Edge(
            "beyond what can be squared",
            ((0.0,), (1e200,), (0.0,)),
            1e200,
            ((-1.0,), (1.0,), (0.0,)),
        ),
    ),
    names_elsewhere=(
        Name(
            "torch",
            "torch.nn.functional.triplet_margin_loss",
            "takes three vectors; adds 1e-6 to every difference; refuses margin 0",
        ),
        Name(
            "optax",
            "optax.losses.triplet_margin_loss",
            "takes three vectors; adds 1e-6 under the root",
        ),
    ),
    ulp=32.0,  # a difference of distances
)
