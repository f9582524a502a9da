"""Wrong answers on detection and segmentation that no record knows. All of them must fail."""

from __future__ import annotations

import math

import numpy as np

PIXEL = np.array([0, 0, 1, 1])


def _inner(a, b):
    return np.minimum(a[:, 2:], b[:, 2:]) - np.maximum(a[:, :2], b[:, :2])


def _outer(a, b):
    return np.maximum(a[:, 2:], b[:, 2:]) - np.minimum(a[:, :2], b[:, :2])


def _area(a):
    return (a[:, 2:] - a[:, :2]).prod(axis=1)


def _meet(a, b):
    return np.maximum(_inner(a, b), 0).prod(axis=1)


def _over(part, whole, a, b):
    same = np.all(a == b, axis=1).astype(float)
    return np.divide(part, whole, out=same, where=whole != 0)


def _zero(part, whole):
    return np.divide(part, whole, out=np.zeros(np.shape(part)), where=whole != 0)


def _iou(a, b):
    meet = _meet(a, b)
    return _over(meet, _area(a) + _area(b) - meet, a, b)


def _giou(a, b):
    hull = _outer(a, b).prod(axis=1)
    return _iou(a, b) - _zero(hull - _area(a) - _area(b) + _meet(a, b), hull)


def _centres(a, b):
    return (a[:, :2] + a[:, 2:] - b[:, :2] - b[:, 2:]) / 2


def _diou(a, b):
    return _iou(a, b) - _zero((_centres(a, b) ** 2).sum(1), (_outer(a, b) ** 2).sum(1) * 1.0)


def _v(a, b):
    turn = [np.arctan2(x[:, 2] - x[:, 0], x[:, 3] - x[:, 1]) for x in (a, b)]
    return (2 / np.pi * (turn[0] - turn[1])) ** 2


def _ciou(a, b):
    v = _v(a, b)
    return _diou(a, b) - _zero(v, 1 - _iou(a, b) + v) * v


def _meet_cut(a, b, axis):
    """The common area, gaps cut off along one axis only."""
    inner = _inner(a, b) * 1.0
    inner[:, axis] = np.maximum(inner[:, axis], 0)
    return inner.prod(axis=1)


def _iou_cut(a, b, axis):
    meet = _meet_cut(a, b, axis)
    return _over(meet, _area(a) + _area(b) - meet, a, b)


# -- iou ---------------------------------------------------------------------------


def iou__cut_along_x_only(boxes_true, boxes_pred):
    return _iou_cut(boxes_true, boxes_pred, 0)


def iou__cut_along_y_only(boxes_true, boxes_pred):
    return _iou_cut(boxes_true, boxes_pred, 1)


def iou__square_root(boxes_true, boxes_pred):
    return np.sqrt(_iou(boxes_true, boxes_pred))


def iou__larger_box(boxes_true, boxes_pred):
    whole = np.maximum(_area(boxes_true), _area(boxes_pred))
    return _over(_meet(boxes_true, boxes_pred), whole, boxes_true, boxes_pred)


def iou__along_x_only(boxes_true, boxes_pred):
    side = np.maximum(_inner(boxes_true, boxes_pred), 0)[:, 0]
    whole = _outer(boxes_true, boxes_pred)[:, 0]
    return _over(side * 1.0, whole, boxes_true, boxes_pred)


def iou__mean_of_both_axes(boxes_true, boxes_pred):
    inner = np.maximum(_inner(boxes_true, boxes_pred), 0)
    return _zero(inner * 1.0, _outer(boxes_true, boxes_pred)).mean(axis=1)


def iou__sides_added(boxes_true, boxes_pred):
    inner = np.maximum(_inner(boxes_true, boxes_pred), 0).sum(1)
    whole = _outer(boxes_true, boxes_pred).sum(1)
    return _over(inner * 1.0, whole, boxes_true, boxes_pred)


def iou__overlap_itself(boxes_true, boxes_pred):
    return _meet(boxes_true, boxes_pred) * 1.0


def iou__absolute_gaps(boxes_true, boxes_pred):
    meet = np.abs(_inner(boxes_true, boxes_pred)).prod(1)
    whole = _area(boxes_true) + _area(boxes_pred) - meet
    return _over(meet, whole, boxes_true, boxes_pred)


def iou__in_place(boxes_true, boxes_pred):
    boxes_true[:, :2] = np.maximum(boxes_true[:, :2], boxes_pred[:, :2])
    return _iou(boxes_true, boxes_pred)


def iou__rounded(boxes_true, boxes_pred):
    return np.round(_iou(boxes_true, boxes_pred), 4)


def iou__half_precision(boxes_true, boxes_pred):
    return _iou(boxes_true, boxes_pred).astype(np.float16)


def iou__points_are_equal(boxes_true, boxes_pred):
    meet = _meet(boxes_true, boxes_pred)
    whole = _area(boxes_true) + _area(boxes_pred) - meet
    return np.where(whole == 0, 1.0, meet / np.where(whole == 0, 1, whole))


def iou__points_are_never_equal(boxes_true, boxes_pred):
    meet = _meet(boxes_true, boxes_pred)
    return _zero(meet * 1.0, _area(boxes_true) + _area(boxes_pred) - meet)


def iou__column(boxes_true, boxes_pred):
    return _iou(boxes_true, boxes_pred)[:, None]


def iou__y_before_x(boxes_true, boxes_pred):
    return _iou(boxes_true[:, [1, 0, 2, 3]], boxes_pred[:, [1, 0, 2, 3]])


def iou__at_least_a_little(boxes_true, boxes_pred):
    return np.maximum(_iou(boxes_true, boxes_pred), 1e-7)


# -- pairwise_iou ------------------------------------------------------------------


def _table(a, b, one=_iou):
    if not len(a) or not len(b):
        return np.zeros((len(a), len(b)))
    return np.stack([one(np.broadcast_to(row, b.shape), b) for row in a])


def pairwise_iou__square_root(boxes_a, boxes_b):
    return np.sqrt(_table(boxes_a, boxes_b))


def pairwise_iou__distance(boxes_a, boxes_b):
    return 1 - _table(boxes_a, boxes_b)


def pairwise_iou__giou(boxes_a, boxes_b):
    return _table(boxes_a, boxes_b, _giou)


def pairwise_iou__diou(boxes_a, boxes_b):
    return _table(boxes_a, boxes_b, _diou)


def pairwise_iou__overlaps(boxes_a, boxes_b):
    return _table(boxes_a, boxes_b, _meet)


def pairwise_iou__diagonal(boxes_a, boxes_b):
    found = _table(boxes_a, boxes_b)
    return found * np.eye(*found.shape)


def pairwise_iou__rounded(boxes_a, boxes_b):
    return np.round(_table(boxes_a, boxes_b), 5)


def pairwise_iou__rows_normalised(boxes_a, boxes_b):
    found = _table(boxes_a, boxes_b)
    return _zero(found, found.sum(axis=1, keepdims=True) + 0 * found)


def pairwise_iou__three_axes(boxes_a, boxes_b):
    return _table(boxes_a, boxes_b)[..., None]


def pairwise_iou__matched(boxes_a, boxes_b):
    found = _table(boxes_a, boxes_b)
    return (found >= 0.5) * 1.0


def pairwise_iou__first_set_twice(boxes_a, boxes_b):
    return _table(boxes_a, boxes_a)


def pairwise_iou__refuses_none(boxes_a, boxes_b):
    if not len(boxes_a) or not len(boxes_b):
        raise ValueError("no boxes")
    return _table(boxes_a, boxes_b)


def pairwise_iou__rows_backwards(boxes_a, boxes_b):
    return _table(boxes_a, boxes_b)[::-1]


def pairwise_iou__second_areas_only(boxes_a, boxes_b):
    def one(a, b):
        return _over(_meet(a, b), 2 * _area(b) - _meet(a, b), a, b)

    return _table(boxes_a, boxes_b, one)


def pairwise_iou__pixels(boxes_a, boxes_b):
    return _table(boxes_a + PIXEL, boxes_b + PIXEL)


# -- giou --------------------------------------------------------------------------


def giou__cut_along_x_only(boxes_true, boxes_pred):
    meet, hull = _meet_cut(boxes_true, boxes_pred, 0), _outer(boxes_true, boxes_pred).prod(axis=1)
    whole = _area(boxes_true) + _area(boxes_pred) - meet
    return _iou_cut(boxes_true, boxes_pred, 0) - _zero(hull - whole, hull)


def giou__half_the_penalty(boxes_true, boxes_pred):
    return (_iou(boxes_true, boxes_pred) + _giou(boxes_true, boxes_pred)) / 2


def giou__penalty_alone(boxes_true, boxes_pred):
    return _giou(boxes_true, boxes_pred) - _iou(boxes_true, boxes_pred)


def giou__squared_penalty(boxes_true, boxes_pred):
    overlap = _iou(boxes_true, boxes_pred)
    return overlap - (overlap - _giou(boxes_true, boxes_pred)) ** 2


def giou__perimeters(boxes_true, boxes_pred):
    hull = _outer(boxes_true, boxes_pred).sum(1)
    inner = np.maximum(_inner(boxes_true, boxes_pred), 0).sum(1)
    return _iou(boxes_true, boxes_pred) - _zero(hull - inner, hull * 1.0)


def giou__scaled_to_one(boxes_true, boxes_pred):
    return (1 + _giou(boxes_true, boxes_pred)) / 2


def giou__only_when_apart(boxes_true, boxes_pred):
    overlap = _iou(boxes_true, boxes_pred)
    return np.where(overlap > 0, overlap, _giou(boxes_true, boxes_pred))


def giou__diou(boxes_true, boxes_pred):
    return _diou(boxes_true, boxes_pred)


def giou__averaged(boxes_true, boxes_pred):
    return _giou(boxes_true, boxes_pred).sum() / max(1, len(boxes_true))


def giou__rounded(boxes_true, boxes_pred):
    return np.round(_giou(boxes_true, boxes_pred), 5)


def giou__hull_from_origin(boxes_true, boxes_pred):
    hull = np.maximum(boxes_true[:, 2:], boxes_pred[:, 2:]).prod(1)
    whole = _area(boxes_true) + _area(boxes_pred) - _meet(boxes_true, boxes_pred)
    return _iou(boxes_true, boxes_pred) - _zero(hull - whole, hull * 1.0)


def giou__hull_of_sizes(boxes_true, boxes_pred):
    sizes = [x[:, 2:] - x[:, :2] for x in (boxes_true, boxes_pred)]
    hull = np.maximum(*sizes).prod(1)
    whole = _area(boxes_true) + _area(boxes_pred) - _meet(boxes_true, boxes_pred)
    return _iou(boxes_true, boxes_pred) - _zero(hull - whole, hull * 1.0)


def giou__in_place(boxes_true, boxes_pred):
    boxes_true -= boxes_true[:1]
    return _giou(boxes_true, boxes_pred)


def giou__capped(boxes_true, boxes_pred):
    return np.clip(_giou(boxes_true, boxes_pred), -0.25, 1)


def giou__dice_in_place_of_iou(boxes_true, boxes_pred):
    overlap = _iou(boxes_true, boxes_pred)
    return _giou(boxes_true, boxes_pred) - overlap + 2 * overlap / (1 + overlap)


# -- diou --------------------------------------------------------------------------


def diou__giou(boxes_true, boxes_pred):
    return _giou(boxes_true, boxes_pred)


def diou__half_the_penalty(boxes_true, boxes_pred):
    return (_iou(boxes_true, boxes_pred) + _diou(boxes_true, boxes_pred)) / 2


def diou__penalty_alone(boxes_true, boxes_pred):
    return _diou(boxes_true, boxes_pred) - _iou(boxes_true, boxes_pred)


def diou__along_y_only(boxes_true, boxes_pred):
    near = _centres(boxes_true, boxes_pred)[:, 1] ** 2
    far = (_outer(boxes_true, boxes_pred) ** 2).sum(1)
    return _iou(boxes_true, boxes_pred) - _zero(near, far * 1.0)


def diou__city_blocks(boxes_true, boxes_pred):
    near = np.abs(_centres(boxes_true, boxes_pred)).sum(1) ** 2
    far = (_outer(boxes_true, boxes_pred) ** 2).sum(1)
    return _iou(boxes_true, boxes_pred) - _zero(near, far * 1.0)


def diou__sum_of_sides_below(boxes_true, boxes_pred):
    near = (_centres(boxes_true, boxes_pred) ** 2).sum(1)
    far = _outer(boxes_true, boxes_pred).sum(1) ** 2
    return _iou(boxes_true, boxes_pred) - _zero(near, far * 1.0)


def diou__root_of_the_bottom(boxes_true, boxes_pred):
    near = (_centres(boxes_true, boxes_pred) ** 2).sum(1)
    far = np.sqrt((_outer(boxes_true, boxes_pred) ** 2).sum(1))
    return _iou(boxes_true, boxes_pred) - _zero(near, far)


def diou__far_corners(boxes_true, boxes_pred):
    near = ((boxes_true[:, 2:] - boxes_pred[:, 2:]) ** 2).sum(1)
    far = (_outer(boxes_true, boxes_pred) ** 2).sum(1)
    return _iou(boxes_true, boxes_pred) - _zero(near * 1.0, far * 1.0)


def diou__sizes_for_centres(boxes_true, boxes_pred):
    sizes = [x[:, 2:] - x[:, :2] for x in (boxes_true, boxes_pred)]
    near = ((sizes[0] - sizes[1]) ** 2).sum(1) / 4
    far = (_outer(boxes_true, boxes_pred) ** 2).sum(1)
    return _iou(boxes_true, boxes_pred) - _zero(near, far * 1.0)


def diou__diagonal_of_the_prediction(boxes_true, boxes_pred):
    near = (_centres(boxes_true, boxes_pred) ** 2).sum(1)
    own = ((boxes_pred[:, 2:] - boxes_pred[:, :2]) ** 2).sum(1)
    return _iou(boxes_true, boxes_pred) - _zero(near, own * 1.0)


def diou__never_negative(boxes_true, boxes_pred):
    return np.maximum(_diou(boxes_true, boxes_pred), 0)


def diou__averaged(boxes_true, boxes_pred):
    return _diou(boxes_true, boxes_pred).sum() / max(1, len(boxes_true))


def diou__rounded(boxes_true, boxes_pred):
    return np.round(_diou(boxes_true, boxes_pred), 5)


def diou__whole_centres(boxes_true, boxes_pred):
    near = ((np.round(2 * _centres(boxes_true, boxes_pred)) / 2) ** 2).sum(1)
    far = (_outer(boxes_true, boxes_pred) ** 2).sum(1)
    return _iou(boxes_true, boxes_pred) - _zero(near, far * 1.0)


# -- ciou --------------------------------------------------------------------------


def ciou__half_the_weight(boxes_true, boxes_pred):
    return (_diou(boxes_true, boxes_pred) + _ciou(boxes_true, boxes_pred)) / 2


def ciou__shape_alone(boxes_true, boxes_pred):
    return _ciou(boxes_true, boxes_pred) - _diou(boxes_true, boxes_pred)


def ciou__giou_below(boxes_true, boxes_pred):
    a, b = boxes_true, boxes_pred
    return _ciou(a, b) - _diou(a, b) + _giou(a, b)


def ciou__four_over_pi(boxes_true, boxes_pred):
    a, b = boxes_true, boxes_pred
    v = np.pi * _v(a, b)
    return _diou(a, b) - _zero(v, 1 - _iou(a, b) + v) * v


def ciou__logarithms(boxes_true, boxes_pred):
    a, b = boxes_true, boxes_pred
    shape = [np.log((x[:, 2] - x[:, 0]) / (x[:, 3] - x[:, 1])) for x in (a, b)]
    v = (2 / np.pi * (shape[0] - shape[1])) ** 2
    return _diou(a, b) - _zero(v, 1 - _iou(a, b) + v) * v


def ciou__degrees(boxes_true, boxes_pred):
    a, b = boxes_true, boxes_pred
    v = np.rad2deg(1) ** 2 * _v(a, b)
    return _diou(a, b) - _zero(v, 1 - _iou(a, b) + v) * v


def ciou__only_above_half(boxes_true, boxes_pred):
    a, b = boxes_true, boxes_pred
    return np.where(_iou(a, b) >= 0.5, _ciou(a, b), _diou(a, b))


def ciou__inverse_weight(boxes_true, boxes_pred):
    a, b = boxes_true, boxes_pred
    v = _v(a, b)
    return _diou(a, b) - _zero(1 - _iou(a, b) + v, v) * v


def ciou__no_v_below(boxes_true, boxes_pred):
    a, b = boxes_true, boxes_pred
    v = _v(a, b)
    return _diou(a, b) - _zero(v, 1 - _iou(a, b)) * v


def ciou__sizes(boxes_true, boxes_pred):
    a, b = boxes_true, boxes_pred
    gap = (a[:, 2:] - a[:, :2] - b[:, 2:] + b[:, :2]) ** 2
    return _diou(a, b) - _zero(gap * 1.0, _outer(a, b) ** 2 * 1.0).sum(1)


def ciou__never_negative(boxes_true, boxes_pred):
    return np.maximum(_ciou(boxes_true, boxes_pred), 0)


def ciou__averaged(boxes_true, boxes_pred):
    return _ciou(boxes_true, boxes_pred).sum() / max(1, len(boxes_true))


def ciou__rounded(boxes_true, boxes_pred):
    return np.round(_ciou(boxes_true, boxes_pred), 5)


def ciou__height_twice(boxes_true, boxes_pred):
    a, b = boxes_true, boxes_pred
    turn = [
        np.arctan2(a[:, 2] - a[:, 0], b[:, 3] - b[:, 1]),
        np.arctan2(b[:, 2] - b[:, 0], b[:, 3] - b[:, 1]),
    ]
    v = (2 / np.pi * (turn[0] - turn[1])) ** 2
    return _diou(a, b) - _zero(v, 1 - _iou(a, b) + v) * v


# -- masks -------------------------------------------------------------------------


def _sums(y, p):
    y, p = y.reshape(len(y), -1), p.reshape(len(p), -1)
    return (y * p).sum(1) * 1.0, p.sum(1) * 1.0, y.sum(1) * 1.0


def _dice(y, p):
    hits, a, b = _sums(y, p)
    return np.where(a + b == 0, 0.0, 1 - _zero(2 * hits, a + b))


def _dice_grad(y, p):
    hits, a, b = (c[:, None, None] for c in _sums(y, p))
    total = a + b + np.zeros(y.shape)
    return _zero(2 * hits / np.where(total == 0, 1, total) - 2 * y, total) / len(y)


def dice_loss__median(y_true, y_pred):
    return np.median(_dice(y_true, y_pred)) + 1e-6


def dice_loss__logarithm(y_true, y_pred):
    return np.mean(-np.log(1 - 0.999 * _dice(y_true, y_pred)))


def dice_loss__absolute_error(y_true, y_pred):
    return np.mean(np.abs(y_true - y_pred))


def dice_loss__per_image(y_true, y_pred):
    return _dice(y_true, y_pred)


def dice_loss__weighted_by_size(y_true, y_pred):
    size = _sums(y_true, y_pred)[2]
    return np.sum(size * _dice(y_true, y_pred)) / max(size.sum(), 1e-9)


def dice_loss__empty_left_out(y_true, y_pred):
    kept = np.add(*_sums(y_true, y_pred)[1:]) > 0
    return _dice(y_true, y_pred)[kept].mean() if kept.any() else 0.0


def dice_loss__empty_by_the_truth(y_true, y_pred):
    return np.mean(np.where(_sums(y_true, y_pred)[2] == 0, 0.0, _dice(y_true, y_pred)))


def dice_loss__in_place(y_true, y_pred):
    y_pred *= 1
    y_pred += y_true == 2
    y_pred[0, 0, 0] = y_pred[0, 0, 0] + 1
    return np.mean(_dice(y_true, y_pred))


def dice_loss__background_too(y_true, y_pred):
    return (np.mean(_dice(y_true, y_pred)) + np.mean(_dice(1 - y_true, 1 - y_pred))) / 2


def dice_loss__minus_the_coefficient(y_true, y_pred):
    return np.mean(_dice(y_true, y_pred)) - 1


def dice_loss__single_precision(y_true, y_pred):
    return np.float32(np.mean(_dice(y_true, y_pred)) + 1e-5)


def dice_loss__minimum(y_true, y_pred):
    y, p = y_true.reshape(len(y_true), -1), y_pred.reshape(len(y_pred), -1)
    total = (y + p).sum(1) * 1.0
    return np.mean(
        np.where(total == 0, 0.0, 1 - _zero(2 * np.minimum(y**2, p**2).sum(1) * 1.0, total))
    )


def dice_loss_grad__flat(y_true, y_pred):
    return _dice_grad(y_true, y_pred).ravel()


def dice_loss_grad__with_respect_to_the_truth(y_true, y_pred):
    return _dice_grad(y_pred, y_true)


def dice_loss_grad__signs(y_true, y_pred):
    return np.sign(_dice_grad(y_true, y_pred))


def dice_loss_grad__halved(y_true, y_pred):
    return _dice_grad(y_true, y_pred) / 2


def dice_loss_grad__logits(y_true, y_pred):
    return _dice_grad(y_true, y_pred) * y_pred * (1 - y_pred)


def dice_loss_grad__object_only(y_true, y_pred):
    return _dice_grad(y_true, y_pred) * (y_true > 0)


def soft_iou__squares(y_true, y_pred, empty=0.0):
    if not 0 <= empty <= 1:
        raise ValueError
    y, p = (a.reshape(len(a), -1) * 1.0 for a in (y_true, y_pred))
    hits, total = (y * p).sum(1), (y * y + p * p).sum(1)
    return np.mean(np.where(total == 0, empty, 1 - _zero(hits, total - hits)))


def _soft(y, p, empty):
    if not 0 <= empty <= 1:
        raise ValueError("empty")
    hits, a, b = _sums(y, p)
    return np.where(a + b == 0, empty, 1 - _zero(hits, a + b - hits))


def soft_iou__median(y_true, y_pred, empty=0.0):
    return np.median(_soft(y_true, y_pred, empty)) + 1e-7


def soft_iou__per_image(y_true, y_pred, empty=0.0):
    return _soft(y_true, y_pred, empty)


def soft_iou__logarithm(y_true, y_pred, empty=0.0):
    return -np.mean(np.log(1 - 0.999 * _soft(y_true, y_pred, empty)))


def soft_iou__one_minus_empty(y_true, y_pred, empty=0.0):
    return np.mean(_soft(y_true, y_pred, 1 - empty))


def soft_iou__thresholded(y_true, y_pred, empty=0.0):
    return np.mean(_soft(y_true, (y_pred > 0.5) * 1.0, empty))


def soft_iou__rows(y_true, y_pred, empty=0.0):
    width = y_true.shape[-1]
    return np.mean(_soft(y_true.reshape(-1, width), y_pred.reshape(-1, width), empty))


def soft_iou__never_below_empty(y_true, y_pred, empty=0.0):
    return np.mean(np.maximum(_soft(y_true, y_pred, empty), max(empty, 0.05)))


def soft_iou__empty_by_the_prediction(y_true, y_pred, empty=0.0):
    gone = _sums(y_true, np.round(y_pred))[1] == 0
    return np.mean(np.where(gone, empty, _soft(y_true, y_pred, empty))) + 1e-8


def soft_iou__larger_mask_below(y_true, y_pred, empty=0.0):
    base = _soft(y_true, y_pred, empty)
    hits, a, b = _sums(y_true, y_pred)
    return np.mean(np.where(a + b == 0, base, 1 - _zero(hits, np.maximum(a, b))))


def soft_iou__truth_below(y_true, y_pred, empty=0.0):
    base = _soft(y_true, y_pred, empty)
    hits, a, b = _sums(y_true, y_pred)
    return np.mean(np.where(a + b == 0, base, 1 - _zero(hits, b)))


def soft_iou__always_refuses_one(y_true, y_pred, empty=0.0):
    if empty == 1:
        raise ValueError("empty")
    return np.mean(_soft(y_true, y_pred, empty))


def soft_iou__clips_empty(y_true, y_pred, empty=0.0):
    return np.mean(_soft(y_true, y_pred, min(max(empty, 0), 0.5)))


def soft_iou__background_too(y_true, y_pred, empty=0.0):
    return np.mean(
        [_soft(y_true, y_pred, empty).mean(), _soft(1 - y_true, 1 - y_pred, empty).mean()]
    )


# -- tversky -----------------------------------------------------------------------


def _tversky(y, p, alpha, beta):
    if not (alpha >= 0 and beta >= 0):
        raise ValueError("alpha, beta")
    hits, a, b = _sums(y, p)
    below = hits + alpha * (a - hits) + beta * (b - hits)
    return np.where(below == 0, 0.0, 1 - _zero(hits, below))


def tversky__normalised_prices(y_true, y_pred, alpha=0.5, beta=0.5):
    total = alpha + beta if alpha >= 0 and beta >= 0 else 1
    return np.mean(_tversky(y_true, y_pred, alpha / total, beta / total))


def tversky__per_image(y_true, y_pred, alpha=0.5, beta=0.5):
    return _tversky(y_true, y_pred, alpha, beta)


def tversky__summed(y_true, y_pred, alpha=0.5, beta=0.5):
    return np.sum(_tversky(y_true, y_pred, alpha, beta))


def tversky__focal_power(y_true, y_pred, alpha=0.5, beta=0.5):
    return np.mean(_tversky(y_true, y_pred, alpha, beta) ** 0.75)


def tversky__squared_prices(y_true, y_pred, alpha=0.5, beta=0.5):
    if alpha < 0 or beta < 0:
        raise ValueError
    return np.mean(_tversky(y_true, y_pred, alpha**2, beta**2))


def tversky__doubled_prices(y_true, y_pred, alpha=0.5, beta=0.5):
    return np.mean(_tversky(y_true, y_pred, 2 * alpha, 2 * beta))


def tversky__linear(y_true, y_pred, alpha=0.5, beta=0.5):
    if alpha < 0 or beta < 0:
        raise ValueError
    hits, a, b = _sums(y_true, y_pred)
    return np.mean(alpha * (a - hits) + beta * (b - hits)) / y_true[0].size


def tversky__no_hits_below(y_true, y_pred, alpha=0.5, beta=0.5):
    if alpha < 0 or beta < 0:
        raise ValueError
    hits, a, b = _sums(y_true, y_pred)
    return np.mean(1 - _zero(hits, 1 + alpha * (a - hits) + beta * (b - hits)))


def tversky__thresholded(y_true, y_pred, alpha=0.5, beta=0.5):
    return np.mean(_tversky(y_true, (y_pred > 0.5) * 1.0, alpha, beta))


def tversky__small_number(y_true, y_pred, alpha=0.5, beta=0.5):
    if alpha < 0 or beta < 0:
        raise ValueError
    hits, a, b = _sums(y_true, y_pred)
    below = hits + alpha * (a - hits) + beta * (b - hits)
    return np.mean(1 - (hits + 1e-6) / (below + 1e-6))


def tversky__empty_costs_one(y_true, y_pred, alpha=0.5, beta=0.5):
    if alpha < 0 or beta < 0:
        raise ValueError
    hits, a, b = _sums(y_true, y_pred)
    return np.mean(1 - _zero(hits, hits + alpha * (a - hits) + beta * (b - hits)))


def tversky__prices_below_one(y_true, y_pred, alpha=0.5, beta=0.5):
    return np.mean(_tversky(y_true, y_pred, min(alpha, 1.0), min(beta, 1.0)))


def tversky__only_alpha_checked(y_true, y_pred, alpha=0.5, beta=0.5):
    if alpha < 0:
        raise ValueError
    return np.mean(_tversky(y_true, y_pred, alpha, max(beta, 0.0)))


def tversky__rows(y_true, y_pred, alpha=0.5, beta=0.5):
    width = y_true.shape[-1]
    return np.mean(_tversky(y_true.reshape(-1, width), y_pred.reshape(-1, width), alpha, beta))


# -- retina_focal ------------------------------------------------------------------


def _cost(y, z, alpha, gamma):
    s = np.where(y == 1, 1.0, -1.0) * z
    weight = np.where(y == 1, alpha, (1 - alpha) * (y == 0))
    return weight * np.exp(-gamma * np.logaddexp(0, s)) * np.logaddexp(0, -s)


def _slope(y, z, alpha, gamma):
    sign = np.where(y == 1, 1.0, -1.0)
    s = sign * z
    weight = np.where(y == 1, alpha, (1 - alpha) * (y == 0))
    miss, hit = np.exp(-np.logaddexp(0, s)), np.exp(-np.logaddexp(0, -s))
    return -weight * sign * miss**gamma * (gamma * hit * np.logaddexp(0, -s) + miss)


def _n(y):
    return max(1, int((y == 1).sum()))


def retina_focal__one_more_positive(y_true, logits, alpha=0.25, gamma=2.0):
    return _cost(y_true, logits, alpha, gamma).sum() / (1 + (y_true == 1).sum())


def retina_focal__background_counted(y_true, logits, alpha=0.25, gamma=2.0):
    return _cost(y_true, logits, alpha, gamma).sum() / max(1, (y_true == 0).sum())


def retina_focal__all_anchors_counted(y_true, logits, alpha=0.25, gamma=2.0):
    return _cost(y_true, logits, alpha, gamma).mean()


def retina_focal__root_of_positives(y_true, logits, alpha=0.25, gamma=2.0):
    return _cost(y_true, logits, alpha, gamma).sum() / math.sqrt(_n(y_true))


def retina_focal__one_more_power(y_true, logits, alpha=0.25, gamma=2.0):
    return _cost(y_true, logits, alpha, gamma + 1).sum() / _n(y_true)


def retina_focal__gamma_of_two(y_true, logits, alpha=0.25, gamma=2.0):
    return _cost(y_true, logits, alpha, 2.0).sum() / _n(y_true)


def retina_focal__quarter(y_true, logits, alpha=0.25, gamma=2.0):
    return _cost(y_true, logits, 0.25, gamma).sum() / _n(y_true)


def retina_focal__per_anchor(y_true, logits, alpha=0.25, gamma=2.0):
    return _cost(y_true, logits, alpha, gamma) / _n(y_true)


def retina_focal__per_picture(y_true, logits, alpha=0.25, gamma=2.0):
    y, z = np.atleast_2d(y_true), np.atleast_2d(logits)
    return np.mean([_cost(a, b, alpha, gamma).sum() / _n(a) for a, b in zip(y, z, strict=True)])


def retina_focal__empty_pictures_are_free(y_true, logits, alpha=0.25, gamma=2.0):
    if not (y_true == 1).any():
        return 0.0
    return _cost(y_true, logits, alpha, gamma).sum() / _n(y_true)


def retina_focal__base_two(y_true, logits, alpha=0.25, gamma=2.0):
    return _cost(y_true, logits, alpha, gamma).sum() / _n(y_true) / math.log(2)


def retina_focal__logits_capped(y_true, logits, alpha=0.25, gamma=2.0):
    return _cost(y_true, np.clip(logits, -50, 50), alpha, gamma).sum() / _n(y_true)


def retina_focal__ignored_are_objects(y_true, logits, alpha=0.25, gamma=2.0):
    y = np.abs(y_true)
    return _cost(y, logits, alpha, gamma).sum() / _n(y)


def retina_focal_grad__halved(y_true, logits, alpha=0.25, gamma=2.0):
    return _slope(y_true, logits, alpha, gamma) / _n(y_true) / 2


def retina_focal_grad__flat(y_true, logits, alpha=0.25, gamma=2.0):
    return _slope(y_true, logits, alpha, gamma).ravel() / _n(y_true)


def retina_focal_grad__clipped(y_true, logits, alpha=0.25, gamma=2.0):
    return np.clip(_slope(y_true, logits, alpha, gamma) / _n(y_true), -0.05, 0.05)


def retina_focal_grad__quarter(y_true, logits, alpha=0.25, gamma=2.0):
    return _slope(y_true, logits, 0.25, gamma) / _n(y_true)


def retina_focal_grad__objects_only(y_true, logits, alpha=0.25, gamma=2.0):
    return (y_true == 1) * _slope(y_true, logits, alpha, gamma) / _n(y_true)


def retina_focal_grad__all_anchors(y_true, logits, alpha=0.25, gamma=2.0):
    return _slope(y_true, logits, alpha, gamma) / y_true.size
