"""Notebooks from parts: which questions an assignment asks, in which order, for how much.

The instructor's sources in ``solutions/`` are chapters. A chapter is an opening and one
section per question; a section begins with its heading. An assignment is any choice of
sections, of one chapter or of several. Needs jupytext; not part of the wheel.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import jupytext
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from autograde.exercise import Exercise
from autograde.exercises import get, is_known
from autograde.feedback import number
from autograde.personal import constants_cell, public_key, spoken

_HEADING = re.compile(r"^## (?:\d+\. )?", re.M)
#: The cell near the top in which learners say who they are, if anything is drawn for them.
WHO = """\
# Your id in this course, between the quotes; on a JupyterHub leave them empty.
# Some numbers below are yours alone: they are drawn from this id, and graded for it.
from autograde import learner

learner("")"""
_OWN_CONSTANTS = """

**Your own numbers.** In this course every learner has other values of {names}.
The next cell prints yours.
Write them into your answer wherever the statement or the stub has a number for them; the examples above keep theirs.
You are asked and graded with yours."""
_COUNTS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")


def grade_id(cell: NotebookNode) -> str:
    """The nbgrader id of a cell, or the empty string."""
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


@dataclass(frozen=True)
class Part:
    """One question: the source that has it, its id, and its points if not the usual ones."""

    source: Path
    id: str
    points: float | None = None

    @property
    def exercise(self) -> Exercise | None:
        """None for a question that a person grades."""
        if not is_known(self.id):
            return None
        exercise = get(self.id)
        if self.points is None:
            return exercise
        return replace(exercise, points=scaled(exercise.points, self.points))

    @property
    def total(self) -> float:
        """The points that this part is worth."""
        if self.points is not None:
            return self.points
        if self.exercise:
            return self.exercise.total
        return float(Source(self.source).cell(self.id).metadata["nbgrader"]["points"])


class Source:
    """One instructor's source: what is before the first question, and the questions by id."""

    def __init__(self, path: Path) -> None:
        self.path = path
        read = jupytext.read(path, fmt="md:myst").cells
        self.cells: list[NotebookNode] = [part for cell in read for part in _split(cell)]

    @cached_property
    def _sections(self) -> list[list[NotebookNode]]:
        sections: list[list[NotebookNode]] = [[]]
        for cell in self.cells:
            if cell.cell_type == "markdown" and _HEADING.match(cell.source):
                sections.append([])
            sections[-1].append(cell)
        return sections

    @property
    def opening(self) -> list[NotebookNode]:
        return self._sections[0]

    @cached_property
    def sections(self) -> dict[str, list[NotebookNode]]:
        """The cells of each question. Its id is that of the cell with the answer."""
        found = {}
        for cells in self._sections[1:]:
            answers = [c for c in cells if c.metadata.get("nbgrader", {}).get("solution")]
            if len(answers) != 1:
                raise ValueError(
                    f"{self.path.name}: each section has one cell for the answer; "
                    f"{cells[0].source.splitlines()[0]!r} has {len(answers)}."
                )
            found[grade_id(answers[0])] = cells
        return found

    def cell(self, name: str) -> NotebookNode:
        """The cell with this id; ValueError if there is none."""
        for cell in self.cells:
            if grade_id(cell) == name:
                return cell
        raise ValueError(f"{self.path.name}: no cell {name!r}; it has {', '.join(self.sections)}.")

    def parts(self) -> tuple[Part, ...]:
        """Every question, in order."""
        return tuple(Part(self.path, name) for name in self.sections)


def _split(cell: NotebookNode) -> list[NotebookNode]:
    """Text that runs on into the heading of a question, without a cell between, is two cells."""
    if cell.cell_type != "markdown" or grade_id(cell):
        return [cell]
    texts = re.split(r"\n+(?=## )", cell.source)
    return [cell] if len(texts) == 1 else [new_markdown_cell(text) for text in texts]


def scaled(points: Mapping[str, float], total: float) -> dict[str, float]:
    """``points`` by aspect, in the same proportions, with the sum ``total`` exactly.

    Hundredths of a point; what rounding leaves over goes to the first aspect.
    """
    if not total > 0:
        raise ValueError(f"points: must be more than 0; got {total:g}.")
    whole = sum(points.values())
    shares = {name: round(total * share / whole, 2) for name, share in points.items()}
    first = next(iter(shares))
    shares[first] = round(total - sum(v for n, v in shares.items() if n != first), 2)
    if min(shares.values()) <= 0:
        raise ValueError(
            f"points: {total:g} is too little to divide among {len(points)} aspects "
            f"({', '.join(points)}); give at least {len(points) / 50:g}."
        )
    return shares


def assemble(
    parts: Sequence[Part],
    title: str | None = None,
    name: str = "",
    seed: str | None = None,
    per_student: bool = False,
) -> NotebookNode:
    """The instructor's notebook of ``parts``: answers, check cells, grade cells.

    The questions of one whole chapter keep its own opening, unless there is a ``title``; any
    other choice gets an opening that counts them and holds the conventions of its chapters.
    ``name`` is that of the assignment. With ``seed``, the secret of the course, each grade cell
    has a hidden region that asks the hidden questions. With ``per_student`` as well, exercises
    that declare constants are asked with each learner's own. ValueError for a question that its
    source does not have.
    """
    sources = {part.source: Source(part.source) for part in parts}
    drawing = [part.exercise for part in parts if part.exercise and part.exercise.constants]
    secret = seed if per_student else None
    keys = {e.slug: public_key(secret, e.slug, e.constants) for e in drawing if secret}
    cells = _opening(parts, sources, title)
    if keys:
        cells.append(new_code_cell(WHO))
    taken: set[str] = set()
    for count, part in enumerate(parts, 1):
        sections = sources[part.source].sections
        if part.id not in sections:
            raise ValueError(
                f"{part.source.name}: no question {part.id!r}; it has {', '.join(sections)}."
            )
        if part.exercise is None and sources[part.source].cell(part.id).cell_type == "code":
            raise ValueError(
                f"{part.source.name}: {part.id} asks for code, but there is no exercise record "
                "of that name, so nothing could grade it."
            )
        section = _section(part, sections[part.id], count, taken)
        cells += _with_constants(section, part, keys[part.id]) if part.id in keys else section
    finished = [cell for cell in cells for cell in (cell, *_after(cell, parts, seed, keys))]
    notebook = jupytext.reads("", fmt="md")
    notebook.cells = finished
    for position, cell in enumerate(finished):
        cell["id"] = _cell_id(cell, finished[position + 1 :])
    chapter = parts[0].source.stem if len(sources) == 1 else ""
    notebook.metadata = NotebookNode(
        kernelspec={"display_name": "Python 3", "language": "python", "name": "python3"},
        language_info={"name": "python"},
        lossbook={
            "assignment": name or chapter,
            "exercises": [part.id for part in parts if part.exercise],
            "version": 2,
        },
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


# -- the opening ---------------------------------------------------------------------


def _opening(
    parts: Sequence[Part], sources: Mapping[Path, Source], title: str | None
) -> list[NotebookNode]:
    first = next(iter(sources.values()))
    setup = [c for s in sources.values() for c in s.opening if c.cell_type == "code"][:1]
    whole = len(sources) == 1 and {p.id for p in parts} == set(first.sections)
    if whole and title is None:
        return list(first.opening)
    texts = {path: _paragraphs(source) for path, source in sources.items()}
    names = {path: text[0].removeprefix("# ") for path, text in texts.items()}
    count = _COUNTS[len(parts)] if len(parts) < len(_COUNTS) else str(len(parts))
    heading = title or " and ".join(names.values())
    opening = [f"# {heading}", f"{count} question{'s' if len(parts) != 1 else ''}."]
    said: set[str] = set()
    for path, (_, _, *rest) in texts.items():
        fresh = [text for text in rest if text not in said]
        said |= set(fresh)
        if len(texts) > 1 and fresh:
            fresh[-1] = f"**{names[path]}.** {fresh[-1]}"
        opening += fresh
    setup = setup or [
        _code("import numpy as np\nfrom autograde import check", "setup", grade=False)
    ]
    return [new_markdown_cell("\n\n".join(opening)), *setup]


def _paragraphs(source: Source) -> list[str]:
    """Heading, the sentence that counts the questions, then what holds for all of them."""
    text = "\n".join(c.source for c in source.opening if c.cell_type == "markdown")
    found = [part.strip() for part in text.split("\n\n") if part.strip()]
    return found if len(found) > 1 else [*found, ""] if found else [f"# {source.path.stem}", ""]


# -- one question --------------------------------------------------------------------


def _section(
    part: Part, cells: Iterable[NotebookNode], count: int, taken: set[str]
) -> list[NotebookNode]:
    """The cells of one question, numbered; each label only once in a notebook."""
    own = [copy.deepcopy(cell) for cell in cells]  # the source may be asked again
    own[0].source = _HEADING.sub(f"## {count}. ", own[0].source, count=1)
    for cell in own:
        name = grade_id(cell)
        if not name:
            continue
        if name in taken:
            if part.exercise:
                raise ValueError(f"{part.source.name}: {name} is asked twice in one assignment.")
            cell.metadata["nbgrader"]["grade_id"] = name = f"{part.source.stem}-{name}"
        taken.add(name)
        if part.points is not None and part.exercise is None:
            if cell.metadata["nbgrader"].get("grade"):
                cell.metadata["nbgrader"]["points"] = part.points
            else:
                told = rf"\g<1>{number(part.points)} points"
                cell.source = re.sub(r"(\()\d+ points", told, cell.source)
    return own


def _with_constants(cells: Sequence[NotebookNode], part: Part, key: str) -> Iterable[NotebookNode]:
    """The cells of one question, and before the answer the one that prints the constants."""
    listed = spoken([f"`{constant.name}`" for constant in part.exercise.constants])
    for cell in cells:
        if grade_id(cell) == f"{part.id}-statement":
            cell.source += _OWN_CONSTANTS.format(names=listed)
        if grade_id(cell) == part.id:
            show = f'constants("{part.id}", "{key}")'
            text = f"from autograde import constants\n\n{show}"
            yield _code(text, constants_cell(part.id), grade=False)
        yield cell


def _after(
    cell: NotebookNode, parts: Sequence[Part], seed: str | None, keys: Mapping[str, str]
) -> list[NotebookNode]:
    """The check and the grade cells that follow the answer of an exercise."""
    part = next((p for p in parts if p.id == grade_id(cell)), None)
    exercise = part.exercise if part else None
    if exercise is None:
        return []
    own = f', key="{keys[part.id]}"' if part.id in keys else ""
    grades = [_grade_cell(exercise, aspect, seed, own) for aspect in exercise.points]
    return [_check_cell(exercise, own), *grades]


def _check_cell(exercise: Exercise, own: str) -> NotebookNode:
    name = next(iter(exercise.functions))
    return _code(f"check({name}{own})", f"{exercise.slug}-check", grade=False)


def _grade_cell(exercise: Exercise, aspect: str, seed: str | None, own: str) -> NotebookNode:
    points = exercise.points[aspect]
    ask = f'verify("{exercise.slug}", "{aspect}", globals(){own}'
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


def _cell_id(cell: NotebookNode, following: Sequence[NotebookNode]) -> str:
    """An id that stays when other questions come or go: the label, or that of the next one."""
    if grade_id(cell):
        return grade_id(cell)[:64]
    near = next((grade_id(other) for other in following if grade_id(other)), "end")
    distance = next((n for n, other in enumerate(following) if grade_id(other)), 0)
    return f"text-{near}-{distance}"[:64]
