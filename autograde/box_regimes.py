"""The kinds of boxes and masks that the exercises on detection are probed with.

Boxes are (x1, y1, x2, y2). Edges are multiples of 1/8, sizes lie between 1 and 4 and differ
along the two axes, so that sums are exact and no mistake hides behind a square. The parts
below are what wrong answers are made of.
"""

from __future__ import annotations

import numpy as np

from autograde.answers import strided
from autograde.exercise import Probe
from autograde.regimes import EIGHTH

Boxes = tuple[np.ndarray, np.ndarray]


def boxes(rng: np.random.Generator, n: int) -> np.ndarray:
    """Boxes with corners between -4 and 4, wider than tall or taller than wide."""
    low = rng.integers(-32, 25, size=(n, 2))
    long, short = rng.integers(20, 33, size=n), rng.integers(8, 17, size=n)
    wide = rng.random(n) < 0.5
    sizes = np.column_stack([np.where(wide, long, short), np.where(wide, short, long)])
    return np.hstack([low, low + sizes]) * EIGHTH


def _signs(rng: np.random.Generator, n: int) -> np.ndarray:
    return rng.choice([-1.0, 1.0], size=(n, 2))


def crossing(rng: np.random.Generator, n: int) -> Boxes:
    """Pairs that overlap and where each box reaches beyond the other along both axes."""
    true = boxes(rng, n)
    shift = rng.integers(2, 5, size=(n, 2)) * EIGHTH * _signs(rng, n)
    grown = rng.choice([-1, 1], size=(n, 2)) * EIGHTH
    return true, true + np.hstack([shift, shift + grown])


def inside(rng: np.random.Generator, n: int) -> Boxes:
    """The prediction lies inside the truth, not at its centre."""
    true = boxes(rng, n)
    margins = np.hstack([rng.integers(1, 3, size=(n, 2)), -rng.integers(3, 5, size=(n, 2))])
    return true, true + margins * EIGHTH


def apart(rng: np.random.Generator, n: int) -> Boxes:
    """Nothing in common along either axis."""
    true = boxes(rng, n)
    gap = rng.integers(2, 17, size=(n, 2)) * EIGHTH
    moved = (true[:, 2:] - true[:, :2] + gap) * _signs(rng, n)
    grown = rng.integers(1, 5, size=(n, 2)) * EIGHTH
    shrunk = np.where(moved > 0, 0.0, -1.0) * grown
    return true, true + np.hstack([moved + shrunk, moved + shrunk + grown])


def beside(rng: np.random.Generator, n: int, axis: int = 0) -> Boxes:
    """Apart along one axis, with some of the other in common."""
    true, pred = crossing(rng, n)
    size = true[:, 2 + axis] - true[:, axis]
    step = (size + rng.integers(10, 17, size=n) * EIGHTH) * _signs(rng, n)[:, 0]
    return true, pred + step[:, None] * (np.arange(4) % 2 == axis)


def turned(rng: np.random.Generator, n: int) -> Boxes:
    """One centre, width and height exchanged."""
    true = boxes(rng, n)
    centre, half = (true[:, :2] + true[:, 2:]) / 2, (true[:, 2:] - true[:, :2]) / 2
    return true, np.hstack([centre - half[:, ::-1], centre + half[:, ::-1]])


def flat(rng: np.random.Generator) -> Boxes:
    """Boxes without area: a point twice, a line twice, two points, two lines, a point and a box."""
    at, by = rng.integers(-16, 17, size=2) * EIGHTH, rng.integers(1, 17) * EIGHTH
    point = np.tile(at, 2)
    line = point + np.array([0.0, 0.0, by, 0.0])
    box = np.append(at - 1, at + by)
    true = np.stack([point, line, point, line, box])
    pred = np.stack([point, line, point + by, line + np.array([0.0, by, 0.0, by]), point])
    return true, pred


def per_pair(rng: np.random.Generator, name: str, degenerate: bool = True) -> list[Probe]:
    """What every function of pairs of boxes is asked."""
    drawn = [
        Probe(name, "value", "four pairs that overlap", crossing(rng, 4)),
        Probe(name, "value", "one box inside the other", inside(rng, 3)),
        Probe(name, "value", "apart along x and along y", apart(rng, 4)),
        Probe(name, "value", "apart along x, with some of y in common", beside(rng, 3)),
        Probe(name, "value", "one centre, width and height exchanged", turned(rng, 3)),
        Probe(name, "edges", "a single pair", crossing(rng, 1)),
        Probe(name, "edges", "the same boxes twice", (b := boxes(rng, 3), b.copy())),
        Probe(
            name,
            "edges",
            "whole numbers (dtype int64)",
            tuple((8 * b).astype(np.int64) for b in crossing(rng, 3)),
        ),
        Probe(
            name,
            "edges",
            "single precision (dtype float32)",
            tuple(b.astype(np.float32) for b in crossing(rng, 3)),
        ),
        Probe(
            name,
            "edges",
            "arrays that are not contiguous in memory",
            tuple(strided(b) for b in crossing(rng, 3)),
        ),
        Probe(name, "edges", "no pair at all: shape (0, 4)", (np.zeros((0, 4)), np.zeros((0, 4)))),
        Probe(
            name,
            "small",
            "sides of about 1e-4, as in parts of a picture",
            tuple(1e-4 * b for b in crossing(rng, 3)),
        ),
        Probe(name, "small", "sides of about 1e-9", tuple(1e-9 * b for b in crossing(rng, 3))),
    ]
    if degenerate:
        drawn.append(Probe(name, "edges", "boxes without area", flat(rng)))
    else:
        drawn.append(Probe(name, "edges", "two boxes far apart", apart(rng, 1)))
    # Without these a gap that is cut off along x only would pass.
    above = beside(rng, 3, axis=1)
    return [*drawn, Probe(name, "value", "apart along y, with some of x in common", above)]


# -- masks -------------------------------------------------------------------------------------


def masks(
    rng: np.random.Generator, n: int, height: int = 3, width: int = 5
) -> tuple[np.ndarray, np.ndarray]:
    """Masks of 0 and 1 of very different sizes, and probabilities in sixteenths."""
    area = height * width
    sizes = rng.permutation(np.linspace(1, area - 3, n).round().astype(int))
    true = np.zeros((n, area))
    for row, size in zip(true, sizes, strict=True):
        row[rng.permutation(area)[:size]] = 1.0
    pred = rng.integers(1, 16, size=(n, area)) / 16
    return true.reshape(n, height, width), pred.reshape(n, height, width)


def of_masks(rng: np.random.Generator, name: str, aspect: str) -> list[Probe]:
    """What every loss of masks is asked, whatever its parameters."""
    hard_true, hard_pred = masks(rng, 3)
    hard_pred = (hard_pred > 0.5) * 1.0
    one_true, one_pred = masks(rng, 2)
    empty_true, empty_pred = masks(rng, 4)
    empty_true[1], empty_pred[1] = 0.0, 0.0
    void_true, void_pred = masks(rng, 3)
    void_true[0] = 0.0
    faint_true, faint_pred = masks(rng, 2)
    faint_true[0], faint_pred[0] = 0.0, 0.0
    faint_pred[0, 1, 2] = 1e-8
    soft = rng.integers(1, 16, size=(2, 3, 4)) / 16
    whole = tuple((np.roll(a, rng.integers(1, 9)) > 0.4).astype(np.int64) for a in masks(rng, 3))
    return [
        Probe(name, aspect, "one image, probabilities", masks(rng, 1)),
        Probe(name, aspect, "four images with masks of very different sizes", masks(rng, 4)),
        Probe(name, aspect, "predictions of 0 and 1", (hard_true, hard_pred)),
        Probe(name, aspect, "one image twice as tall", masks(rng, 2, 8, 3)),
        Probe(name, "edges", "a soft truth, and a prediction equal to it", (soft, soft.copy())),
        Probe(name, "edges", "whole numbers (dtype int64)", whole),
        Probe(
            name,
            "edges",
            "single precision (dtype float32)",
            tuple(a.astype(np.float32) for a in masks(rng, 3)),
        ),
        Probe(
            name,
            "edges",
            "arrays that are not contiguous in memory",
            tuple(strided(a) for a in (one_true, one_pred)),
        ),
        Probe(name, "empty", "an image in which both masks are empty", (empty_true, empty_pred)),
        Probe(
            name, "empty", "an image with nothing in it, and false alarms", (void_true, void_pred)
        ),
        Probe(name, "empty", "nothing in it, and one pixel of 1e-8", (faint_true, faint_pred)),
    ]


# -- what wrong answers are made of ------------------------------------------------------------


def shared(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Stretch in common along x and y, shape (n, 2); negative where there is a gap."""
    return np.minimum(a[:, 2:], b[:, 2:]) - np.maximum(a[:, :2], b[:, :2])


def around(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Width and height of the smallest box around both, shape (n, 2)."""
    return np.maximum(a[:, 2:], b[:, 2:]) - np.minimum(a[:, :2], b[:, :2])


def area(a: np.ndarray) -> np.ndarray:
    return (a[:, 2:] - a[:, :2]).prod(axis=1)


def meet_and_union(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    meet = np.clip(shared(a, b), 0, None).prod(axis=1)
    return meet, area(a) + area(b) - meet


def ratio(part: np.ndarray, whole: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """part / whole; where whole is 0, whether the boxes are equal."""
    same = np.all(a == b, axis=1).astype(float)
    return np.divide(part, whole, out=same, where=whole != 0)


def quotient(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """part / whole, and 0 where whole is 0."""
    return np.divide(part, whole, out=np.zeros(np.shape(part)), where=whole != 0)


def plain_iou(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return ratio(*meet_and_union(a, b), a, b)


def counts(y: np.ndarray, p: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Per image: product summed, prediction summed, truth summed."""
    y, p = y.reshape(len(y), -1), p.reshape(len(p), -1)
    return (y * p).sum(1), p.sum(1) * 1.0, y.sum(1) * 1.0
