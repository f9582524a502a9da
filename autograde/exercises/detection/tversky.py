"""Exercise: the Tversky loss."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.box_regimes import counts, masks, of_masks, quotient
from autograde.exercise import Exercise, Misconception, Probe


def tversky(y_true, y_pred, alpha=0.5, beta=0.5):
    return lossref.tversky_loss(y_true, y_pred, alpha=alpha, beta=beta, axis=(-2, -1))


def probes(rng: np.random.Generator) -> list[Probe]:
    name = "tversky"
    void, _ = masks(rng, 2)
    void[1] = 0.0
    return [
        *of_masks(rng, name, "value"),
        *(
            Probe(
                name,
                "weights",
                f"alpha = {alpha:g}, beta = {beta:g}",
                masks(rng, 3),
                {"alpha": alpha, "beta": beta},
            )
            for alpha, beta in ((0.3, 0.7), (0.75, 0.25), (1.0, 1.0), (2.0, 0.5), (0.0, 1.0))
        ),
        Probe(
            name,
            "empty",
            "an empty image, alpha = 0.2, beta = 0.8",
            (void, void.copy()),
            {"alpha": 0.2, "beta": 0.8},
        ),
        *(
            Probe(name, "weights", f"{key} = -0.5, which is not allowed", masks(rng, 2),
                  {key: -0.5}, raises=ValueError)
            for key in ("alpha", "beta")
        ),
    ]  # fmt: skip


# -- wrong answers -------------------------------------------------------------


def _checked(alpha, beta):
    if alpha < 0 or beta < 0:
        raise ValueError("alpha and beta")


def _mean(above, below):
    return np.mean(np.where(below == 0, 0.0, 1 - quotient(above, below)))


def exchanged(y_true, y_pred, alpha=0.5, beta=0.5):
    _checked(alpha, beta)
    hits, p, g = counts(y_true, y_pred)
    return _mean(hits, hits + beta * (p - hits) + alpha * (g - hits))


def one_for_both(y_true, y_pred, alpha=0.5, beta=0.5):
    _checked(alpha, beta)
    hits, p, g = counts(y_true, y_pred)
    return _mean(hits, hits + alpha * (p + g - 2 * hits))


def the_rest_of_one(y_true, y_pred, alpha=0.5, beta=0.5):
    _checked(alpha, beta)
    hits, p, g = counts(y_true, y_pred)
    return _mean(hits, hits + alpha * (p - hits) + (1 - alpha) * (g - hits))


def whole_masks(y_true, y_pred, alpha=0.5, beta=0.5):
    _checked(alpha, beta)
    hits, p, g = counts(y_true, y_pred)
    return _mean(hits, hits + alpha * p + beta * g)


def dice_always(y_true, y_pred, alpha=0.5, beta=0.5):
    _checked(alpha, beta)
    hits, p, g = counts(y_true, y_pred)
    return _mean(2 * hits, p + g)


def doubled_above(y_true, y_pred, alpha=0.5, beta=0.5):
    _checked(alpha, beta)
    hits, p, g = counts(y_true, y_pred)
    return _mean(2 * hits, hits + alpha * (p - hits) + beta * (g - hits))


def whole_batch(y_true, y_pred, alpha=0.5, beta=0.5):
    _checked(alpha, beta)
    hits, p, g = (c.sum() for c in counts(y_true, y_pred))
    return 1 - hits / (hits + alpha * (p - hits) + beta * (g - hits))


def coefficient(y_true, y_pred, alpha=0.5, beta=0.5):
    _checked(alpha, beta)
    hits, p, g = counts(y_true, y_pred)
    below = hits + alpha * (p - hits) + beta * (g - hits)
    return np.mean(np.where(below == 0, 1.0, quotient(hits, below)))


def any_weights(y_true, y_pred, alpha=0.5, beta=0.5):
    hits, p, g = counts(y_true, y_pred)
    return _mean(hits, hits + alpha * (p - hits) + beta * (g - hits))


def nothing_over_nothing(y_true, y_pred, alpha=0.5, beta=0.5):
    _checked(alpha, beta)
    hits, p, g = counts(y_true, y_pred)
    return np.mean(1 - hits / (hits + alpha * (p - hits) + beta * (g - hits)))


def smooth(y_true, y_pred, alpha=0.5, beta=0.5):
    _checked(alpha, beta)
    hits, p, g = counts(y_true, y_pred)
    return np.mean(1 - (hits + 1) / (hits + alpha * (p - hits) + beta * (g - hits) + 1))


def with_true_negatives(y_true, y_pred, alpha=0.5, beta=0.5):
    _checked(alpha, beta)
    hits, p, g = counts(y_true, y_pred)
    rest = y_true[0].size - p - g + hits
    return _mean(hits + rest, hits + rest + alpha * (p - hits) + beta * (g - hits))


def squared(y_true, y_pred, alpha=0.5, beta=0.5):
    _checked(alpha, beta)
    hits, p, g = counts(y_true, y_pred)
    below = hits + alpha * (p - hits) + beta * (g - hits)
    return np.mean(np.where(below == 0, 0.0, 1 - quotient(hits, below)) ** 2)


MISSED = ([[[1.0, 1.0, 1.0, 1.0, 1.0]]], [[[1.0, 0.0, 0.0, 0.0, 0.0]]], 0.1, 0.9)
ALARMS = ([[[1.0, 0.0, 0.0, 0.0, 0.0]]], [[[1.0, 1.0, 1.0, 1.0, 1.0]]], 0.1, 0.5)
UNEVEN = (
    [[[1.0, 1.0, 1.0, 1.0]], [[1.0, 0.0, 0.0, 0.0]]],
    [[[1.0, 1.0, 1.0, 1.0]], [[0.0, 0.0, 0.0, 0.0]]],
)

EXERCISE = Exercise(
    slug="tversky",
    title="Tversky loss",
    chapter="detection",
    functions={"tversky": tversky},
    points={"value": 2, "weights": 3, "edges": 1, "empty": 1},
    probes=probes,
    hints=(
        "Dice charges half a point for a false alarm and half a point for a miss. Which two prices "
        "would you like to set yourself?",
        "A false alarm is what of the prediction lies outside the truth; a miss is what of the "
        "truth lies outside the prediction. Both are differences of sums that you have.",
        "alpha is the price of a false alarm and beta that of a miss. Some libraries have it the "
        "other way round, so read the statement and not a library.",
    ),
    misconceptions=(
        Misconception(
            "tversky/exchanged",
            "The two prices are exchanged",
            "tversky",
            exchanged,
            "With one of five pixels found, alpha = 0.1 and beta = 0.9, you return {got}. Which "
            "kind of mistake is this, and which price belongs to it?",
            "alpha on misses: the order of keras up to 3.15.",
            "what-goes-wrong",
            MISSED,
        ),
        Misconception(
            "tversky/one-price",
            "Misses and false alarms have the same price",
            "tversky",
            one_for_both,
            "With one of five pixels found, alpha = 0.1 and beta = 0.9, you return {got}. What "
            "happens when beta changes?",
            "alpha for both.",
            "definition",
            MISSED,
        ),
        Misconception(
            "tversky/rest",
            "The second price is what the first leaves of 1",
            "tversky",
            the_rest_of_one,
            "For three pixels found of five with alpha = 1 and beta = 1 you return {got}. Are the "
            "two prices bound to each other?",
            "beta = 1 - alpha.",
            "definition",
            ([[[1.0, 1.0, 1.0, 1.0, 1.0]]], [[[1.0, 1.0, 1.0, 0.0, 0.0]]], 1.0, 1.0),
        ),
        Misconception(
            "tversky/whole-masks",
            "The prices are charged on whole masks",
            "tversky",
            whole_masks,
            "For four false alarms around one pixel you return {got}. Which part of the prediction "
            "is false?",
            "alpha P + beta G in place of alpha FP + beta FN.",
            "definition",
            ALARMS,
        ),
        Misconception(
            "tversky/dice",
            "It is always the Dice loss",
            "tversky",
            dice_always,
            "With one of five pixels found, alpha = 0.1 and beta = 0.9, you return {got}. What "
            "happens when alpha or beta changes?",
            "The prices are not used.",
            "definition",
            MISSED,
        ),
        Misconception(
            "tversky/two",
            "The overlap is counted twice above",
            "tversky",
            doubled_above,
            "With one of five pixels found, alpha = 0.1 and beta = 0.9, you return {got}. And where "
            "prediction and truth are equal?",
            "The 2 of Dice was kept.",
            "derivation",
            MISSED,
        ),
        Misconception(
            "tversky/pooled",
            "All images share one quotient",
            "tversky",
            whole_batch,
            "For an image whose 4 pixels are found and one whose single pixel is missed you return "
            "{got}. What is the mean of 0 and 1?",
            "Sums over the whole batch.",
            "what-goes-wrong",
            UNEVEN,
        ),
        Misconception(
            "tversky/coefficient",
            "It is the index, which should grow",
            "tversky",
            coefficient,
            "With one of five pixels found, alpha = 0.1 and beta = 0.9, you return {got}. Where does "
            "a step downhill lead?",
            "The index in place of one minus it.",
            "definition",
            MISSED,
        ),
        Misconception(
            "tversky/any-price",
            "Negative prices are accepted",
            "tversky",
            any_weights,
            "With alpha = -0.5 you return a number. What does a false alarm then earn?",
            "No check of the parameters.",
            "definition",
        ),
        Misconception(
            "tversky/nothing",
            "Two empty masks give 0 / 0",
            "tversky",
            nothing_over_nothing,
            "For two empty masks you return {got}. What does the statement say about them?",
            "No rule for empty masks.",
            "what-goes-wrong",
            ([[[0.0, 0.0]]], [[[0.0, 0.0]]]),
        ),
        Misconception(
            "tversky/smooth",
            "One is added above and below",
            "tversky",
            smooth,
            "With one of five pixels found, alpha = 0.1 and beta = 0.9, you return {got}. The "
            "statement adds nothing: how large is an imaginary pixel beside an object of five?",
            "smooth = 1.",
            "what-goes-wrong",
            MISSED,
        ),
        Misconception(
            "tversky/background",
            "Background that is left alone counts as a hit",
            "tversky",
            with_true_negatives,
            "For one false alarm beside one pixel that is found you return {got}. And in a picture with a "
            "million more pixels of background?",
            "True negatives above and below: the imbalance is back.",
            "derivation",
            ([[[1.0, 0.0, 0.0, 0.0]]], [[[1.0, 1.0, 0.0, 0.0]]], 0.5, 0.5),
        ),
        Misconception(
            "tversky/squared",
            "The loss is squared",
            "tversky",
            squared,
            "With one of five pixels found, alpha = 0.1 and beta = 0.9, you return {got}. Which "
            "power stands in the statement?",
            "A focal power that nobody asked for.",
            "definition",
            MISSED,
        ),
    ),
    success=(
        "With 0.5 and 0.5 it is Dice, with 1 and 1 it is soft IoU, and with the prices of your own "
        "application it is yours."
    ),
)
