"""Returns, advantages and policy losses against loops, torch, and sums over all actions."""

from __future__ import annotations

import math

import numpy as np
import pytest

import lossref


def episode(seed, shape=(3, 17)):
    rng = np.random.default_rng(seed)
    given = {name: rng.normal(size=shape) for name in ("rewards", "values", "next_values")}
    given["terminated"] = rng.random(shape) < 0.2
    given["truncated"] = (rng.random(shape) < 0.2) & ~given["terminated"]
    return given


# -- returns and advantages -----------------------------------------------------------------


@pytest.mark.parametrize("gamma", [0.0, 0.5, 0.99, 1.0])
def test_returns_are_the_sums_that_define_them(gamma):
    given = episode(0)
    rewards, ended = given["rewards"], given["terminated"]
    after = np.array([1.0, -2.0, 0.5])
    got = lossref.discounted_returns(rewards, gamma=gamma, terminated=ended, bootstrap=after)
    for i in range(3):
        for t in range(17):
            total, factor = 0.0, 1.0
            for k in range(t, 17):
                total += factor * rewards[i, k]
                factor *= gamma
                if ended[i, k]:
                    break
            else:
                total += factor * after[i]
            assert got[i, t] == pytest.approx(total, rel=1e-13, abs=1e-14)


@pytest.mark.parametrize("lam", [0.0, 0.3, 0.95, 1.0])
def test_gae_is_the_sum_of_discounted_errors_within_a_run(lam):
    given, gamma = episode(1), 0.9
    got = lossref.gae(**given, gamma=gamma, lam=lam)
    for i in range(3):
        for t in range(17):
            total, factor = 0.0, 1.0
            for k in range(t, 17):
                r, v, after = (given[n][i, k] for n in ("rewards", "values", "next_values"))
                total += factor * (r + gamma * after * (not given["terminated"][i, k]) - v)
                factor *= gamma * lam
                if given["terminated"][i, k] or given["truncated"][i, k]:
                    break
            assert got[i, t] == pytest.approx(total, rel=1e-13, abs=1e-14)


def test_gae_between_one_step_and_the_return():
    rng = np.random.default_rng(2)
    rewards, values = rng.normal(size=12), rng.normal(size=13)
    none = np.zeros(12, bool)
    one = lossref.gae(rewards, values[:-1], values[1:], none, gamma=0.9, lam=0.0)
    errors = lossref.td_errors(rewards, values[:-1], values[1:], none, gamma=0.9)
    np.testing.assert_array_equal(one, errors, strict=True)
    all_steps = lossref.gae(rewards, values[:-1], values[1:], none, gamma=0.9, lam=1.0)
    gains = lossref.discounted_returns(rewards, gamma=0.9, bootstrap=values[-1])
    np.testing.assert_allclose(all_steps, gains - values[:-1], atol=1e-14, strict=True)


def test_the_value_after_the_end_is_not_looked_at():
    """Values of states that nobody will leave are often left at whatever they were."""
    ended, cut = np.array([False, True]), np.array([True, False])
    low = lossref.gae([1.0, 1.0], [0.0, 0.0], [2.0, 5.0], ended, truncated=cut, gamma=0.5)
    high = lossref.gae([1.0, 1.0], [0.0, 0.0], [2.0, 1e300], ended, truncated=cut, gamma=0.5)
    np.testing.assert_array_equal(low, [2.0, 1.0], strict=True)
    np.testing.assert_array_equal(low, high, strict=True)
    for anything in (1e300, np.nan, np.inf):
        got = lossref.td_targets([1.0], [anything], [True])
        np.testing.assert_array_equal(got, [1.0], strict=True)
        lost = lossref.gae([1.0, 1.0], [0.0, 0.0], [2.0, anything], ended, truncated=cut, gamma=0.5)
        np.testing.assert_array_equal(lost, low, strict=True)
    with pytest.raises(ValueError, match="td_targets: next_values must be finite"):
        lossref.td_targets([1.0], [np.nan], [False])


def test_dqn_targets_with_and_without_a_second_opinion():
    rng = np.random.default_rng(3)
    rewards, q, online = rng.normal(size=9), rng.normal(size=(9, 4)), rng.normal(size=(9, 4))
    ended = rng.random(9) < 0.3
    got = lossref.dqn_targets(rewards, q, ended, gamma=0.9)
    double = lossref.dqn_targets(rewards, q, ended, gamma=0.9, online_q_values=online)
    for i in range(9):
        keep = 0.0 if ended[i] else 0.9
        assert got[i] == pytest.approx(rewards[i] + keep * max(q[i]), rel=1e-15)
        best = max(range(4), key=lambda a: online[i, a])
        assert double[i] == pytest.approx(rewards[i] + keep * q[i, best], rel=1e-15)
    assert np.all(double <= got)


def test_grpo_advantages_have_mean_0_and_spread_1():
    rng = np.random.default_rng(4)
    rewards = rng.normal(size=(6, 8)) * 3 + 1e6
    got = lossref.grpo_advantages(rewards)
    np.testing.assert_allclose(got.mean(axis=1), 0, atol=1e-15)
    np.testing.assert_allclose(got.std(axis=1), 1, rtol=1e-14)
    other = lossref.grpo_advantages(rewards, ddof=1)
    np.testing.assert_allclose(other, got * math.sqrt(7 / 8), rtol=1e-13)
    plain = lossref.grpo_advantages([[0.0, 1.0, 1.0, 1.0]], scale=False)
    np.testing.assert_array_equal(plain, [[-0.75, 0.25, 0.25, 0.25]], strict=True)
    np.testing.assert_array_equal(lossref.grpo_advantages([[0.1] * 3]), np.zeros((1, 3)))


def test_dtypes_are_kept_and_nothing_is_changed():
    given = {k: v.astype(np.float32) if v.dtype == float else v for k, v in episode(5).items()}
    before = {name: x.copy() for name, x in given.items()}
    got = lossref.gae(**given)
    assert got.dtype == np.float32
    wide = {k: v.astype(np.float64) if v.dtype == np.float32 else v for k, v in given.items()}
    np.testing.assert_allclose(got, lossref.gae(**wide), rtol=1e-6)
    assert lossref.discounted_returns([1, 2]).dtype == np.float64
    for name, x in given.items():
        np.testing.assert_array_equal(x, before[name], strict=True)


def test_runs_may_have_several_axes():
    rewards = np.random.default_rng(0).normal(size=(2, 3, 4))
    after = np.arange(6.0).reshape(2, 3)
    got = lossref.discounted_returns(rewards, gamma=0.5, bootstrap=after)
    want = [
        [lossref.discounted_returns(r, gamma=0.5, bootstrap=b) for r, b in zip(*run, strict=True)]
        for run in zip(rewards, after, strict=True)
    ]
    np.testing.assert_array_equal(got, np.array(want), strict=True)


def test_what_does_not_fit_is_refused_by_name():
    good = episode(6)
    for name in ("rewards", "values", "next_values", "terminated", "truncated"):
        with pytest.raises(ValueError, match=r"^gae: .* must have"):
            lossref.gae(**{**good, name: good[name][:, :-1]})
    lost = good["values"].copy()
    lost[0, 3] = np.nan
    with pytest.raises(ValueError, match=r"gae: values must be finite; got nan at index \(0, 3\)"):
        lossref.gae(**{**good, "values": lost})
    with pytest.raises(ValueError, match="gae: terminated must be True or False"):
        lossref.gae(**{**good, "terminated": good["terminated"] * 2})
    for number in (-0.1, 1.1, np.nan):
        with pytest.raises(ValueError, match=r"gae: lam must be in \[0, 1\]"):
            lossref.gae(**good, lam=number)
        with pytest.raises(ValueError, match="discounted_returns: gamma must be in"):
            lossref.discounted_returns(good["rewards"], gamma=number)
    with pytest.raises(ValueError, match="bootstrap must be one number or have shape"):
        lossref.discounted_returns(good["rewards"], bootstrap=[1.0, 2.0])
    with pytest.raises(ValueError, match="rewards must have at least 1 axis"):
        lossref.discounted_returns(1.0)
    with pytest.raises(ValueError, match="dqn_targets: rewards must have shape"):
        lossref.dqn_targets([1.0, 2.0], [[1.0]], [False])
    with pytest.raises(ValueError, match="more than 1 answers"):
        lossref.grpo_advantages([[1.0]], ddof=1)
    with pytest.raises(ValueError, match="grpo_advantages: rewards must have at least 1 axis"):
        lossref.grpo_advantages(1.0)
    with pytest.raises(TypeError, match="rewards must hold real numbers"):
        lossref.discounted_returns(["a"])


# -- the losses, against torch -----------------------------------------------------------------


def test_torch_agrees_on_losses_and_gradients():
    torch = pytest.importorskip("torch")
    F = torch.nn.functional
    rng = np.random.default_rng(7)
    n = 50
    gain, old, ref = rng.normal(size=n), -rng.exponential(size=n), -rng.exponential(size=n)
    now, logits, actions = -rng.exponential(size=n), rng.normal(size=(n, 4)), rng.integers(0, 4, n)
    targets, beta = rng.normal(size=n) * 2, 0.3

    def policy(z):
        log_p = F.log_softmax(z, -1)[torch.arange(n), torch.tensor(actions)]
        return -(torch.tensor(gain) * log_p).mean()

    def clipped(lp):
        ratio = torch.exp(lp - torch.tensor(old))
        a = torch.tensor(gain)
        return -torch.min(ratio * a, torch.clamp(ratio, 0.8, 1.2) * a).mean()

    def grpo(lp):
        x = torch.tensor(ref) - lp
        return clipped(lp) + 0.04 * (torch.exp(x) - 1 - x).mean()

    def entropy(z):
        return -0.01 * torch.distributions.Categorical(logits=z).entropy().mean()

    def dqn(q):
        taken = q[torch.arange(n), torch.tensor(actions)]
        return F.huber_loss(taken, torch.tensor(targets), delta=0.7)

    def dpo(lp):
        u = (lp - torch.tensor(ref)) - (torch.tensor(old) - torch.tensor(gain))
        return -(0.9 * F.logsigmoid(beta * u) + 0.1 * F.logsigmoid(-beta * u)).mean()

    def critic(v):
        near = torch.tensor(old) + torch.clamp(v - torch.tensor(old), -0.2, 0.2)
        free = (v - torch.tensor(targets)) ** 2
        return 0.5 * torch.max(free, (near - torch.tensor(targets)) ** 2).mean()

    cases = [
        (policy, logits, lossref.policy_gradient_loss_value_and_grad(actions, gain, logits)),
        (clipped, now, lossref.ppo_clip_value_and_grad(gain, old, now)),
        (grpo, now, lossref.grpo_loss_value_and_grad(gain, old, ref, now)),
        (entropy, logits, lossref.entropy_bonus_value_and_grad(logits)),
        (dqn, logits, lossref.dqn_td_loss_value_and_grad(actions, targets, logits, delta=0.7)),
        (critic, now, lossref.clipped_value_loss_value_and_grad(targets, old, now)),
    ]
    value, (chosen, rejected) = lossref.dpo_loss_value_and_grad(
        ref, gain, now, old, beta=beta, epsilon=0.1
    )
    np.testing.assert_array_equal(chosen, -rejected, strict=True)
    cases.append((dpo, now, (value, chosen)))
    for function, at, (value, gradient) in cases:
        x = torch.tensor(at, requires_grad=True)
        loss = function(x)
        loss.backward()
        assert value == pytest.approx(loss.item(), rel=1e-13), function.__name__
        np.testing.assert_allclose(
            gradient, x.grad.numpy(), rtol=1e-11, atol=1e-16, err_msg=function.__name__
        )


@pytest.mark.parametrize("gain", [1.0, -1.0])
@pytest.mark.parametrize("ratio", [0.5, 1.5])
def test_ppo_stops_pulling_in_two_of_four_cases(gain, ratio):
    value, slope = lossref.ppo_clip_value_and_grad([gain], [0.0], [math.log(ratio)])
    done = (gain > 0) == (ratio > 1)
    assert slope[0] == pytest.approx(0.0 if done else -ratio * gain, rel=1e-15, abs=0)
    want = -gain * min(max(ratio, 0.8), 1.2) if done else -gain * ratio
    assert value == pytest.approx(want, rel=1e-15)


def test_at_the_corners_of_ppo_the_subgradient_of_least_norm_is_taken():
    up, down = (float(np.exp(np.log(r))) for r in (1.5, 0.75))
    for gain, ratio, epsilon in ((2.0, up, up - 1), (-2.0, down, 1 - down)):
        assert ratio in (1 + epsilon, 1 - epsilon)  # exactly
        now = [np.log(1.5 if gain > 0 else 0.75)]
        value, slope = lossref.ppo_clip_value_and_grad([gain], [0.0], now, epsilon=epsilon)
        assert value == -gain * ratio
        assert slope[0] == 0
        inner = lossref.ppo_clip_grad([gain], [0.0], now, epsilon=epsilon + 1e-12)
        assert inner[0] == -gain * ratio


# -- what is true on average, summed over all actions --------------------------------------------


def policies(seed):
    rng = np.random.default_rng(seed)
    z, ref = rng.normal(size=(2, 5))
    return z, lossref.log_softmax(z), lossref.log_softmax(ref)


def expected_gradient(z, log_p, slopes):
    """The mean over actions of the policy of the slope by its log-probability, by logit."""
    p = np.exp(log_p)
    jacobian = np.eye(len(z)) - p  # d log p_a / d z_c
    return (p * slopes) @ jacobian


def test_the_estimates_have_the_means_and_the_gradients_that_are_said():
    z, log_p, log_ref = policies(8)
    p, ref = np.exp(log_p), np.exp(log_ref)
    forward = lossref.kl_divergence(ref[None], p[None])
    reverse = lossref.kl_divergence(p[None], ref[None])
    for estimate in (lossref.kl_k1, lossref.kl_k3):
        mean = p @ estimate(log_ref, log_p, reduction="none")
        assert mean == pytest.approx(reverse, rel=1e-13)
    assert p @ lossref.kl_k2(log_ref, log_p, reduction="none") != pytest.approx(reverse, rel=1e-2)
    assert np.all(lossref.kl_k3(log_ref, log_p, reduction="none") >= 0)

    slopes = [f(log_ref, log_p, reduction="none") for f in (
        lossref.kl_k1_grad, lossref.kl_k2_grad, lossref.kl_k3_grad
    )]  # fmt: skip
    nothing, of_reverse, of_forward = (expected_gradient(z, log_p, s) for s in slopes)
    np.testing.assert_allclose(nothing, 0, atol=1e-15)
    np.testing.assert_allclose(of_forward, p - ref, atol=1e-15)
    ratio = log_p - log_ref
    np.testing.assert_allclose(of_reverse, p * (ratio - p @ ratio), atol=1e-15)
    assert forward != pytest.approx(reverse, rel=1e-2)


def test_the_policy_gradient_is_the_gradient_of_the_expected_reward():
    z, log_p, _ = policies(9)
    rewards = np.random.default_rng(10).normal(size=5)
    p = np.exp(log_p)
    for baseline in (0.0, p @ rewards):
        slopes = [
            lossref.policy_gradient_loss_grad([a], [rewards[a] - baseline], z[None])[0]
            for a in range(5)
        ]
        np.testing.assert_allclose(p @ slopes, -p * (rewards - p @ rewards), atol=1e-15)


def test_dpo_knows_only_differences():
    rng = np.random.default_rng(11)
    ref_won, ref_lost, won, lost = rng.normal(size=(4, 20))
    one = lossref.dpo_loss(ref_won, ref_lost, won, lost)
    both_less_likely = lossref.dpo_loss(ref_won, ref_lost, won - 5, lost - 5)
    assert both_less_likely == pytest.approx(one, rel=1e-13)


def test_a_flag_that_is_none_is_shown_where_it_stands():
    ended = [[0, 0, 0], [0, 2, 0]]
    with pytest.raises(ValueError, match=r"terminated must be True or False.* 2 at index \(1, 1\)"):
        lossref.discounted_returns(np.ones((2, 3)), gamma=0.9, terminated=ended)
