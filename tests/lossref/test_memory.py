"""A loss of a million numbers needs the memory of its answer and a few blocks."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

import lossref
from lossref._blocks import GUESS, ROOM
from lossref._spec import Interval, LossSpec

N = 1_000_000
#: What the greediest loss of each family needs, in blocks: measured, rounded up, and one more.
BLOCKS = {
    "classification": 13,  # binary_focal
    "cost": 8,
    "divergence": 8,
    "likelihood": 13,  # crps_gaussian
    "penalty": 8,
    "ranking": 10,
    "regression": 17,  # barron
    "rl": 10,
}
SPECS = [
    s
    for s in lossref.specs()
    if (s.kind == "elementwise" if isinstance(s, LossSpec) else s.kind == "samples")
    and not any(a.core or a.domain is None for a in getattr(s, "arguments", ()))
]


def numbers(domain, rng):
    """A million numbers of a domain, or of the middle of it."""
    if not isinstance(domain, Interval):
        return rng.choice(domain.values, N)
    low, high = max(domain.lo, -2.0), min(domain.hi, 2.0)
    return rng.uniform(low + 0.01, high - 0.01, N)


def peak(call):
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("spec", SPECS, ids=[s.slug for s in SPECS])
def test_no_temporary_is_larger_than_a_few_blocks(spec):
    rng = np.random.default_rng(0)
    if isinstance(spec, LossSpec):
        domains, slopes = (spec.y_true_domain, spec.y_pred_domain), 1
    else:
        domains, slopes = [a.domain for a in spec.arguments], len(spec.wrt)
    given = [numbers(domain, rng) for domain in domains]
    few = [x[:100] for x in given]
    spec.value_and_grad(*few)  # what is loaded once is not counted
    scratch = BLOCKS[spec.family] * ROOM // GUESS
    assert peak(lambda: spec.loss(*given)) < scratch
    answer = slopes * N * 8
    assert peak(lambda: spec.value_and_grad(*given)) < answer + scratch


def test_the_answer_itself_is_noticed():
    y, p = np.zeros(N), np.ones(N)
    assert peak(lambda: lossref.huber(y, p, reduction="none")) > N * 8
    assert len(SPECS) > 40
