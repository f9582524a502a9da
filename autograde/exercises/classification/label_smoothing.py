"""Exercise: softmax cross-entropy with smoothed labels."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.exercise import Exercise, Misconception, Probe
from autograde.label_regimes import in_other_clothes, refuses, rows
from autograde.personal import Constant
from autograde.regimes import targets


def label_smoothing(labels, logits, epsilon=0.1):
    return lossref.label_smoothing(labels, logits, epsilon=_allowed(epsilon))


def label_smoothing_grad(labels, logits, epsilon=0.1):
    return lossref.label_smoothing_grad(labels, logits, epsilon=_allowed(epsilon))


def _allowed(epsilon):
    if not 0 <= epsilon < 1:
        raise ValueError(f"label_smoothing: epsilon lies in [0, 1); got {epsilon}")
    return epsilon


def probes(rng: np.random.Generator) -> list[Probe]:
    drawn = []
    for name, aspect in (("label_smoothing", "value"), ("label_smoothing_grad", "gradient")):
        far = np.array([[1000.0], [-1000.0], [0.0]]) + targets(rng, (3, 4))
        lead = np.array([[60.0, 0.0, 0.0], [0.0, 60.0, 0.0]]) + targets(rng, (2, 3)) / 8
        whole = np.array([2, 0, 1]), rng.permutation(np.arange(9)).reshape(3, 3) - 4
        drawn += [
            Probe(name, aspect, "four samples, three classes", rows(rng, 4, 3), {"epsilon": 0.25}),
            Probe(name, aspect, "two samples, five classes", rows(rng, 2, 5), {"epsilon": 0.3}),
            Probe(name, aspect, "two classes", rows(rng, 4, 2), {"epsilon": 0.4}),
            Probe(name, aspect, "epsilon left at its default", rows(rng, 5, 4)),
            Probe(name, "edges", "epsilon = 0: no smoothing", rows(rng, 4, 3), {"epsilon": 0.0}),
            *in_other_clothes(name, lambda n: rows(rng, n, 4), {"epsilon": 0.2}, whole),
            Probe(
                name,
                "stability",
                "rows near 1000, near -1000 and near 0",
                (np.array([0, 3, 1]), far),
            ),
            Probe(name, "stability", "labels that lead by 60", (np.array([0, 1]), lead)),
        ]
    for bad in (-0.25, 1.0):
        drawn += refuses(
            ("label_smoothing", "label_smoothing_grad"),
            f"epsilon = {bad:g}, which is not allowed",
            rows(rng, 3, 3),
            {"epsilon": bad},
        )
    return drawn


# -- wrong answers -------------------------------------------------------------


def off_the_label(labels, logits, epsilon=0.1):
    if not 0 <= epsilon < 1:
        raise ValueError("epsilon")
    classes = logits.shape[1]
    z = logits - logits.max(axis=1, keepdims=True)
    lp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    hot = np.eye(classes)[labels]
    q = (1 - epsilon) * hot + epsilon / (classes - 1) * (1 - hot)
    return -np.mean(np.sum(q * lp, axis=1))


def not_a_distribution(labels, logits, epsilon=0.1):
    if not 0 <= epsilon < 1:
        raise ValueError("epsilon")
    classes = logits.shape[1]
    z = logits - logits.max(axis=1, keepdims=True)
    lp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    hot = np.eye(classes)[labels]
    q = (1 - epsilon) * hot + epsilon / classes * (1 - hot)
    return -np.mean(np.sum(q * lp, axis=1))


def added_on_top(labels, logits, epsilon=0.1):
    if not 0 <= epsilon < 1:
        raise ValueError("epsilon")
    z = logits - logits.max(axis=1, keepdims=True)
    lp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    q = np.eye(logits.shape[1])[labels] + epsilon / logits.shape[1]
    return -np.mean(np.sum(q * lp, axis=1))


def uniform_summed(labels, logits, epsilon=0.1):
    if not 0 <= epsilon < 1:
        raise ValueError("epsilon")
    z = logits - logits.max(axis=1, keepdims=True)
    lp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    own = lp[np.arange(len(labels)), labels]
    return -np.mean((1 - epsilon) * own + epsilon * lp.sum(axis=1))


def only_scaled(labels, logits, epsilon=0.1):
    if not 0 <= epsilon < 1:
        raise ValueError("epsilon")
    z = logits - logits.max(axis=1, keepdims=True)
    lp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -(1 - epsilon) * np.mean(lp[np.arange(len(labels)), labels])


def roles_swapped(labels, logits, epsilon=0.1):
    if not 0 <= epsilon < 1:
        raise ValueError("epsilon")
    z = logits - logits.max(axis=1, keepdims=True)
    lp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    own = lp[np.arange(len(labels)), labels]
    return -np.mean(epsilon * own + (1 - epsilon) * lp.mean(axis=1))


def not_smoothed(labels, logits, epsilon=0.1):
    if not 0 <= epsilon < 1:
        raise ValueError("epsilon")
    z = logits - logits.max(axis=1, keepdims=True)
    lp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -np.mean(lp[np.arange(len(labels)), labels])


def summed(labels, logits, epsilon=0.1):
    if not 0 <= epsilon < 1:
        raise ValueError("epsilon")
    z = logits - logits.max(axis=1, keepdims=True)
    lp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    own = lp[np.arange(len(labels)), labels]
    return -np.sum((1 - epsilon) * own + epsilon * lp.mean(axis=1))


def epsilon_in_the_logarithm(labels, logits, epsilon=0.1):
    if not 0 <= epsilon < 1:
        raise ValueError("epsilon")
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    lp = np.log(e / e.sum(axis=1, keepdims=True) + 1e-15)
    own = lp[np.arange(len(labels)), labels]
    return -np.mean((1 - epsilon) * own + epsilon * lp.mean(axis=1))


def overflowing(labels, logits, epsilon=0.1):
    if not 0 <= epsilon < 1:
        raise ValueError("epsilon")
    e = np.exp(logits)
    lp = np.log(e / e.sum(axis=1, keepdims=True))
    own = lp[np.arange(len(labels)), labels]
    return -np.mean((1 - epsilon) * own + epsilon * lp.mean(axis=1))


def any_epsilon(labels, logits, epsilon=0.1):
    z = logits - logits.max(axis=1, keepdims=True)
    lp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    own = lp[np.arange(len(labels)), labels]
    return -np.mean((1 - epsilon) * own + epsilon * lp.mean(axis=1))


def grad_of_the_sum(labels, logits, epsilon=0.1):
    if not 0 <= epsilon < 1:
        raise ValueError("epsilon")
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    hot = np.eye(logits.shape[1])[labels]
    return e / e.sum(axis=1, keepdims=True) - (1 - epsilon) * hot - epsilon / logits.shape[1]


def grad_turned(labels, logits, epsilon=0.1):
    if not 0 <= epsilon < 1:
        raise ValueError("epsilon")
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    q = (1 - epsilon) * np.eye(logits.shape[1])[labels] + epsilon / logits.shape[1]
    return (q - e / e.sum(axis=1, keepdims=True)) / len(labels)


def grad_off_the_label(labels, logits, epsilon=0.1):
    if not 0 <= epsilon < 1:
        raise ValueError("epsilon")
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    hot = np.eye(logits.shape[1])[labels]
    q = (1 - epsilon) * hot + epsilon / (logits.shape[1] - 1) * (1 - hot)
    return (e / e.sum(axis=1, keepdims=True) - q) / len(labels)


def grad_not_smoothed(labels, logits, epsilon=0.1):
    if not 0 <= epsilon < 1:
        raise ValueError("epsilon")
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return (e / e.sum(axis=1, keepdims=True) - np.eye(logits.shape[1])[labels]) / len(labels)


def grad_only_scaled(labels, logits, epsilon=0.1):
    if not 0 <= epsilon < 1:
        raise ValueError("epsilon")
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    hot = np.eye(logits.shape[1])[labels]
    return (1 - epsilon) * (e / e.sum(axis=1, keepdims=True) - hot) / len(labels)


def grad_probabilities_smoothed(labels, logits, epsilon=0.1):
    if not 0 <= epsilon < 1:
        raise ValueError("epsilon")
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = (1 - epsilon) * e / e.sum(axis=1, keepdims=True) + epsilon / logits.shape[1]
    return (p - np.eye(logits.shape[1])[labels]) / len(labels)


def grad_any_epsilon(labels, logits, epsilon=0.1):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    q = (1 - epsilon) * np.eye(logits.shape[1])[labels] + epsilon / logits.shape[1]
    return (e / e.sum(axis=1, keepdims=True) - q) / len(labels)


ONE = ([0], [[2.0, 0.0, -1.0]], 0.25)
TWO = ([0, 2], [[2.0, 0.0, -1.0], [0.0, 1.0, 0.0]], 0.25)
LARGE = ([0], [[1000.0, 0.0]], 0.25)

EXERCISE = Exercise(
    slug="label_smoothing",
    title="Label smoothing",
    chapter="classification",
    page="classification/label-smoothing",
    functions={"label_smoothing": label_smoothing, "label_smoothing_grad": label_smoothing_grad},
    points={"value": 2, "gradient": 2, "edges": 1, "stability": 1},
    probes=probes,
    hints=(
        "Write the smoothed target as a row of numbers that adds up to 1. Then it is the "
        "cross-entropy of that row and the softmax of the logits.",
        "A share 1 - epsilon goes to the label, and the share epsilon is dealt out to all classes "
        "alike. The label is one of them.",
        "The line that people get stuck on is the share of each class: count the classes among "
        "which epsilon is dealt, and check that your target adds up to 1.",
    ),
    misconceptions=(
        Misconception(
            "label_smoothing/off-the-label",
            "The label itself gets nothing of epsilon",
            "label_smoothing",
            off_the_label,
            "For logits (2, 0, -1), label 0 and epsilon = 0.25 you return {got}. Among how many "
            "classes did you deal out epsilon, and among how many does the statement?",
            "The convention of the notes: epsilon / (C - 1) elsewhere.",
            "definition",
            ONE,
        ),
        Misconception(
            "label_smoothing/not-a-distribution",
            "The target does not add up to 1",
            "label_smoothing",
            not_a_distribution,
            "For logits (2, 0, -1), label 0 and epsilon = 0.25 you return {got}. Add up your "
            "target: where is the rest?",
            "1 - epsilon at the label and epsilon / C elsewhere: the two conventions mixed.",
            "what-goes-wrong",
            ONE,
        ),
        Misconception(
            "label_smoothing/on-top",
            "The uniform share comes on top",
            "label_smoothing",
            added_on_top,
            "For logits (2, 0, -1), label 0 and epsilon = 0.25 you return {got}. Add up your "
            "target: who paid for the uniform part?",
            "onehot + epsilon / C.",
            "definition",
            ONE,
        ),
        Misconception(
            "label_smoothing/uniform-summed",
            "Every class gets the whole epsilon",
            "label_smoothing",
            uniform_summed,
            "For logits (2, 0, -1), label 0 and epsilon = 0.25 you return {got}. With a thousand "
            "classes, what would your target add up to?",
            "The sum over the classes instead of the mean.",
            "definition",
            ONE,
        ),
        Misconception(
            "label_smoothing/only-scaled",
            "The label loses its share and nobody gets it",
            "label_smoothing",
            only_scaled,
            "For logits (2, 0, -1), label 0 and epsilon = 0.25 you return {got}. Let the first "
            "logit grow without end: does your loss still have a minimum at a finite logit?",
            "Scales the cross-entropy by 1 - epsilon.",
            "derivation",
            ONE,
        ),
        Misconception(
            "label_smoothing/roles-swapped",
            "The label gets epsilon and the rest 1 - epsilon",
            "label_smoothing",
            roles_swapped,
            "For logits (2, 0, -1), label 0 and epsilon = 0.25 you return {got}. With epsilon = 0, "
            "which target is left?",
            "The two shares are swapped.",
            "definition",
            ONE,
        ),
        Misconception(
            "label_smoothing/not-smoothed",
            "epsilon is not used",
            "label_smoothing",
            not_smoothed,
            "For logits (2, 0, -1), label 0 and epsilon = 0.25 you return {got}, and for epsilon = "
            "0 the same. Where does epsilon enter?",
            "Plain cross-entropy.",
            "definition",
            ONE,
        ),
        Misconception(
            "label_smoothing/sum",
            "The rows are added up, not averaged",
            "label_smoothing",
            summed,
            "For two samples you return {got}. What happens to your loss if every sample is handed "
            "in twice?",
            "Missing 1/n.",
            "definition",
            TWO,
        ),
        Misconception(
            "label_smoothing/epsilon-in-log",
            "A small number inside the logarithm",
            "label_smoothing",
            epsilon_in_the_logarithm,
            "For logits (1000, 0) and label 0 you return {got}. The other class has a share of the "
            "target: what does it cost to give it a probability of exp(-1000)?",
            "log(p + 1e-15) caps the cost of the uniform part.",
            "what-goes-wrong",
            LARGE,
        ),
        Misconception(
            "label_smoothing/overflow",
            "Infinity is divided by infinity",
            "label_smoothing",
            overflowing,
            "For logits (1000, 0) and label 0 you return {got}. Which two numbers do you divide?",
            "exp of raw logits.",
            "what-goes-wrong",
            LARGE,
        ),
        Misconception(
            "label_smoothing/any-epsilon",
            "Every epsilon is accepted",
            "label_smoothing",
            any_epsilon,
            "With epsilon = -0.25 you return a number. Write your target down for it: is every "
            "share a probability?",
            "No check of the parameter.",
            "definition",
        ),
        Misconception(
            "label_smoothing_grad/no-n",
            "The gradient belongs to the sum, not to the mean",
            "label_smoothing_grad",
            grad_of_the_sum,
            "For two samples your gradient is {got}. The loss is a mean of two terms: how much of "
            "it is the first one?",
            "Missing 1/n.",
            "derivation",
            TWO,
        ),
        Misconception(
            "label_smoothing_grad/sign",
            "The gradient points downhill",
            "label_smoothing_grad",
            grad_turned,
            "For logits (2, 0, -1), label 0 and epsilon = 0.25 your gradient is {got}. The last "
            "class has less than its share: which way should a step against it move?",
            "q - p.",
            "derivation",
            ONE,
        ),
        Misconception(
            "label_smoothing_grad/off-the-label",
            "The label itself gets nothing of epsilon",
            "label_smoothing_grad",
            grad_off_the_label,
            "For logits (2, 0, -1), label 0 and epsilon = 0.25 your gradient is {got}. At which "
            "probability of the label does your pull vanish?",
            "epsilon / (C - 1) elsewhere.",
            "definition",
            ONE,
        ),
        Misconception(
            "label_smoothing_grad/not-smoothed",
            "epsilon is not used",
            "label_smoothing_grad",
            grad_not_smoothed,
            "For logits (2, 0, -1), label 0 and epsilon = 0.25 your gradient is {got}. Is there a "
            "finite logit at which it vanishes?",
            "The gradient of plain cross-entropy.",
            "definition",
            ONE,
        ),
        Misconception(
            "label_smoothing_grad/only-scaled",
            "The pull is weaker, and otherwise the same",
            "label_smoothing_grad",
            grad_only_scaled,
            "For logits (2, 0, -1), label 0 and epsilon = 0.25 your gradient is {got}. Does "
            "anything pull the other classes up?",
            "(1 - epsilon)(p - onehot).",
            "derivation",
            ONE,
        ),
        Misconception(
            "label_smoothing_grad/probabilities",
            "The probabilities are smoothed instead of the labels",
            "label_smoothing_grad",
            grad_probabilities_smoothed,
            "For logits (2, 0, -1), label 0 and epsilon = 0.25 your gradient is {got}. At which "
            "probabilities would it vanish, and can a softmax reach them?",
            "Mixes p with the uniform distribution.",
            "derivation",
            ONE,
        ),
        Misconception(
            "label_smoothing_grad/any-epsilon",
            "Every epsilon is accepted",
            "label_smoothing_grad",
            grad_any_epsilon,
            "With epsilon = 1 you return an array. What is left of the labels then?",
            "No check of the parameter in the gradient.",
            "definition",
        ),
    ),
    success=(
        "Your target adds up to 1 and your gradient vanishes where it should, for any number of "
        "classes. Next door: see what it does to the confidence of a network."
    ),
    constants=(
        Constant(
            "epsilon",
            0.1,
            tuple(n / 200 for n in range(9, 40) if n != 20),
            "the share that is dealt out, where the call names none",
        ),
    ),
)
