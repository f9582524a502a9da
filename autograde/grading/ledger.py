"""The one writer to nbgrader's gradebook. One commit per submission."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from nbgrader.api import (
    Grade,
    Gradebook,
    MissingEntry,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy.exc import SAWarning

from autograde.feedback import Feedback, from_dict
from autograde.grading.audit import Change
from autograde.grading.classroom import Classroom, CourseError, Submission


@dataclass(frozen=True)
class Entry:
    """What the gradebook says of a submission after it was written.

    ``score`` is after the ``penalty`` for lateness.
    """

    score: float
    max_score: float
    seconds_late: float
    penalty: float
    needs_manual_grade: bool


class Ledger:
    """An open gradebook. A context manager."""

    def __init__(self, classroom: Classroom) -> None:
        self.classroom = classroom
        self.gradebook: Gradebook = classroom.gradebook()
        self._late = AssignLatePenalties(config=classroom.config)
        self._late.init_plugin()
        self._cells: dict[str, dict[str, str]] = {}
        # The cells of an assignment do not change while we grade; without this they would be
        # read again after every commit.
        self.gradebook.db().expire_on_commit = False

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.gradebook.close()

    def check(self, assignment: str) -> None:
        """CourseError unless nbgrader knows ``assignment``."""
        try:
            self.gradebook.find_notebook(assignment, assignment)
        except MissingEntry:
            raise CourseError(
                f"course {self.classroom.root}: the gradebook does not know {assignment!r}. "
                f"Run: nbgrader generate_assignment {assignment}"
            ) from None

    def known(self, assignment: str) -> set[str]:
        """The students who have a submission of ``assignment`` in the book."""
        query = (
            self.gradebook.db.query(Student.id)
            .join(SubmittedAssignment, SubmittedAssignment.student_id == Student.id)
            .filter(SubmittedAssignment.assignment.has(name=assignment))
        )
        return {row[0] for row in query.all()}

    def write(
        self,
        submission: Submission,
        record: dict[str, Any],
        tell: Callable[[tuple[Change, ...]], None],
    ) -> Entry:
        """Scores, comments, lateness: all of them, or after an error none of them.

        ``tell`` gets what changes before it does: no score moves without a line in the trail.
        """
        try:
            with warnings.catch_warnings():
                # nbgrader builds a submission before it adds it to the session
                warnings.simplefilter("ignore", SAWarning)
                return self._write(submission, record, tell)
        except Exception:
            self.gradebook.db.rollback()
            raise

    def _write(
        self,
        submission: Submission,
        record: dict[str, Any],
        tell: Callable[[tuple[Change, ...]], None],
    ) -> Entry:
        book = self.gradebook
        with self._one_transaction():
            book.update_or_create_student(submission.student)
            book.db.flush()
            row = book.update_or_create_submission(submission.assignment, submission.student)
            row.timestamp = submission.timestamp
            notebook = next(n for n in row.notebooks if n.name == submission.assignment)
            names = self._names(submission.assignment)
            known = any(grade.auto_score is not None for grade in notebook.grades)
            before = {grade.cell_id: _counts(grade) for grade in notebook.grades}
            for grade in notebook.grades:
                # A cell that is missing now must not keep the score it had once.
                grade.auto_score = record["scores"].get(names[grade.cell_id], 0.0)
                by_hand = grade.manual_score is not None
                grade.needs_manual_grade = by_hand or grade.auto_score is None
            texts = comments(record)
            for comment in notebook.comments:
                comment.auto_comment = texts.get(names[comment.cell_id])
            book.db.flush()
            was_late = float(notebook.late_submission_penalty or 0.0)
            penalty = self._penalty(submission.student, row, notebook)
            entry = self._entry(row, penalty)
            if known:
                moved = [(names[g.cell_id], before[g.cell_id], _counts(g)) for g in notebook.grades]
                moved.append(("(late)", was_late, penalty))
                who = submission.assignment, submission.student
                tell(tuple(Change(*who, *m) for m in sorted(moved) if m[1] != m[2]))
        book.db.commit()
        return entry

    @contextlib.contextmanager
    def _one_transaction(self) -> Iterator[None]:
        """nbgrader commits at every step, and writes before it reads. Here a submission is
        written whole or not at all, and in a tenth of the time."""
        session = self.gradebook.db()
        session.commit = lambda: None
        try:
            with session.no_autoflush:
                yield
        finally:
            del session.commit

    def _names(self, assignment: str) -> dict[str, str]:
        """The names of the cells of ``assignment`` by their number in the book."""
        if assignment not in self._cells:
            notebook = self.gradebook.find_notebook(assignment, assignment)
            self._cells[assignment] = {cell.id: cell.name for cell in notebook._base_cells}
        return self._cells[assignment]

    def _penalty(
        self, student: str, row: SubmittedAssignment, notebook: SubmittedNotebook
    ) -> float:
        """Ask the course's own late-penalty plugin, as nbgrader does."""
        notebook.late_submission_penalty = None
        late = row.total_seconds_late
        if late <= 0:
            return 0.0
        self.gradebook.db.refresh(notebook, ["score"])
        penalty = self._late.plugin_inst.late_submission_penalty(student, notebook.score, late)
        if penalty is not None:
            penalty = self._late._check_late_penalty(notebook, penalty)
            notebook.late_submission_penalty = penalty
        return float(penalty or 0.0)

    def _entry(self, row: SubmittedAssignment, penalty: float) -> Entry:
        self.gradebook.db.flush()
        self.gradebook.db.refresh(row, ["score", "max_score", "needs_manual_grade"])
        return Entry(
            max(0.0, float(row.score) - penalty),
            float(row.max_score),
            float(row.total_seconds_late),
            penalty,
            bool(row.needs_manual_grade),
        )


def _counts(grade: Grade) -> float | None:
    """The score that counts; None while a person has still to give it."""
    return grade.auto_score if grade.manual_score is None else grade.manual_score


def comments(record: dict[str, Any]) -> dict[str, str | None]:
    """Markdown by solution cell, of our own words only.

    nbgrader renders comments as HTML, so nothing that a learner wrote may be in them.
    """
    texts: dict[str, str | None] = {
        slug: _comment(from_dict(data)) for slug, data in record["exercises"].items()
    }
    tests = {f"{s}-{a['name']}" for s, d in record["exercises"].items() for a in d["aspects"]}
    for cell, score in record["scores"].items():
        if cell not in tests and score == 0.0:
            texts[cell] = "No response."
    return texts


def _comment(feedback: Feedback) -> str | None:
    if feedback.status == "not attempted":
        return "No response."
    parts = [f"**{m.title}** ({m.id})\n\n{m.message}" for m in feedback.misconceptions]
    if not parts:
        parts = [
            f"{a.name}: fails first on {a.failing_regime}."
            for a in feedback.aspects
            if not a.passed
        ]
    return "\n\n".join(parts) or None
