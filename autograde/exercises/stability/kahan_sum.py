"""Exercise: a sum that keeps its small parts."""

from __future__ import annotations

import math

import numpy as np

from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import targets

#: A compensated sum of positive numbers is off by at most 2.2e-16, relatively, and the exact
#: sum is rounded once more. Sums in blocks, such as np.sum, are off by several times that.
SHARP = 5e-16


def kahan_sum(x):
    return math.fsum(np.asarray(x, dtype=np.float64).tolist())


def probes(rng: np.random.Generator) -> list[Probe]:
    def small(count: int) -> np.ndarray:
        return np.full(count, 1.0 + rng.integers(0, 5) * 0.125)

    lead = np.full(8, 1e16)
    tenths = np.full(1500, 0.1 + 0.01 * rng.integers(0, 5))  # none of them exact in binary
    falling = 1.0 / np.arange(1.0, 1001.0) ** 2 * (1 + rng.integers(0, 5) * 0.125)
    growing = np.concatenate([small(400), np.full(8, 1e16), small(400)])

    def sharp(regime: str, x: np.ndarray) -> Probe:
        return Probe("kahan_sum", "stability", regime, (x,), rtol=SHARP, atol=0.0)

    return [
        Probe("kahan_sum", "value", "six numbers of both signs", (targets(rng, 6),)),
        Probe("kahan_sum", "value", "forty numbers of both signs", (targets(rng, 40),)),
        Probe("kahan_sum", "edges", "nothing to add", (np.zeros(0),), scaled=False),
        Probe("kahan_sum", "edges", "a single number", (targets(rng, 1),)),
        Probe("kahan_sum", "edges", "an array that is not contiguous", (strided(targets(rng, 5)),)),
        sharp("one large number, then 1500 small ones", np.concatenate([lead[:1], small(1500)])),
        sharp("eight large numbers, then 1000 small ones", np.concatenate([lead, small(1000)])),
        sharp("large numbers between small ones", growing),
        sharp("1500 equal numbers near a tenth", tenths),
        sharp("a series of 1000 falling terms", falling),
    ]


# -- wrong answers -------------------------------------------------------------


def one_after_the_other(x):
    total = 0.0
    for value in np.asarray(x).tolist():
        total = total + value
    return total


def in_blocks(x):
    return np.sum(x)


def smallest_first(x):
    total = 0.0
    for value in sorted(np.asarray(x).tolist(), key=abs):
        total = total + value
    return total


def compensation_with_the_wrong_sign(x):
    total = lost = 0.0
    for value in np.asarray(x).tolist():
        part = value + lost
        new = total + part
        lost = (new - total) - part
        total = new
    return total


def first_number_skipped(x):
    values = np.asarray(x).tolist()
    total = lost = 0.0
    for value in values[1:]:
        part = value - lost
        new = total + part
        lost = (new - total) - part
        total = new
    return total


def halves(x):
    half = len(x) // 2
    return one_after_the_other(x[:half]) + one_after_the_other(x[half:])


LEAD = ([1e16, 1.0, 1.0, -1e16],)

EXERCISE = Exercise(
    slug="kahan_sum",
    title="A sum that keeps its small parts",
    chapter="stability",
    page="stability/sums-and-norms",
    functions={"kahan_sum": kahan_sum},
    points={"value": 1, "edges": 1, "stability": 3},
    probes=probes,
    hints=(
        "When a small number is added to a large one, its last digits fall off. They can be "
        "recovered exactly, by three additions and subtractions.",
        "Keep a second number: what was lost in the last addition. Take it into account before "
        "you add the next term.",
        "new = total + part. What really arrived is new - total. What should have arrived is "
        "part. Carry the difference, and mind its sign.",
    ),
    misconceptions=(
        Misconception(
            "kahan_sum/plain",
            "The small numbers fall off one by one",
            "kahan_sum",
            one_after_the_other,
            "For 1e16, 1, 1, -1e16 you return {got}. How far apart are two neighbouring floats near "
            "1e16? If you do carry a remainder: is it still there when the next term is added, "
            "and did algebra make it 0 before the computer saw it?",
            "The plain loop, or a remainder that is thrown away or simplified to 0: an error that "
            "grows with the number of terms.",
            "what-goes-wrong",
            LEAD,
        ),
        Misconception(
            "kahan_sum/blocks",
            "A sum in blocks loses less, and still loses",
            "kahan_sum",
            in_blocks,
            "For 1e16, 1, 1, -1e16 you return {got}. np.sum keeps several running sums; does that "
            "help where a small number meets a large one in the same of them?",
            "np.sum: pairwise over blocks of 128, plain inside a block.",
            "what-goes-wrong",
            LEAD,
        ),
        Misconception(
            "kahan_sum/sorted",
            "Sorting helps until the sum itself is large",
            "kahan_sum",
            smallest_first,
            "For ten times 0.1 and then -1 you return {got}. The number that Python stores for 0.1 "
            "is a little more than a tenth, so ten of them are a little more than 1. What does "
            "sorting change among equal terms?",
            "Adds from small to large; no help where all terms are alike.",
            "what-goes-wrong",
            ([0.1] * 10 + [-1.0],),
        ),
        Misconception(
            "kahan_sum/sign",
            "What was lost is lost twice",
            "kahan_sum",
            compensation_with_the_wrong_sign,
            "For 1e16, 1, 1, -1e16 you return {got}. Follow the second number by hand: is it 1 or -1 "
            "after the first small term, and do you add or subtract it?",
            "The compensation is applied with the wrong sign.",
            "derivation",
            LEAD,
        ),
        Misconception(
            "kahan_sum/first-skipped",
            "The first number is missing",
            "kahan_sum",
            first_number_skipped,
            "For 1, 2, 3 you return {got}. Which of the three is missing?",
            "Starts at the second term without starting the total at the first.",
            "definition",
            ([1.0, 2.0, 3.0],),
        ),
        Misconception(
            "kahan_sum/halves",
            "Two plain sums instead of one",
            "kahan_sum",
            halves,
            "For 1e16, 1, 1, -1e16 you return {got}. In which of the two halves did a number fall off?",
            "Splitting once halves the error; it does not remove it.",
            "what-goes-wrong",
            LEAD,
        ),
    ),
    success=(
        "Exact to the last digit or its neighbour, whatever the number of terms. A loss averaged "
        "over a million samples in float32 needs either this or a wider accumulator."
    ),
)
