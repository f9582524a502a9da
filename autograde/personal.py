"""Constants of a statement that each learner has for themselves, and whose they are.

One notebook goes to all, so no number is printed in it for anybody. It carries a public key,
made one-way from the secret of the course; a learner's constants are a function of that key,
the exercise and the learner's id. Whoever has the notebook can work out everybody's constants:
they are no secret, only not the same. The grader takes the id from where the work was handed
in, never from the notebook.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import os
import types
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: Of these many combinations it is found out whose constants an answer has.
MOST = 2000


@dataclass(frozen=True)
class Constant:
    """A number of the statement that a course may draw for each learner.

    It is the default of the parameter ``name``, in the reference and wherever else there is
    such a parameter. ``default`` holds in the page and without a course; ``values`` are those
    that are drawn, at least two, and the default is none of them, so that an answer from the
    page is nobody's. ``about`` says in a few words what it is. Raises ValueError for a name
    that is no name of Python's, and for values that are not finite, different numbers.
    """

    name: str
    default: float
    values: tuple[float, ...]
    about: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name.isidentifier():
            raise ValueError(f"constant: the name must be one of Python's; got {self.name!r}")
        who = f"constant {self.name}"
        numbers = [self.default, *self.values]
        for value in numbers:
            number = isinstance(value, int | float) and not isinstance(value, bool)
            if not number or not math.isfinite(value):
                raise ValueError(f"{who}: default and values must be finite numbers; got {value!r}")
        if len(self.values) < 2:
            raise ValueError(f"{who}: there must be two values to draw from; got {self.values}")
        if len(set(numbers)) < len(numbers):
            raise ValueError(
                f"{who}: all values must differ, and from the default {self.default:g}; "
                f"got {self.values}"
            )


def said(values: Mapping[str, float]) -> str:
    """``early = 1.3 and late = 3.2``."""
    return spoken([f"{name} = {value:g}" for name, value in values.items()])


def spoken(parts: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))


# -- drawing -------------------------------------------------------------------------


def public_key(seed: str, slug: str, constants: Sequence[Constant]) -> str:
    """The public key of the exercise ``slug`` in a course with the secret ``seed``.

    It tells nothing of the secret. The label begins with a character that no learner's id can
    have: the draws of hidden questions are made from the same secret with the id in its place.
    It ends with a mark of what can be drawn, so that another release notices.
    """
    secret = hmac.new(seed.encode(), f"\0constants\0{slug}".encode(), "sha256").hexdigest()
    return f"{secret[:32]}-{_mark(constants)}"


def _mark(constants: Sequence[Constant]) -> str:
    declared = repr([(c.name, tuple(map(float, c.values))) for c in constants])
    return hashlib.sha256(declared.encode()).hexdigest()[:8]


def constants_cell(slug: str) -> str:
    """The label of the cell of a notebook that prints a learner's constants."""
    return f"{slug}-constants"


def drawn(constants: Sequence[Constant], key: str, learner: str) -> dict[str, float]:
    """The constants of ``learner`` in the exercise with this key: the same on every machine.

    Small and capital letters, and spaces around the id, make no difference. Raises ValueError
    for the key of an exercise that draws from other values.
    """
    if key.rpartition("-")[2] != _mark(constants):
        raise ValueError(
            "constants: the notebook was made with another release of this package, in which "
            "other numbers are drawn. Use the package that came with the notebook; got the key "
            f"{key!r:.60}"
        )
    message = folded(learner).encode("utf-8", "replace")
    number = int.from_bytes(hmac.new(key.encode(), message, "sha256").digest(), "big")
    found = {}
    for constant in constants:
        number, place = divmod(number, len(constant.values))
        found[constant.name] = constant.values[place]
    return found


def rebound(function: Callable[..., Any], values: Mapping[str, float]) -> Callable[..., Any]:
    """A copy of ``function`` in which the parameters of these names have these defaults."""
    code, given = function.__code__, function.__defaults__ or ()
    names = code.co_varnames[: code.co_argcount]
    with_default = names[len(names) - len(given) :]
    defaults = tuple(values.get(n, old) for n, old in zip(with_default, given, strict=True))
    copy = types.FunctionType(
        code, function.__globals__, function.__name__, defaults, function.__closure__
    )
    only_named = function.__kwdefaults__
    copy.__kwdefaults__ = only_named and {n: values.get(n, v) for n, v in only_named.items()}
    copy.__doc__, copy.__module__ = function.__doc__, function.__module__
    return copy


def defaults(function: Callable[..., Any]) -> dict[str, Any]:
    """The parameters of a Python function that have a default, with it; else an empty dict."""
    code = getattr(function, "__code__", None)
    if code is None:
        return {}
    given = function.__defaults__ or ()
    names = code.co_varnames[: code.co_argcount]
    found = dict(zip(names[len(names) - len(given) :], given, strict=True))
    return found | (function.__kwdefaults__ or {})


# -- whose they are ------------------------------------------------------------------


class WhoError(ValueError):
    """It is not known whose constants to take, or the id cannot be one."""


#: What an id never has. Everything else that can be printed may be in one.
_NEVER = set('<>&"\\/')


def folded(learner: str) -> str:
    """An id as it counts: without spaces around it, small letters, one way to write accents."""
    return " ".join(unicodedata.normalize("NFKC", learner).casefold().split())


def learner_id(text: Any) -> str:
    """``text`` as a learner's id, without the spaces around it; WhoError if it cannot be one."""
    if not isinstance(text, str):
        raise WhoError(
            f'learner: an id is text between quotes, like learner("ada"); got {text!r:.60}'
        )
    found = text.strip()
    if not found:
        raise WhoError(
            "learner: whose notebook is this? Write the id that your course knows you by "
            'between the quotes of learner("") near the top, and run that cell.'
        )
    if len(found) > 100 or not found.isprintable() or _NEVER & set(found):
        raise WhoError(
            "learner: an id has at most 100 characters and none of "
            f"{' '.join(sorted(_NEVER))}; got {found!r:.120}"
        )
    return found


def of_hub() -> str:
    """The name under which a JupyterHub runs this notebook, or the empty string."""
    user = os.environ.get("NB_USER", "")  # in many images it is jovyan, which is nobody
    return os.environ.get("JUPYTERHUB_USER", "") or ("" if user == "jovyan" else user)


_STATE: dict[str, str] = {}
#: The keys of the exercises whose constants were shown in this process, by slug.
_KEYS: dict[str, str] = {}


def learner(text: str = "") -> None:
    """Say once whose notebook this is; empty on a JupyterHub, which knows.

    Raises WhoError if nobody knows, or for what cannot be an id.
    """
    hub = of_hub()
    _STATE.pop("learner", None)
    mine = learner_id(text if not isinstance(text, str) or text.strip() else hub)
    _STATE["learner"] = mine
    print(f"You are {mine}.")
    if hub and folded(hub) != folded(mine):
        print(
            f"The hub knows you as {hub}. Leave the quotes empty unless your course says otherwise."
        )


def whose() -> str:
    """The learner of this process: as said, or as the hub knows; WhoError if neither."""
    return _STATE.get("learner") or learner_id(of_hub())


def constants(slug: str, key: str) -> None:
    """Print the learner's own constants of an exercise; a notebook of a course calls this.

    It gives nothing back: the numbers are to be written into the answer. Raises WhoError if
    it is not known whose they are, ValueError for an exercise without constants.
    """
    from autograde.exercises import get  # late: an exercise imports this module

    exercise = get(slug)
    if not exercise.constants:
        raise ValueError(f"constants: the exercise {slug} has the same numbers for everybody")
    mine = drawn(exercise.constants, key, whose())
    _KEYS[slug] = key
    print(f"The constants of {whose()}:")
    width = max(len(f"{name} = {value:g}") for name, value in mine.items())
    for constant in exercise.constants:
        shown = f"{constant.name} = {mine[constant.name]:g}"
        print(f"    {shown:<{width}}  {constant.about}".rstrip())


def key_of(slug: str) -> str | None:
    """The key with which the constants of ``slug`` were shown in this process, if they were."""
    return _KEYS.get(slug)
