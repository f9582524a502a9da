"""Exercise: losses weighted by learned log-variances, the gradient, and the best variances."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import errors


def uncertainty_weighting(factors, losses, log_vars):
    return lossref.uncertainty_weighting(factors, losses, log_vars)


def uncertainty_weighting_grad(factors, losses, log_vars):
    return np.array(lossref.uncertainty_weighting_grad(factors, losses, log_vars))


def best_log_vars(factors, losses):
    doubled = 2 * np.asarray(factors, np.float64) * np.asarray(losses, np.float64)
    if not (doubled > 0).all():
        raise ValueError("best_log_vars: a task without loss has no best variance")
    return np.log(doubled)


def probes(rng: np.random.Generator) -> list[Probe]:
    def kinds(k: int) -> np.ndarray:
        """Both kinds of tasks, in random order."""
        return rng.permutation(np.where(np.arange(k) % 2, 1.0, 0.5))

    def costs(k: int) -> np.ndarray:
        return np.abs(errors(rng, k, 0.25, 6.0)) + 0.0625

    def logs(k: int) -> np.ndarray:
        return errors(rng, k, 0.25, 2.0)

    drawn = []
    for name, aspect in (
        ("uncertainty_weighting", "value"),
        ("uncertainty_weighting_grad", "gradient"),
    ):

        def ask(what, regime, c, losses, s, name=name, change=lambda x: x):
            return Probe(name, what, regime, (change(c), change(losses), change(s)))

        near = costs(3)
        near[1] = 0.0
        drawn += [
            ask(aspect, "one regression, one classification", kinds(2), costs(2), logs(2)),
            ask(aspect, "five tasks", kinds(5), costs(5), logs(5)),
            ask(aspect, "two regressions", np.full(2, 0.5), costs(2), logs(2)),
            ask(aspect, "two classifications", np.ones(2), costs(2), logs(2)),
            ask("edges", "a single task", kinds(1), costs(1), logs(1)),
            ask("edges", "all log-variances 0", kinds(3), costs(3), np.zeros(3)),
            ask("edges", "a task whose loss is 0", kinds(3), near, logs(3)),
            ask("edges", "losses of several thousand, variances to match", kinds(2),
                1000 * costs(2), 8 + logs(2)),
            ask("edges", "single precision (dtype float32)", kinds(4), costs(4), logs(4),
                change=lambda x: x.astype(np.float32)),
            ask("edges", "arrays that are not contiguous", kinds(3), costs(3), logs(3), change=strided),
            Probe(name, "edges", "losses and log-variances in whole numbers (dtype int64)",
                  (kinds(3), rng.integers(2, 9, size=3), rng.permutation(np.array([-2, -1, 1])))),
        ]  # fmt: skip
    name = "best_log_vars"
    empty = costs(3)
    empty[int(rng.integers(3))] = 0.0
    drawn += [
        Probe(name, "optimum", "one regression, one classification", (kinds(2), costs(2))),
        Probe(name, "optimum", "four tasks", (kinds(4), costs(4))),
        Probe(name, "optimum", "losses far below 1", (kinds(3), costs(3) / 1024)),
        Probe(name, "edges", "a single task", (kinds(1), costs(1))),
        Probe(name, "edges", "losses in whole numbers (dtype int64)", (kinds(3), rng.integers(2, 9, size=3))),
        Probe(name, "edges", "a loss of 0, which has no best variance", (kinds(3), empty), raises=ValueError),
    ]  # fmt: skip
    return drawn


# -- wrong answers -------------------------------------------------------------


def half_for_all(factors, losses, log_vars):
    return np.sum(0.5 * np.exp(-log_vars) * losses + log_vars / 2)


def one_for_all(factors, losses, log_vars):
    return np.sum(np.exp(-log_vars) * losses + log_vars / 2)


def price_outside_the_sum(factors, losses, log_vars):
    return np.sum(factors * np.exp(-log_vars) * losses) + log_vars[-1] / 2


def whole_price(factors, losses, log_vars):
    return np.sum(factors * np.exp(-log_vars) * losses + log_vars)


def no_price(factors, losses, log_vars):
    return np.sum(factors * np.exp(-log_vars) * losses)


def deviation_for_variance(factors, losses, log_vars):
    return np.sum(factors * np.exp(-2 * log_vars) * losses + log_vars)


def inverted(factors, losses, log_vars):
    return np.sum(factors * np.exp(log_vars) * losses + log_vars / 2)


def factor_on_everything(factors, losses, log_vars):
    return np.sum(factors * (np.exp(-log_vars) * losses + log_vars / 2))


def mean_over_tasks(factors, losses, log_vars):
    return np.mean(factors * np.exp(-log_vars) * losses + log_vars / 2)


def _rows(by_loss, by_s):
    return np.array([by_loss, by_s])


def grad_price_forgotten(factors, losses, log_vars):
    w = factors * np.exp(-log_vars)
    return _rows(w, -w * losses)


def grad_sign(factors, losses, log_vars):
    w = factors * np.exp(-log_vars)
    return _rows(w, 0.5 + w * losses)


def grad_without_factor(factors, losses, log_vars):
    w = np.exp(-log_vars)
    return _rows(w, 0.5 - w * losses)


def grad_by_variance(factors, losses, log_vars):
    w = factors * np.exp(-log_vars)
    return _rows(w, (0.5 - w * losses) * np.exp(-log_vars))


def grad_by_deviation(factors, losses, log_vars):
    w = factors * np.exp(-log_vars)
    return _rows(w, 2 * (0.5 - w * losses))


def grad_loss_row(factors, losses, log_vars):
    w = factors * np.exp(-log_vars)
    return _rows(w * losses, 0.5 - w * losses)


def grad_rows_exchanged(factors, losses, log_vars):
    w = factors * np.exp(-log_vars)
    return _rows(0.5 - w * losses, w)


def _positive(losses):
    if np.min(losses) <= 0:
        raise ValueError("losses")


def best_is_the_loss(factors, losses):
    _positive(losses)
    return np.log(losses)


def best_variance_itself(factors, losses):
    _positive(losses)
    return 2 * factors * losses


def best_without_two(factors, losses):
    _positive(losses)
    return np.log(factors * losses)


def best_deviation(factors, losses):
    _positive(losses)
    return np.log(2 * factors * losses) / 2


def best_weight(factors, losses):
    _positive(losses)
    return -np.log(2 * factors * losses)


def best_of_nothing(factors, losses):
    return np.log(2 * factors * losses)


PAIR = ([0.5, 1.0], [4.0, 2.0], [1.0, 0.5])
SAID = "For a regression with loss 4 at s = 1 and a classification with loss 2 at s = 0.5"
BEST = ([0.5, 1.0], [4.0, 2.0])
SAID_BEST = "For a regression with loss 4 and a classification with loss 2"


def _about(function, name, title, wrong, asks, because, anchor="derivation"):
    """A record whose message is about the pair of tasks above."""
    said, example = (SAID_BEST, BEST) if function == "best_log_vars" else (SAID, PAIR)
    return Misconception(
        f"{function}/{name}", title, function, wrong, f"{said} you return {{got}}. {asks}",
        because, anchor, example,
    )  # fmt: skip


EXERCISE = Exercise(
    slug="uncertainty_weighting",
    title="Uncertainty weighting",
    chapter="multitask",
    page="multitask/uncertainty-weighting",
    functions={
        "uncertainty_weighting": uncertainty_weighting,
        "uncertainty_weighting_grad": uncertainty_weighting_grad,
        "best_log_vars": best_log_vars,
    },
    points={"value": 2, "gradient": 2, "optimum": 1, "edges": 1},
    probes=probes,
    hints=(
        "Each task pays twice: its loss at a discount, and a price for the discount. Both belong "
        "under the sum.",
        "With s the logarithm of a variance the weight is an exponential, and log sigma is half "
        "of s. The factor stands at the loss alone.",
        "The best s is where the second row of the gradient is 0; solve that for s, and ask what "
        "the equation says when the loss is 0.",
    ),
    misconceptions=(
        _about(
            "uncertainty_weighting", "half-for-all", "Every task gets the one half", half_for_all,
            "A cross-entropy is a negative log-likelihood as it stands: where did its half come from?",
            "The notes' formula: 1/(2 sigma^2) for classifications as well.",
        ),
        _about(
            "uncertainty_weighting", "one-for-all", "No task gets the one half", one_for_all,
            "What stands in front of the square in the exponent of a Gaussian?",
            "Factor 1 for regressions as well.",
        ),
        _about(
            "uncertainty_weighting", "outside", "Only one task pays for its variance",
            price_outside_the_sum,
            "How far could the first task push its own s up, and at what price?",
            "The sum does not cover log sigma, as the notes print it.", "definition",
        ),
        _about(
            "uncertainty_weighting", "whole-price", "The variance costs twice as much", whole_price,
            "Your s is the logarithm of a variance. What is then the logarithm of sigma?",
            "s in place of s / 2.",
        ),
        _about(
            "uncertainty_weighting", "no-price", "The variance costs nothing", no_price,
            "Which s makes that smallest, and what will the network then learn?",
            "The term s / 2 is missing; training sends s to infinity.", "what-goes-wrong",
        ),
        _about(
            "uncertainty_weighting", "deviation", "s is read as the logarithm of sigma",
            deviation_for_variance,
            "For s = 1, is the variance e or its square?",
            "exp(-2 s) L + s: the same idea in another parameter.", "definition",
        ),
        _about(
            "uncertainty_weighting", "inverted", "A large variance makes a task heavy", inverted,
            "Which of two noisy tasks should be trusted less?",
            "exp(s) in place of exp(-s).", "definition",
        ),
        _about(
            "uncertainty_weighting", "factor-on-price", "The factor multiplies the price as well",
            factor_on_everything,
            "With one factor on both terms, can it still move the best s?",
            "c (exp(-s) L + s / 2): the factor cancels out of the optimum.",
        ),
        _about(
            "uncertainty_weighting", "mean", "The tasks are averaged", mean_over_tasks,
            "If a third task with loss 0 and s = 0 is added, should anything change?",
            "Mean in place of sum.", "definition",
        ),
        _about(
            "uncertainty_weighting_grad", "no-price", "The price has no slope", grad_price_forgotten,
            "What is the slope of s / 2?", "The 1/2 is missing in the second row.",
        ),
        _about(
            "uncertainty_weighting_grad", "sign", "The discount pulls the same way as the price",
            grad_sign,
            "Both your slopes are positive for every s: where would the minimum be?",
            "The derivative of exp(-s) lost its sign.",
        ),
        _about(
            "uncertainty_weighting_grad", "no-factor", "The factor is not used", grad_without_factor,
            "What is half of the slope of a function, compared with the slope of its half?",
            "c is missing in both rows.",
        ),
        _about(
            "uncertainty_weighting_grad", "by-variance", "The derivative is by the variance",
            grad_by_variance,
            "With respect to which of s and its exponential did you differentiate?",
            "A chain factor exp(-s) too many.",
        ),
        _about(
            "uncertainty_weighting_grad", "by-deviation", "The derivative is by log sigma",
            grad_by_deviation,
            "If log sigma moves by 1, by how much does s move?",
            "Twice the derivative by s.",
        ),
        _about(
            "uncertainty_weighting_grad", "loss-row", "The first row contains the losses",
            grad_loss_row,
            "The sum is linear in each loss: on what can that slope depend?",
            "w L in place of w.",
        ),
        _about(
            "uncertainty_weighting_grad", "exchanged", "The two rows are exchanged",
            grad_rows_exchanged,
            "Which row does the statement give to the losses?", "Order of the rows.", "definition",
        ),
        _about(
            "best_log_vars", "the-loss", "The best variance is the loss, whatever the task",
            best_is_the_loss,
            "Put your second number into the slope by s: is it 0?",
            "Right for a regression, half of it for a classification.",
        ),
        _about(
            "best_log_vars", "variance", "Variances are returned, not their logarithms",
            best_variance_itself,
            "Is that s, or its exponential?", "The logarithm is missing.", "definition",
        ),
        _about(
            "best_log_vars", "no-two", "A factor of 2 is lost", best_without_two,
            "Put your first number into the slope by s, which has a 1/2 in it: is it 0?",
            "log(c L).",
        ),
        _about(
            "best_log_vars", "deviation", "log sigma is returned", best_deviation,
            "Is that the logarithm of a variance or of its root?", "Half of s.", "definition",
        ),
        _about(
            "best_log_vars", "weight", "The sign is turned", best_weight,
            "A larger loss: should its variance be larger or smaller?",
            "The log of the weight, not of the variance.",
        ),
        Misconception(
            "best_log_vars/of-nothing", "A loss of 0 gets minus infinity", "best_log_vars",
            best_of_nothing,
            "For a regression with loss 0 you return {got}. Which weight would that task get?",
            "The check is missing.", "what-goes-wrong", ([0.5], [0.0]),
        ),
    ),
    success=(
        "Value, gradient and optimum agree, with the right factor for each kind of task. Two "
        "numbers that you had to choose are now two that are learned."
    ),
)  # fmt: skip
