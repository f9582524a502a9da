"""The records that an exercise is made of.

An exercise is one file in ``autograde/exercises/<chapter>/``. It names the reference
from lossref, says how to probe an answer, and lists the wrong answers that people
really give. The stub and the solution are not here: they live in ``solutions/``.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograde.answers import Call

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
    number is typed. ``because`` is for the instructor. ``anchor`` is a heading of the page.
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
        if not self.example:
            return self.tells
        from autograde.show import show_value  # a leaf; imported late to keep records light

        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            got = self.wrong(*[np.array(a) if isinstance(a, list) else a for a in self.example])
        return self.tells.replace("{got}", show_value(got))


@dataclass(frozen=True)
class Exercise:
    """Everything about one exercise except its statement, stub and solution.

    ``functions`` maps each name that the learner defines to the reference with the same
    signature. ``points`` maps aspects to points; an aspect is earned whole.
    ``probes(rng)`` draws the questions; the same code with another generator gives the
    hidden ones.
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

    def __post_init__(self) -> None:
        if not self.page:
            object.__setattr__(self, "page", f"{self.chapter}/{self.slug.replace('_', '-')}")
        for misconception in self.misconceptions:
            if misconception.function not in self.functions:
                raise ValueError(
                    f"{self.slug}: misconception {misconception.id} names the function "
                    f"{misconception.function}; the exercise has {', '.join(self.functions)}"
                )

    @property
    def total(self) -> float:
        return float(sum(self.points.values()))
