"""The list of sources: complete, well-formed, looked up, and cited."""

from __future__ import annotations

import ast
import re
import unicodedata
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from lossbook.references import FIELDS, RECORD, checks, entries
from pybtex.database import parse_file

import lossref

ROOT = Path(__file__).resolve().parents[2]
BOOK = ROOT / "book"
ENTRIES = parse_file(str(BOOK / "references.bib")).entries
CHECKS = checks()
#: Where a work can be found, or who answers for it.
FOUND_BY = {"doi", "eprint", "url", "isbn", "journal", "publisher", "booktitle"}
DOI = re.compile(r"10\.\d{4,9}/[^\s{}]+")
ARXIV = re.compile(r"\d{4}\.\d{4,5}|[a-z-]+/\d{7}")
CITED = re.compile(r"\{cite(?::\w+)?\}`([^`]+)`")
SURNAME = r"(?:[Vv]an (?:den )?)?[A-Z][\w'-]+(?: [A-Z][\w'-]+)?"
#: "Huber (1964)", "Zou and Hastie (2005)", "Yu et al. (2016)": the first name, and the year.
NAMED = re.compile(rf"({SURNAME})(?:, {SURNAME})*(?: and {SURNAME})?(?: et al\.)? \((\d{{4}})\)")
#: Who brought a work out.
VENUE = {"journal", "publisher", "booktitle", "institution"}


def plain(text: str) -> str:
    """Letters and digits only, without accents and braces."""
    text = re.sub(r"\\o\b", "o", text.replace("ø", "o"))
    text = re.sub(r"\\[`'\"^~=.uvHtcdbrk](?![a-z])|\\[uvcHk] ", "", text)
    text = unicodedata.normalize("NFKD", text)
    return "".join(c for c in text.lower() if c.isalnum() and c.isascii())


def first_author(key: str) -> str:
    person = ENTRIES[key].persons["author"][0]
    return plain(" ".join([*person.prelast_names, *person.last_names]))


def pages_cite() -> set[str]:
    return {
        key.strip()
        for page in BOOK.rglob("*.md")
        for keys in CITED.findall(page.read_text(encoding="utf-8"))
        for key in keys.split(",")
    }


def named_in_docstrings() -> list[tuple[str, str, str]]:
    """(module, surname, year) of every work that a Source section of lossref names."""
    found = []
    for path in sorted((ROOT / "lossref").rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            text = isinstance(node, ast.FunctionDef) and ast.get_docstring(node)
            for source in re.findall(r"^Source:\n((?:    .*\n?)+)", text or "", re.M):
                where = f"{path.relative_to(ROOT)}:{node.name}"
                found += [
                    (where, plain(who), year)
                    for who, year in NAMED.findall(" ".join(source.split()))
                ]
    return found


NAMES = named_in_docstrings()


def keys_of(surname: str, year: str) -> set[str]:
    return {
        key
        for key, entry in ENTRIES.items()
        if entry.fields["year"] == year and first_author(key) == surname
    }


@pytest.mark.parametrize("key", ENTRIES)
def test_an_entry_says_who_wrote_what_when_and_where_it_is(key):
    entry = ENTRIES[key]
    assert entry.persons["author"]
    assert entry.fields["title"]
    assert re.fullmatch(r"1[789]\d\d|20\d\d", entry.fields["year"])
    assert FOUND_BY & set(entry.fields), "nobody could find it"
    assert key.endswith(entry.fields["year"]), "the key has another year"


@pytest.mark.parametrize("key", ENTRIES)
def test_identifiers_are_well_formed(key):
    fields = ENTRIES[key].fields
    assert DOI.fullmatch(fields.get("doi", "10.1000/1")), "a DOI without https://doi.org/"
    assert ARXIV.fullmatch(fields.get("eprint", "1706.03762"))
    assert re.match(r"https?://\S+$", fields.get("url", "https://here"))
    isbn = fields.get("isbn", "978-0-471-73577-9").replace("-", "")
    assert sum(int(digit) * (1 + 2 * (i % 2)) for i, digit in enumerate(isbn)) % 10 == 0
    assert "arxiv" not in fields.get("howpublished", "").lower(), "then it is an eprint"
    first, *rest = re.split(r"--", fields.get("pages", "1"))
    assert len(rest) <= 1
    if rest and first.isdigit():
        assert int(first) <= int(rest[0])


def test_no_two_entries_are_the_same_work():
    works = Counter(
        (plain(entry.fields["title"]), first_author(key)) for key, entry in ENTRIES.items()
    )
    assert [work for work, times in works.items() if times > 1] == []
    for field in ("doi", "eprint", "url", "isbn"):
        ids = Counter(e.fields[field].lower() for e in ENTRIES.values() if field in e.fields)
        assert [name for name, times in ids.items() if times > 1] == []


def test_the_page_counts_the_entries_that_are_printed():
    assert entries() == list(ENTRIES)


def test_every_entry_was_looked_up():
    """A new entry needs a row: what agreed, with which list, on which day."""
    assert [key for key in ENTRIES if key not in CHECKS] == []


def test_the_record_has_one_row_for_each_key():
    lines = RECORD.read_text(encoding="utf-8").splitlines()
    assert lines[0].split("\t") == ["key", "confirmed", "where", "note", "date"]
    assert {len(line.split("\t")) for line in lines} == {5}
    assert len(CHECKS) == len(lines) - 1


@pytest.mark.parametrize("key", CHECKS)
def test_a_row_says_what_was_seen_and_where(key):
    check = CHECKS[key]
    assert check.confirmed <= set(FIELDS)
    assert check.where
    assert all(check.where)
    for where in check.where:
        assert re.match(r"https://\S+$|reference lists of public repositories, searched by ", where)
    assert date.fromisoformat(check.date) >= date(2026, 11, 21)
    if key in ENTRIES:
        fields = ENTRIES[key].fields
        has = {"title", "authors", "year"} | {"pages"} & set(fields)
        has |= {"venue"} if VENUE & set(fields) else set()
        has |= {"id"} if {"doi", "eprint", "url", "isbn"} & set(fields) else set()
        assert check.confirmed <= has, "confirmed what the entry does not say"


def test_nothing_stands_in_the_list_that_nobody_needs():
    """Needed: cited on a page, a source of a record, or named in a docstring of lossref."""
    needed = pages_cite() | {key for spec in lossref.specs() for key in spec.sources}
    needed |= {key for _, who, year in NAMES for key in keys_of(who, year)}
    assert [key for key in ENTRIES if key not in needed] == []


def test_the_docstrings_name_many_works():
    assert len(NAMES) > 100


@pytest.mark.parametrize(("where", "who", "year"), NAMES)
def test_a_work_named_in_a_docstring_is_in_the_list_with_the_same_year(where, who, year):
    assert keys_of(who, year), f"{where} names {who} ({year})"


@pytest.mark.parametrize("spec", lossref.specs(), ids=lambda spec: spec.slug)
def test_the_sources_of_a_record_have_the_years_that_its_docstring_names(spec):
    """A record and its docstring speak of the same paper where they name the same author."""
    text = re.search(r"Source:\n((?:        .*\n?)+)", spec.loss.__doc__ or "")
    assert text is not None
    for who, year in NAMED.findall(" ".join(text[1].split())):
        same = {key for key in spec.sources if first_author(key) == plain(who)}
        assert not same or year in {ENTRIES[key].fields["year"] for key in same}
