"""The likelihood losses, one file each."""

from lossref.likelihood.crps_ensemble import SPEC as _crps_ensemble
from lossref.likelihood.crps_ensemble import (
    crps_ensemble,
    crps_ensemble_grad,
    crps_ensemble_value_and_grad,
)
from lossref.likelihood.crps_gaussian import SPEC as _crps_gaussian
from lossref.likelihood.crps_gaussian import (
    crps_gaussian,
    crps_gaussian_grad,
    crps_gaussian_value_and_grad,
)
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
from lossref.likelihood.negative_binomial_nll import SPEC as _negative_binomial_nll
from lossref.likelihood.negative_binomial_nll import (
    negative_binomial_nll,
    negative_binomial_nll_grad,
    negative_binomial_nll_value_and_grad,
)
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
from lossref.likelihood.tweedie_deviance import SPEC as _tweedie_deviance
from lossref.likelihood.tweedie_deviance import (
    tweedie_deviance,
    tweedie_deviance_grad,
    tweedie_deviance_value_and_grad,
)

SPECS = (
    _gaussian_nll,
    _laplace_nll,
    _student_t_nll,
    _poisson_nll,
    _poisson_deviance,
    _gamma_deviance,
    _negative_binomial_nll,
    _tweedie_deviance,
    _crps_gaussian,
    _crps_ensemble,
)

__all__ = [
    "crps_ensemble",
    "crps_ensemble_grad",
    "crps_ensemble_value_and_grad",
    "crps_gaussian",
    "crps_gaussian_grad",
    "crps_gaussian_value_and_grad",
    "gamma_deviance",
    "gamma_deviance_grad",
    "gamma_deviance_value_and_grad",
    "gaussian_nll",
    "gaussian_nll_grad",
    "gaussian_nll_value_and_grad",
    "laplace_nll",
    "laplace_nll_grad",
    "laplace_nll_value_and_grad",
    "negative_binomial_nll",
    "negative_binomial_nll_grad",
    "negative_binomial_nll_value_and_grad",
    "poisson_deviance",
    "poisson_deviance_grad",
    "poisson_deviance_value_and_grad",
    "poisson_nll",
    "poisson_nll_grad",
    "poisson_nll_value_and_grad",
    "student_t_nll",
    "student_t_nll_grad",
    "student_t_nll_value_and_grad",
    "tweedie_deviance",
    "tweedie_deviance_grad",
    "tweedie_deviance_value_and_grad",
]
