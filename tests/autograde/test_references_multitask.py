"""The references on several tasks, against torch, fractions, other people's rules and loops."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
import torch
from asked import questions, tolerance
from scipy import optimize

from autograde.exercises import get

F = torch.nn.functional


def wanted(q):
    return np.asarray(q.wanted.value, np.float64)


def near(q):
    """How far an answer to the question may be."""
    return tolerance(q, rtol=(1e-10, 1e-4), atol=(1e-11, 1e-5))


def test_the_weighted_sum_in_fractions_and_its_gradient_by_torch():
    for q in questions("weighted_sum", "weighted_sum"):
        weights, losses = q.probe.args
        total = Fraction(0)
        for w, column in zip(weights.tolist(), losses.T.tolist(), strict=True):
            known = [Fraction(v) for v in column if v == v]
            total += Fraction(w) * sum(known) / max(len(known), 1)
        assert float(q.wanted.value) == pytest.approx(float(total), **pytest_near(q))
    for q in questions("weighted_sum", "weighted_sum_grad"):
        weights, losses = (torch.tensor(np.array(a, np.float64)) for a in q.probe.args)
        x = losses.clone().requires_grad_()
        known = ~torch.isnan(losses)
        total = sum(
            w * x[:, k][known[:, k]].mean() for k, w in enumerate(weights) if known[:, k].any()
        )
        total.backward()
        np.testing.assert_allclose(wanted(q), x.grad.numpy(), strict=True, **near(q))


def pytest_near(q):
    found = near(q)
    return {"rel": found["rtol"], "abs": found["atol"]}


def test_uncertainty_weighting_and_its_gradient_by_torch():
    for q in questions("uncertainty_weighting"):
        if q.probe.function == "best_log_vars":
            continue
        c, losses, s = (
            torch.tensor(np.array(a, np.float64), requires_grad=True) for a in q.probe.args
        )
        value = (c * losses * torch.exp(-s) + torch.log(torch.exp(s / 2))).sum()
        if q.probe.function == "uncertainty_weighting":
            assert float(q.wanted.value) == pytest.approx(value.item(), **pytest_near(q))
        else:
            value.backward()
            both = torch.stack([losses.grad, s.grad]).numpy()
            np.testing.assert_allclose(wanted(q), both, strict=True, **near(q))


def test_the_best_variances_by_a_search():
    asked = [q for q in questions("uncertainty_weighting") if q.probe.function == "best_log_vars"]
    assert len(asked) == 10
    for q in asked:
        for c, loss, s in zip(*q.probe.args, q.wanted.value, strict=True):
            found = optimize.minimize_scalar(
                lambda t, c=c, loss=loss: float(c) * float(loss) * np.exp(-t) + t / 2,
                bounds=(-20, 20), method="bounded", options={"xatol": 1e-9},
            )  # fmt: skip
            assert found.x == pytest.approx(s, abs=1e-5)


def test_gradnorm_is_a_step_of_torch_with_its_targets_detached():
    for q in questions("gradnorm_step"):
        weights, norms, rates = (np.array(a, np.float64) for a in q.probe.args)
        alpha, rate = q.probe.kwargs.get("alpha", 1.5), q.probe.kwargs.get("learning_rate", 0.025)
        w = torch.tensor(weights, requires_grad=True)
        g = w * torch.tensor(norms / weights)
        r = torch.tensor(rates)
        target = (torch.tensor(norms).mean() * (r / r.mean()) ** alpha).detach()
        F.l1_loss(g, target, reduction="sum").backward()
        with torch.no_grad():
            new = w - rate * w.grad
            new = new * len(new) / new.sum()
        np.testing.assert_allclose(
            wanted(q), new.numpy(), strict=True, err_msg=q.probe.regime, **near(q)
        )


def test_dynamic_weight_average_by_torch():
    for q in questions("dynamic_weight_average"):
        history = torch.tensor(np.array(q.probe.args[0], np.float64))
        k = history.shape[1]
        weights = torch.ones(k, dtype=torch.float64)
        if len(history) >= 2:
            rate = history[-1] / history[-2]
            weights = k * torch.softmax(rate / q.probe.kwargs.get("temperature", 2.0), 0)
        np.testing.assert_allclose(wanted(q), weights.numpy(), rtol=1e-6, atol=1e-12, strict=True)


def test_pcgrad_leaves_what_least_squares_leaves():
    """Each cut is the residual of a regression on one gradient."""
    for q in questions("pcgrad"):
        g, order = np.array(q.probe.args[0], np.float64), q.probe.args[1]
        out = []
        for k in range(len(g)):
            v = g[k]
            for j in order[k]:
                if j != k and v @ g[j] < 0:
                    share = np.linalg.lstsq(g[j][:, None], v, rcond=None)[0]
                    v = v - g[j] * share
            out.append(v)
        np.testing.assert_allclose(wanted(q), np.array(out), strict=True, **near(q))


def test_the_front_by_its_definition_in_words():
    for q in questions("pareto_front", "pareto_front"):
        rows = [tuple(r) for r in np.asarray(q.probe.args[0], np.float64).tolist()]
        beaten = {
            b
            for a, b in product(rows, rows)
            if not any(x > y for x, y in zip(a, b, strict=True)) and a != b
        }
        expected = np.array([float(r not in beaten) for r in rows])
        np.testing.assert_array_equal(np.asarray(q.wanted.value, float), expected, strict=True)


def test_the_choice_is_on_the_front_or_as_good_as_one_that_is():
    front = get("pareto_front").functions["pareto_front"]
    for q in questions("pareto_front", "choose"):
        losses, weights = (np.asarray(a, np.float64) for a in q.probe.args)
        worst = [
            max(w * (v - b) for w, v, b in zip(weights, row, losses.min(axis=0), strict=True))
            for row in losses
        ]
        at = int(q.wanted.value)
        assert worst.index(min(worst)) == at
        assert min(w for w, on in zip(worst, front(losses), strict=True) if on) == worst[at]


def test_training_two_tasks_is_what_torch_does():
    for q in questions("train_two_tasks"):
        x, y, labels, start = (torch.tensor(np.array(a, np.float64)) for a in q.probe.args[:4])
        lr, steps = q.probe.args[4:]
        theta = start.clone().requires_grad_()
        stepper = torch.optim.SGD([theta], lr=lr)
        for _ in range(steps):
            stepper.zero_grad()
            z = x @ theta[:-4]
            first = F.mse_loss(theta[-4] * z, y)
            second = F.binary_cross_entropy_with_logits(theta[-3] * z, labels)
            s, t = theta[-2], theta[-1]
            (torch.exp(-s) * first / 2 + torch.exp(-t) * second + (s + t) / 2).backward()
            stepper.step()
        np.testing.assert_allclose(
            wanted(q), theta.detach().numpy(), rtol=1e-7, atol=1e-9, strict=True,
            err_msg=q.probe.regime,
        )  # fmt: skip


def test_the_example_of_training_in_the_statement():
    run = get("train_two_tasks").functions["train_two_tasks"]
    one = np.ones((1, 1))
    start = np.array([1.0, 1.0, 0.0, 0.0, 0.0])
    end = run(one, np.ones(1), np.ones(1), start, 0.5, 1)
    np.testing.assert_allclose(end, [1, 1, 0.25, -0.25, 0.097], atol=5e-4)
