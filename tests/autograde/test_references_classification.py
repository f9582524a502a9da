"""The references of the classification chapter, against torch and against plain loops.

lossref itself is held against fifty digits elsewhere; here are the compositions, and the
conventions in which an exercise differs from lossref.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from asked import cases, close, wide

F = torch.nn.functional


def agree(got, want, rtol=1e-6):
    close(got, want, rtol, atol=1e-7)


def slope(loss, at):
    """torch's gradient of loss(at)."""
    at = wide(at).requires_grad_()
    loss(at).backward()
    return at.grad.numpy()


def test_masked_labels_are_left_out():
    for (y, z), kwargs, wanted in cases("bce_with_logits", "bce_with_logits"):
        known = kwargs.get("known")
        total, count = 0.0, 0
        for i in np.ndindex(z.shape):
            if known is None or known[i]:
                one = [wide(np.array(float(a[i]))) for a in (z, y)]
                total += F.binary_cross_entropy_with_logits(*one).item()
                count += 1
        agree(wanted, total / count if count else 0.0)


def test_the_gradient_of_masked_labels():
    for (y, z), kwargs, wanted in cases("bce_with_logits", "bce_with_logits_grad"):
        known = kwargs.get("known", np.ones(z.shape, bool))
        want = np.zeros(z.shape)
        if known.any():
            loss = lambda t, y=y, k=known: F.binary_cross_entropy_with_logits(t, wide(y[k]))
            want[known] = slope(loss, z[known])
        agree(wanted, want)


def test_balanced_weights_halve_the_total():
    for (y,), _, wanted in questions_of_weights():
        assert wanted.shape == y.shape
        assert wanted.sum() == pytest.approx(y.size, rel=1e-14)
        if 0 < y.mean() < 1:
            assert wanted[y == 1].sum() == pytest.approx(y.size / 2, rel=1e-14)
        for label in (0, 1):
            assert len(set(np.round(wanted[y == label], 12).tolist())) <= 1


def questions_of_weights():
    return cases("weighted_bce", "balanced_weights")


def test_balanced_weights_are_those_of_scikit_learn():
    from sklearn.utils.class_weight import compute_sample_weight

    for (y,), _, wanted in questions_of_weights():
        agree(wanted.ravel(), compute_sample_weight("balanced", y.ravel()), 1e-14)


@pytest.mark.parametrize("function", ["weighted_bce", "weighted_bce_grad"])
def test_weighted_means_against_torch(function):
    for (y, z), kwargs, wanted in cases("weighted_bce", function):
        w = wide(kwargs.get("weights", np.ones(z.shape)))

        def loss(t, y=y, w=w):
            each = F.binary_cross_entropy_with_logits(t, wide(y), reduction="none")
            return (w * each).sum() / w.sum()

        agree(wanted, slope(loss, z) if function.endswith("grad") else loss(wide(z)).item())


@pytest.mark.parametrize("function", ["label_smoothing", "label_smoothing_grad"])
def test_label_smoothing_is_that_of_torch(function):
    for (y, z), kwargs, wanted in cases("label_smoothing", function):
        epsilon, labels = kwargs.get("epsilon", 0.1), torch.from_numpy(np.ascontiguousarray(y))
        loss = lambda t, n=labels, e=epsilon: F.cross_entropy(t, n, label_smoothing=e)
        agree(wanted, slope(loss, z) if function.endswith("grad") else loss(wide(z)).item())


@pytest.mark.parametrize("function", ["focal", "focal_grad"])
def test_focal_by_autograd(function):
    for (y, z), kwargs, wanted in cases("focal", function):
        gamma, alpha = kwargs.get("gamma", 2.0), kwargs.get("alpha")
        sign = wide(2.0 * y - 1)
        weight = 1.0 if alpha is None else wide(np.where(y == 1, alpha, 1 - alpha))

        def loss(t, sign=sign, weight=weight, gamma=gamma):
            log_p, log_q = F.logsigmoid(sign * t), F.logsigmoid(-sign * t)
            return -(weight * torch.exp(gamma * log_q) * log_p).mean()

        agree(wanted, slope(loss, z) if function.endswith("grad") else loss(wide(z)).item())


def test_weights_of_boosting_by_exact_shares():
    for (y, f), _, wanted in cases("exponential", "boosting_weights"):
        margins = [float(a * b) for a, b in zip(y.flat, f.flat, strict=True)]
        shares = [
            1 / math.fsum(math.exp(min(m - other, 700.0)) for other in margins) for m in margins
        ]
        agree(wanted.ravel(), shares)
        assert wanted.sum() == pytest.approx(1, rel=1e-6)


def test_weston_watkins_is_torch_without_the_division_by_classes():
    for (y, z), kwargs, wanted in cases("multiclass_hinge", "weston_watkins"):
        labels = torch.from_numpy(np.ascontiguousarray(y))
        theirs = F.multi_margin_loss(wide(z), labels, margin=kwargs.get("margin", 1.0)).item()
        agree(wanted, theirs * z.shape[1])


def test_crammer_singer_by_a_loop():
    for (y, z), kwargs, wanted in cases("multiclass_hinge", "multiclass_hinge"):
        margin, each = kwargs.get("margin", 1.0), []
        for label, row in zip(y.tolist(), z.tolist(), strict=True):
            each.append(
                max(0.0, *(margin + v - row[label] for j, v in enumerate(row) if j != label))
            )
        agree(wanted, math.fsum(each) / len(each))


def test_softmax_regression_is_gradient_descent_in_torch():
    for (X, y, classes), kwargs, wanted in cases(
        "train_softmax_regression", "train_softmax_regression"
    ):
        lr, l2, steps = kwargs.get("lr", 0.5), kwargs.get("l2", 0.0), kwargs.get("steps", 100)
        layer = torch.nn.Linear(X.shape[1], classes, dtype=torch.float64)
        torch.nn.init.zeros_(layer.weight)
        torch.nn.init.zeros_(layer.bias)
        groups = [{"params": [layer.weight], "weight_decay": l2}, {"params": [layer.bias]}]
        optimiser = torch.optim.SGD(groups, lr=lr)
        for _ in range(steps):
            optimiser.zero_grad()
            labels = torch.from_numpy(np.ascontiguousarray(y))
            F.cross_entropy(layer(wide(X)), labels).backward()
            optimiser.step()
        agree(wanted, np.vstack([layer.weight.detach().numpy().T, layer.bias.detach().numpy()]))
