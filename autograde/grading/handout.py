"""An assignment as one zip: the notebook, what it needs, and how to begin. No course, no secret."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path

import nbformat

from autograde.grading.classroom import CourseError, open_course
from autograde.wheel import build_learner_wheel

_READ_ME = """{title}

You need Python 3.11 or newer. In a terminal, in this folder:

    python -m pip install notebook numpy ./{wheel}
    python -m notebook {name}.ipynb

Write your answers where the notebook says so. check(...) says what is right, and often which
mistake it is.{own} Before you hand in:

    python -m autograde validate {name}.ipynb

Hand in {name}.ipynb, and no other file. Do not rename or delete cells that you did not make.
"""

_OWN = """ Some numbers in this notebook are yours alone: write the id that your course knows you
by into the cell that says learner(""), and run it first."""


def handout(course_dir: str | Path, assignment: str, out: str | Path) -> list[str]:
    """Write the zip ``out`` with all that a learner needs for ``assignment``; its file names.

    CourseError if the assignment is not released, or if ``out`` is there already.
    """
    classroom = open_course(course_dir)
    (name,) = classroom.chosen(assignment)
    folder = classroom.folder("release", ".", name)
    notebook = folder / f"{name}.ipynb"
    out = Path(out)
    if not notebook.is_file():
        raise CourseError(f"handout: {notebook} is missing; the assignment has no release.")
    if out.exists():
        raise CourseError(f"handout: {out} is there already; nothing was written.")
    said = "\n".join(cell.source for cell in nbformat.read(notebook, as_version=4).cells)
    title = next((line.lstrip("# ") for line in said.splitlines() if line.strip("# ")), name)
    packed = io.BytesIO()
    with tempfile.TemporaryDirectory() as scratch, zipfile.ZipFile(packed, "w") as archive:
        wheel = build_learner_wheel(Path(scratch))
        files = {p.relative_to(folder): p for p in sorted(folder.rglob("*")) if p.is_file()}
        if any(classroom.seed(name).encode() in path.read_bytes() for path in files.values()):
            raise CourseError(f"handout: the secret is in {folder}; nothing was written.")
        own = _OWN if classroom.paper(name).keys else ""
        text = _READ_ME.format(title=title, wheel=wheel.name, name=name, own=own)
        archive.writestr(f"{name}/READ ME.txt", text)
        archive.write(wheel, f"{name}/{wheel.name}")
        for relative, path in files.items():
            archive.write(path, f"{name}/{relative.as_posix()}", zipfile.ZIP_DEFLATED)
        names = archive.namelist()
    out.write_bytes(packed.getvalue())
    return names
