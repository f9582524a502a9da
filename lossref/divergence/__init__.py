"""The divergences between distributions, one file each."""

from lossref.divergence.cross_entropy import SPEC as _cross_entropy
from lossref.divergence.cross_entropy import (
    cross_entropy,
    cross_entropy_grad,
    cross_entropy_value_and_grad,
)
from lossref.divergence.gaussian_kl import SPEC as _gaussian_kl
from lossref.divergence.gaussian_kl import gaussian_kl, gaussian_kl_grad, gaussian_kl_value_and_grad
from lossref.divergence.js_divergence import SPEC as _js_divergence
from lossref.divergence.js_divergence import (
    js_divergence,
    js_divergence_grad,
    js_divergence_value_and_grad,
)
from lossref.divergence.kl_divergence import SPEC as _kl_divergence
from lossref.divergence.kl_divergence import (
    kl_divergence,
    kl_divergence_grad,
    kl_divergence_value_and_grad,
)

SPECS = (
    _kl_divergence,
    _js_divergence,
    _cross_entropy,
    _gaussian_kl,
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
