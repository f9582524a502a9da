"""What is asked of the sandbox, and what is made of what comes back.

Everything that a learner process wrote is read here, by code that takes nothing for
granted. Pure: no process, no file.
"""

from __future__ import annotations

import builtins
import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
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
    """The questions of one exercise: run ``cells[:upto]``, ask ``calls``, then ``hidden``.

    The answers to ``hidden`` carry nothing that a learner could have written.
    """

    slug: str
    upto: int
    calls: tuple[Call, ...]
    imports: tuple[str, ...]
    hidden: tuple[Call, ...] = ()
    encoded: tuple[tuple[str, bytes], bytes] | None = None  # encode(), if already at hand

    def encode(self) -> tuple[tuple[str, bytes], bytes]:
        """The visible calls as dumped, and the message with the hidden ones."""
        if self.encoded is not None:
            return self.encoded
        if not self.hidden:
            return dump_calls(self.calls), b""
        text, data = dump_calls(self.hidden)
        return dump_calls(self.calls), frame({"calls": text}, data)

    def message(self, skip: Mapping[str, str]) -> bytes:
        """For the keeper; ``skip`` are the cells to leave out, and why."""
        (text, data), hidden = self.encode()
        header = {
            "upto": self.upto,
            "calls": text,
            "hidden": len(hidden),
            "imports": self.imports,
            "skip": dict(skip),
        }
        return frame(header, data) + hidden


#: The name of the error of a cell that took the whole process with it.
ENDED = "Ended"


@dataclass(frozen=True)
class CellError:
    """What stopped a cell: the name of the error, its text, the line in the cell."""

    error: str
    note: str = ""
    line: int | None = None

    def __str__(self) -> str:
        if self.error == "TimeUp":
            return "ran too long and was stopped"
        if self.error == ENDED:
            return "ended the Python process and was left out"
        where = f" in line {self.line}" if self.line else ""
        return f"{self.error}: {self.note}{where}" if self.note else f"{self.error}{where}"


@dataclass(frozen=True)
class JobResult:
    """What came back for one job.

    ``status`` is "ok", "timed out", "out of memory", "died" or "flooded"; ``why`` says it
    in a sentence. ``answers`` always has one entry per call, the hidden ones last; those
    that never came are "lost" and say why. ``ended_in`` names the cell that was not left
    alive.
    """

    slug: str
    status: str
    why: str
    answers: tuple[Answer, ...]
    printed: str = ""
    cell_errors: dict[str, CellError] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    seconds: float = 0.0
    ended_in: str | None = None


# -- reading what a learner process wrote ------------------------------------------


@dataclass
class _Reading:
    answers: list[Answer] = field(default_factory=list)
    errors: dict[str, CellError] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    printed: str = ""
    at: str | None = None
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
    if type(header) is list:
        if len(reading.answers) < most_answers:
            reading.answers.append(load_answer(header, data))
    elif not isinstance(header, dict):
        raise ValueError("a frame that is no record")
    elif "kind" in header:
        if len(reading.answers) < most_answers:
            reading.answers.append(load_answer(header, data))
    elif "cell" in header:
        _take_cell(reading, header)
    elif "at" in header:
        reading.at = None if header["at"] is None else str(header["at"])[:200]
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


#: Why a hidden question has no answer. How the process ended could tell of the input.
ON_HIDDEN = "It did not come to an end on a hidden question"


def result_of(
    job: Job, report: Mapping[str, Any], visible: bytes, hidden: bytes, limits: Limits
) -> JobResult:
    """What the two sheets hold. ``report`` is the keeper's, so it can be believed."""
    setup = report["first"].get("setup")
    if setup:
        raise SandboxError(f"the sandbox could not lock itself: {setup}")
    reading = _read(visible, len(job.calls))
    rest = _read(hidden, len(job.hidden))
    asked = bool(job.hidden) and report["sealed"]
    status, why = _status(reading, report, len(visible) > limits.output, limits, asked)
    lost = Answer("lost", note=why or NO_ANSWER)
    answers = [*reading.answers, *[lost] * (len(job.calls) - len(reading.answers))]
    if job.hidden:
        if status == "ok":
            flooded = len(hidden) > limits.output
            status, _ = _status(rest, report, flooded, limits) if asked else ("died", "")
            why = "" if status == "ok" else ON_HIDDEN
        lost = Answer("lost", note=ON_HIDDEN)
        answers += map(_discreet, rest.answers)
        answers += [lost] * (len(job.hidden) - len(rest.answers))
    return JobResult(
        job.slug,
        status,
        why,
        tuple(answers),
        reading.printed,
        reading.errors,
        tuple(reading.left_out),
        float(report["seconds"]),
        reading.at,
    )


NO_ANSWER = "The answer that came back is not an answer"


def _discreet(answer: Answer) -> Answer:
    """The answer to a hidden question without anything to read that the learner chose.

    An error message, a type name or a line number could carry the input to its author.
    """
    if answer.kind == "array" and not (answer.warned or answer.line):
        return answer
    if answer.kind == "lost":
        return Answer("lost", note=ON_HIDDEN)
    error, note = answer.error, answer.note
    if answer.kind == "error":
        known = getattr(builtins, error, None)
        if not (isinstance(known, type) and issubclass(known, BaseException)):
            error = "Exception"
        note = ""
    elif answer.kind == "unusable" and note != "None":
        note = "something"
    elif answer.kind == "missing":
        note = "The function is not defined"
    return replace(answer, error=error, note=note, line=None, warned=())


def _status(
    reading: _Reading,
    report: Mapping[str, Any],
    flooded: bool,
    limits: Limits,
    went_on: bool = False,
) -> tuple[str, str]:
    """How it ended, and a sentence on it; ``went_on``: it lived to be asked for more."""
    if report["status"] == "flooded" or flooded:
        return "flooded", f"It sent back more than {limits.output // 1024} KiB"
    if reading.late:
        return "timed out", f"It took longer than {limits.cell:g} seconds"
    if report["status"] == "timed out" and not went_on:
        return "timed out", f"It took longer than {limits.wall:g} seconds"
    # An error outside any call or a MemoryError inside one.
    if any(e.error == "MemoryError" for e in (*reading.answers, *reading.errors.values())):
        return "out of memory", f"It needs more than {limits.memory // 2**20} MiB of memory"
    if reading.ended and not reading.malformed:
        return "ok", ""
    code = int(report["code"])
    if reading.malformed or went_on:
        return "died", "What it sent back is not an answer"
    if os.name == "posix" and os.WIFSIGNALED(code):
        number = os.WTERMSIG(code)
        name = signal.Signals(number).name if number in set(signal.Signals) else str(number)
        if number == signal.SIGXCPU:
            return "timed out", f"It took longer than {limits.wall:g} seconds"
        return "died", f"The Python process died (signal {name})"
    exit_code = os.WEXITSTATUS(code) if os.name == "posix" else code
    return "died", f"The Python process ended before it answered (exit status {exit_code})"
