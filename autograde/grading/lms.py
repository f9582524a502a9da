"""Grades and feedback in the shapes that Canvas and Moodle take in, and for a mail merge.

Canvas reads a gradebook by the columns Student, ID, SIS Login ID and Section, with a row of
the points possible (its lib/gradebook_importer.rb). Moodle reads a grading worksheet by its
columns Identifier and Grade (mod/assign/feedback/offline). Both can be given as they were
exported; then only the column of the grades changes. Feedback files find their learner by
the numbers in a file name (Canvas) or folder name (Moodle) of the export that was collected.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TextIO

from autograde.feedback import number
from autograde.grading.classroom import Classroom, CourseError, open_course
from autograde.grading.collect import read_origins
from autograde.grading.export import defused
from autograde.grading.feedback_pages import feedback_page
from autograde.grading.standing import Standing, standings

#: What Moodle calls the column of the grades, in the languages that we know of.
_MOODLE_GRADE = ("Grade", "Bewertung", "Note", "Calificación", "成绩", "分数")


def export_grades(
    course_dir: str | Path,
    out: TextIO,
    assignment: str,
    shape: str,
    template: Path | None = None,
    column: str | None = None,
) -> tuple[int, list[str]]:
    """Write the grades of ``assignment`` in the ``shape`` canvas, moodle or mail.

    ``template`` is what the platform exported; without it, the smallest file that it takes.
    ``column`` names the column for the grades. Returns how many learners were written and
    those whose grades found no row. Raises CourseError for a template without what is needed.
    """
    classroom = open_course(course_dir)
    (name,) = classroom.chosen(assignment)
    class_ = [s for s in standings(classroom, name) if s.record is not None]
    people = _people(classroom)
    writer = csv.writer(out, lineterminator="\n")
    if template is not None:
        rows = read_csv(template, "export")
        fill = _fill_canvas if shape == "canvas" else _fill_moodle
        found, left = fill(rows, class_, people, name, column)
        writer.writerows(rows)
        return found, left
    make: dict[str, Callable[..., Iterable[list[str]]]] = {
        "canvas": _canvas, "moodle": _moodle, "mail": _mail,
    }  # fmt: skip
    writer.writerows(make[shape](class_, people, column or name))
    return len(class_), []


class _Person:
    """How a learner is known outside of the course."""

    def __init__(self, student) -> None:
        self.id = student.id
        self.first, self.last = student.first_name or "", student.last_name or ""
        self.email, self.lms = student.email or "", student.lms_user_id or ""

    @property
    def name(self) -> str:
        return " ".join(filter(None, (self.first, self.last))) or self.id

    @property
    def sortable(self) -> str:
        return ", ".join(filter(None, (self.last, self.first))) or self.id


def _people(classroom: Classroom) -> dict[str, _Person]:
    with classroom.gradebook() as book:
        return {student.id: _Person(student) for student in book.students}


# -- without a template ----------------------------------------------------------------


def _canvas(class_: list[Standing], people: dict[str, _Person], column: str):
    yield ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", defused(column)]
    most = max((s.max_score for s in class_), default=0.0)
    yield ["    Points Possible", "", "", "", "", number(most)]
    for standing in class_:
        who = people[standing.student]
        yield [*map(defused, (who.sortable, who.lms, "", who.id, "")), _points(standing)]


def _moodle(class_: list[Standing], people: dict[str, _Person], column: str):
    """For Grades, Import, CSV file; Moodle asks there which column is what."""
    yield ["Username", "Email address", "Full name", defused(column)]
    for standing in class_:
        who = people[standing.student]
        yield [*map(defused, (who.id, who.email, who.name)), _points(standing)]


def _mail(class_: list[Standing], people: dict[str, _Person], column: str):
    """One row per letter."""
    yield ["email", "first", "last", "student", "assignment", "points", "of", "late", "page"]
    for standing in class_:
        who, name = people[standing.student], standing.assignment
        late = "yes" if standing.seconds_late > 0 else ""
        page = f"feedback/{who.id}/{name}/{name}.html"
        yield [
            *map(defused, (who.email, who.first, who.last, who.id, name)),
            _points(standing), number(standing.max_score), late, page,
        ]  # fmt: skip


def _points(standing: Standing) -> str:
    """Two digits, as platforms round; nothing while a person has still to look."""
    return "" if standing.waiting else number(round(standing.score, 2))


# -- what the platform exported ----------------------------------------------------------


def read_csv(path: Path, who: str, delimiters: str = ",") -> list[list[str]]:
    """The rows of a CSV file; CourseError, as ``who``, for what is none.

    Of several ``delimiters`` the one counts that the first line has most of.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(
            f"{who}: wants CSV in UTF-8; {path} cannot be read: {error}. "
            "Export it again, or save it as CSV UTF-8."
        ) from None
    most = max(delimiters, key=text.partition("\n")[0].count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=most))
    except csv.Error as error:
        raise CourseError(f"{who}: wants CSV; {path} is none: {error}. Export it again.") from None
    if not rows:
        raise CourseError(f"{who}: {path} is empty. Export it again.")
    return rows


def _fill_canvas(
    rows: list[list[str]],
    class_: list[Standing],
    people: dict[str, _Person],
    name: str,
    column: str | None,
) -> tuple[int, list[str]]:
    head = rows[0]
    if "ID" not in head or not head[0].startswith("Student"):
        raise CourseError(
            "export: a gradebook of Canvas has the columns Student and ID; "
            f"got {', '.join(head[:6])}."
        )
    at = _column(head, column or name, r"{} \(\d+\)|{}")
    login = head.index("SIS Login ID") if "SIS Login ID" in head else None
    by = _Index()
    for who in people.values():
        by.add(f"id {who.lms}" if who.lms else "", who.id)
        by.add(f"login {who.id}", who.id)
        by.add(f"name {who.sortable}", who.id)
        by.add(f"name {who.name}", who.id)

    def student(row: list[str]) -> str | None:
        keys = [f"id {row[head.index('ID')]}", f"name {row[0].strip()}"]
        keys[1:1] = [f"login {row[login]}"] if login is not None else []
        return by.find(keys)

    return _fill(rows[1:], at, class_, student)


def _fill_moodle(
    rows: list[list[str]],
    class_: list[Standing],
    people: dict[str, _Person],
    name: str,
    column: str | None,
) -> tuple[int, list[str]]:
    head = rows[0]
    wanted = [column] if column else [c for c in _MOODLE_GRADE if c in head]
    if not wanted:
        raise CourseError(
            f"export: which column of the worksheet has the grades? It has {', '.join(head)}; "
            "name it with --column."
        )
    at = _column(head, wanted[0], "{}")
    by = _Index()
    for who in people.values():
        by.add(f"name {who.name}", who.id)
        for text in {who.id, who.lms, who.email} - {""}:
            by.add(f"any {text}", who.id)

    def student(row: list[str]) -> str | None:
        number_ = re.search(r"\d+$", row[0])  # "Participant 4711", in any language
        keys = [f"any {number_[0]}"] if number_ else []
        keys += [f"any {cell}" for cell in row[1:5] if cell] + [f"name {cell}" for cell in row[1:2]]
        return by.find(keys)

    return _fill(rows[1:], at, class_, student)


class _Index:
    """Learners by what a platform may call them. What two share leads to neither."""

    def __init__(self) -> None:
        self._by: dict[str, set[str]] = defaultdict(set)

    def add(self, key: str, student: str) -> None:
        if key:
            self._by[key].add(student)

    def find(self, keys: Iterable[str]) -> str | None:
        """Whom the first key that is known leads to; None if it leads to several."""
        for key in keys:
            if found := self._by.get(key):
                return next(iter(found)) if len(found) == 1 else None
        return None


def _column(head: list[str], name: str, pattern: str) -> int:
    shape = pattern.replace("{}", re.escape(name))
    found = [i for i, text in enumerate(head) if re.fullmatch(shape, text, re.IGNORECASE)]
    if len(found) != 1:
        what = "no column" if not found else f"{len(found)} columns"
        raise CourseError(
            f"export: {what} called {name!r} in the template; it has {', '.join(head)}. "
            "Name it with --column."
        )
    return found[0]


def _fill(
    rows: list[list[str]],
    at: int,
    class_: list[Standing],
    student: Callable[[list[str]], str | None],
) -> tuple[int, list[str]]:
    grades = {standing.student: _points(standing) for standing in class_}
    filled: set[str] = set()
    for row in rows:
        who = student(row) if len(row) > at else None
        if who in grades and who in filled:
            raise CourseError(
                f"export: two rows of the template lead to {who}, the second is "
                f"{', '.join(row[:4])}. Take one of them out; nothing was written."
            )
        if who in grades:
            row[at] = grades[who]
            filled.add(who)
    return len(filled), sorted(set(grades) - filled)


# -- feedback files ------------------------------------------------------------------------


def feedback_zip(
    course_dir: str | Path, path: Path, assignment: str, shape: str, base: str | None = None
) -> tuple[int, list[str]]:
    """Write feedback pages of ``assignment`` into the zip ``path`` as canvas or moodle wants.

    Returns how many are in it, and the learners who were not collected from such an export, so
    that no name leads to them.
    """
    classroom = open_course(course_dir)
    (name,) = classroom.chosen(assignment)
    sources = read_origins(classroom.root).get(name, {})
    written, left = 0, []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for standing in standings(classroom, name):
            if standing.record is None:
                continue
            where = _place(sources.get(standing.student, ""), shape, name)
            if where is None:
                left.append(standing.student)
                continue
            archive.writestr(where, feedback_page(standing, base))
            written += 1
    return written, left


def _place(source: str, shape: str, assignment: str) -> str | None:
    """The name that leads the platform to the learner whose work was at ``source``."""
    for part in source.split("/"):
        if shape == "canvas" and (match := re.match(r"[^_]+_(?:LATE_)?\d+_\d+_", part)):
            return f"{match[0]}{assignment}-feedback.html"
        if shape == "moodle" and (match := re.match(r"([^_]+_\d+)_assignsubmission_", part)):
            return f"{match[1]}_assignfeedback_file/{assignment}-feedback.html"
    return None
