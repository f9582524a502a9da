"""Exercise: gradients of tasks without what works against other tasks (PCGrad)."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import errors


def pcgrad(gradients, order):
    return lossref.pcgrad(np.asarray(gradients) * 1.0, order=order)


def probes(rng: np.random.Generator) -> list[Probe]:
    def turns(k: int) -> np.ndarray:
        """Random orders, of which at least two differ."""
        rows = np.array([rng.permutation(k) for _ in range(k)])
        rows[1] = rows[0][::-1]
        return rows

    def fighting(k: int, d: int) -> np.ndarray:
        """Gradients most pairs of which point against each other."""
        pull = errors(rng, d, 1.0, 3.0)
        side = np.resize([1.0, -1.0, -0.5, 0.5], k)[:, None]
        return errors(rng, (k, d), 0.125, 1.5) + side * pull

    def probe(aspect: str, regime: str, g, order, change=lambda x: x, **kwargs) -> Probe:
        return Probe("pcgrad", aspect, regime, (change(g), order), **kwargs)

    base = np.abs(errors(rng, 4, 0.5, 3.0))
    friends = base * np.array([[1.0, 1.0, 1.0, 1.0], [0.5, 2.0, 1.0, 0.0], [1.0, 0.0, 0.0, 3.0]])
    still = fighting(3, 4)
    still[1] = 0.0
    against = np.array([1.0, -0.5])[:, None] * errors(rng, 3, 0.5, 2.0)
    square = np.zeros((2, 2))
    square[0, 0], square[1, 1] = rng.integers(2, 9, size=2) / 8.0
    whole = np.array([[3, 1, 2], [-2, 1, -1]]) * rng.integers(1, 4)
    return [
        probe("pair", "two tasks that conflict", fighting(2, 3), turns(2)),
        probe("pair", "two tasks that conflict, five parameters", fighting(2, 5), turns(2)),
        probe("pair", "one gradient ten times as long", fighting(2, 4) * np.array([[10.0], [1.0]]), turns(2)),
        probe("pair", "three tasks that agree", friends, turns(3)),
        probe("order", "three tasks", fighting(3, 3), turns(3)),
        probe("order", "four tasks, six parameters", fighting(4, 6), turns(4)),
        probe("order", "five tasks, four parameters", fighting(5, 4), turns(5)),
        probe("order", "more tasks than parameters", fighting(4, 2), turns(4)),
        probe("edges", "gradients that point exactly against each other", against, turns(2),
              atol=1e-9, scaled=False),
        probe("edges", "gradients at right angles", square, turns(2)),
        probe("edges", "a gradient of zero", still, turns(3)),
        probe("edges", "a single task", fighting(1, 3), np.array([[0]])),
        probe("edges", "whole numbers (dtype int64)", whole, turns(2)),
        probe("edges", "single precision (dtype float32)", fighting(3, 5), turns(3),
              change=lambda x: x.astype(np.float32), rtol=1e-4, atol=1e-5),
        probe("edges", "arrays that are not contiguous", fighting(3, 4), turns(3), change=strided),
    ]  # fmt: skip


# -- wrong answers -------------------------------------------------------------


def _surgery(gradients, order, against=None, cut=None, others=None):
    """The algorithm with parts that a mistake replaces."""
    g = gradients * 1.0
    out = g.copy()
    for k in range(len(g)):
        for j in order[k]:
            if j == k:
                continue
            other = (others or (lambda g, out, j: g[j]))(g, out, j)
            dot = np.sum((against or (lambda g, out, k: out[k]))(g, out, k) * other)
            if dot < 0:
                size = np.sum(other * other)
                out[k] = (cut or (lambda v, dot, size, o: v - dot / size * o))(
                    out[k], dot, size, other
                )
    return out


def changed_neighbours(gradients, order):
    return _surgery(gradients, order, others=lambda g, out, j: out[j].copy())


def against_the_first_gradient(gradients, order):
    return _surgery(gradients, order, against=lambda g, out, k: g[k])


def always_projected(gradients, order):
    g = gradients * 1.0
    out = g.copy()
    for k in range(len(g)):
        for j in order[k]:
            size = np.sum(g[j] * g[j])
            if j != k and size > 0:
                out[k] = out[k] - np.sum(out[k] * g[j]) / size * g[j]
    return out


def only_friends(gradients, order):
    g = gradients * 1.0
    out = g.copy()
    for k in range(len(g)):
        for j in order[k]:
            dot = np.sum(out[k] * g[j])
            if j != k and dot > 0:
                out[k] = out[k] - dot / np.sum(g[j] * g[j]) * g[j]
    return out


def norm_not_squared(gradients, order):
    return _surgery(gradients, order, cut=lambda v, dot, size, o: v - dot / np.sqrt(size) * o)


def own_length(gradients, order):
    return _surgery(gradients, order, cut=lambda v, dot, size, o: v - dot / np.sum(v * v) * o)


def no_length(gradients, order):
    return _surgery(gradients, order, cut=lambda v, dot, size, o: v - dot * o)


def added(gradients, order):
    return _surgery(gradients, order, cut=lambda v, dot, size, o: v + dot / size * o)


def mirrored(gradients, order):
    return _surgery(gradients, order, cut=lambda v, dot, size, o: v - 2 * dot / size * o)


def set_to_zero(gradients, order):
    return _surgery(gradients, order, cut=lambda v, dot, size, o: np.zeros_like(v))


def order_of_the_rows(gradients, order):
    k = len(gradients)
    return _surgery(gradients, np.tile(np.arange(k), (k, 1)))


def first_row_for_all(gradients, order):
    return _surgery(gradients, np.tile(order[0], (len(gradients), 1)))


def summed(gradients, order):
    return np.sum(_surgery(gradients, order), axis=0)


def whole_numbers_stay_whole(gradients, order):
    out = gradients.copy()
    for k in range(len(out)):
        for j in order[k]:
            dot = np.sum(out[k] * gradients[j])
            if j != k and dot < 0:
                out[k] = out[k] - dot / np.sum(gradients[j] * gradients[j]) * gradients[j]
    return out


def one_direction_only(gradients, order):
    g = gradients * 1.0
    out = g.copy()
    for k in range(len(g)):
        for j in order[k]:
            dot = np.sum(out[k] * g[j])
            if j < k and dot < 0:
                out[k] = out[k] - dot / np.sum(g[j] * g[j]) * g[j]
    return out


def zero_over_zero(gradients, order):
    g = gradients * 1.0
    out = g.copy()
    for k in range(len(g)):
        for j in order[k]:
            if j != k:
                out[k] = out[k] - min(np.sum(out[k] * g[j]), 0.0) / np.sum(g[j] * g[j]) * g[j]
    return out


TWO = ([[2.0, 0.0], [-2.0, 4.0]], [[0, 1], [1, 0]])
THREE = (
    [[0.0, 1.0, -1.0], [1.0, 0.0, -1.0], [0.0, -1.0, 1.0]],
    [[0, 2, 1], [2, 1, 0], [1, 0, 2]],
)
SAID = "For gradients (2, 0) and (-2, 4)"
SAID_THREE = "For gradients (0, 1, -1), (1, 0, -1), (0, -1, 1) and orders 021, 210, 102"


def _about(name, title, wrong, asks, because, anchor="definition", three=False):
    return Misconception(
        f"pcgrad/{name}", title, "pcgrad", wrong,
        f"{SAID_THREE if three else SAID} you return {{got}}. {asks}", because, anchor,
        THREE if three else TWO,
    )  # fmt: skip


EXERCISE = Exercise(
    slug="pcgrad",
    title="Gradient surgery",
    chapter="multitask",
    page="multitask/pcgrad",
    functions={"pcgrad": pcgrad},
    points={"pair": 2, "order": 2, "edges": 1},
    probes=probes,
    hints=(
        "One task after the other loses the part of its gradient that would raise another task's "
        "loss. What stays is at a right angle to that other gradient.",
        "The part of a vector along another is a multiple of the other: inner product over "
        "squared length. It is taken off only where the inner product is negative.",
        "Each cut looks at what is left of task k, and at the gradient of task j as it was given. "
        "Keep both at hand, and let neither be an array of whole numbers.",
    ),
    misconceptions=(
        _about(
            "changed-neighbours", "The others are taken as already changed", changed_neighbours,
            "Against which gradient of the first task did you measure the second?",
            "Projects onto out[j]: the result depends on the order of the tasks.",
        ),
        _about(
            "first-gradient", "Every cut is measured on the uncut gradient",
            against_the_first_gradient,
            "After the first cut of a task, is what you take off in the second still there?",
            "The inner product of g[k] with g[j], whatever is left of g[k].", three=True,
        ),
        Misconception(
            "pcgrad/always", "Agreement is taken away as well", "pcgrad", always_projected,
            "For gradients (2, 0) and (2, 4), which agree, you return {got}. Whom did the common "
            "part hurt?",
            "The test for a conflict is missing.", "definition",
            ([[2.0, 0.0], [2.0, 4.0]], [[0, 1], [1, 0]]),
        ),
        _about(
            "only-friends", "The test for a conflict is turned round", only_friends,
            "Their inner product is negative. Which of your rows has changed?",
            "Projects where the inner product is positive.",
        ),
        _about(
            "norm", "The length is not squared", norm_not_squared,
            "Is your first row at a right angle to (-2, 4)?", "Divides by the norm.", "derivation",
        ),
        _about(
            "own-length", "The length is that of the gradient that is cut", own_length,
            "Is your first row at a right angle to (-2, 4)?", "g_k . g_k in the denominator.",
            "derivation",
        ),
        _about(
            "no-length", "The length does not enter", no_length,
            "If the second gradient were twice as long, should the first lose four times as much?",
            "The denominator is missing.", "derivation",
        ),
        _about(
            "added", "The conflict is doubled", added,
            "Is the inner product of your first row with (-2, 4) closer to 0 than before?",
            "Plus in place of minus.", "derivation",
        ),
        _about(
            "mirrored", "The gradient is mirrored", mirrored,
            "Your first row now helps the second task. Who pays for that?",
            "Twice the projection: a reflection.", "derivation",
        ),
        _about(
            "zero", "A task in conflict is switched off", set_to_zero,
            "Is there no part of (2, 0) that leaves the second task alone?",
            "The gradient is set to 0.",
        ),
        _about(
            "order", "The order is not used", order_of_the_rows,
            "Whom does the first task meet first, and whom did it meet in your version?",
            "0, 1, 2, ... for everyone.", three=True,
        ),
        _about(
            "first-row", "All tasks use the first order", first_row_for_all,
            "Which row of the orders belongs to the third task?", "order[0] for all.", three=True,
        ),
        _about(
            "sum", "The rows are added up", summed,
            "How many gradients went in, and how many does the statement want back?",
            "The step of the network, not the changed gradients.",
        ),
        Misconception(
            "pcgrad/whole", "Whole numbers stay whole", "pcgrad", whole_numbers_stay_whole,
            "For the whole numbers (3, 1) and (-2, 1) you return {got}. Which type has the array "
            "that you write into?",
            "A copy of an int array truncates.", "what-goes-wrong",
            ([[3, 1], [-2, 1]], [[0, 1], [1, 0]]),
        ),
        _about(
            "one-direction", "Only the later task gives way", one_direction_only,
            "Does the first row still work against (-2, 4)?", "j < k in place of j != k.",
        ),
        Misconception(
            "pcgrad/zero-over-zero", "A gradient of zero divides by zero", "pcgrad", zero_over_zero,
            "For gradients (2, 0) and (0, 0) you return {got}. What did you divide by?",
            "No test before the division.", "what-goes-wrong",
            ([[2.0, 0.0], [0.0, 0.0]], [[0, 1], [1, 0]]),
        ),
    ),
    success=(
        "Pairs, orders and ties are right. With two tasks no step along your rows hurts either of "
        "them, to first order; with more, look at the page again."
    ),
)  # fmt: skip
