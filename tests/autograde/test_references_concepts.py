"""The references of the chapter on what a loss is, against other people's and slow loops."""

from __future__ import annotations

import itertools
from fractions import Fraction
from functools import partial

import asked
import mpmath
import numpy as np
import pytest
import torch
from scipy import optimize, special
from sklearn import metrics

from autograde.answers import HELPERS
from autograde.exam import Exam
from autograde.exercises import get

mpmath.mp.dps = 60
SEEDS = ("independent", "another")


questions = partial(asked.questions, seeds=SEEDS, least=16)


def exact(array):
    """The same array in fractions."""
    array = np.asarray(array)
    flat = [Fraction(float(v)) for v in array.ravel()]
    return np.array(flat, dtype=object).reshape(array.shape)


def exact_losses(name, y, p):
    """What the loss helpers compute, in fractions, sample by sample."""
    one = {
        "squared_loss": lambda e: e * e,
        "absolute_loss": abs,
        "lopsided_loss": lambda e: e / 4 if e > 0 else -3 * e / 4,
    }[name]
    rows = (exact(p) - exact(y)).reshape(len(y), -1)
    return [sum(one(e) for e in row) for row in rows]


# -- the helpers -------------------------------------------------------------------


GRADIENTS = {"bowl": "bowl_gradient", "twisted": "twisted_gradient", "level": "level_gradient"}


@pytest.mark.parametrize("name", GRADIENTS)
@pytest.mark.parametrize("shape", [(1,), (4,), (2, 3)])
def test_gradients_of_the_helpers_are_autograd_s(name, shape):
    w = np.random.default_rng(3).normal(size=shape)
    v = torch.tensor(w, requires_grad=True)
    k = torch.arange(1.0, v.numel() + 1, dtype=torch.float64).reshape(shape)
    value = {
        "bowl": lambda: (k * (v - 0.5) ** 2).sum() / 2,
        "twisted": lambda: torch.sin(k * v).sum() + v.sum() ** 2 / 2,
        "level": lambda: 3 + 0 * v.sum(),
    }[name]()
    value.backward()
    assert HELPERS[name](w) == pytest.approx(value.item(), rel=1e-14)
    np.testing.assert_allclose(HELPERS[GRADIENTS[name]](w), v.grad.numpy(), rtol=1e-13, strict=True)


@pytest.mark.parametrize(
    "name",
    [
        "bowl_gradient_doubled",
        "bowl_gradient_uphill",
        "twisted_gradient_uncoupled",
        "twisted_gradient_one_off",
    ],
)
def test_mistaken_gradients_are_mistaken(name):
    w = np.array([0.75, -1.5, 2.0])
    f = HELPERS[name.split("_")[0]]
    measured = optimize.approx_fprime(w, f, 1e-6)
    assert np.linalg.norm(HELPERS[name](w) - measured) > 0.1 * np.linalg.norm(measured)


# -- risk and constants ------------------------------------------------------------


def test_risks_are_exact_averages():
    for q in questions("empirical_risk", "empirical_risk"):
        helper, y, p = q.probe.args
        losses = exact_losses(helper.name, y, p)
        w = exact(q.probe.kwargs.get("sample_weight", np.ones(len(y))))
        want = sum(a * b for a, b in zip(w, losses, strict=True)) / sum(w)
        assert float(q.wanted.value) == pytest.approx(float(want), rel=1e-6 if y.dtype == np.float32 else 1e-14)  # fmt: skip


def test_objectives_are_exact_sums():
    for seed in SEEDS:
        found = [q for q in Exam(get("empirical_risk"), seed).questions if q.probe.function == "objective"]  # fmt: skip
        assert len(found) == 10
        for q in found:
            helper, y, p, w, lam = q.probe.args
            losses = exact_losses(helper.name, y, p)
            want = sum(losses) / len(losses) + Fraction(lam) * sum(v * v for v in exact(w).ravel())
            assert float(q.wanted.value) == pytest.approx(float(want), rel=1e-14)


def test_best_constants_are_exact_and_the_smallest_of_equals():
    for q in questions("bayes_optimal_constant", "bayes_optimal_constant"):
        helper, y, candidates = q.probe.args
        risk = {c: sum(exact_losses(helper.name, y, np.full(y.shape, c))) for c in candidates}
        least = min(risk.values())
        assert float(q.wanted.value) == min(c for c in risk if risk[c] == least)


def test_cheapest_answers_are_exact_and_the_first_of_equals():
    for q in questions("bayes_optimal_constant", "bayes_optimal_class"):
        probability, cost = (exact(a) for a in q.probe.args)
        want = []
        for row in probability:
            assert sum(row) == 1
            prices = [sum(p * c for p, c in zip(row, column, strict=True)) for column in cost.T]
            want.append(prices.index(min(prices)))
        assert q.wanted.value.tolist() == want


def test_the_checks_tell_the_mean_the_median_and_the_quantile_apart():
    """Else a search could pass that looks at one of them only."""
    seen = set()
    for q in questions("bayes_optimal_constant", "bayes_optimal_constant"):
        helper, y, _ = q.probe.args
        if len(y) > 6:
            seen |= {(helper.name, float(q.wanted.value) < np.mean(y))}
    assert len(seen) >= 5


# -- descents and gradients --------------------------------------------------------


def test_paths_are_torch_s_sgd():
    for q in questions("gradient_descent"):
        helper, w = q.probe.args
        kwargs = {"lr": 0.1, "steps": 100} | q.probe.kwargs
        v = torch.tensor(w.astype(np.float64), requires_grad=True)
        optimizer = torch.optim.SGD([v], lr=kwargs["lr"])
        path = [v.detach().numpy().copy()]
        for _ in range(kwargs["steps"]):
            v.grad = torch.tensor(HELPERS[helper.name](v.detach().numpy()))
            optimizer.step()
            path.append(v.detach().numpy().copy())
        np.testing.assert_allclose(q.wanted.value, np.array(path), rtol=1e-12, atol=1e-14, strict=True)  # fmt: skip


def test_gaps_come_from_the_worst_pair():
    for q in questions("midpoint_convex"):
        helper, points = q.probe.args
        f = HELPERS[helper.name]
        worst = -np.inf
        for i, j in itertools.permutations(range(len(points)), 2):
            a, b = points[i].astype(float), points[j].astype(float)
            worst = max(worst, f(a + 0.5 * (b - a)) - 0.5 * f(a) - 0.5 * f(b))
        assert float(q.wanted.value) == pytest.approx(worst, rel=1e-6, abs=1e-12)


def test_convex_helpers_pass_and_the_others_break():
    for q in questions("midpoint_convex"):
        if q.probe.aspect == "convex":
            assert q.wanted.value <= 1e-12
        if q.probe.aspect == "broken":
            assert q.wanted.value > 0.01


def slopes_to_fifty_digits(name, w, h):
    """The central difference itself, without rounding."""
    k = range(1, w.size + 1)
    f = {
        "bowl": lambda v: sum(i * (x - mpmath.mpf("0.5")) ** 2 for i, x in zip(k, v)) / 2,
        "twisted": lambda v: sum(mpmath.sin(i * x) for i, x in zip(k, v)) + sum(v) ** 2 / 2,
        "product_well": lambda v: (mpmath.fprod(v) - 1) ** 2,
        "kinked": lambda v: sum(i * abs(x) for i, x in zip(k, v)),
        "logistic": lambda v: sum(mpmath.log1p(mpmath.exp(-i * x)) for i, x in zip(k, v)),
        "level": lambda v: mpmath.mpf(3),
    }[name]
    here, h = [mpmath.mpf(float(x)) for x in w.ravel()], mpmath.mpf(h)
    out = []
    for i in range(len(here)):
        up, down = list(here), list(here)
        up[i], down[i] = here[i] + h, here[i] - h
        out.append((f(up) - f(down)) / (2 * h))
    return out


def test_measured_gradients_to_fifty_digits():
    for q in questions("numerical_gradient"):
        helper, w = q.probe.args
        h = q.probe.kwargs.get("h", 1e-5)
        want = slopes_to_fifty_digits(helper.name, w, h)
        np.testing.assert_allclose(
            q.wanted.value,
            np.array([float(v) for v in want]).reshape(w.shape),
            rtol=1e-7 if h < 1e-3 else 1e-11,
            atol=1e-8,
            strict=True,
        )


def test_relative_differences_to_fifty_digits():
    for q in questions("check_gradient"):
        f, grad, w = q.probe.args
        measured = slopes_to_fifty_digits(f.name, w, q.probe.kwargs.get("h", 1e-5))
        derived = [mpmath.mpf(float(v)) for v in np.ravel(HELPERS[grad.name](w))]
        length = lambda v: mpmath.sqrt(sum(x * x for x in v))
        size = length(derived) + length(measured)
        gap = length([a - b for a, b in zip(derived, measured, strict=True)])
        want = float(gap / size) if size else 0.0
        assert float(q.wanted.value) == pytest.approx(want, rel=1e-6, abs=1e-8), q.probe.regime
        if q.probe.aspect == "believes":
            assert want < 1e-8
        if q.probe.aspect == "doubts":
            assert want > 1e-2


# -- mistakes and the sigmoid ------------------------------------------------------


def test_shares_of_mistakes_are_scikit_learn_s():
    for q in questions("zero_one_loss", "zero_one_loss"):
        y, score = (a.ravel() for a in q.probe.args)
        assert float(q.wanted.value) == pytest.approx(
            metrics.zero_one_loss(y, np.where(score > 0, 1, -1))
        )


def test_the_best_threshold_is_found_by_trying_places_between_all_scores():
    for q in questions("zero_one_loss", "best_zero_one_loss"):
        y, score = q.probe.args
        places = np.sort(np.unique(score)).astype(float)
        between = [places[0] - 1, *(places[1:] + places[:-1]) / 2, places[-1] + 1, *places]
        want = min(metrics.zero_one_loss(y, np.where(score > t, 1, -1)) for t in between)
        assert float(q.wanted.value) == pytest.approx(want)


@pytest.mark.parametrize("function", ["sigmoid", "sigmoid_grad"])
def test_the_sigmoid_to_sixty_digits(function):
    for q in questions("sigmoid_and_derivative", function):
        z = q.probe.args[0]
        u = [mpmath.exp(-abs(mpmath.mpf(float(v)))) for v in z.ravel()]
        if function == "sigmoid":
            want = [1 / (1 + a) if v >= 0 else a / (1 + a) for a, v in zip(u, z.ravel(), strict=True)]  # fmt: skip
            np.testing.assert_allclose(
                q.wanted.value, special.expit(z), rtol=1e-6 if z.dtype == np.float32 else 1e-14
            )
        else:
            want = [a / (1 + a) ** 2 for a in u]
        np.testing.assert_allclose(
            q.wanted.value,
            np.array([float(v) for v in want]).reshape(z.shape),
            rtol=1e-6 if z.dtype == np.float32 else 2e-15,
        )
