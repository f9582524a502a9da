"""What the chapter on what a loss is says of libraries which its pages do not run."""

from __future__ import annotations

import inspect
import itertools

import numpy as np
import pytest
import torch
from scipy import optimize
from sklearn import ensemble, linear_model, metrics, svm

F = torch.nn.functional


def default(callable_, name):
    return inspect.signature(callable_).parameters[name].default


# -- index -------------------------------------------------------------------------


@pytest.mark.parametrize("loss", ["MSELoss", "L1Loss", "CrossEntropyLoss", "BCEWithLogitsLoss", "HuberLoss"])  # fmt: skip
def test_torch_averages_unless_told_otherwise_and_takes_the_prediction_first(loss):
    made = getattr(torch.nn, loss)
    assert default(made, "reduction") == "mean"
    assert next(iter(inspect.signature(made.forward).parameters.items()))[0] == "self"
    assert list(inspect.signature(made.forward).parameters)[1:] == ["input", "target"]


@pytest.mark.parametrize("metric", ["mean_squared_error", "mean_pinball_loss", "log_loss", "zero_one_loss"])  # fmt: skip
def test_scikit_learn_takes_the_truth_first(metric):
    assert next(iter(inspect.signature(getattr(metrics, metric)).parameters)) == "y_true"


def test_ridge_adds_its_penalty_to_a_sum_and_lasso_to_a_mean():
    rng = np.random.default_rng(0)
    x, t = rng.normal(size=(50, 1)), rng.normal(size=50)
    t = t + 2 * x[:, 0]
    xx, xt = float(x[:, 0] @ x[:, 0]), float(x[:, 0] @ t)
    ridge = linear_model.Ridge(alpha=3.0, fit_intercept=False).fit(x, t).coef_[0]
    assert ridge == pytest.approx(xt / (xx + 3.0))
    lasso = linear_model.Lasso(alpha=0.3, fit_intercept=False).fit(x, t).coef_[0]
    assert lasso == pytest.approx((xt / 50 - 0.3) / (xx / 50), rel=1e-4)


# -- best-constant -----------------------------------------------------------------


def test_gradient_boosting_starts_from_the_best_constant():
    x, t = np.zeros((4, 1)), np.array([1.0, 2.0, 3.0, 10.0])
    for loss, want in (("squared_error", 4.0), ("absolute_error", 2.0)):
        model = ensemble.GradientBoostingRegressor(loss=loss, n_estimators=1).fit(x, t)
        start = model.init_.predict(x)[0]
        assert start == pytest.approx(want) or (loss == "absolute_error" and 2 <= start <= 3)


# -- landscape ---------------------------------------------------------------------


def test_default_step_sizes():
    assert default(torch.optim.SGD, "lr") == 1e-3
    assert default(torch.optim.SGD, "momentum") == 0
    assert default(torch.optim.SGD, "weight_decay") == 0
    assert default(torch.optim.Adam, "lr") == 1e-3
    assert default(linear_model.SGDRegressor, "eta0") == 0.01
    assert default(linear_model.SGDRegressor, "learning_rate") == "invscaling"


# -- gradient-checking -------------------------------------------------------------


def test_defaults_of_gradient_checks():
    assert default(torch.autograd.gradcheck, "eps") == 1e-6
    assert default(torch.autograd.gradcheck, "atol") == 1e-5
    assert default(torch.autograd.gradcheck, "rtol") == 1e-3
    step = np.sqrt(np.finfo(float).eps)
    assert step == pytest.approx(1.5e-8, rel=1e-2)
    assert default(optimize.check_grad, "epsilon") == pytest.approx(step)
    assert default(optimize.approx_fprime, "epsilon") == pytest.approx(step)


def test_check_grad_returns_an_absolute_length():
    w = np.array([1.0, 2.0])
    got = optimize.check_grad(lambda v: 1000 * v @ v, lambda v: 2000 * v + np.array([3.0, 4.0]), w)
    assert got == pytest.approx(5.0, rel=1e-3)


# -- surrogates --------------------------------------------------------------------


def test_default_surrogates():
    assert default(svm.LinearSVC, "loss") == "squared_hinge"
    assert default(linear_model.SGDClassifier, "loss") == "hinge"


def test_a_sample_with_one_wrong_label_is_wrong():
    truth, said = np.array([[1, 0, 1], [1, 1, 0]]), np.array([[1, 0, 1], [1, 1, 1]])
    assert metrics.zero_one_loss(truth, said) == 0.5


def test_the_squared_hinge_estimates_twice_the_probability_minus_one():
    for eta in (0.1, 0.5, 0.8):
        risk = lambda f, eta=eta: eta * max(0, 1 - f) ** 2 + (1 - eta) * max(0, 1 + f) ** 2
        assert optimize.minimize_scalar(risk).x == pytest.approx(2 * eta - 1, abs=1e-5)


# -- tasks and outputs -------------------------------------------------------------


def test_what_torch_s_losses_take():
    z, y = torch.tensor([[2.0, -1.0, 0.5]]), torch.tensor([[1.0, 0.0, 1.0]])
    assert F.multilabel_soft_margin_loss(z, y).item() == pytest.approx(
        F.binary_cross_entropy_with_logits(z, y).item()
    )
    shares = torch.tensor([[0.2, 0.3, 0.5]])
    want = -(shares * F.log_softmax(z, 1)).sum().item()
    assert F.cross_entropy(z, shares).item() == pytest.approx(want)
    assert default(torch.nn.PoissonNLLLoss, "log_input") is True
    assert default(torch.nn.CTCLoss, "blank") == 0
    assert default(torch.nn.CTCLoss, "zero_infinity") is False


@pytest.mark.parametrize(("target", "length"), [("ab", 2), ("aa", 2), ("aa", 3), ("ab", 4)])
def test_ctc_by_enumeration_is_torch_s(target, length):
    paths = itertools.product("-ab", repeat=length)
    read = lambda path: "".join(s for s, _ in itertools.groupby(path) if s != "-")
    hits = sum(read(path) == target for path in paths)
    want = -np.log(hits / 3**length) if hits else np.inf
    log_p = torch.full((length, 1, 3), -np.log(3.0))
    labels = torch.tensor([["-ab".index(c) for c in target]])
    got = F.ctc_loss(log_p, labels, torch.tensor([length]), torch.tensor([2]), reduction="sum")
    assert got.item() == pytest.approx(want, rel=1e-5)
