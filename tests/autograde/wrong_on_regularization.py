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
