"""The selection tables: losses that exist, links that arrive, advice that agrees with the tree."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from docutils import nodes
from lossbook import selection, tree

import lossref

ROOT = Path(__file__).resolve().parents[2]
PAGES = set(re.findall(r"file: (\S+)", (ROOT / "_toc.yml").read_text("utf-8")))
KINDS = list(selection.TABLES)


@pytest.mark.parametrize("kind", KINDS)
def test_rows_name_losses_that_exist_and_say_why(kind):
    known = {spec.slug for spec in lossref.specs()}
    rows = selection.TABLES[kind][2]
    assert len({row.what for row in rows}) == len(rows)
    for row in rows:
        assert row.losses or row.pages
        assert set(row.losses) <= known
        assert set(row.pages) <= PAGES
        assert all(tree.where(slug, PAGES)[0] in PAGES for slug in row.losses)
        assert row.why.endswith(".")
        assert row.judge
        assert not row.judge.endswith(".")


@pytest.mark.parametrize("kind", KINDS)
def test_a_table_holds_every_row_with_its_links(kind):
    table = selection.table(kind)
    rows = selection.TABLES[kind][2]
    (body,) = table.findall(nodes.tbody)
    assert len(body) == len(rows)
    for made, row in zip(body, rows, strict=True):
        assert [link["slug"] for link in made.findall(tree.loss_link) if link["slug"]] == list(
            row.losses
        )
        assert row.what in made.astext()
        assert row.why in made.astext()
    (head,) = table.findall(nodes.thead)
    assert all(entry.astext() for entry in head.findall(nodes.entry))


def test_what_a_table_recommends_the_tree_leads_to():
    reached = {slug for _, leaf in tree.leaves(tree.TREE) for slug, _ in leaf.losses}
    named = {s for _, _, rows in selection.TABLES.values() for row in rows for s in row.losses}
    assert named <= reached
