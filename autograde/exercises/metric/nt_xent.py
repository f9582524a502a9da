"""Exercise: NT-Xent, SimCLR's loss over two views of every sample."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.vector_regimes import rows


def nt_xent(embeddings, temperature=0.5):
    return lossref.nt_xent(embeddings, temperature=temperature)


def probes(rng: np.random.Generator) -> list[Probe]:
    def ask(aspect, regime, x, **kwargs):
        return Probe("nt_xent", aspect, regime, (x,), kwargs)

    whole = rng.permutation(np.array([-6, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 6])).reshape(6, 2)
    cold = rows(rng, 6, 3)
    cold[1], cold[3] = cold[1] / 8 + cold[0], cold[3] / 8 - cold[0]
    lengths = 2.0 ** rng.permutation([-6, -3, 0, 0, 3, 6])[:, None]
    return [
        ask("value", "three samples in two views, temperature 0.5", rows(rng, 6, 3)),
        ask("value", "four samples, temperature 1", rows(rng, 8, 2), temperature=1.0),
        ask("value", "two samples, temperature 0.25", rows(rng, 4, 3), temperature=0.25),
        ask("value", "five samples, temperature 2", rows(rng, 10, 4), temperature=2.0),
        ask("value", "as many rows as entries", rows(rng, 4, 4)),
        ask("value", "rows of very different lengths", rows(rng, 6, 3) * lengths),
        Probe("nt_xent", "edges", "one sample in two views", (rows(rng, 2, 3),), scaled=False),
        ask("edges", "whole numbers (dtype int64)", whole),
        ask("edges", "single precision (dtype float32)", rows(rng, 6, 3).astype(np.float32)),
        ask("edges", "an array that is not contiguous", strided(rows(rng, 6, 2))),
        ask("stability", "a temperature of 0.001", cold, temperature=0.001),
        Probe("nt_xent", "edges", "five rows", (rows(rng, 5, 2),), raises=ValueError),
        *(
            Probe(
                "nt_xent",
                "edges",
                f"temperature = {t:g}, which is not allowed",
                (rows(rng, 4, 2),),
                {"temperature": t},
                raises=ValueError,
            )
            for t in (0.0, -1.0)
        ),
    ]


# -- wrong answers -------------------------------------------------------------


def itself_included(embeddings, temperature=0.5):
    n = len(embeddings)
    if temperature <= 0 or n % 2:
        raise ValueError("temperature")
    u = embeddings / np.sqrt(np.sum(embeddings * embeddings, axis=1, keepdims=True))
    z = u @ u.T / temperature
    own = z[np.arange(n), (np.arange(n) + n // 2) % n]
    m = np.max(z, axis=1)
    return np.mean(m + np.log(np.sum(np.exp(z - m[:, None]), axis=1)) - own)


def itself_at_zero(embeddings, temperature=0.5):
    n = len(embeddings)
    if temperature <= 0 or n % 2:
        raise ValueError("temperature")
    u = embeddings / np.sqrt(np.sum(embeddings * embeddings, axis=1, keepdims=True))
    z = u @ u.T / temperature * (1 - np.eye(n))
    own = z[np.arange(n), (np.arange(n) + n // 2) % n]
    m = np.max(z, axis=1)
    return np.mean(m + np.log(np.sum(np.exp(z - m[:, None]), axis=1)) - own)


def neighbours_are_pairs(embeddings, temperature=0.5):
    n = len(embeddings)
    if temperature <= 0 or n % 2:
        raise ValueError("temperature")
    u = embeddings / np.sqrt(np.sum(embeddings * embeddings, axis=1, keepdims=True))
    z = u @ u.T / temperature
    own = z[np.arange(n), np.arange(n) ^ 1]
    z = np.where(np.eye(n, dtype=bool), -np.inf, z)
    m = np.max(z, axis=1)
    return np.mean(m + np.log(np.sum(np.exp(z - m[:, None]), axis=1)) - own)


def first_views_only(embeddings, temperature=0.5):
    n = len(embeddings)
    if temperature <= 0 or n % 2:
        raise ValueError("temperature")
    u = embeddings / np.sqrt(np.sum(embeddings * embeddings, axis=1, keepdims=True))
    z = u @ u.T / temperature
    own = z[np.arange(n), (np.arange(n) + n // 2) % n]
    z = np.where(np.eye(n, dtype=bool), -np.inf, z)
    m = np.max(z, axis=1)
    return np.mean((m + np.log(np.sum(np.exp(z - m[:, None]), axis=1)) - own)[: n // 2])


def across_the_views_only(embeddings, temperature=0.5):
    n = len(embeddings)
    if temperature <= 0 or n % 2:
        raise ValueError("temperature")
    u = embeddings / np.sqrt(np.sum(embeddings * embeddings, axis=1, keepdims=True))
    z = u[: n // 2] @ u[n // 2 :].T / temperature
    own = np.diag(z)
    one, two = np.max(z, axis=1), np.max(z, axis=0)
    by_rows = one + np.log(np.sum(np.exp(z - one[:, None]), axis=1)) - own
    by_columns = two + np.log(np.sum(np.exp(z - two), axis=0)) - own
    return np.mean(by_rows + by_columns) / 2


def without_the_positive(embeddings, temperature=0.5):
    n = len(embeddings)
    if temperature <= 0 or n % 2:
        raise ValueError("temperature")
    if n == 2:
        return 0.0
    u = embeddings / np.sqrt(np.sum(embeddings * embeddings, axis=1, keepdims=True))
    z = u @ u.T / temperature
    at = np.arange(n), (np.arange(n) + n // 2) % n
    own = z[at]
    z = np.where(np.eye(n, dtype=bool), -np.inf, z)
    z[at] = -np.inf
    m = np.max(z, axis=1)
    return np.mean(m + np.log(np.sum(np.exp(z - m[:, None]), axis=1)) - own)


def inner_products(embeddings, temperature=0.5):
    n = len(embeddings)
    if temperature <= 0 or n % 2:
        raise ValueError("temperature")
    z = embeddings @ embeddings.T / temperature
    own = z[np.arange(n), (np.arange(n) + n // 2) % n]
    z = np.where(np.eye(n, dtype=bool), -np.inf, z)
    m = np.max(z, axis=1)
    return np.mean(m + np.log(np.sum(np.exp(z - m[:, None]), axis=1)) - own)


def temperature_multiplied(embeddings, temperature=0.5):
    n = len(embeddings)
    if temperature <= 0 or n % 2:
        raise ValueError("temperature")
    u = embeddings / np.sqrt(np.sum(embeddings * embeddings, axis=1, keepdims=True))
    z = u @ u.T * temperature
    own = z[np.arange(n), (np.arange(n) + n // 2) % n]
    z = np.where(np.eye(n, dtype=bool), -np.inf, z)
    m = np.max(z, axis=1)
    return np.mean(m + np.log(np.sum(np.exp(z - m[:, None]), axis=1)) - own)


def overflowing(embeddings, temperature=0.5):
    n = len(embeddings)
    if temperature <= 0 or n % 2:
        raise ValueError("temperature")
    u = embeddings / np.sqrt(np.sum(embeddings * embeddings, axis=1, keepdims=True))
    e = np.exp(u @ u.T / temperature)
    own = e[np.arange(n), (np.arange(n) + n // 2) % n]
    return -np.mean(np.log(own / np.sum(np.where(np.eye(n, dtype=bool), 0, e), axis=1)))


def odd_rows_accepted(embeddings, temperature=0.5):
    n = len(embeddings)
    if temperature <= 0:
        raise ValueError("temperature")
    u = embeddings / np.sqrt(np.sum(embeddings * embeddings, axis=1, keepdims=True))
    z = u @ u.T / temperature
    own = z[np.arange(n), (np.arange(n) + n // 2) % n]
    z = np.where(np.eye(n, dtype=bool), -np.inf, z)
    m = np.max(z, axis=1)
    return np.mean(m + np.log(np.sum(np.exp(z - m[:, None]), axis=1)) - own)


def summed(embeddings, temperature=0.5):
    n = len(embeddings)
    if temperature <= 0 or n % 2:
        raise ValueError("temperature")
    u = embeddings / np.sqrt(np.sum(embeddings * embeddings, axis=1, keepdims=True))
    z = u @ u.T / temperature
    own = z[np.arange(n), (np.arange(n) + n // 2) % n]
    z = np.where(np.eye(n, dtype=bool), -np.inf, z)
    m = np.max(z, axis=1)
    return np.sum(m + np.log(np.sum(np.exp(z - m[:, None]), axis=1)) - own) / (n // 2)


FOUR = ([[1.0, 0.0], [0.0, 2.0], [3.0, 0.0], [3.0, 4.0]],)
TWO = ([[1.0, 0.0], [3.0, 4.0]],)

EXERCISE = Exercise(
    slug="nt_xent",
    title="NT-Xent",
    chapter="metric",
    page="metric/info-nce",
    functions={"nt_xent": nt_xent},
    points={"value": 3, "edges": 2, "stability": 1},
    probes=probes,
    hints=(
        "Every row is a query once, in both halves. Its key is half the batch away, and every row but "
        "itself competes.",
        "One square matrix of cosines over the temperature. The diagonal must not take part in the "
        "sum at all; which logit adds exactly nothing to a sum of exponentials?",
        "The partner of row i is i + n/2 for the first half and i - n/2 for the second. Take the "
        "partner's entry before you shift, or shift both.",
    ),
    misconceptions=(
        Misconception(
            "nt_xent/itself",
            "A row competes with itself",
            "nt_xent",
            itself_included,
            "For two views of one sample, with nothing else in the batch, you return {got}. Among how "
            "many rows does each have to choose?",
            "The diagonal is left in the sum.",
            "what-goes-wrong",
            TWO,
        ),
        Misconception(
            "nt_xent/itself-at-zero",
            "A row still competes with itself, at similarity zero",
            "nt_xent",
            itself_at_zero,
            "For two views of one sample, with nothing else in the batch, you return {got}. You put 0 "
            "on the diagonal; what is exp(0)?",
            "The mask multiplies the similarities, and not their exponentials.",
            "what-goes-wrong",
            TWO,
        ),
        Misconception(
            "nt_xent/neighbours",
            "Neighbouring rows are taken as pairs",
            "nt_xent",
            neighbours_are_pairs,
            "For two samples, rows (1, 0), (0, 2) and then their second views (3, 0), (3, 4), you "
            "return {got}. Which row is the other view of row 0?",
            "Rows 2k and 2k + 1, another convention.",
            "definition",
            FOUR,
        ),
        Misconception(
            "nt_xent/first-views",
            "Only the first views are asked",
            "nt_xent",
            first_views_only,
            "For four rows you return {got}. How many of them have to find their other view?",
            "The mean runs over half of the rows.",
            "definition",
            FOUR,
        ),
        Misconception(
            "nt_xent/across-only",
            "Rows compete only with the other half",
            "nt_xent",
            across_the_views_only,
            "For four rows you return {got}. Row 0 and row 1 are first views of two samples: are they "
            "negatives for each other?",
            "CLIP's loss between the two halves.",
            "definition",
            FOUR,
        ),
        Misconception(
            "nt_xent/without-positive",
            "The positive is left out of the sum",
            "nt_xent",
            without_the_positive,
            "For two samples whose views agree you return {got}. Can a probability be above 1?",
            "Sums over negatives only.",
            "what-goes-wrong",
            ([[1.0, 0.0], [0.0, 1.0], [2.0, 0.0], [0.0, 2.0]],),
        ),
        Misconception(
            "nt_xent/inner-products",
            "Lengths count",
            "nt_xent",
            inner_products,
            "For rows of lengths 1, 2, 3 and 5 you return {got}. How large can a cosine be?",
            "No normalisation; the N in the name is missing.",
            "definition",
            FOUR,
        ),
        Misconception(
            "nt_xent/temperature-multiplied",
            "The temperature is multiplied",
            "nt_xent",
            temperature_multiplied,
            "For temperature 0.5 you return {got}. Does a temperature below 1 make differences larger, "
            "or smaller?",
            "s * tau for s / tau.",
            "definition",
            FOUR,
        ),
        Misconception(
            "nt_xent/overflow",
            "The exponential overflows before the logarithm can help",
            "nt_xent",
            overflowing,
            "For temperature 0.001 you return {got}. How large is exp of a cosine over 0.001?",
            "Softmax as it is spelled.",
            "what-goes-wrong",
            (*FOUR, 0.001),
        ),
        Misconception(
            "nt_xent/odd",
            "An odd number of rows is accepted",
            "nt_xent",
            odd_rows_accepted,
            "For five rows you return a number. Whose other view is missing?",
            "No check of the shape.",
            "definition",
        ),
        Misconception(
            "nt_xent/two-views-summed",
            "The two views of a sample are added",
            "nt_xent",
            summed,
            "For four rows you return {got}. Does the statement divide by the samples, or by the rows?",
            "The sum over 2N rows divided by N.",
            "definition",
            FOUR,
        ),
    ),
    success=(
        "Every row finds its other view among all rows but itself, down to a temperature of 0.001. "
        "Replace 'other view' by 'same label' and you have supervised contrastive learning."
    ),
)
