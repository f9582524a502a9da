"""One look for every figure: Okabe-Ito colours, labels at line ends, no frame.

The same loss has the same colour on every page, in figures and explorers alike.
"""

from __future__ import annotations

from pathlib import Path

import lossref

#: Okabe and Ito's colours that keep contrast on white and on the dark page.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#B8860B", "#56B4E9", "#7A5195")

#: The losses that meet each other most often get colours far apart; the rest follow in order.
FIRST = {
    "mse": 0,
    "mae": 1,
    "huber": 2,
    "tukey": 3,
    "log_cosh": 4,
    "quantile": 3,
    "smooth_l1": 5,
    "pseudo_huber": 6,
}


def color(slug: str) -> str:
    """The colour of a loss; ValueError if there is no such loss."""
    if slug in FIRST:
        return PALETTE[FIRST[slug]]
    slugs = [record.slug for record in lossref.specs() if record.slug not in FIRST]
    if slug not in slugs:
        lossref.spec(slug)  # raises with the list of names
    return PALETTE[slugs.index(slug) % len(PALETTE)]


def use() -> None:
    """Set the style for every figure that follows."""
    import matplotlib.pyplot as plt

    plt.style.use(Path(__file__).with_name("lossbook.mplstyle"))
    _vector_output()


def label(ax, x: float, y: float, text: str, color: str) -> None:
    """Write ``text`` just right of the point (x, y), in the colour of its line."""
    ax.annotate(
        text,
        (x, y),
        xytext=(6, 0),
        textcoords="offset points",
        color=color,
        va="center",
        annotation_clip=False,
    )


def end_labels(ax) -> None:
    """Label every line of ``ax`` that has a label at its right end, instead of a legend."""
    for line in ax.get_lines():
        text = line.get_label()
        if text and not text.startswith("_"):
            x, y = line.get_xdata(), line.get_ydata()
            label(ax, float(x[-1]), float(y[-1]), text, line.get_color())


def _vector_output() -> None:
    """In a notebook: SVG at its own size, which is small and sharp for line drawings."""
    try:
        from matplotlib_inline.backend_inline import set_matplotlib_formats
    except ImportError:
        return
    set_matplotlib_formats("svg")
