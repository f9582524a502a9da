"""From a submitted file, whatever it holds, to an ordered list of cells to run.

The course's own notebook says which cells there must be; the file says what the learner
wrote in them. Nothing here parses or runs learner code, and nothing raises: what cannot
be used becomes a flag, a sentence for the instructor.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

#: Larger files are not read. Twice what a notebook full of figures takes.
MAX_BYTES = 50 * 2**20
#: More code than this is not run, in characters and in cells.
MAX_SOURCE = 2**20
MAX_CELLS = 2000


#: How a cell that is not of the course is called: this and its index.
EXTRA = "extra-"


@dataclass(frozen=True)
class SourceCell:
    """A cell of the course's notebook that nbgrader tracks."""

    id: str
    cell_type: str
    source: str
    grade: bool
    solution: bool
    locked: bool
    points: float = 0.0

    @property
    def is_test(self) -> bool:
        return self.grade and not self.solution

    @property
    def runs(self) -> bool:
        """Locked code that answers may build on, such as the imports."""
        code = self.cell_type == "code" and not self.solution and not self.grade
        return code and not self.id.endswith("-check")

    @property
    def piece(self) -> Piece:
        """This cell as the course wrote it."""
        return Piece(self.id, self.cell_type, self.source, self.runs, self.is_test)


@dataclass(frozen=True)
class Piece:
    """One cell of the repaired notebook: its id in the course, or None for an extra."""

    id: str | None
    cell_type: str
    source: str
    runs: bool = False
    is_test: bool = False


@dataclass(frozen=True)
class Repaired:
    """What is graded: the cells in the learner's order, and what had to be mended.

    ``readable`` is False if there was no notebook at all; ``missing`` names solution
    cells that are not in it.
    """

    pieces: tuple[Piece, ...]
    flags: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    readable: bool = True

    @property
    def cells(self) -> list[tuple[str, str]]:
        """``(name, source)`` of the cells to run, in order."""
        return [
            (piece.id or f"{EXTRA}{index}", piece.source)
            for index, piece in enumerate(self.pieces)
            if piece.runs
        ]

    def upto(self, slug: str) -> int:
        """How many of ``cells`` come before the tests of exercise ``slug``."""
        count, solution, tests = 0, None, []
        for piece in self.pieces:
            count += piece.runs
            if piece.id == slug and piece.runs:
                solution = count
            elif piece.is_test and (piece.id or "").startswith(f"{slug}-"):
                tests.append(count)
        after = [n for n in tests if n >= (solution or 0)]
        return after[0] if after else (solution or count)


def source_cells(notebook: dict[str, Any]) -> tuple[SourceCell, ...]:
    """The tracked cells of the course's own notebook, in order."""
    cells = []
    for cell in notebook["cells"]:
        meta = cell.get("metadata", {}).get("nbgrader")
        if meta and meta.get("grade_id"):
            cells.append(
                SourceCell(
                    meta["grade_id"],
                    cell["cell_type"],
                    _text(cell["source"]),
                    bool(meta.get("grade")),
                    bool(meta.get("solution")),
                    bool(meta.get("locked")),
                    float(meta.get("points") or 0.0),
                )
            )
    return tuple(cells)


def repair(data: bytes, source: Iterable[SourceCell]) -> Repaired:
    """The submission in ``data``, mended by the cells of ``source``."""
    wanted = {cell.id: cell for cell in source}
    try:
        cells, flags = _read(data)
    except _Unreadable as error:
        return _nothing(wanted, str(error))
    counts: dict[str | None, int] = {}
    for index, cell in enumerate(cells):
        # Of what a learner writes the last copy counts; what others build on stays first.
        if cell.id in wanted and not (cell.id in counts and wanted[cell.id].runs):
            counts[cell.id] = index
    mending = _Mending(wanted, flags)
    pieces = [piece for n, cell in enumerate(cells) for piece in mending.mend(cell, n, counts)]
    pieces = mending.restore(pieces, set(counts))
    missing = tuple(i for i, c in wanted.items() if c.solution and i not in counts)
    for cell_id in missing:
        mending.flags.append(
            f"The cell {cell_id} is missing, or has lost its label; what other cells define counts."
        )
    return Repaired(tuple(pieces), tuple(dict.fromkeys(mending.flags)), missing)


def kin(data: bytes, ids: Iterable[str]) -> int:
    """How many of ``ids`` the cells of a file carry; 0 for what is no notebook."""
    try:
        cells, _ = _read(data)
    except _Unreadable:
        return 0
    return len({cell.id for cell in cells} & set(ids))


def unreadable(source: Iterable[SourceCell], reason: str) -> Repaired:
    """A submission of which nothing can be used, for ``reason``."""
    return _nothing({cell.id: cell for cell in source}, reason)


def cell_name(name: str) -> str:
    """A cell as people call it, from its name in :attr:`Repaired.cells`."""
    if name.startswith(EXTRA):
        return f"Cell {int(name.removeprefix(EXTRA)) + 1} of the file, which is an extra one,"
    return f"The cell {name}"


# -- reading ---------------------------------------------------------------------


class _Unreadable(Exception):
    pass


@dataclass(frozen=True)
class _Cell:
    id: str | None
    cell_type: str
    source: str


def _read(data: bytes) -> tuple[list[_Cell], list[str]]:
    if len(data) > MAX_BYTES:
        raise _Unreadable(
            f"The file has {len(data) / 2**20:.0f} MB; at most {MAX_BYTES // 2**20} are read."
        )
    if not data.strip():
        raise _Unreadable("The file is empty.")
    try:
        notebook = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError, MemoryError):
        raise _Unreadable("The file is not a notebook (not JSON).") from None
    flags: list[str] = []
    raw = _raw_cells(notebook, flags)
    cells = [_cell(item) for item in raw[:MAX_CELLS] if isinstance(item, dict)]
    if len(raw) > MAX_CELLS:
        flags.append(f"The notebook has {len(raw)} cells; the first {MAX_CELLS} count.")
    if len(raw[:MAX_CELLS]) > len(cells):
        flags.append("Some cells are not cells and were left out.")
    if not cells:
        raise _Unreadable("The notebook has no cells.")
    total = sum(len(cell.source) for cell in cells if cell.cell_type == "code")
    if total > MAX_SOURCE:
        raise _Unreadable(f"The notebook has {total} characters of code; at most {MAX_SOURCE}.")
    return cells, flags


def _raw_cells(notebook: Any, flags: list[str]) -> list[Any]:
    if not isinstance(notebook, dict):
        raise _Unreadable("The file is JSON, but not a notebook.")
    version = notebook.get("nbformat")
    if version in (2, 3):
        flags.append(f"The notebook is in the old format {version}; it was converted.")
        notebook = _converted(notebook)
    elif version != 4 and "cells" in notebook:
        flags.append(f"The notebook says nbformat {version!r:.20}; it was read as 4.")
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        raise _Unreadable("The file is JSON, but not a notebook (it has no cells).")
    return cells


def _converted(notebook: dict[str, Any]) -> dict[str, Any]:
    from nbformat import reads  # only for the rare old file

    try:
        return reads(json.dumps(notebook), as_version=4)  # joins the lines of cells, too
    except Exception:  # nbformat raises what it likes on malformed input
        raise _Unreadable("The notebook is in an old format and cannot be converted.") from None


def _cell(item: dict[str, Any]) -> _Cell:
    metadata = item.get("metadata")
    label = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = label.get("grade_id") if isinstance(label, dict) else None
    kind = item.get("cell_type")
    return _Cell(
        grade_id if isinstance(grade_id, str) and grade_id else None,
        kind if kind in ("code", "markdown", "raw") else "raw",
        _text(item.get("source", "")),
    )


def _text(source: Any) -> str:
    """Source as one string of valid Unicode; a list of lines is joined."""
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    if not isinstance(source, str):
        return ""
    return source.encode("utf-8", "replace").decode("utf-8")


# -- mending -----------------------------------------------------------------------


@dataclass
class _Mending:
    wanted: dict[str, SourceCell]
    flags: list[str] = field(default_factory=list)

    def mend(self, cell: _Cell, index: int, counts: dict[str | None, int]) -> list[Piece]:
        """The pieces that one submitted cell becomes; none if it is dropped.

        ``counts`` says which of several copies is the one.
        """
        source = self.wanted.get(cell.id) if cell.id is not None else None
        if source is None:
            if cell.id is not None:
                self.flags.append(f"A cell has the unknown label {cell.id!r:.60}.")
            return [Piece(None, cell.cell_type, cell.source, cell.cell_type == "code")]
        if counts[source.id] != index:
            which = "first" if source.runs else "last"
            self.flags.append(
                f"The cell {source.id} is there more than once; the {which} one counts."
            )
            if not source.solution:
                return []
            return [Piece(None, cell.cell_type, cell.source, cell.cell_type == "code")]
        if cell.cell_type != source.cell_type:
            self.flags.append(
                f"The cell {source.id} was turned into {cell.cell_type}; "
                f"it counts as {source.cell_type}."
            )
        if not source.solution:
            return [source.piece]
        return [Piece(source.id, source.cell_type, cell.source, source.cell_type == "code")]

    def restore(self, pieces: list[Piece], present: set[str | None]) -> list[Piece]:
        """Put back what the learner deleted: each cell after its neighbour of the source."""
        deleted_tests = [c.id for c in self.wanted.values() if c.is_test and c.id not in present]
        if deleted_tests:
            self.flags.append(
                f"Test cells were deleted ({len(deleted_tests)}); they count all the same."
            )
        before: str | None = None
        for cell in self.wanted.values():
            if cell.id not in present and not cell.solution:
                at = next((n + 1 for n, p in enumerate(pieces) if p.id == before), 0)
                pieces.insert(at, cell.piece)
                present.add(cell.id)
            if cell.id in present:
                before = cell.id
        return pieces


def _nothing(wanted: dict[str, SourceCell], reason: str) -> Repaired:
    pieces = tuple(
        replace(cell.piece, source="" if cell.solution else cell.source, runs=False)
        for cell in wanted.values()
    )
    missing = tuple(cell.id for cell in wanted.values() if cell.solution)
    return Repaired(pieces, (reason,), missing, readable=False)
