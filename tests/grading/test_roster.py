"""Class lists as platforms and people write them, and as they must not be."""

from __future__ import annotations

import pytest

from autograde.__main__ import main
from autograde.grading.classroom import CourseError, open_course
from autograde.grading.collect import collect
from autograde.grading.course import create_course
from autograde.grading.roster import read_roster, take_roster

CANVAS = '''Student,ID,SIS User ID,SIS Login ID,Section,Regression (12)
,,,,,Manual Posting
    Points Possible,,,,,100
"O'Neil, Ann ""Nan""",4711,N1,aoneil,A,
"王, 小明",4712,,wxm,A,
"Doe, Jane",4713,N3,,A,
"Roe, Jo",4714,,,A,
"Student, Test",999,,zz,A,
'''
MOODLE = """First name,Last name,Username,ID number,Email address
Jane,"Doe, Jr.",jdoe,17,jane@example.org
<b>小明</b>,王,,18,wang@example.org
Zoë,Kim,,,zoe@example.org
"""
OWN = """id;first_name;last_name;email;lms_user_id

jdoe;Jane;Doe;jane@example.org;4711
wang;小明;王;;
"""


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return create_course(tmp_path_factory.mktemp("roster") / "c", ("concepts",))


@pytest.fixture
def course(template, tmp_path):
    import shutil

    return shutil.copytree(template, tmp_path / "c")


@pytest.fixture
def listed(tmp_path):
    def write(text, encoding="utf-8-sig"):
        path = tmp_path / "class.csv"
        path.write_text(text, encoding=encoding)
        return path

    return write


def people(course):
    with open_course(course).gradebook() as book:
        return {s.id: (s.first_name, s.last_name, s.email, s.lms_user_id) for s in book.students}


def test_canvas(course, listed):
    assert take_roster(course, listed(CANVAS))["new"] == ["aoneil", "wxm", "N3", "4714"]
    assert people(course) == {
        "aoneil": ('Ann "Nan"', "O'Neil", None, "4711"),
        "wxm": ("小明", "王", None, "4712"),
        "N3": ("Jane", "Doe", None, "4713"),
        "4714": ("Jo", "Roe", None, "4714"),
    }


def test_moodle(course, listed):
    take_roster(course, listed(MOODLE, "utf-8"))
    assert people(course) == {
        "jdoe": ("Jane", "Doe, Jr.", "jane@example.org", None),
        "18": ("<b>小明</b>", "王", "wang@example.org", None),
        "zoe@example.org": ("Zoë", "Kim", "zoe@example.org", None),
    }


def test_ones_own_twice_and_with_more(course, listed, capsys):
    command = ["roster", str(course), str(listed(OWN))]
    assert main([*command, "--dry-run"]) == 0
    assert "2 new, 0 changed, 0 unchanged. Nothing was written." in capsys.readouterr().out
    assert people(course) == {}
    assert main(command) == 0
    before = people(course)
    assert before["wang"] == ("小明", "王", None, None)
    assert main(command) == 0
    assert "0 new, 0 changed, 2 unchanged" in capsys.readouterr().out
    # another list that knows a number and a name, and leaves the rest empty
    more = listed("id,last_name,lms_user_id\nwang,Wang,4712\njdoe,,\n")
    assert take_roster(course, more)["changed"] == ["wang"]
    assert people(course) == {**before, "wang": ("小明", "Wang", None, "4712")}


def test_whom_collect_has_added_gets_a_name_and_stays_one_learner(course, listed, tmp_path):
    """collect --create knows only what stands in a file name."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "oneilann_4711_9001_concepts.ipynb").write_text("{}")
    collect(course, "concepts", tmp_path / "in", create=True)
    assert people(course) == {"4711": (None, "oneilann", None, "4711")}
    done = take_roster(course, listed(CANVAS))
    assert (done["changed"], done["new"]) == (["4711"], ["wxm", "N3", "4714"])
    assert people(course)["4711"][:2] == ('Ann "Nan"', "O'Neil")


def test_a_list_makes_learners_known_to_collect(course, listed, tmp_path):
    take_roster(course, listed(MOODLE))
    (tmp_path / "in" / "Zoë Kim_1_assignsubmission_file_").mkdir(parents=True)
    (tmp_path / "in" / "Zoë Kim_1_assignsubmission_file_" / "x.ipynb").write_text("{}")
    (line,) = collect(course, "concepts", tmp_path / "in").lines
    assert (line.state, line.who) == ("new", "zoe@example.org")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id,last_name\na,One\nb,Two\na,Three\n",
         r"line 2 \(One\) and line 4 \(Three\) have the same id a. Repair the list"),
        ("id,email\na,x@example.org\nb,X@example.org\n", "have the same address x@example.org"),
        ("id,lms_user_id\na,7\nb,7\n", "have the same number 7"),
        ("id,last_name\n,One\n", r"line 2 \(One\) has the id ''; an id begins with a letter"),
        ("id\n../x\n", "has the id '../x'; an id begins"),
        ("Name,Points\nx,1\n", "must have a column with ids, one of id, sis login id"),
        ("id,last_name\n", "must have one learner at least"),
        ("", "is empty"),
    ],
)  # fmt: skip
def test_a_list_that_cannot_be_changes_nothing(course, listed, text, said):
    with pytest.raises(CourseError, match=said):
        take_roster(course, listed(text))
    assert people(course) == {}


def test_a_line_that_fits_two_learners_of_the_course(course, listed):
    take_roster(course, listed("id,lms_user_id\na,1\nb,2\n"))
    with pytest.raises(CourseError, match="fits a and b of the gradebook"):
        take_roster(course, listed("id,lms_user_id\na,2\n"))


def test_the_lines_are_those_of_the_file(listed):
    assert [entry.line for entry in read_roster(listed(CANVAS))] == [4, 5, 6, 7]


def test_a_list_in_another_encoding_is_told(course, listed, capsys):
    assert main(["roster", str(course), str(listed(MOODLE, "utf-16"))]) == 2
    assert "roster: wants CSV in UTF-8" in capsys.readouterr().err
