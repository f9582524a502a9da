"""CLIP loss: the mean of both cross-entropies: of finding the text of an image, and the image of a text."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._spec import REAL, Argument, FunctionSpec, Param
from lossref.metric._batch import Found, cross_entropies, gradient, value, value_and_gradient
from lossref.metric._vectors import units

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


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
    return value(SPEC, _kernel, (images, texts), reduction, sample_weight, log_scale=log_scale)


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
    return gradient(SPEC, _kernel, (images, texts), reduction, sample_weight, log_scale=log_scale)


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
        SPEC, _kernel, (images, texts), reduction, sample_weight, log_scale=log_scale
    )


def _kernel(arrays, factors, log_scale):
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


SPEC = FunctionSpec(
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
