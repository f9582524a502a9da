"""N-pair loss: cross-entropy of finding the positive of an anchor among all positives of the batch, by inner products."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._spec import REAL, Argument, FunctionSpec
from lossref.metric._batch import Found, cross_entropies, gradient, value, value_and_gradient

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def n_pair(
    anchors: ArrayLike,
    positives: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Cross-entropy of finding the positive of an anchor among all positives of the batch, by inner products.

    Use it as `info_nce` where lengths should count; then with an L2 penalty on them. Not
    without one: longer vectors make it smaller for free.

    Formula:
        l_i = log(1 + sum over j != i of exp(f_i.g_j - f_i.g_i)), with anchors f and positives g

    Parameters:
        anchors: Array (N, D). NaN is passed on.
        positives: Array of the same shape: row i belongs to anchor i, all others do not.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array with one entry per row.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative,
            or there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `info_nce`, which normalises and has a temperature.

    Source:
        Sohn (2016), section 3. Without the L2 penalty that the paper adds to it.

    Examples:
        >>> n_pair([[1.0, 0.0], [0.0, 1.0]], [[0.0, 2.0], [0.0, 2.0]])
        0.6931471805599453
    """
    return value(SPEC, _kernel, (anchors, positives), reduction, sample_weight)


def n_pair_grad(
    anchors: ArrayLike,
    positives: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `n_pair` with respect to anchors and positives.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl_i/df_i = sum over j of (P_ij - I_ij) g_j and dl_i/dg_j = (P_ij - I_ij) f_i, with P
        the softmax of the rows of f g^T
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `n_pair`.

    Returns:
        A tuple of two arrays of the shape of anchors and of positives.

    Raises:
        ValueError, TypeError: As `n_pair` does.

    Not to be confused with:
        The gradient for "none" is that of the sum, because every value depends on all rows.

    Source:
        By differentiating `n_pair`.

    Examples:
        >>> n_pair_grad([[1.0, 0.0]], [[0.0, 1.0]])
        (array([[0., 0.]]), array([[0., 0.]]))
    """
    return gradient(SPEC, _kernel, (anchors, positives), reduction, sample_weight)


def n_pair_value_and_grad(
    anchors: ArrayLike,
    positives: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `n_pair` and `n_pair_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (n_pair(...), n_pair_grad(...))

    Parameters:
        As for `n_pair`.

    Returns:
        A pair of what `n_pair` and `n_pair_grad` return.

    Raises:
        ValueError, TypeError: As `n_pair` does.

    Not to be confused with:
        `n_pair_grad`, which returns the gradient alone.

    Source:
        As for `n_pair`.

    Examples:
        >>> n_pair_value_and_grad([[1.0, 0.0], [0.0, 1.0]], [[0.0, 2.0], [0.0, 2.0]])[0]
        0.6931471805599453
    """
    return value_and_gradient(SPEC, _kernel, (anchors, positives), reduction, sample_weight)


def _kernel(arrays, factors):
    f, g = arrays["anchors"], arrays["positives"]
    found = cross_entropies(f, g, np.arange(len(f)), 1.0, factors)
    if factors is None:
        return Found(found.values, None)
    return Found(found.values, (found.by_query, found.by_key))


SPEC = FunctionSpec(
    slug="n_pair",
    title="N-pair loss",
    family="metric",
    loss=n_pair,
    grad=n_pair_grad,
    value_and_grad=n_pair_value_and_grad,
    page="metric/info-nce",
    kind="batch",
    arguments=(
        Argument("anchors", REAL, core=1, wrt=True),
        Argument("positives", REAL, core=1, wrt=True),
    ),
    formula="log(1 + sum(exp(dot(anchors[i], positives[j]) - dot(anchors[i], positives[i])) for j in range(len(positives)) if j != i))",
    draw=lambda rng: (rng.normal(size=(6, 3)), 2 * rng.normal(size=(6, 3))),
    convex=False,
    sources=("sohn2016",),
    ulp=64.0,  # differences of inner products
)
