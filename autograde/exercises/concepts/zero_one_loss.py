"""Exercise: count mistakes, and find the threshold that makes the fewest."""

from __future__ import annotations

import numpy as np

from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import errors


def zero_one_loss(y_true, score):
    says_yes = np.asarray(score) > 0
    return float(np.mean(says_yes != (np.asarray(y_true) > 0)))


def best_zero_one_loss(y_true, score):
    thresholds = np.append(score, -np.inf)
    says_yes = np.asarray(score)[None, :] > thresholds[:, None]
    mistakes = says_yes != (np.asarray(y_true) > 0)[None, :]
    return float(mistakes.mean(axis=1).min())


def probes(rng: np.random.Generator) -> list[Probe]:
    def labels(n: int) -> np.ndarray:
        """Both labels, more of one than of the other."""
        few = n // 3
        side = rng.choice([-1.0, 1.0])
        return rng.permutation(np.concatenate([np.full(few, side), np.full(n - few, -side)]))

    def related(y: np.ndarray) -> np.ndarray:
        """Scores that lean to the side of the label, shifted, so that 0 is no good threshold."""
        noise = rng.permutation(np.arange(y.size)) * 0.5 - y.size / 4
        return y + noise + rng.choice([-2.0, 2.0]) + 0.0625

    def share(regime, y, score, aspect="value"):
        return Probe("zero_one_loss", aspect, regime, (y, score))

    def best(regime, y, score, aspect="threshold"):
        return Probe("best_zero_one_loss", aspect, regime, (y, score))

    y8, y9, y12 = labels(8), labels(9), labels(12)
    tied = np.array([1.0, -1.0, -1.0, 1.0, -1.0, 1.0, 1.0])
    levels = np.array([0.0, 0.0, 0.0, 2.0, -1.0, -3.0, 1.0])
    close = np.array([-1.0, -1.0, 1.0, -1.0, -1.0, 1.0, 1.0, 1.0, 1.0])
    order, shuffled = rng.permutation(7), rng.permutation(9)
    equal = np.repeat(rng.permutation([-1.5, 0.5, 2.0]), 3)
    mixed = np.array([-1.0, 1.0, -1.0, 1.0, 1.0, -1.0, -1.0, 1.0, 1.0])
    whole = rng.permutation(np.array([-3, -1, 2, 4, 5, -2, 7]))
    return [
        share("eight samples", y8, errors(rng, 8, 0.25, 3.0)),
        share("nine samples, scores that lean to one side", y9, related(y9)),
        share("scores between 0 and 1", y12, rng.permutation(np.arange(1, 13) / 16)),
        share("scores of exactly 0, three of seven", tied[order], levels[order], "ties"),
        share("every score is 0", y8, np.zeros(8), "ties"),
        share("a single sample", np.array([rng.choice([-1.0, 1.0])]), errors(rng, 1, 0.5, 3.0), "edges"),
        share("whole numbers (dtype int64)", labels(7).astype(np.int64), whole, "edges"),
        share("a matrix of labels and scores", labels(6).reshape(2, 3), errors(rng, (2, 3), 0.25, 3.0),
              "edges"),
        share("arrays that are not contiguous in memory", strided(labels(7)),
              strided(errors(rng, 7, 0.25, 3.0)), "edges"),
        best("eight samples, scores that lean to one side", y8, related(y8)),
        best("nine samples, scores that lean to one side", y9, related(y9)),
        best("twelve samples, scores without any meaning", y12, rng.permutation(np.arange(12.0)) - 5.5),
        best("scores between 0 and 1", close[shuffled], np.arange(1, 10)[shuffled] / 16),
        best("scores that lean to the opposite side", y9, -2.0 * y9 + related(y9) / 16),
        best("equal scores with different labels", mixed, equal, "ties"),
        best("every score is the same", y8, np.full(8, 0.5), "ties"),
        best("every label is 1", np.ones(5), errors(rng, 5, 0.25, 3.0), "edges"),
        best("every label is -1", -np.ones(5), errors(rng, 5, 0.25, 3.0), "edges"),
        best("a single sample", np.array([rng.choice([-1.0, 1.0])]), errors(rng, 1, 0.5, 3.0), "edges"),
        best("whole numbers (dtype int64)", labels(7).astype(np.int64), whole, "edges"),
    ]  # fmt: skip


# -- wrong answers -------------------------------------------------------------


def accuracy(y_true, score):
    return np.mean(np.where(score > 0, 1, -1) == y_true)


def number_of_mistakes(y_true, score):
    return np.sum(np.where(score > 0, 1, -1) != y_true)


def zero_is_yes(y_true, score):
    return np.mean(np.where(score >= 0, 1, -1) != y_true)


def zero_is_always_a_mistake(y_true, score):
    return np.mean(y_true * score <= 0)


def zero_is_never_a_mistake(y_true, score):
    return np.mean(y_true * score < 0)


def labels_zero_and_one(y_true, score):
    return np.mean((score > 0).astype(int) != y_true)


def probability_threshold(y_true, score):
    return np.mean(np.where(score > 0.5, 1, -1) != y_true)


def how_far_on_the_other_side(y_true, score):
    return np.mean(np.maximum(0.0, -y_true * score))


def scores_for_labels(y_true, score):
    return np.mean(score != y_true)


def no_threshold(y_true, score):
    return np.mean(np.where(score > 0, 1, -1) != y_true)


def _losses(y_true, score, thresholds):
    return [np.mean(np.where(score > t, 1, -1) != y_true) for t in thresholds]


def never_all_yes(y_true, score):
    return min(_losses(y_true, score, score))


def never_all_no(y_true, score):
    return min(_losses(y_true, score, np.append(np.sort(score)[:-1], -np.inf)))


def either_direction(y_true, score):
    losses = _losses(y_true, score, np.append(score, -np.inf))
    return min(min(losses), 1 - max(losses))


def equals_are_split(y_true, score):
    order = np.lexsort((y_true, score))
    y = y_true[order]
    cuts = [np.sum(y[:k] > 0) + np.sum(y[k:] < 0) for k in range(y.size + 1)]
    return min(cuts) / y.size


def the_threshold(y_true, score):
    thresholds = np.sort(np.append(score, np.min(score) - 1.0))
    return thresholds[np.argmin(_losses(y_true, score, thresholds))]


def best_accuracy(y_true, score):
    return 1 - min(_losses(y_true, score, np.append(score, -np.inf)))


def fewest_mistakes(y_true, score):
    return y_true.size * min(_losses(y_true, score, np.append(score, -np.inf)))


def middle_threshold(y_true, score):
    return min(_losses(y_true, score, [np.median(score)]))


TWO = ([1.0, -1.0], [2.0, 3.0])
ZERO = ([1.0, -1.0, 1.0, -1.0, -1.0], [0.0, 0.0, 2.0, -1.0, 0.0])
SHIFTED = ([-1.0, -1.0, 1.0], [1.0, 2.0, 3.0])

EXERCISE = Exercise(
    slug="zero_one_loss",
    title="Counting mistakes",
    chapter="concepts",
    page="concepts/surrogates",
    functions={"zero_one_loss": zero_one_loss, "best_zero_one_loss": best_zero_one_loss},
    points={"value": 1, "threshold": 2, "ties": 1, "edges": 1},
    probes=probes,
    hints=(
        "Turn the score into a verdict, compare it with the label, count. For the best threshold "
        "there is no slope to follow; but only a few thresholds differ in what they say.",
        "When the threshold moves between two neighbouring scores, no verdict changes. So there "
        "are at most n + 1 different sets of verdicts.",
        "Two lines go astray: what a score equal to the threshold means, and the two thresholds "
        "at the ends, below all scores and not below any.",
    ),
    misconceptions=(
        Misconception(
            "zero_one_loss/accuracy",
            "The share of right verdicts is returned",
            "zero_one_loss",
            accuracy,
            "For one verdict that is right you return {got}. A loss should fall when the "
            "classifier improves: does yours?",
            "Accuracy in place of 1 - accuracy.",
            "definition",
            ([1.0], [2.0]),
        ),
        Misconception(
            "zero_one_loss/count",
            "The mistakes are counted, not averaged",
            "zero_one_loss",
            number_of_mistakes,
            "For two samples with one mistake you return {got}. Which share is that?",
            "sum in place of mean.",
            "definition",
            TWO,
        ),
        Misconception(
            "zero_one_loss/zero-yes",
            "A score of 0 is a yes",
            "zero_one_loss",
            zero_is_yes,
            "For labels 1, -1, 1, -1, -1 and scores 0, 0, 2, -1, 0 you return {got}. What verdict "
            "does the statement give to a score of 0?",
            ">= in place of >.",
            "what-goes-wrong",
            ZERO,
        ),
        Misconception(
            "zero_one_loss/zero-mistake",
            "A score of 0 is a mistake for both labels",
            "zero_one_loss",
            zero_is_always_a_mistake,
            "For labels 1, -1, 1, -1, -1 and scores 0, 0, 2, -1, 0 you return {got}. Can a "
            "verdict be a mistake whatever the label is?",
            "y f <= 0, or comparing sign(f), which is 0 at 0.",
            "what-goes-wrong",
            ZERO,
        ),
        Misconception(
            "zero_one_loss/zero-pass",
            "A score of 0 is never a mistake",
            "zero_one_loss",
            zero_is_never_a_mistake,
            "For labels 1, -1, 1, -1, -1 and scores 0, 0, 2, -1, 0 you return {got}. Which loss "
            "would a classifier have that always scores 0?",
            "y f < 0.",
            "what-goes-wrong",
            ZERO,
        ),
        Misconception(
            "zero_one_loss/labels",
            "The labels are taken to be 0 and 1",
            "zero_one_loss",
            labels_zero_and_one,
            "For label -1 and score -2 you return {got}. Which two labels does the statement name?",
            "Verdicts 0 and 1 compared with labels -1 and 1.",
            "what-goes-wrong",
            ([-1.0], [-2.0]),
        ),
        Misconception(
            "zero_one_loss/half",
            "The threshold is one half",
            "zero_one_loss",
            probability_threshold,
            "For label 1 and score 0.25 you return {got}. Is a score a probability?",
            "0.5 belongs to probabilities.",
            "definition",
            ([1.0], [0.25]),
        ),
        Misconception(
            "zero_one_loss/distance",
            "A mistake costs more, the further it is on the other side",
            "zero_one_loss",
            how_far_on_the_other_side,
            "For labels 1, -1 and scores 2, 3 you return {got}. How much does one mistake cost?",
            "The perceptron loss: a surrogate already.",
            "derivation",
            TWO,
        ),
        Misconception(
            "zero_one_loss/no-verdict",
            "Scores are compared with labels",
            "zero_one_loss",
            scores_for_labels,
            "For label 1 and score 2 you return {got}. Which verdict does a score of 2 give?",
            "score != y.",
            "definition",
            ([1.0], [2.0]),
        ),
        Misconception(
            "best_zero_one_loss/zero",
            "Only the threshold 0 is tried",
            "best_zero_one_loss",
            no_threshold,
            "For labels -1, -1, 1 and scores 1, 2, 3 you return {got}. Is there a threshold that "
            "separates them?",
            "The plain 0-1 loss.",
            "definition",
            SHIFTED,
        ),
        Misconception(
            "best_zero_one_loss/all-yes",
            "The verdict yes for everybody is never tried",
            "best_zero_one_loss",
            never_all_yes,
            "For labels 1, 1, 1 you return {got}. Which threshold would say yes to all of them?",
            "Thresholds at the scores only; the lowest score never gets a yes.",
            "what-goes-wrong",
            ([1.0, 1.0, 1.0], [1.0, 2.0, 3.0]),
        ),
        Misconception(
            "best_zero_one_loss/all-no",
            "The verdict no for everybody is never tried",
            "best_zero_one_loss",
            never_all_no,
            "For labels -1, -1, -1 you return {got}. Which threshold would say no to all of them?",
            "The highest score always gets a yes.",
            "what-goes-wrong",
            ([-1.0, -1.0, -1.0], [1.0, 2.0, 3.0]),
        ),
        Misconception(
            "best_zero_one_loss/either",
            "Yes may also stand below the threshold",
            "best_zero_one_loss",
            either_direction,
            "For labels 1, 1, -1, -1 and scores 1, 2, 3, 4 you return {got}. On which side of the "
            "threshold does the statement say yes?",
            "min(e, 1 - e): it may turn the scores round.",
            "definition",
            ([1.0, 1.0, -1.0, -1.0], [1.0, 2.0, 3.0, 4.0]),
        ),
        Misconception(
            "best_zero_one_loss/split",
            "Equal scores get different verdicts",
            "best_zero_one_loss",
            equals_are_split,
            "For labels -1, 1 and scores 2, 2 you return {got}. How can a threshold tell the two "
            "apart?",
            "Cuts the sorted list anywhere, also between equals.",
            "what-goes-wrong",
            ([-1.0, 1.0], [2.0, 2.0]),
        ),
        Misconception(
            "best_zero_one_loss/threshold",
            "The threshold is returned, not its loss",
            "best_zero_one_loss",
            the_threshold,
            "For labels -1, -1, 1 and scores 1, 2, 3 you return {got}. Can a share of mistakes be "
            "that?",
            "argmin.",
            "definition",
            SHIFTED,
        ),
        Misconception(
            "best_zero_one_loss/accuracy",
            "The best accuracy is returned",
            "best_zero_one_loss",
            best_accuracy,
            "For labels -1, -1, 1 and scores 1, 2, 3 you return {got}. How many mistakes does the "
            "best threshold make there?",
            "1 - loss.",
            "definition",
            SHIFTED,
        ),
        Misconception(
            "best_zero_one_loss/count",
            "The mistakes are counted, not averaged",
            "best_zero_one_loss",
            fewest_mistakes,
            "For labels 1, -1 and scores 2, 3 you return {got}. Which share of two is that?",
            "n times the loss.",
            "definition",
            TWO,
        ),
        Misconception(
            "best_zero_one_loss/median",
            "Only the median is tried",
            "best_zero_one_loss",
            middle_threshold,
            "For labels -1, 1, 1 and scores 1, 2, 3 you return {got}. Would another threshold "
            "make fewer mistakes?",
            "Assumes as many of one label as of the other.",
            "definition",
            ([-1.0, 1.0, 1.0], [1.0, 2.0, 3.0]),
        ),
    ),
    success=(
        "Verdicts, ties and all n + 1 thresholds are right. You minimised a function that has no "
        "slope, by trying everything; with a million weights in place of one threshold that ends. "
        "Next door: a loss above this one, with a slope."
    ),
)
