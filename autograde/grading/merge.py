"""Bring a newer source notebook into a course without losing what the instructor changed.

A three-way merge by cells. Every cell of ours has an id that stays, so a cell can be
followed through moves; what the instructor wrote wins, and is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode


@dataclass
class Merged:
    """The merged notebook, and what a person should know of it."""

    notebook: NotebookNode
    notes: list[str] = field(default_factory=list)


def merge(base: NotebookNode, local: NotebookNode, fresh: NotebookNode) -> Merged:
    """``fresh``, with the changes that lead from ``base`` to ``local``.

    A cell that was changed here stays as it is here, one that was added stays after its
    neighbour, one that was deleted stays deleted. Where both sides changed a cell, the local
    one counts and a note says so.
    """
    was, here, now = _by_id(base), _by_id(local), _by_id(fresh)
    merged = Merged(fresh.copy())
    cells: list[NotebookNode] = []
    for name, cell in now.items():
        if name in was and name not in here:
            merged.notes.append(f"{name} was deleted here and stays out")
        elif name in here and _changed(was.get(name), here[name]):
            kept = here[name].copy()
            if name not in was or _changed(was[name], cell):
                merged.notes.append(f"{name} changed here and in the book; yours was kept")
            else:
                merged.notes.append(f"{name} changed here and was kept")
            cells.append(kept)
        else:
            cells.append(cell)
    order = list(here)
    for name, cell in here.items():
        if name not in now and name not in was:
            cells.insert(_place(cells, order, name), cell)
            merged.notes.append(f"{name} was added here and was kept")
        elif name not in now and _changed(was[name], cell):
            merged.notes.append(f"{name} changed here, but it is not asked any more")
    merged.notebook.cells = cells
    return merged


def _by_id(notebook: NotebookNode) -> dict[str, NotebookNode]:
    """Cells by what they are known by: the label if there is one, else the id."""
    found = {}
    for position, cell in enumerate(notebook.cells):
        label = cell.metadata.get("nbgrader", {}).get("grade_id")
        found[label or cell.get("id") or f"cell {position}"] = cell
    return found


def _changed(before: NotebookNode | None, after: NotebookNode) -> bool:
    return before is None or _content(before) != _content(after)


def _content(cell: NotebookNode) -> tuple[Any, ...]:
    """What a person can change: the kind, the text, the grading. Not outputs or counts."""
    label = cell.metadata.get("nbgrader", {})
    graded = (label.get("grade", False), label.get("points"), label.get("solution", False))
    return cell.cell_type, cell.source.strip(), graded


def _place(cells: Sequence[NotebookNode], order: Sequence[str], name: str) -> int:
    """Where a cell that only the local notebook has goes: after its neighbour there."""
    known = {}
    for position, cell in enumerate(cells):
        known[cell.metadata.get("nbgrader", {}).get("grade_id") or cell.get("id")] = position
    for before in reversed(order[: order.index(name)]):
        if before in known:
            return known[before] + 1
    return 0
