"""Penalties and their proximal operators against what defines them: a minimum."""

from __future__ import annotations

import numpy as np
import pytest

import lossref

V = np.r_[0.0, np.linspace(-3, 3, 41), 1e-8, -1e6]

#: The prox, the penalty as a function of the whole array, and the numbers that both take.
PAIRS = [
    (lossref.l1_prox, lossref.l1_penalty, {"lam": 0.7}),
    (lossref.l1_prox, lossref.l1_penalty, {"lam": 0.0}),
    (lossref.l2_prox, lossref.l2_penalty, {"lam": 0.7}),
    (lossref.l2_prox, lossref.l2_penalty, {"lam": 0.7, "form": "full"}),
    (lossref.elastic_net_prox, lossref.elastic_net, {"alpha": 0.9, "l1_ratio": 0.3}),
    (lossref.elastic_net_prox, lossref.elastic_net, {"alpha": 0.9, "l1_ratio": 1.0}),
]


@pytest.mark.parametrize(("operator", "penalty", "numbers"), PAIRS)
@pytest.mark.parametrize("step", [0.1, 1.0, 3.0])
def test_the_prox_costs_no_more_than_anything_near_it(operator, penalty, numbers, step):
    found = operator(V, step=step, **numbers)

    def cost(w):
        return penalty(w, reduction="none", **numbers) + (w - V) ** 2 / (2 * step)

    best = cost(found)
    for other in (V, np.zeros_like(V), *(found + s * h for s in (-1, 1) for h in (1e-4, 1e-2, 1))):
        assert np.all(best <= cost(other) * (1 + 1e-14))


@pytest.mark.parametrize(("operator", "penalty", "numbers"), PAIRS)
def test_the_prox_is_a_gradient_step_taken_at_its_own_end(operator, penalty, numbers):
    """w = v - step * slope(w), where the penalty has a slope."""
    found, step = operator(V, step=0.4, **numbers), 0.4
    grad = {
        lossref.l1_penalty: lossref.l1_penalty_grad,
        lossref.l2_penalty: lossref.l2_penalty_grad,
    }
    slope = grad.get(penalty, lossref.elastic_net_grad)(found, **numbers)
    there = found != 0
    assert there.sum() > 30
    np.testing.assert_allclose(found[there], (V - step * slope)[there], rtol=1e-12, atol=1e-15)


def test_the_group_prox_costs_no_more_than_anything_near_it():
    rng = np.random.default_rng(0)
    v = rng.normal(size=(40, 3))
    found = lossref.group_lasso_prox(v, lam=0.5, step=0.8)

    def cost(w):
        away = ((w - v) ** 2).sum(axis=1) / 1.6
        return lossref.group_lasso(w, lam=0.5, reduction="none") + away

    best = cost(found)
    zero = (found == 0).all(axis=1)
    assert 0 < zero.sum() < 40
    np.testing.assert_array_equal(zero, np.linalg.norm(v, axis=1) <= 0.4 * np.sqrt(3))
    for _ in range(50):
        assert np.all(best <= cost(found + rng.normal(size=v.shape) * rng.choice([1e-3, 0.1, 1])))


def test_groups_of_one_are_the_l1_penalty():
    np.testing.assert_allclose(
        lossref.group_lasso_prox(V[:, None], lam=0.5), lossref.l1_prox(V, lam=0.5)[:, None]
    )
    assert lossref.group_lasso(V[:, None]) == pytest.approx(lossref.l1_penalty(V), rel=1e-14)


def test_three_ways_to_write_an_elastic_net():
    w = np.array([1.0, -2.0])
    lambdas = dict(zip(("alpha", "l1_ratio"), lossref.elastic_net_from_lambdas(0.5, 0.5)))
    mixture = dict(zip(("alpha", "l1_ratio"), lossref.elastic_net_from_mixture(1.0, 0.5)))
    assert lossref.elastic_net(w, **lambdas) == pytest.approx(0.5 * 3 + 0.5 * 5, rel=1e-15)
    assert lossref.elastic_net(w, **mixture) == pytest.approx(0.5 * 3 + 0.5 * 5, rel=1e-15)
    assert lossref.elastic_net(w, alpha=1.0, l1_ratio=0.5) == 2.75
    rng = np.random.default_rng(1)
    for first, second in rng.uniform(0, 3, (20, 2)):
        back = lossref.elastic_net_to_lambdas(*lossref.elastic_net_from_lambdas(first, second))
        assert back == pytest.approx((first, second), rel=1e-14, abs=1e-15)
        alpha, share = lossref.elastic_net_from_mixture(first, second / 3)
        want = (first * second / 3, first * (1 - second / 3))
        assert lossref.elastic_net_to_lambdas(alpha, share) == pytest.approx(want, rel=1e-14)
    assert lossref.elastic_net_from_lambdas(0.0, 0.0) == (0.0, 0.5)


def test_torch_agrees_away_from_the_corner():
    torch = pytest.importorskip("torch")
    w = np.random.default_rng(2).normal(size=(4, 3))
    x = torch.tensor(w, requires_grad=True)
    for theirs, (value, gradient) in (
        (0.3 * x.abs().sum(), lossref.l1_penalty_value_and_grad(w, lam=0.3)),
        (0.15 * (x**2).sum(), lossref.l2_penalty_value_and_grad(w, lam=0.3)),
        (0.3 * (x**2).sum(), lossref.l2_penalty_value_and_grad(w, lam=0.3, form="full")),
        (0.3 * 3**0.5 * x.norm(dim=1).sum(), lossref.group_lasso_value_and_grad(w, lam=0.3)),
    ):
        x.grad = None
        theirs.backward()
        assert value == pytest.approx(theirs.item(), rel=1e-14)
        np.testing.assert_allclose(gradient, x.grad.numpy(), rtol=1e-13, strict=True)


def test_proximal_steps_reach_what_sklearn_calls_the_lasso_and_the_elastic_net():
    linear = pytest.importorskip("sklearn.linear_model")
    rng = np.random.default_rng(3)
    X = rng.normal(size=(60, 8))
    y = X @ np.r_[2.0, -1.0, np.zeros(6)] + 0.1 * rng.normal(size=60)
    step = 60 / np.linalg.norm(X, 2) ** 2
    for share in (1.0, 0.4):
        w = np.zeros(8)
        for _ in range(500):
            w = w - step * X.T @ (X @ w - y) / 60
            w = lossref.elastic_net_prox(w, alpha=0.3, l1_ratio=share, step=step)
        model = linear.ElasticNet(alpha=0.3, l1_ratio=share, fit_intercept=False, tol=1e-12)
        theirs = model.fit(X, y).coef_
        np.testing.assert_allclose(w, theirs, atol=1e-10)
        np.testing.assert_array_equal(w == 0, theirs == 0)
    assert (w == 0).any()


def test_gradient_steps_hop_over_0_and_the_prox_lands():
    w = smooth = 0.05
    for _ in range(1000):
        smooth = smooth - 0.03 * lossref.l1_penalty_grad([smooth])[0]
    first = lossref.l1_prox([w], step=0.03)
    assert first[0] == pytest.approx(0.02, rel=1e-14)
    assert lossref.l1_prox(first, step=0.03)[0] == 0
    assert abs(smooth) > 0.005


def test_penalty_factors_leave_the_intercept_alone():
    w, factors = np.array([10.0, -2.0]), np.array([0.0, 1.0])
    assert lossref.l1_penalty(w, sample_weight=factors) == 2.0
    np.testing.assert_array_equal(
        lossref.l1_penalty_grad(w, sample_weight=factors), [0.0, -1.0], strict=True
    )


def test_what_does_not_fit_is_refused_and_dtypes_are_kept():
    for operator in (lossref.l1_prox, lossref.l2_prox, lossref.group_lasso_prox):
        assert operator(V.astype(np.float32)).dtype == np.float32
        assert operator([1, 2]).dtype == np.float64
        assert np.isnan(operator([np.nan]))[0]
        with pytest.raises(ValueError, match=f"{operator.__name__}: lam must be in"):
            operator(V, lam=-1.0)
        with pytest.raises(ValueError, match=f"{operator.__name__}: step must be in"):
            operator(V, step=0.0)
    with pytest.raises(ValueError, match="soft_threshold: threshold must be in"):
        lossref.soft_threshold(V, -0.1)
    with pytest.raises(TypeError, match="soft_threshold: v must hold real numbers"):
        lossref.soft_threshold(["a"])
    for function in (lossref.l2_penalty, lossref.l2_penalty_grad, lossref.l2_prox):
        with pytest.raises(ValueError, match="form must be"):
            function(V, form="double")
    with pytest.raises(TypeError, match="l2_penalty: lam must be one real number"):
        lossref.l2_penalty(V, lam="1", form="full")
    with pytest.raises(ValueError, match="group_lasso_prox: v must have at least 1 axis"):
        lossref.group_lasso_prox(1.0)


@pytest.mark.parametrize("size", [1e-200, 1e-3, 1e200])
def test_the_length_of_a_group_is_not_lost_in_squares(size):
    w = np.array([[3.0, 4.0], [0.0, 0.0]]) * size
    assert lossref.group_lasso(w) == pytest.approx(5 * size * np.sqrt(2), rel=1e-15, abs=0)
    np.testing.assert_allclose(
        lossref.group_lasso_grad(w),
        np.array([[0.6, 0.8], [0.0, 0.0]]) * np.sqrt(2),
        rtol=1e-15,
        strict=True,
    )
