"""Exercise: the epsilon-insensitive loss and its gradient."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import elementwise, errors, rejects, with_errors


def epsilon_insensitive(y_true, y_pred, epsilon=0.1):
    return lossref.epsilon_insensitive(y_true, y_pred, epsilon=epsilon)


def epsilon_insensitive_grad(y_true, y_pred, epsilon=0.1):
    return lossref.epsilon_insensitive_grad(y_true, y_pred, epsilon=epsilon)


def probes(rng: np.random.Generator) -> list[Probe]:
    names = ("epsilon_insensitive", "epsilon_insensitive_grad")
    drawn = elementwise(
        rng, *names, settings=({"epsilon": 0.6}, {"epsilon": 2.2}, {"epsilon": 0.3})
    )
    for name, aspect in zip(names, ("value", "gradient"), strict=True):
        far = np.abs(errors(rng, 4, 1.0, 4.0))
        drawn += [
            Probe(
                name,
                aspect,
                "every error outside, too high",
                with_errors(rng, far),
                {"epsilon": 0.5},
            ),
            Probe(
                name,
                aspect,
                "every error outside, too low",
                with_errors(rng, -far),
                {"epsilon": 0.5},
            ),
            Probe(
                name,
                aspect,
                "every error inside the tube",
                with_errors(rng, errors(rng, 4, 0.125, 1.0)),
                {"epsilon": 1.5},
            ),
            Probe(
                name,
                aspect,
                "epsilon left at its default",
                with_errors(rng, [0.5, -0.0625, 3.0, -2.0]),
            ),
            Probe(
                name,
                "edges",
                "errors on the edge of the tube",
                with_errors(rng, [0.75, -0.75, 2.0, -0.5]),
                {"epsilon": 0.75},
            ),
            Probe(
                name,
                "edges",
                "epsilon = 0, with an exact prediction",
                with_errors(rng, [0.0, 1.5, -0.25]),
                {"epsilon": 0.0},
            ),
            Probe(
                name,
                "stability",
                "errors of 1e300",
                (np.zeros(3), rng.permutation([1e300, -1e300, 0.25])),
                {"epsilon": 0.5},
            ),
        ]
    return drawn + rejects(rng, names, "epsilon", (-0.5, -2.0))


# -- wrong answers -------------------------------------------------------------


def no_floor(y_true, y_pred, epsilon=0.1):
    if epsilon < 0:
        raise ValueError("epsilon")
    return np.mean(np.abs(y_pred - y_true) - epsilon)


def not_subtracted(y_true, y_pred, epsilon=0.1):
    if epsilon < 0:
        raise ValueError("epsilon")
    e = np.abs(y_pred - y_true)
    return np.mean(np.where(e > epsilon, e, 0.0))


def signed(y_true, y_pred, epsilon=0.1):
    if epsilon < 0:
        raise ValueError("epsilon")
    return np.mean(np.maximum(y_pred - y_true - epsilon, 0.0))


def squared(y_true, y_pred, epsilon=0.1):
    if epsilon < 0:
        raise ValueError("epsilon")
    return np.mean(np.maximum(np.abs(y_pred - y_true) - epsilon, 0.0) ** 2)


def summed(y_true, y_pred, epsilon=0.1):
    if epsilon < 0:
        raise ValueError("epsilon")
    return np.sum(np.maximum(np.abs(y_pred - y_true) - epsilon, 0.0))


def active_mean(y_true, y_pred, epsilon=0.1):
    if epsilon < 0:
        raise ValueError("epsilon")
    e = np.maximum(np.abs(y_pred - y_true) - epsilon, 0.0)
    return e.sum() / max(1, np.count_nonzero(e))


def epsilon_ignored(y_true, y_pred, epsilon=0.1):
    if epsilon < 0:
        raise ValueError("epsilon")
    return np.mean(np.abs(y_pred - y_true))


def mean_first(y_true, y_pred, epsilon=0.1):
    if epsilon < 0:
        raise ValueError("epsilon")
    return max(0.0, np.mean(np.abs(y_pred - y_true)) - epsilon)


def any_epsilon(y_true, y_pred, epsilon=0.1):
    return np.mean(np.maximum(np.abs(y_pred - y_true) - epsilon, 0.0))


def grad_of_the_sum(y_true, y_pred, epsilon=0.1):
    if epsilon < 0:
        raise ValueError("epsilon")
    e = y_pred - y_true
    return np.where(np.abs(e) > epsilon, np.sign(e), 0.0)


def grad_with_the_sign_turned(y_true, y_pred, epsilon=0.1):
    if epsilon < 0:
        raise ValueError("epsilon")
    e = y_true - y_pred
    return np.where(np.abs(e) > epsilon, np.sign(e), 0.0) / e.size


def grad_no_tube(y_true, y_pred, epsilon=0.1):
    if epsilon < 0:
        raise ValueError("epsilon")
    return np.sign(y_pred - y_true) / y_pred.size


def grad_edge_pulls(y_true, y_pred, epsilon=0.1):
    if epsilon < 0:
        raise ValueError("epsilon")
    e = y_pred - y_true
    return np.where(np.abs(e) >= epsilon, np.sign(e), 0.0) / e.size


def grad_proportional(y_true, y_pred, epsilon=0.1):
    if epsilon < 0:
        raise ValueError("epsilon")
    e = y_pred - y_true
    return np.sign(e) * np.maximum(np.abs(e) - epsilon, 0.0) / e.size


def grad_one_side(y_true, y_pred, epsilon=0.1):
    if epsilon < 0:
        raise ValueError("epsilon")
    e = y_pred - y_true
    return np.where(e > epsilon, 1.0, 0.0) / e.size


def grad_no_sign(y_true, y_pred, epsilon=0.1):
    if epsilon < 0:
        raise ValueError("epsilon")
    e = y_pred - y_true
    return np.where(np.abs(e) > epsilon, 1.0, 0.0) / e.size


def grad_active_mean(y_true, y_pred, epsilon=0.1):
    if epsilon < 0:
        raise ValueError("epsilon")
    e = y_pred - y_true
    out = np.abs(e) > epsilon
    return np.where(out, np.sign(e), 0.0) / max(1, out.sum())


def grad_any_epsilon(y_true, y_pred, epsilon=0.1):
    e = y_pred - y_true
    return np.where(np.abs(e) > epsilon, np.sign(e), 0.0) / e.size


EXERCISE = Exercise(
    slug="epsilon_insensitive",
    title="Epsilon-insensitive loss",
    chapter="regression",
    page="regression/epsilon-insensitive",
    functions={
        "epsilon_insensitive": epsilon_insensitive,
        "epsilon_insensitive_grad": epsilon_insensitive_grad,
    },
    points={"value": 2, "gradient": 2, "edges": 1, "stability": 1},
    probes=probes,
    hints=(
        "Inside the tube: no cost, no pull. Outside: the absolute error, lowered until the two meet.",
        "The excess over epsilon decides everything, entry by entry; the mean still runs over all n entries, also the silent ones.",
        "The line that people get wrong is the edge: where the size of the error equals epsilon exactly, the gradient is zero.",
    ),
    misconceptions=(
        Misconception(
            "epsilon_insensitive/no-floor",
            "Errors inside the tube earn something",
            "epsilon_insensitive",
            no_floor,
            "On errors of 0.25 and -2 with epsilon 0.5 you return {got}. What does the error of 0.25 alone cost with you? Can it be less than nothing?",
            "|e| - epsilon without the max.",
            "definition",
            ([0.0, 0.0], [0.25, -2.0], 0.5),
        ),
        Misconception(
            "epsilon_insensitive/jump",
            "The tube is cut out but not subtracted",
            "epsilon_insensitive",
            not_subtracted,
            "On errors of 0.25 and -2 with epsilon 0.5 you return {got}. Put an error just inside and just outside the tube: how high is the step?",
            "|e| where |e| > epsilon: the loss jumps.",
            "definition",
            ([0.0, 0.0], [0.25, -2.0], 0.5),
        ),
        Misconception(
            "epsilon_insensitive/one-side",
            "Predictions that are too low cost nothing",
            "epsilon_insensitive",
            signed,
            "On errors of 0.25 and -2 with epsilon 0.5 you return {got}. The second prediction is far too low; what does it cost?",
            "Forgets |e|.",
            "what-goes-wrong",
            ([0.0, 0.0], [0.25, -2.0], 0.5),
        ),
        Misconception(
            "epsilon_insensitive/squared",
            "The excess is squared",
            "epsilon_insensitive",
            squared,
            "On errors of 0.25 and -2 with epsilon 0.5 you return {got}. By how much does the loss grow when an excess of 1.5 becomes 3?",
            "The squared variant.",
            "definition",
            ([0.0, 0.0], [0.25, -2.0], 0.5),
        ),
        Misconception(
            "epsilon_insensitive/sum",
            "The terms are added up, not averaged",
            "epsilon_insensitive",
            summed,
            "On errors of 0.25 and -2 with epsilon 0.5 you return {got}. What happens to it if every sample is handed in twice?",
            "Missing 1/n.",
            "definition",
            ([0.0, 0.0], [0.25, -2.0], 0.5),
        ),
        Misconception(
            "epsilon_insensitive/active",
            "Only the errors outside the tube are counted in the mean",
            "epsilon_insensitive",
            active_mean,
            "On errors of 0.25 and -2 with epsilon 0.5 you return {got}. If a third prediction comes that is perfect, should the mean stay where it is?",
            "Divides by the number of active samples.",
            "what-goes-wrong",
            ([0.0, 0.0], [0.25, -2.0], 0.5),
        ),
        Misconception(
            "epsilon_insensitive/ignored",
            "epsilon is not used",
            "epsilon_insensitive",
            epsilon_ignored,
            "On errors of 0.25 and -2 with epsilon 0.5 you return {got}. What does your loss do when epsilon changes?",
            "The MAE.",
            "definition",
            ([0.0, 0.0], [0.25, -2.0], 0.5),
        ),
        Misconception(
            "epsilon_insensitive/mean-first",
            "The tube is applied to the mean, not to each error",
            "epsilon_insensitive",
            mean_first,
            "On errors of 0.25 and -2 with epsilon 0.5 you return {got}. Whose error is forgiven by the tube: each sample's own, or the average one?",
            "max(0, MAE - epsilon).",
            "what-goes-wrong",
            ([0.0, 0.0], [0.25, -2.0], 0.5),
        ),
        Misconception(
            "epsilon_insensitive/any-epsilon",
            "A negative epsilon is accepted",
            "epsilon_insensitive",
            any_epsilon,
            "With epsilon = -0.5 you return a number. How wide is a tube of half-width -0.5?",
            "No check.",
            "definition",
        ),
        Misconception(
            "epsilon_insensitive_grad/no-n",
            "The gradient belongs to the sum, not to the mean",
            "epsilon_insensitive_grad",
            grad_of_the_sum,
            "On errors of 0.25 and -2 with epsilon 0.5 your gradient is {got}. The loss is a mean of two terms: how much of it is the second one?",
            "Missing 1/n.",
            "derivation",
            ([0.0, 0.0], [0.25, -2.0], 0.5),
        ),
        Misconception(
            "epsilon_insensitive_grad/sign",
            "The gradient points downhill",
            "epsilon_insensitive_grad",
            grad_with_the_sign_turned,
            "On errors of 0.25 and -2 with epsilon 0.5 your gradient is {got}. The second prediction is too low: if it rises, does the loss rise or fall?",
            "Lost inner derivative.",
            "derivation",
            ([0.0, 0.0], [0.25, -2.0], 0.5),
        ),
        Misconception(
            "epsilon_insensitive_grad/no-tube",
            "Errors inside the tube still pull",
            "epsilon_insensitive_grad",
            grad_no_tube,
            "On errors of 0.25 and -2 with epsilon 0.5 your gradient is {got}. The first error costs nothing; how steep is nothing?",
            "The gradient of the MAE.",
            "derivation",
            ([0.0, 0.0], [0.25, -2.0], 0.5),
        ),
        Misconception(
            "epsilon_insensitive_grad/edge",
            "On the edge of the tube it already pulls",
            "epsilon_insensitive_grad",
            grad_edge_pulls,
            "On errors of 0.5 and -2 with epsilon 0.5 your gradient is {got}. Which subgradient does the statement ask for where |e| equals epsilon?",
            ">= instead of >.",
            "what-goes-wrong",
            ([0.0, 0.0], [0.5, -2.0], 0.5),
        ),
        Misconception(
            "epsilon_insensitive_grad/proportional",
            "Large errors pull harder",
            "epsilon_insensitive_grad",
            grad_proportional,
            "On errors of 0.25 and -2 with epsilon 0.5 your gradient is {got}. Outside the tube the loss is a straight line. Of which slope?",
            "Half the gradient of the squared variant.",
            "derivation",
            ([0.0, 0.0], [0.25, -2.0], 0.5),
        ),
        Misconception(
            "epsilon_insensitive_grad/one-side",
            "Predictions that are too low are not pulled",
            "epsilon_insensitive_grad",
            grad_one_side,
            "On errors of 0.25 and -2 with epsilon 0.5 your gradient is {got}. The second prediction is far too low; what should it feel?",
            "Tests e > epsilon.",
            "what-goes-wrong",
            ([0.0, 0.0], [0.25, -2.0], 0.5),
        ),
        Misconception(
            "epsilon_insensitive_grad/no-sign",
            "Both sides pull the same way",
            "epsilon_insensitive_grad",
            grad_no_sign,
            "On errors of 0.25 and -2 with epsilon 0.5 your gradient is {got}. A step against it moves the low prediction which way?",
            "The sign is lost.",
            "derivation",
            ([0.0, 0.0], [0.25, -2.0], 0.5),
        ),
        Misconception(
            "epsilon_insensitive_grad/active",
            "Only the errors outside the tube are counted in the mean",
            "epsilon_insensitive_grad",
            grad_active_mean,
            "On errors of 0.25 and -2 with epsilon 0.5 your gradient is {got}. Over how many samples does the mean run?",
            "Divides by the number of active samples.",
            "what-goes-wrong",
            ([0.0, 0.0], [0.25, -2.0], 0.5),
        ),
        Misconception(
            "epsilon_insensitive_grad/any-epsilon",
            "A negative epsilon is accepted",
            "epsilon_insensitive_grad",
            grad_any_epsilon,
            "With epsilon = -0.5 you return an array. How wide is a tube of half-width -0.5?",
            "No check.",
            "definition",
        ),
    ),
    success="Value and gradient are right inside, outside and on the edge. Next door: train a line with any of your gradients.",
    kinks=lambda epsilon=0.1: (-epsilon, epsilon),
)
