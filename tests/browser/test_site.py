"""Every page opens clean, in light and dark, wide and narrow; nobody outside is asked."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "_build" / "html"
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
PAGES = ["intro.html"] + [
    f"{name}.html" for name in re.findall(r"file: (\S+)", (ROOT / "_toc.yml").read_text())
]
#: With LOSSBOOK_FULL=1 every page is looked at in the dark.
FULL = bool(os.environ.get("LOSSBOOK_FULL"))
KINDS = {
    page
    for before, page in zip(["", *PAGES], PAGES, strict=False)
    if "/" not in page or before.endswith("/index.html") or page.endswith("/index.html")
}

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_clean_reachable_and_fits_a_phone(visit, path):
    """One visit: no error, nobody else asked, axe (in the dark for its kind), 390 px in both."""
    seen = visit(path)
    page = seen.page
    page.wait_for_timeout(200)
    assert page.locator("h1").count() == 1
    page.add_script_tag(path=str(AXE))
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
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": 390, "height": 800})
        page.wait_for_timeout(100)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390, f"{path} scrolls sideways in {scheme}: {wide} px"
    assert seen.outside == []
    assert seen.errors == []


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
