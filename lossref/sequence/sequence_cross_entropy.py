"""Sequence cross-entropy: the softmax cross-entropy of the tokens of a sequence, padding left out."""

from __future__ import annotations

from math import inf, nan
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref import _check, _plain
from lossref._rows import Samples, Task
from lossref._spec import EXTENDED, Argument, Edge, FunctionSpec, Name
from lossref.classification._softmax import softmax_parts

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def sequence_cross_entropy(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    mask: ArrayLike | None = None,
    average: str = "token",
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The softmax cross-entropy of the tokens of a sequence, padding left out.

    Use it where every output step has a label of its own, as in language models. Not where labels
    and steps have to be matched first: that is `ctc`.

    Formula:
        l_t = log(sum over c of exp(z_tc)) - z_(t, y_t) for a token t that counts, 0 for padding
        a mean is over all tokens that count; with average="sequence" over the sequences, each the
        mean of its own tokens

    Parameters:
        labels: Array (..., T): integer classes from 0; anything where the mask is False.
        logits: Array (..., T, C): one row of logits per token, -inf allowed. NaN is passed on, but
            not from padding.
        mask: Flags (..., T), True where a token counts, or None: all count.
        average: "token", or "sequence" to divide every token by the length of its sequence first,
            so that long ones count no more than short ones.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per token.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of labels.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `softmax_cross_entropy` with the padding averaged in, which falls with every padded token.

    Source:
        Bengio et al. (2003), section 2.

    Examples:
        >>> sequence_cross_entropy([[0, 0]], [[[0.0, 0.0], [9.0, 0.0]]], mask=[[True, False]])
        0.6931471805599453
    """
    return _task(labels, logits, mask, average, reduction, sample_weight).run(
        wants_value=True, wants_slope=False
    )[0]


def sequence_cross_entropy_grad(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    mask: ArrayLike | None = None,
    average: str = "token",
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `sequence_cross_entropy` with respect to logits.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl_t/dz_t = P_t - onehot where the token counts, exactly 0 where not
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `sequence_cross_entropy`.

    Returns:
        An array of the shape of logits, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `sequence_cross_entropy` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `sequence_cross_entropy`.

    Examples:
        >>> sequence_cross_entropy_grad([[0, 0]], [[[0.0, 0.0], [9.0, 0.0]]], mask=[[True, False]])
        array([[[-0.5,  0.5],
                [ 0. ,  0. ]]])
    """
    return _task(labels, logits, mask, average, reduction, sample_weight).run(
        wants_value=False, wants_slope=True
    )[1]


def sequence_cross_entropy_value_and_grad(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    mask: ArrayLike | None = None,
    average: str = "token",
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `sequence_cross_entropy` and `sequence_cross_entropy_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (sequence_cross_entropy(...), sequence_cross_entropy_grad(...))

    Parameters:
        As for `sequence_cross_entropy`.

    Returns:
        A pair of what `sequence_cross_entropy` and `sequence_cross_entropy_grad` return.

    Raises:
        ValueError, TypeError: As `sequence_cross_entropy` does.

    Not to be confused with:
        `sequence_cross_entropy_grad`, which returns the gradient alone.

    Source:
        As for `sequence_cross_entropy`.

    Examples:
        >>> sequence_cross_entropy_value_and_grad([[0, 0]], [[[0.0, 0.0], [9.0, 0.0]]], mask=[[True, False]])[0]
        0.6931471805599453
    """
    return _task(labels, logits, mask, average, reduction, sample_weight).run(
        wants_value=True, wants_slope=True
    )


def _task(labels, logits, mask, average, reduction, sample_weight):
    """Rows of logits; of each token whether it counts, and its share of its sequence."""
    slug = SEQUENCE_CROSS_ENTROPY.slug
    z = _check._real_array(slug, "logits", logits)
    _plain.axes(slug, "logits", z, 1, "the classes")
    raw = _check._real_array(slug, "labels", labels)
    lead = z.shape[:-1]
    if raw.shape != lead:
        raise ValueError(
            f"{slug}: labels must have shape {lead}, one class per row of logits; got "
            f"{raw.shape}. Nothing is broadcast here: give one label per token."
        )
    if average not in ("token", "sequence"):
        raise ValueError(
            f'{slug}: average must be "token" or "sequence"; got {average!r}. '
            'Use "sequence" to let every sequence count the same.'
        )
    keep = None if mask is None else _plain.flags(slug, "mask", mask, lead)
    if keep is not None and raw.dtype.kind != "f":
        raw = np.where(keep, raw, 0)
    y = _check.labels(slug, "labels", raw, z.shape[-1], None)
    dtype = z.dtype if z.dtype.kind == "f" else np.dtype(np.float64)
    z = np.asarray(z, np.result_type(dtype, np.float32), order="C")
    arrays = {"labels": y, "logits": z}
    mass = None if keep is None else keep.astype(np.float64)
    if average == "sequence":
        mass = np.ones(lead) if mass is None else mass
        length = mass.sum(axis=-1, keepdims=True) if lead else mass
        mass = mass / np.where(length > 0, length, 1)
        arrays["share"] = mass.astype(z.dtype)
    kernel = _shared_kernel if "share" in arrays else _kernel
    return Task(
        SEQUENCE_CROSS_ENTROPY,
        kernel,
        arrays,
        lead,
        dtype,
        reduction,
        sample_weight,
        {},
        mass=mass,
        keep=keep,
    )


def _kernel(part):
    z, y = part["logits"], part["labels"]
    cost, p, rest = softmax_parts(z, y, part.wants_slope)
    p[np.arange(len(y)), y] = -rest
    return Samples(cost, (p,))


def _shared_kernel(part):
    cost, (slope,) = _kernel(part)
    return Samples(cost * part["share"], (slope * part["share"][:, None],))


SEQUENCE_CROSS_ENTROPY = FunctionSpec(
    slug="sequence_cross_entropy",
    title="Sequence cross-entropy",
    family="sequence",
    loss=sequence_cross_entropy,
    grad=sequence_cross_entropy_grad,
    value_and_grad=sequence_cross_entropy_value_and_grad,
    page="choosing/sequence",
    arguments=(Argument("labels", None), Argument("logits", EXTENDED, core=1, wrt=True)),
    formula="log(sum(exp(z) for z in logits)) - logits[labels]",
    draw=lambda rng: (
        rng.integers(0, 5, 30),
        rng.normal(size=(30, 5)) * 10.0 ** rng.uniform(-2, 1, (30, 1)),
    ),
    convex=True,
    sources=("bengio2003",),
    edges=(
        Edge(
            "padding may hold anything",
            (-100, (inf, nan)),
            0.0,
            ((0.0, 0.0),),
            (("mask", [False]), ("reduction", "sum")),
        ),
        Edge("a token at -inf costs infinitely much", (0, (-inf, 0.0)), inf, ((-1.0, 1.0),)),
    ),
    refused=(
        ("labels", (np.array([0, 5]), np.zeros((2, 5)))),
        ("labels", (np.array([0, -100]), np.zeros((2, 5)))),
    ),
    names_elsewhere=(
        Name(
            "torch",
            "torch.nn.functional.cross_entropy(y_pred, y_true)",
            "the mask is ignore_index, and classes come second: y_pred.transpose(1, 2)",
        ),
    ),
)
