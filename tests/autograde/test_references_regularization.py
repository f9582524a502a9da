"""The references on regularization that are not in lossref, against other people's and by loops."""

from __future__ import annotations

import statistics

import numpy as np
import pytest
from asked import questions
from scipy import optimize
from sklearn.linear_model import Lasso, Ridge
from sklearn.metrics import mean_squared_error
from sklearn.model_selection import PredefinedSplit

from autograde.answers import HELPERS
from autograde.exercises import get


def test_ridge_agrees_with_scikit_learn_whose_alpha_is_n_lambda():
    for q in questions("ridge_fit"):
        x, y = (np.asarray(a, np.float64) for a in q.probe.args)
        lam = q.probe.kwargs.get("lam", 1.0)
        theirs = Ridge(alpha=len(y) * lam, solver="svd").fit(x, y)
        np.testing.assert_allclose(
            q.wanted.value,
            np.append(theirs.coef_, theirs.intercept_),
            rtol=1e-9,
            atol=1e-11,
            strict=True,
            err_msg=q.probe.regime,
        )


@pytest.mark.parametrize("shift", [0.0, 1000.0])
def test_the_intercept_of_ridge_pays_nothing(shift):
    for q in questions("ridge_fit"):
        x, y = (np.asarray(a, np.float64) for a in q.probe.args)
        moved = get("ridge_fit").functions["ridge_fit"](x, y + shift, **q.probe.kwargs)
        np.testing.assert_allclose(
            moved, q.wanted.value + np.append(np.zeros(x.shape[1]), shift), rtol=1e-8, atol=1e-9
        )


def test_the_lasso_after_many_steps_is_scikit_learns():
    asked = [q for q in questions("lasso_ista") if q.probe.aspect == "solution"]
    assert len(asked) == 6
    for q in asked:
        x, y, lam, _, _ = q.probe.args
        theirs = Lasso(alpha=lam, fit_intercept=False, tol=1e-14, max_iter=100_000).fit(x, y)
        np.testing.assert_allclose(
            q.wanted.value, theirs.coef_, rtol=1e-6, atol=1e-7, strict=True, err_msg=q.probe.regime
        )
        assert np.array_equal(q.wanted.value == 0, theirs.coef_ == 0)


def test_every_step_of_the_lasso_by_loops_over_single_numbers():
    for q in questions("lasso_ista"):
        x, y, lam, lr, steps = q.probe.args
        n, d = x.shape
        w = [0.0] * d
        for _ in range(steps):
            error = [sum(float(x[i, j]) * w[j] for j in range(d)) - float(y[i]) for i in range(n)]
            v = [w[j] - lr / n * sum(float(x[i, j]) * error[i] for i in range(n)) for j in range(d)]
            w = [
                (abs(a) - lr * lam) * (1 if a > 0 else -1) if abs(a) > lr * lam else 0.0 for a in v
            ]
        np.testing.assert_allclose(q.wanted.value, np.array(w), rtol=1e-9, atol=1e-12, strict=True)


def test_soft_thresholding_is_the_minimiser_that_a_search_finds():
    for q in questions("soft_threshold"):
        v, t = q.probe.args
        for number, got in zip(v.ravel().tolist(), np.ravel(q.wanted.value).tolist(), strict=True):
            best = optimize.minimize_scalar(
                lambda w, v=number, t=t: t * abs(w) + (w - v) ** 2 / 2,
                bounds=(-abs(number) - 1e-12, abs(number) + 1e-12),
                method="bounded",
                options={"xatol": 1e-12},
            )
            assert got == pytest.approx(best.x, rel=1e-5, abs=1e-5)


def test_the_errors_of_the_folds_are_scikit_learns():
    for q in questions("kfold_select_lambda", "kfold_errors"):
        x, y, lams, k, helper = q.probe.args
        if helper.name != "ridge":
            continue
        x, y = np.asarray(x, np.float64), np.asarray(y, np.float64)
        folds = PredefinedSplit(np.arange(len(y)) % k)
        for column, lam in enumerate(lams):
            for row, (train, test) in enumerate(folds.split()):
                model = Ridge(alpha=len(train) * lam, solver="svd").fit(x[train], y[train])
                want = mean_squared_error(y[test], model.predict(x[test]))
                assert q.wanted.value[row, column] == pytest.approx(want, rel=1e-9, abs=1e-9)


def test_the_model_without_features_predicts_a_shrunken_mean():
    got = HELPERS["shrunken_mean"](np.ones((3, 2)), np.array([1.0, 2.0, 6.0]), 0.5)
    assert got.tolist() == [0.0, 0.0, 2.0]


def test_the_choice_by_the_standard_library():
    asked = questions("kfold_select_lambda", "kfold_select_lambda")
    for q in asked:
        table, lams = (a.tolist() for a in q.probe.args)
        columns = list(zip(*table, strict=True))
        means = [statistics.mean(c) for c in columns]
        best = means.index(min(means))
        bound = means[best] + statistics.stdev(columns[best]) / len(table) ** 0.5
        good = [lam for lam, mean in zip(lams, means, strict=True) if mean <= bound]
        assert float(q.wanted.value) == max(good)
    assert len({float(q.wanted.value) for q in asked}) > 3


def test_early_stopping_by_looking_back_from_every_epoch():
    for q in questions("early_stopping"):
        losses, patience = q.probe.args
        delta = q.probe.kwargs.get("min_delta", 0.0)
        curve = [float(v) for v in losses]

        def best_until(t, curve=curve, delta=delta):
            best = 0
            for s in range(1, t + 1):
                best = s if curve[s] < curve[best] - delta else best
            return best

        over = (t for t in range(len(curve)) if t - best_until(t) >= patience)
        stop = next(over, len(curve) - 1)
        assert q.wanted.value.tolist() == [stop, best_until(stop)]
