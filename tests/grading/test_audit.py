"""Who changed which score, when and why; and a learner who leaves without a trace."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest

from autograde.__main__ import main
from autograde.exercises import get
from autograde.grading.audit import FORM_GRADER, TRAIL, Change, Trail
from autograde.grading.classroom import CourseError, open_course
from autograde.grading.grade import grade
from autograde.grading.standing import standings
from autograde.grading.upkeep import forget, set_score

ASSIGNMENT = "regression"
SOMEBODY = "aoife"


def by_hand(course, student, cell, points):
    """What the form grader does when a person types a number."""
    with open_course(course).gradebook() as book:
        row = book.find_grade(cell, ASSIGNMENT, ASSIGNMENT, student)
        row.manual_score, row.needs_manual_grade = points, False
        book.db.commit()


def total(course, student=SOMEBODY):
    return next(s for s in standings(open_course(course), ASSIGNMENT) if s.student == student).score


def weaken(course, student, slug):
    """The learner hands in again, with one function less."""
    path = course / "submitted" / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    text = path.read_text(encoding="utf-8")
    assert f"def {slug}_grad(" in text
    path.write_text(text.replace(f"def {slug}_grad(", "def gone("), encoding="utf-8")


@pytest.fixture
def best(course):
    """Somebody with all the points that a program gives."""
    good = max(standings(open_course(course), ASSIGNMENT), key=lambda s: s.score)
    return good.student


def test_a_first_grading_changes_nothing(copy_of_course):
    assert list(Trail(copy_of_course)) == []
    grade(copy_of_course, jobs=1, force=True)
    assert list(Trail(copy_of_course)) == []


def test_what_a_resubmission_changes_is_written_down(copy_of_course, best):
    weaken(copy_of_course, best, "huber")
    before = datetime.now(UTC).replace(microsecond=0)
    grade(copy_of_course, jobs=1, why="second attempt")
    changes = list(Trail(copy_of_course))
    worth = get("huber").points
    lost = {c.cell: (c.old, c.new) for c in changes}
    assert lost["huber-gradient"] == (worth["gradient"], 0)
    assert all(cell.startswith("huber-") for cell in lost)
    assert {(c.student, c.assignment, c.why) for c in changes} == {
        (best, ASSIGNMENT, "second attempt")
    }
    assert all(before <= datetime.fromisoformat(c.when) <= datetime.now(UTC) for c in changes)
    assert (copy_of_course / TRAIL).stat().st_mode & 0o077 == 0


def test_what_people_do_in_the_form_grader_is_seen(copy_of_course, capsys):
    by_hand(copy_of_course, SOMEBODY, "derivation", 3.0)
    assert main(["audit", str(copy_of_course)]) == 0
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert (row["student"], row["cell"], row["old"], row["new"], row["who"]) == (
        SOMEBODY, "derivation", "", "3.0", FORM_GRADER,
    )  # fmt: skip
    by_hand(copy_of_course, SOMEBODY, "derivation", 2.0)
    by_hand(copy_of_course, "tetsu", "derivation", 1.0)
    grade(copy_of_course, jobs=1)
    seen = [(c.student, c.old, c.new) for c in Trail(copy_of_course)]
    assert seen == [(SOMEBODY, None, 3), (SOMEBODY, 3, 2), ("tetsu", None, 1)]
    by_hand(copy_of_course, SOMEBODY, "derivation", None)
    grade(copy_of_course, jobs=1)
    assert [(c.old, c.new) for c in Trail(copy_of_course)][3:] == [(2, None)]
    grade(copy_of_course, jobs=1)
    assert len(list(Trail(copy_of_course))) == 4


def test_extra_credit_is_a_change_too(copy_of_course):
    with open_course(copy_of_course).gradebook() as book:
        row = book.find_grade("huber-value", ASSIGNMENT, ASSIGNMENT, SOMEBODY)
        worth = row.auto_score
        row.extra_credit = 1.5
        book.db.commit()
    grade(copy_of_course, jobs=1)
    assert [(c.cell, c.new) for c in Trail(copy_of_course)] == [("huber-value", worth + 1.5)]


def test_a_score_with_a_reason(copy_of_course, capsys):
    before = total(copy_of_course)
    old = {c.cell: c.score for s in standings(open_course(copy_of_course), ASSIGNMENT)
           if s.student == SOMEBODY for c in s.cells}["huber-gradient"]  # fmt: skip
    command = ["rescore", str(copy_of_course), ASSIGNMENT, SOMEBODY, "huber-gradient", "0.5"]
    assert main([*command, "--why", "half of it, see mail"]) == 0
    assert "became 0.5 points" in capsys.readouterr().out
    assert total(copy_of_course) == before - old + 0.5
    grade(copy_of_course, jobs=1, force=True)
    assert total(copy_of_course) == before - old + 0.5
    (change,) = Trail(copy_of_course)
    assert (change.old, change.new, change.why) == (old, 0.5, "half of it, see mail")
    assert change.cell.startswith("huber-gradient")
    assert change.who not in ("", FORM_GRADER)


@pytest.mark.parametrize(
    ("student", "cell", "points", "why", "said"),
    [
        ("nobody", "huber-value", 1, "x", "no graded submission of nobody"),
        (SOMEBODY, "huber", 1, "x", "no grade cell huber; it has derivation"),
        (SOMEBODY, "huber-value", 99, "x", "is worth 0 to"),
        (SOMEBODY, "huber-value", float("nan"), "x", "is worth 0 to"),
        (SOMEBODY, "huber-value", 1, " ", "wants a reason"),
    ],
)
def test_a_score_that_cannot_be(copy_of_course, student, cell, points, why, said):
    before = total(copy_of_course)
    with pytest.raises(CourseError, match=said):
        set_score(copy_of_course, ASSIGNMENT, student, cell, points, why)
    assert total(copy_of_course) == before
    assert list(Trail(copy_of_course)) == []


def test_one_exercise_of_one_learner_again(copy_of_course, best, capsys):
    """A regrade request: nothing but what was asked changes, and the trail says why."""
    others = {s.student: s.score for s in standings(open_course(copy_of_course), ASSIGNMENT)}
    with open_course(copy_of_course).gradebook() as book:
        book.find_grade("huber-value", ASSIGNMENT, ASSIGNMENT, best).auto_score = 0.0
        book.db.commit()
    command = ["grade", str(copy_of_course), "--jobs", "1", "--student", best]
    assert main([*command, "--regrade", "huber", "--why", "asked on 3 March"]) == 0
    (change,) = Trail(copy_of_course)
    assert (change.student, change.cell, change.old, change.why) == (
        best, "huber-value", 0.0, "asked on 3 March",
    )  # fmt: skip
    assert {
        s.student: s.score for s in standings(open_course(copy_of_course), ASSIGNMENT)
    } == others


def test_a_line_that_was_cut_off_is_no_obstacle(tmp_path):
    trail = Trail(tmp_path, "why", "me")
    trail.add([Change("a", "s", "c", 1.0, 2.0)])
    with trail.path.open("a", encoding="utf-8") as file:
        file.write('{"assignment": "a", "stu')
    assert [c.new for c in trail] == [2.0]


def test_a_learner_who_leaves_is_nowhere(copy_of_course, capsys):
    assert main(["feedback", str(copy_of_course)]) == 0
    by_hand(copy_of_course, "quirin", "derivation", 3.0)
    grade(copy_of_course, jobs=1)
    capsys.readouterr()
    assert main(["forget", str(copy_of_course), "quirin"]) == 0
    said = capsys.readouterr().out
    assert "deleted from the gradebook" in said
    assert "deleted from a copy of the gradebook" in said
    for path in copy_of_course.rglob("*"):
        assert "quirin" not in path.name.lower()
        if path.is_file():
            assert b"quirin" not in path.read_bytes().lower(), path
    assert grade(copy_of_course, jobs=1).count("unchanged") == 23
    with pytest.raises(CourseError, match="knows nothing"):
        forget(copy_of_course, "quirin")
    with pytest.raises(CourseError, match="id of a learner"):
        forget(copy_of_course, "../aoife")
