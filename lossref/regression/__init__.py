"""The regression losses, one file each."""

from lossref.regression.barron import SPEC as _barron
from lossref.regression.barron import barron, barron_grad, barron_value_and_grad
from lossref.regression.cauchy import SPEC as _cauchy
from lossref.regression.cauchy import cauchy, cauchy_grad, cauchy_value_and_grad
from lossref.regression.epsilon_insensitive import SPEC as _epsilon_insensitive
from lossref.regression.epsilon_insensitive import (
    epsilon_insensitive,
    epsilon_insensitive_grad,
    epsilon_insensitive_value_and_grad,
)
from lossref.regression.expectile import SPEC as _expectile
from lossref.regression.expectile import expectile, expectile_grad, expectile_value_and_grad
from lossref.regression.geman_mcclure import SPEC as _geman_mcclure
from lossref.regression.geman_mcclure import (
    geman_mcclure,
    geman_mcclure_grad,
    geman_mcclure_value_and_grad,
)
from lossref.regression.half_squared_error import SPEC as _half_squared_error
from lossref.regression.half_squared_error import (
    half_squared_error,
    half_squared_error_grad,
    half_squared_error_value_and_grad,
)
from lossref.regression.huber import SPEC as _huber
from lossref.regression.huber import huber, huber_grad, huber_value_and_grad
from lossref.regression.l2_norm import SPEC as _l2_norm
from lossref.regression.l2_norm import l2_norm, l2_norm_grad, l2_norm_value_and_grad
from lossref.regression.log_cosh import SPEC as _log_cosh
from lossref.regression.log_cosh import log_cosh, log_cosh_grad, log_cosh_value_and_grad
from lossref.regression.mae import SPEC as _mae
from lossref.regression.mae import mae, mae_grad, mae_value_and_grad
from lossref.regression.mape import SPEC as _mape
from lossref.regression.mape import mape, mape_grad, mape_value_and_grad
from lossref.regression.mse import SPEC as _mse
from lossref.regression.mse import mse, mse_grad, mse_value_and_grad
from lossref.regression.msle import SPEC as _msle
from lossref.regression.msle import msle, msle_grad, msle_value_and_grad
from lossref.regression.pseudo_huber import SPEC as _pseudo_huber
from lossref.regression.pseudo_huber import (
    pseudo_huber,
    pseudo_huber_grad,
    pseudo_huber_value_and_grad,
)
from lossref.regression.quantile import SPEC as _quantile
from lossref.regression.quantile import quantile, quantile_grad, quantile_value_and_grad
from lossref.regression.rmse import SPEC as _rmse
from lossref.regression.rmse import rmse, rmse_grad, rmse_value_and_grad
from lossref.regression.smooth_l1 import SPEC as _smooth_l1
from lossref.regression.smooth_l1 import smooth_l1, smooth_l1_grad, smooth_l1_value_and_grad
from lossref.regression.squared_epsilon_insensitive import SPEC as _squared_epsilon_insensitive
from lossref.regression.squared_epsilon_insensitive import (
    squared_epsilon_insensitive,
    squared_epsilon_insensitive_grad,
    squared_epsilon_insensitive_value_and_grad,
)
from lossref.regression.tukey import SPEC as _tukey
from lossref.regression.tukey import tukey, tukey_grad, tukey_value_and_grad
from lossref.regression.welsch import SPEC as _welsch
from lossref.regression.welsch import welsch, welsch_grad, welsch_value_and_grad

SPECS = (
    _mse,
    _half_squared_error,
    _rmse,
    _l2_norm,
    _mae,
    _huber,
    _smooth_l1,
    _pseudo_huber,
    _log_cosh,
    _quantile,
    _expectile,
    _epsilon_insensitive,
    _squared_epsilon_insensitive,
    _cauchy,
    _welsch,
    _geman_mcclure,
    _tukey,
    _barron,
    _msle,
    _mape,
)

__all__ = [
    "barron",
    "barron_grad",
    "barron_value_and_grad",
    "cauchy",
    "cauchy_grad",
    "cauchy_value_and_grad",
    "epsilon_insensitive",
    "epsilon_insensitive_grad",
    "epsilon_insensitive_value_and_grad",
    "expectile",
    "expectile_grad",
    "expectile_value_and_grad",
    "geman_mcclure",
    "geman_mcclure_grad",
    "geman_mcclure_value_and_grad",
    "half_squared_error",
    "half_squared_error_grad",
    "half_squared_error_value_and_grad",
    "huber",
    "huber_grad",
    "huber_value_and_grad",
    "l2_norm",
    "l2_norm_grad",
    "l2_norm_value_and_grad",
    "log_cosh",
    "log_cosh_grad",
    "log_cosh_value_and_grad",
    "mae",
    "mae_grad",
    "mae_value_and_grad",
    "mape",
    "mape_grad",
    "mape_value_and_grad",
    "mse",
    "mse_grad",
    "mse_value_and_grad",
    "msle",
    "msle_grad",
    "msle_value_and_grad",
    "pseudo_huber",
    "pseudo_huber_grad",
    "pseudo_huber_value_and_grad",
    "quantile",
    "quantile_grad",
    "quantile_value_and_grad",
    "rmse",
    "rmse_grad",
    "rmse_value_and_grad",
    "smooth_l1",
    "smooth_l1_grad",
    "smooth_l1_value_and_grad",
    "squared_epsilon_insensitive",
    "squared_epsilon_insensitive_grad",
    "squared_epsilon_insensitive_value_and_grad",
    "tukey",
    "tukey_grad",
    "tukey_value_and_grad",
    "welsch",
    "welsch_grad",
    "welsch_value_and_grad",
]
