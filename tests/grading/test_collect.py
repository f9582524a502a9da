"""Exports of learning platforms, as they are: names with spaces, attempts, archives in archives."""

from __future__ import annotations

import io
import json
import os
import stat
import warnings
import zipfile
from pathlib import Path

import pytest

from autograde.__main__ import main
from autograde.grading.classroom import open_course
from autograde.grading.collect import collect
from autograde.grading.course import create_course
from autograde.grading.grade import grade

ASSIGNMENT = "regression"
PEOPLE = (
    ("jdoe", "Jane", "Doe", "4711", "jane@example.org"),
    ("obriain", "Aoife", "Ó Briain", "4712", "aoife@example.org"),
    ("kim1", "Min", "Kim", "4713", ""),
    ("kim2", "Min", "Kim", "4714", ""),
)


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    root = create_course(tmp_path_factory.mktemp("collect") / "c", due="2026-03-06 22:00 UTC")
    with open_course(root).gradebook() as book:
        for name, first, last, lms, email in PEOPLE:
            book.update_or_create_student(
                name, first_name=first, last_name=last, lms_user_id=lms, email=email
            )
    return root


@pytest.fixture
def course(template, tmp_path):
    import shutil

    return Path(shutil.copytree(template, tmp_path / "c"))


@pytest.fixture
def released(course):
    return (course / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_bytes()


def version(released, mark):
    """The released notebook with something that tells it from others."""
    notebook = json.loads(released)
    notebook["cells"].append({"cell_type": "markdown", "metadata": {}, "source": mark})
    return json.dumps(notebook).encode()


def archive(path, members):
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        warnings.simplefilter("ignore")  # duplicate names are part of the trouble
        for name, data in members.items() if isinstance(members, dict) else members:
            z.writestr(name, data)
    return path


def inner(members):
    buffer = io.BytesIO()
    archive(buffer, members)
    return buffer.getvalue()


def submitted(root, student):
    path = root / "submitted" / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    return path.read_bytes() if path.exists() else None


def states(report):
    return {line.who: line.state for line in report.lines}


# -- layouts -----------------------------------------------------------------------------


def test_canvas(course, released, tmp_path):
    a, b, c = (version(released, m) for m in "abc")
    source = archive(
        tmp_path / "s.zip",
        {
            "doejane_4711_9001_regression.ipynb": a,
            "doejane_4711_9002_regression-1.ipynb": b,
            "obriainaoife_LATE_4712_9003_my work (final).ipynb": c,
            "doejane_4711_9004_notes.pdf": b"%PDF",
        },
    )
    report = collect(course, ASSIGNMENT, source)
    assert submitted(course, "jdoe") == b
    assert submitted(course, "obriain") == c
    about = {line.who: line.about for line in report.lines}
    assert "the last of 2" in about["jdoe"]
    assert "marked late" in about["obriain"]
    assert "not a notebook" in about["doejane_4711_9004_notes.pdf"]


def test_moodle(course, released, tmp_path):
    a, b = version(released, "a"), version(released, "b")
    source = archive(
        tmp_path / "s.zip",
        {
            "Jane Doe_88001_assignsubmission_file_/regression.ipynb": a,
            "Aoife Ó Briain_88002_assignsubmission_file_/work/deep/regression (2).ipynb": b,
            "Min Kim_88003_assignsubmission_file_/regression.ipynb": a,
            "Jane Doe_88001_assignsubmission_onlinetext_/onlinetext.html": b"<p>hi</p>",
        },
    )
    report = collect(course, ASSIGNMENT, source)
    assert (submitted(course, "jdoe"), submitted(course, "obriain")) == (a, b)
    (line,) = [x for x in report.lines if x.state == "unknown"]
    assert (line.who, line.about[:33]) == ("Min Kim", "2 learners fit: kim1, kim2; Min K")


def test_moodle_flat(course, released, tmp_path):
    source = archive(
        tmp_path / "s.zip", {"Jane Doe_88001_assignsubmission_file_regression.ipynb": released}
    )
    assert states(collect(course, ASSIGNMENT, source)) == {"jdoe": "new"}


@pytest.mark.parametrize(
    "name",
    [
        "jdoe.ipynb", "jdoe_regression.ipynb", "regression/jdoe.ipynb", "jdoe/anything.ipynb",
        "jdoe/regression/regression.ipynb", "submitted/jdoe/regression/regression.ipynb",
        "class 7/jdoe/work/regression.ipynb", "JaneDoe/regression.ipynb", "4711/regression.ipynb",
        "jane@example.org/regression.ipynb", "Doe, Jane/regression.ipynb", "jdoe (3).ipynb",
        "class\\jdoe\\regression.ipynb",
    ],
)  # fmt: skip
def test_a_folder_or_a_file_per_learner(course, released, tmp_path, name):
    report = collect(course, ASSIGNMENT, archive(tmp_path / "s.zip", {name: released}))
    assert states(report) == {"jdoe": "new"}
    assert submitted(course, "jdoe") == released


def test_a_folder_on_disk_with_an_archive_in_it(course, released, tmp_path):
    top = tmp_path / "in"
    (top / "jdoe").mkdir(parents=True)
    (top / "jdoe" / "regression.ipynb").write_bytes(released)
    (top / "jdoe" / ".DS_Store").write_bytes(b"x")
    (top / "obriain.zip").write_bytes(inner({"x/regression.ipynb": released}))
    report = collect(course, ASSIGNMENT, top)
    assert submitted(course, "jdoe") == submitted(course, "obriain") == released
    assert [line.state for line in report.lines if "operating" in line.who] == ["skipped"]


def test_the_right_one_of_several_notebooks_is_known_by_its_cells(course, released, tmp_path):
    other = json.dumps({"cells": [], "nbformat": 4, "nbformat_minor": 5, "metadata": {}}).encode()
    source = archive(
        tmp_path / "s.zip", {"jdoe/a.ipynb": released, "jdoe/z.ipynb": other, "jdoe/b-7.ipynb": b""}
    )
    collect(course, ASSIGNMENT, source)
    assert submitted(course, "jdoe") == released


def test_a_notebook_of_something_else_is_taken_and_said(course, tmp_path):
    other = json.dumps({"cells": [], "nbformat": 4, "metadata": {}}).encode()
    report = collect(course, ASSIGNMENT, archive(tmp_path / "s.zip", {"jdoe.ipynb": other}))
    assert "has no cell of regression" in report.lines[0].about
    assert submitted(course, "jdoe") == other


# -- nothing is lost ---------------------------------------------------------------------


def test_a_later_export_replaces_and_keeps_the_earlier(course, released, tmp_path):
    a, b = version(released, "a"), version(released, "b")
    first = archive(tmp_path / "1.zip", {"jdoe.ipynb": a})
    assert states(collect(course, ASSIGNMENT, first)) == {"jdoe": "new"}
    assert states(collect(course, ASSIGNMENT, first)) == {"jdoe": "unchanged"}
    second = archive(tmp_path / "2.zip", {"jdoe.ipynb": b})
    assert states(collect(course, ASSIGNMENT, second, dry_run=True)) == {"jdoe": "replaced"}
    assert submitted(course, "jdoe") == a
    assert states(collect(course, ASSIGNMENT, second)) == {"jdoe": "replaced"}
    assert submitted(course, "jdoe") == b
    (kept,) = (course / "superseded" / "jdoe" / ASSIGNMENT).iterdir()
    assert kept.read_bytes() == a


def test_the_unknown_are_reported_and_added_only_when_asked(course, released, tmp_path):
    source = archive(tmp_path / "s.zip", {"smithzoe_555_1_regression.ipynb": released})
    report = collect(course, ASSIGNMENT, source)
    assert [x.state for x in report.to_look_at] == ["unknown"]
    assert not (course / "submitted" / "555").exists()
    assert states(collect(course, ASSIGNMENT, source, create=True)) == {"555": "new"}
    with open_course(course).gradebook() as book:
        assert book.find_student("555").last_name == "smithzoe"
    assert grade(course, jobs=1).count("graded") == 1


def test_times_count_when_their_zone_is_said(course, released, tmp_path):
    member = zipfile.ZipInfo("jdoe.ipynb", (2026, 3, 6, 23, 30, 0))
    source = archive(tmp_path / "s.zip", [(member, released)])
    collect(course, ASSIGNMENT, source)
    stamp = course / "submitted" / "jdoe" / ASSIGNMENT / "timestamp.txt"
    assert not stamp.exists()
    (course / "submitted" / "jdoe" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").unlink()
    collect(course, ASSIGNMENT, source, zone="Europe/Berlin")
    assert stamp.read_text() == "2026-03-06 22:30:00 UTC"
    (row,) = grade(course, jobs=1).rows
    assert row.seconds_late == 30 * 60


def test_two_accounts_of_one_learner(course, released, tmp_path):
    source = archive(
        tmp_path / "s.zip",
        {"doejane_4711_1_regression.ipynb": released, "jdoe/regression.ipynb": released},
    )
    report = collect(course, ASSIGNMENT, source)
    assert sorted(x.state for x in report.lines) == ["new", "unused"]
    assert "already taken" in report.to_look_at[0].about


# -- hostile archives --------------------------------------------------------------------


def link():
    info = zipfile.ZipInfo("jdoe/regression.ipynb")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


@pytest.mark.parametrize(
    ("member", "data", "says"),
    [
        ("../../../evil.ipynb", b"{}", "leads out"),
        ("jdoe/../../evil.ipynb", b"{}", "leads out"),
        ("/etc/evil.ipynb", b"{}", "leads out"),
        ("C:\\evil.ipynb", b"{}", "leads out"),
        ("..\\..\\evil.ipynb", b"{}", "leads out"),
        (link(), b"/etc/passwd", "a link"),
        ("jdoe/bomb.ipynb", bytes(60 * 2**20), "60 MB"),
        ("jdoe/not.zip", b"PK, says he", "not a zip file"),
        ("regression.ipynb", b"{}", "tells whose it is"),
        ("jdoe/a.zip", inner({"b.zip": inner({"c.zip": inner({"d.ipynb": b"{}"})})}), "in an archive in"),
        ("jdoe/notes.txt", b"", "not a notebook"),
        ("\x1b[2Jevil/\x07.ipynb", b"{}", "not in the gradebook"),
    ],
)  # fmt: skip
def test_tricks_are_reported_and_write_nothing(course, tmp_path, member, data, says):
    before = sorted(p for p in tmp_path.rglob("*"))
    source = archive(tmp_path / "s.zip", [(member, data)])
    report = collect(course, ASSIGNMENT, source, create=says != "not in the gradebook")
    assert any(says in line.about for line in report.to_look_at), report.lines
    assert all(line.who.isprintable() and line.about.isprintable() for line in report.lines)
    after = [p for p in tmp_path.rglob("*") if p != source]
    assert sorted(after) == before


def test_an_id_that_is_a_path_is_never_made(course, released, tmp_path):
    source = archive(tmp_path / "s.zip", {".hidden.ipynb": released, "....ipynb": released})
    report = collect(course, ASSIGNMENT, source, create=True)
    assert report.count("new") == 0
    assert len(report.to_look_at) == 2


def test_a_broken_member_does_not_stop_the_rest(course, released, tmp_path):
    source = archive(tmp_path / "s.zip", {"jdoe.ipynb": released, "obriain.ipynb": released})
    data = bytearray(source.read_bytes())
    data[60:90] = bytes(30)
    source.write_bytes(data)
    report = collect(course, ASSIGNMENT, source)
    assert states(report)["obriain"] == "new"
    assert len(report.to_look_at) == 1


def test_odd_files_in_a_folder(course, released, tmp_path):
    top = tmp_path / "in"
    (top / "jdoe").mkdir(parents=True)
    os.mkfifo(top / "jdoe" / "regression.ipynb")
    (top / "obriain.ipynb").symlink_to("/etc/passwd")
    report = collect(course, ASSIGNMENT, top)
    assert [line.about for line in report.to_look_at] == ["not a plain file"] * 2


# -- the command -------------------------------------------------------------------------


def test_the_command_tells_and_its_status_says_whether_to_look(course, released, tmp_path, capsys):
    good = archive(tmp_path / "good.zip", {"jdoe.ipynb": released})
    bad = archive(tmp_path / "bad.zip", {"nobody.ipynb": released})
    assert main(["collect", str(course), ASSIGNMENT, str(good), "--dry-run"]) == 0
    assert "1 new, 0 replaced" in (said := capsys.readouterr().out)
    assert "Nothing was written" in said
    assert submitted(course, "jdoe") is None
    assert main(["collect", str(course), ASSIGNMENT, str(good), str(bad)]) == 1
    assert "unknown    nobody: not in the gradebook" in capsys.readouterr().out
    assert submitted(course, "jdoe") == released


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("algebra", "x"), "no assignment 'algebra'"),
        ((ASSIGNMENT, "nothing/here"), "there is nothing at"),
        ((ASSIGNMENT, __file__), "it is neither"),
        ((ASSIGNMENT, ".", "--times", "Mars/Olympus"), "there is no 'Mars/Olympus'"),
    ],
)
def test_mistakes_in_the_command_are_told(course, capsys, arguments, says):
    assert main(["collect", str(course), *arguments]) == 2
    assert says in capsys.readouterr().err
