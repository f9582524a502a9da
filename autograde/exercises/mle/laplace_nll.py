"""Exercise: Laplace negative log-likelihood, and the fit that minimises it."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import errors, targets


def laplace_nll(y_true, loc, scale):
    width = np.full(np.shape(y_true), np.log(scale))
    return lossref.laplace_nll(np.asarray(y_true) * 1.0, np.asarray(loc) * 1.0, width) + np.log(2)


def laplace_fit(y):
    middle = float(np.median(np.asarray(y, np.float64)))
    return np.array([middle, lossref.mae(np.asarray(y) * 1.0, np.full(np.shape(y), middle))])


def probes(rng: np.random.Generator) -> list[Probe]:
    def draw(*shape: int) -> tuple[np.ndarray, np.ndarray]:
        y = targets(rng, shape)
        return y, y + errors(rng, shape, 0.25, 3.0)

    def spread(n: int) -> np.ndarray:
        """Distinct numbers, no evenly spaced middle, in random order."""
        steps = rng.integers(1, 9, size=n) * 0.125 + np.arange(n) ** 2 * 0.25
        return rng.permutation(np.cumsum(steps) - rng.integers(4, 20))

    perfect = targets(rng, 3)
    whole = rng.integers(-5, 6, 4)
    single = tuple(a.astype(np.float32) for a in draw(6))
    outlier = rng.permutation(np.append(spread(6), 1000.0 + rng.integers(100)))
    return [
        Probe("laplace_nll", "value", "five errors, scale 2", (*draw(5), 2.0)),
        Probe("laplace_nll", "value", "five errors, scale 1", (*draw(5), 1.0)),
        Probe("laplace_nll", "value", "five errors, scale 0.25", (*draw(5), 0.25)),
        Probe("laplace_nll", "value", "arrays with 3 rows and 4 columns", (*draw(3, 4), 0.5)),
        Probe("laplace_nll", "edges", "a perfect prediction", (perfect, perfect.copy(), 3.0)),
        Probe("laplace_nll", "edges", "a single sample", (*draw(1), 1.5)),
        Probe("laplace_nll", "edges", "whole numbers (dtype int64)", (whole, whole + rng.integers(1, 4, 4), 2)),
        Probe("laplace_nll", "edges", "single precision (dtype float32)", (*single, 0.5)),
        Probe("laplace_nll", "edges", "arrays that are not contiguous", (*map(strided, draw(5)), 0.75)),
        Probe("laplace_fit", "fit", "five numbers", (spread(5),)),
        Probe("laplace_fit", "fit", "six numbers: two of them in the middle", (spread(6),)),
        Probe("laplace_fit", "fit", "seven numbers, one of them over a thousand", (outlier,)),
        Probe("laplace_fit", "edges", "one number alone", (targets(rng, 1),)),
        Probe("laplace_fit", "edges", "whole numbers (dtype int64)", (rng.permutation(np.array([-3, 1, 2, 9]) + rng.integers(5)),)),
        Probe("laplace_fit", "edges", "numbers that are not contiguous", (strided(spread(5)),)),
    ]  # fmt: skip


# -- wrong answers -------------------------------------------------------------


def gaussian(y_true, loc, scale):
    e = loc - y_true
    return np.log(scale * np.sqrt(2 * np.pi)) + np.mean(e**2) / (2 * scale**2)


def scale_ignored(y_true, loc, scale):
    return np.log(2.0) + np.mean(np.abs(loc - y_true))


def scale_is_free(y_true, loc, scale):
    return np.log(2.0) + np.mean(np.abs(loc - y_true)) / scale


def constant_lost(y_true, loc, scale):
    return np.log(scale) + np.mean(np.abs(loc - y_true)) / scale


def exponent_halved(y_true, loc, scale):
    return np.log(2.0 * scale) + np.mean(np.abs(loc - y_true)) / (2 * scale)


def summed(y_true, loc, scale):
    return np.sum(np.log(2.0 * scale) + np.abs(loc - y_true) / scale)


def signed(y_true, loc, scale):
    return np.log(2.0 * scale) + np.mean(loc - y_true) / scale


def deviation_for_scale(y_true, loc, scale):
    b = scale / np.sqrt(2)
    return np.log(2.0 * b) + np.mean(np.abs(loc - y_true)) / b


def multiplied(y_true, loc, scale):
    return np.log(2.0 * scale) + np.mean(np.abs(loc - y_true)) * scale


def fit_the_mean(y):
    return np.array([np.mean(y), np.mean(np.abs(y - np.mean(y)))])


def fit_with_deviation(y):
    return np.array([np.median(y), np.std(y)])


def fit_with_median_deviation(y):
    m = np.median(y)
    return np.array([m, np.median(np.abs(y - m))])


def fit_unsorted(y):
    m = y[len(y) // 2]
    return np.array([m, np.mean(np.abs(y - m))])


def fit_upper_middle(y):
    m = np.sort(y)[len(y) // 2]
    return np.array([m, np.mean(np.abs(y - m))])


def fit_one_less(y):
    m = np.median(y)
    return np.array([m, np.sum(np.abs(y - m)) / max(len(y) - 1, 1)])


def fit_exchanged(y):
    m = np.median(y)
    return np.array([np.mean(np.abs(y - m)), m])


TWO = ([0.0, 0.0], [3.0, -1.0], 2.0)
FOUR = ([1.0, 2.0, 4.0, 100.0],)

EXERCISE = Exercise(
    slug="laplace_nll",
    title="Laplace negative log-likelihood",
    chapter="mle",
    page="mle/heavy-tails",
    functions={"laplace_nll": laplace_nll, "laplace_fit": laplace_fit},
    points={"value": 2, "fit": 2, "edges": 1},
    probes=probes,
    hints=(
        "The recipe is the one of the Gaussian page: density, logarithm, minus sign, mean. Only the exponent differs.",
        "Two terms: the absolute error in units of the scale, and what the scale costs. To fit, set the derivative in each of the two parameters to zero, location first.",
        "People get the second parameter of the fit out of another family: ask which scale makes the derivative of your own loss vanish, with the location that you have just found.",
    ),
    misconceptions=(
        Misconception(
            "laplace_nll/gaussian",
            "It is the Gaussian",
            "laplace_nll",
            gaussian,
            "On errors of 3 and -1 with scale 2 you return {got}. How does your loss grow from an error of 10 to one of 100, and how does the exponent of this density?",
            "Squares the error.",
            "definition",
            TWO,
        ),
        Misconception(
            "laplace_nll/no-scale",
            "The scale is not used",
            "laplace_nll",
            scale_ignored,
            "On errors of 3 and -1 you return {got} for every scale. Where does the scale stand in the density?",
            "The absolute error plus a constant.",
            "definition",
            TWO,
        ),
        Misconception(
            "laplace_nll/free",
            "A large scale costs nothing",
            "laplace_nll",
            scale_is_free,
            "On errors of 3 and -1 with scale 2 you return {got}. What do you return for a scale of a million, and would every model choose it?",
            "Forgets the factor 1/(2b) of the density.",
            "derivation",
            TWO,
        ),
        Misconception(
            "laplace_nll/constant",
            "A constant is missing",
            "laplace_nll",
            constant_lost,
            "On errors of 3 and -1 with scale 2 you return {got}. The area under exp(-|e|/b) is not b: there are two sides. What is it?",
            "log b in place of log 2b.",
            "definition",
            TWO,
        ),
        Misconception(
            "laplace_nll/half",
            "The exponent is halved",
            "laplace_nll",
            exponent_halved,
            "On errors of 3 and -1 with scale 2 you return {got}. The Gaussian has a 2 in the denominator of its exponent. Does this density?",
            "Carries the half of the Gaussian over.",
            "definition",
            TWO,
        ),
        Misconception(
            "laplace_nll/sum",
            "The terms are added up, not averaged",
            "laplace_nll",
            summed,
            "On two samples you return {got}. What happens to your number when every sample is handed in twice?",
            "Missing 1/n.",
            "definition",
            TWO,
        ),
        Misconception(
            "laplace_nll/signed",
            "Errors of opposite sign cancel",
            "laplace_nll",
            signed,
            "On errors of 3 and -3 with scale 1 you return {got}. Is that a perfect prediction?",
            "Leaves out the absolute value.",
            "definition",
            ([0.0, 0.0], [3.0, -3.0], 1.0),
        ),
        Misconception(
            "laplace_nll/deviation",
            "The scale is taken for the standard deviation",
            "laplace_nll",
            deviation_for_scale,
            "On errors of 3 and -1 with scale 2 you return {got}. The statement names b, the scale in the exponent: how is the standard deviation of this density related to it?",
            "sd = sqrt(2) b, converted where nothing was to be converted.",
            "definition",
            TWO,
        ),
        Misconception(
            "laplace_nll/times",
            "The error is multiplied by the scale",
            "laplace_nll",
            multiplied,
            "On errors of 3 and -1 with scale 2 you return {got}. Should an error of 3 be more surprising, or less, when errors of 2 are usual?",
            "Reads the scale as a rate.",
            "definition",
            TWO,
        ),
        Misconception(
            "laplace_fit/mean",
            "The location is the mean",
            "laplace_fit",
            fit_the_mean,
            "On (1, 2, 4, 100) you return {got}. Move the location a little to the left: how many of the four distances shrink, and how many grow?",
            "The fit of the Gaussian.",
            "derivation",
            FOUR,
        ),
        Misconception(
            "laplace_fit/deviation",
            "The scale is the standard deviation",
            "laplace_fit",
            fit_with_deviation,
            "On (1, 2, 4, 100) you return {got}. Differentiate log b + A/b in b: which average A of the distances makes it vanish?",
            "Mixes the location of one family with the scale of another.",
            "derivation",
            FOUR,
        ),
        Misconception(
            "laplace_fit/median-deviation",
            "The scale is the median distance",
            "laplace_fit",
            fit_with_median_deviation,
            "On (1, 2, 4, 100) you return {got}. That is a robust scale. Is it the one at which the derivative of the mean loss in b is zero?",
            "MAD in the sense of median absolute deviation.",
            "derivation",
            FOUR,
        ),
        Misconception(
            "laplace_fit/unsorted",
            "The middle of the list, not of the numbers",
            "laplace_fit",
            fit_unsorted,
            "On (9, 1, 5, 2, 4) you return {got}. How many of the numbers are larger than your location, and how many smaller?",
            "Takes y[n // 2] without sorting.",
            "by-hand",
            ([9.0, 1.0, 5.0, 2.0, 4.0],),
        ),
        Misconception(
            "laplace_fit/upper",
            "Of two middle numbers the upper is taken",
            "laplace_fit",
            fit_upper_middle,
            "On (1, 2, 4, 100) you return {got}. Every number between 2 and 4 is a minimum; which of them does the statement ask for?",
            "sorted[n // 2] for even n.",
            "by-hand",
            FOUR,
        ),
        Misconception(
            "laplace_fit/one-less",
            "The distances are divided by one less than their number",
            "laplace_fit",
            fit_one_less,
            "On (1, 2, 4, 100) you return {got}. Maximum likelihood averages over the terms of the sum: how many are there?",
            "n - 1, from the unbiased variance.",
            "derivation",
            FOUR,
        ),
        Misconception(
            "laplace_fit/exchanged",
            "Scale first, location second",
            "laplace_fit",
            fit_exchanged,
            "On (1, 2, 4, 100) you return {got}. Which of the two numbers did the statement want first?",
            "Order of the returned pair.",
            "definition",
            FOUR,
        ),
    ),
    success=(
        "The loss and both parameters of its fit agree, with an outlier of a thousand among seven numbers. Notice which of the two parameters the outlier moved. Next: outcomes that are not numbers on a line."
    ),
)
