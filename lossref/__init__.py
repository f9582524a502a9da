"""Loss functions in NumPy: values, gradients and stable forms, tested to the last digits.

A family is loaded when one of its functions is asked for first, so that a page or a program
that needs one loss does not wait for all of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from lossref import _check, reduce  # noqa: F401 - modules that every family asks for
from lossref._spec import FunctionSpec, LossSpec

if TYPE_CHECKING:
    from lossref.box import *  # noqa: F403
    from lossref.classification import *  # noqa: F403
    from lossref.cost import *  # noqa: F403
    from lossref.divergence import *  # noqa: F403
    from lossref.likelihood import *  # noqa: F403
    from lossref.mask import *  # noqa: F403
    from lossref.metric import *  # noqa: F403
    from lossref.multitask import *  # noqa: F403
    from lossref.penalty import *  # noqa: F403
    from lossref.ranking import *  # noqa: F403
    from lossref.regression import *  # noqa: F403
    from lossref.rl import *  # noqa: F403
    from lossref.sequence import *  # noqa: F403
    from lossref.stable import *  # noqa: F403

__version__ = "0.1.0"

#: The families in the order of the book. Every public function of theirs is public here.
FAMILIES = (
    "regression", "classification", "likelihood", "divergence", "metric", "box", "mask", "rl",
    "penalty", "sequence", "multitask", "ranking", "cost",
)  # fmt: skip


def _family(name: str) -> dict[str, Any]:
    """The public names of one family, which is loaded if it was not."""
    module = import_module(f"lossref.{name}")
    return {key: getattr(module, key) for key in module.__all__}


if not TYPE_CHECKING:  # pragma: no branch - to a type checker it would mean that there is any name

    def __getattr__(name: str) -> Any:
        if name in ("stable", *FAMILIES):
            return import_module(f"lossref.{name}")
        if not name.startswith("_"):
            for family in ("stable", *FAMILIES):
                public = _family(family)
                if name in public:
                    globals().update(public)
                    return public[name]
        raise AttributeError(f"module 'lossref' has no attribute {name!r}")


def __dir__() -> list[str]:
    names = {name for family in ("stable", *FAMILIES) for name in _family(family)}
    return sorted(names | set(globals()))


def specs() -> tuple[LossSpec | FunctionSpec, ...]:
    """The record of every loss, in the order of the book.

    Use it to do the same with each of them, as the tests do. Not for one of them: that is `spec`.

    Returns:
        A tuple of `LossSpec` and `FunctionSpec`; all families are loaded.

    Examples:
        >>> [record.slug for record in specs()[:3]]
        ['mse', 'half_squared_error', 'rmse']
    """
    return tuple(
        record for family in FAMILIES for record in import_module(f"lossref.{family}").SPECS
    )


def spec(slug: str) -> LossSpec | FunctionSpec:
    """The record of one loss.

    Use it to ask for formula, domains, parameters and sources by name. Not to compute: the record
    holds the functions, and `lossref` has them by the same name.

    Parameters:
        slug: The name of the loss, as in `lossref.huber`.

    Returns:
        Its `LossSpec` or `FunctionSpec`.

    Raises:
        ValueError: If there is no loss of that name; the message lists those that there are.

    Examples:
        >>> spec("huber").defaults
        {'delta': 1.0}
    """
    for family in FAMILIES:
        for record in import_module(f"lossref.{family}").SPECS:
            if record.slug == slug:
                return record
    raise ValueError(f"lossref: no loss {slug!r}; there are {', '.join(s.slug for s in specs())}")
