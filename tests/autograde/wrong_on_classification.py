"""Wrong answers on classification losses that no record knows. All of them must fail."""

from __future__ import annotations

import numpy as np


def _sp(x):
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def _sigmoid(z):
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, small) / (1 + small)


def _bce(y, z):
    return y * _sp(-z) + (1 - y) * _sp(z)


def _softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def _log_softmax(z):
    return z - np.logaddexp.reduce(z, axis=-1, keepdims=True)


def _hot(labels, z):
    return np.eye(z.shape[1])[labels]


def _pick(labels, a):
    return a[np.arange(len(labels)), labels]


# -- bce ---------------------------------------------------------------------------


def _range(p):
    if np.any((p < 0) | (p > 1)):
        raise ValueError("p")


def _terms(y, p):
    with np.errstate(all="ignore"):
        on = np.where(y == 0, 0.0, -y * np.log(p))
        return on + np.where(y == 1, 0.0, -(1 - y) * np.log1p(-p))


def _slopes(y, p):
    with np.errstate(all="ignore"):
        return np.where(y == 1, 0.0, (1 - y) / (1 - p)) - np.where(y == 0, 0.0, y / p)


def bce__half(y_true, p):
    _range(p)
    return 0.5 * np.mean(_terms(y_true, p))


def bce__median(y_true, p):
    _range(p)
    return np.median(_terms(y_true, p))


def bce__per_row(y_true, p):
    _range(p)
    return np.sum(_terms(y_true, p)) / len(p)


def bce__rounded_labels(y_true, p):
    _range(p)
    return np.mean(_terms(np.round(y_true), p))


def bce__single(y_true, p):
    _range(p)
    return np.mean(_terms(y_true, p.astype(np.float32).astype(float)))


def bce__each(y_true, p):
    _range(p)
    return _terms(y_true, p)


def bce__capped(y_true, p):
    _range(p)
    return np.mean(np.minimum(_terms(y_true, p), 100.0))


def bce__no_ends(y_true, p):
    if np.any((p <= 0) | (p >= 1)):
        raise ValueError("p")
    return np.mean(_terms(y_true, p))


def bce__lower_end_only(y_true, p):
    if np.any(p < 0):
        raise ValueError("p")
    return np.mean(_terms(y_true, p))


def bce__absolute(y_true, p):
    _range(p)
    return np.mean(np.abs(p - y_true))


def bce__type_error(y_true, p):
    if np.any((p < 0) | (p > 1)):
        raise TypeError("p")
    return np.mean(_terms(y_true, p))


def bce__nan_dropped(y_true, p):
    _range(p)
    with np.errstate(all="ignore"):
        each = -y_true * np.log(p) - (1 - y_true) * np.log1p(-p)
    return np.nanmean(each)


def bce_grad__doubled(y_true, p):
    _range(p)
    return 2 * _slopes(y_true, p) / p.size


def bce_grad__rows(y_true, p):
    _range(p)
    return _slopes(y_true, p) / len(p)


def bce_grad__of_squares(y_true, p):
    _range(p)
    return 2 * (p - y_true) / p.size


def bce_grad__flat(y_true, p):
    _range(p)
    return np.ravel(_slopes(y_true, p) / p.size)


def bce_grad__capped(y_true, p):
    _range(p)
    return np.clip(_slopes(y_true, p), -1e3, 1e3) / p.size


# -- bce_with_logits ---------------------------------------------------------------


def _known(logits, known):
    return np.ones(logits.shape, bool) if known is None else known


def bce_with_logits__mask_inverted(y_true, logits, known=None):
    k = ~_known(logits, known) if known is not None else _known(logits, known)
    return np.mean(_bce(y_true[k], logits[k])) if k.any() else 0.0


def bce_with_logits__hard_labels(y_true, logits, known=None):
    k = _known(logits, known)
    return np.mean(_bce((y_true[k] > 0.5) * 1.0, logits[k])) if k.any() else 0.0


def bce_with_logits__per_row(y_true, logits, known=None):
    k = _known(logits, known)
    return np.sum(_bce(y_true[k], logits[k])) / len(logits) if k.any() else 0.0


def bce_with_logits__mean_of_row_means(y_true, logits, known=None):
    k = _known(logits, known)
    if not k.any():
        return 0.0
    if logits.ndim == 1 or known is None:
        return np.mean(_bce(y_true[k], logits[k]))
    each = np.where(k, _bce(np.where(k, y_true, 0), np.where(k, logits, 0)), 0)
    return np.mean(each.sum(axis=1) / k.sum(axis=1))


def bce_with_logits__labels_of_plus_minus_one(y_true, logits, known=None):
    k = _known(logits, known)
    return np.mean(_sp(-y_true[k] * logits[k])) if k.any() else 0.0


def bce_with_logits__bits(y_true, logits, known=None):
    k = _known(logits, known)
    return np.mean(_bce(y_true[k], logits[k])) / np.log(2) if k.any() else 0.0


def bce_with_logits__one_for_nothing(y_true, logits, known=None):
    k = _known(logits, known)
    return np.mean(_bce(y_true[k], logits[k])) if k.any() else np.log(2)


def bce_with_logits__logits_capped(y_true, logits, known=None):
    k = _known(logits, known)
    return np.mean(_bce(y_true[k], np.clip(logits[k], -50, 50))) if k.any() else 0.0


def bce_with_logits__softmax_over_labels(y_true, logits, known=None):
    k = _known(logits, known)
    z = np.where(k, logits, -np.inf)
    return -np.sum(np.where(k, y_true * _log_softmax(np.where(k, z, -1e9)), 0)) / max(k.sum(), 1)


def bce_with_logits__rounded(y_true, logits, known=None):
    k = _known(logits, known)
    return np.round(np.mean(_bce(y_true[k], logits[k])), 6) if k.any() else 0.0


def bce_with_logits__negative_only(y_true, logits, known=None):
    k = _known(logits, known)
    return np.mean((1 - y_true[k]) * _sp(logits[k])) if k.any() else 0.0


def bce_with_logits__squared(y_true, logits, known=None):
    k = _known(logits, known)
    return np.mean((_sigmoid(logits[k]) - y_true[k]) ** 2) if k.any() else 0.0


def bce_with_logits_grad__compressed(y_true, logits, known=None):
    k = _known(logits, known)
    return (_sigmoid(logits[k]) - y_true[k]) / max(k.sum(), 1)


def bce_with_logits_grad__tanh(y_true, logits, known=None):
    k = _known(logits, known)
    y, z = np.where(k, y_true, 0), np.where(k, logits, 0)
    return np.where(k, np.tanh(z) - y, 0) / max(k.sum(), 1)


def bce_with_logits_grad__half_at_unknown(y_true, logits, known=None):
    k = _known(logits, known)
    y, z = np.where(k, y_true, 0), np.where(k, logits, 0)
    return (_sigmoid(z) - y) / max(k.sum(), 1)


def bce_with_logits_grad__of_squares(y_true, logits, known=None):
    k = _known(logits, known)
    y, p = np.where(k, y_true, 0), _sigmoid(np.where(k, logits, 0))
    return np.where(k, 2 * (p - y) * p * (1 - p), 0) / max(k.sum(), 1)


# -- softmax_cross_entropy ---------------------------------------------------------


def softmax_cross_entropy__half(labels, logits):
    return -0.5 * np.mean(_pick(labels, _log_softmax(logits)))


def softmax_cross_entropy__each(labels, logits):
    return -_pick(labels, _log_softmax(logits))


def softmax_cross_entropy__next_class(labels, logits):
    return -np.mean(_pick((labels + 1) % logits.shape[1], _log_softmax(logits)))


def softmax_cross_entropy__first_class_is_one(labels, logits):
    return -np.mean(_pick(labels - 1, _log_softmax(logits)))


def softmax_cross_entropy__of_the_best(labels, logits):
    return -np.mean(np.max(_log_softmax(logits), axis=1))


def softmax_cross_entropy__base_two(labels, logits):
    return -np.mean(_pick(labels, _log_softmax(logits))) / np.log(2)


def softmax_cross_entropy__logits_capped(labels, logits):
    return -np.mean(_pick(labels, _log_softmax(np.clip(logits, -100, 100))))


def softmax_cross_entropy__loss_capped(labels, logits):
    return np.mean(np.minimum(-_pick(labels, _log_softmax(logits)), 100.0))


def softmax_cross_entropy__normalised_logits(labels, logits):
    z = logits - logits.mean(axis=1, keepdims=True)
    z = z / (np.abs(z).max(axis=1, keepdims=True) + 1e-12)
    return -np.mean(_pick(labels, _log_softmax(z)))


def softmax_cross_entropy__label_not_in_the_sum(labels, logits):
    z = np.where(_hot(labels, logits) == 1, -np.inf, logits)
    return np.mean(np.logaddexp.reduce(z, axis=1) - _pick(labels, logits))


def softmax_cross_entropy__temperature(labels, logits):
    return -np.mean(_pick(labels, _log_softmax(logits / 2)))


def softmax_cross_entropy__median(labels, logits):
    return -np.median(_pick(labels, _log_softmax(logits)))


def softmax_cross_entropy__by_rows_of_the_transpose(labels, logits):
    n = min(len(labels), logits.shape[1])
    return -np.mean(_log_softmax(logits)[labels[:n] % len(labels), np.arange(n)])


def softmax_cross_entropy_grad__doubled(labels, logits):
    return 2 * (_softmax(logits) - _hot(labels, logits)) / len(labels)


def softmax_cross_entropy_grad__raw(labels, logits):
    return (logits - _hot(labels, logits)) / len(labels)


def softmax_cross_entropy_grad__mean_over_rows(labels, logits):
    return np.mean(_softmax(logits) - _hot(labels, logits), axis=0)


def softmax_cross_entropy_grad__transposed(labels, logits):
    return ((_softmax(logits) - _hot(labels, logits)) / len(labels)).T.copy().T[::-1]


def softmax_cross_entropy_grad__logarithms(labels, logits):
    return (_log_softmax(logits) - _hot(labels, logits)) / len(labels)


# -- train_softmax_regression ------------------------------------------------------


def _train(X, labels, classes, lr, l2, steps, *, start=0.0, every=None, sign=1.0, decay=None):
    A = np.c_[X, np.ones(len(X))]
    theta = np.full((A.shape[1], classes), start)
    for k in range(steps):
        p = _softmax(A @ theta)
        g = A.T @ (p - np.eye(classes)[labels]) / len(X)
        g[:-1] += sign * l2 * theta[:-1]
        if every is not None:
            g = every(g)
        theta = theta - (lr if decay is None else decay(lr, k)) * g
    return theta


def train_softmax_regression__starts_at_one(X, labels, classes, lr=0.5, l2=0.0, steps=100):
    return _train(X, labels, classes, lr, l2, steps, start=1.0)


def train_softmax_regression__unit_steps(X, labels, classes, lr=0.5, l2=0.0, steps=100):
    unit = lambda g: g / max(np.sqrt(np.sum(g * g)), 1e-12)
    return _train(X, labels, classes, lr, l2, steps, every=unit)


def train_softmax_regression__clipped(X, labels, classes, lr=0.5, l2=0.0, steps=100):
    return _train(X, labels, classes, lr, l2, steps, every=lambda g: np.clip(g, -0.01, 0.01))


def train_softmax_regression__decaying_rate(X, labels, classes, lr=0.5, l2=0.0, steps=100):
    return _train(X, labels, classes, lr, l2, steps, decay=lambda r, k: r / (1 + k))


def train_softmax_regression__penalty_turned(X, labels, classes, lr=0.5, l2=0.0, steps=100):
    return _train(X, labels, classes, lr, l2, steps, sign=-1.0)


def train_softmax_regression__one_step_less(X, labels, classes, lr=0.5, l2=0.0, steps=100):
    return _train(X, labels, classes, lr, l2, max(steps - 1, 0))


def train_softmax_regression__transposed(X, labels, classes, lr=0.5, l2=0.0, steps=100):
    return _train(X, labels, classes, lr, l2, steps).T


def train_softmax_regression__no_bias_row(X, labels, classes, lr=0.5, l2=0.0, steps=100):
    return _train(X, labels, classes, lr, l2, steps)[:-1]


def train_softmax_regression__last_class_fixed(X, labels, classes, lr=0.5, l2=0.0, steps=100):
    theta = _train(X, labels, classes, lr, l2, steps)
    return theta - theta[:, -1:]


def train_softmax_regression__centred(X, labels, classes, lr=0.5, l2=0.0, steps=100):
    return _train(X - X.mean(axis=0), labels, classes, lr, l2, steps)


def train_softmax_regression__standardised(X, labels, classes, lr=0.5, l2=0.0, steps=100):
    return _train(X / (np.abs(X).max() + 1e-12), labels, classes, lr, l2, steps)


def train_softmax_regression__sigmoids(X, labels, classes, lr=0.5, l2=0.0, steps=100):
    A = np.c_[X, np.ones(len(X))]
    theta = np.zeros((A.shape[1], classes))
    for _ in range(steps):
        g = A.T @ (_sigmoid(A @ theta) - np.eye(classes)[labels]) / len(X)
        g[:-1] += l2 * theta[:-1]
        theta = theta - lr * g
    return theta


def train_softmax_regression__momentum(X, labels, classes, lr=0.5, l2=0.0, steps=100):
    A = np.c_[X, np.ones(len(X))]
    theta, v = np.zeros((A.shape[1], classes)), 0.0
    for _ in range(steps):
        g = A.T @ (_softmax(A @ theta) - np.eye(classes)[labels]) / len(X)
        g[:-1] += l2 * theta[:-1]
        v = 0.9 * v + g
        theta = theta - lr * v
    return theta


def train_softmax_regression__one_sample_a_step(X, labels, classes, lr=0.5, l2=0.0, steps=100):
    A = np.c_[X, np.ones(len(X))]
    theta = np.zeros((A.shape[1], classes))
    for k in range(steps):
        i = k % len(A)
        g = np.outer(A[i], _softmax(A[i : i + 1] @ theta)[0] - np.eye(classes)[labels[i]])
        g[:-1] += l2 * theta[:-1]
        theta = theta - lr * g
    return theta


# -- label_smoothing ---------------------------------------------------------------


def _epsilon(epsilon):
    if not 0 <= epsilon < 1:
        raise ValueError("epsilon")


def _smooth(labels, logits, epsilon):
    return (1 - epsilon) * _hot(labels, logits) + epsilon / logits.shape[1]


def label_smoothing__half(labels, logits, epsilon=0.1):
    _epsilon(epsilon)
    q = _smooth(labels, logits, epsilon)
    return -0.5 * np.mean(np.sum(q * _log_softmax(logits), axis=1))


def label_smoothing__squared_epsilon(labels, logits, epsilon=0.1):
    _epsilon(epsilon)
    q = _smooth(labels, logits, epsilon**2)
    return -np.mean(np.sum(q * _log_softmax(logits), axis=1))


def label_smoothing__always_a_tenth(labels, logits, epsilon=0.1):
    _epsilon(epsilon)
    q = _smooth(labels, logits, 0.1)
    return -np.mean(np.sum(q * _log_softmax(logits), axis=1))


def label_smoothing__per_class(labels, logits, epsilon=0.1):
    _epsilon(epsilon)
    return -np.mean(_smooth(labels, logits, epsilon) * _log_softmax(logits))


def label_smoothing__divergence(labels, logits, epsilon=0.1):
    _epsilon(epsilon)
    q = _smooth(labels, logits, epsilon)
    own = np.where(q > 0, q * np.log(np.where(q > 0, q, 1)), 0)
    return np.mean(np.sum(own - q * _log_softmax(logits), axis=1))


def label_smoothing__confidence_penalty(labels, logits, epsilon=0.1):
    _epsilon(epsilon)
    lp = _log_softmax(logits)
    return np.mean(-_pick(labels, lp) + epsilon * np.sum(np.exp(lp) * lp, axis=1))


def label_smoothing__each(labels, logits, epsilon=0.1):
    _epsilon(epsilon)
    return -np.sum(_smooth(labels, logits, epsilon) * _log_softmax(logits), axis=1)


def label_smoothing__smoothed_probabilities(labels, logits, epsilon=0.1):
    _epsilon(epsilon)
    p = (1 - epsilon) * _softmax(logits) + epsilon / logits.shape[1]
    return -np.mean(np.log(_pick(labels, p)))


def label_smoothing__zero_refused(labels, logits, epsilon=0.1):
    if not 0 < epsilon < 1:
        raise ValueError("epsilon")
    q = _smooth(labels, logits, epsilon)
    return -np.mean(np.sum(q * _log_softmax(logits), axis=1))


def label_smoothing__one_accepted(labels, logits, epsilon=0.1):
    if not 0 <= epsilon <= 1:
        raise ValueError("epsilon")
    q = _smooth(labels, logits, epsilon)
    return -np.mean(np.sum(q * _log_softmax(logits), axis=1))


def label_smoothing__best_class_for_label(labels, logits, epsilon=0.1):
    _epsilon(epsilon)
    q = _smooth(logits.argmax(axis=1), logits, epsilon)
    return -np.mean(np.sum(q * _log_softmax(logits), axis=1))


def label_smoothing__kept_in_bounds(labels, logits, epsilon=0.1):
    _epsilon(epsilon)
    q = _smooth(labels, logits, epsilon)
    return -np.mean(np.sum(q * np.maximum(_log_softmax(logits), -30.0), axis=1))


def label_smoothing_grad__doubled(labels, logits, epsilon=0.1):
    _epsilon(epsilon)
    return 2 * (_softmax(logits) - _smooth(labels, logits, epsilon)) / len(labels)


def label_smoothing_grad__classes(labels, logits, epsilon=0.1):
    _epsilon(epsilon)
    return (_softmax(logits) - _smooth(labels, logits, epsilon)) / logits.size


def label_smoothing_grad__target_only(labels, logits, epsilon=0.1):
    _epsilon(epsilon)
    return -_smooth(labels, logits, epsilon) / len(labels)


# -- weighted_bce ------------------------------------------------------------------


def _balanced(y):
    k = np.sum(y == 1)
    if k in (0, y.size):
        return np.ones(y.shape)
    return np.where(y == 1, y.size / (2 * k), y.size / (2 * (y.size - k)))


def balanced_weights__square_root(y_true):
    return np.sqrt(_balanced(y_true))


def balanced_weights__sum_to_one(y_true):
    return _balanced(y_true) / y_true.size


def balanced_weights__capped(y_true):
    return np.minimum(_balanced(y_true), 2.0)


def balanced_weights__flat(y_true):
    return _balanced(y_true).ravel()


def balanced_weights__smoothed_counts(y_true):
    k = np.sum(y_true == 1) + 1
    return np.where(y_true == 1, y_true.size / (2 * k), y_true.size / (2 * (y_true.size + 2 - k)))


def balanced_weights__zeros_for_one_class(y_true):
    return _balanced(y_true) * (0 < y_true.mean() < 1)


def weighted_bce__weights_squared(y_true, logits, weights=None):
    w = np.ones(y_true.shape) if weights is None else weights**2
    return np.sum(w * _bce(y_true, logits)) / np.sum(w)


def weighted_bce__largest_weight_one(y_true, logits, weights=None):
    w = np.ones(y_true.shape) if weights is None else weights / weights.max()
    return np.mean(w * _bce(y_true, logits))


def weighted_bce__balanced_by_itself(y_true, logits, weights=None):
    w = _balanced(y_true) if weights is None else weights
    return np.sum(w * _bce(y_true, logits)) / np.sum(w)


def weighted_bce__signs(y_true, logits, weights=None):
    w = np.ones(y_true.shape) if weights is None else weights
    return np.sum(w * _sp(-y_true * logits)) / np.sum(w)


def weighted_bce__zero_weights_are_one(y_true, logits, weights=None):
    w = np.ones(y_true.shape) if weights is None else np.where(weights == 0, 1, weights)
    return np.sum(w * _bce(y_true, logits)) / np.sum(w)


def weighted_bce__one_over_weight(y_true, logits, weights=None):
    w = np.ones(y_true.shape) if weights is None else 1 / np.maximum(weights, 1e-9)
    return np.sum(w * _bce(y_true, logits)) / np.sum(w)


def weighted_bce__logits_capped(y_true, logits, weights=None):
    w = np.ones(y_true.shape) if weights is None else weights
    return np.sum(w * _bce(y_true, np.clip(logits, -30, 30))) / np.sum(w)


def weighted_bce_grad__rows(y_true, logits, weights=None):
    w = np.ones(y_true.shape) if weights is None else weights
    return w * (_sigmoid(logits) - y_true) / (len(logits) * np.mean(w) ** 2)


def weighted_bce_grad__saturates(y_true, logits, weights=None):
    w = np.ones(y_true.shape) if weights is None else weights
    p = _sigmoid(logits)
    return w * (p - y_true) * p * (1 - p) / np.sum(w)


def weighted_bce_grad__swapped(y_true, logits, weights=None):
    w = np.ones(y_true.shape) if weights is None else weights[::-1]
    return w * (_sigmoid(logits) - y_true) / np.sum(w)


# -- focal -------------------------------------------------------------------------


def _gamma(gamma):
    if gamma < 0:
        raise ValueError("gamma")


def _parts(y, z, alpha):
    sign = 2 * y - 1
    weight = 1.0 if alpha is None else np.where(y == 1, alpha, 1 - alpha)
    return sign, _sp(-sign * z), _sp(sign * z), weight


def focal__gamma_plus_one(y_true, logits, gamma=2.0, alpha=None):
    _gamma(gamma)
    _, ce, ease, w = _parts(y_true, logits, alpha)
    return np.mean(w * np.exp(-(gamma + 1) * ease) * ce)


def focal__gamma_times(y_true, logits, gamma=2.0, alpha=None):
    _gamma(gamma)
    _, ce, ease, w = _parts(y_true, logits, alpha)
    return np.mean(w * gamma * np.exp(-ease) * ce)


def focal__weighted_mean(y_true, logits, gamma=2.0, alpha=None):
    _gamma(gamma)
    _, ce, ease, w = _parts(y_true, logits, alpha)
    f = w * np.exp(-gamma * ease)
    return np.sum(f * ce) / np.sum(f)


def focal__alpha_normalised(y_true, logits, gamma=2.0, alpha=None):
    _gamma(gamma)
    _, ce, ease, w = _parts(y_true, logits, alpha)
    return np.mean(w * np.exp(-gamma * ease) * ce) / np.mean(w)


def focal__linear(y_true, logits, gamma=2.0, alpha=None):
    _gamma(gamma)
    _, _ce, ease, w = _parts(y_true, logits, alpha)
    return np.mean(w * np.exp(-gamma * ease) * np.exp(-ease))


def focal__minus_missing(y_true, logits, gamma=2.0, alpha=None):
    _gamma(gamma)
    _, ce, ease, w = _parts(y_true, logits, alpha)
    return -np.mean(w * np.exp(-gamma * ease) * ce)


def focal__labels_swapped(y_true, logits, gamma=2.0, alpha=None):
    _gamma(gamma)
    _, ce, ease, w = _parts(1 - y_true, logits, alpha)
    return np.mean(w * np.exp(-gamma * ease) * ce)


def focal__alpha_doubled(y_true, logits, gamma=2.0, alpha=None):
    _gamma(gamma)
    _, ce, ease, w = _parts(y_true, logits, alpha)
    return np.mean((w if alpha is None else 2 * w) * np.exp(-gamma * ease) * ce)


def focal__clipped(y_true, logits, gamma=2.0, alpha=None):
    _gamma(gamma)
    _, ce, ease, w = _parts(y_true, np.clip(logits, -30, 30), alpha)
    return np.mean(w * np.exp(-gamma * ease) * ce)


def focal__zero_gamma_refused(y_true, logits, gamma=2.0, alpha=None):
    if gamma <= 0:
        raise ValueError("gamma")
    _, ce, ease, w = _parts(y_true, logits, alpha)
    return np.mean(w * np.exp(-gamma * ease) * ce)


def focal__half(y_true, logits, gamma=2.0, alpha=None):
    _gamma(gamma)
    _, ce, ease, w = _parts(y_true, logits, alpha)
    return 0.5 * np.mean(w * np.exp(-gamma * ease) * ce)


def focal__alpha_left_out(y_true, logits, gamma=2.0, alpha=None):
    _gamma(gamma)
    _, ce, ease, _w = _parts(y_true, logits, alpha)
    return np.mean(np.exp(-gamma * ease) * ce)


def focal_grad__alpha_left_out(y_true, logits, gamma=2.0, alpha=None):
    _gamma(gamma)
    sign, ce, ease, _w = _parts(y_true, logits, alpha)
    inner = np.exp(-ease) + gamma * np.exp(-ce) * ce
    return -sign * np.exp(-gamma * ease) * inner / logits.size


def focal_grad__second_term_only(y_true, logits, gamma=2.0, alpha=None):
    _gamma(gamma)
    sign, ce, ease, w = _parts(y_true, logits, alpha)
    return -sign * w * gamma * np.exp(-gamma * ease) * np.exp(-ce) * ce / logits.size


def focal_grad__gamma_forgotten_in_the_slope(y_true, logits, gamma=2.0, alpha=None):
    _gamma(gamma)
    sign, ce, ease, w = _parts(y_true, logits, alpha)
    return -sign * w * np.exp(-gamma * ease) * (np.exp(-ease) + np.exp(-ce) * ce) / logits.size


def focal_grad__not_a_number(y_true, logits, gamma=2.0, alpha=None):
    _gamma(gamma)
    sign, _ce, _ease, w = _parts(y_true, logits, alpha)
    p = 1 / (1 + np.exp(-sign * logits))
    return -sign * w * (1 - p) ** gamma * (1 - p - gamma * p * np.log(p)) / logits.size


# -- hinge -------------------------------------------------------------------------


def _signs(y):
    if np.any(np.abs(y) != 1):
        raise ValueError("labels")


def hinge__half(y_true, scores):
    _signs(y_true)
    return 0.5 * np.mean(np.maximum(0, 1 - y_true * scores))


def hinge__margin_of_two(y_true, scores):
    _signs(y_true)
    return np.mean(np.maximum(0, 2 - y_true * scores))


def hinge__smooth(y_true, scores):
    _signs(y_true)
    return np.mean(_sp(1 - y_true * scores))


def hinge__capped(y_true, scores):
    _signs(y_true)
    return np.mean(np.clip(1 - y_true * scores, 0, 2))


def hinge__worst(y_true, scores):
    _signs(y_true)
    return np.max(np.maximum(0, 1 - y_true * scores))


def hinge__mean_of_the_active(y_true, scores):
    _signs(y_true)
    loss = np.maximum(0, 1 - y_true * scores)
    return np.sum(loss) / max(np.sum(loss > 0), 1)


def hinge__no_label(y_true, scores):
    _signs(y_true)
    return np.mean(np.maximum(0, 1 - scores))


def hinge__sign_of_the_score(y_true, scores):
    _signs(y_true)
    return np.mean(np.maximum(0, 1 - y_true * np.sign(scores)))


def hinge__each(y_true, scores):
    _signs(y_true)
    return np.maximum(0, 1 - y_true * scores)


def hinge__zero_refused_only(y_true, scores):
    if np.any(y_true == 0):
        raise ValueError("labels")
    return np.mean(np.maximum(0, 1 - y_true * scores))


def hinge__single(y_true, scores):
    _signs(y_true)
    with np.errstate(over="ignore"):
        return np.mean(np.maximum(0, 1 - y_true * scores.astype(np.float32)))


def hinge__tanh(y_true, scores):
    _signs(y_true)
    return np.mean(np.maximum(0, 1 - y_true * np.tanh(scores)))


def hinge_grad__half(y_true, scores):
    _signs(y_true)
    return -0.5 * y_true * (y_true * scores < 1) / scores.size


def hinge_grad__rows(y_true, scores):
    _signs(y_true)
    return -y_true * (y_true * scores < 1) / len(scores)


def hinge_grad__half_on_the_kink(y_true, scores):
    _signs(y_true)
    m = y_true * scores
    return -y_true * ((m < 1) + 0.5 * (m == 1)) / scores.size


def hinge_grad__score(y_true, scores):
    _signs(y_true)
    return -scores * (y_true * scores < 1) / scores.size


# -- exponential -------------------------------------------------------------------


def exponential__half_margin(y_true, scores):
    _signs(y_true)
    return np.mean(np.exp(-0.5 * y_true * scores))


def exponential__minus_one(y_true, scores):
    _signs(y_true)
    return np.mean(np.expm1(-y_true * scores))


def exponential__capped(y_true, scores):
    _signs(y_true)
    return np.mean(np.minimum(np.exp(-y_true * scores), 2.0))


def exponential__base_two(y_true, scores):
    _signs(y_true)
    return np.mean(np.exp2(-y_true * scores))


def exponential__each(y_true, scores):
    _signs(y_true)
    return np.exp(-y_true * scores)


def exponential__logarithm(y_true, scores):
    _signs(y_true)
    return np.log(np.mean(np.exp(-y_true * scores)))


def exponential__shifted(y_true, scores):
    _signs(y_true)
    m = -y_true * scores
    return np.mean(np.exp(m - m.max()))


def exponential__of_tanh(y_true, scores):
    _signs(y_true)
    return np.mean(np.exp(-y_true * np.tanh(scores)))


def exponential_grad__half(y_true, scores):
    _signs(y_true)
    return -0.5 * y_true * np.exp(-y_true * scores) / scores.size


def exponential_grad__rows(y_true, scores):
    _signs(y_true)
    return -y_true * np.exp(-y_true * scores) / len(scores)


def exponential_grad__capped(y_true, scores):
    _signs(y_true)
    return -y_true * np.minimum(np.exp(-y_true * scores), 1.0) / scores.size


def boosting_weights__of_the_logistic(y_true, scores):
    _signs(y_true)
    w = _sigmoid(-y_true * scores)
    return w / w.sum()


def boosting_weights__largest_is_one(y_true, scores):
    _signs(y_true)
    m = -y_true * scores
    w = np.exp(m - m.max())
    return w / w.max() / 2


def boosting_weights__squared(y_true, scores):
    _signs(y_true)
    m = -2 * y_true * scores
    w = np.exp(m - m.max())
    return w / w.sum()


def boosting_weights__clipped(y_true, scores):
    _signs(y_true)
    w = np.exp(np.clip(-y_true * scores, -700, 700))
    return w / w.sum()


def boosting_weights__shift_of_the_scores(y_true, scores):
    _signs(y_true)
    w = np.exp(-y_true * (scores - scores.max()))
    return w / w.sum()


# -- multiclass_hinge --------------------------------------------------------------


def _rivals(labels, z):
    rivals = np.array(z, dtype=float)
    rivals[np.arange(len(labels)), labels] = -np.inf
    return rivals


def _worst(labels, z, margin):
    return margin + _rivals(labels, z).max(axis=1) - _pick(labels, z)


def multiclass_hinge__half(labels, scores, margin=1.0):
    return 0.5 * np.mean(np.maximum(0, _worst(labels, scores, margin)))


def multiclass_hinge__mean_rival(labels, scores, margin=1.0):
    others = (scores.sum(axis=1) - _pick(labels, scores)) / (scores.shape[1] - 1)
    return np.mean(np.maximum(0, margin + others - _pick(labels, scores)))


def multiclass_hinge__each(labels, scores, margin=1.0):
    return np.maximum(0, _worst(labels, scores, margin))


def multiclass_hinge__margin_subtracted(labels, scores, margin=1.0):
    return np.mean(np.maximum(0, _worst(labels, scores, -margin)))


def multiclass_hinge__turned(labels, scores, margin=1.0):
    lead = _pick(labels, scores) - _rivals(labels, scores).max(axis=1)
    return np.mean(np.maximum(0, margin + lead))


def multiclass_hinge__soft(labels, scores, margin=1.0):
    soft = np.logaddexp.reduce(_rivals(labels, scores), axis=1)
    return np.mean(np.maximum(0, margin + soft - _pick(labels, scores)))


def multiclass_hinge__counted(labels, scores, margin=1.0):
    return np.mean(_worst(labels, scores, margin) > 0)


def multiclass_hinge__per_class(labels, scores, margin=1.0):
    return np.mean(np.maximum(0, _worst(labels, scores, margin))) / scores.shape[1]


def multiclass_hinge__masked_with_a_small_number(labels, scores, margin=1.0):
    rivals = np.where(_hot(labels, scores) == 1, -1.0, scores)
    return np.mean(np.maximum(0, margin + rivals.max(axis=1) - _pick(labels, scores)))


def multiclass_hinge__of_probabilities(labels, scores, margin=1.0):
    return np.mean(np.maximum(0, _worst(labels, _softmax(scores), margin)))


def multiclass_hinge_grad__doubled(labels, scores, margin=1.0):
    rivals = _rivals(labels, scores)
    best = rivals.max(axis=1, keepdims=True)
    g = (rivals == best) / (rivals == best).sum(axis=1, keepdims=True) - _hot(labels, scores)
    return 2 * g * (_worst(labels, scores, margin) > 0)[:, None] / len(labels)


def multiclass_hinge_grad__last_of_a_tie(labels, scores, margin=1.0):
    rivals = _rivals(labels, scores)[:, ::-1]
    g = np.eye(scores.shape[1])[rivals.argmax(axis=1)][:, ::-1] - _hot(labels, scores)
    return g * (_worst(labels, scores, margin) > 0)[:, None] / len(labels)


def multiclass_hinge_grad__over_the_active(labels, scores, margin=1.0):
    rivals = _rivals(labels, scores)
    best = rivals.max(axis=1, keepdims=True)
    g = (rivals == best) / (rivals == best).sum(axis=1, keepdims=True) - _hot(labels, scores)
    active = _worst(labels, scores, margin) > 0
    return g * active[:, None] / max(active.sum(), 1)


def weston_watkins__half(labels, scores, margin=1.0):
    each = np.maximum(0, margin + scores - _pick(labels, scores)[:, None])
    return 0.5 * np.mean(each.sum(axis=1) - margin)


def weston_watkins__per_rival(labels, scores, margin=1.0):
    each = np.maximum(0, margin + scores - _pick(labels, scores)[:, None])
    return np.mean(each.sum(axis=1) - margin) / max(scores.shape[1] - 1, 1)


def weston_watkins__no_margin(labels, scores, margin=1.0):
    return np.mean(np.maximum(0, scores - _pick(labels, scores)[:, None]).sum(axis=1))


def weston_watkins__squared(labels, scores, margin=1.0):
    each = np.maximum(0, margin + scores - _pick(labels, scores)[:, None]) ** 2
    return np.mean(each.sum(axis=1) - margin**2)
