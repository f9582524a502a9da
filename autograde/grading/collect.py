"""Put what learners handed in where the grader looks: from an LMS export or a folder.

Canvas names files ``doejane_LATE_123_456_work-2.ipynb``, Moodle folders
``Jane Doe_123_assignsubmission_file_``; other exports have a folder per learner or a file
per learner. Archives are read, never unpacked, so no name in one can lead anywhere.
Whatever is found ends as a line of the report: used, replaced, unknown, or why not.
"""

from __future__ import annotations

import io
import json
import os
import re
import stat
import unicodedata
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from autograde.grading.classroom import Classroom, CourseError, open_course
from autograde.grading.files import replace_text
from autograde.grading.repair import MAX_BYTES, kin

#: An archive in an archive in an archive is not read.
DEPTH = 2
#: More than this in one export is not read.
MAX_FILES, MAX_TOTAL = 100_000, 8 * 2**30
#: Remembers which file of an export was whose.
ORIGINS = "collected.json"

_CANVAS = re.compile(r"(?P<name>[^_]+)_(?P<late>LATE_)?(?P<id>\d+)_(?P<number>\d+)_(?P<file>.+)")
_MOODLE = re.compile(r"(?P<name>.+)_(?P<id>\d+)_assignsubmission_[a-z]+_?(?P<file>.*)")
_AGAIN = re.compile(r"(?:-(\d{1,3})| ?\((\d{1,3})\))$")
_SYSTEM = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini", ".ipynb_checkpoints")


@dataclass(frozen=True)
class Found:
    """A file of the export: where it was, what it holds, when it was last changed."""

    parts: tuple[str, ...]
    data: bytes
    changed: datetime | None

    @property
    def path(self) -> str:
        return "/".join(self.parts)


@dataclass(frozen=True)
class Line:
    """What became of one learner or one file. ``state`` is new, replaced, unchanged,
    skipped, unknown or unused; the last two need a look."""

    state: str
    who: str
    about: str = ""


def printable(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text)


@dataclass
class Collected:
    """The report of a run."""

    lines: list[Line] = field(default_factory=list)

    def add(self, state: str, who: str, about: str = "") -> None:
        """Names in an archive may hold anything, also what a terminal obeys."""
        self.lines.append(Line(state, printable(who), printable(about)))

    def count(self, state: str) -> int:
        return sum(line.state == state for line in self.lines)

    @property
    def to_look_at(self) -> list[Line]:
        return [line for line in self.lines if line.state in ("unknown", "unused")]


def collect(
    course_dir: str | Path,
    assignment: str,
    source: str | Path,
    create: bool = False,
    zone: str | None = None,
    dry_run: bool = False,
) -> Collected:
    """Read ``source``, a folder or zip, into ``submitted/`` of the course.

    Learners are recognised by their id, LMS id or name in the gradebook. Unknown ones are
    reported; with ``create`` they are added. With ``zone``, such as "Europe/Dublin", the
    times in the export become the times of handing in. What was collected before and is now
    another file is kept in ``superseded/``. Raises CourseError for a source, an assignment or
    a zone that does not exist.
    """
    classroom = open_course(course_dir)
    classroom.chosen(assignment)
    clock = _zone(zone)
    report = Collected()
    desk = _Desk(classroom, assignment, report, create, dry_run)
    by_owner: dict[str, list[tuple[Found, Owner]]] = defaultdict(list)
    for found in _files(Path(source), report, clock):
        owner = _owner(found.parts, assignment, desk.known)
        if owner is None:
            report.add("unused", found.path, "nothing in its name or folder tells whose it is")
            continue
        by_owner[owner.key].append((found, owner))
    for key in sorted(by_owner):
        desk.take(by_owner[key], keep_times=clock is not None)
    if desk.taken and not dry_run:
        _remember(classroom.root, assignment, desk.taken)
    return report


def collected_from(root: Path, assignment: str) -> dict[str, str]:
    """Where in an export the work of each learner was: what leads feedback back to them."""
    try:
        return dict(json.loads((root / ORIGINS).read_text(encoding="utf-8")).get(assignment, {}))
    except (OSError, ValueError, AttributeError):
        return {}


def _remember(root: Path, assignment: str, taken: dict[str, str]) -> None:
    path = root / ORIGINS
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        known = {}
    known[assignment] = {**known.get(assignment, {}), **taken}
    replace_text(path, json.dumps(known, indent=1, ensure_ascii=False), 0o600)


def _zone(name: str | None) -> ZoneInfo | None:
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise CourseError(
            f"collect: wants a time zone such as Europe/Dublin or UTC; there is no {name!r}."
        ) from None


# -- reading -------------------------------------------------------------------------


def _files(source: Path, report: Collected, zone: ZoneInfo | None) -> Iterator[Found]:
    if source.is_dir():
        yield from _of_folder(source, report, zone)
    elif zipfile.is_zipfile(source):
        with zipfile.ZipFile(source) as archive:
            yield from _of_zip(archive, (), report, zone, 0)
    else:
        what = "it is neither" if source.exists() else "there is nothing"
        raise CourseError(f"collect: wants a folder or a zip file; {what} at {source}.")


def _of_folder(top: Path, report: Collected, zone: ZoneInfo | None) -> Iterator[Found]:
    system = 0
    for folder, folders, names in os.walk(top):
        folders[:] = sorted(f for f in folders if f not in _SYSTEM)
        for name in sorted(names):
            path = Path(folder, name)
            parts = path.relative_to(top).parts
            if name in _SYSTEM or name.startswith("._"):
                system += 1
                continue
            try:
                status = path.lstat()
                if not stat.S_ISREG(status.st_mode):
                    report.add("unused", "/".join(parts), "not a plain file")
                    continue
                if not _fits(status.st_size, "/".join(parts), report):
                    continue
                data = path.read_bytes()
            except OSError as error:
                report.add("unused", "/".join(parts), f"cannot be read: {error.strerror}")
                continue
            yield from _opened(
                Found(parts, data, datetime.fromtimestamp(status.st_mtime, UTC)), report, zone, 0
            )
    _tell_system(system, report)


def _of_zip(
    archive: zipfile.ZipFile,
    before: tuple[str, ...],
    report: Collected,
    zone: ZoneInfo | None,
    depth: int,
) -> Iterator[Found]:
    system = total = 0
    members = archive.infolist()
    if len(members) > MAX_FILES:
        report.add("unused", "/".join(before) or "the archive", f"it has {len(members)} files")
        return
    for member in members:
        name = member.filename.replace("\\", "/")
        parts = tuple(p for p in name.split("/") if p not in ("", "."))
        where = "/".join((*before, *parts))
        if member.is_dir() or not parts:
            continue
        if any(p in _SYSTEM for p in parts) or parts[-1].startswith("._"):
            system += 1
            continue
        if name.startswith("/") or ".." in parts or ":" in parts[0] or "\0" in name:
            report.add("unused", where, "its path leads out of the archive")
            continue
        if stat.S_ISLNK(member.external_attr >> 16):
            report.add("unused", where, "a link, not a file")
            continue
        total += member.file_size
        if total > MAX_TOTAL:
            report.add("unused", where, f"the archive holds more than {MAX_TOTAL // 2**30} GB")
            return
        if not _fits(member.file_size, where, report):
            continue
        try:
            data = archive.read(member)
        except Exception as error:  # zipfile raises what its many decoders do
            report.add("unused", where, f"cannot be read from the archive: {error}")
            continue
        yield from _opened(
            Found((*before, *parts), data, _zip_time(member, zone)), report, zone, depth
        )
    _tell_system(system, report)


def _opened(found: Found, report: Collected, zone: ZoneInfo | None, depth: int) -> Iterator[Found]:
    """The file, or what is in it if it is an archive that a learner handed in."""
    if not found.parts[-1].lower().endswith(".zip"):
        yield found
        return
    if depth >= DEPTH:
        report.add("unused", found.path, "an archive in an archive in an archive")
        return
    try:
        with zipfile.ZipFile(io.BytesIO(found.data)) as inner:
            yield from _of_zip(inner, found.parts, report, zone, depth + 1)
    except zipfile.BadZipFile:
        report.add("unused", found.path, "not a zip file, whatever its name")


def _fits(size: int, where: str, report: Collected) -> bool:
    if size <= MAX_BYTES:
        return True
    report.add("unused", where, f"{size / 2**20:.0f} MB; at most {MAX_BYTES // 2**20} are read")
    return False


def _zip_time(member: zipfile.ZipInfo, zone: ZoneInfo | None) -> datetime | None:
    """The time in a zip has no zone of its own."""
    try:
        return datetime(*member.date_time, tzinfo=zone or UTC).astimezone(UTC)
    except ValueError:
        return None


def _tell_system(count: int, report: Collected) -> None:
    if count:
        report.add("skipped", f"{count} files of operating systems and editors")


# -- whose it is -----------------------------------------------------------------------


@dataclass(frozen=True)
class Owner:
    """Who a file says that it belongs to."""

    key: str  # the same for all files of one learner
    id: str = ""  # in the LMS, or in the course
    name: str = ""
    late: bool = False


def _owner(parts: tuple[str, ...], assignment: str, known: set[str]) -> Owner | None:
    for part in reversed(parts):
        if match := _MOODLE.fullmatch(part):
            return Owner(f"moodle {match['id']}", match["id"], match["name"])
    for part in reversed(parts):
        if match := _CANVAS.fullmatch(part):
            return Owner(f"canvas {match['id']}", match["id"], match["name"], bool(match["late"]))
    folders = [re.sub(r"\.zip$", "", p, flags=re.IGNORECASE) for p in parts[:-1]]
    for part in folders:
        if part in known:
            return Owner(f"id {part}", part)
    own = [a for a, b in zip(folders, parts, strict=False) if a != b]  # a learner's archive
    named = own or [p for p in folders if p not in (assignment, "submitted")][-1:]
    if named:
        return Owner(f"id {named[0]}", named[0], named[0])
    stem = _AGAIN.sub("", Path(parts[-1]).stem)
    stem = re.sub(rf"[-_ ]*{re.escape(assignment)}$", "", stem) or stem
    return None if stem == assignment else Owner(f"id {stem}", stem, stem)


def _folded(text: str) -> str:
    """Letters and digits only, without accents, for comparing names."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in plain if c.isalnum())


class Roster:
    """The learners of the gradebook, by every name that an export may use."""

    def __init__(self, classroom: Classroom) -> None:
        self.ids: set[str] = set()
        self._by: dict[str, set[str]] = defaultdict(set)
        with classroom.gradebook() as book:
            for student in book.students:
                self.ids.add(student.id)
                first, last = student.first_name or "", student.last_name or ""
                for text in (student.lms_user_id, student.email):
                    if text:
                        self._by[f"lms {text}"].add(student.id)
                for text in (first + last, last + first):
                    if _folded(text):
                        self._by[f"name {_folded(text)}"].add(student.id)

    def find(self, owner: Owner) -> tuple[str | None, str]:
        """The learner's id in the course, or None and why not."""
        if owner.id in self.ids:
            return owner.id, ""
        for key in (f"lms {owner.id}", f"name {_folded(owner.name)}"):
            found = self._by.get(key, set())
            if len(found) == 1:
                return next(iter(found)), ""
            if found:
                return None, f"{len(found)} learners fit: {', '.join(sorted(found))}"
        return None, "not in the gradebook"


# -- writing -----------------------------------------------------------------------------


class _Desk:
    def __init__(
        self,
        classroom: Classroom,
        assignment: str,
        report: Collected,
        create: bool,
        dry_run: bool,
    ) -> None:
        self.classroom, self.assignment, self.report = classroom, assignment, report
        self.create, self.dry_run = create, dry_run
        self.roster = Roster(classroom)
        self.known = self.roster.ids
        self.ids = classroom.tracked(assignment)
        self.taken: dict[str, str] = {}

    def take(self, files: list[tuple[Found, Owner]], keep_times: bool) -> None:
        """Choose the notebook of one learner and put it in its place."""
        owner = files[0][1]
        notebooks = [f for f, _ in files if f.parts[-1].lower().endswith(".ipynb")]
        for found, _ in files:
            if found not in notebooks:
                self.report.add("unused", found.path, "not a notebook")
        student, why = self.roster.find(owner)
        shown = owner.name or owner.id
        if student is None:
            student = self._created(owner) if self.create else None
            if student is None:
                names = ", ".join(f.path for f in notebooks) or "no notebook"
                self.report.add("unknown", shown, f"{why}; {names}")
                return
        if not notebooks:
            self.report.add("unused", shown, "handed in no notebook")
            return
        if student in self.taken:
            self.report.add(
                "unused", shown, f"{student} was already taken from {self.taken[student]}"
            )
            return
        best = max(notebooks, key=self._rank)
        self.taken[student] = best.path
        notes = [] if len(notebooks) == 1 else [f"{best.path}, the last of {len(notebooks)}"]
        if not kin(best.data, self.ids):
            notes.append(f"{best.path} has no cell of {self.assignment}")
        if any(o.late for _, o in files):
            notes.append("marked late by the LMS")
        state = self._put(student, best, keep_times)
        self.report.add(state, student, "; ".join(notes))

    def _rank(self, found: Found) -> tuple[int, int, datetime, str]:
        """Of several, the one most like the assignment; of those the last attempt."""
        match = _AGAIN.search(Path(found.parts[-1]).stem)
        attempt = int(match[1] or match[2]) if match else 0
        when = found.changed or datetime.min.replace(tzinfo=UTC)
        return kin(found.data, self.ids), attempt, when, found.path

    def _created(self, owner: Owner) -> str | None:
        name = owner.id
        if not re.fullmatch(r"[^\W][^/\\\x00-\x1f]{0,99}", name) or name in (".", ".."):
            return None
        if not self.dry_run:
            with self.classroom.gradebook() as book:
                book.update_or_create_student(name, last_name=owner.name, lms_user_id=owner.id)
        self.known.add(name)
        return name

    def _put(self, student: str, found: Found, keep_times: bool) -> str:
        folder = self.classroom.folder("submitted", student, self.assignment)
        target = folder / f"{self.assignment}.ipynb"
        old = target.read_bytes() if target.is_file() else None
        state = "new" if old is None else "unchanged" if old == found.data else "replaced"
        if self.dry_run or state == "unchanged":
            return state
        folder.mkdir(parents=True, exist_ok=True)
        if old is not None:
            kept = self.classroom.root / "superseded" / student / self.assignment
            kept.mkdir(parents=True, exist_ok=True)
            (kept / f"{len(list(kept.iterdir())) + 1:03d}.ipynb").write_bytes(old)
        target.write_bytes(found.data)
        if keep_times and found.changed is not None:
            stamp = f"{found.changed:%Y-%m-%d %H:%M:%S} UTC"
            (folder / "timestamp.txt").write_text(stamp, encoding="utf-8")
        return state
