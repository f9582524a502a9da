"""What detectors need beside a loss: areas, conversions, and the overlap of all pairs."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref.box._box import corners, four

#: Entries of the matrix that are worked on at once, with six arrays of that size beside.
BLOCK = 32_768


def box_area(boxes: Any) -> Any:
    """The area of each box.

    Use it on boxes (x1, y1, x2, y2). Not on centres and sizes: convert them first.

    Formula:
        A = (x2 - x1) (y2 - y1)

    Parameters:
        boxes: Array (..., 4) with x1 <= x2 and y1 <= y2. NaN is passed on.

    Returns:
        An array of the shape of the boxes without the last axis, in their dtype; float64 for
        integers, which would wrap around from 46341 pixels on where they have 32 bits.

    Raises:
        ValueError: If the last axis does not have length 4, or a box has x2 < x1 or y2 < y1.
        TypeError: If the argument does not hold real numbers.

    Not to be confused with:
        The sum of a mask, which counts pixels.

    Source:
        By definition.

    Examples:
        >>> float(box_area([0, 0, 2, 3]))
        6.0
    """
    x = _floats(corners("box_area", "boxes", boxes))
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        return ((x[..., 2] - x[..., 0]) * (x[..., 3] - x[..., 1]))[()]


def xyxy_to_cxcywh(boxes: Any) -> np.ndarray:
    """Corners to centres and sizes.

    Use it to feed a network that predicts centres and sizes. Not on boxes that are centres
    and sizes already: nothing can tell them apart unless a size is smaller than a centre.

    Formula:
        (x1 + w / 2, y1 + h / 2, w, h), with w = x2 - x1 and h = y2 - y1

    Parameters:
        boxes: Array (..., 4) of corners (x1, y1, x2, y2) with x1 <= x2 and y1 <= y2.

    Returns:
        An array of the same shape, in its dtype; float64 for integers.

    Raises:
        ValueError: If the last axis does not have length 4, or a box has x2 < x1 or y2 < y1.
        TypeError: If the argument does not hold real numbers.

    Not to be confused with:
        COCO's boxes, which are a corner and sizes.

    Source:
        By definition.

    Examples:
        >>> xyxy_to_cxcywh([0, 0, 2, 4])
        array([1., 2., 2., 4.])
    """
    x = _floats(corners("xyxy_to_cxcywh", "boxes", boxes))
    sizes = x[..., 2:] - x[..., :2]
    return np.concatenate((x[..., :2] + sizes / 2, sizes), axis=-1)


def cxcywh_to_xyxy(boxes: Any) -> np.ndarray:
    """Centres and sizes to corners.

    Use it before any loss of this family on a network that predicts centres and sizes. Not
    on raw outputs that may have negative sizes: exponentiate or clip those first.

    Formula:
        (cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2)

    Parameters:
        boxes: Array (..., 4) of centres and sizes (cx, cy, w, h) with w >= 0 and h >= 0.

    Returns:
        An array of the same shape, in its dtype; float64 for integers.

    Raises:
        ValueError: If the last axis does not have length 4, or a size is negative.
        TypeError: If the argument does not hold real numbers.

    Not to be confused with:
        COCO's boxes, which are a corner and sizes.

    Source:
        By definition.

    Examples:
        >>> cxcywh_to_xyxy([1, 2, 2, 4])
        array([0., 0., 2., 4.])
    """
    x = _floats(four("cxcywh_to_xyxy", "boxes", boxes))
    small = np.min(x[..., 2:], initial=0.0, where=~np.isnan(x[..., 2:]))
    if small < 0:
        raise ValueError(
            f"cxcywh_to_xyxy: boxes must have sizes w >= 0 and h >= 0; got {small:g}. "
            "Predict their logarithm, or use xyxy_to_cxcywh if these are corners."
        )
    half = x[..., 2:] / 2
    return np.concatenate((x[..., :2] - half, x[..., :2] + half), axis=-1)


def pairwise_iou(boxes_a: Any, boxes_b: Any) -> np.ndarray:
    """The intersection over union of every box of one set with every box of another.

    Use it to match predictions to truths. Not to train: it is no loss, and has no slope where
    boxes are disjoint; see `giou_loss`.

    Formula:
        I / U per pair, with I the area in both boxes and U the area in either

    Parameters:
        boxes_a: Array (N, 4) of boxes (x1, y1, x2, y2) with x1 <= x2 and y1 <= y2.
        boxes_b: Array (M, 4). A NaN in either shows up in its row or its column.

    Returns:
        An array (N, M) in the dtype of the input; float64 for integers. Two boxes without
        area have 1 if they are equal, and 0 if not.

    Raises:
        ValueError: If the shapes are not (N, 4) and (M, 4), or a box has x2 < x1 or y2 < y1.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `iou_loss`, which is 1 minus this, for boxes that belong together.

    Source:
        Jaccard (1912); no epsilon, and no array of more than two axes.

    Examples:
        >>> pairwise_iou([[0, 0, 2, 2]], [[0, 0, 2, 2], [1, 0, 3, 2], [5, 5, 6, 6]])
        array([[1.        , 0.33333333, 0.        ]])
    """
    a, b = _set("boxes_a", boxes_a), _set("boxes_b", boxes_b)
    dtype = np.result_type(a, b)
    dtype = dtype if dtype.kind == "f" else np.dtype(np.float64)
    # Four contiguous rows each. Areas of float32 may leave its range; of float64 they may too,
    # but only for sides beyond 1e154, which no picture has.
    compute: np.dtype[Any] = np.dtype(np.float64)
    if dtype.itemsize <= 4 and _in_range(a) and _in_range(b):
        compute = np.dtype(np.float32)
    p, q = (np.ascontiguousarray(x.T, compute) for x in (a, b))
    out = np.empty((len(a), len(b)), dtype)
    with np.errstate(all="ignore"):
        areas = (q[2] - q[0]) * (q[3] - q[1])
        own = ((p[2] - p[0]) * (p[3] - p[1]))[:, None]
        p = p[:, :, None]
        step = max(1, BLOCK // max(1, len(b)))
        scratch = np.empty((3, min(step, len(a)), len(b)), compute)
        for start in range(0, len(a), step):
            rows = slice(start, min(start + step, len(a)))
            meet, other, union = scratch[:, : rows.stop - start]
            _stretch(p[0, rows], p[2, rows], q[0], q[2], meet, union)
            _stretch(p[1, rows], p[3, rows], q[1], q[3], other, union)
            meet *= other
            np.add(own[rows], areas, out=union)
            union -= meet
            np.divide(meet, union, out=out[rows], casting="same_kind")
            if not union.all():  # 0 / 0: boxes without area
                flat = union == 0
                same = np.logical_and.reduce([a[rows, k, None] == b[:, k] for k in range(4)])
                out[rows][flat] = same[flat]
    return out


def _stretch(p1: Any, p2: Any, q1: Any, q2: Any, out: np.ndarray, scratch: np.ndarray) -> None:
    """How much two intervals share, in ``out``."""
    np.minimum(p2, q2, out=out)
    np.maximum(p1, q1, out=scratch)
    out -= scratch
    np.maximum(out, 0, out=out)


def _set(name: str, given: Any) -> np.ndarray:
    boxes = corners("pairwise_iou", name, given)
    if boxes.ndim != 2:
        raise ValueError(
            f"pairwise_iou: {name} must have shape (n, 4); got {boxes.shape}. "
            f"Use {name}.reshape(-1, 4)."
        )
    return boxes


def _in_range(boxes: np.ndarray) -> bool:
    """Whether products of sides are far from both ends of float32."""
    x = boxes.astype(np.float64)
    sizes = x[:, 2:] - x[:, :2]
    sizes = sizes[sizes > 0]
    return bool(sizes.size == 0 or (sizes.max() < 1e18 and sizes.min() > 1e-15))


def _floats(x: np.ndarray) -> np.ndarray:
    return x if x.dtype.kind == "f" else x.astype(np.float64)
