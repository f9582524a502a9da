"""DIoU, in other words."""

import math
from fractions import Fraction

import numpy as np


def _pieces(a, b):
    inner = [min(a[k + 2], b[k + 2]) - max(a[k], b[k]) for k in (0, 1)]
    outer = [max(a[k + 2], b[k + 2]) - min(a[k], b[k]) for k in (0, 1)]
    meet = inner[0] * inner[1] if min(inner) > 0 else 0 * inner[0]
    whole = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - meet
    twice = [a[k] + a[k + 2] - b[k] - b[k + 2] for k in (0, 1)]
    return meet, whole, outer, twice


def diou__exact(boxes_true, boxes_pred):
    found = []
    for a, b in zip(boxes_true.tolist(), boxes_pred.tolist(), strict=True):
        a, b = [Fraction(v) for v in a], [Fraction(v) for v in b]
        meet, whole, outer, twice = _pieces(a, b)
        overlap = meet / whole if whole else Fraction(int(a == b))
        long = sum(v * v for v in outer)
        found.append(float(overlap - (sum(v * v for v in twice) / 4 / long if long else 0)))
    return np.array(found)


def diou__hypot(boxes_true, boxes_pred):
    out = np.zeros(len(boxes_true))
    for i, (a, b) in enumerate(zip(boxes_true.tolist(), boxes_pred.tolist(), strict=True)):
        meet, whole, outer, twice = _pieces(a, b)
        long = math.hypot(*outer)
        out[i] = meet / whole if whole else a == b
        out[i] -= (math.hypot(*twice) / 2 / long) ** 2 if long else 0
    return out


def diou__complex(boxes_true, boxes_pred):
    a, b = boxes_true * 1.0, boxes_pred * 1.0
    inner = np.clip(np.minimum(a[:, 2:], b[:, 2:]) - np.maximum(a[:, :2], b[:, :2]), 0, None)
    outer = np.maximum(a[:, 2:], b[:, 2:]) - np.minimum(a[:, :2], b[:, :2])
    meet = inner.prod(1)
    whole = (a[:, 2:] - a[:, :2]).prod(1) + (b[:, 2:] - b[:, :2]).prod(1) - meet
    step = ((a - b) @ [[0.5, 0], [0, 0.5], [0.5, 0], [0, 0.5]]) @ [1, 1j]
    with np.errstate(all="ignore"):
        overlap = np.where(whole == 0, np.all(a == b, axis=1), meet / whole)
        share = np.abs(step) ** 2 / np.abs(outer @ [1, 1j]) ** 2
    return overlap - np.nan_to_num(share)
