"""Grades and feedback for Canvas, Moodle and mail: read back as the platforms read them."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import pytest

from autograde.__main__ import main
from autograde.grading.classroom import CourseError, open_course
from autograde.grading.demo import NAMES
from autograde.grading.lms import export_grades, feedback_zip
from autograde.grading.standing import standings

ASSIGNMENT = "regression"


@pytest.fixture
def known(copy_of_course):
    """The demo class with mail addresses and numbers of a platform."""
    with open_course(copy_of_course).gradebook() as book:
        for number, (name, _, _) in enumerate(NAMES):
            book.update_or_create_student(
                name, email=f"{name}@example.org", lms_user_id=str(5000 + number)
            )
    return copy_of_course


def scores(course):
    return {s.student: s for s in standings(open_course(course), ASSIGNMENT)}


def exported(course, shape, **more):
    out = io.StringIO(newline="")
    told = export_grades(course, out, ASSIGNMENT, shape, **more)
    return list(csv.reader(io.StringIO(out.getvalue(), newline=""))), told


def wanted(standing) -> str:
    return "" if standing.waiting else f"{round(standing.score, 2):g}"


def as_canvas(rows) -> dict[str, str]:
    """Grades by Canvas id, by the rules of Canvas' importer: the header is checked, the row of
    the points possible is none of a student."""
    head, *body = rows
    assert "Student" in head[0]
    assert head[1] == "ID"
    assert head[2:5] == ["SIS User ID", "SIS Login ID", "Section"]
    return {row[1]: row[5] for row in body if "Points Possible" not in row[0]}


def test_canvas_without_a_template(known):
    rows, _ = exported(known, "canvas")
    got = as_canvas(rows)
    assert got == {
        str(5000 + i): wanted(scores(known)[n]) for i, (n, _, _) in enumerate(NAMES)
        if n in scores(known)
    }  # fmt: skip
    assert any(got.values())
    assert not all(got.values())  # somebody waits for a person
    most = max(s.max_score for s in scores(known).values())
    assert rows[1] == ["    Points Possible", "", "", "", "", f"{most:g}"]


def test_canvas_fills_its_own_export_and_changes_nothing_else(known, tmp_path):
    head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Essay (11)",
            "Regression (12)", "Current Score"]  # fmt: skip
    body = [
        ['Ní Bhriain, "Aoife"', "5000", "", "x1", "A; B", "3", "", "50"],
        ["Gimadiev, Bulat", "", "", "bulat", "", "", "7", ""],
        ["Eze, Chiamaka", "", "", "", "", "", "", ""],
        ["Student, Test", "999", "", "zz", "", "", "", ""],
    ]
    template = tmp_path / "grades.csv"
    with template.open("w", encoding="utf-8-sig", newline="") as file:
        points = ["    Points Possible", *[""] * 4, "5", "52", "(read only)"]
        csv.writer(file).writerows([head, points, *body])
    rows, (count, left) = exported(known, "canvas", template=template)
    graded = {s for s, row in scores(known).items() if row.record is not None}
    assert count == 3
    assert set(left) == graded - {"aoife", "bulat", "chiamaka"}
    assert rows[0] == head
    for before, after, who in zip(body, rows[2:], ("aoife", "bulat", "chiamaka"), strict=False):
        assert [*after[:6], after[7]] == [*before[:6], before[7]]
        assert after[6] == wanted(scores(known)[who])
    assert rows[5] == body[3]


def test_moodle_worksheet(known, tmp_path):
    head = ["Identifier", "Full name", "ID number", "Email address", "Status", "Grade",
            "Maximum Grade", "Grade can be changed", "Last modified (grade)",
            "Feedback comments"]  # fmt: skip
    body = [
        ["Participant 5000", "Someone Else", "", "", "Submitted", "", "52.00", "Yes", "-", "a, b"],
        [
            "Participant 9",
            "Bulat Gimadiev",
            "",
            "bulat@example.org",
            "",
            "",
            "52.00",
            "Yes",
            "-",
            "",
        ],
        ["Participant 10", "No Body", "", "", "", "4.00", "52.00", "No", "-", '"'],
    ]
    template = tmp_path / "Grades.csv"
    with template.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *body])
    rows, (count, _) = exported(known, "moodle", template=template)
    assert count == 2
    assert [r[5] for r in rows[1:]] == [
        wanted(scores(known)["aoife"]), wanted(scores(known)["bulat"]), "4.00",
    ]  # fmt: skip
    assert [[*r[:5], *r[6:]] for r in rows] == [[*r[:5], *r[6:]] for r in [head, *body]]


def test_moodle_and_mail_without_a_template(known):
    rows, _ = exported(known, "moodle")
    assert rows[0] == ["Username", "Email address", "Full name", ASSIGNMENT]
    assert {r[0]: r[3] for r in rows[1:]} == {s: wanted(r) for s, r in scores(known).items()}
    rows, _ = exported(known, "mail")
    letters = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    assert {x["student"] for x in letters} == set(scores(known))
    main(["feedback", str(known)])
    for letter in letters:
        assert letter["email"] == f"{letter['student']}@example.org"
        assert (known / letter["page"]).is_file()


def test_names_are_quoted_and_never_formulas(known):
    with open_course(known).gradebook() as book:
        book.update_or_create_student("aoife", first_name='=HYPERLINK("x")', last_name='+1,"a"\nb')
    for shape in ("canvas", "moodle", "mail"):
        rows, _ = exported(known, shape)
        assert len(rows) == len(scores(known)) + (2 if shape == "canvas" else 1)
        assert len({len(row) for row in rows}) == 1
        assert not any(cell[:1] in "=+@-" for row in rows for cell in row if cell)


@pytest.mark.parametrize(
    ("text", "shape", "said"),
    [
        ("", "canvas", "is empty"),
        ("Name,Points\nx,1\n", "canvas", "columns Student and ID"),
        ("Student,ID,Section\nx,1,a\n", "canvas", "no column called 'regression'"),
        ("Identifier,Punkte\nx,1\n", "moodle", "--column"),
        ("Student,ID,Regression (1),Regression (2)\nx,1,,\n", "canvas", "2 columns called"),
    ],
)
def test_a_template_that_does_not_fit(known, tmp_path, capsys, text, shape, said):
    template, out = tmp_path / "t.csv", tmp_path / "out.csv"
    template.write_text(text, encoding="utf-8")
    command = ["export", str(known), "--assignment", ASSIGNMENT, "--format", shape]
    assert main([*command, "--template", str(template), "--out", str(out)]) == 2
    assert said in capsys.readouterr().err
    assert not out.exists()


def test_feedback_goes_back_the_way_that_work_came(known, tmp_path, capsys):
    released = (known / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_bytes()
    canvas, moodle = tmp_path / "canvas.zip", tmp_path / "moodle.zip"
    with zipfile.ZipFile(canvas, "w") as archive:
        archive.writestr("nibhriainaoife_5000_90001_regression-1.ipynb", released)
        archive.writestr("gimadievbulat_LATE_5001_90002_regression.ipynb", released)
    with zipfile.ZipFile(moodle, "w") as archive:
        archive.writestr("Aoife Ní Bhriain_5000_assignsubmission_file_/regression.ipynb", released)
    command = ["collect", str(known), ASSIGNMENT]
    for source, shape, names in (
        (canvas, "canvas", {
            "aoife": "nibhriainaoife_5000_90001_regression-feedback.html",
            "bulat": "gimadievbulat_LATE_5001_90002_regression-feedback.html",
        }),
        (moodle, "moodle", {
            "aoife": "Aoife Ní Bhriain_5000_assignfeedback_file/regression-feedback.html",
        }),
    ):  # fmt: skip
        (known / "collected.json").unlink(missing_ok=True)
        assert main([*command, str(source)]) == 0
        out = tmp_path / f"{shape}-back.zip"
        told = [
            "feedback",
            str(known),
            "--assignment",
            ASSIGNMENT,
            "--zip",
            str(out),
            "--for",
            shape,
        ]
        assert main(told) == 1  # the others were handed in by other ways, and are named
        assert "were not collected" in capsys.readouterr().err
        with zipfile.ZipFile(out) as archive:
            assert sorted(archive.namelist()) == sorted(names.values())
            for student, where in names.items():
                page = archive.read(where).decode()
                assert scores(known)[student].name in page
    assert json.loads((known / "collected.json").read_text())[ASSIGNMENT].keys() == {"aoife"}


def test_feedback_zip_wants_an_assignment_that_exists(known, tmp_path):
    with pytest.raises(CourseError, match="no assignment"):
        feedback_zip(known, tmp_path / "x.zip", "nothing", "canvas")
    assert main(["feedback", str(known), "--zip", str(tmp_path / "x.zip")]) == 2
