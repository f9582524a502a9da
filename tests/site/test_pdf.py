"""The book on paper: text and figures are there, explorers are not, links stay inside."""

from __future__ import annotations

import os
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from lossbook import pdf

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "_build" / "html"
TOC = ROOT / "_toc.yml"
PAGES = ["regression/index", "regression/huber", "stability/logsumexp"]


def printed(*arguments, **options) -> int:
    """Print in a thread of its own: the one of the tests may have a browser already."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(pdf.write_pdf, *arguments, **options).result()


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    from pypdf import PdfReader

    path = tmp_path_factory.mktemp("pdf") / "book.pdf"
    said = []
    count = printed(SITE, path, PAGES, said.append)
    reader = PdfReader(path)
    assert len(reader.pages) == count
    assert [line.split(":")[0] for line in said] == PAGES
    return reader


@pytest.fixture(scope="module")
def texts(book):
    return [page.extract_text() for page in book.pages]


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.browser
def test_the_contents_name_the_page_on_which_each_part_begins(book, texts):
    for name in PAGES:
        title = pdf.title_of((SITE / f"{name}.html").read_text(encoding="utf-8"))
        words = r"\s+".join(map(re.escape, title.split()))
        number = re.search(words + r"\s*(\d+)", texts[0])
        assert number, title
        page = squeezed(texts[int(number[1]) - 1])
        assert page.startswith(squeezed(title)), title


@pytest.mark.browser
def test_every_page_has_its_number_and_text_of_the_site(texts):
    for number, text in enumerate(texts, 1):
        assert re.search(rf"(^|\D){number}(\D|$)", text), number
    together = squeezed("".join(texts))
    for words in ("patients", "Definition", "Derivation", "What goes wrong", "Check yourself"):
        assert squeezed(words) in together


@pytest.mark.browser
def test_what_is_for_the_screen_is_not_on_paper(texts):
    together = " ".join(texts)
    for words in ("Skip to content", "On this page", "Back to top", "needs JavaScript",
                  "Report a problem", "Cite this page", "Download the notebook", "Copyright"):  # fmt: skip
        assert words not in together, words
    # Buttons of an explorer; its question stays, above the picture.
    html = (SITE / "regression/huber.html").read_text(encoding="utf-8")
    question = re.search(r"At which error does the pull stop growing", html)
    assert squeezed(question[0]) in squeezed(together)
    for button in ("Reset", "Hint 1 of", "Run code"):
        assert button not in together


@pytest.mark.browser
def test_figures_are_drawn(book, tmp_path):
    """A figure is an SVG, which becomes paths: many more strokes than a page of text has."""
    strokes = [
        len(re.findall(rb"\n(?:S|f|B)\b", page.get_contents().get_data())) for page in book.pages
    ]
    assert max(strokes) > 10 * sorted(strokes)[len(strokes) // 4] + 20


@pytest.mark.browser
def test_bookmarks_are_the_contents(book):
    def titles(outline):
        return [titles(item) if isinstance(item, list) else item.title for item in outline]

    wanted = {n: pdf.title_of((SITE / f"{n}.html").read_text(encoding="utf-8")) for n in PAGES}
    assert titles(book.outline) == [
        "Contents",
        wanted["regression/index"],
        [wanted["regression/huber"], wanted["stability/logsumexp"]],
    ]


@pytest.mark.browser
def test_links_lead_to_a_place_in_the_file_or_to_the_world(book, texts):
    targets = []
    for page in book.pages:
        for reference in page.get("/Annots") or ():
            link = reference.get_object()
            if "/Dest" in link:
                targets.append(book.get_page_number(link["/Dest"][0].get_object()))
            else:
                assert link["/A"]["/URI"].startswith("https://"), link["/A"]
    starts = [
        next(n for n, text in enumerate(texts) if n and squeezed(text).startswith(squeezed(title)))
        for title in (pdf.title_of((SITE / f"{n}.html").read_text(encoding="utf-8")) for n in PAGES)
    ]
    # The contents name each of them; the chapter's table of pulls names Huber once more.
    assert set(starts) <= set(targets)
    assert targets.count(starts[1]) >= 2


def test_the_order_is_that_of_the_book():
    listed = list(pdf.order(TOC))
    names = [name for name, _ in listed]
    assert names == ["intro", *re.findall(r"file: (\S+)", TOC.read_text())]
    assert dict(listed)["regression/index"] == 0
    assert dict(listed)["regression/huber"] == 1


def test_a_page_that_is_not_there_is_named():
    with pytest.raises(ValueError, match="no page is called regression/hubert"):
        pdf.parts_of(SITE, TOC, ["regression/hubert"])


def test_without_a_site_nothing_is_printed(tmp_path):
    with pytest.raises(ValueError, match="make book"):
        printed(tmp_path, tmp_path / "a.pdf")


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.skipif("LOSSBOOK_FULL" not in os.environ, reason="set LOSSBOOK_FULL=1 to print it all")
def test_the_whole_book(tmp_path):
    assert printed(SITE, tmp_path / "book.pdf", tell=lambda line: None) > 500
