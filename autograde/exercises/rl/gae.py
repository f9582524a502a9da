"""Exercise: generalised advantage estimation."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import errors


def gae(rewards, values, terminated, gamma=0.99, lam=0.95):
    here, there = values[..., :-1], values[..., 1:]
    return lossref.gae(rewards, here, there, terminated, gamma=gamma, lam=lam)


def probes(rng: np.random.Generator) -> list[Probe]:
    def run(steps: int, ends: tuple[int, ...] = (), *, runs: int = 0) -> tuple:
        lead = (runs,) if runs else ()
        terminated = np.zeros((*lead, steps), bool)
        terminated[..., list(ends)] = True
        return (
            errors(rng, (*lead, steps), 0.5, 3.0),
            errors(rng, (*lead, steps + 1), 1.0, 4.0),
            terminated,
        )

    def probe(aspect: str, regime: str, args: tuple, **kwargs) -> Probe:
        raises = kwargs.pop("raises", None)
        return Probe("gae", aspect, regime, args, kwargs, raises=raises)

    single = run(5)
    views = run(4)
    whole = rng.integers(1, 9, size=4), rng.integers(1, 9, size=5), np.zeros(4, bool)
    apart = run(4, runs=2)
    apart[2][0, 1] = True
    drawn = [
        probe("value", "five steps, gamma = lam = 0.5", run(5), gamma=0.5, lam=0.5),
        probe("value", "four steps, gamma = 0.9, lam = 0.8", run(4), gamma=0.9, lam=0.8),
        probe("value", "gamma and lam left at their defaults", run(5)),
        probe("value", "full trust in the values, lam = 0", run(4), gamma=0.9, lam=0.0),
        probe("value", "no trust in the values, lam = 1", run(4), gamma=0.9, lam=1.0),
        probe("value", "no discount", run(4), gamma=1.0, lam=0.5),
        probe("value", "three runs of four steps", run(4, runs=3), gamma=0.5, lam=0.5),
        probe("ends", "the last step ends its run", run(4, (3,)), gamma=0.5, lam=0.5),
        probe("ends", "two runs, one after the other", run(6, (2,)), gamma=0.9, lam=0.5),
        probe("ends", "three runs, no discount, lam = 1", run(6, (1, 4)), gamma=1.0, lam=1.0),
        probe("ends", "every step ends its run", run(3, (0, 1, 2)), gamma=0.9, lam=0.5),
        probe("ends", "two runs side by side, one of them ends", apart, gamma=0.9, lam=0.5),
        probe("edges", "a single step", run(1), gamma=0.5, lam=0.5),
        probe("edges", "whole numbers (dtype int64)", whole, gamma=0.5, lam=0.5),
        probe(
            "edges",
            "single precision (dtype float32)",
            (single[0].astype(np.float32), single[1].astype(np.float32), single[2]),
            gamma=0.5,
            lam=0.5,
        ),
        probe(
            "edges",
            "arrays that are not contiguous",
            (strided(views[0]), strided(views[1]), views[2]),
            gamma=0.5,
            lam=0.5,
        ),
    ]
    for key, value in (("gamma", 1.5), ("gamma", -0.5), ("lam", 1.5), ("lam", -0.5)):
        regime = f"{key} = {value:g}, which is not allowed"
        drawn.append(probe("edges", regime, run(3), raises=ValueError, **{key: value}))
    return drawn


# -- wrong answers -------------------------------------------------------------


def _checked(gamma, lam):
    for v in (gamma, lam):
        if v < 0 or v > 1:
            raise ValueError("outside [0, 1]")


def _sweep(deltas, factors):
    out, ahead = np.zeros(deltas.shape), 0.0
    for t in range(deltas.shape[-1] - 1, -1, -1):
        ahead = deltas[..., t] + factors[..., t] * ahead
        out[..., t] = ahead
    return out


def _deltas(r, v, d, gamma):
    return r + gamma * np.where(d, 0.0, v[..., 1:]) - v[..., :-1]


def one_step(rewards, values, terminated, gamma=0.99, lam=0.95):
    _checked(gamma, lam)
    return _deltas(rewards, values, terminated, gamma)


def to_the_end(rewards, values, terminated, gamma=0.99, lam=0.95):
    _checked(gamma, lam)
    d = _deltas(rewards, values, terminated, gamma)
    return _sweep(d, np.where(terminated, 0.0, gamma))


def lambda_alone(rewards, values, terminated, gamma=0.99, lam=0.95):
    _checked(gamma, lam)
    d = _deltas(rewards, values, terminated, gamma)
    return _sweep(d, np.where(terminated, 0.0, lam))


def believes_beyond_the_end(rewards, values, terminated, gamma=0.99, lam=0.95):
    _checked(gamma, lam)
    d = rewards + gamma * values[..., 1:] - values[..., :-1]
    return _sweep(d, np.where(terminated, 0.0, gamma * lam))


def sums_beyond_the_end(rewards, values, terminated, gamma=0.99, lam=0.95):
    _checked(gamma, lam)
    d = _deltas(rewards, values, terminated, gamma)
    return _sweep(d, np.full(d.shape, gamma * lam))


def no_end_at_all(rewards, values, terminated, gamma=0.99, lam=0.95):
    _checked(gamma, lam)
    d = rewards + gamma * values[..., 1:] - values[..., :-1]
    return _sweep(d, np.full(d.shape, gamma * lam))


def values_change_places(rewards, values, terminated, gamma=0.99, lam=0.95):
    _checked(gamma, lam)
    d = rewards + gamma * np.where(terminated, 0.0, values[..., :-1]) - values[..., 1:]
    return _sweep(d, np.where(terminated, 0.0, gamma * lam))


def nothing_after_the_last(rewards, values, terminated, gamma=0.99, lam=0.95):
    _checked(gamma, lam)
    d = np.array(terminated, copy=True)
    d[..., -1] = True
    return _sweep(_deltas(rewards, values, d, gamma), np.where(terminated, 0.0, gamma * lam))


def value_is_not_taken_off(rewards, values, terminated, gamma=0.99, lam=0.95):
    _checked(gamma, lam)
    d = rewards + gamma * np.where(terminated, 0.0, values[..., 1:])
    return _sweep(d, np.where(terminated, 0.0, gamma * lam))


def returns_not_advantages(rewards, values, terminated, gamma=0.99, lam=0.95):
    _checked(gamma, lam)
    d = _deltas(rewards, values, terminated, gamma)
    return _sweep(d, np.where(terminated, 0.0, gamma * lam)) + values[..., :-1]


def looking_back(rewards, values, terminated, gamma=0.99, lam=0.95):
    _checked(gamma, lam)
    d = _deltas(rewards, values, terminated, gamma)
    f = np.where(terminated, 0.0, gamma * lam)
    return _sweep(d[..., ::-1], f[..., ::-1])[..., ::-1]


def standardised(rewards, values, terminated, gamma=0.99, lam=0.95):
    _checked(gamma, lam)
    d = _deltas(rewards, values, terminated, gamma)
    a = _sweep(d, np.where(terminated, 0.0, gamma * lam))
    return (a - a.mean()) / (a.std() + 1e-8)


def anything_goes(rewards, values, terminated, gamma=0.99, lam=0.95):
    d = _deltas(rewards, values, terminated, gamma)
    return _sweep(d, np.where(terminated, 0.0, gamma * lam))


OPEN = ([1.0, 1.0], [0.0, 4.0, 8.0], [False, False], 0.5, 0.5)
ENDED = ([1.0, 1.0], [0.0, 4.0, 8.0], [True, False], 0.5, 0.5)

EXERCISE = Exercise(
    slug="gae",
    title="Generalised advantage estimation",
    chapter="rl",
    page="rl/gae",
    functions={"gae": gae},
    points={"value": 2, "ends": 2, "edges": 1},
    probes=probes,
    hints=(
        "Two parts: first every step's temporal difference by itself, then a sum of later ones "
        "that fades.",
        "The second part has the shape of a discounted return, with temporal differences in place "
        "of rewards and another factor in place of gamma.",
        "A step that ends its run does two things: its next value does not count, and nothing of "
        "the following run's differences reaches it.",
    ),
    misconceptions=(
        Misconception(
            "gae/one-step",
            "Only the next step is looked at",
            "gae",
            one_step,
            "For rewards (1, 1), values (0, 4, 8), gamma and lam 0.5, you return {got}. Does the "
            "first advantage change if the second reward does?",
            "The temporal difference alone, which is lam = 0.",
            "definition",
            OPEN,
        ),
        Misconception(
            "gae/lambda-one",
            "Later differences fade with gamma only",
            "gae",
            to_the_end,
            "For rewards (1, 1), values (0, 4, 8), gamma and lam 0.5, you return {got}. Which "
            "number of yours changes when lam does?",
            "lam is not used: returns less values.",
            "definition",
            OPEN,
        ),
        Misconception(
            "gae/lambda-alone",
            "Later differences fade with lam only",
            "gae",
            lambda_alone,
            "For rewards (1, 1), values (0, 4, 8), gamma and lam 0.5, you return {got}. With lam = "
            "1 this must be a discounted return less a value: discounted by what?",
            "The factor lam instead of gamma lam.",
            "derivation",
            OPEN,
        ),
        Misconception(
            "gae/value-beyond",
            "A value is believed that lies behind the end",
            "gae",
            believes_beyond_the_end,
            "For rewards (1, 1), values (0, 4, 8), the first step terminated, gamma and lam 0.5, "
            "you return {got}. Whose state is worth 4, that run's or the next one's?",
            "The flag is missing in the temporal difference.",
            "what-goes-wrong",
            ENDED,
        ),
        Misconception(
            "gae/sum-beyond",
            "Differences of the next run leak into this one",
            "gae",
            sums_beyond_the_end,
            "For rewards (1, 1), values (0, 4, 8), the first step terminated, gamma and lam 0.5, "
            "you return {got}. Can the first action have helped the second run?",
            "The flag is missing in the recursion.",
            "what-goes-wrong",
            ENDED,
        ),
        Misconception(
            "gae/no-end",
            "Ends are ignored",
            "gae",
            no_end_at_all,
            "For rewards (1, 1), values (0, 4, 8), the first step terminated, gamma and lam 0.5, "
            "you return {got}. Where does terminated enter?",
            "The flag is missing in both places.",
            "what-goes-wrong",
            ENDED,
        ),
        Misconception(
            "gae/places",
            "The value that is left and the value that is reached change places",
            "gae",
            values_change_places,
            "For rewards (1, 1), values (0, 4, 8), gamma and lam 0.5, you return {got}. The first "
            "step went from a state worth 0 to one worth 4: was that good or bad?",
            "Indices of values shifted.",
            "definition",
            OPEN,
        ),
        Misconception(
            "gae/last-value",
            "Nothing follows the last step",
            "gae",
            nothing_after_the_last,
            "For rewards (1, 1), values (0, 4, 8), gamma and lam 0.5, nothing terminated, you "
            "return {got}. What is the last of the three values for?",
            "The bootstrap value is dropped.",
            "definition",
            OPEN,
        ),
        Misconception(
            "gae/not-taken-off",
            "The value of the state is not taken off",
            "gae",
            value_is_not_taken_off,
            "For rewards (1, 1), values (0, 4, 8), gamma and lam 0.5, you return {got}. The second "
            "state promised 4: did the second step go better than promised?",
            "Targets instead of temporal differences.",
            "definition",
            OPEN,
        ),
        Misconception(
            "gae/returns",
            "It returns what the critic is trained on",
            "gae",
            returns_not_advantages,
            "For rewards (1, 1), values (0, 4, 8), gamma and lam 0.5, you return {got}. What must "
            "come out for a critic that is never mistaken?",
            "Advantages plus values.",
            "definition",
            OPEN,
        ),
        Misconception(
            "gae/past",
            "The sum runs over earlier steps",
            "gae",
            looking_back,
            "For rewards (1, 1), values (0, 4, 8), gamma and lam 0.5, you return {got}. Which of "
            "the two advantages should hear of the other step?",
            "Forwards in time.",
            "definition",
            OPEN,
        ),
        Misconception(
            "gae/standardised",
            "The advantages are standardised",
            "gae",
            standardised,
            "For rewards (1, 1), values (0, 4, 8), gamma and lam 0.5, you return {got}. Can the "
            "caller still add the values to get the critic's targets?",
            "Mean 0 and deviation 1, as many scripts do afterwards.",
            "definition",
            OPEN,
        ),
        Misconception(
            "gae/any-parameter",
            "A gamma or lam outside of [0, 1] is accepted",
            "gae",
            anything_goes,
            "With lam = 1.5 you return numbers. What does a temporal difference a hundred steps "
            "later weigh?",
            "No check of the parameters.",
            "definition",
        ),
    ),
    success=(
        "From full trust in the critic to none, and no run hears of another. These advantages are "
        "what PPO is fed with."
    ),
)
