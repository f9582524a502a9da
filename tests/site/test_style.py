"""The look of figures: colours by loss, labels that do not overlap, the same bytes twice."""

from __future__ import annotations

import io

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from lossbook import style

import lossref

matplotlib.use("Agg")


@pytest.fixture(autouse=True)
def book_style():
    with matplotlib.rc_context():
        style.use()
        yield
    plt.close("all")


def luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    hi, lo = sorted((luminance(a), luminance(b)), reverse=True)
    return (hi + 0.05) / (lo + 0.05)


def test_a_loss_keeps_its_colour_and_pairs_differ():
    colors = {spec.slug: style.color(spec.slug) for spec in lossref.specs()}
    assert set(colors.values()) <= set(style.PALETTE.values())
    for group in (
        ("mse", "mae", "huber", "tukey"),
        ("huber", "smooth_l1", "pseudo_huber", "mae"),
        ("mse", "mae", "huber", "log_cosh"),
        ("quantile", "expectile", "mse", "mae"),
        ("epsilon_insensitive", "squared_epsilon_insensitive", "mae"),
        ("cauchy", "welsch", "geman_mcclure", "tukey", "barron"),
        ("msle", "mape", "mse", "mae"),
    ):
        assert len({colors[slug] for slug in group}) == len(group), group
    assert style.color("my model") == style.color("my model")


@pytest.mark.parametrize("name", style.PALETTE)
def test_labels_can_be_read_on_light_and_dark(name):
    color = style.PALETTE[name]
    assert contrast(style.FOR_TEXT[color], "#fcfcfa") >= 4.5
    assert contrast(style.FOR_TEXT[color], "#ffffff") >= 4.5
    assert contrast(style.ON_DARK[color], "#131416") >= 4.5


def test_end_labels_stand_at_the_ends_and_keep_apart():
    figure, ax = plt.subplots()
    x = np.linspace(0, 1, 50)
    for at, name in enumerate(("a", "b", "c")):
        ax.plot(x, x + 0.001 * at, label=name)
    ax.plot(x, -x)  # without a label: no text
    texts = style.end_labels(ax)
    figure.canvas.draw()
    places = [text.get_window_extent().y0 * 72 / figure.dpi for text in texts]
    assert [text.get_text() for text in texts] == ["a", "b", "c"]
    assert np.diff(places).min() >= 13.9
    assert ax.get_legend() is None
    right = max(text.get_window_extent().x1 for text in texts)
    assert right <= figure.bbox.x1, "the labels are inside the figure"


def test_a_line_that_leaves_the_frame_is_labelled_where_it_leaves():
    _, ax = plt.subplots()
    x = np.linspace(0, 4, 401)
    ax.plot(x, x**2, label="steep")
    ax.set_ylim(0, 4)
    (text,) = style.end_labels(ax)
    assert text.xy == pytest.approx((2.0, 4.0), abs=0.02)


def test_a_title_that_is_too_wide_is_broken_into_lines():
    figure, ax = plt.subplots()
    ax.plot([0, 1], [0, 1], label="a")
    ax.set_title("Quantile lines open where patients scatter; one width for all of them cannot")
    style.end_labels(ax)
    figure.canvas.draw()
    box = ax._left_title.get_window_extent()
    assert box.x1 <= figure.bbox.x1
    assert box.y1 <= figure.bbox.y1
    assert ax.get_title(loc="left").count("\n") == 1


@pytest.mark.parametrize(
    ("wanted", "placed"),
    [
        ([0.0, 100.0], [0.0, 100.0]),
        ([50.0, 50.0], [45.0, 55.0]),
        ([0.0, 1.0, 2.0], [-9.0, 1.0, 11.0]),
        ([], []),
    ],
)
def test_spreading_moves_no_more_than_it_must(wanted, placed):
    assert style.spread(wanted, 10.0) == pytest.approx(placed)


def test_figures_are_opaque_unframed_and_the_same_twice():
    def draw() -> bytes:
        figure, ax = plt.subplots()
        ax.plot([0, 1], [0, 1], label="a")
        style.end_labels(ax)
        out = io.BytesIO()
        figure.savefig(out, format="svg", metadata={"Date": None})
        assert figure.get_facecolor()[3] == 1.0
        assert not ax.spines["top"].get_visible()
        assert not ax.spines["right"].get_visible()
        plt.close(figure)
        return out.getvalue()

    first = draw()
    assert first == draw()
    assert b'width="460' in first, "an SVG has a size, so the page can reserve it"
