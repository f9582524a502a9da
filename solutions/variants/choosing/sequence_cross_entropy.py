"""Cross-entropy of padded sequences, in other words."""

import math

import numpy as np


def _costs(labels, logits, mask):
    real = mask.astype(bool)
    z = np.where(real[..., None], logits, 0).astype(float)
    y = np.where(real, labels, 0)
    own = np.take_along_axis(z, y[..., None], axis=-1)[..., 0]
    return np.where(real, np.logaddexp.reduce(z, axis=-1) - own, 0.0)


def sequence_cross_entropy__where(labels, logits, mask):
    return _costs(labels, logits, mask).sum() / mask.sum()


def sequence_cross_entropy_grad__where(labels, logits, mask):
    real = mask.astype(bool)[..., None]
    z = np.where(real, logits, 0).astype(float)
    p = np.exp(z - np.logaddexp.reduce(z, axis=-1, keepdims=True))
    hot = np.arange(z.shape[-1]) == labels[..., None]
    return np.where(real, p - hot, 0.0) / mask.sum()


def mean_of_sequences__where(labels, logits, mask):
    return (_costs(labels, logits, mask).sum(axis=1) / mask.sum(axis=1)).mean()


def _one(y, z):
    top = max(z)
    return math.log(math.fsum(math.exp(v - top) for v in z)) + top - z[y]


def _listed(labels, logits, mask):
    return [
        [_one(int(labels[b, t]), logits[b, t].tolist()) for t in range(mask.shape[1]) if mask[b, t]]
        for b in range(len(mask))
    ]


def sequence_cross_entropy__loop(labels, logits, mask):
    costs = [c for row in _listed(labels, logits, mask) for c in row]
    return math.fsum(costs) / len(costs)


def sequence_cross_entropy_grad__loop(labels, logits, mask):
    out = np.zeros(logits.shape)
    for b, t in zip(*np.nonzero(mask), strict=True):
        z = logits[b, t].astype(float)
        out[b, t] = np.exp(z - z.max())
        out[b, t] /= out[b, t].sum()
        out[b, t, labels[b, t]] -= 1
    return out / np.count_nonzero(mask)


def mean_of_sequences__loop(labels, logits, mask):
    means = [math.fsum(row) / len(row) for row in _listed(labels, logits, mask)]
    return math.fsum(means) / len(means)


def sequence_cross_entropy__flat(labels, logits, mask):
    keep = np.flatnonzero(mask)
    z = logits.reshape(-1, logits.shape[-1])[keep].astype(np.longdouble)
    gaps = z - z[np.arange(len(keep)), labels.ravel()[keep]][:, None]
    top = gaps.max(axis=1)
    return float(np.mean(top + np.log(np.exp(gaps - top[:, None]).sum(axis=1))))


def sequence_cross_entropy_grad__flat(labels, logits, mask):
    keep = np.flatnonzero(mask)
    z = logits.reshape(-1, logits.shape[-1])[keep].astype(np.longdouble)
    e = np.exp(z - z.max(axis=1, keepdims=True))
    out = np.zeros((mask.size, logits.shape[-1]))
    out[keep] = e / e.sum(axis=1, keepdims=True) - np.eye(z.shape[1])[labels.ravel()[keep]]
    return out.reshape(logits.shape) / len(keep)


def mean_of_sequences__flat(labels, logits, mask):
    rows, _ = np.nonzero(mask)
    weights = 1 / np.bincount(rows)[rows]
    costs = _costs(labels, logits, mask)[mask == 1]
    return np.dot(weights, costs) / len(mask)
