"""The divergences between distributions."""

from lossref.divergence.distributions import (
    CROSS_ENTROPY,
    GAUSSIAN_KL,
    JS_DIVERGENCE,
    KL_DIVERGENCE,
    cross_entropy,
    cross_entropy_grad,
    cross_entropy_value_and_grad,
    gaussian_kl,
    gaussian_kl_grad,
    gaussian_kl_value_and_grad,
    js_divergence,
    js_divergence_grad,
    js_divergence_value_and_grad,
    kl_divergence,
    kl_divergence_grad,
    kl_divergence_value_and_grad,
)

SPECS = (
    KL_DIVERGENCE,
    JS_DIVERGENCE,
    CROSS_ENTROPY,
    GAUSSIAN_KL,
)

__all__ = [
    "cross_entropy",
    "cross_entropy_grad",
    "cross_entropy_value_and_grad",
    "gaussian_kl",
    "gaussian_kl_grad",
    "gaussian_kl_value_and_grad",
    "js_divergence",
    "js_divergence_grad",
    "js_divergence_value_and_grad",
    "kl_divergence",
    "kl_divergence_grad",
    "kl_divergence_value_and_grad",
]
