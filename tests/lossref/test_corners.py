"""Corners that no record reaches: bad input of rare kinds, and numbers at the end of their range."""

from __future__ import annotations

import dataclasses
import inspect

import mpmath
import numpy as np
import pytest

import lossref
from lossref._spec import UNIT, Choice, Interval

mpmath.mp.dps = 60


@pytest.mark.parametrize(
    ("call", "error", "who", "rule", "got", "step"),
    [
        (lambda: lossref.mse([1, 2, 3], [1, 2, 3], sample_weight=[1, 2]),
         ValueError, "mse", "sample_weight must broadcast", "(2,)", "one weight per value"),
        (lambda: lossref.mse(np.ones((3, 2)), np.ones((3, 2)), sample_weight=[1, 2, 3]),
         ValueError, "mse", "sample_weight must broadcast", "(3,)", "sample_weight[:, None]"),
        (lambda: lossref.mse([[1.0, 2.0], [3.0]], [1.0, 2.0]),
         ValueError, "mse", "rectangular array", "rows of different lengths", "Pad the rows"),
        (lambda: lossref.mse(np.ma.array([1.0, 2.0], mask=[0, 1]), [1.0, 2.0]),
         TypeError, "mse", "plain array", "a masked array", "compressed"),
        (lambda: lossref.mse([1j], [1.0]),
         TypeError, "mse", "real numbers", "complex", ""),
        (lambda: lossref.mse(["a"], [1.0]),
         TypeError, "mse", "real numbers", "", ""),
        (lambda: lossref.l2_norm(1.0, 2.0),
         ValueError, "l2_norm", "at least one axis", "()", "Use mae"),
        (lambda: lossref.mse(np.ones(3), np.ones((3, 1))),
         ValueError, "mse", "same shape", "(3, 1)", "y_true[:, None] or y_pred[:, 0]"),
        (lambda: lossref.mse(np.ones((3, 1)), np.ones(3)),
         ValueError, "mse", "same shape", "(3, 1)", "y_true[:, 0] or y_pred[:, None]"),
        (lambda: lossref.mse(np.ones((2, 3, 1)), np.ones((2, 3))),
         ValueError, "mse", "same shape", "(2, 3, 1)", "y_true[..., 0]"),
        (lambda: lossref.mse(np.ones((2, 3)), np.ones((2, 3, 1))),
         ValueError, "mse", "same shape", "(2, 3, 1)", "y_pred[..., 0]"),
        (lambda: lossref.mse(np.ones((2, 3)), np.ones((3, 2))),
         ValueError, "mse", "same shape", "(3, 2)", "y_true.T"),
        (lambda: lossref.mse(1.0, np.ones(3)),
         ValueError, "mse", "same shape", "()", "np.full"),
        (lambda: lossref.bce([1.0], [1.0 + 1e-9]),
         ValueError, "bce", "[0, 1]", "1.000000001", ""),
        (lambda: lossref.softmax_cross_entropy([0], [[1.0, 2.0]], axis=5),
         ValueError, "softmax_cross_entropy", "axis must be one of the axes", "5", "axis=-1"),
        (lambda: lossref.softmax_cross_entropy(np.ones((2, 3)) / 3, np.ones((2, 4))),
         ValueError, "softmax_cross_entropy", "same shape", "(2, 4)", "one probability per logit"),
        (lambda: lossref.dqn_targets([1.0], np.ones((1, 0)), [False], gamma=0.5),
         ValueError, "dqn_targets", "at least one action", "(1, 0)", "one value per action"),
        (lambda: lossref.kl_divergence(0.5, 0.5),
         ValueError, "kl_divergence", "at least 1 axis", "()", "[None]"),
    ],
)  # fmt: skip
def test_an_error_says_who_rule_got_and_the_next_step(call, error, who, rule, got, step):
    with pytest.raises(error) as caught:
        call()
    text = str(caught.value)
    assert text.startswith(f"{who}: ")
    for part in (rule, got, step):
        assert part in text, text


def test_a_number_that_is_none_is_in_no_interval():
    assert "0.5" not in UNIT
    assert None not in UNIT
    assert float("nan") not in UNIT
    assert 0.5 in UNIT
    assert 2.0 not in Choice((-1.0, 1.0))


@pytest.mark.parametrize(
    ("ends", "text"),
    [((True, True), "[0, 1.5]"), ((True, False), "[0, 1.5)"), ((False, True), "(0, 1.5]")],
)
def test_an_interval_is_written_with_the_ends_that_are_in_it(ends, text):
    assert str(Interval(0.0, 1.5, *ends)) == text
    assert str(Interval(0.0, 1.5, *ends, hole=1.0)) == f"{text} without 1"


def test_a_bad_number_far_behind_good_ones_is_found():
    """The sum of the first block is finite; only that of the last one tells."""
    y, p = np.zeros((2, 20_000)), np.ones((2, 20_000))
    y[1, 19_999] = np.nan
    with pytest.raises(ValueError, match=r"^mse: y_true .* nan at index \(1, 19999\)"):
        lossref.mse(y, p)


def test_weights_of_any_size_give_the_mean_of_their_ratios():
    y, p = np.zeros(3), np.array([1.0, 2.0, 4.0])
    plain = lossref.mse(y, p, sample_weight=[1.0, 2.0, 1.0])
    for size in (1e-300, 1e-160, 1e160, 1e300):
        weights = np.array([1.0, 2.0, 1.0]) * size
        assert lossref.mse(y, p, sample_weight=weights) == pytest.approx(plain, rel=1e-15)
    plain = lossref.mse(y, p, sample_weight=[1.0, 1.5, 1.0])
    largest = np.array([1.0, 1.5, 1.0]) * 1e308  # their sum is no float
    assert lossref.mse(y, p, sample_weight=largest) == pytest.approx(plain, rel=1e-15)


def test_a_root_of_errors_that_all_weigh_nothing_or_are_infinite():
    value, slope = lossref.rmse_value_and_grad([0.0, 0.0], [0.0, 3.0], sample_weight=[1.0, 0.0])
    assert value == 0.0
    np.testing.assert_array_equal(slope, [0.0, 0.0])
    value, slope = lossref.rmse_value_and_grad([0.0, 0.0], [np.inf, 3.0])
    assert value == np.inf
    assert np.isfinite(slope).all()
    assert slope[0] > 0 == slope[1]


def test_a_ratio_that_leaves_the_floats_has_a_logarithm_that_does_not():
    """|b - a| / (1 + min) overflows; the logarithm of it is an ordinary number."""
    got = lossref.msle([0.0], [1e308])
    exact = mpmath.log1p(mpmath.mpf(10) ** 308) ** 2
    assert got == pytest.approx(float(exact), rel=1e-14)
    low = np.nextafter(-1.0, 0.0)
    got = lossref.msle([low], [1e308])
    exact = (mpmath.log1p(mpmath.mpf(1e308)) - mpmath.log1p(mpmath.mpf(low))) ** 2
    assert got == pytest.approx(float(exact), rel=1e-14)


def test_a_soft_label_that_no_row_uses_costs_nothing():
    q = np.array([[0.5, 0.5, 0.0], [1.0, 0.0, 0.0]])
    z = np.array([[1.0, 2.0, 30.0], [0.0, 1.0, 2.0]])
    wanted = [
        float(-sum(mpmath.mpf(a) * (mpmath.mpf(b) - mpmath.log(sum(mpmath.exp(mpmath.mpf(c)) for c in row)))
                   for a, b in zip(share, row, strict=True)))
        for share, row in zip(q, z, strict=True)
    ]  # fmt: skip
    got = lossref.softmax_cross_entropy(q, z, reduction="none")
    np.testing.assert_allclose(got, wanted, rtol=1e-14, strict=True)


def test_weighted_values_of_float32_that_overflow_on_the_way_are_repaired():
    y, p = np.zeros(3, np.float32), np.array([1e19, 3e19, 1.0], np.float32)
    got = lossref.mse(y, p, reduction="none", sample_weight=[1e-3, 1e-3, 1.0])
    exact = p.astype(np.float64) ** 2 * [1e-3, 1e-3, 1.0]
    np.testing.assert_allclose(got, exact.astype(np.float32), rtol=1e-6)
    assert np.isfinite(got).all()


def test_no_error_at_all_has_no_root_to_divide_by():
    value, slope = lossref.rmse_value_and_grad(np.zeros((2, 2)), np.zeros((2, 2)))
    assert value == 0.0
    np.testing.assert_array_equal(slope, np.zeros((2, 2)), strict=True)


def test_lengths_of_rows_come_one_by_one_with_their_weights():
    y, p = np.zeros((2, 2)), np.array([[3.0, 4.0], [0.0, 2.0]])
    got = lossref.l2_norm(y, p, reduction="none", sample_weight=[2.0, 0.5])
    np.testing.assert_array_equal(got, [10.0, 1.0], strict=True)
    slope = lossref.l2_norm_grad(y, p, reduction="none", sample_weight=[2.0, 0.5])
    np.testing.assert_allclose(slope, [[1.2, 1.6], [0.0, 0.5]], rtol=1e-15, strict=True)


def test_a_float32_is_infinite_where_the_answer_is_and_nowhere_else():
    """Half of the square of 2e19 is a float32, the square is not; the block is taken again."""
    y, p = np.zeros(2, np.float32), np.array([3e19, 2e19], np.float32)
    got = lossref.expectile(y, p, tau=0.5, reduction="none")
    np.testing.assert_allclose(got, np.float32([np.inf, 2e38]), rtol=1e-6, strict=True)


def test_a_ratio_of_1e310_that_is_no_float_has_a_logarithm_that_is():
    e, c = mpmath.mpf(1e160), mpmath.mpf(1e-150)
    exact = c**2 / 2 * mpmath.log1p((e / c) ** 2)
    assert lossref.cauchy([0.0], [1e160], c=1e-150) == pytest.approx(float(exact), rel=1e-13, abs=0)


def test_a_class_that_neither_row_uses_adds_nothing():
    p, q = [[0.5, 0.5, 0.0]], [[0.25, 0.75, 0.0]]
    value, (slope,) = lossref.js_divergence(p, q), lossref.js_divergence_grad(p, q)
    assert value == pytest.approx(lossref.js_divergence([[0.5, 0.5]], [[0.25, 0.75]]), rel=1e-15)
    assert slope[2] == 0


def test_a_tolerance_of_zero_leaves_one_kink():
    assert lossref.spec("epsilon_insensitive").kinks(epsilon=0.0) == (0.0,)
    assert lossref.spec("epsilon_insensitive").kinks(epsilon=0.5) == (-0.5, 0.5)
    assert lossref.spec("smooth_l1").kinks(beta=0.0) == (0.0,)
    assert lossref.spec("smooth_l1").kinks(beta=0.5) == ()


def test_a_float32_error_that_overflows_has_a_gradient_that_does_not():
    y, p = np.array([-2e38, 0, 0, 0], np.float32), np.array([2e38, 0, 0, 0], np.float32)
    want = np.array([2e38, 0, 0, 0], np.float32)  # 2 (4e38) / 4
    np.testing.assert_allclose(lossref.mse_grad(y, p), want, rtol=1e-6, strict=True)


def test_a_ratio_of_1e400_has_a_logarithm():
    x = mpmath.mpf(1e200) / mpmath.mpf(1e-200)
    exact = mpmath.log1p(x**2 / 2)
    got = lossref.barron([0.0], [1e200], alpha=0.0, c=1e-200)
    assert got == pytest.approx(float(exact), rel=1e-13, abs=0)


def test_a_family_is_an_attribute_and_its_imports_are_not_public():
    assert lossref.__getattr__("box") is lossref.box
    assert "softplus" in lossref._family("stable")
    assert "Any" not in lossref._family("stable")


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: lossref.mse(np.nan, 1.0),
         "mse: y_true must be finite; got nan. Drop or repair that element before computing the loss."),
        (lambda: lossref.huber([1.0], [1.0], delta=np.ones(2)),
         "huber: delta must be one real number; got an array of shape (2,) and dtype float64. "
         "Pass a float, such as delta=1."),
        (lambda: lossref.softmax(np.ones((2, 0))),
         "softmax: x must have at least one element along axis -1; got shape (2, 0). "
         "Leave empty rows out first."),
        (lambda: lossref.hinge([0.0], [1.0]),
         "hinge: y_true must be in {-1, 1}; got 0 at index 0. "
         "Use 2 * y - 1 to turn labels 0 and 1 into -1 and 1."),
        (lambda: lossref.bce([1.0], [2.0]),
         "bce: y_pred must be in [0, 1]; got 2 at index 0. "
         "Apply expit to logits first; repair the element if it is meant as a probability."),
        (lambda: lossref.arcface([0], [[2.0, 0.0]]),
         "arcface: cosines must be in [-1, 1]; got 2 at index (0, 0). "
         "Use np.clip(..., -1, 1) if only rounding has put it outside."),
    ],
)  # fmt: skip
def test_the_whole_text_of_rare_errors(call, text):
    with pytest.raises((TypeError, ValueError)) as caught:
        call()
    assert str(caught.value) == text


@pytest.mark.parametrize("n", [512, 1024, 40_000, 700])
@pytest.mark.parametrize("slug", ["mse", "mae", "huber"])
def test_a_sum_of_equal_float32_keeps_their_digits(n, slug):
    """Equal terms are the worst case: every addition is rounded to the same side."""
    y, p = np.zeros(n, np.float32), np.full(n, 0.7368063, np.float32)
    one = lossref.spec(slug).loss(y[:1].astype(np.float64), p[:1].astype(np.float64))
    got = lossref.spec(slug).loss(y, p)
    assert abs(got / one - 1) <= 4 * np.finfo(np.float32).eps
    tiny = np.full(n, 1e-25, np.float32)  # the squares are no float32
    assert lossref.mse(y, tiny) == pytest.approx(float(tiny[0]) ** 2, rel=1e-12, abs=0)


def test_lengths_of_tiny_errors_are_not_lost_in_their_squares():
    assert lossref.rmse([0.0, 0.0], [3e-200, -3e-200]) == pytest.approx(3e-200, rel=1e-15, abs=0)
    found = lossref.l2_norm([[0.0, 0.0]], [[3e-200, 4e-200]])
    assert found == pytest.approx(5e-200, rel=1e-15, abs=0)


def test_a_box_of_a_subnormal_area_keeps_its_overlap():
    box = np.float32([[-1e-7, 0, -1e-7 + 2e-14, 1e-30]])
    half = box.copy()
    half[0, 3] /= 2
    assert lossref.pairwise_iou(box, half)[0, 0] == pytest.approx(0.5, rel=1e-6)


def test_a_bad_box_is_found_in_a_set_of_sets():
    boxes = np.tile([0.0, 0.0, 1.0, 1.0], (2, 3, 1))
    boxes[1, 2, 0] = 5
    with pytest.raises(ValueError, match=r"^iou_loss: boxes_pred must have .* at index \(1, 2\)"):
        lossref.iou_loss(np.zeros((2, 3, 4)), boxes)


def test_smoothed_ratios_of_tiny_masks_are_smoothed():
    y, p = np.full((1, 3), 1e-170), np.full((1, 3), 3e-170)
    assert lossref.squared_dice_loss(y, p, smooth_nr=1.0, smooth_dr=1.0) == 0.0
    plain = lossref.squared_dice_loss(y, p)
    assert plain == pytest.approx(1 - 2 * 3 / 10, rel=1e-14)
    y, p = np.array([[3e-170, 2e-170], [1.0, 0.5]]), np.array([[1e-170, 2e-170], [0.5, 0.5]])
    mixed = lossref.squared_dice_loss(y, p, reduction="none")
    np.testing.assert_allclose(mixed, [1 - 14 / 18, 1 - 1.5 / 1.75], rtol=1e-14, strict=True)


def test_functions_of_one_name_have_the_same_defaults():
    """The gradient must be that of the value also where nothing is named."""
    names = {n for family in lossref.FAMILIES for n in lossref._family(family)}
    checked = 0
    for name in names:
        for suffix in ("_value_and_grad", "_grad", "_step"):
            base = name.removesuffix(suffix)
            if base == name or base not in names:
                continue
            mine, its = (inspect.signature(getattr(lossref, n)).parameters for n in (name, base))
            for key, parameter in its.items():
                assert mine[key].default == parameter.default, (name, key)
                checked += 1
            break
    assert checked > 500
    for record in lossref.specs():
        given = inspect.signature(record.loss).parameters
        for setting in (*record.params, *getattr(record, "options", ())):
            assert given[setting.name].default == setting.default, (record.slug, setting.name)


def test_a_sequence_over_one_class_may_have_any_label_where_it_is_masked():
    got = lossref.sequence_cross_entropy([7, 0], [[1.0], [2.0]], mask=[False, True])
    assert got == 0.0
    with pytest.raises(ValueError, match=r"^sequence_cross_entropy: logits must .* 1 axis"):
        lossref.sequence_cross_entropy(0, 1.0)


@pytest.mark.parametrize("record", lossref.specs(), ids=lambda s: s.slug)
def test_a_record_cannot_be_changed_by_who_reads_it(record):
    parts = [record, *record.params, *record.identities, *record.names_elsewhere]
    for kind in ("arguments", "edges", "options"):
        parts += getattr(record, kind, ())
    for part in parts:
        field = dataclasses.fields(part)[0].name
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(part, field, "other")
