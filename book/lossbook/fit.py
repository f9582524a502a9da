"""Straight lines under any loss of lossref, as exactly as the loss allows.

`fit_line` is what a page calls. `fit_lines` fits many small problems at once, for the
explorers; a test holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

import lossref


class Line(NamedTuple):
    """y = slope * x + intercept. Unpacks like a pair, and can be called."""

    slope: float
    intercept: float

    def __call__(self, x: Any) -> np.ndarray:
        return self.slope * np.asarray(x, float) + self.intercept


POLYHEDRAL = ("mae", "quantile", "epsilon_insensitive", "mape")
SQUARES = ("mse", "half_squared_error")
MOST = 60  # points per set in fit_lines: every pair of points is a candidate


def fit_line(x: Any, y: Any, loss: str = "mse", *, sample_weight: Any = None, **params: float):
    """The line that minimises the mean loss over the points.

    Parameters:
        x, y: Arrays of shape (n,), n >= 2, with at least two different x.
        loss: The slug of a loss of lossref.
        sample_weight: Weights of shape (n,), >= 0; 1 if not given.
        params: The parameters of the loss; its defaults if not given. They are in the
            unit of y: pass ``delta=1.345 * sigma``, not 1.345.

    Returns:
        ``Line(slope, intercept)``.

    Raises:
        ValueError: If the shapes differ, a number is not finite, all x are equal, or the
            loss has no such parameter.

    A loss with corners is solved as a linear program (exact; where several lines are
    equally good, one of them). The squared error has its closed form. A convex smooth loss
    is minimised until its gradient vanishes to rounding. A loss that is not convex is
    minimised from the least-squares line and from the absolute-error line, and the lower
    end is returned: robust, but no proof of the global minimum.
    """
    x, y, weight = _points(x, y, sample_weight)
    params = _params(loss, params)
    if loss in SQUARES:
        return Line(*map(float, _weighted(x[None], y[None], weight[None])[0]))
    center, spread = x.mean(), x.std()  # slope and intercept on one scale
    scaled = (x - center) / spread
    if loss in POLYHEDRAL:
        slope, intercept = _linear_program(scaled, y, loss, weight, params)
    else:
        slope, intercept = _smooth(scaled, y, loss, weight, params)
    slope /= spread
    return Line(float(slope), float(intercept - slope * center))


def fit_lines(x: Any, y: Any, loss: str = "mse", **params: float) -> np.ndarray:
    """`fit_line` for many sets of few points: x and y of shape (sets, n), n at most 60.

    Returns an array of shape (sets, 2): slope and intercept. Losses with corners are
    solved by trying every line through two corners, which holds an optimum of the linear
    program; the others by iteratively reweighted least squares on all sets at once.
    """
    x, y = np.broadcast_arrays(*(np.atleast_2d(np.asarray(a, float)) for a in (x, y)))
    if x.shape[1] > MOST:
        raise ValueError(f"fit_lines: at most {MOST} points per set; got {x.shape[1]}.")
    params = _params(loss, params)
    if loss in SQUARES:
        return _weighted(x, y, np.ones_like(y))
    if loss in POLYHEDRAL:
        return _vertices(x, y, loss, params)
    if loss == "squared_epsilon_insensitive":  # flat inside the tube: no weights there
        return np.array([fit_line(a, b, loss, **params) for a, b in zip(x, y, strict=True)])
    starts = [_weighted(x, y, np.ones_like(y))]
    if not _is_convex(loss, params):
        starts.append(_vertices(x, y, "mae", {}))
    ends = np.array([_reweighted(x, y, start, loss, params) for start in starts])
    best = np.argmin([_cost(x, y, end, loss, params) for end in ends], axis=0)
    return ends[best, np.arange(len(y))]


def _points(x: Any, y: Any, sample_weight: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    x, y = np.asarray(x, float), np.asarray(y, float)
    if x.ndim != 1 or x.shape != y.shape:
        raise ValueError(f"fit_line: x and y must both have shape (n,); got {x.shape}, {y.shape}.")
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError("fit_line: x and y must be finite.")
    weight = np.ones_like(y) if sample_weight is None else np.asarray(sample_weight, float)
    if weight.shape != y.shape or not (weight >= 0).all():
        raise ValueError(f"fit_line: sample_weight must be >= 0 and have shape {y.shape}.")
    if len(np.unique(x[weight > 0])) < 2:
        raise ValueError("fit_line: a slope needs at least two different x.")
    return x, y, weight


def _params(loss: str, given: dict[str, float]) -> dict[str, float]:
    defaults = lossref.spec(loss).defaults
    unknown = sorted(set(given) - set(defaults))
    if unknown:
        raise ValueError(
            f"fit_line: {loss} has no parameter {', '.join(unknown)}; "
            f"it has {', '.join(defaults) or 'none'}."
        )
    return defaults | given


def _is_convex(loss: str, params: dict[str, float]) -> bool:
    convex = lossref.spec(loss).convex
    return convex(**params) if callable(convex) else convex


# -- one set of points ---------------------------------------------------------------------


def _linear_program(x, y, loss, weight, params) -> tuple[float, float]:
    """min sum w (above * u + below * v) subject to fit + u - v + s = y, |s| <= epsilon."""
    from scipy.optimize import linprog
    from scipy.sparse import csr_array, hstack, identity

    n, epsilon = len(y), params.get("epsilon", 0.0)
    tau = params.get("tau")
    above, below = (1.0, 1.0) if tau is None else (tau, 1.0 - tau)
    if loss == "mape":
        weight = weight / np.abs(y)
    eye = identity(n, format="csr")
    blocks = [csr_array(np.column_stack([x, np.ones(n)])), eye, -eye]
    cost = [np.zeros(2), above * weight, below * weight]
    bounds = [(None, None)] * 2 + [(0, None)] * (2 * n)
    if epsilon:
        blocks.append(eye)
        cost.append(np.zeros(n))
        bounds += [(-epsilon, epsilon)] * n
    answer = linprog(
        np.concatenate(cost), A_eq=hstack(blocks), b_eq=y, bounds=bounds, method="highs-ds"
    )
    if not answer.success:
        raise ArithmeticError(f"fit_line: the linear program of {loss} failed: {answer.message}")
    return answer.x[0], answer.x[1]


def _smooth(x, y, loss, weight, params) -> tuple[float, float]:
    from scipy.optimize import minimize, root

    both = lossref.spec(loss).value_and_grad
    design = np.column_stack([x, np.ones_like(x)])

    domain = lossref.spec(loss).y_pred_domain

    def objective(theta):
        fit = design @ theta
        if fit.min() <= domain.lo:  # too far: the line search comes back
            return np.inf, np.zeros(2)
        value, slope = both(y, fit, sample_weight=weight, **params)
        return value, slope @ design

    starts = [_weighted(x[None], y[None], weight[None])[0]]
    if domain.lo > -np.inf:
        starts = [np.array([0.0, np.average(y, weights=weight)])]
    elif not _is_convex(loss, params):
        starts.append(np.array(_linear_program(x, y, "mae", weight, {})))
        starts = [
            _reweighted(x[None], y[None], start[None], loss, params, weight[None])[0]
            for start in starts
        ]
    ends = []
    for start in starts:
        theta = minimize(objective, start, jac=True, method="BFGS", options={"gtol": 1e-10}).x
        # BFGS stops where the value no longer changes; the gradient is known much better.
        polished = root(lambda t: objective(t)[1], theta, tol=1e-14).x
        value, slope = objective(theta)
        other, less = objective(polished)
        if np.abs(less).max() < np.abs(slope).max() and other <= value + 1e-12 * abs(value):
            theta, value = polished, other
        ends.append((value, tuple(theta)))
    return min(ends)[1]


# -- many sets of few points, and the parts that one set shares -----------------------------


def _weighted(x, y, weight) -> np.ndarray:
    """The weighted least-squares line of each row, shape (sets, 2)."""
    total = weight.sum(-1, keepdims=True)
    dx = x - (weight * x).sum(-1, keepdims=True) / total
    middle = (weight * y).sum(-1, keepdims=True) / total
    slope = (weight * dx * (y - middle)).sum(-1) / (weight * dx * dx).sum(-1)
    at = (weight * x).sum(-1) / total[..., 0]
    return np.stack([slope, middle[..., 0] - slope * at], -1)


def _predict(x, lines) -> np.ndarray:
    return lines[:, :1] * x + lines[:, 1:]


def _cost(x, y, lines, loss, params) -> np.ndarray:
    each = lossref.spec(loss).loss(y, _predict(x, lines), reduction="none", **params)
    return each.mean(-1)


def _reweighted(x, y, lines, loss, params, weight=1.0) -> np.ndarray:
    """Iteratively reweighted least squares: weight each point by its pull over its error."""
    grad = lossref.spec(loss).grad
    for _ in range(500):
        error = _predict(x, lines) - y
        # At an error of 0 the weight is the limit of pull / error.
        size = np.maximum(np.abs(error), 1e-7)
        pull = grad(np.zeros_like(y), np.where(error < 0, -size, size), reduction="none", **params)
        new = _weighted(x, y, weight * np.abs(pull) / size + 1e-15)
        moved = np.abs(new - lines).max()
        lines = new
        if moved < 1e-12 * (1 + np.abs(lines).max()):
            break
    return lines


def _vertices(x, y, loss, params) -> np.ndarray:
    return np.concatenate([_best_vertex(a, b, loss, params) for a, b in _chunks(x, y)])


def _chunks(x, y, size: int = 32) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    for begin in range(0, len(y), size):
        yield x[begin : begin + size], y[begin : begin + size]


def _best_vertex(x, y, loss, params) -> np.ndarray:
    """The best of all lines through two corners (y, or y +- epsilon) of two points."""
    epsilon = params.get("epsilon", 0.0)
    i, j = np.array(list(combinations(range(x.shape[1]), 2))).T
    run = x[:, j] - x[:, i]
    candidates = []
    shifts = (0.0,) if not epsilon else (-epsilon, epsilon)
    for up in shifts:
        for down in shifts:
            with np.errstate(divide="ignore", invalid="ignore"):
                slope = (y[:, j] + up - y[:, i] - down) / run
                candidates.append(np.stack([slope, y[:, i] + down - slope * x[:, i]], -1))
    lines = np.concatenate(candidates, 1)  # (sets, candidates, 2)
    lines[~np.isfinite(lines).all(-1)] = 0.0  # two points above each other: no candidate
    fits = lines[..., :1] * x[:, None, :] + lines[..., 1:]
    truth = np.broadcast_to(y[:, None, :], fits.shape)
    cost = lossref.spec(loss).loss(truth, fits, reduction="none", **params).mean(-1)
    return lines[np.arange(len(y)), cost.argmin(-1)]
