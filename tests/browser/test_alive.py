"""Explorers and quizzes of every chapter react, and the pages stay within their weight."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from autograde.exercises import ORDER

ROOT = Path(__file__).resolve().parents[2]
PAGES = re.findall(r"file: (\S+)", (ROOT / "_toc.yml").read_text())
CHAPTERS = [f"{name}.html" for name in PAGES if name.split("/")[0] in ORDER]
#: What a page may cost before Run, gzip, in bytes.
BUDGET = 500_000

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("path", ["intro.html", *CHAPTERS])
def test_a_page_is_alive_and_light(visit, path):
    """One visit: explorers answer the keyboard and reset, the first quiz answers every option."""
    seen = visit(path)
    if seen.page.locator("loss-explorer").count() or not path.endswith("index.html"):
        try_explorers(seen.page)
    if path != "intro.html" and not path.endswith("index.html"):
        try_quiz(seen.page)
    seen.page.mouse.wheel(0, 40_000)
    seen.page.wait_for_timeout(300)
    assert sum(seen.received.values()) < BUDGET, seen.received
    assert seen.errors == []


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
        options.nth(number).check()
        quiz.locator("button").click()
        said.add(quiz.get_attribute("data-state"))
        assert len(quiz.locator("[role=status]").inner_text()) > 12
    assert said == {"right", "wrong"}
