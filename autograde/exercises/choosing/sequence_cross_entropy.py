"""Exercise: cross-entropy over padded sequences, by token and by sequence, and its gradient."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import targets


def sequence_cross_entropy(labels, logits, mask):
    return lossref.sequence_cross_entropy(labels, logits, mask=mask > 0)


def sequence_cross_entropy_grad(labels, logits, mask):
    return lossref.sequence_cross_entropy_grad(labels, logits, mask=mask > 0)


def mean_of_sequences(labels, logits, mask):
    return lossref.sequence_cross_entropy(labels, logits, mask=mask > 0, average="sequence")


def batch(rng, lengths, width, classes, label=0, logit=0.0):
    """Sequences of these lengths, in random order, padded behind their end."""
    lengths = rng.permutation(lengths)
    mask = (np.arange(width) < lengths[:, None]).astype(np.int64)
    labels = rng.integers(0, classes, mask.shape)
    logits = targets(rng, (*mask.shape, classes))
    labels[mask == 0] = label
    logits[mask == 0] = logit
    return labels, logits, mask


def probes(rng: np.random.Generator) -> list[Probe]:
    drawn = []
    for name, aspect in (
        ("sequence_cross_entropy", "value"),
        ("sequence_cross_entropy_grad", "gradient"),
        ("mean_of_sequences", "value"),
    ):
        holes = batch(rng, [4, 4], 4, 3)
        holes[2][0, 1] = holes[2][1, 0] = holes[2][1, 2] = 0
        single = batch(rng, [1, 3], 3, 3)
        views = batch(rng, [2, 3], 3, 2)
        whole = batch(rng, [1, 3], 3, 4)
        high = batch(rng, [1, 3], 3, 4)
        drawn += [
            Probe(name, aspect, "sequences of 1 and 3 tokens", batch(rng, [1, 3], 3, 4)),
            Probe(name, aspect, "sequences of 2, 3 and 5 tokens", batch(rng, [2, 3, 5], 6, 3)),
            Probe(name, "padding", "zeros of the mask inside a row", holes),
            Probe(
                name,
                "padding",
                "labels of -100 and logits of nan at padding",
                batch(rng, [1, 3], 4, 3, label=-100, logit=np.nan),
            ),
            Probe(
                name,
                "padding",
                "logits of infinity at padding",
                batch(rng, [1, 2], 3, 3, logit=np.inf),
            ),
            Probe(name, "edges", "no padding at all", batch(rng, [3, 3], 3, 2)),
            Probe(name, "edges", "one sequence", batch(rng, [2], 3, 4)),
            Probe(
                name,
                "edges",
                "whole-number logits (dtype int64)",
                (whole[0], rng.integers(-4, 5, whole[1].shape), whole[2]),
            ),
            Probe(
                name,
                "edges",
                "single precision (dtype float32)",
                (single[0], single[1].astype(np.float32), single[2]),
                atol=1e-6,
            ),
            Probe(name, "edges", "arrays that are not contiguous", tuple(map(strided, views))),
            Probe(name, "stability", "logits near 1000", (high[0], high[1] + 1000.0, high[2])),
        ]
    return drawn


# -- wrong answers -------------------------------------------------------------


def padding_counted(labels, logits, mask):
    z = np.where(mask[..., None] == 1, logits, 0.0)
    y = np.where(mask == 1, labels, 0)
    z = z - z.max(axis=-1, keepdims=True)
    cost = np.log(np.exp(z).sum(axis=-1)) - np.take_along_axis(z, y[..., None], -1)[..., 0]
    return np.mean(cost * mask)


def mask_unused(labels, logits, mask):
    z = logits - logits.max(axis=-1, keepdims=True)
    cost = np.log(np.exp(z).sum(axis=-1)) - np.take_along_axis(z, labels[..., None], -1)[..., 0]
    return np.mean(cost)


def mean_of_the_means(labels, logits, mask):
    z = np.where(mask[..., None] == 1, logits, 0.0)
    y = np.where(mask == 1, labels, 0)
    z = z - z.max(axis=-1, keepdims=True)
    cost = np.log(np.exp(z).sum(axis=-1)) - np.take_along_axis(z, y[..., None], -1)[..., 0]
    return np.mean((cost * mask).sum(axis=1) / mask.sum(axis=1))


def summed(labels, logits, mask):
    z = np.where(mask[..., None] == 1, logits, 0.0)
    y = np.where(mask == 1, labels, 0)
    z = z - z.max(axis=-1, keepdims=True)
    cost = np.log(np.exp(z).sum(axis=-1)) - np.take_along_axis(z, y[..., None], -1)[..., 0]
    return np.sum(cost * mask)


def over_sequences(labels, logits, mask):
    z = np.where(mask[..., None] == 1, logits, 0.0)
    y = np.where(mask == 1, labels, 0)
    z = z - z.max(axis=-1, keepdims=True)
    cost = np.log(np.exp(z).sum(axis=-1)) - np.take_along_axis(z, y[..., None], -1)[..., 0]
    return np.sum(cost * mask) / len(mask)


def perplexity(labels, logits, mask):
    z = np.where(mask[..., None] == 1, logits, 0.0)
    y = np.where(mask == 1, labels, 0)
    z = z - z.max(axis=-1, keepdims=True)
    cost = np.log(np.exp(z).sum(axis=-1)) - np.take_along_axis(z, y[..., None], -1)[..., 0]
    return np.exp(np.sum(cost * mask) / np.sum(mask))


def in_bits(labels, logits, mask):
    z = np.where(mask[..., None] == 1, logits, 0.0)
    y = np.where(mask == 1, labels, 0)
    z = z - z.max(axis=-1, keepdims=True)
    cost = np.log(np.exp(z).sum(axis=-1)) - np.take_along_axis(z, y[..., None], -1)[..., 0]
    return np.sum(cost * mask) / np.sum(mask) / np.log(2)


def padding_multiplied(labels, logits, mask):
    y = np.where(mask == 1, labels, 0)
    z = logits - logits.max(axis=-1, keepdims=True)
    cost = np.log(np.exp(z).sum(axis=-1)) - np.take_along_axis(z, y[..., None], -1)[..., 0]
    return np.sum(cost * mask) / np.sum(mask)


def exponentials_as_written(labels, logits, mask):
    z = np.where(mask[..., None] == 1, logits, 0.0)
    y = np.where(mask == 1, labels, 0)
    p = np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)
    cost = -np.log(np.take_along_axis(p, y[..., None], -1)[..., 0])
    return np.sum(np.where(mask == 1, cost, 0)) / np.sum(mask)


def grad_padding_pulls(labels, logits, mask):
    z = logits - logits.max(axis=-1, keepdims=True)
    p = np.exp(z)
    p = p / p.sum(axis=-1, keepdims=True)
    hot = labels[..., None] == np.arange(logits.shape[-1])
    return (p - hot) / np.sum(mask)


def grad_over_all_places(labels, logits, mask):
    z = np.where(mask[..., None] == 1, logits, 0.0)
    p = np.exp(z - z.max(axis=-1, keepdims=True))
    p = p / p.sum(axis=-1, keepdims=True)
    hot = labels[..., None] == np.arange(logits.shape[-1])
    return (p - hot) * mask[..., None] / mask.size


def grad_of_the_sum(labels, logits, mask):
    z = np.where(mask[..., None] == 1, logits, 0.0)
    p = np.exp(z - z.max(axis=-1, keepdims=True))
    p = p / p.sum(axis=-1, keepdims=True)
    hot = labels[..., None] == np.arange(logits.shape[-1])
    return (p - hot) * mask[..., None]


def grad_over_sequences(labels, logits, mask):
    z = np.where(mask[..., None] == 1, logits, 0.0)
    p = np.exp(z - z.max(axis=-1, keepdims=True))
    p = p / p.sum(axis=-1, keepdims=True)
    hot = labels[..., None] == np.arange(logits.shape[-1])
    share = mask / mask.sum(axis=1, keepdims=True) / len(mask)
    return (p - hot) * share[..., None]


def grad_downhill(labels, logits, mask):
    z = np.where(mask[..., None] == 1, logits, 0.0)
    p = np.exp(z - z.max(axis=-1, keepdims=True))
    p = p / p.sum(axis=-1, keepdims=True)
    hot = labels[..., None] == np.arange(logits.shape[-1])
    return (hot - p) * mask[..., None] / np.sum(mask)


def grad_label_forgotten(labels, logits, mask):
    z = np.where(mask[..., None] == 1, logits, 0.0)
    p = np.exp(z - z.max(axis=-1, keepdims=True))
    p = p / p.sum(axis=-1, keepdims=True)
    return p * mask[..., None] / np.sum(mask)


def grad_padding_multiplied(labels, logits, mask):
    p = np.exp(logits - logits.max(axis=-1, keepdims=True))
    p = p / p.sum(axis=-1, keepdims=True)
    hot = labels[..., None] == np.arange(logits.shape[-1])
    return (p - hot) * mask[..., None] / np.sum(mask)


def grad_overflows(labels, logits, mask):
    z = np.where(mask[..., None] == 1, logits, 0.0)
    p = np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)
    hot = labels[..., None] == np.arange(logits.shape[-1])
    return np.where(mask[..., None] == 1, p - hot, 0) / np.sum(mask)


def sequences_by_token(labels, logits, mask):
    z = np.where(mask[..., None] == 1, logits, 0.0)
    y = np.where(mask == 1, labels, 0)
    z = z - z.max(axis=-1, keepdims=True)
    cost = np.log(np.exp(z).sum(axis=-1)) - np.take_along_axis(z, y[..., None], -1)[..., 0]
    return np.sum(cost * mask) / np.sum(mask)


def sequences_by_width(labels, logits, mask):
    z = np.where(mask[..., None] == 1, logits, 0.0)
    y = np.where(mask == 1, labels, 0)
    z = z - z.max(axis=-1, keepdims=True)
    cost = np.log(np.exp(z).sum(axis=-1)) - np.take_along_axis(z, y[..., None], -1)[..., 0]
    return np.mean((cost * mask).mean(axis=1))


def sequences_summed(labels, logits, mask):
    z = np.where(mask[..., None] == 1, logits, 0.0)
    y = np.where(mask == 1, labels, 0)
    z = z - z.max(axis=-1, keepdims=True)
    cost = np.log(np.exp(z).sum(axis=-1)) - np.take_along_axis(z, y[..., None], -1)[..., 0]
    return np.mean((cost * mask).sum(axis=1))


def sequences_multiplied(labels, logits, mask):
    y = np.where(mask == 1, labels, 0)
    z = logits - logits.max(axis=-1, keepdims=True)
    cost = np.log(np.exp(z).sum(axis=-1)) - np.take_along_axis(z, y[..., None], -1)[..., 0]
    return np.mean((cost * mask).sum(axis=1) / mask.sum(axis=1))


#: One token that costs log 2 beside three that cost 0.0486 each.
UNEVEN = (
    [[0, 1, 1], [0, 0, 0]],
    [[[0.0, 0.0], [9.0, 0.0], [9.0, 0.0]], [[3.0, 0.0], [3.0, 0.0], [3.0, 0.0]]],
    [[1, 0, 0], [1, 1, 1]],
)
#: The same label everywhere, so that padding is as cheap as can be.
NANS = ([[0, 0]], [[[0.0, 0.0], [np.nan, np.nan]]], [[1, 0]])
HIGH = ([[0, 1]], [[[1000.0, 1000.0], [0.0, 0.0]]], [[1, 0]])
SHORT = ([[0, 1]], [[[0.0, 0.0], [2.0, 0.0]]], [[1, 0]])

EXERCISE = Exercise(
    slug="sequence_cross_entropy",
    title="Cross-entropy of padded sequences",
    chapter="choosing",
    page="choosing/sequence",
    functions={
        "sequence_cross_entropy": sequence_cross_entropy,
        "sequence_cross_entropy_grad": sequence_cross_entropy_grad,
        "mean_of_sequences": mean_of_sequences,
    },
    points={"value": 2, "gradient": 2, "padding": 2, "edges": 1, "stability": 1},
    probes=probes,
    hints=(
        "Padding is not a cheap token. It is no token. Which numbers would be left if you cut it "
        "out of the arrays before you begin?",
        "Cut it out with the mask and you have rows of logits with one label each: a softmax "
        "cross-entropy that you know, value and gradient. For the second average every token also "
        "needs the length of its own sequence.",
        "The line that people get wrong is a product with the mask: zero times nan is nan, and "
        "zero times infinity too. And the mean must divide by the tokens that count, not by the "
        "places in the array.",
    ),
    misconceptions=(
        Misconception(
            "sequence_cross_entropy/places",
            "Padding costs nothing and is counted",
            "sequence_cross_entropy",
            padding_counted,
            "For one token that costs 0.693 and three that cost 0.0486 you return {got}. What do you "
            "return if every row gets ten more places of padding?",
            "The mean runs over all places: the loss falls with the padding.",
            "what-goes-wrong",
            UNEVEN,
        ),
        Misconception(
            "sequence_cross_entropy/mask-unused",
            "Padding is scored like a token",
            "sequence_cross_entropy",
            mask_unused,
            "With one token that costs 0.693 and a padded place whose logits miss their label you "
            "return {got}. Who wrote the label at the padded place?",
            "The mask is ignored.",
            "what-goes-wrong",
            SHORT,
        ),
        Misconception(
            "sequence_cross_entropy/by-sequence",
            "Every sequence counts the same",
            "sequence_cross_entropy",
            mean_of_the_means,
            "For a sequence of one token that costs 0.693 and one of three that cost 0.0486 each you "
            "return {got}. How many tokens are there, and what is the share of the first?",
            "Mean of means; that is the other function.",
            "definition",
            UNEVEN,
        ),
        Misconception(
            "sequence_cross_entropy/sum",
            "The tokens are summed",
            "sequence_cross_entropy",
            summed,
            "For four tokens you return {got}. What does one of them cost on average?",
            "No division at all.",
            "definition",
            UNEVEN,
        ),
        Misconception(
            "sequence_cross_entropy/over-sequences",
            "The sum is divided by the number of sequences",
            "sequence_cross_entropy",
            over_sequences,
            "For two sequences with four tokens together you return {got}. What do you return if both "
            "are cut into single tokens, one per row?",
            "Sum over tokens, mean over the batch: long sequences dominate and raise the loss.",
            "what-goes-wrong",
            UNEVEN,
        ),
        Misconception(
            "sequence_cross_entropy/perplexity",
            "It is the perplexity",
            "sequence_cross_entropy",
            perplexity,
            "For four tokens you return {got}. What should a model get that is certain and right "
            "everywhere?",
            "exp of the loss.",
            "definition",
            UNEVEN,
        ),
        Misconception(
            "sequence_cross_entropy/bits",
            "It is counted in bits",
            "sequence_cross_entropy",
            in_bits,
            "For four tokens you return {got}. A fair choice between two classes costs 0.693 in the "
            "statement: what does it cost in your function?",
            "Base-two logarithm.",
            "definition",
            UNEVEN,
        ),
        Misconception(
            "sequence_cross_entropy/zero-times-nan",
            "Padding is multiplied by zero",
            "sequence_cross_entropy",
            padding_multiplied,
            "With logits of nan at the padded place you return {got}. What is 0 times nan?",
            "cost * mask: right as long as padding holds finite numbers.",
            "what-goes-wrong",
            NANS,
        ),
        Misconception(
            "sequence_cross_entropy/overflow",
            "The exponential overflows before the logarithm can help",
            "sequence_cross_entropy",
            exponentials_as_written,
            "For two equal logits of 1000 you return {got}. What changes in a softmax if all logits of "
            "a row are lowered by the same number?",
            "Softmax as it is spelled.",
            "what-goes-wrong",
            HIGH,
        ),
        Misconception(
            "sequence_cross_entropy_grad/padding-pulls",
            "Padding pulls",
            "sequence_cross_entropy_grad",
            grad_padding_pulls,
            "For one token and one padded place your gradient is {got}. If the logits at the padded "
            "place change a little, does the loss change?",
            "P minus one-hot everywhere.",
            "what-goes-wrong",
            SHORT,
        ),
        Misconception(
            "sequence_cross_entropy_grad/places",
            "It is divided by all places",
            "sequence_cross_entropy_grad",
            grad_over_all_places,
            "For one token and one padded place your gradient is {got}. By which number is the loss "
            "divided?",
            "1 / (B T).",
            "derivation",
            SHORT,
        ),
        Misconception(
            "sequence_cross_entropy_grad/sum",
            "It is the gradient of the sum",
            "sequence_cross_entropy_grad",
            grad_of_the_sum,
            "For four tokens your gradient begins {got}. The loss is a mean of four terms: how much of "
            "it is the first one?",
            "No division at all.",
            "derivation",
            UNEVEN,
        ),
        Misconception(
            "sequence_cross_entropy_grad/by-sequence",
            "Every sequence pulls with the same strength",
            "sequence_cross_entropy_grad",
            grad_over_sequences,
            "For a sequence of one token and one of three your gradient begins {got}. Which of the two "
            "averages of the statement does it belong to?",
            "Gradient of the mean of means.",
            "derivation",
            UNEVEN,
        ),
        Misconception(
            "sequence_cross_entropy_grad/downhill",
            "It points downhill",
            "sequence_cross_entropy_grad",
            grad_downhill,
            "For one token of class 0 your gradient is {got}. A step is taken against it: does the "
            "logit of class 0 rise?",
            "One-hot minus P.",
            "derivation",
            SHORT,
        ),
        Misconception(
            "sequence_cross_entropy_grad/no-label",
            "The label is forgotten",
            "sequence_cross_entropy_grad",
            grad_label_forgotten,
            "For one token of class 0 your gradient is {got}. What is left of it when the model is "
            "certain of class 0?",
            "P without the one-hot.",
            "derivation",
            SHORT,
        ),
        Misconception(
            "sequence_cross_entropy_grad/zero-times-nan",
            "Padding is multiplied by zero",
            "sequence_cross_entropy_grad",
            grad_padding_multiplied,
            "With logits of nan at the padded place your gradient is {got}. What is 0 times nan?",
            "One nan in padding ends the training.",
            "what-goes-wrong",
            NANS,
        ),
        Misconception(
            "sequence_cross_entropy_grad/overflow",
            "The exponential overflows",
            "sequence_cross_entropy_grad",
            grad_overflows,
            "For two equal logits of 1000 your gradient is {got}. What changes in a softmax if all "
            "logits of a row are lowered by the same number?",
            "Softmax as it is spelled.",
            "what-goes-wrong",
            HIGH,
        ),
        Misconception(
            "mean_of_sequences/by-token",
            "Every token counts the same",
            "mean_of_sequences",
            sequences_by_token,
            "For a sequence of one token that costs 0.693 and one of three that cost 0.0486 each you "
            "return {got}. What is half of the first and half of the second?",
            "The token average.",
            "definition",
            UNEVEN,
        ),
        Misconception(
            "mean_of_sequences/width",
            "Every sequence is divided by the width of the array",
            "mean_of_sequences",
            sequences_by_width,
            "For a sequence of one token that costs 0.693, in a row of three places, and a longer one "
            "you return {got}. What is the mean of one number?",
            "mean(axis=1) over padding.",
            "what-goes-wrong",
            UNEVEN,
        ),
        Misconception(
            "mean_of_sequences/sums",
            "The tokens of a sequence are summed",
            "mean_of_sequences",
            sequences_summed,
            "For sequences of one and three tokens you return {got}. If a sequence is written twice in "
            "a row, as one of double length, should its part change?",
            "Sum within, mean across.",
            "definition",
            UNEVEN,
        ),
        Misconception(
            "mean_of_sequences/zero-times-nan",
            "Padding is multiplied by zero",
            "mean_of_sequences",
            sequences_multiplied,
            "With logits of nan at the padded place you return {got}. What is 0 times nan?",
            "cost * mask.",
            "what-goes-wrong",
            NANS,
        ),
    ),
    success=(
        "Both averages and the gradient, and whatever stands at padding, nan included, is never "
        "heard. Next door: sequences whose labels have no places."
    ),
)
