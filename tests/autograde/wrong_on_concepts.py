"""Wrong answers on what a loss is that no record knows. All of them must fail."""

from __future__ import annotations

import numpy as np


def _weights(y_true, sample_weight):
    if sample_weight is None:
        return np.ones(len(y_true))
    if np.min(sample_weight) < 0 or np.max(sample_weight) == 0:
        raise ValueError("a bad weight")
    return sample_weight


def _risk(loss, y_true, y_pred, sample_weight=None):
    return np.average(loss(y_true, y_pred), weights=_weights(y_true, sample_weight))


# -- empirical_risk ----------------------------------------------------------------


def empirical_risk__one_degree_of_freedom_less(loss, y_true, y_pred, sample_weight=None):
    w = _weights(y_true, sample_weight)
    return np.sum(w * loss(y_true, y_pred)) / max(np.sum(w) - 1, 1)


def empirical_risk__median(loss, y_true, y_pred, sample_weight=None):
    _weights(y_true, sample_weight)
    return np.median(loss(y_true, y_pred))


def empirical_risk__squares_always(loss, y_true, y_pred, sample_weight=None):
    w = _weights(y_true, sample_weight)
    rows = ((y_pred - y_true) ** 2).reshape(len(y_true), -1).sum(axis=1)
    return np.average(rows, weights=w)


def empirical_risk__squared_weights(loss, y_true, y_pred, sample_weight=None):
    w = _weights(y_true, sample_weight)
    return np.average(loss(y_true, y_pred), weights=w**2)


def empirical_risk__weights_above_zero_count_as_one(loss, y_true, y_pred, sample_weight=None):
    w = _weights(y_true, sample_weight)
    return np.mean(loss(y_true, y_pred)[w > 0])


def empirical_risk__one_loss_per_sample_expected(loss, y_true, y_pred, sample_weight=None):
    w = _weights(y_true, sample_weight)
    return sum(w[i] * loss(y_true[:1], y_pred[:1])[0] for i in range(len(w))) / sum(w)


def empirical_risk__truncated(loss, y_true, y_pred, sample_weight=None):
    w = _weights(y_true, sample_weight)
    return np.average(loss(y_true, y_pred).astype(int), weights=w)


def empirical_risk__array_of_losses(loss, y_true, y_pred, sample_weight=None):
    return _weights(y_true, sample_weight) * loss(y_true, y_pred)


def empirical_risk__in_place(loss, y_true, y_pred, sample_weight=None):
    value = _risk(loss, y_true, y_pred, sample_weight)
    y_pred -= y_true
    return value


def empirical_risk__type_error(loss, y_true, y_pred, sample_weight=None):
    try:
        return _risk(loss, y_true, y_pred, sample_weight)
    except ValueError as error:
        raise TypeError("a bad weight") from error


def empirical_risk__half(loss, y_true, y_pred, sample_weight=None):
    return _risk(loss, y_true, y_pred, sample_weight) / 2


def empirical_risk__extremes_left_out(loss, y_true, y_pred, sample_weight=None):
    w, losses = _weights(y_true, sample_weight), loss(y_true, y_pred)
    keep = losses < np.max(losses) if len(losses) > 2 else losses > -1
    return np.average(losses[keep], weights=w[keep])


def objective__penalty_on_the_first_weight_only(loss, y_true, y_pred, w, lam):
    return _risk(loss, y_true, y_pred) + lam * w.ravel()[0] ** 2


def objective__intercept_is_free(loss, y_true, y_pred, w, lam):
    return _risk(loss, y_true, y_pred) + lam * np.sum(w.ravel()[:-1] ** 2)


def objective__lam_squared(loss, y_true, y_pred, w, lam):
    return _risk(loss, y_true, y_pred) + lam**2 * np.sum(w**2)


def objective__mixture(loss, y_true, y_pred, w, lam):
    return (1 - lam) * _risk(loss, y_true, y_pred) + lam * np.sum(w**2)


def objective__square_of_the_sum(loss, y_true, y_pred, w, lam):
    return _risk(loss, y_true, y_pred) + lam * np.sum(w) ** 2


# -- bayes_optimal_constant --------------------------------------------------------


def _constant(loss, y, candidates):
    ordered = np.sort(candidates)
    return ordered[np.argmin([np.mean(loss(y, c)) for c in ordered])]


def bayes_optimal_constant__exact_mean(loss, y, candidates):
    return np.mean(y)


def bayes_optimal_constant__exact_median(loss, y, candidates):
    return np.median(y)


def bayes_optimal_constant__midrange(loss, y, candidates):
    return (np.min(y) + np.max(y)) / 2


def bayes_optimal_constant__first_sample_only(loss, y, candidates):
    return _constant(loss, y[:1], candidates)


def bayes_optimal_constant__without_the_far_one(loss, y, candidates):
    keep = np.abs(y - np.median(y)) < np.max(np.abs(y - np.median(y))) if len(y) > 2 else y == y
    return _constant(loss, y[keep], candidates)


def bayes_optimal_constant__samples_only(loss, y, candidates):
    return _constant(loss, y, y)


def bayes_optimal_constant__last_candidate_left_out(loss, y, candidates):
    return _constant(loss, y, candidates[:-1] if len(candidates) > 1 else candidates)


def bayes_optimal_constant__mean_of_the_best(loss, y, candidates):
    risks = np.array([np.mean(loss(y, c)) for c in candidates])
    return np.mean(candidates[risks == np.min(risks)])


def bayes_optimal_constant__median_of_the_losses(loss, y, candidates):
    ordered = np.sort(candidates)
    return ordered[np.argmin([np.median(loss(y, c)) for c in ordered])]


def bayes_optimal_constant__sorts_in_place(loss, y, candidates):
    candidates.sort()
    return _constant(loss, y, candidates)


def bayes_optimal_constant__goes_down_from_the_first(loss, y, candidates):
    at = 0
    while at + 1 < len(candidates) and np.mean(loss(y, candidates[at + 1])) < np.mean(
        loss(y, candidates[at])
    ):
        at += 1
    return candidates[at]


def bayes_optimal_class__one_based(probability, cost):
    return 1 + np.argmin(probability @ cost, axis=1)


def bayes_optimal_class__one_answer_for_all(probability, cost):
    return np.full(len(probability), np.argmin(np.mean(probability @ cost, axis=0)))


def bayes_optimal_class__worst_price(probability, cost):
    return np.full(len(probability), np.argmin(np.max(cost, axis=0)))


def bayes_optimal_class__one_hot(probability, cost):
    return np.eye(cost.shape[1])[np.argmin(probability @ cost, axis=1)]


def bayes_optimal_class__squared_beliefs(probability, cost):
    return np.argmin(probability**2 @ cost, axis=1)


def bayes_optimal_class__never_the_last(probability, cost):
    return np.argmin((probability @ cost)[:, : len(cost)], axis=1)


# -- gradient_descent --------------------------------------------------------------


def _path(grad, w, lr, steps):
    path = [np.array(w, dtype=float)]
    for _ in range(steps):
        path.append(path[-1] - lr * grad(path[-1]))
    return np.array(path)


def gradient_descent__in_place(grad, w, lr=0.1, steps=100):
    path = [w * 1.0]
    for _ in range(steps):
        w[...] = w - lr * grad(w * 1.0)
        path.append(w * 1.0)
    return np.array(path)


def gradient_descent__one_step_more(grad, w, lr=0.1, steps=100):
    return _path(grad, w, lr, steps + 1)


def gradient_descent__one_step_less(grad, w, lr=0.1, steps=100):
    return _path(grad, w, lr, max(steps - 1, 0))


def gradient_descent__backwards(grad, w, lr=0.1, steps=100):
    return _path(grad, w, lr, steps)[::-1]


def gradient_descent__momentum(grad, w, lr=0.1, steps=100):
    path, v = [np.array(w, dtype=float)], 0.0
    for _ in range(steps):
        v = 0.9 * v - lr * grad(path[-1])
        path.append(path[-1] + v)
    return np.array(path)


def gradient_descent__clipped(grad, w, lr=0.1, steps=100):
    path = [np.array(w, dtype=float)]
    for _ in range(steps):
        path.append(path[-1] - lr * np.clip(grad(path[-1]), -1, 1))
    return np.array(path)


def gradient_descent__stops_when_small(grad, w, lr=0.1, steps=100):
    path = [np.array(w, dtype=float)]
    for _ in range(steps):
        if np.max(np.abs(grad(path[-1]))) < 1e-3:
            break
        path.append(path[-1] - lr * grad(path[-1]))
    return np.array(path)


def gradient_descent__mean_gradient(grad, w, lr=0.1, steps=100):
    return _path(lambda v: grad(v) / v.size, w, lr, steps)


def gradient_descent__fixed_rate(grad, w, lr=0.1, steps=100):
    return _path(grad, w, 0.1, steps)


def gradient_descent__flat_path(grad, w, lr=0.1, steps=100):
    return _path(grad, w, lr, steps).reshape(steps + 1, -1)


def gradient_descent__single_precision(grad, w, lr=0.1, steps=100):
    return _path(grad, w, lr, steps).astype(np.float32)


def gradient_descent__columns(grad, w, lr=0.1, steps=100):
    return np.moveaxis(_path(grad, w, lr, steps), 0, -1)


def gradient_descent__starts_at_zero(grad, w, lr=0.1, steps=100):
    return _path(grad, np.zeros(np.shape(w)), lr, steps)


def gradient_descent__looks_ahead(grad, w, lr=0.1, steps=100):
    return _path(lambda v: grad(v - lr * grad(v)), w, lr, steps)


# -- midpoint_convex ---------------------------------------------------------------


def _pairs(points):
    return [(points[i], points[j]) for i in range(len(points)) for j in range(i)]


def _gaps(f, points):
    return [f((a + b) / 2) - (f(a) + f(b)) / 2 for a, b in _pairs(points)]


def midpoint_convex__sum_of_gaps(f, points):
    return sum(_gaps(f, points))


def midpoint_convex__largest_size(f, points):
    return max(abs(g) for g in _gaps(f, points))


def midpoint_convex__median_gap(f, points):
    return float(np.median(_gaps(f, points)))


def midpoint_convex__ratio(f, points):
    return max(f((a + b) / 2) / ((f(a) + f(b)) / 2) for a, b in _pairs(points))


def midpoint_convex__a_third_of_the_way(f, points):
    return max(f((a + 2 * b) / 3) - (f(a) + 2 * f(b)) / 3 for a, b in _pairs(points))


def midpoint_convex__lower_end(f, points):
    return max(f((a + b) / 2) - min(f(a), f(b)) for a, b in _pairs(points))


def midpoint_convex__share_of_broken_pairs(f, points):
    return float(np.mean([g > 0 for g in _gaps(f, points)]))


def midpoint_convex__without_the_last(f, points):
    return max(_gaps(f, points[:-1] if len(points) > 2 else points))


def midpoint_convex__per_distance(f, points):
    return max(
        (f((a + b) / 2) - (f(a) + f(b)) / 2) / (np.sum((a - b) ** 2) + 1e-300)
        for a, b in _pairs(points)
    )


def midpoint_convex__columns_for_points(f, points):
    return max(_gaps(f, points.T if len(points.T) > 1 else points))


def midpoint_convex__all_gaps(f, points):
    return np.array(_gaps(f, points))


def midpoint_convex__stops_at_the_first_hit(f, points):
    gaps = _gaps(f, points)
    return next((g for g in gaps if g > 0), max(gaps))


def midpoint_convex__ends_of_the_list(f, points):
    a, b = points[0], points[-1]
    return f((a + b) / 2) - (f(a) + f(b)) / 2


def midpoint_convex__in_place(f, points):
    value = max(_gaps(f, points))
    points[0] = points[-1]
    return value


# -- numerical_gradient ------------------------------------------------------------


def _slopes(f, w, h, quotient):
    w = np.array(w, dtype=float)
    moves = h * np.eye(w.size).reshape(w.size, *w.shape)
    return np.array([quotient(f, w, m) for m in moves]).reshape(w.shape)


def _central(f, w, h):
    return _slopes(f, w, h, lambda f, w, m: (f(w + m) - f(w - m)) / (2 * h))


def numerical_gradient__five_points(f, w, h=1e-5):
    return _slopes(
        f, w, h,
        lambda f, w, m: (8 * (f(w + m) - f(w - m)) - f(w + 2 * m) + f(w - 2 * m)) / (12 * h),
    )  # fmt: skip


def numerical_gradient__half_a_step(f, w, h=1e-5):
    return _central(f, w, h / 2)


def numerical_gradient__not_divided(f, w, h=1e-5):
    return 2 * h * _central(f, w, h)


def numerical_gradient__divided_by_four(f, w, h=1e-5):
    return _central(f, w, h) / 2


def numerical_gradient__leaves_the_step_in(f, w, h=1e-5):
    value = _central(f, w, h)
    if w.dtype.kind == "f":
        w += h
    else:
        w += 1
    return value


def numerical_gradient__last_weight_forgotten(f, w, h=1e-5):
    value = _central(f, w, h)
    value.flat[-1] = 0.0
    return value


def numerical_gradient__first_weight_for_all(f, w, h=1e-5):
    value = _central(f, w, h)
    return np.full(value.shape, value.flat[0])


def numerical_gradient__transposed(f, w, h=1e-5):
    return _central(f, w, h).T * 1.0 + (0.0 if np.ndim(w) > 1 else 1e-3)


def numerical_gradient__unit_length(f, w, h=1e-5):
    value = _central(f, w, h)
    return value / max(np.linalg.norm(value), 1e-30)


def numerical_gradient__mean_over_weights(f, w, h=1e-5):
    return _central(f, w, h) / np.size(w)


def numerical_gradient__sign_only(f, w, h=1e-5):
    return np.sign(_central(f, w, h))


def numerical_gradient__a_tiny_step(f, w, h=1e-5):
    return _central(f, w, h if h > 1e-3 else 1e-14)


def numerical_gradient__multiplied_step(f, w, h=1e-5):
    return _slopes(f, w, h, lambda f, w, m: (f(w * (1 + m)) - f(w * (1 - m))) / (2 * h))


def numerical_gradient__rounded(f, w, h=1e-5):
    return np.round(_central(f, w, h), 2)


# -- check_gradient ----------------------------------------------------------------


def _both(f, grad, w, h):
    return np.ravel(grad(w)).astype(float), _central(f, w, h).ravel()


def _relative(g, m):
    size = np.linalg.norm(g) + np.linalg.norm(m)
    return np.linalg.norm(g - m) / size if size > 0 else 0.0


def check_gradient__always_fine(f, grad, w, h=1e-5):
    return 0.0


def check_gradient__by_the_larger(f, grad, w, h=1e-5):
    g, m = _both(f, grad, w, h)
    size = max(np.linalg.norm(g), np.linalg.norm(m))
    return np.linalg.norm(g - m) / size if size > 0 else 0.0


def check_gradient__sizes_for_lengths(f, grad, w, h=1e-5):
    g, m = _both(f, grad, w, h)
    size = np.abs(g).sum() + np.abs(m).sum()
    return np.abs(g - m).sum() / size if size > 0 else 0.0


def check_gradient__largest_entry(f, grad, w, h=1e-5):
    g, m = _both(f, grad, w, h)
    size = np.abs(g).max() + np.abs(m).max()
    return np.abs(g - m).max() / size if size > 0 else 0.0


def check_gradient__worst_entry(f, grad, w, h=1e-5):
    g, m = _both(f, grad, w, h)
    size = np.abs(g) + np.abs(m)
    return np.max(np.abs(g - m) / np.where(size > 0, size, 1))


def check_gradient__own_step(f, grad, w, h=1e-5):
    return _relative(*_both(f, grad, w, 1e-5))


def check_gradient__gradient_against_itself(f, grad, w, h=1e-5):
    g, _ = _both(f, grad, w, h)
    return _relative(g, g)


def check_gradient__percent(f, grad, w, h=1e-5):
    return 100 * _relative(*_both(f, grad, w, h))


def check_gradient__digits(f, grad, w, h=1e-5):
    return -np.log10(max(_relative(*_both(f, grad, w, h)), 1e-16))


def check_gradient__one_at_rest(f, grad, w, h=1e-5):
    g, m = _both(f, grad, w, h)
    return _relative(g, m) if np.any(g) or np.any(m) else 1.0


def check_gradient__both_norms_multiplied(f, grad, w, h=1e-5):
    g, m = _both(f, grad, w, h)
    size = np.linalg.norm(g) * np.linalg.norm(m)
    return np.linalg.norm(g - m) / size if size > 0 else 0.0


def check_gradient__mean_of_the_norms(f, grad, w, h=1e-5):
    return 2 * _relative(*_both(f, grad, w, h))


def check_gradient__last_weight_only(f, grad, w, h=1e-5):
    g, m = _both(f, grad, w, h)
    return _relative(g[-1:], m[-1:])


def check_gradient__capped(f, grad, w, h=1e-5):
    return min(_relative(*_both(f, grad, w, h)), 0.1)


# -- zero_one_loss -----------------------------------------------------------------


def _share(y, s, t=0.0):
    return np.mean(np.where(s > t, 1, -1) != y)


def zero_one_loss__no_verdicts_on_zero(y_true, score):
    keep = score != 0
    return _share(y_true[keep], score[keep]) if np.any(keep) else 0.0


def zero_one_loss__zero_is_half_a_mistake(y_true, score):
    return np.mean(np.where(score == 0, 0.5, (score > 0) != (y_true > 0)))


def zero_one_loss__both_labels_weigh_the_same(y_true, score):
    parts = [
        _share(y_true[y_true == k], score[y_true == k]) for k in (-1, 1) if np.any(y_true == k)
    ]
    return np.mean(parts)


def zero_one_loss__misses_only(y_true, score):
    return np.mean((y_true > 0) & (score <= 0))


def zero_one_loss__false_alarms_only(y_true, score):
    return np.mean((y_true < 0) & (score > 0))


def zero_one_loss__threshold_at_the_mean(y_true, score):
    return _share(y_true, score, np.mean(score))


def zero_one_loss__twice(y_true, score):
    return np.mean(np.abs(np.where(score > 0, 1, -1) - y_true))


def zero_one_loss__squared_difference(y_true, score):
    return np.mean((np.where(score > 0, 1, -1) - y_true) ** 2)


def zero_one_loss__per_row(y_true, score):
    return np.mean(np.where(score > 0, 1, -1) != y_true, axis=0)


def zero_one_loss__any_mistake(y_true, score):
    return float(np.any(np.where(score > 0, 1, -1) != y_true))


def zero_one_loss__hinge(y_true, score):
    return np.mean(np.maximum(0.0, 1 - y_true * score))


def best_zero_one_loss__labels_alone(y_true, score):
    return min(np.mean(y_true > 0), np.mean(y_true < 0))


def best_zero_one_loss__whole_thresholds(y_true, score):
    return min(_share(y_true, score, t) for t in range(-100, 101, 3))


def best_zero_one_loss__equal_is_yes_and_nothing_above(y_true, score):
    return min(np.mean(np.where(score >= t, 1, -1) != y_true) for t in score)


def best_zero_one_loss__worst(y_true, score):
    return max(_share(y_true, score, t) for t in [-np.inf, *score])


def best_zero_one_loss__mean_over_thresholds(y_true, score):
    return np.mean([_share(y_true, score, t) for t in [-np.inf, *score]])


def best_zero_one_loss__first_dip(y_true, score):
    losses = [_share(y_true, score, t) for t in [-np.inf, *np.sort(score)]]
    k = 0
    while k + 1 < len(losses) and losses[k + 1] <= losses[k]:
        k += 1
    return losses[k]


def best_zero_one_loss__between_the_class_means(y_true, score):
    means = [np.mean(score[y_true == k]) if np.any(y_true == k) else 0.0 for k in (-1, 1)]
    return _share(y_true, score, np.mean(means))


# -- sigmoid_and_derivative --------------------------------------------------------


def _sigmoid(z):
    z = np.asarray(z, dtype=float)
    small = np.exp(-np.abs(z))
    return np.where(z < 0, small, 1.0) / (1.0 + small)


def sigmoid__rounded(z):
    return np.round(_sigmoid(z), 6)


def sigmoid__half_temperature(z):
    return _sigmoid(2 * np.asarray(z))


def sigmoid__single_precision(z):
    return _sigmoid(z).astype(np.float32)


def sigmoid__never_zero_or_one(z):
    return np.clip(_sigmoid(z), 1e-15, 1 - 1e-15)


def sigmoid__an_epsilon(z):
    return 1 / (1 + np.exp(-np.asarray(z, dtype=float)) + 1e-8)


def sigmoid__list_of_floats_only(z):
    return 1 / (1 + np.exp(-float(z)))


def sigmoid__in_place(z):
    value = _sigmoid(z)
    z *= 0
    return value


def sigmoid__flat(z):
    return _sigmoid(z).ravel()


def sigmoid__algebraic(z):
    z = np.asarray(z, dtype=float)
    return (1 + z / (1 + np.abs(z))) / 2


def sigmoid__normal_distribution(z):
    import math

    return np.reshape([0.5 * math.erfc(-v / math.sqrt(2)) for v in np.ravel(z)], np.shape(z))


def sigmoid__mean(z):
    return np.mean(_sigmoid(z))


def sigmoid_grad__constant_beyond_thirty(z):
    return np.where(np.asarray(z) > 30, 1e-13, _sigmoid(z) * _sigmoid(-np.asarray(z)))


def sigmoid_grad__floor(z):
    return np.maximum(_sigmoid(z) * _sigmoid(-np.asarray(z)), 1e-10)


def sigmoid_grad__quarter(z):
    return np.full(np.shape(z), 0.25)


def sigmoid_grad__bell(z):
    return np.exp(-(np.asarray(z, dtype=float) ** 2) / 4) / 4


def sigmoid_grad__one_tail(z):
    return np.exp(-np.abs(np.asarray(z, dtype=float))) / 4


def sigmoid_grad__root(z):
    return np.sqrt(_sigmoid(z) * _sigmoid(-np.asarray(z)))


def sigmoid_grad__single_precision(z):
    s = _sigmoid(np.asarray(z, dtype=np.float32)).astype(np.float32)
    return s * (np.float32(1) - s)
