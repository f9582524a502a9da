"""Three estimates of a KL divergence from the ratio of two probabilities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, REAL, Argument, FunctionSpec
from lossref.stable import m

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def kl_k1(
    ref_log_probs: ArrayLike,
    log_probs: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The log-ratio of the policy to the reference, action by action.

    Use it to report the divergence, or to take it off the reward. Not as a loss on actions that the
    policy drew: its expected gradient is 0.

    Formula:
        l = -x, with x = ref_log_probs - log_probs; its mean over actions of the policy is KL(policy
        || reference)

    Parameters:
        ref_log_probs: Array of any shape: log-probabilities of the actions under the reference
            policy; finite.
        log_probs: Array of the same shape: those under the policy that drew the actions. NaN is
            passed on.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of log_probs.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `kl_k3`, which has the same mean and is never negative.

    Source:
        Schulman (2020), where it is called k1.

    Examples:
        >>> kl_k1([-1.0], [-0.5])
        0.5
    """
    return value(KL_K1, _kl_k1_kernel, (ref_log_probs, log_probs), reduction, sample_weight)


def kl_k1_grad(
    ref_log_probs: ArrayLike,
    log_probs: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `kl_k1` with respect to log_probs.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dlog_probs = 1
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `kl_k1`.

    Returns:
        An array of the shape of log_probs, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `kl_k1` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `kl_k1`.

    Examples:
        >>> kl_k1_grad([-1.0], [-0.5])
        array([1.])
    """
    return gradient(KL_K1, _kl_k1_kernel, (ref_log_probs, log_probs), reduction, sample_weight)


def kl_k1_value_and_grad(
    ref_log_probs: ArrayLike,
    log_probs: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `kl_k1` and `kl_k1_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (kl_k1(...), kl_k1_grad(...))

    Parameters:
        As for `kl_k1`.

    Returns:
        A pair of what `kl_k1` and `kl_k1_grad` return.

    Raises:
        ValueError, TypeError: As `kl_k1` does.

    Not to be confused with:
        `kl_k1_grad`, which returns the gradient alone.

    Source:
        As for `kl_k1`.

    Examples:
        >>> kl_k1_value_and_grad([-1.0], [-0.5])[0]
        0.5
    """
    return value_and_gradient(
        KL_K1, _kl_k1_kernel, (ref_log_probs, log_probs), reduction, sample_weight
    )


def _kl_k1_kernel(part):
    ratio = part["log_probs"] - part["ref_log_probs"]
    return Samples(ratio, (np.where(np.isnan(ratio), ratio, 1),))


KL_K1 = FunctionSpec(
    slug="kl_k1",
    title="KL estimate k1",
    family="rl",
    loss=kl_k1,
    grad=kl_k1_grad,
    value_and_grad=kl_k1_value_and_grad,
    page="rl/preference",
    arguments=(Argument("ref_log_probs", REAL), Argument("log_probs", EXTENDED, wrt=True)),
    formula="log_probs - ref_log_probs",
    draw=lambda rng: (
        lambda ref: (ref, ref + rng.choice([-1, 1], 60) * 10.0 ** rng.uniform(-9, 0.5, 60))
    )(-rng.exponential(size=60)),
    convex=True,
    sources=("schulman2020",),
)


def kl_k2(
    ref_log_probs: ArrayLike,
    log_probs: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Half the square of the log-ratio of the policy to the reference, action by action.

    Use it as a loss on actions that the policy drew: its expected gradient is that of KL(policy ||
    reference). Not to report the divergence: its mean is another number.

    Formula:
        l = x^2 / 2, with x = ref_log_probs - log_probs

    Parameters:
        ref_log_probs: Array of any shape: log-probabilities of the actions under the reference
            policy; finite.
        log_probs: Array of the same shape: those under the policy that drew the actions. NaN is
            passed on.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of log_probs.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `kl_k1`, whose mean is the divergence itself.

    Source:
        Schulman (2020), where it is called k2.

    Examples:
        >>> kl_k2([-1.0], [-0.5])
        0.125
    """
    return value(KL_K2, _kl_k2_kernel, (ref_log_probs, log_probs), reduction, sample_weight)


def kl_k2_grad(
    ref_log_probs: ArrayLike,
    log_probs: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `kl_k2` with respect to log_probs.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dlog_probs = -x
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `kl_k2`.

    Returns:
        An array of the shape of log_probs, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `kl_k2` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `kl_k2`.

    Examples:
        >>> kl_k2_grad([-1.0], [-0.5])
        array([0.5])
    """
    return gradient(KL_K2, _kl_k2_kernel, (ref_log_probs, log_probs), reduction, sample_weight)


def kl_k2_value_and_grad(
    ref_log_probs: ArrayLike,
    log_probs: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `kl_k2` and `kl_k2_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (kl_k2(...), kl_k2_grad(...))

    Parameters:
        As for `kl_k2`.

    Returns:
        A pair of what `kl_k2` and `kl_k2_grad` return.

    Raises:
        ValueError, TypeError: As `kl_k2` does.

    Not to be confused with:
        `kl_k2_grad`, which returns the gradient alone.

    Source:
        As for `kl_k2`.

    Examples:
        >>> kl_k2_value_and_grad([-1.0], [-0.5])[0]
        0.125
    """
    return value_and_gradient(
        KL_K2, _kl_k2_kernel, (ref_log_probs, log_probs), reduction, sample_weight
    )


def _kl_k2_kernel(part):
    ratio = part["log_probs"] - part["ref_log_probs"]
    return Samples(ratio * ratio / 2, (ratio,))


KL_K2 = FunctionSpec(
    slug="kl_k2",
    title="KL estimate k2",
    family="rl",
    loss=kl_k2,
    grad=kl_k2_grad,
    value_and_grad=kl_k2_value_and_grad,
    page="rl/preference",
    arguments=(Argument("ref_log_probs", REAL), Argument("log_probs", EXTENDED, wrt=True)),
    formula="(ref_log_probs - log_probs) ** 2 / 2",
    draw=lambda rng: (
        lambda ref: (ref, ref + rng.choice([-1, 1], 60) * 10.0 ** rng.uniform(-9, 0.5, 60))
    )(-rng.exponential(size=60)),
    convex=True,
    sources=("schulman2020",),
)


def kl_k3(
    ref_log_probs: ArrayLike,
    log_probs: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """The log-ratio of the policy to the reference with a term of mean 0 that makes it positive.

    Use it to report the divergence with little variance; GRPO adds it to its loss. Not as a loss
    without knowing that its expected gradient on actions of the policy is that of
    KL(reference || policy).

    Formula:
        l = exp(x) - 1 - x, with x = ref_log_probs - log_probs; its mean over actions of the policy
        is KL(policy || reference)

    Parameters:
        ref_log_probs: Array of any shape: log-probabilities of the actions under the reference
            policy; finite.
        log_probs: Array of the same shape: those under the policy that drew the actions. NaN is
            passed on.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of log_probs.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `kl_k1`, the same mean with more variance; `gaussian_kl`.

    Source:
        Schulman (2020), where it is called k3.

    Examples:
        >>> kl_k3([-1.0], [-1.0])
        0.0
    """
    return value(KL_K3, _kl_k3_kernel, (ref_log_probs, log_probs), reduction, sample_weight)


def kl_k3_grad(
    ref_log_probs: ArrayLike,
    log_probs: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `kl_k3` with respect to log_probs.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dlog_probs = 1 - exp(x)
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `kl_k3`.

    Returns:
        An array of the shape of log_probs, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `kl_k3` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `kl_k3`.

    Examples:
        >>> kl_k3_grad([-1.0], [-1.0])
        array([0.])
    """
    return gradient(KL_K3, _kl_k3_kernel, (ref_log_probs, log_probs), reduction, sample_weight)


def kl_k3_value_and_grad(
    ref_log_probs: ArrayLike,
    log_probs: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `kl_k3` and `kl_k3_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (kl_k3(...), kl_k3_grad(...))

    Parameters:
        As for `kl_k3`.

    Returns:
        A pair of what `kl_k3` and `kl_k3_grad` return.

    Raises:
        ValueError, TypeError: As `kl_k3` does.

    Not to be confused with:
        `kl_k3_grad`, which returns the gradient alone.

    Source:
        As for `kl_k3`.

    Examples:
        >>> kl_k3_value_and_grad([-1.0], [-1.0])[0]
        0.0
    """
    return value_and_gradient(
        KL_K3, _kl_k3_kernel, (ref_log_probs, log_probs), reduction, sample_weight
    )


def _kl_k3_kernel(part):
    x = part["ref_log_probs"] - part["log_probs"]
    return Samples(m(x), (0 - np.expm1(x),))


KL_K3 = FunctionSpec(
    slug="kl_k3",
    title="KL estimate k3",
    family="rl",
    loss=kl_k3,
    grad=kl_k3_grad,
    value_and_grad=kl_k3_value_and_grad,
    page="rl/preference",
    arguments=(Argument("ref_log_probs", REAL), Argument("log_probs", EXTENDED, wrt=True)),
    formula="exp(ref_log_probs - log_probs) - 1 - (ref_log_probs - log_probs)",
    draw=lambda rng: (
        lambda ref: (ref, ref + rng.choice([-1, 1], 60) * 10.0 ** rng.uniform(-9, 0.5, 60))
    )(-rng.exponential(size=60)),
    convex=True,
    sources=("schulman2020",),
    ulp=12.0,  # its kernel is a series near equality
)
