"""A small encoder in NumPy, to train embeddings of the digits with nothing but a gradient.

::

    digits = embed.digits()
    encoder = embed.Encoder(2)
    for rows in embed.batches(len(digits.x), 64, 500):
        z = encoder(digits.x[rows])
        encoder.step(gradient_of_the_loss_by(z))
    embed.nearest(encoder(digits.x), digits.y, encoder(digits.x_test), digits.y_test)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np


class Digits(NamedTuple):
    """Images as rows of 64 numbers in [0, 1], with their labels."""

    x: np.ndarray
    y: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray


def digits() -> Digits:
    """The 1797 digits of scikit-learn, the last 597 of which are for testing."""
    from sklearn.datasets import load_digits

    x, y = load_digits(return_X_y=True)
    return Digits(x[:1200] / 16, y[:1200], x[1200:] / 16, y[1200:])


def batches(n: int, size: int, steps: int, seed: int = 0) -> Iterator[np.ndarray]:
    """Rows of one batch per step, without a row twice in a batch."""
    rng = np.random.default_rng(seed)
    for _ in range(steps):
        yield rng.choice(n, size, replace=False)


class Encoder:
    """``size`` pixels to ``out`` numbers through one layer of tanh, trained by Adam."""

    def __init__(self, out: int, hidden: int = 64, seed: int = 0, size: int = 64) -> None:
        rng = np.random.default_rng(seed)
        self.weights = [
            rng.normal(size=(size, hidden)) / np.sqrt(size),
            np.zeros(hidden),
            rng.normal(size=(hidden, out)) / np.sqrt(hidden),
        ]
        self._first = [np.zeros_like(w) for w in self.weights]
        self._second = [np.zeros_like(w) for w in self.weights]
        self._steps = 0

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """The embeddings of some images; `gradients` and `step` refer to the last call."""
        w, b, v = self.weights
        self._x, self._h = x, np.tanh(x @ w + b)
        return self._h @ v

    def gradients(self, by_z: np.ndarray) -> list[np.ndarray]:
        """From the gradient by the embeddings of the last call to that by each weight."""
        back = (by_z @ self.weights[2].T) * (1 - self._h**2)
        return [self._x.T @ back, back.sum(axis=0), self._h.T @ by_z]

    def step(self, by_z: np.ndarray, rate: float = 0.01) -> None:
        """One step of Adam against the gradient by the embeddings."""
        self._steps += 1
        for i, g in enumerate(self.gradients(by_z)):
            self._first[i] += 0.1 * (g - self._first[i])
            self._second[i] += 0.001 * (g * g - self._second[i])
            m = self._first[i] / (1 - 0.9**self._steps)
            s = self._second[i] / (1 - 0.999**self._steps)
            self.weights[i] = self.weights[i] - rate * m / (np.sqrt(s) + 1e-8)


def nearest(z: np.ndarray, y: np.ndarray, z_test: np.ndarray, y_test: np.ndarray) -> float:
    """The share of test rows whose nearest training row has their label."""
    d = ((z_test[:, None] - z) ** 2).sum(axis=-1)
    return float(np.mean(y[d.argmin(axis=1)] == y_test))
