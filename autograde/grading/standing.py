"""What the gradebook says now, with the records of the last grading beside it.

Read only; feedback, export and report all start from here, so they always agree, and a
score given by hand a minute ago is in all of them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from nbgrader.api import (
    BaseCell,
    Comment,
    Grade,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)

from autograde.grading.classroom import Classroom


@dataclass(frozen=True)
class CellScore:
    """One grade cell. ``exercise`` and ``aspect`` are its id, split."""

    cell: str
    exercise: str
    aspect: str
    score: float
    max_score: float
    by_hand: bool
    waiting: bool


@dataclass(frozen=True)
class Standing:
    """One student in one assignment. ``score`` is after the ``penalty`` for lateness."""

    student: str
    name: str
    assignment: str
    score: float
    max_score: float
    penalty: float
    seconds_late: float
    cells: tuple[CellScore, ...]
    comments: dict[str, str] = field(default_factory=dict)
    record: dict[str, Any] | None = None

    @property
    def waiting(self) -> bool:
        return any(cell.waiting for cell in self.cells)


def standings(classroom: Classroom, assignment: str) -> list[Standing]:
    """Everyone with a submission in the gradebook, by id.

    Three queries for the whole class: row by row, nbgrader's objects ask for each number by
    itself.
    """
    with classroom.gradebook() as book:
        session = book.db()
        cells, comments = defaultdict(list), defaultdict(dict)
        grades = (
            session.query(
                Grade.notebook_id,
                BaseCell.name,
                Grade.score,
                Grade.max_score,
                Grade.manual_score,
                Grade.needs_manual_grade,
            )
            .join(BaseCell, Grade.cell_id == BaseCell.id)
            .join(SubmittedNotebook, Grade.notebook_id == SubmittedNotebook.id)
            .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
            .filter(SubmittedAssignment.assignment.has(name=assignment))
        )
        for notebook, *grade in grades:
            cells[notebook].append(grade)
        said = (
            session.query(Comment.notebook_id, BaseCell.name, Comment.manual_comment)
            .join(BaseCell, Comment.cell_id == BaseCell.id)
            .join(SubmittedNotebook, Comment.notebook_id == SubmittedNotebook.id)
            .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
            .filter(SubmittedAssignment.assignment.has(name=assignment))
            .filter(Comment.manual_comment.isnot(None))
        )
        for notebook, name, comment in said:
            comments[notebook][name] = comment
        rows = (
            session.query(SubmittedNotebook, SubmittedAssignment, Student)
            .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
            .join(Student, SubmittedAssignment.student_id == Student.id)
            .join(Notebook, SubmittedNotebook.notebook_id == Notebook.id)
            .filter(SubmittedAssignment.assignment.has(name=assignment))
            .filter(Notebook.name == assignment)
        )
        found = [
            _standing(classroom, assignment, row, cells[row[0].id], comments[row[0].id])
            for row in rows
        ]
    return sorted(found, key=lambda standing: standing.student)


def _standing(
    classroom: Classroom,
    assignment: str,
    row: tuple[SubmittedNotebook, SubmittedAssignment, Student],
    grades: list[list[Any]],
    comments: dict[str, str],
) -> Standing:
    notebook, submission, student = row
    record = classroom.record(student.id, assignment)
    penalty = float(notebook.late_submission_penalty or 0.0)
    slugs = set(record["exercises"]) if record else set()
    names = filter(None, (student.first_name, student.last_name))
    cells = tuple(_cell(slugs, *grade) for grade in grades)
    return Standing(
        student.id,
        " ".join(names) or student.id,
        assignment,
        max(0.0, sum(cell.score for cell in cells) - penalty),
        sum(cell.max_score for cell in cells),
        penalty,
        float(submission.total_seconds_late),
        cells,
        {name: text for name, text in comments.items() if text},
        record,
    )


def _cell(
    slugs: set[str],
    name: str,
    score: float,
    max_score: float,
    manual_score: float | None,
    needs_manual_grade: bool,
) -> CellScore:
    exercise, _, aspect = name.rpartition("-")
    if exercise not in slugs:
        exercise, aspect = name, ""
    by_hand = manual_score is not None
    waiting = bool(needs_manual_grade) and not by_hand
    return CellScore(name, exercise, aspect, float(score), float(max_score), by_hand, waiting)
