"""The notes are covered: no heading is forgotten, and every page, loss and exercise is there."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from lossbook import coverage

from autograde.exercises import ORDER

ROOT = Path(__file__).resolve().parents[2]
BOOK = ROOT / "book"
SITE = ROOT / "_build" / "html"
RECORD = coverage.record()
EXERCISES = {slug for slugs in ORDER.values() for slug in slugs}
#: Chapters of which a page or an exercise may still be missing.
BEING_WRITTEN = {"multitask", "choosing"}
#: How many headings each note has, counted in the notes without their titles, navigation
#: and the headings that only repeat the one above; the losses that a note lists in bullets count.
HEADINGS = {"000": 15, "001": 46, "002": 45, "003": 11, "004": 14}


def is_page(page: str) -> bool:
    return (BOOK / f"{page}.md").is_file()


def test_every_heading_of_the_notes_is_covered():
    assert Counter(key.partition("-")[0] for key in RECORD.headings) == HEADINGS
    covered = {key for topic in RECORD.topics for key in topic.headings}
    assert covered == set(RECORD.headings)
    assert {key.partition("-")[0] for key in RECORD.headings} == set(RECORD.notes)


def test_no_topic_is_there_twice():
    assert len({topic.name for topic in RECORD.topics}) == len(RECORD.topics)


@pytest.mark.parametrize("topic", RECORD.topics, ids=lambda topic: topic.name)
def test_a_topic_leads_somewhere(topic):
    """None of its fields is empty, and what it names exists or is being written."""
    assert all(topic)
    assert set(topic.losses) <= set(coverage.entries())
    chapter = topic.page.partition("/")[0]
    if chapter not in BEING_WRITTEN:
        assert is_page(topic.page), f"no page {topic.page}"
        assert set(topic.exercises) <= EXERCISES


def test_the_chapters_being_written_are_the_only_ones_that_are_waited_for():
    waiting = coverage.waiting(is_page, EXERCISES.__contains__)
    assert {topic.page.partition("/")[0] for topic in waiting} <= BEING_WRITTEN
    if waiting:
        names = "; ".join(f"{topic.name} ({topic.page})" for topic in waiting)
        pytest.skip(f"{len(waiting)} topics wait for their chapter: {names}")


def test_each_chapter_and_each_exercise_of_the_notes_has_a_topic():
    """Exercises that go beyond the notes have none; a chapter without any would be a mistake."""
    pages = {topic.page.partition("/")[0] for topic in RECORD.topics}
    assert set(ORDER) <= pages


def test_the_tables_are_built_and_every_link_arrives():
    html = (SITE / "coverage.html").read_text("utf-8")
    notes, first, second = re.findall(r"<tbody>(.*?)</tbody>", html, re.S)
    assert notes.count("<tr>") == len(RECORD.notes)
    assert first.count("<tr>") == len(RECORD.topics)
    assert second.count("<tr>") == len(RECORD.headings)
    cells = re.findall(r"<td>(.*?)</td>", first + second, re.S)
    assert all(cells)
    links = set(re.findall(r'href="([^"#]+)(?:#([^"]+))?"', first + second))
    assert len(links) > 100
    for path, anchor in links:
        body = (SITE / path).read_text("utf-8")
        assert not anchor or f'id="{anchor}"' in body, (path, anchor)


def test_the_table_of_notes_counts_their_headings():
    rows = coverage.notes({}, {}).rows
    assert [row[1:3] for row in rows] == [
        [name, str(HEADINGS[note])] for note, name in RECORD.notes.items()
    ]
    assert all(0 < int(row[3]) <= len(RECORD.topics) for row in rows)


def test_a_row_without_a_page_is_named_without_a_link():
    table = coverage.topics({}, {})
    assert len(table.rows) == len(RECORD.topics)
    for topic, row in zip(RECORD.topics, table.rows, strict=True):
        assert row[2] == f"{topic.page} (being written)"
        assert "href" not in row[4]


def test_a_broken_line_is_named(monkeypatch, tmp_path):
    record = tmp_path / "coverage.tsv"
    record.write_text("@ 000 | Notes\nA topic | 000-1 | page | | mse\n", "utf-8")
    monkeypatch.setattr(coverage, "RECORD", record)
    with pytest.raises(ValueError, match=r"coverage.tsv, line 2"):
        coverage.record.__wrapped__()
