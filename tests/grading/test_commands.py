"""The command line: what it prints, and its exit status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autograde import stubs
from autograde.__main__ import main
from autograde.exercises import chapter
from autograde.grading.demo import _bytes, _Homework

ASSIGNMENT = "regression"


@pytest.fixture(scope="module")
def work():
    return _Homework(ASSIGNMENT, json.loads(json.dumps(stubs.release_notebook(ASSIGNMENT))))


@pytest.fixture
def saved(tmp_path):
    def save(data: bytes) -> str:
        path = tmp_path / "mine.ipynb"
        path.write_bytes(data)
        return str(path)

    return save


def test_validate_says_what_check_says(work, saved, capsys):
    from autograde.check import check

    slug = chapter(ASSIGNMENT)[0].slug
    exercise, mistake = next((e, m) for e, m in work.mistakes if e.slug == slug)
    path = saved(work.with_mistakes([(exercise, mistake)], len(work.exercises)))
    assert main(["validate", path]) == 1
    said = capsys.readouterr().out
    namespace: dict = {}
    cells = {
        c["metadata"]["nbgrader"]["grade_id"]: c["source"]
        for c in json.loads(Path(path).read_bytes())["cells"]
        if "nbgrader" in c["metadata"]
    }
    exec("import numpy as np\n" + cells[slug], namespace)
    check(namespace[mistake.function])
    assert capsys.readouterr().out.strip() in said
    assert f"{len(work.exercises) - 1} of {len(work.exercises)} exercises are right." in said


def test_validate_a_right_notebook(work, saved, capsys):
    assert main(["validate", saved(work.filled(work.right))]) == 0
    assert "WARNING" not in capsys.readouterr().err


def test_validate_the_released_notebook(work, saved, capsys):
    assert main(["validate", saved(work.filled({}))]) == 1
    assert "not attempted" in capsys.readouterr().out


def test_validate_warns_of_repair(work, saved, capsys):
    notebook = work.notebook(work.right)
    notebook["cells"] = [c for c in notebook["cells"] if not c["id"].startswith("mse-val")]
    assert main(["validate", saved(_bytes(notebook))]) == 1
    assert "Note: Test cells were deleted" in capsys.readouterr().out


def test_validate_knows_a_notebook_by_its_cells_when_its_metadata_are_gone(work, saved, capsys):
    notebook = work.notebook(work.right)
    notebook["metadata"] = {}
    assert main(["validate", saved(_bytes(notebook))]) == 0
    assert f"{len(work.exercises)} of {len(work.exercises)} exercises are right." in (
        capsys.readouterr().out
    )


def test_validate_a_notebook_of_something_else(saved, capsys):
    """It was checked as the first chapter, and told that eight functions are missing."""
    other = {"cells": [{"cell_type": "code", "metadata": {}, "source": "x = 1", "outputs": []}],
             "metadata": {}, "nbformat": 4, "nbformat_minor": 5}  # fmt: skip
    assert main(["validate", saved(_bytes(other))]) == 2
    assert "does not say what it asks" in capsys.readouterr().out


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"{}", b"[]", b'{"metadata": 5, "cells": 7, "nbformat": 4}']
)
def test_validate_what_is_no_notebook(saved, capsys, data):
    assert main(["validate", saved(data)]) == 2
    assert capsys.readouterr().out.startswith("Note: The")


def test_validate_what_is_not_there(tmp_path, capsys):
    assert main(["validate", str(tmp_path / "no.ipynb")]) == 2
    assert "cannot be read" in capsys.readouterr().out


def test_from_nothing_to_grades(tmp_path, capsys):
    course = str(tmp_path / "c")
    assert main(["demo", course]) == 0
    assert main(["grade", course, "--jobs", "1"]) == 0
    said = capsys.readouterr().out
    assert "Graded 24, unchanged 0, failed 0" in said
    assert "Look at these:" in said
    assert main(["grade", course]) == 0
    assert "Graded 0, unchanged 24" in capsys.readouterr().out
    assert main(["feedback", course]) == 0
    assert main(["report", course, "--out", str(tmp_path / "report")]) == 0
    assert main(["export", course, "--format", "csv", "--out", str(tmp_path / "grades.csv")]) == 0
    assert (tmp_path / "report" / "index.html").is_file()
    assert (tmp_path / "grades.csv").read_text(encoding="utf-8-sig").startswith('"student"')


def test_the_summary_for_machines_and_the_strict_status(copy_of_course, tmp_path, capsys):
    file = tmp_path / "summary.json"
    command = ["grade", str(copy_of_course), "--force", "--jobs", "2", "--json", str(file)]
    assert main(command) == 0
    assert "Time of all together: repair" in capsys.readouterr().out
    data = json.loads(file.read_text(encoding="utf-8"))
    assert data["counts"] == {"graded": 24, "unchanged": 0, "failed": 0}
    assert len(data["rows"]) == 24
    assert data["flagged"] == sum(bool(row["flags"]) for row in data["rows"]) > 0
    assert set(data["steps"]) == {"repair", "run", "judge", "save"}
    assert all(spent > 0 for spent in data["steps"].values())
    assert main([*command[:2], "--strict"]) == 1, "there are flagged rows"
    honest = next(row["student"] for row in data["rows"] if not row["flags"])
    assert main([*command[:2], "--strict", "--student", honest]) == 0


def test_the_demo_is_the_same_every_time(tmp_path):
    main(["demo", str(tmp_path / "a")])
    main(["demo", str(tmp_path / "b")])
    files = sorted(
        p.relative_to(tmp_path / "a") for p in (tmp_path / "a" / "submitted").rglob("*.*")
    )
    assert len(files) == 48
    for name in files:
        a, b = (tmp_path / x / name for x in "ab")
        assert a.read_bytes() == b.read_bytes()


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (["grade", "/no/such/folder"], "wants a course folder"),
        (["report", "/no/such/folder"], "wants a course folder"),
        (["export", "/no/such/folder"], "python -m autograde course"),
        (["course", "/tmp", "regression"], "not empty"),
        (["where", "nothing-of-the-kind"], "nothing is called"),
    ],
)
def test_trouble_is_one_line_and_status_2(command, says, capsys):
    assert main(command) == 2
    err = capsys.readouterr().err
    assert says in err
    assert "Traceback" not in err
    assert err.count("\n") == 1


def test_unsafe_is_loud(tmp_path, capsys):
    main(["demo", str(tmp_path / "c")])
    assert (
        main(["grade", str(tmp_path / "c"), "--unsafe", "--jobs", "1", "--student", "aoife"]) == 0
    )
    err = capsys.readouterr().err
    assert "WARNING: --unsafe" in err
    assert "every file" in err


def test_progress_is_on_a_terminal_only():
    import io

    from autograde.grading.console import Console
    from autograde.grading.grade import Row

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    pipe, terminal = io.StringIO(), Terminal()
    row = Row("ann\x1b[2J", "regression", "graded")
    Console(io.StringIO(), pipe).progress(1, 4, row)
    Console(io.StringIO(), terminal).progress(1, 4, row)
    assert pipe.getvalue() == ""
    assert "1/4" in terminal.getvalue()
    assert "s left" in terminal.getvalue()
    assert "\x1b" not in terminal.getvalue()
