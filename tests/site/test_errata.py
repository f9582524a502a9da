"""The corrections of the notes: none is forgotten, and the built list leads to each."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BOOK = ROOT / "book"
SITE = ROOT / "_build" / "html"
#: All rows of the list of mistakes but the one on missing pictures.
ROWS = set(range(1, 113))


def boxes():
    return [
        (int(row), page)
        for page in BOOK.rglob("*.md")
        for row in re.findall(r"^:row: (\d+)$", page.read_text(encoding="utf-8"), re.M)
    ]


def test_every_mistake_of_the_notes_is_corrected_somewhere():
    assert {row for row, _ in boxes()} == ROWS


def test_the_list_names_each_and_every_link_arrives_at_its_box():
    html = (SITE / "errata.html").read_text(encoding="utf-8")
    links = re.findall(r'href="([^"#]+)#(errata-(\d+))"', html)
    assert {int(row) for _, _, row in links} == ROWS
    assert len(links) == len(boxes())
    for path, anchor, _ in links:
        assert f'id="{anchor}"' in (SITE / path).read_text(encoding="utf-8"), (path, anchor)
