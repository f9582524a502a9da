"""What was looked up about the sources of the book: the record beside ``references.bib``."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

BOOK = Path(__file__).resolve().parents[1]
RECORD = BOOK / "references-checked.tsv"
#: What an entry says about a work, and what another list can agree with.
FIELDS = ("title", "authors", "year", "venue", "pages", "id")
#: What must agree before a work counts as confirmed.
IDENTITY = frozenset({"title", "authors", "year"})


@dataclass(frozen=True)
class Check:
    """One row: which fields of the entry ``key`` agreed with what ``where`` says, on ``date``."""

    key: str
    confirmed: frozenset[str]
    where: tuple[str, ...]
    note: str
    date: str

    @property
    def is_confirmed(self) -> bool:
        """Whether somebody else's list has the same title, authors and year."""
        return self.confirmed >= IDENTITY

    @property
    def has_address(self) -> bool:
        """Whether one can go and look."""
        return any(where.startswith("https://") for where in self.where)


def entries() -> list[str]:
    """The keys of ``references.bib``, in its order."""
    return re.findall(r"^@\w+\{([^,]+),", (BOOK / "references.bib").read_text("utf-8"), re.M)


def checks() -> dict[str, Check]:
    """The record by key; a row of an entry that is gone is no harm, and not counted anywhere."""
    with RECORD.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {
            row["key"]: Check(
                row["key"],
                frozenset()
                if row["confirmed"] == "not confirmed"
                else frozenset(row["confirmed"].split()),
                tuple(row["where"].split("; ")),
                row["note"],
                row["date"],
            )
            for row in rows
        }
