"""Exercise: the Euclidean norm and its gradient, at every scale and at zero."""

from __future__ import annotations

import math

import numpy as np

from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import EIGHTH, errors


def safe_norm(x):
    return math.hypot(*(float(v) for v in np.ravel(x)))


def safe_norm_grad(x):
    x = np.asarray(x)
    length = safe_norm(x)
    if length == 0:
        return np.zeros_like(x, dtype=float)
    exponent = math.frexp(length)[1]  # a power of two: nothing is rounded
    return np.ldexp(x * 1.0, -exponent).astype(np.float64) / math.ldexp(length, -exponent)


def probes(rng: np.random.Generator) -> list[Probe]:
    def draw(*shape: int) -> np.ndarray:
        return errors(rng, shape, EIGHTH, 4.0)

    drawn = []
    for name, aspect in (("safe_norm", "value"), ("safe_norm_grad", "gradient")):
        pair = draw(2)
        whole = rng.integers(1, 9, size=4) * np.array([1, -1, 1, -1])
        drawn += [
            Probe(name, aspect, "five numbers of both signs", (draw(5),)),
            Probe(name, aspect, "a matrix with 3 rows and 4 columns", (draw(3, 4),)),
            Probe(name, "edges", "a single number", (-np.abs(draw(1)),)),
            Probe(name, "edges", "whole numbers (dtype int64)", (whole,)),
            Probe(name, "edges", "single precision (dtype float32)", (draw(5).astype(np.float32),)),
            Probe(name, "edges", "an array that is not contiguous", (strided(draw(4)),)),
            Probe(name, "edges", "entries that cancel in a sum", (np.append(pair, -pair),)),
            Probe(name, "edges", "nothing but zeros", (np.zeros(3),)),
            Probe(name, "stability", "entries near 1e200", (draw(4) * 1e200,)),
            Probe(name, "stability", "entries near 1e-200", (draw(4) * 1e-200,)),
            Probe(
                name,
                "stability",
                "entries near 1e25 in float32",
                ((draw(4) * 1e25).astype(np.float32),),
            ),
        ]
    return drawn


# -- wrong answers -------------------------------------------------------------


def as_it_is_spelled(x):
    return np.sqrt(np.sum(np.square(x)))


def squared(x):
    return np.sum(np.square(x * 1.0))


def sum_of_sizes(x):
    return np.sum(np.abs(x))


def largest_size(x):
    return np.max(np.abs(x)) * 1.0


def epsilon_under_the_root(x):
    return np.sqrt(np.sum(np.square(x)) + 1e-12)


def scaled_by_zero(x):
    m = np.max(np.abs(x))
    return m * np.sqrt(np.sum(np.square(x / m)))


def root_mean(x):
    m = max(np.max(np.abs(x)), 1e-300)
    return m * np.sqrt(np.mean(np.square(x / m)))


def row_by_row(x):
    m = max(np.max(np.abs(x)), 1e-300)
    return m * np.sqrt(np.sum(np.square(x / m), axis=-1))


def grad_as_it_is_spelled(x):
    return x / np.sqrt(np.sum(np.square(x)))


def grad_with_epsilon(x):
    return x / (np.sqrt(np.sum(np.square(x))) + 1e-8)


def grad_zero_over_zero(x):
    m = np.max(np.abs(x))
    u = x / m
    return u / np.sqrt(np.sum(np.square(u)))


def grad_of_the_square(x):
    return 2.0 * x


def grad_signs(x):
    return np.sign(x) * 1.0


def grad_sizes(x):
    m = max(np.max(np.abs(x)), 1e-300)
    u = np.abs(x) / m
    return u / max(np.sqrt(np.sum(np.square(u))), 1e-300)


def grad_over_n(x):
    m = max(np.max(np.abs(x)), 1e-300)
    u = x / m
    return u / max(np.sqrt(np.sum(np.square(u))), 1e-300) / np.size(x)


THREE_FOUR = ([3.0, -4.0],)
HUGE = ([3e200, -4e200],)
ZEROS = ([0.0, 0.0],)

EXERCISE = Exercise(
    slug="safe_norm",
    title="A norm for every scale",
    chapter="stability",
    page="stability/sums-and-norms",
    functions={"safe_norm": safe_norm, "safe_norm_grad": safe_norm_grad},
    points={"value": 2, "gradient": 2, "edges": 1, "stability": 2},
    probes=probes,
    hints=(
        "The norm of 3e200 and 4e200 is 5e200, a perfectly good float. Its square is not. Which "
        "unit would you measure these numbers in?",
        "Divide by the largest size before squaring and multiply afterwards. One input has no "
        "largest size to divide by.",
        "The gradient is the unit vector, so it does not change when the unit does. At the origin "
        "there is no direction; the statement says which subgradient to return.",
    ),
    misconceptions=(
        Misconception(
            "safe_norm/overflow",
            "The squares overflow, or vanish",
            "safe_norm",
            as_it_is_spelled,
            "For 3e200 and -4e200 you return {got}. And for 3e-200 and -4e-200? Which numbers "
            "does a float hold no square of?",
            "The formula as it is spelled.",
            "what-goes-wrong",
            HUGE,
        ),
        Misconception(
            "safe_norm/squared",
            "It is the square of the norm",
            "safe_norm",
            squared,
            "For 3 and -4 you return {got}. Double the vector: by which factor should its length "
            "grow?",
            "The root is missing.",
            "definition",
            THREE_FOUR,
        ),
        Misconception(
            "safe_norm/l1",
            "It walks along the axes",
            "safe_norm",
            sum_of_sizes,
            "For 3 and -4 you return {got}. How far is it as the crow flies?",
            "The L1 norm.",
            "definition",
            THREE_FOUR,
        ),
        Misconception(
            "safe_norm/maximum",
            "Only the largest entry counts",
            "safe_norm",
            largest_size,
            "For 3 and -4 you return {got}. Does the 3 add nothing to the length?",
            "The maximum norm, or a scale that was never multiplied by the rest.",
            "definition",
            THREE_FOUR,
        ),
        Misconception(
            "safe_norm/epsilon",
            "A small number under the root",
            "safe_norm",
            epsilon_under_the_root,
            "For a vector of zeros you return {got}. How long is it? And what does your function "
            "return for 3e-200 and -4e-200?",
            "An epsilon that protects the gradient and spoils every small value.",
            "what-goes-wrong",
            ZEROS,
        ),
        Misconception(
            "safe_norm/zero-scale",
            "Zero is divided by zero",
            "safe_norm",
            scaled_by_zero,
            "For a vector of zeros you return {got}. What did you divide by?",
            "Scaling by the largest size without the case in which it is 0.",
            "what-goes-wrong",
            ZEROS,
        ),
        Misconception(
            "safe_norm/root-mean",
            "It is the root of a mean",
            "safe_norm",
            root_mean,
            "For 3 and -4 you return {got}. A right-angled triangle with sides 3 and 4: how long "
            "is its third side?",
            "mean for sum: RMS instead of the norm.",
            "definition",
            THREE_FOUR,
        ),
        Misconception(
            "safe_norm/rows",
            "Every row has its own norm",
            "safe_norm",
            row_by_row,
            "For a matrix you return {got}. How many numbers does the statement ask for?",
            "axis=-1.",
            "definition",
            ([[3.0, 4.0], [0.0, 0.0]],),
        ),
        Misconception(
            "safe_norm_grad/overflow",
            "The gradient divides by a norm that overflowed",
            "safe_norm_grad",
            grad_as_it_is_spelled,
            "For 3e200 and -4e200 your gradient is {got}. Does a direction depend on the unit?",
            "x / sqrt(sum x^2): 0 for large x, inf or nan for small, nan at 0.",
            "what-goes-wrong",
            HUGE,
        ),
        Misconception(
            "safe_norm_grad/epsilon",
            "A small number in the denominator",
            "safe_norm_grad",
            grad_with_epsilon,
            "For 3e-200 and -4e-200 your gradient is {got}. How long should the gradient of a "
            "length be, everywhere but at 0?",
            "x / (norm + 1e-8): gone for small vectors.",
            "what-goes-wrong",
            ([3e-200, -4e-200],),
        ),
        Misconception(
            "safe_norm_grad/zero-scale",
            "Zero is divided by zero",
            "safe_norm_grad",
            grad_zero_over_zero,
            "For a vector of zeros your gradient is {got}. One such entry turns every weight "
            "before it into nan. Which value does the statement ask for?",
            "The scaled form without the case of zero.",
            "what-goes-wrong",
            ZEROS,
        ),
        Misconception(
            "safe_norm_grad/of-square",
            "It is the gradient of the squared norm",
            "safe_norm_grad",
            grad_of_the_square,
            "For 3 and -4 your gradient is {got}. Walk one step straight away from the origin: by "
            "how much does the distance grow?",
            "Forgets the root and its derivative.",
            "derivation",
            THREE_FOUR,
        ),
        Misconception(
            "safe_norm_grad/signs",
            "Every entry pulls equally",
            "safe_norm_grad",
            grad_signs,
            "For 3 and -4 your gradient is {got}. How long is that vector, and how long should it "
            "be?",
            "The gradient of the L1 norm.",
            "derivation",
            THREE_FOUR,
        ),
        Misconception(
            "safe_norm_grad/sizes",
            "The signs are lost",
            "safe_norm_grad",
            grad_sizes,
            "For 3 and -4 your gradient is {got}. If -4 rises to -3.9, does the length grow?",
            "An absolute value from the scaling carried into the gradient.",
            "derivation",
            THREE_FOUR,
        ),
        Misconception(
            "safe_norm_grad/over-n",
            "It is divided by the number of entries",
            "safe_norm_grad",
            grad_over_n,
            "For 3 and -4 your gradient is {got}. There is no mean in a norm. Where does the 2 "
            "come from?",
            "A 1/n from another exercise.",
            "derivation",
            THREE_FOUR,
        ),
    ),
    success=(
        "Right from 1e-200 to 1e200, and a gradient of zeros where there is no direction. "
        "Distances between embeddings will need exactly this."
    ),
)
