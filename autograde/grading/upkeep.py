"""Changes to a running course that people ask for: a score by hand, a learner who leaves."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry

from autograde.grading.audit import BY_HAND, Change, Trail
from autograde.grading.classroom import Classroom, CourseError, open_course
from autograde.grading.collect import read_origins, write_origins
from autograde.grading.files import only_one


def set_score(
    course_dir: str | Path, assignment: str, student: str, cell: str, points: float, why: str
) -> Change:
    """Give ``points`` for one grade cell by hand, as the form grader does, and say why.

    ``cell`` is the nbgrader id, such as "huber-gradient" or "derivation". CourseError for a
    cell, learner or number that cannot be, or without a reason. The score survives later runs.
    """
    classroom = open_course(course_dir)
    classroom.chosen(assignment)
    if not why.strip():
        raise CourseError('rescore: wants a reason; add --why "what was decided".')
    trail = Trail(classroom.root, why)
    with classroom.gradebook() as book:
        trail.catch_up(book, [assignment])
        try:
            notebook = book.find_submission_notebook(assignment, assignment, student)
        except MissingEntry:
            raise CourseError(
                f"rescore: no graded submission of {student} in {assignment}. The id is that of "
                "the folder in submitted/; grade it first."
            ) from None
        grades = {grade.name: grade for grade in notebook.grades}
        if cell not in grades:
            raise CourseError(
                f"rescore: {assignment} has no grade cell {cell}; it has {', '.join(sorted(grades))}."
            )
        grade = grades[cell]
        if not 0 <= points <= grade.max_score:
            raise CourseError(
                f"rescore: {cell} is worth 0 to {grade.max_score:g} points; got {points:g}."
            )
        old = grade.score
        grade.manual_score, grade.needs_manual_grade = float(points), False
        book.db.commit()
    change = Change(assignment, student, cell + BY_HAND, float(old), float(points))
    trail.add([change])
    return change


def forget(course_dir: str | Path, student: str) -> list[str]:
    """Delete everything that the course keeps of one learner; what was deleted, in words.

    That is the gradebook and its copies, what was handed in, graded and written as feedback,
    and the audit trail. CourseError if nothing is known of them.
    """
    classroom = open_course(course_dir)
    if not student or "/" in student or student in (".", ".."):
        raise CourseError(f"forget: wants the id of a learner; got {student!r}.")
    with only_one(classroom.root, "forget"):
        done = _forget(classroom, student)
    if not done:
        raise CourseError(f"forget: the course knows nothing of {student!r}.")
    return done


def _forget(classroom: Classroom, student: str) -> list[str]:
    done = []
    origins = read_origins(classroom.root)  # before anything is deleted
    for url in _gradebooks(classroom):
        with Gradebook(url, classroom.coursedir.course_id) as book, suppress(MissingEntry):
            book.remove_student(student)
            done.append("a copy of the gradebook" if "backups" in url else "the gradebook")
    for step in ("submitted", "autograded", "feedback", "superseded"):
        folder = classroom.root / step / student
        if folder.is_dir():
            shutil.rmtree(folder)
            done.append(f"{step}/{student}")
    if any([taken.pop(student, None) for taken in origins.values()]):
        write_origins(classroom.root, origins)
        done.append("the note where it was collected from")
    if lines := Trail(classroom.root).forget(student):
        done.append(f"{lines} lines of the audit trail")
    return done


def _gradebooks(classroom: Classroom) -> list[str]:
    copies = sorted((classroom.root / "backups").glob("gradebook-*.db"))
    return [classroom.coursedir.db_url, *(f"sqlite:///{path}" for path in copies)]
