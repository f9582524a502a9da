"""The interview questions of all pages, on one page and as a deck for Anki.

``{interview}`` leaves each question with its answer in the metadata of its page, after all
numbers are filled in. ``{flashcards}`` gathers them when its page is written, and the deck
is written when the site is. An id is made of the page and the question, so an answer that
is rewritten updates the card that a learner already has.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

DECK = "lossbook.apkg"
#: Ids of Anki: any numbers, but the same ones for ever.
MODEL_ID, DECK_ID = 1_707_313_351, 1_894_270_513


class Card(NamedTuple):
    page: str
    question: list[nodes.Node]
    answer: list[nodes.Node]

    @property
    def text(self) -> str:
        return "".join(node.astext() for node in self.question)

    @property
    def chapter(self) -> str:
        return self.page.partition("/")[0]

    @property
    def anchor(self) -> str:
        """The id of the question on its own page."""
        return anchor(self.text)

    @property
    def id(self) -> str:
        """The id on the page of all questions, and in the browser's memory."""
        return f"card-{self.page.replace('/', '-')}-{self.anchor.removeprefix('interview-')}"


def anchor(question: str) -> str:
    """``Why Huber?`` -> ``interview-why-huber``; a digest ends what is cut short."""
    slug = re.sub(r"[^a-z0-9]+", "-", question.lower()).strip("-")
    if len(slug) > 60:
        slug = slug[:50].rstrip("-") + "-" + hashlib.sha256(question.encode()).hexdigest()[:6]
    return f"interview-{slug}"


def remember(
    env: BuildEnvironment, question: list[nodes.Node], answer: Iterable[nodes.Node]
) -> None:
    """Keep a copy of a question and its answer with its page."""
    kept = tuple([_copy(node, env.docname) for node in each] for each in (question, answer))
    env.metadata[env.docname].setdefault("interviews", []).append(kept)


def _copy(node: nodes.Node, docname: str) -> nodes.Node:
    """A copy that can be kept, and read from another folder: links lose their page's point of view."""
    copy = node.deepcopy()
    for each in copy.findall():
        each.document = None
        if not isinstance(each, nodes.Element):
            continue
        each["ids"] = []
        if each.get("reftype") in ("doc", "any", "myst") and each["reftarget"][:1] != "/":
            parts = [*docname.split("/")[:-1], *each["reftarget"].split("/")]
            while ".." in parts:
                at = parts.index("..")
                del parts[max(at - 1, 0) : at + 1]
            each["reftarget"] = "/" + "/".join(parts)
    return copy


def book_order(env: BuildEnvironment) -> list[str]:
    """All pages in the order of the table of contents; what is not in it comes last."""
    found: dict[str, None] = {}

    def walk(page: str) -> None:
        if page not in found:
            found[page] = None
            for below in env.toctree_includes.get(page, ()):
                walk(below)

    walk(env.config.root_doc)
    return [*found, *sorted(set(env.metadata) - set(found))]


def all_cards(env: BuildEnvironment) -> list[Card]:
    return [
        Card(page, question, answer)
        for page in book_order(env)
        for question, answer in env.metadata.get(page, {}).get("interviews", ())
    ]


def by_chapter(cards: list[Card]) -> Iterator[tuple[str, list[Card]]]:
    for chapter in dict.fromkeys(card.chapter for card in cards):
        yield chapter, [card for card in cards if card.chapter == chapter]


def chapter_title(env: BuildEnvironment, chapter: str) -> str:
    title = env.titles.get(f"{chapter}/index") or env.titles.get(chapter)
    return title.astext() if title else chapter


# -- the page -------------------------------------------------------------------------


class flashcards(nodes.General, nodes.Element):
    """Stands where all questions will be."""


class Flashcards(SphinxDirective):
    """``{flashcards}``: the interview questions of every page, to be practised."""

    def run(self) -> list[nodes.Node]:
        self.env.metadata[self.env.docname]["flashcards"] = True
        return [flashcards()]


class FillFlashcards(SphinxPostTransform):
    """The cards themselves, once all pages are read and before links are resolved."""

    default_priority = 5

    def run(self, **kwargs: Any) -> None:
        for place in list(self.document.findall(flashcards)):
            place.replace_self(self.cards())

    def cards(self) -> list[nodes.Node]:
        cards = all_cards(self.env)
        up = "../" * self.env.docname.count("/")
        found = [
            _html(
                f'<p><a href="{up}{DECK}" download>The same {len(cards)} questions as an Anki '
                "deck</a></p><loss-cards>"
            )
        ]
        for chapter, its in by_chapter(cards):
            title = escape(chapter_title(self.env, chapter))
            found.append(_html(f'<h2 id="cards-{chapter}">{title}</h2>'))
            for card in its:
                found += self.card(card, up)
        return [*found, _html("</loss-cards>")]

    def card(self, card: Card, up: str) -> list[nodes.Node]:
        body = nodes.container(classes=["answer"])
        body += [node.deepcopy() for node in card.answer]
        question = nodes.inline(classes=["question"])
        question += [node.deepcopy() for node in card.question]
        for part in (question, body):
            for link in part.findall(lambda node: "refdoc" in getattr(node, "attributes", ())):
                link["refdoc"] = self.env.docname
        title = escape(self.env.titles[card.page].astext())
        body += _html(
            f'<p class="from">On the page <a href="{up}{card.page}.html#{card.anchor}">{title}</a></p>'
        )
        return [
            _html(
                f'<details class="interview" id="{card.id}" data-chapter="{card.chapter}"><summary>'
            ),
            question,
            _html("</summary>"),
            body,
            _html("</details>"),
        ]


def _html(text: str) -> nodes.raw:
    return nodes.raw("", text, format="html")


def rewrite(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """The pages of all questions, to be written again whenever any page was read again."""
    return [page for page, meta in env.metadata.items() if meta.get("flashcards")]


# -- Anki -----------------------------------------------------------------------------

TAGS = {
    nodes.paragraph: "p",
    nodes.emphasis: "em",
    nodes.strong: "strong",
    nodes.literal: "code",
    nodes.literal_block: "pre",
    nodes.bullet_list: "ul",
    nodes.enumerated_list: "ol",
    nodes.list_item: "li",
}


def anki(node: nodes.Node, titles: Mapping[str, nodes.Node]) -> str:
    """A node as HTML that Anki shows, with formulas for its MathJax, and titles for links."""
    if isinstance(node, nodes.Text):
        return escape(node.astext(), quote=False)
    if isinstance(node, nodes.math):
        return rf"\({escape(node.astext(), quote=False)}\)"
    if isinstance(node, nodes.math_block):
        return rf"\[{escape(node.astext(), quote=False)}\]"
    if isinstance(node, nodes.raw):
        return ""
    if isinstance(node, pending_xref) and not node.get("refexplicit"):
        page = node["reftarget"].strip("/")
        if page in titles:
            return escape(titles[page].astext(), quote=False)
    inside = "".join(anki(child, titles) for child in node.children)
    tag = TAGS.get(type(node))
    return f"<{tag}>{inside}</{tag}>" if tag else inside


def number(text: str) -> int:
    """A number for Anki that depends on the text only."""
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) | 1 << 30


def deck(cards: list[Card], env: BuildEnvironment, base: str = "") -> list[Any]:
    """A deck per chapter, all inside one called Lossbook; ``base`` is the site's address."""
    import genanki

    model = genanki.Model(
        MODEL_ID,
        "Lossbook question",
        fields=[{"name": "Question"}, {"name": "Answer"}, {"name": "Page"}],
        templates=[
            {
                "name": "Question",
                "qfmt": '<div class="question">{{Question}}</div>',
                "afmt": '{{FrontSide}}<hr id="answer">{{Answer}}<p class="page">{{Page}}</p>',
            }
        ],
        css=".card { font-family: sans-serif; font-size: 19px; max-width: 38em; margin: auto; }\n"
        ".question { font-weight: 600; }\n.page { font-size: 14px; opacity: 0.75; }",
    )
    decks = []
    for chapter, its in by_chapter(cards):
        title = chapter_title(env, chapter).replace("::", ":")
        found = genanki.Deck(number(f"lossbook {chapter}"), f"Lossbook::{title}")
        for card in its:
            page = escape(f"{title}: {env.titles[card.page].astext()}", quote=False)
            if base:
                page = f'<a href="{base.rstrip("/")}/{card.page}.html#{card.anchor}">{page}</a>'
            found.add_note(
                genanki.Note(
                    model=model,
                    fields=[
                        "".join(anki(node, env.titles) for node in card.question),
                        "".join(anki(node, env.titles) for node in card.answer),
                        page,
                    ],
                    guid=genanki.guid_for("lossbook", card.page, card.text),
                    tags=["lossbook::" + card.page.replace("/", "::")],
                )
            )
        decks.append(found)
    return decks


def write_deck(app: Sphinx, exception: Exception | None) -> None:
    """The deck beside the pages, if a page offers it."""
    if exception is not None or app.builder.name != "html" or not rewrite(app, app.env):
        return
    import genanki

    decks = deck(all_cards(app.env), app.env, app.config.html_baseurl)
    genanki.Package(decks).write_to_file(Path(app.outdir) / DECK)


def setup(app: Sphinx) -> None:
    app.add_node(flashcards)
    app.add_directive("flashcards", Flashcards)
    app.add_post_transform(FillFlashcards)
    app.connect("env-updated", rewrite)
    app.connect("build-finished", write_deck)
