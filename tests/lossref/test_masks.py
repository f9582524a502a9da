"""What the contract does not ask of the losses of masks: axes of space, empty masks, torch."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import torch

import lossref
from lossref.mask import SPECS

RATIOS = [s for s in SPECS if s.slug != "lovasz_hinge"]
RNG = np.random.default_rng(0)
G = (RNG.random((2, 3, 4, 5)) < 0.4).astype(float)
P = RNG.random((2, 3, 4, 5))


def by_slug(specs):
    return pytest.mark.parametrize("spec", specs, ids=[s.slug for s in specs])


@by_slug(SPECS)
@pytest.mark.parametrize("axis", [(-2, -1), (2, 3), (3, 2), (0, 2, 3), 1, (0, 1, 2, 3)])
def test_space_may_be_any_axes(spec, axis):
    """One by one: every mask of the other axes alone, as one flat row."""
    value, slope = spec.value_and_grad(G, P, axis=axis, reduction="none")
    space = {a % 4 for a in (axis if isinstance(axis, tuple) else (axis,))}
    lead = [a for a in range(4) if a not in space]
    assert np.shape(value) == tuple(G.shape[a] for a in lead)
    for index in np.ndindex(np.shape(value)):
        at = [slice(None)] * 4
        for a, i in zip(lead, index, strict=True):
            at[a] = i
        at = tuple(at)
        g, p = G[at].ravel(), P[at].ravel()
        np.testing.assert_allclose(value[index], spec.loss(g, p), rtol=1e-14)
        pulls = spec.grad(g, p).reshape(G[at].shape)
        if spec.slug != "lovasz_hinge":  # there, equal errors are taken in their order
            np.testing.assert_allclose(slope[at], pulls, rtol=1e-13)


@by_slug(SPECS)
@pytest.mark.parametrize("axis", [4, -5, (), (1, 1), (1, -3), "all", None, True, 1.0])
def test_axes_that_do_not_exist_are_refused(spec, axis):
    with pytest.raises(ValueError, match=f"^{spec.slug}: axis must be one or several"):
        spec.loss(G, P, axis=axis)


@by_slug(SPECS)
def test_shapes_are_told_as_they_were_given(spec):
    with pytest.raises(ValueError, match=r"got \(2, 3, 4, 5\) and \(2, 3, 5, 4\)"):
        spec.loss(G, P.reshape(2, 3, 5, 4), axis=(-2, -1))


@by_slug(SPECS)
def test_one_weight_per_class(spec):
    each = spec.loss(G, P, axis=(-2, -1), reduction="none")
    w = np.array([1.0, 0.0, 3.0])
    value, slope = spec.value_and_grad(G, P, axis=(-2, -1), sample_weight=w)
    assert value == pytest.approx((each * w).sum() / 8, rel=1e-13)
    assert (slope[:, 1] == 0).all()
    assert (slope[:, 0] != 0).any()


@by_slug(RATIOS)
def test_two_empty_masks_follow_the_rule(spec):
    nothing = np.zeros((1, 6))
    for empty, want, pull in (("zero", 0, 0), ("one", 1, 0), ("nan", np.nan, np.nan)):
        value, slope = spec.value_and_grad(nothing, nothing, empty=empty)
        np.testing.assert_equal(value, float(want))
        np.testing.assert_array_equal(slope, np.full((1, 6), float(pull)))
    with pytest.raises(ValueError, match=f'^{spec.slug}: empty must be "zero", "one" or "nan"'):
        spec.loss(nothing, nothing, empty="skip")
    # The rule is for 0 / 0 alone: a mask with a prediction is none of its business.
    assert spec.loss(nothing, nothing + 0.5, empty="nan") == 1


@by_slug([s for s in RATIOS if "smooth_nr" in s.defaults])
def test_smoothing_one_side_alone_is_no_rule_for_empty_masks(spec):
    nothing = np.zeros((1, 6))
    assert spec.loss(nothing, nothing, smooth_dr=1.0, empty="nan") == 1
    assert spec.loss(nothing, nothing, smooth_nr=1.0, empty="nan") == -np.inf
    assert spec.loss(nothing, nothing, smooth_nr=1.0, smooth_dr=1.0, empty="nan") == 0


@by_slug(SPECS)
def test_no_space_at_all_is_an_empty_mask(spec):
    assert spec.loss(np.zeros((3, 0)), np.zeros((3, 0))) == 0
    assert spec.grad(np.zeros((3, 0)), np.zeros((3, 0))).shape == (3, 0)


def test_autograd_agrees():
    p = torch.tensor(P, requires_grad=True)
    g, s = torch.tensor(G), (2, 3)
    hits, sizes = (p * g).sum(s), p.sum(s) + g.sum(s)
    wrong, missed = (p * (1 - g)).sum(s), ((1 - p) * g).sum(s)
    tversky = 1 - (hits + 0.1) / (hits + 0.3 * wrong + 0.7 * missed + 0.1)
    prices = {"alpha": 0.3, "beta": 0.7}
    cases = (
        ("dice_loss", 1 - (2 * hits + 1) / (sizes + 2), {"smooth_nr": 1, "smooth_dr": 2}),
        ("squared_dice_loss", 1 - 2 * hits / ((p * p).sum(s) + (g * g).sum(s)), {}),
        ("soft_iou_loss", 1 - hits / (sizes - hits), {}),
        ("tversky_loss", tversky, {**prices, "smooth_nr": 0.1, "smooth_dr": 0.1}),
        ("focal_tversky_loss", tversky**0.75, {**prices, "smooth": 0.1}),
    )
    for slug, loss, options in cases:
        p.grad = None
        loss.mean().backward(retain_graph=True)
        value, slope = lossref.spec(slug).value_and_grad(G, P, axis=s, **options)
        assert value == pytest.approx(loss.mean().item(), rel=1e-13), slug
        np.testing.assert_allclose(slope, p.grad.numpy(), rtol=1e-11, atol=1e-16, err_msg=slug)


def test_the_tversky_loss_is_a_family():
    one = {"alpha": 1.0, "beta": 1.0}
    assert lossref.tversky_loss(G, P) == pytest.approx(lossref.dice_loss(G, P), rel=1e-14)
    assert lossref.tversky_loss(G, P, **one) == pytest.approx(
        lossref.soft_iou_loss(G, P), rel=1e-14
    )
    dice = lossref.dice_loss(G, P, reduction="none")
    jaccard = lossref.soft_iou_loss(G, P, reduction="none")
    np.testing.assert_allclose(dice, jaccard / (2 - jaccard), rtol=1e-13)


def test_hard_masks_make_the_two_dice_losses_equal():
    hard = np.round(P)
    np.testing.assert_allclose(
        lossref.dice_loss(G, hard), lossref.squared_dice_loss(G, hard), rtol=1e-15
    )


def test_a_soft_truth_met_exactly():
    """What errata call out: only the squared form is 0 there."""
    half = np.full(8, 0.5)
    assert lossref.dice_loss(half, half) == 0.5
    assert lossref.soft_iou_loss(half, half) == pytest.approx(2 / 3, rel=1e-15)
    assert lossref.squared_dice_loss(half, half) == 0


def test_large_masks_of_float32_are_summed_in_float64():
    g = np.zeros(3_000_000, np.float32)
    g[:3] = 1
    p = np.full_like(g, 0.1)
    p[:3] = 1
    size = Fraction(float(p[-1])) * (g.size - 3) + 3
    exact = 1 - 6 / (size + 3)
    assert lossref.dice_loss(g, p) == pytest.approx(float(exact), rel=1e-12)


@pytest.mark.parametrize("inside", range(6))
def test_the_lovasz_hinge_extends_the_jaccard_error(inside):
    """Errors of 0 and 1 are sets of mistakes: all 32 of them, in exact fractions."""
    g = (np.arange(5) < inside).astype(float)
    for bits in range(32):
        mistakes = np.array([bits >> k & 1 for k in range(5)])
        scores = np.where(mistakes == 1, 0.0, 2 * g - 1)
        union = int(((g == 1) | (mistakes == 1)).sum())
        want = Fraction(int(mistakes.sum()), union) if union else 0
        assert lossref.lovasz_hinge(g, scores) == pytest.approx(float(want), abs=1e-15)


def test_the_lovasz_hinge_does_not_care_for_the_order_of_pixels():
    g, z = G.reshape(6, 20), np.random.default_rng(1).normal(size=(6, 20))
    mixed = np.random.default_rng(2).permutation(20)
    np.testing.assert_allclose(
        lossref.lovasz_hinge(g[:, mixed], z[:, mixed]), lossref.lovasz_hinge(g, z), rtol=1e-13
    )
    np.testing.assert_allclose(
        lossref.lovasz_hinge_grad(g[:, mixed], z[:, mixed]),
        lossref.lovasz_hinge_grad(g, z)[:, mixed],
        rtol=1e-13,
    )
