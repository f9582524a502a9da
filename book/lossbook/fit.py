"""Lines fitted under any regression loss, by the method that suits the loss.

Piecewise linear losses are linear programs and are solved exactly. Smooth convex losses
go to a quasi-Newton method with lossref's own value and gradient. Losses that are not
convex start from the absolute-error line, which no single outlier in y can carry away.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import linprog, minimize

import lossref

LINEAR_PROGRAMS = {"mae": "tau", "quantile": "tau", "epsilon_insensitive": "epsilon"}


def fit_line(x: np.ndarray, y: np.ndarray, loss: str = "mse", **params: float) -> tuple[float, float]:
    """Slope and intercept of the line that minimises the mean ``loss`` of its errors.

    x, y: flat arrays of the same length, at least two different x. ``params`` are the
    parameters of the loss. Raises ValueError for shapes that differ, for constant x, and if
    the optimiser does not converge.
    """
    x, y = np.asarray(x, np.float64), np.asarray(y, np.float64)
    if x.ndim != 1 or x.shape != y.shape:
        raise ValueError(
            f"fit_line: x and y must be flat arrays of one length; got {x.shape}, {y.shape}"
        )
    if x.size < 2 or np.ptp(x) == 0:
        raise ValueError("fit_line: x must hold at least two different values")
    # Work on centred, scaled x: the curvatures of slope and intercept are then alike.
    middle, width = x.mean(), x.std()
    u = (x - middle) / width
    if loss in ("mse", "half_squared_error", "rmse", "l2_norm"):
        slope, height = np.polyfit(u, y, 1)
    elif loss in LINEAR_PROGRAMS:
        slope, height = _program(u, y, loss, params)
    else:
        slope, height = _descend(u, y, loss, params)
    return float(slope / width), float(height - slope * middle / width)


def _program(u: np.ndarray, y: np.ndarray, loss: str, params: dict) -> np.ndarray:
    """Errors split into what is above and what is below the line (Koenker & Bassett 1978)."""
    n = u.size
    tau = params.get("tau", 0.5) if loss == "quantile" else 0.5
    tube = params.get("epsilon", 0.1) if loss == "epsilon_insensitive" else 0.0
    cost = np.concatenate([np.zeros(2), np.full(n, tau), np.full(n, 1 - tau)])
    design = np.column_stack([u, np.ones(n)])
    eye = np.eye(n)
    none = np.zeros((n, n))
    # y - line <= above + tube, line - y <= below + tube
    rows = np.block([[-design, -eye, none], [design, none, -eye]])
    right = np.concatenate([tube - y, tube + y])
    bounds = [(None, None)] * 2 + [(0, None)] * (2 * n)
    found = linprog(cost, rows, right, bounds=bounds, method="highs")
    if not found.success:
        raise ValueError(f"fit_line: the linear program for {loss} failed: {found.message}")
    return found.x[:2]


def _descend(u: np.ndarray, y: np.ndarray, loss: str, params: dict) -> np.ndarray:
    record = lossref.spec(loss)
    convex = record.convex(**{**record.defaults, **params}) if callable(record.convex) else record.convex
    start = np.polyfit(u, y, 1) if convex else _program(u, y, "mae", {})

    def objective(line: np.ndarray) -> tuple[float, np.ndarray]:
        value, pull = record.value_and_grad(y, line[0] * u + line[1], **params)
        return value, np.array([pull @ u, pull.sum()])

    found = minimize(objective, start, jac=True, method="BFGS", options={"gtol": 1e-9})
    slack = np.max(np.abs(found.jac))
    if not found.success and slack > 1e-5 * max(1.0, float(np.std(y))):
        raise ValueError(f"fit_line: {loss} did not converge (gradient {slack:.2g}): {found.message}")
    return found.x
