"""The gradebook on a PostgreSQL server, which the tests start. Needs Debian's postgresql."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from autograde.grading.classroom import open_course
from autograde.grading.course import create_course
from autograde.grading.demo import CHAPTER, DUE, NAMES, hand_in
from autograde.grading.export import export_csv
from autograde.grading.grade import grade
from autograde.grading.standing import standings

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
pytestmark = pytest.mark.skipif(
    not BINARIES, reason="no PostgreSQL server here: apt install postgresql"
)


def as_postgres(*command):
    """PostgreSQL refuses to be root."""
    if os.geteuid():
        return list(command)
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]


@pytest.fixture(scope="module")
def server():
    """The address of a fresh server, which goes with its data when the tests are done."""
    # Not below pytest's folder, which other users may not enter.
    with tempfile.TemporaryDirectory(prefix="lossbook-pg-") as name:
        folder = Path(name)
        if not os.geteuid():
            shutil.chown(folder, "postgres", "postgres")
        yield from serve(folder, folder / "data")


def serve(folder, data):
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    bin_ = BINARIES[-1]
    made = [str(bin_ / "initdb"), "-D", str(data), "-U", "lossbook", "-A", "trust", "-E", "UTF8"]
    subprocess.run(as_postgres(*made), check=True, capture_output=True, cwd="/")
    control = as_postgres(str(bin_ / "pg_ctl"), "-D", str(data), "-w")
    options = f"-p {port} -k {folder} -h 127.0.0.1 -c fsync=off"
    subprocess.run(
        [*control, "-o", options, "-l", str(folder / "log"), "start"],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd="/",
    )
    yield f"postgresql+psycopg://lossbook@127.0.0.1:{port}/postgres"
    subprocess.run([*control, "-m", "immediate", "stop"], check=True, capture_output=True, cwd="/")


@pytest.fixture
def address(server):
    """An empty database of its own."""
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("drop database if exists term with (force)"))
        connection.execute(text("create database term"))
    engine.dispose()
    return make_url(server).set(database="term").render_as_string(hide_password=False)


def rows(root):
    return sorted(
        (s.student, c.cell, c.score) for s in standings(open_course(root), CHAPTER) for c in s.cells
    )


def test_a_class_is_graded_into_postgresql_as_into_a_file(address, course, tmp_path):
    root = create_course(tmp_path / "c", (CHAPTER,), due=DUE, db=address)
    shutil.copy(course / "secret.json", root / "secret.json")  # the same hidden questions
    for name in ("source", "release"):
        shutil.rmtree(root / name)
        shutil.copytree(course / name, root / name)
    hand_in(open_course(root), CHAPTER)
    assert grade(root, jobs=2).count("graded") == len(NAMES)
    assert not (root / "gradebook.db").exists()
    assert not (root / "backups").exists()
    assert rows(root) == rows(course)
    assert len(rows(root)) > 200
    assert grade(root, jobs=1).count("unchanged") == len(NAMES)
    with (tmp_path / "grades.csv").open("w", newline="") as file:
        assert export_csv(root, file) == len(NAMES)


def test_manual_scores_stay_when_the_class_is_graded_again(address, tmp_path):
    root = create_course(tmp_path / "c", (CHAPTER,), db=address)
    student = NAMES[0][0]
    hand_in(open_course(root), CHAPTER)
    grade(root, jobs=1, only=[student])
    with open_course(root).gradebook() as book:
        score = book.find_grade("derivation", CHAPTER, CHAPTER, student)
        score.manual_score, score.needs_manual_grade = 2.0, False
        book.db.commit()
    grade(root, jobs=1, only=[student], force=True)
    assert (student, "derivation", 2.0) in rows(root)
