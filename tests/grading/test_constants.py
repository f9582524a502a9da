"""Constants of a statement that each learner has for themselves, from the course to feedback."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from collections import Counter
from dataclasses import replace
from pathlib import Path

import nbformat
import numpy as np
import pytest

from autograde import personal
from autograde.__main__ import main
from autograde.answers import ask_all
from autograde.assemble import Source, grade_id
from autograde.check import WrongAnswer, check, verify
from autograde.doctor import constant_findings
from autograde.exam import Exam
from autograde.exercise import Exercise, Probe
from autograde.exercises import adopt, get
from autograde.grading.classroom import CourseError, open_course
from autograde.grading.course import create_course, update_course
from autograde.grading.demo import NAMES, _without_marks, rehearse
from autograde.grading.feedback_pages import write_feedback
from autograde.grading.grade import grade
from autograde.grading.judge import written_id
from autograde.grading.plan import PLAN
from autograde.grading.upkeep import set_score
from autograde.personal import Constant, WhoError, drawn, folded, learner_id, public_key, rebound
from autograde.rewrite import with_constants
from autograde.stubs import release_notebook, source_path

ROOT = Path(__file__).resolve().parents[2]
NAME = "contract"
TEACHING = (ROOT / "book" / "teaching.md").read_text(encoding="utf-8")
#: The example of the page For instructors, as it stands there.
OWN_RECORD = next(
    block for block in re.findall(r"^```python\n(.*?)^```", TEACHING, re.S | re.M)
    if 'slug="my_loss"' in block
)  # fmt: skip
OWN_SOURCE = """
# Ours

One question of our own.

## 1. A loss with a bend

+++ {"nbgrader": {"schema_version": 3, "grade": false, "solution": false, "locked": true, "task": false, "grade_id": "my_loss-statement"}}

Write the mean of a loss of the size of the error: its square up to `bend`, and from there a line with the slope `slope` that goes on where the square ends.

```{code-cell} ipython3
---
nbgrader: {schema_version: 3, grade: false, solution: true, locked: false, task: false, grade_id: my_loss}
---
def my_loss(y_true, y_pred):
    ### BEGIN SOLUTION
    bend = 1.0
    slope = 3.0
    size = np.abs(y_pred - y_true)
    return np.mean(np.where(size < bend, size**2, bend**2 + slope * (size - bend)))
    ### END SOLUTION
```
"""
MINE = OWN_SOURCE.split("---\n")[-1].removesuffix("```\n")
PLAN_TEXT = f"""
    name = "lossbook"

    [[assignment]]
    name = "{NAME}"
    title = "A loss for a contract"
    ask = ["choosing/capstone_loss", "classification/label_smoothing", "regression/mae", "own/my_loss"]
    per_student = true
    """
SLUGS = ("capstone_loss", "label_smoothing", "my_loss")


@pytest.fixture(autouse=True)
def nobody(monkeypatch):
    """No hub, and nobody has said who they are."""
    for name in ("JUPYTERHUB_USER", "NB_USER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(personal, "_STATE", {})
    monkeypatch.setattr(personal, "_KEYS", {})


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    root = tmp_path_factory.mktemp("constants") / "c"
    create_course(root, ["regression"])
    folder = root / "own_exercises"
    folder.mkdir()
    (folder / "my_loss.py").write_text(OWN_RECORD, encoding="utf-8")
    (folder / "my_loss.md").write_text(OWN_SOURCE, encoding="utf-8")
    (root / PLAN).write_text(textwrap.dedent(PLAN_TEXT), encoding="utf-8")
    secret = root / "secret.json"  # a fixed one, with which the learners of these tests differ
    kept = json.loads(secret.read_text(encoding="utf-8"))
    secret.write_text(json.dumps(kept | {NAME: "5eed" * 8}), encoding="utf-8")
    update_course(root)
    return root


@pytest.fixture
def course(made, tmp_path):
    shutil.copytree(made, tmp_path / "c")
    return tmp_path / "c"


def released(root):
    return nbformat.read(root / "release" / NAME / f"{NAME}.ipynb", as_version=4)


def keys(root) -> dict[str, str]:
    return dict(open_course(root).paper(NAME).keys)


def constants_of(root, who: str) -> dict[str, dict[str, float]]:
    return {slug: drawn(get(slug).constants, key, who) for slug, key in keys(root).items()}


def solution(slug: str) -> str:
    if slug == "my_loss":
        return _without_marks(MINE)
    return _without_marks(Source(source_path(get(slug).chapter)).cell(slug).source)


def answers(root, who: str | None) -> dict[str, str]:
    """Right answers with the constants of ``who``; None: with those of the statement."""
    found = {slug: solution(slug) for slug in (*SLUGS, "mae")}
    if who is not None:
        for slug, values in constants_of(root, who).items():
            found[slug] = with_constants(found[slug], get(slug).constants, values)
    return found


def filled(root, written: dict[str, str], who: str):
    notebook = released(root)
    for cell in notebook.cells:
        cell.source = written.get(grade_id(cell), cell.source)
        cell.source = cell.source.replace('learner("")', f'learner("{who}")')
    return notebook


def hand_in(root, student: str, written: dict[str, str], says: str | None = None) -> None:
    folder = root / "submitted" / student / NAME
    folder.mkdir(parents=True, exist_ok=True)
    notebook = filled(root, written, student if says is None else says)
    nbformat.write(notebook, folder / f"{NAME}.ipynb")


def record(root, student: str) -> dict:
    return open_course(root).record(student, NAME)


def earned(root, student: str) -> dict[str, float]:
    return {slug: data["earned"] for slug, data in record(root, student)["exercises"].items()}


def named(root, student: str, slug: str) -> list[dict]:
    return record(root, student)["exercises"][slug]["misconceptions"]


# -- what may be declared ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("two words", 1.0, (2.0, 3.0)), "one of Python's; got 'two words'"),
        (("a", 1.0, (2.0,)), "two values to draw from"),
        (("a", 1.0, ()), "two values to draw from"),
        (("a", 1.0, (2.0, 2.0)), "must differ"),
        (("a", 1.0, (1.0, 2.0)), "from the default 1"),
        (("a", 1.0, (2.0, float("nan"))), "finite numbers; got nan"),
        (("a", float("inf"), (2.0, 3.0)), "finite numbers; got inf"),
        (("a", 1.0, (2.0, "3")), "finite numbers; got '3'"),
        (("a", 1.0, (2.0, True)), "finite numbers; got True"),
    ],
)
def test_a_constant_that_cannot_be_drawn(arguments, said):
    with pytest.raises(ValueError, match=said):
        Constant(*arguments)


def loss(y_true, y_pred, a=1.0):
    return np.mean(a * np.abs(y_pred - y_true))


def questions(rng):
    return [Probe("loss", "value", "errors", (rng.normal(size=3), rng.normal(size=3)))]


def exercise(constants, **changed):
    parts = {"functions": {"loss": loss}, "probes": questions, "points": {"value": 1}} | changed
    return Exercise("loss", "Loss", "own", hints=("", "", ""), misconceptions=(), success="",
                    constants=constants, **parts)  # fmt: skip


A = Constant("a", 1.0, (2.0, 3.0))


@pytest.mark.parametrize(
    ("constants", "changed", "said"),
    [
        ((A, A), {}, "two constants have one name; got a, a"),
        ((Constant("b", 1.0, (2.0, 3.0)),), {}, "no reference has a parameter b"),
        ((Constant("a", 1.5, (2.0, 3.0)),), {}, "a is 1.5 .* have 1.0"),
        ((A,), {"functions": {"loss": np.add}}, "functions of Python's; got <ufunc 'add'>"),
        ((A,), {"points": {"constants": 1}}, "no aspect may be called constants"),
    ],
)
def test_constants_that_the_record_does_not_bear_out(constants, changed, said):
    with pytest.raises(ValueError, match=said):
        exercise(constants, **changed)


def test_values_of_another_exercise_are_refused():
    for values in ({}, {"b": 2.0}, {"a": 2.0, "b": 1.0}):
        with pytest.raises(ValueError, match="the constants are a; got"):
            exercise((A,)).of(values)


def test_a_constant_is_the_default_wherever_there_is_such_a_parameter():
    free = 10.0

    def shown(x, a=1.0, *, b=2.0, c=3.0):
        """Text."""
        return x, a, b, c, free

    other = rebound(shown, {"a": 5.0, "c": 7.0, "z": 0.0})
    assert other(0.0) == (0.0, 5.0, 2.0, 7.0, 10.0)
    assert other(0.0, 4.0, c=1.0) == (0.0, 4.0, 2.0, 1.0, 10.0)
    assert shown(0.0) == (0.0, 1.0, 2.0, 3.0, 10.0)
    assert other.__doc__ == "Text."


def test_answers_are_rewritten_where_they_give_the_default_and_nowhere_else():
    price = (Constant("late", 4.0, (3.0, 5.5)),)
    text = (
        "def f(y, late=4.0, ramp=4.0):\n    late = 4\n    LATE: float = 4e0\n    g(late=5.0)\n"
        "    too_late = 4.0\n    x.late = 4.0\n    if late == 4.0:\n        return 'late' 4.0 ("
    )
    assert with_constants(text, price, {"late": 5.5}) == (
        "def f(y, late=5.5, ramp=4.0):\n    late = 5.5\n    LATE: float = 5.5\n    g(late=5.0)\n"
        "    too_late = 4.0\n    x.late = 4.0\n    if late == 4.0:\n        return 'late' 4.0 ("
    )


# -- drawing ---------------------------------------------------------------------------------


def test_a_draw_never_changes():
    """Learners have written these numbers down; a term is longer than a release."""
    prices = get("capstone_loss").constants
    key = public_key("a secret", "capstone_loss", prices)
    assert key == "bc418bdfe97b88581036416ef970512d-b8c0c9f8"
    assert drawn(prices, key, "ada") == {"early": 0.6, "late": 5.7}
    assert drawn(prices, key, "Ylä-Outinen 7") == {"early": 0.7, "late": 5.1}


def test_every_value_is_drawn_about_as_often():
    prices = get("capstone_loss").constants
    key = public_key("s", "capstone_loss", prices)
    draws = [drawn(prices, key, f"s{n}") for n in range(4000)]
    for constant in prices:
        counts = Counter(draw[constant.name] for draw in draws)
        assert set(counts) == set(constant.values)
        expected = len(draws) / len(constant.values)
        assert max(abs(c - expected) for c in counts.values()) < 5 * expected**0.5
    pairs = {tuple(draw.values()) for draw in draws}
    assert len(pairs) > 0.99 * np.prod([len(c.values) for c in prices])


def test_one_learner_has_other_constants_in_another_course():
    prices = get("capstone_loss").constants
    seen = {tuple(drawn(prices, public_key(f"{n}", "x", prices), "ada").values()) for n in range(9)}
    assert len(seen) > 5


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ada", " Ada "),
        ("JÜRGEN", "jürgen"),
        ("jürgen", "jürgen"),
        ("a  b", "a b"),
        ("ａｄａ", "ada"),
    ],
)
def test_what_cannot_be_told_apart_on_a_keyboard_is_one_id(one, other):
    prices = get("capstone_loss").constants
    key = public_key("s", "capstone_loss", prices)
    assert drawn(prices, key, one) == drawn(prices, key, other)


def test_a_key_of_other_values_is_refused():
    """The learner's package is of another release than the course."""
    key = public_key("s", "loss", (A,))
    with pytest.raises(ValueError, match="another release"):
        drawn((Constant("a", 1.0, (2.0, 3.0, 4.0)),), key, "ada")
    for bad in ("", "nonsense", key[:-1], "<b>"):
        with pytest.raises(ValueError, match="another release"):
            drawn((A,), bad, "ada")


def test_the_public_key_gives_no_hidden_question(course):
    paper = open_course(course).paper(NAME)
    key = keys(course)["capstone_loss"]
    seed = json.loads((course / "secret.json").read_text())[NAME]
    assert len({*keys(course).values()}) == len(SLUGS)
    text = (course / "release" / NAME / f"{NAME}.ipynb").read_text(encoding="utf-8")
    assert key in text
    assert seed not in text
    tried = [key, key.partition("-")[0], key.partition("-")[2]]
    wanted = {
        who: replace(paper, student=who).draw for who in ("ada", "\0constants", "capstone_loss")
    }
    for who, draw in wanted.items():
        assert not any(part in draw or draw in part for part in tried)
        asked = replace(paper, student=who)
        real = [q.probe for q in Exam(asked.exercise("capstone_loss"), draw).questions if q.hidden]
        for guess in tried:
            guessed = Exam(asked.exercise("capstone_loss"), guess)
            probes = [q.probe for q in guessed.questions if q.hidden]
            same = [repr(a.args) == repr(b.args) for a, b in zip(real, probes, strict=True)]
            # Some ask the same of everybody, such as one array without a draw in it.
            assert sum(same) < 0.2 * len(same)


# -- whose they are ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["ada", " s1234567 ", "ada@example.org", "O'Dwyer", "Ylä Outinen", "中文"]
)
def test_ids_that_are_taken(text):
    assert learner_id(text) == text.strip()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "whose notebook"), ("   ", "whose notebook"), ("\n", "whose notebook"),
        ("<b>ada</b>", "none of"), ("a&b", "none of"), ('a"b', "none of"), ("../ada", "none of"),
        ("a\\b", "none of"), ("a\x00b", "none of"), ("a\nb", "none of"), ("a\u202eb", "none of"),
        ("a" * 101, "at most 100"), (7, "between quotes"), (None, "between quotes"),
    ],
)  # fmt: skip
def test_ids_that_cannot_be_one(text, said):
    with pytest.raises(WhoError, match=said):
        learner_id(text)
    with pytest.raises(WhoError):
        personal.learner(text)
    with pytest.raises(WhoError, match="whose notebook"):  # what was refused is not kept
        personal.whose()


def test_a_hub_knows_who_it_is_and_a_written_id_goes_first(monkeypatch, capsys):
    monkeypatch.setenv("NB_USER", "jovyan")
    with pytest.raises(WhoError):
        personal.learner("")
    monkeypatch.setenv("NB_USER", "bob")
    assert personal.whose() == "bob"
    monkeypatch.setenv("JUPYTERHUB_USER", "ada")
    personal.learner("")
    assert personal.whose() == "ada"
    personal.learner(" ADA")
    assert "The hub" not in capsys.readouterr().out
    personal.learner("s77")
    assert personal.whose() == "s77"
    assert "The hub knows you as ada." in capsys.readouterr().out


def test_the_id_in_a_notebook_is_read_as_text_and_the_last_counts():
    assert written_id(['learner("ada")', "x = 1\nlearner( ' bob ' )  # me"]) == "bob"
    assert written_id(["# learner('x')", "print(learner)", 'learner("")']) == ""
    assert written_id(["%matplotlib inline\n  learner('eve')"]) == "eve"
    assert written_id([]) == ""


# -- the notebook, which is the same for all ------------------------------------------------------


def run_as(root, who: str, written: dict[str, str], *labels: str) -> dict:
    """Run the released cells with these labels as Jupyter would, and the first ones."""
    space: dict = {}
    for cell in filled(root, written, who).cells:
        first = cell.cell_type == "code" and (
            "learner(" in cell.source or grade_id(cell) == "setup"
        )
        if first or grade_id(cell) in labels:
            exec(compile(cell.source, f"<cell {grade_id(cell)}>", "exec"), space)
    return space


def labels(slug: str) -> list[str]:
    return [f"{slug}-constants", slug, f"{slug}-check", *(f"{slug}-{a}" for a in get(slug).points)]


def test_one_notebook_for_all_shows_each_their_own(course, capsys):
    for slug in SLUGS:
        for who in ("ada", "bob", "eve"):
            run_as(course, who, answers(course, who), *labels(slug))  # verify raises if not right
            said = capsys.readouterr().out
            assert f"The constants of {who}:" in said
            for name, value in constants_of(course, who)[slug].items():
                assert f"    {name} = {value:g}" in said
            assert ": right, " in said
            personal._STATE.clear()
        with pytest.raises(WrongAnswer, match="other constants than yours"):
            run_as(course, "bob", answers(course, "ada"), *labels(slug))
    assert len({str(constants_of(course, who)) for who in ("ada", "bob", "eve")}) == 3


def test_the_release_says_what_to_do_and_holds_nobodys_numbers(course):
    cells = released(course).cells
    text = "\n".join(cell.source for cell in cells)
    assert text.count('learner("")') == 1
    assert text.count("**Your own numbers.**") == len(SLUGS)
    names = [grade_id(cell) for cell in cells if grade_id(cell)]
    at = names.index("capstone_loss-constants")
    assert names[at - 1 : at + 2] == ["capstone_loss-statement", names[at], "capstone_loss"]
    assert cells[names.index("capstone_loss-constants")]
    locked = next(cell for cell in cells if grade_id(cell) == "capstone_loss-constants")
    assert locked.metadata.nbgrader.locked
    assert not locked.metadata.get("editable", True) or locked.metadata.deletable is False
    assert "mae-constants" not in names
    mae = next(cell for cell in cells if grade_id(cell) == "mae-check")
    assert mae.source == "check(mae)"


def test_nothing_runs_for_nobody(course):
    with pytest.raises(WhoError, match="whose notebook"):
        run_as(course, "", answers(course, "ada"))
    key = keys(course)["capstone_loss"]
    space: dict = {"np": np}
    exec(answers(course, "ada")["capstone_loss"], space)
    with pytest.raises(WhoError, match="whose notebook"):
        check(space["capstone_loss"], key=key)
    with pytest.raises(WhoError, match="whose notebook"):
        verify("capstone_loss", "value", space, key=key)
    with pytest.raises(WhoError, match="whose notebook"):
        personal.constants("capstone_loss", key)
    with pytest.raises(ValueError, match="the same numbers for everybody"):
        personal.constants("mae", key)


def test_check_of_ones_own_cell_asks_with_what_was_shown(course, capsys):
    space: dict = {"np": np}
    exec(answers(course, "ada")["label_smoothing"], space)
    personal.learner("ada")
    check(space["label_smoothing"])
    assert "Label smoothing: wrong" in capsys.readouterr().out  # the book's numbers still
    personal.constants("label_smoothing", keys(course)["label_smoothing"])
    check(space["label_smoothing"])
    said = capsys.readouterr().out
    assert "Label smoothing: right" in said
    assert "Asked with your constants, epsilon = " in said


@pytest.mark.parametrize("slug", ["capstone_loss", "label_smoothing"])
def test_without_a_course_the_numbers_of_the_statement_hold(slug, capsys):
    space: dict = {"np": np}
    exec(solution(slug), space)
    check(space[slug])
    said = capsys.readouterr().out
    assert ": right, " in said
    assert "constants" not in said
    names = [grade_id(cell) for cell in release_notebook(get(slug).chapter).cells]
    assert slug in names
    assert f"{slug}-constants" not in names


# -- from course to feedback -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def graded(made, tmp_path_factory):
    """Three learners; one who copied, one who kept the statement's numbers, one half and half."""
    root = tmp_path_factory.mktemp("graded") / "c"
    shutil.copytree(made, root)
    for who in ("ada", "bob", "Eve"):
        hand_in(root, who, answers(root, who), says=who.lower())
    hand_in(root, "cat", answers(root, "ada"))
    hand_in(root, "dan", answers(root, None), says="<b>dan")
    hand_in(root, "fay", answers(root, "ada"), says="ada")
    mixed = answers(root, "gus") | {"my_loss": answers(root, "ada")["my_loss"]}
    mixed["label_smoothing"] = mixed["label_smoothing"].replace("np.mean(", "np.sum(", 1)
    hand_in(root, "gus", mixed, says="")
    (root / "submitted" / "hal" / NAME).mkdir(parents=True)
    (root / "submitted" / "hal" / NAME / f"{NAME}.ipynb").write_text("no notebook")
    grade(root, jobs=1)
    write_feedback(root)
    return root


def test_three_learners_are_right_with_their_own(graded):
    assert len({str(constants_of(graded, who)) for who in ("ada", "bob", "eve")}) == 3
    for who in ("ada", "bob", "Eve"):
        assert earned(graded, who) == {s: get(s).total for s in (*SLUGS, "mae")}
        assert record(graded, who)["flags"] == []


def test_somebody_elses_constants_fail_and_are_told(graded):
    yours, theirs = constants_of(graded, "cat"), constants_of(graded, "ada")
    for slug in SLUGS:
        (told,) = named(graded, "cat", slug)
        assert told["id"] == f"{slug}/constants"
        assert f"Yours are {personal.said(yours[slug])}." in told["message"]
        assert "Did you set your own id" in told["message"]
        assert personal.said(theirs[slug]) in told["message"]
    assert earned(graded, "cat") == {
        "capstone_loss": 0, "label_smoothing": 1, "mae": get("mae").total, "my_loss": 0,
    }  # fmt: skip
    assert (
        "capstone_loss: right for other constants than this learner has."
        in record(graded, "cat")["flags"]
    )
    page = (graded / "feedback" / "cat" / NAME / f"{NAME}.html").read_text(encoding="utf-8")
    assert "Right for other constants than yours" in page
    assert "Did you set your own id before you read them?" in page


def test_the_numbers_of_the_statement_fail_and_are_told(graded):
    (told,) = named(graded, "dan", "capstone_loss")
    assert "right for the constants of the statement, early = 1 and late = 4." in told["message"]
    assert earned(graded, "dan")["capstone_loss"] == 0


def test_the_folder_says_whose_it_is_and_never_the_notebook(graded):
    assert earned(graded, "fay")["capstone_loss"] == 0
    flags = record(graded, "fay")["flags"]
    (said,) = [flag for flag in flags if "learner(" in flag]
    assert said.startswith("The notebook says learner('ada'); it was handed in as fay's")
    page = (graded / "feedback" / "dan" / NAME / f"{NAME}.html").read_text(encoding="utf-8")
    assert "learner(&#x27;&lt;b&gt;dan&#x27;)" in page
    assert "<b>dan" not in page
    assert not [f for f in record(graded, "cat")["flags"] if "The notebook says" in f]


def test_a_mistake_with_ones_own_constants_is_still_called_by_its_name(graded):
    assert earned(graded, "gus")["capstone_loss"] == get("capstone_loss").total
    assert [m["id"] for m in named(graded, "gus", "label_smoothing")] == ["label_smoothing/sum"]
    assert [m["id"] for m in named(graded, "gus", "my_loss")] == ["my_loss/constants"]


def test_what_is_no_notebook_is_no_trouble(graded):
    assert sum(earned(graded, "hal").values()) == 0


def test_nothing_is_judged_twice_and_regrading_keeps_the_constants(graded, tmp_path):
    root = tmp_path / "c"
    shutil.copytree(graded, root)
    before = {who: earned(root, who) for who in ("ada", "bob", "cat", "dan")}
    assert grade(root, jobs=1).count("unchanged") == 8
    assert grade(root, jobs=1, regrade=["capstone_loss"]).count("graded") == 8
    assert grade(root, jobs=1, only=["ada", "cat"], force=True).count("graded") == 2
    assert {who: earned(root, who) for who in before} == before
    set_score(root, NAME, "cat", "capstone_loss-value", 2.0, "asked aloud")
    grade(root, jobs=1, force=True, only=["cat"])
    with open_course(root).gradebook() as book:
        cells = book.find_submission_notebook(NAME, NAME, "cat").grades
        assert {g.name: g.score for g in cells}["capstone_loss-value"] == 2.0
    assert [(r.assignment, r.state) for r in update_course(root)] == [(NAME, "unchanged")]
    assert grade(root, jobs=1).count("unchanged") == 8
    text = (root / PLAN).read_text(encoding="utf-8")
    (root / PLAN).write_text(text.replace("per_student = true", "per_student = false"))
    (row,) = update_course(root)
    assert row.state == "kept"
    assert "capstone_loss-constants" in row.notes[0]
    assert earned(root, "ada") == before["ada"]


def test_another_secret_is_noticed_before_anybody_is_graded(graded, tmp_path):
    root = tmp_path / "c"
    shutil.copytree(graded, root)
    path = root / "secret.json"
    good = path.read_text(encoding="utf-8")
    path.write_text(json.dumps(json.loads(good) | {NAME: "0" * 32}), encoding="utf-8")
    with pytest.raises(CourseError, match=r"the constants of capstone_loss .* Restore|restore"):
        grade(root, jobs=1)
    (row,) = update_course(root)
    assert row.state == "kept"
    assert "everybody would have other constants in capstone_loss" in row.notes[0]
    with pytest.raises(CourseError):
        grade(root, jobs=1)
    path.write_text(good, encoding="utf-8")
    assert grade(root, jobs=1).count("unchanged") == 8


def test_nbgraders_own_autograder_agrees(graded, tmp_path):
    root = tmp_path / "c"
    shutil.copytree(graded, root)

    def scores() -> dict[tuple[str, str], float]:
        with open_course(root).gradebook() as book:
            return {
                (who, grade.name): grade.auto_score
                for who in ("ada", "cat")
                for grade in book.find_submission_notebook(NAME, NAME, who).grades
            }

    ours = scores()
    shutil.rmtree(root / "autograded")
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONPATH": str(ROOT),
    }
    for who in ("ada", "cat"):
        run = subprocess.run(
            [sys.executable, "-m", "nbgrader", "autograde", NAME, "--student", who, "--force"],
            cwd=root, env=environment, capture_output=True, text=True, timeout=240, check=False,
        )  # fmt: skip
        assert run.returncode == 0, run.stderr[-3000:]
    assert scores() == ours
    assert sum(v for (who, _), v in ours.items() if who == "ada") > 20
    with open_course(root).gradebook() as book:
        notebook = book.find_submission_notebook(NAME, NAME, "cat")
        said = {c.name: c.auto_comment for c in notebook.comments}
    assert "Right for other constants than yours" in said["capstone_loss"]


def test_before_anything_is_handed_in_a_new_secret_draws_anew(course):
    before = constants_of(course, "ada")
    path = course / "secret.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {NAME: "0" * 32}), encoding="utf-8")
    assert update_course(course)[0].state == "updated"
    assert constants_of(course, "ada") != before
    hand_in(course, "ada", answers(course, "ada"))
    grade(course, jobs=1)
    assert earned(course, "ada")["capstone_loss"] == get("capstone_loss").total


def test_the_switch_puts_the_cells_in_and_takes_them_out(course):
    text = (course / PLAN).read_text(encoding="utf-8")
    (course / PLAN).write_text(text.replace("per_student = true", "per_student = false"))
    assert update_course(course)[0].state == "updated"
    sources = "\n".join(cell.source for cell in released(course).cells)
    assert "learner" not in sources
    assert "constants(" not in sources
    assert keys(course) == {}
    hand_in(course, "ada", answers(course, None))
    grade(course, jobs=1)
    assert earned(course, "ada")["capstone_loss"] == get("capstone_loss").total
    (course / PLAN).write_text(text)


def test_without_its_cell_an_exercise_asks_everybody_the_same(course):
    """The instructor has deleted the cell that prints them from source/."""
    path = course / "source" / NAME / f"{NAME}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [c for c in notebook.cells if grade_id(c) != "capstone_loss-constants"]
    nbformat.write(notebook, path)
    update_course(course)
    assert set(keys(course)) == {"label_smoothing", "my_loss"}


def test_the_switch_alone_grades_again(course):
    """Own draws of the hidden questions are other questions, so what was graded is not done."""
    plan = """
        name = "lossbook"

        [[assignment]]
        name = "week"
        title = "Week"
        ask = ["regression/mae"]
        per_student = false
        """
    (course / PLAN).write_text(textwrap.dedent(plan), encoding="utf-8")
    update_course(course)
    folder = course / "submitted" / "ada" / "week"
    folder.mkdir(parents=True)
    shutil.copy(course / "release" / "week" / "week.ipynb", folder)
    assert grade(course, "week", jobs=1).count("graded") == 1
    (course / PLAN).write_text(textwrap.dedent(plan).replace("= false", "= true"), encoding="utf-8")
    assert [r.state for r in update_course(course)] == ["updated"]
    assert grade(course, "week", jobs=1).count("graded") == 1
    assert grade(course, "week", jobs=1).count("unchanged") == 1


# -- before handing in, and rehearsals -----------------------------------------------------------------


def test_validate_asks_with_the_learners_own(course, tmp_path, capsys, monkeypatch):
    folder = tmp_path / "learner"
    shutil.copytree(course / "release" / NAME, folder)
    path = folder / f"{NAME}.ipynb"
    nbformat.write(filled(course, answers(course, "ada"), "ada"), path)
    assert main(["validate", str(path)]) == 0
    assert "4 of 4 exercises are right." in capsys.readouterr().out
    nbformat.write(filled(course, answers(course, "ada"), "bob"), path)
    assert main(["validate", str(path)]) == 1
    said = capsys.readouterr().out
    assert "1 of 4 exercises are right." in said
    assert "Right for other constants than yours" in said
    nbformat.write(filled(course, answers(course, "ada"), ""), path)
    assert main(["validate", str(path)]) == 2
    assert "whose notebook is this?" in capsys.readouterr().out
    monkeypatch.setenv("JUPYTERHUB_USER", "ada")
    assert main(["validate", str(path)]) == 0
    nbformat.write(filled(course, answers(course, "ada"), "<img src=x>"), path)
    assert main(["validate", str(path)]) == 2


def test_the_handout_says_that_an_id_is_needed(course, tmp_path):
    from zipfile import ZipFile

    out = tmp_path / "out.zip"
    assert main(["handout", str(course), NAME, "--out", str(out)]) == 0
    with ZipFile(out) as archive:
        assert 'the cell that says learner("")' in archive.read(f"{NAME}/READ ME.txt").decode()


def test_a_simulated_class_answers_with_its_own(course, tmp_path, capsys):
    text = (course / PLAN).read_text(encoding="utf-8")
    (course / PLAN).write_text(
        text.replace(', "own/my_loss"', "").replace(', "regression/mae"', "")
    )
    update_course(course)
    with open_course(course).gradebook() as book:  # one of them is known by another id
        book.update_or_create_student("s77", first_name=NAMES[3][1], last_name=NAMES[3][2])
    assert rehearse(course, NAME, tmp_path / "class.zip") == len(NAMES)
    main(["collect", str(course), NAME, str(tmp_path / "class.zip"), "--create", "--times", "UTC"])
    assert (course / "submitted" / "s77" / NAME).is_dir()
    summary = grade(course, jobs=2)
    assert summary.count("failed") == 0
    total = sum(get(slug).total for slug in ("capstone_loss", "label_smoothing"))
    assert sum(row.score == total for row in summary.rows) >= 3
    told = Counter(
        m["id"]
        for row in summary.rows
        for data in record(course, row.student)["exercises"].values()
        for m in data["misconceptions"]
    )
    assert not [name for name in told if name.endswith("/constants")]
    assert {m.id for m in get("label_smoothing").misconceptions} <= set(told)
    assert not [f for row in summary.rows for f in row.flags if "constants" in f or "says" in f]


# -- proofs ------------------------------------------------------------------------------------------


def own(text: str = OWN_RECORD) -> Exercise:
    space: dict = {"__name__": "own"}
    exec(text, space)
    return space["EXERCISE"]


def test_the_example_of_the_page_is_proved():
    assert list(constant_findings(own(), solution("my_loss"), seed="another")) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("(0.5, 0.6,", "(0.0, 0.6,", "bend = 0 "),
        ("(2.2, 2.4,", "(0.5, 2.4,", "my_loss/jump with bend = 0.5"),
        ("size <= bend, size**2, bend**2", "size <= 1, size**2, bend**2", "the solution is judged"),
    ],
)
def test_a_proof_that_fails_says_for_which_constants(old, new, said):
    assert old in OWN_RECORD
    found = list(constant_findings(own(OWN_RECORD.replace(old, new, 1)), solution("my_loss")))
    assert any(said in finding for finding in found), found


def test_a_solution_without_the_names_is_found():
    text = solution("my_loss").replace("bend = 1.0\n", "turn = 1.0\n").replace("bend", "turn")
    assert any("the solution is judged 'wrong'" in f for f in constant_findings(own(), text))


def test_a_reference_that_refuses_a_value_is_found_before_it_is_asked(course):
    path = course / "own_exercises" / "my_loss.py"
    bad = OWN_RECORD.replace(
        "    size = np.abs(y_pred - y_true)\n",
        "    if slope > 3.5:\n        raise ValueError('slope')\n    size = np.abs(y_pred - y_true)\n", 1,
    )  # fmt: skip
    path.write_text(bad, encoding="utf-8")
    before = (course / "release" / NAME / f"{NAME}.ipynb").read_bytes()
    try:
        with pytest.raises(
            CourseError, match=r"contract: my_loss with .*slope = 3.8.*the reference"
        ):
            update_course(course)
    finally:
        adopt("my_loss", OWN_RECORD)
    assert (course / "release" / NAME / f"{NAME}.ipynb").read_bytes() == before


def test_an_answer_with_any_other_draw_fails():
    """Not only for the draws of doctor: sixty pairs of learners of one course."""
    exercise = get("label_smoothing")
    key = public_key("s", exercise.slug, exercise.constants)
    draws = [drawn(exercise.constants, key, f"s{n}") for n in range(60)]
    for mine, theirs in zip(draws, draws[1:] + draws[:1], strict=True):
        exam = Exam(exercise.of(mine))
        feedback = exam.feedback(ask_all(dict(exercise.of(theirs).functions), exam.calls)[0])
        assert (feedback.status == "right") == (mine == theirs)
        if mine != theirs:
            assert [m.id for m in feedback.misconceptions] == ["label_smoothing/constants"]


def test_names_are_folded_once():
    assert folded("  Ada   L ") == folded(folded("ada l"))
