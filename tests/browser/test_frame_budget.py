"""What lets explorers answer within a frame is held to bench/explorer_budget.json.

How long an input takes is recorded by bench/bench_explorers.py. A clock has no say here: counted is
what an input causes. The explorer with the most data of each kind is taken from the built book.
"""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from lossbook import _assets

ROOT = Path(__file__).resolve().parents[2]
BUDGET = json.loads((ROOT / "bench" / "explorer_budget.json").read_text(encoding="utf-8"))
KINDS = tuple(BUDGET["mutations"])

pytestmark = pytest.mark.browser

#: Counts what is read of the layout, and after which writes.
SPY = """() => {
  const spy = (window.spy = { forced: 0 });
  const observer = new MutationObserver(() => {});
  observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  // Records wait until the task is over: those there now were written before the layout was asked for.
  const asked = () => { if (observer.takeRecords().length) spy.forced++; };
  const wrap = (kind, name) => {
    const found = Object.getOwnPropertyDescriptor(kind.prototype, name);
    const part = found.get ? "get" : "value";
    const real = found[part];
    found[part] = function (...given) { asked(); return real.apply(this, given); };
    Object.defineProperty(kind.prototype, name, found);
  };
  for (const name of ["getBoundingClientRect", "getClientRects", "clientWidth", "clientHeight",
                      "scrollWidth", "scrollHeight"]) wrap(Element, name);
  for (const name of ["offsetWidth", "offsetHeight", "offsetTop", "innerText"]) wrap(HTMLElement, name);
  for (const name of ["getBBox", "getCTM", "getScreenCTM"]) wrap(SVGGraphicsElement, name);
  const style = window.getComputedStyle;
  window.getComputedStyle = (...given) => { asked(); return style(...given); };
}"""

#: Sends inputs of each sort, many in one frame, and counts what they write and when.
COUNT = """async (root) => {
  const next = () => new Promise(requestAnimationFrame);
  const svg = root.querySelector(".ex-plot svg");
  const bars = () => [...root.querySelectorAll("input[type=range]")];
  const box = svg.getBoundingClientRect();
  const pointer = (k) => svg.dispatchEvent(new PointerEvent("pointermove", { pointerId: 1, bubbles: true,
    clientX: box.x + box.width * (0.2 + 0.06 * k), clientY: box.y + box.height * (0.3 + 0.04 * k) }));
  const slide = (k) => {
    const bar = bars()[k % bars().length];
    bar.value = Math.round((bar.max * (k % 7)) / 7);
    bar.dispatchEvent(new Event("input"));
  };
  const found = { early: 0, drawn: 0, most: 0, moved: 0 };
  const live = root.querySelector(".ex-live");
  let wrote = 0;
  const observer = new MutationObserver((records) => (wrote += records.length));
  observer.observe(live, { subtree: true, childList: true, attributes: true, characterData: true });
  // A redraw asks for a frame, and a frame for one redraw.
  const ask = window.requestAnimationFrame;
  let asked = 0;
  window.requestAnimationFrame = (draw) => { asked++; return ask(draw); };
  const frame = () => new Promise((done) => ask(done));
  for (const send of svg.style.cursor === "default" ? [slide] : [pointer, slide]) {
    for (let round = 0; round < 6; round++) {
      await frame();
      wrote = asked = 0;
      for (let k = 0; k < 5; k++) send(round + k);
      found.early += observer.takeRecords().length; // nothing is drawn before the frame
      found.drawn = Math.max(found.drawn, asked);
      await frame();
      await 0; // the observer is told after the drawing
      found.most = Math.max(found.most, wrote);
      found.moved += wrote > 0;
    }
  }
  window.requestAnimationFrame = ask;
  found.forced = window.spy.forced;
  return found;
}"""


@pytest.fixture(scope="module")
def heaviest():
    import sys

    sys.path.insert(0, str(ROOT / "bench"))
    try:
        from bench_explorers import heaviest
    finally:
        sys.path.pop(0)
    return heaviest()


def test_every_kind_has_a_budget(heaviest):
    assert set(heaviest) - {"tree"} == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_many_inputs_cost_one_small_drawing(visit, heaviest, kind):
    path, place, _ = heaviest[kind]
    seen = visit(path)
    page = seen.page
    explorer = page.locator("loss-explorer").nth(place)
    explorer.scroll_into_view_if_needed()
    explorer.locator(".ex-plot svg").first.hover()
    page.mouse.down()  # only a button that is really down captures the pointer
    page.evaluate("() => new Promise(requestAnimationFrame)")
    page.evaluate(SPY)
    found = explorer.evaluate(COUNT)
    assert found["moved"] >= 5, "the picture follows"
    assert found["early"] == 0, "written before the frame"
    assert found["drawn"] <= BUDGET["redraws_per_frame"]
    assert found["forced"] <= BUDGET["forced_layouts"]
    assert found["most"] <= BUDGET["mutations"][kind], "attributes and texts of one drawing"
    assert seen.errors == []


def test_the_script_stays_small():
    size = len(gzip.compress((_assets.HERE / "explorer.js").read_bytes(), 9, mtime=0))
    assert size <= BUDGET["script_gzip_bytes"]


def test_no_rule_makes_a_move_restyle_every_formula():
    """What comes after :has() is looked at again at each change of the page; formulas have [style]."""
    css = _assets.stylesheet()[0]
    assert ":has(" in css
    assert re.findall(r"[^{},]*:has\([^{},]*\[style[^{},]*", css) == []


@pytest.mark.parametrize("kind", KINDS)
def test_keys_alone_reach_and_use_every_part(visit, heaviest, kind):
    path, place, _ = heaviest[kind]
    page = visit(path).page
    explorer = page.locator("loss-explorer").nth(place)
    explorer.scroll_into_view_if_needed()
    parts = explorer.locator("select, input, button, [tabindex='0']")
    wanted = parts.evaluate_all("all => (window.parts = all).length")
    explorer.evaluate("e => { e.tabIndex = -1; e.focus(); }")
    reached = set()
    for _ in range(wanted):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("window.parts.indexOf(document.activeElement)"))
    assert reached == set(range(wanted)), "every part, one Tab each"

    status = explorer.locator("[role=status]")
    status.evaluate(
        "node => { window.said = 0; new MutationObserver(() => window.said++)"
        ".observe(node, { childList: true }); }"
    )
    sliders = explorer.get_by_role("slider")
    assert sliders.count() >= 1
    for slider in sliders.all():
        slider.focus()
        first = slider.get_attribute("aria-valuetext")
        assert first
        page.keyboard.press("Home")
        page.evaluate("() => new Promise(requestAnimationFrame)")
        low = slider.get_attribute("aria-valuetext")
        page.keyboard.press("End")
        page.evaluate("() => new Promise(requestAnimationFrame)")
        assert low != slider.get_attribute("aria-valuetext")
        page.keyboard.press("r")
        page.evaluate("() => new Promise(requestAnimationFrame)")
        assert slider.get_attribute("aria-valuetext") == first
        assert slider.evaluate("node => node === document.activeElement"), "R keeps the focus"
    page.wait_for_function("window.said > 0")
    before = page.evaluate("window.said")
    page.evaluate(
        """async () => {
          const bar = document.activeElement.closest('loss-explorer').querySelector('input[type=range]');
          for (let k = 0; k < 6; k++) {
            bar.value = k % 2;
            bar.dispatchEvent(new Event('input'));
            await new Promise(requestAnimationFrame);
          }
        }"""
    )
    page.wait_for_function("before => window.said > before", arg=before)
    page.wait_for_timeout(700)
    assert page.evaluate("window.said") == before + 1, "said once, when it rests"
