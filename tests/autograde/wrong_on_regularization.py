"""Wrong answers on regularization that no record knows. All of them must fail."""

from __future__ import annotations

import numpy as np


def _not_negative(lam):
    if lam < 0:
        raise ValueError("lam")


# -- l2_penalty ----------------------------------------------------------------------


def _l2(w, lam):
    _not_negative(lam)
    return lam * np.sum(np.square(w * 1.0)) / 2


def l2_penalty__off_by_one_half(w, lam=1.0):
    return _l2(w, lam) + 0.5


def l2_penalty__default_of_a_half(w, lam=0.5):
    return _l2(w, lam)


def l2_penalty__first_row_only(w, lam=1.0):
    return _l2(w[0] if np.ndim(w) > 1 else w, lam)


def l2_penalty__last_is_an_intercept(w, lam=1.0):
    return _l2(np.ravel(w)[:-1], lam)


def l2_penalty__cubes(w, lam=1.0):
    _not_negative(lam)
    return lam * np.sum(np.abs(w * 1.0) ** 3) / 2


def l2_penalty__sizes(w, lam=1.0):
    _not_negative(lam)
    return lam * np.sum(np.abs(w * 1.0)) / 2


def l2_penalty__over_the_root_of_d(w, lam=1.0):
    return _l2(w, lam) / np.sqrt(np.size(w))


def l2_penalty__divided_by_lam(w, lam=1.0):
    _not_negative(lam)
    return np.sum(np.square(w * 1.0)) / (2 * lam) if lam else 0.0


def l2_penalty__zero_is_refused(w, lam=1.0):
    if lam <= 0:
        raise ValueError("lam")
    return _l2(w, lam)


def l2_penalty__variance(w, lam=1.0):
    _not_negative(lam)
    return lam * np.size(w) * np.var(w) / 2


def l2_penalty__rounded(w, lam=1.0):
    return np.round(_l2(w, lam), 1)


def l2_penalty__negative(w, lam=1.0):
    return -_l2(w, lam)


def l2_penalty_grad__one_row(w, lam=1.0):
    _not_negative(lam)
    return lam * np.ravel(w)


def l2_penalty_grad__in_place(w, lam=1.0):
    _not_negative(lam)
    w *= lam
    return w


def l2_penalty_grad__added_up(w, lam=1.0):
    _not_negative(lam)
    return lam * np.sum(w)


def l2_penalty_grad__sizes(w, lam=1.0):
    _not_negative(lam)
    return lam * np.abs(w)


def l2_penalty_grad__squares(w, lam=1.0):
    _not_negative(lam)
    return lam * w**2 / 2


def l2_penalty_grad__forgets_the_check(w, lam=1.0):
    return abs(lam) * w


# -- ridge_fit -----------------------------------------------------------------------


def _ridge(x, y, lam):
    _not_negative(lam)
    c = x - x.mean(axis=0)
    w = np.linalg.pinv(c.T @ c / len(y) + lam * np.eye(x.shape[1])) @ c.T @ (y - y.mean())
    w = w / len(y)
    return np.append(w, y.mean() - x.mean(axis=0) @ w)


def ridge_fit__least_squares(x, y, lam=1.0):
    return _ridge(x, y, 0.0 if lam >= 0 else lam)


def ridge_fit__only_the_mean(x, y, lam=1.0):
    _not_negative(lam)
    return np.append(np.zeros(x.shape[1]), y.mean())


def ridge_fit__one_feature_at_a_time(x, y, lam=1.0):
    _not_negative(lam)
    c = x - x.mean(axis=0)
    w = c.T @ (y - y.mean()) / len(y) / (np.mean(c**2, axis=0) + lam)
    return np.append(w, y.mean() - x.mean(axis=0) @ w)


def ridge_fit__one_sample_less(x, y, lam=1.0):
    return _ridge(x[:-1], y[:-1], lam) if len(y) > 1 else _ridge(x, y, lam)


def ridge_fit__n_minus_one(x, y, lam=1.0):
    n = len(y)
    return _ridge(x, y, lam * (n - 1) / n if lam >= 0 else lam)


def ridge_fit__wrong_sign_of_the_intercept(x, y, lam=1.0):
    both = _ridge(x, y, lam)
    return np.append(both[:-1], -both[-1])


def ridge_fit__median_intercept(x, y, lam=1.0):
    w = _ridge(x, y, lam)[:-1]
    return np.append(w, np.median(y - x @ w))


def ridge_fit__lasso_like(x, y, lam=1.0):
    both = _ridge(x, y, lam)
    return np.append(np.where(np.abs(both[:-1]) < 0.5, 0.0, both[:-1]), both[-1])


def ridge_fit__last_feature_is_free(x, y, lam=1.0):
    _not_negative(lam)
    c = x - x.mean(axis=0)
    price = lam * np.eye(x.shape[1])
    price[-1, -1] = 0.0
    w = np.linalg.pinv(c.T @ c / len(y) + price) @ c.T @ (y - y.mean()) / len(y)
    return np.append(w, y.mean() - x.mean(axis=0) @ w)


def ridge_fit__a_column(x, y, lam=1.0):
    return _ridge(x, y, lam)[:, None]


def ridge_fit__descends_for_a_while(x, y, lam=1.0):
    _not_negative(lam)
    c, t = x - x.mean(axis=0), y - y.mean()
    w = np.zeros(x.shape[1])
    for _ in range(50):
        w = w - 0.02 * (c.T @ (c @ w - t) / len(y) + lam * w)
    return np.append(w, y.mean() - x.mean(axis=0) @ w)


def ridge_fit__a_little_more(x, y, lam=1.0):
    return _ridge(x, y, lam + 1e-3 if lam >= 0 else lam)


def ridge_fit__at_least_a_little(x, y, lam=1.0):
    return _ridge(x, y, max(lam, 1e-2) if lam >= 0 else lam)


# -- l1_penalty ----------------------------------------------------------------------


def _l1(w, lam):
    _not_negative(lam)
    return lam * np.sum(np.abs(w) * 1.0)


def l1_penalty__counts_them(w, lam=1.0):
    _not_negative(lam)
    return lam * np.count_nonzero(w)


def l1_penalty__last_is_an_intercept(w, lam=1.0):
    return _l1(np.ravel(w)[:-1], lam)


def l1_penalty__largest_column_sum(w, lam=1.0):
    _not_negative(lam)
    return lam * np.linalg.norm(w * 1.0, 1) if np.ndim(w) > 1 else _l1(w, lam)


def l1_penalty__roots(w, lam=1.0):
    _not_negative(lam)
    return lam * np.sum(np.sqrt(np.abs(w)))


def l1_penalty__doubled(w, lam=1.0):
    return 2 * _l1(w, lam)


def l1_penalty__positive_part(w, lam=1.0):
    _not_negative(lam)
    return lam * np.sum(np.maximum(w, 0.0))


def l1_penalty__negative(w, lam=1.0):
    return -_l1(w, lam)


def l1_penalty__one_for_lam(w, lam=1.0):
    return _l1(w, 1.0 if lam >= 0 else lam)


def l1_penalty__whole_numbers(w, lam=1.0):
    _not_negative(lam)
    return lam * float(np.sum(np.abs(w).astype(int)))


def l1_penalty__smooth(w, lam=1.0):
    _not_negative(lam)
    return lam * np.sum(np.sqrt(np.square(w * 1.0) + 1e-3))


def l1_penalty_grad__in_place(w, lam=1.0):
    _not_negative(lam)
    np.sign(w, out=w)
    return lam * w


def l1_penalty_grad__ascends(w, lam=1.0):
    _not_negative(lam)
    return -lam * np.sign(w)


def l1_penalty_grad__flat(w, lam=1.0):
    _not_negative(lam)
    return lam * np.sign(np.ravel(w))


def l1_penalty_grad__dead_near_zero(w, lam=1.0):
    _not_negative(lam)
    return lam * np.sign(np.where(np.abs(w) < 1e-6, 0.0, w))


def l1_penalty_grad__half_at_zero(w, lam=1.0):
    _not_negative(lam)
    return np.where(w == 0, lam / 2, lam * np.sign(w))


def l1_penalty_grad__tanh(w, lam=1.0):
    _not_negative(lam)
    return lam * np.tanh(w)


# -- soft_threshold -------------------------------------------------------------------


def _soft(v, t):
    if t < 0:
        raise ValueError("threshold")
    return np.sign(v) * np.maximum(np.abs(v) - t, 0.0)


def soft_threshold__twice(v, threshold):
    return _soft(_soft(v, threshold), threshold)


def soft_threshold__rows_of_one_length(v, threshold):
    if threshold < 0:
        raise ValueError("threshold")
    size = np.sqrt(np.sum(np.square(v * 1.0), axis=-1, keepdims=True))
    return v * np.maximum(1 - threshold / np.maximum(size, 1e-300), 0.0)


def soft_threshold__relative(v, threshold):
    return _soft(v, threshold * np.max(np.abs(v)) if threshold >= 0 else threshold)


def soft_threshold__squared(v, threshold):
    return _soft(v, threshold**2 if threshold >= 0 else threshold)


def soft_threshold__root(v, threshold):
    return _soft(v, np.sqrt(threshold) if threshold >= 0 else threshold)


def soft_threshold__garrote(v, threshold):
    if threshold < 0:
        raise ValueError("threshold")
    return np.where(np.abs(v) > threshold, v - threshold**2 / np.where(v == 0, 1, v), 0.0)


def soft_threshold__in_place(v, threshold):
    out = _soft(v, threshold)
    v[np.abs(v) <= threshold] = 0
    return out


def soft_threshold__negative(v, threshold):
    return -_soft(v, threshold)


def soft_threshold__whole(v, threshold):
    return _soft(v, threshold).astype(v.dtype)


def soft_threshold__zero_is_refused(v, threshold):
    if threshold <= 0:
        raise ValueError("threshold")
    return _soft(v, threshold)


def soft_threshold__leaves_a_little(v, threshold):
    if threshold < 0:
        raise ValueError("threshold")
    return np.sign(v) * np.maximum(np.abs(v) - threshold, 1e-3 * np.abs(v))


def soft_threshold__flat(v, threshold):
    return _soft(np.ravel(v), threshold)


def soft_threshold__first_sign(v, threshold):
    return np.sign(np.ravel(v)[0]) * np.abs(_soft(v, threshold))


def soft_threshold__small_only(v, threshold):
    if threshold < 0:
        raise ValueError("threshold")
    return np.where(np.abs(v) > 2.5, v, _soft(v, threshold))


# -- lasso_ista -----------------------------------------------------------------------


def _ista(x, y, lam, lr, steps, start=0.0, decay=1.0):
    _not_negative(lam)
    w = np.full(x.shape[1], start)
    for _ in range(steps):
        w = _soft(w - lr * x.T @ (x @ w - y) / len(y), lr * lam)
        lr *= decay
    return w


def lasso_ista__starts_at_one(x, y, lam, lr, steps):
    return _ista(x, y, lam, lr, steps, start=1.0)


def lasso_ista__smaller_and_smaller(x, y, lam, lr, steps):
    return _ista(x, y, lam, lr, steps, decay=0.99)


def lasso_ista__one_less(x, y, lam, lr, steps):
    return _ista(x, y, lam, lr, max(steps - 1, 0))


def lasso_ista__centred(x, y, lam, lr, steps):
    return _ista(x - x.mean(axis=0), y - y.mean(), lam, lr, steps)


def lasso_ista__own_rate(x, y, lam, lr, steps):
    rate = 1 / max(np.linalg.norm(x * 1.0, 2) ** 2 / len(y), 1e-12)
    return _ista(x, y, lam, rate, steps)


def lasso_ista__accelerated(x, y, lam, lr, steps):
    _not_negative(lam)
    w = v = np.zeros(x.shape[1])
    for k in range(steps):
        new = _soft(v - lr * x.T @ (x @ v - y) / len(y), lr * lam)
        v = new + k / (k + 3) * (new - w)
        w = new
    return w


def lasso_ista__until_it_is_done(x, y, lam, lr, steps):
    return _ista(x, y, lam, lr, 2000 if steps else 0)


def lasso_ista__divided_by_d(x, y, lam, lr, steps):
    _not_negative(lam)
    w = np.zeros(x.shape[1])
    for _ in range(steps):
        w = _soft(w - lr * x.T @ (x @ w - y) / w.size, lr * lam)
    return w


def lasso_ista__lam_over_n(x, y, lam, lr, steps):
    return _ista(x, y, lam / len(y), lr, steps)


def lasso_ista__first_is_free(x, y, lam, lr, steps):
    _not_negative(lam)
    w = np.zeros(x.shape[1])
    for _ in range(steps):
        v = w - lr * x.T @ (x @ w - y) / len(y)
        w = _soft(v, lr * lam)
        w[0] = v[0]
    return w


def lasso_ista__never_negative(x, y, lam, lr, steps):
    _not_negative(lam)
    w = np.zeros(x.shape[1])
    for _ in range(steps):
        w = np.maximum(w - lr * (x.T @ (x @ w - y) / len(y) + lam), 0.0)
    return w


def lasso_ista__rounds(x, y, lam, lr, steps):
    return np.round(_ista(x, y, lam, lr, steps), 3)


def lasso_ista__residual_of_the_start(x, y, lam, lr, steps):
    _not_negative(lam)
    w = np.zeros(x.shape[1])
    g = -x.T @ y / len(y)
    for _ in range(steps):
        w = _soft(w - lr * g, lr * lam)
    return w


def lasso_ista__one_sample_at_a_time(x, y, lam, lr, steps):
    _not_negative(lam)
    w = np.zeros(x.shape[1])
    for k in range(steps):
        i = k % len(y)
        w = _soft(w - lr * x[i] * (x[i] @ w - y[i]), lr * lam)
    return w


# -- elastic_net ----------------------------------------------------------------------


def _net(w, alpha, l1_ratio):
    if alpha < 0 or not 0 <= l1_ratio <= 1:
        raise ValueError("parameters")
    return alpha * np.sum(l1_ratio * np.abs(w) + (1 - l1_ratio) * np.square(w * 1.0) / 2)


def _net_grad(w, alpha, l1_ratio):
    _net(w, alpha, l1_ratio)
    return alpha * (l1_ratio * np.sign(w) + (1 - l1_ratio) * w)


def elastic_net__default_of_one(w, alpha=1.0, l1_ratio=1.0):
    return _net(w, alpha, l1_ratio)


def elastic_net__only_sizes(w, alpha=1.0, l1_ratio=0.5):
    _net(w, alpha, l1_ratio)
    return alpha * l1_ratio * np.sum(np.abs(w))


def elastic_net__only_squares(w, alpha=1.0, l1_ratio=0.5):
    _net(w, alpha, l1_ratio)
    return alpha * (1 - l1_ratio) * np.sum(np.square(w * 1.0)) / 2


def elastic_net__ratio_squared(w, alpha=1.0, l1_ratio=0.5):
    return _net(w, alpha, l1_ratio**2 if 0 <= l1_ratio <= 1 else l1_ratio)


def elastic_net__alpha_squared(w, alpha=1.0, l1_ratio=0.5):
    return alpha * _net(w, alpha, l1_ratio)


def elastic_net__doubled(w, alpha=1.0, l1_ratio=0.5):
    return 2 * _net(w, alpha, l1_ratio)


def elastic_net__ends_are_refused(w, alpha=1.0, l1_ratio=0.5):
    if not 0 < l1_ratio < 1:
        raise ValueError("l1_ratio")
    return _net(w, alpha, l1_ratio)


def elastic_net__alpha_is_not_checked(w, alpha=1.0, l1_ratio=0.5):
    return np.sign(alpha) * _net(w, abs(alpha), l1_ratio)


def elastic_net__share_is_clipped(w, alpha=1.0, l1_ratio=0.5):
    return _net(w, alpha, min(max(l1_ratio, 0.0), 1.0))


def elastic_net__first_is_an_intercept(w, alpha=1.0, l1_ratio=0.5):
    return _net(np.ravel(w)[1:], alpha, l1_ratio)


def elastic_net__third(w, alpha=1.0, l1_ratio=0.5):
    _net(w, alpha, l1_ratio)
    return alpha * np.sum(l1_ratio * np.abs(w) + (1 - l1_ratio) * np.square(w * 1.0) / 3)


def elastic_net_grad__only_signs(w, alpha=1.0, l1_ratio=0.5):
    _net(w, alpha, l1_ratio)
    return alpha * l1_ratio * np.sign(w)


def elastic_net_grad__only_linear(w, alpha=1.0, l1_ratio=0.5):
    _net(w, alpha, l1_ratio)
    return alpha * (1 - l1_ratio) * w


def elastic_net_grad__averaged(w, alpha=1.0, l1_ratio=0.5):
    return _net_grad(w, alpha, l1_ratio) / np.size(w)


def elastic_net_grad__one_at_zero(w, alpha=1.0, l1_ratio=0.5):
    g = _net_grad(w, alpha, l1_ratio)
    return np.where(w == 0, alpha * l1_ratio, g)


def elastic_net_grad__outward(w, alpha=1.0, l1_ratio=0.5):
    return -_net_grad(w, alpha, l1_ratio)


def elastic_net_grad__flat(w, alpha=1.0, l1_ratio=0.5):
    return np.ravel(_net_grad(w, alpha, l1_ratio))


# -- kfold_errors and kfold_select_lambda --------------------------------------------------


def _kfold(x, y, lams, k, fit, power=2.0):
    fold = np.arange(len(y)) % k
    out = np.zeros((k, len(lams)))
    for j in range(k):
        for i, lam in enumerate(lams.tolist()):
            w = fit(x[fold != j], y[fold != j], lam)
            out[j, i] = np.mean(np.abs(x[fold == j] @ w[:-1] + w[-1] - y[fold == j]) ** power)
    return out


def kfold_errors__sizes(x, y, lams, k, fit):
    return _kfold(x, y, lams, k, fit, power=1.0)


def kfold_errors__halved(x, y, lams, k, fit):
    return _kfold(x, y, lams, k, fit) / 2


def kfold_errors__folds_backwards(x, y, lams, k, fit):
    return _kfold(x, y, lams, k, fit)[::-1]


def kfold_errors__sorted_strengths(x, y, lams, k, fit):
    return _kfold(x, y, np.sort(lams), k, fit)


def kfold_errors__lam_times_n(x, y, lams, k, fit):
    return _kfold(x, y, lams * len(y), k, fit)


def kfold_errors__first_lam_only(x, y, lams, k, fit):
    return np.repeat(_kfold(x, y, lams[:1], k, fit), len(lams), axis=1)


def kfold_errors__one_fold_less(x, y, lams, k, fit):
    return _kfold(x, y, lams, max(k - 1, 2), fit)


def kfold_errors__bias_only(x, y, lams, k, fit):
    fold = np.arange(len(y)) % k
    out = np.zeros((k, len(lams)))
    for j in range(k):
        for i, lam in enumerate(lams.tolist()):
            w = fit(x[fold != j], y[fold != j], lam)
            out[j, i] = np.mean(x[fold == j] @ w[:-1] + w[-1] - y[fold == j]) ** 2
    return out


def kfold_errors__neighbour_fold(x, y, lams, k, fit):
    return np.roll(_kfold(x, y, lams, k, fit), 1, axis=0)


def kfold_errors__fitted_on_everything_but_one(x, y, lams, k, fit):
    fold = np.arange(len(y)) % k
    out = np.zeros((k, len(lams)))
    for j in range(k):
        for i, lam in enumerate(lams.tolist()):
            w = fit(x[1:], y[1:], lam)
            out[j, i] = np.mean((x[fold == j] @ w[:-1] + w[-1] - y[fold == j]) ** 2)
    return out


def kfold_errors__relative(x, y, lams, k, fit):
    return _kfold(x, y, lams, k, fit) / np.var(y)


def kfold_select_lambda__second_best(errors, lams):
    m = errors.mean(axis=0)
    return lams[np.argsort(m)[min(1, len(m) - 1)]]


def kfold_select_lambda__highest(errors, lams):
    return lams[np.argmax(errors.mean(axis=0))]


def kfold_select_lambda__largest_of_all(errors, lams):
    return np.max(lams)


def kfold_select_lambda__two_errors(errors, lams):
    m = errors.mean(axis=0)
    i = np.argmin(m)
    s = 2 * np.std(errors[:, i], ddof=1) / np.sqrt(len(errors))
    return np.max(lams[m <= m[i] + s])


def kfold_select_lambda__strictly_below(errors, lams):
    m = errors.mean(axis=0)
    i = np.argmin(m)
    s = np.std(errors[:, i], ddof=1) / np.sqrt(len(errors))
    return np.max(lams[(m < m[i] + s) | (np.arange(len(m)) == i)])


def kfold_select_lambda__the_mean_strength(errors, lams):
    m = errors.mean(axis=0)
    i = np.argmin(m)
    s = np.std(errors[:, i], ddof=1) / np.sqrt(len(errors))
    return np.mean(lams[m <= m[i] + s])


def kfold_select_lambda__best_single_fold(errors, lams):
    return lams[np.unravel_index(np.argmin(errors), errors.shape)[1]]


# -- early_stopping --------------------------------------------------------------------


def _stop(losses, patience, min_delta=0.0):
    if patience < 1:
        raise ValueError("patience")
    best, wait = 0, 0
    for t in range(1, len(losses)):
        if losses[t] < losses[best] - min_delta:
            best, wait = t, 0
        else:
            wait += 1
            if wait >= patience:
                return np.array([t, best])
    return np.array([len(losses) - 1, best])


def early_stopping__stop_only(losses, patience, min_delta=0.0):
    return _stop(losses, patience, min_delta)[0]


def early_stopping__best_only(losses, patience, min_delta=0.0):
    return _stop(losses, patience, min_delta)[1]


def early_stopping__the_losses(losses, patience, min_delta=0.0):
    return losses[_stop(losses, patience, min_delta)]


def early_stopping__the_wait(losses, patience, min_delta=0.0):
    stop, best = _stop(losses, patience, min_delta)
    return np.array([stop, stop - best])


def early_stopping__three_numbers(losses, patience, min_delta=0.0):
    stop, best = _stop(losses, patience, min_delta)
    return np.array([stop, best, losses[best]])


def early_stopping__fixed_patience(losses, patience, min_delta=0.0):
    return _stop(losses, 3 if patience >= 1 else patience, min_delta)


def early_stopping__one_past_the_end(losses, patience, min_delta=0.0):
    stop, best = _stop(losses, patience, min_delta)
    return np.array([stop + (stop == len(losses) - 1), best])


def early_stopping__nan_ends_it(losses, patience, min_delta=0.0):
    bad = np.flatnonzero(np.isnan(losses * 1.0))
    return _stop(losses[: bad[0]] if bad.size else losses, patience, min_delta)


def early_stopping__nan_is_the_best(losses, patience, min_delta=0.0):
    return _stop(np.nan_to_num(losses * 1.0, nan=-1e9), patience, min_delta)


def early_stopping__default_delta(losses, patience, min_delta=0.2):
    return _stop(losses, patience, min_delta)


def early_stopping__half_the_delta(losses, patience, min_delta=0.0):
    return _stop(losses, patience, min_delta / 2)


def early_stopping__sizes(losses, patience, min_delta=0.0):
    return _stop(np.abs(losses), patience, min_delta)


def early_stopping__smoothed(losses, patience, min_delta=0.0):
    mean = np.cumsum(losses) / np.arange(1, len(losses) + 1)
    return _stop(mean, patience, min_delta)


def early_stopping__double_patience(losses, patience, min_delta=0.0):
    return _stop(losses, 2 * patience, min_delta)


def early_stopping__rounded_losses(losses, patience, min_delta=0.0):
    return _stop(np.round(losses * 1.0), patience, min_delta)
