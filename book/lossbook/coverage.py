"""Where each topic of the study notes is taught, read from ``coverage.tsv``.

``{coverage} notes`` names the notes with their numbers, ``{coverage} topics`` is the table of
topics, ``{coverage} headings`` the way back. What a chapter that is still being written will hold stands in the record already;
it is named without a link until its page, or its exercise, is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from lossbook import reference, tables

logger = logging.getLogger(__name__)

RECORD = Path(__file__).with_name("coverage.tsv")
PARTS = ("notes", "topics", "headings")


class Topic(NamedTuple):
    name: str
    headings: tuple[str, ...]
    page: str
    losses: tuple[str, ...]
    exercises: tuple[str, ...]


class Record(NamedTuple):
    notes: dict[str, str]
    headings: dict[str, str]
    topics: tuple[Topic, ...]


@cache
def record() -> Record:
    """All of the record; ValueError with the line of a broken one."""
    notes: dict[str, str] = {}
    headings: dict[str, str] = {}
    topics = []
    for at, line in enumerate(RECORD.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        fields = [field.strip() for field in line.split("|")]
        wanted = 2 if line[0] in "@=" else 5
        if len(fields) != wanted or not all(fields):
            raise ValueError(f"{RECORD.name}, line {at}: {wanted} fields between bars, none empty")
        if line[0] in "@=":
            known = notes if line[0] == "@" else headings
            known[fields[0][1:].strip()] = fields[1]
        else:
            name, keys, page, losses, exercises = fields
            topics.append(
                Topic(
                    name,
                    tuple(keys.split()),
                    page,
                    tuple(losses.split()),
                    tuple(exercises.split()),
                )
            )
    return Record(notes, headings, tuple(topics))


@cache
def entries() -> dict[str, str]:
    """Where lossref's reference has each loss and function, by name."""
    found = {}
    for family in reference.FAMILIES:
        records, others = reference.functions(family)
        for function in others:
            found[function.__name__] = f"reference/{family}.html#reference-{function.__name__}"
        for spec in records:
            for function in (spec.loss, spec.grad, spec.value_and_grad):
                found[function.__name__] = f"reference/{family}.html#reference-{spec.slug}"
    return found


def number(key: str) -> int:
    """The note of a heading, counted from 1."""
    return list(record().notes).index(key.partition("-")[0]) + 1


def source(key: str) -> str:
    """``000-1.1`` -> ``1: Mean squared error``."""
    return f"{number(key)}: {record().headings[key]}"


def sources(keys: Iterable[str]) -> str:
    """Headings with the numbers of the notes that have them: ``Mean squared error (1, 2, 4)``."""
    found: dict[str, list[str]] = {}
    for key in keys:
        found.setdefault(record().headings[key], []).append(str(number(key)))
    return "; ".join(f"{title} ({', '.join(dict.fromkeys(n))})" for title, n in found.items())


def waiting(page: Callable[[str], bool], exercise: Callable[[str], bool]) -> list[Topic]:
    """The topics whose page or whose exercise is not there yet."""
    return [
        topic
        for topic in record().topics
        if not page(topic.page) or not all(exercise(slug) for slug in topic.exercises)
    ]


class coverage(nodes.General, nodes.Element):
    """Stands where a table will be: pages and exercises are known when all pages are read."""


class Coverage(SphinxDirective):
    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        if self.arguments[0] not in PARTS:
            logger.warning("coverage: %s; got %r", " or ".join(PARTS), self.arguments[0])
            return []
        self.env.note_dependency(str(RECORD))
        self.env.note_reread()
        return [coverage(part=self.arguments[0])]


class FillCoverage(SphinxPostTransform):
    default_priority = 5

    def run(self, **kwargs: Any) -> None:
        for place in list(self.document.findall(coverage)):
            titles = {page: title.astext() for page, title in self.env.titles.items()}
            where = {
                slug: f"{page}.html#exercise-{slug}"
                for page, meta in self.env.metadata.items()
                for slug in meta.get("exercises", ())
            }
            part = {"notes": notes, "topics": topics, "headings": headings}[place["part"]]
            html = part(titles, where)._repr_html_()
            place.replace_self(nodes.raw("", html, format="html"))


def notes(titles: Mapping[str, str], where: Mapping[str, str]) -> tables.Table:
    """The notes by number, with how many headings and topics each has."""
    known = record()
    rows = []
    for at, (note, name) in enumerate(known.notes.items(), 1):
        its = {key for key in known.headings if key.startswith(f"{note}-")}
        about = [topic for topic in known.topics if its & set(topic.headings)]
        rows.append([str(at), escape(name), str(len(its)), str(len(about))])
    return tables.Table("The notes", ["Note", "Name", "Headings", "Topics"], rows)


def topics(titles: Mapping[str, str], where: Mapping[str, str]) -> tables.Table:
    """Topic, source, page, losses, exercises; ``where`` has the address of each exercise."""
    addresses = entries()
    rows = []
    for topic in record().topics:
        losses = [_link(addresses[name], f"<code>{name}</code>") for name in topic.losses]
        exercises = [_link(where.get(slug), f"<code>{slug}</code>") for slug in topic.exercises]
        rows.append(
            [
                escape(topic.name),
                escape(sources(topic.headings)),
                _page(topic.page, titles),
                ", ".join(losses),
                ", ".join(exercises),
            ]
        )
    head = ["Topic", "Heading (note)", "Page", "In lossref", "Exercise"]
    return tables.Table("Topics of the notes", head, rows)


def headings(titles: Mapping[str, str], where: Mapping[str, str]) -> tables.Table:
    """Each heading of the notes, and the pages that took it over."""
    rows = []
    for key in record().headings:
        pages = dict.fromkeys(topic.page for topic in record().topics if key in topic.headings)
        rows.append([escape(source(key)), ", ".join(_page(page, titles) for page in pages)])
    return tables.Table("Headings of the notes", ["Note: heading", "Pages"], rows)


def _page(page: str, titles: Mapping[str, str]) -> str:
    if page in titles:
        return _link(f"{page}.html", escape(titles[page]))
    return f"{escape(page)} (being written)"


def _link(address: str | None, text: str) -> str:
    return f'<a href="{address}">{text}</a>' if address else text


def setup(app: Sphinx) -> None:
    app.add_node(coverage)
    app.add_directive("coverage", Coverage)
    app.add_post_transform(FillCoverage)
