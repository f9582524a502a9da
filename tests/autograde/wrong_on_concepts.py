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
