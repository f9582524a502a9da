"""Exercise: the weights of the next epoch from how fast each task's loss falls."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import errors


def dynamic_weight_average(history, temperature=2.0):
    if not temperature > 0:
        raise ValueError(f"temperature must be positive; got {temperature}")
    losses = np.asarray(history, np.float64)
    if len(losses) < 2:
        return np.ones(losses.shape[1])
    return lossref.dynamic_weight_average(losses[-1], losses[-2], temperature=temperature)


def probes(rng: np.random.Generator) -> list[Probe]:
    name = "dynamic_weight_average"

    def losses(epochs: int, k: int) -> np.ndarray:
        """Positive, of different sizes, up and down."""
        return np.abs(errors(rng, (epochs, k), 0.5, 4.0)) * 2.0 ** rng.permutation(k) + 0.0625

    def probe(aspect: str, regime: str, history, **kwargs) -> Probe:
        return Probe(name, aspect, regime, (history,), kwargs)

    def sudden(k: int) -> np.ndarray:
        """One loss that explodes by a factor of 20000."""
        history = losses(3, k)
        history[-1, 1] = 2.0e4 * history[-2, 1]
        return history

    small = losses(2, 3) * 2.0**-500
    return [
        probe("value", "two epochs, two tasks, temperature 1", losses(2, 2), temperature=1.0),
        probe("value", "two epochs, four tasks, temperature 0.5", losses(2, 4), temperature=0.5),
        probe("value", "the temperature left at its default", losses(2, 3)),
        probe("history", "five epochs, three tasks", losses(5, 3), temperature=1.0),
        probe("history", "three epochs, three tasks, temperature 4", losses(3, 3), temperature=4.0),
        probe("history", "a single epoch", losses(1, 3)),
        probe("history", "before the first epoch: no row", np.zeros((0, 4))),
        probe("edges", "a single task", losses(3, 1)),
        probe("edges", "whole numbers (dtype int64)", rng.integers(2, 30, size=(3, 3))),
        probe("edges", "single precision (dtype float32)", losses(3, 3).astype(np.float32)),
        probe("edges", "an array that is not contiguous", strided(losses(3, 4)), temperature=1.0),
        probe("stability", "a loss that explodes by a factor of 20000", sudden(3), temperature=1.0),
        probe("stability", "losses near 1e-150", small, temperature=0.5),
        probe("stability", "a temperature of 0.001", losses(3, 3), temperature=0.001),
        *(
            Probe(name, "edges", f"temperature = {t:g}, which is not allowed",
                  (losses(3, 2),), {"temperature": t}, raises=ValueError)
            for t in (0.0, -1.0)
        ),
    ]  # fmt: skip


# -- wrong answers -------------------------------------------------------------


def _soft(z):
    e = np.exp(z - np.max(z))
    return e / np.sum(e)


def _weights(history, temperature, rates=None, total=None):
    """The rule with parts that a mistake replaces."""
    if temperature <= 0:
        raise ValueError("temperature")
    k = history.shape[1]
    if len(history) < 2:
        return np.ones(k)
    rates = rates or (lambda h: h[-1] / h[-2])
    return (k if total is None else total) * _soft(rates(history) / temperature)


def ratio_upside_down(history, temperature=2.0):
    return _weights(history, temperature, lambda h: h[-2] / h[-1])


def size_of_the_losses(history, temperature=2.0):
    return _weights(history, temperature, lambda h: h[-1] * 1.0)


def difference_for_ratio(history, temperature=2.0):
    return _weights(history, temperature, lambda h: h[-1] - h[-2])


def since_the_first_epoch(history, temperature=2.0):
    return _weights(history, temperature, lambda h: h[-1] / h[0])


def mean_of_all_ratios(history, temperature=2.0):
    return _weights(history, temperature, lambda h: np.mean(h[1:] / h[:-1], axis=0))


def first_two_epochs(history, temperature=2.0):
    return _weights(history, temperature, lambda h: h[1] / h[0])


def add_up_to_one(history, temperature=2.0):
    return _weights(history, temperature, total=1)


def temperature_multiplies(history, temperature=2.0):
    if temperature <= 0:
        raise ValueError("temperature")
    return _weights(history, 1.0 / temperature)


def no_softmax(history, temperature=2.0):
    if temperature <= 0:
        raise ValueError("temperature")
    if len(history) < 2:
        return np.ones(history.shape[1])
    r = history[-1] / history[-2]
    return len(r) * r / np.sum(r)


def overflow(history, temperature=2.0):
    if temperature <= 0:
        raise ValueError("temperature")
    if len(history) < 2:
        return np.ones(history.shape[1])
    e = np.exp(history[-1] / history[-2] / temperature)
    return len(e) * e / np.sum(e)


def fast_tasks_first(history, temperature=2.0):
    return _weights(history, temperature, lambda h: -(h[-1] / h[-2]))


def no_beginning(history, temperature=2.0):
    if temperature <= 0:
        raise ValueError("temperature")
    r = history[-1] / history[-2]
    return len(r) * _soft(r / temperature)


def any_temperature(history, temperature=2.0):
    k = history.shape[1]
    if len(history) < 2:
        return np.ones(k)
    return k * _soft(history[-1] / history[-2] / temperature)


TWO = ([[4.0, 1.0], [2.0, 1.0]], 1.0)
THREE = ([[8.0, 1.0], [4.0, 2.0], [2.0, 2.0]], 1.0)
SAID = "For losses (4, 1), then (2, 1), and a temperature of 1"
SAID_THREE = "For losses (8, 1), (4, 2), then (2, 2), and a temperature of 1"


def _about(name, title, wrong, asks, because, anchor="definition", three=False):
    return Misconception(
        f"dynamic_weight_average/{name}", title, "dynamic_weight_average", wrong,
        f"{SAID_THREE if three else SAID} you return {{got}}. {asks}", because, anchor,
        THREE if three else TWO,
    )  # fmt: skip


EXERCISE = Exercise(
    slug="dynamic_weight_average",
    title="Dynamic weight average",
    chapter="multitask",
    page="multitask/dynamic-weight-average",
    functions={"dynamic_weight_average": dynamic_weight_average},
    points={"value": 2, "history": 1, "stability": 1, "edges": 1},
    probes=probes,
    hints=(
        "Only what a loss did in the last epoch counts: is what is left of it much or little?",
        "A softmax over the tasks of rates divided by a temperature. It adds up to 1, and the "
        "weights add up to the number of tasks.",
        "With one row or none there is no rate yet. And a rate may be 20000: which number may be "
        "taken off every exponent?",
    ),
    misconceptions=(
        _about(
            "upside-down", "The ratio is upside down", ratio_upside_down,
            "The first loss has halved, the second stands still. Which of them needs help?",
            "The earlier loss over the later one.",
        ),
        _about(
            "size", "The size of the losses decides", size_of_the_losses,
            "In other units the first loss is 0.002: should its weight change?",
            "The loss itself in place of its ratio.",
        ),
        _about(
            "difference", "Differences are compared, not ratios", difference_for_ratio,
            "A loss that goes from 4000 to 3999 has hardly moved: what does your rate say?",
            "L(t) - L(t - 1), which has a unit.",
        ),
        _about(
            "first-epoch", "The rate is measured since the first epoch", since_the_first_epoch,
            "Which of the two losses stood still in the last epoch?",
            "The rate of GradNorm, L(t) / L(0).", three=True,
        ),
        _about(
            "all-ratios", "All epochs are averaged", mean_of_all_ratios,
            "The second loss doubled long ago. Is it still doubling?", "Mean of every ratio.",
            three=True,
        ),
        _about(
            "first-two", "Only the first two epochs are looked at", first_two_epochs,
            "Has the last row changed anything?", "Counts from the front.", three=True,
        ),
        _about(
            "one", "The weights add up to 1", add_up_to_one,
            "In the first epochs both weights were 1. How long are the steps now?",
            "The factor K is missing.",
        ),
        Misconception(
            "dynamic_weight_average/multiplied",
            "The temperature multiplies",
            "dynamic_weight_average",
            temperature_multiplies,
            "For losses (4, 1), then (2, 1), and a temperature of 10 you return {got}. Do hot "
            "weights come closer to each other or farther apart?",
            "r * T in place of r / T.",
            "definition",
            ([[4.0, 1.0], [2.0, 1.0]], 10.0),
        ),
        _about(
            "no-softmax", "Rates are divided by their sum", no_softmax,
            "Where does the temperature enter?", "Proportional weights, no softmax.",
        ),
        Misconception(
            "dynamic_weight_average/overflow",
            "An exploding loss overflows the exponential",
            "dynamic_weight_average",
            overflow,
            "For losses (1, 1), then (1, 20000), and a temperature of 1 you return {got}. What "
            "is the exponential of 20000?",
            "A softmax without its shift.",
            "what-goes-wrong",
            ([[1.0, 1.0], [1.0, 20000.0]], 1.0),
        ),
        _about(
            "fast-first", "The fast task gets the weight", fast_tasks_first,
            "The second loss stands still. Is its weight above 1 or below?",
            "A minus in the softmax.",
        ),
        Misconception(
            "dynamic_weight_average/no-beginning",
            "The last epoch is compared with one that does not exist",
            "dynamic_weight_average",
            no_beginning,
            "After the first epoch there is one row. What do you compare it with, and what should "
            "the weights be until there is a rate?",
            "No case for fewer than two rows.",
            "definition",
            (),
        ),
        Misconception(
            "dynamic_weight_average/any-temperature",
            "A negative temperature is accepted",
            "dynamic_weight_average",
            any_temperature,
            "For losses (4, 1), then (2, 1), and a temperature of -1 you return {got}. Which task "
            "is preferred now?",
            "The check is missing.",
            "definition",
            ([[4.0, 1.0], [2.0, 1.0]], -1.0),
        ),
    ),
    success=(
        "From the first epoch, through an explosion, to the last: the slow task is the heavy one. "
        "No gradient was looked at, which is what makes this rule cheap."
    ),
)  # fmt: skip
