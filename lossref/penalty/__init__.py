"""Penalties on coefficients, one file each, and the steps that they allow exactly."""

from lossref.penalty.elastic_net import SPEC as _elastic_net
from lossref.penalty.elastic_net import elastic_net, elastic_net_grad, elastic_net_value_and_grad
from lossref.penalty.group_lasso import SPEC as _group_lasso
from lossref.penalty.group_lasso import group_lasso, group_lasso_grad, group_lasso_value_and_grad
from lossref.penalty.l1_penalty import SPEC as _l1_penalty
from lossref.penalty.l1_penalty import l1_penalty, l1_penalty_grad, l1_penalty_value_and_grad
from lossref.penalty.l2_penalty import SPEC as _l2_penalty
from lossref.penalty.l2_penalty import l2_penalty, l2_penalty_grad, l2_penalty_value_and_grad
from lossref.penalty.prox import (
    elastic_net_from_lambdas,
    elastic_net_from_mixture,
    elastic_net_prox,
    elastic_net_to_lambdas,
    group_lasso_prox,
    l1_prox,
    l2_prox,
    soft_threshold,
)

SPECS = (
    _l1_penalty,
    _l2_penalty,
    _elastic_net,
    _group_lasso,
)

__all__ = [
    "elastic_net",
    "elastic_net_from_lambdas",
    "elastic_net_from_mixture",
    "elastic_net_grad",
    "elastic_net_prox",
    "elastic_net_to_lambdas",
    "elastic_net_value_and_grad",
    "group_lasso",
    "group_lasso_grad",
    "group_lasso_prox",
    "group_lasso_value_and_grad",
    "l1_penalty",
    "l1_penalty_grad",
    "l1_penalty_value_and_grad",
    "l1_prox",
    "l2_penalty",
    "l2_penalty_grad",
    "l2_penalty_value_and_grad",
    "l2_prox",
    "soft_threshold",
]
