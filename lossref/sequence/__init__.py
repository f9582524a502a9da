"""Losses of sequences, with and without an alignment."""

from lossref.sequence.ctc import SPEC as _ctc
from lossref.sequence.ctc import ctc, ctc_grad, ctc_min_frames, ctc_value_and_grad
from lossref.sequence.sequence_cross_entropy import SPEC as _sequence_cross_entropy
from lossref.sequence.sequence_cross_entropy import (
    sequence_cross_entropy,
    sequence_cross_entropy_grad,
    sequence_cross_entropy_value_and_grad,
)

SPECS = (_sequence_cross_entropy, _ctc)

__all__ = [
    "ctc",
    "ctc_grad",
    "ctc_min_frames",
    "ctc_value_and_grad",
    "sequence_cross_entropy",
    "sequence_cross_entropy_grad",
    "sequence_cross_entropy_value_and_grad",
]
