"""Losses in which the rows of a batch are the classes of a cross-entropy."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref import _check
from lossref._spec import REAL, Argument, FunctionSpec, Name, Param
from lossref.classification._softmax import finite_parts
from lossref.metric._batch import ROWS, Found, cross_entropies, gradient, value, value_and_gradient
from lossref.metric._vectors import units

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
    return value(N_PAIR, _n_pair_kernel, (anchors, positives), reduction, sample_weight)


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
    return gradient(N_PAIR, _n_pair_kernel, (anchors, positives), reduction, sample_weight)


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
    return value_and_gradient(
        N_PAIR, _n_pair_kernel, (anchors, positives), reduction, sample_weight
    )


def _n_pair_kernel(arrays, factors):
    f, g = arrays["anchors"], arrays["positives"]
    found = cross_entropies(f, g, np.arange(len(f)), 1.0, factors)
    if factors is None:
        return Found(found.values, None)
    return Found(found.values, (found.by_query, found.by_key))


N_PAIR = FunctionSpec(
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
    return value(
        INFO_NCE,
        _info_nce_kernel,
        (queries, keys),
        reduction,
        sample_weight,
        temperature=temperature,
    )


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
        INFO_NCE,
        _info_nce_kernel,
        (queries, keys),
        reduction,
        sample_weight,
        temperature=temperature,
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
        INFO_NCE,
        _info_nce_kernel,
        (queries, keys),
        reduction,
        sample_weight,
        temperature=temperature,
    )


def _info_nce_kernel(arrays, factors, temperature):
    a, b = units(arrays["queries"]), units(arrays["keys"])
    own = np.arange(len(a.rows))
    found = cross_entropies(a.rows, b.rows, own, 1 / temperature, factors)
    if factors is None:
        return Found(found.values, None)
    return Found(found.values, (a.back(found.by_query), b.back(found.by_key)))


INFO_NCE = FunctionSpec(
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


#: The logarithm of 1 / 0.07.
LOG_SCALE = 2.6592600369327783


def clip_loss(
    images: ArrayLike,
    texts: ArrayLike,
    *,
    log_scale: float = LOG_SCALE,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The mean of both cross-entropies: of finding the text of an image, and the image of a text.

    Use it to align two kinds of things, with a temperature that is learned. Not with several
    texts per image in one batch: they would be each other's negatives.

    Formula:
        l_i = (log(sum over j of exp(k (s_ij - s_ii))) + log(sum over j of exp(k (s_ji -
        s_ii)))) / 2, with k = exp(log_scale) and s_ij the cosine of image i and text j

    Parameters:
        images: Array (N, D). NaN is passed on.
        texts: Array of the same shape: the text of row i belongs to image i.
        log_scale: The logarithm of the inverse temperature; the default is that of 1 / 0.07,
            where CLIP starts.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array with one entry per row.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative,
            or there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `info_nce`, which is one of the two directions.

    Source:
        Radford et al. (2021), figure 3, where the scale is kept below 100 in training.

    Examples:
        >>> clip_loss([[1.0, 0.0], [0.0, 1.0]], [[0.0, 3.0], [0.0, 3.0]], log_scale=0.0)
        0.753204434039084
    """
    return value(
        CLIP_LOSS, _clip_loss_kernel, (images, texts), reduction, sample_weight, log_scale=log_scale
    )


def clip_loss_grad(
    images: ArrayLike,
    texts: ArrayLike,
    *,
    log_scale: float = LOG_SCALE,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `clip_loss` with respect to images, texts and log_scale.

    Use it to train; every sample counts as it does in the value.

    Formula:
        G = k (P + Q - 2 I) / 2 by the similarities, with P the softmax of the rows and Q that
        of the columns of k s; dl/dlog_scale = sum of G s
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `clip_loss`.

    Returns:
        A tuple of two arrays, of the shape of images and of texts, and a float for log_scale.

    Raises:
        ValueError, TypeError: As `clip_loss` does.

    Not to be confused with:
        The gradient for "none" is that of the sum, because every value depends on all rows.

    Source:
        By differentiating `clip_loss`.

    Examples:
        >>> clip_loss_grad([[1.0, 0.0]], [[0.0, 1.0]])
        (array([[0., 0.]]), array([[0., 0.]]), 0.0)
    """
    return gradient(
        CLIP_LOSS, _clip_loss_kernel, (images, texts), reduction, sample_weight, log_scale=log_scale
    )


def clip_loss_value_and_grad(
    images: ArrayLike,
    texts: ArrayLike,
    *,
    log_scale: float = LOG_SCALE,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `clip_loss` and `clip_loss_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (clip_loss(...), clip_loss_grad(...))

    Parameters:
        As for `clip_loss`.

    Returns:
        A pair of what `clip_loss` and `clip_loss_grad` return.

    Raises:
        ValueError, TypeError: As `clip_loss` does.

    Not to be confused with:
        `clip_loss_grad`, which returns the gradient alone.

    Source:
        As for `clip_loss`.

    Examples:
        >>> clip_loss_value_and_grad([[1.0, 0.0], [0.0, 1.0]], [[0.0, 3.0], [0.0, 3.0]], log_scale=0.0)[0]
        0.753204434039084
    """
    return value_and_gradient(
        CLIP_LOSS, _clip_loss_kernel, (images, texts), reduction, sample_weight, log_scale=log_scale
    )


def _clip_loss_kernel(arrays, factors, log_scale):
    a, b = units(arrays["images"]), units(arrays["texts"])
    own, scale = np.arange(len(a.rows)), np.exp(log_scale)
    halves = None if factors is None else factors / 2
    one = cross_entropies(a.rows, b.rows, own, scale, halves, learns_scale=True)
    other = cross_entropies(b.rows, a.rows, own, scale, halves, learns_scale=True)
    values = (one.values + other.values) / 2
    if factors is None:
        return Found(values, None)
    by_images = a.back(one.by_query + other.by_key)
    by_texts = b.back(one.by_key + other.by_query)
    return Found(values, (by_images, by_texts, one.by_log_scale + other.by_log_scale))


CLIP_LOSS = FunctionSpec(
    slug="clip_loss",
    title="CLIP loss",
    family="metric",
    loss=clip_loss,
    grad=clip_loss_grad,
    value_and_grad=clip_loss_value_and_grad,
    page="metric/clip",
    kind="batch",
    arguments=(
        Argument("images", REAL, core=1, wrt=True),
        Argument("texts", REAL, core=1, wrt=True),
    ),
    formula="(log(sum(exp(exp(log_scale) * (cosine(images[i], t) - cosine(images[i], texts[i]))) for t in texts)) + log(sum(exp(exp(log_scale) * (cosine(v, texts[i]) - cosine(images[i], texts[i]))) for v in images))) / 2",
    draw=lambda rng: (
        rng.normal(size=(6, 3)),
        rng.normal(size=(6, 3)) * 10.0 ** rng.uniform(-2, 2, (6, 1)),
    ),
    convex=False,
    sources=("radford2021",),
    params=(Param("log_scale", LOG_SCALE, -inf, inf, False, False, "linear", "t"),),
    learned=("log_scale",),
    ulp=1024.0,  # rounding of the cosines, times the scale
)


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
        NT_XENT,
        _nt_xent_kernel,
        (_paired(embeddings),),
        reduction,
        sample_weight,
        temperature=temperature,
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
        NT_XENT,
        _nt_xent_kernel,
        (_paired(embeddings),),
        reduction,
        sample_weight,
        temperature=temperature,
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
        NT_XENT,
        _nt_xent_kernel,
        (_paired(embeddings),),
        reduction,
        sample_weight,
        temperature=temperature,
    )


def _nt_xent_kernel(arrays, factors, temperature):
    z = units(arrays["embeddings"])
    n = len(z.rows)
    own = (np.arange(n) + n // 2) % max(n, 1)
    found = cross_entropies(z.rows, z.rows, own, 1 / temperature, factors, alone=True)
    if factors is None:
        return Found(found.values, None)
    return Found(found.values, (z.back(found.by_query + found.by_key),))


def _paired(embeddings):
    x = _check._real_array(NT_XENT.slug, "embeddings", embeddings)
    if x.ndim == 2 and len(x) % 2:
        raise ValueError(
            f"{NT_XENT.slug}: embeddings must have an even number of rows, two views per sample; "
            f"got {len(x)}. Stack all first views above all second views."
        )
    return x


NT_XENT = FunctionSpec(
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
        SUPCON,
        _supcon_kernel,
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
        SUPCON,
        _supcon_kernel,
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
        SUPCON,
        _supcon_kernel,
        (labels, embeddings),
        reduction,
        sample_weight,
        _partnered,
        temperature=temperature,
    )


def _supcon_kernel(arrays, factors, temperature):
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


SUPCON = FunctionSpec(
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
