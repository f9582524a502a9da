"""The class list: who the learners are, from a file of the platform or of one's own.

Canvas' gradebook export has Student ("Doe, Jane"), ID, SIS User ID and SIS Login ID; Moodle's lists
have First name, Last name, Username, ID number and Email address, or Full name. A file of one's own
has what nbgrader calls them: id, first_name, last_name, email, lms_user_id.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook

from autograde.grading.classroom import CourseError, open_course
from autograde.grading.collect import ID, ID_RULE
from autograde.grading.files import only_one
from autograde.grading.lms import read_csv

#: Which columns hold what, the first that is filled in counts.
_COLUMNS = {
    "id": ("id", "sis login id", "username", "id number", "sis user id", "email address", "email"),
    "first_name": ("first_name", "first name"),
    "last_name": ("last_name", "last name", "surname"),
    "email": ("email", "email address"),
    "lms_user_id": ("lms_user_id",),
}
#: Canvas' own number stands in a column called ID, and is the id only if there is no other.
_CANVAS = {
    "id": ("sis login id", "sis user id", "id"),
    "email": ("email",),
    "lms_user_id": ("id",),
}


@dataclass(frozen=True)
class Entry:
    """One learner of the list: in which line, under which id, and what is known of them."""

    line: int
    id: str
    about: Mapping[str, str]

    @property
    def shown(self) -> str:
        name = " ".join(filter(None, (self.about.get("first_name"), self.about.get("last_name"))))
        return f"line {self.line} ({name or self.id or 'no name'})"


def take_roster(
    course_dir: str | Path, path: str | Path, dry_run: bool = False
) -> dict[str, list[str]]:
    """Enter the class list ``path`` into the gradebook; the ids that are new, changed, unchanged.

    A learner who is there already, by id, number on the platform or mail address, is completed;
    what the list leaves empty stays. Raises CourseError, before anything is written, for a list
    without ids, or in which two lines are the same learner.
    """
    classroom = open_course(course_dir)
    entries = read_roster(Path(path))
    done: dict[str, list[str]] = {"new": [], "changed": [], "unchanged": []}
    with only_one(classroom.root, "roster"), classroom.gradebook() as book:
        before = {student.id: student for student in book.students}
        for student, entry in _placed(entries, book, Path(path)).items():
            known = before.get(student)
            now = {k: getattr(known, k) or "" for k in entry.about} if known else None
            state = "new" if now is None else "unchanged" if now == entry.about else "changed"
            done[state].append(student)
            if state != "unchanged" and not dry_run:
                book.update_or_create_student(student, **entry.about)
    return done


def read_roster(path: Path) -> list[Entry]:
    """The learners of a class list, in its order; CourseError for a list that cannot be one."""
    rows = read_csv(path, "roster", delimiters=",;\t")
    head = [cell.strip().casefold() for cell in rows[0]]
    canvas = "student" in head and "id" in head
    columns = _CANVAS if canvas else _COLUMNS
    if not set(columns["id"]) & set(head):
        raise CourseError(
            f"roster: {path} must have a column with ids, one of {', '.join(_COLUMNS['id'])}; "
            f"it has {', '.join(rows[0])}. Nothing was changed."
        )
    entries, trouble = [], []
    for line, row in enumerate(rows[1:], 2):
        cells = dict(zip(head, map(str.strip, row), strict=False))
        whole = cells.get("student") or cells.get("full name") or cells.get("name") or ""
        if not any(cells.values()) or (canvas and not cells.get("id")):
            continue  # an empty line, or Canvas' lines about points
        if canvas and whole == "Student, Test":
            continue
        found = {k: next(filter(None, map(cells.get, v)), "") for k, v in columns.items()}
        last, comma, first = whole.partition(",")
        named = (
            {"last_name": last.strip(), "first_name": first.strip()}
            if comma
            else {"last_name": whole}
        )
        about = {k: v for k, v in {**named, **{k: v for k, v in found.items() if v}}.items() if v}
        entry = Entry(line, about.pop("id", ""), about)
        entries.append(entry)
        if not ID.fullmatch(entry.id):
            trouble.append(f"{entry.shown} has the id {entry.id!r}; {ID_RULE}")
    if trouble:
        raise CourseError(f"roster: {path}: {'; '.join(trouble)}. Nothing was changed.")
    if not entries:
        raise CourseError(f"roster: {path} must have one learner at least; it has none.")
    return entries


def _placed(entries: list[Entry], book: Gradebook, path: Path) -> dict[str, Entry]:
    """Each entry under the id that the learner has in the course, or gets."""
    known: dict[str, set[str]] = defaultdict(set)
    for student in book.students:
        for key in _keys(student.id, student.lms_user_id, student.email):
            known[key].add(student.id)
    placed: dict[str, Entry] = {}
    lines: dict[str, list[Entry]] = defaultdict(list)
    trouble = []
    for entry in entries:
        keys = _keys(entry.id, entry.about.get("lms_user_id"), entry.about.get("email"))
        found = set().union(*(known[key] for key in keys))
        if len(found) > 1:
            trouble.append(f"{entry.shown} fits {' and '.join(sorted(found))} of the gradebook")
        placed[next(iter(found)) if len(found) == 1 else entry.id] = entry
        for key in keys:
            lines[key].append(entry)
    twice = {tuple(e.line for e in same): key for key, same in lines.items() if len(same) > 1}
    for same, key in twice.items():
        who = " and ".join(e.shown for e in entries if e.line in same)
        trouble.append(f"{who} have the same {key}")
    if trouble:
        raise CourseError(
            f"roster: {path}: {'; '.join(trouble)}. Repair the list; nothing was changed."
        )
    return placed


def _keys(id: str, lms: str | None, email: str | None) -> list[str]:
    pairs = (("id", id), ("number", lms), ("address", (email or "").casefold()))
    return [f"{kind} {value}" for kind, value in pairs if value]
