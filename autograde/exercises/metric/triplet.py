"""Exercise: the triplet loss and its three gradients."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.vector_regimes import rows


def triplet(anchor, positive, negative, margin=1.0):
    return lossref.triplet(anchor, positive, negative, margin=margin)


def triplet_grad(anchor, positive, negative, margin=1.0):
    return np.stack(lossref.triplet_grad(anchor, positive, negative, margin=margin))


def at(rng, near, far, d):
    """Anchors with a positive at each distance of ``near`` and a negative at each of ``far``."""
    a = rows(rng, len(near), d)
    out = [a]
    for lengths in (near, far):
        way = rows(rng, len(near), d, 1.0)
        way /= np.sqrt((way * way).sum(axis=1, keepdims=True))
        out.append(a + way * np.array(lengths)[:, None])
    return tuple(out)


def probes(rng: np.random.Generator) -> list[Probe]:
    drawn = []
    for name, aspect in (("triplet", "value"), ("triplet_grad", "gradient")):

        def ask(what, regime, vectors, name=name, **kwargs):
            return Probe(name, what, regime, vectors, kwargs)

        a = rows(rng, 2, 2)
        one, two = np.array([[0.75, 0.0]] * 2), np.array([[0.0, 1.25], [0.0, 1.5]])
        base = rng.integers(-4, 5, size=(3, 2))
        drawn += [
            ask(
                aspect,
                "five triplets, some of them settled",
                at(rng, [1.25, 0.5, 2.0, 0.25, 1.5], [1.5, 2.5, 0.75, 3.0, 1.75], 3),
            ),
            ask(
                aspect,
                "negatives that are closer than positives",
                at(rng, [2.0, 2.5, 3.0], [0.5, 1.25, 0.75], 2),
            ),
            ask(
                aspect, "margin 0.25", at(rng, [1.0, 1.5, 1.25], [1.125, 1.0, 3.0], 4), margin=0.25
            ),
            ask(aspect, "margin 2", at(rng, [0.5, 1.5], [1.75, 2.25], 3), margin=2.0),
            ask(
                aspect,
                "margin 0",
                at(rng, [1.0, 1.5, 0.5], [0.75, 2.0, 0.25], 2),
                margin=0.0,
            ),
            ask(
                aspect, "everything settled but one", at(rng, [0.25, 0.5, 1.5], [3.0, 2.5, 1.0], 2)
            ),
            ask("edges", "a single triplet", at(rng, [1.25], [1.5], 2)),
            ask(
                "edges",
                "whole numbers (dtype int64)",
                (
                    base,
                    base + np.array([[3, 4], [1, 0], [0, 2]]),
                    base + np.array([[1, 1], [0, 3], [2, 1]]),
                ),
            ),
            ask(
                "edges",
                "single precision (dtype float32)",
                tuple(v.astype(np.float32) for v in at(rng, [1.25, 1.5], [1.5, 0.75], 3)),
            ),
            ask(
                "edges",
                "arrays that are not contiguous",
                tuple(map(strided, at(rng, [1.25, 1.5], [0.75, 2.0], 2))),
            ),
            ask("edges", "a triplet that is just far enough", (a, a + one, a + two), margin=0.5),
            ask("edges", "a positive in the place of its anchor", (a, a.copy(), a - one)),
            ask("edges", "a negative in the place of its anchor", (a, a + two, a.copy())),
            Probe(
                name,
                "edges",
                "margin = -1, which is not allowed",
                at(rng, [1.0, 0.5], [1.5, 1.0], 2),
                {"margin": -1.0},
                raises=ValueError,
            ),
        ]
    return drawn


# -- wrong answers -------------------------------------------------------------


def squared_distances(anchor, positive, negative, margin=1.0):
    if margin < 0:
        raise ValueError("margin")
    near = np.sum((anchor - positive) ** 2, axis=1)
    far = np.sum((anchor - negative) ** 2, axis=1)
    return np.mean(np.maximum(near - far + margin, 0))


def roles_exchanged(anchor, positive, negative, margin=1.0):
    if margin < 0:
        raise ValueError("margin")
    near = np.sqrt(np.sum((anchor - positive) ** 2, axis=1))
    far = np.sqrt(np.sum((anchor - negative) ** 2, axis=1))
    return np.mean(np.maximum(far - near + margin, 0))


def no_hinge(anchor, positive, negative, margin=1.0):
    if margin < 0:
        raise ValueError("margin")
    near = np.sqrt(np.sum((anchor - positive) ** 2, axis=1))
    far = np.sqrt(np.sum((anchor - negative) ** 2, axis=1))
    return np.mean(near - far + margin)


def hinge_of_the_mean(anchor, positive, negative, margin=1.0):
    if margin < 0:
        raise ValueError("margin")
    near = np.sqrt(np.sum((anchor - positive) ** 2, axis=1))
    far = np.sqrt(np.sum((anchor - negative) ** 2, axis=1))
    return max(np.mean(near - far + margin), 0.0)


def margin_subtracted(anchor, positive, negative, margin=1.0):
    if margin < 0:
        raise ValueError("margin")
    near = np.sqrt(np.sum((anchor - positive) ** 2, axis=1))
    far = np.sqrt(np.sum((anchor - negative) ** 2, axis=1))
    return np.mean(np.maximum(near - far - margin, 0))


def sum_of_triplets(anchor, positive, negative, margin=1.0):
    if margin < 0:
        raise ValueError("margin")
    near = np.sqrt(np.sum((anchor - positive) ** 2, axis=1))
    far = np.sqrt(np.sum((anchor - negative) ** 2, axis=1))
    return np.sum(np.maximum(near - far + margin, 0))


def mean_of_the_active(anchor, positive, negative, margin=1.0):
    if margin < 0:
        raise ValueError("margin")
    near = np.sqrt(np.sum((anchor - positive) ** 2, axis=1))
    far = np.sqrt(np.sum((anchor - negative) ** 2, axis=1))
    cost = np.maximum(near - far + margin, 0)
    return np.sum(cost) / max(np.sum(cost > 0), 1)


def from_the_positive(anchor, positive, negative, margin=1.0):
    if margin < 0:
        raise ValueError("margin")
    near = np.sqrt(np.sum((anchor - positive) ** 2, axis=1))
    far = np.sqrt(np.sum((positive - negative) ** 2, axis=1))
    return np.mean(np.maximum(near - far + margin, 0))


def grad_without_n(anchor, positive, negative, margin=1.0):
    if margin < 0:
        raise ValueError("margin")
    u, v = anchor - positive, anchor - negative
    near, far = np.sqrt(np.sum(u * u, axis=1)), np.sqrt(np.sum(v * v, axis=1))
    on = (near - far + margin > 0)[:, None]
    u = on * u / np.where(near > 0, near, 1.0)[:, None]
    v = on * v / np.where(far > 0, far, 1.0)[:, None]
    return np.stack([u - v, -u, v])


def grad_all_active(anchor, positive, negative, margin=1.0):
    if margin < 0:
        raise ValueError("margin")
    u, v = anchor - positive, anchor - negative
    near, far = np.sqrt(np.sum(u * u, axis=1)), np.sqrt(np.sum(v * v, axis=1))
    u = u / np.where(near > 0, near, 1.0)[:, None] / len(anchor)
    v = v / np.where(far > 0, far, 1.0)[:, None] / len(anchor)
    return np.stack([u - v, -u, v])


def grad_nan_at_zero(anchor, positive, negative, margin=1.0):
    if margin < 0:
        raise ValueError("margin")
    u, v = anchor - positive, anchor - negative
    near, far = np.sqrt(np.sum(u * u, axis=1)), np.sqrt(np.sum(v * v, axis=1))
    on = (near - far + margin > 0)[:, None] / len(anchor)
    u, v = on * u / near[:, None], on * v / far[:, None]
    return np.stack([u - v, -u, v])


def grad_of_squares(anchor, positive, negative, margin=1.0):
    if margin < 0:
        raise ValueError("margin")
    u, v = anchor - positive, anchor - negative
    near, far = np.sqrt(np.sum(u * u, axis=1)), np.sqrt(np.sum(v * v, axis=1))
    on = (near - far + margin > 0)[:, None] / len(anchor)
    u, v = 2 * on * u, 2 * on * v
    return np.stack([u - v, -u, v])


def grad_anchor_forgets_the_negative(anchor, positive, negative, margin=1.0):
    if margin < 0:
        raise ValueError("margin")
    u, v = anchor - positive, anchor - negative
    near, far = np.sqrt(np.sum(u * u, axis=1)), np.sqrt(np.sum(v * v, axis=1))
    on = (near - far + margin > 0)[:, None] / len(anchor)
    u = on * u / np.where(near > 0, near, 1.0)[:, None]
    v = on * v / np.where(far > 0, far, 1.0)[:, None]
    return np.stack([u, -u, v])


def grad_attracts_the_negative(anchor, positive, negative, margin=1.0):
    if margin < 0:
        raise ValueError("margin")
    u, v = anchor - positive, anchor - negative
    near, far = np.sqrt(np.sum(u * u, axis=1)), np.sqrt(np.sum(v * v, axis=1))
    on = (near - far + margin > 0)[:, None] / len(anchor)
    u = on * u / np.where(near > 0, near, 1.0)[:, None]
    v = on * v / np.where(far > 0, far, 1.0)[:, None]
    return np.stack([u + v, -u, -v])


def grad_any_margin(anchor, positive, negative, margin=1.0):
    u, v = anchor - positive, anchor - negative
    near, far = np.sqrt(np.sum(u * u, axis=1)), np.sqrt(np.sum(v * v, axis=1))
    on = (near - far + margin > 0)[:, None] / len(anchor)
    u = on * u / np.where(near > 0, near, 1.0)[:, None]
    v = on * v / np.where(far > 0, far, 1.0)[:, None]
    return np.stack([u - v, -u, v])


FIVE = ([[0.0, 0.0]], [[3.0, 4.0]], [[0.0, 5.5]])
SETTLED = ([[0.0, 0.0], [0.0, 0.0]], [[3.0, 4.0], [0.0, 1.0]], [[0.0, 5.5], [4.0, 0.0]])

EXERCISE = Exercise(
    slug="triplet",
    title="Triplet loss",
    chapter="metric",
    functions={"triplet": triplet, "triplet_grad": triplet_grad},
    points={"value": 2, "gradient": 3, "edges": 2},
    probes=probes,
    hints=(
        "Only a comparison of two distances from the anchor is priced. When is a triplet settled, "
        "and what does it cost then?",
        "Inside the hinge the derivative of each distance is a unit vector. The anchor is at the "
        "end of both, so it feels both.",
        "A settled triplet has a gradient of 0, and each triplet is settled or not by itself. Where "
        "a distance is 0 its unit vector counts as 0.",
    ),
    misconceptions=(
        Misconception(
            "triplet/squared",
            "The distances are squared",
            "triplet",
            squared_distances,
            "For distances of 5 and 5.5 and a margin of 1 you return {got}. In which unit is the "
            "margin here?",
            "FaceNet squares; this statement does not.",
            "what-goes-wrong",
            FIVE,
        ),
        Misconception(
            "triplet/exchanged",
            "Positive and negative are exchanged",
            "triplet",
            roles_exchanged,
            "For a positive at 5 and a negative at 5.5 you return {got}. Move the negative farther "
            "away: should the loss grow?",
            "far - near + m.",
            "definition",
            FIVE,
        ),
        Misconception(
            "triplet/no-hinge",
            "Settled triplets earn money",
            "triplet",
            no_hinge,
            "For one triplet at 5 and 5.5 and one at 1 and 4 you return {got}. The second is far "
            "better than asked: may it pay for the first?",
            "The maximum with 0 is missing.",
            "definition",
            SETTLED,
        ),
        Misconception(
            "triplet/hinge-of-mean",
            "The hinge is applied to the mean",
            "triplet",
            hinge_of_the_mean,
            "For one triplet at 5 and 5.5 and one at 1 and 4 you return {got}. What does each of "
            "them cost by itself?",
            "max(0, mean(...)): settled triplets hide the others.",
            "what-goes-wrong",
            SETTLED,
        ),
        Misconception(
            "triplet/margin-subtracted",
            "The margin has the other sign",
            "triplet",
            margin_subtracted,
            "For a positive at 5, a negative at 5.5 and a margin of 1 you return {got}. By how much "
            "is the negative farther, and by how much should it be?",
            "near - far - m.",
            "definition",
            FIVE,
        ),
        Misconception(
            "triplet/sum",
            "The triplets are summed",
            "triplet",
            sum_of_triplets,
            "For two triplets that cost 0.5 and 1.5 you return {got}. What is their mean?",
            "The 1/n is missing.",
            "definition",
            (
                [[0.0, 0.0], [0.0, 0.0]],
                [[3.0, 4.0], [0.0, 2.0]],
                [[0.0, 5.5], [1.5, 0.0]],
            ),
        ),
        Misconception(
            "triplet/mean-of-active",
            "Only triplets that cost something are counted",
            "triplet",
            mean_of_the_active,
            "For two triplets, one of which costs 0.5 and one nothing, you return {got}. By how many "
            "triplets does the statement divide?",
            "The mean over active triplets, which some libraries take.",
            "definition",
            SETTLED,
        ),
        Misconception(
            "triplet/from-the-positive",
            "The negative is measured from the positive",
            "triplet",
            from_the_positive,
            "For an anchor at 0, a positive at (3, 4) and a negative at (0, 5.5) you return {got}. "
            "From where does the statement measure both?",
            "d(p, n): half of the swap of Balntas et al.",
            "definition",
            FIVE,
        ),
        Misconception(
            "triplet_grad/without-n",
            "It is the gradient of the sum",
            "triplet_grad",
            grad_without_n,
            "For two triplets your gradient is {got}. By which number is the loss divided?",
            "The 1/n is missing in the gradient.",
            "derivation",
            SETTLED,
        ),
        Misconception(
            "triplet_grad/settled-too",
            "Settled triplets pull on",
            "triplet_grad",
            grad_all_active,
            "For one triplet at 5 and 5.5 and one at 1 and 4 your gradient is {got}. What is the "
            "slope of a cost that stays 0?",
            "The hinge is missing in the gradient.",
            "derivation",
            SETTLED,
        ),
        Misconception(
            "triplet_grad/nan-at-zero",
            "Zero is divided by zero",
            "triplet_grad",
            grad_nan_at_zero,
            "For a positive in the place of its anchor your gradient is {got}. Which unit vector "
            "does the statement give to a distance of 0?",
            "(a - p) / d at d = 0.",
            "what-goes-wrong",
            ([[1.0, 2.0]], [[1.0, 2.0]], [[1.0, 2.5]]),
        ),
        Misconception(
            "triplet_grad/of-squares",
            "It is the gradient of squared distances",
            "triplet_grad",
            grad_of_squares,
            "For distances of 5 and 5.5 your gradient is {got}. How long is the derivative of a "
            "distance?",
            "2 (a - p) for (a - p) / d.",
            "derivation",
            FIVE,
        ),
        Misconception(
            "triplet_grad/anchor-half",
            "The anchor does not feel the negative",
            "triplet_grad",
            grad_anchor_forgets_the_negative,
            "For one triplet your gradients are {got}. Move all three vectors together by one step: "
            "the loss stays; what must the three gradients add up to?",
            "The anchor's gradient lacks the negative's part.",
            "derivation",
            FIVE,
        ),
        Misconception(
            "triplet_grad/attracts-negative",
            "The negative is attracted",
            "triplet_grad",
            grad_attracts_the_negative,
            "For one triplet your gradients are {got}. A step is taken against them: does the "
            "negative move away from the anchor?",
            "The minus before d(a, n) is lost.",
            "derivation",
            FIVE,
        ),
        Misconception(
            "triplet_grad/any-margin",
            "A negative margin is accepted",
            "triplet_grad",
            grad_any_margin,
            "With margin = -1 you return an array. What would a person who mistyped the margin like "
            "to see instead?",
            "No check of the parameter in the gradient.",
            "definition",
        ),
    ),
    success=(
        "Value and three gradients, settled or not, at the hinge and where vectors coincide. Which "
        "triplets to take is another question, and the next exercise."
    ),
)
