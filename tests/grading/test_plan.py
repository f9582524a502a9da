"""What a course asks: course.toml, assignments of any questions, exercises of one's own."""

from __future__ import annotations

import json
import re
import shutil
import textwrap
import zipfile
from dataclasses import replace

import nbformat
import numpy as np
import pytest

from autograde import stubs
from autograde.__main__ import main
from autograde.assemble import Part, Source, assemble, grade_id, scaled
from autograde.exam import Exam
from autograde.exercises import ORDER, adopt, chapter, get
from autograde.grading.classroom import SECRET, CourseError, open_course
from autograde.grading.collect import collect
from autograde.grading.course import create_course, update_course
from autograde.grading.demo import NAMES, _without_marks, rehearse
from autograde.grading.grade import grade
from autograde.grading.plan import PLAN, read_plan

OWN_RECORD = '''
import numpy as np

from autograde.exercise import Exercise, Misconception, Probe


def cubed(y_true, y_pred):
    """Mean of |e|^3."""
    return np.mean(np.abs(y_pred - y_true) ** 3)


def probes(rng):
    return [
        Probe("cubed", "value", "errors of both signs", (rng.normal(size=6), rng.normal(size=6))),
        Probe("cubed", "large", "large errors", (np.zeros(4), rng.normal(size=4) * 1e5)),
    ]


def without_abs(y_true, y_pred):
    return np.mean((y_pred - y_true) ** 3)


EXERCISE = Exercise(
    slug="cubed",
    title="Cubed error",
    chapter="own",
    functions={"cubed": cubed},
    points={"value": 2, "large": 1},
    probes=probes,
    hints=("Start from the error.", "Its size, not its sign.", "The mean comes last."),
    misconceptions=(
        Misconception(
            "cubed-sign", "The sign survives", "cubed", without_abs,
            "An error of -2 gives {got}. Can a loss be negative?",
            "cubes keep the sign", "definition", (np.array([0.0]), np.array([-2.0])),
        ),
    ),
    success="Right.",
)
'''
OWN_SOURCE = """
# Ours

One question of our own.

## 1. The cubed error

+++ {"nbgrader": {"schema_version": 3, "grade": false, "solution": false, "locked": true, "task": false, "grade_id": "cubed-statement"}}

Write the mean of the cubes of the sizes of the errors.

```{code-cell} ipython3
---
nbgrader: {schema_version: 3, grade: false, solution: true, locked: false, task: false, grade_id: cubed}
---
def cubed(y_true, y_pred):
    ### BEGIN SOLUTION
    return np.mean(np.abs(y_pred - y_true) ** 3)
    ### END SOLUTION
```
"""


def plan(root, text: str) -> None:
    (root / PLAN).write_text(textwrap.dedent(text), encoding="utf-8")


def notebook(root, step, name):
    return nbformat.read(root / step / name / f"{name}.ipynb", as_version=4)


def points(nb) -> dict[str, float]:
    return {
        grade_id(c): c.metadata.nbgrader.points
        for c in nb.cells
        if c.metadata.get("nbgrader", {}).get("grade")
    }


def hand_in(root, student, name, answers: dict[str, str]) -> None:
    released = notebook(root, "release", name)
    for cell in released.cells:
        cell.source = answers.get(grade_id(cell), cell.source)
    folder = root / "submitted" / student / name
    folder.mkdir(parents=True)
    nbformat.write(released, folder / f"{name}.ipynb")


def right(slug: str) -> str:
    """The answer of the book to one exercise."""
    return _without_marks(Source(stubs.source_path(get(slug).chapter)).cell(slug).source)


def score(root, student, name) -> float:
    return open_course(root).record(student, name)["row"]["score"]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    root = tmp_path_factory.mktemp("plan") / "c"
    create_course(root, ["regression"], points={"huber": 9})
    return root


@pytest.fixture
def course(made, tmp_path):
    shutil.copytree(made, tmp_path / "c")
    return tmp_path / "c"


# -- assembling ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", ORDER)
def test_a_whole_chapter_is_as_it_was_written(name):
    """Every cell of the source is there, in order; only heading numbers may be written anew."""
    built = assemble(Source(stubs.source_path(name)).parts(), name=name)
    ours = [c.source for c in Source(stubs.source_path(name)).cells]
    texts = [c.source for c in built.cells if not _made_by_us(c)]
    assert texts == ours
    ids = [c.id for c in built.cells]
    assert len(set(ids)) == len(ids)
    # the others are ours: one check per exercise, one test per aspect
    asked = sum(1 + len(e.points) for e in chapter(name))
    assert sum(_made_by_us(c) for c in built.cells) == asked


def _made_by_us(cell) -> bool:
    meta = cell.metadata.get("nbgrader", {})
    return grade_id(cell).endswith("-check") or bool(meta.get("grade") and not meta.get("solution"))


def test_questions_of_two_chapters_in_another_order():
    regression, stability = (stubs.source_path(n) for n in ("regression", "stability"))
    parts = [Part(stability, "softmax"), Part(regression, "huber"), Part(regression, "derivation"),
             Part(stability, "derivation", 7)]  # fmt: skip
    built = assemble(parts, "A mixture", "mix", seed="s3cret")
    heads = [c.source.splitlines()[0] for c in built.cells if c.source.startswith("## ")]
    assert built.cells[0].source.startswith("# A mixture\n")
    assert [h.split()[1] for h in heads] == ["1.", "2.", "3.", "4."]
    assert heads[0].endswith("Softmax")
    assert "Four questions." in built.cells[0].source
    assert "y_true" in built.cells[0].source  # what holds in the chapter on regression
    answers = [grade_id(c) for c in built.cells if c.metadata.get("nbgrader", {}).get("solution")]
    assert answers == ["softmax", "huber", "derivation", "stability-derivation"]
    assert points(built)["stability-derivation"] == 7
    last = next(c for c in built.cells if grade_id(c) == "stability-derivation-statement")
    assert "(7 points" in last.source
    assert built.metadata.lossbook == {
        "assignment": "mix", "exercises": ["softmax", "huber"], "version": 2,
    }  # fmt: skip


def test_points_keep_their_proportions_and_their_sum():
    assert scaled({"value": 2, "gradient": 2, "edges": 1}, 10) == {
        "value": 4, "gradient": 4, "edges": 2,
    }  # fmt: skip
    thirds = scaled({"a": 1, "b": 1, "c": 1}, 10)
    assert sum(thirds.values()) == pytest.approx(10, abs=1e-12)
    assert thirds["b"] == 3.33
    for total in (0, -1, float("nan")):
        with pytest.raises(ValueError, match="more than 0"):
            scaled({"a": 1}, total)
    with pytest.raises(ValueError, match="too little"):
        scaled({"a": 1, "b": 1000}, 1)


# -- the plan ------------------------------------------------------------------------------


def test_a_new_course_has_a_plan_that_says_everything(course):
    asked = read_plan(course).assignments
    assert [a.name for a in asked] == ["regression"]
    assert [p.id for p in asked[0].parts] == [*ORDER["regression"], "derivation"]
    worth = points(notebook(course, "release", "regression"))
    huber = get("huber").points
    assert sum(worth[f"huber-{a}"] for a in huber) == 9
    assert worth["huber-value"] / worth["huber-edges"] == pytest.approx(
        huber["value"] / huber["edges"], rel=0.01
    )
    assert sum(v for n, v in worth.items() if n.startswith("mse-")) == get("mse").total


def test_one_number_is_the_sum_of_an_assignment(tmp_path):
    assert (
        main(["course", str(tmp_path / "c"), "--assignments", "regression", "--points", "100"]) == 0
    )
    worth = points(notebook(tmp_path / "c", "release", "regression"))
    assert sum(worth.values()) == pytest.approx(100, abs=1e-9)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = [", "is not TOML"),
        ("name = 'c'", r"one \[\[assignment\]\]"),
        ("[[assignment]]\nname = 'a/b'\nask = ['regression/mse']", "letters, digits"),
        ("[[assignment]]\nname = 'a'\nask = []", "must ask something"),
        ("[[assignment]]\nname = 'a'\nask = ['nowhere/mse']", "the chapters are concepts"),
        ("[[assignment]]\nname = 'a'\nask = ['regression/hubert']", "regression has mse, mae"),
        ("[[assignment]]\nname = 'a'\nask = ['own/mine']", "there is no .*mine.md"),
        (
            "[[assignment]]\nname = 'a'\nask = ['regression/mse']\npoints = {mae = 3}",
            "does not ask",
        ),
        (
            "[[assignment]]\nname = 'a'\nask = ['regression/mse']\npoints = {mse = -3}",
            "more than 0",
        ),
        ("[[assignment]]\nname = 'a'\nask = ['regression/mse']\ndue = 'soon'", "a date is like"),
        ("[[assignment]]\nname = 'a'\nask = ['regression/mse']\nweight = 3", "there are only ask"),
        ("[[assignment]]\nname = 'a'\nask = ['regression/mse', 'regression/mse']", "asked twice"),
        (2 * "[[assignment]]\nname = 'a'\nask = ['regression/mse']\n", "two assignments called a"),
    ],
)
def test_a_plan_that_cannot_be_followed_changes_nothing(course, text, said):
    before = {p: p.read_bytes() for p in course.rglob("*") if p.is_file()}
    (course / PLAN).write_text(text, encoding="utf-8")
    with pytest.raises(CourseError, match=said):
        update_course(course)
    (course / PLAN).write_bytes(before[course / PLAN])
    assert {p: p.read_bytes() for p in course.rglob("*") if p.is_file()} == before


@pytest.mark.parametrize(
    ("text", "said"),
    [(None, "must hold the secret of 'regression'"), ("{}", "must hold the secret of 'regression'"),
     ("[1]", "cannot be read"), ("{", "cannot be read")],
)  # fmt: skip
def test_a_lost_secret_is_not_replaced_by_another(course, text, said):
    """Other hidden questions in the middle of a term would be other grades."""
    secret = course / SECRET
    kept = json.loads(secret.read_text())
    secret.unlink() if text is None else secret.write_text(text)
    before = {p: p.read_bytes() for p in course.rglob("*") if p.is_file()}
    with pytest.raises(CourseError, match=said):
        update_course(course)
    assert {p: p.read_bytes() for p in course.rglob("*") if p.is_file()} == before
    # What the message advises helps.
    source = (course / "source" / "regression" / "regression.ipynb").read_text()
    (found,) = set(re.findall(r'seed=\\"(\w+)\\"', source))
    secret.write_text(json.dumps({"regression": found}))
    assert json.loads(secret.read_text()) == kept
    assert [row.state for row in update_course(course)] == ["unchanged"]


def test_update_reads_the_plan_only(course, capsys):
    assert main(["course", str(course), "regression", "--update"]) == 2
    assert "course.toml" in capsys.readouterr().err
    assert main(["course", str(course), "--update"]) == 0
    assert "unchanged  regression" in capsys.readouterr().out


# -- a running course ----------------------------------------------------------------------


MIXED = """
    name = "lossbook"

    [[assignment]]
    name = "regression"
    ask = ["regression/mse", "regression/huber", "regression/derivation"]
    points = { huber = 9 }

    [[assignment]]
    name = "week-2"
    title = "Second week"
    due = "2027-03-05 22:00 UTC"
    ask = ["stability/softmax", "regression/mae"]
    points = { softmax = 10 }
    """


def test_pick_add_and_grade(course):
    plan(course, MIXED)
    secret = json.loads((course / "secret.json").read_text())
    assert [(r.assignment, r.state) for r in update_course(course)] == [
        ("regression", "updated"), ("week-2", "new"),
    ]  # fmt: skip
    kept = json.loads((course / "secret.json").read_text())
    assert kept["regression"] == secret["regression"]
    assert kept["week-2"] not in ("", secret["regression"])
    assert (course / "secret.json").stat().st_mode & 0o077 == 0
    hand_in(course, "ada", "week-2", {s: right(s) for s in ("softmax", "mae")})
    hand_in(course, "bob", "week-2", {"softmax": right("softmax")})
    hand_in(course, "ada", "regression", {s: right(s) for s in ("mse", "huber")})
    assert grade(course, jobs=1).count("graded") == 3
    assert score(course, "ada", "week-2") == 10 + get("mae").total
    assert score(course, "bob", "week-2") == 10
    assert score(course, "ada", "regression") == get("mse").total + 9


def test_what_the_instructor_changed_stays(course):
    path = course / "source" / "regression" / "regression.ipynb"
    nb = nbformat.read(path, as_version=4)
    at = next(i for i, c in enumerate(nb.cells) if grade_id(c) == "mse")
    nb.cells[at - 1].source += "\n\nThink of the units."
    nb.cells.insert(at, nbformat.v4.new_markdown_cell("A picture of ours.", id="ours"))
    gone = next(c for c in nb.cells if grade_id(c) == "mae-check")
    nb.cells.remove(gone)
    nbformat.write(nb, path)
    plan(course, MIXED)
    row = update_course(course)[0]
    assert row.state == "updated"
    assert {
        "mse-statement changed here and was kept",
        "ours was added here and was kept",
    } <= set(row.notes)
    after = notebook(course, "release", "regression")
    names = [grade_id(c) or c.id for c in after.cells]
    assert names[names.index("ours") + 1] == "mse"
    assert "Think of the units." in after.cells[names.index("mse-statement")].source
    assert "quantile" not in names
    assert update_course(course)[0].state == "unchanged"


def test_what_was_handed_in_keeps_its_questions(course, capsys):
    hand_in(course, "ada", "regression", {"mse": right("mse")})
    grade(course, jobs=1)
    before = (course / "source" / "regression" / "regression.ipynb").read_bytes()
    plan(course, MIXED)
    assert main(["course", str(course), "--update"]) == 1
    said = capsys.readouterr().out
    assert "kept       regression" in said
    assert "1 submissions are in the gradebook" in said
    assert "new        week-2" in said
    assert (course / "source" / "regression" / "regression.ipynb").read_bytes() == before
    assert grade(course, jobs=1).count("unchanged") == 1


def test_new_points_reach_what_was_graded(course):
    hand_in(course, "ada", "regression", {"mse": right("mse")})
    grade(course, jobs=1)
    assert score(course, "ada", "regression") == get("mse").total
    text = (course / PLAN).read_text(encoding="utf-8")
    (course / PLAN).write_text(text.replace('"huber" = 9', '"huber" = 9, "mse" = 20'))
    assert update_course(course)[0].state == "updated"
    assert grade(course, jobs=1).count("graded") == 1
    assert score(course, "ada", "regression") == 20


def test_a_course_from_before_there_were_plans(course):
    (course / PLAN).unlink()
    shutil.rmtree(course / ".made")
    hand_in(course, "ada", "regression", {"mse": right("mse")})
    grade(course, jobs=1)
    assert [r.assignment for r in update_course(course)] == ["regression"]
    assert [a.name for a in read_plan(course).assignments] == ["regression"]
    assert score(course, "ada", "regression") == get("mse").total


def test_a_source_that_this_book_does_not_know_is_not_graded_as_zero(course):
    path = course / "source" / "regression" / "regression.ipynb"
    path.write_text(path.read_text().replace("mse-edges", "mse-corners"), encoding="utf-8")
    hand_in(course, "ada", "regression", {"mse": right("mse")})
    with pytest.raises(CourseError, match="--update"):
        grade(course, jobs=1)


def test_an_own_draw_for_each_learner(course):
    """A table of the right answers to one learner's hidden questions is of no use to another."""
    plan(course, MIXED + "    per_student = true\n")
    update_course(course)
    classroom = open_course(course)
    paper = classroom.paper("week-2")
    assert classroom.per_student("week-2")
    assert not classroom.per_student("regression")
    exams = {
        who: Exam(paper.exercise("mae"), replace(paper, student=who).draw) for who in ("ada", "bob")
    }
    visible = {w: [q.probe for q in e.questions if not q.hidden] for w, e in exams.items()}
    hidden = {w: [q.probe for q in e.questions if q.hidden] for w, e in exams.items()}
    assert repr(visible["ada"]) == repr(visible["bob"])
    assert repr(hidden["ada"]) != repr(hidden["bob"])
    known = {
        name: [(q.probe.args[0].tolist(), q.probe.args[1].tolist(), np.asarray(q.wanted.value).tolist())
               for q in exams["ada"].questions
               if q.probe.function == name and q.wanted.kind == "array"]
        for name in ("mae", "mae_grad")
    }  # fmt: skip
    cheat = (
        "\n".join(
            f"def {name}(a, b):\n    for x, y, z in {table!r}:\n"
            "        if a.tolist() == x and b.tolist() == y:\n            return np.array(z)\n"
            "    raise ValueError('not in the table')\n"
            for name, table in known.items()
        )
        .replace("nan", "np.nan")
        .replace("inf", "np.inf")
    )
    for who in ("ada", "bob"):
        hand_in(course, who, "week-2", {"mae": cheat, "softmax": right("softmax")})
    hand_in(course, "eve", "week-2", {s: right(s) for s in ("softmax", "mae")})
    assert grade(course, "week-2", jobs=1).count("graded") == 3
    worth = 10 + get("mae").total
    assert score(course, "eve", "week-2") == worth
    assert score(course, "bob", "week-2") < score(course, "ada", "week-2") <= worth
    assert grade(course, "week-2", jobs=1).count("unchanged") == 3
    again = grade(course, "week-2", jobs=1, regrade=["mae"])
    assert again.count("graded") == 3
    assert score(course, "eve", "week-2") == worth


# -- exercises of one's own ----------------------------------------------------------------


@pytest.fixture
def with_own(course):
    folder = course / "own_exercises"
    folder.mkdir()
    (folder / "cubed.py").write_text(OWN_RECORD, encoding="utf-8")
    (folder / "cubed.md").write_text(OWN_SOURCE, encoding="utf-8")
    plan(course, """
        name = "lossbook"

        [[assignment]]
        name = "ours"
        title = "With one of ours"
        ask = ["own/cubed", "regression/mse"]
        """)  # fmt: skip
    update_course(course)
    return course


def test_an_own_exercise_is_graded_and_its_mistake_named(with_own):
    wrong = "def cubed(y_true, y_pred):\n    return np.mean((y_pred - y_true) ** 3)"
    good = "def cubed(y_true, y_pred):\n    return np.mean(np.abs(y_pred - y_true) ** 3)"
    hand_in(with_own, "ada", "ours", {"cubed": good, "mse": right("mse")})
    hand_in(with_own, "bob", "ours", {"cubed": wrong})
    hand_in(with_own, "eve", "ours", {})
    assert grade(with_own, "ours", jobs=2).count("graded") == 3
    assert score(with_own, "ada", "ours") == 3 + get("mse").total
    assert score(with_own, "eve", "ours") == 0
    bob = open_course(with_own).record("bob", "ours")["exercises"]["cubed"]
    assert [m["id"] for m in bob["misconceptions"]] == ["cubed-sign"]
    assert "-8" in bob["misconceptions"][0]["message"]


def test_a_class_rehearses_it(with_own, tmp_path):
    assert rehearse(with_own, "ours", tmp_path / "class.zip") == len(NAMES)
    done = set()
    with zipfile.ZipFile(tmp_path / "class.zip") as archive:
        for name in archive.namelist():
            text = archive.read(name).decode(errors="replace")
            done |= {
                way
                for way in ("abs(y_pred - y_true) ** 3", "(y_pred - y_true) ** 3)")
                if way in text
            }
    assert len(done) == 2  # right answers, and the mistake of its record
    report = collect(with_own, "ours", tmp_path / "class.zip", create=True)
    assert report.count("new") > 20
    assert grade(with_own, "ours", jobs=2).count("graded") > 20


def test_learners_can_check_and_validate_it(with_own, monkeypatch, capsys, tmp_path):
    folder = tmp_path / "learner"
    shutil.copytree(with_own / "release" / "ours", folder)
    nb = nbformat.read(folder / "ours.ipynb", as_version=4)
    for cell in nb.cells:
        if grade_id(cell) == "cubed":
            cell.source = (
                "def cubed(y_true, y_pred):\n    return np.mean(np.abs(y_pred - y_true)**3)"
            )
    nbformat.write(nb, folder / "ours.ipynb")
    assert main(["validate", str(folder / "ours.ipynb")]) == 1
    said = capsys.readouterr().out
    assert "Cubed error: right, 3 of 3 points" in said
    assert "1 of 2 exercises are right." in said


@pytest.mark.parametrize(
    ("slug", "text", "said"),
    [
        ("mse", OWN_RECORD, "the book has an exercise 'mse'"),
        ("other", OWN_RECORD, "got cubed"),
        ("empty", "", "must define EXERCISE"),
    ],
)
def test_a_record_that_cannot_be_taken_in(slug, text, said):
    with pytest.raises(ValueError, match=said):
        adopt(slug, text)
