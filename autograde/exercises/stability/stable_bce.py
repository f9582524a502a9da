"""Exercise: binary cross-entropy from logits, with every digit of a small loss."""

from __future__ import annotations

import numpy as np

from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import targets


def stable_bce(y_true, logits):
    y, z = np.asarray(y_true), np.asarray(logits)
    against = np.where(z >= 0, 1 - y, y)  # the share of the label on the losing side
    return np.mean(np.abs(z) * against + np.log1p(np.exp(-np.abs(z))))


def stable_bce_grad(y_true, logits):
    y, z = np.asarray(y_true), np.asarray(logits)
    small = np.exp(-np.abs(z))
    low, high = small / (1 + small), 1 / (1 + small)
    up, down = np.where(z >= 0, high, low), np.where(z >= 0, low, high)
    return ((1 - y) * up - y * down) / z.size


def probes(rng: np.random.Generator) -> list[Probe]:
    def draw(*shape: int) -> tuple[np.ndarray, np.ndarray]:
        labels = rng.permutation(np.arange(int(np.prod(shape))) % 2).reshape(shape) * 1.0
        return labels, targets(rng, shape)

    drawn = []
    for name, aspect in (("stable_bce", "value"), ("stable_bce_grad", "gradient")):
        y, z = draw(6)
        soft = rng.integers(1, 8, size=4) * 0.125
        views = tuple(strided(a) for a in draw(4))
        single = tuple(a.astype(np.float32) for a in draw(5))
        whole = (np.array([1, 0, 1]), rng.integers(1, 6, size=3) * np.array([1, 1, -1]))
        drawn += [
            Probe(name, aspect, "six logits, labels 0 and 1", (y, z)),
            Probe(name, aspect, "labels between 0 and 1", (soft, targets(rng, 4))),
            Probe(name, aspect, "arrays with 3 rows and 4 columns", draw(3, 4)),
            Probe(name, "edges", "a single sample", draw(1)),
            Probe(name, "edges", "whole numbers (dtype int64)", whole),
            Probe(name, "edges", "single precision (dtype float32)", single),
            Probe(name, "edges", "arrays that are not contiguous", views),
            Probe(
                name,
                "stability",
                "certain and wrong: a logit of 800 for label 0, -800 for label 1",
                (np.array([0.0, 1.0, 1.0]), np.array([800.0, -800.0, 0.5])),
            ),
            Probe(
                name,
                "stability",
                "logits near 100 in float32, right and wrong",
                (
                    np.array([0, 1, 1, 0], dtype=np.float32),
                    (np.array([100, 100, -100, -100]) + rng.integers(0, 9, size=4) * 0.125).astype(
                        np.float32
                    ),
                ),
            ),
        ]
    near = rng.integers(0, 33, size=4) * 0.125
    for label, sign in ((1.0, 1.0), (0.0, -1.0)):
        drawn.append(
            Probe(
                "stable_bce",
                "stability",
                f"certain and right: label {label:g}, logits near {sign * 40:g}",
                (np.full(4, label), sign * (40.0 + near)),
            )
        )
    return drawn


# -- wrong answers -------------------------------------------------------------


def through_probabilities(y_true, logits):
    p = 1.0 / (1.0 + np.exp(-logits))
    return -np.mean(y_true * np.log(p) + (1 - y_true) * np.log(1 - p))


def clipped_probabilities(y_true, logits):
    p = np.clip(1.0 / (1.0 + np.exp(-logits)), 1e-15, 1 - 1e-15)
    return -np.mean(y_true * np.log(p) + (1 - y_true) * np.log(1 - p))


def epsilon_in_the_logarithm(y_true, logits):
    p = 1.0 / (1.0 + np.exp(-logits))
    return -np.mean(y_true * np.log(p + 1e-12) + (1 - y_true) * np.log(1 - p + 1e-12))


def cancelling_tail(y_true, logits):
    softplus = np.maximum(-logits, 0) + np.log1p(np.exp(-np.abs(logits)))
    return np.mean((1 - y_true) * logits + softplus)


def overflowing_softplus(y_true, logits):
    return np.mean(np.log1p(np.exp(logits)) - y_true * logits)


def labels_swapped(y_true, logits):
    return np.mean(
        np.maximum(logits, 0) - (1 - y_true) * logits + np.log1p(np.exp(-np.abs(logits)))
    )


def positives_only(y_true, logits):
    return np.mean(y_true * (np.maximum(-logits, 0) + np.log1p(np.exp(-np.abs(logits)))))


def summed(y_true, logits):
    return np.sum(np.maximum(logits, 0) - y_true * logits + np.log1p(np.exp(-np.abs(logits))))


def absolute_value_lost(y_true, logits):
    return np.mean(np.maximum(logits, 0) - y_true * logits + np.log1p(np.exp(-logits)))


def grad_of_the_sum(y_true, logits):
    return 1.0 / (1.0 + np.exp(-logits)) - y_true


def grad_turned(y_true, logits):
    return (y_true - 1.0 / (1.0 + np.exp(-logits))) / logits.size


def grad_for_probabilities(y_true, logits):
    p = 1.0 / (1.0 + np.exp(-logits))
    return (p - y_true) / (p * (1 - p)) / logits.size


def grad_with_the_slope(y_true, logits):
    p = 1.0 / (1.0 + np.exp(-logits))
    return (p - y_true) * p * (1 - p) / logits.size


def grad_of_raw_logits(y_true, logits):
    return (logits - y_true) / logits.size


def grad_inf_over_inf(y_true, logits):
    e = np.exp(logits)
    return (e / (1 + e) - y_true) / logits.size


def grad_by_rows(y_true, logits):
    return (1.0 / (1.0 + np.exp(-logits)) - y_true) / len(logits)


PAIR = ([1.0, 0.0], [2.0, -1.0])
WRONG = ([0.0], [800.0])
SURE = ([0.0], [-40.0])

EXERCISE = Exercise(
    slug="stable_bce",
    title="Binary cross-entropy on logits",
    chapter="stability",
    page="stability/binary",
    functions={"stable_bce": stable_bce, "stable_bce_grad": stable_bce_grad},
    points={"value": 2, "gradient": 2, "edges": 1, "stability": 2},
    probes=probes,
    hints=(
        "The probability is a detour: a float near 1 has lost what the loss wants to know. Write "
        "the loss in the logit before you compute anything.",
        "Minus the logarithm of the sigmoid is a softplus, and so is minus the logarithm of its "
        "complement. Each label picks one of the two.",
        "Check a confident right answer of either kind, label 1 at 40 and label 0 at -40. If one "
        "of them costs exactly 0, two large numbers have cancelled.",
    ),
    misconceptions=(
        Misconception(
            "stable_bce/probabilities",
            "The logarithm of a probability that was rounded to 0 or 1",
            "stable_bce",
            through_probabilities,
            "For label 0 and logit 800 you return {got}. The right loss is 800. What is the "
            "sigmoid of 800 in float64, and 1 minus that?",
            "Sigmoid first, logarithm second.",
            "what-goes-wrong",
            WRONG,
        ),
        Misconception(
            "stable_bce/clipped",
            "The probability is clipped",
            "stable_bce",
            clipped_probabilities,
            "For label 0 and logit 800 you return {got}. And for logit 60? Which of the two "
            "predictions is worse?",
            "Clip at 1e-15: the loss stops growing at 34.5; in float32, 1 - 1e-15 is 1.",
            "what-goes-wrong",
            WRONG,
        ),
        Misconception(
            "stable_bce/epsilon",
            "A small number inside the logarithm",
            "stable_bce",
            epsilon_in_the_logarithm,
            "For label 0 and logit 800 you return {got}. Which probability does your loss take "
            "for the worst there is?",
            "log(p + 1e-12): caps the loss at 27.6 and makes a perfect answer slightly negative.",
            "what-goes-wrong",
            WRONG,
        ),
        Misconception(
            "stable_bce/cancelled",
            "A confident right answer for label 0 costs nothing",
            "stable_bce",
            cancelling_tail,
            "For label 0 and logit -40 you return {got}; for label 1 and logit 40 you return the "
            "right number near exp(-40). Which two numbers of size 40 do you add?",
            "(1 - y) z + softplus(-z): the form of a large library; on the y = 0 side the tail "
            "cancels.",
            "what-goes-wrong",
            SURE,
        ),
        Misconception(
            "stable_bce/overflow",
            "The exponential of the logit overflows",
            "stable_bce",
            overflowing_softplus,
            "For label 0 and logit 800 you return {got}. The right loss is 800. What went through "
            "exp?",
            "softplus as log1p(exp(z)).",
            "what-goes-wrong",
            WRONG,
        ),
        Misconception(
            "stable_bce/labels-swapped",
            "The two labels have changed places",
            "stable_bce",
            labels_swapped,
            "For label 1 at logit 2 and label 0 at logit -1 you return {got}. Both predictions "
            "are on the right side. Is that a small loss?",
            "1 - y for y.",
            "definition",
            PAIR,
        ),
        Misconception(
            "stable_bce/positives-only",
            "Negative samples cost nothing",
            "stable_bce",
            positives_only,
            "For label 0 and logit 3 you return {got}. Is that prediction free of charge?",
            "Only the term with y, as if the labels were one-hot.",
            "definition",
            ([0.0], [3.0]),
        ),
        Misconception(
            "stable_bce/sum",
            "The terms are added up, not averaged",
            "stable_bce",
            summed,
            "For two samples you return {got}. What happens to your loss if every sample is "
            "handed in twice?",
            "Missing 1/n.",
            "definition",
            PAIR,
        ),
        Misconception(
            "stable_bce/one-sided",
            "It is stable on one side only",
            "stable_bce",
            absolute_value_lost,
            "For label 1 and logit -3 you return {got}; check it by hand with the probability. "
            "The term that was factored out is max(z, 0): what is left of the exponent for "
            "negative z?",
            "log1p(exp(-z)) without the absolute value.",
            "derivation",
            ([1.0], [-3.0]),
        ),
        Misconception(
            "stable_bce_grad/no-n",
            "The gradient belongs to the sum, not to the mean",
            "stable_bce_grad",
            grad_of_the_sum,
            "For two samples your gradient is {got}. The loss is a mean of two terms: how much of "
            "it is the first one?",
            "Missing 1/n.",
            "derivation",
            PAIR,
        ),
        Misconception(
            "stable_bce_grad/sign",
            "The gradient points downhill",
            "stable_bce_grad",
            grad_turned,
            "For label 1 at logit 2 and label 0 at logit -1 your gradient is {got}. If the first "
            "logit rises a little, does the loss rise or fall?",
            "y - p instead of p - y.",
            "derivation",
            PAIR,
        ),
        Misconception(
            "stable_bce_grad/probability",
            "It is the gradient with respect to the probability",
            "stable_bce_grad",
            grad_for_probabilities,
            "For label 1 at logit 2 and label 0 at logit -1 your gradient is {got}. How much does "
            "the probability move when the logit moves by a little?",
            "The chain rule stops one factor too early.",
            "derivation",
            PAIR,
        ),
        Misconception(
            "stable_bce_grad/saturates",
            "A confident mistake hardly pulls",
            "stable_bce_grad",
            grad_with_the_slope,
            "For label 0 and logit 8 your gradient is {got}. That prediction is on the far side of "
            "its label: how large should the pull be?",
            "The gradient of a squared error through a sigmoid, up to its factor 2.",
            "derivation",
            ([0.0], [8.0]),
        ),
        Misconception(
            "stable_bce_grad/raw-logit",
            "The logit is compared with the label",
            "stable_bce_grad",
            grad_of_raw_logits,
            "For label 1 and logit 2 your gradient is {got}. Is a logit of 2 too high for a "
            "positive sample?",
            "Leaves out the sigmoid.",
            "derivation",
            ([1.0], [2.0]),
        ),
        Misconception(
            "stable_bce_grad/inf-over-inf",
            "Infinity is divided by infinity",
            "stable_bce_grad",
            grad_inf_over_inf,
            "For label 0 and logit 800 your gradient is {got}. How large are the two numbers that "
            "you divide?",
            "exp(z) / (1 + exp(z)).",
            "what-goes-wrong",
            WRONG,
        ),
        Misconception(
            "stable_bce_grad/rows",
            "A matrix is divided by its number of rows",
            "stable_bce_grad",
            grad_by_rows,
            "For a matrix of 1 row and 2 columns your gradient is {got}. Over how many entries "
            "does the mean run?",
            "len() of a 2-D array is its number of rows.",
            "definition",
            ([[1.0, 0.0]], [[2.0, -1.0]]),
        ),
    ),
    success=(
        "From a loss of exp(-40) to one of 800, with a gradient that never saturates for a "
        "mistake. No epsilon, no clip, no probability anywhere."
    ),
)
