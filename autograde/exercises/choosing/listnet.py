"""Exercise: ListNet over a batch of lists, and its gradient."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import targets


def listnet(relevance, scores):
    return lossref.listnet(relevance, scores)


def listnet_grad(relevance, scores):
    return lossref.listnet_grad(relevance, scores)


def lists(rng, n, items):
    """Grades between 0 and 4 in halves, not all alike in a list, and scores."""
    grades = rng.permuted(np.tile(np.arange(items) % 5, (n, 1)) * 1.0, axis=1)
    return grades + 0.5 * rng.integers(0, 2, (n, items)), targets(rng, (n, items))


def probes(rng: np.random.Generator) -> list[Probe]:
    drawn = []
    for name, aspect in (("listnet", "value"), ("listnet_grad", "gradient")):
        single, views, far, high = (
            lists(rng, *shape) for shape in ((3, 4), (2, 3), (2, 4), (3, 3))
        )
        far[1][:, 0] += 2000.0
        drawn += [
            Probe(name, aspect, "two lists of three items", lists(rng, 2, 3)),
            Probe(name, aspect, "three lists of five items", lists(rng, 3, 5)),
            Probe(name, aspect, "as many lists as items", lists(rng, 3, 3)),
            Probe(name, aspect, "all relevances 0", (np.zeros((2, 4)), lists(rng, 2, 4)[1])),
            Probe(
                name,
                aspect,
                "relevances below 0",
                (targets(rng, (2, 3)) - 1.0, lists(rng, 2, 3)[1]),
            ),
            Probe(name, "edges", "one list", lists(rng, 1, 4)),
            Probe(
                name,
                "edges",
                "whole numbers (dtype int64)",
                (rng.integers(0, 5, (2, 3)), rng.integers(-4, 5, (2, 3))),
            ),
            Probe(
                name,
                "edges",
                "single precision (dtype float32)",
                tuple(x.astype(np.float32) for x in single),
                atol=1e-6,
            ),
            Probe(name, "edges", "arrays that are not contiguous", tuple(map(strided, views))),
            Probe(name, "stability", "one score 2000 above the others", far),
            Probe(
                name,
                "stability",
                "relevances and scores near 1000",
                (high[0] + 1000.0, high[1] + 1000.0),
            ),
        ]
    return drawn


# -- wrong answers -------------------------------------------------------------


def relevance_shares(relevance, scores):
    total = relevance.sum(axis=1, keepdims=True)
    q = relevance / np.where(total == 0, 1, total)
    z = scores - scores.max(axis=1, keepdims=True)
    return np.mean(-np.sum(q * (z - np.log(np.exp(z).sum(axis=1, keepdims=True))), axis=1))


def raw_relevance(relevance, scores):
    z = scores - scores.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return np.mean(-np.sum(relevance * log_p, axis=1))


def most_relevant_only(relevance, scores):
    z = scores - scores.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -np.mean(log_p[np.arange(len(z)), relevance.argmax(axis=1)])


def roles_exchanged(relevance, scores):
    y = relevance - relevance.max(axis=1, keepdims=True)
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = p / p.sum(axis=1, keepdims=True)
    log_q = y - np.log(np.exp(y).sum(axis=1, keepdims=True))
    return np.mean(-np.sum(p * log_q, axis=1))


def divergence(relevance, scores):
    y = relevance - relevance.max(axis=1, keepdims=True)
    z = scores - scores.max(axis=1, keepdims=True)
    log_q = y - np.log(np.exp(y).sum(axis=1, keepdims=True))
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return np.mean(np.sum(np.exp(log_q) * (log_q - log_p), axis=1))


def across_lists(relevance, scores):
    y = relevance - relevance.max(axis=0)
    z = scores - scores.max(axis=0)
    q = np.exp(y) / np.exp(y).sum(axis=0)
    return np.sum(-q * (z - np.log(np.exp(z).sum(axis=0)))) / len(z)


def lists_summed(relevance, scores):
    y = relevance - relevance.max(axis=1, keepdims=True)
    z = scores - scores.max(axis=1, keepdims=True)
    q = np.exp(y) / np.exp(y).sum(axis=1, keepdims=True)
    return -np.sum(q * (z - np.log(np.exp(z).sum(axis=1, keepdims=True))))


def over_entries(relevance, scores):
    y = relevance - relevance.max(axis=1, keepdims=True)
    z = scores - scores.max(axis=1, keepdims=True)
    q = np.exp(y) / np.exp(y).sum(axis=1, keepdims=True)
    return -np.mean(q * (z - np.log(np.exp(z).sum(axis=1, keepdims=True))))


def as_written(relevance, scores):
    q = np.exp(relevance) / np.exp(relevance).sum(axis=1, keepdims=True)
    p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    return np.mean(-np.sum(q * np.log(p), axis=1))


def guarded(relevance, scores):
    q = np.exp(relevance - relevance.max(axis=1, keepdims=True))
    q = q / q.sum(axis=1, keepdims=True)
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = p / p.sum(axis=1, keepdims=True)
    return np.mean(-np.sum(q * np.log(p + 1e-12), axis=1))


def grad_summed(relevance, scores):
    q = np.exp(relevance - relevance.max(axis=1, keepdims=True))
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    return p / p.sum(axis=1, keepdims=True) - q / q.sum(axis=1, keepdims=True)


def grad_over_entries(relevance, scores):
    q = np.exp(relevance - relevance.max(axis=1, keepdims=True))
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    return (p / p.sum(axis=1, keepdims=True) - q / q.sum(axis=1, keepdims=True)) / p.size


def grad_downhill(relevance, scores):
    q = np.exp(relevance - relevance.max(axis=1, keepdims=True))
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    return (q / q.sum(axis=1, keepdims=True) - p / p.sum(axis=1, keepdims=True)) / len(p)


def grad_one_right_item(relevance, scores):
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = p / p.sum(axis=1, keepdims=True)
    p[np.arange(len(p)), relevance.argmax(axis=1)] -= 1
    return p / len(p)


def grad_raw_relevance(relevance, scores):
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    return (p / p.sum(axis=1, keepdims=True) - relevance) / len(p)


def grad_across_lists(relevance, scores):
    q = np.exp(relevance - relevance.max(axis=0))
    p = np.exp(scores - scores.max(axis=0))
    return (p / p.sum(axis=0) - q / q.sum(axis=0)) / len(p)


def grad_overflows(relevance, scores):
    q, p = np.exp(relevance), np.exp(scores)
    return (p / p.sum(axis=1, keepdims=True) - q / q.sum(axis=1, keepdims=True)) / len(p)


PAIR = ([[2.0, 0.0], [1.0, 0.0]], [[0.0, 1.0], [0.0, 0.0]])
ONE = ([[3.0, 1.0, 0.0]], [[0.0, 0.0, 0.0]])
FAR = ([[1.0, 0.0]], [[0.0, 2000.0]])

EXERCISE = Exercise(
    slug="listnet",
    title="ListNet",
    chapter="choosing",
    page="choosing/ranking",
    functions={"listnet": listnet, "listnet_grad": listnet_grad},
    points={"value": 2, "gradient": 2, "edges": 1, "stability": 2},
    probes=probes,
    hints=(
        "Two distributions over the items of one list: one from the relevances, one from the "
        "scores. How do you compare two distributions?",
        "Both come from a softmax along the items. Then a cross-entropy, in which the relevances "
        "stand for the truth. Its gradient by the scores you know from soft labels.",
        "The lines that people get wrong: relevances are no probabilities before they went through "
        "the softmax, and a probability that rounds to 0 has no logarithm.",
    ),
    misconceptions=(
        Misconception(
            "listnet/shares",
            "Relevances are divided by their sum",
            "listnet",
            relevance_shares,
            "For relevances 3, 1 and 0 and a score of 1 for the first item alone you return {got}. "
            "Which share has an item of relevance 0 in a softmax, and which has it in yours?",
            "Normalised by the sum: negative or zero relevances break it.",
            "definition",
            ([[3.0, 1.0, 0.0]], [[1.0, 0.0, 0.0]]),
        ),
        Misconception(
            "listnet/raw",
            "Relevances are taken for probabilities",
            "listnet",
            raw_relevance,
            "For relevances 3, 1 and 0 you return {got}. What do your weights add up to?",
            "sum(relevance * log P): a long relevant list dominates.",
            "what-goes-wrong",
            ONE,
        ),
        Misconception(
            "listnet/top-only",
            "The most relevant item takes all",
            "listnet",
            most_relevant_only,
            "For relevances 2 and 0, then 1 and 0, you return {got}. Does it make a difference to you "
            "whether an item is a little or much more relevant than the next?",
            "Softmax cross-entropy with the argmax as label.",
            "definition",
            PAIR,
        ),
        Misconception(
            "listnet/exchanged",
            "Scores and relevances change roles",
            "listnet",
            roles_exchanged,
            "For two lists you return {got}. Which of the two distributions stands under the "
            "logarithm in the statement?",
            "CE(P, Q) for CE(Q, P).",
            "definition",
            PAIR,
        ),
        Misconception(
            "listnet/divergence",
            "The entropy of the relevances is taken off",
            "listnet",
            divergence,
            "For three items of relevances 3, 1 and 0 you return {got}. What do you return for scores "
            "equal to the relevances, and what does a cross-entropy?",
            "KL: same gradient, another value.",
            "definition",
            ONE,
        ),
        Misconception(
            "listnet/across",
            "Lists compete with each other",
            "listnet",
            across_lists,
            "For two lists of two items you return {got}. Which numbers have to add up to 1?",
            "Softmax along the first axis.",
            "what-goes-wrong",
            PAIR,
        ),
        Misconception(
            "listnet/sum",
            "The lists are summed",
            "listnet",
            lists_summed,
            "For two lists you return {got}. What does one of them cost on average?",
            "Missing 1/n.",
            "definition",
            PAIR,
        ),
        Misconception(
            "listnet/entries",
            "It is a mean over the items too",
            "listnet",
            over_entries,
            "For two lists of two items you return {got}. Over what does the sum of a cross-entropy "
            "run, and over what the mean of the statement?",
            "np.mean of everything.",
            "definition",
            PAIR,
        ),
        Misconception(
            "listnet/overflow",
            "The exponential overflows",
            "listnet",
            as_written,
            "For scores of 0 and 2000 you return {got}. What changes in a softmax if all scores of a "
            "list are lowered by the same number?",
            "Softmax as it is spelled.",
            "what-goes-wrong",
            FAR,
        ),
        Misconception(
            "listnet/guarded",
            "A small number under the logarithm",
            "listnet",
            guarded,
            "For scores of 0 and 2000 you return {got}. What do you return if the second is 1000?",
            "log(p + 1e-12) never costs more than 27.6.",
            "what-goes-wrong",
            FAR,
        ),
        Misconception(
            "listnet_grad/sum",
            "It is the gradient of the sum",
            "listnet_grad",
            grad_summed,
            "For two lists your gradient is {got}. The loss is a mean of two terms: how much of it is "
            "the first one?",
            "Missing 1/n.",
            "derivation",
            PAIR,
        ),
        Misconception(
            "listnet_grad/entries",
            "It is divided by all entries",
            "listnet_grad",
            grad_over_entries,
            "For two lists of two items your gradient is {got}. By which number is the loss divided?",
            "n C for n.",
            "derivation",
            PAIR,
        ),
        Misconception(
            "listnet_grad/downhill",
            "It points downhill",
            "listnet_grad",
            grad_downhill,
            "For two lists your gradient is {got}. A step is taken against it: does the relevant item "
            "rise?",
            "Q - P.",
            "derivation",
            PAIR,
        ),
        Misconception(
            "listnet_grad/top-only",
            "The most relevant item takes all",
            "listnet_grad",
            grad_one_right_item,
            "For relevances 3, 1 and 0 at equal scores your gradient is {got}. Are the second and the "
            "third item alike?",
            "One-hot in place of the softmax of the relevances.",
            "derivation",
            ONE,
        ),
        Misconception(
            "listnet_grad/raw",
            "Relevances are taken for probabilities",
            "listnet_grad",
            grad_raw_relevance,
            "For relevances 3, 1 and 0 your gradient is {got}. What do its entries add up to, and what "
            "happens to the scores after many steps?",
            "P - relevance.",
            "what-goes-wrong",
            ONE,
        ),
        Misconception(
            "listnet_grad/across",
            "Lists compete with each other",
            "listnet_grad",
            grad_across_lists,
            "For two lists of two items your gradient is {got}. Which of its sums should be 0?",
            "Softmax along the first axis.",
            "what-goes-wrong",
            PAIR,
        ),
        Misconception(
            "listnet_grad/overflow",
            "The exponential overflows",
            "listnet_grad",
            grad_overflows,
            "For scores of 0 and 2000 your gradient is {got}. What is infinity over infinity?",
            "Softmax as it is spelled.",
            "what-goes-wrong",
            FAR,
        ),
    ),
    success=(
        "Lists are compared whole, each with itself, and a score 2000 above the others costs what it "
        "should. With one relevance far above the rest you have softmax cross-entropy again."
    ),
)
