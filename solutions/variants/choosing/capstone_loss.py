"""The capstone's loss, gradient and promise, in other words."""

from itertools import pairwise

import numpy as np


def _contract(early, late, grace, ramp):
    if early <= 0 or late <= 0 or ramp <= 0 or grace < 0:
        raise ValueError("contract")


def capstone_loss__loop(y_true, y_pred, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    _contract(early, late, grace, ramp)
    total = 0.0
    for y, p in zip(y_true.ravel().tolist(), y_pred.ravel().tolist()):
        minutes = y - p
        if minutes < 0:
            total += early * -minutes
        elif minutes <= grace:
            continue
        elif minutes <= grace + ramp:
            total += late * (minutes - grace) ** 2 / (2 * ramp)
        else:
            total += late * (minutes - grace - ramp / 2)
    return total / y_pred.size


def capstone_loss_grad__loop(y_true, y_pred, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    _contract(early, late, grace, ramp)
    slopes = []
    for y, p in zip(y_true.ravel().tolist(), y_pred.ravel().tolist()):
        minutes = y - p
        if minutes < 0:
            slopes.append(early)
        elif minutes <= grace:
            slopes.append(0.0)
        elif minutes <= grace + ramp:
            slopes.append(-late * (minutes - grace) / ramp)
        else:
            slopes.append(-late)
    return np.reshape(slopes, y_pred.shape) / y_pred.size


def capstone_promise__loop(arrivals, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    _contract(early, late, grace, ramp)
    y = arrivals.tolist()
    low, high = min(y) - grace - ramp - 1, max(y) + 1
    while high - low > 1e-9:
        m = low + (high - low) / 2
        slope = 0.0
        for a in y:
            if a < m:
                slope += early
            elif a - m > grace:
                slope -= late * min(1.0, (a - m - grace) / ramp)
        if slope < 0:
            low = m
        else:
            high = m
    return high


def capstone_loss__select(y_true, y_pred, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    _contract(early, late, grace, ramp)
    u = np.subtract(y_true, y_pred, dtype=float)
    with np.errstate(over="ignore"):
        square = late * (u - grace) ** 2 / (2 * ramp)
    pieces = [-early * u, np.zeros_like(u), square]
    where = [u < 0, u <= grace, u <= grace + ramp]
    return np.mean(np.select(where, pieces, late * (u - grace - ramp / 2)))


def capstone_loss_grad__select(y_true, y_pred, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    _contract(early, late, grace, ramp)
    u = np.subtract(y_true, y_pred, dtype=float)
    price = np.interp(u, [grace, grace + ramp], [0.0, late])
    return np.where(u < 0, early, -price) / u.size


def capstone_promise__select(arrivals, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    """From corner to corner of the mean slope, which is straight between them."""
    _contract(early, late, grace, ramp)
    y = np.asarray(arrivals, float)
    corners = np.unique(np.concatenate([y, y - grace, y - grace - ramp]))

    def slope(m, here):
        price = np.interp(y - m, [grace, grace + ramp], [0.0, late])
        return early * np.sum(y <= m if here else y < m) - np.sum(price)

    for a, b in pairwise(corners):
        if slope(a, True) >= 0:
            return a
        if slope(b, False) > 0:
            ends = slope(a, True), slope(b, False)
            return a + (b - a) * ends[0] / (ends[0] - ends[1])
    return corners[-1]


def capstone_loss__huber(y_true, y_pred, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    _contract(early, late, grace, ramp)
    beyond = np.maximum(y_true - y_pred - grace, 0.0)
    inside = np.minimum(beyond, ramp)
    bill = late / ramp * inside * (beyond - inside / 2) + early * np.maximum(y_pred - y_true, 0.0)
    return float(np.average(bill))


def capstone_loss_grad__huber(y_true, y_pred, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    _contract(early, late, grace, ramp)
    inside = np.minimum(np.maximum(y_true - y_pred - grace, 0.0), ramp)
    return ((y_pred > y_true) * early - late * inside / ramp) / y_pred.size


def capstone_promise__huber(arrivals, early=1.0, late=4.0, grace=5.0, ramp=10.0):
    """Ever finer grids, each around the first cheapest point of the one before."""
    _contract(early, late, grace, ramp)
    low, high = arrivals.min() - grace - ramp, arrivals.max() + 1.0
    for _ in range(12):
        grid = np.linspace(low, high, 401)
        price = np.interp(arrivals[None] - grid[:, None], [grace, grace + ramp], [0.0, late])
        slope = early * (arrivals[None] < grid[:, None]).mean(1) - price.mean(1)
        at = int(np.argmax(slope >= 0))
        low, high = grid[max(at - 1, 0)], grid[at]
    return high
