"""Several losses at once: their sum, and what balances it."""

from lossref.multitask.balance import (
    dynamic_weight_average,
    gradnorm,
    gradnorm_grad,
    gradnorm_step,
    gradnorm_value_and_grad,
    pcgrad,
)
from lossref.multitask.uncertainty_weighting import SPEC as _uncertainty_weighting
from lossref.multitask.uncertainty_weighting import (
    uncertainty_weighting,
    uncertainty_weighting_grad,
    uncertainty_weighting_value_and_grad,
)
from lossref.multitask.weighted_sum import SPEC as _weighted_sum
from lossref.multitask.weighted_sum import (
    weighted_sum,
    weighted_sum_grad,
    weighted_sum_value_and_grad,
)

SPECS = (
    _weighted_sum,
    _uncertainty_weighting,
)

__all__ = [
    "dynamic_weight_average",
    "gradnorm",
    "gradnorm_grad",
    "gradnorm_step",
    "gradnorm_value_and_grad",
    "pcgrad",
    "uncertainty_weighting",
    "uncertainty_weighting_grad",
    "uncertainty_weighting_value_and_grad",
    "weighted_sum",
    "weighted_sum_grad",
    "weighted_sum_value_and_grad",
]
