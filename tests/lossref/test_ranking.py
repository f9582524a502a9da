"""Losses of orders against torch and sums over all orders; NDCG against scikit-learn."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

import lossref


def test_torch_agrees_on_pairs_and_lists():
    torch = pytest.importorskip("torch")
    F = torch.nn.functional
    rng = np.random.default_rng(0)
    y, a, b = rng.choice([-1.0, 1.0], 40), rng.normal(size=40), rng.normal(size=40)
    x, z = torch.tensor(a, requires_grad=True), torch.tensor(b, requires_grad=True)
    pairs = [
        (F.margin_ranking_loss(x, z, torch.tensor(y), margin=0.3),
         lossref.margin_ranking_value_and_grad(y, a, b, margin=0.3)),
        (F.binary_cross_entropy_with_logits(x - z, torch.tensor((y + 1) / 2)),
         lossref.ranknet_value_and_grad((y + 1) / 2, a, b)),
    ]  # fmt: skip
    for theirs, (value, slopes) in pairs:
        x.grad = z.grad = None
        theirs.backward()
        assert value == pytest.approx(theirs.item(), rel=1e-14)
        for got, want in zip(slopes, (x.grad, z.grad), strict=True):
            np.testing.assert_allclose(got, want.numpy(), atol=1e-15, strict=True)

    relevance, scores = rng.integers(0, 4, (7, 5)).astype(float), rng.normal(size=(7, 5))
    x = torch.tensor(scores, requires_grad=True)
    theirs = F.cross_entropy(x, torch.softmax(torch.tensor(relevance), -1))
    theirs.backward()
    value, slope = lossref.listnet_value_and_grad(relevance, scores)
    assert value == pytest.approx(theirs.item(), rel=1e-14)
    np.testing.assert_allclose(slope, x.grad.numpy(), atol=1e-15, strict=True)


def test_listmle_gives_every_order_its_probability():
    scores = np.random.default_rng(1).normal(size=4)
    chances = []
    for order in itertools.permutations(range(4)):
        relevance = np.empty(4)
        relevance[list(order)] = [4.0, 3.0, 2.0, 1.0]
        drawn, left = 1.0, list(order)
        for item in order:  # one after another, from what is left
            drawn *= math.exp(scores[item]) / sum(math.exp(scores[j]) for j in left)
            left.remove(item)
        loss = lossref.listmle(relevance[None], scores[None])
        assert loss == pytest.approx(-math.log(drawn), rel=1e-14)
        chances.append(math.exp(-loss))
    assert sum(chances) == pytest.approx(1, rel=1e-14)


def test_listmle_knows_the_order_only_and_listnet_the_sizes():
    rng = np.random.default_rng(2)
    relevance, scores = rng.random((6, 4)), rng.normal(size=(6, 4))
    assert lossref.listmle(relevance, scores) == lossref.listmle(np.exp(9 * relevance), scores)
    assert lossref.listnet(relevance, scores) != pytest.approx(
        lossref.listnet(2 * relevance, scores), rel=1e-3
    )


# -- NDCG and LambdaRank -----------------------------------------------------------------------


@pytest.mark.parametrize("top", [None, 1, 3, 9])
def test_ndcg_is_that_of_sklearn_with_exponential_gains(top):
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(3)
    relevance, scores = rng.integers(0, 4, (20, 6)), rng.normal(size=(20, 6))
    got = lossref.ndcg(relevance, scores, top=top)
    for i in range(20):
        if relevance[i].any():
            theirs = metrics.ndcg_score([2.0 ** relevance[i] - 1], [scores[i]], k=top)
            assert got[i] == pytest.approx(theirs, rel=1e-13)
        else:
            assert got[i] == 1
    assert lossref.ndcg([0.0, 0.0], [1.0, 2.0]) == 1.0


def swapped(scores, i, j):
    out = scores.copy()
    out[[i, j]] = out[[j, i]]
    return out


def test_the_weights_are_what_a_swap_changes_in_ndcg():
    rng = np.random.default_rng(4)
    for _ in range(10):
        relevance, scores = rng.integers(0, 4, 6).astype(float), rng.normal(size=6)
        if not relevance.any():
            continue
        weights, before = (
            lossref.lambdarank_weights(relevance, scores),
            lossref.ndcg(relevance, scores),
        )
        for i, j in itertools.product(range(6), repeat=2):
            after = lossref.ndcg(relevance, swapped(scores, i, j))
            assert weights[i, j] == pytest.approx(abs(after - before), abs=1e-14)


def test_the_slopes_are_those_of_ranknet_times_the_weights():
    rng = np.random.default_rng(5)
    relevance, scores = rng.integers(0, 3, (4, 5)).astype(float), rng.normal(size=(4, 5))
    got = lossref.lambdarank_grad(relevance, scores)
    for row, y, s in zip(got, relevance, scores, strict=True):
        want, weights = np.zeros(5), lossref.lambdarank_weights(y, s)
        for i, j in itertools.product(range(5), repeat=2):
            if y[i] > y[j]:
                up, down = lossref.ranknet_grad([1.0], s[i : i + 1], s[j : j + 1])
                want[i] += weights[i, j] * up[0]
                want[j] += weights[i, j] * down[0]
        np.testing.assert_allclose(row, want, atol=1e-15, strict=True)
    np.testing.assert_allclose(got.sum(axis=1), 0, atol=1e-15)


def test_steps_down_lambdarank_raise_ndcg_to_1():
    rng = np.random.default_rng(6)
    relevance, scores = rng.integers(0, 4, 8).astype(float), rng.normal(size=8)
    assert lossref.ndcg(relevance, scores) < 0.9
    for _ in range(500):
        scores = scores - 0.5 * lossref.lambdarank_grad(relevance, scores)
    assert lossref.ndcg(relevance, scores) == pytest.approx(1, rel=1e-15)


def test_what_does_not_fit_is_refused():
    for function in (lossref.ndcg, lossref.lambdarank_weights, lossref.lambdarank_grad):
        name = function.__name__
        with pytest.raises(ValueError, match=f"{name}: relevance and scores must have the same"):
            function([1.0, 2.0], [1.0])
        with pytest.raises(ValueError, match=rf"{name}: relevance must be in \[0, 1000\]"):
            function([-1.0, 2.0], [1.0, 2.0])
        with pytest.raises(ValueError, match=f"{name}: scores must be finite; got nan at index 1"):
            function([1.0, 2.0], [1.0, np.nan])
        with pytest.raises(ValueError, match=f"{name}: scores must have at least 1 axis"):
            function(1.0, 2.0)
    for top in (0, 1.5, True):
        with pytest.raises(ValueError, match="ndcg: top must be a whole number of at least 1"):
            lossref.ndcg([1.0], [1.0], top=top)
