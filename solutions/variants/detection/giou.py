"""GIoU, in other words."""

from fractions import Fraction

import numpy as np


def _areas(a, b):
    inner = [min(a[k + 2], b[k + 2]) - max(a[k], b[k]) for k in (0, 1)]
    outer = [max(a[k + 2], b[k + 2]) - min(a[k], b[k]) for k in (0, 1)]
    meet = inner[0] * inner[1] if min(inner) > 0 else 0 * inner[0]
    whole = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - meet
    return meet, whole, outer[0] * outer[1]


def giou__exact(boxes_true, boxes_pred):
    found = []
    for a, b in zip(boxes_true.tolist(), boxes_pred.tolist(), strict=True):
        a, b = [Fraction(v) for v in a], [Fraction(v) for v in b]
        meet, whole, hull = _areas(a, b)
        overlap = meet / whole if whole else Fraction(int(a == b))
        found.append(float(overlap - (1 - whole / hull if hull else 0)))
    return np.array(found)


def giou__loop(boxes_true, boxes_pred):
    out = np.zeros(len(boxes_true))
    for i, (a, b) in enumerate(zip(boxes_true.tolist(), boxes_pred.tolist(), strict=True)):
        meet, whole, hull = _areas(a, b)
        out[i] = meet / whole if whole else a == b
        out[i] -= (hull - whole) / hull if hull else 0
    return out


def giou__minus_one_and_filled(boxes_true, boxes_pred):
    a, b = boxes_true * 1.0, boxes_pred * 1.0
    inner = np.maximum(np.minimum(a[:, 2:], b[:, 2:]) - np.maximum(a[:, :2], b[:, :2]), 0)
    outer = np.maximum(a[:, 2:], b[:, 2:]) - np.minimum(a[:, :2], b[:, :2])
    meet, hull = inner.prod(1), outer.prod(1)
    whole = (a[:, 2:] - a[:, :2]).prod(1) + (b[:, 2:] - b[:, :2]).prod(1) - meet
    with np.errstate(all="ignore"):
        overlap = np.where(whole == 0, np.all(a == b, axis=1), meet / whole)
        filled = np.where(hull == 0, 1.0, whole / hull)
    return overlap + filled - 1
