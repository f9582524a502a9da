"""Exercise: binary cross-entropy of many labels from logits, some of them unknown."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.exercise import Exercise, Misconception, Probe
from autograde.label_regimes import binary, in_other_clothes
from autograde.regimes import targets


def bce_with_logits(y_true, logits, known=None):
    return _masked(lossref.bce_with_logits, y_true, logits, known, 0.0)


def bce_with_logits_grad(y_true, logits, known=None):
    nothing = np.zeros(np.shape(logits))
    return _masked(lossref.bce_with_logits_grad, y_true, logits, known, nothing)


def _masked(function, y_true, logits, known, nothing):
    if known is None:
        return function(y_true, logits)
    if not known.any():
        return nothing
    clean = [np.where(known, a, np.zeros_like(a)) for a in (y_true, logits)]
    return function(*clean, sample_weight=known.astype(float))


def probes(rng: np.random.Generator) -> list[Probe]:
    drawn = []
    for name, aspect in (("bce_with_logits", "value"), ("bce_with_logits_grad", "gradient")):
        whole = np.array([1, 0, 1, 0]), rng.integers(1, 6, size=4) * np.array([1, 1, -1, -1])
        soft = rng.integers(1, 8, size=4) * 0.125, targets(rng, 4)
        mask = rng.permutation(np.arange(12) % 3 > 0).reshape(3, 4)
        flat = rng.permutation(np.array([True, True, False, True, False]))
        y, z = binary(rng, 5)
        unknown = np.where(flat, y, np.nan)
        big = np.where(flat, z, 1e9)
        drawn += [
            Probe(name, aspect, "six logits, labels 0 and 1", binary(rng, 6)),
            Probe(name, aspect, "labels between 0 and 1", soft),
            Probe(name, aspect, "three samples with four labels each", binary(rng, 3, 4)),
            Probe(
                name, "mask", "a third of the labels unknown", binary(rng, 3, 4), {"known": mask}
            ),
            Probe(name, "mask", "two of five labels unknown", binary(rng, 5), {"known": flat}),
            Probe(name, "mask", "unknown labels are nan", (unknown, z), {"known": flat}),
            Probe(name, "mask", "the logits of unknown labels are huge", (y, big), {"known": flat}),
            Probe(name, "mask", "nothing is known", binary(rng, 4), {"known": np.zeros(4, bool)}),
            Probe(name, "mask", "everything is known", binary(rng, 4), {"known": np.ones(4, bool)}),
            *in_other_clothes(name, lambda n: binary(rng, n), whole=whole),
            Probe(
                name,
                "stability",
                "certain and mistaken: a logit of 800 for label 0, -800 for label 1",
                (np.array([0.0, 1.0, 1.0]), np.array([800.0, -800.0, 0.5])),
            ),
        ]
    return drawn


# -- wrong answers -------------------------------------------------------------


def through_probabilities(y_true, logits, known=None):
    known = np.ones(np.shape(logits), bool) if known is None else known
    y, z = y_true[known], logits[known]
    if z.size == 0:
        return 0.0
    p = 1 / (1 + np.exp(-z))
    return np.mean(-y * np.log(p) - (1 - y) * np.log(1 - p))


def clipped(y_true, logits, known=None):
    known = np.ones(np.shape(logits), bool) if known is None else known
    y, z = y_true[known], logits[known]
    if z.size == 0:
        return 0.0
    p = np.clip(1 / (1 + np.exp(-z)), 1e-15, 1 - 1e-15)
    return np.mean(-y * np.log(p) - (1 - y) * np.log(1 - p))


def sigmoid_twice(y_true, logits, known=None):
    known = np.ones(np.shape(logits), bool) if known is None else known
    y, z = y_true[known], logits[known]
    if z.size == 0:
        return 0.0
    z = 1 / (1 + np.exp(-z))
    return np.mean(np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z))))


def labels_swapped(y_true, logits, known=None):
    known = np.ones(np.shape(logits), bool) if known is None else known
    y, z = 1 - y_true[known], logits[known]
    if z.size == 0:
        return 0.0
    return np.mean(np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z))))


def summed(y_true, logits, known=None):
    known = np.ones(np.shape(logits), bool) if known is None else known
    y, z = y_true[known], logits[known]
    return np.sum(np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z))))


def mask_forgotten(y_true, logits, known=None):
    z = logits
    return np.mean(np.maximum(z, 0) - y_true * z + np.log1p(np.exp(-np.abs(z))))


def divided_by_all(y_true, logits, known=None):
    known = np.ones(np.shape(logits), bool) if known is None else known
    y, z = y_true[known], logits[known]
    return np.sum(np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z)))) / logits.size


def zero_times_nan(y_true, logits, known=None):
    known = np.ones(np.shape(logits), bool) if known is None else known
    z = logits
    each = np.maximum(z, 0) - y_true * z + np.log1p(np.exp(-np.abs(z)))
    return np.sum(each * known) / max(known.sum(), 1)


def mean_of_nothing(y_true, logits, known=None):
    known = np.ones(np.shape(logits), bool) if known is None else known
    y, z = y_true[known], logits[known]
    return np.mean(np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z))))


def unknown_is_negative(y_true, logits, known=None):
    known = np.ones(np.shape(logits), bool) if known is None else known
    y, z = np.where(known, y_true, 0), logits
    return np.mean(np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z))))


def grad_of_the_sum(y_true, logits, known=None):
    known = np.ones(np.shape(logits), bool) if known is None else known
    y, z = np.where(known, y_true, 0), np.where(known, logits, 0)
    p = np.where(z >= 0, 1, np.exp(-np.abs(z))) / (1 + np.exp(-np.abs(z)))
    return np.where(known, p - y, 0.0)


def grad_turned(y_true, logits, known=None):
    known = np.ones(np.shape(logits), bool) if known is None else known
    y, z = np.where(known, y_true, 0), np.where(known, logits, 0)
    p = np.where(z >= 0, 1, np.exp(-np.abs(z))) / (1 + np.exp(-np.abs(z)))
    return np.where(known, y - p, 0.0) / max(known.sum(), 1)


def grad_saturates(y_true, logits, known=None):
    known = np.ones(np.shape(logits), bool) if known is None else known
    y, z = np.where(known, y_true, 0), np.where(known, logits, 0)
    p = np.where(z >= 0, 1, np.exp(-np.abs(z))) / (1 + np.exp(-np.abs(z)))
    return np.where(known, (p - y) * p * (1 - p), 0.0) / max(known.sum(), 1)


def grad_mask_forgotten(y_true, logits, known=None):
    z = logits
    p = np.where(z >= 0, 1, np.exp(-np.abs(z))) / (1 + np.exp(-np.abs(z)))
    return (p - y_true) / logits.size


def grad_divided_by_all(y_true, logits, known=None):
    known = np.ones(np.shape(logits), bool) if known is None else known
    y, z = np.where(known, y_true, 0), np.where(known, logits, 0)
    p = np.where(z >= 0, 1, np.exp(-np.abs(z))) / (1 + np.exp(-np.abs(z)))
    return np.where(known, p - y, 0.0) / logits.size


def grad_zero_times_nan(y_true, logits, known=None):
    known = np.ones(np.shape(logits), bool) if known is None else known
    z = logits
    p = np.where(z >= 0, 1, np.exp(-np.abs(z))) / (1 + np.exp(-np.abs(z)))
    return (p - y_true) * known / max(known.sum(), 1)


def grad_zero_over_zero(y_true, logits, known=None):
    known = np.ones(np.shape(logits), bool) if known is None else known
    y, z = np.where(known, y_true, 0), np.where(known, logits, 0)
    p = np.where(z >= 0, 1, np.exp(-np.abs(z))) / (1 + np.exp(-np.abs(z)))
    return np.where(known, p - y, 0.0) / known.sum()


def grad_by_rows(y_true, logits, known=None):
    known = np.ones(np.shape(logits), bool) if known is None else known
    y, z = np.where(known, y_true, 0), np.where(known, logits, 0)
    p = np.where(z >= 0, 1, np.exp(-np.abs(z))) / (1 + np.exp(-np.abs(z)))
    count = len(logits) if known.all() else max(known.sum(), 1)
    return np.where(known, p - y, 0.0) / count


PAIR = ([1.0, 0.0], [2.0, -1.0])
WRONG = ([0.0], [800.0])
MASKED = ([1.0, 0.0, 1.0], [2.0, -1.0, -3.0], [True, False, True])
NAN = ([1.0, np.nan], [2.0, -1.0], [True, False])
NOTHING = ([1.0, 0.0], [2.0, -1.0], [False, False])

EXERCISE = Exercise(
    slug="bce_with_logits",
    title="Many labels, some of them unknown",
    chapter="classification",
    page="classification/bce",
    functions={"bce_with_logits": bce_with_logits, "bce_with_logits_grad": bce_with_logits_grad},
    points={"value": 1, "gradient": 1, "mask": 2, "edges": 1, "stability": 1},
    probes=probes,
    hints=(
        "Every label is a question of its own, with a sigmoid of its own. An unknown label is a "
        "question that nobody asked: it changes neither the sum nor the count.",
        "Throw the unknown entries out, or put something harmless in their place, before any "
        "arithmetic. The gradient keeps the shape, with zeros where nothing was asked.",
        "The line that people get stuck on is the product with the mask: 0 times nan is nan. And "
        "the last case: how many entries does a mean over no entries divide by?",
    ),
    misconceptions=(
        Misconception(
            "bce_with_logits/probabilities",
            "The logarithm of a probability that was rounded to 0 or 1",
            "bce_with_logits",
            through_probabilities,
            "For label 0 and logit 800 you return {got}. The right loss is 800. What is the "
            "sigmoid of 800 in float64, and 1 minus that?",
            "Sigmoid first, logarithm second.",
            "what-goes-wrong",
            WRONG,
        ),
        Misconception(
            "bce_with_logits/clipped",
            "The probability is clipped",
            "bce_with_logits",
            clipped,
            "For label 0 and logit 800 you return {got}. And for logit 60? Which of the two "
            "predictions is the bolder mistake?",
            "Clip at 1e-15: the loss stops growing at 34.5.",
            "what-goes-wrong",
            WRONG,
        ),
        Misconception(
            "bce_with_logits/sigmoid-twice",
            "The logit goes through the sigmoid before a loss that has one",
            "bce_with_logits",
            sigmoid_twice,
            "For label 0 and logit 800 you return {got}. What is the largest number that your loss "
            "can return for any logit?",
            "Takes probabilities for logits.",
            "what-goes-wrong",
            WRONG,
        ),
        Misconception(
            "bce_with_logits/labels-swapped",
            "The two labels have changed places",
            "bce_with_logits",
            labels_swapped,
            "For label 1 at logit 2 and label 0 at logit -1 you return {got}. Both are on the "
            "right side: is that smaller than log 2?",
            "1 - y for y.",
            "definition",
            PAIR,
        ),
        Misconception(
            "bce_with_logits/sum",
            "The terms are added up, not averaged",
            "bce_with_logits",
            summed,
            "For two labels you return {got}. What happens to your loss if every sample is handed "
            "in twice?",
            "No division by the number of known labels.",
            "definition",
            PAIR,
        ),
        Misconception(
            "bce_with_logits/mask-forgotten",
            "Unknown labels are scored like the others",
            "bce_with_logits",
            mask_forgotten,
            "With labels (1, 0, 1), the second of them unknown, you return {got}. Change the "
            "unknown label to 1: should your result notice?",
            "The mask is not used.",
            "definition",
            MASKED,
        ),
        Misconception(
            "bce_with_logits/divided-by-all",
            "The mean runs over unknown labels too",
            "bce_with_logits",
            divided_by_all,
            "With three labels, one of them unknown, you return {got}. Add a hundred more unknown "
            "labels: did the model get better?",
            "Divides by the size of the array.",
            "definition",
            MASKED,
        ),
        Misconception(
            "bce_with_logits/zero-times-nan",
            "The unknown is multiplied by zero",
            "bce_with_logits",
            zero_times_nan,
            "With a second label that is nan and unknown you return {got}. What is 0 times nan?",
            "Multiplies the losses by the mask after they were computed.",
            "what-goes-wrong",
            NAN,
        ),
        Misconception(
            "bce_with_logits/mean-of-nothing",
            "A mean over no labels",
            "bce_with_logits",
            mean_of_nothing,
            "With nothing known you return {got}. If one batch in a thousand looks like that, what "
            "is in your weights after it?",
            "0 / 0.",
            "what-goes-wrong",
            NOTHING,
        ),
        Misconception(
            "bce_with_logits/unknown-is-negative",
            "Unknown is taken for no",
            "bce_with_logits",
            unknown_is_negative,
            "With labels (1, 0, 1), the second of them unknown, you return {got}. Nobody looked "
            "whether the second label applies: what have you answered for them?",
            "Puts 0 in place of an unknown label and scores it.",
            "definition",
            MASKED,
        ),
        Misconception(
            "bce_with_logits_grad/no-n",
            "The gradient belongs to the sum, not to the mean",
            "bce_with_logits_grad",
            grad_of_the_sum,
            "For two labels your gradient is {got}. The loss is a mean of two terms: how much of "
            "it is the first one?",
            "Missing 1/n.",
            "derivation",
            PAIR,
        ),
        Misconception(
            "bce_with_logits_grad/sign",
            "The gradient points downhill",
            "bce_with_logits_grad",
            grad_turned,
            "For label 1 at logit 2 and label 0 at logit -1 your gradient is {got}. If the first "
            "logit rises a little, does the loss rise or fall?",
            "y - p.",
            "derivation",
            PAIR,
        ),
        Misconception(
            "bce_with_logits_grad/saturates",
            "A confident mistake hardly pulls",
            "bce_with_logits_grad",
            grad_saturates,
            "For label 0 and logit 800 your gradient is {got}. How should the strength of the pull "
            "depend on how far the model is off?",
            "The extra slope of the sigmoid: half the gradient of the squared error.",
            "derivation",
            WRONG,
        ),
        Misconception(
            "bce_with_logits_grad/mask-forgotten",
            "Unknown labels pull like the others",
            "bce_with_logits_grad",
            grad_mask_forgotten,
            "With the second of three labels unknown your gradient is {got}. Which way does the "
            "second logit have to go?",
            "The mask is not used.",
            "definition",
            MASKED,
        ),
        Misconception(
            "bce_with_logits_grad/divided-by-all",
            "The pull is shared with labels that nobody knows",
            "bce_with_logits_grad",
            grad_divided_by_all,
            "With three labels, one of them unknown, your gradient is {got}. Over how many entries "
            "does the mean of the loss run?",
            "Divides by the size of the array.",
            "definition",
            MASKED,
        ),
        Misconception(
            "bce_with_logits_grad/zero-times-nan",
            "The unknown is multiplied by zero",
            "bce_with_logits_grad",
            grad_zero_times_nan,
            "With a second label that is nan and unknown your gradient is {got}. What is 0 times "
            "nan?",
            "Multiplies by the mask at the end.",
            "what-goes-wrong",
            NAN,
        ),
        Misconception(
            "bce_with_logits_grad/zero-over-zero",
            "Zeros are divided by zero",
            "bce_with_logits_grad",
            grad_zero_over_zero,
            "With nothing known your gradient is {got}. Which step should a batch without labels "
            "cause?",
            "0 / 0.",
            "what-goes-wrong",
            NOTHING,
        ),
        Misconception(
            "bce_with_logits_grad/rows",
            "A matrix is divided by its number of rows",
            "bce_with_logits_grad",
            grad_by_rows,
            "For a matrix of 1 row and 2 columns your gradient is {got}. Over how many entries "
            "does the mean run?",
            "len() of a 2-D array is its number of rows.",
            "definition",
            ([[1.0, 0.0]], [[2.0, -1.0]]),
        ),
    ),
    success=(
        "Many labels, unknown ones, none at all, and logits of 800: value and gradient are right. "
        "This is the loss of every multi-label network."
    ),
)
