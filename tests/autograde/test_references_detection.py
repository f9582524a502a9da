"""The references of the exercises on detection, against fractions, loops and autograd.

They are compositions of lossref, whose losses are tested on their own; here it is what the
exercises make of them: signs, rules for what has no size, normalisers, ignored anchors.
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import partial

import asked
import mpmath
import numpy as np
import pytest

torch = pytest.importorskip("torch")


questions = partial(asked.questions, seeds=(None, "autumn"))


def parts(a, b):
    """I, U, C, squared distance of the centres and squared diagonal, in fractions."""
    inner = [max(Fraction(0), min(a[k + 2], b[k + 2]) - max(a[k], b[k])) for k in (0, 1)]
    outer = [max(a[k + 2], b[k + 2]) - min(a[k], b[k]) for k in (0, 1)]
    meet = inner[0] * inner[1]
    union = sum((c[2] - c[0]) * (c[3] - c[1]) for c in (a, b)) - meet
    step = [(a[k] + a[k + 2] - b[k] - b[k + 2]) / 2 for k in (0, 1)]
    overlap = meet / union if union else Fraction(int(a == b))
    return overlap, union, outer[0] * outer[1], sum(v * v for v in step), sum(v * v for v in outer)


def exact(slug, a, b):
    a, b = [Fraction(float(v)) for v in a], [Fraction(float(v)) for v in b]
    overlap, union, hull, near, far = parts(a, b)
    if slug == "iou":
        return float(overlap)
    if slug == "giou":
        return float(overlap - (1 - union / hull if hull else 0))
    found = overlap - (near / far if far else 0)
    if slug == "diou":
        return float(found)
    with mpmath.workdps(40):
        turn = [mpmath.atan(mpmath.mpf((c[2] - c[0]).numerator) / (c[2] - c[0]).denominator
                            * (c[3] - c[1]).denominator / (c[3] - c[1]).numerator)
                for c in (a, b)]  # fmt: skip
        v = 4 / mpmath.pi**2 * (turn[0] - turn[1]) ** 2
        lack = mpmath.mpf((1 - overlap).numerator) / (1 - overlap).denominator
        shape = v * v / (lack + v) if v else 0
        return float(mpmath.mpf(found.numerator) / found.denominator - shape)


@pytest.mark.parametrize("slug", ["iou", "giou", "diou", "ciou"])
def test_boxes_in_fractions(slug):
    seen = 0
    for q in questions(slug, slug):
        true, pred = q.probe.args
        want = np.array([exact(slug, a, b) for a, b in zip(true, pred, strict=True)])
        rtol = 2e-6 if true.dtype == np.float32 else 1e-12
        np.testing.assert_allclose(q.wanted.value, want, rtol=rtol, atol=1e-13)
        seen += len(want)
    assert seen > 50


def test_pairs_in_fractions():
    for q in questions("pairwise_iou", "pairwise_iou"):
        a, b = (x[:12] for x in q.probe.args)
        want = [[exact("iou", p, r) for r in b] for p in a]
        rtol = 2e-6 if a.dtype == np.float32 else 1e-12
        want = np.reshape(want, (len(a), len(b)))
        np.testing.assert_allclose(q.wanted.value[:12, :12], want, rtol=rtol)


@pytest.mark.parametrize("slug", ["dice_loss", "soft_iou", "tversky"])
def test_masks_one_pixel_at_a_time(slug):
    for q in questions(slug, slug):
        params = dict(q.probe.kwargs)
        costs = []
        for y, p in zip(*q.probe.args, strict=True):
            pairs = [(float(a), float(b)) for a, b in zip(y.ravel(), p.ravel(), strict=True)]
            hits = math.fsum(a * b for a, b in pairs)
            alarms = math.fsum((1 - a) * b for a, b in pairs)
            misses = math.fsum(a * (1 - b) for a, b in pairs)
            prices = {
                "dice_loss": (0.5, 0.5),
                "soft_iou": (1, 1),
                "tversky": (params.get("alpha", 0.5), params.get("beta", 0.5)),
            }[slug]
            below = hits + prices[0] * alarms + prices[1] * misses
            costs.append(1 - hits / below if below else params.get("empty", 0.0))
        rtol = 1e-6 if q.probe.args[1].dtype == np.float32 else 1e-12
        np.testing.assert_allclose(q.wanted.value, math.fsum(costs) / len(costs), rtol=rtol)


def test_the_slope_of_dice_by_autograd():
    for q in questions("dice_loss", "dice_loss_grad"):
        y, p = (torch.tensor(np.ascontiguousarray(a), dtype=torch.float64) for a in q.probe.args)
        p.requires_grad_()
        total = (y + p).sum((1, 2))
        kept = total > 0
        loss = (1 - 2 * (y * p).sum((1, 2))[kept] / total[kept]).sum() / len(y)
        (want,) = torch.autograd.grad(loss, p)
        rtol = 2e-6 if q.probe.args[1].dtype == np.float32 else 1e-11
        np.testing.assert_allclose(q.wanted.value, want.numpy(), rtol=rtol, atol=1e-13)


@pytest.mark.parametrize("function", ["retina_focal", "retina_focal_grad"])
def test_anchors_in_fifty_digits(function):
    with mpmath.workdps(400):
        for q in questions("retina_focal", function):
            y, z = (np.ravel(a).tolist() for a in q.probe.args)
            settings = {"alpha": 0.25, "gamma": 2.0} | dict(q.probe.kwargs)
            count = max(1, y.count(1))
            if function == "retina_focal":
                each = [focal_at(a, mpmath.mpf(b), **settings) for a, b in zip(y, z, strict=True)]
                want = float(sum(each) / count)
            else:
                want = [slope(a, b, **settings) / count for a, b in zip(y, z, strict=True)]
                want = np.reshape(want, np.shape(q.probe.args[1]))
            rtol = 1e-5 if q.probe.args[1].dtype == np.float32 else 1e-11
            np.testing.assert_allclose(q.wanted.value, want, rtol=rtol, atol=1e-300)


def slope(y, z, alpha, gamma):
    """A central difference so fine that 400 digits are needed."""
    h = mpmath.mpf(10) ** -100
    z = mpmath.mpf(float(z))
    up = focal_at(y, z + h, alpha, gamma)
    return float((up - focal_at(y, z - h, alpha, gamma)) / (2 * h))


def focal_at(y, z, alpha, gamma):
    """The cost of one anchor, with as many digits as are set."""
    if y == -1:
        return mpmath.mpf(0)
    q = 1 / (1 + mpmath.exp(z)) if y == 1 else 1 / (1 + mpmath.exp(-z))
    return (alpha if y == 1 else 1 - alpha) * q**gamma * -mpmath.log(1 - q)
