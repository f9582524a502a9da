"""Exercise: when to stop, and which epoch to keep."""

from __future__ import annotations

import numpy as np

from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe


def early_stopping(losses, patience, min_delta=0.0):
    if patience < 1:
        raise ValueError(f"early_stopping: patience must be at least 1; got {patience}")
    curve = np.asarray(losses, np.float64).tolist()
    kept = 0
    for epoch, loss in enumerate(curve):
        if loss < curve[kept] - min_delta:
            kept = epoch
        elif epoch - kept == patience:
            return np.array([epoch, kept])
    return np.array([len(curve) - 1, kept])


def probes(rng: np.random.Generator) -> list[Probe]:
    def probe(aspect: str, regime: str, losses, patience: int, min_delta=None, **kwargs) -> Probe:
        options = {} if min_delta is None else {"min_delta": min_delta}
        return Probe("early_stopping", aspect, regime, (losses, patience), options, **kwargs)

    def curve(*eighths: int) -> np.ndarray:
        """Losses in eighths, all of them moved up by the same amount."""
        return (np.array(eighths) + rng.integers(8, 80)) / 8.0

    def noisy(n: int) -> np.ndarray:
        wave = rng.permutation(n) % 7
        return (40 * 0.9 ** np.arange(n) + wave).round() / 8 + 1

    early = curve(9, 5, 6, 7, 8, 2, 1)
    return [
        probe("stop", "falls, then rises, patience 2", curve(8, 5, 3, 4, 6, 7, 9), 2),
        probe("stop", "patience 1", curve(8, 6, 7, 2, 1), 1),
        probe("stop", "a recovery in time, patience 3", curve(9, 6, 7, 8, 4, 5, 6, 7, 8), 3),
        probe("stop", "two waits of two epochs, patience 3", curve(9, 7, 8, 8, 5, 6, 6, 4, 5, 6), 3),
        probe("stop", "better than the epoch before, not than the best", curve(9, 3, 8, 7, 6, 5, 4), 3),
        probe("stop", "thirty noisy epochs, patience 4", noisy(30), 4),
        probe("best", "a better epoch comes too late", early, 3),
        probe("best", "the first epoch is the best", curve(2, 3, 4, 5, 6), 2),
        probe("best", "the last epoch is the best: it never stops", curve(9, 8, 6, 5, 3), 2),
        probe("best", "the patience is never used up", curve(9, 4, 5, 6), 5),
        probe("best", "the patience is used up by the very last epoch", curve(9, 4, 5, 6), 2),
        probe("delta", "min_delta = 0.25, small steps down", curve(16, 10, 9, 8, 7, 6, 5), 3, 0.25),
        probe("delta", "an improvement of exactly min_delta", curve(16, 12, 10, 11, 12), 2, 0.25),
        probe("delta", "small improvements that add up", curve(30, 20, 19, 17, 16, 16, 17, 18), 3, 0.25),
        probe("delta", "min_delta = 2, small improvements only", curve(40, 36, 30, 25, 24), 2, 2.0),
        probe("edges", "epochs of exactly the same loss", curve(9, 5, 5, 5, 5, 4), 3),
        probe("edges", "a single epoch", curve(5), 1),
        probe("edges", "a loss of nan on the way", np.insert(curve(9, 5, 6, 4, 5, 6), 3, np.nan), 3),
        probe("edges", "negative losses", -curve(1, 4, 5, 3, 2, 1), 2),
        probe("edges", "whole numbers (dtype int64)", rng.integers(9, 99) + np.array([9, 5, 6, 7]), 2),
        probe("edges", "single precision (dtype float32)", curve(9, 5, 6, 4, 5, 6).astype(np.float32), 2),
        probe("edges", "an array that is not contiguous", strided(curve(9, 5, 6, 4, 5, 6, 7)), 2),
        probe("edges", "patience = 0, which is not allowed", curve(9, 5, 6), 0, raises=ValueError),
    ]  # fmt: skip


# -- wrong answers -------------------------------------------------------------


def _run(losses, patience, better, used_up=None):
    """The rule with two exchangeable parts: what is better, and when patience is used up."""
    if patience < 1:
        raise ValueError("patience")
    used_up = used_up or (lambda wait: wait >= patience)
    best, wait = 0, 0
    for t in range(1, len(losses)):
        if better(losses, t, best):
            best, wait = t, 0
        else:
            wait += 1
            if used_up(wait):
                return np.array([t, best])
    return np.array([len(losses) - 1, best])


def one_epoch_late(losses, patience, min_delta=0.0):
    return _run(
        losses, patience, lambda v, t, b: v[t] < v[b] - min_delta, lambda wait: wait > patience
    )


def one_epoch_early(losses, patience, min_delta=0.0):
    return _run(
        losses, patience, lambda v, t, b: v[t] < v[b] - min_delta,
        lambda wait: wait >= max(patience - 1, 1),
    )  # fmt: skip


def wait_is_never_reset(losses, patience, min_delta=0.0):
    if patience < 1:
        raise ValueError("patience")
    best, wait = 0, 0
    for t in range(1, len(losses)):
        if losses[t] < losses[best] - min_delta:
            best = t
        else:
            wait += 1
            if wait >= patience:
                return np.array([t, best])
    return np.array([len(losses) - 1, best])


def against_the_epoch_before(losses, patience, min_delta=0.0):
    return _run(losses, patience, lambda v, t, b: v[t] < v[t - 1] - min_delta)


def looks_ahead(losses, patience, min_delta=0.0):
    stop = _run(losses, patience, lambda v, t, b: v[t] < v[b] - min_delta)[0]
    return np.array([stop, int(np.nanargmin(losses))])


def never_stops(losses, patience, min_delta=0.0):
    if patience < 1:
        raise ValueError("patience")
    return np.array([len(losses) - 1, int(np.nanargmin(losses))])


def ties_count(losses, patience, min_delta=0.0):
    return _run(losses, patience, lambda v, t, b: v[t] <= v[b] - min_delta)


def no_delta(losses, patience, min_delta=0.0):
    return _run(losses, patience, lambda v, t, b: v[t] < v[b])


def relative_delta(losses, patience, min_delta=0.0):
    return _run(losses, patience, lambda v, t, b: v[t] < v[b] * (1 - min_delta))


def delta_the_other_way(losses, patience, min_delta=0.0):
    return _run(losses, patience, lambda v, t, b: v[t] < v[b] + min_delta)


def every_low_is_kept(losses, patience, min_delta=0.0):
    if patience < 1:
        raise ValueError("patience")
    mark, best, wait = losses[0], 0, 0
    for t in range(1, len(losses)):
        better = losses[t] < mark - min_delta
        mark = min(mark, losses[t])
        if losses[t] < losses[best]:
            best = t
        wait = 0 if better else wait + 1
        if wait >= patience:
            return np.array([t, best])
    return np.array([len(losses) - 1, best])


def exchanged(losses, patience, min_delta=0.0):
    return _run(losses, patience, lambda v, t, b: v[t] < v[b] - min_delta)[::-1]


def counted_from_one(losses, patience, min_delta=0.0):
    return _run(losses, patience, lambda v, t, b: v[t] < v[b] - min_delta) + 1


def largest_is_best(losses, patience, min_delta=0.0):
    return _run(losses, patience, lambda v, t, b: v[t] > v[b] + min_delta)


def keeps_the_last(losses, patience, min_delta=0.0):
    stop = _run(losses, patience, lambda v, t, b: v[t] < v[b] - min_delta)[0]
    return np.array([stop, stop])


def any_patience(losses, patience, min_delta=0.0):
    return _run(losses, max(patience, 1), lambda v, t, b: v[t] < v[b] - min_delta)


#: Falls to 3 in epoch 2, then rises.
RISES = ([8.0, 5.0, 3.0, 4.0, 6.0, 7.0], 2)
WAITS = ([9.0, 7.0, 8.0, 5.0, 6.0, 4.0], 2)
LATE = ([9.0, 5.0, 6.0, 7.0, 2.0], 2)
SLOW = ([9.0, 5.0, 4.5, 4.25, 4.0], 2, 0.75)

EXERCISE = Exercise(
    slug="early_stopping",
    title="Early stopping",
    chapter="regularization",
    page="regularization/early-stopping",
    functions={"early_stopping": early_stopping},
    points={"stop": 2, "best": 1, "delta": 1, "edges": 1},
    probes=probes,
    hints=(
        "Two things must be remembered from epoch to epoch: the best one so far, and how long one "
        "has waited since.",
        "An epoch that is better than the best by more than min_delta becomes the best, and the "
        "wait begins anew. Every other epoch is one of waiting.",
        "The line that people get wrong compares with the best epoch, not with the one before, "
        "and stops in the epoch that uses the patience up.",
    ),
    misconceptions=(
        Misconception(
            "early_stopping/late",
            "It waits one epoch too long",
            "early_stopping",
            one_epoch_late,
            "For losses 8, 5, 3, 4, 6, 7 with a patience of 2 you return {got}. How many epochs "
            "without improvement is that?",
            "wait > patience.",
            "definition",
            RISES,
        ),
        Misconception(
            "early_stopping/early",
            "It stops one epoch too soon",
            "early_stopping",
            one_epoch_early,
            "For losses 8, 5, 3, 4, 6, 7 with a patience of 2 you return {got}. How many epochs "
            "without improvement were there by then?",
            "wait >= patience - 1.",
            "definition",
            RISES,
        ),
        Misconception(
            "early_stopping/no-reset",
            "The wait is never reset",
            "early_stopping",
            wait_is_never_reset,
            "For losses 9, 7, 8, 5, 6, 4 with a patience of 2 you return {got}. Were there two "
            "epochs in a row without a new best?",
            "The counter is not set back on improvement.",
            "definition",
            WAITS,
        ),
        Misconception(
            "early_stopping/previous",
            "Every epoch is compared with the one before",
            "early_stopping",
            against_the_epoch_before,
            "For losses 9, 3, 8, 7, 6 with a patience of 2 you return {got}. Is a loss of 6 "
            "progress after a loss of 3?",
            "losses[t] < losses[t - 1].",
            "what-goes-wrong",
            ([9.0, 3.0, 8.0, 7.0, 6.0], 2),
        ),
        Misconception(
            "early_stopping/looks-ahead",
            "It keeps an epoch that was never reached",
            "early_stopping",
            looks_ahead,
            "For losses 9, 5, 6, 7, 2 with a patience of 2 you return {got}. Had that epoch been "
            "trained when you stopped?",
            "argmin over the whole curve.",
            "what-goes-wrong",
            LATE,
        ),
        Misconception(
            "early_stopping/never",
            "It never stops",
            "early_stopping",
            never_stops,
            "For losses 9, 5, 6, 7, 2 with a patience of 2 you return {got}. When was the patience "
            "used up?",
            "Best of all epochs: checkpoints without stopping.",
            "definition",
            LATE,
        ),
        Misconception(
            "early_stopping/ties",
            "A loss as good as the best counts as better",
            "early_stopping",
            ties_count,
            "For losses 9, 5, 5, 5 with a patience of 2 you return {got}. Did the third 5 improve "
            "on the first?",
            "<= for <.",
            "definition",
            ([9.0, 5.0, 5.0, 5.0], 2),
        ),
        Misconception(
            "early_stopping/no-delta",
            "Every improvement counts, however small",
            "early_stopping",
            no_delta,
            "For losses 9, 5, 4.5, 4.25, 4 with a patience of 2 and min_delta = 0.75 you return "
            "{got}. By how much did the third epoch improve?",
            "min_delta is ignored.",
            "definition",
            SLOW,
        ),
        Misconception(
            "early_stopping/relative",
            "min_delta is read as a share",
            "early_stopping",
            relative_delta,
            "For losses 9, 5, 4.5, 4.25, 4 with a patience of 2 and min_delta = 0.75 you return "
            "{got}. In which unit is min_delta given?",
            "A relative tolerance.",
            "definition",
            ([9.0, 5.0, 4.5, 4.25, 4.0], 2, 0.75),
        ),
        Misconception(
            "early_stopping/other-way",
            "min_delta makes it easier to improve",
            "early_stopping",
            delta_the_other_way,
            "For losses 9, 5, 5.5, 5.25, 5 with a patience of 2 and min_delta = 0.75 you return "
            "{got}. Is a loss of 5.5 an improvement on 5?",
            "Plus for minus.",
            "definition",
            ([9.0, 5.0, 5.5, 5.25, 5.0], 2, 0.75),
        ),
        Misconception(
            "early_stopping/mark-moves",
            "Small improvements move the mark without ending the wait",
            "early_stopping",
            every_low_is_kept,
            "For losses 9, 5, 4.5, 4, 6, 7 with a patience of 3 and min_delta = 0.75 you return "
            "{got}. By how much is 4 better than 5, the last epoch that counted?",
            "The reference follows every new low, so that small steps never add up.",
            "what-goes-wrong",
            ([9.0, 5.0, 4.5, 4.0, 6.0, 7.0], 3, 0.75),
        ),
        Misconception(
            "early_stopping/order",
            "The best epoch is returned first",
            "early_stopping",
            exchanged,
            "For losses 8, 5, 3, 4, 6, 7 with a patience of 2 you return {got}. Which of the two "
            "comes first in the statement?",
            "(best, stop).",
            "definition",
            RISES,
        ),
        Misconception(
            "early_stopping/from-one",
            "Epochs are counted from one",
            "early_stopping",
            counted_from_one,
            "For losses 8, 5, 3, 4, 6, 7 with a patience of 2 you return {got}. Which loss has that "
            "index in the array?",
            "1-based.",
            "definition",
            RISES,
        ),
        Misconception(
            "early_stopping/largest",
            "The largest loss counts as the best",
            "early_stopping",
            largest_is_best,
            "For losses 8, 5, 3, 4, 6, 7 with a patience of 2 you return {got}. Is it a score or a "
            "loss?",
            "The comparison of an accuracy.",
            "definition",
            RISES,
        ),
        Misconception(
            "early_stopping/last",
            "The weights of the last epoch are kept",
            "early_stopping",
            keeps_the_last,
            "For losses 8, 5, 3, 4, 6, 7 with a patience of 2 you return {got}. Which epoch had the "
            "lowest loss by then?",
            "No restoring of the best weights.",
            "what-goes-wrong",
            RISES,
        ),
        Misconception(
            "early_stopping/any-patience",
            "A patience of 0 is accepted",
            "early_stopping",
            any_patience,
            "With a patience of 0 and losses 9, 5, 6 you return {got}. After how many epochs "
            "without improvement should one have stopped?",
            "The check is missing.",
            "definition",
            ([9.0, 5.0, 6.0], 0),
        ),
    ),
    success=(
        "It stops in the right epoch, keeps the right one, and a nan on the way does not deceive "
        "it. The page shows what this stopping is worth in units of lambda."
    ),
)
