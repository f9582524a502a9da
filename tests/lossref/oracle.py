"""The formulas of the records to 60 digits, and their slopes: the oracle of the tests.

It reads the record's text only and shares no code and no method with the implementation.
"""

from __future__ import annotations

import math

import mpmath
import numpy as np

DIGITS = 60
_NAMES = {
    n: getattr(mpmath, n)
    for n in ("sqrt", "log", "exp", "sin", "cos", "acos", "erf", "gamma", "loggamma", "pi")
}
_NAMES |= {"abs": abs, "max": max, "min": min, "sum": sum, "len": len, "tuple": tuple}
_NAMES |= {"enumerate": enumerate, "zip": zip, "range": range, "sorted": sorted, "None": None}
_NAMES["xlogy"] = lambda x, y: mpmath.mpf(0) if x == 0 else x * mpmath.log(y)


def meet(a, b):
    """The box common to both; without area if there is none."""
    low = [max(x, y) for x, y in zip(a[:2], b[:2], strict=True)]
    high = [max(x, min(y, z)) for x, y, z in zip(low, a[2:], b[2:], strict=True)]
    return low + high


def hull(a, b):
    """The smallest box around both."""
    return [min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])]


def distance(a, b):
    return mpmath.sqrt(sum((x - y) ** 2 for x, y in zip(a, b, strict=True)))


def dot(a, b):
    return sum(x * y for x, y in zip(a, b, strict=True))


_NAMES |= {"meet": meet, "hull": hull, "distance": distance, "dot": dot}
_NAMES["cosine"] = lambda a, b: dot(a, b) / mpmath.sqrt(dot(a, a) * dot(b, b))
_NAMES["area"] = lambda b: (b[2] - b[0]) * (b[3] - b[1])
_NAMES["union"] = lambda a, b: _NAMES["area"](a) + _NAMES["area"](b) - _NAMES["area"](meet(a, b))
_NAMES["iou"] = lambda a, b: _NAMES["area"](meet(a, b)) / _NAMES["union"](a, b)
_NAMES["centre"] = lambda b: [(b[0] + b[2]) / 2, (b[1] + b[3]) / 2]
_NAMES["diagonal"] = lambda b: distance(b[:2], b[2:])
_NAMES["angle"] = lambda b: mpmath.atan((b[2] - b[0]) / (b[3] - b[1]))


def sample(spec, given, i):
    """The i-th sample (in flat order) of array arguments, by name, as exact numbers."""
    found = {}
    for argument, x in zip(spec.arguments, given, strict=True):
        x = np.asarray(x)
        one = x.reshape(-1, *x.shape[x.ndim - argument.core :])[i]
        found[argument.name] = int(one) if argument.domain is None else numbers(one)
    return found


def numbers(x):
    """A number or nested lists of numbers, exactly."""
    return [numbers(v) for v in x] if np.ndim(x) else mpmath.mpf(float(x))


def evaluate(spec, text, arguments, params):
    with mpmath.workdps(DIGITS):
        params = {k: v if v is None else mpmath.mpf(v) for k, v in params.items()}
        return eval(text, {"__builtins__": {}, **_NAMES, **arguments, **params})


def slopes(spec, arguments, params):
    """The derivative of the formula by every ``wrt`` argument, by central differences."""
    with mpmath.workdps(DIGITS):
        found = []
        for name in spec.wrt:
            x = arguments[name]
            places = range(len(x)) if isinstance(x, list) else [None]
            slope = []
            for at in places:
                here = x if at is None else x[at]
                h = mpmath.mpf(10) ** -20 * (abs(here) or 1)
                ends = []
                for step in (h, -h):
                    moved = x + step if at is None else [*x[:at], x[at] + step, *x[at + 1 :]]
                    ends.append(evaluate(spec, spec.formula, {**arguments, name: moved}, params))
                slope.append((ends[0] - ends[1]) / (2 * h))
            found.append(slope if isinstance(x, list) else slope[0])
        return tuple(found)


def batch(spec, given):
    """All rows of the arguments of a batch, by name, as exact numbers."""
    return {
        a.name: [int(v) for v in x] if a.domain is None else numbers(x)
        for a, x in zip(spec.arguments, given, strict=True)
    }


def batch_values(spec, arguments, params):
    """The value of every row of a batch."""
    return [
        evaluate(spec, spec.formula, {**arguments, "i": i}, params)
        for i in range(len(arguments[spec.arguments[-1].name]))
    ]


def batch_slopes(spec, arguments, params, factors):
    """The derivative of the sum of factors times values, by central differences."""

    def total(arguments, params):
        values = batch_values(spec, arguments, params)
        return sum(f * v for f, v in zip(factors, values, strict=True))

    with mpmath.workdps(DIGITS):
        h, found = mpmath.mpf(10) ** -20, []
        for name in spec.wrt:
            rows = arguments[name]
            slope = [[None] * len(row) for row in rows]
            for r, row in enumerate(rows):
                for k, x in enumerate(row):
                    ends = []
                    for step in (h, -h):
                        moved = [*row[:k], x + step, *row[k + 1 :]]
                        changed = {**arguments, name: [*rows[:r], moved, *rows[r + 1 :]]}
                        ends.append(total(changed, params))
                    slope[r][k] = (ends[0] - ends[1]) / (2 * h)
            found.append(slope)
        for name in spec.learned:
            x = mpmath.mpf(params[name])
            up, down = (total(arguments, {**params, name: x + s}) for s in (h, -h))
            found.append((up - down) / (2 * h))
        return found


def settings(spec):
    """The defaults and two other values of every parameter."""
    found = [dict(spec.defaults)]
    for param in spec.params:
        middle = 0.5 if param.default is None else param.default
        for number in (middle * 0.37 + 0.01, middle * 2.3):
            if number in param.interval:
                found.append({**spec.defaults, param.name: float(number)})
    return found


def ulps(got, want):
    """How far a float is from an exact number, in units of the last place of its dtype."""
    rounded = np.asarray(got).dtype.type(float(want))
    if not math.isfinite(float(rounded)) or not np.isfinite(got):
        return 0.0 if float(got) == float(rounded) else math.inf
    unit = np.spacing(np.abs(rounded)) if rounded else np.finfo(np.asarray(got).dtype).tiny
    return float(abs(mpmath.mpf(float(got)) - want) / mpmath.mpf(float(unit)))
