"""The classification losses, one file each."""

from lossref.classification.bce import SPEC as _bce
from lossref.classification.bce import bce, bce_grad, bce_value_and_grad
from lossref.classification.bce_with_logits import SPEC as _bce_with_logits
from lossref.classification.bce_with_logits import (
    bce_with_logits,
    bce_with_logits_grad,
    bce_with_logits_value_and_grad,
)
from lossref.classification.binary_focal import SPEC as _binary_focal
from lossref.classification.binary_focal import (
    binary_focal,
    binary_focal_grad,
    binary_focal_value_and_grad,
)
from lossref.classification.brier import SPEC as _brier
from lossref.classification.brier import brier, brier_grad, brier_value_and_grad
from lossref.classification.crammer_singer_hinge import SPEC as _crammer_singer_hinge
from lossref.classification.crammer_singer_hinge import (
    crammer_singer_hinge,
    crammer_singer_hinge_grad,
    crammer_singer_hinge_value_and_grad,
)
from lossref.classification.distillation import SPEC as _distillation
from lossref.classification.distillation import (
    distillation,
    distillation_grad,
    distillation_value_and_grad,
)
from lossref.classification.exponential import SPEC as _exponential
from lossref.classification.exponential import (
    exponential,
    exponential_grad,
    exponential_value_and_grad,
)
from lossref.classification.generalised_cross_entropy import SPEC as _generalised_cross_entropy
from lossref.classification.generalised_cross_entropy import (
    generalised_cross_entropy,
    generalised_cross_entropy_grad,
    generalised_cross_entropy_value_and_grad,
)
from lossref.classification.hinge import SPEC as _hinge
from lossref.classification.hinge import hinge, hinge_grad, hinge_value_and_grad
from lossref.classification.label_smoothing import SPEC as _label_smoothing
from lossref.classification.label_smoothing import (
    label_smoothing,
    label_smoothing_grad,
    label_smoothing_value_and_grad,
)
from lossref.classification.label_smoothing_off import SPEC as _label_smoothing_off
from lossref.classification.label_smoothing_off import (
    label_smoothing_off,
    label_smoothing_off_grad,
    label_smoothing_off_value_and_grad,
)
from lossref.classification.margin_logistic import SPEC as _margin_logistic
from lossref.classification.margin_logistic import (
    margin_logistic,
    margin_logistic_grad,
    margin_logistic_value_and_grad,
)
from lossref.classification.modified_huber import SPEC as _modified_huber
from lossref.classification.modified_huber import (
    modified_huber,
    modified_huber_grad,
    modified_huber_value_and_grad,
)
from lossref.classification.multiclass_brier import SPEC as _multiclass_brier
from lossref.classification.multiclass_brier import (
    multiclass_brier,
    multiclass_brier_grad,
    multiclass_brier_value_and_grad,
)
from lossref.classification.nll import SPEC as _nll
from lossref.classification.nll import nll, nll_grad, nll_value_and_grad
from lossref.classification.perceptron import SPEC as _perceptron
from lossref.classification.perceptron import perceptron, perceptron_grad, perceptron_value_and_grad
from lossref.classification.poly1 import SPEC as _poly1
from lossref.classification.poly1 import poly1, poly1_grad, poly1_value_and_grad
from lossref.classification.softmax_cross_entropy import SPEC as _softmax_cross_entropy
from lossref.classification.softmax_cross_entropy import (
    softmax_cross_entropy,
    softmax_cross_entropy_grad,
    softmax_cross_entropy_value_and_grad,
)
from lossref.classification.softmax_focal import SPEC as _softmax_focal
from lossref.classification.softmax_focal import (
    softmax_focal,
    softmax_focal_grad,
    softmax_focal_value_and_grad,
)
from lossref.classification.squared_hinge import SPEC as _squared_hinge
from lossref.classification.squared_hinge import (
    squared_hinge,
    squared_hinge_grad,
    squared_hinge_value_and_grad,
)
from lossref.classification.weston_watkins_hinge import SPEC as _weston_watkins_hinge
from lossref.classification.weston_watkins_hinge import (
    weston_watkins_hinge,
    weston_watkins_hinge_grad,
    weston_watkins_hinge_value_and_grad,
)
from lossref.classification.zero_one import balanced_weights, zero_one

SPECS = (
    _bce,
    _bce_with_logits,
    _margin_logistic,
    _binary_focal,
    _hinge,
    _squared_hinge,
    _modified_huber,
    _perceptron,
    _exponential,
    _brier,
    _softmax_cross_entropy,
    _nll,
    _label_smoothing,
    _label_smoothing_off,
    _softmax_focal,
    _poly1,
    _generalised_cross_entropy,
    _crammer_singer_hinge,
    _weston_watkins_hinge,
    _multiclass_brier,
    _distillation,
)

__all__ = [
    "balanced_weights",
    "bce",
    "bce_grad",
    "bce_value_and_grad",
    "bce_with_logits",
    "bce_with_logits_grad",
    "bce_with_logits_value_and_grad",
    "binary_focal",
    "binary_focal_grad",
    "binary_focal_value_and_grad",
    "brier",
    "brier_grad",
    "brier_value_and_grad",
    "crammer_singer_hinge",
    "crammer_singer_hinge_grad",
    "crammer_singer_hinge_value_and_grad",
    "distillation",
    "distillation_grad",
    "distillation_value_and_grad",
    "exponential",
    "exponential_grad",
    "exponential_value_and_grad",
    "generalised_cross_entropy",
    "generalised_cross_entropy_grad",
    "generalised_cross_entropy_value_and_grad",
    "hinge",
    "hinge_grad",
    "hinge_value_and_grad",
    "label_smoothing",
    "label_smoothing_grad",
    "label_smoothing_off",
    "label_smoothing_off_grad",
    "label_smoothing_off_value_and_grad",
    "label_smoothing_value_and_grad",
    "margin_logistic",
    "margin_logistic_grad",
    "margin_logistic_value_and_grad",
    "modified_huber",
    "modified_huber_grad",
    "modified_huber_value_and_grad",
    "multiclass_brier",
    "multiclass_brier_grad",
    "multiclass_brier_value_and_grad",
    "nll",
    "nll_grad",
    "nll_value_and_grad",
    "perceptron",
    "perceptron_grad",
    "perceptron_value_and_grad",
    "poly1",
    "poly1_grad",
    "poly1_value_and_grad",
    "softmax_cross_entropy",
    "softmax_cross_entropy_grad",
    "softmax_cross_entropy_value_and_grad",
    "softmax_focal",
    "softmax_focal_grad",
    "softmax_focal_value_and_grad",
    "squared_hinge",
    "squared_hinge_grad",
    "squared_hinge_value_and_grad",
    "weston_watkins_hinge",
    "weston_watkins_hinge_grad",
    "weston_watkins_hinge_value_and_grad",
    "zero_one",
]
