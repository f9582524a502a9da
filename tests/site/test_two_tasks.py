"""The network with two heads: its gradients by torch, its rule, and what is held out."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from lossbook.two_tasks import Net, wines

F = torch.nn.functional


def test_the_halves_share_no_wine_and_proline_is_not_among_the_measurements():
    train, test = wines()
    assert (len(train.x), len(test.x)) == (118, 60)
    rows = {tuple(row) for row in np.round(np.vstack([train.x, test.x]), 9)}
    assert len(rows) == 178
    assert train.x.shape[1] == 12
    assert train.proline.mean() == pytest.approx(0, abs=1e-15)
    assert 0.2 < train.proline.std() < 0.4
    np.testing.assert_allclose(train.x.std(axis=0), np.ones(12), rtol=1e-12, strict=True)


@pytest.mark.parametrize("width", [1, 3])
def test_both_gradients_are_those_of_torch(width):
    train, _ = wines()
    net = Net(width)
    theta = net.start(4) + 0.1
    losses, gradients = net.tasks(theta, train)
    flat = torch.tensor(theta, requires_grad=True)
    w, b, a, a0, c, c0 = (
        p.reshape(shape)
        for p, shape in zip(
            torch.split(flat, np.diff([0, *net.ends]).tolist()), net.shapes, strict=True
        )
    )
    h = torch.tanh(torch.tensor(train.x) @ w + b)
    first = F.mse_loss(h @ a + a0, torch.tensor(train.proline))
    second = F.cross_entropy(h @ c + c0, torch.tensor(train.cultivar))
    np.testing.assert_allclose(losses, [first.item(), second.item()], rtol=1e-12)
    for loss, gradient in ((first, gradients[0]), (second, gradients[1])):
        (theirs,) = torch.autograd.grad(loss, flat, retain_graph=True)
        np.testing.assert_allclose(gradient, theirs.numpy(), rtol=1e-9, atol=1e-14, strict=True)
    assert not gradients[0, int(net.ends[3]) :].any()
    assert not gradients[1, net.shared : int(net.ends[3])].any()


def test_a_rule_may_give_weights_or_a_gradient_and_no_step_is_longer_than_the_rate():
    train, _ = wines()
    net = Net(2)
    weights = np.array([0.5, 2.0])
    one, path = net.train(train, lambda losses, gradients: weights, steps=5)
    two, _ = net.train(train, lambda losses, gradients: weights @ gradients, steps=5)
    np.testing.assert_array_equal(one, two, strict=True)
    assert path.shape == (5, 2)
    far, _ = net.train(train, lambda losses, gradients: weights, steps=1, unit=1e6, rate=0.3)
    assert np.linalg.norm(far - net.start(1)) == pytest.approx(0.3)


def test_a_unit_is_a_weight():
    train, _ = wines()
    net = Net(2)
    one, _ = net.train(train, lambda losses, gradients: np.ones(2), steps=20, unit=10.0)
    two, _ = net.train(train, lambda losses, gradients: np.array([100.0, 1.0]), steps=20)
    np.testing.assert_allclose(one, two, rtol=1e-9, strict=True)


def test_scores_are_those_of_scikit_learn():
    from sklearn.metrics import accuracy_score

    train, test = wines()
    net = Net(3)
    theta, _ = net.train(train, lambda losses, gradients: np.ones(2))
    explained, right = net.scores(theta, test)
    proline, logits = net.predict(theta, test.x)
    assert right == accuracy_score(test.cultivar, logits.argmax(axis=1)) > 0.9
    left = np.sum((proline - test.proline) ** 2) / np.sum(test.proline**2)
    assert explained == pytest.approx(1 - left)
    assert explained > 0.7
