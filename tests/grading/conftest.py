"""Shared parts of the grading tests. They need bubblewrap on Linux, and say so."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from autograde.answers import Call
from autograde.grading.sandbox import Job, JobResult, Limits, Sandbox

#: Short enough to test with, long enough for two busy processors.
QUICK = Limits(wall=4.0, cell=1.5, submission=20.0, memory=3 * 2**27)
IMPORTS = ("numpy", "math", "typing", "functools")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if sys.platform == "linux" and shutil.which("bwrap") is None and items:
        pytest.exit("The grading tests need bubblewrap: apt install bubblewrap", returncode=1)


class Runner:
    """A sandbox and the shortest way to ask it something."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    def ask(self, *sources: str, calls: tuple[Call, ...] | None = None) -> JobResult:
        """Run ``sources`` as cells and ask f(x) for x = [1, 2, 3], or ``calls``."""
        cells = [(f"c{i}", source) for i, source in enumerate(sources)]
        asked = calls or (Call("f", (np.array([1.0, 2.0, 3.0]),)),)
        return self.sandbox.run(cells, [Job("job", len(cells), asked, IMPORTS)])[0]

    def value(self, *sources: str) -> float:
        """What f(x) returns, as a number; fails if it is none."""
        result = self.ask(*sources)
        assert result.status == "ok", result
        assert result.answers[0].kind == "array", result
        return float(result.answers[0].value)

    def still_works(self) -> bool:
        """The next submission is served and knows nothing of the last."""
        return self.value("def f(x):\n    return x.sum()") == 6.0


@pytest.fixture(scope="session")
def runner():
    """The sandbox as this user gets it: by dropping root, or by user namespaces."""
    with Sandbox(QUICK) as sandbox:
        yield Runner(sandbox)


class UserNamespaceSandbox(Sandbox):
    namespaces = "user"


@pytest.fixture(scope="session")
def unprivileged():
    """The sandbox as an ordinary user gets it, whoever runs the tests."""
    with UserNamespaceSandbox(QUICK) as sandbox:
        yield Runner(sandbox)


@pytest.fixture(scope="session", params=["own", "user"])
def any_runner(request):
    return request.getfixturevalue("runner" if request.param == "own" else "unprivileged")


def notebook(*cells: dict) -> bytes:
    return json.dumps(
        {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    ).encode()


def code(source: str, grade_id: str | None = None, **meta) -> dict:
    metadata = {}
    if grade_id:
        metadata["nbgrader"] = {
            "schema_version": 3, "grade_id": grade_id, "grade": False, "solution": False,
            "locked": False, "task": False, **meta,
        }  # fmt: skip
    return {
        "cell_type": "code", "metadata": metadata, "source": source,
        "outputs": [], "execution_count": None, "id": f"id{abs(hash((source, grade_id))) % 10**8}",
    }  # fmt: skip


@pytest.fixture(scope="session")
def course(tmp_path_factory) -> Path:
    """A course with the simulated class, graded once. Copy it before changing it."""
    from autograde.grading.demo import make_demo
    from autograde.grading.grade import grade

    root = tmp_path_factory.mktemp("course") / "c"
    make_demo(root)
    grade(root, jobs=1)
    return root


@pytest.fixture
def copy_of_course(course, tmp_path) -> Path:
    target = tmp_path / "c"
    shutil.copytree(course, target)
    return target
