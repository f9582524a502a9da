"""The tree of questions in a browser: asked one by one, by keyboard, on paper, without script."""

from __future__ import annotations

import pytest
from lossbook import tree

pytestmark = pytest.mark.browser
PAGE = "choosing/index.html"


def test_questions_are_asked_and_answers_taken_back(visit):
    page = visit(PAGE).page
    head = page.locator(".tree-ask .tree-head")
    assert head.inner_text() == tree.TREE.text
    following = tree.TREE
    for at in (0, 1, 2):
        answer, following = following.answers[at]
        page.locator(".tree-choices button").nth(at).focus()
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.className") == "tree-head"
        assert answer in page.locator(".tree-trail").inner_text()
    links = page.locator(".tree-ask .tree-leaf a")
    assert links.count() == len(following.losses) + len(following.pages)
    page.get_by_role("button", name="Change: One number, and some targets are wrong").click()
    assert head.inner_text() == tree.TREE.answers[0][1].text
    page.keyboard.press("Escape")
    assert head.inner_text() == tree.TREE.text
    assert page.locator(".tree-trail").count() == 0


def test_every_path_ends_at_links_that_arrive(visit):
    seen = visit(PAGE)
    hrefs = seen.page.eval_on_selector_all(
        ".tree-all .tree-leaf a", "links => links.map(link => link.href)"
    )
    wanted = sum(len(leaf.losses) + len(leaf.pages) for _, leaf in tree.leaves(tree.TREE))
    assert len(hrefs) == wanted
    for href in sorted({href.split("#")[0] for href in hrefs}):
        assert seen.page.request.get(href).ok, href
    assert seen.errors == []


def test_on_paper_the_whole_tree_is_printed(visit):
    page = visit(PAGE).page
    last = page.locator(".tree-all .tree-leaf").last
    assert not last.is_visible()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert last.is_visible()
    assert not page.locator(".tree-ask").is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    assert not last.is_visible()


def test_without_script_the_whole_tree_is_open(visit):
    page = visit(PAGE, java_script_enabled=False).page
    assert page.locator(".tree-all .tree-leaf").last.is_visible()
    assert page.locator(".tree-ask").count() == 0
