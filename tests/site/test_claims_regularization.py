"""What the pages on regularization say of libraries without running them."""

from __future__ import annotations

import inspect

import numpy as np
import pytest
import torch
from sklearn.datasets import load_diabetes
from sklearn.linear_model import (
    ElasticNetCV,
    LassoCV,
    LogisticRegression,
    Ridge,
    RidgeCV,
    SGDRegressor,
)
from sklearn.model_selection import KFold, LeaveOneOut, cross_val_score
from sklearn.neural_network import MLPClassifier

import lossref


def default(function, name):
    return inspect.signature(function).parameters[name].default


def one_step(optimiser, gradient=0.0, start=1.0, **options):
    """Where a parameter at ``start`` is after one step."""
    w = torch.nn.Parameter(torch.tensor([start], dtype=torch.float64))
    w.grad = torch.tensor([gradient], dtype=torch.float64)
    optimiser([w], lr=0.1, **options).step()
    return w.item()


def test_weight_decay_of_sgd_is_the_gradient_of_the_half_square():
    assert one_step(torch.optim.SGD, weight_decay=0.1) == pytest.approx(0.99)
    both = one_step(torch.optim.SGD, gradient=0.5, weight_decay=0.1)
    slope = 0.5 + float(lossref.l2_penalty_grad([1.0], lam=0.1)[0])
    assert both == pytest.approx(1 - 0.1 * slope)


@pytest.mark.parametrize("strength", [0.1, 100.0])
def test_weight_decay_of_adam_is_divided_out_of_a_lonely_penalty(strength):
    assert one_step(torch.optim.Adam, weight_decay=strength) == pytest.approx(0.9, abs=1e-6)


def test_adamw_multiplies_and_then_steps():
    assert default(torch.optim.AdamW.__init__, "weight_decay") == 1e-2
    assert one_step(torch.optim.AdamW, weight_decay=0.1) == pytest.approx(0.99)
    assert one_step(torch.optim.AdamW, gradient=3.0, weight_decay=0.1) == pytest.approx(0.89)


def test_torch_decays_biases_as_well():
    layer = torch.nn.Linear(1, 1)
    with torch.no_grad():
        layer.bias.fill_(1.0)
    for parameter in layer.parameters():
        parameter.grad = torch.zeros_like(parameter)
    torch.optim.SGD(layer.parameters(), lr=0.1, weight_decay=0.1).step()
    assert layer.bias.item() == pytest.approx(0.99)


def test_softshrink_is_the_soft_threshold_with_one_half():
    v = torch.linspace(-2, 2, 41, dtype=torch.float64)
    got = torch.nn.functional.softshrink(v).numpy()
    np.testing.assert_allclose(got, lossref.soft_threshold(v.numpy(), 0.5), atol=1e-15)


def test_dropout_drops_with_p_and_scales_what_is_left():
    torch.manual_seed(0)
    layer = torch.nn.Dropout(p=0.2)
    out = layer(torch.ones(100_000))
    assert (out == 0).float().mean().item() == pytest.approx(0.2, abs=0.01)
    assert out.max().item() == pytest.approx(1 / 0.8)
    assert torch.equal(layer.eval()(torch.ones(5)), torch.ones(5))
    assert default(torch.nn.Dropout.__init__, "p") == 0.5


def test_gradient_steps_on_an_l1_term_leave_no_zeros_in_torch():
    w = torch.nn.Parameter(torch.tensor([0.05, -0.02], dtype=torch.float64))
    optimiser = torch.optim.SGD([w], lr=0.03)
    for _ in range(1000):
        optimiser.zero_grad()
        w.abs().sum().backward()
        optimiser.step()
    assert (w != 0).all()
    assert w[0].item() == pytest.approx(-0.01)


def _diabetes():
    bunch = load_diabetes(scaled=False)
    z = (bunch.data - bunch.data.mean(axis=0)) / bunch.data.std(axis=0)
    return z, (bunch.target - bunch.target.mean()) / bunch.target.std()


def test_sgd_regressor_has_zeros_under_l1_and_its_default_share():
    assert default(SGDRegressor.__init__, "l1_ratio") == 0.15
    x, y = _diabetes()
    model = SGDRegressor(penalty="l1", alpha=0.1, random_state=0, tol=1e-6).fit(x, y)
    assert np.sum(model.coef_ == 0) >= 3


def test_sgd_regressor_minimises_the_objective_with_the_half():
    x, y = _diabetes()
    model = SGDRegressor(
        penalty="l2", alpha=0.5, eta0=1e-2, random_state=0, tol=None, max_iter=300, average=True
    ).fit(x, y)
    ours = Ridge(alpha=442 * 0.5).fit(x, y).coef_
    twice = Ridge(alpha=442 * 1.0).fit(x, y).coef_
    assert np.abs(model.coef_ - ours).max() < 2e-3 < np.abs(model.coef_ - twice).max()


@pytest.mark.parametrize("share", [1.0, 0.3])
def test_logistic_regression_with_l1_has_c_for_one_over_n_lambda(share):
    x, y = _diabetes()
    labels = (y > 0).astype(int)
    alpha = 0.05
    model = LogisticRegression(
        C=1 / (442 * alpha), l1_ratio=share, solver="saga",
        tol=1e-10, max_iter=100_000,
    ).fit(x, labels)  # fmt: skip
    w = model.coef_[0]
    slope = x.T @ (model.predict_proba(x)[:, 1] - labels) / 442
    alive = w != 0
    assert 0 < alive.sum() < 10
    balance = slope + lossref.elastic_net_grad(w, alpha=alpha, l1_ratio=share)
    assert np.abs(balance[alive]).max() < 1e-6
    assert np.abs(slope[~alive]).max() <= alpha * share + 1e-9


@pytest.mark.parametrize("model", [LassoCV, ElasticNetCV])
def test_the_paths_begin_at_the_largest_strength_and_end_three_decades_below(model):
    assert default(model.__init__, "eps") == 1e-3
    x, y = _diabetes()
    fitted = LassoCV().fit(x, y)
    assert fitted.alphas_[0] == pytest.approx(np.abs(x.T @ y).max() / 442)
    assert fitted.alphas_[-1] == pytest.approx(1e-3 * fitted.alphas_[0])
    assert fitted.mse_path_.shape[1] == 5
    assert fitted.alpha_ == fitted.alphas_[np.argmin(fitted.mse_path_.mean(axis=1))]


def test_ridge_cv_leaves_one_out():
    x, y = _diabetes()
    x, y = x[:40], y[:40]
    alphas = (0.1, 1.0, 10.0, 100.0)
    scores = [
        cross_val_score(Ridge(a), x, y, cv=LeaveOneOut(), scoring="neg_mean_squared_error").mean()
        for a in alphas
    ]
    model = RidgeCV(alphas=alphas).fit(x, y)
    assert model.alpha_ == alphas[int(np.argmax(scores))]
    assert model.best_score_ == pytest.approx(max(scores), rel=1e-6)


def test_folds_are_blocks_unless_they_are_shuffled():
    first = next(KFold(5).split(np.zeros(10)))[1]
    assert first.tolist() == [0, 1]
    assert default(KFold.__init__, "shuffle") is False


def test_the_perceptrons_early_stopping():
    assert default(MLPClassifier.__init__, "validation_fraction") == 0.1
    assert default(MLPClassifier.__init__, "n_iter_no_change") == 10
