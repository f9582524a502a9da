"""Where a library is measurably wrong: ours to the digits, and theirs as it was measured.

The exact numbers come from mpmath. When a library is repaired, its half of a test fails and
goes; ours stays. Versions as pinned in requirements-dev.txt.
"""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

import lossref

mpmath.mp.dps = 60
torch = pytest.importorskip("torch")
F = torch.nn.functional


def close(value, exact, rtol=1e-15):
    return abs(float(value) - float(exact)) <= rtol * abs(float(exact))


def t(*values, dtype=torch.float64, grad=False):
    return torch.tensor(values, dtype=dtype, requires_grad=grad)


def test_torch_bce_with_logits_cancels_for_negatives():
    exact = mpmath.log(1 + mpmath.exp(-35))
    assert close(lossref.bce_with_logits([0.0], [-35.0]), exact)
    theirs = F.binary_cross_entropy_with_logits(t(-35.0), t(0.0))
    assert not close(theirs, exact, 1e-2)


def test_torch_bce_with_logits_loses_the_slope_of_positives():
    exact = -mpmath.exp(-40) / (1 + mpmath.exp(-40))
    assert close(lossref.bce_with_logits_grad([1.0], [40.0])[0], exact)
    z = t(40.0, grad=True)
    F.binary_cross_entropy_with_logits(z, t(1.0)).backward()
    assert z.grad.item() == 0


def test_softmax_cross_entropy_cancels_where_the_label_leads():
    exact = mpmath.log(1 + mpmath.exp(-40))
    assert close(lossref.softmax_cross_entropy([0], [[40.0, 0.0]]), exact)
    assert F.cross_entropy(t([40.0, 0.0]), torch.tensor([0])).item() == 0
    special = pytest.importorskip("scipy.special")
    assert -special.log_softmax([40.0, 0.0])[0] == 0


def test_torch_softplus_has_a_threshold():
    exact = mpmath.log(1 + mpmath.exp(mpmath.mpf("20.125")))
    assert close(lossref.softplus(20.125), exact, 3e-16)
    assert not close(F.softplus(t(20.125)), exact, 1e-11)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_torch_soft_margin_overflow(dtype):
    """Measured as infinite on 2.13.0, in both precisions, with a slope that is not a number."""
    score = -100.0 if dtype == torch.float32 else -800.0
    assert lossref.margin_logistic([1.0], [score]) == -score
    assert lossref.margin_logistic_grad([1.0], [score])[0] == -1
    x = t(score, dtype=dtype, grad=True)
    loss = F.soft_margin_loss(x, t(1.0, dtype=dtype))
    assert torch.isinf(loss)
    loss.backward()
    assert not torch.isfinite(x.grad).all()


def test_torch_bce_clamps_value_and_slope():
    assert close(lossref.bce([1.0], [1e-45]), -mpmath.log(mpmath.mpf(1e-45)))
    assert close(lossref.bce_grad([1.0], [1e-20])[0], -1 / mpmath.mpf(1e-20))
    assert F.binary_cross_entropy(t(1e-45), t(1.0)).item() == 100
    p = t(1e-20, grad=True)
    F.binary_cross_entropy(p, t(1.0)).backward()
    assert p.grad.item() == pytest.approx(-1e12, rel=1e-6)


def test_torch_gaussian_nll_clamps_the_variance():
    exact = (mpmath.log(mpmath.mpf(1e-9)) + mpmath.mpf(1e-4) ** 2 / mpmath.mpf(1e-9)) / 2
    ours = lossref.gaussian_nll([0.0], [1e-4], [float(np.log(1e-9))])
    assert close(ours, exact, 1e-13)
    theirs = F.gaussian_nll_loss(t(1e-4), t(0.0), t(1e-9))
    assert theirs.item() == pytest.approx(-6.903, abs=1e-3)


@pytest.mark.parametrize(("count", "lost"), [(2.0, -0.0413), (5.0, -0.0166), (20.0, -0.0042)])
def test_torch_poisson_nll_approximates_what_it_calls_full(count, lost):
    """Stirling's formula for log(y!), which is off by 1 / (12 y) and is not used up to y = 1."""
    eta = 0.5
    exact = mpmath.exp(eta) - count * eta + mpmath.loggamma(count + 1)
    theirs = F.poisson_nll_loss(t(eta), t(count), full=True).item()
    assert theirs - float(exact) == pytest.approx(lost, abs=1e-4)
    special = pytest.importorskip("scipy.special")
    ours = lossref.poisson_nll([count], [eta]) + special.gammaln(count + 1)
    assert close(ours, exact, 1e-14)


def test_torch_poisson_nll_adds_to_the_rate():
    exact = mpmath.mpf(1e-8) - mpmath.log(mpmath.mpf(1e-8))
    assert close(lossref.poisson_nll([1.0], [float(np.log(1e-8))]), exact)
    theirs = F.poisson_nll_loss(t(1e-8), t(1.0), log_input=False)
    assert theirs.item() == pytest.approx(17.728, abs=1e-3)


def test_sklearn_tweedie_deviance_cancels_near_a_perfect_prediction():
    metrics = pytest.importorskip("sklearn.metrics")
    y, mu, p = 3.0, 3.0 * (1 + 1e-9), mpmath.mpf("1.5")
    a, b = mpmath.mpf(y), mpmath.mpf(mu)
    exact = a ** (2 - p) / ((1 - p) * (2 - p)) - a * b ** (1 - p) / (1 - p)
    exact = 2 * (exact + b ** (2 - p) / (2 - p))
    assert close(lossref.tweedie_deviance([y], [mu]), exact, 2e-15)
    assert not close(metrics.mean_tweedie_deviance([y], [mu], power=1.5), exact, 0.1)


def test_torch_divergence_cancels_for_a_student_that_is_nearly_the_teacher():
    teacher, student = [1.0, 2.0, 3.0], [1.0, 2.0, 3.0 + 2.0**-30]
    rows = [[mpmath.mpf(z) for z in row] for row in (teacher, student)]
    log_p, log_q = ([z - mpmath.log(sum(map(mpmath.exp, row))) for z in row] for row in rows)
    exact = sum(mpmath.exp(a) * (a - b) for a, b in zip(log_p, log_q, strict=True))
    assert close(lossref.distillation([teacher], [student], temperature=1.0), exact, 2e-15)
    theirs = F.kl_div(F.log_softmax(t(student), -1), F.softmax(t(teacher), -1), reduction="sum")
    assert not close(theirs, exact, 0.1)


def test_torch_entropy_forgets_the_action_that_leads():
    """For logits 40 and 0: the 40 of the other action counts, the 1 of the leader is lost."""
    p = mpmath.exp(-40) / (1 + mpmath.exp(-40))
    exact = -p * mpmath.log(p) - (1 - p) * mpmath.log(1 - p)
    assert close(-lossref.entropy_bonus([[40.0, 0.0]], beta=1.0), exact, 1e-15)
    theirs = torch.distributions.Categorical(logits=t([40.0, 0.0])).entropy()
    assert not close(theirs, exact, 0.02)


def test_scipy_jensenshannon_is_not_a_number_near_equality():
    distance = pytest.importorskip("scipy.spatial.distance")
    rng = np.random.default_rng(0)
    p = rng.dirichlet(np.ones(4), 500)
    q = p * (1 + 1e-9 * rng.uniform(-1, 1, p.shape))
    q /= q.sum(axis=1, keepdims=True)
    ours = lossref.js_divergence(p, q, reduction="none")
    for a, b, value in zip(p[:20], q[:20], ours[:20], strict=True):
        u = [(mpmath.mpf(x), mpmath.mpf(y)) for x, y in zip(a.tolist(), b.tolist(), strict=True)]
        exact = sum(x * mpmath.log(2 * x / (x + y)) + y * mpmath.log(2 * y / (x + y)) for x, y in u)
        assert close(value, exact / 2, 2e-15)
    with np.errstate(invalid="ignore"):
        theirs = distance.jensenshannon(p, q, axis=1)
    assert np.isnan(theirs).any()


@pytest.mark.parametrize("name", ["poisson", "gamma"])
def test_sklearn_deviances_cancel_near_a_perfect_prediction(name):
    metrics = pytest.importorskip("sklearn.metrics")
    y, rate = 3.0, 3.0 * (1 + 1e-9)
    r = mpmath.mpf(y) / mpmath.mpf(rate)
    exact = 2 * (
        y * mpmath.log(r) - y + mpmath.mpf(rate) if name == "poisson" else r - 1 - mpmath.log(r)
    )
    assert close(getattr(lossref, f"{name}_deviance")([y], [rate]), exact, 2e-15)
    assert not close(getattr(metrics, f"mean_{name}_deviance")([y], [rate]), exact, 0.1)


def test_torch_normal_divergence_cancels():
    s = 1e-9
    exact = (mpmath.exp(mpmath.mpf(s)) - 1 - mpmath.mpf(s)) / 2
    assert close(lossref.gaussian_kl([0.0], [s]), exact, 2e-15)
    normal = torch.distributions.Normal
    theirs = torch.distributions.kl_divergence(
        normal(t(0.0), torch.exp(t(s) / 2)), normal(t(0.0), t(1.0))
    )
    assert not close(theirs, exact, 1e-8)


def test_scipy_pseudo_huber_overflows():
    special = pytest.importorskip("scipy.special")
    assert lossref.pseudo_huber([0.0], [1e200]) == pytest.approx(1e200, rel=1e-15)
    assert np.isinf(special.pseudo_huber(1.0, 1e200))


def test_sklearn_half_binomial_loses_the_tail():
    module = pytest.importorskip("sklearn._loss")
    exact = mpmath.log(1 + mpmath.exp(-37))
    assert close(lossref.bce_with_logits([1.0], [37.0]), exact)
    theirs = module.HalfBinomialLoss().loss(y_true=np.ones(1), raw_prediction=np.array([37.0]))
    assert theirs[0] == 0


# -- masks, boxes, metric learning -------------------------------------------------
# torchvision, MONAI and pytorch-metric-learning are not among the pinned requirements: their
# formulas are written here after their sources (MONAI 1.6.1, pytorch-metric-learning 2.9.0,
# torchvision's main branch), in torch, and only the formula is judged.


def test_torchvision_focal_loss_cancels_where_the_model_is_right():
    """Its 1 - p_t is a difference of two numbers near 1; ours is the logistic of -z."""

    def formula(z, y, gamma=2.0):
        p = torch.sigmoid(z)
        cost = F.binary_cross_entropy_with_logits(z, y, reduction="none")
        return cost * (1 - (p * y + (1 - p) * (1 - y))) ** gamma

    q = 1 / (1 + mpmath.exp(30))
    exact = -(q**2) * mpmath.log(1 - q)
    assert close(lossref.binary_focal([1.0], [30.0], gamma=2.0), exact, 2e-15)
    assert not close(formula(t(30.0), t(1.0)), exact, 1e-3)
    narrow = formula(t(20.0, dtype=torch.float32), t(1.0, dtype=torch.float32))
    assert narrow.item() == 0


@pytest.mark.parametrize("tau", [0.02, 0.01, 0.005])
def test_pytorch_metric_learning_caps_the_cost_of_an_anchor(tau):
    """tiny inside the logarithm: in float32 no anchor costs more than 87.3."""

    def formula(s, tau):
        s = s / tau
        shift = s.max(dim=1, keepdim=True).values.detach()
        powers = torch.exp(s - shift)
        return -torch.log(powers.diag() / powers.sum(1) + torch.finfo(s.dtype).tiny)

    queries, keys = np.eye(2, dtype=np.float32), np.float32([[-1, 0], [1, 0]])
    exact = 2 / mpmath.mpf(tau)
    ours = lossref.info_nce(queries, keys, temperature=tau, reduction="none")
    assert close(ours[0], exact, 1e-6)
    theirs = formula(torch.from_numpy(queries @ keys.T), tau)
    assert theirs[0].item() == pytest.approx(87.34, abs=0.01)
    assert np.abs(lossref.info_nce_grad(queries, keys, temperature=tau)[0][1]).max() > 0


def test_monai_contrastive_loss_overflows_at_low_temperatures():
    """exp without a shift: at 0.01, exp(1 / 0.01) is no float32."""

    def formula(z, tau):
        powers = torch.exp(F.cosine_similarity(z[:, None], z[None], dim=2) / tau)
        n = len(z) // 2
        positives = torch.cat((powers.diagonal(n), powers.diagonal(-n)))
        rest = (1 - torch.eye(2 * n)) * powers
        return -torch.log(positives / rest.sum(1))

    z = np.random.default_rng(0).normal(size=(8, 3)).astype(np.float32)
    z[4:] = z[:4] + 0.01
    ours = lossref.nt_xent(z, temperature=0.01, reduction="none")
    u = [[mpmath.mpf(float(x)) for x in row] for row in z]
    s = [
        [mpmath.fdot(a, b) / (mpmath.norm(a) * mpmath.norm(b)) / mpmath.mpf(0.01) for b in u]
        for a in u
    ]
    for i in range(8):
        p = (i + 4) % 8
        exact = mpmath.log(mpmath.fsum(mpmath.exp(s[i][j] - s[i][p]) for j in range(8) if j != i))
        assert float(ours[i]) == pytest.approx(float(exact), rel=1e-4)
    assert torch.isnan(formula(torch.from_numpy(z), 0.01)).any()


def test_torch_cosine_embedding_loss_takes_short_vectors_for_different():
    """1e-12 is added to the squared lengths, so a vector is not even like itself."""
    one = torch.ones(1, dtype=torch.float64)
    for length, wrong in ((2e-6, 0.2), (2e-7, 0.96)):
        x = np.array([[length, 0.0]])
        assert lossref.cosine_embedding([1.0], x, x) == 0
        theirs = F.cosine_embedding_loss(torch.from_numpy(x), torch.from_numpy(x), one)
        assert theirs.item() == pytest.approx(wrong, abs=0.01)
    huge = np.full((1, 1), 2e20, np.float32)
    assert lossref.cosine_embedding([1.0], huge, huge) == 0
    theirs = F.cosine_embedding_loss(torch.from_numpy(huge), torch.from_numpy(huge), one)
    assert torch.isnan(theirs)


def test_one_minus_the_cosine_cancels():
    """At an angle of about 1e-7 half a dozen digits are left, or none."""
    rng = np.random.default_rng(0)
    a = rng.normal(size=(20, 5))
    b = a + 1e-8 * rng.normal(size=a.shape)
    exact = []
    for p, q in zip(a, b, strict=True):
        u, v = ([mpmath.mpf(float(x)) for x in w] for w in (p, q))
        exact.append(float(1 - mpmath.fdot(u, v) / (mpmath.norm(u) * mpmath.norm(v))))
    ours = lossref.cosine_embedding(np.ones(20), a, b, reduction="none")
    np.testing.assert_allclose(ours, exact, rtol=1e-14)
    theirs = F.cosine_embedding_loss(
        torch.from_numpy(a), torch.from_numpy(b), torch.ones(20), reduction="none"
    )
    assert (np.abs(theirs.numpy() / exact - 1) > 0.1).any()
    distance = pytest.importorskip("scipy.spatial.distance")
    scipys = np.array([distance.cosine(p, q) for p, q in zip(a, b, strict=True)])
    assert (np.abs(scipys / exact - 1) > 0.1).any()


def test_torch_adds_to_every_difference_of_a_distance():
    """A vector is at a distance from itself, and the triplet loss is not symmetric."""
    x = torch.zeros(1, 128, dtype=torch.float64)
    assert F.pairwise_distance(x, x).item() == pytest.approx(1.131e-5, rel=1e-3)
    assert F.pairwise_distance(x, x + 1e-6).item() == 0
    near = x + 1e-6
    theirs = F.triplet_margin_loss(x, x, near, margin=1e-9).item()
    assert theirs > 1e-5  # although the positive is closer by more than the margin
    zeros, off = x.numpy(), near.numpy()
    assert lossref.triplet(zeros, zeros, off, margin=1e-9) == 0
    assert lossref.pairwise_distances(zeros, off)[0, 0] == pytest.approx(
        1e-6 * np.sqrt(128), rel=1e-14
    )


def test_distances_from_products_lose_near_duplicates():
    rng = np.random.default_rng(0)
    x = (rng.normal(size=(64, 64)) * 7).astype(np.float32)
    y = (x + 1e-4 * rng.normal(size=x.shape)).astype(np.float32)
    exact = np.array(
        [
            float(mpmath.norm([mpmath.mpf(float(a)) - mpmath.mpf(float(b)) for a, b in zip(p, q)]))
            for p, q in zip(x, y, strict=True)
        ]
    )
    ours = lossref.pairwise_distances(x, y).diagonal()
    np.testing.assert_allclose(ours, exact, rtol=5e-7)
    theirs = torch.cdist(torch.from_numpy(x), torch.from_numpy(y)).diagonal().numpy()
    assert (np.abs(theirs / exact - 1) > 1).any()
    pairwise = pytest.importorskip("sklearn.metrics.pairwise")
    wide = x.astype(np.float64), y.astype(np.float64)
    sklearns = pairwise.euclidean_distances(*wide).diagonal()
    assert (np.abs(sklearns / np.linalg.norm(wide[0] - wide[1], axis=1) - 1) > 1e-8).any()


@pytest.mark.parametrize(("side", "wrong"), [(1e-2, 0.001), (1e-3, 0.0909), (1e-4, 0.909)])
def test_torchvision_box_losses_add_to_areas(side, wrong):
    """The loss of a box with itself, which is 0, depends on the unit of length."""

    def formula(a, b, eps=1e-7):
        low, high = torch.maximum(a[:2], b[:2]), torch.minimum(a[2:], b[2:])
        meet = (high - low).clamp(min=0).prod()
        union = (a[2:] - a[:2]).prod() + (b[2:] - b[:2]).prod() - meet
        hull = (torch.maximum(a[2:], b[2:]) - torch.minimum(a[:2], b[:2])).prod()
        iou = meet / (union + eps)
        return 1 - (iou - (hull - union) / (hull + eps))

    box = t(0.0, 0.0, side, side)
    assert formula(box, box).item() == pytest.approx(wrong, rel=0.01)
    for loss in (lossref.iou_loss, lossref.giou_loss, lossref.diou_loss, lossref.ciou_loss):
        assert loss(box.numpy(), box.numpy()) == 0


def test_the_angle_of_a_box_without_height_or_width():
    """atan(w / h) of a point is not a number in torch, and so are the losses made of it."""
    point, box = np.array([1.0, 1.0, 1.0, 1.0]), np.array([0.0, 0.0, 2.0, 1.0])
    assert torch.isnan(torch.atan(t(0.0) / t(0.0)))
    value, slope = lossref.ciou_loss_value_and_grad(box, point)
    assert value == pytest.approx(1.05, rel=1e-15)  # no overlap, centres 1/2 apart, diagonal^2 5
    assert np.isfinite(slope).all()
