"""The references of the chapter on choosing, against other ways to the same numbers."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, optimize

from autograde.exam import Exam
from autograde.exercises import get
from autograde.exercises.choosing import capstone_loss as capstone

PRICES = [
    {"early": 1.0, "late": 4.0, "grace": 5.0, "ramp": 10.0},
    capstone.CITY,
    capstone.VILLAGE,
    {"early": 0.25, "late": 1.0, "grace": 0.0, "ramp": 0.5},
]


def price(minute, early, late, grace, ramp):
    """What one more minute costs at a lateness, straight from the contract."""
    if minute < 0:
        return -early
    return late * min(1.0, max(0.0, (minute - grace) / ramp))


@pytest.mark.parametrize("prices", PRICES)
def test_a_bill_is_the_area_under_the_price(prices):
    for u in (-30.0, -0.5, 0.0, 3.0, 5.5, 9.0, 14.5, 18.0, 44.0):
        breaks = [prices["grace"], prices["grace"] + prices["ramp"]]
        inside = [b for b in breaks if min(0, u) < b < max(0, u)]
        area, _ = integrate.quad(
            price, 0.0, u, args=tuple(prices.values()), points=inside or None, epsabs=1e-12
        )
        got = capstone.capstone_loss(np.array([40.0 + u]), np.array([40.0]), **prices)
        assert got == pytest.approx(area, abs=1e-9)


@pytest.mark.parametrize("prices", PRICES)
def test_the_gradient_is_minus_the_price_over_n_and_zero_on_time(prices):
    u = np.array([-30.0, -0.5, 0.0, 3.0, 5.5, 9.0, 14.5, 18.0, 44.0])
    got = capstone.capstone_loss_grad(40.0 + u, np.full(9, 40.0), **prices)
    want = [0.0 if m == 0 else -price(m, **prices) / 9 for m in u.tolist()]
    np.testing.assert_allclose(got, np.array(want), rtol=1e-12, atol=1e-15, strict=True)


@pytest.mark.parametrize("prices", PRICES)
@pytest.mark.parametrize("seed", range(6))
def test_the_promise_is_the_cheapest_and_the_first_of_the_cheapest(prices, seed):
    rng = np.random.default_rng(seed)
    y = 30.0 + rng.integers(0, 320, size=int(rng.integers(1, 12))) / 8

    def bill(m):
        return capstone.capstone_loss(y, np.full(y.shape, m), **prices)

    got = capstone.capstone_promise(y, **prices)
    grid = np.linspace(y.min() - 20, y.max() + 1, 2001)
    start = grid[np.argmin([bill(m) for m in grid])]
    found = optimize.minimize_scalar(bill, bounds=(start - 0.1, start + 0.1), method="bounded")
    assert bill(got) <= min(bill(start), found.fun) + 1e-9
    assert bill(got - 0.01) > bill(got)


@pytest.mark.parametrize("seed", [None, "autumn", "spring", "2031-b", *map(str, range(12))])
def test_every_promise_that_is_asked_for_is_pinned_to_a_thousandth(seed):
    """A promise off by a thousandth is dearer, beyond rounding, or is not the smallest."""
    asked = [
        q.probe
        for q in Exam(get("capstone_loss"), seed).questions
        if q.probe.function == "capstone_promise" and q.probe.raises is None
    ]
    assert len(asked) >= 8
    for probe in asked:
        (y,) = probe.args
        best = capstone.capstone_promise(y, **probe.kwargs)

        def bill(m, y=y, kwargs=probe.kwargs):
            return capstone.capstone_loss(y, np.full(y.shape, m), **kwargs)

        assert bill(best - 1e-3) > bill(best) + 1e-9, probe.regime
        flat = bill(best) == 0
        assert flat or bill(best + 1e-3) > bill(best) + 1e-9, probe.regime


def test_the_numbers_of_the_statement():
    for minutes, want in ((-4.0, 4.0), (4.0, 0.0), (7.0, 0.8), (25.0, 60.0)):
        got = capstone.capstone_loss(np.array([30.0 + minutes]), np.array([30.0]))
        assert got == pytest.approx(want, abs=1e-12)
    assert capstone.capstone_promise(np.array([30.0])) == 25.0
