"""Wrong answers on numerical stability that no record knows. All of them must fail."""

from __future__ import annotations

import math

import numpy as np


def _lse(z):
    m = np.max(z, axis=-1, keepdims=True)
    return (m + np.log(np.sum(np.exp(z - m), axis=-1, keepdims=True)))[..., 0]


def _softmax(z):
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def _log_softmax(z):
    return z - _lse(z)[..., None]


def _softplus(x):
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def _bce(y, z):
    return np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z)))


def _norm(x):
    return math.hypot(*np.ravel(x).tolist())


# -- logsumexp ---------------------------------------------------------------------


def logsumexp__base_two(z):
    return _lse(z) / np.log(2)


def logsumexp__single_precision(z):
    return _lse(np.asarray(z, dtype=np.float32))


def logsumexp__last_entry_left_out(z):
    return _lse(z[..., :-1]) if z.shape[-1] > 1 else z[..., 0] * 1.0


def logsumexp__shift_by_the_first(z):
    m = z[..., :1]
    return m[..., 0] + np.log(np.sum(np.exp(z - m), axis=-1))


def logsumexp__shift_by_the_mean(z):
    m = np.mean(z, axis=-1)
    return m + np.log(np.sum(np.exp(z - m[..., None]), axis=-1))


def logsumexp__largest_of_the_sizes(z):
    m = np.max(np.abs(z), axis=-1)
    return m + np.log(np.sum(np.exp(z - m[..., None]), axis=-1))


def logsumexp__in_place(z):
    m = np.max(z, axis=-1, keepdims=True).copy()
    z -= m
    return (m + np.log(np.sum(np.exp(z), axis=-1, keepdims=True)))[..., 0]


def logsumexp__rounded(z):
    return np.round(_lse(z), 6)


def logsumexp__list_of_floats_only(z):
    return math.log(sum(math.exp(v - max(z)) for v in z)) + max(z)


def logsumexp__capped(z):
    return np.minimum(_lse(z), 700.0)


def logsumexp__an_epsilon(z):
    m = np.max(z, axis=-1)
    return m + np.log(np.sum(np.exp(z - m[..., None]), axis=-1) + 1e-7)


def logsumexp__one_row_too_many(z):
    return _lse(np.atleast_2d(z))


def logsumexp__finite_only(z):
    m = np.max(z, axis=-1)
    return m + np.log(np.sum(np.exp(np.nan_to_num(z - m[..., None], neginf=0.0)), axis=-1))


# -- softmax -----------------------------------------------------------------------


def softmax__base_two(z):
    return _softmax(z * np.log(2))


def softmax__half_temperature(z):
    return _softmax(2 * z)


def softmax__single_precision(z):
    return _softmax(np.asarray(z, dtype=np.float32))


def softmax__percent(z):
    return 100 * _softmax(z)


def softmax__shift_by_the_first(z):
    e = np.exp(z - z[..., :1])
    return e / np.sum(e, axis=-1, keepdims=True)


def softmax__largest_of_the_sizes(z):
    e = np.exp(z - np.max(np.abs(z), axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def softmax__in_place(z):
    z -= np.max(z, axis=-1, keepdims=True)
    e = np.exp(z)
    return e / np.sum(e, axis=-1, keepdims=True)


def softmax__winner_takes_all(z):
    return (z == np.max(z, axis=-1, keepdims=True)) * 1.0


def softmax__one_row_too_many(z):
    return _softmax(np.atleast_2d(z))


def softmax__square_for_exponential(z):
    return z**2 / np.sum(z**2, axis=-1, keepdims=True)


def softmax__smoothed(z):
    return 0.999999 * _softmax(z) + 1e-6 / z.shape[-1]


def softmax__rounded(z):
    return np.round(_softmax(z), 7)


def softmax__last_but_one_axis(z):
    if z.ndim < 2:
        return _softmax(z)
    return np.swapaxes(_softmax(np.swapaxes(z, -1, -2)), -1, -2) * 1.0 + 0.0 * z


# -- log_softmax -------------------------------------------------------------------


def log_softmax__base_two(z):
    return _log_softmax(z) / np.log(2)


def log_softmax__base_ten(z):
    return _log_softmax(z) / np.log(10)


def log_softmax__single_precision(z):
    return _log_softmax(np.asarray(z, dtype=np.float32))


def log_softmax__floored(z):
    return np.maximum(_log_softmax(z), -100.0)


def log_softmax__rounded(z):
    return np.round(_log_softmax(z), 6)


def log_softmax__in_place(z):
    m = np.max(z, axis=-1, keepdims=True)
    z -= m
    return z - np.log(np.sum(np.exp(z), axis=-1, keepdims=True))


def log_softmax__of_the_winner(z):
    return np.max(_log_softmax(z), axis=-1)


def log_softmax__of_the_first(z):
    return _log_softmax(z)[..., 0]


def log_softmax__summed(z):
    return np.sum(_log_softmax(z), axis=-1)


def log_softmax__of_the_mean(z):
    return z - _lse(z)[..., None] + np.log(z.shape[-1])


def log_softmax__shift_by_the_first(z):
    s = z - z[..., :1]
    return s - np.log(np.sum(np.exp(s), axis=-1, keepdims=True))


def log_softmax__one_row_too_many(z):
    return _log_softmax(np.atleast_2d(z))


def log_softmax__smallest_number(z):
    return np.log(np.maximum(_softmax(z), np.finfo(np.float64).tiny))


# -- softplus ----------------------------------------------------------------------


def softplus__base_two(x):
    return _softplus(x) / np.log(2)


def softplus__steep(x):
    return _softplus(5 * x) / 5


def softplus__averaged(x):
    return np.mean(_softplus(x))


def softplus__summed(x):
    return np.sum(_softplus(x))


def softplus__flat(x):
    return _softplus(np.ravel(x))


def softplus__single_precision(x):
    return _softplus(np.asarray(x, dtype=np.float32))


def softplus__lower_threshold(x):
    return np.where(np.asarray(x) < -30, 0.0, _softplus(x))


def softplus__minus_log_two(x):
    return _softplus(x) - np.log(2)


def softplus__of_minus_x(x):
    return _softplus(-x)


def softplus__rounded(x):
    return np.round(_softplus(x), 7)


def softplus__whole_numbers(x):
    return _softplus(x).astype(x.dtype)


def softplus__root(x):
    return (x + np.sqrt(np.asarray(x) ** 2 + 4 * np.log(2) ** 2)) / 2


def softplus_grad__rounded(x):
    return np.round(1 / (1 + np.exp(-x)), 6)


def softplus_grad__steep(x):
    return 1 / (1 + np.exp(-5 * x))


def softplus_grad__clipped(x):
    return np.clip(1 / (1 + np.exp(-x)), 1e-7, 1 - 1e-7)


# -- stable_bce --------------------------------------------------------------------


def stable_bce__base_two(y_true, logits):
    return np.mean(_bce(y_true, logits)) / np.log(2)


def stable_bce__last_axis_only(y_true, logits):
    return np.mean(_bce(y_true, logits), axis=-1)


def stable_bce__median(y_true, logits):
    return np.median(_bce(y_true, logits))


def stable_bce__per_row(y_true, logits):
    return np.sum(_bce(y_true, logits)) / len(logits)


def stable_bce__per_positive(y_true, logits):
    return np.sum(_bce(y_true, logits)) / max(np.sum(y_true), 1)


def stable_bce__hard_labels(y_true, logits):
    return np.mean(_bce((y_true > 0.5) * 1.0, logits))


def stable_bce__capped(y_true, logits):
    return np.mean(np.minimum(_bce(y_true, logits), 100.0))


def stable_bce__negative(y_true, logits):
    return -np.mean(_bce(y_true, logits))


def stable_bce__arguments_swapped(y_true, logits):
    return np.mean(_bce(logits, y_true))


def stable_bce__entropy_taken_off(y_true, logits):
    y = np.clip(y_true * 1.0, 1e-300, 1.0)
    n = np.clip(1.0 - y_true, 1e-300, 1.0)
    return np.mean(_bce(y_true, logits) + y_true * np.log(y) + (1 - y_true) * np.log(n))


def stable_bce__in_place(y_true, logits):
    value = np.mean(_bce(y_true, logits))
    logits *= 0
    return value


def stable_bce__rounded(y_true, logits):
    return np.round(np.mean(_bce(y_true, logits)), 12)


def stable_bce_grad__averaged(y_true, logits):
    return np.mean(1 / (1 + np.exp(-logits)) - y_true)


def stable_bce_grad__hard_labels(y_true, logits):
    return (1 / (1 + np.exp(-logits)) - np.round(y_true)) / logits.size


def stable_bce_grad__whole_labels(y_true, logits):
    return (1 / (1 + np.exp(-logits)) - y_true.astype(int)) / logits.size


# -- safe_norm ---------------------------------------------------------------------


def safe_norm__single_precision(x):
    return _norm(np.asarray(x, dtype=np.float32))


def safe_norm__cubes(x):
    m = max(np.max(np.abs(x)), 1e-300)
    return m * np.sum(np.abs(x / m) ** 3) ** (1 / 3)


def safe_norm__spread(x):
    return np.std(x) * np.sqrt(np.size(x))


def safe_norm__spectral(x):
    return np.linalg.norm(x, 2) if np.ndim(x) == 2 else _norm(x)


def safe_norm__half_of_the_square(x):
    return _norm(x) ** 2 / 2


def safe_norm__signed(x):
    return math.copysign(_norm(x), float(np.sum(x)))


def safe_norm__without_the_first(x):
    return _norm(np.ravel(x)[1:])


def safe_norm__large_only(x):
    m = max(float(np.max(np.abs(x))), 1.0)
    return m * np.sqrt(np.sum(np.square(x / m)))


def safe_norm__scaled_by_the_sum(x):
    m = np.sum(x)
    return abs(m) * np.sqrt(np.sum(np.square(x / m)))


def safe_norm__whole(x):
    return int(_norm(x))


def safe_norm__in_place(x):
    value = _norm(x)
    x *= 1
    x += 1
    return value


def safe_norm_grad__negative(x):
    n = _norm(x)
    return -x / n if n else np.zeros(x.shape)


def safe_norm_grad__ones_at_zero(x):
    n = _norm(x)
    return x / n if n else np.ones(x.shape) / np.sqrt(x.size)


def safe_norm_grad__flat(x):
    n = _norm(x)
    return np.ravel(x) / n if n else np.zeros(x.size)


def safe_norm_grad__tiny_is_zero(x):
    n = _norm(x)
    return x / n if n > 1e-100 else np.zeros(x.shape)


# -- kahan_sum ---------------------------------------------------------------------


def kahan_sum__single_precision(x):
    return np.sum(x.astype(np.float32))


def kahan_sum__mean(x):
    return math.fsum(x) / max(len(x), 1)


def kahan_sum__sizes(x):
    return math.fsum(np.abs(x))


def kahan_sum__backwards(x):
    total = 0.0
    for v in x[::-1].tolist():
        total += v
    return total


def kahan_sum__largest_first(x):
    total = 0.0
    for v in sorted(x.tolist(), reverse=True):
        total += v
    return total


def kahan_sum__in_tens(x):
    parts = []
    for i in range(0, len(x), 10):
        part = 0.0
        for v in x[i : i + 10].tolist():
            part += v
        parts.append(part)
    total = 0.0
    for part in parts:
        total += part
    return total


def kahan_sum__of_square_root_blocks(x):
    step = max(1, math.isqrt(len(x)))
    return sum(float(np.cumsum(x[i : i + step])[-1]) for i in range(0, len(x), step)) + 0.0


def kahan_sum__nothing_is_nan(x):
    return math.fsum(x) if len(x) else float("nan")


def kahan_sum__without_the_last(x):
    return math.fsum(x[:-1])


def kahan_sum__in_place(x):
    value = math.fsum(x)
    x[:] = 0
    return value


def kahan_sum__rounded(x):
    return round(math.fsum(x), -1) if len(x) > 100 else math.fsum(x)


def kahan_sum__remainder_halved(x):
    total = lost = 0.0
    for v in x.tolist():
        part = v - lost / 2
        new = total + part
        lost = (new - total) - part
        total = new
    return total


# -- clip_by_global_norm -----------------------------------------------------------


def _limit(max_norm):
    if not max_norm > 0:
        raise ValueError("max_norm")


def _scaled(grads, max_norm):
    n = _norm(grads)
    return grads / n * max_norm if n > max_norm else grads * 1.0


def clip_by_global_norm__columns(grads, max_norm):
    _limit(max_norm)
    if grads.ndim < 2:
        return _scaled(grads, max_norm)
    return np.stack([_scaled(c, max_norm) for c in grads.T], axis=1)


def clip_by_global_norm__negative(grads, max_norm):
    _limit(max_norm)
    return -_scaled(grads, max_norm)


def clip_by_global_norm__per_entry(grads, max_norm):
    _limit(max_norm)
    return _scaled(grads, max_norm * np.sqrt(grads.size))


def clip_by_global_norm__any_limit(grads, max_norm):
    n = _norm(grads)
    return grads / n * max_norm if n > max_norm else grads * 1.0


def clip_by_global_norm__zero_limit_allowed(grads, max_norm):
    if max_norm < 0:
        raise ValueError("max_norm")
    return _scaled(grads, max_norm)


def clip_by_global_norm__in_place(grads, max_norm):
    _limit(max_norm)
    result = _scaled(grads, max_norm)
    grads[...] = result.astype(grads.dtype)
    return result


def clip_by_global_norm__explosion_dropped(grads, max_norm):
    _limit(max_norm)
    if _norm(grads) > 1e100:
        return np.zeros(grads.shape)
    return _scaled(grads, max_norm)


def clip_by_global_norm__flat(grads, max_norm):
    _limit(max_norm)
    return np.ravel(_scaled(grads, max_norm))


def clip_by_global_norm__tanh(grads, max_norm):
    _limit(max_norm)
    return max_norm * np.tanh(grads / max_norm)


def clip_by_global_norm__softly(grads, max_norm):
    _limit(max_norm)
    return grads / (1 + _norm(grads) / max_norm)


def clip_by_global_norm__whole(grads, max_norm):
    _limit(max_norm)
    return _scaled(grads, max_norm).astype(grads.dtype) if grads.dtype.kind == "i" else (
        _scaled(grads, max_norm)
    )  # fmt: skip


def clip_by_global_norm__single_precision(grads, max_norm):
    _limit(max_norm)
    return _scaled(grads, max_norm).astype(np.float32)


def clip_by_global_norm__rms(grads, max_norm):
    _limit(max_norm)
    n = _norm(grads) / np.sqrt(grads.size)
    return grads / n * max_norm if n > max_norm else grads * 1.0


# -- complex_step_derivative -------------------------------------------------------


def _slope(f, x, h):
    return np.imag(f(np.asarray(x) + 1j * h)) / h


def complex_step_derivative__averaged(f, x, h=1e-20):
    return np.mean(_slope(f, x, h))


def complex_step_derivative__flat(f, x, h=1e-20):
    return np.ravel(_slope(f, x, h))


def complex_step_derivative__complex(f, x, h=1e-20):
    return (f(x + 1j * h) - f(x)) / (1j * h)


def complex_step_derivative__half(f, x, h=1e-20):
    return _slope(f, x, h) / 2


def complex_step_derivative__squared_step(f, x, h=1e-20):
    return np.imag(f(x + 1j * h)) / h**2


def complex_step_derivative__whole(f, x, h=1e-20):
    return _slope(f, x, h).astype(x.dtype) if x.dtype.kind == "i" else _slope(f, x, h)


def complex_step_derivative__single_precision(f, x, h=1e-20):
    return _slope(f, np.asarray(x, dtype=np.float32), 1e-20)


def complex_step_derivative__richardson(f, x, h=1e-20):
    s = 1e-3
    d = lambda t: (f(x + t) - f(x - t)) / (2 * t)
    return (4 * d(s / 2) - d(s)) / 3


def complex_step_derivative__step_never_below(f, x, h=1e-20):
    return _slope(f, x, max(h, 1e-5))


def complex_step_derivative__second(f, x, h=1e-20):
    s = 1e-3
    return 2 * (f(x) - np.real(f(x + 1j * s))) / s**2


def complex_step_derivative__in_place(f, x, h=1e-20):
    value = _slope(f, x, h)
    x += 1
    return value


def complex_step_derivative__rounded(f, x, h=1e-20):
    return np.round(_slope(f, x, h), 8)


def complex_step_derivative__at_the_first(f, x, h=1e-20):
    return _slope(f, np.full(np.shape(x), np.ravel(x)[0]), h)


def complex_step_derivative__relative(f, x, h=1e-20):
    return _slope(f, x, h) / f(x)
