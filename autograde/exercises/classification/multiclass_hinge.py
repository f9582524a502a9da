"""Exercise: two hinge losses for many classes."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.exercise import Exercise, Misconception, Probe
from autograde.label_regimes import in_other_clothes


def multiclass_hinge(labels, scores, margin=1.0):
    return lossref.crammer_singer_hinge(labels, scores, margin=margin)


def multiclass_hinge_grad(labels, scores, margin=1.0):
    return lossref.crammer_singer_hinge_grad(labels, scores, margin=margin)


def weston_watkins(labels, scores, margin=1.0):
    return lossref.weston_watkins_hinge(labels, scores, margin=margin)


def probes(rng: np.random.Generator) -> list[Probe]:
    def mild(n: int, classes: int) -> tuple[np.ndarray, np.ndarray]:
        """Scores between -1.5 and 1.5, no two of a row alike, and no lead of exactly 1 or 2."""
        labels = rng.permutation(np.arange(n) % classes)
        steps = np.array([rng.permutation(25)[:classes] for _ in range(n)]) - 12
        lead = steps - steps[np.arange(n), labels][:, None]
        steps[np.arange(n), labels] += np.isin(lead, (-8, -16)).any(axis=1)
        return labels, steps * 0.125 + np.array([0.03125]) * np.eye(classes)[labels]

    drawn = []
    for name, aspect in (
        ("multiclass_hinge", "value"),
        ("multiclass_hinge_grad", "gradient"),
        ("weston_watkins", "weston-watkins"),
    ):
        leads = np.array([[9.0, 0, 1, 2], [-1, 8.0, 0, 1]]) + rng.integers(0, 4, (2, 4)) * 0.125
        below = -3.0 - rng.permutation(np.arange(12)).reshape(3, 4) * 0.125
        whole = np.array([2, 0, 1]), np.array([[3, 1, 2], [0, 2, 1], [4, 0, 1]]) * 2
        drawn += [
            Probe(name, aspect, "four samples, three classes", mild(4, 3)),
            Probe(name, aspect, "three samples, five classes", mild(3, 5)),
            Probe(name, aspect, "two classes", mild(5, 2)),
            Probe(name, aspect, "a margin of 2", mild(4, 4), {"margin": 2.0}),
            Probe(name, aspect, "a margin of 0.25", mild(4, 4), {"margin": 0.25}),
            Probe(name, aspect, "every score is negative", (np.array([0, 3, 1]), below)),
            Probe(
                name, "edges", "labels that lead by more than the margin, and one that does not",
                (np.array([0, 1, 2]), np.vstack([leads, [0.5, 0.25, 0.375, 0.0]])),
            ),
            *in_other_clothes(name, lambda n: mild(n, 4), whole=whole),
        ]  # fmt: skip
        if name != "weston_watkins":
            ties = np.array([[0.0, 2.0, 2.0, -1.0], [1.5, 0.0, 1.5, 1.5]])
            kink = np.array([[2.0, 1.0, 0.0], [0.5, 1.0, 0.25]])
            drawn += [
                Probe(name, "edges", "rivals that tie", (np.array([0, 1]), ties)),
                Probe(name, "edges", "a lead of exactly the margin", (np.array([0, 1]), kink)),
            ]
    return drawn


# -- wrong answers -------------------------------------------------------------


def own_class_among_rivals(labels, scores, margin=1.0):
    own = scores[np.arange(len(labels)), labels]
    return np.mean(np.maximum(0, margin + scores.max(axis=1) - own))


def no_margin(labels, scores, margin=1.0):
    at = np.arange(len(labels)), labels
    rivals = np.array(scores, dtype=float)
    rivals[at] = -np.inf
    return np.mean(np.maximum(0, rivals.max(axis=1) - scores[at]))


def fixed_margin(labels, scores, margin=1.0):
    at = np.arange(len(labels)), labels
    rivals = np.array(scores, dtype=float)
    rivals[at] = -np.inf
    return np.mean(np.maximum(0, 1 + rivals.max(axis=1) - scores[at]))


def all_rivals(labels, scores, margin=1.0):
    at = np.arange(len(labels)), labels
    each = np.maximum(0, margin + scores - scores[at][:, None])
    each[at] = 0
    return np.mean(each.sum(axis=1))


def not_cut(labels, scores, margin=1.0):
    at = np.arange(len(labels)), labels
    rivals = np.array(scores, dtype=float)
    rivals[at] = -np.inf
    return np.mean(margin + rivals.max(axis=1) - scores[at])


def summed(labels, scores, margin=1.0):
    at = np.arange(len(labels)), labels
    rivals = np.array(scores, dtype=float)
    rivals[at] = -np.inf
    return np.sum(np.maximum(0, margin + rivals.max(axis=1) - scores[at]))


def masked_with_zero(labels, scores, margin=1.0):
    at = np.arange(len(labels)), labels
    rivals = np.array(scores, dtype=float)
    rivals[at] = 0
    return np.mean(np.maximum(0, margin + rivals.max(axis=1) - scores[at]))


def squared(labels, scores, margin=1.0):
    at = np.arange(len(labels)), labels
    rivals = np.array(scores, dtype=float)
    rivals[at] = -np.inf
    return np.mean(np.maximum(0, margin + rivals.max(axis=1) - scores[at]) ** 2)


def grad_of_the_sum(labels, scores, margin=1.0):
    at = np.arange(len(labels)), labels
    rivals = np.array(scores, dtype=float)
    rivals[at] = -np.inf
    best = rivals.max(axis=1, keepdims=True)
    g = (rivals == best) / (rivals == best).sum(axis=1, keepdims=True)
    g[at] = -1
    return g * (margin + best - scores[at][:, None] > 0) + 0.0


def grad_turned(labels, scores, margin=1.0):
    at = np.arange(len(labels)), labels
    rivals = np.array(scores, dtype=float)
    rivals[at] = -np.inf
    best = rivals.max(axis=1, keepdims=True)
    g = -1.0 * (rivals == best) / (rivals == best).sum(axis=1, keepdims=True)
    g[at] = 1
    return g * (margin + best - scores[at][:, None] > 0) / len(labels)


def grad_of_the_rival_only(labels, scores, margin=1.0):
    at = np.arange(len(labels)), labels
    rivals = np.array(scores, dtype=float)
    rivals[at] = -np.inf
    best = rivals.max(axis=1, keepdims=True)
    g = (rivals == best) / (rivals == best).sum(axis=1, keepdims=True)
    return g * (margin + best - scores[at][:, None] > 0) / len(labels)


def grad_of_the_label_only(labels, scores, margin=1.0):
    at = np.arange(len(labels)), labels
    rivals = np.array(scores, dtype=float)
    rivals[at] = -np.inf
    best = rivals.max(axis=1, keepdims=True)
    g = np.zeros(scores.shape)
    g[at] = -1
    return g * (margin + best - scores[at][:, None] > 0) / len(labels)


def grad_first_of_a_tie(labels, scores, margin=1.0):
    at = np.arange(len(labels)), labels
    rivals = np.array(scores, dtype=float)
    rivals[at] = -np.inf
    g = np.eye(scores.shape[1])[rivals.argmax(axis=1)]
    g[at] = -1
    return g * (margin + rivals.max(axis=1) - scores[at] > 0)[:, None] / len(labels)


def grad_each_of_a_tie(labels, scores, margin=1.0):
    at = np.arange(len(labels)), labels
    rivals = np.array(scores, dtype=float)
    rivals[at] = -np.inf
    best = rivals.max(axis=1, keepdims=True)
    g = (rivals == best) * 1.0
    g[at] = -1
    return g * (margin + best - scores[at][:, None] > 0) / len(labels)


def grad_of_all_rivals(labels, scores, margin=1.0):
    at = np.arange(len(labels)), labels
    g = (margin + scores - scores[at][:, None] > 0) * 1.0
    g[at] = 0
    g[at] = -g.sum(axis=1)
    return g / len(labels)


def grad_of_satisfied_rows_too(labels, scores, margin=1.0):
    at = np.arange(len(labels)), labels
    rivals = np.array(scores, dtype=float)
    rivals[at] = -np.inf
    best = rivals.max(axis=1, keepdims=True)
    g = (rivals == best) / (rivals == best).sum(axis=1, keepdims=True)
    g[at] = -1
    return g / len(labels)


def grad_on_the_kink(labels, scores, margin=1.0):
    at = np.arange(len(labels)), labels
    rivals = np.array(scores, dtype=float)
    rivals[at] = -np.inf
    best = rivals.max(axis=1, keepdims=True)
    g = (rivals == best) / (rivals == best).sum(axis=1, keepdims=True)
    g[at] = -1
    return g * (margin + best - scores[at][:, None] >= 0) / len(labels)


def grad_divided_by_classes(labels, scores, margin=1.0):
    at = np.arange(len(labels)), labels
    rivals = np.array(scores, dtype=float)
    rivals[at] = -np.inf
    best = rivals.max(axis=1, keepdims=True)
    g = (rivals == best) / (rivals == best).sum(axis=1, keepdims=True)
    g[at] = -1
    return g * (margin + best - scores[at][:, None] > 0) / scores.size


def ww_with_the_label(labels, scores, margin=1.0):
    own = scores[np.arange(len(labels)), labels][:, None]
    return np.mean(np.maximum(0, margin + scores - own).sum(axis=1))


def ww_per_class(labels, scores, margin=1.0):
    at = np.arange(len(labels)), labels
    each = np.maximum(0, margin + scores - scores[at][:, None])
    each[at] = 0
    return np.mean(each)


def ww_only_the_worst(labels, scores, margin=1.0):
    at = np.arange(len(labels)), labels
    each = np.maximum(0, margin + scores - scores[at][:, None])
    each[at] = 0
    return np.mean(each.max(axis=1))


def ww_cut_late(labels, scores, margin=1.0):
    at = np.arange(len(labels)), labels
    each = margin + scores - scores[at][:, None]
    each[at] = 0
    return np.mean(np.maximum(0, each.sum(axis=1)))


def ww_summed(labels, scores, margin=1.0):
    at = np.arange(len(labels)), labels
    each = np.maximum(0, margin + scores - scores[at][:, None])
    each[at] = 0
    return np.sum(each)


def ww_one_against_all(labels, scores, margin=1.0):
    y = 2 * np.eye(scores.shape[1])[labels] - 1
    return np.mean(np.maximum(0, margin - y * scores).sum(axis=1))


ROW = ([3], [[0.125, 0.25, 0.5, 0.75]])
LEADS = ([0], [[3.0, 0.0, 1.0]])
NEGATIVE = ([0], [[-3.0, -4.0, -3.5]])
TIE = ([0], [[0.0, 2.0, 2.0]])
KINK = ([0], [[2.0, 1.0, 0.0]])
TWO = ([0, 1], [[0.5, 0.0, 0.25], [0.0, 0.5, 1.0]])

EXERCISE = Exercise(
    slug="multiclass_hinge",
    title="Hinge losses for many classes",
    chapter="classification",
    page="classification/multiclass-margins",
    functions={
        "multiclass_hinge": multiclass_hinge,
        "multiclass_hinge_grad": multiclass_hinge_grad,
        "weston_watkins": weston_watkins,
    },
    points={"value": 2, "gradient": 2, "weston-watkins": 2, "edges": 1},
    probes=probes,
    hints=(
        "The label should lead every other class by the margin. Crammer and Singer send one bill, "
        "for the worst rival; Weston and Watkins one for every rival that is too close.",
        "A rival is any class but the label. Take the label out of the row before you look for the "
        "maximum; whatever you put in its place must never win.",
        "The line that people get stuck on is what stands in the label's place: 0 is a fine score, "
        "and it may well be the largest of the row.",
    ),
    misconceptions=(
        Misconception(
            "multiclass_hinge/own-class",
            "The label is among its own rivals",
            "multiclass_hinge",
            own_class_among_rivals,
            "For scores (3, 0, 1) and label 0 you return {got}. The label leads by 2, and the "
            "margin is 1: who is the rival that you found?",
            "The maximum runs over all classes.",
            "definition",
            LEADS,
        ),
        Misconception(
            "multiclass_hinge/no-margin",
            "A lead of any size is enough",
            "multiclass_hinge",
            no_margin,
            "For scores (0.125, 0.25, 0.5, 0.75) and label 3 you return {got}. By how much does "
            "the label lead, and by how much should it?",
            "The multi-class perceptron.",
            "definition",
            ROW,
        ),
        Misconception(
            "multiclass_hinge/fixed-margin",
            "The margin is always 1",
            "multiclass_hinge",
            fixed_margin,
            "With a margin of 2 and scores (3, 0, 1), label 0, you return {got}, and with a margin "
            "of 5 as well. Where does the argument enter?",
            "1 is hard-wired.",
            "definition",
            ([0], [[3.0, 0.0, 1.0]], 5.0),
        ),
        Misconception(
            "multiclass_hinge/all-rivals",
            "Every rival sends a bill",
            "multiclass_hinge",
            all_rivals,
            "For scores (0.125, 0.25, 0.5, 0.75) and label 3 you return {got}. How many rivals did "
            "you count, and how many does this loss?",
            "Weston and Watkins in place of Crammer and Singer.",
            "definition",
            ROW,
        ),
        Misconception(
            "multiclass_hinge/not-cut",
            "A large lead earns money",
            "multiclass_hinge",
            not_cut,
            "For scores (3, 0, 1) and label 0 you return {got}. May this sample pay for the "
            "mistakes of others?",
            "No maximum with 0.",
            "definition",
            LEADS,
        ),
        Misconception(
            "multiclass_hinge/sum",
            "The rows are added up, not averaged",
            "multiclass_hinge",
            summed,
            "For two samples you return {got}. What happens to your loss if every sample is handed "
            "in twice?",
            "Missing 1/n.",
            "definition",
            TWO,
        ),
        Misconception(
            "multiclass_hinge/zero-mask",
            "The label is replaced by a zero, which may win",
            "multiclass_hinge",
            masked_with_zero,
            "For scores (-3, -4, -3.5) and label 0 you return {got}. Which class has the score 0?",
            "scores * (1 - onehot), then the maximum: the bug of a library.",
            "what-goes-wrong",
            NEGATIVE,
        ),
        Misconception(
            "multiclass_hinge/squared",
            "It is squared",
            "multiclass_hinge",
            squared,
            "For scores (0.125, 0.25, 0.5, 0.75) and label 3 you return {got}. How far is the "
            "label from a lead of 1?",
            "The squared version.",
            "definition",
            ROW,
        ),
        Misconception(
            "multiclass_hinge_grad/no-n",
            "The gradient belongs to the sum, not to the mean",
            "multiclass_hinge_grad",
            grad_of_the_sum,
            "For two samples your gradient is {got}. The loss is a mean of two terms: how much of "
            "it is the first one?",
            "Missing 1/n.",
            "derivation",
            TWO,
        ),
        Misconception(
            "multiclass_hinge_grad/sign",
            "The gradient points downhill",
            "multiclass_hinge_grad",
            grad_turned,
            "For scores (0.125, 0.25, 0.5, 0.75) and label 3 your gradient is {got}. If the score "
            "of the label rises, does the loss rise or fall?",
            "The sign is turned.",
            "derivation",
            ROW,
        ),
        Misconception(
            "multiclass_hinge_grad/rival-only",
            "The label is not pulled",
            "multiclass_hinge_grad",
            grad_of_the_rival_only,
            "For scores (0.125, 0.25, 0.5, 0.75) and label 3 your gradient is {got}. Add 1 to all "
            "scores: does the loss change, and what does that say about the sum of a row?",
            "-1 at the label is missing.",
            "derivation",
            ROW,
        ),
        Misconception(
            "multiclass_hinge_grad/label-only",
            "The rival is not pushed",
            "multiclass_hinge_grad",
            grad_of_the_label_only,
            "For scores (0.125, 0.25, 0.5, 0.75) and label 3 your gradient is {got}. Would it help "
            "to lower the best rival?",
            "+1 at the rival is missing.",
            "derivation",
            ROW,
        ),
        Misconception(
            "multiclass_hinge_grad/first-of-tie",
            "Of rivals that tie, the first takes everything",
            "multiclass_hinge_grad",
            grad_first_of_a_tie,
            "For scores (0, 2, 2) and label 0 your gradient is {got}. The two rivals are exactly "
            "alike: why are they treated differently?",
            "argmax. A valid subgradient, but not the one that is asked for.",
            "definition",
            TIE,
        ),
        Misconception(
            "multiclass_hinge_grad/each-of-tie",
            "Rivals that tie each get a full push",
            "multiclass_hinge_grad",
            grad_each_of_a_tie,
            "For scores (0, 2, 2) and label 0 your gradient is {got}. Add up the row: if all "
            "scores rise together, does the loss change?",
            "Not a subgradient at all.",
            "derivation",
            TIE,
        ),
        Misconception(
            "multiclass_hinge_grad/all-rivals",
            "Every rival that is too close is pushed",
            "multiclass_hinge_grad",
            grad_of_all_rivals,
            "For scores (0.125, 0.25, 0.5, 0.75) and label 3 your gradient is {got}. If the "
            "smallest score rises a little, does the maximum change?",
            "The gradient of Weston and Watkins.",
            "derivation",
            ROW,
        ),
        Misconception(
            "multiclass_hinge_grad/satisfied",
            "Rows that have their lead are pulled all the same",
            "multiclass_hinge_grad",
            grad_of_satisfied_rows_too,
            "For scores (3, 0, 1) and label 0 your gradient is {got}. What is the loss of that "
            "row, and its slope?",
            "No condition.",
            "definition",
            LEADS,
        ),
        Misconception(
            "multiclass_hinge_grad/kink",
            "A lead of exactly the margin still pulls",
            "multiclass_hinge_grad",
            grad_on_the_kink,
            "For scores (2, 1, 0) and label 0 your gradient is {got}. Of all the subgradients at "
            "the kink, which one does the statement want?",
            ">= for >.",
            "definition",
            KINK,
        ),
        Misconception(
            "multiclass_hinge_grad/classes",
            "It is divided by the number of classes too",
            "multiclass_hinge_grad",
            grad_divided_by_classes,
            "For one sample with scores (0.125, 0.25, 0.5, 0.75) and label 3 your gradient is "
            "{got}. Over how many terms does the mean of the loss run?",
            "scores.size for the number of rows.",
            "definition",
            ROW,
        ),
        Misconception(
            "weston_watkins/own-class",
            "The label sends itself a bill",
            "weston_watkins",
            ww_with_the_label,
            "For scores (3, 0, 1) and label 0 you return {got}. The label leads everybody by more "
            "than 1: whose term is that?",
            "The term j = y contributes the margin.",
            "what-goes-wrong",
            LEADS,
        ),
        Misconception(
            "weston_watkins/per-class",
            "The bills are averaged over the classes",
            "weston_watkins",
            ww_per_class,
            "For scores (0.125, 0.25, 0.5, 0.75) and label 3 you return {got}. Add up the three "
            "bills: by what did you divide?",
            "The convention of torch's multi_margin_loss.",
            "definition",
            ROW,
        ),
        Misconception(
            "weston_watkins/worst-only",
            "Only the worst rival sends a bill",
            "weston_watkins",
            ww_only_the_worst,
            "For scores (0.125, 0.25, 0.5, 0.75) and label 3 you return {got}. How many rivals are "
            "closer than 1?",
            "Crammer and Singer.",
            "definition",
            ROW,
        ),
        Misconception(
            "weston_watkins/cut-late",
            "Rivals that are far behind pay for those that are close",
            "weston_watkins",
            ww_cut_late,
            "For scores (0.5, -9, 0.25) and label 0 you return {got}. Is the third class far "
            "enough behind?",
            "The maximum with 0 after the sum.",
            "definition",
            ([0], [[0.5, -9.0, 0.25]]),
        ),
        Misconception(
            "weston_watkins/sum",
            "The rows are added up, not averaged",
            "weston_watkins",
            ww_summed,
            "For two samples you return {got}. What happens to your loss if every sample is handed "
            "in twice?",
            "Missing 1/n.",
            "definition",
            TWO,
        ),
        Misconception(
            "weston_watkins/one-against-all",
            "Every class is compared with 0, not with the label",
            "weston_watkins",
            ww_one_against_all,
            "For scores (3, 0, 1) and label 0 you return {got}. Add 5 to all scores: should the "
            "loss change?",
            "One hinge per class.",
            "definition",
            LEADS,
        ),
    ),
    success=(
        "One bill or many, ties shared, labels kept out of their own way. Both losses are yours, "
        "and so is the bug that a library has."
    ),
)
