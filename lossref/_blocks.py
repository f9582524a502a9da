"""The one loop over the data: blocks small enough to stay in cache.

A block and its scratch arrays take a megabyte, which fits the second-level cache, so a kernel
of ten NumPy calls reads main memory once instead of ten times. The fewer arrays a kernel works
with, the longer its blocks: a call costs a microsecond however short they are. Kernels write
into scratch arrays (``out=``) that are used again for the next block, share work between the
value and its derivative, and leave products as two factors: the sum of a product is a dot product.
What is written to begins at a cache line, which halves the time of a write.

A kernel is a function of a `Block` and the parameters that returns a `Piece`.

float32 is computed in float32, and summed in float64; only dot products of 512 numbers, none
of them negative, are in float32, where they keep its digits. Where a float32 block overflows,
or such a sum is so small that its terms are not normal floats, it is computed again in
float64: only what overflows in the end is infinite in the result. A
sum that overflows is taken again with every value divided by the denominator first, so a
mean is infinite only if it is too large for float64. The error y_pred - y_true itself must
be a float64: at |y| above 9e307 it may not be, and then counts as infinite.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from lossref import _check, reduce
from lossref._spec import LossSpec

#: Bytes of a block: of what is read, of its scratch arrays and of its part of the results.
ROOM = 1_048_576
#: As many arrays are taken to be in work before a kernel was seen at work.
GUESS = 8
#: Numbers that are added in float32; the dot product of BLAS adds them in 16 sums or more.
SECTION = 512
#: Sums of float32 that are surely neither of lost products nor out of range.
SAFE = (1e-30, 1e38)
CACHE_LINE = 64
_ONES = np.ones(SECTION, np.float32)


def aligned(shape: tuple[int, ...], dtype: Any) -> np.ndarray:
    """An array with anything in it that begins at a cache line."""
    size = math.prod(shape)
    raw = np.empty(size * np.dtype(dtype).itemsize + CACHE_LINE, np.uint8)
    start = -raw.ctypes.data % CACHE_LINE
    return raw[start : start + size * np.dtype(dtype).itemsize].view(dtype).reshape(shape)


def block_length(itemsize: int, arrays: int = GUESS) -> int:
    """How many numbers a block has, if so many arrays of that length are in work."""
    return max(SECTION, ROOM // (arrays * itemsize) // SECTION * SECTION)


class Piece(NamedTuple):
    """What a kernel returns: value = left * right (left alone if there is no right), and
    derivative = gain * slope. What was not asked for may be None.

    With ``bent`` it is left * (right - left / 2), for right >= left: the sum is then that of
    two products, and only single values need the difference.
    """

    left: Any
    right: Any
    slope: Any
    gain: float = 1.0
    bent: bool = False

    def factors(self) -> tuple[np.ndarray, np.ndarray | None]:
        """The two factors of every value, or the value and None."""
        return self.left, self.right - self.left * 0.5 if self.bent else self.right


class Scratch:
    """Arrays to work in, used again for the next block.

    Freed and asked for again, an array of this size would cost more than what is done in it.
    """

    def __init__(self, length: int, dtype: np.dtype, inner: tuple[int, ...] = ()) -> None:
        self.length = length
        self._shape = (length, *inner)
        self._dtype = dtype
        self._arrays: list[np.ndarray] = []
        self._used = 0

    def start(self, length: int) -> None:
        """Give everything back; the next arrays have this length, at most that of the first."""
        self.length = length
        self._used = 0

    def __len__(self) -> int:
        """How many arrays there are."""
        return len(self._arrays)

    def new(self) -> np.ndarray:
        """An array with anything in it."""
        if self._used == len(self._arrays):
            self._arrays.append(aligned(self._shape, self._dtype))
        array = self._arrays[self._used][: self.length]
        self._used += 1
        return array


class Block(Scratch):
    """A stretch of the data, its error, and scratch arrays to work in.

    Kernels must not write to ``y_true`` and ``y_pred``; ``error`` and what `new` returns
    are theirs, until the next block.
    """

    def __init__(self, length: int, dtype: np.dtype, wants_value: bool, wants_slope: bool) -> None:
        super().__init__(length, dtype)
        self.wants_value = wants_value
        self.wants_slope = wants_slope

    def load(self, y_true: np.ndarray, y_pred: np.ndarray) -> None:
        self.start(len(y_true))
        self.y_true = y_true
        self.y_pred = y_pred
        self.error = np.subtract(y_pred, y_true, out=self.new())


Kernel = Callable[..., Piece]


def value(
    spec: LossSpec,
    kernel: Kernel,
    y_true: Any,
    y_pred: Any,
    reduction: str,
    sample_weight: Any,
    **params: Any,
) -> Any:
    """The value of an elementwise loss, reduced."""
    run = _Run(spec, kernel, y_true, y_pred, reduction, sample_weight, params)
    return run(wants_value=True, wants_slope=False)[0]


def gradient(
    spec: LossSpec,
    kernel: Kernel,
    y_true: Any,
    y_pred: Any,
    reduction: str,
    sample_weight: Any,
    **params: Any,
) -> Any:
    """The gradient of the reduced value with respect to y_pred."""
    run = _Run(spec, kernel, y_true, y_pred, reduction, sample_weight, params)
    return run(wants_value=False, wants_slope=True)[1]


def value_and_gradient(
    spec: LossSpec,
    kernel: Kernel,
    y_true: Any,
    y_pred: Any,
    reduction: str,
    sample_weight: Any,
    **params: Any,
) -> tuple[Any, Any]:
    """Both, from one pass over the data."""
    run = _Run(spec, kernel, y_true, y_pred, reduction, sample_weight, params)
    return run(wants_value=True, wants_slope=True)


class _Run:
    """One call: its checked arguments, and the loop."""

    def __init__(
        self,
        spec: LossSpec,
        kernel: Kernel,
        y_true: Any,
        y_pred: Any,
        reduction: str,
        sample_weight: Any,
        params: dict[str, Any],
    ) -> None:
        self.spec = spec
        self.kernel = kernel
        y, p, self.dtype = _check.inputs(spec, y_true, y_pred)
        self.params = _check.parameters(spec, params)
        self.shape = y.shape
        self.plan = reduce.plan(spec.slug, reduction, sample_weight, y.shape)
        self.y, self.p = y.reshape(-1), p.reshape(-1)
        self.weights = None if self.plan.weights is None else self.plan.weights.reshape(-1)

    def __call__(self, *, wants_value: bool, wants_slope: bool) -> tuple[Any, Any]:
        n = self.y.size
        values = aligned((n,), self.y.dtype) if wants_value and self.plan.collects else None
        slopes = aligned((n,), self.y.dtype) if wants_slope else None
        sums: list[float] = []
        length = block_length(self.y.itemsize)
        block = Block(min(n, length), self.y.dtype, wants_value, wants_slope)
        # A convex loss is infinite or nan at errors that are: its sum tells of bad input too.
        sum_tells = wants_value and values is None and _check.anything_finite(self.spec)
        # Intermediate results may overflow, underflow or be nan on purpose; results that do
        # are right answers, so neither is worth a warning.
        with np.errstate(all="ignore"):
            start = 0
            while start < n:
                part = slice(start, min(start + length, n))
                if not sum_tells:
                    _check.domain(self.spec, self.y[part], self.p[part], start, self.shape)
                sums.append(self._block(block, part, values, slopes))
                if sum_tells and not math.isfinite(sums[-1]):
                    _check.domain(self.spec, self.y[part], self.p[part], start, self.shape)
                if start == 0 and part.stop < n:
                    arrays = 2 + len(block) + wants_slope
                    length = block_length(self.y.itemsize, arrays)
                    block = Block(min(n, length), self.y.dtype, wants_value, wants_slope)
                start = part.stop
            total = float(np.sum(sums))
            if wants_value and values is None and not math.isfinite(total):
                result = self._careful_total()
            else:
                result = total / self.plan.denominator
            return (
                self._shaped(values) if values is not None else result,
                self._shaped(slopes) if slopes is not None else None,
            )

    def _block(
        self,
        block: Block,
        part: slice,
        values: np.ndarray | None,
        slopes: np.ndarray | None,
    ) -> float:
        """Fill ``part`` of the array results; return the sum of its values if asked for."""
        block.load(self.y[part], self.p[part])
        piece = self.kernel(block, **self.params)
        weights = None if self.weights is None else self.weights[part]
        if slopes is not None:
            scale = piece.gain / self.plan.denominator
            factor: Any = scale if weights is None else (weights * scale).astype(slopes.dtype)
            np.multiply(piece.slope, factor, out=slopes[part])
            self._repair(
                slopes[part],
                part,
                lambda wide, w: wide.slope * (wide.gain / self.plan.denominator * w),
            )
        if values is not None:
            left, right = piece.factors()
            if weights is not None:
                left = np.multiply(left, weights.astype(left.dtype), out=block.new())
            if right is None:
                values[part] = left
            else:
                np.multiply(left, right, out=values[part])
            self._repair(values[part], part, lambda wide, w: _product(wide, w))
            return 0.0
        return _sum(piece, weights) if block.wants_value else 0.0

    def _repair(
        self, result: np.ndarray, part: slice, formula: Callable[[Piece, Any], Any]
    ) -> None:
        """Compute a float32 ``result`` again in float64 if it is not finite."""
        if result.dtype == np.float32 and not _check.all_finite(result):
            result[...] = formula(self._wide(part), self._factors(part))

    def _wide(self, part: slice) -> Piece:
        """The kernel on one block in float64."""
        y, p = self.y[part].astype(np.float64), self.p[part].astype(np.float64)
        block = Block(len(y), y.dtype, True, True)
        block.load(y, p)
        return self.kernel(block, **self.params)

    def _factors(self, part: slice) -> Any:
        return 1.0 if self.weights is None else self.weights[part]

    def _careful_total(self) -> float:
        """The reduced value, every value divided before it is added."""
        sums = []
        length = block_length(8)
        for start in range(0, self.y.size, length):
            part = slice(start, min(start + length, self.y.size))
            factors = self._factors(part) / self.plan.denominator
            sums.append(float(np.sum(_product(self._wide(part), factors))))
        return float(np.sum(sums))

    def _shaped(self, flat: np.ndarray) -> Any:
        """An array of the shape and dtype that the caller expects; a number if that is ()."""
        return flat.astype(self.dtype, copy=False).reshape(self.shape)[()]


def _product(piece: Piece, factors: Any) -> np.ndarray:
    left, right = piece.factors()
    return left * factors if right is None else left * factors * right


def _sum(piece: Piece, weights: np.ndarray | None) -> float:
    """The sum of the values of one block."""
    if weights is None and piece.left.dtype == np.float32:
        total = sum_of_sections(piece.left, piece.right)
        if piece.bent:
            total -= sum_of_sections(piece.left, piece.left) / 2
        if SAFE[0] < total < SAFE[1]:
            return total
    left = piece.left.astype(np.float64, copy=False)
    weighted = left if weights is None else left * weights
    if piece.right is None:
        return float(np.add.reduce(weighted))
    right = left if piece.right is piece.left else piece.right.astype(np.float64, copy=False)
    total = float(np.dot(weighted, right))
    return total - float(np.dot(weighted, left)) / 2 if piece.bent else total


def sum_rows(x: np.ndarray) -> np.ndarray:
    """The sum of each row of a matrix whose numbers are not negative, in its own dtype."""
    if x.dtype != np.float32:
        return x.sum(axis=1)
    total = np.zeros(len(x), x.dtype)
    for start in range(0, x.shape[1], SECTION):
        part = x[:, start : start + SECTION]
        total += np.vecdot(part, _ONES[: part.shape[1]])
    return total


def sum_of_sections(left: np.ndarray, right: np.ndarray | None = None) -> float:
    """The same for float32: each section in float32, and their sum and what is left over not."""
    whole = len(left) // SECTION * SECTION
    factors = _ONES if right is None else right[:whole].reshape(-1, SECTION)
    dots = np.vecdot(left[:whole].reshape(-1, SECTION), factors)
    total = np.add.reduce(dots, axis=None, dtype=np.float64)
    if whole < len(left):
        rest = left[whole:].astype(np.float64)
        total += np.add.reduce(rest) if right is None else np.dot(rest, right[whole:])
    return float(total)
