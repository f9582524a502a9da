"""Losses of one pair, alike or not, and of two pairs that share a row: the triplet."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import REAL, SIGNS, Argument, Choice, Edge, FunctionSpec, Name, Option, Param
from lossref.metric._vectors import angle, direction, norm
from lossref.stable import expit, softplus

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def contrastive(
    similar: ArrayLike,
    a: ArrayLike,
    b: ArrayLike,
    *,
    margin: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Half the squared distance of a pair that belongs together, or half the squared shortfall from a margin.

    Use it on pairs with a yes or no. Not where only an order of distances is known: that is
    `triplet`; not with a batch full of negatives: `info_nce` uses them all.

    Formula:
        l = (y d^2 + (1 - y) max(0, m - d)^2) / 2, with d = |a - b| and y = 1 for pairs that
        belong together

    Parameters:
        similar: Array of 1 for pairs that belong together and 0 for the others, which is the
            reverse of the paper.
        a: Array (..., D): one vector of each pair. NaN is passed on.
        b: Array of the same shape: the other.
        margin: The distance m >= 0 beyond which pairs apart cost nothing.
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
        pytorch-metric-learning's ContrastiveLoss, which does not square and averages both kinds
        apart.

    Source:
        Hadsell, Chopra and LeCun (2006), equation 4, with Y = 1 - y.

    Examples:
        >>> contrastive([1, 0], [[0.0, 0.0], [0.0, 0.0]], [[3.0, 4.0], [0.6, 0.8]], margin=2.0)
        6.5
    """
    return value(
        CONTRASTIVE, _contrastive_kernel, (similar, a, b), reduction, sample_weight, margin=margin
    )


def contrastive_grad(
    similar: ArrayLike,
    a: ArrayLike,
    b: ArrayLike,
    *,
    margin: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `contrastive` with respect to a and b.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/da = (y - (1 - y) max(0, m - d) / d) (a - b) = -dl/db, and 0 for a pair apart with d
        = 0
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `contrastive`.

    Returns:
        A tuple of two arrays of the shape of a and of b.

    Raises:
        ValueError, TypeError: As `contrastive` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `contrastive`.

    Examples:
        >>> contrastive_grad([1], [[3.0, 4.0]], [[0.0, 0.0]])
        (array([[3., 4.]]), array([[-3., -4.]]))
    """
    return gradient(
        CONTRASTIVE, _contrastive_kernel, (similar, a, b), reduction, sample_weight, margin=margin
    )


def contrastive_value_and_grad(
    similar: ArrayLike,
    a: ArrayLike,
    b: ArrayLike,
    *,
    margin: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `contrastive` and `contrastive_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (contrastive(...), contrastive_grad(...))

    Parameters:
        As for `contrastive`.

    Returns:
        A pair of what `contrastive` and `contrastive_grad` return.

    Raises:
        ValueError, TypeError: As `contrastive` does.

    Not to be confused with:
        `contrastive_grad`, which returns the gradient alone.

    Source:
        As for `contrastive`.

    Examples:
        >>> contrastive_value_and_grad([1, 0], [[0.0, 0.0], [0.0, 0.0]], [[3.0, 4.0], [0.6, 0.8]], margin=2.0)[0]
        6.5
    """
    return value_and_gradient(
        CONTRASTIVE, _contrastive_kernel, (similar, a, b), reduction, sample_weight, margin=margin
    )


def _contrastive_kernel(part, margin):
    together = part["similar"] == 1
    d = part["a"].astype(np.float64) - part["b"]
    length = norm(d)
    short = np.maximum(margin - length, 0)
    values = np.where(together, length * length, short * short) / 2
    if not part.wants_slope:
        return Samples(values, None)
    pull = np.where(together[:, None], d, -short[:, None] * direction(d, length))
    return Samples(values, (pull, -pull))


CONTRASTIVE = FunctionSpec(
    slug="contrastive",
    title="Contrastive loss",
    family="metric",
    loss=contrastive,
    grad=contrastive_grad,
    value_and_grad=contrastive_value_and_grad,
    page="metric/contrastive",
    arguments=(
        Argument("similar", Choice((0.0, 1.0))),
        Argument("a", REAL, core=1, wrt=True),
        Argument("b", REAL, core=1, wrt=True),
    ),
    formula="(similar * distance(a, b) ** 2 + (1 - similar) * max(0, margin - distance(a, b)) ** 2) / 2",
    kinks="(margin - distance(a, b), distance(a, b))",
    draw=lambda rng: (
        lambda a: (
            (rng.random(40) < 0.5).astype(float),
            a,
            a + rng.normal(size=(40, 3)) * 10.0 ** rng.uniform(-6, 0, (40, 1)),
        )
    )(rng.normal(size=(40, 3))),
    convex=False,
    sources=("hadsell2006",),
    params=(Param("margin", 1.0, 0.0, inf, True, False, "linear", "m"),),
    edges=(
        Edge("apart and in one place", (0, (1.0, 2.0), (1.0, 2.0)), 0.5, ((0.0, 0.0), (0.0, 0.0))),
        Edge(
            "together and in one place", (1, (1.0, 2.0), (1.0, 2.0)), 0.0, ((0.0, 0.0), (0.0, 0.0))
        ),
        Edge("at the margin", (0, (0.0, 0.0), (1.0, 0.0)), 0.0, ((0.0, 0.0), (0.0, 0.0))),
        Edge(
            "beyond what can be squared, apart",
            (0, (0.0, 0.0), (1e200, 0.0)),
            0.0,
            ((0.0, 0.0), (0.0, 0.0)),
        ),
    ),
    names_elsewhere=(
        Name(
            "pytorch_metric_learning",
            "pytorch_metric_learning.losses.ContrastiveLoss",
            "normalises, does not square, averages both kinds apart",
        ),
    ),
    ulp=64.0,  # m - d loses digits near the margin
)


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
    return value(
        COSINE_EMBEDDING,
        _cosine_embedding_kernel,
        (y_true, a, b),
        reduction,
        sample_weight,
        margin=margin,
    )


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
    return gradient(
        COSINE_EMBEDDING,
        _cosine_embedding_kernel,
        (y_true, a, b),
        reduction,
        sample_weight,
        margin=margin,
    )


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
        COSINE_EMBEDDING,
        _cosine_embedding_kernel,
        (y_true, a, b),
        reduction,
        sample_weight,
        margin=margin,
    )


def _cosine_embedding_kernel(part, margin):
    together = part["y_true"] == 1
    found = angle(part["a"].astype(np.float64), part["b"].astype(np.float64))
    over = found.cosine - margin
    values = np.where(together, found.missing, np.maximum(over, 0))
    if not part.wants_slope:
        return Samples(values, None)
    gain = np.where(together, -1.0, np.where(np.isnan(over), over, over > 0))[:, None]
    return Samples(values, (gain * found.by_a, gain * found.by_b))


COSINE_EMBEDDING = FunctionSpec(
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
        TRIPLET,
        _triplet_kernel,
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
        TRIPLET,
        _triplet_kernel,
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
        TRIPLET,
        _triplet_kernel,
        (anchor, positive, negative),
        reduction,
        sample_weight,
        margin=margin,
        squared=squared,
        swap=swap,
        soft=soft,
    )


def _triplet_kernel(part, margin, squared, swap, soft):
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


TRIPLET = FunctionSpec(
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
