"""The process that runs learners' code. Inside the sandbox; standard library and NumPy.

It is started once per worker, loads NumPy, and then forks:

    zygote          waits for submissions; never sees one
      keeper        one per submission, in namespaces of its own; never runs learner code
        learner     one per exercise, with nothing left to give up

Nothing here judges, and nothing here knows a right answer. A learner process may do
what it likes to itself and to the file that it answers on: what stands there is data
about this one exercise of this one submission, and counts as such.

The hidden questions come second. A learner process gets them only after its answers to
the visible ones, which its author will read, are sealed. They move from the grader to it
inside the kernel, and the answers move back the same way, so the memory that later
processes inherit never holds either.
"""

from __future__ import annotations

import contextlib
import errno
import gc
import json
import os
import select
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

try:
    import fcntl
except ImportError:  # Windows, where nothing forks
    fcntl = None  # type: ignore[assignment]

# Siblings by bare name: inside the sandbox there is no package around them.
import lockdown
from cells import run
from wire import HALF, frame, receive

#: The descriptors of a learner process.
SHEET, ALIVE, QUESTIONS, MORE, GO = 3, 4, 5, 6, 7
#: Its words on the pipe: before any cell runs, and when it asks for the hidden questions.
READY, NEXT = b"ready", b"."


# -- zygote ------------------------------------------------------------------------


def warm_up() -> None:
    """Load what most answers need, so that no fork has to.

    Not more: every page of memory makes every fork slower. numpy.random alone doubles
    the time; the few answers that use it load it themselves.
    """
    import collections.abc  # noqa: F401
    import dataclasses  # noqa: F401
    import functools  # noqa: F401
    import itertools  # noqa: F401
    import operator  # noqa: F401
    import traceback  # noqa: F401
    import typing  # noqa: F401
    import warnings  # noqa: F401

    import numpy as np
    import numpy.lib.stride_tricks
    import numpy.linalg

    np.linalg.solve(np.eye(2), np.ones(2))  # the first call sets BLAS up
    if lockdown.has_syscall_filter():
        lockdown.syscall_filter()
    gc.collect()
    gc.freeze()  # forks then share these pages for good


def zygote(control: socket.socket, namespaces: str) -> None:
    """Fork a keeper for each submission; end when the other side closes."""
    warm_up()
    control.sendall(b"ready\n")
    while True:
        message, fds, _, _ = socket.recv_fds(control, 4096, 1)
        if not message:
            return
        order = json.loads(message)
        alive_read, alive_write = os.pipe()
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                control.close()
                os.close(alive_read)
                keeper(socket.socket(fileno=fds[0]), namespaces, order["uid"])
                code = 0
            finally:
                os._exit(code)
        os.close(alive_write)
        for fd in fds:
            os.close(fd)
        # The keeper and its pid 1 hold the other end; it closes when both are gone.
        select.select([alive_read], [], [], order["seconds"])
        os.close(alive_read)
        kill(pid)
        os.waitpid(pid, 0)


def kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


# -- keeper ------------------------------------------------------------------------


def keeper(channel: socket.socket, namespaces: str, uid: int | None) -> None:
    """Serve one submission: give each exercise a process and send back what it wrote.

    ``namespaces`` is "root" (drop to ``uid``), "user" (user namespaces) or "none".
    """
    null = os.open(os.devnull, os.O_RDWR)
    try:
        if namespaces != "none":
            lockdown.unshare(user=namespaces == "user")
            first = os.fork()
            if first:
                channel.close()
                os.waitpid(first, 0)
                return
            lockdown.die_with_parent()
            lockdown.drop_ptrace()
            lockdown.make_mounts_private()
            lockdown.cover("/proc")
            lockdown.cover("/dev")
        serve(channel, null, namespaces, uid if namespaces == "root" else None)
    except ConnectionError:
        return  # the grader has hung up
    except Exception as error:  # nothing of the learner's runs here: it is our own trouble
        channel.sendall(frame({"setup": f"{type(error).__name__}: {error}"}))


def serve(channel: socket.socket, null: int, namespaces: str, uid: int | None) -> None:
    hello = receive(channel.recv)
    if hello is None:
        return
    cells, limits = hello[0]["cells"], hello[0]["limits"]
    if namespaces != "none":
        lockdown.cover("/scratch", 2 * limits["file"])
    while (message := receive(channel.recv)) is not None:
        job, data = message
        started = time.monotonic()
        desk = Desk(null)
        pid = os.fork()
        if pid == 0:
            try:
                channel.close()
                learner(desk, null, namespaces, uid, cells, limits, job, data)
            finally:
                os._exit(70)
        desk.leave()
        first, status = watch(desk, channel, job["hidden"], limits["wall"])
        kill(pid)
        _, code = os.waitpid(pid, 0)
        if not desk.asked:
            move(channel, job["hidden"], null, None)
        if namespaces != "none" and os.listdir("/scratch"):
            # Mounts are slow, so only a process that left something gets a successor's.
            lockdown.uncover("/scratch")
            lockdown.cover("/scratch", 2 * limits["file"])
        seconds = time.monotonic() - started
        report = {"first": first, "status": status, "code": code, "seconds": seconds}
        report["sealed"] = desk.sealed
        socket.send_fds(channel, [frame(report)], [desk.sheet, desk.more])
        desk.close()


class Desk:
    """What one learner process writes on and hears through.

    The answers go to files in memory, without names. A pipe would wake the keeper at each
    answer; a file keeps them until the end, also when the process dies.
    """

    def __init__(self, null: int) -> None:
        self.null = null
        self.sheet, self.more = new_file(can_seal=True), new_file()
        self.questions = new_file()
        self.alive, self.alive_end = os.pipe()
        self.go_end, self.go = os.pipe()
        self.asked = self.sealed = False

    def learners(self) -> tuple[int, ...]:
        """The learner's ends, in the order of the numbers that it knows them by."""
        return self.sheet, self.alive_end, self.questions, self.more, self.go_end

    def leave(self) -> None:
        os.close(self.alive_end)
        os.close(self.go_end)

    def hand_out(self, channel: socket.socket, size: int) -> bool:
        """Seal what is answered, then give the next ``size`` bytes of the channel."""
        self.asked = True
        try:
            seal(self.sheet)
        except OSError:  # it holds a writable map of the file
            move(channel, size, self.null, None)
            return False
        self.sealed = True
        move(channel, size, self.questions)
        with contextlib.suppress(BrokenPipeError):
            os.write(self.go, NEXT)
        return True

    def close(self) -> None:
        for fd in (self.sheet, self.more, self.questions, self.alive, self.go):
            os.close(fd)


def new_file(can_seal: bool = False) -> int:
    if hasattr(os, "memfd_create"):
        flags = os.MFD_CLOEXEC | (os.MFD_ALLOW_SEALING if can_seal else 0)
        return os.memfd_create("sheet", flags)
    handle, name = tempfile.mkstemp()
    os.unlink(name)
    return handle


def seal(fd: int) -> None:
    """Nothing can be changed from now on. Only where the platform has it (Linux)."""
    if hasattr(fcntl, "F_ADD_SEALS"):
        seals = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE
        fcntl.fcntl(fd, fcntl.F_ADD_SEALS, seals)


def move(channel: socket.socket, size: int, target: int, at: int | None = 0) -> None:
    """``size`` bytes from the channel into a file, past the memory of this process.

    ``at`` is the place in the file; None for one that has no places.
    """
    if not hasattr(os, "splice"):  # then there is no wall either
        while size and (part := channel.recv(min(size, 1 << 16))):
            size -= os.write(target, part)
        if at is not None:
            os.lseek(target, at, os.SEEK_SET)
        return
    read, write = os.pipe()
    try:
        while size:
            held = os.splice(channel.fileno(), write, min(size, 1 << 16))
            if not held:
                raise ConnectionError("the grader has hung up")
            size -= held
            while held:
                done = os.splice(read, target, held, offset_dst=at)
                held -= done
                at = None if at is None else at + done
    finally:
        os.close(read)
        os.close(write)


def watch(
    desk: Desk, channel: socket.socket, hidden: int, seconds: float
) -> tuple[dict[str, Any], str]:
    """Wait until a learner process has closed the pipe, and what it said at first.

    It says READY, or what went wrong, before any learner code runs, so that can be
    believed. The first word after that asks for the hidden questions. What comes later
    is thrown away.
    """
    deadline = time.monotonic() + seconds
    first: dict[str, Any] = {}
    for _ in range(1000):
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([desk.alive], [], [], left)[0]:
            return first or {"ready": True}, "timed out"
        part = os.read(desk.alive, 65536)
        if not part:
            return first or {"setup": "the process ended at once"}, "ended"
        if not first:
            first = {"ready": True} if part.startswith(READY) else {"setup": part.decode()}
            part = part[len(READY) :]
        if part and "ready" in first and not desk.asked and not desk.hand_out(channel, hidden):
            return first, "ended"
    return first, "flooded"


# -- learner -----------------------------------------------------------------------


def learner(
    desk: Desk,
    null: int,
    namespaces: str,
    uid: int | None,
    cells: list[list[str]],
    limits: dict[str, Any],
    job: dict[str, Any],
    data: bytes,
) -> None:
    """Give up everything, then run the cells and answer the calls."""
    hold_only((null, null, null, *desk.learners()))
    try:
        lock(namespaces, uid, limits)
    except OSError as error:
        os.write(ALIVE, str(error).encode())
        return
    os.write(ALIVE, READY)
    run(writer(SHEET), cells, limits, job, data, ask_for_more)
    os._exit(0)


def ask_for_more() -> tuple[dict[str, Any], bytes, Callable[..., None]] | None:
    """The hidden questions, and where their answers go."""
    os.write(ALIVE, NEXT)
    if os.read(GO, 1) != NEXT:
        return None
    with open(QUESTIONS, "rb", closefd=False) as file:
        message = receive(file.read)
    return None if message is None else (*message, writer(MORE))


def hold_only(fds: tuple[int, ...]) -> None:
    """Close every descriptor but these, which become 0, 1, 2 and so on."""
    kept = [fcntl.fcntl(fd, fcntl.F_DUPFD, 20) for fd in fds]
    for target, fd in enumerate(kept):
        os.dup2(fd, target)
    os.closerange(len(kept), 1024)


def lock(namespaces: str, uid: int | None, limits: dict[str, Any]) -> list[str]:
    """Everything that is given up, in the only order that works."""
    inside = namespaces != "none"
    if inside:
        os.chdir("/scratch")
    if uid is not None:
        lockdown.become(uid)
    if inside:
        lockdown.drop_capabilities()
    refused = lockdown.limit_resources(
        int(limits["wall"]) + 1, limits["memory"], limits["file"], processes=0
    )
    if inside and refused:
        raise OSError(errno.EPERM, f"rlimits refused: {', '.join(refused)}")
    if lockdown.has_syscall_filter():
        lockdown.filter_syscalls()
    return refused


def writer(fd: int) -> Callable[..., None]:
    pid = os.getpid()

    def emit(header: Any, data: bytes = b"") -> None:
        if os.getpid() != pid:
            return
        view = memoryview(frame(header, data))
        while view:
            view = view[os.write(fd, view) :]

    return emit


# -- without fork ------------------------------------------------------------------


def single() -> None:
    """One exercise in this very process (Windows): request on stdin, answers on stdout."""
    source, out = sys.stdin.buffer, os.dup(1)
    hello, message = receive(source.read), receive(source.read)
    if hello is None or message is None:
        return
    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    refused = lock("none", None, hello[0]["limits"])
    emit = writer(out)
    emit({"ready": True, "refused": refused})

    def more() -> tuple[dict[str, Any], bytes, Callable[..., None]] | None:
        emit(HALF)
        asked = receive(source.read)
        return None if asked is None else (*asked, emit)

    run(emit, hello[0]["cells"], hello[0]["limits"], message[0], message[1], more)
    os._exit(0)


def main(mode: str, *rest: str) -> None:
    """``main("zygote", fd, namespaces)`` or ``main("single")``."""
    sys.dont_write_bytecode = True
    if mode == "zygote":
        zygote(socket.socket(fileno=int(rest[0])), rest[1])
    else:
        warm_up()
        single()
