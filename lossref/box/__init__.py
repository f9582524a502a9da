"""The losses of boxes, one file each, and what else boxes need."""

from lossref.box.boxes import box_area, cxcywh_to_xyxy, pairwise_iou, xyxy_to_cxcywh
from lossref.box.ciou_loss import SPEC as _ciou_loss
from lossref.box.ciou_loss import ciou_loss, ciou_loss_grad, ciou_loss_value_and_grad
from lossref.box.diou_loss import SPEC as _diou_loss
from lossref.box.diou_loss import diou_loss, diou_loss_grad, diou_loss_value_and_grad
from lossref.box.eiou_loss import SPEC as _eiou_loss
from lossref.box.eiou_loss import eiou_loss, eiou_loss_grad, eiou_loss_value_and_grad
from lossref.box.giou_loss import SPEC as _giou_loss
from lossref.box.giou_loss import giou_loss, giou_loss_grad, giou_loss_value_and_grad
from lossref.box.iou_loss import SPEC as _iou_loss
from lossref.box.iou_loss import iou_loss, iou_loss_grad, iou_loss_value_and_grad
from lossref.box.log_iou_loss import SPEC as _log_iou_loss
from lossref.box.log_iou_loss import log_iou_loss, log_iou_loss_grad, log_iou_loss_value_and_grad

SPECS = (
    _iou_loss,
    _log_iou_loss,
    _giou_loss,
    _diou_loss,
    _ciou_loss,
    _eiou_loss,
)

__all__ = [
    "box_area",
    "ciou_loss",
    "ciou_loss_grad",
    "ciou_loss_value_and_grad",
    "cxcywh_to_xyxy",
    "diou_loss",
    "diou_loss_grad",
    "diou_loss_value_and_grad",
    "eiou_loss",
    "eiou_loss_grad",
    "eiou_loss_value_and_grad",
    "giou_loss",
    "giou_loss_grad",
    "giou_loss_value_and_grad",
    "iou_loss",
    "iou_loss_grad",
    "iou_loss_value_and_grad",
    "log_iou_loss",
    "log_iou_loss_grad",
    "log_iou_loss_value_and_grad",
    "pairwise_iou",
    "xyxy_to_cxcywh",
]
