"""The encoder that the metric pages train: its gradient, its steps, its yardstick."""

from __future__ import annotations

import numpy as np
import pytest
from lossbook import embed


def test_the_gradient_reaches_every_weight():
    rng = np.random.default_rng(0)
    x, by_z = rng.normal(size=(5, 64)), rng.normal(size=(5, 3))
    encoder = embed.Encoder(3, hidden=4, seed=1)
    encoder(x)
    for i, slope in enumerate(encoder.gradients(by_z)):
        weights = encoder.weights[i]
        assert slope.shape == weights.shape
        at = tuple(int(rng.integers(n)) for n in weights.shape)
        kept = weights[at]
        values = []
        for way in (1e-6, -1e-6):
            weights[at] = kept + way
            values.append(float((encoder(x) * by_z).sum()))
        weights[at] = kept
        assert slope[at] == pytest.approx((values[0] - values[1]) / 2e-6, rel=1e-6)


def test_the_first_step_of_adam_moves_every_weight_by_the_rate():
    encoder = embed.Encoder(2, hidden=4)
    x = np.random.default_rng(0).random((6, 64)) + 0.1
    z = encoder(x)
    before = [w.copy() for w in encoder.weights]
    slopes = encoder.gradients(np.ones_like(z))
    encoder.step(np.ones_like(z), rate=0.01)
    for old, new, slope in zip(before, encoder.weights, slopes, strict=True):
        np.testing.assert_allclose(old - new, 0.01 * np.sign(slope), rtol=1e-4, strict=True)


def test_steps_lower_the_sum_of_squares():
    digits, encoder = embed.digits(), embed.Encoder(2)
    sizes = []
    for _ in range(50):
        z = encoder(digits.x[:100])
        sizes.append((z * z).sum())
        encoder.step(2 * z)
    assert sizes[-1] < 0.2 * sizes[0]


def test_batches_hold_no_row_twice_and_depend_on_the_seed_only():
    found = list(embed.batches(10, 4, 3))
    assert [len(set(rows.tolist())) for rows in found] == [4, 4, 4]
    again = list(embed.batches(10, 4, 3))
    assert [rows.tolist() for rows in found] == [rows.tolist() for rows in again]
    assert [rows.tolist() for rows in embed.batches(10, 4, 3, seed=1)] != [
        r.tolist() for r in found
    ]


def test_nearest_counts_rows_that_find_their_label():
    z, y = np.array([[0.0], [10.0]]), np.array([0, 1])
    assert (
        embed.nearest(z, y, np.array([[1.0], [9.0], [4.0], [4.5]]), np.array([0, 1, 0, 1])) == 0.75
    )


def test_the_digits_are_split_once():
    digits = embed.digits()
    assert digits.x.shape == (1200, 64)
    assert digits.x_test.shape == (597, 64)
    assert len(digits.y) == 1200
    assert len(digits.y_test) == 597
    assert digits.x.min() == 0
    assert digits.x.max() == 1
