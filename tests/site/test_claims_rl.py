"""What the pages on reinforcement learning say of libraries which they do not import."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import lossref

F = torch.nn.functional


def test_a_column_against_a_row_is_broadcast_with_a_warning():
    returns = torch.linspace(-1, 1, 8)
    with pytest.warns(UserWarning, match="different to the input size"):
        loss = F.mse_loss(returns[:, None], returns)
    assert loss.item() == pytest.approx(2 * returns.var(unbiased=False).item(), rel=1e-6)


def test_undetached_targets_are_pulled_as_the_errata_say():
    v = torch.tensor(0.0, requires_grad=True)
    r = torch.tensor(3.0, requires_grad=True)
    ((v - r) ** 2).backward()
    assert (v.grad.item(), r.grad.item()) == (-6.0, 6.0)


def test_an_undetached_advantage_pulls_the_critic_by_the_log_probability():
    value = torch.tensor(2.0, requires_grad=True)
    log_p = torch.log(torch.tensor(0.25))
    (-log_p * (3.0 - value)).backward()
    assert value.grad.item() == pytest.approx(np.log(0.25))


def test_a_distribution_made_of_probabilities_has_rounded_logarithms():
    z = torch.tensor([0.0, 200.0])
    exact = torch.distributions.Categorical(logits=z).log_prob(torch.tensor(0)).item()
    rounded = torch.distributions.Categorical(probs=torch.softmax(z, 0)).log_prob(torch.tensor(0))
    assert exact == -200.0
    assert rounded.item() > -20.0


def test_clipping_the_logarithm_at_the_logarithms_of_the_bounds_is_the_same_function():
    rng = np.random.default_rng(0)
    a, x = rng.normal(size=200), rng.normal(size=200)
    held = np.exp(np.clip(x, np.log1p(-0.2), np.log1p(0.2)))
    other = -np.minimum(np.exp(x) * a, held * a)
    ours = lossref.ppo_clip(a, np.zeros(200), x, reduction="none")
    np.testing.assert_allclose(other, ours, rtol=1e-14, strict=True)


def test_weighted_cross_entropy_refuses_negative_weights():
    with pytest.raises(ValueError, match="sample_weight"):
        lossref.softmax_cross_entropy([0], [[0.0, 0.0]], sample_weight=[-1.0])
