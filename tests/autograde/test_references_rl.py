"""The references of the chapter on reinforcement learning, against torch, fractions and loops."""

from __future__ import annotations

from fractions import Fraction
from functools import partial

import numpy as np
import pytest
import torch
from asked import agree, questions, wide

from autograde.exercises import chapter

F = torch.nn.functional


def arguments(question):
    """The arguments by name, with the defaults of the reference."""
    probe = question.probe
    exercise = next(e for e in chapter("rl") if probe.function in e.functions)
    reference = exercise.functions[probe.function]
    names = reference.__code__.co_varnames[: reference.__code__.co_argcount]
    defaults = dict(zip(names[::-1], (reference.__defaults__ or ())[::-1], strict=False))
    return defaults | dict(zip(names, probe.args, strict=False)) | dict(probe.kwargs)


near = partial(agree, rtol=(1e-12, 2e-6), atol=(1e-13, 1e-7))


def test_returns_are_exact():
    for q in questions("discounted_returns"):
        given = arguments(q)
        rewards = np.atleast_2d(given["rewards"])
        if rewards.shape[-1] > 50:
            continue  # exact fractions of so many halves take long; the loop is the same
        gamma, out = Fraction(given["gamma"]), []
        for run in rewards.tolist():
            for t in range(len(run)):
                total = sum(gamma ** (k - t) * Fraction(run[k]) for k in range(t, len(run)))
                out.append(float(total + gamma ** (len(run) - t) * Fraction(given["bootstrap"])))
        near(q, np.reshape(out, q.wanted.value.shape))


def test_long_returns_are_geometric_sums():
    long = [q for q in questions("discounted_returns") if q.probe.args[0].shape[-1] > 50]
    assert len(long) == 4
    for q in long:
        rewards, gamma = q.probe.args
        window = [np.sum(rewards[t : t + 60] * gamma ** np.arange(len(rewards[t : t + 60])))
                  for t in range(len(rewards))]  # fmt: skip
        np.testing.assert_allclose(q.wanted.value, window, rtol=1e-12, atol=1e-15, strict=True)


def test_targets_step_by_step():
    for q in questions("value_loss", "td_targets"):
        given = arguments(q)
        want = [
            float(r) if ended else float(r) + given["gamma"] * float(v)
            for r, v, ended in zip(
                given["rewards"].flat, given["next_values"].flat, given["terminated"].flat,
                strict=True,
            )
        ]  # fmt: skip
        near(q, np.reshape(want, q.wanted.value.shape))


@pytest.mark.parametrize("function", ["value_loss", "value_loss_grad"])
def test_value_loss_is_half_of_torchs(function):
    for q in questions("value_loss", function):
        given = arguments(q)
        v = wide(given["values"], grad=True)
        loss = F.mse_loss(v, wide(given["returns"])) / 2
        near(q, torch.autograd.grad(loss, v)[0] if function.endswith("_grad") else loss.item())


@pytest.mark.parametrize("function", ["policy_gradient_loss", "policy_gradient_loss_grad"])
def test_policy_gradient_by_a_categorical_distribution(function):
    for q in questions("policy_gradient_loss", function):
        given = arguments(q)
        z = wide(given["logits"], grad=True)
        chosen = torch.distributions.Categorical(logits=z).log_prob(wide(given["actions"]))
        loss = -(wide(given["advantages"]) * chosen).mean()
        near(q, torch.autograd.grad(loss, z)[0] if function.endswith("_grad") else loss.item())


def test_gae_as_a_mixture_of_n_step_advantages():
    """(1 - lam) times the sum of lam^(n-1) times the n-step advantage, the last one unweighted."""
    for q in questions("gae"):
        given = arguments(q)
        r, v, d = (np.atleast_2d(given[k]) for k in ("rewards", "values", "terminated"))
        gamma, lam = given["gamma"], given["lam"]
        out = np.zeros(r.shape)
        for i, t in np.ndindex(r.shape):
            stop = next((k for k in range(t, r.shape[1]) if d[i, k]), r.shape[1] - 1)
            earned, mixed, weight = 0.0, 0.0, 1.0
            for k in range(t, stop + 1):
                earned += gamma ** (k - t) * float(r[i, k])
                ahead = 0.0 if d[i, k] else gamma ** (k - t + 1) * float(v[i, k + 1])
                advantage = earned + ahead - float(v[i, t])
                mixed += weight * (advantage if k == stop else (1 - lam) * advantage)
                weight *= lam
            out[i, t] = mixed
        near(q, out.reshape(q.wanted.value.shape))


@pytest.mark.parametrize("function", ["entropy_bonus", "entropy_bonus_grad"])
def test_entropy_by_a_categorical_distribution(function):
    for q in questions("entropy_bonus", function):
        given = arguments(q)
        logits = np.maximum(np.array(given["logits"], np.float64), -1e4)
        z = wide(logits, grad=True)
        loss = -given["beta"] * torch.distributions.Categorical(logits=z).entropy().mean()
        near(q, torch.autograd.grad(loss, z)[0] if function.endswith("_grad") else loss.item())


@pytest.mark.parametrize("function", ["ppo_clip", "ppo_clip_grad"])
def test_ppo_by_autograd(function):
    for q in questions("ppo_clip", function):
        given = arguments(q)
        x, a = wide(given["log_probs"], grad=True), wide(given["advantages"])
        ratio = (x - wide(given["old_log_probs"])).clamp(max=600.0).exp()
        held = ratio.clamp(1 - given["epsilon"], 1 + given["epsilon"])
        loss = -torch.minimum(ratio * a, held * a).mean()
        near(q, torch.autograd.grad(loss, x)[0] if function.endswith("_grad") else loss.item())


@pytest.mark.parametrize("function", ["dqn_td_loss", "dqn_td_loss_grad"])
def test_dqn_by_autograd(function):
    for q in questions("dqn_td_loss", function):
        given = arguments(q)
        values = wide(given["q_values"], grad=True)
        with torch.no_grad():
            goes_on = torch.tensor(~given["terminated"])
            ahead = wide(given["next_q_values"]).amax(1) * goes_on
            target = wide(given["rewards"]) + given["gamma"] * ahead
        taken = values.gather(1, torch.tensor(given["actions"])[:, None])[:, 0]
        loss = F.huber_loss(taken, target, delta=given["delta"])
        near(q, torch.autograd.grad(loss, values)[0] if function.endswith("_grad") else loss.item())


@pytest.mark.parametrize("function", ["dpo_loss", "dpo_loss_grad"])
def test_dpo_by_autograd(function):
    for q in questions("dpo_loss", function):
        given = arguments(q)
        won, lost = (wide(given[k], grad=True) for k in ("chosen", "rejected"))
        lead = (won - wide(given["ref_chosen"])) - (lost - wide(given["ref_rejected"]))
        loss = -F.logsigmoid(given["beta"] * lead).mean()
        grads = torch.autograd.grad(loss, (won, lost))
        near(q, torch.stack(grads) if function.endswith("_grad") else loss.item())


def test_bandit_by_an_optimiser():
    for q in questions("train_bandit"):
        given = arguments(q)
        z = torch.zeros(given["rewards"].shape[1], dtype=torch.float64, requires_grad=True)
        optimiser, earned = torch.optim.SGD([z], lr=given["lr"]), []
        for row, u in zip(given["rewards"], given["draws"], strict=True):
            edges = torch.softmax(z.detach(), 0).cumsum(0)
            arm = min(int((edges <= float(u)).sum()), len(row) - 1)
            gain = float(row[arm]) - (float(np.mean(earned)) if earned else 0.0)
            earned.append(float(row[arm]))
            optimiser.zero_grad()
            (gain * F.cross_entropy(z[None], torch.tensor([arm]))).backward()
            optimiser.step()
        near(q, z.detach())
