"""Wrong answers on reinforcement learning that no record knows. All of them must fail."""

from __future__ import annotations

import numpy as np

import lossref

# -- discounted_returns ------------------------------------------------------------


def _returns(r, gamma, bootstrap):
    return lossref.discounted_returns(r, gamma=gamma, bootstrap=bootstrap)


def discounted_returns__half_of_it(rewards, gamma=0.99, bootstrap=0.0):
    return _returns(rewards, gamma, bootstrap) / 2


def discounted_returns__mean_per_step(rewards, gamma=0.99, bootstrap=0.0):
    left = np.arange(rewards.shape[-1], 0, -1)
    return _returns(rewards, gamma, bootstrap) / left


def discounted_returns__without_own_reward(rewards, gamma=0.99, bootstrap=0.0):
    return _returns(rewards, gamma, bootstrap) - rewards


def discounted_returns__backwards(rewards, gamma=0.99, bootstrap=0.0):
    return _returns(rewards, gamma, bootstrap)[..., ::-1]


def discounted_returns__square_of_gamma(rewards, gamma=0.99, bootstrap=0.0):
    return _returns(rewards, gamma**2 if 0 <= gamma <= 1 else gamma, bootstrap)


def discounted_returns__normalised_weights(rewards, gamma=0.99, bootstrap=0.0):
    return (1 - gamma) * _returns(rewards, gamma, bootstrap)


def discounted_returns__fixed_gamma(rewards, gamma=0.99, bootstrap=0.0):
    _returns(rewards, gamma, bootstrap)
    return _returns(rewards, 0.99, bootstrap)


def discounted_returns__truncated_after_a_hundred(rewards, gamma=0.99, bootstrap=0.0):
    out = _returns(rewards, gamma, bootstrap)
    out[..., 100:] = 0.0
    return out


def discounted_returns__in_place(rewards, gamma=0.99, bootstrap=0.0):
    out = _returns(rewards, gamma, bootstrap)
    rewards[...] = out.astype(rewards.dtype)
    return rewards


def discounted_returns__integers(rewards, gamma=0.99, bootstrap=0.0):
    out = np.zeros_like(rewards)
    out[...] = _returns(rewards, gamma, bootstrap).astype(out.dtype)
    return out


def discounted_returns__single_precision(rewards, gamma=0.99, bootstrap=0.0):
    return _returns(rewards, gamma, bootstrap).astype(np.float32)


def discounted_returns__rewards_clipped(rewards, gamma=0.99, bootstrap=0.0):
    return _returns(np.clip(rewards, -1, 1), gamma, bootstrap)


def discounted_returns__bootstrap_taken_off(rewards, gamma=0.99, bootstrap=0.0):
    return _returns(rewards, gamma, -bootstrap)


def discounted_returns__two_steps(rewards, gamma=0.99, bootstrap=0.0):
    _returns(rewards, gamma, bootstrap)
    ahead = np.roll(rewards, -1, axis=-1) * 1.0
    ahead[..., -1] = 0.0
    return rewards + gamma * ahead + gamma**2 * np.roll(ahead, -1, axis=-1)


# -- value_loss --------------------------------------------------------------------


def _targets(r, v, d, gamma):
    return lossref.td_targets(r, v, d, gamma=gamma)


def td_targets__td_errors(rewards, next_values, terminated, gamma=0.99):
    return _targets(rewards, next_values, terminated, gamma) - np.nan_to_num(next_values)


def td_targets__flat(rewards, next_values, terminated, gamma=0.99):
    return _targets(rewards, next_values, terminated, gamma).ravel()


def td_targets__mixture(rewards, next_values, terminated, gamma=0.99):
    _targets(rewards, next_values, terminated, gamma)
    return (1 - gamma) * rewards + gamma * np.where(terminated, 0.0, next_values)


def td_targets__fixed_gamma(rewards, next_values, terminated, gamma=0.99):
    _targets(rewards, next_values, terminated, gamma)
    return _targets(rewards, next_values, terminated, 0.9)


def td_targets__positive_values(rewards, next_values, terminated, gamma=0.99):
    return _targets(rewards, np.maximum(next_values, 0), terminated, gamma)


def td_targets__in_place(rewards, next_values, terminated, gamma=0.99):
    next_values[terminated] = 0
    return _targets(rewards, next_values, terminated, gamma)


def td_targets__first_flag_for_all(rewards, next_values, terminated, gamma=0.99):
    flags = np.full(terminated.shape, terminated.flat[0])
    return _targets(rewards, np.nan_to_num(next_values), flags, gamma)


def value_loss__signed(returns, values):
    return 0.5 * np.mean((values - returns) * np.abs(values - returns))


def value_loss__quarter(returns, values):
    return lossref.value_loss(returns, values) / 2


def value_loss__per_sample(returns, values):
    return lossref.value_loss(returns, values, reduction="none")


def value_loss__huber(returns, values):
    return lossref.huber(returns, values)


def value_loss__of_the_mean(returns, values):
    return 0.5 * np.mean(values - returns * 1.0) ** 2


def value_loss__median(returns, values):
    return 0.5 * np.median((values - returns * 1.0) ** 2)


def value_loss_grad__sign_only(returns, values):
    return np.sign(values - returns) / values.size


def value_loss_grad__clipped(returns, values):
    return np.clip(lossref.value_loss_grad(returns, values), -0.5, 0.5)


def value_loss_grad__one_number(returns, values):
    return np.sum(lossref.value_loss_grad(returns, values))


def value_loss_grad__of_the_root(returns, values):
    return lossref.value_loss_grad(returns, values) / np.sqrt(
        2 * lossref.value_loss(returns, values)
    )


# -- policy_gradient_loss ----------------------------------------------------------


def policy_gradient_loss__weights_sum_to_one(actions, advantages, logits):
    return lossref.policy_gradient_loss(actions, advantages, logits, reduction="sum") / np.sum(
        np.abs(advantages)
    )


def policy_gradient_loss__good_ones_only(actions, advantages, logits):
    return lossref.policy_gradient_loss(actions, np.maximum(advantages, 0), logits)


def policy_gradient_loss__signs_only(actions, advantages, logits):
    return lossref.policy_gradient_loss(actions, np.sign(advantages), logits)


def policy_gradient_loss__base_two(actions, advantages, logits):
    return lossref.policy_gradient_loss(actions, advantages, logits) / np.log(2)


def policy_gradient_loss__next_action(actions, advantages, logits):
    return lossref.policy_gradient_loss((actions + 1) % logits.shape[1], advantages, logits)


def policy_gradient_loss__per_sample(actions, advantages, logits):
    return lossref.policy_gradient_loss(actions, advantages, logits, reduction="none")


def policy_gradient_loss__temperature(actions, advantages, logits):
    return lossref.policy_gradient_loss(actions, advantages, logits / 2)


def policy_gradient_loss__guarded(actions, advantages, logits):
    p = np.exp(-lossref.softmax_cross_entropy(actions, logits, reduction="none"))
    return -np.mean(advantages * np.log(p + 1e-8))


def policy_gradient_loss__mean_of_means(actions, advantages, logits):
    return np.mean(advantages) * lossref.softmax_cross_entropy(actions, logits)


def policy_gradient_loss__capped(actions, advantages, logits):
    cost = np.minimum(lossref.softmax_cross_entropy(actions, logits, reduction="none"), 50.0)
    return np.mean(advantages * cost)


def policy_gradient_loss__scaled(actions, advantages, logits):
    return lossref.policy_gradient_loss(actions, advantages / (np.std(advantages) + 1.0), logits)


def policy_gradient_loss__per_action(actions, advantages, logits):
    return lossref.policy_gradient_loss(actions, advantages, logits) / logits.shape[1]


def policy_gradient_loss_grad__twice(actions, advantages, logits):
    return 2 * lossref.policy_gradient_loss_grad(actions, advantages, logits)


def policy_gradient_loss_grad__clipped(actions, advantages, logits):
    return np.clip(lossref.policy_gradient_loss_grad(actions, advantages, logits), -0.1, 0.1)


def policy_gradient_loss_grad__transposed(actions, advantages, logits):
    return lossref.policy_gradient_loss_grad(actions, advantages, logits).T


def policy_gradient_loss_grad__sizes_of_advantages(actions, advantages, logits):
    return lossref.policy_gradient_loss_grad(actions, np.abs(advantages), logits)


# -- gae ---------------------------------------------------------------------------


def _gae(r, v, d, gamma, lam):
    return lossref.gae(r, v[..., :-1], v[..., 1:], d, gamma=gamma, lam=lam)


def gae__parameters_exchanged(rewards, values, terminated, gamma=0.99, lam=0.95):
    return _gae(rewards, values, terminated, lam, gamma)


def gae__lambda_squared(rewards, values, terminated, gamma=0.99, lam=0.95):
    return _gae(rewards, values, terminated, gamma, lam * lam if 0 <= lam <= 1 else lam)


def gae__sign(rewards, values, terminated, gamma=0.99, lam=0.95):
    return -_gae(rewards, values, terminated, gamma, lam)


def gae__flags_inverted(rewards, values, terminated, gamma=0.99, lam=0.95):
    return _gae(rewards, values, ~terminated, gamma, lam)


def gae__mean_taken_off(rewards, values, terminated, gamma=0.99, lam=0.95):
    a = _gae(rewards, values, terminated, gamma, lam)
    return a - np.mean(a)


def gae__flags_one_late(rewards, values, terminated, gamma=0.99, lam=0.95):
    return _gae(rewards, values, np.roll(terminated, 1, axis=-1), gamma, lam)


def gae__last_ends(rewards, values, terminated, gamma=0.99, lam=0.95):
    d = np.array(terminated)
    d[..., -1] = ~d[..., -1]
    return _gae(rewards, values, d, gamma, lam)


def gae__weights_normalised(rewards, values, terminated, gamma=0.99, lam=0.95):
    return (1 - lam) * _gae(rewards, values, terminated, gamma, lam)


def gae__no_rewards(rewards, values, terminated, gamma=0.99, lam=0.95):
    return _gae(0.0 * rewards, values, terminated, gamma, lam)


def gae__two_steps_only(rewards, values, terminated, gamma=0.99, lam=0.95):
    a = _gae(rewards, values, terminated, gamma, 0.0)
    _gae(rewards, values, terminated, gamma, lam)
    ahead = np.concatenate([a[..., 1:], np.zeros_like(a[..., :1])], axis=-1)
    return a + gamma * lam * np.where(terminated, 0.0, ahead)


def gae__reward_of_the_next_step(rewards, values, terminated, gamma=0.99, lam=0.95):
    return _gae(np.roll(rewards, -1, axis=-1), values, terminated, gamma, lam)


def gae__undiscounted_value(rewards, values, terminated, gamma=0.99, lam=0.95):
    a = _gae(rewards, values, terminated, gamma, lam)
    return a + (1 - gamma) * np.where(terminated, 0.0, values[..., 1:])


def gae__one_number(rewards, values, terminated, gamma=0.99, lam=0.95):
    return _gae(rewards, values, terminated, gamma, lam)[..., 0]


def gae__flat(rewards, values, terminated, gamma=0.99, lam=0.95):
    return _gae(rewards, values, terminated, gamma, lam).ravel()


# -- entropy_bonus -----------------------------------------------------------------


def entropy_bonus__half(logits, beta=0.01):
    return lossref.entropy_bonus(logits, beta=beta) / 2


def entropy_bonus__distance_to_flat(logits, beta=0.01):
    return lossref.entropy_bonus(logits, beta=beta) + beta * np.log(logits.shape[1])


def entropy_bonus__share_of_the_largest(logits, beta=0.01):
    return lossref.entropy_bonus(logits, beta=beta) / np.log(logits.shape[1])


def entropy_bonus__per_state(logits, beta=0.01):
    return lossref.entropy_bonus(logits, beta=beta, reduction="none")


def entropy_bonus__gini(logits, beta=0.01):
    lossref.entropy_bonus(logits, beta=beta)
    e = np.exp(logits - np.max(logits, axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -beta * np.mean(1 - np.sum(p * p, axis=1))


def entropy_bonus__down_the_columns(logits, beta=0.01):
    return lossref.entropy_bonus(np.ascontiguousarray(logits.T), beta=beta)


def entropy_bonus__first_state(logits, beta=0.01):
    return lossref.entropy_bonus(logits[:1], beta=beta)


def entropy_bonus__temperature(logits, beta=0.01):
    return lossref.entropy_bonus(logits / 2, beta=beta)


def entropy_bonus__logarithm_of_the_top(logits, beta=0.01):
    lossref.entropy_bonus(logits, beta=beta)
    e = np.exp(logits - np.max(logits, axis=1, keepdims=True))
    return beta * np.mean(np.log(np.max(e / e.sum(axis=1, keepdims=True), axis=1)))


def entropy_bonus__beta_squared(logits, beta=0.01):
    return lossref.entropy_bonus(logits, beta=beta * abs(beta)) * 0.5


def entropy_bonus__single_precision(logits, beta=0.01):
    return lossref.entropy_bonus(np.asarray(logits, np.float32), beta=beta) * (1 + 1e-7)


def entropy_bonus__rounded(logits, beta=0.01):
    return np.round(lossref.entropy_bonus(logits, beta=beta), 5)


def entropy_bonus_grad__half(logits, beta=0.01):
    return lossref.entropy_bonus_grad(logits, beta=beta) / 2


def entropy_bonus_grad__per_entry(logits, beta=0.01):
    return lossref.entropy_bonus_grad(logits, beta=beta) / logits.shape[1]


def entropy_bonus_grad__mean_logit_unweighted(logits, beta=0.01):
    lossref.entropy_bonus_grad(logits, beta=beta)
    d = np.maximum(logits - np.max(logits, axis=1, keepdims=True), -1e3)
    p = np.exp(d) / np.exp(d).sum(axis=1, keepdims=True)
    return beta * p * (d - np.mean(d, axis=1, keepdims=True)) / len(logits)


# -- ppo_clip ----------------------------------------------------------------------


def ppo_clip__half_the_margin(advantages, old_log_probs, log_probs, epsilon=0.2):
    return lossref.ppo_clip(advantages, old_log_probs, log_probs, epsilon=epsilon / 2)


def ppo_clip__mean_of_both(advantages, old_log_probs, log_probs, epsilon=0.2):
    r = np.exp(np.minimum(log_probs - old_log_probs, 50.0))
    right = lossref.ppo_clip(advantages, old_log_probs, log_probs, epsilon=epsilon)
    return right / 2 - np.mean(np.clip(r, 1 - epsilon, 1 + epsilon) * advantages) / 2 + 0.01


def ppo_clip__advantages_clipped(advantages, old_log_probs, log_probs, epsilon=0.2):
    return lossref.ppo_clip(np.clip(advantages, -1, 1), old_log_probs, log_probs, epsilon=epsilon)


def ppo_clip__signs_only(advantages, old_log_probs, log_probs, epsilon=0.2):
    return lossref.ppo_clip(np.sign(advantages), old_log_probs, log_probs, epsilon=epsilon)


def ppo_clip__standardised(advantages, old_log_probs, log_probs, epsilon=0.2):
    a = (advantages - np.mean(advantages)) / (np.std(advantages) + 1e-8)
    return lossref.ppo_clip(a, old_log_probs, log_probs, epsilon=epsilon)


def ppo_clip__gain_over_the_old_policy(advantages, old_log_probs, log_probs, epsilon=0.2):
    return lossref.ppo_clip(advantages, old_log_probs, log_probs, epsilon=epsilon) + np.mean(
        advantages
    )


def ppo_clip__symmetric_in_logs(advantages, old_log_probs, log_probs, epsilon=0.2):
    right = lossref.ppo_clip(advantages, old_log_probs, log_probs, epsilon=epsilon)
    r = np.exp(np.minimum(log_probs - old_log_probs, 50.0))
    held = np.clip(r, 1 / (1 + epsilon), 1 + epsilon)
    return -np.mean(np.minimum(r * advantages, held * advantages)) + 0 * right


def ppo_clip__dual_clip(advantages, old_log_probs, log_probs, epsilon=0.2):
    """Bounded below at 1.5 A for bad actions, as another paper does it."""
    each = lossref.ppo_clip(advantages, old_log_probs, log_probs, epsilon=epsilon, reduction="none")
    return np.mean(np.where(advantages < 0, np.minimum(each, -1.5 * advantages), each))


def ppo_clip__probabilities_expected(advantages, old_log_probs, log_probs, epsilon=0.2):
    r = log_probs - old_log_probs + 1.0
    lossref.ppo_clip(advantages, old_log_probs, log_probs, epsilon=epsilon)
    return -np.mean(np.minimum(r * advantages, np.clip(r, 1 - epsilon, 1 + epsilon) * advantages))


def ppo_clip__per_sample(advantages, old_log_probs, log_probs, epsilon=0.2):
    return lossref.ppo_clip(advantages, old_log_probs, log_probs, epsilon=epsilon, reduction="none")


def ppo_clip__good_ones_only(advantages, old_log_probs, log_probs, epsilon=0.2):
    return lossref.ppo_clip(np.maximum(advantages, 0), old_log_probs, log_probs, epsilon=epsilon)


def ppo_clip__rows(advantages, old_log_probs, log_probs, epsilon=0.2):
    each = lossref.ppo_clip(advantages, old_log_probs, log_probs, epsilon=epsilon, reduction="none")
    return np.sum(each) / len(advantages) if advantages.ndim > 1 else 1.001 * np.mean(each)


def ppo_clip_grad__half(advantages, old_log_probs, log_probs, epsilon=0.2):
    return lossref.ppo_clip_grad(advantages, old_log_probs, log_probs, epsilon=epsilon) / 2


def ppo_clip_grad__ratio_squared(advantages, old_log_probs, log_probs, epsilon=0.2):
    r = np.exp(np.minimum(log_probs - old_log_probs, 50.0))
    return r * lossref.ppo_clip_grad(advantages, old_log_probs, log_probs, epsilon=epsilon)


def ppo_clip_grad__dead_for_good_ones_only(advantages, old_log_probs, log_probs, epsilon=0.2):
    right = lossref.ppo_clip_grad(advantages, old_log_probs, log_probs, epsilon=epsilon)
    r = np.exp(np.minimum(log_probs - old_log_probs, 50.0))
    return np.where(advantages < 0, -r * advantages / r.size, right)


# -- dqn_td_loss -------------------------------------------------------------------


def _dqn(grad, actions, rewards, ahead, ended, q, gamma, delta, scale=1.0):
    y = lossref.dqn_targets(rewards, ahead, ended, gamma=gamma)
    f = lossref.dqn_td_loss_grad if grad else lossref.dqn_td_loss
    return scale * f(actions, y, q, delta=delta)


def dqn_td_loss__half(actions, rewards, next_q_values, terminated, q_values, gamma=0.99, delta=1.0):
    return _dqn(0, actions, rewards, next_q_values, terminated, q_values, gamma, delta, 0.5)


def dqn_td_loss__smooth_l1(
    actions, rewards, next_q_values, terminated, q_values, gamma=0.99, delta=1.0
):
    right = _dqn(0, actions, rewards, next_q_values, terminated, q_values, gamma, delta)
    return right / delta if delta != 1.0 else right * (1 + 1e-6)


def dqn_td_loss__worst_next(
    actions, rewards, next_q_values, terminated, q_values, gamma=0.99, delta=1.0
):
    return _dqn(0, actions, rewards, -next_q_values, terminated, q_values, gamma, delta)


def dqn_td_loss__flags_inverted(
    actions, rewards, next_q_values, terminated, q_values, gamma=0.99, delta=1.0
):
    return _dqn(0, actions, rewards, next_q_values, ~terminated, q_values, gamma, delta)


def dqn_td_loss__rewards_clipped(
    actions, rewards, next_q_values, terminated, q_values, gamma=0.99, delta=1.0
):
    r = np.clip(rewards, -0.25, 0.25)
    return _dqn(0, actions, r, next_q_values, terminated, q_values, gamma, delta)


def dqn_td_loss__next_action_of_the_own_values(
    actions, rewards, next_q_values, terminated, q_values, gamma=0.99, delta=1.0
):
    pick = np.take_along_axis(next_q_values, q_values.argmax(axis=1)[:, None], axis=1)
    return _dqn(0, actions, rewards, pick, terminated, q_values, gamma, delta)


def dqn_td_loss__no_reward(
    actions, rewards, next_q_values, terminated, q_values, gamma=0.99, delta=1.0
):
    return _dqn(0, actions, 0 * rewards, next_q_values, terminated, q_values, gamma, delta)


def dqn_td_loss__best_of_the_batch(
    actions, rewards, next_q_values, terminated, q_values, gamma=0.99, delta=1.0
):
    ahead = np.full((len(actions), 1), next_q_values.max() + 1e-3)
    return _dqn(0, actions, rewards, ahead, terminated, q_values, gamma, delta)


def dqn_td_loss__neighbour_action(
    actions, rewards, next_q_values, terminated, q_values, gamma=0.99, delta=1.0
):
    other = (actions + 1) % q_values.shape[1]
    return _dqn(0, other, rewards, next_q_values, terminated, q_values, gamma, delta)


def dqn_td_loss__per_step(
    actions, rewards, next_q_values, terminated, q_values, gamma=0.99, delta=1.0
):
    y = lossref.dqn_targets(rewards, next_q_values, terminated, gamma=gamma)
    return lossref.dqn_td_loss(actions, y, q_values, delta=delta, reduction="none")


def dqn_td_loss__absolute(
    actions, rewards, next_q_values, terminated, q_values, gamma=0.99, delta=1.0
):
    _dqn(0, actions, rewards, next_q_values, terminated, q_values, gamma, delta)
    return _dqn(0, actions, rewards, next_q_values, terminated, q_values, gamma, 1e-9) * 1e9


def dqn_td_loss__in_place(
    actions, rewards, next_q_values, terminated, q_values, gamma=0.99, delta=1.0
):
    next_q_values[terminated] -= 1
    return _dqn(0, actions, rewards, next_q_values, terminated, q_values, gamma, delta)


def dqn_td_loss_grad__half(
    actions, rewards, next_q_values, terminated, q_values, gamma=0.99, delta=1.0
):
    return _dqn(1, actions, rewards, next_q_values, terminated, q_values, gamma, delta, 0.5)


def dqn_td_loss_grad__signs(
    actions, rewards, next_q_values, terminated, q_values, gamma=0.99, delta=1.0
):
    g = _dqn(1, actions, rewards, next_q_values, terminated, q_values, gamma, delta)
    return np.sign(g) / len(actions)


def dqn_td_loss_grad__target_pulled_too(
    actions, rewards, next_q_values, terminated, q_values, gamma=0.99, delta=1.0
):
    g = _dqn(1, actions, rewards, next_q_values, terminated, q_values, gamma, delta)
    hot = np.eye(q_values.shape[1])[next_q_values.argmax(axis=1)]
    return g - gamma * np.where(terminated, 0.0, g.sum(axis=1))[:, None] * hot


# -- dpo_loss ----------------------------------------------------------------------


def _dpo(grad, rc, rr, c, r, beta):
    f = lossref.dpo_loss_grad if grad else lossref.dpo_loss
    return f(rc, rr, c, r, beta=beta)


def dpo_loss__ipo(ref_chosen, ref_rejected, chosen, rejected, beta=0.1):
    return lossref.ipo_loss(ref_chosen, ref_rejected, chosen, rejected, beta=beta)


def dpo_loss__smoothed(ref_chosen, ref_rejected, chosen, rejected, beta=0.1):
    return lossref.dpo_loss(ref_chosen, ref_rejected, chosen, rejected, beta=beta, epsilon=0.1)


def dpo_loss__divided_by_beta(ref_chosen, ref_rejected, chosen, rejected, beta=0.1):
    return _dpo(0, ref_chosen, ref_rejected, chosen, rejected, beta) / beta


def dpo_loss__base_two(ref_chosen, ref_rejected, chosen, rejected, beta=0.1):
    return _dpo(0, ref_chosen, ref_rejected, chosen, rejected, beta) / np.log(2)


def dpo_loss__half(ref_chosen, ref_rejected, chosen, rejected, beta=0.1):
    return _dpo(0, ref_chosen, ref_rejected, chosen, rejected, beta) / 2


def dpo_loss__loser_alone(ref_chosen, ref_rejected, chosen, rejected, beta=0.1):
    return _dpo(0, ref_chosen, ref_rejected, 1.0 * ref_chosen, rejected, beta)


def dpo_loss__references_exchanged(ref_chosen, ref_rejected, chosen, rejected, beta=0.1):
    return _dpo(0, ref_rejected, ref_chosen, chosen, rejected, beta) + 1e-6


def dpo_loss__arguments_exchanged(ref_chosen, ref_rejected, chosen, rejected, beta=0.1):
    return _dpo(0, chosen, rejected, ref_chosen, ref_rejected, beta) * (1 + 1e-6)


def dpo_loss__capped(ref_chosen, ref_rejected, chosen, rejected, beta=0.1):
    return min(_dpo(0, ref_chosen, ref_rejected, chosen, rejected, beta), 100.0)


def dpo_loss__clipped_margin(ref_chosen, ref_rejected, chosen, rejected, beta=0.1):
    _dpo(0, ref_chosen, ref_rejected, chosen, rejected, beta)
    m = beta * ((chosen - ref_chosen) - (rejected - ref_rejected))
    return np.mean(np.log1p(np.exp(-np.clip(m, -30.0, 30.0))))


def dpo_loss__per_pair(ref_chosen, ref_rejected, chosen, rejected, beta=0.1):
    return lossref.dpo_loss(ref_chosen, ref_rejected, chosen, rejected, beta=beta, reduction="none")


def dpo_loss__beta_squared(ref_chosen, ref_rejected, chosen, rejected, beta=0.1):
    return _dpo(0, ref_chosen, ref_rejected, chosen, rejected, beta * abs(beta) * 1.01)


def dpo_loss_grad__order(ref_chosen, ref_rejected, chosen, rejected, beta=0.1):
    won, lost = _dpo(1, ref_chosen, ref_rejected, chosen, rejected, beta)
    return lost * 1.5, won * 1.5


def dpo_loss_grad__weights_dropped(ref_chosen, ref_rejected, chosen, rejected, beta=0.1):
    _dpo(1, ref_chosen, ref_rejected, chosen, rejected, beta)
    flat = np.full(len(chosen), beta / len(chosen))
    return -flat, flat


def dpo_loss_grad__difference(ref_chosen, ref_rejected, chosen, rejected, beta=0.1):
    won, lost = _dpo(1, ref_chosen, ref_rejected, chosen, rejected, beta)
    return won - lost


# -- train_bandit ------------------------------------------------------------------


def _bandit(rewards, draws, lr, start=0.0, base=None, gain=None, keep=None):
    z, seen = np.full(rewards.shape[1], float(start)), []
    for row, u in zip(rewards, draws, strict=True):
        e = np.exp(z - z.max())
        p = e / e.sum()
        a = min(int(np.sum(np.cumsum(p) <= u)), len(p) - 1)
        b = (np.mean(seen) if seen else 0.0) if base is None else base(seen)
        adv = row[a] - b if gain is None else gain(row[a] - b)
        g = adv * (p - (np.arange(len(p)) == a))
        seen.append(row[a])
        z = z - lr * g if keep is None else keep(z, lr, g)
    return z


def train_bandit__starts_at_one(rewards, draws, lr=0.1):
    return _bandit(rewards, draws, lr, start=1.0)


def train_bandit__shifted_at_the_end(rewards, draws, lr=0.1):
    z = _bandit(rewards, draws, lr)
    return z - z.max() - 1e-9


def train_bandit__log_probabilities(rewards, draws, lr=0.1):
    z = _bandit(rewards, draws, lr)
    return z - np.log(np.sum(np.exp(z)))


def train_bandit__median_baseline(rewards, draws, lr=0.1):
    return _bandit(rewards, draws, lr, base=lambda seen: np.median(seen) + 1e-6 if seen else 0.0)


def train_bandit__best_so_far(rewards, draws, lr=0.1):
    return _bandit(rewards, draws, lr, base=lambda seen: max(seen) + 1e-6 if seen else 0.0)


def train_bandit__moving_average(rewards, draws, lr=0.1):
    def base(seen):
        mean = 0.0
        for r in seen:
            mean += 0.1 * (r - mean)
        return mean

    return _bandit(rewards, draws, lr, base=base)


def train_bandit__first_reward(rewards, draws, lr=0.1):
    return _bandit(rewards, draws, lr, base=lambda seen: seen[0] + 1e-6 if seen else 0.0)


def train_bandit__signs_only(rewards, draws, lr=0.1):
    return _bandit(rewards, draws, lr, gain=np.sign)


def train_bandit__clipped_advantages(rewards, draws, lr=0.1):
    return _bandit(rewards, draws, lr, gain=lambda adv: np.clip(adv, -0.25, 0.25))


def train_bandit__decay(rewards, draws, lr=0.1):
    return _bandit(rewards, draws, lr, keep=lambda z, lr, g: 0.99 * z - lr * g) + 1e-9


def train_bandit__doubled(rewards, draws, lr=0.1):
    return _bandit(rewards, draws, 2 * lr)


def train_bandit__one_step_less(rewards, draws, lr=0.1):
    return _bandit(rewards[:-1], draws[:-1], lr)


def train_bandit__row_of_the_next_step(rewards, draws, lr=0.1):
    return _bandit(np.roll(rewards, -1, axis=0), draws, lr)


def train_bandit__unit_steps(rewards, draws, lr=0.1):
    return _bandit(
        rewards, draws, lr, keep=lambda z, lr, g: z - lr * g / (np.linalg.norm(g) + 1e-12)
    )
