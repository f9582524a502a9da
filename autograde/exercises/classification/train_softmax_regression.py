"""Exercise: softmax regression, trained by gradient descent."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.answers import strided
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import targets


def train_softmax_regression(X, labels, classes, lr=0.5, l2=0.0, steps=100):
    design = np.column_stack([X, np.ones(len(X))])
    theta = np.zeros((design.shape[1], classes))
    keep = np.ones((design.shape[1], 1))
    keep[-1] = 0
    for _ in range(steps):
        pull = lossref.softmax_cross_entropy_grad(labels, design @ theta)
        theta = theta - lr * (design.T @ pull + l2 * keep * theta)
    return theta


def probes(rng: np.random.Generator) -> list[Probe]:
    def data(n: int, d: int, classes: int) -> tuple[np.ndarray, np.ndarray]:
        labels = rng.permutation(np.arange(n) % classes)
        return targets(rng, (n, d)) / 2 + labels[:, None] / 4, labels

    def probe(aspect, regime, points, classes, **kwargs):
        return Probe("train_softmax_regression", aspect, regime, (*points, classes), kwargs)

    X, y = data(5, 2, 2)
    return [
        probe("value", "one step", data(5, 2, 3), 3, lr=0.5, steps=1),
        probe("value", "two steps", data(6, 3, 4), 4, lr=0.25, steps=2),
        probe("value", "two steps with l2", data(6, 2, 3), 3, lr=0.25, l2=0.5, steps=2),
        probe("descent", "lr, l2 and steps left at their defaults", data(6, 2, 3), 3),
        probe("descent", "60 steps with l2", data(8, 3, 3), 3, lr=0.3, l2=0.1, steps=60),
        probe("descent", "40 steps, two classes", data(7, 2, 2), 2, lr=0.4, l2=0.05, steps=40),
        probe("edges", "no steps at all", data(4, 2, 3), 3, steps=0),
        probe("edges", "a single sample", data(1, 3, 1), 3, lr=0.25, steps=3),
        probe("edges", "a class that no sample has", data(6, 2, 3), 5, lr=0.25, l2=0.1, steps=3),
        probe("edges", "arrays that are not contiguous", (strided(X), strided(y)), 2, steps=4),
        probe(
            "stability",
            "inputs of several hundred",
            (np.round(256 * data(6, 2, 3)[0]) * 8, np.array([0, 1, 2, 2, 1, 0])),
            3,
            lr=1.0,
            steps=2,
        ),
    ]


# -- wrong answers -------------------------------------------------------------


def uphill(X, labels, classes, lr=0.5, l2=0.0, steps=100):
    W, b = np.zeros((X.shape[1], classes)), np.zeros(classes)
    y = np.eye(classes)[labels]
    for _ in range(steps):
        z = X @ W + b
        e = np.exp(z - z.max(axis=1, keepdims=True))
        g = (y - e / e.sum(axis=1, keepdims=True)) / len(X)
        W, b = W - lr * (X.T @ g + l2 * W), b - lr * g.sum(axis=0)
    return np.vstack([W, b])


def no_mean(X, labels, classes, lr=0.5, l2=0.0, steps=100):
    W, b = np.zeros((X.shape[1], classes)), np.zeros(classes)
    y = np.eye(classes)[labels]
    for _ in range(steps):
        z = X @ W + b
        e = np.exp(z - z.max(axis=1, keepdims=True))
        g = e / e.sum(axis=1, keepdims=True) - y
        W, b = W - lr * (X.T @ g + l2 * W), b - lr * g.sum(axis=0)
    return np.vstack([W, b])


def bias_stays(X, labels, classes, lr=0.5, l2=0.0, steps=100):
    W, b = np.zeros((X.shape[1], classes)), np.zeros(classes)
    y = np.eye(classes)[labels]
    for _ in range(steps):
        z = X @ W + b
        e = np.exp(z - z.max(axis=1, keepdims=True))
        g = (e / e.sum(axis=1, keepdims=True) - y) / len(X)
        W = W - lr * (X.T @ g + l2 * W)
    return np.vstack([W, b])


def bias_averaged(X, labels, classes, lr=0.5, l2=0.0, steps=100):
    W, b = np.zeros((X.shape[1], classes)), np.zeros(classes)
    y = np.eye(classes)[labels]
    for _ in range(steps):
        z = X @ W + b
        e = np.exp(z - z.max(axis=1, keepdims=True))
        g = (e / e.sum(axis=1, keepdims=True) - y) / len(X)
        W, b = W - lr * (X.T @ g + l2 * W), b - lr * g.mean(axis=0)
    return np.vstack([W, b])


def bias_penalised(X, labels, classes, lr=0.5, l2=0.0, steps=100):
    W, b = np.zeros((X.shape[1], classes)), np.zeros(classes)
    y = np.eye(classes)[labels]
    for _ in range(steps):
        z = X @ W + b
        e = np.exp(z - z.max(axis=1, keepdims=True))
        g = (e / e.sum(axis=1, keepdims=True) - y) / len(X)
        W, b = W - lr * (X.T @ g + l2 * W), b - lr * (g.sum(axis=0) + l2 * b)
    return np.vstack([W, b])


def penalty_doubled(X, labels, classes, lr=0.5, l2=0.0, steps=100):
    W, b = np.zeros((X.shape[1], classes)), np.zeros(classes)
    y = np.eye(classes)[labels]
    for _ in range(steps):
        z = X @ W + b
        e = np.exp(z - z.max(axis=1, keepdims=True))
        g = (e / e.sum(axis=1, keepdims=True) - y) / len(X)
        W, b = W - lr * (X.T @ g + 2 * l2 * W), b - lr * g.sum(axis=0)
    return np.vstack([W, b])


def penalty_shared(X, labels, classes, lr=0.5, l2=0.0, steps=100):
    W, b = np.zeros((X.shape[1], classes)), np.zeros(classes)
    y = np.eye(classes)[labels]
    for _ in range(steps):
        z = X @ W + b
        e = np.exp(z - z.max(axis=1, keepdims=True))
        g = (e / e.sum(axis=1, keepdims=True) - y) / len(X)
        W, b = W - lr * (X.T @ g + l2 * W / len(X)), b - lr * g.sum(axis=0)
    return np.vstack([W, b])


def no_penalty(X, labels, classes, lr=0.5, l2=0.0, steps=100):
    W, b = np.zeros((X.shape[1], classes)), np.zeros(classes)
    y = np.eye(classes)[labels]
    for _ in range(steps):
        z = X @ W + b
        e = np.exp(z - z.max(axis=1, keepdims=True))
        g = (e / e.sum(axis=1, keepdims=True) - y) / len(X)
        W, b = W - lr * X.T @ g, b - lr * g.sum(axis=0)
    return np.vstack([W, b])


def down_the_columns(X, labels, classes, lr=0.5, l2=0.0, steps=100):
    W, b = np.zeros((X.shape[1], classes)), np.zeros(classes)
    y = np.eye(classes)[labels]
    for _ in range(steps):
        z = X @ W + b
        e = np.exp(z - z.max(axis=0))
        g = (e / e.sum(axis=0) - y) / len(X)
        W, b = W - lr * (X.T @ g + l2 * W), b - lr * g.sum(axis=0)
    return np.vstack([W, b])


def overflowing(X, labels, classes, lr=0.5, l2=0.0, steps=100):
    W, b = np.zeros((X.shape[1], classes)), np.zeros(classes)
    y = np.eye(classes)[labels]
    for _ in range(steps):
        e = np.exp(X @ W + b)
        g = (e / e.sum(axis=1, keepdims=True) - y) / len(X)
        W, b = W - lr * (X.T @ g + l2 * W), b - lr * g.sum(axis=0)
    return np.vstack([W, b])


def one_step_more(X, labels, classes, lr=0.5, l2=0.0, steps=100):
    W, b = np.zeros((X.shape[1], classes)), np.zeros(classes)
    y = np.eye(classes)[labels]
    for _ in range(steps + 1):
        z = X @ W + b
        e = np.exp(z - z.max(axis=1, keepdims=True))
        g = (e / e.sum(axis=1, keepdims=True) - y) / len(X)
        W, b = W - lr * (X.T @ g + l2 * W), b - lr * g.sum(axis=0)
    return np.vstack([W, b])


def bias_first(X, labels, classes, lr=0.5, l2=0.0, steps=100):
    W, b = np.zeros((X.shape[1], classes)), np.zeros(classes)
    y = np.eye(classes)[labels]
    for _ in range(steps):
        z = X @ W + b
        e = np.exp(z - z.max(axis=1, keepdims=True))
        g = (e / e.sum(axis=1, keepdims=True) - y) / len(X)
        W, b = W - lr * (X.T @ g + l2 * W), b - lr * g.sum(axis=0)
    return np.vstack([b, W])


def classes_from_the_labels(X, labels, classes, lr=0.5, l2=0.0, steps=100):
    classes = labels.max() + 1
    W, b = np.zeros((X.shape[1], classes)), np.zeros(classes)
    y = np.eye(classes)[labels]
    for _ in range(steps):
        z = X @ W + b
        e = np.exp(z - z.max(axis=1, keepdims=True))
        g = (e / e.sum(axis=1, keepdims=True) - y) / len(X)
        W, b = W - lr * (X.T @ g + l2 * W), b - lr * g.sum(axis=0)
    return np.vstack([W, b])


def squares(X, labels, classes, lr=0.5, l2=0.0, steps=100):
    W, b = np.zeros((X.shape[1], classes)), np.zeros(classes)
    y = np.eye(classes)[labels]
    for _ in range(steps):
        z = X @ W + b
        e = np.exp(z - z.max(axis=1, keepdims=True))
        p = e / e.sum(axis=1, keepdims=True)
        d = p - y
        g = 2 * p * (d - np.sum(p * d, axis=1, keepdims=True)) / len(X)
        W, b = W - lr * (X.T @ g + l2 * W), b - lr * g.sum(axis=0)
    return np.vstack([W, b])


#: Two points, one of each class.
ONE_STEP = ([[1.0], [3.0]], [0, 1], 2, 1.0, 0.0, 1)
PENALTY = ([[1.0], [3.0]], [0, 1], 2, 1.0, 0.5, 2)

EXERCISE = Exercise(
    slug="train_softmax_regression",
    title="Train softmax regression",
    chapter="classification",
    page="classification/softmax-cross-entropy",
    functions={"train_softmax_regression": train_softmax_regression},
    points={"value": 2, "descent": 2, "edges": 1, "stability": 1},
    probes=probes,
    hints=(
        "Everything hard is in the gradient with respect to the logits, and that one you have. The "
        "logits are linear in the weights; the chain rule is one product of matrices.",
        "A weight collects the pulls of all samples on its class, each times the input that the "
        "weight is multiplied with. A bias is a weight whose input is always 1.",
        "The line that people get stuck on is the penalty: half of l2 times the sum of squares has "
        "the slope l2 times the weight, it is not divided by n, and the biases are exempt.",
    ),
    misconceptions=(
        Misconception(
            "train_softmax_regression/uphill",
            "The steps go uphill",
            "train_softmax_regression",
            uphill,
            "For the points 1 (class 0) and 3 (class 1) one step brings you to {got}. Which class "
            "do these weights prefer for a large input?",
            "Adds the gradient, or turns its sign.",
            "definition",
            ONE_STEP,
        ),
        Misconception(
            "train_softmax_regression/no-mean",
            "The pulls are added up, not averaged",
            "train_softmax_regression",
            no_mean,
            "For two points one step of size 1 brings you to {got}. If every sample were handed in "
            "twice, how long would your step be?",
            "Missing 1/n: the step grows with the data.",
            "what-goes-wrong",
            ONE_STEP,
        ),
        Misconception(
            "train_softmax_regression/no-bias",
            "The biases never move",
            "train_softmax_regression",
            bias_stays,
            "For the points 1 (class 0) and 3 (class 1) two steps bring you to {got}. Where is "
            "the border between the classes, if both biases are 0?",
            "Only the weights are updated.",
            "definition",
            PENALTY,
        ),
        Misconception(
            "train_softmax_regression/bias-mean",
            "The mean is taken twice for the biases",
            "train_softmax_regression",
            bias_averaged,
            "For the points 1 (class 0) and 3 (class 1) two steps bring you to {got}. The pulls "
            "already contain 1/n: by what have you divided them in the last row?",
            "np.mean over a gradient of a mean.",
            "derivation",
            PENALTY,
        ),
        Misconception(
            "train_softmax_regression/bias-penalised",
            "The biases are penalised too",
            "train_softmax_regression",
            bias_penalised,
            "For the points 1 (class 0) and 3 (class 1) with l2 = 0.5 three steps bring you to "
            "{got}. Move both points far to the right: should the model pay for the border that "
            "moves along?",
            "The penalty is applied to the whole matrix.",
            "definition",
            ([[1.0], [3.0]], [0, 1], 2, 1.0, 0.5, 3),
        ),
        Misconception(
            "train_softmax_regression/penalty-doubled",
            "The penalty pulls twice as hard",
            "train_softmax_regression",
            penalty_doubled,
            "With l2 = 0.5 two steps bring you to {got}. What is the slope of half of l2 times a "
            "square?",
            "The gradient of l2 times the square.",
            "definition",
            PENALTY,
        ),
        Misconception(
            "train_softmax_regression/penalty-shared",
            "The penalty is divided by the number of samples",
            "train_softmax_regression",
            penalty_shared,
            "With l2 = 0.5 two steps bring you to {got}. Is the penalty inside the mean over the "
            "samples, or beside it?",
            "l2 W / n, the convention of some libraries.",
            "definition",
            PENALTY,
        ),
        Misconception(
            "train_softmax_regression/no-penalty",
            "The penalty is not used",
            "train_softmax_regression",
            no_penalty,
            "With l2 = 0.5 two steps bring you to {got}, and with l2 = 0 too. On separable data, "
            "what will ever stop the weights from growing?",
            "l2 is ignored.",
            "definition",
            PENALTY,
        ),
        Misconception(
            "train_softmax_regression/columns",
            "It normalises down the columns",
            "train_softmax_regression",
            down_the_columns,
            "For one sample with input 2, class 0 of three, one step brings you to {got}. The "
            "probabilities of which line of numbers add up to 1?",
            "axis=0 in the softmax.",
            "definition",
            ([[2.0]], [0], 3, 1.0, 0.0, 1),
        ),
        Misconception(
            "train_softmax_regression/overflow",
            "The exponential overflows as soon as the weights have moved",
            "train_softmax_regression",
            overflowing,
            "For the points 100 and 300 two steps of size 1 bring you to {got}. How large are the "
            "logits after the first step?",
            "Softmax without a shift.",
            "what-goes-wrong",
            ([[100.0], [300.0]], [0, 1], 2, 1.0, 0.0, 2),
        ),
        Misconception(
            "train_softmax_regression/one-more",
            "There is one step too many",
            "train_softmax_regression",
            one_step_more,
            "With steps = 0 you return {got}. Where should a descent without a step end?",
            "range(steps + 1).",
            "definition",
            ([[1.0], [3.0]], [0, 1], 2, 1.0, 0.0, 0),
        ),
        Misconception(
            "train_softmax_regression/order",
            "The biases come first",
            "train_softmax_regression",
            bias_first,
            "For the points 1 (class 0) and 3 (class 1) one step brings you to {got}. In which row "
            "does the statement want the biases?",
            "np.vstack([b, W]).",
            "definition",
            ONE_STEP,
        ),
        Misconception(
            "train_softmax_regression/classes",
            "Classes are counted in the labels",
            "train_softmax_regression",
            classes_from_the_labels,
            "With classes = 3 and the labels 0 and 1 you return {got}. What will your model say "
            "when a sample of the third class arrives?",
            "labels.max() + 1.",
            "definition",
            ([[1.0], [3.0]], [0, 1], 3, 1.0, 0.0, 1),
        ),
        Misconception(
            "train_softmax_regression/squares",
            "It descends on the squared error of the probabilities",
            "train_softmax_regression",
            squares,
            "For the points 1 (class 0) and 3 (class 1) of three classes one step brings you to "
            "{got}. How hard would that gradient pull on a sample that is certain and mistaken?",
            "The Brier score instead of the cross-entropy.",
            "derivation",
            ([[1.0], [3.0]], [0, 1], 3, 1.0, 0.0, 1),
        ),
    ),
    success=(
        "From one step to sixty, with and without a penalty, for classes that nobody has seen. "
        "Next door: give it the digits, and watch it pass 95 percent on images it has not seen."
    ),
)
