"""Call a learner's function and turn whatever it does into plain numbers.

This file is the only code shared by the learner's own process (page, Jupyter)
and the sandbox of the grader. It needs NumPy and the standard library, never
lossref or the rest of autograde, so the sandbox can mount it alone.

Nothing here judges. An answer is data: numbers, or the reason why there are
none. The verdict is made elsewhere, by code that the learner cannot touch.
"""

from __future__ import annotations

import contextlib
import io
import json
import math
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

#: The largest array that a learner's function may return, in elements.
MAX_ELEMENTS = 1_000_000
#: The longest text (error message, printed output) that is kept, in characters.
MAX_TEXT = 2_000
#: Learner code is compiled under a file name that starts with this mark.
CELL_MARK = "<cell "


@dataclass(frozen=True)
class Call:
    """One question to a function: its name and the arguments to pass."""

    function: str
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What came back from one call.

    ``kind`` is ``"array"`` (``value`` holds the numbers), ``"error"`` (the function
    raised ``error``), ``"unusable"`` (it returned something that is not numbers),
    ``"missing"`` (no such function) or ``"lost"`` (the process died or ran out of
    time before it answered). ``note`` says more in words, ``line`` is the line of the
    learner's cell, ``changed`` names the arguments that the function modified.
    """

    kind: str
    value: np.ndarray | None = None
    error: str = ""
    note: str = ""
    line: int | None = None
    changed: tuple[str, ...] = ()
    warned: tuple[str, ...] = ()


# -- helper callables --------------------------------------------------------
# Some exercises take a function as an argument. It travels by name, so that no
# code crosses the sandbox wall. First, gradients of a mean over n samples; then, models that
# are fitted, returned as coefficients and intercept; then, functions that can be
# differentiated at real and at complex numbers; losses of each sample; at last
# functions of all weights of a model with their gradients, some of them with a mistake.


def _gradient_half_squared(y_true: np.ndarray, y_pred: np.ndarray) -> np.ndarray:
    return (y_pred - y_true) / y_pred.size


def _gradient_arctan(y_true: np.ndarray, y_pred: np.ndarray) -> np.ndarray:
    return np.arctan(y_pred - y_true) / y_pred.size


def _gradient_lopsided(y_true: np.ndarray, y_pred: np.ndarray) -> np.ndarray:
    error = y_pred - y_true
    return (0.75 * np.maximum(error, 0.0) + 0.25 * np.minimum(error, 0.0)) / y_pred.size


def _ridge(x: np.ndarray, y: np.ndarray, lam: float) -> np.ndarray:
    """Coefficients and intercept of ridge regression, by least squares with more rows."""
    inner = np.asarray(x, np.float64)
    inner, middle = inner - inner.mean(axis=0), inner.mean(axis=0)
    rows = np.vstack([inner, np.sqrt(len(y) * lam) * np.eye(len(middle))])
    goal = np.concatenate([y - np.mean(y), np.zeros(len(middle))])
    w = np.linalg.lstsq(rows, goal, rcond=None)[0]
    return np.append(w, np.mean(y) - w @ middle)


def _shrunken_mean(x: np.ndarray, y: np.ndarray, lam: float) -> np.ndarray:
    """A model that looks at no feature and predicts the mean, made smaller."""
    return np.append(np.zeros(np.shape(x)[1]), np.mean(y) / (1 + lam))


def _growing_wave(x: np.ndarray) -> np.ndarray:
    return np.exp(x / 2) * np.sin(3 * x) + 2 * x


def _smooth_fraction(x: np.ndarray) -> np.ndarray:
    return np.sqrt(x * x + 3) / (1 + np.exp(-x))


def _cubic(x: np.ndarray) -> np.ndarray:
    return x**3 + 2 * x


def _per_sample(values: np.ndarray) -> np.ndarray:
    """One number per sample: everything behind the first axis is added up."""
    return np.asarray(values).reshape(len(values), -1).sum(axis=1)


def _squared_loss(y_true: np.ndarray, y_pred: np.ndarray) -> np.ndarray:
    return _per_sample((y_pred - y_true) ** 2)


def _absolute_loss(y_true: np.ndarray, y_pred: np.ndarray) -> np.ndarray:
    return _per_sample(np.abs(y_pred - y_true))


def _lopsided_loss(y_true: np.ndarray, y_pred: np.ndarray) -> np.ndarray:
    error = y_pred - y_true
    return _per_sample(np.maximum(0.25 * error, -0.75 * error))


def _places(w: np.ndarray) -> np.ndarray:
    """1, 2, 3, ... in the shape of w."""
    return np.arange(1.0, np.size(w) + 1).reshape(np.shape(w))


def _bowl(w: np.ndarray) -> float:
    return float(np.sum(_places(w) * (w - 0.5) ** 2) / 2)


def _bowl_gradient(w: np.ndarray) -> np.ndarray:
    return _places(w) * (w - 0.5)


def _bowl_gradient_doubled(w: np.ndarray) -> np.ndarray:
    return 2 * _bowl_gradient(w)


def _bowl_gradient_uphill(w: np.ndarray) -> np.ndarray:
    return -_bowl_gradient(w)


def _twisted(w: np.ndarray) -> float:
    return float(np.sum(np.sin(_places(w) * w)) + np.sum(w) ** 2 / 2)


def _twisted_gradient(w: np.ndarray) -> np.ndarray:
    return _places(w) * np.cos(_places(w) * w) + np.sum(w)


def _twisted_gradient_uncoupled(w: np.ndarray) -> np.ndarray:
    return _places(w) * np.cos(_places(w) * w)


def _twisted_gradient_one_off(w: np.ndarray) -> np.ndarray:
    gradient = np.array(_twisted_gradient(w))
    gradient.flat[-1] = 0.0
    return gradient


def _product_well(w: np.ndarray) -> float:
    return float((np.prod(w) - 1) ** 2)


def _kinked(w: np.ndarray) -> float:
    return float(np.sum(_places(w) * np.abs(w)))


def _logistic(w: np.ndarray) -> float:
    return float(np.sum(np.logaddexp(0.0, -_places(w) * w)))


def _level(w: np.ndarray) -> float:
    return 3.0


def _level_gradient(w: np.ndarray) -> np.ndarray:
    return np.zeros(np.shape(w))


@dataclass(frozen=True)
class Helper:
    """A callable that is passed by name (see ``HELPERS``)."""

    name: str

    def __call__(self, *args: Any) -> Any:
        return HELPERS[self.name](*args)

    def __repr__(self) -> str:
        return self.name


HELPERS: dict[str, Callable[..., Any]] = {
    "half_squared_gradient": _gradient_half_squared,
    "arctan_gradient": _gradient_arctan,
    "lopsided_gradient": _gradient_lopsided,
    "ridge": _ridge,
    "shrunken_mean": _shrunken_mean,
    "growing_wave": _growing_wave,
    "smooth_fraction": _smooth_fraction,
    "cubic": _cubic,
    "squared_loss": _squared_loss,
    "absolute_loss": _absolute_loss,
    "lopsided_loss": _lopsided_loss,
    "bowl": _bowl,
    "bowl_gradient": _bowl_gradient,
    "bowl_gradient_doubled": _bowl_gradient_doubled,
    "bowl_gradient_uphill": _bowl_gradient_uphill,
    "twisted": _twisted,
    "twisted_gradient": _twisted_gradient,
    "twisted_gradient_uncoupled": _twisted_gradient_uncoupled,
    "twisted_gradient_one_off": _twisted_gradient_one_off,
    "product_well": _product_well,
    "kinked": _kinked,
    "logistic": _logistic,
    "level": _level,
    "level_gradient": _level_gradient,
}


# -- calling -----------------------------------------------------------------


def copy_argument(argument: Any) -> Any:
    """A fresh copy that keeps the memory layout (contiguous or strided)."""
    if not isinstance(argument, np.ndarray):
        return argument
    if argument.flags.c_contiguous:
        return argument.copy()
    return strided(argument)


def strided(array: np.ndarray) -> np.ndarray:
    """The same values as a non-contiguous view: every other slot of the last axis."""
    room = np.zeros((*array.shape[:-1], 2 * array.shape[-1]), dtype=array.dtype)
    room[..., ::2] = array
    return room[..., ::2]


def plain(value: Any) -> Answer:
    """A returned object as a base-class numeric array, or the reason why not."""
    if value is None:
        return Answer("unusable", note="None")
    if isinstance(value, (bool, np.bool_)):
        return Answer("unusable", note=f"the truth value {bool(value)}")
    if callable(value) or isinstance(value, (str, bytes, dict, set)):
        return Answer("unusable", note=f"an object of type {type(value).__name__}")
    try:
        array = np.array(value, copy=True, subok=False)
    except Exception as error:  # a learner's __array__ may raise anything
        return Answer("unusable", note=f"{type(value).__name__}, which is not an array ({error})")
    if array.dtype.kind not in "iuf":
        what = "booleans" if array.dtype.kind == "b" else f"dtype {array.dtype}"
        return Answer("unusable", note=f"{type(value).__name__} of {what}")
    if array.size > MAX_ELEMENTS:
        return Answer("unusable", note=f"an array of {array.size} elements")
    if array.dtype.kind == "f" and array.dtype.itemsize > 8:
        array = array.astype(np.float64)  # longdouble has no portable bytes
    return Answer("array", value=np.ascontiguousarray(array).reshape(array.shape))


def ask(function: Any, call: Call) -> Answer:
    """Call ``function`` on copies of the arguments and report what happened.

    The caller's arrays are never handed out, so a function that works in place
    spoils its own copy only, and is reported in ``changed``.
    """
    with listening() as caught:
        return _ask(function, call, caught)


@contextlib.contextmanager
def listening() -> Iterator[list[warnings.WarningMessage]]:
    """Collect every warning. Slow to enter, so once for many calls."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield caught


def _ask(function: Any, call: Call, caught: list[warnings.WarningMessage]) -> Answer:
    if function is None:
        return Answer("missing", note=f"{call.function} is not defined")
    if not callable(function):
        return Answer(
            "missing",
            note=f"{call.function} is {type(function).__name__}, not a function",
        )
    args = tuple([copy_argument(a) for a in call.args])
    kwargs = {k: copy_argument(v) for k, v in call.kwargs.items()}
    del caught[:]
    try:
        answer = plain(function(*args, **kwargs))
    except BaseException as error:  # SystemExit and KeyboardInterrupt are answers too
        if type(error).__name__ == "TimeUp":
            raise
        answer = Answer(
            "error",
            error=_kind_of(error),
            note=_text_of(error),
            line=line_of(error),
        )
    before, after = (*call.args, *call.kwargs.values()), (*args, *kwargs.values())
    changed = [
        index
        for index, (old, new) in enumerate(zip(before, after, strict=True))
        if isinstance(old, np.ndarray) and not _same_bytes(old, new)
    ]
    if changed or caught:
        names = (*map(str, range(len(args))), *kwargs)
        return replace(answer, changed=tuple(names[i] for i in changed), warned=_warned(caught))
    return answer


class Printed(io.TextIOBase):
    """Where learner code prints to: keeps the beginning, lets the rest go."""

    def __init__(self) -> None:
        self.text = ""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if len(self.text) < MAX_TEXT:
            self.text += str(text)[: MAX_TEXT - len(self.text)]
        return len(text)


def ask_all(namespace: dict[str, Any], calls: Iterable[Call]) -> tuple[list[Answer], str]:
    """Ask every call of functions found in ``namespace``; also what they printed."""
    printed = Printed()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        answers = list(ask_each(namespace, calls))
    return answers, printed.text


def ask_each(namespace: dict[str, Any], calls: Iterable[Call]) -> Iterator[Answer]:
    """The answers of functions found in ``namespace``, one at a time."""
    with listening() as caught:
        filters = warnings.filters[:]
        for call in calls:
            yield _ask(namespace.get(call.function), call, caught)
            if warnings.filters != filters:  # one call must not deafen us for the next
                warnings.resetwarnings()
                warnings.simplefilter("always")


def _is_learners(name: str) -> bool:
    return name.startswith((CELL_MARK, "<ipython-input", "<your code>")) or "ipykernel_" in name


def line_of(error: BaseException) -> int | None:
    """The deepest line of learner code in the traceback of ``error``."""
    if isinstance(error, SyntaxError) and _is_learners(error.filename or ""):
        return error.lineno
    line, trace = None, error.__traceback__
    while trace is not None:
        if _is_learners(trace.tb_frame.f_code.co_filename):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _kind_of(error: BaseException) -> str:
    """The name of the error as its built-in ancestor, so that subclasses count."""
    for known in (NotImplementedError, ValueError, TypeError):
        if isinstance(error, known):
            return known.__name__
    return type(error).__name__[:100]


def _text_of(error: BaseException) -> str:
    try:
        return str(error)[:MAX_TEXT]
    except Exception:  # a learner's __str__ may raise
        return ""


def _same_bytes(before: np.ndarray, after: np.ndarray) -> bool:
    return (
        before.shape == after.shape
        and before.dtype == after.dtype
        and before.tobytes() == after.tobytes()
    )


def _warned(caught: list[warnings.WarningMessage]) -> tuple[str, ...]:
    texts = []
    for item in caught:
        text = _text_of(item.message)[:200] if isinstance(item.message, Warning) else ""
        if text and text not in texts:
            texts.append(text)
    return tuple(texts[:5])


# -- numbers on the wire -----------------------------------------------------
# JSON for the frame, raw little-endian bytes for numbers. Never pickle: the
# reader must be able to take anything that a hostile writer sends.


def pack_array(array: np.ndarray) -> tuple[dict[str, Any], bytes]:
    """Header and bytes of a numeric array."""
    dtype = array.dtype.newbyteorder("<")
    header = {"dtype": dtype.str, "shape": array.shape}
    if not array.flags.c_contiguous:
        header["strided"] = True
    return header, array.astype(dtype, copy=False).tobytes()


ALLOWED_DTYPES = frozenset(
    f"{order}{code}"
    for order in "<|"
    for code in ("f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1")
)


def unpack_array(header: dict[str, Any], data: bytes) -> np.ndarray:
    """The array of ``header`` and ``data``; ValueError for anything inconsistent."""
    dtype, shape = header.get("dtype"), header.get("shape")
    if type(dtype) is not str or dtype not in ALLOWED_DTYPES:
        raise ValueError(f"dtype {dtype!r} is not allowed")
    if (
        not isinstance(shape, list)
        or len(shape) > 8
        or not all(type(n) is int and 0 <= n <= MAX_ELEMENTS for n in shape)
    ):
        raise ValueError(f"shape {shape!r} is not allowed")
    size = math.prod(shape)
    if size > MAX_ELEMENTS or size * np.dtype(dtype).itemsize != len(data):
        raise ValueError(f"{len(data)} bytes do not fill shape {shape!r} of {dtype}")
    array = np.frombuffer(data, dtype=dtype).reshape(shape)
    array = array.astype(array.dtype.newbyteorder("="))
    return strided(array) if header.get("strided") is True else array


def dump_calls(calls: Iterable[Call]) -> tuple[str, bytes]:
    """Calls as JSON and one block of bytes."""
    frames, blocks = [], []

    def pack(value: Any) -> dict[str, Any]:
        if isinstance(value, np.ndarray):
            header, data = pack_array(value)
            blocks.append(data)
            return {"array": {**header, "bytes": len(data)}}
        if isinstance(value, Helper):
            return {"helper": value.name}
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return {"int": value} if isinstance(value, int) else {"float": value.hex()}
        raise TypeError(f"cannot send an argument of type {type(value).__name__}")

    for call in calls:
        frames.append(
            {
                "function": call.function,
                "args": [pack(a) for a in call.args],
                "kwargs": {k: pack(v) for k, v in call.kwargs.items()},
            }
        )
    return json.dumps(frames), b"".join(blocks)


def load_calls(text: str, data: bytes) -> list[Call]:
    """The inverse of ``dump_calls``."""
    position = 0

    def unpack(item: dict[str, Any]) -> Any:
        nonlocal position
        if "array" in item:  # from the grader, so there is nothing to doubt
            header = item["array"]
            dtype = np.dtype(header["dtype"])
            flat = np.frombuffer(data, dtype, header["bytes"] // dtype.itemsize, position)
            position += header["bytes"]
            array = flat.reshape(header["shape"]).astype(dtype.newbyteorder("="))
            return strided(array) if header.get("strided") else array
        if "helper" in item:
            return Helper(item["helper"])
        return item["int"] if "int" in item else float.fromhex(item["float"])

    return [
        Call(
            frame["function"],
            tuple(unpack(a) for a in frame["args"]),
            {k: unpack(v) for k, v in frame["kwargs"].items()},
        )
        for frame in json.loads(text)
    ]


def dump_answer(answer: Answer) -> tuple[dict[str, Any] | str, bytes]:
    """One answer as a header, JSON or ready for it, and bytes.

    Most answers are numbers and nothing else; theirs is the short list [dtype, shape].
    """
    value = answer.value
    if value is not None and not (answer.changed or answer.warned):
        dtype = value.dtype.newbyteorder("<")
        data = value.astype(dtype, copy=False).tobytes()
        return f'["{dtype.str}", {list(value.shape)}]', data
    header: dict[str, Any] = {"kind": answer.kind}
    for key in ("error", "note", "line", "changed", "warned"):
        if value := getattr(answer, key):
            header[key] = value
    if answer.value is None:
        return header, b""
    header["array"], data = pack_array(answer.value)
    return header, data


def load_answer(header: Any, data: bytes) -> Answer:
    """One answer from an untrusted header and bytes; ValueError if it is malformed."""
    if type(header) is list and len(header) == 2:
        value = unpack_array({"dtype": header[0], "shape": header[1]}, data)
        if value.dtype.kind == "b":
            raise ValueError("malformed answer: dtype")
        return Answer("array", value)
    if not isinstance(header, dict) or header.get("kind") not in (
        "array",
        "error",
        "unusable",
        "missing",
    ):
        raise ValueError("malformed answer")

    def text(key: str) -> str:
        value = header.get(key, "")
        if not isinstance(value, str):
            raise ValueError(f"malformed answer: {key}")
        return value[:MAX_TEXT]

    def texts(key: str) -> tuple[str, ...]:
        value = header.get(key, [])
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            raise ValueError(f"malformed answer: {key}")
        return tuple(v[:MAX_TEXT] for v in value[:8])

    line = header.get("line")
    if line is not None and type(line) is not int:
        raise ValueError("malformed answer: line")
    value = None
    if header["kind"] == "array":
        if not isinstance(header.get("array"), dict):
            raise ValueError("malformed answer: array")
        value = unpack_array(header["array"], data)
        if value.dtype.kind == "b":
            raise ValueError("malformed answer: dtype")
    elif data:
        raise ValueError("malformed answer: bytes without an array")
    return Answer(
        header["kind"], value, text("error"), text("note"), line, texts("changed"), texts("warned")
    )


def lost(calls: Iterable[Call], why: str) -> Iterator[Answer]:
    """An answer for each call that will never come."""
    for _ in calls:
        yield Answer("lost", note=why)
