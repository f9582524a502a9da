"""One submission from bytes to a verdict, as plain data. What a worker process does.

Needs the sandbox and the light part of autograde; neither nbgrader nor the gradebook.
"""

from __future__ import annotations

import hmac
import itertools
import os
import re
import signal
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from multiprocessing.util import Finalize
from typing import Any

from autograde.answers import Answer
from autograde.exam import Exam
from autograde.exercise import Exercise
from autograde.exercises import adopt, get, is_known
from autograde.feedback import Feedback, to_dict
from autograde.grading.repair import Repaired, SourceCell, cell_name, repair, unreadable
from autograde.grading.replies import ENDED, Job, JobResult, Limits
from autograde.grading.sandbox import Sandbox
from autograde.grading.verdict_notebook import verdict_notebook
from autograde.personal import drawn, folded


@dataclass(frozen=True)
class Paper:
    """Everything a worker must know about one assignment. Plain data; travels by pickle
    between trusted processes only.

    ``blanks`` are the released texts of the cells that people grade by hand, ``labels``
    the metadata of all released cells, as JSON; both by the cell's nbgrader id. ``only``
    names the exercises to judge; empty, all of them. ``own`` are the texts of exercises that
    are not of the book, by slug. What each is worth stands in ``source``. With a ``student``,
    the hidden questions are drawn for them alone.
    """

    assignment: str
    source: tuple[SourceCell, ...]
    seed: str | None
    blanks: tuple[tuple[str, str], ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    limits: Limits = field(default_factory=Limits)
    unsafe: bool = False
    only: tuple[str, ...] = ()
    own: tuple[tuple[str, str], ...] = ()
    student: str = ""
    keys: tuple[tuple[str, str], ...] = ()

    @property
    def draw(self) -> str | None:
        """What the hidden questions are drawn with; a learner's draw tells nothing of another's."""
        if self.seed is None or not self.student:
            return self.seed
        return hmac.new(self.seed.encode(), self.student.encode(), "sha256").hexdigest()

    @property
    def slugs(self) -> tuple[str, ...]:
        """The exercises of this notebook that are to be judged, in order."""
        names = (cell.id for cell in self.source if cell.solution)
        return tuple(n for n in names if is_known(n) and (not self.only or n in self.only))

    def exercise(self, slug: str) -> Exercise:
        """The exercise with the points of this course, and with the learner's own constants.

        Raises ValueError if the notebook has a test cell of ``slug`` for an aspect that the
        exercise does not have, or none for one that it has: then course and book differ.
        """
        exercise, mark = get(slug), f"{slug}-"
        worth = {
            cell.id.removeprefix(mark): cell.points
            for cell in self.source
            if cell.is_test and cell.id.startswith(mark)
        }
        if set(worth) != set(exercise.points):
            raise ValueError(
                f"{self.assignment}: {slug} is graded by {', '.join(worth) or 'nothing'}; this "
                f"release of the book grades {', '.join(exercise.points)}. Use the release that "
                "the course was made with, or: python -m autograde course DIR --update"
            )
        points = {aspect: worth[aspect] for aspect in exercise.points}
        if points != exercise.points:
            exercise = replace(exercise, points=points)
        key = dict(self.keys).get(slug)
        if key is None or not self.student or not exercise.constants:
            return exercise
        return exercise.of(drawn(exercise.constants, key, self.student))


class Bench:
    """The exams of a paper, made once, and the sandbox that serves them all."""

    def __init__(self, paper: Paper, worker: int = 0) -> None:
        for slug, text in paper.own:
            adopt(slug, text)
        self.set(paper)
        self.sandbox = Sandbox(paper.limits, paper.unsafe, worker)
        self.sandbox.__enter__()

    def set(self, paper: Paper) -> None:
        """Make the exams of ``paper``: once, or again for another learner's draw."""
        self.paper = paper
        self.exams = {slug: Exam(paper.exercise(slug), paper.draw) for slug in paper.slugs}
        self.order = {slug: _visible_first(exam) for slug, exam in self.exams.items()}
        self.jobs = [self._job(slug, exam) for slug, exam in self.exams.items()]

    def close(self) -> None:
        self.sandbox.__exit__()

    def _job(self, slug: str, exam: Exam) -> Job:
        order = self.order[slug]
        calls = [exam.calls[i] for i in order]
        visible = sum(not exam.is_hidden(i) for i in order)
        job = Job(slug, 0, tuple(calls[:visible]), exam.exercise.imports, tuple(calls[visible:]))
        return replace(job, encoded=job.encode())

    def examine(
        self, repaired: Repaired
    ) -> tuple[dict[str, tuple[Feedback, JobResult]], dict[str, float]]:
        """Run and judge every exercise of one repaired submission; the seconds of either."""
        jobs = [replace(job, upto=repaired.upto(job.slug)) for job in self.jobs]
        started = time.perf_counter()
        results = self.sandbox.run(repaired.cells, jobs)
        ran = time.perf_counter()
        examined = {r.slug: (self._feedback(r), r) for r in results}
        return examined, {"run": ran - started, "judge": time.perf_counter() - ran}

    def _feedback(self, result: JobResult) -> Feedback:
        exam, order = self.exams[result.slug], self.order[result.slug]
        answers: list[Answer] = [Answer("lost")] * len(order)
        for index, answer in zip(order, result.answers, strict=True):
            answers[index] = answer
        return exam.feedback(_explained(answers, result))


def _visible_first(exam: Exam) -> list[int]:
    """The hidden questions last, for the learner process has them only then."""
    return sorted(range(len(exam.calls)), key=exam.is_hidden)


def _explained(answers: Iterable[Answer], result: JobResult) -> list[Answer]:
    """Say why a function is missing if its own cell stopped with an error."""
    error = result.cell_errors.get(result.slug)
    if error is None:
        return list(answers)
    stopped = Answer("lost", note=f"The cell stopped before it was through: {error}")
    return [stopped if answer.kind == "missing" else answer for answer in answers]


# -- one submission ------------------------------------------------------------------


def judge(bench: Bench, data: bytes, flags: Sequence[str] = ()) -> dict[str, Any]:
    """The record of one submission: feedback, scores by cell, comments, flags, notebook.

    ``flags`` are what the caller already knows (a renamed file, say).
    """
    started = time.perf_counter()
    return record(bench, repair(data, bench.paper.source), flags, started)


def judge_nothing(bench: Bench, reason: str) -> dict[str, Any]:
    """The record of a submission that has no notebook to read."""
    started = time.perf_counter()
    return record(bench, unreadable(bench.paper.source, reason), (), started)


def record(
    bench: Bench, repaired: Repaired, flags: Sequence[str], started: float
) -> dict[str, Any]:
    steps = {"repair": time.perf_counter() - started}
    examined, more = bench.examine(repaired)
    steps |= more
    all_flags = [
        *flags,
        *repaired.flags,
        *_run_flags(examined),
        *_constant_flags(bench, repaired, examined),
    ]
    texts = {piece.id: piece.source for piece in repaired.pieces if piece.id}
    return {
        "version": 1,
        "assignment": bench.paper.assignment,
        "readable": repaired.readable,
        "exercises": {slug: to_dict(feedback) for slug, (feedback, _) in examined.items()},
        "runs": {
            slug: {"status": r.status, "why": r.why, "seconds": round(r.seconds, 4)}
            for slug, (_, r) in examined.items()
        },
        "scores": _scores(bench.paper, examined, texts),
        "code": {slug: texts.get(slug, "")[:20_000] for slug in examined},
        "cell_errors": _cell_errors(examined),
        "pieces": [[p.id, p.cell_type, p.source] for p in repaired.pieces],
        "flags": list(dict.fromkeys(all_flags)),
        "seconds": round(time.perf_counter() - started, 4),
        "steps": {name: round(spent, 4) for name, spent in steps.items()},
    }


def _run_flags(examined: dict[str, tuple[Feedback, JobResult]]) -> list[str]:
    flags = []
    for slug, (_, result) in examined.items():
        if result.status != "ok":
            flags.append(f"{slug}: {result.status}. {result.why}.")
        if result.left_out:
            flags.append(f"IPython lines were left out, such as {result.left_out[0]}")
        flags += [
            f"{cell_name(name)} {error}."
            for name, error in result.cell_errors.items()
            if error.error in ("TimeUp", ENDED)
        ]
    return flags


def _constant_flags(
    bench: Bench, repaired: Repaired, examined: dict[str, tuple[Feedback, JobResult]]
) -> list[str]:
    """Whose constants an answer has, and whose the notebook says that it is."""
    drawing = [slug for slug, exam in bench.exams.items() if exam.exercise.drawn]
    flags = [
        f"{slug}: right for other constants than this learner has."
        for slug in drawing
        if any(m.id == f"{slug}/constants" for m in examined[slug][0].misconceptions)
    ]
    says = written_id(piece.source for piece in repaired.pieces if piece.cell_type == "code")
    student = bench.paper.student
    if drawing and says and folded(says) != folded(student):
        flags.append(
            f"The notebook says learner({says!r:.60}); it was handed in as {student}'s and graded "
            "with the constants of that id."
        )
    return flags


_ID = re.compile(r"""^[ \t]*learner\(\s*(?:"([^"\n]*)"|'([^'\n]*)')\s*\)""", re.M)


def written_id(cells: Iterable[str]) -> str:
    """The id that a notebook gives itself; the last one counts, '' if there is none."""
    found = [match[1] or match[2] or "" for cell in cells for match in _ID.finditer(cell)]
    return found[-1].strip() if found else ""


def _scores(
    paper: Paper, examined: dict[str, tuple[Feedback, JobResult]], texts: dict[str | None, str]
) -> dict[str, float | None]:
    """Points by grade cell; None where a person must look."""
    earned = {
        f"{slug}-{aspect.name}": aspect.earned
        for slug, (feedback, _) in examined.items()
        for aspect in feedback.aspects
    }
    blanks = dict(paper.blanks)
    scores: dict[str, float | None] = {}
    for cell in paper.source:
        if cell.is_test:
            scores[cell.id] = earned.get(cell.id, 0.0)
        elif cell.grade:
            text = texts.get(cell.id, "").strip()
            empty = not text or text == blanks.get(cell.id, "").strip()
            scores[cell.id] = 0.0 if empty else None
    return scores


def _cell_errors(examined: dict[str, tuple[Feedback, JobResult]]) -> dict[str, str]:
    errors: dict[str, str] = {}
    for _, result in examined.values():
        errors |= {name: str(error) for name, error in result.cell_errors.items()}
    return errors


# -- in a worker process -------------------------------------------------------------

_HERE = threading.local()  # a Dask worker runs tasks in several threads
_NUMBER = itertools.count(os.getpid())


def bench_for(paper: Paper) -> Bench:
    """This thread's bench for ``paper``, kept from one submission to the next."""
    bench: Bench | None = getattr(_HERE, "bench", None)
    if bench is not None and bench.paper != paper:
        if replace(bench.paper, student=paper.student) == paper:
            bench.set(paper)  # the sandbox is the same
            return bench
        bench.close()
        bench = None
    if bench is None:
        bench = _HERE.bench = Bench(paper, worker=next(_NUMBER))
        # The processes of a pool leave without atexit, but not without this.
        Finalize(None, bench.sandbox.close, exitpriority=1)
    return bench


def leave_quietly() -> None:
    """What a worker begins with: Ctrl-C reaches every process, and one message is enough."""

    def leave(number: int, stack: Any) -> None:
        raise SystemExit(130)

    signal.signal(signal.SIGINT, leave)


def work(
    paper: Paper,
    data: bytes | None,
    flags: Sequence[str],
    before: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """What the pool runs: bytes in, plain data out. ``data`` None: ``flags`` say why.

    With ``before``, an earlier record of the same file, the exercises of ``paper.only`` are
    judged again and the rest is taken over. The record also carries the text of the
    autograded notebook, as "notebook".
    """
    bench = bench_for(paper)
    if data is None:
        record = judge_nothing(bench, flags[0] if flags else "There is no notebook.")
    else:
        record = judge(bench, data, flags)
    if before is not None:
        record = taken_over(before, record)
    record["notebook"] = verdict_notebook(record, paper.labels)
    return record


def taken_over(before: Mapping[str, Any], fresh: dict[str, Any]) -> dict[str, Any]:
    """``fresh`` for the exercises that it judges, ``before`` for all others."""
    slugs = fresh["exercises"]
    own = {f"{slug}-{a['name']}" for slug in slugs for a in slugs[slug]["aspects"]}
    scores = {
        cell: score if cell in own or cell not in before["scores"] else before["scores"][cell]
        for cell, score in fresh["scores"].items()
    }
    parts = {
        name: {**before[name], **fresh[name]}
        for name in ("exercises", "runs", "code", "cell_errors")
    }
    flags = [f for f in before["flags"] if not f.startswith(tuple(f"{s}: " for s in slugs))]
    return {
        **fresh,
        **parts,
        "scores": scores,
        "flags": list(dict.fromkeys([*flags, *fresh["flags"]])),
    }
