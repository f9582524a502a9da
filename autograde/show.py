"""How numbers, arrays and calls are shown to a learner. One place, every renderer."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograde.answers import Answer, Call, Helper

MAX_SHOWN = 8


def show_number(value: Any) -> str:
    """A number with up to seven significant digits, as a person would write it."""
    number = float(value)
    if number != number:
        return "nan"
    if number == int(number) if np.isfinite(number) and abs(number) < 1e6 else False:
        return str(int(number)) if not isinstance(value, int) else str(value)
    return f"{number:.7g}"


def show_value(value: Any) -> str:
    """A scalar or an array; long arrays show their beginning and their shape."""
    if isinstance(value, Helper) or callable(value):
        return getattr(value, "name", getattr(value, "__name__", "a function"))
    array = np.asarray(value)
    if array.ndim == 0:
        return show_number(array[()])
    if array.size == 0:
        return f"[] (shape {array.shape})"
    if array.size <= MAX_SHOWN and array.ndim <= 2:
        return _nested(array)
    head = ", ".join(show_number(v) for v in array.ravel()[:4])
    return f"[{head}, …] (shape {array.shape})"


def _nested(array: np.ndarray) -> str:
    if array.ndim == 1:
        return "[" + ", ".join(show_number(v) for v in array) + "]"
    return "[" + ", ".join(_nested(row) for row in array) + "]"


def show_call(call: Call, names: tuple[str, ...]) -> str:
    """``huber(y_true=[0, 0], y_pred=[3, -3], delta=1)``, on several lines if long."""
    parts = [f"{n}={_argument(a)}" for n, a in zip(names, call.args, strict=False)]
    parts += [f"{k}={_argument(v)}" for k, v in call.kwargs.items()]
    line = f"{call.function}({', '.join(parts)})"
    if len(line) <= 78:
        return line
    return f"{call.function}(\n    " + ",\n    ".join(parts) + ")"


def _argument(value: Any) -> str:
    text = show_value(value)
    if isinstance(value, np.ndarray) and value.dtype != np.float64:
        return f"{text} ({value.dtype})"
    if isinstance(value, np.ndarray) and not value.flags.c_contiguous:
        return f"{text} (not contiguous)"
    return text


def show_answer(answer: Answer) -> str:
    """What a function did, in a few words."""
    if answer.kind == "array":
        return show_value(answer.value)
    if answer.kind == "error":
        where = f" in line {answer.line}" if answer.line else ""
        return f"{answer.error}: {answer.note}{where}" if answer.note else f"{answer.error}{where}"
    return answer.note
