"""Exercise: walk downhill, and keep the whole path."""

from __future__ import annotations

import itertools

import numpy as np

from autograde.answers import Helper, strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import errors, targets

BOWL = Helper("bowl_gradient")
TWISTED = Helper("twisted_gradient")
LEVEL = Helper("level_gradient")


def gradient_descent(grad, w, lr=0.1, steps=100):
    path = np.empty((steps + 1, *np.shape(w)))
    path[0] = w
    for before, after in itertools.pairwise(path):
        after[...] = before - lr * grad(before)
    return path


def probes(rng: np.random.Generator) -> list[Probe]:
    def draw(*shape: int) -> np.ndarray:
        return errors(rng, shape, 0.75, 3.0) + 0.0625

    def probe(aspect, regime, grad, w, **kwargs):
        return Probe("gradient_descent", aspect, regime, (grad, w), kwargs)

    single = draw(3).astype(np.float32)
    return [
        probe("path", "one step in a bowl", BOWL, draw(2), lr=0.25, steps=1),
        probe("path", "two steps in a bowl", BOWL, draw(3), lr=0.125, steps=2),
        probe("path", "four steps where the weights depend on each other", TWISTED, draw(3),
              lr=0.0625, steps=4),
        probe("path", "three steps that are too long", BOWL, draw(3), lr=0.75, steps=3),
        probe("path", "lr left at its default, five steps", BOWL, draw(2), steps=5),
        probe("arrival", "lr and steps left at their defaults", BOWL, draw(2)),
        probe("arrival", "sixty steps in a bowl", BOWL, draw(3), lr=0.3, steps=60),
        probe("edges", "no steps at all", TWISTED, draw(3), steps=0),
        probe("edges", "a single weight", BOWL, draw(1), lr=0.5, steps=3),
        probe("edges", "a matrix of weights", TWISTED, draw(2, 3), lr=0.03125, steps=3),
        probe("edges", "whole numbers (dtype int64)", BOWL, rng.integers(1, 6, 3), lr=0.25, steps=3),
        probe("edges", "single precision (dtype float32)", BOWL, single, lr=0.25, steps=3),
        probe("edges", "weights that are not contiguous in memory", BOWL, strided(draw(3)), lr=0.25,
              steps=3),
        probe("edges", "a level landscape", LEVEL, targets(rng, 2), lr=0.5, steps=4),
    ]  # fmt: skip


# -- wrong answers -------------------------------------------------------------


def uphill(grad, w, lr=0.1, steps=100):
    path = [np.array(w, dtype=float)]
    for _ in range(steps):
        path.append(path[-1] + lr * grad(path[-1]))
    return np.array(path)


def arrival_only(grad, w, lr=0.1, steps=100):
    w = np.array(w, dtype=float)
    for _ in range(steps):
        w = w - lr * grad(w)
    return w


def start_left_out(grad, w, lr=0.1, steps=100):
    w, path = np.array(w, dtype=float), []
    for _ in range(steps):
        w = w - lr * grad(w)
        path.append(w)
    return np.array(path).reshape(steps, *w.shape)


def arrival_left_out(grad, w, lr=0.1, steps=100):
    w, path = np.array(w, dtype=float), []
    for _ in range(steps):
        path.append(w)
        w = w - lr * grad(w)
    return np.array(path).reshape(steps, *w.shape)


def one_array_again_and_again(grad, w, lr=0.1, steps=100):
    w = np.array(w, dtype=float)
    path = [w]
    for _ in range(steps):
        w -= lr * grad(w)
        path.append(w)
    return np.array(path)


def stale(grad, w, lr=0.1, steps=100):
    w = np.array(w, dtype=float)
    slope = grad(w)
    return np.array([w - k * lr * slope for k in range(steps + 1)])


def no_rate(grad, w, lr=0.1, steps=100):
    path = [np.array(w, dtype=float)]
    for _ in range(steps):
        path.append(path[-1] - grad(path[-1]))
    return np.array(path)


def unit_steps(grad, w, lr=0.1, steps=100):
    path = [np.array(w, dtype=float)]
    for _ in range(steps):
        slope = grad(path[-1])
        length = np.sqrt(np.sum(slope**2))
        path.append(path[-1] - lr * slope / (length if length > 0 else 1.0))
    return np.array(path)


def signs(grad, w, lr=0.1, steps=100):
    path = [np.array(w, dtype=float)]
    for _ in range(steps):
        path.append(path[-1] - lr * np.sign(grad(path[-1])))
    return np.array(path)


def one_weight_after_the_other(grad, w, lr=0.1, steps=100):
    path = [np.array(w, dtype=float)]
    for _ in range(steps):
        now = path[-1].copy()
        for i in range(now.size):
            now.flat[i] -= lr * grad(now).flat[i]
        path.append(now)
    return np.array(path)


def shrinking_rate(grad, w, lr=0.1, steps=100):
    path = [np.array(w, dtype=float)]
    for k in range(steps):
        path.append(path[-1] - lr / (k + 1) * grad(path[-1]))
    return np.array(path)


def truncated(grad, w, lr=0.1, steps=100):
    w = np.array(w)
    path = np.empty((steps + 1, *w.shape), dtype=w.dtype)
    path[0] = w
    for k in range(steps):
        path[k + 1] = path[k] - lr * grad(path[k])
    return path


ONE = (BOWL, [2.5], 0.5, 1)
TWO = (BOWL, [2.5], 0.5, 2)

EXERCISE = Exercise(
    slug="gradient_descent",
    title="Downhill, step by step",
    chapter="concepts",
    page="concepts/landscape",
    functions={"gradient_descent": gradient_descent},
    points={"path": 3, "arrival": 1, "edges": 1},
    probes=probes,
    hints=(
        "The gradient points to where the function grows fastest. It is the only thing that you "
        "learn about the landscape, and you learn it at one place.",
        "Each new point is the last one, moved against the gradient there, by lr times its "
        "length. A path of k steps has k + 1 points.",
        "The line that people get wrong is the one that stores a point. An array that is changed "
        "in place changes in every list that holds it.",
    ),
    misconceptions=(
        Misconception(
            "gradient_descent/uphill",
            "The steps go uphill",
            "gradient_descent",
            uphill,
            "From 2.5, towards a bottom at 0.5, one step of size 0.5 brings you along {got}. Are "
            "you closer?",
            "Adds the gradient.",
            "definition",
            ONE,
        ),
        Misconception(
            "gradient_descent/arrival-only",
            "Only the last point is returned",
            "gradient_descent",
            arrival_only,
            "One step from 2.5 returns {got}. How many points does a path of one step have?",
            "The final weights.",
            "definition",
            ONE,
        ),
        Misconception(
            "gradient_descent/no-start",
            "The path begins after the first step",
            "gradient_descent",
            start_left_out,
            "One step from 2.5 returns {got}. Where did the walk begin?",
            "The start is not stored.",
            "definition",
            ONE,
        ),
        Misconception(
            "gradient_descent/no-arrival",
            "The last point is missing",
            "gradient_descent",
            arrival_left_out,
            "One step from 2.5 returns {got}. Where did that step lead?",
            "Stores before it steps, and forgets the end.",
            "definition",
            ONE,
        ),
        Misconception(
            "gradient_descent/aliased",
            "Every point of the path is the same array",
            "gradient_descent",
            one_array_again_and_again,
            "One step from 2.5 returns {got}. You stored the first point before you moved; who "
            "moved it?",
            "w -= ... changes the array that is already in the list.",
            "what-goes-wrong",
            ONE,
        ),
        Misconception(
            "gradient_descent/stale",
            "The gradient of the start is used for every step",
            "gradient_descent",
            stale,
            "Two steps of size 0.5 from 2.5, towards a bottom at 0.5, lead you along {got}. How "
            "steep is it at the second point?",
            "The gradient is computed before the loop.",
            "definition",
            TWO,
        ),
        Misconception(
            "gradient_descent/no-rate",
            "The step size is not used",
            "gradient_descent",
            no_rate,
            "One step of size 0.5 from 2.5 leads you along {got}. And one of size 0.001?",
            "lr is left out.",
            "definition",
            ONE,
        ),
        Misconception(
            "gradient_descent/unit",
            "Every step has the same length",
            "gradient_descent",
            unit_steps,
            "Two steps of size 0.5 from 2.5, towards a bottom at 0.5, lead you along {got}. The "
            "slope halves on the way: do your steps?",
            "Divides by the length of the gradient.",
            "what-goes-wrong",
            TWO,
        ),
        Misconception(
            "gradient_descent/signs",
            "Only the sign of each slope is used",
            "gradient_descent",
            signs,
            "In a bowl whose second weight is twice as steep as its first, one step from [2.5, "
            "2.5] leads you along {got}. Which of the two weights should move further?",
            "Sign descent.",
            "derivation",
            (BOWL, [2.5, 2.5], 0.125, 1),
        ),
        Misconception(
            "gradient_descent/in-turn",
            "The weights move one after the other",
            "gradient_descent",
            one_weight_after_the_other,
            "Where each slope depends on both weights, one step from [1, 1] leads you along "
            "{got}. At which point was the slope of the second weight taken?",
            "Coordinate-wise updates with fresh gradients.",
            "what-goes-wrong",
            (TWISTED, [1.0, 1.0], 0.25, 1),
        ),
        Misconception(
            "gradient_descent/shrinking",
            "The step size shrinks on the way",
            "gradient_descent",
            shrinking_rate,
            "Two steps of size 0.5 from 2.5 lead you along {got}. Which step size did the second "
            "step have?",
            "A schedule lr / (k + 1) that nobody asked for.",
            "definition",
            TWO,
        ),
        Misconception(
            "gradient_descent/whole",
            "The path has the type of the start",
            "gradient_descent",
            truncated,
            "From the whole number 3, one step of size 0.25 leads you along {got}. Where between "
            "the two should the step have ended?",
            "An int64 array cuts the fractions off.",
            "what-goes-wrong",
            (BOWL, np.array([3]), 0.25, 1),
        ),
    ),
    success=(
        "The path is right point by point, on two landscapes, also where the steps are too long "
        "and where there is nothing to descend. Next door: how do you know that the gradient you "
        "are following is the gradient of your loss?"
    ),
)
