"""Divergences between two distributions, given as probabilities or as Gaussians."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, UNIT, Argument, Edge, FunctionSpec, Name
from lossref.stable import h, jsu, m

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def cross_entropy(
    p: ArrayLike, q: ArrayLike, *, reduction: str = "mean", sample_weight: ArrayLike | None = None
) -> Any:
    """The expected code length of a reference distribution under a predicted one.

    Use it where both sides are probabilities. Not on logits: that is `softmax_cross_entropy`.

    Formula:
        l = -sum over c of p_c log(q_c), with 0 log 0 = 0

    Parameters:
        p: Array (..., C): reference distributions, rows that sum to 1.
        q: Array of the same shape: predicted distributions. NaN is passed on.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the leading axes.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        torch's cross_entropy, which takes logits: here `softmax_cross_entropy`.

    Source:
        Good (1952).

    Examples:
        >>> cross_entropy([[0.5, 0.5]], [[0.25, 0.75]])
        0.8369882167858358
    """
    return value(CROSS_ENTROPY, _cross_entropy_kernel, (p, q), reduction, sample_weight)


def cross_entropy_grad(
    p: ArrayLike, q: ArrayLike, *, reduction: str = "mean", sample_weight: ArrayLike | None = None
) -> Any:
    """Gradient of the reduced `cross_entropy` with respect to q.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dq = -p / q
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `cross_entropy`.

    Returns:
        An array of the shape of q, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `cross_entropy` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `cross_entropy`.

    Examples:
        >>> cross_entropy_grad([[0.5, 0.5]], [[0.25, 0.75]])
        array([[-2.        , -0.66666667]])
    """
    return gradient(CROSS_ENTROPY, _cross_entropy_kernel, (p, q), reduction, sample_weight)


def cross_entropy_value_and_grad(
    p: ArrayLike, q: ArrayLike, *, reduction: str = "mean", sample_weight: ArrayLike | None = None
) -> Any:
    """Both `cross_entropy` and `cross_entropy_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (cross_entropy(...), cross_entropy_grad(...))

    Parameters:
        As for `cross_entropy`.

    Returns:
        A pair of what `cross_entropy` and `cross_entropy_grad` return.

    Raises:
        ValueError, TypeError: As `cross_entropy` does.

    Not to be confused with:
        `cross_entropy_grad`, which returns the gradient alone.

    Source:
        As for `cross_entropy`.

    Examples:
        >>> cross_entropy_value_and_grad([[0.5, 0.5]], [[0.25, 0.75]])[0]
        0.8369882167858358
    """
    return value_and_gradient(
        CROSS_ENTROPY, _cross_entropy_kernel, (p, q), reduction, sample_weight
    )


def _cross_entropy_kernel(part):
    p, q = part["p"], part["q"]
    used = p > 0
    safe = np.where(used, q, 1)
    values = -(p * np.log(safe)).sum(axis=-1)
    return Samples(values, (-p / safe,))


CROSS_ENTROPY = FunctionSpec(
    slug="cross_entropy",
    title="Cross-entropy of distributions",
    family="divergence",
    loss=cross_entropy,
    grad=cross_entropy_grad,
    value_and_grad=cross_entropy_value_and_grad,
    page="mle/entropy",
    arguments=(
        Argument("p", UNIT, core=1, simplex=True),
        Argument("q", UNIT, core=1, wrt=True, simplex=True),
    ),
    formula="-sum(xlogy(a, b) if a else 0 for a, b in zip(p, q))",
    draw=lambda rng: (rng.dirichlet(np.ones(5), 40), rng.dirichlet(np.ones(5), 40)),
    convex=True,
    sources=("good1952",),
    edges=(Edge("an impossible event that happens", ((0.5, 0.5), (1.0, 0.0)), inf, None),),
    refused=(("q", (np.full((2, 2), 0.5), np.full((2, 2), 0.4))),),
)


def kl_divergence(
    p: ArrayLike, q: ArrayLike, *, reduction: str = "mean", sample_weight: ArrayLike | None = None
) -> Any:
    """The expected log-ratio of a reference distribution to a predicted one.

    Use it to distil or to regularise distributions. Not where q may be 0 and p is not: it is
    infinite there.

    Formula:
        l = sum over c of p_c log(p_c / q_c) = D(p || q), with 0 log 0 = 0

    Parameters:
        p: Array (..., C): reference distributions, rows that sum to 1.
        q: Array of the same shape: predicted distributions. NaN is passed on.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the leading axes.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        torch's kl_div, whose first argument is log q; `cross_entropy`, larger by the entropy of
        p.

    Source:
        Kullback and Leibler (1951).

    Examples:
        >>> kl_divergence([[0.5, 0.5]], [[0.25, 0.75]])
        0.14384103622589042
    """
    return value(KL_DIVERGENCE, _kl_divergence_kernel, (p, q), reduction, sample_weight)


def kl_divergence_grad(
    p: ArrayLike, q: ArrayLike, *, reduction: str = "mean", sample_weight: ArrayLike | None = None
) -> Any:
    """Gradient of the reduced `kl_divergence` with respect to q.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dq = -p / q
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `kl_divergence`.

    Returns:
        An array of the shape of q, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `kl_divergence` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `kl_divergence`.

    Examples:
        >>> kl_divergence_grad([[0.5, 0.5]], [[0.25, 0.75]])
        array([[-2.        , -0.66666667]])
    """
    return gradient(KL_DIVERGENCE, _kl_divergence_kernel, (p, q), reduction, sample_weight)


def kl_divergence_value_and_grad(
    p: ArrayLike, q: ArrayLike, *, reduction: str = "mean", sample_weight: ArrayLike | None = None
) -> Any:
    """Both `kl_divergence` and `kl_divergence_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (kl_divergence(...), kl_divergence_grad(...))

    Parameters:
        As for `kl_divergence`.

    Returns:
        A pair of what `kl_divergence` and `kl_divergence_grad` return.

    Raises:
        ValueError, TypeError: As `kl_divergence` does.

    Not to be confused with:
        `kl_divergence_grad`, which returns the gradient alone.

    Source:
        As for `kl_divergence`.

    Examples:
        >>> kl_divergence_value_and_grad([[0.5, 0.5]], [[0.25, 0.75]])[0]
        0.14384103622589042
    """
    return value_and_gradient(
        KL_DIVERGENCE, _kl_divergence_kernel, (p, q), reduction, sample_weight
    )


def _kl_divergence_kernel(part):
    p, q = part["p"], part["q"]
    alone = (q == 0) & (p == 0)
    ratio = np.where(alone, 0, p / np.where(alone, 1, q))
    terms = q * h(np.where(alone, 0, (p - q) / np.where(alone, 1, q)))
    values = terms.sum(axis=-1) + _sum(p - q)
    values = np.where(((q == 0) & (p > 0)).any(axis=-1), np.inf, values).astype(p.dtype)
    return Samples(values, (-ratio,))


def _sum(d):
    """The sum of each row with the rounding errors of the additions added back (Neumaier)."""
    total, lost = np.zeros(len(d), d.dtype), np.zeros(len(d), d.dtype)
    for x in d.T:
        new = total + x
        lost += np.where(np.abs(total) >= np.abs(x), (total - new) + x, (x - new) + total)
        total = new
    return total + lost


KL_DIVERGENCE = FunctionSpec(
    slug="kl_divergence",
    title="Kullback-Leibler divergence",
    family="divergence",
    loss=kl_divergence,
    grad=kl_divergence_grad,
    value_and_grad=kl_divergence_value_and_grad,
    page="mle/divergences",
    arguments=(
        Argument("p", UNIT, core=1, simplex=True),
        Argument("q", UNIT, core=1, wrt=True, simplex=True),
    ),
    formula="sum(xlogy(a, a / b) for a, b in zip(p, q))",
    draw=lambda rng: (
        lambda p: (
            p,
            (lambda q: q / q.sum(1, keepdims=True))(
                p * (1 + 10.0 ** -rng.uniform(0, 9, (40, 1)) * rng.uniform(-1, 1, p.shape))
            ),
        )
    )(rng.dirichlet(np.ones(5), 40)),
    convex=True,
    sources=("kullback1951",),
    edges=(
        Edge("equal distributions", ((0.5, 0.5), (0.5, 0.5)), 0.0, ((-1.0, -1.0),)),
        Edge("an impossible event that happens", ((0.5, 0.5), (1.0, 0.0)), inf, None),
        Edge("where p is 0 nothing is asked", ((1.0, 0.0), (1.0, 0.0)), 0.0, ((-1.0, 0.0),)),
    ),
    refused=(("q", (np.full((2, 2), 0.5), np.full((2, 2), 0.4))),),
    names_elsewhere=(
        Name(
            "torch", "torch.nn.functional.kl_div", "takes log q first; its mean divides by elements"
        ),
        Name("scipy", "scipy.stats.entropy(y_true, y_pred, axis=-1)"),
    ),
    ulp=12.0,  # a sum of kernels, each a series near equality
)


def js_divergence(
    p: ArrayLike, q: ArrayLike, *, reduction: str = "mean", sample_weight: ArrayLike | None = None
) -> Any:
    """The mean divergence of two distributions from their mixture.

    Use it to compare distributions that may have zeros. Not as a distance: that is its square
    root.

    Formula:
        l = D(p || m) / 2 + D(q || m) / 2, with m = (p + q) / 2

    Parameters:
        p: Array (..., C): reference distributions, rows that sum to 1.
        q: Array of the same shape: predicted distributions. NaN is passed on.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the leading axes.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        scipy's jensenshannon, which returns the square root; `kl_divergence`, which is not
        symmetric.

    Source:
        Lin (1991), with equal weights.

    Examples:
        >>> js_divergence([[1.0, 0.0]], [[0.0, 1.0]])
        0.6931471805599453
    """
    return value(JS_DIVERGENCE, _js_divergence_kernel, (p, q), reduction, sample_weight)


def js_divergence_grad(
    p: ArrayLike, q: ArrayLike, *, reduction: str = "mean", sample_weight: ArrayLike | None = None
) -> Any:
    """Gradient of the reduced `js_divergence` with respect to q.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dq = log(2 q / (p + q)) / 2
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `js_divergence`.

    Returns:
        An array of the shape of q, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `js_divergence` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `js_divergence`.

    Examples:
        >>> js_divergence_grad([[1.0, 0.0]], [[0.0, 1.0]])
        array([[      -inf, 0.34657359]])
    """
    return gradient(JS_DIVERGENCE, _js_divergence_kernel, (p, q), reduction, sample_weight)


def js_divergence_value_and_grad(
    p: ArrayLike, q: ArrayLike, *, reduction: str = "mean", sample_weight: ArrayLike | None = None
) -> Any:
    """Both `js_divergence` and `js_divergence_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (js_divergence(...), js_divergence_grad(...))

    Parameters:
        As for `js_divergence`.

    Returns:
        A pair of what `js_divergence` and `js_divergence_grad` return.

    Raises:
        ValueError, TypeError: As `js_divergence` does.

    Not to be confused with:
        `js_divergence_grad`, which returns the gradient alone.

    Source:
        As for `js_divergence`.

    Examples:
        >>> js_divergence_value_and_grad([[1.0, 0.0]], [[0.0, 1.0]])[0]
        0.6931471805599453
    """
    return value_and_gradient(
        JS_DIVERGENCE, _js_divergence_kernel, (p, q), reduction, sample_weight
    )


def _js_divergence_kernel(part):
    p, q = part["p"], part["q"]
    both = p + q
    safe = np.where(both == 0, 1, both)
    values = (both * jsu((p - q) / safe)).sum(axis=-1) / 4
    return Samples(values, (np.where(both == 0, 0, np.log1p((q - p) / safe)) / 2,))


JS_DIVERGENCE = FunctionSpec(
    slug="js_divergence",
    title="Jensen-Shannon divergence",
    family="divergence",
    loss=js_divergence,
    grad=js_divergence_grad,
    value_and_grad=js_divergence_value_and_grad,
    page="mle/divergences",
    arguments=(
        Argument("p", UNIT, core=1, simplex=True),
        Argument("q", UNIT, core=1, wrt=True, simplex=True),
    ),
    formula="sum(xlogy(a, 2 * a / (a + b)) + xlogy(b, 2 * b / (a + b)) for a, b in zip(p, q)) / 2",
    draw=lambda rng: (
        lambda p: (
            p,
            (lambda q: q / q.sum(1, keepdims=True))(
                p * (1 + 10.0 ** -rng.uniform(0, 9, (40, 1)) * rng.uniform(-1, 1, p.shape))
            ),
        )
    )(rng.dirichlet(np.ones(5), 40)),
    convex=True,
    sources=("lin1991",),
    edges=(Edge("equal distributions", ((0.5, 0.5), (0.5, 0.5)), 0.0, ((0.0, 0.0),)),),
    refused=(("q", (np.full((2, 2), 0.5), np.full((2, 2), 0.4))),),
    names_elsewhere=(
        Name("scipy", "scipy.spatial.distance.jensenshannon", "its square root; nan near equality"),
    ),
    ulp=8.0,  # a sum of kernels, each a series near equality
)


def gaussian_kl(
    mean: ArrayLike,
    log_var: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The Kullback-Leibler divergence of a Gaussian from the standard normal.

    Use it as the regulariser of a variational autoencoder. Not between two Gaussians that both
    move.

    Formula:
        l = (mean^2 + exp(s) - 1 - s) / 2, with s = log_var

    Parameters:
        mean: Array of any shape. NaN is passed on.
        log_var: Array of the same shape: the logarithm of the variance.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of the arguments.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `gaussian_nll`, which scores an observation.

    Source:
        Kingma and Welling (2014), appendix B.

    Examples:
        >>> gaussian_kl([0.0], [0.0])
        0.0
    """
    return value(GAUSSIAN_KL, _gaussian_kl_kernel, (mean, log_var), reduction, sample_weight)


def gaussian_kl_grad(
    mean: ArrayLike,
    log_var: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `gaussian_kl` with respect to mean and log_var.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dmean = mean; dl/ds = (exp(s) - 1) / 2
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `gaussian_kl`.

    Returns:
        A tuple of arrays, one of the shape of each of mean and log_var, in their order.

    Raises:
        ValueError, TypeError: As `gaussian_kl` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `gaussian_kl`.

    Examples:
        >>> gaussian_kl_grad([0.0], [0.0])
        (array([0.]), array([0.]))
    """
    return gradient(GAUSSIAN_KL, _gaussian_kl_kernel, (mean, log_var), reduction, sample_weight)


def gaussian_kl_value_and_grad(
    mean: ArrayLike,
    log_var: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `gaussian_kl` and `gaussian_kl_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (gaussian_kl(...), gaussian_kl_grad(...))

    Parameters:
        As for `gaussian_kl`.

    Returns:
        A pair of what `gaussian_kl` and `gaussian_kl_grad` return.

    Raises:
        ValueError, TypeError: As `gaussian_kl` does.

    Not to be confused with:
        `gaussian_kl_grad`, which returns the gradient alone.

    Source:
        As for `gaussian_kl`.

    Examples:
        >>> gaussian_kl_value_and_grad([0.0], [0.0])[0]
        0.0
    """
    return value_and_gradient(
        GAUSSIAN_KL, _gaussian_kl_kernel, (mean, log_var), reduction, sample_weight
    )


def _gaussian_kl_kernel(part):
    mean, s = part["mean"], part["log_var"]
    return Samples((mean * mean + m(s)) / 2, (mean, np.expm1(s) / 2))


GAUSSIAN_KL = FunctionSpec(
    slug="gaussian_kl",
    title="Gaussian divergence from the standard normal",
    family="divergence",
    loss=gaussian_kl,
    grad=gaussian_kl_grad,
    value_and_grad=gaussian_kl_value_and_grad,
    page="mle/divergences",
    arguments=(
        Argument("mean", EXTENDED, wrt=True),
        Argument("log_var", EXTENDED, wrt=True),
    ),
    formula="(mean ** 2 + exp(log_var) - 1 - log_var) / 2",
    draw=lambda rng: (
        rng.normal(size=60) * 10.0 ** -rng.uniform(0, 9, 60),
        rng.choice([-1, 1], 60) * 10.0 ** -rng.uniform(-0.5, 9, 60),
    ),
    convex=True,
    sources=("kingma2014",),
    ulp=8.0,  # its kernel is a series near equality
)
