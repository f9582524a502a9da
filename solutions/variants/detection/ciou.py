"""CIoU, in other words."""

import math

import numpy as np


def _diou(a, b):
    inner = np.maximum(np.minimum(a[:, 2:], b[:, 2:]) - np.maximum(a[:, :2], b[:, :2]), 0)
    outer = np.maximum(a[:, 2:], b[:, 2:]) - np.minimum(a[:, :2], b[:, :2])
    meet = inner.prod(1)
    whole = (a[:, 2:] - a[:, :2]).prod(1) + (b[:, 2:] - b[:, :2]).prod(1) - meet
    step = (a[:, :2] + a[:, 2:] - b[:, :2] - b[:, 2:]) / 2
    return meet / whole, (step**2).sum(1) / (outer**2).sum(1)


def ciou__angles_from_the_other_side(boxes_true, boxes_pred):
    a, b = boxes_true * 1.0, boxes_pred * 1.0
    overlap, share = _diou(a, b)
    tall = [np.arctan2(c[:, 3] - c[:, 1], c[:, 2] - c[:, 0]) for c in (a, b)]
    v = 4 / np.pi**2 * (tall[0] - tall[1]) ** 2
    alpha = np.divide(v, 1 - overlap + v, out=np.zeros_like(v), where=v > 0)
    return overlap - share - alpha * v


def ciou__one_arctangent(boxes_true, boxes_pred):
    a, b = boxes_true * 1.0, boxes_pred * 1.0
    overlap, share = _diou(a, b)
    (w, h), (u, k) = ((c[:, 2:] - c[:, :2]).T for c in (a, b))
    v = 4 / np.pi**2 * np.arctan2(w * k - u * h, h * k + w * u) ** 2
    with np.errstate(all="ignore"):
        shape = np.nan_to_num(v**2 / (1 - overlap + v))
    return overlap - share - shape


def ciou__loop(boxes_true, boxes_pred):
    a, b = boxes_true * 1.0, boxes_pred * 1.0
    overlap, share = _diou(a, b)
    out = []
    for i in range(len(a)):
        angles = [math.atan((c[i, 2] - c[i, 0]) / (c[i, 3] - c[i, 1])) for c in (a, b)]
        v = (2 / math.pi * (angles[0] - angles[1])) ** 2
        alpha = v / (1 - overlap[i] + v) if v else 0.0
        out.append(overlap[i] - share[i] - alpha * v)
    return np.array(out)
