"""Wrong answers on metric learning that no record knows. All of them must fail."""

from __future__ import annotations

import numpy as np


def _distances(x, y):
    d = x[:, None, :] - y
    return np.sqrt((d * d).sum(axis=-1))


def _length(d):
    return np.sqrt((d * d).sum(axis=-1))


def _unit(x):
    return x / _length(x)[:, None]


def _lse(z):
    m = z.max(axis=1)
    return m + np.log(np.exp(z - m[:, None]).sum(axis=1))


def _positive(number):
    if not number > 0:
        raise ValueError("must be positive")


def _not_negative(number):
    if number < 0:
        raise ValueError("must not be negative")


# -- pairwise_distances ------------------------------------------------------------


def pairwise_distances__half(x, y):
    return _distances(x, y) / 2


def pairwise_distances__cubed(x, y):
    return np.cbrt((np.abs(x[:, None] - y) ** 3).sum(axis=-1))


def pairwise_distances__rounded(x, y):
    return np.round(_distances(x, y), 6)


def pairwise_distances__single_precision(x, y):
    return _distances(x.astype(np.float32), y.astype(np.float32))


def pairwise_distances__within_x(x, y):
    return _distances(x, x)


def pairwise_distances__first_row_of_y(x, y):
    return _distances(x, np.repeat(y[:1], len(y), axis=0))


def pairwise_distances__last_entry_left_out(x, y):
    return _distances(x[:, :-1], y[:, :-1])


def pairwise_distances__plus(x, y):
    d = x[:, None] + y
    return np.sqrt((d * d).sum(axis=-1))


def pairwise_distances__flat(x, y):
    return _distances(x, y).ravel()


def pairwise_distances__cosine(x, y):
    return 1 - _unit(x * 1.0) @ _unit(y * 1.0).T


def pairwise_distances__centred_products(x, y):
    m = x.mean(axis=0)
    x, y = x - m, y - m
    s = (x * x).sum(1)[:, None] + (y * y).sum(1) - 2 * x @ y.T
    return np.sqrt(np.maximum(s, 0))


def pairwise_distances__diagonal_infinite(x, y):
    d = _distances(x, y)
    d[np.arange(min(d.shape)), np.arange(min(d.shape))] = np.inf
    return d


def pairwise_distances__root_of_the_size(x, y):
    return np.sqrt(np.abs((x[:, None] - y).sum(axis=-1)))


# -- contrastive ---------------------------------------------------------------------


def contrastive__half_on_one_side(similar, a, b, margin=1.0):
    _not_negative(margin)
    d = _length(a - b)
    return np.mean(similar * d**2 / 2 + (1 - similar) * np.maximum(margin - d, 0) ** 2)


def contrastive__mean_over_entries(similar, a, b, margin=1.0):
    _not_negative(margin)
    d = _length(a - b)
    return np.sum(similar * d**2 + (1 - similar) * np.maximum(margin - d, 0) ** 2) / (2 * a.size)


def contrastive__plain_distance(similar, a, b, margin=1.0):
    _not_negative(margin)
    d = _length(a - b)
    return np.mean(similar * d + (1 - similar) * np.maximum(margin - d, 0) ** 2) / 2


def contrastive__distance_over_the_margin(similar, a, b, margin=1.0):
    _not_negative(margin)
    d = _length(a - b)
    return np.mean(similar * d**2 + (1 - similar) * np.maximum(d - margin, 0) ** 2) / 2


def contrastive__kinds_averaged_apart(similar, a, b, margin=1.0):
    _not_negative(margin)
    d = _length(a - b)
    near = (similar * d**2).sum() / max(similar.sum(), 1)
    far = ((1 - similar) * np.maximum(margin - d, 0) ** 2).sum() / max((1 - similar).sum(), 1)
    return (near + far) / 2


def contrastive__along_the_axes(similar, a, b, margin=1.0):
    _not_negative(margin)
    d = np.abs(a - b).sum(axis=1)
    return np.mean(similar * d**2 + (1 - similar) * np.maximum(margin - d, 0) ** 2) / 2


def contrastive__margins_squared(similar, a, b, margin=1.0):
    _not_negative(margin)
    d = _length(a - b)
    return np.mean(similar * d**2 + (1 - similar) * np.maximum(margin**2 - d**2, 0)) / 2


def contrastive_grad__of_b(similar, a, b, margin=1.0):
    return -_contrastive_grad(similar, a, b, margin) * 0.5


def _contrastive_grad(similar, a, b, margin):
    _not_negative(margin)
    d = _length(a - b)
    push = np.maximum(margin - d, 0) / np.where(d > 0, d, 1)
    return (similar - (1 - similar) * push)[:, None] * (a - b) / len(a)


def contrastive_grad__over_entries(similar, a, b, margin=1.0):
    return _contrastive_grad(similar, a, b, margin) / a.shape[1]


def contrastive_grad__together_only(similar, a, b, margin=1.0):
    return _contrastive_grad(similar, a, b, margin) * similar[:, None]


def contrastive_grad__apart_only(similar, a, b, margin=1.0):
    return _contrastive_grad(similar, a, b, margin) * (1 - similar)[:, None]


def contrastive_grad__per_pair(similar, a, b, margin=1.0):
    return _contrastive_grad(similar, a, b, margin).sum(axis=1)


def contrastive_grad__unit_for_both(similar, a, b, margin=1.0):
    _not_negative(margin)
    d = _length(a - b)
    u = (a - b) / np.where(d > 0, d, 1)[:, None]
    return (similar - (1 - similar) * np.maximum(margin - d, 0))[:, None] * u / len(a)


def contrastive_grad__constant_push(similar, a, b, margin=1.0):
    _not_negative(margin)
    d = _length(a - b)
    u = (a - b) / np.where(d > 0, d, 1)[:, None]
    return (similar[:, None] * (a - b) - ((1 - similar) * (d < margin))[:, None] * u) / len(a)


# -- triplet -------------------------------------------------------------------------


def _near_far(a, p, n):
    return _length(a - p), _length(a - n)


def triplet__soft(anchor, positive, negative, margin=1.0):
    _not_negative(margin)
    near, far = _near_far(anchor, positive, negative)
    return np.mean(np.logaddexp(0, near - far + margin))


def triplet__squared_hinge(anchor, positive, negative, margin=1.0):
    _not_negative(margin)
    near, far = _near_far(anchor, positive, negative)
    return np.mean(np.maximum(near - far + margin, 0) ** 2)


def triplet__swapped(anchor, positive, negative, margin=1.0):
    _not_negative(margin)
    near, far = _near_far(anchor, positive, negative)
    return np.mean(np.maximum(near - np.minimum(far, _length(positive - negative)) + margin, 0))


def triplet__ratio(anchor, positive, negative, margin=1.0):
    _not_negative(margin)
    near, far = _near_far(anchor, positive, negative)
    return np.mean(np.maximum(near / (far + 1e-9) + margin, 0))


def triplet__half(anchor, positive, negative, margin=1.0):
    _not_negative(margin)
    near, far = _near_far(anchor, positive, negative)
    return np.mean(np.maximum(near - far + margin, 0)) / 2


def triplet__hardest_only(anchor, positive, negative, margin=1.0):
    _not_negative(margin)
    near, far = _near_far(anchor, positive, negative)
    return np.max(np.maximum(near - far + margin, 0))


def triplet__epsilon_as_in_torch(anchor, positive, negative, margin=1.0):
    _not_negative(margin)
    near, far = _length(anchor - positive + 1e-6), _length(anchor - negative + 1e-6)
    return np.mean(np.maximum(near - far + margin, 0))


def triplet__margin_of_one(anchor, positive, negative, margin=1.0):
    _not_negative(margin)
    near, far = _near_far(anchor, positive, negative)
    return np.mean(np.maximum(near - far + 1.0, 0))


def _triplet_grad(a, p, n, margin):
    _not_negative(margin)
    near, far = _near_far(a, p, n)
    on = (near - far + margin > 0)[:, None] / len(a)
    u = on * (a - p) / np.where(near > 0, near, 1)[:, None]
    v = on * (a - n) / np.where(far > 0, far, 1)[:, None]
    return np.stack([u - v, -u, v])


def triplet_grad__anchor_only(anchor, positive, negative, margin=1.0):
    return _triplet_grad(anchor, positive, negative, margin)[0]


def triplet_grad__other_order(anchor, positive, negative, margin=1.0):
    return _triplet_grad(anchor, positive, negative, margin)[[0, 2, 1]]


def triplet_grad__other_axis(anchor, positive, negative, margin=1.0):
    return np.moveaxis(_triplet_grad(anchor, positive, negative, margin), 0, 1)


def triplet_grad__downhill(anchor, positive, negative, margin=1.0):
    return -_triplet_grad(anchor, positive, negative, margin)


def triplet_grad__over_the_active(anchor, positive, negative, margin=1.0):
    near, far = _near_far(anchor, positive, negative)
    active = max(np.sum(near - far + margin > 0), 1)
    return _triplet_grad(anchor, positive, negative, margin) * len(anchor) / active


def triplet_grad__at_the_hinge_too(anchor, positive, negative, margin=1.0):
    near, far = _near_far(anchor, positive, negative)
    on = near - far + margin == 0
    a = anchor + 1e-9 * on[:, None] * (negative - anchor)
    return _triplet_grad(a, positive, negative, margin)


def triplet_grad__positive_only(anchor, positive, negative, margin=1.0):
    g = _triplet_grad(anchor, positive, negative, margin)
    return np.stack([-g[1], g[1], 0 * g[2]])


# -- batch_hard_triplet ----------------------------------------------------------------


def _mined(labels, x, margin):
    _not_negative(margin)
    d = _distances(x, x)
    same = labels[:, None] == labels
    partner = same & ~np.eye(len(x), dtype=bool)
    ok = partner.any(axis=1) & (~same).any(axis=1)
    if not ok.any():
        raise ValueError("nothing to mine")
    near = np.where(partner, d, -np.inf).max(axis=1)
    far = np.where(~same, d, np.inf).min(axis=1)
    return d, partner, ~same, near, far, ok


def batch_hard_triplet__margin_subtracted(labels, embeddings, margin=1.0):
    *_, near, far, ok = _mined(labels, embeddings, margin)
    return np.mean(np.maximum(near[ok] - far[ok] - margin, 0))


def batch_hard_triplet__soft(labels, embeddings, margin=1.0):
    *_, near, far, ok = _mined(labels, embeddings, margin)
    return np.mean(np.logaddexp(0, near[ok] - far[ok] + margin))


def batch_hard_triplet__mean_positive(labels, embeddings, margin=1.0):
    d, partner, _, _, far, ok = _mined(labels, embeddings, margin)
    mean = (d * partner).sum(axis=1) / np.maximum(partner.sum(axis=1), 1)
    return np.mean(np.maximum(mean[ok] - far[ok] + margin, 0))


def batch_hard_triplet__mean_negative(labels, embeddings, margin=1.0):
    d, _, other, near, _, ok = _mined(labels, embeddings, margin)
    mean = (d * other).sum(axis=1) / np.maximum(other.sum(axis=1), 1)
    return np.mean(np.maximum(near[ok] - mean[ok] + margin, 0))


def batch_hard_triplet__the_hardest_row(labels, embeddings, margin=1.0):
    *_, near, far, ok = _mined(labels, embeddings, margin)
    return np.max(np.maximum(near[ok] - far[ok] + margin, 0))


def batch_hard_triplet__only_active_rows(labels, embeddings, margin=1.0):
    *_, near, far, ok = _mined(labels, embeddings, margin)
    cost = np.maximum(near[ok] - far[ok] + margin, 0)
    return cost.sum() / max((cost > 0).sum(), 1)


def batch_hard_triplet__farthest_negative(labels, embeddings, margin=1.0):
    d, _, other, near, _, ok = _mined(labels, embeddings, margin)
    far = np.where(other, d, -np.inf).max(axis=1)
    return np.mean(np.maximum(near[ok] - far[ok] + margin, 0))


def batch_hard_triplet__semi_hard(labels, embeddings, margin=1.0):
    d, _, other, near, far, ok = _mined(labels, embeddings, margin)
    beyond = np.where(other & (d > near[:, None]), d, np.inf).min(axis=1)
    far = np.where(np.isfinite(beyond), beyond, far)
    return np.mean(np.maximum(near[ok] - far[ok] + margin, 0))


def batch_hard_triplet__lone_rows_not_negatives(labels, embeddings, margin=1.0):
    *_, ok = _mined(labels, embeddings, margin)
    *_, near, far, _ = _mined(labels[ok], embeddings[ok], margin)
    return np.mean(np.maximum(near - far + margin, 0)) + 0.125 * (~ok).any()


def batch_hard_triplet__lone_rows_pay_the_margin(labels, embeddings, margin=1.0):
    *_, near, far, ok = _mined(labels, embeddings, margin)
    return np.mean(np.where(ok, np.maximum(near - far + margin, 0), margin))


def batch_hard_triplet__hinge_of_the_mean(labels, embeddings, margin=1.0):
    *_, near, far, ok = _mined(labels, embeddings, margin)
    return max(np.mean(near[ok] - far[ok]) + margin, 0.0)


def batch_hard_triplet__zero_for_empty_batches(labels, embeddings, margin=1.0):
    _not_negative(margin)
    try:
        *_, near, far, ok = _mined(labels, embeddings, margin)
    except ValueError:
        return 0.0
    return np.mean(np.maximum(near[ok] - far[ok] + margin, 0))


def batch_hard_triplet__any_margin(labels, embeddings, margin=1.0):
    *_, near, far, ok = _mined(labels, embeddings, 0.0)
    return np.mean(np.maximum(near[ok] - far[ok] + margin, 0))


def batch_hard_triplet__one_per_row(labels, embeddings, margin=1.0):
    *_, near, far, ok = _mined(labels, embeddings, margin)
    return np.where(ok, np.maximum(near - far + margin, 0), 0)


# -- cosine_embedding ------------------------------------------------------------------


def _cosine(a, b, margin):
    if not -1 <= margin <= 1:
        raise ValueError("margin")
    n = _length(a * 1.0) * _length(b * 1.0)
    return (a * b).sum(axis=1) / np.where(n > 0, n, 1)


def cosine_embedding__half(y_true, a, b, margin=0.0):
    c = _cosine(a, b, margin)
    return np.mean(np.where(y_true == 1, 1 - c, np.maximum(c - margin, 0))) / 2


def cosine_embedding__squared(y_true, a, b, margin=0.0):
    c = _cosine(a, b, margin)
    return np.mean(np.where(y_true == 1, 1 - c, np.maximum(c - margin, 0)) ** 2)


def cosine_embedding__size_of_the_cosine(y_true, a, b, margin=0.0):
    c = np.abs(_cosine(a, b, margin))
    return np.mean(np.where(y_true == 1, 1 - c, np.maximum(c - margin, 0)))


def cosine_embedding__angle(y_true, a, b, margin=0.0):
    t = np.arccos(np.clip(_cosine(a, b, margin), -1, 1)) / np.pi
    return np.mean(np.where(y_true == 1, t, np.maximum(1 - t - margin, 0)))


def cosine_embedding__minus_the_cosine(y_true, a, b, margin=0.0):
    c = _cosine(a, b, margin)
    return np.mean(np.where(y_true == 1, -c, np.maximum(c - margin, 0)))


def cosine_embedding__linear_in_y(y_true, a, b, margin=0.0):
    return np.mean(1 - y_true * _cosine(a, b, margin))


def cosine_embedding__hinge_of_the_mean(y_true, a, b, margin=0.0):
    c = _cosine(a, b, margin)
    return max(np.mean(np.where(y_true == 1, 1 - c, c - margin)), 0.0)


def cosine_embedding__columns_normalised(y_true, a, b, margin=0.0):
    _cosine(a, b, margin)
    u = a / np.maximum(np.sqrt((a * a).sum(axis=0)), 1e-300)
    v = b / np.maximum(np.sqrt((b * b).sum(axis=0)), 1e-300)
    c = (u * v).sum(axis=1)
    return np.mean(np.where(y_true == 1, 1 - c, np.maximum(c - margin, 0)))


def cosine_embedding__one_length_only(y_true, a, b, margin=0.0):
    _cosine(a, b, margin)
    n = _length(a * 1.0)
    c = (a * b).sum(axis=1) / np.where(n > 0, n, 1)
    return np.mean(np.where(y_true == 1, 1 - c, np.maximum(c - margin, 0)))


def cosine_embedding__zero_vectors_are_equal(y_true, a, b, margin=0.0):
    c = _cosine(a, b, margin)
    c = np.where(_length(a * 1.0) * _length(b * 1.0) == 0, 1.0, c)
    return np.mean(np.where(y_true == 1, 1 - c, np.maximum(c - margin, 0)))


def cosine_embedding__kinds_averaged_apart(y_true, a, b, margin=0.0):
    c = _cosine(a, b, margin)
    cost = np.where(y_true == 1, 1 - c, np.maximum(c - margin, 0))
    parts = [cost[y_true == s].mean() for s in (1, -1) if (y_true == s).any()]
    return np.mean(parts) if len(parts) == 1 else sum(parts)


def cosine_embedding__margin_scaled(y_true, a, b, margin=0.0):
    c = _cosine(a, b, margin)
    return np.mean(np.where(y_true == 1, 1 - c, np.maximum(c - margin, 0) / (1.25 - margin)))


def cosine_embedding__together_only(y_true, a, b, margin=0.0):
    return np.mean((y_true == 1) * (1 - _cosine(a, b, margin)))


# -- info_nce --------------------------------------------------------------------------


def _logits(queries, keys, temperature):
    _positive(temperature)
    return _unit(queries * 1.0) @ _unit(keys * 1.0).T / temperature


def info_nce__hardest_negative_only(queries, keys, temperature=0.07):
    z = _logits(queries, keys, temperature)
    own = np.diag(z)
    hardest = np.where(np.eye(len(z), dtype=bool), -np.inf, z).max(axis=1)
    return np.mean(np.logaddexp(0, hardest - own))


def info_nce__both_directions(queries, keys, temperature=0.07):
    z = _logits(queries, keys, temperature)
    return np.mean(_lse(z) + _lse(z.T)) / 2 - np.mean(np.diag(z))


def info_nce__queries_as_keys_too(queries, keys, temperature=0.07):
    z = _logits(queries, keys, temperature)
    q = _logits(queries, queries, temperature)
    np.fill_diagonal(q, -np.inf)
    return np.mean(_lse(np.hstack([z, q])) - np.diag(z))


def info_nce__accuracy(queries, keys, temperature=0.07):
    z = _logits(queries, keys, temperature)
    return np.mean(z.argmax(axis=1) == np.arange(len(z)))


def info_nce__base_two(queries, keys, temperature=0.07):
    z = _logits(queries, keys, temperature)
    return np.mean(_lse(z) - np.diag(z)) / np.log(2)


def info_nce__positive_twice(queries, keys, temperature=0.07):
    z = _logits(queries, keys, temperature)
    return np.mean(np.logaddexp(_lse(z), np.diag(z)) - np.diag(z))


def info_nce__root_of_the_temperature(queries, keys, temperature=0.07):
    z = _logits(queries, keys, temperature) * np.sqrt(temperature)
    return np.mean(_lse(z) - np.diag(z))


def info_nce__key_zero_is_right(queries, keys, temperature=0.07):
    z = _logits(queries, keys, temperature)
    return np.mean(_lse(z) - z[:, 0])


def info_nce__positive_over_the_temperature_only(queries, keys, temperature=0.07):
    z = _logits(queries, keys, temperature)
    return np.mean(_lse(z * temperature) - np.diag(z))


def _info_nce_grad(queries, keys, temperature):
    z = _logits(queries, keys, temperature)
    p = np.exp(z - _lse(z)[:, None]) - np.eye(len(z))
    u = _unit(queries * 1.0)
    g = p @ _unit(keys * 1.0) / temperature / len(z)
    return (g - u * (u * g).sum(axis=1, keepdims=True)) / _length(queries * 1.0)[:, None]


def info_nce_grad__doubled(queries, keys, temperature=0.07):
    return 2 * _info_nce_grad(queries, keys, temperature)


def info_nce_grad__transposed_batch(queries, keys, temperature=0.07):
    return _info_nce_grad(keys, queries, temperature)


def info_nce_grad__raw_keys(queries, keys, temperature=0.07):
    z = _logits(queries, keys, temperature)
    p = np.exp(z - _lse(z)[:, None]) - np.eye(len(z))
    u = _unit(queries * 1.0)
    g = p @ keys / temperature / len(z)
    return (g - u * (u * g).sum(axis=1, keepdims=True)) / _length(queries * 1.0)[:, None]


def info_nce_grad__by_the_similarities(queries, keys, temperature=0.07):
    z = _logits(queries, keys, temperature)
    return (np.exp(z - _lse(z)[:, None]) - np.eye(len(z))) / temperature / len(z)


def info_nce_grad__length_squared(queries, keys, temperature=0.07):
    return _info_nce_grad(queries, keys, temperature) / _length(queries * 1.0)[:, None]


def info_nce_grad__hard_choice(queries, keys, temperature=0.07):
    z = _logits(queries, keys, temperature)
    p = 1.0 * (z == z.max(axis=1, keepdims=True)) - np.eye(len(z))
    u = _unit(queries * 1.0)
    g = p @ _unit(keys * 1.0) / temperature / len(z)
    return (g - u * (u * g).sum(axis=1, keepdims=True)) / _length(queries * 1.0)[:, None]


def info_nce_grad__any_temperature(queries, keys, temperature=0.07):
    return _info_nce_grad(queries, keys, abs(temperature) or 1.0)


# -- clip_loss -------------------------------------------------------------------------


def _both(images, texts, k):
    z = k * _unit(images * 1.0) @ _unit(texts * 1.0).T
    return _lse(z) - np.diag(z), _lse(z.T) - np.diag(z)


def clip_loss__scale_ignored(images, texts, log_scale=2.6592600369327783):
    return np.mean(_both(images, texts, 1.0))


def clip_loss__scale_capped_at_ten(images, texts, log_scale=2.6592600369327783):
    return np.mean(_both(images, texts, min(np.exp(log_scale), 10.0)))


def clip_loss__worse_direction(images, texts, log_scale=2.6592600369327783):
    one, two = _both(images, texts, np.exp(log_scale))
    return max(np.mean(one), np.mean(two))


def clip_loss__worse_direction_per_pair(images, texts, log_scale=2.6592600369327783):
    return np.mean(np.maximum(*_both(images, texts, np.exp(log_scale))))


def clip_loss__rows_twice(images, texts, log_scale=2.6592600369327783):
    one, _ = _both(images, texts, np.exp(log_scale))
    return np.mean(one + one[::-1])


def clip_loss__base_two(images, texts, log_scale=2.6592600369327783):
    return np.mean(_both(images, texts, np.exp(log_scale))) / np.log(2)


def clip_loss__power_of_two(images, texts, log_scale=2.6592600369327783):
    return np.mean(_both(images, texts, 2.0**log_scale))


def clip_loss__minus_the_log_scale(images, texts, log_scale=2.6592600369327783):
    return np.mean(_both(images, texts, np.exp(-abs(log_scale)) * 1.5))


def clip_loss__similarities_averaged_first(images, texts, log_scale=2.6592600369327783):
    s = _unit(images * 1.0) @ _unit(texts * 1.0).T
    z = np.exp(log_scale) * (s + s.T) / 2
    return np.mean(_lse(z) - np.diag(z))


def clip_loss__sigmoid(images, texts, log_scale=2.6592600369327783):
    z = np.exp(log_scale) * _unit(images * 1.0) @ _unit(texts * 1.0).T
    y = 2 * np.eye(len(z)) - 1
    return np.sum(np.logaddexp(0, -y * z)) / len(z)


def clip_loss__images_not_normalised(images, texts, log_scale=2.6592600369327783):
    z = np.exp(log_scale) * images @ _unit(texts * 1.0).T
    return np.mean(_lse(z) + _lse(z.T)) / 2 - np.mean(np.diag(z))


def clip_loss__mean_of_keys(images, texts, log_scale=2.6592600369327783):
    return np.mean(_both(images, texts, np.exp(log_scale))) - np.log(len(images))


def clip_loss__one_per_pair(images, texts, log_scale=2.6592600369327783):
    return np.mean(_both(images, texts, np.exp(log_scale)), axis=0)


def clip_loss__guarded(images, texts, log_scale=2.6592600369327783):
    one, two = _both(images, texts, np.exp(log_scale))
    return -np.mean(np.log(np.exp(-one) + 1e-9) + np.log(np.exp(-two) + 1e-9)) / 2


# -- nt_xent ---------------------------------------------------------------------------


def _views(x, temperature):
    _positive(temperature)
    n = len(x)
    if n % 2:
        raise ValueError("odd")
    z = _unit(x * 1.0) @ _unit(x * 1.0).T / temperature
    np.fill_diagonal(z, -np.inf)
    return z, (np.arange(n) + n // 2) % n


def nt_xent__partner_mirrored(embeddings, temperature=0.5):
    z, _ = _views(embeddings, temperature)
    at = np.arange(len(z))
    return np.mean(_lse(z) - z[at, at[::-1]])


def nt_xent__next_row_is_the_partner(embeddings, temperature=0.5):
    z, _ = _views(embeddings, temperature)
    at = np.arange(len(z))
    return np.mean(_lse(z) - z[at, (at + 1) % len(z)])


def nt_xent__second_views_only(embeddings, temperature=0.5):
    z, own = _views(embeddings, temperature)
    cost = _lse(z) - z[np.arange(len(z)), own]
    return np.mean(cost[len(z) // 2 :])


def nt_xent__base_two(embeddings, temperature=0.5):
    z, own = _views(embeddings, temperature)
    return np.mean(_lse(z) - z[np.arange(len(z)), own]) / np.log(2)


def nt_xent__hardest_negative(embeddings, temperature=0.5):
    z, own = _views(embeddings, temperature)
    at = np.arange(len(z)), own
    right = z[at].copy()
    z[at] = -np.inf
    return np.mean(np.logaddexp(0, z.max(axis=1) - right))


def nt_xent__temperature_ignored(embeddings, temperature=0.5):
    z, own = _views(embeddings, temperature)
    z = z * temperature
    return np.mean(_lse(z) - z[np.arange(len(z)), own])


def nt_xent__temperature_squared(embeddings, temperature=0.5):
    z, own = _views(embeddings, temperature)
    z = z / temperature
    return np.mean(_lse(z) - z[np.arange(len(z)), own])


def nt_xent__sum_of_all_rows(embeddings, temperature=0.5):
    z, own = _views(embeddings, temperature)
    return np.sum(_lse(z) - z[np.arange(len(z)), own])


def nt_xent__mean_of_the_others(embeddings, temperature=0.5):
    z, own = _views(embeddings, temperature)
    return np.mean(_lse(z) - np.log(len(z)) - z[np.arange(len(z)), own])


def nt_xent__one_per_row(embeddings, temperature=0.5):
    z, own = _views(embeddings, temperature)
    return _lse(z) - z[np.arange(len(z)), own]


def nt_xent__same_half_only(embeddings, temperature=0.5):
    z, own = _views(embeddings, temperature)
    n = len(z)
    right = z[np.arange(n), own].copy()
    half = np.arange(n) < n // 2
    z = np.where(half[:, None] == half, z, -np.inf)
    z[np.arange(n), own] = right
    return np.mean(_lse(z) - right)


def nt_xent__any_temperature(embeddings, temperature=0.5):
    z, own = _views(embeddings, abs(temperature) or 1.0)
    return np.mean(_lse(z) - z[np.arange(len(z)), own])


def nt_xent__guarded(embeddings, temperature=0.5):
    z, own = _views(embeddings, temperature)
    p = np.exp(z[np.arange(len(z)), own] - _lse(z))
    return -np.mean(np.log(p + 1e-8))


def nt_xent__diagonal_very_negative(embeddings, temperature=0.5):
    _views(embeddings, temperature)
    u = _unit(embeddings * 1.0)
    z = (u @ u.T - 2 * np.eye(len(u))) / temperature
    own = (np.arange(len(u)) + len(u) // 2) % len(u)
    return np.mean(_lse(z) - z[np.arange(len(u)), own])
