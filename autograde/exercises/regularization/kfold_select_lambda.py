"""Exercise: the errors of a K-fold cross-validation, and the one-standard-error rule."""

from __future__ import annotations

import numpy as np

from autograde.answers import Helper, strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import errors, targets

RIDGE = Helper("ridge")
MEAN = Helper("shrunken_mean")
#: Models fitted in single precision.
SINGLE = 1e-3


def kfold_errors(x, y, lams, k, fit):
    wide, goal = np.asarray(x, np.float64), np.asarray(y, np.float64)
    home = np.arange(len(goal)) % k
    table = np.empty((k, len(lams)))
    for fold, line in enumerate(table):
        inside, outside = np.flatnonzero(home == fold), np.flatnonzero(home != fold)
        for column, strength in enumerate(lams):
            *slopes, height = fit(wide[outside], goal[outside], strength)
            missed = goal[inside] - height - wide[inside] @ np.array(slopes)
            line[column] = missed @ missed / missed.size
    return table


def kfold_select_lambda(errors, lams):
    table = np.asarray(errors, np.float64)
    folds = len(table)
    level = table.sum(axis=0) / folds
    low = int(np.argmin(level))
    spread = np.sqrt(np.sum((table[:, low] - level[low]) ** 2) / (folds - 1) / folds)
    return max(
        lam for lam, height in zip(np.asarray(lams).tolist(), level, strict=True)
        if height <= level[low] + spread
    )  # fmt: skip


def probes(rng: np.random.Generator) -> list[Probe]:
    def data(n: int, d: int) -> tuple[np.ndarray, np.ndarray]:
        x = errors(rng, (n, d), 0.25, 3.0)
        return x, np.round(8 * (x @ np.linspace(1.0, 2.0, d))) / 8 + targets(rng, n) / 2 + 3.0

    def ask(aspect, regime, xy, lams, k, fit, **kwargs) -> Probe:
        return Probe("kfold_errors", aspect, regime, (*xy, np.array(lams), k, fit), **kwargs)

    def pick(aspect, regime, table, lams) -> Probe:
        return Probe("kfold_select_lambda", aspect, regime, (np.array(table), np.array(lams)))

    def table(*rows: tuple[float, ...]) -> np.ndarray:
        """Errors (folds, strengths); a common shift keeps every comparison."""
        return np.array(rows) + rng.integers(1, 40) / 8

    sorted_rows = np.argsort(data(12, 1)[0][:, 0])
    x, y = data(12, 2)
    whole = (np.round(2 * x).astype(np.int64), np.round(y).astype(np.int64))
    scale = rng.integers(2, 9) / 8
    shuffled = rng.permutation(4)
    # means 3, 3.5, 4.5, 7; the standard error of the first is 1.29
    falls = np.array(SLOW[0])
    # the second strength is above the bound, the third below it again
    bumpy = np.array([[0.0, 2.0, 0.5, 4.0], [1.0, 3.0, 1.25, 5.0], [2.0, 4.0, 2.25, 6.0]])
    # noisy at the far strength, quiet at the best one
    uneven = np.array([[0.875, 1.0, 0.0], [1.0, 1.125, 2.0], [1.125, 1.25, 7.0]])
    outlier = np.array(ASTRAY[0])
    middle = np.array(MIDDLE[0])
    # one standard error is 0.46, two are 0.91, the standard deviation is 1.37
    nine = np.linspace(-2.0, 2.0, 9)[:, None] + np.array([0.0, 0.375, 0.875, 1.25])
    edge = np.array([[0.0, 1.0, 1.25], [2.0, 3.0, 3.25]])
    strengths = scale * np.array([0.01, 0.1, 1.0, 10.0])
    return [
        ask("errors", "ten samples, three strengths, two folds", data(10, 2), [0.01, 0.5, 4.0], 2, RIDGE),
        ask("errors", "nine samples, two strengths, three folds", data(9, 2), [0.125, 2.0], 3, RIDGE),
        ask("errors", "a model that ignores the features", data(8, 2), [0.0, 0.25, 1.0], 4, MEAN),
        ask("errors", "eleven samples in four folds: they are not of one size", data(11, 1), [0.25, 1.0], 4, RIDGE),
        ask("errors", "samples sorted by their feature", (x[sorted_rows], y[sorted_rows]), [0.125], 3, RIDGE),
        ask("edges", "every sample a fold of its own", data(5, 1), [0.5, 0.125, 1.0], 5, RIDGE),
        ask("edges", "strengths in falling order", data(9, 2), [4.0, 0.25], 3, RIDGE),
        ask("edges", "whole numbers (dtype int64)", whole, [0.5, 2.0], 3, RIDGE),
        ask(
            "edges", "single precision (dtype float32)",
            tuple(a.astype(np.float32) for a in data(9, 2)), [0.5, 2.0], 3, RIDGE, rtol=SINGLE,
        ),
        ask("edges", "arrays that are not contiguous", tuple(map(strided, data(9, 2))), [0.5], 3, RIDGE),
        pick("choice", "errors that rise slowly, four folds", table(*falls), strengths),
        pick("choice", "the same strengths in another order", table(*falls)[:, shuffled], strengths[shuffled]),
        pick("choice", "errors that rise, fall, and rise again", table(*bumpy), strengths),
        pick("choice", "a strength whose folds differ more than the best one's", table(*uneven), strengths[:3]),
        pick("choice", "one fold that goes astray", table(*outlier), strengths[:2]),
        pick("choice", "good strengths on both sides of the best", table(*middle), strengths),
        pick("choice", "nine folds", table(*nine), strengths),
        pick("choice", "as many folds as strengths", table(*edge.T[:2]), strengths[:2]),
        pick("edges", "exactly one standard error above the lowest", table(*edge), strengths[:3]),
        pick("edges", "a single strength", table(*falls[:, :1]), strengths[2:3]),
        pick("edges", "all strengths alike", table(*np.ones((3, 4))), strengths),
    ]  # fmt: skip


# -- wrong answers -------------------------------------------------------------


def _table(x, y, lams, k, fit, parts):
    out = np.zeros((k, len(lams)))
    for j in range(k):
        train, test = parts(j)
        for i, lam in enumerate(lams.tolist()):
            w = fit(x[train], y[train], lam)
            out[j, i] = np.mean((x[test] @ w[:-1] + w[-1] - y[test]) ** 2)
    return out


def _held_out(y, k):
    fold = np.arange(len(y)) % k
    return lambda j: (fold != j, fold == j)


def on_the_training_part(x, y, lams, k, fit):
    fold = np.arange(len(y)) % k
    return _table(x, y, lams, k, fit, lambda j: (fold != j, fold != j))


def exchanged_parts(x, y, lams, k, fit):
    fold = np.arange(len(y)) % k
    return _table(x, y, lams, k, fit, lambda j: (fold == j, fold != j))


def leaks(x, y, lams, k, fit):
    fold = np.arange(len(y)) % k
    return _table(x, y, lams, k, fit, lambda j: (fold >= 0, fold == j))


def in_blocks(x, y, lams, k, fit):
    fold = np.concatenate([np.full(len(part), j) for j, part in enumerate(np.array_split(y, k))])
    return _table(x, y, lams, k, fit, lambda j: (fold != j, fold == j))


def roots(x, y, lams, k, fit):
    return np.sqrt(_table(x, y, lams, k, fit, _held_out(y, k)))


def sums(x, y, lams, k, fit):
    sizes = np.bincount(np.arange(len(y)) % k, minlength=k)
    return _table(x, y, lams, k, fit, _held_out(y, k)) * sizes[:, None]


def already_averaged(x, y, lams, k, fit):
    return _table(x, y, lams, k, fit, _held_out(y, k)).mean(axis=0)


def turned(x, y, lams, k, fit):
    return _table(x, y, lams, k, fit, _held_out(y, k)).T


def no_intercept(x, y, lams, k, fit):
    def without(a, b, lam):
        w = np.array(fit(a, b, lam))
        w[-1] = 0.0
        return w

    return _table(x, y, lams, k, without, _held_out(y, k))


def lowest_only(errors, lams):
    return lams[np.argmin(errors.mean(axis=0))]


def _rule(errors, lams, bound):
    return np.max(lams[errors.mean(axis=0) <= bound])


def deviation_for_error(errors, lams):
    m = errors.mean(axis=0)
    i = np.argmin(m)
    return _rule(errors, lams, m[i] + np.std(errors[:, i], ddof=1))


def divided_by_k(errors, lams):
    m = errors.mean(axis=0)
    i = np.argmin(m)
    return _rule(errors, lams, m[i] + np.std(errors[:, i]) / np.sqrt(len(errors)))


def own_error(errors, lams):
    m = errors.mean(axis=0)
    s = np.std(errors, axis=0, ddof=1) / np.sqrt(len(errors))
    return np.max(lams[m - s <= m.min()])


def smallest(errors, lams):
    m = errors.mean(axis=0)
    i = np.argmin(m)
    s = np.std(errors[:, i], ddof=1) / np.sqrt(len(errors))
    return np.min(lams[m <= m[i] + s])


def position(errors, lams):
    m = errors.mean(axis=0)
    i = np.argmin(m)
    s = np.std(errors[:, i], ddof=1) / np.sqrt(len(errors))
    return np.argmax(np.where(m <= m[i] + s, lams, -np.inf))


def last_in_the_list(errors, lams):
    m = errors.mean(axis=0)
    i = np.argmin(m)
    s = np.std(errors[:, i], ddof=1) / np.sqrt(len(errors))
    return lams[np.flatnonzero(m <= m[i] + s)[-1]]


def stops_at_the_first_bump(errors, lams):
    order = np.argsort(lams)
    e, sorted_lams = errors[:, order], lams[order]
    m = e.mean(axis=0)
    i = int(np.argmin(m))
    bound = m[i] + np.std(e[:, i], ddof=1) / np.sqrt(len(e))
    while i + 1 < len(m) and m[i + 1] <= bound:
        i += 1
    return sorted_lams[i]


def medians(errors, lams):
    m = np.median(errors, axis=0)
    i = np.argmin(m)
    s = np.std(errors[:, i], ddof=1) / np.sqrt(len(errors))
    return np.max(lams[m <= m[i] + s])


FOUR = ([[0.0], [1.0], [2.0], [3.0]], [0.0, 1.0, 2.0, 6.0], [0.0], 2, RIDGE)
SLOW = (
    [[0.0, 0.0, 2.0, 2.0], [2.0, 3.0, 4.0, 5.0], [4.0, 5.0, 5.0, 9.0], [6.0, 6.0, 7.0, 12.0]],
    [0.01, 0.1, 1.0, 10.0],
)
TURNED = (
    [[2.0, 2.0, 0.0, 0.0], [5.0, 4.0, 3.0, 2.0], [9.0, 5.0, 5.0, 4.0], [12.0, 7.0, 6.0, 6.0]],
    [10.0, 1.0, 0.1, 0.01],
)
BUMP = ([[0.0, 2.0, 0.5], [1.0, 3.0, 1.25], [2.0, 4.0, 2.25]], [0.01, 0.1, 1.0])
UNEVEN = ([[0.875, 1.0, 0.0], [1.0, 1.125, 2.0], [1.125, 1.25, 7.0]], [0.01, 0.1, 1.0])
ASTRAY = (
    [[1.0, 1.0], [1.0, 1.0], [1.0, 1.0], [1.25, 1.0], [0.75, 9.0]],
    [0.01, 0.1],
)
MIDDLE = (
    [[0.0, 0.0, 0.0, 2.0], [3.0, 2.0, 3.0, 5.0], [5.0, 4.0, 5.0, 9.0], [6.0, 6.0, 7.0, 12.0]],
    [0.01, 0.1, 1.0, 10.0],
)
POINTS = "For x = 0, 1, 2, 3 and y = 0, 1, 2, 6 in two folds, without a penalty, you return {got}. "

EXERCISE = Exercise(
    slug="kfold_select_lambda",
    title="Choose the strength by K folds",
    chapter="regularization",
    page="regularization/choosing-lambda",
    functions={"kfold_errors": kfold_errors, "kfold_select_lambda": kfold_select_lambda},
    points={"errors": 2, "choice": 2, "edges": 1},
    probes=probes,
    hints=(
        "First a table: one row per fold, one column per strength. In every cell stands an error "
        "on samples that the model has not seen.",
        "A mean over K folds is uncertain by its standard error. Two strengths whose means differ "
        "by less cannot be told apart.",
        "The bound is set by one column, the best one. The choice is made by size of the strength "
        "and not by its place in the list.",
    ),
    misconceptions=(
        Misconception(
            "kfold_errors/training-part",
            "The error is measured where the model was fitted",
            "kfold_errors",
            on_the_training_part,
            POINTS + "Two points and a line through them: what can their error tell?",
            "Training error.",
            "what-goes-wrong",
            FOUR,
        ),
        Misconception(
            "kfold_errors/exchanged",
            "The model is fitted on the fold and tested on the rest",
            "kfold_errors",
            exchanged_parts,
            "For x = 0 to 5 and y = 0, 1, 2, 6, 4, 4 in three folds, with a strength of 0.5, you "
            "return {got}. Which part is the larger one when there are ten folds?",
            "fold == j for training.",
            "definition",
            (
                [[0.0], [1.0], [2.0], [3.0], [4.0], [5.0]],
                [0.0, 1.0, 2.0, 6.0, 4.0, 4.0],
                [0.5],
                3,
                RIDGE,
            ),
        ),
        Misconception(
            "kfold_errors/leak",
            "The model has seen the fold",
            "kfold_errors",
            leaks,
            POINTS + "On how many of the four points was each model fitted?",
            "Fitted on everything.",
            "what-goes-wrong",
            FOUR,
        ),
        Misconception(
            "kfold_errors/blocks",
            "The folds are blocks of neighbours",
            "kfold_errors",
            in_blocks,
            POINTS + "If the samples are sorted by x, what must each model do outside its range?",
            "Contiguous folds, as scikit-learn's KFold without shuffle.",
            "definition",
            FOUR,
        ),
        Misconception(
            "kfold_errors/root",
            "The root is taken",
            "kfold_errors",
            roots,
            POINTS + "Which unit has the error of the statement?",
            "RMSE.",
            "definition",
            FOUR,
        ),
        Misconception(
            "kfold_errors/sum",
            "Squares are added up and not averaged",
            "kfold_errors",
            sums,
            POINTS + "Does a larger fold count as a worse one?",
            "np.sum for np.mean.",
            "definition",
            FOUR,
        ),
        Misconception(
            "kfold_errors/averaged",
            "The folds are averaged already",
            "kfold_errors",
            already_averaged,
            POINTS + "From what will the standard error be computed?",
            "Shape (L,) in place of (k, L).",
            "definition",
            FOUR,
        ),
        Misconception(
            "kfold_errors/turned",
            "The table lies on its side",
            "kfold_errors",
            turned,
            POINTS + "Which axis are the folds?",
            "Transposed.",
            "definition",
            FOUR,
        ),
        Misconception(
            "kfold_errors/no-intercept",
            "The intercept is not used to predict",
            "kfold_errors",
            no_intercept,
            POINTS + "What is the last of the numbers that `fit` returns?",
            "x @ w[:-1] alone.",
            "definition",
            FOUR,
        ),
        Misconception(
            "kfold_select_lambda/lowest",
            "The lowest mean is taken, whatever its uncertainty",
            "kfold_select_lambda",
            lowest_only,
            "In the statement's table you choose {got}. By how much do the means of its neighbours "
            "differ, and how sure are they?",
            "argmin: the rule without the standard error.",
            "definition",
            SLOW,
        ),
        Misconception(
            "kfold_select_lambda/deviation",
            "The deviation of one fold is taken for that of their mean",
            "kfold_select_lambda",
            deviation_for_error,
            "In the statement's table you choose {got}. Is a mean of four numbers as uncertain as "
            "one of them?",
            "No root of K.",
            "derivation",
            SLOW,
        ),
        Misconception(
            "kfold_select_lambda/divided-by-k",
            "The variance of the folds is divided by K",
            "kfold_select_lambda",
            divided_by_k,
            "For two folds with errors (0, 1) and (2, 3) you choose {got} of (0.01, 0.1). What is "
            "the standard error of the mean of 0 and 2?",
            "ddof = 0.",
            "derivation",
            ([[0.0, 1.0], [2.0, 3.0]], [0.01, 0.1]),
        ),
        Misconception(
            "kfold_select_lambda/own-error",
            "Every strength is given its own standard error",
            "kfold_select_lambda",
            own_error,
            "For means 1, 1.125 and 3, where the folds of the last differ wildly, you choose {got}. "
            "Should a strength be preferred because its folds disagree?",
            "mean - own SE <= min.",
            "definition",
            UNEVEN,
        ),
        Misconception(
            "kfold_select_lambda/smallest",
            "The weakest of the good strengths is taken",
            "kfold_select_lambda",
            smallest,
            "For means 3.5, 3, 3.75 and 7 with a standard error of 1.29 you choose {got} of 0.01, 0.1, "
            "1 and 10. Which of the models that cannot be told apart is the simplest?",
            "min for max.",
            "definition",
            MIDDLE,
        ),
        Misconception(
            "kfold_select_lambda/position",
            "The place in the list is returned",
            "kfold_select_lambda",
            position,
            "In the statement's table you return {got}. Is that a strength?",
            "The index, not the lambda.",
            "definition",
            SLOW,
        ),
        Misconception(
            "kfold_select_lambda/last",
            "The last of the list is taken for the largest",
            "kfold_select_lambda",
            last_in_the_list,
            "With the strengths listed from large to small you choose {got}. Is that the largest of "
            "the good ones?",
            "Assumes ascending order.",
            "definition",
            TURNED,
        ),
        Misconception(
            "kfold_select_lambda/bump",
            "The search stops at the first bad strength",
            "kfold_select_lambda",
            stops_at_the_first_bump,
            "For means 1, 3 and 1.33 you choose {got}. Is the last of the three within one standard "
            "error of the best?",
            "A walk from the minimum; sensible, but not what is asked.",
            "what-goes-wrong",
            BUMP,
        ),
        Misconception(
            "kfold_select_lambda/median",
            "The median of the folds is taken for the mean",
            "kfold_select_lambda",
            medians,
            "For five folds, one of which goes astray, you choose {got}. What is the mean error of "
            "the second strength?",
            "np.median.",
            "definition",
            ASTRAY,
        ),
    ),
    success=(
        "No model has seen the samples that it is judged by, and among strengths that cannot be "
        "told apart you take the largest."
    ),
)
