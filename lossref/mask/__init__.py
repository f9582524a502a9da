"""The losses of masks, one file each."""

from lossref.mask.lovasz_hinge import (
    LOVASZ_HINGE,
    lovasz_hinge,
    lovasz_hinge_grad,
    lovasz_hinge_value_and_grad,
)
from lossref.mask.overlap import (
    DICE_LOSS,
    SOFT_IOU_LOSS,
    SQUARED_DICE_LOSS,
    dice_loss,
    dice_loss_grad,
    dice_loss_value_and_grad,
    soft_iou_loss,
    soft_iou_loss_grad,
    soft_iou_loss_value_and_grad,
    squared_dice_loss,
    squared_dice_loss_grad,
    squared_dice_loss_value_and_grad,
)
from lossref.mask.tversky import (
    FOCAL_TVERSKY_LOSS,
    TVERSKY_LOSS,
    focal_tversky_loss,
    focal_tversky_loss_grad,
    focal_tversky_loss_value_and_grad,
    tversky_loss,
    tversky_loss_grad,
    tversky_loss_value_and_grad,
)

SPECS = (
    DICE_LOSS,
    SQUARED_DICE_LOSS,
    SOFT_IOU_LOSS,
    TVERSKY_LOSS,
    FOCAL_TVERSKY_LOSS,
    LOVASZ_HINGE,
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
