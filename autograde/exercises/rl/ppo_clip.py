"""Exercise: the clipped loss of PPO, and its gradient."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.answers import strided
from autograde.exercise import RTOL, Exercise, Misconception, Probe
from autograde.regimes import EIGHTH, errors


def ppo_clip(advantages, old_log_probs, log_probs, epsilon=0.2):
    return lossref.ppo_clip(advantages, old_log_probs, log_probs, epsilon=epsilon)


def ppo_clip_grad(advantages, old_log_probs, log_probs, epsilon=0.2):
    return lossref.ppo_clip_grad(advantages, old_log_probs, log_probs, epsilon=epsilon)


#: Log-ratios in eighths, none of them at the logarithm of 1 - epsilon or 1 + epsilon.
NEAR, MORE, LESS = (0.125, -0.125, 0.0), (0.5, 0.75, 1.25), (-0.75, -1.0, -1.5)


def probes(rng: np.random.Generator) -> list[Probe]:
    def batch(log_ratios, gains) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        moved = np.asarray(log_ratios, float)
        old = -rng.integers(4, 25, size=moved.shape) * EIGHTH
        sizes = rng.integers(4, 25, size=moved.shape) * EIGHTH
        return sizes * np.broadcast_to(gains, moved.shape), old, old + moved

    def mixed(n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        moved = np.resize([*MORE, *LESS, *NEAR[:2]], 2 * n)[: 2 * n : 2] + 0.0
        _, old, new = batch(rng.permutation(moved), 1.0)
        return errors(rng, n, 0.5, 3.0), old, new

    drawn = []
    for name, aspect in (("ppo_clip", "value"), ("ppo_clip_grad", "gradient")):
        # A tolerance of its own: only log_probs is differentiated, so no other argument may
        # be moved for a difference quotient.
        def probe(aspect: str, regime: str, args: tuple, name: str = name, **kwargs) -> Probe:
            raises = kwargs.pop("raises", None)
            rtol = None if args[2].dtype == np.float32 else RTOL
            return Probe(name, aspect, regime, args, kwargs, raises=raises, rtol=rtol)

        single = tuple(a.astype(np.float32) for a in mixed(6))
        views = tuple(strided(a) for a in mixed(5))
        some = np.array([1.0, -1.0, 1.0, -1.0])
        far = np.array([2000.0, 0.5, -0.125])
        drawn += [
            probe(aspect, "good actions that became much likelier", batch(MORE, 1.0)),
            probe(aspect, "bad actions that became much likelier", batch(MORE, -1.0)),
            probe(aspect, "good actions that became much rarer", batch(LESS, 1.0)),
            probe(aspect, "bad actions that became much rarer", batch(LESS, -1.0)),
            probe(aspect, "ratios inside of the clip", batch(NEAR, [1.0, -1.0, 1.0])),
            probe(aspect, "everything at once", mixed(8)),
            probe(aspect, "epsilon = 0.5", batch((0.25, 0.75, -0.25, -1.0), some), epsilon=0.5),
            probe(aspect, "epsilon = 0.5, the other signs",
                  batch((0.25, 0.75, -0.25, -1.0), -some), epsilon=0.5),
            probe(aspect, "epsilon = 0.01", batch((0.25, 0.5, -0.25, -0.5), some), epsilon=0.01),
            probe(aspect, "the first step: the policy has not moved", batch([0.0] * 4, some)),
            probe(aspect, "two rows of three", tuple(a.reshape(2, 3) for a in mixed(6))),
            probe("edges", "a single action", batch([0.75], -1.0)),
            probe("edges", "an advantage of zero among others",
                  batch((0.5, 0.75, -1.0, 0.125), [0.0, 1.0, 1.0, -1.0])),
            probe("edges", "whole numbers (dtype int64)",
                  (rng.permutation([2, -1, 3, -2]), np.array([-1, -2, -1, -3]),
                   np.array([0, -1, -2, -4]))),
            probe("edges", "single precision (dtype float32)", single),
            probe("edges", "arrays that are not contiguous", views),
            probe("stability", "a good action whose ratio overflows", batch(far, 1.0)),
            probe("stability", "ratios that underflow", batch(-far, [1.0, -1.0, 1.0])),
        ]  # fmt: skip
        drawn += [
            probe("edges", f"epsilon = {e:g}, which is not allowed", batch((0.5, -0.5), 1.0),
                  epsilon=e, raises=ValueError)
            for e in (0.0, -0.5, 1.5)
        ]  # fmt: skip
    return drawn


# -- wrong answers -------------------------------------------------------------


def _ratio(old, new, epsilon):
    if not 0 < epsilon < 1:
        raise ValueError("epsilon")
    return np.exp(np.minimum(new * 1.0 - old, 700.0))


def objective_not_loss(advantages, old_log_probs, log_probs, epsilon=0.2):
    r = _ratio(old_log_probs, log_probs, epsilon)
    return np.mean(np.minimum(r * advantages, np.clip(r, 1 - epsilon, 1 + epsilon) * advantages))


def always_clipped(advantages, old_log_probs, log_probs, epsilon=0.2):
    r = _ratio(old_log_probs, log_probs, epsilon)
    return -np.mean(np.clip(r, 1 - epsilon, 1 + epsilon) * advantages)


def never_clipped(advantages, old_log_probs, log_probs, epsilon=0.2):
    r = _ratio(old_log_probs, log_probs, epsilon)
    return -np.mean(r * advantages)


def max_for_min(advantages, old_log_probs, log_probs, epsilon=0.2):
    r = _ratio(old_log_probs, log_probs, epsilon)
    return -np.mean(np.maximum(r * advantages, np.clip(r, 1 - epsilon, 1 + epsilon) * advantages))


def product_clipped(advantages, old_log_probs, log_probs, epsilon=0.2):
    r = _ratio(old_log_probs, log_probs, epsilon)
    return -np.mean(np.minimum(r * advantages, np.clip(r * advantages, 1 - epsilon, 1 + epsilon)))


def from_above_only(advantages, old_log_probs, log_probs, epsilon=0.2):
    r = _ratio(old_log_probs, log_probs, epsilon)
    return -np.mean(np.minimum(r * advantages, np.minimum(r, 1 + epsilon) * advantages))


def ratio_upside_down(advantages, old_log_probs, log_probs, epsilon=0.2):
    r = _ratio(log_probs, old_log_probs, epsilon)
    return -np.mean(np.minimum(r * advantages, np.clip(r, 1 - epsilon, 1 + epsilon) * advantages))


def logs_divided(advantages, old_log_probs, log_probs, epsilon=0.2):
    _ratio(old_log_probs, log_probs, epsilon)
    r = log_probs / np.where(old_log_probs == 0, -1.0, old_log_probs)
    return -np.mean(np.minimum(r * advantages, np.clip(r, 1 - epsilon, 1 + epsilon) * advantages))


def logarithm_clipped(advantages, old_log_probs, log_probs, epsilon=0.2):
    r = _ratio(old_log_probs, log_probs, epsilon)
    held = np.exp(np.clip(log_probs - old_log_probs, -epsilon, epsilon))
    return -np.mean(np.minimum(r * advantages, held * advantages))


def summed(advantages, old_log_probs, log_probs, epsilon=0.2):
    r = _ratio(old_log_probs, log_probs, epsilon)
    return -np.sum(np.minimum(r * advantages, np.clip(r, 1 - epsilon, 1 + epsilon) * advantages))


def epsilon_is_a_fifth(advantages, old_log_probs, log_probs, epsilon=0.2):
    r = _ratio(old_log_probs, log_probs, epsilon)
    return -np.mean(np.minimum(r * advantages, np.clip(r, 0.8, 1.2) * advantages))


def any_epsilon(advantages, old_log_probs, log_probs, epsilon=0.2):
    r = _ratio(old_log_probs, log_probs, 0.5)
    return -np.mean(np.minimum(r * advantages, np.clip(r, 1 - epsilon, 1 + epsilon) * advantages))


def _alive(a, r, epsilon):
    return np.where(a > 0, r < 1 + epsilon, r > 1 - epsilon)


def grad_uphill(advantages, old_log_probs, log_probs, epsilon=0.2):
    r = _ratio(old_log_probs, log_probs, epsilon)
    return np.where(_alive(advantages, r, epsilon), r * advantages, 0.0) / r.size


def grad_of_the_sum(advantages, old_log_probs, log_probs, epsilon=0.2):
    r = _ratio(old_log_probs, log_probs, epsilon)
    return np.where(_alive(advantages, r, epsilon), -r * advantages, 0.0)


def grad_dead_outside(advantages, old_log_probs, log_probs, epsilon=0.2):
    r = _ratio(old_log_probs, log_probs, epsilon)
    inside = np.abs(r - 1) < epsilon
    return np.where(inside, -r * advantages, 0.0) / r.size


def grad_never_dead(advantages, old_log_probs, log_probs, epsilon=0.2):
    r = _ratio(old_log_probs, log_probs, epsilon)
    return -r * advantages / r.size


def grad_by_the_ratio(advantages, old_log_probs, log_probs, epsilon=0.2):
    r = _ratio(old_log_probs, log_probs, epsilon)
    return np.where(_alive(advantages, r, epsilon), -1.0 * advantages, 0.0) / r.size


def grad_dead_on_the_other_side(advantages, old_log_probs, log_probs, epsilon=0.2):
    r = _ratio(old_log_probs, log_probs, epsilon)
    return np.where(_alive(-advantages, r, epsilon), -r * advantages, 0.0) / r.size


def grad_held_not_dead(advantages, old_log_probs, log_probs, epsilon=0.2):
    r = _ratio(old_log_probs, log_probs, epsilon)
    held = np.clip(r, 1 - epsilon, 1 + epsilon)
    return -np.where(_alive(advantages, r, epsilon), r, held) * advantages / r.size


def grad_zero_times_infinity(advantages, old_log_probs, log_probs, epsilon=0.2):
    _ratio(old_log_probs, log_probs, epsilon)
    r = np.exp(log_probs * 1.0 - old_log_probs)
    return _alive(advantages, r, epsilon) * -r * advantages / r.size


def grad_epsilon_is_a_fifth(advantages, old_log_probs, log_probs, epsilon=0.2):
    r = _ratio(old_log_probs, log_probs, epsilon)
    return np.where(_alive(advantages, r, 0.2), -r * advantages, 0.0) / r.size


def grad_any_epsilon(advantages, old_log_probs, log_probs, epsilon=0.2):
    r = _ratio(old_log_probs, log_probs, 0.5)
    return np.where(_alive(advantages, r, epsilon), -r * advantages, 0.0) / r.size


#: Ratios 2 and 1/2, good and bad: the four cases.
GOOD = ([1.0, 1.0], [-1.0, -1.0], [-0.25, -2.0])
BAD = ([-1.0, -1.0], [-1.0, -1.0], [-0.25, -2.0])
MILD = ([1.0, -1.0], [-1.0, -1.0], [-0.875, -0.875])

EXERCISE = Exercise(
    slug="ppo_clip",
    title="PPO's clipped loss",
    chapter="rl",
    page="rl/ppo",
    functions={"ppo_clip": ppo_clip, "ppo_clip_grad": ppo_clip_grad},
    points={"value": 2, "gradient": 2, "edges": 1, "stability": 1},
    probes=probes,
    hints=(
        "Draw the objective over the ratio for A = 1 and for A = -1. In each picture one side is "
        "flat. Which one?",
        "A sample stops pulling when it already went the way that its advantage asked for, by "
        "more than epsilon. Going the other way it is never let off.",
        "The gradient is by the log-probability, so the ratio stays in it as a factor. Choose "
        "between two results; a product with 0 is nan once a ratio overflows.",
    ),
    misconceptions=(
        Misconception(
            "ppo_clip/objective",
            "It is the objective, not the loss",
            "ppo_clip",
            objective_not_loss,
            "For two good actions with ratios of about 2.1 and 0.4 you return {got}. Which of the "
            "two ratios should have the smaller loss?",
            "The sign of the paper, which maximises.",
            "definition",
            GOOD,
        ),
        Misconception(
            "ppo_clip/no-min",
            "The ratio is always clipped",
            "ppo_clip",
            always_clipped,
            "For two good actions with ratios of about 2.1 and 0.4 you return {got}. The second "
            "one became rare by mistake: what pulls it back?",
            "The minimum with the unclipped term is missing.",
            "what-goes-wrong",
            GOOD,
        ),
        Misconception(
            "ppo_clip/no-clip",
            "Nothing is clipped",
            "ppo_clip",
            never_clipped,
            "For two good actions with ratios of about 2.1 and 0.4 you return {got}. What keeps a "
            "second step on the same data from raising the first ratio to 10?",
            "The plain surrogate.",
            "definition",
            GOOD,
        ),
        Misconception(
            "ppo_clip/max",
            "The larger of the two is taken",
            "ppo_clip",
            max_for_min,
            "For two bad actions with ratios of about 2.1 and 0.4 you return {got}. Is that the "
            "more hopeful or the more careful view of them?",
            "max(gain) where the paper has min(gain); or a minimum taken after the sign turned.",
            "derivation",
            BAD,
        ),
        Misconception(
            "ppo_clip/product",
            "The product is clipped instead of the ratio",
            "ppo_clip",
            product_clipped,
            "For two bad actions with ratios of about 2.1 and 0.4 you return {got}. Around which "
            "number does r A lie when A is -1?",
            "clip(r A).",
            "definition",
            BAD,
        ),
        Misconception(
            "ppo_clip/above",
            "Only large ratios are clipped",
            "ppo_clip",
            from_above_only,
            "For two bad actions with ratios of about 2.1 and 0.4 you return {got}. The second is "
            "rare enough: what stops it from becoming rarer still?",
            "min(r, 1 + eps) without a lower bound.",
            "what-goes-wrong",
            BAD,
        ),
        Misconception(
            "ppo_clip/upside-down",
            "The ratio is upside down",
            "ppo_clip",
            ratio_upside_down,
            "For two good actions with ratios of about 2.1 and 0.4 you return {got}. Which policy "
            "drew the actions, and must therefore be divided by?",
            "old / new.",
            "definition",
            GOOD,
        ),
        Misconception(
            "ppo_clip/logs",
            "Log-probabilities are divided",
            "ppo_clip",
            logs_divided,
            "For two good actions with log-probabilities -1, now -0.25 and -2, you return {got}. "
            "The first became likelier: is your ratio above 1?",
            "log p / log q.",
            "definition",
            GOOD,
        ),
        Misconception(
            "ppo_clip/log-clip",
            "The logarithm of the ratio is clipped",
            "ppo_clip",
            logarithm_clipped,
            "For two good actions with ratios of about 2.1 and 0.4 you return {got}. At which "
            "ratio does your curve become flat, and at which should it with epsilon 0.2?",
            "clip(log r, -eps, eps): 1.2214 instead of 1.2.",
            "definition",
            GOOD,
        ),
        Misconception(
            "ppo_clip/sum",
            "The terms are added up, not averaged",
            "ppo_clip",
            summed,
            "For two good actions with ratios of about 2.1 and 0.4 you return {got}. What happens "
            "if the batch is handed in twice?",
            "Missing 1/n.",
            "definition",
            GOOD,
        ),
        Misconception(
            "ppo_clip/fixed",
            "epsilon is not used",
            "ppo_clip",
            epsilon_is_a_fifth,
            "With epsilon 0.5 and two good actions with ratios of about 2.1 and 0.4 you return "
            "{got}. At which ratio does the curve become flat now?",
            "0.8 and 1.2 are hard-wired.",
            "definition",
            (*GOOD, 0.5),
        ),
        Misconception(
            "ppo_clip/any-epsilon",
            "An epsilon outside of (0, 1) is accepted",
            "ppo_clip",
            any_epsilon,
            "With epsilon = -0.5 you return a number. Which ratios lie between 1.5 and 0.5?",
            "No check of the parameter.",
            "definition",
        ),
        Misconception(
            "ppo_clip_grad/sign",
            "The gradient points to a better objective",
            "ppo_clip_grad",
            grad_uphill,
            "For a good and a bad action, both a little likelier now, your gradient is {got}. "
            "After a step against it, is the good one likelier?",
            "Gradient of the objective.",
            "derivation",
            MILD,
        ),
        Misconception(
            "ppo_clip_grad/no-n",
            "The gradient belongs to the sum",
            "ppo_clip_grad",
            grad_of_the_sum,
            "For a good and a bad action, both a little likelier now, your gradient is {got}. Of "
            "how many terms is the loss a mean?",
            "Missing 1/n.",
            "derivation",
            MILD,
        ),
        Misconception(
            "ppo_clip_grad/dead-outside",
            "Every ratio outside of the clip has no gradient",
            "ppo_clip_grad",
            grad_dead_outside,
            "For two bad actions with ratios of about 2.1 and 0.4 your gradient is {got}. The "
            "first is bad and has become likelier: who makes it rare again?",
            "Differentiates the clip and forgets the minimum.",
            "what-goes-wrong",
            BAD,
        ),
        Misconception(
            "ppo_clip_grad/never-dead",
            "The clip has no effect on the gradient",
            "ppo_clip_grad",
            grad_never_dead,
            "For two good actions with ratios of about 2.1 and 0.4 your gradient is {got}. The "
            "loss is flat at the first of them: what is the slope of a flat line?",
            "The gradient of the unclipped surrogate.",
            "derivation",
            GOOD,
        ),
        Misconception(
            "ppo_clip_grad/by-ratio",
            "It is the gradient with respect to the ratio",
            "ppo_clip_grad",
            grad_by_the_ratio,
            "For a good and a bad action, both a little likelier now, your gradient is {got}. What "
            "is the derivative of exp(x - old) with respect to x?",
            "The factor r is missing.",
            "derivation",
            MILD,
        ),
        Misconception(
            "ppo_clip_grad/other-side",
            "The side that must pull is the one that is dead",
            "ppo_clip_grad",
            grad_dead_on_the_other_side,
            "For two good actions with ratios of about 2.1 and 0.4 your gradient is {got}. Which "
            "of the two has already had its share?",
            "The signs of the two cases are exchanged.",
            "derivation",
            GOOD,
        ),
        Misconception(
            "ppo_clip_grad/held",
            "The gradient is held where it should vanish",
            "ppo_clip_grad",
            grad_held_not_dead,
            "For two good actions with ratios of about 2.1 and 0.4 your gradient is {got}. The "
            "loss is -1.2 at the first one, whatever its log-probability: how steep is that?",
            "Clips the factor r in the gradient.",
            "derivation",
            GOOD,
        ),
        Misconception(
            "ppo_clip_grad/zero-times-infinity",
            "A dead sample is multiplied by 0",
            "ppo_clip_grad",
            grad_zero_times_infinity,
            "For a good action whose log-probability rose by 2000 your gradient is {got}. What is "
            "0 times infinity?",
            "A mask as a factor: 0 * inf is nan.",
            "what-goes-wrong",
            ([1.0], [-2000.0], [0.0]),
        ),
        Misconception(
            "ppo_clip_grad/fixed",
            "epsilon is not used",
            "ppo_clip_grad",
            grad_epsilon_is_a_fifth,
            "With epsilon 0.5 and good actions with ratios of about 1.3 and 2.1 your gradient is "
            "{got}. Which of them is inside of the clip now?",
            "0.2 is hard-wired.",
            "definition",
            ([1.0, 1.0], [-1.0, -1.0], [-0.75, -0.25], 0.5),
        ),
        Misconception(
            "ppo_clip_grad/any-epsilon",
            "An epsilon outside of (0, 1) is accepted",
            "ppo_clip_grad",
            grad_any_epsilon,
            "With epsilon = -0.5 you return an array. Which ratios lie between 1.5 and 0.5?",
            "No check of the parameter.",
            "definition",
        ),
    ),
    success=(
        "All four cases, the flat side of each sign and the steep one, and a ratio that overflows. "
        "What is left of PPO is a loop around this."
    ),
)
