"""Exercise: the lasso by proximal gradient steps (ISTA)."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import errors, targets

#: Rounding adds up over the steps.
SINGLE = 1e-3


def lasso_ista(x, y, lam, lr, steps):
    for name, number in (("lam", lam), ("lr", lr)):
        if number < 0:
            raise ValueError(f"lasso_ista: {name} must not be negative; got {number}")
    inner, outer = np.asarray(x, np.float64), np.asarray(y, np.float64)
    gram, pull = inner.T @ inner / len(outer), inner.T @ outer / len(outer)
    w = np.zeros(len(pull))
    for _ in range(steps):
        w = lossref.l1_prox(w - lr * (gram @ w - pull), lam=lam, step=lr) if lr else w
    return w


def probes(rng: np.random.Generator) -> list[Probe]:
    def data(n: int, d: int) -> tuple[np.ndarray, np.ndarray]:
        x = errors(rng, (n, d), 0.25, 2.0)
        truth = np.where(np.arange(d) % 2 == 0, 2.0, 0.0) * np.where(np.arange(d) % 4, -1, 1)
        return x, np.round(8 * (x @ truth)) / 8 + targets(rng, n) / 4

    def probe(aspect: str, regime: str, xy, lam: float, lr: float, steps: int, **kwargs) -> Probe:
        return Probe("lasso_ista", aspect, regime, (*xy, lam, lr, steps), **kwargs)

    whole = tuple(np.round(2 * a).astype(np.int64) for a in data(6, 2))
    x, y = data(8, 3)
    return [
        probe("step", "one step, two features", data(5, 2), 0.25, 0.5, 1),
        probe("step", "one step, lam = 1.5", data(6, 3), 1.5, 0.25, 1),
        probe("step", "two steps", data(6, 3), 0.25, 0.25, 2),
        probe("step", "five steps", data(7, 3), 0.5, 0.125, 5),
        probe("solution", "four hundred steps, four features", data(12, 4), 0.25, 0.125, 400),
        probe("solution", "four hundred steps, lam = 1", data(9, 3), 1.0, 0.125, 400),
        probe("solution", "a strength that leaves nothing", (x, y), 50.0, 0.125, 30),
        probe("edges", "lam = 0: plain gradient descent", data(8, 3), 0.0, 0.125, 7),
        probe("edges", "no step at all", data(4, 3), 0.5, 0.125, 0),
        probe("edges", "one feature", data(5, 1), 0.5, 0.25, 3),
        probe("edges", "more features than samples", data(3, 5), 0.25, 0.0625, 20),
        probe("edges", "whole numbers (dtype int64)", whole, 0.75, 0.0625, 3),
        probe(
            "edges", "single precision (dtype float32)",
            tuple(a.astype(np.float32) for a in data(6, 2)), 0.25, 0.125, 4, rtol=SINGLE,
        ),
        probe("edges", "arrays that are not contiguous", tuple(map(strided, data(5, 2))), 0.25, 0.125, 3),
        probe("edges", "lam = -1, which is not allowed", data(4, 2), -1.0, 0.1, 2, raises=ValueError),
    ]  # fmt: skip


# -- wrong answers -------------------------------------------------------------


def _soft(v, t):
    return np.sign(v) * np.maximum(np.abs(v) - t, 0.0)


def _checked(lam):
    if lam < 0:
        raise ValueError("lam")


def _walk(x, y, lam, lr, steps, move, w=None):
    _checked(lam)
    w = np.zeros(x.shape[1]) if w is None else w
    for _ in range(steps):
        w = move(w, x.T @ (x @ w - y) / len(y))
    return w


def threshold_without_rate(x, y, lam, lr, steps):
    return _walk(x, y, lam, lr, steps, lambda w, g: _soft(w - lr * g, lam))


def subgradient_steps(x, y, lam, lr, steps):
    return _walk(x, y, lam, lr, steps, lambda w, g: w - lr * (g + lam * np.sign(w)))


def threshold_first(x, y, lam, lr, steps):
    _checked(lam)
    w = np.zeros(x.shape[1])
    for _ in range(steps):
        v = _soft(w, lr * lam)
        w = v - lr * x.T @ (x @ v - y) / len(y)
    return w


def sum_for_mean(x, y, lam, lr, steps):
    return _walk(x, y, lam, lr, steps, lambda w, g: _soft(w - lr * len(y) * g, lr * lam))


def full_square(x, y, lam, lr, steps):
    return _walk(x, y, lam, lr, steps, lambda w, g: _soft(w - 2 * lr * g, lr * lam))


def counted_twice(x, y, lam, lr, steps):
    return _walk(
        x, y, lam, lr, steps, lambda w, g: _soft(w - lr * (g + lam * np.sign(w)), lr * lam)
    )


def threshold_at_the_end(x, y, lam, lr, steps):
    w = _walk(x, y, lam, lr, steps, lambda w, g: w - lr * g)
    return _soft(w, lam if steps else 0.0)


def no_threshold(x, y, lam, lr, steps):
    return _walk(x, y, lam, lr, steps, lambda w, g: w - lr * g)


def ridge_shrinkage(x, y, lam, lr, steps):
    return _walk(x, y, lam, lr, steps, lambda w, g: (w - lr * g) / (1 + lr * lam))


def uphill(x, y, lam, lr, steps):
    return _walk(x, y, lam, lr, steps, lambda w, g: _soft(w + lr * g, lr * lam))


def one_more(x, y, lam, lr, steps):
    return _walk(x, y, lam, lr, steps + 1, lambda w, g: _soft(w - lr * g, lr * lam))


def hard(x, y, lam, lr, steps):
    def cut(v):
        return np.where(np.abs(v) > lr * lam, v, 0.0)

    return _walk(x, y, lam, lr, steps, lambda w, g: cut(w - lr * g))


def one_after_the_other(x, y, lam, lr, steps):
    _checked(lam)
    w = np.zeros(x.shape[1])
    for _ in range(steps):
        for j in range(w.size):
            w[j] = _soft(w[j] - lr * (x[:, j] @ (x @ w - y)) / len(y), lr * lam)
    return w


def any_lam(x, y, lam, lr, steps):
    return _walk(x, y, 0.0, lr, steps, lambda w, g: _soft(w - lr * g, lr * lam))


#: Two samples, two features that are never active together; least squares is (3, 1).
STEP = ([[1.0, 0.0], [0.0, 1.0]], [3.0, 1.0], 0.5, 0.5, 1)
TWO = ([[1.0, 0.0], [0.0, 1.0]], [3.0, 1.0], 0.5, 0.5, 2)
MIXED = ([[1.0, 1.0], [0.0, 1.0]], [3.0, 1.0], 0.5, 0.5, 2)
SAID = "For samples (1, 0) and (0, 1) with y = (3, 1), lam = 0.5, lr = 0.5"

EXERCISE = Exercise(
    slug="lasso_ista",
    title="The lasso by ISTA",
    chapter="regularization",
    page="regularization/lasso",
    functions={"lasso_ista": lasso_ista},
    points={"step": 2, "solution": 2, "edges": 1},
    probes=probes,
    hints=(
        "Every step has two halves. The first knows only the data, the second only the penalty.",
        "First a gradient step on the mean of half squares, then the step that you have written "
        "in the exercise before this one.",
        "How far the second half may walk depends on how long the first half was. With a rate "
        "of 0 nothing may move at all.",
    ),
    misconceptions=(
        Misconception(
            "lasso_ista/threshold-without-rate",
            "The threshold does not depend on the rate",
            "lasso_ista",
            threshold_without_rate,
            SAID
            + ", one step gives {got}. With a rate of nearly 0, how far would your second half "
            "still walk?",
            "lam in place of lr * lam.",
            "derivation",
            STEP,
        ),
        Misconception(
            "lasso_ista/subgradient",
            "The penalty is taken by gradient steps",
            "lasso_ista",
            subgradient_steps,
            SAID + ", two steps give {got}. After a thousand steps, is any coefficient exactly 0?",
            "Subgradient descent: no zeros.",
            "what-goes-wrong",
            TWO,
        ),
        Misconception(
            "lasso_ista/order",
            "The threshold comes before the gradient step",
            "lasso_ista",
            threshold_first,
            SAID + ", one step gives {got}. Which of the two halves has the last word, and can it "
            "leave a zero a zero?",
            "The two halves are exchanged.",
            "derivation",
            STEP,
        ),
        Misconception(
            "lasso_ista/sum",
            "The gradient of a sum and not of a mean",
            "lasso_ista",
            sum_for_mean,
            SAID + ", one step gives {got}. By what is the sum over the samples divided in the "
            "objective?",
            "The 1/n is missing.",
            "definition",
            STEP,
        ),
        Misconception(
            "lasso_ista/full-square",
            "The gradient is twice too long",
            "lasso_ista",
            full_square,
            SAID + ", one step gives {got}. The objective has a half: what becomes of the 2?",
            "The gradient of the mean squared error.",
            "definition",
            STEP,
        ),
        Misconception(
            "lasso_ista/twice",
            "The penalty acts in both halves",
            "lasso_ista",
            counted_twice,
            SAID + ", two steps give {got}. How often does one step charge for the same "
            "coefficient?",
            "Sign in the gradient, and the threshold as well.",
            "derivation",
            TWO,
        ),
        Misconception(
            "lasso_ista/at-the-end",
            "The threshold comes once, after all steps",
            "lasso_ista",
            threshold_at_the_end,
            SAID + ", two steps give {got}. When one coefficient becomes 0, should the others not "
            "hear of it?",
            "Least squares, thresholded: right for orthonormal features only.",
            "derivation",
            TWO,
        ),
        Misconception(
            "lasso_ista/no-threshold",
            "There is no penalty in it",
            "lasso_ista",
            no_threshold,
            SAID + ", one step gives {got}. Where does lam enter?",
            "Plain gradient descent.",
            "definition",
            STEP,
        ),
        Misconception(
            "lasso_ista/ridge",
            "The second half shrinks by a factor",
            "lasso_ista",
            ridge_shrinkage,
            SAID + ", one step gives {got}. Can that ever be exactly 0?",
            "The prox of the L2 penalty.",
            "derivation",
            STEP,
        ),
        Misconception(
            "lasso_ista/uphill",
            "The first half goes uphill",
            "lasso_ista",
            uphill,
            SAID + ", one step gives {got}. Both targets are positive: are the predictions closer?",
            "Plus the gradient.",
            "derivation",
            STEP,
        ),
        Misconception(
            "lasso_ista/one-more",
            "There is one step too many",
            "lasso_ista",
            one_more,
            SAID + ", one step gives {got}. And with no step at all, where do you stand?",
            "range(steps + 1).",
            "definition",
            STEP,
        ),
        Misconception(
            "lasso_ista/hard",
            "What survives is not shrunk",
            "lasso_ista",
            hard,
            SAID + ", one step gives {got}. Does a large coefficient pay anything in your version?",
            "Hard thresholding (IHT).",
            "derivation",
            STEP,
        ),
        Misconception(
            "lasso_ista/one-after-the-other",
            "The coefficients move one after the other",
            "lasso_ista",
            one_after_the_other,
            "For samples (1, 1) and (0, 1) with y = (3, 1), lam = 0.5, lr = 0.5, two steps give "
            "{got}. From which coefficients was the gradient of the second one computed?",
            "Coordinate-wise updates: the same limit on another path.",
            "what-goes-wrong",
            MIXED,
        ),
        Misconception(
            "lasso_ista/any-lam",
            "A negative strength is accepted",
            "lasso_ista",
            any_lam,
            "With lam = -1 one step of 0.5 for x = 1 and y = 3 gives {got}. What would the lasso be "
            "paid for?",
            "The check is missing.",
            "definition",
            ([[1.0]], [3.0], -1.0, 0.5, 1),
        ),
    ),
    success=(
        "One step, five steps and four hundred agree, and the zeros are zeros. With your line you "
        "can now draw the whole path of a lasso."
    ),
)
