"""``python -m autograde publish DIR``: the tree for everybody, while students take the course.

What is in it is listed, not what is left out: a new folder is private until somebody names
it here. Statements and stubs come along in ``statements/``, made from ``solutions/``, so the
public tree builds the same book. Afterwards every file is searched for lines of the answers.
"""

from __future__ import annotations

import html
import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

from autograde import stubs
from autograde.exercises import ORDER
from autograde.rooms import ROOT

#: Folders and files of the public tree.
PUBLIC = (
    ".github", ".gitignore", "LICENSE", "Makefile", "_config.yml", "_toc.yml", "autograde",
    "book", "lossref", "pyproject.toml", "requirements-dev.in", "requirements-dev.txt",
    "requirements.in", "requirements.txt", "web",
)  # fmt: skip
#: Of the benchmarks only what pages show.
RECORDS = re.compile(r"bench/[\w-]+\.json")
#: Names that a course gives to its secrets; in a public folder they are a mistake.
SECRET = re.compile(r"secret.*\.json|gradebook.*|.*\.(db|sqlite3?|pem|key)|\.env.*")

README = """\
# Lossbook

The public part of a book on loss functions with autograded exercises.
It builds the whole book; the answers and the tests stay with the instructors.

```
make book serve
```

Python 3.11+, make and git are enough. Then open http://localhost:8000/
"""


def publish(folder: Path, root: Path = ROOT) -> list[Path]:
    """Write the public tree into ``folder``, which must be empty; the files of it."""
    if folder.exists() and any(folder.iterdir()):
        raise ValueError(f"publish: {folder} is not empty; name a new folder")
    if folder.resolve().is_relative_to(root.resolve()) and not _ignored(folder, root):
        raise ValueError(f"publish: {folder} is inside the tree itself; name a folder outside")
    names = public_files(root)
    written = []
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / name, path)
        written.append(path)
    for chapter in ORDER:
        path = folder / "statements" / f"{chapter}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(stubs.statements(chapter), encoding="utf-8")
        written.append(path)
    readme = folder / "README.md"
    readme.write_text(README, encoding="utf-8")
    found = sorted(leaks(folder, answer_lines()))
    if found:
        shutil.rmtree(folder)
        shown = "\n".join(f"  {where}: {line}" for where, line in found[:20])
        raise ValueError(
            f"publish: nothing was written, because {len(found)} lines of answers would be "
            f"public:\n{shown}"
        )
    return [*written, readme]


def _ignored(folder: Path, root: Path) -> bool:
    asked = ["git", "-C", str(root), "check-ignore", "-q", str(folder.resolve())]
    return subprocess.run(asked, check=False, capture_output=True).returncode == 0


def public_files(root: Path) -> list[str]:
    """The tracked files of the public tree; what git does not know is never published."""
    asked = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-z"], capture_output=True, text=True, check=False
    )
    if asked.returncode:
        raise ValueError(f"publish: {root} is no git tree, so nobody says which files belong to it")
    names = [
        name
        for name in asked.stdout.split("\0")
        if name and (name.split("/")[0] in PUBLIC or RECORDS.fullmatch(name))
    ]
    secret = [name for name in names if SECRET.fullmatch(Path(name).name)]
    if secret:
        raise ValueError(f"publish: {', '.join(secret)} looks like a secret of a course")
    return [name for name in names if (root / name).is_file()]


def answer_lines() -> set[str]:
    """The lines that only an answer has, of all chapters."""
    return set().union(*(stubs.solution_lines(chapter) for chapter in ORDER))


def leaks(folder: Path, lines: set[str]) -> Iterator[tuple[str, str]]:
    """Each file in ``folder`` that holds one of ``lines``, with the line; archives are opened."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and ".git" not in path.parts:
            yield from _leaks(str(path.relative_to(folder)), path.read_bytes(), lines)


def _leaks(where: str, data: bytes, lines: set[str]) -> Iterator[tuple[str, str]]:
    if data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield from _leaks(f"{where}:{name}", archive.read(name), lines)
        return
    text = data.decode(errors="replace")
    # As in a file, as in JSON, and as a page shows it.
    forms = [text]
    if "\\" in text:
        forms.append(text.replace('\\"', '"').replace("\\\\", "\\"))
    if "&" in text or "<span" in text:
        forms.append(html.unescape(re.sub(r"</?span[^>]*>", "", text)))
    for line in lines:
        if any(line in form for form in forms):
            yield where, line
