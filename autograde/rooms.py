"""Where the parts of one loss or exercise live. One slug, the same name in every room."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lossref._spec import FunctionSpec, LossSpec

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Room:
    """One place that a slug may have: what it is for, the file, a text that marks it."""

    what: str
    path: Path
    mark: str = ""

    @property
    def present(self) -> bool:
        if not self.path.is_file():
            return False
        return not self.mark or self.mark in self.path.read_text(encoding="utf-8")

    def __str__(self) -> str:
        where = self.path.relative_to(ROOT)
        mark = self.mark.strip(" =}\n")
        return f"{where}  ({mark})" if mark else str(where)


def loss_rooms(spec: LossSpec | FunctionSpec) -> list[Room]:
    """The rooms of a loss: the truth and the page that teaches it.

    A loss whose chapter is not written yet has no page room; see `chapter_written`.
    """
    module = ROOT.joinpath(*spec.loss.__module__.split(".")).with_suffix(".py")
    rooms = [Room("reference", module, f"\n{spec.slug.upper()} = ")]
    if chapter_written(spec.page):
        rooms.append(Room("page", ROOT / "book" / f"{spec.page}.md", spec.slug))
    return rooms


def chapter_written(page: str) -> bool:
    """Whether the folder of ``page`` is there: a chapter begins with its first page."""
    return (ROOT / "book" / page).parent.is_dir()


def exercise_rooms(chapter: str, slug: str, page: str) -> list[Room]:
    """The rooms of an exercise: record, statement with answer, variants, panel."""
    return [
        Room("exercise", ROOT / "autograde" / "exercises" / chapter / f"{slug}.py", "EXERCISE = "),
        Room("solution", ROOT / "solutions" / f"{chapter}.md", f"grade_id: {slug}}}"),
        Room("statement", ROOT / "solutions" / f"{chapter}.md", f'"{slug}-statement"'),
        Room("variants", ROOT / "solutions" / "variants" / chapter / f"{slug}.py", f"def {slug}__"),
        Room("panel", ROOT / "book" / f"{page}.md", f"{{exercise}} {slug}\n"),
    ]
