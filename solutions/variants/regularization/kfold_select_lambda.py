"""K folds and one standard error, in other words."""

import math

import numpy as np


def kfold_errors__slices(x, y, lams, k, fit):
    rows = []
    for j in range(k):
        keep = np.ones(len(y), dtype=bool)
        keep[j::k] = False
        models = [fit(x[keep], y[keep], lam) for lam in lams]
        rows.append([np.mean((y[j::k] - x[j::k] @ m[:-1] - m[-1]) ** 2) for m in models])
    return np.array(rows)


def kfold_select_lambda__slices(errors, lams):
    folds = errors.shape[0]
    means = errors.mean(axis=0)
    best = means.argmin()
    bound = means[best] + errors[:, best].std(ddof=1) / math.sqrt(folds)
    return lams[means <= bound].max()


def kfold_errors__delete(x, y, lams, k, fit):
    table = np.zeros((k, len(lams)))
    for j in range(k):
        out = list(range(j, len(y), k))
        xs, ys = np.delete(x, out, axis=0), np.delete(y, out)
        for i in range(len(lams)):
            model = np.asarray(fit(xs, ys, float(lams[i])))
            padded = np.column_stack([x[out], np.ones(len(out))])
            gap = padded @ model - y[out]
            table[j, i] = gap.dot(gap) / len(out)
    return table


def kfold_select_lambda__delete(errors, lams):
    n = len(errors)
    means = [math.fsum(column) / n for column in errors.T.tolist()]
    best = min(range(len(means)), key=means.__getitem__)
    squares = [(e - means[best]) ** 2 for e in errors[:, best].tolist()]
    error = math.sqrt(math.fsum(squares) / (n - 1) / n)
    for lam, mean in sorted(zip(lams.tolist(), means), reverse=True):
        if mean <= means[best] + error:
            return lam
    return lams[best]


def kfold_errors__by_sample(x, y, lams, k, fit):
    total, count = np.zeros((k, len(lams))), np.zeros((k, 1))
    models = {}
    for j in range(k):
        others = [i for i in range(len(y)) if i % k != j]
        for c, lam in enumerate(lams):
            models[j, c] = fit(x[others], y[others], lam)
    for i in range(len(y)):
        j = i % k
        count[j] += 1
        for c in range(len(lams)):
            m = models[j, c]
            total[j, c] += (np.dot(x[i], m[:-1]) + m[-1] - y[i]) ** 2
    return total / count


def kfold_select_lambda__by_sample(errors, lams):
    centre = np.average(errors, axis=0)
    column = errors[:, np.argmin(centre)]
    slack = np.sqrt(np.var(column, ddof=1) / column.size)
    return np.where(centre <= centre.min() + slack, lams, -1.0).max()
