"""Grades as CSV, through the gradebook, quoted."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TextIO

from autograde.feedback import number
from autograde.grading.classroom import open_course
from autograde.grading.standing import Standing, standings

COLUMNS = ("student", "name", "assignment", "exercise", "aspect", "points", "max", "note")


def export_csv(course_dir: str | Path, out: TextIO, assignment: str | None = None) -> int:
    """Write one line per grade cell and a total per submission; the number of submissions.

    The columns are those of ``COLUMNS``; in a total, exercise is "total" and the note says
    what was taken off for lateness. ``out`` must be opened with newline="".
    """
    classroom = open_course(course_dir)
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(COLUMNS)
    count = 0
    for name in classroom.chosen(assignment):
        for standing in standings(classroom, name):
            count += 1
            for row in _rows(standing):
                writer.writerow([defused(value) for value in row])
    return count


def _rows(standing: Standing) -> list[tuple[str, ...]]:
    who = (standing.student, standing.name, standing.assignment)
    rows = []
    for cell in standing.cells:
        note = "by hand" if cell.by_hand else "waits for a person" if cell.waiting else ""
        points = (number(cell.score), number(cell.max_score))
        rows.append((*who, cell.exercise, cell.aspect, *points, note))
    note = f"late, {number(standing.penalty)} taken off" if standing.penalty else ""
    if standing.seconds_late and not standing.penalty:
        note = "late"
    total = (number(standing.score), number(standing.max_score))
    return [*rows, (*who, "total", "", *total, note)]


def defused(text: str) -> str:
    """``text`` that a spreadsheet shows and does not run: = + - @ begin a formula.

    Numbers stay numbers.
    """
    if text[:1] in "=+-@\t\r\n" and text:
        try:
            float(text)
        except ValueError:
            return "'" + text
    return text
