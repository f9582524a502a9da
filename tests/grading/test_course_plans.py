"""What the page of course plans tells an instructor to do, done."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat

from autograde.exercises import chapter
from autograde.grading.classroom import open_course
from autograde.grading.course import create_course
from autograde.grading.grade import grade
from autograde.grading.standing import standings

ASSIGNMENT = "regression"


def command(root: Path, *arguments: str) -> None:
    """nbgrader's own command, in the course folder."""
    done = subprocess.run(
        [Path(sys.executable).with_name("nbgrader"), *arguments],
        cwd=root, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]


def belongs(cell, slug: str) -> bool:
    name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
    return name == slug or name.startswith(f"{slug}-")


def test_exercises_that_are_cut_out_of_the_source_are_asked_of_nobody(tmp_path):
    root = create_course(tmp_path / "c")
    path = root / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    kept = [cell for cell in notebook.cells if not belongs(cell, "log_cosh")]
    assert len(kept) < len(notebook.cells)
    notebook.cells = kept
    nbformat.write(notebook, path)
    command(root, "generate_assignment", ASSIGNMENT, "--force")
    released = (root / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_text("utf-8")
    assert "def log_cosh" not in released
    assert "def huber" in released
    folder = root / "submitted" / "ann" / ASSIGNMENT
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / f"{ASSIGNMENT}.ipynb")  # the source holds the answers
    assert grade(root, jobs=1).rows[0].state == "graded"
    (ann,) = standings(open_course(root), ASSIGNMENT)
    asked = {cell.exercise for cell in ann.cells if not cell.by_hand and cell.aspect}
    assert "log_cosh" not in asked
    by_machine = sum(e.total for e in chapter(ASSIGNMENT) if e.slug != "log_cosh")
    assert ann.score == by_machine
    assert ann.max_score == by_machine + 4


def test_each_assignment_can_have_a_date_of_its_own(tmp_path):
    root = create_course(tmp_path / "c", ["regression", "stability"], due="2027-01-01 22:00 UTC")
    command(root, "db", "assignment", "add", ASSIGNMENT, "--duedate", "2027-03-05 22:00 UTC")
    with open_course(root).gradebook() as book:
        dates = {a.name: a.duedate.strftime("%Y-%m-%d %H:%M") for a in book.assignments}
    assert dates == {"regression": "2027-03-05 22:00", "stability": "2027-01-01 22:00"}
