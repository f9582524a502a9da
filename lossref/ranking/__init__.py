"""Losses of orders: pairs and lists."""

from lossref.ranking.lambdarank import lambdarank_grad, lambdarank_weights, ndcg
from lossref.ranking.listmle import SPEC as _listmle
from lossref.ranking.listmle import listmle, listmle_grad, listmle_value_and_grad
from lossref.ranking.listnet import SPEC as _listnet
from lossref.ranking.listnet import listnet, listnet_grad, listnet_value_and_grad
from lossref.ranking.margin_ranking import SPEC as _margin_ranking
from lossref.ranking.margin_ranking import (
    margin_ranking,
    margin_ranking_grad,
    margin_ranking_value_and_grad,
)
from lossref.ranking.ranknet import SPEC as _ranknet
from lossref.ranking.ranknet import ranknet, ranknet_grad, ranknet_value_and_grad

SPECS = (
    _margin_ranking,
    _ranknet,
    _listnet,
    _listmle,
)

__all__ = [
    "lambdarank_grad",
    "lambdarank_weights",
    "listmle",
    "listmle_grad",
    "listmle_value_and_grad",
    "listnet",
    "listnet_grad",
    "listnet_value_and_grad",
    "margin_ranking",
    "margin_ranking_grad",
    "margin_ranking_value_and_grad",
    "ndcg",
    "ranknet",
    "ranknet_grad",
    "ranknet_value_and_grad",
]
