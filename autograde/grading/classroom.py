"""A course folder: where things are, what was submitted, what a worker must know.

The layout is nbgrader's own (source, release, submitted, autograded, feedback), so its
form grader and its other tools work on the same folder.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import stat
import sys
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache, cached_property
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import parse_utc
from sqlalchemy.engine import make_url
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from autograde.exercises import OWN, adopt, get
from autograde.grading.judge import Paper
from autograde.grading.repair import MAX_BYTES, kin, source_cells
from autograde.grading.replies import Limits
from autograde.personal import constants_cell, public_key

CONFIG, SECRET, RECORD = "nbgrader_config.py", "secret.json", "lossbook.json"
#: As many copies of the gradebook are kept.
BACKUPS = 5
PACKAGE = Path(__file__).resolve().parents[1]


class CourseError(ValueError):
    """A course folder is not as it must be. The text says what to do."""


@dataclass(frozen=True)
class Submission:
    """What one student handed in for one assignment.

    ``data`` is None if there is nothing to read; ``flags`` then begin with the reason.
    ``timestamp`` is in UTC, without a zone, as nbgrader keeps it.
    """

    student: str
    assignment: str
    data: bytes | None
    flags: tuple[str, ...] = ()
    timestamp: datetime | None = None

    @property
    def fingerprint(self) -> str:
        """Changes when what was handed in changes."""
        return hashlib.sha256(self.data or b"").hexdigest()

    def digest(self, paper_digest: str) -> str:
        """Changes when the file, its time or anything that judges it changes."""
        parts = [
            paper_digest.encode(),
            self.data or b"",
            repr((self.flags, self.timestamp)).encode(),
        ]
        return hashlib.sha256(b"\0".join(hashlib.sha256(p).digest() for p in parts)).hexdigest()


@dataclass(frozen=True)
class Classroom:
    """An open course folder."""

    root: Path
    config: Config = field(repr=False)
    _tracked: dict[str, frozenset[str]] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def coursedir(self) -> CourseDirectory:
        return CourseDirectory(config=self.config, root=str(self.root))

    def gradebook(self) -> Gradebook:
        """Open the gradebook; the caller closes it."""
        put_alembic_on_path()
        return Gradebook(self.coursedir.db_url, self.coursedir.course_id)

    def back_up(self) -> Path | None:
        """A copy of the gradebook in ``backups/``, of which the last few are kept.

        None for a gradebook that is no SQLite file; its own server keeps copies.
        """
        url = make_url(self.coursedir.db_url)
        if not url.drivername.startswith("sqlite") or not url.database:
            return None
        book = Path(url.database)
        if not book.is_file():
            return None
        folder = self.root / "backups"
        folder.mkdir(exist_ok=True)
        now = datetime.now(UTC)
        copy = folder / f"gradebook-{now:%Y%m%d-%H%M%S-%f}.db"
        with closing(sqlite3.connect(book)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)  # whole also while somebody grades by hand
        for old in sorted(folder.glob("gradebook-*.db"))[:-BACKUPS]:
            old.unlink()
        return copy

    def folder(self, step: str, student: str, assignment: str) -> Path:
        """``step`` is one of source, release, submitted, autograded, feedback."""
        name = getattr(self.coursedir, f"{step}_directory")
        return Path(self.coursedir.format_path(name, student, assignment))

    @cached_property
    def assignments(self) -> list[str]:
        top = self.root / self.coursedir.source_directory
        return sorted(p.parent.name for p in top.glob("*/*.ipynb") if p.stem == p.parent.name)

    def chosen(self, assignment: str | None) -> list[str]:
        """The assignments to work on; CourseError for one that is not there."""
        if assignment is None:
            return self.assignments
        if assignment not in self.assignments:
            raise CourseError(
                f"course {self.root}: no assignment {assignment!r}; it has "
                f"{', '.join(self.assignments) or 'none'}."
            )
        return [assignment]

    def seed(self, assignment: str) -> str:
        """The secret that draws the hidden questions."""
        path = self.root / SECRET
        try:
            seed = json.loads(path.read_text(encoding="utf-8"))[assignment]
        except (OSError, ValueError, KeyError, TypeError):
            seed = None
        if not isinstance(seed, str) or not seed:
            raise CourseError(
                f"course {self.root}: {SECRET} must hold the secret of {assignment!r}; it does "
                "not. Restore the file from a backup, or add the value of seed= that stands "
                f"in the test cells of source/{assignment}/{assignment}.ipynb."
            )
        return seed

    def paper(self, assignment: str, unsafe: bool = False, limits: Limits | None = None) -> Paper:
        """What a worker must know to grade ``assignment``."""
        folder = self.folder("source", ".", assignment)
        source = _notebook(folder / f"{assignment}.ipynb")
        own = {p.stem: p.read_text(encoding="utf-8") for p in sorted((folder / OWN).glob("*.py"))}
        for slug, text in own.items():
            adopt(slug, text)
        released = _notebook(self.folder("release", ".", assignment) / f"{assignment}.ipynb")
        blanks = {c.id: c.source for c in source_cells(released) if c.grade and c.solution}
        labels = {
            cell.metadata["nbgrader"]["grade_id"]: json.dumps(cell.metadata, sort_keys=True)
            for cell in released.cells
            if cell.metadata.get("nbgrader", {}).get("grade_id")
        }
        paper = Paper(
            assignment,
            source_cells(source),
            self.seed(assignment),
            tuple(blanks.items()),
            tuple(labels.items()),
            limits or Limits(),
            unsafe,
            own=tuple(own.items()),
        )
        paper = replace(paper, keys=self._keys(paper))
        try:
            for slug in paper.slugs:
                paper.exercise(slug)
        except ValueError as error:
            raise CourseError(f"course {self.root}: {error}") from None
        return paper

    def _keys(self, paper: Paper) -> tuple[tuple[str, str], ...]:
        """The public key of each exercise of ``paper`` that draws constants.

        CourseError if the released cells have another key than the secret gives: everybody
        would be graded with other constants than they were shown.
        """
        cells = {cell.id: cell.source for cell in paper.source}
        keys = {
            slug: public_key(paper.seed or "", slug, get(slug).constants)
            for slug in paper.slugs
            if constants_cell(slug) in cells
        }
        for slug, key in keys.items():
            if f'"{key}"' not in cells[constants_cell(slug)]:
                where = f"source/{paper.assignment}/{paper.assignment}.ipynb"
                raise CourseError(
                    f"course {self.root}: the constants of {slug} in {paper.assignment} were drawn "
                    f"with another {SECRET}, or by another release of the book, so everybody would "
                    "be graded with other numbers than they were shown. Use that release; restore "
                    f"the file from a backup, or take the value of seed= from the test cells of {where}. "
                    "Before anything is handed out, --update draws them anew."
                )
        return tuple(keys.items())

    def per_student(self, assignment: str) -> bool:
        """Whether each learner of ``assignment`` is asked an own draw of the hidden questions."""
        source = _notebook(self.folder("source", ".", assignment) / f"{assignment}.ipynb")
        return bool(source.metadata.get("lossbook", {}).get("per_student"))

    def tracked(self, assignment: str) -> frozenset[str]:
        """The ids of the cells that make a notebook one of ``assignment``."""
        if assignment not in self._tracked:
            released = _notebook(self.folder("release", ".", assignment) / f"{assignment}.ipynb")
            self._tracked[assignment] = frozenset(c.id for c in source_cells(released))
        return self._tracked[assignment]

    def handed_out(self, assignment: str) -> tuple[tuple[str, str], ...]:
        """The released text of each cell that learners write in, by its id."""
        released = _notebook(self.folder("release", ".", assignment) / f"{assignment}.ipynb")
        return tuple((c.id, c.source) for c in source_cells(released) if c.solution)

    # -- submissions -------------------------------------------------------------

    def students(self, assignment: str) -> list[str]:
        """Everyone with a folder for ``assignment``, in order."""
        top = self.root / self.coursedir.submitted_directory
        return sorted(p.parent.name for p in top.glob(f"*/{assignment}") if p.is_dir())

    def submission(self, student: str, assignment: str) -> Submission:
        """Read what ``student`` handed in. Never raises for what a student did."""
        folder = self.folder("submitted", student, assignment)
        timestamp, flags = _timestamp(folder / "timestamp.txt")
        data: bytes | None = None
        try:
            path, more = _choose(folder, assignment, self.tracked(assignment))
            flags += more
            if path is not None:
                data, problem = _bytes(path)
                flags = [problem, *flags] if problem else flags
        except OSError as error:
            flags = [f"The folder cannot be read: {error.strerror}.", *flags]
        return Submission(student, assignment, data, tuple(flags), timestamp)

    def record(self, student: str, assignment: str) -> dict | None:
        """The record of the last grading, if there is one that can be read."""
        path = self.folder("autograded", student, assignment) / RECORD
        try:
            record = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return record if isinstance(record, dict) else None


def open_course(folder: str | Path) -> Classroom:
    """The course in ``folder``; CourseError if there is none."""
    root = Path(folder).resolve()
    if not (root / CONFIG).is_file():
        raise CourseError(
            f"course {folder}: wants a course folder with {CONFIG}; there is none. "
            f"Make one with: python -m autograde course {folder}"
        )
    try:
        config = PyFileConfigLoader(CONFIG, path=str(root)).load_config()
    except Exception as error:  # it is a program, so it can fail in any way
        raise CourseError(
            f"course {folder}: {CONFIG} must run as Python; it stops with "
            f"{type(error).__name__}: {error}. Repair that line; nothing was changed."
        ) from None
    return Classroom(root, config)


def put_alembic_on_path() -> None:
    """nbgrader starts ``alembic`` by name when it makes a gradebook."""
    scripts = str(Path(sys.prefix) / ("Scripts" if os.name == "nt" else "bin"))
    path = os.environ.get("PATH", "")
    if scripts not in path.split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join(filter(None, [scripts, path]))


def paper_digest(paper: Paper) -> str:
    """Changes when the questions, the judge or the limits change."""
    return hashlib.sha256(repr(paper).encode() + code_digest()).hexdigest()


@cache
def code_digest() -> bytes:
    """Of every file that has a say in a verdict; once, as the code is loaded once."""
    grading = (
        "cells.py", "judge.py", "lockdown.py", "repair.py", "replies.py", "sandbox.py",
        "walls.py", "wire.py", "zygote.py",
    )  # fmt: skip
    files = [
        *PACKAGE.glob("*.py"),
        *(PACKAGE / "exercises").rglob("*.py"),
        *(PACKAGE / "grading" / name for name in grading),
        *(PACKAGE.parent / "lossref").rglob("*.py"),
    ]
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.digest()


def _notebook(path: Path) -> nbformat.NotebookNode:
    if not path.is_file():
        raise CourseError(
            f"course: {path} is missing. Make the course anew in another folder and copy it, "
            "or run nbgrader generate_assignment."
        )
    return nbformat.read(path, as_version=4)


def _timestamp(path: Path) -> tuple[datetime | None, list[str]]:
    if not path.is_file():
        return None, []
    try:
        return parse_utc(path.read_text(encoding="utf-8").strip()), []
    except (ValueError, OverflowError, OSError):
        return None, ["timestamp.txt cannot be read; the submission counts as on time."]


def _choose(
    folder: Path, assignment: str, tracked: frozenset[str]
) -> tuple[Path | None, list[str]]:
    """The notebook of this submission; a renamed one is known by its cells."""
    wanted = folder / f"{assignment}.ipynb"
    if wanted.exists() or wanted.is_symlink():
        return wanted, []
    found = sorted(folder.glob("*.ipynb"))
    if len(found) > 1:
        like = {path: kin(_bytes(path)[0] or b"", tracked) for path in found[:20]}
        most = max(like.values())
        best = [path for path, count in like.items() if count == most and most]
        if len(best) != 1:
            why = "more than one of them is it" if best else "none of them has its cells"
            return None, [
                f"There are {len(found)} notebooks, none called {wanted.name}, and {why}."
            ]
        found = best
    if found:
        return found[0], [
            f"The file is called {found[0].name!r:.80}, not {wanted.name}; it was taken."
        ]
    return None, ["There is no notebook."]


def _bytes(path: Path) -> tuple[bytes | None, str]:
    """The bytes of a plain file, and why not if it is not one, or far too large."""
    status = path.lstat()
    if not stat.S_ISREG(status.st_mode):
        return None, f"{path.name!r:.80} is not a plain file."
    if status.st_size > MAX_BYTES:
        size, most = status.st_size / 2**20, MAX_BYTES // 2**20
        return None, f"The file has {size:.0f} MB; at most {most} are read."
    return path.read_bytes(), ""
