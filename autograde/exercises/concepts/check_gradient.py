"""Exercise: one number that says whether a gradient can be believed."""

from __future__ import annotations

import numpy as np

from autograde.answers import Helper, strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.exercises.concepts.numerical_gradient import numerical_gradient
from autograde.regimes import errors

BOWL, BOWL_GRAD = Helper("bowl"), Helper("bowl_gradient")
TWISTED, TWISTED_GRAD = Helper("twisted"), Helper("twisted_gradient")
DOUBLED = Helper("bowl_gradient_doubled")
UPHILL = Helper("bowl_gradient_uphill")
UNCOUPLED = Helper("twisted_gradient_uncoupled")
ONE_OFF = Helper("twisted_gradient_one_off")
LEVEL, LEVEL_GRAD = Helper("level"), Helper("level_gradient")


def check_gradient(f, grad, w, h=1e-5):
    measured = numerical_gradient(f, w, h).ravel()
    derived = np.asarray(grad(w), dtype=float).ravel()
    size = np.sqrt(derived @ derived) + np.sqrt(measured @ measured)
    if size == 0:
        return 0.0
    gap = derived - measured
    return float(np.sqrt(gap @ gap) / size)


def probes(rng: np.random.Generator) -> list[Probe]:
    def draw(*shape: int) -> np.ndarray:
        return errors(rng, shape, 0.75, 2.0) + 0.0625

    def right(aspect, regime, f, grad, w, **kwargs):
        """A gradient without a mistake: what is left is rounding, below a millionth."""
        return Probe(
            "check_gradient", aspect, regime, (f, grad, w), kwargs, atol=1e-6, scaled=False
        )

    def wrong(aspect, regime, f, grad, w, **kwargs):
        return Probe("check_gradient", aspect, regime, (f, grad, w), kwargs, rtol=1e-6)

    return [
        right("believes", "the gradient of a bowl", BOWL, BOWL_GRAD, draw(3)),
        right("believes", "the gradient of a function whose weights depend on each other", TWISTED,
              TWISTED_GRAD, draw(4)),
        right("believes", "large weights", BOWL, BOWL_GRAD, 64 * draw(3), h=1e-3),
        wrong("doubts", "a factor of two too much", BOWL, DOUBLED, draw(3)),
        wrong("doubts", "the sign is turned", BOWL, UPHILL, draw(3)),
        wrong("doubts", "a term is missing", TWISTED, UNCOUPLED, draw(4)),
        wrong("doubts", "one entry of five is 0", TWISTED, ONE_OFF, draw(5)),
        wrong("doubts", "a gradient where the function is level", LEVEL, BOWL_GRAD, draw(2)),
        wrong("step", "a step of one half", TWISTED, TWISTED_GRAD, draw(3), h=0.5),
        wrong("step", "a step of one quarter, a term is missing", TWISTED, UNCOUPLED, draw(3), h=0.25),
        right("edges", "a level function and its gradient, all zero", LEVEL, LEVEL_GRAD, draw(3)),
        wrong("edges", "a single weight, a factor of two too much", BOWL, DOUBLED, draw(1)),
        wrong("edges", "a matrix of weights, one entry is 0", TWISTED, ONE_OFF, draw(2, 2)),
        wrong("edges", "whole numbers (dtype int64), the sign is turned", BOWL, UPHILL,
              rng.integers(1, 6, 3)),
        wrong("edges", "weights that are not contiguous, a term is missing", TWISTED, UNCOUPLED,
              strided(draw(3))),
    ]  # fmt: skip


# -- wrong answers -------------------------------------------------------------


def _both(f, grad, w, h, sides=(1, -1)):
    """The derived and the measured gradient, flat."""
    v = np.array(w, dtype=float)
    shifts = [h * unit.reshape(v.shape) for unit in np.eye(v.size)]
    a, b = sides
    measured = np.array([(f(v + a * s) - f(v + b * s)) / ((a - b) * h) for s in shifts])
    return np.ravel(grad(w)).astype(float), measured


def absolute(f, grad, w, h=1e-5):
    derived, measured = _both(f, grad, w, h)
    return np.linalg.norm(derived - measured)


def by_the_derived(f, grad, w, h=1e-5):
    derived, measured = _both(f, grad, w, h)
    size = np.linalg.norm(derived)
    return np.linalg.norm(derived - measured) / size if size > 0 else 0.0


def by_the_measured(f, grad, w, h=1e-5):
    derived, measured = _both(f, grad, w, h)
    size = np.linalg.norm(measured)
    return np.linalg.norm(derived - measured) / size if size > 0 else 0.0


def nothing_by_nothing(f, grad, w, h=1e-5):
    derived, measured = _both(f, grad, w, h)
    return np.linalg.norm(derived - measured) / (np.linalg.norm(derived) + np.linalg.norm(measured))


def directions(f, grad, w, h=1e-5):
    derived, measured = _both(f, grad, w, h)
    size = np.linalg.norm(derived) * np.linalg.norm(measured)
    return (1 - np.clip(derived @ measured / size, -1, 1)) / 2 if size > 0 else 0.0


def lengths(f, grad, w, h=1e-5):
    derived, measured = (np.linalg.norm(g) for g in _both(f, grad, w, h))
    return abs(derived - measured) / (derived + measured) if derived + measured > 0 else 0.0


def sums(f, grad, w, h=1e-5):
    derived, measured = _both(f, grad, w, h)
    size = np.sum(np.abs(derived)) + np.sum(np.abs(measured))
    return abs(np.sum(derived - measured)) / size if size > 0 else 0.0


def entry_by_entry(f, grad, w, h=1e-5):
    derived, measured = _both(f, grad, w, h)
    size = np.abs(derived) + np.abs(measured)
    return np.mean(np.abs(derived - measured) / np.where(size > 0, size, 1.0))


def squares(f, grad, w, h=1e-5):
    derived, measured = _both(f, grad, w, h)
    size = derived @ derived + measured @ measured
    return np.sum((derived - measured) ** 2) / size if size > 0 else 0.0


def one_sided(f, grad, w, h=1e-5):
    derived, measured = _both(f, grad, w, h, sides=(1, 0))
    size = np.linalg.norm(derived) + np.linalg.norm(measured)
    return np.linalg.norm(derived - measured) / size if size > 0 else 0.0


def first_weight(f, grad, w, h=1e-5):
    derived, measured = (g[0] for g in _both(f, grad, w, h))
    size = abs(derived) + abs(measured)
    return abs(derived - measured) / size if size > 0 else 0.0


def passed(f, grad, w, h=1e-5):
    derived, measured = _both(f, grad, w, h)
    return float(np.allclose(derived, measured, rtol=1e-4, atol=1e-6))


TWICE = (BOWL, DOUBLED, [1.5, 1.5])
BACK = (BOWL, UPHILL, [1.5, 1.5])

EXERCISE = Exercise(
    slug="check_gradient",
    title="Can this gradient be believed?",
    chapter="concepts",
    page="concepts/gradient-checking",
    functions={"check_gradient": check_gradient},
    points={"believes": 1, "doubts": 2, "step": 1, "edges": 1},
    probes=probes,
    hints=(
        "There are two gradients, one from a formula and one from measurements. How far apart is "
        "far? That depends on how long they are.",
        "Divide the length of the difference by the sum of the two lengths. The result lies "
        "between 0 and 1 for every pair of gradients.",
        "The line that people get wrong is the division: at a place where both gradients vanish "
        "there is nothing to divide, and nothing to complain about.",
    ),
    misconceptions=(
        Misconception(
            "check_gradient/absolute",
            "The difference is not divided by anything",
            "check_gradient",
            absolute,
            "A gradient that is twice the true one gets {got} from you, and in millimetres it "
            "would get a thousand times that. Is it more mistaken in millimetres?",
            "An absolute error: passes for small gradients, fails for large ones.",
            "definition",
            TWICE,
        ),
        Misconception(
            "check_gradient/by-derived",
            "It is divided by the derived gradient alone",
            "check_gradient",
            by_the_derived,
            "A gradient that is twice the true one gets {got} from you. What would one get that "
            "is 0, where the true one is not?",
            "One norm in the denominator.",
            "definition",
            TWICE,
        ),
        Misconception(
            "check_gradient/by-measured",
            "It is divided by the measured gradient alone",
            "check_gradient",
            by_the_measured,
            "A gradient that is twice the true one gets {got} from you. Is there an upper end to "
            "your scale?",
            "One norm in the denominator.",
            "definition",
            TWICE,
        ),
        Misconception(
            "check_gradient/zero-by-zero",
            "Zero is divided by zero",
            "check_gradient",
            nothing_by_nothing,
            "For a level function with a gradient of zeros you return {got}. What is there to "
            "complain about?",
            "0 / 0 at a stationary point.",
            "what-goes-wrong",
            (LEVEL, LEVEL_GRAD, [1.0, 2.0]),
        ),
        Misconception(
            "check_gradient/directions",
            "Only the directions are compared",
            "check_gradient",
            directions,
            "A gradient that is twice the true one gets {got} from you. Would a descent with it "
            "take the same steps?",
            "Cosine: blind to a missing 1/n.",
            "definition",
            TWICE,
        ),
        Misconception(
            "check_gradient/lengths",
            "Only the lengths are compared",
            "check_gradient",
            lengths,
            "A gradient with the sign turned gets {got} from you. Where would a descent with it "
            "end?",
            "Difference of norms, not norm of the difference.",
            "definition",
            BACK,
        ),
        Misconception(
            "check_gradient/sums",
            "Differences of opposite sign cancel",
            "check_gradient",
            sums,
            "At [1.5, 0] the bowl's slopes are 1 and -1; with the signs turned you return {got}. "
            "Which of the two entries is right?",
            "The sum of the signed differences.",
            "what-goes-wrong",
            (BOWL, UPHILL, [1.5, 0.0]),
        ),
        Misconception(
            "check_gradient/entries",
            "Every entry is divided by itself",
            "check_gradient",
            entry_by_entry,
            "One entry of two is 0 where it should not be, and you return {got}. Were the lengths "
            "of the two gradients used?",
            "A mean of entrywise relative errors: noise in tiny entries counts as much as a "
            "mistake in large ones.",
            "definition",
            (TWISTED, ONE_OFF, [1.0, 1.0]),
        ),
        Misconception(
            "check_gradient/squares",
            "Squared lengths are compared",
            "check_gradient",
            squares,
            "A gradient that is twice the true one gets {got} from you. With v for the true one, "
            "how long are v, 2v, and the difference?",
            "No roots: an error of 1e-4 is reported as 1e-8.",
            "by-hand",
            TWICE,
        ),
        Misconception(
            "check_gradient/one-sided",
            "The measured gradient is one-sided",
            "check_gradient",
            one_sided,
            "For a bowl and its own gradient, at [1.5, 1.5] with a step of 0.5, you return {got}. "
            "A bowl is the one case where a difference quotient can be exact; which one?",
            "Forward difference.",
            "derivation",
            (BOWL, BOWL_GRAD, [1.5, 1.5], 0.5),
        ),
        Misconception(
            "check_gradient/first",
            "Only the first weight is checked",
            "check_gradient",
            first_weight,
            "The last of two entries is 0 where it should not be, and you return {got}. How many "
            "entries did you look at?",
            "A spot check of one entry.",
            "what-goes-wrong",
            (TWISTED, ONE_OFF, [1.0, 1.0]),
        ),
        Misconception(
            "check_gradient/passed",
            "The answer is yes or no",
            "check_gradient",
            passed,
            "A gradient that is twice the true one gets {got} from you. Whether that is good "
            "enough is for the caller to say; how far apart are the two?",
            "A truth value.",
            "definition",
            TWICE,
        ),
    ),
    success=(
        "It believed every right gradient to a millionth, and doubted a factor, a sign, a missing "
        "term and one entry of five. Put it beside every gradient that you write from now on."
    ),
)
