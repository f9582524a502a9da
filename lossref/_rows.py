"""The loop behind every loss with a `FunctionSpec`: check, cut into blocks of samples, reduce.

A kernel sees one block: its arguments by name, each with the samples along the first axis.
It returns the value of each sample and the slope for each argument that has a gradient.
Blocks are short enough for one of them, with what the kernel needs beside it, to stay in the
second-level cache: as in `_blocks` for numbers one by one, 131072 numbers in rows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from lossref import _check, reduce
from lossref._blocks import SAFE, Scratch, aligned, block_length, sum_of_sections
from lossref._spec import FunctionSpec

ROW_BLOCK = 131_072


class Samples(NamedTuple):
    """What a kernel returns: (n,) values, and slopes of the shape of each `wrt` argument.

    Either may be None where the block does not want it.
    """

    values: np.ndarray | None
    slopes: tuple[np.ndarray, ...] | None


class Part:
    """Some consecutive samples: arguments by name, and what is wanted of them.

    What `new` returns has one number per sample, and what `rows` returns has the shape of the
    last argument; both are the kernel's until the next block.
    """

    def __init__(
        self,
        arrays: Mapping[str, np.ndarray],
        wants_value: bool,
        wants_slope: bool,
        scratch: tuple[Scratch, Scratch],
    ) -> None:
        self._arrays = arrays
        self.new, self.rows = (s.new for s in scratch)
        self.wants_value = wants_value
        self.wants_slope = wants_slope

    def __getitem__(self, name: str) -> np.ndarray:
        return self._arrays[name]


Kernel = Callable[..., Samples]


class Task:
    """One call: its arguments, checked, and how to reduce; `run` does the work.

    ``arrays`` by name have the shape ``lead`` + what one sample holds. ``mass`` is explained
    at `reduce.plan`; samples of mass 0 with ``keep`` False give 0 whatever they hold.
    """

    def __init__(
        self,
        spec: FunctionSpec,
        kernel: Kernel,
        arrays: Mapping[str, np.ndarray],
        lead: tuple[int, ...],
        dtype: np.dtype,
        reduction: str,
        sample_weight: Any,
        options: Mapping[str, Any],
        *,
        mass: np.ndarray | None = None,
        keep: np.ndarray | None = None,
    ) -> None:
        self.spec, self.kernel, self.options = spec, kernel, options
        self.lead, self.dtype = lead, dtype
        self.plan = reduce.plan(spec.slug, reduction, sample_weight, lead, mass)
        self.shapes = {name: x.shape for name, x in arrays.items()}
        n = self.n = math.prod(lead)
        self.arrays = {name: x.reshape(n, *x.shape[len(lead) :]) for name, x in arrays.items()}
        weights = self.plan.weights
        self.weights = None if weights is None else weights.reshape(n)
        self.keep = None if keep is None else keep.reshape(n)

    def run(self, *, wants_value: bool, wants_slope: bool) -> tuple[Any, Any]:
        width = max([math.prod(x.shape[1:]) for x in self.arrays.values()], default=1)
        compute = np.result_type(self.dtype, np.float32)
        size = compute.itemsize
        length = max(1, ROW_BLOCK // width) if width > 1 else block_length(size)
        values = aligned((self.n,), compute) if wants_value and self.plan.collects else None
        names = self.spec.wrt if wants_slope else ()
        slopes = [aligned(self.arrays[name].shape, compute) for name in names]
        total = 0.0
        result: Any
        inner = tuple(self.arrays.values())[-1].shape[1:]
        longest = min(self.n, length)
        scratch = Scratch(longest, compute), Scratch(longest, compute, inner)
        # Overflow, underflow and 0 * inf happen on purpose; where the result is infinite or
        # nan it is the right answer, so none is worth a warning.
        with np.errstate(all="ignore"):
            start = 0
            while start < self.n:
                part = slice(start, min(start + length, self.n))
                for arrays in scratch:
                    arrays.start(part.stop - start)
                total += self._part(part, wants_value, wants_slope, values, slopes, scratch)
                if start == 0 and part.stop < self.n and width <= 1 and len(scratch[0]):
                    # Kernels that make arrays of their own keep to the guess.
                    length = block_length(size, len(names) + len(self.arrays) + len(scratch[0]))
                    scratch = Scratch(min(self.n, length), compute), scratch[1]
                start = part.stop
            result = total / self.plan.denominator
        if values is not None:
            result = values.astype(self.dtype, copy=False).reshape(self.lead)[()]
        shaped = tuple(
            s.astype(self.dtype, copy=False).reshape(self.shapes[name])[()]
            for s, name in zip(slopes, names, strict=True)
        )
        return result, shaped[0] if len(shaped) == 1 else shaped

    def _part(
        self,
        part: slice,
        wants_value: bool,
        wants_slope: bool,
        values: np.ndarray | None,
        slopes: list[np.ndarray],
        scratch: tuple[Scratch, Scratch],
    ) -> float:
        arrays = {name: x[part] for name, x in self.arrays.items()}
        found = self.kernel(Part(arrays, wants_value, wants_slope, scratch), **self.options)
        weights = None if self.weights is None else self.weights[part]
        keep = None if self.keep is None else self.keep[part]
        if wants_slope and found.slopes is not None:
            scale = 1.0 / self.plan.denominator
            for out, slope in zip(slopes, found.slopes, strict=True):
                if weights is None:
                    np.multiply(slope, scale, out=out[part])
                else:
                    factor = (weights * scale).reshape(-1, *(1,) * (slope.ndim - 1))
                    np.multiply(slope, factor.astype(slope.dtype), out=out[part])
                if keep is not None:
                    out[part][~keep] = 0
        if not wants_value or found.values is None:
            return 0.0
        each = found.values if keep is None else np.where(keep, found.values, 0)
        if values is not None:
            values[part] = each if weights is None else each * weights
            return 0.0
        if weights is None:
            return _sum(each)
        return float(np.dot(each.astype(np.float64, copy=False), weights))


def _sum(values: np.ndarray) -> float:
    """Their sum; numbers of float32 that are not negative are added as `sum_of_sections` does."""
    if values.dtype == np.float32 and values.min(initial=0) >= 0:
        total = sum_of_sections(values)
        if SAFE[0] < total < SAFE[1]:
            return total
    return float(np.add.reduce(values, dtype=np.float64))


def _task(
    spec: FunctionSpec,
    kernel: Kernel,
    given: tuple[Any, ...],
    reduction: str,
    sample_weight: Any,
    params: Mapping[str, Any],
) -> Task:
    ready, lead, dtype = _check.arrays(spec, given)
    options = _check.parameters(spec, params)
    arrays = {a.name: x for a, x in zip(spec.arguments, ready, strict=True)}
    return Task(spec, kernel, arrays, lead, dtype, reduction, sample_weight, options)


def value(
    spec: FunctionSpec,
    kernel: Kernel,
    given: tuple[Any, ...],
    reduction: str,
    sample_weight: Any,
    **params: Any,
) -> Any:
    """The reduced value; ``given`` are the array arguments in the order of the record."""
    task = _task(spec, kernel, given, reduction, sample_weight, params)
    return task.run(wants_value=True, wants_slope=False)[0]


def gradient(
    spec: FunctionSpec,
    kernel: Kernel,
    given: tuple[Any, ...],
    reduction: str,
    sample_weight: Any,
    **params: Any,
) -> Any:
    """The gradient of the reduced value; a tuple where the record names several arguments."""
    task = _task(spec, kernel, given, reduction, sample_weight, params)
    return task.run(wants_value=False, wants_slope=True)[1]


def value_and_gradient(
    spec: FunctionSpec,
    kernel: Kernel,
    given: tuple[Any, ...],
    reduction: str,
    sample_weight: Any,
    **params: Any,
) -> tuple[Any, Any]:
    """Both, from one pass over the data."""
    task = _task(spec, kernel, given, reduction, sample_weight, params)
    return task.run(wants_value=True, wants_slope=True)
