"""The references of the chapter on likelihood against scipy, torch and brute force."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from asked import cases, close, single
from scipy import spatial, special, stats


def check(got, want, args, atol=1e-15):
    close(got, want, rtol=1e-5 if single(args) else 1e-11, atol=atol)


def test_gaussian():
    for args, _, want in cases("gaussian_nll", "gaussian_nll"):
        y, m, s = (np.asarray(a, float) for a in args)
        check(want, -stats.norm.logpdf(y, m, np.exp(s / 2)).mean(), args)


@pytest.mark.parametrize("name", ["gaussian_nll_grad_mean", "gaussian_nll_grad_log_var"])
def test_gaussian_gradients(name):
    for args, _, want in cases("gaussian_nll", name):
        y, m, s = (torch.tensor(np.asarray(a, float), requires_grad=True) for a in args)
        normal = torch.distributions.Normal(m, torch.exp(s / 2))
        (-normal.log_prob(y).mean()).backward()
        check(
            want,
            (m if name.endswith("mean") else s).grad.numpy(),
            args,
            atol=1e-7 * abs(want).max(),
        )


def test_laplace():
    for args, _, want in cases("laplace_nll", "laplace_nll"):
        y, loc, scale = args
        check(want, -stats.laplace.logpdf(y * 1.0, loc * 1.0, scale).mean(), args)


def test_no_neighbour_is_likelier_than_the_laplace_fit():
    checked = 0
    for (y,), _, (loc, scale) in questions_of_fit():
        if scale == 0:
            assert (y == loc).all()
            continue
        best = -stats.laplace.logpdf(y, loc, scale).mean()
        for a in (-0.3, -0.01, 0.0, 0.01, 0.3):
            for b in (0.7, 0.99, 1.0, 1.01, 1.4):
                assert -stats.laplace.logpdf(y, loc + a, scale * b).mean() >= best - 1e-12
        same = [v for v in np.linspace(y.min(), y.max(), 4001)
                if np.abs(y - v).mean() <= scale * (1 + 1e-12)]  # fmt: skip
        if len(same) > 1:  # the middle of all best locations
            assert loc == pytest.approx((same[0] + same[-1]) / 2, abs=np.ptp(y) / 2000)
        checked += 1
    assert checked > 6


def questions_of_fit():
    found = cases("laplace_nll", "laplace_fit")
    return [((np.asarray(args[0], float),), kwargs, want) for args, kwargs, want in found]


def test_bernoulli():
    for args, _, want in cases("bernoulli_nll", "bernoulli_likelihood"):
        y, p = (np.asarray(a, float) for a in args)
        check(want, np.prod(stats.bernoulli.pmf(y, p)), args)
    for args, _, want in cases("bernoulli_nll", "bernoulli_nll"):
        y, p = (np.asarray(a, float) for a in args)
        logs = special.xlogy(y, p) + special.xlog1py(1 - y, -p)
        check(want, -logs.mean(), args)


def test_categorical():
    for args, _, want in cases("categorical_nll", "categorical_nll"):
        labels, p = torch.tensor(np.asarray(args[0], int)), torch.tensor(np.asarray(args[1], float))
        check(want, torch.nn.functional.nll_loss(torch.log(p), labels).item(), args)


def test_multinomial():
    for args, _, want in cases("categorical_nll", "multinomial_nll"):
        counts, p = args
        if np.any((p == 0) & (counts > 0)):
            assert want == np.inf
            continue
        check(want, -stats.multinomial.logpmf(counts, counts.sum(), p), args, atol=1e-12)


def test_poisson():
    for args, _, want in cases("poisson_nll", "poisson_nll"):
        y, eta = (np.asarray(a, float) for a in args)
        check(want, -stats.poisson.logpmf(y, np.exp(eta)).mean(), args)
    for args, _, want in cases("poisson_nll", "poisson_nll_grad"):
        y, eta = (torch.tensor(np.asarray(a, float), requires_grad=True) for a in args)
        torch.nn.functional.poisson_nll_loss(eta, y.detach()).backward()
        check(want, eta.grad.numpy(), args, atol=1e-7)


def test_entropies():
    for args, kwargs, want in cases("entropy", "entropy"):
        p = np.asarray(args[0], float)
        check(want, special.entr(p).sum(-1) / np.log(kwargs.get("base", np.e)), args)
    for args, kwargs, want in cases("entropy", "cross_entropy"):
        p, q = (np.asarray(a, float) for a in args)
        both = special.entr(p) + special.rel_entr(p, q)
        check(want, both.sum(-1) / np.log(kwargs.get("base", np.e)), args)


def test_divergences():
    for args, _, want in cases("kl_divergence", "kl_divergence"):
        p, q = (np.asarray(a, float) for a in args)
        check(want, special.rel_entr(p, q).sum(-1), args, atol=1e-14)
    for args, _, want in cases("js_divergence", "js_distance"):
        p, q = (np.asarray(a, float) for a in args)
        with np.errstate(invalid="ignore"):
            theirs = spatial.distance.jensenshannon(p, q, axis=-1)
        near = np.isnan(theirs) | (theirs < 1e-6)  # theirs is nan near equality
        assert np.all(want[near] < 1e-6)
        check(want[~near], np.asarray(theirs)[~near], args, atol=1e-8)
    for args, _, want in cases("js_divergence", "js_divergence"):
        p, q = (np.asarray(a, float) for a in args)
        m = (p + q) / 2
        check(want, (special.rel_entr(p, m) + special.rel_entr(q, m)).sum(-1) / 2, args, atol=1e-14)


@pytest.mark.parametrize("name", ["fit_by_mle", "fit_by_map"])
def test_descent_with_gradients_by_autograd(name):
    for args, kwargs, want in cases("fit_by_mle", name):
        x, y = (torch.tensor(np.asarray(a, float)) for a in args[:2])
        w = torch.zeros(x.shape[1], dtype=torch.float64, requires_grad=True)
        for _ in range(kwargs.get("steps", 100)):
            loss = -torch.distributions.Poisson(torch.exp(x @ w)).log_prob(y).mean()
            if name == "fit_by_map":
                prior = torch.distributions.Normal(0.0, args[2] ** 0.5)
                loss = loss - prior.log_prob(w).sum() / len(y)
            (slope,) = torch.autograd.grad(loss, w)
            w = (w - kwargs.get("lr", 0.1) * slope).detach().requires_grad_(True)
        np.testing.assert_allclose(want, w.detach().numpy(), rtol=1e-6, atol=1e-7, strict=True)
