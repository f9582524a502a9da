"""Exercise: softmax cross-entropy of integer labels, and its gradient."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.exercise import Exercise, Misconception, Probe
from autograde.label_regimes import in_other_clothes, rows
from autograde.regimes import targets


def softmax_cross_entropy(labels, logits):
    return lossref.softmax_cross_entropy(labels, logits)


def softmax_cross_entropy_grad(labels, logits):
    return lossref.softmax_cross_entropy_grad(labels, logits)


def probes(rng: np.random.Generator) -> list[Probe]:
    drawn = []
    for name, aspect in (
        ("softmax_cross_entropy", "value"),
        ("softmax_cross_entropy_grad", "gradient"),
    ):
        far = np.array([[1000.0], [-1000.0], [0.0]]) + targets(rng, (3, 4))
        lost = np.array([[800.0, 0.0, 0.0], [0.0, 0.0, -800.0]]) + targets(rng, (2, 3))
        whole = np.array([2, 0, 1]), rng.permutation(np.arange(9)).reshape(3, 3) - 4
        single = np.float32(200) * np.eye(3, dtype=np.float32) + targets(rng, (3, 3)).astype("f4")
        drawn += [
            Probe(name, aspect, "four samples, three classes", rows(rng, 4, 3)),
            Probe(name, aspect, "five samples, four classes", rows(rng, 5, 4)),
            Probe(name, aspect, "two samples, five classes", rows(rng, 2, 5)),
            Probe(name, aspect, "as many samples as classes", rows(rng, 3, 3)),
            Probe(
                name,
                aspect,
                "every label is the last class",
                (np.full(3, 3), targets(rng, (3, 4))),
            ),
            *in_other_clothes(name, lambda n: rows(rng, n, 4), whole=whole),
            Probe(name, "edges", "two classes", rows(rng, 5, 2)),
            Probe(
                name,
                "stability",
                "rows near 1000, near -1000 and near 0",
                (rows(rng, 3, 4)[0], far),
            ),
            Probe(name, "stability", "labels that trail by 800", (np.array([1, 2]), lost)),
            Probe(
                name,
                "stability",
                "labels that trail by 200 in float32",
                (np.array([1, 2, 0]), single),
            ),
        ]
    return drawn


# -- wrong answers -------------------------------------------------------------


def naive(labels, logits):
    e = np.exp(logits)
    p = e / e.sum(axis=1, keepdims=True)
    return -np.mean(np.log(p[np.arange(len(labels)), labels]))


def epsilon_inside(labels, logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -np.mean(np.log(p[np.arange(len(labels)), labels] + 1e-15))


def one_shift(labels, logits):
    z = logits - logits.max()
    own = z[np.arange(len(labels)), labels]
    return np.mean(np.log(np.exp(z).sum(axis=1)) - own)


def down_the_columns(labels, logits):
    z = logits - logits.max(axis=0)
    lp = z - np.log(np.exp(z).sum(axis=0))
    return -np.mean(lp[np.arange(len(labels)), labels])


def summed(labels, logits):
    z = logits - logits.max(axis=1, keepdims=True)
    lp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -np.sum(lp[np.arange(len(labels)), labels])


def mean_over_classes(labels, logits):
    z = logits - logits.max(axis=1, keepdims=True)
    lp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -np.mean(np.eye(logits.shape[1])[labels] * lp)


def no_minus(labels, logits):
    z = logits - logits.max(axis=1, keepdims=True)
    lp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return np.mean(lp[np.arange(len(labels)), labels])


def every_row_every_label(labels, logits):
    z = logits - logits.max(axis=1, keepdims=True)
    lp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -np.mean(lp[:, labels])


def softmax_twice(labels, logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    lp = p - np.log(np.exp(p).sum(axis=1, keepdims=True))
    return -np.mean(lp[np.arange(len(labels)), labels])


def one_minus_probability(labels, logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return np.mean(1 - p[np.arange(len(labels)), labels])


def one_against_all(labels, logits):
    y = np.eye(logits.shape[1])[labels]
    each = np.maximum(logits, 0) - y * logits + np.log1p(np.exp(-np.abs(logits)))
    return np.mean(each.sum(axis=1))


def behind_the_best(labels, logits):
    own = logits[np.arange(len(labels)), labels]
    return np.mean(logits.max(axis=1) - own)


def grad_of_the_sum(labels, logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return p - np.eye(logits.shape[1])[labels]


def grad_turned(labels, logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return (np.eye(logits.shape[1])[labels] - p) / len(labels)


def grad_divided_by_classes(labels, logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return (p - np.eye(logits.shape[1])[labels]) / logits.size


def grad_only_probabilities(labels, logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True) / len(labels)


def grad_only_at_the_label(labels, logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    y = np.eye(logits.shape[1])[labels]
    return y * (p - y) / len(labels)


def grad_all_labels_in_every_row(labels, logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    p[:, labels] -= 1
    return p / len(labels)


def grad_with_the_slope(labels, logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return (p - np.eye(logits.shape[1])[labels]) * p * (1 - p) / len(labels)


def grad_naive(labels, logits):
    e = np.exp(logits)
    p = e / e.sum(axis=1, keepdims=True)
    return (p - np.eye(logits.shape[1])[labels]) / len(labels)


def grad_of_sigmoids(labels, logits):
    p = 0.5 * (1 + np.tanh(logits / 2))
    return (p - np.eye(logits.shape[1])[labels]) / len(labels)


TWO = ([0, 1], [[1.0, 0.0, 0.0], [0.0, 0.0, 2.0]])
ONE = ([0], [[1.0, 0.0, 0.0]])
LARGE = ([0], [[1000.0, 0.0, 0.0]])
LOST = ([1], [[800.0, 0.0, 0.0]])

EXERCISE = Exercise(
    slug="softmax_cross_entropy",
    title="Softmax cross-entropy",
    chapter="classification",
    page="classification/softmax-cross-entropy",
    functions={
        "softmax_cross_entropy": softmax_cross_entropy,
        "softmax_cross_entropy_grad": softmax_cross_entropy_grad,
    },
    points={"value": 2, "gradient": 2, "edges": 1, "stability": 1},
    probes=probes,
    hints=(
        "One row of logits, one label, one number: minus the logarithm of the probability that the "
        "row gives to its label. Then the mean over the rows.",
        "The logarithm of the quotient is a difference: the log-sum-exp of the row and the logit "
        "of the label. For the gradient write the probabilities of a row next to its one-hot row.",
        "The line that people get stuck on picks one entry per row. It needs two index arrays, one "
        "for the rows and one for the columns; a colon picks far too much.",
    ),
    misconceptions=(
        Misconception(
            "softmax_cross_entropy/overflow",
            "Infinity is divided by infinity",
            "softmax_cross_entropy",
            naive,
            "For logits (1000, 0, 0) and label 0 you return {got}. Which two numbers do you divide?",
            "exp of raw logits.",
            "what-goes-wrong",
            LARGE,
        ),
        Misconception(
            "softmax_cross_entropy/epsilon",
            "A small number keeps the logarithm alive, and lies",
            "softmax_cross_entropy",
            epsilon_inside,
            "For logits (800, 0, 0) and label 1 you return {got}. Make the first logit 900: does "
            "your loss notice?",
            "log(p + 1e-15): the loss ends at 34.5 and its gradient with it.",
            "what-goes-wrong",
            LOST,
        ),
        Misconception(
            "softmax_cross_entropy/one-shift",
            "One shift for all rows",
            "softmax_cross_entropy",
            one_shift,
            "For a row near 1000 above a row near -1000 you return {got}. What is left of the "
            "second row after your shift?",
            "max() without an axis.",
            "what-goes-wrong",
            ([0, 0], [[1000.0, 0.0], [-1000.0, -1000.0]]),
        ),
        Misconception(
            "softmax_cross_entropy/columns",
            "It normalises down the columns",
            "softmax_cross_entropy",
            down_the_columns,
            "For one row with logits (1, 0, 0) and label 0 you return {got}. The probabilities of "
            "which line of numbers add up to 1?",
            "axis=0: with one sample everything has probability 1.",
            "definition",
            ONE,
        ),
        Misconception(
            "softmax_cross_entropy/sum",
            "The terms are added up, not averaged",
            "softmax_cross_entropy",
            summed,
            "For two samples you return {got}. What happens to your loss if every sample is handed "
            "in twice?",
            "Missing 1/n.",
            "definition",
            TWO,
        ),
        Misconception(
            "softmax_cross_entropy/classes",
            "It is divided by the number of classes too",
            "softmax_cross_entropy",
            mean_over_classes,
            "For logits (1, 0, 0) and label 0 you return {got}. Add a hundred classes that nobody "
            "ever sees, with logits of -1000: should the loss shrink?",
            "np.mean over the one-hot matrix.",
            "definition",
            ONE,
        ),
        Misconception(
            "softmax_cross_entropy/no-minus",
            "The minus is missing",
            "softmax_cross_entropy",
            no_minus,
            "For two samples you return {got}. Can the loss be negative if probabilities are at "
            "most 1?",
            "The log-likelihood.",
            "definition",
            TWO,
        ),
        Misconception(
            "softmax_cross_entropy/every-label",
            "Every row is asked for every label",
            "softmax_cross_entropy",
            every_row_every_label,
            "For two samples you return {got}. How many numbers did you average: 2, or 4?",
            "lp[:, labels] is an (n, n) matrix.",
            "what-goes-wrong",
            TWO,
        ),
        Misconception(
            "softmax_cross_entropy/twice",
            "Softmax is applied twice",
            "softmax_cross_entropy",
            softmax_twice,
            "For logits (1000, 0, 0) and label 0, as certain as can be, you return {got}. Why not "
            "0?",
            "Probabilities fed to a loss that expects logits.",
            "what-goes-wrong",
            LARGE,
        ),
        Misconception(
            "softmax_cross_entropy/one-minus-p",
            "It is the missing probability, not its logarithm",
            "softmax_cross_entropy",
            one_minus_probability,
            "For logits (800, 0, 0) and label 1 you return {got}. What is the most that this can "
            "ever charge?",
            "1 - p_y: bounded, and no maximum likelihood.",
            "derivation",
            LOST,
        ),
        Misconception(
            "softmax_cross_entropy/one-against-all",
            "Every class has its own sigmoid",
            "softmax_cross_entropy",
            one_against_all,
            "For logits (1, 0, 0) and label 0 you return {got}. Add 5 to all three logits: should "
            "the loss change?",
            "Binary cross-entropy per class: right for several labels, not for one of several.",
            "definition",
            ONE,
        ),
        Misconception(
            "softmax_cross_entropy/behind-the-best",
            "It is the distance to the best logit",
            "softmax_cross_entropy",
            behind_the_best,
            "For logits (1, 0, 0) and label 0 you return {got}. Is that prediction certain?",
            "max in place of log-sum-exp: the multi-class perceptron.",
            "derivation",
            ONE,
        ),
        Misconception(
            "softmax_cross_entropy_grad/no-n",
            "The gradient belongs to the sum, not to the mean",
            "softmax_cross_entropy_grad",
            grad_of_the_sum,
            "For two samples your gradient is {got}. The loss is a mean of two terms: how much of "
            "it is the first one?",
            "Missing 1/n.",
            "derivation",
            TWO,
        ),
        Misconception(
            "softmax_cross_entropy_grad/sign",
            "The gradient points downhill",
            "softmax_cross_entropy_grad",
            grad_turned,
            "For logits (1, 0, 0) and label 0 your gradient is {got}. If the logit of the label "
            "rises, does the loss rise or fall?",
            "onehot - p.",
            "derivation",
            ONE,
        ),
        Misconception(
            "softmax_cross_entropy_grad/classes",
            "It is divided by the number of classes too",
            "softmax_cross_entropy_grad",
            grad_divided_by_classes,
            "For one sample with three classes your gradient is {got}. Over how many terms does "
            "the mean of the loss run?",
            "logits.size for the number of rows.",
            "definition",
            ONE,
        ),
        Misconception(
            "softmax_cross_entropy_grad/no-label",
            "The label does not occur",
            "softmax_cross_entropy_grad",
            grad_only_probabilities,
            "For logits (1, 0, 0) and label 0 your gradient is {got}. Add up the row: what happens "
            "to the loss when all logits rise together?",
            "Returns the probabilities.",
            "derivation",
            ONE,
        ),
        Misconception(
            "softmax_cross_entropy_grad/label-only",
            "Only the logit of the label is moved",
            "softmax_cross_entropy_grad",
            grad_only_at_the_label,
            "For logits (1, 0, 0) and label 0 your gradient is {got}. Does the loss not care how "
            "high the other logits are?",
            "Forgets that every logit stands in the denominator.",
            "derivation",
            ONE,
        ),
        Misconception(
            "softmax_cross_entropy_grad/every-label",
            "Every row loses 1 at every label",
            "softmax_cross_entropy_grad",
            grad_all_labels_in_every_row,
            "For two samples with labels 0 and 1 your gradient is {got}. Add up the first row: "
            "what should it be?",
            "p[:, labels] -= 1.",
            "what-goes-wrong",
            TWO,
        ),
        Misconception(
            "softmax_cross_entropy_grad/saturates",
            "A confident mistake hardly pulls",
            "softmax_cross_entropy_grad",
            grad_with_the_slope,
            "For logits (800, 0, 0) and label 1 your gradient is {got}. The model is as mistaken "
            "as can be: how hard should it be pulled?",
            "An extra factor p (1 - p).",
            "derivation",
            LOST,
        ),
        Misconception(
            "softmax_cross_entropy_grad/overflow",
            "Infinity is divided by infinity",
            "softmax_cross_entropy_grad",
            grad_naive,
            "For logits (1000, 0, 0) and label 0 your gradient is {got}. Which two numbers do you "
            "divide?",
            "exp of raw logits.",
            "what-goes-wrong",
            LARGE,
        ),
        Misconception(
            "softmax_cross_entropy_grad/sigmoids",
            "Every class has its own sigmoid",
            "softmax_cross_entropy_grad",
            grad_of_sigmoids,
            "For logits (1, 0, 0) and label 0 your gradient is {got}. Add up the row: what happens "
            "to a softmax when all logits rise together?",
            "p from sigmoids.",
            "definition",
            ONE,
        ),
    ),
    success=(
        "Value and gradient for any number of classes, with labels that trail by 800 and logits "
        "of 1000. Next door: train a classifier with nothing else."
    ),
)
