"""Exercise: the contrastive loss of pairs, and its gradient."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.vector_regimes import apart, rows


def contrastive(similar, a, b, margin=1.0):
    return lossref.contrastive(similar, a, b, margin=margin)


def contrastive_grad(similar, a, b, margin=1.0):
    return lossref.contrastive_grad(similar, a, b, margin=margin)[0]


def probes(rng: np.random.Generator) -> list[Probe]:
    drawn = []
    for name, aspect in (("contrastive", "value"), ("contrastive_grad", "gradient")):

        def ask(what, regime, similar, pair, name=name, **kwargs):
            labels = np.array(similar, dtype=np.asarray(pair[0]).dtype)
            return Probe(name, what, regime, (labels, *pair), kwargs)

        near = rng.permutation([0.25, 0.5, 0.75]).tolist()
        far = rng.permutation([1.75, 2.5, 3.25]).tolist()
        mixed = [near[0], far[0], near[1], far[1], near[2]]
        a, b = apart(rng, [0.5, 2.0, 0.625], 3)
        whole = rng.integers(-4, 5, size=(3, 2))
        whole_pair = (whole, whole + np.array([[1, 1], [3, 4], [1, 0]]))
        spot = rows(rng, 2, 3)
        step = np.array([[0.75, 0.0], [0.0, -0.75], [0.75, 0.0]])
        drawn += [
            ask(aspect, "pairs of both kinds, near and far", [1, 1, 0, 0, 0], apart(rng, mixed, 3)),
            ask(aspect, "pairs that belong together", [1, 1, 1], apart(rng, far, 2)),
            ask(aspect, "pairs apart, inside the margin", [0, 0, 0], apart(rng, near, 2)),
            ask(
                aspect,
                "pairs apart, inside a margin of 4",
                [0, 0, 0],
                apart(rng, far, 4),
                margin=4.0,
            ),
            ask(
                aspect,
                "pairs of both kinds, margin 2",
                [0, 1, 0, 1],
                apart(rng, [near[0], far[0], far[1] + 1, near[1]], 2),
                margin=2.0,
            ),
            ask(aspect, "pairs apart, beyond the margin", [0, 0, 1], apart(rng, far, 3)),
            ask("edges", "a single pair", [0], apart(rng, [0.375], 2)),
            ask("edges", "whole numbers (dtype int64)", [1, 0, 0], whole_pair, margin=3.0),
            ask(
                "edges",
                "single precision (dtype float32)",
                [0, 1, 0],
                (a.astype(np.float32), b.astype(np.float32)),
            ),
            ask(
                "edges",
                "arrays that are not contiguous",
                [0, 1, 1],
                tuple(map(strided, apart(rng, [0.5, 0.75, 1.5], 2))),
            ),
            ask(
                "edges",
                "distances of exactly the margin",
                [0, 0, 1],
                (p := rows(rng, 3, 2), p - step),
                margin=0.75,
            ),
            ask(
                "edges",
                "pairs apart in one and the same place",
                [0, 0, 1],
                (np.concatenate([spot, spot[:1]]), np.concatenate([spot, spot[1:]])),
                margin=1.5,
            ),
            Probe(
                name,
                "edges",
                "margin = -1, which is not allowed",
                (np.array([1.0, 0.0]), *apart(rng, [0.5, 0.5], 2)),
                {"margin": -1.0},
                raises=ValueError,
            ),
        ]
    return drawn


# -- wrong answers -------------------------------------------------------------


def no_half(similar, a, b, margin=1.0):
    if margin < 0:
        raise ValueError("margin")
    d = np.sqrt(np.sum((a - b) ** 2, axis=1))
    return np.mean(similar * d**2 + (1 - similar) * np.maximum(margin - d, 0) ** 2)


def sum_of_pairs(similar, a, b, margin=1.0):
    if margin < 0:
        raise ValueError("margin")
    d = np.sqrt(np.sum((a - b) ** 2, axis=1))
    return np.sum(similar * d**2 + (1 - similar) * np.maximum(margin - d, 0) ** 2) / 2


def labels_reversed(similar, a, b, margin=1.0):
    if margin < 0:
        raise ValueError("margin")
    d = np.sqrt(np.sum((a - b) ** 2, axis=1))
    return np.mean((1 - similar) * d**2 + similar * np.maximum(margin - d, 0) ** 2) / 2


def square_inside_the_maximum(similar, a, b, margin=1.0):
    if margin < 0:
        raise ValueError("margin")
    d = np.sqrt(np.sum((a - b) ** 2, axis=1))
    return np.mean(similar * d**2 + (1 - similar) * np.maximum((margin - d) ** 2, 0)) / 2


def squared_distance_under_the_margin(similar, a, b, margin=1.0):
    if margin < 0:
        raise ValueError("margin")
    d2 = np.sum((a - b) ** 2, axis=1)
    return np.mean(similar * d2 + (1 - similar) * np.maximum(margin - d2, 0)) / 2


def hinge_not_squared(similar, a, b, margin=1.0):
    if margin < 0:
        raise ValueError("margin")
    d = np.sqrt(np.sum((a - b) ** 2, axis=1))
    return np.mean(similar * d**2 + (1 - similar) * np.maximum(margin - d, 0)) / 2


def margin_of_one(similar, a, b, margin=1.0):
    if margin < 0:
        raise ValueError("margin")
    d = np.sqrt(np.sum((a - b) ** 2, axis=1))
    return np.mean(similar * d**2 + (1 - similar) * np.maximum(1.0 - d, 0) ** 2) / 2


def any_margin(similar, a, b, margin=1.0):
    d = np.sqrt(np.sum((a - b) ** 2, axis=1))
    return np.mean(similar * d**2 + (1 - similar) * np.maximum(margin - d, 0) ** 2) / 2


def grad_without_n(similar, a, b, margin=1.0):
    if margin < 0:
        raise ValueError("margin")
    d = np.sqrt(np.sum((a - b) ** 2, axis=1))
    short = np.maximum(margin - d, 0) / np.where(d > 0, d, 1.0)
    return (similar - (1 - similar) * short)[:, None] * (a - b)


def grad_doubled(similar, a, b, margin=1.0):
    if margin < 0:
        raise ValueError("margin")
    d = np.sqrt(np.sum((a - b) ** 2, axis=1))
    short = np.maximum(margin - d, 0) / np.where(d > 0, d, 1.0)
    return 2 * (similar - (1 - similar) * short)[:, None] * (a - b) / len(a)


def grad_downhill(similar, a, b, margin=1.0):
    if margin < 0:
        raise ValueError("margin")
    d = np.sqrt(np.sum((a - b) ** 2, axis=1))
    short = np.maximum(margin - d, 0) / np.where(d > 0, d, 1.0)
    return (similar - (1 - similar) * short)[:, None] * (b - a) / len(a)


def grad_nan_at_zero(similar, a, b, margin=1.0):
    if margin < 0:
        raise ValueError("margin")
    d = np.sqrt(np.sum((a - b) ** 2, axis=1))
    short = np.maximum(margin - d, 0) / d
    return (similar - (1 - similar) * short)[:, None] * (a - b) / len(a)


def grad_not_a_unit(similar, a, b, margin=1.0):
    if margin < 0:
        raise ValueError("margin")
    d = np.sqrt(np.sum((a - b) ** 2, axis=1))
    return (similar - (1 - similar) * np.maximum(margin - d, 0))[:, None] * (a - b) / len(a)


def grad_beyond_the_margin(similar, a, b, margin=1.0):
    if margin < 0:
        raise ValueError("margin")
    d = np.sqrt(np.sum((a - b) ** 2, axis=1))
    short = (margin - d) / np.where(d > 0, d, 1.0)
    return (similar - (1 - similar) * short)[:, None] * (a - b) / len(a)


def grad_attracts_both(similar, a, b, margin=1.0):
    if margin < 0:
        raise ValueError("margin")
    d = np.sqrt(np.sum((a - b) ** 2, axis=1))
    short = np.maximum(margin - d, 0) / np.where(d > 0, d, 1.0)
    return (similar + (1 - similar) * short)[:, None] * (a - b) / len(a)


ONE_OF_EACH = ([1.0, 0.0], [[0.0, 0.0], [0.0, 0.0]], [[3.0, 4.0], [0.3, 0.4]])
BEYOND = ([0.0], [[0.0, 0.0]], [[3.0, 4.0]])

EXERCISE = Exercise(
    slug="contrastive",
    title="Contrastive loss",
    chapter="metric",
    functions={"contrastive": contrastive, "contrastive_grad": contrastive_grad},
    points={"value": 2, "gradient": 3, "edges": 2},
    probes=probes,
    hints=(
        "A pair has one number, its distance. A pair that belongs together pays for any distance, "
        "a pair apart only for what is missing to the margin.",
        "Half a square has a simple derivative: d for a pair together, and d - m for a pair apart "
        "that is too close. Then comes the derivative of d by the vector a.",
        "The distance pulls along (a - b) / d, which is 0 / 0 for two vectors in one place. The "
        "statement says what to return there, so the division has to be kept from that row.",
    ),
    misconceptions=(
        Misconception(
            "contrastive/no-half",
            "The half is missing",
            "contrastive",
            no_half,
            "For a pair together at distance 5 and a pair apart at 0.5 you return {got}. What is "
            "half of 25?",
            "One of the conventions of the notes; this statement has the half of Hadsell et al.",
            "definition",
            ONE_OF_EACH,
        ),
        Misconception(
            "contrastive/sum",
            "The pairs are summed",
            "contrastive",
            sum_of_pairs,
            "For two pairs you return {got}. Give the same two pairs twice: should the loss "
            "double?",
            "The 1/n is missing.",
            "definition",
            ONE_OF_EACH,
        ),
        Misconception(
            "contrastive/reversed",
            "Which pairs belong together is reversed",
            "contrastive",
            labels_reversed,
            "For a pair together at distance 5 and a pair apart at 0.5 you return {got}. Which of "
            "the two should be the expensive one?",
            "The paper's Y = 0 means similar; the statement says 1.",
            "definition",
            ONE_OF_EACH,
        ),
        Misconception(
            "contrastive/square-inside",
            "The maximum is taken after the square",
            "contrastive",
            square_inside_the_maximum,
            "For a pair apart at distance 5, with margin 1, you return {got}. It is farther than "
            "anybody asked for; what should it pay?",
            "max(0, (m - d)^2): a square is never negative, so the maximum does nothing.",
            "what-goes-wrong",
            BEYOND,
        ),
        Misconception(
            "contrastive/squared-distance",
            "The margin is compared with the squared distance",
            "contrastive",
            squared_distance_under_the_margin,
            "For a pair together at distance 5 and a pair apart at 0.5 you return {got}. In which "
            "unit is the margin?",
            "max(0, m - d^2).",
            "definition",
            ONE_OF_EACH,
        ),
        Misconception(
            "contrastive/not-squared",
            "What is missing to the margin is not squared",
            "contrastive",
            hinge_not_squared,
            "For a pair together at distance 5 and a pair apart at 0.5 you return {got}. A "
            "shortfall of 0.5 and one of 0.25: how do their costs compare?",
            "A hinge in place of its square.",
            "definition",
            ONE_OF_EACH,
        ),
        Misconception(
            "contrastive/margin-of-one",
            "The margin is always 1",
            "contrastive",
            margin_of_one,
            "For a pair apart at distance 2 and a margin of 3 you return {got}. What is missing "
            "to 3?",
            "The argument is checked and then forgotten.",
            "definition",
            ([0.0], [[0.0, 0.0]], [[2.0, 0.0]], 3.0),
        ),
        Misconception(
            "contrastive/any-margin",
            "A negative margin is accepted",
            "contrastive",
            any_margin,
            "With margin = -1 you return a number. What would a person who mistyped the margin "
            "like to see instead?",
            "No check of the parameter.",
            "definition",
        ),
        Misconception(
            "contrastive_grad/without-n",
            "It is the gradient of the sum",
            "contrastive_grad",
            grad_without_n,
            "For two pairs your gradient is {got}. By which number is the loss divided?",
            "The 1/n is missing in the gradient.",
            "derivation",
            ONE_OF_EACH,
        ),
        Misconception(
            "contrastive_grad/doubled",
            "The slope is doubled",
            "contrastive_grad",
            grad_doubled,
            "For two pairs your gradient is {got}. What is the derivative of half of d squared?",
            "The half is in the value and not in the gradient.",
            "derivation",
            ONE_OF_EACH,
        ),
        Misconception(
            "contrastive_grad/downhill",
            "It points downhill",
            "contrastive_grad",
            grad_downhill,
            "For a pair together, a = (0, 0) and b = (3, 4), and a pair apart your gradient is "
            "{got}. A step is taken against it: does the first pair come closer?",
            "b - a for a - b.",
            "derivation",
            ONE_OF_EACH,
        ),
        Misconception(
            "contrastive_grad/nan-at-zero",
            "Zero is divided by zero",
            "contrastive_grad",
            grad_nan_at_zero,
            "For a pair apart in one place your gradient is {got}. What happens to all weights of "
            "a network that receives it?",
            "(a - b) / d at d = 0.",
            "what-goes-wrong",
            ([0.0], [[1.0, 2.0]], [[1.0, 2.0]]),
        ),
        Misconception(
            "contrastive_grad/not-a-unit",
            "The push shrinks where pairs are closest",
            "contrastive_grad",
            grad_not_a_unit,
            "For a pair apart at distance 0.5 your gradient is {got}. How long is the derivative of "
            "a distance, whatever the distance is?",
            "The division by d is missing.",
            "derivation",
            ([0.0], [[0.0, 0.0]], [[0.3, 0.4]]),
        ),
        Misconception(
            "contrastive_grad/beyond",
            "Pairs beyond the margin are pulled back",
            "contrastive_grad",
            grad_beyond_the_margin,
            "For a pair apart at distance 5, with margin 1, your gradient is {got}. What is the "
            "slope of a cost that is 0 there?",
            "The hinge is missing in the gradient.",
            "derivation",
            BEYOND,
        ),
        Misconception(
            "contrastive_grad/attracts-both",
            "Pairs apart attract each other",
            "contrastive_grad",
            grad_attracts_both,
            "For a pair together and a pair apart your gradient is {got}. Does a step against it "
            "take the second pair apart?",
            "The minus of the inner derivative of m - d is lost.",
            "derivation",
            ONE_OF_EACH,
        ),
    ),
    success=(
        "Value and gradient on both kinds of pairs, at the margin, and where two vectors lie in "
        "one place. You can train with this; next door, three vectors share one cost."
    ),
)
