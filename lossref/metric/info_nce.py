"""InfoNCE loss: cross-entropy of finding the key that belongs to a query among all keys of the batch."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._spec import REAL, Argument, FunctionSpec, Name, Param
from lossref.metric._batch import Found, cross_entropies, gradient, value, value_and_gradient
from lossref.metric._vectors import units

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def info_nce(
    queries: ArrayLike,
    keys: ArrayLike,
    *,
    temperature: float = 0.07,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Cross-entropy of finding the key that belongs to a query among all keys of the batch.

    Use it to learn representations from pairs, with every other pair of the batch as a
    negative. Not with small batches and expect much: its value says nothing beyond log of their
    size; not where both directions count: that is `clip_loss`.

    Formula:
        l_i = log(sum over j of exp((s_ij - s_ii) / tau)), with s_ij the cosine of query i and
        key j; the positive is one of the terms

    Parameters:
        queries: Array (N, D). NaN is passed on.
        keys: Array of the same shape: the key of row i belongs to query i.
        temperature: The temperature tau > 0: the smaller, the more the hardest negative
            decides.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array with one entry per row.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative,
            or there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        The form without the positive in the denominator, which can be negative; `n_pair`, which
        does not normalise.

    Source:
        Van den Oord, Li and Vinyals (2018), equation 4. The positive's term is 1 and is never
        summed with the others, so nothing cancels where it leads.

    Examples:
        >>> info_nce([[1.0, 0.0], [0.0, 1.0]], [[2.0, 0.0], [2.0, 0.0]], temperature=1.0)
        0.6931471805599453
    """
    return value(SPEC, _kernel, (queries, keys), reduction, sample_weight, temperature=temperature)


def info_nce_grad(
    queries: ArrayLike,
    keys: ArrayLike,
    *,
    temperature: float = 0.07,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `info_nce` with respect to queries and keys.

    Use it to train; every sample counts as it does in the value.

    Formula:
        G = (P - I) / tau by the similarities, with P the softmax of the rows of s / tau; (g - u
        (u.g)) / |x| from a unit vector u = x / |x| to x
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `info_nce`.

    Returns:
        A tuple of two arrays of the shape of queries and of keys.

    Raises:
        ValueError, TypeError: As `info_nce` does.

    Not to be confused with:
        The gradient for "none" is that of the sum, because every value depends on all rows.

    Source:
        By differentiating `info_nce`.

    Examples:
        >>> info_nce_grad([[1.0, 0.0]], [[0.0, 1.0]])
        (array([[0., 0.]]), array([[0., 0.]]))
    """
    return gradient(
        SPEC, _kernel, (queries, keys), reduction, sample_weight, temperature=temperature
    )


def info_nce_value_and_grad(
    queries: ArrayLike,
    keys: ArrayLike,
    *,
    temperature: float = 0.07,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `info_nce` and `info_nce_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (info_nce(...), info_nce_grad(...))

    Parameters:
        As for `info_nce`.

    Returns:
        A pair of what `info_nce` and `info_nce_grad` return.

    Raises:
        ValueError, TypeError: As `info_nce` does.

    Not to be confused with:
        `info_nce_grad`, which returns the gradient alone.

    Source:
        As for `info_nce`.

    Examples:
        >>> info_nce_value_and_grad([[1.0, 0.0], [0.0, 1.0]], [[2.0, 0.0], [2.0, 0.0]], temperature=1.0)[0]
        0.6931471805599453
    """
    return value_and_gradient(
        SPEC, _kernel, (queries, keys), reduction, sample_weight, temperature=temperature
    )


def _kernel(arrays, factors, temperature):
    a, b = units(arrays["queries"]), units(arrays["keys"])
    own = np.arange(len(a.rows))
    found = cross_entropies(a.rows, b.rows, own, 1 / temperature, factors)
    if factors is None:
        return Found(found.values, None)
    return Found(found.values, (a.back(found.by_query), b.back(found.by_key)))


SPEC = FunctionSpec(
    slug="info_nce",
    title="InfoNCE loss",
    family="metric",
    loss=info_nce,
    grad=info_nce_grad,
    value_and_grad=info_nce_value_and_grad,
    page="metric/info-nce",
    kind="batch",
    arguments=(
        Argument("queries", REAL, core=1, wrt=True),
        Argument("keys", REAL, core=1, wrt=True),
    ),
    formula="log(sum(exp((cosine(queries[i], k) - cosine(queries[i], keys[i])) / temperature) for k in keys))",
    draw=lambda rng: (
        rng.normal(size=(6, 3)),
        rng.normal(size=(6, 3)) * 10.0 ** rng.uniform(-2, 2, (6, 1)),
    ),
    convex=False,
    sources=("oord2018",),
    params=(Param("temperature", 0.07, 0.0, inf, False, False, "log", r"\\tau"),),
    names_elsewhere=(
        Name(
            "torch",
            "torch.nn.functional.cross_entropy(similarities / temperature, torch.arange(n))",
            "cancels where the positive leads",
        ),
    ),
    ulp=128.0,  # rounding of the cosines, over the temperature
)
