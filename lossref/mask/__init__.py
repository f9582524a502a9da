"""The losses of masks, one file each."""

from lossref.mask.dice_loss import SPEC as _dice_loss
from lossref.mask.dice_loss import dice_loss, dice_loss_grad, dice_loss_value_and_grad
from lossref.mask.focal_tversky_loss import SPEC as _focal_tversky_loss
from lossref.mask.focal_tversky_loss import (
    focal_tversky_loss,
    focal_tversky_loss_grad,
    focal_tversky_loss_value_and_grad,
)
from lossref.mask.lovasz_hinge import SPEC as _lovasz_hinge
from lossref.mask.lovasz_hinge import lovasz_hinge, lovasz_hinge_grad, lovasz_hinge_value_and_grad
from lossref.mask.soft_iou_loss import SPEC as _soft_iou_loss
from lossref.mask.soft_iou_loss import (
    soft_iou_loss,
    soft_iou_loss_grad,
    soft_iou_loss_value_and_grad,
)
from lossref.mask.squared_dice_loss import SPEC as _squared_dice_loss
from lossref.mask.squared_dice_loss import (
    squared_dice_loss,
    squared_dice_loss_grad,
    squared_dice_loss_value_and_grad,
)
from lossref.mask.tversky_loss import SPEC as _tversky_loss
from lossref.mask.tversky_loss import tversky_loss, tversky_loss_grad, tversky_loss_value_and_grad

SPECS = (
    _dice_loss,
    _squared_dice_loss,
    _soft_iou_loss,
    _tversky_loss,
    _focal_tversky_loss,
    _lovasz_hinge,
)

__all__ = [
    "dice_loss",
    "dice_loss_grad",
    "dice_loss_value_and_grad",
    "focal_tversky_loss",
    "focal_tversky_loss_grad",
    "focal_tversky_loss_value_and_grad",
    "lovasz_hinge",
    "lovasz_hinge_grad",
    "lovasz_hinge_value_and_grad",
    "soft_iou_loss",
    "soft_iou_loss_grad",
    "soft_iou_loss_value_and_grad",
    "squared_dice_loss",
    "squared_dice_loss_grad",
    "squared_dice_loss_value_and_grad",
    "tversky_loss",
    "tversky_loss_grad",
    "tversky_loss_value_and_grad",
]
