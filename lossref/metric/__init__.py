"""The losses of metric learning, one file each, and the distances of all pairs."""

from lossref.metric.arcface import SPEC as _arcface
from lossref.metric.arcface import arcface, arcface_grad, arcface_value_and_grad
from lossref.metric.batch_hard_triplet import SPEC as _batch_hard_triplet
from lossref.metric.batch_hard_triplet import (
    batch_hard_triplet,
    batch_hard_triplet_grad,
    batch_hard_triplet_value_and_grad,
)
from lossref.metric.clip_loss import SPEC as _clip_loss
from lossref.metric.clip_loss import clip_loss, clip_loss_grad, clip_loss_value_and_grad
from lossref.metric.contrastive import SPEC as _contrastive
from lossref.metric.contrastive import contrastive, contrastive_grad, contrastive_value_and_grad
from lossref.metric.cosine_embedding import SPEC as _cosine_embedding
from lossref.metric.cosine_embedding import (
    cosine_embedding,
    cosine_embedding_grad,
    cosine_embedding_value_and_grad,
)
from lossref.metric.distances import pairwise_distances
from lossref.metric.info_nce import SPEC as _info_nce
from lossref.metric.info_nce import info_nce, info_nce_grad, info_nce_value_and_grad
from lossref.metric.n_pair import SPEC as _n_pair
from lossref.metric.n_pair import n_pair, n_pair_grad, n_pair_value_and_grad
from lossref.metric.nt_xent import SPEC as _nt_xent
from lossref.metric.nt_xent import nt_xent, nt_xent_grad, nt_xent_value_and_grad
from lossref.metric.supcon import SPEC as _supcon
from lossref.metric.supcon import supcon, supcon_grad, supcon_value_and_grad
from lossref.metric.triplet import SPEC as _triplet
from lossref.metric.triplet import triplet, triplet_grad, triplet_value_and_grad

SPECS = (
    _contrastive,
    _triplet,
    _batch_hard_triplet,
    _cosine_embedding,
    _info_nce,
    _clip_loss,
    _nt_xent,
    _n_pair,
    _supcon,
    _arcface,
)

__all__ = [
    "arcface",
    "arcface_grad",
    "arcface_value_and_grad",
    "batch_hard_triplet",
    "batch_hard_triplet_grad",
    "batch_hard_triplet_value_and_grad",
    "clip_loss",
    "clip_loss_grad",
    "clip_loss_value_and_grad",
    "contrastive",
    "contrastive_grad",
    "contrastive_value_and_grad",
    "cosine_embedding",
    "cosine_embedding_grad",
    "cosine_embedding_value_and_grad",
    "info_nce",
    "info_nce_grad",
    "info_nce_value_and_grad",
    "n_pair",
    "n_pair_grad",
    "n_pair_value_and_grad",
    "nt_xent",
    "nt_xent_grad",
    "nt_xent_value_and_grad",
    "pairwise_distances",
    "supcon",
    "supcon_grad",
    "supcon_value_and_grad",
    "triplet",
    "triplet_grad",
    "triplet_value_and_grad",
]
