"""Every page opens clean, in light and dark, wide and narrow; nobody outside is asked."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from autograde.exercises import ORDER

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "_build" / "html"
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
PAGES = ["intro.html"] + [
    f"{name}.html" for name in re.findall(r"file: (\S+)", (ROOT / "_toc.yml").read_text())
]
CHAPTERS = [path for path in PAGES if path.split("/")[0] in ORDER]
#: What a page may cost before Run, gzip, in bytes.
BUDGET = 500_000
#: With LOSSBOOK_FULL=1 every page is looked at in the dark.
FULL = bool(os.environ.get("LOSSBOOK_FULL"))
KINDS = {
    page
    for before, page in zip(["", *PAGES], PAGES, strict=False)
    if "/" not in page or before.endswith("/index.html") or page.endswith("/index.html")
}

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_clean_alive_light_and_fits_a_phone(visit, path):
    """One visit: no error, nobody else asked, axe (in the dark for its kind), 390 px in both;
    explorers answer the keyboard and reset, the first quiz answers every option."""
    seen = visit(path)
    page = seen.page
    assert page.locator("h1").count() == 1
    if path in CHAPTERS or path == "intro.html":
        if page.locator("loss-explorer").count() or not path.endswith("index.html"):
            try_explorers(page)
        if path != "intro.html" and not path.endswith("index.html"):
            try_quiz(page)
        page.mouse.wheel(0, 40_000)
        next_frame(page)
    page.add_script_tag(path=str(AXE))
    # It stands over the page only while a reader scrolls up.
    page.evaluate("document.documentElement.classList.add('show-back-to-top')")
    # In the dark only colours differ. They come from one style sheet, so one page of each kind
    # has all of them: an index, the first page of each chapter, and those outside of chapters.
    runs = [("light", ""), ("dark", "runOnly: ['color-contrast']")]
    for scheme, rules in runs if FULL or path in KINDS else runs[:1]:
        page.emulate_media(color_scheme=scheme)
        found = page.evaluate(
            f"axe.run({{resultTypes: ['violations'], {rules}}})"
            ".then(r => r.violations.map(v => v.id + ': ' + v.nodes[0].html))"
        )
        assert found == [], scheme
    page.set_viewport_size({"width": 390, "height": 800})
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        next_frame(page)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390, f"{path} scrolls sideways in {scheme}: {wide} px"
    assert sum(seen.received.values()) < BUDGET, seen.received
    assert seen.outside == []
    assert seen.errors == []


def next_frame(page):
    """What observers of size and sight do, they have done when two frames are over."""
    page.evaluate("() => new Promise(d => requestAnimationFrame(() => requestAnimationFrame(d)))")


def shown(page, values):
    page.evaluate("() => new Promise(requestAnimationFrame)")  # explorers draw with the next frame
    return values.inner_text()


def try_explorers(page):
    found = page.locator("loss-explorer.ready")
    assert found.count() >= 1, "the page has no explorer"
    for number in range(found.count()):
        explorer = found.nth(number)
        values = explorer.locator(".values")
        # What is far from the screen is not laid out, and has no text to read yet.
        explorer.scroll_into_view_if_needed()
        page.wait_for_function("values => values.innerText", arg=values.element_handle())
        first = values.inner_text()
        knob = explorer.locator("input[type=range]").last
        knob.focus()
        for key in ("ArrowLeft", "ArrowRight"):
            for _ in range(3):
                page.keyboard.press(key)
            if shown(page, values) != first:
                break
        assert shown(page, values) != first
        page.keyboard.press("Escape")
        assert shown(page, values) == first


def try_quiz(page):
    quizzes = page.locator("loss-quiz:has(input[type=radio])")
    assert quizzes.count() >= 1
    quiz = quizzes.first
    quiz.scroll_into_view_if_needed()
    said = set()
    options = quiz.locator("input")
    for number in range(options.count()):
        options.nth(number).press("Space")  # a pointer may miss what moves while it arrives
        quiz.locator("button").click()
        said.add(quiz.get_attribute("data-state"))
        assert len(quiz.locator("[role=status]").inner_text()) > 12
    assert said == {"right", "wrong"}


def explorers(page):
    return page.locator("loss-explorer.ready")


def test_dragging_in_the_picture_moves_the_values(visit):
    page = visit("regression/huber.html").page
    explorer = explorers(page).first
    explorer.scroll_into_view_if_needed()
    box = explorer.locator("svg").first.bounding_box()
    before = explorer.locator(".values").inner_text()
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.5)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + box["height"] * 0.5, steps=4)
    page.mouse.up()
    page.evaluate("() => new Promise(requestAnimationFrame)")  # it draws with the next frame
    assert explorer.locator(".values").inner_text() != before


def test_without_scripts_the_figures_and_stubs_are_there(visit):
    page = visit("regression/huber.html", java_script_enabled=False).page
    assert page.locator("loss-explorer .fallback img").first.is_visible()
    assert page.locator("loss-exercise pre.stub").first.is_visible()


def test_an_exercise_panel_stands_in_the_page(visit):
    page = visit("regression/huber.html").page
    panel = page.locator("loss-exercise[data-slug=huber]")
    panel.scroll_into_view_if_needed()
    panel.get_by_role("button", name="Check").wait_for()
    # What is not on the screen has a text, but no layout that inner_text could read.
    assert "delta" in panel.locator(".statement").text_content()


def test_every_internal_link_arrives():
    broken = []
    for path in SITE.rglob("*.html"):
        if "report" in path.relative_to(SITE).parts:
            continue
        for link in re.findall(r'(?:href|src)="([^"#?:]+?)(?:[?#][^"]*)?"', path.read_text()):
            target = (path.parent / link).resolve()
            if not target.exists():
                broken.append(f"{path.relative_to(SITE)} -> {link}")
    assert broken == []
