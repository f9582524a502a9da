"""Make a course folder: an nbgrader course whose judge is ours."""

from __future__ import annotations

import json
import logging
import os
import secrets
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import nbformat
from nbgrader.converters import GenerateAssignment

from autograde import stubs
from autograde.exercises import ORDER
from autograde.grading.classroom import (
    CONFIG,
    SECRET,
    CourseError,
    open_course,
    put_alembic_on_path,
)

_CONFIG = '''"""Settings of this course. nbgrader and ``python -m autograde`` both read them."""

c = get_config()  # noqa: F821

c.CourseDirectory.course_id = {name!r}
{db}

# The judge: answers are worked out in a sandbox and compared outside of it, so that
# nothing a notebook redefines takes part in the verdict. To go back to nbgrader's own
# execution (test cells run in the learner's kernel), delete this assignment.
c.Autograde.autograde_preprocessors = [
    "autograde.grading.nbgrader_plugin.IsolatedJudge",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "autograde.grading.nbgrader_plugin.NameMisconceptions",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# Late work: "none" keeps the score, "zero" takes all of it. A plugin of your own goes
# into c.AssignLatePenalties.plugin_class.
c.LateSubmissionPlugin.penalty_method = "none"
'''

_README = """# {name}

An nbgrader course. Give `release/{first}/{first}.ipynb` to the learners; put what they
hand in into `submitted/<student>/{first}/{first}.ipynb` (with `timestamp.txt` beside it if
lateness counts).

    python -m autograde grade {dir}        # again whenever something new comes in
    jupyter lab                            # hand-graded cells: menu Nbgrader, Formgrader
    python -m autograde feedback {dir}     # pages for the learners, in feedback/
    python -m autograde report {dir}       # a page for you
    python -m autograde export {dir}       # CSV

`secret.json` draws the hidden questions. Keep it, keep it to yourself, and never put it
or `source/` where learners can read.
"""


def create_course(
    folder: str | Path,
    assignments: Sequence[str] = ("regression",),
    due: str | datetime | None = None,
    name: str = "lossbook",
    db: str | None = None,
) -> Path:
    """Write a course into ``folder``: configuration, source, release, gradebook, secret.

    ``due`` is a date and time, UTC unless it says otherwise. ``db`` is the address of the
    gradebook, such as "postgresql+psycopg://user@host/name"; without it, a SQLite file in the
    folder. Raises CourseError if there is a
    course already, or for an assignment that the book does not have.
    """
    root = Path(folder).resolve()
    unknown = [a for a in assignments if a not in ORDER]
    if unknown or not assignments:
        raise CourseError(
            f"course: no chapter {', '.join(unknown) or '(none named)'}; there are {', '.join(ORDER)}."
        )
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise CourseError(
            f"course: wants an empty or new folder; {root} is not empty. "
            "Nothing was changed. Name another folder, or move that one away."
        )
    root.mkdir(parents=True, exist_ok=True)
    seeds = {assignment: secrets.token_hex(16) for assignment in assignments}
    _write_secret(root / SECRET, seeds)
    (root / CONFIG).write_text(_CONFIG.format(name=name, db=_db_line(name, db)), encoding="utf-8")
    readme = _README.format(name=name, first=assignments[0], dir=folder)
    (root / "README.md").write_text(readme, encoding="utf-8")
    (root / "submitted").mkdir()
    for assignment in assignments:
        source = root / "source" / assignment
        source.mkdir(parents=True)
        os.chmod(root / "source", 0o700)
        notebook = stubs.chapter_notebook(assignment, seed=seeds[assignment])
        nbformat.write(notebook, source / f"{assignment}.ipynb")
        release(root, assignment, due)
    return root


def _db_line(name: str, db: str | None) -> str:
    if db is not None:
        return f"c.CourseDirectory.db_url = {db!r}"
    example = f"postgresql+psycopg://user@host/{name}"
    return f"# c.CourseDirectory.db_url = {example!r}  # default: gradebook.db here"


def release(root: Path, assignment: str, due: str | datetime | None = None) -> None:
    """Make the release notebook and the gradebook's cells with nbgrader's own converter."""
    put_alembic_on_path()
    classroom = open_course(root)
    log = logging.getLogger("autograde.course")
    log.setLevel(logging.WARNING)
    classroom.coursedir.assignment_id = assignment
    with classroom.gradebook() as book:
        due = due.isoformat() if isinstance(due, datetime) else due
        book.update_or_create_assignment(
            assignment, course_id=classroom.coursedir.course_id, **({"duedate": due} if due else {})
        )
    converter = GenerateAssignment(coursedir=classroom.coursedir, config=classroom.config)
    converter.log = log
    converter.start()
    released = classroom.folder("release", ".", assignment) / f"{assignment}.ipynb"
    text = released.read_text(encoding="utf-8")
    if "HIDDEN TESTS" in text or classroom.seed(assignment) in text:
        released.unlink()
        raise CourseError(f"course: the secret is in {released}; it was deleted. Do not release.")


def _write_secret(path: Path, seeds: dict[str, str]) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(seeds, file, indent=1)
