"""The words of the book in English and Chinese, read from ``glossary.tsv``.

``{glossary-of} english`` defines each word; ``{glossary-of} chinese`` is the way back, sorted by
reading. An anchor is made of the English word alone: ``term-huber-loss``.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from html import escape
from pathlib import Path
from typing import NamedTuple

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from lossbook import tables

logger = logging.getLogger(__name__)

RECORD = Path(__file__).with_name("glossary.tsv")
HAN = re.compile(r"[\u4e00-\u9fff]")


class Term(NamedTuple):
    english: str
    chinese: tuple[str, ...]
    pinyin: str
    page: str
    meaning: str
    also: tuple[str, ...]

    @property
    def anchor(self) -> str:
        return "term-" + re.sub(r"[^a-z0-9]+", "-", plain(self.english)).strip("-")

    @property
    def reading(self) -> str:
        """The pinyin without tones, by which a dictionary sorts."""
        return plain(self.pinyin)


def plain(text: str) -> str:
    """Lower case without accents and tones."""
    letters = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


@cache
def terms() -> tuple[Term, ...]:
    """Every entry, sorted by its English word; ValueError with the line of a broken one."""
    found = []
    for at, line in enumerate(RECORD.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        fields = [field.strip() for field in line.split("|")]
        if len(fields) != 6 or not all(fields[:5]):
            raise ValueError(
                f"{RECORD.name}, line {at}: six fields between bars, the last may be empty"
            )
        english, chinese, pinyin, page, meaning, also = fields
        others = tuple(name for name in map(str.strip, also.split(";")) if name)
        found.append(Term(english, tuple(chinese.split("、")), pinyin, page, meaning, others))
    return tuple(sorted(found, key=lambda term: plain(term.english)))


def by_reading() -> list[Term]:
    return sorted(terms(), key=lambda term: (term.reading, term.chinese))


def chinese(names: tuple[str, ...]) -> str:
    """Chinese names as HTML that a screen reader pronounces as Chinese."""
    return f'<span lang="zh">{escape("、".join(names))}</span>'


class Glossary(SphinxDirective):
    """``{glossary-of} english`` or ``{glossary-of} chinese``."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        self.env.note_dependency(str(RECORD))
        # A page that did not exist yesterday is linked today.
        self.env.note_reread()
        if self.arguments[0] == "english":
            return [self.english()]
        if self.arguments[0] == "chinese":
            return [nodes.raw("", by_chinese()._repr_html_(), format="html")]
        logger.warning("glossary-of: english or chinese; got %r", self.arguments[0])
        return []

    def english(self) -> nodes.definition_list:
        listed = nodes.definition_list(classes=["glossary"])
        for term in terms():
            item = nodes.definition_list_item()
            head = nodes.term("", "", nodes.Text(f"{term.english} "), ids=[term.anchor])
            head += nodes.raw("", chinese(term.chinese), format="html")
            body = nodes.paragraph("", term.meaning)
            others = [name for name in term.also if not HAN.search(name)]
            if others:
                body += nodes.Text(f" Also: {', '.join(others)}.")
            more = tuple(name for name in term.also if HAN.search(name))
            if more:
                body += nodes.raw("", f" {chinese(more)}.", format="html")
            if term.page in self.env.found_docs:
                body += [nodes.Text(" \N{RIGHTWARDS ARROW} "), self.link(term.page)]
            item += head
            item += nodes.definition("", body)
            listed += item
        return listed

    def link(self, page: str) -> nodes.Node:
        target = pending_xref(
            "", refdomain="std", reftype="doc", reftarget=f"/{page}", refexplicit=False,
            refdoc=self.env.docname, refwarn=True,
        )  # fmt: skip
        target += nodes.inline("", page)
        return target


def by_chinese() -> tables.Table:
    """Chinese, reading and English, sorted by reading."""
    rows = [
        [
            chinese(term.chinese),
            f'<span lang="zh-Latn-pinyin">{escape(term.pinyin)}</span>',
            f'<a href="#{term.anchor}">{escape(term.english)}</a>',
        ]
        for term in by_reading()
    ]
    return tables.Table("Sorted by reading", ["Chinese", "Pinyin", "English"], rows)


def setup(app: Sphinx) -> None:
    app.add_directive("glossary-of", Glossary)
