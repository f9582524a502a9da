"""What all box losses share: checks, and the parts of a pair of boxes, axis by axis.

Boxes are (x1, y1, x2, y2) with x1 <= x2 and y1 <= y2. Everything is computed in float64, from
differences of edges, after the smallest box around both has been scaled to a side between 1/2
and 1: so nothing overflows, no epsilon is needed, and the values do not depend on the unit.
Areas that a formula subtracts are written as sums of rectangles, so nothing cancels where the
boxes nearly agree.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref import _check, _rows
from lossref._rows import Kernel, Part
from lossref._spec import REAL, Argument, FunctionSpec

ARGUMENTS = (
    Argument("boxes_true", REAL, core=1),
    Argument("boxes_pred", REAL, core=1, wrt=True),
)
#: Where an edge of one box meets an edge of the other.
KINKS = (
    "(*(a - b for a, b in zip(boxes_true, boxes_pred)), "
    "boxes_pred[0] - boxes_true[2], boxes_pred[2] - boxes_true[0], "
    "boxes_pred[1] - boxes_true[3], boxes_pred[3] - boxes_true[1])"
)
REFUSED = (
    ("boxes_pred", (np.array([[0.0, 0.0, 1.0, 1.0]]), np.array([[1.0, 0.0, 0.0, 1.0]]))),
    ("boxes_true", (np.array([[0.0, 1.0, 1.0, 0.0]]), np.array([[0.0, 0.0, 1.0, 1.0]]))),
    ("boxes_true", (np.zeros((2, 3)), np.zeros((2, 3)))),
    ("boxes_pred", (np.zeros((1, 4)), np.array([[0.0, 0.0, np.inf, 1.0]]))),
)


def value(
    spec: FunctionSpec,
    kernel: Kernel,
    boxes: tuple[Any, Any],
    reduction: str,
    sample_weight: Any,
    **params: Any,
) -> Any:
    """The reduced value, with one value per pair of boxes."""
    checked = _both(spec, boxes)
    return _rows.value(spec, kernel, checked, reduction, sample_weight, **params)


def gradient(
    spec: FunctionSpec,
    kernel: Kernel,
    boxes: tuple[Any, Any],
    reduction: str,
    sample_weight: Any,
    **params: Any,
) -> Any:
    """The gradient of the reduced value with respect to the predicted boxes."""
    checked = _both(spec, boxes)
    return _rows.gradient(spec, kernel, checked, reduction, sample_weight, **params)


def value_and_gradient(
    spec: FunctionSpec,
    kernel: Kernel,
    boxes: tuple[Any, Any],
    reduction: str,
    sample_weight: Any,
    **params: Any,
) -> tuple[Any, Any]:
    """Both, from one pass over the data."""
    checked = _both(spec, boxes)
    return _rows.value_and_gradient(spec, kernel, checked, reduction, sample_weight, **params)


def _both(spec: FunctionSpec, boxes: tuple[Any, Any]) -> tuple[np.ndarray, np.ndarray]:
    true, pred = (corners(spec.slug, a.name, x) for a, x in zip(spec.arguments, boxes, strict=True))
    return true, pred


def corners(who: str, name: str, given: Any) -> np.ndarray:
    """``given`` as an array of boxes with their edges in order; a NaN passes."""
    boxes = four(who, name, given)
    good = ~((boxes[..., 2] < boxes[..., 0]) | (boxes[..., 3] < boxes[..., 1]))
    if not good.all():
        where = _check._first_bad(good, 0, good.shape)
        at = f" at index {where[0] if len(where) == 1 else where}" if where else ""
        box = ", ".join(f"{v:g}" for v in boxes[where])
        raise ValueError(
            f"{who}: {name} must have x1 <= x2 and y1 <= y2; got ({box}){at}. "
            "Use cxcywh_to_xyxy if these are centres and sizes."
        )
    return boxes


def four(who: str, name: str, given: Any) -> np.ndarray:
    """``given`` as an array with four numbers in its last axis."""
    boxes = _check._real_array(who, name, given)
    if boxes.ndim == 0 or boxes.shape[-1] != 4:
        raise ValueError(
            f"{who}: {name} must have four numbers per box in its last axis; "
            f"got shape {boxes.shape}. Use boxes.reshape(-1, 4), with shape (0, 4) for no box."
        )
    return boxes


class Side:
    """Both boxes along one axis: p1 to p2 predicted, t1 to t2 true, all times ``scale``.

    ``d_meet`` and ``d_hull`` are the derivatives of the common stretch and of the stretch
    around both by p1 and by p2; where edges coincide it is the mean of both sides.
    """

    def __init__(self, p1: Any, p2: Any, t1: Any, t2: Any, scale: Any) -> None:
        self.size = (p2 - p1) * scale
        self.true_size = (t2 - t1) * scale
        self.low = (p1 - t1) * scale
        self.high = (p2 - t2) * scale
        inner = (np.minimum(p2, t2) - np.maximum(p1, t1)) * scale
        self.meets = inner > 0
        self.meet = np.maximum(inner, 0)
        self.gap = np.maximum(-inner, 0)
        self.hull = (np.maximum(p2, t2) - np.minimum(p1, t1)) * scale
        # What of the hull is not the predicted box, and what of it is not the true box.
        self.beyond = np.maximum(self.low, 0) + np.maximum(-self.high, 0)
        self.true_beyond = np.maximum(-self.low, 0) + np.maximum(self.high, 0)
        self.d_meet = -_share(self.low), _share(-self.high)
        self.d_hull = -_share(-self.low), _share(self.high)


def _share(difference: np.ndarray) -> np.ndarray:
    """1 where the difference is positive, 1/2 where it is 0."""
    return (difference > 0) + 0.5 * (difference == 0)


class Pair:
    """A block of pairs of boxes: sides, areas, and the intersection over union."""

    def __init__(self, part: Part) -> None:
        t1, t2, t3, t4 = np.ascontiguousarray(part["boxes_true"].T, np.float64)
        p1, p2, p3, p4 = np.ascontiguousarray(part["boxes_pred"].T, np.float64)
        longest = np.maximum(
            np.maximum(p3, t3) - np.minimum(p1, t1), np.maximum(p4, t4) - np.minimum(p2, t2)
        )
        exponent = np.frexp(np.where(np.isfinite(longest), longest, 1.0))[1]
        self.scale = np.ldexp(1.0, -np.clip(exponent, -1000, 1000))
        x = self.x = Side(p1, p3, t1, t3, self.scale)
        y = self.y = Side(p2, p4, t2, t4, self.scale)
        self.overlaps = x.meets & y.meets
        self.equal = (x.low == 0) & (x.high == 0) & (y.low == 0) & (y.high == 0)
        self.meet = x.meet * y.meet
        true_area = x.true_size * y.true_size
        # What one box does not share with the other, as a sum of two rectangles.
        own = np.where(
            self.overlaps,
            x.true_beyond * y.size + x.meet * y.true_beyond,
            x.size * y.size,
        )
        rest = np.where(self.overlaps, x.beyond * y.true_size + x.meet * y.beyond, true_area)
        self.union = true_area + own
        self.apart = own + rest
        self.flat = self.union == 0
        self.iou_loss = np.where(self.flat, ~self.equal, self.apart / self.union)
        self.iou = np.where(self.flat, self.equal, self.meet / self.union)

    def d_area(self) -> np.ndarray:
        """The derivatives of the predicted area by x1, y1, x2 and y2, in four rows."""
        return np.stack((-self.y.size, -self.x.size, self.y.size, self.x.size))

    def d_meet(self) -> np.ndarray:
        """The derivatives of the common area."""
        x, y = self.x, self.y
        raw = np.stack(
            (x.d_meet[0] * y.meet, y.d_meet[0] * x.meet, x.d_meet[1] * y.meet, y.d_meet[1] * x.meet)
        )
        return raw * self.overlaps

    def d_iou_loss(self) -> np.ndarray:
        """The derivatives of 1 - meet / union; 0 where both boxes have no area."""
        raw = (self.iou * self.d_area() - (1 + self.iou) * self.d_meet()) / self.union
        return np.where(self.flat, 0, raw)

    def distance(self) -> tuple[np.ndarray, np.ndarray]:
        """Squared distance of the centres over squared diagonal of the hull; its derivatives."""
        x, y = self.x, self.y
        dx, dy = (x.low + x.high) / 2, (y.low + y.high) / 2
        diagonal = x.hull * x.hull + y.hull * y.hull
        point = diagonal == 0
        q = np.where(point, 0, (dx * dx + dy * dy) / diagonal)
        wide, tall = 2 * q * x.hull, 2 * q * y.hull
        raw = np.stack(
            (
                dx - wide * x.d_hull[0],
                dy - tall * y.d_hull[0],
                dx - wide * x.d_hull[1],
                dy - tall * y.d_hull[1],
            )
        )
        return q, np.where(point, 0, raw / diagonal)

    def slopes(self, rows: np.ndarray) -> tuple[np.ndarray]:
        """Four rows of derivatives in scaled units, as one row of slopes per box."""
        return (np.ascontiguousarray((rows * self.scale).T),)


def pairs_of_boxes(
    rng: np.random.Generator, disjoint: bool = True
) -> tuple[np.ndarray, np.ndarray]:
    """Boxes for the tests, 10 pairs each: apart, one inside the other, crossing, nearly equal."""
    low, sizes = rng.uniform(-3, 3, (40, 2)), rng.uniform(0.5, 2, (40, 2))
    true = np.hstack((low, low + sizes))
    near = 10.0 ** -rng.uniform(0.7, 9, (40, 1))
    pred = true + near * rng.uniform(-1, 1, (40, 4)) * np.tile(sizes, 2)
    shift = rng.uniform(0.2, 0.45, (40, 4)) * np.tile(sizes, 2)
    pred[10:20] = (true + shift * [1, 1, -1, -1])[10:20]
    pred[20:30] = (true + shift * [1, 1, 1, -1])[20:30]
    if disjoint:
        away = rng.uniform(-4, 4, (40, 2))
        away = np.where(np.abs(away) < 2, 5, away)
        away[:3, 0] = away[3:6, 1] = 0  # apart along one axis only, the one or the other
        pred[:10] = (true + np.tile(away, 2) + 0.3 * shift)[:10]
    scale = 10.0 ** rng.uniform(-3, 3, (40, 1))
    return true * scale, pred * scale
