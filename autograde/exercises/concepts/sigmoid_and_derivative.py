"""Exercise: the sigmoid and its slope, with their tails."""

from __future__ import annotations

import numpy as np

from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import errors, targets


def sigmoid(z):
    small = np.exp(-np.abs(z))
    return np.where(np.asarray(z) < 0, small, 1.0) / (1.0 + small)


def sigmoid_grad(z):
    small = np.exp(-np.abs(z))
    return small / np.square(1.0 + small)


def probes(rng: np.random.Generator) -> list[Probe]:
    drawn = []
    for name in ("sigmoid", "sigmoid_grad"):
        aspect = "value" if name == "sigmoid" else "gradient"

        def probe(aspect: str, regime: str, z: np.ndarray, name: str = name, **options) -> Probe:
            return Probe(name, aspect, regime, (z,), **options)

        single = errors(rng, 5, 0.5, 6.0).astype(np.float32)
        far = rng.integers(38, 60, 3) + 0.5
        drawn += [
            probe(aspect, "five numbers of both signs", errors(rng, 5, 0.25, 4.0)),
            probe(aspect, "a matrix", errors(rng, (2, 3), 0.25, 5.0)),
            probe(aspect, "zero among others", np.append(targets(rng, 3) + 0.0625, 0.0)),
            probe("edges", "a single number", errors(rng, 1, 0.5, 3.0)),
            probe("edges", "whole numbers (dtype int64)", rng.permutation(np.array([-3, -1, 2, 5]))),
            probe("edges", "single precision (dtype float32)", single),
            probe("edges", "numbers that are not contiguous", strided(errors(rng, 4, 0.25, 4.0))),
            probe("tails", "numbers near -50", -far, atol=0.0),
            probe("tails", "numbers near 50", far, atol=0.0),
            probe("tails", "numbers near -600", -far - 550, atol=0.0),
            probe("tails", "numbers beyond 1000 on both sides", errors(rng, 4, 1000.0, 3000.0),
                  atol=0.0),
            probe("tails", "single precision near 40 on both sides",
                  (errors(rng, 4, 20.0, 40.0)).astype(np.float32), atol=0.0),
        ]  # fmt: skip
    return drawn


# -- wrong answers -------------------------------------------------------------


def turned(z):
    return 1 / (1 + np.exp(z))


def infinity_by_infinity(z):
    return np.exp(z) / (1 + np.exp(z))


def hyperbolic_tangent(z):
    return np.tanh(z)


def tanh_too_steep(z):
    return (1 + np.tanh(z)) / 2


def tanh_without_a_tail(z):
    return (1 + np.tanh(z / 2)) / 2


def input_clipped(z):
    return 1 / (1 + np.exp(-np.clip(z, -30, 30)))


def softmax(z):
    e = np.exp(z - np.max(z))
    return e / np.sum(e)


def three_lines(z):
    return np.clip(0.5 + z / 4, 0.0, 1.0)


def base_two(z):
    return 1 / (1 + np.exp2(-np.clip(z, -1000, 1000)))


def one_minus_itself(z):
    s = 1 / (1 + np.exp(-z))
    return s * (1 - s)


def output_for_input(z):
    return z * (1 - z)


def no_slope(z):
    return 1 / (1 + np.exp(-z))


def slope_of_tanh(z):
    return 1 - np.tanh(z) ** 2


def negative_slope(z):
    e = np.exp(-np.abs(z))
    return -e / (1 + e) ** 2


def quotient(z):
    return np.exp(-z) / (1 + np.exp(-z)) ** 2


def averaged(z):
    e = np.exp(-np.abs(z))
    return e / (1 + e) ** 2 / np.size(z)


def measured(z):
    h = 1e-5
    sigmoid = lambda v: 0.5 * (1 + np.tanh(v / 2))
    return (sigmoid(z + h) - sigmoid(z - h)) / (2 * h)


def logarithm_slope(z):
    e = np.exp(-np.abs(z))
    return np.where(z < 0, 1.0, e) / (1 + e)


EXERCISE = Exercise(
    slug="sigmoid_and_derivative",
    title="The sigmoid and its slope",
    chapter="concepts",
    page="concepts/tasks-and-outputs",
    functions={"sigmoid": sigmoid, "sigmoid_grad": sigmoid_grad},
    points={"value": 1, "gradient": 1, "tails": 2, "edges": 1},
    probes=probes,
    hints=(
        "An exponential is harmless as long as its exponent is not positive. The sigmoid can be "
        "written with either sign in the exponent.",
        "With u for the exponential of minus the size of z, both functions are simple fractions "
        "in u, and the slope is the same for z and -z.",
        "The line that people get wrong is the slope in the right tail: a number close to 1, "
        "subtracted from 1, has no digits left. Find a form without that difference.",
    ),
    misconceptions=(
        Misconception(
            "sigmoid/turned",
            "It falls where it should rise",
            "sigmoid",
            turned,
            "At z = 2 you return {got}. Does a larger score make label 1 more probable?",
            "exp(z) in place of exp(-z).",
            "definition",
            ([2.0],),
        ),
        Misconception(
            "sigmoid/overflow",
            "Infinity is divided by infinity",
            "sigmoid",
            infinity_by_infinity,
            "At z = 1000 you return {got}. What is the exponential of 1000 in float64?",
            "e^z / (1 + e^z).",
            "what-goes-wrong",
            ([1000.0],),
        ),
        Misconception(
            "sigmoid/tanh",
            "That is the hyperbolic tangent",
            "sigmoid",
            hyperbolic_tangent,
            "At z = -2 you return {got}. Can a probability be that?",
            "tanh lies between -1 and 1.",
            "definition",
            ([-2.0],),
        ),
        Misconception(
            "sigmoid/steep",
            "It is twice as steep",
            "sigmoid",
            tanh_too_steep,
            "At z = 1 you return {got}. The odds of a score of 1 should be e to 1: are yours?",
            "(1 + tanh z) / 2 is the sigmoid of 2z.",
            "derivation",
            ([1.0],),
        ),
        Misconception(
            "sigmoid/half-tanh",
            "The left tail is cut off",
            "sigmoid",
            tanh_without_a_tail,
            "At z = -50 you return {got}. What does tanh(-25) + 1 leave of its digits?",
            "(1 + tanh(z/2)) / 2 cancels on the left.",
            "what-goes-wrong",
            ([-50.0],),
        ),
        Misconception(
            "sigmoid/clipped",
            "The input is clipped",
            "sigmoid",
            input_clipped,
            "At z = -50 you return {got}, as at -60 and at -100. Which of the three is the least "
            "probable?",
            "np.clip(z, -30, 30) against a warning.",
            "what-goes-wrong",
            ([-50.0],),
        ),
        Misconception(
            "sigmoid/softmax",
            "The entries compete with each other",
            "sigmoid",
            softmax,
            "For z = [0, 0, 0] you return {got}, and for z = [0, 0] it would change. Does each "
            "entry have a probability of its own?",
            "Softmax over the array.",
            "definition",
            ([0.0, 0.0, 0.0],),
        ),
        Misconception(
            "sigmoid/hard",
            "It is made of three straight lines",
            "sigmoid",
            three_lines,
            "At z = 3 you return {got}. Is a score of 3 certain?",
            "A hard sigmoid.",
            "definition",
            ([3.0],),
        ),
        Misconception(
            "sigmoid/base-two",
            "The base is two",
            "sigmoid",
            base_two,
            "At z = 1 you return {got}. The odds of a score of 1 should be e to 1: are yours?",
            "2^-z.",
            "definition",
            ([1.0],),
        ),
        Misconception(
            "sigmoid_grad/cancels",
            "The right tail is zero",
            "sigmoid_grad",
            one_minus_itself,
            "At z = 50 you return {got}, and at z = -50 a small number that is not 0. The slope is "
            "the same on both sides; what happened to 1 - s?",
            "s (1 - s): 1 minus a number that has been rounded to 1.",
            "what-goes-wrong",
            ([50.0],),
        ),
        Misconception(
            "sigmoid_grad/output",
            "The input is taken for the output",
            "sigmoid_grad",
            output_for_input,
            "At z = 3 you return {got}. The sigmoid rises everywhere: can its slope be that?",
            "z (1 - z): right if z were already the sigmoid.",
            "derivation",
            ([3.0],),
        ),
        Misconception(
            "sigmoid_grad/itself",
            "The sigmoid is returned, not its slope",
            "sigmoid_grad",
            no_slope,
            "At z = 4 you return {got}. Is the curve still rising that steeply there?",
            "s.",
            "definition",
            ([4.0],),
        ),
        Misconception(
            "sigmoid_grad/tanh",
            "That is the slope of the hyperbolic tangent",
            "sigmoid_grad",
            slope_of_tanh,
            "At z = 0 you return {got}. The sigmoid climbs from 0 to 1 while tanh climbs from -1 "
            "to 1, on a shorter way: which of the two is steeper?",
            "1 - tanh^2.",
            "derivation",
            ([0.0],),
        ),
        Misconception(
            "sigmoid_grad/falls",
            "The slope is negative",
            "sigmoid_grad",
            negative_slope,
            "At z = 0 you return {got}. Does the sigmoid fall?",
            "s (s - 1), or a lost sign of the inner derivative.",
            "derivation",
            ([0.0],),
        ),
        Misconception(
            "sigmoid_grad/quotient",
            "Infinity is divided by infinity",
            "sigmoid_grad",
            quotient,
            "At z = -1000 you return {got}. What are the numerator and the denominator there?",
            "e^-z / (1 + e^-z)^2.",
            "what-goes-wrong",
            ([-1000.0],),
        ),
        Misconception(
            "sigmoid_grad/mean",
            "The slopes are divided by their number",
            "sigmoid_grad",
            averaged,
            "For z = [0, 0] you return {got}. Is there a mean in the statement?",
            "A habit from losses: 1/n.",
            "definition",
            ([0.0, 0.0],),
        ),
        Misconception(
            "sigmoid_grad/measured",
            "The slope is measured, not derived",
            "sigmoid_grad",
            measured,
            "At z = 30 you return {got}. What do two numbers that are both 1 to sixteen digits say "
            "about the slope between them?",
            "Central differences: ten digits in the middle, none in the tails.",
            "what-goes-wrong",
            ([30.0],),
        ),
        Misconception(
            "sigmoid_grad/logarithm",
            "That is the slope of the logarithm of the sigmoid",
            "sigmoid_grad",
            logarithm_slope,
            "At z = -4 you return {got}. How steep is a curve that is nearly 0 and nearly level?",
            "1 - s: the derivative of log s.",
            "derivation",
            ([-4.0],),
        ),
    ),
    success=(
        "Value and slope with all their digits from -3000 to 3000, in float32 too. The slope is at "
        "most a quarter and dies in both tails: remember that when ten of them are multiplied."
    ),
)
