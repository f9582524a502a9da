"""What the contract does not ask of the losses of boxes: torch, symmetries, ties, all pairs."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import torch

import lossref
from lossref.box import SPECS
from lossref.box._box import pairs_of_boxes

RNG = np.random.default_rng(0)
TRUE, PRED = pairs_of_boxes(RNG)
FULL = [s for s in SPECS if s.slug != "log_iou_loss"]  # finite where boxes are disjoint


def by_slug(specs):
    return pytest.mark.parametrize("spec", specs, ids=[s.slug for s in specs])


def textbook(t, p, alpha=None):
    """All six losses as they are written down, in torch."""
    low, high = torch.maximum(t[:, :2], p[:, :2]), torch.minimum(t[:, 2:], p[:, 2:])
    meet = (high - low).clamp(min=0).prod(1)
    size, true_size = p[:, 2:] - p[:, :2], t[:, 2:] - t[:, :2]
    union = size.prod(1) + true_size.prod(1) - meet
    iou = meet / union
    hull = torch.maximum(t[:, 2:], p[:, 2:]) - torch.minimum(t[:, :2], p[:, :2])
    centres = (p[:, :2] + p[:, 2:] - t[:, :2] - t[:, 2:]) / 2
    diou = 1 - iou + (centres**2).sum(1) / (hull**2).sum(1)
    turn = torch.atan(true_size[:, 0] / true_size[:, 1]) - torch.atan(size[:, 0] / size[:, 1])
    v = 4 / np.pi**2 * turn**2
    a = v / (1 - iou + v)
    return {
        "iou_loss": 1 - iou,
        "log_iou_loss": -torch.log(iou),
        "giou_loss": 2 - iou - union / hull.prod(1),
        "diou_loss": diou,
        "ciou_loss": diou + (a.detach() if alpha == "detached" else a) * v,
        "eiou_loss": diou + ((size - true_size) ** 2 / hull**2).sum(1),
    }


@pytest.mark.parametrize(
    ("spec", "options"),
    [(s, {}) for s in SPECS] + [(s, {"alpha": "detached"}) for s in SPECS if s.options],
    ids=lambda x: getattr(x, "slug", None),
)
def test_autograd_agrees(spec, options):
    rows = slice(10 if spec.slug == "log_iou_loss" else 0, None)
    t, p = TRUE[rows], PRED[rows]
    leaf = torch.tensor(p, requires_grad=True)
    loss = textbook(torch.tensor(t), leaf, **options)[spec.slug].mean()
    loss.backward()
    value, slope = spec.value_and_grad(t, p, **options)
    assert value == pytest.approx(loss.item(), rel=1e-12)
    size = np.abs(slope).max(axis=1, keepdims=True)  # torch cancels where boxes nearly agree
    assert (np.abs(slope - leaf.grad.numpy()) <= 1e-6 * size).all()
    np.testing.assert_allclose(slope[:10], leaf.grad.numpy()[:10], rtol=1e-9)


def test_alpha_changes_the_gradient_and_not_the_value():
    two = [
        lossref.ciou_loss_value_and_grad(TRUE, PRED, alpha=a, reduction="none")
        for a in ("differentiated", "detached")
    ]
    np.testing.assert_array_equal(two[0][0], two[1][0])
    assert np.abs(two[0][1] - two[1][1]).max() > 1e-6


@by_slug(SPECS)
@pytest.mark.parametrize("power", [-900, -20, 20, 900])
def test_the_unit_of_length_does_not_matter(spec, power):
    """A power of two changes no digit; there is no epsilon for it to meet."""
    k = 2.0**power
    value, slope = spec.value_and_grad(TRUE * k, PRED * k, reduction="none")
    want, pull = spec.value_and_grad(TRUE, PRED, reduction="none")
    np.testing.assert_array_equal(value, want, strict=True)
    np.testing.assert_array_equal(slope * k, pull, strict=True)


@by_slug(SPECS)
def test_x_and_y_are_alike(spec):
    turned = [1, 0, 3, 2]
    value, slope = spec.value_and_grad(TRUE[:, turned], PRED[:, turned], reduction="none")
    want, pull = spec.value_and_grad(TRUE, PRED, reduction="none")
    np.testing.assert_allclose(value, want, rtol=1e-13)
    size = np.abs(pull).max(axis=1, keepdims=True)
    assert (np.abs(slope - pull[:, turned]) <= 1e-12 * size).all()


@by_slug(SPECS)
def test_left_and_right_are_alike(spec):
    mirror = np.array([-1.0, 1.0, -1.0, 1.0])
    order = [2, 1, 0, 3]
    value, slope = spec.value_and_grad(
        (TRUE * mirror)[:, order], (PRED * mirror)[:, order], reduction="none"
    )
    want, pull = spec.value_and_grad(TRUE, PRED, reduction="none")
    np.testing.assert_allclose(value, want, rtol=1e-14)
    np.testing.assert_allclose(slope, (pull * mirror)[:, order], rtol=1e-13)


@by_slug(SPECS)
def test_at_ties_the_slope_is_the_mean_of_both_sides(spec):
    """One-sided differences, at boxes that share edges but do not just touch."""
    t = np.array([[0.0, 0.0, 4.0, 4.0]] * 4)
    p = np.array([[0.0, 0.0, 4.0, 4.0], [0, 1, 3, 4], [0, 0, 3, 5], [1, 0, 4, 3]], float)
    slope, h = spec.grad(t, p, reduction="sum"), 1e-7
    for k in range(4):
        step = h * np.eye(4)[k]
        up, here, down = (spec.loss(t, x, reduction="none") for x in (p + step, p, p - step))
        both = ((up - here) / h + (here - down) / h) / 2
        np.testing.assert_allclose(slope[:, k], both, atol=1e-6)


@by_slug(SPECS)
def test_boxes_without_area_are_not_a_division_by_zero(spec):
    """Lines and points in all combinations with each other and with a box."""
    kinds = np.array(
        [[0, 0, 2, 2], [0, 0, 2, 0], [0, 0, 0, 2], [1, 1, 1, 1], [3, 0, 3, 2], [0, 3, 2, 3.0]]
    )
    t, p = (x.reshape(-1, 4) for x in np.broadcast_arrays(kinds[:, None], kinds[None]))
    value, slope = spec.value_and_grad(t, p, reduction="none")
    same = (t == p).all(axis=1)
    assert (value[same] == 0).all()
    assert not slope[same].any()
    assert (value[~same] >= 1).all()  # nothing of them is shared
    assert np.isfinite(slope).all()
    assert np.isfinite(value[~same]).all() == (spec.slug != "log_iou_loss")


@by_slug(FULL)
def test_touching_is_disjoint(spec):
    t, p = np.array([[0.0, 0.0, 1.0, 1.0]]), np.array([[1.0, 0.0, 2.0, 1.0]])
    assert spec.loss(t, p) >= 1
    assert lossref.iou_loss(t, p) == 1
    assert not lossref.iou_loss_grad(t, p).any()


def test_what_has_a_slope_where_boxes_are_disjoint():
    t, p = np.array([[2.0, 3.0, 4.0, 5.0]]), np.array([[0.0, 0.0, 1.0, 1.0]])
    pull = {s.slug: np.abs(s.grad(t, p)).max() for s in SPECS}
    assert pull["iou_loss"] == pull["log_iou_loss"] == 0
    for slug in ("giou_loss", "diou_loss", "ciou_loss", "eiou_loss"):
        assert pull[slug] > 0.01


@by_slug(SPECS)
def test_ranges(spec):
    value = spec.loss(TRUE, PRED, reduction="none")
    top = {"iou_loss": 1, "giou_loss": 2, "diou_loss": 2, "ciou_loss": 3, "eiou_loss": 4}
    assert (value > 0).all()
    assert (value <= top.get(spec.slug, np.inf)).all()


@by_slug(SPECS)
def test_bad_boxes_are_refused_with_a_next_step(spec):
    t, p = np.array([[0.0, 0.0, 1.0, 1.0]]), np.array([[2.0, 0.0, 1.0, 1.0]])
    with pytest.raises(ValueError, match=r"boxes_pred must have x1 <= x2 .* \(2, 0, 1, 1\) at ind"):
        spec.loss(t, p)
    with pytest.raises(ValueError, match=r"four numbers per box .* got shape \(2, 2\)"):
        spec.loss(np.zeros((2, 2)), np.zeros((2, 2)))
    assert spec.loss(np.zeros((0, 4)), np.zeros((0, 4)), reduction="sum") == 0
    assert spec.loss([0, 0, 1, 1], [0, 0, 1, 1]) == 0  # one box, integers


# -- all pairs ---------------------------------------------------------------------


def exact_iou(a, b):
    a, b = ([Fraction(float(v)) for v in box] for box in (a, b))
    w, h = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    meet = max(w, 0) * max(h, 0)
    area = sum((x[2] - x[0]) * (x[3] - x[1]) for x in (a, b))
    return float(meet / (area - meet))


@pytest.mark.parametrize(("dtype", "rtol"), [(np.float32, 5e-7), (np.float64, 1e-15)])
def test_pairwise_iou_is_exact_to_the_last_digits(dtype, rtol):
    low = RNG.uniform(0, 3, (40, 2)).astype(dtype)
    boxes = np.hstack((low, low + RNG.uniform(0.1, 3, (40, 2)).astype(dtype)))
    a, b = boxes[:25], boxes[15:]
    found = lossref.pairwise_iou(a, b)
    assert found.dtype == dtype
    want = [[exact_iou(p, q) for q in b] for p in a]
    np.testing.assert_allclose(found, want, rtol=rtol)


@pytest.mark.parametrize("shape", [(1, 1), (3, 40_000), (700, 90)])
def test_blocks_change_nothing(shape):
    n, m = shape
    low = RNG.uniform(0, 2, (n + m, 2))
    boxes = np.hstack((low, low + RNG.uniform(0.5, 2, (n + m, 2))))
    a, b = boxes[:n], boxes[n:]
    found = lossref.pairwise_iou(a, b)
    rows, columns = RNG.integers(0, n, 200), RNG.integers(0, m, 200)
    rows[-1], columns[-1] = n - 1, m - 1
    each = lossref.iou_loss(a[rows], b[columns], reduction="none")
    np.testing.assert_allclose(1 - found[rows, columns], each, rtol=1e-12, atol=1e-15)


def test_pairwise_iou_without_area_without_boxes_and_with_a_nan():
    points = np.array([[1.0, 1, 1, 1], [2, 2, 2, 2], [0, 0, 3, 3]])
    np.testing.assert_array_equal(lossref.pairwise_iou(points, points), np.eye(3))
    assert lossref.pairwise_iou(np.zeros((0, 4)), points).shape == (0, 3)
    assert lossref.pairwise_iou(points, np.zeros((0, 4))).shape == (3, 0)
    lost = points.copy()
    lost[1, 0] = np.nan
    found = lossref.pairwise_iou(lost, points)
    assert np.isnan(found[1]).all()
    np.testing.assert_array_equal(found[[0, 2]], np.eye(3)[[0, 2]])


@pytest.mark.parametrize("scale", [1e-30, 1e-20, 1e-12, 1e12, 1e20, 1e30])
def test_float32_areas_do_not_leave_their_range(scale):
    a = (np.array([[0, 0, 2, 2], [1, 0, 3, 2], [5, 5, 6, 6]]) * scale).astype(np.float32)
    want = [[1, 1 / 3, 0], [1 / 3, 1, 0], [0, 0, 1]]
    np.testing.assert_allclose(lossref.pairwise_iou(a, a), want, rtol=1e-6)


def test_a_box_may_be_far_longer_than_it_is_wide():
    """Either side is a float32 and the area is not; the upper corner is near the origin."""
    box = np.float32([[0, -1e25, 1e17, 1]])
    np.testing.assert_array_equal(lossref.pairwise_iou(box, box), np.ones((1, 1), np.float32))


def test_integer_boxes_do_not_wrap_around():
    box = np.array([[0, 0, 70_000, 70_000]], np.int32)
    assert lossref.box_area(box) == 4.9e9
    assert lossref.pairwise_iou(box, box) == 1
    assert lossref.iou_loss(box, box) == 0


def test_centres_and_corners_are_there_and_back():
    low = RNG.integers(-50, 50, (20, 2))
    boxes = np.hstack((low, low + RNG.integers(0, 50, (20, 2)))).astype(float)
    middle = lossref.xyxy_to_cxcywh(boxes)
    np.testing.assert_array_equal(lossref.cxcywh_to_xyxy(middle), boxes, strict=True)
    np.testing.assert_array_equal(middle[:, 2:].prod(axis=1), lossref.box_area(boxes))
    with pytest.raises(ValueError, match="cxcywh_to_xyxy: boxes must have sizes"):
        lossref.cxcywh_to_xyxy([0, 0, -1, 2])
    with pytest.raises(ValueError, match="xyxy_to_cxcywh: boxes must have x1 <= x2"):
        lossref.xyxy_to_cxcywh([0, 0, -1, 2])
    with pytest.raises(ValueError, match="pairwise_iou: boxes_b must have shape"):
        lossref.pairwise_iou(boxes, boxes[None])
    with pytest.raises(TypeError, match="pairwise_iou: boxes_a must hold real numbers"):
        lossref.pairwise_iou([["a"] * 4], boxes)
