"""What the pages on several tasks say of libraries and of rules without running them."""

from __future__ import annotations

import inspect

import numpy as np
import pytest
import torch
from scipy import optimize
from scipy.spatial import ConvexHull
from sklearn.metrics import mean_squared_error
from sklearn.neural_network import MLPRegressor

import lossref

F = torch.nn.functional


def test_torch_leaves_ignored_labels_out_of_sum_and_count_and_divides_zero_by_zero():
    logits = torch.tensor(np.random.default_rng(0).normal(size=(4, 3)))
    labels = torch.tensor([0, -100, 2, -100])
    known = F.cross_entropy(logits[[0, 2]], labels[[0, 2]])
    assert F.cross_entropy(logits, labels).item() == pytest.approx(known.item())
    assert inspect.signature(F.cross_entropy).parameters["ignore_index"].default == -100
    assert torch.isnan(F.cross_entropy(logits, torch.full((4,), -100)))


def test_multioutput_weights_of_scikit_learn_are_those_of_a_mean():
    truth, guess = np.array([[1.0, 2.0]]), np.array([[2.0, 5.0]])
    found = mean_squared_error(truth, guess, multioutput=[1.0, 3.0])
    assert found == pytest.approx((1 * 1 + 3 * 9) / 4)


def test_a_network_of_scikit_learn_averages_the_squares_of_all_outputs():
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(50, 3)), rng.normal(size=(50, 2)) * [1.0, 10.0]
    model = MLPRegressor(
        hidden_layer_sizes=[4], alpha=0.0, solver="lbfgs", max_iter=200, random_state=0
    )
    model.fit(x, y)
    assert model.loss_ == pytest.approx(np.mean((model.predict(x) - y) ** 2) / 2, rel=1e-6)


@pytest.mark.parametrize("scale", [1e-3, 1e3])
def test_a_step_of_adam_does_not_see_a_common_factor_and_does_see_the_mixture(scale):
    def step(gradient):
        w = torch.nn.Parameter(torch.zeros(2, dtype=torch.float64))
        w.grad = torch.tensor(gradient, dtype=torch.float64)
        torch.optim.Adam([w], lr=0.1, eps=1e-30).step()
        return w.detach().numpy()

    one, two = np.array([1.0, -2.0]), np.array([-3.0, 4.0])
    np.testing.assert_allclose(step(scale * one), step(one), rtol=1e-12)
    np.testing.assert_array_equal(np.sign(step(1e6 * one + two)), np.sign(step(one)))
    assert (np.sign(step(one + two)) != np.sign(step(one))).any()


def test_the_exponential_in_circulation_is_twice_ours():
    losses, s = np.array([0.3, 2.0]), np.array([0.5, -1.0])
    theirs = np.sum(np.exp(-s) * losses + s)
    ours = lossref.uncertainty_weighting([0.5, 0.5], losses, s)
    assert theirs == pytest.approx(2 * ours)


@pytest.mark.parametrize("loss", [1.0, 1e-3, 1e-6])
def test_the_price_of_liebel_and_koerner_bounds_the_value_and_not_the_weight(loss):
    found = optimize.minimize_scalar(
        lambda v: loss * np.exp(-v) / 2 + np.log1p(np.exp(v)), bounds=(-40, 10), method="bounded"
    )
    assert found.fun >= 0
    assert np.exp(-found.x) / 2 > 0.2 / np.sqrt(loss)


def test_the_mean_of_the_l1_distance_makes_a_step_of_gradnorm_shorter():
    a, b = torch.tensor([1.0, 4.0]), torch.tensor([2.5, 2.5])
    assert torch.nn.L1Loss()(a, b).item() == pytest.approx(1.5)
    assert torch.nn.L1Loss(reduction="sum")(a, b).item() == pytest.approx(3.0)


def test_the_shortest_vector_of_the_hull_hurts_nobody():
    """What MGDA promises, and PCGrad does not, for three tasks."""
    rng = np.random.default_rng(2)
    hurt = 0
    for _ in range(40):
        g = rng.normal(size=(3, 4))
        found = optimize.minimize(
            lambda a, g=g: np.sum((a @ g) ** 2), np.full(3, 1 / 3), bounds=[(0, 1)] * 3,
            constraints={"type": "eq", "fun": lambda a: a.sum() - 1}, tol=1e-14,
        )  # fmt: skip
        step = found.x @ g
        assert (g @ step > np.sum(step**2) - 1e-5).all()
        hurt += (g @ lossref.pcgrad(g).sum(axis=0) < -1e-9).any()
    assert hurt > 0


def test_sums_reach_the_corners_of_the_lower_hull_only():
    points = np.array([[1.0, 4.0], [3.0, 3.5], [4.0, 1.0], [5.0, 5.0], [2.0, 2.4]])
    reached = {int(np.argmin(points @ [w, 1 - w])) for w in np.linspace(0.001, 0.999, 999)}
    corners = set(ConvexHull(points).vertices.tolist())
    assert reached == {0, 2, 4}
    assert reached <= corners
    assert 1 not in reached
