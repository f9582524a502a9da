"""Questions with computed keys, whose wrong options each answer a belief.

::

    lossbook.quiz.show(
        lossbook.quiz.choice(
            "Which constant minimises the mean absolute error?",
            right="The median",
            wrong={"The mean": "The mean balances errors; what does MAE balance?"},
            why="As many points pull from the left as from the right.",
        ),
        lossbook.quiz.number(
            "Errors 3 and -1: what is the MSE?",
            answer=lossref.mse([0, 0], [3, -1]),
            wrong={10: "That is the sum. How many samples are there?"},
            why="(9 + 1) / 2.",
        ),
    )

Text may hold `code` in backticks; mathematics is written in Unicode.
"""

from __future__ import annotations

import hashlib
import math
import random
import re
from dataclasses import dataclass
from html import escape
from typing import Any

from lossbook._element import Element, script_json


@dataclass(frozen=True)
class Choice:
    """One right option among wrong ones; ``options`` are in the order shown."""

    question: str
    options: tuple[str, ...]
    right: int
    messages: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class Number:
    """A number to type; ``wrong`` pairs a value with the message for it."""

    question: str
    answer: float
    tol: float
    wrong: tuple[tuple[float, str], ...]
    why: str


def choice(question: str, right: str, wrong: dict[str, str], why: str) -> Choice:
    """A question with one right option.

    ``wrong`` maps each wrong option to what is said to a reader who believes it; ``why``
    is said to one who is right. The order is shuffled, always the same way for the same
    question. ValueError if an option is empty or appears twice, or a message is missing.
    """
    options = [right, *wrong]
    if not wrong:
        raise ValueError(f"quiz: {question!r} needs at least one wrong option")
    if len(set(options)) < len(options) or not all(option.strip() for option in options):
        raise ValueError(f"quiz: {question!r} has an option that is empty or appears twice")
    missing = [option for option, message in wrong.items() if not message.strip()]
    if missing or not why.strip():
        raise ValueError(f"quiz: {question!r} has no message for {missing or 'the right option'}")
    seed = int.from_bytes(hashlib.sha256(question.encode()).digest()[:8], "big")
    random.Random(seed).shuffle(options)
    messages = tuple(why if option == right else wrong[option] for option in options)
    return Choice(question, tuple(options), options.index(right), messages, why)


def number(
    question: str,
    answer: float,
    tol: float | None = None,
    wrong: dict[float, str] | None = None,
    why: str = "",
) -> Number:
    """A question whose answer is typed: ``1.5``, ``1,5``, ``3/2`` and ``1.5e0`` are read alike.

    An answer within ``tol`` of ``answer`` is right; by default half a unit in the third
    significant digit. ``wrong`` maps wrong values, within the same tolerance, to messages.
    ValueError if a wrong value could be taken for the answer or a number is not finite.
    """
    answer = float(answer)
    if not math.isfinite(answer):
        raise ValueError(f"quiz: the answer to {question!r} is {answer}")
    if tol is None:
        tol = 0.5 * 10.0 ** (math.floor(math.log10(abs(answer))) - 2) if answer else 1e-9
    pairs = tuple((float(value), message) for value, message in (wrong or {}).items())
    for value, message in pairs:
        if not abs(value - answer) > 2 * tol:
            raise ValueError(f"quiz: {value} is too close to the answer of {question!r}")
        if not message.strip():
            raise ValueError(f"quiz: {question!r} has no message for {value}")
    if not why.strip():
        raise ValueError(f"quiz: {question!r} does not say why {answer:g} is right")
    return Number(question, answer, float(tol), pairs, why)


class Quiz(Element):
    """Several questions, shown as one element."""

    module, css = "quiz.js", "quiz.css"

    def __init__(self, questions: tuple[Choice | Number, ...]) -> None:
        if not questions:
            raise ValueError("quiz: nothing to ask")
        self.questions = questions
        text = "\0".join(question.question for question in questions)
        self.id = "quiz-" + hashlib.sha256(text.encode()).hexdigest()[:8]

    def __repr__(self) -> str:
        return f"A quiz with {len(self.questions)} questions"

    def html(self) -> str:
        parts = "".join(
            _element(f"{self.id}-{at}", at, question)
            for at, question in enumerate(self.questions, 1)
        )
        return f'<div class="quiz" id="{self.id}">{parts}</div>'


def _element(name: str, at: int, question: Choice | Number) -> str:
    key: dict[str, Any]
    if isinstance(question, Choice):
        fields = "".join(
            f'<label><input type="radio" name="{name}" value="{i}"> '
            f"<span>{inline(option)}</span></label>"
            for i, option in enumerate(question.options)
        )
        messages = [inline(message) for message in question.messages]
        key = {"options": [[i == question.right, m] for i, m in enumerate(messages)]}
        answer = inline(question.options[question.right])
    else:
        fields = (
            f'<label>Your number <input type="text" name="{name}" inputmode="decimal" '
            'autocomplete="off" size="10"></label>'
        )
        known = [[value, inline(message)] for value, message in question.wrong]
        why = inline(question.why)
        key = {"answer": question.answer, "tol": question.tol, "known": known, "why": why}
        answer = f"{question.answer:.6g}".replace("-", "\N{MINUS SIGN}")
    return (
        f'<loss-quiz id="{name}"><script type="application/json">{script_json(key)}</script>'
        f'<fieldset><legend><span class="quiz-at">{at}.</span> {inline(question.question)}'
        f'</legend><div class="quiz-options">{fields}</div></fieldset>'
        '<div class="quiz-foot"><button type="button">Check</button>'
        '<p role="status" aria-live="polite"></p></div>'
        f'<details class="quiz-answer"><summary>Answer</summary><p>{answer}. '
        f"{inline(question.why)}</p></details></loss-quiz>"
    )


def show(*questions: Choice | Number) -> Quiz:
    """The questions as one quiz; let it be the last expression of its cell."""
    return Quiz(questions)


def inline(text: str) -> str:
    """Escaped text with `code` in backticks."""
    parts = re.split(r"`([^`]+)`", text)
    return "".join(
        f"<code>{escape(part)}</code>" if at % 2 else escape(part) for at, part in enumerate(parts)
    )
