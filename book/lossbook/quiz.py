"""Questions in the page. Keys are computed by the cell that asks them.

A wrong option is something that people believe, and its message answers that belief.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class Question:
    """A question as the element in the page reads it."""

    text: str
    options: tuple[tuple[str, bool, str], ...] = ()
    answer: float | None = None
    tol: float = 0.0
    known: tuple[tuple[float, str], ...] = ()
    why: str = ""


def choice(text: str, right: str, wrong: Mapping[str, str], why: str = "") -> Question:
    """One right option among wrong ones; ``wrong`` maps each to its message."""
    if not wrong or right in wrong or not all(wrong.values()):
        raise ValueError(f"quiz: {text!r} needs wrong options, each with a message")
    options = [(right, True, why), *((option, False, said) for option, said in wrong.items())]
    # Shuffled by content: the same page is built twice, and the right one has no fixed place.
    options.sort(key=lambda o: hashlib.sha256((text + o[0]).encode()).digest())
    return Question(text, options=tuple(options), why=why)


def number(
    text: str,
    answer: float,
    tol: float = 1e-3,
    wrong: Mapping[float, str] | None = None,
    why: str = "",
) -> Question:
    """A number to type; ``wrong`` maps numbers that people arrive at to messages."""
    for value in wrong or {}:
        if abs(value - answer) <= tol:
            raise ValueError(f"quiz: the wrong answer {value} of {text!r} is within tol of the right one")
    known = tuple((float(k), v) for k, v in (wrong or {}).items())
    return Question(text, answer=float(answer), tol=float(tol), known=known, why=why)


@dataclass(frozen=True)
class Quiz:
    """Questions that show themselves in the page and in Jupyter."""

    questions: tuple[Question, ...]

    def _repr_html_(self) -> str:
        return "".join(
            _element(index, question) for index, question in enumerate(self.questions, 1)
        )


def show(*questions: Question) -> Quiz:
    """The quiz as the last expression of a cell."""
    if not questions:
        raise ValueError("quiz: show() wants at least one question")
    return Quiz(questions)


def _element(index: int, question: Question) -> str:
    name = "q" + hashlib.sha256(question.text.encode()).hexdigest()[:10]
    data = {
        "answer": question.answer,
        "tol": question.tol,
        "known": question.known,
        "why": _inline(question.why),
        "options": [[right, _inline(said)] for _, right, said in question.options],
    }
    if question.options:
        fields = "".join(
            f'<label><input type="radio" name="{name}" value="{i}"> <span>{_inline(text)}</span></label>'
            for i, (text, _, _) in enumerate(question.options)
        )
        key = next(text for text, right, _ in question.options if right)
    else:
        fields = (
            f'<label class="quiz-number"><span>Your number</span> '
            f'<input type="text" inputmode="decimal" name="{name}" autocomplete="off"></label>'
        )
        key = f"{question.answer:.6g}"
    payload = json.dumps(data).replace("</", "<\\/")
    return (
        f'<loss-quiz><form><fieldset><legend>{index}. {_inline(question.text)}</legend>{fields}'
        f'<button type="submit">Answer</button></fieldset><p role="status" aria-live="polite"></p></form>'
        f'<script type="application/json">{payload}</script>'
        f"<noscript><details><summary>The answer</summary><p>{_inline(key)}. "
        f"{_inline(question.why)}</p></details></noscript></loss-quiz>"
    )


def _inline(text: str) -> str:
    """Escaped text in which `code` becomes code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))
