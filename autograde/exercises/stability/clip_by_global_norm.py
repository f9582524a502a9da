"""Exercise: gradients scaled down together when their norm is too large."""

from __future__ import annotations

import numpy as np

from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import errors


def clip_by_global_norm(grads, max_norm):
    if not max_norm > 0:
        raise ValueError(f"max_norm must be positive; got {max_norm}")
    grads = np.asarray(grads) * 1.0
    largest = float(np.abs(grads).max(initial=0.0))
    if largest == 0.0:
        return grads
    relative = grads.astype(np.float64) / largest
    length = float(np.linalg.norm(relative))  # between 1 and the root of the size
    if length <= max_norm / largest:
        return grads
    return (relative * (max_norm / length)).astype(grads.dtype)


def probes(rng: np.random.Generator) -> list[Probe]:
    name = "clip_by_global_norm"

    def draw(*shape: int) -> np.ndarray:
        return errors(rng, shape, 0.5, 4.0)

    def probe(aspect: str, regime: str, grads: np.ndarray, max_norm: float, **kwargs) -> Probe:
        return Probe(name, aspect, regime, (grads, max_norm), **kwargs)

    uneven = draw(3, 4) * np.array([[0.01], [1.0], [10.0]])
    whole = rng.integers(2, 9, size=4) * np.array([1, -1, 1, -1])
    drawn = [
        probe("value", "a row of gradients that is too long", draw(5), 1.0),
        probe("value", "three layers of four, one of them large", uneven, 2.0),
        probe("value", "gradients that are short enough", draw(2, 3) / 64, 1.0),
        probe("value", "short enough together, long for one value", np.array([0.75, 0.125]), 1.0),
        probe("edges", "no gradient at all: zeros", np.zeros((2, 2)), 1.0),
        probe("edges", "a norm of exactly max_norm", np.array([3.0, -4.0]), 5.0),
        probe("edges", "whole numbers (dtype int64)", whole, 0.5),
        probe("edges", "single precision (dtype float32)", draw(5).astype(np.float32), 0.5),
        probe("edges", "an array that is not contiguous", strided(draw(4)), 0.5),
        probe("stability", "an explosion: entries near 1e200", draw(4) * 1e200, 1.0),
        probe("stability", "entries near 1e-200, far below the limit", draw(3) * 1e-200, 1.0),
        probe("stability", "a limit of 1e-200", draw(3) * 1e-195, 1e-200),
    ]
    drawn += [
        probe(
            "edges",
            f"max_norm = {limit:g}, which is not allowed",
            draw(3),
            limit,
            raises=ValueError,
        )
        for limit in (0.0, -1.0)
    ]
    return drawn


# -- wrong answers -------------------------------------------------------------


def _checked(max_norm):
    if max_norm <= 0:
        raise ValueError("max_norm")


def value_by_value(grads, max_norm):
    _checked(max_norm)
    return np.clip(grads * 1.0, -max_norm, max_norm)


def layer_by_layer(grads, max_norm):
    _checked(max_norm)
    m = max(np.max(np.abs(grads)), 1e-300)
    norms = m * np.sqrt(np.sum(np.square(grads / m), axis=-1, keepdims=True))
    return grads * np.minimum(1.0, max_norm / np.maximum(norms, 1e-300))


def always_scaled(grads, max_norm):
    _checked(max_norm)
    m = max(np.max(np.abs(grads)), 1e-300)
    norm = m * np.sqrt(np.sum(np.square(grads / m)))
    return grads / max(norm, 1e-300) * max_norm


def overflowing_norm(grads, max_norm):
    _checked(max_norm)
    norm = np.sqrt(np.sum(np.square(grads * 1.0)))
    return grads * min(1.0, max_norm / norm) if norm > 0 else grads * 1.0


def squared_norm(grads, max_norm):
    _checked(max_norm)
    norm = np.sum(np.square(grads * 1.0))
    return grads * min(1.0, max_norm / norm) if norm > 0 else grads * 1.0


def sum_of_sizes(grads, max_norm):
    _checked(max_norm)
    norm = np.sum(np.abs(grads))
    return grads / norm * max_norm if norm > max_norm else grads * 1.0


def largest_entry(grads, max_norm):
    _checked(max_norm)
    norm = np.max(np.abs(grads))
    return grads / norm * max_norm if norm > max_norm else grads * 1.0


def epsilon_in_the_norm(grads, max_norm):
    _checked(max_norm)
    m = max(np.max(np.abs(grads)), 1e-300)
    norm = m * np.sqrt(np.sum(np.square(grads / m)))
    return grads * min(1.0, max_norm / (norm + 1e-6))


def zero_over_zero(grads, max_norm):
    _checked(max_norm)
    m = np.max(np.abs(grads))
    unit = grads / m
    length = np.sqrt(np.sum(np.square(unit)))
    return unit / length * np.minimum(m * length, max_norm)


def unit_vector(grads, max_norm):
    _checked(max_norm)
    m = max(np.max(np.abs(grads)), 1e-300)
    norm = m * np.sqrt(np.sum(np.square(grads / m)))
    return grads / norm if norm > max_norm else grads * 1.0


THREE_FOUR = ([3.0, -4.0], 1.0)

EXERCISE = Exercise(
    slug="clip_by_global_norm",
    title="Clip gradients by their global norm",
    chapter="stability",
    page="stability/exploding-and-vanishing",
    functions={"clip_by_global_norm": clip_by_global_norm},
    points={"value": 2, "edges": 1, "stability": 2},
    probes=probes,
    hints=(
        "One factor for all entries: the direction of the step stays, only its length changes. "
        "When is the factor 1?",
        "An explosion is the very case this function is for, so the norm itself must not "
        "overflow. You have written a norm that does not.",
        "The ratio of the limit and the norm may be computed without ever forming the norm: "
        "measure both in units of the largest entry.",
    ),
    misconceptions=(
        Misconception(
            "clip_by_global_norm/by-value",
            "Each value is clipped by itself",
            "clip_by_global_norm",
            value_by_value,
            "For (3, -4) with a limit of 1 you return {got}. Does it still point the same way?",
            "Clip by value: the direction changes, and the norm may still exceed the limit.",
            "definition",
            THREE_FOUR,
        ),
        Misconception(
            "clip_by_global_norm/by-layer",
            "Each row has its own factor",
            "clip_by_global_norm",
            layer_by_layer,
            "For the rows (3, -4) and (0.3, 0.4) with a limit of 1 you return {got}. Which layer "
            "learns relatively faster now than before?",
            "Norms per row instead of one for all.",
            "definition",
            ([[3.0, -4.0], [0.3, 0.4]], 1.0),
        ),
        Misconception(
            "clip_by_global_norm/always",
            "Short gradients are stretched",
            "clip_by_global_norm",
            always_scaled,
            "For (0.03, -0.04) with a limit of 1 you return {got}. What happens near a minimum, "
            "where gradients are small?",
            "Normalises always; the minimum of 1 and the ratio is missing.",
            "definition",
            ([0.03, -0.04], 1.0),
        ),
        Misconception(
            "clip_by_global_norm/overflow",
            "The norm overflows in the explosion it was made for",
            "clip_by_global_norm",
            overflowing_norm,
            "For (3e200, -4e200) with a limit of 1 you return {got}. What is your norm?",
            "A naive norm: inf, and the clipped gradient is 0 or nan.",
            "what-goes-wrong",
            ([3e200, -4e200], 1.0),
        ),
        Misconception(
            "clip_by_global_norm/squared",
            "The square of the norm is compared with the limit",
            "clip_by_global_norm",
            squared_norm,
            "For (3, -4) with a limit of 1 you return {got}. How long is that?",
            "The root is missing.",
            "definition",
            THREE_FOUR,
        ),
        Misconception(
            "clip_by_global_norm/l1",
            "Length is measured along the axes",
            "clip_by_global_norm",
            sum_of_sizes,
            "For (3, -4) with a limit of 1 you return {got}. How long is that, as the crow flies?",
            "The L1 norm.",
            "definition",
            THREE_FOUR,
        ),
        Misconception(
            "clip_by_global_norm/maximum",
            "The largest entry is taken for the norm",
            "clip_by_global_norm",
            largest_entry,
            "For (3, -4) with a limit of 1 you return {got}. How long is that?",
            "The maximum norm.",
            "definition",
            THREE_FOUR,
        ),
        Misconception(
            "clip_by_global_norm/epsilon",
            "A small number is added to the norm",
            "clip_by_global_norm",
            epsilon_in_the_norm,
            "For (3, -4) with a limit of 1 you return {got}. How long is it, to ten digits? Where "
            "could the norm be 0, and does that case need the quotient at all?",
            "max_norm / (norm + 1e-6), as a large library has it: always a little too short.",
            "what-goes-wrong",
            THREE_FOUR,
        ),
        Misconception(
            "clip_by_global_norm/zeros",
            "Zero is divided by zero",
            "clip_by_global_norm",
            zero_over_zero,
            "For gradients of zero you return {got}. What did you divide by?",
            "Scaling by the largest entry without the case in which it is 0.",
            "what-goes-wrong",
            ([0.0, 0.0], 1.0),
        ),
        Misconception(
            "clip_by_global_norm/unit",
            "The result has length 1, whatever the limit",
            "clip_by_global_norm",
            unit_vector,
            "For (30, -40) with a limit of 5 you return {got}. How long should it be?",
            "Divides by the norm and forgets to multiply by the limit.",
            "definition",
            ([30.0, -40.0], 5.0),
        ),
    ),
    success=(
        "The direction is kept, short gradients are left alone, and an explosion of 1e200 comes "
        "back with exactly the length that you allow."
    ),
)
