"""Make a course folder: an nbgrader course whose judge is ours."""

from __future__ import annotations

import json
import logging
import secrets
import shlex
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import nbformat
from nbgrader.api import MissingEntry
from nbgrader.converters import GenerateAssignment

from autograde.assemble import Part, Source, assemble
from autograde.doctor import constant_findings
from autograde.exercises import ORDER, OWN
from autograde.grading.classroom import (
    CONFIG,
    SECRET,
    Classroom,
    CourseError,
    open_course,
    put_alembic_on_path,
)
from autograde.grading.files import only_one, replace_text
from autograde.grading.merge import merge
from autograde.grading.plan import (
    PLAN,
    Assignment,
    Plan,
    chapter_assignment,
    plan_text,
    read_plan,
)
from autograde.grading.repair import source_cells
from autograde.personal import constants_cell

#: What was made last, to tell the instructor's changes from ours. As secret as the source.
MADE = ".made"

_CONFIG = '''"""Settings of this course. nbgrader and ``python -m autograde`` both read them."""

from contextlib import suppress

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

# Formulas in the form grader are typeset on this machine. Without this, nbgrader asks
# a server of others for MathJax; where that is blocked, its keyboard shortcuts are gone.
with suppress(ImportError):
    from autograde.grading.formulas import configure

    configure(c)
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

What the course asks, when and for how many points is in `course.toml`. After a change there,
or with a newer book: `python -m autograde course {dir} --update`.

`secret.json` draws the hidden questions. Keep it, keep it to yourself, and never put it,
`.made/` or `source/` where learners can read.
"""


def create_course(
    folder: str | Path,
    assignments: Sequence[str] = ("regression",),
    due: str | datetime | None = None,
    name: str = "lossbook",
    db: str | None = None,
    points: Mapping[str, float] | float | None = None,
) -> Path:
    """Write a course into ``folder``: plan, configuration, source, release, gradebook, secret.

    ``due`` is a date and time, UTC unless it says otherwise. ``db`` is the address of the
    gradebook, such as "postgresql+psycopg://user@host/name"; without it, a SQLite file in the
    folder. ``points`` are what questions are worth, by their names, or what each assignment is
    worth in all. Raises CourseError if there is a course already, or for an assignment or
    question that the book does not have.
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
            "Nothing was changed. Name another folder, or move that one away. "
            "To bring a course up to date, add --update."
        )
    due = due.isoformat() if isinstance(due, datetime) else due
    plan = Plan(name, tuple(chapter_assignment(a, due, points) for a in assignments))
    _check_points(plan, points)
    was_there = root.exists()
    root.mkdir(parents=True, exist_ok=True)
    try:
        (root / PLAN).write_text(plan_text(plan), encoding="utf-8")
        config = _CONFIG.format(name=name, db=_db_line(name, db))
        (root / CONFIG).write_text(config, encoding="utf-8")
        readme = _README.format(name=name, first=assignments[0], dir=shlex.quote(str(folder)))
        (root / "README.md").write_text(readme, encoding="utf-8")
        (root / "submitted").mkdir()
        (root / "source").mkdir(mode=0o700)
        update_course(root)
    except BaseException:  # half a course would be in the way of the next try
        shutil.rmtree(root)
        if was_there:
            root.mkdir()
        raise
    return root


def _check_points(plan: Plan, points: Mapping[str, float] | float | None) -> None:
    if isinstance(points, Mapping):
        asked = {part.id for assignment in plan.assignments for part in assignment.parts}
        if unknown := sorted(set(points) - asked):
            raise CourseError(f"course: points for {', '.join(unknown)}, which nothing asks.")


@dataclass(frozen=True)
class Updated:
    """What became of one assignment: new, updated, unchanged or kept; and what to know."""

    assignment: str
    state: str
    notes: tuple[str, ...] = ()


def update_course(folder: str | Path) -> list[Updated]:
    """Make ``source/`` and ``release/`` anew from ``course.toml`` and the book.

    Scores, secrets and what was changed in ``source/`` stay. An assignment that was handed in
    already keeps its questions: nbgrader cannot add or remove cells of it; it is left as it is,
    with a note. Raises CourseError, before anything is written, for a plan that cannot be
    followed.
    """
    classroom = open_course(folder)
    with only_one(classroom.root, "course"):
        return _update_all(classroom)


def _update_all(classroom: Classroom) -> list[Updated]:
    if not (classroom.root / PLAN).is_file():
        _plan_of_old(classroom)
    plan = read_plan(classroom.root)
    seeds = _seeds(classroom.root, [a.name for a in plan.assignments])
    for a in plan.assignments:
        if (classroom.folder("source", ".", a.name) / f"{a.name}.ipynb").is_file():
            classroom.seed(a.name)  # another one would ask other hidden questions
    fresh = {a.name: _fresh(classroom.root, a, seeds[a.name]) for a in plan.assignments}
    classroom.back_up()
    replace_text(classroom.root / SECRET, json.dumps(seeds, indent=1), 0o600)
    return [_update(classroom, a, fresh[a.name]) for a in plan.assignments]


def _fresh(root: Path, assignment: Assignment, seed: str) -> nbformat.NotebookNode:
    try:
        made = assemble(
            assignment.parts, assignment.title, assignment.name, seed, assignment.per_student
        )
        for part in assignment.parts if assignment.per_student else ():
            _prove_constants(part)
        if assignment.per_student:
            made.metadata.lossbook["per_student"] = True
        return made
    except ValueError as error:
        raise CourseError(f"course: {PLAN}: {assignment.name}: {error}") from None


def _prove_constants(part: Part) -> None:
    """ValueError if an exercise of the course's own cannot be asked with what may be drawn.

    Those of the book are proved by ``doctor``.
    """
    if part.source.parent.name != OWN or not part.exercise or not part.exercise.constants:
        return
    text = Source(part.source).cell(part.id).source
    if found := next(constant_findings(part.exercise, text), None):
        raise ValueError(found)


def _plan_of_old(classroom: Classroom) -> None:
    """A course from before there were plans: each of its assignments is a chapter."""
    chapters = [name for name in classroom.assignments if name in ORDER]
    name = str(classroom.coursedir.course_id or "lossbook")
    plan = Plan(name, tuple(chapter_assignment(chapter) for chapter in chapters))
    (classroom.root / PLAN).write_text(plan_text(plan), encoding="utf-8")


def _update(classroom: Classroom, assignment: Assignment, fresh: nbformat.NotebookNode) -> Updated:
    name = assignment.name
    source = classroom.folder("source", ".", name)
    path, made = source / f"{name}.ipynb", classroom.root / MADE / f"{name}.ipynb"
    state, notes, wanted = "new", [], fresh
    if path.is_file():
        local = nbformat.read(path, as_version=4)
        base = nbformat.read(made, as_version=4) if made.is_file() else local
        merged = merge(base, local, fresh)
        notes, wanted = merged.notes, merged.notebook
        state = "unchanged" if _text(wanted) == _text(local) else "updated"
        if state == "updated" and (why := _cannot_change(classroom, name, local, wanted)):
            return Updated(name, "kept", (why,))
    source.mkdir(parents=True, exist_ok=True)
    _own_exercises(classroom.root, source, assignment)
    if state != "unchanged":
        nbformat.write(wanted, path)
    made.parent.mkdir(exist_ok=True, mode=0o700)
    nbformat.write(fresh, made)
    release(classroom.root, name, assignment.due)
    return Updated(name, state, tuple(notes))


def _text(notebook: nbformat.NotebookNode) -> str:
    return nbformat.writes(notebook, version=4)


def _cannot_change(
    classroom: Classroom, name: str, local: nbformat.NotebookNode, wanted: nbformat.NotebookNode
) -> str:
    """Why the questions of an assignment must stay as they are; '' if they may change."""
    cells = [{cell.id: cell.source for cell in source_cells(n)} for n in (local, wanted)]
    before, after = map(set, cells)
    redrawn = [
        slug
        for slug in wanted.metadata.get("lossbook", {}).get("exercises", [])
        if constants_cell(slug) in before & after
        and cells[0][constants_cell(slug)] != cells[1][constants_cell(slug)]
    ]
    if before == after and not redrawn:
        return ""
    with classroom.gradebook() as book:
        try:
            handed_in = len(book.find_notebook(name, name).submissions)
        except MissingEntry:
            handed_in = 0
    if not handed_in:
        return ""
    added, gone = sorted(after - before), sorted(before - after)
    if redrawn:
        return (
            f"{handed_in} submissions are in the gradebook, so it is left as it is; everybody would "
            f"have other constants in {', '.join(redrawn)}. Restore {SECRET} from a backup, or "
            "use the release of the book that the course was made with."
        )
    what = [
        f"{word} {', '.join(cells)}" for word, cells in (("add", added), ("remove", gone)) if cells
    ]
    return (
        f"{handed_in} submissions are in the gradebook, so it is left as it is; "
        f"the new one would {' and '.join(what)}. Ask that in an assignment of another name."
    )


def _own_exercises(root: Path, source: Path, assignment: Assignment) -> None:
    """The records of the course's own exercises go along: ``check`` needs them."""
    own = [part for part in assignment.parts if part.exercise and part.source.parent.name == OWN]
    folder = source / OWN
    for old in folder.glob("*.py"):
        old.unlink()
    for part in own:
        folder.mkdir(exist_ok=True)
        text = (root / OWN / f"{part.id}.py").read_text(encoding="utf-8")
        (folder / f"{part.id}.py").write_text(text, encoding="utf-8")


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
    log.setLevel(logging.ERROR)  # that an older release is replaced is what we ask for
    classroom.coursedir.assignment_id = assignment
    with classroom.gradebook() as book:
        due = due.isoformat() if isinstance(due, datetime) else due
        book.update_or_create_assignment(
            assignment, course_id=classroom.coursedir.course_id, **({"duedate": due} if due else {})
        )
    if (classroom.root / MADE).is_dir():  # a newer source replaces what was released
        classroom.config.GenerateAssignment.force = True
    converter = GenerateAssignment(coursedir=classroom.coursedir, config=classroom.config)
    converter.log = log
    converter.start()
    released = classroom.folder("release", ".", assignment) / f"{assignment}.ipynb"
    text = released.read_text(encoding="utf-8")
    if "HIDDEN TESTS" in text or classroom.seed(assignment) in text:
        released.unlink()
        raise CourseError(f"course: the secret is in {released}; it was deleted. Do not release.")


def _seeds(root: Path, assignments: Sequence[str]) -> dict[str, str]:
    """The secrets that there are, and new ones for new assignments."""
    path = root / SECRET
    seeds: dict[str, str] = {}
    if path.is_file():
        try:
            seeds = dict(json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, TypeError):
            raise CourseError(
                f"course: {path} cannot be read. Restore it from a backup; nothing was changed."
            ) from None
    return {**{name: secrets.token_hex(16) for name in assignments}, **seeds}
