"""Loss functions in NumPy: values, gradients and stable forms, tested to the last digits."""

from lossref._spec import FunctionSpec, LossSpec
from lossref.box import *  # noqa: F403
from lossref.box import SPECS as _BOX
from lossref.classification import *  # noqa: F403
from lossref.classification import SPECS as _CLASSIFICATION
from lossref.cost import *  # noqa: F403
from lossref.cost import SPECS as _COST
from lossref.divergence import *  # noqa: F403
from lossref.divergence import SPECS as _DIVERGENCE
from lossref.likelihood import *  # noqa: F403
from lossref.likelihood import SPECS as _LIKELIHOOD
from lossref.mask import *  # noqa: F403
from lossref.mask import SPECS as _MASK
from lossref.metric import *  # noqa: F403
from lossref.metric import SPECS as _METRIC
from lossref.multitask import *  # noqa: F403
from lossref.multitask import SPECS as _MULTITASK
from lossref.penalty import *  # noqa: F403
from lossref.penalty import SPECS as _PENALTY
from lossref.ranking import *  # noqa: F403
from lossref.ranking import SPECS as _RANKING
from lossref.regression import *  # noqa: F403 - every public name of the family is public here
from lossref.regression import SPECS as _REGRESSION
from lossref.rl import *  # noqa: F403
from lossref.rl import SPECS as _RL
from lossref.sequence import *  # noqa: F403
from lossref.sequence import SPECS as _SEQUENCE
from lossref.stable import (  # noqa: F401
    expit,
    expit_grad,
    log_expit,
    log_expit_grad,
    log_softmax,
    log_softmax_grad,
    logsumexp,
    logsumexp_grad,
    softmax,
    softmax_grad,
    softplus,
    softplus_grad,
)

__version__ = "0.1.0"


def specs() -> tuple[LossSpec | FunctionSpec, ...]:
    """The record of every loss, in the order of the book."""
    return (
        _REGRESSION
        + _CLASSIFICATION
        + _LIKELIHOOD
        + _DIVERGENCE
        + _METRIC
        + _BOX
        + _MASK
        + _RL
        + _PENALTY
        + _SEQUENCE
        + _MULTITASK
        + _RANKING
        + _COST
    )


def spec(slug: str) -> LossSpec | FunctionSpec:
    """The record of one loss; ValueError if there is none of that name."""
    for record in specs():
        if record.slug == slug:
            return record
    raise ValueError(f"lossref: no loss {slug!r}; there are {', '.join(s.slug for s in specs())}")
