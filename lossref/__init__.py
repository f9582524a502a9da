"""Loss functions in NumPy: values, gradients and stable forms, tested to the last digits."""

from lossref._spec import LossSpec
from lossref.regression import *  # noqa: F403 - every public name of the family is public here
from lossref.regression import SPECS as _REGRESSION

__version__ = "0.1.0"


def specs() -> tuple[LossSpec, ...]:
    """The record of every loss, in the order of the book."""
    return _REGRESSION


def spec(slug: str) -> LossSpec:
    """The record of one loss; ValueError if there is none of that name."""
    for record in specs():
        if record.slug == slug:
            return record
    raise ValueError(f"lossref: no loss {slug!r}; there are {', '.join(s.slug for s in specs())}")
