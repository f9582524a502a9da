"""Exercise: gradient descent for a line, with any loss given by its gradient."""

from __future__ import annotations

import numpy as np

from autograde.answers import Helper, strided
from autograde.exercise import Exercise, Misconception, Probe

HELPERS = ("half_squared_gradient", "arctan_gradient", "lopsided_gradient")


def fit_line(x, y, loss_grad, lr=0.1, steps=100):
    """The reference: the same descent as one matrix product, on both numbers at once."""
    design = np.stack([x, np.ones(len(x))])
    line = np.zeros(2)
    for _ in range(steps):
        line = line - lr * (design @ loss_grad(y, line @ design))
    return line


def probes(rng: np.random.Generator) -> list[Probe]:
    def draw(n: int) -> tuple[np.ndarray, np.ndarray]:
        x = rng.permutation(np.linspace(-2.0, 3.0, n)) + rng.integers(-2, 3) * 0.125
        return x, np.round(rng.uniform(-2, 2) * x + rng.uniform(-3, 3) + rng.normal(size=n), 2)

    drawn = []
    for name, said in zip(
        HELPERS, ("half the square", "a bounded pull", "a lopsided pull"), strict=True
    ):
        helper = Helper(name)
        for steps, how in ((1, "one step"), (2, "two steps"), (60, "sixty steps")):
            lr = float(rng.choice([0.05, 0.1, 0.2]))
            drawn.append(
                Probe(
                    "fit_line",
                    "descent",
                    f"{how}, {said}",
                    (*draw(6), helper),
                    {"lr": lr, "steps": steps},
                )
            )
    first = Helper(HELPERS[0])
    x, y = draw(5)
    drawn += [
        Probe("fit_line", "descent", "lr and steps left at their defaults", (*draw(7), first)),
        Probe("fit_line", "edges", "no steps at all", (*draw(4), first), {"lr": 0.1, "steps": 0}),
        Probe(
            "fit_line",
            "edges",
            "every x the same",
            (np.full(4, 0.5), draw(4)[1], first),
            {"lr": 0.1, "steps": 30},
        ),
        Probe("fit_line", "edges", "a single point", (*draw(1), first), {"lr": 0.1, "steps": 5}),
        Probe(
            "fit_line",
            "edges",
            "arrays that are not contiguous in memory",
            (strided(x), strided(y), Helper(HELPERS[1])),
            {"lr": 0.1, "steps": 7},
        ),
    ]
    return drawn


# -- wrong answers -------------------------------------------------------------


def climbs(x, y, loss_grad, lr=0.1, steps=100):
    a, b = 0.0, 0.0
    for _ in range(steps):
        g = loss_grad(y, a * x + b)
        a, b = a + lr * np.sum(g * x), b + lr * np.sum(g)
    return a, b


def averaged_again(x, y, loss_grad, lr=0.1, steps=100):
    a, b = 0.0, 0.0
    for _ in range(steps):
        g = loss_grad(y, a * x + b)
        a, b = a - lr * np.mean(g * x), b - lr * np.mean(g)
    return a, b


def slope_without_x(x, y, loss_grad, lr=0.1, steps=100):
    a, b = 0.0, 0.0
    for _ in range(steps):
        g = loss_grad(y, a * x + b)
        a, b = a - lr * np.sum(g), b - lr * np.sum(g)
    return a, b


def no_intercept(x, y, loss_grad, lr=0.1, steps=100):
    a = 0.0
    for _ in range(steps):
        a = a - lr * np.sum(loss_grad(y, a * x) * x)
    return a, 0.0


def one_after_the_other(x, y, loss_grad, lr=0.1, steps=100):
    a, b = 0.0, 0.0
    for _ in range(steps):
        a = a - lr * np.sum(loss_grad(y, a * x + b) * x)
        b = b - lr * np.sum(loss_grad(y, a * x + b))
    return a, b


def arguments_exchanged(x, y, loss_grad, lr=0.1, steps=100):
    a, b = 0.0, 0.0
    for _ in range(steps):
        g = loss_grad(a * x + b, y)
        a, b = a - lr * np.sum(g * x), b - lr * np.sum(g)
    return a, b


def one_step_more(x, y, loss_grad, lr=0.1, steps=100):
    a, b = 0.0, 0.0
    for _ in range(steps + 1):
        g = loss_grad(y, a * x + b)
        a, b = a - lr * np.sum(g * x), b - lr * np.sum(g)
    return a, b


def one_step_less(x, y, loss_grad, lr=0.1, steps=100):
    a, b = 0.0, 0.0
    for _ in range(1, steps):
        g = loss_grad(y, a * x + b)
        a, b = a - lr * np.sum(g * x), b - lr * np.sum(g)
    return a, b


def intercept_first(x, y, loss_grad, lr=0.1, steps=100):
    a, b = 0.0, 0.0
    for _ in range(steps):
        g = loss_grad(y, a * x + b)
        a, b = a - lr * np.sum(g * x), b - lr * np.sum(g)
    return b, a


def starts_at_one(x, y, loss_grad, lr=0.1, steps=100):
    a, b = 1.0, 1.0
    for _ in range(steps):
        g = loss_grad(y, a * x + b)
        a, b = a - lr * np.sum(g * x), b - lr * np.sum(g)
    return a, b


def least_squares(x, y, loss_grad, lr=0.1, steps=100):
    design = np.stack([x, np.ones(len(x))], axis=1)
    return np.linalg.lstsq(design, y, rcond=None)[0]


def own_squared_gradient(x, y, loss_grad, lr=0.1, steps=100):
    a, b = 0.0, 0.0
    for _ in range(steps):
        g = 2 * (a * x + b - y) / len(x)
        a, b = a - lr * np.sum(g * x), b - lr * np.sum(g)
    return a, b


def returns_predictions(x, y, loss_grad, lr=0.1, steps=100):
    a, b = 0.0, 0.0
    for _ in range(steps):
        g = loss_grad(y, a * x + b)
        a, b = a - lr * np.sum(g * x), b - lr * np.sum(g)
    return a * x + b


SMALL = ([0.0, 2.0], [1.0, 1.0], Helper("half_squared_gradient"), 0.5, 1)
TWO_STEPS = ([0.0, 2.0], [1.0, 1.0], Helper("half_squared_gradient"), 0.5, 2)

EXERCISE = Exercise(
    slug="fit_line",
    title="Fit a line",
    chapter="regression",
    page="regression/training",
    functions={"fit_line": fit_line},
    points={"descent": 4, "edges": 2},
    probes=probes,
    hints=(
        "The gradient tells each prediction which way is up. The line has only two numbers: ask "
        "how far each prediction moves when one of them moves a little.",
        "If the slope grows by a little, the prediction at x grows by x times that. If the "
        "intercept grows by a little, every prediction grows by it.",
        "The line that people get wrong is the sum: the 1/n is in the gradient already, so the "
        "chain rule adds the contributions up and does not average them once more.",
    ),
    misconceptions=(
        Misconception(
            "fit_line/climbs",
            "It walks uphill",
            "fit_line",
            climbs,
            "For x = 0 and 2, y = 1 and 1, one step of 0.5 takes you to {got}. Both predictions "
            "were too low. Are they closer now?",
            "Adds the gradient.",
            "derivation",
            SMALL,
        ),
        Misconception(
            "fit_line/averaged-again",
            "The mean is taken twice",
            "fit_line",
            averaged_again,
            "For x = 0 and 2, y = 1 and 1, one step of 0.5 takes you to {got}. The gradient of a "
            "mean has a 1/n in every entry. How many does your step have?",
            "np.mean of a gradient that is already that of a mean.",
            "what-goes-wrong",
            SMALL,
        ),
        Misconception(
            "fit_line/no-x",
            "Slope and intercept move alike",
            "fit_line",
            slope_without_x,
            "For x = 0 and 2, y = 1 and 1, one step of 0.5 takes you to {got}. The first point "
            "lies at x = 0. What does it care about the slope?",
            "The factor x of the chain rule is missing.",
            "derivation",
            SMALL,
        ),
        Misconception(
            "fit_line/no-intercept",
            "The intercept never moves",
            "fit_line",
            no_intercept,
            "For x = 0 and 2, y = 1 and 1, one step of 0.5 takes you to {got}. Which number can "
            "lift the prediction at x = 0?",
            "Fits through the origin.",
            "derivation",
            SMALL,
        ),
        Misconception(
            "fit_line/one-after-the-other",
            "The intercept already sees the new slope",
            "fit_line",
            one_after_the_other,
            "For x = 0 and 2, y = 1 and 1, one step of 0.5 takes you to {got}. At which line did "
            "you measure the slope of the landscape for each of the two moves?",
            "Gauss-Seidel instead of a joint step; converges too, but is not the step asked for.",
            "derivation",
            SMALL,
        ),
        Misconception(
            "fit_line/exchanged",
            "Truth and prediction are handed over in the wrong order",
            "fit_line",
            arguments_exchanged,
            "For x = 0 and 2, y = 1 and 1, one step of 0.5 takes you to {got}. Which argument of "
            "loss_grad comes first?",
            "loss_grad(y_pred, y_true): the sign turns.",
            "definition",
            TWO_STEPS,
        ),
        Misconception(
            "fit_line/one-more",
            "There is a step too many",
            "fit_line",
            one_step_more,
            "For one step of 0.5 you take two and arrive at {got}. With steps = 0, where should "
            "you be?",
            "range(steps + 1).",
            "definition",
            SMALL,
        ),
        Misconception(
            "fit_line/one-less",
            "There is a step too few",
            "fit_line",
            one_step_less,
            "For one step of 0.5 you arrive at {got}. How often does your loop run?",
            "range(1, steps).",
            "definition",
            SMALL,
        ),
        Misconception(
            "fit_line/order",
            "The intercept comes back first",
            "fit_line",
            intercept_first,
            "For x = 0 and 2, y = 1 and 1, two steps of 0.5 end at {got}. Which of your two "
            "numbers is the slope?",
            "Returns (intercept, slope).",
            "definition",
            TWO_STEPS,
        ),
        Misconception(
            "fit_line/start",
            "It does not start at zero",
            "fit_line",
            starts_at_one,
            "With no steps at all you return slope 1 and intercept 1. Where does the statement start?",
            "Starts at ones.",
            "definition",
        ),
        Misconception(
            "fit_line/closed-form",
            "The answer is the least-squares line, whatever the loss",
            "fit_line",
            least_squares,
            "For x = 0 and 2, y = 1 and 1 you return {got} after any number of steps. What did "
            "loss_grad have to say?",
            "Solves the normal equations and ignores loss_grad.",
            "definition",
            SMALL,
        ),
        Misconception(
            "fit_line/own-gradient",
            "It always descends the squared error",
            "fit_line",
            own_squared_gradient,
            "For x = 0 and 2, y = 1 and 1, one step of 0.5 takes you to {got}. Whose gradient was "
            "that: the one you were given, or one you wrote?",
            "Hard-wires 2(p - y)/n.",
            "definition",
            SMALL,
        ),
        Misconception(
            "fit_line/predictions",
            "Predictions come back, not the line",
            "fit_line",
            returns_predictions,
            "For x = 0 and 2, y = 1 and 1, one step of 0.5 gives {got}. How many numbers describe "
            "a line, however many points there are?",
            "Returns a x + b.",
            "definition",
            SMALL,
        ),
    ),
    success=(
        "The descent is right for three losses, from no step to sixty. Now hand it your own "
        "gradients, and a typing error in the data."
    ),
)
