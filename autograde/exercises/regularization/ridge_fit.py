"""Exercise: ridge regression in closed form, with an intercept that pays nothing."""

from __future__ import annotations

import numpy as np

from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import errors, targets

#: Single precision solves a small system to about four digits.
SINGLE = 1e-4


def ridge_fit(x, y, lam=1.0):
    if not lam >= 0:
        raise ValueError(f"ridge_fit: lam must not be negative; got {lam}")
    wide, goal = np.asarray(x, np.float64), np.asarray(y, np.float64)
    n, d = wide.shape
    middle = wide.mean(axis=0)
    # as a least-squares problem with d more rows, so that no matrix is squared
    rows = np.vstack([wide - middle, np.sqrt(n * lam) * np.eye(d)])
    w = np.linalg.lstsq(rows, np.concatenate([goal - goal.mean(), np.zeros(d)]), rcond=None)[0]
    return np.append(w, goal.mean() - w @ middle)


def probes(rng: np.random.Generator) -> list[Probe]:
    def data(n: int, d: int, shift: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
        x = errors(rng, (n, d), 0.25, 3.0) + shift
        y = x @ np.linspace(1.0, 2.0, d) + targets(rng, n) + 5.0
        return x, np.round(8 * y) / 8

    def probe(aspect: str, regime: str, xy: tuple[np.ndarray, np.ndarray], lam=None, **kwargs):
        return Probe("ridge_fit", aspect, regime, xy, {} if lam is None else {"lam": lam}, **kwargs)

    x, y = data(6, 2)
    whole = (np.round(2 * x).astype(np.int64), np.round(y).astype(np.int64))
    views = data(6, 2)
    return [
        probe("value", "eight samples with three features, lam = 0.5", data(8, 3), 0.5),
        probe("value", "six samples with two features, lam = 3", data(6, 2), 3.0),
        probe("value", "lam left at its default", data(7, 2)),
        probe("value", "one feature", data(5, 1), 0.75),
        probe("intercept", "features far from zero", data(7, 2, 10.0), 0.5),
        probe("intercept", "a strength of a million: only the intercept is left", data(6, 2), 1e6),
        probe("edges", "lam = 0: least squares", data(9, 3), 0.0),
        probe("edges", "more features than samples", data(3, 4), 0.25),
        probe("edges", "the same feature twice", (np.column_stack([x[:, 0], x[:, 0]]), y), 0.5),
        probe("edges", "a single sample", data(1, 2), 0.5),
        probe("edges", "whole numbers (dtype int64)", whole, 0.5),
        probe(
            "edges", "single precision (dtype float32)",
            tuple(a.astype(np.float32) for a in data(8, 2)), 0.5, rtol=SINGLE,
        ),
        probe("edges", "arrays that are not contiguous", tuple(map(strided, views)), 0.5),
        probe("edges", "lam = -1, which is not allowed", data(4, 2), -1.0, raises=ValueError),
    ]  # fmt: skip


# -- wrong answers -------------------------------------------------------------


def _checked(lam):
    if lam < 0:
        raise ValueError("lam")


def _slopes(x, y, lam):
    c = x - x.mean(axis=0)
    return (
        np.linalg.pinv(c.T @ c / len(y) + lam * np.eye(x.shape[1])) @ c.T @ (y - y.mean()) / len(y)
    )


def _closed(x, y, w):
    return np.append(w, y.mean() - x.mean(axis=0) @ w)


def intercept_pays(x, y, lam=1.0):
    _checked(lam)
    X = np.column_stack([x, np.ones(len(y))])
    return np.linalg.solve(X.T @ X / len(y) + lam * np.eye(X.shape[1]), X.T @ y / len(y))


def sum_for_mean(x, y, lam=1.0):
    _checked(lam)
    return _closed(x, y, _slopes(x, y, lam / len(y)))


def full_square(x, y, lam=1.0):
    _checked(lam)
    return _closed(x, y, _slopes(x, y, 2 * lam))


def half_again(x, y, lam=1.0):
    _checked(lam)
    return _closed(x, y, _slopes(x, y, lam / 2))


def through_the_origin(x, y, lam=1.0):
    _checked(lam)
    n, d = x.shape
    return np.append(np.linalg.solve(x.T @ x / n + lam * np.eye(d), x.T @ y / n), 0.0)


def mean_as_intercept(x, y, lam=1.0):
    _checked(lam)
    return np.append(_slopes(x, y, lam), y.mean())


def lam_in_every_entry(x, y, lam=1.0):
    _checked(lam)
    c = x - x.mean(axis=0)
    return _closed(x, y, np.linalg.pinv(c.T @ c / len(y) + lam) @ c.T @ (y - y.mean()) / len(y))


def intercept_first(x, y, lam=1.0):
    _checked(lam)
    return np.roll(_closed(x, y, _slopes(x, y, lam)), 1)


def lam_for_its_root(x, y, lam=1.0):
    _checked(lam)
    return _closed(x, y, _slopes(x, y, len(y) * lam**2))


def standardised(x, y, lam=1.0):
    _checked(lam)
    s = np.maximum(x.std(axis=0), 1e-12)
    return _closed(x, y, _slopes(x / s, y, lam) / s)


def shrunk_afterwards(x, y, lam=1.0):
    _checked(lam)
    return _closed(x, y, _slopes(x, y, 0.0) / (1 + lam))


def slopes_only(x, y, lam=1.0):
    _checked(lam)
    return _slopes(x, y, lam)


def any_lam(x, y, lam=1.0):
    return _closed(x, y, _slopes(x, y, lam))


#: Three points on the line y = x + 10: least squares has slope 1, the variance of x is 2/3.
LINE = ([[-1.0], [0.0], [1.0]], [9.0, 10.0, 11.0], 1.0)
SHIFTED = ([[1.0], [2.0], [3.0]], [11.0, 12.0, 13.0], 1.0)

EXERCISE = Exercise(
    slug="ridge_fit",
    title="Ridge regression in closed form",
    chapter="regularization",
    page="regularization/ridge",
    functions={"ridge_fit": ridge_fit},
    points={"value": 2, "intercept": 1, "edges": 2},
    probes=probes,
    hints=(
        "Set the derivative with respect to the intercept to zero first. What does it say about "
        "the line and the mean of the data?",
        "With features and targets measured from their means the intercept is gone. What is left "
        "is one linear system of d equations, with something added on the diagonal.",
        "Write both terms of the objective with the same n in front before you differentiate; "
        "that is where most answers differ by a factor.",
    ),
    misconceptions=(
        Misconception(
            "ridge_fit/intercept-pays",
            "The intercept is penalised too",
            "ridge_fit",
            intercept_pays,
            "For x = -1, 0, 1 and y = 9, 10, 11 with lam = 1 you return {got}. What happens to your "
            "line when all targets are given in other units, with 1000 added?",
            "A column of ones and lam on the whole diagonal.",
            "definition",
            LINE,
        ),
        Misconception(
            "ridge_fit/sum",
            "The data term is a sum, the penalty is not scaled with it",
            "ridge_fit",
            sum_for_mean,
            "For x = -1, 0, 1 and y = 9, 10, 11 with lam = 1 you return {got}. What happens to your "
            "line when every sample is listed twice?",
            "X'X + lam I: scikit-learn's convention, not this one.",
            "definition",
            LINE,
        ),
        Misconception(
            "ridge_fit/full-square",
            "The penalty is counted twice",
            "ridge_fit",
            full_square,
            "For x = -1, 0, 1 and y = 9, 10, 11 with lam = 1 you return {got}. Both terms of the "
            "objective have a half: do both derivatives lose it?",
            "2 lam on the diagonal.",
            "derivation",
            LINE,
        ),
        Misconception(
            "ridge_fit/half",
            "The penalty is counted half",
            "ridge_fit",
            half_again,
            "For x = -1, 0, 1 and y = 9, 10, 11 with lam = 1 you return {got}. What are the "
            "derivatives of the two terms, each with its half?",
            "lam / 2 on the diagonal.",
            "derivation",
            LINE,
        ),
        Misconception(
            "ridge_fit/no-intercept",
            "The line goes through the origin",
            "ridge_fit",
            through_the_origin,
            "For x = -1, 0, 1 and y = 9, 10, 11 with lam = 1 you return {got}. What do you predict "
            "at x = 0, where 10 was observed?",
            "No intercept at all.",
            "definition",
            LINE,
        ),
        Misconception(
            "ridge_fit/mean",
            "The mean of the targets is taken for the intercept",
            "ridge_fit",
            mean_as_intercept,
            "For x = 1, 2, 3 and y = 11, 12, 13 with lam = 1 you return {got}. What does your line "
            "predict at the mean of x, which is 2?",
            "Forgets to go back from centred features.",
            "derivation",
            SHIFTED,
        ),
        Misconception(
            "ridge_fit/everywhere",
            "The strength is added to every entry of the matrix",
            "ridge_fit",
            lam_in_every_entry,
            "For two features that are never active together you return {got} with lam = 1. Which "
            "entries of the matrix does the derivative of the penalty touch?",
            "matrix + lam without the identity.",
            "what-goes-wrong",
            ([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]], [2.0, -2.0, 1.0, -1.0], 1.0),
        ),
        Misconception(
            "ridge_fit/order",
            "The intercept comes first",
            "ridge_fit",
            intercept_first,
            "For x = -1, 0, 1 and y = 9, 10, 11 with lam = 1 you return {got}. Which of the two "
            "numbers is the height at x = 0, and where does the statement put it?",
            "(b, w) for (w, b).",
            "definition",
            LINE,
        ),
        Misconception(
            "ridge_fit/augmented",
            "Rows are added with the strength and not its root",
            "ridge_fit",
            lam_for_its_root,
            "For x = -1, 0, 1 and y = 9, 10, 11 with lam = 2 you return {got}. Square the rows that "
            "you added: what do they add to the objective?",
            "n lam**2 in place of lam: the rows hold n lam, not its root.",
            "derivation",
            ([[-1.0], [0.0], [1.0]], [9.0, 10.0, 11.0], 2.0),
        ),
        Misconception(
            "ridge_fit/standardised",
            "The features are divided by their standard deviation first",
            "ridge_fit",
            standardised,
            "For x = -1, 0, 1 and y = 9, 10, 11 with lam = 1 you return {got}. Often a good idea; "
            "whose units does the statement charge for?",
            "Charges for standardised coefficients.",
            "what-goes-wrong",
            LINE,
        ),
        Misconception(
            "ridge_fit/afterwards",
            "Least squares is fitted first and shrunk afterwards",
            "ridge_fit",
            shrunk_afterwards,
            "For x = -1, 0, 1 and y = 9, 10, 11 with lam = 1 you return {got}. Should a feature "
            "with much variance shrink as much as one with little?",
            "Divides by 1 + lam, which is right for features of variance 1 and uncorrelated.",
            "derivation",
            LINE,
        ),
        Misconception(
            "ridge_fit/slopes-only",
            "The intercept is not returned",
            "ridge_fit",
            slopes_only,
            "For x = -1, 0, 1 and y = 9, 10, 11 with lam = 1 you return {got}. What would you "
            "predict at x = 0 with that?",
            "Only the coefficients.",
            "definition",
            LINE,
        ),
        Misconception(
            "ridge_fit/any-lam",
            "A negative strength is accepted",
            "ridge_fit",
            any_lam,
            "With lam = -1 on x = -1, 0, 1 and y = 9, 10, 11 you return {got}. Does the objective "
            "have a minimum then?",
            "The check is missing.",
            "definition",
            ([[-1.0], [0.0], [1.0]], [9.0, 10.0, 11.0], -1.0),
        ),
    ),
    success=(
        "Coefficients and intercept agree to nine digits, with more features than samples, with a "
        "feature given twice, and with a strength of a million. Next: a penalty with a corner, "
        "for which there is no such formula."
    ),
)
