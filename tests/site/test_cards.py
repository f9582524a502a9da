"""The interview questions on one page and as an Anki deck: all of them, and still the same cards."""

from __future__ import annotations

import json
import re
import sqlite3
import zipfile
from html import unescape
from pathlib import Path

import pytest
from docutils import nodes
from lossbook import cards
from test_build import FRONT, build

ROOT = Path(__file__).resolve().parents[2]
BOOK = ROOT / "book"
SITE = ROOT / "_build" / "html"
QUESTION = re.compile(r"^:::\{interview\} (.+)$", re.M)

INDEX = FRONT + "# Losses & costs\n\n:::{interview} Why $\\delta < 1$?\nSee {doc}`page`.\n:::\n"
PAGE = FRONT + (
    "# A page\n\n```{code-cell} ipython3\nfrom lossbook.say import say\nsay('two', 2.0)\n```\n\n"
    ":::{interview} How *many*, and `why`?\nAbout {glue:text}`two:.1f`, since\n\n$$a < b$$\n\n"
    "- one\n- two\n:::\n"
)


def table(path: Path, query: str) -> list[tuple]:
    """What a query finds in the collection of a deck."""
    with zipfile.ZipFile(path) as archive:
        assert "collection.anki2" in archive.namelist()
        file = path.with_suffix(".sqlite")
        file.write_bytes(archive.read("collection.anki2"))
    base = sqlite3.connect(file)
    try:
        return base.execute(query).fetchall()
    finally:
        base.close()
        file.unlink()


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("cards")
    pages = {
        "start": FRONT + "# Start\n\n```{flashcards}\n```\n",
        "losses/index": INDEX,
        "losses/page": PAGE,
    }
    done = build(folder, pages, html_baseurl="https://example.org/book")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return folder / "_build" / "html"


def test_the_page_has_every_question_with_its_answer_and_the_way_back(site):
    html = (site / "start.html").read_text("utf-8")
    assert html.count('<details class="interview"') == 2
    assert '<h2 id="cards-losses">Losses &amp; costs</h2>' in html
    assert "About 2.0" in re.sub(r"<[^>]*>", "", html)
    assert 'href="losses/page.html">' in html, "a link of an answer starts from the page of cards"
    for page, anchor in re.findall(r'On the page <a href="([^"#]+)#([^"]+)"', html):
        assert f'id="{anchor}"' in (site / page).read_text("utf-8")
    assert '<script type="module" src="_static/lossbook/cards.js' in html


def test_the_deck_has_a_card_for_each_with_formulas_for_anki(site):
    rows = table(site / cards.DECK, "select flds, tags from notes order by id")
    first, second = ([*flds.split("\x1f"), tags.strip()] for flds, tags in rows)
    assert first == [
        r"Why \(\delta &lt; 1\)?",
        "<p>See A page.</p>",
        '<a href="https://example.org/book/losses/index.html#interview-why-delta-1">'
        "Losses &amp; costs: Losses &amp; costs</a>",
        "lossbook::losses::index",
    ]
    assert second[0] == "How <em>many</em>, and <code>why</code>?"
    assert "About 2.0, since" in second[1]
    assert r"\[a &lt; b\]" in second[1]
    assert "<ul><li><p>one</p></li><li><p>two</p></li></ul>" in second[1]
    decks = json.loads(table(site / cards.DECK, "select decks from col")[0][0])
    assert "Lossbook::Losses & costs" in {deck["name"] for deck in decks.values()}
    assert len(table(site / cards.DECK, "select id from cards")) == 2


def text(question: str) -> list[nodes.Node]:
    return [nodes.Text(question)]


def test_a_new_answer_is_the_same_card_and_a_new_question_another(site):
    """Anki updates a note with the same id, and keeps what was learned of it."""
    env = type("Env", (), {"titles": {"a/b": nodes.Text("B")}})()
    versions = [("Why?", "Because."), ("Why?", "Since."), ("Why not?", "Because.")]
    made = [
        cards.deck([cards.Card("a/b", text(question), text(answer))], env)[0]
        for question, answer in versions
    ]
    first, second, third = (deck.notes[0] for deck in made)
    assert first.guid == second.guid != third.guid
    assert {deck.deck_id for deck in made} == {made[0].deck_id}
    assert {note.model.model_id for note in (first, second, third)} == {cards.MODEL_ID}


def test_anchors_are_short_and_differ():
    assert cards.anchor("Why Huber?") == "interview-why-huber"
    long = "word " * 30
    assert cards.anchor(long + "a") != cards.anchor(long + "b")
    assert len(cards.anchor(long)) < 75


def asked() -> dict[str, list[str]]:
    found = {}
    for page in sorted(BOOK.glob("*/*.md")):
        questions = QUESTION.findall(page.read_text(encoding="utf-8"))
        if questions:
            found[page.relative_to(BOOK).with_suffix("").as_posix()] = questions
    return found


def test_no_page_asks_a_question_twice():
    for page, questions in asked().items():
        assert len(set(map(cards.anchor, questions))) == len(questions), page


def test_the_book_has_every_card_and_each_leads_to_its_question():
    html = (SITE / "interview.html").read_text("utf-8")
    found = re.findall(r'<details class="interview" id="([^"]+)" data-chapter="(\w+)">', html)
    wanted = {page: len(questions) for page, questions in asked().items()}
    assert len(found) == sum(wanted.values()) == len({card for card, _ in found})
    assert (
        list(dict.fromkeys(chapter for _, chapter in found))
        == re.findall(r"^- file: (\w+)/index$", (ROOT / "_toc.yml").read_text("utf-8"), re.M)[
            : len({chapter for _, chapter in found})
        ]
    )
    links = re.findall(r'On the page <a href="([^"#]+)#([^"]+)"', html)
    assert len(links) == len(found)
    for page in wanted:
        body = (SITE / f"{page}.html").read_text("utf-8")
        anchors = [anchor for path, anchor in links if path == f"{page}.html"]
        assert len(anchors) == wanted[page]
        assert all(f'id="{anchor}"' in body for anchor in anchors)


def test_the_deck_of_the_book_opens_and_is_complete():
    path = SITE / cards.DECK
    rows = table(path, "select guid, flds from notes")
    assert len(rows) == sum(map(len, asked().values()))
    assert len({guid for guid, _ in rows}) == len(rows)
    for _, fields in rows:
        question, answer, page = fields.split("\x1f")
        assert unescape(question).strip()
        assert len(answer) > 100, question
        assert ": " in page
        assert "{glue" not in fields
        assert "$" not in re.sub(
            r"\\\(.*?\\\)|\\\[.*?\\\]|<code>.*?</code>", "", fields, flags=re.S
        )
        assert answer.count(r"\(") == answer.count(r"\)")
