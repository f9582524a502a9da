"""Wrong answers on likelihood that no record knows. All of them must fail."""

from __future__ import annotations

import math

import numpy as np

LOG_2PI = np.log(2 * np.pi)


def _gauss(y, m, s):
    return (LOG_2PI + s + (m - y) ** 2 * np.exp(-1.0 * s)) / 2


def _logs(y):
    return np.array([math.lgamma(k + 1) for k in np.ravel(y)]).reshape(np.shape(y))


def _poisson(y, eta):
    return np.exp(1.0 * eta) - np.where(y == 0, 0.0, y * eta) + _logs(y)


def _happened(y, p):
    return np.where(y == 1, p, 1 - p)


def _h(p, q):
    return -np.sum(p * np.log(np.where(p > 0, q, 1.0)), axis=-1)


def _kl(p, q):
    return _h(p, q) - _h(p, p)


def _js(p, q):
    m = (p + q) / 2
    return np.maximum(_kl(p, m) + _kl(q, m), 0.0) / 2


# -- gaussian_nll ------------------------------------------------------------------


def gaussian_nll__per_sample(y_true, mean, log_var):
    return _gauss(y_true, mean, log_var)


def gaussian_nll__absolute_error(y_true, mean, log_var):
    return np.mean(LOG_2PI + log_var + np.abs(mean - y_true) * np.exp(-1.0 * log_var)) / 2


def gaussian_nll__variance_floor(y_true, mean, log_var):
    return np.mean(_gauss(y_true, mean, np.maximum(log_var, -13.8)))


def gaussian_nll__constant_without_half(y_true, mean, log_var):
    return np.mean(_gauss(y_true, mean, log_var)) + LOG_2PI / 2


def gaussian_nll__error_of_the_mean(y_true, mean, log_var):
    return _gauss(0.0, np.mean(mean - y_true), np.mean(log_var))


def gaussian_nll__price_of_the_deviation_twice(y_true, mean, log_var):
    return np.mean(_gauss(y_true, mean, log_var) + log_var / 2)


def gaussian_nll__by_rows(y_true, mean, log_var):
    return np.sum(_gauss(y_true, mean, log_var)) / len(y_true)


def gaussian_nll__single_precision(y_true, mean, log_var):
    y, m, s = (np.asarray(a, dtype=np.float32) for a in (y_true, mean, log_var))
    return np.mean(_gauss(y, m, s))


def gaussian_nll__base_ten(y_true, mean, log_var):
    return np.mean(LOG_2PI + log_var + (mean - y_true) ** 2 * 10.0 ** (-1.0 * log_var)) / 2


def gaussian_nll__in_place(y_true, mean, log_var):
    mean -= y_true
    return np.mean(_gauss(0.0, mean, log_var))


def gaussian_nll__median(y_true, mean, log_var):
    return np.median(_gauss(y_true, mean, log_var))


def gaussian_nll_grad_mean__averaged(y_true, mean, log_var):
    return np.mean((mean - y_true) * np.exp(-1.0 * log_var))


def gaussian_nll_grad_mean__multiplied(y_true, mean, log_var):
    return (mean - y_true) * np.exp(1.0 * log_var) / mean.size


def gaussian_nll_grad_mean__sign_only(y_true, mean, log_var):
    return np.sign(mean - y_true) * np.exp(-1.0 * log_var) / mean.size


def gaussian_nll_grad_log_var__without_price(y_true, mean, log_var):
    return -((mean - y_true) ** 2) * np.exp(-1.0 * log_var) / 2 / mean.size


def gaussian_nll_grad_log_var__of_the_deviation(y_true, mean, log_var):
    return (1 - (mean - y_true) ** 2 * np.exp(-2.0 * log_var)) / 2 / mean.size


# -- laplace_nll -------------------------------------------------------------------


def laplace_nll__per_sample(y_true, loc, scale):
    return np.log(2 * scale) + np.abs(loc - y_true) / scale


def laplace_nll__constant_twice(y_true, loc, scale):
    return np.log(4 * scale) + np.mean(np.abs(loc - y_true)) / scale


def laplace_nll__median_error(y_true, loc, scale):
    return np.log(2 * scale) + np.median(np.abs(loc - y_true)) / scale


def laplace_nll__log_likelihood(y_true, loc, scale):
    return -np.log(2 * scale) - np.mean(np.abs(loc - y_true)) / scale


def laplace_nll__root_of_the_scale(y_true, loc, scale):
    return np.log(2 * scale) + np.mean(np.abs(loc - y_true)) / np.sqrt(scale)


def laplace_nll__scale_is_a_logarithm(y_true, loc, scale):
    return np.log(2) + scale + np.mean(np.abs(loc - y_true)) * np.exp(-scale)


def laplace_nll__by_rows(y_true, loc, scale):
    return np.sum(np.log(2 * scale) + np.abs(loc - y_true) / scale) / len(y_true)


def laplace_nll__bits(y_true, loc, scale):
    return (np.log(2 * scale) + np.mean(np.abs(loc - y_true)) / scale) / np.log(2)


def laplace_nll__huberised(y_true, loc, scale):
    e = np.abs(loc - y_true) / scale
    return np.log(2 * scale) + np.mean(np.where(e < 1, e**2 / 2, e - 0.5))


def laplace_fit__location_only(y):
    return np.median(y)


def laplace_fit__midrange(y):
    m = (np.min(y) + np.max(y)) / 2
    return np.array([m, np.mean(np.abs(y - m))])


def laplace_fit__lower_middle(y):
    m = np.sort(y)[(len(y) - 1) // 2] * 1.0
    return np.array([m, np.mean(np.abs(y - m))])


def laplace_fit__scale_as_deviation(y):
    m = np.median(y)
    return np.array([m, np.sqrt(2) * np.mean(np.abs(y - m))])


def laplace_fit__distances_from_the_mean(y):
    return np.array([np.median(y), np.mean(np.abs(y - np.mean(y)))])


def laplace_fit__trimmed(y):
    s = np.sort(y)
    s = s[1:-1] if len(s) > 2 else s
    return np.array([np.median(s), np.mean(np.abs(s - np.median(s)))])


def laplace_fit__sorts_in_place(y):
    y.sort()
    m = np.median(y)
    return np.array([m, np.mean(np.abs(y - m))])


# -- bernoulli_nll -----------------------------------------------------------------


def bernoulli_nll__per_sample(y_true, p):
    return -np.log(_happened(y_true, p))


def bernoulli_nll__negatives_only(y_true, p):
    return -np.mean(np.log(np.where(y_true == 1, 1.0, 1 - p)))


def bernoulli_nll__large_number_for_infinity(y_true, p):
    return np.minimum(-np.mean(np.log(_happened(y_true, p))), 1e6)


def bernoulli_nll__capped_at_a_hundred(y_true, p):
    return np.mean(np.minimum(-np.log(_happened(y_true, p)), 100.0))


def bernoulli_nll__logits_expected(y_true, p):
    return np.mean(np.logaddexp(0, p) - y_true * p)


def bernoulli_nll__squared(y_true, p):
    return np.mean((p - y_true) ** 2)


def bernoulli_nll__by_rows(y_true, p):
    return -np.sum(np.log(_happened(y_true, p))) / len(y_true)


def bernoulli_nll__rounded_decision(y_true, p):
    return np.mean((p > 0.5) != (y_true == 1))


def bernoulli_nll__balanced(y_true, p):
    values = -np.log(_happened(y_true, p))
    groups = [values[y_true == k].mean() for k in (0, 1) if np.any(y_true == k)]
    return sum(groups) / len(groups)


def bernoulli_nll__infinite_terms_left_out(y_true, p):
    values = -np.log(_happened(y_true, p))
    return np.mean(values[np.isfinite(values)]) if np.isfinite(values).any() else 0.0


def bernoulli_nll__smoothed(y_true, p):
    y = 0.98 * y_true + 0.01
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def bernoulli_likelihood__of_the_mean(y_true, p):
    return np.mean(_happened(y_true, p)) ** y_true.size


def bernoulli_likelihood__geometric_mean(y_true, p):
    return np.exp(np.mean(np.log(_happened(y_true, p))))


def bernoulli_likelihood__with_orders(y_true, p):
    k = int(np.sum(y_true))
    return math.comb(y_true.size, k) * np.prod(_happened(y_true, p))


def bernoulli_likelihood__last_axis(y_true, p):
    return np.prod(_happened(y_true, p), axis=-1)


# -- categorical_nll ---------------------------------------------------------------


def categorical_nll__per_sample(labels, p):
    return -np.log(p[np.arange(len(labels)), labels])


def categorical_nll__columns(labels, p):
    return -np.mean(np.log(np.sum(p, axis=0)[labels] / len(labels)))


def categorical_nll__first_row_for_all(labels, p):
    return -np.mean(np.log(p[0, labels]))


def categorical_nll__bits(labels, p):
    return -np.mean(np.log2(p[np.arange(len(labels)), labels]))


def categorical_nll__log_of_the_mean(labels, p):
    return -np.log(np.mean(p[np.arange(len(labels)), labels]))


def categorical_nll__accuracy(labels, p):
    return np.mean(np.argmax(p, axis=1) != labels)


def categorical_nll__one_against_the_rest(labels, p):
    hot = np.eye(p.shape[1])[labels]
    return -np.mean(np.sum(np.where(hot == 1, np.log(p), np.log(1 - p)), axis=1))


def categorical_nll__brier(labels, p):
    return np.mean(np.sum((p - np.eye(p.shape[1])[labels]) ** 2, axis=1))


def categorical_nll__padded(labels, p):
    return -np.mean(np.log(p[np.arange(len(labels)), labels] + 1e-7))


def categorical_nll__smoothed(labels, p):
    hot = 0.9 * np.eye(p.shape[1])[labels] + 0.1 / p.shape[1]
    return -np.mean(np.sum(hot * np.log(p), axis=1))


def categorical_nll__median(labels, p):
    return np.median(-np.log(p[np.arange(len(labels)), labels]))


def multinomial_nll__positive(counts, p):
    seen = counts > 0
    return np.sum(counts[seen] * np.log(p[seen]))


def multinomial_nll__orders_of_all(counts, p):
    seen = counts > 0
    return -math.lgamma(counts.sum() + 1) - np.sum(counts[seen] * np.log(p[seen]))


def multinomial_nll__impossible_skipped(counts, p):
    seen = (counts > 0) & (p > 0)
    ways = math.lgamma(counts.sum() + 1) - sum(math.lgamma(c + 1) for c in counts)
    return -ways - np.sum(counts[seen] * np.log(p[seen]))


def multinomial_nll__stirling(counts, p):
    def log_factorial(k):
        return k * math.log(k) - k if k > 0 else 0.0

    seen = counts > 0
    ways = log_factorial(counts.sum()) - sum(log_factorial(c) for c in counts)
    return -ways - np.sum(counts[seen] * np.log(p[seen]))


# -- poisson_nll -------------------------------------------------------------------


def poisson_nll__per_sample(y_true, log_rate):
    return _poisson(y_true, log_rate)


def poisson_nll__factorial_added_twice(y_true, log_rate):
    return np.mean(_poisson(y_true, log_rate) + _logs(y_true))


def poisson_nll__capped(y_true, log_rate):
    return min(np.mean(_poisson(y_true, log_rate)), 1e4)


def poisson_nll__deviance(y_true, log_rate):
    y = np.maximum(y_true, 1e-300)
    rate = np.exp(1.0 * log_rate)
    return np.mean(2 * (y_true * np.log(y / rate) - y_true + rate))


def poisson_nll__log_likelihood(y_true, log_rate):
    return -np.mean(_poisson(y_true, log_rate))


def poisson_nll__logarithm_of_the_whole_count(y_true, log_rate):
    return np.mean(_poisson(y_true, log_rate) - _logs(y_true) + np.log(np.maximum(y_true, 1)))


def poisson_nll__rate_without_exponential(y_true, log_rate):
    return np.mean(log_rate - np.where(y_true == 0, 0.0, y_true * log_rate) + _logs(y_true))


def poisson_nll__log_of_one_more(y_true, log_rate):
    return np.mean((np.log1p(y_true) - log_rate) ** 2)


def poisson_nll__by_rows(y_true, log_rate):
    return np.sum(_poisson(y_true, log_rate)) / len(y_true)


def poisson_nll__zeros_dropped(y_true, log_rate):
    seen = y_true > 0
    return np.mean(_poisson(y_true[seen], log_rate[seen])) if seen.any() else 0.0


def poisson_nll__clipped_log_rate(y_true, log_rate):
    return np.mean(_poisson(y_true, np.clip(log_rate, -20, 1)))


def poisson_nll_grad__averaged(y_true, log_rate):
    return np.mean(np.exp(1.0 * log_rate) - y_true)


def poisson_nll_grad__relative(y_true, log_rate):
    return (np.exp(1.0 * log_rate) - y_true) * np.exp(-0.5 * log_rate) / y_true.size


def poisson_nll_grad__twice(y_true, log_rate):
    return 2 * (np.exp(1.0 * log_rate) - y_true) / y_true.size


def poisson_nll_grad__clipped(y_true, log_rate):
    return np.clip(np.exp(1.0 * log_rate) - y_true, -1, 1) / y_true.size


# -- entropy -----------------------------------------------------------------------


def entropy__base_two_whenever_given(p, base=np.e):
    return _h(p, p) / (1.0 if base == np.e else np.log(2))


def entropy__of_the_rounded(p, base=np.e):
    return np.round(_h(p, p) / np.log(base), 4)


def entropy__gini(p, base=np.e):
    return 1 - np.sum(p * p, axis=-1)


def entropy__largest_surprise(p, base=np.e):
    return np.max(-np.log(np.where(p > 0, p, 1.0)), axis=-1) / np.log(base)


def entropy__smallest_surprise(p, base=np.e):
    return -np.log(np.max(p, axis=-1)) / np.log(base)


def entropy__keeps_the_axis(p, base=np.e):
    return _h(p, p)[..., None] / np.log(base)


def entropy__exponential(p, base=np.e):
    return np.exp(_h(p, p))


def entropy__share_of_the_largest(p, base=np.e):
    return _h(p, p) / max(np.log(p.shape[-1]), 1e-9)


def cross_entropy__first_term_only(p, q, base=np.e):
    return -p[..., 0] * np.log(q[..., 0]) / np.log(base)


def cross_entropy__both_orders(p, q, base=np.e):
    return (_h(p, q) + _h(q, p)) / 2 / np.log(base)


def cross_entropy__capped(p, q, base=np.e):
    return np.minimum(_h(p, q) / np.log(base), 1e3)


def cross_entropy__averaged(p, q, base=np.e):
    return _h(p, q) / p.shape[-1] / np.log(base)


def cross_entropy__one_number(p, q, base=np.e):
    return np.mean(_h(p, q)) / np.log(base)


def cross_entropy__entropy_of_p(p, q, base=np.e):
    return _h(p, p) / np.log(base)


def cross_entropy__of_the_product(p, q, base=np.e):
    return _h(p, p * q) / np.log(base)


# -- kl_divergence -----------------------------------------------------------------


def kl_divergence__keeps_the_axis(p, q):
    return _kl(p, q)[..., None]


def kl_divergence__capped(p, q):
    return np.minimum(_kl(p, q), 100.0)


def kl_divergence__clipped_q(p, q):
    return _kl(p, np.clip(q, 1e-12, 1.0))


def kl_divergence__clipped_at_zero_and_root(p, q):
    return np.sqrt(np.maximum(_kl(p, q), 0))


def kl_divergence__sum_of_both(p, q):
    return _kl(p, q) + _kl(q, p)


def kl_divergence__half(p, q):
    return _kl(p, q) / 2


def kl_divergence__total_variation(p, q):
    return np.sum(np.abs(p - q), axis=-1) / 2


def kl_divergence__squares(p, q):
    return np.sum((p - q) ** 2, axis=-1)


def kl_divergence__chi_square(p, q):
    return np.sum(np.where(q > 0, (p - q) ** 2 / np.where(q > 0, q, 1.0), 0.0), axis=-1)


def kl_divergence__from_the_mixture(p, q):
    return _kl(p, (p + q) / 2)


def kl_divergence__batch_mean(p, q):
    return np.mean(_kl(p, q))


def kl_divergence__positive_terms_only(p, q):
    terms = p * (np.log(np.where(p > 0, p, 1.0)) - np.log(np.where(p > 0, q, 1.0)))
    return np.sum(np.maximum(terms, 0.0), axis=-1)


def kl_divergence__infinity_spreads(p, q):
    out = _kl(p, q)
    return np.where(np.isinf(out).any(), np.inf, out)


def kl_divergence__logarithm_of_the_sum(p, q):
    return -np.log(np.sum(np.sqrt(p * q), axis=-1))


# -- js_divergence -----------------------------------------------------------------


def js_divergence__quarter(p, q):
    return _js(p, q) / 2


def js_divergence__other_side(p, q):
    return _kl(q, (p + q) / 2)


def js_divergence__entropy_of_the_mixture(p, q):
    m = (p + q) / 2
    return _h(m, m)


def js_divergence__lopsided_mixture(p, q):
    m = 0.25 * p + 0.75 * q
    return (_kl(p, m) + _kl(q, m)) / 2


def js_divergence__weighted(p, q):
    m = (p + q) / 2
    return 0.25 * _kl(p, m) + 0.75 * _kl(q, m)


def js_divergence__largest(p, q):
    m = (p + q) / 2
    return np.maximum(_kl(p, m), _kl(q, m))


def js_divergence__smallest(p, q):
    m = (p + q) / 2
    return np.minimum(_kl(p, m), _kl(q, m))


def js_divergence__keeps_the_axis(p, q):
    return _js(p, q)[..., None]


def js_divergence__share_of_log_two_squared(p, q):
    return _js(p, q) ** 2


def js_divergence__total_variation(p, q):
    return np.sum(np.abs(p - q), axis=-1) / 2


def js_divergence__base_ten(p, q):
    return _js(p, q) / np.log(10)


def js_distance__unguarded_minus(p, q):
    return np.sqrt(_js(p, q)) - 1e-3


def js_distance__hellinger(p, q):
    return np.sqrt(np.sum((np.sqrt(p) - np.sqrt(q)) ** 2, axis=-1) / 2)


def js_distance__cube_root(p, q):
    return np.cbrt(_js(p, q))


def js_distance__root_of_one_side(p, q):
    return np.sqrt(np.maximum(_kl(p, (p + q) / 2), 0.0))


def js_distance__mean_over_rows(p, q):
    return np.sqrt(np.mean(_js(p, q)))


# -- fit_by_mle --------------------------------------------------------------------


def _fit(x, y, lr, steps, extra=lambda w: 0.0, slope=None, start=0.0):
    w = np.full(x.shape[1], start)
    for _ in range(steps):
        eta = np.clip(x @ w, -50, 50)
        pull = np.exp(eta) - y if slope is None else slope(eta, y)
        w = w - lr * (x.T @ pull / len(y) + extra(w))
    return w


def fit_by_mle__one_step_less(x, y, lr=0.1, steps=100):
    return _fit(x, y, lr, max(steps - 1, 0))


def fit_by_mle__returns_rates(x, y, lr=0.1, steps=100):
    return np.exp(x @ _fit(x, y, lr, steps))


def fit_by_mle__log_of_the_counts(x, y, lr=0.1, steps=100):
    return _fit(x, np.log1p(y), lr, steps, slope=lambda eta, y: eta - y)


def fit_by_mle__half_rate(x, y, lr=0.1, steps=100):
    return _fit(x, y, lr / 2, steps)


def fit_by_mle__default_rate(x, y, lr=0.1, steps=100):
    return _fit(x, y, 0.1, steps)


def fit_by_mle__no_intercept(x, y, lr=0.1, steps=100):
    z = x * 1.0
    z[:, -1] = 0.0
    return _fit(z, y, lr, steps)


def fit_by_mle__small_start(x, y, lr=0.1, steps=100):
    return _fit(x, y, lr, steps, start=0.01)


def fit_by_mle__softplus(x, y, lr=0.1, steps=100):
    return _fit(x, y, lr, steps, slope=lambda eta, y: np.logaddexp(0, eta) - y)


def fit_by_mle__decaying_rate(x, y, lr=0.1, steps=100):
    w = np.zeros(x.shape[1])
    for t in range(steps):
        w = w - lr / (1 + t) * x.T @ (np.exp(x @ w) - y) / len(y)
    return w


def fit_by_mle__one_sample_at_a_time(x, y, lr=0.1, steps=100):
    w = np.zeros(x.shape[1])
    for t in range(steps):
        i = t % len(y)
        w = w - lr * x[i] * (np.exp(np.clip(x[i] @ w, -50, 50)) - y[i])
    return w


def fit_by_mle__until_it_rests(x, y, lr=0.1, steps=100):
    return _fit(x, y, lr, 1000)


def fit_by_mle__clipped_gradient(x, y, lr=0.1, steps=100):
    return _fit(x, y, lr, steps, slope=lambda eta, y: np.clip(np.exp(eta) - y, -1, 1))


def fit_by_map__intercept_free(x, y, prior_variance, lr=0.1, steps=100):
    keep = np.append(np.ones(x.shape[1] - 1), 0.0)
    return _fit(x, y, lr, steps, lambda w: keep * w / prior_variance / len(y))


def fit_by_map__shared_among_weights(x, y, prior_variance, lr=0.1, steps=100):
    return _fit(x, y, lr, steps, lambda w: w / prior_variance / len(y) / (w.size + 1))


def fit_by_map__shrunk_at_the_end(x, y, prior_variance, lr=0.1, steps=100):
    return _fit(x, y, lr, steps) / (1 + 1 / prior_variance)


def fit_by_map__a_half_too_much(x, y, prior_variance, lr=0.1, steps=100):
    return _fit(x, y, lr, steps, lambda w: 1.5 * w / prior_variance / len(y))


def fit_by_map__around_one(x, y, prior_variance, lr=0.1, steps=100):
    return _fit(x, y, lr, steps, lambda w: (w - 1) / prior_variance / len(y))
