"""Exercise: two heads on one trunk, trained together with their variances."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import errors

#: Rounding adds up over the steps.
SINGLE = 1e-3
FACTORS = (0.5, 1.0)


def train_two_tasks(x, y, labels, start, lr, steps):
    inner = np.asarray(x, np.float64)
    theta = np.array(start, np.float64)
    for _ in range(steps):
        a, b, log_vars = theta[-4], theta[-3], theta[-2:]
        z = inner @ theta[:-4]
        first, by_number = lossref.mse_value_and_grad(y, a * z)
        second, by_logit = lossref.bce_with_logits_value_and_grad(labels, b * z)
        weights, by_s = lossref.uncertainty_weighting_grad(FACTORS, [first, second], log_vars)
        by_number, by_logit = weights[0] * by_number, weights[1] * by_logit
        slope = np.concatenate(
            [inner.T @ (a * by_number + b * by_logit), [by_number @ z, by_logit @ z], by_s]
        )
        theta = theta - lr * slope
    return theta


def probes(rng: np.random.Generator) -> list[Probe]:
    def data(n: int, d: int):
        x = errors(rng, (n, d), 0.25, 1.5)
        y = errors(rng, n, 0.25, 2.0)
        labels = rng.permutation(np.arange(n) % 2) * 1.0
        return x, y, labels

    def begin(d: int) -> np.ndarray:
        w = errors(rng, d, 0.25, 0.75)
        heads = rng.permutation([0.75, -0.5])
        return np.concatenate([w, heads, errors(rng, 2, 0.25, 0.75)])

    def probe(aspect: str, regime: str, given, start, lr: float, steps: int, **kwargs) -> Probe:
        return Probe("train_two_tasks", aspect, regime, (*given, start, lr, steps), **kwargs)

    whole = tuple(np.round(2 * a).astype(np.int64) for a in data(5, 2)[:2])
    flags = rng.permutation([0, 1, 1, 0, 1])
    return [
        probe("step", "one step, two features", data(4, 2), begin(2), 0.25, 1),
        probe("step", "one step, three features", data(7, 3), begin(3), 0.5, 1),
        probe("step", "two steps", data(5, 3), begin(3), 0.125, 2),
        probe("step", "five steps", data(6, 2), begin(2), 0.125, 5),
        probe("training", "a hundred steps, three features", data(12, 3), begin(3), 0.0625, 100),
        probe("training", "sixty steps, two features", data(9, 2), begin(2), 0.03125, 60),
        probe("edges", "no step at all", data(4, 2), begin(2), 0.25, 0),
        probe("edges", "one feature", data(4, 1), begin(1), 0.125, 3),
        probe("edges", "a single sample", data(1, 2), begin(2), 0.125, 2),
        probe("edges", "more features than samples", data(3, 5), begin(5), 0.125, 3),
        probe("edges", "data in whole numbers (dtype int64)", (*whole, flags), begin(2), 0.0625, 3),
        probe("edges", "single precision (dtype float32)",
              tuple(a.astype(np.float32) for a in data(6, 2)), begin(2).astype(np.float32), 0.125, 4,
              rtol=SINGLE),
        probe("edges", "arrays that are not contiguous", tuple(map(strided, data(5, 2))),
              strided(begin(2)), 0.125, 3),
    ]  # fmt: skip


# -- wrong answers -------------------------------------------------------------


def _parts(x, y, labels, theta, factors=(0.5, 1.0)):
    """Everything that one step needs, by name."""
    w, a, b = theta[:-4], theta[-4], theta[-3]
    q1, q2 = factors[0] * np.exp(-theta[-2]), factors[1] * np.exp(-theta[-1])
    n = len(y)
    z = x @ w
    p = 1 / (1 + np.exp(-b * z))
    error = a * z - y
    r1, r2 = q1 * 2 * error / n, q2 * (p - labels) / n
    first = np.mean(error**2)
    second = np.mean(np.logaddexp(0.0, b * z) - labels * b * z)
    return x, z, a, b, r1, r2, 0.5 - q1 * first, 0.5 - q2 * second


def _slope(x, z, a, b, r1, r2, s1, s2):
    return np.concatenate(
        [x.T @ (a * r1 + b * r2), np.array([np.sum(r1 * z), np.sum(r2 * z), s1, s2])]
    )


def _train(x, y, labels, start, lr, steps, slope):
    theta = start * 1.0
    for _ in range(steps):
        theta = theta - lr * slope(theta)
    return theta


def half_for_both(x, y, labels, start, lr, steps):
    return _train(
        x, y, labels, start, lr, steps,
        lambda t: _slope(*_parts(x, y, labels, t, (0.5, 0.5))),
    )  # fmt: skip


def one_for_both(x, y, labels, start, lr, steps):
    return _train(
        x, y, labels, start, lr, steps,
        lambda t: _slope(*_parts(x, y, labels, t, (1.0, 1.0))),
    )  # fmt: skip


def frozen_variances(x, y, labels, start, lr, steps):
    def slope(t):
        g = _slope(*_parts(x, y, labels, t))
        g[-2:] = 0.0
        return g

    return _train(x, y, labels, start, lr, steps, slope)


def variances_without_price(x, y, labels, start, lr, steps):
    def slope(t):
        g = _slope(*_parts(x, y, labels, t))
        g[-2:] -= 0.5
        return g

    return _train(x, y, labels, start, lr, steps, slope)


def variances_do_not_weigh(x, y, labels, start, lr, steps):
    def slope(t):
        g = _slope(*_parts(x, y, labels, t))
        flat = t.copy()
        flat[-2:] = 0.0
        plain = _slope(*_parts(x, y, labels, flat))
        plain[-2:] = g[-2:]
        return plain

    return _train(x, y, labels, start, lr, steps, slope)


def trunk_without_heads(x, y, labels, start, lr, steps):
    def slope(t):
        x_, z, a, b, r1, r2, s1, s2 = _parts(x, y, labels, t)
        g = _slope(x_, z, a, b, r1, r2, s1, s2)
        g[:-4] = x.T @ (r1 + r2)
        return g

    return _train(x, y, labels, start, lr, steps, slope)


def trunk_serves_one_task(x, y, labels, start, lr, steps):
    def slope(t):
        x_, z, a, b, r1, r2, s1, s2 = _parts(x, y, labels, t)
        g = _slope(x_, z, a, b, r1, r2, s1, s2)
        g[:-4] = x.T @ (a * r1)
        return g

    return _train(x, y, labels, start, lr, steps, slope)


def frozen_trunk(x, y, labels, start, lr, steps):
    def slope(t):
        g = _slope(*_parts(x, y, labels, t))
        g[:-4] = 0.0
        return g

    return _train(x, y, labels, start, lr, steps, slope)


def trunk_first(x, y, labels, start, lr, steps):
    theta = start * 1.0
    for _ in range(steps):
        g = _slope(*_parts(x, y, labels, theta))
        theta[:-4] -= lr * g[:-4]
        g = _slope(*_parts(x, y, labels, theta))
        theta[-4:] -= lr * g[-4:]
    return theta


def sums_for_means(x, y, labels, start, lr, steps):
    def slope(t):
        g = _slope(*_parts(x, y, labels, t))
        g[-2:] = 0.5 + (g[-2:] - 0.5) * len(y)
        g[:-2] *= len(y)
        return g

    return _train(x, y, labels, start, lr, steps, slope)


def half_the_squared_error(x, y, labels, start, lr, steps):
    def slope(t):
        x_, z, a, b, r1, r2, s1, s2 = _parts(x, y, labels, t)
        return _slope(x_, z, a, b, r1 / 2, r2, 0.5 + (s1 - 0.5) / 2, s2)

    return _train(x, y, labels, start, lr, steps, slope)


def uphill(x, y, labels, start, lr, steps):
    return _train(x, y, labels, start, -lr, steps, lambda t: _slope(*_parts(x, y, labels, t)))


def one_more(x, y, labels, start, lr, steps):
    return _train(x, y, labels, start, lr, steps + 1, lambda t: _slope(*_parts(x, y, labels, t)))


def labels_turned(x, y, labels, start, lr, steps):
    return _train(x, y, labels, start, lr, steps, lambda t: _slope(*_parts(x, y, 1 - labels, t)))


STEP = ([[1.0], [2.0]], [1.0, 3.0], [0.0, 1.0], [0.5, 1.0, -1.0, 0.25, -0.5], 0.5, 1)
SAID = (
    "For x = (1, 2), y = (1, 3), labels (0, 1), start (0.5, 1, -1, 0.25, -0.5) and lr 0.5, one "
    "step gives {got}."
)


def _about(name, title, wrong, asks, because, anchor="definition"):
    return Misconception(
        f"train_two_tasks/{name}", title, "train_two_tasks", wrong, f"{SAID} {asks}", because,
        anchor, STEP,
    )  # fmt: skip


EXERCISE = Exercise(
    slug="train_two_tasks",
    title="Train two tasks together",
    chapter="multitask",
    page="multitask/uncertainty-weighting",
    functions={"train_two_tasks": train_two_tasks},
    points={"step": 3, "training": 2, "edges": 1},
    probes=probes,
    hints=(
        "Five kinds of numbers move: the trunk, two heads, two log-variances. Compute all slopes "
        "from where you stand, then move all of them.",
        "Each task sends back one number per sample. A head multiplies it by the trunk's output, "
        "the trunk gets the sum of what both heads send.",
        "What task 1 sends back to the trunk passes through its head, so it is multiplied by a; "
        "that of task 2 by b. And the weights of the tasks change in every step.",
    ),
    misconceptions=(
        _about(
            "half-for-both", "The classification has the one half as well", half_for_both,
            "What stands in front of the cross-entropy in the objective?",
            "The notes' formula.",
        ),
        _about(
            "one-for-both", "The regression has lost its one half", one_for_both,
            "What stands in front of the squared error in the objective?",
            "Factor 1 for the regression.",
        ),
        _about(
            "frozen-variances", "The log-variances do not move", frozen_variances,
            "They began at 0.25 and -0.5. Are they parameters or settings?",
            "The last two slopes are left out.",
        ),
        _about(
            "no-price", "The log-variances can only grow", variances_without_price,
            "Which term of the objective holds them back?", "The slope 1/2 of the price.",
            "derivation",
        ),
        _about(
            "no-weights", "The variances do not weigh the tasks", variances_do_not_weigh,
            "If the first log-variance were 10, how strongly should the first task pull?",
            "The slopes of trunk and heads lack exp(-s).",
        ),
        _about(
            "no-heads", "What comes back to the trunk has skipped the heads", trunk_without_heads,
            "If the head of a task were 0, could its error say anything about the trunk?",
            "The chain rule stops before a and b.", "derivation",
        ),
        _about(
            "one-task", "The trunk hears the first task only", trunk_serves_one_task,
            "Which labels could you exchange without changing your trunk?",
            "The second task is detached from the trunk.",
        ),
        _about(
            "frozen-trunk", "The trunk does not move", frozen_trunk,
            "It began at 0.5. What do the two tasks then share that is learned?",
            "Only the heads are trained.",
        ),
        _about(
            "trunk-first", "The heads are computed from the new trunk", trunk_first,
            "From which trunk did you compute the slopes of the heads?",
            "Sequential updates, one block after the other.", "what-goes-wrong",
        ),
        _about(
            "sums", "Losses are added over the samples", sums_for_means,
            "With every sample twice, should the step be twice as long?", "Sums for means.",
        ),
        _about(
            "half-square", "The squared error is halved twice", half_the_squared_error,
            "The factor 1/2 stands in the objective. Does the mean squared error have another?",
            "Half the squared error, and then the factor.", "derivation",
        ),
        _about(
            "uphill", "The step goes uphill", uphill,
            "Is the objective smaller after your step?", "Plus the gradient.",
        ),
        _about(
            "one-more", "There is one step too many", one_more,
            "And with no step at all, what would you return?", "range(steps + 1).",
        ),
        _about(
            "labels", "The labels are turned round", labels_turned,
            "The second sample has label 1. Has its probability grown?",
            "Trains towards the other class.", "derivation",
        ),
    ),
    success=(
        "A hundred steps, and trunk, heads and variances are where the reference has them. It is "
        "the whole of multi-task training; the rest is size."
    ),
)  # fmt: skip
