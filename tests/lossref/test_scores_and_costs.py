"""Scores of forecasts, deviances, distillation and prices, against integrals and libraries."""

from __future__ import annotations

import itertools

import mpmath
import numpy as np
import pytest

import lossref
from lossref import stable


def test_erf_is_that_of_scipy():
    special = pytest.importorskip("scipy.special")
    x = np.r_[np.linspace(-6, 6, 201), 1e-300, np.inf, -np.inf, np.nan]
    np.testing.assert_allclose(stable.erf(x), special.erf(x), rtol=4e-16, strict=True)
    assert stable.erf(x.astype(np.float32)).dtype == np.float32
    assert stable.erf(0.5).shape == ()


# -- CRPS --------------------------------------------------------------------------------------


def test_the_crps_of_a_gaussian_is_the_integral_that_defines_it():
    for y, mean, std in ((0.3, -1.0, 2.0), (4.0, 1.0, 0.5), (1.0, 1.0, 1.0)):
        low = mpmath.quad(lambda x: mpmath.ncdf(x, mean, std) ** 2, [-mpmath.inf, y])  # noqa: B023
        high = mpmath.quad(lambda x: mpmath.ncdf(-x, -mean, std) ** 2, [y, mpmath.inf])  # noqa: B023
        assert lossref.crps_gaussian([y], [mean], [std]) == pytest.approx(
            float(low + high), rel=1e-10
        )


def members(seed=0, shape=(20, 6)):
    rng = np.random.default_rng(seed)
    return rng.normal(size=shape[:1]), rng.normal(size=shape).round(1)  # rounded: with ties


@pytest.mark.parametrize("fair", [False, True])
def test_the_crps_of_an_ensemble_is_the_sum_over_pairs(fair):
    y, x = members()
    value, slope = lossref.crps_ensemble_value_and_grad(y, x, fair=fair, reduction="none")
    for i in range(20):
        m = x.shape[1]
        pairs = m * (m - 1) if fair else m * m
        apart = sum(abs(a - b) for a, b in itertools.product(x[i], repeat=2))
        want = sum(abs(a - y[i]) for a in x[i]) / m - apart / pairs / 2
        assert value[i] == pytest.approx(want, rel=1e-12, abs=1e-15)
        for k in range(m):
            pull = np.sign(x[i, k] - y[i]) / m - sum(np.sign(x[i, k] - b) for b in x[i]) / pairs
            assert slope[i, k] == pytest.approx(pull, rel=1e-13, abs=1e-15)


def test_an_ensemble_that_is_nearly_right_keeps_its_digits():
    """The difference of the two means has none left where all members are near y."""
    y = np.array([1e6])
    x = y[:, None] + np.array([[-3.0, 1.0, 2.0, 7.0]]) * 2.0**-20
    spread = [(mpmath.mpf(v) - 10**6) for v in x[0]]
    exact = sum(abs(a) for a in spread) / 4 - sum(abs(a - b) for a in spread for b in spread) / 32
    assert lossref.crps_ensemble(y, x) == pytest.approx(float(exact), rel=1e-15, abs=0)


def test_many_members_score_like_the_distribution():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(1, 200_000)) * 2 + 1
    got = lossref.crps_ensemble([0.5], x)
    assert got == pytest.approx(lossref.crps_gaussian([0.5], [1.0], [2.0]), rel=1e-2)


def test_the_fair_score_does_not_depend_on_the_number_of_members_on_average():
    rng = np.random.default_rng(2)
    y = rng.normal(size=200_000)
    for fair, alike in ((True, True), (False, False)):
        few, many = (
            lossref.crps_ensemble(y, rng.normal(size=(200_000, m)), fair=fair) for m in (2, 8)
        )
        assert (abs(few - many) < 0.01) == alike


def test_what_does_not_fit_an_ensemble_is_refused():
    y, x = members()
    with pytest.raises(ValueError, match="ensemble must have at least 2 members; got 1"):
        lossref.crps_ensemble(y, x[:, :1], fair=True)
    with pytest.raises(ValueError, match="ensemble must have at least 1 members; got 0"):
        lossref.crps_ensemble(y, x[:, :0])
    with pytest.raises(ValueError, match="fair must be False or True"):
        lossref.crps_ensemble(y, x, fair="yes")


# -- deviances ------------------------------------------------------------------------------------


@pytest.mark.parametrize("power", [1 + 1e-9, 1.1, 1.5, 1.9, 2 - 1e-9])
def test_tweedie_near_equality_and_near_its_ends(power):
    rng = np.random.default_rng(3)
    mu = 10.0 ** rng.uniform(-1, 2, 40)
    y = mu * np.exp(rng.choice([-1, 1], 40) * 10.0 ** rng.uniform(-9, 0.5, 40))
    got = lossref.tweedie_deviance(y, mu, power=power, reduction="none")
    with mpmath.workdps(60):
        for value, a, b in zip(got, y, mu, strict=True):
            p, a, b = mpmath.mpf(power), mpmath.mpf(a), mpmath.mpf(b)
            exact = a ** (2 - p) / ((1 - p) * (2 - p)) - a * b ** (1 - p) / (1 - p)
            exact = 2 * (exact + b ** (2 - p) / (2 - p))
            assert float(abs(value - exact) / exact) < 1e-14
    ends = {1 + 1e-9: lossref.poisson_deviance, 2 - 1e-9: lossref.gamma_deviance}
    if power in ends:
        np.testing.assert_allclose(got, ends[power](y, mu, reduction="none"), rtol=1e-6)


def test_sklearn_agrees_on_tweedie():
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(4)
    y, mu = rng.exponential(size=30) * rng.integers(0, 2, 30), rng.uniform(0.5, 2, 30)
    for power in (1.2, 1.5, 1.8):
        theirs = metrics.mean_tweedie_deviance(y, mu, power=power)
        assert lossref.tweedie_deviance(y, mu, power=power) == pytest.approx(theirs, rel=1e-13)


def test_the_negative_binomial_is_that_of_scipy_up_to_what_mu_is_not_in():
    stats = pytest.importorskip("scipy.stats")
    alpha, y = 0.4, np.arange(6.0)
    losses = [
        -stats.nbinom.logpmf(y, 1 / alpha, 1 / (1 + alpha * mu))
        - lossref.negative_binomial_nll(y, np.full(6, np.log(mu)), alpha=alpha, reduction="none")
        for mu in (0.3, 1.0, 5.0, 40.0)
    ]
    for other in losses[1:]:
        np.testing.assert_allclose(other, losses[0], rtol=1e-11, atol=1e-14)


# -- distillation ---------------------------------------------------------------------------------


def test_what_never_happens_and_was_not_seen_costs_nothing():
    value, slope = lossref.poisson_nll_value_and_grad([0.0, 2.0], [-np.inf] * 2, reduction="none")
    np.testing.assert_array_equal(value, [0.0, np.inf], strict=True)
    np.testing.assert_array_equal(slope, [0.0, -2.0], strict=True)


def test_torch_agrees_on_distillation():
    torch = pytest.importorskip("torch")
    F = torch.nn.functional
    rng = np.random.default_rng(5)
    t, z = rng.normal(size=(2, 9, 4)) * 3
    x = torch.tensor(z, requires_grad=True)
    theirs = 9.0 * F.kl_div(
        F.log_softmax(x / 3, -1), F.softmax(torch.tensor(t) / 3, -1), reduction="batchmean"
    )
    theirs.backward()
    value, slope = lossref.distillation_value_and_grad(t, z, temperature=3.0)
    assert value == pytest.approx(theirs.item(), rel=1e-13)
    np.testing.assert_allclose(slope, x.grad.numpy(), atol=1e-15, strict=True)


def test_a_hot_teacher_matches_logits():
    """As T grows: half the mean squared difference of the logits less their means."""
    rng = np.random.default_rng(6)
    t, z = rng.normal(size=(2, 1, 5))
    d = (z - t)[0]
    want = ((d - d.mean()) ** 2).sum() / (2 * 5)
    assert lossref.distillation(t, z, temperature=1e6) == pytest.approx(want, rel=1e-5)


def test_distillation_where_everything_would_overflow_or_cancel():
    t = np.array([[900.0, 0.0, -5.0], [1.0, 2.0, 3.0]])
    z = np.array([[0.0, 900.0, 0.0], [1.0, 2.0, 3.0 + 1e-12]])
    got = lossref.distillation(t, z, temperature=1.0, reduction="none")
    assert got[0] == pytest.approx(900, rel=1e-14)
    p = np.exp(3.0) / np.exp([1.0, 2.0, 3.0]).sum()
    step = (3.0 + 1e-12) - 3.0
    assert got[1] == pytest.approx(step**2 * p * (1 - p) / 2, rel=1e-9, abs=0)


# -- labels and prices ----------------------------------------------------------------------------


def test_zero_one_is_what_accuracy_leaves():
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(7)
    y, p, w = rng.integers(0, 3, 50), rng.integers(0, 3, 50), rng.uniform(size=50)
    for weight in (None, w):
        theirs = metrics.zero_one_loss(y, p, sample_weight=weight)
        assert lossref.zero_one(y, p, sample_weight=weight) == pytest.approx(theirs, rel=1e-14)
    each = lossref.zero_one(y, p, reduction="none")
    np.testing.assert_array_equal(each, (y != p).astype(float), strict=True)
    assert lossref.zero_one(y, p, reduction="sum") == each.sum()
    with pytest.raises(ValueError, match="zero_one: y_true and y_pred must have the same shape"):
        lossref.zero_one(y[:, None], p)
    with pytest.raises(ValueError, match="mean of no values"):
        lossref.zero_one([], [])
    assert not hasattr(lossref, "zero_one_grad")


def test_balanced_weights_are_those_of_sklearn_and_give_every_class_the_same_part():
    utils = pytest.importorskip("sklearn.utils.class_weight")
    y = np.random.default_rng(8).choice(3, 200, p=[0.7, 0.25, 0.05])
    w = lossref.balanced_weights(y)
    theirs = utils.compute_class_weight("balanced", classes=np.arange(3), y=y)
    np.testing.assert_allclose(w, theirs, rtol=1e-15, strict=True)
    np.testing.assert_allclose([w[y][y == c].sum() for c in range(3)], 200 / 3, rtol=1e-13)
    assert w[y].mean() == pytest.approx(1, rel=1e-14)
    for labels, classes, message in (
        ([0, 2], None, "none of class 1"), ([0, 1], 3, "none of class 2"),
        ([0, 3], 3, r"be in 0..2; got 3"), ([], None, "have at least one label"),
        ([-1, 0], None, "be in 0..0; got -1"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=f"^balanced_weights: labels must .*{message}"):
            lossref.balanced_weights(labels, classes=classes)
    with pytest.raises(TypeError, match="balanced_weights: labels must hold integer"):
        lossref.balanced_weights([0.0, 1.0])


def test_one_class_has_the_weight_1_and_none_has_no_weights():
    np.testing.assert_array_equal(lossref.balanced_weights([0, 0], classes=1), [1.0], strict=True)
    with pytest.raises(ValueError, match="classes must be a whole number of at least 1; got 0"):
        lossref.balanced_weights([0, 0], classes=0)


def test_the_order_that_costs_least_is_a_quantile_of_the_demand():
    demand = np.random.default_rng(9).exponential(size=1001)
    orders = np.sort(demand)
    costs = [
        lossref.newsvendor(demand, np.full(1001, q), underage=3.0, overage=1.0) for q in orders
    ]
    assert orders[np.argmin(costs)] == pytest.approx(np.quantile(demand, 0.75), rel=1e-12)


def test_decisions_cost_least_among_all():
    rng = np.random.default_rng(10)
    costs, p = rng.uniform(size=(4, 3)), rng.dirichlet(np.ones(4), 30)
    got = lossref.cheapest_class(costs, p)
    for row, decision in zip(p, got, strict=True):
        prices = [sum(row[c] * costs[c, d] for c in range(4)) for d in range(3)]
        assert prices[decision] == min(prices)
    threshold = lossref.cost_threshold(2.0, 6.0)
    assert threshold == 0.25
    for q in (0.2, 0.3):
        yes = lossref.cheapest_class([[0.0, 2.0], [6.0, 0.0]], [1 - q, q])
        assert yes == (q > threshold)
    assert lossref.cost_threshold(1e-300, 1e300) == 0.0


def test_expected_cost_with_prices_0_and_1_is_the_chance_of_a_mistake():
    rng = np.random.default_rng(11)
    labels, z = rng.integers(0, 3, 20), rng.normal(size=(20, 3))
    wrong = 1 - np.eye(3)[labels]
    chance = 1 - lossref.softmax(z)[np.arange(20), labels]
    np.testing.assert_allclose(
        lossref.expected_cost(wrong, z, reduction="none"), chance, rtol=1e-13
    )


def test_what_does_not_fit_a_decision_is_refused():
    with pytest.raises(
        ValueError, match="cheapest_class: cost_matrix must have a row for each of the 3"
    ):
        lossref.cheapest_class(np.ones((2, 2)), [[0.2, 0.3, 0.5]])
    with pytest.raises(ValueError, match=r"cheapest_class: cost_matrix .* got shape \(2, 3, 1\)"):
        lossref.cheapest_class(np.ones((2, 3, 1)), [[0.2, 0.8]])
    with pytest.raises(ValueError, match="cheapest_class: probabilities must have rows that sum"):
        lossref.cheapest_class(np.ones((2, 2)), [[0.2, 0.3]])
    with pytest.raises(ValueError, match="cheapest_class: probabilities must have at least 1 axis"):
        lossref.cheapest_class([[1.0]], 1.0)
    with pytest.raises(ValueError, match="cost_threshold: false_positive must be in"):
        lossref.cost_threshold(0.0, 1.0)
