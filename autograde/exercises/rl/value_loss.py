"""Exercise: one-step targets, and the loss and gradient of a critic."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import elementwise, errors, targets


def td_targets(rewards, next_values, terminated, gamma=0.99):
    return lossref.td_targets(rewards, next_values, terminated, gamma=gamma)


def value_loss(returns, values):
    return lossref.value_loss(returns, values)


def value_loss_grad(returns, values):
    return lossref.value_loss_grad(returns, values)


def probes(rng: np.random.Generator) -> list[Probe]:
    def ended(n: int) -> np.ndarray:
        """Flags with at least one of each kind."""
        return rng.permutation(np.arange(n) % 3 == 0)

    def step(n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        return errors(rng, n, 0.5, 3.0), errors(rng, n, 1.0, 4.0), ended(n)

    def probe(aspect: str, regime: str, args: tuple, **kwargs) -> Probe:
        raises = kwargs.pop("raises", None)
        return Probe("td_targets", aspect, regime, args, kwargs, raises=raises)

    r, v, over = step(4)
    unknown = np.where(over, np.nan, v)
    whole = rng.integers(1, 9, size=4), rng.integers(1, 9, size=4), ended(4)
    single = step(5)
    views = step(4)
    grid = errors(rng, (2, 3), 0.5, 3.0), errors(rng, (2, 3), 1.0, 4.0), ended(6).reshape(2, 3)
    drawn = [
        probe("targets", "five steps, two of them the last", step(5), gamma=0.5),
        probe("targets", "gamma left at its default", step(4)),
        probe("targets", "nothing ends", (*step(4)[:2], np.zeros(4, bool)), gamma=0.9),
        probe("targets", "everything ends", (*step(3)[:2], np.ones(3, bool)), gamma=0.9),
        probe("targets", "two runs of three steps", grid, gamma=0.5),
        probe("targets", "no number at all after the end: nan", (r, unknown, over), gamma=0.5),
        probe("edges", "whole numbers (dtype int64)", whole, gamma=0.5),
        probe(
            "edges",
            "single precision (dtype float32)",
            (single[0].astype(np.float32), single[1].astype(np.float32), single[2]),
            gamma=0.5,
        ),
        probe(
            "edges",
            "arrays that are not contiguous",
            (strided(views[0]), strided(views[1]), views[2]),
            gamma=0.5,
        ),
    ]
    drawn += [
        probe("edges", f"gamma = {g:g}, which is not allowed", step(3), gamma=g, raises=ValueError)
        for g in (-0.5, 1.5)
    ]
    drawn += elementwise(rng, "value_loss", "value_loss_grad")
    y = targets(rng, 4)
    off = y + errors(rng, 4, 1000.0, 4000.0)
    return [*drawn, *(Probe(f, a, "values that are far off", (y, off)) for f, a in
                      (("value_loss", "value"), ("value_loss_grad", "gradient")))]  # fmt: skip


# -- wrong answers -------------------------------------------------------------


def _checked(gamma):
    if not (gamma >= 0 and gamma <= 1):
        raise ValueError("gamma")


def through_the_end(rewards, next_values, terminated, gamma=0.99):
    _checked(gamma)
    return rewards + gamma * np.nan_to_num(next_values)


def only_at_the_end(rewards, next_values, terminated, gamma=0.99):
    _checked(gamma)
    return rewards + gamma * np.where(terminated, np.nan_to_num(next_values), 0.0)


def times_zero(rewards, next_values, terminated, gamma=0.99):
    _checked(gamma)
    return rewards + gamma * (1 - terminated) * next_values


def reward_discounted(rewards, next_values, terminated, gamma=0.99):
    _checked(gamma)
    return gamma * (rewards + np.where(terminated, 0.0, next_values))


def last_reward_lost(rewards, next_values, terminated, gamma=0.99):
    _checked(gamma)
    return np.where(terminated, 0.0, rewards + gamma * next_values)


def no_discount(rewards, next_values, terminated, gamma=0.99):
    _checked(gamma)
    return rewards + np.where(terminated, 0.0, next_values)


def any_gamma(rewards, next_values, terminated, gamma=0.99):
    return rewards + gamma * np.where(terminated, 0.0, next_values)


def end_is_one_late(rewards, next_values, terminated, gamma=0.99):
    _checked(gamma)
    return rewards + gamma * np.where(np.roll(terminated, 1, -1), 0.0, np.nan_to_num(next_values))


def no_half(returns, values):
    return np.mean(np.square(values - returns * 1.0))


def summed(returns, values):
    return 0.5 * np.sum(np.square(values - returns * 1.0))


def absolute(returns, values):
    return np.mean(np.abs(values - returns))


def root(returns, values):
    return np.sqrt(0.5 * np.mean(np.square(values - returns * 1.0)))


def grad_of_the_sum(returns, values):
    return values - returns * 1.0


def grad_downhill(returns, values):
    return (returns - values * 1.0) / values.size


def grad_doubled(returns, values):
    return 2 * (values - returns) / values.size


def grad_of_a_row(returns, values):
    return (values - returns) / len(values)


TWO = ([1.0, 1.0], [10.0, 10.0], [False, True], 0.5)
PAIR = ([3.0, 0.0], [0.0, 1.0])

EXERCISE = Exercise(
    slug="value_loss",
    title="One-step targets and the loss of a critic",
    chapter="rl",
    page="rl/value-loss",
    functions={
        "td_targets": td_targets,
        "value_loss": value_loss,
        "value_loss_grad": value_loss_grad,
    },
    points={"targets": 2, "value": 1, "gradient": 1, "edges": 1},
    probes=probes,
    hints=(
        "A target is what was seen plus what is believed to follow. After the last step of a run "
        "there is nothing to believe.",
        "Choose, per step, between the next value and 0, and do it so that the value which is not "
        "chosen never enters a product.",
        "In the loss the targets are plain numbers: the gradient has one factor per value, and "
        "the half takes the 2 of the square away.",
    ),
    misconceptions=(
        Misconception(
            "td_targets/through-the-end",
            "The end of a run is not an end",
            "td_targets",
            through_the_end,
            "For rewards (1, 1), next values (10, 10), the second step terminated, gamma 0.5, you "
            "return {got}. What can still be earned after the second step?",
            "terminated is ignored.",
            "what-goes-wrong",
            TWO,
        ),
        Misconception(
            "td_targets/inverted",
            "The flag is read the other way round",
            "td_targets",
            only_at_the_end,
            "For rewards (1, 1), next values (10, 10), the second step terminated, gamma 0.5, you "
            "return {got}. Which of the two steps has a future?",
            "Bootstraps where terminated and nowhere else.",
            "definition",
            TWO,
        ),
        Misconception(
            "td_targets/times-zero",
            "What must not count is multiplied by 0",
            "td_targets",
            times_zero,
            "For rewards (1, 1), next values (10, nan), the second step terminated, gamma 0.5, you "
            "return {got}. What is 0 times something that is not a number?",
            "(1 - terminated) * next_values: 0 * nan.",
            "what-goes-wrong",
            ([1.0, 1.0], [10.0, float("nan")], [False, True], 0.5),
        ),
        Misconception(
            "td_targets/reward-discounted",
            "The reward is discounted as well",
            "td_targets",
            reward_discounted,
            "For rewards (1, 1), next values (10, 10), the second step terminated, gamma 0.5, you "
            "return {got}. How long did the reward of the second step take to arrive?",
            "gamma times both.",
            "definition",
            TWO,
        ),
        Misconception(
            "td_targets/last-reward",
            "The last reward is lost",
            "td_targets",
            last_reward_lost,
            "For rewards (1, 1), next values (10, 10), the second step terminated, gamma 0.5, you "
            "return {got}. Most games pay at the very end: what will your critic hear of it?",
            "Sets the whole target to 0 where terminated.",
            "definition",
            TWO,
        ),
        Misconception(
            "td_targets/no-discount",
            "The next value counts in full",
            "td_targets",
            no_discount,
            "For rewards (1, 1), next values (10, 10), the second step terminated, gamma 0.5, you "
            "return {got}. Where does gamma enter?",
            "gamma is not used.",
            "definition",
            TWO,
        ),
        Misconception(
            "td_targets/one-late",
            "The flag acts one step later",
            "td_targets",
            end_is_one_late,
            "For rewards (1, 1), next values (10, 10), the second step terminated, gamma 0.5, you "
            "return {got}. Which step was the last of its run?",
            "Takes the flag for 'this step begins a run'.",
            "definition",
            TWO,
        ),
        Misconception(
            "td_targets/any-gamma",
            "A gamma outside of [0, 1] is accepted",
            "td_targets",
            any_gamma,
            "With gamma = 1.5 you return numbers. What happens to a value that is its own target, "
            "one and a half times?",
            "No check of the parameter.",
            "definition",
        ),
        Misconception(
            "value_loss/no-half",
            "The square is not halved",
            "value_loss",
            no_half,
            "For returns (3, 0) and values (0, 1) you return {got}. What slope does that have at "
            "an error of 1, and which one does the statement ask for?",
            "The mean squared error, as in the notes.",
            "definition",
            PAIR,
        ),
        Misconception(
            "value_loss/sum",
            "The terms are added up, not averaged",
            "value_loss",
            summed,
            "For returns (3, 0) and values (0, 1) you return {got}. What happens if the same batch "
            "is handed in twice?",
            "Missing 1/n.",
            "definition",
            PAIR,
        ),
        Misconception(
            "value_loss/absolute",
            "Errors are not squared",
            "value_loss",
            absolute,
            "For returns (3, 0) and values (0, 1) you return {got}. Which number of a random "
            "return would this make the critic predict: its mean?",
            "The absolute error asks for the median of the returns.",
            "derivation",
            PAIR,
        ),
        Misconception(
            "value_loss/root",
            "A root is taken at the end",
            "value_loss",
            root,
            "For returns (3, 0) and values (0, 1) you return {got}. What is the slope of that near "
            "a perfect fit?",
            "Root mean square.",
            "definition",
            PAIR,
        ),
        Misconception(
            "value_loss_grad/no-n",
            "The gradient belongs to the sum",
            "value_loss_grad",
            grad_of_the_sum,
            "For returns (3, 0) and values (0, 1) your gradient is {got}. The loss is a mean of "
            "two terms: how much of it is the first?",
            "Missing 1/n.",
            "derivation",
            PAIR,
        ),
        Misconception(
            "value_loss_grad/sign",
            "The gradient points downhill",
            "value_loss_grad",
            grad_downhill,
            "For returns (3, 0) and values (0, 1) your gradient is {got}. The first value is too "
            "low: if it falls a little more, does the loss fall?",
            "The temporal difference itself, which is minus the slope.",
            "derivation",
            PAIR,
        ),
        Misconception(
            "value_loss_grad/doubled",
            "The gradient has a factor of 2",
            "value_loss_grad",
            grad_doubled,
            "For returns (3, 0) and values (0, 1) your gradient is {got}. What is the slope of "
            "half a square?",
            "Gradient of the notes' form.",
            "derivation",
            PAIR,
        ),
        Misconception(
            "value_loss_grad/rows",
            "It is divided by the number of rows",
            "value_loss_grad",
            grad_of_a_row,
            "For returns of zeros and values ((1, 1), (1, 1)) your gradient is {got}. Of how many "
            "terms is the loss a mean?",
            "len() instead of size.",
            "definition",
            ([[0.0, 0.0], [0.0, 0.0]], [[1.0, 1.0], [1.0, 1.0]]),
        ),
    ),
    success=(
        "Targets that stop where a run stops, whatever stands behind it, and a critic that follows "
        "them. The targets are constants: you differentiated one side only."
    ),
)
