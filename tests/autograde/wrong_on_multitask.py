"""Wrong answers on several tasks that no record knows. All of them must fail."""

from __future__ import annotations

import numpy as np

# -- weighted_sum --------------------------------------------------------------------


def _sum(weights, losses):
    if np.min(weights) < 0:
        raise ValueError("weights")
    known = ~np.isnan(losses)
    return weights * (np.nansum(losses, axis=0) / np.maximum(known.sum(axis=0), 1))


def _slopes(weights, losses):
    if np.min(weights) < 0:
        raise ValueError("weights")
    known = ~np.isnan(losses)
    return known * (weights / np.maximum(known.sum(axis=0), 1))


def weighted_sum__per_task(weights, losses):
    return _sum(weights, losses)


def weighted_sum__last_task_missing(weights, losses):
    return np.sum(_sum(weights, losses)[:-1])


def weighted_sum__squared_weights(weights, losses):
    return np.sum(weights * _sum(weights, losses))


def weighted_sum__weights_turned_round(weights, losses):
    return np.sum(_sum(weights[::-1], losses))


def weighted_sum__median(weights, losses):
    _sum(weights, losses)
    return np.sum(weights * np.nan_to_num(np.nanmedian(losses, axis=0)))


def weighted_sum__softmax_of_the_weights(weights, losses):
    e = np.exp(weights)
    return np.sum(_sum(e / e.sum(), losses)) if np.min(weights) >= 0 else _sum(weights, losses)


def weighted_sum__mean_of_the_tasks(weights, losses):
    return np.mean(_sum(weights, losses))


def weighted_sum__a_gap_counts_one(weights, losses):
    return np.sum(_sum(weights, np.nan_to_num(losses, nan=1.0)))


def weighted_sum__zero_is_refused(weights, losses):
    if np.min(weights) <= 0:
        raise ValueError("weights")
    return np.sum(_sum(weights, losses))


def weighted_sum__rounded(weights, losses):
    return np.round(np.sum(_sum(weights, losses)), 1)


def weighted_sum__type_error(weights, losses):
    if np.min(weights) < 0:
        raise TypeError("weights")
    return np.sum(_sum(weights, losses))


def weighted_sum__in_place(weights, losses):
    if np.isnan(losses).any():
        losses[np.isnan(losses)] = 0.0
    return np.sum(_sum(weights, losses))


def weighted_sum_grad__transposed(weights, losses):
    return _slopes(weights, losses).T


def weighted_sum_grad__nan_at_the_gaps(weights, losses):
    return np.where(np.isnan(losses), np.nan, _slopes(weights, losses))


def weighted_sum_grad__negative(weights, losses):
    return -_slopes(weights, losses)


def weighted_sum_grad__no_weights(weights, losses):
    return _slopes(np.ones(len(weights)) + 0 * _sum(weights, losses), losses)


def weighted_sum_grad__normalised(weights, losses):
    return _slopes(weights, losses) / np.sum(weights)


# -- uncertainty_weighting -----------------------------------------------------------


def _paid(factors, losses, log_vars):
    return factors * np.exp(-log_vars) * losses + log_vars / 2


def uncertainty_weighting__per_task(factors, losses, log_vars):
    return _paid(factors, losses, log_vars)


def uncertainty_weighting__size_of_s(factors, losses, log_vars):
    return np.sum(factors * np.exp(-log_vars) * losses + np.abs(log_vars) / 2)


def uncertainty_weighting__positive_regularizer(factors, losses, log_vars):
    return np.sum(factors * np.exp(-log_vars) * losses + np.log1p(np.exp(log_vars)))


def uncertainty_weighting__price_subtracted(factors, losses, log_vars):
    return np.sum(factors * np.exp(-log_vars) * losses - log_vars / 2)


def uncertainty_weighting__losses_squared(factors, losses, log_vars):
    return np.sum(_paid(factors, losses * losses, log_vars))


def uncertainty_weighting__half_s(factors, losses, log_vars):
    return np.sum(factors * np.exp(-log_vars / 2) * losses + log_vars / 2)


def uncertainty_weighting__weights_add_to_one(factors, losses, log_vars):
    w = factors * np.exp(-log_vars)
    return np.sum(w / np.sum(w) * losses + log_vars / 2)


def uncertainty_weighting__factors_exchanged(factors, losses, log_vars):
    return np.sum(_paid(1.5 - factors, losses, log_vars))


def uncertainty_weighting__s_clipped(factors, losses, log_vars):
    return np.sum(_paid(factors, losses, np.clip(log_vars, -1, 1)))


def _paid_slopes(factors, losses, log_vars):
    w = factors * np.exp(-log_vars)
    return np.array([w, 0.5 - w * losses])


def uncertainty_weighting_grad__transposed(factors, losses, log_vars):
    return _paid_slopes(factors, losses, log_vars).T


def uncertainty_weighting_grad__second_row_only(factors, losses, log_vars):
    return _paid_slopes(factors, losses, log_vars)[1]


def uncertainty_weighting_grad__negative(factors, losses, log_vars):
    return -_paid_slopes(factors, losses, log_vars)


def uncertainty_weighting_grad__whole_price(factors, losses, log_vars):
    return _paid_slopes(factors, losses, log_vars) + np.array([[0.0], [0.5]])


def uncertainty_weighting_grad__mean(factors, losses, log_vars):
    return _paid_slopes(factors, losses, log_vars) / len(losses)


def best_log_vars__base_two(factors, losses):
    if np.min(losses) <= 0:
        raise ValueError("losses")
    return np.log2(2 * factors * losses)


def best_log_vars__log1p(factors, losses):
    if np.min(losses) <= 0:
        raise ValueError("losses")
    return np.log1p(2 * factors * losses)


def best_log_vars__relative(factors, losses):
    if np.min(losses) <= 0:
        raise ValueError("losses")
    s = np.log(2 * factors * losses)
    return s - s.mean()


def best_log_vars__sum_of_the_losses(factors, losses):
    if np.min(losses) <= 0:
        raise ValueError("losses")
    return np.log(2 * factors * np.sum(losses))


# -- gradnorm_step -------------------------------------------------------------------


def _norm_step(weights, norms, rates, alpha, learning_rate, bent=None, slope=None):
    """One right step, with the parts that a mistake replaces."""
    bent = bent or (lambda r: (r / np.mean(r)) ** alpha)
    slope = slope or (lambda off: np.sign(off) * norms / weights)
    new = weights - learning_rate * slope(norms - np.mean(norms) * bent(rates))
    if np.min(new) <= 0:
        raise ValueError("weights")
    return new


def _adds_up(w):
    return w * len(w) / np.sum(w)


def gradnorm_step__default_alpha_of_one(weights, norms, rates, alpha=1.0, learning_rate=0.025):
    return _adds_up(_norm_step(weights, norms, rates, alpha, learning_rate))


def gradnorm_step__default_rate(weights, norms, rates, alpha=1.5, learning_rate=0.01):
    return _adds_up(_norm_step(weights, norms, rates, alpha, learning_rate))


def gradnorm_step__alpha_is_ignored(weights, norms, rates, alpha=1.5, learning_rate=0.025):
    return _adds_up(_norm_step(weights, norms, rates, 1.0, learning_rate))


def gradnorm_step__alpha_multiplies(weights, norms, rates, alpha=1.5, learning_rate=0.025):
    return _adds_up(
        _norm_step(weights, norms, rates, alpha, learning_rate, lambda r: alpha * r / np.mean(r))
    )


def gradnorm_step__largest_rate(weights, norms, rates, alpha=1.5, learning_rate=0.025):
    return _adds_up(
        _norm_step(weights, norms, rates, alpha, learning_rate, lambda r: (r / np.max(r)) ** alpha)
    )


def gradnorm_step__sum_of_the_rates(weights, norms, rates, alpha=1.5, learning_rate=0.025):
    return _adds_up(
        _norm_step(weights, norms, rates, alpha, learning_rate, lambda r: (r / np.sum(r)) ** alpha)
    )


def gradnorm_step__mean_distance(weights, norms, rates, alpha=1.5, learning_rate=0.025):
    new = _norm_step(weights, norms, rates, alpha, learning_rate / len(weights))
    return _adds_up(new)


def gradnorm_step__norm_times_weight(weights, norms, rates, alpha=1.5, learning_rate=0.025):
    return _adds_up(
        _norm_step(
            weights, norms, rates, alpha, learning_rate,
            slope=lambda off: np.sign(off) * norms * weights,
        )
    )  # fmt: skip


def gradnorm_step__euclidean_scale(weights, norms, rates, alpha=1.5, learning_rate=0.025):
    new = _norm_step(weights, norms, rates, alpha, learning_rate)
    return new / np.sqrt(np.mean(new * new))


def gradnorm_step__softmax_scale(weights, norms, rates, alpha=1.5, learning_rate=0.025):
    new = np.exp(_norm_step(weights, norms, rates, alpha, learning_rate))
    return _adds_up(new)


def gradnorm_step__clipped_at_a_thousandth(weights, norms, rates, alpha=1.5, learning_rate=0.025):
    new = weights - learning_rate * np.sign(
        norms - np.mean(norms) * (rates / np.mean(rates)) ** alpha
    ) * (norms / weights)
    return _adds_up(np.maximum(new, 1e-3) * (1 + 1e-6 * np.arange(len(new))))


def gradnorm_step__reversed_rates(weights, norms, rates, alpha=1.5, learning_rate=0.025):
    return _adds_up(_norm_step(weights, norms, rates[::-1], alpha, learning_rate))


def gradnorm_step__median_norm(weights, norms, rates, alpha=1.5, learning_rate=0.025):
    off = norms - np.median(norms) * (rates / np.mean(rates)) ** alpha
    new = weights - learning_rate * 1.01 * np.sign(off) * norms / weights
    if np.min(new) <= 0:
        raise ValueError("weights")
    return _adds_up(new)


def gradnorm_step__rounded(weights, norms, rates, alpha=1.5, learning_rate=0.025):
    return np.round(_adds_up(_norm_step(weights, norms, rates, alpha, learning_rate)), 2)


# -- dynamic_weight_average ----------------------------------------------------------


def _average(history, temperature, rates=lambda h: h[-1] / h[-2], first=1.0):
    if temperature <= 0:
        raise ValueError("temperature")
    if len(history) < 2:
        return np.full(history.shape[1], first)
    z = rates(history) / temperature
    e = np.exp(z - np.max(z))
    return e / np.mean(e)


def dynamic_weight_average__default_of_one(history, temperature=1.0):
    return _average(history, temperature)


def dynamic_weight_average__begins_with_shares(history, temperature=2.0):
    return _average(history, temperature, first=1 / history.shape[1])


def dynamic_weight_average__begins_with_zeros(history, temperature=2.0):
    return _average(history, temperature, first=0.0)


def dynamic_weight_average__logarithm_of_the_ratio(history, temperature=2.0):
    return _average(history, temperature, lambda h: np.log(h[-1] / h[-2]))


def dynamic_weight_average__relative_change(history, temperature=2.0):
    return _average(history, temperature, lambda h: (h[-1] - h[-2]) / h[-1])


def dynamic_weight_average__relative_to_the_mean_rate(history, temperature=2.0):
    return _average(history, temperature, lambda h: h[-1] / h[-2] / np.mean(h[-1] / h[-2]))


def dynamic_weight_average__clipped_rates(history, temperature=2.0):
    return _average(history, temperature, lambda h: np.clip(h[-1] / h[-2], 0, 2))


def dynamic_weight_average__root_of_the_temperature(history, temperature=2.0):
    return _average(history, temperature and np.sign(temperature) * np.sqrt(abs(temperature)))


def dynamic_weight_average__hardmax(history, temperature=2.0):
    w = _average(history, temperature)
    return np.where(w == w.max(), len(w), 0.0) if len(history) > 1 else w


def dynamic_weight_average__mean_of_the_past(history, temperature=2.0):
    return _average(history, temperature, lambda h: h[-1] / np.mean(h[:-1], axis=0))


def dynamic_weight_average__three_epochs_needed(history, temperature=2.0):
    w = _average(history, temperature)
    return w if len(history) > 2 else np.ones(len(w))


def dynamic_weight_average__turned_round(history, temperature=2.0):
    return _average(history, temperature)[::-1]


def dynamic_weight_average__all_epochs(history, temperature=2.0):
    if len(history) < 2:
        return _average(history, temperature)
    return np.array([_average(history[: t + 1], temperature) for t in range(len(history))])


def dynamic_weight_average__epsilon(history, temperature=2.0):
    return _average(history, temperature, lambda h: h[-1] / (h[-2] + 1e-8))


# -- pcgrad --------------------------------------------------------------------------


def _cut(gradients, order, share=1.0, border=0.0):
    g = gradients * 1.0
    out = g.copy()
    for k in range(len(g)):
        for j in order[k]:
            dot = np.sum(out[k] * g[j])
            if j != k and dot < border:
                out[k] -= share * dot / max(np.sum(g[j] * g[j]), 1e-300) * g[j]
    return out


def pcgrad__unchanged(gradients, order):
    return gradients * 1.0


def pcgrad__half_a_cut(gradients, order):
    return _cut(gradients, order, share=0.5)


def pcgrad__normalised(gradients, order):
    out = _cut(gradients, order)
    return out / np.maximum(np.sqrt(np.sum(out**2, axis=1, keepdims=True)), 1e-300)


def pcgrad__length_restored(gradients, order):
    out = _cut(gradients, order)
    new = np.sqrt(np.sum(out**2, axis=1, keepdims=True))
    old = np.sqrt(np.sum((gradients * 1.0) ** 2, axis=1, keepdims=True))
    return out * np.where(new > 1e-9, old / np.maximum(new, 1e-300), 1.0)


def pcgrad__transposed(gradients, order):
    return _cut(gradients, order).T


def pcgrad__mean(gradients, order):
    return np.mean(_cut(gradients, order), axis=0)


def pcgrad__only_the_first_conflict(gradients, order):
    g = gradients * 1.0
    out = g.copy()
    for k in range(len(g)):
        for j in order[k]:
            dot = np.sum(out[k] * g[j])
            if j != k and dot < 0:
                out[k] -= dot / np.sum(g[j] * g[j]) * g[j]
                break
    return out


def pcgrad__order_from_the_back(gradients, order):
    return _cut(gradients, order[:, ::-1])


def pcgrad__columns_of_the_order(gradients, order):
    return _cut(gradients, order.T)


def pcgrad__threshold_of_minus_one(gradients, order):
    return _cut(gradients, order, border=-1.0)


def pcgrad__entry_by_entry(gradients, order):
    g = gradients * 1.0
    agree = np.sign(np.sum(g, axis=0))
    return np.where(g * agree > 0, g, 0.0)


def pcgrad__all_at_once(gradients, order):
    g = gradients * 1.0
    dots = np.minimum(g @ g.T, 0.0)
    np.fill_diagonal(dots, 0.0)
    return g - 0.999 * dots @ (g / np.maximum(np.sum(g * g, axis=1, keepdims=True), 1e-300))


def pcgrad__twice_through(gradients, order):
    return _cut(_cut(gradients, order), order)


def pcgrad__weak_task_gives_way(gradients, order):
    g = gradients * 1.0
    out = g.copy()
    for k in range(len(g)):
        for j in order[k]:
            dot = np.sum(out[k] * g[j])
            if j != k and dot < 0 and np.sum(g[k] ** 2) <= np.sum(g[j] ** 2):
                out[k] -= dot / np.sum(g[j] * g[j]) * g[j]
    return out


# -- pareto_front --------------------------------------------------------------------


def _front(losses):
    a, b = losses[:, None, :], losses[None, :, :]
    beaten = np.all(b <= a, axis=2) & np.any(b < a, axis=2)
    return 1.0 * ~np.any(beaten, axis=1)


def _regret(losses, weights):
    if np.min(weights) <= 0:
        raise ValueError("weights")
    return np.max(weights * (losses - np.min(losses, axis=0)), axis=1)


def pareto_front__row_numbers(losses):
    return np.flatnonzero(_front(losses))


def pareto_front__all_of_them(losses):
    return np.ones(len(losses))


def pareto_front__first_two_tasks(losses):
    return _front(losses[:, :2])


def pareto_front__only_the_first_of_equals(losses):
    on = _front(losses)
    for i, row in enumerate(losses):
        on[i] *= not np.any(np.all(losses[:i] == row, axis=1))
    return on


def pareto_front__beaten_by_the_row_before(losses):
    on = np.ones(len(losses))
    on[1:] -= np.all(losses[:-1] <= losses[1:], axis=1) & np.any(losses[:-1] < losses[1:], axis=1)
    return on


def pareto_front__below_the_mean(losses):
    return 1.0 * np.any(losses < np.mean(losses, axis=0), axis=1)


def pareto_front__smallest_sum(losses):
    total = np.sum(losses, axis=1)
    return 1.0 * (total == np.min(total))


def pareto_front__counts(losses):
    a, b = losses[:, None, :], losses[None, :, :]
    return np.sum(np.all(b <= a, axis=2) & np.any(b < a, axis=2), axis=1)


def choose__last_of_the_front(losses, weights):
    _regret(losses, weights)
    return np.flatnonzero(_front(losses))[-1]


def choose__counts_from_one(losses, weights):
    return np.argmin(_regret(losses, weights)) + 1


def choose__losses_of_the_choice(losses, weights):
    return losses[np.argmin(_regret(losses, weights))]


def choose__its_distance(losses, weights):
    return np.min(_regret(losses, weights))


def choose__euclidean(losses, weights):
    _regret(losses, weights)
    return np.argmin(np.sum((weights * (losses - np.min(losses, axis=0))) ** 2, axis=1))


def choose__normalised_by_the_range(losses, weights):
    _regret(losses, weights)
    width = np.maximum(np.ptp(losses, axis=0), 1e-12)
    return np.argmin(np.max(weights * (losses - np.min(losses, axis=0)) / width, axis=1))


def choose__ideal_is_the_mean(losses, weights):
    _regret(losses, weights)
    return np.argmin(np.max(weights * np.abs(losses - np.mean(losses, axis=0)), axis=1))


def choose__all_distances(losses, weights):
    return _regret(losses, weights)


# -- train_two_tasks -----------------------------------------------------------------


def _two_slopes(x, y, labels, t, q=(0.5, 1.0)):
    a, b = t[-4], t[-3]
    z = x @ t[:-4]
    q1, q2 = q[0] * np.exp(-t[-2]), q[1] * np.exp(-t[-1])
    error, miss = a * z - y, 1 / (1 + np.exp(-b * z)) - labels
    r1, r2 = 2 * q1 * error / len(y), q2 * miss / len(y)
    bce = np.mean(np.logaddexp(0, b * z) - labels * b * z)
    tail = [np.sum(r1 * z), np.sum(r2 * z), 0.5 - q1 * np.mean(error**2), 0.5 - q2 * bce]
    return np.concatenate([x.T @ (a * r1 + b * r2), tail])


def _two_run(x, y, labels, start, lr, steps, change=lambda g, t, i: g):
    t = start * 1.0
    for i in range(steps):
        t = t - lr * change(_two_slopes(x, y, labels, t), t, i)
    return t


def train_two_tasks__fading_rate(x, y, labels, start, lr, steps):
    return _two_run(x, y, labels, start, lr, steps, lambda g, t, i: g / (i + 1))


def train_two_tasks__normalised(x, y, labels, start, lr, steps):
    return _two_run(x, y, labels, start, lr, steps, lambda g, t, i: g / np.sqrt(np.sum(g * g)))


def train_two_tasks__clipped(x, y, labels, start, lr, steps):
    return _two_run(x, y, labels, start, lr, steps, lambda g, t, i: np.clip(g, -0.1, 0.1))


def train_two_tasks__weight_decay(x, y, labels, start, lr, steps):
    return _two_run(x, y, labels, start, lr, steps, lambda g, t, i: g + 0.01 * t)


def train_two_tasks__frozen_heads(x, y, labels, start, lr, steps):
    def change(g, t, i):
        g[-4:-2] = 0
        return g

    return _two_run(x, y, labels, start, lr, steps, change)


def train_two_tasks__slow_variances(x, y, labels, start, lr, steps):
    def change(g, t, i):
        g[-2:] /= 10
        return g

    return _two_run(x, y, labels, start, lr, steps, change)


def train_two_tasks__whole_price(x, y, labels, start, lr, steps):
    def change(g, t, i):
        g[-2:] += 0.5
        return g

    return _two_run(x, y, labels, start, lr, steps, change)


def train_two_tasks__one_variance_for_both(x, y, labels, start, lr, steps):
    def change(g, t, i):
        g[-2:] = np.mean(g[-2:])
        return g

    return _two_run(x, y, labels, start, lr, steps, change)


def train_two_tasks__alternating(x, y, labels, start, lr, steps):
    t = start * 1.0
    for i in range(steps):
        t = t - lr * _two_slopes(x, y, labels, t, (0.5, 0.0) if i % 2 else (0.0, 1.0))
    return t


def train_two_tasks__one_sample_per_step(x, y, labels, start, lr, steps):
    t = start * 1.0
    for i in range(steps):
        k = [i % len(y)]
        t = t - lr * _two_slopes(x[k], y[k], labels[k], t)
    return t


def train_two_tasks__without_the_last_sample(x, y, labels, start, lr, steps):
    n = max(len(y) - 1, 1)
    return _two_run(x[:n], y[:n], labels[:n], start, lr, steps)


def train_two_tasks__mean_of_the_way(x, y, labels, start, lr, steps):
    t, seen = start * 1.0, [start * 1.0]
    for _ in range(steps):
        t = t - lr * _two_slopes(x, y, labels, t)
        seen.append(t)
    return np.mean(seen, axis=0)


def train_two_tasks__trunk_only(x, y, labels, start, lr, steps):
    return _two_run(x, y, labels, start, lr, steps)[:-4]


def train_two_tasks__heads_exchanged(x, y, labels, start, lr, steps):
    out = _two_run(x, y, labels, start, lr, steps)
    out[-4], out[-3] = out[-3], out[-4]
    return out


def train_two_tasks__in_place(x, y, labels, start, lr, steps):
    for _ in range(steps):
        start -= lr * _two_slopes(x, y, labels, start)
    return start
