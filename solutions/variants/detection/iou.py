"""Intersection over union, in other words."""

from fractions import Fraction

import numpy as np


def iou__exact(boxes_true, boxes_pred):
    found = []
    for a, b in zip(boxes_true.tolist(), boxes_pred.tolist(), strict=True):
        a, b = [Fraction(v) for v in a], [Fraction(v) for v in b]
        sides = [max(Fraction(0), min(a[k + 2], b[k + 2]) - max(a[k], b[k])) for k in (0, 1)]
        areas = [(c[2] - c[0]) * (c[3] - c[1]) for c in (a, b)]
        meet = sides[0] * sides[1]
        whole = sum(areas) - meet
        found.append(float(meet / whole) if whole else float(a == b))
    return np.array(found)


def iou__clip(boxes_true, boxes_pred):
    a, b = np.asarray(boxes_true, float), np.asarray(boxes_pred, float)
    sides = np.clip(np.minimum(a[:, 2:], b[:, 2:]) - np.maximum(a[:, :2], b[:, :2]), 0, None)
    meet = np.prod(sides, axis=1)
    whole = np.prod(a[:, 2:] - a[:, :2], axis=1) + np.prod(b[:, 2:] - b[:, :2], axis=1) - meet
    out = np.all(a == b, axis=1).astype(float)
    np.divide(meet, whole, out=out, where=whole > 0)
    return out


def iou__relu(boxes_true, boxes_pred):
    def positive(x):
        return (x + np.abs(x)) / 2

    a, b = boxes_true * 1.0, boxes_pred * 1.0
    w = positive(np.minimum(a[:, 2], b[:, 2]) - np.maximum(a[:, 0], b[:, 0]))
    h = positive(np.minimum(a[:, 3], b[:, 3]) - np.maximum(a[:, 1], b[:, 1]))
    areas = [(c[:, 2] - c[:, 0]) * (c[:, 3] - c[:, 1]) for c in (a, b)]
    with np.errstate(all="ignore"):
        ratio = w * h / (areas[0] + areas[1] - w * h)
    return np.where(np.isnan(ratio), np.all(a == b, axis=1), ratio)
