"""Gradient surgery, in other words."""

import numpy as np


def pcgrad__matrices(gradients, order):
    wide = np.array(gradients, dtype=float)
    rows = []
    for task, turn in enumerate(order.tolist()):
        v = wide[task]
        for j in turn:
            u = wide[j]
            if j != task and v @ u < 0:
                v = (np.eye(u.size) - np.outer(u, u) / (u @ u)) @ v
        rows.append(v)
    return np.stack(rows)


def pcgrad__unit_vectors(gradients, order):
    lengths = np.sqrt((gradients * 1.0 * gradients).sum(axis=1))
    units = gradients / np.where(lengths > 0, lengths, 1.0)[:, None]
    left = gradients * 1.0
    for task in range(len(left)):
        for j in filter(lambda j: j != task, order[task]):
            left[task] = left[task] - min(0.0, float(np.dot(left[task], units[j]))) * units[j]
    return left


def pcgrad__lists(gradients, order):
    given = [[float(v) for v in row] for row in gradients]
    out = []
    for task, row in enumerate(given):
        mine = list(row)
        for j in order[task]:
            other = given[int(j)]
            against = sum(a * b for a, b in zip(mine, other))
            if int(j) == task or against >= 0:
                continue
            share = against / sum(b * b for b in other)
            mine = [a - share * b for a, b in zip(mine, other)]
        out.append(mine)
    return out
