"""Exercise: what is earned from each step on, later rewards counting less."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import errors


def discounted_returns(rewards, gamma=0.99, bootstrap=0.0):
    return lossref.discounted_returns(rewards, gamma=gamma, bootstrap=bootstrap)


def probes(rng: np.random.Generator) -> list[Probe]:
    name = "discounted_returns"

    def draw(*shape: int) -> np.ndarray:
        return errors(rng, shape, 0.5, 4.0)

    def probe(aspect: str, regime: str, rewards: np.ndarray, gamma: float, **kwargs) -> Probe:
        raises = kwargs.pop("raises", None)
        return Probe(name, aspect, regime, (rewards, gamma), kwargs, raises=raises)

    late = np.zeros(6)
    late[5] = rng.integers(1, 9)
    whole = rng.integers(1, 9, size=4)
    drawn = [
        probe("value", "five rewards of both signs, gamma = 0.5", draw(5), 0.5),
        probe("value", "four rewards, gamma = 0.9", draw(4), 0.9),
        probe("value", "a single reward at the very end", late, 0.75),
        probe("value", "no discount, gamma = 1", draw(4), 1.0),
        probe("value", "only the next reward counts, gamma = 0", draw(4), 0.0),
        probe("value", "three runs of four steps", draw(3, 4), 0.5),
        Probe(name, "value", "gamma left at its default", (draw(5),)),
        probe("bootstrap", "a run that was cut off", draw(5), 0.5, bootstrap=4.0),
        probe("bootstrap", "cut off, no discount", draw(3), 1.0, bootstrap=-2.5),
        probe("bootstrap", "two runs that were cut off", draw(2, 3), 0.9, bootstrap=10.0),
        probe("edges", "a single step", draw(1), 0.5, bootstrap=3.0),
        probe("edges", "whole numbers (dtype int64)", whole, 0.5),
        probe("edges", "single precision (dtype float32)", draw(5).astype(np.float32), 0.5),
        probe("edges", "an array that is not contiguous", strided(draw(4)), 0.5),
        probe("stability", "a run of 1200 steps, gamma = 0.5", draw(1200), 0.5),
        probe("stability", "a run of 400 steps, gamma = 0.125", draw(400), 0.125),
    ]
    drawn += [
        probe("edges", f"gamma = {g:g}, which is not allowed", draw(3), g, raises=ValueError)
        for g in (-0.5, 1.5)
    ]
    return drawn


# -- wrong answers -------------------------------------------------------------


def _loop(r, gamma, last):
    out, ahead = np.empty(np.shape(r)), np.zeros(np.shape(r)[:-1]) + last
    for t in range(np.shape(r)[-1] - 1, -1, -1):
        ahead = r[..., t] + gamma * ahead
        out[..., t] = ahead
    return out


def _checked(gamma):
    if gamma < 0 or gamma > 1:
        raise ValueError("gamma")


def no_discount(rewards, gamma=0.99, bootstrap=0.0):
    _checked(gamma)
    return _loop(rewards, 1.0, bootstrap)


def looking_back(rewards, gamma=0.99, bootstrap=0.0):
    _checked(gamma)
    return _loop(rewards[..., ::-1], gamma, bootstrap)[..., ::-1]


def seen_from_the_start(rewards, gamma=0.99, bootstrap=0.0):
    _checked(gamma)
    return _loop(rewards, gamma, bootstrap) * gamma ** np.arange(rewards.shape[-1])


def own_reward_discounted(rewards, gamma=0.99, bootstrap=0.0):
    _checked(gamma)
    return gamma * _loop(rewards, gamma, bootstrap)


def one_step_ahead(rewards, gamma=0.99, bootstrap=0.0):
    _checked(gamma)
    ahead = np.concatenate([rewards[..., 1:], np.zeros_like(rewards[..., :1])], -1) * 1.0
    ahead[..., -1] = bootstrap
    return rewards + gamma * ahead


def no_bootstrap(rewards, gamma=0.99, bootstrap=0.0):
    _checked(gamma)
    return _loop(rewards, gamma, 0.0)


def bootstrap_at_full_price(rewards, gamma=0.99, bootstrap=0.0):
    _checked(gamma)
    last = rewards * 1.0
    last[..., -1] += bootstrap
    return _loop(last, gamma, 0.0)


def bootstrap_for_all(rewards, gamma=0.99, bootstrap=0.0):
    _checked(gamma)
    return _loop(rewards, gamma, 0.0) + gamma * bootstrap


def divided_by_powers(rewards, gamma=0.99, bootstrap=0.0):
    _checked(gamma)
    powers = np.power(float(gamma), np.arange(rewards.shape[-1] + 1))
    terms = rewards * powers[:-1]
    sums = np.cumsum(terms[..., ::-1], axis=-1)[..., ::-1] + powers[-1] * bootstrap
    return sums / powers[:-1]


def any_gamma(rewards, gamma=0.99, bootstrap=0.0):
    return _loop(rewards, gamma, bootstrap)


def one_number(rewards, gamma=0.99, bootstrap=0.0):
    _checked(gamma)
    return _loop(rewards, gamma, bootstrap)[..., 0]


def standardised(rewards, gamma=0.99, bootstrap=0.0):
    _checked(gamma)
    g = _loop(rewards, gamma, bootstrap)
    return (g - g.mean()) / (g.std() + 1e-8)


def across_the_runs(rewards, gamma=0.99, bootstrap=0.0):
    _checked(gamma)
    return np.moveaxis(_loop(np.moveaxis(rewards, 0, -1), gamma, bootstrap), -1, 0)


ONES = ([1.0, 1.0, 1.0], 0.5)
CUT = ([1.0, 1.0, 1.0], 0.5, 4.0)

EXERCISE = Exercise(
    slug="discounted_returns",
    title="Discounted returns",
    chapter="rl",
    page="rl/returns",
    functions={"discounted_returns": discounted_returns},
    points={"value": 2, "bootstrap": 1, "edges": 1, "stability": 1},
    probes=probes,
    hints=(
        "The return of a step contains the return of the next step. Which step can you answer "
        "without knowing any other?",
        "Go through the steps from the last to the first and carry one number along: what is "
        "earned afterwards. Before the loop it is the bootstrap.",
        "The carried number is multiplied by gamma once per step, and the reward of the step "
        "itself is not.",
    ),
    misconceptions=(
        Misconception(
            "discounted_returns/no-discount",
            "Later rewards count in full",
            "discounted_returns",
            no_discount,
            "For rewards (1, 1, 1) with gamma 0.5 you return {got}. What is a reward of 1 worth "
            "if it comes two steps later?",
            "The reversed cumulative sum; gamma is not used.",
            "definition",
            ONES,
        ),
        Misconception(
            "discounted_returns/past",
            "It counts what was earned before",
            "discounted_returns",
            looking_back,
            "For rewards (0, 0, 8) with gamma 0.5 you return {got}. Which of the three actions can "
            "have caused the reward of 8?",
            "Accumulates forwards in time.",
            "definition",
            ([0.0, 0.0, 8.0], 0.5),
        ),
        Misconception(
            "discounted_returns/from-the-start",
            "Every step is discounted back to the first",
            "discounted_returns",
            seen_from_the_start,
            "For rewards (1, 1, 1) with gamma 0.5 you return {got}. Standing at the last step, how "
            "long do you wait for its reward?",
            "Powers of gamma by the number of the step and not by the distance.",
            "derivation",
            ONES,
        ),
        Misconception(
            "discounted_returns/own",
            "The reward of the step itself is discounted",
            "discounted_returns",
            own_reward_discounted,
            "For rewards (1, 1, 1) with gamma 0.5 you return {got}. After the last step nothing "
            "follows: what did that step earn?",
            "One power of gamma too many everywhere.",
            "definition",
            ONES,
        ),
        Misconception(
            "discounted_returns/one-step",
            "It looks one step ahead and no further",
            "discounted_returns",
            one_step_ahead,
            "For rewards (0, 0, 8) with gamma 0.5 you return {got}. What does the first step hear "
            "of the 8?",
            "Reward plus gamma times the next reward, and not the next return.",
            "derivation",
            ([0.0, 0.0, 8.0], 0.5),
        ),
        Misconception(
            "discounted_returns/no-bootstrap",
            "What follows a cut is ignored",
            "discounted_returns",
            no_bootstrap,
            "For rewards (1, 1, 1), gamma 0.5 and a bootstrap of 4 you return {got}. The run was "
            "cut off, not finished: where are the 4?",
            "bootstrap is not used.",
            "definition",
            CUT,
        ),
        Misconception(
            "discounted_returns/bootstrap-price",
            "The bootstrap is not discounted",
            "discounted_returns",
            bootstrap_at_full_price,
            "For rewards (1, 1, 1), gamma 0.5 and a bootstrap of 4 you return {got}. How many "
            "steps after the last action is the state reached whose value is 4?",
            "Added to the last reward.",
            "what-goes-wrong",
            CUT,
        ),
        Misconception(
            "discounted_returns/bootstrap-all",
            "Every step gets the same share of the bootstrap",
            "discounted_returns",
            bootstrap_for_all,
            "For rewards (1, 1, 1), gamma 0.5 and a bootstrap of 4 you return {got}. Which step "
            "waits longest for the 4?",
            "gamma * bootstrap added to all returns.",
            "derivation",
            CUT,
        ),
        Misconception(
            "discounted_returns/powers",
            "It divides by powers of gamma",
            "discounted_returns",
            divided_by_powers,
            "For rewards (1, 1, 1) with gamma 0 you return {got}. What do you divide by, and what "
            "would it be after 1200 steps with gamma 0.5?",
            "A cumulative sum of gamma^t r_t over gamma^t: 0 / 0 once the power underflows.",
            "what-goes-wrong",
            ([1.0, 1.0, 1.0], 0.0),
        ),
        Misconception(
            "discounted_returns/any-gamma",
            "A gamma outside of [0, 1] is accepted",
            "discounted_returns",
            any_gamma,
            "With gamma = 1.5 you return numbers. To what would a run of a thousand steps add up?",
            "No check of the parameter.",
            "definition",
        ),
        Misconception(
            "discounted_returns/first-only",
            "Only the first step gets a return",
            "discounted_returns",
            one_number,
            "For rewards (1, 1, 1) with gamma 0.5 you return {got}. By what will the second and "
            "the third action be judged?",
            "Returns G_0.",
            "definition",
            ONES,
        ),
        Misconception(
            "discounted_returns/standardised",
            "The returns are standardised",
            "discounted_returns",
            standardised,
            "For rewards (1, 1, 1) with gamma 0.5 you return {got}. What will a critic that is "
            "trained on these predict for a state that is worth 100?",
            "Subtracts the mean and divides by the deviation, as some scripts do afterwards.",
            "what-goes-wrong",
            ONES,
        ),
        Misconception(
            "discounted_returns/axis",
            "Time runs along the first axis",
            "discounted_returns",
            across_the_runs,
            "For the runs (1, 1) and (2, 2) with gamma 0.5 you return {got}. Why should one run "
            "earn what another one did?",
            "Sums over the runs.",
            "definition",
            ([[1.0, 1.0], [2.0, 2.0]], 0.5),
        ),
    ),
    success=(
        "One pass from the back, with cut runs continued by a value, and no power of gamma that "
        "could underflow. Next door: what to do when waiting for the end takes too long."
    ),
)
