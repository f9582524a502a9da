"""The table of overlaps, in other words."""

import numpy as np


def _one(a, b):
    w = min(a[2], b[2]) - max(a[0], b[0])
    h = min(a[3], b[3]) - max(a[1], b[1])
    meet = w * h if w > 0 and h > 0 else 0.0
    whole = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - meet
    return meet / whole if whole else float(a == b)


def pairwise_iou__two_loops(boxes_a, boxes_b):
    table = [[_one(a, b) for b in boxes_b.tolist()] for a in boxes_a.tolist()]
    return np.array(table, dtype=float).reshape(len(boxes_a), len(boxes_b))


def pairwise_iou__a_row_at_a_time(boxes_a, boxes_b):
    out = np.zeros((len(boxes_a), len(boxes_b)))
    sizes = (boxes_b[:, 2] - boxes_b[:, 0]) * (boxes_b[:, 3] - boxes_b[:, 1])
    for row, a in zip(out, boxes_a, strict=True):
        w = np.clip(np.minimum(a[2], boxes_b[:, 2]) - np.maximum(a[0], boxes_b[:, 0]), 0, None)
        h = np.clip(np.minimum(a[3], boxes_b[:, 3]) - np.maximum(a[1], boxes_b[:, 1]), 0, None)
        whole = (a[2] - a[0]) * (a[3] - a[1]) + sizes - w * h
        row[:] = np.all(boxes_b == a, axis=1)
        np.divide(w * h, whole, out=row, where=whole != 0)
    return out


def pairwise_iou__three_axes(boxes_a, boxes_b):
    a, b = boxes_a[:, None, :], boxes_b[None, :, :]
    sides = np.maximum(np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2]), 0)
    meet = sides.prod(axis=-1)
    whole = (a[..., 2:] - a[..., :2]).prod(-1) + (b[..., 2:] - b[..., :2]).prod(-1) - meet
    return np.divide(
        meet, whole, out=(a == b).all(axis=-1).astype(float), where=whole != 0, casting="unsafe"
    )
