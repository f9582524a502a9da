"""The records that an exercise is made of.

An exercise is one file in ``autograde/exercises/<chapter>/``. It names the reference
from lossref, says how to probe an answer, and lists the wrong answers that people
really give. The stub and the solution are not here: they live in ``solutions/``.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from autograde.answers import Call
from autograde.personal import Constant, defaults, rebound

#: Modules that a graded answer may import.
IMPORTS = ("numpy", "math", "typing", "functools", "itertools", "collections")

#: Float64 answers may differ from the reference by this much, relatively. Every
#: reasonable way to write a loss agrees to 1e-13; mistakes differ in the first digits.
RTOL = 1e-9
#: The same for float32 input: a mean of a dozen float32 numbers keeps six digits.
RTOL_FLOAT32 = 2e-5
#: What an answer near zero may differ by, as a share of the largest wanted number.
ATOL = 1e-12


@dataclass(frozen=True)
class Probe:
    """One call of one function, and how its answer is judged.

    ``regime`` says in the learner's words what kind of input this is. ``raises`` is the
    error that the statement asks for, if it does. ``atol`` counts relative to the
    largest wanted number when ``scaled`` (the default), otherwise absolutely.
    """

    function: str
    aspect: str
    regime: str
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    raises: type[Exception] | None = None
    rtol: float | None = None
    atol: float = ATOL
    scaled: bool = True

    @property
    def call(self) -> Call:
        return Call(self.function, self.args, dict(self.kwargs))

    @property
    def tolerance(self) -> float:
        """The relative tolerance: given, or by the lowest precision of the input."""
        if self.rtol is not None:
            return self.rtol
        low = any(
            isinstance(a, np.ndarray) and a.dtype == np.float32
            for a in (*self.args, *self.kwargs.values())
        )
        return RTOL_FLOAT32 if low else RTOL


@dataclass(frozen=True)
class Misconception:
    """A wrong answer that people give, and what to say to them.

    ``wrong`` is the answer itself, a self-contained NumPy function. ``tells`` is what the
    learner reads; ``{got}`` in it stands for what ``wrong`` returns on ``example``, so no
    number is typed, and the name of a constant for its value. ``because`` is for the instructor. ``anchor`` is a heading of the page.
    """

    id: str
    title: str
    function: str
    wrong: Callable[..., Any]
    tells: str
    because: str
    anchor: str
    example: tuple[Any, ...] = ()

    @property
    def message(self) -> str:
        tells = self.tells
        for name, value in defaults(self.wrong).items():
            if isinstance(value, int | float):
                tells = tells.replace("{" + name + "}", f"{value:g}")
        if not self.example:
            return tells
        from autograde.show import show_value  # a leaf; imported late to keep records light

        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            got = self.wrong(*[np.array(a) if isinstance(a, list) else a for a in self.example])
        return tells.replace("{got}", show_value(got))


@dataclass(frozen=True)
class Exercise:
    """Everything about one exercise except its statement, stub and solution.

    ``functions`` maps each name that the learner defines to the reference with the same
    signature. ``points`` maps aspects to points; an aspect is earned whole.
    ``probes(rng)`` draws the questions; the same code with another generator gives the
    hidden ones. ``constants`` are numbers of the statement that a course may draw for each
    learner, as defaults of parameters of the references; ``drawn`` are those of one learner.
    """

    slug: str
    title: str
    chapter: str
    functions: Mapping[str, Callable[..., Any]]
    points: Mapping[str, float]
    probes: Callable[[np.random.Generator], list[Probe]]
    hints: tuple[str, str, str]
    misconceptions: tuple[Misconception, ...]
    success: str
    page: str = ""
    kinks: Callable[..., tuple[float, ...]] | None = None
    imports: tuple[str, ...] = IMPORTS
    constants: tuple[Constant, ...] = ()
    drawn: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.page:
            object.__setattr__(self, "page", f"{self.chapter}/{self.slug.replace('_', '-')}")
        for misconception in self.misconceptions:
            if misconception.function not in self.functions:
                raise ValueError(
                    f"{self.slug}: misconception {misconception.id} names the function "
                    f"{misconception.function}; the exercise has {', '.join(self.functions)}"
                )
        self._check_constants()

    def _check_constants(self) -> None:
        names = [constant.name for constant in self.constants]
        if len(set(names)) < len(names):
            raise ValueError(f"{self.slug}: two constants have one name; got {', '.join(names)}")
        if self.constants and "constants" in self.points:
            raise ValueError(
                f"{self.slug}: no aspect may be called constants; the cell that prints them is"
            )
        functions = [*self.functions.values(), *(m.wrong for m in self.misconceptions)]
        odd = [f for f in (*functions, self.probes) if not hasattr(f, "__code__")]
        if self.constants and odd:
            raise ValueError(
                f"{self.slug}: with constants, references, wrong answers and probes must be "
                f"written as functions of Python's; got {odd[0]!r}"
            )
        for constant in self.constants:
            value = self.drawn.get(constant.name, constant.default)
            found = [d[constant.name] for d in map(defaults, functions) if constant.name in d]
            if not any(constant.name in defaults(f) for f in self.functions.values()):
                raise ValueError(
                    f"{self.slug}: no reference has a parameter {constant.name} with a default, so "
                    "the constant of this name would change nothing"
                )
            if any(other != value for other in found):
                raise ValueError(
                    f"{self.slug}: {constant.name} is {value:g} in the record of the constant; "
                    f"references and wrong answers have {', '.join(sorted({f'{o}' for o in found}))}"
                )

    def of(self, values: Mapping[str, float]) -> Exercise:
        """This exercise as it is for somebody with these constants.

        References, wrong answers, probes and kinks get them as defaults. Raises ValueError
        unless ``values`` are a value of each constant and nothing else.
        """
        if set(values) != {constant.name for constant in self.constants}:
            raise ValueError(
                f"{self.slug}: the constants are {', '.join(c.name for c in self.constants) or 'none'}; "
                f"got {', '.join(values) or 'none'}"
            )
        return replace(
            self,
            functions={name: rebound(f, values) for name, f in self.functions.items()},
            misconceptions=tuple(
                replace(m, wrong=rebound(m.wrong, values)) for m in self.misconceptions
            ),
            probes=rebound(self.probes, values),
            kinks=self.kinks and rebound(self.kinks, values),
            drawn=dict(values),
        )

    @property
    def total(self) -> float:
        return float(sum(self.points.values()))
