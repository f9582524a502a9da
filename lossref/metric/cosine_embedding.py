"""Cosine embedding loss: one minus the cosine of a pair that belongs together, or how far a cosine exceeds a margin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import REAL, SIGNS, Argument, Edge, FunctionSpec, Name, Param
from lossref.metric._vectors import angle

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def cosine_embedding(
    y_true: ArrayLike,
    a: ArrayLike,
    b: ArrayLike,
    *,
    margin: float = 0.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """One minus the cosine of a pair that belongs together, or how far a cosine exceeds a margin.

    Use it where only the direction of an embedding counts. Not as a softmax over similarities:
    that is `info_nce`.

    Formula:
        l = 1 - cos(a, b) for y = 1, and max(0, cos(a, b) - m) for y = -1, with cos = a.b / (|a|
        |b|), and 0 for a zero vector

    Parameters:
        y_true: Array of 1 for pairs that belong together and -1 for the others.
        a: Array (..., D): one vector of each pair. NaN is passed on.
        b: Array of the same shape: the other.
        margin: The cosine in [-1, 1] below which pairs apart cost nothing.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the vectors without the
        last axis.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative,
            or there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        keras's cosine_similarity loss, which is minus the cosine.

    Source:
        By definition. Where the cosine is above 1/2, 1 - cos is computed as |r|^2 / |b|^2 / (1
        + cos) with r the part of b at right angles to a, from exact products as in Dekker
        (1971).

    Examples:
        >>> cosine_embedding([1, -1], [[1.0, 0.0], [1.0, 0.0]], [[0.0, 2.0], [3.0, 4.0]])
        0.8
    """
    return value(SPEC, _kernel, (y_true, a, b), reduction, sample_weight, margin=margin)


def cosine_embedding_grad(
    y_true: ArrayLike,
    a: ArrayLike,
    b: ArrayLike,
    *,
    margin: float = 0.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `cosine_embedding` with respect to a and b.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/da = -(b / |b| - a / |a| cos) / |a| for y = 1, minus that for y = -1 where cos > m,
        and 0 for a zero vector; dl/db likewise
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `cosine_embedding`.

    Returns:
        A tuple of two arrays of the shape of a and of b.

    Raises:
        ValueError, TypeError: As `cosine_embedding` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `cosine_embedding`.

    Examples:
        >>> cosine_embedding_grad([1], [[3.0, 4.0]], [[1.0, 0.0]])[0]
        array([[-0.128,  0.096]])
    """
    return gradient(SPEC, _kernel, (y_true, a, b), reduction, sample_weight, margin=margin)


def cosine_embedding_value_and_grad(
    y_true: ArrayLike,
    a: ArrayLike,
    b: ArrayLike,
    *,
    margin: float = 0.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `cosine_embedding` and `cosine_embedding_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (cosine_embedding(...), cosine_embedding_grad(...))

    Parameters:
        As for `cosine_embedding`.

    Returns:
        A pair of what `cosine_embedding` and `cosine_embedding_grad` return.

    Raises:
        ValueError, TypeError: As `cosine_embedding` does.

    Not to be confused with:
        `cosine_embedding_grad`, which returns the gradient alone.

    Source:
        As for `cosine_embedding`.

    Examples:
        >>> cosine_embedding_value_and_grad([1, -1], [[1.0, 0.0], [1.0, 0.0]], [[0.0, 2.0], [3.0, 4.0]])[0]
        0.8
    """
    return value_and_gradient(
        SPEC, _kernel, (y_true, a, b), reduction, sample_weight, margin=margin
    )


def _kernel(part, margin):
    together = part["y_true"] == 1
    found = angle(part["a"].astype(np.float64), part["b"].astype(np.float64))
    over = found.cosine - margin
    values = np.where(together, found.missing, np.maximum(over, 0))
    if not part.wants_slope:
        return Samples(values, None)
    gain = np.where(together, -1.0, np.where(np.isnan(over), over, over > 0))[:, None]
    return Samples(values, (gain * found.by_a, gain * found.by_b))


SPEC = FunctionSpec(
    slug="cosine_embedding",
    title="Cosine embedding loss",
    family="metric",
    loss=cosine_embedding,
    grad=cosine_embedding_grad,
    value_and_grad=cosine_embedding_value_and_grad,
    page="metric/cosine",
    arguments=(
        Argument("y_true", SIGNS),
        Argument("a", REAL, core=1, wrt=True),
        Argument("b", REAL, core=1, wrt=True),
    ),
    formula="1 - cosine(a, b) if y_true == 1 else max(0, cosine(a, b) - margin)",
    kinks="(cosine(a, b) - margin,)",
    draw=lambda rng: (
        lambda a: (
            rng.choice([-1.0, 1.0], 40),
            a,
            a * (1 + 0.2 * rng.random((40, 1)))
            + rng.normal(size=(40, 3)) * 10.0 ** rng.uniform(-2, 1, (40, 1)),
        )
    )(rng.normal(size=(40, 3)) * 10.0 ** rng.uniform(-2, 2, (40, 1))),
    convex=False,
    sources=("dekker1971",),
    params=(Param("margin", 0.0, -1.0, 1.0, True, True, "linear", "m"),),
    edges=(
        Edge(
            "a zero vector has no direction",
            (1, (0.0, 0.0), (1.0, 2.0)),
            1.0,
            ((0.0, 0.0), (0.0, 0.0)),
        ),
        Edge("two zero vectors", (-1, (0.0, 0.0), (0.0, 0.0)), 0.0, ((0.0, 0.0), (0.0, 0.0))),
        Edge("the same direction at other lengths", (1, (1.0, 2.0), (1e-200, 2e-200)), 0.0),
        Edge(
            "the same tiny vector",
            (1, (3e-300, 4e-300), (3e-300, 4e-300)),
            0.0,
            ((0.0, 0.0), (0.0, 0.0)),
        ),
        Edge(
            "the same huge vector",
            (1, (3e300, 4e300), (3e300, 4e300)),
            0.0,
            ((0.0, 0.0), (0.0, 0.0)),
        ),
        Edge("opposite", (1, (1.0, 0.0), (-1.0, 0.0)), 2.0, ((0.0, 0.0), (0.0, 0.0))),
    ),
    names_elsewhere=(
        Name(
            "torch",
            "torch.nn.functional.cosine_embedding_loss",
            "takes both vectors first; adds 1e-12 to squared lengths",
        ),
        Name("keras", "keras.losses.cosine_similarity", "is minus the cosine"),
    ),
    ulp=64.0,  # a product of vectors, which may cancel
)
