"""The frame of losses whose samples meet: every value depends on all rows of a batch.

A kernel gets the arrays by name, the options, and either no factors, if only the values are
asked for, or what each value is multiplied with before the sum, whose gradient it returns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from lossref import _check, reduce
from lossref._blocks import aligned
from lossref._spec import FunctionSpec
from lossref.classification._softmax import finite_parts

#: Rows of a matrix of similarities that are worked on at once.
ROWS = 256


class Found(NamedTuple):
    """The value of each row, and the slopes of the weighted sum, or None."""

    values: np.ndarray
    slopes: tuple[Any, ...] | None


Kernel = Callable[..., Found]
Counts = Callable[[Mapping[str, np.ndarray]], np.ndarray]


def value(
    spec: FunctionSpec,
    kernel: Kernel,
    given: tuple[Any, ...],
    reduction: str,
    sample_weight: Any,
    counts: Counts | None = None,
    **params: Any,
) -> Any:
    """The reduced value. ``counts`` tells which rows have a value; what others get is dropped."""
    return _run(spec, kernel, given, reduction, sample_weight, counts, params, False)[0]


def gradient(
    spec: FunctionSpec,
    kernel: Kernel,
    given: tuple[Any, ...],
    reduction: str,
    sample_weight: Any,
    counts: Counts | None = None,
    **params: Any,
) -> Any:
    """The gradient of the reduced value, or of the weighted sum for "none"."""
    return _run(spec, kernel, given, reduction, sample_weight, counts, params, True)[1]


def value_and_gradient(
    spec: FunctionSpec,
    kernel: Kernel,
    given: tuple[Any, ...],
    reduction: str,
    sample_weight: Any,
    counts: Counts | None = None,
    **params: Any,
) -> tuple[Any, Any]:
    """Both, from one pass over the data."""
    return _run(spec, kernel, given, reduction, sample_weight, counts, params, True)


def _run(
    spec: FunctionSpec,
    kernel: Kernel,
    given: tuple[Any, ...],
    reduction: str,
    sample_weight: Any,
    counts: Counts | None,
    params: Mapping[str, Any],
    wants_slope: bool,
) -> tuple[Any, Any]:
    ready, lead, dtype = _check.arrays(spec, given)
    if len(lead) != 1:
        last = spec.arguments[-1]
        raise ValueError(
            f"{spec.slug}: {last.name} must have two axes, one row per sample; "
            f"got shape {ready[-1].shape}. Call the loss once per batch."
        )
    options = _check.parameters(spec, params)
    arrays = {a.name: x for a, x in zip(spec.arguments, ready, strict=True)}
    keep = None if counts is None else counts(arrays)
    mass = None if keep is None else keep.astype(np.float64)
    plan = reduce.plan(spec.slug, reduction, sample_weight, lead, mass)
    weights = np.ones(lead) if plan.weights is None else plan.weights
    factors = weights if keep is None else weights * keep
    scaled = factors / plan.denominator if wants_slope else None
    # Overflow and 0 * inf are answered by the limits; a nan in the result came in with one.
    with np.errstate(all="ignore"):
        found = kernel(arrays, scaled, **options)
        each = found.values if keep is None else np.where(keep, found.values, 0)
        if plan.collects:
            result: Any = (each * weights).astype(dtype)
        else:
            result = float(np.dot(each.astype(np.float64), weights)) / plan.denominator
    if found.slopes is None:
        return result, None
    shaped = tuple(
        float(s) if np.ndim(s) == 0 else s.astype(dtype, copy=False) for s in found.slopes
    )
    return result, shaped[0] if len(shaped) == 1 else shaped


class Rows(NamedTuple):
    """Cross-entropies of the rows of a matrix of similarities, and the slopes of their sum.

    ``by_query`` and ``by_key`` are for the vectors whose products the similarities are, and
    ``by_log_scale`` is for the logarithm of the scale; all mean nothing without factors.
    """

    values: np.ndarray
    by_query: np.ndarray
    by_key: np.ndarray
    by_log_scale: float


def cross_entropies(
    queries: np.ndarray,
    keys: np.ndarray,
    own: np.ndarray,
    scale: float,
    factors: np.ndarray | None,
    *,
    alone: bool = False,
    learns_scale: bool = False,
) -> Rows:
    """The cost of key ``own[i]`` for query i among all keys, with logits scale * similarity.

    With ``alone``, queries are keys themselves, and none competes with itself; only with
    ``learns_scale`` is the derivative by the scale worked out. The matrix is never held as a
    whole.
    """
    n = len(queries)
    values = np.empty(n, queries.dtype)
    wants = factors is not None
    by_query, by_key = np.empty_like(queries), np.zeros_like(keys)
    by_log_scale = 0.0
    space = aligned((min(n, ROWS), len(keys)), queries.dtype)
    for start in range(0, n, ROWS):
        rows = slice(start, min(start + ROWS, n))
        d = space[: rows.stop - start]
        at = np.arange(len(d)), own[rows]

        def logits(d=d, start=start, rows=rows) -> None:
            np.matmul(queries[rows] * queries.dtype.type(scale), keys.T, out=d)
            if alone:
                d[np.arange(len(d)), np.arange(start, rows.stop)] = -np.inf

        logits()
        pull = d - d[at][:, None] if wants and learns_scale else None
        values[rows], p, rest = finite_parts(d, at, d, wants, logits)
        if factors is None:
            continue
        p[at] = -rest
        p *= factors[rows, None].astype(p.dtype)
        if pull is not None:
            pull *= p
            by_log_scale += float(np.sum(pull, dtype=np.float64))
        p *= p.dtype.type(scale)
        by_query[rows] = p @ keys
        by_key += p.T @ queries[rows]
    return Rows(values, by_query, by_key, by_log_scale)
