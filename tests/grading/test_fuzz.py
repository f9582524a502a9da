"""A thousand ways to spoil a notebook. None stops the grader, and each row says what it is.

The mutations are what happens to files: editors, learners, version control, mail, disks.
The harmless ones must not cost a point.
"""

from __future__ import annotations

import json
import random
from dataclasses import replace

import pytest

from autograde.exercises import chapter
from autograde.grading.classroom import open_course
from autograde.grading.demo import _Homework
from autograde.grading.grade import grade
from autograde.grading.judge import Bench, judge
from autograde.grading.replies import Limits
from autograde.grading.verdict_notebook import verdict_notebook

ASSIGNMENT = "regression"
SEED = 20261121
WAYS = 1000


def real(notebook):
    """The cells that are cells."""
    return [c for c in notebook["cells"] if isinstance(c, dict) and c]


def pick(rng, notebook, wanted=lambda cell: True):
    cells = [c for c in real(notebook) if wanted(c)]
    return rng.choice(cells) if cells else None


def label(cell):
    metadata = cell.get("metadata")
    tag = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return tag if isinstance(tag, dict) else {}


def is_answer(cell):
    return bool(label(cell).get("solution"))


def is_code(cell):
    return cell.get("cell_type") == "code"


def drop(notebook, cell):
    notebook["cells"] = [c for c in notebook["cells"] if c is not cell]


# -- harmless -----------------------------------------------------------------------------


def other_kernel(rng, nb):
    nb["metadata"]["kernelspec"] = rng.choice(
        [{"name": "conda-env-x-py"}, {"name": "ir", "language": "R"}, {}, None, "python3", 7]
    )


def no_metadata(rng, nb):
    nb["metadata"] = rng.choice([{}, {"widgets": {"x": 1}}, {"language_info": None}])


def other_minor(rng, nb):
    nb["nbformat_minor"] = rng.choice([0, 2, 4, 99, None, "5"])


def no_minor(rng, nb):
    nb.pop("nbformat_minor", None)


def other_major(rng, nb):
    nb["nbformat"] = rng.choice([4, 5, 44, "4"])


def large_output(rng, nb):
    cell = pick(rng, nb, is_code)
    text = rng.choice(["x", "é", "\x1b[31m", "<script>alert(1)</script>"]) * rng.choice([1, 10**5])
    cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": text}]


def odd_output(rng, nb):
    pick(rng, nb, is_code)["outputs"] = rng.choice(
        [None, {}, 3, [None], [{"output_type": "nope"}], [{}], "text"]
    )


def odd_count(rng, nb):
    pick(rng, nb, is_code)["execution_count"] = rng.choice([None, -1, "7", 1e300, {}])


def no_ids(rng, nb):
    for cell in real(nb):
        cell.pop("id", None)


def same_ids(rng, nb):
    for cell in real(nb):
        cell["id"] = "same"


def lines(rng, nb):
    cell = pick(rng, nb, lambda c: isinstance(c.get("source"), str))
    if cell:
        cell["source"] = cell["source"].splitlines(keepends=True)


def windows_lines(rng, nb):
    for cell in real(nb):
        if isinstance(cell.get("source"), str):
            cell["source"] = cell["source"].replace("\n", "\r\n")


def tags(rng, nb):
    cell = pick(rng, nb, lambda c: isinstance(c.get("metadata"), dict))
    if cell:
        cell["metadata"] |= {"tags": ["a", 1, None], "collapsed": True, "deletable": "no"}


def lost_test(rng, nb):
    cell = pick(rng, nb, lambda c: label(c).get("grade") and not is_answer(c))
    if cell:
        drop(nb, cell)


def lost_statement(rng, nb):
    cell = pick(rng, nb, lambda c: label(c).get("locked") and not label(c).get("grade"))
    if cell:
        drop(nb, cell)


def edited_test(rng, nb):
    cell = pick(rng, nb, lambda c: label(c).get("grade") and not is_answer(c))
    if cell:
        cell["source"] = rng.choice(["", "assert True", "1/0", "import os; os._exit(1)"])


def twice(rng, nb):
    cell = pick(rng, nb)
    nb["cells"].insert(rng.randrange(len(nb["cells"]) + 1), json.loads(json.dumps(cell)))


def extra_code(rng, nb):
    source = rng.choice(["1 / 0", "def (", "%matplotlib inline", "!ls", "x = " + "9" * 400, "\x00"])
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "source": source}
    nb["cells"].insert(rng.randrange(len(nb["cells"]) + 1), cell)


def extra_text(rng, nb):
    cell = {"cell_type": rng.choice(["markdown", "raw", "heading"]), "metadata": {}, "source": "¿?"}
    nb["cells"].insert(rng.randrange(len(nb["cells"]) + 1), cell)


def not_cells(rng, nb):
    for junk in (None, 3, "cell", [], {}):
        nb["cells"].insert(rng.randrange(len(nb["cells"]) + 1), junk)


def answer_as_text(rng, nb):
    cell = pick(rng, nb, lambda c: is_answer(c) and is_code(c))
    if cell:
        cell["cell_type"] = rng.choice(["markdown", "raw"])


def attachments(rng, nb):
    cell = pick(rng, nb)
    cell["attachments"] = {"a.png": {"image/png": "AAAA" * 1000}}


HARMLESS = (
    other_kernel, no_metadata, other_minor, no_minor, other_major, large_output, odd_output, odd_count,
    no_ids, same_ids, lines, windows_lines, tags, lost_test, lost_statement, edited_test, twice,
    extra_code, extra_text, not_cells, answer_as_text, attachments,
)  # fmt: skip


# -- harmful ------------------------------------------------------------------------------


def victim(rng, nb):
    """Mostly a cell that is graded in these tests."""
    graded = pick(rng, nb, lambda c: label(c).get("grade_id") in ("mse", "quantile"))
    return graded if graded and rng.random() < 0.7 else pick(rng, nb)


def lost_answer(rng, nb):
    cell = pick(rng, nb, is_answer)
    if cell:
        drop(nb, cell)


def lost_label(rng, nb):
    victim(rng, nb)["metadata"] = rng.choice([{}, None, 3, [], {"nbgrader": None}])


def odd_label(rng, nb):
    cell = pick(rng, nb, label)
    if cell:
        label(cell)["grade_id"] = rng.choice(["", None, 5, ["mse"], "mse", "../../x", "é" * 300])


def odd_source(rng, nb):
    victim(rng, nb)["source"] = rng.choice([None, 7, {}, ["a", None], "\ud800", "", "\x00" * 9])


def odd_type(rng, nb):
    victim(rng, nb)["cell_type"] = rng.choice([None, 7, "", "task", ["code"]])


def shuffled(rng, nb):
    rng.shuffle(nb["cells"])


def broken_code(rng, nb):
    cell = victim(rng, nb)
    if isinstance(cell.get("source"), str) and cell["source"]:
        at = rng.randrange(len(cell["source"]))
        cell["source"] = cell["source"][:at] + rng.choice(["", "(", "\t", "🙂", "\\"])


def no_cells(rng, nb):
    nb["cells"] = rng.choice([[], None, {}, "cells", [[]]])


def worksheets(rng, nb):
    nb["worksheets"] = [{"cells": nb.pop("cells"), "metadata": {}}]
    nb["nbformat"] = 3


def not_a_list(rng, nb):
    nb["cells"] = dict(enumerate(nb["cells"]))


HARMFUL = (
    lost_answer, lost_label, odd_label, odd_source, odd_type, shuffled, broken_code, no_cells,
    worksheets, not_a_list,
)  # fmt: skip


# -- bytes --------------------------------------------------------------------------------


def byte_order_mark(rng, data):
    return b"\xef\xbb\xbf" + data


def spaces(rng, data):
    return b" \r\n\t" + data + b"\r\n\r\n"


def cut_off(rng, data):
    return data[: rng.randrange(len(data))]


def flipped(rng, data):
    data = bytearray(data)
    for _ in range(rng.choice([1, 1, 3, 50])):
        data[rng.randrange(len(data))] = rng.randrange(256)
    return bytes(data)


def utf16(rng, data):
    return data.decode().encode("utf-16")


def conflict(rng, data):
    at = rng.randrange(len(data))
    return data[:at] + b"\n<<<<<<< HEAD\n" + data[at:] + b"\n>>>>>>> branch\n"


def nothing(rng, data):
    return rng.choice([b"", b"null", b"[]", b"{}", b"PK\x03\x04", b"<html></html>", b"NaN"])


def same(rng, data):
    return data


KIND_BYTES, SPOILED_BYTES = (
    (same, byte_order_mark, spaces),
    (cut_off, flipped, utf16, conflict, nothing),
)


def spoil(rng, right, harmless):
    """A mutated notebook as bytes, and the names of what was done to it."""
    notebook = json.loads(json.dumps(right))
    ways = HARMLESS if harmless else HARMLESS + 4 * HARMFUL
    done = []
    for way in rng.sample(ways, rng.randint(1, 4)):
        if not isinstance(notebook.get("cells"), list):
            break
        if not any(is_code(c) for c in real(notebook)):
            break
        way(rng, notebook)
        done.append(way.__name__)
    data = json.dumps(notebook).encode("utf-8", "surrogatepass")
    bytes_ways = KIND_BYTES if harmless else (same, same, *KIND_BYTES, *SPOILED_BYTES)
    way = rng.choice(bytes_ways)
    return way(rng, data), [*done, way.__name__]


@pytest.fixture(scope="module")
def right(course):
    released = json.loads((course / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_text())
    work = _Homework(ASSIGNMENT, released)
    return json.loads(work.with_mistakes([], len(work.exercises)))


@pytest.fixture(scope="module")
def bench(course):
    """Judges two of the exercises, so that a thousand take a minute at most."""
    paper = open_course(course).paper(ASSIGNMENT, limits=Limits(wall=3.0, cell=1.0))
    bench = Bench(replace(paper, only=("mse", "quantile")))
    yield bench
    bench.close()


def test_harmless_changes_cost_nothing(bench, right):
    rng = random.Random(SEED)
    points = {e.slug: e.total for e in chapter(ASSIGNMENT) if e.slug in ("mse", "quantile")}
    for number in range(WAYS // 2):
        data, done = spoil(rng, right, harmless=True)
        record = judge(bench, data)
        told = f"seed {SEED}, number {number}: {done}, flags {record['flags']}"
        assert record["readable"], told
        earned = {slug: data["earned"] for slug, data in record["exercises"].items()}
        assert earned == points, told


def test_whatever_happens_there_is_a_row_with_scores_and_reasons(bench, right):
    rng = random.Random(SEED + 1)
    full = sum(e.total for e in chapter(ASSIGNMENT) if e.slug in ("mse", "quantile"))
    poor = unreadable = 0
    for number in range(WAYS // 2):
        data, done = spoil(rng, right, harmless=False)
        record = judge(bench, data)
        told = f"seed {SEED + 1}, number {number}: {done}, flags {record['flags']}"
        earned = sum(d["earned"] for d in record["exercises"].values())
        assert 0 <= earned <= full, told
        if not record["readable"]:
            unreadable += 1
            assert record["flags"], told
            assert earned == 0, told
        elif earned < full:
            poor += 1
            reasons = [
                d["headline"] for d in record["exercises"].values() if d["status"] != "right"
            ]
            assert all(reasons), told
            assert reasons, told
        json.loads(verdict_notebook(record, bench.paper.labels))
    assert poor > 50, "the mutations do not hurt enough to prove anything"
    assert unreadable > 50


def test_a_whole_batch_of_them_comes_to_its_end(copy_of_course, right):
    rng = random.Random(SEED + 2)
    for number in range(60):
        folder = copy_of_course / "submitted" / f"fuzz{number:03d}" / ASSIGNMENT
        folder.mkdir(parents=True)
        data, _ = spoil(rng, right, harmless=number % 2 == 0)
        (folder / f"{ASSIGNMENT}.ipynb").write_bytes(data)
    summary = grade(copy_of_course, jobs=2)
    rows = [row for row in summary.rows if row.student.startswith("fuzz")]
    assert {row.state for row in rows} == {"graded"}
    assert len(rows) == 60
    best = max(row.score for row in rows)
    assert all(row.score == best for row in rows[::2])
    assert all(row.flags for row in rows if row.score == 0)
