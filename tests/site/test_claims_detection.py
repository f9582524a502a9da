"""What the pages on detection say and do not run."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit

import lossref

RNG = np.random.default_rng(6)
COEFFICIENTS = ("iou_loss", "giou_loss", "diou_loss", "ciou_loss", "eiou_loss")


def boxes(n: int) -> np.ndarray:
    low = RNG.uniform(-3, 3, (n, 2))
    return np.hstack([low, low + RNG.uniform(0.2, 4, (n, 2))])


def loss(slug: str, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return lossref.spec(slug).loss(a, b, reduction="none")


@pytest.mark.parametrize("slug", COEFFICIENTS)
def test_the_losses_of_boxes_are_symmetric_and_have_no_unit(slug):
    a, b = boxes(500), boxes(500)
    np.testing.assert_allclose(loss(slug, a, b), loss(slug, b, a), rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(loss(slug, 1e-3 * a, 1e-3 * b), loss(slug, a, b), rtol=1e-9)


def test_giou_is_never_larger_than_iou_and_equal_inside():
    a, b = boxes(2000), boxes(2000)
    assert (loss("giou_loss", a, b) >= loss("iou_loss", a, b) - 1e-15).all()
    assert (loss("giou_loss", a, b) < 2).all()
    inner = a + np.array([0.1, 0.05, -0.05, -0.1])
    np.testing.assert_allclose(loss("giou_loss", a, inner), loss("iou_loss", a, inner), rtol=1e-14)


def test_one_minus_giou_keeps_the_triangle_inequality_where_it_was_tried():
    a, b, c = boxes(5000), boxes(5000), boxes(5000)
    both = loss("giou_loss", a, b) + loss("giou_loss", b, c)
    assert (loss("giou_loss", a, c) <= both + 1e-12).all()


def test_the_distance_of_centres_is_less_than_the_diagonal():
    a, b = boxes(5000), boxes(5000)
    penalty = loss("diou_loss", a, b) - loss("iou_loss", a, b)
    assert (penalty >= -1e-15).all()
    assert (penalty < 1).all()


def test_inside_the_truth_iou_does_not_pull_the_centre():
    truth, inner = np.array([-4.0, -4.0, 4.0, 4.0]), np.array([-3.0, 1.0, -1.0, 2.0])
    for slug in ("iou_loss", "giou_loss"):
        slope = lossref.spec(slug).grad(truth, inner)
        np.testing.assert_allclose(slope[:2] + slope[2:], 0, atol=1e-15)
    slope = lossref.diou_loss_grad(truth, inner)
    assert (np.abs(slope[:2] + slope[2:]) > 1e-3).all()


def test_dice_is_f1_and_soft_iou_is_jaccard_for_masks_of_zero_and_one():
    metrics = pytest.importorskip("sklearn.metrics")
    for _ in range(20):
        g, p = RNG.integers(0, 2, (2, 40))
        assert 1 - lossref.dice_loss(g, p) == pytest.approx(metrics.f1_score(g, p), rel=1e-12)
        assert 1 - lossref.soft_iou_loss(g, p) == pytest.approx(
            metrics.jaccard_score(g, p), rel=1e-12
        )
        dice = 1 - lossref.dice_loss(g, p)
        assert 1 - lossref.soft_iou_loss(g, p) == pytest.approx(dice / (2 - dice), rel=1e-12)


def test_dice_is_monotone_in_every_single_probability():
    g, p = RNG.random((2, 6))
    for k in range(6):
        rows = np.tile(p, (101, 1))
        rows[:, k] = np.linspace(0, 1, 101)
        steps = np.diff(lossref.dice_loss(np.tile(g, (101, 1)), rows, reduction="none"))
        assert (steps > 0).all() or (steps < 0).all()


def test_the_best_threshold_of_tversky_is_alpha_times_the_best_index():
    chance = np.sort(RNG.random(4000))
    for alpha in (0.1, 0.3, 0.5, 0.8):
        best = (-1.0, 0.0)
        for k in range(len(chance)):
            hits, false, missed = chance[k:].sum(), (1 - chance[k:]).sum(), chance[:k].sum()
            best = max(best, (hits / (hits + alpha * false + (1 - alpha) * missed), chance[k]))
        assert best[1] == pytest.approx(alpha * best[0], abs=2e-3)


def test_the_lovasz_hinge_is_convex():
    g = RNG.integers(0, 2, (300, 7))
    a, b = RNG.normal(scale=2, size=(2, 300, 7))
    middle = lossref.lovasz_hinge(g, (a + b) / 2, reduction="none")
    ends = (
        lossref.lovasz_hinge(g, a, reduction="none"),
        lossref.lovasz_hinge(g, b, reduction="none"),
    )
    assert (middle <= (ends[0] + ends[1]) / 2 + 1e-12).all()


def test_the_pull_of_easy_background_is_a_power_of_its_probability():
    for p in (1e-2, 1e-3):
        z = np.log(p / (1 - p))
        for gamma in (0.0, 1.0, 2.0):
            pull = lossref.binary_focal_grad([0.0], [z], gamma=gamma)[0]
            assert pull == pytest.approx((1 + gamma) * p ** (gamma + 1), rel=4 * (1 + gamma) * p)
    assert expit(-np.log(0.99 / 0.01)) == pytest.approx(0.01)


def test_the_weight_of_the_shape_fades_with_the_error_of_a_side():
    weights = []
    for wrong in (1e-2, 1e-3, 1e-4):
        a, b = [0.0, 0.0, 4.0, 2.0], [0.0, 0.0, 4.0, 2.0 * (1 + wrong)]
        lack = lossref.iou_loss(a, b)
        v = 4 / np.pi**2 * (np.arctan(2.0) - np.arctan(4 / b[3])) ** 2
        weights.append(v / (lack + v))
    assert np.divide(weights[:-1], weights[1:]) == pytest.approx([10, 10], rel=0.02)


def test_a_step_of_dice_is_worth_more_iou_at_the_top():
    jaccard = lambda dice: dice / (2 - dice)
    assert 1 - jaccard(0.9) == pytest.approx(0.18, abs=0.005)
    assert jaccard(0.1) == pytest.approx(0.05, abs=0.005)
