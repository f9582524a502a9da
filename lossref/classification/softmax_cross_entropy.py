"""Softmax cross-entropy: minus the log of the softmax probability of the label."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref import _check
from lossref._rows import Samples, Task
from lossref._spec import EXTENDED, Argument, Edge, FunctionSpec, Name
from lossref.classification._softmax import softmax_parts

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def softmax_cross_entropy(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    axis: int = -1,
    ignore_index: int | None = None,
    class_weight: ArrayLike | None = None,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Minus the log of the softmax probability of the label.

    Use it to train classifiers with more than two classes. Not on probabilities: that is
    `cross_entropy`; not with several labels per sample: that is `bce_with_logits`.

    Formula:
        l = log(sum over c of exp(z_c)) - z_y for a class y
        l = sum over c of q_c (log(sum over k of exp(z_k)) - z_c) for probabilities q

    Parameters:
        labels: Integer classes from 0, of the shape of logits without its class axis; or one
            probability per logit, summing to 1.
        logits: Array with the classes along axis; -inf takes a class out. NaN is passed on.
        axis: The axis of the classes.
        ignore_index: A label that marks samples to leave out, or None.
        class_weight: C weights >= 0, or None. A mean is divided by the weights that took part.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of logits without its class axis.

    Raises:
        ValueError: If the shapes do not fit, a label is not a class, probabilities do not sum to 1, a
            weight is negative, or there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `nll`, which takes log-probabilities; `cross_entropy`, which takes probabilities.

    Source:
        Bridle (1990); the label's own term is kept out of the sum, as log1p asks.

    Examples:
        >>> softmax_cross_entropy([0], [[0.0, 0.0]])
        0.6931471805599453
    """
    task = _task(labels, logits, axis, ignore_index, class_weight, reduction, sample_weight)
    return task.run(wants_value=True, wants_slope=False)[0]


def softmax_cross_entropy_grad(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    axis: int = -1,
    ignore_index: int | None = None,
    class_weight: ArrayLike | None = None,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `softmax_cross_entropy` with respect to logits.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dz = P - onehot, whose component at the label is minus the sum of the other P; (sum q)
        P - q for probabilities
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `softmax_cross_entropy`.

    Returns:
        An array of the shape of logits, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `softmax_cross_entropy` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `softmax_cross_entropy`.

    Examples:
        >>> softmax_cross_entropy_grad([0], [[0.0, 0.0]])
        array([[-0.5,  0.5]])
    """
    task = _task(labels, logits, axis, ignore_index, class_weight, reduction, sample_weight)
    gradient = task.run(wants_value=False, wants_slope=True)[1]
    return np.moveaxis(gradient, -1, axis)


def softmax_cross_entropy_value_and_grad(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    axis: int = -1,
    ignore_index: int | None = None,
    class_weight: ArrayLike | None = None,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `softmax_cross_entropy` and `softmax_cross_entropy_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (softmax_cross_entropy(...), softmax_cross_entropy_grad(...))

    Parameters:
        As for `softmax_cross_entropy`.

    Returns:
        A pair of what `softmax_cross_entropy` and `softmax_cross_entropy_grad` return.

    Raises:
        ValueError, TypeError: As `softmax_cross_entropy` does.

    Not to be confused with:
        `softmax_cross_entropy_grad`, which returns the gradient alone.

    Source:
        As for `softmax_cross_entropy`.

    Examples:
        >>> softmax_cross_entropy_value_and_grad([0], [[0.0, 0.0]])[0]
        0.6931471805599453
    """
    task = _task(labels, logits, axis, ignore_index, class_weight, reduction, sample_weight)
    value, gradient = task.run(wants_value=True, wants_slope=True)
    return value, np.moveaxis(gradient, -1, axis)


def _task(labels, logits, axis, ignore_index, class_weight, reduction, sample_weight):
    """Labels and weights put into one form: rows last, a weight per class, a mass per row."""
    slug = SPEC.slug
    given = _check._real_array(slug, "logits", logits)
    z = np.moveaxis(given, _check.axis(slug, "logits", axis, given), -1)
    raw = _check._real_array(slug, "labels", labels)
    dtype = z.dtype if z.dtype.kind == "f" else np.dtype(np.float64)
    z = np.asarray(z, np.result_type(dtype, np.float32), order="C")
    lead, classes = z.shape[:-1], z.shape[-1]
    weights = None
    if class_weight is not None:
        weights = _check.weights(slug, class_weight, (classes,), "class_weight")
    if raw.ndim == given.ndim:
        return _soft(raw, z, axis, weights, dtype, lead, reduction, sample_weight)
    if raw.shape != lead:
        raise ValueError(
            f"{slug}: labels must have shape {lead}, one class per row of logits; got "
            f"{raw.shape}. Pass integers of that shape, or one probability per logit."
        )
    if ignore_index is not None:
        ignore_index = _check.whole(slug, "ignore_index", ignore_index, -100)
    y = _check.labels(slug, "labels", raw, classes, ignore_index)
    keep = mass = None
    if ignore_index is not None:
        keep = y != ignore_index
        y = np.where(keep, y, 0)
        mass = keep.astype(np.float64)
    if weights is not None:
        mass = weights[y] if mass is None else mass * weights[y]
    options = {"weights": weights}
    arrays = {"labels": y, "logits": z}
    return Task(
        SPEC, _kernel, arrays, lead, dtype, reduction, sample_weight, options, mass=mass, keep=keep
    )


def _soft(raw, z, axis, weights, dtype, lead, reduction, sample_weight):
    q = np.asarray(np.moveaxis(raw, axis, -1), z.dtype, order="C")
    if q.shape != z.shape:
        raise ValueError(
            f"{SPEC.slug}: labels and logits must have the same shape where labels are "
            f"probabilities; got {raw.shape} and {z.shape}. Give one probability per logit."
        )
    _check.probabilities(SPEC.slug, "labels", q)
    _check.distributions(SPEC.slug, "labels", q)
    mass = None
    if weights is not None:
        q = (q * weights).astype(z.dtype)
        mass = q.sum(axis=-1, dtype=np.float64)
    arrays = {"labels": q, "logits": z}
    return Task(SPEC, _soft_kernel, arrays, lead, dtype, reduction, sample_weight, {}, mass=mass)


def _kernel(part, weights):
    z, y = part["logits"], part["labels"]
    cost, p, rest = softmax_parts(z, y, part.wants_slope, part.rows())
    p[np.arange(len(y)), y] = -rest
    if weights is not None:
        own = weights[y].astype(z.dtype)
        cost = cost * own
        p *= own[:, None]
    return Samples(cost, (p,))


def _soft_kernel(part):
    """Every class in turn is the label; all terms are >= 0, so nothing cancels."""
    z, q = part["logits"], part["labels"]
    values = np.zeros(len(z), z.dtype)
    slopes = np.zeros_like(z)
    for c in range(z.shape[1]):
        share = q[:, c]
        used = share > 0
        if not used.any():
            continue
        cost, p, rest = softmax_parts(z[used], np.full(np.count_nonzero(used), c))
        values[used] += share[used] * cost
        p[:, c] = -rest
        slopes[used] += share[used][:, None] * p
    return Samples(values, (slopes,))


SPEC = FunctionSpec(
    slug="softmax_cross_entropy",
    title="Softmax cross-entropy",
    family="classification",
    loss=softmax_cross_entropy,
    grad=softmax_cross_entropy_grad,
    value_and_grad=softmax_cross_entropy_value_and_grad,
    page="classification/softmax-cross-entropy",
    arguments=(Argument("labels", None), Argument("logits", EXTENDED, core=1, wrt=True)),
    formula="log(sum(exp(z) for z in logits)) - logits[labels]",
    draw=lambda rng: (
        rng.integers(0, 5, 30),
        rng.normal(size=(30, 5)) * 10.0 ** rng.uniform(-2, 1, (30, 1)),
    ),
    convex=True,
    sources=("bridle1990",),
    edges=(
        Edge(
            "a class at -inf is out", (0, (0.0, -inf, 0.0)), 0.6931471805599453, ((-0.5, 0.0, 0.5),)
        ),
        Edge("a label at -inf costs infinitely much", (0, (-inf, 0.0)), inf, ((-1.0, 1.0),)),
        Edge(
            "the tail keeps its digits",
            (0, (50.0, 0.0)),
            1.9287498479639178e-22,
            ((-1.9287498479639178e-22, 1.9287498479639178e-22),),
        ),
        Edge("one class alone costs nothing", (0, (3.0,)), 0.0, ((0.0,),)),
    ),
    refused=(
        ("labels", (np.array([0, 5]), np.zeros((2, 5)))),
        ("labels", (np.array([0, -1]), np.zeros((2, 5)))),
    ),
    names_elsewhere=(
        Name(
            "torch",
            "torch.nn.functional.cross_entropy(y_pred, y_true)",
            "cancels where the label leads",
        ),
        Name(
            "optax",
            "optax.losses.softmax_cross_entropy_with_integer_labels(y_pred, y_true)",
            "per row",
        ),
    ),
)
