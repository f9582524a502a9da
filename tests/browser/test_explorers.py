"""Explorers and quizzes in a browser, on pages of their own, so that no prose is in the way.

What a reader sees is compared with lossref and lossbook.fit, not with the arrays embedded.
"""

from __future__ import annotations

import re
import threading
from itertools import pairwise

import numpy as np
import pytest
from lossbook import _assets, explore, fit, quiz
from lossbook.serve import server
from playwright.sync_api import expect

import lossref

pytestmark = pytest.mark.browser

CURVES = explore.curves(
    "huber",
    compare="mae",
    choices=["quantile", "mse"],
    question="Where does the pull stop growing?",
    tries=[
        ("Believe almost nobody", {"delta": 0.2, "e": 3.0}),
        ("Against MSE", {"compare": "mse"}),
    ],
)
OUTLIER = explore.outlier(
    ["mse", "mae", ("huber", {"delta": 1.345}), "tukey"], tries=[("In the middle", (5, -8))]
)
DIGITS = explore.digits(
    {
        "log(1 + x)": (
            {"as written": lambda x: np.log(1 + x), "log1p": np.log1p},
            lambda x: (1 + x).ln(),
        ),
        "x": ({"itself": lambda x: x}, lambda x: x),
    },
    range(-30, 31, 5),
    log=True,
    question="Where does it end?",
    start={"at": -10},
    tries=[("Another quantity", {"view": "x", "at": 10})],
)
FAMILY = explore.family(
    {
        "powers": lambda k: {
            "line": (k * np.linspace(0, 1, 11), k),
            "square": (k * np.linspace(0, 1, 11) ** 2, k / 2),
        },
        "roots": lambda k: {"root": (k * np.sqrt(np.linspace(0, 1, 11)), 0.25)},
    },
    np.linspace(0, 1, 11),
    [1, 2, 3],
    name="factor",
    xlabel="x",
    ylabel="y",
    read="number",
    mark=True,
    question="What does the factor do?",
    start={"at": 2},
    tries=[("Roots", {"view": "roots", "at": 3})],
)
CONSTANT = explore.constant(
    {"three": [0.0, 1.0, 8.0], "two": [0.0, 2.0]},
    {
        "squared": lambda y, m: np.mean((y - m) ** 2),
        "absolute": lambda y, m: np.mean(np.abs(y - m)),
    },
    question="Where is each curve lowest?",
    start={"m": 2.0},
    tries=[("The middle one", {"m": 1.0}), ("Only two", {"view": "two", "m": 1.0})],
)
CHORD = explore.chord(
    {"x²": np.square, "sin x": np.sin},
    (-4.0, 4.0),
    question="Is the chord above?",
    start={"a": -1.0, "b": 3.0},
    tries=[("A wave", {"view": "sin x", "a": 0.0, "b": 3.0})],
)
DESCENT = explore.descent(
    {
        "bowl": explore.Surface(
            lambda a, b: a**2 + 3 * b**2,
            lambda a, b: (2 * a, 6 * b),
            (2.0, 1.0),
            [0.1, 0.5],
            count=30,
        ),
        "saddle": explore.Surface(
            lambda a, b: a**2 - b**2, lambda a, b: (2 * a, -2 * b), (2.0, 0.5), [0.1, 0.2], count=8
        ),
    },
    question="Which step is too long?",
    start={"rate": 0.1, "step": 3},
    tries=[
        ("Too long", {"rate": 0.5, "step": 30}),
        ("A saddle", {"view": "saddle", "rate": 0.2, "step": 2}),
    ],
)
KNOBS = explore.knobs(
    {
        "power": lambda x, a: {"line": a * x, "power": x**a},
        "tail": lambda x, a: {"power": np.log(x) + a},
    },
    np.linspace(-2.0, 2.0, 41),
    {"a": [1.0, 2.0, 3.0]},
    question="Which grows faster?",
    start={"at": 1.5},
    tries=[("Cubes", {"a": 3}), ("Another view", {"view": "tail", "at": 1.0})],
)
BOXES = explore.boxes(
    question="Which still pulls?",
    start={"x": 3.5, "y": 1.5, "loss": "giou_loss"},
    tries=[("Far away", {"x": 5, "y": 3, "size": (2, 1)})],
)
TRIPLET = explore.triplet(
    question="Who moves?",
    start={"x": 0.0, "y": 0.75, "margin": 0.5},
    tries=[("Far away", {"x": 1.5, "y": 1}), ("Squares", {"x": 1, "y": 0, "squared": True})],
)
QUIZ = quiz.show(
    quiz.choice("Which?", "right one", {"one": "It is one.", "two": "It is two."}, why="So it is."),
    quiz.number("How many?", 0.25, wrong={4.0: "Upside down."}, why="A quarter."),
)
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>t</title>
<meta name="viewport" content="width=device-width,initial-scale=1">
<link rel="icon" href="data:,"><link rel="stylesheet" href="site.css">
<script type="module" src="{module}"></script></head>
<body data-theme="auto"><main style="max-width:46rem;margin:auto;padding:1rem">
<h1>A page</h1>{body}</main></body></html>"""
HOST = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>t</title>
<link rel="icon" href="data:,"></head><body><div id="cell"></div>
<template id="html">{body}</template>
<script type="module">
import widget from "./explorer.js";
let reply;
const model = {{
  get: () => document.getElementById("html").innerHTML,
  on: (_, callback) => {{ reply = callback; }},
  send: async (message) => reply(await window.kernel(message)),
}};
widget.render({{ model, el: document.getElementById("cell") }});
</script></body></html>"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Pages with one element each; in place of the book that the other browser tests visit."""
    folder = tmp_path_factory.mktemp("pages")
    (folder / "site.css").write_text(_assets.stylesheet()[0], encoding="utf-8")
    for name in ("explorer.js", "quiz.js"):
        (folder / name).write_bytes((_assets.HERE / name).read_bytes())
    for name, element in (
        ("curves", CURVES),
        ("outlier", OUTLIER),
        ("digits", DIGITS),
        ("family", FAMILY),
        ("constant", CONSTANT),
        ("chord", CHORD),
        ("descent", DESCENT),
        ("knobs", KNOBS),
        ("boxes", BOXES),
        ("triplet", TRIPLET),
        ("quiz", QUIZ),
    ):
        page = PAGE.format(module=element.module, body=element.html())
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
    (folder / "live.html").write_text(HOST.format(body=CURVES.html()), encoding="utf-8")
    running = server(str(folder), 0)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()


@pytest.fixture
def opened(visit):
    """Open a page; when the test ends, nothing may have failed and nobody outside been asked."""
    visits = []

    def go(path: str, **options):
        seen = visit(f"{path}.html", **options)
        visits.append(seen)
        return seen.page

    yield go
    for seen in visits:
        assert seen.errors == []
        assert seen.outside == []


def drawn(page):
    """The page, when what was asked of an explorer is drawn: in the next frame."""
    page.evaluate("() => new Promise(requestAnimationFrame)")
    return page


def numbers(page) -> dict[str, list[str]]:
    """The table of values: first word of each row's name, and its numbers."""
    drawn(page)
    rows = page.locator("table.values tbody tr").all()
    return {row.locator("th").inner_text(): row.locator("td").all_inner_texts() for row in rows}


def said(value: float) -> str:
    return explore._say(float(value))


def at(loss: str, e: float, **params: float) -> list[str]:
    spec = lossref.spec(loss)
    zero, error = np.zeros(1), np.array([e])
    return [said(f(zero, error, reduction="none", **params)[0]) for f in (spec.loss, spec.grad)]


# -- curves ------------------------------------------------------------------------------------


def test_the_first_state_shows_what_lossref_computes(opened):
    page = opened("curves")
    assert page.locator(".ex-question").inner_text() == "Where does the pull stop growing?"
    assert numbers(page) == {
        "Huber loss": at("huber", 2.0, delta=1.0),
        "Absolute error": at("mae", 2.0),
    }
    labels = page.locator(".ex-label").all_text_contents()
    assert sorted(labels) == ["Huber", "Huber", "MAE", "MAE"]


def test_sliders_move_by_keyboard_and_snap_to_computed_values(opened):
    page = opened("curves")
    delta = page.get_by_role("slider", name="δ of Huber")
    values = CURVES.params["huber"][0]
    place = values.index(1.0)
    delta.focus()
    for step in (1, 2, 3):
        page.keyboard.press("ArrowRight")
        now = values[place + step]
        assert numbers(page)["Huber loss"] == at("huber", 2.0, delta=now)
        assert float(delta.get_attribute("aria-valuetext")) == now
    probe = page.get_by_role("slider", name="error e")
    probe.focus()
    page.keyboard.press("Home")
    assert numbers(page)["Absolute error"] == at("mae", float(CURVES.e[0]))


def test_a_button_sets_its_state_and_one_key_resets(opened):
    page = opened("curves")
    first = numbers(page)
    page.get_by_role("button", name="Believe almost nobody").click()
    assert numbers(page)["Huber loss"] == at("huber", 3.0, delta=0.2)
    for key in ("Escape", "r"):
        page.get_by_role("button", name="Against MSE").click()
        assert "Squared error" in numbers(page)
        page.keyboard.press(key)
        assert numbers(page) == first


def test_either_loss_can_be_exchanged(opened):
    page = opened("curves")
    page.get_by_role("combobox", name="Compare with").select_option("quantile")
    assert numbers(page)["Quantile loss"] == at("quantile", 2.0, tau=0.5)
    assert page.get_by_role("slider", name="τ of Quantile").is_visible()
    page.get_by_role("combobox", name="Compare with").select_option("")
    assert list(numbers(page)) == ["Huber loss"]
    page.get_by_role("combobox", name="Loss", exact=True).select_option("mse")
    assert list(numbers(page)) == ["Squared error"]
    assert page.locator(".ex-slider").count() == 1, "a loss without parameters has no slider"


def test_the_focus_is_not_lost_with_a_slider_that_goes(opened):
    page = opened("curves")
    page.get_by_role("combobox", name="Compare with").select_option("quantile")
    drawn(page).get_by_role("slider", name="τ of Quantile").press("r")
    assert drawn(page).get_by_role("slider", name="τ of Quantile").count() == 0
    page.keyboard.press("Home")
    assert numbers(page)["Absolute error"] == at("mae", float(CURVES.e[0]))


def test_a_kink_is_marked_and_cuts_the_gradient_only(opened):
    page = opened("curves")
    paths = page.evaluate(
        "[...document.querySelectorAll('.ex-line')].map(p => p.getAttribute('d').split('M').length - 1)"
    )
    assert paths == [1, 1, 2, 1], "mae and huber; loss first, then gradient"
    assert page.locator(".ex-kink").count() == 3


def test_the_curve_lies_where_its_axis_says(opened):
    # Read two points of the drawn Huber loss back through the labels of the axes.
    page = opened("curves")
    drawn = page.evaluate(
        """() => {
        const svg = document.querySelector('.ex-plot svg');
        const ticks = [...svg.querySelectorAll('.ex-tick')].map(t =>
            ({x: +t.getAttribute('x'), y: +t.getAttribute('y'), end: t.getAttribute('text-anchor'),
              v: Number(t.textContent.replace('\\u2212', '-'))}));
        const xs = ticks.filter(t => t.end === 'middle'), ys = ticks.filter(t => t.end === 'end');
        const toX = px => xs[0].v + (px - xs[0].x) / (xs.at(-1).x - xs[0].x) * (xs.at(-1).v - xs[0].v);
        const toY = py => ys[0].v + (py - ys[0].y) / (ys.at(-1).y - ys[0].y) * (ys.at(-1).v - ys[0].v);
        const d = svg.querySelectorAll('.ex-line')[1].getAttribute('d');
        return d.slice(1).split('L').map(p => p.split(',').map(Number)).map(([x, y]) => [toX(x), toY(y - -4)]);
        }"""
    )
    e, loss = np.array(drawn).T
    want = lossref.huber(np.zeros_like(e), e, delta=1.0, reduction="none")
    assert np.abs(loss - want).max() < 0.03


def test_dragging_in_either_picture_moves_the_probe(opened):
    page = opened("curves")
    for panel in (0, 1):
        box = page.locator(".ex-plot svg").nth(panel).bounding_box()
        middle = box["y"] + box["height"] / 2
        page.mouse.move(box["x"] + 60, middle)
        page.mouse.down()
        page.mouse.move(box["x"] + 120, middle, steps=5)
        page.mouse.up()
        left = drawn(page).get_by_role("slider", name="error e").get_attribute("aria-valuetext")
        page.mouse.move(box["x"] + 200, middle)
        assert (
            drawn(page).get_by_role("slider", name="error e").get_attribute("aria-valuetext")
            == left
        ), "released"
        page.keyboard.press("Escape")
        assert left.startswith("\N{MINUS SIGN}")


def test_a_rested_change_is_spoken_once_in_python_s_words(opened):
    page = opened("curves")
    spoken = page.locator("[role=status]")
    page.wait_for_timeout(700)
    assert spoken.inner_text() == "", "nothing is said before the reader moves something"
    page.get_by_role("button", name="Believe almost nobody").click()
    page.wait_for_timeout(700)
    state = explore.curves("huber", compare="mae", start={"delta": 0.2, "e": 3.0})
    assert spoken.inner_text() == state.summary()


def test_nothing_moves_by_itself(opened):
    page = opened("curves")
    first = page.locator(".ex-live").inner_html()
    page.wait_for_timeout(800)
    assert page.locator(".ex-live").inner_html() == first


# -- outlier -------------------------------------------------------------------------------------


def slopes(x: float, y: float) -> dict[str, list[str]]:
    xs, ys = np.append(OUTLIER.x, x), np.append(OUTLIER.y, y)
    found = {}
    for slug, params in OUTLIER.losses:
        both = (
            fit.fit_line(xs, ys, slug, **params),
            fit.fit_line(OUTLIER.x, OUTLIER.y, slug, **params),
        )
        name = explore._named(lossref.spec(slug), params)
        found[name] = [f"{line.slope:.2f}".replace("-", "\N{MINUS SIGN}") for line in both]
    return found


def place(page) -> tuple[float, float]:
    text = (
        drawn(page)
        .locator(".ex-handle")
        .get_attribute("aria-valuetext")
        .replace("\N{MINUS SIGN}", "-")
    )
    x, y = text.replace("x ", "").replace("y ", "").split(", ")
    return float(x), float(y)


def test_the_slopes_are_the_fitted_ones(opened):
    page = opened("outlier")
    assert numbers(page) == slopes(*place(page))
    page.get_by_role("button", name="In the middle").click()
    assert place(page) == (5.0, -8.0)
    assert numbers(page) == slopes(5.0, -8.0)


def test_the_outlier_follows_the_mouse_in_both_directions(opened):
    page = opened("outlier")
    start = place(page)
    box = page.locator(".ex-handle .ex-ring").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 150, y - 200, steps=8)
    page.mouse.up()
    now = place(page)
    assert now[0] < start[0]
    assert now[1] > start[1]
    assert numbers(page) == slopes(*now)
    box = page.locator(".ex-handle .ex-ring").bounding_box()
    assert abs(box["x"] + box["width"] / 2 - (x - 150)) < 20, "it is under the pointer"
    assert abs(box["y"] + box["height"] / 2 - (y - 200)) < 20


def test_the_outlier_follows_the_arrow_keys_and_stays_inside(opened):
    page = opened("outlier")
    x, y = place(page)
    handle = page.locator(".ex-handle")
    handle.focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    assert place(page) == (x - (OUTLIER.gx[1] - OUTLIER.gx[0]), y + (OUTLIER.gy[1] - OUTLIER.gy[0]))
    for _ in range(12):
        page.keyboard.press("Shift+ArrowRight")
    assert place(page)[0] == OUTLIER.gx[-1]
    assert numbers(page) == slopes(*place(page))
    page.keyboard.press("r")
    assert place(page) == (x, y)


def test_the_outlier_follows_a_finger(opened):
    page = opened("outlier", width=390, has_touch=True)
    box = page.locator(".ex-plane").bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.3)
    x, y = place(page)
    assert 3 < x < 8
    assert y > 5
    assert page.locator(".ex-plane").evaluate("n => getComputedStyle(n).touchAction") == "none"


# -- digits --------------------------------------------------------------------------------------


def test_results_and_their_right_digits_are_read_off(opened):
    page = opened("digits")
    shown = numbers(page)
    assert shown["log1p"][1] == "16.0"
    assert shown["exact"][0] == shown["log1p"][0] == "1e\N{MINUS SIGN}10"
    wrong = abs(np.log(1 + 1e-10) / np.log1p(1e-10) - 1)
    assert float(shown["as written"][1]) == pytest.approx(-np.log10(wrong), abs=0.06)
    page.get_by_role("slider", name="log").press("Home")
    assert numbers(page)["as written"] == ["0", "0.0"]


def test_another_quantity_has_other_curves_and_reset_brings_the_first_back(opened):
    page = opened("digits")
    assert page.locator(".ex-line").count() == 2
    page.get_by_label("Quantity").select_option("x")
    assert drawn(page).locator(".ex-line").count() == 1
    page.get_by_role("button", name="Another quantity").click()
    assert numbers(page)["itself"] == ["1e10", "16.0"]
    page.get_by_role("button", name="Reset").click()
    assert drawn(page).locator(".ex-line").count() == 2
    page.wait_for_timeout(700)
    assert page.locator("[role=status]").inner_text() == DIGITS.summary()


def test_the_probe_of_the_digits_follows_the_mouse(opened):
    page = opened("digits")
    box = page.locator(".ex-plot svg").bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 50, box["y"] + 60, steps=4)
    page.mouse.up()
    assert numbers(page)["as written"][1] == "0.0"


# -- families of curves --------------------------------------------------------------------------


def test_a_family_follows_its_slider(opened):
    page = opened("family")
    assert numbers(page) == {"line": ["2.00"], "square": ["1.00"]}
    before = page.locator(".ex-line").first.get_attribute("d")
    page.get_by_role("slider", name="factor").press("ArrowRight")
    assert numbers(page) == {"line": ["3.00"], "square": ["1.50"]}
    assert page.locator(".ex-line").first.get_attribute("d") != before


def test_a_view_of_a_family_has_its_own_curves_and_reset_brings_the_first_back(opened):
    page = opened("family")
    page.get_by_role("button", name="Roots").click()
    assert numbers(page) == {"root": ["0.250"]}
    assert page.locator(".ex-line").count() == 1
    page.get_by_role("button", name="Reset").click()
    assert drawn(page).locator(".ex-line").count() == 2
    page.wait_for_timeout(700)
    assert page.locator("[role=status]").inner_text() == FAMILY.summary()


# -- knobs ---------------------------------------------------------------------------------------


def test_knobs_turn_and_views_change(opened):
    page = opened("knobs")
    assert numbers(page) == {"line": [said(3.0)], "power": [said(2.25)]}
    page.get_by_role("slider", name="a =").press("End")
    assert numbers(page) == {"line": [said(4.5)], "power": [said(3.375)]}
    page.get_by_label("Show").select_option("tail")
    assert numbers(page) == {"power": [said(np.log(1.5) + 3)]}
    page.get_by_role("button", name="Another view").click()
    assert numbers(page) == {"power": [said(2.0)]}
    page.get_by_role("button", name="Reset").click()
    page.wait_for_timeout(700)
    assert page.locator("[role=status]").inner_text() == KNOBS.summary()


# -- boxes ---------------------------------------------------------------------------------------


def pulls(page, x: float, y: float, w: float, h: float) -> bool:
    """Whether the table holds lossref's numbers, up to one unit of the third digit."""
    truth, pred = (-2.0, -1.0, 2.0, 1.0), (x - w / 2, y - h / 2, x + w / 2, y + h / 2)
    shown = numbers(page)
    assert len(shown) == len(explore.BOX_LOSSES)
    close = []
    for slug in explore.BOX_LOSSES:
        spec = lossref.spec(slug)
        slope = spec.grad(truth, pred)
        want = [spec.loss(truth, pred), -slope[0] - slope[2], -slope[1] - slope[3]]
        got = [float(text.replace("\u2212", "-")) for text in shown[explore.short_name(spec)]]
        close.append(got == pytest.approx(want, rel=0.006, abs=1e-9))
    return all(close)


def test_the_predicted_box_moves_by_keyboard_mouse_and_button(opened):
    page = opened("boxes")
    assert pulls(page, 3.5, 1.5, 4, 2)
    handle = page.get_by_role("slider", name="Predicted box; arrow keys move it")
    handle.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowDown")
    assert pulls(page, 3.0, -0.5, 4, 2)
    assert handle.get_attribute("aria-valuetext") == "x 3, y \u22120.5"
    page.get_by_role("combobox").first.select_option("1.5 × 3")
    assert pulls(page, 3.0, -0.5, 1.5, 3)
    page.get_by_role("button", name="Far away").click()
    assert pulls(page, 5, 3, 2, 1)
    box = page.locator(".ex-plane").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert not pulls(page, 5, 3, 2, 1)
    page.keyboard.press("Escape")
    assert pulls(page, 3.5, 1.5, 4, 2)
    page.get_by_role("slider", name="centre x").focus()
    page.keyboard.press("ArrowRight")
    assert pulls(page, 4.0, 1.5, 4, 2)


def test_a_loss_without_a_slope_has_no_arrows(opened):
    page = opened("boxes")
    page.get_by_role("button", name="Far away").click()
    assert drawn(page).locator("path.ex-line:not(.ex-box-pred)").count() >= 2
    page.get_by_label("Arrows of").select_option("IoU")
    assert drawn(page).locator("path.ex-line:not(.ex-box-pred)").count() == 0


# -- a triplet in the plane ------------------------------------------------------------------------


def steps_of(page, x: float, y: float, margin: float) -> bool:
    """Whether the table holds lossref's loss and steps, up to one unit of the third digit."""
    shown = numbers(page)
    given, close = ([0.0, 0.0], [1.0, 0.0], [x, y]), []
    for k, squared in enumerate((False, True)):
        kept = {"margin": margin, "squared": squared}
        got = [shown["loss"][k], *(shown[f"step of the {name}"][k] for name in explore.THREE)]
        got = re.findall(r"-?[0-9.]+", " ".join(got).replace("\u2212", "-"))
        want = [lossref.triplet(*given, **kept), *-np.ravel(lossref.triplet_grad(*given, **kept))]
        close.append([float(text) for text in got] == pytest.approx(want, rel=0.006, abs=1e-9))
    return all(close)


def test_the_negative_moves_by_keyboard_mouse_and_button(opened):
    page = opened("triplet")
    assert steps_of(page, 0, 0.75, 0.5)
    assert numbers(page)["the negative is"] == ["hard", "hard"]
    page.get_by_role("slider", name="Negative; arrow keys move it").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowDown")
    assert steps_of(page, -0.25, -0.25, 0.5)
    page.get_by_label("Margin").select_option(label="1")
    assert steps_of(page, -0.25, -0.25, 1)
    page.get_by_role("button", name="Far away").click()
    assert steps_of(page, 1.5, 1, 0.5)
    assert numbers(page)["the negative is"] == ["easy", "easy"]
    expect(page.locator("path.ex-line")).to_have_count(0)
    page.get_by_role("button", name="Squares").click()
    expect(page.locator("path.ex-line")).to_have_count(2)  # the anchor is pulled and pushed alike
    plane = page.locator(".ex-plane").bounding_box()
    page.mouse.click(plane["x"] + plane["width"] * 0.8, plane["y"] + plane["height"] / 2)
    assert not steps_of(page, 1, 0, 0.5)
    page.keyboard.press("Escape")
    assert steps_of(page, 0, 0.75, 0.5)


# -- both ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["curves", "outlier", "digits", "family", "knobs", "boxes", "triplet", "quiz"]
)
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [390, 1280])
def test_it_fits_and_axe_finds_nothing(opened, path, dark, width):
    page = opened(path, width=width, dark=dark)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.add_script_tag(path=str(_assets.ROOT / "web/node_modules/axe-core/axe.min.js"))
    found = page.evaluate(
        "axe.run().then(r => r.violations.map(v => v.id + ': ' + v.nodes[0].html))"
    )
    assert found == []


@pytest.mark.parametrize("path", ["curves", "outlier", "digits", "family", "knobs"])
def test_labels_stay_in_the_picture_and_apart(opened, path):
    for width in (390, 1280):
        page = opened(path, width=width)
        for plot in page.locator(".ex-plot").all():
            frame = plot.bounding_box()
            boxes = [label.bounding_box() for label in plot.locator(".ex-label").all()]
            for box in boxes:
                assert box["x"] + box["width"] <= frame["x"] + frame["width"] + 1
            tops = sorted(box["y"] for box in boxes)
            assert all(b - a > 12 for a, b in pairwise(tops))


def test_colours_change_with_the_theme(opened):
    shades = {
        opened("curves", dark=dark)
        .locator(".ex-line")
        .first.evaluate("n => getComputedStyle(n).stroke")
        for dark in (False, True)
    }
    assert len(shades) == 2


@pytest.mark.parametrize(
    ("path", "element"),
    [
        ("curves", CURVES),
        ("outlier", OUTLIER),
        ("digits", DIGITS),
        ("family", FAMILY),
        ("knobs", KNOBS),
        ("boxes", BOXES),
        ("triplet", TRIPLET),
    ],
)
def test_without_scripts_there_is_a_picture_with_its_text(opened, path, element):
    page = opened(path, java_script_enabled=False)
    picture = page.locator(".fallback img")
    assert picture.is_visible()
    assert picture.get_attribute("alt") == element.summary()


def test_paper_gets_the_picture_without_the_buttons(opened):
    page = opened("curves")
    page.emulate_media(media="print")
    assert page.locator(".ex-plot svg").first.is_visible()
    assert not page.locator(".ex-tries").is_visible()
    assert not page.locator(".ex-controls").is_visible()


def test_in_a_notebook_the_kernel_computes_what_is_not_on_the_grid(opened, visit):
    seen = visit("live.html")
    page = seen.page
    page.expose_function("kernel", CURVES.answer)
    typed = page.get_by_label("δ of Huber, any value")
    typed.fill("1.7")
    typed.press("Enter")
    page.wait_for_function(
        "document.querySelector('loss-explorer .ex-value').textContent === '1.7'"
    )
    assert 1.7 not in CURVES.params["huber"][0]
    assert numbers(page)["Huber loss"] == at("huber", 2.0, delta=1.7)
    typed.fill("-1")
    typed.press("Enter")
    assert numbers(page)["Huber loss"] == at("huber", 2.0, delta=1.7), "not a valid delta"
    assert seen.errors == []


# -- constants, chords, descents -----------------------------------------------------------------


def close(texts, values):
    got = [float(text.replace("\N{MINUS SIGN}", "-")) for text in texts]
    return got == pytest.approx(values, rel=6e-3, abs=1e-3)


def test_the_risk_of_a_constant_is_read_off_and_compared_with_the_lowest(opened):
    page = opened("constant")
    assert close(numbers(page)["squared"], [41 / 3, 38 / 3])
    page.get_by_role("button", name="The middle one").click()
    assert close(numbers(page)["absolute"], [8 / 3, 8 / 3])
    page.get_by_role("combobox", name="Samples").select_option("two")
    assert close(numbers(page)["squared"], [1, 1])
    assert page.locator(".ex-point").count() == 2
    page.get_by_role("slider", name="constant m").focus()
    page.keyboard.press("Home")
    lowest = float(CONSTANT.m[0])
    assert close(numbers(page)["absolute"], [1 - lowest, 1])


def test_the_chord_and_the_curve_are_compared_at_the_same_place(opened):
    page = opened("chord")
    assert list(numbers(page)) == ["x²", "chord", "chord minus curve"]
    assert close([row[0] for row in numbers(page).values()], [1, 5, 4])
    weight = page.get_by_role("slider", name="weight λ of a")
    weight.focus()
    page.keyboard.press("End")
    assert close([row[0] for row in numbers(page).values()], [1, 1, 0])
    page.get_by_role("button", name="A wave").click()
    half, whole = np.sin(1.5), np.sin(3.0) / 2
    assert close([row[0] for row in numbers(page).values()], [half, whole, whole - half])
    box = page.locator(".ex-plot svg").bounding_box()
    before = page.get_by_role("slider", name="one end a").get_attribute("aria-valuetext")
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 80, box["y"] + 60, steps=4)
    page.mouse.up()
    assert (
        drawn(page).get_by_role("slider", name="one end a").get_attribute("aria-valuetext")
        != before
    )


def test_the_path_of_a_descent_is_as_long_as_its_slider_says(opened):
    page = opened("descent")
    a, b = 2 * 0.8**3, 0.4**3
    now = [row[1] for row in numbers(page).values()]
    assert close(now, [a, b, a * a + 3 * b * b, np.hypot(2 * a, 6 * b)])
    assert page.locator(".ex-dot").count() == 4
    assert page.locator(".ex-contour").count() > 8
    page.get_by_role("button", name="Too long").click()
    assert drawn(page).locator(".ex-dot").count() < 25, "it has left the plane"
    page.get_by_role("button", name="A saddle").click()
    now = [row[1] for row in numbers(page).values()]
    assert close(now[:2], [2 * 0.6**2, 0.5 * 1.4**2])
    page.get_by_role("combobox", name="Landscape").select_option("bowl")
    assert (
        drawn(page).get_by_role("slider", name="step size").get_attribute("aria-valuetext") == "0.1"
    )
    page.keyboard.press("Escape")
    assert drawn(page).locator(".ex-dot").count() == 4


@pytest.mark.parametrize(
    ("name", "element"), [("constant", CONSTANT), ("chord", CHORD), ("descent", DESCENT)]
)
def test_the_new_kinds_speak_python_s_words_and_fit_a_telephone(opened, name, element):
    page = opened(name, width=390)
    page.get_by_role("button").first.click()
    page.get_by_role("button", name="Reset").click()
    page.wait_for_timeout(700)
    assert page.locator("[role=status]").inner_text() == element.summary()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


# -- quizzes ---------------------------------------------------------------------------------------


def test_a_choice_answers_the_belief_behind_it(opened):
    page = opened("quiz")
    question = page.locator("loss-quiz").first
    verdict = question.locator("[role=status]")
    question.get_by_role("button", name="Check").click()
    assert verdict.inner_text() == "Pick an answer first."
    for option, says, state in (
        ("two", "Not this. It is two.", "wrong"),
        ("right one", "Right. So it is.", "right"),
    ):
        question.get_by_label(option, exact=True).check()
        assert verdict.inner_text() == "", "an old verdict does not stay beside a new answer"
        question.get_by_role("button", name="Check").click()
        assert verdict.inner_text() == says
        assert question.get_attribute("data-state") == state


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("0.25", "Right. A quarter."),
        ("1/4", "Right. A quarter."),
        (" ,25 ", "Right. A quarter."),
        ("2.5e-1", "Right. A quarter."),
        ("\N{MINUS SIGN}0.25", "Not this. The size is right. Look at the sign."),
        ("4", "Not this. Upside down."),
        ("0.3", "Not this. Too large."),
        ("a", "Type a number, for example 0.25 or 1/4."),
        ("1/2/3", "Type a number, for example 0.25 or 1/4."),
        ("", "Type a number, for example 0.25 or 1/4."),
    ],
)
def test_a_number_is_read_as_people_write_it(opened, typed, says):
    page = opened("quiz")
    question = page.locator("loss-quiz").nth(1)
    question.get_by_label("Your number").fill(typed)
    page.keyboard.press("Enter")
    assert question.locator("[role=status]").inner_text() == says
