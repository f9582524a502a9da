"""The references that are not in lossref, against other people's and against 50 digits."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import numpy as np
import pytest
from asked import questions
from scipy import special

from autograde.answers import HELPERS

mpmath.mp.dps = 50
MP = {
    "growing_wave": lambda x: mpmath.exp(x / 2) * mpmath.sin(3 * x) + 2 * x,
    "smooth_fraction": lambda x: mpmath.sqrt(x * x + 3) / (1 + mpmath.exp(-x)),
    "cubic": lambda x: x**3 + 2 * x,
}


def digits(value):
    return mpmath.mpf(float(value))


@pytest.mark.parametrize("slug", ["logsumexp", "softmax", "log_softmax"])
def test_rows_agree_with_scipy(slug):
    theirs = getattr(special, slug)
    for q in questions(slug):
        z = q.probe.args[0].astype(np.float64)
        rtol = 1e-6 if q.probe.args[0].dtype == np.float32 else 1e-12
        np.testing.assert_allclose(
            q.wanted.value, theirs(z, axis=-1), rtol=rtol, atol=1e-300, err_msg=q.probe.regime
        )


@pytest.mark.parametrize("function", ["softplus", "softplus_grad"])
def test_softplus_to_fifty_digits(function):
    exact = {
        "softplus": lambda x: mpmath.log1p(mpmath.exp(x)),
        "softplus_grad": lambda x: 1 / (1 + mpmath.exp(-x)),
    }[function]
    for q in questions("softplus", function):
        x = q.probe.args[0]
        rtol = 1e-6 if x.dtype == np.float32 else 1e-15
        want = np.array([float(exact(digits(v))) for v in x.ravel()]).reshape(x.shape)
        least = 1e-40 if x.dtype == np.float32 else 0.0  # float32 has nothing below
        np.testing.assert_allclose(q.wanted.value, want, rtol=rtol, atol=least)


def test_bce_to_fifty_digits():
    for q in questions("stable_bce"):
        y, z = (a.ravel() for a in q.probe.args)
        pairs = [(digits(a), digits(b)) for a, b in zip(y, z, strict=True)]
        if q.probe.function == "stable_bce":
            softplus = lambda v: mpmath.log1p(mpmath.exp(v))
            want = float(sum(a * softplus(-b) + (1 - a) * softplus(b) for a, b in pairs) / y.size)
        else:
            slopes = [1 / (1 + mpmath.exp(-b)) - a for a, b in pairs]
            want = np.array([float(s / y.size) for s in slopes]).reshape(q.wanted.value.shape)
        single = q.probe.args[1].dtype == np.float32
        np.testing.assert_allclose(
            q.wanted.value, want, rtol=2e-6 if single else 2e-15, atol=1e-40 if single else 0.0
        )


def test_norms_to_fifty_digits():
    for q in questions("safe_norm"):
        x = q.probe.args[0]
        entries = [digits(v) for v in x.ravel()]
        length = mpmath.sqrt(sum(v * v for v in entries))
        if q.probe.function == "safe_norm":
            want = float(length)
        else:
            unit = [v / length if length else mpmath.mpf(0) for v in entries]
            want = np.array([float(v) for v in unit]).reshape(x.shape)
        np.testing.assert_allclose(q.wanted.value, want, rtol=1e-15)


def test_sums_are_exact():
    for q in questions("kahan_sum"):
        exact = sum((Fraction(v) for v in q.probe.args[0].tolist()), Fraction(0))
        assert float(q.wanted.value) == float(exact)


def test_clipped_gradients_keep_direction_and_length():
    for q in questions("clip_by_global_norm"):
        grads, limit = q.probe.args
        entries = [digits(v) for v in grads.ravel()]
        length = mpmath.sqrt(sum(v * v for v in entries))
        factor = min(mpmath.mpf(1), digits(limit) / length) if length else mpmath.mpf(1)
        want = np.array([float(v * factor) for v in entries]).reshape(grads.shape)
        rtol = 1e-6 if grads.dtype == np.float32 else 1e-14
        np.testing.assert_allclose(q.wanted.value, want, rtol=rtol)


def test_derivatives_of_the_helpers():
    for q in questions("complex_step_derivative"):
        helper, x = q.probe.args
        f = MP[helper.name]
        assert HELPERS[helper.name](np.array(0.75)) == pytest.approx(float(f(0.75)), rel=1e-14)
        want = [float(mpmath.diff(f, digits(v))) for v in np.ravel(x)]
        np.testing.assert_allclose(q.wanted.value, np.reshape(want, np.shape(x)), rtol=1e-14)
