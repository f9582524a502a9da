"""Hinge losses for many classes, in other words."""

import numpy as np


def multiclass_hinge__fancy(labels, scores, margin=1.0):
    rows = np.arange(len(labels))
    rivals = scores.astype(float)
    rivals[rows, labels] = -np.inf
    return np.maximum(0, margin + rivals.max(axis=1) - scores[rows, labels]).mean()


def multiclass_hinge_grad__fancy(labels, scores, margin=1.0):
    rows = np.arange(len(labels))
    rivals = scores.astype(float)
    rivals[rows, labels] = -np.inf
    top = rivals.max(axis=1)
    g = (rivals == top[:, None]).astype(float)
    g /= g.sum(axis=1, keepdims=True)
    g[rows, labels] = -1
    g *= (margin + top > scores[rows, labels])[:, None]
    return g / len(labels)


def weston_watkins__fancy(labels, scores, margin=1.0):
    rows = np.arange(len(labels))
    each = np.maximum(0, margin + scores - scores[rows, labels][:, None])
    return np.mean(each.sum(axis=1) - margin)


def multiclass_hinge__loop(labels, scores, margin=1.0):
    total = 0.0
    for y, row in zip(labels.tolist(), scores.tolist()):
        total += max(0.0, margin + max(row[:y] + row[y + 1 :]) - row[y])
    return total / len(labels)


def multiclass_hinge_grad__loop(labels, scores, margin=1.0):
    g = np.zeros(scores.shape)
    for i, (y, row) in enumerate(zip(labels.tolist(), scores.tolist())):
        best = max(row[:y] + row[y + 1 :])
        if margin + best - row[y] > 0:
            ties = [j for j, v in enumerate(row) if j != y and v == best]
            for j in ties:
                g[i, j] += 1 / len(ties)
            g[i, y] -= 1
    return g / len(labels)


def weston_watkins__loop(labels, scores, margin=1.0):
    total = 0.0
    for y, row in zip(labels.tolist(), scores.tolist()):
        total += sum(max(0.0, margin + v - row[y]) for j, v in enumerate(row) if j != y)
    return total / len(labels)


def multiclass_hinge__deleted(labels, scores, margin=1.0):
    keep = np.arange(scores.shape[1]) != labels[:, None]
    rivals = scores[keep].reshape(len(scores), -1)
    lead = np.take_along_axis(scores, labels[:, None], 1)[:, 0] - rivals.max(axis=1)
    return np.mean(np.where(lead < margin, margin - lead, 0))


def multiclass_hinge_grad__deleted(labels, scores, margin=1.0):
    keep = np.arange(scores.shape[1]) != labels[:, None]
    rivals = scores[keep].reshape(len(scores), -1)
    best = rivals.max(axis=1, keepdims=True)
    own = scores[~keep][:, None]
    g = np.zeros(scores.shape)
    g[keep] = ((rivals == best) / (rivals == best).sum(axis=1, keepdims=True)).ravel()
    g[~keep] = -1
    return np.where(own - best < margin, g, 0) / len(g)


def weston_watkins__deleted(labels, scores, margin=1.0):
    keep = np.arange(scores.shape[1]) != labels[:, None]
    lead = scores[~keep][:, None] - scores[keep].reshape(len(scores), -1)
    return np.maximum(margin - lead, 0).sum() / len(scores)
