"""The record that every loss carries: what it is, where it holds, and where it comes from.

A field is here because at least two of these read it: the functions themselves, the
tests, the accuracy table, the exercises, the explorers, the tables of the book.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import Any, Literal, NamedTuple


class Interval(NamedTuple):
    """A set of numbers: ``lo`` to ``hi``, each end in it or not, perhaps without one point.

    An end at infinity that is not in the set means that the numbers must be finite.
    """

    lo: float
    hi: float
    lo_closed: bool
    hi_closed: bool
    hole: float | None = None

    def __contains__(self, x: object) -> bool:  # a NaN is in no interval
        if not isinstance(x, (int, float)) or x == self.hole:
            return False
        above = self.lo <= x if self.lo_closed else self.lo < x
        below = x <= self.hi if self.hi_closed else x < self.hi
        return above and below

    def __str__(self) -> str:
        left, right = "[" if self.lo_closed else "(", "]" if self.hi_closed else ")"
        text = f"{left}{self.lo:g}, {self.hi:g}{right}"
        return text if self.hole is None else f"{text} without {self.hole:g}"


#: What a true value may be unless the loss says otherwise: any finite number.
REAL = Interval(-inf, inf, False, False)
#: What a prediction may be: infinities too, for which the loss gives its limit.
EXTENDED = Interval(-inf, inf, True, True)


class Choice(NamedTuple):
    """A finite set of numbers, such as the labels -1 and +1."""

    values: tuple[float, ...]

    def __contains__(self, x: object) -> bool:
        return x in self.values

    def __str__(self) -> str:
        return "{" + ", ".join(f"{v:g}" for v in self.values) + "}"


#: Probabilities, both ends included.
UNIT = Interval(0.0, 1.0, True, True)
#: Cosines, both ends included.
COSINE = Interval(-1.0, 1.0, True, True)
#: The labels of margin losses.
SIGNS = Choice((-1.0, 1.0))


@dataclass(frozen=True)
class Param:
    """One parameter of a loss: its default, the valid set, and how a slider should move.

    A default of None means that the parameter may be left out; None is then valid too.
    """

    name: str
    default: float | None
    lo: float
    hi: float
    lo_closed: bool
    hi_closed: bool
    scale: Literal["linear", "log"]
    symbol: str

    @property
    def interval(self) -> Interval:
        return Interval(self.lo, self.hi, self.lo_closed, self.hi_closed)


@dataclass(frozen=True)
class Option:
    """One setting of a loss that is a choice and no number: its default and all its values."""

    name: str
    default: Any
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Identity:
    """A sentence that is true of the loss, and both of its sides as numbers.

    ``sides(y_true, y_pred)`` returns two arrays which must agree to ``rtol``, relative to
    the larger of the two. Limits carry the ``rtol`` that their step towards the limit earns.
    """

    text: str
    sides: Callable[[Any, Any], tuple[Any, Any]]
    rtol: float = 1e-12


@dataclass(frozen=True)
class Name:
    """What another library calls this loss.

    ``call`` is an expression in y_true, y_pred and the parameters; its value is ``factor``
    times ours. Where ``call`` does not mention y_pred it is a name only, and ``note`` says
    how the two differ.
    """

    library: str
    call: str
    note: str = ""
    factor: float = 1.0


@dataclass(frozen=True)
class LossSpec:
    """Everything about one loss that code needs to know without calling it.

    ``formula`` is the definition in plain mathematical Python, over y (true), p (predicted),
    e = p - y and the parameters; it is read by people and, to 50 digits, by the tests.
    ``kind`` is "elementwise" (one value per element), "row" (one per row, along the last
    axis; y, p and e are then lists) or "set" (one for the whole array; lists as well).
    ``kinks(**params)`` are the errors e at which the loss has no derivative.
    ``convex`` speaks of y_pred, everywhere in its domain; a callable decides by parameters.
    ``sources`` are keys of book/references.bib.
    """

    slug: str
    title: str
    family: str
    loss: Callable[..., Any]
    grad: Callable[..., Any]
    value_and_grad: Callable[..., Any]
    kind: Literal["elementwise", "row", "set"]
    formula: str
    kinks: Callable[..., tuple[float, ...]]
    convex: bool | Callable[..., bool]
    sources: tuple[str, ...]
    page: str
    y_true_domain: Interval = REAL
    y_pred_domain: Interval = EXTENDED
    params: tuple[Param, ...] = ()
    identities: tuple[Identity, ...] = ()
    names_elsewhere: tuple[Name, ...] = ()

    @property
    def defaults(self) -> dict[str, float | None]:
        """The parameters by name, each at its default."""
        return {param.name: param.default for param in self.params}


@dataclass(frozen=True)
class Argument:
    """One array argument: what its numbers may be, and what one sample holds of it.

    ``core`` is how many of its last axes belong to one sample: 0 for a number, 1 for a row.
    ``domain`` None stands for class labels, which only a row of the prediction gives a range;
    in a batch they are any integers, equal for samples that belong together.
    The gradient is taken with respect to the arguments marked ``wrt``, in their order.
    The rows of a ``simplex`` must sum to 1.
    """

    name: str
    domain: Interval | Choice | None = REAL
    core: int = 0
    wrt: bool = False
    simplex: bool = False


@dataclass(frozen=True)
class Edge:
    """One sample at the border of what is defined: arguments, and the exact answers.

    ``gradient`` is one number or list per ``wrt`` argument, or None where it is not stated.
    """

    text: str
    arguments: tuple[Any, ...]
    value: float
    gradient: tuple[Any, ...] | None = None
    options: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class FunctionSpec:
    """The record of a loss that is not a function of y_true and an error alone.

    ``formula`` is the definition for one sample, over the names of the arguments (a float,
    an int label, or a list) and of the parameters; it is evaluated to 60 digits by the tests.
    ``draw(rng)`` gives valid arguments, positional, as arrays of a few dozen samples.
    ``kinks`` is an expression over the same names: a tuple of what vanishes at a kink;
    ``corners`` tells a reader in words what no expression over one sample can.
    ``refused`` are pairs of the argument that an error must name and the arguments.
    ``ulp`` bounds the distance to the exact value and slope, in units of the last place of
    float64, where a loss does not keep 4; the record says why.
    ``reduction`` is what is done where none is named: penalties are sums.
    ``kind`` is "samples" if all arguments share their leading axes, and "sequences" if they
    have lengths of their own; those have tests of their own. It is "batch" where samples meet:
    the value of sample ``i``, a name that the formula may use, then depends on all rows of the
    arguments, which it sees as lists. The gradient of such a loss is that of the sum of the
    values, each with its factor; the derivatives of the ``learned`` parameters follow those of
    the arguments.
    """

    slug: str
    title: str
    family: str
    loss: Callable[..., Any]
    grad: Callable[..., Any]
    value_and_grad: Callable[..., Any]
    arguments: tuple[Argument, ...]
    formula: str
    draw: Callable[[Any], tuple[Any, ...]]
    convex: bool
    sources: tuple[str, ...]
    page: str
    kind: Literal["samples", "batch", "sequences"] = "samples"
    kinks: str = "()"
    corners: str = ""
    edges: tuple[Edge, ...] = ()
    refused: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    params: tuple[Param, ...] = ()
    identities: tuple[Identity, ...] = ()
    options: tuple[Option, ...] = ()
    learned: tuple[str, ...] = ()
    names_elsewhere: tuple[Name, ...] = ()
    ulp: float = 4.0
    reduction: Literal["mean", "sum"] = "mean"

    @property
    def defaults(self) -> dict[str, float | None]:
        """The parameters by name, each at its default."""
        return {param.name: param.default for param in self.params}

    @property
    def wrt(self) -> tuple[str, ...]:
        """The arguments that have a gradient, in the order in which it is returned."""
        return tuple(a.name for a in self.arguments if a.wrt)


def no_kinks(**params: float) -> tuple[float, ...]:
    """The kinks of a loss with a derivative everywhere."""
    return ()


def kink_at_zero(**params: float) -> tuple[float, ...]:
    """The kinks of a loss whose only corner is at e = 0."""
    return (0.0,)
