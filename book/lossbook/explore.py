"""Explorers: figures that a reader moves.

Python computes arrays with lossref over a grid of parameters; ``explorer.js`` draws them
and computes no loss. In a live notebook a reader may also type a parameter that is not on
the grid, and the kernel computes that curve.

::

    lossbook.explore.curves("huber", compare="mae", choices=["mse", "smooth_l1"],
                            question="Where does the pull stop growing?",
                            tries=[("Believe almost nobody", {"delta": 0.2})])
    lossbook.explore.outlier(["mse", "mae", "huber", "tukey"])
    lossbook.explore.boxes(question="Which of the four still pulls?")
    lossbook.explore.triplet(question="Where do the three come to rest?")
    lossbook.explore.digits({"log(1 + x)": (ways, exact)}, range(-300, 301, 5), log=True)
    lossbook.explore.constant({"five samples": y}, {"squared": risk})
    lossbook.explore.chord({"x²": np.square}, (-2, 2))
    lossbook.explore.descent({"a valley": Surface(f, grad, start=(-2, 1), rates=[0.1, 0.3])})
    lossbook.explore.knobs({"loss": lambda z, gamma: {"focal": loss(z, gamma)}},
                           np.linspace(-5, 5, 201), {"gamma": [0, 1, 2, 5]})
"""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Callable, Iterable, Sequence
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, localcontext
from html import escape
from itertools import product
from typing import Any, NamedTuple

import numpy as np

import lossref
from lossbook import fit
from lossbook._element import Element, script_json
from lossbook._pictures import (
    picture_of_boxes,
    picture_of_chord,
    picture_of_constants,
    picture_of_curves,
    picture_of_descent,
    picture_of_fits,
    picture_of_lines,
    picture_of_triplet,
)
from lossbook.style import FOR_TEXT, ON_DARK, PALETTE, color

State = dict[str, Any]
SYMBOLS = {
    r"\delta": "δ", r"\beta": "β", r"\tau": "τ", r"\varepsilon": "ε", r"\alpha": "α",
    r"\gamma": "γ", r"\lambda": "λ",
}  # fmt: skip
SHORT = {
    "mse": "MSE",
    "mae": "MAE",
    "half_squared_error": "½ MSE",
    "epsilon_insensitive": "ε-insensitive",
    "squared_epsilon_insensitive": "its square",
    "tukey": "Tukey",
    "barron": "Barron",
    "msle": "MSLE",
    "mape": "MAPE",
}
PER_DECADE = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8)
MINUS = "\N{MINUS SIGN}"
MOST_ROWS = 260  # rows of one loss in a page; 25 is usual
MOST_DIGITS = 16.0  # drawn; float64 holds 15.95
HUES = ("vermilion", "blue", "green", "purple", "orange", "sky")
TENTHS = 10  # of a chord: a mixture of two ends is a point of the grid
MOST_STEPS = 60  # of a descent
FAR = 1e6  # where a descent that runs away is left
BOX_LOSSES = ("iou_loss", "giou_loss", "diou_loss", "ciou_loss")
THREE = {"anchor": "black", "positive": "blue", "negative": "vermilion"}
AWAY = 1e-9  # how far to the side of a kink its two slopes are taken


def pack(array: np.ndarray) -> str:
    """Base64 of an array in 24-bit floats, 16 bits of them mantissa: 4.8 digits.

    The bytes stand in three planes (high, middle, low), which compress better. A number
    costs four characters.
    """
    bits = np.ascontiguousarray(array, dtype=">f4").view(">u4").astype(np.uint64)
    bits = np.minimum(bits + 0x80, 0xFFFFFFFF)  # round to nearest
    planes = [((bits >> shift) & 0xFF).astype(np.uint8).tobytes() for shift in (24, 16, 8)]
    return base64.b64encode(b"".join(planes)).decode()


def unpack(text: str) -> np.ndarray:
    """What `pack` packed, flat; explorer.js does the same."""
    planes = np.frombuffer(base64.b64decode(text), np.uint8).reshape(3, -1).astype(np.uint32)
    bits = (planes[0] << 24) | (planes[1] << 16) | (planes[2] << 8)
    return bits.astype(np.uint32).view(np.float32).astype(float)


# -- loss and gradient over the error --------------------------------------------------------


def curves(
    loss: str,
    compare: str | None = None,
    *,
    choices: Iterable[str] = (),
    question: str = "",
    tries: Iterable[tuple[str, State]] = (),
    start: State | None = None,
    xlim: tuple[float, float] = (-5.0, 5.0),
    ylim: float | None = None,
    grid: dict[str, Sequence[float]] | None = None,
    y: float | None = None,
) -> Curves:
    """A loss and its gradient as functions of the error e = prediction - truth.

    Parameters:
        loss, compare: Slugs of the losses drawn first; ``compare`` may be None.
        choices: Slugs that the reader may choose besides these two.
        question: One sentence above the figure.
        tries: Pairs of a label and a state; each becomes a button that sets the state.
        start: The first state. A state is a dictionary of parameter values by name, which
            hold for every loss shown that has a parameter of the name, and of ``e`` (the
            error that is read off), ``loss`` and ``compare``.
        xlim: The errors drawn.
        ylim: The largest loss drawn; chosen from the curves if not given.
        grid: Values of a slider by parameter name, in place of the usual ones. The values
            in ``tries`` and ``start`` and the default are always added.
        y: The truth, for losses which depend on more than the error (msle, mape); 1 if
            not given.

    Raises:
        ValueError: If a loss is not elementwise, or a state names an unknown parameter.
    """
    return Curves(loss, compare, list(choices), question, list(tries), dict(start or {}),
                  xlim, ylim, grid or {}, y)  # fmt: skip


class Curves(Element):
    module, css = "explorer.js", "explorer.css"

    def __init__(self, loss, compare, choices, question, tries, start, xlim, ylim, grid, y):
        named = [loss, *([compare] if compare else []), *choices]
        self.slugs = list(dict.fromkeys(named))
        self.specs = {slug: lossref.spec(slug) for slug in self.slugs}
        for slug, spec in self.specs.items():
            if spec.kind != "elementwise":
                raise ValueError(f"curves: {slug} is not a function of one error")
        self.question, self.tries = question, tries
        self.truth = y
        self.e = steps(*xlim, 200)
        self.params = self._grids(grid, [start, *(state for _, state in tries)])
        self.state = {"loss": loss, "compare": compare, "e": 0.4 * float(self.e[-1])} | start
        for state in [start, *(state for _, state in tries)]:
            self._validate(state)
        self.state["e"] = float(self.e[np.abs(self.e - self.state["e"]).argmin()])
        self.limits = self._limits(ylim)

    def __repr__(self) -> str:
        return self.summary()

    # -- the grid

    def _validate(self, state: State) -> None:
        names = {name for spec in self.specs.values() for name in spec.defaults}
        for key, value in state.items():
            if key in ("loss", "compare"):
                if value is not None and value not in self.specs:
                    raise ValueError(f"curves: {value!r} is not among the losses shown")
            elif key not in names and key != "e":
                known = ", ".join([*sorted(names), "e", "loss", "compare"])
                raise ValueError(f"curves: no parameter {key!r}; a state may hold {known}")

    def _grids(self, given: dict[str, Sequence[float]], states: list[State]) -> dict[str, Any]:
        unknown = set(given) - {name for s in self.specs.values() for name in s.defaults}
        if unknown:
            raise ValueError(f"curves: no loss shown has a parameter {', '.join(sorted(unknown))}")
        grids = {}
        for slug, spec in self.specs.items():
            grids[slug] = []
            for at, param in enumerate(spec.params):
                values = set(map(float, given.get(param.name, ())))
                values = values or set(_slider(param, float(self.e[-1]), fine=at == 0))
                values |= {float(s[param.name]) for s in states if param.name in s}
                values.add(float(param.default))
                outside = [value for value in values if value not in param.interval]
                if outside:
                    raise ValueError(
                        f"curves: {slug} needs {param.name} in {param.interval}; got {outside}"
                    )
                grids[slug].append(sorted(values))
            rows = math.prod(map(len, grids[slug]))
            if rows > MOST_ROWS:
                raise ValueError(f"curves: {slug} would need {rows} curves; give a smaller grid")
        return grids

    def _y(self, slug: str) -> float:
        """The truth at which a loss is drawn: 0 where only the error counts, which is exact."""
        depends = slug in ("msle", "mape")
        return (1.0 if self.truth is None else self.truth) if depends else 0.0

    def row(self, slug: str, params: dict[str, float]) -> dict[str, Any]:
        """Loss and gradient on the grid of errors, and both sides of every kink."""
        spec, y = self.specs[slug], self._y(slug)

        def both(e):
            e = np.asarray(e, float)
            inside = y + e > spec.y_pred_domain.lo
            out = np.full((2, len(e)), np.nan)
            truth = np.full(inside.sum(), y)
            arguments = dict(reduction="none", **params)
            out[0, inside] = spec.loss(truth, y + e[inside], **arguments)
            out[1, inside] = spec.grad(truth, y + e[inside], **arguments)
            return out

        kinks = [
            [k, *map(float, both([k])[0]), *map(float, both([k - AWAY, k + AWAY])[1])]
            for k in spec.kinks(**params)
            if self.e[0] < k < self.e[-1]
        ]
        return {"values": both(self.e), "kinks": [[_short(v) for v in kink] for kink in kinks]}

    def _payload(self, slug: str) -> dict[str, Any]:
        spec, grids = self.specs[slug], self.params[slug]
        names = list(spec.defaults)
        rows = [self.row(slug, dict(zip(names, values, strict=True))) for values in product(*grids)]
        values = np.array([row["values"] for row in rows])
        even = bool(
            np.array_equal(values[:, 0], values[:, 0, ::-1], equal_nan=True)
            and np.array_equal(values[:, 1], -values[:, 1, ::-1], equal_nan=True)
        )
        if even:  # half of it says all
            values = values[..., len(self.e) // 2 :]
        return {
            "title": spec.title,
            **_way(short_name(spec), color(slug)),
            "params": [
                {
                    "name": param.name,
                    "symbol": SYMBOLS.get(param.symbol, param.symbol),
                    "values": grid,
                    "default": param.default,
                    "lo": None if math.isinf(param.lo) else param.lo,
                    "hi": None if math.isinf(param.hi) else param.hi,
                }
                for param, grid in zip(spec.params, grids, strict=True)
            ],
            "even": even,
            "rows": pack(values),
            "kinks": [row["kinks"] for row in rows],
        }

    def current(self, slug: str) -> dict[str, float]:
        """The parameters of a loss in the first state."""
        return {k: float(self.state.get(k, v)) for k, v in self.specs[slug].defaults.items()}

    def shown(self) -> list[str]:
        pair = (self.state["loss"], self.state["compare"])
        return list(dict.fromkeys(slug for slug in pair if slug))

    def _limits(self, ylim: float | None) -> dict[str, list[float]]:
        """Per loss the largest loss and gradient at its defaults; explorer.js combines two."""
        limits = {}
        for slug in self.slugs:
            value, slope = np.nanmax(np.abs(self.row(slug, self.current(slug))["values"]), axis=1)
            limits[slug] = [_short(ylim or value), _short(slope)]
        return limits

    # -- what is shown

    def summary(self) -> str:
        """The first state in words, as a screen reader is told it."""
        e, parts = self.state["e"], []
        for slug in self.shown():
            row = self.row(slug, self.current(slug))["values"]
            at = int(np.abs(self.e - e).argmin())
            parts.append(
                f"{_named(self.specs[slug], self.current(slug))}: loss {_say(row[0, at])}, "
                f"gradient {_say(row[1, at])}"
            )
        return f"At error e = {_say(e)}. {'; '.join(parts)}."

    def data(self) -> dict[str, Any]:
        """What explorer.js reads."""
        return {
            "kind": "curves",
            "e": [float(self.e[0]), float(self.e[-1]), len(self.e)],
            "losses": {slug: self._payload(slug) for slug in self.slugs},
            "limits": self.limits,
            "state": self.state,
            "tries": [{"label": label, "state": state} for label, state in self.tries],
        }

    def html(self) -> str:
        pair = [
            (slug, short_name(self.specs[slug]), self.row(slug, self.current(slug)))
            for slug in self.shown()
        ]
        picture = picture_of_curves(self.e, pair, frame(self.limits, self.shown()))
        return _wrap(self, picture)

    def answer(self, message: dict[str, Any]) -> dict[str, Any] | None:
        """The row for parameters that are not on the grid, for a live notebook."""
        slug = message.get("slug")
        if slug not in self.specs:
            return None
        row = self.row(slug, {k: float(v) for k, v in message["params"].items()})
        return {"id": message["id"], "row": pack(row["values"]), "kinks": row["kinks"]}


def frame(limits: dict[str, list[float]], shown: list[str]) -> tuple[float, float]:
    """The largest loss and gradient drawn for a pair: the smaller curve must stay readable."""
    values = [limits[slug] for slug in shown]
    return tuple(
        1.08 * min(max(v[i] for v in values), 2.4 * min(v[i] for v in values)) for i in (0, 1)
    )


# -- one outlier and every line ----------------------------------------------------------------


def outlier(
    losses: Iterable[str | tuple[str, dict[str, float]]] = ("mse", "mae", "huber", "tukey"),
    *,
    x: Any = None,
    y: Any = None,
    at: tuple[float, float] | None = None,
    xlim: tuple[float, float] | None = None,
    ylim: tuple[float, float] | None = None,
    xlabel: str = "x",
    ylabel: str = "y",
    question: str = "",
    tries: Iterable[tuple[str, tuple[float, float]]] = (),
) -> Outlier:
    """Points, one of which the reader drags in the plane, and the line of every loss.

    Parameters:
        losses: Slugs, or pairs of a slug and its parameters (in the unit of y).
        x, y: The other points, at most 59; 20 points of ``data.noisy_line()`` if not given.
        at: Where the outlier begins; below the right end of the points if not given.
        xlim, ylim: Where it may go; a little more than the points if not given.
        xlabel, ylabel: What the axes measure, with units.
        question: One sentence above the figure.
        tries: Pairs of a label and a position (x, y); each becomes a button.

    Every position is a point of a grid, for which `lossbook.fit` has computed every line;
    nothing is interpolated.
    """
    return Outlier(list(losses), x, y, at, xlim, ylim, xlabel, ylabel, question, list(tries))


class Outlier(Element):
    module, css = "explorer.js", "explorer.css"

    def __init__(self, losses, x, y, at, xlim, ylim, xlabel, ylabel, question, tries):
        if (x is None) != (y is None):
            raise ValueError("outlier: give both x and y, or neither")
        if x is None:
            from lossbook.data import noisy_line

            x, y = noisy_line()
        self.x, self.y = np.asarray(x, float), np.asarray(y, float)
        self.losses = [(loss, {}) if isinstance(loss, str) else tuple(loss) for loss in losses]
        if len({slug for slug, _ in self.losses}) < len(self.losses):
            raise ValueError("outlier: a loss appears twice")
        width, height = np.ptp(self.x), np.ptp(self.y)
        xlim = xlim or (self.x.min() - 0.1 * width, self.x.max() + 0.25 * width)
        ylim = ylim or (self.y.min() - 0.9 * height, self.y.max() + 0.9 * height)
        self.gx, self.gy = steps(*xlim, 32), steps(*ylim, 32)
        at = at or (self.x.max(), self.y.min() - 0.6 * height)
        self.at = (_nearest(self.gx, at[0]), _nearest(self.gy, at[1]))
        self.tries = [(label, (_nearest(self.gx, a), _nearest(self.gy, b)))
                      for label, (a, b) in tries]  # fmt: skip
        self.xlabel, self.ylabel, self.question = xlabel, ylabel, question
        self.lines = self._fit()
        self.without = [fit.fit_line(self.x, self.y, slug, **p) for slug, p in self.losses]

    def __repr__(self) -> str:
        return self.summary()

    def _fit(self) -> np.ndarray:
        """Slope and intercept for each position and loss, shape (len(gy), len(gx), losses, 2)."""
        py, px = np.meshgrid(self.gy, self.gx, indexing="ij")
        xs = np.column_stack([np.broadcast_to(self.x, (px.size, len(self.x))), px.ravel()])
        ys = np.column_stack([np.broadcast_to(self.y, (py.size, len(self.y))), py.ravel()])
        lines = np.stack([fit.fit_lines(xs, ys, slug, **p) for slug, p in self.losses], 1)
        return lines.reshape(len(self.gy), len(self.gx), len(self.losses), 2)

    def line(self, loss: int, at: tuple[int, int]) -> fit.Line:
        """The line of one loss with the outlier at a grid position (column, row)."""
        return fit.Line(*self.lines[at[1], at[0], loss])

    def summary(self) -> str:
        """The first state in words."""
        x, y = self.gx[self.at[0]], self.gy[self.at[1]]
        slopes = "; ".join(
            f"{_named(lossref.spec(slug), params)}: slope {self.line(i, self.at).slope:.2f}, "
            f"{self.without[i].slope:.2f} without it"
            for i, (slug, params) in enumerate(self.losses)
        )
        return f"Outlier at {self.xlabel} = {_say(x)}, {self.ylabel} = {_say(y)}. {slopes}."

    def data(self) -> dict[str, Any]:
        """What explorer.js reads."""
        return {
            "kind": "outlier",
            "x": [_short(v) for v in self.x],
            "y": [_short(v) for v in self.y],
            "gx": [float(self.gx[0]), float(self.gx[-1]), len(self.gx)],
            "gy": [float(self.gy[0]), float(self.gy[-1]), len(self.gy)],
            "xlabel": self.xlabel,
            "ylabel": self.ylabel,
            "losses": [
                {
                    **_way(short_name(lossref.spec(slug)), color(slug)),
                    "name": _named(lossref.spec(slug), params),
                    "without": [_short(v) for v in self.without[i]],
                }
                for i, (slug, params) in enumerate(self.losses)
            ],
            "lines": pack(self.lines),
            "at": self.at,
            "tries": [{"label": label, "at": at} for label, at in self.tries],
        }

    def html(self) -> str:
        lines = [
            (slug, short_name(lossref.spec(slug)), self.line(i, self.at))
            for i, (slug, _) in enumerate(self.losses)
        ]
        point = (self.gx[self.at[0]], self.gy[self.at[1]])
        picture = picture_of_fits(
            (self.x, self.y), point, lines, (self.gx, self.gy), (self.xlabel, self.ylabel)
        )
        return _wrap(self, picture)


# -- several numbers read off at one place ---------------------------------------------------


def paths(
    views: dict[str, dict[str, Any]],
    at: Iterable[float],
    *,
    name: str,
    ylabel: str,
    log: bool = False,
    ylim: tuple[float, float] | None = None,
    hues: Sequence[str] = (),
    question: str = "",
    tries: Iterable[tuple[str, State]] = (),
    start: State | None = None,
) -> Paths:
    """Curves over one axis, and the value of each at the place that the reader chooses.

    Parameters:
        views: By title, the curves (n,) by short name; ``nan`` is a gap. With more than one
            view the reader chooses.
        at: The places on the axis, ascending; with ``log`` their base-ten exponents.
        name, ylabel: What the axes measure.
        ylim: The part of the vertical axis drawn; all of each view if not given.
        hues: Colours of the curves, names of the book's palette; they repeat.
        question: One sentence above the figure.
        tries: Pairs of a label and a state; each becomes a button that sets the state.
        start: The first state. A state is a dictionary that may hold ``view`` (a title)
            and ``at`` (on the axis: a place, or with ``log`` its exponent).

    Raises:
        ValueError: If a curve has another length, or a state names an unknown view or key.
    """
    return Paths(views, np.array(list(at), float), name, ylabel, log, ylim, hues, question,
                 list(tries), dict(start or {}))  # fmt: skip


class Paths(Element):
    module, css = "explorer.js", "explorer.css"

    def __init__(self, views, at, name, ylabel, log, ylim, hues, question, tries, start):
        self.at, self.name, self.ylabel, self.log = at, name, ylabel, log
        self.question, self.tries = question, tries
        self.titles = list(views)
        _check_states("paths", [start, *(s for _, s in tries)], ("view", "at"), views)
        self.state = {"view": self.titles[0], "at": float(at[len(at) // 2])} | start
        shades = list(hues) or [*HUES, "black"]
        self.ways = {
            title: [
                {"short": short, "hue": PALETTE[shades[i % len(shades)]],
                 "values": np.asarray(values, float)}
                for i, (short, values) in enumerate(view.items())
            ]
            for title, view in views.items()
        }  # fmt: skip
        self.ylim = {title: ylim or self._limits(title) for title in views}

    def _limits(self, title: str) -> tuple[float, float]:
        for way in self.ways[title]:
            if way["values"].shape != self.at.shape:
                raise ValueError(f"paths: {way['short']!r} does not have {len(self.at)} values")
        every = np.concatenate([way["values"] for way in self.ways[title]])
        low, high = float(np.nanmin(every)), float(np.nanmax(every))
        room = 0.05 * ((high - low) or 1.0)
        return low - room, high + room

    def __repr__(self) -> str:
        return self.summary()

    def place(self, at: float) -> str:
        """A place on the axis as a reader is told it."""
        return _say(10.0**at if self.log else at)

    def summary(self) -> str:
        """The first state in words."""
        i = _nearest(self.at, self.state["at"])
        said = "; ".join(
            f"{way['short']}: {_say(way['values'][i])}" for way in self.ways[self.state["view"]]
        )
        return f"{self.state['view']}, {self.name} = {self.place(self.at[i])}. {said}."

    @property
    def axis(self) -> str:
        return f"log\u2081\u2080 {self.name}" if self.log else self.name

    def data(self) -> dict[str, Any]:
        """What explorer.js reads."""
        return {
            "kind": "paths",
            "at": [_short(v) for v in self.at],
            "places": [self.place(v) for v in self.at],
            "name": self.name,
            "axis": self.axis,
            "ylabel": self.ylabel,
            "views": [
                {
                    "title": title,
                    "ylim": [_short(v) for v in self.ylim[title]],
                    "ways": [
                        {
                            **_way(way["short"], way["hue"]),
                            "values": pack(way["values"]),
                        }
                        for way in ways
                    ],
                }
                for title, ways in self.ways.items()
            ],
            "state": self.state,
            "tries": [{"label": label, "state": state} for label, state in self.tries],
        }

    def html(self) -> str:
        view = self.state["view"]
        lines = [(way["short"], way["hue"], way["values"]) for way in self.ways[view]]
        picture = picture_of_lines(self.at, lines, view, (self.axis, self.ylabel), self.ylim[view])
        return _wrap(self, picture)


# -- how many digits of a result are right ---------------------------------------------------


def digits(
    views: dict[str, tuple[dict[str, Callable], Callable[[Decimal], Decimal]]],
    x: Iterable[float],
    *,
    log: bool = False,
    question: str = "",
    tries: Iterable[tuple[str, State]] = (),
    start: State | None = None,
) -> Digits:
    """How many decimal digits of a result are right, for several ways to compute it.

    Parameters:
        views: By title, a pair: the ways to compute one quantity, by short name, each a
            function of a float64 array (n,) that returns an array (n,) of any float type;
            and the quantity itself, a function of one ``decimal.Decimal``, evaluated with
            340 digits. With more than one view the reader chooses.
        x: The inputs, ascending; with ``log`` their base-ten exponents.
        question: One sentence above the figure.
        tries: Pairs of a label and a state; each becomes a button that sets the state.
        start: The first state. A state is a dictionary that may hold ``view`` (a title)
            and ``at`` (on the axis: an input, or with ``log`` its exponent).

    A result of nan or infinity has no right digit, nor has one of the wrong sign.

    Raises:
        ValueError: If a state names an unknown view or another key.
    """
    return Digits(views, np.array(list(x), float), log, question, list(tries), dict(start or {}))


class Digits(Element):
    module, css = "explorer.js", "explorer.css"

    def __init__(self, views, at, log, question, tries, start):
        self.at, self.log, self.question, self.tries = at, log, question, tries
        self.x = 10.0**at if log else at
        self.titles = list(views)
        _check_states("digits", [start, *(s for _, s in tries)], ("view", "at"), views)
        self.state = {"view": self.titles[0], "at": float(at[len(at) // 2])} | start
        self.ways = {title: self._compute(*view) for title, view in views.items()}

    def __repr__(self) -> str:
        return self.summary()

    def _compute(self, ways, exact) -> list[dict[str, Any]]:
        """Per way its name, colour, right digits (n,) and results as text; the truth comes last."""
        with localcontext(Context(prec=340, Emax=MAX_EMAX, Emin=MIN_EMIN)):
            truth = [exact(Decimal(float(v))) for v in self.x]
            out = []
            for (name, way), hue in zip(ways.items(), HUES, strict=False):
                with np.errstate(all="ignore"):
                    got = np.asarray(way(self.x.copy()))
                right = [_right(v, t) for v, t in zip(got, truth, strict=True)]
                out.append({"short": name, "hue": PALETTE[hue], "digits": np.array(right),
                            "values": [_result(v) for v in got]})  # fmt: skip
            out.append({"values": [_result(t) for t in truth]})
        return out

    def summary(self) -> str:
        """The first state in words."""
        at = _nearest(self.at, self.state["at"])
        *ways, truth = self.ways[self.state["view"]]
        said = "; ".join(
            f"{way['short']}: {way['values'][at]}, {way['digits'][at]:.1f} digits right"
            for way in ways
        )
        return f"{self.state['view']} at x = {_result(self.x[at])}. {said}; exact: {truth['values'][at]}."

    def data(self) -> dict[str, Any]:
        """What explorer.js reads."""
        return {
            "kind": "digits",
            "at": [_short(v) for v in self.at],
            "x": [_result(v) for v in self.x],
            "axis": "log\u2081\u2080 x" if self.log else "x",
            "views": [
                {
                    "title": title,
                    "exact": ways[-1]["values"],
                    "ways": [
                        {
                            **_way(way["short"], way["hue"]),
                            "digits": pack(way["digits"]),
                            "values": way["values"],
                        }
                        for way in ways[:-1]
                    ],
                }
                for title, ways in self.ways.items()
            ],
            "state": self.state,
            "tries": [{"label": label, "state": state} for label, state in self.tries],
        }

    def html(self) -> str:
        view = self.state["view"]
        lines = [(way["short"], way["hue"], way["digits"]) for way in self.ways[view][:-1]]
        labels = ("log\u2081\u2080 x" if self.log else "x", "right digits")
        return _wrap(self, picture_of_lines(self.at, lines, view, labels, (0, MOST_DIGITS + 1)))


def _right(got: Any, truth: Decimal) -> float:
    """Decimal digits that a result has right, between 0 and what float64 can hold."""
    if not np.isfinite(got):
        return 0.0
    wrong = abs(Decimal(float(got)) - truth)
    if wrong == 0:
        return MOST_DIGITS
    if truth == 0:
        return 0.0
    return float(min(max(-(wrong / abs(truth)).log10(), Decimal(0)), Decimal(MOST_DIGITS)))


def _result(value: Any) -> str:
    """A result for people, with enough digits to see which of them are right."""
    near = float(value)
    beyond = isinstance(value, Decimal) and value != 0 and (near == 0 or math.isinf(near))
    text = f"{value:.10g}" if beyond else f"{near:.10g}"
    text = text.replace("inf", "\N{INFINITY}")
    return re.sub(r"e\+?(-?)0*", r"e\1", text).replace("-", MINUS)


# -- curves that change with one number ------------------------------------------------------


def family(
    views: dict[str, Callable[[float], dict[str, tuple[Any, float]]]],
    x: Any,
    values: Iterable[float],
    *,
    name: str,
    xlabel: str,
    ylabel: str,
    read: str,
    ylim: tuple[float, float] | None = None,
    mark: bool = False,
    hues: Sequence[str] = HUES,
    question: str = "",
    tries: Iterable[tuple[str, State]] = (),
    start: State | None = None,
) -> Family:
    """Curves over one axis, all of which change when the reader moves one slider.

    Parameters:
        views: By title, a function of the slider's value that returns, by short name, a
            curve over ``x`` and one number that is read off. The names are the same for
            every value. With more than one view the reader chooses.
        x: Where the curves are evaluated, ascending.
        values: What the slider goes through, ascending.
        name: What the slider is called.
        xlabel, ylabel, read: Names of the axes and of the number.
        ylim: The part of the vertical axis drawn; all of the first view if not given.
        mark: Whether the number is a place on the axis, marked by a dot on its curve.
        hues: Colours of the curves, names of the book's palette.
        question: One sentence above the figure.
        tries: Pairs of a label and a state; each becomes a button that sets the state.
        start: The first state. A state is a dictionary that may hold ``view`` (a title)
            and ``at`` (a value of the slider).

    Raises:
        ValueError: If a state names an unknown view or another key.
    """
    return Family(views, np.asarray(x, float), np.array(list(values), float), name, xlabel,
                  ylabel, read, ylim, mark, hues, question, list(tries), dict(start or {}))  # fmt: skip


class Family(Element):
    module, css = "explorer.js", "explorer.css"

    def __init__(self, views, x, values, name, xlabel, ylabel, read, ylim, mark, hues,
                 question, tries, start):  # fmt: skip
        self.x, self.values, self.name = x, values, name
        self.xlabel, self.ylabel, self.read, self.mark = xlabel, ylabel, read, mark
        self.hues, self.question, self.tries = hues, question, tries
        self.titles = list(views)
        _check_states("family", [start, *(s for _, s in tries)], ("view", "at"), views)
        self.state = {"view": self.titles[0], "at": float(values[0])} | start
        self.ways = {title: self._compute(view) for title, view in views.items()}
        shown = np.concatenate([way["rows"].ravel() for way in self.ways[self.titles[0]]])
        low, high = np.nanmin(shown), np.nanmax(shown)
        self.ylim = ylim or (float(low), float(high + 0.05 * (high - low)))

    def __repr__(self) -> str:
        return self.summary()

    def _compute(self, view) -> list[dict[str, Any]]:
        """Per curve its name, its colour, its rows (values, x) and its numbers (values,)."""
        drawn = [view(float(value)) for value in self.values]
        return [
            {
                "short": short,
                "hue": PALETTE[hue],
                "rows": np.array([np.asarray(each[short][0], float) for each in drawn]),
                "numbers": np.array([float(each[short][1]) for each in drawn]),
            }
            for short, hue in zip(drawn[0], self.hues, strict=False)
        ]

    def summary(self) -> str:
        """The first state in words."""
        at = _nearest(self.values, self.state["at"])
        said = "; ".join(
            f"{way['short']}: {_say(way['numbers'][at])}" for way in self.ways[self.state["view"]]
        )
        return f"{self.state['view']}, {self.name} = {_say(self.values[at])}. {self.read}: {said}."

    def data(self) -> dict[str, Any]:
        """What explorer.js reads."""
        return {
            "kind": "family",
            "x": pack(self.x),
            "values": [_short(v) for v in self.values],
            "name": self.name,
            "xlabel": self.xlabel,
            "ylabel": self.ylabel,
            "read": self.read,
            "ylim": [_short(v) for v in self.ylim],
            "mark": self.mark,
            "views": [
                {
                    "title": title,
                    "ways": [
                        {
                            **_way(way["short"], way["hue"]),
                            "rows": pack(way["rows"]),
                            "numbers": pack(way["numbers"]),
                        }
                        for way in ways
                    ],
                }
                for title, ways in self.ways.items()
            ],
            "state": self.state,
            "tries": [{"label": label, "state": state} for label, state in self.tries],
        }

    def html(self) -> str:
        at = _nearest(self.values, self.state["at"])
        lines = [
            (way["short"], way["hue"], way["rows"][at]) for way in self.ways[self.state["view"]]
        ]
        title = f"{self.state['view']}, {self.name} = {_say(self.values[at])}"
        picture = picture_of_lines(self.x, lines, title, (self.xlabel, self.ylabel), self.ylim)
        return _wrap(self, picture)


# -- which constant is best ------------------------------------------------------------------


def constant(
    samples: dict[str, Any],
    risks: dict[str, Callable[[np.ndarray, float], float]],
    *,
    xlim: tuple[float, float] | None = None,
    xlabel: str = "constant m",
    question: str = "",
    tries: Iterable[tuple[str, State]] = (),
    start: State | None = None,
) -> Constant:
    """The risk of predicting one constant, for several losses and several samples.

    Parameters:
        samples: By title, arrays of shape (n,) with n <= 60; the reader chooses.
        risks: By short name, functions of the samples and a constant; at most six.
        xlim: The constants drawn; a little more than all samples if not given.
        xlabel: What the axis measures, with its unit.
        question: One sentence above the figure.
        tries: Pairs of a label and a state; each becomes a button that sets the state.
        start: The first state. A state may hold ``view`` (a title) and ``m``.

    Curves are drawn between their own lowest and highest value; the table has the risks.

    Raises:
        ValueError: If a state names an unknown view or another key.
    """
    return Constant(samples, risks, xlim, xlabel, question, list(tries), dict(start or {}))


class Constant(Element):
    module, css = "explorer.js", "explorer.css"

    def __init__(self, samples, risks, xlim, xlabel, question, tries, start):
        self.samples = {title: np.sort(np.asarray(y, float)) for title, y in samples.items()}
        self.names, self.xlabel = list(risks), xlabel
        self.question, self.tries = question, tries
        _check_states("constant", [start, *(s for _, s in tries)], ("view", "m"), samples)
        everything = np.concatenate(list(self.samples.values()))
        room = 0.1 * np.ptp(everything)
        self.m = steps(*(xlim or (everything.min() - room, everything.max() + room)), 240)
        self.risk = {
            title: np.array([[float(risk(y, m)) for m in self.m] for risk in risks.values()])
            for title, y in self.samples.items()
        }
        self.state = {"view": next(iter(samples)), "m": float(self.m[len(self.m) // 2])} | start
        self.state["m"] = float(self.m[_nearest(self.m, self.state["m"])])

    def __repr__(self) -> str:
        return self.summary()

    def summary(self) -> str:
        """The first state in words."""
        risk = self.risk[self.state["view"]]
        at = _nearest(self.m, self.state["m"])
        said = "; ".join(
            f"{name}: {_say(row[at])}, lowest {_say(row.min())}"
            for name, row in zip(self.names, risk, strict=True)
        )
        return f"{self.state['view']}, predicted by m = {_say(self.state['m'])}. {said}."

    def data(self) -> dict[str, Any]:
        """What explorer.js reads."""
        return {
            "kind": "constant",
            "m": [float(self.m[0]), float(self.m[-1]), len(self.m)],
            "xlabel": self.xlabel,
            "ways": [_way(n, PALETTE[hue]) for n, hue in zip(self.names, HUES, strict=False)],
            "views": [
                {"title": title, "y": [_short(v) for v in y], "risks": pack(self.risk[title])}
                for title, y in self.samples.items()
            ],
            "state": self.state,
            "tries": [{"label": label, "state": state} for label, state in self.tries],
        }

    def html(self) -> str:
        view = self.state["view"]
        curves = [
            (name, PALETTE[hue], _between(row))
            for name, hue, row in zip(self.names, HUES, self.risk[view], strict=False)
        ]
        picture = picture_of_constants(self.m, curves, self.samples[view], self.xlabel)
        return _wrap(self, picture)


def _between(row: np.ndarray) -> np.ndarray:
    """The same curve with its lowest value at 0 and its highest at 1."""
    span = np.ptp(row)
    return (row - row.min()) / (span if span else 1.0)


# -- is the chord above the curve ------------------------------------------------------------


def chord(
    functions: dict[str, Callable[[np.ndarray], np.ndarray]],
    xlim: tuple[float, float],
    *,
    xlabel: str = "x",
    question: str = "",
    tries: Iterable[tuple[str, State]] = (),
    start: State | None = None,
) -> Chord:
    """A curve, two points on it, and the chord between them.

    Parameters:
        functions: By short name, functions of an array (n,); the reader chooses.
        xlim: The x drawn; round numbers give round ends of the chord.
        xlabel: What the axis measures.
        question: One sentence above the figure.
        tries: Pairs of a label and a state; each becomes a button that sets the state.
        start: The first state. A state may hold ``view`` (a name), ``a`` and ``b`` (the ends)
            and ``weight`` (of a, between 0 and 1, in tenths).

    Nothing is interpolated: the ends lie on every tenth point of the grid, so every mixture
    of them is a point of the grid.

    Raises:
        ValueError: If a state names an unknown function or another key.
    """
    return Chord(functions, xlim, xlabel, question, list(tries), dict(start or {}))


class Chord(Element):
    module, css = "explorer.js", "explorer.css"

    def __init__(self, functions, xlim, xlabel, question, tries, start):
        self.names, self.xlabel, self.question, self.tries = (
            list(functions),
            xlabel,
            question,
            tries,
        )
        _check_states(
            "chord", [start, *(s for _, s in tries)], ("view", "a", "b", "weight"), functions
        )
        self.ends = steps(*xlim, 40)
        self.x = np.linspace(self.ends[0], self.ends[-1], TENTHS * (len(self.ends) - 1) + 1)
        self.values = {name: np.asarray(f(self.x), float) for name, f in functions.items()}
        a, b = self.ends[len(self.ends) // 5], self.ends[-1 - len(self.ends) // 5]
        self.state = {"view": self.names[0], "a": float(a), "b": float(b), "weight": 0.5} | start

    def __repr__(self) -> str:
        return self.summary()

    def place(self) -> tuple[int, int, int]:
        """Where on the grid the two ends of the first state are, and the mixture of them."""
        a, b = (TENTHS * _nearest(self.ends, self.state[key]) for key in ("a", "b"))
        tenths = round(TENTHS * self.state["weight"])
        return a, b, (tenths * a + (TENTHS - tenths) * b) // TENTHS

    def summary(self) -> str:
        """The first state in words."""
        a, b, mixture = self.place()
        values, weight = self.values[self.state["view"]], self.state["weight"]
        on_chord = weight * values[a] + (1 - weight) * values[b]
        return (
            f"{self.state['view']}: at {self.xlabel} = {_say(self.x[mixture])} the curve is at "
            f"{_say(values[mixture])}, the chord from {_say(self.x[a])} to {_say(self.x[b])} at "
            f"{_say(on_chord)}."
        )

    def data(self) -> dict[str, Any]:
        """What explorer.js reads."""
        return {
            "kind": "chord",
            "ends": [float(self.ends[0]), float(self.ends[-1]), len(self.ends)],
            "tenths": TENTHS,
            "xlabel": self.xlabel,
            "views": [
                {"title": name, "values": pack(values), **_way(name, PALETTE[hue])}
                for (name, values), hue in zip(self.values.items(), HUES, strict=False)
            ],
            "chord": _way("chord", PALETTE["black"]),
            "state": self.state,
            "tries": [{"label": label, "state": state} for label, state in self.tries],
        }

    def html(self) -> str:
        view = self.state["view"]
        hue = PALETTE[HUES[self.names.index(view)]]
        picture = picture_of_chord(self.x, self.values[view], self.place(), hue, view, self.xlabel)
        return _wrap(self, picture)


# -- a descent over a landscape --------------------------------------------------------------


class Surface(NamedTuple):
    """A function of two weights and its gradient, and how it is walked down.

    ``loss(a, b)`` takes two arrays of one shape; ``grad(a, b)`` returns the two slopes.
    ``xlim`` and ``ylim`` are the part drawn, ``rates`` the step sizes to choose from.
    """

    loss: Callable[[Any, Any], Any]
    grad: Callable[[Any, Any], tuple[Any, Any]]
    start: tuple[float, float]
    rates: Sequence[float]
    xlim: tuple[float, float] = (-3.0, 3.0)
    ylim: tuple[float, float] = (-3.0, 3.0)
    count: int = 40


def descent(
    surfaces: dict[str, Surface],
    *,
    labels: tuple[str, str] = ("w\u2081", "w\u2082"),
    question: str = "",
    tries: Iterable[tuple[str, State]] = (),
    start: State | None = None,
) -> Descent:
    """Contours of a loss over two weights, and the path of gradient descent.

    Parameters:
        surfaces: By title; the reader chooses. At most 60 steps each.
        labels: What the two axes measure.
        question: One sentence above the figure.
        tries: Pairs of a label and a state; each becomes a button that sets the state.
        start: The first state. A state may hold ``view`` (a title), ``rate`` (one of the
            surface's) and ``step`` (how far the path is drawn).

    Raises:
        ValueError: If a state names an unknown view, a rate that the view has not, or
            another key.
    """
    return Descent(surfaces, labels, question, list(tries), dict(start or {}))


class Descent(Element):
    module, css = "explorer.js", "explorer.css"

    def __init__(self, surfaces, labels, question, tries, start):
        self.surfaces, self.labels = surfaces, labels
        self.question, self.tries = question, tries
        states = [start, *(s for _, s in tries)]
        _check_states("descent", states, ("view", "rate", "step"), surfaces)
        first = next(iter(surfaces))
        for state in states:
            rates = surfaces[state.get("view", first)].rates
            if "rate" in state and state["rate"] not in rates:
                raise ValueError(f"descent: {state['rate']} is not among the rates {list(rates)}")
        self.state = {"view": first, "rate": surfaces[first].rates[0], "step": 10} | start
        self.paths = {title: self._walk(surface) for title, surface in surfaces.items()}

    def __repr__(self) -> str:
        return self.summary()

    def _walk(self, surface: Surface) -> np.ndarray:
        """Per rate and step: both weights, the loss, the length of the gradient."""
        if surface.count > MOST_STEPS:
            raise ValueError(f"descent: at most {MOST_STEPS} steps; got {surface.count}")
        out = np.full((len(surface.rates), surface.count + 1, 4), np.nan)
        for path, rate in zip(out, surface.rates, strict=True):
            at = np.array(surface.start, float)
            for row in path:
                slope = np.array(surface.grad(*at), float)
                row[:] = [*at, surface.loss(*at), np.hypot(*slope)]
                at = at - rate * slope
                if not np.all(np.abs(at) < FAR):
                    break
        return out

    def contours(self, title: str) -> list[list[float]]:
        """Lines of equal loss, each as x, y, x, y, ...; levels lie closer near the bottom."""
        from contourpy import contour_generator

        surface = self.surfaces[title]
        x, y = (np.linspace(*lim, 61) for lim in (surface.xlim, surface.ylim))
        z = np.asarray(surface.loss(*np.meshgrid(x, y)), float)
        bottom, top = z.min(), z.max()
        drawn = contour_generator(x, y, z)
        levels = bottom + (top - bottom) * np.linspace(0, 1, 14)[1:-1] ** 2
        found = [line for level in levels for line in drawn.lines(level)]
        return [[float(f"{v:.4g}") for v in line.ravel()] for line in found]

    def path(self) -> np.ndarray:
        """The path of the first state, up to its step."""
        rate = list(self.surfaces[self.state["view"]].rates).index(self.state["rate"])
        return self.paths[self.state["view"]][rate, : self.state["step"] + 1]

    def summary(self) -> str:
        """The first state in words."""
        path = self.path()
        path = path[np.isfinite(path[:, 2])]
        a, b, loss, slope = path[-1]
        return (
            f"{self.state['view']}, step size {_say(self.state['rate'])}, step {len(path) - 1}: "
            f"{self.labels[0]} = {_say(a)}, {self.labels[1]} = {_say(b)}, loss {_say(loss)}, "
            f"gradient {_say(slope)}."
        )

    def data(self) -> dict[str, Any]:
        """What explorer.js reads."""
        return {
            "kind": "descent",
            "labels": list(self.labels),
            "path": _way("path", PALETTE["vermilion"]),
            "views": [
                {
                    "title": title,
                    "xlim": list(surface.xlim),
                    "ylim": list(surface.ylim),
                    "rates": list(surface.rates),
                    "count": surface.count,
                    "contours": self.contours(title),
                    "paths": pack(self.paths[title]),
                }
                for title, surface in self.surfaces.items()
            ],
            "state": self.state,
            "tries": [{"label": label, "state": state} for label, state in self.tries],
        }

    def html(self) -> str:
        view = self.state["view"]
        surface = self.surfaces[view]
        picture = picture_of_descent(
            self.contours(view), self.path(), surface.xlim, surface.ylim, view, self.labels
        )
        return _wrap(self, picture)


# -- any curves, with knobs ---------------------------------------------------------------------


def knobs(
    views: dict[str, Callable[..., dict[str, Any]]],
    x: Any,
    turn: dict[str, Sequence[float]] | None = None,
    *,
    xlabel: str = "x",
    ylim: dict[str, tuple[float, float]] | None = None,
    hues: dict[str, str] | None = None,
    question: str = "",
    tries: Iterable[tuple[str, State]] = (),
    start: State | None = None,
) -> Knobs:
    """Curves over one number, at every setting of some knobs.

    Parameters:
        views: By title, a function of the array x and of every knob by name that returns
            curves by short name, each an array like x; the same names at every setting. With
            more than one view the reader chooses.
        x: Where the curves are drawn, ascending.
        turn: By name, the settings of a knob; at most two knobs.
        xlabel: What x is.
        ylim: The limits of a view by its title; chosen from the curves if not given.
        hues: A colour of ``style.PALETTE`` or the slug of a loss by the name of a curve; in
            turn if not given.
        question: One sentence above the figure.
        tries: Pairs of a label and a state; each becomes a button that sets the state.
        start: The first state. A state is a dictionary that may hold ``view`` (a title), ``at``
            (an x) and a setting for each knob by its name.

    A value that is not finite is not drawn.

    Raises:
        ValueError: If a state names an unknown view or knob, or there are too many curves.
    """
    return Knobs(views, np.asarray(x, float), dict(turn or {}), xlabel, dict(ylim or {}),
                 dict(hues or {}), question, list(tries), dict(start or {}))  # fmt: skip


class Knobs(Element):
    module, css = "explorer.js", "explorer.css"

    def __init__(self, views, x, turn, xlabel, ylim, hues, question, tries, start):
        self.views, self.x, self.xlabel = views, x, xlabel
        self.turn = {name: [float(v) for v in values] for name, values in turn.items()}
        self.question, self.tries = question, tries
        if len(self.turn) > 2:
            raise ValueError(f"knobs: at most two knobs; got {', '.join(self.turn)}")
        states = [start, *(s for _, s in tries)]
        _check_states("knobs", states, ("view", "at", *self.turn), views)
        middle = {name: values[len(values) // 2] for name, values in self.turn.items()}
        self.state = {"view": next(iter(views)), "at": float(x[len(x) // 2])} | middle | start
        self.settings = [
            dict(zip(self.turn, values, strict=True)) for values in product(*self.turn.values())
        ]
        if len(self.settings) > MOST_ROWS:
            raise ValueError(f"knobs: {len(self.settings)} settings; give at most {MOST_ROWS}")
        self.curves = {title: [self.row(title, s) for s in self.settings] for title in views}
        self.hues = {}
        for rows in self.curves.values():
            for name in rows[0]:
                hue = hues.get(name, HUES[len(self.hues) % len(HUES)])
                self.hues.setdefault(name, color(hue))
        self.limits = {title: ylim.get(title) or self._limits(title) for title in views}

    def __repr__(self) -> str:
        return self.summary()

    def row(self, title: str, setting: dict[str, float]) -> dict[str, np.ndarray]:
        """The curves of one view at one setting; nan where there is no finite value."""
        with np.errstate(all="ignore"):
            found = self.views[title](self.x.copy(), **setting)
        out = {}
        for name, values in found.items():
            values = np.broadcast_to(np.asarray(values, float), self.x.shape)
            out[name] = np.where(np.isfinite(values), values, np.nan)
        return out

    def _limits(self, title: str) -> tuple[float, float]:
        values = np.concatenate([v for row in self.curves[title] for v in row.values()])
        low, high = float(np.nanmin(values)), float(np.nanmax(values))
        room = 0.05 * (high - low or 1.0)
        return (low - room if low < 0 else min(low, 0.0), high + room)

    def current(self) -> dict[str, np.ndarray]:
        """The curves of the first state."""
        return self.row(
            self.state["view"],
            {n: v[_nearest(np.array(v), self.state[n])] for n, v in self.turn.items()},
        )

    def summary(self) -> str:
        """The first state in words."""
        at = _nearest(self.x, self.state["at"])
        turned = "".join(
            f", {name} = {_say(values[_nearest(np.array(values), self.state[name])])}"
            for name, values in self.turn.items()
        )
        said = "; ".join(f"{name}: {_say(v[at])}" for name, v in self.current().items())
        return f"{self.state['view']} at {self.xlabel} = {_say(self.x[at])}{turned}. {said}."

    def data(self) -> dict[str, Any]:
        """What explorer.js reads."""
        return {
            "kind": "knobs",
            "x": [_short(v) for v in self.x],
            "xlabel": self.xlabel,
            "knobs": [
                {"name": name, "values": [_short(v) for v in values]}
                for name, values in self.turn.items()
            ],
            "views": [
                {
                    "title": title,
                    "ylim": [_short(v) for v in self.limits[title]],
                    "lines": [_way(name, self.hues[name]) for name in rows[0]],
                    "rows": pack(np.array([list(row.values()) for row in rows])),
                }
                for title, rows in self.curves.items()
            ],
            "state": self.state,
            "tries": [{"label": label, "state": state} for label, state in self.tries],
        }

    def html(self) -> str:
        title = self.state["view"]
        lines = [(name, self.hues[name], v) for name, v in self.current().items()]
        return _wrap(
            self, picture_of_lines(self.x, lines, title, (self.xlabel, ""), self.limits[title])
        )


# -- two boxes -----------------------------------------------------------------------------------


def boxes(
    losses: Sequence[str] = BOX_LOSSES,
    *,
    true: tuple[float, float] = (4.0, 2.0),
    sizes: Sequence[tuple[float, float]] = ((4.0, 2.0), (2.0, 1.0), (1.5, 3.0), (7.0, 5.0)),
    question: str = "",
    tries: Iterable[tuple[str, State]] = (),
    start: State | None = None,
) -> Boxes:
    """A true box, a predicted box that the reader moves, and the pull of every loss on it.

    Parameters:
        losses: Slugs of losses of boxes.
        true: Width and height of the true box, whose centre is the origin.
        sizes: Widths and heights that the predicted box may have.
        question: One sentence above the figure.
        tries: Pairs of a label and a state; each becomes a button that sets the state.
        start: The first state. A state is a dictionary that may hold ``x`` and ``y`` (the
            centre of the predicted box), ``size`` (one of the sizes) and ``loss`` (whose pull
            on the four edges is drawn).

    Every position is a point of a grid, for which lossref has computed values and gradients.

    Raises:
        ValueError: If a state names an unknown size, loss or key.
    """
    return Boxes(list(losses), true, [tuple(map(float, s)) for s in sizes], question,
                 list(tries), dict(start or {}))  # fmt: skip


class Boxes(Element):
    module, css = "explorer.js", "explorer.css"

    def __init__(self, losses, true, sizes, question, tries, start):
        self.losses, self.true, self.sizes = losses, true, sizes
        self.question, self.tries = question, tries
        self.gx, self.gy = steps(-5.0, 5.0, 20), steps(-3.0, 3.0, 12)
        states = [start, *(s for _, s in tries)]
        _check_states("boxes", states, ("x", "y", "size", "loss"), ())
        for state in states:
            for key, value in state.items():
                if key == "size" and tuple(value) not in sizes:
                    raise ValueError(f"boxes: {value} is not among the sizes")
                if key == "loss" and value not in losses:
                    raise ValueError(f"boxes: {value!r} is not among the losses shown")
        self.state = {"x": 3.5, "y": 1.5, "size": sizes[0], "loss": losses[-1]} | start
        self.numbers = self._compute()

    def __repr__(self) -> str:
        return self.summary()

    def box(self, size: tuple[float, float], x: Any, y: Any) -> np.ndarray:
        """Corners of a predicted box, shape (..., 4)."""
        w, h = size
        return np.stack(np.broadcast_arrays(x - w / 2, y - h / 2, x + w / 2, y + h / 2), axis=-1)

    def _compute(self) -> np.ndarray:
        """Value and four slopes, shape (sizes, len(gy), len(gx), losses, 5)."""
        py, px = np.meshgrid(self.gy, self.gx, indexing="ij")
        pred = np.stack([self.box(size, px, py) for size in self.sizes])
        truth = np.broadcast_to(self.box(self.true, 0.0, 0.0), pred.shape)
        out = []
        for slug in self.losses:
            spec = lossref.spec(slug)
            value = spec.loss(truth, pred, reduction="none")
            slope = spec.grad(truth, pred, reduction="none")
            out.append(np.concatenate([value[..., None], slope], axis=-1))
        return np.stack(out, axis=3)

    def _place(self, state: State) -> list[int]:
        """Where a state is on the grids: size, row, column, loss."""
        full = self.state | state
        return [
            self.sizes.index(tuple(full["size"])),
            _nearest(self.gy, full["y"]),
            _nearest(self.gx, full["x"]),
            self.losses.index(full["loss"]),
        ]

    def summary(self) -> str:
        """The first state in words."""
        size, row, column, _ = self._place({})
        said = "; ".join(
            f"{lossref.spec(slug).title}: {_say(n[0])}, pull ({_say(-n[1] - n[3] + 0.0)}, "
            f"{_say(-n[2] - n[4] + 0.0)})"
            for slug, n in zip(self.losses, self.numbers[size, row, column], strict=True)
        )
        w, h = self.sizes[size]
        return (
            f"Predicted box of {w:g} \u00d7 {h:g} at ({_say(self.gx[column])}, "
            f"{_say(self.gy[row])}). {said}."
        )

    def data(self) -> dict[str, Any]:
        """What explorer.js reads."""
        return {
            "kind": "boxes",
            "gx": [float(self.gx[0]), float(self.gx[-1]), len(self.gx)],
            "gy": [float(self.gy[0]), float(self.gy[-1]), len(self.gy)],
            "true": list(self.true),
            "sizes": [list(size) for size in self.sizes],
            "losses": [
                {
                    "title": lossref.spec(slug).title,
                    **_way(short_name(lossref.spec(slug)), color(slug)),
                }
                for slug in self.losses
            ],
            "numbers": pack(self.numbers),
            "state": self._place({}),
            "tries": [{"label": label, "state": self._place(state)} for label, state in self.tries],
        }

    def html(self) -> str:
        size, row, column, loss = self._place({})
        pred = self.box(self.sizes[size], self.gx[column], self.gy[row])
        truth = self.box(self.true, 0.0, 0.0)
        pull = -self.numbers[size, row, column, loss, 1:]
        name = short_name(lossref.spec(self.losses[loss]))
        picture = picture_of_boxes(truth, pred, pull, color(self.losses[loss]), name)
        return _wrap(self, picture)


# -- a triplet in the plane ----------------------------------------------------------------------


def triplet(
    margins: Sequence[float] = (0.0, 0.2, 0.5, 1.0),
    *,
    question: str = "",
    tries: Iterable[tuple[str, State]] = (),
    start: State | None = None,
) -> Triplet:
    """An anchor, a positive at distance 1, a negative that the reader moves, and all three steps.

    Parameters:
        margins: The margins that the reader may choose from.
        question: One sentence above the figure.
        tries: Pairs of a label and a state; each becomes a button that sets the state.
        start: The first state. A state is a dictionary that may hold ``x`` and ``y`` (the
            place of the negative; the anchor is the origin and the positive (1, 0)),
            ``margin`` (one of the margins) and ``squared`` (whose steps are drawn).

    Every position is a point of a grid, for which lossref has computed values and gradients.

    Raises:
        ValueError: If a state names an unknown margin or key.
    """
    return Triplet(tuple(map(float, margins)), question, list(tries), dict(start or {}))


class Triplet(Element):
    module, css = "explorer.js", "explorer.css"

    def __init__(self, margins, question, tries, start):
        self.margins, self.question, self.tries = margins, question, tries
        self.gx, self.gy = steps(-2.0, 2.0, 16), steps(-1.25, 1.25, 10)
        states = [start, *(s for _, s in tries)]
        _check_states("triplet", states, ("x", "y", "margin", "squared"), ())
        for state in states:
            if state.get("margin", margins[0]) not in margins:
                raise ValueError(f"triplet: {state['margin']} is not among the margins")
        self.state = {"x": 0.75, "y": 0.75, "margin": margins[-1], "squared": False} | start
        self.numbers = self._compute()

    def __repr__(self) -> str:
        return self.summary()

    def _compute(self) -> np.ndarray:
        """Value and gradients, shape (margins, len(gy), len(gx), 2, 7); plain first, then squared."""
        py, px = np.meshgrid(self.gy, self.gx, indexing="ij")
        negative = np.stack([px, py], axis=-1)
        positive = np.broadcast_to([1.0, 0.0], negative.shape)
        given = np.zeros_like(negative), positive, negative
        out = []
        for margin in self.margins:
            for squared in (False, True):
                kept = {"margin": margin, "squared": squared, "reduction": "none"}
                value = lossref.triplet(*given, **kept)
                slopes = lossref.triplet_grad(*given, **kept)
                out.append(np.concatenate([value[..., None], *slopes], axis=-1))
        return (
            np.stack(out, axis=2)
            .reshape(*px.shape, len(self.margins), 2, 7)
            .swapaxes(1, 2)
            .swapaxes(0, 1)
        )

    def _place(self, state: State) -> list[int]:
        """Where a state is on the grids: margin, row, column, plain or squared."""
        full = self.state | state
        return [
            self.margins.index(full["margin"]),
            _nearest(self.gy, full["y"]),
            _nearest(self.gx, full["x"]),
            int(full["squared"]),
        ]

    def summary(self) -> str:
        """The first state in words."""
        margin, row, column, squared = self._place({})
        value, *slopes = self.numbers[margin, row, column, squared]
        said = "; ".join(
            f"step of the {name} ({_say(-x + 0.0)}, {_say(-y + 0.0)})"
            for name, x, y in zip(THREE, slopes[::2], slopes[1::2], strict=True)
        )
        return (
            f"Negative at ({_say(self.gx[column])}, {_say(self.gy[row])}), margin "
            f"{self.margins[margin]:g}, {'squared' if squared else 'plain'} distances. "
            f"Loss {_say(value)}; {said}."
        )

    def data(self) -> dict[str, Any]:
        """What explorer.js reads."""
        return {
            "kind": "triplet",
            "gx": [float(self.gx[0]), float(self.gx[-1]), len(self.gx)],
            "gy": [float(self.gy[0]), float(self.gy[-1]), len(self.gy)],
            "margins": list(self.margins),
            "rings": [[1 + m, math.sqrt(1 + m)] for m in self.margins],
            "three": [_way(name, color(hue)) for name, hue in THREE.items()],
            "numbers": pack(self.numbers),
            "state": self._place({}),
            "tries": [{"label": label, "state": self._place(state)} for label, state in self.tries],
        }

    def html(self) -> str:
        margin, row, column, squared = self._place({})
        places = np.array([[0.0, 0.0], [1.0, 0.0], [self.gx[column], self.gy[row]]])
        pulls = -self.numbers[margin, row, column, squared, 1:].reshape(3, 2)
        ring = self.data()["rings"][margin][squared]
        marks = [(name, color(hue)) for name, hue in THREE.items()]
        return _wrap(self, picture_of_triplet(places, pulls, ring, marks))


# -- shared ----------------------------------------------------------------------------------


def _check_states(who: str, states: list[State], keys: tuple[str, ...], views: Any) -> None:
    for state in states:
        for key, value in state.items():
            if key not in keys:
                raise ValueError(f"{who}: no {key!r}; a state may hold {', '.join(keys)}")
            if key == "view" and value not in views:
                raise ValueError(f"{who}: {value!r} is not among the views")


def _way(name: str, shade: str) -> dict[str, str]:
    """A line for explorer.js: its name and its colour, in light, in dark and as text."""
    return {"short": name, "color": shade, "dark": ON_DARK[shade], "text": FOR_TEXT[shade]}


def steps(lo: float, hi: float, about: int) -> np.ndarray:
    """Multiples of a round step from lo to hi, at most ``about`` steps of them.

    Every value is a float with few decimals, 0 is among them where it is in between.
    """
    if not lo < hi:
        raise ValueError(f"steps: the lower end must be below the upper; got {lo} and {hi}")
    raw = (hi - lo) / about
    power = 10.0 ** math.floor(math.log10(raw) + 1e-12)
    step = next(power * m for m in (1, 2, 2.5, 5, 10) if power * m >= raw * (1 - 1e-9))
    first, last = math.ceil(lo / step - 1e-9), math.floor(hi / step + 1e-9)
    decimals = max(0, 3 - math.floor(math.log10(step)))
    return np.round(np.arange(first, last + 1) * step, decimals) + 0.0


def _slider(param: Any, reach: float, fine: bool) -> list[float]:
    """Round values of a parameter, from where it changes everything to where it changes nothing."""
    if param.name == "alpha":
        values = [-8, -6, -4, -3, -2, -1.5, -1, -0.5, 0, 0.5, 1, 1.25, 1.5, 1.75, 2]
    elif param.lo == 0 and param.hi == 1:
        values = [0.01, 0.02, *(i / 20 for i in range(1, 20)), 0.98, 0.99]
    elif param.scale == "linear":
        top = max(10 * param.default, 0.4 * reach)
        values = steps(0, top, 24)
    else:
        middle = math.floor(math.log10(param.default / 5))
        decades = range(middle, middle + 3)
        values = [round(m * 10.0**d, 6) for d in decades for m in PER_DECADE]
        values = [
            v for v in values if param.default / 10.5 <= v <= min(10.5 * param.default, 3 * reach)
        ]
    values = [float(v) for v in values if v in param.interval]
    return values if fine else values[::2]


def _nearest(grid: np.ndarray, value: float) -> int:
    return int(np.abs(grid - value).argmin())


def _short(value: float) -> float:
    return float(f"{value:.9g}")


def _say(value: float) -> str:
    """A number for people: three significant digits, a real minus sign."""
    if value != value:
        return "undefined"
    text = f"{value:#.3g}" if 1e-3 <= abs(value) < 1e4 else f"{value:.3g}"
    return ("0" if value == 0 else text.rstrip(".")).replace("-", MINUS)


def short_name(spec: Any) -> str:
    """What stands at the end of a line: MSE, Huber, Log-cosh."""
    if spec.slug in SHORT:
        return SHORT[spec.slug]
    return spec.title.removesuffix(" loss")


def _named(spec: Any, params: dict[str, float]) -> str:
    if not params:
        return spec.title
    symbols = {p.name: SYMBOLS.get(p.symbol, p.symbol) for p in spec.params}
    listed = ", ".join(f"{symbols[k]} = {v:g}" for k, v in params.items())
    return f"{spec.title} ({listed.replace('-', MINUS)})"


def _wrap(element: Any, picture: str) -> str:
    data = element.data()
    asked = f'<p class="ex-question">{escape(element.question)}</p>' if element.question else ""
    return (
        f'<loss-explorer data-kind="{data["kind"]}">'
        f'<script type="application/json">{script_json(data)}</script>'
        f'{asked}<div class="fallback"><img src="{picture}" alt="{escape(element.summary())}"></div>'
        f"</loss-explorer>"
    )
