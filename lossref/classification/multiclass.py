"""Cross-entropy of a softmax, and what was made of it for hard, wrong or noisy labels."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref import _check
from lossref._rows import Samples, Task, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, Argument, Edge, FunctionSpec, Interval, Name, Param
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
    slug = SOFTMAX_CROSS_ENTROPY.slug
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
        SOFTMAX_CROSS_ENTROPY,
        _softmax_cross_entropy_kernel,
        arrays,
        lead,
        dtype,
        reduction,
        sample_weight,
        options,
        mass=mass,
        keep=keep,
    )


def _soft(raw, z, axis, weights, dtype, lead, reduction, sample_weight):
    q = np.asarray(np.moveaxis(raw, axis, -1), z.dtype, order="C")
    if q.shape != z.shape:
        raise ValueError(
            f"{SOFTMAX_CROSS_ENTROPY.slug}: labels and logits must have the same shape where labels are "
            f"probabilities; got {raw.shape} and {z.shape}. Give one probability per logit."
        )
    _check.probabilities(SOFTMAX_CROSS_ENTROPY.slug, "labels", q)
    _check.distributions(SOFTMAX_CROSS_ENTROPY.slug, "labels", q)
    mass = None
    if weights is not None:
        q = (q * weights).astype(z.dtype)
        mass = q.sum(axis=-1, dtype=np.float64)
    arrays = {"labels": q, "logits": z}
    return Task(
        SOFTMAX_CROSS_ENTROPY,
        _soft_kernel,
        arrays,
        lead,
        dtype,
        reduction,
        sample_weight,
        {},
        mass=mass,
    )


def _softmax_cross_entropy_kernel(part, weights):
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


SOFTMAX_CROSS_ENTROPY = FunctionSpec(
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


def nll(
    labels: ArrayLike,
    log_probs: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Minus the log-probability of the label.

    Use it behind a log_softmax. Not on logits: that is `softmax_cross_entropy`.

    Formula:
        l = -lp_y, with lp the row of log-probabilities

    Parameters:
        labels: Array of the leading axes of logits: integer classes from 0.
        log_probs: Array (..., C): one row of logits per sample, -inf allowed. NaN is passed on.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the leading axes.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `softmax_cross_entropy`, which takes logits and keeps more digits.

    Source:
        Good (1952).

    Examples:
        >>> nll([0], [[-0.5, -1.0]])
        0.5
    """
    return value(NLL, _nll_kernel, (labels, log_probs), reduction, sample_weight)


def nll_grad(
    labels: ArrayLike,
    log_probs: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `nll` with respect to log_probs.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dlp = -onehot
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `nll`.

    Returns:
        An array of the shape of log_probs, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `nll` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `nll`.

    Examples:
        >>> nll_grad([0], [[-0.5, -1.0]])
        array([[-1.,  0.]])
    """
    return gradient(NLL, _nll_kernel, (labels, log_probs), reduction, sample_weight)


def nll_value_and_grad(
    labels: ArrayLike,
    log_probs: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `nll` and `nll_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (nll(...), nll_grad(...))

    Parameters:
        As for `nll`.

    Returns:
        A pair of what `nll` and `nll_grad` return.

    Raises:
        ValueError, TypeError: As `nll` does.

    Not to be confused with:
        `nll_grad`, which returns the gradient alone.

    Source:
        As for `nll`.

    Examples:
        >>> nll_value_and_grad([0], [[-0.5, -1.0]])[0]
        0.5
    """
    return value_and_gradient(NLL, _nll_kernel, (labels, log_probs), reduction, sample_weight)


def _nll_kernel(part):
    lp, y = part["log_probs"], part["labels"]
    at = np.arange(len(y)), y
    slopes = np.zeros_like(lp)
    slopes[at] = -1
    return Samples(-lp[at], (slopes,))


NLL = FunctionSpec(
    slug="nll",
    title="Negative log-likelihood of a class",
    family="classification",
    loss=nll,
    grad=nll_grad,
    value_and_grad=nll_value_and_grad,
    page="classification/softmax-cross-entropy",
    arguments=(
        Argument("labels", None),
        Argument("log_probs", Interval(-inf, 0.0, True, True), core=1, wrt=True),
    ),
    formula="-log_probs[labels]",
    draw=lambda rng: (rng.integers(0, 5, 30), -(10.0 ** rng.uniform(-3, 2, (30, 5)))),
    convex=True,
    sources=("good1952",),
    names_elsewhere=(Name("torch", "torch.nn.functional.nll_loss(y_pred, y_true)"),),
    refused=(("labels", (np.array([0, 5]), np.zeros((2, 5)))),),
)


def softmax_focal(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    gamma: float = 2.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Softmax cross-entropy with easy samples weighted down.

    Use it for many classes of which a few are rare. Not where calibrated probabilities are
    wanted.

    Formula:
        l = (1 - p)^gamma (-log p), with p the softmax probability of the label

    Parameters:
        labels: Array of the leading axes of logits: integer classes from 0.
        logits: Array (..., C): one row of logits per sample, -inf allowed. NaN is passed on.
        gamma: Number in [0, inf): how much easy samples are weighted down.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the leading axes.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `binary_focal`, which treats every class as a question of its own.

    Source:
        Lin, Goyal, Girshick, He and Dollár (2017), equation 4.

    Examples:
        >>> softmax_focal([0], [[0.0, 0.0]])
        0.17328679513998632
    """
    return value(
        SOFTMAX_FOCAL,
        _softmax_focal_kernel,
        (labels, logits),
        reduction,
        sample_weight,
        gamma=gamma,
    )


def softmax_focal_grad(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    gamma: float = 2.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `softmax_focal` with respect to logits.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dz = (1 - p)^gamma (gamma p (-log p) / (1 - p) + 1) (P - onehot)
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `softmax_focal`.

    Returns:
        An array of the shape of logits, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `softmax_focal` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `softmax_focal`.

    Examples:
        >>> softmax_focal_grad([0], [[0.0, 0.0]])
        array([[-0.2982868,  0.2982868]])
    """
    return gradient(
        SOFTMAX_FOCAL,
        _softmax_focal_kernel,
        (labels, logits),
        reduction,
        sample_weight,
        gamma=gamma,
    )


def softmax_focal_value_and_grad(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    gamma: float = 2.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `softmax_focal` and `softmax_focal_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (softmax_focal(...), softmax_focal_grad(...))

    Parameters:
        As for `softmax_focal`.

    Returns:
        A pair of what `softmax_focal` and `softmax_focal_grad` return.

    Raises:
        ValueError, TypeError: As `softmax_focal` does.

    Not to be confused with:
        `softmax_focal_grad`, which returns the gradient alone.

    Source:
        As for `softmax_focal`.

    Examples:
        >>> softmax_focal_value_and_grad([0], [[0.0, 0.0]])[0]
        0.17328679513998632
    """
    return value_and_gradient(
        SOFTMAX_FOCAL,
        _softmax_focal_kernel,
        (labels, logits),
        reduction,
        sample_weight,
        gamma=gamma,
    )


def _softmax_focal_kernel(part, gamma):
    z, y = part["logits"], part["labels"]
    cost, p, rest = softmax_parts(z, y)
    values = rest**gamma * cost
    slopes = None
    if part.wants_slope:
        hit = p[np.arange(len(y)), y].copy()
        ratio = np.divide(cost, rest, out=np.ones_like(rest), where=rest > 0)  # 1 where p = 1
        p[np.arange(len(y)), y] = -rest
        slopes = p * (rest**gamma * (gamma * np.where(hit == 0, 0, hit * ratio) + 1))[:, None]
    return Samples(values, (slopes,))


SOFTMAX_FOCAL = FunctionSpec(
    slug="softmax_focal",
    title="Softmax focal loss",
    family="classification",
    loss=softmax_focal,
    grad=softmax_focal_grad,
    value_and_grad=softmax_focal_value_and_grad,
    page="classification/focal",
    arguments=(Argument("labels", None), Argument("logits", EXTENDED, core=1, wrt=True)),
    formula="(sum(exp(z) for i, z in enumerate(logits) if i != labels) / sum(exp(z) for z in logits)) ** gamma * log(1 + sum(exp(z - logits[labels]) for i, z in enumerate(logits) if i != labels))",
    draw=lambda rng: (
        rng.integers(0, 5, 30),
        rng.normal(size=(30, 5)) * 10.0 ** rng.uniform(-2, 1, (30, 1)),
    ),
    convex=False,
    sources=("lin2017",),
    params=(Param("gamma", 2.0, 0.0, inf, True, False, "linear", r"\gamma"),),
    refused=(("labels", (np.array([0, 5]), np.zeros((2, 5)))),),
    ulp=8.0,  # the power of 1 - p multiplies the errors of both factors
)


def poly1(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    epsilon: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Softmax cross-entropy plus a multiple of the missing probability.

    Use it to tune the first term of the series of the cross-entropy. Not with epsilon below -1:
    the loss would then reward mistakes.

    Formula:
        l = -log p + epsilon (1 - p), with p the softmax probability of the label

    Parameters:
        labels: Array of the leading axes of logits: integer classes from 0.
        logits: Array (..., C): one row of logits per sample, -inf allowed. NaN is passed on.
        epsilon: Number in [-1, inf): the coefficient added to that of 1 - p.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the leading axes.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `label_smoothing`, whose epsilon changes the labels.

    Source:
        Leng et al. (2022).

    Examples:
        >>> poly1([0], [[0.0, 0.0]])
        1.1931471805599454
    """
    return value(POLY1, _poly1_kernel, (labels, logits), reduction, sample_weight, epsilon=epsilon)


def poly1_grad(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    epsilon: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `poly1` with respect to logits.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dz = (1 + epsilon p) (P - onehot)
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `poly1`.

    Returns:
        An array of the shape of logits, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `poly1` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `poly1`.

    Examples:
        >>> poly1_grad([0], [[0.0, 0.0]])
        array([[-0.75,  0.75]])
    """
    return gradient(
        POLY1, _poly1_kernel, (labels, logits), reduction, sample_weight, epsilon=epsilon
    )


def poly1_value_and_grad(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    epsilon: float = 1.0,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `poly1` and `poly1_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (poly1(...), poly1_grad(...))

    Parameters:
        As for `poly1`.

    Returns:
        A pair of what `poly1` and `poly1_grad` return.

    Raises:
        ValueError, TypeError: As `poly1` does.

    Not to be confused with:
        `poly1_grad`, which returns the gradient alone.

    Source:
        As for `poly1`.

    Examples:
        >>> poly1_value_and_grad([0], [[0.0, 0.0]])[0]
        1.1931471805599454
    """
    return value_and_gradient(
        POLY1, _poly1_kernel, (labels, logits), reduction, sample_weight, epsilon=epsilon
    )


def _poly1_kernel(part, epsilon):
    z, y = part["logits"], part["labels"]
    cost, p, rest = softmax_parts(z, y)
    slopes = None
    if part.wants_slope:
        at = np.arange(len(y)), y
        factor = 1 + epsilon * p[at]
        p[at] = -rest
        slopes = p * factor[:, None]
    return Samples(cost + epsilon * rest, (slopes,))


POLY1 = FunctionSpec(
    slug="poly1",
    title="Poly-1 cross-entropy",
    family="classification",
    loss=poly1,
    grad=poly1_grad,
    value_and_grad=poly1_value_and_grad,
    page="classification/label-smoothing",
    arguments=(Argument("labels", None), Argument("logits", EXTENDED, core=1, wrt=True)),
    formula="log(1 + sum(exp(z - logits[labels]) for i, z in enumerate(logits) if i != labels)) + epsilon * sum(exp(z) for i, z in enumerate(logits) if i != labels) / sum(exp(z) for z in logits)",
    draw=lambda rng: (
        rng.integers(0, 5, 30),
        rng.normal(size=(30, 5)) * 10.0 ** rng.uniform(-2, 1, (30, 1)),
    ),
    convex=True,
    sources=("leng2022",),
    params=(Param("epsilon", 1.0, -1.0, inf, True, False, "linear", r"\epsilon"),),
    names_elsewhere=(
        Name("optax", "optax.losses.poly_loss_cross_entropy", "epsilon=2 by default"),
    ),
    refused=(("labels", (np.array([0, 5]), np.zeros((2, 5)))),),
)


def generalised_cross_entropy(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    q: float = 0.5,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Between softmax cross-entropy and the missing probability.

    Use it with wrong labels in the data. Not with clean ones: it learns more slowly.

    Formula:
        l = (1 - p^q) / q, with p the softmax probability of the label

    Parameters:
        labels: Array of the leading axes of logits: integer classes from 0.
        logits: Array (..., C): one row of logits per sample, -inf allowed. NaN is passed on.
        q: Number in (0, 1]: 1 is the missing probability itself.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the leading axes.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `softmax_cross_entropy`, its limit as q goes to 0.

    Source:
        Zhang and Sabuncu (2018).

    Examples:
        >>> generalised_cross_entropy([0], [[0.0, 0.0]])
        0.585786437626905
    """
    return value(
        GENERALISED_CROSS_ENTROPY,
        _generalised_cross_entropy_kernel,
        (labels, logits),
        reduction,
        sample_weight,
        q=q,
    )


def generalised_cross_entropy_grad(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    q: float = 0.5,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `generalised_cross_entropy` with respect to logits.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dz = p^q (P - onehot)
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `generalised_cross_entropy`.

    Returns:
        An array of the shape of logits, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `generalised_cross_entropy` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `generalised_cross_entropy`.

    Examples:
        >>> generalised_cross_entropy_grad([0], [[0.0, 0.0]])
        array([[-0.35355339,  0.35355339]])
    """
    return gradient(
        GENERALISED_CROSS_ENTROPY,
        _generalised_cross_entropy_kernel,
        (labels, logits),
        reduction,
        sample_weight,
        q=q,
    )


def generalised_cross_entropy_value_and_grad(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    q: float = 0.5,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `generalised_cross_entropy` and `generalised_cross_entropy_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (generalised_cross_entropy(...), generalised_cross_entropy_grad(...))

    Parameters:
        As for `generalised_cross_entropy`.

    Returns:
        A pair of what `generalised_cross_entropy` and `generalised_cross_entropy_grad` return.

    Raises:
        ValueError, TypeError: As `generalised_cross_entropy` does.

    Not to be confused with:
        `generalised_cross_entropy_grad`, which returns the gradient alone.

    Source:
        As for `generalised_cross_entropy`.

    Examples:
        >>> generalised_cross_entropy_value_and_grad([0], [[0.0, 0.0]])[0]
        0.585786437626905
    """
    return value_and_gradient(
        GENERALISED_CROSS_ENTROPY,
        _generalised_cross_entropy_kernel,
        (labels, logits),
        reduction,
        sample_weight,
        q=q,
    )


def _generalised_cross_entropy_kernel(part, q):
    z, y = part["logits"], part["labels"]
    cost, p, rest = softmax_parts(z, y)
    slopes = None
    if part.wants_slope:
        p[np.arange(len(y)), y] = -rest
        slopes = p * np.exp(-q * cost)[:, None]
    return Samples(-np.expm1(-q * cost) / q, (slopes,))


GENERALISED_CROSS_ENTROPY = FunctionSpec(
    slug="generalised_cross_entropy",
    title="Generalised cross-entropy",
    family="classification",
    loss=generalised_cross_entropy,
    grad=generalised_cross_entropy_grad,
    value_and_grad=generalised_cross_entropy_value_and_grad,
    page="classification/label-smoothing",
    arguments=(Argument("labels", None), Argument("logits", EXTENDED, core=1, wrt=True)),
    formula="(1 - (exp(-(log(1 + sum(exp(z - logits[labels]) for i, z in enumerate(logits) if i != labels))))) ** q) / q",
    draw=lambda rng: (
        rng.integers(0, 5, 30),
        rng.normal(size=(30, 5)) * 10.0 ** rng.uniform(-2, 1, (30, 1)),
    ),
    convex=False,
    sources=("zhang2018",),
    params=(Param("q", 0.5, 0.0, 1.0, False, True, "linear", "q"),),
    refused=(("labels", (np.array([0, 5]), np.zeros((2, 5)))),),
)


def multiclass_brier(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The squared distance of the softmax probabilities from the label.

    Use it where a bounded, proper score is wanted. Not with a bad start: its gradient vanishes
    where it is surely wrong.

    Formula:
        l = sum over c of (P_c - onehot_c)^2

    Parameters:
        labels: Array of the leading axes of logits: integer classes from 0.
        logits: Array (..., C): one row of logits per sample, -inf allowed. NaN is passed on.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the leading axes.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `brier`, which for two classes is half of this.

    Source:
        Brier (1950).

    Examples:
        >>> multiclass_brier([0], [[0.0, 0.0]])
        0.5
    """
    return value(
        MULTICLASS_BRIER, _multiclass_brier_kernel, (labels, logits), reduction, sample_weight
    )


def multiclass_brier_grad(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `multiclass_brier` with respect to logits.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dz = 2 P ((P - onehot) - sum(P (P - onehot)))
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `multiclass_brier`.

    Returns:
        An array of the shape of logits, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `multiclass_brier` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `multiclass_brier`.

    Examples:
        >>> multiclass_brier_grad([0], [[0.0, 0.0]])
        array([[-0.5,  0.5]])
    """
    return gradient(
        MULTICLASS_BRIER, _multiclass_brier_kernel, (labels, logits), reduction, sample_weight
    )


def multiclass_brier_value_and_grad(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `multiclass_brier` and `multiclass_brier_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (multiclass_brier(...), multiclass_brier_grad(...))

    Parameters:
        As for `multiclass_brier`.

    Returns:
        A pair of what `multiclass_brier` and `multiclass_brier_grad` return.

    Raises:
        ValueError, TypeError: As `multiclass_brier` does.

    Not to be confused with:
        `multiclass_brier_grad`, which returns the gradient alone.

    Source:
        As for `multiclass_brier`.

    Examples:
        >>> multiclass_brier_value_and_grad([0], [[0.0, 0.0]])[0]
        0.5
    """
    return value_and_gradient(
        MULTICLASS_BRIER, _multiclass_brier_kernel, (labels, logits), reduction, sample_weight
    )


def _multiclass_brier_kernel(part):
    z, y = part["logits"], part["labels"]
    _, p, rest = softmax_parts(z, y)
    error = p.copy()
    error[np.arange(len(y)), y] = -rest
    slopes = None
    if part.wants_slope:
        inner = error - (p * error).sum(axis=1, keepdims=True)
        # The largest class is 1 minus little: what is left of it comes from the others.
        top = np.arange(len(y)), p.argmax(axis=1)
        others = p.copy()
        others[top] = 0
        inner[top] = error[top] * others.sum(axis=1) - (others * error).sum(axis=1)
        slopes = 2 * p * inner
    return Samples((error * error).sum(axis=1), (slopes,))


MULTICLASS_BRIER = FunctionSpec(
    slug="multiclass_brier",
    title="Multi-class Brier score",
    family="classification",
    loss=multiclass_brier,
    grad=multiclass_brier_grad,
    value_and_grad=multiclass_brier_value_and_grad,
    page="classification/softmax-cross-entropy",
    arguments=(Argument("labels", None), Argument("logits", EXTENDED, core=1, wrt=True)),
    formula="sum((exp(z) / sum(exp(v) for v in logits) - (i == labels)) ** 2 for i, z in enumerate(logits))",
    draw=lambda rng: (
        rng.integers(0, 5, 30),
        rng.normal(size=(30, 5)) * 10.0 ** rng.uniform(-2, 1, (30, 1)),
    ),
    convex=False,
    sources=("brier1950",),
    refused=(("labels", (np.array([0, 5]), np.zeros((2, 5)))),),
)
