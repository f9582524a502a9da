"""Grade a class: read, hand to workers, write down. The only process that writes.

Safe to stop and start again at any moment: a submission counts as done when its record
is there, and the record is written last.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from autograde.grading.audit import Trail
from autograde.grading.classroom import (
    RECORD,
    Classroom,
    CourseError,
    Submission,
    open_course,
    paper_digest,
)
from autograde.grading.files import HALF, only_one, replace_text
from autograde.grading.judge import Paper, leave_quietly, work
from autograde.grading.ledger import Ledger
from autograde.grading.sandbox import Limits, Sandbox


@dataclass(frozen=True)
class Row:
    """What became of one submission. ``state`` is graded, unchanged or failed."""

    student: str
    assignment: str
    state: str
    score: float = 0.0
    max_score: float = 0.0
    seconds_late: float = 0.0
    penalty: float = 0.0
    needs_manual_grade: bool = False
    flags: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True)
class Summary:
    """The whole run. ``failed`` rows are our trouble, never a learner's zero."""

    rows: tuple[Row, ...] = field(repr=False)
    seconds: float
    #: Seconds of all submissions together: repair, run, judge (in the workers), save (here).
    steps: dict[str, float] = field(default_factory=dict)

    def count(self, state: str) -> int:
        return sum(row.state == state for row in self.rows)

    @property
    def flagged(self) -> list[Row]:
        return [row for row in self.rows if row.flags]

    def data(self) -> dict[str, Any]:
        """For machines: counts, seconds, and a record per row."""
        return {
            "seconds": round(self.seconds, 3),
            "steps": {name: round(spent, 3) for name, spent in self.steps.items()},
            "counts": {s: self.count(s) for s in ("graded", "unchanged", "failed")},
            "flagged": len(self.flagged),
            "rows": [asdict(row) for row in self.rows],
        }


Progress = Callable[[int, int, Row], None]


def grade(
    course_dir: str | Path,
    assignment: str | None = None,
    jobs: int | None = None,
    force: bool = False,
    unsafe: bool = False,
    only: Sequence[str] | None = None,
    progress: Progress | None = None,
    executor: Executor | None = None,
    limits: Limits | None = None,
    regrade: Sequence[str] = (),
    why: str = "",
) -> Summary:
    """Grade what is new or changed in ``course_dir``; everything with ``force``.

    With ``regrade``, judge only these exercises again: every other score stays as it is, and
    so does all that was graded by hand. Every score that changes goes into the audit trail, with
    ``why``. ``only`` names students. ``jobs`` is the number of worker processes (default: one per
    processor); with ``executor`` (say, ``distributed.Client(...).get_executor()``) the
    work goes there instead. Raises CourseError for a folder that is no course, and
    SandboxError if learner code cannot be kept away from this machine.
    """
    started = time.perf_counter()
    classroom = open_course(course_dir)
    papers = {name: classroom.paper(name, unsafe, limits) for name in classroom.chosen(assignment)}
    if regrade:
        papers = _with_exercises(papers, regrade)
    names = list(papers)
    _check_students(classroom, names, only)
    if executor is None:
        with Sandbox(limits, unsafe):  # says at once what is missing
            pass
    rows: list[Row] = []
    steps: Counter[str] = Counter()
    trail = Trail(classroom.root, why or ("regraded" if regrade else "graded again"))
    with only_one(classroom.root, "grade"):
        classroom.back_up()
        with Ledger(classroom) as ledger, Workers(jobs, executor) as workers:
            trail.catch_up(ledger.gradebook, names)
            for name in names:
                ledger.check(name)
                run = _Run(classroom, ledger, trail, papers[name], force, only, tuple(regrade))
                total = len(rows) + len(run.students)
                for row in run.rows(workers):
                    rows.append(row)
                    if progress:
                        progress(len(rows), total, row)
                steps.update(run.steps)
    rows.sort(key=lambda row: (names.index(row.assignment), row.student))
    return Summary(tuple(rows), time.perf_counter() - started, dict(steps))


def _with_exercises(papers: dict[str, Paper], slugs: Sequence[str]) -> dict[str, Paper]:
    """The papers that ask for one of ``slugs``; CourseError for one that none asks for."""
    known = {slug for paper in papers.values() for slug in paper.slugs}
    unknown = sorted(set(slugs) - known)
    if unknown:
        raise CourseError(
            f"grade: no exercise {', '.join(unknown)} in this course; "
            f"there are {', '.join(sorted(known))}."
        )
    return {name: paper for name, paper in papers.items() if set(paper.slugs) & set(slugs)}


def _check_students(classroom: Classroom, names: list[str], only: Sequence[str] | None) -> None:
    known = {student for name in names for student in classroom.students(name)}
    unknown = sorted(set(only or ()) - known)
    if unknown:
        raise CourseError(
            f"course {classroom.root}: no submission of {', '.join(unknown)}; "
            f"there are {len(known)} students with one."
        )


class _Run:
    """One assignment of one run."""

    def __init__(
        self,
        classroom: Classroom,
        ledger: Ledger,
        trail: Trail,
        paper: Paper,
        force: bool,
        only: Sequence[str] | None,
        regrade: tuple[str, ...],
    ) -> None:
        self.classroom, self.ledger, self.paper = classroom, ledger, paper
        self.trail = trail
        self.name = paper.assignment
        self.part = replace(paper, only=regrade) if regrade else None
        self.per_student = classroom.per_student(self.name)
        self.force = force
        self.steps: Counter[str] = Counter()
        self.digest = paper_digest(self._for(paper, "each learner"))
        self.known = ledger.known(self.name)
        self.students = [
            student
            for student in classroom.students(self.name)
            if only is None or student in set(only)
        ]

    def rows(self, workers: Workers) -> Iterator[Row]:
        """A row per student: first come, first written."""
        waiting: list[Row] = []
        # A run that was killed leaves files half written, also where nothing has to be graded.
        for student in self.students:
            for half in self.classroom.folder("autograded", student, self.name).glob(f"{HALF}*"):
                half.unlink()

        def todo() -> Iterator[tuple[Submission, tuple[Any, ...]]]:
            for student in self.students:
                submission = self.classroom.submission(student, self.name)
                before = self._before(submission)
                if self.part and before and before.get("file") == submission.fingerprint:
                    paper = self._for(self.part, student)
                    yield submission, (paper, submission.data, submission.flags, before)
                elif (done := self._done(submission, before)) is not None:
                    waiting.append(done)
                else:
                    paper = self._for(self.paper, student)
                    yield submission, (paper, submission.data, submission.flags)

        for submission, outcome in workers.map(todo()):
            yield from _drain(waiting)
            yield self._settle(submission, outcome)
        yield from _drain(waiting)

    def _for(self, paper: Paper, student: str) -> Paper:
        """The paper of one learner, if each has an own draw of the hidden questions."""
        return replace(paper, student=student) if self.per_student else paper

    def _before(self, submission: Submission) -> dict[str, Any] | None:
        """The record of the last grading, if the gradebook has it, too."""
        if submission.student not in self.known:
            return None
        return self.classroom.record(submission.student, self.name)

    def _done(self, submission: Submission, record: dict[str, Any] | None) -> Row | None:
        """The row of a submission that has not changed since it was graded."""
        if self.force or record is None or record.get("key") != submission.digest(self.digest):
            return None
        row = {**record["row"], "flags": tuple(record["flags"]), "state": "unchanged"}
        return Row(**row)

    def _settle(self, submission: Submission, outcome: dict[str, Any] | Exception) -> Row:
        if not isinstance(outcome, Exception):
            try:
                return self._write(submission, outcome)
            except Exception as error:  # a row must never take the batch down
                outcome = error
        said = " ".join(str(outcome).split())
        reason = f"Not graded, run grade again: {type(outcome).__name__}: {said}"
        return Row(submission.student, self.name, "failed", flags=(reason,))

    def _write(self, submission: Submission, record: dict[str, Any]) -> Row:
        """The gradebook, then the notebook, then the record that says it is done."""
        started = time.perf_counter()
        entry = self.ledger.write(submission, record, self.trail.add)
        row = Row(
            submission.student,
            self.name,
            "graded",
            entry.score,
            entry.max_score,
            entry.seconds_late,
            entry.penalty,
            entry.needs_manual_grade,
            tuple(record["flags"]),
            record["seconds"],
        )
        folder = self.classroom.folder("autograded", submission.student, self.name)
        folder.mkdir(parents=True, exist_ok=True)
        replace_text(folder / f"{self.name}.ipynb", record["notebook"])
        stamp = self.classroom.folder("submitted", submission.student, self.name) / "timestamp.txt"
        if submission.timestamp is not None:
            replace_text(folder / "timestamp.txt", stamp.read_text(encoding="utf-8"))
        kept = {k: v for k, v in record.items() if k not in ("pieces", "notebook")}
        kept |= {
            "student": submission.student,
            "timestamp": submission.timestamp.isoformat() if submission.timestamp else None,
            "row": {k: v for k, v in asdict(row).items() if k not in ("flags", "state")},
            "key": submission.digest(self.digest),
            "file": submission.fingerprint,
        }
        replace_text(folder / RECORD, json.dumps(kept))
        self.steps.update(record["steps"])
        self.steps["save"] += time.perf_counter() - started
        return row


def _drain(rows: list[Row]) -> Iterator[Row]:
    yield from rows
    rows.clear()


# -- workers -------------------------------------------------------------------------


class Workers:
    """Runs :func:`work` somewhere: here, in a pool of processes, or in ``executor``."""

    def __init__(self, jobs: int | None = None, executor: Executor | None = None) -> None:
        self.jobs = max(1, jobs or os.cpu_count() or 1)
        self.given = executor
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def map(
        self, todo: Iterator[tuple[Submission, tuple[Any, ...]]]
    ) -> Iterator[tuple[Submission, dict[str, Any] | Exception]]:
        """Each submission with its record, or with what kept us from making one.

        A few submissions per worker are under way at a time, so that a large class is
        never in memory at once. First come, first written: a slow one holds up nobody.
        """
        under_way: dict[Future[Any], tuple[Submission, tuple[Any, ...], Executor | None]] = {}
        window = 4 * self.jobs if self.given is None else 256

        def come() -> Iterator[tuple[Submission, dict[str, Any] | Exception]]:
            for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                yield self._finish(*under_way.pop(future), future)

        for submission, arguments in todo:
            future = self._submit(arguments)
            if isinstance(future, Exception):
                yield submission, future
                continue
            under_way[future] = submission, arguments, self._pool
            if len(under_way) >= window:
                yield from come()
        while under_way:
            yield from come()

    def _executor(self) -> Executor:
        if self.given is not None:
            return self.given
        if self._pool is None:
            # spawn: a worker must not inherit the open gradebook
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(
                self.jobs, mp_context=context, initializer=leave_quietly
            )
        return self._pool

    def _submit(self, arguments: tuple[Any, ...]) -> Future[Any] | Exception:
        for attempt in (1, 2):
            try:
                return self._executor().submit(work, *arguments)
            except (BrokenExecutor, RuntimeError) as error:
                if attempt == 2 or self.given is not None:
                    return error
                self._forget_pool()
        raise AssertionError("unreachable")

    def _finish(
        self,
        submission: Submission,
        arguments: tuple[Any, ...],
        pool: Executor | None,
        future: Future[Any] | Exception,
    ) -> tuple[Submission, dict[str, Any] | Exception]:
        outcome = _outcome(future)
        if isinstance(outcome, BrokenExecutor):
            # A worker died, perhaps over another submission: this one gets a fresh pool.
            if pool is self._pool:
                self._forget_pool()
            outcome = _outcome(self._submit(arguments))
        return submission, outcome

    def _forget_pool(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None


def _outcome(future: Future[Any] | Exception) -> dict[str, Any] | Exception:
    if isinstance(future, Exception):
        return future
    try:
        return future.result()
    except SystemExit:  # Ctrl-C, and a worker heard of it before this process did
        raise KeyboardInterrupt from None
    except Exception as error:  # it becomes the reason in a row
        return error
