"""Exercise: InfoNCE over a batch, and its gradient with respect to the queries."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.vector_regimes import rows


def info_nce(queries, keys, temperature=0.07):
    return lossref.info_nce(queries, keys, temperature=temperature)


def info_nce_grad(queries, keys, temperature=0.07):
    return lossref.info_nce_grad(queries, keys, temperature=temperature)[0]


def probes(rng: np.random.Generator) -> list[Probe]:
    drawn = []
    for name, aspect in (("info_nce", "value"), ("info_nce_grad", "gradient")):

        def ask(what, regime, n, d, name=name, change=lambda x: x, **kwargs):
            pair = tuple(change(rows(rng, n, d)) for _ in range(2))
            return Probe(name, what, regime, pair, kwargs)

        whole = [rng.permutation(np.array([-5, -4, -3, -2, -1, 1, 2, 3, 4, 5]))[:6] for _ in "qk"]
        q, k = rows(rng, 4, 3), rows(rng, 4, 3)
        k[0], k[1] = k[0] / 8 - q[0], k[1] / 8 + q[0]
        drawn += [
            ask(aspect, "four queries and keys, temperature 0.5", 4, 3, temperature=0.5),
            ask(aspect, "five queries and keys, temperature 1", 5, 2, temperature=1.0),
            ask(aspect, "the temperature left at its default", 4, 3),
            ask(aspect, "as many rows as entries, temperature 0.25", 3, 3, temperature=0.25),
            ask(
                aspect,
                "long queries and short keys, temperature 0.5",
                4,
                2,
                change=lambda x: x * rng.choice([2.0**-6, 2.0**6]),
                temperature=0.5,
            ),
            ask("edges", "two queries and keys", 2, 3, temperature=0.5),
            Probe(
                name,
                "edges",
                "whole numbers (dtype int64)",
                tuple(w.reshape(3, 2) for w in whole),
                {"temperature": 0.5},
            ),
            ask(
                "edges",
                "single precision (dtype float32)",
                4,
                3,
                change=lambda x: x.astype(np.float32),
                temperature=0.5,
            ),
            ask("edges", "arrays that are not contiguous", 3, 2, change=strided, temperature=0.5),
            Probe(name, "stability", "a temperature of 0.001", (q, k), {"temperature": 0.001}),
            *(
                ask("edges", f"temperature = {t:g}, which is not allowed", 3, 2, temperature=t)
                for t in (0.0, -1.0)
            ),
        ]
    return [
        Probe(p.function, p.aspect, p.regime, p.args, p.kwargs, raises=ValueError)
        if "not allowed" in p.regime
        else p
        for p in drawn
    ]


# -- wrong answers -------------------------------------------------------------


def inner_products(queries, keys, temperature=0.07):
    if temperature <= 0:
        raise ValueError("temperature")
    z = queries @ keys.T / temperature
    z = z - np.max(z, axis=1, keepdims=True)
    return np.mean(np.log(np.sum(np.exp(z), axis=1)) - np.diag(z))


def keys_not_normalised(queries, keys, temperature=0.07):
    if temperature <= 0:
        raise ValueError("temperature")
    q = queries / np.sqrt(np.sum(queries * queries, axis=1, keepdims=True))
    z = q @ keys.T / temperature
    z = z - np.max(z, axis=1, keepdims=True)
    return np.mean(np.log(np.sum(np.exp(z), axis=1)) - np.diag(z))


def temperature_multiplied(queries, keys, temperature=0.07):
    if temperature <= 0:
        raise ValueError("temperature")
    q = queries / np.sqrt(np.sum(queries * queries, axis=1, keepdims=True))
    k = keys / np.sqrt(np.sum(keys * keys, axis=1, keepdims=True))
    z = q @ k.T * temperature
    z = z - np.max(z, axis=1, keepdims=True)
    return np.mean(np.log(np.sum(np.exp(z), axis=1)) - np.diag(z))


def without_the_positive(queries, keys, temperature=0.07):
    if temperature <= 0:
        raise ValueError("temperature")
    q = queries / np.sqrt(np.sum(queries * queries, axis=1, keepdims=True))
    k = keys / np.sqrt(np.sum(keys * keys, axis=1, keepdims=True))
    z = q @ k.T / temperature
    z = z - np.max(z, axis=1, keepdims=True)
    others = np.where(np.eye(len(z), dtype=bool), -np.inf, z)
    m = np.max(others, axis=1)
    return np.mean(m + np.log(np.sum(np.exp(others - m[:, None]), axis=1)) - np.diag(z))


def down_the_columns(queries, keys, temperature=0.07):
    if temperature <= 0:
        raise ValueError("temperature")
    q = queries / np.sqrt(np.sum(queries * queries, axis=1, keepdims=True))
    k = keys / np.sqrt(np.sum(keys * keys, axis=1, keepdims=True))
    z = k @ q.T / temperature
    z = z - np.max(z, axis=1, keepdims=True)
    return np.mean(np.log(np.sum(np.exp(z), axis=1)) - np.diag(z))


def exponentials_as_written(queries, keys, temperature=0.07):
    if temperature <= 0:
        raise ValueError("temperature")
    q = queries / np.sqrt(np.sum(queries * queries, axis=1, keepdims=True))
    k = keys / np.sqrt(np.sum(keys * keys, axis=1, keepdims=True))
    e = np.exp(q @ k.T / temperature)
    return -np.mean(np.log(np.diag(e) / np.sum(e, axis=1)))


def guarded_logarithm(queries, keys, temperature=0.07):
    if temperature <= 0:
        raise ValueError("temperature")
    q = queries / np.sqrt(np.sum(queries * queries, axis=1, keepdims=True))
    k = keys / np.sqrt(np.sum(keys * keys, axis=1, keepdims=True))
    z = q @ k.T / temperature
    e = np.exp(z - np.max(z, axis=1, keepdims=True))
    return -np.mean(np.log(np.diag(e) / np.sum(e, axis=1) + 1e-12))


def mean_over_keys(queries, keys, temperature=0.07):
    if temperature <= 0:
        raise ValueError("temperature")
    q = queries / np.sqrt(np.sum(queries * queries, axis=1, keepdims=True))
    k = keys / np.sqrt(np.sum(keys * keys, axis=1, keepdims=True))
    z = q @ k.T / temperature
    z = z - np.max(z, axis=1, keepdims=True)
    return np.mean(np.log(np.mean(np.exp(z), axis=1)) - np.diag(z))


def summed(queries, keys, temperature=0.07):
    if temperature <= 0:
        raise ValueError("temperature")
    q = queries / np.sqrt(np.sum(queries * queries, axis=1, keepdims=True))
    k = keys / np.sqrt(np.sum(keys * keys, axis=1, keepdims=True))
    z = q @ k.T / temperature
    z = z - np.max(z, axis=1, keepdims=True)
    return np.sum(np.log(np.sum(np.exp(z), axis=1)) - np.diag(z))


def any_temperature(queries, keys, temperature=0.07):
    q = queries / np.sqrt(np.sum(queries * queries, axis=1, keepdims=True))
    k = keys / np.sqrt(np.sum(keys * keys, axis=1, keepdims=True))
    z = q @ k.T / (temperature or 1.0)
    z = z - np.max(z, axis=1, keepdims=True)
    return np.mean(np.log(np.sum(np.exp(z), axis=1)) - np.diag(z))


def grad_without_projection(queries, keys, temperature=0.07):
    if temperature <= 0:
        raise ValueError("temperature")
    length = np.sqrt(np.sum(queries * queries, axis=1, keepdims=True))
    q, k = queries / length, keys / np.sqrt(np.sum(keys * keys, axis=1, keepdims=True))
    z = q @ k.T / temperature
    p = np.exp(z - np.max(z, axis=1, keepdims=True))
    g = p / np.sum(p, axis=1, keepdims=True) - np.eye(len(p))
    return g @ k / temperature / len(p) / length


def grad_without_length(queries, keys, temperature=0.07):
    if temperature <= 0:
        raise ValueError("temperature")
    length = np.sqrt(np.sum(queries * queries, axis=1, keepdims=True))
    q, k = queries / length, keys / np.sqrt(np.sum(keys * keys, axis=1, keepdims=True))
    z = q @ k.T / temperature
    p = np.exp(z - np.max(z, axis=1, keepdims=True))
    g = (p / np.sum(p, axis=1, keepdims=True) - np.eye(len(p))) @ k / temperature / len(p)
    return g - q * np.sum(q * g, axis=1, keepdims=True)


def grad_without_temperature(queries, keys, temperature=0.07):
    if temperature <= 0:
        raise ValueError("temperature")
    length = np.sqrt(np.sum(queries * queries, axis=1, keepdims=True))
    q, k = queries / length, keys / np.sqrt(np.sum(keys * keys, axis=1, keepdims=True))
    z = q @ k.T / temperature
    p = np.exp(z - np.max(z, axis=1, keepdims=True))
    g = (p / np.sum(p, axis=1, keepdims=True) - np.eye(len(p))) @ k / len(p)
    return (g - q * np.sum(q * g, axis=1, keepdims=True)) / length


def grad_without_n(queries, keys, temperature=0.07):
    if temperature <= 0:
        raise ValueError("temperature")
    length = np.sqrt(np.sum(queries * queries, axis=1, keepdims=True))
    q, k = queries / length, keys / np.sqrt(np.sum(keys * keys, axis=1, keepdims=True))
    z = q @ k.T / temperature
    p = np.exp(z - np.max(z, axis=1, keepdims=True))
    g = (p / np.sum(p, axis=1, keepdims=True) - np.eye(len(p))) @ k / temperature
    return (g - q * np.sum(q * g, axis=1, keepdims=True)) / length


def grad_downhill(queries, keys, temperature=0.07):
    if temperature <= 0:
        raise ValueError("temperature")
    length = np.sqrt(np.sum(queries * queries, axis=1, keepdims=True))
    q, k = queries / length, keys / np.sqrt(np.sum(keys * keys, axis=1, keepdims=True))
    z = q @ k.T / temperature
    p = np.exp(z - np.max(z, axis=1, keepdims=True))
    g = (np.eye(len(p)) - p / np.sum(p, axis=1, keepdims=True)) @ k / temperature / len(p)
    return (g - q * np.sum(q * g, axis=1, keepdims=True)) / length


def grad_positive_forgotten(queries, keys, temperature=0.07):
    if temperature <= 0:
        raise ValueError("temperature")
    length = np.sqrt(np.sum(queries * queries, axis=1, keepdims=True))
    q, k = queries / length, keys / np.sqrt(np.sum(keys * keys, axis=1, keepdims=True))
    z = q @ k.T / temperature
    p = np.exp(z - np.max(z, axis=1, keepdims=True))
    g = p / np.sum(p, axis=1, keepdims=True) @ k / temperature / len(p)
    return (g - q * np.sum(q * g, axis=1, keepdims=True)) / length


def grad_of_the_keys(queries, keys, temperature=0.07):
    if temperature <= 0:
        raise ValueError("temperature")
    q = queries / np.sqrt(np.sum(queries * queries, axis=1, keepdims=True))
    length = np.sqrt(np.sum(keys * keys, axis=1, keepdims=True))
    k = keys / length
    z = q @ k.T / temperature
    p = np.exp(z - np.max(z, axis=1, keepdims=True))
    g = (p / np.sum(p, axis=1, keepdims=True) - np.eye(len(p))).T @ q / temperature / len(p)
    return (g - k * np.sum(k * g, axis=1, keepdims=True)) / length


TWO = ([[1.0, 0.0], [0.0, 2.0]], [[3.0, 0.0], [3.0, 4.0]], 1.0)
COLD = ([[1.0, 0.0], [0.0, 2.0]], [[0.0, 3.0], [3.0, 4.0]], 0.001)

EXERCISE = Exercise(
    slug="info_nce",
    title="InfoNCE",
    chapter="metric",
    page="metric/info-nce",
    functions={"info_nce": info_nce, "info_nce_grad": info_nce_grad},
    points={"value": 2, "gradient": 4, "edges": 1, "stability": 1},
    probes=probes,
    hints=(
        "Every query must find its own key among all keys of the batch. That is a classification "
        "with as many classes as rows; which class is right for row i?",
        "Cosines over the temperature are logits, and the loss is their softmax cross-entropy. Its "
        "gradient by the logits you know from the chapter on softmax.",
        "From the cosines to the queries it takes two steps: to the unit vectors by the keys, and "
        "from a unit vector to the vector itself. A step along a vector does not turn it, so that "
        "part has to go.",
    ),
    misconceptions=(
        Misconception(
            "info_nce/inner-products",
            "Lengths count",
            "info_nce",
            inner_products,
            "For queries of lengths 1 and 2 and temperature 1 you return {got}. Make every vector "
            "twice as long: which cosine changes?",
            "Inner products without normalisation: that is the N-pair loss.",
            "definition",
            TWO,
        ),
        Misconception(
            "info_nce/keys-as-they-are",
            "The keys keep their lengths",
            "info_nce",
            keys_not_normalised,
            "For keys of lengths 3 and 5 and temperature 1 you return {got}. How large can a cosine "
            "be?",
            "Only the queries are normalised.",
            "definition",
            TWO,
        ),
        Misconception(
            "info_nce/temperature-multiplied",
            "The temperature is multiplied",
            "info_nce",
            temperature_multiplied,
            "For temperature 0.001 you return {got}, whatever the vectors. Should a low temperature "
            "make the largest similarity count more, or less?",
            "s * tau for s / tau.",
            "what-goes-wrong",
            COLD,
        ),
        Misconception(
            "info_nce/without-positive",
            "The positive is left out of the sum",
            "info_nce",
            without_the_positive,
            "For two perfect pairs at temperature 1 you return {got}. Can the probability of finding a "
            "key be above 1?",
            "The sum runs over negatives only: the decoupled loss, which may be negative.",
            "what-goes-wrong",
            ([[1.0, 0.0], [0.0, 1.0]], [[1.0, 0.0], [0.0, 1.0]], 1.0),
        ),
        Misconception(
            "info_nce/columns",
            "Keys look for queries",
            "info_nce",
            down_the_columns,
            "For two queries and two keys you return {got}. Among which vectors does a query choose?",
            "The softmax runs over the queries: CLIP's other direction.",
            "definition",
            TWO,
        ),
        Misconception(
            "info_nce/overflow",
            "The exponential overflows before the logarithm can help",
            "info_nce",
            exponentials_as_written,
            "For temperature 0.001 you return {got}. How large is exp of a cosine over 0.001?",
            "Softmax as it is spelled.",
            "what-goes-wrong",
            COLD,
        ),
        Misconception(
            "info_nce/guarded",
            "A small number under the logarithm",
            "info_nce",
            guarded_logarithm,
            "For temperature 0.001 you return {got}. What do you return if the positives are twice as "
            "far behind?",
            "log(p + 1e-12) caps every loss at 27.6.",
            "what-goes-wrong",
            COLD,
        ),
        Misconception(
            "info_nce/mean-of-keys",
            "The sum over keys is a mean",
            "info_nce",
            mean_over_keys,
            "For two queries and keys you return {got}. If all keys are alike, how likely is it to find "
            "the right one of two?",
            "log of a mean: smaller by log n.",
            "definition",
            TWO,
        ),
        Misconception(
            "info_nce/sum",
            "The queries are summed",
            "info_nce",
            summed,
            "For two queries you return {got}. What does one of them cost on average?",
            "The 1/n is missing.",
            "definition",
            TWO,
        ),
        Misconception(
            "info_nce/any-temperature",
            "A temperature of zero or less is accepted",
            "info_nce",
            any_temperature,
            "With temperature = -1 you return a number. Which key would win then?",
            "No check of the parameter.",
            "definition",
        ),
        Misconception(
            "info_nce_grad/no-projection",
            "Part of the gradient points along the vector",
            "info_nce_grad",
            grad_without_projection,
            "For queries (1, 0) and (0, 2) your gradient is {got}. Make a query longer: does the loss "
            "change, and what is the slope in that direction?",
            "Treats the normalisation as a constant.",
            "derivation",
            TWO,
        ),
        Misconception(
            "info_nce_grad/no-length",
            "The length of the query is forgotten",
            "info_nce_grad",
            grad_without_length,
            "For queries of lengths 1 and 2 your gradient is {got}. By which angle does the same small "
            "step turn a vector that is twice as long?",
            "The gradient by the unit vector, projected, and not divided by the length.",
            "derivation",
            TWO,
        ),
        Misconception(
            "info_nce_grad/no-temperature",
            "The temperature is missing in the gradient",
            "info_nce_grad",
            grad_without_temperature,
            "For temperature 0.5 your gradient is {got}. What is the derivative of s / 0.5 by s?",
            "1 / tau is missing.",
            "derivation",
            (*TWO[:2], 0.5),
        ),
        Misconception(
            "info_nce_grad/without-n",
            "It is the gradient of the sum",
            "info_nce_grad",
            grad_without_n,
            "For two queries your gradient is {got}. By which number is the loss divided?",
            "1 / n is missing.",
            "derivation",
            TWO,
        ),
        Misconception(
            "info_nce_grad/downhill",
            "It points downhill",
            "info_nce_grad",
            grad_downhill,
            "For two queries your gradient is {got}. A step is taken against it: does a query come "
            "closer to its key?",
            "I - P for P - I.",
            "derivation",
            TWO,
        ),
        Misconception(
            "info_nce_grad/positive-forgotten",
            "Nothing pulls towards the positive",
            "info_nce_grad",
            grad_positive_forgotten,
            "For two queries your gradient is {got}. If a query already finds its key with certainty, "
            "what should be left of it?",
            "P without - I.",
            "derivation",
            TWO,
        ),
        Misconception(
            "info_nce_grad/of-keys",
            "It is the gradient by the keys",
            "info_nce_grad",
            grad_of_the_keys,
            "For two queries your gradient is {got}. Which of the two arrays does the statement ask for?",
            "The transposed matrix times the queries.",
            "derivation",
            TWO,
        ),
    ),
    success=(
        "Value and gradient, through the normalisation, down to a temperature of 0.001. With this "
        "gradient and a second one for the keys you can train an encoder."
    ),
)
