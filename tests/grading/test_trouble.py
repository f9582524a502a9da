"""An instructor in a hurry: wrong input, two runs at once, Ctrl-C, a disk that cannot be written.

Each is told who wants what, what it got and what to do; and nothing is lost.
"""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from autograde.__main__ import main
from autograde.grading.audit import TRAIL, Change, Trail
from autograde.grading.classroom import CourseError, open_course
from autograde.grading.collect import collect
from autograde.grading.course import create_course
from autograde.grading.demo import NAMES
from autograde.grading.files import LOCK, only_one
from autograde.grading.grade import grade
from autograde.grading.handout import handout
from autograde.grading.lms import export_grades
from autograde.grading.repair import repair
from autograde.grading.standing import standings

ASSIGNMENT = "regression"
REPO = Path(__file__).resolve().parents[2]


def released(course):
    return (course / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_bytes()


def without(data: bytes, grade_id: str) -> bytes:
    """A notebook from which somebody has deleted a cell."""
    notebook = json.loads(data)
    before = len(notebook["cells"])
    notebook["cells"] = [
        c
        for c in notebook["cells"]
        if c["metadata"].get("nbgrader", {}).get("grade_id") != grade_id
    ]
    assert len(notebook["cells"]) == before - 1
    return json.dumps(notebook).encode()


def archive(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members.items():
            packed.writestr(name, data)
    return path


def submitted(course, student):
    path = course / "submitted" / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    return path.read_bytes() if path.exists() else None


def scores(course):
    return {s.student: s.score for s in standings(open_course(course), ASSIGNMENT)}


# -- making a course -------------------------------------------------------------------------


@pytest.mark.parametrize("there", [False, True])
@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--due", "the fifth of Mayvember", 'a date is like "2027-03-05 22:00 UTC"'),
        ("--db", "postgresql+psycopg://nobody@127.0.0.1:1/x", "Connection refused"),
        ("--db", "an address", "wrong address in nbgrader_config.py"),
    ],
)
def test_a_course_that_cannot_be_made_leaves_nothing(tmp_path, capsys, option, value, said, there):
    """Half a course was in the way of the next try: "not empty"."""
    root = tmp_path / "c"
    if there:
        root.mkdir()
    assert main(["course", str(root), "regression", option, value]) == 2
    assert said in capsys.readouterr().err
    assert root.exists() == there
    assert not there or not any(root.iterdir())


def test_a_folder_with_a_space_is_quoted_in_the_instructions(tmp_path):
    root = create_course(tmp_path / "my course", ("concepts",))
    assert f"python -m autograde grade '{root}'" in (root / "README.md").read_text("utf-8")


# -- whose it is -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        # Moodle, a file that somebody has named after a folder of another learner
        "Bulat Gimadiev_5001_assignsubmission_file_/Aoife Ní Bhriain_5000_assignsubmission_file_.ipynb",
        "Bulat Gimadiev_5001_assignsubmission_file_/Aoife Ní Bhriain_5000_assignsubmission_file_/x.ipynb",
        # Canvas, an archive that was handed in
        "gimadievbulat_5001_9_all.zip/nibhriainaoife_5000_8_regression.ipynb",
        # folders that the instructor has made
        "bulat/nibhriainaoife_5000_8_regression.ipynb",
        "Gimadiev, Bulat/aoife/regression.ipynb",
        "class 7/bulat/nibhriainaoife_5000_8_regression.ipynb",
    ],
)
def test_nobody_hands_in_for_somebody_else(copy_of_course, tmp_path, name):
    """What a learner calls a file or a folder does not say whose it is."""
    with open_course(copy_of_course).gradebook() as book:
        for number, (student, _, _) in enumerate(NAMES):
            book.update_or_create_student(student, lms_user_id=str(5000 + number))
    outer, dot, inner = name.partition(".zip/")
    data = without(released(copy_of_course), "mse")
    if dot:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as z:
            z.writestr(inner, data)
        name, content = f"{outer}.zip", packed.getvalue()
    else:
        content = data
    before = submitted(copy_of_course, "aoife")
    collect(copy_of_course, ASSIGNMENT, archive(tmp_path / "s.zip", {name: content}))
    assert submitted(copy_of_course, "aoife") == before
    assert submitted(copy_of_course, "bulat") == data


def test_the_last_attempt_counts_though_a_cell_was_deleted_in_it(copy_of_course, tmp_path):
    first = released(copy_of_course)
    last = without(first, "mse")
    members = {"aoife_1_1_regression.ipynb": first, "aoife_1_2_regression-1.ipynb": last}
    with open_course(copy_of_course).gradebook() as book:
        book.update_or_create_student("aoife", lms_user_id="1")
    collect(copy_of_course, ASSIGNMENT, archive(tmp_path / "s.zip", members))
    assert submitted(copy_of_course, "aoife") == last


def test_of_the_same_second_the_higher_number_is_the_later(copy_of_course, tmp_path):
    later = without(released(copy_of_course), "mse")
    members = {"aoife/x_9_a.ipynb": released(copy_of_course), "aoife/x_10_a.ipynb": later}
    collect(copy_of_course, ASSIGNMENT, archive(tmp_path / "s.zip", members))
    assert submitted(copy_of_course, "aoife") == later


def test_an_id_that_cannot_be_says_why(copy_of_course, tmp_path):
    source = archive(tmp_path / "s.zip", {"<b>x<b>/regression.ipynb": released(copy_of_course)})
    (line,) = collect(copy_of_course, ASSIGNMENT, source, create=True).lines
    assert (line.state, line.who) == ("unknown", "<b>x<b>")
    assert "an id begins with a letter or a digit" in line.about


def test_an_archive_without_a_file_is_said(copy_of_course, tmp_path, capsys):
    source = archive(tmp_path / "empty.zip", {})
    assert main(["collect", str(copy_of_course), ASSIGNMENT, str(source)]) == 1
    assert "there is no file in it" in capsys.readouterr().out


# -- times -------------------------------------------------------------------------------------


def test_times_that_were_forgotten_can_be_added(copy_of_course, tmp_path):
    source = archive(tmp_path / "s.zip", {"newcomer.ipynb": released(copy_of_course)})
    stamp = copy_of_course / "submitted" / "newcomer" / ASSIGNMENT / "timestamp.txt"
    collect(copy_of_course, ASSIGNMENT, source, create=True)
    assert not stamp.exists()
    (line,) = collect(copy_of_course, ASSIGNMENT, source, zone="UTC").lines
    assert (line.state, line.about) == ("unchanged", "its time was added")
    first = stamp.read_text("utf-8")
    (line,) = collect(copy_of_course, ASSIGNMENT, source, zone="Europe/Dublin").lines
    assert (line.state, line.about) == ("unchanged", "")
    assert stamp.read_text("utf-8") == first  # the same file keeps its first time


def test_a_new_file_does_not_keep_the_time_of_the_old_one(copy_of_course, tmp_path):
    stamp = copy_of_course / "submitted" / "aoife" / ASSIGNMENT / "timestamp.txt"
    assert stamp.is_file()
    source = archive(tmp_path / "s.zip", {"aoife.ipynb": b"{}"})
    (line,) = collect(copy_of_course, ASSIGNMENT, source, dry_run=True).lines
    assert "--times adds one" in line.about
    assert stamp.is_file()
    collect(copy_of_course, ASSIGNMENT, source)
    assert not stamp.exists()


def test_what_was_superseded_is_never_written_over(copy_of_course, tmp_path):
    kept = copy_of_course / "superseded" / "aoife" / ASSIGNMENT
    for number in range(3):
        source = archive(tmp_path / f"{number}.zip", {"aoife.ipynb": b"%d" % number})
        collect(copy_of_course, ASSIGNMENT, source)
    (kept / "001.ipynb").unlink()
    collect(copy_of_course, ASSIGNMENT, archive(tmp_path / "x.zip", {"aoife.ipynb": b"x"}))
    assert {p.name: p.read_bytes() for p in kept.iterdir() if p.name != "002.ipynb"} == {
        "003.ipynb": b"1",
        "004.ipynb": b"2",
    }


def test_a_large_class_is_never_in_memory_at_once(copy_of_course, tmp_path):
    """Sixty files of 5 MB, in archives of their own or not, with 200 MB to hold them."""
    notebook = json.loads(released(copy_of_course))
    notebook["metadata"]["padding"] = "x" * (5 * 2**20)
    data = json.dumps(notebook).encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as inner:
        inner.writestr("regression.ipynb", data)
    members = {f"s{n:02d}.zip" if n % 2 else f"s{n:02d}.ipynb": n for n in range(60)}
    source = archive(
        tmp_path / "s.zip", {k: packed.getvalue() if n % 2 else data for k, n in members.items()}
    )
    program = (
        "import sys, tracemalloc\n"
        "from autograde.grading.collect import collect\n"
        "tracemalloc.start()\n"
        "report = collect(sys.argv[1], 'regression', sys.argv[2], create=True)\n"
        "print(report.count('new'), tracemalloc.get_traced_memory()[1])\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, str(copy_of_course), str(source)],
        capture_output=True, text=True, check=True, env=environment(), timeout=300,
    )  # fmt: skip
    count, peak = map(int, run.stdout.split())
    assert count == 60
    assert peak < 200 * 2**20
    assert submitted(copy_of_course, "s00") == submitted(copy_of_course, "s59") == data


# -- what is broken is told and kept -----------------------------------------------------------


def test_a_note_of_origins_that_cannot_be_read_is_not_replaced(copy_of_course, tmp_path, capsys):
    broken = copy_of_course / "collected.json"
    broken.write_text('{"regression": {"aoi', encoding="utf-8")
    source = archive(tmp_path / "s.zip", {"aoife.ipynb": b"{}"})
    before = submitted(copy_of_course, "aoife")
    root = str(copy_of_course)
    for command in (
        ["collect", root, ASSIGNMENT, str(source)],
        ["forget", root, "aoife"],
        ["feedback", root, "--assignment", ASSIGNMENT, "--for", "canvas", "--zip", str(tmp_path / "f")],
    ):  # fmt: skip
        assert main(command) == 2
        assert "Restore it from a backup" in capsys.readouterr().err
    assert broken.read_text("utf-8") == '{"regression": {"aoi'
    assert submitted(copy_of_course, "aoife") == before


def test_a_gradebook_that_is_none(copy_of_course, tmp_path, capsys):
    (copy_of_course / "gradebook.db").write_bytes(b"not a database, whatever its name" * 50)
    for command in (["grade"], ["report", "--out", str(tmp_path / "r")], ["export"], ["audit"]):
        assert main([command[0], str(copy_of_course), *command[1:]]) == 2
        told = capsys.readouterr().err
        assert "the gradebook must be there to read and to write" in told
        assert "backups/" in told


def test_a_configuration_that_does_not_run(copy_of_course, capsys):
    config = copy_of_course / "nbgrader_config.py"
    config.write_text("c = get_config()\nc.Something = undefined\n", encoding="utf-8")
    assert main(["grade", str(copy_of_course)]) == 2
    told = capsys.readouterr().err
    assert "nbgrader_config.py must run as Python" in told
    assert "name 'undefined' is not defined" in told


def test_an_export_that_fails_leaves_the_file_that_was_there(copy_of_course, tmp_path, capsys):
    out = tmp_path / "grades.csv"
    out.write_text("last week", encoding="utf-8")
    assert main(["export", str(tmp_path / "no course"), "--out", str(out)]) == 2
    assert "wants a course folder" in capsys.readouterr().err
    assert out.read_text("utf-8") == "last week"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\x03\x04\xff\xfe\x00", "save it as CSV UTF-8"),
        (b'Student,ID\n"' + b"a" * 200_000, "field larger than"),
    ],
)
def test_a_template_that_is_no_csv(copy_of_course, tmp_path, capsys, data, said):
    template = tmp_path / "t.csv"
    template.write_bytes(data)
    command = ["export", str(copy_of_course), "--assignment", ASSIGNMENT, "--format", "canvas"]
    assert main([*command, "--template", str(template)]) == 2
    assert said in capsys.readouterr().err


def test_a_path_that_is_not_there_is_named_with_what_to_do(copy_of_course, tmp_path, capsys):
    missing = tmp_path / "no folder" / "x.zip"
    assert main(["handout", str(copy_of_course), ASSIGNMENT, "--out", str(missing)]) == 2
    assert f"{missing}: No such file or directory. Check the path." in capsys.readouterr().err


def test_an_error_names_its_command_once(tmp_path, capsys):
    main(["course", str(tmp_path / "c"), "algebra"])
    assert capsys.readouterr().err.startswith("autograde course: no chapter algebra")
    main(["grade", str(tmp_path / "c")])
    assert capsys.readouterr().err.startswith("autograde grade: course ")


def test_a_notebook_that_begins_with_an_empty_cell_is_handed_out(copy_of_course, tmp_path):
    path = copy_of_course / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    notebook = json.loads(path.read_bytes())
    title = notebook["cells"][0]["source"]
    title = (title if isinstance(title, str) else "".join(title)).splitlines()[0].lstrip("# ")
    notebook["cells"].insert(
        0, {"cell_type": "markdown", "id": "nothing", "metadata": {}, "source": ""}
    )
    path.write_text(json.dumps(notebook), encoding="utf-8")
    handout(copy_of_course, ASSIGNMENT, tmp_path / "x.zip")
    with zipfile.ZipFile(tmp_path / "x.zip") as packed:
        assert packed.read(f"{ASSIGNMENT}/READ ME.txt").decode().startswith(title)


def test_an_old_notebook_with_lists_of_lines_is_converted():
    """So nbformat 3 stands on a disk; a heading in it stopped the conversion."""
    cells = [
        {"cell_type": "heading", "level": 2, "metadata": {}, "source": ["A\n", "heading"]},
        {"cell_type": "code", "input": ["def f(x):\n", "    return x"], "language": "python",
         "metadata": {}, "outputs": []},
    ]  # fmt: skip
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""},
           "worksheets": [{"cells": cells, "metadata": {}}]}  # fmt: skip
    mended = repair(json.dumps(old).encode(), ())
    assert mended.readable
    assert [p.source for p in mended.pieces] == ["## A heading", "def f(x):\n    return x"]


# -- back to the platform ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "head", "row"),
    [
        ("canvas", ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", ASSIGNMENT],
         ["Wei, Li", "{}", "", "", "A", ""]),
        ("moodle", ["Identifier", "Full name", "Email address", "Grade"],
         ["Participant {}", "Li Wei", "", ""]),
    ],
)  # fmt: skip
def test_two_people_of_one_name_never_get_each_others_grade(
    copy_of_course, tmp_path, shape, head, row
):
    with open_course(copy_of_course).gradebook() as book:
        for number, student in enumerate(("aoife", "bulat")):
            book.update_or_create_student(
                student, first_name="Li", last_name="Wei", lms_user_id=str(5000 + number)
            )

    def filled(*numbers):
        template = tmp_path / "t.csv"
        rows = [[cell.format(number) for cell in row] for number in numbers]
        with template.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([head, *rows])
        out = io.StringIO(newline="")
        count, left = export_grades(copy_of_course, out, ASSIGNMENT, shape, template=template)
        return count, left, list(csv.reader(io.StringIO(out.getvalue())))[1:]

    count, left, rows = filled("unknown", "nobody")
    assert count == 0
    assert {"aoife", "bulat"} <= set(left)
    assert [r[-1] for r in rows] == ["", ""]
    count, left, rows = filled("5001", "5000")
    assert count == 2
    assert not {"aoife", "bulat"} & set(left)
    with pytest.raises(CourseError, match="two rows of the template lead to aoife"):
        filled("5000", "5000")


# -- the trail ---------------------------------------------------------------------------------


def test_no_score_moves_without_a_line_in_the_trail(copy_of_course, monkeypatch):
    """The disk is full when the trail is written: the score stays, and the next run has both."""
    path = copy_of_course / "submitted" / "aoife" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    best = max(scores(copy_of_course), key=scores(copy_of_course).get)
    path = copy_of_course / "submitted" / best / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    before = scores(copy_of_course)
    path.write_bytes(released(copy_of_course))

    def full(self, changes):
        if tuple(changes):
            raise OSError(28, "No space left on device", str(self.path))

    with monkeypatch.context() as patch:
        patch.setattr(Trail, "add", full)
        summary = grade(copy_of_course, jobs=1)
    assert summary.count("failed") == 1
    assert scores(copy_of_course) == before
    assert grade(copy_of_course, jobs=1).count("graded") == 1
    assert {c.student for c in Trail(copy_of_course)} == {best}
    assert scores(copy_of_course)[best] < before[best]


def test_a_line_that_was_cut_off_does_not_take_the_next_one_with_it(tmp_path):
    trail = Trail(tmp_path)
    trail.add([Change("a", "one", "cell", 1.0, 2.0)])
    with (tmp_path / TRAIL).open("a", encoding="utf-8") as file:
        file.write('{"assignment": "a", "stud')
    trail.add([Change("a", "two", "cell", 1.0, 2.0)])
    assert [c.student for c in trail] == ["one", "two"]


# -- two at once, and stopped ------------------------------------------------------------------


def environment():
    path = os.pathsep.join([str(REPO), os.environ.get("PYTHONPATH", "")])
    return {**os.environ, "PYTHONPATH": path}


def start(*arguments):
    """The command as a shell starts it: in a process group of its own, for Ctrl-C."""
    return subprocess.Popen(
        [sys.executable, "-m", "autograde", *map(str, arguments)], env=environment(), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip


def graded_again(course, running):
    """Wait until the run has written a record."""

    def newest():
        return max(p.stat().st_mtime for p in course.glob("autograded/*/*/lossbook.json"))

    before = newest()
    deadline = time.monotonic() + 120
    while newest() <= before:
        assert running.poll() is None, running.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_ctrl_c_stops_quietly_and_the_next_run_goes_on(copy_of_course, tmp_path, capsys):
    before = scores(copy_of_course)
    running = start("grade", copy_of_course, "--force", "--jobs", "2")
    graded_again(copy_of_course, running)
    # meanwhile, a second one
    for command in (
        ["grade", str(copy_of_course)],
        ["course", str(copy_of_course), "--update"],
        ["forget", str(copy_of_course), "aoife"],
        ["collect", str(copy_of_course), ASSIGNMENT, str(tmp_path)],
    ):
        assert main(command) == 2
        told = capsys.readouterr().err
        assert f"grade (process {running.pid} on " in told
        assert "Nothing was changed. Run this again when it has ended." in told
    os.killpg(running.pid, signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert err.strip() == "Stopped. What was done stays; run the command again to go on."
    assert "Traceback" not in out
    assert scores(copy_of_course) == before
    assert grade(copy_of_course, jobs=1).count("failed") == 0
    assert scores(copy_of_course) == before


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc to find the workers")
def test_ctrl_c_that_a_worker_hears_of_first(copy_of_course):
    """The signal reaches all processes of a group, in an order that nobody chooses."""
    running = start("grade", copy_of_course, "--force", "--jobs", "2")
    graded_again(copy_of_course, running)
    children = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text("utf-8").split()
    commands = {pid: Path(f"/proc/{pid}/cmdline").read_text("utf-8") for pid in children}
    workers = [int(pid) for pid, command in commands.items() if "spawn_main" in command]
    assert len(workers) == 2, commands
    for worker in workers:
        os.kill(worker, signal.SIGINT)
    _, err = running.communicate(timeout=60)
    assert (running.returncode, err.strip()) == (
        130,
        "Stopped. What was done stays; run the command again to go on.",
    )


def test_the_lock_goes_with_the_process(tmp_path):
    said = r"another: .*one \(process .* is at work"
    with only_one(tmp_path, "one"), pytest.raises(ValueError, match=said):
        only_one(tmp_path, "another").__enter__()
    with only_one(tmp_path, "another"):
        pass
    program = (
        "import os, sys\nfrom pathlib import Path\nfrom autograde.grading.files import only_one\n"
        "with only_one(Path(sys.argv[1]), 'killed'):\n    os.kill(os.getpid(), 9)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], env=environment(), check=False
    )
    assert run.returncode == -signal.SIGKILL
    assert "killed" in (tmp_path / LOCK).read_text("utf-8")
    with only_one(tmp_path, "next"):
        assert (tmp_path / LOCK).read_text("utf-8").startswith("next (process ")


@pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap makes the folder read-only")
def test_a_disk_that_cannot_be_written(copy_of_course, tmp_path):
    """Whoever runs it, root too: what only reads works, all else says what to do."""
    course = str(copy_of_course)
    before = {p: p.read_bytes() for p in copy_of_course.rglob("*") if p.is_file()}
    source = archive(tmp_path / "s.zip", {"aoife.ipynb": b"{}"})
    commands = [
        ["grade", course, "--force"],
        ["collect", course, ASSIGNMENT, str(source)],
        ["forget", course, "aoife"],
        ["rescore", course, ASSIGNMENT, "aoife", "derivation", "1", "--why", "x"],
        ["course", course, "--update"],
        ["feedback", course],
    ]
    program = (
        "import json, sys\nfrom autograde.__main__ import main\n"
        "for command in json.loads(sys.argv[1]):\n"
        "    print(main(command), flush=True)\n"
        "    print('--', file=sys.stderr, flush=True)\n"
    )
    run = subprocess.run(
        ["bwrap", "--bind", "/", "/", "--dev", "/dev", "--ro-bind", course, course,
         sys.executable, "-c", program, json.dumps(commands)],
        env=environment(), capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert run.stdout.split() == ["2"] * len(commands), run.stderr
    told = run.stderr.split("--\n")
    assert "Traceback" not in run.stderr
    for command, text in zip(commands, told, strict=False):
        assert text.startswith(f"autograde {command[0]}: "), text
        assert "read-only" in text.lower(), text
        assert "Copy the course where you may write" in text or "read-only disk" in text, text
    assert {p: p.read_bytes() for p in copy_of_course.rglob("*") if p.is_file()} == before
