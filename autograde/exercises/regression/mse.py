"""Exercise: the mean squared error and its gradient."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import elementwise, errors, far_off, pair, targets


def mse(y_true, y_pred):
    return lossref.mse(y_true, y_pred)


def mse_grad(y_true, y_pred):
    return lossref.mse_grad(y_true, y_pred)


def probes(rng: np.random.Generator) -> list[Probe]:
    drawn = elementwise(rng, "mse", "mse_grad")
    for name in ("mse", "mse_grad"):
        n = int(rng.integers(3, 6))
        column = errors(rng, (n, 1), 0.125, 3.0)
        empty = np.empty(0)
        far = pair(1e8 + targets(rng, 4), errors(rng, 4, 0.125, 2.0))
        perfect = targets(rng, 3)
        drawn += [
            Probe(name, "edges", "a perfect prediction", (perfect, perfect.copy())),
            Probe(
                name,
                "edges",
                "a column of targets against a flat array of predictions",
                (column, targets(rng, n)),
                raises=ValueError,
            ),
            Probe(
                name,
                "edges",
                "one prediction for several targets",
                (targets(rng, n), targets(rng, 1)),
                raises=ValueError,
            ),
            Probe(name, "edges", "no samples at all", (empty, empty.copy()), raises=ValueError),
            Probe(name, "stability", "small errors on values near 100 million", far),
        ]
    return drawn + far_off(rng, ("mse", "mse_grad"), "stability")


# -- wrong answers -------------------------------------------------------------


def sum_of_squares(y_true, y_pred):
    if y_true.shape != y_pred.shape or y_true.size == 0:
        raise ValueError("shapes")
    return np.sum((y_pred - y_true) ** 2)


def half_the_mean(y_true, y_pred):
    if y_true.shape != y_pred.shape or y_true.size == 0:
        raise ValueError("shapes")
    return np.mean((y_pred - y_true) ** 2) / 2


def root_of_the_mean(y_true, y_pred):
    if y_true.shape != y_pred.shape or y_true.size == 0:
        raise ValueError("shapes")
    return np.sqrt(np.mean((y_pred - y_true) ** 2))


def mean_of_sizes(y_true, y_pred):
    if y_true.shape != y_pred.shape or y_true.size == 0:
        raise ValueError("shapes")
    return np.mean(np.abs(y_pred - y_true))


def square_of_the_mean(y_true, y_pred):
    if y_true.shape != y_pred.shape or y_true.size == 0:
        raise ValueError("shapes")
    return np.mean(y_pred - y_true) ** 2


def divided_by_rows(y_true, y_pred):
    if y_true.shape != y_pred.shape or y_true.size == 0:
        raise ValueError("shapes")
    return np.sum((y_pred - y_true) ** 2) / len(y_true)


def per_sample(y_true, y_pred):
    if y_true.shape != y_pred.shape or y_true.size == 0:
        raise ValueError("shapes")
    return (y_pred - y_true) ** 2


def expanded_square(y_true, y_pred):
    if y_true.shape != y_pred.shape or y_true.size == 0:
        raise ValueError("shapes")
    return np.mean(y_pred**2 - 2.0 * y_pred * y_true + y_true**2)


def any_shapes(y_true, y_pred):
    return np.mean((y_pred - y_true) ** 2)


def shapes_but_not_empty(y_true, y_pred):
    if y_true.shape != y_pred.shape:
        raise ValueError("shapes")
    return np.mean((y_pred - y_true) ** 2)


def grad_of_the_sum(y_true, y_pred):
    if y_true.shape != y_pred.shape or y_true.size == 0:
        raise ValueError("shapes")
    return 2.0 * (y_pred - y_true)


def grad_with_the_sign_turned(y_true, y_pred):
    if y_true.shape != y_pred.shape or y_true.size == 0:
        raise ValueError("shapes")
    return 2.0 * (y_true - y_pred) / y_pred.size


def grad_without_the_two(y_true, y_pred):
    if y_true.shape != y_pred.shape or y_true.size == 0:
        raise ValueError("shapes")
    return (y_pred - y_true) / y_pred.size


def grad_divided_by_rows(y_true, y_pred):
    if y_true.shape != y_pred.shape or y_true.size == 0:
        raise ValueError("shapes")
    return 2.0 * (y_pred - y_true) / len(y_pred)


def grad_averaged(y_true, y_pred):
    if y_true.shape != y_pred.shape or y_true.size == 0:
        raise ValueError("shapes")
    return np.mean(2.0 * (y_pred - y_true))


def grad_any_shapes(y_true, y_pred):
    return 2.0 * (y_pred - y_true) / y_pred.size


def grad_sum_turned(y_true, y_pred):
    if y_true.shape != y_pred.shape or y_true.size == 0:
        raise ValueError("shapes")
    return -2.0 * (y_pred - y_true)


TWO_ERRORS = ([0.0, 0.0], [3.0, -1.0])

EXERCISE = Exercise(
    slug="mse",
    title="Mean squared error",
    chapter="regression",
    page="regression/squared-error",
    functions={"mse": mse, "mse_grad": mse_grad},
    points={"value": 2, "gradient": 2, "edges": 1, "stability": 1},
    probes=probes,
    hints=(
        "Work with the array of errors first. Everything else is one operation on it.",
        "A mean over every entry divides by the number of entries, not by the number of rows. "
        "When one prediction moves, only its own term of that mean moves.",
        "The line that people get wrong is the gradient: the mean keeps its 1/n when you "
        "differentiate it. Test it on four samples, then on one.",
    ),
    misconceptions=(
        Misconception(
            "mse/sum",
            "The errors are added up, not averaged",
            "mse",
            sum_of_squares,
            "On errors of 3 and -1 you return {got}. What should happen to a mean squared error "
            "when every sample is handed in twice?",
            "Forgets the 1/n. Harmless for the place of the minimum, fatal for comparing "
            "batches and for any step size that was tuned on another batch size.",
            "definition",
            TWO_ERRORS,
        ),
        Misconception(
            "mse/half",
            "There is a factor one half in it",
            "mse",
            half_the_mean,
            "On errors of 3 and -1 you return {got}. Average the two squares, 9 and 1, by hand: "
            "where does the extra factor come from?",
            "Takes the half squared error, which many texts use because its gradient has no 2.",
            "definition",
            TWO_ERRORS,
        ),
        Misconception(
            "mse/root",
            "A root is taken at the end",
            "mse",
            root_of_the_mean,
            "On errors of 3 and -1 you return {got}. In which unit is that, if y is in metres, "
            "and in which unit is a squared error?",
            "Returns the RMSE.",
            "definition",
            TWO_ERRORS,
        ),
        Misconception(
            "mse/absolute",
            "The sizes of the errors are averaged, not their squares",
            "mse",
            mean_of_sizes,
            "On errors of 3 and -1 you return {got}. How many times more should the error of 3 "
            "count than the error of 1?",
            "Returns the mean absolute error.",
            "definition",
            TWO_ERRORS,
        ),
        Misconception(
            "mse/square-of-mean",
            "The mean is taken first, the square second",
            "mse",
            square_of_the_mean,
            "On errors of 3 and -1 you return {got}. What would you return for errors of 3 "
            "and -3, and is that prediction perfect?",
            "Averages before squaring, so errors of opposite signs cancel.",
            "definition",
            TWO_ERRORS,
        ),
        Misconception(
            "mse/rows",
            "A matrix is divided by its number of rows",
            "mse",
            divided_by_rows,
            "For a matrix of 2 rows and 3 columns with every error 1 you return {got}. "
            "How many errors went into that mean?",
            "len() of a 2-D array is its number of rows.",
            "what-goes-wrong",
            ([[0.0, 0.0, 0.0], [0.0, 0.0, 0.0]], [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]),
        ),
        Misconception(
            "mse/per-sample",
            "One number per sample comes back",
            "mse",
            per_sample,
            "On errors of 3 and -1 you return {got}. Training needs one number to make smaller; "
            "how do you get from several to one?",
            "Leaves out the reduction.",
            "definition",
            TWO_ERRORS,
        ),
        Misconception(
            "mse/expanded",
            "The square is multiplied out",
            "mse",
            expanded_square,
            "For targets near 100 million and errors of 1 you return {got}. How many of the "
            "16 digits of a float64 are left when two numbers near 1e16 are subtracted?",
            "Computes p² - 2py + y², which cancels.",
            "what-goes-wrong",
            ([1e8, 1e8 + 3], [1e8 + 1, 1e8 + 2]),
        ),
        Misconception(
            "mse/broadcast",
            "Shapes that differ are accepted",
            "mse",
            any_shapes,
            "For the same three numbers, once as a column and once flat, you return {got} instead "
            "of an error. How many differences did NumPy form from 3 and 3 numbers?",
            "No shape check: (n, 1) against (n,) broadcasts to n² differences.",
            "what-goes-wrong",
            ([[1.0], [2.0], [3.0]], [1.0, 2.0, 3.0]),
        ),
        Misconception(
            "mse/empty",
            "An empty batch is accepted",
            "mse",
            shapes_but_not_empty,
            "For no samples at all you return {got}. What is the mean of nothing, and who will "
            "notice when it turns up in the middle of a training run?",
            "np.mean of nothing is nan with a warning.",
            "what-goes-wrong",
            ([], []),
        ),
        Misconception(
            "mse_grad/no-n",
            "The gradient belongs to the sum, not to the mean",
            "mse_grad",
            grad_of_the_sum,
            "On errors of 3 and -1 your gradient is {got}. Move the first prediction by 0.01: by "
            "how much does the mean of the two squares change, divided by 0.01?",
            "The most common mistake, and the one of the source notes: 1/n is lost in the "
            "derivative.",
            "derivation",
            TWO_ERRORS,
        ),
        Misconception(
            "mse_grad/sign",
            "The gradient points downhill",
            "mse_grad",
            grad_with_the_sign_turned,
            "On errors of 3 and -1 your gradient is {got}. The first prediction is too high. "
            "If it rises a little, does the loss rise or fall?",
            "Differentiates (y_true - y_pred)² and loses the inner derivative -1.",
            "derivation",
            TWO_ERRORS,
        ),
        Misconception(
            "mse_grad/no-two",
            "The factor 2 of the square is missing",
            "mse_grad",
            grad_without_the_two,
            "On errors of 3 and -1 your gradient is {got}. What is the slope of e² at e = 3?",
            "The gradient of the half squared error.",
            "derivation",
            TWO_ERRORS,
        ),
        Misconception(
            "mse_grad/rows",
            "A matrix is divided by its number of rows",
            "mse_grad",
            grad_divided_by_rows,
            "For a matrix of 2 rows and 3 columns with every error 1 your gradient is {got}. "
            "Over how many entries does the mean run?",
            "len() again; the code of the source notes does this.",
            "what-goes-wrong",
            ([[0.0, 0.0, 0.0], [0.0, 0.0, 0.0]], [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]),
        ),
        Misconception(
            "mse_grad/averaged",
            "The gradient is averaged to one number",
            "mse_grad",
            grad_averaged,
            "On errors of 3 and -1 you return {got}. There are two predictions to move, one down "
            "and one up: which of them does this number speak of?",
            "Confuses the mean of the loss with a mean over the gradient's entries.",
            "derivation",
            TWO_ERRORS,
        ),
        Misconception(
            "mse_grad/broadcast",
            "Shapes that differ are accepted",
            "mse_grad",
            grad_any_shapes,
            "For three numbers as a column and three flat you return an array of nine numbers "
            "instead of an error. Which prediction does each of the nine belong to?",
            "No shape check in the gradient.",
            "what-goes-wrong",
        ),
        Misconception(
            "mse_grad/sum-sign",
            "The gradient points downhill, and it belongs to the sum",
            "mse_grad",
            grad_sum_turned,
            "On errors of 3 and -1 your gradient is {got}. Ask it two questions: does it point to "
            "where the loss grows, and would it stay the same if every sample came twice?",
            "Exactly the formula printed in the source notes.",
            "derivation",
            TWO_ERRORS,
        ),
    ),
    success=(
        "Value and gradient are right for flat arrays and matrices, whole numbers and float32, "
        "and bad shapes are refused. Next door: what one typing error does to a line fitted with "
        "this gradient."
    ),
)
