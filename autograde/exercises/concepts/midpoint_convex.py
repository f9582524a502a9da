"""Exercise: look for a chord that runs below the curve."""

from __future__ import annotations

import itertools

import numpy as np

from autograde.answers import Helper, strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import errors

BOWL = Helper("bowl")
KINKED = Helper("kinked")
LOGISTIC = Helper("logistic")
WELL = Helper("product_well")
TWISTED = Helper("twisted")
LEVEL = Helper("level")


def midpoint_convex(f, points):
    return max(
        f((a + b) / 2) - (f(a) + f(b)) / 2
        for a, b in itertools.combinations(np.asarray(points, dtype=float), 2)
    )


def probes(rng: np.random.Generator) -> list[Probe]:
    def draw(n: int, d: int) -> np.ndarray:
        return errors(rng, (n, d), 0.25, 3.0) + 0.0625

    def probe(aspect, regime, f, points, **options):
        return Probe("midpoint_convex", aspect, regime, (f, points), **options)

    half = np.array([1.0, 1.0]) + rng.integers(-1, 2, 2) / 8
    apart = np.array([half, -half, half * 1.5])
    last = np.concatenate([draw(4, 2) + np.array([5.0, 0.0]), np.array([half, -half])])
    side = np.full((3, 2), 0.5) + np.arange(1.0, 4.0)[:, None] * [1.0, 0.5] / 2
    return [
        probe("convex", "five points in a bowl", BOWL, draw(5, 2)),
        probe("convex", "six points, a function with kinks", KINKED, draw(6, 3)),
        probe("convex", "five points, the logistic loss", LOGISTIC, draw(5, 2)),
        probe("convex", "four points on one side of every kink", KINKED, side, scaled=False),
        probe("broken", "three points in a landscape with two valleys", WELL, apart),
        probe("broken", "six points, of which the last two break the test", WELL, last),
        probe("broken", "six points where the weights depend on each other", TWISTED, draw(6, 3)),
        probe("convex", "seven points of one weight", TWISTED, draw(7, 1)),
        probe("edges", "two points", BOWL, draw(2, 3)),
        probe("edges", "the same point twice", BOWL, np.repeat(draw(1, 2), 2, axis=0), scaled=False),
        probe("edges", "a level function", LEVEL, draw(4, 2), scaled=False),
        probe("edges", "whole numbers (dtype int64)", BOWL,
              rng.integers(-5, 6) + rng.permutation([[0, 0], [1, 2], [4, 6], [9, 9]])),
        probe("edges", "single precision (dtype float32)", LOGISTIC, draw(4, 2).astype(np.float32)),
        probe("edges", "points that are not contiguous in memory", TWISTED, strided(draw(5, 2))),
    ]  # fmt: skip


# -- wrong answers -------------------------------------------------------------


def neighbours_only(f, points):
    return max(f((a + b) / 2) - (f(a) + f(b)) / 2 for a, b in itertools.pairwise(points))


def from_the_first(f, points):
    return max(f((points[0] + b) / 2) - (f(points[0]) + f(b)) / 2 for b in points[1:])


def sign_turned(f, points):
    pairs = itertools.combinations(points, 2)
    return max((f(a) + f(b)) / 2 - f((a + b) / 2) for a, b in pairs)


def smallest(f, points):
    pairs = itertools.combinations(points, 2)
    return min(f((a + b) / 2) - (f(a) + f(b)) / 2 for a, b in pairs)


def never_below_zero(f, points):
    pairs = itertools.combinations(points, 2)
    return max(0.0, *(f((a + b) / 2) - (f(a) + f(b)) / 2 for a, b in pairs))


def with_itself(f, points):
    pairs = itertools.product(points, repeat=2)
    return max(f((a + b) / 2) - (f(a) + f(b)) / 2 for a, b in pairs)


def yes_or_no(f, points):
    pairs = itertools.combinations(points, 2)
    return float(all(f((a + b) / 2) <= (f(a) + f(b)) / 2 + 1e-12 for a, b in pairs))


def average_gap(f, points):
    pairs = itertools.combinations(points, 2)
    return np.mean([f((a + b) / 2) - (f(a) + f(b)) / 2 for a, b in pairs])


def sum_of_the_ends(f, points):
    pairs = itertools.combinations(points, 2)
    return max(f((a + b) / 2) - (f(a) + f(b)) for a, b in pairs)


def sum_of_the_points(f, points):
    pairs = itertools.combinations(points, 2)
    return max(f(a + b) - (f(a) + f(b)) / 2 for a, b in pairs)


def higher_end(f, points):
    pairs = itertools.combinations(points, 2)
    return max(f((a + b) / 2) - max(f(a), f(b)) for a, b in pairs)


def centre_of_all(f, points):
    return f(np.mean(points, axis=0)) - np.mean([f(a) for a in points])


def whole_halves(f, points):
    pairs = itertools.combinations(points, 2)
    whole = points.dtype.kind == "i"
    return max(
        f((a + b) // 2 if whole else (a + b) / 2) - (f(a) + f(b)) / 2 for a, b in pairs
    )  # fmt: skip


THREE = (BOWL, [[0.0], [1.0], [4.0]])
VALLEYS = (WELL, [[1.0, 1.0], [0.0, 0.0], [-1.0, -1.0]])

EXERCISE = Exercise(
    slug="midpoint_convex",
    title="A chord below the curve",
    chapter="concepts",
    page="concepts/convexity",
    functions={"midpoint_convex": midpoint_convex},
    points={"convex": 2, "broken": 2, "edges": 1},
    probes=probes,
    hints=(
        "One pair of points can prove that a function is not convex. No number of pairs proves "
        "that it is. So look at all of them and report the worst.",
        "For a pair, compare two heights: the function at the midpoint, and the middle of the "
        "chord, which is the mean of the heights at the two ends.",
        "The line that people get wrong is the loop over pairs: neighbours are not enough, and a "
        "point paired with itself always scores 0.",
    ),
    misconceptions=(
        Misconception(
            "midpoint_convex/neighbours",
            "Only neighbours in the list are paired",
            "midpoint_convex",
            neighbours_only,
            "For (w1 w2 - 1)^2 and the points (1, 1), (0, 0), (-1, -1) you return {got}. Is there "
            "a chord that passes over the hill between the two valleys?",
            "zip(points, points[1:]).",
            "definition",
            VALLEYS,
        ),
        Misconception(
            "midpoint_convex/first",
            "All pairs hold the first point",
            "midpoint_convex",
            from_the_first,
            "For (w1 w2 - 1)^2 and the points (0, 0), (1, 1), (-1, -1) you return {got}. Which "
            "pair did you never look at?",
            "Pairs (first, other) only.",
            "definition",
            (WELL, [[0.0, 0.0], [1.0, 1.0], [-1.0, -1.0]]),
        ),
        Misconception(
            "midpoint_convex/turned",
            "Curve and chord change places",
            "midpoint_convex",
            sign_turned,
            "For a bowl you return {got}. In a bowl every chord runs above the curve: should the "
            "test complain?",
            "chord minus curve.",
            "definition",
            THREE,
        ),
        Misconception(
            "midpoint_convex/smallest",
            "The most harmless pair is reported",
            "midpoint_convex",
            smallest,
            "For (w1 w2 - 1)^2 you return {got}. One pair of the three breaks the test: does "
            "your answer show it?",
            "min over the pairs.",
            "definition",
            VALLEYS,
        ),
        Misconception(
            "midpoint_convex/clipped",
            "A passed test returns 0",
            "midpoint_convex",
            never_below_zero,
            "For a bowl and three different points you return {got}. By how much does its "
            "flattest chord clear the curve?",
            "max(0, ...): a bowl and a plane become the same.",
            "by-hand",
            THREE,
        ),
        Misconception(
            "midpoint_convex/yes-no",
            "The answer is yes or no",
            "midpoint_convex",
            yes_or_no,
            "For a bowl you return {got}. The statement asks how much; which heights did you "
            "compare?",
            "1 or 0 in place of the gap.",
            "definition",
            THREE,
        ),
        Misconception(
            "midpoint_convex/mean",
            "The gaps are averaged",
            "midpoint_convex",
            average_gap,
            "For (w1 w2 - 1)^2 you return {got}. How many harmless pairs does it take to hide one "
            "that breaks the test?",
            "mean over the pairs.",
            "definition",
            VALLEYS,
        ),
        Misconception(
            "midpoint_convex/ends-added",
            "The heights of the ends are added, not averaged",
            "midpoint_convex",
            sum_of_the_ends,
            "For the function that is 3 everywhere you return {got}. How far is its graph from "
            "its chords?",
            "f(a) + f(b) without the half.",
            "definition",
            (LEVEL, [[0.0], [1.0]]),
        ),
        Misconception(
            "midpoint_convex/points-added",
            "The points are added, not averaged",
            "midpoint_convex",
            sum_of_the_points,
            "For a bowl and the points 0, 1 and 4 you return {got}. Does a + b lie between a and "
            "b?",
            "f(a + b).",
            "definition",
            THREE,
        ),
        Misconception(
            "midpoint_convex/quasi",
            "The midpoint is compared with the higher end",
            "midpoint_convex",
            higher_end,
            "For a bowl and the points 1, 3 and 6 you return {got}. How high is each chord in its "
            "middle?",
            "That tests quasiconvexity, which is weaker.",
            "derivation",
            (BOWL, [[1.0], [3.0], [6.0]]),
        ),
        Misconception(
            "midpoint_convex/centre",
            "One centre of all points is tested",
            "midpoint_convex",
            centre_of_all,
            "For (w1 w2 - 1)^2 and the points (1, 1), (0, 0), (-1, -1) you return {got}. Which "
            "two points does a chord have?",
            "Jensen's inequality for the whole set at once.",
            "derivation",
            VALLEYS,
        ),
        Misconception(
            "midpoint_convex/whole",
            "Halves of whole numbers are cut off",
            "midpoint_convex",
            whole_halves,
            "For a bowl and the whole numbers 1 and 2 you return {got}. Where is their midpoint?",
            "// 2.",
            "what-goes-wrong",
            (BOWL, np.array([[1], [2]])),
        ),
    ),
    success=(
        "Every pair was tried: the bowl, the kinks and the logistic loss passed, and the landscape "
        "with two valleys was caught by the one chord that crosses the hill. Remember the limits "
        "of the test: it can refuse, and it can never promise."
    ),
)
