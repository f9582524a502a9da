"""Exercise: which models are on the front, and one of them chosen."""

from __future__ import annotations

import numpy as np

from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import errors


def pareto_front(losses):
    rows = np.asarray(losses, np.float64)
    on = np.ones(len(rows))
    for i, mine in enumerate(rows):
        for other in rows:
            if (other <= mine).all() and (other < mine).any():
                on[i] = 0.0
    return on


def choose(losses, weights):
    rows, prices = np.asarray(losses, np.float64), np.asarray(weights, np.float64)
    if not prices.min() > 0:
        raise ValueError(f"choose: weights must be positive; got {prices.tolist()}")
    regret = (prices * (rows - rows.min(axis=0))).max(axis=1)
    return int(np.flatnonzero(regret == regret.min())[0])


def probes(rng: np.random.Generator) -> list[Probe]:
    def cloud(n: int, k: int) -> np.ndarray:
        """Points without ties in any column."""
        columns = [rng.choice(8 * n, size=n, replace=False) for _ in range(k)]
        return np.array(columns).T / 8.0 + 1.0

    def arc(n: int) -> np.ndarray:
        """A front that bends outward: most of it is beyond the reach of any sum."""
        angle = (np.arange(n) + 0.5) * np.pi / (2 * n)
        both = np.round(64 * np.stack([np.sin(angle), np.cos(angle)], axis=1)) / 64
        return (both + rng.integers(1, 5))[rng.permutation(n)]

    def front(aspect: str, regime: str, losses) -> Probe:
        return Probe("pareto_front", aspect, regime, (losses,))

    def pick(aspect: str, regime: str, losses, weights, **kwargs) -> Probe:
        return Probe("choose", aspect, regime, (losses, np.asarray(weights)), **kwargs)

    base = cloud(5, 2)
    twins = np.concatenate([base, base[[0, 2]], base.min(axis=0)[None] - [[0.5, -0.25]]])
    ties = np.array([[1.0, 4.0], [1.0, 3.0], [2.0, 3.0], [4.0, 1.0], [4.0, 1.0]]) * rng.integers(
        1, 4
    )
    third = cloud(6, 3)
    third = np.array([*third, third[0] + np.array([0.25, 0.25, -64.0])]) + np.array(
        [0.0, 0.0, 64.0]
    )
    one = errors(rng, (5, 1), 0.5, 6.0) + 8.0
    one[3] = one.min()
    four = np.array(PICK[0]) + rng.integers(0, 9, size=2) / 8.0
    scaled = arc(9) * [1.0, 512.0]
    return [
        front("front", "eight models, two tasks", cloud(8, 2)),
        front("front", "nine models, three tasks", cloud(9, 3)),
        front("front", "beaten in two tasks, best in the third", third[rng.permutation(7)]),
        front("front", "seven models on an arc that bends outward", arc(7)),
        front("front", "the arc and a cloud above it", np.concatenate([arc(5), cloud(5, 2)])),
        front("ties", "models that are equal", twins),
        front("ties", "equal in one task, different in the other", ties),
        front("ties", "a single task", one),
        front("edges", "a single model", cloud(1, 3)),
        front("edges", "whole numbers (dtype int64)", rng.permutation(np.array([[1, 9], [2, 5], [3, 7], [6, 2]]))),
        front("edges", "single precision (dtype float32)", cloud(6, 2).astype(np.float32)),
        front("edges", "an array that is not contiguous", strided(cloud(6, 2))),
        pick("choice", "eight models, two tasks", cloud(8, 2), [1.0, 2.0]),
        pick("choice", "nine models, three tasks", cloud(9, 3), rng.permutation([0.5, 1.0, 4.0])),
        pick("choice", "an arc that bends outward, equal weights", arc(7), [1.0, 1.0]),
        pick("choice", "an arc that bends outward, weights 3 and 1", arc(9), [3.0, 1.0]),
        pick("choice", "an arc that bends outward, weights 1 and 3", arc(9), [1.0, 3.0]),
        pick("choice", "losses in very different units", scaled, [512.0, 1.0]),
        pick("choice", "four models, weights 3 and 1", four[rng.permutation(4)], [3.0, 1.0]),
        pick("edges", "a single model to choose from", cloud(1, 2), [1.0, 1.0]),
        pick("edges", "weights in whole numbers (dtype int64)", arc(6), np.array([2, 1])),
        pick("edges", "single precision to choose from (dtype float32)", arc(8).astype(np.float32), [1.0, 2.0]),
        pick("edges", "a weight of 0, which is not allowed", cloud(3, 2), [1.0, 0.0], raises=ValueError),
        pick("edges", "a negative weight, which is not allowed", cloud(3, 2), [-1.0, 1.0], raises=ValueError),
    ]  # fmt: skip


# -- wrong answers -------------------------------------------------------------


def better_everywhere(losses):
    a, b = losses[:, None, :], losses[None, :, :]
    return 1.0 * ~np.any(np.all(b < a, axis=2), axis=1)


def equals_dominate(losses):
    a, b = losses[:, None, :], losses[None, :, :]
    beaten = np.all(b <= a, axis=2)
    np.fill_diagonal(beaten, False)
    return 1.0 * ~np.any(beaten, axis=1)


def itself_dominates(losses):
    a, b = losses[:, None, :], losses[None, :, :]
    return 1.0 * ~np.any(np.all(b <= a, axis=2), axis=1)


def better_somewhere(losses):
    a, b = losses[:, None, :], losses[None, :, :]
    return 1.0 * ~np.any(np.any(b < a, axis=2), axis=1)


def larger_is_better(losses):
    a, b = losses[:, None, :], losses[None, :, :]
    beaten = np.all(b >= a, axis=2) & np.any(b > a, axis=2)
    return 1.0 * ~np.any(beaten, axis=1)


def best_of_each_task(losses):
    return 1.0 * np.any(losses == np.min(losses, axis=0), axis=1)


def best_sums_only(losses):
    on = np.zeros(len(losses))
    turns = np.linspace(0.0, 1.0, 2001)
    for k in range(losses.shape[1]):
        other = (k + 1) % losses.shape[1]
        for t in turns:
            total = t * losses[:, k] + (1 - t) * losses[:, other]
            on[np.argmin(total)] = 1.0
    return on


def the_beaten(losses):
    a, b = losses[:, None, :], losses[None, :, :]
    beaten = np.all(b <= a, axis=2) & np.any(b < a, axis=2)
    return 1.0 * np.any(beaten, axis=1)


def _checked(weights):
    if np.min(weights) <= 0:
        raise ValueError("weights")


def choose_by_sum(losses, weights):
    _checked(weights)
    return np.argmin(np.sum(weights * losses, axis=1))


def choose_without_ideal(losses, weights):
    _checked(weights)
    return np.argmin(np.max(weights * losses, axis=1))


def choose_by_best_task(losses, weights):
    _checked(weights)
    return np.argmin(np.min(weights * (losses - np.min(losses, axis=0)), axis=1))


def choose_without_weights(losses, weights):
    _checked(weights)
    return np.argmin(np.max(losses - np.min(losses, axis=0), axis=1))


def choose_divided(losses, weights):
    _checked(weights)
    return np.argmin(np.max((losses - np.min(losses, axis=0)) / weights, axis=1))


def choose_largest(losses, weights):
    _checked(weights)
    return np.argmax(np.max(weights * (losses - np.min(losses, axis=0)), axis=1))


def choose_with_any_weight(losses, weights):
    return np.argmin(np.max(weights * (losses - np.min(losses, axis=0)), axis=1))


CLOUD = ([[1.0, 4.0], [3.0, 3.5], [4.0, 1.0], [4.0, 2.0], [1.0, 4.0]],)
BOW = ([[1.0, 4.0], [3.0, 3.5], [4.0, 1.0], [5.0, 5.0]],)
PICK = ([[6.0, 10.0], [1.0, 14.0], [2.0, 13.0], [3.5, 11.5]], [3.0, 1.0])
SAID_CLOUD = "For the models (1, 4), (3, 3.5), (4, 1), (4, 2), (1, 4) you return {got}. "
SAID_BOW = "For the models (1, 4), (3, 3.5), (4, 1), (5, 5) you return {got}. "
SAID_PICK = (
    "For the models (6, 10), (1, 14), (2, 13), (3.5, 11.5) and weights (3, 1) you return {got}. "
)


def _about(function, name, title, wrong, said, asks, because, anchor="definition"):
    example = {SAID_CLOUD: CLOUD, SAID_BOW: BOW, SAID_PICK: PICK}[said]
    return Misconception(
        f"{function}/{name}", title, function, wrong, said + asks, because, anchor, example
    )


EXERCISE = Exercise(
    slug="pareto_front",
    title="The front, and a choice on it",
    chapter="multitask",
    page="multitask/pareto",
    functions={"pareto_front": pareto_front, "choose": choose},
    points={"front": 2, "ties": 1, "choice": 2, "edges": 1},
    probes=probes,
    hints=(
        "For one model, look for another that is a reason to throw it away. For the choice, look "
        "at how far each model is from the best that anyone reached, task by task.",
        "A reason: nowhere worse and somewhere better. Two words, two quantifiers over the tasks, "
        "one over the models.",
        "Equal models are no reason against each other. In the choice a model is judged by its "
        "worst weighted distance, and the distance is measured from the best of each column.",
    ),
    misconceptions=(
        _about(
            "pareto_front", "everywhere", "Only a model that is better in every task counts",
            better_everywhere, SAID_CLOUD,
            "The fourth costs 2 in the second task, the third costs 1 there and the same in the "
            "first. Would anybody take the fourth?",
            "Strictly better everywhere: weak dominance is missed.",
        ),
        _about(
            "pareto_front", "equals", "Equal models throw each other out", equals_dominate,
            SAID_CLOUD, "The first and the last are equal. Which of the two is the reason against "
            "the other?", "<= everywhere, without < somewhere.", "what-goes-wrong",
        ),
        _about(
            "pareto_front", "itself", "Every model is beaten by itself", itself_dominates,
            SAID_BOW, "Which model beats the first one?",
            "<= everywhere, the model itself included.", "what-goes-wrong",
        ),
        _about(
            "pareto_front", "somewhere", "One better task is enough to beat a model",
            better_somewhere, SAID_BOW,
            "The third is better than the first in one task. And in the other?",
            "any in place of all.",
        ),
        _about(
            "pareto_front", "larger", "Larger losses are taken for better", larger_is_better,
            SAID_BOW, "Would you take the model (5, 5)?", "The signs of scores, not of losses.",
        ),
        _about(
            "pareto_front", "best-of-each", "Only the best of each task is kept", best_of_each_task,
            SAID_BOW, "Which model is nowhere worse than (3, 3.5) and somewhere better?",
            "The ends of the front only.",
        ),
        _about(
            "pareto_front", "sums", "Only the winners of weighted sums are kept", best_sums_only,
            SAID_BOW, "Which model is nowhere worse than (3, 3.5)?",
            "The convex part of the front.", "derivation",
        ),
        _about(
            "pareto_front", "beaten", "The beaten models are marked", the_beaten, SAID_BOW,
            "Is (5, 5) a model that you would keep?", "0 and 1 exchanged.",
        ),
        _about(
            "choose", "sum", "The weighted sum decides", choose_by_sum, SAID_PICK,
            "How far is that model from the best of each task, and is there one whose worst "
            "distance is smaller?", "A weighted sum in place of the worst task.", "derivation",
        ),
        _about(
            "choose", "no-ideal", "Losses are compared, not distances", choose_without_ideal,
            SAID_PICK, "If 10 were added to every loss of the second task, should the choice "
            "change?", "The best of each task is not subtracted.",
        ),
        _about(
            "choose", "best-task", "A model is judged by its best task", choose_by_best_task,
            SAID_PICK, "What is the weighted distance of that model in its other task?",
            "min in place of max.",
        ),
        _about(
            "choose", "no-weights", "The weights are not used", choose_without_weights, SAID_PICK,
            "One unit of the first task is worth three of the second. Is it, in your choice?",
            "All weights 1.",
        ),
        _about(
            "choose", "divided", "A large weight makes a task unimportant", choose_divided,
            SAID_PICK, "Which task did the weights call important, and which one is good here?",
            "Divides by the weights.",
        ),
        _about(
            "choose", "largest", "The worst model is chosen", choose_largest, SAID_PICK,
            "Is that distance the smallest or the largest?", "argmax in place of argmin.",
        ),
        Misconception(
            "choose/any-weight", "A weight of 0 is accepted", "choose", choose_with_any_weight,
            "For the models (4, 9) and (5, 1) and weights (1, 0) you return {got}. What has been "
            "asked of the second task?",
            "The check is missing.", "definition", ([[4.0, 9.0], [5.0, 1.0]], [1.0, 0.0]),
        ),
    ),
    success=(
        "Nobody on your front can be improved for free, and your choice reaches the part of it "
        "that no weighted sum can."
    ),
)  # fmt: skip
