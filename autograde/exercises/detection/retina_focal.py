"""Exercise: the focal loss as RetinaNet sums and normalises it."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import EIGHTH


def _weights(y_true):
    return (y_true >= 0) / max(1.0, float((y_true == 1).sum()))


def retina_focal(y_true, logits, alpha=0.25, gamma=2.0):
    return lossref.binary_focal(
        (y_true == 1) * 1.0, logits, gamma=gamma, alpha=alpha, reduction="sum",
        sample_weight=_weights(y_true),
    )  # fmt: skip


def retina_focal_grad(y_true, logits, alpha=0.25, gamma=2.0):
    return lossref.binary_focal_grad(
        (y_true == 1) * 1.0, logits * 1.0, gamma=gamma, alpha=alpha, reduction="sum",
        sample_weight=_weights(y_true),
    )  # fmt: skip


def anchors(rng: np.random.Generator, positive: int, negative: int, ignored: int = 0):
    labels = rng.permutation(np.repeat([1, 0, -1], [positive, negative, ignored]))
    return labels, rng.integers(-24, 25, size=labels.size) * EIGHTH + EIGHTH / 2


def probes(rng: np.random.Generator) -> list[Probe]:
    drawn = []
    for name, aspect in (("retina_focal", "value"), ("retina_focal_grad", "gradient")):
        y, z = anchors(rng, 5, 6, 1)
        far = np.array([1, 1, 0, 0, 0])
        sure = np.array([-90.0, 90.0, 90.0, -90.0, -750.0]) + rng.integers(-8, 9, size=5)
        drawn += [
            Probe(name, aspect, "three positives among eight anchors", anchors(rng, 3, 5)),
            Probe(name, aspect, "some anchors ignored", anchors(rng, 2, 4, 3)),
            Probe(name, aspect, "one positive among forty anchors", anchors(rng, 1, 39)),
            Probe(name, aspect, "no background at all", anchors(rng, 4, 0)),
            Probe(name, aspect, "alpha = 0.75", anchors(rng, 2, 3), {"alpha": 0.75}),
            Probe(name, aspect, "gamma = 0.5", anchors(rng, 2, 3), {"gamma": 0.5}),
            Probe(name, aspect, "gamma = 0", anchors(rng, 2, 3), {"gamma": 0.0}),
            Probe(name, aspect, "two pictures of six anchors", (y.reshape(2, 6), z.reshape(2, 6))),
            Probe(name, "edges", "no positive", anchors(rng, 0, 4, 2)),
            Probe(name, "edges", "nothing but ignored anchors", anchors(rng, 0, 0, 3)),
            Probe(
                name,
                "edges",
                "logits in whole numbers (dtype int64)",
                ((a := anchors(rng, 2, 3, 1))[0], np.round(a[1]).astype(np.int64)),
            ),
            Probe(
                name,
                "edges",
                "single precision (dtype float32)",
                ((b := anchors(rng, 2, 3))[0], b[1].astype(np.float32)),
            ),
            Probe(
                name,
                "edges",
                "arrays that are not contiguous in memory",
                tuple(strided(v) for v in anchors(rng, 2, 4, 1)),
            ),
            Probe(name, "stability", "logits of about 90, right and wrong", (far, sure)),
            Probe(
                name,
                "stability",
                "background with logits near -20",
                (np.array([0, 0, 0]), -20.0 - rng.integers(0, 17, size=3) / 8),
                {"gamma": 1.0},
            ),
        ]
    return drawn


# -- wrong answers -------------------------------------------------------------


def _p(z):
    return np.exp(-np.logaddexp(0.0, -(z * 1.0)))


def _terms(y_true, z, alpha, gamma):
    """The focal cost of every anchor by its sign, ignored ones included as background."""
    up, down = _p(z), _p(-z)
    hit = alpha * down**gamma * np.logaddexp(0.0, -z)
    return np.where(y_true == 1, hit, (1 - alpha) * up**gamma * np.logaddexp(0.0, z))


def _slopes(y_true, z, alpha, gamma):
    up, down = _p(z), _p(-z)
    hit = -alpha * down**gamma * (gamma * up * np.logaddexp(0.0, -z) + down)
    miss = (1 - alpha) * up**gamma * (gamma * down * np.logaddexp(0.0, z) + up)
    return np.where(y_true == 1, hit, miss)


def _found(y_true):
    return max(1, int(np.sum(y_true == 1)))


def mean_over_anchors(y_true, logits, alpha=0.25, gamma=2.0):
    kept = y_true >= 0
    return np.sum(kept * _terms(y_true, logits, alpha, gamma)) / max(1, kept.sum())


def summed(y_true, logits, alpha=0.25, gamma=2.0):
    return np.sum((y_true >= 0) * _terms(y_true, logits, alpha, gamma))


def nothing_ignored(y_true, logits, alpha=0.25, gamma=2.0):
    return np.sum(_terms(y_true, logits, alpha, gamma)) / _found(y_true)


def labels_added(y_true, logits, alpha=0.25, gamma=2.0):
    total = np.sum((y_true >= 0) * _terms(y_true, logits, alpha, gamma))
    return total / max(1, np.sum(y_true))


def no_floor(y_true, logits, alpha=0.25, gamma=2.0):
    total = np.sum((y_true >= 0) * _terms(y_true, logits, alpha, gamma))
    return total / np.float64(np.sum(y_true == 1))


def one_alpha(y_true, logits, alpha=0.25, gamma=2.0):
    weight = np.where(y_true == 1, 1.0, alpha / (1 - alpha))
    return np.sum((y_true >= 0) * weight * _terms(y_true, logits, alpha, gamma)) / _found(y_true)


def alphas_exchanged(y_true, logits, alpha=0.25, gamma=2.0):
    return np.sum((y_true >= 0) * _terms(y_true, logits, 1 - alpha, gamma)) / _found(y_true)


def no_alpha(y_true, logits, alpha=0.25, gamma=2.0):
    return 2 * np.sum((y_true >= 0) * _terms(y_true, logits, 0.5, gamma)) / _found(y_true)


def no_gamma(y_true, logits, alpha=0.25, gamma=2.0):
    return np.sum((y_true >= 0) * _terms(y_true, logits, alpha, 0.0)) / _found(y_true)


def easy_weighted_up(y_true, logits, alpha=0.25, gamma=2.0):
    right = np.where(y_true == 1, _p(logits), _p(-logits))
    total = np.sum((y_true >= 0) * right**gamma * _terms(y_true, logits, alpha, 0.0))
    return total / _found(y_true)


def weight_of_positives(y_true, logits, alpha=0.25, gamma=2.0):
    total = np.sum((y_true >= 0) * _p(-logits) ** gamma * _terms(y_true, logits, alpha, 0.0))
    return total / _found(y_true)


def positives_only(y_true, logits, alpha=0.25, gamma=2.0):
    return np.sum((y_true == 1) * _terms(y_true, logits, alpha, gamma)) / _found(y_true)


def from_probabilities(y_true, logits, alpha=0.25, gamma=2.0):
    p = np.clip(1 / (1 + np.exp(-logits)), 1e-7, 1 - 1e-7)
    hit = alpha * (1 - p) ** gamma * -np.log(p)
    miss = (1 - alpha) * p**gamma * -np.log(1 - p)
    return np.sum((y_true >= 0) * np.where(y_true == 1, hit, miss)) / _found(y_true)


def as_written(y_true, logits, alpha=0.25, gamma=2.0):
    p = 1 / (1 + np.exp(-logits))
    hit = alpha * (1 - p) ** gamma * -np.log(p)
    miss = (1 - alpha) * p**gamma * -np.log(1 - p)
    return np.sum((y_true >= 0) * np.where(y_true == 1, hit, miss)) / _found(y_true)


def grad_summed(y_true, logits, alpha=0.25, gamma=2.0):
    return (y_true >= 0) * _slopes(y_true, logits, alpha, gamma)


def grad_mean(y_true, logits, alpha=0.25, gamma=2.0):
    kept = y_true >= 0
    return kept * _slopes(y_true, logits, alpha, gamma) / max(1, kept.sum())


def grad_weight_held(y_true, logits, alpha=0.25, gamma=2.0):
    miss = np.where(y_true == 1, _p(-logits), _p(logits))
    plain = _slopes(y_true, logits, alpha, 0.0)
    return (y_true >= 0) * miss**gamma * plain / _found(y_true)


def grad_turned(y_true, logits, alpha=0.25, gamma=2.0):
    return -((y_true >= 0) * _slopes(y_true, logits, alpha, gamma)) / _found(y_true)


def grad_nothing_ignored(y_true, logits, alpha=0.25, gamma=2.0):
    return _slopes(y_true, logits, alpha, gamma) / _found(y_true)


def grad_no_floor(y_true, logits, alpha=0.25, gamma=2.0):
    return (y_true >= 0) * _slopes(y_true, logits, alpha, gamma) / np.float64(np.sum(y_true == 1))


def grad_of_probability(y_true, logits, alpha=0.25, gamma=2.0):
    up, down = _p(logits), _p(-logits)
    inner = _slopes(y_true, logits, alpha, gamma) / np.maximum(up * down, 1e-300)
    return (y_true >= 0) * inner / _found(y_true)


def grad_bce(y_true, logits, alpha=0.25, gamma=2.0):
    return (y_true >= 0) * _slopes(y_true, logits, alpha, 0.0) / _found(y_true)


THREE = ([1, 0, 0, -1], [0.0, 0.0, -2.0, 3.0])
TWO_FOUND = ([1, 1, 0, -1], [0.0, 1.0, -2.0, 3.0])

EXERCISE = Exercise(
    slug="retina_focal",
    title="Focal loss, as a detector uses it",
    chapter="detection",
    page="detection/focal-detection",
    functions={"retina_focal": retina_focal, "retina_focal_grad": retina_focal_grad},
    points={"value": 3, "gradient": 3, "edges": 2, "stability": 2},
    probes=probes,
    hints=(
        "Let t be the logit, with its sign turned for background: then both kinds of anchor have "
        "the same cost, up to their alpha. Large t means right and sure.",
        "The cost is the probability of being mistaken, to the power gamma, times softplus of -t. "
        "For its slope, both factors change.",
        "Divide by the number of positives, not of anchors and not by the sum of the labels, of "
        "which some are -1; and a picture may hold no object at all.",
    ),
    misconceptions=(
        Misconception(
            "retina_focal/mean",
            "It is averaged over the anchors",
            "retina_focal",
            mean_over_anchors,
            "For one positive, two of background and one ignored you return {got}. Add a thousand "
            "easy anchors of background: what happens to the weight of the positive?",
            "A mean: the signal of an object fades with the number of anchors.",
            "what-goes-wrong",
            THREE,
        ),
        Misconception(
            "retina_focal/sum",
            "It is not normalised",
            "retina_focal",
            summed,
            "For two positives and one of background you return {got}. What happens to the step "
            "size in a picture with fifty objects?",
            "The sum.",
            "definition",
            TWO_FOUND,
        ),
        Misconception(
            "retina_focal/ignored",
            "Ignored anchors are punished as background",
            "retina_focal",
            nothing_ignored,
            "For one positive, two of background and one with label -1 you return {got}. What does "
            "that label say about its box?",
            "-1 treated as 0.",
            "definition",
            THREE,
        ),
        Misconception(
            "retina_focal/labels-added",
            "The labels are added up to count the positives",
            "retina_focal",
            labels_added,
            "For two positives, one of background and one with label -1 you return {got}. What is "
            "the sum of these labels, and how many are 1?",
            "Every ignored anchor takes one positive away.",
            "what-goes-wrong",
            TWO_FOUND,
        ),
        Misconception(
            "retina_focal/no-floor",
            "A picture without objects divides by zero",
            "retina_focal",
            no_floor,
            "For one anchor of background and no positive you return {got}. What does the statement "
            "say about such pictures?",
            "The floor of 1 is missing.",
            "what-goes-wrong",
            ([0], [0.0]),
        ),
        Misconception(
            "retina_focal/one-alpha",
            "Both classes have the weight alpha",
            "retina_focal",
            one_alpha,
            "For one positive and two of background you return {got}. What does a factor do that "
            "all terms share?",
            "alpha in place of alpha_t: row 52 of the errata.",
            "definition",
            THREE,
        ),
        Misconception(
            "retina_focal/alphas-exchanged",
            "The weights of the classes are exchanged",
            "retina_focal",
            alphas_exchanged,
            "For one positive and two of background you return {got}. Which class does alpha "
            "belong to?",
            "alpha on the background.",
            "definition",
            THREE,
        ),
        Misconception(
            "retina_focal/no-alpha",
            "alpha is not used",
            "retina_focal",
            no_alpha,
            "For one positive and two of background you return {got}. What happens when alpha "
            "changes?",
            "Both weights 1.",
            "definition",
            THREE,
        ),
        Misconception(
            "retina_focal/no-gamma",
            "Easy anchors count in full",
            "retina_focal",
            no_gamma,
            "For one positive and two of background you return {got}. What happens when gamma "
            "changes?",
            "Weighted cross-entropy.",
            "derivation",
            THREE,
        ),
        Misconception(
            "retina_focal/easy-up",
            "Easy anchors are weighted up",
            "retina_focal",
            easy_weighted_up,
            "For one positive and two of background you return {got}. Which has the larger weight "
            "with you, an anchor that is right with 0.99 or one with 0.5?",
            "p_t to the power gamma.",
            "definition",
            ([1, 0, 0, -1], [1.0, 0.0, -2.0, 3.0]),
        ),
        Misconception(
            "retina_focal/same-side",
            "Background is weighted as if it were an object",
            "retina_focal",
            weight_of_positives,
            "For one positive and two of background you return {got}. An anchor of background with "
            "p = 0.01 is easy: what is its weight with you?",
            "(1 - p) to the power gamma for both classes: row 53.",
            "what-goes-wrong",
            THREE,
        ),
        Misconception(
            "retina_focal/positives-only",
            "Background costs nothing",
            "retina_focal",
            positives_only,
            "For one positive and two of background you return {got}. What does a detector cost "
            "that finds an object everywhere?",
            "alpha y (1-p)^gamma log p: row 54.",
            "what-goes-wrong",
            THREE,
        ),
        Misconception(
            "retina_focal/clipped",
            "Probabilities are clipped before the logarithm",
            "retina_focal",
            from_probabilities,
            "For an object with a logit of -90 you return {got}. What is the slope of your loss "
            "there?",
            "1e-7 in the logarithm: the worst mistakes cost the same and teach nothing.",
            "what-goes-wrong",
            ([1], [-90.0]),
        ),
        Misconception(
            "retina_focal/overflow",
            "The logarithm is taken of a probability",
            "retina_focal",
            as_written,
            "For background with a logit of 90 you return {got}. What is 1 - p in float64, and its "
            "logarithm?",
            "As it is written in the paper.",
            "what-goes-wrong",
            ([0], [90.0]),
        ),
        Misconception(
            "retina_focal_grad/sum",
            "The gradient is not normalised",
            "retina_focal_grad",
            grad_summed,
            "For two positives your gradient is {got}. By what is the loss divided?",
            "Missing 1 / positives.",
            "derivation",
            TWO_FOUND,
        ),
        Misconception(
            "retina_focal_grad/mean",
            "The gradient is divided by the number of anchors",
            "retina_focal_grad",
            grad_mean,
            "For one positive among three anchors your gradient is {got}. What becomes of it with a "
            "thousand more anchors of background?",
            "1 / anchors.",
            "what-goes-wrong",
            THREE,
        ),
        Misconception(
            "retina_focal_grad/weight-held",
            "The focal weight is held constant",
            "retina_focal_grad",
            grad_weight_held,
            "For one positive and two of background your gradient is {got}. Does the weight not "
            "change when the logit does?",
            "One half of the product rule.",
            "derivation",
            THREE,
        ),
        Misconception(
            "retina_focal_grad/sign",
            "The gradient points downhill",
            "retina_focal_grad",
            grad_turned,
            "For one positive and two of background your gradient is {got}. If the logit of the "
            "object rises, does the loss?",
            "Minus sign.",
            "derivation",
            THREE,
        ),
        Misconception(
            "retina_focal_grad/ignored",
            "Ignored anchors are pulled",
            "retina_focal_grad",
            grad_nothing_ignored,
            "For a last anchor with label -1 your gradient is {got}. Which way should an anchor "
            "move about which nothing is said?",
            "-1 treated as 0.",
            "definition",
            THREE,
        ),
        Misconception(
            "retina_focal_grad/no-floor",
            "A picture without objects divides by zero",
            "retina_focal_grad",
            grad_no_floor,
            "For one anchor of background and no positive your gradient is {got}. What does the "
            "statement say about such pictures?",
            "The floor of 1 is missing.",
            "what-goes-wrong",
            ([0], [0.0]),
        ),
        Misconception(
            "retina_focal_grad/probability",
            "The slope is that by the probability",
            "retina_focal_grad",
            grad_of_probability,
            "For one positive and two of background your gradient is {got}. With respect to what "
            "does the statement ask for it?",
            "The factor p (1 - p) is missing.",
            "derivation",
            THREE,
        ),
        Misconception(
            "retina_focal_grad/bce",
            "It is the gradient of the cross-entropy",
            "retina_focal_grad",
            grad_bce,
            "For one positive and two of background your gradient is {got}. What happens when gamma "
            "changes?",
            "gamma is not used.",
            "derivation",
            THREE,
        ),
    ),
    success=(
        "A hundred thousand easy anchors, a handful of objects, and a loss whose scale is set by "
        "the objects. You may train a one-stage detector with this."
    ),
)
