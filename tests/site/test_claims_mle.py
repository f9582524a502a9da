"""What the chapter on likelihood says of libraries which its pages do not import."""

from __future__ import annotations

import inspect
import math

import numpy as np
import pytest
import torch

import lossref

F = torch.nn.functional


def test_gaussian_nll_loss_takes_the_variance_and_clamps_it():
    y, m = torch.tensor([0.0, 1.0]), torch.tensor([1.0, 3.0])
    variance = torch.tensor([0.5, 2.0])
    ours = lossref.gaussian_nll(y.numpy(), m.numpy(), np.log(variance.numpy()))
    assert F.gaussian_nll_loss(m, y, variance).item() == pytest.approx(ours, rel=1e-6)
    full = F.gaussian_nll_loss(m, y, variance, full=True).item()
    assert full == pytest.approx(ours + math.log(2 * math.pi) / 2, rel=1e-6)
    assert inspect.signature(torch.nn.GaussianNLLLoss).parameters["eps"].default == 1e-6
    tiny = F.gaussian_nll_loss(m, y, torch.full((2,), 1e-9))
    assert tiny.item() == F.gaussian_nll_loss(m, y, torch.full((2,), 1e-6)).item()


def test_poisson_nll_loss_takes_log_rates_and_approximates_the_factorial():
    y, eta = torch.tensor([0.0, 1.0, 2.0]), torch.tensor([0.5, -0.5, 1.0])
    assert inspect.signature(torch.nn.PoissonNLLLoss).parameters["log_input"].default is True
    plain = F.poisson_nll_loss(eta, y, reduction="none")
    ours = lossref.poisson_nll(y.numpy(), eta.numpy(), reduction="none")
    np.testing.assert_allclose(plain.numpy(), ours, rtol=1e-6, strict=True)
    extra = (F.poisson_nll_loss(eta, y, full=True, reduction="none") - plain).numpy()
    stirling = 2 * math.log(2) - 2 + 0.5 * math.log(2 * math.pi * 2)
    assert extra == pytest.approx([0.0, 0.0, stirling], rel=1e-5)
    assert abs(stirling - math.log(2)) > 0.04


@pytest.mark.filterwarnings("ignore:reduction")
def test_kl_div_takes_log_q_first_and_its_mean_is_over_entries():
    p = torch.tensor([[0.5, 0.25, 0.25], [0.125, 0.75, 0.125]])
    q = torch.tensor([[0.25, 0.25, 0.5], [0.25, 0.5, 0.25]])
    ours = lossref.kl_divergence(p.numpy(), q.numpy())
    assert F.kl_div(q.log(), p, reduction="batchmean").item() == pytest.approx(ours, rel=1e-6)
    assert F.kl_div(q.log(), p, reduction="mean").item() == pytest.approx(ours / 3, rel=1e-6)


def test_cross_entropy_takes_logits_and_also_probabilities_as_targets():
    z = torch.tensor([[1.0, 0.0, -1.0]])
    t = torch.tensor([[0.5, 0.25, 0.25]])
    want = lossref.cross_entropy(t.numpy(), torch.softmax(z, 1).numpy())
    assert F.cross_entropy(z, t).item() == pytest.approx(want, rel=1e-6)


def test_weight_decay_of_sgd_is_a_prior_of_variance_one_over_n_decay():
    n, decay = 50, 0.01
    variance = 1 / (n * decay)
    w = torch.nn.Parameter(torch.tensor([2.0, -1.0]))
    w.grad = torch.tensor([0.3, 0.1])
    torch.optim.SGD([w], lr=0.5, weight_decay=decay).step()
    want = np.array([2.0, -1.0]) - 0.5 * (
        np.array([0.3, 0.1]) + np.array([2.0, -1.0]) / variance / n
    )
    assert w.detach().numpy() == pytest.approx(want, rel=1e-6)


def test_student_t_of_torch_is_ours_with_its_constant():
    y = np.array([0.0, 3.0])
    theirs = torch.distributions.StudentT(4.0, 1.0, 2.0).log_prob(torch.tensor(y)).numpy()
    ours = lossref.student_t_nll(y, np.ones(2), np.full(2, math.log(2)), reduction="none")
    gap = -theirs - ours
    assert gap[0] == pytest.approx(gap[1], rel=1e-6)
    constant = math.lgamma(2) - math.lgamma(2.5) + 0.5 * math.log(4 * math.pi)
    assert gap[0] == pytest.approx(constant, rel=1e-6)
