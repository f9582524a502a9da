"""Exercise: Gaussian negative log-likelihood with a predicted variance, and its two gradients."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import errors, targets


def gaussian_nll(y_true, mean, log_var):
    return lossref.gaussian_nll(y_true, mean, log_var) + np.log(2 * np.pi) / 2


def gaussian_nll_grad_mean(y_true, mean, log_var):
    return lossref.gaussian_nll_grad(y_true, mean, log_var)[0]


def gaussian_nll_grad_log_var(y_true, mean, log_var):
    return lossref.gaussian_nll_grad(y_true, mean, log_var)[1]


def probes(rng: np.random.Generator) -> list[Probe]:
    def draw(*shape: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        y = targets(rng, shape)
        return y, y + errors(rng, shape, 0.25, 3.0), errors(rng, shape, 0.25, 2.0)

    drawn = []
    for name, aspect in (
        ("gaussian_nll", "value"),
        ("gaussian_nll_grad_mean", "mean"),
        ("gaussian_nll_grad_log_var", "variance"),
    ):
        y, m, _ = draw(4)
        perfect = targets(rng, 3)
        whole = (rng.integers(-5, 6, 4), rng.integers(6, 9, 4), np.array([1, 2, -1, -2]))
        far = errors(rng, 4, 20.0, 40.0)
        drawn += [
            Probe(name, aspect, "five errors, log-variances of both signs", draw(5)),
            Probe(name, aspect, "four errors, every variance 1", (y, m, np.zeros(4))),
            Probe(name, aspect, "arrays with 3 rows and 4 columns", draw(3, 4)),
            Probe(name, "edges", "a perfect prediction", (perfect, perfect.copy(), errors(rng, 3, 0.25, 2.0))),
            Probe(name, "edges", "variances between e to the -40 and e to the 40", (y, m, far)),
            Probe(name, "edges", "a single sample", draw(1)),
            Probe(name, "edges", "whole numbers (dtype int64)", whole),
            Probe(name, "edges", "single precision (dtype float32)", tuple(a.astype(np.float32) for a in draw(6))),
            Probe(name, "edges", "arrays that are not contiguous", tuple(strided(a) for a in draw(5))),
        ]  # fmt: skip
    return drawn


# -- wrong answers -------------------------------------------------------------


def variance_for_logarithm(y_true, mean, log_var):
    v = log_var * 1.0
    return np.mean(np.log(2 * np.pi * v) + (mean - y_true) ** 2 / v) / 2


def deviation_for_variance(y_true, mean, log_var):
    e = mean - y_true
    return np.mean(log_var + e**2 * np.exp(-2.0 * log_var) / 2) + np.log(2 * np.pi) / 2


def variance_is_free(y_true, mean, log_var):
    return np.mean((mean - y_true) ** 2 * np.exp(-1.0 * log_var)) / 2 + np.log(2 * np.pi) / 2


def exponent_turned(y_true, mean, log_var):
    return np.mean(np.log(2 * np.pi) + log_var + (mean - y_true) ** 2 * np.exp(1.0 * log_var)) / 2


def both_halves_lost(y_true, mean, log_var):
    return np.mean(np.log(2 * np.pi) + log_var + (mean - y_true) ** 2 * np.exp(-1.0 * log_var))


def constant_lost(y_true, mean, log_var):
    return np.mean(log_var + (mean - y_true) ** 2 * np.exp(-1.0 * log_var)) / 2


def summed(y_true, mean, log_var):
    return np.sum(np.log(2 * np.pi) + log_var + (mean - y_true) ** 2 * np.exp(-1.0 * log_var)) / 2


def variance_ignored(y_true, mean, log_var):
    return np.mean((mean - y_true) ** 2) / 2 + np.log(2 * np.pi) / 2


def log_likelihood(y_true, mean, log_var):
    return -np.mean(np.log(2 * np.pi) + log_var + (mean - y_true) ** 2 * np.exp(-1.0 * log_var)) / 2


def mean_not_shared(y_true, mean, log_var):
    return (mean - y_true) * np.exp(-1.0 * log_var)


def mean_turned(y_true, mean, log_var):
    return (y_true - mean) * np.exp(-1.0 * log_var) / mean.size


def mean_unweighted(y_true, mean, log_var):
    return (mean - y_true) / mean.size


def mean_twice(y_true, mean, log_var):
    return 2 * (mean - y_true) * np.exp(-1.0 * log_var) / mean.size


def mean_by_deviation(y_true, mean, log_var):
    return (mean - y_true) * np.exp(-0.5 * log_var) / mean.size


def var_price_only(y_true, mean, log_var):
    return np.full(mean.shape, 0.5 / mean.size)


def var_turned(y_true, mean, log_var):
    return ((mean - y_true) ** 2 * np.exp(-1.0 * log_var) - 1) / 2 / mean.size


def var_itself(y_true, mean, log_var):
    v = np.exp(1.0 * log_var)
    return (1 / v - (mean - y_true) ** 2 / v**2) / 2 / mean.size


def var_half_lost(y_true, mean, log_var):
    return (1 - (mean - y_true) ** 2 * np.exp(-1.0 * log_var)) / mean.size


def var_not_shared(y_true, mean, log_var):
    return (1 - (mean - y_true) ** 2 * np.exp(-1.0 * log_var)) / 2


ONE = ([0.0], [1.0], [1.0])
TWO = ([0.0, 0.0], [2.0, -1.0], [1.0, 0.0])

EXERCISE = Exercise(
    slug="gaussian_nll",
    title="Gaussian negative log-likelihood",
    chapter="mle",
    page="mle/gaussian",
    functions={
        "gaussian_nll": gaussian_nll,
        "gaussian_nll_grad_mean": gaussian_nll_grad_mean,
        "gaussian_nll_grad_log_var": gaussian_nll_grad_log_var,
    },
    points={"value": 2, "mean": 1, "variance": 2, "edges": 1},
    probes=probes,
    hints=(
        "Write the density of one observation, take its logarithm, turn the sign. Three terms come out; one of them knows neither the data nor the model.",
        "The variance appears twice: as a divisor of the squared error, and as a logarithm, which is what it costs to be unsure. The input is that logarithm already.",
        "For the second gradient, differentiate with respect to the logarithm itself: the derivative of exp(-s) brings down a minus sign, and the value 0 is reached where the squared error equals the variance.",
    ),
    misconceptions=(
        Misconception(
            "gaussian_nll/variance",
            "The logarithm is taken for the variance",
            "gaussian_nll",
            variance_for_logarithm,
            "For an error of 1 with log-variance -1 you return {got}. Which variance has the logarithm -1, and can a variance be negative?",
            "Uses log_var where exp(log_var) belongs.",
            "definition",
            ([0.0], [1.0], [-1.0]),
        ),
        Misconception(
            "gaussian_nll/deviation",
            "The logarithm of the deviation is expected",
            "gaussian_nll",
            deviation_for_variance,
            "For an error of 1 with log-variance 1 you return {got}. By which power of the standard deviation is a squared error divided, and which power does the input stand for?",
            "Reads log_var as log sigma.",
            "definition",
            ONE,
        ),
        Misconception(
            "gaussian_nll/free",
            "Being unsure costs nothing",
            "gaussian_nll",
            variance_is_free,
            "For an error of 1 with log-variance 1 you return {got}. Let the log-variance grow to 100: what keeps a model from always claiming that?",
            "Drops the log-variance term.",
            "derivation",
            ONE,
        ),
        Misconception(
            "gaussian_nll/exponent",
            "A large variance makes errors dearer",
            "gaussian_nll",
            exponent_turned,
            "For an error of 1 with log-variance 1 you return {got}. Should the same error count for more or for less when the noise is larger?",
            "exp(+s) where the error is divided by the variance.",
            "definition",
            ONE,
        ),
        Misconception(
            "gaussian_nll/halves",
            "A factor of two",
            "gaussian_nll",
            both_halves_lost,
            "For an error of 1 with log-variance 1 you return {got}. Which factor stands in front of the square in the exponent of the density?",
            "Minus twice the log-likelihood, as in a deviance.",
            "derivation",
            ONE,
        ),
        Misconception(
            "gaussian_nll/constant",
            "The area under the density is left out",
            "gaussian_nll",
            constant_lost,
            "For an error of 1 with log-variance 1 you return {got}. The statement wants minus the logarithm of the whole density: which factor of it makes the area 1?",
            "Drops log(2 pi)/2, harmless in training and not in a comparison.",
            "definition",
            ONE,
        ),
        Misconception(
            "gaussian_nll/sum",
            "The terms are added up, not averaged",
            "gaussian_nll",
            summed,
            "On two samples you return {got}. What happens to your number when every sample is handed in twice?",
            "Missing 1/n.",
            "definition",
            TWO,
        ),
        Misconception(
            "gaussian_nll/mse",
            "The predicted variance is not used",
            "gaussian_nll",
            variance_ignored,
            "On two samples you return {got}, whatever the log-variances are. Where do they enter the density?",
            "Half the mean squared error plus a constant.",
            "derivation",
            TWO,
        ),
        Misconception(
            "gaussian_nll/sign",
            "It is the log-likelihood",
            "gaussian_nll",
            log_likelihood,
            "For an error of 1 with log-variance 1 you return {got}, and for an error of 10 less. Is that something to make small?",
            "Forgets the minus of the negative log-likelihood.",
            "definition",
            ONE,
        ),
        Misconception(
            "gaussian_nll_grad_mean/no-n",
            "The gradient belongs to the sum",
            "gaussian_nll_grad_mean",
            mean_not_shared,
            "On two samples your gradient is {got}. The loss is a mean of two terms: how much of it is the first?",
            "Missing 1/n.",
            "derivation",
            TWO,
        ),
        Misconception(
            "gaussian_nll_grad_mean/sign",
            "The gradient points downhill",
            "gaussian_nll_grad_mean",
            mean_turned,
            "On errors of 2 and -1 your gradient is {got}. The first mean is too high: if it rises a little, does the loss rise or fall?",
            "y - mean.",
            "derivation",
            TWO,
        ),
        Misconception(
            "gaussian_nll_grad_mean/unweighted",
            "Every error pulls as if the variance were 1",
            "gaussian_nll_grad_mean",
            mean_unweighted,
            "On errors of 2 and -1 with log-variances 1 and 0 your gradient is {got}. Which of the two measurements is noisier, and should its error pull as hard per unit?",
            "The gradient of the half squared error.",
            "derivation",
            TWO,
        ),
        Misconception(
            "gaussian_nll_grad_mean/twice",
            "It pulls twice as hard",
            "gaussian_nll_grad_mean",
            mean_twice,
            "On errors of 2 and -1 your gradient is {got}. The square brings down a 2: what stood in front of it?",
            "Differentiates the square and forgets the half.",
            "derivation",
            TWO,
        ),
        Misconception(
            "gaussian_nll_grad_mean/deviation",
            "The error is divided by the deviation",
            "gaussian_nll_grad_mean",
            mean_by_deviation,
            "On errors of 2 and -1 with log-variances 1 and 0 your gradient is {got}. The error was squared, its divisor too: which of the two squares does the derivative undo?",
            "e / sigma: the standardised residual, not the gradient.",
            "derivation",
            TWO,
        ),
        Misconception(
            "gaussian_nll_grad_log_var/price",
            "Only the price of the variance is differentiated",
            "gaussian_nll_grad_log_var",
            var_price_only,
            "On errors of 2 and -1 your gradient is {got}. A step against it lowers every variance, always. What should an error of 2 with a variance of 1 ask for?",
            "Forgets that the exponential depends on s too.",
            "derivation",
            TWO,
        ),
        Misconception(
            "gaussian_nll_grad_log_var/sign",
            "Surprised models become surer",
            "gaussian_nll_grad_log_var",
            var_turned,
            "For an error of 3 with variance 1 your gradient is {got}. After a step against it, is the claimed variance larger or smaller?",
            "Sign turned.",
            "derivation",
            ([0.0], [3.0], [0.0]),
        ),
        Misconception(
            "gaussian_nll_grad_log_var/of-the-variance",
            "The derivative is with respect to the variance",
            "gaussian_nll_grad_log_var",
            var_itself,
            "For an error of 2 with log-variance 1 your gradient is {got}. That is the slope along v. If s = log v moves by a little, by how much does v?",
            "Misses the factor v of the chain rule.",
            "derivation",
            ([0.0], [2.0], [1.0]),
        ),
        Misconception(
            "gaussian_nll_grad_log_var/half",
            "A factor of two in the slope of the variance",
            "gaussian_nll_grad_log_var",
            var_half_lost,
            "For an error of 3 with variance 1 your gradient is {got}. Raise s from -0.01 to 0.01: how far does the loss move, and how far is that per unit?",
            "Loses the half in front of both terms.",
            "derivation",
            ([0.0], [3.0], [0.0]),
        ),
        Misconception(
            "gaussian_nll_grad_log_var/no-n",
            "The slope of the variance belongs to the sum",
            "gaussian_nll_grad_log_var",
            var_not_shared,
            "On two samples your gradient is {got}. How much of the mean does one sample's term make up?",
            "Missing 1/n.",
            "derivation",
            TWO,
        ),
    ),
    success=(
        "Value and both gradients agree, for variances from e to the -40 to e to the 40. You can train a network that says how unsure it is. Next door: what changes when the noise has heavier tails."
    ),
)
