"""The kernels against 60 digits over the ranges where naive forms fail."""

from __future__ import annotations

import doctest

import mpmath
import numpy as np
import oracle
import pytest

import lossref
from lossref import stable

mpmath.mp.dps = 60
log, exp = mpmath.log, mpmath.exp
WIDE = np.r_[np.linspace(-60, 60, 241), 10.0 ** np.linspace(-12, -1, 23)]
NEAR = np.r_[10.0 ** np.linspace(-9, -0.01, 80), -(10.0 ** np.linspace(-9, -0.01, 80))]
KERNELS = {
    "softplus": (lambda x: log(1 + exp(x)), WIDE, 4),
    "expit": (lambda x: 1 / (1 + exp(-x)), WIDE, 4),
    "log_expit": (lambda x: -log(1 + exp(-x)), WIDE, 4),
    "softplus_grad": (lambda x: 1 / (1 + exp(-x)), WIDE, 4),
    "expit_grad": (lambda x: exp(x) / (1 + exp(x)) ** 2, WIDE, 4),
    "log_expit_grad": (lambda x: 1 / (1 + exp(x)), WIDE, 4),
    "h": (lambda d: (1 + d) * log(1 + d) - d, NEAR, 24),
    "g": (lambda d: d - log(1 + d), NEAR, 16),
    "m": (lambda s: exp(s) - 1 - s, NEAR, 18),
    "jsu": (lambda u: (1 + u) * log(1 + u) + (1 - u) * log(1 - u), NEAR, 8),
}


@pytest.mark.parametrize("name", KERNELS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_kernels_keep_their_digits(name, dtype):
    formula, points, bound = KERNELS[name]
    if dtype == np.float32:
        points = points[np.abs(points) > 1e-5]
    x = points.astype(dtype)
    got = getattr(stable, name)(x)
    assert got.dtype == dtype
    worst = max(oracle.ulps(a, formula(mpmath.mpf(float(b)))) for a, b in zip(got, x, strict=True))
    assert worst <= bound, worst


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("name", ["h", "g", "m"])
def test_the_limit_at_infinity_is_infinite_and_nan_is_passed_on(name, dtype):
    kernel = getattr(stable, name)
    top = np.finfo(dtype).max
    got = kernel(np.array([np.inf, np.nan, top, 0.5, -np.inf], dtype))
    end = np.inf if name == "m" else np.nan
    # d - log(1 + d) is less than d, and (1 + d) log(1 + d) and exp(s) are far above it.
    large = top if name == "g" else dtype(np.inf)
    want = np.array([np.inf, np.nan, large, kernel(dtype(0.5)), end], dtype)
    np.testing.assert_array_equal(got, want, strict=True)
    assert kernel(dtype(np.inf)) == np.inf


def test_rows_agree_with_sixty_digits_where_one_leads():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(30, 5)) * 8
    for row, total, share, logs in zip(
        x, lossref.logsumexp(x), lossref.softmax(x), lossref.log_softmax(x), strict=True
    ):
        z = [mpmath.mpf(v) for v in row.tolist()]
        s = sum(exp(v) for v in z)
        assert abs(total - float(log(s))) <= 1e-15 * (1 + abs(total))
        for v, a, b in zip(z, share, logs, strict=True):
            assert a == pytest.approx(float(exp(v) / s), rel=2e-14)
            others = sum(exp(w - v) for w in z if w is not v)
            assert b == pytest.approx(-float(log(1 + others)), rel=2e-14)


def test_gradients_of_rows_are_those_of_torch():
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(1)
    x, u = rng.normal(size=(2, 6, 4))
    for name in ("softmax", "log_softmax"):
        z = torch.tensor(x, requires_grad=True)
        getattr(torch, name)(z, -1).backward(torch.tensor(u))
        ours = getattr(lossref, f"{name}_grad")(x, u)
        np.testing.assert_allclose(ours, z.grad.numpy(), rtol=1e-12, atol=1e-15, strict=True)
    z = torch.tensor(x, requires_grad=True)
    torch.logsumexp(z, -1).sum().backward()
    np.testing.assert_allclose(lossref.logsumexp_grad(x), z.grad.numpy(), rtol=1e-13)


def test_examples_run():
    assert doctest.testmod(stable).failed == 0
