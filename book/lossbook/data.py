"""The data that the pages share, with units. Ships with scikit-learn; no download."""

from __future__ import annotations

import numpy as np
from sklearn.datasets import load_diabetes


def diabetes() -> tuple[np.ndarray, np.ndarray]:
    """Body mass index (kg/m²) and disease progression of 442 patients (Efron et al. 2004)."""
    patients = load_diabetes(scaled=False)
    return patients.data[:, 2], patients.target
