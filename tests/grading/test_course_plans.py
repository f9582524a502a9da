"""What the page of course plans tells an instructor to do, done."""

from __future__ import annotations

import re

import nbformat
import pytest

from autograde.__main__ import main
from autograde.exercises import chapter
from autograde.grading.classroom import open_course
from autograde.grading.course import create_course
from autograde.grading.grade import grade
from autograde.grading.standing import standings

ASSIGNMENT = "regression"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """Two chapters with one date; then a question is taken out, and one has a date of its own."""
    root = create_course(
        tmp_path_factory.mktemp("plans") / "c", [ASSIGNMENT, "stability"], "2027-01-01 22:00 UTC"
    )
    path = root / "course.toml"
    text, questions = re.subn(r'(?m)^ +"regression/log_cosh",.*\n', "", path.read_text("utf-8"))
    text, dates = re.subn("2027-01-01", "2027-03-05", text, count=1)
    assert (questions, dates) == (1, 1)
    path.write_text(text, encoding="utf-8")
    assert main(["course", str(root), "--update"]) == 0
    return root


def test_what_is_not_in_the_plan_is_asked_of_nobody(course):
    released = (course / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_text("utf-8")
    assert "def log_cosh" not in released
    assert "def huber" in released
    source = nbformat.read(course / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", as_version=4)
    folder = course / "submitted" / "ann" / ASSIGNMENT
    folder.mkdir(parents=True)
    nbformat.write(source, folder / f"{ASSIGNMENT}.ipynb")  # the source holds the answers
    assert grade(course, ASSIGNMENT, jobs=1).rows[0].state == "graded"
    (ann,) = standings(open_course(course), ASSIGNMENT)
    asked = {cell.exercise for cell in ann.cells if not cell.by_hand and cell.aspect}
    assert "log_cosh" not in asked
    by_machine = sum(e.total for e in chapter(ASSIGNMENT) if e.slug != "log_cosh")
    assert ann.score == by_machine
    assert ann.max_score == by_machine + 4


def test_each_assignment_can_have_a_date_of_its_own(course):
    with open_course(course).gradebook() as book:
        dates = {a.name: a.duedate.strftime("%Y-%m-%d %H:%M") for a in book.assignments}
    assert dates == {"regression": "2027-03-05 22:00", "stability": "2027-01-01 22:00"}
