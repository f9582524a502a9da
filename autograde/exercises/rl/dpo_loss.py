"""Exercise: direct preference optimisation, loss and gradient."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.answers import strided
from autograde.exercise import RTOL, Exercise, Misconception, Probe
from autograde.regimes import EIGHTH


def dpo_loss(ref_chosen, ref_rejected, chosen, rejected, beta=0.1):
    return lossref.dpo_loss(ref_chosen, ref_rejected, chosen, rejected, beta=beta)


def dpo_loss_grad(ref_chosen, ref_rejected, chosen, rejected, beta=0.1):
    return lossref.dpo_loss_grad(ref_chosen, ref_rejected, chosen, rejected, beta=beta)


def probes(rng: np.random.Generator) -> list[Probe]:
    def logs(n: int) -> np.ndarray:
        return -rng.integers(8, 81, size=n) * EIGHTH

    def pairs(won, lost=None) -> tuple:
        """Pairs whose chosen answer gained ``won`` on the reference, the other ``lost``."""
        won = np.asarray(won, float)
        lost = rng.integers(-8, 9, size=won.size) * EIGHTH if lost is None else np.asarray(lost)
        ref_chosen, ref_rejected = logs(won.size), logs(won.size)
        return ref_chosen, ref_rejected, ref_chosen + won, ref_rejected + lost

    def some(n: int) -> np.ndarray:
        return rng.permutation(np.resize([1.5, -2.0, 0.75, -0.5, 3.0], n))

    drawn = []
    for name, aspect in (("dpo_loss", "value"), ("dpo_loss_grad", "gradient")):
        # A tolerance of its own: the last two arguments are differentiated, so no other may
        # be moved for a difference quotient.
        def probe(aspect: str, regime: str, args: tuple, name: str = name, **kwargs) -> Probe:
            raises = kwargs.pop("raises", None)
            rtol = None if args[2].dtype == np.float32 else RTOL
            return Probe(name, aspect, regime, args, kwargs, raises=raises, rtol=rtol)

        whole = tuple(-rng.integers(1, 30, size=4) for _ in range(4))
        drawn += [
            probe(aspect, "five pairs, some won and some lost", pairs(some(5)), beta=0.5),
            probe(aspect, "beta left at its default", pairs(some(4))),
            probe(aspect, "beta = 2", pairs(some(4)), beta=2.0),
            probe(aspect, "nothing learnt yet", pairs(np.zeros(3), np.zeros(3)), beta=0.5),
            probe(aspect, "both answers became rarer", pairs([-1.0, -2.0], [-3.0, -2.5]), beta=0.5),
            probe(aspect, "both answers became likelier", pairs([1.0, 0.5], [2.0, 0.25]), beta=0.5),
            probe("edges", "a single pair", pairs([1.25]), beta=0.5),
            probe("edges", "whole numbers (dtype int64)", whole, beta=0.5),
            probe("edges", "single precision (dtype float32)",
                  tuple(a.astype(np.float32) for a in pairs(some(5))), beta=0.5),
            probe("edges", "arrays that are not contiguous",
                  tuple(strided(a) for a in pairs(some(4))), beta=0.5),
            probe("stability", "preferences that are mistaken by far",
                  pairs([-4000.0, -9000.0, 0.5]), beta=0.5),
            probe("stability", "preferences that are mistaken by some forty",
                  pairs([-80.0, -90.0], [0.0, 4.0]), beta=0.5),
            probe("stability", "preferences that are right by far: tiny, not 0",
                  pairs([80.0, 90.0], [0.0, 4.0]), beta=0.5),
            probe("stability", "right and mistaken, both beyond what exp can take",
                  pairs([9000.0, -9000.0]), beta=1.0),
        ]  # fmt: skip
        drawn += [
            probe("edges", f"beta = {b:g}, which is not allowed", pairs(some(3)), beta=b,
                  raises=ValueError)
            for b in (0.0, -1.0)
        ]  # fmt: skip
    return drawn


# -- wrong answers -------------------------------------------------------------


def _margin(rc, rr, c, r, beta):
    if beta <= 0:
        raise ValueError("beta")
    return beta * ((c - rc) - (r - rr))


def no_reference(ref_chosen, ref_rejected, chosen, rejected, beta=0.1):
    _margin(ref_chosen, ref_rejected, chosen, rejected, beta)
    return np.mean(np.logaddexp(0.0, -beta * (chosen - rejected)))


def other_way_round(ref_chosen, ref_rejected, chosen, rejected, beta=0.1):
    m = _margin(ref_chosen, ref_rejected, chosen, rejected, beta)
    return np.mean(np.logaddexp(0.0, m))


def no_logarithm(ref_chosen, ref_rejected, chosen, rejected, beta=0.1):
    m = _margin(ref_chosen, ref_rejected, chosen, rejected, beta)
    return -np.mean(np.exp(-np.logaddexp(0.0, -m)))


def no_beta(ref_chosen, ref_rejected, chosen, rejected, beta=0.1):
    m = _margin(ref_chosen, ref_rejected, chosen, rejected, beta)
    return np.mean(np.logaddexp(0.0, -m / beta))


def summed(ref_chosen, ref_rejected, chosen, rejected, beta=0.1):
    m = _margin(ref_chosen, ref_rejected, chosen, rejected, beta)
    return np.sum(np.logaddexp(0.0, -m))


def overflowing(ref_chosen, ref_rejected, chosen, rejected, beta=0.1):
    m = _margin(ref_chosen, ref_rejected, chosen, rejected, beta)
    return np.mean(np.log(1.0 + np.exp(-m)))


def logarithm_of_sigmoid(ref_chosen, ref_rejected, chosen, rejected, beta=0.1):
    m = _margin(ref_chosen, ref_rejected, chosen, rejected, beta)
    return -np.mean(np.log(0.5 * (1.0 + np.tanh(m / 2))))


def references_added(ref_chosen, ref_rejected, chosen, rejected, beta=0.1):
    _margin(ref_chosen, ref_rejected, chosen, rejected, beta)
    return np.mean(np.logaddexp(0.0, -beta * ((chosen + ref_chosen) - (rejected + ref_rejected))))


def winner_alone(ref_chosen, ref_rejected, chosen, rejected, beta=0.1):
    _margin(ref_chosen, ref_rejected, chosen, rejected, beta)
    return np.mean(np.logaddexp(0.0, -beta * (chosen - ref_chosen)))


def hinge(ref_chosen, ref_rejected, chosen, rejected, beta=0.1):
    m = _margin(ref_chosen, ref_rejected, chosen, rejected, beta)
    return np.mean(np.maximum(0.0, 1.0 - m))


def of_the_mean_margin(ref_chosen, ref_rejected, chosen, rejected, beta=0.1):
    m = _margin(ref_chosen, ref_rejected, chosen, rejected, beta)
    return np.logaddexp(0.0, -np.mean(m))


def any_beta(ref_chosen, ref_rejected, chosen, rejected, beta=0.1):
    return np.mean(np.logaddexp(0.0, -beta * ((chosen - ref_chosen) - (rejected - ref_rejected))))


def _sigmoid(x):
    return np.exp(-np.logaddexp(0.0, -1.0 * x))


def grad_uphill(ref_chosen, ref_rejected, chosen, rejected, beta=0.1):
    m = _margin(ref_chosen, ref_rejected, chosen, rejected, beta)
    g = beta * _sigmoid(-m) / m.size
    return g, -g


def grad_of_the_sum(ref_chosen, ref_rejected, chosen, rejected, beta=0.1):
    m = _margin(ref_chosen, ref_rejected, chosen, rejected, beta)
    g = beta * _sigmoid(-m)
    return -g, g


def grad_no_beta(ref_chosen, ref_rejected, chosen, rejected, beta=0.1):
    m = _margin(ref_chosen, ref_rejected, chosen, rejected, beta)
    g = _sigmoid(-m) / m.size
    return -g, g


def grad_same_sign(ref_chosen, ref_rejected, chosen, rejected, beta=0.1):
    m = _margin(ref_chosen, ref_rejected, chosen, rejected, beta)
    g = beta * _sigmoid(-m) / m.size
    return -g, -g


def grad_strong_where_right(ref_chosen, ref_rejected, chosen, rejected, beta=0.1):
    m = _margin(ref_chosen, ref_rejected, chosen, rejected, beta)
    g = beta * _sigmoid(m) / m.size
    return -g, g


def grad_loser_left_alone(ref_chosen, ref_rejected, chosen, rejected, beta=0.1):
    m = _margin(ref_chosen, ref_rejected, chosen, rejected, beta)
    g = beta * _sigmoid(-m) / m.size
    return -g, np.zeros_like(g)


def grad_one_minus(ref_chosen, ref_rejected, chosen, rejected, beta=0.1):
    m = _margin(ref_chosen, ref_rejected, chosen, rejected, beta)
    g = beta * (1.0 - _sigmoid(m)) / m.size
    return -g, g


def grad_winner_only(ref_chosen, ref_rejected, chosen, rejected, beta=0.1):
    m = _margin(ref_chosen, ref_rejected, chosen, rejected, beta)
    return -beta * _sigmoid(-m) / m.size


def grad_no_reference(ref_chosen, ref_rejected, chosen, rejected, beta=0.1):
    _margin(ref_chosen, ref_rejected, chosen, rejected, beta)
    g = beta * _sigmoid(-beta * (chosen - rejected)) / chosen.size
    return -g, g


def grad_any_beta(ref_chosen, ref_rejected, chosen, rejected, beta=0.1):
    m = beta * ((chosen - ref_chosen) - (rejected - ref_rejected))
    g = beta * _sigmoid(-m) / m.size
    return -g, g


#: The chosen answers gained 2 and lost 2 on the reference, the rejected ones stayed.
TWO = ([-5.0, -1.0], [-1.0, -1.0], [-3.0, -3.0], [-1.0, -1.0], 0.5)
LOST = ([0.0], [0.0], [-4000.0], [0.0], 0.5)
WON = ([-90.0], [-1.0], [-10.0], [-1.0], 0.5)
TOLD = "For chosen answers that gained 2 and lost 2 on the reference, with beta 0.5, "

EXERCISE = Exercise(
    slug="dpo_loss",
    title="Direct preference optimisation",
    chapter="rl",
    page="rl/preference",
    functions={"dpo_loss": dpo_loss, "dpo_loss_grad": dpo_loss_grad},
    points={"value": 2, "gradient": 2, "edges": 1, "stability": 1},
    probes=probes,
    hints=(
        "Each answer has a reward of its own: how much likelier it is now than under the "
        "reference, in logarithms. Only the difference of the two rewards counts.",
        "The loss is that of logistic regression on one score. You have met a form of it that "
        "neither overflows nor rounds to 0.",
        "In the gradient the two answers of a pair are pulled with the same strength and in "
        "opposite directions, hardest where the order is mistaken.",
    ),
    misconceptions=(
        Misconception(
            "dpo_loss/no-reference",
            "The reference policy is left out",
            "dpo_loss",
            no_reference,
            TOLD + "you return {got}. A long answer is rare under every policy: what makes it "
            "comparable with a short one?",
            "Compares raw log-probabilities.",
            "definition",
            TWO,
        ),
        Misconception(
            "dpo_loss/order",
            "The rejected answer is preferred",
            "dpo_loss",
            other_way_round,
            "For chosen answers that gained 8 and lost 2 on the reference, with beta 0.5, you return "
            "{got}. Which of the two pairs costs you more?",
            "Sign of the margin.",
            "definition",
            ([-13.0, -1.0], [-1.0, -1.0], [-5.0, -3.0], [-1.0, -1.0], 0.5),
        ),
        Misconception(
            "dpo_loss/no-log",
            "It is a probability, not its logarithm",
            "dpo_loss",
            no_logarithm,
            TOLD + "you return {got}. Can a negative log-likelihood be negative here?",
            "Minus the sigmoid.",
            "derivation",
            TWO,
        ),
        Misconception(
            "dpo_loss/no-beta",
            "beta is not used",
            "dpo_loss",
            no_beta,
            TOLD + "you return {got}. How dear is it to leave the reference?",
            "The margin without its factor.",
            "definition",
            TWO,
        ),
        Misconception(
            "dpo_loss/sum",
            "Pairs are added up, not averaged",
            "dpo_loss",
            summed,
            TOLD + "you return {got}. What happens if every pair is handed in twice?",
            "Missing 1/n.",
            "definition",
            TWO,
        ),
        Misconception(
            "dpo_loss/overflow",
            "A mistaken preference overflows",
            "dpo_loss",
            overflowing,
            "For a margin of -2000 you return {got}. What is the loss to within a millionth, and "
            "what is exp(2000)?",
            "log(1 + exp(-m)).",
            "what-goes-wrong",
            LOST,
        ),
        Misconception(
            "dpo_loss/log-sigmoid",
            "The logarithm of a sigmoid that was rounded",
            "dpo_loss",
            logarithm_of_sigmoid,
            "For a margin of 40 you return {got}. It should be about exp(-40). What is 1 - "
            "exp(-40) in float64?",
            "log(sigmoid(m)): 0 on one side, infinite on the other.",
            "what-goes-wrong",
            WON,
        ),
        Misconception(
            "dpo_loss/references-added",
            "The reference is added where it should be taken off",
            "dpo_loss",
            references_added,
            TOLD + "you return {got}. For a policy that equals its reference, is your margin 0?",
            "chosen + ref_chosen.",
            "definition",
            TWO,
        ),
        Misconception(
            "dpo_loss/winner-alone",
            "Only the chosen answer counts",
            "dpo_loss",
            winner_alone,
            "For a pair of which both answers gained 2, with beta 0.5, you return {got}. Has the "
            "policy learnt which one is better?",
            "The rejected answer is ignored.",
            "definition",
            ([-5.0], [-5.0], [-3.0], [-3.0], 0.5),
        ),
        Misconception(
            "dpo_loss/hinge",
            "It stops caring at a margin of 1",
            "dpo_loss",
            hinge,
            TOLD + "you return {got}. Which probability of the stated preference is your loss the "
            "logarithm of?",
            "A hinge in place of the logistic loss.",
            "derivation",
            TWO,
        ),
        Misconception(
            "dpo_loss/mean-margin",
            "Margins are averaged before the loss",
            "dpo_loss",
            of_the_mean_margin,
            TOLD + "you return {got}. One pair is in order and one is not: is that as good as two "
            "undecided ones?",
            "The mean inside of the nonlinearity.",
            "definition",
            TWO,
        ),
        Misconception(
            "dpo_loss/any-beta",
            "A beta of zero or less is accepted",
            "dpo_loss",
            any_beta,
            "With beta = -1 you return a number. Which answer would it train the policy to prefer?",
            "No check of the parameter.",
            "definition",
        ),
        Misconception(
            "dpo_loss_grad/sign",
            "The gradient points to a larger margin",
            "dpo_loss_grad",
            grad_uphill,
            TOLD + "your gradients are {got}. After a step against them, are the chosen answers "
            "likelier?",
            "The sign of the loss is lost.",
            "derivation",
            TWO,
        ),
        Misconception(
            "dpo_loss_grad/no-n",
            "The gradient belongs to the sum",
            "dpo_loss_grad",
            grad_of_the_sum,
            TOLD + "your gradients are {got}. Of how many terms is the loss a mean?",
            "Missing 1/n.",
            "derivation",
            TWO,
        ),
        Misconception(
            "dpo_loss_grad/no-beta",
            "The inner derivative is missing",
            "dpo_loss_grad",
            grad_no_beta,
            TOLD + "your gradients are {got}. By how much does the margin grow when a chosen "
            "log-probability grows by 1?",
            "The factor beta.",
            "derivation",
            TWO,
        ),
        Misconception(
            "dpo_loss_grad/same-sign",
            "Both answers are pulled the same way",
            "dpo_loss_grad",
            grad_same_sign,
            TOLD + "your gradients are {got}. What does raising both do to the margin?",
            "The second entry lacks its sign.",
            "derivation",
            TWO,
        ),
        Misconception(
            "dpo_loss_grad/strong-where-right",
            "It pulls hardest where all is in order",
            "dpo_loss_grad",
            grad_strong_where_right,
            TOLD + "your gradients are {got}. Which of the two pairs needs the correction?",
            "sigmoid(m) in place of sigmoid(-m).",
            "derivation",
            TWO,
        ),
        Misconception(
            "dpo_loss_grad/loser",
            "The rejected answer is left alone",
            "dpo_loss_grad",
            grad_loser_left_alone,
            TOLD + "your gradients are {got}. Does the loss change when a rejected answer becomes "
            "rarer?",
            "Zeros for the second.",
            "derivation",
            TWO,
        ),
        Misconception(
            "dpo_loss_grad/one-minus",
            "A small pull is computed as 1 less nearly 1",
            "dpo_loss_grad",
            grad_one_minus,
            "For a margin of 40 your gradients are {got}. It should be about half of exp(-40). "
            "What is 1 - exp(-40) in float64?",
            "1 - sigmoid(m).",
            "what-goes-wrong",
            WON,
        ),
        Misconception(
            "dpo_loss_grad/one-array",
            "Only one of the two gradients is returned",
            "dpo_loss_grad",
            grad_winner_only,
            TOLD + "you return {got}. With respect to which arguments is the gradient asked?",
            "The pair is not complete.",
            "definition",
            TWO,
        ),
        Misconception(
            "dpo_loss_grad/no-reference",
            "The reference policy is left out",
            "dpo_loss_grad",
            grad_no_reference,
            TOLD + "your gradients are {got}. Which of the two pairs is in order, measured from "
            "the reference?",
            "Raw log-probabilities.",
            "derivation",
            TWO,
        ),
        Misconception(
            "dpo_loss_grad/any-beta",
            "A beta of zero or less is accepted",
            "dpo_loss_grad",
            grad_any_beta,
            "With beta = -1 you return an array. Which answer would it pull up?",
            "No check of the parameter.",
            "definition",
        ),
    ),
    success=(
        "Pairs in order, out of order and beyond what exp can take, value and both gradients. No "
        "reward model was needed; the derivation says where it went."
    ),
)
