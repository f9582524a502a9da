"""What can be said of a mistake that no record names: patterns in the answers.

Each function here looks at numbers only and returns a sentence, or an empty one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations

import numpy as np

from autograde.answers import Call, ask
from autograde.show import show_value


def likeness(got: np.ndarray, wanted: np.ndarray) -> str:
    """How ``got`` relates to ``wanted`` as a whole: a multiple, transposed, in other order."""
    got, wanted = np.asarray(got, np.float64), np.asarray(wanted, np.float64)
    if got.size == 0 or not np.all(np.isfinite(got)):
        return ""
    if got.shape != wanted.shape:
        return _other_shape(got, wanted)
    factor = common_factor(got, wanted)
    if factor is not None:
        return _say_factor(factor, got.ndim > 0)
    if got.ndim == 2 and got.shape == got.T.shape and _near(got.T, wanted):
        return "It is the wanted array, transposed."
    if got.size > 2 and _near(np.sort(got, axis=None), np.sort(wanted, axis=None)):
        return "The numbers are the wanted ones, in another order."
    return ""


def _other_shape(got: np.ndarray, wanted: np.ndarray) -> str:
    if got.ndim == 2 and got.T.shape == wanted.shape and _near(got.T, wanted):
        return "It is the wanted array, transposed."
    if got.size == wanted.size and _near(got.ravel(), wanted.ravel()):
        return "The numbers are the wanted ones; only the shape is another."
    return ""


def common_factor(got: np.ndarray, wanted: np.ndarray) -> float | None:
    """k if ``got`` is k times ``wanted`` in every entry, and k tells something."""
    with np.errstate(all="ignore"):
        ratios = (got / wanted)[wanted != 0]
    if ratios.size == 0 or not np.all(np.isfinite(ratios)) or ratios[0] == 0:
        return None
    factor = float(ratios[0])
    if np.any(got[wanted == 0] != 0) or not np.allclose(ratios, factor, rtol=1e-6, atol=0):
        return None
    if abs(factor - 1) < 1e-6:
        return None
    if got.ndim == 0 and min(abs(factor % 1), abs(1 / factor % 1)) > 1e-6:
        return None  # one number is always some multiple of another; only whole ones tell
    return factor


def _say_factor(factor: float, many: bool) -> str:
    what = "Every number" if many else "The number"
    if abs(factor + 1) < 1e-6:
        return f"{what} has the wrong sign." if many else ""
    return f"{what} is {show_value(float(f'{factor:.4g}'))} times the wanted one."


def largest_error(got: np.ndarray, wanted: np.ndarray, bound: np.ndarray) -> str:
    """Where it is furthest off, and how many entries are right; of arrays only."""
    got, wanted = np.asarray(got, np.float64), np.asarray(wanted, np.float64)
    if got.shape != wanted.shape or got.size < 2:
        return ""
    with np.errstate(all="ignore"):
        off = np.abs(got - wanted)
        right = int(np.sum(off <= bound))
    off = np.where(np.isfinite(got), off, np.inf)
    place = np.unravel_index(int(np.argmax(off)), off.shape)
    index = ", ".join(str(int(i)) for i in place)
    size = show_value(float(f"{float(off[place]):.3g}"))
    count = f"{right} of {got.size} entries are right" if right else "No entry is right"
    return f"{count}; the largest error is {size}, at [{index}]."


def other_axis(reference: Callable[..., object], call: Call, got: np.ndarray) -> str:
    """Whether this is what the reference says of the arguments transposed."""
    turned = tuple(
        a.T.copy() if isinstance(a, np.ndarray) and a.ndim == 2 else a for a in call.args
    )
    if not any(isinstance(a, np.ndarray) and a.ndim == 2 for a in call.args):
        return ""
    answer = ask(reference, Call(call.function, turned, dict(call.kwargs)))
    if answer.kind != "array" or not np.all(np.isfinite(got)):
        return ""
    for candidate in (answer.value, answer.value.T):
        if candidate.shape == got.shape and candidate.size > 1 and _near(candidate, got):
            return "This is what comes out along the other axis."
    return ""


def _near(a: np.ndarray, b: np.ndarray) -> bool:
    return a.shape == b.shape and bool(np.allclose(a, b, rtol=1e-6, atol=1e-12))


def is_single(call: Call) -> bool:
    """Whether a call has float32 arguments."""
    return any(isinstance(a, np.ndarray) and a.dtype == np.float32 for a in call.args)


def only_single_fails(calls: Sequence[Call], wrong: Sequence[bool]) -> bool:
    """Whether everything with float32 input is wrong and everything else is right."""
    singles = [is_single(call) for call in calls]
    doubles_right = not any(w for w, single in zip(wrong, singles, strict=True) if not single)
    return doubles_right and any(wrong) and not all(singles)


def two_at_once(
    wrong: np.ndarray, given: Sequence[np.ndarray], alike: Sequence[np.ndarray]
) -> tuple[int, int] | None:
    """The two records that together explain the answers, if it is one pair and no other.

    ``wrong[q]``: the learner's answer to question q is wrong. For each record r,
    ``given[r][q]``: the record's is wrong, and ``alike[r][q]``: it is the learner's. Where
    only one of the two mistakes shows, the answer must be that one's; where neither does,
    it must be right; where both do, it must be neither's.
    """
    able = [
        r
        for r, (g, a) in enumerate(zip(given, alike, strict=True))
        if g.any() and wrong[g].all() and (g & a).any()
    ]
    pairs = [(r, s) for r, s in combinations(able, 2) if _explain(wrong, given, alike, r, s)]
    return pairs[0] if len(pairs) == 1 else None


def _explain(
    wrong: np.ndarray, given: Sequence[np.ndarray], alike: Sequence[np.ndarray], r: int, s: int
) -> bool:
    only_r, only_s = given[r] & ~given[s], given[s] & ~given[r]
    return bool(
        only_r.any()
        and only_s.any()
        and alike[r][only_r].all()
        and alike[s][only_s].all()
        and not wrong[~given[r] & ~given[s]].any()
        and not (alike[r] | alike[s])[given[r] & given[s]].any()
    )
