"""Exercise: the binary focal loss from logits, and its gradient."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.exercise import Exercise, Misconception, Probe
from autograde.label_regimes import binary, in_other_clothes, refuses
from autograde.regimes import targets


def focal(y_true, logits, gamma=2.0, alpha=None):
    return lossref.binary_focal(y_true, logits, gamma=gamma, alpha=alpha)


def focal_grad(y_true, logits, gamma=2.0, alpha=None):
    return lossref.binary_focal_grad(y_true, logits, gamma=gamma, alpha=alpha)


def probes(rng: np.random.Generator) -> list[Probe]:
    drawn = []
    for name, aspect in (("focal", "value"), ("focal_grad", "gradient")):
        whole = np.array([1, 0, 1, 0]), rng.integers(1, 6, size=4) * np.array([1, 1, -1, -1])
        drawn += [
            Probe(name, aspect, "six logits, gamma left at its default", binary(rng, 6)),
            Probe(name, aspect, "gamma = 1", binary(rng, 5), {"gamma": 1.0}),
            Probe(name, aspect, "gamma = 0.5", binary(rng, 5), {"gamma": 0.5}),
            Probe(name, aspect, "gamma = 0: no focus", binary(rng, 5), {"gamma": 0.0}),
            Probe(name, "alpha", "alpha = 0.25", binary(rng, 6), {"alpha": 0.25}),
            Probe(
                name,
                "alpha",
                "alpha = 0.8, gamma = 1",
                binary(rng, 5),
                {"alpha": 0.8, "gamma": 1.0},
            ),
            Probe(name, "alpha", "negatives only", (np.zeros(4), targets(rng, 4)), {"alpha": 0.25}),
            Probe(name, "alpha", "positives only", (np.ones(4), targets(rng, 4)), {"alpha": 0.25}),
            Probe(name, aspect, "arrays with 3 rows and 4 columns", binary(rng, 3, 4)),
            *in_other_clothes(name, lambda n: binary(rng, n), whole=whole),
            Probe(
                name,
                "stability",
                "certain and mistaken: a logit of 800 for label 0, -800 for label 1",
                (np.array([0.0, 1.0, 1.0]), np.array([800.0, -800.0, 0.5])),
            ),
            Probe(
                name,
                "stability",
                "certain and right: a logit of 800 for label 1, -800 for label 0",
                (np.array([1.0, 0.0, 1.0]), np.array([800.0, -800.0, 0.5])),
            ),
        ]
    return drawn + refuses(
        ("focal", "focal_grad"), "gamma = -1, which is not allowed", binary(rng, 4), {"gamma": -1.0}
    )


# -- wrong answers -------------------------------------------------------------


def scalar_alpha(y_true, logits, gamma=2.0, alpha=None):
    if gamma < 0:
        raise ValueError("gamma")
    s = (2 * y_true - 1) * logits
    ce = np.maximum(-s, 0) + np.log1p(np.exp(-np.abs(s)))
    return np.mean((1.0 if alpha is None else alpha) * (0.5 * (1 - np.tanh(s / 2))) ** gamma * ce)


def positives_only(y_true, logits, gamma=2.0, alpha=None):
    if gamma < 0:
        raise ValueError("gamma")
    s = logits
    ce = np.maximum(-s, 0) + np.log1p(np.exp(-np.abs(s)))
    a = 1.0 if alpha is None else alpha
    return np.mean(a * y_true * (0.5 * (1 - np.tanh(s / 2))) ** gamma * ce)


def p_for_p_t(y_true, logits, gamma=2.0, alpha=None):
    if gamma < 0:
        raise ValueError("gamma")
    s = (2 * y_true - 1) * logits
    ce = np.maximum(-s, 0) + np.log1p(np.exp(-np.abs(s)))
    w = 1.0 if alpha is None else np.where(y_true == 1, alpha, 1 - alpha)
    return np.mean(w * (0.5 * (1 - np.tanh(logits / 2))) ** gamma * ce)


def focus_on_the_easy(y_true, logits, gamma=2.0, alpha=None):
    if gamma < 0:
        raise ValueError("gamma")
    s = (2 * y_true - 1) * logits
    ce = np.maximum(-s, 0) + np.log1p(np.exp(-np.abs(s)))
    w = 1.0 if alpha is None else np.where(y_true == 1, alpha, 1 - alpha)
    return np.mean(w * (0.5 * (1 + np.tanh(s / 2))) ** gamma * ce)


def no_focus(y_true, logits, gamma=2.0, alpha=None):
    if gamma < 0:
        raise ValueError("gamma")
    s = (2 * y_true - 1) * logits
    ce = np.maximum(-s, 0) + np.log1p(np.exp(-np.abs(s)))
    w = 1.0 if alpha is None else np.where(y_true == 1, alpha, 1 - alpha)
    return np.mean(w * ce)


def always_two(y_true, logits, gamma=2.0, alpha=None):
    if gamma < 0:
        raise ValueError("gamma")
    s = (2 * y_true - 1) * logits
    ce = np.maximum(-s, 0) + np.log1p(np.exp(-np.abs(s)))
    w = 1.0 if alpha is None else np.where(y_true == 1, alpha, 1 - alpha)
    return np.mean(w * (0.5 * (1 - np.tanh(s / 2))) ** 2 * ce)


def alpha_turned(y_true, logits, gamma=2.0, alpha=None):
    if gamma < 0:
        raise ValueError("gamma")
    s = (2 * y_true - 1) * logits
    ce = np.maximum(-s, 0) + np.log1p(np.exp(-np.abs(s)))
    w = 1.0 if alpha is None else np.where(y_true == 1, 1 - alpha, alpha)
    return np.mean(w * (0.5 * (1 - np.tanh(s / 2))) ** gamma * ce)


def alpha_of_a_quarter(y_true, logits, gamma=2.0, alpha=None):
    if gamma < 0:
        raise ValueError("gamma")
    s = (2 * y_true - 1) * logits
    ce = np.maximum(-s, 0) + np.log1p(np.exp(-np.abs(s)))
    a = 0.25 if alpha is None else alpha
    w = np.where(y_true == 1, a, 1 - a)
    return np.mean(w * (0.5 * (1 - np.tanh(s / 2))) ** gamma * ce)


def summed(y_true, logits, gamma=2.0, alpha=None):
    if gamma < 0:
        raise ValueError("gamma")
    s = (2 * y_true - 1) * logits
    ce = np.maximum(-s, 0) + np.log1p(np.exp(-np.abs(s)))
    w = 1.0 if alpha is None else np.where(y_true == 1, alpha, 1 - alpha)
    return np.sum(w * (0.5 * (1 - np.tanh(s / 2))) ** gamma * ce)


def per_positive(y_true, logits, gamma=2.0, alpha=None):
    if gamma < 0:
        raise ValueError("gamma")
    s = (2 * y_true - 1) * logits
    ce = np.maximum(-s, 0) + np.log1p(np.exp(-np.abs(s)))
    w = 1.0 if alpha is None else np.where(y_true == 1, alpha, 1 - alpha)
    return np.sum(w * (0.5 * (1 - np.tanh(s / 2))) ** gamma * ce) / max(np.sum(y_true), 1)


def through_probabilities(y_true, logits, gamma=2.0, alpha=None):
    if gamma < 0:
        raise ValueError("gamma")
    p = 1 / (1 + np.exp(-logits))
    p_t = np.where(y_true == 1, p, 1 - p)
    w = 1.0 if alpha is None else np.where(y_true == 1, alpha, 1 - alpha)
    return np.mean(-w * (1 - p_t) ** gamma * np.log(p_t))


def any_gamma(y_true, logits, gamma=2.0, alpha=None):
    s = (2 * y_true - 1) * logits
    ce = np.maximum(-s, 0) + np.log1p(np.exp(-np.abs(s)))
    w = 1.0 if alpha is None else np.where(y_true == 1, alpha, 1 - alpha)
    return np.mean(w * np.exp(-gamma * (np.maximum(s, 0) + np.log1p(np.exp(-np.abs(s))))) * ce)


def grad_weight_held_fixed(y_true, logits, gamma=2.0, alpha=None):
    if gamma < 0:
        raise ValueError("gamma")
    sign = 2 * y_true - 1
    miss = np.exp(-np.logaddexp(0, sign * logits))
    w = 1.0 if alpha is None else np.where(y_true == 1, alpha, 1 - alpha)
    return -sign * w * miss**gamma * miss / logits.size


def grad_of_the_weight_lost_a_minus(y_true, logits, gamma=2.0, alpha=None):
    if gamma < 0:
        raise ValueError("gamma")
    sign = 2 * y_true - 1
    s = sign * logits
    miss, hit = np.exp(-np.logaddexp(0, s)), np.exp(-np.logaddexp(0, -s))
    w = 1.0 if alpha is None else np.where(y_true == 1, alpha, 1 - alpha)
    inner = miss - gamma * hit * np.logaddexp(0, -s)
    return -sign * w * miss**gamma * inner / logits.size


def grad_of_the_sum(y_true, logits, gamma=2.0, alpha=None):
    if gamma < 0:
        raise ValueError("gamma")
    sign = 2 * y_true - 1
    s = sign * logits
    miss, hit = np.exp(-np.logaddexp(0, s)), np.exp(-np.logaddexp(0, -s))
    w = 1.0 if alpha is None else np.where(y_true == 1, alpha, 1 - alpha)
    return -sign * w * miss**gamma * (miss + gamma * hit * np.logaddexp(0, -s))


def grad_turned(y_true, logits, gamma=2.0, alpha=None):
    if gamma < 0:
        raise ValueError("gamma")
    sign = 2 * y_true - 1
    s = sign * logits
    miss, hit = np.exp(-np.logaddexp(0, s)), np.exp(-np.logaddexp(0, -s))
    w = 1.0 if alpha is None else np.where(y_true == 1, alpha, 1 - alpha)
    return sign * w * miss**gamma * (miss + gamma * hit * np.logaddexp(0, -s)) / logits.size


def grad_without_the_sign_of_the_label(y_true, logits, gamma=2.0, alpha=None):
    if gamma < 0:
        raise ValueError("gamma")
    s = (2 * y_true - 1) * logits
    miss, hit = np.exp(-np.logaddexp(0, s)), np.exp(-np.logaddexp(0, -s))
    w = 1.0 if alpha is None else np.where(y_true == 1, alpha, 1 - alpha)
    return -w * miss**gamma * (miss + gamma * hit * np.logaddexp(0, -s)) / logits.size


def grad_scalar_alpha(y_true, logits, gamma=2.0, alpha=None):
    if gamma < 0:
        raise ValueError("gamma")
    sign = 2 * y_true - 1
    s = sign * logits
    miss, hit = np.exp(-np.logaddexp(0, s)), np.exp(-np.logaddexp(0, -s))
    w = 1.0 if alpha is None else alpha
    return -sign * w * miss**gamma * (miss + gamma * hit * np.logaddexp(0, -s)) / logits.size


def grad_of_cross_entropy(y_true, logits, gamma=2.0, alpha=None):
    if gamma < 0:
        raise ValueError("gamma")
    sign = 2 * y_true - 1
    w = 1.0 if alpha is None else np.where(y_true == 1, alpha, 1 - alpha)
    return -sign * w * np.exp(-np.logaddexp(0, sign * logits)) / logits.size


def grad_with_respect_to_p(y_true, logits, gamma=2.0, alpha=None):
    if gamma < 0:
        raise ValueError("gamma")
    sign = 2 * y_true - 1
    s = sign * logits
    miss, hit = np.exp(-np.logaddexp(0, s)), np.exp(-np.logaddexp(0, -s))
    w = 1.0 if alpha is None else np.where(y_true == 1, alpha, 1 - alpha)
    return (
        -sign * w * miss ** (gamma - 1) * (miss + gamma * hit * np.logaddexp(0, -s)) / hit / s.size
    )


PAIR = ([1.0, 0.0], [1.0, 2.0])
WITH_ALPHA = ([1.0, 0.0], [1.0, 2.0], 2.0, 0.25)
WRONG = ([0.0, 1.0], [800.0, 0.5])

EXERCISE = Exercise(
    slug="focal",
    title="Focal loss",
    chapter="classification",
    functions={"focal": focal, "focal_grad": focal_grad},
    points={"value": 2, "gradient": 2, "alpha": 1, "edges": 1, "stability": 1},
    probes=probes,
    hints=(
        "Fold both labels into one: a positive with logit z and a negative with logit -z are the "
        "same case. Write the loss of that case once, in the probability of what happened.",
        "Cross-entropy times a power of the missing probability. For the gradient use the product "
        "rule: both factors depend on the logit, and both fall when it rises.",
        "The line that people get stuck on is alpha: it belongs to positives, and negatives get "
        "what is left of 1. And take the missing probability from the logit, not from a difference.",
    ),
    misconceptions=(
        Misconception(
            "focal/scalar-alpha",
            "alpha multiplies both labels alike",
            "focal",
            scalar_alpha,
            "For a positive at logit 1 and a negative at logit 2 with alpha = 0.25 you return "
            "{got}. If alpha multiplies everything, what does it balance?",
            "The class FocalLoss of the notes: alpha (1 - p_t)^gamma BCE.",
            "what-goes-wrong",
            WITH_ALPHA,
        ),
        Misconception(
            "focal/positives-only",
            "Negatives cost nothing",
            "focal",
            positives_only,
            "For a positive at logit 1 and a negative at logit 2 you return {got}. Which loss does "
            "a model have that answers 'positive' to everything?",
            "The code of the notes: the negative branch is missing.",
            "what-goes-wrong",
            PAIR,
        ),
        Misconception(
            "focal/p-for-p-t",
            "Easy negatives keep their weight",
            "focal",
            p_for_p_t,
            "For a positive at logit 1 and a negative at logit 2 you return {got}. The negative is "
            "far off: what is its factor in your loss, and what is that of a negative at logit -5?",
            "(1 - p)^gamma for both labels.",
            "what-goes-wrong",
            PAIR,
        ),
        Misconception(
            "focal/easy",
            "The focus is on the easy samples",
            "focal",
            focus_on_the_easy,
            "For a positive at logit 1 and a negative at logit 2 you return {got}. Which of the "
            "two is harder, and which did you weigh down more?",
            "p_t^gamma in place of (1 - p_t)^gamma.",
            "definition",
            PAIR,
        ),
        Misconception(
            "focal/no-focus",
            "gamma is not used",
            "focal",
            no_focus,
            "For a positive at logit 1 and a negative at logit 2 you return {got}, whatever gamma "
            "is. What makes this loss differ from cross-entropy?",
            "Cross-entropy.",
            "definition",
            PAIR,
        ),
        Misconception(
            "focal/always-two",
            "gamma is always 2",
            "focal",
            always_two,
            "With gamma = 0 you return {got} for a positive at logit 1 and a negative at logit 2. "
            "What should be left of the focus then?",
            "The default is hard-wired.",
            "definition",
            ([1.0, 0.0], [1.0, 2.0], 0.0),
        ),
        Misconception(
            "focal/alpha-turned",
            "alpha is the weight of the negatives",
            "focal",
            alpha_turned,
            "For a positive at logit 1 and a negative at logit 2 with alpha = 0.25 you return "
            "{got}. Which of the two has the weight 0.25 in your loss?",
            "alpha and 1 - alpha swapped.",
            "definition",
            WITH_ALPHA,
        ),
        Misconception(
            "focal/quarter",
            "Without alpha it is taken to be 0.25",
            "focal",
            alpha_of_a_quarter,
            "For a positive at logit 1 and a negative at logit 2 without alpha you return {got}. "
            "What does the statement say about alpha = None?",
            "The default of many implementations.",
            "definition",
            PAIR,
        ),
        Misconception(
            "focal/sum",
            "The terms are added up, not averaged",
            "focal",
            summed,
            "For two samples you return {got}. What happens to your loss if every sample is handed "
            "in twice?",
            "Missing 1/n.",
            "definition",
            PAIR,
        ),
        Misconception(
            "focal/per-positive",
            "It is divided by the number of positives",
            "focal",
            per_positive,
            "For a positive at logit 1 and a negative at logit 2 you return {got}. That is what "
            "RetinaNet does. By what does the statement divide?",
            "The normaliser of the paper; right there, and not a mean.",
            "what-goes-wrong",
            PAIR,
        ),
        Misconception(
            "focal/probabilities",
            "The logarithm of a probability that was rounded to 0",
            "focal",
            through_probabilities,
            "For label 0 at logit 800 beside a mild positive you return {got}. What is 1 minus the "
            "sigmoid of 800 in float64?",
            "Sigmoid first, logarithm second.",
            "what-goes-wrong",
            WRONG,
        ),
        Misconception(
            "focal/any-gamma",
            "A negative gamma is accepted",
            "focal",
            any_gamma,
            "With gamma = -1 you return a number. Which samples would such a loss listen to?",
            "No check of the parameter.",
            "definition",
        ),
        Misconception(
            "focal_grad/weight-fixed",
            "The factor is treated as a constant",
            "focal_grad",
            grad_weight_held_fixed,
            "For a positive at logit 1 and a negative at logit 2 your gradient is {got}. When the "
            "logit of the positive rises, what happens to its factor?",
            "Product rule with one term.",
            "derivation",
            PAIR,
        ),
        Misconception(
            "focal_grad/minus",
            "The two terms of the product rule work against each other",
            "focal_grad",
            grad_of_the_weight_lost_a_minus,
            "For a positive at logit 1 and a negative at logit 2 your gradient is {got}. Both "
            "factors fall when the positive's logit rises: can their slopes have different signs?",
            "A lost minus in the derivative of the factor.",
            "derivation",
            PAIR,
        ),
        Misconception(
            "focal_grad/no-n",
            "The gradient belongs to the sum, not to the mean",
            "focal_grad",
            grad_of_the_sum,
            "For two samples your gradient is {got}. The loss is a mean of two terms: how much of "
            "it is the first one?",
            "Missing 1/n.",
            "derivation",
            PAIR,
        ),
        Misconception(
            "focal_grad/sign",
            "The gradient points downhill",
            "focal_grad",
            grad_turned,
            "For a positive at logit 1 and a negative at logit 2 your gradient is {got}. If the "
            "first logit rises, does the loss rise or fall?",
            "The sign is turned.",
            "derivation",
            PAIR,
        ),
        Misconception(
            "focal_grad/label-sign",
            "Both labels are pulled up",
            "focal_grad",
            grad_without_the_sign_of_the_label,
            "For a positive at logit 1 and a negative at logit 2 your gradient is {got}. Which way "
            "should a step against it move the logit of the negative?",
            "The inner derivative of the folded logit is missing.",
            "derivation",
            PAIR,
        ),
        Misconception(
            "focal_grad/scalar-alpha",
            "alpha multiplies both labels alike",
            "focal_grad",
            grad_scalar_alpha,
            "For a positive at logit 1 and a negative at logit 2 with alpha = 0.25 your gradient "
            "is {got}. If alpha multiplies everything, what does it balance?",
            "alpha instead of alpha_t.",
            "what-goes-wrong",
            WITH_ALPHA,
        ),
        Misconception(
            "focal_grad/cross-entropy",
            "gamma is not used",
            "focal_grad",
            grad_of_cross_entropy,
            "For a positive at logit 1 and a negative at logit 2 your gradient is {got}, whatever "
            "gamma is. How much quieter should an easy sample be?",
            "The gradient of cross-entropy.",
            "definition",
            PAIR,
        ),
        Misconception(
            "focal_grad/probability",
            "It is the gradient with respect to the probability",
            "focal_grad",
            grad_with_respect_to_p,
            "For a positive at logit 1 and a negative at logit 2 your gradient is {got}. How much "
            "does the probability move when the logit moves by a little?",
            "The chain rule stops one factor too early.",
            "derivation",
            PAIR,
        ),
    ),
    success=(
        "Both labels, both weights, every gamma, and logits of 800. Of the four forms in the "
        "notes you have written the one that is right."
    ),
)
