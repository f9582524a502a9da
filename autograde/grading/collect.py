"""Put what learners handed in where the grader looks: from an LMS export or a folder.

Canvas names files ``doejane_LATE_123_456_work-2.ipynb``, Moodle folders
``Jane Doe_123_assignsubmission_file_``; other exports have a folder per learner or a file
per learner. Archives are read, never unpacked, so no name in one can lead anywhere.
Whatever is found ends as a line of the report: used, replaced, unknown, or why not.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import stat
import unicodedata
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from autograde.grading.classroom import Classroom, CourseError, open_course
from autograde.grading.files import only_one, replace_bytes, replace_text
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
    """A file of the export: where it was, how to read it, when it was last changed.

    It is read again when it is wanted, so that a large class is never in memory at once.
    """

    parts: tuple[str, ...]
    read: Callable[[], bytes]
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
    origins = read_origins(classroom.root)
    with contextlib.ExitStack() as stack:
        if not dry_run:
            stack.enter_context(only_one(classroom.root, "collect"))
        desk = _Desk(classroom, assignment, report, create, dry_run)
        by_owner: dict[str, list[tuple[Found, Owner]]] = defaultdict(list)
        for found in _files(Path(source), report, clock, stack):
            owner = _owner(found.parts, assignment, desk.roster)
            if owner is None:
                report.add("unused", found.path, "nothing in its name or folder tells whose it is")
                continue
            by_owner[owner.key].append((found, owner))
        if not (by_owner or report.lines):
            report.add("unused", str(source), "there is no file in it")
        for key in sorted(by_owner):
            desk.take(by_owner[key], keep_times=clock is not None)
        if desk.taken and not dry_run:
            origins[assignment] = {**origins.get(assignment, {}), **desk.taken}
            write_origins(classroom.root, origins)
    return report


def read_origins(root: Path) -> dict[str, dict[str, str]]:
    """Where in an export the work of each learner was, by assignment: what leads feedback back.

    CourseError for a file that is there and cannot be read: what it held would be lost.
    """
    path = root / ORIGINS
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError:
        known = None
    if not isinstance(known, dict) or not all(isinstance(v, dict) for v in known.values()):
        raise CourseError(
            f"course {root}: {ORIGINS} must say where work was collected from; it cannot be read. "
            "Restore it from a backup, or move it away and collect the exports again."
        )
    return known


def write_origins(root: Path, known: dict[str, dict[str, str]]) -> None:
    replace_text(root / ORIGINS, json.dumps(known, indent=1, ensure_ascii=False), 0o600)


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


def _files(
    source: Path, report: Collected, zone: ZoneInfo | None, stack: contextlib.ExitStack
) -> Iterator[Found]:
    """What is in ``source``; it can be read until ``stack`` closes."""
    if source.is_dir():
        yield from _of_folder(source, report, zone)
    elif zipfile.is_zipfile(source):
        archive = stack.enter_context(zipfile.ZipFile(source))
        yield from _of_zip(archive, (), report, zone, 0, archive.read)
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
            when = datetime.fromtimestamp(status.st_mtime, UTC)
            yield from _opened(Found(parts, path.read_bytes, when), data, report, zone, 0)
    _tell_system(system, report)


def _of_zip(
    archive: zipfile.ZipFile,
    before: tuple[str, ...],
    report: Collected,
    zone: ZoneInfo | None,
    depth: int,
    again: Callable[[zipfile.ZipInfo], bytes],
) -> Iterator[Found]:
    """The files of ``archive``; ``again`` reads one of them later."""
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
        found = Found((*before, *parts), partial(again, member), _zip_time(member, zone))
        yield from _opened(found, data, report, zone, depth)
    _tell_system(system, report)


def _opened(
    found: Found, data: bytes, report: Collected, zone: ZoneInfo | None, depth: int
) -> Iterator[Found]:
    """The file, or what is in it if it is an archive that a learner handed in."""
    if not found.parts[-1].lower().endswith(".zip"):
        yield found
        return
    if depth >= DEPTH:
        report.add("unused", found.path, "an archive in an archive in an archive")
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as inner:
            again = partial(_member, found.read)
            yield from _of_zip(inner, found.parts, report, zone, depth + 1, again)
    except zipfile.BadZipFile:
        report.add("unused", found.path, "not a zip file, whatever its name")


def _member(outer: Callable[[], bytes], member: zipfile.ZipInfo) -> bytes:
    """A file of an archive that is itself in an export."""
    with zipfile.ZipFile(io.BytesIO(outer())) as archive:
        return archive.read(member)


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


def _owner(parts: tuple[str, ...], assignment: str, roster: Roster) -> Owner | None:
    """From the outside in: the platform names the outer folders and files, and learners what is
    inside of them. A name of their choice must not hand in for somebody else.
    """
    folders = [re.sub(r"\.zip$", "", p, flags=re.IGNORECASE) for p in parts[:-1]]
    for part, folder in zip(parts, [*folders, None], strict=True):
        if match := _MOODLE.fullmatch(part):
            return Owner(f"moodle {match['id']}", match["id"], match["name"])
        if match := _CANVAS.fullmatch(part):
            return Owner(f"canvas {match['id']}", match["id"], match["name"], bool(match["late"]))
        if folder is not None and roster.find(Owner("", folder, folder))[0]:
            return Owner(f"id {folder}", folder, folder)
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


UNKNOWN = "not in the gradebook"
#: What a learner may be called: it is the name of a folder.
ID = re.compile(r"[^\W][^/\\\x00-\x1f]{0,99}")
ID_RULE = "an id begins with a letter or a digit and has 100 characters at most"


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
        return None, UNKNOWN


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
            if self.create and why == UNKNOWN:
                student, why = self._created(owner)
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
        cells = {found: kin(found.read(), self.ids) for found in notebooks}
        # One cell that was deleted does not make the attempt before it the one to grade.
        enough = max(cells.values()) / 2
        best = max((f for f in notebooks if cells[f] >= enough), key=_attempt)
        self.taken[student] = best.path
        notes = [] if len(notebooks) == 1 else [f"{best.path}, the last of {len(notebooks)}"]
        if not cells[best]:
            notes.append(f"{best.path} has no cell of {self.assignment}")
        if any(o.late for _, o in files):
            notes.append("marked late by the LMS")
        state, more = self._put(student, best, keep_times)
        self.report.add(state, student, "; ".join([*notes, *more]))

    def _created(self, owner: Owner) -> tuple[str | None, str]:
        """The id of a learner who is new, or None and why there is none."""
        name = owner.id
        if not ID.fullmatch(name):
            return None, ID_RULE
        if not self.dry_run:
            with self.classroom.gradebook() as book:
                book.update_or_create_student(name, last_name=owner.name, lms_user_id=owner.id)
        self.roster.ids.add(name)
        return name, ""

    def _put(self, student: str, found: Found, keep_times: bool) -> tuple[str, list[str]]:
        """Write the file in its place; what it was, and what to know of its time."""
        folder = self.classroom.folder("submitted", student, self.assignment)
        target, stamp = folder / f"{self.assignment}.ipynb", folder / "timestamp.txt"
        data = found.read()
        old = target.read_bytes() if target.is_file() else None
        state = "new" if old is None else "unchanged" if old == data else "replaced"
        timed = keep_times and found.changed is not None
        notes = []
        if state == "unchanged" and timed and not stamp.exists():
            notes = ["its time was added"]
        elif state == "replaced" and not timed and stamp.exists():
            notes = ["the time of the earlier file was taken away; --times adds one"]
        if self.dry_run or (state == "unchanged" and not notes):
            return state, notes
        folder.mkdir(parents=True, exist_ok=True)
        if state == "replaced":
            kept = self.classroom.root / "superseded" / student / self.assignment
            kept.mkdir(parents=True, exist_ok=True)
            last = max((int(p.stem) for p in kept.glob("*.ipynb") if p.stem.isdecimal()), default=0)
            replace_bytes(kept / f"{last + 1:03d}.ipynb", old)
            stamp.unlink(missing_ok=True)
        if state != "unchanged":
            replace_bytes(target, data)
        if timed:
            replace_text(stamp, f"{found.changed:%Y-%m-%d %H:%M:%S} UTC")
        return state, notes


def _attempt(found: Found) -> tuple[int, datetime, list[str | int]]:
    """Platforms number the attempts of a learner; where they do not, the time tells, and of the
    same second the number in the name."""
    match = _AGAIN.search(Path(found.parts[-1]).stem)
    attempt = int(match[1] or match[2]) if match else 0
    digits = [
        int(p) if n % 2 else p for n, p in enumerate(re.split(r"(\d+)", found.path, flags=re.A))
    ]
    return attempt, found.changed or datetime.min.replace(tzinfo=UTC), digits
