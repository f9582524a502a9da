"""Exercise: the policy gradient loss from logits, and its gradient."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.answers import strided
from autograde.exercise import RTOL, Exercise, Misconception, Probe
from autograde.regimes import errors, targets


def policy_gradient_loss(actions, advantages, logits):
    return lossref.policy_gradient_loss(actions, advantages, logits)


def policy_gradient_loss_grad(actions, advantages, logits):
    return lossref.policy_gradient_loss_grad(actions, advantages, logits)


def probes(rng: np.random.Generator) -> list[Probe]:
    def batch(n: int, c: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        actions = rng.permutation(np.arange(n) % c)
        return actions, errors(rng, n, 0.5, 3.0), targets(rng, (n, c)) / 2

    drawn = []
    for name, aspect in (
        ("policy_gradient_loss", "value"),
        ("policy_gradient_loss_grad", "gradient"),
    ):
        # A tolerance of its own: only the logits are differentiated, so no other argument
        # may be moved for a difference quotient.
        def probe(aspect: str, regime: str, args: tuple, name: str = name) -> Probe:
            rtol = None if args[2].dtype == np.float32 else RTOL
            return Probe(name, aspect, regime, args, rtol=rtol)

        a, adv, z = batch(6, 3)
        whole = np.array([1, -2, 3]), rng.integers(-3, 4, size=(3, 3))
        single = batch(5, 3)
        views = batch(4, 3)
        behind = np.array([[0.0, 800.0], [800.0, 0.0], [0.5, 0.0]])
        drawn += [
            probe(aspect, "six actions of three kinds, advantages of both signs", (a, adv, z)),
            probe(aspect, "four actions of five kinds", batch(4, 5)),
            probe(aspect, "five actions of two kinds", batch(5, 2)),
            probe(aspect, "good actions only", (a, np.abs(adv), z)),
            probe(aspect, "bad actions only", (a, -np.abs(adv), z)),
            probe(aspect, "advantages of zero among others", (a, adv * (np.arange(6) % 2), z)),
            probe(aspect, "a policy that knows nothing yet", (a, adv, np.zeros((6, 3)))),
            probe("edges", "a single action", batch(1, 4)),
            probe("edges", "whole numbers (dtype int64)", (np.array([2, 0, 1]), *whole)),
            probe(
                "edges",
                "single precision (dtype float32)",
                (single[0], single[1].astype(np.float32), single[2].astype(np.float32)),
            ),
            probe(
                "edges",
                "arrays that are not contiguous",
                (views[0], strided(views[1]), strided(views[2])),
            ),
            probe("stability", "logits near 1000", (a, adv, z + 1000.0)),
            probe(
                "stability",
                "an action that was 800 behind",
                (np.array([0, 1, 0]), errors(rng, 3, 0.5, 3.0), behind),
            ),
        ]
    return drawn


# -- wrong answers -------------------------------------------------------------


def _logp(z):
    z = np.asarray(z) - np.max(z, axis=1, keepdims=True)
    return z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))


def _taken(x, actions):
    return np.take_along_axis(x, actions[:, None], axis=1)[:, 0]


def gain_not_loss(actions, advantages, logits):
    return np.mean(advantages * _taken(_logp(logits), actions))


def added_up(actions, advantages, logits):
    return -np.sum(advantages * _taken(_logp(logits), actions))


def probability_itself(actions, advantages, logits):
    return -np.mean(advantages * np.exp(_taken(_logp(logits), actions)))


def advantage_ignored(actions, advantages, logits):
    return -np.mean(_taken(_logp(logits), actions))


def every_action(actions, advantages, logits):
    return -np.mean(advantages * np.sum(_logp(logits), axis=1))


def greedy_action(actions, advantages, logits):
    return -np.mean(advantages * np.max(_logp(logits), axis=1))


def logarithm_of_softmax(actions, advantages, logits):
    e = np.exp(logits - np.max(logits, axis=1, keepdims=True))
    p = e / np.sum(e, axis=1, keepdims=True)
    return -np.mean(advantages * np.log(_taken(p, actions)))


def overflowing(actions, advantages, logits):
    z = logits * 1.0
    return -np.mean(advantages * (_taken(z, actions) - np.log(np.sum(np.exp(z), axis=1))))


def advantages_centred(actions, advantages, logits):
    return -np.mean((advantages - np.mean(advantages)) * _taken(_logp(logits), actions))


def down_the_batch(actions, advantages, logits):
    return -np.mean(advantages * _taken(_logp(np.transpose(logits)).T, actions))


def logits_for_log_probabilities(actions, advantages, logits):
    return -np.mean(advantages * _taken(logits * 1.0, actions))


def _slope(actions, advantages, logits):
    hot = np.eye(logits.shape[1])[actions]
    return advantages[:, None] * (np.exp(_logp(logits)) - hot)


def grad_uphill(actions, advantages, logits):
    return -_slope(actions, advantages, logits) / len(actions)


def grad_of_the_sum(actions, advantages, logits):
    return _slope(actions, advantages, logits)


def grad_per_entry(actions, advantages, logits):
    return _slope(actions, advantages, logits) / logits.size


def grad_without_advantage(actions, advantages, logits):
    return _slope(actions, np.ones(len(actions)), logits) / len(actions)


def grad_only_the_action(actions, advantages, logits):
    return _slope(actions, advantages, logits) * np.eye(logits.shape[1])[actions] / len(actions)


def grad_without_the_normaliser(actions, advantages, logits):
    return -advantages[:, None] * np.eye(logits.shape[1])[actions] / len(actions)


def grad_of_the_probabilities(actions, advantages, logits):
    hot = np.eye(logits.shape[1])[actions]
    return -advantages[:, None] * hot / np.exp(_logp(logits)) / len(actions)


def grad_overflowing(actions, advantages, logits):
    e = np.exp(logits * 1.0)
    p = e / np.sum(e, axis=1, keepdims=True)
    return advantages[:, None] * (p - np.eye(logits.shape[1])[actions]) / len(actions)


def grad_of_the_expectation(actions, advantages, logits):
    p = np.exp(_logp(logits))
    return _slope(actions, advantages, logits) * _taken(p, actions)[:, None] / len(actions)


ONE = ([0, 1], [2.0, -1.0], [[0.0, 0.0], [0.0, 0.0]])
SKEW = ([0, 1], [2.0, -1.0], [[1.0, 0.0], [0.0, 1.0]])
LARGE = ([0, 1], [2.0, -1.0], [[1000.0, 1000.0], [0.0, 0.0]])
FAR = ([0, 1], [2.0, -1.0], [[0.0, 800.0], [0.0, 0.0]])

EXERCISE = Exercise(
    slug="policy_gradient_loss",
    title="The policy gradient loss, from logits",
    chapter="rl",
    page="rl/policy-gradient",
    functions={
        "policy_gradient_loss": policy_gradient_loss,
        "policy_gradient_loss_grad": policy_gradient_loss_grad,
    },
    points={"value": 2, "gradient": 2, "edges": 1, "stability": 1},
    probes=probes,
    hints=(
        "It is the cross-entropy of the actions that were taken, each weighted by its advantage. "
        "Weights may be negative here.",
        "Never form a probability and take its logarithm: a logit of the row less the row's "
        "log-sum-exp is the log-probability.",
        "In the gradient every action of the row gets an entry, also those that were not taken, "
        "and the entries of a row add up to 0.",
    ),
    misconceptions=(
        Misconception(
            "policy_gradient_loss/sign",
            "It is a gain, not a loss",
            "policy_gradient_loss",
            gain_not_loss,
            "For two even policies, actions 0 and 1, advantages 2 and -1, you return {got}. If a "
            "step lowers this number, does the action with advantage 2 become likelier?",
            "The minus is missing.",
            "definition",
            ONE,
        ),
        Misconception(
            "policy_gradient_loss/sum",
            "The terms are added up, not averaged",
            "policy_gradient_loss",
            added_up,
            "For two even policies, actions 0 and 1, advantages 2 and -1, you return {got}. What "
            "happens if the batch is handed in twice?",
            "Missing 1/n.",
            "definition",
            ONE,
        ),
        Misconception(
            "policy_gradient_loss/no-log",
            "The probability stands where its logarithm belongs",
            "policy_gradient_loss",
            probability_itself,
            "For two even policies, actions 0 and 1, advantages 2 and -1, you return {got}. The "
            "action was drawn with that probability already: how often is it counted now?",
            "A times pi on sampled actions: counts the probability twice.",
            "derivation",
            ONE,
        ),
        Misconception(
            "policy_gradient_loss/no-advantage",
            "Every action is imitated",
            "policy_gradient_loss",
            advantage_ignored,
            "For two even policies, actions 0 and 1, advantages 2 and -1, you return {got}. What "
            "tells the good action from the bad one?",
            "Cross-entropy on the own actions.",
            "definition",
            ONE,
        ),
        Misconception(
            "policy_gradient_loss/all-actions",
            "Actions that were not taken are credited too",
            "policy_gradient_loss",
            every_action,
            "For two even policies, actions 0 and 1, advantages 2 and -1, you return {got}. Whose "
            "advantage is the 2?",
            "Sums the log-probabilities of the whole row.",
            "definition",
            ONE,
        ),
        Misconception(
            "policy_gradient_loss/greedy",
            "The likeliest action is credited, not the one taken",
            "policy_gradient_loss",
            greedy_action,
            "For logits (1, 0) twice, actions 0 and 1, advantages 2 and -1, you return {got}. "
            "Which action did the second sample take?",
            "argmax of the row instead of the action.",
            "definition",
            ([0, 1], [2.0, -1.0], [[1.0, 0.0], [1.0, 0.0]]),
        ),
        Misconception(
            "policy_gradient_loss/log-of-softmax",
            "The logarithm of a probability that underflowed",
            "policy_gradient_loss",
            logarithm_of_softmax,
            "For an action that is 800 behind you return {got}. Its log-probability is -800. What "
            "is its probability in float64?",
            "log(softmax).",
            "what-goes-wrong",
            FAR,
        ),
        Misconception(
            "policy_gradient_loss/overflow",
            "The exponentials overflow",
            "policy_gradient_loss",
            overflowing,
            "For two logits of 1000 you return {got}. The policy is even; what is exp(1000)?",
            "Log-sum-exp without a shift.",
            "what-goes-wrong",
            LARGE,
        ),
        Misconception(
            "policy_gradient_loss/centred",
            "The mean is taken off the advantages",
            "policy_gradient_loss",
            advantages_centred,
            "For logits (0, 0) and (1, 0), actions 0 and 1, advantages 2 and 1, you return {got}. Who "
            "decided on the baseline, the caller or you?",
            "Subtracts a baseline of its own; sensible elsewhere, not asked here.",
            "definition",
            ([0, 1], [2.0, 1.0], [[0.0, 0.0], [1.0, 0.0]]),
        ),
        Misconception(
            "policy_gradient_loss/axis",
            "Softmax runs down the batch",
            "policy_gradient_loss",
            down_the_batch,
            "For logits (1, 0) and (0, 3), actions 0 and 0, advantages 2 and -1, you return {got}. "
            "Between whom do the actions of one state compete?",
            "axis=0.",
            "definition",
            ([0, 0], [2.0, -1.0], [[1.0, 0.0], [0.0, 3.0]]),
        ),
        Misconception(
            "policy_gradient_loss/raw-logits",
            "Logits are taken for log-probabilities",
            "policy_gradient_loss",
            logits_for_log_probabilities,
            "For two even policies, actions 0 and 1, advantages 2 and -1, you return {got}. To "
            "what do the exponentials of your log-probabilities add up?",
            "The normaliser is missing.",
            "definition",
            ONE,
        ),
        Misconception(
            "policy_gradient_loss_grad/sign",
            "The gradient points to better actions",
            "policy_gradient_loss_grad",
            grad_uphill,
            "For two even policies, actions 0 and 1, advantages 2 and -1, your gradient is {got}. "
            "After a step against it, is action 0 likelier in the first state?",
            "The gradient of the objective, not of the loss.",
            "derivation",
            ONE,
        ),
        Misconception(
            "policy_gradient_loss_grad/no-n",
            "The gradient belongs to the sum",
            "policy_gradient_loss_grad",
            grad_of_the_sum,
            "For two even policies, actions 0 and 1, advantages 2 and -1, your gradient is {got}. "
            "Of how many terms is the loss a mean?",
            "Missing 1/n.",
            "derivation",
            ONE,
        ),
        Misconception(
            "policy_gradient_loss_grad/entries",
            "It is divided by the number of logits",
            "policy_gradient_loss_grad",
            grad_per_entry,
            "For two even policies, actions 0 and 1, advantages 2 and -1, your gradient is {got}. "
            "Is the loss a mean over logits or over actions taken?",
            "size instead of the number of rows.",
            "derivation",
            ONE,
        ),
        Misconception(
            "policy_gradient_loss_grad/no-advantage",
            "Every action is pulled up alike",
            "policy_gradient_loss_grad",
            grad_without_advantage,
            "For two even policies, actions 0 and 1, advantages 2 and -1, your gradient is {got}. "
            "Should the second action become likelier or rarer?",
            "The gradient of cross-entropy.",
            "derivation",
            ONE,
        ),
        Misconception(
            "policy_gradient_loss_grad/own-entry",
            "Only the logit of the action moves",
            "policy_gradient_loss_grad",
            grad_only_the_action,
            "For two even policies, actions 0 and 1, advantages 2 and -1, your gradient is {got}. "
            "Does the loss change when the other logit of a row rises?",
            "The other entries are A p, not 0.",
            "derivation",
            ONE,
        ),
        Misconception(
            "policy_gradient_loss_grad/no-normaliser",
            "The normaliser has no derivative",
            "policy_gradient_loss_grad",
            grad_without_the_normaliser,
            "For two even policies, actions 0 and 1, advantages 2 and -1, your gradient is {got}. "
            "If all logits of a row rise together nothing changes: to what must a row add up?",
            "Differentiates the logit of the action and forgets the log-sum-exp.",
            "derivation",
            ONE,
        ),
        Misconception(
            "policy_gradient_loss_grad/probabilities",
            "It is the gradient with respect to probabilities",
            "policy_gradient_loss_grad",
            grad_of_the_probabilities,
            "For two even policies, actions 0 and 1, advantages 2 and -1, your gradient is {got}. "
            "That is -A/p. What comes between p and the logits?",
            "The derivative of softmax is missing.",
            "derivation",
            ONE,
        ),
        Misconception(
            "policy_gradient_loss_grad/overflow",
            "The exponentials overflow",
            "policy_gradient_loss_grad",
            grad_overflowing,
            "For two logits of 1000 your gradient is {got}. What are the two numbers that you "
            "divide?",
            "Softmax without a shift.",
            "what-goes-wrong",
            LARGE,
        ),
        Misconception(
            "policy_gradient_loss_grad/twice",
            "Each sample is weighted by its probability once more",
            "policy_gradient_loss_grad",
            grad_of_the_expectation,
            "For logits (1, 0) and (0, 1), actions 0 and 1, advantages 2 and -1, your gradient is "
            "{got}. How often did the sampling already give you likely actions?",
            "The gradient of A pi, the exact expectation's term, on sampled actions.",
            "derivation",
            SKEW,
        ),
    ),
    success=(
        "Value and gradient are right for good and bad actions, for policies that know nothing and "
        "for logits of a thousand. A step against this gradient is REINFORCE."
    ),
)
