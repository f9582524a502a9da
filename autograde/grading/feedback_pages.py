"""A page for each learner: what was earned, what fails first, which mistake it is.

Made from the record and the gradebook, not from the notebook: there is no test code and
no hidden question in it.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from autograde.feedback import from_dict, number, render_html
from autograde.grading.classroom import open_course
from autograde.grading.pages import esc, page
from autograde.grading.standing import CellScore, Standing, standings


def write_feedback(
    course_dir: str | Path, assignment: str | None = None, base: str | None = None
) -> list[Path]:
    """Write ``feedback/<student>/<assignment>/<assignment>.html`` for everyone graded.

    ``base`` is the address of the book, for links to its pages; without it there are none.
    """
    classroom = open_course(course_dir)
    written = []
    for name in classroom.chosen(assignment):
        for standing in standings(classroom, name):
            if standing.record is None:
                continue
            folder = classroom.folder("feedback", standing.student, name)
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / f"{name}.html"
            path.write_text(feedback_page(standing, base), encoding="utf-8")
            written.append(path)
    return written


def feedback_page(standing: Standing, base: str | None = None) -> str:
    """The page of one student in one assignment."""
    base = base if base is None else f"{base.rstrip('/')}/"
    record = standing.record or {"exercises": {}, "flags": []}
    parts = [
        f"<h1>{esc(standing.assignment.replace('_', ' ').capitalize())}</h1>",
        f'<p class="dim">{esc(standing.name)}</p>',
        f"<p><strong>{number(standing.score)} of {number(standing.max_score)} points</strong>"
        f"{_late(standing)}{_waiting(standing)}</p>",
    ]
    if record["flags"]:
        items = "".join(f"<li>{esc(flag)}</li>" for flag in record["flags"])
        parts.append(f"<h2>About the file</h2><ul>{items}</ul>")
    by_exercise: dict[str, list[CellScore]] = {}
    for cell in standing.cells:
        by_exercise.setdefault(cell.exercise, []).append(cell)
    for slug, data in record["exercises"].items():
        shown = render_html(from_dict(data), base)
        parts.append(
            f'<section class="card">{shown}{_by_people(standing, slug, by_exercise)}</section>'
        )
    for exercise, cells in by_exercise.items():
        if exercise not in record["exercises"]:
            parts.append(_hand_graded(standing, exercise, cells))
    return page(f"{standing.assignment}: {standing.name}", "\n".join(parts))


def _late(standing: Standing) -> str:
    if not standing.seconds_late:
        return ""
    late = timedelta(seconds=round(standing.seconds_late))
    off = f", {number(standing.penalty)} points taken off" if standing.penalty else ""
    return f" (late by {esc(late)}{off})"


def _waiting(standing: Standing) -> str:
    return ". A person has still to look at part of it." if standing.waiting else ""


def _by_people(standing: Standing, slug: str, cells: dict[str, list[CellScore]]) -> str:
    """Scores that a person changed, and a person's comment, under the automatic verdict."""
    parts = [
        f"<p>{esc(c.aspect)}: {number(c.score)} of {number(c.max_score)} points, set by hand.</p>"
        for c in cells.get(slug, [])
        if c.by_hand
    ]
    return "".join(parts) + _comment(standing, slug)


def _comment(standing: Standing, cell: str) -> str:
    text = standing.comments.get(cell)
    return f"<p>Comment:</p><pre>{esc(text)}</pre>" if text else ""


def _hand_graded(standing: Standing, exercise: str, cells: list[CellScore]) -> str:
    earned = sum(c.score for c in cells)
    most = sum(c.max_score for c in cells)
    state = (
        "not graded yet"
        if any(c.waiting for c in cells)
        else f"{number(earned)} of {number(most)} points"
    )
    title = esc(exercise.replace("_", " ").capitalize())
    return (
        f'<section class="card"><p><strong>{title}</strong>: {state}</p>'
        f"{_comment(standing, exercise)}</section>"
    )
