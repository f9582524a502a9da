"""Exercise: a gradient that is measured, one weight at a time."""

from __future__ import annotations

import numpy as np

from autograde.answers import Helper, strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import errors

BOWL = Helper("bowl")
TWISTED = Helper("twisted")
WELL = Helper("product_well")
KINKED = Helper("kinked")
LOGISTIC = Helper("logistic")
LEVEL = Helper("level")

#: With a step of 1e-5 two thirds of the digits are left; mistakes are larger by far.
MEASURED = {"rtol": 1e-6, "atol": 1e-7}


def numerical_gradient(f, w, h=1e-5):
    w = np.array(w, dtype=np.float64)
    slopes = np.empty(w.size)
    for place, unit in enumerate(np.eye(w.size)):
        shift = h * unit.reshape(w.shape)
        slopes[place] = (f(w + shift) - f(w - shift)) / (2 * h)
    return slopes.reshape(w.shape)


def probes(rng: np.random.Generator) -> list[Probe]:
    def draw(*shape: int) -> np.ndarray:
        return errors(rng, shape, 0.75, 2.0) + 0.0625

    def probe(aspect, regime, f, w, **kwargs):
        options = {} if kwargs.get("h", 1e-5) > 1e-3 else MEASURED
        return Probe("numerical_gradient", aspect, regime, (f, w), kwargs, **options)

    single = draw(3).astype(np.float32)
    return [
        probe("value", "a bowl in three weights", BOWL, draw(3)),
        probe("value", "two weights that are multiplied", WELL, draw(2)),
        probe("value", "three weights that depend on each other", TWISTED, draw(3)),
        probe("value", "the logistic loss", LOGISTIC, draw(4)),
        probe("step", "a step of one half", TWISTED, draw(3), h=0.5),
        probe("step", "a step of one quarter, two weights multiplied", WELL, draw(2), h=0.25),
        probe("step", "a step of one half, the logistic loss", LOGISTIC, draw(3), h=0.5),
        probe("step", "a step of 1e-4", TWISTED, 100 * draw(2), h=1e-4),
        probe("edges", "a kink inside the step", KINKED, np.array([0.125, -0.25]) * rng.choice([-1, 1], 2),
              h=0.5),
        probe("edges", "a single weight", TWISTED, draw(1), h=0.5),
        probe("edges", "a matrix of weights", TWISTED, draw(2, 3), h=0.125),
        probe("edges", "whole numbers (dtype int64)", BOWL, rng.integers(1, 6, 3)),
        probe("edges", "single precision (dtype float32)", TWISTED, single),
        probe("edges", "weights that are not contiguous in memory", WELL, strided(draw(3))),
        probe("edges", "a function that is level", LEVEL, draw(2)),
    ]  # fmt: skip


# -- wrong answers -------------------------------------------------------------


def _shifts(w, h):
    w = np.array(w, dtype=float)
    return w, [h * unit.reshape(w.shape) for unit in np.eye(w.size)]


def forward(f, w, h=1e-5):
    w, shifts = _shifts(w, h)
    return np.array([(f(w + s) - f(w)) / h for s in shifts]).reshape(w.shape)


def backward(f, w, h=1e-5):
    w, shifts = _shifts(w, h)
    return np.array([(f(w) - f(w - s)) / h for s in shifts]).reshape(w.shape)


def divided_by_one_step(f, w, h=1e-5):
    w, shifts = _shifts(w, h)
    return np.array([(f(w + s) - f(w - s)) / h for s in shifts]).reshape(w.shape)


def all_at_once(f, w, h=1e-5):
    w = np.array(w, dtype=float)
    return np.full(w.shape, (f(w + h) - f(w - h)) / (2 * h))


def own_step(f, w, h=1e-5):
    w, shifts = _shifts(w, 1e-5)
    return np.array([(f(w + s) - f(w - s)) / 2e-5 for s in shifts]).reshape(w.shape)


def relative_step(f, w, h=1e-5):
    w, shifts = _shifts(w, 1.0)
    h = h * np.maximum(np.abs(w.ravel()), 1.0)
    return np.array(
        [(f(w + k * s) - f(w - k * s)) / (2 * k) for k, s in zip(h, shifts)]
    ).reshape(w.shape)  # fmt: skip


def turned(f, w, h=1e-5):
    w, shifts = _shifts(w, h)
    return np.array([(f(w - s) - f(w + s)) / (2 * h) for s in shifts]).reshape(w.shape)


def type_of_the_start(f, w, h=1e-5):
    out = np.zeros(w.shape)
    for i in range(w.size):
        up, down = np.array(w), np.array(w)
        up.flat[i] += np.asarray(h).astype(w.dtype)
        down.flat[i] -= np.asarray(h).astype(w.dtype)
        out.flat[i] = (f(up) - f(down)) / (2 * h)
    return out


def steps_pile_up(f, w, h=1e-5):
    w, shifts = _shifts(w, h)
    out = []
    for s in shifts:
        out.append((f(w + s) - f(w - s)) / (2 * h))
        w = w + s
    return np.array(out).reshape(w.shape)


def flat(f, w, h=1e-5):
    w, shifts = _shifts(w, h)
    return np.array([(f(w + s) - f(w - s)) / (2 * h) for s in shifts])


def steepest_only(f, w, h=1e-5):
    w, shifts = _shifts(w, h)
    slopes = [(f(w + s) - f(w - s)) / (2 * h) for s in shifts]
    return np.sqrt(np.sum(np.square(slopes)))


def second_difference(f, w, h=1e-5):
    w, shifts = _shifts(w, h)
    return np.array([(f(w + s) - 2 * f(w) + f(w - s)) / h**2 for s in shifts]).reshape(w.shape)


COARSE = (TWISTED, [1.0], 0.5)
PAIR = (BOWL, [1.5, 1.5], 0.5)

EXERCISE = Exercise(
    slug="numerical_gradient",
    title="A gradient by measurement",
    chapter="concepts",
    page="concepts/gradient-checking",
    functions={"numerical_gradient": numerical_gradient},
    points={"value": 2, "step": 2, "edges": 1},
    probes=probes,
    hints=(
        "A partial derivative asks what happens when one weight moves and all others stay. So "
        "there are two calls of f per weight.",
        "Move the weight up by h and down by h; the slope is the difference of the two heights "
        "over the distance between the two places.",
        "The lines that people get wrong put a weight back and make room for h: an array of whole "
        "numbers has no room, and one that was changed in place may not come back to the bit.",
    ),
    misconceptions=(
        Misconception(
            "numerical_gradient/forward",
            "The difference is taken on one side",
            "numerical_gradient",
            forward,
            "For sin(w) + w^2/2 at 1 with a step of 0.5 you return {got}; the slope there is "
            "cos(1) + 1, about 1.540. What would the step to the other side have told you?",
            "Forward difference: an error of order h.",
            "derivation",
            COARSE,
        ),
        Misconception(
            "numerical_gradient/backward",
            "The difference is taken backwards only",
            "numerical_gradient",
            backward,
            "For sin(w) + w^2/2 at 1 with a step of 0.5 you return {got}; the slope there is "
            "cos(1) + 1, about 1.540. What would the step to the other side have told you?",
            "Backward difference.",
            "derivation",
            COARSE,
        ),
        Misconception(
            "numerical_gradient/distance",
            "The difference is divided by h",
            "numerical_gradient",
            divided_by_one_step,
            "For a bowl whose slopes at [1.5, 1.5] are 1 and 2 you return {got}. How far apart "
            "are the two places that you compared?",
            "h in place of 2h.",
            "derivation",
            PAIR,
        ),
        Misconception(
            "numerical_gradient/together",
            "All weights are moved at once",
            "numerical_gradient",
            all_at_once,
            "For a bowl whose slopes at [1.5, 1.5] are 1 and 2 you return {got}. Which weight "
            "caused the difference that you measured?",
            "f(w + h): the slope along the diagonal.",
            "definition",
            PAIR,
        ),
        Misconception(
            "numerical_gradient/own-step",
            "The step that is given is not used",
            "numerical_gradient",
            own_step,
            "With a step of 0.5 you return {got}, as for any other step. Where does h enter?",
            "1e-5 is written into the code.",
            "definition",
            COARSE,
        ),
        Misconception(
            "numerical_gradient/relative",
            "The step grows with the weight",
            "numerical_gradient",
            relative_step,
            "For sin(w) + w^2/2 at 4 with a step of 0.5 you return {got}. How far from 4 did you "
            "look?",
            "h max(1, |w|): sensible in a library, not what is asked.",
            "what-goes-wrong",
            (TWISTED, [4.0], 0.5),
        ),
        Misconception(
            "numerical_gradient/turned",
            "The sign is turned",
            "numerical_gradient",
            turned,
            "For a bowl whose slopes at [1.5, 1.5] are 1 and 2 you return {got}. Does the bowl "
            "rise or fall there, when a weight grows?",
            "f(w - h) - f(w + h).",
            "definition",
            PAIR,
        ),
        Misconception(
            "numerical_gradient/type",
            "The step is squeezed into the type of the weights",
            "numerical_gradient",
            type_of_the_start,
            "At the whole numbers [2, 3] you return {got}. What is 2 + 0.00001 in an array of "
            "whole numbers?",
            "int64 swallows the step; float32 rounds it.",
            "what-goes-wrong",
            (BOWL, np.array([2, 3])),
        ),
        Misconception(
            "numerical_gradient/pile-up",
            "A weight is not put back",
            "numerical_gradient",
            steps_pile_up,
            "For sin(w1) + sin(2 w2) + (w1 + w2)^2/2 at [1, 1] with a step of 0.5 you return "
            "{got}. Where does the first weight stand while you measure the second?",
            "The steps add up from weight to weight.",
            "what-goes-wrong",
            (TWISTED, [1.0, 1.0], 0.5),
        ),
        Misconception(
            "numerical_gradient/flat",
            "The gradient has lost the shape of the weights",
            "numerical_gradient",
            flat,
            "For weights in one row of two you return {got}. Could that be subtracted from the "
            "weights, entry by entry, if they were a matrix of 2 by 3?",
            "A flat list.",
            "definition",
            (BOWL, [[1.5, 1.5]], 0.5),
        ),
        Misconception(
            "numerical_gradient/length",
            "One number is returned, the length of the gradient",
            "numerical_gradient",
            steepest_only,
            "For a bowl with two weights you return {got}. Which way is down?",
            "The norm.",
            "definition",
            PAIR,
        ),
        Misconception(
            "numerical_gradient/second",
            "It measures the curvature",
            "numerical_gradient",
            second_difference,
            "At the point [2.5, 1.5] of a bowl you return {got}, and at its bottom you would "
            "return the same. How steep is the bottom?",
            "The second difference.",
            "derivation",
            (BOWL, [2.5, 1.5], 0.5),
        ),
    ),
    success=(
        "Central differences on six functions, with steps from 0.5 down to 1e-5, for vectors and "
        "matrices, whole numbers and float32. Next door: use it to judge a gradient that "
        "somebody derived by hand."
    ),
)
