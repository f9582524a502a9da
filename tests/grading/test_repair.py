"""From any bytes to cells to run."""

from __future__ import annotations

import json

import pytest
from conftest import code, notebook

from autograde.grading.repair import MAX_CELLS, SourceCell, repair

SOURCE = (
    SourceCell("setup", "code", "import numpy as np", False, False, True),
    SourceCell("mse", "code", "STUB", False, True, False),
    SourceCell("mse-check", "code", "check(mse)", False, False, True),
    SourceCell("mse-value", "code", "TEST", True, False, True, 2.0),
    SourceCell("huber", "code", "STUB", False, True, False),
    SourceCell("huber-value", "code", "TEST", True, False, True, 2.0),
    SourceCell("derivation", "markdown", "WRITE", True, True, False, 4.0),
)

SETUP = code("import evil", "setup", locked=True)
MSE = code("MSE", "mse", solution=True)
MSE_CHECK = code("check(mse)", "mse-check", locked=True)
MSE_TEST = code("pass", "mse-value", grade=True, points=2)
HUBER = code("HUBER", "huber", solution=True)
HUBER_TEST = code("pass", "huber-value", grade=True, points=2)
WORDS = {
    **code("words", "derivation", solution=True, grade=True, points=4),
    "cell_type": "markdown",
}
ALL = (SETUP, MSE, MSE_CHECK, MSE_TEST, HUBER, HUBER_TEST, WORDS)


def run_names(*cells):
    return [source for _, source in repair(notebook(*cells), SOURCE).cells]


def test_an_untouched_notebook_has_no_flags():
    repaired = repair(notebook(*ALL), SOURCE)
    assert repaired.flags == ()
    assert repaired.missing == ()
    assert repaired.readable
    assert repaired.cells == [("setup", "import numpy as np"), ("mse", "MSE"), ("huber", "HUBER")]


def test_locked_cells_come_from_the_course_and_tests_do_not_run():
    assert "import evil" not in run_names(*ALL)
    assert "pass" not in run_names(*ALL)


def test_extra_cells_stay_in_their_place():
    assert run_names(SETUP, code("A"), MSE, code("B"), HUBER) == [
        "import numpy as np", "A", "MSE", "B", "HUBER",
    ]  # fmt: skip


def test_cells_before_the_tests_count_for_an_exercise_and_later_ones_do_not():
    repaired = repair(
        notebook(SETUP, MSE, code("B"), MSE_TEST, code("C"), HUBER, HUBER_TEST), SOURCE
    )
    assert [s for _, s in repaired.cells[: repaired.upto("mse")]] == [
        "import numpy as np",
        "MSE",
        "B",
    ]
    assert repaired.upto("huber") == len(repaired.cells)


def test_a_test_cell_moved_to_the_top_does_not_starve_its_exercise():
    repaired = repair(notebook(MSE_TEST, SETUP, MSE, HUBER, HUBER_TEST), SOURCE)
    names = [i for i, _ in repaired.cells[: repaired.upto("mse")]]
    assert names == ["setup", "mse"]


def test_deleted_locked_cells_are_put_back():
    repaired = repair(notebook(MSE, HUBER, WORDS), SOURCE)
    assert [p.id for p in repaired.pieces] == [c.id for c in SOURCE]
    assert repaired.cells[0] == ("setup", "import numpy as np")
    assert "Test cells were deleted (2); they count all the same." in repaired.flags


def test_a_missing_solution_cell_is_named():
    repaired = repair(notebook(SETUP, HUBER, HUBER_TEST, WORDS, MSE_TEST), SOURCE)
    assert repaired.missing == ("mse",)
    assert any("mse is missing" in flag for flag in repaired.flags)


def test_a_cell_that_lost_its_label_runs_as_an_extra():
    assert "MSE" in run_names(SETUP, code("MSE"), HUBER)


def test_a_retyped_solution_cell_is_code_again():
    repaired = repair(notebook(SETUP, {**MSE, "cell_type": "markdown"}, *ALL[2:]), SOURCE)
    assert ("mse", "MSE") in repaired.cells
    assert repaired.flags == ("The cell mse was turned into markdown; it counts as code.",)


def test_of_duplicates_the_last_counts_and_the_first_is_an_extra():
    again = code("MSE2", "mse", solution=True)
    repaired = repair(notebook(*ALL, again, MSE_TEST), SOURCE)
    assert [i for i, _ in repaired.cells] == ["setup", "extra-1", "huber", "mse"]
    assert dict(repaired.cells)["mse"] == "MSE2"
    assert sum("more than once" in flag for flag in repaired.flags) == 2


def test_of_copies_of_what_answers_build_on_the_first_counts():
    """A copy of the imports at the end must not move them there."""
    repaired = repair(notebook(*ALL, SETUP), SOURCE)
    assert [i for i, _ in repaired.cells] == ["setup", "mse", "huber"]
    assert repaired.flags == ("The cell setup is there more than once; the first one counts.",)


def test_a_test_cell_with_code_in_it_never_runs():
    bad = code("points = 100", "mse-value", solution=True, grade=False)
    assert "points = 100" not in run_names(SETUP, MSE, bad, HUBER)


def test_an_unknown_label_is_flagged_and_the_code_runs():
    repaired = repair(notebook(*ALL, code("Z", "mine", solution=True)), SOURCE)
    assert "Z" in [s for _, s in repaired.cells]
    assert any("'mine'" in flag for flag in repaired.flags)


def test_sources_as_lists_of_lines():
    assert "a\nb" in run_names(SETUP, {**code(""), "source": ["a\n", "b"]})


V3 = {
    "nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""},
    "worksheets": [{"metadata": {}, "cells": [
        {"cell_type": "code", "input": "MSE", "language": "python", "outputs": [], "collapsed": False,
         "metadata": {"nbgrader": {"grade_id": "mse", "solution": True}}, "prompt_number": 1}]}],
}  # fmt: skip


def test_format_3_is_converted():
    repaired = repair(json.dumps(V3).encode(), SOURCE)
    assert dict(repaired.cells)["mse"] == "MSE"
    assert repaired.flags[0] == "The notebook is in the old format 3; it was converted."


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"<html>", "not JSON"),
        (b"\xff\xfe\x00\x01", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'{"a":' * 100_000, "not JSON"),
        (b"null", "not a notebook"),
        (b"[1, 2]", "not a notebook"),
        (b"{}", "no cells"),
        (b'{"cells": 5, "nbformat": 4}', "no cells"),
        (b'{"cells": [], "nbformat": 4}', "no cells"),
        (b'{"cells": [1, null, "x"], "nbformat": 4}', "no cells"),
        (b'{"nbformat": 3, "worksheets": 7}', "old format"),
        (notebook(code("x" * 2**21)), "characters of code"),
        (b" " * (51 * 2**20), "51 MB"),
        (b"\x00" * 1000, "not JSON"),
        (b"1e999999", "not a notebook"),
        (b"9" * 10_000, "not JSON"),
    ],
)
def test_what_cannot_be_read_says_why(data, says):
    repaired = repair(data, SOURCE)
    assert not repaired.readable
    assert repaired.cells == []
    assert len(repaired.flags) == 1
    assert says in repaired.flags[0]
    assert repaired.missing == ("mse", "huber", "derivation")


@pytest.mark.parametrize(
    "cell",
    [
        {}, {"cell_type": 5}, {"cell_type": "code"}, {"cell_type": "code", "source": 7},
        {"cell_type": "code", "source": [1, None, "ok"]}, {"cell_type": "code", "metadata": 3},
        {"cell_type": "code", "metadata": {"nbgrader": 3}},
        {"cell_type": "code", "metadata": {"nbgrader": {"grade_id": ["mse"]}}},
        {"cell_type": "code", "metadata": {"nbgrader": {"grade_id": ""}}},
        {"cell_type": "code", "source": "\ud800"},
    ],
)  # fmt: skip
def test_odd_cells_do_no_harm(cell):
    repaired = repair(notebook(*ALL, cell), SOURCE)
    assert ("mse", "MSE") in repaired.cells
    for _, source in repaired.cells:
        source.encode()


def test_too_many_cells_are_cut():
    repaired = repair(notebook(*ALL, *[code("1")] * MAX_CELLS), SOURCE)
    assert len(repaired.pieces) == MAX_CELLS
    assert any("the first 2000 count" in flag for flag in repaired.flags)


def test_a_byte_order_mark_is_no_trouble():
    assert repair(b"\xef\xbb\xbf" + notebook(*ALL), SOURCE).flags == ()
