"""Value loss: half the squared error of a predicted value against a return."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lossref._rows import Samples, gradient, value, value_and_gradient
from lossref._spec import EXTENDED, REAL, Argument, FunctionSpec, Name

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def value_loss(
    returns: ArrayLike,
    values: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Half the squared error of a predicted value against a return.

    Use it to train the critic. Not to train the policy too: the returns are constants here, and so
    must they be in the program.

    Formula:
        l = (V - R)^2 / 2

    Parameters:
        returns: Array of any shape: what was collected, or a target made of it; finite and held
            constant.
        values: Array of the same shape: predicted values V. NaN is passed on.
        reduction: "mean" is sum(w l) / sum(w), "sum" is sum(w l), "none" is w l per sample.
        sample_weight: Weights w >= 0 that broadcast to the shape of the values; 1 if not given.

    Returns:
        A float, summed in float64; for "none" an array of the shape of values.

    Raises:
        ValueError: If the shapes do not fit, a number is outside its set, a weight is negative, or
            there is nothing to average.
        TypeError: If an argument does not hold real numbers.

    Not to be confused with:
        `mse`, twice as large; `clipped_value_loss`, which also remembers the old value.

    Source:
        Sutton and Barto (2018), section 9.3.

    Examples:
        >>> value_loss([3.0], [0.0])
        4.5
    """
    return value(SPEC, _kernel, (returns, values), reduction, sample_weight)


def value_loss_grad(
    returns: ArrayLike,
    values: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Gradient of the reduced `value_loss` with respect to values.

    Use it to train; every sample counts as it does in the value.

    Formula:
        dl/dV = V - R
        times w / sum(w) for "mean", and times w for "sum" and "none"

    Parameters:
        As for `value_loss`.

    Returns:
        An array of the shape of values, in the dtype of the input.

    Raises:
        ValueError, TypeError: As `value_loss` does.

    Not to be confused with:
        The gradient of a single value, which lacks the factor of the reduction.

    Source:
        By differentiating `value_loss`.

    Examples:
        >>> value_loss_grad([3.0], [0.0])
        array([-3.])
    """
    return gradient(SPEC, _kernel, (returns, values), reduction, sample_weight)


def value_loss_value_and_grad(
    returns: ArrayLike,
    values: ArrayLike,
    *,
    reduction: str = "mean",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Both `value_loss` and `value_loss_grad`, from one pass over the data.

    Use it to train; it shares the work between the two. Not where only one of them is needed.

    Formula:
        (value_loss(...), value_loss_grad(...))

    Parameters:
        As for `value_loss`.

    Returns:
        A pair of what `value_loss` and `value_loss_grad` return.

    Raises:
        ValueError, TypeError: As `value_loss` does.

    Not to be confused with:
        `value_loss_grad`, which returns the gradient alone.

    Source:
        As for `value_loss`.

    Examples:
        >>> value_loss_value_and_grad([3.0], [0.0])[0]
        4.5
    """
    return value_and_gradient(SPEC, _kernel, (returns, values), reduction, sample_weight)


def _kernel(part):
    error = part["values"] - part["returns"]
    return Samples(error * error / 2, (error,))


SPEC = FunctionSpec(
    slug="value_loss",
    title="Value loss",
    family="rl",
    loss=value_loss,
    grad=value_loss_grad,
    value_and_grad=value_loss_value_and_grad,
    page="rl/value-loss",
    arguments=(Argument("returns", REAL), Argument("values", EXTENDED, wrt=True)),
    formula="(values - returns) ** 2 / 2",
    draw=lambda rng: (rng.normal(size=60) * 10, rng.normal(size=60) * 10),
    convex=True,
    sources=("sutton2018",),
    names_elsewhere=(
        Name("torch", "torch.nn.functional.mse_loss(y_pred, y_true)", factor=2.0),
        Name("optax", "optax.losses.l2_loss(y_pred, y_true)", "per element"),
    ),
)
