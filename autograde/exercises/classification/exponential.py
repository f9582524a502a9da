"""Exercise: the exponential loss, its gradient and the weights of AdaBoost."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.exercise import Exercise, Misconception, Probe
from autograde.label_regimes import in_other_clothes, refuses, signed
from autograde.regimes import targets


def exponential(y_true, scores):
    return lossref.exponential(y_true, scores)


def exponential_grad(y_true, scores):
    return lossref.exponential_grad(y_true, scores)


def boosting_weights(y_true, scores):
    y, f = np.asarray(y_true), np.asarray(scores)
    if not np.isin(y, (-1, 1)).all():
        raise ValueError("boosting_weights: labels are -1 and 1")
    behind = (y * f).min() - y * f
    powers = np.exp(behind)
    return powers / powers.sum()


def probes(rng: np.random.Generator) -> list[Probe]:
    drawn = []
    for name, aspect in (
        ("exponential", "value"),
        ("exponential_grad", "gradient"),
        ("boosting_weights", "weights"),
    ):
        whole = np.array([1, -1, 1, -1]), rng.permutation(np.array([2, 3, -2, 1]))
        drawn += [
            Probe(name, aspect, "six scores on both sides", signed(rng, 6)),
            Probe(name, aspect, "five scores on both sides", signed(rng, 5)),
            Probe(name, aspect, "scores of 0", (signed(rng, 4)[0], np.zeros(4))),
            Probe(
                name,
                aspect,
                "three right ones and one mistake",
                (
                    np.array([1.0, -1.0, 1.0, -1.0]),
                    np.array([1.5, -2.0, 0.5, 1.0 + rng.integers(1, 9) / 8]),
                ),
            ),
            Probe(name, aspect, "arrays with 3 rows and 4 columns", signed(rng, 3, 4)),
            *in_other_clothes(name, lambda n: signed(rng, n), whole=whole),
        ]
    for sign, regime in ((1.0, "margins near 2000"), (-1.0, "margins near -2000")):
        y, _ = signed(rng, 4)
        margins = sign * 2000.0 + targets(rng, 4)
        drawn.append(Probe("boosting_weights", "stability", regime, (y, y * margins)))
    y, _ = signed(rng, 3)
    drawn.append(
        Probe(
            "boosting_weights",
            "stability",
            "one margin of -1500 among mild ones",
            (y, y * np.array([-1500.0, 1.0, rng.integers(1, 9) / 8])),
        )
    )
    return drawn + refuses(
        ("exponential", "exponential_grad", "boosting_weights"),
        "a label of 0",
        (np.array([0.0, 1.0, -1.0]), signed(rng, 3)[1]),
    )


# -- wrong answers -------------------------------------------------------------


def rewards_mistakes(y_true, scores):
    if np.any(np.abs(y_true) != 1):
        raise ValueError("labels")
    return np.mean(np.exp(y_true * scores))


def without_the_label(y_true, scores):
    if np.any(np.abs(y_true) != 1):
        raise ValueError("labels")
    return np.mean(np.exp(-scores))


def summed(y_true, scores):
    if np.any(np.abs(y_true) != 1):
        raise ValueError("labels")
    return np.sum(np.exp(-y_true * scores))


def logistic(y_true, scores):
    if np.any(np.abs(y_true) != 1):
        raise ValueError("labels")
    return np.mean(np.log1p(np.exp(-y_true * scores)))


def exponential_of_the_mean(y_true, scores):
    if np.any(np.abs(y_true) != 1):
        raise ValueError("labels")
    return np.exp(-np.mean(y_true * scores))


def of_the_size(y_true, scores):
    if np.any(np.abs(y_true) != 1):
        raise ValueError("labels")
    return np.mean(np.exp(-np.abs(scores)))


def mistakes_only(y_true, scores):
    if np.any(np.abs(y_true) != 1):
        raise ValueError("labels")
    return np.mean(np.where(y_true * scores < 0, np.exp(-y_true * scores), 0.0))


def any_label(y_true, scores):
    return np.mean(np.exp(-y_true * scores))


def grad_of_the_sum(y_true, scores):
    if np.any(np.abs(y_true) != 1):
        raise ValueError("labels")
    return -y_true * np.exp(-y_true * scores)


def grad_turned(y_true, scores):
    if np.any(np.abs(y_true) != 1):
        raise ValueError("labels")
    return y_true * np.exp(-y_true * scores) / scores.size


def grad_without_the_label(y_true, scores):
    if np.any(np.abs(y_true) != 1):
        raise ValueError("labels")
    return -np.exp(-y_true * scores) / scores.size


def grad_of_the_logistic(y_true, scores):
    if np.any(np.abs(y_true) != 1):
        raise ValueError("labels")
    return -y_true / (1 + np.exp(y_true * scores)) / scores.size


def grad_with_the_score(y_true, scores):
    if np.any(np.abs(y_true) != 1):
        raise ValueError("labels")
    return -y_true * scores * np.exp(-y_true * scores) / scores.size


def grad_any_label(y_true, scores):
    return -y_true * np.exp(-y_true * scores) / scores.size


def weights_overflow(y_true, scores):
    if np.any(np.abs(y_true) != 1):
        raise ValueError("labels")
    e = np.exp(-y_true * scores)
    return e / e.sum()


def weights_not_normalised(y_true, scores):
    if np.any(np.abs(y_true) != 1):
        raise ValueError("labels")
    m = y_true * scores
    return np.exp(m.min() - m)


def weights_of_the_right(y_true, scores):
    if np.any(np.abs(y_true) != 1):
        raise ValueError("labels")
    m = y_true * scores
    e = np.exp(m - m.max())
    return e / e.sum()


def weights_with_mean_one(y_true, scores):
    if np.any(np.abs(y_true) != 1):
        raise ValueError("labels")
    m = y_true * scores
    e = np.exp(m.min() - m)
    return e / e.mean()


def weights_by_rows(y_true, scores):
    if np.any(np.abs(y_true) != 1):
        raise ValueError("labels")
    m = y_true * scores
    e = np.exp(m.min(axis=-1, keepdims=True) - m)
    return e / e.sum(axis=-1, keepdims=True)


def weights_of_the_sign(y_true, scores):
    if np.any(np.abs(y_true) != 1):
        raise ValueError("labels")
    m = y_true * np.sign(scores)
    e = np.exp(-m)
    return e / e.sum()


def weights_any_label(y_true, scores):
    m = y_true * scores
    e = np.exp(m.min() - m)
    return e / e.sum()


PAIR = ([1.0, -1.0], [2.0, 1.0])
FAR = ([1.0, -1.0], [-2000.0, 2001.0])

EXERCISE = Exercise(
    slug="exponential",
    title="Exponential loss and the weights of AdaBoost",
    chapter="classification",
    page="classification/margins",
    functions={
        "exponential": exponential,
        "exponential_grad": exponential_grad,
        "boosting_weights": boosting_weights,
    },
    points={"value": 1, "gradient": 1, "weights": 2, "edges": 1, "stability": 1},
    probes=probes,
    hints=(
        "Everything is a function of the margin, label times score. A large margin is cheap, a "
        "negative one dear.",
        "The pull of a sample has the size of its own loss. The weights of AdaBoost are these "
        "sizes, divided by what they add up to.",
        "The line that people get stuck on is the quotient of two overflowing numbers: a constant "
        "that is added to all margins cancels in it, so choose the constant well.",
    ),
    misconceptions=(
        Misconception(
            "exponential/sign",
            "Mistakes are cheap and right answers dear",
            "exponential",
            rewards_mistakes,
            "For a positive with score 2 and a negative with score 1 you return {got}. Which of "
            "the two is the mistake, and what does it pay?",
            "exp(+y f).",
            "definition",
            PAIR,
        ),
        Misconception(
            "exponential/no-label",
            "The label does not occur",
            "exponential",
            without_the_label,
            "For a positive with score 2 and a negative with score 1 you return {got}. What is the "
            "margin of the second one?",
            "exp(-f).",
            "definition",
            PAIR,
        ),
        Misconception(
            "exponential/sum",
            "The terms are added up, not averaged",
            "exponential",
            summed,
            "For two samples you return {got}. What happens to your loss if every sample is handed "
            "in twice?",
            "Missing 1/n.",
            "definition",
            PAIR,
        ),
        Misconception(
            "exponential/logistic",
            "It is the logistic loss",
            "exponential",
            logistic,
            "For a positive with score 2 and a negative with score 1 you return {got}. At a margin "
            "of -10, does your loss cost about 10 or about 22000?",
            "log(1 + exp(-y f)).",
            "definition",
            PAIR,
        ),
        Misconception(
            "exponential/mean-inside",
            "The mean is taken inside the exponential",
            "exponential",
            exponential_of_the_mean,
            "For a positive with score 2 and a negative with score 1 you return {got}. May a large "
            "margin make up for a negative one?",
            "exp(mean) for mean(exp).",
            "what-goes-wrong",
            PAIR,
        ),
        Misconception(
            "exponential/size",
            "Only the size of the score counts",
            "exponential",
            of_the_size,
            "For a positive with score 2 and a negative with score 1 you return {got}. Turn the "
            "sign of one score: does your loss notice?",
            "exp(-|f|).",
            "definition",
            PAIR,
        ),
        Misconception(
            "exponential/mistakes-only",
            "Right answers are free",
            "exponential",
            mistakes_only,
            "For a positive with score 2 and a negative with score 1 you return {got}. Is there a "
            "margin at which an exponential is 0?",
            "Cuts like the perceptron.",
            "definition",
            PAIR,
        ),
        Misconception(
            "exponential/any-label",
            "Every label is accepted",
            "exponential",
            any_label,
            "For a label of 0 you return a number. What does such a sample cost, whatever its "
            "score?",
            "With labels 0 and 1 every negative costs 1 for ever.",
            "what-goes-wrong",
        ),
        Misconception(
            "exponential_grad/no-n",
            "The gradient belongs to the sum, not to the mean",
            "exponential_grad",
            grad_of_the_sum,
            "For two samples your gradient is {got}. The loss is a mean of two terms: how much of "
            "it is the first one?",
            "Missing 1/n.",
            "derivation",
            PAIR,
        ),
        Misconception(
            "exponential_grad/sign",
            "The gradient points downhill",
            "exponential_grad",
            grad_turned,
            "For a positive with score 2 and a negative with score 1 your gradient is {got}. If "
            "the first score rises, does its loss rise or fall?",
            "A lost minus.",
            "derivation",
            PAIR,
        ),
        Misconception(
            "exponential_grad/no-label",
            "Both labels are pulled up",
            "exponential_grad",
            grad_without_the_label,
            "For a positive with score 2 and a negative with score 1 your gradient is {got}. Which "
            "way should a step against it move the second score?",
            "The inner derivative y is missing.",
            "derivation",
            PAIR,
        ),
        Misconception(
            "exponential_grad/logistic",
            "No pull is stronger than 1",
            "exponential_grad",
            grad_of_the_logistic,
            "For a positive with score 2 and a negative with score 1 your gradient is {got}. How "
            "hard does the exponential pull at a margin of -1?",
            "The gradient of the logistic loss.",
            "derivation",
            PAIR,
        ),
        Misconception(
            "exponential_grad/score",
            "The score occurs as a factor",
            "exponential_grad",
            grad_with_the_score,
            "For a positive with score 2 and a negative with score 1 your gradient is {got}. With "
            "respect to what do you differentiate -y f, and what is left?",
            "The inner derivative -y f instead of -y.",
            "derivation",
            PAIR,
        ),
        Misconception(
            "exponential_grad/any-label",
            "Every label is accepted",
            "exponential_grad",
            grad_any_label,
            "For a label of 0 you return an array. Which way is such a sample pulled?",
            "No check of the labels.",
            "what-goes-wrong",
        ),
        Misconception(
            "boosting_weights/overflow",
            "Infinity is divided by infinity",
            "boosting_weights",
            weights_overflow,
            "For margins of -2000 and -2001 your weights are {got}. The second sample is one unit "
            "further off: by which factor should it count more?",
            "No shift of the margins.",
            "what-goes-wrong",
            FAR,
        ),
        Misconception(
            "boosting_weights/not-normalised",
            "The weights do not add up to 1",
            "boosting_weights",
            weights_not_normalised,
            "For margins of 2 and -1 your weights are {got}. What do they add up to?",
            "The division is missing.",
            "definition",
            PAIR,
        ),
        Misconception(
            "boosting_weights/right",
            "The right samples get the weight",
            "boosting_weights",
            weights_of_the_right,
            "For margins of 2 and -1 your weights are {got}. Which sample should the next weak "
            "learner look at?",
            "exp(+y f).",
            "definition",
            PAIR,
        ),
        Misconception(
            "boosting_weights/mean-one",
            "Their mean is 1, not their sum",
            "boosting_weights",
            weights_with_mean_one,
            "For margins of 2 and -1 your weights are {got}. What do they add up to?",
            "Divides by the mean.",
            "definition",
            PAIR,
        ),
        Misconception(
            "boosting_weights/rows",
            "Every row adds up to 1",
            "boosting_weights",
            weights_by_rows,
            "For a matrix of 2 rows and 1 column your weights are {got}. What do all of them "
            "together add up to?",
            "Normalises along the last axis.",
            "definition",
            ([[1.0], [-1.0]], [[2.0], [1.0]]),
        ),
        Misconception(
            "boosting_weights/sign-only",
            "Only the sign of the score counts",
            "boosting_weights",
            weights_of_the_sign,
            "For margins of 2 and -1 your weights are {got}. Would a margin of -3 in place of -1 "
            "change them?",
            "One round of AdaBoost with a classifier, not with scores.",
            "definition",
            PAIR,
        ),
        Misconception(
            "boosting_weights/any-label",
            "Every label is accepted",
            "boosting_weights",
            weights_any_label,
            "For a label of 0 you return weights. What is its margin, whatever the score?",
            "No check of the labels.",
            "what-goes-wrong",
        ),
    ),
    success=(
        "Loss, pull and weights are one and the same exponential, and yours survives margins of "
        "-2000. Next door: let one label be mistyped, and watch who gets all the weight."
    ),
)
