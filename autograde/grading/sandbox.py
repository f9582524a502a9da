"""Run learners' cells where they can do no harm, and bring the answers back.

The trusted side of the wall. It keeps one warm Python (``zygote.py``) in a bubblewrap
sandbox, hands it the cells and the questions of one submission at a time, and reads
what comes back as data of that submission only. The questions are inputs: no expected
value, no reference and no score is ever on the other side.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from autograde import answers as answers_module
from autograde.answers import Answer, Call, dump_calls, load_answer
from autograde.grading.wire import frame, frames, receive

HERE = Path(__file__).parent
#: Learner processes get user numbers from here on (when the grader is root).
FIRST_UID = 64000
#: How much longer than the sandbox's own clock the grader waits before it cuts in.
GRACE = 3.0

_START = "import sys; sys.path[:0] = [{folder!r}]; import zygote; zygote.main({arguments})"


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
    if not isinstance(header, dict):
        raise ValueError("a frame that is no record")
    if not reading.ready:
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
        reading.printed = str(header.get("printed", ""))[: answers_module.MAX_TEXT]
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


def _result(job: Job, report: dict[str, Any], output: bytes, limits: Limits) -> JobResult:
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


# -- starting ------------------------------------------------------------------------


def _base_python() -> Path:
    return Path(getattr(sys, "_base_executable", None) or sys.executable).resolve()


def _numpy_folders() -> list[Path]:
    """NumPy and the libraries that its wheel puts beside it."""
    package = Path(np.__file__).parent
    return [p for p in (package, package.parent / "numpy.libs") if p.is_dir()]


def _own_files() -> list[Path]:
    return [
        Path(answers_module.__file__),
        HERE / "wire.py",
        HERE / "lockdown.py",
        HERE / "zygote.py",
    ]


def bwrap_command(python: Path, root: bool) -> list[str]:
    """The sandbox: a read-only view of the interpreter, NumPy and four files of ours."""
    command = ["bwrap", "--die-with-parent", "--new-session", "--clearenv"]
    if root:
        command += ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"]
        command += ["--cap-drop", "ALL"]
        for capability in ("CAP_SETUID", "CAP_SETGID", "CAP_KILL", "CAP_SYS_ADMIN"):
            command += ["--cap-add", capability]
    else:
        command += ["--unshare-all"]
    for name, value in (
        ("OPENBLAS_NUM_THREADS", "1"),
        ("OMP_NUM_THREADS", "1"),
        ("MKL_NUM_THREADS", "1"),
        ("HOME", "/scratch"),
        ("TMPDIR", "/scratch"),
        ("LC_ALL", "C.UTF-8"),
    ):
        command += ["--setenv", name, value]
    for source, target in _visible(python):
        if source is None:
            command += ["--tmpfs", target]
        else:
            command += ["--ro-bind", source, target]
    for name in ("/lib", "/lib64", "/lib32", "/libx32"):
        path = Path(name)
        if path.is_symlink():
            command += ["--symlink", os.readlink(path), name]
        elif path.is_dir():
            command += ["--ro-bind", name, name]
    command += ["--proc", "/proc", "--dev", "/dev", "--dir", "/scratch", "--chdir", "/scratch"]
    return [*command, "--remount-ro", "/", "--", str(python)]


def _visible(python: Path) -> list[tuple[str | None, str]]:
    """What is mounted: (source, target); no source means an empty folder hides it."""
    base = Path(sys.base_prefix).resolve()
    mounts: list[tuple[str | None, str]] = []
    for path in (Path("/usr/lib"), Path("/usr/lib64"), Path("/usr/lib32"), Path("/usr/local/lib")):
        if path.is_dir() and not path.is_symlink():
            mounts.append((str(path), str(path)))
    if Path("/etc/ld.so.cache").exists():
        mounts.append(("/etc/ld.so.cache", "/etc/ld.so.cache"))
    lib = base / "lib"
    if not any(str(lib) == source for source, _ in mounts):
        mounts.append((str(lib), str(lib)))
    mounts.append((str(python), str(python)))
    for folder in sorted(
        {p for pattern in ("python3*/site-packages", "python3*/dist-packages", "python3/dist-packages")
         for top in (lib, Path("/usr/lib"), Path("/usr/local/lib")) for p in top.glob(pattern)}
    ):  # fmt: skip
        mounts.append((None, str(folder)))
    mounts += [(str(p), f"/sb/{p.name}") for p in (*_numpy_folders(), *_own_files())]
    return mounts


def missing_protections() -> list[str]:
    """What a run without the sandbox does not protect, as sentences."""
    missing = [
        "Learner code can read and change every file that you can.",
        "Learner code can use the network, unless the system call filter works here."
        if sys.platform == "linux"
        else "Learner code can use the network.",
    ]
    if os.name != "posix":
        missing.append("There are no limits on memory, file size and processor time.")
    return missing


class Sandbox:
    """A warm Python behind a wall. Use it as a context manager; not from two threads.

    Raises :class:`SandboxError` when there is no bubblewrap, or it is not allowed to
    work, unless ``unsafe``: then the same program runs as a plain process, with the
    limits that the platform has and no wall.
    """

    def __init__(self, limits: Limits | None = None, unsafe: bool = False, worker: int = 0) -> None:
        self.limits = limits or Limits()
        self.unsafe = unsafe
        self.uid = FIRST_UID + worker % 1000
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self.starts = 0

    def __enter__(self) -> Sandbox:
        self.start()
        atexit.register(self.close)
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()
        atexit.unregister(self.close)

    @cached_property
    def namespaces(self) -> str:
        if self.unsafe:
            return "none"
        return "root" if os.geteuid() == 0 else "user"

    @property
    def forks(self) -> bool:
        return hasattr(os, "fork") and hasattr(socket, "recv_fds")

    # -- life ------------------------------------------------------------------

    def start(self) -> None:
        """Start the warm process, or say what stands in the way."""
        self._stop()
        if not self.forks:
            if not self.unsafe:
                raise SandboxError(_no_sandbox("this system has no bubblewrap"))
            self._plain_folder()
            return
        ours, theirs = socket.socketpair()
        command = self._command(theirs.fileno())
        with theirs:
            self._process = subprocess.Popen(
                command,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env={"OPENBLAS_NUM_THREADS": "1", "PATH": os.environ.get("PATH", os.defpath)},
                cwd="/",
            )
        ours.settimeout(30)
        ready = b""
        with contextlib.suppress(OSError):
            ready = ours.recv(16)
        if ready != b"ready\n":
            ours.close()
            self._process.kill()
            said = (self._process.communicate()[1] or b"").decode(errors="replace").strip()
            self._process = None
            raise SandboxError(_no_sandbox(said.splitlines()[-1] if said else "it did not start"))
        ours.settimeout(None)
        self._control = ours
        self.starts += 1

    def _command(self, fd: int) -> list[str]:
        python = _base_python()
        flags = ["-I", "-S", "-B"]
        arguments = f"'zygote', '{fd}', '{self.namespaces}'"
        if self.unsafe:
            start = _START.format(folder=self._plain_folder(), arguments=arguments)
            return [str(python), *flags, "-c", start]
        if shutil.which("bwrap") is None:
            raise SandboxError(_no_sandbox("bubblewrap (bwrap) is not installed"))
        start = _START.format(folder="/sb", arguments=arguments)
        return [*bwrap_command(python, self.namespaces == "root"), *flags, "-c", start]

    def _plain_folder(self) -> str:
        """A folder with what the sandbox would show, for a run without it."""
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="lossbook-")
            for path in _own_files():
                shutil.copy(path, self._folder.name)
            for path in _numpy_folders():
                target = Path(self._folder.name, path.name)
                try:
                    target.symlink_to(path, target_is_directory=True)
                except OSError:
                    shutil.copytree(path, target, ignore=shutil.ignore_patterns("tests"))
        return self._folder.name

    def _stop(self) -> None:
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def close(self) -> None:
        """Stop the warm process and everything under it."""
        self._stop()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    # -- one submission ----------------------------------------------------------

    def run(self, cells: Sequence[tuple[str, str]], jobs: Sequence[Job]) -> list[JobResult]:
        """Run one submission: ``cells`` as (id, source), and the questions to ask.

        One result per job, in order, whatever the cells do. Raises SandboxError only if
        the sandbox itself fails twice in a row.
        """
        deadline = time.monotonic() + self.limits.submission
        visit = _Visit(self, cells) if self.forks else _Lone(self, cells)
        results: list[JobResult] = []
        slow: list[str] = []
        with contextlib.closing(visit):
            for job in jobs:
                left = deadline - time.monotonic()
                if left <= 0:
                    results.append(_no_time(job, self.limits))
                    continue
                report, output = visit.ask(job.message(slow), min(left, self.limits.wall + GRACE))
                result = _result(job, report, output, self.limits)
                slow += [i for i, e in result.cell_errors.items() if e.error == "TimeUp"]
                results.append(result)
        return results

    def _hand_over(self, channel: socket.socket) -> None:
        """Give the zygote one end of a fresh channel; restart it if it is gone."""
        order = {"uid": self.uid, "seconds": self.limits.submission + 2 * GRACE}
        for attempt in (1, 2):
            if self._control is None or self._process is None or self._process.poll() is not None:
                self.start()
            try:
                socket.send_fds(self._control, [json.dumps(order).encode()], [channel.fileno()])
                return
            except OSError as error:
                self._stop()
                if attempt == 2:
                    raise SandboxError(f"the sandbox does not stay alive: {error}") from error


def _no_time(job: Job, limits: Limits) -> JobResult:
    why = f"The whole notebook took longer than {limits.submission:g} seconds"
    return JobResult(job.slug, "timed out", why, (Answer("lost", note=why),) * len(job.calls))


class _Visit:
    """The channel to the keeper of one submission. A lost keeper is replaced."""

    def __init__(self, sandbox: Sandbox, cells: Sequence[tuple[str, str]]) -> None:
        self.sandbox = sandbox
        self.hello = frame({"cells": [list(c) for c in cells], "limits": asdict(sandbox.limits)})
        self.channel: socket.socket | None = None

    def open(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        with theirs:
            self.sandbox._hand_over(theirs)
        ours.settimeout(GRACE + self.sandbox.limits.wall)
        self.channel = ours
        ours.sendall(self.hello)
        return ours

    def ask(self, message: bytes, seconds: float) -> tuple[dict[str, Any], bytes]:
        """The keeper's report on one job and what the learner process wrote."""
        for attempt in (1, 2):
            try:
                channel = self.channel or self.open()
                channel.settimeout(seconds)
                channel.sendall(message)
                reply = receive(channel.recv)
            except TimeoutError:
                # The keeper's own clock should have ended this. Start afresh.
                self.close()
                self.sandbox._stop()
                return {"status": "timed out", "code": 0}, _READY
            except (OSError, ValueError):
                reply = None
            if reply is not None and "setup" in reply[0]:
                raise SandboxError(f"the sandbox could not lock itself: {reply[0]['setup']}")
            if reply is not None:
                return reply
            self.close()
            if attempt == 1:
                continue
        # Twice the keeper vanished on this job: out of memory, as a rule.
        return {"status": "ended", "code": int(signal.SIGKILL)}, _READY

    def close(self) -> None:
        if self.channel is not None:
            self.channel.close()
            self.channel = None


_READY = frame({"ready": True})


class _Lone:
    """Without fork (Windows): a Python of its own for each exercise."""

    def __init__(self, sandbox: Sandbox, cells: Sequence[tuple[str, str]]) -> None:
        self.sandbox = sandbox
        self.hello = frame({"cells": [list(c) for c in cells], "limits": asdict(sandbox.limits)})

    def ask(self, message: bytes, seconds: float) -> tuple[dict[str, Any], bytes]:
        start = _START.format(folder=self.sandbox._plain_folder(), arguments="'single'")
        process = subprocess.Popen(
            [str(_base_python()), "-I", "-S", "-B", "-c", start],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        kept: list[bytes] = []
        most = self.sandbox.limits.output

        def drain() -> None:
            while sum(map(len, kept)) <= most and (part := process.stdout.read1(65536)):
                kept.append(part)
            process.stdout.close()

        reader = threading.Thread(target=drain, daemon=True)
        reader.start()
        status, began = "ended", time.monotonic()
        with contextlib.suppress(OSError):
            process.stdin.write(self.hello + message)
            process.stdin.close()
        reader.join(seconds)
        if reader.is_alive():
            status = "timed out"
        process.kill()
        code = process.wait()
        reader.join(1)
        output = b"".join(kept)
        if len(output) > most:
            status = "flooded"
        code = -code if code < 0 else code << 8 if os.name == "posix" else code
        report = {"status": status, "code": code, "seconds": time.monotonic() - began}
        return report, output or _READY

    def close(self) -> None:
        return None


def _no_sandbox(reason: str) -> str:
    return (
        f"sandbox: wants bubblewrap, to keep learner code away from this machine; {reason}. "
        "Install it (Debian, Ubuntu: apt install bubblewrap) and, when not root, allow "
        "user namespaces (sysctl kernel.unprivileged_userns_clone=1, and on Ubuntu "
        "kernel.apparmor_restrict_unprivileged_userns=0). Or pass --unsafe to run "
        "without protection."
    )


