"""Exercise: from losses to a risk, and from a risk to an objective."""

from __future__ import annotations

import numpy as np

from autograde.answers import Helper, strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import errors, pair, targets

SQUARED = Helper("squared_loss")
ABSOLUTE = Helper("absolute_loss")
LOPSIDED = Helper("lopsided_loss")


def empirical_risk(loss, y_true, y_pred, sample_weight=None):
    if sample_weight is None:
        sample_weight = np.full(len(y_true), 1.0)
    if np.any(sample_weight < 0) or not np.any(sample_weight > 0):
        raise ValueError("empirical_risk: weights must be >= 0 and not all 0")
    each = loss(y_true, y_pred)
    return float(np.dot(sample_weight, each) / np.sum(sample_weight))


def objective(loss, y_true, y_pred, w, lam):
    return empirical_risk(loss, y_true, y_pred) + lam * float(np.sum(np.square(w, dtype=float)))


def probes(rng: np.random.Generator) -> list[Probe]:
    def data(*shape: int) -> tuple[np.ndarray, np.ndarray]:
        return pair(targets(rng, shape), errors(rng, shape, 0.25, 4.0))

    def share(n: int) -> np.ndarray:
        """Weights of several sizes that do not add up to 1 or to n."""
        return rng.permutation(np.arange(1.0, n + 1)) / 4 + rng.integers(1, 4)

    def risk(aspect, regime, loss, points, **kwargs):
        return Probe("empirical_risk", aspect, regime, (loss, *points), kwargs)

    def total(aspect, regime, loss, points, w, lam):
        return Probe("objective", aspect, regime, (loss, *points, w, lam))

    y, p = data(4)
    whole = (rng.integers(-9, 10, 4), rng.integers(-9, 10, 4))
    single = tuple(a.astype(np.float32) for a in data(6))
    views = tuple(strided(a) for a in data(5))
    hole = share(5)
    hole[2] = 0.0
    return [
        risk("value", "five samples, squared loss", SQUARED, data(5)),
        risk("value", "four samples, a loss that is not the same on both sides", LOPSIDED, (y, p)),
        risk("value", "three samples of four numbers each", ABSOLUTE, data(3, 4)),
        risk("weights", "five samples with weights", SQUARED, data(5), sample_weight=share(5)),
        risk("weights", "six samples with weights", LOPSIDED, data(6), sample_weight=share(6)),
        risk("weights", "a sample with weight 0", LOPSIDED, data(5), sample_weight=hole),
        risk("weights", "four samples of two numbers each, with weights", ABSOLUTE, data(4, 2),
             sample_weight=share(4)),
        risk("weights", "whole weights (dtype int64)", SQUARED, data(4),
             sample_weight=rng.permutation(np.arange(1, 5))),
        risk("edges", "a single sample", LOPSIDED, data(1)),
        risk("edges", "whole numbers (dtype int64)", LOPSIDED, whole),
        risk("edges", "single precision (dtype float32)", SQUARED, single),
        risk("edges", "arrays that are not contiguous", ABSOLUTE, views),
        Probe("empirical_risk", "edges", "a negative weight", (SQUARED, *data(3)),
              {"sample_weight": np.array([1.0, -0.5, 2.0])}, raises=ValueError),
        Probe("empirical_risk", "edges", "weights that are all 0", (SQUARED, *data(3)),
              {"sample_weight": np.zeros(3)}, raises=ValueError),
        total("objective", "five samples and three weights", SQUARED, data(5), targets(rng, 3) + 0.0625, 0.5),
        total("objective", "four samples and a matrix of weights", LOPSIDED, data(4),
              errors(rng, (2, 3), 0.5, 3.0), 0.25),
        total("objective", "three samples of two numbers each", ABSOLUTE, data(3, 2),
              errors(rng, 4, 0.5, 3.0), 2.0),
        total("objective", "lam = 0", LOPSIDED, data(4), errors(rng, 3, 0.5, 3.0), 0.0),
        total("objective", "one weight", SQUARED, data(4), errors(rng, 1, 1.0, 3.0), 0.125),
    ]  # fmt: skip


# -- wrong answers -------------------------------------------------------------


def _checked(y_true, sample_weight):
    if sample_weight is None:
        return np.ones(len(y_true))
    if np.min(sample_weight) < 0 or np.max(sample_weight) == 0:
        raise ValueError("a bad weight")
    return sample_weight


def added_up(loss, y_true, y_pred, sample_weight=None):
    return np.sum(_checked(y_true, sample_weight) * loss(y_true, y_pred))


def weights_ignored(loss, y_true, y_pred, sample_weight=None):
    _checked(y_true, sample_weight)
    return np.mean(loss(y_true, y_pred))


def weighted_then_mean(loss, y_true, y_pred, sample_weight=None):
    return np.mean(_checked(y_true, sample_weight) * loss(y_true, y_pred))


def arguments_swapped(loss, y_true, y_pred, sample_weight=None):
    return np.average(loss(y_pred, y_true), weights=_checked(y_true, sample_weight))


def every_number_counts(loss, y_true, y_pred, sample_weight=None):
    w = _checked(y_true, sample_weight)
    per_sample = y_true.size / len(y_true)
    return np.average(loss(y_true, y_pred), weights=w) / per_sample


def root(loss, y_true, y_pred, sample_weight=None):
    return np.sqrt(np.average(loss(y_true, y_pred), weights=_checked(y_true, sample_weight)))


def loss_of_the_means(loss, y_true, y_pred, sample_weight=None):
    w = _checked(y_true, sample_weight)
    y = np.average(y_true, axis=0, weights=w)[None]
    return loss(y, np.average(y_pred, axis=0, weights=w)[None])[0]


def weights_inside(loss, y_true, y_pred, sample_weight=None):
    w = _checked(y_true, sample_weight)
    column = w.reshape(-1, *[1] * (y_true.ndim - 1))
    return np.sum(loss(column * y_true, column * y_pred)) / np.sum(w)


def worst(loss, y_true, y_pred, sample_weight=None):
    w = _checked(y_true, sample_weight)
    return np.max(loss(y_true, y_pred)[w > 0])


def any_weight(loss, y_true, y_pred, sample_weight=None):
    w = np.ones(len(y_true)) if sample_weight is None else sample_weight
    return np.sum(w * loss(y_true, y_pred)) / np.sum(w)


def no_penalty(loss, y_true, y_pred, w, lam):
    return np.mean(loss(y_true, y_pred))


def penalty_averaged(loss, y_true, y_pred, w, lam):
    return np.mean(loss(y_true, y_pred) + lam * np.sum(w**2) / len(y_true))


def sizes(loss, y_true, y_pred, w, lam):
    return np.mean(loss(y_true, y_pred)) + lam * np.sum(np.abs(w))


def half_penalty(loss, y_true, y_pred, w, lam):
    return np.mean(loss(y_true, y_pred)) + lam * np.sum(w**2) / 2


def mean_penalty(loss, y_true, y_pred, w, lam):
    return np.mean(loss(y_true, y_pred)) + lam * np.mean(w**2)


def norm_penalty(loss, y_true, y_pred, w, lam):
    return np.mean(loss(y_true, y_pred)) + lam * np.linalg.norm(w)


def sum_of_losses(loss, y_true, y_pred, w, lam):
    return np.sum(loss(y_true, y_pred)) + lam * np.sum(w**2)


def rewarded(loss, y_true, y_pred, w, lam):
    return np.mean(loss(y_true, y_pred)) - lam * np.sum(w**2)


TWO = (SQUARED, [1.0, 0.0], [3.0, 1.0])
WEIGHED = (*TWO, [1.0, 3.0])
OBJECT = (*TWO, [1.0, -3.0], 0.5)

EXERCISE = Exercise(
    slug="empirical_risk",
    title="From a loss to an objective",
    chapter="concepts",
    page="concepts/index",
    functions={"empirical_risk": empirical_risk, "objective": objective},
    points={"value": 2, "weights": 1, "edges": 1, "objective": 1},
    probes=probes,
    hints=(
        "Ask the loss first: one call gives one number per sample. Everything after that is an "
        "average of those numbers.",
        "A sample of weight 3 counts as three samples of weight 1. What is then the number of "
        "samples that you divide by?",
        "The line that people get wrong is the denominator: with weights it is not the number of "
        "samples. And the penalty has none; it knows nothing of samples.",
    ),
    misconceptions=(
        Misconception(
            "empirical_risk/sum",
            "The losses are added and not averaged",
            "empirical_risk",
            added_up,
            "For two samples with losses 4 and 1 you return {got}. If the data set is copied, so "
            "that every sample stands there twice, should the risk double?",
            "The sum. The minimum is the same, the step size of a descent is not.",
            "definition",
            TWO,
        ),
        Misconception(
            "empirical_risk/ignored",
            "The weights are not used",
            "empirical_risk",
            weights_ignored,
            "For losses 4 and 1 with weights 1 and 3 you return {got}. Which of the two samples "
            "should the risk be closer to?",
            "A plain mean.",
            "definition",
            WEIGHED,
        ),
        Misconception(
            "empirical_risk/by-n",
            "The weighted losses are divided by the number of samples",
            "empirical_risk",
            weighted_then_mean,
            "For losses 4 and 1 with weights 1 and 3 you return {got}. If both losses were 1, "
            "what would a fair average be, and what would yours be?",
            "mean(w l): right only if the weights have mean 1.",
            "definition",
            WEIGHED,
        ),
        Misconception(
            "empirical_risk/swapped",
            "The loss is given the prediction first",
            "empirical_risk",
            arguments_swapped,
            "A loss that charges 0.75 per unit too low and 0.25 per unit too high sees truth 0 "
            "and prediction 4; you return {got}. Was the prediction too low?",
            "loss(y_pred, y_true); invisible for symmetric losses.",
            "definition",
            (LOPSIDED, [0.0], [4.0]),
        ),
        Misconception(
            "empirical_risk/entries",
            "It divides by the number of entries, not of samples",
            "empirical_risk",
            every_number_counts,
            "One sample of two numbers, with a loss of 3 in all: you return {got}. How many "
            "samples did the loss report on?",
            "y_true.size in place of the number of losses.",
            "what-goes-wrong",
            (ABSOLUTE, [[0.0, 0.0]], [[1.0, 2.0]]),
        ),
        Misconception(
            "empirical_risk/root",
            "A root is taken of the mean",
            "empirical_risk",
            root,
            "For losses 4 and 1 you return {got}. Their mean lies between them: does yours?",
            "RMSE habit: a metric, not the risk of an arbitrary loss.",
            "by-hand",
            TWO,
        ),
        Misconception(
            "empirical_risk/means-first",
            "It takes the loss of the averages",
            "empirical_risk",
            loss_of_the_means,
            "For truth [1, 1] and predictions [3, -1] you return {got}. Both predictions missed "
            "by 2; where did the two misses go?",
            "Averages y before the loss; errors of opposite sign cancel.",
            "by-hand",
            (SQUARED, [1.0, 1.0], [3.0, -1.0]),
        ),
        Misconception(
            "empirical_risk/inside",
            "The weights are multiplied into the data",
            "empirical_risk",
            weights_inside,
            "For losses 4 and 1 with weights 1 and 3 you return {got}. What does a squared loss "
            "do with a factor of 3 that is put inside it?",
            "loss(w y, w p): with squares each weight counts squared.",
            "definition",
            WEIGHED,
        ),
        Misconception(
            "empirical_risk/worst",
            "It returns the largest loss",
            "empirical_risk",
            worst,
            "For losses 4 and 1 you return {got}. What do all the other samples contribute?",
            "Minimax in place of the mean.",
            "definition",
            TWO,
        ),
        Misconception(
            "empirical_risk/any-weight",
            "Every weight is accepted",
            "empirical_risk",
            any_weight,
            "For losses 4 and 1 with weights 1 and -0.5 you return {got}, which is larger than "
            "both. Which weights does the statement refuse?",
            "No check.",
            "what-goes-wrong",
            (*TWO, [1.0, -0.5]),
        ),
        Misconception(
            "objective/no-penalty",
            "The penalty is left out",
            "objective",
            no_penalty,
            "For losses 4 and 1, weights [1, -3] and lam = 0.5 you return {got}. Where did you "
            "use the weights?",
            "Returns the risk.",
            "definition",
            OBJECT,
        ),
        Misconception(
            "objective/per-sample",
            "The penalty is divided by the number of samples",
            "objective",
            penalty_averaged,
            "For losses 4 and 1, weights [1, -3] and lam = 0.5 you return {got}. How many models "
            "are there, and how often is the model charged?",
            "A common convention elsewhere (lam / n); not the one stated.",
            "definition",
            OBJECT,
        ),
        Misconception(
            "objective/sizes",
            "The weights are not squared",
            "objective",
            sizes,
            "For losses 4 and 1, weights [1, -3] and lam = 0.5 you return {got}. What does the "
            "statement do with each weight before adding?",
            "An L1 penalty.",
            "definition",
            OBJECT,
        ),
        Misconception(
            "objective/half",
            "Half of the penalty is missing",
            "objective",
            half_penalty,
            "For losses 4 and 1, weights [1, -3] and lam = 0.5 you return {got}. Is there a one "
            "half in the statement's penalty?",
            "The other convention, lam / 2.",
            "definition",
            OBJECT,
        ),
        Misconception(
            "objective/mean",
            "The squares are averaged over the weights",
            "objective",
            mean_penalty,
            "For losses 4 and 1, weights [1, -3] and lam = 0.5 you return {got}. If a model gets "
            "a hundred weights of 0 more, should its penalty shrink?",
            "np.mean(w**2).",
            "definition",
            OBJECT,
        ),
        Misconception(
            "objective/norm",
            "A root is taken of the penalty",
            "objective",
            norm_penalty,
            "For losses 4 and 1, weights [3, -4] and lam = 0.5 you return {got}. Which power of "
            "the length does the statement ask for?",
            "np.linalg.norm without the square.",
            "definition",
            (*TWO, [3.0, -4.0], 0.5),
        ),
        Misconception(
            "objective/sum",
            "The losses are added and not averaged",
            "objective",
            sum_of_losses,
            "For losses 4 and 1, weights [1, -3] and lam = 0.5 you return {got}. With a million "
            "samples, what would be left of the penalty's say?",
            "Sum plus penalty: another lam for each data set size.",
            "what-goes-wrong",
            OBJECT,
        ),
        Misconception(
            "objective/reward",
            "Large weights lower the objective",
            "objective",
            rewarded,
            "For losses 4 and 1, weights [1, -3] and lam = 0.5 you return {got}. Which model "
            "would an optimiser look for, one with small weights or with large ones?",
            "Subtracts the penalty.",
            "definition",
            OBJECT,
        ),
    ),
    success=(
        "Three losses, with weights and without, in rows and in single precision, agree to 1e-9. "
        "The loss was only called, never looked into. Next door: let it be any loss, and ask "
        "which single number has the least risk."
    ),
)
