"""One contract for every loss, driven by the records. A new loss needs no new test.

The oracle is the record's formula in 50-digit arithmetic; gradients are its numerical
derivative there. It shares no code and no method with the implementation.
"""

from __future__ import annotations

import inspect

import mpmath
import numpy as np
import pytest

import lossref
from lossref._spec import LossSpec

mpmath.mp.dps = 50
SPECS = [s for s in lossref.specs() if isinstance(s, LossSpec)]
ELEMENTWISE = [s for s in SPECS if s.kind == "elementwise"]
SECTIONS = (
    "Formula:", "Parameters:", "Returns:", "Raises:", "Not to be confused with:", "Source:",
    "Examples:",
)  # fmt: skip
#: Answers may be this far from the exact value, in units of the last place of their type.
ULP = 4


def by_slug(specs):
    return pytest.mark.parametrize("spec", specs, ids=[s.slug for s in specs])


def exact(spec, y, p, params):
    """The formula of the record, to 50 digits."""
    names = {
        name: getattr(mpmath, name) for name in ("sqrt", "log", "exp", "cosh", "expm1", "log1p")
    }
    names |= {"abs": abs, "max": max, "min": min, "sum": sum, "len": len, "inf": mpmath.inf}
    y, p = mpmath.mpf(float(y)), mpmath.mpf(float(p))
    names |= {k: mpmath.mpf(v) for k, v in params.items()}
    return eval(spec.formula, {"__builtins__": {}}, names | {"y": y, "p": p, "e": p - y})


def settings(spec):
    """The defaults and two other values of every parameter."""
    found = [dict(spec.defaults)]
    for param in spec.params:
        for value in (param.default * 0.37 + 0.01, param.default * 2.3):
            if value in param.interval:
                found.append({**spec.defaults, param.name: float(value)})
    return found


def pairs(spec, seed=0):
    """Truths and predictions inside the domains, errors from 1e-9 to 1e6, both signs."""
    rng = np.random.default_rng(seed)
    sizes = 10.0 ** rng.uniform(-9, 6, 60)
    y = rng.uniform(0.1, 3.0, 60)
    p = y + sizes * np.where(rng.random(60) < 0.5, -1, 1)
    good = [b in spec.y_pred_domain and a in spec.y_true_domain for a, b in zip(y, p, strict=True)]
    assert sum(good) > 15
    return y[good], p[good]


@by_slug(ELEMENTWISE)
def test_values_agree_with_fifty_digits(spec):
    y, p = pairs(spec)
    for params in settings(spec):
        got = spec.loss(y, p, reduction="none", **params)
        want = np.array([float(exact(spec, a, b, params)) for a, b in zip(y, p, strict=True)])
        assert got.shape == want.shape
        # The error y_pred - y_true is rounded once before any loss sees it.
        slack = np.spacing(np.abs(p) + np.abs(y)) * np.abs(
            spec.grad(y, p, reduction="none", **params)
        )
        worst = np.max((np.abs(got - want) - 2 * slack) / np.spacing(np.abs(want) + 5e-324))
        assert worst <= ULP, (params, worst)


@by_slug(ELEMENTWISE)
def test_float32_values_agree_with_fifty_digits(spec):
    y, p = (array.astype(np.float32) for array in pairs(spec, seed=11))
    for params in settings(spec):
        got = spec.loss(y, p, reduction="none", **params)
        assert got.dtype == np.float32
        want = np.array([float(exact(spec, a, b, params)) for a, b in zip(y, p, strict=True)])
        assert got.shape == want.shape
        pull = spec.grad(y.astype(float), p.astype(float), reduction="none", **params)
        slack = np.spacing(np.abs(p) + np.abs(y)).astype(float) * np.abs(pull)
        unit = np.spacing(np.abs(want).astype(np.float32)).astype(float)
        worst = np.max((np.abs(got - want) - 2 * slack) / unit)
        # a power multiplies the rounding of its logarithm
        assert worst <= (2 * ULP if "alpha" in params else ULP), (params, worst)


@by_slug(ELEMENTWISE)
def test_gradients_are_the_slopes_of_the_formula(spec):
    y, p = pairs(spec, seed=1)
    for params in settings(spec):
        kinks = spec.kinks(**params)
        got = spec.grad(y, p, reduction="none", **params)
        for a, b, g in zip(y, p, got, strict=True):
            if any(abs((b - a) - k) < 1e-3 * (1 + abs(k)) for k in (*kinks, *_joints(params))):
                continue
            h = mpmath.mpf(10) ** -20
            slope = (exact_at(spec, a, b, h, params) - exact_at(spec, a, b, -h, params)) / (2 * h)
            assert abs(g - float(slope)) <= 1e-11 * abs(float(slope)) + 1e-14, (params, a, b)


def _joints(params):
    """Errors at which pieces meet smoothly; a difference across them would be one-sided."""
    return [
        s * params[n] for n in ("delta", "beta", "epsilon", "c") if n in params for s in (1, -1)
    ]


def exact_at(spec, y, p, h, params):
    names = {
        name: getattr(mpmath, name) for name in ("sqrt", "log", "exp", "cosh", "expm1", "log1p")
    }
    names |= {"abs": abs, "max": max, "min": min, "inf": mpmath.inf}
    y, p = mpmath.mpf(float(y)), mpmath.mpf(float(p)) + h
    names |= {k: mpmath.mpf(v) for k, v in params.items()}
    return eval(spec.formula, {"__builtins__": {}}, names | {"y": y, "p": p, "e": p - y})


@by_slug(ELEMENTWISE)
def test_kinks_get_the_subgradient_of_least_norm(spec):
    for kink in spec.kinks(**spec.defaults):
        y = np.array([1.0])
        h = 1e-3
        left = spec.grad(y, y + kink - h, reduction="none")[0]
        right = spec.grad(y, y + kink + h, reduction="none")[0]
        at = spec.grad(
            np.array([0.0]) + (y if spec.slug in ("mape", "msle") else 0),
            np.array([kink]) + (y if spec.slug in ("mape", "msle") else 0),
            reduction="none",
        )[0]
        lo, hi = min(left, right), max(left, right)
        want = 0.0 if lo <= 0 <= hi else (lo if abs(lo) < abs(hi) else hi)
        assert at == pytest.approx(want, abs=2e-2)


@by_slug(SPECS)
def test_shapes_are_compared_and_never_broadcast(spec):
    with pytest.raises(
        ValueError, match=f"{spec.slug}: y_true and y_pred must have the same shape"
    ):
        spec.loss(np.ones((3, 1)), np.ones(3))
    with pytest.raises(ValueError, match="same shape"):
        spec.grad(np.ones(3), np.ones(1))


@by_slug(SPECS)
def test_wrong_kinds_of_input_are_refused(spec):
    with pytest.raises(TypeError):
        spec.loss(np.array(["a"]), np.array(["b"]))
    with pytest.raises(TypeError):
        spec.loss(np.ones(2) * 1j, np.ones(2))
    with pytest.raises(ValueError, match="y_true"):
        spec.loss(np.array([np.nan, 1.0]), np.ones(2))
    assert np.isnan(spec.loss(np.ones(2), np.array([np.nan, 1.0])))
    assert np.isnan(spec.grad(np.ones(2), np.array([np.nan, 1.0]))).any()
    with pytest.raises(ValueError, match="mean of no values"):
        spec.loss(
            np.ones((0,) if spec.kind != "row" else (0, 2)),
            np.ones((0,) if spec.kind != "row" else (0, 2)),
        )


@by_slug([s for s in SPECS if s.params])
def test_parameters_outside_their_set_are_refused(spec):
    for param in spec.params:
        for value in (
            param.lo - 1,
            param.hi + 1,
            np.nan,
            param.lo if not param.lo_closed else np.nan,
        ):
            if np.isinf(value) and param.lo == -np.inf:
                continue
            with pytest.raises(ValueError, match=f"{spec.slug}: {param.name} must be in"):
                spec.loss(np.ones(2), np.ones(2) * 2, **{param.name: float(value)})
        with pytest.raises(TypeError):
            spec.loss(np.ones(2), np.ones(2), **{param.name: "1"})


@by_slug(ELEMENTWISE)
def test_reductions_and_weights_agree(spec):
    y, p = pairs(spec, seed=2)
    w = np.random.default_rng(3).uniform(0.5, 2, y.size)
    each, pull = spec.loss(y, p, reduction="none"), spec.grad(y, p, reduction="none")
    assert spec.loss(y, p, reduction="sum") == pytest.approx(each.sum(), rel=1e-12)
    assert spec.loss(y, p) == pytest.approx(each.mean(), rel=1e-12)
    assert spec.loss(y, p, sample_weight=w) == pytest.approx((w * each).sum() / w.sum(), rel=1e-12)
    np.testing.assert_allclose(spec.grad(y, p), pull / y.size, rtol=1e-12, strict=True)
    np.testing.assert_allclose(
        spec.grad(y, p, sample_weight=w), w * pull / w.sum(), rtol=1e-12, strict=True
    )
    assert spec.loss(np.ones(0), np.ones(0), reduction="sum") == 0.0
    with pytest.raises(ValueError, match="reduction must be"):
        spec.loss(y, p, reduction="avg")
    with pytest.raises(ValueError, match="sample_weight"):
        spec.loss(y, p, sample_weight=-w)


@by_slug(SPECS)
def test_value_and_gradient_together_are_the_two_alone(spec):
    rng = np.random.default_rng(4)
    y = rng.uniform(0.5, 2, (3, 4))
    p = rng.uniform(0.5, 2, (3, 4))
    value, gradient = spec.value_and_grad(y, p)
    assert value == spec.loss(y, p)
    np.testing.assert_array_equal(gradient, spec.grad(y, p), strict=True)
    assert gradient.shape == p.shape


@by_slug(SPECS)
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.int64, np.bool_])
def test_dtypes_in_and_out(spec, dtype):
    y, p = np.array([[1, 1], [1, 1]], dtype), np.array([[1, 1], [0, 1]], dtype)
    want = dtype if np.dtype(dtype).kind == "f" else np.float64
    assert spec.grad(y, p).dtype == want
    assert isinstance(spec.loss(y, p), float)


@by_slug(SPECS)
def test_inputs_are_not_changed_and_need_not_be_contiguous(spec):
    rng = np.random.default_rng(5)
    y, p = rng.uniform(0.5, 2, (6, 8)), rng.uniform(0.5, 2, (6, 8))
    before = y.copy(), p.copy()
    plain = spec.value_and_grad(
        np.ascontiguousarray(y[::2, ::2]), np.ascontiguousarray(p[::2, ::2])
    )
    value, gradient = spec.value_and_grad(y[::2, ::2], p[::2, ::2])
    assert value == plain[0]
    np.testing.assert_array_equal(gradient, plain[1], strict=True)
    np.testing.assert_array_equal(y, before[0])
    np.testing.assert_array_equal(p, before[1])


@by_slug(SPECS)
def test_many_blocks_are_one_array(spec):
    rng = np.random.default_rng(6)
    y, p = rng.uniform(0.5, 2, (50_001,)), rng.uniform(0.5, 2, (50_001,))
    if spec.kind == "elementwise":
        assert spec.loss(y, p) == pytest.approx(spec.loss(y, p, reduction="none").mean(), rel=1e-13)


@by_slug([s for s in ELEMENTWISE if s.slug not in ("msle", "mape")])
@pytest.mark.parametrize("size", [1e-200, 1e-30, 1e30, 1e100, 1e200])
def test_extremes_are_finite_where_the_exact_value_is(spec, size):
    for error in (size, -size):
        want = exact(spec, 0.0, error, spec.defaults)
        got = spec.loss(np.zeros(1), np.array([error]))
        if abs(want) < 1e300:
            assert got == pytest.approx(float(want), rel=1e-11)
        slope = spec.grad(np.zeros(1), np.array([error]))[0]
        assert np.isfinite(slope)


@by_slug(SPECS)
def test_identities_and_limits_hold(spec):
    rng = np.random.default_rng(7)
    y, p = rng.uniform(0.5, 2, 20), rng.uniform(0.5, 2, 20)
    for identity in spec.identities:
        a, b = (np.asarray(side, np.float64) for side in identity.sides(y, p))
        scale = max(np.max(np.abs(a)), np.max(np.abs(b)))
        assert np.max(np.abs(a - b)) <= identity.rtol * scale, identity.text


@by_slug(ELEMENTWISE)
def test_convexity_is_as_recorded(spec):
    rng = np.random.default_rng(8)
    convex = spec.convex(**spec.defaults) if callable(spec.convex) else spec.convex
    y = np.ones(4000)
    a, b = rng.uniform(0.01, 30, (2, 4000))
    ends = [spec.loss(y, v, reduction="none") for v in (a, b, (a + b) / 2)]
    broken = bool(np.any(ends[2] > (ends[0] + ends[1]) / 2 * (1 + 1e-12) + 1e-12))
    assert broken == (not convex)


TORCH = {
    "mse": lambda F, y, p: F.mse_loss(p, y),
    "mae": lambda F, y, p: F.l1_loss(p, y),
    "huber": lambda F, y, p: F.huber_loss(p, y, delta=1.0),
    "smooth_l1": lambda F, y, p: F.smooth_l1_loss(p, y, beta=1.0),
}


@pytest.mark.parametrize("slug", TORCH)
def test_torch_agrees_in_value_and_gradient(slug):
    import torch

    rng = np.random.default_rng(9)
    y, p = rng.normal(size=(5, 7)), rng.normal(size=(5, 7))
    tensor = torch.tensor(p, requires_grad=True)
    loss = TORCH[slug](torch.nn.functional, torch.tensor(y), tensor)
    loss.backward()
    value, gradient = lossref.spec(slug).value_and_grad(y, p)
    assert value == pytest.approx(loss.item(), rel=1e-14)
    np.testing.assert_allclose(gradient, tensor.grad.numpy(), rtol=1e-13, strict=True)


def test_sklearn_and_scipy_agree():
    from scipy import special
    from sklearn import metrics

    rng = np.random.default_rng(10)
    y, p = rng.uniform(0.5, 2, 30), rng.uniform(0.5, 2, 30)
    assert lossref.mse(y, p) == pytest.approx(metrics.mean_squared_error(y, p), rel=1e-14)
    assert lossref.mae(y, p) == pytest.approx(metrics.mean_absolute_error(y, p), rel=1e-14)
    assert lossref.rmse(y, p) == pytest.approx(metrics.root_mean_squared_error(y, p), rel=1e-14)
    assert lossref.msle(y, p) == pytest.approx(metrics.mean_squared_log_error(y, p), rel=1e-12)
    assert lossref.mape(y, p) == pytest.approx(
        metrics.mean_absolute_percentage_error(y, p), rel=1e-14
    )
    for tau in (0.1, 0.9):
        assert lossref.quantile(y, p, tau=tau) == pytest.approx(
            metrics.mean_pinball_loss(y, p, alpha=tau), rel=1e-14
        )
    np.testing.assert_allclose(
        lossref.huber(y, p, delta=0.3, reduction="none"), special.huber(0.3, p - y), rtol=1e-13
    )
    np.testing.assert_allclose(
        lossref.pseudo_huber(y, p, delta=0.3, reduction="none"),
        special.pseudo_huber(0.3, p - y),
        rtol=1e-12,
    )


@by_slug(SPECS)
def test_docstrings_have_their_parts_in_order(spec):
    for function in (spec.loss, spec.grad, spec.value_and_grad):
        text = inspect.getdoc(function)
        places = [text.find(section) for section in SECTIONS]
        assert -1 not in places, (function.__name__, SECTIONS[places.index(-1)])
        assert places == sorted(places)
        assert text.split("\n")[0].endswith(".")


@by_slug(SPECS)
def test_everything_after_the_first_two_is_by_keyword(spec):
    for function in (spec.loss, spec.grad, spec.value_and_grad):
        kinds = [p.kind for p in inspect.signature(function).parameters.values()]
        assert kinds[2:] == [inspect.Parameter.KEYWORD_ONLY] * (len(kinds) - 2)
        assert list(inspect.signature(function).parameters)[:2] == ["y_true", "y_pred"]
        assert getattr(lossref, function.__name__) is function
