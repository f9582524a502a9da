"""Exercise: a derivative to the last digit, by a step in a direction nobody uses."""

from __future__ import annotations

import numpy as np

from autograde.answers import Helper, strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import targets

WAVE = Helper("growing_wave")
FRACTION = Helper("smooth_fraction")
CUBIC = Helper("cubic")

#: An ordinary difference quotient is wrong in the sixth to tenth digit; this one is not.
SHARP = 1e-12


def complex_step_derivative(f, x, h=1e-20):
    return np.imag(f(np.asarray(x) + 1j * h)) / h


def probes(rng: np.random.Generator) -> list[Probe]:
    name = "complex_step_derivative"

    def draw(*shape: int) -> np.ndarray:
        return targets(rng, shape) / 2 + 0.0625  # never at a zero of a derivative

    def probe(aspect: str, regime: str, f: Helper, x: np.ndarray, **kwargs) -> Probe:
        return Probe(name, aspect, regime, (f, x), kwargs, rtol=SHARP)

    return [
        probe("value", "a cubic at five places", CUBIC, draw(5)),
        probe("value", "a wave that grows, at four places", WAVE, draw(4)),
        probe("value", "a fraction with roots, at four places", FRACTION, draw(4)),
        probe("edges", "a single place", WAVE, draw(1)),
        probe("edges", "a matrix of places", CUBIC, draw(2, 3)),
        probe("edges", "whole numbers (dtype int64)", CUBIC, rng.integers(1, 6, size=3)),
        probe("edges", "an array that is not contiguous", FRACTION, strided(draw(4))),
        probe("stability", "a step of 1e-100", WAVE, draw(3), h=1e-100),
        probe("stability", "a step of 1e-200", FRACTION, draw(3), h=1e-200),
        probe("stability", "places near 1000", CUBIC, 1000.0 + draw(3)),
    ]


# -- wrong answers -------------------------------------------------------------


def forward_difference(f, x, h=1e-20):
    s = 1e-7
    return (f(x + s) - f(x)) / s


def central_difference(f, x, h=1e-20):
    s = 1e-6
    return (f(x + s) - f(x - s)) / (2 * s)


def forward_with_the_tiny_step(f, x, h=1e-20):
    return (f(x + h) - f(x)) / h


def real_part(f, x, h=1e-20):
    return np.real(f(x + 1j * h)) / h


def not_divided(f, x, h=1e-20):
    return np.imag(f(x + 1j * h))


def difference_first(f, x, h=1e-20):
    return np.real((f(x + 1j * h) - f(x)) / h)


def turned(f, x, h=1e-20):
    return np.imag(f(x - 1j * h)) / h


def size_of_it(f, x, h=1e-20):
    return np.abs(f(x + 1j * h)) / h


def two_sided(f, x, h=1e-20):
    return np.imag(f(x + 1j * h) - f(x - 1j * h)) / h


def own_step(f, x, h=1e-20):
    return np.imag(f(x + 1e-4j)) / 1e-4


AT_ONE = (CUBIC, [1.0])

EXERCISE = Exercise(
    slug="complex_step_derivative",
    title="The complex step",
    chapter="stability",
    page="stability/derivatives",
    functions={"complex_step_derivative": complex_step_derivative},
    points={"value": 3, "edges": 1, "stability": 1},
    probes=probes,
    hints=(
        "A difference quotient cancels because it subtracts two numbers that are nearly equal. "
        "Look for a step after which the interesting part stands by itself.",
        "Write the Taylor expansion of f(x + ih) and sort it into terms with and without i.",
        "The first term with i is what you want, times h. Nothing is subtracted, so h may be as "
        "small as you like.",
    ),
    misconceptions=(
        Misconception(
            "complex_step_derivative/forward",
            "It is a forward difference",
            "complex_step_derivative",
            forward_difference,
            "Print the difference between your result for x^3 + 2x at 1 and the exact 5. It is near "
            "1e-7. Which two nearly equal numbers did you subtract?",
            "Seven good digits at best.",
            "derivation",
        ),
        Misconception(
            "complex_step_derivative/central",
            "It is a central difference",
            "complex_step_derivative",
            central_difference,
            "Print the difference between your result for x^3 + 2x at 1 and the exact 5. It is near "
            "1e-10, and a smaller step makes it worse. Which subtraction is to blame?",
            "Ten good digits at best.",
            "derivation",
        ),
        Misconception(
            "complex_step_derivative/tiny-real-step",
            "A real step that is too small to be seen",
            "complex_step_derivative",
            forward_with_the_tiny_step,
            "For the derivative of a cubic at 1 you return {got}. What is 1 + 1e-20 in float64?",
            "The tiny step belongs to the imaginary direction.",
            "what-goes-wrong",
            AT_ONE,
        ),
        Misconception(
            "complex_step_derivative/real-part",
            "The wrong part of the number is read",
            "complex_step_derivative",
            real_part,
            "For the derivative of a cubic at 1 you return {got}. In f(x + ih), which part holds "
            "f(x), and which holds its change?",
            "real for imag.",
            "derivation",
            AT_ONE,
        ),
        Misconception(
            "complex_step_derivative/not-divided",
            "The change is not divided by the step",
            "complex_step_derivative",
            not_divided,
            "For the derivative of a cubic at 1 you return {got}. A change over which distance?",
            "Misses the division by h.",
            "definition",
            AT_ONE,
        ),
        Misconception(
            "complex_step_derivative/difference",
            "A difference is taken, and its real part",
            "complex_step_derivative",
            difference_first,
            "For the derivative of a cubic at 1 you return {got}. What is the real part of a "
            "change in the imaginary direction?",
            "Divides by h instead of by ih, then takes the real part.",
            "derivation",
            AT_ONE,
        ),
        Misconception(
            "complex_step_derivative/sign",
            "The step goes the other way",
            "complex_step_derivative",
            turned,
            "For the derivative of a rising cubic at 1 you return {got}. Is it falling?",
            "x - ih without a second minus sign.",
            "derivation",
            AT_ONE,
        ),
        Misconception(
            "complex_step_derivative/modulus",
            "The size of the complex number is taken",
            "complex_step_derivative",
            size_of_it,
            "For the derivative of a cubic at 1 you return {got}. What does the modulus of a + ib "
            "measure when b is tiny?",
            "abs for imag.",
            "derivation",
            AT_ONE,
        ),
        Misconception(
            "complex_step_derivative/two-sided",
            "Two steps, divided by one",
            "complex_step_derivative",
            two_sided,
            "For the derivative of a cubic at 1 you return {got}. How far apart are x + ih and "
            "x - ih?",
            "A central difference that forgets the 2 (and needs no second side at all).",
            "derivation",
            AT_ONE,
        ),
        Misconception(
            "complex_step_derivative/large-step",
            "The step is larger than it needs to be",
            "complex_step_derivative",
            own_step,
            "For the derivative of a cubic at 1 you return {got}. The term that is left out grows "
            "with the square of h. What keeps you from a smaller one?",
            "Ignores h and uses a step from the world of difference quotients.",
            "what-goes-wrong",
            AT_ONE,
        ),
    ),
    success=(
        "All digits, at a step of 1e-200. Use it to check the gradients that you derive by hand, "
        "as long as the function is analytic: an absolute value or a conjugate breaks it."
    ),
)
