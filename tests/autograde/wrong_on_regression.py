"""Wrong answers that no record of an exercise knows. All of them must fail.

They are subtle on purpose: most are right on one flat float64 array. The part of the
name before ``__`` is the function that is replaced; the other one stays right.
"""

from __future__ import annotations

import math

import numpy as np


def _same_shapes(y_true, y_pred):
    if y_true.shape != y_pred.shape or y_true.size == 0:
        raise ValueError("shapes")


# -- mse -------------------------------------------------------------------------


def mse__median_for_mean(y_true, y_pred):
    _same_shapes(y_true, y_pred)
    return np.median((y_pred - y_true) ** 2)


def mse__variance(y_true, y_pred):
    _same_shapes(y_true, y_pred)
    return np.var(y_pred - y_true)


def mse__one_degree_of_freedom_less(y_true, y_pred):
    _same_shapes(y_true, y_pred)
    return np.sum((y_pred - y_true) ** 2) / max(y_pred.size - 1, 1)


def mse__mean_of_first_axis(y_true, y_pred):
    _same_shapes(y_true, y_pred)
    return np.mean((y_pred - y_true) ** 2, axis=0)


def mse__squares_capped(y_true, y_pred):
    _same_shapes(y_true, y_pred)
    return np.mean(np.minimum((y_pred - y_true) ** 2, 1e6))


def mse__rounded(y_true, y_pred):
    _same_shapes(y_true, y_pred)
    return np.round(np.mean((y_pred - y_true) ** 2), 6)


def mse__single_precision(y_true, y_pred):
    _same_shapes(y_true, y_pred)
    return np.mean((y_pred.astype(np.float32) - y_true.astype(np.float32)) ** 2)


def mse__in_place(y_true, y_pred):
    _same_shapes(y_true, y_pred)
    y_pred -= y_true
    return np.mean(y_pred**2)


def mse__whole_numbers(y_true, y_pred):
    _same_shapes(y_true, y_pred)
    squares = np.zeros(y_pred.shape, dtype=int)
    squares[...] = (y_pred - y_true) ** 2
    return squares.mean()


def mse__wrong_error(y_true, y_pred):
    assert y_true.shape == y_pred.shape
    _same_shapes(y_true, y_pred)
    return np.mean((y_pred - y_true) ** 2)


def mse__sizes_compared_only(y_true, y_pred):
    if y_true.size != y_pred.size or y_true.size == 0:
        raise ValueError("shapes")
    return np.mean((y_pred - y_true) ** 2)


def mse__keeps_a_dimension(y_true, y_pred):
    _same_shapes(y_true, y_pred)
    return np.atleast_1d(np.mean((y_pred - y_true) ** 2))


def mse_grad__by_difference(y_true, y_pred):
    _same_shapes(y_true, y_pred)
    grad = np.zeros(y_pred.shape)
    base = np.mean((y_pred - y_true) ** 2)
    for index in np.ndindex(*y_pred.shape):
        moved = y_pred.astype(float)
        moved[index] += 1e-3
        grad[index] = (np.mean((moved - y_true) ** 2) - base) / 1e-3
    return grad


def mse_grad__flat(y_true, y_pred):
    _same_shapes(y_true, y_pred)
    return (2 * (y_pred - y_true) / y_pred.size).ravel()


def mse_grad__list_too_short(y_true, y_pred):
    _same_shapes(y_true, y_pred)
    return list(2 * (y_pred - y_true) / y_pred.size)[1:]


# -- mae -------------------------------------------------------------------------


def mae__median_for_mean(y_true, y_pred):
    return np.median(np.abs(y_pred - y_true))


def mae__about_the_mean(y_true, y_pred):
    e = y_pred - y_true
    return np.mean(np.abs(e - e.mean()))


def mae__difference_of_sizes(y_true, y_pred):
    return np.mean(np.abs(np.abs(y_pred) - np.abs(y_true)))


def mae__mean_of_first_axis(y_true, y_pred):
    return np.abs(y_pred - y_true).mean(axis=0)


def mae__smoothed(y_true, y_pred):
    return np.mean(np.sqrt((y_pred - y_true) ** 2 + 1e-8))


def mae__relative(y_true, y_pred):
    return np.mean(np.abs(y_pred - y_true) / np.maximum(np.abs(y_true), 1.0))


def mae__zeros_left_out(y_true, y_pred):
    size = np.abs(y_pred - y_true)
    return size[size > 0].mean() if np.any(size > 0) else 0.0


def mae_grad__steep_tanh(y_true, y_pred):
    return np.tanh(1e6 * (y_pred - y_true)) / y_pred.size


def mae_grad__dead_zone(y_true, y_pred):
    e = y_pred - y_true
    return np.where(np.abs(e) < 1e-8, 0.0, np.sign(e)) / e.size


def mae_grad__small_denominator(y_true, y_pred):
    e = y_pred - y_true
    return e / (np.abs(e) + 1e-12) / e.size


def mae_grad__by_difference(y_true, y_pred):
    grad = np.zeros(y_pred.shape)
    for index in np.ndindex(*y_pred.shape):
        up, down = y_pred.astype(float), y_pred.astype(float)
        up[index] += 1e-3
        down[index] -= 1e-3
        rise = np.mean(np.abs(up - y_true)) - np.mean(np.abs(down - y_true))
        grad[index] = rise / 2e-3
    return grad


def mae_grad__sign_of_the_sum(y_true, y_pred):
    return np.full(y_pred.shape, np.sign(np.sum(y_pred - y_true))) / y_pred.size


def mae_grad__by_count_of_nonzero(y_true, y_pred):
    e = y_pred - y_true
    return np.sign(e) / max(np.count_nonzero(e), 1)


# -- huber -----------------------------------------------------------------------


def _positive(delta):
    if not delta > 0:
        raise ValueError("delta")


def huber__median_for_mean(y_true, y_pred, delta=1.0):
    _positive(delta)
    e = np.abs(y_pred - y_true)
    return np.median(np.where(e <= delta, e**2 / 2, delta * (e - delta / 2)))


def huber__of_the_mean_error(y_true, y_pred, delta=1.0):
    _positive(delta)
    e = np.abs(np.mean(y_pred - y_true))
    return e**2 / 2 if e <= delta else delta * (e - delta / 2)


def huber__pseudo(y_true, y_pred, delta=1.0):
    _positive(delta)
    e = y_pred - y_true
    return np.mean(delta**2 * (np.hypot(1, e / delta) - 1))


def huber__offset_without_delta(y_true, y_pred, delta=1.0):
    _positive(delta)
    e = np.abs(y_pred - y_true)
    return np.mean(np.where(e <= delta, e**2 / 2, delta * e - delta / 2))


def huber__whole_numbers(y_true, y_pred, delta=1.0):
    _positive(delta)
    e = np.abs(y_pred - y_true)
    cost = np.zeros_like(e)
    cost[e <= delta] = e[e <= delta] ** 2 / 2
    cost[e > delta] = delta * e[e > delta] - delta**2 / 2
    return np.mean(cost)


def huber__weighted_masks(y_true, y_pred, delta=1.0):
    _positive(delta)
    e = np.abs(y_pred - y_true)
    inside = e <= delta
    return np.mean(inside * e**2 / 2 + (1 - inside) * delta * (e - delta / 2) + 0 * e**2)


def huber__parts_averaged_apart(y_true, y_pred, delta=1.0):
    _positive(delta)
    e = np.abs(y_pred - y_true)
    inner, outer = e[e <= delta], e[e > delta]
    low = np.mean(inner**2 / 2) if inner.size else 0.0
    high = np.mean(delta * (outer - delta / 2)) if outer.size else 0.0
    return low + high


def huber__errors_capped(y_true, y_pred, delta=1.0):
    _positive(delta)
    e = np.minimum(np.abs(y_pred - y_true), 1e6)
    return np.mean(np.where(e <= delta, e**2 / 2, delta * (e - delta / 2)))


def huber__zero_allowed(y_true, y_pred, delta=1.0):
    if delta < 0:
        raise ValueError("delta")
    e = np.abs(y_pred - y_true)
    return np.mean(np.where(e <= delta, e**2 / 2, delta * (e - delta / 2)))


def huber_grad__by_scaling(y_true, y_pred, delta=1.0):
    _positive(delta)
    e = y_pred - y_true
    return delta * np.tanh(e / delta) / e.size


def huber_grad__by_norm(y_true, y_pred, delta=1.0):
    _positive(delta)
    e = (y_pred - y_true) * 1.0
    length = np.max(np.abs(e))
    return e * min(1.0, delta / length if length else 1.0) / e.size


def huber_grad__clipped_after_the_mean(y_true, y_pred, delta=1.0):
    _positive(delta)
    return np.clip((y_pred - y_true) / y_pred.size, -delta, delta)


def huber_grad__quotient(y_true, y_pred, delta=1.0):
    _positive(delta)
    e = (y_pred - y_true) * 1.0
    return np.where(np.abs(e) <= delta, e, delta * e / np.sqrt(e**2)) / e.size


def huber_grad__in_place(y_true, y_pred, delta=1.0):
    _positive(delta)
    np.subtract(y_pred, y_true, out=y_pred)
    return np.clip(y_pred, -delta, delta) / y_pred.size


def huber_grad__zero_at_the_joint(y_true, y_pred, delta=1.0):
    _positive(delta)
    e = y_pred - y_true
    return np.select([e > delta, e < -delta, np.abs(e) < delta], [delta, -delta, e], 0.0) / e.size


# -- smooth_l1 -------------------------------------------------------------------


def _not_negative(parameter):
    if parameter < 0:
        raise ValueError("parameter")


def smooth_l1__median_for_mean(y_true, y_pred, beta=1.0):
    _not_negative(beta)
    e = np.abs(y_pred - y_true)
    inner = np.minimum(e, beta)
    return np.median(e if beta == 0 else inner * (e - inner / 2) / beta)


def smooth_l1__offset_fixed(y_true, y_pred, beta=1.0):
    _not_negative(beta)
    e = np.abs(y_pred - y_true)
    if beta == 0:
        return np.mean(e)
    return np.mean(np.where(e < beta, e**2 / (2 * beta), e - 0.5))


def smooth_l1__sigma_for_beta(y_true, y_pred, beta=1.0):
    _not_negative(beta)
    e = np.abs(y_pred - y_true)
    if beta == 0:
        return np.mean(e)
    s2 = 1 / beta**2
    return np.mean(np.where(e < 1 / s2, s2 * e**2 / 2, e - 1 / (2 * s2)))


def smooth_l1__small_beta_added(y_true, y_pred, beta=1.0):
    _not_negative(beta)
    beta = beta + 1e-6
    e = np.abs(y_pred - y_true)
    return np.mean(np.where(e < beta, e**2 / (2 * beta), e - beta / 2))


def smooth_l1__zero_beta_is_zero(y_true, y_pred, beta=1.0):
    _not_negative(beta)
    if beta == 0:
        return 0.0
    e = np.abs(y_pred - y_true)
    return np.mean(np.where(e < beta, e**2 / (2 * beta), e - beta / 2))


def smooth_l1__zero_beta_is_one(y_true, y_pred, beta=None):
    beta = beta or 1.0
    _not_negative(beta)
    e = np.abs(y_pred - y_true)
    return np.mean(np.where(e < beta, e**2 / (2 * beta), e - beta / 2))


def smooth_l1__whole_numbers(y_true, y_pred, beta=1.0):
    _not_negative(beta)
    e = np.abs(y_pred - y_true)
    if beta == 0:
        return np.mean(e)
    cost = np.zeros_like(e)
    cost[e < beta] = e[e < beta] ** 2 / (2 * beta)
    cost[e >= beta] = e[e >= beta] - beta / 2
    return np.mean(cost)


def smooth_l1__jump_at_beta(y_true, y_pred, beta=1.0):
    _not_negative(beta)
    e = np.abs(y_pred - y_true)
    if beta == 0:
        return np.mean(e)
    return np.mean(np.where(e < beta, e**2 / (2 * beta), np.where(e > beta, e - beta / 2, 0.0)))


def smooth_l1__capped(y_true, y_pred, beta=1.0):
    _not_negative(beta)
    e = np.minimum(np.abs(y_pred - y_true), 100.0)
    inner = np.minimum(e, beta)
    return np.mean(e if beta == 0 else inner * (e - inner / 2) / beta)


def smooth_l1_grad__tanh(y_true, y_pred, beta=1.0):
    _not_negative(beta)
    e = y_pred - y_true
    return (np.sign(e) if beta == 0 else np.tanh(e / beta)) / e.size


def smooth_l1_grad__multiplied(y_true, y_pred, beta=1.0):
    _not_negative(beta)
    e = y_pred - y_true
    return (np.sign(e) if beta == 0 else np.clip(e * beta, -1, 1)) / e.size


def smooth_l1_grad__zero_at_the_joint(y_true, y_pred, beta=1.0):
    _not_negative(beta)
    e = y_pred - y_true
    if beta == 0:
        return np.sign(e) / e.size
    return np.select([e > beta, e < -beta, np.abs(e) < beta], [1.0, -1.0, e / beta], 0.0) / e.size


def smooth_l1_grad__nothing_at_zero_beta(y_true, y_pred, beta=1.0):
    _not_negative(beta)
    e = y_pred - y_true
    if beta == 0:
        return np.zeros(e.shape)
    return np.clip(e / beta, -1, 1) / e.size


def smooth_l1_grad__mask_times_quotient(y_true, y_pred, beta=1.0):
    _not_negative(beta)
    e = y_pred - y_true
    inside = np.abs(e) < beta
    return (inside * (e / np.float64(beta)) + ~inside * np.sign(e)) / e.size


def smooth_l1_grad__other_error(y_true, y_pred, beta=1.0):
    if beta < 0:
        raise RuntimeError("beta")
    e = y_pred - y_true
    return (np.sign(e) if beta == 0 else np.clip(e / beta, -1, 1)) / e.size


# -- log_cosh --------------------------------------------------------------------


def log_cosh__median_for_mean(y_true, y_pred):
    e = y_pred - y_true
    return np.median(np.logaddexp(e, -e) - np.log(2))


def log_cosh__pseudo_huber(y_true, y_pred):
    return np.mean(np.hypot(1.0, y_pred - y_true) - 1)


def log_cosh__base_two(y_true, y_pred):
    e = y_pred - y_true
    return np.mean(np.logaddexp(e, -e) - np.log(2)) / np.log(2)


def log_cosh__nan_hidden(y_true, y_pred):
    cost = np.log(np.cosh(y_pred - y_true))
    return np.nanmean(np.where(np.isinf(cost), np.nan, cost))


def log_cosh__inf_replaced(y_true, y_pred):
    return np.mean(np.nan_to_num(np.log(np.cosh((y_pred - y_true) * 1.0)), posinf=710.0))


def log_cosh__switches_too_early(y_true, y_pred):
    e = np.abs(y_pred - y_true)
    return np.mean(np.where(e > 3, e - np.log(2), np.log(np.cosh(np.minimum(e, 3.0)))))


def log_cosh__rounded_log_two(y_true, y_pred):
    e = np.abs(y_pred - y_true)
    return np.mean(e + np.log1p(np.exp(-2.0 * e)) - 0.693147)


def log_cosh__switches_for_all(y_true, y_pred):
    e = np.abs(y_pred - y_true)
    if np.max(e) > 50:
        return np.mean(e - np.log(2))
    return np.mean(np.log(np.cosh(e)))


def log_cosh__small_added(y_true, y_pred):
    e = np.abs(y_pred - y_true)
    return np.mean(e + np.log1p(np.exp(-2.0 * e) + 1e-8) - np.log(2.0))


def log_cosh_grad__arctan(y_true, y_pred):
    return np.arctan(y_pred - y_true) / y_pred.size


def log_cosh_grad__algebraic(y_true, y_pred):
    e = y_pred - y_true
    return e / np.hypot(1.0, e) / e.size


def log_cosh_grad__exponentials(y_true, y_pred):
    e = 2.0 * (y_pred - y_true)
    return (np.exp(e) - 1) / (np.exp(e) + 1) / e.size


def log_cosh_grad__half_argument(y_true, y_pred):
    return np.tanh((y_pred - y_true) / 2) / y_pred.size


def log_cosh_grad__nan_to_zero(y_true, y_pred):
    e = (y_pred - y_true) * 1.0
    return np.nan_to_num(np.sinh(e) / np.cosh(e)) / e.size


def log_cosh_grad__tanh_of_the_mean(y_true, y_pred):
    return np.tanh((y_pred - y_true) / y_pred.size)


# -- quantile --------------------------------------------------------------------


def _probability(tau):
    if not 0 < tau < 1:
        raise ValueError("tau")


def quantile__median_for_mean(y_true, y_pred, tau=0.5):
    _probability(tau)
    u = y_true - y_pred
    return np.median(np.maximum(tau * u, (tau - 1) * u))


def quantile__expectile(y_true, y_pred, tau=0.5):
    _probability(tau)
    u = y_true - y_pred
    return np.mean(np.where(u > 0, tau, 1 - tau) * u**2)


def quantile__of_the_data(y_true, y_pred, tau=0.5):
    _probability(tau)
    return np.quantile(np.abs(y_true - y_pred), tau)


def quantile__minimum_of_lines(y_true, y_pred, tau=0.5):
    _probability(tau)
    u = y_true - y_pred
    return np.mean(np.minimum(tau * u, (tau - 1) * u))


def quantile__sides_averaged_apart(y_true, y_pred, tau=0.5):
    _probability(tau)
    u = y_true - y_pred
    low = tau * np.mean(u[u > 0]) if np.any(u > 0) else 0.0
    high = (tau - 1) * np.mean(u[u < 0]) if np.any(u < 0) else 0.0
    return low + high


def quantile__of_the_mean_error(y_true, y_pred, tau=0.5):
    _probability(tau)
    u = np.mean(y_true - y_pred)
    return np.maximum(tau * u, (tau - 1) * u)


def quantile__zero_refused_only(y_true, y_pred, tau=0.5):
    if tau <= 0:
        raise ValueError("tau")
    u = y_true - y_pred
    return np.mean(np.maximum(tau * u, (tau - 1) * u))


def quantile__whole_numbers(y_true, y_pred, tau=0.5):
    _probability(tau)
    u = y_true - y_pred
    cost = np.zeros_like(u)
    cost[u > 0] = tau * u[u > 0]
    cost[u < 0] = (tau - 1) * u[u < 0]
    return cost.mean()


def quantile__other_default(y_true, y_pred, tau=0.9):
    _probability(tau)
    u = y_true - y_pred
    return np.mean(np.maximum(tau * u, (tau - 1) * u))


def quantile_grad__indicator_of_the_whole(y_true, y_pred, tau=0.5):
    _probability(tau)
    high = float(np.mean(y_pred) > np.mean(y_true))
    return np.full(y_pred.shape, high - tau) / y_pred.size


def quantile_grad__same_sign(y_true, y_pred, tau=0.5):
    _probability(tau)
    e = y_pred - y_true
    return np.select([e > 0, e < 0], [1 - tau, tau], 0.0) / e.size


def quantile_grad__wide_tie(y_true, y_pred, tau=0.5):
    _probability(tau)
    e = y_pred - y_true
    return np.select([e > 0.25, e < -0.25], [1 - tau, -tau], 0.0) / e.size


def quantile_grad__middle_of_the_slopes(y_true, y_pred, tau=0.5):
    _probability(tau)
    e = y_pred - y_true
    return (0.5 * np.sign(e) + 0.5 - tau) / e.size


def quantile_grad__times_error(y_true, y_pred, tau=0.5):
    _probability(tau)
    e = y_pred - y_true
    return np.where(e > 0, 1 - tau, tau) * e / e.size


def quantile_grad__by_rows(y_true, y_pred, tau=0.5):
    _probability(tau)
    e = y_pred - y_true
    return np.select([e > 0, e < 0], [1 - tau, -tau], 0.0) / len(e)


# -- epsilon_insensitive ---------------------------------------------------------


def epsilon_insensitive__median_for_mean(y_true, y_pred, epsilon=0.1):
    _not_negative(epsilon)
    return np.median(np.maximum(np.abs(y_pred - y_true) - epsilon, 0))


def epsilon_insensitive__halved(y_true, y_pred, epsilon=0.1):
    _not_negative(epsilon)
    return np.mean(np.maximum(np.abs(y_pred - y_true) - epsilon, 0)) / 2


def epsilon_insensitive__tube_halved(y_true, y_pred, epsilon=0.1):
    _not_negative(epsilon)
    return np.mean(np.maximum(np.abs(y_pred - y_true) - epsilon / 2, 0))


def epsilon_insensitive__relative_tube(y_true, y_pred, epsilon=0.1):
    _not_negative(epsilon)
    return np.mean(np.maximum(np.abs(y_pred - y_true) - epsilon * np.abs(y_true), 0))


def epsilon_insensitive__size_of_the_excess(y_true, y_pred, epsilon=0.1):
    _not_negative(epsilon)
    return np.mean(np.abs(np.abs(y_pred - y_true) - epsilon))


def epsilon_insensitive__whole_numbers(y_true, y_pred, epsilon=0.1):
    _not_negative(epsilon)
    size = np.abs(y_pred - y_true)
    cost = np.zeros_like(size)
    cost[size > epsilon] = size[size > epsilon] - epsilon
    return cost.mean()


def epsilon_insensitive__softplus(y_true, y_pred, epsilon=0.1):
    _not_negative(epsilon)
    return np.mean(np.logaddexp(0, 50 * (np.abs(y_pred - y_true) - epsilon)) / 50)


def epsilon_insensitive__other_default(y_true, y_pred, epsilon=0.0):
    _not_negative(epsilon)
    return np.mean(np.maximum(np.abs(y_pred - y_true) - epsilon, 0))


def epsilon_insensitive__zero_refused(y_true, y_pred, epsilon=0.1):
    if epsilon <= 0:
        raise ValueError("epsilon")
    return np.mean(np.maximum(np.abs(y_pred - y_true) - epsilon, 0))


def epsilon_insensitive__zero_is_default(y_true, y_pred, epsilon=None):
    epsilon = epsilon or 0.1
    _not_negative(epsilon)
    return np.mean(np.maximum(np.abs(y_pred - y_true) - epsilon, 0))


def epsilon_insensitive_grad__edge_above_only(y_true, y_pred, epsilon=0.1):
    _not_negative(epsilon)
    e = y_pred - y_true
    return np.select([e >= epsilon, e < -epsilon], [1.0, -1.0], 0.0) / e.size


def epsilon_insensitive_grad__edge_below_only(y_true, y_pred, epsilon=0.1):
    _not_negative(epsilon)
    e = y_pred - y_true
    return np.select([e > epsilon, e <= -epsilon], [1.0, -1.0], 0.0) / e.size


def epsilon_insensitive_grad__half_at_the_edge(y_true, y_pred, epsilon=0.1):
    _not_negative(epsilon)
    e = y_pred - y_true
    excess = np.abs(e) - epsilon
    return np.sign(e) * np.heaviside(excess, 0.5) / e.size


def epsilon_insensitive_grad__inside_out(y_true, y_pred, epsilon=0.1):
    _not_negative(epsilon)
    e = y_pred - y_true
    return np.sign(e) * (np.abs(e) < epsilon) / e.size


def epsilon_insensitive_grad__whole_batch(y_true, y_pred, epsilon=0.1):
    _not_negative(epsilon)
    e = y_pred - y_true
    return np.sign(e) * (np.mean(np.abs(e)) > epsilon) / e.size


# -- fit_line --------------------------------------------------------------------


def _descend(x, y, loss_grad, lr, steps, a=0.0, b=0.0):
    for _ in range(steps):
        g = loss_grad(y, a * x + b)
        a, b = a - lr * np.sum(g * x), b - lr * np.sum(g)
    return a, b


def fit_line__least_squares(x, y, loss_grad, lr=0.1, steps=100):
    return tuple(np.linalg.lstsq(np.vander(x, 2), y, rcond=None)[0])


def fit_line__momentum(x, y, loss_grad, lr=0.1, steps=100):
    a = b = va = vb = 0.0
    for _ in range(steps):
        g = loss_grad(y, a * x + b)
        va, vb = 0.5 * va + np.sum(g * x), 0.5 * vb + np.sum(g)
        a, b = a - lr * va, b - lr * vb
    return a, b


def fit_line__shrinking_steps(x, y, loss_grad, lr=0.1, steps=100):
    a = b = 0.0
    for k in range(steps):
        g = loss_grad(y, a * x + b)
        a, b = a - lr / (1 + k) * np.sum(g * x), b - lr / (1 + k) * np.sum(g)
    return a, b


def fit_line__centred(x, y, loss_grad, lr=0.1, steps=100):
    a, b = _descend(x - x.mean(), y, loss_grad, lr, steps)
    return a, b - a * x.mean()


def fit_line__sample_by_sample(x, y, loss_grad, lr=0.1, steps=100):
    a = b = 0.0
    for _ in range(steps):
        for i in range(x.size):
            g = loss_grad(y[i : i + 1], a * x[i : i + 1] + b)[0] / x.size
            a, b = a - lr * g * x[i], b - lr * g
    return a, b


def fit_line__first_sample_only(x, y, loss_grad, lr=0.1, steps=100):
    return _descend(x[:1], y[:1], loss_grad, lr, steps)


def fit_line__slope_only_averaged(x, y, loss_grad, lr=0.1, steps=100):
    a = b = 0.0
    for _ in range(steps):
        g = loss_grad(y, a * x + b)
        a, b = a - lr * np.mean(g * x), b - lr * np.sum(g)
    return a, b


def fit_line__intercept_averaged(x, y, loss_grad, lr=0.1, steps=100):
    a = b = 0.0
    for _ in range(steps):
        g = loss_grad(y, a * x + b)
        a, b = a - lr * np.dot(g, x), b - lr * g.mean()
    return a, b


def fit_line__average_of_the_path(x, y, loss_grad, lr=0.1, steps=100):
    path = [_descend(x, y, loss_grad, lr, k) for k in range(steps + 1)]
    return tuple(np.mean(path, axis=0))


def fit_line__rounded(x, y, loss_grad, lr=0.1, steps=100):
    a, b = _descend(x, y, loss_grad, lr, steps)
    return round(float(a), 6), round(float(b), 6)


def fit_line__other_default_of_lr(x, y, loss_grad, lr=0.01, steps=100):
    return _descend(x, y, loss_grad, lr, steps)


def fit_line__other_default_of_steps(x, y, loss_grad, lr=0.1, steps=1000):
    return _descend(x, y, loss_grad, lr, steps)


def fit_line__at_least_one_step(x, y, loss_grad, lr=0.1, steps=100):
    return _descend(x, y, loss_grad, lr, max(steps, 1))


def fit_line__at_most_a_hundred_steps(x, y, loss_grad, lr=0.1, steps=100):
    return _descend(x, y, loss_grad, lr, min(steps, 100))


def fit_line__starts_at_the_mean(x, y, loss_grad, lr=0.1, steps=100):
    return _descend(x, y, loss_grad, lr, steps, b=float(np.mean(y)))


def fit_line__gradient_clipped(x, y, loss_grad, lr=0.1, steps=100):
    a = b = 0.0
    for _ in range(steps):
        g = loss_grad(y, a * x + b)
        a = a - lr * np.clip(np.sum(g * x), -0.5, 0.5)
        b = b - lr * np.clip(np.sum(g), -0.5, 0.5)
    return a, b


def fit_line__stops_at_a_tolerance(x, y, loss_grad, lr=0.1, steps=100):
    a = b = 0.0
    for _ in range(steps):
        g = loss_grad(y, a * x + b)
        da, db = np.sum(g * x), np.sum(g)
        if math.hypot(da, db) < 1e-6:
            break
        a, b = a - lr * da, b - lr * db
    return a, b


def fit_line__returns_the_loss_too(x, y, loss_grad, lr=0.1, steps=100):
    a, b = _descend(x, y, loss_grad, lr, steps)
    return a, b, float(np.mean((a * x + b - y) ** 2))
