"""Several losses at once: their sum, and what balances it."""

from lossref.multitask.balance import (
    UNCERTAINTY_WEIGHTING,
    WEIGHTED_SUM,
    dynamic_weight_average,
    gradnorm,
    gradnorm_grad,
    gradnorm_step,
    gradnorm_value_and_grad,
    pcgrad,
    uncertainty_weighting,
    uncertainty_weighting_grad,
    uncertainty_weighting_value_and_grad,
    weighted_sum,
    weighted_sum_grad,
    weighted_sum_value_and_grad,
)

SPECS = (
    WEIGHTED_SUM,
    UNCERTAINTY_WEIGHTING,
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
