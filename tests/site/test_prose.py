"""What can be read off the sources of the pages, without building them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import lossref

BOOK = Path(__file__).resolve().parents[2] / "book"
PAGES = sorted(page for page in BOOK.rglob("*.md"))
#: Functions: a page may have a `cost` or a `penalty` of its own, which here are only folders.
PUBLIC = {n for n in dir(lossref) if not n.startswith("_") and callable(getattr(lossref, n))}
CELL = re.compile(r"^```\{code-cell\}[^\n]*\n(.*?)^```$", re.M | re.S)
NAMED = re.compile(r"\{glue:(?:text)?\}`([A-Za-z]\w*)")
SAID = re.compile(r"\b(?:say|glue)\(\s*f?\"([^\"]+)\"")


def pages(found):
    return pytest.mark.parametrize("page", found, ids=[str(p.relative_to(BOOK)) for p in found])


def test_there_are_pages():
    assert len(PAGES) > 10


@pages(PAGES)
def test_no_page_defines_what_lossref_defines(page):
    """A second definition of a loss is a second truth, and an answer in plain sight."""
    source = page.read_text(encoding="utf-8")
    defined = {
        name
        for cell in CELL.findall(source)
        for name in re.findall(r"^\s*def (\w+)\(|^(\w+) = lambda", cell, re.M)
        for name in name
    }
    assert defined & PUBLIC == set()


@pages(PAGES)
def test_every_number_of_the_text_is_said_by_a_cell_and_every_said_one_is_used(page):
    source = page.read_text(encoding="utf-8")
    used = set(NAMED.findall(source))
    said = set(SAID.findall(source))
    exact = {name for name in said if "{" not in name}
    patterns = [re.escape(name) for name in exact]
    patterns += [re.sub(r"\{[^}]*\}", "\\\\w+", name) for name in said - exact]
    unsaid = {name for name in used if not any(re.fullmatch(p, name) for p in patterns)}
    assert unsaid == set()
    assert exact - used == set(), "said by a cell, and read by nobody"


@pages(PAGES)
def test_one_sentence_per_line(page):
    """So that a change of a sentence is a change of one line."""
    source = CELL.sub("", page.read_text(encoding="utf-8"))
    source = re.sub(r"^\$\$.*?^\$\$", "", source, flags=re.M | re.S)
    prose = [
        line
        for line in source.split("\n")
        if line and line[0].isalpha() and not line.startswith(("alt:", "description:"))
    ]
    two = [line for line in prose if re.search(r"[a-z)`$][.?!] [A-Z][a-z]+ [a-z]", line)]
    assert two == []


def test_every_source_of_a_loss_is_in_the_bibliography():
    known = set(re.findall(r"@\w+\{([^,]+),", (BOOK / "references.bib").read_text("utf-8")))
    cited = {key: spec.slug for spec in lossref.specs() for key in spec.sources}
    assert {key: slug for key, slug in cited.items() if key not in known} == {}
