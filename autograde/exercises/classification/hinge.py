"""Exercise: the hinge loss and its subgradient."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.exercise import Exercise, Misconception, Probe
from autograde.label_regimes import in_other_clothes, refuses, signed


def hinge(y_true, scores):
    return lossref.hinge(y_true, scores)


def hinge_grad(y_true, scores):
    return lossref.hinge_grad(y_true, scores)


def probes(rng: np.random.Generator) -> list[Probe]:
    drawn = []
    for name, aspect in (("hinge", "value"), ("hinge_grad", "gradient")):
        whole = np.array([1, -1, 1, -1]), rng.permutation(np.array([2, 3, -2, 0]))
        drawn += [
            Probe(name, aspect, "six scores on both sides", signed(rng, 6)),
            Probe(name, aspect, "five scores on both sides", signed(rng, 5)),
            Probe(
                name,
                aspect,
                "right and inside the margin",
                (np.array([1.0, -1.0, 1.0]), np.array([1, -1, 1]) * rng.integers(1, 8, 3) / 8),
            ),
            Probe(
                name,
                aspect,
                "right and beyond the margin, with one mistake",
                (np.array([1.0, -1.0, 1.0]), np.array([2.5, -3.0, -rng.integers(1, 9) / 8])),
            ),
            Probe(name, aspect, "arrays with 3 rows and 4 columns", signed(rng, 3, 4)),
            Probe(
                name,
                "edges",
                "margins of exactly 1, exactly 0 and -1",
                (np.array([1.0, -1.0, 1.0, -1.0]), np.array([1.0, -1.0, 0.0, 1.0])),
            ),
            Probe(
                name,
                "edges",
                "everything is beyond the margin",
                (np.array([1.0, -1.0]), np.array([2.0, -1.0]) * rng.integers(2, 9)),
            ),
            *in_other_clothes(name, lambda n: signed(rng, n), whole=whole),
            Probe(
                name,
                "edges",
                "scores of 1e300",
                (np.array([1.0, -1.0]), np.array([1e300, 1e300])),
            ),
        ]
    for bad in (np.array([0.0, 1.0, 1.0]), np.array([1.0, -1.0, 2.0])):
        drawn += refuses(
            ("hinge", "hinge_grad"),
            f"a label of {bad[0] if bad[0] == 0 else bad[2]:g}",
            (bad, signed(rng, 3)[1]),
        )
    return drawn


# -- wrong answers -------------------------------------------------------------


def no_margin(y_true, scores):
    if np.any(np.abs(y_true) != 1):
        raise ValueError("labels")
    return np.mean(np.maximum(0, -y_true * scores))


def squared(y_true, scores):
    if np.any(np.abs(y_true) != 1):
        raise ValueError("labels")
    with np.errstate(over="ignore"):
        return np.mean(np.maximum(0, 1 - y_true * scores) ** 2)


def not_cut(y_true, scores):
    if np.any(np.abs(y_true) != 1):
        raise ValueError("labels")
    return np.mean(1 - y_true * scores)


def cut_after_the_mean(y_true, scores):
    if np.any(np.abs(y_true) != 1):
        raise ValueError("labels")
    return max(0.0, np.mean(1 - y_true * scores))


def distance_to_the_label(y_true, scores):
    if np.any(np.abs(y_true) != 1):
        raise ValueError("labels")
    return np.mean(np.abs(1 - y_true * scores))


def other_side(y_true, scores):
    if np.any(np.abs(y_true) != 1):
        raise ValueError("labels")
    return np.mean(np.maximum(0, 1 + y_true * scores))


def summed(y_true, scores):
    if np.any(np.abs(y_true) != 1):
        raise ValueError("labels")
    return np.sum(np.maximum(0, 1 - y_true * scores))


def free_if_right(y_true, scores):
    if np.any(np.abs(y_true) != 1):
        raise ValueError("labels")
    return np.mean(np.where(y_true * scores > 0, 0.0, 1 - y_true * scores))


def counted(y_true, scores):
    if np.any(np.abs(y_true) != 1):
        raise ValueError("labels")
    return np.mean(y_true * scores <= 0)


def any_label(y_true, scores):
    return np.mean(np.maximum(0, 1 - y_true * scores))


def grad_of_the_sum(y_true, scores):
    if np.any(np.abs(y_true) != 1):
        raise ValueError("labels")
    return -y_true * (y_true * scores < 1) + 0.0


def grad_turned(y_true, scores):
    if np.any(np.abs(y_true) != 1):
        raise ValueError("labels")
    return y_true * (y_true * scores < 1) / scores.size


def grad_on_the_kink(y_true, scores):
    if np.any(np.abs(y_true) != 1):
        raise ValueError("labels")
    return -y_true * (y_true * scores <= 1) / scores.size


def grad_everywhere(y_true, scores):
    if np.any(np.abs(y_true) != 1):
        raise ValueError("labels")
    return -y_true / scores.size


def grad_of_mistakes_only(y_true, scores):
    if np.any(np.abs(y_true) != 1):
        raise ValueError("labels")
    return -y_true * (y_true * scores < 0) / scores.size


def grad_without_the_label(y_true, scores):
    if np.any(np.abs(y_true) != 1):
        raise ValueError("labels")
    return -1.0 * (y_true * scores < 1) / scores.size


def grad_of_the_square(y_true, scores):
    if np.any(np.abs(y_true) != 1):
        raise ValueError("labels")
    return -2 * y_true * np.maximum(0, 1 - y_true * scores) / scores.size


def grad_over_the_active(y_true, scores):
    if np.any(np.abs(y_true) != 1):
        raise ValueError("labels")
    active = y_true * scores < 1
    return -y_true * active / max(active.sum(), 1)


def grad_any_label(y_true, scores):
    return -y_true * (y_true * scores < 1) / scores.size


INSIDE = ([1.0, -1.0], [0.5, 2.0])
FAR = ([1.0, -1.0], [3.0, 2.0])
KINK = ([1.0, -1.0], [1.0, 0.0])

EXERCISE = Exercise(
    slug="hinge",
    title="Hinge loss",
    chapter="classification",
    page="classification/margins",
    functions={"hinge": hinge, "hinge_grad": hinge_grad},
    points={"value": 2, "gradient": 2, "edges": 2},
    probes=probes,
    hints=(
        "Multiply label and score: that product, the margin, is positive where the sign is right. "
        "The loss looks at nothing else.",
        "A line that falls with slope -1 until the margin is 1, and then nothing. Cut each sample "
        "for itself, and take the mean afterwards.",
        "The line that people get stuck on is the gradient: a condition on the margin and a sign "
        "from the label, divided by n. Ask what it gives at a margin of exactly 1.",
    ),
    misconceptions=(
        Misconception(
            "hinge/no-margin",
            "A right sign is enough",
            "hinge",
            no_margin,
            "For a positive with score 0.5 and a negative with score 2 you return {got}. And for "
            "scores that are all 0, which loss does a model have that says nothing?",
            "The perceptron loss.",
            "definition",
            INSIDE,
        ),
        Misconception(
            "hinge/squared",
            "It is squared",
            "hinge",
            squared,
            "For a positive with score 0.5 and a negative with score 2 you return {got}. How much "
            "dearer is a margin of -2 than one of -1?",
            "The squared hinge.",
            "definition",
            INSIDE,
        ),
        Misconception(
            "hinge/not-cut",
            "Large margins earn money",
            "hinge",
            not_cut,
            "For a positive with score 3 and a negative with score 2 you return {got}. May the "
            "first sample pay for the mistake of the second?",
            "No maximum with 0.",
            "definition",
            FAR,
        ),
        Misconception(
            "hinge/cut-late",
            "It is cut after the mean",
            "hinge",
            cut_after_the_mean,
            "For a positive with score 3 and a negative with score 2 you return {got}. What is the "
            "loss of each sample for itself, and their mean?",
            "max(0, mean(...)).",
            "what-goes-wrong",
            FAR,
        ),
        Misconception(
            "hinge/absolute",
            "Being too right costs as much as being off",
            "hinge",
            distance_to_the_label,
            "For a positive with score 3 and a negative with score 2 you return {got}. Is a "
            "positive with score 3 a mistake?",
            "|1 - y f| = |y - f|: the absolute error.",
            "definition",
            FAR,
        ),
        Misconception(
            "hinge/other-side",
            "Right answers pay and mistakes are free",
            "hinge",
            other_side,
            "For a positive with score 3 you return {got}. On which side of 0 is that score?",
            "1 + y f.",
            "definition",
            ([1.0], [3.0]),
        ),
        Misconception(
            "hinge/sum",
            "The terms are added up, not averaged",
            "hinge",
            summed,
            "For two samples you return {got}. What happens to your loss if every sample is handed "
            "in twice?",
            "Missing 1/n.",
            "definition",
            INSIDE,
        ),
        Misconception(
            "hinge/free-if-right",
            "The loss jumps where the sign changes",
            "hinge",
            free_if_right,
            "For a positive with score 0.5 and a negative with score 2 you return {got}. The first "
            "is right by less than the margin: what does the definition ask of it?",
            "0 when correct: the sentence of the notes.",
            "what-goes-wrong",
            INSIDE,
        ),
        Misconception(
            "hinge/counted",
            "It counts mistakes",
            "hinge",
            counted,
            "For a positive with score 0.5 and a negative with score 2 you return {got}. Move the "
            "second score to 20: does your loss notice?",
            "The 0-1 loss.",
            "definition",
            INSIDE,
        ),
        Misconception(
            "hinge/any-label",
            "Every label is accepted",
            "hinge",
            any_label,
            "For a label of 0 you return a number. What is the margin of such a sample, whatever "
            "its score?",
            "With labels 0 and 1 every negative costs 1 for ever.",
            "what-goes-wrong",
        ),
        Misconception(
            "hinge_grad/no-n",
            "The gradient belongs to the sum, not to the mean",
            "hinge_grad",
            grad_of_the_sum,
            "For a positive with score 0.5 and a negative with score 2 your gradient is {got}. The "
            "loss is a mean of two terms: how much of it is the first one?",
            "Missing 1/n.",
            "derivation",
            INSIDE,
        ),
        Misconception(
            "hinge_grad/sign",
            "The gradient points downhill",
            "hinge_grad",
            grad_turned,
            "For a positive with score 0.5 and a negative with score 2 your gradient is {got}. If "
            "the first score rises, does its loss rise or fall?",
            "A lost minus.",
            "derivation",
            INSIDE,
        ),
        Misconception(
            "hinge_grad/kink",
            "It still pulls on the margin",
            "hinge_grad",
            grad_on_the_kink,
            "For a positive with score exactly 1 and a negative with score 0 your gradient is "
            "{got}. Of all the subgradients at the kink, which one does the statement want?",
            "<= for <.",
            "definition",
            KINK,
        ),
        Misconception(
            "hinge_grad/everywhere",
            "Everybody pulls, however right",
            "hinge_grad",
            grad_everywhere,
            "For a positive with score 3 and a negative with score 2 your gradient is {got}. What "
            "is the slope of a loss that is 0 around a score of 3?",
            "No condition on the margin.",
            "definition",
            FAR,
        ),
        Misconception(
            "hinge_grad/mistakes-only",
            "Only mistakes pull",
            "hinge_grad",
            grad_of_mistakes_only,
            "For a positive with score 0.5 and a negative with score 2 your gradient is {got}. The "
            "first is right, and its loss is one half: does it not fall when the score rises?",
            "The gradient of the perceptron.",
            "derivation",
            INSIDE,
        ),
        Misconception(
            "hinge_grad/no-label",
            "Both labels are pulled up",
            "hinge_grad",
            grad_without_the_label,
            "For a positive with score 0.5 and a negative with score 2 your gradient is {got}. "
            "Which way should a step against it move the second score?",
            "The inner derivative y is missing.",
            "derivation",
            INSIDE,
        ),
        Misconception(
            "hinge_grad/square",
            "It grows with the distance",
            "hinge_grad",
            grad_of_the_square,
            "For a positive with score 0.5 and a negative with score 2 your gradient is {got}. How "
            "steep is a straight line at its far end?",
            "The gradient of the squared hinge.",
            "derivation",
            INSIDE,
        ),
        Misconception(
            "hinge_grad/active",
            "The mean runs over the samples that pull",
            "hinge_grad",
            grad_over_the_active,
            "For a positive with score 3 and a negative with score 2 your gradient is {got}. Over "
            "how many samples does the mean of the loss run?",
            "Divides by the number of samples inside the margin.",
            "derivation",
            FAR,
        ),
        Misconception(
            "hinge_grad/any-label",
            "Every label is accepted",
            "hinge_grad",
            grad_any_label,
            "For a label of 0 you return an array. Which way is such a sample pulled, whatever its "
            "score?",
            "No check of the labels: negatives written as 0 never learn.",
            "what-goes-wrong",
        ),
    ),
    success=(
        "The line, the cut and the kink are right, and labels of 0 and 1 are sent back. Next "
        "door: what changes when the corner is rounded, and when it is not there at all."
    ),
    kinks=lambda: (0.0,),
)
