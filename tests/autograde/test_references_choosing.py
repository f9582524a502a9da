"""The references of the exercises on choosing a loss, against torch, fractions and loops."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction
from functools import partial

import numpy as np
import pytest
from asked import agree_by_size, questions, wide

torch = pytest.importorskip("torch")
F = torch.nn.functional


agree = partial(agree_by_size, rtol=(1e-11, 2e-6), atol=(1e-13, 1e-6))


# -- sequence_cross_entropy ------------------------------------------------------------


def tokens(labels, logits, mask, grad=False):
    """Labels with -100 at padding, and logits with the classes second, as torch wants them."""
    y = torch.tensor(np.where(mask == 1, labels, -100))
    z = wide(np.where(mask[..., None] == 1, logits, 0.0), grad)
    return y, z


def test_the_token_average_agrees_with_the_ignored_index_of_torch():
    for q in questions("sequence_cross_entropy", "sequence_cross_entropy"):
        y, z = tokens(*q.probe.args)
        agree(q, F.cross_entropy(z.transpose(1, 2), y, ignore_index=-100))


def test_its_gradient_agrees_with_autograd():
    for q in questions("sequence_cross_entropy", "sequence_cross_entropy_grad"):
        y, z = tokens(*q.probe.args, grad=True)
        F.cross_entropy(z.transpose(1, 2), y, ignore_index=-100).backward()
        agree(q, z.grad.numpy())


def test_the_sequence_average_agrees_sequence_by_sequence():
    for q in questions("sequence_cross_entropy", "mean_of_sequences"):
        y, z = tokens(*q.probe.args)
        agree(
            q,
            np.mean([F.cross_entropy(b, a, ignore_index=-100) for a, b in zip(y, z, strict=True)]),
        )


# -- ctc_forward ------------------------------------------------------------------------


def read(path, blank):
    return [k for k, _ in itertools.groupby(path) if k != blank]


def listed(labels, log_probs, blank=0):
    """The sum over every path that is read as the labels, one path at a time."""
    classes = range(log_probs.shape[1])
    total = math.fsum(
        math.prod(math.exp(row[k]) for row, k in zip(log_probs, path, strict=True))
        for path in itertools.product(classes, repeat=len(log_probs))
        if read(path, blank) == labels.tolist()
    )
    return -math.log(total) if total else math.inf


def test_ctc_agrees_with_the_list_of_all_paths():
    small = [q for q in questions("ctc_forward") if len(q.probe.args[1]) <= 5]
    assert len(small) > 20
    for q in small:
        agree(q, listed(*(np.asarray(a) for a in q.probe.args), **q.probe.kwargs))


def test_ctc_agrees_with_torch():
    for q in questions("ctc_forward"):
        labels, log_probs = q.probe.args
        want = F.ctc_loss(
            wide(log_probs)[:, None],
            torch.tensor(labels)[None],
            (len(log_probs),),
            (len(labels),),
            blank=q.probe.kwargs.get("blank", 0),
            reduction="none",
        )
        agree(q, want[0])


# -- ranknet ----------------------------------------------------------------------------


def pairwise(relevance, scores):
    y, s = wide(relevance), wide(scores, grad=True)
    gaps = [s[j] - s[i] for i in range(len(y)) for j in range(len(y)) if y[i] > y[j]]
    return s, F.softplus(torch.stack(gaps), threshold=800).mean() if gaps else s.sum() * 0


def test_ranknet_agrees_with_torch_pair_by_pair():
    for q in questions("ranknet", "ranknet"):
        agree(q, pairwise(*q.probe.args)[1].detach())


def test_the_gradient_of_ranknet_agrees_with_autograd():
    for q in questions("ranknet", "ranknet_grad"):
        s, loss = pairwise(*q.probe.args)
        loss.backward()
        agree(q, s.grad)


# -- listnet, distillation ----------------------------------------------------------------


def soft_labels(relevance, scores):
    s = wide(scores, grad=True)
    return s, F.cross_entropy(s, wide(relevance).softmax(1))


def test_listnet_agrees_with_soft_labels_in_torch():
    for q in questions("listnet", "listnet"):
        agree(q, soft_labels(*q.probe.args)[1].detach())
    for q in questions("listnet", "listnet_grad"):
        s, loss = soft_labels(*q.probe.args)
        loss.backward()
        agree(q, s.grad)


def divergence(teacher, student, temperature=2.0):
    z = wide(student, grad=True)
    log_q = (z / temperature).log_softmax(1)
    log_p = (wide(teacher) / temperature).log_softmax(1)
    return z, temperature**2 * F.kl_div(log_q, log_p, reduction="batchmean", log_target=True)


def test_distillation_agrees_with_the_batchmean_of_torch():
    for q in questions("distillation", "distillation"):
        agree(q, divergence(*q.probe.args, **q.probe.kwargs)[1].detach())
    for q in questions("distillation", "distillation_grad"):
        z, loss = divergence(*q.probe.args, **q.probe.kwargs)
        loss.backward()
        agree(q, z.grad)


# -- crps_ensemble -----------------------------------------------------------------------


def area(y, members):
    """The integral of (F - step)^2, piece by piece between the sorted points, exactly."""
    x = sorted(Fraction(v) for v in members)
    y = Fraction(float(y))
    points = sorted([*x, y])
    total = Fraction(0)
    for left, right in itertools.pairwise(points):
        share = Fraction(sum(v <= left for v in x), len(x))
        total += (right - left) * (share - (left >= y)) ** 2
    return total


def test_the_score_is_the_area_in_exact_arithmetic():
    for q in questions("crps_ensemble", "crps_ensemble"):
        y, x = q.probe.args
        agree(q, float(sum(area(a, b.tolist()) for a, b in zip(y, x, strict=True)) / len(y)))


def test_its_gradient_is_half_of_both_one_sided_slopes():
    """At a corner the mean of the two sides is what a slope of 0 of one distance gives."""
    step = Fraction(1, 1024)
    for q in questions("crps_ensemble", "crps_ensemble_grad"):
        y, x = (np.asarray(a, dtype=np.float64) for a in q.probe.args)
        want = np.zeros(x.shape)
        for i, j in np.ndindex(x.shape):
            sides = []
            for sign in (1, -1):
                moved = [Fraction(v) for v in x[i].tolist()]
                moved[j] += sign * step
                sides.append(area(y[i], moved))
            want[i, j] = (sides[0] - sides[1]) / (2 * step) / len(x)
        agree(q, want)


# -- newsvendor_loss ----------------------------------------------------------------------


def priced(y, p, underage=1.0, overage=1.0):
    y, p = wide(y), wide(p, grad=True)
    return p, (underage * F.relu(y - p) + overage * F.relu(p - y)).mean()


def test_the_newsvendor_agrees_with_autograd():
    for q in questions("newsvendor_loss", "newsvendor_loss"):
        agree(q, priced(*q.probe.args, **q.probe.kwargs)[1].detach())
    for q in questions("newsvendor_loss", "newsvendor_loss_grad"):
        p, loss = priced(*q.probe.args, **q.probe.kwargs)
        loss.backward()
        agree(q, p.grad)


def test_the_order_is_the_smallest_of_least_cost_in_exact_arithmetic():
    for q in questions("newsvendor_loss", "newsvendor_order"):
        demand, underage = q.probe.args
        short, extra = Fraction(underage), Fraction(q.probe.kwargs.get("overage", 1.0))
        days = [Fraction(float(d)) for d in demand]

        def cost(order, days=days, short=short, extra=extra):
            return sum(max(short * (d - order), extra * (order - d)) for d in days)

        # A piecewise linear cost is least at a corner; halves in between prove it is not lower.
        candidates = sorted({*days, *((a + b) / 2 for a in days for b in days)})
        least = min(map(cost, candidates))
        agree(q, float(min(c for c in candidates if cost(c) == least)))
