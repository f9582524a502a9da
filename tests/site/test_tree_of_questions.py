"""The tree of questions: it ends at every loss, and every link has somewhere to arrive."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lossbook import tree

import lossref

ROOT = Path(__file__).resolve().parents[2]
PAGES = set(re.findall(r"file: (\S+)", (ROOT / "_toc.yml").read_text("utf-8")))
LEAVES = list(tree.leaves(tree.TREE))


def questions(node=tree.TREE):
    if isinstance(node, tree.Question):
        yield node
        for _, following in node.answers:
            yield from questions(following)


def test_every_loss_stands_at_the_end_of_a_path():
    found = {slug for _, leaf in LEAVES for slug, _ in leaf.losses}
    assert found == {spec.slug for spec in lossref.specs()}


@pytest.mark.parametrize(("path", "leaf"), LEAVES, ids=[" / ".join(p)[:60] for p, _ in LEAVES])
def test_a_leaf_has_reasons_and_links_that_arrive(path, leaf):
    assert leaf.losses or leaf.pages
    slugs = [slug for slug, _ in leaf.losses]
    assert len(set(slugs)) == len(slugs)
    for slug in slugs:
        page, anchor = tree.where(slug, PAGES)
        assert page in PAGES
        assert (ROOT / "book" / f"{page}.md").is_file()
        assert not anchor or page == f"reference/{lossref.spec(slug).family}"
    for page, _ in leaf.pages:
        assert page in PAGES
        assert (ROOT / "book" / f"{page}.md").is_file()
    for _, why in (*leaf.losses, *leaf.pages):
        assert why[0].isupper()
        assert why.endswith(".")


def test_a_loss_without_a_page_is_linked_to_its_entry_in_the_reference():
    assert tree.where("huber", {"regression/huber"}) == ("regression/huber", "")
    assert tree.where("huber", set()) == ("reference/regression", "reference-huber")


def test_questions_ask_once_and_offer_a_choice():
    texts = [question.text for question in questions()]
    assert len(set(texts)) == len(texts)
    for question in questions():
        assert question.text.endswith((".", "?"))
        answers = [answer for answer, _ in question.answers]
        assert len(answers) >= 2
        assert len(set(answers)) == len(answers)
        assert all(answer[0].isupper() and answer[-1] not in ".?" for answer in answers)


def test_no_path_is_longer_than_a_reader_has_patience():
    assert max(len(path) for path, _ in LEAVES) <= 4
    assert max(len(question.answers) for question in questions()) <= 8


def test_the_nested_lists_hold_every_question_answer_and_reason():
    text = tree.question_nodes(tree.TREE).astext()
    for question in questions():
        assert question.text in text
        for answer, _ in question.answers:
            assert answer in text
    for _, leaf in LEAVES:
        for _, why in (*leaf.losses, *leaf.pages):
            assert why in text
