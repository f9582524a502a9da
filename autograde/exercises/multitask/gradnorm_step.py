"""Exercise: one step of GradNorm, as it was published."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe


def gradnorm_step(weights, norms, rates, alpha=1.5, learning_rate=0.025):
    return lossref.gradnorm_step(weights, norms, rates, alpha=alpha, learning_rate=learning_rate)


def probes(rng: np.random.Generator) -> list[Probe]:
    def weights(k: int) -> np.ndarray:
        """Positive, of sum k, none of them 1."""
        steps = rng.permutation(np.resize([-3, 5, -6, 4], k)) / 8.0
        return 1 + steps - steps.mean()

    def norms(k: int) -> np.ndarray:
        """Far from each other, so that no norm is near its target."""
        return rng.permutation(2.0 ** (2 * np.arange(k) - 3)) * (
            1 + rng.integers(0, 3, size=k) / 16
        )

    def rates(k: int) -> np.ndarray:
        return rng.permutation(np.arange(2, 2 + k)) / 16.0 + rng.integers(1, 4) / 32.0

    def probe(aspect: str, regime: str, k: int, change=lambda x: x, **kwargs) -> Probe:
        given = (change(weights(k)), change(norms(k)), change(rates(k)))
        return Probe("gradnorm_step", aspect, regime, given, kwargs)

    def close(regime: str, low: float, **kwargs) -> Probe:
        """Rates of one half and three halves of their mean; only alpha says who is above."""
        turn = rng.permutation(2)
        scale = rng.integers(2, 9) / 8.0
        given = (weights(2), scale * np.array([low, 2 - low])[turn], np.array([0.25, 0.75])[turn])
        return Probe("gradnorm_step", "targets", regime, given, kwargs)

    far = weights(3), norms(3) * 64, rates(3)
    mixed = weights(3), np.array([0.25, 0.25, 1.0])[rng.permutation(3)], np.full(3, 0.375)
    return [
        probe("direction", "two tasks, alpha = 0: equal norms are the target", 2, alpha=0.0),
        probe("direction", "three tasks, alpha = 0, a step of 0.01", 3, alpha=0.0, learning_rate=0.01),
        probe("targets", "two tasks, alpha = 1", 2, alpha=1.0, learning_rate=0.03125),
        probe("targets", "three tasks, alpha = 2", 3, alpha=2.0, learning_rate=0.015625),
        probe("targets", "four tasks, alpha = 0.5", 4, alpha=0.5, learning_rate=0.0009765625),
        probe("targets", "three tasks, everything at its default", 3),
        close("norms near their targets, alpha = 0.5", 0.6, alpha=0.5),
        close("norms near their targets, alpha = 2", 0.3, alpha=2.0),
        close("norms near their targets, alpha at its default", 0.42),
        Probe("gradnorm_step", "targets", "equal rates", mixed, {"learning_rate": 0.0625}),
        Probe("gradnorm_step", "edges", "every norm is its target: nothing moves",
              (weights(3), np.full(3, 2.0), np.full(3, 0.5))),
        Probe("gradnorm_step", "edges", "a task without any gradient",
              (weights(3), np.array([0.0, 0.5, 1.25])[rng.permutation(3)], rates(3))),
        probe("edges", "a single task", 1),
        Probe("gradnorm_step", "edges", "norms in whole numbers (dtype int64)",
              (weights(2), rng.permutation(np.array([1, 9])), rates(2))),
        Probe("gradnorm_step", "edges", "weights in whole numbers (dtype int64)",
              (np.array([1, 1, 1]), norms(3), rates(3))),
        probe("edges", "single precision (dtype float32)", 3, change=lambda x: x.astype(np.float32)),
        probe("edges", "arrays that are not contiguous", 3, change=strided),
        Probe("gradnorm_step", "edges", "a step so long that a weight would turn negative",
              far, {"learning_rate": 1.0}, raises=ValueError),
    ]  # fmt: skip


# -- wrong answers -------------------------------------------------------------


def _targets(norms, rates, alpha):
    return np.mean(norms) * (rates / np.mean(rates)) ** alpha


def _moved(weights, step):
    moved = weights - step
    if np.min(moved) <= 0:
        raise ValueError("weights")
    return moved


def _scaled(moved):
    return moved * len(moved) / np.sum(moved)


def power_of_the_rates(weights, norms, rates, alpha=1.5, learning_rate=0.025):
    if learning_rate >= 1:
        raise ValueError("learning_rate")
    return weights * (rates / np.mean(rates)) ** alpha


def power_then_scaled(weights, norms, rates, alpha=1.5, learning_rate=0.025):
    if learning_rate >= 1:
        raise ValueError("learning_rate")
    return _scaled(weights * (rates / np.mean(rates)) ** alpha)


def not_scaled(weights, norms, rates, alpha=1.5, learning_rate=0.025):
    off = norms - _targets(norms, rates, alpha)
    return _moved(weights, learning_rate * np.sign(off) * norms / weights)


def scaled_to_one(weights, norms, rates, alpha=1.5, learning_rate=0.025):
    off = norms - _targets(norms, rates, alpha)
    moved = _moved(weights, learning_rate * np.sign(off) * norms / weights)
    return moved / np.sum(moved)


def uphill(weights, norms, rates, alpha=1.5, learning_rate=0.025):
    off = norms - _targets(norms, rates, alpha)
    return _scaled(_moved(weights, -learning_rate * np.sign(off) * norms / weights))


def norm_not_divided(weights, norms, rates, alpha=1.5, learning_rate=0.025):
    off = norms - _targets(norms, rates, alpha)
    return _scaled(_moved(weights, learning_rate * np.sign(off) * norms))


def sign_only(weights, norms, rates, alpha=1.5, learning_rate=0.025):
    off = norms - _targets(norms, rates, alpha)
    return _scaled(_moved(weights, learning_rate * np.sign(off)))


def squares_for_sizes(weights, norms, rates, alpha=1.5, learning_rate=0.025):
    off = norms - _targets(norms, rates, alpha)
    return _scaled(_moved(weights, learning_rate * 2 * off * norms / weights))


def targets_move_too(weights, norms, rates, alpha=1.5, learning_rate=0.025):
    share = (rates / np.mean(rates)) ** alpha
    side = np.sign(norms - np.mean(norms) * share)
    slope = (side - np.sum(side * share) / len(norms)) * norms / weights
    return _scaled(_moved(weights, learning_rate * slope))


def rates_not_relative(weights, norms, rates, alpha=1.5, learning_rate=0.025):
    off = norms - np.mean(norms) * (rates * 1.0) ** alpha
    return _scaled(_moved(weights, learning_rate * np.sign(off) * norms / weights))


def slow_tasks_are_held_back(weights, norms, rates, alpha=1.5, learning_rate=0.025):
    off = norms - np.mean(norms) * (np.mean(rates) / rates) ** alpha
    return _scaled(_moved(weights, learning_rate * np.sign(off) * norms / weights))


def sum_for_mean(weights, norms, rates, alpha=1.5, learning_rate=0.025):
    off = norms - np.sum(norms) * (rates / np.mean(rates)) ** alpha
    return _scaled(_moved(weights, learning_rate * np.sign(off) * norms / weights))


def any_step(weights, norms, rates, alpha=1.5, learning_rate=0.025):
    off = norms - _targets(norms, rates, alpha)
    return _scaled(weights - learning_rate * np.sign(off) * norms / weights)


ONE = ([0.5, 1.5], [1.0, 4.0], [0.25, 0.75])
SAID = "For weights (0.5, 1.5), norms (1, 4) and rates (0.25, 0.75)"


def _about(name, title, wrong, asks, because, anchor="definition"):
    return Misconception(
        f"gradnorm_step/{name}", title, "gradnorm_step", wrong,
        f"{SAID} you return {{got}}. {asks}", because, anchor, ONE,
    )  # fmt: skip


EXERCISE = Exercise(
    slug="gradnorm_step",
    title="One step of GradNorm",
    chapter="multitask",
    page="multitask/gradnorm",
    functions={"gradnorm_step": gradnorm_step},
    points={"direction": 2, "targets": 2, "edges": 1},
    probes=probes,
    hints=(
        "Each task has a norm that it should have. Those that are above it must become lighter, "
        "those below it heavier.",
        "The norm of a task is its weight times something that no weight changes. So what is the "
        "slope of |norm - target| by the weight, if the target stands still?",
        "A target is the mean norm, bent by the rate of the task relative to the mean rate. After "
        "the step, and after the check, the weights add up to the number of tasks.",
    ),
    misconceptions=(
        _about(
            "power", "The weights are multiplied by a power of the rates", power_of_the_rates,
            "Which part of it has looked at the norms, 1 and 4?", "The notes' formula.",
        ),
        _about(
            "power-scaled", "A power of the rates, scaled afterwards", power_then_scaled,
            "The second norm is four times the first: what did your step do about that?",
            "The notes' formula with the renormalisation of the paper.",
        ),
        _about(
            "not-scaled", "The weights are not scaled afterwards", not_scaled,
            "Their sum was 2. What is it now, and who else changes the length of the next step?",
            "The renormalisation is missing.",
        ),
        _about(
            "to-one", "The weights add up to 1", scaled_to_one,
            "Two tasks with weight 1 each would come back as halves: what else has changed for "
            "the network?", "Scaled to 1 and not to K.",
        ),
        _about(
            "uphill", "Large norms become larger", uphill,
            "Which of the two tasks is above its target, and what has happened to its weight?",
            "Plus the gradient.", "derivation",
        ),
        _about(
            "norm", "The slope is the norm itself", norm_not_divided,
            "The norm is the weight times something. What is its slope by the weight, at a weight "
            "of 0.5?", "G in place of G / w; the same only for weights of 1.", "derivation",
        ),
        _about(
            "sign-only", "The slope is a sign", sign_only,
            "If the first weight grows by a little, by how much does the first norm grow?",
            "The inner derivative is missing.", "derivation",
        ),
        _about(
            "squares", "The distance is squared", squares_for_sizes,
            "How strongly does |x| pull when x is 100, and how strongly does yours?",
            "L2 in place of the L1 distance of the paper.",
        ),
        _about(
            "moving-targets", "The targets move with the weights", targets_move_too,
            "Did you differentiate the mean norm as well? What does the statement hold constant?",
            "The derivative through the mean of the norms.", "derivation",
        ),
        _about(
            "not-relative", "The rates are not compared with their mean", rates_not_relative,
            "When all losses have halved, should every task be below its target?",
            "r ** alpha without the mean.",
        ),
        _about(
            "inverse", "The slow task is asked for less", slow_tasks_are_held_back,
            "The second task has lost less of its loss. Should its norm be above the mean or "
            "below?", "mean(r) / r.",
        ),
        _about(
            "sum", "The targets are measured from the sum of the norms", sum_for_mean,
            "If both rates were equal, could both norms reach your targets?",
            "Sum in place of mean.",
        ),
        Misconception(
            "gradnorm_step/any-step",
            "A weight may turn negative",
            "gradnorm_step",
            any_step,
            "For weights (1, 1), norms (1, 4), rates (1, 1) and a step of 1, with alpha 0, you "
            "return {got}. What will a task with that weight be trained to do?",
            "The check is missing.",
            "what-goes-wrong",
            ([1.0, 1.0], [1.0, 4.0], [1.0, 1.0], 0.0, 1.0),
        ),
    ),
    success=(
        "Direction, targets and scale are those of the paper, for any weights and not only for "
        "ones. Give it the norms of your last shared layer and it will balance them."
    ),
)  # fmt: skip
