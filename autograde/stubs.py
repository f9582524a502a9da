"""Notebooks and stubs, derived from the instructor's source in ``solutions/``.

Statement, stub and answer of an exercise are written once, in
``solutions/<chapter>.md``. Everything that a learner sees is made from it here: the
release notebook, the stub in the page. Needs jupytext and nbgrader; not part of the
wheel.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jupytext
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from autograde.exercise import Exercise
from autograde.exercises import chapter as exercises_of
from autograde.exercises import get
from autograde.feedback import number

SOLUTIONS = Path(__file__).resolve().parent.parent / "solutions"
#: In the public tree: the same sources with stubs in place of the answers.
STATEMENTS = SOLUTIONS.with_name("statements")
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
STUB = "# YOUR CODE HERE\nraise NotImplementedError()"
_REGION = re.compile(rf"^([ \t]*){BEGIN}\n.*?^[ \t]*{END}[ \t]*$", re.S | re.M)


def source_path(chapter: str) -> Path:
    """The instructor's source of a chapter; FileNotFoundError says where it should be."""
    path = SOLUTIONS / f"{chapter}.md"
    if not SOLUTIONS.is_dir() and STATEMENTS.is_dir():
        path = STATEMENTS / path.name
    if not path.is_file():
        raise FileNotFoundError(
            f"stubs: no solutions for the chapter {chapter!r}; expected {path}. "
            "Grading needs the instructor's checkout, not only the wheel."
        )
    return path


def grade_id(cell: NotebookNode) -> str:
    """The nbgrader id of a cell, or the empty string."""
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def chapter_notebook(chapter: str, seed: str | None = None) -> NotebookNode:
    """The instructor's notebook with solutions, check cells and grade cells.

    ``seed`` is the course's secret; with it each grade cell gets a hidden region that
    asks the hidden questions. Without it only the visible ones are asked.
    """
    notebook = jupytext.read(source_path(chapter))
    exercises = {exercise.slug: exercise for exercise in exercises_of(chapter)}
    cells, met = [], set()
    for cell in notebook.cells:
        cells.append(cell)
        exercise = exercises.get(grade_id(cell))
        if exercise:
            met.add(exercise.slug)
            cells.append(_check_cell(exercise))
            cells += [_grade_cell(exercise, aspect, seed) for aspect in exercise.points]
    if met != set(exercises):
        missing = ", ".join(sorted(set(exercises) - met))
        raise ValueError(f"stubs: {source_path(chapter).name} has no cell for {missing}")
    notebook.cells = cells
    for cell in cells:
        cell["id"] = _cell_id(cell, cells)
    notebook.metadata = NotebookNode(
        kernelspec={"display_name": "Python 3", "language": "python", "name": "python3"},
        language_info={"name": "python"},
        lossbook={"chapter": chapter, "version": 1},
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def release_notebook(chapter: str) -> NotebookNode:
    """What a learner gets: stubs instead of solutions, no hidden questions."""
    notebook = chapter_notebook(chapter)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = without_solution(cell.source, cell.cell_type)
    return notebook


def without_solution(source: str, cell_type: str = "code") -> str:
    """``source`` with each solution region replaced by the stub, as nbgrader does it."""
    text = STUB if cell_type == "code" else "YOUR ANSWER HERE"

    def stub(match: re.Match[str]) -> str:
        return "\n".join(match[1] + line for line in text.split("\n"))

    cleared = _REGION.sub(stub, source)
    if BEGIN in cleared or END in cleared:
        raise ValueError(f"stubs: an unclosed solution region in\n{source[:200]}")
    return cleared


def statements(chapter: str) -> str:
    """The instructor's source of a chapter with stubs in place of the answers."""
    notebook = jupytext.read(source_path(chapter))
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = without_solution(cell.source, cell.cell_type)
    return jupytext.writes(notebook, fmt="md:myst")


def solution_lines(chapter: str) -> set[str]:
    """The lines that only an answer has: what the leak scan looks for."""
    lines: set[str] = set()
    for cell in jupytext.read(source_path(chapter)).cells:
        for match in _REGION.finditer(cell.source):
            lines |= {line.strip() for line in match[0].split("\n")}
    return {line for line in lines if len(line) >= 24 and not line.startswith("###")}


def page_data(slug: str) -> dict[str, Any]:
    """What the page of an exercise shows: statement (MyST), stub, hints, points."""
    exercise = get(slug)
    notebook = jupytext.read(source_path(exercise.chapter))
    cells = {grade_id(cell): cell.source for cell in notebook.cells if grade_id(cell)}
    return {
        "slug": slug,
        "title": exercise.title,
        "chapter": exercise.chapter,
        "functions": list(exercise.functions),
        "statement": cells[f"{slug}-statement"],
        "stub": without_solution(cells[slug]) + "\n",
        "hints": list(exercise.hints),
        "points": exercise.total,
        "aspects": [{"name": n, "points": p} for n, p in exercise.points.items()],
    }


def _check_cell(exercise: Exercise) -> NotebookNode:
    name = next(iter(exercise.functions))
    return _code(f"check({name})", f"{exercise.slug}-check", grade=False)


def _grade_cell(exercise: Exercise, aspect: str, seed: str | None) -> NotebookNode:
    points = exercise.points[aspect]
    ask = f'verify("{exercise.slug}", "{aspect}", globals()'
    lines = [
        f"# {exercise.title}, {aspect}: {number(points)} point{'s' if points != 1 else ''}.",
        "# The questions that you can see; the grader asks the same kinds with other numbers.",
        "from autograde import verify",
        f"{ask})",
    ]
    if seed is not None:
        lines += ["### BEGIN HIDDEN TESTS", f'{ask}, seed="{seed}")', "### END HIDDEN TESTS"]
    cell = _code("\n".join(lines), f"{exercise.slug}-{aspect}", grade=True)
    cell.metadata["nbgrader"]["points"] = points
    return cell


def _code(source: str, name: str, grade: bool) -> NotebookNode:
    meta = {
        "schema_version": 3,
        "grade": grade,
        "solution": False,
        "locked": True,
        "task": False,
        "grade_id": name,
    }
    return new_code_cell(source, metadata={"nbgrader": NotebookNode(meta)})


def _cell_id(cell: NotebookNode, cells: list[NotebookNode]) -> str:
    """A stable id, so that two builds of one source give the same file."""
    return (grade_id(cell) or f"text-{cells.index(cell)}")[:64]
