"""Every page opens clean; explorers and quizzes react; nobody outside is asked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "_build" / "html"
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
PAGES = ["intro.html"] + [
    f"{name}.html" for name in re.findall(r"file: (\S+)", (ROOT / "_toc.yml").read_text())
]
CHAPTER = [page for page in PAGES if page.startswith("regression/")]
#: What a page may cost before Run, gzip, in bytes.
BUDGET = 500_000

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("path", PAGES)
def test_a_page_opens_with_no_error_and_asks_nobody_else(visit, path):
    seen = visit(path)
    seen.page.wait_for_timeout(300)
    assert seen.outside == []
    assert seen.errors == []
    assert seen.page.locator("h1").count() == 1


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_a_phone_in_light_and_dark(visit, path):
    for dark in (False, True):
        seen = visit(path, width=390, dark=dark)
        wide = seen.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390, f"{path} scrolls sideways: {wide} px"


@pytest.mark.parametrize("path", CHAPTER)
def test_a_page_stays_within_its_weight(visit, path):
    seen = visit(path)
    seen.page.mouse.wheel(0, 20_000)
    seen.page.wait_for_timeout(500)
    assert sum(seen.received.values()) < BUDGET, seen.received


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_nothing(visit, path, dark):
    seen = visit(path, dark=dark)
    seen.page.add_script_tag(path=str(AXE))
    found = seen.page.evaluate(
        "axe.run().then(r => r.violations.map(v => v.id + ': ' + v.nodes[0].html))"
    )
    assert found == []


def explorers(page):
    return page.locator("loss-explorer.ready")


@pytest.mark.parametrize("path", ["intro.html", *CHAPTER])
def test_an_explorer_answers_keyboard_buttons_and_reset(visit, path):
    page = visit(path).page
    assert explorers(page).count() >= 1, "the page has no explorer"
    for number in range(explorers(page).count()):
        explorer = explorers(page).nth(number)
        values = explorer.locator(".values")
        first = values.inner_text()
        knob = explorer.locator("input[type=range]").last
        knob.focus()
        for _ in range(3):
            page.keyboard.press("ArrowLeft")
        assert values.inner_text() != first
        page.keyboard.press("Escape")
        assert values.inner_text() == first


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
    assert explorer.locator(".values").inner_text() != before


def test_without_scripts_the_figures_and_stubs_are_there(visit):
    page = visit("regression/huber.html", java_script_enabled=False).page
    assert page.locator("loss-explorer .fallback img").first.is_visible()
    assert page.locator("loss-exercise pre.stub").first.is_visible()


@pytest.mark.parametrize("path", CHAPTER)
def test_a_quiz_answers_the_belief_and_the_right_answer(visit, path):
    page = visit(path).page
    quizzes = page.locator("loss-quiz:has(input[type=radio])")
    if path.endswith("index.html"):
        return
    assert quizzes.count() >= 1
    quiz = quizzes.first
    said = set()
    options = quiz.locator("input")
    for number in range(options.count()):
        options.nth(number).check()
        quiz.locator("button").click()
        said.add(quiz.get_attribute("data-state"))
        assert len(quiz.locator("[role=status]").inner_text()) > 12
    assert said == {"right", "wrong"}


def test_an_exercise_panel_stands_in_the_page(visit):
    page = visit("regression/huber.html").page
    panel = page.locator("loss-exercise[data-slug=huber]")
    panel.scroll_into_view_if_needed()
    panel.get_by_role("button", name="Check").wait_for()
    assert "delta" in panel.locator(".statement").inner_text()


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
