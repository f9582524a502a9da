"""The appendices in a browser: cards that are practised, and a search that knows all names."""

from __future__ import annotations

from urllib.parse import quote

import pytest

pytestmark = pytest.mark.browser


def shown(page):
    return page.locator("loss-cards > details:visible")


def status(page) -> str:
    return page.locator("loss-cards [role=status]").inner_text()


def test_a_card_is_asked_judged_and_remembered(visit):
    seen = visit("interview.html")
    page = seen.page
    assert shown(page).count() == 1
    first = shown(page).get_attribute("id")
    assert not shown(page).locator(".answer").is_visible()
    shown(page).locator("summary").focus()
    page.keyboard.press("Enter")
    assert shown(page).locator(".answer").is_visible()
    shown(page).get_by_role("button", name="Knew it").click()
    second = shown(page).get_attribute("id")
    assert second != first
    assert page.evaluate("document.activeElement.parentElement.id") == second
    page.keyboard.press("Enter")
    shown(page).get_by_role("button", name="Not yet").click()
    assert "1 known" in status(page)
    page.reload()
    assert "1 known" in status(page)
    page.get_by_label("Show").select_option("not yet known")
    assert shown(page).get_attribute("id") == second
    page.get_by_label("Show").select_option("known")
    assert shown(page).get_attribute("id") == first
    assert status(page).startswith("Card 1 of 1")
    page.get_by_role("button", name="Forget all").click()
    assert status(page) == "No card fits."
    assert shown(page).count() == 0
    assert seen.errors == []


def test_cards_are_chosen_by_chapter_and_shown_in_turn_or_together(visit):
    page = visit("interview.html").page
    page.get_by_label("Chapter").select_option("Regression losses")
    every = page.locator("loss-cards > details[data-chapter=regression]").count()
    assert every > 10
    ids = set()
    for _ in range(every):
        ids.add(shown(page).get_attribute("id"))
        page.get_by_role("button", name="Next card").click()
    assert len(ids) == every
    page.get_by_label("One at a time").uncheck()
    assert shown(page).count() == every
    assert page.locator("loss-cards > h2:visible").all_inner_texts() == ["Regression losses"]
    page.get_by_label("One at a time").check()
    assert shown(page).count() == 1


def test_the_last_card_says_so(visit):
    page = visit("interview.html").page
    page.get_by_label("Chapter").select_option("Numerical stability")
    total = page.locator("loss-cards > details[data-chapter=stability]").count()
    for _ in range(total):
        assert "last" not in status(page)
        shown(page).locator("summary").click()
        shown(page).get_by_role("button", name="Not yet").click()
    assert status(page).startswith("That was the last one.")


def test_cards_can_be_read_without_scripts_and_on_paper(visit):
    page = visit("interview.html", java_script_enabled=False).page
    assert shown(page).count() > 100
    shown(page).first.locator("summary").click()
    assert shown(page).first.locator(".answer").is_visible()
    paper = visit("interview.html").page
    paper.emulate_media(media="print")
    assert shown(paper).count() > 100
    assert shown(paper).last.locator(".answer p").first.is_visible()
    assert not paper.locator("loss-cards .toolbar").is_visible()


def test_a_link_to_a_card_opens_it(visit):
    page = visit("interview.html").page
    wanted = page.locator("loss-cards > details").last.get_attribute("id")
    there = visit(f"interview.html#{wanted}").page
    assert there.locator(f"#{wanted} .answer").is_visible()


NAMES = {
    "交叉熵": "mle/entropy.html",
    "二元交叉熵": "classification/bce.html",
    "log loss": "classification/bce.html",
    "Log-Loss": "classification/bce.html",
    "softmax loss": "classification/softmax-cross-entropy.html",
    "合页损失": "classification/margins.html",
    "铰链损失": "classification/margins.html",
    "jiao cha shang": "mle/entropy.html",
    "MSELoss": "regression/squared-error.html",
    "pinball": "regression/quantile.html",
    "Lovasz": "detection/tversky.html",
}


@pytest.mark.parametrize("name", NAMES)
def test_the_search_finds_a_loss_by_any_of_its_names(visit, name):
    seen = visit(f"search.html?q={quote(name)}")
    first = seen.page.locator("#search-names li a").first
    first.wait_for()
    assert first.get_attribute("href") == NAMES[name]
    assert seen.errors == []
    assert seen.outside == []


def test_a_search_for_nothing_known_shows_no_names(visit):
    page = visit("search.html?q=zzyzx").page
    page.get_by_text("did not match any documents").wait_for()
    assert page.locator("#search-names").inner_html() == ""
