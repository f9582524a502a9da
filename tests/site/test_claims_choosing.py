"""What the chapter on choosing a loss says of libraries which its pages do not run."""

from __future__ import annotations

import inspect
import math

import numpy as np
import pytest

import lossref

torch = pytest.importorskip("torch")
F = torch.nn.functional


def test_torch_ignores_minus_100_and_divides_by_what_is_left():
    z = torch.tensor([[0.0, 0.0], [3.0, 0.0], [9.0, 0.0]])
    y = torch.tensor([0, 0, -100])
    assert inspect.signature(F.cross_entropy).parameters["ignore_index"].default == -100
    want = (math.log(2) + math.log1p(math.exp(-3))) / 2
    assert F.cross_entropy(z, y).item() == pytest.approx(want, rel=1e-6)


def test_a_batch_of_padding_alone_is_nan_there_and_an_error_here():
    assert math.isnan(F.cross_entropy(torch.zeros(2, 3), torch.tensor([-100, -100])).item())
    with pytest.raises(ValueError, match="positive total weight"):
        lossref.sequence_cross_entropy([[0, 0]], np.zeros((1, 2, 3)), mask=[[False, False]])


def ctc(log_probs, labels, **how):
    lengths = [len(y) for y in labels]
    return F.ctc_loss(
        torch.tensor(np.swapaxes(log_probs, 0, 1)),
        torch.tensor([k for y in labels for k in y]),
        [log_probs.shape[1]] * len(labels),
        lengths,
        **how,
    )


def test_torch_divides_ctc_by_the_labels_before_it_averages():
    log_probs = lossref.log_softmax(np.random.default_rng(0).normal(size=(2, 6, 4)))
    labels = [[1, 2, 3], [2]]
    each = ctc(log_probs, labels, reduction="none").numpy()
    padded = np.array([[1, 2, 3], [2, 0, 0]])
    ours = lossref.ctc(padded, log_probs, label_lengths=[3, 1], reduction="none")
    np.testing.assert_allclose(each, ours, rtol=1e-12, strict=True)
    assert ctc(log_probs, labels).item() == pytest.approx((each[0] / 3 + each[1]) / 2, rel=1e-12)


def test_zero_infinity_hides_what_does_not_fit():
    flat = np.log(np.full((1, 2, 3), 1 / 3))
    assert ctc(flat, [[1, 1]], reduction="none").item() == math.inf
    assert ctc(flat, [[1, 1]], reduction="none", zero_infinity=True).item() == 0.0


def test_ctc_of_logits_gives_a_negative_number_and_no_error():
    assert ctc(np.full((1, 3, 2), 5.0), [[1]], reduction="none").item() < 0


def test_the_default_margin_is_0_in_both():
    assert inspect.signature(F.margin_ranking_loss).parameters["margin"].default == 0
    assert lossref.spec("margin_ranking").defaults["margin"] == 0


def test_ranknet_is_binary_cross_entropy_of_differences():
    rng = np.random.default_rng(0)
    y, a, b = (rng.random(20) > 0.5) * 1.0, rng.normal(size=20), rng.normal(size=20)
    theirs = F.binary_cross_entropy_with_logits(torch.tensor(a - b), torch.tensor(y))
    assert lossref.ranknet(y, a, b) == pytest.approx(theirs.item(), rel=1e-12)


def test_listmle_of_two_items_is_ranknet():
    s = np.random.default_rng(0).normal(size=(20, 2))
    ours = lossref.listmle(np.tile([1.0, 0.0], (20, 1)), s)
    assert ours == pytest.approx(lossref.ranknet(np.ones(20), s[:, 0], s[:, 1]), rel=1e-12)


def test_the_raw_relevances_have_the_gradient_that_the_page_says():
    r, s = torch.tensor([3.0, 1.0, 0.0]), torch.tensor([0.5, 1.0, -1.0], requires_grad=True)
    (-(r * s.log_softmax(0)).sum()).backward()
    want = s.softmax(0).detach() * r.sum() - r
    np.testing.assert_allclose(s.grad.numpy(), want.numpy(), rtol=1e-6, atol=1e-6, strict=True)


def test_the_line_of_torch_is_the_distillation_and_its_plain_mean_is_not():
    rng = np.random.default_rng(0)
    t, z = rng.normal(size=(2, 6, 10)) * 3
    log_p, log_q = (torch.tensor(x / 4.0).log_softmax(-1) for x in (t, z))
    ours = lossref.distillation(t, z, temperature=4.0)
    right = 16 * F.kl_div(log_q, log_p, reduction="batchmean", log_target=True).item()
    assert ours == pytest.approx(right, rel=1e-12)
    with pytest.warns(UserWarning, match="batchmean"):
        plain = 16 * F.kl_div(log_q, log_p, reduction="mean", log_target=True).item()
    assert inspect.signature(F.kl_div).parameters["reduction"].default == "mean"
    assert ours == pytest.approx(10 * plain, rel=1e-12)


def test_hot_distillation_is_half_the_mean_square_of_centred_logits():
    rng = np.random.default_rng(0)
    t, z = rng.normal(size=(2, 6, 10))
    t, z = (x - x.mean(axis=1, keepdims=True) for x in (t, z))
    hot = lossref.distillation(t, z, temperature=1e5)
    assert hot == pytest.approx(0.5 * np.mean((t - z) ** 2), rel=1e-3)


def test_the_cost_is_a_scaled_pinball_loss_of_scikit_learn():
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(0)
    y, p = rng.normal(size=(2, 30))
    theirs = metrics.mean_pinball_loss(y, p, alpha=3 / 4)
    assert lossref.newsvendor(y, p, underage=3.0) == pytest.approx(4 * theirs, rel=1e-12)


def test_scikit_learn_has_the_two_threshold_classifiers_and_no_crps():
    selection = pytest.importorskip("sklearn.model_selection")
    from sklearn import metrics

    fixed = inspect.signature(selection.FixedThresholdClassifier).parameters
    assert "threshold" in fixed
    assert hasattr(selection, "TunedThresholdClassifierCV")
    assert not any("crps" in name.lower() for name in (*dir(metrics), *dir(F)))
