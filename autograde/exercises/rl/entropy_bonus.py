"""Exercise: minus a policy's entropy as a loss, and its gradient."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import targets


def entropy_bonus(logits, beta=0.01):
    return lossref.entropy_bonus(logits, beta=beta)


def entropy_bonus_grad(logits, beta=0.01):
    return lossref.entropy_bonus_grad(logits, beta=beta)


def probes(rng: np.random.Generator) -> list[Probe]:
    drawn = []
    for name, aspect in (("entropy_bonus", "value"), ("entropy_bonus_grad", "gradient")):

        def probe(
            aspect: str, regime: str, logits: np.ndarray, name: str = name, **kwargs
        ) -> Probe:
            raises = kwargs.pop("raises", None)
            return Probe(name, aspect, regime, (logits,), kwargs, raises=raises)

        def draw(n: int, c: int) -> np.ndarray:
            z = targets(rng, (n, c)) / 2
            z[:, 0] += 0.25 * (1 + np.arange(n))  # no row is flat
            return z

        barred = draw(3, 4)
        barred[np.arange(3), rng.integers(0, 4, size=3)] = -np.inf
        certain = draw(3, 3)
        certain[rng.integers(3), rng.integers(3)] = 800.0
        drawn += [
            probe(aspect, "five states, three actions", draw(5, 3), beta=1.0),
            probe(aspect, "three states, four actions, beta = 0.5", draw(3, 4), beta=0.5),
            probe(aspect, "beta left at its default", draw(4, 3)),
            probe(aspect, "two actions", draw(3, 2), beta=2.0),
            probe(aspect, "a flat policy above a steep one",
                  np.array([[1.0, 1.0, 1.0], [0.0, 2.5, -1.0]]) + rng.integers(0, 8), beta=1.0),
            probe("edges", "no weight on the entropy, beta = 0", draw(2, 3), beta=0.0),
            probe("edges", "actions that are impossible (minus infinity)", barred, beta=1.0),
            probe("edges", "a single state", draw(1, 4), beta=1.0),
            probe("edges", "whole numbers (dtype int64)",
                  rng.permuted(np.array([[0, 1, 3], [2, 0, -2]]), axis=1), beta=1.0),
            probe("edges", "single precision (dtype float32)", draw(4, 3).astype(np.float32),
                  beta=1.0),
            probe("edges", "an array that is not contiguous", strided(draw(3, 3)), beta=1.0),
            probe("edges", "beta = -1, which is not allowed", draw(2, 3), beta=-1.0,
                  raises=ValueError),
            probe("stability", "logits near 1000", 1000.0 + draw(3, 3), beta=1.0),
            probe("stability", "a state in which one action is certain", certain, beta=1.0),
        ]  # fmt: skip
    return drawn


# -- wrong answers -------------------------------------------------------------


def _parts(z):
    """Probabilities and log-probabilities, the latter 0 where the former are."""
    d = np.asarray(z) - np.max(z, axis=1, keepdims=True)
    logp = d - np.log(np.sum(np.exp(d), axis=1, keepdims=True))
    p = np.exp(logp)
    return p, np.where(p > 0, logp, 0.0)


def _checked(beta):
    if beta < 0:
        raise ValueError("beta")


def rewarded_not_charged(logits, beta=0.01):
    _checked(beta)
    p, logp = _parts(logits)
    return -beta * np.mean(np.sum(p * logp, axis=1))


def added_up(logits, beta=0.01):
    _checked(beta)
    p, logp = _parts(logits)
    return beta * np.sum(p * logp)


def averaged_over_actions(logits, beta=0.01):
    _checked(beta)
    p, logp = _parts(logits)
    return beta * np.mean(p * logp)


def in_bits(logits, beta=0.01):
    _checked(beta)
    p, logp = _parts(logits)
    return beta * np.mean(np.sum(p * logp, axis=1)) / np.log(2)


def no_weight(logits, beta=0.01):
    _checked(beta)
    p, logp = _parts(logits)
    return np.mean(np.sum(p * logp, axis=1))


def zero_times_infinity(logits, beta=0.01):
    _checked(beta)
    e = np.exp(logits - np.max(logits, axis=1, keepdims=True))
    p = e / np.sum(e, axis=1, keepdims=True)
    return beta * np.mean(np.sum(p * np.log(p), axis=1))


def a_guard(logits, beta=0.01):
    _checked(beta)
    p, _ = _parts(logits)
    return beta * np.mean(np.sum(p * np.log(p + 1e-8), axis=1))


def overflowing(logits, beta=0.01):
    _checked(beta)
    e = np.exp(logits * 1.0)
    p = e / np.sum(e, axis=1, keepdims=True)
    return beta * np.mean(np.sum(p * np.where(p > 0, np.log(p), 0.0), axis=1))


def of_the_mean_policy(logits, beta=0.01):
    _checked(beta)
    p = np.mean(_parts(logits)[0], axis=0)
    return beta * np.sum(np.where(p > 0, p * np.log(np.maximum(p, 1e-300)), 0.0))


def log_of_the_mean(logits, beta=0.01):
    _checked(beta)
    _, logp = _parts(logits)
    return beta * np.mean(np.sum(logp, axis=1))


def any_beta(logits, beta=0.01):
    p, logp = _parts(logits)
    return beta * np.mean(np.sum(p * logp, axis=1))


def _slope(logits, beta):
    p, logp = _parts(logits)
    return beta * p * (logp - np.sum(p * logp, axis=1, keepdims=True))


def grad_uphill(logits, beta=0.01):
    _checked(beta)
    return -_slope(logits, beta) / len(logits)


def grad_of_the_sum(logits, beta=0.01):
    _checked(beta)
    return _slope(logits, beta)


def grad_not_centred(logits, beta=0.01):
    _checked(beta)
    p, logp = _parts(logits)
    return beta * p * (logp + 1) / len(logits)


def grad_of_probabilities(logits, beta=0.01):
    _checked(beta)
    p, logp = _parts(logits)
    return beta * np.where(p > 0, logp + 1, 0.0) / len(logits)


def grad_without_p(logits, beta=0.01):
    _checked(beta)
    p, logp = _parts(logits)
    return beta * (logp - np.sum(p * logp, axis=1, keepdims=True)) / len(logits)


def grad_no_weight(logits, beta=0.01):
    _checked(beta)
    return _slope(logits, 1.0) / len(logits)


def grad_zero_times_infinity(logits, beta=0.01):
    _checked(beta)
    d = logits - np.max(logits, axis=1, keepdims=True)
    logp = d - np.log(np.sum(np.exp(d), axis=1, keepdims=True))
    p = np.exp(logp)
    return beta * p * (logp - np.sum(p * logp, axis=1, keepdims=True)) / len(logits)


def grad_any_beta(logits, beta=0.01):
    return _slope(logits, beta) / len(logits)


FLAT = ([[0.0, 0.0], [0.0, 3.0]], 1.0)
BARRED = ([[0.0, 0.0, float("-inf")]], 1.0)
LARGE = ([[1000.0, 1000.0]], 1.0)

EXERCISE = Exercise(
    slug="entropy_bonus",
    title="The entropy bonus",
    chapter="rl",
    page="rl/policy-gradient",
    functions={"entropy_bonus": entropy_bonus, "entropy_bonus_grad": entropy_bonus_grad},
    points={"value": 2, "gradient": 2, "edges": 1, "stability": 1},
    probes=probes,
    hints=(
        "Entropy is the mean surprise under the policy's own probabilities. A bonus is something "
        "to be had, a loss something to be avoided: mind the sign.",
        "An action with probability 0 contributes nothing, although its log-probability may be "
        "minus infinity. Decide that before the product is formed.",
        "In the gradient the logit of each action is compared with the mean logit under the "
        "policy, and a flat policy has a gradient of 0.",
    ),
    misconceptions=(
        Misconception(
            "entropy_bonus/sign",
            "Minimising it makes the policy certain",
            "entropy_bonus",
            rewarded_not_charged,
            "For a flat and a steep policy you return {got}. Which of the two should a smaller "
            "loss prefer?",
            "The entropy itself, where minus the entropy is the loss.",
            "definition",
            FLAT,
        ),
        Misconception(
            "entropy_bonus/sum",
            "States are added up, not averaged",
            "entropy_bonus",
            added_up,
            "For two states you return {got}. What happens to the price of certainty when the "
            "batch grows?",
            "Missing 1/n.",
            "definition",
            FLAT,
        ),
        Misconception(
            "entropy_bonus/actions",
            "Actions are averaged, not added up",
            "entropy_bonus",
            averaged_over_actions,
            "For one flat and one steep policy over two actions you return {got}. How large can "
            "the entropy of two actions be?",
            "np.mean over both axes.",
            "definition",
            FLAT,
        ),
        Misconception(
            "entropy_bonus/bits",
            "It is measured in bits",
            "entropy_bonus",
            in_bits,
            "For a flat and a steep policy you return {got}. Which logarithm do the "
            "log-probabilities of the other losses use?",
            "log2.",
            "definition",
            FLAT,
        ),
        Misconception(
            "entropy_bonus/no-beta",
            "beta is not used",
            "entropy_bonus",
            no_weight,
            "For a flat and a steep policy with beta 0.5 you return {got}. What does a nat of "
            "entropy cost?",
            "The weight is missing.",
            "definition",
            (FLAT[0], 0.5),
        ),
        Misconception(
            "entropy_bonus/zero-times-infinity",
            "An impossible action makes it nan",
            "entropy_bonus",
            zero_times_infinity,
            "For two even actions and an impossible one you return {got}. What does an action that "
            "never happens add to the mean surprise?",
            "0 * log 0.",
            "what-goes-wrong",
            BARRED,
        ),
        Misconception(
            "entropy_bonus/guard",
            "A small number is added inside the logarithm",
            "entropy_bonus",
            a_guard,
            "For two even actions you return {got}. Is that the exact value, to ten digits? Which "
            "case was the small number meant for?",
            "log(p + 1e-8).",
            "what-goes-wrong",
            ([[0.0, 0.0]], 1.0),
        ),
        Misconception(
            "entropy_bonus/overflow",
            "The exponentials overflow",
            "entropy_bonus",
            overflowing,
            "For two logits of 1000 you return {got}. The policy is even; what is exp(1000)?",
            "Softmax without a shift.",
            "what-goes-wrong",
            LARGE,
        ),
        Misconception(
            "entropy_bonus/mean-policy",
            "States are mixed before the entropy is taken",
            "entropy_bonus",
            of_the_mean_policy,
            "For a state that always goes left and one that always goes right you return {got}. In "
            "which of the two is anything left to chance?",
            "Entropy of the average policy.",
            "definition",
            ([[20.0, 0.0], [0.0, 20.0]], 1.0),
        ),
        Misconception(
            "entropy_bonus/unweighted",
            "Log-probabilities are added up without their probabilities",
            "entropy_bonus",
            log_of_the_mean,
            "For a flat and a steep policy you return {got}. How often does the policy meet the "
            "surprise of its rarest action?",
            "Sum of log p.",
            "definition",
            FLAT,
        ),
        Misconception(
            "entropy_bonus/any-beta",
            "A negative beta is accepted",
            "entropy_bonus",
            any_beta,
            "With beta = -1 you return a number. Which policy would it prefer?",
            "No check of the parameter.",
            "definition",
        ),
        Misconception(
            "entropy_bonus_grad/sign",
            "The gradient points to more entropy",
            "entropy_bonus_grad",
            grad_uphill,
            "For a flat and a steep policy your gradient is {got}. After a step against it, is the "
            "steep policy flatter?",
            "Gradient of the entropy.",
            "derivation",
            FLAT,
        ),
        Misconception(
            "entropy_bonus_grad/no-n",
            "The gradient belongs to the sum",
            "entropy_bonus_grad",
            grad_of_the_sum,
            "For two states your gradient is {got}. Of how many terms is the loss a mean?",
            "Missing 1/n.",
            "derivation",
            FLAT,
        ),
        Misconception(
            "entropy_bonus_grad/not-centred",
            "The mean is not taken off",
            "entropy_bonus_grad",
            grad_not_centred,
            "For a flat and a steep policy your gradient is {got}. A flat policy cannot be made "
            "flatter: what should its row be?",
            "p (log p + 1): the softmax's own derivative takes the mean off.",
            "derivation",
            FLAT,
        ),
        Misconception(
            "entropy_bonus_grad/probabilities",
            "It is the gradient with respect to probabilities",
            "entropy_bonus_grad",
            grad_of_probabilities,
            "For a flat and a steep policy your gradient is {got}. What comes between the "
            "probabilities and the logits?",
            "log p + 1.",
            "derivation",
            FLAT,
        ),
        Misconception(
            "entropy_bonus_grad/no-p",
            "Rare actions move as easily as common ones",
            "entropy_bonus_grad",
            grad_without_p,
            "For a flat and a steep policy your gradient is {got}. To what must a row add up, if "
            "raising all its logits changes nothing?",
            "The factor p is missing.",
            "derivation",
            FLAT,
        ),
        Misconception(
            "entropy_bonus_grad/no-beta",
            "beta is not used",
            "entropy_bonus_grad",
            grad_no_weight,
            "For a flat and a steep policy with beta 0.5 your gradient is {got}. What does a nat "
            "of entropy cost?",
            "The weight is missing.",
            "definition",
            (FLAT[0], 0.5),
        ),
        Misconception(
            "entropy_bonus_grad/zero-times-infinity",
            "An impossible action makes the row nan",
            "entropy_bonus_grad",
            grad_zero_times_infinity,
            "For two even actions and an impossible one your gradient is {got}. What is 0 times "
            "minus infinity?",
            "0 * -inf.",
            "what-goes-wrong",
            BARRED,
        ),
        Misconception(
            "entropy_bonus_grad/any-beta",
            "A negative beta is accepted",
            "entropy_bonus_grad",
            grad_any_beta,
            "With beta = -1 you return an array. Which policy would a step against it prefer?",
            "No check of the parameter.",
            "definition",
        ),
    ),
    success=(
        "Flat, steep, certain and half-forbidden policies are priced rightly, and the gradient "
        "leaves the impossible alone."
    ),
)
