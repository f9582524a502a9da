"""``validate NOTEBOOK``: what a learner runs before handing in.

The same runner as the grader's, the visible questions only, and the same words as check.
Needs neither nbgrader nor the instructor's sources.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, TextIO

from autograde.exercise import Exercise
from autograde.exercises import ORDER, OWN, adopt_folder, get, is_known
from autograde.exercises import chapter as exercises_of
from autograde.feedback import render_text
from autograde.grading.judge import Bench, Paper, written_id
from autograde.grading.repair import MAX_BYTES, Repaired, SourceCell, repair, source_cells
from autograde.personal import learner_id, of_hub

RIGHT, WRONG, UNREADABLE = 0, 1, 2


def validate(path: str | Path, out: TextIO | None = None) -> int:
    """Print what check would print for each exercise; 0 all right, 1 not, 2 unreadable.

    The notebook runs on the learner's own machine as the learner's own process.
    """
    out = out or sys.stdout
    path = Path(path)
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        print(f"validate: wants a notebook; {path} cannot be read: {error.strerror}.", file=out)
        return UNREADABLE
    assignment, source = _asked(data, path.parent / OWN)
    repaired = repair(data, source)
    for flag in repaired.flags:
        print(f"Note: {flag}", file=out)
    if not repaired.readable:
        return UNREADABLE
    if not assignment:
        print(
            "Note: The notebook does not say what it asks. Begin from the one you were given.",
            file=out,
        )
        return UNREADABLE
    try:
        own = _whose(repaired)
        bench = Bench(Paper(assignment, source, seed=None, unsafe=True, **own))
    except ValueError as error:
        print(f"validate: {error}", file=out)
        return UNREADABLE
    try:
        examined, _ = bench.examine(repaired)
    finally:
        bench.close()
    for slug, (feedback, result) in examined.items():
        print(f"\n{render_text(replace(feedback, printed=result.printed))}", file=out)
        if result.status != "ok":
            print(f"{slug}: {result.status}. {result.why}.", file=out)
    right = sum(feedback.status == "right" for feedback, _ in examined.values())
    print(f"\n{right} of {len(examined)} exercises are right.", file=out)
    return RIGHT if right == len(examined) and not repaired.flags else WRONG


_KEY = re.compile(r'^constants\("([A-Za-z0-9_]+)", "([0-9a-f-]+)"\)$', re.M)


def _whose(repaired: Repaired) -> dict[str, Any]:
    """Whose constants to ask with, if the notebook shows some; WhoError if nobody knows."""
    cells = [piece.source for piece in repaired.pieces if piece.cell_type == "code"]
    keys = dict(match.groups() for cell in cells for match in _KEY.finditer(cell))
    if not keys:
        return {}
    student = learner_id(written_id(cells) or of_hub())
    return {"keys": tuple(keys.items()), "student": student}


def _asked(data: bytes, folder: Path) -> tuple[str, tuple[SourceCell, ...]]:
    """The assignment of a notebook, "" if it does not say, and the cells that it must have.

    ``folder`` may hold exercises that are not of the book.
    """
    try:
        notebook: Any = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError, MemoryError):
        notebook = {}
    name, exercises = _exercises(notebook, {e.slug for e in adopt_folder(folder)})
    own = {cell.id: cell for cell in _labelled(notebook)}
    wanted: list[SourceCell] = []
    for exercise in exercises:
        slug = exercise.slug
        wanted.append(SourceCell(slug, "code", "", grade=False, solution=True, locked=False))
        for aspect, points in exercise.points.items():
            cell = own.get(f"{slug}-{aspect}")
            worth = cell.points if cell and cell.points > 0 else points
            wanted.append(SourceCell(f"{slug}-{aspect}", "code", "", True, False, True, worth))
    asked = {cell.id for cell in wanted}
    return name, (*(cell for cell in own.values() if cell.id not in asked), *wanted)


def _exercises(notebook: Any, own: set[str]) -> tuple[str, list[Exercise]]:
    """What a notebook says that it asks, or what its cells say. No name if neither says it."""
    try:
        ours = notebook["metadata"]["lossbook"]
        name, slugs = ours.get("assignment", ours.get("chapter")), ours.get("exercises")
    except (KeyError, TypeError, AttributeError):
        name, slugs = None, None
    if isinstance(name, str) and isinstance(slugs, list):
        known = [s for s in slugs if isinstance(s, str) and (is_known(s) or s in own)]
        if known:
            return name, [get(slug) for slug in dict.fromkeys(known)]
    if isinstance(name, str) and name in ORDER:
        return name, list(exercises_of(name))
    cells = [c.id for c in _labelled(notebook) if c.solution and (is_known(c.id) or c.id in own)]
    asked = [get(slug) for slug in dict.fromkeys(cells)]
    return (asked[0].chapter, asked) if asked else ("", [])


def _labelled(notebook: Any) -> tuple[SourceCell, ...]:
    """The cells that the notebook itself says are tracked; none if it is malformed."""
    try:
        return source_cells(notebook)
    except (KeyError, TypeError, ValueError, AttributeError):
        return ()
