"""Exercise: class weights from counts, and the weighted binary cross-entropy."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.exercise import Exercise, Misconception, Probe
from autograde.label_regimes import binary, in_other_clothes
from autograde.regimes import targets


def balanced_weights(y_true):
    y = np.asarray(y_true)
    counts = np.array([np.sum(y == 0), np.sum(y == 1)])
    if counts.min() == 0:
        return np.ones(y.shape)
    return (y.size / 2 / counts)[y.astype(int)]


def weighted_bce(y_true, logits, weights=None):
    return lossref.bce_with_logits(y_true, logits, sample_weight=weights)


def weighted_bce_grad(y_true, logits, weights=None):
    return lossref.bce_with_logits_grad(y_true, logits, sample_weight=weights)


def probes(rng: np.random.Generator) -> list[Probe]:
    def rare(n: int, ones: int) -> np.ndarray:
        return rng.permutation(np.arange(n) < ones) * 1.0

    def weights(n: int) -> dict[str, np.ndarray]:
        return {"weights": rng.integers(1, 33, size=n) * 0.125}

    weigh = "balanced_weights"
    drawn = [
        Probe(weigh, "weights", "one positive among eight", (rare(8, 1),)),
        Probe(weigh, "weights", "three positives among five", (rare(5, 3),)),
        Probe(weigh, "weights", "five positives among six", (rare(6, 5),)),
        Probe(weigh, "weights", "as many of each", (rare(6, 3),)),
        Probe(weigh, "edges", "positives only", (np.ones(4),)),
        Probe(weigh, "edges", "negatives only", (np.zeros(3),)),
        Probe(weigh, "edges", "whole numbers (dtype int64)", (rare(7, 2).astype(np.int64),)),
        Probe(weigh, "edges", "labels with 2 rows and 3 columns", (rare(6, 2).reshape(2, 3),)),
    ]
    for name, aspect in (("weighted_bce", "value"), ("weighted_bce_grad", "gradient")):
        whole = np.array([1, 0, 1, 0]), rng.integers(1, 6, size=4) * np.array([1, 1, -1, -1])
        drawn += [
            Probe(name, aspect, "five samples with weights", binary(rng, 5), weights(5)),
            Probe(name, aspect, "four samples with weights", binary(rng, 4), weights(4)),
            Probe(
                name, aspect, "all weights equal to 3", binary(rng, 5), {"weights": np.full(5, 3.0)}
            ),
            Probe(
                name,
                aspect,
                "only positives have weight",
                (np.array([1.0, 0.0, 1.0, 0.0]), targets(rng, 4)),
                {"weights": np.array([2.0, 0.0, 1.0, 0.0])},
            ),
            Probe(name, aspect, "no weights given", binary(rng, 6)),
            *in_other_clothes(name, lambda n: binary(rng, n), whole=whole),
            Probe(
                name,
                "stability",
                "a logit of 800 for label 0, of -800 for label 1",
                (np.array([0.0, 1.0, 1.0]), np.array([800.0, -800.0, 0.5])),
                weights(3),
            ),
        ]
    return drawn


# -- wrong answers -------------------------------------------------------------


def counts_as_weights(y_true):
    k = np.sum(y_true == 1)
    if k in (0, y_true.size):
        return np.ones(y_true.shape)
    return np.where(y_true == 1, k, y_true.size - k) * 2 / y_true.size


def the_other_share(y_true):
    k = np.sum(y_true == 1)
    if k in (0, y_true.size):
        return np.ones(y_true.shape)
    return np.where(y_true == 1, y_true.size - k, k) / y_true.size


def one_over_count(y_true):
    k = np.sum(y_true == 1)
    if k in (0, y_true.size):
        return np.ones(y_true.shape)
    return np.where(y_true == 1, 1 / k, 1 / (y_true.size - k))


def ratio_for_positives(y_true):
    k = np.sum(y_true == 1)
    if k in (0, y_true.size):
        return np.ones(y_true.shape)
    return np.where(y_true == 1, (y_true.size - k) / k, 1.0)


def without_the_half(y_true):
    k = np.sum(y_true == 1)
    if k in (0, y_true.size):
        return np.ones(y_true.shape)
    return np.where(y_true == 1, y_true.size / k, y_true.size / (y_true.size - k))


def half_of_the_data_is_missing(y_true):
    k = np.sum(y_true == 1)
    with np.errstate(all="ignore"):
        up, down = y_true.size / (2 * k), y_true.size / (2 * (y_true.size - k))
    return np.where(y_true == 1, up, down)


def one_per_class(y_true):
    k = np.sum(y_true == 1)
    if k in (0, y_true.size):
        return np.ones(2)
    return np.array([y_true.size / (2 * (y_true.size - k)), y_true.size / (2 * k)])


def divided_by_n(y_true, logits, weights=None):
    w = np.ones(y_true.shape) if weights is None else weights
    each = np.maximum(logits, 0) - y_true * logits + np.log1p(np.exp(-np.abs(logits)))
    return np.mean(w * each)


def not_weighted(y_true, logits, weights=None):
    return np.mean(np.maximum(logits, 0) - y_true * logits + np.log1p(np.exp(-np.abs(logits))))


def not_divided(y_true, logits, weights=None):
    w = np.ones(y_true.shape) if weights is None else weights
    each = np.maximum(logits, 0) - y_true * logits + np.log1p(np.exp(-np.abs(logits)))
    return np.sum(w * each)


def positives_weighted_only(y_true, logits, weights=None):
    w = np.ones(y_true.shape) if weights is None else weights
    w = np.where(y_true == 1, w, 1.0)
    each = np.maximum(logits, 0) - y_true * logits + np.log1p(np.exp(-np.abs(logits)))
    return np.sum(w * each) / np.sum(w)


def logits_weighted(y_true, logits, weights=None):
    z = logits if weights is None else weights * logits
    return np.mean(np.maximum(z, 0) - y_true * z + np.log1p(np.exp(-np.abs(z))))


def labels_weighted(y_true, logits, weights=None):
    w = np.ones(y_true.shape) if weights is None else weights
    each = w * (np.maximum(-logits, 0) + np.log1p(np.exp(-np.abs(logits)))) * y_true
    each = each + (1 - y_true) * (np.maximum(logits, 0) + np.log1p(np.exp(-np.abs(logits))))
    return np.mean(each)


def overflowing(y_true, logits, weights=None):
    w = np.ones(y_true.shape) if weights is None else weights
    p = 1 / (1 + np.exp(-logits))
    return np.sum(w * (-y_true * np.log(p) - (1 - y_true) * np.log(1 - p))) / np.sum(w)


def grad_divided_by_n(y_true, logits, weights=None):
    w = np.ones(y_true.shape) if weights is None else weights
    p = 0.5 * (1 + np.tanh(logits / 2))
    return w * (p - y_true) / logits.size


def grad_not_weighted(y_true, logits, weights=None):
    p = 0.5 * (1 + np.tanh(logits / 2))
    return (p - y_true) / logits.size


def grad_not_divided(y_true, logits, weights=None):
    w = np.ones(y_true.shape) if weights is None else weights
    return w * (0.5 * (1 + np.tanh(logits / 2)) - y_true)


def grad_only_divided(y_true, logits, weights=None):
    w = np.ones(y_true.shape) if weights is None else weights
    return (0.5 * (1 + np.tanh(logits / 2)) - y_true) / np.sum(w)


def grad_turned(y_true, logits, weights=None):
    w = np.ones(y_true.shape) if weights is None else weights
    return w * (y_true - 0.5 * (1 + np.tanh(logits / 2))) / np.sum(w)


def grad_of_a_weighted_probability(y_true, logits, weights=None):
    w = np.ones(y_true.shape) if weights is None else weights
    return (w * 0.5 * (1 + np.tanh(logits / 2)) - y_true) / np.sum(w)


RARE = ([1.0, 0.0, 0.0, 0.0],)
PAIR = ([1.0, 0.0], [1.0, -2.0], [3.0, 1.0])
NEGATIVE = ([1.0, 0.0], [1.0, 2.0], [1.0, 3.0])
SURE = ([0.0, 1.0], [800.0, 1.0], [1.0, 1.0])

EXERCISE = Exercise(
    slug="weighted_bce",
    title="Weights for rare classes",
    chapter="classification",
    page="classification/imbalance",
    functions={
        "balanced_weights": balanced_weights,
        "weighted_bce": weighted_bce,
        "weighted_bce_grad": weighted_bce_grad,
    },
    points={"weights": 2, "value": 2, "gradient": 1, "edges": 1, "stability": 1},
    probes=probes,
    hints=(
        "Balanced means that both classes carry half of the total weight, however many members "
        "they have, and that the weights add up to n.",
        "Share half of n among the members of each class. A weighted mean divides by the weights "
        "that it used, so a common factor of all weights cancels.",
        "The line that people get stuck on is the denominator: divide by the sum of the weights, in "
        "the value and in the gradient, and not by the number of samples.",
    ),
    misconceptions=(
        Misconception(
            "balanced_weights/counts",
            "The frequent class gets the large weight",
            "balanced_weights",
            counts_as_weights,
            "For one positive among four labels your weights are {got}. Which class needs to be "
            "heard more often?",
            "Proportional to the counts instead of inversely.",
            "definition",
            RARE,
        ),
        Misconception(
            "balanced_weights/other-share",
            "Each class gets the share of the other",
            "balanced_weights",
            the_other_share,
            "For one positive among four labels your weights are {got}. Add them up, then do the "
            "same for as many positives as negatives: why does the loss of a balanced batch change?",
            "w_pos = N_neg / N, the form of the notes: the ratio is right, the scale is not.",
            "what-goes-wrong",
            RARE,
        ),
        Misconception(
            "balanced_weights/one-over-count",
            "The weights shrink as the data grow",
            "balanced_weights",
            one_over_count,
            "For one positive among four labels your weights are {got}. What do they add up to, "
            "for four labels and for four million?",
            "1 / count without n / 2.",
            "definition",
            RARE,
        ),
        Misconception(
            "balanced_weights/ratio",
            "Only the positives are weighted",
            "balanced_weights",
            ratio_for_positives,
            "For one positive among four labels your weights are {got}. The ratio is fine: what do "
            "they add up to, and what should they?",
            "pos_weight: N_neg / N_pos for positives and 1 for the rest.",
            "definition",
            RARE,
        ),
        Misconception(
            "balanced_weights/no-half",
            "The weights add up to 2n",
            "balanced_weights",
            without_the_half,
            "For one positive among four labels your weights are {got}. For two labels of each "
            "kind, should any weight differ from 1?",
            "n / count without the number of classes.",
            "definition",
            RARE,
        ),
        Misconception(
            "balanced_weights/one-class",
            "With one class only, half of the weight goes to nobody",
            "balanced_weights",
            half_of_the_data_is_missing,
            "For three positives and no negative your weights are {got}. What does the statement "
            "want when there is nothing to balance?",
            "No special case: weights 1/2 (and a division by zero on the way).",
            "definition",
            ([1.0, 1.0, 1.0],),
        ),
        Misconception(
            "balanced_weights/per-class",
            "There is one weight per class, not per sample",
            "balanced_weights",
            one_per_class,
            "For one positive among four labels you return {got}. How many samples are there to be "
            "weighted?",
            "Returns the table, not the lookup.",
            "definition",
            RARE,
        ),
        Misconception(
            "weighted_bce/divided-by-n",
            "The weighted sum is divided by the number of samples",
            "weighted_bce",
            divided_by_n,
            "With weights 3 and 1 you return {got}. Multiply both weights by ten: is the mean loss "
            "of the data ten times as large?",
            "np.mean(w * l).",
            "definition",
            PAIR,
        ),
        Misconception(
            "weighted_bce/not-weighted",
            "The weights are not used",
            "weighted_bce",
            not_weighted,
            "With weights 3 and 1 you return {got}, and with weights 1 and 3 as well. Where do they "
            "enter?",
            "Plain mean.",
            "definition",
            PAIR,
        ),
        Misconception(
            "weighted_bce/sum",
            "It is not divided at all",
            "weighted_bce",
            not_divided,
            "With weights 3 and 1 you return {got}. Is that between the smaller and the larger "
            "loss of the two samples?",
            "A weighted sum.",
            "definition",
            PAIR,
        ),
        Misconception(
            "weighted_bce/positives",
            "The weights of negatives are ignored",
            "weighted_bce",
            positives_weighted_only,
            "With the weights 1 for a positive and 3 for a negative you return {got}. Whose weight "
            "was used?",
            "Weights belong to samples, not to positives.",
            "definition",
            NEGATIVE,
        ),
        Misconception(
            "weighted_bce/logits",
            "The logits are weighted instead of the losses",
            "weighted_bce",
            logits_weighted,
            "With weights 3 and 1 for a positive at logit 1 and a negative at -2 you return {got}. "
            "Did the model say anything bolder because the sample counts more?",
            "The weight multiplies z.",
            "definition",
            PAIR,
        ),
        Misconception(
            "weighted_bce/pos-weight",
            "It is pos_weight over n",
            "weighted_bce",
            labels_weighted,
            "With weights 3 and 1 you return {got}. Compute the losses of the two samples: can a "
            "weighted mean of them lie outside?",
            "Multiplies the positive term and divides by n, as pos_weight does.",
            "what-goes-wrong",
            PAIR,
        ),
        Misconception(
            "weighted_bce/overflow",
            "The logarithm of a probability that was rounded to 0 or 1",
            "weighted_bce",
            overflowing,
            "For label 0 at logit 800 you return {got}. What is 1 minus the sigmoid of 800 in "
            "float64?",
            "Sigmoid first, logarithm second.",
            "what-goes-wrong",
            SURE,
        ),
        Misconception(
            "weighted_bce_grad/divided-by-n",
            "The pulls are divided by the number of samples",
            "weighted_bce_grad",
            grad_divided_by_n,
            "With weights 3 and 1 your gradient is {got}. By what does the weighted mean divide?",
            "n in place of the sum of weights.",
            "derivation",
            PAIR,
        ),
        Misconception(
            "weighted_bce_grad/not-weighted",
            "The weights are not used",
            "weighted_bce_grad",
            grad_not_weighted,
            "With weights 3 and 1 your gradient is {got}. How much harder should the first sample "
            "pull because of its weight?",
            "The plain gradient.",
            "derivation",
            PAIR,
        ),
        Misconception(
            "weighted_bce_grad/sum",
            "The gradient belongs to the sum, not to the mean",
            "weighted_bce_grad",
            grad_not_divided,
            "With weights 3 and 1 your gradient is {got}. By what does the weighted mean divide?",
            "Missing denominator.",
            "derivation",
            PAIR,
        ),
        Misconception(
            "weighted_bce_grad/only-divided",
            "The weights occur in the denominator only",
            "weighted_bce_grad",
            grad_only_divided,
            "With weights 3 and 1 your gradient is {got}. A sample of weight 3 counts like three "
            "samples: how many pulls is that?",
            "Forgets w in the numerator.",
            "derivation",
            PAIR,
        ),
        Misconception(
            "weighted_bce_grad/sign",
            "The gradient points downhill",
            "weighted_bce_grad",
            grad_turned,
            "With weights 3 and 1 your gradient is {got}. If the logit of the positive rises, does "
            "the loss rise or fall?",
            "y - p.",
            "derivation",
            PAIR,
        ),
        Misconception(
            "weighted_bce_grad/probability",
            "The weight multiplies the probability only",
            "weighted_bce_grad",
            grad_of_a_weighted_probability,
            "With weights 3 and 1 your gradient is {got}. At which probability does the first pull "
            "vanish: at that of the label?",
            "w p - y.",
            "derivation",
            PAIR,
        ),
    ),
    success=(
        "Weights that add up to n, a mean that ignores their scale, and gradients to match. Next "
        "door: what such weights do to calibration, and why a threshold may be the better knob."
    ),
)
