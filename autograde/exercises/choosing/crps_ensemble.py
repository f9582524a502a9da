"""Exercise: the CRPS of an ensemble, and its gradient with respect to the members."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import EIGHTH, targets


def crps_ensemble(y_true, ensemble):
    return lossref.crps_ensemble(y_true, ensemble)


def crps_ensemble_grad(y_true, ensemble):
    return lossref.crps_ensemble_grad(y_true, ensemble)


def forecasts(rng, n, members):
    """Observations on eighths, and members between them, all different in a row."""
    steps = rng.permuted(np.tile(np.arange(-4 * members, 4 * members, 8), (n, 1)), axis=1)
    steps = steps + rng.integers(0, 8, (n, members))
    return targets(rng, n), steps * EIGHTH + EIGHTH / 2


def probes(rng: np.random.Generator) -> list[Probe]:
    drawn = []
    for name, aspect in (("crps_ensemble", "value"), ("crps_ensemble_grad", "gradient")):
        y, x = forecasts(rng, 3, 4)
        hit = x.copy()
        hit[0, 1], hit[2, 3] = y[0], y[2]
        tied = x.copy()
        tied[:, 1] = tied[:, 0]
        high = x + y[:, None] + 40.0
        whole = rng.permuted(np.tile(np.arange(5), (3, 1)), axis=1) * 2
        single, views = forecasts(rng, 3, 4), forecasts(rng, 2, 3)
        drawn += [
            Probe(name, aspect, "two forecasts of three members", forecasts(rng, 2, 3)),
            Probe(name, aspect, "three forecasts of five members", forecasts(rng, 3, 5)),
            Probe(name, aspect, "as many forecasts as members", forecasts(rng, 4, 4)),
            Probe(name, aspect, "all members above the observation", (y, high)),
            Probe(name, "ties", "members that hit the observation", (y, hit)),
            Probe(name, "ties", "members that agree", (y, tied)),
            Probe(name, "edges", "one forecast", forecasts(rng, 1, 4)),
            Probe(name, "edges", "one member", forecasts(rng, 3, 1)),
            Probe(
                name,
                "edges",
                "whole numbers (dtype int64)",
                (rng.integers(-3, 4, 3) * 2 + 1, whole),
            ),
            Probe(
                name,
                "edges",
                "single precision (dtype float32)",
                tuple(a.astype(np.float32) for a in single),
            ),
            Probe(name, "edges", "arrays that are not contiguous", tuple(map(strided, views))),
        ]
    return drawn


# -- wrong answers -------------------------------------------------------------


def distance_alone(y_true, ensemble):
    return np.mean(np.abs(ensemble - y_true[:, None]))


def half_forgotten(y_true, ensemble):
    a = np.abs(ensemble - y_true[:, None]).mean(axis=1)
    b = np.abs(ensemble[:, :, None] - ensemble[:, None, :]).mean(axis=(1, 2))
    return np.mean(a - b)


def spread_added(y_true, ensemble):
    a = np.abs(ensemble - y_true[:, None]).mean(axis=1)
    b = np.abs(ensemble[:, :, None] - ensemble[:, None, :]).mean(axis=(1, 2))
    return np.mean(a + b / 2)


def pairs_without_self(y_true, ensemble):
    m = ensemble.shape[1]
    a = np.abs(ensemble - y_true[:, None]).mean(axis=1)
    b = np.abs(ensemble[:, :, None] - ensemble[:, None, :]).sum(axis=(1, 2))
    return np.mean(a - b / (2 * max(m * (m - 1), 1)))


def pairs_once(y_true, ensemble):
    a = np.abs(ensemble - y_true[:, None]).mean(axis=1)
    b = np.abs(ensemble[:, :, None] - ensemble[:, None, :]).mean(axis=(1, 2))
    return np.mean(a - b / 4)


def error_of_the_mean(y_true, ensemble):
    return np.mean(np.abs(ensemble.mean(axis=1) - y_true))


def squares(y_true, ensemble):
    a = ((ensemble - y_true[:, None]) ** 2).mean(axis=1)
    b = ((ensemble[:, :, None] - ensemble[:, None, :]) ** 2).mean(axis=(1, 2))
    return np.mean(a - b / 2)


def forecasts_summed(y_true, ensemble):
    a = np.abs(ensemble - y_true[:, None]).mean(axis=1)
    b = np.abs(ensemble[:, :, None] - ensemble[:, None, :]).mean(axis=(1, 2))
    return np.sum(a - b / 2)


def spread_across_forecasts(y_true, ensemble):
    a = np.abs(ensemble - y_true[:, None]).mean(axis=1)
    b = np.abs(ensemble[:, None, :] - ensemble[None, :, :]).mean()
    return np.mean(a) - b / 2


def grad_distance_alone(y_true, ensemble):
    return np.sign(ensemble - y_true[:, None]) / ensemble.size


def grad_half_too_little(y_true, ensemble):
    s = np.sign(ensemble[:, :, None] - ensemble[:, None, :]).mean(axis=2)
    return (np.sign(ensemble - y_true[:, None]) - s / 2) / ensemble.size


def grad_pulled_together(y_true, ensemble):
    s = np.sign(ensemble[:, :, None] - ensemble[:, None, :]).mean(axis=2)
    return (np.sign(ensemble - y_true[:, None]) + s) / ensemble.size


def grad_of_the_sum(y_true, ensemble):
    s = np.sign(ensemble[:, :, None] - ensemble[:, None, :]).mean(axis=2)
    return (np.sign(ensemble - y_true[:, None]) - s) / ensemble.shape[1]


def grad_without_members(y_true, ensemble):
    s = np.sign(ensemble[:, :, None] - ensemble[:, None, :]).mean(axis=2)
    return (np.sign(ensemble - y_true[:, None]) - s) / len(ensemble)


def grad_downhill(y_true, ensemble):
    s = np.sign(ensemble[:, :, None] - ensemble[:, None, :]).mean(axis=2)
    return (s - np.sign(ensemble - y_true[:, None])) / ensemble.size


def grad_hits_pushed(y_true, ensemble):
    s = np.sign(ensemble[:, :, None] - ensemble[:, None, :]).mean(axis=2)
    side = np.where(ensemble > y_true[:, None], 1.0, -1.0)
    return (side - s) / ensemble.size


def grad_by_rank(y_true, ensemble):
    m = ensemble.shape[1]
    rank = np.argsort(np.argsort(ensemble, axis=1, kind="stable"), axis=1, kind="stable")
    s = (2 * rank - (m - 1)) / m
    return (np.sign(ensemble - y_true[:, None]) - s) / ensemble.size


ONE = ([3.0], [[1.0, 2.0, 6.0]])
TWO = ([3.0, 0.0], [[1.0, 2.0, 6.0], [1.0, 2.0, 4.0]])
HIT = ([2.0], [[1.0, 2.0, 6.0]])
TIED = ([3.0], [[1.0, 1.0, 6.0]])

EXERCISE = Exercise(
    slug="crps_ensemble",
    title="CRPS of an ensemble",
    chapter="choosing",
    page="choosing/crps",
    functions={"crps_ensemble": crps_ensemble, "crps_ensemble_grad": crps_ensemble_grad},
    points={"value": 2, "gradient": 3, "ties": 1, "edges": 1},
    probes=probes,
    hints=(
        "Members are drawn to the observation and pushed away from each other. Write the two "
        "distances down for three members before you write code.",
        "The mean distance to the observation, less half the mean over all m times m pairs, each "
        "member with itself included. Every distance has a slope of 1, -1 or 0.",
        "The line that people get wrong is the half: a member stands in two of the ordered pairs "
        "with each other one, so what is left of it in the gradient?",
    ),
    misconceptions=(
        Misconception(
            "crps_ensemble/distance",
            "The members may collapse",
            "crps_ensemble",
            distance_alone,
            "For members 1, 2 and 6 and the observation 3 you return {got}. Which ensemble is best by "
            "your score, if 3 is the median of what may happen?",
            "The second term is missing.",
            "what-goes-wrong",
            ONE,
        ),
        Misconception(
            "crps_ensemble/no-half",
            "The distance among members counts whole",
            "crps_ensemble",
            half_forgotten,
            "For members 1, 2 and 6 and the observation 3 you return {got}. Can an integral of a "
            "square be negative?",
            "E|X-y| - E|X-X'|.",
            "derivation",
            ONE,
        ),
        Misconception(
            "crps_ensemble/added",
            "Spread is punished twice",
            "crps_ensemble",
            spread_added,
            "For members 1, 2 and 6 and the observation 3 you return {got}. Is it more than the mean "
            "distance to the observation, and should it be?",
            "Plus for minus.",
            "derivation",
            ONE,
        ),
        Misconception(
            "crps_ensemble/fair",
            "A member is not paired with itself",
            "crps_ensemble",
            pairs_without_self,
            "For members 1, 2 and 6 and the observation 3 you return {got}. By how many pairs do you "
            "divide, and by how many does the statement?",
            "The fair version: another, also useful score.",
            "definition",
            ONE,
        ),
        Misconception(
            "crps_ensemble/pairs-once",
            "Every pair is counted once and divided by all",
            "crps_ensemble",
            pairs_once,
            "For members 1, 2 and 6 and the observation 3 you return {got}. The sum over i and j: how "
            "often does it hold the distance of the first two members?",
            "Sum over i < j over m^2, halved again.",
            "by-hand",
            ONE,
        ),
        Misconception(
            "crps_ensemble/of-the-mean",
            "The mean of the members is scored",
            "crps_ensemble",
            error_of_the_mean,
            "For members 1, 2 and 6 and the observation 4 you return {got}. What do you return for "
            "members of -97, 3 and 103?",
            "Absolute error of the ensemble mean.",
            "definition",
            ([4.0], [[1.0, 2.0, 6.0]]),
        ),
        Misconception(
            "crps_ensemble/squares",
            "Distances are squared",
            "crps_ensemble",
            squares,
            "For members 1, 2 and 6 and the observation 4 you return {got}. Compare it with the squared "
            "error of their mean: what became of the spread?",
            "With squares the two terms leave the squared error of the mean.",
            "definition",
            ([4.0], [[1.0, 2.0, 6.0]]),
        ),
        Misconception(
            "crps_ensemble/sum",
            "Forecasts are summed",
            "crps_ensemble",
            forecasts_summed,
            "For two forecasts you return {got}. What does one of them cost on average?",
            "Missing 1/n.",
            "definition",
            TWO,
        ),
        Misconception(
            "crps_ensemble/across",
            "Members of different forecasts are compared",
            "crps_ensemble",
            spread_across_forecasts,
            "For two forecasts of three members you return {got}. Whose distances from whom does the "
            "statement ask for?",
            "Pairs along the wrong axis.",
            "definition",
            TWO,
        ),
        Misconception(
            "crps_ensemble_grad/distance",
            "Nothing keeps members apart",
            "crps_ensemble_grad",
            grad_distance_alone,
            "For members 1, 2 and 6 and the observation 3 your gradient is {got}. Where do all members "
            "go in the end?",
            "The second term is missing.",
            "what-goes-wrong",
            ONE,
        ),
        Misconception(
            "crps_ensemble_grad/half",
            "The push among members is halved twice",
            "crps_ensemble_grad",
            grad_half_too_little,
            "For members 1, 2 and 6 and the observation 3 your gradient is {got}. In how many of the "
            "ordered pairs does the first member stand with the second?",
            "The half of the value is kept in the slope.",
            "derivation",
            ONE,
        ),
        Misconception(
            "crps_ensemble_grad/together",
            "Members attract each other",
            "crps_ensemble_grad",
            grad_pulled_together,
            "For members 1, 2 and 6 and the observation 3 your gradient is {got}. Does a step against "
            "it bring the members together or apart?",
            "Sign of the second term.",
            "derivation",
            ONE,
        ),
        Misconception(
            "crps_ensemble_grad/sum",
            "It is the gradient of the sum",
            "crps_ensemble_grad",
            grad_of_the_sum,
            "For two forecasts your gradient is {got}. The loss is a mean of two terms: how much of it "
            "is the first one?",
            "Missing 1/n.",
            "derivation",
            TWO,
        ),
        Misconception(
            "crps_ensemble_grad/members",
            "It is not divided by the members",
            "crps_ensemble_grad",
            grad_without_members,
            "For members 1, 2 and 6 and the observation 3 your gradient is {got}. Move one of three "
            "members by 1: by how much can the mean distance change?",
            "Missing 1/m.",
            "derivation",
            ONE,
        ),
        Misconception(
            "crps_ensemble_grad/downhill",
            "It points downhill",
            "crps_ensemble_grad",
            grad_downhill,
            "For members 1, 2 and 6 and the observation 3 your gradient is {got}. If the last member "
            "rises a little, does the score rise or fall?",
            "Sign turned.",
            "derivation",
            ONE,
        ),
        Misconception(
            "crps_ensemble_grad/hits",
            "A member that hits is pushed",
            "crps_ensemble_grad",
            grad_hits_pushed,
            "For members 1, 2 and 6 and the observation 2 your gradient is {got}. What does the "
            "statement ask for where two numbers are equal?",
            "Two cases where there are three.",
            "what-goes-wrong",
            HIT,
        ),
        Misconception(
            "crps_ensemble_grad/ranks",
            "Members that agree are torn apart",
            "crps_ensemble_grad",
            grad_by_rank,
            "For members 1, 1 and 6 and the observation 3 your gradient is {got}. Which of the first two "
            "members is the larger one?",
            "Ranks break ties by position.",
            "what-goes-wrong",
            TIED,
        ),
    ),
    success=(
        "Drawn to the observation, pushed apart with half the strength, hits and ties left alone. An "
        "ensemble trained with this gradient finds quantiles by itself."
    ),
)
