"""What the contracts do not ask of metric learning: torch, options, left-out rows, extremes."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
import torch
import torch.nn.functional as F

import lossref
from lossref.metric import SPECS

mpmath.mp.dps = 60
RNG = np.random.default_rng(0)
A, B = RNG.normal(size=(2, 12, 4))
LABELS = np.array([0, 0, 1, 1, 1, 2, 2, 0, 3, 3, 3, 3])
BATCH = [s for s in SPECS if s.kind == "batch"]
SIMILARITIES = ("info_nce", "clip_loss", "nt_xent", "supcon")


def by_slug(specs):
    return pytest.mark.parametrize("spec", specs, ids=[s.slug for s in specs])


def leaves(*arrays):
    return [torch.tensor(x, requires_grad=True) for x in arrays]


def agree(found, loss, *inputs):
    """Value and gradients of ours against torch's."""
    value, gradient = found
    loss.backward()
    assert value == pytest.approx(loss.item(), rel=1e-12)
    gradient = gradient if isinstance(gradient, tuple) else (gradient,)
    for got, leaf in zip(gradient, inputs, strict=True):
        np.testing.assert_allclose(got, leaf.grad.numpy(), rtol=1e-9, atol=1e-14)


# -- pairs and triplets ------------------------------------------------------------


def test_contrastive_and_cosine_embedding_agree_with_autograd():
    y = (np.arange(12) % 2).astype(float)
    a, b = leaves(A, B)
    d, t = (a - b).norm(dim=1), torch.tensor(y)
    loss = (t * d**2 + (1 - t) * (3 - d).clamp(min=0) ** 2).mean() / 2
    agree(lossref.contrastive_value_and_grad(y, A, B, margin=3.0), loss, a, b)
    a, b = leaves(A, B)
    loss = F.cosine_embedding_loss(a, b, 2 * t - 1, margin=-0.3)
    value, gradient = lossref.cosine_embedding_value_and_grad(2 * y - 1, A, B, margin=-0.3)
    loss.backward()
    assert value == pytest.approx(loss.item(), rel=1e-10)  # torch adds 1e-12
    np.testing.assert_allclose(gradient[0], a.grad.numpy(), rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(gradient[1], b.grad.numpy(), rtol=1e-8, atol=1e-12)


@pytest.mark.parametrize("squared", [False, True])
@pytest.mark.parametrize("soft", [False, True])
def test_triplets_agree_with_autograd(squared, soft):
    options = {"squared": squared, "soft": soft, "margin": 0.7}
    c = np.roll(A, 3, axis=0)
    a, p, n = leaves(A, B, c)
    power = 2 if squared else 1
    gap = (a - p).norm(dim=1) ** power - (a - n).norm(dim=1) ** power + 0.7
    loss = (F.softplus(gap, threshold=800) if soft else gap.clamp(min=0)).mean()
    agree(lossref.triplet_value_and_grad(A, B, c, **options), loss, a, p, n)
    (x,) = leaves(A)
    d = (x[:, None] - x).pow(2).sum(2)
    d = d if squared else (d + torch.eye(12)).sqrt()  # no root of 0 on the diagonal
    same = torch.tensor(LABELS[:, None] == LABELS)
    far = d.masked_fill(~same | torch.eye(12, dtype=bool), -torch.inf).amax(1)
    gap = far - d.masked_fill(same, torch.inf).amin(1) + 0.7
    loss = (F.softplus(gap, threshold=800) if soft else gap.clamp(min=0)).mean()
    agree(lossref.batch_hard_triplet_value_and_grad(LABELS, A, **options), loss, x)


@pytest.mark.parametrize("squared", [False, True])
def test_the_swap_takes_the_closer_of_two_negatives(squared):
    c = np.vstack((B[:6] + 0.3, A[6:] + 0.3))  # close to the positive, then to the anchor
    power = 2 if squared else 1
    a, p, n = leaves(A, B, c)
    far, across = (x.norm(dim=1) ** power for x in (a - n, p - n))
    assert 0 < (across < far).sum() < 12
    loss = ((a - p).norm(dim=1) ** power - torch.minimum(far, across) + 0.7).clamp(min=0).mean()
    options = {"margin": 0.7, "squared": squared, "swap": True}
    agree(lossref.triplet_value_and_grad(A, B, c, **options), loss, a, p, n)
    # As far from both: each of them gets half of the push.
    tied = lossref.triplet_grad([[0.0]], [[2.0]], [[1.0]], swap=True)
    np.testing.assert_array_equal(np.ravel(tied), [-0.5, 0.5, 0.0])


def test_equally_hard_rows_share_the_pull():
    """Two positives and two negatives at the same distance, one of each on either side."""
    x = np.array([[0.0, 0.0], [0.0, 1.0], [0.0, -1.0], [2.0, 0.0], [-2.0, 0.0]])
    labels = np.array([0, 0, 0, 1, 1])
    w = np.array([1.0, 0, 0, 0, 0])
    value, gradient = lossref.batch_hard_triplet_value_and_grad(
        labels, x, margin=3.0, sample_weight=w
    )
    assert value == 2.0
    want = [[0, 0], [0, 0.5], [0, -0.5], [-0.5, 0], [0.5, 0]]
    np.testing.assert_allclose(gradient, want, atol=1e-16)


def test_the_pull_of_near_duplicates_keeps_its_digits():
    x = np.array([[57.0, 1.0], [57.0 + 3e-9, 1.0 + 4e-9], [57.0, 9.0]])
    w = np.array([1.0, 0, 0])
    gradient = lossref.batch_hard_triplet_grad([0, 0, 1], x, margin=20.0, sample_weight=w)
    step = x[1] - x[0]
    np.testing.assert_allclose(gradient[1], step / np.hypot(*step), rtol=1e-14)


@pytest.mark.parametrize(("length", "angles"), [(1.0, range(1, 10)), (3.7, range(1, 10))])
def test_one_minus_cosine_at_small_angles(length, angles):
    for k in angles:
        a = RNG.normal(size=5)
        b = length * (a + 10.0**-k * RNG.normal(size=5))
        u, v = ([mpmath.mpf(float(x)) for x in w] for w in (a, b))
        dot = mpmath.fsum(x * y for x, y in zip(u, v, strict=True))
        exact = 1 - dot / (mpmath.norm(u) * mpmath.norm(v))
        assert lossref.cosine_embedding([1.0], [a], [b]) == pytest.approx(float(exact), rel=4e-15)


# -- batches ----------------------------------------------------------------------


def test_info_nce_and_its_kin_agree_with_autograd():
    target = torch.arange(12)
    a, b = leaves(A, B)
    s = F.normalize(a) @ F.normalize(b).T
    agree(
        lossref.info_nce_value_and_grad(A, B, temperature=0.2),
        F.cross_entropy(s / 0.2, target), a, b,
    )  # fmt: skip
    a, b = leaves(A, B)
    agree(lossref.n_pair_value_and_grad(A, B), F.cross_entropy(a @ b.T, target), a, b)
    a, b = leaves(A, B)
    t = torch.tensor(1.5, dtype=torch.float64, requires_grad=True)
    s = F.normalize(a) @ F.normalize(b).T * t.exp()
    loss = (F.cross_entropy(s, target) + F.cross_entropy(s.T, target)) / 2
    agree(lossref.clip_loss_value_and_grad(A, B, log_scale=1.5), loss, a, b, t)
    (z,) = leaves(A)
    s = (F.normalize(z) @ F.normalize(z).T / 0.2).masked_fill(torch.eye(12) == 1, -torch.inf)
    loss = F.cross_entropy(s, (target + 6) % 12)
    agree(lossref.nt_xent_value_and_grad(A, temperature=0.2), loss, z)


def test_supcon_agrees_with_autograd():
    (z,) = leaves(A)
    s = (F.normalize(z) @ F.normalize(z).T / 0.2).masked_fill(torch.eye(12) == 1, -torch.inf)
    same = torch.tensor((LABELS[:, None] == LABELS) & ~np.eye(12, dtype=bool))
    log_p = s.log_softmax(1)
    loss = -(torch.where(same, log_p, 0.0).sum(1) / same.sum(1)).mean()
    agree(lossref.supcon_value_and_grad(LABELS, A, temperature=0.2), loss, z)


def test_two_views_per_sample_are_two_rows_per_label():
    labels = np.tile(np.arange(6), 2)
    views = lossref.nt_xent_value_and_grad(A, temperature=0.3)
    rows = lossref.supcon_value_and_grad(labels, A, temperature=0.3)
    assert views[0] == pytest.approx(rows[0], rel=1e-13)
    np.testing.assert_allclose(views[1], rows[1], rtol=1e-11)


def test_both_directions_are_alike():
    one, other = lossref.clip_loss_grad(A, B), lossref.clip_loss_grad(B, A)
    np.testing.assert_allclose(one[0], other[1], rtol=1e-12)
    assert one[2] == pytest.approx(other[2], rel=1e-12)
    half = lossref.info_nce(A, B, temperature=0.07), lossref.info_nce(B, A, temperature=0.07)
    assert lossref.clip_loss(A, B) == pytest.approx(sum(half) / 2, rel=1e-12)


def test_the_positive_is_one_of_the_terms():
    """What errata call out: cosines 0.9, 0.1 and 0 at temperature 0.1."""
    keys = np.array([[c, np.sqrt(1 - c * c)] for c in (0.9, 0.1, 0.0)])
    each = lossref.info_nce(np.tile([1.0, 0.0], (3, 1)), keys, temperature=0.1, reduction="none")
    assert each[0] == pytest.approx(np.log1p(np.exp(-8) + np.exp(-9)), rel=1e-13)
    assert each[0] == pytest.approx(0.00046, abs=5e-6)


@pytest.mark.parametrize(
    "spec", [s for s in BATCH if s.arguments[0].domain is None], ids=lambda s: s.slug
)
def test_rows_without_a_partner_are_left_out(spec):
    labels = np.append(LABELS, [7, 8])
    x = np.vstack((A, RNG.normal(size=(2, 4))))
    each = spec.loss(labels, x, reduction="none")
    assert (each[-2:] == 0).all()
    assert spec.loss(labels, x) == pytest.approx(each[:-2].mean(), rel=1e-13)
    w = RNG.uniform(1, 2, 14)
    want = np.average(each[:-2], weights=w[:-2])
    assert spec.loss(labels, x, sample_weight=w) == pytest.approx(want, rel=1e-13)
    summed = spec.grad(labels, x, reduction="sum")
    np.testing.assert_allclose(spec.grad(labels, x), summed / 12, rtol=1e-12)
    alone = np.arange(5)
    with pytest.raises(ValueError, match="positive total weight"):
        spec.loss(alone, A[:5])
    assert spec.loss(alone, A[:5], reduction="sum") == 0
    assert not spec.grad(alone, A[:5], reduction="sum").any()


def test_one_label_for_all_leaves_nothing_to_mine():
    with pytest.raises(ValueError, match="positive total weight"):
        lossref.batch_hard_triplet(np.zeros(12, int), A)
    assert lossref.supcon(np.zeros(12, int), A) > 0


def test_a_batch_of_one_pair_costs_nothing():
    for slug in ("info_nce", "clip_loss", "n_pair"):
        value, gradient = lossref.spec(slug).value_and_grad(A[:1], B[:1])
        assert value == 0
        assert not any(np.any(g) for g in gradient)
    assert lossref.nt_xent(A[:2]) == 0


@pytest.mark.parametrize("slug", SIMILARITIES)
@pytest.mark.parametrize("power", [-1000, -60, 60, 1000])
def test_lengths_do_not_matter_to_cosines(slug, power):
    spec, k = lossref.spec(slug), 2.0**power
    given = [
        LABELS if a.domain is None else x
        for a, x in zip(spec.arguments, (A, B)[: len(spec.arguments)], strict=True)
    ]
    scaled = [x if x.dtype.kind == "i" else x * k for x in given]
    value, gradient = spec.value_and_grad(*given)
    other, pulled = spec.value_and_grad(*scaled)
    assert other == value
    first = gradient[0] if isinstance(gradient, tuple) else gradient
    second = pulled[0] if isinstance(pulled, tuple) else pulled
    np.testing.assert_allclose(second * k, first, rtol=1e-9)


@pytest.mark.parametrize("slug", SIMILARITIES)
def test_a_zero_vector_has_no_direction_and_no_pull(slug):
    spec = lossref.spec(slug)
    x = A.copy()
    x[3] = 0
    given = [LABELS if a.domain is None else x for a in spec.arguments]
    value, gradient = spec.value_and_grad(*given)
    assert np.isfinite(value)
    first = gradient[0] if isinstance(gradient, tuple) else gradient
    assert np.isfinite(first).all()
    assert not first[3].any()
    assert first[2].any()


@pytest.mark.parametrize("temperature", [0.07, 0.02, 0.01, 0.005])
def test_low_temperatures_in_float32(temperature):
    """Positives that lead, as after training: what is left is far below 1."""
    rng = np.random.default_rng(1)
    a = rng.normal(size=(8, 16)).astype(np.float32)
    b = (a + 0.3 * rng.normal(size=(8, 16))).astype(np.float32)
    each = lossref.info_nce(a, b, temperature=temperature, reduction="none")
    u, v = ([[mpmath.mpf(float(x)) for x in r] for r in w] for w in (a, b))
    for i, got in enumerate(each):
        s = [
            mpmath.fsum(x * y for x, y in zip(u[i], r, strict=True))
            / (mpmath.norm(u[i]) * mpmath.norm(r))
            for r in v
        ]
        rest = [mpmath.exp((x - s[i]) / mpmath.mpf(temperature)) for j, x in enumerate(s) if j != i]
        exact = float(mpmath.log1p(mpmath.fsum(rest)))
        # A cosine is off by about 1e-7, and that over the temperature is relative here.
        assert got == pytest.approx(exact, rel=4e-7 / temperature)


def test_a_confident_mistake_is_linear_and_not_infinite():
    each = lossref.info_nce(
        [[1.0, 0], [0, 1]], [[-1.0, 0], [1, 0]], temperature=1e-3, reduction="none"
    )
    np.testing.assert_allclose(each, [2000, np.log(2)], rtol=1e-14)


def test_arcface_beyond_pi_agrees_with_autograd():
    c = np.cos(np.linspace(0.1, 3.1, 12))
    rows, labels = np.column_stack((c, np.linspace(-0.9, 0.9, 12))), np.zeros(12, int)
    (x,) = leaves(rows)
    own = x[:, 0]
    angle = torch.acos(own)
    widened = torch.where(angle + 0.5 > np.pi, own - 0.5 * np.sin(0.5), torch.cos(angle + 0.5))
    loss = F.cross_entropy(torch.stack((widened, x[:, 1]), 1) * 8, torch.tensor(labels))
    agree(lossref.arcface_value_and_grad(labels, rows, scale=8.0), loss, x)
    assert (np.arccos(c) + 0.5 > np.pi).any()


def test_arcface_at_the_ends_is_finite_and_pulls_the_right_way():
    for own in (1.0, -1.0):
        gradient = lossref.arcface_grad([0], [[own, 0.9]])
        assert np.isfinite(gradient).all()
        assert gradient[0, 0] < 0 <= gradient[0, 1]


def test_the_pull_of_arcface_at_the_end_is_that_of_the_last_cosine_before_it():
    ends = np.array([[1.0, 0.9], [np.nextafter(1.0, 0.0), 0.9]])
    pull = lossref.arcface_grad([0, 0], ends, scale=1.0, reduction="none")
    np.testing.assert_allclose(pull[0], pull[1], rtol=1e-6)
    assert pull[0, 0] < -1e6


def test_a_cosine_beyond_1_by_rounding_is_told_with_its_digits():
    with pytest.raises(
        ValueError, match=r"got 1\.0000000000000002 at index \(0, 1\)\. Use np.clip"
    ):
        lossref.arcface([0], [[0.5, 1 + 2**-52]])


# -- all pairs ---------------------------------------------------------------------


@pytest.mark.parametrize(("dtype", "rtol"), [(np.float32, 5e-7), (np.float64, 1e-15)])
def test_distances_of_near_duplicates_keep_their_digits(dtype, rtol):
    x = RNG.normal(size=(30, 8)).astype(dtype) * 20
    y = (x + 1e-5 * RNG.normal(size=x.shape)).astype(dtype)
    found = lossref.pairwise_distances(x, y)
    assert found.dtype == dtype
    for i in range(30):
        exact = mpmath.norm(
            [mpmath.mpf(float(p)) - mpmath.mpf(float(q)) for p, q in zip(x[i], y[i], strict=True)]
        )
        assert found[i, i] == pytest.approx(float(exact), rel=rtol)
    np.testing.assert_allclose(lossref.pairwise_distances(x, y, squared=True), found**2, rtol=1e-5)


def test_distances_to_oneself_at_every_scale_and_in_blocks():
    x = RNG.normal(size=(500, 7))
    found = lossref.pairwise_distances(x)
    np.testing.assert_array_equal(found, found.T)
    assert not found.diagonal().any()
    i, j = RNG.integers(0, 500, (2, 50))
    np.testing.assert_allclose(found[i, j], np.linalg.norm(x[i] - x[j], axis=1), rtol=1e-14)
    for power in (-1000, 1000):
        k = 2.0**power
        np.testing.assert_allclose(lossref.pairwise_distances(x * k), found * k, rtol=1e-14)
    assert lossref.pairwise_distances(np.zeros((0, 3)), np.zeros((2, 3))).shape == (0, 2)
    lost = x[:4].copy()
    lost[1] = np.nan
    assert np.isnan(lossref.pairwise_distances(lost, x[:2])[1]).all()


def test_distances_refuse_what_does_not_fit():
    with pytest.raises(ValueError, match="pairwise_distances: x and y must have the same number"):
        lossref.pairwise_distances(A, B[:, :2])
    with pytest.raises(ValueError, match="pairwise_distances: y must have two axes"):
        lossref.pairwise_distances(A, B[0])
    with pytest.raises(TypeError, match="pairwise_distances: x must hold real numbers"):
        lossref.pairwise_distances([["a"]])
