"""What the classification pages say of libraries which they do not import, or do not run."""

from __future__ import annotations

import inspect

import numpy as np
import pytest
import torch
from scipy import optimize, special
from sklearn.linear_model import SGDClassifier
from sklearn.svm import SVC, LinearSVC

import lossref

F = torch.nn.functional


def t(values):
    return torch.tensor(values, dtype=torch.float64)


def test_cross_entropy_of_torch_takes_logits():
    fed = F.cross_entropy(t([[0.9, 0.1]]), torch.tensor([0])).item()
    assert fed == pytest.approx(lossref.softmax_cross_entropy([0], [[0.9, 0.1]]), rel=1e-12)
    assert fed > 3 * -np.log(0.9)
    log_p = F.log_softmax(t([[2.0, 0.0]]), dim=1)
    both = F.nll_loss(log_p, torch.tensor([1])), F.cross_entropy(t([[2.0, 0.0]]), torch.tensor([1]))
    assert both[0].item() == pytest.approx(both[1].item(), rel=1e-12)
    twice = F.cross_entropy(log_p, torch.tensor([1])).item()
    assert twice == pytest.approx(both[1].item(), rel=1e-12), "log-softmax of a log-softmax"


def test_classes_stand_on_axis_one_in_torch():
    z = torch.arange(24, dtype=torch.float64).reshape(2, 3, 4) ** 1.5
    labels = torch.tensor([[0, 1, 2, 0], [2, 2, 1, 0]])
    want = lossref.softmax_cross_entropy(labels.numpy(), np.moveaxis(z.numpy(), 1, -1))
    assert F.cross_entropy(z, labels).item() == pytest.approx(want, rel=1e-12)


def test_the_same_word_has_two_denominators_in_torch():
    y, z = t([1.0, 0.0, 0.0]), t([0.5, -1.0, 2.0])
    each = F.binary_cross_entropy_with_logits(z, y, reduction="none")
    weighted = F.binary_cross_entropy_with_logits(z, y, pos_weight=t(9.0)).item()
    w = t([9.0, 1.0, 1.0])
    assert weighted == pytest.approx((w * each).sum().item() / 3, rel=1e-12)
    rows = torch.stack([torch.zeros(3, dtype=torch.float64), z], dim=1)
    classes = F.cross_entropy(rows, y.long(), weight=t([1.0, 9.0])).item()
    assert classes == pytest.approx((w * each).sum().item() / 11, rel=1e-12)


def test_smoothing_of_torch_is_dealt_to_all_classes():
    z, labels = t([[2.0, 0.0, -1.0]]), torch.tensor([0])
    ours = lossref.label_smoothing([0], z.numpy(), epsilon=0.15)
    assert F.cross_entropy(z, labels, label_smoothing=0.15).item() == pytest.approx(ours, rel=1e-12)
    assert lossref.label_smoothing_off([0], z.numpy(), epsilon=0.1) == pytest.approx(
        ours, rel=1e-12
    )


def test_margin_loss_of_torch_is_divided_by_the_classes():
    z = t([[0.1, 0.2, 0.4, 0.8]])
    theirs = F.multi_margin_loss(z, torch.tensor([3])).item()
    assert theirs == pytest.approx(lossref.weston_watkins_hinge([3], z.numpy()) / 4, rel=1e-12)


def test_hinge_embedding_is_about_distances():
    x, y = t([0.3, 0.3]), t([1.0, -1.0])
    each = F.hinge_embedding_loss(x, y, reduction="none").tolist()
    assert each == pytest.approx([0.3, 0.7], rel=1e-12), "the distance itself, and margin less it"


def test_hinges_of_scikit_learn():
    assert LinearSVC().loss == "squared_hinge"
    assert "loss" not in inspect.signature(SVC).parameters
    assert "crammer_singer" in LinearSVC._parameter_constraints["multi_class"][0].options
    for loss in ("hinge", "squared_hinge", "modified_huber", "perceptron", "log_loss"):
        x = np.array([[0.0], [1.0], [2.0], [3.0]])
        model = SGDClassifier(loss=loss, random_state=0).fit(x, [7, 7, 9, 9])
        assert set(model.classes_) == {7, 9}, "any two labels"


MINIMISERS = {
    "margin_logistic": lambda p: np.log(p / (1 - p)),
    "exponential": lambda p: 0.5 * np.log(p / (1 - p)),
    "squared_hinge": lambda p: 2 * p - 1,
    "hinge": lambda p: np.sign(2 * p - 1),
}


@pytest.mark.parametrize("slug", MINIMISERS)
@pytest.mark.parametrize("chance", [0.1, 0.4, 0.7, 0.95])
def test_what_the_score_means_at_the_minimum(slug, chance):
    loss = lossref.spec(slug).loss

    def risk(f):
        return chance * loss([1], [f]) + (1 - chance) * loss([-1], [f])

    found = optimize.minimize_scalar(
        risk, bounds=(-8, 8), method="bounded", options={"xatol": 1e-10}
    )
    assert found.x == pytest.approx(MINIMISERS[slug](chance), abs=1e-4)


@pytest.mark.parametrize("weight", [0.2, 3.0, 9.0])
@pytest.mark.parametrize("chance", [0.1, 0.6])
def test_a_class_weight_adds_its_logarithm_to_the_best_logit(weight, chance):
    def slope(z):
        up, down = (lossref.bce_with_logits_grad([label], [z])[0] for label in (1, 0))
        return weight * chance * up + (1 - chance) * down

    best = optimize.brentq(slope, -30, 30)
    assert best == pytest.approx(special.logit(chance) + np.log(weight), abs=1e-9)


def test_the_two_hinges_of_many_classes_bound_each_other():
    rng = np.random.default_rng(0)
    z, labels = rng.normal(size=(200, 5)), rng.integers(0, 5, 200)
    wrong = z.argmax(axis=1) != labels
    cs = lossref.crammer_singer_hinge(labels, z, reduction="none")
    ww = lossref.weston_watkins_hinge(labels, z, reduction="none")
    assert np.all(wrong <= cs)
    assert np.all(cs <= ww + 1e-12)
    assert np.all(ww <= 4 * cs + 1e-12)
    assert np.any(cs < ww - 0.1), "and they are not the same"
