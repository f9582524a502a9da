"""Exercise: softplus and its derivative, at any size of the argument."""

from __future__ import annotations

import numpy as np

from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import EIGHTH, targets

#: Between the point where log1p(exp(x)) - x is lost in a threshold at 20 and the point where
#: it is lost in float64; right forms agree to a few units in the last place.
SHARP = 1e-13


def softplus(x):
    x = np.asarray(x)
    return np.log1p(np.exp(-np.abs(x))) + np.maximum(x, 0)


def softplus_grad(x):
    small = np.exp(-np.abs(x))
    return np.where(np.asarray(x) >= 0, 1.0, small) / (1.0 + small)


def probes(rng: np.random.Generator) -> list[Probe]:
    drawn = []
    for name, aspect in (("softplus", "value"), ("softplus_grad", "gradient")):
        single = (rng.integers(8, 17, size=4) * 12.0 * [1, -1, 1, -1]).astype(np.float32)
        drawn += [
            Probe(name, aspect, "five numbers of both signs", (targets(rng, 5),)),
            Probe(name, aspect, "arrays with 3 rows and 4 columns", (targets(rng, (3, 4)),)),
            Probe(name, aspect, "zero among others", (rng.permutation([0.0, 1.5, -2.0]),)),
            Probe(name, "edges", "a single number", (targets(rng, 1),)),
            Probe(name, "edges", "whole numbers (dtype int64)", (rng.integers(-6, 7, size=4),)),
            Probe(
                name,
                "edges",
                "single precision (dtype float32)",
                (targets(rng, 5).astype(np.float32),),
            ),
            Probe(name, "edges", "an array that is not contiguous", (strided(targets(rng, 4)),)),
            Probe(name, "stability", "800 among others", (rng.permutation([800.0, 1.0, -2.0]),)),
            Probe(name, "stability", "-800 among others", (rng.permutation([-800.0, 1.0, 2.0]),)),
            Probe(name, "stability", "numbers near 100 and -100 in float32", (single,)),
            Probe(
                name,
                "stability",
                "numbers near -40, all of them",
                (-40.0 - rng.integers(0, 33, size=3) * EIGHTH,),
            ),
            Probe(
                name,
                "stability",
                "numbers near -25, all of them",
                (-25.0 - rng.integers(0, 17, size=3) * EIGHTH,),
            ),
        ]
    between = 20.5 + rng.integers(0, 17, size=3) * EIGHTH
    return [
        *drawn,
        Probe("softplus", "stability", "numbers between 20 and 23", (between,), rtol=SHARP),
    ]


# -- wrong answers -------------------------------------------------------------


def as_it_is_spelled(x):
    return np.log(1.0 + np.exp(x))


def log1p_only(x):
    return np.log1p(np.exp(x))


def rectifier(x):
    return np.maximum(x, 0.0)


def thresholded(x):
    x = np.asarray(x) * 1.0
    return np.where(x > 20.0, x, np.log1p(np.exp(np.minimum(x, 20.0))))


def tail_only(x):
    return np.log1p(np.exp(-np.abs(x)))


def clipped(x):
    return np.log1p(np.exp(np.clip(x * 1.0, -50.0, 50.0)))


def sizes_only(x):
    return np.abs(x) + np.log1p(np.exp(-np.abs(x)))


def log_after_all(x):
    return np.maximum(x, 0) + np.log(1.0 + np.exp(-np.abs(x)))


def grad_inf_over_inf(x):
    e = np.exp(x)
    return e / (1.0 + e)


def grad_of_sigmoid(x):
    s = 1.0 / (1.0 + np.exp(-np.abs(x)))
    return s * (1.0 - s)


def grad_step(x):
    return np.where(np.asarray(x) > 0, 1.0, 0.0)


def grad_complement(x):
    return 1.0 - 1.0 / (1.0 + np.exp(-x))


def grad_one_minus(x):
    return 1.0 - 1.0 / (1.0 + np.exp(x))


def grad_averaged(x):
    return 1.0 / (1.0 + np.exp(-x)) / np.size(x)


def grad_tanh(x):
    return np.tanh(x)


SMALL = ([0.0, 1.0, -1.0],)
HUGE = ([800.0],)
TINY = ([-40.0],)

EXERCISE = Exercise(
    slug="softplus",
    title="Softplus and its derivative",
    chapter="stability",
    page="stability/binary",
    functions={"softplus": softplus, "softplus_grad": softplus_grad},
    points={"value": 2, "gradient": 1, "edges": 1, "stability": 2},
    probes=probes,
    hints=(
        "For large x the result is x and almost nothing more; for very negative x it is almost "
        "nothing. Find a form that shows both, and in which the almost-nothing is computed by "
        "itself.",
        "Take the larger of exp(0) and exp(x) out of the sum, as in log-sum-exp. What is left is "
        "the logarithm of 1 plus something between 0 and 1.",
        "1 + 1e-17 is 1. NumPy has a function for the logarithm of 1 plus something small. For "
        "the derivative, use an exponential that never exceeds 1 and decide by the sign of x "
        "where it stands.",
    ),
    misconceptions=(
        Misconception(
            "softplus/overflow",
            "The exponential overflows, and its tail is rounded away",
            "softplus",
            as_it_is_spelled,
            "At -40 you return {got}; the right number is about exp(-40). What is 1 + exp(-40) in "
            "float64? And what is exp(800)?",
            "The formula as it is spelled: wrong at both ends, for two different reasons.",
            "what-goes-wrong",
            TINY,
        ),
        Misconception(
            "softplus/log1p-only",
            "The small end is repaired, the large end overflows",
            "softplus",
            log1p_only,
            "At 800 you return {got}. The right number is 800. What went through exp?",
            "log1p cures the cancellation for negative x and does nothing for large x.",
            "what-goes-wrong",
            HUGE,
        ),
        Misconception(
            "softplus/log-after-all",
            "The large end is repaired, the small end is rounded away",
            "softplus",
            log_after_all,
            "At -40 you return {got}. How many of the 17 digits of exp(-40) survive when 1 is "
            "added?",
            "log(1 + small) where log1p(small) is needed.",
            "what-goes-wrong",
            TINY,
        ),
        Misconception(
            "softplus/relu",
            "The corner was not rounded",
            "softplus",
            rectifier,
            "At 0 you return {got}. How much is the logarithm of 1 + exp(0)?",
            "The limit for large |x| taken as the definition.",
            "definition",
            ([0.0],),
        ),
        Misconception(
            "softplus/threshold",
            "Above 20 it is called a straight line",
            "softplus",
            thresholded,
            "At 20.5 you return {got}. What should be left when you subtract 20.5 from softplus, and "
            "how many such parts does a float64 near 20 have room for?",
            "The threshold of several libraries: fine in float32, visible in float64.",
            "what-goes-wrong",
            ([20.5],),
        ),
        Misconception(
            "softplus/tail-only",
            "One summand is missing",
            "softplus",
            tail_only,
            "At 0, 1 and -1 you return {got}. Softplus rises from left to right: does yours?",
            "Forgets the part that was factored out.",
            "derivation",
            SMALL,
        ),
        Misconception(
            "softplus/sizes",
            "Left and right are mirror images",
            "softplus",
            sizes_only,
            "At 0, 1 and -1 you return {got}. Should the results at 1 and -1 be the same?",
            "|x| where max(x, 0) belongs.",
            "derivation",
            SMALL,
        ),
        Misconception(
            "softplus/clipped",
            "Large arguments are cut off",
            "softplus",
            clipped,
            "At 800 you return {got}. And at 900?",
            "Clips x so that exp survives.",
            "what-goes-wrong",
            HUGE,
        ),
        Misconception(
            "softplus_grad/inf-over-inf",
            "Infinity is divided by infinity",
            "softplus_grad",
            grad_inf_over_inf,
            "At 800 you return {got}. How large are the two numbers that you divide, and how "
            "large is their quotient on paper?",
            "exp(x) / (1 + exp(x)).",
            "what-goes-wrong",
            HUGE,
        ),
        Misconception(
            "softplus_grad/second-derivative",
            "It was differentiated twice",
            "softplus_grad",
            grad_of_sigmoid,
            "At 0, 1 and -1 you return {got}. For large x softplus is a line of slope 1: what is "
            "your slope there?",
            "s(1 - s) is the derivative of the sigmoid, which is itself the derivative asked for.",
            "derivation",
            SMALL,
        ),
        Misconception(
            "softplus_grad/step",
            "The slope jumps",
            "softplus_grad",
            grad_step,
            "At 0, 1 and -1 you return {got}. That is the slope of a function with a corner. "
            "Which one?",
            "The derivative of ReLU.",
            "derivation",
            SMALL,
        ),
        Misconception(
            "softplus_grad/turned",
            "The slope falls where it should rise",
            "softplus_grad",
            grad_complement,
            "At 0, 1 and -1 you return {got}. Is softplus steeper at 1 or at -1?",
            "1 - sigmoid(x), or a lost minus sign in the exponent.",
            "derivation",
            SMALL,
        ),
        Misconception(
            "softplus_grad/one-minus",
            "A small slope is computed as 1 minus something",
            "softplus_grad",
            grad_one_minus,
            "At -40 you return {got}; the slope is about exp(-40). What is left of it after you "
            "subtract a number near 1 from 1?",
            "1 - 1/(1 + e^x) cancels for very negative x.",
            "what-goes-wrong",
            TINY,
        ),
        Misconception(
            "softplus_grad/averaged",
            "It is divided by the number of entries",
            "softplus_grad",
            grad_averaged,
            "At 0, 1 and -1 you return {got}. There is no mean here; does the slope at 0 depend "
            "on how many other numbers you ask about?",
            "A 1/n from another exercise.",
            "definition",
            SMALL,
        ),
        Misconception(
            "softplus_grad/tanh",
            "It has the right shape and the wrong range",
            "softplus_grad",
            grad_tanh,
            "At 0, 1 and -1 you return {got}. Does softplus fall anywhere?",
            "tanh runs from -1 to 1, the slope of softplus from 0 to 1.",
            "derivation",
            SMALL,
        ),
    ),
    success=(
        "All digits from -800 to 800, in both precisions. Binary cross-entropy on logits is two "
        "of these with weights; nothing else is needed."
    ),
)
