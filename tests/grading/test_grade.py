"""A class through the grader and into nbgrader's gradebook."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import nbformat
import pytest

from autograde.exercises import chapter
from autograde.grading.classroom import BACKUPS, CourseError, open_course
from autograde.grading.demo import NAMES
from autograde.grading.grade import Workers, grade
from autograde.grading.sandbox import Sandbox, SandboxError
from autograde.grading.standing import standings

ASSIGNMENT = "regression"
REPO = Path(__file__).resolve().parents[2]


def by_student(root):
    return {s.student: s for s in standings(open_course(root), ASSIGNMENT)}


def with_flag(root, words):
    return [s for s in by_student(root).values() if any(words in f for f in s.record["flags"])]


def digest(root):
    """The whole gradebook as text, without the random ids."""
    with sqlite3.connect(root / "gradebook.db") as db:
        return sorted(
            db.execute(
                "select c.name, s.student_id, g.auto_score, g.manual_score, g.needs_manual_grade "
                "from grade g join base_cell c on g.cell_id = c.id "
                "join submitted_notebook n on g.notebook_id = n.id "
                "join submitted_assignment s on n.assignment_id = s.id"
            )
        )


def submit(root, student, data, stamp=None):
    folder = root / "submitted" / student / ASSIGNMENT
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{ASSIGNMENT}.ipynb").write_bytes(data)
    if stamp:
        (folder / "timestamp.txt").write_text(stamp)


def handed_in(root, student):
    return (root / "submitted" / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_bytes()


def best(root):
    return max(by_student(root).values(), key=lambda s: s.score)


# -- the class ----------------------------------------------------------------------


def test_everyone_is_graded(course):
    assert set(by_student(course)) == {student for student, _, _ in NAMES}
    assert best(course).score == sum(e.total for e in chapter(ASSIGNMENT))


def test_every_mistake_of_the_records_is_recognised_by_its_own_name(course):
    """The class makes each known mistake; the grader says each name."""
    said = {
        m["id"]
        for s in by_student(course).values()
        for data in s.record["exercises"].values()
        for m in data["misconceptions"]
    }
    known = {m.id for e in chapter(ASSIGNMENT) for m in e.misconceptions}
    assert known - said == set()


def test_the_broken_file_is_one_flagged_row(course):
    (broken,) = with_flag(course, "not a notebook")
    assert broken.score == 0
    assert not broken.waiting


def test_the_endless_cell_costs_only_itself(course):
    (endless,) = with_flag(course, "ran too long")
    right = [d["status"] for d in endless.record["exercises"].values()]
    assert right.count("right") == len(right)


def test_the_hostile_one_gets_nothing_for_it(course):
    hostile = [
        s for s in by_student(course).values() if "Agreeable" in json.dumps(s.record["code"])
    ]
    assert len(hostile) == 1
    earned = [d["earned"] for d in hostile[0].record["exercises"].values()]
    assert earned[:2] == [0.0, 0.0]


def test_comments_name_the_mistake_and_hold_no_word_of_the_learner(course):
    with open_course(course).gradebook() as book:
        for standing in by_student(course).values():
            for slug, data in standing.record["exercises"].items():
                comment = book.find_comment(slug, ASSIGNMENT, ASSIGNMENT, standing.student)
                for named in data["misconceptions"]:
                    assert named["title"] in comment.auto_comment
                if data["status"] == "not attempted":
                    assert comment.auto_comment == "No response."


def test_the_autograded_notebook_shows_verdicts_and_no_secret(course):
    seed = open_course(course).seed(ASSIGNMENT)
    for student in by_student(course):
        path = course / "autograded" / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
        text = path.read_text()
        assert seed not in text
        assert "HIDDEN TESTS" not in text
        nbformat.validate(nbformat.from_dict(json.loads(text)))
        assert seed not in (path.parent / "lossbook.json").read_text()


def test_nbgrader_reads_the_same_points_from_the_outputs(course):
    from nbgrader.utils import determine_grade, is_grade, is_solution

    for student, standing in by_student(course).items():
        path = course / "autograded" / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
        scores = {c.cell: c.score for c in standing.cells}
        seen = 0
        for cell in nbformat.read(path, as_version=4).cells:
            if is_grade(cell) and not is_solution(cell):
                seen += 1
                assert determine_grade(cell)[0] == scores[cell.metadata.nbgrader.grade_id]
        assert seen == sum(len(e.points) for e in chapter(ASSIGNMENT))


def test_the_form_grader_sees_them(course):
    from nbgrader.apps.api import NbGraderAPI

    api = NbGraderAPI(open_course(course).coursedir)
    assert api.get_autograded_students(ASSIGNMENT) == {student for student, _, _ in NAMES}


def test_what_is_read_at_once_is_what_nbgrader_says_row_by_row(copy_of_course):
    """Scores, extra credit, penalties and lateness, by nbgrader's own sums."""
    student = best(copy_of_course).student
    with open_course(copy_of_course).gradebook() as book:
        cell = book.find_grade("mse-value", ASSIGNMENT, ASSIGNMENT, student)
        cell.manual_score, cell.extra_credit = 0.25, 1.5
        book.find_comment("mse", ASSIGNMENT, ASSIGNMENT, student).manual_comment = "See me."
        book.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, student).late_submission_penalty = 2.0
        book.db.commit()
    found = by_student(copy_of_course)
    with open_course(copy_of_course).gradebook() as book:
        rows = book.assignment_submissions(ASSIGNMENT)
        assert {row.student.id for row in rows} == set(found)
        for row in rows:
            mine = found[row.student.id]
            assert mine.max_score == row.max_score
            assert mine.score == max(0.0, row.score - mine.penalty)
            assert mine.seconds_late == row.total_seconds_late
            (notebook,) = row.notebooks
            assert mine.penalty == (notebook.late_submission_penalty or 0.0)
            assert {c.cell: (c.score, c.max_score) for c in mine.cells} == {
                g.name: (g.score, g.max_score) for g in notebook.grades
            }
    assert found[student].comments == {"mse": "See me."}
    assert found[student].penalty == 2.0


def test_hidden_inputs_do_not_come_back_in_words(copy_of_course):
    """A learner who prints, raises and warns what it is given learns nothing hidden."""
    from autograde.exam import Exam
    from autograde.exercises import get
    from autograde.show import show_number

    source = (
        "import warnings\nseen = []\n"
        "def huber(y_true, y_pred, delta=1.0):\n"
        "    text = repr([y_true.tolist(), y_pred.tolist()])\n    print(text)\n"
        "    seen.append(text)\n    warnings.warn(text)\n"
        "    raise type('E' + text, (ValueError,), {})(str(seen))\n"
        "def huber_grad(y_true, y_pred, delta=1.0):\n"
        "    return type('T' + repr(y_true.tolist()), (), {})()\n"
    )
    notebook = json.loads(
        (copy_of_course / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_text()
    )
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "huber":
            cell["source"] = source
    submit(copy_of_course, "spy", json.dumps(notebook).encode())
    grade(copy_of_course, jobs=1, only=["spy"])
    exam = Exam(get("huber"), open_course(copy_of_course).seed(ASSIGNMENT))
    text = json.dumps(by_student(copy_of_course)["spy"].record["exercises"])
    shown = {
        repr(q.probe.args[0].tolist())
        for q in exam.questions
        if q.hidden and q.probe.args[0].size > 2
    }
    assert len(shown) > 5
    visible = {repr(q.probe.args[0].tolist()) for q in exam.questions if not q.hidden}
    assert not any(value in text for value in shown - visible)
    assert show_number(1.0) == "1"


# -- again ------------------------------------------------------------------------------


def test_what_has_not_changed_is_skipped(copy_of_course):
    before = digest(copy_of_course)
    summary = grade(copy_of_course, jobs=1)
    assert summary.count("unchanged") == len(NAMES)
    assert digest(copy_of_course) == before


def test_a_new_file_is_graded_and_a_stale_score_goes(copy_of_course):
    student = best(copy_of_course).student
    submit(copy_of_course, student, b"not a notebook any more")
    summary = grade(copy_of_course, jobs=1)
    assert summary.count("graded") == 1
    assert by_student(copy_of_course)[student].score == 0


def test_deleting_the_tests_does_not_freeze_a_score(copy_of_course):
    student = best(copy_of_course).student
    released = json.loads(
        (copy_of_course / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_text()
    )
    released["cells"] = [
        c for c in released["cells"] if not c["metadata"].get("nbgrader", {}).get("grade")
    ]
    submit(copy_of_course, student, json.dumps(released).encode())
    grade(copy_of_course, jobs=1)
    assert by_student(copy_of_course)[student].score == 0


def test_manual_scores_and_comments_survive_a_regrade(copy_of_course):
    student = best(copy_of_course).student
    with open_course(copy_of_course).gradebook() as book:
        score = book.find_grade("derivation", ASSIGNMENT, ASSIGNMENT, student)
        score.manual_score, score.needs_manual_grade = 3.0, False
        cell = book.find_grade("mse-value", ASSIGNMENT, ASSIGNMENT, student)
        cell.manual_score, cell.needs_manual_grade = 0.5, False
        book.find_comment("mse", ASSIGNMENT, ASSIGNMENT, student).manual_comment = "See me."
        book.db.commit()
    grade(copy_of_course, jobs=1, force=True, only=[student])
    standing = by_student(copy_of_course)[student]
    scores = {c.cell: c.score for c in standing.cells}
    assert (scores["derivation"], scores["mse-value"]) == (3.0, 0.5)
    assert standing.comments["mse"] == "See me."


def test_a_lost_gradebook_is_filled_again(copy_of_course):
    """The records alone do not count as graded."""
    student = best(copy_of_course).student
    with open_course(copy_of_course).gradebook() as book:
        book.remove_submission(ASSIGNMENT, student)
    assert grade(copy_of_course, jobs=1).count("graded") == 1


def test_the_gradebook_is_copied_before_a_run_and_the_last_copies_are_kept(copy_of_course):
    with open_course(copy_of_course).gradebook() as book:
        before = book.find_submission(ASSIGNMENT, NAMES[0][0]).score
        for grade_ in book.find_submission(ASSIGNMENT, NAMES[0][0]).notebooks[0].grades:
            grade_.auto_score = 0.0
        book.db.commit()
    for _ in range(BACKUPS + 2):
        grade(copy_of_course, only=[NAMES[0][0]], force=True, jobs=1)
    copies = sorted((copy_of_course / "backups").glob("gradebook-*.db"))
    assert len(copies) == BACKUPS
    with closing(sqlite3.connect(copies[-1])) as copy:
        (count,) = copy.execute("select count(*) from submitted_assignment").fetchone()
    assert count == len(NAMES)
    with open_course(copy_of_course).gradebook() as book:
        assert book.find_submission(ASSIGNMENT, NAMES[0][0]).score == before


#: Loads everything once, and then runs a grading in a fork for each line that it is sent.
_RUNS = """
import os, signal, sys
from concurrent.futures import ThreadPoolExecutor
from autograde.grading.grade import grade

signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        grade(sys.argv[1], executor=ThreadPoolExecutor(1), force=line.strip() == "force")
        os._exit(0)
    print(child, flush=True)
"""


def test_what_a_killed_run_left_half_written_goes_with_the_next(copy_of_course):
    """Also for a learner whose old record is still right, who is not graded again."""
    half = next((copy_of_course / "autograded").glob(f"*/{ASSIGNMENT}")) / ".new-abcdefgh"
    half.write_text("half of", encoding="utf-8")
    before = digest(copy_of_course)
    assert grade(copy_of_course, jobs=1).count("graded") == 0
    assert not half.exists()
    assert digest(copy_of_course) == before


def test_killed_at_any_moment_and_run_again(copy_of_course):
    """Thirty runs, each killed with everything under it at a random moment of its writing."""
    reference = digest(copy_of_course)
    shutil.rmtree(copy_of_course / "autograded")
    with open_course(copy_of_course).gradebook() as book:
        for student, _, _ in NAMES:
            book.remove_submission(ASSIGNMENT, student)
    seed = 20261121
    rng = random.Random(seed)
    records = copy_of_course / "autograded"
    runs = subprocess.Popen(
        [sys.executable, "-c", _RUNS, str(copy_of_course)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(REPO), os.environ.get("PYTHONPATH", "")]),
        },
    )

    def newest() -> float:
        found = [path.stat().st_mtime for path in records.glob("*/*/lossbook.json")]
        return max(found, default=0.0)

    amidst = 0
    with runs:
        for kill in range(30):
            before = newest()
            # Most runs grade again what is done, so that old rows are overwritten, too.
            runs.stdin.write("force\n" if kill % 5 else "\n")
            runs.stdin.flush()
            child = int(runs.stdout.readline())
            deadline = time.monotonic() + 30
            while newest() <= before and time.monotonic() < deadline:
                if not os.path.exists(f"/proc/{child}"):
                    break  # nothing was left to grade
                time.sleep(0.002)
            time.sleep(rng.uniform(0.0, 0.5))
            amidst += os.path.exists(f"/proc/{child}") and newest() > before
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child, signal.SIGKILL)
        runs.stdin.close()
    assert amidst >= 15, f"too few of the kills fell into the writing (seed {seed})"
    grade(copy_of_course, jobs=1)
    assert digest(copy_of_course) == reference, f"seed {seed}"
    assert not list(records.rglob(".new-*"))
    assert grade(copy_of_course, jobs=1).count("unchanged") == len(NAMES)


# -- one exercise again ------------------------------------------------------------------


def scores_of(root, student):
    return {c.cell: c.score for c in by_student(root)[student].cells}


def spoil(root, student, exercises):
    """Let the record and the gradebook say 0 for ``exercises``, as a mistaken key once did."""
    path = root / "autograded" / student / ASSIGNMENT / "lossbook.json"
    record = json.loads(path.read_text())
    for slug in exercises:
        record["exercises"][slug]["headline"] = "A mistake of ours."
        for aspect in record["exercises"][slug]["aspects"]:
            aspect["earned"], aspect["passed"] = 0.0, False
            record["scores"][f"{slug}-{aspect['name']}"] = 0.0
    path.write_text(json.dumps(record))
    with open_course(root).gradebook() as book:
        for found in book.find_submission(ASSIGNMENT, student).notebooks[0].grades:
            if found.name.rpartition("-")[0] in exercises:
                found.auto_score = 0.0
        book.db.commit()


def test_one_exercise_is_regraded_and_nothing_else_is_touched(copy_of_course):
    student = best(copy_of_course).student
    before = scores_of(copy_of_course, student)
    with open_course(copy_of_course).gradebook() as book:
        score = book.find_grade("derivation", ASSIGNMENT, ASSIGNMENT, student)
        score.manual_score, score.needs_manual_grade = 3.0, False
        book.db.commit()
    spoil(copy_of_course, student, ["huber", "mae"])
    summary = grade(copy_of_course, jobs=1, regrade=["huber"])
    assert summary.count("graded") == len(NAMES)
    now = scores_of(copy_of_course, student)
    wanted = {**before, "derivation": 3.0, **{c: 0.0 for c in before if c.startswith("mae-")}}
    assert now == wanted
    record = by_student(copy_of_course)[student].record
    assert record["exercises"]["huber"]["status"] == "right"
    assert record["exercises"]["mae"]["headline"] == "A mistake of ours."
    text = (
        copy_of_course / "autograded" / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    ).read_text()
    assert "A mistake of ours." in text
    assert grade(copy_of_course, jobs=1).count("unchanged") == len(NAMES)


def test_a_regrade_judges_new_work_whole(copy_of_course):
    student = best(copy_of_course).student
    submit(copy_of_course, student, b"not a notebook any more")
    grade(copy_of_course, jobs=1, regrade=["huber"], only=[student])
    assert by_student(copy_of_course)[student].score == 0


def test_a_regrade_of_everyone_gives_the_same_scores(copy_of_course):
    reference = digest(copy_of_course)
    for slug in ("mse", "fit_line"):
        grade(copy_of_course, jobs=2, regrade=[slug])
    assert digest(copy_of_course) == reference


# -- lateness ----------------------------------------------------------------------------


def test_lateness_is_known_and_costs_nothing_by_default(course):
    late = [s for s in by_student(course).values() if s.seconds_late]
    assert len(late) >= 2
    assert all(s.penalty == 0 for s in late)


def test_the_late_plugin_of_the_course_is_asked(copy_of_course):
    config = copy_of_course / "nbgrader_config.py"
    config.write_text(config.read_text().replace('"none"', '"zero"'))
    late = [s for s in by_student(copy_of_course).values() if s.seconds_late and s.score]
    grade(copy_of_course, jobs=1, force=True, only=[s.student for s in late])
    for standing in late:
        now = by_student(copy_of_course)[standing.student]
        assert now.penalty == standing.score
        assert now.score == 0


def test_a_bad_timestamp_is_a_flag(copy_of_course):
    submit(copy_of_course, "newcomer", b"{}", stamp="yesterday, I swear")
    (row,) = [r for r in grade(copy_of_course, jobs=1).rows if r.state == "graded"]
    assert any("timestamp.txt cannot be read" in flag for flag in row.flags)
    assert row.seconds_late == 0


# -- odd files ---------------------------------------------------------------------------


def test_a_renamed_notebook_is_taken(copy_of_course):
    good = handed_in(copy_of_course, best(copy_of_course).student)
    folder = copy_of_course / "submitted" / "renamer" / ASSIGNMENT
    folder.mkdir(parents=True)
    (folder / "regression (1).ipynb").write_bytes(good)
    (row,) = [r for r in grade(copy_of_course, jobs=1).rows if r.state == "graded"]
    assert row.score > 0
    assert "regression (1).ipynb" in row.flags[0]


def test_of_two_notebooks_the_one_with_the_cells_is_taken(copy_of_course):
    good = handed_in(copy_of_course, best(copy_of_course).student)
    folder = copy_of_course / "submitted" / "renamer" / ASSIGNMENT
    folder.mkdir(parents=True)
    (folder / "zz final.ipynb").write_bytes(good)
    (folder / "another course.ipynb").write_text('{"cells": [], "nbformat": 4}')
    (row,) = [r for r in grade(copy_of_course, jobs=1).rows if r.state == "graded"]
    assert row.score == best(copy_of_course).score
    assert "zz final.ipynb" in row.flags[0]
    (folder / "zz final copy.ipynb").write_bytes(good)
    (row,) = [r for r in grade(copy_of_course, jobs=1).rows if r.state == "graded"]
    assert "more than one of them is it" in row.flags[0]
    assert row.score == 0


def odd_link(folder):
    (folder / "regression.ipynb").symlink_to("/etc/passwd")


def odd_pipe(folder):
    os.mkfifo(folder / "regression.ipynb")


def odd_folder(folder):
    (folder / "regression.ipynb").mkdir()


def odd_nothing(folder):
    (folder / "notes.txt").write_text("sorry")


def odd_two(folder):
    (folder / "a.ipynb").write_text("{}")
    (folder / "b.ipynb").write_text("{}")


def odd_huge(folder):
    with (folder / "regression.ipynb").open("wb") as file:
        file.truncate(200 * 2**20)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (odd_link, "not a plain file"), (odd_pipe, "not a plain file"), (odd_folder, "not a plain file"),
        (odd_nothing, "There is no notebook"), (odd_two, "There are 2 notebooks"), (odd_huge, "200 MB"),
    ],
)  # fmt: skip
def test_an_odd_folder_is_one_flagged_row(copy_of_course, make, says):
    folder = copy_of_course / "submitted" / "odd" / ASSIGNMENT
    folder.mkdir(parents=True)
    make(folder)
    summary = grade(copy_of_course, jobs=1)
    (row,) = [r for r in summary.rows if r.state == "graded"]
    assert row.score == 0
    assert any(says in flag for flag in row.flags)
    assert summary.count("unchanged") == len(NAMES)


# -- workers -----------------------------------------------------------------------------


def test_an_executor_of_ones_own(copy_of_course):
    """Anything with submit() will do; a Dask client gives one."""
    reference = digest(copy_of_course)
    with ThreadPoolExecutor(2) as executor:
        summary = grade(copy_of_course, force=True, executor=executor)
    assert summary.count("graded") == len(NAMES)
    assert digest(copy_of_course) == reference


def test_a_slow_submission_holds_up_nobody():
    """With room for eight, the slow first one comes last and the other thirty before it."""
    release = threading.Event()

    class Slow(ThreadPoolExecutor):
        def submit(self, function, /, *arguments):
            return super().submit(self._run, *arguments)

        @staticmethod
        def _run(number):
            if number == 0:
                release.wait(30)
            return {"number": number}

    with Slow(2) as pool, Workers(executor=pool) as workers:
        workers.given = None  # so that the window is that of a pool
        workers.jobs, workers._pool = 2, pool
        came = []
        for number, outcome in workers.map((n, (n,)) for n in range(31)):
            assert outcome == {"number": number}
            came.append(number)
            if len(came) == 30:
                release.set()
    assert sorted(came[:30]) == list(range(1, 31))
    assert came[-1] == 0


def test_a_worker_that_dies_takes_nobody_with_it(copy_of_course):
    """Kill every worker while the class is being graded: all are graded all the same."""
    reference, killed = digest(copy_of_course), []

    def progress(done, total, row):
        import multiprocessing

        if done == 4 and not killed:
            for process in multiprocessing.active_children():
                killed.append(process.pid)
                process.kill()

    summary = grade(copy_of_course, force=True, jobs=2, progress=progress)
    assert killed
    assert summary.count("failed") == 0
    assert summary.count("graded") == len(NAMES)
    assert digest(copy_of_course) == reference


def test_our_own_trouble_is_no_zero(copy_of_course, monkeypatch):
    """When the sandbox fails the row says so and the old score stays."""
    reference = digest(copy_of_course)
    monkeypatch.setattr(Workers, "_submit", lambda self, arguments: SandboxError("out of order"))
    summary = grade(copy_of_course, force=True, jobs=1)
    assert summary.count("failed") == len(NAMES)
    assert "out of order" in summary.rows[0].flags[0]
    assert digest(copy_of_course) == reference


def test_without_a_sandbox_nothing_is_graded(copy_of_course, monkeypatch):
    def start(self):
        raise SandboxError("sandbox: none")

    monkeypatch.setattr(Sandbox, "start", start)
    with pytest.raises(SandboxError):
        grade(copy_of_course, force=True)


def test_mistakes_in_the_command_are_told(copy_of_course):
    with pytest.raises(CourseError, match="no assignment 'algebra'; it has regression"):
        grade(copy_of_course, "algebra")
    with pytest.raises(CourseError, match="no submission of nobody"):
        grade(copy_of_course, only=["nobody"])
    with pytest.raises(CourseError, match="no exercise algebra in this course; there are eps"):
        grade(copy_of_course, regrade=["algebra"])
    (copy_of_course / "secret.json").unlink()
    with pytest.raises(CourseError, match="Restore the file"):
        grade(copy_of_course)
