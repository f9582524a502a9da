"""What the pages say of libraries which they do not import."""

from __future__ import annotations

import inspect
import warnings

import mpmath
import numpy as np
import pytest
import torch

F = torch.nn.functional


def test_softplus_is_the_identity_above_twenty_and_loses_digits_there():
    assert inspect.signature(torch.nn.Softplus).parameters["threshold"].default == 20.0
    z = torch.tensor([19.9, 20.1], dtype=torch.float64)
    got = F.softplus(z).numpy()
    exact = np.array([float(mpmath.log1p(mpmath.exp(float(v)))) for v in z])
    wrong = np.abs(got / exact - 1)
    assert wrong[0] < 1e-15
    assert wrong[1] == pytest.approx(9.28e-11, rel=1e-2)


def test_bce_of_probabilities_caps_a_certain_error_at_a_hundred():
    zero, one = torch.zeros(1), torch.ones(1)
    assert F.binary_cross_entropy(zero, one).item() == 100.0
    assert F.binary_cross_entropy(one, zero).item() == 100.0


def test_bce_with_logits_cancels_for_confident_negatives_as_the_page_computes():
    z = np.array([-5.0, -10.0, -15.0, -20.0], np.float32)
    got = F.binary_cross_entropy_with_logits(
        torch.from_numpy(z), torch.zeros(4), reduction="none"
    ).numpy()
    log_sigmoid = np.minimum(z, np.float32(0)) - np.log1p(np.exp(-np.abs(z)))
    rule = z - log_sigmoid
    exact = np.array([float(mpmath.log1p(mpmath.exp(float(v)))) for v in z])
    assert got == pytest.approx(rule, abs=5e-7)
    assert got[-1] == 0.0
    assert abs(got[1] / exact[1] - 1) > 5e-3


def test_cross_entropy_of_logits_is_zero_when_the_target_leads():
    z = torch.tensor([[17.0, 0.0]])
    assert F.cross_entropy(z, torch.tensor([0])).item() == 0.0
    assert F.cross_entropy(z, torch.tensor([1])).item() == 17.0


def test_clipping_by_norm_uses_one_factor_and_returns_the_norm_before():
    a, b = torch.nn.Parameter(torch.zeros(2)), torch.nn.Parameter(torch.zeros(1))
    a.grad, b.grad = torch.tensor([3.0, 4.0]), torch.tensor([12.0])
    norm = torch.nn.utils.clip_grad_norm_([a, b], 6.5)
    assert norm.item() == 13.0
    assert torch.cat([a.grad, b.grad]).tolist() == pytest.approx([1.5, 2.0, 6.0], rel=1e-5)
    a.grad = torch.tensor([float("nan"), 1.0])
    assert torch.nn.utils.clip_grad_norm_([a], 1.0).isnan(), "let through"
    with pytest.raises(RuntimeError, match="non-finite"):
        torch.nn.utils.clip_grad_norm_([a], 1.0, error_if_nonfinite=True)


def test_gradcheck_warns_about_single_precision():
    x = torch.ones(2, requires_grad=True)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        torch.autograd.gradcheck(lambda v: (v * v).sum(), (x,), raise_exception=False)
    assert any("double precision" in str(w.message) for w in caught)
