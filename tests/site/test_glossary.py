"""The glossary: every entry whole, in order, with Chinese that is Chinese and a page that is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lossbook import glossary, names

import lossref

ROOT = Path(__file__).resolve().parents[2]
BOOK = ROOT / "book"
SITE = ROOT / "_build" / "html"
TERMS = glossary.terms()
#: Words whose chapters are not in the book yet: their entries have no link until they are.
WAITING = {"choosing", "multitask"}
TONES = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ"


def test_there_are_enough_words_and_none_is_there_twice():
    assert len(TERMS) >= 150
    assert len({term.anchor for term in TERMS}) == len(TERMS)
    assert len({glossary.plain(term.english) for term in TERMS}) == len(TERMS)


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.anchor)
def test_an_entry_is_whole(term):
    assert any(glossary.HAN.search(name) for name in term.chinese)
    chinese = [re.sub(r"[A-Za-z]+[À-ž]?[A-Za-z]*", "", name) for name in term.chinese]
    assert not set("".join(chinese)) & set(TONES), "pinyin among the characters"
    assert term.meaning.endswith(".")
    assert not glossary.HAN.search(term.meaning)
    page = BOOK / f"{term.page}.md"
    assert page.is_file() or (
        term.page.partition("/")[0] in WAITING
        and not (BOOK / term.page.partition("/")[0] / "index.md").is_file()
    ), f"no page {term.page}"


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.anchor)
def test_the_pinyin_has_a_syllable_for_each_character(term):
    """Letters and foreign names are written as they are; every character is one syllable."""
    usual = re.sub(r"（.*?）", "", term.chinese[0])
    characters = len(glossary.HAN.findall(usual))
    foreign = set(re.findall(r"[A-Za-zÀ-ž0-9-]+", usual)) | {"epsilon"}
    syllables = [part for part in term.pinyin.split() if part not in foreign]
    assert len(syllables) == characters, (usual, term.pinyin)


def test_every_loss_of_the_package_that_people_name_is_in_it():
    said = {glossary.plain(name) for term in TERMS for name in (term.english, *term.also)}
    heard = {re.sub(r"[^a-z0-9]", "", name.replace(" loss", "")) for name in said}
    missing = []
    for spec in lossref.specs():
        mine = {glossary.plain(spec.title), spec.slug.replace("_", " ")}
        mine = {re.sub(r"[^a-z0-9]", "", name.replace(" loss", "")) for name in mine}
        if not mine & heard:
            missing.append(spec.slug)
    assert missing == []


def test_both_directions_are_built_in_order_and_marked_as_chinese():
    html = (SITE / "glossary.html").read_text("utf-8")
    assert re.findall(r'<dt id="(term-[\w-]+)"', html) == [term.anchor for term in TERMS]
    links = re.findall(r'<a href="#(term-[\w-]+)">', html)
    assert [link for link in links if link in {t.anchor for t in TERMS}] == [
        term.anchor for term in glossary.by_reading()
    ]
    readings = [term.reading for term in glossary.by_reading()]
    assert readings == sorted(readings)
    outside = re.sub(r'<span lang="zh">[^<]*</span>', "", html)
    outside = re.sub(r"<title>.*?</title>", "", outside)
    assert glossary.HAN.findall(outside) == []


def test_a_broken_line_is_named(monkeypatch, tmp_path):
    record = tmp_path / "glossary.tsv"
    record.write_text(
        "# a comment\nmean | 均值 | jūn zhí | regression/index | The mean.\n", "utf-8"
    )
    monkeypatch.setattr(glossary, "RECORD", record)
    with pytest.raises(ValueError, match=r"glossary.tsv, line 2"):
        glossary.terms.__wrapped__()


def test_the_names_of_the_search_lead_to_pages():
    class Titles(dict):
        def __missing__(self, page):
            return type("Title", (), {"astext": lambda self: page})()

    pages = {path.relative_to(BOOK).with_suffix("").as_posix() for path in BOOK.rglob("*.md")}
    rows = names.index(pages, Titles())
    for row in rows:
        for address in (row["u"], row.get("g", row["u"])):
            assert address.partition("#")[0].removesuffix(".html") in pages
    wanted = {
        "log_loss": "classification/bce.html",
        "softmax loss": "classification/softmax-cross-entropy.html",
        "合页损失": "classification/margins.html",
        "MSELoss": "regression/squared-error.html",
        "pinball loss": "regression/quantile.html",
    }
    for name, address in wanted.items():
        assert address in {row["u"] for row in rows if name in row["n"]}, name
