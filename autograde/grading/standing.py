"""What the gradebook says now, with the records of the last grading beside it.

Read only; feedback, export and report all start from here, so they always agree, and a
score given by hand a minute ago is in all of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from nbgrader.api import SubmittedAssignment

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
    """Everyone with a submission in the gradebook, by id."""
    with classroom.gradebook() as book:
        rows = [s for s in book.assignment_submissions(assignment)]
        found = [_standing(classroom, row) for row in rows]
    return sorted(found, key=lambda standing: standing.student)


def _standing(classroom: Classroom, row: SubmittedAssignment) -> Standing:
    assignment, student = row.assignment.name, row.student
    notebook = next(n for n in row.notebooks if n.name == assignment)
    record = classroom.record(student.id, assignment)
    penalty = float(notebook.late_submission_penalty or 0.0)
    slugs = set(record["exercises"]) if record else set()
    names = filter(None, (student.first_name, student.last_name))
    return Standing(
        student.id,
        " ".join(names) or student.id,
        assignment,
        max(0.0, float(row.score) - penalty),
        float(row.max_score),
        penalty,
        float(row.total_seconds_late),
        tuple(_cell(grade, slugs) for grade in notebook.grades),
        {c.name: c.manual_comment for c in notebook.comments if c.manual_comment},
        record,
    )


def _cell(grade: Any, slugs: set[str]) -> CellScore:
    exercise, _, aspect = grade.name.rpartition("-")
    if exercise not in slugs:
        exercise, aspect = grade.name, ""
    by_hand = grade.manual_score is not None
    waiting = bool(grade.needs_manual_grade) and not by_hand
    return CellScore(
        grade.name, exercise, aspect, float(grade.score), float(grade.max_score), by_hand, waiting
    )
