"""Curves that Python computed for several settings; the reader chooses one and reads off values.

::

    explore.lines(x, {"naive": wrong, "shifted": right}, setting="precision",
                  settings=["float64", "float32"], xlabel="largest logit", ylabel="log10 error")
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from lossbook._element import Element
from lossbook._pictures import picture_of_lines
from lossbook.style import FOR_TEXT, ON_DARK, PALETTE

#: In this order, and as far as there are curves.
COLORS = ("vermilion", "blue", "green", "purple", "orange")


class Lines(Element):
    """Named curves over one axis, for each of several settings. See `lossbook.explore.lines`."""

    module, css = "explorer.js", "explorer.css"

    def __init__(
        self,
        x: Any,
        curves: Mapping[str, Any],
        settings: Sequence[str],
        setting: str,
        at: float | None,
        labels: tuple[str, str],
        ylim: tuple[float, float] | None,
        question: str,
        tries: Iterable[tuple[str, Mapping[str, Any]]],
    ) -> None:
        self.x = np.asarray(x, float)
        self.names, self.settings, self.setting = list(curves), list(settings), setting
        self.rows = self._checked(curves)
        self.xlabel, self.ylabel = labels
        low, high = np.nanmin(self.rows), np.nanmax(self.rows)
        room = 0.05 * (high - low) or 1.0
        self.ylim = ylim or (float(low - room), float(high + room))
        self.question = question
        self.state = self._state({} if at is None else {"x": at})
        self.tries = [(label, self._state(state)) for label, state in tries]

    def __repr__(self) -> str:
        return self.summary()

    def _checked(self, curves: Mapping[str, Any]) -> np.ndarray:
        steps = np.diff(self.x)
        if self.x.ndim != 1 or len(self.x) < 3 or not np.allclose(steps, steps[0]):
            raise ValueError("lines: x must be evenly spaced, three values or more")
        if not 1 <= len(curves) <= len(COLORS):
            raise ValueError(f"lines: give 1 to {len(COLORS)} curves; got {len(curves)}")
        wanted = (len(self.settings), len(self.x))
        rows = []
        for name, values in curves.items():
            row = np.asarray(values, float)
            if row.shape != wanted:
                raise ValueError(f"lines: {name!r} must have shape {wanted}; got {row.shape}")
            if np.isinf(row).any():
                raise ValueError(f"lines: {name!r} holds infinity; use nan, which leaves a gap")
            rows.append(row)
        return np.stack(rows, axis=1)  # setting, curve, place

    def _state(self, given: Mapping[str, Any]) -> dict[str, int]:
        unknown = set(given) - {"x", "setting"}
        if unknown:
            raise ValueError(f"lines: a state holds x and setting; got {', '.join(unknown)}")
        if given.get("setting", self.settings[0]) not in self.settings:
            raise ValueError(f"lines: {given['setting']!r} is not among {self.settings}")
        middle = float(self.x[len(self.x) // 2])
        return {
            "at": int(np.abs(self.x - given.get("x", middle)).argmin()),
            "setting": self.settings.index(given.get("setting", self.settings[0])),
        }

    def summary(self) -> str:
        """The first state in words, as a screen reader is told it."""
        from lossbook.explore import _say

        at, setting = self.state["at"], self.state["setting"]
        values = "; ".join(
            f"{name}: {_say(self.rows[setting, i, at])}" for i, name in enumerate(self.names)
        )
        where = f", {self.setting} {self.settings[setting]}" if len(self.settings) > 1 else ""
        return f"At {self.xlabel} = {_say(self.x[at])}{where}. {self.ylabel}: {values}."

    def data(self) -> dict[str, Any]:
        """What explorer.js reads."""
        from lossbook.explore import pack

        shades = [PALETTE[name] for name in COLORS]
        return {
            "kind": "lines",
            "x": [float(self.x[0]), float(self.x[-1]), len(self.x)],
            "xlabel": self.xlabel,
            "ylabel": self.ylabel,
            "ylim": list(map(float, self.ylim)),
            "curves": [
                {"short": name, "color": shade, "dark": ON_DARK[shade], "text": FOR_TEXT[shade]}
                for name, shade in zip(self.names, shades, strict=False)
            ],
            "setting": self.setting,
            "settings": self.settings,
            "rows": pack(self.rows),
            "state": self.state,
            "tries": [{"label": label, "state": state} for label, state in self.tries],
        }

    def html(self) -> str:
        from lossbook.explore import _wrap

        shades = [PALETTE[name] for name in COLORS]
        rows = list(zip(self.names, shades, self.rows[self.state["setting"]], strict=False))
        return _wrap(self, picture_of_lines(self.x, rows, self.ylim, (self.xlabel, self.ylabel)))
