"""One contract for every loss whose samples meet: records of kind "batch"."""

from __future__ import annotations

import inspect

import numpy as np
import oracle
import pytest
from test_function_contract import SECTIONS, by_slug

import lossref
from lossref._spec import FunctionSpec

SPECS = [s for s in lossref.specs() if isinstance(s, FunctionSpec) and s.kind == "batch"]


def draw(spec, seed):
    return tuple(np.asarray(x) for x in spec.draw(np.random.default_rng(seed)))


def as_tuple(spec, gradient):
    return gradient if len(spec.wrt) + len(spec.learned) > 1 else (gradient,)


def weights(given, seed):
    return np.random.default_rng(seed).uniform(0.5, 2, len(given[-1]))


def vectors(spec):
    return [k for k, a in enumerate(spec.arguments) if a.wrt]


def cast(given, dtype):
    return [x.astype(dtype) if x.dtype.kind == "f" else x for x in given]


@by_slug(SPECS)
def test_values_and_slopes_agree_with_the_formula_to_sixty_digits(spec):
    given = draw(spec, 0)
    w = weights(given, 1)
    for params in oracle.settings(spec):
        arguments = oracle.batch(spec, given)
        values = spec.loss(*given, reduction="none", **params)
        wants = oracle.batch_values(spec, arguments, params)
        for got, want in zip(values, wants, strict=True):
            assert oracle.ulps(got, want) <= spec.ulp, params
        found = as_tuple(spec, spec.grad(*given, sample_weight=w, reduction="sum", **params))
        slopes = oracle.batch_slopes(spec, arguments, params, oracle.numbers(w))
        for got, want in zip(found, slopes, strict=True):
            exact = np.array(want, float)
            size = np.abs(exact).max(axis=-1, keepdims=True) if exact.ndim else abs(exact)
            assert (np.abs(got - exact) <= 8 * spec.ulp * 2.3e-16 * size + 1e-30).all(), params


@by_slug(SPECS)
def test_float32_agrees_with_the_formula_and_dtypes_are_kept(spec):
    given = draw(spec, 1)
    for dtype in (np.float16, np.float32, np.float64):
        slopes = as_tuple(spec, spec.grad(*cast(given, dtype)))
        assert [s.dtype for s in slopes[: len(spec.wrt)]] == [dtype] * len(spec.wrt)
        assert all(isinstance(s, float) for s in slopes[len(spec.wrt) :])
        assert isinstance(spec.loss(*cast(given, dtype)), float)
    narrow = cast(given, np.float32)
    got = spec.loss(*narrow, reduction="none")
    assert got.dtype == np.float32
    wants = oracle.batch_values(spec, oracle.batch(spec, narrow), spec.defaults)
    for a, b in zip(got, wants, strict=True):
        assert oracle.ulps(a, b) <= 2 * spec.ulp


@by_slug(SPECS)
def test_reductions_and_weights_agree(spec):
    given = draw(spec, 2)
    w = weights(given, 3)
    each = spec.loss(*given, reduction="none")
    assert each.shape == w.shape
    assert spec.loss(*given, reduction="sum") == pytest.approx(each.sum(), rel=1e-12)
    assert spec.loss(*given) == pytest.approx(each.mean(), rel=1e-12)
    assert spec.loss(*given, sample_weight=w) == pytest.approx(np.average(each, weights=w))
    np.testing.assert_allclose(
        spec.loss(*given, sample_weight=w, reduction="none"), w * each, rtol=1e-14
    )
    summed = as_tuple(spec, spec.grad(*given, sample_weight=w, reduction="sum"))
    for factor, options in (
        (1 / w.sum(), {"reduction": "mean"}),
        (1, {"reduction": "none"}),
    ):
        found = as_tuple(spec, spec.grad(*given, sample_weight=w, **options))
        for got, one in zip(found, summed, strict=True):
            np.testing.assert_allclose(got, one * factor, rtol=1e-9, atol=1e-13)
    with pytest.raises(ValueError, match="reduction must be"):
        spec.loss(*given, reduction="avg")
    with pytest.raises(ValueError, match="sample_weight"):
        spec.loss(*given, sample_weight=-w)
    nothing = [x[:0] for x in given]
    assert spec.loss(*nothing, reduction="sum") == 0.0
    assert spec.loss(*nothing, reduction="none").shape == (0,)
    with pytest.raises(ValueError, match="mean of no values"):
        spec.loss(*nothing)


@by_slug(SPECS)
def test_both_together_are_the_two_alone_and_nothing_is_changed(spec):
    given = draw(spec, 4)
    before = [x.copy() for x in given]
    value, gradient = spec.value_and_grad(*given)
    assert value == spec.loss(*given)
    for a, b in zip(as_tuple(spec, gradient), as_tuple(spec, spec.grad(*given)), strict=True):
        np.testing.assert_array_equal(a, b, strict=True)
    for x, y in zip(given, before, strict=True):
        np.testing.assert_array_equal(x, y, strict=True)
    apart = [np.repeat(x, 2, axis=0)[::2] for x in given]
    assert spec.loss(*apart) == value


@by_slug(SPECS)
def test_turning_all_vectors_changes_nothing(spec):
    """Every loss here is made of distances, cosines or inner products."""
    given = draw(spec, 5)
    turn = np.linalg.qr(np.random.default_rng(6).normal(size=(3, 3)))[0]
    turned = [x @ turn if k in vectors(spec) else x for k, x in enumerate(given)]
    value, gradient = spec.value_and_grad(*given)
    other, pulled = spec.value_and_grad(*turned)
    assert other == pytest.approx(value, rel=1e-10)
    for a, b in zip(as_tuple(spec, gradient), as_tuple(spec, pulled), strict=True):
        moved = a @ turn if np.ndim(a) else a
        np.testing.assert_allclose(b, moved, rtol=1e-8, atol=1e-9 * np.abs(a).max())


@by_slug(SPECS)
def test_blocks_change_nothing(spec):
    """Many rows against the formula in NumPy, one row at a time."""
    rng = np.random.default_rng(7)
    n = 300
    given = [
        rng.integers(0, 40, n) if a.domain is None else rng.normal(size=(n, 5))
        for a in spec.arguments
    ]
    values = spec.loss(*given, reduction="none")
    assert values.shape == (n,)
    few = rng.choice(n, 20, replace=False)
    order = np.concatenate((few, np.setdiff1d(np.arange(n), few)))
    if spec.slug == "nt_xent":  # both halves in the same order
        half = order[order < n // 2]
        order = np.concatenate((half, half + n // 2))
    mixed = spec.loss(*[x[order] for x in given], reduction="none")
    np.testing.assert_allclose(mixed, values[order], rtol=1e-10)
    slopes = as_tuple(spec, spec.grad(*given))
    shuffled = as_tuple(spec, spec.grad(*[x[order] for x in given]))
    for a, b in zip(slopes, shuffled, strict=True):
        moved = a[order] if np.ndim(a) else a
        np.testing.assert_allclose(b, moved, rtol=1e-8, atol=1e-12)


@by_slug(SPECS)
def test_bad_inputs_are_refused_by_the_name_of_the_argument(spec):
    given = draw(spec, 8)
    for at, argument in enumerate(spec.arguments):
        short = [x[:-2] if k == at else x for k, x in enumerate(given)]
        if len(given) > 1:
            with pytest.raises(ValueError, match=f"^{spec.slug}: .* must have"):
                spec.loss(*short)
        text = [np.full(x.shape, "a") if k == at else x for k, x in enumerate(given)]
        with pytest.raises(TypeError, match=f"^{spec.slug}: {argument.name} must"):
            spec.loss(*text)
        if argument.domain is None:
            halves = [x + 0.5 if k == at else x for k, x in enumerate(given)]
            with pytest.raises(TypeError, match=f"{argument.name} must hold integer class"):
                spec.loss(*halves)
            continue
        for number in (np.nan, np.inf):
            lost = given[at].copy()
            lost[1] = number
            broken = [lost if k == at else x for k, x in enumerate(given)]
            if np.isnan(number):
                assert np.isnan(spec.loss(*broken))
            else:
                with pytest.raises(ValueError, match=f"{argument.name} must be finite"):
                    spec.loss(*broken)
    deep = [np.stack((x, x)) for x in given]
    with pytest.raises(ValueError, match="must have two axes, one row per sample"):
        spec.loss(*deep)
    for name, bad in spec.refused:
        with pytest.raises(ValueError, match=f"^{spec.slug}: {name} must"):
            spec.loss(*bad)


@by_slug([s for s in SPECS if s.params])
def test_parameters_outside_their_set_are_refused(spec):
    given = draw(spec, 9)
    for param in spec.params:
        outside = [np.nan, param.hi + 1, param.lo - 1]
        outside += [] if param.lo_closed else [param.lo]
        for number in outside:
            with pytest.raises(ValueError, match=f"{spec.slug}: {param.name} must be in"):
                spec.loss(*given, **{param.name: float(number)})
        with pytest.raises(TypeError, match=param.name):
            spec.loss(*given, **{param.name: "1"})
    for option in spec.options:
        for value in option.values:
            assert np.isfinite(spec.loss(*given, **{option.name: value}))
        with pytest.raises(ValueError, match=f"^{spec.slug}: {option.name} must be"):
            spec.loss(*given, **{option.name: "other"})


@by_slug(SPECS)
def test_docstrings_have_their_parts_in_order_and_their_examples_run(spec):
    names = [a.name for a in spec.arguments]
    for function in (spec.loss, spec.grad, spec.value_and_grad):
        text = inspect.getdoc(function)
        places = [text.find(section) for section in SECTIONS]
        assert -1 not in places, (function.__name__, SECTIONS[places.index(-1)])
        assert places == sorted(places)
        signature = inspect.signature(function).parameters
        assert list(signature)[: len(names)] == names
        kinds = [p.kind for p in signature.values()][len(names) :]
        assert kinds == [inspect.Parameter.KEYWORD_ONLY] * len(kinds)
        assert getattr(lossref, function.__name__) is function
