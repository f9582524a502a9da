"""The arrays that an explorer embeds are lossref's, at every point of the grid."""

from __future__ import annotations

import json
import re
from decimal import Decimal

import numpy as np
import pytest
from lossbook import explore, fit
from lossbook._element import script_json

import lossref

ELEMENTWISE = [spec.slug for spec in lossref.specs() if spec.kind == "elementwise"]


def embedded(element) -> dict:
    """The data as they arrive in the page; the rest of the HTML is a picture, which is slow."""
    return json.loads(script_json(element.data()))


def test_packing_keeps_four_digits_and_exact_small_integers():
    rng = np.random.default_rng(0)
    values = rng.normal(size=999) * 10.0 ** rng.integers(-30, 30, 999)
    assert explore.unpack(explore.pack(values)) == pytest.approx(values, rel=2**-16)
    exact = np.array([0.0, -0.0, 1.0, -2.5, 12.5, 1024.0])
    assert explore.unpack(explore.pack(exact)).tolist() == exact.tolist()
    assert len(explore.pack(values)) == 4 * 999
    assert np.isnan(explore.unpack(explore.pack(np.array([np.nan, 1.0, 2.0]))))[0]


@pytest.mark.parametrize("slug", ELEMENTWISE)
def test_every_curve_is_what_lossref_computes(slug):
    element = explore.curves(slug)
    data, spec = embedded(element), lossref.spec(slug)
    record = data["losses"][slug]
    lo, hi, n = data["e"]
    e = element.e
    assert e == pytest.approx(np.linspace(lo, hi, n), abs=1e-12)
    width = (n + 1) // 2 if record["even"] else n
    rows = explore.unpack(record["rows"]).reshape(-1, 2, width)
    grids = [param["values"] for param in record["params"]]
    names = list(spec.defaults)
    combos = [[]]
    for grid in grids:
        combos = [[*c, v] for c in combos for v in grid]
    assert len(rows) == len(combos) == len(record["kinks"])
    y = 1.0 if slug in ("msle", "mape") else 0.0
    inside = y + e > spec.y_pred_domain.lo
    for row, values in zip(rows, combos, strict=True):
        full = np.concatenate([[1, -1] * row[:, :0:-1].T, row.T]).T if record["even"] else row
        params = dict(zip(names, values, strict=True))
        truth = np.full(inside.sum(), y)
        for got, function in zip(full, (spec.loss, spec.grad), strict=True):
            want = function(truth, y + e[inside], reduction="none", **params)
            assert got[inside] == pytest.approx(want, rel=2**-15, abs=1e-37)
            assert np.isnan(got[~inside]).all()


def test_the_grid_holds_default_start_and_tries():
    element = explore.curves("huber", tries=[("a", {"delta": 0.37})], start={"delta": 7.7})
    values = embedded(element)["losses"]["huber"]["params"][0]["values"]
    assert {1.0, 0.37, 7.7} <= set(values)
    assert values == sorted(values)


def test_kinks_carry_both_slopes():
    kinks = embedded(explore.curves("mae"))["losses"]["mae"]["kinks"]
    assert kinks == [[[0.0, 0.0, -1.0, 1.0]]]
    record = embedded(explore.curves("quantile", grid={"tau": [0.25]}))["losses"]["quantile"]
    at = record["params"][0]["values"].index(0.25)
    assert record["kinks"][at] == [[0.0, 0.0, -0.25, 0.75]]


def test_even_losses_are_stored_once_and_tilted_ones_whole():
    losses = embedded(explore.curves("huber", choices=["quantile"]))["losses"]
    assert losses["huber"]["even"]
    assert not losses["quantile"]["even"]


@pytest.mark.parametrize("slug", ELEMENTWISE)
def test_one_loss_stays_small(slug):
    spec = lossref.spec(slug)
    if len(spec.params) < 2:
        assert len(embedded(explore.curves(slug))["losses"][slug]["rows"]) < 41_000


def test_losses_of_the_truth_are_drawn_at_the_truth_asked_for():
    data = embedded(explore.curves("mape", y=4.0, start={"e": 2.0}))
    row = explore.unpack(data["losses"]["mape"]["rows"]).reshape(2, -1)
    e = np.linspace(*data["e"])
    if data["losses"]["mape"]["even"]:
        e = e[len(e) // 2 :]
    assert row[0, np.abs(e - 2.0).argmin()] == pytest.approx(0.5, rel=1e-4)


@pytest.mark.parametrize(
    ("arguments", "options", "says"),
    [
        (("rmse",), {}, "not a function of one error"),
        (("huber",), {"tries": [("x", {"beta": 1.0})]}, "no parameter 'beta'"),
        (("huber",), {"start": {"compare": "mse"}}, "not among the losses"),
        (("huber",), {"grid": {"delta": [-1.0]}}, "needs delta in"),
        (("huber",), {"grid": {"tau": [0.5]}}, "no loss shown"),
    ],
)
def test_mistakes_of_an_author_are_named(arguments, options, says):
    with pytest.raises(ValueError, match=says):
        explore.curves(*arguments, **options)


def test_a_live_kernel_answers_for_any_parameter():
    element = explore.curves("huber")
    answer = element.answer({"id": 7, "slug": "huber", "params": {"delta": 0.777}})
    row = explore.unpack(answer["row"]).reshape(2, -1)
    want = lossref.huber(np.zeros_like(element.e), element.e, delta=0.777, reduction="none")
    assert answer["id"] == 7
    assert row[0] == pytest.approx(want, rel=2**-15)


@pytest.fixture(scope="module")
def points():
    return explore.outlier(
        ["mse", "mae", ("huber", {"delta": 2.0}), "tukey"], tries=[("t", (5, -8))]
    )


def test_every_position_has_the_line_that_fit_line_finds(points):
    rng = np.random.default_rng(1)
    for _ in range(12):
        i, j = rng.integers(len(points.gx)), rng.integers(len(points.gy))
        x, y = np.append(points.x, points.gx[i]), np.append(points.y, points.gy[j])
        for k, (slug, params) in enumerate(points.losses):
            loss = lossref.spec(slug).loss
            want = loss(y, fit.fit_line(x, y, slug, **params)(x), **params)
            assert loss(y, points.line(k, (i, j))(x), **params) == pytest.approx(want, rel=1e-9)


def test_the_embedded_lines_are_the_fitted_ones(points):
    data = embedded(points)
    lines = explore.unpack(data["lines"]).reshape(points.lines.shape)
    assert lines == pytest.approx(points.lines, rel=2**-15, abs=1e-7)
    assert data["tries"][0]["at"] == [
        int(np.abs(points.gx - 5).argmin()), int(np.abs(points.gy + 8).argmin())
    ]  # fmt: skip


def test_the_summary_says_what_is_drawn(points):
    text = points.summary()
    x, y = points.gx[points.at[0]], points.gy[points.at[1]]
    slope = fit.fit_line(np.append(points.x, x), np.append(points.y, y), "mse").slope
    assert f"Squared error: slope {slope:.2f}" in text
    at = explore.curves("huber", compare="mae", start={"delta": 0.5, "e": 2.0}).summary()
    assert at == (
        "At error e = 2.00. Huber loss (δ = 0.5): loss 0.875, gradient 0.500; "
        "Absolute error: loss 2.00, gradient 1.00."
    )


def test_html_carries_question_picture_and_text():
    element = explore.curves("mse", question="a < b?")
    html = element.html()
    assert f'<script type="application/json">{script_json(element.data())}</script>' in html
    assert '<p class="ex-question">a &lt; b?</p>' in html
    assert re.search(
        r'<div class="fallback"><img src="data:image/svg\+xml;base64,[^"]+" alt="At error', html
    )


def test_a_build_gives_html_and_a_notebook_a_widget(monkeypatch):
    element = explore.curves("mse")
    monkeypatch.setenv("LOSSBOOK_STATIC", "1")
    assert "text/html" in element._repr_mimebundle_()
    monkeypatch.delenv("LOSSBOOK_STATIC")
    bundle = element._repr_mimebundle_()
    bundle = bundle[0] if isinstance(bundle, tuple) else bundle
    assert "application/vnd.jupyter.widget-view+json" in bundle


@pytest.mark.parametrize(
    ("limits", "count"), [((-5, 5, 200), 201), ((0, 1, 10), 11), ((-0.3, 0.45, 40), 39)]
)
def test_steps_are_round_and_hold_zero(limits, count):
    grid = explore.steps(*limits)
    assert len(grid) <= limits[2] + 1
    assert 0.0 in grid
    assert all(float(f"{v:.6g}") == v for v in grid)
    assert count - 2 <= len(grid) <= count


# -- several numbers read off at one place -------------------------------------------------------

FALLING = np.array([-2.0, -1.0, 0.0, 1.0])


def _paths(**options):
    views = {
        "both": {"line": FALLING, "square": FALLING**2},
        "one": {"gap": np.array([1.0, np.nan, 3.0, 250.0])},
    }
    return explore.paths(views, FALLING, name="λ", ylabel="size", log=True, **options)


def test_paths_hold_every_curve_of_every_view():
    data = embedded(_paths(start={"at": 0}, tries=[("Gap", {"view": "one", "at": -1})]))
    assert data["at"] == FALLING.tolist()
    assert data["places"] == ["0.0100", "0.100", "1.00", "10.0"]
    assert data["axis"] == "log₁₀ λ"
    assert data["state"] == {"view": "both", "at": 0}
    line, square = data["views"][0]["ways"]
    assert explore.unpack(line["values"]).tolist() == FALLING.tolist()
    assert explore.unpack(square["values"]).tolist() == [4.0, 1.0, 0.0, 1.0]
    assert line["color"] != square["color"]
    assert data["views"][0]["ylim"] == pytest.approx([-2.3, 4.3])
    assert np.isnan(explore.unpack(data["views"][1]["ways"][0]["values"])[1])
    assert data["views"][1]["ylim"] == pytest.approx([1 - 12.45, 250 + 12.45])


def test_a_state_of_the_paths_must_name_a_view_and_curves_must_fit():
    with pytest.raises(ValueError, match="is not among the views"):
        _paths(start={"view": "neither"})
    with pytest.raises(ValueError, match="a state may hold view, at"):
        _paths(tries=[("x", {"e": 1})])
    with pytest.raises(ValueError, match="does not have 4 values"):
        explore.paths({"v": {"a": [1.0, 2.0]}}, FALLING, name="x", ylabel="y")


def test_paths_say_their_first_state():
    assert _paths(start={"at": 1}).summary() == "both, λ = 10.0. line: 1.00; square: 1.00."
    assert "data:image/svg+xml" in _paths().html()


# -- right digits ------------------------------------------------------------------------------


def _digits(**options):
    ways = {"log": lambda x: np.log(1 + x), "log1p": np.log1p,
            "float16": lambda x: np.log1p(x.astype(np.float16))}  # fmt: skip
    return explore.digits(
        {"log(1 + x)": (ways, lambda x: (1 + x).ln())}, range(-300, 301, 5), log=True, **options
    )


def test_right_digits_are_those_that_fifty_digit_arithmetic_finds():
    import mpmath

    element = _digits()
    data = embedded(element)
    x = 10.0 ** np.array(data["at"])
    with mpmath.workdps(400), np.errstate(all="ignore"):
        truth = [mpmath.log(1 + mpmath.mpf(float(v))) for v in x]
        for way, function in zip(
            data["views"][0]["ways"],
            (lambda v: np.log(1 + v), np.log1p, lambda v: np.log1p(v.astype(np.float16))),
            strict=True,
        ):
            for got, shown, t in zip(
                function(x), explore.unpack(way["digits"]), truth, strict=True
            ):
                if not np.isfinite(got):
                    assert shown == 0
                    continue
                wrong = abs(mpmath.mpf(float(got)) - t) / t
                want = 16.0 if wrong == 0 else float(min(max(-mpmath.log10(wrong), 0), 16))
                assert shown == pytest.approx(want, abs=2e-3)
    assert data["views"][0]["ways"][2]["values"][-1] == "∞"
    assert len(json.dumps(data)) < 20_000


def test_a_state_of_the_digits_must_name_a_view():
    with pytest.raises(ValueError, match="is not among the views"):
        _digits(start={"view": "sqrt"})
    with pytest.raises(ValueError, match="a state may hold view, at"):
        _digits(tries=[("x", {"e": 1})])


def test_results_are_written_so_that_a_person_can_compare_them():
    assert explore._result(1e-300) == "1e−300"
    assert explore._result(-2.5e20) == "−2.5e20"
    assert explore._result(np.float16(np.inf)) == "∞"
    assert explore._result(np.nan) == "nan"
    assert explore._result(100.0) == "100"
    assert explore._result(Decimal("1e-10")) == "1e−10"
    assert explore._result(Decimal("1e-400")) == "1e−400"


# -- curves that change with one number ----------------------------------------------------------


def _family(**options):
    def view(value):
        x = np.linspace(0, 2, 21)
        return {"line": (value * x, value), "square": (value * x**2, value**2)}

    return explore.family(
        {"both": view, "again": view}, np.linspace(0, 2, 21), [1, 2, 3], name="factor",
        xlabel="x", ylabel="y", read="slope", **options,
    )  # fmt: skip


def test_a_family_holds_every_curve_of_every_value_and_its_number():
    data = embedded(_family(start={"at": 2}, tries=[("More", {"view": "again", "at": 3})]))
    x = explore.unpack(data["x"])
    assert x == pytest.approx(np.linspace(0, 2, 21), rel=2**-16)
    assert data["values"] == [1.0, 2.0, 3.0]
    assert data["state"] == {"view": "both", "at": 2}
    assert [view["title"] for view in data["views"]] == ["both", "again"]
    line, square = data["views"][1]["ways"]
    rows = explore.unpack(square["rows"]).reshape(3, 21)
    for value, row in zip((1.0, 2.0, 3.0), rows, strict=True):
        assert row == pytest.approx(value * np.linspace(0, 2, 21) ** 2, rel=2**-15)
    assert explore.unpack(line["numbers"]).tolist() == [1.0, 2.0, 3.0]
    assert data["ylim"] == pytest.approx([0.0, 12.6])


def test_a_state_of_a_family_must_name_a_view():
    with pytest.raises(ValueError, match="is not among the views"):
        _family(start={"view": "neither"})
    with pytest.raises(ValueError, match="a state may hold view, at"):
        _family(tries=[("x", {"e": 1})])


def test_a_family_says_its_first_state():
    assert _family(start={"at": 3}).summary() == (
        "both, factor = 3.00. slope: line: 3.00; square: 9.00."
    )
    assert "data:image/svg+xml" in _family().html()


# -- the best constant ---------------------------------------------------------------------------


def _constant(**options):
    return explore.constant(
        {"three": [0.0, 1.0, 8.0], "two": [0.0, 2.0]},
        {"squared": lambda y, m: np.mean((y - m) ** 2), "absolute": lambda y, m: np.mean(abs(y - m))},
        **options,
    )  # fmt: skip


def test_the_risks_of_constants_are_those_of_a_loop_and_lowest_at_mean_and_median():
    element = _constant()
    data = embedded(element)
    m = np.linspace(*data["m"])
    assert m == pytest.approx(element.m)
    for view in data["views"]:
        squared, absolute = explore.unpack(view["risks"]).reshape(2, -1)
        for at, risk in zip(m, squared, strict=True):
            assert risk == pytest.approx(sum((y - at) ** 2 for y in view["y"]) / len(view["y"]), rel=1e-4)  # fmt: skip
        for at, risk in zip(m, absolute, strict=True):
            assert risk == pytest.approx(sum(abs(y - at) for y in view["y"]) / len(view["y"]), rel=1e-4)  # fmt: skip
    assert element.m[element.risk["three"][0].argmin()] == pytest.approx(3.0)
    assert element.m[element.risk["three"][1].argmin()] == pytest.approx(1.0)
    assert _constant(start={"m": 3.0}).summary() == (
        "three, predicted by m = 3.00. squared: 12.7, lowest 12.7; absolute: 3.33, lowest 2.67."
    )


# -- chords --------------------------------------------------------------------------------------


def _chord(**options):
    functions = {"x²": np.square, "cos x": np.cos}
    return explore.chord(functions, (-2.0, 2.0), **options)


def test_every_mixture_of_two_ends_is_a_point_of_the_grid():
    element = _chord()
    data = embedded(element)
    ends, n = np.linspace(*data["ends"]), data["tenths"]
    for a in range(0, len(ends), 7):
        for b in range(0, len(ends), 5):
            for tenth in range(n + 1):
                at = (tenth * n * a + (n - tenth) * n * b) // n
                mixture = tenth / n * ends[a] + (1 - tenth / n) * ends[b]
                assert element.x[at] == pytest.approx(mixture, abs=1e-12)
    assert explore.unpack(data["views"][1]["values"]) == pytest.approx(np.cos(element.x), rel=1e-4)


def test_the_first_chord_is_described():
    element = _chord(start={"a": -1.0, "b": 2.0, "weight": 0.5})
    assert element.summary() == (
        "x²: at x = 0.500 the curve is at 0.250, the chord from −1.00 to 2.00 at 2.50."
    )


# -- descents ------------------------------------------------------------------------------------


def _descent(**options):
    bowl = explore.Surface(
        lambda a, b: a**2 + 3 * b**2, lambda a, b: (2 * a, 6 * b), (2.0, 1.0), [0.1, 0.5], count=30
    )
    return explore.descent({"bowl": bowl}, **options)


def test_every_path_is_gradient_descent_and_ends_where_it_leaves_the_plane():
    element = _descent()
    data = embedded(element)["views"][0]
    paths = explore.unpack(data["paths"]).reshape(2, 31, 4)
    k = np.arange(31)
    assert paths[0, :, 0] == pytest.approx(2 * 0.8**k, rel=1e-4)
    assert paths[0, :, 1] == pytest.approx(0.4**k, rel=1e-4)
    assert paths[0, :, 2] == pytest.approx(4 * 0.8 ** (2 * k) + 3 * 0.4 ** (2 * k), rel=1e-4)
    assert paths[1, :5, 1] == pytest.approx((-2.0) ** k[:5])
    left = np.isnan(paths[1, :, 2]).argmax()
    assert 2.0**left >= explore.FAR > 2.0 ** (left - 1)


def test_contours_are_lines_of_equal_loss():
    levels = []
    for flat in _descent().contours("bowl"):
        a, b = np.array(flat).reshape(-1, 2).T
        loss = a**2 + 3 * b**2
        assert np.ptp(loss) < 0.02 * loss.mean() + 0.02
        levels.append(loss.mean())
    assert len(levels) > 8
    assert max(levels) > 20 * min(levels)


def test_the_first_descent_is_described():
    assert _descent(start={"rate": 0.5, "step": 1}).summary() == (
        "bowl, step size 0.500, step 1: w₁ = 0, w₂ = −2.00, loss 12.0, gradient 12.0."
    )


@pytest.mark.parametrize(
    ("make", "state", "message"),
    [
        (_constant, {"view": "four"}, "is not among the views"),
        (_constant, {"at": 1}, "a state may hold view, m"),
        (_chord, {"view": "sin"}, "is not among the views"),
        (_chord, {"lam": 1}, "a state may hold view, a, b, weight"),
        (_descent, {"view": "valley"}, "is not among the views"),
        (_descent, {"rate": 0.3}, "is not among the rates"),
        (_descent, {"lr": 0.1}, "a state may hold view, rate, step"),
    ],
)
def test_a_state_must_name_what_there_is(make, state, message):
    with pytest.raises(ValueError, match=message):
        make(start=state)
    with pytest.raises(ValueError, match=message):
        make(tries=[("x", state)])


@pytest.mark.parametrize("make", [_constant, _chord, _descent])
def test_the_new_kinds_have_a_picture_and_stay_small(make):
    element = make(question="Where?")
    assert f'data-kind="{make.__name__.strip("_")}"' in element.html()
    assert "data:image/svg+xml" in element.html()
    assert len(json.dumps(embedded(element))) < 25_000


# -- knobs -------------------------------------------------------------------------------------


def _knobs(**options):
    return explore.knobs(
        {
            "power": lambda x, a, b: {"one": a * x + b, "two": x**a},
            "tail": lambda x, a, b: {"two": np.log(x) + a},
        },
        np.linspace(-2.0, 2.0, 9),
        {"a": [1.0, 2.0, 3.0], "b": [0.0, 0.5]},
        **options,
    )


def test_every_setting_of_the_knobs_has_its_curves():
    element = _knobs(start={"a": 2, "at": 1.0})
    data = embedded(element)
    x = np.linspace(-2.0, 2.0, 9)
    rows = explore.unpack(data["views"][0]["rows"]).reshape(3, 2, 2, 9)
    for i, a in enumerate([1.0, 2.0, 3.0]):
        for j, b in enumerate([0.0, 0.5]):
            assert rows[i, j] == pytest.approx(np.array([a * x + b, x**a]), rel=2**-15)
    tail = explore.unpack(data["views"][1]["rows"]).reshape(3, 2, 1, 9)
    assert np.isnan(tail[..., :5]).all(), "no logarithm of 0 or less, and no infinity"
    assert tail[2, 0, 0, -1] == pytest.approx(np.log(2.0) + 3, rel=2**-15)
    assert element.summary() == "power at x = 1.00, a = 2.00, b = 0.500. one: 2.50; two: 1.00."


def test_a_curve_keeps_its_colour_in_every_view():
    data = embedded(_knobs(hues={"two": "hinge"}))
    shades = [line["color"] for view in data["views"] for line in view["lines"]]
    assert shades[1] == shades[2] == explore.color("hinge")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"start": {"c": 1}}, "a state may hold view, at, a, b"),
        ({"tries": [("x", {"view": "root"})]}, "not among the views"),
    ],
)
def test_a_state_of_the_knobs_must_exist(options, says):
    with pytest.raises(ValueError, match=says):
        _knobs(**options)


def test_there_are_two_knobs_at_most_and_not_too_many_settings():
    one = {"v": lambda x, **_: {"x": x}}
    with pytest.raises(ValueError, match="at most two"):
        explore.knobs(one, [0, 1], {"a": [1], "b": [1], "c": [1]})
    with pytest.raises(ValueError, match="at most 260"):
        explore.knobs(one, [0, 1], {"a": range(20), "b": range(20)})


# -- boxes -------------------------------------------------------------------------------------


def test_every_place_of_the_boxes_has_values_and_slopes():
    element = explore.boxes(tries=[("Apart", {"x": 5, "y": 3, "size": (2, 1), "loss": "iou_loss"})])
    data = embedded(element)
    got = explore.unpack(data["numbers"]).reshape(4, 13, 21, 4, 5)
    truth = np.array([-2.0, -1.0, 2.0, 1.0])
    for k, (w, h) in enumerate(data["sizes"]):
        for i, j in ((0, 0), (6, 10), (9, 3), (12, 20)):
            x, y = np.linspace(*data["gx"])[j], np.linspace(*data["gy"])[i]
            pred = np.array([x - w / 2, y - h / 2, x + w / 2, y + h / 2])
            for n, slug in enumerate(explore.BOX_LOSSES):
                spec = lossref.spec(slug)
                want = np.append(spec.loss(truth, pred), spec.grad(truth, pred))
                assert got[k, i, j, n] == pytest.approx(want, rel=2**-15, abs=1e-12)
    assert data["tries"][0]["state"] == [1, 12, 20, 0]
    assert got[1, 12, 20, 0].tolist() == [1.0, 0.0, 0.0, 0.0, 0.0]
    assert len(json.dumps(data)) < 100_000


def test_the_boxes_are_told_in_words():
    text = explore.boxes(["iou_loss"], start={"x": 0.0, "y": 0.0}).summary()
    assert text == "Predicted box of 4 × 2 at (0, 0). IoU loss: 0, pull (0, 0)."


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ({"z": 1}, "a state may hold x, y, size, loss"),
        ({"size": (9, 9)}, "not among the sizes"),
        ({"loss": "mse"}, "not among the losses"),
    ],
)
def test_a_state_of_the_boxes_must_exist(state, says):
    with pytest.raises(ValueError, match=says):
        explore.boxes(start=state)


# -- a triplet in the plane --------------------------------------------------------------------


def test_every_place_of_the_negative_has_a_value_and_three_slopes():
    element = explore.triplet(tries=[("Far", {"x": 2, "y": 1.25, "margin": 0.2, "squared": True})])
    data = embedded(element)
    got = explore.unpack(data["numbers"]).reshape(4, 11, 17, 2, 7)
    for k, margin in enumerate(data["margins"]):
        for i, j in ((0, 0), (5, 8), (5, 12), (9, 3), (10, 16)):
            place = np.linspace(*data["gx"])[j], np.linspace(*data["gy"])[i]
            for n, squared in enumerate((False, True)):
                given = [0.0, 0.0], [1.0, 0.0], place
                want = [
                    lossref.triplet(*given, margin=margin, squared=squared),
                    *np.ravel(lossref.triplet_grad(*given, margin=margin, squared=squared)),
                ]
                assert got[k, i, j, n] == pytest.approx(want, rel=2**-15, abs=1e-12)
    assert data["tries"][0]["state"] == [1, 10, 16, 1]
    assert len(json.dumps(data)) < 100_000


def test_the_triplet_is_told_in_words():
    assert explore.triplet(start={"x": 0.0, "y": 0.75, "margin": 0.5}).summary() == (
        "Negative at (0, 0.750), margin 0.5, plain distances. Loss 0.750; step of the anchor "
        "(1.00, −1.00); step of the positive (−1.00, 0); step of the negative (0, 1.00)."
    )


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ({"z": 1}, "a state may hold x, y, margin, squared"),
        ({"margin": 9}, "not among the margins"),
    ],
)
def test_a_state_of_the_triplet_must_exist(state, says):
    with pytest.raises(ValueError, match=says):
        explore.triplet(start=state)
