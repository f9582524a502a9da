"""Exercise: the loss of a DQN, with its target, and its gradient."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.answers import strided
from autograde.exercise import RTOL, Exercise, Misconception, Probe
from autograde.regimes import errors, targets


def dqn_td_loss(actions, rewards, next_q_values, terminated, q_values, gamma=0.99, delta=1.0):
    y = lossref.dqn_targets(rewards, next_q_values, terminated, gamma=gamma)
    return lossref.dqn_td_loss(actions, y, q_values, delta=delta)


def dqn_td_loss_grad(actions, rewards, next_q_values, terminated, q_values, gamma=0.99, delta=1.0):
    y = lossref.dqn_targets(rewards, next_q_values, terminated, gamma=gamma)
    return lossref.dqn_td_loss_grad(actions, y, q_values, delta=delta)


def probes(rng: np.random.Generator) -> list[Probe]:
    def batch(n: int, c: int, gamma: float = 0.5, low: float = 0.125, high: float = 3.0) -> tuple:
        """Steps whose errors have sizes between low and high, and both signs."""
        actions = rng.permutation(np.arange(n) % c)
        rewards, ahead = errors(rng, n, 0.5, 2.0), targets(rng, (n, c))
        ahead[np.arange(n), rng.integers(0, c, size=n)] += 6.0  # one best action, far above
        ended = rng.permutation(np.arange(n) % 3 == 0)
        q = targets(rng, (n, c))
        aim = rewards + gamma * np.where(ended, 0.0, np.max(ahead, axis=1))
        q[np.arange(n), actions] = aim + errors(rng, n, low, high)
        return actions, rewards, ahead, ended, q

    drawn = []
    for name, aspect in (("dqn_td_loss", "value"), ("dqn_td_loss_grad", "gradient")):
        # A tolerance of its own: only q_values is differentiated, so no other argument may
        # be moved for a difference quotient.
        def probe(aspect: str, regime: str, args: tuple, name: str = name, **kwargs) -> Probe:
            raises = kwargs.pop("raises", None)
            rtol = None if args[4].dtype == np.float32 else RTOL
            return Probe(name, aspect, regime, args, kwargs, raises=raises, rtol=rtol)

        a, r, ahead, _, q = batch(5, 3)
        single = tuple(x.astype(np.float32) if x.dtype == np.float64 else x for x in batch(5, 3))
        views = tuple(strided(x) if x.dtype == np.float64 else x for x in batch(4, 3))
        whole = rng.integers(-3, 4, size=(4, 3)), rng.integers(-9, 10, size=(4, 3))
        drawn += [
            probe(aspect, "six steps, three actions", batch(6, 3), gamma=0.5),
            probe(aspect, "four steps, five actions", batch(4, 5), gamma=0.5),
            probe(aspect, "small errors only", batch(5, 2, 0.5, 0.125, 0.875), gamma=0.5),
            probe(aspect, "large errors only", batch(5, 3, 0.5, 1.5, 9.0), gamma=0.5),
            probe(aspect, "nothing ends", (a, r, ahead, np.zeros(5, bool), q), gamma=0.5),
            probe(aspect, "everything ends", (a, r, ahead, np.ones(5, bool), q), gamma=0.5),
            probe(aspect, "gamma and delta left at their defaults", batch(5, 3, 0.99)),
            probe(aspect, "delta = 2", batch(6, 3, 0.5, 0.5, 4.0), gamma=0.5, delta=2.0),
            probe(aspect, "the best action was not the one taken",
                  (np.zeros(4, int), np.ones(4), np.tile([-2.0, 5.0, 1.0], (4, 1)),
                   np.array([False, True, False, False]),
                   np.tile([0.0, 3.0, 1.0], (4, 1)) + targets(rng, (4, 1)) / 8), gamma=0.5),
            probe("edges", "a single step", batch(1, 3), gamma=0.5),
            probe("edges", "whole numbers (dtype int64)",
                  (np.array([2, 0, 1, 1]), rng.integers(1, 5, size=4), whole[0],
                   np.array([False, True, False, False]), whole[1]), gamma=0.5),
            probe("edges", "single precision (dtype float32)", single, gamma=0.5),
            probe("edges", "arrays that are not contiguous", views, gamma=0.5),
        ]  # fmt: skip
        drawn += [
            probe("edges", "delta = 0, which is not allowed", batch(3, 2), delta=0.0,
                  raises=ValueError),
            probe("edges", "gamma = 1.5, which is not allowed", batch(3, 2), gamma=1.5,
                  raises=ValueError),
        ]  # fmt: skip
    return drawn


# -- wrong answers -------------------------------------------------------------


def _checked(gamma, delta):
    if not (0 <= gamma <= 1 and delta > 0):
        raise ValueError("gamma or delta")


def _at(q, actions):
    return np.take_along_axis(q, actions[:, None], axis=1)[:, 0]


def _aim(r, ahead, ended, gamma):
    return r + gamma * np.where(ended, 0.0, ahead.max(axis=1))


def _huber(e, delta):
    c = np.clip(e, -delta, delta)
    return c * (e - c / 2)


def no_end(actions, rewards, next_q_values, terminated, q_values, gamma=0.99, delta=1.0):
    _checked(gamma, delta)
    y = rewards + gamma * next_q_values.max(axis=1)
    return np.mean(_huber(_at(q_values, actions) - y, delta))


def mean_of_the_next(actions, rewards, next_q_values, terminated, q_values, gamma=0.99, delta=1.0):
    _checked(gamma, delta)
    y = rewards + gamma * np.where(terminated, 0.0, next_q_values.mean(axis=1))
    return np.mean(_huber(_at(q_values, actions) - y, delta))


def same_action_again(actions, rewards, next_q_values, terminated, q_values, gamma=0.99, delta=1.0):
    _checked(gamma, delta)
    y = rewards + gamma * np.where(terminated, 0.0, _at(next_q_values, actions))
    return np.mean(_huber(_at(q_values, actions) - y, delta))


def best_action_now(actions, rewards, next_q_values, terminated, q_values, gamma=0.99, delta=1.0):
    _checked(gamma, delta)
    return np.mean(
        _huber(q_values.max(axis=1) - _aim(rewards, next_q_values, terminated, gamma), delta)
    )


def own_values_ahead(actions, rewards, next_q_values, terminated, q_values, gamma=0.99, delta=1.0):
    _checked(gamma, delta)
    e = _at(q_values, actions) - _aim(rewards, q_values, terminated, gamma)
    return np.mean(_huber(e, delta))


def half_square(actions, rewards, next_q_values, terminated, q_values, gamma=0.99, delta=1.0):
    _checked(gamma, delta)
    e = _at(q_values, actions) - _aim(rewards, next_q_values, terminated, gamma)
    return np.mean(e * e) / 2


def no_half(actions, rewards, next_q_values, terminated, q_values, gamma=0.99, delta=1.0):
    _checked(gamma, delta)
    e = _at(q_values, actions) - _aim(rewards, next_q_values, terminated, gamma)
    return np.mean(np.where(np.abs(e) <= delta, e * e, delta * (np.abs(e) - delta / 2)))


def error_clipped_first(
    actions, rewards, next_q_values, terminated, q_values, gamma=0.99, delta=1.0
):
    _checked(gamma, delta)
    e = _at(q_values, actions) - _aim(rewards, next_q_values, terminated, gamma)
    return np.mean(np.clip(e, -delta, delta) ** 2) / 2


def no_discount(actions, rewards, next_q_values, terminated, q_values, gamma=0.99, delta=1.0):
    _checked(gamma, delta)
    e = _at(q_values, actions) - _aim(rewards, next_q_values, terminated, 1.0)
    return np.mean(_huber(e, delta))


def summed(actions, rewards, next_q_values, terminated, q_values, gamma=0.99, delta=1.0):
    _checked(gamma, delta)
    e = _at(q_values, actions) - _aim(rewards, next_q_values, terminated, gamma)
    return np.sum(_huber(e, delta))


def every_action(actions, rewards, next_q_values, terminated, q_values, gamma=0.99, delta=1.0):
    _checked(gamma, delta)
    e = q_values - _aim(rewards, next_q_values, terminated, gamma)[:, None]
    return np.mean(_huber(e, delta))


def anything_goes(actions, rewards, next_q_values, terminated, q_values, gamma=0.99, delta=1.0):
    e = _at(q_values, actions) - _aim(rewards, next_q_values, terminated, gamma)
    return np.mean(_huber(e, delta))


def _placed(pull, actions, q):
    return np.eye(q.shape[1])[actions] * pull[:, None] / len(actions)


def grad_every_action(actions, rewards, next_q_values, terminated, q_values, gamma=0.99, delta=1.0):
    _checked(gamma, delta)
    e = q_values - _aim(rewards, next_q_values, terminated, gamma)[:, None]
    return np.clip(e, -delta, delta) / len(actions)


def grad_downhill(actions, rewards, next_q_values, terminated, q_values, gamma=0.99, delta=1.0):
    _checked(gamma, delta)
    e = _aim(rewards, next_q_values, terminated, gamma) - _at(q_values, actions)
    return _placed(np.clip(e, -delta, delta), actions, q_values)


def grad_of_the_sum(actions, rewards, next_q_values, terminated, q_values, gamma=0.99, delta=1.0):
    _checked(gamma, delta)
    e = _at(q_values, actions) - _aim(rewards, next_q_values, terminated, gamma)
    return _placed(np.clip(e, -delta, delta), actions, q_values) * len(actions)


def grad_not_clipped(actions, rewards, next_q_values, terminated, q_values, gamma=0.99, delta=1.0):
    _checked(gamma, delta)
    e = _at(q_values, actions) - _aim(rewards, next_q_values, terminated, gamma)
    return _placed(e, actions, q_values)


def grad_dead_beyond(actions, rewards, next_q_values, terminated, q_values, gamma=0.99, delta=1.0):
    _checked(gamma, delta)
    e = _at(q_values, actions) - _aim(rewards, next_q_values, terminated, gamma)
    return _placed(np.where(np.abs(e) <= delta, e, 0.0), actions, q_values)


def grad_best_action(actions, rewards, next_q_values, terminated, q_values, gamma=0.99, delta=1.0):
    _checked(gamma, delta)
    e = _at(q_values, actions) - _aim(rewards, next_q_values, terminated, gamma)
    return _placed(np.clip(e, -delta, delta), q_values.argmax(axis=1), q_values)


def grad_per_entry(actions, rewards, next_q_values, terminated, q_values, gamma=0.99, delta=1.0):
    _checked(gamma, delta)
    e = _at(q_values, actions) - _aim(rewards, next_q_values, terminated, gamma)
    return _placed(np.clip(e, -delta, delta), actions, q_values) / q_values.shape[1]


def grad_no_end(actions, rewards, next_q_values, terminated, q_values, gamma=0.99, delta=1.0):
    _checked(gamma, delta)
    e = _at(q_values, actions) - (rewards + gamma * next_q_values.max(axis=1))
    return _placed(np.clip(e, -delta, delta), actions, q_values)


def grad_of_a_vector(actions, rewards, next_q_values, terminated, q_values, gamma=0.99, delta=1.0):
    _checked(gamma, delta)
    e = _at(q_values, actions) - _aim(rewards, next_q_values, terminated, gamma)
    return np.clip(e, -delta, delta) / len(actions)


def grad_anything_goes(
    actions, rewards, next_q_values, terminated, q_values, gamma=0.99, delta=1.0
):
    e = _at(q_values, actions) - _aim(rewards, next_q_values, terminated, gamma)
    return _placed(np.clip(e, -delta, delta), actions, q_values)


#: Targets 1 + 0.5 * 8 = 5 and 1; values of the actions taken 4.5 and 4.
TWO = ([0, 1], [1.0, 1.0], [[8.0, 2.0], [8.0, 2.0]], [False, True], [[4.5, 6.0], [0.0, 4.0]], 0.5)
TOLD = (
    "For targets of 5 and 1, and values (4.5, 6) and (0, 4) of which the first and the second "
    "belong to the actions taken, "
)

EXERCISE = Exercise(
    slug="dqn_td_loss",
    title="The loss of a DQN",
    chapter="rl",
    page="rl/value-loss",
    functions={"dqn_td_loss": dqn_td_loss, "dqn_td_loss_grad": dqn_td_loss_grad},
    points={"value": 2, "gradient": 2, "edges": 1},
    probes=probes,
    hints=(
        "Three parts: the target, from the next values; the value of the action that was taken; "
        "the Huber loss of their difference.",
        "The maximum belongs to the next state and to nothing else. In the state that was left, "
        "the action is given.",
        "The gradient has the shape of q_values and one entry per row that is not 0. The target "
        "is a constant in it.",
    ),
    misconceptions=(
        Misconception(
            "dqn_td_loss/no-end",
            "The end of a run is not an end",
            "dqn_td_loss",
            no_end,
            "With rewards of 1, best next values of 8, gamma 0.5 and the second step terminated, "
            "you return {got}. What is the second target?",
            "terminated is ignored.",
            "what-goes-wrong",
            TWO,
        ),
        Misconception(
            "dqn_td_loss/mean",
            "The next value is an average over actions",
            "dqn_td_loss",
            mean_of_the_next,
            TOLD + "you return {got}. Which action will a greedy policy take next?",
            "mean instead of max: the value of a policy that chooses by lot.",
            "definition",
            TWO,
        ),
        Misconception(
            "dqn_td_loss/same-action",
            "The same action is taken again",
            "dqn_td_loss",
            same_action_again,
            "With next values (2, 8), action 0 taken, reward 1, gamma 0.5, you return {got}. Why "
            "should the next action be the last one?",
            "next_q_values at the old action.",
            "definition",
            ([0], [1.0], [[2.0, 8.0]], [False], [[4.5, 6.0]], 0.5),
        ),
        Misconception(
            "dqn_td_loss/best-now",
            "The value of the best action is trained, not of the one taken",
            "dqn_td_loss",
            best_action_now,
            TOLD + "you return {got}. Which action earned the first reward?",
            "max over the current row.",
            "definition",
            TWO,
        ),
        Misconception(
            "dqn_td_loss/own-ahead",
            "The target is taken from the state that was left",
            "dqn_td_loss",
            own_values_ahead,
            "With next values (8, 2), own values (4.5, 20), reward 1 and gamma 0.5 you return {got}. "
            "Where does next_q_values enter?",
            "max of q_values instead of next_q_values.",
            "definition",
            ([0], [1.0], [[8.0, 2.0]], [False], [[4.5, 20.0]], 0.5),
        ),
        Misconception(
            "dqn_td_loss/square",
            "Large errors are squared as well",
            "dqn_td_loss",
            half_square,
            TOLD + "you return {got}. The errors are -0.5 and 3, delta is 1: how steep is the "
            "loss at 3?",
            "delta is not used.",
            "definition",
            TWO,
        ),
        Misconception(
            "dqn_td_loss/no-half",
            "The middle is not halved",
            "dqn_td_loss",
            no_half,
            TOLD + "you return {got}. Do your two pieces meet at an error of 1?",
            "e² inside.",
            "definition",
            TWO,
        ),
        Misconception(
            "dqn_td_loss/clipped-first",
            "The error is clipped before it is squared",
            "dqn_td_loss",
            error_clipped_first,
            TOLD + "you return {got}. How does your loss change when the error of 3 grows to 30?",
            "Half the square of the clipped error: constant in the tails, no gradient.",
            "what-goes-wrong",
            TWO,
        ),
        Misconception(
            "dqn_td_loss/no-discount",
            "The next value counts in full",
            "dqn_td_loss",
            no_discount,
            "With rewards of 1, best next values of 8, gamma 0.5 and the second step terminated, "
            "you return {got}. What is the first target?",
            "gamma is not used.",
            "definition",
            TWO,
        ),
        Misconception(
            "dqn_td_loss/sum",
            "The terms are added up, not averaged",
            "dqn_td_loss",
            summed,
            TOLD + "you return {got}. What happens if the batch is handed in twice?",
            "Missing 1/n.",
            "definition",
            TWO,
        ),
        Misconception(
            "dqn_td_loss/every-action",
            "All actions are trained towards the target",
            "dqn_td_loss",
            every_action,
            TOLD + "you return {got}. What do we know of the actions that were not taken?",
            "Broadcasts the target over the row.",
            "definition",
            TWO,
        ),
        Misconception(
            "dqn_td_loss/any-parameter",
            "A delta of 0 or a gamma above 1 is accepted",
            "dqn_td_loss",
            anything_goes,
            "With delta = 0 you return a number. What can be learnt from it?",
            "No check of the parameters.",
            "definition",
        ),
        Misconception(
            "dqn_td_loss_grad/every-action",
            "Values of other actions are pulled too",
            "dqn_td_loss_grad",
            grad_every_action,
            TOLD + "your gradient is {got}. Does the loss change when the value of an action that "
            "was not taken does?",
            "Broadcasts the target over the row.",
            "derivation",
            TWO,
        ),
        Misconception(
            "dqn_td_loss_grad/sign",
            "The gradient points downhill",
            "dqn_td_loss_grad",
            grad_downhill,
            TOLD + "your gradient is {got}. The second value is 3 too high: does a step against "
            "your gradient lower it?",
            "Target minus value.",
            "derivation",
            TWO,
        ),
        Misconception(
            "dqn_td_loss_grad/no-n",
            "The gradient belongs to the sum",
            "dqn_td_loss_grad",
            grad_of_the_sum,
            TOLD + "your gradient is {got}. Of how many terms is the loss a mean?",
            "Missing 1/n.",
            "derivation",
            TWO,
        ),
        Misconception(
            "dqn_td_loss_grad/not-clipped",
            "Large errors pull in proportion",
            "dqn_td_loss_grad",
            grad_not_clipped,
            TOLD + "your gradient is {got}. How hard may an error of 3 pull when delta is 1?",
            "The gradient of half a square.",
            "derivation",
            TWO,
        ),
        Misconception(
            "dqn_td_loss_grad/dead",
            "Large errors do not pull at all",
            "dqn_td_loss_grad",
            grad_dead_beyond,
            TOLD + "your gradient is {got}. The second value is 3 too high: who corrects it?",
            "The gradient of a clipped error: 0 beyond delta.",
            "what-goes-wrong",
            TWO,
        ),
        Misconception(
            "dqn_td_loss_grad/best",
            "The pull goes to the best action",
            "dqn_td_loss_grad",
            grad_best_action,
            TOLD + "your gradient is {got}. Whose value was compared with 5?",
            "argmax of the row instead of the action.",
            "derivation",
            TWO,
        ),
        Misconception(
            "dqn_td_loss_grad/entries",
            "It is divided by the number of values",
            "dqn_td_loss_grad",
            grad_per_entry,
            TOLD + "your gradient is {got}. Is the loss a mean over steps or over values?",
            "size instead of the number of rows.",
            "derivation",
            TWO,
        ),
        Misconception(
            "dqn_td_loss_grad/no-end",
            "The end of a run is not an end",
            "dqn_td_loss_grad",
            grad_no_end,
            "With rewards of 1, best next values of 8, gamma 0.5 and the second step terminated, "
            "your gradient is {got}. What is the second target?",
            "terminated is ignored.",
            "what-goes-wrong",
            TWO,
        ),
        Misconception(
            "dqn_td_loss_grad/shape",
            "One number per step is returned",
            "dqn_td_loss_grad",
            grad_of_a_vector,
            TOLD + "your gradient is {got}. How many values does the network put out per step?",
            "The pulls are not put at the actions' places.",
            "definition",
            TWO,
        ),
        Misconception(
            "dqn_td_loss_grad/any-parameter",
            "A delta of 0 or a gamma above 1 is accepted",
            "dqn_td_loss_grad",
            grad_anything_goes,
            "With delta = 0 you return an array. What can be learnt from it?",
            "No check of the parameters.",
            "definition",
        ),
    ),
    success=(
        "The target stands still, the best next action sets it, and only the action that was taken "
        "hears of it."
    ),
)
