"""Losses and decisions where mistakes have prices."""

from lossref.cost.decisions import (
    EXPECTED_COST,
    NEWSVENDOR,
    cheapest_class,
    cost_threshold,
    expected_cost,
    expected_cost_grad,
    expected_cost_value_and_grad,
    newsvendor,
    newsvendor_grad,
    newsvendor_value_and_grad,
)

SPECS = (
    NEWSVENDOR,
    EXPECTED_COST,
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
