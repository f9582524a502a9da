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

from autograde.assemble import Source, assemble, grade_id
from autograde.exercises import chapter as exercises_of
from autograde.exercises import get

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


def chapter_notebook(chapter: str, seed: str | None = None) -> NotebookNode:
    """The instructor's notebook with solutions, check cells and grade cells.

    ``seed`` is the course's secret; with it each grade cell gets a hidden region that
    asks the hidden questions. Without it only the visible ones are asked.
    """
    parts = Source(source_path(chapter)).parts()
    slugs = {exercise.slug for exercise in exercises_of(chapter)}
    if missing := slugs - {part.id for part in parts}:
        raise ValueError(
            f"stubs: {source_path(chapter).name} has no cell for {', '.join(sorted(missing))}"
        )
    return assemble(parts, name=chapter, seed=seed)


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
