"""Weights and gradients of several tasks against fractions, loops, and small trainings."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import lossref


def test_uncertainty_weighting_is_the_likelihood_of_its_tasks():
    """One shared variance: the Gaussian likelihood of all residuals, averaged."""
    rng = np.random.default_rng(0)
    y, mean, s = rng.normal(size=50), rng.normal(size=50), 0.7
    nll = lossref.gaussian_nll(y, mean, np.full(50, s))
    assert lossref.uncertainty_weighting([0.5], [lossref.mse(y, mean)], [s]) == pytest.approx(
        nll, rel=1e-14
    )


@pytest.mark.parametrize(("factor", "best"), [(0.5, 0.5), (1.0, 1.0)])
def test_the_best_variance_is_the_loss_or_twice_the_loss(factor, best):
    s = 0.0
    for _ in range(200):
        s -= lossref.uncertainty_weighting_grad([factor], [0.5], [s])[1][0]
    assert np.exp(s) == pytest.approx(best, rel=1e-12)


def test_torch_agrees_on_sums_and_uncertainties():
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(1)
    losses, s, c = rng.exponential(size=4), rng.normal(size=4), np.array([0.5, 1, 0.5, 1])
    x, v = torch.tensor(losses, requires_grad=True), torch.tensor(s, requires_grad=True)
    theirs = (torch.tensor(c) * torch.exp(-v) * x + v / 2).sum()
    theirs.backward()
    value, (by_loss, by_s) = lossref.uncertainty_weighting_value_and_grad(c, losses, s)
    assert value == pytest.approx(theirs.item(), rel=1e-14)
    np.testing.assert_allclose(by_loss, x.grad.numpy(), rtol=1e-14, strict=True)
    np.testing.assert_allclose(by_s, v.grad.numpy(), rtol=1e-13, strict=True)
    assert lossref.weighted_sum(c, losses) == pytest.approx(float(c @ losses), rel=1e-15)


def test_dynamic_weight_average_by_hand():
    """Both losses, 1 and 3, now: the first fell by half, the second not at all."""
    weights = lossref.dynamic_weight_average([1.0, 3.0], [2.0, 3.0], temperature=2.0)
    powers = np.exp([0.25, 0.5])
    np.testing.assert_allclose(weights, 2 * powers / powers.sum(), rtol=1e-15)
    assert weights[1] > weights[0]
    rows = np.random.default_rng(2).uniform(0.1, 2, (2, 5, 3))
    each = lossref.dynamic_weight_average(*rows)
    np.testing.assert_allclose(each.sum(axis=1), 3, rtol=1e-15)
    np.testing.assert_array_equal(
        each[2], lossref.dynamic_weight_average(rows[0][2], rows[1][2]), strict=True
    )
    even = lossref.dynamic_weight_average([1.0, 9.0], [5.0, 2.0], temperature=1e9)
    np.testing.assert_allclose(even, 1, atol=1e-8)


# -- GradNorm --------------------------------------------------------------------------------


def test_gradnorm_by_hand():
    """G = (1, 4) and r = (1/2, 3/2): targets 2.5 * 0.5^1.5 and 2.5 * 1.5^1.5."""
    value, slope = lossref.gradnorm_value_and_grad([1.0, 1.0], [1.0, 4.0], [0.5, 1.5])
    targets = 2.5 * np.array([0.5, 1.5]) ** 1.5
    assert value == pytest.approx(abs(1 - targets[0]) + abs(4 - targets[1]), rel=1e-15)
    np.testing.assert_array_equal(slope, [1.0, -4.0], strict=True)
    new = lossref.gradnorm_step([1.0, 1.0], [1.0, 4.0], [0.5, 1.5])
    np.testing.assert_allclose(new, np.array([0.975, 1.1]) * 2 / 2.075, rtol=1e-15, strict=True)
    np.testing.assert_allclose(new, [0.940, 1.060], atol=5e-4)


def test_the_slope_of_gradnorm_with_its_targets_held():
    rng = np.random.default_rng(3)
    w, alone, r = rng.uniform(0.5, 2, (3, 5))
    slope = lossref.gradnorm_grad(w, w * alone, r)
    targets = (w * alone).mean() * (r / r.mean()) ** 1.5
    for k in range(5):
        ends = [
            np.abs((w + h * (np.arange(5) == k)) * alone - targets).sum() for h in (1e-6, -1e-6)
        ]
        assert slope[k] == pytest.approx((ends[0] - ends[1]) / 2e-6, rel=1e-8)


def test_gradnorm_steps_bring_the_norms_to_their_targets():
    w, alone, r = np.ones(3), np.array([0.2, 1.0, 5.0]), np.array([0.5, 0.7, 0.6])
    before = lossref.gradnorm(w, w * alone, r)
    for _ in range(3000):
        w = lossref.gradnorm_step(w, w * alone, r, learning_rate=1e-3)
        assert w.sum() == pytest.approx(3, rel=1e-14)
    assert lossref.gradnorm(w, w * alone, r) < before / 20
    assert lossref.gradnorm_grad([1.0, 1.0], [2.0, 2.0], [1.0, 1.0]).tolist() == [0.0, 0.0]


# -- PCGrad ----------------------------------------------------------------------------------


def projected(gradients, order):
    """The algorithm in fractions, task by task."""
    rows = [[Fraction(float(x)) for x in row] for row in gradients]
    out = []
    for k, row in enumerate(rows):
        mine = list(row)
        for j in order[k]:
            other = rows[j]
            against = sum(a * b for a, b in zip(mine, other, strict=True))
            if j != k and against < 0:
                share = against / sum(b * b for b in other)
                mine = [a - share * b for a, b in zip(mine, other, strict=True)]
        out.append([float(x) for x in mine])
    return np.array(out)


@pytest.mark.parametrize("seed", range(5))
def test_pcgrad_is_the_algorithm_in_fractions(seed):
    rng = np.random.default_rng(seed)
    gradients = rng.normal(size=(4, 3))
    order = np.array([rng.permutation(4) for _ in range(4)])
    np.testing.assert_allclose(
        lossref.pcgrad(gradients, order=order), projected(gradients, order), atol=1e-13, strict=True
    )
    plain = lossref.pcgrad(gradients)
    np.testing.assert_allclose(plain, projected(gradients, [range(4)] * 4), atol=1e-13)


def test_two_tasks_do_not_hurt_each_other_afterwards():
    rng = np.random.default_rng(6)
    hurt = 0
    for _ in range(50):
        g = rng.normal(size=(2, 6))
        before = g.copy()
        out = lossref.pcgrad(g)
        np.testing.assert_array_equal(g, before, strict=True)
        if g[0] @ g[1] < 0:
            hurt += 1
            assert out[0] @ g[1] == pytest.approx(0, abs=1e-14)
            assert out[1] @ g[0] == pytest.approx(0, abs=1e-14)
        else:
            np.testing.assert_array_equal(out, g, strict=True)
    assert 10 < hurt < 40


def test_a_gradient_of_zero_disturbs_nobody():
    g = np.array([[1.0, 2.0], [0.0, 0.0]])
    np.testing.assert_array_equal(lossref.pcgrad(g), g, strict=True)
    assert lossref.pcgrad(g.astype(np.float32)).dtype == np.float32


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="dynamic_weight_average: previous_losses and losses must"):
        lossref.dynamic_weight_average([1.0, 2.0], [1.0])
    with pytest.raises(ValueError, match=r"dynamic_weight_average: losses must be in \(0, inf\)"):
        lossref.dynamic_weight_average([0.0, 2.0], [1.0, 1.0])
    with pytest.raises(ValueError, match="temperature must be in"):
        lossref.dynamic_weight_average([1.0], [1.0], temperature=0.0)
    with pytest.raises(ValueError, match="gradnorm: norms and weights must have the same shape"):
        lossref.gradnorm([1.0, 1.0], [1.0], [1.0, 1.0])
    with pytest.raises(ValueError, match="gradnorm: weights must be in"):
        lossref.gradnorm([0.0, 1.0], [1.0, 1.0], [1.0, 1.0])
    with pytest.raises(ValueError, match="gradnorm: rates must have one axis"):
        lossref.gradnorm([1.0], [1.0], 1.0)
    with pytest.raises(ValueError, match="learning_rate must leave every weight positive"):
        lossref.gradnorm_step([1.0, 1.0], [1.0, 4.0], [1.0, 1.0], learning_rate=1.0)
    with pytest.raises(ValueError, match="pcgrad: gradients must have two axes"):
        lossref.pcgrad([1.0, 2.0])
    for order in ([[0, 1], [0, 0]], [[0, 1]], [[1, 2], [1, 2]]):
        said = r"pcgrad: order must be 2 rows, each a permutation of 0\.\.1; got"
        with pytest.raises(ValueError, match=said):
            lossref.pcgrad(np.ones((2, 3)), order=order)


def test_an_infinite_loss_counts_unless_it_weighs_nothing():
    assert lossref.weighted_sum([0.5, 1.0], [np.inf, 1.0]) == np.inf
    assert lossref.weighted_sum([0.0, 1.0], [np.inf, 1.0]) == 1.0


def test_one_number_is_no_list_of_tasks():
    said = "dynamic_weight_average: losses must have at least 1 axis, the tasks"
    with pytest.raises(ValueError, match=said):
        lossref.dynamic_weight_average(1.0, 1.0)
