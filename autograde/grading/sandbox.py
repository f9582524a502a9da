"""Run learners' cells where they can do no harm, and bring the answers back.

The trusted side of the wall. It keeps one warm Python (``zygote.py``) in a bubblewrap
sandbox, hands it the cells and the questions of one submission at a time, and reads
what comes back as data of that submission only. The questions are inputs: no expected
value, no reference and no score is ever on the other side.
"""

from __future__ import annotations

import atexit
import contextlib
import io
import itertools
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import Any

from autograde.answers import Answer
from autograde.grading.replies import ENDED, Job, JobResult, Limits, SandboxError, result_of
from autograde.grading.walls import (
    base_python,
    bwrap_command,
    no_sandbox,
    numpy_folders,
    own_files,
)
from autograde.grading.wire import HALF, frame, frames, receive

#: The keeper's report and the two sheets: answers to visible and to hidden questions.
Told = tuple[dict[str, Any], bytes, bytes]
#: Learner processes get user numbers from here on (when the grader is root).
FIRST_UID = 64000
#: How much longer than the sandbox's own clock the grader waits before it cuts in.
GRACE = 3.0

_START = "import sys; sys.path[:0] = [{folder!r}]; import zygote; zygote.main({arguments})"


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
                raise SandboxError(no_sandbox("this system has no bubblewrap"))
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
            raise SandboxError(no_sandbox(said.splitlines()[-1] if said else "it did not start"))
        ours.settimeout(None)
        self._control = ours
        self.starts += 1

    def _command(self, fd: int) -> list[str]:
        python = base_python()
        flags = ["-I", "-S", "-B"]
        arguments = f"'zygote', '{fd}', '{self.namespaces}'"
        if self.unsafe:
            start = _START.format(folder=self._plain_folder(), arguments=arguments)
            return [str(python), *flags, "-c", start]
        if shutil.which("bwrap") is None:
            raise SandboxError(no_sandbox("bubblewrap (bwrap) is not installed"))
        start = _START.format(folder="/sb", arguments=arguments)
        return [*bwrap_command(python, self.namespaces == "root"), *flags, "-c", start]

    def _plain_folder(self) -> str:
        """A folder with what the sandbox would show, for a run without it."""
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="lossbook-")
            for path in own_files():
                shutil.copy(path, self._folder.name)
            for path in numpy_folders():
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

        One result per job, in order, whatever the cells do. A cell that takes its process
        with it costs the exercise that it belongs to and is left out for all others.
        Raises SandboxError only if the sandbox itself fails twice in a row.
        """
        deadline = time.monotonic() + self.limits.submission
        visit = _Visit(self, cells) if self.forks else _Lone(self, cells)
        skip: dict[str, str] = {}
        names = {name for name, _ in cells}
        with contextlib.closing(visit):
            return [self._run_job(visit, job, names, skip, deadline) for job in jobs]

    def _run_job(
        self,
        visit: _Visit | _Lone,
        job: Job,
        names: set[str],
        skip: dict[str, str],
        deadline: float,
    ) -> JobResult:
        """One job; again without the cell that ended it, if that is another exercise's.

        Which cell it was is the learner's word, so each of ``names`` is believed once.
        """
        while (left := deadline - time.monotonic()) > 0:
            told = visit.ask(job.message(skip), min(left, self.limits.wall + GRACE))
            result = result_of(job, *told, self.limits)
            late = [name for name, e in result.cell_errors.items() if e.error == "TimeUp"]
            skip.update(dict.fromkeys(late, "TimeUp"))
            culprit = result.ended_in
            if culprit not in names or culprit in skip:
                return result
            skip[culprit] = ENDED
            if culprit == job.slug:
                return result
        return _no_time(job, self.limits)

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
    return JobResult(
        job.slug, "timed out", why, (Answer("lost", note=why),) * (len(job.calls) + len(job.hidden))
    )


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

    def ask(self, message: bytes, seconds: float) -> Told:
        """The keeper's report on one job, and the two sheets of the learner process."""
        for attempt in (1, 2):
            try:
                channel = self.channel or self.open()
                channel.settimeout(seconds)
                channel.sendall(message)
                reply = self._reply(channel)
            except TimeoutError:
                # The keeper's own clock should have ended this. Start afresh.
                self.close()
                self.sandbox._stop()
                return _report("timed out", 0), b"", b""
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
        return _report("ended", int(signal.SIGKILL)), b"", b""

    def _reply(self, channel: socket.socket) -> Told | None:
        """The next report, and what the files that come with it hold."""
        start, fds, _, _ = socket.recv_fds(channel, 1 << 16, 2)
        try:
            waiting = io.BytesIO(start)
            reply = receive(lambda size: waiting.read(size) or channel.recv(size))
            if reply is None:
                return None
            most = self.sandbox.limits.output + 1
            sheets = [os.pread(fd, most, 0) for fd in fds] or [b"", b""]
        finally:
            for fd in fds:
                os.close(fd)
        return reply[0], sheets[0], sheets[1]

    def close(self) -> None:
        if self.channel is not None:
            self.channel.close()
            self.channel = None


def _report(status: str, code: int) -> dict[str, Any]:
    return {"first": {}, "status": status, "code": code, "seconds": 0.0, "sealed": False}


class _Lone:
    """Without fork (Windows): a Python of its own for each exercise."""

    def __init__(self, sandbox: Sandbox, cells: Sequence[tuple[str, str]]) -> None:
        self.sandbox = sandbox
        self.hello = frame({"cells": [list(c) for c in cells], "limits": asdict(sandbox.limits)})

    def ask(self, message: bytes, seconds: float) -> Told:
        start = _START.format(folder=self.sandbox._plain_folder(), arguments="'single'")
        process = subprocess.Popen(
            [str(base_python()), "-I", "-S", "-B", "-c", start],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        kept: list[bytes] = []
        most = 2 * self.sandbox.limits.output

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
        report = _report(status, code) | {"seconds": time.monotonic() - began}
        first, *rest = _halves(output)
        report |= {"sealed": bool(rest)}
        return report, first, rest[0] if rest else b""

    def close(self) -> None:
        return None


def _halves(output: bytes) -> list[bytes]:
    """One stream of answers, without its first word, parted where the hidden ones begin."""
    parts: list[list[bytes]] = [[]]
    with contextlib.suppress(ValueError):
        for header, data in itertools.islice(frames(output), 1, None):
            if header == HALF and len(parts) == 1:
                parts.append([])
            else:
                parts[-1].append(frame(header, data))
    return [b"".join(part) for part in parts]
