"""Exercise: the epsilon-insensitive loss and its gradient."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import elementwise, errors, far_off, rejects, with_errors


def epsilon_insensitive(y_true, y_pred, epsilon=0.1):
    return lossref.epsilon_insensitive(y_true, y_pred, epsilon=epsilon)


def epsilon_insensitive_grad(y_true, y_pred, epsilon=0.1):
    return lossref.epsilon_insensitive_grad(y_true, y_pred, epsilon=epsilon)


def probes(rng: np.random.Generator) -> list[Probe]:
    names = ("epsilon_insensitive", "epsilon_insensitive_grad")
    settings = ({"epsilon": 0.5}, {"epsilon": 1.5}, {"epsilon": 0.375})
    drawn = elementwise(rng, *names, settings=settings)
    for name, aspect in zip(names, ("value", "gradient")):
        mixed = [*errors(rng, 2, 0.125, 0.625), *errors(rng, 2, 0.875, 4.0)]
        high = np.abs(errors(rng, 4, 1.0, 4.0))
        inside = errors(rng, 4, 0.125, 0.625)
        # One far outside and several just inside, so that the mean size is inside as well.
        mean_inside = [*errors(rng, 6, 0.125, 0.25), 1.5]
        drawn += [
            Probe(
                name,
                aspect,
                "errors inside and outside the tube",
                with_errors(rng, mixed),
                {"epsilon": 0.75},
            ),
            Probe(
                name,
                aspect,
                "one error outside the tube among many inside",
                with_errors(rng, mean_inside),
                {"epsilon": 0.75},
            ),
            Probe(
                name,
                aspect,
                "every error outside the tube, predictions too high",
                with_errors(rng, high),
                {"epsilon": 0.75},
            ),
            Probe(
                name,
                aspect,
                "every error outside the tube, predictions too low",
                with_errors(rng, -high),
                {"epsilon": 0.75},
            ),
            Probe(
                name,
                aspect,
                "epsilon left at its default",
                with_errors(rng, [0.0625, -0.0625, 0.5, -2.0, 3.0]),
            ),
            Probe(
                name,
                "edges",
                "every error inside the tube",
                with_errors(rng, inside),
                {"epsilon": 0.75},
            ),
            Probe(
                name,
                "edges",
                "errors of exactly epsilon, minus epsilon and zero",
                with_errors(rng, [0.75, -0.75, 0.0, 2.0]),
                {"epsilon": 0.75},
            ),
            Probe(
                name,
                "edges",
                "epsilon = 0 and errors of zero",
                with_errors(rng, [0.0, 0.0, *errors(rng, 3, 0.5, 3.0)]),
                {"epsilon": 0.0},
            ),
        ]
    drawn += far_off(rng, names, "edges", {"epsilon": 0.5})
    return drawn + rejects(rng, names, "epsilon", (-0.125, -2.0))


# -- wrong answers -------------------------------------------------------------


def below_zero_inside(y_true, y_pred, epsilon=0.1):
    if epsilon < 0:
        raise ValueError("epsilon")
    return np.mean(np.abs(y_pred - y_true) - epsilon)


def cut_after_the_mean(y_true, y_pred, epsilon=0.1):
    if epsilon < 0:
        raise ValueError("epsilon")
    return np.maximum(np.mean(np.abs(y_pred - y_true)) - epsilon, 0.0)


def full_size_outside(y_true, y_pred, epsilon=0.1):
    if epsilon < 0:
        raise ValueError("epsilon")
    size = np.abs(y_pred - y_true)
    return np.mean(np.where(size > epsilon, size, 0.0))


def squared_outside(y_true, y_pred, epsilon=0.1):
    if epsilon < 0:
        raise ValueError("epsilon")
    return np.mean(np.maximum(np.abs(y_pred - y_true) - epsilon, 0.0) ** 2)


def epsilon_not_used(y_true, y_pred, epsilon=0.1):
    if epsilon < 0:
        raise ValueError("epsilon")
    return np.mean(np.abs(y_pred - y_true))


def one_side_only(y_true, y_pred, epsilon=0.1):
    if epsilon < 0:
        raise ValueError("epsilon")
    return np.mean(np.maximum(y_pred - y_true - epsilon, 0.0))


def mean_of_the_outside(y_true, y_pred, epsilon=0.1):
    if epsilon < 0:
        raise ValueError("epsilon")
    over = np.abs(y_pred - y_true) - epsilon
    return np.mean(over[over > 0]) if np.any(over > 0) else 0.0


def summed(y_true, y_pred, epsilon=0.1):
    if epsilon < 0:
        raise ValueError("epsilon")
    return np.sum(np.maximum(np.abs(y_pred - y_true) - epsilon, 0.0))


def per_sample(y_true, y_pred, epsilon=0.1):
    if epsilon < 0:
        raise ValueError("epsilon")
    return np.maximum(np.abs(y_pred - y_true) - epsilon, 0.0)


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


def grad_inside_as_well(y_true, y_pred, epsilon=0.1):
    if epsilon < 0:
        raise ValueError("epsilon")
    return np.sign(y_pred - y_true) / y_pred.size


def grad_on_the_edge(y_true, y_pred, epsilon=0.1):
    if epsilon < 0:
        raise ValueError("epsilon")
    e = y_pred - y_true
    return np.where(np.abs(e) >= epsilon, np.sign(e), 0.0) / e.size


def grad_in_proportion(y_true, y_pred, epsilon=0.1):
    if epsilon < 0:
        raise ValueError("epsilon")
    e = y_pred - y_true
    return np.sign(e) * np.maximum(np.abs(e) - epsilon, 0.0) / e.size


def grad_one_side_only(y_true, y_pred, epsilon=0.1):
    if epsilon < 0:
        raise ValueError("epsilon")
    return np.where(y_pred - y_true > epsilon, 1.0, 0.0) / y_pred.size


def grad_same_sign(y_true, y_pred, epsilon=0.1):
    if epsilon < 0:
        raise ValueError("epsilon")
    return np.where(np.abs(y_pred - y_true) > epsilon, 1.0, 0.0) / y_pred.size


def grad_per_outsider(y_true, y_pred, epsilon=0.1):
    if epsilon < 0:
        raise ValueError("epsilon")
    e = y_pred - y_true
    outside = np.abs(e) > epsilon
    return np.where(outside, np.sign(e), 0.0) / max(np.sum(outside), 1)


def grad_cut_to_whole_numbers(y_true, y_pred, epsilon=0.1):
    if epsilon < 0:
        raise ValueError("epsilon")
    e = y_pred - y_true
    grad = np.zeros_like(e)
    grad[e > epsilon] = 1.0 / e.size
    grad[e < -epsilon] = -1.0 / e.size
    return grad


def grad_any_epsilon(y_true, y_pred, epsilon=0.1):
    e = y_pred - y_true
    return np.where(np.abs(e) > epsilon, np.sign(e), 0.0) / e.size


IN_AND_OUT = ([0.0, 0.0], [0.25, -2.0], 0.5)

EXERCISE = Exercise(
    slug="epsilon_insensitive",
    title="Epsilon-insensitive loss",
    chapter="regression",
    functions={
        "epsilon_insensitive": epsilon_insensitive,
        "epsilon_insensitive_grad": epsilon_insensitive_grad,
    },
    points={"value": 2, "gradient": 2, "edges": 2},
    probes=probes,
    hints=(
        "Think of a tube around the prediction. Only what sticks out of it costs anything, and "
        "only what sticks out pulls.",
        "The cost of one entry is its distance to the tube, which is never negative. Decide that "
        "for each entry first; the mean comes last.",
        "The line that people get wrong is the gradient: the distance to the tube says how much "
        "an error costs, not how hard it pulls. On the edge itself the statement has decided "
        "for you.",
    ),
    misconceptions=(
        Misconception(
            "epsilon_insensitive/negative",
            "Errors inside the tube earn money",
            "epsilon_insensitive",
            below_zero_inside,
            "On errors of 0.25 and -0.25 with epsilon 0.5 you return {got}. What does the "
            "statement charge for an error inside the tube?",
            "Subtracts epsilon and forgets the maximum.",
            "definition",
            ([0.0, 0.0], [0.25, -0.25], 0.5),
        ),
        Misconception(
            "epsilon_insensitive/cut-after-mean",
            "The mean is taken before the cut",
            "epsilon_insensitive",
            cut_after_the_mean,
            "On errors of 0, 0, 0 and 1.5 with epsilon 0.5 you return {got}. Is none of the four "
            "errors outside the tube?",
            "max(0, mean|e| - epsilon): errors inside pay for those outside.",
            "definition",
            ([0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.5], 0.5),
        ),
        Misconception(
            "epsilon_insensitive/full-size",
            "Outside the tube the whole error counts",
            "epsilon_insensitive",
            full_size_outside,
            "On errors of 0.25 and -2 with epsilon 0.5 you return {got}. Take an error just "
            "inside and one just outside: how high is the step between their costs?",
            "|e| outside and 0 inside: the loss jumps at the edge of the tube.",
            "definition",
            IN_AND_OUT,
        ),
        Misconception(
            "epsilon_insensitive/squared",
            "What sticks out is squared",
            "epsilon_insensitive",
            squared_outside,
            "On errors of 0.25 and -2 with epsilon 0.5 you return {got}. How much more should an "
            "error cost that sticks out twice as far?",
            "The squared epsilon-insensitive loss, which exists under its own name.",
            "definition",
            IN_AND_OUT,
        ),
        Misconception(
            "epsilon_insensitive/epsilon-ignored",
            "There is no tube",
            "epsilon_insensitive",
            epsilon_not_used,
            "On errors of 0.25 and -2 you return {got}, with epsilon 0.5 and with every other "
            "epsilon. What should a wider tube change?",
            "The mean absolute error.",
            "definition",
            IN_AND_OUT,
        ),
        Misconception(
            "epsilon_insensitive/one-side",
            "Predictions that are too low cost nothing",
            "epsilon_insensitive",
            one_side_only,
            "On errors of 0.25 and -2 with epsilon 0.5 you return {got}. How far from the tube is "
            "the second error?",
            "Compares the error instead of its size.",
            "what-goes-wrong",
            IN_AND_OUT,
        ),
        Misconception(
            "epsilon_insensitive/mean-of-outside",
            "The mean runs over the errors outside only",
            "epsilon_insensitive",
            mean_of_the_outside,
            "On errors of 0.25 and -2 with epsilon 0.5 you return {got}. Add a hundred samples "
            "inside the tube: what happens to a mean over every entry, and what to yours?",
            "Divides by the number of errors outside; n counts every entry.",
            "definition",
            IN_AND_OUT,
        ),
        Misconception(
            "epsilon_insensitive/sum",
            "The terms are added up, not averaged",
            "epsilon_insensitive",
            summed,
            "On errors of 3 and -2 with epsilon 0.5 you return {got}. What happens to your loss "
            "if every sample is handed in twice?",
            "Missing 1/n.",
            "definition",
            ([0.0, 0.0], [3.0, -2.0], 0.5),
        ),
        Misconception(
            "epsilon_insensitive/per-sample",
            "One number per sample comes back",
            "epsilon_insensitive",
            per_sample,
            "On errors of 0.25 and -2 with epsilon 0.5 you return {got}. Training needs one "
            "number to make smaller; how do you get from several to one?",
            "Leaves out the reduction.",
            "definition",
            IN_AND_OUT,
        ),
        Misconception(
            "epsilon_insensitive/any-epsilon",
            "A negative epsilon is accepted",
            "epsilon_insensitive",
            any_epsilon,
            "For a perfect prediction with epsilon -2 you return {got}. What would a person who "
            "mistyped epsilon like to see instead?",
            "No check of the parameter.",
            "definition",
            ([0.0, 0.0], [0.0, 0.0], -2.0),
        ),
        Misconception(
            "epsilon_insensitive_grad/no-n",
            "The gradient belongs to the sum, not to the mean",
            "epsilon_insensitive_grad",
            grad_of_the_sum,
            "On errors of 0.25 and -2 with epsilon 0.5 your gradient is {got}. The loss is a mean "
            "of two terms: how much of it is the second one?",
            "Missing 1/n.",
            "derivation",
            IN_AND_OUT,
        ),
        Misconception(
            "epsilon_insensitive_grad/sign",
            "The gradient points downhill",
            "epsilon_insensitive_grad",
            grad_with_the_sign_turned,
            "On errors of 0.25 and -2 with epsilon 0.5 your gradient is {got}. The second "
            "prediction is too low: if it rises a little, does the loss rise or fall?",
            "Derivative with respect to y_true, or a lost inner derivative.",
            "derivation",
            IN_AND_OUT,
        ),
        Misconception(
            "epsilon_insensitive_grad/inside",
            "Errors inside the tube pull",
            "epsilon_insensitive_grad",
            grad_inside_as_well,
            "On errors of 0.25 and -2 with epsilon 0.5 your gradient is {got}. Move the first "
            "prediction a little inside the tube: does the loss change?",
            "The gradient of the absolute error.",
            "derivation",
            IN_AND_OUT,
        ),
        Misconception(
            "epsilon_insensitive_grad/edge",
            "Errors on the edge pull",
            "epsilon_insensitive_grad",
            grad_on_the_edge,
            "On errors of 0.5 and -2 with epsilon 0.5 your gradient is {got}. The first error "
            "lies exactly on the edge; what does the statement say about that place?",
            ">= in place of >.",
            "what-goes-wrong",
            ([0.0, 0.0], [0.5, -2.0], 0.5),
        ),
        Misconception(
            "epsilon_insensitive_grad/proportional",
            "What sticks out further pulls harder",
            "epsilon_insensitive_grad",
            grad_in_proportion,
            "On errors of 2 and -6 with epsilon 0.5 your gradient is {got}. How steep is the loss "
            "at an error of 2, and how steep at 6?",
            "Half the gradient of the squared version; the cost taken for its slope.",
            "derivation",
            ([0.0, 0.0], [2.0, -6.0], 0.5),
        ),
        Misconception(
            "epsilon_insensitive_grad/one-side",
            "Predictions that are too low are not pulled",
            "epsilon_insensitive_grad",
            grad_one_side_only,
            "On errors of 0.25 and -2 with epsilon 0.5 your gradient is {got}. Does the second "
            "error cost anything, and what would make it cost less?",
            "Compares the error instead of its size.",
            "what-goes-wrong",
            IN_AND_OUT,
        ),
        Misconception(
            "epsilon_insensitive_grad/same-sign",
            "Both sides pull the same way",
            "epsilon_insensitive_grad",
            grad_same_sign,
            "On errors of 3 and -2 with epsilon 0.5 your gradient is {got}. The second prediction "
            "is too low: which way should a step against your gradient move it?",
            "The sign of the error is lost.",
            "what-goes-wrong",
            ([0.0, 0.0], [3.0, -2.0], 0.5),
        ),
        Misconception(
            "epsilon_insensitive_grad/per-outsider",
            "It is divided by the number of errors outside",
            "epsilon_insensitive_grad",
            grad_per_outsider,
            "On errors of 0.25 and -2 with epsilon 0.5 your gradient is {got}. Over how many "
            "entries does the mean of the statement run?",
            "Counts only the entries that pull; n counts every entry.",
            "derivation",
            IN_AND_OUT,
        ),
        Misconception(
            "epsilon_insensitive_grad/whole-numbers",
            "The gradient is cut to whole numbers",
            "epsilon_insensitive_grad",
            grad_cut_to_whole_numbers,
            "For whole-number arrays with errors of 3 and -1 and epsilon 0.5 your gradient is "
            "{got}. Which dtype has the array that you fill, and what can it hold between 0 and 1?",
            "np.zeros_like of an int64 array is an int64 array; 1/n is cut to 0.",
            "what-goes-wrong",
            ([0, 0], [3, -1], 0.5),
        ),
        Misconception(
            "epsilon_insensitive_grad/any-epsilon",
            "A negative epsilon is accepted",
            "epsilon_insensitive_grad",
            grad_any_epsilon,
            "On errors of 0.25 and -2 with epsilon -1 your gradient is {got}. What would a "
            "person who mistyped epsilon like to see instead?",
            "No check of the parameter in the gradient.",
            "definition",
            ([0.0, 0.0], [0.25, -2.0], -1.0),
        ),
    ),
    success=(
        "Value and gradient are right inside the tube, outside it and exactly on its edge, for "
        "whole numbers and float32 too. Next door: a line that is fitted with any of the "
        "gradients you have written."
    ),
    kinks=lambda epsilon=0.1: (-epsilon, epsilon),
)
