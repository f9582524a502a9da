"""The batch-hard triplet loss, in other words."""

import math

import numpy as np


def batch_hard_triplet__matrix(labels, embeddings, margin=1.0):
    if margin < 0:
        raise ValueError("margin")
    d = np.sqrt(((embeddings[:, None] - embeddings[None]) ** 2).sum(-1))
    same = np.equal.outer(labels, labels)
    np.fill_diagonal(same, False)
    other = np.not_equal.outer(labels, labels)
    far = np.max(d, axis=1, where=same, initial=-np.inf)
    near = np.min(d, axis=1, where=other, initial=np.inf)
    keep = np.isfinite(far) & np.isfinite(near)
    if not keep.any():
        raise ValueError("no triplet")
    return np.maximum(far[keep] - near[keep] + margin, 0).mean()


def batch_hard_triplet__python(labels, embeddings, margin=1.0):
    if margin < 0:
        raise ValueError("margin")
    rows = list(zip(labels.tolist(), embeddings.tolist(), strict=True))
    costs = []
    for i, (label, x) in enumerate(rows):
        near = [math.dist(x, y) for j, (m, y) in enumerate(rows) if m == label and j != i]
        far = [math.dist(x, y) for m, y in rows if m != label]
        if near and far:
            costs.append(max(0.0, max(near) - min(far) + margin))
    if not costs:
        raise ValueError("no triplet")
    return math.fsum(costs) / len(costs)


def batch_hard_triplet__all_then_worst(labels, embeddings, margin=1.0):
    if margin < 0:
        raise ValueError("margin")
    d = np.linalg.norm(embeddings[:, None] - embeddings, axis=2)
    same = labels[:, None] == labels
    allowed = (same & ~np.eye(len(labels), dtype=bool))[:, :, None] & ~same[:, None, :]
    cost = np.where(allowed, d[:, :, None] - d[:, None, :] + margin, -np.inf)
    worst = cost.max(axis=(1, 2))
    worst = worst[worst > -np.inf]
    if worst.size == 0:
        raise ValueError("no triplet")
    return np.mean(np.clip(worst, 0, None))
