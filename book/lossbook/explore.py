"""Explorers: Python computes the arrays with lossref, one ES module draws them.

In the built page an explorer is a custom element with its arrays embedded, and a static
figure of its first state for print and for pages without scripts. In Jupyter the same
module runs as an anywidget, and the kernel computes what the embedded grid does not hold.
No formula is written in JavaScript.
"""

from __future__ import annotations

import base64
import io
import json
import os
from collections.abc import Sequence
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

import lossref
from lossbook import style

MODULE = Path(__file__).with_name("explorer.js")
#: Points on the error axis; odd, so that e = 0 is one of them.
POINTS = 161


def pack(array: np.ndarray) -> str:
    """An array as base64 of little-endian float32: four bytes a number, read without parsing."""
    return base64.b64encode(np.ascontiguousarray(array, dtype="<f4").tobytes()).decode()


class Explorer:
    """Something to show: ``data`` for the module, a figure for paper, a text for ears."""

    def __init__(self, data: dict[str, Any], alt: str) -> None:
        self.data, self.alt = data, alt

    def draw(self, fig) -> None:
        raise NotImplementedError

    def figure(self) -> str:
        """The first state as an SVG picture, in a data address."""
        import matplotlib.pyplot as plt

        style.use()
        fig = plt.figure(figsize=(7.0, 3.3))
        self.draw(fig)
        buffer = io.BytesIO()
        fig.savefig(buffer, format="svg", metadata={"Date": None})
        plt.close(fig)
        return "data:image/svg+xml;base64," + base64.b64encode(buffer.getvalue()).decode()

    def html(self) -> str:
        data = json.dumps(self.data).replace("</", "<\\/")
        return (
            f'<loss-explorer><p class="lead">{escape(self.data["question"])}</p>'
            f'<figure class="fallback"><img alt="{escape(self.alt)}" src="{self.figure()}" '
            f'width="504" height="238" loading="lazy"></figure>'
            f'<script type="application/json">{data}</script></loss-explorer>'
        )

    @cached_property
    def widget(self):
        """The anywidget of a live notebook."""
        import anywidget
        import traitlets

        class Live(anywidget.AnyWidget):
            _esm = MODULE
            _css = MODULE.with_name("lossbook.css")
            data = traitlets.Dict().tag(sync=True)

        live = Live(data=self.data)
        live.on_msg(lambda _widget, content, _buffers: self._asked(live, content))
        return live

    def _asked(self, live, content: dict[str, Any]) -> None:
        """The module wants a parameter value that is not on the grid."""
        self.extend(content["slug"], float(content["value"]))
        live.data = dict(self.data)

    def extend(self, slug: str, value: float) -> None:
        """Compute one more parameter value; explorers without parameters ignore it."""

    def _repr_mimebundle_(self, include=None, exclude=None, **kwargs):
        if os.environ.get("LOSSBOOK_STATIC"):
            return {"text/html": self.html(), "text/plain": self.alt}
        return self.widget._repr_mimebundle_(**kwargs)


# -- loss and gradient curves ------------------------------------------------------


class Curves(Explorer):
    """Loss and gradient of one error, for two losses at once."""

    def draw(self, fig) -> None:
        axes = fig.subplots(1, 2)
        e = np.linspace(*self.data["xlim"], POINTS)
        for slug in self.data["shown"]:
            curve = self.data["losses"][slug]
            for ax, key in zip(axes, ("value", "grad"), strict=True):
                table = np.frombuffer(base64.b64decode(curve[key]), "<f4").reshape(-1, POINTS)
                ax.plot(e, table[curve["start"]], color=curve["color"], label=curve["title"])
        for ax, title, top in zip(axes, ("Loss", "Gradient"), self.data["ylim"], strict=True):
            ax.set(title=title, xlabel="error e = y_pred - y_true")
            ax.set_ylim((0, top) if title == "Loss" else (-top, top))
        for row, slug in enumerate(self.data["shown"]):
            curve = self.data["losses"][slug]
            axes[0].text(
                0.03, 0.94 - 0.09 * row, curve["title"], color=curve["color"], transform=axes[0].transAxes
            )

    def extend(self, slug: str, value: float) -> None:
        curve = self.data["losses"][slug]
        values = sorted({*curve["param"]["values"], value}) if curve["param"] else []
        if values:
            self.data["losses"][slug] = _curve(slug, self.data["xlim"], values, value)


def curves(
    slug: str,
    compare: str = "mse",
    choices: Sequence[str] = (),
    question: str = "Where does the pull on a prediction stop growing?",
    tries: Sequence[tuple[str, dict[str, float]]] = (),
    xlim: tuple[float, float] = (-5.0, 5.0),
) -> Curves:
    """An explorer of two losses as functions of the error.

    slug, compare: the losses shown first. choices: the losses to choose from (both are
    added). tries: labels with states, each state a value of the first loss's parameter by
    name and of the probed error "e". xlim: the errors shown. Raises ValueError for unknown
    losses and for losses that are not elementwise.
    """
    slugs = list(dict.fromkeys((slug, compare, *choices)))
    losses = {name: _curve(name, xlim) for name in slugs}
    first = losses[slug]
    tops = []
    for key in ("value", "grad"):
        table = np.frombuffer(base64.b64decode(first[key]), "<f4").reshape(-1, POINTS)
        tops.append(float(f"{1.25 * np.abs(table[first['start']]).max():.2g}"))
    data = {
        "kind": "curves",
        "question": question,
        "xlim": list(xlim),
        "points": POINTS,
        "ylim": tops,
        "losses": losses,
        "shown": [slug, compare],
        "e": 2.0,
        "tries": [[text, state] for text, state in tries],
    }
    names = f"{first['title']} and {losses[compare]['title']}"
    alt = f"Two panels: {names} as functions of the error, and their gradients."
    return Curves(data, alt)


def _curve(
    slug: str,
    xlim: tuple[float, float],
    values: Sequence[float] | None = None,
    start: float | None = None,
) -> dict[str, Any]:
    record = lossref.spec(slug)
    if record.kind != "elementwise":
        raise ValueError(f"explore: {slug} is not a function of one error, so it has no curve")
    e = np.linspace(*xlim, POINTS)
    y = np.ones(POINTS)  # losses of a ratio need a true value; for the others any will do
    param = record.params[0] if record.params else None
    values = values or (_grid(param) if param else [0.0])
    settings = [{param.name: v} if param else {} for v in values]
    pairs = [record.value_and_grad(y, y + e, reduction="none", **s) for s in settings]
    default = start if start is not None else (param.default if param else 0.0)
    return {
        "title": record.title,
        "color": style.color(slug),
        "param": param and {"name": param.name, "values": [float(v) for v in values]},
        "start": int(np.argmin(np.abs(np.asarray(values) - default))),
        "value": pack(np.array([v for v, _ in pairs])),
        "grad": pack(np.array([g for _, g in pairs])),
        "kinks": [[float(k) for k in record.kinks(**s) if xlim[0] < k < xlim[1]] for s in settings],
    }


def _grid(param) -> list[float]:
    """Values that a slider goes through, with the default among them."""
    lo, hi = param.lo, param.hi
    if (lo, hi) == (0.0, 1.0):
        values = np.round(np.arange(0.05, 1.0, 0.05), 2)
    elif param.scale == "log":
        values = param.default * np.round(2.0 ** (np.arange(-12, 9) / 4), 3)
    else:
        low = lo if np.isfinite(lo) else -6.0
        values = np.round(np.linspace(low, low + (3.0 if np.isfinite(lo) else 9.0), 31), 2)
    return sorted({float(f"{v:.4g}") for v in values} | {float(param.default)})


# -- one point to drag --------------------------------------------------------------


class Outlier(Explorer):
    """A scatter with one point that can be dragged, and a line for every loss."""

    def draw(self, fig) -> None:
        ax = fig.subplots()
        data = self.data
        ax.plot(data["x"], data["y"], "o", color="#666666")
        ix, iy = data["start"]
        ox, oy = data["grid"]["x"][ix], data["grid"]["y"][iy]
        ax.plot([ox], [oy], "D", color="#000000", markersize=8)
        edge = np.array(data["xlim"])
        for line in data["lines"]:
            shape = (len(data["grid"]["x"]), len(data["grid"]["y"]), 2)
            table = np.frombuffer(base64.b64decode(line["fits"]), "<f4").reshape(shape)
            slope, height = table[ix, iy]
            ax.plot(edge, slope * edge + height, color=line["color"], label=line["title"])
        ax.set(xlabel=data["xlabel"], ylabel=data["ylabel"], xlim=data["xlim"], ylim=data["ylim"])
        style.end_labels(ax)


def outlier(
    losses: Sequence[str] = ("mse", "mae", "huber", "tukey"),
    question: str = "How far must one point move before each line follows it?",
    tries: Sequence[tuple[str, dict[str, float]]] = (
        ("A typing error", {"x": 24.0, "y": 900.0}),
        ("Far to the side", {"x": 60.0, "y": 0.0}),
        ("On the line", {"x": 30.0, "y": 175.0}),
    ),
    patients: int = 24,
) -> Outlier:
    """An explorer on diabetes patients: body mass index against progression, one point free.

    losses: whose lines are drawn. tries: labels with positions of the free point. The fits
    are computed on a grid of positions by :func:`lossbook.fit.fit_line`; losses with a scale
    use the robust spread of the residuals (1.4826 times their median size).
    """
    from lossbook.data import diabetes
    from lossbook.fit import fit_line

    x, y = diabetes()
    pick = np.linspace(0, x.size - 1, patients).astype(int)
    x, y = x[pick], y[pick]
    xs = np.linspace(18.0, 62.0, 23)
    ys = np.linspace(-100.0, 1000.0, 23)
    spread = _spread(x, y)
    lines = []
    for slug in losses:
        params = _scaled(slug, spread)
        fits = [
            [fit_line(np.append(x, px), np.append(y, py), slug, **params) for py in ys] for px in xs
        ]
        lines.append(
            {
                "slug": slug,
                "title": lossref.spec(slug).title,
                "color": style.color(slug),
                "fits": pack(np.array(fits)),
            }
        )
    data = {
        "kind": "outlier",
        "question": question,
        "x": x.tolist(),
        "y": y.tolist(),
        "xlim": [16.0, 64.0],
        "ylim": [-140.0, 1040.0],
        "xlabel": "body mass index (kg/m²)",
        "ylabel": "progression after one year",
        "grid": {"x": xs.tolist(), "y": ys.tolist()},
        "start": [2, int(np.argmin(np.abs(ys - 900.0)))],
        "lines": lines,
        "tries": [[text, state] for text, state in tries],
    }
    names = ", ".join(line["title"] for line in lines)
    alt = f"A scatter of {patients} patients with one far point, and the lines fitted by {names}."
    return Outlier(data, alt)


def _spread(x: np.ndarray, y: np.ndarray) -> float:
    from lossbook.fit import fit_line

    slope, height = fit_line(x, y, "mae")
    return float(1.4826 * np.median(np.abs(y - slope * x - height)))


def _scaled(slug: str, spread: float) -> dict[str, float]:
    """Scale parameters in units of the spread: 1.345 for Huber, the default c otherwise."""
    record = lossref.spec(slug)
    scaled = {"delta": 1.345 * spread, "beta": 1.345 * spread, "epsilon": 0.5 * spread}
    return {
        p.name: scaled.get(p.name, p.default * spread if p.name == "c" else p.default)
        for p in record.params
    }
