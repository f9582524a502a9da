"""The still picture of an explorer: for print, and for a reader without JavaScript."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np

from lossbook.style import PALETTE, STYLE, color, end_labels


def picture_of_curves(e: np.ndarray, pair: list[tuple[str, str, Any]], frame: Any) -> str:
    """Loss and gradient side by side, as a data URI of an SVG."""

    def draw(figure: Any) -> None:
        axes = figure.subplots(1, 2)
        names = ("loss", "gradient")
        for panel, (ax, name) in enumerate(zip(axes, names, strict=True)):
            for slug, title, row in pair:
                x, y = broken(e, row["values"][panel], row["kinks"], panel)
                ax.plot(x, y, color=color(slug), label=title)
            ax.set(title=name, xlabel="error e", xlim=(e[0], e[-1]))
            top = frame[panel]
            ax.set_ylim((0 if panel == 0 else -top), top)
        for ax, panel in zip(axes, (0, 1), strict=True):
            if panel == 1 or len(pair) == 1:
                end_labels(ax)

    return _picture(draw, (8.4, 3.2))


def broken(e: np.ndarray, values: np.ndarray, kinks: Any, panel: int) -> Any:
    """The curve with its kinks put in; a gradient is cut in two at each."""
    x, y = e, values
    for kink, value, left, right in kinks:
        keep = np.abs(x - kink) > 1e-12
        x, y = x[keep], y[keep]
        at = np.searchsorted(x, kink)
        between = ([kink], [value]) if panel == 0 else ([kink] * 3, [left, np.nan, right])
        x, y = np.insert(x, at, between[0]), np.insert(y, at, between[1])
    return x, y


def picture_of_fits(points: Any, outlier: Any, lines: Any, grid: Any, labels: Any) -> str:
    """The points, the outlier and every line, as a data URI of an SVG."""

    def draw(figure: Any) -> None:
        ax = figure.subplots()
        ax.scatter(*points, color=PALETTE["black"], s=22)
        ax.scatter(*outlier, s=70, facecolor="none", edgecolor=PALETTE["black"], linewidth=2)
        ends = np.array([grid[0][0], grid[0][-1]])
        for slug, title, line in lines:
            ax.plot(ends, line(ends), color=color(slug), label=title)
        ax.set(xlabel=labels[0], ylabel=labels[1], xlim=ends, ylim=(grid[1][0], grid[1][-1]))
        end_labels(ax)

    return _picture(draw, (7.2, 4.0))


def picture_of_constants(m: np.ndarray, curves: Any, y: np.ndarray, axis: str) -> str:
    """The risk of a constant under every loss, over the samples, as a data URI of an SVG."""

    def draw(figure: Any) -> None:
        ax = figure.subplots()
        for name, hue, row in curves:
            ax.plot(m, row, color=hue, label=name)
        ax.plot(y, np.full(len(y), -0.07), "o", color=PALETTE["black"], markersize=5)
        ax.set(xlabel=axis, ylabel="risk, lowest to highest", xlim=(m[0], m[-1]), ylim=(-0.14, 1))
        end_labels(ax)

    return _picture(draw, (7.2, 3.6))


def picture_of_chord(
    x: np.ndarray, values: np.ndarray, place: Any, hue: str, title: str, axis: str
) -> str:
    """A curve with a chord and one point on each, as a data URI of an SVG."""

    def draw(figure: Any) -> None:
        ax = figure.subplots()
        a, b, at = place
        ax.plot(x, values, color=hue)
        ax.plot(x[[a, b]], values[[a, b]], color=PALETTE["black"], marker="o")
        on_chord = np.interp(x[at], np.sort(x[[a, b]]), values[np.sort([a, b])])
        ax.plot([x[at]] * 2, [values[at], on_chord], "o--", color=PALETTE["black"], linewidth=1)
        ax.set(title=title, xlabel=axis, xlim=(x[0], x[-1]))

    return _picture(draw, (7.2, 3.6))


def picture_of_descent(
    contours: Any, path: np.ndarray, xlim: Any, ylim: Any, title: str, labels: Any
) -> str:
    """Lines of equal loss and a path across them, as a data URI of an SVG."""

    def draw(figure: Any) -> None:
        ax = figure.subplots()
        for line in contours:
            ax.plot(line[::2], line[1::2], color="#9a9da3", linewidth=0.8)
        ax.plot(path[:, 0], path[:, 1], color=PALETTE["vermilion"], marker="o", markersize=4)
        ax.set(title=title, xlabel=labels[0], ylabel=labels[1], xlim=xlim, ylim=ylim)

    return _picture(draw, (7.2, 4.6))


def picture_of_lines(x: np.ndarray, lines: Any, title: str, labels: Any, ylim: Any) -> str:
    """Curves over one axis, as (name, hue, values), as a data URI of an SVG."""

    def draw(figure: Any) -> None:
        ax = figure.subplots()
        for name, hue, values in lines:
            ax.plot(x, values, color=hue, label=name)
        ax.set(title=title, xlabel=labels[0], ylabel=labels[1], xlim=(x[0], x[-1]), ylim=ylim)
        end_labels(ax)

    return _picture(draw, (7.2, 3.6))


def picture_of_boxes(truth: Any, pred: Any, pull: Any, hue: str, name: str) -> str:
    """Two boxes, and arrows for the pull of one loss on the four edges of the predicted one."""

    def draw(figure: Any) -> None:
        ax = figure.subplots()
        boxes_with_pulls(ax, truth, pred, pull, hue)
        ax.set(title=f"Pull of the {name} loss", xlim=(-7.5, 7.5), ylim=(-4.3, 4.3), aspect="equal")

    return _picture(draw, (7.2, 4.2))


def boxes_with_pulls(
    ax: Any, truth: Any, pred: Any, pull: Any, hue: str, reach: float = 2.0
) -> None:
    """An arrow at the middle of each edge, ``reach`` times the root of the pull long."""
    for (x1, y1, x2, y2), ink, dashes in (
        (truth, PALETTE["black"], "-"),
        (pred, hue, "--"),
    ):
        ax.plot([x1, x2, x2, x1, x1], [y1, y1, y2, y2, y1], color=ink, linestyle=dashes)
    x, y = (pred[0] + pred[2]) / 2, (pred[1] + pred[3]) / 2
    steps = reach * np.sign(pull) * np.sqrt(np.abs(pull))
    for at, (dx, dy) in (
        ((pred[0], y), (steps[0], 0)),
        ((x, pred[1]), (0, steps[1])),
        ((pred[2], y), (steps[2], 0)),
        ((x, pred[3]), (0, steps[3])),
    ):
        if dx or dy:
            arrow = {"arrowstyle": "-|>", "color": hue, "linewidth": 2, "shrinkA": 0, "shrinkB": 0}
            ax.annotate("", (at[0] + dx, at[1] + dy), at, arrowprops=arrow)


def picture_of_triplet(places: Any, pulls: Any, ring: float, marks: Any) -> str:
    """Three points, the two circles that part hard, semi-hard and easy, and the step of each point."""

    def draw(figure: Any) -> None:
        ax = figure.subplots()
        turn = np.linspace(0, 2 * np.pi, 200)
        for radius, dashes in ((1.0, "-"), (ring, "--")):
            ax.plot(
                radius * np.cos(turn), radius * np.sin(turn), dashes, color="#999999", linewidth=1
            )
        for at, (dx, dy), (name, hue) in zip(places, pulls, marks, strict=True):
            reach = 0.6 / max(np.hypot(dx, dy), 1e-12) ** 0.5
            if dx or dy:
                arrow = {
                    "arrowstyle": "-|>",
                    "color": hue,
                    "linewidth": 2,
                    "shrinkA": 0,
                    "shrinkB": 0,
                }
                ax.annotate("", at + reach * np.array([dx, dy]), at, arrowprops=arrow)
            ax.plot(*at, "o", color=hue)
            side = {"anchor": (-46, -14), "positive": (7, -14), "negative": (8, 6)}[name]
            ax.annotate(name, at, side, textcoords="offset points", color=hue)
        ax.set(
            title="The step of each of the three",
            xlim=(-2.3, 2.3),
            ylim=(-1.6, 1.6),
            aspect="equal",
        )

    return _picture(draw, (7.2, 4.2))


def _picture(draw: Any, size: tuple[float, float]) -> str:
    import matplotlib.pyplot as plt
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with plt.style.context(str(STYLE)):
        figure = Figure(figsize=size)
        FigureCanvasSVG(figure)
        draw(figure)
        out = io.BytesIO()
        figure.savefig(out, format="svg", metadata={"Date": None})
    return "data:image/svg+xml;base64," + base64.b64encode(out.getvalue()).decode()
