"""Ridge regression, in other words."""

import numpy as np


def ridge_fit__bordered(x, y, lam=1.0):
    if lam < 0:
        raise ValueError("lam")
    n, d = x.shape
    design = np.hstack([x, np.ones((n, 1))])
    price = np.diag([n * lam] * d + [0.0])
    return np.linalg.lstsq(design.T @ design + price, design.T @ y, rcond=None)[0]


def ridge_fit__more_rows(x, y, lam=1.0):
    if not lam >= 0:
        raise ValueError("need lam >= 0")
    n, d = x.shape
    top = np.column_stack([x, np.ones(n)])
    bottom = np.column_stack([np.sqrt(n * lam) * np.eye(d), np.zeros(d)])
    goal = np.concatenate([y, np.zeros(d)])
    return np.linalg.lstsq(np.vstack([top, bottom]), goal, rcond=None)[0]


def ridge_fit__singular_values(x, y, lam=1.0):
    if lam < 0:
        raise ValueError("the strength must not be negative")
    n = len(y)
    middle = x.mean(axis=0)
    u, s, vt = np.linalg.svd(x - middle, full_matrices=False)
    shrunk = np.where(s > 1e-6 * max(s.max(), 1), s / np.maximum(s**2 + n * lam, 1e-300), 0.0)
    w = vt.T @ (shrunk * (u.T @ (y - y.mean())))
    return np.array([*w, y.mean() - middle @ w])


def ridge_fit__duality(x, y, lam=1.0):
    if lam < 0:
        raise ValueError("lam")
    n = x.shape[0]
    at, up = x.mean(axis=0), y.mean()
    c = x - at
    if lam == 0:
        w = np.linalg.pinv(c) @ (y - up)
    else:
        w = c.T @ np.linalg.solve(c @ c.T + n * lam * np.eye(n), y - up)
    return np.append(w, up - at @ w)
