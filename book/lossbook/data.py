"""Small data sets that the pages fit, as plain arrays."""

from __future__ import annotations

import numpy as np


def diabetes(feature: str = "bmi") -> tuple[np.ndarray, np.ndarray]:
    """One measurement of 442 diabetes patients, and how far the disease had gone a year later.

    Returns ``(x, y)``, two float arrays of shape (442,): the feature in its own unit (bmi
    in kg/m^2) and the score of progression. ValueError if there is no such feature.

    Source: Efron, Hastie, Johnstone and Tibshirani (2004), "Least angle regression",
    Annals of Statistics 32; it ships with scikit-learn.
    """
    from sklearn.datasets import load_diabetes

    bunch = load_diabetes(scaled=False)
    names = list(bunch.feature_names)
    if feature not in names:
        raise ValueError(f"diabetes: no feature {feature!r}; there are {', '.join(names)}")
    return bunch.data[:, names.index(feature)].copy(), bunch.target.astype(float)


def noisy_line(
    n: int = 20, slope: float = 0.8, intercept: float = 1.0, sigma: float = 1.0, seed: int = 3
) -> tuple[np.ndarray, np.ndarray]:
    """``n`` points of a straight line with Gaussian noise, for x from 0 to 10.

    Returns ``(x, y)``, two arrays of shape (n,), the same for the same arguments.
    """
    x = np.linspace(0.0, 10.0, n)
    noise = np.random.default_rng(seed).normal(0.0, sigma, n)
    return x, intercept + slope * x + noise
