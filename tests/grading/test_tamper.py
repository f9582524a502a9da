"""A class of attackers and two honest learners, graded in one batch."""

from __future__ import annotations

import hashlib
import json
import os
import time
from pathlib import Path

import numpy as np
import pytest
from attacks import ATTACKS, CANARY, VICTIM, hostile

from autograde.answers import ask_all
from autograde.exam import Exam, fault
from autograde.exercises import chapter, get
from autograde.grading.classroom import open_course
from autograde.grading.course import create_course
from autograde.grading.demo import _Homework
from autograde.grading.grade import grade
from autograde.grading.replies import Limits
from autograde.grading.standing import standings

ASSIGNMENT = "regression"
REPO = Path(__file__).resolve().parents[2]
#: Alphabetically first and last, so that the whole batch lies between them.
HONEST = ("aaa-first", "zzz-last")
POINTS = {e.slug: e.total for e in chapter(ASSIGNMENT)}
SLUGS = list(POINTS)
PLACES = [Path(p) for p in ("/tmp", "/var/tmp", "/dev/shm", "/scratch", Path.home(), Path.cwd())]


def student(attack):
    return f"m{ATTACKS.index(attack):03d}"


def hand_in(root, name, data, files=()):
    folder = root / "submitted" / name / ASSIGNMENT
    folder.mkdir(parents=True)
    (folder / f"{ASSIGNMENT}.ipynb").write_bytes(data)
    for path, text in files:
        (folder / path).write_text(text)


def fingerprints(root, *names):
    return {
        path.relative_to(root): hashlib.sha256(path.read_bytes()).hexdigest()
        for name in names
        for path in [*(root / name).rglob("*"), root / name]
        if path.is_file()
    }


@pytest.fixture(scope="module")
def batch(tmp_path_factory):
    """The graded class, what the run said, and the files of the course before and after."""
    root = create_course(tmp_path_factory.mktemp("tamper") / "c")
    released = json.loads((root / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_text())
    work = _Homework(ASSIGNMENT, released)
    right = json.loads(work.with_mistakes([], len(work.exercises)))
    for name in HONEST:
        hand_in(root, name, json.dumps(right).encode())
    for attack in ATTACKS:
        hand_in(root, student(attack), hostile(attack, right), attack.files)
    watched = ("source", "release", "submitted", "secret.json", "nbgrader_config.py")
    before = fingerprints(root, *watched)
    summary = grade(root, jobs=2, limits=Limits(wall=3.0, cell=1.0, submission=12.0))
    time.sleep(0.1)
    found = {s.student: s for s in standings(open_course(root), ASSIGNMENT)}
    return summary, found, before, fingerprints(root, *watched)


def earned(standing):
    return {slug: standing.record["exercises"][slug]["earned"] for slug in SLUGS}


def test_there_are_many_and_no_two_alike():
    assert len(ATTACKS) >= 60
    assert len({a.name for a in ATTACKS}) == len(ATTACKS)
    assert len({(a.source, a.change, a.files) for a in ATTACKS}) == len(ATTACKS)


def test_the_batch_came_to_its_end(batch):
    summary, found, _, _ = batch
    assert summary.count("failed") == 0
    assert summary.count("graded") == len(ATTACKS) + 2 == len(found)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda a: a.name)
def test_nothing_is_earned_where_nothing_was_done(batch, attack):
    standing = batch[1][student(attack)]
    cells = {c.cell: c.score for c in standing.cells if c.cell.startswith(f"{VICTIM}-")}
    assert cells
    assert set(cells.values()) == {0.0}, cells


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda a: a.name)
def test_the_other_exercises_keep_what_they_are_worth(batch, attack):
    """Those before the attack always; those after it unless the learner's own code spoils them."""
    got = earned(batch[1][student(attack)])
    at = SLUGS.index(VICTIM)
    kept = SLUGS[:at] if attack.spills else [s for s in SLUGS if s != VICTIM]
    assert {s: got[s] for s in kept} == {s: POINTS[s] for s in kept}
    assert all(got[s] <= POINTS[s] for s in SLUGS)


def test_the_cases_known_by_heart_are_right_as_far_as_a_learner_can_see():
    """So that this attack is one: without hidden questions it would earn everything."""
    source = next(a.source for a in ATTACKS if a.name == "hard-coded")
    namespace = {"np": np}
    exec(source, namespace)
    exam = Exam(get(VICTIM))
    answers, _ = ask_all({name: namespace[name] for name in get(VICTIM).functions}, exam.calls)
    asked = [i for i, q in enumerate(exam.questions) if not q.probe.raises]
    assert all(fault(exam.questions[i], answers[i]) is None for i in asked)


@pytest.mark.parametrize("name", HONEST)
def test_honest_learners_notice_nothing(batch, name):
    standing = batch[1][name]
    assert earned(standing) == POINTS
    assert not standing.record["flags"]


def test_no_file_of_the_course_was_touched_and_none_was_left_elsewhere(batch):
    _, _, before, after = batch
    assert after == before
    assert len(before) > len(ATTACKS)
    left = [p for place in PLACES for p in (place / CANARY, place / f"{CANARY}.py") if p.exists()]
    assert left == []
    assert not (Path.home() / f".ipython/profile_default/startup/{CANARY}.py").exists()


def test_no_process_is_left(batch):
    """Neither the daemon nor what waits for a day."""
    mine = os.getpid()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            line = (entry / "cmdline").read_bytes()
            status = (entry / "status").read_text()
        except OSError:
            continue
        if b"zygote" in line and f"PPid:\t{mine}" not in status:
            assert "State:\tZ" in status or "PPid:\t1\n" not in status, line


def test_the_published_table_is_of_these_attacks():
    """The book shows bench/tamper.json; `python bench/bench_tamper.py --write` makes it anew."""
    rows = json.loads((REPO / "bench" / "tamper.json").read_text(encoding="utf-8"))
    assert [row[:2] for row in rows] == [[a.name, a.about] for a in ATTACKS]
    assert [row[2] == "not tried" for row in rows] == [not a.stock for a in ATTACKS]
    assert all(row[3].startswith("0 of ") for row in rows)
