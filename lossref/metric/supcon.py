"""Supervised contrastive loss: the mean cross-entropy, over all rows of the same label, of finding each of them among all other rows."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._spec import REAL, Argument, FunctionSpec, Name, Param
from lossref.classification._softmax import finite_parts
from lossref.metric._batch import ROWS, Found, gradient, value, value_and_gradient
from lossref.metric._vectors import units

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def supcon(
    labels: ArrayLike,
    embeddings: ArrayLike,
    *,
    temperature: float = 0.1,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The mean cross-entropy, over all rows of the same label, of finding each of them among all other rows.

    Use it to learn embeddings from labels, with several rows per label in a batch. Not with
    batches in which most labels are alone: rows without a partner are left out.

    Formula:
        l_i = mean over p of log(sum over j != i of exp((s_ij - s_ip) / tau)), with s_ij the
        cosine of rows i and j and p the other rows with the label of i

    Parameters:
        labels: Integers, equal for rows that belong together.
        embeddings: Array (N, D). NaN is passed on.
        temperature: The temperature tau > 0.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array with one entry per row, 0 for rows
        without a partner; a mean leaves those out.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative,
            or there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        The form with the mean inside the logarithm, which the paper finds worse; `nt_xent`,
        which is two rows per label.

    Source:
        Khosla et al. (2020), equation 2.

    Examples:
        >>> supcon([0, 0, 1], [[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]], temperature=1.0)
        0.31326168751822286
    """
    return value(
        SPEC,
        _kernel,
        (labels, embeddings),
        reduction,
        sample_weight,
        _partnered,
        temperature=temperature,
    )


def supcon_grad(
    labels: ArrayLike,
    embeddings: ArrayLike,
    *,
    temperature: float = 0.1,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `supcon` with respect to embeddings.

    Use it to train; every sample counts as it does in the value.

    Formula:
        G_ij = (P_ij - M_ij / |P(i)|) / tau by the similarities, with P the softmax over j != i
        and M_ij = 1 for the rows p of i; rows and columns of G both reach the embeddings
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `supcon`.

    Returns:
        An array of the shape of embeddings, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `supcon` does.

    Not to be confused with:
        The gradient for "none" is that of the sum, because every value depends on all rows.

    Source:
        By differentiating `supcon`.

    Examples:
        >>> supcon_grad([0, 0], [[1.0, 0.0], [0.0, 1.0]])
        array([[0., 0.],
               [0., 0.]])
    """
    return gradient(
        SPEC,
        _kernel,
        (labels, embeddings),
        reduction,
        sample_weight,
        _partnered,
        temperature=temperature,
    )


def supcon_value_and_grad(
    labels: ArrayLike,
    embeddings: ArrayLike,
    *,
    temperature: float = 0.1,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `supcon` and `supcon_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (supcon(...), supcon_grad(...))

    Parameters:
        As for `supcon`.

    Returns:
        A pair of what `supcon` and `supcon_grad` return.

    Raises:
        ValueError, TypeError: As `supcon` does.

    Not to be confused with:
        `supcon_grad`, which returns the gradient alone.

    Source:
        As for `supcon`.

    Examples:
        >>> supcon_value_and_grad([0, 0, 1], [[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]], temperature=1.0)[0]
        0.31326168751822286
    """
    return value_and_gradient(
        SPEC,
        _kernel,
        (labels, embeddings),
        reduction,
        sample_weight,
        _partnered,
        temperature=temperature,
    )


def _kernel(arrays, factors, temperature):
    labels, z = arrays["labels"], units(arrays["embeddings"])
    n, x, scale = len(labels), z.rows, z.rows.dtype.type(1 / temperature)
    values, pull = np.zeros(n, x.dtype), np.zeros_like(x)
    for start in range(0, n, ROWS):
        rows = np.arange(start, min(start + ROWS, n))
        s = x[rows] @ x.T
        same = labels[rows, None] == labels
        same[rows - start, rows] = False
        share = 1 / np.maximum(same.sum(axis=1), 1)
        # The closest partner goes first; what the others lack to it is added as it is.
        best = np.where(same, s, -np.inf).argmax(axis=1)
        at = rows - start, best
        s -= s[at][:, None]
        s *= scale
        lack = -np.where(same, s, 0).sum(axis=1) * share
        s[rows - start, rows] = -np.inf
        cost, p, rest = finite_parts(s, at, s, factors is not None)
        values[rows] = cost + lack
        if factors is None:
            continue
        p -= same * share[:, None]
        p[at] = (1 - share) - rest
        p *= (factors[rows] * scale)[:, None].astype(x.dtype)
        pull[rows] += p @ x
        pull += p.T @ x[rows]
    return Found(values, None if factors is None else (z.back(pull.astype(x.dtype)),))


def _partnered(arrays):
    """Rows whose label is there a second time."""
    _, which, counts = np.unique(arrays["labels"], return_inverse=True, return_counts=True)
    return counts[which] > 1


SPEC = FunctionSpec(
    slug="supcon",
    title="Supervised contrastive loss",
    family="metric",
    loss=supcon,
    grad=supcon_grad,
    value_and_grad=supcon_value_and_grad,
    page="metric/info-nce",
    kind="batch",
    arguments=(Argument("labels", None), Argument("embeddings", REAL, core=1, wrt=True)),
    formula="(lambda s, same: sum(log(sum(exp(s[j] - s[p]) for j in range(len(s)) if j != i)) for p in same) / len(same))([cosine(embeddings[i], e) / temperature for e in embeddings], [j for j in range(len(labels)) if j != i and labels[j] == labels[i]])",
    draw=lambda rng: (
        np.array([3, -1, 3, 3, -1, 3]),
        rng.normal(size=(6, 3)) * 10.0 ** rng.uniform(-2, 2, (6, 1)),
    ),
    convex=False,
    sources=("khosla2020",),
    params=(Param("temperature", 0.1, 0.0, inf, False, False, "log", r"\\tau"),),
    names_elsewhere=(
        Name(
            "pytorch_metric_learning",
            "pytorch_metric_learning.losses.SupConLoss",
            "takes the embeddings first",
        ),
    ),
    ulp=128.0,  # rounding of the cosines, over the temperature
)
