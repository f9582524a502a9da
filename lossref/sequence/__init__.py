"""Losses of sequences, with and without an alignment."""

from lossref.sequence.ctc import CTC, ctc, ctc_grad, ctc_min_frames, ctc_value_and_grad
from lossref.sequence.sequence_cross_entropy import (
    SEQUENCE_CROSS_ENTROPY,
    sequence_cross_entropy,
    sequence_cross_entropy_grad,
    sequence_cross_entropy_value_and_grad,
)

SPECS = (SEQUENCE_CROSS_ENTROPY, CTC)

__all__ = [
    "ctc",
    "ctc_grad",
    "ctc_min_frames",
    "ctc_value_and_grad",
    "sequence_cross_entropy",
    "sequence_cross_entropy_grad",
    "sequence_cross_entropy_value_and_grad",
]
