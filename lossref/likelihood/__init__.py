"""The likelihood losses, one file each."""

from lossref.likelihood.gamma_deviance import SPEC as _gamma_deviance
from lossref.likelihood.gamma_deviance import (
    gamma_deviance,
    gamma_deviance_grad,
    gamma_deviance_value_and_grad,
)
from lossref.likelihood.gaussian_nll import SPEC as _gaussian_nll
from lossref.likelihood.gaussian_nll import (
    gaussian_nll,
    gaussian_nll_grad,
    gaussian_nll_value_and_grad,
)
from lossref.likelihood.laplace_nll import SPEC as _laplace_nll
from lossref.likelihood.laplace_nll import laplace_nll, laplace_nll_grad, laplace_nll_value_and_grad
from lossref.likelihood.poisson_deviance import SPEC as _poisson_deviance
from lossref.likelihood.poisson_deviance import (
    poisson_deviance,
    poisson_deviance_grad,
    poisson_deviance_value_and_grad,
)
from lossref.likelihood.poisson_nll import SPEC as _poisson_nll
from lossref.likelihood.poisson_nll import poisson_nll, poisson_nll_grad, poisson_nll_value_and_grad
from lossref.likelihood.student_t_nll import SPEC as _student_t_nll
from lossref.likelihood.student_t_nll import (
    student_t_nll,
    student_t_nll_grad,
    student_t_nll_value_and_grad,
)

SPECS = (
    _gaussian_nll,
    _laplace_nll,
    _student_t_nll,
    _poisson_nll,
    _poisson_deviance,
    _gamma_deviance,
)

__all__ = [
    "gamma_deviance",
    "gamma_deviance_grad",
    "gamma_deviance_value_and_grad",
    "gaussian_nll",
    "gaussian_nll_grad",
    "gaussian_nll_value_and_grad",
    "laplace_nll",
    "laplace_nll_grad",
    "laplace_nll_value_and_grad",
    "poisson_deviance",
    "poisson_deviance_grad",
    "poisson_deviance_value_and_grad",
    "poisson_nll",
    "poisson_nll_grad",
    "poisson_nll_value_and_grad",
    "student_t_nll",
    "student_t_nll_grad",
    "student_t_nll_value_and_grad",
]
