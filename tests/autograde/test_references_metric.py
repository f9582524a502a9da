"""The references of the metric exercises, against torch, scipy and loops."""

from __future__ import annotations

import math
import operator
from functools import partial

import numpy as np
import pytest
from asked import agree_by_size, questions, wide
from scipy.spatial.distance import cdist

torch = pytest.importorskip("torch")
F = torch.nn.functional


agree = partial(agree_by_size, rtol=(1e-11, 2e-6), atol=(1e-13, 1e-6))


def length(x):
    return torch.linalg.vector_norm(x, dim=-1)


def test_distances_agree_with_scipy():
    for q in questions("pairwise_distances"):
        x, y = (np.asarray(a, dtype=np.float64) for a in q.probe.args)
        agree(q, cdist(x, y))


def contrastive(similar, a, b, margin=1.0):
    d = length(a - b)
    return torch.where(similar == 1, d**2, F.relu(margin - d) ** 2).mean() / 2


def triplet(a, p, n, margin=1.0):
    return F.relu(length(a - p) - length(a - n) + margin).mean()


def info_nce(queries, keys, temperature=0.07):
    s = F.normalize(queries, eps=0.0) @ F.normalize(keys, eps=0.0).T
    return F.cross_entropy(s / temperature, torch.arange(len(s)))


@pytest.mark.parametrize(
    ("slug", "loss", "wrt"),
    [
        ("contrastive", contrastive, [1]),
        ("triplet", triplet, [0, 1, 2]),
        ("info_nce", info_nce, [0]),
    ],
)
def test_values_and_gradients_agree_with_autograd(slug, loss, wrt):
    for q in questions(slug):
        arguments = [wide(a, grad=i in wrt) for i, a in enumerate(q.probe.args)]
        value = loss(*arguments, **q.probe.kwargs)
        if q.probe.function == slug:
            agree(q, value.detach().numpy())
            continue
        value.backward()
        slopes = [arguments[i].grad.numpy() for i in wrt]
        agree(q, np.stack(slopes) if len(wrt) > 1 else slopes[0])


def test_mined_triplets_agree_with_a_loop():
    for q in questions("batch_hard_triplet"):
        labels, x = q.probe.args[0].tolist(), q.probe.args[1].astype(np.float64).tolist()
        margin, n, costs = q.probe.kwargs.get("margin", 1.0), len(labels), []
        for i in range(n):
            triplets = [
                math.dist(x[i], x[p]) - math.dist(x[i], x[k])
                for p in range(n)
                for k in range(n)
                if p != i and labels[p] == labels[i] != labels[k]
            ]
            if triplets:
                costs.append(max(0.0, max(triplets) + margin))
        agree(q, math.fsum(costs) / len(costs))


def test_cosines_agree_with_a_loop():
    for q in questions("cosine_embedding"):
        margin, costs = q.probe.kwargs.get("margin", 0.0), []
        for y, a, b in zip(*(v.astype(np.float64).tolist() for v in q.probe.args), strict=True):
            lengths = math.hypot(*a) * math.hypot(*b)
            c = sum(map(operator.mul, a, b)) / lengths if lengths else 0.0
            costs.append(1 - c if y == 1 else max(0.0, c - margin))
        agree(q, math.fsum(costs) / len(costs))


def test_clip_agrees_with_two_cross_entropies_of_torch():
    for q in questions("clip_loss"):
        a, b = (F.normalize(wide(v), eps=0.0) for v in q.probe.args)
        z = math.exp(q.probe.kwargs.get("log_scale", math.log(1 / 0.07))) * a @ b.T
        own = torch.arange(len(z))
        agree(q, (F.cross_entropy(z, own) + F.cross_entropy(z.T, own)).item() / 2)


def test_nt_xent_agrees_with_a_masked_cross_entropy_of_torch():
    for q in questions("nt_xent"):
        u = F.normalize(wide(q.probe.args[0]), eps=0.0)
        n = len(u)
        z = (u @ u.T / q.probe.kwargs.get("temperature", 0.5)).fill_diagonal_(-math.inf)
        agree(q, F.cross_entropy(z, (torch.arange(n) + n // 2) % n).item())
