"""Exercise: the weighted sum of several tasks, some of whose labels are missing."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import errors


def _labelled(weights, losses):
    if np.any(np.asarray(weights) < 0):
        raise ValueError(f"weights must not be negative; got {np.asarray(weights).tolist()}")
    given = np.asarray(losses, np.float64)
    known = ~np.isnan(given)
    return given, known, np.maximum(known.sum(axis=0), 1)


def weighted_sum(weights, losses):
    given, known, count = _labelled(weights, losses)
    return lossref.weighted_sum(weights, np.where(known, given, 0.0).sum(axis=0) / count)


def weighted_sum_grad(weights, losses):
    _, known, count = _labelled(weights, losses)
    return known * (np.asarray(weights, np.float64) / count)


def probes(rng: np.random.Generator) -> list[Probe]:
    def prices(k: int) -> np.ndarray:
        return rng.permutation(np.arange(3, 3 + 3 * k, 3)) / 8.0

    def table(n: int, k: int, gone: tuple[tuple[int, int], ...] = ()) -> np.ndarray:
        losses = np.abs(errors(rng, (n, k), 0.125, 6.0)) + 0.0625
        for at in gone:
            losses[at] = np.nan
        return losses

    drawn = []
    for name, aspect in (("weighted_sum", "value"), ("weighted_sum_grad", "gradient")):

        def ask(what, regime, k, losses, name=name, change=lambda x: x, **kwargs):
            return Probe(name, what, regime, (change(prices(k)), change(losses)), **kwargs)

        whole = (rng.integers(2, 6, size=3), rng.integers(1, 9, size=(4, 3)))
        off = prices(3)
        off[1] = 0.0
        low = prices(3)
        low[int(rng.integers(3))] = -0.25
        drawn += [
            ask(aspect, "four samples, two tasks", 2, table(4, 2)),
            ask(aspect, "two samples, five tasks", 5, table(2, 5)),
            ask(aspect, "three samples, three tasks", 3, table(3, 3)),
            ask("labels", "one label missing", 2, table(4, 2, ((1, 0),))),
            ask("labels", "each task lacks another sample", 3,
                table(5, 3, ((0, 0), (2, 1), (3, 1), (4, 2)))),
            ask("labels", "one label of one task is left", 2, table(4, 2, ((0, 1), (1, 1), (3, 1)))),
            ask("edges", "a task without any label", 3, table(3, 3, ((0, 1), (1, 1), (2, 1)))),
            ask("edges", "a single sample", 3, table(1, 3)),
            ask("edges", "a single task", 1, table(4, 1, ((2, 0),))),
            Probe(name, "edges", "a task of weight 0", (off, table(4, 3))),
            Probe(name, "edges", "whole numbers (dtype int64)", whole),
            ask("edges", "single precision (dtype float32)", 2, table(4, 2, ((3, 0),)),
                change=lambda x: x.astype(np.float32)),
            ask("edges", "arrays that are not contiguous", 3, table(4, 3), change=strided),
            Probe(name, "edges", "a negative weight, which is not allowed", (low, table(3, 3)),
                  raises=ValueError),
        ]  # fmt: skip
    return drawn


# -- wrong answers -------------------------------------------------------------


def _checked(weights):
    if np.min(weights) < 0:
        raise ValueError("weights")


def _means(losses):
    known = ~np.isnan(losses)
    return np.nansum(losses, axis=0) / np.maximum(np.sum(known, axis=0), 1)


def over_all_samples(weights, losses):
    _checked(weights)
    return np.sum(weights * np.nansum(losses, axis=0)) / len(losses)


def poisoned(weights, losses):
    _checked(weights)
    return np.sum(weights * np.mean(losses, axis=0))


def one_mean_of_all(weights, losses):
    _checked(weights)
    known = ~np.isnan(losses)
    return np.nansum(weights * losses) / np.sum(known)


def weighted_mean(weights, losses):
    _checked(weights)
    return np.sum(weights * _means(losses)) / np.sum(weights)


def sums_for_means(weights, losses):
    _checked(weights)
    return np.sum(weights * np.nansum(losses, axis=0))


def no_weights(weights, losses):
    _checked(weights)
    return np.sum(_means(losses))


def zero_over_zero(weights, losses):
    _checked(weights)
    return np.sum(weights * (np.nansum(losses, axis=0) / np.sum(~np.isnan(losses), axis=0)))


def complete_samples_only(weights, losses):
    _checked(weights)
    whole = losses[~np.any(np.isnan(losses), axis=1)]
    return np.sum(weights * np.sum(whole, axis=0)) / max(len(whole), 1)


def any_weight(weights, losses):
    return np.sum(weights * _means(losses))


def grad_over_all_samples(weights, losses):
    _checked(weights)
    return np.where(np.isnan(losses), 0.0, weights / len(losses))


def grad_without_mean(weights, losses):
    _checked(weights)
    return np.where(np.isnan(losses), 0.0, weights * 1.0)


def grad_at_missing(weights, losses):
    _checked(weights)
    count = np.maximum(np.sum(~np.isnan(losses), axis=0), 1)
    return np.zeros(losses.shape) + weights / count


def grad_per_task(weights, losses):
    _checked(weights)
    return weights * 1.0


def grad_times_loss(weights, losses):
    _checked(weights)
    count = np.maximum(np.sum(~np.isnan(losses), axis=0), 1)
    return np.where(np.isnan(losses), 0.0, weights * losses / count)


def grad_over_all_labels(weights, losses):
    _checked(weights)
    known = ~np.isnan(losses)
    return np.where(known, weights / np.sum(known), 0.0)


NAN = float("nan")
FULL = ([0.5, 2.0], [[1.0, 4.0], [3.0, 2.0]])
GAP = ([0.5, 2.0], [[1.0, NAN], [3.0, 4.0]])
EMPTY = ([0.5, 2.0], [[1.0, NAN], [3.0, NAN]])
SAID_FULL = "For weights (0.5, 2) and samples (1, 4) and (3, 2)"
SAID_GAP = "For weights (0.5, 2) and samples (1, missing) and (3, 4)"

EXERCISE = Exercise(
    slug="weighted_sum",
    title="A weighted sum of tasks",
    chapter="multitask",
    page="multitask/weighted-sum",
    functions={"weighted_sum": weighted_sum, "weighted_sum_grad": weighted_sum_grad},
    points={"value": 2, "gradient": 2, "labels": 2, "edges": 1},
    probes=probes,
    hints=(
        "Two reductions follow each other: over the samples of a task first, then over the "
        "tasks. They are not the same reduction.",
        "The mean of a task runs over the samples that have its label. Count them per column; "
        "the counts may differ.",
        "A column without any label has a count of 0, and you divide by it. And nan times 0 is "
        "nan, so hide the gaps before you add.",
    ),
    misconceptions=(
        Misconception(
            "weighted_sum/all-samples",
            "Samples without a label count in the mean",
            "weighted_sum",
            over_all_samples,
            SAID_GAP + " you return {got}. How many samples say anything about the second task?",
            "Divides by n: a rarely labelled task is made light in silence.",
            "definition",
            GAP,
        ),
        Misconception(
            "weighted_sum/poisoned",
            "One missing label makes the whole loss nan",
            "weighted_sum",
            poisoned,
            SAID_GAP + " you return {got}. What does nan times anything give, and where should a "
            "gap have been left out?",
            "A plain mean over nan.",
            "what-goes-wrong",
            GAP,
        ),
        Misconception(
            "weighted_sum/one-mean",
            "One mean runs over samples and tasks together",
            "weighted_sum",
            one_mean_of_all,
            SAID_FULL + " you return {got}. If a third task of weight 0 were added, should the "
            "loss of the other two change?",
            "nanmean of everything: K enters the denominator.",
            "definition",
            FULL,
        ),
        Misconception(
            "weighted_sum/weighted-mean",
            "The sum is divided by the sum of the weights",
            "weighted_sum",
            weighted_mean,
            SAID_FULL + " you return {got}. What happens to your loss when both weights are "
            "doubled?",
            "A weighted mean; the weights then fix ratios only.",
            "definition",
            FULL,
        ),
        Misconception(
            "weighted_sum/sums",
            "The losses of a task are added, not averaged",
            "weighted_sum",
            sums_for_means,
            SAID_FULL + " you return {got}. Would a batch twice as large have twice the loss?",
            "The 1/n is missing.",
            "definition",
            FULL,
        ),
        Misconception(
            "weighted_sum/no-weights",
            "The weights are not used",
            "weighted_sum",
            no_weights,
            SAID_FULL + " you return {got}. What would it be for weights (0, 0)?",
            "A plain sum of the task losses.",
            "definition",
            FULL,
        ),
        Misconception(
            "weighted_sum/empty-task",
            "A task without any label divides zero by zero",
            "weighted_sum",
            zero_over_zero,
            "For weights (0.5, 2) and samples (1, missing) and (3, missing) you return {got}. "
            "What was the mean of no numbers, and what may it do to the first task?",
            "nanmean without the case of an empty column.",
            "what-goes-wrong",
            EMPTY,
        ),
        Misconception(
            "weighted_sum/complete-samples",
            "A sample with one gap is thrown away whole",
            "weighted_sum",
            complete_samples_only,
            SAID_GAP + " you return {got}. The first sample has a label for the first task: where "
            "did it go?",
            "Complete cases only.",
            "definition",
            GAP,
        ),
        Misconception(
            "weighted_sum/any-weight",
            "A negative weight is accepted",
            "weighted_sum",
            any_weight,
            "For weights (-1, 1) and one sample with losses (2, 1) you return {got}. Which way "
            "will training push the first task?",
            "The check is missing.",
            "definition",
            ([-1.0, 1.0], [[2.0, 1.0]]),
        ),
        Misconception(
            "weighted_sum_grad/all-samples",
            "The gradient is divided by the size of the batch",
            "weighted_sum_grad",
            grad_over_all_samples,
            SAID_GAP + " you return {got}. The second task has one label: if its loss grows by 1, "
            "by how much does its mean grow?",
            "1/n in place of one over the number of labels.",
            "derivation",
            GAP,
        ),
        Misconception(
            "weighted_sum_grad/no-mean",
            "The gradient has lost its mean",
            "weighted_sum_grad",
            grad_without_mean,
            SAID_FULL + " you return {got}. If one of two losses grows by 1, by how much does "
            "their mean grow?",
            "The 1/n is missing.",
            "derivation",
            FULL,
        ),
        Misconception(
            "weighted_sum_grad/at-missing",
            "A missing label pulls",
            "weighted_sum_grad",
            grad_at_missing,
            SAID_GAP + " you return {got}. What would a number in the gap change in the loss?",
            "The mask is forgotten in the gradient.",
            "derivation",
            GAP,
        ),
        Misconception(
            "weighted_sum_grad/per-task",
            "The gradient has one number per task",
            "weighted_sum_grad",
            grad_per_task,
            SAID_FULL + " you return {got}. How many losses went in, and with respect to which of "
            "them is this the derivative?",
            "The derivative by the task means; the shape is (K,).",
            "definition",
            FULL,
        ),
        Misconception(
            "weighted_sum_grad/times-loss",
            "The gradient contains the losses",
            "weighted_sum_grad",
            grad_times_loss,
            SAID_FULL + " you return {got}. The sum is linear in the losses: of what does the "
            "slope of a straight line depend?",
            "w L / n: the value, entry by entry.",
            "derivation",
            FULL,
        ),
        Misconception(
            "weighted_sum_grad/all-labels",
            "All tasks share one count",
            "weighted_sum_grad",
            grad_over_all_labels,
            SAID_FULL + " you return {got}. Over how many numbers does the mean of the first task "
            "run?",
            "Divides by the number of labels of all tasks together.",
            "derivation",
            FULL,
        ),
    ),
    success=(
        "Value and gradient, with gaps in every column and a column that is nothing but a gap. A "
        "weight now means the same however many labels its task has."
    ),
)
