"""NT-Xent loss: cross-entropy of finding the other view of a sample among all views of the batch but itself."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref import _check
from lossref._spec import REAL, Argument, FunctionSpec, Name, Param
from lossref.metric._batch import Found, cross_entropies, gradient, value, value_and_gradient
from lossref.metric._vectors import units

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def nt_xent(
    embeddings: ArrayLike,
    *,
    temperature: float = 0.5,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Cross-entropy of finding the other view of a sample among all views of the batch but itself.

    Use it as SimCLR does, with two augmented views of every sample. Not with labels that make
    several rows belong together: that is `supcon`.

    Formula:
        l_i = log(sum over j != i of exp((s_ij - s_ip) / tau)), with s_ij the cosine of rows i
        and j and p the row of the other view, N / 2 away

    Parameters:
        embeddings: Array (N, D) with N even: rows i and i + N / 2 are two views of one sample.
            NaN is passed on.
        temperature: The temperature tau > 0.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array with one entry per row.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative,
            or there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `info_nce`, where queries compete for keys only; optax's ntxent, which takes labels and
        several positives.

    Source:
        Chen et al. (2020), equation 1.

    Examples:
        >>> nt_xent([[1.0, 0.0], [1.0, 0.0]])
        0.0
    """
    return value(
        SPEC, _kernel, (_paired(embeddings),), reduction, sample_weight, temperature=temperature
    )


def nt_xent_grad(
    embeddings: ArrayLike,
    *,
    temperature: float = 0.5,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `nt_xent` with respect to embeddings.

    Use it to train; every sample counts as it does in the value.

    Formula:
        G = (P - I_p) / tau by the similarities, with P the softmax over j != i; rows and
        columns of G both reach the embeddings
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `nt_xent`.

    Returns:
        An array of the shape of embeddings, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `nt_xent` does.

    Not to be confused with:
        The gradient for "none" is that of the sum, because every value depends on all rows.

    Source:
        By differentiating `nt_xent`.

    Examples:
        >>> nt_xent_grad([[1.0, 0.0], [0.0, 1.0]])
        array([[0., 0.],
               [0., 0.]])
    """
    return gradient(
        SPEC, _kernel, (_paired(embeddings),), reduction, sample_weight, temperature=temperature
    )


def nt_xent_value_and_grad(
    embeddings: ArrayLike,
    *,
    temperature: float = 0.5,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `nt_xent` and `nt_xent_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (nt_xent(...), nt_xent_grad(...))

    Parameters:
        As for `nt_xent`.

    Returns:
        A pair of what `nt_xent` and `nt_xent_grad` return.

    Raises:
        ValueError, TypeError: As `nt_xent` does.

    Not to be confused with:
        `nt_xent_grad`, which returns the gradient alone.

    Source:
        As for `nt_xent`.

    Examples:
        >>> nt_xent_value_and_grad([[1.0, 0.0], [1.0, 0.0]])[0]
        0.0
    """
    return value_and_gradient(
        SPEC, _kernel, (_paired(embeddings),), reduction, sample_weight, temperature=temperature
    )


def _kernel(arrays, factors, temperature):
    z = units(arrays["embeddings"])
    n = len(z.rows)
    own = (np.arange(n) + n // 2) % max(n, 1)
    found = cross_entropies(z.rows, z.rows, own, 1 / temperature, factors, alone=True)
    if factors is None:
        return Found(found.values, None)
    return Found(found.values, (z.back(found.by_query + found.by_key),))


def _paired(embeddings):
    x = _check._real_array(SPEC.slug, "embeddings", embeddings)
    if x.ndim == 2 and len(x) % 2:
        raise ValueError(
            f"{SPEC.slug}: embeddings must have an even number of rows, two views per sample; "
            f"got {len(x)}. Stack all first views above all second views."
        )
    return x


SPEC = FunctionSpec(
    slug="nt_xent",
    title="NT-Xent loss",
    family="metric",
    loss=nt_xent,
    grad=nt_xent_grad,
    value_and_grad=nt_xent_value_and_grad,
    page="metric/info-nce",
    kind="batch",
    arguments=(Argument("embeddings", REAL, core=1, wrt=True),),
    formula="log(sum(exp((cosine(embeddings[i], e) - cosine(embeddings[i], embeddings[(i + len(embeddings) // 2) % len(embeddings)])) / temperature) for j, e in enumerate(embeddings) if j != i))",
    draw=lambda rng: (rng.normal(size=(6, 3)) * 10.0 ** rng.uniform(-2, 2, (6, 1)),),
    convex=False,
    sources=("chen2020",),
    params=(Param("temperature", 0.5, 0.0, inf, False, False, "log", r"\\tau"),),
    refused=(("embeddings", (np.ones((5, 3)),)),),
    names_elsewhere=(
        Name(
            "pytorch_metric_learning",
            "pytorch_metric_learning.losses.NTXentLoss",
            "takes labels; each anchor's cost is cut off at 87.3 in float32",
        ),
        Name("monai", "monai.losses.ContrastiveLoss", "overflows at low temperatures"),
    ),
    ulp=128.0,  # rounding of the cosines, over the temperature
)
