"""Losses and decisions where mistakes have prices."""

from lossref.cost.decide import cheapest_class, cost_threshold
from lossref.cost.expected_cost import SPEC as _expected_cost
from lossref.cost.expected_cost import (
    expected_cost,
    expected_cost_grad,
    expected_cost_value_and_grad,
)
from lossref.cost.newsvendor import SPEC as _newsvendor
from lossref.cost.newsvendor import newsvendor, newsvendor_grad, newsvendor_value_and_grad

SPECS = (
    _newsvendor,
    _expected_cost,
)

__all__ = [
    "cheapest_class",
    "cost_threshold",
    "expected_cost",
    "expected_cost_grad",
    "expected_cost_value_and_grad",
    "newsvendor",
    "newsvendor_grad",
    "newsvendor_value_and_grad",
]
