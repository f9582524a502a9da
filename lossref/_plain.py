"""The checks of the functions that have no record: no gradient, or no value per sample.

Like those of `_check`, whose texts they share, they say who, the rule, what was got, and the
next step.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref import _check
from lossref._spec import REAL, Argument, Interval, Option


def array(who: str, name: str, given: Any, domain: Interval | None = REAL) -> np.ndarray:
    """``given`` as a float array in its own dtype (float64 for integers), inside ``domain``.

    With a domain of None any number will do, infinities and NaN too.
    """
    x = _check._real_array(who, name, given)
    x = x if x.dtype.kind == "f" else x.astype(np.float64)
    if domain is not None:
        _check._values(who, Argument(name, domain), x)
    return x


def same_shape(who: str, **arrays: np.ndarray) -> None:
    """Refuse arrays of different shapes; the last one sets the shape."""
    *others, (last, end) = arrays.items()
    for name, x in others:
        if x.shape != end.shape:
            raise ValueError(
                f"{who}: {name} and {last} must have the same shape; "
                f"got {x.shape} and {end.shape}. "
                f"{_check._shape_repair(x.shape, end.shape, name, last)}"
            )


def axes(who: str, name: str, x: np.ndarray, count: int, what: str) -> None:
    """Refuse fewer than ``count`` axes; ``what`` says what they hold."""
    if x.ndim < count:
        raise ValueError(
            f"{who}: {name} must have at least {count} {'axis' if count == 1 else 'axes'}, "
            f"{what}; got shape {x.shape}. Use np.reshape to add what is missing."
        )


def flags(who: str, name: str, given: Any, shape: tuple[int, ...]) -> np.ndarray:
    """Booleans, or numbers that are 0 or 1, of ``shape``."""
    x = np.zeros(shape, bool) if given is None else _check._real_array(who, name, given)
    if x.shape != shape:
        raise ValueError(
            f"{who}: {name} must have shape {shape}, one flag per step; got {x.shape}. "
            "Nothing is broadcast here: give one flag per step."
        )
    good = (x == 0) | (x == 1)
    if not good.all():
        where = _check._first_bad(good, 0, x.shape)
        raise ValueError(
            f"{who}: {name} must be True or False, or 1 or 0; got {_check._at(x, good, where)}. "
            "Compare with the value that stands for the end, such as kind == 2."
        )
    return x.astype(bool)


def number(
    who: str, name: str, given: Any, domain: Interval, default: float | None = None
) -> float:
    """One number inside ``domain``, as a Python float; without a default none is named."""
    if default is None:
        return _check.number(who, name, given, domain, 1.0)
    return _check.number(who, name, given, domain, default, f"; the default is {default}")


def count(who: str, name: str, given: Any, least: int) -> int:
    """One whole number of at least ``least``."""
    return _check.whole(who, name, given, max(least, 1), least)


def flag(who: str, name: str, given: Any, default: bool) -> bool:
    """True or False."""
    return _check._choice(who, Option(name, default, (False, True)), given)
