"""Any shape, layout and type of numbers: the conventions of elementwise losses, drawn by Hypothesis."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import lossref
from lossref._spec import LossSpec

ELEMENTWISE = [
    s for s in lossref.specs() if isinstance(s, LossSpec) and s.kind == "elementwise"
]  # fmt: skip
KINDS = ("float64", "float32", "float16", "int64", "int8", "uint16", "bool")


def legal(spec, rng, shape, kind):
    """Numbers of a type that the loss takes, and none near the end of its range."""
    y = rng.integers(1, 4, shape).astype(kind)
    p = rng.integers(1, 4, shape)
    if np.dtype(kind).kind == "f":
        p = p + rng.integers(0, 8, shape) / 8
    return y, p.astype(kind)


def layouts(rng, array):
    """The same numbers, stored in another way."""
    if array.ndim == 0:
        return array
    way = rng.integers(4)
    if way == 0:
        return np.asfortranarray(array)
    if way == 1:
        return np.repeat(array, 2, axis=-1)[..., ::2]
    if way == 2:
        return array[::-1].copy()[::-1]
    return array


@pytest.mark.parametrize("spec", ELEMENTWISE, ids=lambda s: s.slug)
@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    shape=hnp.array_shapes(min_dims=0, max_dims=4, min_side=1, max_side=5),
    kinds=st.tuples(st.sampled_from(KINDS), st.sampled_from(KINDS)),
    seed=st.integers(0, 2**32 - 1),
)
def test_shape_type_and_reductions(spec, shape, kinds, seed):
    rng = np.random.default_rng(seed)
    y, p = (layouts(rng, a) for a in (legal(spec, rng, shape, kinds[0])[0],
                                      legal(spec, rng, shape, kinds[1])[1]))  # fmt: skip
    before = y.copy(), p.copy()
    each = spec.loss(y, p, reduction="none")
    slope = spec.grad(y, p, reduction="none")
    wanted = np.result_type(*kinds)  # as NumPy mixes them; whole numbers become float64
    wanted = wanted if wanted.kind == "f" else np.dtype(np.float64)
    for found in (np.asarray(each), np.asarray(slope)):
        assert found.shape == shape
        assert found.dtype == wanted
    total = spec.loss(y, p, reduction="sum")
    assert np.ndim(total) == 0
    assert np.asarray(total).dtype == np.float64
    tight = 1e-12 if wanted == np.float64 else 4e-3 if wanted == np.float16 else 1e-5
    np.testing.assert_allclose(total, np.sum(each, dtype=np.float64), rtol=tight, atol=tight)
    weights = rng.integers(0, 3, shape[-1:] or ()) + np.eye(1, shape[-1] if shape else 1)[0]
    weights = weights if shape else weights[0]
    mean = spec.loss(y, p, sample_weight=weights)
    spread = np.broadcast_to(weights, shape)
    np.testing.assert_allclose(
        mean, np.sum(spread * np.asarray(each, np.float64)) / spread.sum(), rtol=tight, atol=tight
    )
    value, both = spec.value_and_grad(y, p, sample_weight=weights)
    assert value == mean
    np.testing.assert_array_equal(both, spec.grad(y, p, sample_weight=weights), strict=True)
    for now, then in zip((y, p), before, strict=True):
        np.testing.assert_array_equal(now, then, strict=True)


@pytest.mark.parametrize("spec", ELEMENTWISE, ids=lambda s: s.slug)
@settings(max_examples=20, deadline=None, derandomize=True)
@given(
    a=hnp.array_shapes(min_dims=0, max_dims=3, max_side=3),
    b=hnp.array_shapes(min_dims=0, max_dims=3, max_side=3),
)
def test_shapes_that_differ_are_refused_even_if_they_would_broadcast(spec, a, b):
    y, p = np.ones(a), np.full(b, 2.0)
    if a == b:
        spec.loss(y, p)
        return
    with pytest.raises(ValueError, match="must have the same shape") as caught:
        spec.loss(y, p)
    assert spec.slug in str(caught.value)
    assert str(a) in str(caught.value)
    assert str(b) in str(caught.value)
