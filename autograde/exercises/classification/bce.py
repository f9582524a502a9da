"""Exercise: binary cross-entropy of probabilities, and its gradient."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.exercise import Exercise, Misconception, Probe
from autograde.label_regimes import in_other_clothes, refuses


def bce(y_true, p):
    return lossref.bce(y_true, p)


def bce_grad(y_true, p):
    return lossref.bce_grad(y_true, p)


def probes(rng: np.random.Generator) -> list[Probe]:
    def draw(*shape: int) -> tuple[np.ndarray, np.ndarray]:
        size = int(np.prod(shape))
        labels = rng.permutation(np.arange(size) % 2).reshape(shape) * 1.0
        return labels, rng.integers(1, 64, size=shape) / 64

    drawn = []
    for name, aspect in (("bce", "value"), ("bce_grad", "gradient")):
        soft = rng.integers(1, 8, size=4) / 8, rng.integers(1, 64, size=4) / 64
        drawn += [
            Probe(name, aspect, "six probabilities, labels 0 and 1", draw(6)),
            Probe(name, aspect, "four samples of label 1", (np.ones(4), draw(4)[1])),
            Probe(name, aspect, "four samples of label 0", (np.zeros(4), draw(4)[1])),
            Probe(name, aspect, "labels between 0 and 1", soft),
            Probe(name, aspect, "arrays with 3 rows and 4 columns", draw(3, 4)),
            *in_other_clothes(name, draw),
            Probe(
                name,
                "certainty",
                "certain and right: p = 1 for label 1, p = 0 for label 0",
                (np.array([1.0, 0.0, 1.0, 0.0]), np.array([1.0, 0.0, *draw(2)[1]])),
            ),
            Probe(
                name,
                "certainty",
                "nearly certain and mistaken: label 1 at p = 1e-200",
                (np.array([1.0, 0.0]), np.array([1e-200, float(draw(1)[1][0])])),
            ),
            Probe(
                name,
                "certainty",
                "nearly certain and right: label 0 at probabilities near 1e-18",
                (np.zeros(3), rng.integers(8, 72, size=3) * 0.125e-18),
            ),
        ]
    for bad in (1.25, -0.25):
        drawn += refuses(
            ("bce", "bce_grad"),
            f"a probability of {bad:g}",
            (np.array([1.0, 0.0]), np.array([0.5, bad])),
        )
    return drawn


# -- wrong answers -------------------------------------------------------------


def clipped(y_true, p):
    if np.any((p < 0) | (p > 1)):
        raise ValueError("p")
    p = np.clip(p, 1e-15, 1 - 1e-15)
    return np.mean(-y_true * np.log(p) - (1 - y_true) * np.log(1 - p))


def epsilon_inside(y_true, p):
    if np.any((p < 0) | (p > 1)):
        raise ValueError("p")
    return np.mean(-y_true * np.log(p + 1e-7) - (1 - y_true) * np.log(1 - p + 1e-7))


def positives_only(y_true, p):
    if np.any((p < 0) | (p > 1)):
        raise ValueError("p")
    return np.mean(-y_true * np.log(np.where(y_true > 0, p, 1.0)))


def zero_times_infinity(y_true, p):
    if np.any((p < 0) | (p > 1)):
        raise ValueError("p")
    return np.mean(-y_true * np.log(p) - (1 - y_true) * np.log1p(-p))


def no_minus(y_true, p):
    if np.any((p < 0) | (p > 1)):
        raise ValueError("p")
    on = np.where(y_true > 0, np.log(np.where(y_true > 0, p, 1.0)), 0.0)
    off = np.where(y_true < 1, np.log1p(-np.where(y_true < 1, p, 0.0)), 0.0)
    return np.mean(y_true * on + (1 - y_true) * off)


def labels_swapped(y_true, p):
    if np.any((p < 0) | (p > 1)):
        raise ValueError("p")
    return np.mean(-(1 - y_true) * np.log(p) - y_true * np.log(1 - p))


def summed(y_true, p):
    if np.any((p < 0) | (p > 1)):
        raise ValueError("p")
    on = np.where(y_true > 0, np.log(np.where(y_true > 0, p, 1.0)), 0.0)
    off = np.where(y_true < 1, np.log1p(-np.where(y_true < 1, p, 0.0)), 0.0)
    return np.sum(-y_true * on - (1 - y_true) * off)


def in_bits(y_true, p):
    if np.any((p < 0) | (p > 1)):
        raise ValueError("p")
    on = np.where(y_true > 0, np.log2(np.where(y_true > 0, p, 1.0)), 0.0)
    off = np.where(y_true < 1, np.log1p(-np.where(y_true < 1, p, 0.0)), 0.0) / np.log(2)
    return np.mean(-y_true * on - (1 - y_true) * off)


def squared(y_true, p):
    if np.any((p < 0) | (p > 1)):
        raise ValueError("p")
    return np.mean((p - y_true) ** 2)


def one_minus_p(y_true, p):
    if np.any((p < 0) | (p > 1)):
        raise ValueError("p")
    on = np.where(y_true > 0, np.log(np.where(y_true > 0, p, 1.0)), 0.0)
    off = np.where(y_true < 1, np.log(1 - np.where(y_true < 1, p, 0.0)), 0.0)
    return np.mean(-y_true * on - (1 - y_true) * off)


def any_probability(y_true, p):
    on = np.where(y_true > 0, np.log(np.where(y_true > 0, p, 1.0)), 0.0)
    off = np.where(y_true < 1, np.log1p(-np.where(y_true < 1, p, 0.0)), 0.0)
    return np.mean(-y_true * on - (1 - y_true) * off)


def grad_of_the_sum(y_true, p):
    if np.any((p < 0) | (p > 1)):
        raise ValueError("p")
    on = np.where(y_true > 0, y_true / np.where(y_true > 0, p, 1.0), 0.0)
    off = np.where(y_true < 1, (1 - y_true) / (1 - np.where(y_true < 1, p, 0.0)), 0.0)
    return off - on


def grad_turned(y_true, p):
    if np.any((p < 0) | (p > 1)):
        raise ValueError("p")
    on = np.where(y_true > 0, y_true / np.where(y_true > 0, p, 1.0), 0.0)
    off = np.where(y_true < 1, (1 - y_true) / (1 - np.where(y_true < 1, p, 0.0)), 0.0)
    return (on - off) / p.size


def grad_for_logits(y_true, p):
    if np.any((p < 0) | (p > 1)):
        raise ValueError("p")
    return (p - y_true) / p.size


def grad_minus_lost(y_true, p):
    if np.any((p < 0) | (p > 1)):
        raise ValueError("p")
    on = np.where(y_true > 0, y_true / np.where(y_true > 0, p, 1.0), 0.0)
    off = np.where(y_true < 1, (1 - y_true) / (1 - np.where(y_true < 1, p, 0.0)), 0.0)
    return (-on - off) / p.size


def grad_zero_over_zero(y_true, p):
    if np.any((p < 0) | (p > 1)):
        raise ValueError("p")
    return (p - y_true) / (p * (1 - p)) / p.size


def grad_zero_where_right(y_true, p):
    if np.any((p < 0) | (p > 1)):
        raise ValueError("p")
    on = np.where(y_true > 0, y_true / np.where(y_true > 0, p, 1.0), 0.0)
    off = np.where(y_true < 1, (1 - y_true) / (1 - np.where(y_true < 1, p, 0.0)), 0.0)
    return np.where(p == y_true, 0.0, off - on) / p.size


def grad_clipped(y_true, p):
    if np.any((p < 0) | (p > 1)):
        raise ValueError("p")
    p = np.clip(p, 1e-15, 1 - 1e-15)
    return ((1 - y_true) / (1 - p) - y_true / p) / p.size


def grad_any_probability(y_true, p):
    on = np.where(y_true > 0, y_true / np.where(y_true > 0, p, 1.0), 0.0)
    off = np.where(y_true < 1, (1 - y_true) / (1 - np.where(y_true < 1, p, 0.0)), 0.0)
    return (off - on) / p.size


PAIR = ([1.0, 0.0], [0.75, 0.75])
RIGHT = ([1.0, 0.0], [1.0, 0.0])
FAR = ([1.0], [1e-200])

EXERCISE = Exercise(
    slug="bce",
    title="Binary cross-entropy of probabilities",
    chapter="classification",
    functions={"bce": bce, "bce_grad": bce_grad},
    points={"value": 2, "gradient": 2, "edges": 1, "certainty": 2},
    probes=probes,
    hints=(
        "Each label pays for one number only: how probable the model said that label was. Write "
        "the two payments apart before you add them.",
        "For label 1 the payment is minus the logarithm of p, and its slope minus one over p. For "
        "label 0 put 1 - p in its place, and mind the inner derivative.",
        "The line that people get stuck on is the term with weight 0: a program computes it all "
        "the same, and 0 times infinity is not 0. And the logarithm of 1 - p has its own function.",
    ),
    misconceptions=(
        Misconception(
            "bce/clipped",
            "Probabilities are clipped before the logarithm",
            "bce",
            clipped,
            "For label 1 at p = 1e-200 you return {got}. And at p = 1e-20? Which of the two "
            "predictions is the bolder mistake?",
            "Clip at 1e-15: the loss is constant beyond 34.5.",
            "what-goes-wrong",
            FAR,
        ),
        Misconception(
            "bce/epsilon",
            "A small number inside the logarithm",
            "bce",
            epsilon_inside,
            "For label 1 at p = 1 and label 0 at p = 0 you return {got}. Can a cross-entropy be "
            "negative?",
            "log(p + 1e-7): caps the loss at 16 and rewards certainty below 0.",
            "what-goes-wrong",
            RIGHT,
        ),
        Misconception(
            "bce/positives-only",
            "Label 0 costs nothing",
            "bce",
            positives_only,
            "For label 0 at p = 0.75 you return {got}. The model bet three to one on the other "
            "label: is that free of charge?",
            "Only the term with y, as for one-hot labels.",
            "definition",
            ([0.0], [0.75]),
        ),
        Misconception(
            "bce/zero-times-infinity",
            "Zero times infinity",
            "bce",
            zero_times_infinity,
            "For label 1 at p = 1 and label 0 at p = 0 you return {got}. Which product in your "
            "formula has a factor 0, and what is its other factor?",
            "0 * log(0) = nan in floating point.",
            "what-goes-wrong",
            RIGHT,
        ),
        Misconception(
            "bce/no-minus",
            "The minus is missing",
            "bce",
            no_minus,
            "For labels 1 and 0, both at p = 0.75, you return {got}. Which way would a descent on "
            "this number push the probabilities?",
            "The log-likelihood, not its negative.",
            "definition",
            PAIR,
        ),
        Misconception(
            "bce/labels-swapped",
            "The two labels have changed places",
            "bce",
            labels_swapped,
            "For label 1 at p = 0.9375 you return {got}. The model was right and nearly sure: is "
            "that a small number?",
            "1 - y for y.",
            "definition",
            ([1.0], [0.9375]),
        ),
        Misconception(
            "bce/sum",
            "The terms are added up, not averaged",
            "bce",
            summed,
            "For two samples you return {got}. What happens to your loss if every sample is handed "
            "in twice?",
            "Missing 1/n.",
            "definition",
            PAIR,
        ),
        Misconception(
            "bce/bits",
            "It is counted in bits",
            "bce",
            in_bits,
            "For label 1 at p = 0.5 you return {got}. To which base is the logarithm of the "
            "definition?",
            "log2 instead of the natural logarithm.",
            "definition",
            ([1.0], [0.5]),
        ),
        Misconception(
            "bce/squared",
            "It is the squared error of the probability",
            "bce",
            squared,
            "For label 1 at p = 1e-200 you return {got}. What is the most that your loss can ever "
            "charge for one sample?",
            "The Brier score.",
            "derivation",
            FAR,
        ),
        Misconception(
            "bce/one-minus-p",
            "A small probability disappears in 1 - p",
            "bce",
            one_minus_p,
            "For label 0 at p = 1e-18 you return {got}. What is 1 - 1e-18 in float64?",
            "log(1 - p) instead of log1p.",
            "what-goes-wrong",
            ([0.0], [1e-18]),
        ),
        Misconception(
            "bce/any-probability",
            "Any number is taken for a probability",
            "bce",
            any_probability,
            "For p = 1.25 you return a number or nan. Where could such a p come from, and who "
            "should be told?",
            "No check of the range; logits slip through unnoticed.",
            "definition",
        ),
        Misconception(
            "bce_grad/no-n",
            "The gradient belongs to the sum, not to the mean",
            "bce_grad",
            grad_of_the_sum,
            "For two samples your gradient is {got}. The loss is a mean of two terms: how much of "
            "it is the first one?",
            "Missing 1/n, as in the notes.",
            "by-hand",
            PAIR,
        ),
        Misconception(
            "bce_grad/sign",
            "The gradient points downhill",
            "bce_grad",
            grad_turned,
            "For labels 1 and 0, both at p = 0.75, your gradient is {got}. If the first "
            "probability rises a little, does the loss rise or fall?",
            "Loses the minus of the loss.",
            "derivation",
            PAIR,
        ),
        Misconception(
            "bce_grad/logits",
            "It is the gradient with respect to the logit",
            "bce_grad",
            grad_for_logits,
            "For label 1 at p = 1e-200 your gradient is {got}. How fast does minus the logarithm of "
            "p fall there, if p itself is moved?",
            "p - y: the chain rule went one factor too far.",
            "derivation",
            FAR,
        ),
        Misconception(
            "bce_grad/inner",
            "The inner derivative of 1 - p is lost",
            "bce_grad",
            grad_minus_lost,
            "For labels 1 and 0, both at p = 0.75, your gradient is {got}. The second p is too "
            "high: which sign should its slope have?",
            "d(1 - p)/dp = -1 forgotten.",
            "derivation",
            PAIR,
        ),
        Misconception(
            "bce_grad/zero-over-zero",
            "Zero is divided by zero",
            "bce_grad",
            grad_zero_over_zero,
            "For label 1 at p = 1 and label 0 at p = 0 your gradient is {got}. Before you put "
            "everything over one denominator, what were the two slopes?",
            "(p - y) / (p (1 - p)) at p = y.",
            "what-goes-wrong",
            RIGHT,
        ),
        Misconception(
            "bce_grad/zero-where-right",
            "A certain right answer has no slope",
            "bce_grad",
            grad_zero_where_right,
            "For label 1 at p = 1 and label 0 at p = 0 your gradient is {got}. What is the slope "
            "of minus the logarithm at 1?",
            "Takes the end of the interval for a minimum with slope 0.",
            "derivation",
            RIGHT,
        ),
        Misconception(
            "bce_grad/clipped",
            "The gradient stops growing",
            "bce_grad",
            grad_clipped,
            "For label 1 at p = 1e-200 your gradient is {got}. What is one over 1e-200?",
            "Clip at 1e-15.",
            "what-goes-wrong",
            FAR,
        ),
        Misconception(
            "bce_grad/any-probability",
            "Any number is taken for a probability",
            "bce_grad",
            grad_any_probability,
            "For p = 1.25 you return an array. Where could such a p come from, and who should be "
            "told?",
            "No check of the range in the gradient.",
            "definition",
        ),
    ),
    success=(
        "Value and gradient, from a bet of 1e-200 to certainty, and nothing that is no "
        "probability gets in. Next door: the same loss from logits, where the gradient is tame."
    ),
)
