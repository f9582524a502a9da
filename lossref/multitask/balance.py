"""One number from several losses: weights that are given, weights that are learned, and what keeps tasks in balance."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref import _check, _plain
from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, Argument, Choice, Edge, FunctionSpec, Interval
from lossref.stable import softmax

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def weighted_sum(
    weights: ArrayLike,
    losses: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The losses of several tasks, each times its weight.

    Use it to train one network on several tasks. Not with weights that make up for units only:
    divide each loss by its scale first, and say so.

    Formula:
        l = sum over k of w_k L_k; a task of weight 0 counts 0 whatever its loss

    Parameters:
        weights: Array (..., K): weights w >= 0, finite and held constant.
        losses: Array (..., K): one reduced loss per task. NaN is passed on.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per row of tasks.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the leading axes.

    Raises:
        ValueError: If the shapes do not fit, a weight is negative or not finite, or there is
            nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        A weighted mean: nothing is divided by the sum of the weights.

    Source:
        Caruana (1997).

    Examples:
        >>> weighted_sum([0.5, 2.0], [4.0, 1.0])
        4.0
    """
    return value(WEIGHTED_SUM, _weighted_sum_kernel, (weights, losses), reduction, sample_weight)


def weighted_sum_grad(
    weights: ArrayLike,
    losses: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `weighted_sum` with respect to losses.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dL_k = w_k
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `weighted_sum`.

    Returns:
        An array of the shape of losses, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `weighted_sum` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `weighted_sum`.

    Examples:
        >>> weighted_sum_grad([0.5, 2.0], [4.0, 1.0])
        array([0.5, 2. ])
    """
    return gradient(WEIGHTED_SUM, _weighted_sum_kernel, (weights, losses), reduction, sample_weight)


def weighted_sum_value_and_grad(
    weights: ArrayLike,
    losses: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `weighted_sum` and `weighted_sum_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (weighted_sum(...), weighted_sum_grad(...))

    Parameters:
        As for `weighted_sum`.

    Returns:
        A pair of what `weighted_sum` and `weighted_sum_grad` return.

    Raises:
        ValueError, TypeError: As `weighted_sum` does.

    Not to be confused with:
        `weighted_sum_grad`, which returns the gradient alone.

    Source:
        As for `weighted_sum`.

    Examples:
        >>> weighted_sum_value_and_grad([0.5, 2.0], [4.0, 1.0])[0]
        4.0
    """
    return value_and_gradient(
        WEIGHTED_SUM, _weighted_sum_kernel, (weights, losses), reduction, sample_weight
    )


def _weighted_sum_kernel(part):
    w, losses = part["weights"], part["losses"]
    counted = np.where((w == 0) & np.isinf(losses), 0, losses)
    return Samples((w * counted).sum(axis=1), (w,))


WEIGHTED_SUM = FunctionSpec(
    slug="weighted_sum",
    title="Weighted sum of losses",
    family="multitask",
    loss=weighted_sum,
    grad=weighted_sum_grad,
    value_and_grad=weighted_sum_value_and_grad,
    page="multitask/weighted-sum",
    arguments=(
        Argument("weights", Interval(0.0, inf, True, False), core=1),
        Argument("losses", EXTENDED, core=1, wrt=True),
    ),
    formula="sum(w * x for w, x in zip(weights, losses))",
    draw=lambda rng: (rng.uniform(0, 2, (40, 3)), rng.exponential(size=(40, 3))),
    convex=True,
    sources=("caruana1997",),
    edges=(Edge("a task left out", ((1.0, 0.0), (2.0, inf)), 2.0, ((1.0, 0.0),)),),
    refused=(("weights", (np.array([[1.0, -1.0]]), np.ones((1, 2)))),),
)


def uncertainty_weighting(
    factors: ArrayLike,
    losses: ArrayLike,
    log_vars: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Losses divided by learned noise variances, and what the variances cost.

    Use it to learn the weights of tasks whose losses are log-likelihoods. Not with losses that can
    reach 0 and no floor under the log-variances: they fall for ever and the weight grows without
    bound.

    Formula:
        l = sum over k of (c_k exp(-s_k) L_k + s_k / 2), with s_k = log of the noise variance and
        c_k = 1/2 for a squared error, 1 for a cross-entropy

    Parameters:
        factors: Array (..., K): c, 0.5 for a regression and 1 for a classification.
        losses: Array (..., K): one reduced loss per task; for a regression the mean squared error,
            not half of it. NaN is passed on.
        log_vars: Array (..., K): the learned s. NaN is passed on.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per row of tasks.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the leading axes.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `gaussian_nll`, where the variance is predicted sample by sample.

    Source:
        Kendall, Gal and Cipolla (2018), equations 7 and 10.

    Examples:
        >>> uncertainty_weighting([0.5, 1.0], [4.0, 1.0], [0.0, 0.0])
        3.0
    """
    return value(
        UNCERTAINTY_WEIGHTING,
        _uncertainty_weighting_kernel,
        (factors, losses, log_vars),
        reduction,
        sample_weight,
    )


def uncertainty_weighting_grad(
    factors: ArrayLike,
    losses: ArrayLike,
    log_vars: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `uncertainty_weighting` with respect to losses and log_vars.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dL_k = c_k exp(-s_k); dl/ds_k = 1/2 - c_k exp(-s_k) L_k
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `uncertainty_weighting`.

    Returns:
        A tuple of arrays, one of the shape of each of losses and log_vars, in their order.

    Raises:
        ValueError, TypeError: As `uncertainty_weighting` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `uncertainty_weighting`.

    Examples:
        >>> uncertainty_weighting_grad([0.5, 1.0], [4.0, 1.0], [0.0, 0.0])
        (array([0.5, 1. ]), array([-1.5, -0.5]))
    """
    return gradient(
        UNCERTAINTY_WEIGHTING,
        _uncertainty_weighting_kernel,
        (factors, losses, log_vars),
        reduction,
        sample_weight,
    )


def uncertainty_weighting_value_and_grad(
    factors: ArrayLike,
    losses: ArrayLike,
    log_vars: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `uncertainty_weighting` and `uncertainty_weighting_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (uncertainty_weighting(...), uncertainty_weighting_grad(...))

    Parameters:
        As for `uncertainty_weighting`.

    Returns:
        A pair of what `uncertainty_weighting` and `uncertainty_weighting_grad` return.

    Raises:
        ValueError, TypeError: As `uncertainty_weighting` does.

    Not to be confused with:
        `uncertainty_weighting_grad`, which returns the gradient alone.

    Source:
        As for `uncertainty_weighting`.

    Examples:
        >>> uncertainty_weighting_value_and_grad([0.5, 1.0], [4.0, 1.0], [0.0, 0.0])[0]
        3.0
    """
    return value_and_gradient(
        UNCERTAINTY_WEIGHTING,
        _uncertainty_weighting_kernel,
        (factors, losses, log_vars),
        reduction,
        sample_weight,
    )


def _uncertainty_weighting_kernel(part):
    c, losses, s = part["factors"], part["losses"], part["log_vars"]
    weight = c * np.exp(-s)
    cost = weight * losses
    return Samples((cost + s / 2).sum(axis=1), (weight, 0.5 - cost))


UNCERTAINTY_WEIGHTING = FunctionSpec(
    slug="uncertainty_weighting",
    title="Uncertainty weighting",
    family="multitask",
    loss=uncertainty_weighting,
    grad=uncertainty_weighting_grad,
    value_and_grad=uncertainty_weighting_value_and_grad,
    page="multitask/uncertainty-weighting",
    arguments=(
        Argument("factors", Choice((0.5, 1.0)), core=1),
        Argument("losses", EXTENDED, core=1, wrt=True),
        Argument("log_vars", EXTENDED, core=1, wrt=True),
    ),
    formula="sum(c * exp(-s) * x + s / 2 for c, x, s in zip(factors, losses, log_vars))",
    draw=lambda rng: (
        rng.choice([0.5, 1.0], (40, 3)),
        rng.exponential(size=(40, 3)),
        rng.uniform(-3, 3, (40, 3)),
    ),
    convex=False,
    sources=("kendall2018",),
    edges=(
        Edge(
            "the best variance of a regression is its loss",
            ((0.5,), (1.0,), (0.0,)),
            0.5,
            ((0.5,), (0.0,)),
        ),
        Edge(
            "that of a classification twice its loss",
            ((1.0,), (0.5,), (0.0,)),
            0.5,
            ((1.0,), (0.0,)),
        ),
    ),
    refused=(("factors", (np.array([[2.0]]), np.ones((1, 1)), np.ones((1, 1)))),),
    ulp=256.0,  # the value crosses zero
)


_POSITIVE = Interval(0.0, inf, False, False)
_NOT_NEGATIVE = Interval(0.0, inf, True, False)


def dynamic_weight_average(
    losses: ArrayLike, previous_losses: ArrayLike, *, temperature: float = 2.0
) -> Any:
    """Weights for the next step from how fast each loss fell: the slower, the heavier.

    Use it where no gradient may be looked at. Not on the losses of single batches, whose ratios
    are noise: take means over an epoch.

    Formula:
        w_k = K softmax(r / temperature)_k, with r_k = losses_k / previous_losses_k

    Parameters:
        losses: Array (..., K): the losses of the last epoch, > 0.
        previous_losses: Array (..., K): those of the epoch before, > 0.
        temperature: Number in (0, inf); the larger, the more equal the weights.

    Returns:
        An array of the shape of losses; every row sums to K.

    Raises:
        ValueError: If shapes differ, a loss is not positive, or temperature is not in (0, inf).
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        Weights by the size of the losses, which follow units.

    Source:
        Liu, Johns and Davison (2019).

    Examples:
        >>> dynamic_weight_average([1.0, 3.0], [2.0, 6.0])
        array([1., 1.])
    """
    who = "dynamic_weight_average"
    new = _plain.array(who, "losses", losses, _POSITIVE)
    old = _plain.array(who, "previous_losses", previous_losses, _POSITIVE)
    _plain.same_shape(who, previous_losses=old, losses=new)
    _plain.axes(who, "losses", new, 1, "the tasks")
    temperature = _plain.number(who, "temperature", temperature, _POSITIVE, 2.0)
    rates = new / old
    return new.shape[-1] * softmax(rates / rates.dtype.type(temperature))


def gradnorm(weights: ArrayLike, norms: ArrayLike, rates: ArrayLike, *, alpha: float = 1.5) -> Any:
    """How far the gradient norms of the tasks are from where they should be.

    Use it to learn the weights of tasks, beside the losses themselves. Not to train the network:
    only the weights are to follow its gradient.

    Formula:
        L = sum over k of |G_k - mean(G) (r_k / mean(r))^alpha|; the targets are constants

    Parameters:
        weights: Array (K,): the weights w of the tasks, > 0.
        norms: Array (K,): G_k, the norm of the gradient of w_k L_k at the last shared layer.
        rates: Array (K,): what is left of each loss, L_k(t) / L_k(0); > 0.
        alpha: Number in [0, inf): how strongly slow tasks are pulled up.

    Returns:
        A float.

    Raises:
        ValueError: If shapes differ, a number is outside its set, or there is no task.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        A rule that multiplies the weights by a power of the rates, which is not the published one.

    Source:
        Chen et al. (2018), equation 2.

    Examples:
        >>> gradnorm([1.0, 1.0], [1.0, 4.0], [1.0, 1.0])  # both should be 2.5
        3.0
    """
    return gradnorm_value_and_grad(weights, norms, rates, alpha=alpha)[0]


def gradnorm_grad(
    weights: ArrayLike, norms: ArrayLike, rates: ArrayLike, *, alpha: float = 1.5
) -> Any:
    """Gradient of `gradnorm` with respect to the weights, the targets held constant.

    Use it for the step of the weights, then make them sum to K again, as `gradnorm_step` does.

    Formula:
        dL/dw_k = sign(G_k - target_k) G_k / w_k, and 0 where G_k is its target

    Parameters:
        As for `gradnorm`.

    Returns:
        An array (K,).

    Raises:
        ValueError, TypeError: As `gradnorm` does.

    Not to be confused with:
        The full derivative, through mean(G): the paper keeps the targets constant.

    Source:
        By differentiating `gradnorm`; G_k is w_k times what no weight changes.

    Examples:
        >>> gradnorm_grad([1.0, 1.0], [1.0, 4.0], [1.0, 1.0])
        array([-1.,  4.])
    """
    return gradnorm_value_and_grad(weights, norms, rates, alpha=alpha)[1]


def gradnorm_value_and_grad(
    weights: ArrayLike, norms: ArrayLike, rates: ArrayLike, *, alpha: float = 1.5
) -> Any:
    """Both `gradnorm` and `gradnorm_grad`.

    Use it to watch what is minimised. Not where only one of them is needed.

    Formula:
        (gradnorm(...), gradnorm_grad(...))

    Parameters:
        As for `gradnorm`.

    Returns:
        A pair of what `gradnorm` and `gradnorm_grad` return.

    Raises:
        ValueError, TypeError: As `gradnorm` does.

    Not to be confused with:
        `gradnorm_step`, which returns new weights.

    Source:
        As for `gradnorm`.

    Examples:
        >>> gradnorm_value_and_grad([1.0, 1.0], [1.0, 4.0], [1.0, 1.0])
        (3.0, array([-1.,  4.]))
    """
    who = "gradnorm"
    w = _tasks(who, "weights", weights, _POSITIVE)
    g = _tasks(who, "norms", norms, _NOT_NEGATIVE)
    r = _tasks(who, "rates", rates, _POSITIVE)
    _plain.same_shape(who, norms=g, rates=r, weights=w)
    alpha = _plain.number(who, "alpha", alpha, _NOT_NEGATIVE, 1.5)
    off = g - g.mean() * (r / r.mean()) ** alpha
    return float(np.abs(off).sum(dtype=np.float64)), np.sign(off) * (g / w)


def gradnorm_step(
    weights: ArrayLike,
    norms: ArrayLike,
    rates: ArrayLike,
    *,
    alpha: float = 1.5,
    learning_rate: float = 0.025,
) -> Any:
    """The weights after one step down `gradnorm`, scaled to sum to their number again.

    Use it once per step of training. Not with a step so long that a weight would turn negative:
    that raises.

    Formula:
        w' = w - learning_rate dL/dw; then w' K / sum(w')

    Parameters:
        weights, norms, rates, alpha: As for `gradnorm`.
        learning_rate: Number in (0, inf).

    Returns:
        An array (K,), of sum K.

    Raises:
        ValueError: As `gradnorm` does, and if a weight would not stay positive.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        The step of the network, which `weighted_sum` gives.

    Source:
        Chen et al. (2018), algorithm 1.

    Examples:
        >>> gradnorm_step([1.0, 1.0], [1.0, 4.0], [1.0, 1.0], learning_rate=0.05).round(3)
        array([1.135, 0.865])
    """
    who = "gradnorm_step"
    rate = _plain.number(who, "learning_rate", learning_rate, _POSITIVE, 0.025)
    slope = gradnorm_grad(weights, norms, rates, alpha=alpha)
    w = _tasks(who, "weights", weights, _POSITIVE)
    moved = w - w.dtype.type(rate) * slope
    if (moved <= 0).any():
        raise ValueError(
            f"{who}: learning_rate must leave every weight positive; got {rate:g}, which makes "
            f"the smallest {moved.min():g}. Take a smaller step."
        )
    return moved * (len(w) / moved.sum())


def pcgrad(gradients: ArrayLike, *, order: ArrayLike | None = None) -> Any:
    """Gradients of tasks, each without what would work against another task.

    Use it where the gradients of tasks point against each other; the step is their sum. Not as
    a cure for scales: a large gradient stays large.

    Formula:
        g_k' = g_k, then for every other task j in order, where g_k' . g_j < 0:
        g_k' = g_k' - (g_k' . g_j) / (g_j . g_j) g_j

    Parameters:
        gradients: Array (K, D): one flat gradient per task.
        order: Whole numbers (K, K): row k is the order in which task k meets the tasks 0..K-1, its
            own place being skipped. None is 0, 1, ...; the paper draws each row at random.

    Returns:
        An array of the shape of gradients: the changed gradients, still to be added up.

    Raises:
        ValueError: If gradients has no two axes or is not finite, or a row of order is no
            permutation.
        TypeError: If gradients does not hold real numbers.

    Not to be confused with:
        Projecting onto gradients that were changed already: g_j is always the one given.

    Source:
        Yu et al. (2020), algorithm 1.

    Examples:
        >>> pcgrad([[1.0, 0.0], [-1.0, 1.0]])
        array([[0.5, 0.5],
               [0. , 1. ]])
    """
    g = _plain.array("pcgrad", "gradients", gradients)
    if g.ndim != 2:
        raise ValueError(
            f"pcgrad: gradients must have two axes, tasks and parameters; got shape {g.shape}. "
            "Flatten the gradient of each task into one row."
        )
    turns = _permutations(order, len(g))
    out = g.copy()
    for k, turn in enumerate(turns):
        for j in turn:
            if j == k:
                continue
            against = out[k] @ g[j]
            if against < 0:
                out[k] -= against / (g[j] @ g[j]) * g[j]
    return out


def _permutations(order, tasks):
    if order is None:
        return np.tile(np.arange(tasks), (tasks, 1))
    turns = _check._real_array("pcgrad", "order", order)
    if turns.shape != (tasks, tasks) or not np.array_equal(
        np.sort(turns, axis=1), np.tile(np.arange(tasks), (tasks, 1))
    ):
        raise ValueError(
            f"pcgrad: order must be {tasks} rows, each a permutation of 0..{tasks - 1}; got "
            f"{turns.tolist()}. Use rng.permutation({tasks}) for each row."
        )
    return turns.astype(np.intp)


def _tasks(who, name, given, domain):
    x = _plain.array(who, name, given, domain)
    if x.ndim != 1 or not x.size:
        raise ValueError(
            f"{who}: {name} must have one axis, with a number per task; got shape {x.shape}. "
            "Give a flat list of one number per task."
        )
    return x
