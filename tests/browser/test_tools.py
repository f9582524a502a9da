"""The report of a problem, as a reader meets it; and short addresses."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
PAGE = "regression/huber.html"

pytestmark = pytest.mark.browser


def opened(visit, **options):
    """The page with the form open, from the link beside an exercise."""
    seen = visit(PAGE, width=1440, **options)
    seen.page.locator("loss-exercise[data-slug=huber]").scroll_into_view_if_needed()
    seen.page.locator(".report-here a").click()
    return seen


def test_the_report_knows_the_place_that_the_reader_looked_at(visit):
    seen = opened(visit)
    place = seen.page.locator("#report-place")
    assert place.input_value() == "Exercise huber"
    options = place.locator("option").all_inner_texts()
    assert options[0] == "The page regression/huber"
    assert "Section Definition" in options
    assert any(option.startswith("Code cell 1: ") for option in options)
    assert seen.page.evaluate("document.activeElement.id") == "report-text"
    assert seen.outside == []


@pytest.mark.parametrize("said", ["", "   \n \t        ", "too short"])
def test_an_empty_report_is_not_written(visit, said):
    page = opened(visit).page
    page.locator("#report-text").fill(said)
    page.get_by_role("button", name="Write the report").click()
    assert page.locator("#report-copy").is_hidden()
    assert page.evaluate("document.querySelector('#report form').matches(':invalid')")


def test_without_a_repository_the_report_is_text_to_copy(visit):
    seen = opened(visit)
    page = seen.page
    page.locator("#report-text").fill("  The example says 2.5 and I get 2.  ")
    page.get_by_role("button", name="Write the report").click()
    lines = page.locator("#report-copy").input_value().splitlines()
    assert lines[0] == "The example says 2.5 and I get 2."
    assert lines[2:4] == ["Page: regression/huber", "Place: Exercise huber"]
    assert lines[4].startswith("Version: 0.")
    assert lines[5].endswith(PAGE)
    assert seen.outside == []
    assert page.url.split("#")[0].endswith(PAGE)


def test_with_a_repository_the_issue_is_prefilled_and_nobody_is_asked_before(visit):
    seen = opened(visit)
    page = seen.page
    page.evaluate(
        "() => { const form = document.querySelector('#report form');"
        " form.method = 'get'; form.target = '_blank';"
        " form.action = 'https://github.com/a/b/issues/new'; }"
    )
    page.context.route("https://github.com/**", lambda route: route.fulfill(body="issue"))
    page.locator("#report-text").fill("The example says 2.5 and I get 2.")
    assert seen.outside == []
    with page.context.expect_page() as tab:
        page.locator("#report button").click()
    tab.value.wait_for_load_state()
    address = urlsplit(tab.value.url)
    asked = parse_qs(address.query)
    assert address.path == "/a/b/issues/new"
    assert asked["title"][0].startswith("regression/huber (")
    body = asked["body"][0]
    assert body.startswith("The example says 2.5 and I get 2.")
    for line in ("Page: regression/huber", "Place: Exercise huber", "Version: 0."):
        assert line in body
    page.wait_for_timeout(50)
    assert page.locator("#report-text").input_value() == "The example says 2.5 and I get 2."


@pytest.mark.parametrize("dark", [False, True])
def test_the_open_forms_are_accessible_and_fit_a_phone(visit, dark):
    page = visit(PAGE, width=390, dark=dark).page
    page.locator("#cite summary").click()
    page.locator("#report summary").click()
    page.locator("#report-text").fill("The example says 2.5 and I get 2.")
    page.get_by_role("button", name="Write the report").click()
    page.locator("#report-copy").wait_for()
    page.add_script_tag(path=str(AXE))
    found = page.evaluate(
        "axe.run('.tools').then(r => r.violations.map(v => v.id + ': ' + v.nodes[0].html))"
    )
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_short_address_arrives_without_a_script(visit):
    page = visit("loss/huber", java_script_enabled=False).page
    page.wait_for_url(f"**/{PAGE}")
    assert "Huber" in page.title()
