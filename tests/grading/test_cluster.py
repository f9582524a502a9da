"""A class graded on a Dask cluster: a scheduler and two workers on the loopback."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from test_grade import digest

from autograde.__main__ import main
from autograde.grading.cluster import scheduler
from autograde.grading.demo import NAMES
from autograde.grading.grade import grade
from autograde.grading.ledger import Ledger
from autograde.grading.sandbox import SandboxError

REPO = Path(__file__).resolve().parents[2]


def start(command, log, **more):
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(REPO), os.environ.get("PYTHONPATH", "")]),
        **more,
    }
    return subprocess.Popen(
        [sys.executable, "-m", "dask", *command],
        stdout=log,
        stderr=log,
        env=environment,
        start_new_session=True,
    )


def stop(process):
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@pytest.fixture
def cluster(tmp_path):
    """The address and the two worker processes."""
    address = f"tcp://127.0.0.1:{free_port()}"
    with (tmp_path / "dask.log").open("wb") as log, contextlib.ExitStack() as stack:
        host, port = address.removeprefix("tcp://").split(":")
        head = start(["scheduler", "--host", host, "--port", port, "--no-dashboard"], log)
        stack.callback(stop, head)
        options = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", host]
        workers = []
        for number in range(2):
            folder = ["--local-directory", str(tmp_path / f"worker{number}")]
            workers.append(start(["worker", address, *options, *folder], log))
            stack.callback(stop, workers[-1])
        _wait_for(address, 2, tmp_path / "dask.log")
        yield address, workers


def _wait_for(address, count, log):
    from distributed import Client

    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), Client(address, timeout=5, set_as_default=False) as c:
            c.wait_for_workers(count, timeout=60)
            return
    raise AssertionError(log.read_text()[-2000:])


def test_a_worker_killed_in_the_middle_loses_nothing_and_grades_nothing_twice(
    copy_of_course, cluster, monkeypatch
):
    address, workers = cluster
    reference, killed, written = digest(copy_of_course), [], Counter()
    write = Ledger.write

    def counted(self, submission, *record):
        written[submission.student] += 1
        return write(self, submission, *record)

    monkeypatch.setattr(Ledger, "write", counted)

    def progress(done, total, row):
        if done == 5 and not killed:
            killed.append(workers[0].pid)
            stop(workers[0])

    with scheduler(address) as executor:
        summary = grade(copy_of_course, force=True, executor=executor, progress=progress)
    assert killed
    assert summary.count("failed") == 0
    assert summary.count("graded") == len(NAMES)
    assert written == Counter(student for student, _, _ in NAMES)
    assert digest(copy_of_course) == reference


def test_the_command_takes_the_address(copy_of_course, cluster, capsys):
    address, _ = cluster
    assert main(["grade", str(copy_of_course), "--force", "--scheduler", address]) == 0
    assert f"Graded {len(NAMES)}" in capsys.readouterr().out


def test_nobody_there_is_told_plainly():
    address = f"tcp://127.0.0.1:{free_port()}"
    with pytest.raises(SandboxError, match="nothing answers at"), scheduler(address, seconds=1.0):
        pass


def test_a_worker_without_a_sandbox_or_of_another_release_is_named(monkeypatch):
    """The workers' word is taken, whatever the scheduler."""
    import distributed

    class Client:
        answers: dict

        def __init__(self, *args, **kwargs):
            pass

        def __enter__(self):
            return self

        def __exit__(self, *exception):
            return None

        def run(self, function, *arguments):
            return self.answers

    monkeypatch.setattr(distributed, "Client", Client)
    for answers, says in (
        ({}, "no worker has joined"),
        ({"tcp://a:1": (b"other", "")}, "tcp://a:1: it has another release"),
        ({"tcp://b:1": (b"other", "sandbox: none here")}, "tcp://b:1: sandbox: none here"),
    ):
        Client.answers = answers
        with pytest.raises(SandboxError, match=says), scheduler("tcp://h:1"):
            pass
