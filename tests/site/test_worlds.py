"""The gridworld of the chapter on reinforcement learning, against the book that it comes from."""

from __future__ import annotations

import numpy as np
import pytest
from lossbook.worlds import Grid

EVEN = np.full((9, 4), 0.25)


def test_the_best_values_are_those_in_russell_and_norvig():
    grid = Grid()
    value = dict(zip(grid.places, grid.values(grid.best()), strict=True))
    printed = {
        (0, 0): 0.812, (0, 1): 0.868, (0, 2): 0.918, (1, 0): 0.762, (1, 2): 0.660,
        (2, 0): 0.705, (2, 1): 0.655, (2, 2): 0.611, (2, 3): 0.388,
    }  # fmt: skip
    for place, number in printed.items():
        assert value[place] == pytest.approx(number, abs=6e-4)
    assert value[0, 3] == value[1, 3] == 0.0


def test_probabilities_add_up():
    np.testing.assert_allclose(Grid().chance.sum(axis=2), np.ones((9, 4)), rtol=1e-15, strict=True)


def test_played_runs_earn_what_the_values_say():
    grid = Grid()
    runs = grid.play(EVEN, np.random.default_rng(1), runs=4000, steps=300)
    earned = (runs.rewards * runs.alive * 0.9 ** np.arange(300)).sum(axis=1)
    want = grid.values(EVEN, 0.9)[grid.start]
    assert abs(earned.mean() - want) < 4 * earned.std() / np.sqrt(4000)
    assert (runs.terminated & runs.alive).sum(axis=1).max() == 1


def test_a_run_goes_where_it_went():
    runs = Grid().play(EVEN, np.random.default_rng(2), runs=50, steps=40)
    goes_on = runs.alive[:, 1:]
    assert goes_on.any()
    assert not goes_on.all()
    np.testing.assert_array_equal(runs.states[:, 1:][goes_on], runs.next_states[:, :-1][goes_on])
    np.testing.assert_array_equal(
        runs.alive[:, 1:], runs.alive[:, :-1] & ~runs.terminated[:, :-1], strict=True
    )
