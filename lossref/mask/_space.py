"""What all mask losses share: which axes are space, ratios of sums, and the rule for 0 / 0.

A loss of two masks is a ratio of sums over space. With both masks empty it is 0 / 0, and no
formula decides what that means: ``empty`` does. The sums are taken in float64, and the
numerator is a sum of what does not match, so nothing cancels where the masks agree.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from lossref import _check, _rows
from lossref._rows import Kernel
from lossref._spec import FunctionSpec, Option

EMPTY = Option("empty", "zero", ("zero", "one", "nan"))
_RULES = {"zero": 0.0, "one": 1.0, "nan": math.nan}


def value(
    spec: FunctionSpec,
    kernel: Kernel,
    masks: tuple[Any, Any],
    axis: Any,
    reduction: str,
    sample_weight: Any,
    **params: Any,
) -> Any:
    """The reduced value, with one value per pair of masks."""
    rows, _ = _flat(spec, masks, axis)
    return _rows.value(spec, kernel, rows, reduction, sample_weight, **params)


def gradient(
    spec: FunctionSpec,
    kernel: Kernel,
    masks: tuple[Any, Any],
    axis: Any,
    reduction: str,
    sample_weight: Any,
    **params: Any,
) -> Any:
    """The gradient of the reduced value, of the shape of the predicted mask."""
    rows, back = _flat(spec, masks, axis)
    return back(_rows.gradient(spec, kernel, rows, reduction, sample_weight, **params))


def value_and_gradient(
    spec: FunctionSpec,
    kernel: Kernel,
    masks: tuple[Any, Any],
    axis: Any,
    reduction: str,
    sample_weight: Any,
    **params: Any,
) -> tuple[Any, Any]:
    """Both, from one pass over the data."""
    rows, back = _flat(spec, masks, axis)
    found, slopes = _rows.value_and_gradient(spec, kernel, rows, reduction, sample_weight, **params)
    return found, back(slopes)


def _flat(
    spec: FunctionSpec, masks: tuple[Any, Any], axis: Any
) -> tuple[tuple[np.ndarray, ...], Callable[[np.ndarray], np.ndarray]]:
    """The masks with all of space in the last axis, and the way back for a gradient."""
    names = [a.name for a in spec.arguments]
    raw = [_check._real_array(spec.slug, n, x) for n, x in zip(names, masks, strict=True)]
    if isinstance(axis, int) and not isinstance(axis, bool) and axis == -1:
        return tuple(raw), lambda slopes: slopes
    _check._same_shapes(spec, raw)
    shape = raw[0].shape
    axes = _axes(spec.slug, axis, len(shape))
    lead = tuple(n for i, n in enumerate(shape) if i not in axes)
    space = tuple(shape[i] for i in axes)
    ends = tuple(range(len(lead), len(shape)))
    rows = (np.moveaxis(x, axes, ends).reshape(*lead, math.prod(space)) for x in raw)
    return tuple(rows), lambda slopes: np.moveaxis(slopes.reshape(*lead, *space), ends, axes)


def _axes(loss: str, axis: Any, ndim: int) -> tuple[int, ...]:
    given = axis if isinstance(axis, tuple) else (axis,)
    good = all(isinstance(a, int) and not isinstance(a, bool) and -ndim <= a < ndim for a in given)
    if good:
        axes = tuple(a % ndim for a in given)
        if axes and len(set(axes)) == len(axes):
            return axes
    raise ValueError(
        f"{loss}: axis must be one or several different axes of the masks; got {axis!r} for "
        f"{ndim} axes. Use axis=(-2, -1) for images with the height and the width last."
    )


class Sums(NamedTuple):
    """Sums over space, in float64: shared, predicted beyond the truth, and missed of it."""

    hits: np.ndarray
    wrong: np.ndarray
    missed: np.ndarray


def sums(g: np.ndarray, p: np.ndarray) -> Sums:
    """sum(p g), sum(p (1 - g)) and sum((1 - p) g) of each row: no term is negative."""
    scratch = np.multiply(p, g)
    hits = scratch.sum(axis=-1, dtype=np.float64)
    np.subtract(1, g, out=scratch)
    scratch *= p
    wrong = scratch.sum(axis=-1, dtype=np.float64)
    np.subtract(1, p, out=scratch)
    scratch *= g
    return Sums(hits, wrong, scratch.sum(axis=-1, dtype=np.float64))


class Ratio:
    """l = miss / total and its counterpart score / total = 1 - l, both smoothed.

    ``gone`` marks the rows with 0 / 0, whose value is the one of the rule and whose slope
    is 0, or nan if the rule is nan.
    """

    def __init__(
        self,
        miss: np.ndarray,
        score: np.ndarray,
        smooth_nr: float,
        smooth_dr: float,
        empty: str,
    ) -> None:
        self.total = score + miss + smooth_dr
        self.gone = (self.total == 0) & (score + smooth_nr == 0)
        self._rule = _RULES[empty]
        loss = (miss + (smooth_dr - smooth_nr)) / self.total
        self.loss = np.where(self.gone, self._rule, loss)
        self.score = (score + smooth_nr) / self.total

    def slopes(self, g: np.ndarray, outside: Any, inside: Any) -> tuple[np.ndarray]:
        """The slope where g = 0 and where g = 1, each to be divided by the total of its row.

        In between the slope is linear in g.
        """
        out = np.subtract(1, g)
        out *= np.asarray(outside).astype(g.dtype)[..., None]
        out += g * np.asarray(inside).astype(g.dtype)[..., None]
        return self.divided(out)

    def divided(self, out: np.ndarray) -> tuple[np.ndarray]:
        """Divides by the totals in place, and follows the rule where there is none."""
        out /= self.total.astype(out.dtype)[:, None]
        out[self.gone] = self._rule * 0
        return (out,)


def pairs_of_masks(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Masks for the tests: hard and soft truths, predictions far from them and near."""
    g = rng.random((40, 12))
    g[:20] = g[:20] < 0.4
    g[:, 0] = 1.0  # no truth is empty
    near = np.abs(g - 10.0 ** -rng.uniform(0, 9, (40, 1)) * rng.random((40, 12)))
    return g, np.where(rng.random((40, 1)) < 0.5, near, rng.random((40, 12)))
