"""CTC against the list of all alignments; masked cross-entropy against the tokens one by one."""

from __future__ import annotations

import importlib
import itertools

import mpmath
import numpy as np
import pytest

import lossref

ctc_module = importlib.import_module("lossref.sequence.ctc")


def spelt(path, blank=0):
    """Repeats merged, then blanks dropped."""
    merged = [c for c, _ in itertools.groupby(path)]
    return [c for c in merged if c != blank]


def all_alignments(labels, logits, blank=0):
    """The loss and its gradient by the definition, to 40 digits: every path, one by one."""
    with mpmath.workdps(40):
        frames, classes = logits.shape
        powers = [[mpmath.exp(mpmath.mpf(float(z))) for z in row] for row in logits]
        p = [[x / sum(row) for x in row] for row in powers]
        total = mpmath.mpf(0)
        share = [[mpmath.mpf(0)] * classes for _ in range(frames)]
        for path in itertools.product(range(classes), repeat=frames):
            if spelt(path, blank) == list(labels):
                chance = mpmath.fprod(p[t][c] for t, c in enumerate(path))
                total += chance
                for t, c in enumerate(path):
                    share[t][c] += chance
        if total == 0:
            return np.inf, None
        slopes = [
            [float(p[t][c] - share[t][c] / total) for c in range(classes)] for t in range(frames)
        ]
        return float(-mpmath.log(total)), np.array(slopes)


CASES = [
    ([], 3, 0), ([1], 1, 0), ([1], 4, 0), ([1, 2], 2, 0), ([1, 1], 3, 0), ([1, 1], 5, 0),
    ([2, 1, 2], 5, 0), ([0, 2], 4, 1), ([0, 0, 1], 6, 2), ([2, 2, 2], 5, 0),
]  # fmt: skip


@pytest.mark.parametrize(("labels", "frames", "blank"), CASES)
def test_ctc_is_the_sum_over_all_alignments(labels, frames, blank):
    rng = np.random.default_rng(frames)
    logits = rng.normal(size=(frames, 3)) * 3
    value, slope = all_alignments(labels, logits, blank)
    got, gradient = lossref.ctc_value_and_grad(
        np.array(labels, int)[None], logits[None], blank=blank
    )
    assert got == pytest.approx(value, rel=1e-14)
    np.testing.assert_allclose(gradient[0], slope, atol=1e-15)
    np.testing.assert_allclose(gradient.sum(axis=-1), 0, atol=1e-15)


def test_a_model_that_is_sure_and_right_keeps_its_digits():
    logits = np.full((5, 3), -20.0)
    logits[np.arange(5), [0, 1, 0, 2, 0]] = 20.0
    value, slope = all_alignments([1, 2], logits)
    got, gradient = lossref.ctc_value_and_grad([[1, 2]], logits[None])
    assert 0 < value < 1e-15
    assert got == pytest.approx(value, rel=1e-12, abs=0)
    np.testing.assert_allclose(gradient[0], slope, rtol=1e-12, atol=1e-30)


def padded(seed=0):
    """Sequences of different lengths, with nonsense in the padding."""
    rng = np.random.default_rng(seed)
    labels, logits = rng.integers(1, 4, (6, 3)), rng.normal(size=(6, 7, 4)) * 2
    long, heard = np.array([3, 0, 1, 2, 3, 2]), np.array([7, 4, 1, 5, 6, 7])
    for i in range(6):
        labels[i, long[i] :] = -100
        logits[i, heard[i] :] = np.nan
    return labels, logits, long, heard


def test_padding_of_labels_and_frames_does_not_matter():
    labels, logits, long, heard = padded()
    lengths = {"label_lengths": long, "input_lengths": heard}
    each = lossref.ctc(labels, logits, reduction="none", **lengths)
    slopes = lossref.ctc_grad(labels, logits, reduction="none", **lengths)
    for i in range(6):
        one = lossref.ctc_value_and_grad(
            labels[i : i + 1, : long[i]], logits[i : i + 1, : heard[i]]
        )
        assert each[i] == pytest.approx(one[0], rel=1e-14)
        np.testing.assert_allclose(slopes[i, : heard[i]], one[1][0], atol=1e-15)
        np.testing.assert_array_equal(slopes[i, heard[i] :], 0)
    folded = lossref.ctc(
        labels.reshape(2, 3, 3), logits.reshape(2, 3, 7, 4), reduction="none",
        label_lengths=long.reshape(2, 3), input_lengths=heard.reshape(2, 3),
    )  # fmt: skip
    np.testing.assert_array_equal(folded, each.reshape(2, 3), strict=True)
    alone = lossref.ctc(labels[0], logits[0], reduction="none")
    assert alone == each[0]


def test_padding_may_look_like_labels():
    logits = np.random.default_rng(0).normal(size=(1, 5, 4))
    want = lossref.ctc([[2]], logits)
    for padding in (0, 1, 3):
        assert lossref.ctc([[2, padding]], logits, label_lengths=[1]) == want


def test_torch_agrees_on_values_and_gradients():
    torch = pytest.importorskip("torch")
    labels, logits, long, heard = padded(1)
    logits = np.nan_to_num(logits)
    x = torch.tensor(logits, requires_grad=True)
    theirs = torch.nn.functional.ctc_loss(
        torch.log_softmax(x, -1).transpose(0, 1), torch.tensor(np.maximum(labels, 1)),
        torch.tensor(heard), torch.tensor(long), reduction="none",
    )  # fmt: skip
    theirs.sum().backward()
    lengths = {"label_lengths": long, "input_lengths": heard}
    value, gradient = lossref.ctc_value_and_grad(labels, logits, reduction="none", **lengths)
    np.testing.assert_allclose(value, theirs.detach().numpy(), rtol=1e-12, strict=True)
    np.testing.assert_allclose(gradient, x.grad.numpy(), atol=1e-13, strict=True)


def test_the_mean_of_torch_divides_by_the_number_of_labels_first():
    """Two frames, two labels, three equal classes: log 9, but half of it in torch's mean."""
    torch = pytest.importorskip("torch")
    theirs = torch.nn.functional.ctc_loss(
        torch.log_softmax(torch.zeros(2, 1, 3, dtype=torch.float64), -1), torch.tensor([[1, 2]]),
        torch.tensor([2]), torch.tensor([2]),
    )  # fmt: skip
    ours = lossref.ctc([[1, 2]], np.zeros((1, 2, 3)))
    assert ours == pytest.approx(np.log(9), rel=1e-15)
    assert theirs.item() == pytest.approx(ours / 2, rel=1e-14)


def test_what_cannot_be_spelt_costs_infinitely_much():
    logits = np.zeros((3, 3, 3))
    labels = np.array([[1, 2], [1, 1], [1, 2]])
    np.testing.assert_array_equal(lossref.ctc_min_frames(labels), [2, 3, 2])
    np.testing.assert_array_equal(lossref.ctc_min_frames([[1, 1, 9]], [1]), [1])
    short = [1, 2, 3]
    each = lossref.ctc(labels, logits, input_lengths=short, reduction="none")
    np.testing.assert_array_equal(np.isinf(each), [True, True, False])
    assert lossref.ctc(labels, logits, input_lengths=short) == np.inf
    gradient = lossref.ctc_grad(labels, logits, input_lengths=short)
    np.testing.assert_array_equal(np.isnan(gradient).any(axis=(1, 2)), [True, True, False])
    possible = lossref.ctc_min_frames(labels) <= short
    value, gradient = lossref.ctc_value_and_grad(
        labels, logits, input_lengths=short, sample_weight=possible
    )
    assert value == pytest.approx(each[2], rel=1e-15)
    assert np.isfinite(gradient).all()
    impossible = np.array([[[0.0, -np.inf, 0.0]] * 2])
    assert lossref.ctc([[1]], impossible) == np.inf
    assert lossref.ctc([[2]], impossible) == pytest.approx(-np.log(0.75), rel=1e-15)


def test_no_frames_spell_nothing():
    assert lossref.ctc(np.zeros((2, 0), int), np.zeros((2, 0, 3))) == 0
    values = lossref.ctc([[1], [1]], np.zeros((2, 2, 3)), input_lengths=[0, 0],
                         label_lengths=[0, 1], reduction="none")  # fmt: skip
    np.testing.assert_array_equal(values, [0, np.inf])
    nothing = np.zeros((0, 3), int), np.zeros((0, 4, 3))
    assert lossref.ctc(*nothing, reduction="sum") == 0.0
    assert lossref.ctc_grad(*nothing, reduction="sum").shape == (0, 4, 3)
    with pytest.raises(ValueError, match="mean of no values"):
        lossref.ctc(*nothing)


def test_ctc_reductions_weights_and_dtypes():
    labels, logits, long, heard = padded(2)
    logits = np.nan_to_num(logits)
    lengths = {"label_lengths": long, "input_lengths": heard}
    each = lossref.ctc(labels, logits, reduction="none", **lengths)
    slopes = lossref.ctc_grad(labels, logits, reduction="none", **lengths)
    w = np.random.default_rng(3).uniform(0.5, 2, 6)
    assert lossref.ctc(labels, logits, **lengths) == pytest.approx(each.mean(), rel=1e-14)
    got = lossref.ctc(labels, logits, sample_weight=w, **lengths)
    assert got == pytest.approx((w * each).sum() / w.sum(), rel=1e-14)
    np.testing.assert_allclose(
        lossref.ctc_grad(labels, logits, sample_weight=w, **lengths),
        slopes * (w / w.sum())[:, None, None], rtol=1e-13, strict=True,
    )  # fmt: skip
    for dtype in (np.float16, np.float32):
        narrow = logits.astype(dtype)
        got = lossref.ctc(labels, narrow, reduction="none", **lengths)
        assert got.dtype == lossref.ctc_grad(labels, narrow, **lengths).dtype == dtype
        wide = lossref.ctc(labels, narrow.astype(float), reduction="none", **lengths)
        np.testing.assert_array_equal(got, wide.astype(dtype), strict=True)
    logits[2, 0, 0] = np.nan
    assert np.isnan(lossref.ctc(labels, logits, **lengths))


def test_what_does_not_fit_ctc_is_refused():
    z = np.zeros((2, 5, 3))
    for labels, message in (
        ([[1, 3], [1, 2]], r"labels must be in 0..2 and not the blank, 0; got 3 at index \(0, 1\)"),
        ([[1, 0], [1, 2]], ".*not the blank, 0; got 0"),
        ([[1, 2]], "labels must have shape"),
        ([1, 2], "labels must have shape"),
    ):
        with pytest.raises(ValueError, match=f"^ctc: {message}"):
            lossref.ctc(labels, z)
    good = [[1, 2], [1, 2]]
    with pytest.raises(ValueError, match=r"ctc: label_lengths must be in 0..2; got 3 at index 1"):
        lossref.ctc(good, z, label_lengths=[1, 3])
    with pytest.raises(ValueError, match=r"ctc: input_lengths must have shape \(2,\)"):
        lossref.ctc(good, z, input_lengths=[5])
    for blank in (3, -1, 0.0, True):
        with pytest.raises(ValueError, match="ctc: blank must be"):
            lossref.ctc(good, z, blank=blank)
    with pytest.raises(TypeError, match="ctc: labels must hold integers"):
        lossref.ctc([[1.0], [2.0]], z)
    with pytest.raises(ValueError, match="ctc: logits must have at least one class"):
        lossref.ctc(good, np.zeros((2, 5, 0)))


# -- masked cross-entropy -------------------------------------------------------------------------


def tokens(seed=4):
    rng = np.random.default_rng(seed)
    labels, logits = rng.integers(0, 5, (3, 6)), rng.normal(size=(3, 6, 5)) * 2
    mask = np.arange(6) < np.array([6, 1, 3])[:, None]
    labels[~mask] = -100
    logits[~mask] = np.nan
    return labels, logits, mask


@pytest.mark.parametrize("average", ["token", "sequence"])
def test_only_the_tokens_that_count_count(average):
    labels, logits, mask = tokens()
    each = [
        [lossref.softmax_cross_entropy([y], z[None]) for y, z in zip(row, rows, strict=True)]
        for row, rows in (
            (labels[i][mask[i]], logits[i][mask[i]]) for i in range(3)
        )
    ]  # fmt: skip
    means = [np.mean(row) for row in each]
    want = np.mean(means) if average == "sequence" else np.mean(np.concatenate(each))
    value, gradient = lossref.sequence_cross_entropy_value_and_grad(
        labels, logits, mask=mask, average=average
    )
    assert value == pytest.approx(want, rel=1e-14)
    np.testing.assert_array_equal(gradient[~mask], 0)
    flat = lossref.softmax_cross_entropy_grad(labels[mask], logits[mask], reduction="none")
    counts = mask.sum(axis=1)
    share = {"token": np.full(10, 1 / 10), "sequence": np.repeat(1 / 3 / counts, counts)}[average]
    np.testing.assert_allclose(gradient[mask], flat * share[:, None], rtol=1e-13)


def test_a_sequence_of_padding_alone_is_left_out():
    labels, logits, mask = tokens()
    mask[1] = False
    some = [0, 2]
    for average in ("token", "sequence"):
        whole = lossref.sequence_cross_entropy(labels, logits, mask=mask, average=average)
        rest = lossref.sequence_cross_entropy(
            labels[some], logits[some], mask=mask[some], average=average
        )
        assert whole == pytest.approx(rest, rel=1e-14)
    with pytest.raises(ValueError, match="positive total weight"):
        lossref.sequence_cross_entropy(labels, logits, mask=np.zeros((3, 6), bool))


def test_torch_ignores_the_same_tokens():
    torch = pytest.importorskip("torch")
    labels, logits, mask = tokens()
    x = torch.tensor(np.nan_to_num(logits), requires_grad=True)
    theirs = torch.nn.functional.cross_entropy(x.transpose(1, 2), torch.tensor(labels))
    theirs.backward()
    value, gradient = lossref.sequence_cross_entropy_value_and_grad(labels, logits, mask=mask)
    assert value == pytest.approx(theirs.item(), rel=1e-14)
    np.testing.assert_allclose(gradient, x.grad.numpy(), atol=1e-15, strict=True)


def test_what_does_not_fit_a_sequence_is_refused():
    labels, logits, mask = tokens()
    with pytest.raises(ValueError, match=r"^sequence_cross_entropy: mask must have shape"):
        lossref.sequence_cross_entropy(labels, logits, mask=mask[0])
    with pytest.raises(ValueError, match=r"^sequence_cross_entropy: labels must be in 0..4"):
        lossref.sequence_cross_entropy(labels, logits)
    with pytest.raises(ValueError, match='average must be "token" or "sequence"'):
        lossref.sequence_cross_entropy(labels, logits, mask=mask, average="batch")
