"""Every argument check and every error text of lossref.

A text says who, the rule, what was got, and the next step, in that order.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from lossref._spec import (
    COSINE,
    EXTENDED,
    REAL,
    UNIT,
    Argument,
    Choice,
    FunctionSpec,
    Interval,
    LossSpec,
    Option,
)

REDUCTIONS = ("mean", "sum", "none")


class Inputs(NamedTuple):
    """``y_true`` and ``y_pred`` ready to compute with, and the dtype of array results."""

    y_true: np.ndarray
    y_pred: np.ndarray
    dtype: np.dtype


def inputs(spec: LossSpec, y_true: Any, y_pred: Any) -> Inputs:
    """Both arrays, C-contiguous, in the precision of the computation, shapes equal.

    float16 is computed in float32 and cast back at the end; integers and booleans become
    float64; two different dtypes are promoted as NumPy does it.
    """
    y = _real_array(spec.slug, "y_true", y_true)
    p = _real_array(spec.slug, "y_pred", y_pred)
    if y.shape != p.shape:
        raise ValueError(
            f"{spec.slug}: y_true and y_pred must have the same shape; "
            f"got {y.shape} and {p.shape}. {_shape_repair(y.shape, p.shape)}"
        )
    dtype = np.result_type(y, p)
    if dtype.kind != "f":
        dtype = np.dtype(np.float64)
    compute = np.result_type(dtype, np.float32)
    # ascontiguousarray would turn a 0-d array into a 1-d one
    return Inputs(np.asarray(y, compute, order="C"), np.asarray(p, compute, order="C"), dtype)


def parameters(spec: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a record as Python floats, each inside its valid set."""
    checked: dict[str, Any] = {}
    for param in spec.params:
        raw = given[param.name]
        if raw is None and param.default is None:
            checked[param.name] = None
            continue
        example = 1.0 if param.default is None else param.default
        told = f"; the default is {param.default}"
        checked[param.name] = number(spec.slug, param.name, raw, param.interval, example, told)
    for option in getattr(spec, "options", ()):
        checked[option.name] = _choice(spec.slug, option, given[option.name])
    return checked


def number(
    loss: str, name: str, given: Any, interval: Interval, example: float, told: str = ""
) -> float:
    """One number inside ``interval``, as a Python float; ``told`` ends the text if it is not."""
    given = given.item() if isinstance(given, np.ndarray) and given.ndim == 0 else given
    if isinstance(given, (bool, np.bool_)) or not isinstance(given, numbers.Real):
        raise TypeError(
            f"{loss}: {name} must be one real number; "
            f"got {_describe(given)}. Pass a float, such as {name}={example:g}."
        )
    value = float(given)
    if value not in interval:
        raise ValueError(
            f"{loss}: {name} must be in {interval}; got {value!r}. "
            f"Pass a number in that interval{told}."
        )
    return value


def _choice(loss: str, option: Option, given: Any) -> Any:
    for value in option.values:
        if type(given) in (type(value), np.bool_) and given == value:
            return value
    shown = [f'"{v}"' if isinstance(v, str) else repr(v) for v in option.values]
    raise ValueError(
        f"{loss}: {option.name} must be {', '.join(shown[:-1])} or {shown[-1]}; got {given!r}. "
        f"The default is {option.default!r}."
    )


def domain(
    spec: LossSpec, y_true: np.ndarray, y_pred: np.ndarray, start: int, shape: tuple
) -> None:
    """Check one flat block, which begins at element ``start`` of arrays of ``shape``.

    A NaN in y_true is an error: nobody observed it. A NaN in y_pred passes and shows up in
    the result, because hiding that a model has diverged would be worse.
    """
    if spec.y_true_domain != REAL or not all_finite(y_true):
        real = spec.y_true_domain == REAL
        good = np.isfinite(y_true) if real else _inside(y_true, spec.y_true_domain)
        if not good.all():
            _complain(spec, "y_true", y_true, good, spec.y_true_domain, start, shape)
    if spec.y_pred_domain.lo > -np.inf or spec.y_pred_domain.hi < np.inf:
        good = _inside(y_pred, spec.y_pred_domain) | np.isnan(y_pred)
        if not good.all():
            _complain(spec, "y_pred", y_pred, good, spec.y_pred_domain, start, shape)


def anything_finite(spec: LossSpec) -> bool:
    """Whether all finite numbers are in the domain, and the loss has no bound."""
    return spec.convex is True and (spec.y_true_domain, spec.y_pred_domain) == (REAL, EXTENDED)


def all_finite(x: np.ndarray) -> bool:
    """Whether a flat array is finite: the sum of its squares says so faster, if it is finite."""
    with np.errstate(all="ignore"):
        return math.isfinite(np.dot(x, x)) or bool(np.isfinite(x).all())


def arrays(
    spec: FunctionSpec, given: tuple[Any, ...]
) -> tuple[list[np.ndarray], tuple[int, ...], np.dtype]:
    """The array arguments ready to compute with, the shape of the values, the result dtype.

    Class labels come back as intp, everything else C-contiguous in one float dtype. The
    leading axes of all arguments must agree; so must the rows of those that have rows.
    """
    raw = [_real_array(spec.slug, a.name, x) for a, x in zip(spec.arguments, given, strict=True)]
    floats = [x for a, x in zip(spec.arguments, raw, strict=True) if a.domain is not None]
    dtype = np.result_type(*floats)
    if dtype.kind != "f":
        dtype = np.dtype(np.float64)
    compute = np.result_type(dtype, np.float32)
    for a, x in zip(spec.arguments, raw, strict=True):
        if x.ndim < a.core:
            raise ValueError(
                f"{spec.slug}: {a.name} must have at least {a.core} axis for its rows; "
                f"got shape {x.shape}. Pass one row as {a.name}[None]."
            )
    _same_shapes(spec, raw)
    last = spec.arguments[-1]
    lead = raw[-1].shape[: raw[-1].ndim - last.core]
    ready = []
    for a, x in zip(spec.arguments, raw, strict=True):
        if a.domain is None and spec.kind == "batch":
            ready.append(_whole(spec.slug, a.name, x).astype(np.int64))
            continue
        if a.domain is None:
            classes = max(y.shape[-1] for b, y in zip(spec.arguments, raw, strict=True) if b.core)
            ready.append(labels(spec.slug, a.name, x, classes, None))
            continue
        ready.append(np.asarray(x, compute, order="C"))
        _values(spec.slug, a, ready[-1])
        if a.simplex:
            distributions(spec.slug, a.name, x)
    return ready, lead, dtype


def _same_shapes(spec: FunctionSpec, raw: list[np.ndarray]) -> None:
    last, end = spec.arguments[-1], raw[-1]
    for a, x in zip(spec.arguments[:-1], raw[:-1], strict=True):
        same = min(a.core, last.core)
        want = end.shape[: end.ndim - last.core + same]
        if x.shape[: x.ndim - a.core + same] == want:
            continue
        if a.core == last.core:
            raise ValueError(
                f"{spec.slug}: {a.name} and {last.name} must have the same shape; "
                f"got {x.shape} and {end.shape}. "
                f"{_shape_repair(x.shape, end.shape, a.name, last.name)}"
            )
        raise ValueError(
            f"{spec.slug}: {a.name} must have shape {want}, one entry per row of {last.name}; "
            f"got {x.shape}. Nothing is broadcast here: make the leading axes agree first."
        )


def axis(loss: str, name: str, given: Any, x: np.ndarray) -> int:
    """One of the axes of ``x``, which is called ``name``."""
    if not _is_whole(given) or not -x.ndim <= given < x.ndim:
        raise ValueError(
            f"{loss}: axis must be one of the axes of {name}; got {given!r} for shape {x.shape}. "
            "Use axis=-1 for the last one."
        )
    return int(given)


def whole(loss: str, name: str, given: Any, example: int, least: float = -math.inf) -> int:
    """One whole number, of at least ``least``."""
    if not _is_whole(given) or given < least:
        rule = "a whole number" if least == -math.inf else f"a whole number of at least {least}"
        raise ValueError(
            f"{loss}: {name} must be {rule}; got {given!r}. Pass an int, such as {name}={example}."
        )
    return int(given)


def _is_whole(given: Any) -> bool:
    return isinstance(given, numbers.Integral) and not isinstance(given, (bool, np.bool_))


def labels(
    loss: str, name: str, given: np.ndarray, classes: int, ignored: int | None
) -> np.ndarray:
    """Class labels as intp, each in 0..classes-1 or equal to ``ignored``."""
    _whole(loss, name, given, ", or pass one row of probabilities per sample")
    good = (given >= 0) & (given < classes)
    if ignored is not None:
        good |= given == ignored
    if not good.all():
        where = _first_bad(good, 0, given.shape)
        raise ValueError(
            f"{loss}: {name} must be in 0..{classes - 1}; got {_at(given, good, where)}. "
            "Count classes from 0, and use ignore_index for samples to leave out."
        )
    return given.astype(np.intp)


def _whole(loss: str, name: str, given: np.ndarray, other: str = "") -> np.ndarray:
    if given.dtype.kind == "f" and given.size:
        raise TypeError(
            f"{loss}: {name} must hold integer class labels; got dtype {given.dtype}. "
            f"Use {name}.astype(int){other}."
        )
    return given


def _values(loss: str, argument: Argument, x: np.ndarray) -> None:
    """Every number of ``x`` in its domain; a NaN only in what is differentiated."""
    domain: Any = argument.domain  # labels, which have none, are checked by `labels`
    if _surely(argument, x):
        return
    if isinstance(domain, Choice):
        good = np.isin(x, domain.values)
    elif domain == REAL:
        good = np.isfinite(x)
    else:
        good = _inside(x, domain)
    if argument.wrt:
        good |= np.isnan(x)
    if good.all():
        return
    where = _first_bad(good, 0, x.shape)
    rule = "be finite" if domain == REAL else f"be in {domain}"
    step = "Drop or repair that element before computing the loss."
    if domain == Choice((-1.0, 1.0)):
        step = "Use 2 * y - 1 to turn labels 0 and 1 into -1 and 1."
    elif domain == UNIT:
        step = "Apply expit to logits first; repair the element if it is meant as a probability."
    elif domain == COSINE:
        step = "Use np.clip(..., -1, 1) if only rounding has put it outside."
    raise ValueError(f"{loss}: {argument.name} must {rule}; got {_at(x, good, where)}. {step}")


def _surely(argument: Argument, x: np.ndarray) -> bool:
    """Whether every number is in the domain, as far as one or two fast passes tell."""
    domain: Any = argument.domain
    if argument.wrt and domain == EXTENDED:
        return True
    if domain == REAL:
        return all_finite(x.ravel())
    if isinstance(domain, Choice):
        flat = x.ravel()
        parts = (flat[start : start + 16_384] for start in range(0, flat.size, 16_384))
        return all(np.isin(part, domain.values).all() for part in parts)
    return (
        bool(x.size)
        and domain.hole is None
        and float(x.min()) in domain
        and float(x.max()) in domain
    )


def probabilities(loss: str, name: str, rows: np.ndarray) -> None:
    """Given rows of numbers in [0, 1], none of them a NaN."""
    _values(loss, Argument(name, UNIT), rows)


def distributions(loss: str, name: str, rows: np.ndarray) -> None:
    """Rows that sum to 1, within the rounding of as many additions as there are classes."""
    totals = rows.sum(axis=-1, dtype=np.float64)
    slack = 8 * math.sqrt(max(rows.shape[-1], 1)) * np.finfo(np.result_type(rows, np.float16)).eps
    good = ~(np.abs(totals - 1) > slack)  # a NaN passes: it is the prediction's to show
    if not good.all():
        where = _first_bad(good, 0, good.shape)
        raise ValueError(
            f"{loss}: {name} must have rows that sum to 1; got a sum of "
            f"{_at(totals, good, where)}. Divide each row by its sum."
        )


def reduction(loss: str, given: Any) -> None:
    if not isinstance(given, str) or given not in REDUCTIONS:
        raise ValueError(
            f'{loss}: reduction must be "mean", "sum" or "none"; got {given!r}. '
            'Use "none" to get the values one by one and reduce them yourself.'
        )


def weights(
    loss: str, given: Any, shape: tuple[int, ...], name: str = "sample_weight"
) -> np.ndarray:
    """``given`` as float64, broadcast to the per-sample value (or to the classes)."""
    w = _real_array(loss, name, given)
    try:
        w = np.broadcast_to(w, shape)
    except ValueError:
        raise ValueError(
            f"{loss}: {name} must broadcast to the shape of the values, {shape}; "
            f"got {w.shape}. {_weight_repair(w.shape, shape)}"
        ) from None
    w = w.astype(np.float64)
    good = np.isfinite(w) & (w >= 0)
    if not good.all():
        where = _first_bad(good, 0, shape)
        raise ValueError(
            f"{loss}: {name} must be finite and not negative; got {_at(w, good, where)}. "
            "Use 0 to leave a sample out."
        )
    return w


def something_to_average(loss: str, total_weight: float, shape: tuple[int, ...]) -> None:
    if 0 in shape:
        raise ValueError(
            f"{loss}: the mean of no values does not exist; got shape {shape}. "
            'Use reduction="sum", which is 0.0 there, or skip empty batches.'
        )
    if total_weight == 0:
        raise ValueError(
            f"{loss}: the weighted mean needs a positive total weight; got a sum of 0. "
            'Use reduction="sum", or skip batches in which every weight is 0.'
        )


def rows(spec: LossSpec, shape: tuple[int, ...]) -> None:
    if not shape:
        raise ValueError(
            f"{spec.slug}: y_true and y_pred must have at least one axis, because the values are "
            "taken along the last one; got shape (). Use mae for single numbers."
        )


# -- helpers ------------------------------------------------------------------


def _real_array(loss: str, argument: str, given: Any) -> np.ndarray:
    if isinstance(given, np.ma.MaskedArray):
        raise TypeError(
            f"{loss}: {argument} must be a plain array, because a mask would be ignored; "
            f"got a masked array. Drop the masked elements with .compressed(), or pass .data "
            "and a sample_weight of 0 where it is masked."
        )
    try:
        array = np.asarray(given)
    except ValueError:
        raise ValueError(
            f"{loss}: {argument} must be a rectangular array; got rows of different lengths. "
            "Pad the rows, or call the loss once per row."
        ) from None
    if array.dtype.kind not in "biuf" or array.dtype.itemsize > 8:
        raise TypeError(
            f"{loss}: {argument} must hold real numbers of at most 64 bits; "
            f"got dtype {array.dtype}. Use {argument}.astype(float) if that is what it means."
        )
    return array


def _inside(x: np.ndarray, interval: Interval) -> np.ndarray:
    good = x >= interval.lo if interval.lo_closed else x > interval.lo
    good &= x <= interval.hi if interval.hi_closed else x < interval.hi
    if interval.hole is not None:
        good &= x != interval.hole
    return good


def _complain(
    spec: LossSpec,
    argument: str,
    block: np.ndarray,
    good: np.ndarray,
    interval: Interval,
    start: int,
    shape: tuple[int, ...],
) -> None:
    where = _first_bad(good, start, shape)
    got = _at(block, good, where)
    if interval == REAL:
        rule, step = "must be finite", "Drop or repair that element before computing the loss."
    elif interval.hole is not None:
        rule = f"must be finite and not {interval.hole:g}"
        step = "Drop that element, or use a loss that is defined there, such as mae."
    else:
        rule = f"must be in {interval}"
        step = f"Use np.clip only if a value outside is a rounding error; otherwise {argument} is wrong."
    raise ValueError(f"{spec.slug}: {argument} {rule}; got {got}. {step}")


def _first_bad(good: np.ndarray, start: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    flat = start + int(np.argmin(good))
    return tuple(int(i) for i in np.unravel_index(flat, shape)) if shape else ()


def _at(values: np.ndarray, good: np.ndarray, where: tuple[int, ...]) -> str:
    number = float(values.reshape(-1)[int(np.argmin(good))])
    value = f"{number:g}"
    if abs(number) > 1 and value in ("1", "-1"):  # outside, but not by much
        value = repr(number)
    if not where:
        return value
    return f"{value} at index {where[0] if len(where) == 1 else where}"


def _describe(given: Any) -> str:
    if isinstance(given, np.ndarray):
        return f"an array of shape {given.shape} and dtype {given.dtype}"
    return f"{type(given).__name__} {given!r}"


def _shape_repair(
    true: tuple[int, ...], pred: tuple[int, ...], first: str = "y_true", second: str = "y_pred"
) -> str:
    """What to write to make two shapes equal, where that can be guessed."""
    step = _repair_of_y(true, pred)
    return step.replace("y_true", first).replace("y_pred", second)


def _repair_of_y(true: tuple[int, ...], pred: tuple[int, ...]) -> str:
    if len(true) == len(pred) + 1 and true[:-1] == pred and true[-1] == 1:
        return (
            "Use y_true[..., 0] or y_pred[..., None]."
            if len(pred) != 1
            else ("Use y_true[:, 0] or y_pred[:, None].")
        )
    if len(pred) == len(true) + 1 and pred[:-1] == true and pred[-1] == 1:
        return (
            "Use y_true[..., None] or y_pred[..., 0]."
            if len(true) != 1
            else ("Use y_true[:, None] or y_pred[:, 0].")
        )
    if true == pred[::-1]:
        return "Use y_true.T or y_pred.T."
    if () in (true, pred):
        scalar, full = ("y_true", "y_pred") if true == () else ("y_pred", "y_true")
        return f"Use np.full({full}.shape, {scalar}) if one number stands for all of them."
    return "Nothing is broadcast here: make both arrays the same shape first."


def _weight_repair(w: tuple[int, ...], shape: tuple[int, ...]) -> str:
    if len(w) == 1 and len(shape) > 1 and w[0] == shape[0]:
        return f"Use sample_weight[:, {', '.join(['None'] * (len(shape) - 1))}] for one weight per row."
    return "Give one weight per value, or one number for all."
