"""A world of eleven fields, for the chapter on reinforcement learning.

::

    grid = Grid()
    runs = grid.play(np.full((9, 4), 0.25), rng, runs=100, steps=50)
    grid.values(policy, gamma=0.99)
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

ACTIONS = ("up", "right", "down", "left")
_MOVES = ((-1, 0), (0, 1), (1, 0), (0, -1))


class Runs(NamedTuple):
    """What was recorded; arrays (runs, steps). ``alive`` is False once a run is over."""

    states: np.ndarray
    actions: np.ndarray
    rewards: np.ndarray
    next_states: np.ndarray
    terminated: np.ndarray
    alive: np.ndarray


class Grid:
    """The 4 x 3 world of Russell and Norvig: a goal (+1), a pit (-1), and a floor that slips.

    Fields are numbered row by row, the wall left out; states 0 to 8 are the fields to walk on,
    9 is the goal and 10 the pit. A move goes where it should with probability 1 - 2 slip, and to
    either side with probability slip; against a wall it stays. Each move costs ``cost``.

    Attributes:
        start: The state at the bottom left.
        chance: Array (9, 4, 11): the probability of each next state.
        pay: Array (11,): what is paid on entering a state, the move's cost included.
        places: The row and column of each state.
    """

    rows = ("...G", ".#.P", "S...")

    def __init__(self, slip: float = 0.1, cost: float = 0.04) -> None:
        free = [(i, j) for i, row in enumerate(self.rows) for j, c in enumerate(row) if c in ".S"]
        ends = [
            (i, j) for c in "GP" for i, row in enumerate(self.rows) for j in range(4) if row[j] == c
        ]
        self.places = free + ends
        at = {place: state for state, place in enumerate(self.places)}
        self.start = at[2, 0]
        self.chance = np.zeros((9, 4, 11))
        for state, (i, j) in enumerate(free):
            for action in range(4):
                for turn, share in ((0, 1 - 2 * slip), (-1, slip), (1, slip)):
                    di, dj = _MOVES[(action + turn) % 4]
                    self.chance[state, action, at.get((i + di, j + dj), state)] += share
        self.pay = np.full(11, -cost)
        self.pay[9] += 1.0
        self.pay[10] -= 1.0

    def play(self, policy: Any, rng: np.random.Generator, runs: int, steps: int) -> Runs:
        """Record ``runs`` runs of at most ``steps`` steps of a policy (9, 4) from the start."""
        choose = np.cumsum(policy, axis=1)
        fall = np.cumsum(self.chance, axis=2)
        state = np.full(runs, self.start)
        alive = np.ones(runs, bool)
        record = []
        for _ in range(steps):
            here = np.where(alive, state, self.start)
            action = (choose[here] <= rng.random((runs, 1))).sum(1).clip(max=3)
            there = (fall[here, action] <= rng.random((runs, 1))).sum(1).clip(max=10)
            ended = there > 8
            record.append((here, action, self.pay[there], there, ended, alive))
            state = there
            alive = alive & ~ended
        return Runs(*(np.stack(each, axis=1) for each in zip(*record, strict=True)))

    def values(self, policy: Any, gamma: float = 1.0) -> np.ndarray:
        """The expected discounted return of a policy (9, 4) from each of the 11 states, exactly."""
        policy = np.asarray(policy, float)
        move = np.einsum("sa,sat->st", policy, self.chance)
        earned = move @ self.pay
        inner = np.linalg.solve(np.eye(9) - gamma * move[:, :9], earned)
        return np.concatenate([inner, np.zeros(2)])

    def best(self, gamma: float = 1.0) -> np.ndarray:
        """A best policy (9, 4), by policy iteration."""
        policy = np.full((9, 4), 0.25)
        for _ in range(20):
            q = self.chance @ (self.pay + gamma * self.values(policy, gamma))
            policy = np.eye(4)[np.round(q, 12).argmax(axis=1)]
        return policy
