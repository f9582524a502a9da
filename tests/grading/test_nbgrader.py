"""The course is an nbgrader course, and nbgrader's own autograder agrees with ours."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from autograde import stubs
from autograde.exercises import chapter
from autograde.grading.classroom import CourseError, open_course
from autograde.grading.course import create_course
from autograde.grading.demo import _Homework
from autograde.grading.grade import grade

ASSIGNMENT = "regression"
REPO = Path(__file__).resolve().parents[2]


def nbgrader(root, *arguments):
    """Run the real command line in the course folder."""
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONPATH": os.pathsep.join([str(REPO), os.environ.get("PYTHONPATH", "")]),
    }
    run = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=root, env=environment, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr[-3000:]
    return run.stderr


def scores(root):
    with open_course(root).gradebook() as book:
        return {
            (s.student.id, g.name): (g.auto_score, g.needs_manual_grade)
            for s in book.assignment_submissions(ASSIGNMENT)
            for n in s.notebooks
            for g in n.grades
        }


def comments(root):
    with open_course(root).gradebook() as book:
        return {
            (s.student.id, c.name): c.auto_comment
            for s in book.assignment_submissions(ASSIGNMENT)
            for n in s.notebooks
            for c in n.comments
            if c.name in {e.slug for e in chapter(ASSIGNMENT)}
        }


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """A course as it is made, to look at."""
    return create_course(tmp_path_factory.mktemp("plain") / "c")


@pytest.fixture(scope="module")
def graded(plain, tmp_path_factory):
    """A course with four honest learners: right, nothing, mistaken, half and with extras."""
    root = shutil.copytree(plain, tmp_path_factory.mktemp("graded") / "c")
    released = json.loads((root / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_text())
    work = _Homework(ASSIGNMENT, released)
    mistakes, functions = [], set()
    for exercise, mistake in work.mistakes:
        if mistake.function not in functions:
            functions.add(mistake.function)
            mistakes.append((exercise, mistake))
    half = work.notebook({e.slug: work.right[e.slug] for e in work.exercises[1:]})
    at = next(i for i, c in enumerate(half["cells"]) if c["id"] == "mse-check")
    extra = {
        "cell_type": "code",
        "metadata": {},
        "outputs": [],
        "execution_count": None,
        "id": "extra",
    }
    half["cells"].insert(
        at,
        {**extra, "source": "def mse(y_true, y_pred):\n    return np.sum((y_true - y_pred) ** 2)"},
    )
    half["cells"].insert(at, {**extra, "id": "more", "source": "%matplotlib inline\nscale = 1 / 0"})
    class_ = {
        "right": work.with_mistakes([], len(work.exercises)),
        "nothing": work.filled({}),
        "mistaken": work.with_mistakes(mistakes, len(work.exercises)),
        "half": json.dumps(half).encode(),
    }
    for student, data in class_.items():
        folder = root / "submitted" / student / ASSIGNMENT
        folder.mkdir(parents=True)
        (folder / f"{ASSIGNMENT}.ipynb").write_bytes(data)
    grade(root, jobs=1)
    return root


@pytest.fixture
def honest(graded, tmp_path):
    return shutil.copytree(graded, tmp_path / "c")


def test_nbgraders_own_kernel_gives_the_same_scores(honest):
    ours = scores(honest)
    with open_course(honest).gradebook() as book:
        for student in ("right", "nothing", "mistaken", "half"):
            book.remove_submission(ASSIGNMENT, student)
    config = honest / "nbgrader_config.py"
    text = config.read_text()
    start, end = text.index("c.Autograde.autograde_preprocessors"), text.index("]\n") + 2
    config.write_text(text[:start] + text[end:])
    nbgrader(honest, "autograde", ASSIGNMENT, "--force")
    assert scores(honest) == ours
    assert {v for v, _ in ours.values()} >= {0.0, None}
    assert sum(v or 0 for (s, _), (v, _) in ours.items() if s == "right") > 0


def test_nbgrader_autograde_with_our_judge(honest):
    """The configuration as written: no kernel, the same scores, the same comments."""
    ours, said = scores(honest), comments(honest)
    with open_course(honest).gradebook() as book:
        for student in ("right", "nothing", "mistaken", "half"):
            book.remove_submission(ASSIGNMENT, student)
    nbgrader(honest, "autograde", ASSIGNMENT, "--force")
    assert scores(honest) == ours
    assert comments(honest) == said
    seed = open_course(honest).seed(ASSIGNMENT)
    nbgrader(honest, "generate_feedback", ASSIGNMENT)
    pages = list((honest / "feedback").rglob("*.html"))
    assert len(pages) == 4
    for page in pages:
        assert seed not in page.read_text()
        assert "HIDDEN TESTS" not in page.read_text()


# -- the course ------------------------------------------------------------------------


def test_a_course_is_complete_and_keeps_its_secret(tmp_path):
    root = create_course(tmp_path / "c", due="2026-03-06 22:00 UTC", name="spring")
    classroom = open_course(root)
    seed = classroom.seed(ASSIGNMENT)
    assert len(seed) == 32
    assert stat.S_IMODE((root / "secret.json").stat().st_mode) == 0o600
    assert seed in (root / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_text()
    released = (root / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_text()
    assert seed not in released
    assert "HIDDEN" not in released
    for line in stubs.solution_lines(ASSIGNMENT):
        assert line not in json.loads(released).__repr__()
    with classroom.gradebook() as book:
        found = book.find_assignment(ASSIGNMENT)
        assert f"{found.duedate:%Y-%m-%d %H:%M}" == "2026-03-06 22:00"
        assert found.course_id == "spring"
        assert found.max_score == sum(c.points for c in classroom.paper(ASSIGNMENT).source)
    assert "python -m autograde grade" in (root / "README.md").read_text()


def test_two_courses_have_two_secrets(plain, tmp_path):
    other = create_course(tmp_path / "c")
    assert open_course(other).seed(ASSIGNMENT) != open_course(plain).seed(ASSIGNMENT)


def test_the_release_is_the_one_that_the_book_offers(plain):
    released = nbformat.read(plain / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", as_version=4)
    book = stubs.release_notebook(ASSIGNMENT)
    assert [c.source for c in released.cells] == [c.source for c in book.cells]


def test_a_course_is_never_overwritten(plain):
    before = {path: path.read_bytes() for path in plain.rglob("*") if path.is_file()}
    with pytest.raises(CourseError, match=r"not empty\. Nothing was changed"):
        create_course(plain)
    assert {path: path.read_bytes() for path in plain.rglob("*") if path.is_file()} == before


def test_an_unknown_chapter_is_told(tmp_path):
    with pytest.raises(CourseError, match="no chapter algebra; there are concepts"):
        create_course(tmp_path / "c", ["algebra"])
    assert not (tmp_path / "c").exists()


def test_the_exchange_of_nbgrader_carries_a_course(tmp_path):
    """Release, fetch, submit, collect by nbgrader's own commands; then our grade."""
    exchange = tmp_path / "exchange"
    exchange.mkdir(mode=0o777)
    exchange.chmod(0o777)
    settings = (
        "\nimport os\n"
        f"c.Exchange.root = {str(exchange)!r}\n"
        f"c.Exchange.cache = {str(tmp_path / 'cache')!r}\n"
        'c.CourseDirectory.course_id = "term"\n'
        "c.Exchange.path_includes_course = False\n"
    )
    root = create_course(tmp_path / "c", due="2027-03-05 22:00 UTC", name="term")
    with (root / "nbgrader_config.py").open("a") as file:
        file.write(settings)
    nbgrader(root, "release_assignment", ASSIGNMENT)
    home = tmp_path / "learner"
    home.mkdir()
    (home / "nbgrader_config.py").write_text("c = get_config()\n" + settings)
    nbgrader(home, "fetch_assignment", ASSIGNMENT, "--course", "term")
    handed = home / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    work = _Homework(ASSIGNMENT, json.loads(handed.read_text()))
    handed.write_bytes(work.with_mistakes([], len(work.exercises)))
    nbgrader(home, "submit", ASSIGNMENT, "--course", "term")
    nbgrader(root, "collect", ASSIGNMENT)
    (row,) = grade(root, jobs=1).rows
    assert row.state == "graded"
    assert row.score == sum(e.total for e in chapter(ASSIGNMENT))
    assert row.seconds_late == 0
    assert (root / "submitted" / row.student / ASSIGNMENT / "timestamp.txt").exists()
