"""Every change of a score: who, when, old, new, why. Append only, one JSON object per line.

Our own runs write what they change. What people do in nbgrader's form grader is seen at the
next command that opens the course, by comparing the gradebook with the trail.
"""

from __future__ import annotations

import getpass
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from nbgrader.api import (
    Assignment,
    BaseCell,
    Grade,
    Gradebook,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import func

from autograde.grading.files import replace_text

TRAIL = "audit.jsonl"
#: Who changed a score in the form grader, where nobody says so.
FORM_GRADER = "form grader"


@dataclass(frozen=True)
class Change:
    """One score that is not what it was. ``old`` None: there was none before."""

    assignment: str
    student: str
    cell: str
    old: float | None
    new: float | None
    why: str = ""
    who: str = ""
    when: str = ""


class Trail:
    """The audit trail of a course."""

    def __init__(self, root: Path, why: str = "", who: str | None = None) -> None:
        self.path = root / TRAIL
        self.why = why
        self.who = who or _me()
        #: When this run began: what it changes has this time.
        self.when = datetime.now(UTC).isoformat(timespec="seconds")

    def add(self, changes: Iterable[Change]) -> None:
        """Write down ``changes``; who, when and why are filled in where they are empty."""
        stamped = [
            replace(c, who=c.who or self.who, when=c.when or self.when, why=c.why or self.why)
            for c in changes
        ]
        if not stamped:
            return
        lines = "".join(json.dumps(asdict(c), ensure_ascii=False) + "\n" for c in stamped)
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "a", encoding="utf-8") as file:
            file.write(self._end_of_cut_line() + lines)

    def _end_of_cut_line(self) -> str:
        """A line that was cut off must not take the next one with it."""
        with self.path.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - 1))
            return "" if file.read(1) in (b"", b"\n") else "\n"

    def __iter__(self) -> Iterator[Change]:
        """The changes so far, oldest first; a line that was cut off is left out."""
        with suppress(FileNotFoundError), self.path.open(encoding="utf-8") as file:
            for line in file:
                with suppress(ValueError, TypeError):
                    yield Change(**json.loads(line))

    def catch_up(self, book: Gradebook, assignments: Iterable[str]) -> int:
        """Write down what people scored since the trail was last looked at; how much it was."""
        known: dict[tuple[str, str, str], float | None] = {}
        for change in self:
            if change.who == FORM_GRADER or change.cell.endswith(BY_HAND):
                key = (change.assignment, change.student, change.cell.removesuffix(BY_HAND))
                known[key] = change.new
        names = set(assignments)
        now = {k: v for k, v in _by_hand(book).items() if k[0] in names}
        gone = {
            k: None for k, v in known.items() if k[0] in names and k not in now and v is not None
        }
        found = [
            Change(*key, known.get(key), new, "seen now", FORM_GRADER)
            for key, new in sorted({**now, **gone}.items())
            if known.get(key) != new
        ]
        self.add(found)
        return len(found)

    def forget(self, student: str) -> int:
        """Take one learner out of the trail; the number of lines that went."""
        everything = list(self)
        kept = [change for change in everything if change.student != student]
        gone = len(everything) - len(kept)
        if gone:
            lines = (json.dumps(asdict(c), ensure_ascii=False) + "\n" for c in kept)
            replace_text(self.path, "".join(lines), 0o600)
        return gone


#: Marks a score that a person set through a command of ours.
BY_HAND = " (by hand)"


def _me() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container without user names
        return f"user {os.getuid()}"


def _by_hand(book: Gradebook) -> dict[tuple[str, str, str], float]:
    """Scores that people gave, extra credit included, by assignment, student and cell."""
    rows = (
        book.db.query(
            Assignment.name,
            SubmittedAssignment.student_id,
            BaseCell.name,
            Grade.manual_score,
            Grade.extra_credit,
            Grade.auto_score,
        )
        .join(SubmittedAssignment, SubmittedAssignment.assignment_id == Assignment.id)
        .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
        .join(BaseCell, Grade.cell_id == BaseCell.id)
        .filter(Grade.manual_score.isnot(None) | (func.coalesce(Grade.extra_credit, 0) != 0))
    )
    return {
        (a, s, c): float((auto or 0.0) if manual is None else manual) + float(extra or 0.0)
        for a, s, c, manual, extra, auto in rows
    }
