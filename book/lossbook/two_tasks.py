"""Two heads on one trunk: the wines, a small network, and the gradient of each task."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from sklearn.datasets import load_wine

import lossref

#: A rule turns the losses (2,) and their gradients (2, size) into weights (2,) or a gradient (size,).
Rule = Callable[[np.ndarray, np.ndarray], np.ndarray]


class Wines(NamedTuple):
    """Twelve standardised measurements, the proline in g/l less its mean, the cultivar."""

    x: np.ndarray
    proline: np.ndarray
    cultivar: np.ndarray


def wines(seed: int = 0) -> tuple[Wines, Wines]:
    """The 178 wines of scikit-learn, 118 to train and 60 to test.

    Proline is the last of the thirteen measurements; here it is a target. Means and
    deviations are those of the training half.
    """
    bunch = load_wine()
    order = np.random.default_rng(seed).permutation(len(bunch.target))
    train, test = order[:118], order[118:]
    x, proline = bunch.data[:, :12], bunch.data[:, 12] / 1000
    z = (x - x[train].mean(axis=0)) / x[train].std(axis=0)
    level = proline[train].mean()
    return tuple(
        Wines(z[part], proline[part] - level, bunch.target[part]) for part in (train, test)
    )


class Net:
    """A trunk of ``width`` tanh units with a head for proline and a head for the cultivar.

    All weights are one flat vector of ``size`` numbers; the first ``shared`` are the trunk's.
    """

    def __init__(self, width: int, inputs: int = 12, classes: int = 3) -> None:
        self.shapes = ((inputs, width), (width,), (width,), (), (width, classes), (classes,))
        self.ends = np.cumsum([int(np.prod(shape)) for shape in self.shapes])
        self.shared, self.size = int(self.ends[1]), int(self.ends[-1])

    def start(self, seed: int = 0) -> np.ndarray:
        """Random weights of a size that keeps the signal's."""
        rng = np.random.default_rng(seed)
        return np.concatenate(
            [
                np.ravel(
                    rng.normal(size=shape) / np.sqrt(shape[0]) if at % 2 == 0 else np.zeros(shape)
                )
                for at, shape in enumerate(self.shapes)
            ]
        )

    def parts(self, theta: np.ndarray) -> list[np.ndarray]:
        """The flat vector cut into the arrays of the layers."""
        flat = np.split(theta, self.ends[:-1])
        return [part.reshape(shape) for part, shape in zip(flat, self.shapes, strict=True)]

    def predict(self, theta: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Proline (n,) and logits (n, classes)."""
        w, b, a, a0, c, c0 = self.parts(theta)
        h = np.tanh(x @ w + b)
        return h @ a + a0, h @ c + c0

    def tasks(self, theta: np.ndarray, data: Wines) -> tuple[np.ndarray, np.ndarray]:
        """Both losses (2,), in (g/l)² and nats, and their gradients (2, size)."""
        w, b, a, a0, c, c0 = self.parts(theta)
        h = np.tanh(data.x @ w + b)
        first, by_proline = lossref.mse_value_and_grad(data.proline, h @ a + a0)
        second, by_logits = lossref.softmax_cross_entropy_value_and_grad(data.cultivar, h @ c + c0)
        gradients = np.zeros((2, self.size))
        for row, back in ((0, np.outer(by_proline, a)), (1, by_logits @ c.T)):
            signal = back * (1 - h * h)
            gradients[row, : self.shared] = np.append(
                np.ravel(data.x.T @ signal), signal.sum(axis=0)
            )
        middle = int(self.ends[3])
        gradients[0, self.shared : middle] = np.append(h.T @ by_proline, by_proline.sum())
        gradients[1, middle:] = np.append(np.ravel(h.T @ by_logits), by_logits.sum(axis=0))
        return np.array([first, second]), gradients

    def scores(self, theta: np.ndarray, data: Wines) -> tuple[float, float]:
        """Share of the variance of proline that is explained, and of cultivars that are right."""
        proline, logits = self.predict(theta, data.x)
        left = np.mean((proline - data.proline) ** 2) / np.mean(data.proline**2)
        return float(1 - left), float(np.mean(logits.argmax(axis=1) == data.cultivar))

    def train(
        self,
        data: Wines,
        rule: Rule,
        *,
        unit: float = 1.0,
        steps: int = 600,
        rate: float = 0.3,
        seed: int = 1,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Weights after gradient descent, and the losses (steps, 2) on the way, in (g/l)² and nats.

        ``unit`` says how many of the units in which the rule is told proline make one g/l: 1000
        for mg/l. The gradient is clipped to length 1, so no step is longer than ``rate``.
        """
        theta, path = self.start(seed), np.empty((steps, 2))
        units = np.array([unit**2, 1.0])
        for step in range(steps):
            path[step], gradients = self.tasks(theta, data)
            told = np.asarray(rule(path[step] * units, gradients * units[:, None]), float)
            slope = told @ (gradients * units[:, None]) if told.shape == (2,) else told
            length = float(np.linalg.norm(slope))
            theta = theta - rate * slope / max(length, 1.0)
        return theta, path
