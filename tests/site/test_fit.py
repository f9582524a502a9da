"""Fitted lines, against scikit-learn and against what a minimum means."""

from __future__ import annotations

import numpy as np
import pytest
from lossbook import data, fit
from sklearn.linear_model import HuberRegressor, LinearRegression, QuantileRegressor
from sklearn.svm import LinearSVR

import lossref

# Every loss, with parameters that suit the scale of the diabetes scores.
CASES = [
    ("mse", {}),
    ("half_squared_error", {}),
    ("mae", {}),
    ("huber", {"delta": 60.0}),
    ("smooth_l1", {"beta": 60.0}),
    ("pseudo_huber", {"delta": 60.0}),
    ("log_cosh", {}),
    ("quantile", {"tau": 0.9}),
    ("expectile", {"tau": 0.8}),
    ("epsilon_insensitive", {"epsilon": 20.0}),
    ("squared_epsilon_insensitive", {"epsilon": 20.0}),
    ("cauchy", {"c": 120.0}),
    ("welsch", {"c": 150.0}),
    ("geman_mcclure", {"c": 120.0}),
    ("tukey", {"c": 250.0}),
    ("barron", {"alpha": -2.0, "c": 60.0}),
    ("msle", {}),
    ("mape", {}),
]


@pytest.fixture(scope="module")
def patients():
    return data.diabetes()


def test_every_elementwise_loss_is_covered():
    assert {slug for slug, _ in CASES} == {
        spec.slug for spec in lossref.specs() if spec.kind == "elementwise"
    }


def test_mse_is_least_squares(patients):
    x, y = patients
    model = LinearRegression().fit(x[:, None], y)
    assert fit.fit_line(x, y, "mse") == pytest.approx((model.coef_[0], model.intercept_), rel=1e-10)


@pytest.mark.parametrize("tau", [0.1, 0.5, 0.9])
def test_quantile_and_mae_cost_as_little_as_in_sklearn(patients, tau):
    x, y = patients
    model = QuantileRegressor(quantile=tau, alpha=0, solver="highs").fit(x[:, None], y)
    theirs = lossref.quantile(y, model.predict(x[:, None]), tau=tau)
    assert lossref.quantile(
        y, fit.fit_line(x, y, "quantile", tau=tau)(x), tau=tau
    ) == pytest.approx(theirs, rel=1e-9)
    if tau == 0.5:
        assert lossref.mae(y, fit.fit_line(x, y, "mae")(x)) == pytest.approx(2 * theirs, rel=1e-9)


def test_huber_agrees_with_sklearn_at_the_scale_that_it_chose(patients):
    # HuberRegressor estimates sigma and clips at epsilon * sigma: our delta is that product.
    x, y = patients
    scaled = (x - x.mean()) / x.std()
    model = HuberRegressor(epsilon=1.345, alpha=0, tol=1e-10, max_iter=1000).fit(scaled[:, None], y)
    ours = fit.fit_line(scaled, y, "huber", delta=1.345 * model.scale_)
    assert ours == pytest.approx((model.coef_[0], model.intercept_), rel=1e-4)


def test_epsilon_insensitive_costs_no_more_than_linear_svr(patients):
    x, y = patients
    scaled = (x - x.mean()) / x.std()
    model = LinearSVR(epsilon=20.0, C=1e4, dual="auto", tol=1e-8, max_iter=200_000, random_state=0)
    theirs = lossref.epsilon_insensitive(
        y, model.fit(scaled[:, None], y).predict(scaled[:, None]), epsilon=20.0
    )
    ours = lossref.epsilon_insensitive(
        y, fit.fit_line(scaled, y, "epsilon_insensitive", epsilon=20.0)(scaled), epsilon=20.0
    )
    assert ours <= theirs * (1 + 1e-12)
    assert ours == pytest.approx(theirs, rel=1e-3)


@pytest.mark.parametrize(("slug", "params"), CASES)
def test_no_line_nearby_costs_less(patients, slug, params):
    x, y = patients
    loss = lossref.spec(slug).loss
    line = fit.fit_line(x, y, slug, **params)
    best = loss(y, line(x), **params)
    at = x.mean()
    for tilt in (-0.3, -1e-3, 0, 1e-3, 0.3):
        for shift in (-5, -1e-2, 0, 1e-2, 5):
            other = loss(y, line(x) + tilt * (x - at) + shift, **params)
            assert other >= best * (1 - 1e-12), (tilt, shift)


@pytest.mark.parametrize(
    ("slug", "params"), [case for case in CASES if case[0] not in (*fit.POLYHEDRAL, "mse")]
)
def test_the_gradient_vanishes_at_a_smooth_minimum(patients, slug, params):
    x, y = patients
    line = fit.fit_line(x, y, slug, **params)
    scaled = (x - x.mean()) / x.std()
    pull = lossref.spec(slug).grad(y, line(x), **params)
    assert max(abs(pull.sum()), abs(pull @ scaled)) < 1e-9 * np.abs(pull).sum()


@pytest.mark.parametrize(
    ("slug", "params"),
    [
        ("mse", {}),
        ("mae", {}),
        ("quantile", {"tau": 0.8}),
        ("epsilon_insensitive", {"epsilon": 1.0}),
        ("squared_epsilon_insensitive", {"epsilon": 1.0}),
        ("huber", {"delta": 1.345}),
        ("log_cosh", {}),
        ("expectile", {"tau": 0.8}),
        ("cauchy", {}),
        ("tukey", {}),
    ],
)
def test_many_small_problems_at_once_give_the_same_lines(slug, params):
    rng = np.random.default_rng(5)
    x, y = data.noisy_line()
    xs, ys = np.tile(x, (40, 1)), np.tile(y, (40, 1))
    xs[:, 3], ys[:, 3] = rng.uniform(-1, 12.5, 40), rng.uniform(-10, 19, 40)
    loss = lossref.spec(slug).loss
    for a, b, line in zip(xs, ys, fit.fit_lines(xs, ys, slug, **params), strict=True):
        one = fit.fit_line(a, b, slug, **params)
        assert loss(b, fit.Line(*line)(a), **params) == pytest.approx(
            loss(b, one(a), **params), rel=1e-9, abs=1e-12
        )
        if slug not in fit.POLYHEDRAL:  # where several lines are best, either may come
            assert tuple(line) == pytest.approx(tuple(one), rel=1e-6, abs=1e-8)


def test_one_wild_point_moves_redescending_lines_hardly_at_all():
    x, y = data.noisy_line()
    clean = fit.fit_line(x, y, "tukey")
    x, y = np.append(x, 12.0), np.append(y, -60.0)
    assert fit.fit_line(x, y, "tukey").slope == pytest.approx(clean.slope, abs=0.02)
    assert fit.fit_line(x, y, "mse").slope < clean.slope - 1


def test_weights_count_like_repeated_points():
    x, y = data.noisy_line()
    weight = np.arange(20) % 3
    for slug in ("mse", "mae", "huber", "tukey"):
        weighted = fit.fit_line(x, y, slug, sample_weight=weight)
        repeated = fit.fit_line(np.repeat(x, weight), np.repeat(y, weight), slug)
        assert weighted == pytest.approx(repeated, rel=1e-6)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (([1.0, 2.0], [1.0]), r"shape \(n,\)"),
        (([1.0, 1.0], [1.0, 2.0]), "two different x"),
        (([1.0, np.inf], [1.0, 2.0]), "finite"),
        (([1.0, 2.0], [1.0, 2.0], "huber_loss"), "no loss"),
    ],
)
def test_bad_input_is_refused(arguments, says):
    with pytest.raises(ValueError, match=says):
        fit.fit_line(*arguments)


def test_an_unknown_parameter_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match=r"no parameter beta; it has delta"):
        fit.fit_line([1.0, 2.0], [1.0, 2.0], "huber", beta=1.0)


def test_the_data_are_the_published_ones():
    x, y = data.diabetes()
    assert x.shape == y.shape == (442,)
    assert (y.min(), y.max(), x[256], y[256]) == (25.0, 346.0, pytest.approx(x[256]), 346.0)
    with pytest.raises(ValueError, match="bmi"):
        data.diabetes("weight")
