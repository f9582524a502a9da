"""Directives of the pages: an exercise, an interview question, a correction of the notes."""

from __future__ import annotations

from html import escape
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from lossbook import cards, panel

logger = logging.getLogger(__name__)


def _html(text: str) -> nodes.raw:
    return nodes.raw("", text, format="html")


class Exercise(SphinxDirective):
    """``{exercise} huber``: statement, editor, Run, Check and hints of one exercise."""

    required_arguments = 1
    has_content = False

    def run(self) -> list[nodes.Node]:
        slug = self.arguments[0]
        try:
            before, statement, after = panel.exercise_html(slug, self.env.docname)
        except ValueError as error:
            logger.warning("%s", error, location=self.get_location())
            return []
        for path in panel.sources(slug):
            self.env.note_dependency(str(path))
        # Where an exercise is, for the list of a chapter's exercises.
        self.env.metadata[self.env.docname].setdefault("exercises", []).append(slug)
        body = nodes.Element()
        lines = StringList(statement.splitlines(), f"the statement of exercise {slug}")
        self.state.nested_parse(lines, self.content_offset, body)
        return [_html(before), *body.children, _html(after)]


class Interview(SphinxDirective):
    """``{interview} question`` with a spoken answer, which opens on demand."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        self.assert_has_content()
        question, messages = self.state.inline_text(self.arguments[0], self.lineno)
        body = nodes.container(classes=["answer"])
        self.state.nested_parse(self.content, self.content_offset, body)
        # For the page of all questions and the deck, which are made when all pages are read.
        cards.remember(self.env, question, body.children)
        anchor = cards.anchor("".join(node.astext() for node in question))
        return [
            _html(f'<details class="interview" id="{anchor}"><summary>'),
            nodes.inline("", "", *question, classes=["question"]),
            _html("</summary>"),
            body,
            _html("</details>"),
            *messages,
        ]


class NotesSay(SphinxDirective):
    """``{notes-say} claim`` with the correction as body; ``:row:`` is its row in the errata."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {"row": directives.nonnegative_int}

    def run(self) -> list[nodes.Node]:
        self.assert_has_content()
        box = nodes.admonition(classes=["notes-say"])
        row = self.options.get("row")
        title = "The notes say" + (f" (errata {row})" if row is not None else "")
        box += nodes.title("", title)
        claim: list[nodes.Node] = []
        if self.arguments:
            claim, messages = self.state.inline_text(self.arguments[0], self.lineno)
            box += nodes.paragraph("", "", *claim, classes=["claim"])
            box += messages
        if row is not None:
            # For the list of all of them, which is filled in when it is written.
            found = self.env.metadata[self.env.docname].setdefault("errata", [])
            if all(row != other for other, _ in found):
                box["ids"].append(f"errata-{row}")
            found.append((row, [node.deepcopy() for node in claim]))
        self.state.nested_parse(self.content, self.content_offset, box)
        return [box]


class errata_list(nodes.General, nodes.Element):
    """Stands where the list of all corrections will be."""


class Errata(SphinxDirective):
    """``{errata}``: every claim of the notes that a page corrects, with a link to the correction."""

    def run(self) -> list[nodes.Node]:
        return [errata_list()]


def fill_errata(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """The list itself, once all pages are read."""
    for place in list(doctree.findall(errata_list)):
        listed = nodes.bullet_list(classes=["errata"])
        for row, claim, page in all_errata(app):
            uri = f"{app.builder.get_relative_uri(docname, page)}#errata-{row}"
            link = nodes.reference("", app.env.titles[page].astext(), refuri=uri, internal=True)
            words = [node.deepcopy() for node in claim] or [nodes.Text("What the notes leave out")]
            item = nodes.list_item()
            item += nodes.paragraph(
                "", "", nodes.strong("", str(row)), nodes.Text(" "), *words,
                nodes.Text(" \N{RIGHTWARDS ARROW} "), link,
            )  # fmt: skip
            listed += item
        place.replace_self(listed)


def all_errata(app: Sphinx) -> list[tuple[int, list[nodes.Node], str]]:
    """Row, claim and page of every correction, by row and then in the order of the book."""
    order = {name: at for at, name in enumerate(app.env.found_docs)}
    found = [
        (row, claim, page)
        for page, meta in app.env.metadata.items()
        for row, claim in meta.get("errata", ())
    ]
    return sorted(found, key=lambda each: (each[0], order.get(each[2], 0), each[2]))


class Progress(SphinxDirective):
    """``{progress} regression``: how far the reader is in a chapter, kept in this browser.

    The list of exercises is filled in when the page is written, because only then is it
    known which page each one is on.
    """

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        return [
            _html(f'<loss-progress data-chapter="{escape(self.arguments[0])}"></loss-progress>')
        ]


def setup(app: Sphinx) -> None:
    app.add_directive("exercise", Exercise)
    app.add_directive("interview", Interview)
    app.add_directive("notes-say", NotesSay)
    app.add_directive("progress", Progress)
    app.add_directive("errata", Errata)
    app.add_node(errata_list)
    app.connect("doctree-resolved", fill_errata)
