"""One contract for every loss with a `FunctionSpec`, driven by the records."""

from __future__ import annotations

import inspect

import mpmath
import numpy as np
import oracle
import pytest

import lossref
from lossref._spec import FunctionSpec

SPECS = [s for s in lossref.specs() if isinstance(s, FunctionSpec) and s.kind == "samples"]
SECTIONS = (
    "Formula:", "Parameters:", "Returns:", "Raises:", "Not to be confused with:", "Source:",
    "Examples:",
)  # fmt: skip


#: Their slope is a weight, whatever the prediction is.
LINEAR = {"nll", "weighted_sum", "uncertainty_weighting"}


def by_slug(specs):
    return pytest.mark.parametrize("spec", specs, ids=[s.slug for s in specs])


def draw(spec, seed):
    return tuple(np.asarray(x) for x in spec.draw(np.random.default_rng(seed)))


def lead(spec, given):
    last = spec.arguments[-1]
    return given[-1].shape[: given[-1].ndim - last.core]


def as_tuple(spec, gradient):
    return gradient if len(spec.wrt) > 1 else (gradient,)


@by_slug(SPECS)
def test_values_and_slopes_agree_with_the_formula_to_sixty_digits(spec):
    given = draw(spec, 0)
    for params in oracle.settings(spec):
        values = spec.loss(*given, reduction="none", **params)
        found = as_tuple(spec, spec.grad(*given, reduction="none", **params))
        assert values.shape == lead(spec, given)
        for i in range(values.size):
            arguments = oracle.sample(spec, given, i)
            want = oracle.evaluate(spec, spec.formula, arguments, params)
            assert oracle.ulps(values.flat[i], want) <= spec.ulp, (params, arguments)
            kinks = oracle.evaluate(spec, spec.kinks, arguments, params)
            if any(abs(k) < mpmath.mpf("1e-9") for k in kinks):
                continue
            slopes = oracle.slopes(spec, arguments, params)
            for name, got, slope in zip(spec.wrt, found, slopes, strict=True):
                core = next(a.core for a in spec.arguments if a.name == name)
                got = got.reshape(-1, *got.shape[got.ndim - core :])[i]
                want = np.array([float(s) for s in slope]) if core else float(slope)
                # What a row's slope may lose is measured against the largest of the row.
                size = np.max(np.abs(want)) if core else abs(want)
                tolerance = 4 * spec.ulp * np.finfo(np.float64).eps * size + 1e-18 * core
                np.testing.assert_allclose(got, want, rtol=4 * spec.ulp * 2.3e-16, atol=tolerance)


@by_slug(SPECS)
def test_edges_are_exact(spec):
    for edge in spec.edges:
        given = [
            np.asarray([x], None if a.domain is None else float)
            for a, x in zip(spec.arguments, edge.arguments, strict=True)
        ]
        options = dict(edge.options)
        assert spec.loss(*given, **options) == pytest.approx(edge.value, rel=1e-14), edge.text
        if edge.gradient is not None:
            found = as_tuple(spec, spec.grad(*given, **options))
            for got, want in zip(found, edge.gradient, strict=True):
                np.testing.assert_allclose(got[0], want, rtol=1e-14, err_msg=edge.text)


@by_slug(SPECS)
def test_float32_agrees_with_the_formula_and_dtypes_are_kept(spec):
    given = draw(spec, 1)
    for dtype in (np.float16, np.float32, np.float64):
        cast = [x.astype(dtype) if x.dtype.kind == "f" else x for x in given]
        with np.errstate(over="ignore"):
            for slope in as_tuple(spec, spec.grad(*cast)):
                assert slope.dtype == dtype
        assert isinstance(spec.loss(*cast), float)
    narrow = [x.astype(np.float32) if x.dtype.kind == "f" else x for x in given]
    got = spec.loss(*narrow, reduction="none")
    assert got.dtype == np.float32
    for i in range(got.size):
        arguments = oracle.sample(spec, narrow, i)
        want = oracle.evaluate(spec, spec.formula, arguments, spec.defaults)
        if abs(want) > 1e-30:  # below, float32 has fewer digits
            assert oracle.ulps(got.flat[i], want) <= 2 * spec.ulp, arguments


@by_slug(SPECS)
def test_reductions_and_weights_agree(spec):
    given = draw(spec, 2)
    each = spec.loss(*given, reduction="none")
    pull = as_tuple(spec, spec.grad(*given, reduction="none"))
    w = np.random.default_rng(3).uniform(0.5, 2, each.shape)
    assert spec.loss(*given, reduction="sum") == pytest.approx(each.sum(), rel=1e-12)
    assert spec.loss(*given, reduction="mean") == pytest.approx(each.mean(), rel=1e-12)
    assert spec.loss(*given) == spec.loss(*given, reduction=spec.reduction)
    weighted = spec.loss(*given, sample_weight=w, reduction="mean")
    assert weighted == pytest.approx((w * each).sum() / w.sum(), rel=1e-12)
    slopes = as_tuple(spec, spec.grad(*given, sample_weight=w, reduction="mean"))
    for got, one in zip(slopes, pull, strict=True):
        factor = (w / w.sum()).reshape(w.shape + (1,) * (one.ndim - w.ndim))
        np.testing.assert_allclose(got, factor * one, rtol=1e-12, strict=True)
    for function in (spec.grad, spec.value_and_grad):
        assert inspect.signature(function).parameters["reduction"].default == spec.reduction
    with pytest.raises(ValueError, match="reduction must be"):
        spec.loss(*given, reduction="avg")
    with pytest.raises(ValueError, match="sample_weight"):
        spec.loss(*given, sample_weight=-w)
    nothing = [x[:0] for x in given]
    assert spec.loss(*nothing, reduction="sum") == 0.0
    assert spec.loss(*nothing, reduction="none").shape == (0,)
    with pytest.raises(ValueError, match="mean of no values"):
        spec.loss(*nothing, reduction="mean")


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


@by_slug(SPECS)
def test_leading_axes_strides_and_blocks_change_nothing(spec):
    given = draw(spec, 5)
    flat = spec.loss(*given, reduction="none")
    slopes = as_tuple(spec, spec.grad(*given, reduction="mean"))
    n = len(flat)
    folded = [x.reshape(2, n // 2, *x.shape[1:]) for x in given]
    np.testing.assert_array_equal(
        spec.loss(*folded, reduction="none"), flat.reshape(2, n // 2), strict=True
    )
    apart = [np.repeat(x, 2, axis=0)[::2] for x in given]
    np.testing.assert_array_equal(spec.loss(*apart, reduction="none"), flat, strict=True)
    repeats = 140_000 // n
    many = [np.tile(x, (repeats,) + (1,) * (x.ndim - 1)) for x in given]
    one_mean, many_mean = (spec.loss(*x, reduction="mean") for x in (given, many))
    assert many_mean == pytest.approx(one_mean, rel=1e-12)
    pulls = as_tuple(spec, spec.grad(*many, reduction="mean"))
    for got, one in zip(pulls, slopes, strict=True):
        np.testing.assert_allclose(got[-n:] * repeats, one, rtol=1e-12)


@by_slug(SPECS)
def test_bad_inputs_are_refused_by_the_name_of_the_argument(spec):
    given = draw(spec, 6)
    for at, argument in enumerate(spec.arguments):
        short = [x[:-1] if k == at else x for k, x in enumerate(given)]
        if len(given) > 1:
            with pytest.raises(ValueError, match=f"^{spec.slug}: .* must have"):
                spec.loss(*short)
        text = [np.full(x.shape, "a") if k == at else x for k, x in enumerate(given)]
        with pytest.raises(TypeError, match=f"^{spec.slug}: {argument.name} must"):
            spec.loss(*text)
        if argument.domain is None:
            continue
        lost = given[at].astype(float).copy()
        lost[1] = np.nan  # for a row, all of it
        broken = [lost if k == at else x for k, x in enumerate(given)]
        if argument.wrt:
            assert np.isnan(spec.loss(*broken))
            if spec.slug not in LINEAR:
                slope = spec.grad(*broken)
                slope = slope[spec.wrt.index(argument.name)] if len(spec.wrt) > 1 else slope
                assert np.isnan(slope[1]).any(), "a nan is lost in the gradient"
        else:
            with pytest.raises(ValueError, match=f"^{spec.slug}: {argument.name} must"):
                spec.loss(*broken)
    for name, bad in spec.refused:
        with pytest.raises(ValueError, match=f"^{spec.slug}: {name} must"):
            spec.loss(*bad)


@by_slug([s for s in SPECS if s.params])
def test_parameters_outside_their_set_are_refused(spec):
    given = draw(spec, 7)
    for param in spec.params:
        outside = [np.nan, param.hi + 1, param.lo - 1]
        outside += [] if param.lo_closed else [param.lo]
        for number in outside:
            with pytest.raises(ValueError, match=f"{spec.slug}: {param.name} must be in"):
                spec.loss(*given, **{param.name: float(number)})
        with pytest.raises(TypeError, match=param.name):
            spec.loss(*given, **{param.name: "1"})


@by_slug([s for s in SPECS if s.options])
def test_options_are_one_of_their_values(spec):
    given = draw(spec, 9)
    for option in spec.options:
        assert option.default in option.values
        for value in option.values:
            assert np.isfinite(spec.loss(*given, **{option.name: value}))
        for other in ("other", None, 7.0):
            with pytest.raises(ValueError, match=f"^{spec.slug}: {option.name} must be"):
                spec.loss(*given, **{option.name: other})


@by_slug(SPECS)
def test_identities_hold(spec):
    rng = np.random.default_rng(8)
    y, p = rng.uniform(0.5, 2, 20), rng.uniform(0.5, 2, 20)
    for identity in spec.identities:
        a, b = (np.asarray(side, np.float64) for side in identity.sides(y, p))
        scale = max(np.max(np.abs(a)), np.max(np.abs(b)))
        assert np.max(np.abs(a - b)) <= identity.rtol * scale, identity.text


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


@by_slug(SPECS)
def test_convexity_is_as_recorded(spec):
    """A loss that is recorded as convex never exceeds a chord; every other one does, by far."""
    excess = -np.inf
    for seed in range(40):
        one, two = draw(spec, seed), draw(spec, seed + 1000)
        ends = [
            tuple(mix if a.wrt else x for a, x, mix in zip(spec.arguments, one, mixed, strict=True))
            for mixed in (one, two, tuple((x + y) / 2 for x, y in zip(one, two, strict=True)))
        ]
        low, high, middle = (spec.loss(*given, reduction="none") for given in ends)
        with np.errstate(invalid="ignore"):
            gap = (middle - (low + high) / 2) / (1 + low**2 + high**2)
        excess = gap.max(initial=excess, where=np.isfinite(gap))
    assert (excess > 1e-12) == (not spec.convex)
