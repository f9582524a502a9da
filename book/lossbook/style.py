"""One look for every figure: colours that follow the loss, labels at the ends of lines.

The settings themselves are in ``lossbook.mplstyle``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Text

STYLE = Path(__file__).with_name("lossbook.mplstyle")

#: Okabe and Ito (2008), "Color Universal Design", without the yellow, which is too
#: faint for a line on a light ground. Black is for data and for the truth.
PALETTE = {
    "blue": "#0072B2",
    "vermilion": "#D55E00",
    "green": "#009E73",
    "purple": "#CC79A7",
    "orange": "#E69F00",
    "sky": "#56B4E9",
    "black": "#1F2328",
}

# Losses that are drawn together get colours that are far apart. What is not listed is
# given the least used colour of its family's list, in the order of lossref.specs().
_CHOSEN = {
    "mse": "vermilion",
    "half_squared_error": "vermilion",
    "mae": "blue",
    "huber": "green",
    "smooth_l1": "orange",
    "pseudo_huber": "sky",
    "log_cosh": "purple",
    "quantile": "green",
    "expectile": "orange",
    "epsilon_insensitive": "purple",
    "squared_epsilon_insensitive": "orange",
    "cauchy": "sky",
    "welsch": "orange",
    "geman_mcclure": "blue",
    "tukey": "purple",
    "barron": "green",
    "msle": "green",
    "mape": "purple",
    "hinge": "blue",
    "squared_hinge": "sky",
    "margin_logistic": "green",
    "exponential": "vermilion",
    "perceptron": "purple",
    "modified_huber": "orange",
    "bce": "green",
    "bce_with_logits": "green",
    "brier": "vermilion",
    "binary_focal": "orange",
    "softmax_cross_entropy": "green",
    "multiclass_brier": "vermilion",
    "softmax_focal": "orange",
    "label_smoothing": "blue",
    "label_smoothing_off": "sky",
    "poly1": "orange",
    "generalised_cross_entropy": "purple",
    "crammer_singer_hinge": "blue",
    "weston_watkins_hinge": "sky",
    "iou_loss": "vermilion",
    "giou_loss": "blue",
    "diou_loss": "green",
    "ciou_loss": "purple",
    "eiou_loss": "orange",
    "log_iou_loss": "sky",
    "dice_loss": "blue",
    "squared_dice_loss": "sky",
    "soft_iou_loss": "green",
    "tversky_loss": "purple",
    "lovasz_hinge": "orange",
}
_CYCLE = ("blue", "vermilion", "green", "purple", "orange", "sky")

#: The same colours, lifted for a dark ground (contrast against #131416 at least 4.5).
ON_DARK = {
    "#0072B2": "#4AA3DF",
    "#D55E00": "#F0803C",
    "#009E73": "#2BBF95",
    "#CC79A7": "#DE97BF",
    "#E69F00": "#E9AE32",
    "#56B4E9": "#7CC8F2",
    "#1F2328": "#CFD0D0",
}

#: And darkened for small text on a light ground (contrast at least 4.5).
FOR_TEXT = {
    "#0072B2": "#00649C",
    "#D55E00": "#B04A00",
    "#009E73": "#00734F",
    "#CC79A7": "#A04A7C",
    "#E69F00": "#8A5E00",
    "#56B4E9": "#1B6FA3",
    "#1F2328": "#1F2328",
}


def use() -> None:
    """Set the book's style for all figures that follow, drawn as SVG in a notebook."""
    import matplotlib.pyplot as plt

    plt.style.use(str(STYLE))
    try:
        from IPython import get_ipython
        from matplotlib_inline.backend_inline import set_matplotlib_formats
    except ImportError:  # a plain Python: there is nothing to display in
        return
    if get_ipython() is not None:
        # No bbox_inches="tight": the figure has the size that the page reserves for it.
        set_matplotlib_formats("svg", bbox_inches=None, metadata={"Date": None})


def color(slug: str) -> str:
    """The colour of a loss, the same on every page; any other name gets a fixed one too.

    Returns a hex colour. Unknown names are hashed, not counted, so that a colour does not
    depend on what was asked for before.
    """
    if slug in PALETTE:
        return PALETTE[slug]
    name = _CHOSEN.get(slug)
    if name is None:
        name = _CYCLE[sum(slug.encode()) % len(_CYCLE)]
    return PALETTE[name]


def label(
    ax: Axes,
    x: float,
    y: float,
    text: str,
    color: str | None = None,
    *,
    dx: float = 6,
    dy: float = 0,
) -> Text:
    """Write ``text`` beside the point (x, y), ``dx`` and ``dy`` points away from it.

    ``color`` is a hex colour or the slug of a loss. The text is darkened where the line's
    colour is too faint to read.
    """
    shade = color if color is None or color.startswith("#") else globals()["color"](color)
    return ax.annotate(
        text,
        (x, y),
        xytext=(dx, dy),
        textcoords="offset points",
        ha="left" if dx >= 0 else "right",
        va="center",
        color=FOR_TEXT.get((shade or PALETTE["black"]).upper(), shade),
        annotation_clip=False,
    )


def end_labels(ax: Axes, *, gap: float = 14.0) -> list[Text]:
    """Write each line's label at its right end, and no legend.

    A title that is wider than the figure is broken into lines.
    Lines without a label (matplotlib's ``_child0``) are left alone. Labels that would
    overlap are moved apart, to at least ``gap`` points. Call it last, when the limits of
    the axes no longer change.
    """
    import numpy as np

    lines = [line for line in ax.get_lines() if not line.get_label().startswith("_")]
    low, high = ax.get_ylim()
    left, right = sorted(ax.get_xlim())
    ends = []
    for line in lines:
        x = np.asarray(line.get_xdata(), float)
        y = np.asarray(line.get_ydata(), float)
        seen = np.isfinite(x) & np.isfinite(y) & (x >= left) & (x <= right)
        seen &= (y >= min(low, high)) & (y <= max(low, high))
        if seen.any():
            last = np.flatnonzero(seen)[np.argmax(x[seen])]
            ends.append((float(x[last]), float(y[last]), line))
    if not ends:
        return []
    figure = ax.get_figure()
    figure.canvas.draw()  # constrained layout: only now does the axes have its size
    _break_title(ax)
    height = ax.get_window_extent().height * 72 / figure.dpi
    scale = height / (high - low)
    ends.sort(key=lambda end: (end[1] - low) * scale)
    wanted = [(y - low) * scale for _, y, _ in ends]
    placed = spread(wanted, gap)
    return [
        label(ax, x, y, line.get_label(), line.get_color(), dy=place - want)
        for (x, y, line), want, place in zip(ends, wanted, placed, strict=True)
    ]


def _break_title(ax: Axes) -> None:
    import textwrap

    figure = ax.get_figure()
    title = ax.title if ax.title.get_text() else ax._left_title
    text = title.get_text()
    box = title.get_window_extent()
    room = figure.bbox.x1 - 4 - box.x0
    if text and box.width > room and "\n" not in text:
        title.set_text(textwrap.fill(text, int(len(text) * room / box.width)))
        figure.canvas.draw()


def spread(wanted: list[float], gap: float) -> list[float]:
    """The positions nearest to ``wanted`` (ascending) that are at least ``gap`` apart.

    Least squares with an order: pool neighbours that are too close and put each pool
    at the mean of what its members want.
    """
    pools: list[list[float]] = []  # [sum of targets, count]
    for index, want in enumerate(wanted):
        pools.append([want - index * gap, 1])
        while len(pools) > 1 and pools[-2][0] / pools[-2][1] > pools[-1][0] / pools[-1][1]:
            total, count = pools.pop()
            pools[-1][0] += total
            pools[-1][1] += count
    flat = [total / count for total, count in pools for _ in range(int(count))]
    return [place + index * gap for index, place in enumerate(flat)]
