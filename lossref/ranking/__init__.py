"""Losses of orders: pairs and lists."""

from lossref.ranking.scores import (
    LISTMLE,
    LISTNET,
    MARGIN_RANKING,
    RANKNET,
    lambdarank_grad,
    lambdarank_weights,
    listmle,
    listmle_grad,
    listmle_value_and_grad,
    listnet,
    listnet_grad,
    listnet_value_and_grad,
    margin_ranking,
    margin_ranking_grad,
    margin_ranking_value_and_grad,
    ndcg,
    ranknet,
    ranknet_grad,
    ranknet_value_and_grad,
)

SPECS = (
    MARGIN_RANKING,
    RANKNET,
    LISTNET,
    LISTMLE,
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
