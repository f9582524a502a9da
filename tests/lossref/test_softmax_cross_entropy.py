"""What the contract does not ask of it: soft labels, ignored samples, weights, the axis."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import lossref

RNG = np.random.default_rng(0)
Z, Y = RNG.normal(size=(6, 4)) * 3, np.array([0, 3, 1, 1, 2, 0])
W = np.array([1.0, 0.5, 2.0, 3.0])


def theirs(z, y, **options):
    x = torch.tensor(z, requires_grad=True)
    loss = torch.nn.functional.cross_entropy(x, torch.tensor(y), **options)
    loss.backward()
    return loss.item(), x.grad.numpy()


@pytest.mark.parametrize(
    ("ours", "torchs"),
    [
        ({}, {}),
        ({"class_weight": W}, {"weight": torch.tensor(W)}),
        ({"ignore_index": 1}, {"ignore_index": 1}),
        (
            {"class_weight": W, "ignore_index": 1},
            {"weight": torch.tensor(W), "ignore_index": 1},
        ),
    ],
)
def test_torch_agrees_with_classes(ours, torchs):
    value, gradient = lossref.softmax_cross_entropy_value_and_grad(Y, Z, **ours)
    want = theirs(Z, Y, **torchs)
    assert value == pytest.approx(want[0], rel=1e-13)
    np.testing.assert_allclose(gradient, want[1], rtol=1e-12, atol=1e-16, strict=True)


def test_soft_labels():
    q = RNG.dirichlet(np.ones(4), 6)
    value, gradient = lossref.softmax_cross_entropy_value_and_grad(q, Z)
    want = theirs(Z, q)
    assert value == pytest.approx(want[0], rel=1e-13)
    np.testing.assert_allclose(gradient, want[1], rtol=1e-12, atol=1e-15, strict=True)
    one_hot = np.eye(4)[Y]
    for options in ({}, {"class_weight": W}):
        assert lossref.softmax_cross_entropy(one_hot, Z, **options) == pytest.approx(
            lossref.softmax_cross_entropy(Y, Z, **options), rel=1e-14
        )
    with pytest.raises(ValueError, match="labels must have rows that sum to 1"):
        lossref.softmax_cross_entropy(q * 0.9, Z)


def test_the_axis_of_the_classes():
    z, y = RNG.normal(size=(2, 4, 3)), RNG.integers(0, 4, (2, 3))
    value, gradient = lossref.softmax_cross_entropy_value_and_grad(y, z, axis=1)
    want = theirs(z, y)
    assert value == pytest.approx(want[0], rel=1e-13)
    np.testing.assert_allclose(gradient, want[1], rtol=1e-12, atol=1e-16, strict=True)
    alone = lossref.softmax_cross_entropy_grad(y, z.astype(np.float32), axis=1)
    np.testing.assert_allclose(alone, want[1].astype(np.float32), rtol=1e-5, strict=True)


def test_ignored_samples_are_0_whatever_they_hold():
    z = Z.copy()
    z[2] = np.nan
    y = Y.copy()
    y[2] = -100
    each = lossref.softmax_cross_entropy(y, z, ignore_index=-100, reduction="none")
    assert each[2] == 0
    assert np.isfinite(lossref.softmax_cross_entropy(y, z, ignore_index=-100))
    with pytest.raises(ValueError, match="positive total weight"):
        lossref.softmax_cross_entropy(np.full(6, -1), Z, ignore_index=-1)


@pytest.mark.parametrize(
    ("logits", "cost"),
    [
        ((100.0, 40.0), np.exp(-60.0)),  # exp of either is far from calm
        ((0.0, 100.0), 100.0),  # exp of the other is no float32
        ((25.0, 88.7), 63.7),
        ((-25.0, -100.0), np.exp(-75.0)),
        ((31.0, 0.0), np.exp(-31.0)),
    ],
)
def test_float32_keeps_its_digits_far_from_zero(logits, cost):
    z = np.array([logits], np.float32)
    assert lossref.softmax_cross_entropy([0], z) == pytest.approx(cost, rel=1e-6, abs=0)
    assert lossref.softmax_cross_entropy([0], z.astype(float)) == pytest.approx(
        cost, rel=1e-6, abs=0
    )


def test_a_sample_that_is_ignored_needs_no_second_class():
    got = lossref.softmax_cross_entropy([-1, 0], [[3.0], [2.0]], ignore_index=-1, reduction="none")
    np.testing.assert_array_equal(got, np.zeros(2), strict=True)


@pytest.mark.parametrize("loss", ["label_smoothing", "label_smoothing_off", "softmax_focal"])
def test_one_class_alone_costs_nothing(loss):
    assert getattr(lossref, loss)([0], [[3.0]]) == 0


def test_a_focal_loss_that_is_surely_right_pulls_no_more():
    """Nothing is left of the other classes, and 0 / 0 is not asked for."""
    for gamma in (0.0, 0.5, 2.0):
        value, slope = lossref.softmax_focal_value_and_grad([0], [[800.0, 0.0]], gamma=gamma)
        assert value == 0
        np.testing.assert_array_equal(np.abs(slope), np.zeros((1, 2)), strict=True)
