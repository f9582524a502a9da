"""Exercise: a line fitted by gradient descent, with any loss."""

from __future__ import annotations

import numpy as np

from autograde.answers import Helper, strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import EIGHTH, errors, targets

HALF_SQUARED = Helper("half_squared_gradient")
ARCTAN = Helper("arctan_gradient")
LOPSIDED = Helper("lopsided_gradient")


def fit_line(x, y, loss_grad, lr=0.1, steps=100):
    design = np.column_stack([x, np.ones(len(x))])
    line = np.zeros(2)
    for _ in range(steps):
        line = line - lr * (design.T @ loss_grad(y, design @ line))
    return float(line[0]), float(line[1])


def probes(rng: np.random.Generator) -> list[Probe]:
    def data(n: int) -> tuple[np.ndarray, np.ndarray]:
        """Points scattered about a line; x is spread out and not centred."""
        x = rng.permutation(np.linspace(-1.0, 2.0, n) + rng.integers(-1, 2, size=n) * EIGHTH)
        slope, intercept = errors(rng, 2, 1.0, 2.0)
        return x, slope * x + intercept + targets(rng, n) / 8

    def probe(aspect, regime, points, gradient, **kwargs):
        return Probe("fit_line", aspect, regime, (*points, gradient), kwargs)

    drawn = [
        probe(
            "value", "one step with the half squared error", data(4), HALF_SQUARED, lr=0.5, steps=1
        ),
        probe(
            "value",
            "two steps with the half squared error",
            data(4),
            HALF_SQUARED,
            lr=0.25,
            steps=2,
        ),
        probe("value", "three steps with a bounded gradient", data(5), ARCTAN, lr=0.5, steps=3),
        probe("value", "three steps with a lopsided gradient", data(5), LOPSIDED, lr=0.25, steps=3),
        probe("descent", "lr and steps left at their defaults", data(6), HALF_SQUARED),
        probe("descent", "lr left at its default, 40 steps", data(6), LOPSIDED, steps=40),
        probe("descent", "60 steps with a lopsided gradient", data(7), LOPSIDED, lr=0.2, steps=60),
        probe("descent", "80 steps with a bounded gradient", data(8), ARCTAN, lr=0.3, steps=80),
    ]
    x, _ = data(6)
    slope, intercept = errors(rng, 2, 0.5, 2.0)
    exact = (x, slope * x + intercept)
    xv, yv = data(5)
    level, y_level = data(5)
    drawn += [
        probe(
            "descent", "120 steps towards points on a line", exact, HALF_SQUARED, lr=0.3, steps=120
        ),
        probe("edges", "no steps at all", data(4), HALF_SQUARED, steps=0),
        probe("edges", "a single point", data(1), LOPSIDED, lr=0.25, steps=3),
        probe("edges", "every x is 0", (0.0 * level, y_level), LOPSIDED, lr=0.25, steps=5),
        probe(
            "edges",
            "arrays that are not contiguous in memory",
            (strided(xv), strided(yv)),
            ARCTAN,
            lr=0.25,
            steps=5,
        ),
    ]
    return drawn


# -- wrong answers -------------------------------------------------------------


def uphill(x, y, loss_grad, lr=0.1, steps=100):
    a = b = 0.0
    for _ in range(steps):
        g = loss_grad(y, a * x + b)
        a, b = a + lr * np.sum(g * x), b + lr * np.sum(g)
    return a, b


def averaged_again(x, y, loss_grad, lr=0.1, steps=100):
    a = b = 0.0
    for _ in range(steps):
        g = loss_grad(y, a * x + b)
        a, b = a - lr * np.mean(g * x), b - lr * np.mean(g)
    return a, b


def slope_without_x(x, y, loss_grad, lr=0.1, steps=100):
    a = b = 0.0
    for _ in range(steps):
        g = loss_grad(y, a * x + b)
        a, b = a - lr * np.sum(g), b - lr * np.sum(g)
    return a, b


def intercept_stays(x, y, loss_grad, lr=0.1, steps=100):
    a = b = 0.0
    for _ in range(steps):
        g = loss_grad(y, a * x + b)
        a = a - lr * np.sum(g * x)
    return a, b


def one_after_the_other(x, y, loss_grad, lr=0.1, steps=100):
    a = b = 0.0
    for _ in range(steps):
        a = a - lr * np.sum(loss_grad(y, a * x + b) * x)
        b = b - lr * np.sum(loss_grad(y, a * x + b))
    return a, b


def arguments_swapped(x, y, loss_grad, lr=0.1, steps=100):
    a = b = 0.0
    for _ in range(steps):
        g = loss_grad(a * x + b, y)
        a, b = a - lr * np.sum(g * x), b - lr * np.sum(g)
    return a, b


def one_step_more(x, y, loss_grad, lr=0.1, steps=100):
    a = b = 0.0
    for _ in range(steps + 1):
        g = loss_grad(y, a * x + b)
        a, b = a - lr * np.sum(g * x), b - lr * np.sum(g)
    return a, b


def one_step_less(x, y, loss_grad, lr=0.1, steps=100):
    a = b = 0.0
    for _ in range(1, steps):
        g = loss_grad(y, a * x + b)
        a, b = a - lr * np.sum(g * x), b - lr * np.sum(g)
    return a, b


def intercept_first(x, y, loss_grad, lr=0.1, steps=100):
    a = b = 0.0
    for _ in range(steps):
        g = loss_grad(y, a * x + b)
        a, b = a - lr * np.sum(g * x), b - lr * np.sum(g)
    return b, a


def starts_at_one(x, y, loss_grad, lr=0.1, steps=100):
    a = b = 1.0
    for _ in range(steps):
        g = loss_grad(y, a * x + b)
        a, b = a - lr * np.sum(g * x), b - lr * np.sum(g)
    return a, b


def stops_early(x, y, loss_grad, lr=0.1, steps=100):
    a = b = 0.0
    for _ in range(steps):
        g = loss_grad(y, a * x + b)
        if np.max(np.abs(g)) < 1e-3:
            break
        a, b = a - lr * np.sum(g * x), b - lr * np.sum(g)
    return a, b


def normalised(x, y, loss_grad, lr=0.1, steps=100):
    a = b = 0.0
    for _ in range(steps):
        g = loss_grad(y, a * x + b)
        da, db = np.sum(g * x), np.sum(g)
        length = max(np.hypot(da, db), 1e-12)
        a, b = a - lr * da / length, b - lr * db / length
    return a, b


def squares_whatever_is_asked(x, y, loss_grad, lr=0.1, steps=100):
    a = b = 0.0
    for _ in range(steps):
        g = (a * x + b - y) / x.size
        a, b = a - lr * np.sum(g * x), b - lr * np.sum(g)
    return a, b


def gradient_of_the_start(x, y, loss_grad, lr=0.1, steps=100):
    a = b = 0.0
    g = loss_grad(y, a * x + b)
    for _ in range(steps):
        a, b = a - lr * np.sum(g * x), b - lr * np.sum(g)
    return a, b


#: The statement's example: both predictions start too low by 1.
ONE_STEP = ([0.0, 2.0], [1.0, 1.0], HALF_SQUARED, 0.5, 1)
TWO_STEPS = ([0.0, 2.0], [1.0, 1.0], HALF_SQUARED, 0.5, 2)

EXERCISE = Exercise(
    slug="fit_line",
    title="Fit a line with any of them",
    chapter="regression",
    page="regression/training",
    functions={"fit_line": fit_line},
    points={"value": 3, "descent": 2, "edges": 1},
    probes=probes,
    hints=(
        "The gradient that you are given speaks about predictions. Ask, for one sample, how far "
        "its prediction moves when a moves by a little, and when b does.",
        "Each step turns n slopes, one per prediction, into two: one for a and one for b. Each "
        "of the two is a sum over all samples.",
        "The line that people get wrong is the one that moves a and b: both moves must come from "
        "the same predictions, and neither of them averages again.",
    ),
    misconceptions=(
        Misconception(
            "fit_line/uphill",
            "The steps go uphill",
            "fit_line",
            uphill,
            "For x = [0, 2], y = [1, 1] one step of size 0.5 brings you to {got}. Both predictions "
            "started too low: are they closer to their targets now?",
            "Adds the gradient.",
            "definition",
            ONE_STEP,
        ),
        Misconception(
            "fit_line/second-mean",
            "The mean is taken twice",
            "fit_line",
            averaged_again,
            "For x = [0, 2], y = [1, 1] one step of size 0.5 brings you to {got}. The gradient of "
            "a mean over two samples is already divided by 2: by what have you divided in all?",
            "np.mean over a gradient that contains 1/n. The line still comes out, n times slower.",
            "derivation",
            ONE_STEP,
        ),
        Misconception(
            "fit_line/no-x",
            "Slope and intercept move by the same amount",
            "fit_line",
            slope_without_x,
            "For x = [0, 4], y = [1, 1] one step of size 0.5 brings you to {got}. By how much does "
            "the prediction at x = 4 rise when the slope rises by 0.1, and by how much at x = 0?",
            "Leaves out the inner derivative of a x + b with respect to a.",
            "derivation",
            ([0.0, 4.0], [1.0, 1.0], HALF_SQUARED, 0.5, 1),
        ),
        Misconception(
            "fit_line/no-intercept",
            "The intercept never moves",
            "fit_line",
            intercept_stays,
            "For x = [0, 2], y = [1, 1] one step of size 0.5 brings you to {got}. What does your "
            "line predict at x = 0, now and after a thousand steps?",
            "Only the slope is updated.",
            "definition",
            ONE_STEP,
        ),
        Misconception(
            "fit_line/one-after-the-other",
            "The intercept is moved after the slope, with new predictions",
            "fit_line",
            one_after_the_other,
            "For x = [0, 2], y = [1, 1] one step of size 0.5 brings you to {got}. From which line "
            "was the second number computed, the old one or one that is half new?",
            "Gauss-Seidel: recomputes the gradient between the two updates. It converges too, on "
            "another path.",
            "what-goes-wrong",
            ONE_STEP,
        ),
        Misconception(
            "fit_line/arguments",
            "Targets and predictions change places",
            "fit_line",
            arguments_swapped,
            "For x = [0, 2], y = [1, 1] one step of size 0.5 brings you to {got}. Whom does "
            "loss_grad expect first, and with respect to whom does it differentiate?",
            "loss_grad(y_pred, y_true). For a loss that is the same on both sides this is a step "
            "uphill; for others it is a different loss as well.",
            "definition",
            ONE_STEP,
        ),
        Misconception(
            "fit_line/one-more",
            "There is one step too many",
            "fit_line",
            one_step_more,
            "With steps = 0 on x = [0, 2], y = [1, 1] you return {got}. Where should a descent "
            "without a step end?",
            "range(steps + 1), or an update before the loop.",
            "definition",
            ([0.0, 2.0], [1.0, 1.0], HALF_SQUARED, 0.5, 0),
        ),
        Misconception(
            "fit_line/one-less",
            "There is one step too few",
            "fit_line",
            one_step_less,
            "With steps = 1 on x = [0, 2], y = [1, 1] you return {got}. How many steps did you "
            "take to get there?",
            "range(1, steps).",
            "definition",
            ONE_STEP,
        ),
        Misconception(
            "fit_line/order",
            "The intercept is returned first",
            "fit_line",
            intercept_first,
            "For x = [0, 1], y = [1, 3] two hundred steps give {got}. Draw the two points: how "
            "steep is the line through them, and where does it cross x = 0?",
            "Returns (b, a).",
            "definition",
            ([0.0, 1.0], [1.0, 3.0], HALF_SQUARED, 0.5, 200),
        ),
        Misconception(
            "fit_line/start",
            "The descent starts somewhere else",
            "fit_line",
            starts_at_one,
            "With steps = 0 on x = [0, 2], y = [1, 1] you return {got}. Where does the statement "
            "put the start?",
            "Starts at ones.",
            "definition",
            ([0.0, 2.0], [1.0, 1.0], HALF_SQUARED, 0.5, 0),
        ),
        Misconception(
            "fit_line/early-stop",
            "It stops when the gradient gets small",
            "fit_line",
            stops_early,
            "For x = [0, 1], y = [1, 3] two hundred steps give {got}; the points lie on a line. "
            "How many of the steps that were ordered did you take?",
            "Breaks at a tolerance of its own. Sensible in a library, but it is not what is asked.",
            "what-goes-wrong",
            ([0.0, 1.0], [1.0, 3.0], HALF_SQUARED, 0.5, 200),
        ),
        Misconception(
            "fit_line/normalised",
            "Every step has the same length",
            "fit_line",
            normalised,
            "For x = [0, 2], y = [1, 1] two steps of size 0.5 bring you to {got}. Near the bottom "
            "the slopes shrink: what shrinks your steps?",
            "Divides the gradient by its length.",
            "what-goes-wrong",
            TWO_STEPS,
        ),
        Misconception(
            "fit_line/own-loss",
            "It fits by squares, whatever gradient it is given",
            "fit_line",
            squares_whatever_is_asked,
            "With a gradient that never exceeds 1.6 in size, one step of size 0.5 towards a target "
            "of 1000 at x = 0 brings you to {got}. Where does the given gradient enter your code?",
            "loss_grad is not called; the half squared error is hard-wired.",
            "definition",
            ([0.0], [1000.0], ARCTAN, 0.5, 1),
        ),
        Misconception(
            "fit_line/stale",
            "The gradient of the first step is used for all",
            "fit_line",
            gradient_of_the_start,
            "For x = [0, 2], y = [1, 1] two steps of size 0.5 bring you to {got}. After the first "
            "step both predictions have moved: whose gradient did the second step use?",
            "Computes the gradient before the loop.",
            "what-goes-wrong",
            TWO_STEPS,
        ),
    ),
    success=(
        "One step, three steps and three hundred agree with the reference for three different "
        "losses, down to a single point and no step at all. Next door: put your own Huber "
        "gradient in, move one point far away, and watch which line stays."
    ),
)
