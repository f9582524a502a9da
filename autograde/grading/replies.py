"""What is asked of the sandbox, and what is made of what comes back.

Everything that a learner process wrote is read here, by code that takes nothing for
granted. Pure: no process, no file.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from autograde.answers import MAX_TEXT, Answer, Call, dump_calls, load_answer
from autograde.grading.wire import frame, frames


class SandboxError(RuntimeError):
    """The sandbox cannot be had, or does not work. Never the learner's doing."""


@dataclass(frozen=True)
class Limits:
    """What one exercise of one submission may use. Seconds and bytes."""

    wall: float = 10.0  # one exercise: all its cells and all its calls
    submission: float = 60.0  # all exercises together
    cell: float = 5.0  # one cell, or one call
    memory: int = 2**30
    file: int = 2**20
    output: int = 2**18  # all answers of one exercise
    array: int = 2**16  # one answer


@dataclass(frozen=True)
class Job:
    """The questions of one exercise: run ``cells[:upto]``, then ask ``calls``."""

    slug: str
    upto: int
    calls: tuple[Call, ...]
    imports: tuple[str, ...]
    encoded: tuple[str, bytes] | None = None  # dump_calls(calls), if already at hand

    def message(self, skip: Sequence[str]) -> bytes:
        text, data = self.encoded or dump_calls(self.calls)
        header = {"upto": self.upto, "calls": text, "imports": self.imports, "skip": list(skip)}
        return frame(header, data)


@dataclass(frozen=True)
class CellError:
    """What stopped a cell: the name of the error, its text, the line in the cell."""

    error: str
    note: str = ""
    line: int | None = None

    def __str__(self) -> str:
        if self.error == "TimeUp":
            return "ran too long and was stopped"
        where = f" in line {self.line}" if self.line else ""
        return f"{self.error}: {self.note}{where}" if self.note else f"{self.error}{where}"


@dataclass(frozen=True)
class JobResult:
    """What came back for one job.

    ``status`` is "ok", "timed out", "out of memory", "died" or "flooded"; ``why`` says it
    in a sentence. ``answers`` always has one entry per call; those that never came are
    "lost" and say why.
    """

    slug: str
    status: str
    why: str
    answers: tuple[Answer, ...]
    printed: str = ""
    cell_errors: dict[str, CellError] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    seconds: float = 0.0


# -- reading what a learner process wrote ------------------------------------------


@dataclass
class _Reading:
    answers: list[Answer] = field(default_factory=list)
    errors: dict[str, CellError] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    printed: str = ""
    setup: str = ""
    ready: bool = False
    late: bool = False
    ended: bool = False
    malformed: bool = False


def _read(output: bytes, most_answers: int) -> _Reading:
    """The frames in ``output``, up to the first that is not one."""
    reading = _Reading()
    try:
        for header, data in frames(output):
            _take(reading, header, data, most_answers)
            if reading.ended:
                break
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError, MemoryError):
        reading.malformed = True
    return reading


def _take(reading: _Reading, header: Any, data: bytes, most_answers: int) -> None:
    if type(header) is list and reading.ready:
        if len(reading.answers) < most_answers:
            reading.answers.append(load_answer(header, data))
    elif not isinstance(header, dict):
        raise ValueError("a frame that is no record")
    elif not reading.ready:
        # Written before any learner code ran, so it can be believed.
        reading.ready, reading.setup = True, str(header.get("setup", ""))
        reading.ended = bool(reading.setup)
    elif "kind" in header:
        if len(reading.answers) < most_answers:
            reading.answers.append(load_answer(header, data))
    elif "cell" in header:
        _take_cell(reading, header)
    elif "late" in header:
        reading.late = reading.ended = True
    else:
        reading.printed = str(header.get("printed", ""))[:MAX_TEXT]
        reading.ended = True


def _take_cell(reading: _Reading, header: dict[str, Any]) -> None:
    if len(reading.errors) + len(reading.left_out) > 1000:
        return
    if "left_out" in header:
        reading.left_out += [str(line)[:80] for line in list(header["left_out"])[:5]]
        return
    line = header.get("line")
    reading.errors[str(header["cell"])[:200]] = CellError(
        str(header.get("error", ""))[:100],
        str(header.get("note", ""))[:500],
        line if type(line) is int else None,
    )


def result_of(job: Job, report: dict[str, Any], output: bytes, limits: Limits) -> JobResult:
    reading = _read(output, len(job.calls))
    if reading.setup or not reading.ready:
        raise SandboxError(f"the sandbox could not lock itself: {reading.setup or 'no answer'}")
    status, why = _status(reading, report, limits)
    missing = len(job.calls) - len(reading.answers)
    lost = Answer("lost", note=why or "The answer that came back is not an answer")
    return JobResult(
        job.slug,
        status,
        why,
        (*reading.answers, *[lost] * missing),
        reading.printed,
        reading.errors,
        tuple(reading.left_out),
        float(report.get("seconds", 0.0)),
    )


def _status(reading: _Reading, report: dict[str, Any], limits: Limits) -> tuple[str, str]:
    if report["status"] == "flooded":
        return "flooded", f"It sent back more than {limits.output // 1024} KiB"
    if reading.late:
        return "timed out", f"It took longer than {limits.cell:g} seconds"
    if report["status"] == "timed out":
        return "timed out", f"It took longer than {limits.wall:g} seconds"
    # An error outside any call or a MemoryError inside one.
    if any(e.error == "MemoryError" for e in (*reading.answers, *reading.errors.values())):
        return "out of memory", f"It needs more than {limits.memory // 2**20} MiB of memory"
    if reading.ended and not reading.malformed:
        return "ok", ""
    code = int(report["code"])
    if reading.malformed:
        return "died", "What it sent back is not an answer"
    if os.name == "posix" and os.WIFSIGNALED(code):
        number = os.WTERMSIG(code)
        name = signal.Signals(number).name if number in set(signal.Signals) else str(number)
        if number == signal.SIGXCPU:
            return "timed out", f"It took longer than {limits.wall:g} seconds"
        return "died", f"The Python process died (signal {name})"
    exit_code = os.WEXITSTATUS(code) if os.name == "posix" else code
    return "died", f"The Python process ended before it answered (exit status {exit_code})"
