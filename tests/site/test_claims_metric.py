"""What the pages on metric learning say of PyTorch, which they do not import."""

from __future__ import annotations

import inspect
import math

import numpy as np
import pytest

import lossref

torch = pytest.importorskip("torch")
F = torch.nn.functional


def test_cdist_subtracts_up_to_25_rows_and_multiplies_from_26_on():
    def error(rows, **how):
        x = torch.full((rows, 1), 1e4, dtype=torch.float64)
        return torch.cdist(x, x + 1e-4, **how)[0, 0].item()

    assert error(25) == pytest.approx(1e-4, rel=1e-6)
    assert error(26) != pytest.approx(1e-4, rel=0.1)
    assert error(26, compute_mode="donot_use_mm_for_euclid_dist") == pytest.approx(1e-4, rel=1e-6)


def test_the_norm_has_a_zero_gradient_at_zero():
    x = torch.zeros(3, requires_grad=True)
    torch.linalg.vector_norm(x).backward()
    assert x.grad.tolist() == [0.0, 0.0, 0.0]
    y = torch.zeros(3, requires_grad=True)
    (y * y).sum().sqrt().backward()
    assert y.grad.isnan().all()


def test_cosine_embedding_loss_with_labels_0_ignores_pairs_apart():
    a = torch.tensor([[1.0, 0.0]])
    b = torch.tensor([[3.0, 4.0]])
    assert F.cosine_embedding_loss(a, b, torch.tensor([-1.0])).item() == pytest.approx(0.6)
    assert F.cosine_embedding_loss(a, b, torch.tensor([0.0])).item() == 0.0


def test_the_triplet_loss_can_swap_and_does_not_mine_or_square():
    parameters = inspect.signature(F.triplet_margin_loss).parameters
    assert parameters["swap"].default is False
    assert list(parameters)[:3] == ["anchor", "positive", "negative"]
    rng = np.random.default_rng(0)
    a, p, n = rng.normal(size=(3, 20, 4))
    theirs = F.triplet_margin_loss(*map(torch.from_numpy, (a, p, n)), swap=True, eps=0.0)
    assert lossref.triplet(a, p, n, swap=True) == pytest.approx(theirs.item(), rel=1e-12)


def test_the_two_lines_of_torch_are_the_clip_loss():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 7, 4))
    u, v = (F.normalize(torch.from_numpy(x)) for x in (a, b))
    z, own = math.exp(1.5) * u @ v.T, torch.arange(7)
    theirs = (F.cross_entropy(z, own) + F.cross_entropy(z.T, own)) / 2
    assert lossref.clip_loss(a, b, log_scale=1.5) == pytest.approx(theirs.item(), rel=1e-12)


def test_float32_overflows_at_a_temperature_of_one_hundredth():
    with np.errstate(over="ignore"):
        assert np.isinf(np.exp(np.float32(1 / 0.01)))


def test_temperature_to_zero_is_the_hardest_triplet_of_cosines():
    rng = np.random.default_rng(0)
    q, k = rng.normal(size=(2, 6, 3))
    s = (q / np.linalg.norm(q, axis=1)[:, None]) @ (k / np.linalg.norm(k, axis=1)[:, None]).T
    own = np.diag(s)
    hardest = np.where(np.eye(6, dtype=bool), -np.inf, s).max(axis=1)
    cold = 1e-4 * lossref.info_nce(q, k, temperature=1e-4, reduction="none")
    np.testing.assert_allclose(cold, np.maximum(0, hardest - own), atol=1e-9, strict=True)


def test_defaults_of_the_temperature():
    found = {s: lossref.spec(s).defaults["temperature"] for s in ("info_nce", "supcon", "nt_xent")}
    assert found == {"info_nce": 0.07, "supcon": 0.1, "nt_xent": 0.5}


def test_arcface_jumps_where_the_widened_angle_reaches_pi():
    for margin in (0.2, 0.5, 1.0):
        c = -math.cos(margin) + np.array([[1e-12], [-1e-12]])
        near, far = lossref.arcface(
            [0, 0], np.hstack([c, c * 0]), margin=margin, scale=1.0, reduction="none"
        )
        before, beyond = -1.0, -math.cos(margin) - margin * math.sin(margin)
        assert near == pytest.approx(math.log1p(math.exp(-before)), abs=1e-5)
        assert far == pytest.approx(math.log1p(math.exp(-beyond)), abs=1e-5)
    c = [[-1.0, 0.0]]
    assert np.isfinite(lossref.arcface_grad([0], c)).all()
