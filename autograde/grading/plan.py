"""``course.toml``: what a course asks, when, and for how many points.

The one file of a course that people write. It is read by ``course --update`` only; what is
graded stands in ``source/``.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.utils import parse_utc

from autograde import stubs
from autograde.assemble import Part, Source, scaled
from autograde.exercises import ORDER, OWN, adopt_folder
from autograde.feedback import number
from autograde.grading.classroom import CourseError

PLAN = "course.toml"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_KEYS = {"name", "title", "due", "ask", "points", "per_student"}


@dataclass(frozen=True)
class Assignment:
    """One assignment. Without a ``title`` a whole chapter keeps its own opening. With
    ``per_student`` each learner has an own draw of the hidden questions, and own constants in
    the exercises that declare some."""

    name: str
    parts: tuple[Part, ...]
    title: str | None = None
    due: str | None = None
    per_student: bool = False


@dataclass(frozen=True)
class Plan:
    """A course: its name for nbgrader, and its assignments in order."""

    name: str
    assignments: tuple[Assignment, ...]


def read_plan(root: Path) -> Plan:
    """The plan of the course in ``root``; CourseError says what is wrong in which line."""
    path = root / PLAN
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CourseError(
            f"course: wants {path}; there is none. Make a course in a new folder and copy its "
            f"{PLAN}, with the assignments that this course has."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CourseError(f"course: {path} is not TOML: {error}. Nothing was changed.") from None
    adopt_folder(root / OWN)
    tables = data.get("assignment")
    if not isinstance(tables, list) or not tables:
        raise CourseError(f"course: {path} must have one [[assignment]] at least; it has none.")
    read: dict[Path, Source] = {}
    assignments = tuple(_assignment(root, table, read) for table in tables)
    names = [assignment.name for assignment in assignments]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise CourseError(f"course: {path} has two assignments called {', '.join(twice)}.")
    return Plan(str(data.get("name", "lossbook")), assignments)


def _assignment(root: Path, table: Mapping[str, Any], read: dict[Path, Source]) -> Assignment:
    """One table of the plan; ``read`` keeps the sources that were read already."""
    name = table.get("name")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise CourseError(
            f"course: {PLAN}: the name of an assignment has letters, digits, - and _; got {name!r}."
        )
    if odd := sorted(set(table) - _KEYS):
        raise CourseError(
            f"course: {PLAN}: {name} has {', '.join(odd)}; there are only {', '.join(sorted(_KEYS))}."
        )
    ask, points = table.get("ask"), table.get("points", {})
    if not isinstance(ask, list) or not ask or not all(isinstance(item, str) for item in ask):
        raise CourseError(
            f'course: {PLAN}: {name} must ask something, like ask = ["regression/mse"]; got {ask!r}.'
        )
    if not isinstance(points, dict):
        raise CourseError(
            f"course: {PLAN}: points of {name} is a table, like {{ mse = 8 }}; got {points!r}."
        )
    parts = tuple(_part(root, name, item, points, read) for item in ask)
    if unused := sorted(set(points) - {part.id for part in parts}):
        raise CourseError(
            f"course: {PLAN}: points for {', '.join(unused)}, which {name} does not ask."
        )
    title, due = table.get("title") or None, table.get("due") or None
    per_student = table.get("per_student", False)
    if not isinstance(per_student, bool):
        raise CourseError(
            f"course: {PLAN}: per_student of {name} is true or false; got {per_student!r}."
        )
    return Assignment(name, parts, title, _date(name, due), per_student)


def _part(
    root: Path, name: str, item: str, points: Mapping[str, Any], read: dict[Path, Source]
) -> Part:
    chapter, _, question = item.partition("/")
    if chapter == "own":
        path = root / OWN / f"{question}.md"
        if not path.is_file():
            raise CourseError(f"course: {PLAN}: {name} asks {item}; there is no {path}.")
    elif chapter in ORDER:
        path = stubs.source_path(chapter)
    else:
        raise CourseError(
            f"course: {PLAN}: {name} asks {item!r}; a question is chapter/name, and the chapters "
            f"are {', '.join(ORDER)}, and own."
        )
    if path not in read:
        read[path] = Source(path)
    questions = read[path].sections
    if question not in questions:
        raise CourseError(
            f"course: {PLAN}: {name} asks {item!r}; {chapter} has {', '.join(questions)}."
        )
    worth = points.get(question)
    if worth is None:
        return Part(path, question)
    if isinstance(worth, bool) or not isinstance(worth, int | float) or not worth > 0:
        raise CourseError(
            f"course: {PLAN}: points of {question} in {name} must be more than 0; got {worth!r}."
        )
    part = Part(path, question, float(worth))
    try:
        _ = part.exercise  # says now if the points cannot be divided
    except ValueError as error:
        raise CourseError(f"course: {PLAN}: {question} in {name}: {error}") from None
    return part


def _date(name: str, due: Any) -> str | None:
    if due is None:
        return None
    try:
        parse_utc(str(due))
    except (ValueError, OverflowError):
        raise CourseError(
            f'course: {PLAN}: {name} is due {due!r}; a date is like "2027-03-05 22:00 UTC".'
        ) from None
    return str(due)


# -- writing ---------------------------------------------------------------------------


def chapter_assignment(
    chapter: str, due: str | None = None, points: Mapping[str, float] | float | None = None
) -> Assignment:
    """A whole chapter. ``points`` by question, or the sum that all of them shall have."""
    if chapter not in ORDER:
        raise CourseError(f"course: no chapter {chapter}; there are {', '.join(ORDER)}.")
    parts = Source(stubs.source_path(chapter)).parts()
    if isinstance(points, int | float):
        points = _shared(parts, float(points))
    own = {part.id: (points or {}).get(part.id) for part in parts}
    return Assignment(chapter, tuple(Part(p.source, p.id, own[p.id]) for p in parts), None, due)


def _shared(parts: Sequence[Part], total: float) -> dict[str, float]:
    try:
        return scaled({part.id: part.total for part in parts}, total)
    except ValueError as error:
        raise CourseError(f"course: {error}") from None


def plan_text(plan: Plan) -> str:
    """The plan as a file for people: every question on a line, with what it is worth."""
    lines = [
        "# What this course asks. Change it, then: python -m autograde course DIR --update",
        "# Take a question out, move it, take one of another chapter; scores and your own changes",
        "# of source/ stay. Own exercises: see the book, For instructors.",
        f"name = {json.dumps(plan.name)}",
    ]
    for assignment in plan.assignments:
        lines += [
            "",
            "[[assignment]]",
            f"name = {json.dumps(assignment.name)}",
            f"title = {json.dumps(assignment.title or '', ensure_ascii=False)}"
            "  # empty: the heading of the chapter",
            f"due = {json.dumps(assignment.due or '')}"
            + ("" if assignment.due else '  # for example "2027-03-05 22:00 UTC"'),
            "ask = [",
            *(_line(part) for part in assignment.parts),
            "]",
            _points(assignment),
            f"per_student = {str(assignment.per_student).lower()}"
            "  # true: each learner has an own draw of the hidden questions, and of constants",
        ]
    return "\n".join(lines) + "\n"


def _line(part: Part) -> str:
    chapter = "own" if part.source.parent.name == OWN else part.source.stem
    name = json.dumps(f"{chapter}/{part.id}") + ","
    what = part.exercise.title if part.exercise else "a person reads it"
    return f"    {name:42s} # {number(part.total)} points: {what}"


def _points(assignment: Assignment) -> str:
    changed = {part.id: part.points for part in assignment.parts if part.points is not None}
    inside = ", ".join(f"{json.dumps(name)} = {number(worth)}" for name, worth in changed.items())
    return f"points = {{ {inside} }}" if inside else 'points = {}  # for example { "mse" = 8 }'
